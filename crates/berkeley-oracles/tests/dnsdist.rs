//! The faults of a name server as a program makes them that we did not write: dnsdist drops, delays, cuts, refuses and lies by its rules.
//!
//! Contract: those rows of `resolve_faults.rs` that dnsdist can express. Each fault is of one name, so one dnsdist makes all of them; it
//! listens on two addresses, and some rules are of the first alone. The table is printed. `cargo xtask names` runs it. Source: dnsdist's
//! manual, "Rule Actions" and "Rule Selectors".

mod network;
mod world;

use core::fmt::Write as _;
use core::net::{Ipv4Addr, SocketAddr};
use core::time::Duration;
use std::time::Instant;
use std::{fs, thread};

use berkeley_resolve::policy::Sort;
use berkeley_resolve::{Engine, Found, ResolveError, Resolver};
use berkeley_socket::Limit;
use world::in_a_world;
use world::server::{self, DNSDIST};

const LIMIT: Limit<'static> = Limit::seconds(60);

/// Its other address: there, rules of the first one alone do not hold.
const SECOND: Ipv4Addr = Ipv4Addr::new(127, 0, 0, 7);
/// Nobody listens there.
const NOBODY: Ipv4Addr = Ipv4Addr::new(127, 0, 0, 8);

const ONE: &str = "192.0.2.1 2001:db8::1";
/// Far below the time-out of a second: nobody was waited for.
const SOON: u64 = 800;

struct Row {
    what: &'static str,
    servers: &'static [Ipv4Addr],
    /// Rules of dnsdist for the row's name, which `@` stands for: selector and action.
    rules: &'static [(&'static str, &'static str)],
    must: &'static str,
    within: u64,
}

const fn row(
    what: &'static str,
    servers: &'static [Ipv4Addr],
    rules: &'static [(&'static str, &'static str)],
    must: &'static str,
    within: u64,
) -> Row {
    Row { what, servers, rules, must, within }
}

const ALONE: &[Ipv4Addr] = &[DNSDIST];
const BOTH: &[Ipv4Addr] = &[DNSDIST, SECOND];

#[rustfmt::skip]
const ROWS: &[Row] = &[
    row("all is well", ALONE, &[], ONE, SOON),
    row("A, AAAA is NXDOMAIN", ALONE, &[("AAAA", "RCodeAction(DNSRCode.NXDOMAIN)")], "192.0.2.1", SOON),
    row("A, AAAA is SERVFAIL", ALONE, &[("AAAA", "RCodeAction(DNSRCode.SERVFAIL)")], "192.0.2.1 partial", 1800),
    row("A, AAAA is never answered", ALONE, &[("AAAA", "DropAction()")], "192.0.2.1 partial", 1800),
    row("AAAA, A is never answered", ALONE, &[("A", "DropAction()")], "2001:db8::1 partial", 1800),
    row("the first server is a black hole", BOTH, &[("FIRST", "DropAction()")], ONE, SOON),
    row("the first server is slow", BOTH, &[("FIRST_UDP", "DelayAction(900)")], ONE, SOON),
    row("the only server is slow", ALONE, &[("UDP", "DelayAction(300)")], ONE, 1800),
    row("the first server refuses", BOTH, &[("FIRST", "RCodeAction(DNSRCode.REFUSED)")], ONE, SOON),
    row("the first server fails", BOTH, &[("FIRST", "RCodeAction(DNSRCode.SERVFAIL)")], ONE, SOON),
    row("the first server knows no queries", BOTH, &[("FIRST", "RCodeAction(DNSRCode.NOTIMP)")], ONE, SOON),
    row("the first server's port is closed", &[NOBODY, DNSDIST], &[], ONE, SOON),
    row("FORMERR to EDNS", ALONE, &[("EDNS", "RCodeAction(DNSRCode.FORMERR)")], ONE, SOON),
    row("NOTIMP to EDNS", ALONE, &[("EDNS", "RCodeAction(DNSRCode.NOTIMP)")], ONE, SOON),
    row("EDNS is dropped", ALONE, &[("EDNS", "DropAction()")], ONE, 1800),
    row("truncated, the rest by TCP", ALONE, &[("UDP", "TCAction()")], ONE, SOON),
    row("truncated, TCP is closed, another server", BOTH, &[("FIRST_UDP", "TCAction()"), ("FIRST_TCP", "DropAction()")], ONE, SOON),
    row("truncated, TCP is closed, no other", ALONE, &[("UDP", "TCAction()"), ("TCP", "DropAction()")], "Dns(Truncated)", 1800),
    row("an alias alone: chased", ALONE, &[("ALL", "SpoofCNAMEAction('host.berkeley.test')")], ONE, SOON),
    row("an alias of itself", ALONE, &[("ALL", "SpoofCNAMEAction('@')")], "Dns(Loop)", SOON),
    row("each address twice", ALONE, &[("ALL", "SpoofAction({'192.0.2.1', '192.0.2.1', '2001:db8::1', '2001:db8::1'})")], ONE, SOON),
    row("no such name", ALONE, &[("ALL", "RCodeAction(DNSRCode.NXDOMAIN)")], "Dns(NoName)", SOON),
    row("all refuse", BOTH, &[("ALL", "RCodeAction(DNSRCode.REFUSED)")], "Dns(Server(REFUSED))", 1800),
    row("nobody answers", ALONE, &[("ALL", "DropAction()")], "Dns(TimedOut)", 3500),
    row("nobody is there", &[NOBODY], &[], "Dns(Network(", 1800),
];

