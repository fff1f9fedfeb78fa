//! `getsockopt` and `setsockopt`: integers and bytes, whatever the option.

use core::ffi::c_int;
use std::os::fd::BorrowedFd;

use berkeley_addr::Family;
use berkeley_sys::{Errno, option};
use pyo3::exceptions::{PyOverflowError, PyTypeError};
use pyo3::prelude::*;
use pyo3::types::{PyAny, PyInt};

use crate::call::{Answer, Args};
use crate::class::Sock;
use crate::error::{self, plain};
use crate::ffi::{Buffer, bytes, detached, forget, get_option, set_option};
use crate::number::{int, int_or, low32, low64};

pub(crate) fn getsockopt<'py>(sock: &Sock<'_, 'py>, args: &Args<'_, 'py>) -> Answer<'py> {
    args.between(2, 3)?;
    let (level, name) = (int(args.at(0)?)?, int(args.at(1)?)?);
    let room = int_or(args.get(2), 0)?;
    let fd = sock.fd();
    if room == 0 {
        let fd = fd?;
        if sock.is(Family::VSOCK) {
            let mut value = [0; 8];
            ask(sock.py, fd, level, name, &mut value)?;
            return Ok(u64::from_ne_bytes(value).into_pyobject(sock.py)?.into_any());
        }
        let mut value = [0; 4];
        ask(sock.py, fd, level, name, &mut value)?;
        return Ok(PyInt::new(sock.py, i32::from_ne_bytes(value)).into_any());
    }
    if sock.is(Family::VSOCK) {
        return Err(plain("getsockopt string buffer not allowed"));
    }
    let room = usize::try_from(room).ok().filter(|room| *room <= 1024);
    let room = room.ok_or_else(|| plain("getsockopt buflen out of range"))?;
    let fd = fd?;
    Ok(bytes(sock.py, room, |value| {
        // Of some options the kernel writes less than it says.
        value.fill(0);
        ask(sock.py, fd, level, name, value)
    })?
    .into_any())
}

fn ask(
    py: Python<'_>,
    fd: BorrowedFd<'_>,
    level: c_int,
    name: c_int,
    value: &mut [u8],
) -> PyResult<usize> {
    detached(py, |_| get_option(fd, level, name, value)).map_err(|errno| error::system(py, errno))
}

pub(crate) fn setsockopt<'py>(sock: &Sock<'_, 'py>, args: &Args<'_, 'py>) -> Answer<'py> {
    let vsock = sock.is(Family::VSOCK);
    if !vsock && args.len() == 4 && args.at(2)?.is_none() {
        let (level, name) = (int(args.at(0)?)?, int(args.at(1)?)?);
        let len = usize::try_from(low32(args.at(3)?)?).unwrap_or(usize::MAX);
        let fd = sock.fd()?;
        return said(sock, detached(sock.py, |_| option::set_length(fd, level, name, len)));
    }
    args.between(3, 3)?;
    let (level, name, value) = (int(args.at(0)?)?, int(args.at(1)?)?, args.at(2)?);
    if vsock {
        let value = low64(value)?.to_ne_bytes();
        let fd = sock.fd()?;
        return said(sock, detached(sock.py, |_| set_option(fd, level, name, &value)));
    }
    match int(value) {
        Ok(value) => {
            let fd = sock.fd()?;
            let value = value.to_ne_bytes();
            said(sock, detached(sock.py, |_| set_option(fd, level, name, &value)))
        }
        Err(error) if is_no_int(sock.py, &error) => {
            forget(sock.py, error);
            set_bytes(sock, level, name, value)
        }
        Err(error) => Err(error),
    }
}

fn set_bytes<'py>(
    sock: &Sock<'_, 'py>,
    level: c_int,
    name: c_int,
    value: &Bound<'py, PyAny>,
) -> Answer<'py> {
    let value = Buffer::readable(value)?;
    let value = value.as_slice();
    let fd = sock.fd()?;
    said(sock, detached(sock.py, |_| set_option(fd, level, name, value)))
}

fn is_no_int(py: Python<'_>, error: &PyErr) -> bool {
    error.is_instance_of::<PyTypeError>(py) || error.is_instance_of::<PyOverflowError>(py)
}

fn said<'py>(sock: &Sock<'_, 'py>, answer: Result<(), Errno>) -> Answer<'py> {
    answer.map_err(|errno| error::system(sock.py, errno))?;
    Ok(sock.py.None().into_bound(sock.py))
}
