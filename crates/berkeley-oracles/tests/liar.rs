//! A kernel that lies: lengths above the buffer, addresses of no length and of too much, control messages that do not end,
//! descriptors that are none. What the library makes of it must be an error or a value within bounds.
//!
//! One system call of one thread is answered by another thread of this process, by seccomp's user notification: it writes the
//! lie where the call's arguments point, and chooses what the call returns. Sources: seccomp(2), seccomp_unotify(2).

#![cfg(any(target_arch = "x86_64", target_arch = "aarch64"))]

use core::net::SocketAddr;
use std::io::{IoSliceMut, Read};
use std::os::fd::{AsRawFd, FromRawFd, OwnedFd};
use std::sync::mpsc;
use std::thread;

use berkeley_addr::UnixAddr;
use berkeley_socket::control::{ControlRoom, ip};
use berkeley_socket::option::so;
use berkeley_socket::{BACKLOG, Message, RecvBatch, RecvFlags, SendFlags, Socket, Type};
use libc::{SYS_accept4, SYS_getsockname, SYS_getsockopt, SYS_recvfrom, SYS_recvmmsg, SYS_recvmsg};
use libc::{SYS_sendmmsg, SYS_sendto};

/// What a call was asked, and what it shall return; it writes the rest of the lie.
type Lie = fn(&[u64; 6]) -> i64;

/// A lie: its name, the call it is told by, and what must come of it.
struct Row {
    name: &'static str,
    call: libc::c_long,
    lie: Lie,
    meets: fn() -> String,
    expected: &'static str,
}

const fn row(
    name: &'static str,
    call: libc::c_long,
    lie: Lie,
    meets: fn() -> String,
    expected: &'static str,
) -> Row {
    Row { name, call, lie, meets, expected }
}

/// Where a message header has its fields (`struct user_msghdr`).
const CONTROL: u64 = 32;
const CONTROL_LEN: u64 = 40;

const ROWS: &[Row] = &[
    row("recv: 4096 of 4 bytes, stream", SYS_recvfrom, |_| 4096, recv::<0>, "Truncated"),
    row("recv: 4096 of 4 bytes, datagram", SYS_recvfrom, |_| 4096, recv::<1>, "Truncated"),
    row("recv: i64::MAX", SYS_recvfrom, |_| i64::MAX, recv::<0>, "Truncated"),
    row("recv_exact: 4096 of 4 bytes", SYS_recvfrom, |_| 4096, recv_exact, "Ok"),
    row("read_to_end: 2^40", SYS_recvfrom, |_| 1 << 40, read_to_end, "Truncated"),
    row("read_vectored: 4096 of 4", SYS_recvmsg, |_| 4096, read_vectored, "Truncated"),
    row("recv_from: address of 0", SYS_recvfrom, |a| named(a[5], 0), recv_from, "2 None"),
    row("recv_from: address of 1", SYS_recvfrom, |a| named(a[5], 1), recv_from, "2 None"),
    row("recv_from: no family", SYS_recvfrom, |a| filled(a[4], a[5], 129), recv_from, "2 None"),
    row("recv_from: 4 GiB", SYS_recvfrom, |a| filled(a[4], a[5], u32::MAX), recv_from, "2 None"),
    row("accept: address of 0", SYS_accept4, |a| accepted(a, 0), accept, "Foreign"),
    row("accept: address of 4 GiB", SYS_accept4, |a| accepted(a, u32::MAX), accept, "Foreign"),
    row("local_addr: of 1", SYS_getsockname, |a| named(a[2], 1), local_addr, "Foreign"),
    row("local_addr: of 4 GiB", SYS_getsockname, |a| filled(a[1], a[2], !0), local_addr, "Foreign"),
    row("option of 4 GiB", SYS_getsockopt, |a| named(a[4], u32::MAX), option, "Ok"),
    row("option of nothing", SYS_getsockopt, |a| named(a[4], 0), option, "Ok"),
    row(
        "control of 2^64",
        SYS_recvmsg,
        |a| control(a[1], u64::MAX, 20, &[7; 4]),
        recv_msg,
        "3 Some 0",
    ),
    row("cmsg_len 0", SYS_recvmsg, |a| control(a[1], 24, 0, &[7; 4]), recv_msg, "3 None 0"),
    row(
        "cmsg_len 2^64",
        SYS_recvmsg,
        |a| control(a[1], 24, u64::MAX, &[7; 4]),
        recv_msg,
        "3 Some 0",
    ),
    row(
        "cmsg_len below its header",
        SYS_recvmsg,
        |a| control(a[1], 24, 15, &[7; 4]),
        recv_msg,
        "3 None 0",
    ),
    row("descriptor -1", SYS_recvmsg, |a| rights(a[1], [-1, i32::MIN]), recv_msg, "3 None 0"),
    row("recv_msg: 4096 of 4 bytes", SYS_recvmsg, |_| 4096, recv_msg, "4 None 0"),
    row("recv_many: 1000 of 4", SYS_recvmmsg, |_| 1000, recv_many, "4 4"),
    row("send: 4096 of 3 bytes", SYS_sendto, |_| 4096, send_all, "Ok"),
    row("send_many: 1000 of 1", SYS_sendmmsg, |_| 1000, send_many, "Ok"),
];

