//! Beside the crate netlink-packet-route: the kernel's messages are read alike, and requests are the same bytes.

use core::net::IpAddr;
use std::thread;

use berkeley_addr::{NetlinkAddr, Protocol, Type};
use berkeley_socket::netlink::{
    AddressFlags, Connection, ERROR, HardwareAddress, InterfaceAddress, Link, Messages, Neighbour,
    NewLink, Object, Peer, Prefix, Request, Route, Rtnetlink, Table,
};
use berkeley_socket::{Limit, Socket};
use netlink_packet_core::{NetlinkDeserializable, NetlinkHeader, NetlinkSerializable};
use netlink_packet_route::address::{AddressAttribute, AddressMessage};
use netlink_packet_route::link::{
    InfoData, InfoKind, InfoVeth, LinkAttribute, LinkFlags, LinkInfo, LinkMessage,
};
use netlink_packet_route::neighbour::{
    NeighbourAddress, NeighbourAttribute, NeighbourMessage, NeighbourState,
};
use netlink_packet_route::route::{
    RouteAddress, RouteAttribute, RouteMessage, RouteMetric, RouteProtocol, RouteScope, RouteType,
};
use netlink_packet_route::{AddressFamily, RouteNetlinkMessage};

use crate::listing::{inhabited, messages, told};
use crate::network::unless_skipped;
use crate::two::{Outcome, alone};

/// The same message as the crate reads it.
fn theirs(kind: u16, body: &[u8]) -> Outcome<RouteNetlinkMessage> {
    let mut header = NetlinkHeader::default();
    header.message_type = kind;
    header.length = u32::try_from(16 + body.len())?;
    Ok(RouteNetlinkMessage::deserialize(&header, body)?)
}

/// Whether the crate read the same; each field of ours that it has is compared.
fn alike(ours: &Object, theirs: &RouteNetlinkMessage) {
    use RouteNetlinkMessage as T;
    match (ours, theirs) {
        (Object::Link(link), T::NewLink(message)) => same_link(link, message),
        (Object::Address(address), T::NewAddress(message)) => same_address(address, message),
        (Object::Route(route), T::NewRoute(message)) => same_route(route, message),
        (Object::Neighbour(it), T::NewNeighbour(message)) => same_neighbour(it, message),
        (ours, theirs) => panic!("{ours:?} beside {theirs:?}"),
    }
}

fn same_link(link: &Link, message: &LinkMessage) {
    assert_eq!(link.interface.index(), message.header.index);
    assert_eq!(link.ty.raw(), u16::from(message.header.link_layer_type));
    assert_eq!(link.flags.bits(), message.header.flags.bits());
    let mut seen = 0;
    for attribute in &message.attributes {
        seen += 1;
        match attribute {
            LinkAttribute::IfName(name) => assert_eq!(link.interface.name(), name.as_str()),
            LinkAttribute::Mtu(mtu) => assert_eq!(link.mtu, *mtu),
            LinkAttribute::Address(bytes) => {
                assert_eq!(link.address, HardwareAddress::new(bytes));
            }
            LinkAttribute::Broadcast(bytes) => {
                assert_eq!(link.broadcast, HardwareAddress::new(bytes));
            }
            LinkAttribute::Link(index) => assert_eq!(link.below, Some(*index)),
            LinkAttribute::OperState(state) => {
                assert_eq!(link.state.raw(), u8::from(*state));
            }
            LinkAttribute::LinkInfo(info) => {
                let kind = info.iter().find_map(|info| match info {
                    LinkInfo::Kind(kind) => Some(kind.to_string()),
                    _ => None,
                });
                assert_eq!(link.kind.as_deref().and_then(|k| k.to_str()), kind.as_deref());
            }
            _ => seen -= 1,
        }
    }
    assert!(seen >= 5, "{message:?}");
}

