//! Each call with bytes against the kernel: what goes in comes out, nothing is written beyond a buffer, errnos pass as they are.
//!
//! Contract: no address type, no policy: a `sockaddr` is built here byte by byte, from ip(7) and unix(7), and control data
//! from cmsg(3). `--nocapture` prints the rows.

use core::time::Duration;
use std::fs::File;
use std::io::{IoSlice, IoSliceMut};
use std::os::fd::{AsFd, AsRawFd, OwnedFd};
use std::time::Instant;

use berkeley_sys::control::{self, Data, Room};
use berkeley_sys::message::{Incoming, Outgoing, recvmmsg, recvmsg, sendmmsg, sendmsg};
use berkeley_sys::number::{self, opt};
use berkeley_sys::option::{self, Linger, Name};
use berkeley_sys::poll::{self, Edge};
use berkeley_sys::{Errno, Sockaddr, descriptor, host, interface, socket, tipc, transfer};

type Show = fn();

const ROWS: &[(&str, Show)] = &[
    ("socket, socketpair: words that no kernel has", words),
    ("bind, getsockname: the length of a Unix name", unix_names),
    ("bind, connect: lengths that are none", bad_lengths),
    ("connect, accept, getpeername", connection),
    ("send, recv, sendto, recvfrom: exact buffers", exact_buffers),
    ("sendmsg, recvmsg: pieces, address, control bytes", one_message),
    ("recvmsg: control bytes cut off", control_cut_off),
    ("sendmmsg, recvmmsg: each message its own", many_messages),
    ("sendmmsg: what stops it", many_stopped),
    ("a failed receive leaves no address", no_address_after_an_error),
    ("EPIPE is an errno", broken_pipe),
    ("ENOTSOCK from each call", no_socket),
    ("getsockopt, setsockopt: layouts and lengths", options),
    ("ppoll: time, readiness, wake-up", waits),
    ("epoll: news alone", edges),
    ("descriptors: mode, duplicate, end", descriptors),
    ("interface and host names", names),
    ("TIPC's numbers are not put to others", nodes),
];

/// `struct sockaddr_in` of loopback.
fn inet(port: u16) -> Vec<u8> {
    let mut bytes = vec![0; 16];
    bytes[..2].copy_from_slice(&2u16.to_ne_bytes());
    bytes[2..4].copy_from_slice(&port.to_be_bytes());
    bytes[4..8].copy_from_slice(&[127, 0, 0, 1]);
    bytes
}

/// `struct sockaddr_un` with `name` after the family.
fn unix(name: &[u8]) -> Vec<u8> {
    [&1u16.to_ne_bytes(), name].concat()
}

fn udp() -> (OwnedFd, Vec<u8>) {
    let fd = socket::socket(number::AF_INET, number::SOCK_DGRAM, 0).unwrap();
    socket::bind(&fd, &inet(0)).unwrap();
    let name = own_name(&fd);
    (fd, name)
}

fn own_name(fd: impl AsFd) -> Vec<u8> {
    let mut name = Sockaddr::new();
    socket::getsockname(fd, &mut name).unwrap();
    name.as_bytes().to_vec()
}

fn pair(ty: i32) -> (OwnedFd, OwnedFd) {
    socket::socketpair(number::AF_UNIX, ty, 0).unwrap()
}

/// The flags in /proc: proc(5).
fn flags(fd: impl AsFd) -> u32 {
    let info = format!("/proc/self/fdinfo/{}", fd.as_fd().as_raw_fd());
    let info = std::fs::read_to_string(info).unwrap();
    let line = info.lines().find_map(|line| line.strip_prefix("flags:")).unwrap();
    u32::from_str_radix(line.trim(), 8).unwrap()
}
const O_CLOEXEC: u32 = 0o2_000_000;
const O_NONBLOCK: u32 = 0o4000;

