//! Options of sockets between virtual machines and their host: level AF_VSOCK, vsock(7).

use berkeley_sys::option;

use super::{As, SockOpt, Time64Codec};

/// `SO_VM_SOCKETS_BUFFER_SIZE`: the size of the buffer of a stream, in bytes.
/// Linux 3.9; vsock(7).
#[doc(alias = "SO_VM_SOCKETS_BUFFER_SIZE")]
pub const BUFFER_SIZE: SockOpt<As<u64>> = SockOpt::of(option::SO_VM_SOCKETS_BUFFER_SIZE);
/// `SO_VM_SOCKETS_BUFFER_MIN_SIZE`: the least the peer may make of it.
/// Linux 3.9; vsock(7).
#[doc(alias = "SO_VM_SOCKETS_BUFFER_MIN_SIZE")]
pub const BUFFER_MIN_SIZE: SockOpt<As<u64>> = SockOpt::of(option::SO_VM_SOCKETS_BUFFER_MIN_SIZE);
/// `SO_VM_SOCKETS_BUFFER_MAX_SIZE`: the most it may be made.
/// Linux 3.9; vsock(7).
#[doc(alias = "SO_VM_SOCKETS_BUFFER_MAX_SIZE")]
pub const BUFFER_MAX_SIZE: SockOpt<As<u64>> = SockOpt::of(option::SO_VM_SOCKETS_BUFFER_MAX_SIZE);
/// `SO_VM_SOCKETS_CONNECT_TIMEOUT_NEW`: how long connect may take.
/// Linux 5.16; linux/vm_sockets.h.
#[doc(alias = "SO_VM_SOCKETS_CONNECT_TIMEOUT_NEW")]
pub const CONNECT_TIMEOUT: SockOpt<Time64Codec> =
    SockOpt::of(option::SO_VM_SOCKETS_CONNECT_TIMEOUT_NEW);
