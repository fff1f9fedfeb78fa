//! `send_file` and `splice_to`: the same bytes whatever the file is and whoever waits, and told how many when it stops.
//!
//! Contract: one row a case; around each the process has as many descriptors as before. Sources: sendfile(2), splice(2),
//! CPython's `socket.sendfile`.

use core::hash::{Hash, Hasher};
use core::net::SocketAddr;
use core::sync::atomic::{AtomicBool, Ordering};
use core::time::Duration;
use std::fs::File;
use std::hash::DefaultHasher;
use std::io::{Read, Seek, Write};
use std::os::fd::{AsFd, OwnedFd};
use std::os::unix::net::UnixStream;
use std::thread;
use std::time::Instant;

use berkeley_addr::{AnyAddr, UnixAddr};
use berkeley_socket::option::so;
use berkeley_socket::{
    BACKLOG, CancelToken, Errno, How, Kind, Limit, Op, Pipe, SendFlags, Socket, SocketRef, Type,
};

type Show = fn();

const ROWS: &[(&str, Show)] = &[
    ("send_file: TCP and Unix, with a limit and without, owned and borrowed", every_way),
    ("send_file: ranges, and the file's own position", ranges),
    ("send_file: what the kernel does not copy", proc_files),
    ("send_file: from a pipe, a FIFO's end, a socket", without_positions),
    ("send_file: waits for a pipe under the limit", slow_pipe),
    ("send_file: what was sent before a time-out is told, and goes on", told),
    (
        "send_file: a blocking descriptor that is somebody else's keeps its mode and the limit",
        foreign,
    ),
    ("send_file: cancelled", cancelled),
    ("send_file: errors of the file and of the socket", errors),
    ("splice_to: a relay, TCP and Unix, with limits and without, owned and borrowed", relay),
    ("splice_to: what the pipe holds after a time-out goes first", held),
    ("splice_to: at most what was asked for, and the end", most),
    ("splice_to: errors of either", splice_errors),
];

const SHORT: Limit<'static> = Limit::within(Duration::from_millis(10));
const LONG: Limit<'static> = Limit::seconds(20);

fn unix() -> (Socket, Socket) {
    let (one, two) = Socket::<UnixAddr>::pair(Type::STREAM).unwrap();
    (one.widen(), two.widen())
}

fn tcp() -> (Socket, Socket) {
    let loopback = AnyAddr::from(SocketAddr::from(([127, 0, 0, 1], 0)));
    let listener = Socket::listening(Type::STREAM, &loopback, BACKLOG).unwrap();
    let one = Socket::connected(Type::STREAM, &listener.local_addr().unwrap()).unwrap();
    (one, listener.accept().unwrap().0)
}

/// Two connected sockets.
type Pair = fn() -> (Socket, Socket);

const PAIRS: [(&str, Pair); 2] = [("TCP", tcp), ("Unix", unix)];

/// Bytes that differ everywhere.
fn noise(len: usize) -> Vec<u8> {
    let mut state = 0x9e37_79b9_7f4a_7c15_u64;
    let next = || {
        state ^= state << 13;
        state ^= state >> 7;
        state ^= state << 17;
        state.to_le_bytes()[3]
    };
    core::iter::repeat_with(next).take(len).collect()
}

fn file_of(bytes: &[u8]) -> File {
    let mut file = tempfile::tempfile().unwrap();
    file.write_all(bytes).unwrap();
    file.rewind().unwrap();
    file
}

/// The end to read from, the end to write to.
fn pipe() -> (File, File) {
    let (read, write) = berkeley_sys::copy::pipe().unwrap();
    (read.into(), write.into())
}

fn hash(bytes: &[u8]) -> u64 {
    let mut hasher = DefaultHasher::new();
    bytes.hash(&mut hasher);
    hasher.finish()
}

/// All that comes until the stream ends.
fn all_of(mut socket: &Socket) -> Vec<u8> {
    let mut bytes = Vec::new();
    socket.read_to_end(&mut bytes).unwrap();
    bytes
}

