//! Socket options: getsockopt(2), setsockopt(2), and the fence around them.
//!
//! An option's number does not say what the kernel reads or writes behind the pointer; some carry addresses of other memory
//! (SO_ATTACH_FILTER). So an option is a [`Name`], which says its layout, and using one is safe. Making one is safe where the
//! value is too small for a pointer ([`Name::plain`], but for the few numbers that mean more than four bytes); every other is a
//! constant of this file, beside its layout, declared `unsafe` once.

use core::fmt;
use core::marker::PhantomData;
use core::mem::{MaybeUninit, size_of};
use core::ptr;

use rustix::fd::{AsFd, BorrowedFd};

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

/// A number that no level knows.
const NONE: i32 = i32::MIN;

impl<T: Plain> Name<T> {
    /// An option whose value is one integer. Safe whatever the numbers: the kernel gets four bytes to read or write.
    ///
    /// Where an integer is not all there is to it, the option is none, and using it says ENOPROTOOPT: those that take a
    /// descriptor by its number or answer with a new one (SO_ATTACH_BPF, SO_ATTACH_REUSEPORT_EBPF, PACKET_FANOUT_DATA,
    /// SO_PEERPIDFD), and SO_ATTACH_FILTER, whose number reads as SO_GET_FILTER: four bytes of room are four
    /// *instructions* to it, 32 bytes.
    pub const fn plain(level: i32, number: i32) -> Self {
        let more = match level {
            libc::SOL_SOCKET => matches!(
                number,
                libc::SO_ATTACH_FILTER
                    | libc::SO_ATTACH_BPF
                    | libc::SO_ATTACH_REUSEPORT_EBPF
                    | libc::SO_PEERPIDFD
            ),
            libc::SOL_PACKET => number == libc::PACKET_FANOUT_DATA,
            _ => false,
        };
        let number = if more { NONE } else { number };
        Self { level, number, layout: PhantomData }
    }
}

impl<T: Layout> Name<T> {
    /// An option of any layout.
    ///
    /// # Safety
    ///
    /// The kernel must not take any part of the value for a pointer or a descriptor, must not answer with a descriptor, and
    /// must not write more bytes than it is given room for (SO_GET_FILTER does).
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
    let room = (value.as_mut_ptr().cast(), size_of::<T>());
    // SAFETY: there is room for a `T`, and a `Name<T>` is of an option whose value is no more than one.
    let len = unsafe { read(fd.as_fd(), option.level, option.number, room) }?;
    // SAFETY: `value` was zeroed and any bytes are a valid `T` (`Layout`).
    let value = unsafe { value.assume_init() };
    Ok((value, len))
}

/// Sets an option.
///
/// # Errors
///
/// As [`get`]; EINVAL, EDOM: no such value. EPERM: it asks for a capability. EBUSY, EISCONN: too late.
#[doc(alias = "setsockopt")]
#[inline]
pub fn set<T: Layout>(fd: impl AsFd, option: Name<T>, value: &T) -> Result<()> {
    let value = (ptr::from_ref(value).cast(), size_of::<T>());
    // SAFETY: the value is a `T`, no part of which is a pointer (`Layout`), and a `Name<T>` is of an option that takes one.
    unsafe { write(fd.as_fd(), option.level, option.number, value) }
}

/// Reads an option that has no [`Name`], as bytes; returns how many the kernel says it wrote.
///
/// # Errors
///
/// As [`get`].
///
/// # Safety
///
/// The kernel must write no more than `value.len()` bytes. Where they hold pointers, what it writes behind them must be
/// the caller's, and where they hold a descriptor, the caller must own it from then on.
#[doc(alias = "getsockopt")]
pub unsafe fn get_bytes(fd: impl AsFd, level: i32, number: i32, value: &mut [u8]) -> Result<usize> {
    let room = (value.as_mut_ptr(), value.len());
    // SAFETY: the slice is writable for its length; the caller vouches for the rest.
    unsafe { read(fd.as_fd(), level, number, room) }
}

/// Sets an option that has no [`Name`], from bytes.
///
/// # Errors
///
/// As [`set`].
///
/// # Safety
///
/// Where the kernel takes parts of `value` for pointers, they must be good for what it does with them, and for as long;
/// where it takes them for descriptors, they must be open and the caller's.
#[doc(alias = "setsockopt")]
pub unsafe fn set_bytes(fd: impl AsFd, level: i32, number: i32, value: &[u8]) -> Result<()> {
    // SAFETY: the slice is readable for its length; the caller vouches for the rest.
    unsafe { write(fd.as_fd(), level, number, (value.as_ptr(), value.len())) }
}

/// getsockopt(2) into a place and its length; the length the kernel says, which is never more.
#[inline]
unsafe fn read(
    fd: BorrowedFd<'_>,
    level: i32,
    number: i32,
    (value, room): (*mut u8, usize),
) -> Result<usize> {
    let mut len = u32::try_from(room).unwrap_or(u32::MAX);
    let args = [
        raw_fd(fd),
        level as usize,
        number as usize,
        value as usize,
        ptr::from_mut(&mut len) as usize,
        0,
    ];
    // SAFETY: the caller has room for what the option writes; the length goes to `len`.
    unsafe { raw::syscall6(libc::SYS_getsockopt, args) }?;
    Ok((len as usize).min(room))
}

/// setsockopt(2) from a place and its length.
#[inline]
unsafe fn write(
    fd: BorrowedFd<'_>,
    level: i32,
    number: i32,
    (value, len): (*const u8, usize),
) -> Result<()> {
    let args = [raw_fd(fd), level as usize, number as usize, value as usize, len, 0];
    // SAFETY: the kernel reads `len` bytes, and what the caller has made good behind them.
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
