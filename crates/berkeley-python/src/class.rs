//! The type `_socket.socket`: its instances, laid out as CPython's own, for `_ssl` reads them; how it is made; the capsule; the module.
//!
//! Contract: everything but an instance's fields is the interpreter's. They are read and written with its lock held. The slots that every
//! type has are here; what this one does in them is a [`Behaviour`].
//! Source of the layout: `Modules/socketmodule.h` (`PySocketSockObject`, `PySocketModule_APIObject`) of 3.11 to 3.13.

use core::cell::Cell;
use core::ffi::{CStr, c_int, c_void};
use core::mem::{offset_of, size_of};
use core::ops::ControlFlow;
use core::sync::atomic::{AtomicI32, Ordering};
use core::time::Duration;
use std::os::fd::BorrowedFd;

use berkeley_addr::Family;
use berkeley_socket::{Errno, Error, Kind, Limit, Op, SocketRef};
use berkeley_sys::descriptor;
use pyo3::exceptions::{PyOSError, PyTimeoutError, PyWarning};
use pyo3::ffi::{Py_ssize_t, PyMethodDef, PyObject};
use pyo3::prelude::*;
use pyo3::sync::PyOnceLock;
use pyo3::types::{PyAny, PyDict, PyModule, PyTuple, PyType};

use crate::call::{self, Answer, Args, give};
use crate::error;
use crate::ffi::{borrowed, detached, fd, forget, owned_fd, raise, raised};

/// The interpreter's interface.
use pyo3::ffi as python;

/// An instance.
#[repr(C)]
pub(crate) struct Instance {
    head: PyObject,
    /// Written with the lock held, read without it as well.
    fd: AtomicI32,
    pub(crate) family: Cell<c_int>,
    pub(crate) ty: Cell<c_int>,
    pub(crate) proto: Cell<c_int>,
    error: Cell<Option<unsafe extern "C" fn() -> *mut PyObject>>,
    /// Nanoseconds; negative: none.
    pub(crate) timeout: Cell<i64>,
    /// CPython's own module state, which nobody but it looks at.
    #[cfg(Py_3_12)]
    state: Cell<*mut c_void>,
}

const _: () = {
    // What `_ssl` reads: the descriptor, the time-out.
    assert!(offset_of!(Instance, fd) == size_of::<PyObject>());
    assert!(offset_of!(Instance, timeout) == size_of::<PyObject>() + 4 * 4 + size_of::<usize>());
};

/// A socket object.
#[derive(Clone, Copy)]
pub(crate) struct Sock<'a, 'py> {
    pub(crate) py: Python<'py>,
    pub(crate) object: Borrowed<'a, 'py, PyAny>,
    instance: &'a Instance,
}

