"""Runs the tests of one module of CPython's suite, and tells of each where it began and how it ended.

Contract: the file OUT gets one JSON object a line, written before a test begins and after it has ended, so that a crash or a hang
names its test; the last line says that all were run. Run by `python/run.rs`, which reads them. No test is run twice: after a crash
the runner begins again with what is left. Sources: CPython's unittest and test.support.
"""

import argparse
import faulthandler
import fnmatch
import importlib
import json
import os
import signal
import time
import traceback
import unittest


class Result(unittest.TestResult):
    """Tells of each test; one that says several things has the worst of them."""

    ORDER = ["ok", "skip", "fail"]

    def __init__(self, out, limit):
        super().__init__()
        self.out, self.limit = out, limit
        self.running = self.outcome = None
        self.why, self.began = "", 0.0

    def tell(self, **line):
        self.out.write(json.dumps(line) + "\n")
        self.out.flush()

    def startTest(self, test):
        super().startTest(test)
        self.running, self.outcome, self.why, self.began = test, None, "", time.monotonic()
        self.tell(begin=test.id())
        faulthandler.dump_traceback_later(self.limit, exit=True)

    def stopTest(self, test):
        super().stopTest(test)
        faulthandler.cancel_dump_traceback_later()
        # Without a word only where some part was left out and nothing failed.
        self.ended(test.id(), self.outcome or "ok", self.why, time.monotonic() - self.began)
        self.running = None

    def ended(self, name, outcome, why, seconds=0.0):
        self.tell(end=name, outcome=outcome, why=why, seconds=round(seconds, 3))

    def note(self, test, outcome, why=""):
        whole = test is self.running
        if self.running is None:
            # What is not a test: setUpClass, tearDownModule.
            return self.ended(test.id(), outcome, why)
        if not whole and outcome == "skip":
            # The test goes on, and may pass: whether this part is skipped on either side is for who compares.
            return self.tell(part=test.id(), of=self.running.id(), why=why)
        if self.outcome is None or self.ORDER.index(outcome) > self.ORDER.index(self.outcome):
            self.outcome, self.why = outcome, why
        return None

    def addSuccess(self, test):
        super().addSuccess(test)
        self.note(test, "ok")

    def addExpectedFailure(self, test, err):
        super().addExpectedFailure(test, err)
        self.note(test, "ok")

    def addUnexpectedSuccess(self, test):
        super().addUnexpectedSuccess(test)
        self.note(test, "fail", "unexpected success")

    def addSkip(self, test, reason):
        super().addSkip(test, reason)
        self.note(test, "skip", reason)

    def addError(self, test, err):
        super().addError(test, err)
        self.note(test, "fail", self._exc_info_to_string(err, test))

    addFailure = addError

    def addSubTest(self, test, subtest, err):
        super().addSubTest(test, subtest, err)
        if err is not None:
            self.note(test, "fail", f"{subtest}\n{self._exc_info_to_string(err, test)}")


def flat(suite):
    for test in suite:
        if isinstance(test, unittest.TestSuite):
            yield from flat(test)
        else:
            yield test


def read(path):
    if path is None:
        return []
    with open(path, encoding="utf-8") as file:
        return file.read().splitlines()


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--out", required=True)
    parser.add_argument("--limit", type=float, default=120, help="seconds a test may take")
    parser.add_argument("--resources", default="", help="of regrtest, with commas")
    parser.add_argument("--match", action="append", help="only tests of this pattern")
    parser.add_argument("--leave-out", help="a file with a pattern a line")
    parser.add_argument("module")
    options = parser.parse_args()

    # Beyond the numbers that tests count on, and not for their children.
    import fcntl
    with open(options.out, "a", encoding="utf-8") as file:
        number = fcntl.fcntl(file.fileno(), fcntl.F_DUPFD_CLOEXEC, 200)
    out = open(number, "w", encoding="utf-8")
    result = Result(out, options.limit)

    # A shell's background has it ignored.
    signal.signal(signal.SIGINT, signal.default_int_handler)
    faulthandler.enable()
    from test import support
    support.use_resources = [word for word in options.resources.split(",") if word]
    result.tell(socket=importlib.import_module("_socket").__spec__.origin)
    faulthandler.dump_traceback_later(options.limit, exit=True)
    try:
        module = importlib.import_module(options.module)
        tests = unittest.TestLoader().loadTestsFromModule(module)
    except unittest.SkipTest as skip:
        result.ended(options.module, "skip", str(skip))
        tests = []
    except Exception:
        result.ended(options.module, "fail", traceback.format_exc())
        tests = []
    faulthandler.cancel_dump_traceback_later()

    # Compiled once: fnmatch keeps few.
    left_out = set(read(options.leave_out))
    patterns = [pattern for pattern in left_out if "*" in pattern]

    def wanted(test):
        name = test.id()
        if name in left_out or any(fnmatch.fnmatchcase(name, pattern) for pattern in patterns):
            return False
        return not options.match or any(fnmatch.fnmatchcase(name, match) for match in options.match)

    # The only one that holds the tests: it lets go of each that has run, and of the loops and sockets in it, through which gc would walk.
    suite = unittest.TestSuite(filter(wanted, flat(tests)))
    del tests
    begun = time.monotonic()
    suite.run(result)
    spent = os.times()
    result.tell(
        done=True,
        seconds=round(time.monotonic() - begun, 3),
        cpu=round(spent.user + spent.system + spent.children_user + spent.children_system, 3),
        open=len(os.listdir("/proc/self/fd")),
    )


if __name__ == "__main__":
    main()
