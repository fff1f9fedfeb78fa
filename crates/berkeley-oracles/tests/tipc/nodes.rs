//! Two nodes: two network namespaces, a veth pair between them, and a bearer each, of Ethernet and then of UDP.

use core::net::IpAddr;
use std::process::Command;

use berkeley_addr::{TipcAddr, TipcKind, Type};
use berkeley_socket::control::{ControlRoom, TipcReason};
use berkeley_socket::netlink::{InterfaceAddress, Rtnetlink, TipcConfig};
use berkeley_socket::option::tipc::{DEST_DROPPABLE, GROUP_JOIN, Group, MCAST_BROADCAST};
use berkeley_socket::tipc::{
    DELIVERY, Delivery, Event, EventKind, LINK_STATE, NODE_STATE, Subscription, Topology,
};
use berkeley_socket::{BACKLOG, Errno, Socket};

use crate::kit::{PATIENCE, bound, in_the_vm, open, take};
use crate::two::{Outcome, index, joined};

const SERVICE: u32 = 35_000;
const GROUP: u32 = 35_100;

/// Of which kind the bearers are.
#[derive(Clone, Copy, Debug, PartialEq)]
enum Media {
    Ethernet,
    Udp,
}

/// Gives this thread's network an identity and a bearer, on its end of the cable.
fn make_node(media: Media, device: &str, nth: u8) -> Outcome {
    let device_ip = IpAddr::from([10, 99, 0, nth]);
    let address = InterfaceAddress::new(index(device)?, device_ip, 24);
    Rtnetlink::open()?.add_address(&address)?;
    let mut tipc = TipcConfig::open()?;
    let mut identity = *b"node?\0\0\0\0\0\0\0\0\0\0\0";
    identity[4] = b'0' + nth;
    tipc.set_identity(identity)?;
    match media {
        Media::Ethernet => tipc.enable_ethernet(device)?,
        Media::Udp => tipc.enable_udp("UDP1", device_ip, None)?,
    }
    Ok(())
}

/// What the program `tipc` of iproute2 prints.
fn program(words: &str) -> String {
    let output = Command::new("tipc").args(words.split(' ')).output().unwrap();
    assert!(output.status.success(), "tipc {words}: {}", String::from_utf8_lossy(&output.stderr));
    String::from_utf8_lossy(&output.stdout).into_owned()
}

#[test]
#[ignore = "cargo xtask vm"]
fn over_ethernet() {
    in_the_vm();
    two_nodes(Media::Ethernet);
}

#[test]
#[ignore = "cargo xtask vm"]
fn over_udp() {
    in_the_vm();
    two_nodes(Media::Udp);
}

/// Node 1 asks, node 2 serves.
fn two_nodes(media: Media) {
    let near = || {
        make_node(media, "one", 1)?;
        ask(media);
        Ok(())
    };
    let far = || {
        make_node(media, "two", 2)?;
        serve();
        Ok(())
    };
    joined(near, far).unwrap();
}

/// The node of a socket's address.
fn node(address: TipcAddr) -> u32 {
    match address.kind() {
        TipcKind::Socket { node, .. } => node,
        _ => panic!("{address}"),
    }
}

fn serve() {
    let messages = bound(Type::RDM, SERVICE, 1, 1);
    let listener =
        Socket::listening(Type::SEQPACKET, &TipcAddr::service(SERVICE, 2), BACKLOG).unwrap();
    let member = open(Type::RDM);
    member.set(GROUP_JOIN, Group::new(GROUP, 2).with_member_events()).unwrap();
    let mut buffer = vec![0; 66_000];
    // A message, and a multicast.
    for _ in 0..2 {
        let (len, from) = messages.within(PATIENCE).recv_from(&mut buffer).unwrap();
        messages.send_to(&buffer[..len], &from.unwrap()).unwrap();
    }
    let (served, _) = listener.within(PATIENCE).accept().unwrap();
    let len = served.within(PATIENCE).recv(&mut buffer).unwrap();
    served.send(&buffer[..len]).unwrap();
    // The group: who joined is welcomed; what it says to all is said again.
    let mut room = ControlRoom::new(DELIVERY);
    let joined = member.within(PATIENCE).recv_delivery(&mut buffer, &mut room).unwrap();
    assert!(matches!(joined, Delivery::Joined { .. }), "{joined:?}");
    let said = member.within(PATIENCE).recv_delivery(&mut buffer, &mut room).unwrap();
    assert!(matches!(said, Delivery::Message { data: b"to all", .. }), "{said:?}");
    member.send(b"to all as well").unwrap();
    // Until the peer has nothing more to ask.
    let end = served.within(PATIENCE).recv(&mut buffer);
    assert_eq!(end.unwrap_err().errno(), Some(Errno::CONNRESET));
}

