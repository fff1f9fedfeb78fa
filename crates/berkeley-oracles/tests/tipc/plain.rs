//! Messages without a connection: RDM and DGRAM, bindings, multicast.

use std::io::IoSlice;

use berkeley_addr::{TipcAddr, TipcKind, TipcScope, Type};
use berkeley_socket::control::{ControlRoom, TipcName, tipc as came};
use berkeley_socket::option::{so, tipc};
use berkeley_socket::{Errno, Kind, Message, RecvBatch, RecvFlags, SendFlags, Socket};
use std::io::IoSliceMut;

use crate::kit::{MOMENT, PATIENCE, bound, in_the_vm, open, take};

#[test]
#[ignore = "cargo xtask vm"]
fn a_message_and_its_answer() {
    in_the_vm();
    for (ty, service) in [(Type::RDM, 30_000), (Type::DGRAM, 30_001)] {
        let server = bound(ty, service, 17, 17);
        let client = open(ty);
        let to = TipcAddr::service(service, 17);
        assert_eq!(client.send_to(b"ping", &to).unwrap(), 4);
        let mut buffer = vec![0; 70_000];
        let (len, from) = server.within(PATIENCE).recv_from(&mut buffer).unwrap();
        let from = from.unwrap();
        assert_eq!((&buffer[..len], from), (&b"ping"[..], client.local_addr().unwrap()));
        assert!(matches!(from.kind(), TipcKind::Socket { .. }), "{from}");
        server.send_to(b"pong", &from).unwrap();
        assert_eq!(take(&client), b"pong");

        // The longest there is, and one that is longer.
        let long = vec![7; 66_000];
        client.send_to(&long, &to).unwrap();
        assert_eq!(take(&server), long);
        let error = client.send_to(&vec![7; 66_001], &to).unwrap_err();
        assert_eq!(error.errno(), Some(Errno::MSGSIZE));

        // Cut, and said to be.
        client.send_to(b"a long message", &to).unwrap();
        let mut short = [0; 6];
        let error = server.within(PATIENCE).recv_from(&mut short).unwrap_err();
        assert_eq!((error.kind(), &short), (Kind::Truncated, b"a long"));
        client.send_to(b"again", &to).unwrap();
        let error = server.recv(&mut short[..2]).unwrap_err();
        assert_eq!(error.kind(), Kind::Truncated);
        // Its own length is not told.
        client.send_to(b"measured", &to).unwrap();
        assert_eq!(server.recv_with(&mut short[..2], RecvFlags::TRUNC).unwrap(), 2);
        // The rest is left for the next receive by MSG_EOR, which also says where the message ends.
        client.send_to(b"in parts", &to).unwrap();
        let eor = RecvFlags::from_bits(SendFlags::EOR.bits());
        assert_eq!(server.recv_with(&mut short, eor).unwrap(), 6);
        assert_eq!(&short, b"in par");
        assert_eq!(server.recv_with(&mut short, eor).unwrap(), 2);

        // An empty message is sent, and never comes.
        client.send_to(b"", &to).unwrap();
        assert_eq!(server.within(MOMENT).recv(&mut short).unwrap_err().kind(), Kind::TimedOut);
        let error = server.within(MOMENT).recv(&mut []).unwrap_err();
        assert_eq!(error.errno(), Some(Errno::INVAL));

        // Connecting sets the peer; the kernel does not tell it.
        client.connect(&to).unwrap();
        client.send(b"to the peer").unwrap();
        assert_eq!(take(&server), b"to the peer");
        assert_eq!(client.peer_addr().unwrap_err().errno(), Some(Errno::NOTCONN));

        let (one, two) = Socket::<TipcAddr>::pair(ty).unwrap();
        one.send(b"paired").unwrap();
        assert_eq!(take(&two), b"paired", "{ty}");

        let nobody = client.send_to(b"?", &TipcAddr::service(service, 18)).unwrap_err();
        assert_eq!(nobody.errno(), Some(Errno::HOSTUNREACH));
    }
}

