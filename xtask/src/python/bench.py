"""What calls cost with CPython's `_socket` and with ours: one process, in turns, a line of JSON for each question.

Contract: each round measures both, one after the other, in an order that changes; a ratio is the median of the rounds' ratios, so that what
disturbs the machine for a while disturbs both. Sockets are of the module in C, as `socket.socket` calls it. Nothing leaves loopback. Source: CPython's `Modules/socketmodule.c` makes two
system calls where there is a time-out, one to wait.
"""

import argparse
import importlib.machinery
import importlib.util
import json
import statistics
import sys
import time

import _socket as theirs


def load(path):
    loader = importlib.machinery.ExtensionFileLoader("ours._socket", path)
    module = importlib.util.module_from_spec(importlib.util.spec_from_loader("ours._socket", loader))
    loader.exec_module(module)
    return module


def pair(module, timeout):
    """A socketpair."""
    one, other = module.socketpair()
    for sock in (one, other):
        sock.settimeout(timeout)
    return one, other


def tcp(module, timeout):
    """A connection over loopback, without Nagle's delay."""
    listener = module.socket(module.AF_INET, module.SOCK_STREAM)
    listener.bind(("127.0.0.1", 0))
    listener.listen(1)
    one = module.socket(module.AF_INET, module.SOCK_STREAM)
    one.connect(listener.getsockname())
    fd, _ = listener._accept()
    other = module.socket(fileno=fd)
    listener.close()
    for sock in (one, other):
        sock.setsockopt(module.IPPROTO_TCP, module.TCP_NODELAY, 1)
        sock.settimeout(timeout)
    return one, other


def ping_pong(ends):
    one, other = ends

    def run(times):
        send, receive, answer, get = one.send, other.recv, other.send, one.recv
        for _ in range(times):
            send(b"ping")
            receive(64)
            answer(b"pong")
            get(64)

    return run


def datagrams(module, timeout):
    one, other = (module.socket(module.AF_INET, module.SOCK_DGRAM) for _ in range(2))
    for sock in (one, other):
        sock.bind(("127.0.0.1", 0))
        sock.settimeout(timeout)
    to = other.getsockname()

    def run(times):
        send, receive = one.sendto, other.recvfrom
        for _ in range(times):
            send(b"datagram", to)
            receive(64)

    return run


def lookup(module, *arguments):
    def run(times):
        call = module.getaddrinfo
        for _ in range(times):
            call(*arguments)

    return run


QUESTIONS = [
    ("ping-pong, socketpair", lambda module: ping_pong(pair(module, None)), 2000, 1.0),
    ("ping-pong, socketpair, time-out", lambda module: ping_pong(pair(module, 10.0)), 2000, 0.8),
    ("ping-pong, TCP", lambda module: ping_pong(tcp(module, None)), 500, 1.0),
    ("ping-pong, TCP, time-out", lambda module: ping_pong(tcp(module, 10.0)), 500, 0.8),
    ("sendto and recvfrom", lambda module: datagrams(module, None), 1000, 1.0),
    ("sendto and recvfrom, time-out", lambda module: datagrams(module, 10.0), 1000, 0.8),
    ("getaddrinfo, 127.0.0.1", lambda module: lookup(module, "127.0.0.1", 80, 0, module.SOCK_STREAM), 500, 1.0),
    ("getaddrinfo, ::1", lambda module: lookup(module, "::1", 80, 0, module.SOCK_STREAM), 500, 1.0),
    ("getaddrinfo, localhost", lambda module: lookup(module, "localhost", 80, 0, module.SOCK_STREAM), 50, 1.0),
    ("getsockname", lambda module: named(module), 2000, 1.0),
]


def named(module):
    sock = module.socket(module.AF_INET, module.SOCK_DGRAM)
    sock.bind(("127.0.0.1", 0))

    def run(times):
        call = sock.getsockname
        for _ in range(times):
            call()

    return run


def measured(run, times):
    begun = time.perf_counter_ns()
    run(times)
    return (time.perf_counter_ns() - begun) / times


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--rounds", type=int, default=60)
    parser.add_argument("ours")
    options = parser.parse_args()
    ours = load(options.ours)
    for name, make, times, goal in QUESTIONS:
        ways = [make(theirs), make(ours)]
        for way in ways:
            way(times // 10)
        rounds = []
        for number in range(options.rounds):
            order = (0, 1) if number % 2 else (1, 0)
            took = {way: measured(ways[way], times) for way in order}
            rounds.append((took[0], took[1]))
        ratio = statistics.median(one / other for other, one in rounds)
        line = {
            "question": name,
            "ours_ns": round(statistics.median(one for _, one in rounds)),
            "theirs_ns": round(statistics.median(other for other, _ in rounds)),
            "ratio": round(ratio, 3),
            "goal": goal,
            "met": ratio <= goal,
        }
        print(json.dumps(line), flush=True)


if __name__ == "__main__":
    main()
