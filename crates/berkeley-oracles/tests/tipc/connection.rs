//! Connections: SEQPACKET and STREAM, how they begin and end, files and relays.

use core::time::Duration;
use std::io::{Seek, Write};
use std::time::Instant;

use berkeley_addr::{TipcAddr, Type};
use berkeley_socket::control::ControlRoom;
use berkeley_socket::option::tipc;
use berkeley_socket::tipc::{EventKind, Subscription, Topology};
use berkeley_socket::{BACKLOG, Errno, How, Kind, Limit, Pipe, RecvFlags, Socket};
use std::io::IoSliceMut;

use crate::kit::{MOMENT, PATIENCE, Tipc, connection, in_the_vm, open, take, try_take};

#[test]
#[ignore = "cargo xtask vm"]
fn there_and_back() {
    in_the_vm();
    for (ty, service) in [(Type::SEQPACKET, 31_000), (Type::STREAM, 31_001)] {
        let (client, served) = connection(ty, service);
        assert_eq!(client.peer_addr().unwrap(), served.local_addr().unwrap());
        assert_eq!(served.peer_addr().unwrap(), client.local_addr().unwrap());
        client.send(b"one").unwrap();
        assert_eq!(take(&served), b"one");
        let long = vec![9; 66_000];
        served.send_all(&long).unwrap();
        let mut came = vec![0; 66_000];
        client.within(PATIENCE).recv_exact(&mut came).unwrap();
        assert!(came == long);
        // TIPC names the sender also on a connection.
        client.send(b"who").unwrap();
        let mut buffer = [0; 8];
        let (len, from) = served.within(PATIENCE).recv_from(&mut buffer).unwrap();
        assert_eq!((len, from), (3, Some(client.local_addr().unwrap())));
        if ty == Type::SEQPACKET {
            client.send(b"a long message").unwrap();
            let error = served.within(PATIENCE).recv(&mut buffer[..6]).unwrap_err();
            assert_eq!((error.kind(), &buffer[..6]), (Kind::Truncated, &b"a long"[..]));
            let error = client.send(&vec![0; 66_001]).unwrap_err();
            assert_eq!(error.errno(), Some(Errno::MSGSIZE));
        }
    }
}

#[test]
#[ignore = "cargo xtask vm"]
fn ends() {
    in_the_vm();
    for (ty, service) in [(Type::SEQPACKET, 31_010), (Type::STREAM, 31_011)] {
        let pair = || Socket::<TipcAddr>::pair(ty).unwrap();
        let made = || connection(ty, service);
        for (name, make) in [("pair", &pair as &dyn Fn() -> (Tipc, Tipc)), ("connection", &made)] {
            // Closed: a reset, after what was sent before.
            let (here, there) = make();
            there.send(b"last").unwrap();
            drop(there);
            assert_eq!(take(&here), b"last", "{name} {ty}");
            for _ in 0..2 {
                let error = try_take(here.within(PATIENCE)).unwrap_err();
                assert_eq!(error.errno(), Some(Errno::CONNRESET), "{name} {ty}");
            }
            let error = here.within(PATIENCE).send(b"late").unwrap_err();
            assert_eq!(error.errno(), Some(Errno::PIPE), "{name} {ty}");
            // With room for control messages the reset would be their ERRINFO; without, it is an error here too.
            let mut room = ControlRoom::default();
            let mut buffer = [0; 8];
            let pieces = &mut [IoSliceMut::new(&mut buffer)];
            let answer = here.within(MOMENT).recv_msg(pieces, &mut room, RecvFlags::NONE);
            assert_eq!(answer.unwrap_err().errno(), Some(Errno::CONNRESET), "{name} {ty}");

            // Shut down, which goes for both directions: an end.
            let (here, there) = make();
            there.send(b"last").unwrap();
            let error = there.shutdown(How::Write).unwrap_err();
            assert_eq!(error.errno(), Some(Errno::INVAL), "{name} {ty}");
            there.shutdown(How::Both).unwrap();
            assert_eq!(take(&here), b"last", "{name} {ty}");
            assert_eq!(take(&here), b"", "{name} {ty}");
            // The kernel tells the end once. After it poll says readable and hung up, and a receive waits for ever.
            let error = try_take(here.within(MOMENT)).unwrap_err();
            assert_eq!(error.kind(), Kind::TimedOut, "{name} {ty}");
            let error = here.within(PATIENCE).send(b"late").unwrap_err();
            assert_eq!(error.errno(), Some(Errno::PIPE), "{name} {ty}");
        }
    }
}

#[test]
#[ignore = "cargo xtask vm"]
fn connecting() {
    const SERVICE: u32 = 31_020;
    in_the_vm();
    let address = TipcAddr::service(SERVICE, 1);
    for ty in [Type::SEQPACKET, Type::STREAM] {
        let nobody = Socket::connected(ty, &address).unwrap_err();
        assert_eq!(nobody.errno(), Some(Errno::HOSTUNREACH), "{ty}");
        let listener = Socket::listening(ty, &address, BACKLOG).unwrap();
        // Nobody accepts: the limit ends it.
        let client = open(ty);
        let start = Instant::now();
        let error = client.within(Limit::within(Duration::from_millis(100))).connect(&address);
        assert_eq!(error.unwrap_err().kind(), Kind::TimedOut, "{ty}");
        assert!(start.elapsed() < Duration::from_secs(5), "{ty}");
        drop(client);
        // Without a limit the kernel's patience ends it.
        let client = open(ty);
        client.set(tipc::CONN_TIMEOUT, Duration::from_millis(100)).unwrap();
        let error = client.connect(&address).unwrap_err();
        assert_eq!(error.errno(), Some(Errno::TIMEDOUT), "{ty}");
        drop(client);
        // Begun and finished apart.
        let client = open(ty);
        let begun = client.try_connect(&address).unwrap();
        assert!(!begun, "{ty}");
        // Those who gave up are accepted first.
        let served = loop {
            let (served, from) = listener.within(PATIENCE).accept().unwrap();
            if from == client.local_addr().unwrap() {
                break served;
            }
        };
        client.within(PATIENCE).finish_connect().unwrap();
        served.send(b"welcome").unwrap();
        assert_eq!(take(&client), b"welcome");
        // The listener goes: those who wait are refused.
        let client = open(ty);
        client.try_connect(&address).unwrap();
        drop(listener);
        let error = client.within(PATIENCE).finish_connect().unwrap_err();
        assert_eq!(error.errno(), Some(Errno::CONNREFUSED), "{ty}");
    }
}

