//! Socket options: getsockopt(2), setsockopt(2), and the fence around them.
//!
//! An option's number does not say what the kernel reads or writes behind the pointer; some carry addresses of other memory
//! (SO_ATTACH_FILTER). So an option is a [`Name`], which says its layout, and using one is safe. Making one is safe where the
//! value is too small for a pointer ([`Name::plain`], but for the few numbers that mean more than four bytes); every other is a
//! constant of `option/name.rs`, made there once. A layout without a size (`Name<[u8]>`) is that of an option with as many
//! elements as there are: [`get_list`], [`set_list`]. What carries descriptors or filters is a function.

use core::fmt;
use core::marker::PhantomData;
use core::mem::{MaybeUninit, size_of, size_of_val};
use core::ptr;

use rustix::fd::{AsFd, AsRawFd, BorrowedFd, FromRawFd, OwnedFd};

use crate::number::opt;
use crate::socket::raw_fd;
use crate::{Errno, Result, raw};

mod layout;
pub use layout::{
    AoAdd, AoDel, AoInfo, AoRepair, BtConnection, BtSecurity, CanFilter, CanXlVcid, GroupReq,
    GroupSourceReq, HciFilter, Instruction, IpMreqSource, IpMreqn, Ipv6Mreq, IsoTpFlowControl,
    IsoTpLink, IsoTpOptions, J1939Filter, L2capOptions, Linger, MemInfo, MtuInfo, PacketMreq,
    PacketRing, PacketRing3, RepairOption, RepairWindow, RolloverStats, SctpAssociation, SctpEvent,
    SctpEvents, SctpInit, SctpPath, SctpRto, SctpSack, SctpSend, SctpSendReceive, SctpStatus,
    SctpValue, TcpMd5, Timeval, Timeval64, TipcGroup, TxTime, Ucred, XdpOffsets, XdpRing,
    XdpStatistics,
};

mod name;
pub use name::*;

/// What an option's value may be: plain bytes without pointers.
///
/// # Safety
///
/// Every bit pattern, all zeros among them, must be a valid value, without padding and without an address of memory or
/// a descriptor that the kernel would install.
pub unsafe trait Layout: Copy + 'static {}

/// Integers, each a [`Layout`]: expands to one impl a type.
macro_rules! integers {
    ($($integer:ty)*) => {$(
        // SAFETY: an integer has no padding, and every bit pattern is one.
        unsafe impl Layout for $integer {}
    )*};
}
integers! { u8 u16 i32 u32 i64 u64 }
// SAFETY: elements that are layouts stand without padding between them.
unsafe impl<T: Layout, const N: usize> Layout for [T; N] {}

/// A value of four bytes: too small for a pointer, and no smaller than what the kernel writes (Bluetooth looks at no length).
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
pub struct Name<T: ?Sized> {
    level: i32,
    number: i32,
    layout: PhantomData<fn(&T)>,
}

impl<T: ?Sized> Clone for Name<T> {
    fn clone(&self) -> Self {
        *self
    }
}
impl<T: ?Sized> Copy for Name<T> {}

impl<T: ?Sized> fmt::Debug for Name<T> {
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
        // `__SO_ENCODE` of linux/atm.h: the level stands in the number, and the kernel writes as much as it likes.
        let encoded = matches!(number >> 22, libc::SOL_ATM | libc::SOL_AAL);
        let number = if more || encoded { NONE } else { number };
        Self { level, number, layout: PhantomData }
    }
}

impl<T: ?Sized> Name<T> {
    /// An option of any layout: one `T`, or as many `U` as there are for a `[U]`.
    ///
    /// # Safety
    ///
    /// The kernel must not take any part of the value for a pointer or a descriptor, must not answer with a descriptor, and
    /// must not write more bytes than it is given room for (SO_GET_FILTER does).
    pub const unsafe fn of(level: i32, number: i32) -> Self {
        Self { level, number, layout: PhantomData }
    }
}

/// A value of zeros.
pub fn zeroed<T: Layout>() -> T {
    // SAFETY: any bytes are a valid `T`, all zeros among them (`Layout`).
    unsafe { MaybeUninit::zeroed().assume_init() }
}

/// Reads an option; returns the value and the length the kernel says it has. What it left unwritten is zero.
///
/// # Errors
///
/// ENOPROTOOPT: no such option at this level, on this socket, or in this kernel. EOPNOTSUPP: not on this family.
#[doc(alias = "getsockopt")]
#[inline]
pub fn get<T: Layout>(fd: impl AsFd, option: Name<T>) -> Result<(T, usize)> {
    let mut value = zeroed::<T>();
    let room = (ptr::from_mut(&mut value).cast(), size_of::<T>());
    // SAFETY: there is room for a `T`, and a `Name<T>` is of an option whose value is no more than one.
    let len = unsafe { read(fd.as_fd(), option.level, option.number, room) }?;
    Ok((value, len.min(size_of::<T>())))
}