fn short<T, E: core::fmt::Debug>(answer: Result<T, E>, kind: fn(E) -> String) -> String {
    answer.map_or_else(kind, |_| "Ok".to_owned())
}

fn kind(error: berkeley_socket::Error) -> String {
    format!("{:?}", error.kind())
}

fn pair(ty: Type) -> (Socket<UnixAddr>, Socket<UnixAddr>) {
    Socket::pair(ty).unwrap()
}

fn recv<const DATAGRAM: u8>() -> String {
    let (socket, _peer) = pair(if DATAGRAM == 1 { Type::DGRAM } else { Type::STREAM });
    short(socket.recv(&mut [0; 4]), kind)
}

fn recv_exact() -> String {
    short(pair(Type::STREAM).0.recv_exact(&mut [0; 4]), |stopped| kind(stopped.error))
}

fn read_to_end() -> String {
    let (socket, _peer) = pair(Type::STREAM);
    let mut bytes = Vec::new();
    short((&socket).read_to_end(&mut bytes), |error| {
        error.get_ref().and_then(|own| own.downcast_ref().copied().map(kind)).unwrap_or_default()
    })
}

fn read_vectored() -> String {
    let (socket, _peer) = pair(Type::STREAM);
    short(socket.recv_vectored(&mut [IoSliceMut::new(&mut [0; 4])]), kind)
}

fn recv_from() -> String {
    let socket = Socket::bound(Type::DGRAM, &SocketAddr::from(([127, 0, 0, 1], 0))).unwrap();
    let (len, from) = socket.recv_from(&mut [0; 4]).unwrap();
    format!("{len} {from:?}")
}

fn accept() -> String {
    let any = SocketAddr::from(([127, 0, 0, 1], 0));
    let server = Socket::listening(Type::STREAM, &any, BACKLOG).unwrap();
    short(server.accept(), kind)
}

fn local_addr() -> String {
    let socket = Socket::bound(Type::DGRAM, &SocketAddr::from(([127, 0, 0, 1], 0))).unwrap();
    short(socket.local_addr(), kind)
}

fn option() -> String {
    short(pair(Type::STREAM).0.get(so::LINGER), kind)
}

fn recv_msg() -> String {
    let (socket, _peer) = pair(Type::STREAM);
    let (mut buffer, mut room) = ([0; 4], ControlRoom::new(64));
    let buffers = &mut [IoSliceMut::new(&mut buffer)];
    let received = socket.recv_msg(buffers, &mut room, RecvFlags::NONE).unwrap();
    let ttl = room.get(ip::TTL).map_or("None", |_| "Some");
    format!("{} {ttl} {}", received.len, room.take_fds().count())
}

fn recv_many() -> String {
    let (socket, _peer) = pair(Type::DGRAM);
    let mut batch = RecvBatch::new(4, 8, 0);
    let count = socket.recv_many(&mut batch, RecvFlags::NONE).unwrap();
    format!("{count} {}", batch.messages().len())
}

fn send_all() -> String {
    short(pair(Type::STREAM).0.send_all(b"abc"), |stopped| kind(stopped.error))
}

fn send_many() -> String {
    let piece = [std::io::IoSlice::new(b"x")];
    let sent = pair(Type::DGRAM).0.send_many(&[Message::new(&piece)], SendFlags::NONE);
    short(sent, |stopped| kind(stopped.error))
}

/// Writes into this process's memory, where a call that waits has room.
fn write(at: u64, bytes: &[u8]) {
    let to = usize::try_from(at).unwrap() as *mut u8;
    // SAFETY: the caller of the call that is lied to has handed out this memory, and waits until it returns.
    unsafe { core::ptr::copy_nonoverlapping(bytes.as_ptr(), to, bytes.len()) };
}

/// Two bytes came, with an address of this length.
fn named(len_at: u64, len: u32) -> i64 {
    write(len_at, &len.to_ne_bytes());
    2
}

/// The same, and all of its room is filled.
fn filled(name: u64, len_at: u64, len: u32) -> i64 {
    write(name, &[0xff; 128]);
    named(len_at, len)
}

/// A descriptor, which the library owns from then on, and an address of this length.
fn accepted(args: &[u64; 6], len: u32) -> i64 {
    filled(args[1], args[2], len);
    std::os::fd::IntoRawFd::into_raw_fd(OwnedFd::from(std::fs::File::open("/dev/null").unwrap()))
        .into()
}

