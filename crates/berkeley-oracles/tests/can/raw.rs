//! Frames on raw sockets: classic, CAN FD, CAN XL, of errors; filters; what the kernel refuses.

use std::io::{IoSliceMut, Read};

use berkeley_addr::CanAddr;
use berkeley_socket::can::{
    Controller, Fault, Faults, FdFlags, Format, Frame, Id, ProtocolFault, Violation, XlFrame,
    inverted,
};
use berkeley_socket::control::ControlRoom;
use berkeley_socket::netlink::Rtnetlink;
use berkeley_socket::option::{CanFilter, CanXlVcid, can};
use berkeley_socket::{Errno, Kind, Limit, ReceivedFlags, RecvFlags, Socket, Type};

use crate::bus::{PATIENCE, errno, on_a_bus, python, said};

fn std(number: u16) -> Id {
    Id::standard(number).unwrap()
}

fn ext(number: u32) -> Id {
    Id::extended(number).unwrap()
}

fn data(id: Id, data: &[u8]) -> Frame {
    Frame::new(id, data).unwrap()
}

fn raw(index: u32) -> Socket<CanAddr> {
    Socket::bound(Type::RAW, &CanAddr::on(index)).unwrap()
}

fn receive(socket: &Socket<CanAddr>) -> Frame {
    socket.within(PATIENCE).recv_frame().unwrap().0
}

/// What has come already: frames of a virtual bus are there when a send returns.
fn waiting(socket: &Socket<CanAddr>) -> Vec<Frame> {
    core::iter::from_fn(|| {
        socket.within(Limit::within(core::time::Duration::ZERO)).recv_frame().ok()
    })
    .map(|(frame, _)| frame)
    .collect()
}

#[test]
#[ignore = "cargo xtask vm"]
fn frames_of_every_format_arrive_as_they_were_sent() {
    on_a_bus(|index| {
        let (here, there) = (raw(index), raw(index));
        for socket in [&here, &there] {
            socket.set(can::FD_FRAMES, true).unwrap();
        }
        there.set(can::ERR_FILTER, Faults::ALL.bits()).unwrap();
        let full = data(std(0x7ff), b"12345678");
        let fault = Fault::new(Faults::PROTOCOL | Faults::COUNTERS, [0, 0, 0x84, 0x19, 0, 0, 9, 7]);
        let fd = |id, len, flags| Frame::fd(id, &vec![0xa5; len], flags).unwrap();
        let rows = [
            data(std(0), b""),
            data(std(0x123), b"can"),
            full,
            full.with_length_code(15).unwrap(),
            data(ext(0), b""),
            data(ext(0x1fff_ffff), b"\xff"),
            Frame::remote(std(5), 0).unwrap(),
            Frame::remote(ext(5), 8).unwrap(),
            fd(std(1), 0, FdFlags::NONE),
            fd(ext(1), 12, FdFlags::BIT_RATE_SWITCH),
            fd(ext(1), 64, FdFlags::BIT_RATE_SWITCH | FdFlags::ERROR_STATE),
            Frame::error(fault),
        ];
        for frame in rows {
            here.send_frame(&frame).unwrap();
            let (came, from) = there.within(PATIENCE).recv_frame().unwrap();
            assert_eq!((came, from), (frame, Some(CanAddr::on(index))));
        }
        assert_eq!(waiting(&here), []);
        let late = there.within(Limit::within(core::time::Duration::from_millis(20))).recv_frame();
        assert_eq!(late.unwrap_err().kind(), Kind::TimedOut);

        // Who did not ask for them receives neither CAN FD nor errors, and sends no CAN FD.
        let plain = raw(index);
        here.send_frame(&rows[9]).unwrap();
        here.send_frame(&rows[11]).unwrap();
        here.send_frame(&rows[1]).unwrap();
        assert_eq!(waiting(&plain), [rows[1]]);
        assert_eq!(errno(plain.send_frame(&rows[9])), Some(Errno::INVAL));
        // A buffer that does not take all of a frame is no silent loss.
        here.send_frame(&rows[2]).unwrap();
        assert_eq!(plain.recv(&mut [0; 15]).unwrap_err().kind(), Kind::Truncated);
    });
}

