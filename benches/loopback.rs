//! What does a typed, limited call cost over the bare one? One datagram to itself, beside std and socket2.
//!
//! The kernel is nearly all of it; a ratio near 1 is the expected answer.

use core::hint::black_box;
use core::net::{Ipv4Addr, SocketAddr, SocketAddrV4};
use std::net::UdpSocket;

use berkeley::{Limit, Socket, Type};
use criterion::{Criterion, criterion_group, criterion_main};

const LOOPBACK: SocketAddrV4 = SocketAddrV4::new(Ipv4Addr::LOCALHOST, 0);

fn datagram(c: &mut Criterion) {
    let mut group = c.benchmark_group("datagram to itself, 64 bytes");
    let data = [7; 64];
    let mut buffer = [0; 2048];

    let std = UdpSocket::bind(LOOPBACK).expect("a free port");
    let to = std.local_addr().expect("its name");
    group.bench_function("std", |b| {
        b.iter(|| {
            std.send_to(&data, to).expect("loopback takes it");
            black_box(std.recv_from(&mut buffer).expect("it is there"));
        });
    });

    let two =
        socket2::Socket::new(socket2::Domain::IPV4, socket2::Type::DGRAM, None).expect("a socket");
    two.bind(&SocketAddr::from(LOOPBACK).into()).expect("a free port");
    let to = two.local_addr().expect("its name");
    group.bench_function("socket2", |b| {
        b.iter(|| {
            two.send_to(&data, &to).expect("loopback takes it");
            let from = core::mem::MaybeUninit::<u8>::uninit();
            black_box(two.recv_from(&mut [from; 2048]).expect("it is there"));
        });
    });

    let ours = Socket::bound(Type::DGRAM, &LOOPBACK).expect("a free port");
    let to = ours.local_addr().expect("its name");
    group.bench_function("berkeley", |b| {
        b.iter(|| {
            ours.send_to(&data, &to).expect("loopback takes it");
            black_box(ours.recv_from(&mut buffer).expect("it is there"));
        });
    });

    let limited = ours.within(Limit::seconds(5));
    group.bench_function("berkeley, 5 s limit", |b| {
        b.iter(|| {
            limited.send_to(&data, &to).expect("loopback takes it");
            black_box(limited.recv_from(&mut buffer).expect("it is there"));
        });
    });
    group.finish();
}

criterion_group!(benches, datagram);
criterion_main!(benches);
