//! Several addresses, raced: `tcp://:PORT` without a host is `::1` and then `127.0.0.1`, on either of which nobody may listen, or
//! one whose queue is full, so that its connects hang.

#![allow(missing_docs)]

use core::net::{Ipv4Addr, Ipv6Addr, SocketAddr};
use core::time::Duration;
use std::fs;
use std::os::fd::AsRawFd;
use std::time::Instant;

use berkeley::option::ipv6;
use berkeley::resolve::happy::HappyEyeballs;
use berkeley::socket::Errno;
use berkeley::{
    BACKLOG, CancelToken, ConnectError, ConnectOptions, Failure, Kind, Limit, Socket, Type,
    connect, create_connection, create_connection_with, has_ipv6,
};

/// What waits on a port.
#[derive(Clone, Copy, Debug, PartialEq)]
enum Host {
    Answers,
    Refuses,
    Hangs,
}

use Host::{Answers, Hangs, Refuses};

/// The sockets that make it so.
struct Hosts {
    port: u16,
    _held: Vec<Socket<SocketAddr>>,
}

/// A port that is as asked on `::1` and on `127.0.0.1`.
fn hosts(v6: Host, v4: Host) -> Hosts {
    for _ in 0..50 {
        let mut held = Vec::new();
        // The port is the kernel's choice for the first, and may be taken for the second.
        let Ok(port) = host(Ipv6Addr::LOCALHOST.into(), 0, v6, &mut held) else { continue };
        if host(Ipv4Addr::LOCALHOST.into(), port, v4, &mut held).is_ok() {
            return Hosts { port, _held: held };
        }
    }
    panic!("no port for both families");
}

fn host(
    ip: core::net::IpAddr,
    port: u16,
    what: Host,
    held: &mut Vec<Socket<SocketAddr>>,
) -> berkeley::Result<u16> {
    let address = SocketAddr::new(ip, port);
    let socket = Socket::open_for(Type::STREAM, &address)?;
    if ip.is_ipv6() {
        socket.set(ipv6::V6ONLY, true)?;
    }
    // Bound alone, it refuses, and nobody else has the port.
    socket.bind(&address)?;
    let address = socket.local_addr()?;
    if what != Refuses {
        socket.listen(if what == Answers { BACKLOG } else { 0 })?;
    }
    if what == Hangs {
        for _ in 0..3 {
            let fill = Socket::open_for(Type::STREAM, &address)?;
            // Those beyond the queue stay in progress; that is what they are for.
            let _ = fill.try_connect(&address);
            held.push(fill);
        }
    }
    held.push(socket);
    Ok(address.port())
}

fn endpoint(hosts: &Hosts) -> String {
    format!("tcp://:{}", hosts.port)
}

/// Family and errno or kind of each attempt, in order.
fn told(error: &ConnectError) -> String {
    let Failure::Attempts(attempts) = error.failure() else { panic!("{error:?}") };
    let one = |attempt: &berkeley::Attempt| {
        let ip = attempt.address.ip().expect("an IP address");
        let why = match attempt.error.errno() {
            Some(REFUSED) => "refused".to_owned(),
            Some(errno) => errno.raw_os_error().to_string(),
            None => format!("{:?}", attempt.error.kind()),
        };
        format!("{} {why}", if ip.is_ipv6() { 6 } else { 4 })
    };
    attempts.iter().map(one).collect::<Vec<_>>().join(", ")
}

const REFUSED: Errno = Errno::CONNREFUSED;

/// The least of five, so that a busy machine does not matter, and ten times as much for each.
fn timed(least: u64, most: u64, mut run: impl FnMut()) {
    let (least, most) = (Duration::from_millis(least), Duration::from_millis(most));
    let mut best = Duration::MAX;
    for _ in 0..5 {
        let started = Instant::now();
        run();
        let took = started.elapsed();
        assert!(took >= least && took < most * 10, "{took:?}");
        best = best.min(took);
    }
    assert!(best < most, "{best:?}");
}

#[test]
fn a_family_that_nobody_answers_costs_the_attempt_delay() {
    if !has_ipv6() {
        return println!("skipped: this kernel has no IPv6");
    }
    let hosts = hosts(Hangs, Answers);
    timed(250, 320, || {
        let client =
            create_connection(endpoint(&hosts).as_str(), Limit::seconds(20)).expect("IPv4");
        assert_eq!(client.peer_addr().expect("a peer"), (Ipv4Addr::LOCALHOST, hosts.port).into());
        // It is as if there had been no race.
        let info = fs::read_to_string(format!("/proc/self/fdinfo/{}", client.as_raw_fd()));
        let flags = info
            .expect("fdinfo")
            .lines()
            .find_map(|line| i32::from_str_radix(line.strip_prefix("flags:")?.trim(), 8).ok());
        assert_eq!(flags.map(|flags| flags & 0o4000), Some(0), "O_NONBLOCK");
        assert!(client.is_blocking() && client.timeout().is_none());
    });
    // Over any transport, too.
    let client = connect(endpoint(&hosts).as_str(), Limit::seconds(20)).expect("IPv4");
    assert_eq!(client.ty(), Type::STREAM);
}