/// Three bytes came, with a control message of level 0 and kind 2 whose header says this length.
fn control(header: u64, control_len: u64, len: u64, data: &[u8]) -> i64 {
    let control = read(header + CONTROL);
    let message = [&len.to_ne_bytes()[..], &[0; 4], &2_u32.to_ne_bytes(), data].concat();
    write(control, &message);
    write(header + CONTROL_LEN, &control_len.to_ne_bytes());
    3
}

fn rights(header: u64, numbers: [i32; 2]) -> i64 {
    let control = read(header + CONTROL);
    let numbers: Vec<u8> = numbers.iter().flat_map(|number| number.to_ne_bytes()).collect();
    let message =
        [&24_u64.to_ne_bytes()[..], &1_u32.to_ne_bytes(), &1_u32.to_ne_bytes(), &numbers].concat();
    write(control, &message);
    write(header + CONTROL_LEN, &24_u64.to_ne_bytes());
    3
}

fn read(at: u64) -> u64 {
    let from = usize::try_from(at).unwrap() as *const u64;
    // SAFETY: a field of a header that the caller of the call, who waits, has handed out.
    unsafe { from.read() }
}

/// Has this thread's calls of this number answered by whoever holds the descriptor.
fn hand_over(call: libc::c_long) -> std::io::Result<OwnedFd> {
    let jump =
        |code: u32, jt, jf, k| libc::sock_filter { code: u16::try_from(code).unwrap(), jt, jf, k };
    let number = u32::try_from(call).unwrap();
    let mut filter = [
        // The number of the call is the first field of `struct seccomp_data`.
        jump(libc::BPF_LD | libc::BPF_W | libc::BPF_ABS, 0, 0, 0),
        jump(libc::BPF_JMP | libc::BPF_JEQ | libc::BPF_K, 0, 1, number),
        jump(libc::BPF_RET | libc::BPF_K, 0, 0, libc::SECCOMP_RET_USER_NOTIF),
        jump(libc::BPF_RET | libc::BPF_K, 0, 0, libc::SECCOMP_RET_ALLOW),
    ];
    let program = libc::sock_fprog { len: 4, filter: filter.as_mut_ptr() };
    // SAFETY: no pointers.
    unsafe { libc::prctl(libc::PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) };
    let flags = libc::SECCOMP_FILTER_FLAG_NEW_LISTENER;
    // SAFETY: a program of four instructions, which the kernel copies.
    let fd = unsafe {
        libc::syscall(libc::SYS_seccomp, libc::SECCOMP_SET_MODE_FILTER, flags, &raw const program)
    };
    if fd < 0 {
        return Err(std::io::Error::last_os_error());
    }
    // SAFETY: the kernel has just made this descriptor.
    Ok(unsafe { OwnedFd::from_raw_fd(i32::try_from(fd).unwrap()) })
}

/// Answers one call with the lie. The next ones, if there are any, fail: ENOSYS, once the descriptor is closed.
fn lie(listener: &OwnedFd, lie: Lie) {
    // SAFETY: a structure of integers.
    let mut asked: libc::seccomp_notif = unsafe { core::mem::zeroed() };
    // SAFETY: the kernel fills the structure, which must be zeroed.
    let got = unsafe {
        libc::ioctl(listener.as_raw_fd(), libc::SECCOMP_IOCTL_NOTIF_RECV, &raw mut asked)
    };
    assert_eq!(got, 0, "{}", std::io::Error::last_os_error());
    let val = lie(&asked.data.args);
    let mut answer = libc::seccomp_notif_resp { id: asked.id, val, error: 0, flags: 0 };
    // SAFETY: the kernel reads the structure.
    let sent = unsafe {
        libc::ioctl(listener.as_raw_fd(), libc::SECCOMP_IOCTL_NOTIF_SEND, &raw mut answer)
    };
    assert_eq!(sent, 0, "{}", std::io::Error::last_os_error());
}

#[test]
fn a_kernel_that_lies_is_contained() {
    for row in ROWS {
        let (give, take) = mpsc::channel();
        let victim = thread::spawn(move || {
            let listener = hand_over(row.call);
            let works = listener.is_ok();
            give.send(listener).unwrap();
            works.then(row.meets)
        });
        match take.recv().unwrap() {
            Ok(listener) => lie(&listener, row.lie),
            Err(error) => {
                victim.join().unwrap();
                return println!("skipped: seccomp's user notification: {error}");
            }
        }
        let answer = victim.join().unwrap_or_else(|_| panic!("{}: a panic", row.name));
        println!("{:36} {}", row.name, row.expected);
        assert_eq!(answer.as_deref(), Some(row.expected), "{}", row.name);
    }
}
