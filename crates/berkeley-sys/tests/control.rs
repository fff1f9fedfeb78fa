//! Control messages: the walker over any bytes, and descriptors that come, are taken, are not taken, are cut off.
//!
//! One test, because it counts this process's descriptors.

#![allow(missing_docs)]

use std::io::{IoSlice, IoSliceMut};
use std::os::fd::{AsFd, BorrowedFd, OwnedFd};

use berkeley_sys::control::{self, Data, Message, Room, messages, space};
use berkeley_sys::message::{Incoming, Outgoing, recvmmsg, recvmsg, sendmsg};
use berkeley_sys::number::{self, SCM_PIDFD, SCM_RIGHTS, opt};
use berkeley_sys::option::{self, Name};
use berkeley_sys::{Errno, socket, transfer};
use proptest::prelude::*;

type Show = fn();

const ROWS: &[(&str, Show)] = &[
    ("descriptors arrive, close-on-exec, in order", arrive),
    ("those that nobody takes are closed", untaken),
    ("a room that is too small at every length", cut_off),
    ("253 descriptors at once, 254 refused", most),
    ("a room used again before it was emptied", used_again),
    ("peeked messages bring descriptors of their own", peeked),
    ("several messages at once", many),
    ("a process's descriptor", pidfd),
    ("what may not be sent as bytes", refused),
];

fn open_descriptors() -> usize {
    std::fs::read_dir("/proc/self/fd").unwrap().count()
}

fn pair(ty: i32) -> (OwnedFd, OwnedFd) {
    socket::socketpair(number::AF_UNIX, ty, 0).unwrap()
}

