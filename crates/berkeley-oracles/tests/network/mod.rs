//! Networks of a test's own, and the rule for what cannot run.
//!
//! Contract: a thread unshares its network namespace; sockets made in it stay in it. Where something is missing (no CAP_SYS_ADMIN, no `ip`, no
//! module) the reason is printed as skipped; it fails under `BERKELEY_STRICT` and in the VM (`BERKELEY_VM`), which has every family.

#![allow(dead_code, reason = "each test takes what it needs")]

use std::env::var_os;
use std::process::Command;
use std::thread;

use berkeley_socket::Interface;
use berkeley_socket::netlink::{NewLink, OperState, Peer, Rtnetlink};
use nix::sched::{CloneFlags, unshare};

/// Does `work` in a network of its own, with loopback up.
pub(crate) fn in_a_network<T: Send>(
    work: impl FnOnce() -> Result<T, String> + Send,
) -> Result<T, String> {
    thread::scope(|scope| {
        let thread = scope.spawn(|| {
            unshare(CloneFlags::CLONE_NEWNET)
                .map_err(|errno| format!("no new network: {errno}"))?;
            set_up("lo")?;
            work()
        });
        thread.join().unwrap_or_else(|panic| std::panic::resume_unwind(panic))
    })
}

/// Brings an interface of this network up.
pub(crate) fn set_up(name: &str) -> Result<(), String> {
    let told = |error: &dyn core::fmt::Display| format!("{name} up: {error}");
    let interface = Interface::named(name).map_err(|error| told(&error))?;
    let mut route = Rtnetlink::open().map_err(|error| told(&error))?;
    route.set_up(interface.index()).map_err(|error| told(&error))
}

/// A cable in this network, with nobody else on it: the indexes of its two ends, `near` and `far`, which are up.
pub(crate) fn cable() -> Result<[u32; 2], String> {
    let told = |error: &dyn core::fmt::Display| format!("a veth pair: {error}");
    // IPv6 would send of its own accord. Where there is none, there is no such file.
    let _ = std::fs::write("/proc/sys/net/ipv6/conf/default/disable_ipv6", "1");
    let mut route = Rtnetlink::open().map_err(|error| told(&error))?;
    let far = NewLink::Veth(Peer { name: "far", namespace: None });
    route.add_link("near", &far).map_err(|error| told(&error))?;
    for name in ["near", "far"] {
        set_up(name)?;
    }
    let mut ready = |name| {
        let index = Interface::named(name).map_err(|error| told(&error))?.index();
        // Until the kernel has looked at the new cable, what is sent there is dropped in silence.
        let up =
            |route: &mut Rtnetlink<'_>| route.link(index).map(|link| link.state == OperState::UP);
        while !up(&mut route).map_err(|error| told(&error))? {
            thread::sleep(core::time::Duration::from_millis(1));
        }
        Ok::<_, String>(index)
    };
    Ok([ready("near")?, ready("far")?])
}

/// The program ip(8).
pub(crate) fn ip(words: &str) -> Result<(), String> {
    let output = Command::new("ip").args(words.split(' ')).output();
    let output = output.map_err(|error| format!("ip: {error}"))?;
    let why = String::from_utf8_lossy(&output.stderr).into_owned();
    if output.status.success() { Ok(()) } else { Err(format!("ip {words}: {why}")) }
}

pub(crate) fn unless_skipped(test: Result<(), String>) {
    if let Err(why) = test {
        assert!(!is_strict(), "{why}");
        println!("skipped: {why}");
    }
}

/// May nothing be skipped?
pub(crate) fn is_strict() -> bool {
    var_os("BERKELEY_STRICT").is_some() || is_vm()
}

/// Is this the VM of `cargo xtask vm`, where nothing is shared with a real network?
pub(crate) fn is_vm() -> bool {
    var_os("BERKELEY_VM").is_some()
}