fn words() {
    let rows = [
        ((70_000, 1, 0), Errno::AFNOSUPPORT),
        ((-1, 1, 0), Errno::AFNOSUPPORT),
        ((250, 1, 0), Errno::AFNOSUPPORT),
        ((number::AF_INET, -1, 0), Errno::INVAL),
        ((number::AF_INET, 9, 0), Errno::SOCKTNOSUPPORT),
        ((number::AF_INET, 15, 0), Errno::INVAL),
        // SOCK_NONBLOCK and SOCK_CLOEXEC are no part of a type.
        ((number::AF_INET, number::SOCK_STREAM | 0o4000, 0), Errno::INVAL),
        ((number::AF_UNIX, number::SOCK_STREAM | 0o2_000_000, 0), Errno::INVAL),
        ((number::AF_INET, number::SOCK_STREAM, -1), Errno::INVAL),
        ((number::AF_INET, number::SOCK_STREAM, 17), Errno::PROTONOSUPPORT),
        ((number::AF_UNIX, number::SOCK_STREAM, 9), Errno::PROTONOSUPPORT),
    ];
    for ((family, ty, protocol), errno) in rows {
        assert_eq!(
            socket::socket(family, ty, protocol).unwrap_err(),
            errno,
            "{family} {ty} {protocol}"
        );
        assert!(socket::socketpair(family, ty, protocol).is_err());
    }
    let none = socket::socketpair(number::AF_INET, number::SOCK_STREAM, 0).unwrap_err();
    assert_eq!(none, Errno::OPNOTSUPP);
    let (one, two) = pair(number::SOCK_SEQPACKET);
    let fd = socket::socket(number::AF_INET6, number::SOCK_DGRAM, 17).unwrap();
    assert!([one, two, fd].iter().all(|fd| flags(fd) & O_CLOEXEC != 0));
}

/// The kernel adds a NUL to a path, and counts it even where it has no room: 111 bytes of 110.
fn unix_names() {
    let folder = tempfile::tempdir_in("/tmp").unwrap();
    let path = folder.path().join("s").into_os_string().into_encoded_bytes();
    for len in [40, 107, 108] {
        let mut path = path.clone();
        path.resize(len, b's');
        let fd = socket::socket(number::AF_UNIX, number::SOCK_DGRAM, 0).unwrap();
        socket::bind(&fd, &unix(&path)).unwrap();
        path.push(0);
        assert_eq!(own_name(&fd), unix(&path), "{len}");
    }
    for name in [&b"\0berkeley-sys a\0b"[..], &[0; 108]] {
        let fd = socket::socket(number::AF_UNIX, number::SOCK_DGRAM, 0).unwrap();
        assert_eq!(own_name(&fd), unix(b""));
        socket::bind(&fd, &unix(name)).unwrap();
        assert_eq!(own_name(&fd), unix(name));
    }
}

fn bad_lengths() {
    let (fd, _) = udp();
    for address in [vec![], vec![2], inet(9)[..15].to_vec(), vec![0; 129], vec![0; 100_000]] {
        let len = address.len();
        let refused = [
            socket::bind(&fd, &address).unwrap_err(),
            socket::connect(&fd, &address).unwrap_err(),
            transfer::sendto(&fd, b"x", 0, &address).unwrap_err(),
        ];
        assert_eq!(refused, [Errno::INVAL; 3], "{len}");
    }
    // Without an address a message goes to the peer, and there is none.
    let nowhere = sendmsg(&fd, &Outgoing::new(&[], None, &[]), 0);
    assert_eq!(nowhere, Err(Errno::DESTADDRREQ));
}

