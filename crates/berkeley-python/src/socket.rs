//! The type `_socket.socket`: opening one, its names, connections, its end, its time-out.

use core::ffi::c_int;
use core::sync::atomic::{AtomicI64, Ordering};
use std::os::fd::{AsRawFd, BorrowedFd, IntoRawFd, OwnedFd};

use berkeley_addr::{Address as _, AnyAddr, Type};
use berkeley_socket::{Errno, How, Kind, SocketRef};
use berkeley_sys::{descriptor, socket};
use pyo3::exceptions::PyValueError;
use pyo3::ffi::PyMethodDef;
use pyo3::prelude::*;
use pyo3::types::{PyAny, PyBool, PyDict, PyFloat, PyInt, PyString, PyTuple};

use crate::address::{self, Use};
use crate::call::{self, Answer, Args};
use crate::class::{self, Behaviour, Sock, methods};
use crate::error;
use crate::ffi::{audit, detached, fd, owned_fd};
use crate::number::{self, int, int_or, timeout};
use crate::{message, options, transfer};

/// What socket objects do.
pub(crate) enum Sockets {}

impl Behaviour for Sockets {
    fn methods() -> Vec<PyMethodDef> {
        methods![
            c"_accept" => accept, "($self, /)", "Takes a connection that has come: (descriptor, address of the peer).";
            c"bind" => bind, "($self, object, /)", "Gives the socket a local address.";
            c"close" => close, "($self, /)", "Closes the socket; a second time does nothing.";
            c"connect" => connect, "($self, object, /)", "Connects to an address.";
            c"connect_ex" => connect_ex, "($self, object, /)", "As connect; gives the errno of a failure, or 0.";
            c"detach" => detach, "($self, /)", "Gives up the descriptor without closing it, and returns it.";
            c"fileno" => fileno, "($self, /)", "The descriptor, or -1 when there is none.";
            c"getblocking" => getblocking, "($self, /)", "Whether calls wait.";
            c"getpeername" => getpeername, "($self, /)", "The address of the peer.";
            c"getsockname" => getsockname, "($self, /)", "The local address.";
            c"getsockopt" => options::getsockopt, "($self, level, option, buffersize=0, /)", "An option: a number, or so many bytes where a size is given.";
            c"gettimeout" => gettimeout, "($self, /)", "The time-out in seconds, or None.";
            c"listen" => listen, "($self, backlog=128, /)", "Lets connections come, so many before they are accepted.";
            c"recv" => transfer::recv, "($self, bufsize, flags=0, /)", "At most so many bytes.";
            c"recv_into" => transfer::recv_into, "($self, buffer, nbytes=0, flags=0)", "Receives into a buffer, and says how many bytes.";
            c"recvfrom" => transfer::recvfrom, "($self, bufsize, flags=0, /)", "As recv, with the sender: (bytes, address).";
            c"recvfrom_into" => transfer::recvfrom_into, "($self, buffer, nbytes=0, flags=0)", "As recv_into, with the sender: (count, address).";
            c"recvmsg" => message::recvmsg, "($self, bufsize, ancbufsize=0, flags=0, /)", "A whole message: (bytes, control messages, flags, address).";
            c"recvmsg_into" => message::recvmsg_into, "($self, buffers, ancbufsize=0, flags=0, /)", "As recvmsg, into these buffers: the first is how many bytes.";
            c"send" => transfer::send, "($self, data, flags=0, /)", "Sends what the kernel takes, and says how many bytes that was.";
            c"sendall" => transfer::sendall, "($self, data, flags=0, /)", "Sends all of it.";
            c"sendmsg" => message::sendmsg, "($self, buffers, ancdata=(), flags=0, address=None, /)", "Sends the buffers as one message, with control messages.";
            c"sendmsg_afalg" => message::sendmsg_afalg, "($self, msg=(), *, op, iv=None, assoclen=None, flags=0)", "Tells the kernel's cryptography what to do with these buffers.";
            c"sendto" => transfer::sendto, "", "sendto(data, [flags,] address): sends to an address.";
            c"setblocking" => setblocking, "($self, object, /)", "Whether calls wait.";
            c"setsockopt" => options::setsockopt, "", "setsockopt(level, option, value), or (level, option, None, length): sets an option.";
            c"settimeout" => settimeout, "($self, object, /)", "How long calls wait: seconds, or None.";
            c"shutdown" => shutdown, "($self, object, /)", "Ends receiving, sending, or both.";
        ]
    }

    fn init(
        sock: &Sock<'_, '_>,
        args: &Bound<'_, PyTuple>,
        keywords: Option<&Bound<'_, PyDict>>,
    ) -> PyResult<()> {
        init(sock, args, keywords)
    }

