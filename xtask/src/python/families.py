"""Both `_socket`s on a kernel that has every family: data and addresses go through sockets of each, and any difference is told.

Contract: for the VM alone (BERKELEY_VM=1): it connects and sends over whatever there is, AF_VSOCK too. A row of the table is a kind of socket: it
must be there, and carry data with each module; both modules then read the same descriptors, so that names and senders are compared as they
are. Random calls, and options, are made on sockets of each module's own, and compared but for the numbers that the kernel has chosen.
`--out` gets a line of JSON for each row, and one at the end: without that it did not come to its end.
Sources: `differential.py`; the kernel's headers; CPython's Doc/library/socket.rst.
"""

import argparse
import ctypes
import errno
import faulthandler
import fcntl
import json
import os
import random
import struct
import sys
import tempfile
import threading
import time
import typing
import warnings

# -I leaves it out.
sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))

from differential import Kind, address, both_refused, examine, families, libc, load, number, outcome, shown, small, theirs

STREAM, DGRAM, RAW, RDM, SEQPACKET = 1, 2, 3, 4, 5
SOCKET = (1, 1, 84)
# SO_PEERPIDFD makes a descriptor, SO_MEMINFO and SO_INCOMING_CPU are the moment's.
MOMENTS = {(1, 77), (1, 55), (1, 49)}
# Seconds: the VM is slow.
PATIENCE = 10
# Seconds for everything: what takes longer hangs, and is told where.
LIMIT = 90
# The client sends without an address.
NOBODY = object()


class Row(typing.NamedTuple):
    """A kind of socket."""

    # As in `families`: the family, and what its addresses are made of.
    shape: str
    type: int
    protocol: int = 0
    # "connects": server, client, and the server's other end; "sends": both alike; "alone": what it sends is answered; "nothing".
    how: str = "nothing"
    server: object = None
    client: object = None
    # Where the client connects or sends to; None: what the server's getsockname says.
    to: object = None
    # What is set on both before: level, name, value.
    before: tuple = ()
    data: bytes = b"hello"
    # Options: level, first and last name.
    levels: tuple = ()
    # poll knows nothing of AF_ALG's connections.
    patience: object = PATIENCE

    def family(self):
        name = self.shape.split("/")[0]
        return getattr(theirs, name) if name[0] == "A" else int(name)

    def name(self):
        return f"{self.shape} type {self.type} protocol {self.protocol}"

    def open(self, module, fileno=None):
        return module.socket(self.family(), self.type, self.protocol, fileno=fileno)


def controllers():
    """The addresses of the Bluetooth controllers that are up."""
    with_ioctl = theirs.socket(theirs.AF_BLUETOOTH, RAW, theirs.BTPROTO_HCI)
    found = []
    for device in range(16):
        info = bytearray(struct.pack("H", device).ljust(92, b"\0"))
        try:
            # HCIGETDEVINFO
            fcntl.ioctl(with_ioctl.fileno(), 0x800448D3, info, True)
        except OSError:
            continue
        if info[16] & 1:
            found.append(":".join(f"{octet:02X}" for octet in info[15:9:-1]))
    with_ioctl.close()
    return found


