//! Links, addresses, routes and neighbours, made and deleted.

use std::os::fd::AsFd;

use berkeley_socket::netlink::{
    AddressFlags, Genetlink, HardwareAddress, InterfaceAddress, InterfaceFlags, LinkType,
    Neighbour, NewLink, Peer, Prefix, Route, RouteKind, RouteProtocol, Rtnetlink, Scope,
};
use berkeley_socket::option::netlink as option;
use berkeley_socket::{Errno, Interface, Limit};

use crate::network::{is_vm, unless_skipped};
use crate::two::{Outcome, alone, here, index};

fn links() -> Outcome {
    let mut route = Rtnetlink::open()?;
    let other = Peer { name: "beta", namespace: None };
    let cable = NewLink::Veth(other);
    let rows = [("alpha", cable, "veth"), ("dumb", NewLink::Dummy, "dummy")];
    // Not every kernel has dummies.
    let rows = rows.get(..if is_vm() { 2 } else { 1 }).unwrap_or_default();
    for (name, new, kind) in rows.iter().copied() {
        route.add_link(name, &new)?;
        let link = Interface::named(name)?.link()?;
        assert_eq!(link.interface.name(), name);
        assert_eq!((link.ty, link.mtu), (LinkType::ETHER, 1500));
        assert_eq!(link.kind.as_deref(), Some(kind.as_ref()));
        assert_eq!(link.address.map(|address| address.as_bytes().len()), Some(6));
        assert!(!link.flags.contains(InterfaceFlags::UP));
        // Made a second time, the kernel says why not, at which attribute or in words.
        let refused = route.add_link(name, &new).unwrap_err();
        assert_eq!(refused.errno(), Some(Errno::EXIST));
        route.set_up(link.interface.index())?;
        route.set_mtu(link.interface.index(), 1234)?;
        let link = Interface::named(name)?.link()?;
        assert!(link.flags.contains(InterfaceFlags::UP));
        assert_eq!(link.mtu, 1234);
        route.set_down(link.interface.index())?;
        assert!(!Interface::named(name)?.link()?.flags.contains(InterfaceFlags::UP));
    }
    // Each end of a cable knows the other.
    let (alpha, beta) = (Interface::named("alpha")?.link()?, Interface::named("beta")?.link()?);
    assert_eq!(alpha.below, Some(beta.interface.index()));
    assert_eq!(beta.below, Some(alpha.interface.index()));
    for (name, ..) in rows {
        route.delete_link(index(name)?)?;
        assert_eq!(Interface::named(name).unwrap_err().errno(), Some(Errno::NODEV));
    }
    assert_eq!(Interface::named("beta").unwrap_err().errno(), Some(Errno::NODEV));
    let gone = route.link(beta.interface.index()).unwrap_err();
    assert_eq!(gone.errno(), Some(Errno::NODEV));
    Ok(())
}

#[test]
fn links_come_and_go() {
    unless_skipped(alone(links));
}

/// Addresses, routes and neighbours on one end of a cable.
fn inhabited() -> Outcome {
    let mut route = Rtnetlink::open()?;
    route.add_link("dumb", &NewLink::Veth(Peer { name: "deaf", namespace: None }))?;
    let dumb = Interface::named("dumb")?;
    let index = dumb.index();
    route.set_up(index)?;
    route.set_up(crate::two::index("deaf")?)?;

    let mut v4 = InterfaceAddress::new(index, [192, 0, 2, 1].into(), 24);
    v4.broadcast = Some([192, 0, 2, 255].into());
    let mut v6 = InterfaceAddress::new(index, [0x2001, 0xdb8, 0, 0, 0, 0, 0, 1].into(), 64);
    v6.flags = AddressFlags::NODAD;
    let mut pair = InterfaceAddress::new(index, [198, 51, 100, 1].into(), 32);
    pair.peer = Some([198, 51, 100, 2].into());
    for address in [v4, v6, pair] {
        route.add_address(&address)?;
        let refused = route.add_address(&address).unwrap_err();
        assert_eq!(refused.errno(), Some(Errno::EXIST));
        let found = dumb.addresses()?;
        let found = found.iter().find(|found| found.ip == address.ip).ok_or("not listed")?;
        assert_eq!(
            (found.prefix_len, found.peer, found.broadcast, found.interface),
            (address.prefix_len, address.peer, address.broadcast, index)
        );
        assert!(found.flags.contains(AddressFlags::PERMANENT | address.flags));
        assert_eq!((found.scope, found.valid), (Scope::UNIVERSE, None));
    }
    assert_eq!(v4.network().to_string(), "192.0.2.0/24");

    let ways = [
        Route::new(Prefix::new([203, 0, 113, 0].into(), 24)).via([192, 0, 2, 9].into()).on(index),
        Route::new(Prefix::ALL_V4).via([192, 0, 2, 9].into()),
        Route::new(Prefix::new([0x2001, 0xdb8, 7, 0, 0, 0, 0, 0].into(), 48))
            .via([0x2001, 0xdb8, 0, 0, 0, 0, 0, 9].into()),
        // IPv4 through a gateway of IPv6: RTA_VIA.
        Route::new(Prefix::new([10, 7, 0, 0].into(), 16))
            .via([0x2001, 0xdb8, 0, 0, 0, 0, 0, 9].into())
            .on(index),
    ];
    for way in &ways {
        route.add_route(way)?;
        let found = route.routes()?;
        let is = |found: &&Route| found.destination == way.destination && found.table == way.table;
        let found = found.iter().find(is).ok_or("not listed")?;
        assert_eq!(found.gateway, way.gateway);
        assert_eq!(found.interface, Some(index));
        assert_eq!((found.kind, found.protocol), (RouteKind::UNICAST, RouteProtocol::BOOT));
    }
    let way = route.route_to([203, 0, 113, 5].into())?;
    assert_eq!(way.gateway, Some([192, 0, 2, 9].into()));
    assert_eq!((way.interface, way.preferred_source), (Some(index), Some(v4.ip)));
    let way = route.route_to([0x2001, 0xdb8, 7, 0, 0, 0, 0, 5].into())?;
    assert_eq!(way.preferred_source, Some(v6.ip));
    for way in &ways {
        route.delete_route(way)?;
        assert_eq!(route.delete_route(way).unwrap_err().errno(), Some(Errno::SRCH));
    }
    let nowhere = route.route_to([203, 0, 113, 5].into()).unwrap_err();
    assert_eq!(nowhere.errno(), Some(Errno::NETUNREACH));

    let hardware = HardwareAddress::new(&[2, 0, 0x5e, 0, 0x53, 1]).ok_or("six bytes")?;
    for ip in [[192, 0, 2, 77].into(), [0x2001, 0xdb8, 0, 0, 0, 0, 0, 0x77].into()] {
        let neighbour = Neighbour::new(index, ip, hardware);
        route.set_neighbour(&neighbour)?;
        route.set_neighbour(&neighbour)?;
        let found = route.neighbours()?;
        assert!(found.contains(&neighbour), "{found:?}");
        route.delete_neighbour(&neighbour)?;
    }

    for address in [v4, v6, pair] {
        route.delete_address(&address)?;
        let refused = route.delete_address(&address).unwrap_err();
        assert_eq!(refused.errno(), Some(Errno::ADDRNOTAVAIL));
    }
    assert!(dumb.addresses()?.iter().all(|address| address.scope == Scope::LINK));
    Ok(())
}

