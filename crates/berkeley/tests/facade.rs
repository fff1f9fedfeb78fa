//! What the facade promises: one limit for all attempts, every attempt in the error, servers for both IP families.

use core::net::{Ipv4Addr, Ipv6Addr, SocketAddr};
use core::time::Duration;
use std::time::Instant;

use berkeley::socket::Errno;
use berkeley::{
    CancelToken, Failure, Kind, Limit, ServerOptions, Socket, Type, connect, create_connection,
    create_server, has_dualstack_ipv6, has_ipv6, listen,
};

/// A port of this machine on which nobody listens: just given back.
fn closed_port() -> u16 {
    let server = create_server("127.0.0.1:0", ServerOptions::default()).expect("a free port");
    server.local_addr().expect("its name").port()
}

/// A listener whose queue is full: connecting to it waits.
fn full_listener() -> (Socket<SocketAddr>, Vec<Socket<SocketAddr>>) {
    let options = ServerOptions { backlog: 0, ..ServerOptions::default() };
    let server = create_server("127.0.0.1:0", options).expect("a free port");
    let address = server.local_addr().expect("its name");
    let fill = (0..3).map(|_| {
        let socket = Socket::open_for(Type::STREAM, &address).expect("a socket");
        // Those beyond the queue stay in progress; that is what they are for.
        let _ = socket.try_connect(&address);
        socket
    });
    let fill = fill.collect();
    (server, fill)
}

#[test]
fn each_attempt_is_in_the_error() {
    let to = format!("localhost:{}", closed_port());
    let error = create_connection(to.as_str(), Limit::seconds(5)).unwrap_err();
    let Failure::Attempts(attempts) = error.failure() else { panic!("{error:?}") };
    assert!(!attempts.is_empty());
    for attempt in attempts {
        assert_eq!(attempt.error.errno(), Some(Errno::CONNREFUSED), "{error}");
    }
    assert_eq!(error.last().and_then(berkeley::Error::errno), Some(Errno::CONNREFUSED));
    assert_eq!(std::io::Error::from(error).kind(), std::io::ErrorKind::ConnectionRefused);
}

#[test]
fn one_limit_bounds_all_of_it() {
    let (server, _fill) = full_listener();
    let address = server.local_addr().expect("its name");
    let limit = Duration::from_millis(60);
    let best = (0..5)
        .map(|_| {
            let started = Instant::now();
            let error = create_connection(address, Limit::within(limit)).unwrap_err();
            assert!(error.is_timed_out(), "{error}");
            started.elapsed()
        })
        .min()
        .expect("five runs");
    assert!(best >= limit && best < limit + Duration::from_millis(20), "{best:?}");
}

#[test]
fn a_token_ends_a_connect() {
    let (server, _fill) = full_listener();
    let address = server.local_addr().expect("its name");
    let token = CancelToken::new().expect("a descriptor");
    std::thread::scope(|scope| {
        scope.spawn(|| {
            std::thread::sleep(Duration::from_millis(20));
            token.cancel();
        });
        let limit = Limit::seconds(30).cancelled_by(&token);
        let error = create_connection(address, limit).unwrap_err();
        assert!(error.is_cancelled() && !error.is_timed_out(), "{error}");
    });
}

#[test]
fn what_is_no_endpoint_is_said() {
    let rows = [
        "127.0.0.1:99999",
        "127.1:80",
        "example.org",
        "example.org:80 ",
        "a\0b:80",
        "[::1]:080",
        "",
    ];
    for text in rows {
        let error = create_connection(text, Limit::seconds(1)).unwrap_err();
        assert!(matches!(error.failure(), Failure::Text(_)), "{text:?}: {error}");
        assert_eq!(
            std::io::Error::from(error).kind(),
            std::io::ErrorKind::InvalidInput,
            "{text:?}"
        );
    }
    let error = create_connection("unix://@x", Limit::seconds(1)).unwrap_err();
    assert_eq!(error.last().and_then(berkeley::Error::errno), Some(Errno::AFNOSUPPORT), "{error}");
    assert!(!error.to_string().contains("connect"), "{error}");
    // The offset is the text's own, and a chain of causes says nothing twice.
    let error = create_connection(("fe80::1%", 80), Limit::seconds(1)).unwrap_err();
    let Failure::Text(cause) = error.failure() else { panic!("{error:?}") };
    assert_eq!(cause.at(), 8, "{error}");
    assert!(core::error::Error::source(&error).is_none());
}

