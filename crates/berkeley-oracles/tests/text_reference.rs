//! Our own texts against a second reading of them, slow and plain: the grammar of `docs/TEXT.md`, run as it stands, says what is
//! read; [`sockaddr`] cuts an address up at its separators and lays its fields out as the kernel's headers do.
//!
//! Contract: on texts made by the grammar, whole or with a piece changed, the parsers accept exactly what the grammar does,
//! and give the same bytes, hosts, types and protocols. Conditions that a grammar cannot say stand in [`condition`], each with its rule of the document.

#![allow(missing_docs)]

mod text;

use berkeley_addr::{Address, AnyAddr, Body, Endpoint, Host, ScopedIpv6, Service, Type};
use text::abnf::Grammar;
use text::random::Random;

const TEXTS: usize = 60_000;

fn grammar() -> Grammar {
    let document = include_str!("../../../docs/TEXT.md");
    let (_, grammar) = document.split_once("```abnf\n").expect("a grammar");
    let (grammar, _) = grammar.split_once("```").expect("its end");
    Grammar::new(grammar, condition)
}

/// What the document says of a rule in words.
fn condition(rule: &str, text: &str) -> bool {
    let at_most = |limit: u64| text.parse().is_ok_and(|number: u64| number <= limit);
    let digits_only = || text.bytes().all(|byte| byte.is_ascii_digit());
    match rule {
        // "at most 255; u16, u32 alike", "-128 to 127"
        "u8" => at_most(0xff),
        "u16" => at_most(0xffff),
        "u32" => at_most(0xffff_ffff),
        "i8" => text.parse::<i8>().is_ok(),
        // "NETLINK_*, 0 to 31"
        "nl-proto" => text.parse().is_ok_and(|number: u8| number <= 31) || !digits_only(),
        // "not digits only, not "." nor "..""
        "ifname" => !digits_only() && text != "." && text != "..",
        // "not digits only"
        "service" => !digits_only(),
        // "at most 253 without the last dot; last label not a number"
        "hostname" => {
            let name = text.strip_suffix('.').unwrap_or(text);
            let last = name.rsplit('.').next().unwrap_or(name);
            let hex = last.strip_prefix("0x").or_else(|| last.strip_prefix("0X"));
            let number = last.bytes().all(|byte| byte.is_ascii_digit())
                || hex.is_some_and(|hex| hex.bytes().all(|byte| byte.is_ascii_hexdigit()));
            name.len() <= 253 && !number
        }
        // "at most seven groups beside it, v4 counts two"
        "v6" if text.contains("::") => {
            let groups = text.split(':').filter(|group| !group.is_empty());
            groups.map(|group| if group.contains('.') { 2 } else { 1 }).sum::<usize>() <= 7
        }
        // "no %00; not "@" nor "//" first"
        "path" => !text.contains("%00") && !text.starts_with('@') && !text.starts_with("//"),
        "alg" => !text.contains("%00") && keys_once(text),
        // "range, lower <= upper"
        "tipc" => {
            let numbers = text.split(',').next().and_then(|text| text.split_once(':'));
            let range = numbers.and_then(|(_, range)| range.split_once('-'));
            range.is_none_or(|(lower, upper)| lower.parse::<u32>().ok() <= upper.parse().ok())
        }
        // "each key at most once"
        "l2cap" | "packet" | "j1939" | "xdp" => keys_once(text),
        // "only with a broadcaster"
        "iso" => keys_once(text) && (text.contains('/') || !text.contains(",bc-type=")),
        // "af-N whose bytes decode as another text here is an error"
        "address" => {
            let parts = text.strip_prefix("af-").and_then(|rest| rest.split_once(':'));
            parts.is_none_or(|(family, hex)| !has_own_text(family, &hexadecimal(hex)))
        }
        // "only where its host is an IPv6 address", "with an address of that family"
        "endpoint" => {
            let (transport, body) = text.split_once("://").unwrap_or_default();
            let transport = transport.split('+').next().unwrap_or_default();
            let v6 = body.starts_with('[');
            let host = body.split([':', '/', ',']).next().unwrap_or_default();
            let v4 = host.parse::<core::net::Ipv4Addr>().is_ok();
            let flow =
                IP.contains(&transport.trim_end_matches(['4', '6'])) && body.contains(",flow=");
            let other = if v6 { '4' } else { '6' };
            (v6 || !flow) && !((v4 || v6) && transport.ends_with(other))
        }
        _ => true,
    }
}