/// Each row's host.
fn name(row: usize) -> String {
    format!("row{row}.berkeley.test")
}

/// The rules as dnsdist's Lua has them.
fn rules() -> String {
    let mut lua = format!(
        "addLocal('{SECOND}:53')\n\
         local first = newNMG()\nfirst:addMask('{DNSDIST}/32')\n\
         FIRST = NetmaskGroupRule(first, false)\n\
         A, AAAA, ALL = QTypeRule(DNSQType.A), QTypeRule(DNSQType.AAAA), AllRule()\n\
         TCP, UDP = TCPRule(true), TCPRule(false)\n\
         FIRST_TCP, FIRST_UDP = AndRule({{FIRST, TCP}}), AndRule({{FIRST, UDP}})\n\
         EDNS = RecordsCountRule(DNSSection.Additional, 1, 1)\n"
    );
    for (number, row) in ROWS.iter().enumerate() {
        let name = name(number);
        for (selector, action) in row.rules {
            let action = action.replace('@', &name);
            let _ =
                writeln!(lua, "addAction(AndRule({{QNameRule('{name}'), {selector}}}), {action})");
        }
    }
    lua
}

fn said(found: Result<Found, ResolveError>) -> String {
    match found {
        Ok(found) => {
            let mut ips: Vec<String> =
                found.addresses().iter().map(|addr| addr.ip().to_string()).collect();
            ips.sort_unstable();
            ips.join(" ") + if found.is_partial() { " partial" } else { "" }
        }
        Err(error) => format!("{:?}", error.cause()),
    }
}

#[test]
fn what_dnsdist_does_is_survived() {
    if server::root().is_none() {
        return server::without();
    }
    in_a_world("what_dnsdist_does_is_survived", |world| {
        let zone = "ns IN A 192.0.2.53\nhost IN A 192.0.2.1\nhost IN AAAA 2001:db8::1\n\
                    * IN A 192.0.2.1\n* IN AAAA 2001:db8::1\n";
        let _knot = world.knot(zone)?.ready()?;
        let _dnsdist = world.dnsdist(&rules())?.ready()?;
        fs::write(world.folder().join("resolv.conf"), "").map_err(|error| error.to_string())?;
        let run = |(number, row): (usize, &Row)| {
            let servers = row.servers.iter().map(|ip| SocketAddr::from((*ip, 53)));
            let resolver = Resolver::builder().folder(world.folder()).servers(servers);
            let resolver = resolver.engine(Engine::Native).sort(Sort::None);
            let resolver = resolver.timeout(Duration::from_secs(1)).attempts(2).build();
            let start = Instant::now();
            let got = said(resolver.lookup(&name(number)).within(LIMIT));
            (got, u64::try_from(start.elapsed().as_millis()).unwrap_or(u64::MAX))
        };
        let results: Vec<_> = thread::scope(|scope| {
            let threads: Vec<_> =
                ROWS.iter().enumerate().map(|row| scope.spawn(move || run(row))).collect();
            threads.into_iter().map(|thread| thread.join().unwrap()).collect()
        });
        println!("{:<42} {:<24} {:<24} {:>5}", "dnsdist", "must", "got", "ms");
        let mut wrong = 0;
        for (row, (got, ms)) in ROWS.iter().zip(results) {
            // What a cause holds within its brackets is the kernel's word.
            let holds =
                if row.must.ends_with('(') { got.starts_with(row.must) } else { got == row.must };
            let verdict = match (holds, ms <= row.within) {
                (true, true) => "ok",
                (true, false) => "LATE",
                (false, _) => "WRONG",
            };
            wrong += usize::from(verdict != "ok");
            println!("{:<42} {:<24} {got:<24.24} {ms:>5} {verdict}", row.what, row.must);
        }
        assert_eq!(wrong, 0);
        Ok(())
    });
}
