//! Benchmarks live in `*.rs` beside this file, one per question; this library is empty.

#![forbid(unsafe_code)]
