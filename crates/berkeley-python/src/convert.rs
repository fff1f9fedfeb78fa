//! Functions without a socket that convert: byte order, IP addresses, sizes of control messages, interfaces.

use core::net::Ipv4Addr;

use berkeley_addr::{Family, htonl, htons, inet_aton, inet_ntoa, inet_ntop, inet_pton};
use berkeley_socket::{Errno, Interface, control};
use pyo3::exceptions::{PyOverflowError, PyTypeError, PyValueError};
use pyo3::prelude::*;
use pyo3::types::{PyAny, PyBytes, PyInt, PyList, PyString};

use crate::call::{Answer, Args};
use crate::error::{self, plain};
use crate::ffi::{Buffer, decode_fs, detached, forget, fs_bytes};
use crate::number::{int, size};

/// `htons` and `ntohs`: on every machine the same turn.
pub(crate) fn swap16<'py>(args: &Args<'_, 'py>) -> Answer<'py> {
    args.between(1, 1)?;
    let name = args.name();
    let object = args.at(0)?;
    let words = match int(object) {
        Ok(number) => match u16::try_from(number) {
            Ok(number) => return Ok(PyInt::new(args.py, htons(number)).into_any()),
            Err(_) if number < 0 => {
                "can't convert negative Python int to C 16-bit unsigned integer"
            }
            Err(_) => "Python int too large to convert to C 16-bit unsigned integer",
        },
        Err(error) => return Err(error),
    };
    Err(PyOverflowError::new_err(format!("{name}: {words}")))
}

/// `htonl` and `ntohl`.
pub(crate) fn swap32<'py>(args: &Args<'_, 'py>) -> Answer<'py> {
    args.between(1, 1)?;
    let object = args.at(0)?;
    if !object.is_instance_of::<PyInt>() {
        let class = object.get_type().name()?;
        return Err(PyTypeError::new_err(format!("expected int, {class} found")));
    }
    let number: i128 = object.extract()?;
    match u32::try_from(number) {
        Ok(number) => Ok(PyInt::new(args.py, htonl(number)).into_any()),
        Err(_) if number < 0 => {
            Err(PyOverflowError::new_err("can't convert negative value to unsigned int"))
        }
        Err(_) => Err(PyOverflowError::new_err("int larger than 32 bits")),
    }
}

/// A str argument, without a NUL.
pub(crate) fn text<'a>(args: &Args<'a, '_>, nth: usize) -> PyResult<&'a str> {
    let Some(object) = args.get(nth) else { return Err(PyTypeError::new_err("a str is missing")) };
    let text = object.cast::<PyString>().map_err(|_| {
        let class =
            object.get_type().name().map_or_else(|_| String::new(), |name| name.to_string());
        PyTypeError::new_err(format!(
            "{}() argument {} must be str, not {class}",
            args.name(),
            nth + 1
        ))
    })?;
    let text = text.to_str()?;
    if text.contains('\0') {
        return Err(PyValueError::new_err("embedded null character"));
    }
    Ok(text)
}

/// Takes what stands behind a blank as well, and nothing of it.
pub(crate) fn aton<'py>(args: &Args<'_, 'py>) -> Answer<'py> {
    args.between(1, 1)?;
    let text = text(args, 0)?;
    let number = text
        .split(|char: char| char.is_ascii_whitespace() || char == '\x0b')
        .next()
        .unwrap_or(text);
    let ip =
        inet_aton(number).map_err(|_| plain("illegal IP address string passed to inet_aton"))?;
    Ok(PyBytes::new(args.py, &ip.octets()).into_any())
}

pub(crate) fn ntoa<'py>(args: &Args<'_, 'py>) -> Answer<'py> {
    args.between(1, 1)?;
    let packed = Buffer::readable(args.at(0)?)?;
    let octets: [u8; 4] =
        packed.as_slice().try_into().map_err(|_| plain("packed IP wrong length for inet_ntoa"))?;
    Ok(PyString::new(args.py, inet_ntoa(Ipv4Addr::from(octets)).as_str()).into_any())
}

pub(crate) fn pton<'py>(args: &Args<'_, 'py>) -> Answer<'py> {
    args.between(2, 2)?;
    let family = int(args.at(0)?)?;
    let text = text(args, 1)?;
    match ip_family(family) {
        Some(family) => {
            let illegal = |_| plain("illegal IP address string passed to inet_pton");
            Ok(PyBytes::new(args.py, &inet_pton(family, text).map_err(illegal)?).into_any())
        }
        None => Err(error::system(args.py, Errno::AFNOSUPPORT)),
    }
}

