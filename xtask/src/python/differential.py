"""CPython's `_socket` beside ours in one process: the same call of both, and any difference told, shrunk.

Contract: results, exceptions with their types, arguments and words must be the same, for the constants and for thousands of random calls
(`--seed`). The kernel's part of connect and getsockname is played by a thread of this process (seccomp's user notification), so
that addresses of every family go in and out, byte by byte, whatever the kernel has. Nothing is sent anywhere; run in a network of
its own. Sources: CPython's Doc/library/socket.rst; seccomp_unotify(2), sockaddr layouts in the kernel's headers.
"""

import argparse
import ctypes
import errno
import importlib.machinery
import importlib.util
import os
import random
import signal
import struct
import sys
import tempfile
import threading
import time

import _socket as theirs


def load(path):
    # Of another package: the same function makes it.
    loader = importlib.machinery.ExtensionFileLoader("ours._socket", path)
    module = importlib.util.module_from_spec(importlib.util.spec_from_loader("ours._socket", loader))
    loader.exec_module(module)
    return module


# --- what came of a call -----------------------------------------------------------------------------------------------------


def outcome(call):
    try:
        value = call()
    except (RecursionError, KeyboardInterrupt, SystemExit):
        raise
    except BaseException as error:
        names = [f"{kind.__module__}.{kind.__qualname__}" for kind in type(error).__mro__]
        if type(error) in (TypeError, OverflowError):
            # The words are those of CPython's several parsers of arguments; its own tests look at the few that matter.
            return ("raised", names[0])
        return ("raised", "<".join(names[:-3]), error.args, str(error))
    return ("gave", type(value).__name__, value)


def shown(result):
    # The one thing that is ours: the name of its package.
    return repr(result).replace("ours._socket", "_socket")


# --- values ------------------------------------------------------------------------------------------------------------------

EDGES = [0, 1, 2, -1, 127, 128, 255, 256, 65535, 65536, 99999, 2**31 - 1, 2**31, -(2**31), -(2**31) - 1, 2**32 - 1, 2**32, 2**63 - 1,
         2**63, -(2**63), 2**64, 10**30]
ODD = [None, True, False, 1.5, float("nan"), "", "x", b"", b"x", bytearray(b"y"), (), [], {}, object, 1j, "a\0b", b"a\0b", "\udcff", "é",
       "x" * 300]
V4 = ["127.0.0.1", "0.0.0.0", "255.255.255.255", "", "<broadcast>", "1.2.3", "127.1", "0x7f.1", "010.1.1.1", "1.2.3.4 ", "1.2.3.4 x",
      " 1.2.3.4", "256.1.1.1", "1.2.3.4.5", "here4", "1", "4294967296", b"127.0.0.1", bytearray(b"127.0.0.1"), "1.2.3.4\0", "١.2.3.4"]
V6 = ["::1", "::", "fe80::1", "fe80::1%lo", "fe80::1%1", "fe80::1%nosuch", "::ffff:1.2.3.4", "1::2::3", "12345::", "::1%", "2001:db8::1",
      "::1.2.3", "<broadcast>", "", b"::1", "here6", "127.0.0.1"]


def number(r):
    kind = r.random()
    if kind < 0.5:
        return r.choice(EDGES)
    if kind < 0.8:
        return r.randrange(0, 70000)
    return r.getrandbits(r.randrange(1, 66)) * r.choice([1, 1, 1, -1])


def data(r, top=40):
    return r.randbytes(r.randrange(0, top))


def anything(r):
    return r.choice([number, lambda r: r.choice(ODD), lambda r: r.choice(V4), lambda r: r.choice(V6), data])(r)


def mostly(make, r):
    return anything(r) if r.random() < 0.07 else make(r)


def name_of_interface(r):
    return r.choice(["lo", "", "nosuch0", "x" * 15, "x" * 16, "x" * 17, b"lo", "é"])


def port(r):
    return r.choice([0, 1, 80, 65535, 65536, -1, number(r)])


def small(r):
    return r.choice([0, 1, 2, 3, 5, 255, number(r)])


def text(r):
    return r.choice(["", "hash", "sha256", "aead", "x" * 13, "x" * 14, "x" * 15, "x" * 63, "x" * 64, "x" * 65, "é", "\udcff"])


