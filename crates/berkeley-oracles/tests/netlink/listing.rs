//! What is listed, beside `ip -j` and netlink-packet-route: links, addresses, routes, neighbours.

use core::time::Duration;
use std::process::Command;
use std::thread;

use berkeley_socket::Interface;
use berkeley_socket::netlink::{
    AddressFlags, HardwareAddress, Hop, InterfaceAddress, Link, Neighbour, NewLink, Object, Peer,
    Prefix, Route, RouteKind, Rtnetlink, Table,
};
use serde_json::{Value, json};

use crate::network::{ip, unless_skipped};
use crate::two::{Outcome, alone, index};

/// A network with one of everything.
pub(crate) fn inhabited() -> Outcome<Rtnetlink<'static>> {
    let mut route = Rtnetlink::open()?;
    route.add_link("one", &NewLink::Veth(Peer { name: "two", namespace: None }))?;
    let one = index("one")?;
    route.set_mtu(one, 1400)?;
    route.set_up(one)?;
    route.set_up(index("two")?)?;
    let v4 = |d| [192, 0, 2, d].into();
    let v6 = |d| [0x2001, 0xdb8, 0, 0, 0, 0, 0, d].into();
    let mut network = InterfaceAddress::new(one, v4(1), 24);
    network.broadcast = Some([192, 0, 2, 255].into());
    let mut pair = InterfaceAddress::new(one, [198, 51, 100, 1].into(), 32);
    pair.peer = Some([198, 51, 100, 2].into());
    let mut six = InterfaceAddress::new(one, v6(1), 64);
    six.flags = AddressFlags::NODAD;
    let mut short = InterfaceAddress::new(one, v6(2), 64);
    short.flags = AddressFlags::NODAD | AddressFlags::NOPREFIXROUTE;
    short.valid = Some(Duration::from_secs(40_501));
    short.preferred = Some(Duration::from_secs(30_501));
    for address in [network, pair, six, short] {
        route.add_address(&address)?;
    }
    let mut spread = Route::new(Prefix::new([203, 0, 113, 0].into(), 24)).via(v4(9));
    spread.gateway = None;
    spread.hops = vec![Hop::new(one, Some(v4(9))), Hop::new(one, Some(v4(10)))];
    spread.hops[0].weight = 3;
    let mut special = Route::new(Prefix::new([10, 8, 0, 0].into(), 16)).via(v4(7)).on(one);
    (special.metric, special.mtu, special.table) = (Some(77), Some(1300), Table::new(1000));
    special.preferred_source = Some(v4(1));
    let mut hole = Route::new(Prefix::new([10, 9, 0, 0].into(), 16));
    (hole.kind, hole.scope) = (RouteKind::BLACKHOLE, berkeley_socket::netlink::Scope::UNIVERSE);
    let six = Route::new(Prefix::new([0x2001, 0xdb8, 9, 0, 0, 0, 0, 0].into(), 48)).via(v6(9));
    let mixed = Route::new(Prefix::new([10, 7, 0, 0].into(), 16)).via(v6(9)).on(one);
    let default = Route::new(Prefix::ALL_V4).via(v4(1 + 1));
    for new in [spread, special, hole, six, mixed, default] {
        route.add_route(&new)?;
    }
    let hardware = HardwareAddress::new(&[2, 0, 0x5e, 0, 0x53, 1]).ok_or("six bytes")?;
    for ip in [v4(77), v6(77)] {
        route.set_neighbour(&Neighbour::new(one, ip, hardware))?;
    }
    Ok(route)
}

/// The answer of ip(8).
fn asked(words: &str) -> Outcome<Vec<Value>> {
    let output = Command::new("ip").args(words.split(' ')).output()?;
    assert!(output.status.success(), "{output:?}");
    Ok(serde_json::from_slice(&output.stdout)?)
}

