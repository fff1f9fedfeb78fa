"""Calls that random ones do not find, of both `_socket`s: each in a process of its own, which it may spoil.

Contract: what comes of a row must be the same with both, but for the words of TypeError and OverflowError; where memory is scarce, that an exception
comes. Sources: `differential.py`; the C-API reference of CPython, "Parsing arguments", "Audit events table".
"""

import os
import resource
import signal
import struct
import sys
import time

# -I leaves it out.
sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))

from differential import load, outcome, shown, theirs


class Fields:
    """A sequence by its methods alone."""

    def __init__(self, *fields):
        self.fields = fields

    def __len__(self):
        return len(self.fields)

    def __getitem__(self, at):
        return self.fields[at]


class Twice(list):
    def __iter__(self):
        return iter([*self[:], *self[:]])


class Named(str):
    def encode(self, *_):
        return b"127.0.0.1"


class Index:
    def __index__(self):
        return 1


def sends(*arguments, method="sendmsg", family=1, read=False, **named):
    def run(module):
        one, other = module.socketpair(1, 5)
        if family != 1:
            one = module.socket(family, 5, 0, fileno=one.detach())
        return outcome(lambda: getattr(one, method)(*arguments, **named)), other.recv(9, 0x40) if read else None
    return run


def claimed(name, *arguments):
    """Of a family that nobody knows: nothing is taken from the socket."""
    def run(module):
        one, other = module.socketpair()
        other.send(b"left")
        one = module.socket(99, 1, 0, fileno=one.detach())
        return outcome(lambda: getattr(one, name)(*arguments)), os.read(one.fileno(), 9)
    return run


def told(module):
    """Audit events."""
    events, place = [], ("127.0.0.1", 9)
    sys.addaudithook(lambda event, values: events.append((event, [type(v).__name__ if hasattr(v, "fileno") else v for v in values])) if event.startswith("socket.") else None)
    sock = module.socket(2, 2)
    for call in [
        lambda: module.getservbyname("http"), lambda: module.getservbyname("http", "tcp"), lambda: module.getservbyport(80),
        lambda: module.getservbyport(True, "udp"), lambda: module.gethostname(), lambda: sock.bind(("127.0.0.1", 0)), lambda: sock.sendto(b"", place),
        lambda: sock.sendmsg([b""], [], 0, place), lambda: sock.sendmsg([b""]), lambda: sock.connect(place), lambda: sock.connect_ex(place),
        lambda: module.getaddrinfo("127.0.0.1", b"80", 2), lambda: module.getnameinfo(("127.0.0.1", 1), 3), lambda: module.gethostbyname("127.0.0.1"),
        lambda: module.gethostbyname_ex("127.0.0.1"), lambda: module.gethostbyaddr("127.0.0.1"), lambda: module.sethostname(5),
    ]:
        outcome(call)
    return events


def scarce(make, call):
    """With less memory than a second copy would take, it is some exception."""
    def run(module):
        value, sock = make(), module.socketpair()[0]
        pages = int(open("/proc/self/statm").read().split()[0])
        resource.setrlimit(resource.RLIMIT_AS, (pages * 4096 + (8 << 20),) * 2)
        return outcome(lambda: call(module, sock, value))[0]
    return run


