//! This machine as a source of names, in a network of the test's own: a cable with addresses, and gateways that are not there.

mod network;

use berkeley_addr::Family;
use berkeley_resolve::source::{Found, MyHostname, Silence};
use berkeley_socket::netlink::{
    AddressFlags, InterfaceAddress, NewLink, Peer, Prefix, Route, Rtnetlink,
};
use berkeley_socket::{Interface, Limit};
use network::{in_a_network, unless_skipped};

const LIMIT: Limit<'static> = Limit::seconds(10);

fn texts(found: Result<Found, Silence>) -> Vec<String> {
    found.map_or_else(
        |silence| vec![silence.to_string()],
        |found| found.addresses.iter().map(ToString::to_string).collect(),
    )
}

/// A cable with an address of each family, and a gateway for each at its far end.
fn inhabited() -> Result<u32, Box<dyn core::error::Error>> {
    let mut route = Rtnetlink::open()?;
    route.add_link("near", &NewLink::Veth(Peer { name: "far", namespace: None }))?;
    for name in ["far", "near"] {
        route.set_up(Interface::named(name)?.index())?;
    }
    let near = Interface::named("near")?.index();
    route.add_address(&InterfaceAddress::new(near, "192.0.2.100".parse()?, 24))?;
    for ip in ["2001:db8::100", "fe80::100"] {
        let mut address = InterfaceAddress::new(near, ip.parse()?, 64);
        address.flags = AddressFlags::NODAD;
        route.add_address(&address)?;
    }
    let mut far = Route::new(Prefix::ALL_V4).via("192.0.2.254".parse()?).on(near);
    far.metric = Some(200);
    route.add_route(&far)?;
    let mut nearer = Route::new(Prefix::ALL_V4).via("192.0.2.253".parse()?).on(near);
    nearer.metric = Some(100);
    route.add_route(&nearer)?;
    route.add_route(&Route::new(Prefix::ALL_V6).via("fe80::fe".parse()?).on(near))?;
    Ok(near)
}

#[test]
fn a_machine_knows_itself() {
    let here = MyHostname::new("Here");
    unless_skipped(in_a_network(|| {
        // Loopback alone: nowhere to be reached.
        assert_eq!(texts(here.lookup("here.", None, LIMIT)), ["127.0.0.2:0", "[::1]:0"]);
        assert_eq!(here.lookup("_gateway", None, LIMIT), Err(Silence::NotFound));
        assert_eq!(here.lookup("_outbound", None, LIMIT), Err(Silence::NotFound));
        let near = inhabited().map_err(|error| error.to_string())?;
        let own = texts(here.lookup("HERE", None, LIMIT));
        // The kernel gives the cable a link-local address of its own as well.
        assert!(
            own.starts_with(&["192.0.2.100:0".to_owned(), "[2001:db8::100]:0".to_owned()]),
            "{own:?}"
        );
        assert!(own.contains(&format!("[fe80::100%{near}]:0")), "{own:?}");
        assert_eq!(texts(here.lookup("here", Some(Family::INET), LIMIT)), ["192.0.2.100:0"]);
        let gateways = [
            "192.0.2.253:0".to_owned(),
            "192.0.2.254:0".to_owned(),
            format!("[fe80::fe%{near}]:0"),
        ];
        let mut said = texts(here.lookup("_Gateway", None, LIMIT));
        said.sort();
        assert_eq!(said, gateways);
        assert_eq!(texts(here.lookup("_gateway", Some(Family::INET), LIMIT)), gateways[..2]);
        let outbound = texts(here.lookup("_outbound", Some(Family::INET), LIMIT));
        assert_eq!(outbound, ["192.0.2.100:0"]);
        for (ip, name) in [
            ("192.0.2.100", "Here"),
            ("2001:db8::100", "Here"),
            ("192.0.2.254", "_gateway"),
            ("::1", "localhost"),
        ] {
            assert_eq!(here.reverse(ip.parse().unwrap(), LIMIT), Ok(vec![name.to_owned()]), "{ip}");
        }
        assert_eq!(here.reverse("192.0.2.1".parse().unwrap(), LIMIT), Err(Silence::NotFound));
        Ok(())
    }));
}
