"""What programs do to a socket while it is in use, and what is left when the interpreter ends: a line for each scene.

Contract: run by `hostile.rs` in a copy of an interpreter with either `_socket`; the first line says with which, the others must be the
same. A scene is a process, so that a crash or a hang is its line. Sources: `Modules/socketmodule.c` and `Lib/test/test_socket.py` of CPython,
by what they do.
"""

import concurrent.futures
import ctypes
import errno
import gc
import os
import signal
import struct
import subprocess
import sys
import threading
import time
import warnings
import _socket

# A scene's process is killed then.
LIMIT = 60
# What comes before another thread or a handler acts: long enough for a call to wait.
SOON = 0.5
# Sockets that are not to be collected.
KEPT = []


def pair(timeout=None):
    a, b = _socket.socketpair()
    a.settimeout(timeout)
    return a, b


def full(timeout=None):
    """A pair of which the first cannot send."""
    a, b = _socket.socketpair()
    a.settimeout(0)
    try:
        while True:
            a.send(bytes(1 << 16))
    except BlockingIOError:
        a.settimeout(timeout)
    return a, b


def listener(timeout=None):
    a = _socket.socket()
    a.bind(("127.0.0.1", 0))
    a.listen()
    a.settimeout(timeout)
    b = _socket.socket()
    return a, b


def unanswered(timeout=None):
    """One that may try to connect to whom takes no more; the other is the listener, which it keeps."""
    b = _socket.socket()
    b.bind(("127.0.0.1", 0))
    b.listen(0)
    for _ in range(4):
        more = _socket.socket()
        more.settimeout(0)
        more.connect_ex(b.getsockname())
        KEPT.append(more)
    a = _socket.socket()
    a.settimeout(timeout)
    KEPT.append(b)
    return a, b


# What waits, on which socket; and what the other end does to wake it.
def drain(b, a):
    b.recv(1 << 20)


def fill(b, a):
    b.send(b"y")


CALLS = {
    "recv": (pair, lambda a: a.recv(10), fill),
    "recv_into": (pair, lambda a: a.recv_into(bytearray(10)), fill),
    "recvfrom": (pair, lambda a: a.recvfrom(10), fill),
    "recvfrom_into": (pair, lambda a: a.recvfrom_into(bytearray(10)), fill),
    "recvmsg": (pair, lambda a: a.recvmsg(10, 10), fill),
    "recvmsg_into": (pair, lambda a: a.recvmsg_into([bytearray(10)]), fill),
    "send": (full, lambda a: a.send(b"x"), drain),
    "sendall": (full, lambda a: a.sendall(bytes(1 << 22)), drain),
    "sendmsg": (full, lambda a: a.sendmsg([b"x"]), drain),
    "connect": (unanswered, lambda a: a.connect(KEPT[-1].getsockname()), None),
    "connect_ex": (unanswered, lambda a: a.connect_ex(KEPT[-1].getsockname()), None),
    "_accept": (listener, lambda a: a._accept()[1], lambda b, a: b.connect(a)),
}


def said(call):
    try:
        return repr(call())
    except BaseException as error:
        return f"{type(error).__name__}: {error}"


class Other:
    """A pair of sockets of which one takes the number of another socket; the bait is not to be read, nor sent to."""

    def __init__(self):
        self.end, self.near = _socket.socketpair()
        self.end.send(b"SECRET")
        self.near.settimeout(0)

    def take(self, socket):
        number = socket.fileno()
        socket.close()
        os.dup2(self.near.fileno(), number)

    def told(self):
        """What came to its end, and what is left of the bait."""
        self.end.settimeout(0)
        came = said(lambda: len(self.end.recv(1 << 20)))
        return came, said(lambda: self.near.recv(10))


def closed_by_handler(name, timeout):
    make, call, _ = CALLS[name]
    a, b = make(float(timeout) or None)
    other = Other()
    signal.signal(signal.SIGALRM, lambda *_: other.take(a))
    signal.setitimer(signal.ITIMER_REAL, SOON)
    return said(lambda: call(a)), other.told()


def closed_by_thread(name, timeout):
    """The waiting call holds the file open; then it is woken."""
    make, call, wake = CALLS[name]
    a, b = make(float(timeout))
    other = Other()
    address = a.getsockname() if name == "_accept" else a

    def act():
        time.sleep(SOON)
        other.take(a)
        wake(b, address)

    thread = threading.Thread(target=act)
    thread.start()
    answer = said(lambda: call(a))
    thread.join()
    return answer, other.told()


