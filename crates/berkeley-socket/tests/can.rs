//! Frames, broadcast-manager messages, names and control packets: what is encoded decodes to the same, any bytes are read or
//! refused, and each field lies where the kernel's headers have it.
//!
//! Sources: linux/can.h, linux/can/bcm.h, linux/can/error.h, linux/qrtr.h; SAE J1939-81 for names; candump's texts.

#![allow(missing_docs)]

use core::time::Duration;

use berkeley_addr::QrtrAddr;
use berkeley_socket::can::bcm::{Flags, Head, Opcode};
use berkeley_socket::can::j1939::{Name, has_destination};
use berkeley_socket::can::{Fault, Faults, FdFlags, Frame, Id, XlFrame, inverted};
use berkeley_socket::option::CanFilter;
use berkeley_socket::qrtr::{Control, Service};
use proptest::collection::vec;
use proptest::prelude::*;

fn ids() -> impl Strategy<Value = Id> {
    any::<u32>().prop_map(Id::from_bits)
}

fn frames() -> impl Strategy<Value = Frame> {
    prop_oneof![
        (ids(), vec(any::<u8>(), 0..=8)).prop_map(|(id, data)| Frame::new(id, &data).unwrap()),
        (ids(), any::<[u8; 8]>(), 9..=15_u8).prop_map(|(id, data, code)| Frame::new(id, &data)
            .unwrap()
            .with_length_code(code)
            .unwrap()),
        (ids(), 0..=8_u8).prop_map(|(id, len)| Frame::remote(id, len).unwrap()),
        (any::<u32>(), any::<[u8; 8]>()).prop_map(|(classes, details)| Frame::error(Fault::new(
            Faults::from_bits(classes),
            details
        ))),
        fd_frames(),
    ]
}

fn fd_frames() -> impl Strategy<Value = Frame> {
    (ids(), vec(any::<u8>(), 0..=64), any::<u8>())
        .prop_map(|(id, data, flags)| Frame::fd(id, &data, FdFlags::from_bits(flags)).unwrap())
}

fn heads() -> impl Strategy<Value = Head> {
    let micros = || (0..u64::from(u32::MAX)).prop_map(Duration::from_micros);
    (0..16_u32, any::<u32>(), any::<u32>(), micros(), micros(), ids()).prop_map(
        |(opcode, flags, count, first, then, id)| {
            // Read from a message, for the numbers without a name.
            let mut bytes = Head::new(Opcode::TxRead, id).encode(&[]).unwrap();
            bytes[..4].copy_from_slice(&opcode.to_ne_bytes());
            let (head, _) = Head::decode(&bytes).unwrap();
            let flags = Flags::from_bits(flags & !Flags::CAN_FD_FRAME.bits());
            Head { flags, count, first, then, ..head }
        },
    )
}

