//! Decoders and parsers take anything: no panic, and what they accept survives the way back.

#![allow(missing_docs)]

mod value;

use core::fmt::Debug;
use core::net::{SocketAddr, SocketAddrV4, SocketAddrV6};

use berkeley_addr::{
    Address, AlgAddr, AnyAddr, BdAddr, CanAddr, Endpoint, Family, HciAddr, Host, InterfaceName,
    IsoAddr, IsoTpAddr, J1939Addr, L2capAddr, NetlinkAddr, PacketAddr, ParseError, Parsed,
    QrtrAddr, RfcommAddr, ScoAddr, ScopedIpv6, Service, TipcAddr, UnixAddr, VsockAddr, XdpAddr,
    inet_aton,
};
use proptest::prelude::*;
use proptest::test_runner::{Config, TestRunner};

/// xorshift64*: the same bytes on every run.
struct Random(u64);

impl Random {
    fn byte(&mut self) -> u8 {
        self.0 ^= self.0 >> 12;
        self.0 ^= self.0 << 25;
        self.0 ^= self.0 >> 27;
        self.0.wrapping_mul(0x2545_f491_4f6c_dd1d).to_be_bytes()[0]
    }
}

fn check_decode<A: Address + Debug + PartialEq>(bytes: &[u8]) {
    match A::decode(bytes) {
        Ok(value) => {
            assert_eq!(A::decode(value.encode().as_ref()), Ok(value.clone()), "{bytes:x?}");
            assert_eq!(A::parse(&value.text().to_string()), Ok(value), "{bytes:x?}");
        }
        Err(error) => assert!(!error.to_string().is_empty()),
    }
}

/// Each family at each length, filled with zeros, with ones, and at random.
#[test]
fn every_family_and_length_decodes() {
    let mut random = Random(0x5eed);
    let unknown = [Family::new(77), Family::new(u16::MAX)];
    let mut decoded = 0;
    for family in Family::ALL.iter().chain(&unknown) {
        for len in 0..=128_usize {
            for fill in 0..6 {
                let mut bytes: Vec<u8> = (0..len)
                    .map(|_| match fill {
                        0 => 0,
                        1 => 0xff,
                        _ => random.byte(),
                    })
                    .collect();
                for (slot, byte) in bytes.iter_mut().zip(family.raw().to_ne_bytes()) {
                    *slot = byte;
                }
                assert_eq!(AnyAddr::decode(&bytes).is_ok(), len >= 2, "{family} {len}");
                check_decode::<AnyAddr>(&bytes);
                check_decode::<SocketAddr>(&bytes);
                check_decode::<SocketAddrV4>(&bytes);
                check_decode::<SocketAddrV6>(&bytes);
                check_decode::<UnixAddr>(&bytes);
                check_decode::<PacketAddr>(&bytes);
                check_decode::<NetlinkAddr>(&bytes);
                check_decode::<TipcAddr>(&bytes);
                check_decode::<L2capAddr>(&bytes);
                check_decode::<RfcommAddr>(&bytes);
                check_decode::<HciAddr>(&bytes);
                check_decode::<ScoAddr>(&bytes);
                check_decode::<IsoAddr>(&bytes);
                check_decode::<VsockAddr>(&bytes);
                check_decode::<CanAddr>(&bytes);
                check_decode::<IsoTpAddr>(&bytes);
                check_decode::<J1939Addr>(&bytes);
                check_decode::<AlgAddr>(&bytes);
                check_decode::<QrtrAddr>(&bytes);
                check_decode::<XdpAddr>(&bytes);
                decoded += 1;
            }
        }
    }
    println!("{decoded} sockaddrs of {} families", Family::ALL.len() + unknown.len());
}

/// An error points into the text, at a character's first byte, and says something.
fn check_error<T>(text: &str, result: Result<T, ParseError>) -> Option<T> {
    result
        .map_err(|error| {
            assert!(text.is_char_boundary(error.at()), "{text:?}: {error}");
            assert!(error.to_string().is_ascii(), "{error}");
        })
        .ok()
}