pub(crate) fn ntop<'py>(args: &Args<'_, 'py>) -> Answer<'py> {
    args.between(2, 2)?;
    let number = int(args.at(0)?)?;
    let packed = Buffer::readable(args.at(1)?)?;
    let Some(family) = ip_family(number) else {
        return Err(PyValueError::new_err(format!("unknown address family {number}")));
    };
    let wrong = |_| PyValueError::new_err("invalid length of packed IP address string");
    let text = inet_ntop(family, packed.as_slice()).map_err(wrong)?;
    Ok(PyString::new(args.py, text.as_str()).into_any())
}

fn ip_family(number: i32) -> Option<Family> {
    let family = u16::try_from(number).map(Family::new).ok();
    family.filter(|family| matches!(*family, Family::INET | Family::INET6))
}

pub(crate) fn cmsg_len<'py>(args: &Args<'_, 'py>) -> Answer<'py> {
    sized(args, control::len, 0)
}

pub(crate) fn cmsg_space<'py>(args: &Args<'_, 'py>) -> Answer<'py> {
    sized(args, control::space, 1)
}

/// Of a message whose header's length is an `int` with this much to spare.
fn sized<'py>(args: &Args<'_, 'py>, measure: fn(usize) -> usize, spare: usize) -> Answer<'py> {
    args.between(1, 1)?;
    let wanted = usize::try_from(size(args.at(0)?)?).ok();
    let fits = |len: &usize| i32::try_from(len.saturating_add(measure(spare))).is_ok();
    match wanted.filter(fits) {
        Some(len) => Ok(PyInt::new(args.py, measure(len)).into_any()),
        None => Err(PyOverflowError::new_err(format!("{}() argument out of range", args.name()))),
    }
}

pub(crate) fn if_nameindex<'py>(args: &Args<'_, 'py>) -> Answer<'py> {
    use std::os::unix::ffi::OsStrExt as _;
    args.between(0, 0)?;
    let all = detached(args.py, |_| Interface::all());
    let list = PyList::empty(args.py);
    for interface in all.map_err(|error| error::socket(args.py, error))? {
        list.append((interface.index(), decode_fs(args.py, interface.name().as_bytes())?))?;
    }
    Ok(list.into_any())
}

pub(crate) fn if_nametoindex<'py>(args: &Args<'_, 'py>) -> Answer<'py> {
    args.between(1, 1)?;
    let name = fs_bytes(args.at(0)?)?;
    let name = Buffer::readable(&name)?;
    let found =
        core::str::from_utf8(name.as_slice()).ok().and_then(|name| Interface::named(name).ok());
    match found {
        Some(found) => Ok(PyInt::new(args.py, found.index()).into_any()),
        None => Err(plain("no interface with this name")),
    }
}

pub(crate) fn if_indextoname<'py>(args: &Args<'_, 'py>) -> Answer<'py> {
    use std::os::unix::ffi::OsStrExt as _;
    args.between(1, 1)?;
    let py = args.py;
    let object = args.at(0)?;
    let index = index(object)?;
    match Interface::indexed(index) {
        Ok(found) => decode_fs(py, found.name().as_bytes()),
        Err(_) => Err(error::system(py, Errno::NXIO)),
    }
}

fn index(object: &Bound<'_, PyAny>) -> PyResult<u32> {
    if !object.is_instance_of::<PyInt>() {
        return Err(PyTypeError::new_err("an integer is required"));
    }
    let negative = || PyOverflowError::new_err("can't convert negative value to unsigned int");
    match object.extract::<i128>() {
        Ok(index) if index < 0 => Err(negative()),
        // Before 3.13 only the low bits counted, of 64.
        Ok(index) if cfg!(not(Py_3_13)) && u64::try_from(index).is_ok() => {
            Ok(u32::try_from(index & 0xffff_ffff).unwrap_or(0))
        }
        Ok(index) => {
            u32::try_from(index).map_err(|_| PyOverflowError::new_err("index is too large"))
        }
        Err(error) => {
            forget(object.py(), error);
            Err(PyOverflowError::new_err("Python int too large to convert to C unsigned long"))
        }
    }
}
