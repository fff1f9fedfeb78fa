//! Changes as they happen.

use berkeley_socket::netlink::{
    AddressFlags, Change, Changes, Error, HardwareAddress, InterfaceAddress, InterfaceFlags,
    Neighbour, NewLink, Object, OperState, Peer, Prefix, Result, Route, Rtnetlink, Topic,
};
use berkeley_socket::{Kind, Limit};

use crate::network::unless_skipped;
use crate::two::{Outcome, alone, index};

/// The next change that is meant.
fn await_one(changes: &mut Changes<'_>, is: impl Fn(&Change) -> bool) -> Result<Change> {
    loop {
        let change = changes.next().expect("it has no end")?;
        assert_ne!(change, Change::Lost);
        if is(&change) {
            return Ok(change);
        }
    }
}

fn all() -> Outcome {
    let limit = Limit::seconds(10);
    let topics = [Topic::Links, Topic::Addresses, Topic::Routes, Topic::Neighbours];
    let mut changes = Changes::of(&topics)?.within(limit);
    let mut route = Rtnetlink::open()?;
    route.add_link("one", &NewLink::Veth(Peer { name: "two", namespace: None }))?;
    let one = index("one")?;
    let is_one =
        |link: &Object| matches!(link, Object::Link(link) if link.interface.index() == one);

    await_one(&mut changes, |change| matches!(change, Change::New(it) if is_one(it)))?;
    route.set_up(one)?;
    route.set_up(index("two")?)?;
    await_one(&mut changes, |change| match change {
        Change::New(Object::Link(link)) => {
            // An address of IPv6 is told of when there is a carrier.
            let up = link.flags.contains(InterfaceFlags::UP) && link.state == OperState::UP;
            link.interface.index() == one && up
        }
        _ => false,
    })?;

    for ip in [[192, 0, 2, 1].into(), [0x2001, 0xdb8, 0, 0, 0, 0, 0, 1].into()] {
        let mut address = InterfaceAddress::new(one, ip, 24);
        address.flags = AddressFlags::NODAD;
        route.add_address(&address)?;
        let is = |it: &Object| matches!(it, Object::Address(it) if it.ip == ip);
        await_one(&mut changes, |change| matches!(change, Change::New(it) if is(it)))?;
        route.delete_address(&address)?;
        await_one(&mut changes, |change| matches!(change, Change::Deleted(it) if is(it)))?;
    }

    route.add_address(&InterfaceAddress::new(one, [192, 0, 2, 1].into(), 24))?;
    let way = Route::new(Prefix::new([203, 0, 113, 0].into(), 24)).via([192, 0, 2, 9].into());
    route.add_route(&way)?;
    route.delete_route(&way)?;
    let is = |it: &Object| matches!(it, Object::Route(it) if it.destination == way.destination);
    await_one(&mut changes, |change| matches!(change, Change::New(it) if is(it)))?;
    await_one(&mut changes, |change| matches!(change, Change::Deleted(it) if is(it)))?;

    let hardware = HardwareAddress::new(&[2, 0, 0, 0, 0, 9]).ok_or("six bytes")?;
    let neighbour = Neighbour::new(one, [192, 0, 2, 9].into(), hardware);
    route.set_neighbour(&neighbour)?;
    let same = Change::New(Object::Neighbour(neighbour));
    await_one(&mut changes, |change| *change == same)?;

    route.delete_link(one)?;
    await_one(&mut changes, |change| matches!(change, Change::Deleted(it) if is_one(it)))?;

    // Of one topic alone nothing else is heard; and where nothing happens a limit ends the step, not the changes.
    let mut changes = Changes::of(&[Topic::Neighbours])?
        .within(Limit::within(core::time::Duration::from_millis(100)));
    route.add_link("one", &NewLink::Veth(Peer { name: "two", namespace: None }))?;
    for _ in 0..2 {
        match changes.next() {
            Some(Err(Error::Socket(error))) => assert_eq!(error.kind(), Kind::TimedOut),
            other => return Err(format!("{other:?}").into()),
        }
    }
    Ok(())
}

#[test]
fn changes_are_told() {
    unless_skipped(alone(all));
}
