//! For how long what came of a lookup holds, and by which names it was found.

use super::*;

/// A record of an address that holds for so many seconds.
fn holds(asked: &Asked, seconds: u64) -> Says {
    soon(answer(asked, GOOD, |builder| put_for(builder, &asked.name, asked.ty, seconds)))
}

fn leads(asked: &Asked, seconds: u64, target: &str) -> Says {
    soon(answer(asked, GOOD, |builder| alias_for(builder, &asked.name, target, seconds)))
}

/// `a.test` is an alias of `b.test`, that of `c.test`, and each is asked for.
fn chain(asked: &Asked, first: u64, end: Server) -> Says {
    match asked.name.to_string().to_lowercase().as_str() {
        "a.test" => leads(asked, first, "b.test"),
        "b.test" => leads(asked, 20, "c.test"),
        _ => end(asked),
    }
}

fn an_hour(asked: &Asked) -> Says {
    holds(asked, 3600)
}

#[test]
fn an_alias_holds_for_no_longer_than_each_step_of_it() {
    let rows: [(Server, &str, Option<u64>); 6] = [
        (|a| chain(a, 5, an_hour), BOTH, Some(5)),
        (|a| chain(a, 60, an_hour), BOTH, Some(20)),
        (|a| chain(a, 60, |a| holds(a, 7)), BOTH, Some(7)),
        (|a| chain(a, 5, nxdomain), "NoName", Some(5)),
        (|a| chain(a, 5, nodata), "NoData", Some(5)),
        (|a| chain(a, 60, nodata), "NoData", Some(20)),
    ];
    for random_case in [false, true] {
        for (i, (server, words, ttl)) in rows.iter().enumerate() {
            let run = ask(&Config { random_case, ..config(1) }, "a.test.", &[*server]);
            assert_eq!((&*run.words, run.ttl), (*words, *ttl), "{i}");
            let found = if ttl.is_some() && *words == BOTH { 2 } else { 0 };
            assert_eq!(run.chains, ["a.test b.test > c.test"].repeat(found), "{i}");
        }
    }
}

#[test]
fn signatures_of_every_step_count() {
    let signed = |asked: &Asked, steps: &[&str]| {
        let known = steps.contains(&&*asked.name.to_string());
        let flags = if known { GOOD | Flags::AUTHENTIC_DATA } else { GOOD };
        soon(answer(asked, flags, |builder| match asked.name.to_string().as_str() {
            "a.test" => alias(builder, &asked.name, "b.test"),
            _ => put(builder, &asked.name, asked.ty),
        }))
    };
    let config = Config { trust_ad: true, no_aaaa: true, ..config(1) };
    for (steps, words) in [
        (&["a.test", "b.test"][..], "192.0.2.77 authentic"),
        (&["a.test"], "192.0.2.77"),
        (&["b.test"], "192.0.2.77"),
    ] {
        let server = |asked: &Asked| signed(asked, steps);
        let run = drive(&config, lookup("a.test."), &[&server], 0, &mut Memory::new());
        assert_eq!(run.words, words, "{steps:?}");
    }
}

/// That there is nothing, for so many seconds; or without saying for how long.
fn nothing(asked: &Asked, rcode: Rcode, seconds: Option<u32>) -> Says {
    let flags = GOOD | Flags::rcode_bits(rcode);
    soon(answer(asked, flags, |builder| {
        if let Some(seconds) = seconds {
            zone_for(builder, seconds);
        }
    }))
}

fn no_data(asked: &Asked, seconds: u32) -> Says {
    nothing(asked, Rcode::NOERROR, Some(seconds))
}

/// What the server says to `x.s1.test`, and to `x.s2.test`; what comes of it, and how long it holds.
type Row = (&'static str, Server, Server, &'static str, Option<u64>);

#[test]
fn what_is_found_holds_for_no_longer_than_what_was_not() {
    let one: Server = |a| split(a, an_hour, |a| no_data(a, 9));
    let absent: Server = |a| nothing(a, Rcode::NXDOMAIN, Some(9));
    let rows: &[Row] = &[
        ("both families", an_hour, silent, BOTH, Some(3600)),
        ("no data of the other family", one, silent, "192.0.2.77", Some(9)),
        (
            "the same, IPv6",
            |a| split(a, |a| no_data(a, 9), an_hour),
            silent,
            "2001:db8::77",
            Some(9),
        ),
        (
            "no such name of the other",
            |a| split(a, an_hour, nxdomain),
            silent,
            "192.0.2.77",
            Some(30),
        ),
        (
            "no data, and not for how long",
            |a| split(a, an_hour, |a| nothing(a, Rcode::NOERROR, None)),
            silent,
            "192.0.2.77",
            None,
        ),
        ("half an answer", |a| split(a, an_hour, servfail), silent, "192.0.2.77 partial", None),
        ("behind no such name", absent, an_hour, BOTH, Some(9)),
        (
            "behind one of unknown length",
            |a| nothing(a, Rcode::NXDOMAIN, None),
            an_hour,
            BOTH,
            None,
        ),
        ("behind no data", |a| no_data(a, 8), one, "192.0.2.77", Some(8)),
        ("behind a failure", servfail, an_hour, BOTH, None),
        ("no data behind a failure", servfail, |a| no_data(a, 9), "NoData", None),
        ("a failure behind no data", |a| no_data(a, 9), servfail, "NoData", None),
        ("no data behind no such name", absent, |a| no_data(a, 30), "NoData", Some(9)),
    ];
    let search = ["s1.test", "s2.test"].map(|name| name.parse().expect("a name")).to_vec();
    let config = Config { search, no_tld_query: true, ..config(1) };
    for (what, first, second, words, ttl) in rows {
        let server = |asked: &Asked| {
            let zone = "s1.test".parse().expect("a name");
            if asked.name.is_within(&zone) { first(asked) } else { second(asked) }
        };
        let run = drive(&config, lookup("x"), &[&server], 0, &mut Memory::new());
        assert_eq!((&*run.words, run.ttl), (*words, *ttl), "{what}");
    }
}

#[test]
fn an_alias_leads_to_nobody_that_is_not_to_be_asked_for() {
    for target in ["x.onion", "invalid", "LOCALHOST", "a.localhost", "x.Invalid"] {
        let server = |asked: &Asked| leads(asked, 9, target);
        let run = drive(&config(1), lookup("a.test."), &[&server], 0, &mut Memory::new());
        assert_eq!((&*run.words, run.ttl, run.datagrams), ("NoName", Some(9), 2), "{target}");
    }
}
