//! The type `_socket.socket`: its instances, laid out as CPython's own, for `_ssl` reads them; how it is made; the capsule.
//!
//! Contract: everything but these fields is the interpreter's. They are read and written with its lock held.
//! Source of the layout: `Modules/socketmodule.h` (`PySocketSockObject`, `PySocketModule_APIObject`) of 3.11 to 3.13.

use core::cell::Cell;
use core::ffi::{c_int, c_void};
use core::mem::{offset_of, size_of};
use core::time::Duration;
use std::os::fd::BorrowedFd;

use berkeley_socket::{Limit, SocketRef};
use berkeley_sys::descriptor;
use pyo3::exceptions::{PyOSError, PyTimeoutError};
use pyo3::ffi;
use pyo3::ffi::PyObject;
use pyo3::prelude::*;
use pyo3::types::{PyAny, PyDict, PyModule, PyTuple, PyType};

use super::call;
use super::{detached, fd, owned_fd, raised};
use crate::error;

/// An instance.
#[repr(C)]
pub(crate) struct Instance {
    head: PyObject,
    fd: Cell<c_int>,
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
    pub(crate) unsafe fn of(py: Python<'py>, object: *mut PyObject) -> Self {
        // SAFETY: the caller vouches for it.
        let instance = unsafe { &*object.cast::<Instance>() };
        // SAFETY: likewise.
        let object = unsafe { Borrowed::from_ptr(py, object) };
        Self { py, object, instance }
    }

    /// Its number, -1 where it is closed.
    pub(crate) fn number(&self) -> c_int {
        self.instance.fd.get()
    }

    pub(crate) fn set_number(&self, number: c_int) {
        self.instance.fd.set(number);
    }

    /// Its descriptor; EBADF where it is closed.
    #[inline]
    pub(crate) fn fd(&self) -> PyResult<BorrowedFd<'static>> {
        fd(self.py, self.number())
    }

    /// A call of the library under the time-out, without the interpreter's lock. Handlers of signals run between two tries.
    #[inline]
    pub(crate) fn call<T: Send>(
        &self,
        work: impl FnOnce(SocketRef<'_>) -> berkeley_socket::Result<T> + Send,
    ) -> PyResult<T> {
        let (fd, timeout) = (self.fd()?, self.timeout.get());
        let answer = detached(self.py, |signals| {
            let limit = match u64::try_from(timeout) {
                Ok(nanos @ 1..) => Limit::within(Duration::from_nanos(nanos)),
                // Without a time-out the kernel waits; with one of zero the descriptor says EAGAIN.
                _ => Limit::NONE,
            };
            work(SocketRef::raw(fd).within(limit.on_eintr(signals)))
        });
        answer.map_err(|error| error::socket(self.py, error))
    }
}

impl core::ops::Deref for Sock<'_, '_> {
    type Target = Instance;

    fn deref(&self) -> &Instance {
        self.instance
    }
}

unsafe extern "C" fn new(
    class: *mut ffi::PyTypeObject,
    _: *mut PyObject,
    _: *mut PyObject,
) -> *mut PyObject {
    // SAFETY: a type that is ready has this slot.
    let Some(alloc) = (unsafe { (*class).tp_alloc }) else { return core::ptr::null_mut() };
    // SAFETY: the type is ours or one below it, so there is room for an `Instance`, all zeros.
    let object = unsafe { alloc(class, 0) };
    if !object.is_null() {
        // SAFETY: just made.
        let instance = unsafe { &*object.cast::<Instance>() };
        instance.fd.set(-1);
        instance.timeout.set(-1);
        instance.error.set(Some(super::set_error));
    }
    object
}

unsafe extern "C" fn init(
    this: *mut PyObject,
    args: *mut PyObject,
    keywords: *mut PyObject,
) -> c_int {
    // SAFETY: slots are called with the lock held.
    let py = unsafe { Python::assume_attached() };
    // SAFETY: an instance.
    let sock = unsafe { Sock::of(py, this) };
    // SAFETY: a tuple.
    let args = unsafe { Borrowed::from_ptr(py, args) };
    // SAFETY: a dictionary, or null.
    let keywords = unsafe { Borrowed::from_ptr_or_opt(py, keywords) };
    let made = args.cast::<PyTuple>().map_err(PyErr::from).and_then(|args| {
        let keywords = match &keywords {
            Some(keywords) => Some(keywords.cast::<PyDict>()?),
            None => None,
        };
        crate::socket::init(&sock, &args, keywords.as_deref())
    });
    match made {
        Ok(()) => 0,
        Err(error) => {
            error.restore(py);
            -1
        }
    }
}

unsafe extern "C" fn repr(this: *mut PyObject) -> *mut PyObject {
    // SAFETY: slots are called with the lock held.
    let py = unsafe { Python::assume_attached() };
    // SAFETY: an instance.
    let sock = unsafe { Sock::of(py, this) };
    call::give(py, Ok(crate::socket::repr(&sock)))
}

