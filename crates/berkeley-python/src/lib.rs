//! CPython's module `_socket` over the crates of `berkeley`: the way CPython's own test suite runs on them.
//!
//! Contract: the names, forms, errors and words of CPython's own module, of the version that it is built for (3.11 and later). Everything
//! else is done below: no system call and no logic of addresses, messages, waits or names stands here. Where CPython accepts
//! what `berkeley` refuses, this turns it into what CPython makes of it; docs/PYTHON.md lists these places.
//!
//! Sources: `Lib/socket.py`, `Lib/test/test_socket.py` and the documentation of `socket`, of 3.11 and 3.13.

// In reading order: a file imports only from files above it.
mod ffi;
mod call;
mod error;
mod class;
mod number;
mod host;
mod address;
mod transfer;
mod options;
mod message;
mod socket;
mod convert;
mod resolve;
mod constants;
mod module;