def sendall_between_parts(timeout):
    a, b = pair(float(timeout) or None)
    other = Other()

    def act():
        time.sleep(SOON)
        other.take(a)
        try:
            b.settimeout(1)
            while b.recv(1 << 20):
                pass
        except OSError:
            pass

    thread = threading.Thread(target=act)
    thread.start()
    answer = said(lambda: a.sendall(bytes(1 << 24)))
    thread.join()
    # Without a time-out the kernel sends all to the file it holds.
    return answer, other.told()


def handler_raises_and_closes():
    a, b = pair(5)

    def act(*_):
        a.close()
        raise KeyError("handler")

    signal.signal(signal.SIGALRM, act)
    signal.setitimer(signal.ITIMER_REAL, SOON)
    return said(lambda: a.recv(1))


def detached_by_handler():
    a, b = pair(5)
    signal.signal(signal.SIGALRM, lambda *_: os.close(a.detach()))
    signal.setitimer(signal.ITIMER_REAL, SOON)
    return said(lambda: a.recv(1))


class Ending:
    """A standard output whose flush, which comes when the interpreter ends, lets other threads try."""

    closed = False

    def write(self, text):
        pass

    def flush(self, sleep=time.sleep):
        sleep(0.3)


# What daemon threads do.
BUSY = {
    "recv": lambda a, b: a.recv(1),
    "recv_into": lambda a, b: a.recv_into(bytearray(5)),
    "recvmsg": lambda a, b: a.recvmsg(1, 100),
    "send": lambda a, b: b.send(b"x", _socket.MSG_DONTWAIT),
    "error": lambda a, b: a.recv(1, _socket.MSG_DONTWAIT),
    "settimeout": lambda a, b: a.settimeout(0.02),
    "close": lambda a, b: _socket.socket().close(),
    "collected": lambda a, b: _socket.socket(),
    "socketpair": lambda a, b: [end.close() for end in _socket.socketpair()],
    "getsockname": lambda a, b: a.getsockname(),
    "getaddrinfo": lambda a, b: _socket.getaddrinfo("localhost", 80),
    "getnameinfo": lambda a, b: _socket.getnameinfo(("127.0.0.1", 80), 0),
}


def exit_beside(call):
    """The interpreter ends while three threads call this again and again."""
    def run():
        while True:
            try:
                call()
            except OSError:
                pass

    for _ in range(3):
        threading.Thread(target=run, daemon=True).start()
    time.sleep(SOON)
    sys.stdout = Ending()
    os.write(1, b"ends")


def exit_beside_threads(name):
    warnings.simplefilter("ignore")
    a, b = pair(0.02)
    call = BUSY[name]
    exit_beside(lambda: call(a, b))


def exit_beside_a_hook():
    """A hook of Python's that lets others have the lock."""
    a, b = pair()

    def hook(event, args, sleep=time.sleep):
        if event == "socket.bind":
            sleep(0.005)

    sys.addaudithook(hook)
    exit_beside(lambda: a and b.bind(""))


class Last:
    """Is collected when the interpreter ends."""

    def __init__(self, call):
        self.call, self.write, self.base, self.text = call, os.write, Exception, repr

    def __del__(self):
        try:
            self.call()
        except self.base as error:
            self.write(1, self.text(error).encode())


def exit_raises(name):
    a, b = pair()
    a.settimeout(0)
    calls = {
        "recv": lambda: b and a.recv(1),
        "type": lambda: a.recv("x"),
        "bytes": lambda: a.recv_into(b"x"),
        "init": lambda make=_socket.socket: make(1, 2, 3, 4, 5),
        "address": lambda: a.bind(5),
        "getaddrinfo": lambda call=_socket.getaddrinfo: call(b"127.0.0.1", b"no such service"),
        "close": lambda call=_socket.close: call(9999),
    }
    sys.modules["last"] = sys.last = Last(calls[name])


