//! The descriptors of sockets: close-on-exec, none leaked, blocking as their owner expects, and total where they are none.
//!
//! Contract: one row a case; around each the process has as many descriptors as before. What the kernel holds of a
//! descriptor is read from /proc/self/fdinfo (proc(5)). `--nocapture` prints the rows. Sources: open(2) for the flags,
//! fcntl(2), unix(7).

use core::net::SocketAddr;
use core::time::Duration;
use std::fs::File;
use std::io::{self, ErrorKind, IoSlice, IoSliceMut, Read, Write};
use std::net::{TcpListener, TcpStream, UdpSocket};
use std::os::fd::{AsFd, AsRawFd, OwnedFd};
use std::os::unix::net::{UnixDatagram, UnixListener, UnixStream};
use std::thread;
use std::time::Instant;

use berkeley_addr::{AnyAddr, NetlinkAddr, Protocol, Type, UnixAddr};
use berkeley_socket::option::so;
use berkeley_socket::{BACKLOG, CancelToken, Errno, Family, How, Kind, Limit, Socket, SocketRef};

type Show = fn();

const ROWS: &[(&str, Show)] = &[
    ("every descriptor is close-on-exec", close_on_exec),
    ("an accepted address of another family closes the connection", foreign_accept),
    ("what is no socket says so, and prints", no_socket),
    ("Debug never fails", debug),
    ("narrow and widen", narrow),
    ("from std and back, each type", std_types),
    ("blocking mode to std and back", std_mode),
    ("a limited accept leaves no trace to the next owner", borrowed_mode),
    ("non-blocking: EAGAIN, unless a limit says how long", nonblocking),
    ("a time-out of its own", timeout),
    ("a borrowed descriptor keeps its mode", foreign_descriptor),
    ("clones: non-blocking for one, limits for both", clones),
    ("std's Read and Write", read_and_write),
    ("std's Read and Write over messages", read_and_write_messages),
];

const O_CLOEXEC: u32 = 0o2_000_000;
const O_NONBLOCK: u32 = 0o4000;
const SHORT: Duration = Duration::from_millis(10);

fn v4() -> SocketAddr {
    ([127, 0, 0, 1], 0).into()
}

/// The flags of a descriptor and of its open file.
fn flags(fd: impl AsFd) -> u32 {
    let info = format!("/proc/self/fdinfo/{}", fd.as_fd().as_raw_fd());
    let info = std::fs::read_to_string(info).unwrap();
    let line = info.lines().find_map(|line| line.strip_prefix("flags:")).unwrap();
    u32::from_str_radix(line.trim(), 8).unwrap()
}

fn blocks(fd: impl AsFd) -> bool {
    flags(fd) & O_NONBLOCK == 0
}

fn stream_pair() -> (Socket<UnixAddr>, Socket<UnixAddr>) {
    Socket::pair(Type::STREAM).unwrap()
}

fn close_on_exec() {
    let listener = Socket::listening(Type::STREAM, &v4(), BACKLOG).unwrap();
    let address = listener.local_addr().unwrap();
    let clients: Vec<_> =
        (0..3).map(|_| Socket::connected(Type::STREAM, &address).unwrap()).collect();
    let (one, two) = stream_pair();
    let token = CancelToken::new().unwrap();
    let limited = listener.within(Limit::seconds(5));
    let all: [(&str, OwnedFd); 9] = [
        ("new", Socket::new(Family::UNIX, Type::DGRAM, Protocol::DEFAULT).unwrap().into()),
        ("open", Socket::<UnixAddr>::open(Type::STREAM, Protocol::DEFAULT).unwrap().into()),
        ("open_for", Socket::open_for(Type::DGRAM, &v4()).unwrap().into()),
        ("bound", Socket::bound(Type::DGRAM, &v4()).unwrap().into()),
        ("accept", listener.accept().unwrap().0.into()),
        ("accept_only", listener.accept_only().unwrap().into()),
        ("accept under a limit", limited.accept().unwrap().0.into()),
        ("try_clone", listener.try_clone().unwrap().into()),
        ("pair", two.into()),
    ];
    for (how, fd) in &all {
        assert!(flags(fd) & O_CLOEXEC != 0, "{how}");
        assert!(blocks(fd) || *how == "try_clone", "{how}");
    }
    assert!(
        [listener.as_fd(), clients[0].as_fd(), one.as_fd(), token.as_fd()].iter().all(|fd| flags(
            fd
        )
            & O_CLOEXEC
            != 0)
    );
}