/// A server is published when it is bound: who watches connects at once, and must find it listening.
#[test]
#[ignore = "cargo xtask vm"]
fn who_watches_is_not_refused() {
    const SERVICE: u32 = 31_060;
    in_the_vm();
    let address = TipcAddr::service(SERVICE, 1);
    let topology = Topology::connected(PATIENCE).unwrap();
    topology.subscribe(&Subscription::new(SERVICE, 1, 1), PATIENCE).unwrap();
    for _ in 0..50 {
        std::thread::scope(|scope| {
            let watching = scope.spawn(|| {
                assert_eq!(topology.event(PATIENCE).unwrap().kind, EventKind::Published);
                open(Type::SEQPACKET).within(PATIENCE).connect(&address)
            });
            let listener = Socket::listening(Type::SEQPACKET, &address, BACKLOG).unwrap();
            let accepted = listener.within(PATIENCE).accept();
            watching.join().unwrap().unwrap();
            accepted.unwrap();
        });
        assert_eq!(topology.event(PATIENCE).unwrap().kind, EventKind::Withdrawn);
    }
}

/// Who sends to a service may be connected by that: the first message goes with the request.
#[test]
#[ignore = "cargo xtask vm"]
fn sending_connects() {
    const SERVICE: u32 = 31_040;
    in_the_vm();
    for ty in [Type::SEQPACKET, Type::STREAM] {
        let address = TipcAddr::service(SERVICE, 1);
        let listener = Socket::listening(ty, &address, BACKLOG).unwrap();
        let client = open(ty);
        // Without a limit this would wait until the server has answered.
        client.within(PATIENCE).send_to(b"hello", &address).unwrap();
        let (served, _) = listener.within(PATIENCE).accept().unwrap();
        assert_eq!(take(&served), b"hello", "{ty}");
        served.send(b"welcome").unwrap();
        assert_eq!(take(&client), b"welcome", "{ty}");
        assert_eq!(client.peer_addr().unwrap(), served.local_addr().unwrap(), "{ty}");
    }
}

/// Nobody reads: the limit ends a send, which says how much has gone, and all of that arrives.
#[test]
#[ignore = "cargo xtask vm"]
fn a_full_connection() {
    in_the_vm();
    let data = (0..=255).collect::<Vec<_>>().repeat(16 << 12);
    let (client, served) = connection(Type::STREAM, 31_050);
    let stopped = client.within(MOMENT).send_all(&data).unwrap_err();
    assert_eq!(stopped.error.kind(), Kind::TimedOut);
    assert!(stopped.done > 66_000, "{stopped}");
    let mut came = vec![0; stopped.done];
    served.within(PATIENCE).recv_exact(&mut came).unwrap();
    assert!(came == data[..stopped.done]);

    let (client, served) = connection(Type::SEQPACKET, 31_051);
    let mut sent = 0;
    let error = loop {
        match client.within(MOMENT).send(&data[..66_000]) {
            Ok(len) => sent += len / 66_000,
            Err(error) => break error,
        }
    };
    assert_eq!(error.kind(), Kind::TimedOut);
    assert!(sent > 1, "{sent}");
    for _ in 0..sent {
        assert_eq!(take(&served).len(), 66_000);
    }
    client.within(PATIENCE).send(b"room again").unwrap();
    assert_eq!(take(&served), b"room again");
}

#[test]
#[ignore = "cargo xtask vm"]
fn streams_of_files_and_relays() {
    const LEN: usize = 1 << 20;
    in_the_vm();
    let data = (0..=255).collect::<Vec<_>>().repeat(LEN / 256);
    let mut file = std::fs::File::options()
        .read(true)
        .write(true)
        .create(true)
        .truncate(true)
        .open("/tmp/berkeley-tipc-file")
        .unwrap();
    file.write_all(&data).unwrap();
    file.rewind().unwrap();
    let (client, middle) = connection(Type::STREAM, 31_030);
    let (onward, server) = connection(Type::STREAM, 31_031);
    let received = std::thread::scope(|scope| {
        let receiving = scope.spawn(|| {
            let mut came = vec![0; 2 * LEN];
            server.within(PATIENCE).recv_exact(&mut came).unwrap();
            came
        });
        let relaying = scope.spawn(|| {
            let mut pipe = Pipe::new().unwrap();
            let mut left = 2 * LEN;
            while left > 0 {
                let len = middle.within(PATIENCE).splice_to(&onward, &mut pipe, left).unwrap();
                left -= len;
            }
        });
        client.within(PATIENCE).send_all(&data).unwrap();
        let sent = client.within(PATIENCE).send_file(&file, ..).unwrap();
        assert_eq!(sent, LEN);
        relaying.join().unwrap();
        receiving.join().unwrap()
    });
    assert!(received[..LEN] == data && received[LEN..] == data);
}
