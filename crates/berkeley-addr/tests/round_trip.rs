//! Every field of every type survives value -> bytes -> value and value -> text -> value.
//!
//! One table of types; with `-- --nocapture` it prints type, fields, cases.

#![allow(missing_docs)]

mod value;

use core::fmt::{Debug, Display};
use core::str::FromStr;

use berkeley_addr::{
    Address, AnyAddr, CanAddr, DecodeError, Endpoint, IsoTpAddr, J1939Addr, L2capAddr, Parsed,
    RfcommAddr,
};
use proptest::prelude::*;
use proptest::test_runner::{Config, TestRunner};

const CASES: u32 = 2000;

fn run<T: Debug>(strategy: impl Strategy<Value = T>, test: impl Fn(T)) {
    let config = Config { cases: CASES, failure_persistence: None, ..Config::default() };
    let outcome = TestRunner::new(config).run(&strategy, |value| {
        test(value);
        Ok(())
    });
    if let Err(error) = outcome {
        panic!("{error}");
    }
}

/// A canonical text holds nothing that needs quoting in a log.
fn check_bytes(text: &str) {
    let odd = |c: char| !(c.is_ascii_alphanumeric() || "-._~/@:+=%,[]".contains(c));
    assert_eq!(text.find(odd), None, "{text}");
}

fn address<A: Address + Debug + PartialEq>(
    name: &str,
    fields: &str,
    strategy: impl Strategy<Value = A>,
) {
    run(strategy, |value| {
        let bytes = value.encode();
        assert_eq!(A::decode(bytes.as_ref()), Ok(value.clone()));
        assert_eq!(bytes.as_ref().first_chunk(), Some(&value.family().raw().to_ne_bytes()));
        assert_eq!(AnyAddr::decode(bytes.as_ref()).map(|any| any.encode().to_vec()), {
            Ok(bytes.as_ref().to_vec())
        });
        let text = value.text().to_string();
        assert_eq!(A::parse(&text), Ok(value.clone()), "{text}");
        assert_eq!(AnyAddr::parse(&text).map(|any| any.to_string()), Ok(text.clone()));
        check_bytes(&text);
        // Width and alignment reach the text as a whole.
        assert_eq!(format!("{:>400}", value.text()), format!("{text:>400}"));
    });
    println!("{name:14} {fields:44} {CASES}");
}

fn text<T: FromStr<Err: Debug> + Display + Debug + PartialEq>(
    name: &str,
    fields: &str,
    strategy: impl Strategy<Value = T>,
) {
    run(strategy, |value| {
        let text = value.to_string();
        assert_eq!(text.parse::<T>().expect("its own text"), value, "{text}");
        check_bytes(&text);
    });
    println!("{name:14} {fields:44} {CASES} (text only)");
}

#[test]
fn every_type() {
    println!("{:14} {:44} cases", "type", "fields");
    address("SocketAddrV4", "ip, port", value::inet());
    address("SocketAddrV6", "ip, scope, port, flow", value::inet6());
    address("SocketAddr", "either", value::ip());
    address("UnixAddr", "path | abstract | unnamed", value::unix());
    address("PacketAddr", "index, protocol, address, type, hatype", value::packet(0..=32));
    address("NetlinkAddr", "pid, groups", value::netlink());
    address("TipcAddr", "type, instance, node | range | socket, scope", value::tipc());
    address("L2capAddr", "address, psm, cid, type", value::l2cap());
    address("RfcommAddr", "address, channel", value::rfcomm());
    address("HciAddr", "device, channel", value::hci());
    address("ScoAddr", "address", value::sco());
    address("IsoAddr", "address, type, broadcaster, its type, sid, bis", value::iso());
    address("VsockAddr", "cid, port, flags", value::vsock());
    address("CanAddr", "index", value::can());
    address("IsoTpAddr", "index, rx, tx", value::isotp());
    address("J1939Addr", "index, name, pgn, addr", value::j1939());
    address("AlgAddr", "kind, name, feat, mask", value::alg());
    address("QrtrAddr", "node, port", value::qrtr());
    address("XdpAddr", "index, queue, flags, umem", value::xdp());
    address("AnyAddr", "each of these, family and bytes", value::any_addr());
    let (name, fields) = ("AnyAddr", "each of these, by text");
    text(name, fields, prop_oneof![value::any_addr(), value::layout()]);
    text("ScopedIpv6", "ip, scope (index | name), port, flow", value::scoped());
    let endpoint = |text: String| text.parse::<Endpoint>().expect(&text);
    let fields = "transport, family, type, protocol, body";
    text("Endpoint", fields, value::endpoint_text().prop_map(endpoint));
    let parsed = prop_oneof![
        value::any_addr().prop_map(|addr| addr.to_string()),
        value::layout().prop_map(|addr| addr.to_string()),
        value::scoped().prop_map(|addr| addr.to_string()),
        value::endpoint_text(),
    ];
    let parsed = parsed.prop_map(|text| text.parse::<Parsed>().expect(&text));
    text("Parsed", "address | scoped | endpoint", parsed);
}

/// Bytes of a family with several layouts stay bytes, and who knows the protocol reads them as the type they are.
#[test]
fn layouts_stay_bytes() {
    fn check<A>(strategy: impl Strategy<Value = A>)
    where
        A: Address + Debug + PartialEq + Into<AnyAddr> + TryFrom<AnyAddr, Error = DecodeError>,
    {
        run(strategy, |value| {
            let typed: AnyAddr = value.clone().into();
            assert_eq!(typed.protocol(), A::PROTOCOL);
            assert_eq!(A::try_from(typed), Ok(value.clone()));
            let decoded = AnyAddr::decode(value.encode().as_ref());
            let decoded = decoded.expect("bytes of a family decode");
            assert!(matches!(decoded, AnyAddr::Other(_)), "{decoded}");
            assert_eq!(A::try_from(decoded), Ok(value));
        });
    }
    check(value::l2cap());
    check(value::rfcomm());
    check(value::hci());
    check(value::sco());
    check(value::iso());
    let any = |text: &str| text.parse::<AnyAddr>().expect(text);
    assert!(L2capAddr::try_from(any("bt-hci:0")).is_err(), "another layout is another type");
    assert!(RfcommAddr::try_from(any("1.2.3.4:80")).is_err());
    check(value::can());
    check(value::isotp());
    check(value::j1939());
    let isotp = AnyAddr::from(IsoTpAddr::new(3, 1, 2));
    assert!(CanAddr::try_from(isotp).is_err(), "another layout is another type");
    assert!(J1939Addr::try_from("1.2.3.4:80".parse::<AnyAddr>().expect("an address")).is_err());
}
