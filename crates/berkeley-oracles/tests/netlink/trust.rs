//! Whom a connection believes, what one question leaves to the next, and what it loses.

use berkeley_addr::{NetlinkAddr, Protocol, Type};
use berkeley_socket::netlink::{
    Change, Changes, Connection, DUMP, ERROR, Error, InterfaceAddress, MULTI, Messages, NewLink,
    Peer, Request, Rtnetlink, Topic,
};
use berkeley_socket::option::{netlink as option, so};
use berkeley_socket::{Errno, Limit, RecvFlags, Socket};

use crate::network::unless_skipped;
use crate::two::{Outcome, alone, index};

/// A refusal of a connection's first request, from a process.
fn forged() -> Outcome {
    let connection = Connection::open(Protocol::NETLINK_ROUTE)?;
    let here = connection.socket().local_addr()?;
    let forger = Socket::<NetlinkAddr>::open(Type::RAW, Protocol::NETLINK_ROUTE)?;
    forger.bind(&NetlinkAddr::KERNEL)?;
    let mut room = [0; 64];
    let mut refusal = Request::new(&mut room, ERROR, 0);
    refusal.body(&(-1i32).to_ne_bytes()).body(&[0; 16]);
    let mut refusal = refusal.bytes()?.to_vec();
    refusal[8..12].copy_from_slice(&1u32.to_ne_bytes());
    forger.send_to(&refusal, &here)?;
    // The kernel does deliver it, and says from whom.
    let limit = Limit::seconds(5);
    let mut seen = [0; 64];
    let (_, from) = connection.socket().within(limit).recv_from_with(&mut seen, RecvFlags::PEEK)?;
    assert_eq!(from, Some(forger.local_addr()?));
    assert_eq!(seen[..refusal.len()], refusal);

    let lo = index("lo")?;
    let mut route = Rtnetlink::new(connection.within(limit));
    assert_eq!(route.link(lo)?.interface.name(), "lo");

    // Asked for, a process is believed.
    let connection = Connection::open(Protocol::NETLINK_ROUTE)?.within(limit);
    forger.send_to(&refusal, &connection.socket().local_addr()?)?;
    let mut route = Rtnetlink::new(connection.to(forger.local_addr()?));
    assert_eq!(route.link(lo).unwrap_err().errno(), Some(Errno::PERM));
    Ok(())
}

#[test]
fn what_a_process_sends_is_not_believed() {
    unless_skipped(alone(forged));
}

/// A group's member that asks, while another's questions of the same numbers change what the group tells of.
fn overheard() -> Outcome {
    let limit = Limit::seconds(5);
    let lo = index("lo")?;
    let mut room = [0; 64];
    let mut link = Request::new(&mut room, 18, 0); // RTM_GETLINK
    link.body(&[0; 4]).body(&lo.to_ne_bytes()).body(&[0; 8]);
    let mut room = [0; 64];
    let mut links = Request::new(&mut room, 18, 0);
    links.body(&[0; 16]);
    let mut room = [0; 64];
    let mut change = Request::new(&mut room, 19, 0); // RTM_SETLINK
    change.body(&[0; 4]).body(&lo.to_ne_bytes()).body(&[0; 8]).put_u32(4, 4321); // IFLA_MTU
    // A socket without a port has one when it asks; before, no group reaches it.
    let unbound = Socket::<NetlinkAddr>::open(Type::RAW, Protocol::NETLINK_ROUTE)?;
    for (nth, connection) in [Connection::open(Protocol::NETLINK_ROUTE)?, Connection::new(unbound)]
        .into_iter()
        .enumerate()
    {
        let mut member = connection.within(limit);
        let mut other = Rtnetlink::open()?.within(limit);
        member.ask(&mut link)?;
        other.link(lo)?;
        member.join(5)?; // RTNLGRP_IPV4_IFADDR
        let mut number = 1;
        let mut disturb = |member: &Connection<'_>| -> Outcome {
            number += 1;
            let ip = [127, 1, u8::try_from(nth)?, number].into();
            other.add_address(&InterfaceAddress::new(lo, ip, 32))?;
            // It lies in the queue, from the kernel, under the number of the next question.
            let mut seen = [0; 4096];
            let (len, from) =
                member.socket().within(limit).recv_from_with(&mut seen, RecvFlags::PEEK)?;
            assert_eq!(from.map(|from| from.pid), Some(0));
            let told = Messages::new(&seen[..len]).next().ok_or("nothing")??;
            assert_eq!((told.kind, told.sequence), (20, number.into())); // RTM_NEWADDR
            let there = other.connection().socket().local_addr()?;
            assert_eq!(told.port, there.pid);
            Ok(())
        };
        disturb(&member)?;
        assert_eq!(member.ask(&mut link)?.kind, 16); // RTM_NEWLINK
        disturb(&member)?;
        let kinds = member.list(&mut links, |message| Some(message.kind))?;
        assert!(!kinds.is_empty() && kinds.iter().all(|kind| *kind == 16), "{kinds:?}");
        disturb(&member)?;
        member.request(&mut change)?;
    }
    Ok(())
}

#[test]
fn what_a_group_tells_is_no_answer() {
    unless_skipped(alone(overheard));
}