fn foreign_accept() {
    let listener = Socket::listening(Type::STREAM, &v4(), BACKLOG).unwrap();
    let client = Socket::connected(Type::STREAM, &listener.local_addr().unwrap()).unwrap();
    let wrong = SocketRef::<UnixAddr>::on(listener.as_fd());
    assert_eq!(wrong.accept().unwrap_err().kind(), Kind::Foreign);
    assert_eq!(wrong.local_addr().unwrap_err().kind(), Kind::Foreign);
    assert_eq!(client.within(Limit::seconds(5)).recv(&mut [0; 8]), Ok(0), "it is closed");
    // A datagram is not lost for its sender's sake.
    let receiver = Socket::bound(Type::DGRAM, &v4()).unwrap();
    let sender = Socket::connected(Type::DGRAM, &receiver.local_addr().unwrap()).unwrap();
    sender.send(b"x").unwrap();
    let wrong = SocketRef::<UnixAddr>::on(receiver.as_fd());
    assert_eq!(wrong.within(Limit::seconds(5)).recv_from(&mut [0; 8]), Ok((1, None)));
}

/// Each operation on a file: ENOTSOCK, also where it would have to wait.
fn no_socket() {
    let file = || OwnedFd::from(File::open("/dev/null").unwrap());
    let socket = Socket::from(file());
    let to = AnyAddr::from(v4());
    for limit in [Limit::NONE, Limit::within(SHORT)] {
        let view = socket.within(limit);
        let errors = [
            view.bind(&to).unwrap_err(),
            view.connect(&to).unwrap_err(),
            view.listen(1).unwrap_err(),
            view.accept().unwrap_err(),
            view.local_addr().unwrap_err(),
            view.peer_addr().unwrap_err(),
            view.shutdown(How::Both).unwrap_err(),
            view.send(b"x").unwrap_err(),
            view.send_to(b"x", &to).unwrap_err(),
            view.send_vectored(&[IoSlice::new(b"x")]).unwrap_err(),
            view.send_all(b"x").unwrap_err().error,
            view.recv(&mut [0; 1]).unwrap_err(),
            view.recv_from(&mut [0; 1]).unwrap_err(),
            view.recv_vectored(&mut [IoSliceMut::new(&mut [0; 1])]).unwrap_err(),
            view.recv_exact(&mut [0; 1]).unwrap_err().error,
            view.get(so::ERROR).unwrap_err(),
            view.set(so::RCVBUF, 1).unwrap_err(),
            view.family().unwrap_err(),
        ];
        for error in errors {
            assert_eq!(error.errno(), Some(Errno::NOTSOCK), "{error}");
        }
    }
    assert!(format!("{socket:?}").starts_with("Socket { fd: "));
    let socket = socket.narrow::<UnixAddr>().unwrap_err();
    socket.close().unwrap();
}

fn debug() {
    let (one, two) = stream_pair();
    drop(two);
    let listener = Socket::listening(Type::STREAM, &v4(), BACKLOG).unwrap();
    let address = listener.local_addr().unwrap();
    let gone = Socket::connected(Type::STREAM, &address).unwrap();
    drop(listener);
    let rows = [
        (format!("{one:?}"), "family: AF_UNIX, type: SOCK_STREAM, local: unix:"),
        (format!("{gone:?}"), "family: AF_INET, type: SOCK_STREAM, local: 127.0.0.1:"),
        (format!("{:?}", gone.within(Limit::seconds(1))), "type: SOCK_STREAM, local: 127.0.0.1:"),
        (
            format!("{:?}", SocketRef::<UnixAddr>::on(gone.as_fd())),
            "family: AF_INET, type: SOCK_STREAM }",
        ),
        (
            format!(
                "{:?}",
                Socket::<NetlinkAddr>::open(Type::RAW, Protocol::NETLINK_ROUTE).unwrap()
            ),
            "family: AF_NETLINK, type: SOCK_RAW, local: netlink:0",
        ),
    ];
    for (printed, part) in rows {
        assert!(printed.contains(part), "{printed}");
    }
}