/// Whether bytes behind the family are an address of a family with a word: "for bytes their word cannot hold, and for the layouts
/// that only the protocol tells apart (29, 31)".
fn has_own_text(family: &str, data: &[u8]) -> bool {
    let at = |place: usize| data.get(place).copied().unwrap_or(0);
    let u32_at =
        |place| u32::from_ne_bytes([at(place), at(place + 1), at(place + 2), at(place + 3)]);
    let text_at = |from: usize, most: usize| {
        let bytes = (from..from + most).map(at);
        bytes.take_while(|byte| *byte != 0).count()
    };
    match family {
        "1" | "2" | "10" | "16" | "40" | "42" | "44" => true,
        // A hardware address ends at 32.
        "17" => at(9) <= 32,
        // Range, service, socket; a range has an order.
        "30" => match at(0) {
            1 => u32_at(6) <= u32_at(10),
            kind => kind == 2 || kind == 3,
        },
        // A kind of 1 to 13 bytes, and a name of 1 to 103, which a NUL ends.
        "38" => (1..14).contains(&text_at(0, 14)) && (1..104).contains(&text_at(22, 104)),
        _ => false,
    }
}

/// How many bytes the sockaddr of a text has: the struct, or what is in use of it.
fn length(text: &str, used: usize) -> usize {
    let word = text.split(':').next().unwrap_or_default();
    match word {
        _ if text.starts_with('[') => 28,
        // An abstract name's length is the sockaddr's; a path has a NUL behind it, where there is room.
        "unix" if text.starts_with("unix:@") || text == "unix:" => used,
        "unix" => (used + 1).min(110),
        "vsock" | "tipc" | "xdp" => 16,
        "bt-rfcomm" => 10,
        "bt-l2cap" => 14,
        "bt-sco" => 8,
        "bt-hci" => 6,
        "bt-iso" => {
            if text.contains('/') {
                50
            } else {
                10
            }
        }
        "packet" => used.max(20),
        "netlink" | "qrtr" => 12,
        "can" | "can-isotp" | "can-j1939" => 24,
        // The name ends with a NUL, and has 64 bytes at least.
        "alg" => (used + 1).max(88),
        _ if word.starts_with("af-") => used,
        _ => 16,
    }
}

/// The transports over IP, in which a host stands.
const IP: [&str; 9] = ["ip", "tcp", "udp", "udplite", "dccp", "mptcp", "smc", "sctp", "ping"];

fn keys_once(text: &str) -> bool {
    let keys: Vec<_> =
        text.split(',').skip(1).filter_map(|option| option.split('=').next()).collect();
    keys.iter().enumerate().all(|(i, key)| !keys[..i].contains(key))
}

fn hexadecimal(digits: &str) -> Vec<u8> {
    let pairs = digits.as_bytes().chunks(2);
    pairs
        .map(|pair| {
            u8::from_str_radix(str::from_utf8(pair).expect("ASCII"), 16).expect("hexadecimal")
        })
        .collect()
}

/// A text of `rule`, as it is or with a piece changed.
fn text_of(grammar: &Grammar, rule: &str, random: &mut Random) -> String {
    const PIECES: &[&str] = &[
        "",
        "",
        "0",
        "1",
        "9",
        "00",
        "f",
        "A",
        "ff",
        "/",
        "//",
        ":",
        "::",
        ",",
        "=",
        "@",
        "%",
        "%00",
        "%2F",
        "%41",
        ".",
        "-",
        "+",
        "[",
        "]",
        " ",
        "\0",
        "é",
        "256",
        "65536",
        "4294967296",
        "eth0",
        "user",
        "flow=1",
        ",type=1",
        "\n",
    ];
    let mut text = grammar.make(rule, random);
    for _ in 0..random.of(&[0, 0, 1, 1, 2]) {
        let places: Vec<usize> = (0..=text.len()).filter(|&at| text.is_char_boundary(at)).collect();
        let first = random.below(places.len());
        let last = (first + random.below(3)).min(places.len() - 1);
        text.replace_range(places[first]..places[last], random.of(PIECES));
    }
    text
}

