//! Connects that are refused, time out, are cancelled, begun and finished, and tried again.
//!
//! Contract: an attempt that a limit has stopped goes on in the kernel, and the next call waits for the same one; success
//! is told only of a connection that is there. A row that fails is named at the end. Sources: connect(2), tcp(7), unix(7).

use core::net::SocketAddr;
use core::time::Duration;
use std::os::fd::{AsFd, AsRawFd};
use std::thread;

use berkeley_addr::{Type, UnixAddr};
use berkeley_socket::{BACKLOG, CancelToken, Errno, Kind, Limit, Result, Socket};

type Show = fn();

const ROWS: &[(&str, Show)] = &[
    ("refused, then accepted", refused),
    ("timed out, then again", again_after_time_out),
    ("timed out, connected meanwhile, then again", again_when_done),
    ("cancelled, then finished", finished_after_cancel),
    ("begun and refused: told once, never taken for success", refused_when_finished),
    ("finished without being begun", never_begun),
    ("non-blocking: begun, not there yet, there", nonblocking),
    ("Unix: begun on a full backlog, then waited for", unix_backlog),
    ("a limited connect leaves a blocking socket", blocking_afterwards),
    ("an attempt that goes on is not another address's", another_address),
    ("finishing leaves a datagram socket its peer", datagram_keeps_its_peer),
    ("clones connect at once, each under its limit", clones),
];

const SHORT: Duration = Duration::from_millis(20);
const LONG: Limit<'static> = Limit::seconds(10);

fn v4() -> SocketAddr {
    ([127, 0, 0, 1], 0).into()
}

/// An address where nobody listens.
fn closed() -> SocketAddr {
    Socket::bound(Type::STREAM, &v4()).unwrap().local_addr().unwrap()
}

/// A listener whose backlog of one is full: the next SYN is dropped, and sent again after a second.
fn full() -> (Socket<SocketAddr>, SocketAddr, Vec<Socket<SocketAddr>>) {
    let listener = Socket::listening(Type::STREAM, &v4(), 0).unwrap();
    let address = listener.local_addr().unwrap();
    let clients: Vec<_> =
        (0..2).map(|_| Socket::open_for(Type::STREAM, &address).unwrap()).collect();
    for client in &clients {
        let _ = client.try_connect(&address);
    }
    (listener, address, clients)
}

fn errno(answer: Result<impl Sized>) -> Option<Errno> {
    answer.err().and_then(berkeley_socket::Error::errno)
}

fn refused() {
    for limit in [Limit::NONE, LONG] {
        let client = Socket::open_for(Type::STREAM, &v4()).unwrap();
        assert_eq!(errno(client.within(limit).connect(&closed())), Some(Errno::CONNREFUSED));
        let listener = Socket::listening(Type::STREAM, &v4(), BACKLOG).unwrap();
        let address = listener.local_addr().unwrap();
        client.within(limit).connect(&address).unwrap();
        assert_eq!(client.peer_addr(), Ok(address));
        // The kernel takes a first repeated call for a question after the attempt that was waited for elsewhere.
        let _ = client.within(limit).connect(&address);
        assert_eq!(errno(client.within(limit).connect(&address)), Some(Errno::ISCONN));
    }
}

fn again_after_time_out() {
    for limit in [LONG, Limit::NONE] {
        let (listener, address, _clients) = full();
        let client = Socket::open_for(Type::STREAM, &address).unwrap();
        let late = client.within(Limit::within(SHORT)).connect(&address).unwrap_err();
        assert_eq!(late.kind(), Kind::TimedOut);
        let accepted = listener.accept().unwrap();
        client.within(limit).connect(&address).unwrap();
        assert_eq!(client.peer_addr(), Ok(address));
        drop(accepted);
    }
}

fn again_when_done() {
    let (listener, address, _clients) = full();
    let client = Socket::open_for(Type::STREAM, &address).unwrap();
    let late = client.within(Limit::within(SHORT)).connect(&address).unwrap_err();
    assert_eq!(late.kind(), Kind::TimedOut);
    // While nobody waits for it, the attempt succeeds.
    let _accepted = listener.accept().unwrap();
    let mut tries = 0;
    while client.peer_addr().is_err() {
        tries += 1;
        assert!(tries < 1000, "no second SYN");
        thread::sleep(Duration::from_millis(10));
    }
    client.within(LONG).connect(&address).unwrap();
}

fn finished_after_cancel() {
    let (listener, address, _clients) = full();
    let client = Socket::open_for(Type::STREAM, &address).unwrap();
    let token = CancelToken::new().unwrap();
    let stopped = thread::scope(|scope| {
        scope.spawn(|| {
            thread::sleep(SHORT);
            token.cancel();
        });
        client.within(LONG.cancelled_by(&token)).connect(&address).unwrap_err()
    });
    assert_eq!(stopped.kind(), Kind::Cancelled);
    let _accepted = listener.accept().unwrap();
    client.within(LONG).finish_connect().unwrap();
    assert_eq!(client.peer_addr(), Ok(address));
}

fn refused_when_finished() {
    let client = Socket::open_for(Type::STREAM, &v4()).unwrap();
    // Loopback may refuse at once, or a moment later.
    if client.try_connect(&closed()).is_ok() {
        assert_eq!(errno(client.within(LONG).finish_connect()), Some(Errno::CONNREFUSED));
    }
    let again = client.within(LONG).finish_connect();
    assert_eq!(
        errno(again),
        Some(Errno::NOTCONN),
        "the error was told, and there is no connection"
    );
}

