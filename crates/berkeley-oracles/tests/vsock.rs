//! AF_VSOCK over vsock_loopback, and CPython's socket as a peer.
//!
//! Runs in the VM alone: elsewhere packets of this family could leave the machine, so each test begins by asking.

mod network;

use core::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use core::time::Duration;
use std::fs::File;
use std::io::{IoSliceMut, Seek, Write};
use std::os::fd::AsFd;
use std::process::Command;
use std::sync::Arc;
use std::thread;
use std::time::Instant;

use berkeley_addr::{Protocol, VsockAddr};
use berkeley_socket::control::ControlRoom;
use berkeley_socket::option::vsock as option;
use berkeley_socket::{
    BACKLOG, CancelToken, Errno, How, Kind, Limit, Pipe, RecvFlags, Socket, SocketRef, Type,
    ZeroCopySender, vsock,
};
use network::is_vm;
use nix::sys::pthread::{pthread_kill, pthread_self};
use nix::sys::signal::Signal;

type Vsock = Socket<VsockAddr>;

const PATIENCE: Limit<'static> = Limit::seconds(10);

fn local(port: u32) -> VsockAddr {
    VsockAddr::new(VsockAddr::LOCAL, port)
}

fn open(ty: Type) -> Vsock {
    Vsock::open(ty, Protocol::DEFAULT).unwrap()
}

/// A listener at a port that the kernel chose.
fn listener(ty: Type, backlog: i32) -> (Vsock, VsockAddr) {
    assert!(is_vm(), "never outside the VM");
    let any = VsockAddr::new(VsockAddr::ANY, VsockAddr::ANY);
    let listener = Socket::listening(ty, &any, backlog).unwrap();
    let VsockAddr { port, .. } = listener.local_addr().unwrap();
    assert!(port >= 1024 && port != VsockAddr::ANY);
    (listener, local(port))
}

fn pair(ty: Type) -> (Vsock, Vsock) {
    let (listener, to) = listener(ty, BACKLOG);
    let client = open(ty);
    client.within(PATIENCE).connect(&to).unwrap();
    let (server, from) = listener.within(PATIENCE).accept().unwrap();
    // The client is not told its own context id.
    assert_eq!(client.local_addr().unwrap(), VsockAddr::new(VsockAddr::ANY, from.port));
    assert_eq!(from.cid, VsockAddr::LOCAL);
    assert_eq!(client.peer_addr().unwrap(), to);
    assert_eq!(server.peer_addr().unwrap(), from);
    (client, server)
}