/// What has been sent, which is `len` bytes and no more.
fn exactly(socket: &Socket, len: usize) -> Vec<u8> {
    let mut bytes = vec![0; len];
    socket.within(LONG).recv_exact(&mut bytes).unwrap();
    let more = socket.within(SHORT).recv(&mut [0; 1]);
    assert_eq!(more.unwrap_err().kind(), Kind::TimedOut, "more than {len} bytes were sent");
    bytes
}

fn every_way() {
    let bytes = noise(3_000_001);
    let file = file_of(&bytes);
    for (family, pair) in PAIRS {
        let (here, there) = pair();
        let borrowed: SocketRef<'_> = SocketRef::on(here.as_fd());
        // The last makes the descriptor non-blocking.
        let ways = [
            ("owned", here.within(Limit::NONE)),
            ("borrowed", borrowed),
            ("borrowed, limit", borrowed.within(LONG)),
            ("owned, limit", here.within(LONG)),
            ("borrowed, non-blocking, limit", borrowed.within(LONG)),
            ("owned, non-blocking", here.within(Limit::NONE)),
        ];
        for (whose, view) in ways {
            let got = thread::scope(|scope| {
                let got = scope.spawn(|| {
                    let mut got = vec![0; bytes.len()];
                    there.recv_exact(&mut got).unwrap();
                    got
                });
                assert_eq!(view.send_file(&file, ..), Ok(bytes.len()), "{family} {whose}");
                got.join().unwrap()
            });
            assert_eq!(hash(&got), hash(&bytes), "{family} {whose}");
        }
    }
}

fn ranges() {
    let mut file = file_of(b"0123456789");
    let (here, there) = unix();
    assert_eq!(here.send_file(&file, 2..5), Ok(3));
    assert_eq!(here.send_file(&file, 7..), Ok(3));
    assert_eq!(here.send_file(&file, ..=1), Ok(2));
    assert_eq!(here.send_file(&file, 8..100), Ok(2), "the file ends before");
    assert_eq!(here.send_file(&file, 10..), Ok(0));
    assert_eq!(here.send_file(&file, 1 << 40..), Ok(0));
    assert_eq!(here.send_file(&file, 5..5), Ok(0));
    #[expect(clippy::reversed_empty_ranges, reason = "it is none, and must not be much")]
    let reversed = here.send_file(&file, 5..2);
    assert_eq!(reversed, Ok(0));
    let start = file.seek(std::io::SeekFrom::Start(4)).unwrap();
    assert_eq!(here.send_file(&file, ..), Ok(10), "from the beginning");
    assert_eq!(file.stream_position().unwrap(), start, "left where it was");
    assert_eq!(exactly(&there, 20), b"23478901890123456789");
}

fn proc_files() {
    for path in
        ["/proc/self/maps", "/proc/self/cmdline", "/proc/sys/kernel/ostype", "/proc/version"]
    {
        for limit in [Limit::NONE, LONG] {
            let (here, there) = unix();
            let sent = here.within(limit).send_file(File::open(path).unwrap(), ..).unwrap();
            drop(here);
            let got = all_of(&there);
            assert_eq!(got.len(), sent, "{path}");
            // The map of memory changes meanwhile.
            if path != "/proc/self/maps" {
                assert_eq!(got, std::fs::read(path).unwrap(), "{path}");
            }
            assert!(sent > 0);
        }
    }
}

fn without_positions() {
    let bytes = noise(300_000);
    for limit in [Limit::NONE, LONG] {
        for borrow in [false, true] {
            let (here, there) = unix();
            let view = if borrow { SocketRef::on(here.as_fd()) } else { here.within(limit) };
            let view = view.within(limit);
            let send = |from: OwnedFd, writer: &mut (dyn Write + Send)| {
                thread::scope(|scope| {
                    let got = scope.spawn(|| {
                        let mut got = vec![0; bytes.len() - 1];
                        there.recv_exact(&mut got).unwrap();
                        got
                    });
                    scope.spawn(|| writer.write_all(&bytes).unwrap());
                    // One byte less than is there.
                    let sent = view.send_file(&from, ..(bytes.len() as u64 - 1));
                    assert_eq!(sent, Ok(bytes.len() - 1));
                    assert_eq!(hash(&got.join().unwrap()), hash(&bytes[..bytes.len() - 1]));
                    let mut last = [0; 1];
                    File::from(from).read_exact(&mut last).unwrap();
                    assert_eq!(last, bytes[bytes.len() - 1..], "no more is taken");
                });
            };
            let (reader, mut writer) = pipe();
            send(reader.into(), &mut writer);
            let (reader, mut writer) = UnixStream::pair().unwrap();
            send(reader.into(), &mut writer);
        }
    }
    let (reader, writer) = pipe();
    let (here, _there) = unix();
    drop(writer);
    assert_eq!(here.send_file(&reader, ..), Ok(0), "nobody writes there");
    let refused = here.send_file(&reader, 1..).unwrap_err();
    assert_eq!(refused.error.errno(), Some(Errno::SPIPE));
}

