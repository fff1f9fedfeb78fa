//! Whole messages: `sendmsg`, `recvmsg`, `recvmsg_into`, `sendmsg_afalg`.

use core::ffi::c_int;
use std::io::{IoSlice, IoSliceMut};

use berkeley_addr::{AnyAddr, Family};
use berkeley_socket::control::{ControlData, ControlRoom, alg};
use berkeley_socket::{Errno, Message, Received};
use pyo3::exceptions::{PyTypeError, PyValueError};
use pyo3::prelude::*;
use pyo3::types::{PyAny, PyBytes, PyInt, PyList};

use crate::address::{self, Use};
use crate::call::{Answer, Args};
use crate::class::Sock;
use crate::error::{self, plain};
use crate::ffi::{Buffer, audit, bytes, control_data, forget, keep_open, no_memory, sequence};
use crate::number::{int, int_or, room, size};
use crate::transfer::{recv_flags, send_flags};

/// What `make` makes of the items of an iterable; TypeError in these words where it is none. MemoryError: there are too many.
fn each<'py, T>(
    object: &Bound<'py, PyAny>,
    words: impl FnOnce() -> String,
    mut make: impl FnMut(Bound<'py, PyAny>) -> PyResult<T>,
) -> PyResult<Vec<T>> {
    let mut made = Vec::new();
    let mut put = |item| -> PyResult<()> {
        made.try_reserve(1).map_err(no_memory)?;
        made.push(make(item)?);
        Ok(())
    };
    // A class below it may have an iterator of its own.
    if let Ok(list) = object.cast_exact::<PyList>() {
        list.iter().try_for_each(put)?;
        return Ok(made);
    }
    let items = object.try_iter().map_err(|error| {
        if error.is_instance_of::<PyTypeError>(object.py()) {
            forget(object.py(), error);
            return PyTypeError::new_err(words());
        }
        error
    })?;
    for item in items {
        put(item?)?;
    }
    Ok(made)
}

/// So many of them as a slice; MemoryError: there are too many.
fn slices<B, S>(
    buffers: impl ExactSizeIterator<Item = B>,
    slice: impl FnMut(B) -> S,
) -> PyResult<Vec<S>> {
    let mut made = Vec::new();
    made.try_reserve_exact(buffers.len()).map_err(no_memory)?;
    made.extend(buffers.map(slice));
    Ok(made)
}

/// The first argument of a send: buffers.
fn buffers<'py>(args: &Args<'_, 'py>, object: &Bound<'py, PyAny>) -> PyResult<Vec<Buffer<'py>>> {
    let words = || format!("{}() argument 1 must be an iterable", args.name());
    each(object, words, |item| Buffer::readable(&item))
}

pub(crate) fn sendmsg<'py>(sock: &Sock<'_, 'py>, args: &Args<'_, 'py>) -> Answer<'py> {
    args.between(1, 4)?;
    let flags = send_flags(sock, int_or(args.get(2), 0)?);
    let nobody = sock.py.None().into_bound(sock.py);
    let to = args.get(3).filter(|to| !to.is_none());
    // Before the rest, as in CPython: a program sees which of two faults is told.
    let addr = to.map(|to| address::parse(Use::of(sock, args.name()), to)).transpose()?;
    let data = buffers(args, args.at(0)?)?;
    let control = match args.get(1) {
        Some(items) => ancillary(args, items)?,
        None => Vec::new(),
    };
    match &to {
        Some(to) => audit(sock.py, c"socket.sendmsg", [&*sock.object, to])?,
        None => audit(sock.py, c"socket.sendmsg", [&*sock.object, &nobody])?,
    }
    let items = control.iter().map(|(level, kind, data)| (*level, *kind, data.as_slice()));
    let control = control_data(items)?;
    send(sock, &data, &control, flags, addr.as_ref())
}

fn send<'py>(
    sock: &Sock<'_, 'py>,
    data: &[Buffer<'py>],
    control: &ControlData<'_>,
    flags: berkeley_socket::SendFlags,
    addr: Option<&AnyAddr>,
) -> Answer<'py> {
    let pieces = slices(data.iter(), |data| IoSlice::new(data.as_slice()))?;
    let pieces = pieces.as_slice();
    let sent = sock.call(|socket| {
        let message = Message::new(pieces).with(control).flags(flags);
        match addr {
            Some(addr) => socket.send_msg(&message.to(addr)),
            None => socket.send_msg(&message),
        }
    })?;
    Ok(PyInt::new(sock.py, sent).into_any())
}

/// The control messages of the second argument: level, kind, bytes.
fn ancillary<'py>(
    args: &Args<'_, 'py>,
    object: &Bound<'py, PyAny>,
) -> PyResult<Vec<(c_int, c_int, Buffer<'py>)>> {
    let words = || format!("{}() argument 2 must be an iterable", args.name());
    each(object, words, |item| {
        let words = "[sendmsg() ancillary data items]() argument must be";
        let Some(fields) = sequence(&item) else {
            let class = item.get_type().name()?;
            return Err(PyTypeError::new_err(format!("{words} 3-item sequence, not {class}")));
        };
        let count = fields.len()?;
        if count != 3 {
            return Err(PyTypeError::new_err(format!("{words} sequence of length 3, not {count}")));
        }
        let (level, kind) = (int(&fields.get_item(0)?)?, int(&fields.get_item(1)?)?);
        Ok((level, kind, Buffer::readable(&fields.get_item(2)?)?))
    })
}

