//! What pyo3's safe interface does not reach: the interpreter's lock around a call that waits, bytes that the kernel fills, buffers,
//! audit events, errors by errno. With `call.rs` and `class.rs` all the `unsafe` there is in this crate.
//!
//! Contract: a `Python<'_>` is the proof that the lock is held. Whoever is called without it ([`detached`]) gets nothing of Python's.
//! Sources: the C-API reference of CPython 3.11 to 3.14.

use core::ffi::{CStr, c_char, c_int};
use core::ops::ControlFlow;
use core::sync::atomic::{AtomicPtr, Ordering};
use core::time::Duration;
use std::os::fd::{BorrowedFd, FromRawFd, IntoRawFd, OwnedFd};
use std::thread;

use berkeley_socket::Errno;
use berkeley_socket::control::{ControlData, ControlRoom};
use berkeley_sys::control::Data;
use berkeley_sys::{descriptor, option};
use pyo3::exceptions::{PyMemoryError, PyOSError};
use pyo3::ffi;
use pyo3::prelude::*;
use pyo3::types::{PyAny, PyBytes, PySequence};

// What may wait for the lock: until 3.14 the interpreter ends a thread that does while it is finalized, by pthread_exit(3), which unwinds.
unsafe extern "C-unwind" {
    fn PyErr_CheckSignals() -> c_int;
    fn PyEval_RestoreThread(thread: *mut ffi::PyThreadState);
    fn PySys_Audit(event: *const c_char, format: *const c_char, ...) -> c_int;
}

/// A call that the interpreter may end the thread in: the thread then waits for the end of the process, as 3.14 has it.
#[inline]
fn unended<T>(call: impl FnOnce() -> T) -> T {
    /// What the unwinding comes to first.
    struct Waits;

    impl Drop for Waits {
        fn drop(&mut self) {
            loop {
                // No destructor behind this one runs: they count on the lock.
                thread::sleep(Duration::MAX);
            }
        }
    }

    let waits = Waits;
    let answer = call();
    core::mem::forget(waits);
    answer
}

/// Runs `work` without the interpreter's lock. `work` gets what to do when a signal has interrupted it: the handlers run, and
/// if one raises, `Break`; the exception is then [`raised`].
pub(crate) fn detached<T>(
    _: Python<'_>,
    work: impl FnOnce(&(dyn Fn() -> ControlFlow<()> + Sync)) -> T + Send,
) -> T {
    // SAFETY: the lock is held, as `Python` says, and taken back below: nothing that counts on it runs before, not even if the interpreter ends
    // the thread rather than give it the lock (`unended`).
    let thread = AtomicPtr::new(unsafe { ffi::PyEval_SaveThread() });
    let restore = || {
        let thread = thread.load(Ordering::Relaxed);
        // SAFETY: this thread's own state, saved above or at the end of the closure below, which nobody else calls: it waits in `work`.
        unended(|| unsafe { PyEval_RestoreThread(thread) });
    };
    let handle_signals = || {
        restore();
        // SAFETY: the lock is held.
        let raised = unended(|| unsafe { PyErr_CheckSignals() }) != 0;
        // SAFETY: likewise.
        thread.store(unsafe { ffi::PyEval_SaveThread() }, Ordering::Relaxed);
        if raised { ControlFlow::Break(()) } else { ControlFlow::Continue(()) }
    };
    let answer = work(&handle_signals);
    restore();
    answer
}

/// The exception that a call has left.
#[cold]
pub(crate) fn raised(py: Python<'_>) -> PyErr {
    PyErr::fetch(py)
}

/// Raises an exception.
#[cold]
pub(crate) fn raise(py: Python<'_>, error: PyErr) {
    let raise = |_: Python<'_>| error.restore(py);
    // SAFETY: the lock is held, so that there is nothing to wait for, and the interpreter is there. pyo3 must know, or it keeps for later what of
    // the exception is dropped here; asked by `attach` it panics while the interpreter is finalized, when destructors of Python's still raise.
    unsafe { Python::attach_unchecked(raise) };
}

/// Forgets an exception.
#[cold]
pub(crate) fn forget(_: Python<'_>, error: PyErr) {
    // SAFETY: as above.
    unsafe { Python::attach_unchecked(|_| drop(error)) };
}