fn same_address(address: &InterfaceAddress, message: &AddressMessage) {
    assert_eq!(address.interface, message.header.index);
    assert_eq!(address.prefix_len, message.header.prefix_len);
    assert_eq!(address.scope.raw(), u8::from(message.header.scope));
    let mut other = None;
    for attribute in &message.attributes {
        match attribute {
            AddressAttribute::Local(ip) => assert_eq!(address.ip, *ip),
            AddressAttribute::Address(ip) => other = Some(*ip),
            AddressAttribute::Broadcast(ip) => assert_eq!(address.broadcast, Some(*ip)),
            AddressAttribute::Flags(flags) => {
                assert_eq!(address.flags.bits(), flags.bits());
            }
            AddressAttribute::CacheInfo(info) => {
                let seconds = address.valid.map_or(0xffff_ffff, |time| time.as_secs());
                assert_eq!(seconds, u64::from(info.ifa_valid));
            }
            _ => {}
        }
    }
    assert_eq!(address.peer.or(Some(address.ip)), other);
}

fn same_route(route: &Route, message: &RouteMessage) {
    let header = &message.header;
    assert_eq!(route.destination.len, header.destination_prefix_length);
    assert_eq!(route.protocol.raw(), u8::from(header.protocol));
    assert_eq!(route.scope.raw(), u8::from(header.scope));
    assert_eq!(route.kind.raw(), u8::from(header.kind));
    for attribute in &message.attributes {
        match attribute {
            RouteAttribute::Destination(ip) => {
                assert_eq!(Some(route.destination.ip), as_ip(ip));
            }
            RouteAttribute::Gateway(ip) => assert_eq!(route.gateway, as_ip(ip)),
            RouteAttribute::PrefSource(ip) => assert_eq!(route.preferred_source, as_ip(ip)),
            RouteAttribute::Oif(index) => assert_eq!(route.interface, Some(*index)),
            RouteAttribute::Priority(metric) => assert_eq!(route.metric, Some(*metric)),
            RouteAttribute::Table(table) => assert_eq!(route.table.raw(), *table),
            RouteAttribute::Metrics(metrics) => {
                let mtu = metrics.iter().find_map(|metric| match metric {
                    RouteMetric::Mtu(mtu) => Some(*mtu),
                    _ => None,
                });
                assert_eq!(route.mtu, mtu);
            }
            RouteAttribute::MultiPath(hops) => {
                let ours: Vec<_> =
                    route.hops.iter().map(|hop| (hop.interface, hop.weight - 1)).collect();
                let theirs: Vec<_> =
                    hops.iter().map(|hop| (hop.interface_index, u16::from(hop.hops))).collect();
                assert_eq!(ours, theirs);
            }
            _ => {}
        }
    }
}

fn same_neighbour(neighbour: &Neighbour, message: &NeighbourMessage) {
    assert_eq!(neighbour.interface, message.header.ifindex);
    assert_eq!(neighbour.state.bits(), u32::from(u16::from(message.header.state)));
    for attribute in &message.attributes {
        match attribute {
            NeighbourAttribute::Destination(NeighbourAddress::Inet(ip)) => {
                assert_eq!(neighbour.ip, IpAddr::from(*ip));
            }
            NeighbourAttribute::Destination(NeighbourAddress::Inet6(ip)) => {
                assert_eq!(neighbour.ip, IpAddr::from(*ip));
            }
            NeighbourAttribute::LinkLayerAddress(bytes) => {
                assert_eq!(neighbour.address, HardwareAddress::new(bytes));
            }
            _ => {}
        }
    }
}

fn as_ip(address: &RouteAddress) -> Option<IpAddr> {
    match address {
        RouteAddress::Inet(ip) => Some((*ip).into()),
        RouteAddress::Inet6(ip) => Some((*ip).into()),
        _ => None,
    }
}

#[test]
fn messages_are_read_alike() {
    unless_skipped(alone(|| {
        let mut route = inhabited()?;
        // RTM_GETLINK, RTM_GETADDR, RTM_GETROUTE, RTM_GETNEIGH and the lengths of their structures.
        for (kind, len) in [(18, 16), (22, 8), (26, 12), (30, 12)] {
            let all = messages(&mut route, kind, len)?;
            assert!(all.len() >= 2, "{kind}");
            for (kind, body) in all {
                let ours = told(kind, &body).ok_or_else(|| format!("{kind}: {body:?}"))?;
                alike(&ours, &theirs(kind, &body)?);
            }
        }
        Ok(())
    }));
}

