//! SCTP against the kernel, and CPython's socket as a peer: associations, events, what a message says beside its data.
//!
//! Runs in the VM, whose loopback interface has every address of 127.0.0.0/8.

mod network;

use core::net::SocketAddr;
use core::time::Duration;
use std::process::{Command, Stdio};
use std::thread;

use berkeley_addr::{Family, Protocol};
use berkeley_socket::control::sctp::{INIT, NXTINFO, PRINFO, SNDINFO, SctpReliability};
use berkeley_socket::control::{ControlData, ControlRoom, SctpReceive};
use berkeley_socket::option::{self, SctpEvents, SctpInit, SctpSend};
use berkeley_socket::sctp::{self, AssociationState, Event, Message, PathState, Received};
use berkeley_socket::{BACKLOG, CancelToken, Errno, How, Kind, Limit, RecvFlags, Socket, Type};
use network::is_vm;

type Sctp = Socket<SocketAddr>;

/// A long time.
const PATIENCE: Limit<'static> = Limit::seconds(10);

fn local(host: u8, port: u16) -> SocketAddr {
    SocketAddr::from(([127, 0, 0, host], port))
}

fn open(ty: Type) -> Sctp {
    Socket::new(Family::INET, ty, Protocol::SCTP).unwrap().narrow().unwrap()
}

/// A listener on a port of its own; a one-to-many socket sends and receives as well.
fn listener(ty: Type) -> (Sctp, SocketAddr) {
    let socket = open(ty);
    socket.bind(&local(1, 0)).unwrap();
    socket.listen(BACKLOG).unwrap();
    socket.set(option::sctp::RECVRCVINFO, true).unwrap();
    let address = socket.local_addr().unwrap();
    (socket, address)
}

/// One-to-one, both ends.
fn pair() -> (Sctp, Sctp) {
    let (server, address) = listener(Type::STREAM);
    let client = open(Type::STREAM);
    client.within(PATIENCE).connect(&address).unwrap();
    let (accepted, from) = server.within(PATIENCE).accept().unwrap();
    assert_eq!(from.port(), client.local_addr().unwrap().port());
    accepted.set(option::sctp::RECVRCVINFO, true).unwrap();
    (client, accepted)
}

fn every_event() -> SctpEvents {
    SctpEvents {
        association: 1,
        address: 1,
        send_failure_event: 1,
        peer_error: 1,
        shutdown: 1,
        partial_delivery: 1,
        adaptation: 1,
        sender_dry: 1,
        ..sctp::NO_EVENTS
    }
}