impl<'py> Sock<'_, 'py> {
    /// # Safety
    ///
    /// `object` is an instance of the type, and outlives this.
    #[inline]
    unsafe fn of(py: Python<'py>, object: *mut PyObject) -> Self {
        // SAFETY: the caller vouches for it.
        let instance = unsafe { &*object.cast::<Instance>() };
        // SAFETY: likewise.
        let object = unsafe { Borrowed::from_ptr(py, object) };
        Self { py, object, instance }
    }

    /// Its number, -1 where it is closed.
    pub(crate) fn number(&self) -> c_int {
        self.instance.fd.load(Ordering::Relaxed)
    }

    pub(crate) fn set_number(&self, number: c_int) {
        self.instance.fd.store(number, Ordering::Relaxed);
    }

    /// Whether it is of this family.
    pub(crate) fn is(&self, family: Family) -> bool {
        self.family.get() == c_int::from(family.raw())
    }

    /// Its descriptor; EBADF where it is closed.
    #[inline]
    pub(crate) fn fd(&self) -> PyResult<BorrowedFd<'static>> {
        fd(self.py, self.number())
    }

    /// A call of the library under the time-out, without the interpreter's lock. Handlers of signals run between two tries. They, and other
    /// threads, may close the socket, and its number may soon be another file's: the number is looked at before each try.
    #[inline]
    pub(crate) fn attempt<T: Send>(
        &self,
        work: impl FnOnce(SocketRef<'_>) -> berkeley_socket::Result<T> + Send,
    ) -> berkeley_socket::Result<T> {
        let (place, timeout) = (&self.instance.fd, self.timeout.get());
        let answer = detached(self.py, |signals| {
            // Not before: who gives up the lock may come to it long after others have had it.
            let number = place.load(Ordering::Relaxed);
            let fd = borrowed(number).map_err(|errno| Error::kernel(Op::Open, errno))?;
            let is_its_own = || {
                let same = place.load(Ordering::Relaxed) == number;
                if same { ControlFlow::Continue(()) } else { ControlFlow::Break(()) }
            };
            let limit = match u64::try_from(timeout) {
                Ok(nanos @ 1..) => Limit::within(Duration::from_nanos(nanos)),
                // Without a time-out the kernel waits; with one of zero the descriptor says EAGAIN.
                _ => Limit::NONE,
            };
            work(SocketRef::raw(fd).within(limit.on_eintr(signals).on_retry(&is_its_own)))
        });
        match answer {
            // No handler has raised: the number is another one.
            Err(error) if error.kind() == Kind::Interrupted && !PyErr::occurred(self.py) => {
                Err(Error::kernel(error.op(), Errno::BADF))
            }
            answer => answer,
        }
    }

    /// Likewise, and raises what it says.
    #[inline]
    pub(crate) fn call<T: Send>(
        &self,
        work: impl FnOnce(SocketRef<'_>) -> berkeley_socket::Result<T> + Send,
    ) -> PyResult<T> {
        self.attempt(work).map_err(|error| error::socket(self.py, error))
    }

    /// One system call that does not wait, without the interpreter's lock.
    pub(crate) fn ask<T: Send>(
        &self,
        work: impl FnOnce(BorrowedFd<'_>) -> Result<T, Errno> + Send,
    ) -> PyResult<T> {
        let place = &self.instance.fd;
        detached(self.py, |_| work(borrowed(place.load(Ordering::Relaxed))?))
            .map_err(|errno| error::system(self.py, errno))
    }
}

impl core::ops::Deref for Sock<'_, '_> {
    type Target = Instance;

    fn deref(&self) -> &Instance {
        self.instance
    }
}

/// Enters a function that the interpreter calls for a socket object.
///
/// # Safety
///
/// The lock is held, and `this` is an instance that outlives the call.
#[inline]
pub(crate) unsafe fn entered<R>(
    this: *mut PyObject,
    run: impl for<'a, 'py> FnOnce(Sock<'a, 'py>) -> R,
) -> R {
    // SAFETY: the caller's promise.
    let py = unsafe { Python::assume_attached() };
    // SAFETY: likewise.
    run(unsafe { Sock::of(py, this) })
}

/// Runs a method.
///
/// # Safety
///
/// As [`entered`]; the rest as [`Args::new`].
#[inline]
pub(crate) unsafe fn method(
    name: &'static CStr,
    this: *mut PyObject,
    args: *const *mut PyObject,
    count: Py_ssize_t,
    names: *mut PyObject,
    run: impl for<'a, 'py> FnOnce(&Sock<'a, 'py>, &Args<'a, 'py>) -> Answer<'py>,
) -> *mut PyObject {
    let run = |sock: Sock<'_, '_>| {
        // SAFETY: the caller's promise.
        let args = unsafe { Args::new(sock.py, name, args, count.cast_unsigned(), names) };
        give(sock.py, run(&sock, &args))
    };
    // SAFETY: likewise.
    unsafe { entered(this, run) }
}

/// The entries of the type's method table: `name => function, signature, what it does`.
macro_rules! methods {
    ($($name:literal => $run:path, $signature:literal, $doc:literal;)*) => {{
        vec![$({
            unsafe extern "C" fn call(
                this: *mut pyo3::ffi::PyObject,
                args: *const *mut pyo3::ffi::PyObject,
                count: pyo3::ffi::Py_ssize_t,
                names: *mut pyo3::ffi::PyObject,
            ) -> *mut pyo3::ffi::PyObject {
                // SAFETY: the interpreter calls with its lock held, by the protocol of METH_FASTCALL | METH_KEYWORDS, and the
                // method's descriptor has checked that `this` is of the type whose table this is.
                unsafe { $crate::class::method($name, this, args, count, names, $run) }
            }
            $crate::call::entry($name, [$signature, $doc], call)
        }),*]
    }};
}
pub(crate) use methods;

/// What socket objects do.
pub(crate) trait Behaviour {
    fn methods() -> Vec<PyMethodDef>;
    fn init(
        sock: &Sock<'_, '_>,
        args: &Bound<'_, PyTuple>,
        keywords: Option<&Bound<'_, PyDict>>,
    ) -> PyResult<()>;
    fn repr<'py>(sock: &Sock<'_, 'py>) -> Bound<'py, PyAny>;
    fn timeout<'py>(sock: &Sock<'_, 'py>) -> Bound<'py, PyAny>;
}

unsafe extern "C" fn new(
    class: *mut python::PyTypeObject,
    _: *mut PyObject,
    _: *mut PyObject,
) -> *mut PyObject {
    // SAFETY: a type that is ready has this slot.
    let Some(alloc) = (unsafe { (*class).tp_alloc }) else { return core::ptr::null_mut() };
    // SAFETY: the type is ours or one below it, so there is room for an `Instance`, all zeros.
    let object = unsafe { alloc(class, 0) };
    if !object.is_null() {
        let begin = |sock: Sock<'_, '_>| {
            sock.set_number(-1);
            sock.timeout.set(-1);
            sock.error.set(Some(crate::ffi::set_error));
        };
        // SAFETY: just made.
        unsafe { entered(object, begin) };
    }
    object
}

unsafe extern "C" fn init<B: Behaviour>(
    this: *mut PyObject,
    args: *mut PyObject,
    keywords: *mut PyObject,
) -> c_int {
    let run = |sock: Sock<'_, '_>| {
        // SAFETY: a tuple.
        let args = unsafe { Borrowed::from_ptr(sock.py, args) };
        // SAFETY: a dictionary, or null.
        let keywords = unsafe { Borrowed::from_ptr_or_opt(sock.py, keywords) };
        let keywords = keywords.as_ref().and_then(|keywords| keywords.cast::<PyDict>().ok());
        let made = args.cast::<PyTuple>().map_err(PyErr::from);
        answered(sock.py, made.and_then(|args| B::init(&sock, &args, keywords.as_deref())))
    };
    // SAFETY: slots are called with the lock held, for instances.
    unsafe { entered(this, run) }
}

/// As the interpreter wants to hear it.
fn answered(py: Python<'_>, answer: PyResult<()>) -> c_int {
    match answer {
        Ok(()) => 0,
        Err(error) => {
            raise(py, error);
            -1
        }
    }
}

unsafe extern "C" fn repr<B: Behaviour>(this: *mut PyObject) -> *mut PyObject {
    // SAFETY: slots are called with the lock held, for instances.
    unsafe { entered(this, |sock| B::repr(&sock).into_ptr()) }
}

unsafe extern "C" fn timeout<B: Behaviour>(this: *mut PyObject, _: *mut c_void) -> *mut PyObject {
    // SAFETY: slots are called with the lock held, for instances.
    unsafe { entered(this, |sock| B::timeout(&sock).into_ptr()) }
}

/// `tp_finalize`: an unclosed socket is told of, and closed.
unsafe extern "C" fn finalize(this: *mut PyObject) {
    let run = |sock: Sock<'_, '_>| {
        let py = sock.py;
        if sock.number() < 0 {
            return;
        }
        // What is raised at the moment is not of this object's making.
        let earlier = PyErr::take(py);
        // SAFETY: the format has one object.
        let told = unsafe { python::PyErr_ResourceWarning(this, 1, c"unclosed %R".as_ptr(), this) };
        if told != 0 {
            let error = raised(py);
            if error.is_instance_of::<PyWarning>(py) {
                // A warning that is an error has nobody to go to.
                error.write_unraisable(py, Some(&sock.object));
            } else {
                // What the interpreter lacks already while it ends.
                forget(py, error);
            }
        }
        // Whoever was warned may have closed it himself.
        let number = sock.number();
        sock.set_number(-1);
        if let Some(Ok(fd)) = (number >= 0).then(|| owned_fd(py, number)) {
            // There is nobody to tell.
            let _ = detached(py, |_| descriptor::close(fd));
        }
        if let Some(earlier) = earlier {
            raise(py, earlier);
        }
    };
    // SAFETY: slots are called with the lock held, for instances.
    unsafe { entered(this, run) }
}

unsafe extern "C" fn dealloc(this: *mut PyObject) {
    // SAFETY: an object whose last reference is gone.
    if unsafe { python::PyObject_CallFinalizerFromDealloc(this) } < 0 {
        return;
    }
    #[cfg(Py_3_12)]
    // SAFETY: it is tracked by the collector, as Py_TPFLAGS_HAVE_GC says.
    unsafe {
        python::PyObject_GC_UnTrack(this.cast());
    };
    // SAFETY: an object has a type.
    let class = unsafe { python::Py_TYPE(this) };
    // SAFETY: a type that is ready has this slot.
    if let Some(free) = unsafe { (*class).tp_free } {
        // SAFETY: nobody looks at it any more.
        unsafe { free(this.cast()) };
    }
    // SAFETY: the instance's own reference to its type.
    unsafe { python::Py_DECREF(class.cast()) };
}

#[cfg(Py_3_12)]
unsafe extern "C" fn traverse(
    this: *mut PyObject,
    visit: python::visitproc,
    arg: *mut c_void,
) -> c_int {
    // SAFETY: an object has a type.
    let class = unsafe { python::Py_TYPE(this) };
    // SAFETY: what the collector has handed over.
    unsafe { visit(class.cast(), arg) }
}

const DOC: &CStr =
    c"socket(family=AF_INET, type=SOCK_STREAM, proto=0, fileno=None): a socket, new or of a descriptor.";

static CLASS: PyOnceLock<Py<PyType>> = PyOnceLock::new();

/// The type, made once for the process.
pub(crate) fn make<'py, B: Behaviour>(
    module: &Bound<'py, PyModule>,
) -> PyResult<Bound<'py, PyType>> {
    let py = module.py();
    let class = CLASS.get_or_try_init(py, || build::<B>(module).map(Bound::unbind))?;
    Ok(class.bind(py).clone())
}

