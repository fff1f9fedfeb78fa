//! ISO-TP: messages of thousands of bytes both ways, its options on the wire. ISO 15765-2, iso15765-2.rst.

use core::time::Duration;
use std::thread;

use berkeley_addr::{CanAddr, IsoTpAddr};
use berkeley_socket::option::{IsoTpFlowControl, IsoTpLink, IsoTpOptions, can, isotp, so};
use berkeley_socket::{Errno, Kind, Limit, Socket, Type, number};

use crate::bus::{PATIENCE, bytes, errno, on_a_bus, python, said};

type IsoTp = Socket<IsoTpAddr>;

/// An ISO-TP socket with options that come before its address.
fn isotp(index: u32, rx: u32, tx: u32, set: impl FnOnce(&IsoTp)) -> IsoTp {
    let addr = IsoTpAddr::new(index, rx, tx);
    let socket = Socket::open_for(Type::DGRAM, &addr).unwrap();
    set(&socket);
    socket.bind(&addr).unwrap();
    assert_eq!(socket.local_addr().unwrap(), addr);
    socket
}

fn carry(from: &IsoTp, to: &IsoTp, message: &[u8]) {
    let mut buffer = vec![0; 1 << 16];
    thread::scope(|scope| {
        scope.spawn(|| from.within(PATIENCE).send(message).unwrap());
        let len = to.within(PATIENCE).recv(&mut buffer).unwrap();
        assert!(buffer[..len] == *message, "{} of {} bytes", len, message.len());
    });
}

#[test]
#[ignore = "cargo xtask vm"]
fn long_messages_both_ways() {
    on_a_bus(|index| {
        let flags = number::CAN_ISOTP_WAIT_TX_DONE;
        let options = IsoTpOptions { flags, ..IsoTpOptions::default() };
        let wait = |socket: &IsoTp| socket.set(isotp::OPTS, options).unwrap();
        let fd = |socket: &IsoTp| {
            wait(socket);
            socket.set(isotp::LL_OPTS, IsoTpLink { mtu: 72, data_len: 64, flags: 1 }).unwrap();
        };
        let far = IsoTpAddr::EXTENDED;
        let (a, b) = (isotp(index, 0x7e8, 0x7e0, wait), isotp(index, 0x7e0, 0x7e8, wait));
        let (c, d) = (
            isotp(index, far | 0x18da_10f1, far | 0x18da_f110, fd),
            isotp(index, far | 0x18da_f110, far | 0x18da_10f1, fd),
        );
        for (one, two) in [(&a, &b), (&c, &d)] {
            for len in [1, 7, 8, 62, 63, 4095, 4096, 8200] {
                carry(one, two, &bytes(len));
                carry(two, one, &bytes(len));
            }
        }
        // Longer than the kernel's room for one, which a module parameter says; none; longer than a buffer.
        for len in [8301, 0] {
            assert_eq!(errno(a.send(&bytes(len))), Some(Errno::INVAL), "{len}");
        }
        a.send(&bytes(20)).unwrap();
        assert_eq!(b.within(PATIENCE).recv(&mut [0; 19]).unwrap_err().kind(), Kind::Truncated);
        // Nobody answers with a flow control: after a second the send fails.
        let alone = isotp(index, 0x111, 0x222, wait);
        assert_eq!(errno(alone.send(&bytes(100))), Some(Errno::COMM));
        let late = b.within(Limit::within(Duration::from_millis(20))).recv(&mut [0; 8]);
        assert_eq!(late.unwrap_err().kind(), Kind::TimedOut);
    });
}

