//! A lookup that its caller steps: what it says on the way, that it never waits, and what becomes of others who ask the same.

#![allow(missing_docs)]

use core::task::Poll;
use core::time::Duration;
use std::thread;
use std::time::Instant;

use berkeley_resolve::{Cause, Found, Pending, Resolver, Result};
use berkeley_socket::poll::{IN, OUT, poll};
use berkeley_socket::{Limit, Op};
use name_server::{A, AAAA, Answer, NameServer, Query, Reply};

mod name_server;

const LATE: Duration = Duration::from_millis(400);

/// Of `late.test` IPv4's addresses come late, of `silent.test` none comes; of others all come at once.
fn script(query: &Query) -> Vec<Reply> {
    let answer = Answer::to(query);
    let answer = match query.kind {
        A => answer.address(&query.name, "192.0.2.1"),
        AAAA => answer.address(&query.name, "2001:db8::1").address(&query.name, "2001:db8::2"),
        _ => answer,
    };
    match (&*query.name, query.kind) {
        ("silent.test", _) => Vec::new(),
        ("late.test", A) => vec![Reply::now(answer.bytes()).after(LATE)],
        _ => vec![Reply::now(answer.bytes())],
    }
}

fn setting(timeout: Duration) -> (NameServer, Resolver, tempfile::TempDir) {
    let server = NameServer::start(script);
    let folder = tempfile::tempdir().unwrap();
    std::fs::write(folder.path().join("nsswitch.conf"), "hosts: files dns\n").unwrap();
    let resolver = Resolver::builder().servers([server.addr]).folder(folder.path());
    (server, resolver.timeout(timeout).attempts(1).cache(0).build(), folder)
}

/// Steps to the end: that, and what was found so far after each step that did not end it. `lie`: every descriptor is said to be ready, always.
fn drive(pending: &mut Pending<'_>, lie: bool) -> (Result<Found>, Vec<usize>) {
    let (mut events, mut so_far) = (Vec::new(), Vec::new());
    loop {
        let started = Instant::now();
        let stepped = pending.step(&events);
        assert!(started.elapsed() < LATE / 2, "a step has waited");
        if let Poll::Ready(end) = stepped {
            assert!(pending.watches().next().is_none() && pending.wake_at().is_none());
            assert!(pending.step(&[IN; 9]).is_pending(), "it is over");
            return (end, so_far);
        }
        so_far.push(pending.so_far().map_or(0, |found| {
            let of_one =
                found.addresses().windows(2).all(|two| two[0].is_ipv6() == two[1].is_ipv6());
            assert!(found.is_partial() && of_one, "{found:?}");
            found.addresses().len()
        }));
        let limit = pending.wake_at().map_or(Limit::seconds(20), Limit::by);
        let found = poll(pending.watches(), Op::Recv, limit).unwrap_or_default();
        events = if lie { vec![IN | OUT; pending.watches().count() + 3] } else { found };
    }
}

fn after(ms: u64) -> Instant {
    Instant::now() + Duration::from_millis(ms)
}

#[test]
fn what_is_known_is_told_before_the_end() {
    let (server, resolver, _folder) = setting(Duration::from_secs(5));
    for lie in [false, true] {
        let mut pending = resolver.lookup("late.test").start(Some(after(20_000)));
        let (end, so_far) = drive(&mut pending, lie);
        let found = end.unwrap();
        assert_eq!(found.addresses().len(), 3, "{found:?}");
        assert!(!found.is_partial() && found.attempts().len() >= 2);
        assert!(found.attempts().iter().all(|attempt| attempt.start < Duration::from_secs(10)));
        assert!(so_far.starts_with(&[0]) && so_far.ends_with(&[2]), "{so_far:?}");
        // What needs no server is there at once.
        for host in ["192.0.2.9", "localhost", "a.invalid"] {
            let mut pending = resolver.lookup(host).start(None);
            assert!(pending.step(&[]).is_ready(), "{host}");
        }
    }
    drop(server);
}

#[test]
fn its_deadline_ends_it_and_so_does_who_gives_it_up() {
    let (server, resolver, _folder) = setting(Duration::from_secs(5));
    let started = Instant::now();
    let (end, _) = drive(&mut resolver.lookup("silent.test").start(Some(after(300))), false);
    let error = end.unwrap_err();
    assert!(error.is_timed_out() && error.attempts().len() >= 2, "{error:?}");
    let took = started.elapsed();
    assert!(took >= Duration::from_millis(300) && took < Duration::from_secs(3), "{took:?}");
    // What was there then is an answer.
    let (end, _) = drive(&mut resolver.lookup("late.test").start(Some(after(200))), false);
    assert!(end.is_ok_and(|found| found.is_partial()));
    // A deadline that is over asks nobody.
    let before = server.seen().len();
    let (end, _) = drive(&mut resolver.lookup("late.test").start(Some(Instant::now())), false);
    assert_eq!(*end.unwrap_err().cause(), Cause::TimedOut);
    assert_eq!(server.seen().len(), before);

    let mut pending = resolver.lookup("silent.test").start(None);
    assert!(pending.step(&[]).is_pending());
    let error = pending.give_up(Cause::Cancelled);
    assert!(error.is_cancelled() && error.attempts().len() == 2, "{error:?}");
}

#[test]
fn who_is_dropped_or_not_stepped_keeps_nobody_waiting_for_good() {
    let (server, resolver, _folder) = setting(Duration::from_secs(1));
    for is_dropped in [true, false] {
        let before = server.seen().len();
        let mut pending = resolver.lookup("shared.test").start(None);
        assert!(pending.step(&[]).is_pending());
        let started = Instant::now();
        thread::scope(|scope| {
            let other = scope.spawn(|| resolver.lookup("shared.test").within(Limit::seconds(20)));
            thread::sleep(Duration::from_millis(200));
            assert!(!other.is_finished(), "it waits for who asks already");
            let held = Some(pending).filter(|_| !is_dropped);
            let found = other.join().unwrap().unwrap();
            assert_eq!(found.addresses().len(), 3);
            drop(held);
        });
        let took = started.elapsed();
        assert!(took < Duration::from_secs(10), "{took:?}");
        assert_eq!(took >= Duration::from_secs(1), !is_dropped, "{took:?}");
        assert_eq!(server.seen().len() - before, 4, "both have asked");
    }
    // Who is stepped tells the others.
    let before = server.seen().len();
    let mut pending = resolver.lookup("shared.test").start(None);
    assert!(pending.step(&[]).is_pending());
    let mut second = resolver.lookup("shared.test").start(None);
    assert!(second.step(&[]).is_pending());
    assert!(drive(&mut pending, false).0.is_ok() && drive(&mut second, false).0.is_ok());
    assert_eq!(server.seen().len() - before, 2);
    // And waits for them a moment only: they may be content with half an answer, one after the other.
    let before = server.seen().len();
    let mut pending = resolver.lookup("shared.test").start(None);
    assert!(pending.step(&[]).is_pending());
    let started = Instant::now();
    let (end, _) = drive(&mut resolver.lookup("shared.test").start(None), false);
    assert!(end.is_ok() && started.elapsed() < Duration::from_millis(900));
    assert_eq!(server.seen().len() - before, 4);
}
