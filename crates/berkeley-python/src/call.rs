//! How the interpreter calls a function of this crate: arguments as a slice (METH_FASTCALL), no tuple made of them.
//!
//! Contract: a function here is safe: it gets [`Args`] and gives an object or an exception. `functions!` makes the entries of a method table.

use core::ffi::CStr;
use std::ffi::CString;

use pyo3::exceptions::PyTypeError;
use pyo3::ffi;
use pyo3::ffi::{Py_ssize_t, PyMethodDef, PyObject};
use pyo3::prelude::*;
use pyo3::types::{PyAny, PyDict, PyString, PyTuple};

use crate::ffi::raise;

/// What a function gives.
pub(crate) type Answer<'py> = PyResult<Bound<'py, PyAny>>;

/// The arguments of a call.
#[derive(Clone, Copy)]
pub(crate) struct Args<'a, 'py> {
    pub(crate) py: Python<'py>,
    function: &'static CStr,
    /// Those by position, then those by name.
    items: &'a [Bound<'py, PyAny>],
    count: usize,
    /// The names of the last of them, null where there are none.
    names: Option<Borrowed<'a, 'py, PyTuple>>,
}

impl<'a, 'py> Args<'a, 'py> {
    /// # Safety
    ///
    /// `args` leads to `count` objects and as many more as the tuple `names` has (which may be null), all of which outlive this.
    #[inline]
    pub(crate) unsafe fn new(
        py: Python<'py>,
        name: &'static CStr,
        args: *const *mut PyObject,
        count: usize,
        names: *mut PyObject,
    ) -> Self {
        let names = if names.is_null() {
            None
        } else {
            // SAFETY: the caller vouches for it.
            let names = unsafe { Borrowed::from_ptr(py, names) };
            names.cast::<PyTuple>().ok()
        };
        let all = count + names.map_or(0, |names| names.len());
        let items = if all == 0 {
            &[]
        } else {
            // SAFETY: the caller vouches for so many pointers to objects, and a `Bound` is no more.
            unsafe { core::slice::from_raw_parts(args.cast(), all) }
        };
        Self { py, function: name, items, count, names }
    }

    /// The function's own name, for what is said of its arguments.
    pub(crate) fn name(&self) -> &'static str {
        self.function.to_str().unwrap_or_default()
    }

    /// How many there are.
    pub(crate) fn len(&self) -> usize {
        self.count
    }

    /// One of those by position.
    #[inline]
    pub(crate) fn get(&self, nth: usize) -> Option<&'a Bound<'py, PyAny>> {
        if nth < self.count { self.items.get(nth) } else { None }
    }

    /// One that must be there.
    #[inline]
    pub(crate) fn at(&self, nth: usize) -> PyResult<&'a Bound<'py, PyAny>> {
        self.get(nth).ok_or_else(|| self.wrong_count(nth + 1, nth + 1))
    }

    /// TypeError unless there are at least and at most so many.
    #[inline]
    pub(crate) fn between(&self, least: usize, most: usize) -> PyResult<()> {
        match (least..=most).contains(&self.len()) {
            _ if self.items.len() != self.count => Err(self.no_names()),
            true => Ok(()),
            false => Err(self.wrong_count(least, most)),
        }
    }

    #[cold]
    fn no_names(&self) -> PyErr {
        PyTypeError::new_err(format!("socket.{}() takes no keyword arguments", self.name()))
    }

    #[cold]
    fn wrong_count(&self, least: usize, most: usize) -> PyErr {
        let (name, count) = (self.name(), self.len());
        match (least, most) {
            (0, 0) => {
                return PyTypeError::new_err(format!(
                    "socket.{name}() takes no arguments ({count} given)"
                ));
            }
            (1, 1) => {
                return PyTypeError::new_err(format!(
                    "socket.{name}() takes exactly one argument ({count} given)"
                ));
            }
            _ => {}
        }
        let (bound, wanted) = match count < least {
            _ if least == most => ("exactly", least),
            true => ("at least", least),
            false => ("at most", most),
        };
        let s = if wanted == 1 { "" } else { "s" };
        PyTypeError::new_err(format!("{name}() takes {bound} {wanted} argument{s} ({count} given)"))
    }

    /// The arguments by position or by name; the first `needed` must be there.
    pub(crate) fn named<const N: usize>(
        &self,
        names: [&str; N],
        needed: usize,
    ) -> PyResult<[Option<&'a Bound<'py, PyAny>>; N]> {
        let mut found = [None; N];
        if self.count > N {
            return Err(self.wrong_count(needed, N));
        }
        let (by_position, by_name) = self.items.split_at_checked(self.count).unwrap_or_default();
        for (place, item) in found.iter_mut().zip(by_position) {
            *place = Some(item);
        }
        let keywords = self.names;
        for (keyword, item) in keywords.iter().flat_map(|names| names.iter()).zip(by_name) {
            self.put(&mut found, &names, &keyword, item)?;
        }
        self.complete(found, &names, needed)
    }

    fn put(
        &self,
        found: &mut [Option<&'a Bound<'py, PyAny>>],
        names: &[&str],
        keyword: &Bound<'py, PyAny>,
        value: &'a Bound<'py, PyAny>,
    ) -> PyResult<()> {
        // What is no UTF-8 is no name of ours.
        let keyword = keyword.cast::<PyString>()?.to_string_lossy();
        let function = self.name();
        let place = names.iter().position(|name| **name == keyword);
        match place.and_then(|place| found.get_mut(place)) {
            Some(place @ None) => {
                *place = Some(value);
                Ok(())
            }
            Some(Some(_)) => Err(PyTypeError::new_err(format!(
                "argument for {function}() given by name ('{keyword:.200}') and position"
            ))),
            None => Err(PyTypeError::new_err(format!(
                "{function}() got an unexpected keyword argument '{keyword:.200}'"
            ))),
        }
    }

    fn complete<const N: usize>(
        &self,
        found: [Option<&'a Bound<'py, PyAny>>; N],
        names: &[&str; N],
        needed: usize,
    ) -> PyResult<[Option<&'a Bound<'py, PyAny>>; N]> {
        let missing =
            found.iter().zip(names).zip(1..).take(needed).find(|((item, _), _)| item.is_none());
        match missing {
            Some(((_, name), place)) => Err(PyTypeError::new_err(format!(
                "{}() missing required argument '{name}' (pos {place})",
                self.name()
            ))),
            None => Ok(found),
        }
    }
}

