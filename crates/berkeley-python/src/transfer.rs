//! Sending and receiving bytes: the methods between `recv` and `sendto`.
//!
//! Contract: what CPython's do, with one difference that nobody sees but by the time it takes: under a time-out the call comes before the
//! wait, not behind it.

use core::ffi::c_int;

use berkeley_addr::AnyAddr;
use berkeley_socket::{RecvFlags, SendFlags, SocketRef};
use pyo3::exceptions::{PyTypeError, PyValueError};
use pyo3::prelude::*;
use pyo3::types::{PyAny, PyBytes, PyInt};

use crate::address::{self, Use};
use crate::call::{Answer, Args};
use crate::class::Sock;
use crate::ffi::{Buffer, audit, bytes};
use crate::number::{int, int_or, room, size};

/// Under a time-out MSG_DONTWAIT does not shorten the wait.
#[inline]
fn waiting(sock: &Sock<'_, '_>, flags: c_int) -> c_int {
    if sock.timeout.get() > 0 { flags & !libc::MSG_DONTWAIT } else { flags }
}

/// The flags of a receive.
#[inline]
pub(crate) fn recv_flags(sock: &Sock<'_, '_>, flags: c_int) -> RecvFlags {
    RecvFlags::from_bits(waiting(sock, flags))
}

/// The flags of a send.
#[inline]
pub(crate) fn send_flags(sock: &Sock<'_, '_>, flags: c_int) -> SendFlags {
    SendFlags::from_bits(waiting(sock, flags))
}

pub(crate) fn recv<'py>(sock: &Sock<'_, 'py>, args: &Args<'_, 'py>) -> Answer<'py> {
    args.between(1, 2)?;
    let room = room(args.at(0)?, "negative buffersize in recv")?;
    let flags = recv_flags(sock, int_or(args.get(1), 0)?);
    if room == 0 {
        return Ok(PyBytes::new(sock.py, &[]).into_any());
    }
    let received = bytes(sock.py, room, |buffer| {
        sock.call(|socket: SocketRef<'_>| socket.recv_with(buffer, flags))
    })?;
    Ok(received.into_any())
}

/// The part of a buffer that `nbytes` asks for: all of it for 0.
fn part<'b>(
    buffer: &'b mut [u8],
    nbytes: Option<&Bound<'_, PyAny>>,
    negative: &'static str,
    too_many: &'static str,
) -> PyResult<&'b mut [u8]> {
    let wanted = nbytes.map_or(Ok(0), |nbytes| size(nbytes))?;
    let wanted = usize::try_from(wanted).map_err(|_| PyValueError::new_err(negative))?;
    let wanted = if wanted == 0 { buffer.len() } else { wanted };
    buffer.get_mut(..wanted).ok_or_else(|| PyValueError::new_err(too_many))
}

/// A buffer that the first argument is, to write to.
pub(crate) fn target<'py>(
    args: &Args<'_, 'py>,
    object: &Bound<'py, PyAny>,
) -> PyResult<Buffer<'py>> {
    Buffer::writable(object).map_err(|error| {
        crate::ffi::forget(args.py, error);
        let class = object.get_type();
        let class = class.name().map_or_else(|_| String::new(), |name| name.to_string());
        PyTypeError::new_err(format!(
            "{}() argument 1 must be read-write bytes-like object, not {class}",
            args.name()
        ))
    })
}

pub(crate) fn recv_into<'py>(sock: &Sock<'_, 'py>, args: &Args<'_, 'py>) -> Answer<'py> {
    let [buffer, nbytes, flags] = args.named(["buffer", "nbytes", "flags"], 1)?;
    let Some(buffer) = buffer else { return Err(PyTypeError::new_err("no buffer")) };
    let mut buffer = target(args, buffer)?;
    let flags = recv_flags(sock, int_or(flags, 0)?);
    let words = ("negative buffersize in recv_into", "buffer too small for requested bytes");
    let buffer = part(buffer.as_mut_slice(), nbytes, words.0, words.1)?;
    let received = match buffer.len() {
        0 => 0,
        room => sock.call(|socket| socket.recv_with(buffer, flags))?.min(room),
    };
    Ok(received.into_pyobject(sock.py)?.into_any())
}

