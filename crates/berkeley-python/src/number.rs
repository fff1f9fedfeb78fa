//! Python's numbers as C's: what PyArg_ParseTuple's format letters do, in its words.

use core::ffi::{c_int, c_long};

use pyo3::exceptions::{PyOverflowError, PyTypeError, PyValueError};
use pyo3::prelude::*;
use pyo3::types::{PyAny, PyFloat, PyInt};

use crate::ffi::low_bits;

/// `i`: checked.
#[inline]
pub(crate) fn int(object: &Bound<'_, PyAny>) -> PyResult<c_int> {
    let wide: c_long = object.extract()?;
    c_int::try_from(wide).map_err(|_| {
        let words = if wide < 0 { "less than minimum" } else { "greater than maximum" };
        PyOverflowError::new_err(format!("signed integer is {words}"))
    })
}

/// `i`, where it is given.
#[inline]
pub(crate) fn int_or(object: Option<&Bound<'_, PyAny>>, default: c_int) -> PyResult<c_int> {
    object.map_or(Ok(default), int)
}

/// A descriptor's number: of a long its low 32 bits.
pub(crate) fn descriptor(object: &Bound<'_, PyAny>) -> PyResult<c_int> {
    let wide: c_long = object.extract()?;
    let [a, b, c, d, ..] = wide.to_le_bytes();
    Ok(c_int::from_le_bytes([a, b, c, d]))
}

/// `n`: a size, checked.
#[inline]
pub(crate) fn size(object: &Bound<'_, PyAny>) -> PyResult<isize> {
    object.extract().map_err(|error: PyErr| {
        let py = object.py();
        if !error.is_instance_of::<PyOverflowError>(py) {
            return error;
        }
        crate::ffi::forget(py, error);
        PyOverflowError::new_err("Python int too large to convert to C ssize_t")
    })
}

/// A size that is not negative.
#[inline]
pub(crate) fn room(object: &Bound<'_, PyAny>, words: &'static str) -> PyResult<usize> {
    usize::try_from(size(object)?).map_err(|_| PyValueError::new_err(words))
}

/// `I`: 32 bits, unchecked.
pub(crate) fn low32(object: &Bound<'_, PyAny>) -> PyResult<u32> {
    Ok(u32::try_from(low_bits(object)? & 0xffff_ffff).unwrap_or_default())
}

/// `H`: 16 bits, unchecked.
pub(crate) fn low16(object: &Bound<'_, PyAny>) -> PyResult<u16> {
    Ok(u16::try_from(low_bits(object)? & 0xffff).unwrap_or_default())
}

/// `k` and `K`: 64 bits, unchecked, of an int alone.
pub(crate) fn low64(object: &Bound<'_, PyAny>) -> PyResult<u64> {
    if !object.is_instance_of::<PyInt>() {
        let class = object.get_type().name()?;
        return Err(PyTypeError::new_err(format!("argument must be int, not {class}")));
    }
    low_bits(object)
}

/// A time-out in nanoseconds, -1 for none: what `settimeout` takes.
pub(crate) fn timeout(object: &Bound<'_, PyAny>) -> PyResult<i64> {
    if object.is_none() {
        return Ok(-1);
    }
    let nanos = match object.cast::<PyFloat>() {
        Ok(seconds) => float_nanos(seconds.extract()?)?,
        Err(_) => whole_nanos(object)?,
    };
    if nanos < 0 {
        return Err(PyValueError::new_err("Timeout value out of range"));
    }
    Ok(nanos)
}

fn too_large() -> PyErr {
    let clock = if cfg!(Py_3_13) { "PyTime_t" } else { "_PyTime_t" };
    PyOverflowError::new_err(format!("timestamp too large to convert to C {clock}"))
}

/// Two to the power of 63, which f64 has exactly.
const END: f64 = 9_223_372_036_854_775_808.0;

/// Rounded away from zero, as a time to wait is.
fn float_nanos(seconds: f64) -> PyResult<i64> {
    if seconds.is_nan() {
        return Err(PyValueError::new_err("Invalid value NaN (not a number)"));
    }
    let nanos = seconds * 1e9;
    let nanos = if nanos < 0.0 { nanos.floor() } else { nanos.ceil() };
    if !(-END..END).contains(&nanos) {
        return Err(PyOverflowError::new_err(if cfg!(Py_3_13) {
            "timestamp out of range for platform time_t"
        } else {
            "timestamp too large to convert to C _PyTime_t"
        }));
    }
    #[expect(clippy::cast_possible_truncation, reason = "within the bounds, and whole")]
    #[expect(clippy::as_conversions, reason = "core has no other")]
    Ok(nanos as i64)
}

fn whole_nanos(object: &Bound<'_, PyAny>) -> PyResult<i64> {
    let seconds: PyResult<i64> = object.extract();
    match seconds {
        Ok(seconds) => seconds.checked_mul(1_000_000_000).ok_or_else(too_large),
        Err(error) if error.is_instance_of::<PyOverflowError>(object.py()) => {
            crate::ffi::forget(object.py(), error);
            Err(too_large())
        }
        Err(error) => Err(error),
    }
}