/// These keys of each, in an order of their own.
fn keys(all: &[Value], keys: &[&str]) -> Vec<String> {
    let row = |value: &Value| {
        // Lives go on while ip(8) starts: they are compared by the thousand seconds.
        let rough = |key: &str| match value[key].as_u64() {
            Some(seconds) if key.ends_with("life_time") => json!(seconds / 1000),
            _ => value[key].clone(),
        };
        let picked = keys.iter().map(|key| format!("{key}={}", rough(key)));
        picked.collect::<Vec<_>>().join(" ")
    };
    let mut rows: Vec<_> = all.iter().map(row).collect();
    rows.sort();
    rows
}

fn name(index: u32) -> Value {
    Interface::indexed(index).map_or(Value::Null, |it| json!(it.name().to_str()))
}

fn named(index: Option<u32>) -> Value {
    index.map_or(Value::Null, name)
}

fn text<T: ToString>(value: Option<T>) -> Value {
    value.map_or(Value::Null, |value| json!(value.to_string()))
}

fn link(link: &Link) -> Value {
    json!({
        "ifindex": link.interface.index(),
        "ifname": link.interface.name().to_str(),
        "altnames": if link.other_names.is_empty() { Value::Null } else {
            link.other_names.iter().map(|name| json!(name.to_str())).collect()
        },
        "mtu": link.mtu,
        "link_type": link.ty.to_string(),
        "operstate": link.state.to_string(),
        "address": text(link.address),
        "broadcast": text(link.broadcast),
        "link": named(link.below),
        "linkinfo": link.kind.as_ref().map(|kind| json!({"info_kind": kind.to_str()})),
    })
}

fn address(address: &InterfaceAddress) -> Value {
    let seconds = |time: Option<Duration>| time.map_or(0xffff_ffff, |time| time.as_secs());
    let flag = |flag| if address.flags.contains(flag) { json!(true) } else { Value::Null };
    json!({
        "local": address.ip.to_string(),
        "address": text(address.peer),
        "prefixlen": address.prefix_len,
        "broadcast": text(address.broadcast),
        "scope": address.scope.to_string(),
        "nodad": flag(AddressFlags::NODAD),
        "noprefixroute": flag(AddressFlags::NOPREFIXROUTE),
        "valid_life_time": seconds(address.valid),
        "preferred_life_time": seconds(address.preferred),
    })
}

/// As ip(8) writes it: a single address without its length.
fn prefix(prefix: Prefix) -> String {
    match prefix {
        Prefix::ALL_V4 | Prefix::ALL_V6 => "default".to_owned(),
        Prefix { ip, .. } if prefix == Prefix::host(ip) => ip.to_string(),
        prefix => prefix.to_string(),
    }
}

fn route(route: &Route) -> Value {
    let v4 = route.destination.ip.is_ipv4();
    let same = |ip: &core::net::IpAddr| ip.is_ipv4() == v4;
    let (gateway, via) = match route.gateway {
        Some(ip) if same(&ip) => (json!(ip.to_string()), Value::Null),
        Some(ip) => (Value::Null, json!({"family": "inet6", "host": ip.to_string()})),
        None => (Value::Null, Value::Null),
    };
    let hop = |hop: &Hop| {
        json!({
            "gateway": text(hop.gateway), "dev": name(hop.interface), "weight": hop.weight,
            "flags": [],
        })
    };
    json!({
        "type": route.kind.to_string(),
        "dst": prefix(route.destination),
        "gateway": gateway,
        "via": via,
        "dev": named(route.interface),
        "table": route.table.to_string(),
        "protocol": route.protocol.to_string(),
        "scope": route.scope.to_string(),
        "prefsrc": text(route.preferred_source),
        "metric": route.metric,
        "metrics": route.mtu.map(|mtu| json!([{"mtu": mtu}])),
        "nexthops": if route.hops.is_empty() { Value::Null } else {
            route.hops.iter().map(hop).collect()
        },
    })
}

fn neighbour(neighbour: &Neighbour) -> Value {
    json!({
        "dst": neighbour.ip.to_string(),
        "dev": name(neighbour.interface),
        "lladdr": text(neighbour.address),
        "state": [neighbour.state.to_string()],
    })
}

