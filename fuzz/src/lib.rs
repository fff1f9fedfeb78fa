//! What each fuzz target checks, without a fuzzer.
//!
//! Contract: a target takes any bytes and panics exactly when a promise is broken. `fuzz_targets/` hands it libFuzzer's bytes,
//! `tests/replay.rs` the seeds, on any compiler.

#![forbid(unsafe_code)]

mod frames;
mod conf;
mod netlink;
mod packets;
mod sctp;
mod tipc;

use std::fmt::{Debug, Display};
use std::net::{IpAddr, SocketAddr, SocketAddrV4, SocketAddrV6};
use std::str::FromStr;
use std::sync::Arc;
use std::time::Duration;

use berkeley_addr::{
    Address, AlgAddr, AnyAddr, BdAddr, CanAddr, Endpoint, Family, HciAddr, Host, HostName,
    InterfaceName, Ip, IsoAddr, IsoTpAddr, J1939Addr, L2capAddr, NetlinkAddr, PacketAddr,
    ParseError, Parsed, QrtrAddr, RfcommAddr, ScoAddr, ScopedIpv6, Service, ServiceName, TipcAddr,
    Transport, UnixAddr, VsockAddr, XdpAddr, inet_aton, inet_ntoa, inet_ntop, inet_pton,
};
use berkeley_resolve::machine::{Action, Config, Event, Lookup, Machine, Memory};
use berkeley_resolve::source::Json;
use berkeley_socket::bluetooth::hci::{Event, Kind, Packet};
use berkeley_socket::bluetooth::mgmt::{Controller, Notice};
use berkeley_socket::bluetooth::monitor::Record;
use berkeley_resolve::wire::{Message, Name, Query, RecordType, Reply, Verdict};
use berkeley_socket::control::{
    self, Content, ControlKind, ControlMessage, alg, bluetooth, can, ip, ipv6, packet, so, tcp,
    tls, udp,
};

pub use frames::can_frames;
pub use conf::{gai_conf, hosts, nsswitch, resolv_conf, services};
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