/// OSError, or the subclass for the errno, with the interpreter's own words.
#[cold]
pub(crate) fn os_error(py: Python<'_>, errno: Errno) -> PyErr {
    // SAFETY: no arguments.
    let place = unsafe { libc::__errno_location() };
    // SAFETY: this thread's own place.
    unsafe { *place = errno.raw_os_error() };
    // SAFETY: the lock is held, and the class lives as long as the interpreter.
    unsafe { ffi::PyErr_SetFromErrno(py.get_type::<PyOSError>().as_ptr()) };
    raised(py)
}

/// `PyErr_SetFromErrno(OSError)`, which `_ssl` calls by the pointer in each socket.
pub(crate) unsafe extern "C" fn set_error() -> *mut ffi::PyObject {
    // SAFETY: called with the lock held.
    let class = unsafe { ffi::PyExc_OSError };
    // SAFETY: likewise.
    unsafe { ffi::PyErr_SetFromErrno(class) }
}

/// A descriptor that the interpreter's user names; EBADF if none can have that number.
#[inline]
pub(crate) fn borrowed<'a>(number: c_int) -> Result<BorrowedFd<'a>, Errno> {
    if number < 0 {
        return Err(Errno::BADF);
    }
    // SAFETY: in Python a number is all there is: whoever closes it during a system call gets what he gets with CPython's own module.
    Ok(unsafe { BorrowedFd::borrow_raw(number) })
}

/// Likewise, as the interpreter hears it.
pub(crate) fn fd<'a>(py: Python<'_>, number: c_int) -> PyResult<BorrowedFd<'a>> {
    borrowed(number).map_err(|errno| os_error(py, errno))
}

/// A descriptor that the interpreter's user gives up.
pub(crate) fn owned_fd(py: Python<'_>, number: c_int) -> PyResult<OwnedFd> {
    if number < 0 {
        return Err(os_error(py, Errno::BADF));
    }
    // SAFETY: as for `fd`; and here it is to be closed.
    Ok(unsafe { OwnedFd::from_raw_fd(number) })
}

/// Raises an audit event about these objects.
pub(crate) fn audit<const N: usize>(
    py: Python<'_>,
    event: &CStr,
    objects: [&Bound<'_, PyAny>; N],
) -> PyResult<()> {
    let object =
        |nth: usize| objects.get(nth).map_or(core::ptr::null_mut(), |object| object.as_ptr());
    let format = match N {
        0 => c"",
        1 => c"(O)",
        2 => c"OO",
        3 => c"OOO",
        4 => c"OOOO",
        _ => c"OOOOO",
    };
    let (a, b, c, d, e) = (object(0), object(1), object(2), object(3), object(4));
    // SAFETY: as many objects as the format has letters; those behind are not looked at.
    let call = || unsafe { PySys_Audit(event.as_ptr(), format.as_ptr(), a, b, c, d, e) };
    let answer = unended(call);
    if answer == 0 { Ok(()) } else { Err(raised(py)) }
}

/// A bytes object of at most `room` bytes, of which `fill` says how many it has filled.
pub(crate) fn bytes(
    py: Python<'_>,
    room: usize,
    fill: impl FnOnce(&mut [u8]) -> PyResult<usize>,
) -> PyResult<Bound<'_, PyBytes>> {
    let size = isize::try_from(room).unwrap_or(isize::MAX);
    // SAFETY: without bytes to copy, they are left as they come from the allocator.
    let mut object = unsafe { ffi::PyBytes_FromStringAndSize(core::ptr::null(), size) };
    if object.is_null() {
        return Err(raised(py));
    }
    // SAFETY: a bytes object.
    let start = unsafe { ffi::PyBytes_AS_STRING(object) };
    // SAFETY: no instruction at all; but to the compiler it may have written the bytes, which thereby have values. To write zeros costs more than
    // the receive, where the room is large.
    unsafe { core::arch::asm!("/* {} */", in(reg) start, options(nostack, preserves_flags)) };
    // SAFETY: its bytes, of which there is one owner, here; they have some value, as said, and the kernel only writes them.
    let memory = unsafe { core::slice::from_raw_parts_mut(start.cast_mut().cast::<u8>(), room) };
    let filled = match fill(memory) {
        Ok(filled) => filled.min(room),
        Err(error) => {
            // SAFETY: the one reference.
            unsafe { ffi::Py_DECREF(object) };
            return Err(error);
        }
    };
    if filled < room {
        // SAFETY: the one reference to the object; no more than its size.
        let resized = unsafe { ffi::_PyBytes_Resize(&raw mut object, filled.cast_signed()) };
        if resized != 0 {
            return Err(raised(py));
        }
    }
    // SAFETY: a new reference to a bytes object.
    let object = unsafe { Bound::from_owned_ptr(py, object) };
    // SAFETY: it is one.
    Ok(unsafe { object.cast_into_unchecked() })
}