fn ask(media: Media) {
    let topology = Topology::connected(PATIENCE).unwrap();
    let subscriptions = [
        Subscription::new(SERVICE, 2, 2),
        Subscription::new(NODE_STATE, 0, u32::MAX),
        Subscription::new(LINK_STATE, 0, u32::MAX),
    ];
    let own = open(Type::RDM);
    for subscription in &subscriptions {
        topology.subscribe(subscription, PATIENCE).unwrap();
    }
    // All three are told: the service, its node, and the link.
    let (mut service, mut nodes, mut link) = (None, Vec::new(), None);
    for event in topology.events(PATIENCE.start()) {
        let event: Event = event.unwrap();
        assert_eq!(event.kind, EventKind::Published);
        match event.subscription.ty {
            SERVICE => service = Some(event.socket),
            NODE_STATE => nodes.push(event.lower),
            LINK_STATE => link = Some(event),
            _ => {}
        }
        if service.is_some() && nodes.len() == 2 && link.is_some() {
            break;
        }
    }
    // A node has its number a second after its first bearer; before, it is 0.
    let me = node(own.local_addr().unwrap());
    let (service, link) = (service.unwrap(), link.unwrap());
    let peer = node(service);
    assert_eq!((link.lower, node(link.socket)), (peer, me));
    nodes.sort_unstable();
    assert_eq!(nodes, [me.min(peer), me.max(peer)]);
    assert_ne!(peer, me);
    // What they are called.
    let TipcKind::Socket { reference, .. } = link.socket.kind() else { panic!("{link:?}") };
    let id = own.node_id(peer).unwrap();
    assert_eq!(&id, b"node2\0\0\0\0\0\0\0\0\0\0\0");
    let bearer = u16::try_from(reference & 0xffff).unwrap();
    let name = own.link_name(peer, bearer).unwrap();
    let (mine, its) = match media {
        Media::Ethernet => ("node1:one", "node2:two"),
        Media::Udp => ("node1:UDP1", "node2:UDP1"),
    };
    assert_eq!(name, format!("{mine}-{its}"));
    if media == Media::Ethernet {
        // The program says the same.
        let links = program("link list");
        assert!(links.contains(&format!("{name}: up")), "{links}");
        let TipcKind::Socket { reference: port, .. } = service.kind() else { panic!("{service}") };
        let names = program("nametable show");
        let row = [SERVICE, 2, 2, port].map(|number| number.to_string());
        let shown = names.lines().any(|line| {
            let mut words = line.split_whitespace();
            row.iter().all(|word| words.any(|it| it == word)) && line.ends_with("node2")
        });
        assert!(shown, "{row:?}: {names}");
    }
    for call in [own.node_id(12345).map(drop), own.link_name(12345, 0).map(drop)] {
        assert_eq!(call.unwrap_err().errno(), Some(Errno::ADDRNOTAVAIL));
    }

    // Messages.
    let one = TipcAddr::service(SERVICE, 1);
    let long = vec![3; 66_000];
    own.send_to(&long, &one).unwrap();
    assert!(take(&own) == long);
    own.set(MCAST_BROADCAST, ()).unwrap();
    own.send_to(b"to all", &TipcAddr::range(SERVICE, 0, 9).unwrap()).unwrap();
    assert_eq!(take(&own), b"to all");
    // A connection.
    let client = open(Type::SEQPACKET);
    client.within(PATIENCE).connect(&TipcAddr::service(SERVICE, 2)).unwrap();
    assert_eq!(node(client.peer_addr().unwrap()), peer);
    client.send(&long).unwrap();
    assert!(take(&client) == long);
    // A group of both nodes.
    let member = open(Type::RDM);
    member.set(GROUP_JOIN, Group::new(GROUP, 1).with_member_events()).unwrap();
    let (mut buffer, mut room) = ([0; 64], ControlRoom::new(DELIVERY));
    let joined = member.within(PATIENCE).recv_delivery(&mut buffer, &mut room).unwrap();
    let Delivery::Joined { socket, member: other } = joined else { panic!("{joined:?}") };
    assert_eq!((node(socket), other), (peer, TipcAddr::service(GROUP, 2)));
    member.send(b"to all").unwrap();
    let said = member.within(PATIENCE).recv_delivery(&mut buffer, &mut room).unwrap();
    let Delivery::Message { data: b"to all as well", from, member: who, .. } = said else {
        panic!("{said:?}")
    };
    assert_eq!((from, who), (Some(socket), Some(other)));
    // A service that nobody is bound to on that node: the node says so.
    own.set(DEST_DROPPABLE, false).unwrap();
    own.send_to(b"?", &TipcAddr::service_on(SERVICE, 99, peer)).unwrap();
    let back = own.within(PATIENCE).recv_delivery(&mut buffer, &mut room).unwrap();
    assert!(matches!(back, Delivery::Returned { reason: TipcReason::NO_NAME, data: b"?", .. }));
    // The other node's own topology server.
    let theirs = Topology::connected_to(peer, PATIENCE).unwrap();
    theirs.subscribe(&Subscription::new(NODE_STATE, me, me), PATIENCE).unwrap();
    let event = theirs.event(PATIENCE).unwrap();
    assert_eq!((event.kind, event.lower), (EventKind::Published, me));
    // The other side ends, and with it its sockets.
    drop(client);
    let gone = member.within(PATIENCE).recv_delivery(&mut buffer, &mut room).unwrap();
    assert_eq!(gone, Delivery::Left { socket, member: other });
}
