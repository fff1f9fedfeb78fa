//! No send raises SIGPIPE: not one of them, on no family, in a process where that signal kills.
//!
//! Contract: Rust programs ignore SIGPIPE, so the test runs itself as a child that gives it back its default. Each way to
//! send meets EPIPE there; a plain write(2) beside them must kill the child, or the test would show nothing. Source:
//! send(2) on MSG_NOSIGNAL, signal(7). What has no such flag (sendfile, splice) leaves mask and pending signals as they were.

mod stage;

use core::net::SocketAddr;
use core::time::Duration;
use std::fs::File;
use std::io::Write;
use std::os::fd::OwnedFd;
use std::os::unix::process::ExitStatusExt;
use std::process::Command;
use std::thread;

use berkeley_addr::{AnyAddr, UnixAddr};
use berkeley_socket::{BACKLOG, Errno, How, Limit, Pipe, Socket, Type};
use nix::sys::pthread::{pthread_kill, pthread_self};
use nix::sys::signal::{SigHandler, SigSet, Signal, signal};
use stage::method::ROWS;
use stage::scene::Scene;

/// Says to this test that it is the child, and which.
const CHILD: &str = "BERKELEY_SIGPIPE";

/// A socket that cannot send any more, and what must live as long.
fn broken(kind: &str) -> (Socket, Option<Socket>) {
    let loopback = AnyAddr::from(SocketAddr::from(([127, 0, 0, 1], 0)));
    match kind {
        "TCP" => {
            let listener = Socket::listening(Type::STREAM, &loopback, BACKLOG).unwrap();
            let socket = Socket::connected(Type::STREAM, &listener.local_addr().unwrap()).unwrap();
            socket.shutdown(How::Write).unwrap();
            (socket, Some(listener))
        }
        "Unix stream" => (Socket::<UnixAddr>::pair(Type::STREAM).unwrap().0.widen(), None),
        _ => (Socket::<UnixAddr>::pair(Type::SEQPACKET).unwrap().0.widen(), None),
    }
}

/// What this thread blocks and what waits for it: proc_pid_status(5).
fn signals() -> Vec<String> {
    let status = std::fs::read_to_string("/proc/thread-self/status").unwrap();
    let ours =
        |line: &&str| ["SigPnd:", "ShdPnd:", "SigBlk:"].iter().any(|of| line.starts_with(of));
    status.lines().filter(ours).map(str::to_owned).collect()
}

/// A SIGPIPE that the thread has blocked, and one that waits, stay as they are.
fn with_the_signal_blocked() {
    let pipe = SigSet::from(Signal::SIGPIPE);
    pipe.thread_block().unwrap();
    send_in_all_ways();
    assert!(!signals()[0].contains("1000"), "none waits: {:?}", signals());
    pthread_kill(pthread_self(), Signal::SIGPIPE).unwrap();
    assert!(signals()[0].ends_with("1000"), "one waits: {:?}", signals());
    send_in_all_ways();
    assert!(signals()[0].ends_with("1000"), "it waits still: {:?}", signals());
}

/// A pipe that breaks while a copy is under way: a part has gone, and the signal is raised all the same.
fn broken_on_the_way() {
    let file = tempfile::tempfile().unwrap();
    // More than the buffers of both ends grow to.
    file.set_len(256 << 20).unwrap();
    let loopback = AnyAddr::from(SocketAddr::from(([127, 0, 0, 1], 0)));
    for (limit, by_file) in [(Limit::NONE, true), (Limit::seconds(30), true), (Limit::NONE, false)]
    {
        let listener = Socket::listening(Type::STREAM, &loopback, BACKLOG).unwrap();
        let socket = Socket::connected(Type::STREAM, &listener.local_addr().unwrap()).unwrap();
        let (served, _) = listener.accept().unwrap();
        let before = signals();
        let (here, there) = Socket::<UnixAddr>::pair(Type::STREAM).unwrap();
        let stopped = thread::scope(|scope| {
            scope.spawn(|| {
                thread::sleep(Duration::from_millis(50));
                socket.shutdown(How::Write).unwrap();
            });
            if by_file {
                return socket.within(limit).send_file(&file, ..);
            }
            scope.spawn(|| there.send_all(&vec![7; 64 << 20]));
            let mut pipe = Pipe::new().unwrap();
            let stopped = loop {
                match here.splice_to(&socket, &mut pipe, 1 << 20) {
                    Ok(count) => assert!(count > 0, "the source has not ended"),
                    Err(stopped) => break Err(stopped),
                }
            };
            there.shutdown(How::Both).unwrap();
            stopped
        });
        println!("broken on the way: {stopped:?}");
        assert!(stopped.is_err());
        assert_eq!(signals(), before);
        drop(served);
    }
}

/// Every way to send, on every kind, with a limit and without.
fn send_in_all_ways() {
    let sends = ROWS.iter().filter(|row| {
        matches!(row.scene, Scene::FullStream | Scene::FullDatagram | Scene::FullReceiver)
    });
    let mut count = 0;
    for row in sends {
        for kind in ["TCP", "Unix stream", "Unix seqpacket"] {
            // An address is none of a seqpacket's, nor of a Unix stream's.
            if row.scene == Scene::FullReceiver && kind != "TCP" {
                continue;
            }
            for limit in [Limit::NONE, Limit::seconds(5)] {
                let before = signals();
                let (socket, _kept) = broken(kind);
                let to = if kind == "TCP" {
                    socket.local_addr()
                } else {
                    Ok(UnixAddr::unnamed().into())
                };
                let stopped = (row.call)(socket.within(limit), &to.unwrap()).unwrap_err();
                // Files are for streams, batches for messages; much data in one message is too long before it is too late.
                let is_message = kind == "Unix seqpacket";
                let expected: &[Errno] = match row.method {
                    "send_file" | "splice_to" if is_message => &[Errno::OPNOTSUPP],
                    "send_many" if !is_message => &[Errno::OPNOTSUPP],
                    _ if row.whole && is_message => &[Errno::PIPE, Errno::MSGSIZE],
                    _ => &[Errno::PIPE],
                };
                let errno = stopped.error.errno().unwrap();
                assert!(expected.contains(&errno), "{} {kind}: {errno}", row.name());
                assert_eq!(signals(), before, "{} {kind}: mask and pending signals", row.name());
                count += 1;
            }
        }
    }
    assert!(count > 50, "{count}");
    println!("{count} sends");
}

#[test]
fn no_send_raises_sigpipe() {
    if let Some(child) = std::env::var_os(CHILD) {
        // SAFETY: no handler is installed; the default is what the process began with.
        unsafe { signal(Signal::SIGPIPE, SigHandler::SigDfl) }.unwrap();
        if child == "write" {
            let mut file = File::from(OwnedFd::from(broken("Unix stream").0));
            panic!("SIGPIPE did not kill: {:?}", file.write(b"x"));
        }
        return match child.to_str() {
            Some("blocked") => with_the_signal_blocked(),
            Some("on the way") => broken_on_the_way(),
            _ => send_in_all_ways(),
        };
    }
    let child = |what| {
        Command::new(std::env::current_exe().unwrap())
            .args(["--exact", "no_send_raises_sigpipe", "--nocapture"])
            .env(CHILD, what)
            .output()
            .unwrap()
    };
    let control = child("write");
    assert_eq!(control.status.signal(), Some(Signal::SIGPIPE as i32), "{control:?}");
    for what in ["send", "blocked", "on the way"] {
        let sends = child(what);
        print!("{}", String::from_utf8_lossy(&sends.stdout));
        assert!(sends.status.success(), "{what}: {sends:?}");
    }
}
