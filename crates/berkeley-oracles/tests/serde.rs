//! berkeley-addr's `serde` feature through two formats: JSON, for people, and postcard, for machines.
//!
//! Every type goes through both and comes back the same; tables say what stands in between, and what is refused.

#![allow(missing_docs)]

use core::fmt::Debug;
use core::net::{SocketAddr, SocketAddrV6};

use berkeley_addr::{
    Address, AlgAddr, AnyAddr, BdAddr, Bytes, CanAddr, Endpoint, EtherType, Family, FlowInfo,
    HciAddr, Host, HostName, InterfaceName, IsoAddr, IsoTpAddr, J1939Addr, L2capAddr, NetlinkAddr,
    OtherAddr, PacketAddr, PacketType, Parsed, Protocol, QrtrAddr, RfcommAddr, ScoAddr, Scope,
    ScopedIpv6, Service, ServiceName, TipcAddr, Transport, Type, UnixAddr, VsockAddr, XdpAddr,
};
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};

/// One value of a type: what it is in JSON, and in postcard, in hexadecimal.
fn check<T>(value: &T, json: &str, binary: &str)
where
    T: Serialize + DeserializeOwned + Debug + PartialEq,
{
    assert_eq!(serde_json::to_string(value).expect("JSON"), json);
    assert_eq!(&serde_json::from_str::<T>(json).expect(json), value);
    let bytes = postcard::to_stdvec(value).expect("postcard");
    let hex = format!("{bytes:02x?}").replace([' ', ',', '[', ']'], "");
    assert_eq!(hex, binary, "{json}");
    assert_eq!(&postcard::from_bytes::<T>(&bytes).expect(json), value);
    for end in 0..bytes.len() {
        assert!(postcard::from_bytes::<T>(&bytes[..end]).is_err(), "{json}: {end} bytes of it");
    }
}

/// As [`check`], for a text of the grammar.
fn parsed<T>(text: &str, binary: &str)
where
    T: core::str::FromStr<Err: Debug> + Serialize + DeserializeOwned + Debug + PartialEq,
{
    check(&text.parse::<T>().expect(text), &format!("\"{text}\""), binary);
}

