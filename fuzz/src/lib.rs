//! What each fuzz target checks, without a fuzzer.
//!
//! Contract: a target takes any bytes and panics exactly when a promise is broken. `fuzz_targets/` hands it libFuzzer's bytes,
//! `tests/replay.rs` the seeds, on any compiler.

#![forbid(unsafe_code)]

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
    Content, ControlKind, ControlMessage, alg, bluetooth, can, ip, ipv6, netlink, packet, sctp, so,
    tcp, tipc, tls, udp, vsock,
};
use berkeley_socket::tipc::{Event, Subscription};
use berkeley_socket::netlink::{
    Attributes, Change, GenericFamily, InetSocket, Message, Messages, NetlinkSocket, TipcLink,
    TipcNet, UnixSocket, VsockSocket,
};
use berkeley_socket::Protocol;

mod packets;
pub use packets::{bpf, packet_ring};
use berkeley_socket::sctp::Event;

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
    ("sctp_event", sctp_event),
    ("json", json),
    ("netlink", netlink_messages),
    ("decode_any", decode_any),
    ("encode_decode", encode_decode),
    ("tipc_event", tipc_event),
    ("bpf", bpf),
    ("packet_ring", packet_ring),
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
            read(&message, netlink::PKTINFO);
            read(&message, tipc::ERRINFO);
            read(&message, tipc::DESTNAME);
            read(&message, alg::SET_IV);
            read(&message, tls::GET_RECORD_TYPE);
            read(&message, sctp::SNDINFO);
            read(&message, sctp::RCVINFO);
            read(&message, sctp::INIT);
            read(&message, sctp::NXTINFO);
            read(&message, sctp::PRINFO);
            read(&message, sctp::DSTADDRV4);
            read(&message, sctp::DSTADDRV6);
            read(&message, vsock::RECVERR);
            read(&message, can::DEST_NAME);
            read(&message, bluetooth::PKT_STATUS);
        }
    }
}

/// Any bytes as netlink messages, and as the body of each kind that there is a reader for: walks end and stay within, and each reader
/// tells or refuses.
pub fn netlink_messages(data: &[u8]) {
    /// The attributes within attributes, as deep as they go.
    fn walk(attributes: Attributes<'_>, within: &[u8], depth: usize) {
        let mut behind = within.as_ptr();
        for attribute in attributes.flatten() {
            let place = attribute.value.as_ptr_range();
            assert!(behind <= place.start && place.end <= within.as_ptr_range().end);
            behind = place.end;
            assert!(attribute.text().len() <= attribute.value.len());
            if depth > 0 {
                walk(attribute.nested(), attribute.value, depth - 1);
            }
        }
    }
    /// Whether there is a value, and no panic, is all there is to say.
    fn read(message: &Message<'_>) {
        if let Some(change) = Change::decode(message) {
            assert!(!format!("{change:?}").is_empty());
        }
        if let Some(Err(refusal)) = message.outcome() {
            assert!((1..4096).contains(&refusal.errno.raw_os_error()));
            assert!(!refusal.to_string().is_empty());
        }
        let _ = GenericFamily::decode(message).is_some();
        let _ = (TipcNet::decode(message).is_some(), TipcLink::decode(message).is_some());
        let _ = InetSocket::decode(message, Protocol::TCP).is_some();
        let _ = (UnixSocket::decode(message).is_some(), VsockSocket::decode(message).is_some());
        let _ = NetlinkSocket::decode(message).is_some();
    }
    for message in Messages::new(data).flatten() {
        let place = message.body.as_ptr_range();
        assert!(data.as_ptr_range().start <= place.start && place.end <= data.as_ptr_range().end);
        for skip in [0, 4, 8, 12, 16] {
            walk(message.attributes(skip), message.body, 4);
        }
        read(&message);
    }
    // NLMSG_ERROR and NLMSG_DONE, generic netlink's control, RTM_*, SOCK_DIAG_BY_FAMILY.
    for kind in (2..4).chain(16..32) {
        for flags in [0, 0x200, 0x300] {
            read(&Message { kind, flags, sequence: 0, port: 0, body: data });
        }
/// Any bytes as an event of SCTP: what it borrows lies within the bytes, and within the length that they say.
pub fn sctp_event(data: &[u8]) {
    let Some(event) = Event::decode(data) else { return };
    let said = data.get(4..8).and_then(|len| len.try_into().ok()).map_or(0, u32::from_ne_bytes);
    let end = data.len().min(usize::try_from(said).unwrap_or(usize::MAX));
    let inside = |part: &[u8]| {
        let (part, whole) = (part.as_ptr_range(), data[..end].as_ptr_range());
        assert!(whole.start <= part.start && part.end <= whole.end);
    };
    match event {
        Event::Association { info, .. } => inside(info),
        Event::SendFailed { data, .. } | Event::RemoteError { data, .. } => inside(data),
        Event::StreamReset { streams, .. } => {
            inside(streams);
            assert_eq!(Event::numbers(streams).count(), streams.len() / 2);
        }
        Event::Other { body, .. } => inside(body),
        _ => {}
    }
    // More behind it changes nothing.
    if end == data.len() && usize::try_from(said) == Ok(end) {
        let longer = [data, &[7; 9]].concat();
        assert_eq!(Event::decode(&longer), Some(event));
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

/// Any bytes as what TIPC's topology server says: 48 bytes are an event, which holds its numbers where they stood; others are none.
pub fn tipc_event(data: &[u8]) {
    let event = Event::decode(data);
    assert_eq!(event.is_some(), data.len() == 48);
    assert_eq!(Subscription::decode(data).is_some(), data.len() == 28);
    let Some(event) = event else { return };
    let word = |at: usize| data[at..].first_chunk().map(|word| u32::from_ne_bytes(*word));
    assert_eq!((Some(event.lower), Some(event.upper)), (word(4), word(8)));
    let asked = Subscription::decode(&data[20..]);
    assert_eq!(asked, Some(event.subscription));
    // What could have been asked is asked in these bytes.
    if let Some(bytes) = event.subscription.encode() {
        assert_eq!(bytes, data[20..]);
    }
}