def opened_by_warning():
    """Who is told of an unclosed socket closes it and opens a file, which gets its number."""
    opened = []

    def show(message):
        message.source.close()
        opened.append(os.open("/dev/null", os.O_RDONLY))

    warnings._showwarnmsg = show
    warnings.simplefilter("always")
    socket = _socket.socket()
    number = socket.fileno()
    del socket
    return opened[0] == number, said(lambda: os.fstat(number).st_rdev)


def told_of_unclosed(what):
    def show(message):
        raise KeyError("hook")

    found = []
    sys.unraisablehook = lambda told: found.append((told.exc_type.__name__, type(told.object)))
    if what == "hook":
        warnings._showwarnmsg = show
        warnings.simplefilter("always")
    else:
        warnings.simplefilter("error")
    socket = _socket.socket()
    number = socket.fileno()
    try:
        raise ValueError("earlier")
    except ValueError:
        del socket
    return found, said(lambda: os.fstat(number))


def refuse(number, argument):
    """From now on this system call says EPERM, where its second argument is this."""
    machine = os.uname().machine
    call = {"x86_64": {"ioctl": 16}, "aarch64": {"ioctl": 29}}[machine][number]
    # BPF: load the number, compare, load the argument's low half, compare, answer.
    rows = [(0x20, 0, 0, 0), (0x15, 0, 3, call), (0x20, 0, 0, 24), (0x15, 0, 1, argument)]
    rows += [(0x06, 0, 0, 0x00050000 | errno.EPERM), (0x06, 0, 0, 0x7FFF0000)]
    program = ctypes.create_string_buffer(b"".join(struct.pack("HBBI", *row) for row in rows))
    header = struct.pack("HxxxxxxP", len(rows), ctypes.addressof(program))
    libc = ctypes.CDLL(None, use_errno=True)
    assert libc.prctl(38, 1, 0, 0, 0) == 0 and libc.prctl(22, 2, header) == 0


def socketpair_half_made():
    """Its mode cannot be set; who is told of an unclosed socket opens a file."""
    opened = []
    warnings._showwarnmsg = lambda message: opened.append(os.open("/dev/null", os.O_RDONLY))
    warnings.simplefilter("always")
    FIONBIO = 0x5421
    refuse("ioctl", FIONBIO)
    _socket.setdefaulttimeout(5)
    before = len(os.listdir("/proc/self/fd"))
    answer = said(_socket.socketpair)
    gc.collect()
    after = len(os.listdir("/proc/self/fd")) - before
    return answer, after, [said(lambda: os.fstat(number).st_rdev) for number in opened]


def kind_of_type():
    class Below(_socket.socket):
        pass

    socket, below = _socket.socket(), Below()
    found = _socket.socket.__flags__ >> 14 & 1, gc.is_tracked(socket), gc.is_tracked(below)
    below.itself = below
    del socket, below
    gc.collect()
    return found


def scenes():
    for timeout in "0", "5":
        for name in CALLS:
            yield "closed_by_handler", name, timeout
        yield "sendall_between_parts", timeout
    for name, (_, _, wake) in CALLS.items():
        if wake:
            yield "closed_by_thread", name, "5"
    yield "handler_raises_and_closes",
    yield "detached_by_handler",
    for name in BUSY:
        yield "exit_beside_threads", name
    yield "exit_beside_a_hook",
    for name in "recv", "type", "bytes", "init", "address", "getaddrinfo", "close":
        yield "exit_raises", name
    yield "opened_by_warning",
    yield "told_of_unclosed", "hook"
    yield "told_of_unclosed", "error"
    if os.uname().machine in ("x86_64", "aarch64"):
        yield "socketpair_half_made",
    yield "kind_of_type",


def play(scene):
    command = [sys.executable, "-I", __file__, *scene]
    try:
        done = subprocess.run(command, capture_output=True, text=True, timeout=LIMIT)
        answer = [done.returncode, done.stdout]
    except subprocess.TimeoutExpired:
        answer = ["it hangs"]
    return f"{' '.join(scene)} {answer!r}"


def main():
    if len(sys.argv) > 1:
        answer = globals()[sys.argv[1]](*sys.argv[2:])
        if answer is not None:
            print(answer)
        return
    print(getattr(_socket, "__file__", None))
    # They sleep more than they run.
    with concurrent.futures.ThreadPoolExecutor(4) as pool:
        for line in pool.map(play, scenes()):
            print(line)


if __name__ == "__main__":
    main()
