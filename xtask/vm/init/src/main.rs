//! The first process of the test VM.

#![forbid(unsafe_code)]

fn main() {}