/// Arguments as a tuple and a dictionary, as `__init__` gets them.
pub(crate) fn named<'py, const N: usize>(
    function: &str,
    args: &Bound<'py, PyTuple>,
    keywords: Option<&Bound<'py, PyDict>>,
    names: [&str; N],
) -> PyResult<[Option<Bound<'py, PyAny>>; N]> {
    let mut found = [const { None }; N];
    let count = args.len() + keywords.map_or(0, PyDictMethods::len);
    if count > N {
        return Err(PyTypeError::new_err(format!(
            "{function}() takes at most {N} arguments ({count} given)"
        )));
    }
    for (place, item) in found.iter_mut().zip(args.iter()) {
        *place = Some(item);
    }
    for (keyword, value) in keywords.into_iter().flat_map(PyDictMethods::iter) {
        let keyword = keyword.cast::<PyString>()?.to_string_lossy();
        let place = names.iter().position(|name| *name == keyword);
        match place.and_then(|place| found.get_mut(place)) {
            Some(place @ None) => *place = Some(value),
            Some(Some(_)) => {
                return Err(PyTypeError::new_err(format!(
                    "argument for {function}() given by name ('{keyword:.200}') and position"
                )));
            }
            None => {
                return Err(PyTypeError::new_err(format!(
                    "{function}() got an unexpected keyword argument '{keyword:.200}'"
                )));
            }
        }
    }
    Ok(found)
}

/// The object for the interpreter, or null and the exception set.
#[inline]
pub(crate) fn give<'py>(py: Python<'py>, answer: Answer<'py>) -> *mut PyObject {
    match answer {
        Ok(object) => object.into_ptr(),
        Err(error) => {
            raise(py, error);
            core::ptr::null_mut()
        }
    }
}

/// Runs a function.
///
/// # Safety
///
/// The lock is held; the rest as [`Args::new`].
#[inline]
pub(crate) unsafe fn function(
    name: &'static CStr,
    args: *const *mut PyObject,
    count: Py_ssize_t,
    names: *mut PyObject,
    run: impl for<'a, 'py> FnOnce(&Args<'a, 'py>) -> Answer<'py>,
) -> *mut PyObject {
    // SAFETY: the caller's promise.
    let py = unsafe { Python::assume_attached() };
    // SAFETY: likewise.
    let args = unsafe { Args::new(py, name, args, count.cast_unsigned(), names) };
    give(py, run(&args))
}

/// The entries of a module's method table: `name => function, signature, what it does`.
macro_rules! functions {
    ($($name:literal => $run:path, $signature:literal, $doc:literal;)*) => {{
        vec![$({
            unsafe extern "C" fn call(
                _: *mut pyo3::ffi::PyObject,
                args: *const *mut pyo3::ffi::PyObject,
                count: pyo3::ffi::Py_ssize_t,
                names: *mut pyo3::ffi::PyObject,
            ) -> *mut pyo3::ffi::PyObject {
                // SAFETY: the interpreter calls with its lock held, by the protocol of METH_FASTCALL | METH_KEYWORDS.
                unsafe { $crate::call::function($name, args, count, names, $run) }
            }
            $crate::call::entry($name, [$signature, $doc], call)
        }),*]
    }};
}
pub(crate) use functions;

/// One entry. The interpreter finds the signature before a line of two dashes; where there is none it stands in the text.
pub(crate) fn entry(
    name: &'static CStr,
    [signature, doc]: [&str; 2],
    call: ffi::PyCFunctionFastWithKeywords,
) -> PyMethodDef {
    let doc = match signature {
        "" => doc.to_owned(),
        signature => format!("{}{signature}\n--\n\n{doc}", name.to_string_lossy()),
    };
    PyMethodDef {
        ml_name: name.as_ptr(),
        ml_meth: ffi::PyMethodDefPointer { PyCFunctionFastWithKeywords: call },
        ml_flags: ffi::METH_FASTCALL | ffi::METH_KEYWORDS,
        ml_doc: CString::new(doc).unwrap_or_default().into_raw(),
    }
}

/// A table that lives as long as the process, with the entry that ends it.
pub(crate) fn finished(mut entries: Vec<PyMethodDef>) -> *mut PyMethodDef {
    entries.push(PyMethodDef::zeroed());
    Box::leak(entries.into_boxed_slice()).as_mut_ptr()
}