/// Room for control messages of so many bytes, on a socket that can tell a sender.
fn control_room(sock: &Sock<'_, '_>, bytes: isize) -> PyResult<ControlRoom> {
    address::must_be_known(sock)?;
    let bytes =
        usize::try_from(bytes).ok().filter(|bytes| *bytes <= c_int::MAX.cast_unsigned() as usize);
    let bytes =
        bytes.ok_or_else(|| PyValueError::new_err("invalid ancillary data buffer length"))?;
    Ok(ControlRoom::exact(bytes))
}

pub(crate) fn recvmsg<'py>(sock: &Sock<'_, 'py>, args: &Args<'_, 'py>) -> Answer<'py> {
    args.between(1, 3)?;
    let room = room(args.at(0)?, "negative buffer size in recvmsg()")?;
    let flags = int_or(args.get(2), 0)?;
    let control = args.get(1).map_or(Ok(0), size)?;
    let mut answer = None;
    let data = bytes(sock.py, room, |buffer| {
        let mut control = control_room(sock, control)?;
        let received = receive(sock, &mut [IoSliceMut::new(buffer)], &mut control, flags)?;
        answer = Some((received, control));
        Ok(received.len)
    })?;
    let Some((received, control)) = answer else { return Err(plain("nothing was received")) };
    report(sock, data.into_any(), control, flags, received)
}

pub(crate) fn recvmsg_into<'py>(sock: &Sock<'_, 'py>, args: &Args<'_, 'py>) -> Answer<'py> {
    args.between(1, 3)?;
    let words = || format!("{}() argument 1 must be an iterable", args.name());
    let mut buffers = each(args.at(0)?, words, |item| {
        Buffer::writable(&item).map_err(|error| {
            forget(args.py, error);
            PyTypeError::new_err(
                "recvmsg_into() argument 1 must be an iterable of single-segment read-write buffers",
            )
        })
    })?;
    let flags = int_or(args.get(2), 0)?;
    let mut control = control_room(sock, args.get(1).map_or(Ok(0), size)?)?;
    let mut pieces = slices(buffers.iter_mut(), |buffer| IoSliceMut::new(buffer.as_mut_slice()))?;
    let received = receive(sock, &mut pieces, &mut control, flags)?;
    let len = received.len.into_pyobject(sock.py)?.into_any();
    report(sock, len, control, flags, received)
}

fn receive(
    sock: &Sock<'_, '_>,
    pieces: &mut [IoSliceMut<'_>],
    control: &mut ControlRoom,
    flags: c_int,
) -> PyResult<Received<AnyAddr>> {
    let flags = recv_flags(sock, flags);
    sock.call(|socket| socket.recv_msg(pieces, control, flags))
}

/// The tuple that a receive gives. Descriptors in the control messages are the program's from here on.
fn report<'py>(
    sock: &Sock<'_, 'py>,
    data: Bound<'py, PyAny>,
    mut control: ControlRoom,
    flags: c_int,
    received: Received<AnyAddr>,
) -> Answer<'py> {
    let py = sock.py;
    let from = address::show(py, received.from, sock.proto.get())?;
    let messages = PyList::empty(py);
    for message in control.messages() {
        let data = PyBytes::new(py, message.data);
        messages.append((message.level, message.kind, data))?;
    }
    // The kernel gives this one back as well.
    let close_on_exec = flags & libc::MSG_CMSG_CLOEXEC;
    let answer = (data, messages, received.flags.bits() | close_on_exec, from);
    let answer = answer.into_pyobject(py)?;
    keep_open(&mut control, close_on_exec != 0).map_err(|errno| error::system(py, errno))?;
    Ok(answer.into_any())
}

/// A control message that is longer is none: `net.core.optmem_max` bounds them.
const MOST: usize = berkeley_sys::control::Room::MOST;

pub(crate) fn sendmsg_afalg<'py>(sock: &Sock<'_, 'py>, args: &Args<'_, 'py>) -> Answer<'py> {
    if !sock.is(Family::ALG) {
        return Err(plain("algset is only supported for AF_ALG"));
    }
    let count = args.len();
    if count > 1 {
        return Err(PyTypeError::new_err(format!(
            "sendmsg_afalg() takes at most 1 positional argument ({count} given)"
        )));
    }
    let [msg, op, iv, assoclen, flags] = args.named(["msg", "op", "iv", "assoclen", "flags"], 0)?;
    let needed = || PyTypeError::new_err("Invalid or missing argument 'op'");
    let op = op.and_then(|op| op.cast::<PyInt>().ok()).ok_or_else(needed)?;
    let op = int(op).map_err(|error| forget(sock.py, error)).ok();
    let op = op.and_then(|op| u32::try_from(op).ok()).ok_or_else(needed)?;
    let wrong = || PyTypeError::new_err("assoclen must be non-negative");
    let assoclen = assoclen.map(|len| {
        let len = int(len.cast::<PyInt>().map_err(|_| wrong())?)?;
        u32::try_from(len).map_err(|_| wrong())
    });
    let assoclen = assoclen.transpose()?;
    let flags = send_flags(sock, int_or(flags, 0)?);
    let iv = iv.map(Buffer::readable).transpose()?;
    let mut control = ControlData::new();
    let put = |error| error::socket(sock.py, error);
    control.push(alg::SET_OP, op).map_err(put)?;
    if let Some(iv) = &iv {
        // What the kernel says, when it has copied it.
        if iv.as_slice().len() > MOST {
            return Err(error::system(sock.py, Errno::NOBUFS));
        }
        control.push(alg::SET_IV, iv.as_slice()).map_err(put)?;
    }
    if let Some(len) = assoclen {
        control.push(alg::SET_AEAD_ASSOCLEN, len).map_err(put)?;
    }
    let data = msg.map_or(Ok(Vec::new()), |msg| buffers(args, msg))?;
    send(sock, &data, &control, flags, None)
}