def path(r):
    kind = r.randrange(6)
    length = r.choice([0, 1, 5, 106, 107, 108, 109, 200])
    if kind == 0:
        return "p" * length
    if kind == 1:
        return b"\0" + b"a" * length
    if kind == 2:
        return "\0" + "é" * (length // 2)
    if kind == 3:
        return bytearray(b"q" * length)
    if kind == 4:
        return data(r, 120)
    return "\udcff" + "u" * length


def bluetooth(r):
    return r.choice(["00:00:00:00:00:00", "01:23:45:67:89:aB", "ff:ff:ff:ff:ff:ff", "1:2:3:4:5:6", "01:23:45:67:89", "01:23:45:67:89:100",
                     "g0:00:00:00:00:00", "01:23:45:67:89:ab:cd", "", b"01:23:45:67:89:ab", "-1:2:3:4:5:6"])


def families(module):
    """Family, protocol, and what its addresses are made of; a number is how many of them may be left out."""
    rows = [
        ("AF_INET", 0, [lambda r: r.choice(V4), port], 0),
        ("AF_INET6", 0, [lambda r: r.choice(V6), port, small, small], 2),
        ("AF_UNIX", 0, None, 0),
        ("AF_NETLINK", 0, [number, number], 0),
        ("AF_PACKET", 0, [name_of_interface, port, small, number, data], 3),
        ("AF_TIPC", 0, [small, number, number, number, small], 1),
        ("AF_VSOCK", 0, [number, number], 0),
        ("AF_QIPCRTR", 0, [number, number], 0),
        ("AF_RDS", 0, [lambda r: r.choice(V4), port], 0),
        ("AF_ALG", 0, [text, text, number, number], 2),
        ("AF_CAN", "CAN_RAW", [name_of_interface], 0),
        ("AF_CAN", "CAN_BCM", [name_of_interface], 0),
        ("AF_CAN", "CAN_ISOTP", [name_of_interface, number, number], 0),
        ("AF_CAN", "CAN_J1939", [name_of_interface, number, number, small], 0),
        ("AF_CAN", 77, [name_of_interface], 0),
        ("AF_BLUETOOTH", "BTPROTO_L2CAP", [bluetooth, number, small, small], 2),
        ("AF_BLUETOOTH", "BTPROTO_RFCOMM", [bluetooth, small], 0),
        ("AF_BLUETOOTH", "BTPROTO_HCI", [small, small], 1),
        ("AF_BLUETOOTH", "BTPROTO_SCO", None, 0),
        ("AF_HYPERV", 0, [text, text], 0),
        ("AF_APPLETALK", 0, [number, number], 0),
        (99, 0, [number], 0),
    ]
    value = lambda word: getattr(module, word, None) if isinstance(word, str) else word
    for family, protocol, parts, fewer in rows:
        if value(family) is not None and value(protocol) is not None:
            yield f"{family}/{protocol}", value(family), value(protocol), parts, fewer


def address(r, family, parts, fewer):
    if r.random() < 0.03:
        return anything(r)
    if parts is None:
        made = path(r) if family == theirs.AF_UNIX else bluetooth(r)
        return made if r.random() > 0.05 else (made,)
    made = [mostly(part, r) for part in parts]
    if r.random() < 0.5:
        del made[len(made) - r.randrange(fewer + 1):]
    change = r.random()
    if change < 0.03:
        made.append(anything(r))
    elif change < 0.06:
        made = made[: r.randrange(len(made) + 1)]
    elif change < 0.08:
        return made
    return tuple(made)


# --- the kernel's part -------------------------------------------------------------------------------------------------------

libc = ctypes.CDLL(None, use_errno=True)
CONNECT, GETSOCKNAME, SECCOMP = {"x86_64": (42, 51, 317), "aarch64": (203, 204, 277)}[os.uname().machine]


class Kernel:
    """Answers connect and getsockname of the thread that calls `enter`."""

    def __init__(self):
        self.memory = os.open("/proc/self/mem", os.O_RDWR)
        self.listener = None
        self.asked = -1
        self.seen = None
        self.answer = b""

    def enter(self):
        load, is_it, give = (lambda k: (0x20, 0, 0, k)), (lambda k, t: (0x15, t, 0, k)), (lambda k: (0x06, 0, 0, k))
        program = [load(0), is_it(CONNECT, 2), is_it(GETSOCKNAME, 1), give(0x7FFF0000), give(0x7FC00000)]
        code = ctypes.create_string_buffer(b"".join(struct.pack("HBBI", *line) for line in program))
        header = ctypes.create_string_buffer(struct.pack("HxxxxxxP", len(program), ctypes.addressof(code)))
        if libc.prctl(38, 1, 0, 0, 0) != 0:
            raise OSError(ctypes.get_errno(), "PR_SET_NO_NEW_PRIVS")
        self.listener = libc.syscall(SECCOMP, 1, 8, header)
        if self.listener < 0:
            raise OSError(ctypes.get_errno(), "seccomp")
        threading.Thread(target=self.serve, daemon=True).start()

    def serve(self):
        notice = ctypes.create_string_buffer(80)
        while True:
            ctypes.memset(notice, 0, 80)
            if libc.ioctl(self.listener, ctypes.c_ulong(0xC0502100), notice) != 0:
                if ctypes.get_errno() == errno.EINTR:
                    continue
                return
            identity, _, _, call, _, _, fd, place, room, *_ = struct.unpack("QIIiIQ6Q", notice.raw)
            flags = 0
            if fd != self.asked:
                # A resolver's own: SECCOMP_USER_NOTIF_FLAG_CONTINUE.
                flags = 1
            elif call == CONNECT:
                self.seen = os.pread(self.memory, room, place)
            else:
                length = struct.unpack("I", os.pread(self.memory, 4, room))[0]
                os.pwrite(self.memory, self.answer[:length], place)
                os.pwrite(self.memory, struct.pack("I", len(self.answer)), room)
            reply = ctypes.create_string_buffer(struct.pack("QqiI", identity, 0, 0, flags))
            libc.ioctl(self.listener, ctypes.c_ulong(0xC0182101), reply)


# --- kinds of calls ----------------------------------------------------------------------------------------------------------


def nobodys(value):
    """Never a descriptor of this process, not even when CPython has cut it to 32 bits."""
    return -1 if isinstance(value, int) and value & 0xFFFFFFFF < 10**6 else value


class Kind:
    """What all kinds have in common: `make` makes a case, `run` runs it."""

    # Cases of the first kind in the time of one of this.
    COSTS = 1
    SHRINKS = True
    # What a case leaves behind in the kernel may change the next one.
    SHARED = False

    @staticmethod
    def is_fair(case, theirs, ours):
        """May they differ so?"""
        return False


# Values that are no fault: of a look-up's host, service, family, type, protocol and flags, and of whatever else.
NO_FAULT = [set(map(repr, values)) for values in ([None, "here4", "127.0.0.1", "::1"], [None, 0, 80, "80"], [0, 2, 10], [0, 2], [0], [0])]
USUAL = set.union(*NO_FAULT)
# Of an address, too.
HOST, PORT = (set(map(repr, values)) for values in (["here4", "127.0.0.1", "::1"], [0, 80]))


class Pure(Kind):
    """Functions of the module."""

    @staticmethod
    def is_fair(case, theirs, ours):
        # Of several faults in one call either may be told.
        name, _, arguments = case
        if name == "getaddrinfo" and len(arguments) == 6 and isinstance(arguments[5], int) and arguments[5] & 0x20:
            # AI_ADDRCONFIG: to libc also of addresses; here of names.
            return True
        if name == "getaddrinfo" and arguments[:2] in ([None, ""], [None, b""]) and ours[0] == "raised":
            # The port 0 of nobody, which sockets of type RAW have not.
            return True
        if theirs[0] != "raised" or ours[0] != "raised":
            return False
        if name == "socketpair" and theirs[1] == ours[1] == "builtins.OSError":
            return True
        if "herror" in theirs[1] and "herror" in ours[1]:
            # What is no name: that depends on who is asked.
            return True
        if name == "getnameinfo" and len(arguments) == 2 and isinstance(arguments[0], tuple):
            arguments = arguments[0]
        usual = NO_FAULT if name == "getaddrinfo" else [HOST, PORT, USUAL, USUAL] if name == "getnameinfo" else [USUAL] * len(arguments)
        faults = sum(repr(value) not in allowed for value, allowed in zip(arguments, usual))
        codes = ("builtins.OSError", "socket.gaierror<builtins.OSError")
        return faults > 1 and (theirs[1] == ours[1] and theirs[1] in codes or refused(theirs) and refused(ours))

    def __init__(self, r):
        self.r = r
        host = lambda r: r.choice([None, *V4, *V6])
        service = lambda r: r.choice([None, 0, 80, "80", "http", "", "nosuch", b"80", "0", "65535", "65536", "-1", 99999, "domain", " 80", "80x"])
        self.rows = [
            ("htons", [number]), ("ntohs", [number]), ("htonl", [number]), ("ntohl", [number]),
            ("inet_aton", [lambda r: r.choice(V4)]),
            ("inet_ntoa", [lambda r: data(r, 6)]),
            ("inet_pton", [lambda r: r.choice([2, 10, 1, small(r)]), lambda r: r.choice(V4 + V6)]),
            ("inet_ntop", [lambda r: r.choice([2, 10, 1, small(r)]), lambda r: r.choice([r.randbytes(4), r.randbytes(16), data(r, 20), bytes(16)])]),
            ("CMSG_LEN", [number]), ("CMSG_SPACE", [number]),
            ("if_nametoindex", [name_of_interface]), ("if_indextoname", [small]),
            ("getprotobyname", [lambda r: r.choice(["tcp", "udp", "icmp", "ipv6", "nosuch", "TCP", "tc p", ""])]),
            ("getservbyname", [lambda r: r.choice(["http", "domain", "nosuch", "www", "HTTP", "", "80"]), lambda r: r.choice(["tcp", "udp", "sctp", "", "x"])]),
            ("getservbyport", [port, lambda r: r.choice(["tcp", "udp", "sctp", "", "x"])]),
            # Without AI_ADDRCONFIG: with nothing but loopback, libc finds nothing.
            ("getaddrinfo", [host, service, lambda r: r.choice([0, 2, 10, 1, small(r)]), lambda r: r.choice([0, 1, 2, 3, 5, small(r)]),
                             lambda r: r.choice([0, 6, 17, small(r)]), lambda r: r.choice([0, 1, 2, 4, 5, 8, 16, 0x400, 0x800, 1 << r.randrange(6, 16)])]),
            ("getnameinfo", [lambda r: mostly(lambda r: address(r, 2, *r.choice([([lambda r: r.choice(V4), port], 0), ([lambda r: r.choice(V6), port, number, small], 2)])), r),
                             lambda r: r.choice([1 | 2, 1, 3 | 16, 2, 1 << r.randrange(6), number(r)])]),
            ("gethostbyname", [lambda r: r.choice(V4)]),
            # Without what libc asks a name server for although it is no name.
            ("gethostbyname_ex", [lambda r: r.choice([text for text in V4 if text != ""])]),
            ("gethostbyaddr", [lambda r: r.choice(["127.0.0.1", "::1", "here4", "", "x\0", b"127.0.0.1"])]),
            ("gethostname", []), ("if_nameindex", []), ("getdefaulttimeout", []),
            ("close", [lambda r: r.choice([-1, 10**6, -(2**31), 2**31, 2**31 - 1, "3", 1.5, None])]),
            ("dup", [lambda r: r.choice([-1, 10**6, -(2**31), 2**31, 2**31 - 1, "3", 1.5, None])]),
            ("setdefaulttimeout", [lambda r: r.choice([None, -1, "x", float("nan"), -0.5, 10**30, 1e30, 2**63])]),
            ("socketpair", [lambda r: r.choice([2, 10, 16, 17, 99, -1, 2**31, "x", 1.5]), small, small]),
        ]

    def make(self):
        name, parts = self.r.choice(self.rows)
        made = [mostly(part, self.r) for part in parts]
        if self.r.random() < 0.2:
            made = made[: self.r.randrange(len(made) + 1)]
        elif self.r.random() < 0.03:
            made.append(anything(self.r))
        if name in ("close", "dup"):
            made = [nobodys(value) for value in made]
        return name, (), made

    def run(self, module, case):
        name, _, arguments = case
        result = outcome(lambda: getattr(module, name)(*arguments))
        if name == "dup" and result[0] == "gave":
            os.close(result[2])
            result = ("gave", "descriptor")
        module.setdefaulttimeout(None)
        if name == "socketpair" and result[0] == "gave":
            return ("gave", "pair")
        return result


# Where a family's address has holes or an end that nothing is said of, CPython hands over what the stack held.
SAID = {
    "AF_INET/0": [(0, 8)],
    "AF_RDS/0": [(0, 8)],
    "AF_NETLINK/0": [(0, 2), (4, 12)],
    "AF_QIPCRTR/0": [(0, 2), (4, 12)],
    "AF_CAN/CAN_RAW": [(0, 2), (4, 8)],
    "AF_CAN/CAN_BCM": [(0, 2), (4, 8)],
    "AF_CAN/CAN_ISOTP": [(0, 2), (4, 16)],
    "AF_CAN/CAN_J1939": [(0, 2), (4, 21)],
    # Where CPython writes an int into less room.
    "AF_BLUETOOTH/BTPROTO_RFCOMM": [(0, 9)],
}


def said(family, octets):
    parts = SAID.get(family, [(0, len(octets))])
    if family == "AF_UNIX/0" and octets[2:3] != b"\0":
        # The kernel reads a path up to a NUL.
        return octets[2:].split(b"\0")[0].hex()
    if family == "AF_PACKET/0":
        parts = [(0, 12 + octets[11])]
    return len(octets), [octets[start:end].hex() for start, end in parts]


# As long as the kernel's addresses are; CPython reads on where one is shorter.
SIZE = {
    "AF_INET": 16, "AF_INET6": 28, "AF_NETLINK": 12, "AF_PACKET": 20, "AF_TIPC": 16, "AF_VSOCK": 16, "AF_QIPCRTR": 12, "AF_RDS": 16,
    "AF_ALG": 88, "AF_CAN": 24, "AF_BLUETOOTH": 14,
}


class Played(Kind):
    """Calls whose kernel is the thread beside this one. The sockets are made before: CPython asks the kernel while it holds its lock."""

    def __init__(self, r, kernel, modules):
        self.r, self.kernel = r, kernel
        self.rows = list(families(theirs))
        self.sockets = {
            (module, family, protocol): module.socket(family, 2, protocol, fileno=os.dup(self.fd))
            for module in modules
            for _, family, protocol, _, _ in self.rows
        }

    fd = theirs.socket(theirs.AF_UNIX, theirs.SOCK_DGRAM).detach()


class Into(Played):
    """Addresses on their way to the kernel: what connect hands over."""

    @staticmethod
    def is_fair(case, theirs, ours):
        return both_refused(theirs[0], ours[0])

    def make(self):
        name, family, protocol, parts, fewer = self.r.choice(self.rows)
        return f"connect of {name}", (family, protocol), address(self.r, family, parts, fewer)

    def run(self, module, case):
        _, (family, protocol), value = case
        sock = self.sockets[module, family, protocol]
        self.kernel.asked, self.kernel.seen = sock.fileno(), None
        result = outcome(lambda: sock.connect(value))
        return result, self.kernel.seen and said(case[0].split()[-1], self.kernel.seen)


class OutOf(Played):
    """Addresses on their way from the kernel: what getsockname makes of bytes."""

    SHRINKS = False

    def make(self):
        r = self.r
        name, family, protocol, _, _ = r.choice(self.rows)
        size = SIZE.get(name.split("/")[0])
        length = r.choice([0, size, size, size] if size else [0, 2, 3, 4, 8, 16, 31, 108, 109, 110])
        # Families that CPython does not know come back as they are, with 14 bytes.
        claimed = r.choice([family] * 9 + [0, 3, 9, 99]) if length >= 16 else family
        if family == theirs.AF_UNIX:
            rest = r.choice([b"", b"\0", b"\0abstract", b"/path\0", b"/no/end" * 20, b"\xff\xfe\0", r.randbytes(120), b"\0\0\0"])
        else:
            rest = r.choice([r.randbytes(120), bytes(120), struct.pack("=HI", r.randrange(65536), r.randrange(3)) + r.randbytes(114),
                             struct.pack("=HHH", *(r.randrange(4) for _ in range(3))) + bytes(114)])
            if name.startswith("AF_ALG"):
                rest = r.choice([b"hash", b"x" * 13, b"\xff"]).ljust(14, b"\0") + r.randbytes(8) + r.choice([b"sha256", b"y" * 63]).ljust(64, b"\0")
            if name.startswith("AF_PACKET"):
                rest = rest[:9] + bytes([r.randrange(9)]) + rest[10:]
        return f"getsockname of {name}", (family, protocol), (struct.pack("H", claimed) + rest)[:length]

    def run(self, module, case):
        _, (family, protocol), self.kernel.answer = case
        sock = self.sockets[module, family, protocol]
        self.kernel.asked = sock.fileno()
        return outcome(sock.getsockname)


class Method(Kind):
    """Methods of sockets, with arguments that fail more often than not. Each call gets sockets of its own."""

    COSTS = 4

    @staticmethod
    def is_fair(case, theirs, ours):
        # Of several faults in one call either may be told.
        flat = lambda results: [result[0] if isinstance(result, tuple) and isinstance(result[0], tuple) else result for result in results]
        pairs = zip(flat(theirs), flat(ours))
        fair = lambda one, other: one == other or refused(one) and refused(other) or no_such(one) and no_such(other) or is_none(one) and is_none(other)
        return len(theirs) == len(ours) and all(fair(one, other) for one, other in pairs)

    KINDS = [("pair", 1, 1), ("pair", 1, 2), ("pair", 1, 5), ("one", 2, 1), ("one", 2, 2), ("one", 10, 1), ("one", 10, 2), ("closed", 2, 1), ("claimed", 16, 3), ("claimed", 40, 1), ("claimed", 99, 1)]

    def __init__(self, r):
        self.r = r
        level = lambda r: r.choice([0, 1, 6, 17, 41, number(r)])
        # Without MSG_OOB: where there is a time-out, CPython waits for bytes first, whatever the flags say.
        flags = lambda r: r.choice([0, 2, 0x40, 0x20, 0x100, 0x4000, 0x40 | number(r) & 0xFFFE, number(r) & 0x7FFFFFFE])
        count = lambda r: r.choice([0, 1, 5, 100, -1, -(2**31), 2**31, 2**63, 2**64])
        room = lambda r: r.choice([bytearray(5), bytearray(0), b"12345", memoryview(bytearray(7)), "x", None])
        # Never AF_VSOCK's, and no port that somebody may have.
        place = lambda r: r.choice([address(r, 2, [lambda r: r.choice(["127.0.0.1", "", "1.2.3.4.5", 5]), lambda r: r.choice([0, -1, 65536, "x"])], 0), path_gone(r), ("::1", 0), 5])
        path_gone = lambda r: r.choice(["/no/such/path", "", b"/no/such", "p" * 109, "\0" + "q" * 108])
        control = lambda r: r.choice([[], [(1, 1, b"")], [(1, 1, struct.pack("i", 10**6))], [(1, 2)], [(1, 2, 3)], [(number(r), number(r), data(r))], None, 5, [5], [(1, 1, b"1234")] * 2])
        buffers = lambda r: r.choice([[], [b"x"], [b"x", bytearray(b"y")], ["x"], None, b"xyz", [b""], [b"x"] * 1100])
        self.rows = [
            ("bind", [place]), ("connect", [place]), ("connect_ex", [place]), ("listen", [lambda r: r.choice([0, 1, -1, 2**31, "x"])]), ("getpeername", []),
            ("getsockname", []),
            ("getsockopt", [level, small, lambda r: r.choice([0, 1, 4, 8, 1024, 1025, -1, "x"])]),
            ("setsockopt", [level, small, lambda r: r.choice([0, 1, 2**31, b"", b"1234", b"12345678", None, "x", data(r)]), lambda r: r.choice([0, 4, -1, 1000])]),
            ("shutdown", [lambda r: r.choice([0, 1, 2, 3, -1, 2**31, "x"])]),
            ("settimeout", [lambda r: r.choice([None, 0, 1.5, -1, -0.5, "x", float("nan"), float("inf"), 1e30, 10**30, 2**63])]),
            ("setblocking", [lambda r: r.choice([True, False, 0, 2, "x", None, 2**31])]),
            ("gettimeout", []), ("getblocking", []), ("fileno", []), ("detach", []), ("close", []), ("_accept", []),
            ("send", [lambda r: mostly(data, r), flags]), ("sendall", [lambda r: mostly(data, r), flags]),
            ("sendto", [lambda r: mostly(data, r), flags, place]), ("sendto", [lambda r: mostly(data, r), place]),
            ("recv", [count, flags]), ("recvfrom", [count, flags]),
            ("recv_into", [room, count, flags]), ("recvfrom_into", [room, count, flags]),
            ("recvmsg", [count, count, flags]), ("recvmsg_into", [lambda r: r.choice([[], [bytearray(5)], [b"x"], None, [bytearray(2)] * 3]), count, flags]),
            ("sendmsg", [buffers, control, flags, place]), ("sendmsg", [buffers, control]), ("sendmsg", [buffers]),
            ("__init__", [lambda r: r.choice([2, 10, 1, -1, number(r)]), lambda r: r.choice([1, 2, number(r)]), lambda r: r.choice([0, 6, number(r)]), lambda r: r.choice([None, -1, 10**6, 1.5, "3"])]),
        ]

    def make(self):
        r = self.r
        kind = r.choice(self.KINDS)
        calls = []
        for _ in range(r.choice([1, 1, 1, 2, 3])):
            name, parts = r.choice(self.rows)
            made = [mostly(part, r) for part in parts]
            if r.random() < 0.25:
                made = made[: r.randrange(len(made) + 1)]
            if name == "__init__" and len(made) == 4:
                made[3] = nobodys(made[3])
            calls.append((name, made))
        return f"{kind} {', '.join(name for name, _ in calls)}", (kind, 0.0), calls

    def run(self, module, case):
        _, ((kind, family, sort), timeout), calls = case
        other = None
        if kind == "pair":
            sock, other = module.socketpair(family, sort)
        else:
            sock = module.socket(family if kind != "claimed" else 1, sort if kind != "claimed" else 1)
        if kind == "closed":
            sock.close()
        if kind == "claimed":
            sock = module.socket(family, sort, 0, fileno=sock.detach())
        # Nothing waits. (Where there is a time-out CPython asks poll before the call, and never learns of an error that poll hides.)
        if kind != "closed":
            sock.settimeout(timeout)
        results = []
        for name, arguments in calls:
            arguments = [bytearray(a) if isinstance(a, bytearray) else memoryview(bytearray(a)) if isinstance(a, memoryview) else a for a in arguments]
            if name in ("settimeout", "setblocking"):
                result = outcome(lambda: getattr(sock, name)(*arguments))
                result = (result, outcome(sock.gettimeout), outcome(sock.getblocking))
                if sock.fileno() >= 0:
                    sock.settimeout(timeout)
            else:
                before = sock.fileno()
                result = outcome(lambda: getattr(sock, name)(*arguments))
                if name == "__init__" and sock.fileno() >= 0:
                    # Another socket, which would wait; nobody closes the one before.
                    sock.settimeout(timeout)
                    if before not in (-1, sock.fileno()):
                        os.close(before)
            if result[0] == "gave" and name in ("fileno", "_accept", "detach", "getsockname"):
                if name == "detach" and result[2] >= 0:
                    os.close(result[2])
                # Numbers and ports are chosen by the kernel.
                result = (result[:2], name == "getsockname" and isinstance(result[2], tuple) and result[2][0])
            if name in ("recv_into", "recvfrom_into", "recvmsg_into"):
                result = (result, [bytes(a) for a in arguments if isinstance(a, (bytearray, memoryview))])
            results.append(result)
            results.append((sock.family, sock.type, sock.proto) if name == "__init__" and sock.fileno() >= 0 else sock.fileno() >= 0)
        for one in (sock, other):
            if one is not None:
                one.close()
        # Paths that were bound.
        for name in os.listdir(b"."):
            os.unlink(name)
        return results


# --- comparing ---------------------------------------------------------------------------------------------------------------


def simpler(value):
    """What to try in the place of a value, simplest first."""
    if isinstance(value, (tuple, list)) and value:
        for index in range(len(value)):
            yield type(value)([*value[:index], *value[index + 1:]])
        for index, part in enumerate(value):
            for less in simpler(part):
                yield type(value)([*value[:index], less, *value[index + 1:]])
    elif isinstance(value, (str, bytes)) and len(value) > 1:
        yield value[: len(value) // 2]
        yield value[:-1]
    elif isinstance(value, int) and not isinstance(value, bool) and value not in (0, 1):
        yield from (0, 1, value // 2)


def attempt(kind, module, case):
    try:
        return kind.run(module, case)
    except Exception as error:
        return ("no case", type(error).__name__, str(error))


def differ(kind, modules, case):
    results = [attempt(kind, module, case) for module in modules]
    # NaN is not itself.
    if shown(results[0]) == shown(results[1]) or kind.is_fair(case, *results):
        return None
    if kind.SHARED:
        # What it is about is not the order, and no chance.
        again = [attempt(kind, module, case) for module in reversed(modules)][::-1]
        if shown(again) != shown(results):
            return None
    return results


REFUSALS = ("builtins.TypeError", "builtins.OverflowError", "builtins.MemoryError", "builtins.ValueError", "builtins.UnicodeEncodeError")


def no_such(result):
    """Does the kernel have no such kind of socket? It has four words for that: EINVAL, EPROTONOSUPPORT, ESOCKTNOSUPPORT, EAFNOSUPPORT."""
    return isinstance(result, tuple) and result[0] == "raised" and result[-2:-1] and result[-2][:1] in ((22,), (93,), (94,), (97,))


def is_none(result):
    """Is there no socket any more? Flags that no call takes the kernel may name first: EBADF, EINVAL."""
    return isinstance(result, tuple) and result[0] == "raised" and result[-2:-1] and result[-2][:1] in ((9,), (22,))


def refused(result):
    """Was the call refused for its arguments?"""
    if not isinstance(result, tuple) or result[0] != "raised":
        return False
    return result[1].split("<")[0] in REFUSALS or result[-1] == "getsockaddrlen: bad family"


def shrunk(kind, modules, case):
    for _ in range(200):
        for less in simpler(case[2]):
            found = differ(kind, modules, (*case[:2], less))
            if found and not any("no case" in shown(result) for result in found):
                case = (*case[:2], less)
                break
        else:
            break
    return case


def documented(name, one, other):
    if getattr(one, "__doc__", None) and not getattr(other, "__doc__", None):
        yield f"{name}: nothing is said of it with ours"
    signature = getattr(one, "__text_signature__", None)
    if signature and not name.startswith("socket.__") and signature != other.__text_signature__:
        yield f"{name}: {signature} with theirs, {other.__text_signature__} with ours"


def both_refused(theirs, ours):
    """Of several faults either may be told. CPython 3.11 to 3.13 take what is no tuple for their own mistake in some of CAN's."""
    mistaken = theirs[0] == "raised" and theirs[1] == "builtins.SystemError"
    return (mistaken or refused(theirs)) and refused(ours)


BLUETOOTH = ("AF_BLUETOOTH", "BDADDR_", "BTPROTO_", "HCI_", "SOL_HCI")


def constants(ours):
    for name in sorted(set(dir(theirs)) | set(dir(ours))):
        if name.startswith("__"):
            continue
        one, other = (getattr(module, name, "missing") for module in (theirs, ours))
        plain = (int, str, bytes, bool, type(None))
        if callable(one):
            yield from documented(name, one, other)
        if one == "missing" and not hasattr(theirs, "AF_BLUETOOTH") and name.startswith(BLUETOOTH):
            # An interpreter may be built without; ours needs nobody's header.
            continue
        if isinstance(one, plain) or isinstance(other, plain):
            if type(one) is not type(other) or one != other:
                yield f"{name}: {one!r} with theirs, {other!r} with ours"
        elif callable(one) != callable(other) or isinstance(one, type) != isinstance(other, type):
            yield f"{name}: {one!r} with theirs, {other!r} with ours"
        elif callable(one) and not isinstance(one, type) and one.__name__ != other.__name__:
            yield f"{name}: its name is {one.__name__!r} with theirs, {other.__name__!r} with ours"
        elif isinstance(one, type):
            what = lambda kind: (kind.__module__, kind.__qualname__, [base.__name__ for base in kind.__mro__])
            if what(one) != what(other):
                yield f"{name}: {what(one)} with theirs, {what(other)} with ours"
    for name in sorted(set(dir(theirs.socket)) | set(dir(ours.socket))):
        one, other = (getattr(module.socket, name, "missing") for module in (theirs, ours))
        if (one == "missing") != (other == "missing") or type(one).__name__ != type(other).__name__:
            yield f"socket.{name}: {one!r} with theirs, {other!r} with ours"
        yield from documented(f"socket.{name}", one, other)


# How long one case may take, in seconds.
LIMIT = 60
running = None


def hangs(*_):
    print(f"it took longer than {LIMIT} s: {shown(running)}", flush=True)
    os._exit(3)


def examine(kind, modules, cases, found):
    """Runs so many cases, and adds what differs."""
    global running
    seen = set()
    before = len(found)
    start = time.monotonic()
    for _ in range(cases):
        case = running = kind.make()
        signal.alarm(LIMIT)
        results = differ(kind, modules, case)
        if results is None:
            continue
        # One of a sort is enough.
        sort = (case[0].split(",")[0] if kind.COSTS > 1 else case[0], shown(results)[:50])
        if sort in seen:
            continue
        seen.add(sort)
        if kind.SHRINKS:
            case = shrunk(kind, modules, case)
        results = differ(kind, modules, case)
        if results is None:
            # By chance, once.
            continue
        told = "".join(f"\n    {whose} {shown(result)[:500]}" for whose, result in zip(("theirs:", "ours:  "), results))
        found.append(f"{case[0]}: {case[2]!r}"[:400] + told)
    print(f"{type(kind).__name__}: {cases} calls, {len(found) - before} differences, {time.monotonic() - start:.1f} s", flush=True)
    return cases


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--seed", type=int, default=random.randrange(2**32))
    parser.add_argument("--cases", type=int, default=10000)
    parser.add_argument("--most", type=int, default=25, help="differences that are shown")
    parser.add_argument("ours")
    options = parser.parse_args()
    ours = load(options.ours)
    place = tempfile.TemporaryDirectory()
    os.chdir(place.name)
    sys.unraisablehook = lambda *_: None
    signal.signal(signal.SIGALRM, hangs)
    import warnings
    warnings.simplefilter("ignore")
    r = random.Random(options.seed)
    kernel = Kernel()
    found, begun = [], time.monotonic()
    found += constants(ours)
    total = len([name for name in dir(theirs) if isinstance(getattr(theirs, name), int)])
    print(f"{total} constants, {len(found)} differences")

    modules = (theirs, ours)
    played = [kind(r, kernel, modules) for kind in (Into, OutOf)]

    def work():
        kernel.enter()
        nonlocal total
        for kind in played:
            total += examine(kind, modules, options.cases // kind.COSTS, found)

    for kind in (Pure(r), Method(r)):
        total += examine(kind, modules, options.cases // kind.COSTS, found)
    thread = threading.Thread(target=work)
    thread.start()
    thread.join()
    for difference in found[: options.most]:
        print(difference)
    print(f"{total} cases, {len(found)} differences, seed {options.seed}, {time.monotonic() - begun:.1f} s")
    sys.exit(1 if found else 0)


if __name__ == "__main__":
    main()