/// In an address an interface is an index; only `[fe80::1%eth0]:80` may say a name, and is a `ScopedIpv6` then.
fn names_interface(text: &str) -> bool {
    let (word, rest) = text.split_once(':').unwrap_or_default();
    let with = ["packet", "can", "can-isotp", "can-j1939", "xdp"].contains(&word);
    let name = rest.split(['/', ',']).next().unwrap_or_default();
    with && name.bytes().any(|byte| !byte.is_ascii_digit())
}

#[test]
fn addresses() {
    let (grammar, mut random) = (grammar(), Random(0x5eed));
    let (mut read, mut wrong) = (0, Vec::new());
    for _ in 0..TEXTS {
        let text = text_of(&grammar, "address", &mut random);
        let theirs = grammar.matches("address", &text) && !names_interface(&text);
        let scoped = text.parse::<ScopedIpv6>();
        let named = scoped.as_ref().is_ok_and(|addr| addr.resolved().is_none());
        match text.parse::<AnyAddr>() {
            Ok(addr) => {
                let (ours, theirs_bytes) = (addr.encode(), sockaddr(&text));
                let same = theirs_bytes.is_some_and(|mut bytes| {
                    bytes.resize(length(&text, bytes.len()), 0);
                    ours[..] == bytes
                });
                if !theirs || !same {
                    wrong.push(format!("{text:?}: ours {addr}, {ours:?}; theirs {theirs}"));
                }
                read += 1;
            }
            Err(error) if theirs && !named => wrong.push(format!("{text:?}: {error}")),
            Err(_) => {}
        }
        if scoped.is_ok() != grammar.matches("inet6", &text) {
            wrong.push(format!("{text:?}: {scoped:?}"));
        }
    }
    println!("{TEXTS} texts of addresses, {read} read");
    assert!(wrong.is_empty(), "{} of {TEXTS}:\n{}", wrong.len(), wrong.join("\n"));
    assert!(read > TEXTS / 4, "the generator must hit");
}

#[test]
fn endpoints() {
    let (grammar, mut random) = (grammar(), Random(0x5eed));
    let (mut read, mut wrong) = (0, Vec::new());
    for _ in 0..TEXTS {
        let text = text_of(&grammar, "endpoint", &mut random);
        let (ours, theirs) = (text.parse::<Endpoint>(), grammar.matches("endpoint", &text));
        let same = ours.as_ref().is_ok_and(|endpoint| means_the_same(endpoint, &text));
        if ours.is_ok() != theirs || theirs && !same {
            wrong.push(format!("{text:?}: {ours:?}"));
        }
        read += usize::from(theirs);
    }
    println!("{TEXTS} texts of endpoints, {read} read");
    assert!(wrong.is_empty(), "{} of {TEXTS}:\n{}", wrong.len(), wrong.join("\n"));
    assert!(read > TEXTS / 4, "the generator must hit");
}

/// Transports: their word, their first type, and the protocol where the word alone says it.
const TRANSPORTS: [(&str, Type, Option<i32>); 25] = [
    ("tcp", Type::STREAM, Some(6)),
    ("udp", Type::DGRAM, Some(17)),
    ("udplite", Type::DGRAM, Some(136)),
    ("dccp", Type::DCCP, Some(33)),
    ("mptcp", Type::STREAM, Some(262)),
    ("smc", Type::STREAM, None),
    ("sctp", Type::STREAM, Some(132)),
    ("ping", Type::DGRAM, None),
    ("ip", Type::RAW, None),
    ("unix", Type::STREAM, Some(0)),
    ("vsock", Type::STREAM, Some(0)),
    ("tipc", Type::STREAM, Some(0)),
    ("bt-rfcomm", Type::STREAM, Some(3)),
    ("bt-l2cap", Type::SEQPACKET, Some(0)),
    ("bt-sco", Type::SEQPACKET, Some(2)),
    ("bt-hci", Type::RAW, Some(1)),
    ("bt-iso", Type::SEQPACKET, Some(8)),
    ("packet", Type::RAW, None),
    ("netlink", Type::RAW, None),
    ("can", Type::RAW, Some(1)),
    ("can-bcm", Type::DGRAM, Some(2)),
    ("can-isotp", Type::DGRAM, Some(6)),
    ("can-j1939", Type::DGRAM, Some(7)),
    ("alg", Type::SEQPACKET, Some(0)),
    ("xdp", Type::RAW, Some(0)),
];

