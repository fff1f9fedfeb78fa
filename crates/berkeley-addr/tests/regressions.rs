//! Other libraries' bugs with addresses, one test a class: the place where each is known from, and that we do not have it.
//!
//! The kernel's side of them (rooms that are too small, lengths that lie) is tested in berkeley-sys and berkeley-socket.

#![allow(missing_docs)]

use core::fmt::Debug;
use core::net::{Ipv6Addr, SocketAddr};

use berkeley_addr::{
    Address, AnyAddr, Cause, DecodeError, Endpoint, EtherType, Family, Host, Ip, NetlinkAddr,
    PacketAddr, Parsed, ScopedIpv6, TipcAddr, UnixAddr, UnixKind, XdpAddr, inet_pton,
};

/// RUSTSEC-2020-0078 (net2), -0079 (socket2), -0081 (mio), 2022-0052: the memory of std's addresses taken for a sockaddr. Ours is
/// written field by field, at the offsets of the kernel's headers.
#[test]
fn layout_of_core_types() {
    let v4 = SocketAddr::from(([1, 2, 3, 4], 0x0506)).encode();
    let family = Family::INET.raw().to_ne_bytes();
    assert_eq!(v4[..2], family);
    assert_eq!(v4[2..], [5, 6, 1, 2, 3, 4, 0, 0, 0, 0, 0, 0, 0, 0]);
}

/// nix#2693, #1990, #2249, socket2#1762: an answer shorter than the struct, read as if it were whole. What the kernel did not write
/// reads as zero, at every length, whatever lies behind.
#[test]
fn partly_written() {
    fn check<A: Address + PartialEq + Debug>(text: &str) {
        let whole = A::parse(text).expect(text).encode();
        let whole = whole.as_ref();
        for len in 2..=whole.len() {
            let mut zeroed = whole.to_vec();
            zeroed[len..].fill(0);
            assert_eq!(A::decode(&whole[..len]), A::decode(&zeroed), "{text}, {len} bytes");
        }
        for len in 0..2 {
            assert_eq!(A::decode(&whole[..len]), Err(DecodeError::TooShort { len }));
        }
    }
    check::<SocketAddr>("1.2.3.4:80");
    check::<SocketAddr>("[fe80::1%2]:80,flow=74565");
    check::<NetlinkAddr>("netlink:7/11");
    check::<TipcAddr>("tipc:1000:5@1001,scope=node");
    check::<XdpAddr>("xdp:2/1,flags=4,umem=3");
}

/// rustix (`TryFrom`, `Debug`) and socket2 (`as_unix`) panic, nix reads a byte too many: a path of 108 bytes without a NUL, for which
/// the kernel claims 111 bytes of 110. nix#1866, HAProxy#977: an abstract name's length is the sockaddr's.
#[test]
fn unix_lengths() {
    for len in 1..=108 {
        let path = vec![b'x'; len];
        let addr = UnixAddr::path(&path).expect("a path");
        assert_eq!(addr.kind(), UnixKind::Path(&path));
        // As the kernel answers: the path, a NUL, and that counted.
        let mut answer = Family::UNIX.raw().to_ne_bytes().to_vec();
        answer.extend(&path);
        answer.push(0);
        assert_eq!(UnixAddr::decode(&answer), Ok(addr), "{len} bytes");
        // Cut where the struct ends.
        answer.truncate(110);
        assert_eq!(UnixAddr::decode(&answer), Ok(addr), "{len} bytes");
        assert_eq!(addr.to_string().parse(), Ok(addr));
    }
    for len in 0..=107 {
        let name = vec![0; len];
        let addr = UnixAddr::abstract_name(&name).expect("a name");
        assert_eq!(addr.encode().len(), 3 + len);
        assert_eq!(UnixAddr::decode(&addr.encode()), Ok(addr));
        assert_eq!(addr.to_string().parse(), Ok(addr));
    }
    assert_ne!(UnixAddr::abstract_name("a"), UnixAddr::abstract_name("a\0"));
    let too_long =
        [UnixAddr::path([b'x'; 109]).is_err(), UnixAddr::abstract_name([0; 108]).is_err()];
    assert_eq!(too_long, [true, true]);
}

/// nix (`LinkAddr`) says EINVAL: AF_PACKET answers 12 bytes before it is bound, and 18 bound to Ethernet, of 20.
#[test]
fn short_packet_answers() {
    let mut hardware = PacketAddr::on(2, EtherType::ARP);
    hardware.address = berkeley_addr::Bytes::new(&[2, 0, 0x5e, 0x10, 0, 1]).expect("six bytes");
    let whole = hardware.encode();
    assert_eq!(PacketAddr::decode(&whole[..18]), Ok(hardware));
    let unbound = PacketAddr::decode(&PacketAddr::on(0, EtherType::new(0)).encode()[..12]);
    assert_eq!(unbound, Ok(PacketAddr::on(0, EtherType::new(0))));
}

/// CVE-2021-29922 (Rust), -29921 (Python), -29923 (Go): `010.0.0.1` read in two ways. One way, everywhere, is none.
#[test]
fn lax_ipv4() {
    for host in [
        "010.0.0.1",
        "0x7f.1",
        "127.1",
        "127.0.1",
        "2130706433",
        "0x7f000001",
        "256.0.0.1",
        "1.2.3.4.5",
        "1..2.3",
        ".1.2.3",
        "1.2.3.",
        "+1.2.3.4",
        "\u{661}.2.3.4",
        "1.2.3.\u{ff14}",
        " 1.2.3.4",
        "00.0.0.0",
    ] {
        assert!(core::net::Ipv4Addr::parse(host).is_err(), "{host}");
        assert!(inet_pton(Family::INET, host).is_err(), "{host}");
        for text in [format!("{host}:80"), format!("tcp://{host}:80"), format!("udp4://{host}:80")]
        {
            assert!(text.parse::<Parsed>().is_err(), "{text}");
        }
        assert!(host.parse::<Host>().is_err(), "{host}");
    }
}