    fn repr<'py>(sock: &Sock<'_, 'py>) -> Bound<'py, PyAny> {
        repr(sock)
    }

    fn timeout<'py>(sock: &Sock<'_, 'py>) -> Bound<'py, PyAny> {
        timeout_of(sock)
    }
}

const FLAGS: c_int = libc::SOCK_NONBLOCK | libc::SOCK_CLOEXEC;

fn none(py: Python<'_>) -> Bound<'_, PyAny> {
    py.None().into_bound(py)
}

/// `__init__`.
fn init(
    sock: &Sock<'_, '_>,
    args: &Bound<'_, PyTuple>,
    keywords: Option<&Bound<'_, PyDict>>,
) -> PyResult<()> {
    let py = sock.py;
    let names = ["family", "type", "proto", "fileno"];
    let [family, ty, proto, fileno] = call::named("socket", args, keywords, names)?;
    let number = |object: Option<Bound<'_, PyAny>>| object.map_or(Ok(-1), |object| int(&object));
    let (mut family, mut ty, mut proto) = (number(family)?, number(ty)?, number(proto)?);
    let words = [family, ty, proto].map(|word| PyInt::new(py, word).into_any());
    let [a, b, c] = &words;
    audit(py, c"socket.__new__", [&*sock.object, a, b, c])?;

    let opened = match fileno.filter(|fileno| !fileno.is_none()) {
        Some(fileno) => {
            let number = number::descriptor(&fileno)?;
            if number < 0 {
                return Err(PyValueError::new_err("negative file descriptor"));
            }
            adopt(py, fd(py, number)?, [&mut family, &mut ty, &mut proto])?;
            number
        }
        None => {
            family = if family == -1 { libc::AF_INET } else { family };
            ty = if ty == -1 { libc::SOCK_STREAM } else { ty };
            proto = if proto == -1 { 0 } else { proto };
            let made = detached(py, |_| socket::socket(family, ty & !FLAGS, proto));
            made.map_err(|errno| error::system(py, errno))?.into_raw_fd()
        }
    };
    begin(sock, opened, family, ty, proto)
}

/// Asks a descriptor for what was left to it: family, type, protocol. It must be a socket.
fn adopt(py: Python<'_>, fd: BorrowedFd<'_>, words: [&mut c_int; 3]) -> PyResult<()> {
    let [family, ty, proto] = words;
    let raw = SocketRef::<AnyAddr>::raw(fd);
    match raw.local_addr() {
        Ok(addr) if *family == -1 => *family = addr.family().raw().into(),
        Ok(_) => {}
        Err(error) => {
            let no_socket = matches!(error.errno(), Some(Errno::BADF | Errno::NOTSOCK));
            if *family == -1 || no_socket {
                return Err(error::socket(py, error));
            }
        }
    }
    if *ty == -1 {
        let asked = raw.get(berkeley_socket::option::so::TYPE).map(Type::raw);
        *ty = asked.map_err(|error| error::socket(py, error))?;
    }
    if *proto == -1 {
        let asked = raw.protocol().map(berkeley_addr::Protocol::raw);
        *proto = asked.map_err(|error| error::socket(py, error))?;
    }
    Ok(())
}

/// Gives an object its descriptor, and the descriptor its mode.
fn begin(
    sock: &Sock<'_, '_>,
    number: c_int,
    family: c_int,
    ty: c_int,
    proto: c_int,
) -> PyResult<()> {
    sock.set_number(number);
    sock.family.set(family);
    sock.ty.set(ty & !FLAGS);
    sock.proto.set(proto);
    let nonblocking = ty & libc::SOCK_NONBLOCK != 0;
    sock.timeout.set(if nonblocking { 0 } else { DEFAULT_TIMEOUT.load(Ordering::Relaxed) });
    if sock.timeout.get() >= 0 {
        set_nonblocking(sock, true)?;
    }
    Ok(())
}

fn set_nonblocking(sock: &Sock<'_, '_>, nonblocking: bool) -> PyResult<()> {
    sock.ask(|fd| descriptor::set_nonblocking(fd, nonblocking))
}

fn repr<'py>(sock: &Sock<'_, 'py>) -> Bound<'py, PyAny> {
    let (fd, family, ty, proto) =
        (sock.number(), sock.family.get(), sock.ty.get(), sock.proto.get());
    let text = format!("<socket object, fd={fd}, family={family}, type={ty}, proto={proto}>");
    PyString::new(sock.py, &text).into_any()
}

fn accept<'py>(sock: &Sock<'_, 'py>, args: &Args<'_, 'py>) -> Answer<'py> {
    args.between(0, 0)?;
    address::must_be_known(sock)?;
    // AF_ALG has no addresses to tell.
    let alone = sock.family.get() == libc::AF_ALG;
    let (fd, addr) = sock.call(|socket: SocketRef<'_>| {
        if alone {
            return Ok((OwnedFd::from(socket.accept_only()?), None));
        }
        socket.accept().map(|(socket, addr)| (OwnedFd::from(socket), Some(addr)))
    })?;
    let addr = address::show(sock.py, addr, sock.proto.get())?;
    let answer = (fd.as_raw_fd(), addr).into_pyobject(sock.py)?;
    // It is the caller's now.
    let _ = fd.into_raw_fd();
    Ok(answer.into_any())
}

