//! J1939: addresses, names and their claims, short and long messages, priorities, what the error queue tells. j1939.rst.

use core::time::Duration;
use std::io::{IoSliceMut, Read};
use std::thread;

use berkeley_addr::{CanAddr, J1939Addr};
use berkeley_socket::can::j1939::{ADDRESS_CLAIMED, Name, REQUEST};
use berkeley_socket::control::{self, ControlRoom};
use berkeley_socket::option::{J1939Filter, Timestamping, j1939, so};
use berkeley_socket::{
    Errno, Limit, Protocol, QueuedEvent, ReceivedFlags, RecvFlags, Socket, Stage, Type, number,
};

use crate::bus::{PATIENCE, bytes, errno, on_a_bus, python, said};

type J1939 = Socket<J1939Addr>;

/// A message with a destination, one without, one of the requests.
const TO_ONE: u32 = 0xef00;
const TO_ALL: u32 = 0xfeca;

fn at(index: u32, addr: u8) -> J1939Addr {
    J1939Addr { addr, ..J1939Addr::on(index) }
}

fn to(index: u32, addr: u8, pgn: u32) -> J1939Addr {
    J1939Addr { pgn, ..at(index, addr) }
}

fn node(addr: J1939Addr) -> J1939 {
    let node = Socket::<J1939Addr>::open(Type::DGRAM, Protocol::DEFAULT).unwrap();
    node.set(so::BROADCAST, true).unwrap();
    node.bind(&addr).unwrap();
    node
}

/// A message, its sender, and what the control messages say of it: destination's address and name, priority.
type Came = (Vec<u8>, Option<J1939Addr>, Option<u8>, Option<u64>, Option<u8>);

fn receive(node: &J1939) -> Came {
    let (mut buffer, mut room) = (vec![0; 1 << 17], ControlRoom::new(128));
    let buffers = &mut [IoSliceMut::new(&mut buffer)];
    let received = node.within(PATIENCE).recv_msg(buffers, &mut room, RecvFlags::NONE).unwrap();
    // Of what came in pieces the kernel forgets that this machine sent it.
    assert!(ReceivedFlags::DONTROUTE.contains(received.flags), "{:?}", received.flags);
    let (dest, name) = (room.get(control::can::DEST_ADDR), room.get(control::can::DEST_NAME));
    let (len, from, prio) = (received.len, received.from, room.get(control::can::PRIO));
    buffer.truncate(len);
    (buffer, from, dest, name, prio)
}

#[test]
#[ignore = "cargo xtask vm"]
fn messages_of_every_length() {
    on_a_bus(|index| {
        let (here, there) = (node(at(index, 0x20)), node(at(index, 0x30)));
        assert_eq!(here.local_addr().unwrap(), at(index, 0x20));
        // One frame, the transport protocol (to 1785 bytes), the extended one.
        for len in [0, 1, 8, 9, 50, 1785, 1786, 5000, 20_000] {
            let message = bytes(len);
            let came = thread::scope(|scope| {
                scope.spawn(|| {
                    here.within(PATIENCE).send_to(&message, &to(index, 0x30, TO_ONE)).unwrap()
                });
                receive(&there)
            });
            // The kernel forgets the interface of what came in pieces.
            let on = if len > 8 { 0 } else { index };
            let from = Some(to(on, 0x20, TO_ONE));
            assert!(came == (message, from, Some(0x30), None, Some(6)), "{len}: {:?}", &came.1);
        }
        // To all: at once, and cut into announced pieces.
        for len in [3, 20] {
            here.send_to(&bytes(len), &to(index, J1939Addr::NO_ADDR, TO_ALL)).unwrap();
            let came = receive(&there);
            let on = if len > 8 { 0 } else { index };
            let from = Some(to(on, 0x20, TO_ALL));
            assert_eq!(came, (bytes(len), from, None, None, Some(6)));
        }
        // A group with a destination has no low byte; and none to all without the option.
        let bad = here.send_to(b"x", &to(index, 0x30, TO_ONE | 1));
        here.set(so::BROADCAST, false).unwrap();
        let all = here.send_to(b"x", &to(index, J1939Addr::NO_ADDR, TO_ALL));
        assert_eq!((errno(bad), errno(all)), (Some(Errno::INVAL), Some(Errno::ACCESS)));
        // Connected, a socket sends there.
        here.connect(&to(index, 0x30, TO_ONE)).unwrap();
        here.send(b"again").unwrap();
        assert_eq!(receive(&there).0, b"again");
        assert_eq!(here.peer_addr().unwrap(), to(index, 0x30, TO_ONE));
    });
}