/// Whether an endpoint has the type, the protocol, the host, the names and the bytes that its text says.
fn means_the_same(endpoint: &Endpoint, text: &str) -> bool {
    let (scheme, body) = text.split_once("://").unwrap_or_default();
    let (word, ty) = scheme.split_once('+').unwrap_or((scheme, ""));
    let plain = word.trim_end_matches(['4', '6']);
    let known = TRANSPORTS.iter().find(|(known, ..)| [word, plain].contains(known));
    let &(word, first, protocol) = known.unwrap_or(&("qrtr", Type::DGRAM, Some(0)));
    let ty = match ty {
        "stream" => Type::STREAM,
        "dgram" => Type::DGRAM,
        "seqpacket" => Type::SEQPACKET,
        "rdm" => Type::RDM,
        "raw" => Type::RAW,
        _ => first,
    };
    let typed =
        endpoint.ty() == ty && protocol.is_none_or(|number| endpoint.protocol().raw() == number);
    let (front, end) = match (body.starts_with('['), word) {
        (true, _) => body.split_at(body.find(']').map_or(0, |at| at + 1)),
        (false, "ip") => body.split_at(body.find('/').unwrap_or(body.len())),
        (false, _) => body.split_at(body.find(':').unwrap_or(body.len())),
    };
    typed
        && match endpoint.body() {
            Body::Host { host, service, flowinfo } => {
                let (end, flow) = end.split_once(",flow=").unwrap_or((end, "0"));
                let written = host.as_ref().map_or_else(String::new, |host| match host {
                    Host::V4(ip) => ip.to_string(),
                    // Of many texts of one address: by its own, and the zone's.
                    Host::V6 { ip, scope } => format!("{} {}", u128::from(*ip), scope),
                    Host::Name(name) => name.as_str().to_owned(),
                });
                let inner = front.trim_start_matches('[').trim_end_matches(']');
                let (ip, zone) = inner.split_once('%').unwrap_or((inner, ""));
                let zone = if zone == "0" { "" } else { zone };
                let wanted = match ip.parse::<core::net::Ipv6Addr>() {
                    Ok(ip) => format!("{} {zone}", u128::from(ip)),
                    Err(_) => inner.to_owned(),
                };
                let tail = match service {
                    Some(Service::Port(port)) => format!(":{port}"),
                    Some(Service::Name(name)) => format!(":{}", name.as_str()),
                    None if word == "ip" => format!("/{}", endpoint.protocol().raw()),
                    None => String::new(),
                };
                written == wanted && tail == end && flow.parse() == Ok(*flowinfo)
            }
            local => {
                let (family, body) = match word {
                    "can-bcm" => ("can", body),
                    "netlink" => ("netlink", body.split_once('/').map_or("0", |(_, rest)| rest)),
                    word => (word, body),
                };
                let address = match local {
                    Body::Interface { interface, .. } => {
                        match body.strip_prefix(interface.as_str()) {
                            Some(rest) => format!("{family}:0{rest}"),
                            None => return false,
                        }
                    }
                    _ => format!("{family}:{body}"),
                };
                let (Body::Interface { address: ours, .. } | Body::Address(ours)) = local else {
                    return false;
                };
                sockaddr(&address).is_some_and(|mut bytes| {
                    bytes.resize(length(&address, bytes.len()), 0);
                    ours.encode()[..] == bytes
                })
            }
        }
}

/// A sockaddr as it grows.
struct Layout(Vec<u8>);

impl Layout {
    fn of(family: u16) -> Self {
        Self(family.to_ne_bytes().to_vec())
    }

    fn put(mut self, bytes: impl AsRef<[u8]>) -> Self {
        self.0.extend(bytes.as_ref());
        self
    }

    fn zeros(self, count: usize) -> Self {
        self.put(vec![0; count])
    }
}

