//! What each `MSG_*` flag does, seen from outside, on every family of loopback where it means something.
//!
//! Contract: a flag of `SendFlags` or `RecvFlags` has a row here or stands in [`ELSEWHERE`]; the flags are read from the
//! sources. `--nocapture` prints the rows. Sources: send(2), recv(2), tcp(7) and unix(7) on urgent data, RFC 9293 section
//! 3.8.5, `include/uapi/linux/tcp.h` (TCP_INFO).

use core::net::{Ipv4Addr, SocketAddr};
use core::time::Duration;
use std::io::IoSliceMut;
use std::os::fd::{AsFd, OwnedFd};
use std::process::Command;
use std::thread;
use std::time::Instant;

use berkeley_addr::{AnyAddr, Family, Protocol, UnixAddr};
use berkeley_socket::option::{so, tcp};
use berkeley_socket::{Errno, How, Kind, Limit, RecvFlags, SendFlags, Socket, SocketRef, Type};
use berkeley_sys::message::Incoming;
use berkeley_sys::option::Name;
use nix::sched::{CloneFlags, unshare};

/// Flags that another test shows, or that nothing shows.
const ELSEWHERE: &[(&str, &str)] = &[
    ("ERRQUEUE", "limits.rs: waits for an ICMP answer and takes it"),
    ("CTRUNC", "berkeley-socket's tests/messages: control messages without room"),
    ("CONFIRM", "a hint to the neighbour table, which loopback has not"),
    ("NOTIFICATION", "AF_SCTP: tests/sctp.rs, in the VM"),
];

const ROWS: &[(&str, &str, Show)] = &[
    ("DONTWAIT", "TCP, UDP, Unix: recv of nothing", Always(dontwait_recv)),
    ("DONTWAIT", "TCP, Unix: send to a full queue", Always(dontwait_send)),
    ("DONTROUTE", "UDP: a gateway's network, a link's", Where(dontroute)),
    ("EOR", "TCP: two segments instead of one", Always(eor_tcp)),
    ("EOR", "Unix seqpacket: each message is a record", Always(eor_seqpacket)),
    ("PEEK", "TCP, UDP, Unix: twice the same", Always(peek)),
    ("OOB", "TCP: beside the stream, and the mark", Always(oob_tcp)),
    ("OOB", "TCP with SO_OOBINLINE: in the stream, at the mark", Always(oob_inline)),
    ("OOB", "Unix stream: beside the stream, and the mark", Where(oob_unix)),
    ("OOB", "TCP: waits for no urgent byte after the end", Always(oob_after_the_end)),
    ("OOB", "TCP: never connected, EINVAL at once", Always(oob_of_nobody)),
    ("OOB", "UDP, Unix datagram: refused", Always(oob_refused)),
    ("WAITALL", "TCP, Unix stream: all, or what came before the end", Always(waitall)),
    (
        "WAITALL",
        "TCP, Unix stream: at a limit what came; recv_exact says so",
        Always(waitall_limit),
    ),
    ("WAITALL", "TCP, Unix stream: a reset after a part is the next call's", Always(waitall_reset)),
    ("WAITALL", "UDP, Unix datagram, seqpacket: one message", Always(waitall_message)),
    ("TRUNC", "UDP, Unix datagram, seqpacket: the message's own length", Always(trunc_message)),
    ("TRUNC", "ping, which does not know it: a cut message is an error all the same", Where(ping)),
    ("TRUNC", "TCP: throws away; Unix stream: nothing", Always(trunc_stream)),
    ("MORE", "UDP: one datagram of two sends; TCP: one segment", Always(more)),
    ("FASTOPEN", "TCP: connect with the first send", Where(fastopen)),
];

/// Shown, or why not.
type Outcome = Result<(), String>;

/// What shows the effect: on every kernel, or where the kernel and its settings have it.
enum Show {
    Always(fn()),
    Where(fn() -> Outcome),
}
use Show::{Always, Where};

