//! The little of bpf(2) that AF_XDP needs to receive: a map of sockets, a program that hands frames to them, and its place at an
//! interface.
//!
//! Contract: the kernel verifies the program; what these calls are given lives while they run, and every descriptor they give is
//! close-on-exec, as all of bpf(2)'s are. Sources: bpf(2), linux/bpf.h, `Documentation/bpf/map_xskmap.rst`.

use rustix::fd::{AsFd, AsRawFd, FromRawFd, OwnedFd};

use crate::{Errno, Result, raw};

const MAP_CREATE: usize = 0;
const MAP_UPDATE_ELEM: usize = 2;
const PROG_LOAD: usize = 5;
const LINK_CREATE: usize = 28;
/// `BPF_MAP_TYPE_XSKMAP`.
const XSKMAP: u32 = 17;
/// `BPF_PROG_TYPE_XDP`.
const PROGRAM_XDP: u32 = 6;
/// `BPF_XDP`, where a program is attached.
const ATTACH_XDP: u32 = 37;

/// Makes a bpf call with these attributes, the first bytes of a `union bpf_attr`.
///
/// # Safety
///
/// The addresses in them must be good for what the command does with them.
unsafe fn bpf<const N: usize>(command: usize, attributes: &[u32; N]) -> Result<usize> {
    let args = [command, attributes.as_ptr() as usize, size_of_val(attributes), 0, 0, 0];
    // SAFETY: the attributes are as long as said, and the kernel only reads them; the caller vouches for the addresses in them.
    unsafe { raw::syscall6(libc::SYS_bpf, args) }
}

/// The descriptor that a command answers with.
///
/// # Safety
///
/// As [`bpf`]; and the command must be one that answers with a new descriptor.
unsafe fn made<const N: usize>(command: usize, attributes: &[u32; N]) -> Result<OwnedFd> {
    // SAFETY: the caller's to vouch for.
    let number = unsafe { bpf(command, attributes) }?;
    let number = i32::try_from(number).map_err(|_| Errno::BADF)?;
    // SAFETY: the kernel has just made this descriptor for us; nobody else owns it.
    Ok(unsafe { OwnedFd::from_raw_fd(number) })
}

/// A 64-bit number as the attributes hold it: two words in this machine's order.
fn words(number: usize) -> [u32; 2] {
    let [a, b, c, d, e, f, g, h] = (number as u64).to_ne_bytes();
    [u32::from_ne_bytes([a, b, c, d]), u32::from_ne_bytes([e, f, g, h])]
}

/// A map of `queues` sockets, each under the number of a queue.
///
/// # Errors
///
/// EPERM: CAP_BPF and CAP_NET_ADMIN. EINVAL: the kernel has no such map, or `queues` is 0.
#[doc(alias = "BPF_MAP_TYPE_XSKMAP")]
pub fn socket_map(queues: u32) -> Result<OwnedFd> {
    // SAFETY: no address is among them, and the command answers with a descriptor.
    unsafe { made(MAP_CREATE, &[XSKMAP, 4, 4, queues]) }
}

/// Puts a socket into a map, in another's place.
///
/// # Errors
///
/// E2BIG: the map has no such queue. EOPNOTSUPP: no socket of AF_XDP.
pub fn set_socket(map: impl AsFd, queue: u32, socket: impl AsFd) -> Result<()> {
    let value = socket.as_fd().as_raw_fd();
    let [key0, key1] = words((&raw const queue) as usize);
    let [value0, value1] = words((&raw const value) as usize);
    let map = map.as_fd().as_raw_fd() as u32;
    // SAFETY: key and value are four bytes each, as the map says, and live; the kernel reads them and takes a reference to the socket.
    unsafe { bpf(MAP_UPDATE_ELEM, &[map, 0, key0, key1, value0, value1, 0, 0]) }.map(drop)
}

/// One instruction of eBPF: linux/bpf.h, `struct bpf_insn`.
const fn instruction(code: u8, registers: u8, offset: i16, number: i32) -> [u8; 8] {
    let ([o0, o1], [n0, n1, n2, n3]) = (offset.to_ne_bytes(), number.to_ne_bytes());
    [code, registers, o0, o1, n0, n1, n2, n3]
}

/// The two registers of an instruction in their byte, whose halves stand as the machine orders bits.
const fn registers(to: u8, from: u8) -> u8 {
    if cfg!(target_endian = "little") { from << 4 | to } else { to << 4 | from }
}

/// Loads a program that hands each frame to the map's socket of its queue, and to the stack where there is none.
///
/// # Errors
///
/// EPERM: CAP_BPF and CAP_NET_ADMIN. EINVAL, EACCES: the kernel cannot do so (before Linux 5.3).
pub fn load_redirect(map: impl AsFd) -> Result<OwnedFd> {
    let program = [
        // r2 = the queue's number, of `struct xdp_md`
        instruction(0x61, registers(2, 1), 16, 0),
        // r1 = the map, an instruction of 16 bytes
        instruction(0x18, registers(1, 1), 0, map.as_fd().as_raw_fd()),
        instruction(0, 0, 0, 0),
        // r3 = XDP_PASS, what is done where the map has none
        instruction(0xb7, registers(3, 0), 0, 2),
        // r0 = bpf_redirect_map(r1, r2, r3)
        instruction(0x85, 0, 0, 51),
        instruction(0x95, 0, 0, 0),
    ];
    let license = c"MIT";
    let [program0, program1] = words(program.as_ptr() as usize);
    let [license0, license1] = words(license.as_ptr() as usize);
    let count = program.len() as u32;
    let attributes = [PROGRAM_XDP, count, program0, program1, license0, license1, 0, 0, 0, 0];
    // SAFETY: the program is `count` instructions, the license a text that ends with NUL, both of which the kernel copies; there is no
    // log. The command answers with a descriptor.
    unsafe { made(PROG_LOAD, &attributes) }
}

/// Attaches an XDP program to an interface, for as long as the answer is open. Flags: `XDP_FLAGS_*`, 0 lets the kernel choose.
///
/// # Errors
///
/// EBUSY: there is one already. EINVAL: before Linux 5.9. ENODEV: no such interface.
#[doc(alias = "BPF_LINK_CREATE")]
pub fn attach_xdp(program: impl AsFd, interface: u32, flags: u32) -> Result<OwnedFd> {
    let program = program.as_fd().as_raw_fd() as u32;
    // SAFETY: no address is among them, and the command answers with a descriptor.
    unsafe { made(LINK_CREATE, &[program, interface, ATTACH_XDP, flags]) }
}