unsafe extern "C" fn timeout(this: *mut PyObject, _: *mut c_void) -> *mut PyObject {
    // SAFETY: slots are called with the lock held.
    let py = unsafe { Python::assume_attached() };
    // SAFETY: an instance.
    let sock = unsafe { Sock::of(py, this) };
    call::give(py, Ok(crate::socket::timeout_of(&sock)))
}

/// `tp_finalize`: an unclosed socket is told of, and closed.
unsafe extern "C" fn finalize(this: *mut PyObject) {
    // SAFETY: slots are called with the lock held.
    let py = unsafe { Python::assume_attached() };
    // SAFETY: an instance.
    let sock = unsafe { Sock::of(py, this) };
    if sock.number() < 0 {
        return;
    }
    // What is raised at the moment is not of this object's making.
    let earlier = PyErr::take(py);
    // SAFETY: the format has one object.
    let answer = unsafe { ffi::PyErr_ResourceWarning(this, 1, c"unclosed %R".as_ptr(), this) };
    if answer != 0 {
        // A warning that is an error has nobody to go to.
        raised(py).write_unraisable(py, Some(&sock.object));
    }
    let number = sock.number();
    sock.set_number(-1);
    if let Ok(fd) = owned_fd(py, number) {
        // There is nobody to tell.
        let _ = detached(py, |_| descriptor::close(fd));
    }
    if let Some(earlier) = earlier {
        earlier.restore(py);
    }
}

unsafe extern "C" fn dealloc(this: *mut PyObject) {
    // SAFETY: an object whose last reference is gone.
    if unsafe { ffi::PyObject_CallFinalizerFromDealloc(this) } < 0 {
        return;
    }
    // SAFETY: it is tracked by the collector, as Py_TPFLAGS_HAVE_GC says.
    unsafe { ffi::PyObject_GC_UnTrack(this.cast()) };
    // SAFETY: an object has a type.
    let class = unsafe { ffi::Py_TYPE(this) };
    // SAFETY: a type that is ready has this slot.
    if let Some(free) = unsafe { (*class).tp_free } {
        // SAFETY: nobody looks at it any more.
        unsafe { free(this.cast()) };
    }
    // SAFETY: the instance's own reference to its type.
    unsafe { ffi::Py_DECREF(class.cast()) };
}

unsafe extern "C" fn traverse(
    this: *mut PyObject,
    visit: ffi::visitproc,
    arg: *mut c_void,
) -> c_int {
    // SAFETY: an object has a type.
    let class = unsafe { ffi::Py_TYPE(this) };
    // SAFETY: what the collector has handed over.
    unsafe { visit(class.cast(), arg) }
}

/// The type, made once for the process.
pub(crate) fn make<'py>(module: &Bound<'py, PyModule>) -> PyResult<Bound<'py, PyType>> {
    let py = module.py();
    let member = |name: &'static core::ffi::CStr, offset: usize| ffi::PyMemberDef {
        name: name.as_ptr(),
        type_code: ffi::Py_T_INT,
        offset: offset.cast_signed(),
        flags: ffi::Py_READONLY,
        doc: core::ptr::null(),
    };
    let members = vec![
        member(c"family", offset_of!(Instance, family)),
        member(c"type", offset_of!(Instance, ty)),
        member(c"proto", offset_of!(Instance, proto)),
        ffi::PyMemberDef::default(),
    ];
    let attributes = vec![
        ffi::PyGetSetDef {
            name: c"timeout".as_ptr(),
            get: Some(timeout),
            ..ffi::PyGetSetDef::default()
        },
        ffi::PyGetSetDef::default(),
    ];
    let slot = |slot: c_int, pfunc: *mut c_void| ffi::PyType_Slot { slot, pfunc };
    let mut slots = [
        slot(ffi::Py_tp_new, new as *mut c_void),
        slot(ffi::Py_tp_init, init as *mut c_void),
        slot(ffi::Py_tp_repr, repr as *mut c_void),
        slot(ffi::Py_tp_finalize, finalize as *mut c_void),
        slot(ffi::Py_tp_dealloc, dealloc as *mut c_void),
        slot(ffi::Py_tp_traverse, traverse as *mut c_void),
        slot(ffi::Py_tp_members, Box::leak(members.into_boxed_slice()).as_mut_ptr().cast()),
        slot(ffi::Py_tp_getset, Box::leak(attributes.into_boxed_slice()).as_mut_ptr().cast()),
        slot(ffi::Py_tp_methods, call::finished(crate::socket::methods()).cast()),
        slot(0, core::ptr::null_mut()),
    ];
    let flags = ffi::Py_TPFLAGS_DEFAULT
        | ffi::Py_TPFLAGS_BASETYPE
        | ffi::Py_TPFLAGS_HAVE_GC
        | ffi::Py_TPFLAGS_IMMUTABLETYPE;
    let mut spec = ffi::PyType_Spec {
        name: c"_socket.socket".as_ptr(),
        basicsize: c_int::try_from(size_of::<Instance>()).unwrap_or(c_int::MAX),
        itemsize: 0,
        flags: u32::try_from(flags).unwrap_or(0),
        slots: slots.as_mut_ptr(),
    };
    // SAFETY: the slots say functions of the types the slots have; tables and names live as long as the process.
    let class = unsafe {
        ffi::PyType_FromModuleAndSpec(module.as_ptr(), &raw mut spec, core::ptr::null_mut())
    };
    // SAFETY: a new reference, or null and an exception.
    let class = unsafe { Bound::from_owned_ptr_or_err(py, class) }?;
    Ok(class.cast_into::<PyType>()?)
}