const SECOND: Limit<'static> = Limit::seconds(5);

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Kin {
    Tcp,
    Udp,
    Stream,
    Datagram,
    Seqpacket,
}
use Kin::{Datagram, Seqpacket, Stream, Tcp, Udp};

const ALL: [Kin; 5] = [Tcp, Udp, Stream, Datagram, Seqpacket];
const STREAMS: [Kin; 2] = [Tcp, Stream];
const MESSAGES: [Kin; 3] = [Udp, Datagram, Seqpacket];

fn loopback() -> AnyAddr {
    SocketAddr::from((Ipv4Addr::LOCALHOST, 0)).into()
}

/// Two sockets connected to each other.
fn pair(kin: Kin) -> (Socket, Socket) {
    let unix = |ty| {
        let (one, two) = Socket::<UnixAddr>::pair(ty).unwrap();
        (one.widen(), two.widen())
    };
    match kin {
        Stream => unix(Type::STREAM),
        Datagram => unix(Type::DGRAM),
        Seqpacket => unix(Type::SEQPACKET),
        Tcp => {
            let listener = Socket::listening(Type::STREAM, &loopback(), 1).unwrap();
            let one = Socket::connected(Type::STREAM, &listener.local_addr().unwrap()).unwrap();
            (one, listener.accept_only().unwrap())
        }
        Udp => {
            let one = Socket::bound(Type::DGRAM, &loopback()).unwrap();
            let two = Socket::connected(Type::DGRAM, &one.local_addr().unwrap()).unwrap();
            one.connect(&two.local_addr().unwrap()).unwrap();
            (one, two)
        }
    }
}

/// What one receive gives, with room for more than was sent.
fn taken(socket: &Socket, flags: RecvFlags) -> Vec<u8> {
    let mut buffer = [0; 64];
    let len = socket.within(SECOND).recv_with(&mut buffer, flags).unwrap();
    buffer[..len].to_vec()
}

/// The bytes so far and those to come are all at the receiver: loopback delivers in order and at once.
fn arrived(socket: &Socket, len: usize) {
    let mut buffer = [0; 64];
    let flags = RecvFlags::PEEK | RecvFlags::WAITALL;
    assert_eq!(socket.within(SECOND).recv_with(&mut buffer[..len], flags).unwrap(), len);
}