fn connection() {
    let listener = socket::socket(number::AF_INET, number::SOCK_STREAM, 0).unwrap();
    let mut name = Sockaddr::new();
    assert_eq!(socket::accept(&listener, Some(&mut name)).unwrap_err(), Errno::INVAL);
    assert!(name.as_bytes().is_empty());
    socket::bind(&listener, &inet(0)).unwrap();
    socket::listen(&listener, 8).unwrap();
    let address = own_name(&listener);
    let clients: Vec<_> = (0..2)
        .map(|_| {
            let client = socket::socket(number::AF_INET, number::SOCK_STREAM, 0).unwrap();
            assert_eq!(socket::getpeername(&client, &mut Sockaddr::new()), Err(Errno::NOTCONN));
            socket::connect(&client, &address).unwrap();
            client
        })
        .collect();
    descriptor::set_nonblocking(&listener, true).unwrap();
    let served = socket::accept(&listener, Some(&mut name)).unwrap();
    assert_eq!(name.as_bytes(), own_name(&clients[0]));
    let mut peer = Sockaddr::new();
    socket::getpeername(&served, &mut peer).unwrap();
    assert_eq!((peer.as_bytes(), own_name(&served)), (name.as_bytes(), address));
    // Close-on-exec and blocking, whatever the listener is.
    assert_eq!(flags(&served) & (O_CLOEXEC | O_NONBLOCK), O_CLOEXEC);
    drop(socket::accept(&listener, None).unwrap());
    assert_eq!(socket::accept(&listener, None).unwrap_err(), Errno::AGAIN);
    assert_eq!(socket::shutdown(&served, 3), Err(Errno::INVAL));
    socket::shutdown(&served, number::SHUT_RDWR).unwrap();
    assert_eq!(transfer::recv(&clients[0], &mut [0; 1], 0), Ok(0));
}

/// Every length of buffer about a message's: the bytes around the buffer stay as they were.
fn exact_buffers() {
    let ((here, _), (there, to)) = (udp(), udp());
    let from = own_name(&here);
    let data: Vec<u8> = (1..=32).collect();
    for room in 0..=40 {
        for with_address in [false, true] {
            assert_eq!(transfer::sendto(&here, &data, 0, &to), Ok(32));
            let mut memory = [0xaa; 64];
            let buffer = &mut memory[8..8 + room];
            let mut name = Sockaddr::new();
            let len = if with_address {
                transfer::recvfrom(&there, buffer, number::MSG_TRUNC, &mut name).unwrap()
            } else {
                transfer::recv(&there, buffer, number::MSG_TRUNC).unwrap()
            };
            let got = room.min(32);
            assert_eq!((len, &memory[8..8 + got]), (32, &data[..got]), "{room}");
            let around = [&memory[..8], &memory[8 + got..]].concat();
            assert!(around.iter().all(|byte| *byte == 0xaa), "{room}");
            assert_eq!(name.as_bytes(), if with_address { &from[..] } else { &[] });
        }
    }
    // On a stream the kernel names nobody.
    let (one, two) = pair(number::SOCK_STREAM);
    assert_eq!((transfer::send(&one, b"x", 0), transfer::send(&one, b"", 0)), (Ok(1), Ok(0)));
    let mut name = Sockaddr::new();
    assert_eq!(transfer::recvfrom(&two, &mut [0; 4], 0, &mut name), Ok(1));
    assert!(name.as_bytes().is_empty());
}

/// A control message of an int: cmsg(3).
fn int_message(level: i32, kind: i32, value: i32) -> Data<'static> {
    let mut data = Data::new();
    data.push(level, kind, &value.to_ne_bytes()).unwrap();
    data
}

const IP_TTL: i32 = 2;
/// `IP_RECVTTL`: ip(7).
const RECVTTL: Name<i32> = Name::plain(0, 12);