/// What `_ssl` finds in the capsule.
#[repr(C)]
struct Api {
    class: *mut ffi::PyTypeObject,
    error: *mut PyObject,
    timeout: *mut PyObject,
}

/// The capsule `CAPI`.
pub(crate) fn capsule<'py>(class: &Bound<'py, PyType>) -> PyResult<Bound<'py, PyAny>> {
    let py = class.py();
    let api = Box::leak(Box::new(Api {
        class: class.clone().into_ptr().cast(),
        error: py.get_type::<PyOSError>().into_ptr(),
        timeout: py.get_type::<PyTimeoutError>().into_ptr(),
    }));
    let place = core::ptr::from_mut(api).cast();
    // SAFETY: place and name live as long as the process.
    let capsule = unsafe { ffi::PyCapsule_New(place, c"_socket.CAPI".as_ptr(), None) };
    // SAFETY: a new reference, or null and an exception.
    unsafe { Bound::from_owned_ptr_or_err(py, capsule) }
}

/// A new socket object of exactly this type.
pub(crate) fn instance<'py>(class: &Bound<'py, PyType>) -> PyResult<Bound<'py, PyAny>> {
    // SAFETY: the type is ours.
    let object = unsafe { new(class.as_type_ptr(), core::ptr::null_mut(), core::ptr::null_mut()) };
    // SAFETY: a new reference, or null and an exception.
    unsafe { Bound::from_owned_ptr_or_err(class.py(), object) }
}

/// An [`instance`] as what it is.
pub(crate) fn sock<'a, 'py>(object: &'a Bound<'py, PyAny>) -> Option<Sock<'a, 'py>> {
    let class = crate::module::class(object.py())?;
    // SAFETY: looked at in the condition.
    object
        .is_instance(&class)
        .unwrap_or(false)
        .then(|| unsafe { Sock::of(object.py(), object.as_ptr()) })
}

/// The module object's definition, for the loader. `fill` runs for each interpreter that imports it.
pub(crate) fn definition() -> *mut PyObject {
    unsafe extern "C" fn exec(module: *mut PyObject) -> c_int {
        // SAFETY: slots are called with the lock held.
        let py = unsafe { Python::assume_attached() };
        // SAFETY: a module.
        let module = unsafe { Borrowed::from_ptr(py, module) };
        let filled = module
            .cast::<PyModule>()
            .map_err(PyErr::from)
            .and_then(|module| crate::module::fill(&module));
        match filled {
            Ok(()) => 0,
            Err(error) => {
                error.restore(py);
                -1
            }
        }
    }
    let slots = vec![
        ffi::PyModuleDef_Slot { slot: ffi::Py_mod_exec, value: exec as *mut c_void },
        // The default time-out and the types are the process's.
        #[cfg(Py_3_12)]
        ffi::PyModuleDef_Slot {
            slot: ffi::Py_mod_multiple_interpreters,
            value: ffi::Py_MOD_MULTIPLE_INTERPRETERS_NOT_SUPPORTED,
        },
        ffi::PyModuleDef_Slot { slot: 0, value: core::ptr::null_mut() },
    ];
    let definition = Box::leak(Box::new(ffi::PyModuleDef {
        m_base: ffi::PyModuleDef_HEAD_INIT,
        m_name: c"_socket".as_ptr(),
        m_doc: c"The module _socket over the crates of berkeley.".as_ptr(),
        m_size: 0,
        m_methods: call::finished(crate::module::functions()),
        m_slots: Box::leak(slots.into_boxed_slice()).as_mut_ptr(),
        m_traverse: None,
        m_clear: None,
        m_free: None,
    }));
    // SAFETY: the definition lives as long as the process.
    unsafe { ffi::PyModuleDef_Init(core::ptr::from_mut(definition)) }
}

/// Where the interpreter begins.
#[unsafe(no_mangle)]
pub(crate) extern "C" fn PyInit__socket() -> *mut PyObject {
    definition()
}

const _: () = {
    // What `_ssl` reads: the descriptor and the time-out.
    assert!(offset_of!(Instance, fd) == size_of::<PyObject>());
    assert!(offset_of!(Instance, timeout) == size_of::<PyObject>() + 4 * 4 + size_of::<usize>());
};