/// [`get`] of an option that is asked about something: `question` says what, in the fields that the kernel reads.
///
/// # Errors
///
/// As [`get`]; EINVAL: there is no such thing.
#[doc(alias = "getsockopt")]
pub fn ask<T: Layout>(fd: impl AsFd, option: Name<T>, question: T) -> Result<T> {
    let mut value = question;
    let room = (ptr::from_mut(&mut value).cast(), size_of::<T>());
    // SAFETY: there is room for a `T`, no part of which is a pointer (`Layout`), and a `Name<T>` is of an option whose value is no
    // more than one.
    unsafe { read(fd.as_fd(), option.level, option.number, room) }?;
    Ok(value)
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

/// Reads an option of many elements; returns how many bytes the kernel says there are, which may be more than `room` holds.
///
/// # Errors
///
/// As [`get`]; ERANGE, EINVAL of some: `room` is too small.
#[doc(alias = "getsockopt")]
pub fn get_list<T: Layout>(fd: impl AsFd, option: Name<[T]>, room: &mut [T]) -> Result<usize> {
    let room = (room.as_mut_ptr().cast(), size_of_val(room));
    // SAFETY: any bytes are a valid `T` (`Layout`), and a `Name<[T]>` is of an option that writes no more than it has room for.
    unsafe { read(fd.as_fd(), option.level, option.number, room) }
}

/// Sets an option of many elements. None are no value: some options refuse even the address of one (TIPC_GROUP_LEAVE).
///
/// # Errors
///
/// As [`set`].
#[doc(alias = "setsockopt")]
pub fn set_list<T: Layout>(fd: impl AsFd, option: Name<[T]>, values: &[T]) -> Result<()> {
    let start = if values.is_empty() { ptr::null() } else { values.as_ptr().cast() };
    let values = (start, size_of_val(values));
    // SAFETY: the values are `T`, no part of which is a pointer (`Layout`), and a `Name<[T]>` is of an option that takes them.
    unsafe { write(fd.as_fd(), option.level, option.number, values) }
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
    let len = unsafe { read(fd.as_fd(), level, number, room) }?;
    Ok(len.min(value.len()))
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

/// Sets an option that is a length without a value: the address is null (ALG_SET_AEAD_AUTHSIZE).
///
/// # Errors
///
/// As [`set`]; EFAULT: the option has a value.
#[doc(alias = "setsockopt")]
pub fn set_length(fd: impl AsFd, level: i32, number: i32, len: usize) -> Result<()> {
    // SAFETY: there is nothing behind null: an option that reads a value finds none (EFAULT).
    unsafe { write(fd.as_fd(), level, number, (ptr::null(), len)) }
}

/// The instructions of a socket's classic filter; returns how many there are. No room: only asks.
///
/// # Errors
///
/// EINVAL: more than `room` holds. EACCES: the filter was not a classic one.
#[doc(alias = "SO_GET_FILTER")]
pub fn get_filter(fd: impl AsFd, room: &mut [Instruction]) -> Result<usize> {
    let room = (room.as_mut_ptr().cast(), room.len());
    // SAFETY: this option's length counts instructions, and there is room for so many; any bytes are one.
    unsafe { read(fd.as_fd(), opt::SOL_SOCKET, opt::SO_GET_FILTER, room) }
}

/// `struct sock_fprog`: filter.rst.
#[repr(C)]
struct Program {
    len: u16,
    instructions: *const Instruction,
}

/// Level and number of what takes a filter or a program.
type Place = (i32, i32);

/// Sets a filter, at SO_ATTACH_FILTER, SO_ATTACH_REUSEPORT_CBPF or PACKET_FANOUT_DATA.
fn set_filter(
    fd: BorrowedFd<'_>,
    (level, number): Place,
    instructions: &[Instruction],
) -> Result<()> {
    let len = u16::try_from(instructions.len()).map_err(|_| Errno::INVAL)?;
    let program = Program { len, instructions: instructions.as_ptr() };
    let value = (ptr::from_ref(&program).cast(), size_of::<Program>());
    // SAFETY: the program leads to `len` instructions, which the kernel copies (net/core/filter.c, `copy_bpf_fprog_from_user`).
    unsafe { write(fd, level, number, value) }
}

/// Lets a classic filter decide which packets a socket receives, and how much of each.
///
/// # Errors
///
/// EINVAL: no valid program. EPERM: the filter is locked. ENOMEM: above net.core.optmem_max.
#[doc(alias = "SO_ATTACH_FILTER")]
pub fn attach_filter(fd: impl AsFd, instructions: &[Instruction]) -> Result<()> {
    set_filter(fd.as_fd(), (opt::SOL_SOCKET, opt::SO_ATTACH_FILTER), instructions)
}

/// Lets a classic filter choose among the sockets that share a port.
///
/// # Errors
///
/// EINVAL: no valid program, or the socket shares nothing.
#[doc(alias = "SO_ATTACH_REUSEPORT_CBPF")]
pub fn attach_reuseport_filter(fd: impl AsFd, instructions: &[Instruction]) -> Result<()> {
    set_filter(fd.as_fd(), (opt::SOL_SOCKET, opt::SO_ATTACH_REUSEPORT_CBPF), instructions)
}

/// Sets an option that takes a descriptor by its number.
fn set_descriptor(
    fd: BorrowedFd<'_>,
    (level, number): Place,
    program: BorrowedFd<'_>,
) -> Result<()> {
    let program = program.as_raw_fd();
    let value = (ptr::from_ref(&program).cast(), size_of::<i32>());
    // SAFETY: four bytes, which name a descriptor that is open while it is borrowed; the kernel takes a reference of its own.
    unsafe { write(fd, level, number, value) }
}

/// Lets a loaded eBPF program decide which packets a socket receives.
///
/// # Errors
///
/// EINVAL: no program of type BPF_PROG_TYPE_SOCKET_FILTER. EBADF: no program. EPERM: the filter is locked.
#[doc(alias = "SO_ATTACH_BPF")]
pub fn attach_bpf(fd: impl AsFd, program: BorrowedFd<'_>) -> Result<()> {
    set_descriptor(fd.as_fd(), (opt::SOL_SOCKET, opt::SO_ATTACH_BPF), program)
}

/// Lets a loaded eBPF program choose among the sockets that share a port.
///
/// # Errors
///
/// As [`attach_bpf`].
#[doc(alias = "SO_ATTACH_REUSEPORT_EBPF")]
pub fn attach_reuseport_bpf(fd: impl AsFd, program: BorrowedFd<'_>) -> Result<()> {
    set_descriptor(fd.as_fd(), (opt::SOL_SOCKET, opt::SO_ATTACH_REUSEPORT_EBPF), program)
}

/// Lets a classic filter choose among the packet sockets of a group of mode PACKET_FANOUT_CBPF.
///
/// # Errors
///
/// EINVAL: no valid program, no group, or one of another mode (the kernel looks at the value's length).
#[doc(alias = "PACKET_FANOUT_DATA")]
pub fn attach_fanout_filter(fd: impl AsFd, instructions: &[Instruction]) -> Result<()> {
    set_filter(fd.as_fd(), (opt::SOL_PACKET, libc::PACKET_FANOUT_DATA), instructions)
}

/// Lets a loaded eBPF program choose among the packet sockets of a group of mode PACKET_FANOUT_EBPF.
///
/// # Errors
///
/// As [`attach_fanout_filter`].
#[doc(alias = "PACKET_FANOUT_DATA")]
pub fn attach_fanout_bpf(fd: impl AsFd, program: BorrowedFd<'_>) -> Result<()> {
    set_descriptor(fd.as_fd(), (opt::SOL_PACKET, libc::PACKET_FANOUT_DATA), program)
}

/// A descriptor of the process that connected, or made the pair; close-on-exec. Linux 6.5.
///
/// # Errors
///
/// ENODATA: there is no peer. ESRCH: it is gone (before Linux 6.16).
#[doc(alias = "SO_PEERPIDFD")]
pub fn peer_pidfd(fd: impl AsFd) -> Result<OwnedFd> {
    let mut pidfd = -1_i32;
    let room = (ptr::from_mut(&mut pidfd).cast(), size_of::<i32>());
    // SAFETY: there is room for the one integer that this option writes (net/core/sock.c, `sk_getsockopt`).
    unsafe { read(fd.as_fd(), opt::SOL_SOCKET, opt::SO_PEERPIDFD, room) }?;
    // SAFETY: the kernel has just made this descriptor for us; nobody else owns it.
    Ok(unsafe { OwnedFd::from_raw_fd(pidfd) })
}

/// Takes an association out of a one-to-many SCTP socket, into a socket of its own; close-on-exec. Linux 4.13.
///
/// # Errors
///
/// EINVAL: no such association, or not that kind of socket. EMFILE.
#[doc(alias = "SCTP_SOCKOPT_PEELOFF_FLAGS")]
pub fn peel_off(fd: impl AsFd, association: i32) -> Result<OwnedFd> {
    // `sctp_peeloff_flags_arg_t`: the association, the descriptor, flags.
    let mut argument = [association, -1, libc::SOCK_CLOEXEC];
    let room = (ptr::from_mut(&mut argument).cast(), size_of_val(&argument));
    // SAFETY: there is room for the three integers, of which the kernel writes the second (net/sctp/socket.c,
    // `sctp_getsockopt_peeloff_flags`).
    unsafe { read(fd.as_fd(), opt::SOL_SCTP, opt::SCTP_SOCKOPT_PEELOFF_FLAGS, room) }?;
    let [_, peeled, _] = argument;
    // SAFETY: the kernel has just made this descriptor for us; nobody else owns it.
    Ok(unsafe { OwnedFd::from_raw_fd(peeled) })
}

/// getsockopt(2) into a place and its length; the length the kernel says, which of some options is more.
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
    Ok(len as usize)
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