fn one_message() {
    let ((here, from), (there, to)) = (udp(), udp());
    option::set(&there, RECVTTL, &1).unwrap();
    let pieces = [IoSlice::new(b"ab"), IoSlice::new(b""), IoSlice::new(b"cde")];
    let ttl = int_message(opt::IPPROTO_IP, IP_TTL, 77);
    assert_eq!(sendmsg(&here, &Outgoing::new(&pieces, Some(&ttl), &to), 0), Ok(5));

    let (mut one, mut two, mut room, mut name) =
        ([0; 1], [0xaa; 8], Room::new(64), Sockaddr::new());
    let mut pieces = [IoSliceMut::new(&mut one), IoSliceMut::new(&mut two)];
    let mut message = Incoming::new(&mut pieces, Some(&mut room), Some(&mut name));
    assert_eq!(recvmsg(&there, &mut message, 0), Ok(5));
    let (received, len, flags) = (message.received(), message.control_len(), message.flags());
    assert_eq!((received, flags & !number::MSG_CMSG_CLOEXEC), (5, 0));
    // What was sent with it is what came.
    assert_eq!((len, room.as_bytes()), (ttl.as_bytes().len(), ttl.as_bytes()));
    assert_eq!((&one, &two, name.as_bytes()), (b"a", b"bcde\xaa\xaa\xaa\xaa", &from[..]));

    // One that is used again has room for an address again, also after a stream that gave none.
    let (stream, other) = pair(number::SOCK_STREAM);
    let (mut byte, mut name) = ([0; 1], Sockaddr::new());
    let mut pieces = [IoSliceMut::new(&mut byte)];
    let mut message = Incoming::new(&mut pieces, None, Some(&mut name));
    assert_eq!(transfer::send(&other, b"x", 0), Ok(1));
    assert_eq!(recvmsg(&stream, &mut message, 0), Ok(1));
    assert_eq!(transfer::sendto(&here, b"y", 0, &to), Ok(1));
    assert_eq!(recvmmsg(&there, core::slice::from_mut(&mut message), 0), Ok(1));
    assert_eq!(name.as_bytes(), &from[..]);

    // Nothing of an earlier message is left over: this one has no control data and no pieces.
    option::set(&there, RECVTTL, &0).unwrap();
    assert_eq!(sendmsg(&here, &Outgoing::new(&[], None, &to), 0), Ok(0));
    let mut message = Incoming::new(&mut [], None, None);
    assert_eq!((recvmsg(&there, &mut message, 0), message.control_len()), (Ok(0), 0));

    let many = vec![IoSlice::new(b"x"); 1025];
    assert_eq!(sendmsg(&here, &Outgoing::new(&many, None, &to), 0), Err(Errno::MSGSIZE));
    let wrong = int_message(opt::IPPROTO_IP, 9999, 0);
    let pieces = [IoSlice::new(b"x")];
    assert_eq!(sendmsg(&here, &Outgoing::new(&pieces, Some(&wrong), &to), 0), Err(Errno::INVAL));
}

fn control_cut_off() {
    let ((here, _), (there, to)) = (udp(), udp());
    option::set(&there, RECVTTL, &1).unwrap();
    for len in (0..control::space(4)).filter(|len| len % size_of::<usize>() == 0) {
        assert_eq!(transfer::sendto(&here, b"abc", 0, &to), Ok(3));
        let (mut data, mut room) = ([0; 2], Room::new(len));
        let mut pieces = [IoSliceMut::new(&mut data)];
        let mut message = Incoming::new(&mut pieces, Some(&mut room), None);
        assert_eq!(recvmsg(&there, &mut message, number::MSG_TRUNC), Ok(3));
        let cut = number::MSG_CTRUNC | number::MSG_TRUNC;
        assert_eq!(message.flags() & cut, cut, "{len}");
        assert!(message.control_len() <= len);
        assert!(
            room.as_bytes().len() <= len && room.messages().all(|message| message.data.len() < 4)
        );
    }
}