/// What `ask` sends: kind and body, acknowledged by a kernel of our own.
fn sent(
    ask: impl FnOnce(&mut Rtnetlink<'_>) -> berkeley_socket::netlink::Result<()> + Send,
) -> (u16, Vec<u8>) {
    let open = || {
        let socket = Socket::<NetlinkAddr>::open(Type::RAW, Protocol::NETLINK_USERSOCK).unwrap();
        socket.bind(&NetlinkAddr::KERNEL).unwrap();
        socket
    };
    let (kernel, client) = (open(), open());
    let (there, here) = (kernel.local_addr().unwrap(), client.local_addr().unwrap());
    thread::scope(|scope| {
        let script = scope.spawn(move || {
            let mut bytes = [0; 1024];
            let len = kernel.within(Limit::seconds(10)).recv(&mut bytes).unwrap();
            let message = Messages::new(&bytes[..len]).next().unwrap().unwrap();
            let mut room = [0; 64];
            let mut ack = Request::new(&mut room, ERROR, 0);
            ack.body(&[0; 20]);
            let mut ack = ack.bytes().unwrap().to_vec();
            ack[8..12].copy_from_slice(&message.sequence.to_ne_bytes());
            ack[12..16].copy_from_slice(&here.pid.to_ne_bytes());
            kernel.send_to(&ack, &here).unwrap();
            (message.kind, message.body.to_vec())
        });
        let connection = Connection::new(client).to(there).within(Limit::seconds(10));
        ask(&mut Rtnetlink::new(connection)).unwrap();
        script.join().unwrap()
    })
}

/// The attributes at the end without the bit that says which are nests, which the crate does not set.
fn without_nests(bytes: &mut [u8], header: usize) {
    let mut at = header;
    while at + 4 <= bytes.len() {
        let len = usize::from(u16::from_ne_bytes([bytes[at], bytes[at + 1]]));
        let kind = u16::from_ne_bytes([bytes[at + 2], bytes[at + 3]]);
        if kind & 0x8000 != 0 {
            bytes[at + 2..at + 4].copy_from_slice(&(kind & 0x7fff).to_ne_bytes());
            // IFLA_INFO_DATA's peer begins with struct ifinfomsg, behind its own head.
            let within = &mut bytes[at + 4..at + len];
            let inner = if len > 20 && within[..16].iter().all(|byte| *byte == 0) { 16 } else { 0 };
            without_nests(within, inner);
        }
        at += len.next_multiple_of(4);
    }
}

fn expect(
    theirs: &RouteNetlinkMessage,
    header: usize,
    ask: impl FnOnce(&mut Rtnetlink<'_>) -> berkeley_socket::netlink::Result<()> + Send,
) {
    let (kind, mut body) = sent(ask);
    without_nests(&mut body, header);
    let mut bytes = vec![0; theirs.buffer_len()];
    theirs.serialize(&mut bytes);
    assert_eq!((kind, body), (theirs.message_type(), bytes), "{theirs:?}");
}

#[test]
fn links_are_asked_for_alike() {
    let named = |name: &str| LinkAttribute::IfName(name.to_owned());
    let mut peer = LinkMessage::default();
    peer.attributes = vec![named("b")];
    let mut veth = LinkMessage::default();
    veth.attributes = vec![
        named("a"),
        LinkAttribute::LinkInfo(vec![
            LinkInfo::Kind(InfoKind::Veth),
            LinkInfo::Data(InfoData::Veth(InfoVeth::Peer(peer))),
        ]),
    ];
    expect(&RouteNetlinkMessage::NewLink(veth), 16, |route| {
        route.add_link("a", &NewLink::Veth(Peer { name: "b", namespace: None }))
    });
    let mut dummy = LinkMessage::default();
    dummy.attributes =
        vec![named("d"), LinkAttribute::LinkInfo(vec![LinkInfo::Kind(InfoKind::Dummy)])];
    expect(&RouteNetlinkMessage::NewLink(dummy), 16, |route| route.add_link("d", &NewLink::Dummy));
    let mut up = LinkMessage::default();
    up.header.index = 7;
    (up.header.flags, up.header.change_mask) = (LinkFlags::Up, LinkFlags::Up);
    expect(&RouteNetlinkMessage::SetLink(up), 16, |route| route.set_up(7));
    let mut mtu = LinkMessage::default();
    mtu.header.index = 7;
    mtu.attributes = vec![LinkAttribute::Mtu(1234)];
    expect(&RouteNetlinkMessage::SetLink(mtu), 16, |route| route.set_mtu(7, 1234));
    let mut gone = LinkMessage::default();
    gone.header.index = 7;
    expect(&RouteNetlinkMessage::DelLink(gone), 16, |route| route.delete_link(7));
}

#[test]
fn the_rest_is_asked_for_alike() {
    let (ip, other, third) = ([192, 0, 2, 1].into(), [192, 0, 2, 9].into(), [10, 0, 0, 0]);
    let mut theirs = AddressMessage::default();
    (theirs.header.family, theirs.header.index) = (AddressFamily::Inet, 7);
    theirs.header.prefix_len = 24;
    theirs.attributes = vec![
        AddressAttribute::Local(ip),
        AddressAttribute::Address(other),
        AddressAttribute::Broadcast([192, 0, 2, 255].into()),
    ];
    let mut ours = InterfaceAddress::new(7, ip, 24);
    (ours.peer, ours.broadcast) = (Some(other), Some([192, 0, 2, 255].into()));
    expect(&RouteNetlinkMessage::NewAddress(theirs.clone()), 8, |route| route.add_address(&ours));
    theirs
        .attributes
        .push(AddressAttribute::Flags(netlink_packet_route::address::AddressFlags::Noprefixroute));
    ours.flags = AddressFlags::NOPREFIXROUTE;
    expect(&RouteNetlinkMessage::DelAddress(theirs), 8, |route| route.delete_address(&ours));

    let mut theirs = RouteMessage::default();
    theirs.header.address_family = AddressFamily::Inet;
    theirs.header.destination_prefix_length = 8;
    theirs.header.protocol = RouteProtocol::Boot;
    theirs.header.scope = RouteScope::Universe;
    theirs.header.kind = RouteType::Unicast;
    theirs.attributes = vec![
        RouteAttribute::Destination(RouteAddress::Inet(third.into())),
        RouteAttribute::Gateway(other.into()),
        RouteAttribute::Oif(7),
        RouteAttribute::PrefSource(ip.into()),
        RouteAttribute::Priority(5),
        RouteAttribute::Metrics(vec![RouteMetric::Mtu(1300)]),
        RouteAttribute::Table(1000),
    ];
    let mut ours = Route::new(Prefix::new(third.into(), 8)).via(other).on(7);
    (ours.preferred_source, ours.metric, ours.mtu) = (Some(ip), Some(5), Some(1300));
    ours.table = Table::new(1000);
    expect(&RouteNetlinkMessage::NewRoute(theirs), 12, |route| route.add_route(&ours));

    let mut theirs = NeighbourMessage::default();
    theirs.header.family = AddressFamily::Inet;
    (theirs.header.ifindex, theirs.header.state) = (7, NeighbourState::Permanent);
    theirs.attributes = vec![
        NeighbourAttribute::Destination(NeighbourAddress::Inet([192, 0, 2, 9].into())),
        NeighbourAttribute::LinkLayerAddress(vec![2, 0, 0, 0, 0, 9]),
    ];
    let hardware = HardwareAddress::new(&[2, 0, 0, 0, 0, 9]).unwrap();
    let ours = Neighbour::new(7, other, hardware);
    expect(&RouteNetlinkMessage::NewNeighbour(theirs), 12, |route| route.set_neighbour(&ours));
}