#[test]
#[ignore = "cargo xtask vm"]
fn batches() {
    in_the_vm();
    let server = bound(Type::RDM, 30_010, 1, 1);
    let client = open(Type::RDM);
    let to = TipcAddr::service(30_010, 1);
    let texts: Vec<_> = (0..100).map(|nth| format!("message {nth}")).collect();
    let pieces: Vec<_> = texts.iter().map(|text| [IoSlice::new(text.as_bytes())]).collect();
    let messages: Vec<_> = pieces.iter().map(|pieces| Message::new(pieces).to(&to)).collect();
    client.send_many(&messages, SendFlags::NONE).unwrap();
    let mut batch = RecvBatch::new(100, 64, 0);
    let mut came = Vec::new();
    while came.len() < 100 {
        server.within(PATIENCE).recv_many(&mut batch, RecvFlags::NONE).unwrap();
        for message in batch.messages() {
            assert_eq!(message.from(), Some(client.local_addr().unwrap()));
            came.push(String::from_utf8(message.data.to_vec()).unwrap());
        }
    }
    assert_eq!(came, texts);
}

#[test]
#[ignore = "cargo xtask vm"]
fn bindings() {
    const SERVICE: u32 = 30_020;
    in_the_vm();
    let client = open(Type::RDM);
    let reached = |instance| {
        let sent = client.send_to(b"x", &TipcAddr::service(SERVICE, instance));
        sent.map(drop).map_err(|error| error.errno().unwrap())
    };
    // A range, a second one, and an instance of another service: one socket.
    let server = bound(Type::RDM, SERVICE, 1, 5);
    server.bind(&TipcAddr::range(SERVICE, 10, 19).unwrap()).unwrap();
    server.bind(&TipcAddr::service(SERVICE + 1, 1).with_scope(TipcScope::NODE)).unwrap();
    for (instance, expected) in
        [(1, Ok(())), (5, Ok(())), (6, Err(Errno::HOSTUNREACH)), (10, Ok(())), (19, Ok(()))]
    {
        assert_eq!(reached(instance), expected, "{instance}");
        let mut room = ControlRoom::new(128);
        if expected.is_ok() {
            let buffer = &mut [0; 8];
            let pieces = &mut [IoSliceMut::new(buffer)];
            server.within(PATIENCE).recv_msg(pieces, &mut room, RecvFlags::NONE).unwrap();
            let name = TipcName { service: SERVICE, lower: instance, upper: instance };
            assert_eq!(room.get(came::DESTNAME), Some(name));
        }
    }
    // Its address is its own all the while.
    assert!(matches!(server.local_addr().unwrap().kind(), TipcKind::Socket { .. }));
    // The same range twice is no clash: they share what comes.
    let second = bound(Type::RDM, SERVICE, 1, 5);
    for _ in 0..4 {
        reached(3).unwrap();
    }
    for socket in [&server, &second] {
        assert_eq!((take(socket), take(socket)), (b"x".to_vec(), b"x".to_vec()));
    }
    drop(second);
    // Taken back, one by one; in another scope it was not bound.
    let range = TipcAddr::range(SERVICE, 1, 5).unwrap();
    server.bind(&range.with_scope(TipcScope::UNSAID.withdrawn())).unwrap();
    assert_eq!((reached(3), reached(10)), (Err(Errno::HOSTUNREACH), Ok(())));
    let error = server.bind(&range.with_scope(TipcScope::CLUSTER.withdrawn())).unwrap_err();
    assert_eq!(error.errno(), Some(Errno::INVAL));
    let node = TipcAddr::service(SERVICE + 1, 1).with_scope(TipcScope::NODE.withdrawn());
    server.bind(&node).unwrap();
    let gone = client.send_to(b"x", &TipcAddr::service(SERVICE + 1, 1)).unwrap_err();
    assert_eq!(gone.errno(), Some(Errno::HOSTUNREACH));
    // The first 64 types are TIPC's own.
    let error = Socket::bound(Type::RDM, &TipcAddr::service(63, 1)).unwrap_err();
    assert_eq!(error.errno(), Some(Errno::ACCESS));
}