fn many_messages() {
    let senders = [udp(), udp(), udp()];
    let (there, to) = udp();
    option::set(&there, RECVTTL, &1).unwrap();
    for (at, (sender, _)) in senders.iter().enumerate() {
        let long = vec![b'0' + u8::try_from(at).unwrap(); at + 2];
        let (short, long) = ([IoSlice::new(b"-")], [IoSlice::new(&long)]);
        let ttl = int_message(opt::IPPROTO_IP, IP_TTL, 10 + i32::try_from(at).unwrap());
        let mut two = [Outgoing::new(&short, None, &to), Outgoing::new(&long, Some(&ttl), &to)];
        assert_eq!(sendmmsg(sender, &mut two, 0), Ok(2));
        assert_eq!(two.each_ref().map(Outgoing::sent), [1, at + 2]);
    }
    let mut data = [[0; 8]; 8];
    let mut controls: [Room; 8] = core::array::from_fn(|_| Room::new(32));
    let mut names = [Sockaddr::new(); 8];
    let mut pieces: Vec<_> = data.iter_mut().map(|data| [IoSliceMut::new(data)]).collect();
    let room = pieces.iter_mut().zip(&mut controls).zip(&mut names);
    let mut messages: Vec<_> = room
        .map(|((data, control), name)| Incoming::new(data, Some(control), Some(name)))
        .collect();
    // Six are there, eight may come: it does not wait for them.
    assert_eq!(recvmmsg(&there, &mut messages, number::MSG_WAITFORONE), Ok(6));
    let lens: Vec<_> = messages.iter().map(Incoming::received).collect();
    assert_eq!(lens, [1, 2, 1, 3, 1, 4, 0, 0]);
    for (at, (_, name)) in senders.iter().enumerate() {
        assert_eq!([names[2 * at].as_bytes(), names[2 * at + 1].as_bytes()], [name, name]);
        let ttl = int_message(opt::IPPROTO_IP, IP_TTL, 10 + i32::try_from(at).unwrap());
        assert_eq!(controls[2 * at + 1].as_bytes(), ttl.as_bytes());
        assert!(data[2 * at + 1].starts_with(&vec![b'0' + u8::try_from(at).unwrap(); at + 2]));
    }
    assert!(names[6].as_bytes().is_empty());
}

/// The second message is too long: the first has gone, and its number is the answer.
fn many_stopped() {
    let ((here, _), (there, to)) = (udp(), udp());
    let (short, long) = ([IoSlice::new(b"x")], vec![0; 70_000]);
    let long = [IoSlice::new(&long)];
    let mut messages = [Outgoing::new(&short, None, &to), Outgoing::new(&long, None, &to)];
    assert_eq!(sendmmsg(&here, &mut messages, 0), Ok(1));
    assert_eq!(sendmmsg(&here, &mut messages[1..], 0), Err(Errno::MSGSIZE));
    assert_eq!((sendmmsg(&here, &mut [], 0), recvmmsg(&there, &mut [], 0)), (Ok(0), Ok(0)));
    assert_eq!(transfer::recv(&there, &mut [0; 8], 0), Ok(1));
}

fn no_address_after_an_error() {
    let (fd, to) = udp();
    let mut name = Sockaddr::new();
    transfer::sendto(&fd, b"x", 0, &to).unwrap();
    transfer::recvfrom(&fd, &mut [0; 8], 0, &mut name).unwrap();
    assert_eq!(name.as_bytes(), to);
    let (flags, mut data) = (number::MSG_DONTWAIT, [0; 8]);
    let mut again = name;
    assert_eq!(transfer::recvfrom(&fd, &mut data, flags, &mut again), Err(Errno::AGAIN));
    assert!(again.as_bytes().is_empty());
    let mut again = name;
    let mut pieces = [IoSliceMut::new(&mut data)];
    let mut message = Incoming::new(&mut pieces, None, Some(&mut again));
    assert_eq!(recvmsg(&fd, &mut message, flags), Err(Errno::AGAIN));
    assert!(again.as_bytes().is_empty());
    assert_eq!(socket::getpeername(&fd, &mut name), Err(Errno::NOTCONN));
    assert!(name.as_bytes().is_empty());
}