/// postcard writes numbers of more than a byte in groups of 7 bits, a negative one between the positive ones, and the length
/// before bytes and texts.
#[test]
fn what_stands_in_between() {
    parsed::<UnixAddr>("unix:", "00");
    parsed::<UnixAddr>("unix:/a", "01022f61");
    parsed::<UnixAddr>("unix:@a%00b", "0203610062");
    parsed::<PacketAddr>("packet:2/0806/aa:bb,type=broadcast,hatype=1", "028610010102aabb");
    parsed::<NetlinkAddr>("netlink:7/11", "0711");
    parsed::<VsockAddr>("vsock:2:1024,flags=1", "02800801");
    parsed::<CanAddr>("can:3", "03");
    parsed::<IsoTpAddr>("can-isotp:3/7e0/7e8", "03e00fe80f");
    parsed::<J1939Addr>("can-j1939:3,name=1,pgn=2,addr=80", "03010280");
    parsed::<AlgAddr>("alg:hash/x,feat=1", "046861736801780100");
    parsed::<QrtrAddr>("qrtr:1:2", "0102");
    parsed::<XdpAddr>("xdp:2/0,flags=4,umem=7", "02000407");
    parsed::<TipcAddr>("tipc:1000:5@1001", "00e80705812000");
    parsed::<TipcAddr>("tipc:1:2-3,scope=node", "0101020303");
    parsed::<TipcAddr>("tipc:@1001:77", "0281204d00");
    parsed::<BdAddr>("AA:BB:CC:DD:EE:FF", "aabbccddeeff");
    parsed::<L2capAddr>("bt-l2cap:AA:BB:CC:DD:EE:FF/1,cid=4,type=le-public", "aabbccddeeff010401");
    parsed::<RfcommAddr>("bt-rfcomm:AA:BB:CC:DD:EE:FF/3", "aabbccddeeff03");
    parsed::<HciAddr>("bt-hci:0/user", "0001");
    parsed::<ScoAddr>("bt-sco:AA:BB:CC:DD:EE:FF", "aabbccddeeff");
    parsed::<IsoAddr>("bt-iso:AA:BB:CC:DD:EE:FF", "aabbccddeeff0000");
    parsed::<IsoAddr>(
        "bt-iso:AA:BB:CC:DD:EE:FF/11:22:33:44:55:66/2/1+3,bc-type=le-public",
        "aabbccddeeff00011122334455660102020103",
    );
    let other = OtherAddr::new(Family::MCTP, &[0x0a]).expect("no type of its own");
    check(&other, "\"af-45:0a\"", "2d010a");
    parsed::<AnyAddr>("127.0.0.1:80", "007f00000150");
    parsed::<AnyAddr>("[::1%2]:80,flow=74565", "010000000000000000000000000000000150c5c60402");
    parsed::<AnyAddr>("unix:@a", "02020161");
    parsed::<AnyAddr>("packet:2", "030200000000");
    parsed::<AnyAddr>("netlink:7", "040700");
    parsed::<AnyAddr>("af-45:0a", "052d010a");
    parsed::<AnyAddr>("vsock:2:7", "06020700");
    parsed::<AnyAddr>("can:3", "0703");
    parsed::<AnyAddr>("can-isotp:3/1/2", "08030102");
    parsed::<AnyAddr>("can-j1939:3,pgn=2,addr=80", "0903000280");
    parsed::<AnyAddr>("alg:a/b", "0a016101620000");
    parsed::<AnyAddr>("qrtr:1:2", "0b0102");
    parsed::<AnyAddr>("xdp:2/0", "0c02000000");
    parsed::<AnyAddr>("tipc:1:2", "0d0001020000");
    parsed::<AnyAddr>("bt-l2cap:AA:BB:CC:DD:EE:FF/1", "0eaabbccddeeff010000");
    parsed::<AnyAddr>("bt-rfcomm:AA:BB:CC:DD:EE:FF/3", "0faabbccddeeff03");
    parsed::<AnyAddr>("bt-hci:0", "100000");
    parsed::<AnyAddr>("bt-sco:AA:BB:CC:DD:EE:FF", "11aabbccddeeff");
    parsed::<AnyAddr>("bt-iso:AA:BB:CC:DD:EE:FF", "12aabbccddeeff0000");
    parsed::<ScopedIpv6>("[::1%lo]:80", "00000000000000000000000000000001500002026c6f");
    parsed::<Endpoint>(
        "tcp://[::1]:80",
        "03746370010a020c000101000000000000000000000000000000010001005000",
    );
    parsed::<Endpoint>("tcp6://a:http", "03746370010a020c00010201610101046874747000");
    parsed::<Endpoint>("can://vcan0", "0363616e011d060201057663616e300700");
    parsed::<Endpoint>("unix+dgram://a", "04756e6978010104000202010161");
    parsed::<Parsed>("127.0.0.1:80", "00007f00000150");
    parsed::<Host>("127.0.0.1", "007f000001");
    parsed::<Host>("a", "020161");
    parsed::<HostName>("a", "0161");
    parsed::<Service>("80", "0050");
    parsed::<Service>("x", "010178");
    parsed::<ServiceName>("x", "0178");
    parsed::<InterfaceName>("lo", "026c6f");
    parsed::<Transport>("tcp", "03746370");
    check(&Scope::None, "\"\"", "00");
    check(&Scope::from(2), "\"2\"", "0102");
    check(&Family::INET6, "\"AF_INET6\"", "0a");
    check(&Family::new(77), "\"AF_77\"", "4d");
    check(&Type::STREAM, "\"SOCK_STREAM\"", "02");
    check(&Type::new(-9), "\"SOCK_-9\"", "11");
    check(&Protocol::TCP, "6", "0c");
    check(&FlowInfo::from_raw(74565), "74565", "c5c604");
    check(&EtherType::ARP, "\"0806\"", "8610");
    check(&PacketType::OUTGOING, "\"outgoing\"", "04");
    check(&Bytes::<4>::new(&[1, 2]).expect("two bytes"), "[1,2]", "020102");
}

/// Every family, type and transport there is.
#[test]
fn each_number_has_its_word() {
    fn back<T: Serialize + DeserializeOwned + Debug + PartialEq>(value: &T) {
        let json = serde_json::to_string(value).expect("JSON");
        assert_eq!(&serde_json::from_str::<T>(&json).expect(&json), value);
    }
    Family::ALL.iter().for_each(back);
    Type::ALL.iter().for_each(back);
    (0..=u16::MAX).step_by(251).map(Family::new).for_each(|family| back(&family));
    (0..=u16::MAX).step_by(251).map(EtherType::new).for_each(|ethertype| back(&ethertype));
    (0..=u8::MAX).map(PacketType::new).for_each(|packet_type| back(&packet_type));
}