fn slow_pipe() {
    for borrow in [false, true] {
        let (here, there) = unix();
        let view = if borrow { SocketRef::on(here.as_fd()) } else { here.within(SHORT) };
        let (reader, mut writer) = pipe();
        writer.write_all(b"abc").unwrap();
        let start = Instant::now();
        let stopped = view.within(SHORT).send_file(&reader, ..).unwrap_err();
        assert_eq!((stopped.error.kind(), stopped.done), (Kind::TimedOut, 3));
        assert!(start.elapsed() < Duration::from_secs(2));
        assert_eq!(exactly(&there, 3), b"abc");
    }
}

fn told() {
    let bytes = noise(1_000_000);
    let file = file_of(&bytes);
    let (mut reader, mut writer) = pipe();
    for (family, pair) in PAIRS {
        for from_pipe in [false, true] {
            let (here, there) = pair();
            here.set(so::SNDBUF, 50_000).unwrap();
            there.set(so::RCVBUF, 50_000).unwrap();
            let (mut done, mut got, mut stops) = (0, Vec::new(), 0);
            thread::scope(|scope| {
                if from_pipe {
                    scope.spawn(|| writer.write_all(&bytes).unwrap());
                }
                while done < bytes.len() {
                    let view = here.within(SHORT);
                    let (from, to) = (done as u64, bytes.len() as u64);
                    let sent = if from_pipe {
                        view.send_file(&reader, ..to - from)
                    } else {
                        view.send_file(&file, from..to)
                    };
                    match sent {
                        Ok(len) => done += len,
                        Err(stopped) => {
                            assert_eq!(stopped.error.kind(), Kind::TimedOut, "{family}");
                            assert_eq!(stopped.error.op(), Op::SendFile);
                            done += stopped.done;
                            stops += 1;
                        }
                    }
                    got.extend(exactly(&there, done - got.len()));
                }
            });
            assert!(stops > 2, "{family}");
            assert_eq!(hash(&got), hash(&bytes), "{family}, from a pipe: {from_pipe}");
        }
    }
    drop(writer);
    assert_eq!(reader.read(&mut [0; 1]).unwrap(), 0);
}

fn blocks(socket: &Socket) -> bool {
    !berkeley_sys::descriptor::is_nonblocking(socket).unwrap()
}

fn foreign() {
    let file = file_of(&noise(4_000_000));
    let (pipe, mut writer) = pipe();
    for (family, pair) in PAIRS {
        let (here, there) = pair();
        // Less room than a pipe has.
        here.set(so::SNDBUF, 16_384).unwrap();
        there.set(so::RCVBUF, 8192).unwrap();
        let view: SocketRef<'_> = SocketRef::on(here.as_fd());
        let start = Instant::now();
        let stopped = view.within(SHORT).send_file(&file, ..).unwrap_err();
        assert_eq!(stopped.error.kind(), Kind::TimedOut, "{family}");
        exactly(&there, stopped.done);
        let over = AtomicBool::new(false);
        thread::scope(|scope| {
            let writing = scope.spawn(|| writer.write_all(&vec![0; 4_000_000]));
            // A call that blocks would not end by itself.
            scope.spawn(|| {
                let patience = Instant::now() + Duration::from_secs(5);
                while !over.load(Ordering::Relaxed) {
                    thread::sleep(Duration::from_millis(1));
                    if Instant::now() > patience {
                        let _ = there.shutdown(How::Both);
                    }
                }
            });
            let stopped = view.within(SHORT).send_file(&pipe, ..).unwrap_err();
            over.store(true, Ordering::Relaxed);
            assert_eq!(stopped.error.kind(), Kind::TimedOut, "{family}");
            exactly(&there, stopped.done);
            let rest = (&pipe).take(4_000_000 - stopped.done as u64).read_to_end(&mut Vec::new());
            assert_eq!(rest.unwrap(), 4_000_000 - stopped.done, "what was not sent is in the pipe");
            writing.join().unwrap().unwrap();
        });
        assert!(blocks(&here), "{family}");
        assert!(start.elapsed() < Duration::from_secs(10));
        assert_eq!(here.within(SHORT).send_file(&file, ..10), Ok(10));
        assert!(!blocks(&here), "an owned one is made non-blocking, for good");
    }
}