fn broken_pipe() {
    let (one, two) = pair(number::SOCK_STREAM);
    drop(two);
    let pieces = [IoSlice::new(b"x")];
    let mut messages = [Outgoing::new(&pieces, None, &[])];
    let errnos = [
        transfer::send(&one, b"x", 0).unwrap_err(),
        sendmsg(&one, &messages[0], 0).unwrap_err(),
        sendmmsg(&one, &mut messages, 0).unwrap_err(),
    ];
    assert_eq!(errnos, [Errno::PIPE; 3]);
}

fn no_socket() {
    let file = File::open("/dev/null").unwrap();
    let (mut name, mut data) = (Sockaddr::new(), [0; 8]);
    let none = Name::<i32>::plain(opt::SOL_SOCKET, opt::SO_TYPE);
    let mut outgoing = [Outgoing::new(&[], None, &[])];
    let errnos = [
        socket::bind(&file, &inet(0)).unwrap_err(),
        socket::connect(&file, &inet(9)).unwrap_err(),
        socket::listen(&file, 1).unwrap_err(),
        socket::accept(&file, Some(&mut name)).unwrap_err(),
        socket::getsockname(&file, &mut name).unwrap_err(),
        socket::getpeername(&file, &mut name).unwrap_err(),
        socket::shutdown(&file, number::SHUT_RD).unwrap_err(),
        transfer::send(&file, b"x", 0).unwrap_err(),
        transfer::sendto(&file, b"x", 0, &inet(9)).unwrap_err(),
        transfer::recv(&file, &mut data, 0).unwrap_err(),
        transfer::recvfrom(&file, &mut data, 0, &mut name).unwrap_err(),
        sendmsg(&file, &outgoing[0], 0).unwrap_err(),
        sendmmsg(&file, &mut outgoing, 0).unwrap_err(),
        recvmsg(&file, &mut Incoming::new(&mut [], None, None), 0).unwrap_err(),
        recvmmsg(&file, &mut [Incoming::new(&mut [], None, None)], 0).unwrap_err(),
        option::get(&file, none).unwrap_err(),
        option::set(&file, none, &0).unwrap_err(),
    ];
    assert_eq!(errnos, [Errno::NOTSOCK; 17]);
}

fn options() {
    let (fd, _) = udp();
    let plain = |number| Name::<i32>::plain(opt::SOL_SOCKET, number);
    assert_eq!(option::get(&fd, plain(opt::SO_TYPE)), Ok((number::SOCK_DGRAM, 4)));
    option::set(&fd, plain(opt::SO_REUSEADDR), &1).unwrap();
    assert_eq!(option::get(&fd, plain(opt::SO_REUSEADDR)), Ok((1, 4)));
    let linger = Linger { onoff: 1, seconds: 7 };
    option::set(&fd, option::SO_LINGER, &linger).unwrap();
    assert_eq!(option::get(&fd, option::SO_LINGER), Ok((linger, 8)));
    // The kernel writes the name that there is, and what it leaves is zero.
    let (device, len) = option::get(&fd, option::SO_BINDTODEVICE).unwrap();
    assert_eq!((device, len), ([0; 16], 0));
    let none = Name::<u32>::plain(opt::SOL_SOCKET, 9999);
    assert_eq!(option::get(&fd, none), Err(Errno::NOPROTOOPT));
    assert_eq!(option::set(&fd, none, &0), Err(Errno::NOPROTOOPT));
    let nodelay = Name::<i32>::plain(opt::IPPROTO_TCP, opt::TCP_NODELAY);
    assert_eq!(option::get(&fd, nodelay), Err(Errno::OPNOTSUPP));
    // One that is only told.
    assert_eq!(option::set(&fd, plain(opt::SO_TYPE), &1), Err(Errno::NOPROTOOPT));
    assert_eq!(format!("{:?}", plain(7)), "option 7 of level 1");
    more_than_an_integer();
    let mut bytes = [0xaa; 12];
    // SAFETY: SO_TYPE writes an integer.
    let read = unsafe { option::get_bytes(&fd, opt::SOL_SOCKET, opt::SO_TYPE, &mut bytes) };
    // SAFETY: SO_REUSEADDR reads one.
    let written = unsafe { option::set_bytes(&fd, opt::SOL_SOCKET, opt::SO_REUSEADDR, &[0; 4]) };
    assert_eq!((read, written), (Ok(4), Ok(())));
    assert_eq!((&bytes[..4], bytes[4]), (&number::SOCK_DGRAM.to_ne_bytes()[..], 0xaa));
    assert_eq!(option::get(&fd, plain(opt::SO_REUSEADDR)), Ok((0, 4)));
    let reuse = option::set_length(&fd, opt::SOL_SOCKET, opt::SO_REUSEADDR, 4);
    assert_eq!(reuse, Err(Errno::FAULT));
}