const LINK: &[&str] = &[
    "ifindex",
    "ifname",
    "altnames",
    "mtu",
    "link_type",
    "operstate",
    "address",
    "broadcast",
    "link",
    "linkinfo",
];
const ADDRESS: &[&str] = &[
    "local",
    "address",
    "prefixlen",
    "broadcast",
    "scope",
    "nodad",
    "noprefixroute",
    "valid_life_time",
    "preferred_life_time",
];
const ROUTE: &[&str] = &[
    "type", "dst", "gateway", "via", "dev", "table", "protocol", "scope", "prefsrc", "metric",
    "metrics", "nexthops",
];
const NEIGHBOUR: &[&str] = &["dst", "dev", "lladdr", "state"];

/// A subject, our rows of it, and ip(8)'s.
type Rows = (&'static str, Vec<String>, Vec<String>);

fn both(route_: &mut Rtnetlink<'_>) -> Outcome<Vec<Rows>> {
    let links: Vec<_> = route_.links()?.iter().map(link).collect();
    let addresses: Vec<_> = route_.addresses()?.iter().map(address).collect();
    let routes: Vec<_> = route_.routes()?.iter().map(route).collect();
    let neighbours: Vec<_> = route_.neighbours()?.iter().map(neighbour).collect();
    let theirs = asked("-j -d addr")?;
    let infos: Vec<_> =
        theirs.iter().filter_map(|link| link["addr_info"].as_array()).flatten().cloned().collect();
    Ok(vec![
        ("links", keys(&links, LINK), keys(&theirs, LINK)),
        ("addresses", keys(&addresses, ADDRESS), keys(&infos, ADDRESS)),
        ("routes", keys(&routes, ROUTE), keys(&asked("-j -d route show table all")?, ROUTE)),
        // What needs no asking ip(8) leaves out, unless told otherwise.
        (
            "neighbours",
            keys(&neighbours, NEIGHBOUR),
            keys(&asked("-j neigh show nud all")?, NEIGHBOUR),
        ),
    ])
}

#[test]
fn listed_as_ip_lists_it() {
    unless_skipped(alone(|| {
        let mut route = inhabited()?;
        ip("link property add dev one altname another-name-of-more-than-fifteen-bytes")?;
        // Carriers and addresses of the link come up by themselves meanwhile.
        for last in (0..40).rev() {
            let all = both(&mut route)?;
            if last == 0 || all.iter().all(|(_, ours, theirs)| ours == theirs) {
                for (what, ours, theirs) in all {
                    assert!(ours.len() >= 2, "{what}: {ours:?}");
                    assert_eq!(ours, theirs, "{what}");
                }
                break;
            }
            thread::sleep(Duration::from_millis(100));
        }
        // Interfaces by name and by index know their own.
        let one = Interface::named("one")?;
        let own: Vec<_> = one.addresses()?.iter().map(address).collect();
        let theirs = asked("-j -d addr show dev one")?;
        let theirs = theirs[0]["addr_info"].as_array().ok_or("no addresses")?;
        assert_eq!(keys(&own, ADDRESS), keys(theirs, ADDRESS));
        assert_eq!(route.link(one.index())?.interface, one);
        Ok(())
    }));
}

/// The messages of a dump that was asked for by `kind` and a body of zeros of that length: kinds and bodies.
pub(crate) fn messages(
    route: &mut Rtnetlink<'_>,
    kind: u16,
    len: usize,
) -> Outcome<Vec<(u16, Vec<u8>)>> {
    let mut room = [0; 64];
    let mut request = berkeley_socket::netlink::Request::new(&mut room, kind, 0);
    request.body(&[0; 16][..len]);
    let connection = route.connection();
    Ok(connection.list(&mut request, |message| Some((message.kind, message.body.to_vec())))?)
}

/// What a change tells of a message's kind and body.
pub(crate) fn told(kind: u16, body: &[u8]) -> Option<Object> {
    use berkeley_socket::netlink::{Change, Message};
    let message = Message { kind, flags: 0, sequence: 0, port: 0, body };
    match Change::decode(&message)? {
        Change::New(object) => Some(object),
        _ => None,
    }
}