fn send(to: &OwnedFd, fds: &[BorrowedFd<'_>]) -> berkeley_sys::Result<usize> {
    let mut data = Data::new();
    data.push_descriptors(fds);
    sendmsg(to, &Outgoing::new(&[IoSlice::new(b"x")], Some(&data), &[]), 0)
}

/// Receives one message; what `recvmsg` answered and its flags.
fn receive(from: &OwnedFd, room: &mut Room, flags: i32) -> (berkeley_sys::Result<usize>, i32) {
    let mut byte = [0; 4];
    let mut pieces = [IoSliceMut::new(&mut byte)];
    let mut message = Incoming::new(&mut pieces, Some(room), None);
    let answer = recvmsg(from, &mut message, flags);
    (answer, message.flags() & !number::MSG_CMSG_CLOEXEC)
}

fn arrive() {
    let (here, there) = pair(number::SOCK_STREAM);
    let files: Vec<OwnedFd> =
        (0..3).map(|_| std::fs::File::open("/dev/null").unwrap().into()).collect();
    let fds: Vec<_> = files.iter().map(AsFd::as_fd).collect();
    let mut data = Data::new();
    data.push_descriptors(&fds[..1]);
    data.push_descriptors(&fds[1..]);
    assert_eq!(sendmsg(&here, &Outgoing::new(&[IoSlice::new(b"x")], Some(&data), &[]), 0), Ok(1));
    let mut room = Room::new(space(12));
    assert_eq!(receive(&there, &mut room, 0), (Ok(1), 0));
    // AF_UNIX makes one message of them.
    assert_eq!(
        room.messages()
            .map(|message| (message.level, message.kind, message.data.len()))
            .collect::<Vec<_>>(),
        [(opt::SOL_SOCKET, SCM_RIGHTS, 12)]
    );
    let one: Vec<OwnedFd> = room.take(SCM_RIGHTS).take(1).collect();
    let rest: Vec<OwnedFd> = room.take(SCM_RIGHTS).collect();
    assert_eq!((one.len(), rest.len(), room.take(SCM_RIGHTS).count()), (1, 2, 0));
    let numbers: Vec<u8> = [-1_i32; 3].iter().flat_map(|number| number.to_ne_bytes()).collect();
    assert_eq!(room.messages().next().unwrap().data, numbers);
    for fd in one.iter().chain(&rest) {
        assert!(rustix_flags(fd).contains(rustix::io::FdFlags::CLOEXEC));
    }
}

fn rustix_flags(fd: &OwnedFd) -> rustix::io::FdFlags {
    rustix::io::fcntl_getfd(fd).unwrap()
}

fn untaken() {
    let (here, there) = pair(number::SOCK_SEQPACKET);
    let before = open_descriptors();
    for _ in 0..50 {
        assert_eq!(send(&here, &[here.as_fd(), there.as_fd(), here.as_fd()]), Ok(1));
        let mut room = Room::new(64);
        assert_eq!(receive(&there, &mut room, 0), (Ok(1), 0));
        assert_eq!(open_descriptors(), before + 3);
        let taken: Vec<_> = room.take(SCM_RIGHTS).take(1).collect();
        drop(room);
        assert_eq!(open_descriptors(), before + taken.len());
    }
    assert_eq!(open_descriptors(), before);
}

fn cut_off() {
    let (here, there) = pair(number::SOCK_STREAM);
    let before = open_descriptors();
    let lens = (0..=space(5 * 4) + 8).flat_map(|len| [(len, false), (len, true)]);
    for (len, exact) in lens {
        assert_eq!(send(&here, &[here.as_fd(); 5]), Ok(1));
        let mut room = if exact { Room::exact(len) } else { Room::new(len) };
        let (answer, flags) = receive(&there, &mut room, 0);
        assert_eq!(answer, Ok(1));
        let len = if exact { len } else { len.next_multiple_of(size_of::<usize>()) };
        let fit = (len.saturating_sub(control::len(0)) / 4).min(5);
        assert_eq!(flags & number::MSG_CTRUNC != 0, fit < 5, "{len}");
        assert_eq!(open_descriptors(), before + fit, "{len}");
        assert_eq!(room.take(SCM_RIGHTS).count(), fit, "{len}");
        assert_eq!(open_descriptors(), before, "{len}");
    }
    // No room was offered at all.
    assert_eq!(send(&here, &[here.as_fd()]), Ok(1));
    assert_eq!(transfer::recv(&there, &mut [0; 4], 0), Ok(1));
    assert_eq!(open_descriptors(), before);
}

fn most() {
    let (here, there) = pair(number::SOCK_STREAM);
    let before = open_descriptors();
    assert_eq!(send(&here, &[here.as_fd(); 254]), Err(Errno::INVAL));
    assert_eq!(send(&here, &[here.as_fd(); 253]), Ok(1));
    let mut room = Room::new(space(253 * 4));
    assert_eq!(receive(&there, &mut room, 0), (Ok(1), 0));
    assert_eq!(open_descriptors(), before + 253);
    assert_eq!(room.take(SCM_RIGHTS).count(), 253);
    assert_eq!(open_descriptors(), before);
}

fn used_again() {
    let (here, there) = pair(number::SOCK_SEQPACKET);
    let before = open_descriptors();
    let mut room = Room::new(64);
    for _ in 0..3 {
        assert_eq!(send(&here, &[here.as_fd(); 3]), Ok(1));
        assert_eq!(receive(&there, &mut room, 0), (Ok(1), 0));
        assert_eq!(open_descriptors(), before + 3);
    }
    // The header too.
    for _ in 0..2 {
        assert_eq!(send(&here, &[here.as_fd(); 3]), Ok(1));
    }
    let mut byte = [0; 4];
    let mut pieces = [IoSliceMut::new(&mut byte)];
    let mut message = Incoming::new(&mut pieces, Some(&mut room), None);
    for _ in 0..2 {
        assert_eq!(recvmsg(&there, &mut message, 0), Ok(1));
        assert_eq!(open_descriptors(), before + 3);
    }
    // A call that fails leaves nothing of the one before.
    assert_eq!(recvmsg(&there, &mut message, number::MSG_DONTWAIT), Err(Errno::AGAIN));
    assert_eq!(open_descriptors(), before);
    assert!(room.as_bytes().is_empty());
}

fn peeked() {
    let (here, there) = pair(number::SOCK_STREAM);
    let before = open_descriptors();
    assert_eq!(send(&here, &[here.as_fd()]), Ok(1));
    let mut room = Room::new(64);
    assert_eq!(receive(&there, &mut room, number::MSG_PEEK), (Ok(1), 0));
    let peeked: Vec<_> = room.take(SCM_RIGHTS).collect();
    assert_eq!(receive(&there, &mut room, 0), (Ok(1), 0));
    assert_eq!((peeked.len(), room.take(SCM_RIGHTS).count()), (1, 1));
    drop(peeked);
    assert_eq!(open_descriptors(), before);
}

fn many() {
    let (here, there) = pair(number::SOCK_DGRAM);
    let before = open_descriptors();
    for count in 0..4 {
        assert_eq!(send(&here, &vec![here.as_fd(); count]), Ok(1));
    }
    let mut rooms: [Room; 4] = core::array::from_fn(|_| Room::new(space(8)));
    let mut bytes = [[0; 4]; 4];
    let mut pieces: Vec<_> = bytes.iter_mut().map(|bytes| [IoSliceMut::new(bytes)]).collect();
    let mut messages: Vec<_> = pieces
        .iter_mut()
        .zip(&mut rooms)
        .map(|(pieces, room)| Incoming::new(pieces, Some(room), None))
        .collect();
    assert_eq!(recvmmsg(&there, &mut messages, number::MSG_WAITFORONE), Ok(4));
    let cut: Vec<_> =
        messages.iter().map(|message| message.flags() & number::MSG_CTRUNC != 0).collect();
    assert_eq!(cut, [false, false, false, true]);
    drop(messages);
    let came: Vec<_> = rooms.iter_mut().map(|room| room.take(SCM_RIGHTS).count()).collect();
    assert_eq!(came, [0, 1, 2, 2]);
    assert_eq!(open_descriptors(), before);
}

/// `asm-generic/socket.h`.
const SO_PASSPIDFD: i32 = 76;

fn pidfd() {
    let (here, there) = pair(number::SOCK_DGRAM);
    let before = open_descriptors();
    if let Err(errno) = option::set(&there, Name::<i32>::plain(opt::SOL_SOCKET, SO_PASSPIDFD), &1) {
        return println!("skipped: SO_PASSPIDFD needs Linux 6.5: {errno}");
    }
    for len in 0..=space(4) {
        assert_eq!(transfer::send(&here, b"x", 0), Ok(1));
        let mut room = Room::new(len);
        assert_eq!(receive(&there, &mut room, 0).0, Ok(1));
        let came = open_descriptors() - before;
        assert_eq!(room.take(SCM_PIDFD).count(), came, "{len}");
        assert_eq!(came == 1, room.as_bytes().len() == space(4), "{len}");
        // Nor is one lost where the room ends within its number.
        assert_eq!(transfer::send(&here, b"x", 0), Ok(1));
        let mut room = Room::exact(len);
        assert_eq!(receive(&there, &mut room, 0).0, Ok(1));
        let came = open_descriptors() - before;
        assert_eq!((came, room.take(SCM_PIDFD).count()), (usize::from(len >= 20), came), "{len}");
    }
    assert_eq!(transfer::send(&here, b"x", 0), Ok(1));
    let mut room = Room::new(64);
    assert_eq!(receive(&there, &mut room, 0).0, Ok(1));
    drop(room);
    assert_eq!(open_descriptors(), before);
}

fn refused() {
    let mut data = Data::new();
    assert_eq!(data.push(opt::SOL_SOCKET, SCM_RIGHTS, &[0; 4]), Err(Errno::INVAL));
    assert_eq!(data.push(276, 1, &[0; 16]), Err(Errno::INVAL));
    assert!(data.as_bytes().is_empty());
    let mut same = Data::new();
    data.push(opt::SOL_SOCKET, 2, &[7; 12]).unwrap();
    // SAFETY: no descriptors and no addresses.
    unsafe { same.push_unchecked(opt::SOL_SOCKET, 2, &[7; 12]) };
    assert_eq!(data.as_bytes(), same.as_bytes());
}

#[test]
fn descriptors_have_one_owner() {
    for (what, show) in ROWS {
        println!("{what}");
        show();
    }
}

/// Any bytes at any alignment: the walk ends, its messages lie within, in order.
#[test]
fn any_bytes() {
    fn walk(bytes: &[u8]) {
        let mut end = bytes.as_ptr();
        let mut count = 0;
        for message in messages(bytes) {
            assert!(
                message.data.as_ptr() > end
                    && bytes.as_ptr_range().end >= message.data.as_ptr_range().end
            );
            end = message.data.as_ptr_range().end;
            count += 1;
        }
        assert!(count * control::len(0) <= bytes.len());
    }
    let length = prop_oneof![0..40_usize, Just(usize::MAX), Just(usize::MAX - 7), any::<usize>()];
    let message = (length, any::<(i32, i32)>(), prop::collection::vec(any::<u8>(), 0..24))
        .prop_map(|(len, (level, kind), data)| {
            let mut bytes = len.to_ne_bytes().to_vec();
            bytes.extend(level.to_ne_bytes());
            bytes.extend(kind.to_ne_bytes());
            bytes.extend(data);
            bytes
        });
    let bytes = prop::collection::vec(message, 0..6).prop_map(|messages| messages.concat());
    let mut runner = proptest::test_runner::TestRunner::new(ProptestConfig {
        cases: 20_000,
        failure_persistence: None,
        ..ProptestConfig::default()
    });
    let outcome = runner.run(&bytes, |bytes| {
        for at in 0..8.min(bytes.len() + 1) {
            walk(&bytes[at..]);
        }
        Ok(())
    });
    if let Err(error) = outcome {
        panic!("{error}");
    }
}

/// What is pushed is what is walked over.
#[test]
fn there_and_back() {
    let mut data = Data::new();
    let rows: Vec<(i32, i32, Vec<u8>)> =
        (0..40).map(|i| (i, 100 - i, (0..u8::try_from(i).unwrap()).collect())).collect();
    for (level, kind, bytes) in &rows {
        data.try_reserve(bytes.len()).unwrap();
        data.push(*level, *kind, bytes).unwrap();
    }
    assert_eq!(data.try_reserve(usize::MAX), Err(Errno::NOMEM));
    let walked: Vec<_> = messages(data.as_bytes()).collect();
    let pushed: Vec<_> = rows
        .iter()
        .map(|(level, kind, data)| Message { level: *level, kind: *kind, data })
        .collect();
    assert_eq!(walked, pushed);
    let total: usize = rows.iter().map(|(_, _, bytes)| space(bytes.len())).sum();
    assert_eq!(data.as_bytes().len(), total);
}

/// However much is asked for, there is a room, and no panic.
#[test]
fn rooms_have_an_end() {
    assert!(Room::new(usize::MAX).as_bytes().is_empty());
    assert_eq!((space(usize::MAX), control::len(usize::MAX)), (usize::MAX, usize::MAX));
}