#[test]
fn a_family_that_refuses_costs_nothing() {
    if !has_ipv6() {
        return println!("skipped: this kernel has no IPv6");
    }
    let hosts = hosts(Refuses, Answers);
    timed(0, 50, || {
        let client = create_connection(endpoint(&hosts).as_str(), Limit::NONE).expect("IPv4");
        assert!(client.peer_addr().expect("a peer").is_ipv4());
    });
}

#[test]
fn every_attempt_is_told_with_its_time() {
    if !has_ipv6() {
        return println!("skipped: this kernel has no IPv6");
    }
    let limit = Duration::from_millis(500);
    let table = [
        (Refuses, Refuses, "6 refused, 4 refused"),
        (Hangs, Refuses, "4 refused, 6 TimedOut"),
        (Refuses, Hangs, "6 refused, 4 TimedOut"),
        (Hangs, Hangs, "6 TimedOut, 4 TimedOut"),
    ];
    for (v6, v4, expected) in table {
        let hosts = hosts(v6, v4);
        let error = create_connection(endpoint(&hosts).as_str(), Limit::within(limit)).unwrap_err();
        let Failure::Attempts(attempts) = error.failure() else { panic!("{error:?}") };
        assert_eq!(told(&error), expected, "{v6:?} {v4:?}: {error}");
        assert_eq!(error.is_timed_out(), expected.ends_with("TimedOut"));
        let later = attempts.iter().map(|attempt| attempt.began).max().unwrap_or_default();
        assert_eq!(later >= Duration::from_millis(250), v6 == Hangs, "{later:?}");
        for attempt in attempts {
            assert!(
                attempt.error.kind() != Kind::TimedOut || attempt.began + attempt.took >= limit
            );
        }
    }
}

#[test]
fn one_after_another_is_pythons_way() {
    if !has_ipv6() {
        return println!("skipped: this kernel has no IPv6");
    }
    let options = ConnectOptions { race: HappyEyeballs::SEQUENTIAL, source: None };
    let hanging = hosts(Hangs, Answers);
    let limit = Limit::within(Duration::from_millis(500));
    let error = create_connection_with(endpoint(&hanging).as_str(), options, limit).unwrap_err();
    assert_eq!(told(&error), "6 TimedOut");
    let refusing = hosts(Refuses, Answers);
    let client = create_connection_with(endpoint(&refusing).as_str(), options, Limit::seconds(20));
    assert!(client.is_ok_and(|client| client.peer_addr().is_ok_and(|peer| peer.is_ipv4())));
    let once =
        ConnectOptions { race: HappyEyeballs { max_attempts: 1, ..options.race }, source: None };
    let error =
        create_connection_with(endpoint(&refusing).as_str(), once, Limit::seconds(20)).unwrap_err();
    assert_eq!(error.last().and_then(berkeley::Error::errno), Some(REFUSED));
}

#[test]
fn a_token_ends_a_race() {
    if !has_ipv6() {
        return println!("skipped: this kernel has no IPv6");
    }
    let hosts = hosts(Hangs, Hangs);
    let token = CancelToken::new().expect("a descriptor");
    std::thread::scope(|scope| {
        scope.spawn(|| {
            std::thread::sleep(Duration::from_millis(300));
            token.cancel();
        });
        let limit = Limit::seconds(30).cancelled_by(&token);
        let error = create_connection(endpoint(&hosts).as_str(), limit).unwrap_err();
        assert_eq!(told(&error), "6 Cancelled, 4 Cancelled");
        assert!(error.is_cancelled() && !error.is_timed_out());
    });
    let error =
        create_connection(endpoint(&hosts).as_str(), Limit::NONE.cancelled_by(&token)).unwrap_err();
    assert_eq!(told(&error), "6 Cancelled");
    // No time at all is one try.
    let error =
        create_connection(endpoint(&hosts).as_str(), Limit::within(Duration::ZERO)).unwrap_err();
    assert!(error.is_timed_out());
}

#[test]
fn it_connects_from_where_it_is_told() {
    if !has_ipv6() {
        return println!("skipped: this kernel has no IPv6");
    }
    let hosts = hosts(Answers, Answers);
    let from = |source: &str| ConnectOptions {
        source: Some(source.parse().expect("an address")),
        ..ConnectOptions::default()
    };
    let there = endpoint(&hosts);
    let client = create_connection_with(there.as_str(), from("127.0.0.5:0"), Limit::seconds(20))
        .expect("IPv4");
    assert_eq!(client.local_addr().expect("a name").ip().to_string(), "127.0.0.5");
    let client =
        create_connection_with(there.as_str(), from("[::1]:0"), Limit::seconds(20)).expect("IPv6");
    assert!(client.local_addr().expect("a name").is_ipv6());
    let error = create_connection_with(there.as_str(), from("192.0.2.1:0"), Limit::seconds(20))
        .unwrap_err();
    assert_eq!(told(&error), "6 22, 4 99", "{error}");
}
