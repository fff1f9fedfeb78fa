//! Socket options: getsockopt(2), setsockopt(2), and the fence around them.
//!
//! An option's number does not say what the kernel reads or writes behind the pointer; some carry addresses of other memory
//! (SO_ATTACH_FILTER). So an option is a [`Name`], which says its layout, and using one is safe. Making one is safe where the
//! layout holds no pointer by its size alone ([`Name::plain`]); every other is a constant of this file, beside its layout,
//! declared `unsafe` once.

use core::fmt;
use core::marker::PhantomData;
use core::mem::{MaybeUninit, size_of};
use core::ptr;

use rustix::fd::AsFd;

use crate::number::opt;
use crate::socket::raw_fd;
use crate::{Result, raw};

/// What an option's value may be: plain bytes without pointers.
///
/// # Safety
///
/// Every bit pattern, all zeros among them, must be a valid value, without padding and without an address of memory or
/// a descriptor that the kernel would install.
pub unsafe trait Layout: Copy + 'static {}

// SAFETY: an integer.
unsafe impl Layout for i32 {}
// SAFETY: an integer.
unsafe impl Layout for u32 {}
// SAFETY: bytes.
unsafe impl<const N: usize> Layout for [u8; N] {}

/// A value of at most four bytes: too small for a pointer.
pub trait Plain: Layout + sealed::Sealed {}
impl Plain for i32 {}
impl Plain for u32 {}

mod sealed {
    #[expect(
        unnameable_types,
        reason = "a trait that cannot be named cannot be implemented elsewhere"
    )]
    pub trait Sealed {}
    impl Sealed for i32 {}
    impl Sealed for u32 {}
}

/// An option: level, number, and the layout of its value.
pub struct Name<T> {
    level: i32,
    number: i32,
    layout: PhantomData<fn() -> T>,
}

impl<T> Clone for Name<T> {
    fn clone(&self) -> Self {
        *self
    }
}
impl<T> Copy for Name<T> {}

impl<T> fmt::Debug for Name<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "option {} of level {}", self.number, self.level)
    }
}

impl<T: Plain> Name<T> {
    /// An option whose value is one integer. Safe whatever the numbers: the kernel gets four bytes to read or write.
    pub const fn plain(level: i32, number: i32) -> Self {
        Self { level, number, layout: PhantomData }
    }
}

impl<T: Layout> Name<T> {
    /// An option of any layout.
    ///
    /// # Safety
    ///
    /// The kernel must not take any part of the value for a pointer.
    pub const unsafe fn of(level: i32, number: i32) -> Self {
        Self { level, number, layout: PhantomData }
    }
}

/// Reads an option; returns the value and the length the kernel says it has. What it left unwritten is zero.
///
/// # Errors
///
/// ENOPROTOOPT: no such option at this level, on this socket, or in this kernel. EOPNOTSUPP: not on this family.
#[doc(alias = "getsockopt")]
#[inline]
pub fn get<T: Layout>(fd: impl AsFd, option: Name<T>) -> Result<(T, usize)> {
    let mut value = MaybeUninit::<T>::zeroed();
    let mut len = size_of::<T>() as u32;
    let args = [
        raw_fd(fd.as_fd()),
        option.level as usize,
        option.number as usize,
        value.as_mut_ptr() as usize,
        ptr::from_mut(&mut len) as usize,
        0,
    ];
    // SAFETY: the kernel writes at most `len` bytes to `value`, which has as many, and the length to `len`.
    unsafe { raw::syscall6(libc::SYS_getsockopt, args) }?;
    // SAFETY: `value` was zeroed and any bytes are a valid `T` (`Layout`).
    let value = unsafe { value.assume_init() };
    Ok((value, (len as usize).min(size_of::<T>())))
}

/// Sets an option.
///
/// # Errors
///
/// As [`get`]; EINVAL, EDOM: no such value. EPERM: it asks for a capability. EBUSY, EISCONN: too late.
#[doc(alias = "setsockopt")]
#[inline]
pub fn set<T: Layout>(fd: impl AsFd, option: Name<T>, value: &T) -> Result<()> {
    let args = [
        raw_fd(fd.as_fd()),
        option.level as usize,
        option.number as usize,
        ptr::from_ref(value) as usize,
        size_of::<T>(),
        0,
    ];
    // SAFETY: the kernel only reads, as many bytes as the value has; `Layout` says that none is part of a pointer.
    unsafe { raw::syscall6(libc::SYS_setsockopt, args) }.map(drop)
}

/// `struct linger`: socket(7).
#[repr(C)]
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Linger {
    /// Not 0: close waits.
    pub onoff: i32,
    /// For how many seconds.
    pub seconds: i32,
}
// SAFETY: two integers.
unsafe impl Layout for Linger {}

/// SO_LINGER.
// SAFETY: `struct linger` holds two integers (include/linux/socket.h).
pub const SO_LINGER: Name<Linger> = unsafe { Name::of(opt::SOL_SOCKET, opt::SO_LINGER) };