#[test]
#[ignore = "cargo xtask vm"]
fn options() {
    on_a_bus(|index| {
        let (here, there) = (node(at(index, 0x20)), node(at(index, 0x30)));
        here.set(j1939::SEND_PRIO, 3).unwrap();
        assert_eq!(here.get(j1939::SEND_PRIO).unwrap(), 3);
        assert_eq!(errno(here.set(j1939::SEND_PRIO, 8)), Some(Errno::DOM));
        here.send_to(b"x", &to(index, 0x30, TO_ONE)).unwrap();
        assert_eq!(receive(&there).4, Some(3));
        let wire = Socket::bound(Type::RAW, &CanAddr::on(index)).unwrap();
        here.send_to(b"y", &to(index, 0x30, TO_ONE)).unwrap();
        assert_eq!(wire.within(PATIENCE).recv_frame().unwrap().0.to_string(), "0CEF3020#79");
        receive(&there);

        // Who listens to all hears what is for others; a filter chooses.
        let third = node(at(index, 0x40));
        third.set(j1939::PROMISC, true).unwrap();
        let pgn = J1939Filter { pgn: TO_ONE, pgn_mask: 0x3_ffff, ..J1939Filter::default() };
        let sender = J1939Filter { address: 0x31, address_mask: 0xff, ..J1939Filter::default() };
        third.set(j1939::FILTER, vec![pgn, sender]).unwrap();
        for (message, group) in [(b"no", 0xe100), (b"go", TO_ONE)] {
            here.send_to(message, &to(index, 0x30, group)).unwrap();
        }
        let came = receive(&third);
        assert_eq!((came.0, came.2), (b"go".to_vec(), Some(0x30)));
        third.set(j1939::FILTER, vec![]).unwrap();
        third.set(j1939::PROMISC, false).unwrap();
        here.send_to(b"x", &to(index, 0x30, TO_ONE)).unwrap();
        let nothing = third.within(Limit::within(Duration::from_millis(20))).recv(&mut [0; 8]);
        assert!(nothing.is_err());
    });
}

#[test]
#[ignore = "cargo xtask vm"]
fn names_claim_addresses() {
    on_a_bus(|index| {
        let names = [1, 2].map(|identity| Name {
            identity,
            manufacturer: 7,
            function: 130,
            ..Name::default()
        });
        let [first, second] = names.map(Name::bits);
        let bind = |name, addr| node(J1939Addr { name, ..at(index, addr) });
        let (here, there) = (bind(first, 0x20), bind(second, 0x30));
        let claim = to(index, J1939Addr::NO_ADDR, ADDRESS_CLAIMED);
        // Before a claim a name has no address to send from.
        let early = here.send_to(b"x", &to(index, J1939Addr::NO_ADDR, TO_ALL));
        assert_eq!(errno(early), Some(Errno::ADDRNOTAVAIL));
        let listener = node(at(index, J1939Addr::NO_ADDR));
        for (node, name, addr) in [(&here, names[0], 0x20), (&there, names[1], 0x30)] {
            node.send_to(&name.claim(), &claim).unwrap();
            let (bytes, from, ..) = receive(&listener);
            assert_eq!(bytes, name.claim());
            let from = from.unwrap();
            assert_eq!((from.name, from.addr, from.pgn), (name.bits(), addr, ADDRESS_CLAIMED));
        }
        // A claim holds after 250 ms. Then names are addresses, which the kernel looks up.
        thread::sleep(Duration::from_millis(300));
        let by_name = J1939Addr { name: second, pgn: TO_ONE, ..J1939Addr::on(index) };
        here.send_to(b"to a name", &by_name).unwrap();
        // It has heard the claims as well.
        let mut came = receive(&there);
        while came.1.is_some_and(|from| from.pgn == ADDRESS_CLAIMED) {
            came = receive(&there);
        }
        let (bytes, from, dest, name, _) = came;
        assert_eq!((&bytes[..], dest, name), (&b"to a name"[..], Some(0x30), Some(second)));
        let from = from.unwrap();
        assert_eq!((from.name, from.addr), (first, 0x20));
        // The better name takes an address away.
        let winner = Name { identity: 0, ..names[0] };
        let third = bind(winner.bits(), 0x30);
        third.send_to(&winner.claim(), &claim).unwrap();
        receive(&listener);
        let lost = there.send_to(b"x", &to(index, J1939Addr::NO_ADDR, TO_ALL));
        assert_eq!(errno(lost), Some(Errno::ADDRNOTAVAIL));
        // Asking for claims needs no address but the idle one.
        assert_eq!(
            errno(listener.send_to(&[0, 0xee, 0], &to(index, 0xff, REQUEST))),
            Some(Errno::BADFD)
        );
        let asker = node(at(index, number::J1939_IDLE_ADDR));
        let request = to(index, J1939Addr::NO_ADDR, REQUEST);
        let asked = ADDRESS_CLAIMED.to_le_bytes();
        asker.send_to(&asked[..3], &request).unwrap();
        assert_eq!(receive(&listener).0, &asked[..3]);
        // A claim that ripens when no socket is left holds the interface for ever (Linux 6.12).
        thread::sleep(Duration::from_millis(300));
    });
}