fn narrow() {
    let socket = Socket::open_for(Type::DGRAM, &v4()).unwrap();
    socket.set_timeout(Some(SHORT));
    let fd = socket.as_raw_fd();
    let any = socket.widen();
    let any = any.narrow::<UnixAddr>().unwrap_err();
    let any = any.narrow::<NetlinkAddr>().unwrap_err();
    let any = any.narrow::<core::net::SocketAddrV6>().unwrap_err();
    let socket = any.narrow::<core::net::SocketAddrV4>().unwrap();
    assert_eq!((socket.as_raw_fd(), socket.timeout()), (fd, Some(SHORT)));
    assert!(socket.widen().narrow::<AnyAddr>().is_ok());
}

/// Through ours and back: the same descriptor, and it still works.
fn std_types() {
    let listener = TcpListener::bind(v4()).unwrap();
    let address = listener.local_addr().unwrap();
    let listener = Socket::from(listener);
    assert_eq!((listener.local_addr(), listener.ty()), (Ok(address), Type::STREAM));
    let client = Socket::from(TcpStream::connect(address).unwrap());
    let (served, from) = TcpListener::from(listener).accept().unwrap();
    assert_eq!(Ok(from), client.local_addr());
    TcpStream::from(client).write_all(b"x").unwrap();
    assert_eq!((&served).read(&mut [0; 8]).unwrap(), 1);

    let udp = Socket::from(UdpSocket::bind(v4()).unwrap());
    assert_eq!(udp.ty(), Type::DGRAM);
    let udp = UdpSocket::from(udp);
    assert_eq!(udp.send_to(b"x", udp.local_addr().unwrap()).unwrap(), 1);

    let (one, two) = UnixStream::pair().unwrap();
    let (one, two) = (Socket::from(one), UnixStream::from(Socket::from(two)));
    one.send(b"x").unwrap();
    assert_eq!((&two).read(&mut [0; 8]).unwrap(), 1);
    let (one, two) = UnixDatagram::pair().unwrap();
    let (one, two) = (Socket::from(one), UnixDatagram::from(Socket::from(two)));
    one.send(b"").unwrap();
    assert_eq!(two.recv(&mut [0; 8]).unwrap(), 0);
    let folder = tempfile::tempdir().unwrap();
    let listener = Socket::from(UnixListener::bind(folder.path().join("s")).unwrap());
    let client = Socket::connected(Type::STREAM, &listener.local_addr().unwrap()).unwrap();
    UnixListener::from(listener).accept().unwrap();
    assert_eq!(client.recv(&mut [0; 8]), Ok(0));
}

/// Who set it non-blocking finds it so; nobody else does.
fn std_mode() {
    let udp = UdpSocket::bind(v4()).unwrap();
    udp.set_nonblocking(true).unwrap();
    let socket = Socket::from(udp);
    assert!(!socket.is_blocking());
    assert!(socket.recv(&mut [0; 8]).unwrap_err().is_would_block());
    let udp = UdpSocket::from(socket);
    assert_eq!(udp.recv(&mut [0; 8]).unwrap_err().kind(), ErrorKind::WouldBlock);
    let socket = Socket::from(udp);
    socket.set_blocking(true).unwrap();
    let late = socket.within(Limit::within(SHORT)).recv(&mut [0; 8]).unwrap_err();
    assert_eq!(late.kind(), Kind::TimedOut);
    assert!(blocks(UdpSocket::from(socket)));
}

fn borrowed_mode() {
    let listener = Socket::listening(Type::STREAM, &v4(), BACKLOG).unwrap();
    let address = listener.local_addr().unwrap();
    let late = listener.within(Limit::within(SHORT)).accept().unwrap_err();
    assert_eq!(late.kind(), Kind::TimedOut);
    assert!(!blocks(&listener) && listener.is_blocking());
    // A call without a limit waits all the same, also on a clone, and the accepted socket blocks.
    let clone = listener.try_clone().unwrap();
    for listener in [&listener, &clone] {
        let (served, _client) = thread::scope(|scope| {
            let served = scope.spawn(|| listener.accept().unwrap().0);
            thread::sleep(SHORT);
            let client = Socket::connected(Type::STREAM, &address).unwrap();
            (served.join().unwrap(), client)
        });
        assert!(blocks(served));
    }
    assert!(blocks(TcpListener::from(listener)));
    // What a clone did to the open file leaves no trace either.
    let original = Socket::listening(Type::STREAM, &v4(), BACKLOG).unwrap();
    let late = original.try_clone().unwrap().within(Limit::within(SHORT)).accept().unwrap_err();
    assert_eq!(late.kind(), Kind::TimedOut);
    assert!(blocks(TcpListener::from(original)));
}