#[test]
#[ignore = "cargo xtask vm"]
fn python_reads_and_writes_the_same_frames() {
    on_a_bus(|index| {
        let here = raw(index);
        here.set(can::FD_FRAMES, true).unwrap();
        here.set(can::ERR_FILTER, Faults::ALL.bits()).unwrap();
        let mut peer = python(
            "socket.socket(socket.AF_CAN, socket.SOCK_RAW, socket.CAN_RAW)",
            "s.setsockopt(socket.SOL_CAN_RAW, socket.CAN_RAW_FD_FRAMES, 1)\n\
             s.bind(('can0',)); print('up', flush=True)\n\
             for _ in range(4):\n  \
               f, a = s.recvfrom(72); i, n = struct.unpack('=IB3x', f[:8]); print(len(f), hex(i), n, f[8:8+n].hex(), a[0])\n\
             s.send(struct.pack('=IB3x8s', socket.CAN_EFF_FLAG | 0x1abcdef, 2, b'\\xca\\xfe'))\n\
             s.send(struct.pack('=IB3x8s', socket.CAN_RTR_FLAG | 0x77, 4, b''))\n\
             s.send(struct.pack('=IBB2x64s', 0x66, 20, 3, b'f'*20))\n\
             s.send(struct.pack('=IB3x8s', socket.CAN_ERR_FLAG | 0x2a6, 8, bytes([17, 4, 2, 10, 0x50, 0, 1, 2])))\n",
        );
        let mut up = [0; 3];
        peer.stdout.as_mut().unwrap().read_exact(&mut up).unwrap();
        let ours = [
            data(std(0x123), b"\xde\xad"),
            Frame::remote(ext(0x123), 5).unwrap(),
            Frame::fd(std(1), b"123456789", FdFlags::NONE).unwrap(),
            data(ext(0x1fff_ffff), b""),
        ];
        for frame in ours {
            here.send_frame(&frame).unwrap();
        }
        let theirs: Vec<_> = (0..4).map(|_| receive(&here)).collect();
        assert_eq!(
            theirs[..3].iter().map(ToString::to_string).collect::<Vec<_>>(),
            ["01ABCDEF#CAFE", "077#R4", &format!("066##3{}", "66".repeat(20))]
        );
        assert_eq!(theirs[3].format(), Format::Error);
        let fault = theirs[3].fault().unwrap();
        assert_eq!(
            (fault.lost_arbitration(), fault.controller(), fault.transceiver(), fault.counters()),
            (Some(17), Some(Controller::RX_WARNING), None, Some((1, 2)))
        );
        assert_eq!(fault.protocol(), None);
        assert_eq!(
            fault.classes(),
            Faults::LOST_ARBITRATION
                | Faults::CONTROLLER
                | Faults::NO_ACK
                | Faults::BUS_ERROR
                | Faults::COUNTERS
        );
        let words = ["16 0x123 2 dead can0", "16 0xc0000123 5 0000000000 can0"];
        let words =
            [words[0], words[1], "72 0x1 9 313233343536373839 can0", "16 0x9fffffff 0  can0"];
        assert_eq!(said(peer).trim(), words.join("\n"));
        // A protocol's violation is told with its place.
        let fault = Fault::new(Faults::PROTOCOL, [0, 0, 0x84, 0x19, 0, 0, 0, 0]);
        let violation = Violation::STUFF | Violation::TX;
        assert_eq!(fault.protocol(), Some(ProtocolFault { violation, location: 0x19 }));
    });
}

#[test]
#[ignore = "cargo xtask vm"]
fn filters_pass_what_they_say() {
    on_a_bus(|index| {
        let here = raw(index);
        let frames = [
            data(std(0x100), b"a"),
            data(std(0x101), b"b"),
            data(ext(0x100), b"c"),
            data(ext(0x1000), b"d"),
            Frame::remote(std(0x100), 1).unwrap(),
        ];
        let [a, b, c, d, e] = frames;
        let everything = CanFilter { id: 0, mask: 0 };
        let rows: [(&str, Vec<CanFilter>, bool, &[Frame]); 9] = [
            ("none", vec![], false, &[]),
            ("all", vec![everything], false, &[a, b, c, d, e]),
            ("one standard", vec![std(0x100).filter()], false, &[a]),
            ("one extended", vec![ext(0x100).filter()], false, &[c]),
            ("two", vec![std(0x101).filter(), ext(0x1000).filter()], false, &[b, d]),
            ("masked", vec![std(0x100).filter_masked(0x7fe)], false, &[a, b, e]),
            ("masked extended", vec![ext(0).filter_masked(0xfff)], false, &[d]),
            ("all but one", vec![inverted(std(0x100).filter())], false, &[b, c, d, e]),
            (
                "what passes both",
                vec![std(0x100).filter_masked(0x700), inverted(std(0x101).filter())],
                true,
                &[a, e],
            ),
        ];
        for (what, filters, joined, passed) in rows {
            let there = raw(index);
            there.set(can::FILTER, filters.clone()).unwrap();
            there.set(can::JOIN_FILTERS, joined).unwrap();
            assert_eq!(there.get(can::FILTER).unwrap(), filters, "{what}");
            for frame in &frames {
                here.send_frame(frame).unwrap();
            }
            assert_eq!(waiting(&there), passed, "{what}");
        }
        let many = (0..513).map(|number| std(number).filter()).collect();
        assert_eq!(errno(here.set(can::FILTER, many)), Some(Errno::INVAL));
    });
}

