//! What each fuzz target checks, without a fuzzer.
//!
//! Contract: a target takes any bytes and panics exactly when a promise is broken. `fuzz_targets/` hands it libFuzzer's bytes,
//! `tests/replay.rs` the seeds, on any compiler.

#![forbid(unsafe_code)]

mod conf;
mod controller;
mod dns;
mod frames;
mod netlink;
mod packets;
mod sctp;
mod tipc;

use std::fmt::{Debug, Display};
use std::net::{IpAddr, SocketAddr, SocketAddrV4, SocketAddrV6};
use std::str::FromStr;

use berkeley_addr::{
    Address, AlgAddr, AnyAddr, BdAddr, CanAddr, Endpoint, Family, HciAddr, Host, HostName,
    InterfaceName, Ip, IsoAddr, IsoTpAddr, J1939Addr, L2capAddr, NetlinkAddr, PacketAddr,
    ParseError, Parsed, QrtrAddr, RfcommAddr, ScoAddr, ScopedIpv6, Service, ServiceName, TipcAddr,
    Transport, UnixAddr, VsockAddr, XdpAddr, inet_aton, inet_ntoa, inet_ntop, inet_pton,
};
use berkeley_resolve::source::Json;
use berkeley_socket::control::{
    self, Content, ControlKind, ControlMessage, alg, bluetooth, can, ip, ipv6, packet, so, tcp,
    tls, udp,
};

pub use conf::{gai_conf, hosts, nsswitch, resolv_conf, services};
pub use controller::hci;
pub use dns::{machine, wire};
pub use frames::can_frames;
pub use netlink::netlink_messages;
pub use packets::{bpf, packet_ring};
pub use sctp::sctp_event;
pub use tipc::tipc_event;

/// A check of any bytes.
pub type Target = fn(&[u8]);

/// Every target by name.
pub const TARGETS: &[(&str, Target)] = &[
    ("parse_any", parse_any),
    ("parse_endpoint", parse_endpoint),
    ("parse_scoped", parse_scoped),
    ("parse_part", parse_part),
    ("inet", inet),
    ("control", control),
    ("can", can_frames),
    ("decode_any", decode_any),
    ("encode_decode", encode_decode),
    ("json", json),
    ("netlink", netlink_messages),
    ("bpf", bpf),
    ("packet_ring", packet_ring),
    ("tipc_event", tipc_event),
    ("sctp_event", sctp_event),
    ("resolv_conf", resolv_conf),
    ("nsswitch", nsswitch),
    ("hosts", hosts),
    ("services", services),
    ("gai_conf", gai_conf),
    ("hci", hci),
    ("wire", wire),
    ("machine", machine),
];

/// What a text is read as prints to a canonical text, which reads as the same value; an error points into the text.
fn check_text<T>(text: &str, read: impl Fn(&str) -> Result<T, ParseError>)
where
    T: Display + Debug + PartialEq,
{
    match read(text) {
        Ok(value) => {
            let canonical = value.to_string();
            let again = read(&canonical);
            assert_eq!(again.as_ref(), Ok(&value), "{canonical}");
            assert_eq!(again.map(|again| again.to_string()), Ok(canonical));
        }
        Err(error) => {
            assert!(text.is_char_boundary(error.at()));
            assert!(error.to_string().is_ascii());
        }
    }
}

/// Any text as an address, as whatever it is, and as an address of each type.
pub fn parse_any(data: &[u8]) {
    /// A type reads what `AnyAddr` reads as that type's, and nothing else.
    fn typed<A: Address + Debug + PartialEq>(text: &str, any: Option<&[u8]>) {
        match A::parse(text) {
            Ok(addr) => assert_eq!(any, Some(addr.encode().as_ref())),
            Err(error) => assert!(text.is_char_boundary(error.at())),
        }
    }
    let Ok(text) = std::str::from_utf8(data) else { return };
    check_text(text, AnyAddr::from_str);
    check_text(text, Parsed::from_str);
    let any = text.parse::<AnyAddr>().ok().map(|addr| addr.encode());
    let any = any.as_deref();
    typed::<SocketAddrV4>(text, any);
    typed::<SocketAddrV6>(text, any);
    typed::<SocketAddr>(text, any);
    typed::<UnixAddr>(text, any);
    typed::<PacketAddr>(text, any);
    typed::<NetlinkAddr>(text, any);
    typed::<TipcAddr>(text, any);
    typed::<L2capAddr>(text, any);
    typed::<RfcommAddr>(text, any);
    typed::<HciAddr>(text, any);
    typed::<ScoAddr>(text, any);
    typed::<IsoAddr>(text, any);
    typed::<VsockAddr>(text, any);
    typed::<CanAddr>(text, any);
    typed::<IsoTpAddr>(text, any);
    typed::<J1939Addr>(text, any);
    typed::<AlgAddr>(text, any);
    typed::<QrtrAddr>(text, any);
    typed::<XdpAddr>(text, any);
}

/// Any text as an endpoint, and as what a program's user may mean by it.
pub fn parse_endpoint(data: &[u8]) {
    let Ok(text) = std::str::from_utf8(data) else { return };
    check_text(text, Endpoint::from_str);
    check_text(text, Endpoint::shorthand);
}

/// Any text as an IPv6 address whose zone may be a name.
pub fn parse_scoped(data: &[u8]) {
    let Ok(text) = std::str::from_utf8(data) else { return };
    check_text(text, ScopedIpv6::from_str);
    // Without a name it is an address, and the same one.
    if let Ok(scoped) = text.parse::<ScopedIpv6>() {
        assert_eq!(SocketAddrV6::parse(text).ok(), scoped.resolved());
    }
}