fn nonblocking() {
    let (here, there) = stream_pair();
    here.set_blocking(false).unwrap();
    assert!(!here.is_blocking() && !blocks(&here));
    assert!(here.recv(&mut [0; 8]).unwrap_err().is_would_block());
    let stopped = here.recv_exact(&mut [0; 8]).unwrap_err();
    assert!(stopped.error.is_would_block() && stopped.done == 0);
    assert_eq!((&here).read(&mut [0; 8]).unwrap_err().kind(), ErrorKind::WouldBlock);
    let stopped = here.send_all(&vec![0; 1 << 22]).unwrap_err();
    assert!(stopped.error.is_would_block() && stopped.done > 0);
    let late = here.within(Limit::within(SHORT)).recv(&mut [0; 8]).unwrap_err();
    assert_eq!(late.kind(), Kind::TimedOut);
    // A clone is non-blocking as well: it is the same open file.
    assert!(here.try_clone().unwrap().recv(&mut [0; 8]).unwrap_err().is_would_block());

    here.set_blocking(true).unwrap();
    thread::scope(|scope| {
        scope.spawn(|| {
            thread::sleep(SHORT);
            there.send(b"x").unwrap();
        });
        assert_eq!(here.recv(&mut [0; 8]), Ok(1));
    });
    let listener = Socket::listening(Type::STREAM, &v4(), BACKLOG).unwrap();
    listener.set_blocking(false).unwrap();
    assert!(listener.accept().unwrap_err().is_would_block());
}

fn timeout() {
    let (here, there) = stream_pair();
    assert_eq!(here.timeout(), None);
    for time in [Duration::ZERO, Duration::from_nanos(1), SHORT] {
        here.set_timeout(Some(time));
        assert_eq!((here.timeout(), here.try_clone().unwrap().timeout()), (Some(time), Some(time)));
        let start = Instant::now();
        assert_eq!(here.recv(&mut [0; 8]).unwrap_err().kind(), Kind::TimedOut);
        assert!(start.elapsed() >= time && start.elapsed() < Duration::from_secs(5));
        let error = io::Error::from(here.recv(&mut [0; 8]).unwrap_err());
        assert_eq!(error.kind(), ErrorKind::TimedOut);
        // What is ready comes in any time.
        there.send(b"x").unwrap();
        assert_eq!(here.recv(&mut [0; 8]), Ok(1));
    }
    // Another limit takes its place, and so does none.
    let token = CancelToken::new().unwrap();
    for limit in [Limit::NONE, Limit::seconds(60), Limit::NONE.cancelled_by(&token)] {
        thread::scope(|scope| {
            scope.spawn(|| {
                thread::sleep(SHORT * 3);
                there.send(b"x").unwrap();
            });
            assert_eq!(here.within(limit).recv(&mut [0; 8]), Ok(1));
        });
    }
    for endless in [None, Some(Duration::MAX)] {
        here.set_timeout(endless);
        assert_eq!(here.timeout(), None, "more than 584 years are for ever");
    }
    let listener = Socket::listening(Type::STREAM, &v4(), BACKLOG).unwrap();
    listener.set_timeout(Some(Duration::from_secs(5)));
    let _client = Socket::connected(Type::STREAM, &listener.local_addr().unwrap()).unwrap();
    assert_eq!(listener.accept().unwrap().0.timeout(), None);
}

fn foreign_descriptor() {
    let listener = TcpListener::bind(v4()).unwrap();
    let address = listener.local_addr().unwrap();
    let view = SocketRef::<SocketAddr>::on(listener.as_fd());
    assert_eq!(view.ty(), Type::STREAM);
    let late = view.within(Limit::within(SHORT)).accept().unwrap_err();
    assert_eq!(late.kind(), Kind::TimedOut);
    let client = TcpStream::connect(address).unwrap();
    let (served, from) = view.within(Limit::within(SHORT)).accept().unwrap();
    assert_eq!(from, client.local_addr().unwrap());
    assert!(blocks(&listener) && blocks(&served));

    let own = OwnedFd::from(Socket::open_for(Type::STREAM, &address).unwrap());
    SocketRef::<SocketAddr>::on(own.as_fd()).within(Limit::seconds(5)).connect(&address).unwrap();
    assert!(blocks(&own));
    // The mode of a descriptor that is somebody else's is his: EAGAIN is the answer.
    listener.set_nonblocking(true).unwrap();
    let _ = view.accept().map(drop);
    assert!(view.accept().unwrap_err().is_would_block());
}