/// The memory of an object that has the buffer protocol, for as long as this lives.
pub(crate) struct Buffer<'py> {
    view: ffi::Py_buffer,
    py: Python<'py>,
}

impl<'py> Buffer<'py> {
    /// To read from. An object without one: TypeError, in the interpreter's words.
    pub(crate) fn readable(object: &Bound<'py, PyAny>) -> PyResult<Self> {
        Self::of(object, ffi::PyBUF_SIMPLE)
    }

    /// To write to.
    pub(crate) fn writable(object: &Bound<'py, PyAny>) -> PyResult<Self> {
        Self::of(object, ffi::PyBUF_WRITABLE)
    }

    fn of(object: &Bound<'py, PyAny>, flags: c_int) -> PyResult<Self> {
        let py = object.py();
        let mut view = ffi::Py_buffer::new();
        // SAFETY: an object, and a place of which the interpreter makes a view that `drop` gives back. Without PyBUF_ND it has no
        // pointers into itself, and may move.
        let answer = unsafe { ffi::PyObject_GetBuffer(object.as_ptr(), &raw mut view, flags) };
        if answer == 0 { Ok(Self { view, py }) } else { Err(raised(py)) }
    }

    pub(crate) fn as_slice(&self) -> &[u8] {
        let (start, len) = self.place();
        // SAFETY: the object keeps these bytes where they are while there is a view of them. Who writes to them in another thread gets
        // what he gets with CPython's own module.
        unsafe { core::slice::from_raw_parts(start, len) }
    }

    /// Of a [`writable`](Self::writable) one alone.
    pub(crate) fn as_mut_slice(&mut self) -> &mut [u8] {
        if self.view.readonly != 0 {
            return &mut [];
        }
        let (start, len) = self.place();
        // SAFETY: as above; and they may be written.
        unsafe { core::slice::from_raw_parts_mut(start, len) }
    }

    /// A slice of nothing has an address, too.
    fn place(&self) -> (*mut u8, usize) {
        let len = usize::try_from(self.view.len).unwrap_or(0);
        let start = if len == 0 { core::ptr::dangling_mut() } else { self.view.buf.cast() };
        (start, len)
    }
}

impl Drop for Buffer<'_> {
    fn drop(&mut self) {
        let _: Python<'_> = self.py;
        // SAFETY: a view that `of` made, given back once; the lock is held.
        unsafe { ffi::PyBuffer_Release(&raw mut self.view) };
    }
}

/// The lowest 64 bits of an integer, whatever its size and sign: the numbers that CPython takes unchecked.
pub(crate) fn low_bits(object: &Bound<'_, PyAny>) -> PyResult<u64> {
    // SAFETY: an object.
    let bits = unsafe { ffi::PyLong_AsUnsignedLongLongMask(object.as_ptr()) };
    match PyErr::take(object.py()) {
        Some(error) if bits == u64::MAX => Err(error),
        _ => Ok(bits),
    }
}

/// Text of the file system's: bytes that are no UTF-8 come as surrogates.
pub(crate) fn decode_fs<'py>(py: Python<'py>, bytes: &[u8]) -> PyResult<Bound<'py, PyAny>> {
    let len = bytes.len().cast_signed();
    // SAFETY: so many bytes.
    let text = unsafe { ffi::PyUnicode_DecodeFSDefaultAndSize(bytes.as_ptr().cast(), len) };
    // SAFETY: a new reference, or null and an exception.
    unsafe { Bound::from_owned_ptr_or_err(py, text) }
}