def rows():
    here, there = controllers()[:2]
    inet, inet6, tipc, bluetooth = (0, 1, 52), (41, 1, 80), (271, 127, 143), (274, 1, 20)
    # SCTP_NODELAY: else each message waits until the one before has been heard of.
    prompt = ((132, 3, 1),)
    header = struct.pack(">BBHHHBBH4s4s", 0x45, 0, 25, 1, 0, 64, 253, 0, b"\x7f\0\0\1", b"\x7f\0\0\1")
    frame = struct.pack("=IB3x8s", 0x123, 5, b"hello")
    # RX_READ of what RX_SETUP has set.
    subscribed = [struct.pack("@3I4l2I0Q", code, 0, 0, 0, 0, 0, 0, 0x123, 0) for code in (5, 7)]
    filter_of_events = struct.pack("=IIIHxx", 1 << 4, 1 << 14, 0, 0x1009)
    echo = struct.pack(">BBHHH", 8, 0, 0xF7FF - 0x1234, 0, 0x1234)
    return [
        Row("AF_INET/0", STREAM, 0, "connects", ("127.0.0.1", 0), ("127.0.0.1", 0), levels=(SOCKET, inet, (6, 1, 44))),
        Row("AF_INET/0", DGRAM, 0, "sends", ("127.0.0.1", 0), ("127.0.0.1", 0), levels=(inet, (17, 1, 105))),
        Row("AF_INET/0", RAW, 253, "sends", ("127.0.0.1", 0), ("127.0.0.1", 0), to=("127.0.0.1", 0), data=header + b"hello",
            before=((0, 3, 1),), levels=((255, 1, 9),)),
        Row("AF_INET/0", DGRAM, 1, "alone", ("127.0.0.1", 0), to=("127.0.0.1", 0), data=echo),
        Row("AF_INET/0", STREAM, 132, "connects", ("127.0.0.1", 0), ("127.0.0.1", 0), before=prompt, levels=((132, 0, 40),)),
        Row("AF_INET/0", SEQPACKET, 132, "sends", ("127.0.0.1", 0), ("127.0.0.1", 0), before=prompt, levels=((132, 0, 40),)),
        Row("AF_INET/0", DGRAM, 136, "sends", ("127.0.0.1", 0), ("127.0.0.1", 0), levels=((136, 1, 12),)),
        Row("AF_INET/0", STREAM, 262, "connects", ("127.0.0.1", 0), ("127.0.0.1", 0), levels=((284, 1, 4),)),
        Row("AF_INET6/0", STREAM, 0, "connects", ("::1", 0), ("::1", 0, 0, 0), levels=(inet6,)),
        Row("AF_INET6/0", DGRAM, 0, "sends", ("::1", 0, 0x12345), ("::1", 0), levels=(inet6,)),
        Row("AF_INET6/0", SEQPACKET, 132, "sends", ("::1", 0), ("::1", 0), before=prompt, levels=((132, 100, 135),)),
        Row("AF_UNIX/0", STREAM, 0, "connects", "/tmp/families-server", b"\0families-client"),
        Row("AF_UNIX/0", SEQPACKET, 0, "connects", "\0families-server", "/tmp/families-client"),
        Row("AF_UNIX/0", DGRAM, 0, "sends", "\0families-\udcff", "", levels=(SOCKET,)),
        # NETLINK_USERSOCK; NETLINK_ROUTE, whose kernel answers a request that is none by an error.
        Row("AF_NETLINK/0", RAW, 2, "sends", (70_001, 0), (70_002, 0), levels=((270, 1, 12),)),
        Row("AF_NETLINK/0", RAW, 0, "alone", (70_003, 0), to=(0, 0), data=struct.pack("=IHHII", 16, 18, 5, 7, 70_003)),
        Row("AF_PACKET/0", DGRAM, 0, "sends", ("lo", 0x88B5), None, to=("lo", 0x88B5, 0, 0, bytes(6)), levels=((263, 1, 25),)),
        Row("AF_PACKET/0", RAW, 0, "sends", ("lo", 0x88B6), ("lo", 0), to=NOBODY, data=bytes(12) + b"\x88\xb6hello"),
        Row("AF_TIPC/0", STREAM, 0, "connects", (1, 70_000, 1, 1, 2), None, (2, 70_000, 1, 0), levels=(tipc,)),
        Row("AF_TIPC/0", SEQPACKET, 0, "connects", (1, 70_000, 2, 9, 3), None, (2, 70_000, 5, 0, 3), levels=(tipc,)),
        Row("AF_TIPC/0", RDM, 0, "sends", (2, 70_000, 11, 0), None, (1, 70_000, 11, 11), levels=(tipc,)),
        Row("AF_TIPC/0", DGRAM, 0, "sends", (1, 70_000, 12, 20, 1), None, levels=(tipc,)),
        Row("AF_VSOCK/0", STREAM, 0, "connects", (1, 70_000), (1, 70_001), levels=((40, 0, 9),)),
        Row("AF_VSOCK/0", SEQPACKET, 0, "connects", (2**32 - 1, 70_002), None, (1, 70_002), levels=((40, 0, 9),)),
        Row("AF_QIPCRTR/0", DGRAM, 0, "sends", (1, 0), (1, 0)),
        Row("AF_RDS/0", SEQPACKET, 0, "sends", ("127.0.0.1", 7001), ("127.0.0.1", 7002), levels=((276, 1, 12),)),
        Row("AF_ALG/0", SEQPACKET, 0, "alone", ("hash", "sha256"), levels=((279, 1, 8),), patience=None),
        Row("AF_CAN/CAN_RAW", RAW, 1, "sends", ("vcan0",), ("vcan0",), NOBODY, data=frame, levels=((101, 1, 8),)),
        Row("AF_CAN/CAN_BCM", DGRAM, 2, "alone", None, to=("vcan0",), data=subscribed),
        Row("AF_CAN/CAN_ISOTP", DGRAM, 6, "sends", ("vcan0", 0x201, 0x202), ("vcan0", 0x202, 0x201), NOBODY, levels=((106, 1, 8),)),
        Row("AF_CAN/CAN_J1939", DGRAM, 7, "sends", ("vcan0", 0, 0x40000, 0x20), ("vcan0", 0, 0x40000, 0x30), ("vcan0", 0, 0xEF00, 0x20),
            before=((1, 6, 1),), levels=((107, 1, 8),)),
        Row("AF_BLUETOOTH/BTPROTO_L2CAP", SEQPACKET, 0, "connects", (there, 0x1031), (here, 0), levels=(bluetooth, (6, 1, 4))),
        Row("AF_BLUETOOTH/BTPROTO_RFCOMM", STREAM, 3, "connects", (there, 11), (here, 0), levels=(bluetooth, (18, 1, 4))),
        Row("AF_BLUETOOTH/BTPROTO_SCO", SEQPACKET, 2, "connects", there.encode(), here.encode(), there.encode(), data=b"x" * 48, levels=(bluetooth, (17, 1, 3))),
        Row("AF_BLUETOOTH/BTPROTO_HCI", RAW, 1, "alone", (0,), data=b"\x01\x09\x10\0", before=((0, 2, filter_of_events),), levels=((0, 1, 5),)),
        # Of those CPython has no addresses: BNEP, SMC, XDP, RXRPC.
        Row("AF_BLUETOOTH/BNEP", RAW, 4), Row("43/SMC", STREAM), Row("44/XDP", RAW), Row("33/RXRPC", DGRAM, 2),
    ]