#[test]
#[ignore = "cargo xtask vm"]
fn who_hears_what_is_sent() {
    on_a_bus(|index| {
        let (here, there) = (raw(index), raw(index));
        let frame = data(std(1), b"x");
        let flags = |socket: &Socket<CanAddr>| {
            let (mut bytes, mut none) = ([0; 72], ControlRoom::default());
            let buffers = &mut [IoSliceMut::new(&mut bytes)];
            let received = socket.within(PATIENCE).recv_msg(buffers, &mut none, RecvFlags::NONE);
            received.unwrap().flags
        };
        here.set(can::RECV_OWN_MSGS, true).unwrap();
        here.send_frame(&frame).unwrap();
        assert_eq!(flags(&here), ReceivedFlags::DONTROUTE | ReceivedFlags::CONFIRM);
        assert_eq!(flags(&there), ReceivedFlags::DONTROUTE);
        here.set(can::LOOPBACK, false).unwrap();
        here.send_frame(&frame).unwrap();
        assert_eq!((waiting(&here), waiting(&there)), (vec![], vec![]));

        // On all interfaces at once: who receives learns which, who sends says which.
        let everywhere = raw(CanAddr::ALL.index);
        there.send_frame(&frame).unwrap();
        let came = everywhere.within(PATIENCE).recv_frame().unwrap();
        assert_eq!(came, (frame, Some(CanAddr::on(index))));
        assert_eq!(errno(everywhere.send_frame(&frame)), Some(Errno::NXIO));
        everywhere.send_frame_to(&frame, &CanAddr::on(index)).unwrap();
        assert_eq!(receive(&there), frame);
        assert_eq!(everywhere.local_addr().unwrap(), CanAddr::ALL);
        assert_eq!(there.local_addr().unwrap(), CanAddr::on(index));

        let mut route = Rtnetlink::open().unwrap();
        route.set_down(index).unwrap();
        let down = there.within(PATIENCE).recv_frame();
        assert_eq!(down.unwrap_err().errno(), Some(Errno::NETDOWN));
        assert_eq!(errno(there.send_frame(&frame)), Some(Errno::NETDOWN));
        route.delete_link(index).unwrap();
        let gone = there.within(PATIENCE).recv_frame();
        assert_eq!(gone.unwrap_err().errno(), Some(Errno::NODEV));
    });
}

#[test]
#[ignore = "cargo xtask vm"]
fn can_xl_beside_the_others() {
    on_a_bus(|index| {
        let (here, there) = (raw(index), raw(index));
        for socket in [&here, &there] {
            socket.set(can::XL_FRAMES, true).unwrap();
            // Frames of virtual networks pass as they are, and come whatever their network is.
            let pass = CanXlVcid { flags: 2 | 4, ..CanXlVcid::default() };
            socket.set(can::XL_VCID_OPTS, pass).unwrap();
        }
        let mut bytes = [0; 2060];
        let long = [0x5a; 2048];
        for (network, data) in [(0, &b"x"[..]), (7, &long[..500]), (0, &long[..])] {
            let frame = XlFrame {
                priority: 0x7f,
                network,
                sdu: 3,
                sec: true,
                acceptance: 0x1234_5678,
                data,
            };
            here.send_xl_frame(&frame).unwrap();
            let len = there.within(PATIENCE).recv(&mut bytes).unwrap();
            assert_eq!(XlFrame::decode(&bytes[..len]), Some(frame));
            assert_eq!((len, Frame::decode(&bytes[..len])), (12 + data.len(), None));
        }
        let empty =
            XlFrame { priority: 0, network: 0, sdu: 0, sec: false, acceptance: 0, data: b"" };
        for frame in [empty, XlFrame { priority: 0x800, data: b"0123456789abcdef", ..empty }] {
            assert_eq!(errno(here.send_xl_frame(&frame)), Some(Errno::INVAL));
        }
        here.send_frame(&Frame::new(std(2), b"y").unwrap()).unwrap();
        let len = there.within(PATIENCE).recv(&mut bytes).unwrap();
        assert_eq!(XlFrame::decode(&bytes[..len]), None);
        assert_eq!(Frame::decode(&bytes[..len]).unwrap().to_string(), "002#79");
        // The short way is not for them.
        here.send_xl_frame(&XlFrame { data: &long, ..empty }).unwrap();
        assert_eq!(there.within(PATIENCE).recv_frame().unwrap_err().kind(), Kind::Truncated);
    });
}