/// The next event; a message is a failure.
fn event<R>(socket: &Sctp, read: impl FnOnce(Event<'_>) -> R) -> R {
    let (mut buffer, mut room) = ([0; 4096], ControlRoom::new(sctp::ROOM));
    match sctp::receive(&socket.within(PATIENCE), &mut buffer, &mut room).unwrap() {
        Some(Received::Event(event)) => read(event),
        other => panic!("an event was due, {other:?} came"),
    }
}

/// The next message; an event is a failure.
fn message<R>(socket: &Sctp, read: impl FnOnce(Message<'_, SocketAddr>) -> R) -> R {
    let (mut buffer, mut room) = ([0; 4096], ControlRoom::new(sctp::ROOM));
    match sctp::receive(&socket.within(PATIENCE), &mut buffer, &mut room).unwrap() {
        Some(Received::Message(message)) => read(message),
        other => panic!("a message was due, {other:?} came"),
    }
}

fn is_silent(socket: &Sctp) {
    let quiet = socket.within(Limit::within(Duration::from_millis(20))).recv(&mut [0; 64]);
    assert_eq!(quiet.unwrap_err().kind(), Kind::TimedOut);
}

#[test]
#[ignore = "cargo xtask vm"]
fn what_is_sent_beside_the_data_arrives() {
    assert!(is_vm());
    let (client, server) = pair();
    let ppid = 46_u32.to_be();
    let rows: [(&[u8], SctpSend); 4] = [
        (b"plain", sctp::PLAIN),
        (b"stream 3", SctpSend { stream: 3, ppid, ..sctp::PLAIN }),
        (b"stream 3 again", SctpSend { stream: 3, ppid, ..sctp::PLAIN }),
        (b"unordered", SctpSend { flags: sctp::UNORDERED, context: 7, ..sctp::PLAIN }),
    ];
    let mut sequence = [0; 8];
    for (data, how) in rows {
        assert_eq!(sctp::send(&client, data, None, how).unwrap(), data.len());
        let info = message(&server, |message| {
            assert_eq!((message.data, message.whole), (data, true));
            message.info.unwrap()
        });
        let SctpReceive { stream, ppid, flags, .. } = info;
        assert_eq!((stream, ppid, flags & 1), (how.stream, how.ppid, how.flags), "{data:?}");
        if how.flags == 0 {
            let next = &mut sequence[usize::from(stream)];
            assert_eq!(info.sequence, *next, "{data:?}");
            *next += 1;
        }
    }
    let beyond = sctp::send(&client, b"x", None, SctpSend { stream: 4711, ..sctp::PLAIN });
    assert_eq!(beyond.unwrap_err().errno(), Some(Errno::INVAL));
    let empty = sctp::send(&client, b"", None, sctp::PLAIN);
    assert_eq!(empty.unwrap_err().errno(), Some(Errno::INVAL));

    // How long a message is worth it: this one arrives.
    let mut control = ControlData::new();
    control.push(SNDINFO, sctp::PLAIN).unwrap();
    control.push(PRINFO, SctpReliability::Lifetime(Duration::from_secs(9))).unwrap();
    let pieces = [std::io::IoSlice::new(b"in time")];
    client.send_msg(&berkeley_socket::Message::new(&pieces).with(&control)).unwrap();
    message(&server, |message| assert_eq!(message.data, b"in time"));

    // Of two in the queue the first tells of the second.
    server.set(option::sctp::RECVNXTINFO, true).unwrap();
    sctp::send(&client, b"first", None, sctp::PLAIN).unwrap();
    sctp::send(&client, b"the second", None, SctpSend { stream: 2, ppid: 9, ..sctp::PLAIN })
        .unwrap();
    while server.within(PATIENCE).recv_with(&mut [0; 64], RecvFlags::PEEK).unwrap() != 5 {}
    thread::sleep(Duration::from_millis(20));
    let (mut buffer, mut room) = ([0; 64], ControlRoom::new(sctp::ROOM));
    sctp::receive(&server, &mut buffer, &mut room).unwrap();
    let next = room.get(NXTINFO).unwrap();
    assert_eq!((next.stream, next.ppid, next.len), (2, 9, 10));
    message(&server, |message| assert_eq!(message.data, b"the second"));
}

#[test]
#[ignore = "cargo xtask vm"]
fn a_long_message_comes_in_parts_and_says_so() {
    assert!(is_vm());
    for ty in [Type::STREAM, Type::SEQPACKET] {
        let (client, server, to) = match ty {
            Type::STREAM => {
                let (client, server) = pair();
                (client, server, None)
            }
            _ => {
                let (server, to) = listener(ty);
                (listener(ty).0, server, Some(to))
            }
        };
        let long: Vec<u8> = (0..=255).cycle().take(20_000).collect();
        sctp::send(&client, &long, to.as_ref(), sctp::PLAIN).unwrap();
        sctp::send(&client, b"next", to.as_ref(), sctp::PLAIN).unwrap();
        let (mut buffer, mut room) = ([0; 4096], ControlRoom::new(sctp::ROOM));
        let mut came: Vec<u8> = Vec::new();
        loop {
            match sctp::receive(&server.within(PATIENCE), &mut buffer, &mut room).unwrap() {
                Some(Received::Message(part)) => {
                    came.extend(part.data);
                    if part.whole {
                        break;
                    }
                }
                other => panic!("{other:?}"),
            }
        }
        assert!(came == long, "{ty}");
        message(&server, |message| assert_eq!((message.data, message.whole), (&b"next"[..], true)));
    }
}

#[test]
#[ignore = "cargo xtask vm"]
fn an_association_tells_its_life() {
    assert!(is_vm());
    let (server, to) = listener(Type::SEQPACKET);
    let (client, from) = listener(Type::SEQPACKET);
    server.set(option::sctp::EVENTS, every_event()).unwrap();
    client.set(option::sctp::ADAPTATION_LAYER, 0xfeed).unwrap();
    client
        .set(option::sctp::INITMSG, SctpInit { outgoing: 5, incoming: 6, attempts: 2, timeout: 0 })
        .unwrap();
    sctp::send(&client, b"hello", Some(&to), sctp::PLAIN).unwrap();
    let id = event(&server, |event| match event {
        Event::Association { association, state, error, outgoing, incoming, .. } => {
            assert_eq!((state, error), (AssociationState::COMM_UP, 0));
            assert_eq!((outgoing, incoming), (6, 5));
            association
        }
        other => panic!("{other:?}"),
    });
    // Then in any order: the path answers, the peer's adaptation layer, the message.
    let (mut seen, mut buffer) = (Vec::new(), [0; 4096]);
    let mut room = ControlRoom::new(sctp::ROOM);
    while !seen.contains(&"message") || !seen.contains(&"adaptation") {
        seen.push(match sctp::receive(&server.within(PATIENCE), &mut buffer, &mut room).unwrap() {
            Some(Received::Event(Event::Adaptation { association, indication })) => {
                assert_eq!((association, indication), (id, 0xfeed));
                "adaptation"
            }
            Some(Received::Event(Event::PeerAddress { association, address, state, .. })) => {
                assert_eq!(association, id);
                assert_eq!(address.map(|address| address.port()), Some(from.port()));
                assert!(
                    matches!(state, PathState::CONFIRMED | PathState::AVAILABLE | PathState::ADDED),
                    "{state:?}"
                );
                "path"
            }
            Some(Received::Event(Event::SenderDry { association })) => {
                assert_eq!(association, id);
                "dry"
            }
            Some(Received::Message(message)) => {
                assert_eq!((message.data, message.from), (&b"hello"[..], Some(from)));
                assert_eq!(message.info.unwrap().association, id);
                "message"
            }
            other => panic!("{other:?}"),
        });
    }
    let status = sctp::status(&server, id).unwrap();
    assert_eq!((status.association, status.state), (id, 4), "SCTP_ESTABLISHED");
    assert_eq!((status.outgoing, status.incoming), (6, 5));
    assert_eq!(status.primary.address, Some(from));
    assert!(status.primary.mtu > 1000 && status.primary.rto > Duration::ZERO, "{status:?}");
    assert_eq!(sctp::association(&server, &from).unwrap(), id);
    assert_eq!(server.get(option::sctp::GET_ASSOC_NUMBER).unwrap(), 1);
    for (unknown, errno) in [
        (sctp::status(&server, 4711).map(drop), Errno::INVAL),
        (sctp::peer_addrs(&server, 4711).map(drop), Errno::INVAL),
        (sctp::association(&server, &local(9, 9)).map(drop), Errno::INVAL),
        (sctp::peel_off(&server, 4711).map(drop), Errno::INVAL),
    ] {
        assert_eq!(unknown.unwrap_err().errno(), Some(errno));
    }
    // An answer to the association by its number.
    sctp::send(&server, b"answer", None, SctpSend { association: id, ..sctp::PLAIN }).unwrap();
    message(&client, |message| assert_eq!(message.data, b"answer"));

    // The client shuts it down.
    let peer = sctp::association(&client, &to).unwrap();
    let end = SctpSend { flags: sctp::EOF, association: peer, ..sctp::PLAIN };
    sctp::send(&client, b"", None, end).unwrap();
    let mut told = Vec::new();
    while !matches!(told.last(), Some(&"end")) {
        told.push(event(&server, |event| match event {
            Event::SenderDry { .. } | Event::PeerAddress { .. } => "other",
            Event::Shutdown { association } if association == id => "shutdown",
            Event::Association { association, state: AssociationState::SHUTDOWN_COMP, .. }
                if association == id =>
            {
                "end"
            }
            other => panic!("{other:?}"),
        }));
    }
    assert!(told.contains(&"shutdown"), "{told:?}");
}

#[test]
#[ignore = "cargo xtask vm"]
fn an_abort_says_why_and_what_was_not_sent_comes_back() {
    assert!(is_vm());
    // Only one-to-many sockets may ask for an end by a message.
    let (client, _server) = pair();
    for flags in [sctp::ABORT, sctp::EOF] {
        let refused =
            sctp::send(&client, b"", None, SctpSend { flags, ..sctp::PLAIN }).unwrap_err();
        assert_eq!(refused.errno(), Some(Errno::INVAL));
    }
    // Both forms in which the kernel gives messages back.
    let old = SctpEvents { send_failure: 1, ..sctp::NO_EVENTS };
    let new = SctpEvents { send_failure_event: 1, ..sctp::NO_EVENTS };
    for kind in [old, new] {
        let (server, to) = listener(Type::SEQPACKET);
        let (client, from) = listener(Type::SEQPACKET);
        client.set(option::sctp::EVENTS, kind).unwrap();
        let how = SctpSend { stream: 2, context: 99, ppid: 5, ..sctp::PLAIN };
        // Until the peer's window, and then the own buffer, are full.
        let mut sent = 0;
        let full = loop {
            let brief = client.within(Limit::within(Duration::from_millis(30)));
            match sctp::send(&brief, &[7; 1000], Some(&to), how) {
                Ok(_) => sent += 1,
                Err(error) => break error,
            }
        };
        assert_eq!(full.kind(), Kind::TimedOut);
        assert!(sent > 10, "{sent}");
        server.set(option::sctp::EVENTS, every_event()).unwrap();
        let id = sctp::association(&server, &from).unwrap();
        let abort = SctpSend { flags: sctp::ABORT, association: id, ..sctp::PLAIN };
        sctp::send(&server, b"because", None, abort).unwrap();
        let mut failed = 0;
        event(&client, |event| match event {
            Event::SendFailed { association, how: failed_so, data, .. } => {
                assert_eq!((failed_so.stream, failed_so.context, failed_so.ppid), (2, 99, 5));
                assert_ne!(association, 0);
                assert!(data.ends_with(&[7; 1000]), "{} bytes", data.len());
                failed += 1;
            }
            other => panic!("{other:?}"),
        });
        assert_eq!(failed, 1);
    }
    // And the other side is told why.
    let (server, to) = listener(Type::SEQPACKET);
    let (client, _) = listener(Type::SEQPACKET);
    sctp::send(&client, b"hello", Some(&to), sctp::PLAIN).unwrap();
    message(&server, |message| assert_eq!(message.data, b"hello"));
    server.set(option::sctp::EVENTS, SctpEvents { association: 1, ..sctp::NO_EVENTS }).unwrap();
    let abort = SctpSend { flags: sctp::ABORT, ..sctp::PLAIN };
    sctp::send(&client, b"because", Some(&to), abort).unwrap();
    event(&server, |event| match event {
        Event::Association { state, error, info, .. } => {
            assert_eq!((state, error), (AssociationState::COMM_LOST, 12), "RFC 9260 3.3.10.12");
            assert_eq!(info, b"\0\x0c\0\x0bbecause", "a cause, its length, what was said");
        }
        other => panic!("{other:?}"),
    });
}

#[test]
#[ignore = "cargo xtask vm"]
fn an_event_that_does_not_fit_is_an_error_and_gone() {
    assert!(is_vm());
    let (client, server) = pair();
    let ends = SctpEvents { association: 1, shutdown: 1, ..sctp::NO_EVENTS };
    server.set(option::sctp::EVENTS, ends).unwrap();
    sctp::send(&client, b"before", None, sctp::PLAIN).unwrap();
    message(&server, |message| assert_eq!(message.data, b"before"));
    client.shutdown(How::Write).unwrap();
    let (mut small, mut room) = ([0; 6], ControlRoom::new(sctp::ROOM));
    let cut = sctp::receive(&server.within(PATIENCE), &mut small, &mut room).unwrap_err();
    assert_eq!(cut.kind(), Kind::Truncated);
    // The next is whole again: the end, told as an event, and then as the end.
    let (mut buffer, mut ends) = ([0; 4096], 0);
    while let Some(received) =
        sctp::receive(&server.within(PATIENCE), &mut buffer, &mut room).unwrap()
    {
        assert!(matches!(received, Received::Event(_)), "{received:?}");
        ends += 1;
    }
    assert!(ends <= 2, "{ends}");
}

#[test]
#[ignore = "cargo xtask vm"]
fn one_association_is_taken_out_of_many() {
    assert!(is_vm());
    let (server, to) = listener(Type::SEQPACKET);
    let clients: Vec<_> = (0..3)
        .map(|nth| {
            let client = open(Type::STREAM);
            client.within(PATIENCE).connect(&to).unwrap();
            client.send(&[nth]).unwrap();
            client
        })
        .collect();
    let mut associations = [0; 3];
    for _ in 0..3 {
        message(&server, |message| {
            associations[usize::from(message.data[0])] = message.info.unwrap().association;
        });
    }
    let peeled = sctp::peel_off(&server, associations[1]).unwrap();
    assert!(!peeled.is_inheritable().unwrap(), "close-on-exec");
    assert_eq!((peeled.ty(), peeled.protocol().unwrap()), (Type::SEQPACKET, Protocol::SCTP));
    clients[1].send(b"one").unwrap();
    clients[2].send(b"two").unwrap();
    let mut buffer = [0; 8];
    assert_eq!(peeled.within(PATIENCE).recv(&mut buffer).unwrap(), 3);
    assert_eq!(&buffer[..3], b"one");
    message(&server, |message| assert_eq!(message.data, b"two"));
    is_silent(&peeled);
    is_silent(&server);
    peeled.send(b"back").unwrap();
    assert_eq!(clients[1].within(PATIENCE).recv(&mut buffer).unwrap(), 4);
    let again = sctp::peel_off(&server, associations[1]).map(drop).unwrap_err();
    assert_eq!(again.errno(), Some(Errno::INVAL));
    assert_eq!(server.get(option::sctp::GET_ASSOC_NUMBER).unwrap(), 2);
}

#[test]
#[ignore = "cargo xtask vm"]
fn an_association_has_many_addresses() {
    assert!(is_vm());
    let server = open(Type::STREAM);
    server.bind(&local(1, 0)).unwrap();
    let port = server.local_addr().unwrap().port();
    server.set(option::sctp::BINDX_ADD, vec![local(2, port), local(3, port)]).unwrap();
    server.set(option::sctp::BINDX_REM, vec![local(3, port)]).unwrap();
    server.listen(BACKLOG).unwrap();
    let sorted = |mut addresses: Vec<SocketAddr>| {
        addresses.sort();
        addresses
    };
    let both = vec![local(1, port), local(2, port)];
    assert_eq!(sorted(sctp::local_addrs(&server, 0).unwrap()), both);
    // The first of them answers nobody.
    let client = open(Type::STREAM);
    sctp::connect(&client.within(PATIENCE), &both).unwrap();
    let (accepted, _) = server.within(PATIENCE).accept().unwrap();
    assert_eq!(sorted(sctp::peer_addrs(&client, 0).unwrap()), both);
    assert!(!sctp::peer_addrs(&accepted, 0).unwrap().is_empty());
    for address in &both {
        let path = sctp::path(&client, 0, address).unwrap();
        assert_eq!(path.address, Some(*address));
    }
    client.send(b"hello").unwrap();
    assert_eq!(accepted.within(PATIENCE).recv(&mut [0; 8]).unwrap(), 5);
    // Without a limit, and on an IPv6 socket.
    let blocking = open(Type::STREAM);
    sctp::connect(&blocking, &both).unwrap();
    server.within(PATIENCE).accept().unwrap();
    let nobody = sctp::connect(&open(Type::STREAM).within(PATIENCE), &[local(7, 9)]).unwrap_err();
    assert_eq!(nobody.errno(), Some(Errno::CONNREFUSED));
    let none = sctp::connect(&open(Type::STREAM), &[]).unwrap_err();
    assert_eq!(none.errno(), Some(Errno::INVAL));
    let six = Socket::new(Family::INET6, Type::STREAM, Protocol::SCTP).unwrap();
    six.bind(&"[::1]:0".parse().unwrap()).unwrap();
    let one = sctp::local_addrs(&six, 0).unwrap();
    assert_eq!(one.len(), 1);
    assert!(one[0].ip().is_loopback() && one[0].is_ipv6(), "{one:?}");
}

#[test]
#[ignore = "cargo xtask vm"]
fn limits_hold() {
    assert!(is_vm());
    let (server, to) = listener(Type::SEQPACKET);
    let (mut buffer, mut room) = ([0; 64], ControlRoom::new(sctp::ROOM));
    let short = Limit::within(Duration::from_millis(30));
    let late = sctp::receive(&server.within(short), &mut buffer, &mut room).unwrap_err();
    assert_eq!(late.kind(), Kind::TimedOut);
    let token = CancelToken::new().unwrap();
    thread::scope(|scope| {
        scope.spawn(|| {
            thread::sleep(Duration::from_millis(20));
            token.cancel();
        });
        let limit = Limit::NONE.cancelled_by(&token);
        let ended = sctp::receive(&server.within(limit), &mut buffer, &mut room).unwrap_err();
        assert_eq!(ended.kind(), Kind::Cancelled);
    });
    // One-to-many sockets connect, too, with and without a limit.
    for limit in [PATIENCE, Limit::NONE] {
        let client = open(Type::SEQPACKET);
        client.within(limit).connect(&to).unwrap();
        client.send_to(b"hello", &to).unwrap();
        message(&server, |message| assert_eq!(message.data, b"hello"));
        let again = client.within(limit).connect(&to).unwrap_err();
        assert_eq!(again.errno(), Some(Errno::ISCONN));
        let refused = open(Type::SEQPACKET).within(limit).connect(&local(8, 9)).unwrap_err();
        assert_eq!(refused.errno(), Some(Errno::CONNREFUSED), "{limit:?}");
    }
    let refused = open(Type::STREAM).within(PATIENCE).connect(&local(8, 9)).unwrap_err();
    assert_eq!(refused.errno(), Some(Errno::CONNREFUSED));
}

/// How an association is set up may be said with its first message.
#[test]
#[ignore = "cargo xtask vm"]
fn the_first_message_may_say_how_to_begin() {
    assert!(is_vm());
    let (server, to) = listener(Type::SEQPACKET);
    server.set(option::sctp::EVENTS, SctpEvents { association: 1, ..sctp::NO_EVENTS }).unwrap();
    let client = open(Type::SEQPACKET);
    let mut control = ControlData::new();
    control.push(INIT, SctpInit { outgoing: 3, incoming: 4, attempts: 1, timeout: 0 }).unwrap();
    control.push(SNDINFO, SctpSend { stream: 2, ..sctp::PLAIN }).unwrap();
    let pieces = [std::io::IoSlice::new(b"hello")];
    client.send_msg(&berkeley_socket::Message::new(&pieces).with(&control).to(&to)).unwrap();
    event(&server, |event| match event {
        Event::Association { outgoing, incoming, .. } => assert_eq!((outgoing, incoming), (4, 3)),
        other => panic!("{other:?}"),
    });
    message(&server, |message| assert_eq!(message.info.unwrap().stream, 2));
}

/// A client; its first argument is the port.
const CLIENT: &str = "
import socket, sys
s = socket.socket(socket.AF_INET, socket.SOCK_STREAM, socket.IPPROTO_SCTP)
s.settimeout(10)
s.connect(('127.0.0.1', int(sys.argv[1])))
s.sendall(b'from python')
assert s.recv(64) == b'from rust'
";

#[test]
#[ignore = "cargo xtask vm"]
fn python_speaks_to_us() {
    assert!(is_vm());
    let (server, to) = listener(Type::STREAM);
    let mut python = Command::new("python3");
    python.args(["-I", "-c", CLIENT, &to.port().to_string()]).stdin(Stdio::null());
    let mut python = python.spawn().unwrap();
    let (accepted, _) = server.within(PATIENCE).accept().unwrap();
    let mut buffer = [0; 64];
    let len = accepted.within(PATIENCE).recv(&mut buffer).unwrap();
    assert_eq!(&buffer[..len], b"from python");
    accepted.send(b"from rust").unwrap();
    assert!(python.wait().unwrap().success());
}