#[test]
fn addresses_routes_and_neighbours_come_and_go() {
    unless_skipped(alone(inhabited));
}

/// A cable's other end is moved into another network, and seen from both.
fn moved() -> Outcome {
    let mut route = Rtnetlink::open()?;
    route.add_link("near", &NewLink::Veth(Peer { name: "far", namespace: None }))?;
    let (near, far) = (index("near")?, Interface::named("far")?.link()?);
    assert_eq!(far.below_namespace, None);
    let there = alone(move || {
        // The network lives as long as this does.
        Ok((here()?, Rtnetlink::open()?))
    });
    let (namespace, mut elsewhere) = there?;
    route.set_namespace(far.interface.index(), namespace.as_fd())?;
    assert_eq!(Interface::named("far").unwrap_err().errno(), Some(Errno::NODEV));
    assert!(route.link(near)?.below_namespace.is_some());
    let links = elsewhere.links()?;
    let moved = links.iter().find(|link| link.interface.name() == "far").ok_or("not there")?;
    assert_eq!((moved.address, moved.below), (far.address, Some(near)));
    // With one end the other goes, wherever it is.
    route.delete_link(near)?;
    assert!(elsewhere.links()?.iter().all(|link| link.interface.name() != "far"));
    Ok(())
}

#[test]
fn a_link_is_moved_to_another_network() {
    unless_skipped(alone(moved));
}

/// Families of generic netlink by name, and their groups by number.
fn families() -> Outcome {
    let mut generic = Genetlink::open()?.within(Limit::seconds(10));
    let all = generic.families()?;
    let control = generic.family("nlctrl")?;
    assert_eq!((control.id, control.header_len), (16, 0));
    assert!(all.contains(&control));
    for family in &all {
        let name = family.name.to_str().ok_or("no text")?;
        assert_eq!(&generic.family(name)?, family);
    }
    // A group above 32 can be joined by its number alone.
    let notify = control.groups.iter().find(|group| group.name == "notify").ok_or("no group")?;
    let high = all.iter().flat_map(|family| &family.groups).map(|group| group.id).max();
    for group in [notify.id, high.unwrap_or(notify.id)] {
        let joined = |generic: &mut Genetlink<'_>| {
            generic.connection().socket().get(option::LIST_MEMBERSHIPS)
        };
        generic.connection().join(group)?;
        assert_eq!(joined(&mut generic)?, [group]);
        generic.connection().leave(group)?;
        assert!(joined(&mut generic)?.is_empty());
    }
    assert_eq!(generic.family("no such family").unwrap_err().errno(), Some(Errno::NOENT));
    Ok(())
}

#[test]
fn families_of_generic_netlink() {
    unless_skipped(alone(families));
}

/// CAN's links, which need their modules.
fn buses() -> Outcome {
    let mut route = Rtnetlink::open()?;
    route.add_link("vcan7", &NewLink::Vcan)?;
    route.add_link("cana", &NewLink::Vxcan(Peer { name: "canb", namespace: None }))?;
    for (name, kind) in [("vcan7", "vcan"), ("cana", "vxcan"), ("canb", "vxcan")] {
        let link = Interface::named(name)?.link()?;
        assert_eq!((link.ty, link.kind.as_deref()), (LinkType::CAN, Some(kind.as_ref())));
        route.set_up(link.interface.index())?;
    }
    Ok(())
}

#[test]
#[ignore = "cargo xtask vm"]
fn links_of_can() {
    assert!(is_vm());
    unless_skipped(alone(buses));
}
