//! No send raises SIGPIPE: not one of them, on no family, in a process where that signal kills.
//!
//! Contract: Rust programs ignore SIGPIPE, so the test runs itself as a child that gives it back its default. Each way to
//! send meets EPIPE there; a plain write(2) beside them must kill the child, or the test would show nothing. Source:
//! send(2) on MSG_NOSIGNAL, signal(7).

mod stage;

use core::net::SocketAddr;
use std::fs::File;
use std::io::Write;
use std::os::fd::OwnedFd;
use std::os::unix::process::ExitStatusExt;
use std::process::Command;

use berkeley_addr::{AnyAddr, UnixAddr};
use berkeley_socket::{BACKLOG, Errno, How, Limit, Socket, Type};
use nix::sys::signal::{SigHandler, Signal, signal};
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
                let (socket, _kept) = broken(kind);
                let to = if kind == "TCP" {
                    socket.local_addr()
                } else {
                    Ok(UnixAddr::unnamed().into())
                };
                let stopped = (row.call)(socket.within(limit), &to.unwrap()).unwrap_err();
                // Much data in one message is too long before it is too late.
                let expected = [Errno::PIPE, Errno::MSGSIZE];
                let errno = stopped.error.errno().unwrap();
                let whole_message = row.whole && kind == "Unix seqpacket";
                assert!(
                    expected[..=usize::from(whole_message)].contains(&errno),
                    "{} {kind}: {errno}",
                    row.name()
                );
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
        return send_in_all_ways();
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
    let sends = child("send");
    print!("{}", String::from_utf8_lossy(&sends.stdout));
    assert!(sends.status.success(), "{sends:?}");
}