/// Without a limit, and under one: the flag is a limit of its own.
fn refuses(call: impl Fn(Limit<'_>) -> berkeley_socket::Result<usize>) {
    for limit in [Limit::NONE, Limit::seconds(60)] {
        let start = Instant::now();
        let error = call(limit).unwrap_err();
        assert!(error.is_would_block(), "{error}");
        assert!(start.elapsed() < Duration::from_secs(10));
    }
}

fn dontwait_recv() {
    for kin in ALL {
        let (here, there) = pair(kin);
        let recv =
            |limit: Limit<'_>| here.within(limit).recv_with(&mut [0; 8], RecvFlags::DONTWAIT);
        refuses(recv);
        there.send(b"x").unwrap();
        arrived(&here, 1);
        assert_eq!(recv(Limit::NONE).unwrap(), 1, "{kin:?}");
    }
}

fn dontwait_send() {
    for kin in [Tcp, Stream, Datagram, Seqpacket] {
        let (here, _there) = pair(kin);
        let data = [0; 4096];
        while here.send_with(&data, SendFlags::DONTWAIT).is_ok() {}
        refuses(|limit| here.within(limit).send_with(&data, SendFlags::DONTWAIT));
    }
}

/// In a network of its own: a link to 10.9.0.0/24, and 10.77.0.0/16 behind a gateway there.
fn dontroute() -> Outcome {
    thread::spawn(|| {
        unshare(CloneFlags::CLONE_NEWNET).map_err(|errno| format!("no new network: {errno}"))?;
        for arguments in [
            "link add v0 type veth peer name v1",
            "addr add 10.9.0.1/24 dev v0",
            "link set v0 up",
            "link set v1 up",
            "route add 10.77.0.0/16 via 10.9.0.2",
        ] {
            let made = Command::new("ip").args(arguments.split(' ')).output();
            let made = made.map_err(|error| format!("ip: {error}"))?;
            if !made.status.success() {
                return Err(String::from_utf8_lossy(&made.stderr).into_owned());
            }
        }
        let socket = Socket::bound(Type::DGRAM, &SocketAddr::from(([10, 9, 0, 1], 0))).unwrap();
        let beyond = SocketAddr::from(([10, 77, 0, 1], 9));
        let beside = SocketAddr::from(([10, 9, 0, 2], 9));
        assert_eq!(socket.send_to(b"x", &beyond), Ok(1));
        assert_eq!(socket.send_to_with(b"x", SendFlags::DONTROUTE, &beside), Ok(1));
        let refused = socket.send_to_with(b"x", SendFlags::DONTROUTE, &beyond).unwrap_err();
        assert_eq!(refused.errno(), Some(Errno::NETUNREACH));
        Ok(())
    })
    .join()
    .unwrap()
}

/// `tcpi_data_segs_out`: how many segments with data have left.
fn segments(socket: &Socket) -> u32 {
    // SAFETY: TCP_INFO (11 of IPPROTO_TCP) is `struct tcp_info`, which holds integers alone; it is only read.
    const INFO: Name<[u8; 160]> = unsafe { Name::of(6, 11) };
    let (info, _) = berkeley_sys::option::get(socket, INFO).unwrap();
    u32::from_ne_bytes(info[156..].try_into().unwrap())
}

/// How many segments two sends make while TCP_CORK holds back what is not full.
fn corked(first: SendFlags) -> u32 {
    let (here, there) = pair(Tcp);
    here.set(tcp::CORK, true).unwrap();
    here.send_with(b"a", first).unwrap();
    here.send(b"b").unwrap();
    here.set(tcp::CORK, false).unwrap();
    arrived(&there, 2);
    segments(&here)
}

fn eor_tcp() {
    assert_eq!((corked(SendFlags::NONE), corked(SendFlags::EOR)), (1, 2));
}

/// The flags that recvmsg(2) gives with a message.
fn message_flags(socket: &Socket) -> i32 {
    let mut buffer = [0; 8];
    let mut pieces = [IoSliceMut::new(&mut buffer)];
    let mut message = Incoming::new(&mut pieces, None, None);
    berkeley_sys::message::recvmsg(socket, &mut message, 0).unwrap();
    message.flags()
}

/// Linux takes the flag, keeps the messages apart with it and without, and does not hand it on.
fn eor_seqpacket() {
    for flags in [SendFlags::NONE, SendFlags::EOR] {
        let (here, there) = pair(Seqpacket);
        here.send_with(b"ab", flags).unwrap();
        here.send_with(b"c", flags).unwrap();
        assert_eq!(taken(&there, RecvFlags::NONE), b"ab");
        assert_eq!(message_flags(&there) & SendFlags::EOR.bits(), 0);
    }
}

fn peek() {
    for kin in ALL {
        let (here, there) = pair(kin);
        there.send(b"abc").unwrap();
        for flags in [RecvFlags::PEEK, RecvFlags::PEEK, RecvFlags::NONE] {
            assert_eq!(taken(&here, flags), b"abc", "{kin:?} {flags:?}");
        }
        let again = here.recv_with(&mut [0; 8], RecvFlags::DONTWAIT);
        assert!(again.unwrap_err().is_would_block(), "{kin:?}");
    }
}

/// Sends `ab`, `!` out of band, `cd`.
fn send_urgent(here: &Socket) -> berkeley_socket::Result<()> {
    here.send_all(b"ab")?;
    here.send_with(b"!", SendFlags::OOB)?;
    here.send_all(b"cd")?;
    Ok(())
}

fn oob_beside(kin: Kin) -> Outcome {
    let (here, there) = pair(kin);
    let nothing = there.recv_with(&mut [0; 1], RecvFlags::OOB);
    assert_eq!(nothing.unwrap_err().errno(), Some(Errno::INVAL), "nothing urgent was announced");
    if let Err(error) = send_urgent(&here) {
        return Err(error.to_string());
    }
    // The urgent byte first: it overtakes.
    assert_eq!(taken(&there, RecvFlags::OOB), b"!");
    arrived(&there, 2);
    // A receive stops at the mark, however much it asks for.
    assert_eq!(taken(&there, RecvFlags::NONE), b"ab");
    assert_eq!(taken(&there, RecvFlags::NONE), b"cd");
    Ok(())
}

fn oob_tcp() {
    oob_beside(Tcp).unwrap();
}

fn oob_unix() -> Outcome {
    oob_beside(Stream)
}

fn oob_inline() {
    let (here, there) = pair(Tcp);
    there.set(so::OOBINLINE, true).unwrap();
    send_urgent(&here).unwrap();
    arrived(&there, 2);
    assert_eq!(taken(&there, RecvFlags::NONE), b"ab");
    assert_eq!(taken(&there, RecvFlags::NONE), b"!cd");
    let none = there.recv_with(&mut [0; 1], RecvFlags::OOB);
    assert_eq!(none.unwrap_err().errno(), Some(Errno::INVAL), "it is in the stream");
}

fn oob_after_the_end() {
    let (here, there) = pair(Tcp);
    there.shutdown(How::Write).unwrap();
    let start = Instant::now();
    let none = here.within(Limit::seconds(60)).recv_with(&mut [0; 1], RecvFlags::OOB);
    assert_eq!(none, Ok(0));
    assert!(start.elapsed() < Duration::from_secs(10));
}

fn oob_of_nobody() {
    let alone: Socket = Socket::new(Family::INET, Type::STREAM, Protocol::DEFAULT).unwrap();
    let start = Instant::now();
    let none = alone.within(Limit::seconds(60)).recv_with(&mut [0; 1], RecvFlags::OOB);
    assert_eq!(none.unwrap_err().errno(), Some(Errno::INVAL));
    assert!(start.elapsed() < Duration::from_secs(10));
}

fn oob_refused() {
    for kin in [Udp, Datagram, Seqpacket] {
        let (here, _there) = pair(kin);
        let refused = here.send_with(b"!", SendFlags::OOB).unwrap_err();
        assert_eq!(refused.errno(), Some(Errno::OPNOTSUPP), "{kin:?}");
    }
}

fn waitall() {
    for (kin, limit) in STREAMS.map(|kin| [(kin, Limit::NONE), (kin, SECOND)]).concat() {
        let (here, there) = pair(kin);
        let mut buffer = [0; 4];
        let all = thread::scope(|scope| {
            scope.spawn(|| {
                for byte in b"abcdef" {
                    there.send(&[*byte]).unwrap();
                    thread::sleep(Duration::from_millis(1));
                }
                there.shutdown(How::Write).unwrap();
            });
            let wait = |buffer: &mut [u8]| here.within(limit).recv_with(buffer, RecvFlags::WAITALL);
            let (all, whole) = (wait(&mut buffer), buffer);
            // Two bytes before the end of the stream are its answer; recv_exact says that it ended.
            let rest = wait(&mut buffer);
            assert_eq!((all, &whole), (Ok(4), b"abcd"), "{kin:?}");
            rest
        });
        assert_eq!((all, &buffer[..2]), (Ok(2), &b"ef"[..]), "{kin:?}");
        let stopped = here.within(limit).recv_exact(&mut buffer).unwrap_err();
        assert_eq!((stopped.error.kind(), stopped.done), (Kind::Ended, 0));
    }
}

fn waitall_limit() {
    for kin in STREAMS {
        let (here, there) = pair(kin);
        let limit = Limit::within(Duration::from_millis(20));
        let mut buffer = [0; 4];
        there.send_all(b"ab").unwrap();
        let part = here.within(limit).recv_with(&mut buffer, RecvFlags::WAITALL);
        assert_eq!((part, &buffer), (Ok(2), b"ab\0\0"), "{kin:?}");
        there.send_all(b"cd").unwrap();
        let stopped = here.within(limit).recv_exact(&mut buffer).unwrap_err();
        assert_eq!((stopped.error.kind(), stopped.done), (Kind::TimedOut, 2), "{kin:?}");
        assert_eq!(&buffer, b"cd\0\0");
    }
}

fn waitall_reset() {
    for kin in STREAMS {
        let (here, there) = pair(kin);
        // A Unix stream resets where the peer leaves something unread.
        here.send(b"?").unwrap();
        there.set(so::LINGER, Some(Duration::ZERO)).unwrap();
        let mut buffer = [0; 4];
        let part = thread::scope(|scope| {
            scope.spawn(|| {
                there.send_all(b"ab").unwrap();
                thread::sleep(Duration::from_millis(10));
                drop(there);
            });
            here.within(SECOND).recv_with(&mut buffer, RecvFlags::WAITALL)
        });
        assert_eq!(part, Ok(2), "{kin:?}");
        let reset = here.within(SECOND).recv(&mut buffer).unwrap_err();
        assert_eq!(reset.errno(), Some(Errno::CONNRESET), "{kin:?}");
    }
}

fn waitall_message() {
    for kin in MESSAGES {
        let (here, there) = pair(kin);
        there.send(b"ab").unwrap();
        there.send(b"cd").unwrap();
        assert_eq!(taken(&here, RecvFlags::WAITALL), b"ab", "{kin:?}");
        let again = here.recv_with(&mut [0; 8], RecvFlags::WAITALL);
        assert_eq!(again, Ok(2), "{kin:?}");
    }
}

fn trunc_message() {
    for kin in MESSAGES {
        let (here, there) = pair(kin);
        for _ in 0..2 {
            there.send(b"abcdef").unwrap();
        }
        let mut buffer = [0; 4];
        let own = here.within(SECOND).recv_with(&mut buffer, RecvFlags::TRUNC);
        assert_eq!((own, &buffer), (Ok(6), b"abcd"), "{kin:?}");
        let mut buffer = [0; 4];
        let error = here.recv(&mut buffer).unwrap_err();
        assert_eq!((error.kind(), &buffer), (Kind::Truncated, b"abcd"), "{kin:?}");
    }
}

/// Echo requests to loopback, in a network of its own where ping sockets are permitted.
fn ping() -> Outcome {
    thread::spawn(|| {
        unshare(CloneFlags::CLONE_NEWNET).map_err(|errno| format!("no new network: {errno}"))?;
        let up = Command::new("ip").args(["link", "set", "lo", "up"]).status();
        up.map_err(|error| format!("ip: {error}"))?;
        std::fs::write("/proc/sys/net/ipv4/ping_group_range", "0 0")
            .map_err(|error| format!("ping_group_range: {error}"))?;
        let socket = Socket::new(Family::INET, Type::DGRAM, Protocol::ICMP).unwrap();
        socket.connect(&loopback()).unwrap();
        let borrowed = SocketRef::on(socket.as_fd());
        let adopted = Socket::from(OwnedFd::from(socket.try_clone().unwrap()));
        let ask = || socket.send(b"\x08\0\0\0\0\0\0\x01payload!").unwrap();
        for view in
            [socket.within(Limit::NONE), socket.within(SECOND), borrowed, adopted.within(SECOND)]
        {
            let mut short = [0; 10];
            ask();
            assert_eq!(view.recv(&mut short).unwrap_err().kind(), Kind::Truncated);
            ask();
            assert_eq!(view.recv_from(&mut short).unwrap_err().kind(), Kind::Truncated);
            ask();
            let cut = view.recv_vectored(&mut [IoSliceMut::new(&mut short)]);
            assert_eq!(cut.unwrap_err().kind(), Kind::Truncated);
            ask();
            let (len, from) = view.recv_from(&mut [0; 16]).unwrap();
            assert_eq!((len, from), (16, Some(loopback())));
        }
        Ok(())
    })
    .join()
    .unwrap()
}

fn trunc_stream() {
    let (here, there) = pair(Tcp);
    there.send_all(b"abcdef").unwrap();
    arrived(&here, 6);
    let mut buffer = [b'-'; 4];
    assert_eq!(here.recv_with(&mut buffer, RecvFlags::TRUNC), Ok(4));
    assert_eq!(&buffer, b"----", "TCP throws the bytes away");
    assert_eq!(taken(&here, RecvFlags::NONE), b"ef");

    let (here, there) = pair(Stream);
    there.send_all(b"abcdef").unwrap();
    assert_eq!(here.recv_with(&mut buffer, RecvFlags::TRUNC), Ok(4));
    assert_eq!(&buffer, b"abcd");
    assert_eq!(taken(&here, RecvFlags::NONE), b"ef");
}

fn more() {
    let (here, there) = pair(Udp);
    here.send_with(b"ab", SendFlags::MORE).unwrap();
    here.send(b"cd").unwrap();
    assert_eq!(taken(&there, RecvFlags::NONE), b"abcd");

    let (here, there) = pair(Tcp);
    here.send_with(b"ab", SendFlags::MORE).unwrap();
    here.send(b"cd").unwrap();
    arrived(&there, 4);
    assert_eq!(segments(&here), 1);
}

fn fastopen() -> Outcome {
    let listener = Socket::listening(Type::STREAM, &loopback(), 1).unwrap();
    let address = listener.local_addr().unwrap();
    let client = Socket::open_for(Type::STREAM, &address).unwrap();
    match client.send_to_with(b"early", SendFlags::FASTOPEN, &address) {
        Err(error) if error.errno() == Some(Errno::OPNOTSUPP) => {
            return Err("net.ipv4.tcp_fastopen is 0".to_owned());
        }
        sent => assert_eq!(sent, Ok(5)),
    }
    assert_eq!(client.peer_addr(), Ok(address));
    let (served, _) = listener.accept().unwrap();
    assert_eq!(taken(&served, RecvFlags::NONE), b"early");
    Ok(())
}

/// The constants of the flag types, as the sources declare them.
fn declared() -> Vec<String> {
    let source = include_str!("../../berkeley-socket/src/flag.rs");
    let constants = source.lines().filter_map(|line| {
        let (name, _) = line.strip_prefix("        ")?.split_once(" = number::MSG_")?;
        Some(name.to_owned())
    });
    constants.collect()
}

#[test]
fn every_flag_shows_its_effect() {
    let declared = declared();
    assert!(declared.len() > 10, "the source is read wrongly: {declared:?}");
    for flag in declared {
        let shown = ROWS.iter().any(|(name, ..)| *name == flag);
        assert!(shown || ELSEWHERE.iter().any(|(name, _)| *name == flag), "no row for {flag}");
    }
    for (flag, on, show) in ROWS {
        println!("{flag:<10} {on}");
        let outcome = match show {
            Always(show) => {
                show();
                Ok(())
            }
            Where(show) => show(),
        };
        if let Err(why) = outcome {
            println!("    skipped: {}", why.trim());
            let installable = why.starts_with("ip: ");
            assert!(!(installable && std::env::var_os("BERKELEY_STRICT").is_some()), "{why}");
        }
    }
    for (flag, why) in ELSEWHERE {
        println!("{flag:<10} elsewhere: {why}");
    }
}