def is_fair(one, other):
    return one == other or both_refused(one, other)


# --- what must go through ----------------------------------------------------------------------------------------------------


class Broken(Exception):
    """A step has failed: what comes behind it cannot be."""


class Exchange:
    """Sockets of one module carry data, and both read the same ones."""

    def __init__(self, row, maker, readers):
        self.row, self.maker, self.readers = row, maker, readers
        # What each call came to, without what the kernel has chosen.
        self.steps = []
        # What both have read: what, theirs, ours.
        self.readings = []
        self.open = []

    def run(self):
        try:
            self.exchange()
        except Broken:
            pass
        finally:
            for sock in self.open:
                sock.close()
            for place in (self.row.server, self.row.client):
                if isinstance(place, str) and place.startswith("/"):
                    os.path.exists(place) and os.unlink(place)
        return self

    def step(self, what, call, may_fail=False):
        result = outcome(call)
        self.steps.append((what, result if result[0] == "raised" else result[:2]))
        if result[0] == "raised":
            if may_fail:
                return None
            raise Broken
        return result[2]

    def made(self, fileno=None):
        sock = self.step("socket", lambda: self.row.open(self.maker, fileno))
        self.open.append(sock)
        sock.settimeout(self.row.patience)
        if fileno is None:
            for level, name, value in self.row.before:
                self.step("setsockopt", lambda: sock.setsockopt(level, name, value))
        return sock

    def exchange(self):
        row = self.row
        server = self.made()
        if row.server is not None:
            self.step("bind", lambda: server.bind(row.server))
        if row.how == "nothing":
            return self.names(server)
        if row.how == "alone":
            return self.alone(server)
        client = self.made()
        if row.client is not None:
            self.step("bind", lambda: client.bind(row.client))
        to = row.to if row.to is not None else self.step("getsockname", server.getsockname)
        self.names(server, client)
        # Of datagrams, one kind wants it, others refuse it.
        self.step("listen", lambda: server.listen(1), may_fail=row.how == "sends")
        if row.how == "sends":
            self.read(server, lambda: client.send(row.data) if to is NOBODY else client.sendto(row.data, to))
            return self.names(server, client)
        accepted = []
        thread = threading.Thread(target=lambda: accepted.append(outcome(server._accept)))
        thread.start()
        try:
            self.step("connect", lambda: client.connect(to))
        finally:
            thread.join()
        self.steps.append(("_accept", accepted[0] if accepted[0][0] == "raised" else accepted[0][:2]))
        if accepted[0][0] == "raised":
            raise Broken
        served = self.made(accepted[0][2][0])
        self.names(client, served)
        # Whoever was accepted says whom from; so does the socket.
        said = [outcome(self.both(served)[0].getpeername), ("gave", type(accepted[0][2][1]).__name__, accepted[0][2][1])]
        if row.family() not in (theirs.AF_UNIX, theirs.AF_TIPC):
            self.readings.append(("_accept", *said))
        self.read(served, lambda: client.send(row.data))
        self.read(client, lambda: served.sendall(row.data))

    def alone(self, sock):
        row = self.row
        if row.family() == theirs.AF_ALG:
            self.names(sock)
            sock = self.made(self.step("_accept", sock._accept)[0])
        elif isinstance(row.data, list):
            self.step("connect", lambda: sock.connect(row.to))
            self.step("send", lambda: sock.send(row.data[0]))
        data = row.data[-1] if isinstance(row.data, list) else row.data
        self.names(sock)
        by_name = row.to is not None and not isinstance(row.data, list)
        self.read(sock, lambda: sock.sendto(data, row.to) if by_name else sock.send(data))

    def both(self, sock):
        """Objects of both modules on one descriptor."""
        pair = [self.row.open(module, os.dup(sock.fileno())) for module in self.readers]
        self.open += pair
        for one in pair:
            one.settimeout(self.row.patience)
        return pair

    def names(self, *sockets):
        for sock in sockets:
            pair = self.both(sock)
            for name in ("getsockname", "getpeername"):
                self.readings.append((name, *(outcome(getattr(one, name)) for one in pair)))

    def read(self, sock, send):
        pair = self.both(sock)
        size = len(self.row.data) if self.row.type == STREAM else 200

        def into(one):
            room = bytearray(size)
            return one.recvfrom_into(room), bytes(room)

        ways = [("recvfrom", lambda one: one.recvfrom(size)), ("recvmsg", lambda one: one.recvmsg(size, 256)), ("recvfrom_into", into)]
        for what, way in ways:
            results = []
            for one in pair:
                self.step("send", send)
                results.append(outcome(lambda: way(one)))
            self.readings.append((what, *results))
            if any(result[0] == "raised" for result in results):
                raise Broken