fn cancelled() {
    // More than the buffers of both ends grow to.
    let file = file_of(b"");
    file.set_len(256 << 20).unwrap();
    let token = CancelToken::new().unwrap();
    let (here, there) = tcp();
    let stopped = thread::scope(|scope| {
        scope.spawn(|| {
            thread::sleep(Duration::from_millis(5));
            token.cancel();
        });
        here.within(LONG.cancelled_by(&token)).send_file(&file, ..).unwrap_err()
    });
    assert_eq!(stopped.error.kind(), Kind::Cancelled);
    assert!(stopped.done > 0);
    exactly(&there, stopped.done);
}

fn errors() {
    let file = file_of(b"abc");
    let errno = |answer: Result<usize, berkeley_socket::Progress>| {
        let stopped = answer.unwrap_err();
        assert_eq!(stopped.done, 0);
        stopped.error.errno()
    };
    for limit in [Limit::NONE, LONG] {
        let (here, there) = unix();
        let view = here.within(limit);
        assert_eq!(errno(view.send_file(File::open("/").unwrap(), ..)), Some(Errno::ISDIR));
        let unreadable = File::options().append(true).open("/dev/null").unwrap();
        assert_eq!(errno(view.send_file(&unreadable, ..)), Some(Errno::BADF));
        here.shutdown(How::Write).unwrap();
        assert_eq!(errno(view.send_file(&file, ..)), Some(Errno::PIPE));
        drop(there);
        let unconnected = Socket::open_for(Type::STREAM, &AnyAddr::from(UnixAddr::unnamed()));
        let unconnected = unconnected.unwrap();
        let refused = errno(unconnected.within(limit).send_file(&file, ..));
        assert_eq!(refused, Some(Errno::NOTCONN));
        for ty in [Type::DGRAM, Type::SEQPACKET] {
            let (here, _there) = Socket::<UnixAddr>::pair(ty).unwrap();
            let refused = errno(here.within(limit).send_file(&file, ..));
            assert_eq!(refused, Some(Errno::OPNOTSUPP));
        }
    }
    let (here, _there) = unix();
    here.set_blocking(false).unwrap();
    while here.send_with(&[0; 4096], SendFlags::DONTWAIT).is_ok() {}
    assert_eq!(errno(here.send_file(&file, ..)), Some(Errno::AGAIN));
}

fn relay() {
    let bytes = noise(2_000_003);
    for (from, pair_from) in PAIRS {
        for (to, pair_to) in PAIRS {
            for limit in [Limit::NONE, LONG] {
                for borrow in [false, true] {
                    let ((client, front), (back, server)) = (pair_from(), pair_to());
                    let got = thread::scope(|scope| {
                        scope.spawn(|| {
                            client.send_all(&bytes).unwrap();
                            client.shutdown(How::Write).unwrap();
                        });
                        let got = scope.spawn(|| all_of(&server));
                        let mut pipe = Pipe::new().unwrap();
                        let mut sum = 0;
                        loop {
                            let answer = if borrow {
                                let front: SocketRef<'_> = SocketRef::on(front.as_fd());
                                let back: SocketRef<'_> = SocketRef::on(back.as_fd());
                                let back = back.within(limit);
                                front.within(limit).splice_to(&back, &mut pipe, usize::MAX)
                            } else {
                                let back = back.within(limit);
                                front.within(limit).splice_to(&back, &mut pipe, usize::MAX)
                            };
                            match answer.unwrap() {
                                0 => break,
                                len => sum += len,
                            }
                        }
                        assert!(pipe.is_empty());
                        assert_eq!(sum, bytes.len());
                        back.shutdown(How::Write).unwrap();
                        got.join().unwrap()
                    });
                    assert_eq!(hash(&got), hash(&bytes), "{from} to {to}, borrowed: {borrow}");
                }
            }
        }
    }
}

