//! One function per socket system call of Linux, over bytes.
//!
//! This is the only crate of `berkeley` that holds `unsafe`. Its rule: **no policy**. Nothing here retries, waits,
//! allocates (but [`database`] and [`host`], whose answers are lists and names, [`control`], whose rooms are used again, and [`process`], where a child has another value) or knows an address: a `sockaddr`, an option's value and control
//! data are `&[u8]`. Most calls are [rustix]'s; those it does not give in a usable form stand in [`socket`] (the three that
//! answer with an address), [`transfer`], [`message`], [`copy`], [`option`], [`descriptor`], [`xdp`] and [`ebpf`], over one function of a dozen lines in
//! `raw.rs`:
//!
//! | call | why not rustix 1.1.6 |
//! |---|---|
//! | `recvfrom` `accept4` `getsockname` `getpeername` | answers in a 136-byte type whose constructor asserts on lengths the kernel chose |
//! | `sendmsg` `recvmsg` `sendmmsg` `recvmmsg` | control messages of two kinds only, dropped silently else; no `recvmmsg` |
//! | `getsockopt` `setsockopt` | a function per option, no way to name another |
//! | `ioctl` of TIPC | not given |
//! | `fcntl` of an inherited number | takes a descriptor that has an owner already |
//! | `bpf` | not given; [`ebpf`] needs it to receive by AF_XDP |
//! | `ioctl` of `/dev/vsock` | its wrapper is as `unsafe`, and twice so |
//! | `rt_sigaction` `rt_sigprocmask` `rt_sigpending` `rt_sigtimedwait` | not given; [`copy`] needs them against SIGPIPE |
//!
//! libc's own wrappers of these are never used: they are cancellation points, and cost about 50 instructions more as soon as
//! the process has a second thread. libc is called for its databases ([`database`]), and in tests for its texts ([`inet`]).
//!
//! Every descriptor that a function here returns is close-on-exec, and owned.
//!
//! [rustix]: https://docs.rs/rustix

#![allow(
    clippy::cast_sign_loss,
    clippy::cast_possible_wrap,
    clippy::cast_possible_truncation,
    reason = "a system call's arguments are words: integers cross here as the kernel's C types say"
)]
#![allow(
    clippy::inline_always,
    reason = "a call that returns after the instruction costs 20 % on some processors"
)]

mod raw;

pub mod number;

mod sockaddr;
pub use sockaddr::Sockaddr;

pub mod descriptor;
pub mod file;
pub mod poll;
pub mod socket;
pub mod option;
pub mod transfer;
pub mod copy;
pub mod control;
pub mod message;
pub mod flowlabel;
pub mod vsock;
pub mod interface;
pub mod tipc;
pub mod host;
pub mod process;

mod memory;
pub mod ring;
pub mod xdp;
pub mod ebpf;

pub mod database;
pub mod inet;

/// An errno: what a system call said when it failed. An open set: every number is possible.
///
/// ```
/// let error = berkeley_sys::socket::shutdown(std::io::stdin(), 99).unwrap_err();
/// assert!(error.raw_os_error() > 0);
/// ```
pub use rustix::io::Errno;

/// What every function here returns.
pub type Result<T> = core::result::Result<T, Errno>;
