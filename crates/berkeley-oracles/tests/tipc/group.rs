//! Communication groups: members, broadcast, unicast, anycast, multicast.

use berkeley_addr::{TipcAddr, Type};
use berkeley_socket::control::ControlRoom;
use berkeley_socket::option::tipc::{GROUP_JOIN, GROUP_LEAVE, Group};
use berkeley_socket::tipc::{DELIVERY, Delivery};
use berkeley_socket::{Errno, Kind};

use crate::kit::{MOMENT, PATIENCE, Tipc, in_the_vm, open};

/// What a member is told: `+` or `-`, who and its socket, or who sent what.
#[track_caller]
fn told(socket: &Tipc) -> String {
    let (mut buffer, mut room) = ([0; 64], ControlRoom::new(DELIVERY));
    match socket.within(PATIENCE).recv_delivery(&mut buffer, &mut room).unwrap() {
        Delivery::Joined { socket, member } => format!("+{member} {socket}"),
        Delivery::Left { socket, member } => format!("-{member} {socket}"),
        Delivery::Message { data, from, member, .. } => {
            let text = String::from_utf8_lossy(data);
            format!("{} {}: {text}", member.unwrap(), from.unwrap())
        }
        other => panic!("{other:?}"),
    }
}

fn joined(group: Group) -> (Tipc, TipcAddr) {
    let socket = open(Type::RDM);
    socket.set(GROUP_JOIN, group).unwrap();
    let address = socket.local_addr().unwrap();
    (socket, address)
}

fn quiet(socket: &Tipc) {
    let error = socket.within(MOMENT).recv(&mut [0; 64]).unwrap_err();
    assert_eq!(error.kind(), Kind::TimedOut);
}

#[test]
#[ignore = "cargo xtask vm"]
fn members_and_messages() {
    const GROUP: u32 = 33_000;
    in_the_vm();
    let member = |instance| TipcAddr::service(GROUP, instance);
    let with_events = |instance| Group::new(GROUP, instance).with_member_events();
    let (one, one_at) = joined(with_events(1));
    let (two, two_at) = joined(with_events(2));
    assert_eq!(told(&one), format!("+{} {two_at}", member(2)));
    assert_eq!(told(&two), format!("+{} {one_at}", member(1)));
    // Twice the same instance.
    let (also, also_at) = joined(with_events(2));
    for socket in [&one, &two] {
        assert_eq!(told(socket), format!("+{} {also_at}", member(2)));
    }
    // A member that has not been told of a sender yet drops what it says.
    let mut others = [told(&also), told(&also)];
    others.sort_unstable();
    assert_eq!(others, [format!("+{} {one_at}", member(1)), format!("+{} {two_at}", member(2))]);

    // Broadcast: to all but the sender.
    one.send(b"all").unwrap();
    for socket in [&two, &also] {
        assert_eq!(told(socket), format!("{} {one_at}: all", member(1)));
    }
    quiet(&one);
    // Multicast: to all of an instance.
    one.send_to(b"twos", &TipcAddr::range(GROUP, 2, 2).unwrap()).unwrap();
    for socket in [&two, &also] {
        assert_eq!(told(socket), format!("{} {one_at}: twos", member(1)));
    }
    // Unicast: to one, by its socket.
    one.send_to(b"you", &two_at).unwrap();
    assert_eq!(told(&two), format!("{} {one_at}: you", member(1)));
    quiet(&also);
    // Anycast: to one of an instance.
    one.send_to(b"any", &member(2)).unwrap();
    // The type is the group's, whatever the address says.
    one.send_to(b"any", &TipcAddr::service(9_999, 2)).unwrap();
    let mut any = 0;
    for socket in [&two, &also] {
        let (mut buffer, mut room) = ([0; 64], ControlRoom::new(DELIVERY));
        while let Ok(delivery) = socket.within(MOMENT).recv_delivery(&mut buffer, &mut room) {
            assert!(matches!(delivery, Delivery::Message { data: b"any", .. }), "{delivery:?}");
            any += 1;
        }
    }
    assert_eq!(any, 2);
    let nobody = one.send_to(b"?", &member(9)).unwrap_err();
    assert_eq!(nobody.errno(), Some(Errno::HOSTUNREACH));

    // Leaving: by the option, and by the end of the socket.
    two.set(GROUP_LEAVE, ()).unwrap();
    assert_eq!(told(&one), format!("-{} {two_at}", member(2)));
    drop(also);
    assert_eq!(told(&one), format!("-{} {also_at}", member(2)));
    // A second group for the same socket, after the first; not before.
    let error = one.set(GROUP_JOIN, Group::new(GROUP + 1, 1)).unwrap_err();
    assert_eq!(error.errno(), Some(Errno::ACCESS));
    two.set(GROUP_JOIN, Group::new(GROUP + 1, 1)).unwrap();
    one.set(GROUP_LEAVE, ()).unwrap();
    let error = one.set(GROUP_LEAVE, ()).unwrap_err();
    assert_eq!(error.errno(), Some(Errno::INVAL));
}

#[test]
#[ignore = "cargo xtask vm"]
fn what_others_receives_see() {
    const GROUP: u32 = 33_010;
    in_the_vm();
    // Loopback: one's own as well.
    let member = |instance| TipcAddr::service(GROUP, instance);
    let group = Group::new(GROUP, 1).with_member_events();
    let (own, own_at) = joined(Group { loopback: true, ..group });
    // Who sends before he is told of a member sends to nobody: EHOSTUNREACH.
    assert_eq!(told(&own), format!("+{} {own_at}", member(1)));
    own.send(b"to myself").unwrap();
    assert_eq!(told(&own), format!("{} {own_at}: to myself", member(1)));
    let (watcher, watcher_at) = joined(Group { instance: 2, ..group });
    assert_eq!(told(&own), format!("+{} {watcher_at}", member(2)));
    // A plain receive takes the event for an empty message, and in a small buffer for one that was cut.
    assert_eq!(watcher.within(PATIENCE).recv(&mut [0; 64]).unwrap(), 0);
    let (third, _) = joined(Group::new(GROUP, 3));
    quiet(&third);
    let error = watcher.within(PATIENCE).recv(&mut [0; 8]).unwrap_err();
    assert_eq!(error.kind(), Kind::Truncated);
    // Ours does not care.
    let (_fourth, fourth_at) = joined(Group::new(GROUP, 4));
    let mut room = ControlRoom::new(DELIVERY);
    let mut small = [0; 1];
    let delivery = watcher.within(PATIENCE).recv_delivery(&mut small, &mut room).unwrap();
    assert_eq!(delivery, Delivery::Joined { socket: fourth_at, member: member(4) });
    own.send(b"long").unwrap();
    let error = watcher.within(PATIENCE).recv_delivery(&mut small, &mut room).unwrap_err();
    assert_eq!(error.kind(), Kind::Truncated);
    // A group's number must be a user's; its scope is no withdrawal.
    let error = open(Type::RDM).set(GROUP_JOIN, Group::new(63, 1)).unwrap_err();
    assert_eq!(error.errno(), Some(Errno::ACCESS));
    let withdrawn =
        Group { scope: berkeley_addr::TipcScope::NODE.withdrawn(), ..Group::new(GROUP, 1) };
    let error = open(Type::RDM).set(GROUP_JOIN, withdrawn).unwrap_err();
    assert_eq!(error.errno(), Some(Errno::INVAL));
}