#[test]
#[ignore = "cargo xtask vm"]
fn options_are_seen_on_the_bus() {
    on_a_bus(|index| {
        let raw = Socket::bound(Type::RAW, &CanAddr::on(index)).unwrap();
        // Without a socket that asks for it frames have no time, and RX_STMIN takes all for being too close.
        raw.set(so::TIMESTAMP, true).unwrap();
        let hear = || raw.within(PATIENCE).recv_frame().unwrap().0.to_string();
        // Padding, an extended address, the separation of a sender that takes it from nobody.
        let flags = number::CAN_ISOTP_TX_PADDING
            | number::CAN_ISOTP_EXTEND_ADDR
            | number::CAN_ISOTP_FORCE_TXSTMIN;
        let options =
            IsoTpOptions { flags, address: 0x99, transmit_pad: 0xaa, ..IsoTpOptions::default() };
        let sender = isotp(index, 0x2, 0x1, |socket| {
            socket.set(isotp::OPTS, options).unwrap();
            socket.set(isotp::TX_STMIN, Duration::from_micros(300)).unwrap();
            assert_eq!(socket.get(isotp::TX_STMIN).unwrap(), Duration::from_micros(300));
            let read = socket.get(isotp::OPTS).unwrap();
            assert_eq!((read.flags, read.address, read.transmit_pad), (flags, 0x99, 0xaa));
        });
        sender.send(b"abc").unwrap();
        assert_eq!(hear(), "001#9903616263AAAAAA");
        // What the receiver asks for: two frames between flow controls, 5 ms apart.
        let flags = number::CAN_ISOTP_EXTEND_ADDR | number::CAN_ISOTP_FORCE_RXSTMIN;
        let control = IsoTpFlowControl { block_size: 2, separation: 5, waits: 1 };
        let receiver = isotp(index, 0x1, 0x2, |socket| {
            let options = IsoTpOptions { flags, address: 0x99, ..IsoTpOptions::default() };
            socket.set(isotp::OPTS, options).unwrap();
            socket.set(isotp::RECV_FC, control).unwrap();
            assert_eq!(socket.get(isotp::RECV_FC).unwrap(), control);
            socket.set(isotp::RX_STMIN, Duration::from_nanos(1)).unwrap();
        });
        carry(&sender, &receiver, &bytes(20));
        let heard: Vec<_> = (0..6).map(|_| hear()).collect();
        assert_eq!(heard[..2], ["001#99101400070E151C", "002#99300205"]);
        assert!(heard[2].starts_with("001#9921") && heard[3].starts_with("001#9922"), "{heard:?}");
        assert!(heard[4] == "002#99300205" && heard[5].starts_with("001#9923"), "{heard:?}");
        // After the address they come too late.
        assert_eq!(errno(sender.set(isotp::OPTS, options)), Some(Errno::ISCONN));
        // No CAN FD of 9 bytes.
        let addr = IsoTpAddr::new(index, 5, 6);
        let open = Socket::open_for(Type::DGRAM, &addr).unwrap();
        let link = IsoTpLink { mtu: 72, data_len: 9, flags: 0 };
        assert_eq!(errno(open.set(isotp::LL_OPTS, link)), Some(Errno::INVAL));
        raw.set(can::FILTER, vec![]).unwrap();
    });
}

#[test]
#[ignore = "cargo xtask vm"]
fn python_answers() {
    on_a_bus(|index| {
        let here = isotp(index, 0x7e8, 0x7e0, |_| {});
        let peer = python(
            "socket.socket(socket.AF_CAN, socket.SOCK_DGRAM, socket.CAN_ISOTP)",
            "s.bind(('can0', 0x7e0, 0x7e8))\n\
             s.send(b'up')\n\
             m = s.recv(8300); print(len(m), sum(m)); s.send(m[::-1])\n\
             time.sleep(0.2) if len(m) > 7 else None\n",
        );
        let mut buffer = [0; 8300];
        assert_eq!(here.within(PATIENCE).recv(&mut buffer).unwrap(), 2);
        let mut message = bytes(5000);
        here.within(PATIENCE).send(&message).unwrap();
        let len = here.within(PATIENCE).recv(&mut buffer).unwrap();
        let sum: u64 = message.iter().map(|byte| u64::from(*byte)).sum();
        message.reverse();
        assert!(buffer[..len] == message[..]);
        assert_eq!(said(peer).trim(), format!("5000 {sum}"));
    });
}
