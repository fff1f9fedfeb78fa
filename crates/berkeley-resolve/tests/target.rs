//! Endpoints to targets: one table, without any name that a server would have to answer. Each is resolved without a limit
//! and under one.

use berkeley_addr::{Endpoint, Host};
use berkeley_resolve::{ResolveError, Role, lookup, resolve};
use berkeley_socket::Limit;

fn ask(endpoint: &Endpoint, role: Role, limit: Limit<'_>) -> Result<String, ResolveError> {
    let targets = resolve(endpoint, role, limit)?;
    let texts: Vec<_> = targets
        .iter()
        .map(|target| {
            let protocol = target.protocol.name_in(target.family);
            format!("{} {} {protocol} {}", target.family, target.ty, target.addr)
        })
        .collect();
    Ok(texts.join(" | "))
}

#[test]
fn endpoints_of_every_transport() -> Result<(), Box<dyn core::error::Error>> {
    use Role::{Client, Server};
    let table = [
        ("tcp://127.0.0.1:80", Client, "AF_INET SOCK_STREAM IPPROTO_TCP 127.0.0.1:80"),
        ("tcp://127.0.0.1:http", Client, "AF_INET SOCK_STREAM IPPROTO_TCP 127.0.0.1:80"),
        ("tcp4://localhost:http", Client, "AF_INET SOCK_STREAM IPPROTO_TCP 127.0.0.1:80"),
        ("tcp4://localhost:80", Server, "AF_INET SOCK_STREAM IPPROTO_TCP 127.0.0.1:80"),
        ("udp4://:tftp", Server, "AF_INET SOCK_DGRAM IPPROTO_UDP 0.0.0.0:69"),
        ("udplite4://:tftp", Client, "AF_INET SOCK_DGRAM IPPROTO_UDPLITE 127.0.0.1:69"),
        ("tcp6://:80", Server, "AF_INET6 SOCK_STREAM IPPROTO_TCP [::]:80"),
        ("tcp6://:80", Client, "AF_INET6 SOCK_STREAM IPPROTO_TCP [::1]:80"),
        (
            "tcp://:80",
            Server,
            "AF_INET6 SOCK_STREAM IPPROTO_TCP [::]:80 | AF_INET SOCK_STREAM IPPROTO_TCP 0.0.0.0:80",
        ),
        (
            "udp://:80",
            Client,
            "AF_INET6 SOCK_DGRAM IPPROTO_UDP [::1]:80 | AF_INET SOCK_DGRAM IPPROTO_UDP 127.0.0.1:80",
        ),
        (
            "tcp://[fe80::1%lo]:80,flow=7",
            Client,
            "AF_INET6 SOCK_STREAM IPPROTO_TCP [fe80::1%1]:80,flow=7",
        ),
        (
            "tcp://[fe80::1%3]:http,flow=7",
            Client,
            "AF_INET6 SOCK_STREAM IPPROTO_TCP [fe80::1%3]:80,flow=7",
        ),
        ("mptcp://127.0.0.1:http", Client, "AF_INET SOCK_STREAM IPPROTO_MPTCP 127.0.0.1:80"),
        ("sctp+seqpacket://127.0.0.1:9", Client, "AF_INET SOCK_SEQPACKET IPPROTO_SCTP 127.0.0.1:9"),
        ("ping4://localhost", Client, "AF_INET SOCK_DGRAM IPPROTO_ICMP 127.0.0.1:0"),
        ("ping://[::1]", Client, "AF_INET6 SOCK_DGRAM IPPROTO_ICMPV6 [::1]:0"),
        ("ip://127.0.0.1/1", Client, "AF_INET SOCK_RAW IPPROTO_ICMP 127.0.0.1:0"),
        ("unix:///run/x", Client, "AF_UNIX SOCK_STREAM 0 unix:/run/x"),
        ("unix+dgram://@x", Server, "AF_UNIX SOCK_DGRAM 0 unix:@x"),
        ("packet://lo/arp", Server, "AF_PACKET SOCK_RAW 0x0000 packet:1/0806"),
        ("packet+dgram://7", Server, "AF_PACKET SOCK_DGRAM 0x0000 packet:7"),
        ("netlink://route/0/11", Client, "AF_NETLINK SOCK_RAW NETLINK_ROUTE netlink:0/11"),
    ];
    for (endpoint, role, expected) in table {
        for limit in [Limit::NONE, Limit::seconds(60)] {
            assert_eq!(ask(&endpoint.parse()?, role, limit)?, expected, "{endpoint} {role:?}");
        }
    }
    Ok(())
}

#[test]
fn what_there_is_not() -> Result<(), Box<dyn core::error::Error>> {
    let table = [
        (
            "tcp://127.0.0.1:tftp",
            "cannot resolve host 127.0.0.1, service tftp: no such service for this socket type (EAI_SERVICE); \
             give the port as a number, or add the name to /etc/services",
        ),
        (
            "tcp://127.0.0.1:no-such",
            "cannot resolve host 127.0.0.1, service no-such: no such service for this socket type (EAI_SERVICE); \
             give the port as a number, or add the name to /etc/services",
        ),
        ("packet://no-such/arp", "cannot resolve no-such: there is no interface no-such"),
        (
            "udp://[fe80::1%25lo]:80",
            "cannot resolve host [fe80::1%25lo], service 80: there is no interface 25lo; was %lo meant? \
             Nothing is decoded here",
        ),
    ];
    for (endpoint, text) in table {
        let error = ask(&endpoint.parse()?, Role::Client, Limit::seconds(60)).expect_err(endpoint);
        assert_eq!(error.to_string(), text);
        assert!(!error.is_timed_out() && !error.is_cancelled());
    }
    Ok(())
}

#[test]
fn strict_where_getaddrinfo_is_not() -> Result<(), Box<dyn core::error::Error>> {
    for text in ["127.1", "0x7f.1", "1.2.3.4 foo", "1.2.3.4\0", "01.2.3.4", "::1", ""] {
        assert!(text.parse::<Host>().is_err(), "{text:?}");
        for port in ["99999", "65536", "080", "+80", "80 ", ""] {
            let endpoint = format!("tcp://localhost:{port}");
            assert!(endpoint.parse::<Endpoint>().is_err(), "{endpoint:?}");
        }
    }
    let host: Host = "[fe80::1%lo]".parse()?;
    let addrs = lookup(&host, 80, Limit::NONE)?;
    assert_eq!(addrs, ["[fe80::1%1]:80".parse()?]);
    Ok(())
}