#[test]
#[ignore = "cargo xtask vm"]
fn both_types_carry_data_and_end() {
    assert!(is_vm());
    assert_eq!(
        vsock::local_cid().unwrap(),
        VsockAddr::LOCAL,
        "there is the loopback transport alone"
    );
    for ty in [Type::STREAM, Type::SEQPACKET] {
        let (client, server) = pair(ty);
        let mut buffer = [0; 16];
        client.send(b"one").unwrap();
        client.send(b"two").unwrap();
        let first = match ty {
            Type::STREAM => {
                server.within(PATIENCE).recv_exact(&mut buffer[..6]).unwrap();
                6
            }
            _ => server.within(PATIENCE).recv(&mut buffer).unwrap(),
        };
        assert_eq!(&buffer[..first], if ty == Type::STREAM { &b"onetwo"[..] } else { b"one" });
        if ty == Type::SEQPACKET {
            // The next is longer than the buffer: that is told, and its rest is gone.
            client.send(b"three").unwrap();
            let cut = server.within(PATIENCE).recv(&mut [0; 2]).unwrap_err();
            assert_eq!(cut.kind(), Kind::Truncated);
            let mut room = ControlRoom::default();
            let mut pieces = [IoSliceMut::new(&mut buffer[..2])];
            let received =
                server.within(PATIENCE).recv_msg(&mut pieces, &mut room, RecvFlags::TRUNC).unwrap();
            assert!(received.is_truncated());
            assert_eq!(received.len, 5, "the message's own length");
            client.send(b"last").unwrap();
            assert_eq!(server.within(PATIENCE).recv(&mut buffer).unwrap(), 4);
        }
        // One direction ends, the other goes on.
        client.shutdown(How::Write).unwrap();
        assert_eq!(server.within(PATIENCE).recv(&mut buffer).unwrap(), 0);
        let pipe = client.send(b"x").unwrap_err();
        assert_eq!(pipe.errno(), Some(Errno::PIPE));
        server.send(b"still").unwrap();
        assert_eq!(client.within(PATIENCE).recv(&mut buffer).unwrap(), 5);
        server.close().unwrap();
        assert_eq!(client.within(PATIENCE).recv(&mut buffer).unwrap(), 0);
        // Nobody listens.
        let (gone, to) = listener(ty, 1);
        drop(gone);
        for limit in [Limit::NONE, PATIENCE] {
            let refused = open(ty).within(limit).connect(&to).unwrap_err();
            assert_eq!(refused.errno(), Some(Errno::CONNRESET), "{ty}");
        }
    }
    // Stated ports, and what is taken.
    let at = VsockAddr::new(VsockAddr::LOCAL, 40_001);
    let first = Socket::listening(Type::STREAM, &at, 1).unwrap();
    assert_eq!(first.local_addr().unwrap(), at);
    let taken = Socket::bound(Type::STREAM, &at).unwrap_err();
    assert_eq!(taken.errno(), Some(Errno::ADDRINUSE));
    // Loopback carries no datagrams.
    let datagram = Vsock::open(Type::DGRAM, Protocol::DEFAULT).map(drop);
    let errno = datagram.unwrap_err().errno();
    assert!(
        matches!(errno, Some(Errno::SOCKTNOSUPPORT | Errno::OPNOTSUPP | Errno::NODEV)),
        "{errno:?}"
    );
    let nowhere =
        open(Type::STREAM).within(PATIENCE).connect(&VsockAddr::new(99, 1234)).unwrap_err();
    assert_eq!(nowhere.errno(), Some(Errno::NODEV), "no transport leads to another machine");
}

#[test]
#[ignore = "cargo xtask vm"]
fn options_are_kept_and_bounded() {
    assert!(is_vm());
    let (_listener, to) = listener(Type::STREAM, BACKLOG);
    let socket = open(Type::STREAM);
    socket.set(option::BUFFER_MAX_SIZE, 1 << 20).unwrap();
    socket.set(option::BUFFER_SIZE, 1 << 22).unwrap();
    assert_eq!(socket.get(option::BUFFER_SIZE).unwrap(), 1 << 20, "no more than the most");
    socket.set(option::BUFFER_MIN_SIZE, 4096).unwrap();
    socket.set(option::BUFFER_SIZE, 16).unwrap();
    assert_eq!(socket.get(option::BUFFER_SIZE).unwrap(), 4096, "no less than the least");
    assert_eq!(socket.get(option::CONNECT_TIMEOUT).unwrap(), Duration::from_secs(2));
    // The buffer is the peer's room: a sender waits when it is full.
    socket.within(PATIENCE).connect(&to).unwrap();
    assert_eq!(socket.get(option::BUFFER_SIZE).unwrap(), 4096);
}

/// The kernel gives a connect up after a time of its own, which a limit lends it.
#[test]
#[ignore = "cargo xtask vm"]
fn a_connect_is_as_patient_as_its_limit() {
    assert!(is_vm());
    let (_listener, to) = listener(Type::STREAM, BACKLOG);
    for (limit, lent) in [
        (Limit::NONE, 2_000),
        (Limit::seconds(77), 77_000),
        (Limit::by(Instant::now() + Duration::from_secs(50)), 50_000),
    ] {
        let client = open(Type::STREAM);
        client.within(limit).connect(&to).unwrap();
        let patience = client.get(option::CONNECT_TIMEOUT).unwrap().as_millis();
        assert!((lent - 1000..=lent).contains(&patience), "{patience} ms, {lent} were lent");
    }
    // A backlog that is full refuses, and does not keep anybody waiting.
    let (full, to) = listener(Type::STREAM, 1);
    let mut waiting = Vec::new();
    let refused = loop {
        let client = open(Type::STREAM);
        match client.within(PATIENCE).connect(&to) {
            Ok(()) => waiting.push(client),
            Err(error) => break error,
        }
        assert!(waiting.len() < 100, "the backlog does not fill");
    };
    assert_eq!(refused.errno(), Some(Errno::CONNRESET));
    // A token that is cancelled already lets it not even begin.
    let token = CancelToken::new().unwrap();
    token.cancel();
    let client = open(Type::STREAM);
    let ended = client.within(PATIENCE.cancelled_by(&token)).connect(&to).unwrap_err();
    assert_eq!(ended.kind(), Kind::Cancelled);
    full.accept().unwrap();
    // What has been refused may be tried again, also begun and finished apart.
    assert!(!client.try_connect(&to).unwrap());
    client.within(PATIENCE).finish_connect().unwrap();
    assert_eq!(client.peer_addr().unwrap(), to);
}