fn bind<'py>(sock: &Sock<'_, 'py>, args: &Args<'_, 'py>) -> Answer<'py> {
    args.between(1, 1)?;
    let object = args.at(0)?;
    let addr = address::parse(Use::of(sock, args.name()), object)?;
    audit(sock.py, c"socket.bind", [&*sock.object, object])?;
    sock.call(|socket| socket.bind(&addr))?;
    Ok(none(sock.py))
}

fn connect<'py>(sock: &Sock<'_, 'py>, args: &Args<'_, 'py>) -> Answer<'py> {
    args.between(1, 1)?;
    let object = args.at(0)?;
    let addr = address::parse(Use::of(sock, args.name()), object)?;
    audit(sock.py, c"socket.connect", [&*sock.object, object])?;
    sock.call(|socket| socket.connect(&addr))?;
    Ok(none(sock.py))
}

fn connect_ex<'py>(sock: &Sock<'_, 'py>, args: &Args<'_, 'py>) -> Answer<'py> {
    args.between(1, 1)?;
    let object = args.at(0)?;
    let addr = address::parse(Use::of(sock, args.name()), object)?;
    audit(sock.py, c"socket.connect", [&*sock.object, object])?;
    let errno = match sock.attempt(|socket| socket.connect(&addr)) {
        Ok(()) => None,
        Err(error) if error.kind() == Kind::TimedOut => Some(Errno::WOULDBLOCK),
        Err(error) if error.kind() == Kind::Kernel => error.errno(),
        Err(error) => return Err(error::socket(sock.py, error)),
    };
    Ok(PyInt::new(sock.py, errno.map_or(0, Errno::raw_os_error)).into_any())
}

fn close<'py>(sock: &Sock<'_, 'py>, args: &Args<'_, 'py>) -> Answer<'py> {
    args.between(0, 0)?;
    let number = sock.number();
    if number >= 0 {
        // Closed before the lock is given up: nobody closes it twice.
        sock.set_number(-1);
        end(sock.py, number)?;
    }
    Ok(none(sock.py))
}

/// Closes a descriptor by its number.
fn end(py: Python<'_>, number: c_int) -> PyResult<()> {
    let fd = owned_fd(py, number)?;
    match detached(py, |_| descriptor::close(fd)) {
        // The peer's affair.
        Ok(()) | Err(Errno::CONNRESET) => Ok(()),
        Err(errno) => Err(error::system(py, errno)),
    }
}

fn detach<'py>(sock: &Sock<'_, 'py>, args: &Args<'_, 'py>) -> Answer<'py> {
    args.between(0, 0)?;
    let number = sock.number();
    sock.set_number(-1);
    Ok(PyInt::new(sock.py, number).into_any())
}

fn fileno<'py>(sock: &Sock<'_, 'py>, args: &Args<'_, 'py>) -> Answer<'py> {
    args.between(0, 0)?;
    Ok(PyInt::new(sock.py, sock.number()).into_any())
}

fn getsockname<'py>(sock: &Sock<'_, 'py>, args: &Args<'_, 'py>) -> Answer<'py> {
    args.between(0, 0)?;
    address::must_be_known(sock)?;
    let addr = sock.call(|socket| named(socket.local_addr()))?;
    address::show(sock.py, addr, sock.proto.get())
}

fn getpeername<'py>(sock: &Sock<'_, 'py>, args: &Args<'_, 'py>) -> Answer<'py> {
    args.between(0, 0)?;
    address::must_be_known(sock)?;
    let addr = sock.call(|socket| named(socket.peer_addr()))?;
    address::show(sock.py, addr, sock.proto.get())
}

/// No name at all is `None`.
fn named(answer: berkeley_socket::Result<AnyAddr>) -> berkeley_socket::Result<Option<AnyAddr>> {
    match answer {
        Err(error) if error.kind() == Kind::Foreign => Ok(None),
        answer => answer.map(Some),
    }
}

fn listen<'py>(sock: &Sock<'_, 'py>, args: &Args<'_, 'py>) -> Answer<'py> {
    args.between(0, 1)?;
    let backlog = int_or(args.get(0), 128)?.max(0);
    sock.call(|socket| socket.listen(backlog))?;
    Ok(none(sock.py))
}