/// One request, asked in turn for all and for one; and a dump that `ask` leaves in the middle.
fn asked_again() -> Outcome {
    let lo = index("lo")?;
    let mut connection = Connection::open(Protocol::NETLINK_ROUTE)?.within(Limit::seconds(5));
    // A dump that is checked refuses to be of one link.
    connection.socket().set(option::GET_STRICT_CHK, false)?;
    let mut room = [0; 64];
    let mut request = Request::new(&mut room, 18, 0); // RTM_GETLINK
    request.body(&[0; 4]).body(&lo.to_ne_bytes()).body(&[0; 8]);
    for _ in 0..2 {
        let links = connection.list(&mut request, |link| Some(link.flags & MULTI))?;
        assert!(!links.is_empty() && links.iter().all(|flag| *flag == MULTI), "{links:?}");
        assert_eq!(connection.ask(&mut request)?.flags & MULTI, 0);
    }

    // More than the kernel has made ready when the first part is read.
    let mut route = Rtnetlink::open()?;
    for nth in 0..1500u16 {
        let [high, low] = nth.to_be_bytes();
        route.add_address(&InterfaceAddress::new(lo, [127, 2, high, low].into(), 32))?;
    }
    let mut room = [0; 64];
    let mut all = Request::new(&mut room, 22, DUMP); // RTM_GETADDR
    all.body(&[0; 8]);
    for _ in 0..2 {
        assert_eq!(connection.ask(&mut all)?.kind, 20); // RTM_NEWADDR
        let addresses = connection.list(&mut all, |address| Some(address.kind))?;
        assert!(addresses.len() >= 1500, "{}", addresses.len());
    }
    Ok(())
}

#[test]
fn a_question_leaves_nothing_to_the_next() {
    unless_skipped(alone(asked_again));
}

/// More changes than a small queue holds.
fn flooded() -> Outcome {
    let mut changes = Changes::of(&[Topic::Links])?.within(Limit::seconds(5));
    changes.connection().socket().set(so::RCVBUF, 4096)?;
    let mut route = Rtnetlink::open()?;
    let lo = index("lo")?;
    for nth in 0..200 {
        route.set_mtu(lo, 1500 + nth)?;
    }
    // Loss comes first, what the queue held behind it.
    assert_eq!(changes.next().ok_or("it has no end")??, Change::Lost);
    let mut held = 0;
    let mut quiet = changes.within(Limit::within(core::time::Duration::ZERO));
    while let Some(Ok(change)) = quiet.next() {
        assert_ne!(change, Change::Lost);
        held += 1;
    }
    assert!((1..200).contains(&held), "{held}");
    // And it goes on.
    route.set_mtu(lo, 9000)?;
    let mut changes = quiet.within(Limit::seconds(5));
    let Some(Ok(Change::New(berkeley_socket::netlink::Object::Link(link)))) = changes.next() else {
        return Err("no change after the loss".into());
    };
    assert_eq!(link.mtu, 9000);

    // A question on a socket that lost something is lost as well.
    let mut connection = Connection::open(Protocol::NETLINK_ROUTE)?.within(Limit::seconds(5));
    connection.socket().set(so::RCVBUF, 4096)?;
    connection.join(1)?;
    for nth in 0..200 {
        route.set_mtu(lo, 1500 + nth)?;
    }
    let mut room = [0; 64];
    let mut question = Request::new(&mut room, 18, 0); // RTM_GETLINK
    question.body(&[0; 4]).body(&lo.to_ne_bytes()).body(&[0; 8]);
    assert_eq!(connection.ask(&mut question).unwrap_err(), Error::Lost);
    // The bare socket says it once, when it is full anew, and then goes on.
    while connection.socket().recv_with(&mut [0; 8192], RecvFlags::DONTWAIT).is_ok() {}
    for nth in 0..200 {
        route.set_mtu(lo, 2500 + nth)?;
    }
    let bare = connection.socket().within(Limit::seconds(5));
    assert!(bare.recv(&mut [0; 8192]).unwrap_err().is_loss());
    assert!(bare.recv(&mut [0; 8192]).is_ok());
    connection.leave(1)?;
    Ok(())
}

#[test]
fn a_full_queue_is_loss() {
    unless_skipped(alone(flooded));
}

/// What the kernel says in words.
fn explained() -> Outcome {
    let mut route = Rtnetlink::open()?;
    let refused = route.add_link("x", &NewLink::Kind("no-such-kind")).unwrap_err();
    let Error::Refused(refusal) = refused else { return Err(refused.into()) };
    assert_eq!(refusal.errno, Errno::OPNOTSUPP);
    assert_eq!(refusal.text.as_deref(), Some("Unknown device type"));
    // A name that is too long: the kernel points at it. 16 bytes of header and 16 of ifinfomsg stand before.
    let long = "a-name-of-more-than-fifteen-bytes";
    let cable = NewLink::Veth(Peer { name: "y", namespace: None });
    let Err(Error::Refused(refusal)) = route.add_link(long, &cable) else {
        return Err("a long name was taken".into());
    };
    assert_eq!((refusal.errno, refusal.offset), (Errno::RANGE, Some(32)), "{refusal}");
    assert!(refusal.text.is_some());
    Ok(())
}

#[test]
fn refusals_are_in_the_kernels_words() {
    unless_skipped(alone(explained));
}
