//! The topology server of one node.

use core::time::Duration;

use berkeley_addr::{TipcAddr, TipcScope, Type};
use berkeley_socket::tipc::{Event, EventKind, Filter, Subscription, Topology};
use berkeley_socket::{CancelToken, Errno, Kind, Limit, SendFlags};

use crate::kit::{MOMENT, PATIENCE, bound, in_the_vm, open};

/// What matters of an event.
fn told(event: Event) -> (EventKind, u32, u32, TipcAddr) {
    (event.kind, event.lower, event.upper, event.socket)
}

#[test]
#[ignore = "cargo xtask vm"]
fn services_come_and_go() {
    use EventKind::{Published, TimedOut, Withdrawn};
    const SERVICE: u32 = 32_000;
    in_the_vm();
    let topology = Topology::connected(PATIENCE).unwrap();
    let before = bound(Type::RDM, SERVICE, 5, 6);
    let asked = Subscription { handle: *b"berkeley", ..Subscription::new(SERVICE, 0, 99) };
    topology.subscribe(&asked, PATIENCE).unwrap();
    let mut events = topology.events(PATIENCE).map(Result::unwrap);
    let mut next = || {
        let event = events.next().unwrap();
        assert_eq!(event.subscription, asked);
        told(event)
    };
    let socket = before.local_addr().unwrap();
    assert_eq!(next(), (Published, 5, 6, socket));
    // Another socket, of another type, on this node alone, beyond the range at one end.
    let after = open(Type::SEQPACKET);
    let range = TipcAddr::range(SERVICE, 90, 110).unwrap().with_scope(TipcScope::NODE);
    after.bind(&range).unwrap();
    assert_eq!(next(), (Published, 90, 110, after.local_addr().unwrap()));
    let beyond = bound(Type::RDM, SERVICE, 100, 100);
    drop(before);
    assert_eq!(next(), (Withdrawn, 5, 6, socket));
    let withdrawn = range.with_scope(TipcScope::NODE.withdrawn());
    after.bind(&withdrawn).unwrap();
    assert_eq!(next(), (Withdrawn, 90, 110, after.local_addr().unwrap()));
    drop(beyond);
    let one = bound(Type::RDM, SERVICE, 1, 1);
    assert_eq!(next(), (Published, 1, 1, one.local_addr().unwrap()));
    let two = bound(Type::RDM, SERVICE, 2, 2);
    assert_eq!(next(), (Published, 2, 2, two.local_addr().unwrap()));
    // A second subscription of the same connection, which ends by itself: what there is now.
    topology.cancel(&asked, PATIENCE).unwrap();
    let now = Subscription { timeout: Some(Duration::ZERO), ..Subscription::new(SERVICE, 0, 99) };
    topology.subscribe(&now, PATIENCE).unwrap();
    let mut seen = Vec::new();
    for event in topology.events(PATIENCE) {
        let event = event.unwrap();
        assert_eq!(event.subscription, now);
        if event.kind == TimedOut {
            assert_eq!(told(event), (TimedOut, 0, 99, TipcAddr::socket(0, 0)));
            break;
        }
        seen.push((event.kind, event.lower));
    }
    seen.sort_by_key(|(_, lower)| *lower);
    assert_eq!(seen, [(Published, 1), (Published, 2)]);
    // Both have ended: nobody is told that these go.
    drop((one, two));
    assert_eq!(topology.event(MOMENT).unwrap_err().kind(), Kind::TimedOut);
}

#[test]
#[ignore = "cargo xtask vm"]
fn a_service_is_told_once() {
    use EventKind::{Published, Withdrawn};
    const SERVICE: u32 = 32_010;
    in_the_vm();
    let topology = Topology::connected(PATIENCE).unwrap();
    let asked = Subscription { filter: Filter::SERVICE, ..Subscription::new(SERVICE, 1, 1) };
    topology.subscribe(&asked, PATIENCE).unwrap();
    let first = bound(Type::RDM, SERVICE, 1, 1);
    // The server has seen the subscription when it answers, not before.
    let event = told(topology.event(PATIENCE).unwrap());
    assert_eq!(event, (Published, 1, 1, first.local_addr().unwrap()));
    let second = bound(Type::RDM, SERVICE, 1, 1);
    drop(first);
    let last = second.local_addr().unwrap();
    drop(second);
    assert_eq!(told(topology.event(PATIENCE).unwrap()), (Withdrawn, 1, 1, last));
    assert_eq!(topology.event(MOMENT).unwrap_err().kind(), Kind::TimedOut);
}

#[test]
#[ignore = "cargo xtask vm"]
fn waits_and_ends() {
    in_the_vm();
    let topology = Topology::connected(PATIENCE).unwrap();
    // A limit, and a token; the error is the last item.
    let token = CancelToken::new().unwrap();
    let mut events = topology.events(MOMENT);
    assert_eq!(events.next().unwrap().unwrap_err().kind(), Kind::TimedOut);
    assert!(events.next().is_none());
    std::thread::scope(|scope| {
        let waiting = scope.spawn(|| topology.event(PATIENCE.cancelled_by(&token)));
        token.cancel();
        assert_eq!(waiting.join().unwrap().unwrap_err().kind(), Kind::Cancelled);
    });
    // What the server would hang up on is not sent ...
    let backwards = Subscription::new(32_020, 2, 1);
    let error = topology.subscribe(&backwards, PATIENCE).unwrap_err();
    assert_eq!(error.errno(), Some(Errno::INVAL));
    // ... and if it is, the end is an end.
    topology.socket().send_with(b"nonsense", SendFlags::NONE).unwrap();
    let error = topology.event(PATIENCE).unwrap_err();
    assert_eq!(error.kind(), Kind::Ended);
    assert_eq!(topology.event(Limit::NONE).unwrap_err().kind(), Kind::Ended);
    let error = topology.subscribe(&Subscription::new(32_021, 1, 1), PATIENCE).unwrap_err();
    assert_eq!(error.errno(), Some(Errno::PIPE));
    // Two subscriptions of one connection are told apart by their handles.
    let topology = Topology::connected(PATIENCE).unwrap();
    for handle in [1, 2] {
        let asked = Subscription { handle: [handle; 8], ..Subscription::new(32_022, 1, 1) };
        topology.subscribe(&asked, PATIENCE).unwrap();
    }
    let _service = bound(Type::DGRAM, 32_022, 1, 1);
    let mut handles: Vec<_> = topology
        .events(PATIENCE)
        .take(2)
        .map(|event| event.unwrap().subscription.handle[0])
        .collect();
    handles.sort_unstable();
    assert_eq!(handles, [1, 2]);
}