proptest! {
    #[test]
    fn frames_survive(frame in frames()) {
        let bytes = frame.encode();
        prop_assert_eq!(Frame::decode(&bytes), Some(frame));
        prop_assert_eq!(XlFrame::decode(&bytes), None);
        for len in 0..bytes.len() {
            prop_assert!(Frame::decode(&bytes[..len]).is_none_or(|_| len == 16));
        }
    }

    #[test]
    fn xl_frames_survive(
        priority in 0..=0x7ff_u16, network: u8, sdu: u8, sec: bool, acceptance: u32,
        data in vec(any::<u8>(), 1..=2048),
    ) {
        let frame = XlFrame { priority, network, sdu, sec, acceptance, data: &data };
        let bytes = [&frame.header().unwrap()[..], &data].concat();
        prop_assert_eq!(XlFrame::decode(&bytes), Some(frame));
        prop_assert_eq!(XlFrame::decode(&bytes[..bytes.len() - 1]), None);
        prop_assert_eq!(Frame::decode(&bytes), None);
    }

    #[test]
    fn broadcast_manager_messages_survive(
        head in heads(),
        frames in prop_oneof![vec(frames().prop_filter("classic", |frame| frame.encode().len() == 16), 0..5), vec(fd_frames(), 1..5)],
    ) {
        let bytes = head.encode(&frames).unwrap();
        let (read, read_frames) = Head::decode(&bytes).unwrap();
        let fd = if bytes.len() > 56 && frames[0].encode().len() == 72 { Flags::CAN_FD_FRAME } else { Flags::NONE };
        prop_assert_eq!(read, Head { flags: head.flags | fd, ..head });
        prop_assert_eq!(read_frames.collect::<Vec<_>>(), frames);
        for len in 0..bytes.len() {
            prop_assert!(Head::decode(&bytes[..len]).is_none());
        }
    }

    #[test]
    fn any_bytes_are_read_or_refused(mut bytes in vec(any::<u8>(), 0..160), size in 0..4_usize) {
        bytes.resize([bytes.len(), 16, 72, 72][size], 0);
        if let Some(frame) = Frame::decode(&bytes) {
            prop_assert_eq!(Frame::decode(&frame.encode()), Some(frame));
        }
        if let Some(frame) = XlFrame::decode(&bytes) {
            prop_assert!(frame.header().is_some());
        }
        let _ = Head::decode(&bytes);
        if let Some(control) = Control::decode(&bytes) {
            prop_assert_eq!(Control::decode(&control.encode()), Some(control));
        }
    }

    #[test]
    fn names_survive(bits: u64) {
        // One bit is reserved.
        let bits = bits & !(1 << 48);
        prop_assert_eq!(Name::from_bits(bits).bits(), bits);
        prop_assert_eq!(Name::from_bits(bits).claim(), bits.to_le_bytes());
    }

    #[test]
    fn filters_pass_as_the_kernel_compares(one: u32, other: u32, mask: u32) {
        // linux/can.h: received & mask == filter & mask; CAN_INV_FILTER turns it round.
        let passes = |filter: CanFilter, bits: u32| {
            let inverse = filter.id & 0x2000_0000 != 0;
            (bits & filter.mask == filter.id & filter.mask) != inverse
        };
        let (one, other) = (Id::from_bits(one), Id::from_bits(other));
        prop_assert!(passes(one.filter(), one.bits()));
        prop_assert_eq!(passes(one.filter(), other.bits()), one == other);
        prop_assert!(!passes(one.filter(), one.bits() | 0x4000_0000));
        let same = one.is_extended() == other.is_extended() && one.number() & mask == other.number() & mask;
        prop_assert_eq!(passes(one.filter_masked(mask), other.bits()), same);
        prop_assert_eq!(passes(inverted(one.filter_masked(mask)), other.bits()), !same);
    }
}

