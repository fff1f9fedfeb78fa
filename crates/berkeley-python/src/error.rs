//! The crates' errors as Python's exceptions: OSError and its subclasses, `gaierror`, `herror`, TimeoutError.

use core::ffi::CStr;

use berkeley_resolve::{Cause, Eai, HostErrno, ResolveError};
use berkeley_socket::{Errno, Kind};
use berkeley_sys::database;
use pyo3::exceptions::{PyOSError, PyTimeoutError};
use pyo3::prelude::*;
use pyo3::sync::PyOnceLock;
use pyo3::types::PyType;

use crate::ffi;

static HERROR: PyOnceLock<Py<PyType>> = PyOnceLock::new();
static GAIERROR: PyOnceLock<Py<PyType>> = PyOnceLock::new();

/// The classes `herror` and `gaierror`, made once for the process.
pub(crate) fn classes(py: Python<'_>) -> PyResult<[&Bound<'_, PyType>; 2]> {
    let base = py.get_type::<PyOSError>();
    let made = |class: &'static PyOnceLock<Py<PyType>>, name| {
        let make = || PyErr::new_type(py, name, None, Some(&base), None);
        class.get_or_try_init(py, make).map(|class| class.bind(py))
    };
    Ok([made(&HERROR, c"socket.herror")?, made(&GAIERROR, c"socket.gaierror")?])
}

/// What an operation of a socket said.
#[cold]
pub(crate) fn socket(py: Python<'_>, error: berkeley_socket::Error) -> PyErr {
    match error.kind() {
        Kind::TimedOut => PyTimeoutError::new_err("timed out"),
        // A handler has raised.
        Kind::Interrupted => ffi::raised(py),
        _ => ffi::os_error(py, error.errno().unwrap_or(Errno::IO)),
    }
}

/// What the system said.
#[cold]
pub(crate) fn system(py: Python<'_>, errno: Errno) -> PyErr {
    ffi::os_error(py, errno)
}

/// OSError without an errno, in CPython's words.
#[cold]
pub(crate) fn plain(words: impl Into<String>) -> PyErr {
    PyOSError::new_err(words.into())
}

/// What a look-up by getaddrinfo or getnameinfo said.
#[cold]
pub(crate) fn info(py: Python<'_>, error: &ResolveError) -> PyErr {
    match error.cause() {
        Cause::System(errno) => ffi::os_error(py, *errno),
        // A handler has raised.
        Cause::Interrupted => ffi::raised(py),
        _ => gai(py, error.eai()),
    }
}

/// What a look-up of a service or a protocol said, in CPython's words.
#[cold]
pub(crate) fn listed(py: Python<'_>, error: &ResolveError, words: &str) -> PyErr {
    if matches!(error.cause(), Cause::Interrupted) { ffi::raised(py) } else { plain(words) }
}

/// `gaierror` of a code.
#[cold]
pub(crate) fn gai(py: Python<'_>, code: Eai) -> PyErr {
    coded(py, &GAIERROR, code.raw(), database::gai_words(code.raw()))
}

/// What a look-up of the hosts database said.
#[cold]
pub(crate) fn host(py: Python<'_>, error: &ResolveError) -> PyErr {
    let code = match error.cause() {
        Cause::System(errno) => return ffi::os_error(py, *errno),
        Cause::Interrupted => return ffi::raised(py),
        Cause::Host(code) => *code,
        _ => match error.eai() {
            Eai::AGAIN => HostErrno::AGAIN,
            Eai::NODATA => HostErrno::NODATA,
            Eai::FAIL => HostErrno::FAIL,
            _ => HostErrno::NOT_FOUND,
        },
    };
    herror(py, code)
}

/// `herror` of a code.
#[cold]
pub(crate) fn herror(py: Python<'_>, code: HostErrno) -> PyErr {
    coded(py, &HERROR, code.raw(), database::host_words(code.raw()))
}

fn coded(py: Python<'_>, class: &PyOnceLock<Py<PyType>>, code: i32, words: &CStr) -> PyErr {
    let words = words.to_string_lossy().into_owned();
    match class.get(py) {
        Some(class) => PyErr::from_type(class.bind(py).clone(), (code, words)),
        None => plain(words),
    }
}
