//! Lookups by libc under a limit give back every descriptor, also those nobody waited for. A file of its own, so that no other
//! test of the process opens any meanwhile.

use core::time::Duration;
use std::time::Instant;

use berkeley_addr::Type;
use berkeley_resolve::{Cause, Engine, Hints, Resolver};
use berkeley_socket::Limit;

fn count(folder: &str) -> usize {
    std::fs::read_dir(folder).expect("procfs").count()
}

fn open() -> usize {
    count("/proc/self/fd")
}

fn threads() -> usize {
    count("/proc/self/task")
}

/// Waits until no lookup's thread is left: it closes its descriptor after its caller has gone.
fn settle(before: usize) {
    let end = Instant::now() + Duration::from_secs(10);
    while threads() > before {
        assert!(Instant::now() < end, "a thread is left");
        std::thread::sleep(Duration::from_millis(1));
    }
}

#[test]
fn abandoned_lookups_leak_nothing() {
    let libc = Resolver::builder().engine(Engine::Libc).build();
    let hints = Hints::new().ty(Type::STREAM);
    let alone = threads();
    // What libc keeps open for itself, it opens now.
    let answer = libc.getaddrinfo(Some("localhost"), Some("80"), &hints, Limit::seconds(30));
    assert!(answer.is_ok(), "{answer:?}");
    settle(alone);
    let before = open();
    let mut abandoned = 0;
    for round in 0..200 {
        let limit = Limit::within(Duration::from_micros(1 + round % 4 * 10));
        match libc.getaddrinfo(Some("localhost"), Some("80"), &hints, limit) {
            Ok(_) => {}
            Err(error) if error.is_timed_out() => abandoned += 1,
            Err(error) => panic!("{error}"),
        }
    }
    println!("{abandoned} of 200 abandoned");
    assert!(abandoned > 0);
    settle(alone);
    assert_eq!(open(), before);
    // And the places are free again.
    for _ in 0..50 {
        let answer = libc.getaddrinfo(Some("localhost"), None, &hints, Limit::seconds(30));
        assert!(!matches!(answer, Err(ref error) if *error.cause() == Cause::Busy), "{answer:?}");
    }
}