#[test]
fn bytes_are_the_kernels() {
    let (standard, extended) = (Id::standard(0x123).unwrap(), Id::extended(0x1abc_def0).unwrap());
    let classic = |word: u32, rest: [u8; 12]| [&word.to_ne_bytes()[..], &rest].concat();
    let rows = [
        (
            Frame::new(standard, b"ab"),
            classic(0x123, [2, 0, 0, 0, 97, 98, 0, 0, 0, 0, 0, 0]),
            "123#6162",
        ),
        (
            Frame::new(extended, b"12345678").and_then(|frame| frame.with_length_code(11)),
            classic(0x9abc_def0, [8, 0, 0, 11, 49, 50, 51, 52, 53, 54, 55, 56]),
            "1ABCDEF0#3132333435363738_B",
        ),
        (
            Frame::remote(standard, 3),
            classic(0x4000_0123, [3, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0]),
            "123#R3",
        ),
        (
            Some(Frame::error(Fault::new(Faults::BUS_OFF, [1, 2, 3, 4, 5, 6, 7, 8]))),
            classic(0x2000_0040, [8, 0, 0, 0, 1, 2, 3, 4, 5, 6, 7, 8]),
            "20000040#0102030405060708",
        ),
    ];
    for (frame, bytes, text) in rows {
        let frame = frame.unwrap();
        assert_eq!((&frame.encode()[..], &*frame.to_string()), (&bytes[..], text));
    }
    let fd = Frame::fd(standard, &[7; 20], FdFlags::BIT_RATE_SWITCH).unwrap();
    let bytes = fd.encode();
    assert_eq!(
        (bytes.len(), &bytes[4..9], &bytes[27..29]),
        (72, &[20, 5, 0, 0, 7][..], &[7, 0][..])
    );
    assert_eq!(fd.length_code(), 20);

    // A standard identifier has no bits beyond its 11; a frame says no more than it holds.
    assert_eq!(
        Frame::decode(&classic(0xfff, [0; 12])).and_then(|frame| frame.id()),
        Id::standard(0x7ff)
    );
    assert_eq!(Frame::decode(&classic(0x123, [9, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0])), None);
    let mut long = bytes.to_vec();
    long[4] = 65;
    assert_eq!(Frame::decode(&long), None);
}

#[test]
#[cfg(target_pointer_width = "64")]
fn a_broadcast_manager_message_lies_as_c_has_it() {
    let id = Id::standard(0x100).unwrap();
    let head = Head {
        count: 3,
        first: Duration::from_nanos(1),
        ..Head::cycle(id, Duration::from_millis(1500))
    };
    let bytes = head.encode(&[Frame::new(id, b"x").unwrap()]).unwrap();
    let number = |at: usize| u32::from_ne_bytes(bytes[at..at + 4].try_into().unwrap());
    assert_eq!([0, 4, 8, 48, 52].map(number), [1, 3, 3, 0x100, 1]);
    let long = |at: usize| u64::from_ne_bytes(bytes[at..at + 8].try_into().unwrap());
    // A nanosecond is not none.
    assert_eq!([16, 24, 32, 40].map(long), [0, 1, 1, 500_000]);
    assert_eq!(bytes.len(), 56 + 16);
    let forever = Head { then: Duration::MAX, ..head };
    assert_eq!(forever.encode(&[]), None);
}

#[test]
fn a_name_has_its_fields() {
    let full = Name {
        identity: u32::MAX,
        manufacturer: 0,
        controller: 0xff,
        function_instance: 0,
        function: 0xff,
        system: 0,
        system_instance: 0xff,
        industry: 0,
        arbitrary_address: true,
    };
    assert_eq!(full.bits(), 0x8f00_ff07_001f_ffff);
    let other = Name {
        manufacturer: 0xffff,
        function_instance: 0xff,
        system: 0xff,
        industry: 0xff,
        ..Name::default()
    };
    assert_eq!(other.bits(), 0x70fe_00f8_ffe0_0000);
    for (pgn, expected) in
        [(0xef00, true), (0xee00, true), (0xf000, false), (0xfeca, false), (0x1_ef00, true)]
    {
        assert_eq!(has_destination(pgn), expected, "{pgn:x}");
    }
}

#[test]
fn control_packets_are_the_kernels() {
    let service = Service { service: 4242, instance: 1, addr: QrtrAddr::new(1, 0x4001) };
    let packet = [4, 0, 0, 0, 0x92, 0x10, 0, 0, 1, 0, 0, 0, 1, 0, 0, 0, 1, 0x40, 0, 0];
    assert_eq!(Control::NewServer(service).encode(), packet);
    let gone = Control::DelClient(QrtrAddr::new(1, 0x4001));
    assert_eq!(gone.encode()[..12], [6, 0, 0, 0, 1, 0, 0, 0, 1, 0x40, 0, 0]);
    assert_eq!(Control::decode(&packet[..19]), None);
    assert_eq!(Control::decode(&Control::END.encode()), Some(Control::END));
}