/// The other way.
pub(crate) fn encode_fs<'py>(text: &Bound<'py, PyAny>) -> PyResult<Bound<'py, PyAny>> {
    // SAFETY: an object, which the call checks to be text.
    let bytes = unsafe { ffi::PyUnicode_EncodeFSDefault(text.as_ptr()) };
    // SAFETY: a new reference, or null and an exception.
    unsafe { Bound::from_owned_ptr_or_err(text.py(), bytes) }
}

/// A path or a name as bytes, without a NUL: what `os.fsencode` does.
pub(crate) fn fs_bytes<'py>(object: &Bound<'py, PyAny>) -> PyResult<Bound<'py, PyAny>> {
    let mut bytes: *mut ffi::PyObject = core::ptr::null_mut();
    // SAFETY: an object, and a place for a new reference.
    let done = unsafe { ffi::PyUnicode_FSConverter(object.as_ptr(), (&raw mut bytes).cast()) };
    if done == 0 {
        return Err(raised(object.py()));
    }
    // SAFETY: a new reference.
    Ok(unsafe { Bound::from_owned_ptr(object.py(), bytes) })
}

/// An option of any level by its number, as bytes.
pub(crate) fn get_option(
    fd: BorrowedFd<'_>,
    level: c_int,
    name: c_int,
    value: &mut [u8],
) -> berkeley_sys::Result<usize> {
    // SAFETY: the numbers are the program's; what an option writes beyond its room, or what it points to, is so with CPython's own
    // module as well.
    unsafe { option::get_bytes(fd, level, name, value) }
}

/// Likewise.
pub(crate) fn set_option(
    fd: BorrowedFd<'_>,
    level: c_int,
    name: c_int,
    value: &[u8],
) -> berkeley_sys::Result<()> {
    // SAFETY: as there.
    unsafe { option::set_bytes(fd, level, name, value) }
}

/// Control messages of any level and kind, as bytes.
pub(crate) fn control_data<'m>(
    messages: impl Iterator<Item = (c_int, c_int, &'m [u8])>,
) -> PyResult<ControlData<'static>> {
    let mut data = Data::new();
    for (level, kind, bytes) in messages {
        data.try_reserve(bytes.len()).map_err(no_memory)?;
        // SAFETY: descriptors are numbers in Python, and addresses of memory the program's own affair, as with CPython's own module.
        unsafe { data.push_unchecked(level, kind, bytes) };
    }
    Ok(data.into())
}

/// There is no memory for as much as a program asks for.
#[cold]
pub(crate) fn no_memory<E>(_: E) -> PyErr {
    PyMemoryError::new_err(())
}

/// An object that has items by number, and is no dictionary.
pub(crate) fn sequence<'a, 'py>(
    object: &'a Bound<'py, PyAny>,
) -> Option<&'a Bound<'py, PySequence>> {
    // SAFETY: an object.
    let is = unsafe { ffi::PySequence_Check(object.as_ptr()) } != 0;
    // SAFETY: what every function of that type asks for.
    is.then(|| unsafe { object.cast_unchecked() }).filter(|_| !object.is_instance_of::<PyBytes>())
}

/// Before 3.12 a module cannot say that it is for the main interpreter alone. In another, this sets the exception: a `Python` that raised
/// it would wait for ever.
#[cfg(not(Py_3_12))]
pub(crate) fn refuses_this_interpreter() -> bool {
    // SAFETY: called with the lock held.
    let here = unsafe { ffi::PyInterpreterState_Get() };
    // SAFETY: likewise.
    if here == unsafe { ffi::PyInterpreterState_Main() } {
        return false;
    }
    let words = c"module _socket does not support loading in subinterpreters";
    // SAFETY: likewise.
    let class = unsafe { ffi::PyExc_ImportError };
    // SAFETY: likewise.
    unsafe { ffi::PyErr_SetString(class, words.as_ptr()) };
    true
}

/// Leaves the descriptors that came to the program, by whose numbers it knows them already; inheritable, unless it asked for the other.
pub(crate) fn keep_open(room: &mut ControlRoom, closed_on_exec: bool) -> berkeley_sys::Result<()> {
    let pidfd = room.take_pidfd();
    for fd in room.take_fds().collect::<Vec<_>>().into_iter().chain(pidfd) {
        if !closed_on_exec {
            descriptor::set_inheritable(&fd, true)?;
        }
        let _: c_int = fd.into_raw_fd();
    }
    Ok(())
}
