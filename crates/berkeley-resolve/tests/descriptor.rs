//! Lookups under a limit give back every descriptor, also those nobody waited for. A file of its own, so that no other
//! test of the process opens any meanwhile.

use core::time::Duration;
use std::time::Instant;

use berkeley_addr::Type;
use berkeley_resolve::{Cause, Hints, getaddrinfo};
use berkeley_socket::Limit;

fn open() -> usize {
    std::fs::read_dir("/proc/self/fd").expect("procfs").count()
}

#[test]
fn abandoned_lookups_leak_nothing() {
    let hints = Hints::new().ty(Type::STREAM);
    // What libc keeps open for itself, it opens now.
    let answer = getaddrinfo(Some("localhost"), Some("http"), &hints, Limit::seconds(30));
    assert!(answer.is_ok(), "{answer:?}");
    let before = open();
    let mut abandoned = 0;
    for round in 0..200 {
        let limit = Limit::within(Duration::from_micros(round % 4 * 20));
        match getaddrinfo(Some("localhost"), Some("http"), &hints, limit) {
            Ok(_) => {}
            Err(error) if error.is_timed_out() => abandoned += 1,
            Err(error) => panic!("{error}"),
        }
    }
    println!("{abandoned} of 200 abandoned");
    assert!(abandoned > 0);
    let end = Instant::now() + Duration::from_secs(10);
    while open() > before && Instant::now() < end {
        std::thread::sleep(Duration::from_millis(5));
    }
    assert_eq!(open(), before);
    // And the places are free again.
    for _ in 0..50 {
        let answer = getaddrinfo(Some("localhost"), None, &hints, Limit::seconds(30));
        assert!(!matches!(answer, Err(ref error) if *error.cause() == Cause::Busy), "{answer:?}");
    }
}