fn build<'py, B: Behaviour>(module: &Bound<'py, PyModule>) -> PyResult<Bound<'py, PyType>> {
    let member = |name: &'static CStr, offset: usize, doc: &'static CStr| python::PyMemberDef {
        name: name.as_ptr(),
        type_code: python::Py_T_INT,
        offset: offset.cast_signed(),
        flags: python::Py_READONLY,
        doc: doc.as_ptr(),
    };
    let members = leaked([
        member(c"family", offset_of!(Instance, family), c"Its family: AF_INET and so on."),
        member(c"type", offset_of!(Instance, ty), c"Its type: SOCK_STREAM and so on."),
        member(c"proto", offset_of!(Instance, proto), c"Its protocol, 0 for the usual one."),
        python::PyMemberDef::default(),
    ]);
    let timeout = python::PyGetSetDef {
        name: c"timeout".as_ptr(),
        get: Some(timeout::<B>),
        doc: c"Its time-out in seconds, or None.".as_ptr(),
        ..python::PyGetSetDef::default()
    };
    let attributes = leaked([timeout, python::PyGetSetDef::default()]);
    let slot = |slot: c_int, pfunc: *mut c_void| python::PyType_Slot { slot, pfunc };
    let mut slots = [
        slot(python::Py_tp_doc, DOC.as_ptr().cast_mut().cast()),
        slot(python::Py_tp_new, new as *mut c_void),
        slot(python::Py_tp_init, init::<B> as *mut c_void),
        slot(python::Py_tp_repr, repr::<B> as *mut c_void),
        slot(python::Py_tp_finalize, finalize as *mut c_void),
        slot(python::Py_tp_dealloc, dealloc as *mut c_void),
        #[cfg(Py_3_12)]
        slot(python::Py_tp_traverse, traverse as *mut c_void),
        slot(python::Py_tp_members, members.cast()),
        slot(python::Py_tp_getset, attributes.cast()),
        slot(python::Py_tp_methods, call::finished(B::methods()).cast()),
        slot(0, core::ptr::null_mut()),
    ];
    // 3.11's is static, and the collector does not see its instances.
    let collected = if cfg!(Py_3_12) { python::Py_TPFLAGS_HAVE_GC } else { 0 };
    let flags = python::Py_TPFLAGS_DEFAULT
        | python::Py_TPFLAGS_BASETYPE
        | collected
        | python::Py_TPFLAGS_IMMUTABLETYPE;
    let mut spec = python::PyType_Spec {
        name: c"_socket.socket".as_ptr(),
        basicsize: c_int::try_from(size_of::<Instance>()).unwrap_or(c_int::MAX),
        itemsize: 0,
        flags: u32::try_from(flags).unwrap_or(0),
        slots: slots.as_mut_ptr(),
    };
    let nothing = core::ptr::null_mut();
    // SAFETY: the slots say functions of the types the slots have; tables and names live as long as the process.
    let class =
        unsafe { python::PyType_FromModuleAndSpec(module.as_ptr(), &raw mut spec, nothing) };
    // SAFETY: a new reference, or null and an exception.
    let class = unsafe { Bound::from_owned_ptr_or_err(module.py(), class) }?;
    Ok(class.cast_into::<PyType>()?)
}