fn never_begun() {
    for ty in [Type::STREAM, Type::DGRAM] {
        let fresh = Socket::open_for(ty, &v4()).unwrap();
        let finished = fresh.within(Limit::within(SHORT)).finish_connect();
        assert_eq!(errno(finished), Some(Errno::NOTCONN), "{ty}");
    }
}

fn nonblocking() {
    let (listener, address, _clients) = full();
    let client = Socket::open_for(Type::STREAM, &address).unwrap();
    client.set_blocking(false).unwrap();
    assert_eq!(errno(client.connect(&address)), Some(Errno::INPROGRESS));
    assert_eq!(client.try_connect(&address), Ok(false));
    assert!(client.finish_connect().unwrap_err().is_would_block());
    let late = client.within(Limit::within(SHORT)).finish_connect().unwrap_err();
    assert_eq!(late.kind(), Kind::TimedOut);
    let _accepted = listener.accept().unwrap();
    client.within(LONG).finish_connect().unwrap();
    assert_eq!(client.finish_connect(), Ok(()));
    assert!(!client.is_blocking());
}

/// A call without a limit waits on a descriptor that only the library made non-blocking.
fn unix_backlog() {
    let listener = Socket::listening(Type::STREAM, &UnixAddr::unnamed(), 0).unwrap();
    let address = listener.local_addr().unwrap();
    let _first = Socket::connected(Type::STREAM, &address).unwrap();
    let client = Socket::open_for(Type::STREAM, &address).unwrap();
    assert_eq!(errno(client.try_connect(&address)), Some(Errno::AGAIN));
    thread::scope(|scope| {
        scope.spawn(|| {
            thread::sleep(SHORT);
            listener.accept().unwrap();
        });
        client.connect(&address).unwrap();
    });
    assert_eq!(client.peer_addr(), Ok(address));
}

fn blocking_afterwards() {
    let listener = Socket::listening(Type::STREAM, &v4(), BACKLOG).unwrap();
    let address = listener.local_addr().unwrap();
    let client = Socket::open_for(Type::STREAM, &address).unwrap();
    client.within(LONG).connect(&address).unwrap();
    let info = format!("/proc/self/fdinfo/{}", client.as_fd().as_raw_fd());
    let info = std::fs::read_to_string(info).unwrap();
    let flags = info.lines().find_map(|line| line.strip_prefix("flags:")).unwrap();
    // O_NONBLOCK: open(2).
    assert_eq!(u32::from_str_radix(flags.trim(), 8).unwrap() & 0o4000, 0);
}

/// The kernel answers EALREADY whatever the address: success would be a connection to somewhere else.
fn another_address() {
    let (first, address, _clients) = full();
    let other = Socket::listening(Type::STREAM, &v4(), BACKLOG).unwrap();
    let client = Socket::open_for(Type::STREAM, &address).unwrap();
    let late = client.within(Limit::within(SHORT)).connect(&address).unwrap_err();
    assert_eq!(late.kind(), Kind::TimedOut);
    let _accepted = first.accept().unwrap();
    let elsewhere = client.within(LONG).connect(&other.local_addr().unwrap());
    assert_eq!((errno(elsewhere), client.peer_addr()), (Some(Errno::ISCONN), Ok(address)));
    // The any address is this machine: the peer is at another address, and the one that was meant.
    let (first, address, _clients) = full();
    let any = SocketAddr::from(([0, 0, 0, 0], address.port()));
    let client = Socket::open_for(Type::STREAM, &any).unwrap();
    let late = client.within(Limit::within(SHORT)).connect(&any).unwrap_err();
    assert_eq!(late.kind(), Kind::TimedOut);
    let _accepted = first.accept().unwrap();
    client.within(LONG).connect(&any).unwrap();
}

fn datagram_keeps_its_peer() {
    let to = closed();
    let client = Socket::connected(Type::DGRAM, &to).unwrap();
    client.send(b"x").unwrap();
    // The ICMP answer is the socket's error until somebody asks.
    assert_eq!(errno(client.within(LONG).finish_connect()), Some(Errno::CONNREFUSED));
    assert_eq!(client.peer_addr(), Ok(to));
}

/// O_NONBLOCK is the open file's: one clone's connect that ends must not let another's block.
fn clones() {
    let listener = Socket::listening(Type::STREAM, &UnixAddr::unnamed(), 0).unwrap();
    let address = listener.local_addr().unwrap();
    let waiting = Socket::open_for(Type::STREAM, &address).unwrap();
    waiting.connect(&address).unwrap();
    let client = Socket::open_for(Type::STREAM, &address).unwrap();
    let clone = client.try_clone().unwrap();
    let (done, ended) = std::sync::mpsc::channel();
    thread::spawn(move || {
        let threads = [(client, SHORT), (clone, SHORT * 5)].map(|(socket, time)| {
            thread::spawn(move || socket.within(Limit::within(time)).connect(&address))
        });
        done.send(threads.map(|thread| thread.join().unwrap())).unwrap();
    });
    let both = ended.recv_timeout(Duration::from_secs(10)).expect("a connect outlived its limit");
    assert!(both.iter().all(|one| one.unwrap_err().kind() == Kind::TimedOut), "{both:?}");
}

#[test]
fn connects_end_as_they_should() {
    // Side by side: TCP takes a second for its next SYN.
    let shown: Vec<_> = ROWS.iter().map(|(name, show)| (name, thread::spawn(show))).collect();
    let wrong: Vec<_> =
        shown.into_iter().filter_map(|(name, row)| row.join().err().map(|_| name)).collect();
    assert!(wrong.is_empty(), "{wrong:?}");
}