/// CVE-2016-10739 (glibc): `1.2.3.4 foo` taken for an address.
#[test]
fn trailing_garbage() {
    for tail in [" ", " foo", "\t", "\n", "\r\n", "\0", "\0.example.org", ";", "#", "?", "@"] {
        for ip in ["1.2.3.4", "::1", "fe80::1"] {
            assert!(core::net::IpAddr::parse(&format!("{ip}{tail}")).is_err(), "{ip}{tail:?}");
            assert!(format!("{ip}{tail}").parse::<Host>().is_err(), "{ip}{tail:?}");
        }
        for text in
            ["1.2.3.4:80", "[::1]:80", "tcp://1.2.3.4:80", "tcp://example.org:80", "vsock:2:1024"]
        {
            assert!(format!("{text}{tail}").parse::<Parsed>().is_err(), "{text}{tail:?}");
        }
    }
}

/// CVE-2024-24806 (libuv): a name cut at 256 bytes is another name. Too long is an error, at any length.
#[test]
fn host_name_limit() {
    let name = |len: usize| {
        let labels = "abcdefghi.".repeat(len.div_ceil(10));
        labels[..len].replace("..", "a.").trim_end_matches('.').to_owned()
            + if labels[..len].ends_with('.') { "x" } else { "" }
    };
    for len in 250..=260 {
        assert_eq!(name(len).len(), len);
        let host = name(len).parse::<Host>();
        assert_eq!(host.is_ok(), len <= 253, "{len} bytes");
        assert_eq!(format!("tcp://{}:80", name(len)).parse::<Endpoint>().is_ok(), len <= 253);
    }
    let error = name(1 << 20).parse::<Host>().expect_err("a mebibyte");
    assert_eq!(error.cause(), Cause::TooLong);
    assert_eq!("a".repeat(64).parse::<Host>().map_err(|error| error.cause()), Err(Cause::TooLong));
}

/// CVE-2024-24790 (Go): `::ffff:127.0.0.1` passed for no loopback. It stays the IPv6 address that it is, in each form, and core's
/// `to_canonical` makes it the other, to be asked.
#[test]
fn mapped_addresses() {
    let mapped = SocketAddr::parse("[::ffff:127.0.0.1]:80").expect("an address");
    assert!(
        mapped.is_ipv6() && !mapped.ip().is_loopback() && mapped.ip().to_canonical().is_loopback()
    );
    assert_eq!(SocketAddr::decode(&mapped.encode()), Ok(mapped));
    assert_ne!(mapped, SocketAddr::from(([127, 0, 0, 1], 80)));
    assert_eq!("[::ffff:7f00:1]:80".parse(), Ok(AnyAddr::from(mapped)));
    // Neither is a compatible or a translated one.
    for text in ["[::127.0.0.1]:80", "[64:ff9b::127.0.0.1]:80"] {
        let ip = SocketAddr::parse(text).expect(text).ip();
        assert!(!ip.is_loopback() && ip.to_canonical().is_ipv6(), "{text}");
    }
}

/// CVE-2025-22870 (Go): `[::1%25.example.com]` compared as the name that follows. The zone is a field of its own, nothing in brackets is
/// decoded, and what no interface can be called is no zone.
#[test]
fn zones() {
    let scoped: ScopedIpv6 = "[::1%25.example.com]:80".parse().expect("a name of an interface");
    assert_eq!(
        (scoped.ip, scoped.scope.to_string()),
        (Ipv6Addr::LOCALHOST, "25.example.com".to_owned())
    );
    for zone in [
        "a/b",
        "a:b",
        "a]b",
        "a%b",
        "a b",
        "a\0",
        "a#",
        "a?",
        "%41",
        "",
        ".",
        "..",
        "sixteen-letters-",
    ] {
        let text = format!("[fe80::1%{zone}]:80");
        assert!(text.parse::<ScopedIpv6>().is_err(), "{text}");
        assert!(format!("tcp://{text}").parse::<Endpoint>().is_err(), "{text}");
    }
}

/// CVE-2019-7304 (snapd): a peer's name pasted into a text that was parsed again. What a peer can choose prints without separators.
#[test]
fn names_of_peers() {
    for name in ["/tmp/x;uid=0;", "a\nb", "a b", "a\"b", "a'b", "a,b", "a\x1b[2J", "\u{e9}", "a%41"]
    {
        for addr in
            [UnixAddr::path(name).expect("a path"), UnixAddr::abstract_name(name).expect("a name")]
        {
            let text = addr.to_string();
            assert!(
                text.bytes()
                    .all(|byte| byte.is_ascii_graphic() && !b";,\"'`$&<>|\\".contains(&byte)),
                "{text}"
            );
            assert_eq!(text.parse(), Ok(addr));
        }
    }
}

/// Without brackets there is nothing to suggest about them.
#[test]
fn no_brackets() {
    for text in ["1.2.3.4", "127", "1:2"] {
        let error = Ipv6Addr::parse(text).expect_err(text);
        assert_eq!(error.suggestion(), None, "{text}");
    }
}
