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