/// The bytes of an address that the grammar accepts; what is missing at the end is zeros.
#[allow(clippy::too_many_lines, reason = "a case for each family, read one beside the other")]
fn sockaddr(text: &str) -> Option<Vec<u8>> {
    if text.starts_with('[') {
        let (host, rest) = text.strip_prefix('[')?.split_once("]:")?;
        let (ip, scope) = host.split_once('%').unwrap_or((host, "0"));
        let (port, flow) = rest.split_once(",flow=").unwrap_or((rest, "0"));
        let ip: core::net::Ipv6Addr = ip.parse().ok()?;
        let layout = Layout::of(10).put(port.parse::<u16>().ok()?.to_be_bytes());
        let layout = layout.put(flow.parse::<u32>().ok()?.to_be_bytes()).put(ip.octets());
        return Some(layout.put(u32s(scope)?).0);
    }
    let (word, rest) = text.split_once(':')?;
    if word.starts_with(|c: char| c.is_ascii_digit()) {
        let ip: core::net::Ipv4Addr = word.parse().ok()?;
        return Some(Layout::of(2).put(rest.parse::<u16>().ok()?.to_be_bytes()).put(ip.octets()).0);
    }
    let (body, options) = rest.split_once(',').unwrap_or((rest, ""));
    let option = |key: &str, default: &'static str| -> String {
        let all = options.split(',').filter_map(|option| option.split_once('='));
        let found = all.into_iter().find(|(name, _)| *name == key);
        found.map_or(default, |(_, value)| value).to_owned()
    };
    let layout = match word {
        "unix" => {
            let bytes = unescape(rest)?;
            match rest.strip_prefix('@') {
                Some(name) => Layout::of(1).zeros(1).put(unescape(name)?),
                None => Layout::of(1).put(bytes),
            }
        }
        "vsock" => {
            let (cid, port) = body.split_once(':')?;
            let cid = match cid {
                "host" => "2",
                "local" => "1",
                cid => cid,
            };
            let any = |number: &str| if number.is_empty() { Some([0xff; 4]) } else { u32s(number) };
            let layout = Layout::of(40).zeros(2).put(any(port)?).put(any(cid)?);
            layout.put([u8::from_str_radix(&option("flags", "0"), 16).ok()?])
        }
        "tipc" => {
            let scope = match option("scope", "0").as_str() {
                "cluster" => 2,
                "node" => 3,
                number => number.parse::<i8>().ok()?,
            };
            let layout = |kind: u8| Layout::of(30).put([kind]).put(scope.to_ne_bytes());
            if let Some(socket) = body.strip_prefix('@') {
                let (node, reference) = socket.split_once(':')?;
                layout(3).put(u32s(reference)?).put(hex32(node)?)
            } else {
                let (service, instance) = body.split_once(':')?;
                if let Some((lower, upper)) = instance.split_once('-') {
                    layout(1).put(u32s(service)?).put(u32s(lower)?).put(u32s(upper)?)
                } else {
                    let (instance, node) = instance.split_once('@').unwrap_or((instance, "0"));
                    layout(2).put(u32s(service)?).put(u32s(instance)?).put(hex32(node)?)
                }
            }
        }
        "bt-rfcomm" => {
            let (device, channel) = body.split_once('/')?;
            Layout::of(31).put(bdaddr(device)?).put([channel.parse::<u8>().ok()?])
        }
        "bt-l2cap" => {
            let (device, psm) = body.split_once('/')?;
            let layout = Layout::of(31).put(psm.parse::<u16>().ok()?.to_le_bytes());
            let layout = layout.put(bdaddr(device)?);
            let layout = layout.put(option("cid", "0").parse::<u16>().ok()?.to_le_bytes());
            layout.put([device_type(&option("type", "bredr"))?])
        }
        "bt-sco" => Layout::of(31).put(bdaddr(body)?),
        "bt-hci" => {
            let (device, channel) = body.split_once('/').unwrap_or((body, "raw"));
            let device = if device.is_empty() { 0xffff } else { device.parse::<u16>().ok()? };
            let words = ["raw", "user", "monitor", "control", "logging"];
            let channel = match words.iter().position(|word| *word == channel) {
                Some(place) => u16::try_from(place).ok()?,
                None => channel.parse().ok()?,
            };
            Layout::of(31).put(device.to_ne_bytes()).put(channel.to_ne_bytes())
        }
        "bt-iso" => {
            let parts: Vec<_> = body.split('/').collect();
            let layout = Layout::of(31).put(bdaddr(parts[0])?);
            let layout = layout.put([device_type(&option("type", "bredr"))?]);
            match parts[1..] {
                [device, sid, bis] => {
                    let bis: Vec<u8> =
                        bis.split('+').filter_map(|number| number.parse().ok()).collect();
                    let layout = layout.put(bdaddr(device)?);
                    let layout = layout.put([device_type(&option("bc-type", "bredr"))?]);
                    let layout = layout.put([sid.parse::<u8>().ok()?]);
                    layout.put([u8::try_from(bis.len()).ok()?]).put(bis)
                }
                _ => layout,
            }
        }
        "packet" => {
            let parts: Vec<_> = body.split('/').collect();
            let protocol = match parts.get(1).copied().unwrap_or("0000") {
                "all" => 3,
                "ip" => 0x800,
                "arp" => 0x806,
                "ipv6" => 0x86dd,
                "vlan" => 0x8100,
                "lldp" => 0x88cc,
                number => u16::from_str_radix(number, 16).ok()?,
            };
            let hardware = parts.get(2).map_or(vec![], |text| hexadecimal(&text.replace(':', "")));
            let words = [
                "host",
                "broadcast",
                "multicast",
                "otherhost",
                "outgoing",
                "loopback",
                "user",
                "kernel",
            ];
            let kind = option("type", "host");
            let kind = match words.iter().position(|word| *word == kind) {
                Some(place) => u8::try_from(place).ok()?,
                None => kind.parse().ok()?,
            };
            let layout = Layout::of(17).put(protocol.to_be_bytes()).put(u32s(parts[0])?);
            let layout = layout.put(option("hatype", "0").parse::<u16>().ok()?.to_ne_bytes());
            layout.put([kind, u8::try_from(hardware.len()).ok()?]).put(hardware)
        }
        "netlink" => {
            let (pid, groups) = body.split_once('/').unwrap_or((body, "0"));
            Layout::of(16).zeros(2).put(u32s(pid)?).put(hex32(groups)?)
        }
        "can" => Layout::of(29).zeros(2).put(u32s(body)?),
        "can-isotp" => {
            let parts: Vec<_> = body.split('/').collect();
            let layout = Layout::of(29).zeros(2).put(u32s(parts[0])?);
            layout.put(hex32(parts[1])?).put(hex32(parts[2])?)
        }
        "can-j1939" => {
            let name = u64::from_str_radix(&option("name", "0"), 16).ok()?;
            let layout = Layout::of(29).zeros(2).put(u32s(body)?).put(name.to_ne_bytes());
            let layout = layout.put(hex32(&option("pgn", "40000"))?);
            layout.put([u8::from_str_radix(&option("addr", "ff"), 16).ok()?])
        }
        "alg" => {
            let (kind, name) = body.split_once('/')?;
            let padded = |text: &str, len: usize| -> Option<Vec<u8>> {
                let mut bytes = unescape(text)?;
                bytes.resize(len, 0);
                Some(bytes)
            };
            let layout = Layout::of(38).put(padded(kind, 14)?).put(hex32(&option("feat", "0"))?);
            layout.put(hex32(&option("mask", "0"))?).put(unescape(name)?)
        }
        "qrtr" => {
            let (node, port) = body.split_once(':')?;
            Layout::of(42).zeros(2).put(u32s(node)?).put(u32s(port)?)
        }
        "xdp" => {
            let (index, queue) = body.split_once('/')?;
            let flags = u16::from_str_radix(&option("flags", "0"), 16).ok()?;
            let layout = Layout::of(44).put(flags.to_ne_bytes()).put(u32s(index)?);
            layout.put(u32s(queue)?).put(u32s(&option("umem", "0"))?)
        }
        _ => {
            let family: u16 = word.strip_prefix("af-")?.parse().ok()?;
            Layout::of(family).put(hexadecimal(rest))
        }
    };
    Some(layout.0)
}

fn u32s(text: &str) -> Option<[u8; 4]> {
    text.parse::<u32>().ok().map(u32::to_ne_bytes)
}

fn hex32(text: &str) -> Option<[u8; 4]> {
    u32::from_str_radix(text, 16).ok().map(u32::to_ne_bytes)
}

fn device_type(text: &str) -> Option<u8> {
    match text {
        "bredr" => Some(0),
        "le-public" => Some(1),
        "le-random" => Some(2),
        number => number.parse().ok(),
    }
}

/// Six bytes, the last first.
fn bdaddr(text: &str) -> Option<[u8; 6]> {
    let mut bytes: [u8; 6] = hexadecimal(&text.replace(':', "")).try_into().ok()?;
    bytes.reverse();
    Some(bytes)
}

fn unescape(text: &str) -> Option<Vec<u8>> {
    let mut parts = text.split('%');
    let mut bytes = parts.next()?.as_bytes().to_vec();
    for part in parts {
        bytes.push(u8::from_str_radix(part.get(..2)?, 16).ok()?);
        bytes.extend(&part.as_bytes()[2..]);
    }
    Some(bytes)
}
