//! The module: its functions, its types and exceptions, what it keeps for the process.

use core::sync::atomic::{AtomicI64, Ordering};
use std::os::fd::{AsRawFd, IntoRawFd, OwnedFd};

use berkeley_sys::descriptor;
use pyo3::exceptions::{PyOSError, PyTimeoutError};
use pyo3::ffi::PyMethodDef;
use pyo3::prelude::*;
use pyo3::sync::PyOnceLock;
use pyo3::types::{PyAny, PyInt, PyModule, PyType};

use crate::constants;
use crate::error;
use crate::ffi::call::{Answer, Args, table};
use crate::ffi::class;
use crate::number::{int, timeout};
use crate::{convert, resolve, socket};

/// Nanoseconds that a new socket gets as its time-out; negative: none.
static DEFAULT_TIMEOUT: AtomicI64 = AtomicI64::new(-1);
static CLASS: PyOnceLock<Py<PyType>> = PyOnceLock::new();
static HERROR: PyOnceLock<Py<PyType>> = PyOnceLock::new();
static GAIERROR: PyOnceLock<Py<PyType>> = PyOnceLock::new();

pub(crate) fn default_timeout() -> i64 {
    DEFAULT_TIMEOUT.load(Ordering::Relaxed)
}

/// The type of socket objects.
pub(crate) fn class(py: Python<'_>) -> Option<Bound<'_, PyType>> {
    CLASS.get(py).map(|class| class.bind(py).clone())
}

/// `gaierror` or `herror`.
pub(crate) fn exception<'py>(py: Python<'py>, name: &str) -> Option<Bound<'py, PyType>> {
    let class = if name == "herror" { &HERROR } else { &GAIERROR };
    class.get(py).map(|class| class.bind(py).clone())
}

/// A socket object for a new descriptor.
pub(crate) fn socket(
    py: Python<'_>,
    fd: OwnedFd,
    family: i32,
    ty: i32,
    proto: i32,
) -> PyResult<Bound<'_, PyAny>> {
    let class = class(py).ok_or_else(|| error::plain("the module is not initialised"))?;
    let object = class::instance(&class)?;
    if let Some(sock) = class::sock(&object) {
        socket::begin(&sock, fd.as_raw_fd(), family, ty, proto)?;
        // It is the object's now.
        let _ = fd.into_raw_fd();
    }
    Ok(object)
}

/// What an import fills in.
pub(crate) fn fill(module: &Bound<'_, PyModule>) -> PyResult<()> {
    let py = module.py();
    let os_error = py.get_type::<PyOSError>();
    let subclass = |name: &core::ffi::CStr| PyErr::new_type(py, name, None, Some(&os_error), None);
    let class = CLASS.get_or_try_init(py, || class::make(module).map(Bound::unbind))?.bind(py);
    let herror = HERROR.get_or_try_init(py, || subclass(c"socket.herror"))?;
    let gaierror = GAIERROR.get_or_try_init(py, || subclass(c"socket.gaierror"))?;
    module.setattr("error", os_error)?;
    module.setattr("herror", herror)?;
    module.setattr("gaierror", gaierror)?;
    module.setattr("timeout", py.get_type::<PyTimeoutError>())?;
    module.setattr("SocketType", class)?;
    module.setattr("socket", class)?;
    module.setattr("has_ipv6", true)?;
    module.setattr("CAPI", class::capsule(class)?)?;
    module.setattr("BDADDR_ANY", "00:00:00:00:00:00")?;
    module.setattr("BDADDR_LOCAL", "00:00:00:FF:FF:FF")?;
    for (name, value) in constants::all() {
        module.setattr(*name, *value)?;
    }
    Ok(())
}

/// The functions.
pub(crate) fn functions() -> Vec<PyMethodDef> {
    table![
        c"CMSG_LEN" => convert::cmsg_len;
        c"CMSG_SPACE" => convert::cmsg_space;
        c"close" => close;
        c"dup" => dup;
        c"getaddrinfo" => resolve::getaddrinfo;
        c"getdefaulttimeout" => getdefaulttimeout;
        c"gethostbyaddr" => resolve::gethostbyaddr;
        c"gethostbyname" => resolve::gethostbyname;
        c"gethostbyname_ex" => resolve::gethostbyname_ex;
        c"gethostname" => resolve::gethostname;
        c"getnameinfo" => resolve::getnameinfo;
        c"getprotobyname" => resolve::getprotobyname;
        c"getservbyname" => resolve::getservbyname;
        c"getservbyport" => resolve::getservbyport;
        c"htonl" => convert::swap32;
        c"htons" => convert::swap16;
        c"if_indextoname" => convert::if_indextoname;
        c"if_nameindex" => convert::if_nameindex;
        c"if_nametoindex" => convert::if_nametoindex;
        c"inet_aton" => convert::aton;
        c"inet_ntoa" => convert::ntoa;
        c"inet_ntop" => convert::ntop;
        c"inet_pton" => convert::pton;
        c"ntohl" => convert::swap32;
        c"ntohs" => convert::swap16;
        c"setdefaulttimeout" => setdefaulttimeout;
        c"sethostname" => resolve::sethostname;
        c"socketpair" => socket::socketpair;
    ]
}

fn close<'py>(args: &Args<'_, 'py>) -> Answer<'py> {
    args.between(1, 1)?;
    socket::end(args.py, int(args.at(0)?)?)?;
    Ok(args.py.None().into_bound(args.py))
}

fn dup<'py>(args: &Args<'_, 'py>) -> Answer<'py> {
    args.between(1, 1)?;
    let number = int(args.at(0)?)?;
    let copy = descriptor::inherited(number).map_err(|errno| error::system(args.py, errno))?;
    Ok(PyInt::new(args.py, copy.into_raw_fd()).into_any())
}

fn getdefaulttimeout<'py>(args: &Args<'_, 'py>) -> Answer<'py> {
    args.between(0, 0)?;
    Ok(socket::seconds(args.py, default_timeout()))
}

fn setdefaulttimeout<'py>(args: &Args<'_, 'py>) -> Answer<'py> {
    args.between(1, 1)?;
    DEFAULT_TIMEOUT.store(timeout(args.at(0)?)?, Ordering::Relaxed);
    Ok(args.py.None().into_bound(args.py))
}
