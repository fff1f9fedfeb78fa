//! What comes back: reasons, data, and how connections end.

use berkeley_addr::{TipcAddr, Type};
use berkeley_socket::control::{ControlRoom, TipcName, TipcReason, tipc as came};
use berkeley_socket::option::{so, tipc};
use berkeley_socket::tipc::{DELIVERY, Delivery};
use berkeley_socket::{How, Kind, RecvFlags, Socket};
use std::io::IoSliceMut;

use crate::kit::{MOMENT, PATIENCE, bound, in_the_vm, open};

#[test]
#[ignore = "cargo xtask vm"]
fn what_was_not_delivered() {
    in_the_vm();
    for ty in [Type::RDM, Type::DGRAM] {
        let socket = open(ty);
        let gone = {
            let other = open(ty);
            other.local_addr().unwrap()
        };
        let (mut buffer, mut room) = ([0; 64], ControlRoom::new(DELIVERY));
        // Dropped: nothing is heard of it.
        socket.send_to(b"lost", &gone).unwrap();
        let error = socket.within(MOMENT).recv_delivery(&mut buffer, &mut room).unwrap_err();
        assert_eq!(error.kind(), Kind::TimedOut, "{ty}");
        socket.set(tipc::DEST_DROPPABLE, false).unwrap();
        for long in [4, 1024, 3000] {
            let lost = vec![5; long];
            socket.send_to(&lost, &gone).unwrap();
            let delivery = socket.within(PATIENCE).recv_delivery(&mut buffer, &mut room).unwrap();
            let Delivery::Returned { reason, data, from, to } = delivery else {
                panic!("{ty}: {delivery:?}");
            };
            assert_eq!((reason, from, to), (TipcReason::NO_PORT, Some(gone), None), "{ty}");
            assert_eq!(data, &lost[..long.min(1024)], "{ty}");
        }
        // Other receives see a message of nothing.
        socket.send_to(b"lost", &gone).unwrap();
        assert_eq!(socket.within(PATIENCE).recv(&mut buffer).unwrap(), 0, "{ty}");
        // What does not fit is said.
        socket.send_to(&[5; 500], &gone).unwrap();
        let mut small = ControlRoom::new(64);
        let error = socket.within(PATIENCE).recv_delivery(&mut buffer, &mut small).unwrap_err();
        assert_eq!(error.kind(), Kind::Truncated, "{ty}");
        // The kinds themselves.
        socket.send_to(b"lost", &gone).unwrap();
        let pieces = &mut [IoSliceMut::new(&mut buffer)];
        socket.within(PATIENCE).recv_msg(pieces, &mut room, RecvFlags::NONE).unwrap();
        let error = room.get(came::ERRINFO).unwrap();
        assert_eq!((error.code, error.returned), (TipcReason::NO_PORT, 4), "{ty}");
        assert_eq!(room.get(came::RETDATA), Some(&b"lost"[..]), "{ty}");
        // One bound to a service that closes its socket with the message in its queue.
        let server = bound(ty, 34_000, 1, 1);
        socket.send_to(b"unread", &TipcAddr::service(34_000, 1)).unwrap();
        let reached = server.local_addr().unwrap();
        drop(server);
        let delivery = socket.within(PATIENCE).recv_delivery(&mut buffer, &mut room).unwrap();
        let Delivery::Returned { reason, data, from, to } = delivery else {
            panic!("{delivery:?}")
        };
        assert_eq!((reason, data), (TipcReason::NO_PORT, &b"unread"[..]), "{ty}");
        let name = TipcName { service: 34_000, lower: 1, upper: 1 };
        assert_eq!((from, to), (Some(reached), Some(name)), "{ty}");
    }
}

#[test]
#[ignore = "cargo xtask vm"]
fn overload() {
    const SERVICE: u32 = 34_010;
    in_the_vm();
    let server = bound(Type::RDM, SERVICE, 1, 1);
    server.set(so::RCVBUF, 10_000).unwrap();
    let client = open(Type::RDM);
    client.set(tipc::DEST_DROPPABLE, false).unwrap();
    let to = TipcAddr::service(SERVICE, 1);
    let (mut buffer, mut room) = ([0; 64], ControlRoom::new(DELIVERY));
    let mut depth = Vec::new();
    for importance in [tipc::Importance::LOW, tipc::Importance::HIGH] {
        client.set(tipc::IMPORTANCE, importance).unwrap();
        // One comes back as soon as the queue is full for this importance.
        let mut sent = 0;
        while client.recv_with(&mut buffer, RecvFlags::PEEK | RecvFlags::DONTWAIT).is_err() {
            assert!(sent < 1000, "nothing came back");
            client.send_to(&[1; 1000], &to).unwrap();
            sent += 1;
        }
        let delivery = client.recv_delivery(&mut buffer, &mut room).unwrap();
        let Delivery::Returned { reason, data, .. } = delivery else { panic!("{delivery:?}") };
        assert_eq!((reason, data.len()), (TipcReason::OVERLOAD, 1000));
        depth.push(server.get(tipc::SOCK_RECVQ_DEPTH).unwrap());
    }
    assert!(depth[1] > 2 * depth[0], "{depth:?}");
}

#[test]
#[ignore = "cargo xtask vm"]
fn why_a_connection_ended() {
    in_the_vm();
    for ty in [Type::SEQPACKET, Type::STREAM] {
        for (shut, expected) in [(true, TipcReason::CONN_SHUTDOWN), (false, TipcReason::NO_PORT)] {
            let (here, there) = Socket::<TipcAddr>::pair(ty).unwrap();
            there.send(b"last").unwrap();
            if shut {
                there.shutdown(How::Both).unwrap();
            } else {
                drop(there);
            }
            let (mut buffer, mut room) = ([0; 64], ControlRoom::new(DELIVERY));
            let delivery = here.within(PATIENCE).recv_delivery(&mut buffer, &mut room).unwrap();
            assert!(matches!(delivery, Delivery::Message { data: b"last", .. }), "{delivery:?}");
            let delivery = here.within(PATIENCE).recv_delivery(&mut buffer, &mut room).unwrap();
            let Delivery::Returned { reason, data, .. } = delivery else { panic!("{delivery:?}") };
            assert_eq!((reason, data), (expected, &b""[..]), "{ty}");
        }
        // What the peer did not read comes back.
        let (here, there) = Socket::<TipcAddr>::pair(ty).unwrap();
        here.send(b"unread").unwrap();
        drop(there);
        let (mut buffer, mut room) = ([0; 64], ControlRoom::new(DELIVERY));
        let delivery = here.within(PATIENCE).recv_delivery(&mut buffer, &mut room).unwrap();
        let Delivery::Returned { reason, data, .. } = delivery else { panic!("{delivery:?}") };
        assert_eq!((reason, data), (TipcReason::NO_PORT, &b"unread"[..]), "{ty}");
    }
}