/// Options behind whose four bytes there is more: a filter, whose answer has 8 bytes for each byte of room, and descriptors.
fn more_than_an_integer() {
    // `SO_SETCLP` of linux/atmdev.h, which says its level in its number: at no level.
    let setclp = 264 << 22 | 4;
    for level in [264, opt::SOL_SOCKET, opt::IPPROTO_TCP] {
        let name = format!("{:?}", Name::<i32>::plain(level, setclp));
        assert_eq!(name, format!("option {} of level {level}", i32::MIN));
    }
    let (one, _two) = pair(number::SOCK_STREAM);
    let before = std::fs::read_dir("/proc/self/fd").unwrap().count();
    let rows = [
        (libc::SOL_SOCKET, libc::SO_GET_FILTER),
        (libc::SOL_SOCKET, libc::SO_PEERPIDFD),
        (libc::SOL_SOCKET, libc::SO_ATTACH_BPF),
        (libc::SOL_SOCKET, libc::SO_ATTACH_REUSEPORT_EBPF),
        (libc::SOL_PACKET, libc::PACKET_FANOUT_DATA),
    ];
    for (level, number) in rows {
        let name = Name::<i32>::plain(level, number);
        let answer = option::get(&one, name).unwrap_err();
        let taken = option::set(&one, name, &one.as_raw_fd()).unwrap_err();
        let none = if level == libc::SOL_SOCKET { Errno::NOPROTOOPT } else { Errno::OPNOTSUPP };
        assert_eq!((answer, taken), (none, none), "{number}");
    }
    assert_eq!(std::fs::read_dir("/proc/self/fd").unwrap().count(), before);
}

fn waits() {
    let (one, two) = pair(number::SOCK_STREAM);
    let event = poll::eventfd().unwrap();
    assert_eq!(flags(&event) & (O_CLOEXEC | O_NONBLOCK), O_CLOEXEC | O_NONBLOCK);
    let (zero, short) = (Some(Duration::ZERO), Duration::from_millis(5));
    let watch = |events| Some((one.as_fd(), events));
    let wake = Some(event.as_fd());
    for time in [Duration::from_nanos(1), short] {
        for (fd, wake) in
            [(None, None), (watch(poll::IN), None), (watch(poll::IN), wake), (None, wake)]
        {
            let start = Instant::now();
            let ready = poll::wait(fd, wake, Some(time)).unwrap();
            assert_eq!((ready.events, ready.woken), (0, false));
            assert!(start.elapsed() >= time);
        }
    }
    let ready = |events| poll::wait(watch(events), wake, zero).unwrap();
    assert_eq!(ready(poll::OUT | poll::IN).events, poll::OUT);
    poll::raise(&event).unwrap();
    poll::raise(&event).unwrap();
    let both = poll::wait(watch(poll::OUT), wake, Some(Duration::MAX)).unwrap();
    assert_eq!((both.events, both.woken), (poll::OUT, true));
    assert!(poll::wait(None, wake, None).unwrap().woken);
    poll::clear(&event).unwrap();
    assert_eq!(poll::clear(&event), Err(Errno::AGAIN));
    transfer::send(&two, b"x", 0).unwrap();
    assert_eq!((ready(poll::IN).events, ready(0).events), (poll::IN, 0));
    drop(two);
    assert_eq!(ready(poll::RDHUP).events, poll::RDHUP | poll::HUP);
}

