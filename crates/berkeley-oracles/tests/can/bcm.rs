//! The broadcast manager: cycles, watching, what it tells.

use core::time::Duration;
use std::time::Instant;

use berkeley_addr::{CanAddr, Protocol};
use berkeley_socket::can::bcm::{Flags, Head, Opcode};
use berkeley_socket::can::{FdFlags, Frame, Id};
use berkeley_socket::option::can;
use berkeley_socket::{Errno, Socket, Type};

use crate::bus::{PATIENCE, errno, on_a_bus};

const MS: Duration = Duration::from_millis(1);

fn id(number: u16) -> Id {
    Id::standard(number).unwrap()
}

fn data(number: u16, data: &[u8]) -> Frame {
    Frame::new(id(number), data).unwrap()
}

/// A broadcast manager, and a raw socket that hears it.
fn both(index: u32) -> (Socket<CanAddr>, Socket<CanAddr>) {
    let manager = Socket::<CanAddr>::open(Type::DGRAM, Protocol::CAN_BCM).unwrap();
    manager.connect(&CanAddr::on(index)).unwrap();
    (manager, Socket::bound(Type::RAW, &CanAddr::on(index)).unwrap())
}

fn hear(raw: &Socket<CanAddr>) -> Frame {
    raw.within(PATIENCE).recv_frame().unwrap().0
}

fn told(manager: &Socket<CanAddr>) -> (Head, Vec<Frame>) {
    let mut buffer = vec![0; berkeley_socket::can::bcm::LONGEST];
    let (head, frames) = manager.within(PATIENCE).recv_bcm(&mut buffer).unwrap();
    (head, frames.collect())
}

#[test]
#[ignore = "cargo xtask vm"]
fn cycles() {
    on_a_bus(|index| {
        let (manager, raw) = both(index);
        // Two frames in turn, 30 times: the first ten quickly, and an end of that is told.
        let turn = [data(0x10, b"one"), data(0x10, b"two")];
        let flags = Flags::SETTIMER | Flags::STARTTIMER | Flags::TX_COUNTEVT;
        let head = Head {
            flags,
            count: 10,
            first: 2 * MS,
            then: 15 * MS,
            ..Head::new(Opcode::TxSetup, id(0x10))
        };
        let start = Instant::now();
        manager.send_bcm(&head, &turn).unwrap();
        let came: Vec<_> = (0..14).map(|_| hear(&raw)).collect();
        assert!(start.elapsed() >= 9 * 2 * MS + 3 * 15 * MS, "{:?}", start.elapsed());
        assert!(came.chunks(2).all(|pair| pair == turn), "{came:?}");
        let (expired, frames) = told(&manager);
        assert_eq!((expired.opcode, expired.id, frames), (Opcode::TxExpired, id(0x10), vec![]));

        manager.send_bcm(&Head::new(Opcode::TxRead, id(0x10)), &[]).unwrap();
        let (status, frames) = told(&manager);
        assert_eq!((status.opcode, &frames[..]), (Opcode::TxStatus, &turn[..]));
        assert_eq!((status.first, status.then, status.count), (2 * MS, 15 * MS, 0));

        manager.send_bcm(&Head::new(Opcode::TxDelete, id(0x10)), &[]).unwrap();
        while raw.within(berkeley_socket::Limit::within(40 * MS)).recv_frame().is_ok() {}
        let gone = manager.send_bcm(&Head::new(Opcode::TxRead, id(0x10)), &[]);
        assert_eq!(errno(gone), Some(Errno::INVAL));

        // One frame at once, of CAN FD as well.
        manager.send_bcm(&Head::new(Opcode::TxSend, id(0x11)), &[data(0x11, b"now")]).unwrap();
        assert_eq!(hear(&raw), data(0x11, b"now"));
        raw.set(can::FD_FRAMES, true).unwrap();
        let fd = Frame::fd(id(0x12), &[9; 48], FdFlags::BIT_RATE_SWITCH).unwrap();
        manager.send_bcm(&Head::new(Opcode::TxSend, id(0x12)), &[fd]).unwrap();
        assert_eq!(hear(&raw), fd);
        // Both in one message cannot be said; 257 frames are too many for the kernel.
        let mixed = manager.send_bcm(&head, &[fd, turn[0]]);
        let many = manager.send_bcm(&head, &vec![turn[0]; 257]);
        assert_eq!((errno(mixed), errno(many)), (Some(Errno::INVAL), Some(Errno::INVAL)));
    });
}

#[test]
#[ignore = "cargo xtask vm"]
fn watching() {
    on_a_bus(|index| {
        let (manager, raw) = both(index);
        // Changes of the first byte alone.
        manager.send_bcm(&Head::watch(id(0x20)), &[data(0x20, b"\xff\0")]).unwrap();
        for bytes in [b"\x01\x01", b"\x01\x02", b"\x02\x03"] {
            raw.send_frame(&data(0x20, bytes)).unwrap();
        }
        for bytes in [b"\x01\x01", b"\x02\x03"] {
            let (head, frames) = told(&manager);
            assert_eq!((head.opcode, frames), (Opcode::RxChanged, vec![data(0x20, bytes)]));
        }
        // Whatever its content; and that it stays away.
        let flags = Flags::RX_FILTER_ID | Flags::SETTIMER | Flags::STARTTIMER;
        let away = Head { flags, first: 20 * MS, ..Head::new(Opcode::RxSetup, id(0x21)) };
        manager.send_bcm(&away, &[]).unwrap();
        let (head, _) = told(&manager);
        assert_eq!((head.opcode, head.id), (Opcode::RxTimeout, id(0x21)));
        raw.send_frame(&data(0x21, b"here")).unwrap();
        let (head, frames) = told(&manager);
        assert_eq!((head.opcode, frames), (Opcode::RxChanged, vec![data(0x21, b"here")]));
        assert_eq!(told(&manager).0.opcode, Opcode::RxTimeout);
        manager.send_bcm(&Head::new(Opcode::RxRead, id(0x21)), &[]).unwrap();
        let (status, _) = told(&manager);
        assert_eq!((status.opcode, status.first), (Opcode::RxStatus, 20 * MS));
        manager.send_bcm(&Head::new(Opcode::RxDelete, id(0x21)), &[]).unwrap();
        // An answer to a request, given by the kernel.
        let answer = Head { flags: Flags::RX_RTR_FRAME, ..Head::new(Opcode::RxSetup, id(0x22)) };
        manager.send_bcm(&answer, &[data(0x22, b"answer")]).unwrap();
        raw.send_frame(&Frame::remote(id(0x22), 6).unwrap()).unwrap();
        assert_eq!(hear(&raw), data(0x22, b"answer"));
        // Several frames of one identifier, told apart by the bits that the first of them has.
        let several = [
            data(0x23, b"\xff\0\0\0\0\0\0\0"),
            data(0x23, b"\x01\0\0\0\0\0\0\xff"),
            data(0x23, b"\x02\0\0\0\0\0\0\xff"),
        ];
        manager.send_bcm(&Head::watch(id(0x23)), &several).unwrap();
        for bytes in [b"\x01\0\0\0\0\0\0\x05", b"\x03\0\0\0\0\0\0\x05", b"\x02\0\0\0\0\0\0\x05"] {
            raw.send_frame(&data(0x23, bytes)).unwrap();
        }
        let firsts: Vec<_> = (0..2).map(|_| told(&manager).1[0].data()[0]).collect();
        assert_eq!(firsts, [1, 2]);
    });
}