fn check_parse(text: &str) {
    if let Some(parsed) = check_error(text, text.parse::<Parsed>()) {
        let printed = parsed.to_string();
        assert_eq!(printed.parse(), Ok(parsed), "{text} -> {printed}");
        assert_eq!(printed.parse::<Parsed>().map(|again| again.to_string()), Ok(printed));
    }
    if let Some(endpoint) = check_error(text, Endpoint::shorthand(text)) {
        assert_eq!(endpoint.to_string().parse(), Ok(endpoint));
    }
    check_error(text, SocketAddr::parse(text));
    check_error(text, UnixAddr::parse(text));
    check_error(text, PacketAddr::parse(text));
    check_error(text, NetlinkAddr::parse(text));
    check_error(text, TipcAddr::parse(text));
    check_error(text, L2capAddr::parse(text));
    check_error(text, RfcommAddr::parse(text));
    check_error(text, HciAddr::parse(text));
    check_error(text, ScoAddr::parse(text));
    check_error(text, IsoAddr::parse(text));
    check_error(text, text.parse::<BdAddr>());
    check_error(text, BdAddr::parse_loose(text));
    check_error(text, VsockAddr::parse(text));
    check_error(text, CanAddr::parse(text));
    check_error(text, IsoTpAddr::parse(text));
    check_error(text, J1939Addr::parse(text));
    check_error(text, AlgAddr::parse(text));
    check_error(text, QrtrAddr::parse(text));
    check_error(text, XdpAddr::parse(text));
    check_error(text, text.parse::<ScopedIpv6>());
    check_error(text, text.parse::<Host>());
    check_error(text, text.parse::<Service>());
    check_error(text, text.parse::<InterfaceName>());
    check_error(text, inet_aton(text));
}

fn valid_text() -> BoxedStrategy<String> {
    prop_oneof![
        value::any_addr().prop_map(|addr| addr.to_string()),
        value::layout().prop_map(|addr| addr.to_string()),
        value::scoped().prop_map(|addr| addr.to_string()),
        value::endpoint_text(),
    ]
    .boxed()
}

/// A valid text with one piece replaced by another.
fn mutated() -> impl Strategy<Value = String> {
    let piece = prop_oneof!["\\PC{0,3}", "[0-9a-f:.,/%\\[\\]@+-]{0,4}", Just("\0".to_owned())];
    (valid_text(), any::<(prop::sample::Index, prop::sample::Index)>(), piece).prop_map(
        |(text, (from, to), piece)| {
            let (from, to) = (from.index(text.len() + 1), to.index(text.len() + 1));
            let (from, to) = (from.min(to), from.max(to).min(from.min(to) + 4));
            format!("{}{piece}{}", &text[..from], &text[to..])
        },
    )
}

#[test]
fn every_parser_is_total() {
    let word = "(unix|packet|netlink|tipc|bt-(l2cap|rfcomm|hci|sco|iso)|vsock|can(-bcm|-isotp|-j1939)?|alg|qrtr|xdp|\
                af-[0-9]{1,3}|tcp|udp6|ip4|ping)?(\\+dgram)?:(//)?";
    let texts = prop_oneof![
        2 => "\\PC{0,40}",
        2 => "[0-9a-fx:.,/%\\[\\]@+ -]{0,30}",
        2 => (word, "\\PC{0,20}").prop_map(|(word, rest)| word + &rest),
        6 => mutated(),
    ];
    let config = Config { cases: 20_000, failure_persistence: None, ..Config::default() };
    let outcome = TestRunner::new(config).run(&texts, |text| {
        check_parse(&text);
        Ok(())
    });
    if let Err(error) = outcome {
        panic!("{error}");
    }
}

/// Nothing is accepted with something behind it.
#[test]
fn no_partial_accept() {
    let config = Config { cases: 2000, failure_persistence: None, ..Config::default() };
    let outcome = TestRunner::new(config).run(&valid_text(), |text| {
        for tail in [" ", "\0", "\n", "\r\n", "#", "?", ";", "\u{e9}", " x", ",", "]"] {
            let longer = format!("{text}{tail}");
            assert!(longer.parse::<Parsed>().is_err(), "{longer:?}");
            assert!(format!("{tail}{text}").parse::<Parsed>().is_err(), "{tail:?}{text}");
        }
        Ok(())
    });
    if let Err(error) = outcome {
        panic!("{error}");
    }
}