#[test]
#[ignore = "cargo xtask vm"]
fn the_error_queue_tells_how_a_transfer_goes() {
    on_a_bus(|index| {
        let (here, there) = (node(at(index, 0x20)), node(at(index, 0x30)));
        here.set(j1939::ERRQUEUE, true).unwrap();
        here.set(
            so::TIMESTAMPING,
            Timestamping::TX_ACK
                | Timestamping::TX_SCHED
                | Timestamping::SOFTWARE
                | Timestamping::OPT_ID,
        )
        .unwrap();
        let event = || {
            let (mut buffer, mut room) = ([0; 256], ControlRoom::new(512));
            let queued = here.within(PATIENCE).recv_error(&mut buffer, &mut room).unwrap();
            // A netlink attribute, J1939_NLA_BYTES_ACKED: how many bytes the receiver has.
            let stats = room.get(control::so::TIMESTAMPING_OPT_STATS).unwrap();
            assert_eq!((stats.len(), &stats[..4]), (8, &[8, 0, 1, 0][..]));
            (queued.event, u32::from_ne_bytes(stats[4..].try_into().unwrap()))
        };
        // Each part that the receiver has taken is told, then the end.
        thread::scope(|scope| {
            scope.spawn(|| {
                here.within(PATIENCE).send_to(&bytes(5000), &to(index, 0x30, TO_ONE)).unwrap()
            });
            assert_eq!(receive(&there).0, bytes(5000));
        });
        let mut parts = 0;
        loop {
            match event() {
                (QueuedEvent::Sent { stage: Stage::Scheduled, id: 0, .. }, had) => {
                    assert!(had > parts && had < 5000, "{had}");
                    parts = had;
                }
                (QueuedEvent::Sent { stage: Stage::Acknowledged, id: 0, .. }, 5000) => break,
                other => panic!("{other:?}"),
            }
        }
        assert!(parts > 0);
        // Nobody is there.
        here.send_to(&bytes(500), &to(index, 0x77, TO_ONE)).unwrap();
        let (QueuedEvent::Failed(error), 0) = event() else { panic!("nobody is there") };
        let abort = u32::try_from(number::J1939_EE_INFO_TX_ABORT).unwrap();
        assert_eq!((error.errno, error.info, error.data), (Some(Errno::HOSTUNREACH), abort, 1));
    });
}

#[test]
#[ignore = "cargo xtask vm"]
fn python_answers() {
    on_a_bus(|index| {
        let here = node(at(index, 0x20));
        let mut peer = python(
            "socket.socket(socket.AF_CAN, socket.SOCK_DGRAM, socket.CAN_J1939)",
            "s.bind(('can0', socket.J1939_NO_NAME, socket.J1939_NO_PGN, 0x30)); print('up', flush=True)\n\
             m, a = s.recvfrom(4096); print(len(m), sum(m), a)\n\
             s.sendto(m[::-1], ('can0', socket.J1939_NO_NAME, 0xef00, 0x20))\n\
             time.sleep(0.3)",
        );
        peer.stdout.as_mut().unwrap().read_exact(&mut [0; 3]).unwrap();
        let mut message = bytes(300);
        here.send_to(&message, &to(index, 0x30, TO_ONE)).unwrap();
        let came = receive(&here);
        let sum: u64 = message.iter().map(|byte| u64::from(*byte)).sum();
        message.reverse();
        assert_eq!((came.0, came.1), (message, Some(to(0, 0x30, TO_ONE))));
        assert_eq!(said(peer).trim(), format!("300 {sum} ('', 0, {TO_ONE}, 32)"));
    });
}
