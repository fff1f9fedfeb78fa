//! `create_connection` in networks of its own: a socket that would be connected to itself, a neighbour that is not there, no
//! descriptor left.
//!
//! Contract: one name has an IPv6 address that no machine has and an IPv4 one that answers, by /etc/hosts; the port that a client
//! is given is the only one there is.

#![allow(missing_docs)]

use core::net::{Ipv4Addr, SocketAddr};
use core::time::Duration;
use std::fs;
use std::process::Command;
use std::time::Instant;

use berkeley::resolve::happy::HappyEyeballs;
use berkeley::socket::Errno;
use berkeley::{
    BACKLOG, ConnectOptions, Failure, Limit, Socket, Type, create_connection,
    create_connection_with,
};
use nix::sched::{CloneFlags, unshare};

mod network;

use network::{in_a_network, ip, unless_skipped};

/// Leaves clients this port alone. A connection that was closed keeps its port for a minute, so each takes another.
fn only(port: u16) -> Result<u16, String> {
    let range = "/proc/sys/net/ipv4/ip_local_port_range";
    let written = fs::write(range, format!("{port} {port}"));
    written.map(|()| port).map_err(|error| format!("{range}: {error}"))
}

#[test]
fn a_socket_is_not_connected_to_itself() {
    unless_skipped(in_a_network(|| {
        // That the kernel does it: a socket as it is.
        let there = SocketAddr::from((Ipv4Addr::LOCALHOST, only(40000)?));
        let alone = Socket::open_for(Type::STREAM, &there).map_err(|error| error.to_string())?;
        alone.connect(&there).map_err(|error| format!("not to itself: {error}"))?;
        assert_eq!(alone.local_addr(), alone.peer_addr());

        // One address, the any address, and a race.
        for to in ["tcp://127.0.0.1:40001", "tcp://0.0.0.0:40002", "tcp://:40003"] {
            only(to[to.len() - 5..].parse().expect("a port"))?;
            let error = create_connection(to, Limit::seconds(20)).unwrap_err();
            let Failure::Attempts(attempts) = error.failure() else { panic!("{error:?}") };
            for attempt in attempts {
                assert_eq!(attempt.error.errno(), Some(Errno::CONNREFUSED), "{error}");
            }
        }

        // Who says from where means it.
        let there = SocketAddr::from((Ipv4Addr::LOCALHOST, 40004));
        let options = ConnectOptions { source: Some(there), ..ConnectOptions::default() };
        let own = create_connection_with(there, options, Limit::seconds(20));
        assert!(own.is_ok_and(|own| own.local_addr() == own.peer_addr()));
        Ok(())
    }));
}

/// How many sockets of this network have such a row.
fn sockets(such: &str) -> Result<usize, String> {
    let table = |name: &str| {
        fs::read_to_string(format!("/proc/thread-self/net/{name}"))
            .map_err(|error| error.to_string())
    };
    let rows = table("tcp")? + &table("tcp6")?;
    Ok(rows.lines().filter(|row| row.contains(such)).count())
}

#[test]
fn a_neighbour_that_is_not_there_is_passed_by() {
    unless_skipped(in_a_network(|| {
        unshare(CloneFlags::CLONE_NEWNS).map_err(|errno| format!("no new mounts: {errno}"))?;
        let folder = tempfile::tempdir().map_err(|error| error.to_string())?;
        let mount = |words: &[&str]| match Command::new("mount").args(words).status() {
            Ok(status) if status.success() => Ok(()),
            other => Err(format!("mount {words:?}: {other:?}")),
        };
        mount(&["--make-rprivate", "/"])?;
        for (name, text) in [
            (
                "hosts",
                "2001:db8::dead both.example\n192.0.2.100 both.example\n2001:db8::beef both.example\n",
            ),
            ("nsswitch.conf", "hosts: files\n"),
        ] {
            let file = folder.path().join(name);
            fs::write(&file, text).map_err(|error| error.to_string())?;
            mount(&["--bind", &file.to_string_lossy(), &format!("/etc/{name}")])?;
        }
        ip("link add v0 type veth peer name v1")?;
        ip("link set v0 up")?;
        ip("link set v1 up")?;
        ip("addr add 192.0.2.100/24 dev v0")?;
        ip("-6 addr add 2001:db8::100/64 dev v0 nodad")?;
        let server =
            Socket::listening(Type::STREAM, &SocketAddr::from(([192, 0, 2, 100], 0)), BACKLOG)
                .map_err(|error| error.to_string())?;
        let port = server.local_addr().map_err(|error| error.to_string())?.port();
        let to = format!("both.example:{port}");

        let started = Instant::now();
        let client = create_connection(to.as_str(), Limit::seconds(30))
            .map_err(|error| error.to_string())?;
        let took = started.elapsed();
        assert_eq!(
            client.peer_addr().map(|peer| peer.ip().to_string()).as_deref(),
            Ok("192.0.2.100")
        );
        assert!(took >= Duration::from_millis(250) && took < Duration::from_secs(2), "{took:?}");
        // The loser is gone: nothing is on its way to it (state 02, SYN_SENT).
        assert_eq!(sockets(&format!(":{port:04X} 02 "))?, 0);

        // The kernel says after three seconds that nobody is there, to one after the other.
        let options = ConnectOptions { race: HappyEyeballs::SEQUENTIAL, source: None };
        let limit = Limit::within(Duration::from_millis(600));
        let error = create_connection_with(to.as_str(), options, limit).unwrap_err();
        assert!(error.is_timed_out(), "{error}");
        drop(server);
        let error = create_connection(to.as_str(), Limit::seconds(30)).unwrap_err();
        let Failure::Attempts(attempts) = error.failure() else { panic!("{error:?}") };
        let ends: Vec<_> = attempts.iter().filter_map(|attempt| attempt.error.errno()).collect();
        assert_eq!(ends, [Errno::CONNREFUSED, Errno::HOSTUNREACH, Errno::HOSTUNREACH], "{error}");
        println!("{error}");
        Ok(())
    }));
}