/// A clone's limited connect does not take the mode away that the user gave; a clone handed on does not take limits away from
/// calls to come.
fn clones() {
    let listener = Socket::listening(Type::STREAM, &v4(), BACKLOG).unwrap();
    let client = Socket::open_for(Type::STREAM, &v4()).unwrap();
    let clone = client.try_clone().unwrap();
    client.set_blocking(false).unwrap();
    clone.within(Limit::seconds(5)).connect(&listener.local_addr().unwrap()).unwrap();
    assert!(client.recv(&mut [0; 8]).unwrap_err().is_would_block());
    // Not the clone's: there a call waits.
    let late = clone.within(Limit::within(SHORT)).recv(&mut [0; 8]).unwrap_err();
    assert!(clone.is_blocking() && late.kind() == Kind::TimedOut);

    let (one, two) = (listener.try_clone().unwrap(), listener);
    drop(two.within(Limit::seconds(5)).accept().unwrap());
    drop(TcpListener::from(one));
    let start = Instant::now();
    let late = two.within(Limit::within(SHORT)).accept().unwrap_err();
    assert!(late.kind() == Kind::TimedOut && start.elapsed() < Duration::from_secs(5));
    assert_eq!((size_of::<Socket>(), size_of::<Option<Socket>>()), (16, 16));
}

/// Messages of any length arrive whole, or an error keeps what there is.
fn read_and_write_messages() {
    let (mut here, mut there) = Socket::<UnixAddr>::pair(Type::SEQPACKET).unwrap();
    let long = vec![7; 100_000];
    here.write_all(&long).unwrap();
    // Nothing is nothing, not an empty message, which would be an end.
    here.write_all(b"").unwrap();
    write!(here, "").unwrap();
    here.write_all(b"x").unwrap();
    drop(here);
    let mut all = Vec::new();
    assert_eq!(there.read_to_end(&mut all).unwrap(), 100_001);
    assert!(all.starts_with(&long) && all.ends_with(b"x"));
}

/// By value, by reference and through a view, for bytes and text.
fn read_and_write() {
    let (mut here, mut there) = stream_pair();
    write!(here, "{}-{}", 1, 2).unwrap();
    (&here).write_all(b"+").unwrap();
    assert_eq!(here.write_vectored(&[IoSlice::new(b"a"), IoSlice::new(b"b")]).unwrap(), 2);
    here.flush().unwrap();
    let mut bytes = [0; 3];
    there.read_exact(&mut bytes).unwrap();
    let (mut one, mut two) = ([0; 1], [0; 1]);
    let buffers = &mut [IoSliceMut::new(&mut one), IoSliceMut::new(&mut two)];
    assert_eq!(there.read_vectored(buffers).unwrap(), 2);
    assert_eq!((&bytes, &one, &two), (b"1-2", b"+", b"a"));
    here.write_all("…é".as_bytes()).unwrap();
    here.shutdown(How::Write).unwrap();
    let mut text = String::from(">");
    assert_eq!(there.within(Limit::seconds(5)).read_to_string(&mut text).unwrap(), 6);
    assert_eq!(text, ">b…é");
    let short = there.read_exact(&mut bytes).unwrap_err();
    assert_eq!(short.kind(), ErrorKind::UnexpectedEof);

    // What is no text is an error, and the string keeps what it had.
    there.write_all(b"\xff").unwrap();
    there.shutdown(How::Write).unwrap();
    assert_eq!(here.read_to_string(&mut text).unwrap_err().kind(), ErrorKind::InvalidData);
    assert_eq!(text, ">b…é");
}

/// How many descriptors the process has.
fn descriptors() -> usize {
    std::fs::read_dir("/proc/self/fd").unwrap().count()
}

#[test]
fn descriptors_are_kept_in_order() {
    for (name, show) in ROWS {
        let before = descriptors();
        println!("{name}");
        show();
        assert_eq!(descriptors(), before, "{name} leaks");
    }
}
