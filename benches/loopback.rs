//! What does a typed, limited call cost over the bare one? One datagram to itself, beside std and socket2.
//!
//! The kernel is nearly all of it: a ratio near 1 is the expected answer, and there is no goal.

use core::cell::RefCell;
use core::mem::MaybeUninit;
use core::net::{Ipv4Addr, SocketAddr, SocketAddrV4};
use std::net::UdpSocket;

use berkeley::{Limit, Socket, Type};
use berkeley_benches::{Asker, way};

const LOOPBACK: SocketAddrV4 = SocketAddrV4::new(Ipv4Addr::LOCALHOST, 0);
const AT_ONCE: usize = 16;

fn main() {
    let asker = Asker::from_arguments();
    let data = vec![[7_u8; 64]; AT_ONCE];
    let buffer = RefCell::new([0; 2048]);

    let std = UdpSocket::bind(LOOPBACK).expect("a free port");
    let std_to = std.local_addr().expect("its name");
    let with_std = || {
        way("std", &data, AT_ONCE, |data| {
            std.send_to(data, std_to).expect("loopback takes it");
            std.recv_from(&mut *buffer.borrow_mut()).expect("it is there")
        })
    };
    let two =
        socket2::Socket::new(socket2::Domain::IPV4, socket2::Type::DGRAM, None).expect("a socket");
    two.bind(&SocketAddr::from(LOOPBACK).into()).expect("a free port");
    let two_to = two.local_addr().expect("its name");
    let with_socket2 = || {
        way("socket2", &data, AT_ONCE, |data| {
            two.send_to(data, &two_to).expect("loopback takes it");
            two.recv_from(&mut [MaybeUninit::<u8>::uninit(); 2048]).expect("it is there")
        })
    };
    let ours = Socket::bound(Type::DGRAM, &LOOPBACK).expect("a free port");
    let to = ours.local_addr().expect("its name");
    for (question, socket) in [
        ("datagram to itself, 64 bytes", ours.within(Limit::NONE)),
        ("the same under a limit of 5 s", ours.within(Limit::seconds(5))),
    ] {
        let ours = way("ours", &data, AT_ONCE, |data| {
            socket.send_to(data, &to).expect("loopback takes it");
            socket.recv_from(&mut *buffer.borrow_mut()).expect("it is there")
        });
        asker.ask(question, None, vec![ours, with_std(), with_socket2()]);
    }
}