def exchanged(row, modules):
    """What is wrong with the data that go through sockets of a row."""
    made = []
    for maker in modules:
        done = Exchange(row, maker, modules).run()
        whose = "theirs" if maker is theirs else "ours"
        for what, one, other in done.readings:
            if shown(one) != shown(other) and not is_fair(one, other):
                yield f"{what} of {whose}\n    theirs: {shown(one)}\n    ours:   {shown(other)}"
        broken = [step for step in done.steps if step[1][0] == "raised" and step[0] != "listen"]
        broken += [reading for reading in done.readings if not reading[0].startswith("get") and reading[1][0] == "raised"]
        if broken:
            yield f"nothing goes through sockets of {whose}: {broken[-1]}"
        made.append(done.steps)
    if shown(made[0]) != shown(made[1]):
        at = next((at for at, (one, other) in enumerate(zip(*made)) if shown(one) != shown(other)), -1)
        yield f"step {at}\n    theirs: {shown(made[0][at])}\n    ours:   {shown(made[1][at])}"


# --- random calls ------------------------------------------------------------------------------------------------------------


def bits(value):
    """What may become of a number on its way through the kernel."""
    return {value, value & 0xFFFFFFFF, value & 0xFFFF, value & 0xFF, (value + 2**31) % 2**32 - 2**31}