#[test]
fn what_is_none_is_refused() {
    fn json<T: DeserializeOwned + Debug>(text: &str, says: &str) {
        let error = serde_json::from_str::<T>(text).expect_err(text).to_string();
        assert!(error.starts_with(says), "{text}: {error}");
    }
    fn binary<T: DeserializeOwned + Debug>(bytes: &[u8]) {
        postcard::from_bytes::<T>(bytes).expect_err("fields that are none");
    }
    json::<AnyAddr>("\"1.2.3.4:080\"", "port 080 has a leading zero, at byte 8");
    json::<AnyAddr>("7", "invalid type: integer `7`, expected a text");
    json::<VsockAddr>("\"qrtr:1:2\"", "`q` cannot stand here, at byte 0");
    json::<OtherAddr>("\"1.2.3.4:80\"", "this is no family, at byte 0");
    json::<Family>("\"AF_2\"", "unknown family `AF_2`");
    json::<Family>("\"AF_077\"", "unknown family `AF_077`");
    json::<Type>("\"SOCK_+9\"", "unknown socket type `SOCK_+9`");
    json::<Transport>("\"tcp6\"", "unknown transport `tcp6`");
    json::<EtherType>("\"08060\"", "unknown ethertype");
    json::<ServiceName>("\"80\"", "`` cannot stand here");
    json::<Bytes<2>>("[1,2,3]", "invalid length 3, expected at most 2 bytes");
    binary::<UnixAddr>(&[1, 0]); // no path at all
    binary::<UnixAddr>(&[1, 2, b'a', 0]); // a NUL in it
    binary::<UnixAddr>(&[3]); // none of the three
    binary::<AlgAddr>(&[0, 1, b'x', 0, 0]);
    binary::<OtherAddr>(&[2, 1, 0]); // AF_INET has a type
    binary::<Bytes<2>>(&[3, 1, 2, 3]);
    binary::<InterfaceName>(&[1, b'7']);
    // tcp over a Unix address, a type that is none of its transport's, IPv6 on IPv4's host
    binary::<Endpoint>(b"\x03tcp\x01\x01\x02\x0c\x02\x02\x02\x01a");
    binary::<Endpoint>(b"\x04unix\x01\x01\x06\x00\x02\x02\x01\x01a");
    binary::<Endpoint>(b"\x03tcp\x01\x0a\x02\x0c\x00\x01\x00\x01\x02\x03\x04\x01\x00\x50\x00");
}

/// serde's own form of core's types loses what a socket address holds; ours, named by the field, does not, in any format.
#[test]
fn core_types_keep_everything_by_text() {
    #[derive(Debug, PartialEq, Serialize, Deserialize)]
    struct Peer {
        #[serde(with = "berkeley_addr::serde::text")]
        at: SocketAddrV6,
        #[serde(with = "berkeley_addr::serde::text")]
        via: SocketAddr,
    }
    let at = SocketAddrV6::parse("[fe80::1%2]:80,flow=74565").expect("an address");
    let peer = Peer { at, via: SocketAddr::from(([127, 0, 0, 1], 80)) };
    let json = serde_json::to_string(&peer).expect("JSON");
    assert_eq!(json, r#"{"at":"[fe80::1%2]:80,flow=74565","via":"127.0.0.1:80"}"#);
    assert_eq!(serde_json::from_str::<Peer>(&json).expect("JSON"), peer);
    let bytes = postcard::to_stdvec(&peer).expect("postcard");
    assert_eq!(postcard::from_bytes::<Peer>(&bytes).expect("postcard"), peer);
    let lax = r#"{"at":"[::1]:080","via":"127.0.0.1:80"}"#;
    assert!(serde_json::from_str::<Peer>(lax).is_err());
    // Why: serde's own.
    let json = serde_json::to_string(&at).expect("JSON");
    assert_eq!(serde_json::from_str::<SocketAddrV6>(&json).expect("JSON").flowinfo(), 0);
    let bytes = postcard::to_stdvec(&at).expect("postcard");
    assert_eq!(postcard::from_bytes::<SocketAddrV6>(&bytes).expect("postcard").scope_id(), 0);
}