fn held() {
    for borrow in [false, true] {
        let ((client, front), (back, server)) = (tcp(), unix());
        let mut dots = 0;
        while let Ok(len) = back.send_with(&[b'.'; 4096], SendFlags::DONTWAIT) {
            dots += len;
        }
        client.send_all(b"held").unwrap();
        let mut pipe = Pipe::new().unwrap();
        let foreign: SocketRef<'_> = SocketRef::on(back.as_fd());
        let foreign = foreign.within(SHORT);
        let owned = back.within(SHORT);
        let back = if borrow { foreign } else { owned };
        for _ in 0..2 {
            let start = Instant::now();
            let stopped = front.splice_to(&back, &mut pipe, usize::MAX).unwrap_err();
            assert_eq!((stopped.error.kind(), stopped.error.op()), (Kind::TimedOut, Op::Send));
            assert_eq!((stopped.done, pipe.len()), (0, 4));
            assert!(start.elapsed() < Duration::from_secs(2));
        }
        // What has come meanwhile is the next call's.
        client.send_all(b"next").unwrap();
        exactly(&server, dots);
        assert_eq!(front.splice_to(&back, &mut pipe, 1), Ok(4));
        assert_eq!(front.splice_to(&back, &mut pipe, 1), Ok(1));
        assert_eq!(exactly(&server, 5), b"heldn");
    }
}

fn most() {
    let ((client, front), (back, server)) = (unix(), unix());
    let mut pipe = Pipe::new().unwrap();
    client.send_all(b"abcdef").unwrap();
    assert_eq!(front.splice_to(&back, &mut pipe, 4), Ok(4));
    assert_eq!(front.splice_to(&back, &mut pipe, 4), Ok(2));
    let start = Instant::now();
    let stopped = front.within(SHORT).splice_to(&back, &mut pipe, 4).unwrap_err();
    assert_eq!((stopped.error.kind(), stopped.error.op()), (Kind::TimedOut, Op::Recv));
    assert!(start.elapsed() < Duration::from_secs(2));
    drop(client);
    assert_eq!(front.splice_to(&back, &mut pipe, 4), Ok(0));
    assert_eq!(exactly(&server, 6), b"abcdef");
}

fn splice_errors() {
    for limit in [Limit::NONE, LONG] {
        let ((client, front), (back, server)) = (unix(), tcp());
        let mut pipe = Pipe::new().unwrap();
        client.send_all(b"lost to nobody").unwrap();
        back.shutdown(How::Write).unwrap();
        let (front, back) = (front.within(limit), back.within(limit));
        let stopped = front.splice_to(&back, &mut pipe, 4).unwrap_err();
        assert_eq!((stopped.error.op(), stopped.error.errno()), (Op::Send, Some(Errno::PIPE)));
        assert_eq!((stopped.done, pipe.len()), (0, 4));
        let (other, last) = unix();
        assert_eq!(front.splice_to(&other, &mut pipe, 4), Ok(4), "to another one then");
        assert_eq!(exactly(&last, 4), b"lost");
        let (datagram, _peer) = Socket::<UnixAddr>::pair(Type::DGRAM).unwrap();
        let refused = datagram.splice_to(&back, &mut pipe, 4).unwrap_err();
        assert_eq!((refused.error.op(), refused.error.errno()), (Op::Recv, Some(Errno::OPNOTSUPP)));
        let refused = front.splice_to(&datagram, &mut pipe, 4).unwrap_err();
        assert_eq!((refused.error.op(), refused.error.errno()), (Op::Send, Some(Errno::OPNOTSUPP)));
        drop(server);
    }
}

#[test]
fn each_row_holds_and_leaks_nothing() {
    let open = || std::fs::read_dir("/proc/self/fd").unwrap().count();
    for (name, show) in ROWS {
        let start = Instant::now();
        let before = open();
        show();
        println!("{name}: {:.2?}", start.elapsed());
        assert_eq!(open(), before, "{name}: a descriptor was left open");
    }
}