#[test]
fn a_server_without_a_host_takes_both_families() {
    assert_eq!(has_ipv6(), std::path::Path::new("/proc/net/if_inet6").exists());
    let server = create_server(":0", ServerOptions::default()).expect("a free port");
    let port = server.local_addr().expect("its name").port();
    let mut hosts: Vec<SocketAddr> = vec![(Ipv4Addr::LOCALHOST, port).into()];
    if has_ipv6() {
        assert!(has_dualstack_ipv6());
        hosts.push((Ipv6Addr::LOCALHOST, port).into());
    }
    for host in hosts {
        let client = create_connection(host, Limit::seconds(5)).expect("both are served");
        let (served, from) = server.within(Limit::seconds(5)).accept().expect("it is there");
        assert_eq!(from.port(), client.local_addr().expect("its name").port());
        client.send_all(b"x").expect("connected");
        served.within(Limit::seconds(5)).recv_exact(&mut [0]).expect("one byte");
    }
}

#[test]
fn ipv6_alone_is_ipv6_alone() {
    if !has_ipv6() {
        println!("skipped: this kernel has no IPv6");
        return;
    }
    for options in [
        ("tcp6://:0", ServerOptions::default()),
        ("tcp://[::]:0", ServerOptions { dual_stack: false, ..ServerOptions::default() }),
    ] {
        let server = create_server(options.0, options.1).expect("a free port");
        let port = server.local_addr().expect("its name").port();
        create_connection(("::1", port), Limit::seconds(5)).expect("IPv6 is served");
        let error = create_connection(("127.0.0.1", port), Limit::seconds(5)).unwrap_err();
        assert_eq!(error.last().map(berkeley::Error::kind), Some(Kind::Kernel), "{error}");
    }
}

#[test]
fn a_server_starts_again_on_a_port_with_lingering_connections() {
    let server = create_server("127.0.0.1:0", ServerOptions::default()).expect("a free port");
    let address = server.local_addr().expect("its name");
    let client = create_connection(address, Limit::seconds(5)).expect("it listens");
    let (served, _) = server.accept().expect("it is there");
    // The side that closes first keeps the address in TIME_WAIT.
    drop((served, server));
    drop(client);
    create_server(address, ServerOptions::default()).expect("SO_REUSEADDR");
    let options = ServerOptions { reuse_port: true, ..ServerOptions::default() };
    let one = create_server("127.0.0.1:0", options).expect("a free port");
    create_server(one.local_addr().expect("its name"), options).expect("SO_REUSEPORT");
}

#[test]
fn every_transport_of_unix_is_answered() {
    let folder = tempfile::tempdir().expect("a folder");
    for transport in ["unix", "unix+seqpacket", "unix+dgram"] {
        let path = folder.path().join(transport);
        let endpoint = format!("{transport}://{}", path.display());
        let server = listen(&endpoint, Limit::NONE).expect("a socket file");
        let client = connect(&endpoint, Limit::seconds(5)).expect("it is there");
        client.send(b"ask").expect("connected");
        let mut buffer = [0; 16];
        if transport == "unix+dgram" {
            let (len, from) = server.recv_from(&mut buffer).expect("a datagram");
            server.send_to(&buffer[..len], &from.expect("it has a name")).expect("the answer");
        } else {
            let (served, _) = server.accept().expect("a connection");
            let len = served.recv(&mut buffer).expect("a message");
            served.send(&buffer[..len]).expect("the answer");
        }
        let len = client.within(Limit::seconds(5)).recv(&mut buffer).expect("the answer");
        assert_eq!(&buffer[..len], b"ask", "{transport}");
    }
}
