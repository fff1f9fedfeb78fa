//! Tests against the kernel and against crates we did not write: see `tests/`. This library is empty.

#![forbid(unsafe_code)]