pub(crate) fn recvfrom<'py>(sock: &Sock<'_, 'py>, args: &Args<'_, 'py>) -> Answer<'py> {
    args.between(1, 2)?;
    let room = room(args.at(0)?, "negative buffersize in recvfrom")?;
    let flags = recv_flags(sock, int_or(args.get(1), 0)?);
    let mut from = None;
    let received = bytes(sock.py, room, |buffer| {
        address::must_be_known(sock)?;
        let (len, addr) = sock.call(|socket| socket.recv_from_with(buffer, flags))?;
        from = addr;
        Ok(len)
    })?;
    let from = address::show(sock.py, from, sock.proto.get())?;
    Ok((received, from).into_pyobject(sock.py)?.into_any())
}

pub(crate) fn recvfrom_into<'py>(sock: &Sock<'_, 'py>, args: &Args<'_, 'py>) -> Answer<'py> {
    let [buffer, nbytes, flags] = args.named(["buffer", "nbytes", "flags"], 1)?;
    let Some(buffer) = buffer else { return Err(PyTypeError::new_err("no buffer")) };
    let mut buffer = target(args, buffer)?;
    let flags = recv_flags(sock, int_or(flags, 0)?);
    let words =
        ("negative buffersize in recvfrom_into", "nbytes is greater than the length of the buffer");
    let buffer = part(buffer.as_mut_slice(), nbytes, words.0, words.1)?;
    address::must_be_known(sock)?;
    let room = buffer.len();
    let (len, from): (usize, Option<AnyAddr>) =
        sock.call(|socket| socket.recv_from_with(buffer, flags))?;
    let from = address::show(sock.py, from, sock.proto.get())?;
    Ok((len.min(room), from).into_pyobject(sock.py)?.into_any())
}

pub(crate) fn send<'py>(sock: &Sock<'_, 'py>, args: &Args<'_, 'py>) -> Answer<'py> {
    args.between(1, 2)?;
    let data = Buffer::readable(args.at(0)?)?;
    let flags = send_flags(sock, int_or(args.get(1), 0)?);
    let data = data.as_slice();
    let sent = sock.call(|socket| socket.send_with(data, flags))?;
    Ok(sent.into_pyobject(sock.py)?.into_any())
}

pub(crate) fn sendall<'py>(sock: &Sock<'_, 'py>, args: &Args<'_, 'py>) -> Answer<'py> {
    args.between(1, 2)?;
    let data = Buffer::readable(args.at(0)?)?;
    let flags = send_flags(sock, int_or(args.get(1), 0)?);
    match data.as_slice() {
        // One send of nothing.
        [] => {
            sock.call(|socket| socket.send_with(&[], flags))?;
        }
        data => sock.call(|socket| Ok(socket.send_all_with(data, flags)?))?,
    }
    Ok(sock.py.None().into_bound(sock.py))
}

pub(crate) fn sendto<'py>(sock: &Sock<'_, 'py>, args: &Args<'_, 'py>) -> Answer<'py> {
    let (flags, to) = match (args.between(2, 3), args.get(1), args.get(2)) {
        (Ok(()), Some(to), None) => (None, to),
        (Ok(()), flags, Some(to)) => (flags, to),
        _ => {
            let count = args.len();
            return Err(PyTypeError::new_err(format!(
                "sendto() takes 2 or 3 arguments ({count} given)"
            )));
        }
    };
    let data = Buffer::readable(args.at(0)?)?;
    let flags = send_flags(sock, flags.map_or(Ok(0), |flags| int(flags))?);
    let addr = address::parse(Use::of(sock, args.name()), to)?;
    audit(sock.py, c"socket.sendto", [&*sock.object, to])?;
    let data = data.as_slice();
    let sent = sock.call(|socket| socket.send_to_with(data, flags, &addr))?;
    Ok(PyInt::new(sock.py, sent).into_any())
}