fn edges() {
    let (one, two) = pair(number::SOCK_STREAM);
    let event = poll::eventfd().unwrap();
    let edge = Edge::new(one.as_fd(), poll::IN, Some(event.as_fd())).unwrap();
    let zero = Some(Duration::ZERO);
    let news = || edge.wait(zero).map(|ready| (ready.events, ready.woken)).unwrap();
    assert_eq!(news(), (0, false));
    for _ in 0..2 {
        transfer::send(&two, b"x", 0).unwrap();
        // It is told once, though it stays there.
        assert_eq!((news(), news()), ((poll::IN, false), (0, false)));
    }
    poll::raise(&event).unwrap();
    transfer::send(&two, b"x", 0).unwrap();
    // The token is told as long as it holds.
    assert_eq!((news(), news()), ((poll::IN, true), (0, true)));
    assert!(edge.wait(None).unwrap().woken);
}

fn descriptors() {
    let (fd, _other) = pair(number::SOCK_STREAM);
    for nonblocking in [true, true, false] {
        descriptor::set_nonblocking(&fd, nonblocking).unwrap();
        assert_eq!(descriptor::is_nonblocking(&fd), Ok(nonblocking));
        assert_eq!(flags(&fd) & O_NONBLOCK != 0, nonblocking);
    }
    let twin = descriptor::duplicate(&fd).unwrap();
    assert!(flags(&twin) & O_CLOEXEC != 0 && twin.as_raw_fd() != fd.as_raw_fd());
    let number = twin.as_raw_fd();
    descriptor::close(twin).unwrap();
    assert!(!std::fs::exists(format!("/proc/self/fd/{number}")).unwrap());
}

fn names() {
    let (fd, _) = udp();
    let index = interface::name_to_index(&fd, "lo").unwrap();
    let (name, len) = interface::index_to_name(&fd, index).unwrap();
    assert_eq!((&name[..len], &name[len..]), (&b"lo"[..], &[0; 14][..]));
    for name in ["", "berkeley-none", "sixteen-bytes-xx", "l\0o", "lo:", "lo:1"] {
        assert_eq!(interface::name_to_index(&fd, name), Err(Errno::NODEV), "{name:?}");
    }
    assert!(matches!(interface::index_to_name(&fd, 0), Err(Errno::NODEV | Errno::NXIO)));
    let name = std::fs::read_to_string("/proc/sys/kernel/hostname").unwrap();
    assert_eq!(host::name(), name.trim_end().as_bytes());
}

/// By these numbers of SIOCPROTOPRIVATE an IP socket would write 32 bytes, and KCM would take descriptors.
fn nodes() {
    let (udp, _) = udp();
    let (here, _there) = socket::socketpair(number::AF_UNIX, number::SOCK_STREAM, 0).unwrap();
    for fd in [udp.as_fd(), here.as_fd()] {
        assert_eq!(tipc::node_id(fd, 0x1001), Err(Errno::NOTTY));
        assert_eq!(tipc::link_name(fd, 0x1001, 0), Err(Errno::NOTTY));
    }
}

#[test]
fn each_call_passes_bytes_and_errnos() {
    let count = || std::fs::read_dir("/proc/self/fd").unwrap().count();
    for (name, show) in ROWS {
        let before = count();
        println!("{name}");
        show();
        assert_eq!(count(), before, "{name} leaks");
    }
}