/// Any bytes as a message of each of Bluetooth's channels: what is a command or data encodes to the same bytes.
pub fn hci(data: &[u8]) {
    /// The kinds whose packets are data.
    const DATA: [Kind; 3] = [Kind::ACL, Kind::SCO, Kind::ISO];
    if let Ok(packet) = Packet::decode(data) {
        let again = match packet {
            Packet::Command(command) => command.encode(),
            Packet::Acl(body) => body.encode(Kind::ACL),
            Packet::Sco(body) => body.encode(Kind::SCO),
            Packet::Iso(body) => body.encode(Kind::ISO),
            Packet::Event(Event::CompletedPackets(done)) => {
                assert!(done.iter().count() <= data.len() / 4);
                None
            }
            _ => None,
        };
        if let Some(again) = again {
            // Two bits of a stream's length mean nothing, and are not kept.
            let mut same = data.to_vec();
            if data[0] == Kind::ISO.raw() {
                same[4] &= 0x3f;
            }
            assert_eq!(again, same);
        }
    }
    let kinds = [Kind::COMMAND, Kind::EVENT].into_iter().chain(DATA);
    for kind in kinds {
        let named = [&[kind.raw()], data].concat();
        assert_eq!(Packet::of(kind, data), Packet::decode(&named));
    }
    if let Ok(record) = Record::decode(data) {
        assert_eq!(record.payload, &data[6..]);
        assert!(record.packet().is_none() || record.new_index().is_none());
        if let Some(Ok(index)) = record.new_index() {
            assert!(index.name.len() <= 8);
        }
    }
    if let Ok(notice) = Notice::decode(data) {
        assert!(!format!("{notice:?}").is_empty());
    }
    if let Ok(controller) = Controller::decode(0, data) {
        assert_eq!(controller.address.encode(), data[..6]);
    }
/// Any bytes as a DNS message, as the answer to the question that stands in it, and as the text of a name.
pub fn wire(data: &[u8]) {
    if let Some(name) = std::str::from_utf8(data).ok().and_then(|text| text.parse::<Name>().ok()) {
        assert_eq!(name.to_string().parse::<Name>().as_ref(), Ok(&name));
        assert!(name.as_bytes().len() < 256);
    }
    let Ok(message) = Message::decode(data) else { return };
    for record in message.records().flatten() {
        let owner = Name::from(record.owner);
        assert!(owner.view().is_identical(record.owner));
        assert_eq!(owner.to_string(), record.owner.to_string());
        // Whether there is a value, and no panic, is all there is to say.
        let _ = record.data().map(|data| format!("{data:?}"));
    }
    for ty in [RecordType::A, RecordType::CNAME, RecordType::ANY] {
        let Ok(reply) = Reply::decode(message, ty) else { continue };
        assert_eq!(reply.records().count(), reply.found());
        assert!(
            reply.aliases() <= 16 && (reply.found() == 0) == (reply.records().next().is_none())
        );
        let _ = (reply.ttl(), reply.negative_ttl(), reply.is_lame(), reply.cookie());
    }
    // What is asked here is answered by this message, if it is a response.
    let Some(Ok(asked)) = message.questions().next() else { return };
    let name = Name::from(asked.name);
    let query = Query { exact: true, ..Query::new(&name, asked.ty, message.id()) };
    if let Verdict::Answer(reply) = query.accept(data) {
        assert!(reply.aliases() > 0 || reply.name() == Some(asked.name));
    }
    let mut room = [0; Query::ROOM];
    let written = query.encode(&mut room).expect("always fits");
    let again = Message::decode(written).expect("a header");
    let question = again.questions().next().expect("one").expect("whole");
    assert!(question.name.is_identical(asked.name) && question.ty == asked.ty);
}

/// A message with the number and the question of another, and the script's flags, counts and records.
fn answer(question: &[u8], bytes: &[u8]) -> Vec<u8> {
    let end = question[12..].iter().position(|byte| *byte == 0).map_or(12, |end| end + 17);
    let header = [0x81, 0x80, 0, 1, 0, 1, 0, 0, 0, 0];
    let mut message = [&question[..2], &header, &question[12..end]].concat();
    for (place, byte) in message[2..12].iter_mut().zip(bytes) {
        *place ^= byte;
    }
    message.extend_from_slice(bytes.get(10..).unwrap_or_default());
    message
}

/// Any bytes as what a network does to a lookup: which socket says what, how much later; three of four times with the number and the
/// question that make it an answer. The lookup ends by its deadline, within its bounds, and closes what it has opened.
pub fn machine(data: &[u8]) {
    const ATTEMPTS: u8 = 2;
    let Some((&[options, more], mut script)) = data.split_first_chunk() else { return };
    let bit = |place: u8| options & (1 << place) != 0;
    let servers: Vec<SocketAddr> =
        (1..=1 + more % 3).map(|i| ([127, 0, 0, i], 53).into()).collect();
    let suffixes = usize::from(more / 64);
    let config = Config {
        search: (0..suffixes).map(|i| format!("s{i}.test").parse().expect("a name")).collect(),
        timeout: Duration::from_secs(1),
        attempts: ATTEMPTS,
        use_vc: bit(0),
        single_request: bit(1),
        random_case: bit(2),
        cookies: bit(3),
        edns: !bit(4),
        hedge: !bit(5),
        strict: bit(6),
        rotate: bit(7),
        servers,
        ..Config::default()
    };
    let deadline = Duration::from_secs(20);
    let bound = config.servers.len() * 2 * (usize::from(ATTEMPTS) * (suffixes + 1 + 8) + 2);
    let lookup = Lookup {
        name: "a.test".parse().expect("a name"),
        search: true,
        types: vec![RecordType::A, RecordType::AAAA],
        deadline: Some(deadline),
    };
    let mut bits = u64::from(more);
    let random = move || {
        bits = bits.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        bits.rotate_right(32)
    };
    let mut memory = Memory::new();
    let mut machine = Machine::new(Arc::new(config), lookup, random);
    let mut now = Duration::ZERO;
    machine.start(now, &mut memory);
    let (mut sockets, mut questions, mut sent) = (Vec::new(), Vec::new(), [0; 2]);
    loop {
        while let Some(action) = machine.poll() {
            match action {
                Action::Udp { socket, queries, .. } => {
                    sent[0] += queries.len();
                    questions.extend(queries.iter().map(|query| (socket, query.to_vec())));
                    sockets.push(socket);
                }
                Action::Tcp { socket, bytes, .. } => {
                    sent[1] += 1;
                    questions.push((socket, bytes[2..].to_vec()));
                    sockets.push(socket);
                }
                Action::Write { socket, .. } => assert!(sockets.contains(&socket)),
                Action::Close { socket } => {
                    let at = sockets.iter().position(|open| *open == socket).expect("it is open");
                    sockets.swap_remove(at);
                    questions.retain(|(of, _)| *of != socket);
                }
            }
        }
        assert!(sent[0] <= bound && sent[1] <= bound);
        let Some(wake) = machine.wake_at() else { break };
        let Some((&[which, what, len], rest)) = script.split_first_chunk() else {
            now = now.max(wake);
            machine.handle(now, Event::Timer, &mut memory);
            continue;
        };
        let (bytes, rest) = rest.split_at(rest.len().min(len.into()));
        script = rest;
        now = wake.min(now + Duration::from_millis(u64::from(which) * u64::from(what & 7)));
        let Some((socket, question)) = questions.get(usize::from(which) % questions.len().max(1))
        else {
            machine.handle(now, Event::Timer, &mut memory);
            continue;
        };
        let socket = *socket;
        let message = if what & 0x18 == 0 { bytes.to_vec() } else { answer(question, bytes) };
        let count = u16::try_from(message.len()).expect("short").to_be_bytes();
        let framed = [&count[..], &message].concat();
        let event = match what >> 5 {
            0..4 => Event::Datagram { socket, bytes: &message },
            4 | 5 => Event::Stream { socket, bytes: &framed },
            6 => Event::Closed { socket },
            _ => Event::Timer,
        };
        machine.handle(now, event, &mut memory);
    }
    assert!(now <= deadline && sockets.is_empty());
    assert!(machine.trace().iter().all(|attempt| attempt.took.is_some()));
    for answer in machine.answers() {
        assert!(answer.reply().is_some_and(|reply| reply.found() > 0));
    }
    let _ = machine.addresses();
}