/// Any text as what stands within addresses, and as the old forms of IPv4.
pub fn parse_part(data: &[u8]) {
    let Ok(text) = std::str::from_utf8(data) else { return };
    check_text(text, BdAddr::from_str);
    check_text(text, Host::from_str);
    check_text(text, InterfaceName::from_str);
    check_text(text, Service::from_str);
    check_text(text, HostName::from_str);
    check_text(text, ServiceName::from_str);
    check_text(text, Transport::from_str);
    check_text(text, Host::unbracketed);
    check_text(text, <IpAddr as Ip>::parse);
    // Lax, so its own text is core's.
    check_text(text, inet_aton);
}

/// Any bytes as a text and as the bytes of an IP address, by the functions of arpa/inet.h.
pub fn inet(data: &[u8]) {
    for family in [Family::INET, Family::INET6] {
        if let Ok(text) = inet_ntop(family, data) {
            assert_eq!(inet_pton(family, &text).as_deref(), Ok(data));
        }
        let Ok(text) = std::str::from_utf8(data) else { continue };
        if let Ok(ip) = inet_pton(family, text) {
            let canonical = inet_ntop(family, &ip).expect("as many bytes as it takes");
            assert_eq!(inet_pton(family, &canonical), Ok(ip));
        }
    }
    let loose = std::str::from_utf8(data).ok().and_then(|text| inet_aton(text).ok());
    if let Some(ip) = loose {
        assert_eq!(inet_pton(Family::INET, &inet_ntoa(ip)).as_deref(), Ok(&ip.octets()[..]));
    }
}

/// Any bytes as control messages, at every alignment: the walk ends and stays within, and each kind reads or refuses.
pub fn control(data: &[u8]) {
    fn read<C: Content>(message: &ControlMessage<'_>, kind: ControlKind<C>) {
        let forged = ControlMessage { level: kind.level(), kind: kind.kind(), data: message.data };
        // Whether there is a value, and no panic, is all there is to say.
        let _ = kind.read(&forged).is_some();
    }
    for at in 0..data.len().min(8) {
        let bytes = &data[at..];
        let mut behind = bytes.as_ptr();
        for message in berkeley_sys::control::messages(bytes) {
            let place = message.data.as_ptr_range();
            assert!(behind < place.start && place.end <= bytes.as_ptr_range().end);
            behind = place.start;
            read(&message, so::SECURITY);
            read(&message, so::TIMESTAMP);
            read(&message, so::CREDENTIALS);
            read(&message, so::TIMESTAMPNS);
            read(&message, so::TIMESTAMPING);
            read(&message, so::TXTIME);
            read(&message, so::MARK);
            read(&message, ip::PKTINFO);
            read(&message, ip::TTL);
            read(&message, ip::RECVERR);
            read(&message, ip::ORIGDSTADDR);
            read(&message, ipv6::PKTINFO);
            read(&message, ipv6::FLOWINFO);
            read(&message, ipv6::ORIGDSTADDR);
            read(&message, ipv6::PATHMTU);
            read(&message, udp::GRO);
            read(&message, tcp::CM_INQ);
            read(&message, packet::AUXDATA);
            read(&message, control::netlink::PKTINFO);
            read(&message, control::tipc::ERRINFO);
            read(&message, control::tipc::DESTNAME);
            read(&message, alg::SET_IV);
            read(&message, tls::GET_RECORD_TYPE);
            read(&message, control::sctp::SNDINFO);
            read(&message, control::sctp::RCVINFO);
            read(&message, can::DEST_NAME);
            read(&message, bluetooth::PKT_STATUS);
        }
    }
}

/// Any bytes as a sockaddr of any family: decodes from two bytes to 128, and back by both ways.
pub fn decode_any(data: &[u8]) {
    let decoded = AnyAddr::decode(data);
    if (2..=128).contains(&data.len()) {
        assert!(decoded.is_ok());
    }
    let Ok(addr) = decoded else { return };
    assert_eq!(AnyAddr::decode(&addr.encode()), Ok(addr));
    check_text(&addr.to_string(), AnyAddr::from_str);
    assert_eq!(addr.to_string().parse(), Ok(addr));
}

/// Any bytes as a sockaddr of each type: encoding what was decoded decodes to the same value.
pub fn encode_decode(data: &[u8]) {
    fn check<A: Address + Debug + PartialEq>(data: &[u8]) {
        if let Ok(addr) = A::decode(data) {
            let sockaddr = addr.encode();
            assert_eq!(A::decode(sockaddr.as_ref()), Ok(addr.clone()));
            assert_eq!(A::parse(&addr.text().to_string()), Ok(addr));
        }
    }
    check::<SocketAddrV4>(data);
    check::<SocketAddrV6>(data);
    check::<UnixAddr>(data);
    check::<PacketAddr>(data);
    check::<NetlinkAddr>(data);
    check::<TipcAddr>(data);
    check::<L2capAddr>(data);
    check::<RfcommAddr>(data);
    check::<HciAddr>(data);
    check::<ScoAddr>(data);
    check::<IsoAddr>(data);
    check::<VsockAddr>(data);
    check::<CanAddr>(data);
    check::<IsoTpAddr>(data);
    check::<J1939Addr>(data);
    check::<AlgAddr>(data);
    check::<QrtrAddr>(data);
    check::<XdpAddr>(data);
}

/// Any bytes as the JSON that systemd-resolved sends.
pub fn json(data: &[u8]) {
    match Json::parse(data) {
        Ok(value) => {
            assert_eq!(
                value.items().len(),
                if let Json::Array(items) = &value { items.len() } else { 0 }
            );
        }
        Err(malformed) => assert!(malformed.at <= data.len()),
    }
}