fn shutdown<'py>(sock: &Sock<'_, 'py>, args: &Args<'_, 'py>) -> Answer<'py> {
    args.between(1, 1)?;
    let how = match int(args.at(0)?)? {
        libc::SHUT_RD => How::Read,
        libc::SHUT_WR => How::Write,
        libc::SHUT_RDWR => How::Both,
        _ => {
            sock.fd()?;
            return Err(error::system(sock.py, Errno::INVAL));
        }
    };
    sock.call(|socket| socket.shutdown(how))?;
    Ok(none(sock.py))
}

fn getblocking<'py>(sock: &Sock<'_, 'py>, args: &Args<'_, 'py>) -> Answer<'py> {
    args.between(0, 0)?;
    Ok(PyBool::new(sock.py, sock.timeout.get() != 0).to_owned().into_any())
}

fn setblocking<'py>(sock: &Sock<'_, 'py>, args: &Args<'_, 'py>) -> Answer<'py> {
    args.between(1, 1)?;
    let blocking = args.at(0)?;
    let blocking = if cfg!(Py_3_13) {
        blocking.is_truthy()?
    } else {
        blocking.extract::<core::ffi::c_long>()? != 0
    };
    sock.timeout.set(if blocking { -1 } else { 0 });
    set_nonblocking(sock, !blocking)?;
    Ok(none(sock.py))
}

fn settimeout<'py>(sock: &Sock<'_, 'py>, args: &Args<'_, 'py>) -> Answer<'py> {
    args.between(1, 1)?;
    let nanos = timeout(args.at(0)?)?;
    sock.timeout.set(nanos);
    set_nonblocking(sock, nanos >= 0)?;
    Ok(none(sock.py))
}

fn gettimeout<'py>(sock: &Sock<'_, 'py>, args: &Args<'_, 'py>) -> Answer<'py> {
    args.between(0, 0)?;
    Ok(timeout_of(sock))
}

/// The time-out in seconds.
fn timeout_of<'py>(sock: &Sock<'_, 'py>) -> Bound<'py, PyAny> {
    seconds(sock.py, sock.timeout.get())
}

/// Nanoseconds as Python says them.
fn seconds(py: Python<'_>, nanos: i64) -> Bound<'_, PyAny> {
    let Ok(nanos) = u64::try_from(nanos) else { return none(py) };
    PyFloat::new(py, core::time::Duration::from_nanos(nanos).as_secs_f64()).into_any()
}

/// `socketpair(family, type, proto)` of the module.
pub(crate) fn socketpair<'py>(args: &Args<'_, 'py>) -> Answer<'py> {
    args.between(0, 3)?;
    let py = args.py;
    let family = int_or(args.get(0), libc::AF_UNIX)?;
    let ty = int_or(args.get(1), libc::SOCK_STREAM)?;
    let proto = int_or(args.get(2), 0)?;
    let pair = detached(py, |_| socket::socketpair(family, ty & !FLAGS, proto));
    let (one, two) = pair.map_err(|errno| error::system(py, errno))?;
    let object = |fd: OwnedFd| {
        // It is the object's, whether or not it begins.
        class::instance(py, |sock| begin(sock, fd.into_raw_fd(), family, ty, proto))
    };
    Ok((object(one)?, object(two)?).into_pyobject(py)?.into_any())
}

/// Nanoseconds that a new socket gets as its time-out; negative: none.
static DEFAULT_TIMEOUT: AtomicI64 = AtomicI64::new(-1);

pub(crate) fn getdefaulttimeout<'py>(args: &Args<'_, 'py>) -> Answer<'py> {
    args.between(0, 0)?;
    Ok(seconds(args.py, DEFAULT_TIMEOUT.load(Ordering::Relaxed)))
}

pub(crate) fn setdefaulttimeout<'py>(args: &Args<'_, 'py>) -> Answer<'py> {
    args.between(1, 1)?;
    DEFAULT_TIMEOUT.store(timeout(args.at(0)?)?, Ordering::Relaxed);
    Ok(none(args.py))
}

/// `close(fd)` of the module.
pub(crate) fn close_number<'py>(args: &Args<'_, 'py>) -> Answer<'py> {
    args.between(1, 1)?;
    end(args.py, number::descriptor(args.at(0)?)?)?;
    Ok(none(args.py))
}

/// `dup(fd)` of the module.
pub(crate) fn dup<'py>(args: &Args<'_, 'py>) -> Answer<'py> {
    args.between(1, 1)?;
    let number = number::descriptor(args.at(0)?)?;
    let copy = descriptor::inherited(number).map_err(|errno| error::system(args.py, errno))?;
    Ok(PyInt::new(args.py, copy.into_raw_fd()).into_any())
}