/// What lives as long as the process.
fn leaked<T, const N: usize>(items: [T; N]) -> *mut T {
    Box::leak(Box::new(items)).as_mut_ptr()
}

/// A new socket object, which `begin` begins.
pub(crate) fn instance(
    py: Python<'_>,
    begin: impl FnOnce(&Sock<'_, '_>) -> PyResult<()>,
) -> Answer<'_> {
    let class = CLASS.get(py).ok_or_else(|| error::plain("_socket is not initialised"))?.bind(py);
    let nothing = core::ptr::null_mut();
    // SAFETY: the type is ours.
    let object = unsafe { new(class.as_type_ptr(), nothing, nothing) };
    // SAFETY: a new reference, or null and an exception.
    let object = unsafe { Bound::from_owned_ptr_or_err(py, object) }?;
    // SAFETY: just made.
    begin(&unsafe { Sock::of(py, object.as_ptr()) })?;
    Ok(object)
}

/// What `_ssl` finds in the capsule.
#[repr(C)]
struct Api {
    class: *mut python::PyTypeObject,
    error: *mut PyObject,
    timeout: *mut PyObject,
}

/// The capsule `CAPI`.
pub(crate) fn capsule<'py>(class: &Bound<'py, PyType>) -> PyResult<Bound<'py, PyAny>> {
    let py = class.py();
    let api = leaked([Api {
        class: class.clone().into_ptr().cast(),
        error: py.get_type::<PyOSError>().into_ptr(),
        timeout: py.get_type::<PyTimeoutError>().into_ptr(),
    }]);
    // SAFETY: place and name live as long as the process.
    let capsule = unsafe { python::PyCapsule_New(api.cast(), c"_socket.CAPI".as_ptr(), None) };
    // SAFETY: a new reference, or null and an exception.
    unsafe { Bound::from_owned_ptr_or_err(py, capsule) }
}