#[test]
#[ignore = "cargo xtask vm"]
fn multicast() {
    const SERVICE: u32 = 30_030;
    in_the_vm();
    let here = bound(Type::RDM, SERVICE, 0, 9);
    let there = bound(Type::RDM, SERVICE, 10, 19);
    let outside = bound(Type::RDM, SERVICE, 20, 29);
    let client = open(Type::RDM);
    client.set(tipc::MCAST_REPLICAST, ()).unwrap();
    client.send_to(b"all", &TipcAddr::range(SERVICE, 5, 19).unwrap()).unwrap();
    for socket in [&here, &there] {
        let mut room = ControlRoom::new(128);
        let mut buffer = [0; 8];
        let pieces = &mut [IoSliceMut::new(&mut buffer)];
        let received =
            socket.within(PATIENCE).recv_msg(pieces, &mut room, RecvFlags::NONE).unwrap();
        assert_eq!(received.from, Some(client.local_addr().unwrap()));
        assert_eq!(&buffer[..received.len], b"all");
        let name = TipcName { service: SERVICE, lower: 5, upper: 19 };
        assert_eq!(room.get(came::DESTNAME), Some(name));
    }
    assert_eq!(outside.within(MOMENT).recv(&mut [0; 8]).unwrap_err().kind(), Kind::TimedOut);
    let nobody = client.send_to(b"all", &TipcAddr::range(SERVICE, 100, 200).unwrap()).unwrap_err();
    assert_eq!(nobody.errno(), Some(Errno::HOSTUNREACH));
}

#[test]
#[ignore = "cargo xtask vm"]
fn options() {
    in_the_vm();
    let rows = [
        (Type::RDM, false, true),
        (Type::DGRAM, true, true),
        (Type::SEQPACKET, false, false),
        (Type::STREAM, false, false),
    ];
    for (ty, source, destination) in rows {
        let socket = open(ty);
        assert_eq!(socket.get(tipc::SRC_DROPPABLE).unwrap(), source, "{ty}");
        assert_eq!(socket.get(tipc::DEST_DROPPABLE).unwrap(), destination, "{ty}");
        assert_eq!(socket.get(tipc::CONN_TIMEOUT).unwrap().as_secs(), 8, "{ty}");
        assert_eq!(socket.get(tipc::IMPORTANCE).unwrap(), tipc::Importance::LOW, "{ty}");
        for importance in [tipc::Importance::HIGH, tipc::Importance::CRITICAL] {
            socket.set(tipc::IMPORTANCE, importance).unwrap();
            assert_eq!(socket.get(tipc::IMPORTANCE).unwrap(), importance);
        }
        let error = socket.set(tipc::IMPORTANCE, tipc::Importance::new(4)).unwrap_err();
        assert_eq!(error.errno(), Some(Errno::INVAL));
        socket.set(tipc::NODELAY, true).unwrap();
        socket.set(tipc::MCAST_BROADCAST, ()).unwrap();
        socket.set(tipc::MCAST_REPLICAST, ()).unwrap();
        assert_eq!(socket.get(so::ERROR).unwrap(), None);
    }
    let server = bound(Type::RDM, 30_040, 1, 1);
    assert_eq!(server.get(tipc::SOCK_RECVQ_DEPTH).unwrap(), 0);
    for _ in 0..3 {
        open(Type::RDM).send_to(&[1; 1000], &TipcAddr::service(30_040, 1)).unwrap();
    }
    assert_eq!(server.get(tipc::SOCK_RECVQ_DEPTH).unwrap(), 3);
    let used = server.get(tipc::SOCK_RECVQ_USED).unwrap();
    assert!(used >= 3000, "{used}");
    take(&server);
    assert!(server.get(tipc::SOCK_RECVQ_USED).unwrap() < used);
    assert_eq!(server.get(tipc::NODE_RECVQ_DEPTH).unwrap(), 0);
}