/// A signal would tear a connect that blocks down, and the next attempt meet what is left of it: ECONNRESET. Ours does not block.
#[test]
#[ignore = "cargo xtask vm"]
fn signals_do_not_disturb_a_connect() {
    assert!(is_vm());
    let handled = Arc::new(AtomicUsize::new(0));
    let count = Arc::clone(&handled);
    // With SA_RESTART, which does not reach a connect that has a time of its own.
    signal_hook::flag::register_usize(signal_hook::consts::SIGUSR1, count, 1).unwrap();
    let (listener, to) = listener(Type::STREAM, BACKLOG);
    let done = AtomicBool::new(false);
    let (connects, start) = (200, Instant::now());
    thread::scope(|scope| {
        let (this, done) = (pthread_self(), &done);
        scope.spawn(move || {
            let end = Instant::now() + Duration::from_secs(20);
            while !done.load(Ordering::Relaxed) && Instant::now() < end {
                pthread_kill(this, Signal::SIGUSR1).unwrap();
                thread::sleep(Duration::from_micros(50));
            }
        });
        for nth in 0..connects {
            if Instant::now() > start + Duration::from_secs(15) {
                break;
            }
            let client = open(Type::STREAM);
            match nth % 3 {
                0 => client.connect(&to).unwrap(),
                1 => client.within(PATIENCE).connect(&to).unwrap(),
                _ => SocketRef::on(client.as_fd()).connect(&to).unwrap(),
            }
            client.within(PATIENCE).send_all(&[7]).unwrap();
            let mut byte = [0];
            let (server, from) = listener.within(PATIENCE).accept().unwrap();
            let own = client.local_addr().unwrap();
            assert_eq!(from.port, own.port, "no attempt beside this one");
            server.within(PATIENCE).recv_exact(&mut byte).unwrap();
            assert_eq!(byte, [7]);
        }
        done.store(true, Ordering::Relaxed);
    });
    assert!(handled.load(Ordering::Relaxed) == 1, "a signal was handled");
}

#[test]
#[ignore = "cargo xtask vm"]
fn waits_end_by_limit_and_token() {
    assert!(is_vm());
    for ty in [Type::STREAM, Type::SEQPACKET] {
        let (listener, _) = listener(ty, 1);
        let short = Limit::within(Duration::from_millis(30));
        assert_eq!(listener.within(short).accept().unwrap_err().kind(), Kind::TimedOut);
        let (client, server) = pair(ty);
        let late = client.within(short).recv(&mut [0; 8]).unwrap_err();
        assert_eq!(late.kind(), Kind::TimedOut, "{ty}");
        let token = CancelToken::new().unwrap();
        let limit = Limit::NONE.cancelled_by(&token);
        thread::scope(|scope| {
            scope.spawn(|| {
                thread::sleep(Duration::from_millis(20));
                token.cancel();
            });
            let ended = client.within(limit).recv(&mut [0; 8]).unwrap_err();
            assert_eq!(ended.kind(), Kind::Cancelled, "{ty}");
        });
        // Nobody reads: the sender waits, and goes on when somebody does.
        let piece = vec![7; 64 << 10];
        let mut sent = 0;
        let full = loop {
            match client.within(short).send(&piece) {
                Ok(len) => sent += len,
                Err(error) => break error,
            }
        };
        assert_eq!(full.kind(), Kind::TimedOut, "{ty}");
        assert!(sent >= piece.len(), "{ty}: {sent}");
        thread::scope(|scope| {
            let rest = scope.spawn(|| client.within(PATIENCE).send(&piece).unwrap());
            let mut buffer = vec![0; piece.len()];
            let mut left = sent;
            while left > 0 {
                left -= server.within(PATIENCE).recv(&mut buffer).unwrap();
            }
            assert!(rest.join().unwrap() > 0);
        });
    }
}