def numbers(value):
    if isinstance(value, int):
        yield from bits(value)
    elif isinstance(value, (tuple, list)):
        for part in value:
            yield from numbers(part)


def masked(value, told):
    """Without numbers that the kernel has chosen: those that nobody told it."""
    if isinstance(value, tuple):
        return tuple(masked(part, told) for part in value)
    if isinstance(value, int) and not isinstance(value, bool) and value not in told and not 0 <= value < 16:
        return "?"
    return value


class OfRow(Kind):
    """Cases with sockets of a row, each with one of its own."""

    SHARED = True
    COSTS = 2

    def __init__(self, r, row, modules):
        self.r, self.row, self.modules = r, row, modules
        self.parts, self.fewer = next(((parts, fewer) for name, _, _, parts, fewer in families(theirs) if name == row.shape), ([number], 0))

    @staticmethod
    def is_fair(case, one, other):
        return len(one) == len(other) and all(map(is_fair, one, other))


KERNEL = tuple(int("".join(filter(str.isdigit, part))) for part in os.uname().release.split("-")[0].split(".")[:2])

# Calls that give an address.
CHOSEN = {"_accept", "recvfrom", "recvmsg"}


class Calls(OfRow):
    """Some calls on a new socket, with right addresses and wrong ones."""

    def place(self):
        r, row = self.r, self.row
        right = [place for place in (row.server, row.client, row.to) if place is not None and place is not NOBODY]
        return r.choice(right) if right and r.random() < 0.5 else address(r, row.family(), self.parts, self.fewer)

    def make(self):
        r, row = self.r, self.row
        # What goes over a bus in pieces waits for somebody who takes them.
        long = [] if row.family() == theirs.AF_CAN else [b"x" * 200]
        data = lambda: r.choice([b"", b"x", *(row.data if isinstance(row.data, list) else [row.data]), *long])
        # Ours leaves MSG_NOSIGNAL out where the kernel knows none.
        flags = lambda: r.choice([0, 0, 0x40, 2, 0x20, 0 if row.family() in (theirs.AF_QIPCRTR, theirs.AF_RDS) else 0x4000])
        ways = [
            ("bind", lambda: [self.place()]), ("bind", lambda: [self.place()]), ("connect", lambda: [self.place()]), ("connect_ex", lambda: [self.place()]),
            ("sendto", lambda: [data(), self.place()]), ("sendto", lambda: [data(), flags(), self.place()]),
            ("sendmsg", lambda: [[data()], [], flags(), self.place()]), ("send", lambda: [data(), flags()]),
            ("listen", lambda: [r.choice([0, 1, 5])]), ("_accept", lambda: []), ("shutdown", lambda: [r.choice([0, 1, 2])]),
            ("recvfrom", lambda: [r.choice([0, 1, 100]), flags()]), ("recvmsg", lambda: [100, 100, flags()]), ("recv", lambda: [100]),
            ("sendmsg_afalg", lambda: [[data()], r.choice([0, 1, 2]), r.choice([b"", bytes(16)]), r.choice([0, 5])]),
        ]
        if row.family() != theirs.AF_ALG:
            ways.pop()
        if row.family() == theirs.AF_BLUETOOTH and KERNEL < (6, 12):
            # Linux 6.1 panics where one is closed whose connect found nobody.
            ways = [way for way in ways if not way[0].startswith("connect")]
        calls = []
        for at in range(r.choice([1, 2, 3, 4])):
            name, arguments = ways[0] if at == 0 and r.random() < 0.4 else r.choice(ways)
            made = arguments()
            if r.random() < 0.04:
                made = made[: r.randrange(len(made) + 1)]
            calls.append((name, made))
        return f"{row.name()} {', '.join(name for name, _ in calls)}", (), calls

    def run(self, module, case):
        told = set(numbers(case[2]))
        socks = [self.row.open(module)]
        socks[0].settimeout(0)
        results, in_progress = [], False
        for name, arguments in case[2]:
            sock = socks[-1]
            if name == "sendmsg_afalg" and len(arguments) == 4:
                call = lambda: sock.sendmsg_afalg(arguments[0], op=arguments[1], iv=arguments[2], assoclen=arguments[3])
            else:
                call = lambda: getattr(sock, name)(*arguments)
            result = outcome(call)
            if name == "_accept" and result[0] == "gave":
                socks.append(self.row.open(module, result[2][0]))
                socks[-1].settimeout(0)
                result = ("gave", "tuple", ("descriptor", *result[2][1:]))
            results.append(masked(result, told) if name in CHOSEN and result[0] == "gave" else result)
            said = result[-2] if result[0] == "raised" else result[2:] if name == "connect_ex" else ()
            in_progress = said[:1] == (errno.EINPROGRESS,)
            if in_progress:
                # What comes of it is a matter of time.
                break
        # Both must call one socket the same, whatever it is called.
        for sock in socks:
            pair = [self.row.open(one, os.dup(sock.fileno())) for one in self.modules]
            for name in ("getsockname", "getpeername"):
                one, other, again = (outcome(getattr(one, name)) for one in (*pair, pair[0]))
                if shown(one) != shown(other) and shown(one) == shown(again):
                    results.append(("differ", name, one, other, module is theirs))
                elif not in_progress:
                    results.append(masked(one, told) if one[0] == "gave" else one)
            for one in pair:
                one.close()
        for sock in socks:
            sock.close()
        for name in os.listdir(b"."):
            os.unlink(name)
        return results