/// What the module holds.
pub(crate) trait Contents {
    fn functions() -> Vec<PyMethodDef>;
    /// Runs for each import that finds no module.
    fn fill(module: &Bound<'_, PyModule>) -> PyResult<()>;
}

unsafe extern "C" fn fill<C: Contents>(module: *mut PyObject) -> c_int {
    #[cfg(not(Py_3_12))]
    if crate::ffi::refuses_this_interpreter() {
        return -1;
    }
    // SAFETY: slots are called with the lock held.
    let py = unsafe { Python::assume_attached() };
    // SAFETY: a module.
    let module = unsafe { Borrowed::from_ptr(py, module) };
    let filled = module.cast::<PyModule>().map_err(PyErr::from);
    answered(py, filled.and_then(|module| C::fill(&module)))
}

/// The module's definition, for the interpreter's loader.
pub(crate) fn definition<C: Contents>() -> *mut PyObject {
    let slots = leaked([
        python::PyModuleDef_Slot { slot: python::Py_mod_exec, value: fill::<C> as *mut c_void },
        // The default time-out and the types are the process's.
        #[cfg(Py_3_12)]
        python::PyModuleDef_Slot {
            slot: python::Py_mod_multiple_interpreters,
            value: python::Py_MOD_MULTIPLE_INTERPRETERS_NOT_SUPPORTED,
        },
        python::PyModuleDef_Slot { slot: 0, value: core::ptr::null_mut() },
    ]);
    let definition = leaked([python::PyModuleDef {
        m_base: python::PyModuleDef_HEAD_INIT,
        m_name: c"_socket".as_ptr(),
        m_doc: c"The module _socket over the crates of berkeley.".as_ptr(),
        m_size: 0,
        m_methods: call::finished(C::functions()),
        m_slots: slots,
        m_traverse: None,
        m_clear: None,
        m_free: None,
    }]);
    // SAFETY: the definition lives as long as the process.
    unsafe { python::PyModuleDef_Init(definition) }
}

/// Where the interpreter's loader begins: one function, by the name that it looks for.
macro_rules! begins_with {
    ($contents:ty) => {
        #[unsafe(no_mangle)]
        extern "C" fn PyInit__socket() -> *mut pyo3::ffi::PyObject {
            $crate::class::definition::<$contents>()
        }
    };
}
pub(crate) use begins_with;
