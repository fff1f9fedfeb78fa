//! What does it cost to know the interfaces and their addresses?
//!
//! Messages are read beside the crate netlink-packet-route, which reads every attribute and allocates for each, where ours take what a
//! sockets library needs: the same bytes of this machine's own lists, in CPU time. Lists with the kernel and all stand beside
//! getifaddrs(3) by nix: there the kernel is most of it.

#![forbid(unsafe_code)]

use berkeley::socket::netlink::{
    Change, Connection, GETADDR, GETLINK, GETROUTE, Message, Messages, Request, Rtnetlink,
};
use berkeley::{Limit, NetlinkAddr, Protocol, Socket, Type};
use berkeley_benches::{Asker, turn, way};
use netlink_packet_core::NetlinkMessage;
use netlink_packet_route::RouteNetlinkMessage;
use nix::ifaddrs::getifaddrs;

/// Messages a turn.
const AT_ONCE: usize = 32;

/// The first part of this machine's list, message by message, with their headers, and often enough for a turn.
fn messages(kind: u16, len: usize) -> Vec<Vec<u8>> {
    let route = Socket::<NetlinkAddr>::open(Type::RAW, Protocol::NETLINK_ROUTE).expect("netlink");
    let mut room = [0; 64];
    let mut request = Request::new(&mut room, kind, 0x300); // NLM_F_DUMP
    request.body([0; 16].get(..len).expect("a short structure"));
    let request = request.bytes().expect("room for it");
    route.send_to(request, &NetlinkAddr::KERNEL).expect("a question");
    let mut part = vec![0; 32 << 10];
    let len = route.within(Limit::seconds(5)).recv(&mut part).expect("an answer");
    let mut all = Vec::new();
    let mut rest = part.get(..len).unwrap_or_default();
    while let Some(head) = rest.first_chunk() {
        let len = (u32::from_ne_bytes(*head) as usize).next_multiple_of(4);
        let (message, behind) = rest.split_at(len.min(rest.len()));
        // NLMSG_DONE is none of them.
        if message.get(4..6) != Some(&[3, 0]) {
            all.push(message.to_vec());
        }
        rest = behind;
    }
    assert!(!all.is_empty(), "an empty list");
    all.iter().cycle().take(AT_ONCE * 4).cloned().collect()
}

fn ours(bytes: &[u8]) -> Option<Change> {
    Messages::new(bytes).next()?.ok().and_then(|message: Message<'_>| Change::decode(&message))
}

fn theirs(bytes: &[u8]) -> Option<NetlinkMessage<RouteNetlinkMessage>> {
    NetlinkMessage::deserialize(bytes).ok()
}

fn main() {
    let asker = Asker::from_arguments().in_cpu_time();
    let subjects = [
        ("read a link", GETLINK, 16, 0.2),
        ("read an address", GETADDR, 8, 0.6),
        ("read a route", GETROUTE, 12, 0.6),
    ];
    for (question, kind, len, goal) in subjects {
        let all = messages(kind, len);
        assert!(all.iter().all(|bytes| ours(bytes).is_some() && theirs(bytes).is_some()));
        let ways = vec![
            way("berkeley", &all, AT_ONCE, |bytes| ours(bytes)),
            way("netlink-packet-route", &all, AT_ONCE, |bytes| theirs(bytes)),
        ];
        asker.ask(question, Some(goal), ways);
    }

    // getifaddrs(3) opens a socket and lists both; a connection can be kept.
    let list = |route: &mut Rtnetlink<'_>| {
        let links = route.links().expect("links");
        links.len() + route.addresses().expect("addresses").len()
    };
    let mut kept = Rtnetlink::new(Connection::open(Protocol::NETLINK_ROUTE).expect("netlink"));
    let ways = vec![
        turn("berkeley", || {
            let mut route = Rtnetlink::open().expect("netlink");
            list(&mut route).min(1)
        }),
        turn("getifaddrs, by nix", || getifaddrs().expect("a list").count().min(1)),
    ];
    asker.ask("list all, anew", Some(1.2), ways);
    let ways = vec![
        turn("berkeley, kept", || list(&mut kept).min(1)),
        turn("getifaddrs, by nix", || getifaddrs().expect("a list").count().min(1)),
    ];
    asker.ask("list all, again", Some(0.9), ways);
}