def value_of(sock, level, name, room):
    """What getsockopt gives, but for what was there before: CPython's room for it has whatever the memory held.

    Some options read it (SCTP's, PACKET_HDRLEN), of others the kernel says that it has written more than it has.
    """
    result = outcome(lambda: sock.getsockopt(level, name, *room))
    if not room:
        return result
    codes, made = set(), []
    for fill in (b"\0", b"\xaa", b"\x55"):
        memory = ctypes.create_string_buffer(fill * room[0], room[0])
        code = libc.getsockopt(sock.fileno(), level, name, memory, ctypes.byref(ctypes.c_uint(room[0])))
        codes.add(code and ctypes.get_errno())
        made.append(memory.raw)
    if len(codes) > 1:
        return "as the room says"
    if result[0] == "raised":
        # Which fault of the room's is told is chance as well; without a room both say the same.
        return "the kernel's no" if len(result[-2]) == 2 else result
    octets = list(zip(result[2], *made))
    if type(sock) is not theirs.socket and any(octet for octet, *others in octets if others == [0, 0xAA, 0x55]):
        return "ours lets the memory's bytes out"
    return "gave", bytes(octet if len(set(others)) == 1 else 0 for octet, *others in octets)


class Options(OfRow):
    """An option is set, and asked for."""

    def make(self):
        r = self.r
        level, first, last = r.choice(self.row.levels)
        name = r.randrange(first, last + 1)
        if r.random() < 0.05:
            level, name = number(r), small(r)
        if (level, name) in MOMENTS:
            name = 1
        value = r.choice([0, 1, 2, 8, 64, 4096, number(r), bytes(4), struct.pack("I", 1), bytes(8), struct.pack("II", 1, 0), bytes(16), r.randbytes(r.randrange(40)),
                          b"lo\0", b"", "x", None])
        length = [r.choice([0, 4, 16])] if value is None and r.random() < 0.8 else []
        return f"setsockopt of {self.row.name()} {level} {name}", (), [level, name, value, *length]

    def run(self, module, case):
        sock = self.row.open(module)
        results = [outcome(lambda: sock.setsockopt(*case[2]))]
        # Numbers that are too large for C were the first call's affair.
        if all(isinstance(part, int) and abs(part) < 2**31 for part in case[2][:2]) and len(case[2]) > 1:
            results += [value_of(sock, *case[2][:2], room) for room in ((), (4,), (64,))]
        sock.close()
        return results