/// `struct ucred`: unix(7). `pid` is 0 for a process of another pid namespace.
#[repr(C)]
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Ucred {
    /// Process.
    pub pid: i32,
    /// User.
    pub uid: u32,
    /// Group.
    pub gid: u32,
}
// SAFETY: three integers.
unsafe impl Layout for Ucred {}

/// SO_PEERCRED, to read alone.
// SAFETY: `struct ucred` holds three integers (include/linux/socket.h).
pub const SO_PEERCRED: Name<Ucred> = unsafe { Name::of(opt::SOL_SOCKET, opt::SO_PEERCRED) };

/// `struct ip_mreqn`: ip(7). Addresses are in network order.
#[repr(C)]
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct IpMreqn {
    /// The group.
    pub group: [u8; 4],
    /// The address of the interface; zeros for any.
    pub address: [u8; 4],
    /// The index of the interface; 0: by its address.
    pub interface: i32,
}
// SAFETY: bytes and an integer.
unsafe impl Layout for IpMreqn {}

/// IP_ADD_MEMBERSHIP, to set alone.
// SAFETY: `struct ip_mreqn` holds addresses of hosts and an integer (include/uapi/linux/in.h).
pub const IP_ADD_MEMBERSHIP: Name<IpMreqn> =
    unsafe { Name::of(opt::IPPROTO_IP, opt::IP_ADD_MEMBERSHIP) };
/// IP_DROP_MEMBERSHIP, to set alone.
// SAFETY: as IP_ADD_MEMBERSHIP.
pub const IP_DROP_MEMBERSHIP: Name<IpMreqn> =
    unsafe { Name::of(opt::IPPROTO_IP, opt::IP_DROP_MEMBERSHIP) };
/// IP_MULTICAST_IF, set with the same structure.
// SAFETY: as IP_ADD_MEMBERSHIP.
pub const IP_MULTICAST_IF: Name<IpMreqn> =
    unsafe { Name::of(opt::IPPROTO_IP, opt::IP_MULTICAST_IF) };

/// `struct ipv6_mreq`: ipv6(7).
#[repr(C)]
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Ipv6Mreq {
    /// The group.
    pub group: [u8; 16],
    /// The index of the interface; 0 for any.
    pub interface: i32,
}
// SAFETY: bytes and an integer.
unsafe impl Layout for Ipv6Mreq {}

/// IPV6_ADD_MEMBERSHIP (IPV6_JOIN_GROUP), to set alone.
// SAFETY: `struct ipv6_mreq` holds an address of a host and an integer (include/uapi/linux/in6.h).
pub const IPV6_ADD_MEMBERSHIP: Name<Ipv6Mreq> =
    unsafe { Name::of(opt::IPPROTO_IPV6, opt::IPV6_ADD_MEMBERSHIP) };
/// IPV6_DROP_MEMBERSHIP (IPV6_LEAVE_GROUP), to set alone.
// SAFETY: as IPV6_ADD_MEMBERSHIP.
pub const IPV6_DROP_MEMBERSHIP: Name<Ipv6Mreq> =
    unsafe { Name::of(opt::IPPROTO_IPV6, opt::IPV6_DROP_MEMBERSHIP) };

/// `struct packet_mreq`: packet(7).
#[repr(C)]
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct PacketMreq {
    /// The index of the interface.
    pub interface: i32,
    /// `PACKET_MR_*`.
    pub kind: u16,
    /// How many bytes of the address count.
    pub address_len: u16,
    /// The hardware address.
    pub address: [u8; 8],
}
// SAFETY: bytes and integers.
unsafe impl Layout for PacketMreq {}

/// PACKET_ADD_MEMBERSHIP, to set alone.
// SAFETY: `struct packet_mreq` holds integers and a hardware address (include/uapi/linux/if_packet.h).
pub const PACKET_ADD_MEMBERSHIP: Name<PacketMreq> =
    unsafe { Name::of(opt::SOL_PACKET, opt::PACKET_ADD_MEMBERSHIP) };
/// PACKET_DROP_MEMBERSHIP, to set alone.
// SAFETY: as PACKET_ADD_MEMBERSHIP.
pub const PACKET_DROP_MEMBERSHIP: Name<PacketMreq> =
    unsafe { Name::of(opt::SOL_PACKET, opt::PACKET_DROP_MEMBERSHIP) };

/// SO_BINDTODEVICE: the name of an interface.
// SAFETY: a text of at most IFNAMSIZ bytes (net/core/sock.c, sock_setbindtodevice).
pub const SO_BINDTODEVICE: Name<[u8; 16]> =
    unsafe { Name::of(opt::SOL_SOCKET, opt::SO_BINDTODEVICE) };
/// TCP_CONGESTION: the name of an algorithm.
// SAFETY: a text of at most TCP_CA_NAME_MAX bytes (net/ipv4/tcp.c, do_tcp_setsockopt).
pub const TCP_CONGESTION: Name<[u8; 16]> =
    unsafe { Name::of(opt::IPPROTO_TCP, opt::TCP_CONGESTION) };