#[test]
#[ignore = "cargo xtask vm"]
fn files_and_streams_pass_through_the_kernel() {
    assert!(is_vm());
    let (client, server) = pair(Type::STREAM);
    let data: Vec<u8> = (0..=250).cycle().take(300_000).collect();
    let mut file = tempfile::tempfile().unwrap();
    file.write_all(&data).unwrap();
    file.rewind().unwrap();
    let file: &File = &file;
    let mut came = vec![0; data.len()];
    thread::scope(|scope| {
        scope.spawn(|| assert_eq!(client.within(PATIENCE).send_file(file, ..).unwrap(), 300_000));
        server.within(PATIENCE).recv_exact(&mut came).unwrap();
    });
    assert!(came == data);
    // From one connection to another by a pipe.
    let (onward, end) = pair(Type::STREAM);
    let mut again = vec![0; data.len()];
    thread::scope(|scope| {
        scope.spawn(|| {
            client.within(PATIENCE).send_all(&data).unwrap();
            client.shutdown(How::Write).unwrap();
        });
        scope.spawn(|| {
            let mut pipe = Pipe::new().unwrap();
            let mut moved = 0;
            loop {
                match server
                    .within(PATIENCE)
                    .splice_to(&onward.within(PATIENCE), &mut pipe, 1 << 20)
                    .unwrap()
                {
                    0 => break,
                    len => moved += len,
                }
            }
            assert_eq!(moved, 300_000);
        });
        end.within(PATIENCE).recv_exact(&mut again).unwrap();
    });
    assert!(again == data);
}

/// Linux 6.7 and newer send without a copy here, too.
#[test]
#[ignore = "cargo xtask vm"]
fn buffers_are_lent_and_come_back() {
    assert!(is_vm());
    let (client, server) = pair(Type::STREAM);
    let release = std::fs::read_to_string("/proc/sys/kernel/osrelease").unwrap();
    let mut numbers = release.split(['.', '-']).map(|number| number.parse::<u32>().unwrap_or(0));
    let version = (numbers.next().unwrap(), numbers.next().unwrap());
    let sender: berkeley_socket::Result<ZeroCopySender<'_, _, _, Vec<u8>>> = client.zero_copy();
    if version < (6, 7) {
        assert_eq!(sender.map(drop).unwrap_err().errno(), Some(Errno::OPNOTSUPP));
        return;
    }
    let mut sender = sender.unwrap();
    let data: Vec<u8> = (0..=250).cycle().take(100_000).collect();
    let mut came = vec![0; data.len()];
    thread::scope(|scope| {
        scope.spawn(|| server.within(PATIENCE).recv_exact(&mut came).unwrap());
        sender.send(data.clone()).map_err(|(progress, _)| progress).unwrap();
        while sender.pending() > 0 {
            assert_eq!(sender.wait(PATIENCE).unwrap().buffer, data);
        }
    });
    assert!(came == data);
}

/// A client; its first argument is the port.
const CLIENT: &str = "
import socket, sys
kind = getattr(socket, sys.argv[2])
s = socket.socket(socket.AF_VSOCK, kind)
s.settimeout(10)
s.connect((1, int(sys.argv[1])))
s.sendall(b'from python')
assert s.recv(64) == b'from rust'
";

#[test]
#[ignore = "cargo xtask vm"]
fn python_speaks_to_us() {
    assert!(is_vm());
    for (ty, name) in [(Type::STREAM, "SOCK_STREAM"), (Type::SEQPACKET, "SOCK_SEQPACKET")] {
        let (listener, to) = listener(ty, 1);
        let mut python = Command::new("python3");
        python.args(["-I", "-c", CLIENT, &to.port.to_string(), name]);
        let mut python = python.spawn().unwrap();
        let (server, _) = listener.within(PATIENCE).accept().unwrap();
        let mut buffer = [0; 64];
        let len = server.within(PATIENCE).recv(&mut buffer).unwrap();
        assert_eq!(&buffer[..len], b"from python");
        server.send(b"from rust").unwrap();
        assert!(python.wait().unwrap().success());
    }
}