def asked(row, modules, found):
    """Every option of one socket, by both."""
    sock = row.open(theirs)
    one, other = pair = [row.open(module, os.dup(sock.fileno())) for module in modules]
    count = 0
    for level, first, last in row.levels:
        for name in range(first, last + 1):
            for room in ((), (4,), (100,)):
                if (level, name) in MOMENTS:
                    continue
                count += 1
                value, others, again = (value_of(sock, level, name, room) for sock in (one, other, one))
                # What is the moment's is nobody's.
                if shown(value) != shown(others) and shown(value) == shown(again):
                    found.append(f"getsockopt({level}, {name}, {room}) of {row.name()}\n    theirs: {shown(value)}\n    ours:   {shown(others)}")
    for sock in (*pair, sock):
        sock.close()
    return count


def opened(modules, found):
    """Sockets of every family and type: is there one, and what is said of it?"""
    count = 0
    for family in range(50):
        for kind in (1, 2, 3, 4, 5, 6, 10, 0x80001):
            for protocol in (0, 1):
                results = []
                for module in modules:
                    result = outcome(lambda: module.socket(family, kind, protocol))
                    if result[0] == "gave":
                        result[2].close()
                    results.append(result if result[0] == "raised" else "opened")
                count += 1
                if shown(results[0]) != shown(results[1]):
                    found.append(f"socket({family}, {kind}, {protocol})\n    theirs: {shown(results[0])}\n    ours:   {shown(results[1])}")
    return count


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--seed", type=int, default=random.randrange(2**32))
    parser.add_argument("--cases", type=int, default=10, help="random cases of a row, of each kind")
    parser.add_argument("--only", default="", help="rows whose names contain it")
    parser.add_argument("--out", default=os.devnull)
    parser.add_argument("ours")
    options = parser.parse_args()
    if os.environ.get("BERKELEY_VM") != "1":
        sys.exit("this is not the VM: BERKELEY_VM is not 1")
    faulthandler.dump_traceback_later(LIMIT, exit=True)
    modules = (theirs, load(options.ours))
    place = tempfile.TemporaryDirectory()
    os.chdir(place.name)
    sys.unraisablehook = lambda *_: None
    warnings.simplefilter("ignore")
    # What the kernel lacks it shall not look for: each time a process.
    with open("/proc/sys/kernel/modprobe", "w") as modprobe:
        modprobe.write("\n")
    r, begun = random.Random(options.seed), time.monotonic()
    with open(options.out, "w", buffering=1) as out:

        def tell(name, work):
            found, start = [], time.monotonic()
            cases = work(found)
            line = {"row": name, "cases": cases, "differences": found, "seconds": round(time.monotonic() - start, 2)}
            print(json.dumps(line), file=out)
            print(f"{name}: {cases} cases, {len(found)} differences, {line['seconds']} s")
            for difference in found:
                print(f"  {difference}", flush=True)

        def whole(row):
            def work(found):
                found += exchanged(row, modules)
                count = 1 + asked(row, modules, found)
                count += examine(Calls(r, row, modules), modules, options.cases, found)
                if row.levels:
                    count += examine(Options(r, row, modules), modules, options.cases, found)
                return count

            return work

        if not options.only:
            tell("every family", lambda found: opened(modules, found))
        for row in rows():
            if options.only in row.name():
                tell(row.name(), whole(row))
        seconds = round(time.monotonic() - begun, 2)
        print(json.dumps({"done": True, "seed": options.seed, "seconds": seconds}), file=out)
    print(f"seed {options.seed}, {seconds} s")


if __name__ == "__main__":
    main()
