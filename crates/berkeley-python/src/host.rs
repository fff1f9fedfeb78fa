//! The host of an IP address: text as CPython takes it, by IDNA where it is not ASCII; what is no address is looked up.

use core::net::{Ipv4Addr, Ipv6Addr, SocketAddr};

use berkeley_addr::{Family, Ip, Type};
use berkeley_resolve::{AddrInfoFlags, Eai, Hints, getaddrinfo};
use berkeley_socket::Limit;
use pyo3::exceptions::PyTypeError;
use pyo3::prelude::*;
use pyo3::types::{PyAny, PyByteArray, PyBytes, PyString};

use crate::error::{self, plain};
use crate::ffi::{Buffer, detached, forget};

/// More than the name of a host or a service, or a number that means one, is long.
pub(crate) const LONGEST: usize = 0xffff;

/// The name of a host or a service, or an address as text. What is longer than any is nobody's, and not copied.
pub(crate) struct Name(Option<Vec<u8>>);

impl Name {
    pub(crate) fn new(bytes: &[u8]) -> Self {
        Self((bytes.len() <= LONGEST).then(|| bytes.to_vec()))
    }

    /// Of a str, bytes or bytearray, as the argument `nth` of a function.
    pub(crate) fn of(object: &Bound<'_, PyAny>) -> PyResult<Self> {
        Self::of_argument(object, "")
    }

    /// Likewise, and an error names the function whose first argument it is.
    pub(crate) fn of_argument(object: &Bound<'_, PyAny>, function: &str) -> PyResult<Self> {
        let encoded;
        let buffer;
        let bytes = if let Ok(text) = object.cast::<PyString>() {
            match ascii(text) {
                Some(text) if function.is_empty() || is_encoded(text) => text.as_bytes(),
                _ => {
                    encoded = idna(text).map_err(|error| {
                        if !function.is_empty() {
                            return error;
                        }
                        forget(object.py(), error);
                        PyTypeError::new_err("encoding of hostname failed")
                    })?;
                    encoded.as_bytes()
                }
            }
        } else if let Ok(bytes) = object.cast::<PyBytes>() {
            bytes.as_bytes()
        } else if object.is_instance_of::<PyByteArray>() {
            buffer = Buffer::readable(object)?;
            buffer.as_slice()
        } else {
            let class = object.get_type().name()?;
            return Err(PyTypeError::new_err(if function.is_empty() {
                format!("str, bytes or bytearray expected, not {class}")
            } else {
                format!("{function}() argument 1 must be str, bytes or bytearray, not {class}")
            }));
        };
        if bytes.contains(&0) {
            let class = object.get_type().name()?;
            return Err(PyTypeError::new_err(if function.is_empty() {
                "host name must not contain null character".to_owned()
            } else {
                format!(
                    "{function}() argument 1 must be encoded string without null bytes, not {class}"
                )
            }));
        }
        Ok(Self::new(bytes))
    }

    /// As text. What is not even UTF-8 is nobody's name.
    pub(crate) fn text(&self, py: Python<'_>) -> PyResult<&str> {
        let text = self.0.as_deref().and_then(|bytes| core::str::from_utf8(bytes).ok());
        text.ok_or_else(|| error::gai(py, Eai::NONAME))
    }

    /// Up to a NUL, as libc reads a text; or an error of this code.
    pub(crate) fn up_to_nul(&self, py: Python<'_>, eai: Eai) -> PyResult<&str> {
        let bytes = self.0.as_ref().and_then(|bytes| bytes.split(|byte| *byte == 0).next());
        let text = bytes.and_then(|bytes| core::str::from_utf8(bytes).ok());
        text.ok_or_else(|| error::gai(py, eai))
    }

    pub(crate) fn is_empty(&self) -> bool {
        self.0.as_ref().is_some_and(Vec::is_empty)
    }

    /// The address it stands for, of this family (UNSPEC: any); the first, where there are several. The port is 0.
    pub(crate) fn address(&self, py: Python<'_>, family: Family) -> PyResult<SocketAddr> {
        let text = self.text(py)?;
        let v4 = family != Family::INET6;
        match text {
            "" => return any(py, family),
            "<broadcast>" | "255.255.255.255" if v4 => {
                return Ok((Ipv4Addr::BROADCAST, 0).into());
            }
            "<broadcast>" | "255.255.255.255" => return Err(plain("address family mismatched")),
            _ => {}
        }
        if let (true, Ok(ip)) = (v4, Ipv4Addr::parse(text)) {
            return Ok((ip, 0).into());
        }
        if let (true, Ok(ip)) = (family != Family::INET, Ipv6Addr::parse(text)) {
            return Ok((ip, 0).into());
        }
        let hints = Hints::new().family(family);
        let answer = detached(py, |signals| {
            getaddrinfo(Some(text), None, &hints, Limit::NONE.on_eintr(signals))
        });
        let infos = answer.map_err(|error| error::info(py, &error))?;
        infos.first().map(|info| info.addr).ok_or_else(|| error::gai(py, Eai::NONAME))
    }
}

/// The address of `''`.
fn any(py: Python<'_>, family: Family) -> PyResult<SocketAddr> {
    let hints = Hints::new().family(family).ty(Type::DGRAM).flags(AddrInfoFlags::PASSIVE);
    let infos = getaddrinfo(None, Some("0"), &hints, Limit::NONE);
    let infos = infos.map_err(|error| error::info(py, &error))?;
    match infos.as_slice() {
        [only] => Ok(only.addr),
        _ => Err(plain("wildcard resolved to multiple address")),
    }
}

/// A text of ASCII. Of a class below str it is none: that has a say in how it is encoded.
pub(crate) fn ascii<'t>(text: &'t Bound<'_, PyString>) -> Option<&'t str> {
    let known = text.to_str().map_err(|error| forget(text.py(), error)).ok();
    known.filter(|known| known.is_ascii() && text.is_exact_instance_of::<PyString>())
}

/// Whether the codec would leave ASCII as it is: in labels of 1 to 63 letters.
pub(crate) fn is_encoded(text: &str) -> bool {
    let labels = text.strip_suffix('.').unwrap_or(text);
    text.is_empty() || labels.split('.').all(|label| (1..64).contains(&label.len()))
}

/// Text by Python's own codec.
pub(crate) fn idna<'py>(text: &Bound<'py, PyString>) -> PyResult<Bound<'py, PyBytes>> {
    let py = text.py();
    let encoded =
        py.get_type::<PyString>().call_method1(pyo3::intern!(py, "encode"), (text, "idna"))?;
    Ok(encoded.cast_into::<PyBytes>()?)
}