many = lambda: b"1" * (16 << 20)
words = lambda: "1." * (8 << 20)
ROWS = {
    **{f"claimed {call}": claimed(*call) for call in [("_accept",), ("recvfrom", 10), ("recvfrom_into", bytearray(9)), ("recvmsg", 10), ("recvmsg_into", [bytearray(9)]), ("getsockname",)]},
    **{f"none {call}": (lambda call: lambda module: getattr(module.socket.__new__(module.socket), call[0])(*call[1:]))(call) for call in [("_accept",), ("recvfrom", 1), ("recvmsg", 1)]},
    **{f"control {item!r}": sends([b"x"], [item]) for item in [(1, 9), b"abc", {0: 1, 1: 9, 2: b""}, "abc", range(3)]},
    "control by methods": sends([b"x"], Fields(Fields(1, 1, struct.pack("i", 0)))),
    "control, two": sends([b"x"], Fields(Fields(1, 1))),
    "buffers, twice": sends(Twice([b"x"]), read=True),
    "buffers by methods": sends(Fields(b"x", b"y"), read=True),
    **{f"algorithm {arguments} {named}": sends(*arguments, method="sendmsg_afalg", family=38, **named) for arguments, named in [
        ([[b"x"], 1], {}), ([[b"x"]], {"op": 1}), ([], {"msg": [b"x"], "op": 1, "iv": b"12"}), ([[b"x"]], {}), ([], {"op": -1}), ([], {"op": 2**40}),
        ([], {"op": True}), ([], {"op": 1, "assoclen": -1}), ([], {"op": 1, "assoclen": 1.5}), ([], {"op": 1, "assoclen": 2**31}), ([], {"op": 1, "iv": "x"}),
    ]},
    "algorithm, an index": sends([b"x"], method="sendmsg_afalg", family=38, op=Index()),
    "keyword": lambda module: module.getaddrinfo("127.0.0.1", 1, **{"\udcff": 1}),
    "keyword of a method": lambda module: module.socketpair()[0].recv_into(bytearray(1), **{"\udcff": 1}),
    "keyword of the type": lambda module: module.socket(**{"\udcff": 1}),
    **{f"encode {text!r} {number}": (lambda call, text: lambda module: call(module, Named(text)))(call, text) for text in ("é.nosuch", "x.nosuch") for number, call in enumerate([
        lambda module, name: module.gethostbyname(name), lambda module, name: module.getaddrinfo(name, 1), lambda module, name: module.socket(2, 2).connect((name, 1)),
    ])},
    "audit": told,
    "scarce control": scarce(many, lambda module, sock, value: sock.sendmsg([b"x"], [(1, 2, value)])),
    "scarce iv": scarce(many, lambda module, sock, value: module.socket(38, 1, 0, fileno=sock.detach()).sendmsg_afalg([b"x"], op=1, iv=value)),
    "scarce buffers": scarce(lambda: [b""] * (2 << 20), lambda module, sock, value: sock.sendmsg(value)),
    "scarce messages": scarce(lambda: [(1, 9, b"")] * (2 << 20), lambda module, sock, value: sock.sendmsg([], value)),
    "scarce rooms": scarce(lambda: [bytearray(1)] * (2 << 20), lambda module, sock, value: sock.recvmsg_into(value, 0, 0x40)),
    "scarce bytes": scarce(lambda: 2**40, lambda module, sock, value: sock.recv(value)),
    **{f"scarce {make()[:2]!r} {number}": scarce(make, call) for make in (many, words) for number, call in enumerate([
        lambda module, sock, value: module.gethostbyname(value), lambda module, sock, value: module.getaddrinfo(value, 80), lambda module, sock, value: module.getaddrinfo("x", value),
        lambda module, sock, value: module.gethostbyaddr(value), lambda module, sock, value: module.gethostbyname_ex(value), lambda module, sock, value: module.getnameinfo((value, 1), 0),
        lambda module, sock, value: module.getservbyname(value), lambda module, sock, value: module.getservbyport(1, value), lambda module, sock, value: module.getprotobyname(value),
        lambda module, sock, value: module.socket().connect((value, 1)), lambda module, sock, value: sock.connect(value), lambda module, sock, value: module.if_nametoindex(value),
        lambda module, sock, value: module.sethostname(value), lambda module, sock, value: module.inet_aton(value), lambda module, sock, value: module.inet_pton(2, value),
    ])},
}


def elsewhere(module):
    """In a second interpreter of the process: ours says there that it is for the first alone."""
    try:
        import _interpreters as interpreters
    except ImportError:
        import _xxsubinterpreters as interpreters
    read, write = os.pipe()
    interpreters.run_string(interpreters.create(), f"""
import importlib.machinery, importlib.util, os
loader = importlib.machinery.ExtensionFileLoader({module.__name__!r}, {module.__file__!r})
try:
    module = importlib.util.module_from_spec(importlib.util.spec_from_loader({module.__name__!r}, loader))
    loader.exec_module(module)
    module.inet_aton("127.1")
    os.write({write}, b"taken")
except ImportError:
    os.write({write}, b"refused")
""")
    return os.read(read, 99), module.inet_aton("127.1")


def apart(module, call):
    """In a process of its own, which it may spoil."""
    read, write = os.pipe()
    child = os.fork()
    if child == 0:
        signal.alarm(30)
        os.write(write, shown(outcome(lambda: call(module))).encode(errors="replace")[:60000])
        os._exit(0)
    os.close(write)
    with open(read, "rb") as file:
        said = file.read().decode()
    return said, os.waitpid(child, 0)[1]


def main():
    ours = load(sys.argv[1])
    begun, differences = time.monotonic(), 0
    for name, call in {**ROWS, "another interpreter": elsewhere}.items():
        one, other = apart(theirs, call), apart(ours, call)
        if call is elsewhere:
            one = one[0].replace("taken", "refused"), one[1]
        if one != other or call is elsewhere and "refused" not in other[0]:
            differences += 1
            print(f"{name}\n    theirs: {one}\n    ours:   {other}")
    print(f"{len(ROWS) + 1} rows, {differences} differences, {time.monotonic() - begun:.1f} s")
    sys.exit(1 if differences else 0)


if __name__ == "__main__":
    main()
