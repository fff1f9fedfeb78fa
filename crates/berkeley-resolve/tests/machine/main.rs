//! The lookup machine against servers that do what servers do wrong, on a clock of its own.
//!
//! Contract: [`CONFORMANCE`] is what each of six resolvers was seen to fail in some row of; ours must pass all: the words, the
//! milliseconds, the datagrams. The other tables are the search list, the options and what is remembered. `--nocapture` prints them.

#![forbid(unsafe_code)]
#![allow(missing_docs)]

mod kept;
mod network;

use core::time::Duration;

use berkeley_resolve::machine::{Config, Lookup, Memory};
use berkeley_resolve::wire::{Class, Cookie, Flags, Name, Rcode, RecordType, Section};
use proptest::prelude::*;

use network::{
    Asked, Behaviour, GOOD, Run, Say, Says, Server, address, alias, alias_for, answer, drive, list,
    put, put_for, soon, zone, zone_for,
};

const BOTH: &str = "192.0.2.77 2001:db8::77";

fn config(servers: usize) -> Config {
    Config {
        servers: (0..servers).map(address).collect(),
        timeout: Duration::from_secs(1),
        attempts: 2,
        ..Config::default()
    }
}

fn lookup(name: &str) -> Lookup {
    Lookup {
        name: name.parse().expect(name),
        search: !name.ends_with('.'),
        types: vec![RecordType::A, RecordType::AAAA],
        deadline: None,
    }
}

fn ask(config: &Config, name: &str, servers: &[Server]) -> Run {
    let servers: Vec<Behaviour<'_>> =
        servers.iter().map(|server| server as Behaviour<'_>).collect();
    drive(config, lookup(name), &servers, 0, &mut Memory::new())
}

// Servers.

fn good(asked: &Asked) -> Says {
    soon(answer(asked, GOOD, |builder| put(builder, &asked.name, asked.ty)))
}

fn silent(_: &Asked) -> Says {
    Vec::new()
}

fn closed(_: &Asked) -> Says {
    vec![(1, Say::Refused)]
}

fn says(asked: &Asked, rcode: Rcode) -> Says {
    soon(answer(asked, GOOD | Flags::rcode_bits(rcode), |_| {}))
}

fn servfail(asked: &Asked) -> Says {
    says(asked, Rcode::SERVFAIL)
}

fn refused(asked: &Asked) -> Says {
    says(asked, Rcode::REFUSED)
}

fn lame(asked: &Asked) -> Says {
    soon(answer(asked, Flags::RESPONSE, |_| {}))
}

fn nodata(asked: &Asked) -> Says {
    soon(answer(asked, GOOD, zone))
}

fn nxdomain(asked: &Asked) -> Says {
    soon(answer(asked, GOOD | Flags::rcode_bits(Rcode::NXDOMAIN), zone))
}

/// One for IPv4, one for IPv6.
fn split(asked: &Asked, v4: Server, v6: Server) -> Says {
    if asked.ty == RecordType::A { v4(asked) } else { v6(asked) }
}

/// Something else first, then the answer, ten milliseconds later.
fn first(asked: &Asked, bytes: Vec<u8>) -> Says {
    let mut says = soon(bytes);
    says.extend(good(asked).into_iter().map(|(after, say)| (after + 10, say)));
    says
}

fn changed(asked: &Asked, at: usize, byte: u8) -> Vec<u8> {
    let mut bytes = answer(asked, GOOD, |builder| {
        put(builder, &asked.name, asked.ty);
        evil(builder, &asked.name);
    });
    bytes[at] ^= byte;
    bytes
}

fn evil(builder: &mut berkeley_resolve::wire::Builder<'_>, owner: &Name) {
    let minute = Duration::from_secs(60);
    builder.record(Section::Answer, owner, RecordType::A, Class::IN, minute, |data| {
        data.bytes(&[6, 6, 6, 6]);
    });
}

fn formerr_to_edns(asked: &Asked) -> Says {
    if asked.edns { says(asked, Rcode::FORMERR) } else { good(asked) }
}

fn bare_formerr_to_edns(asked: &Asked) -> Says {
    let [high, low] = asked.id.to_be_bytes();
    if asked.edns { soon(vec![high, low, 0x81, 0x81, 0, 0, 0, 0, 0, 0, 0, 0]) } else { good(asked) }
}

fn badvers_to_edns(asked: &Asked) -> Says {
    if !asked.edns {
        return good(asked);
    }
    let plain = Asked { edns: false, name: asked.name.clone(), ..*asked };
    soon(answer(&plain, GOOD, |builder| {
        let numbers = (RecordType::OPT, Class::new(1232), 0x0100_0000);
        builder.raw_record(Section::Additional, &Name::ROOT, numbers, |_| {});
    }))
}

fn drops_edns(asked: &Asked) -> Says {
    if asked.edns { silent(asked) } else { good(asked) }
}

fn truncates(asked: &Asked) -> Says {
    if asked.tcp { good(asked) } else { soon(answer(asked, GOOD | Flags::TRUNCATED, |_| {})) }
}

fn truncates_and_closes(asked: &Asked) -> Says {
    if asked.tcp { vec![(1, Say::Close)] } else { truncates(asked) }
}

fn cut(asked: &Asked) -> Says {
    let plain = Asked { edns: false, name: asked.name.clone(), ..*asked };
    let mut bytes = answer(&plain, GOOD, |builder| put(builder, &asked.name, asked.ty));
    bytes.truncate(bytes.len() - 2);
    soon(bytes)
}

fn short_record(asked: &Asked) -> Says {
    soon(answer(asked, GOOD, |builder| {
        let minute = Duration::from_secs(60);
        builder.record(Section::Answer, &asked.name, asked.ty, Class::IN, minute, |data| {
            data.bytes(&[1, 2, 3]);
        });
        put(builder, &asked.name, asked.ty);
    }))
}

/// `a.test` is an alias of `b.test`, and nothing more is said.
fn aliases(asked: &Asked) -> Says {
    if asked.name == "b.test".parse().expect("a name") {
        return good(asked);
    }
    soon(answer(asked, GOOD, |builder| alias(builder, &asked.name, "b.test")))
}

/// `n1` is an alias of `n2` and so on, one at a time.
fn endless(asked: &Asked) -> Says {
    let next = format!("x.{}", asked.name);
    soon(answer(asked, GOOD, |builder| alias(builder, &asked.name, &next)))
}

fn round(asked: &Asked) -> Says {
    soon(answer(asked, GOOD, |builder| {
        alias(builder, &asked.name, "b.test");
        alias(builder, &"b.test".parse().expect("a name"), "a.test");
    }))
}

fn round_by_questions(asked: &Asked) -> Says {
    let other = if asked.name == "b.test".parse().expect("a name") { "c.test" } else { "b.test" };
    soon(answer(asked, GOOD, |builder| alias(builder, &asked.name, other)))
}

type Row = (&'static str, &'static [Server], &'static str, u64, usize);

/// What the servers do; what comes of it, within how many milliseconds, with how many datagrams.
const CONFORMANCE: &[Row] = &[
    ("all is well", &[good], BOTH, 1, 2),
    ("A ok, AAAA NXDOMAIN", &[|a| split(a, good, nxdomain)], "192.0.2.77", 1, 2),
    ("A NXDOMAIN, AAAA ok", &[|a| split(a, nxdomain, good)], "2001:db8::77", 1, 2),
    ("A ok, AAAA SERVFAIL", &[|a| split(a, good, servfail)], "192.0.2.77 partial", 2, 3),
    ("A ok, AAAA never answered", &[|a| split(a, good, silent)], "192.0.2.77 partial", 1001, 3),
    ("A never answered, AAAA ok", &[|a| split(a, silent, good)], "2001:db8::77 partial", 1001, 3),
    (
        "both from one port are lost but one",
        &[|a| split(a, good, |a| if a.at > 0 { good(a) } else { silent(a) })],
        BOTH,
        102,
        3,
    ),
    ("A ok, AAAA never by the first of two", &[|a| split(a, good, silent), good], BOTH, 100, 3),
    ("first server black hole", &[silent, good], BOTH, 100, 4),
    ("first two servers black holes", &[silent, silent, good], BOTH, 200, 6),
    ("first server REFUSED", &[refused, good], BOTH, 2, 4),
    ("first server SERVFAIL", &[servfail, good], BOTH, 2, 4),
    ("first server NOTIMP", &[|a| says(a, Rcode::NOTIMP), good], BOTH, 3, 6),
    ("first server lame", &[lame, good], BOTH, 2, 4),
    ("first server port closed", &[closed, good], BOTH, 2, 4),
    ("all ports closed", &[closed, closed], "Network 111", 4, 8),
    ("nobody there", &[silent, silent], "TimedOut", 2150, 8),
    ("FORMERR if EDNS", &[formerr_to_edns], BOTH, 2, 4),
    ("header-only FORMERR", &[bare_formerr_to_edns], BOTH, 2, 4),
    ("BADVERS if EDNS", &[badvers_to_edns], BOTH, 2, 4),
    ("EDNS queries dropped", &[drops_edns], BOTH, 1001, 4),
    ("FORMERR always", &[|a| says(a, Rcode::FORMERR)], "Server(FORMERR)", 3, 6),
    ("TC over UDP, TCP ok", &[truncates], BOTH, 2, 2),
    ("TC, TCP closed at once", &[truncates_and_closes], "Truncated", 4, 4),
    ("TC, TCP closed at once, another server", &[truncates_and_closes, good], BOTH, 3, 4),
    (
        "TC by TCP as well",
        &[|a| soon(answer(a, GOOD | Flags::TRUNCATED, |_| {}))],
        "Truncated",
        4,
        4,
    ),
    ("wrong id, then right", &[|a| first(a, changed(a, 1, 1))], BOTH, 11, 2),
    ("wrong question name, then right", &[|a| first(a, changed(a, 13, 1))], BOTH, 11, 2),
    ("wrong question type, then right", &[|a| first(a, changed(a, 20, 16))], BOTH, 11, 2),
    ("QR=0 with answers, then right", &[|a| first(a, changed(a, 2, 0x80))], BOTH, 11, 2),
    ("QDCOUNT=0, then right", &[|a| first(a, changed(a, 5, 1))], BOTH, 11, 2),
    ("nothing at all, then right", &[|a| first(a, Vec::new())], BOTH, 11, 2),
    (
        "extra evil.test A 6.6.6.6",
        &[|a| {
            soon(answer(a, GOOD, |builder| {
                evil(builder, &"evil.test".parse().expect("a name"));
                put(builder, &a.name, a.ty);
            }))
        }],
        BOTH,
        1,
        2,
    ),
    ("a record with RDLENGTH 3", &[short_record], BOTH, 1, 2),
    ("packet cut inside RDATA", &[cut, good], BOTH, 2, 4),
    ("packet cut inside RDATA, one server", &[cut], "Malformed", 2, 4),
    ("CNAME to a name without records in packet", &[aliases], BOTH, 2, 4),
    (
        "CNAME to a name that has none, with SOA",
        &[|a| {
            soon(answer(a, GOOD, |builder| {
                alias(builder, &a.name, "b.test");
                zone(builder);
            }))
        }],
        "NoData",
        1,
        2,
    ),
    ("CNAME loop", &[round], "Loop", 1, 2),
    ("CNAME loop, question by question", &[round_by_questions], "Loop", 3, 6),
    ("CNAME chain without an end", &[endless], "Loop", 9, 18),
    (
        "duplicates in answer",
        &[|a| {
            soon(answer(a, GOOD, |builder| {
                for _ in 0..3 {
                    put(builder, &a.name, a.ty);
                }
            }))
        }],
        BOTH,
        1,
        2,
    ),
    (
        "slow by half a second",
        &[|a| good(a).into_iter().map(|(ms, say)| (ms + 499, say)).collect()],
        BOTH,
        500,
        2,
    ),
    ("no such name", &[nxdomain], "NoName", 1, 2),
    ("no data", &[nodata], "NoData", 1, 2),
    (
        "no data, but one family unknown",
        &[|a| split(a, nodata, servfail)],
        "Server(SERVFAIL)",
        2,
        3,
    ),
];

#[test]
fn conformance() {
    assert_eq!(Config::default().servers, ["127.0.0.1:53".parse().expect("an address")]);
    let mut wrong = Vec::new();
    for (what, servers, words, ms, datagrams) in CONFORMANCE {
        let run = ask(&config(servers.len()), "a.test.", servers);
        println!("{what:<44} {:<34} {:>5} ms {:>3} q", run.words, run.ms, run.datagrams);
        if (&*run.words, run.datagrams) != (words, *datagrams) || run.ms > *ms {
            wrong.push(format!(
                "{what}: {} {} {}\n  {}",
                run.words,
                run.ms,
                run.datagrams,
                list(&run)
            ));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

/// A server that knows `b.s2.test` and `c.d` alone.
fn two_names(asked: &Asked) -> Says {
    let known = ["b.s2.test", "c.d"].iter().any(|name| asked.name == name.parse().expect("a name"));
    if known { good(asked) } else { nxdomain(asked) }
}

/// SERVFAIL for what ends in `s1.test`, else as above.
fn broken_zone(asked: &Asked) -> Says {
    let zone = "s1.test".parse().expect("a name");
    if asked.name.is_within(&zone) { servfail(asked) } else { two_names(asked) }
}

fn silent_zone(asked: &Asked) -> Says {
    let zone = "s1.test".parse().expect("a name");
    if asked.name.is_within(&zone) { silent(asked) } else { two_names(asked) }
}

/// Names without data in `s1.test`.
fn empty_zone(asked: &Asked) -> Says {
    let zone = "s1.test".parse().expect("a name");
    if asked.name.is_within(&zone) { nodata(asked) } else { two_names(asked) }
}

#[test]
fn search_lists() {
    type Search = (&'static str, u8, bool, Server, &'static str, &'static str);
    let rows: [Search; 14] = [
        ("b", 1, false, two_names, BOTH, "b.s1.test b.s2.test"),
        ("b.", 1, false, two_names, "NoName", "b"),
        ("c.d", 1, false, two_names, BOTH, "c.d"),
        ("c.d", 2, false, two_names, BOTH, "c.d.s1.test c.d.s2.test c.d"),
        ("c", 0, false, two_names, "NoName", "c c.s1.test c.s2.test"),
        ("x.y", 1, false, two_names, "NoName", "x.y x.y.s1.test x.y.s2.test"),
        ("x", 1, false, two_names, "NoName", "x.s1.test x.s2.test x"),
        ("b", 1, false, broken_zone, BOTH, "b.s1.test b.s1.test b.s2.test"),
        ("b", 1, true, broken_zone, "Server(SERVFAIL)", "b.s1.test b.s1.test"),
        ("x", 1, false, broken_zone, "Server(SERVFAIL)", "x.s1.test x.s1.test x.s2.test x"),
        ("b", 1, false, silent_zone, "TimedOut", "b.s1.test b.s1.test"),
        ("b", 1, false, empty_zone, BOTH, "b.s1.test b.s2.test"),
        ("x", 1, false, empty_zone, "NoData", "x.s1.test x.s2.test x"),
        (".", 1, false, nxdomain, "NoName", "."),
    ];
    for (name, ndots, strict, server, words, names) in rows {
        let search = ["s1.test", "s2.test"].map(|name| name.parse().expect("a name"));
        let config = Config { search: search.to_vec(), ndots, strict, ..config(1) };
        let run = ask(&config, name, &[server]);
        let asked: Vec<&str> = run
            .asked
            .iter()
            .filter(|line| line.ends_with(" A"))
            .map(|line| line.split(' ').nth(1).expect("a name"))
            .collect();
        assert_eq!((&*run.words, &*asked.join(" ")), (words, names), "{name} {ndots} {strict}");
    }
    // A top-level domain is not asked for behind a list, but without one it is.
    for (name, suffixes, asked) in
        [("b", 1, "0 b.s.test A; "), ("b", 0, "0 b A; "), ("b.c", 0, "0 b.c A; ")]
    {
        let search = vec!["s.test".parse().expect("a name"); suffixes];
        let config = Config { search, no_tld_query: true, no_aaaa: true, ..config(1) };
        assert_eq!(list(&ask(&config, name, &[nxdomain])), asked);
    }
    // The root is the name as it is, at its place, once.
    for (name, ndots, asked) in [
        ("b", 1, "b.s.test b b.t.test"),
        ("b.c", 1, "b.c b.c.s.test b.c.t.test"),
        ("b.c", 2, "b.c.s.test b.c b.c.t.test"),
    ] {
        let search = ["s.test", ".", "t.test"].map(|name| name.parse().expect("a name")).to_vec();
        let config = Config { search, ndots, no_aaaa: true, ..config(1) };
        let run = ask(&config, name, &[nxdomain]);
        let names: Vec<&str> = run.asked.iter().filter_map(|line| line.split(' ').nth(1)).collect();
        assert_eq!(names.join(" "), asked, "{name} {ndots}");
    }
    // A suffix with which the name would be too long is left out.
    let long = ["a"; 100].join(".");
    let search =
        vec![long.parse().expect("a name"), Name::ROOT, "s2.test".parse().expect("a name")];
    let config = Config { search, ndots: 255, ..config(1) };
    let run = ask(&config, &long, &[nxdomain]);
    assert_eq!((&*run.words, run.datagrams), ("NoName", 4));
    // For how long "no" holds, every server must have said.
    assert_eq!(run.ttl, None, "its own zone is another");
    let search = vec!["s2.test".parse().expect("a name")];
    let run = ask(&Config { search, ..config.clone() }, "x.test", &[nxdomain]);
    assert_eq!((&*run.words, run.ttl), ("NoName", Some(30)));
    let run = ask(&config, "x", &[|a| says(a, Rcode::NXDOMAIN)]);
    assert_eq!((&*run.words, run.ttl), ("NoName", None));
}

#[test]
fn options() {
    let one = config(1);
    let streams = |config: &Config, servers: &[Server]| {
        let run = ask(config, "a.test.", servers);
        (run.words, run.datagrams, run.streams, run.ms)
    };
    let said = |words: &str, datagrams, streams, ms| (words.to_owned(), datagrams, streams, ms);

    let tcp = Config { use_vc: true, ..one.clone() };
    assert_eq!(streams(&tcp, &[good]), said(BOTH, 0, 1, 1));
    assert_eq!(streams(&tcp, &[truncates_and_closes]), said("Network 104", 0, 2, 2));
    assert_eq!(streams(&tcp, &[formerr_to_edns]), said(BOTH, 0, 2, 2));
    let tcp = Config { use_vc: true, ..config(2) };
    assert_eq!(streams(&tcp, &[silent, good]), said(BOTH, 0, 2, 76));

    // One type after the other.
    let single = Config { single_request: true, ..one.clone() };
    let run = ask(&single, "a.test.", &[good]);
    assert_eq!((&*run.words, run.ms, &run.packets[..]), (BOTH, 2, &[1, 1][..]));
    let run = ask(&single, "a.test.", &[|a| split(a, good, silent)]);
    assert_eq!((&*run.words, run.ms), ("192.0.2.77 partial", 1001));
    let run = ask(&one, "a.test.", &[good]);
    assert_eq!(run.packets, [2], "both by one call");

    let v4 = Config { no_aaaa: true, ..one.clone() };
    assert_eq!(streams(&v4, &[good]), said("192.0.2.77", 1, 0, 1));

    let plain = Config { edns: false, ..one.clone() };
    assert_eq!(streams(&plain, &[drops_edns]), said(BOTH, 2, 0, 1));

    // As glibc: one after the other, whatever is known of them.
    let patient = Config { hedge: false, ..config(2) };
    let mut memory = Memory::new();
    for _ in 0..2 {
        let run = drive(&patient, lookup("a.test."), &[&silent, &good], 0, &mut memory);
        assert_eq!((&*run.words, run.ms, run.datagrams), (BOTH, 1001, 4));
    }

    let strict = Config { strict: true, ..one.clone() };
    assert_eq!(streams(&strict, &[|a| split(a, good, servfail)]).0, "Server(SERVFAIL)");
    assert_eq!(streams(&strict, &[|a| split(a, good, nxdomain)]).0, "192.0.2.77");

    let authentic = |a: &Asked| {
        soon(answer(a, GOOD | Flags::AUTHENTIC_DATA, |builder| put(builder, &a.name, a.ty)))
    };
    let trust = Config { trust_ad: true, no_aaaa: true, ..one.clone() };
    assert_eq!(streams(&trust, &[authentic]).0, "192.0.2.77 authentic");
    let distrust = Config { no_aaaa: true, ..one.clone() };
    assert_eq!(streams(&distrust, &[authentic]).0, "192.0.2.77");

    // Another server first, each time.
    let rotate = Config { rotate: true, ..config(3) };
    let firsts: std::collections::BTreeSet<String> = (0..50)
        .map(|start| {
            let run = drive(
                &rotate,
                lookup("a.test."),
                &[&good, &good, &good],
                start,
                &mut Memory::new(),
            );
            run.asked[0].clone()
        })
        .collect();
    assert_eq!(firsts.len(), 3);

    // A server that keeps the case of the name, and one that does not: by TCP, and then no more.
    let cased = Config { random_case: true, ..one.clone() };
    assert_eq!(streams(&cased, &[good]), said(BOTH, 2, 0, 1));
    let lower = |asked: &Asked| {
        let name: Name = asked.name.to_string().to_lowercase().parse().expect("a name");
        good(&Asked { name, ..*asked })
    };
    let mut memory = Memory::new();
    let first = drive(&cased, lookup("abcdefgh.test."), &[&lower], 0, &mut memory);
    assert_eq!((&*first.words, first.datagrams, first.streams, first.ms), (BOTH, 2, 1, 2));
    let second = drive(&cased, lookup("abcdefgh.test."), &[&lower], 100, &mut memory);
    assert_eq!((&*second.words, second.datagrams, second.streams), (BOTH, 2, 0));
    // A forger who does not know the case is not the server: it goes on being asked in random case.
    let mut memory = Memory::new();
    let forged = |asked: &Asked| if asked.tcp { good(asked) } else { lower(asked) };
    for start in [0, 100] {
        let run = drive(&cased, lookup("abcdefgh.test."), &[&forged], start, &mut memory);
        assert_eq!((&*run.words, run.datagrams, run.streams), (BOTH, 2, 1), "{start}");
    }

    let nothing = Config { servers: Vec::new(), ..Config::default() };
    assert_eq!(ask(&nothing, "a.test.", &[]).words, "Nothing");
}

/// A server with cookies: who does not give its own back is told it.
fn cookies(asked: &Asked) -> Says {
    cookies_for(asked, &[9; 8])
}

/// One that would have this part of it.
fn cookies_for(asked: &Asked, theirs: &[u8]) -> Says {
    let ours = asked.cookie.expect("a cookie");
    let whole = Cookie::decode(&[&ours.client()[..], &[9; 8]].concat());
    let known = Asked { cookie: whole, name: asked.name.clone(), ..*asked };
    if asked.tcp || ours.server() == theirs {
        return good(&known);
    }
    let plain = Asked { edns: false, name: asked.name.clone(), ..*asked };
    soon(answer(&plain, GOOD | Flags::rcode_bits(Rcode::new(7)), |builder| {
        let numbers = (RecordType::OPT, Class::new(1232), 0x0100_0000);
        builder.raw_record(Section::Additional, &Name::ROOT, numbers, |data| {
            let whole = whole.expect("a cookie");
            data.short(10);
            data.short(16);
            data.bytes(&whole.client());
            data.bytes(whole.server());
        });
    }))
}

#[test]
fn what_is_remembered() {
    let mut memory = Memory::new();
    let mut at = |config: &Config, start, servers: &[Behaviour<'_>]| {
        drive(config, lookup("a.test."), servers, start, &mut memory)
    };
    // A server that was silent comes last for five seconds, and is then asked beside another.
    let two = config(2);
    assert_eq!(at(&two, 0, &[&silent, &good]).ms, 76);
    let run_2 = at(&two, 1000, &[&silent, &good]);
    assert_eq!((run_2.ms, run_2.datagrams), (1, 2));
    let run_3 = at(&two, 6000, &[&silent, &good]);
    assert_eq!((run_3.ms, run_3.datagrams), (1, 4), "{}", list(&run_3));
    assert_eq!(at(&two, 7000, &[&silent, &good]).datagrams, 2);
    // It answers again, as fast as the other: it is the first again.
    assert_eq!(at(&two, 20_000, &[&good, &good]).datagrams, 4);
    assert!(at(&two, 21_000, &[&good, &silent]).ms <= 76);
    // When the other one fails, it is asked soon enough.
    assert!(at(&two, 30_000, &[&good, &silent]).ms <= 151);

    // How long one waits follows from how long answers took.
    let mut memory = Memory::new();
    let slow = |asked: &Asked| good(asked).into_iter().map(|(ms, say)| (ms + 59, say)).collect();
    for start in 0..20 {
        let run = drive(&two, lookup("a.test."), &[&slow, &good], start * 100, &mut memory);
        assert_eq!((run.ms, run.datagrams), (60, 2));
    }
    let run_4 = drive(&two, lookup("a.test."), &[&silent, &good], 9000, &mut memory);
    assert!((230..=241).contains(&run_4.ms), "{}", run_4.ms);

    // EDNS that is not understood, or lost, is not tried again for an hour.
    for (server, first) in
        [(formerr_to_edns as Server, 4), (drops_edns, 4), (bare_formerr_to_edns, 4)]
    {
        let mut memory = Memory::new();
        for (start, datagrams) in [(0, first), (10_000, 2), (3_500_000, 2), (3_700_000, first)] {
            let run = drive(&config(1), lookup("a.test."), &[&server], start, &mut memory);
            assert_eq!((&*run.words, run.datagrams), (BOTH, datagrams), "{start}");
        }
    }
    // One that has answered to it is not suspected for being silent once.
    let mut memory = Memory::new();
    let one = config(1);
    drive(&one, lookup("a.test."), &[&good], 0, &mut memory);
    drive(&one, lookup("a.test."), &[&silent], 1000, &mut memory);
    let only_edns = |asked: &Asked| if asked.edns { good(asked) } else { silent(asked) };
    assert_eq!(drive(&one, lookup("a.test."), &[&only_edns], 5000, &mut memory).ms, 1);

    // Cookies: learnt once, by one more question.
    let mut memory = Memory::new();
    let with = Config { cookies: true, ..config(1) };
    let first = drive(&with, lookup("a.test."), &[&cookies], 0, &mut memory);
    assert_eq!((&*first.words, first.datagrams, first.streams), (BOTH, 4, 0));
    let second = drive(&with, lookup("a.test."), &[&cookies], 100, &mut memory);
    assert_eq!((&*second.words, second.datagrams, second.streams), (BOTH, 2, 0));
    // From then on what has none is not believed, be it a failure or cannot be read, and the true answer is waited for.
    let [evil, failed, short]: [Server; 3] = [
        |a| soon(answer(a, GOOD, |builder| evil(builder, &a.name))),
        servfail,
        |a| soon(answer(a, GOOD, |builder| put(builder, &a.name, a.ty))[..40].to_vec()),
    ];
    for forger in [evil, failed, short] {
        let server = |asked: &Asked| {
            let mut says = forger(&Asked { edns: false, name: asked.name.clone(), ..*asked });
            says.extend(cookies(asked).into_iter().map(|(after, say)| (after + 9, say)));
            says
        };
        let run = drive(&with, lookup("a.test."), &[&server], 200, &mut memory);
        let said = (&*run.words, run.ms, run.datagrams, run.streams);
        assert_eq!(said, (BOTH, 10, 2, 0));
    }
    // A server that has them no more says so by TCP, and is then believed.
    let without = |asked: &Asked| good(&Asked { cookie: None, name: asked.name.clone(), ..*asked });
    let run = drive(&with, lookup("a.test."), &[&without], 300, &mut memory);
    assert_eq!((&*run.words, run.ms, run.datagrams, run.streams), (BOTH, 1001, 2, 1));
    let bare = |asked: &Asked| {
        assert_eq!(asked.cookie, None);
        good(asked)
    };
    let run = drive(&with, lookup("a.test."), &[&bare], 5000, &mut memory);
    assert_eq!((&*run.words, run.ms, run.datagrams, run.streams), (BOTH, 1, 2, 0));
    let run = drive(&with, lookup("a.test."), &[&cookies], 3_700_000, &mut memory);
    assert_eq!((&*run.words, run.datagrams, run.streams), (BOTH, 4, 0));
    // One that is never content is asked by TCP at last; that there is no room for all is believed without.
    let mut memory = Memory::new();
    let never = |asked: &Asked| if asked.tcp { good(asked) } else { cookies_for(asked, &[8; 8]) };
    for start in [0, 100] {
        let run = drive(&with, lookup("a.test."), &[&never], start, &mut memory);
        let datagrams = if start == 0 { 4 } else { 2 };
        assert_eq!((&*run.words, run.datagrams, run.streams), (BOTH, datagrams, 1));
    }
    let cut =
        |asked: &Asked| truncates(&Asked { edns: asked.tcp, name: asked.name.clone(), ..*asked });
    let run = drive(&with, lookup("a.test."), &[&cut], 200, &mut memory);
    assert_eq!((&*run.words, run.ms, run.datagrams, run.streams), (BOTH, 2, 2, 1));
}

#[test]
fn deadlines() {
    let servers: [(Server, &str); 4] = [
        (silent, "Deadline"),
        (|a| split(a, good, silent), "192.0.2.77 partial"),
        (good, BOTH),
        (|a| first(a, changed(a, 1, 1)).into_iter().take(1).collect(), "Deadline"),
    ];
    for (server, words) in servers {
        let mut lookup = lookup("a.test.");
        lookup.deadline = Some(Duration::from_millis(300));
        let run = drive(&config(1), lookup, &[&server], 0, &mut Memory::new());
        assert_eq!(run.words, words);
        assert!(run.ms <= 300);
    }
    let mut late = lookup("a.test.");
    late.deadline = Some(Duration::ZERO);
    let run = drive(&config(1), late, &[&good], 0, &mut Memory::new());
    assert_eq!((&*run.words, run.ms, run.datagrams), ("Deadline", 0, 0));
}

#[test]
fn records_of_any_type() {
    let lookup = Lookup { types: vec![RecordType::TXT], ..lookup("a.test.") };
    let run = drive(&config(1), lookup, &[&good], 0, &mut Memory::new());
    assert!(run.words.starts_with("Txt("), "{}", run.words);
    assert_eq!(run.datagrams, 1);
}

/// A server that does something else for each question, as the bytes say.
fn whim(bytes: &[u8], asked: &Asked) -> Says {
    let count = bytes.len().max(1);
    let place = usize::from(asked.id) % count;
    let choice = bytes.get(place).copied().unwrap_or_default();
    let delay = u64::from(bytes.get((place + 1) % count).copied().unwrap_or_default()) * 8;
    let servers: [Server; 20] = [
        good,
        silent,
        closed,
        servfail,
        refused,
        lame,
        nodata,
        nxdomain,
        formerr_to_edns,
        drops_edns,
        badvers_to_edns,
        truncates,
        truncates_and_closes,
        cut,
        short_record,
        aliases,
        endless,
        round,
        round_by_questions,
        bare_formerr_to_edns,
    ];
    let mut says = servers[usize::from(choice) % servers.len()](asked);
    for (after, say) in &mut says {
        *after += delay;
        if let Say::Bytes(bytes) = say {
            // Now and then one that is changed.
            let len = bytes.len();
            if delay % 7 == 0 {
                bytes[usize::try_from(delay).expect("short") % len] ^= choice;
            }
        }
    }
    says
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(400))]

    #[test]
    fn it_ends_in_time_and_within_its_bounds(
        whims in proptest::collection::vec(proptest::collection::vec(any::<u8>(), 1..40), 1..4),
        attempts in 1u8..4, suffixes in 0usize..3, bits: u16, deadline in proptest::option::of(0u64..4000),
    ) {
        let bit = |place: u32| bits & (1 << place) != 0;
        let config = Config {
            attempts,
            search: (0..suffixes).map(|i| format!("s{i}.test").parse().expect("a name")).collect(),
            rotate: bit(0), use_vc: bit(1) && bit(2), single_request: bit(3), trust_ad: bit(4), edns: bit(5),
            hedge: bit(6), strict: bit(7), random_case: bit(8), cookies: bit(9),
            ..config(whims.len())
        };
        let servers: Vec<_> =
            whims.iter().map(|bytes| move |asked: &Asked| whim(bytes, asked)).collect();
        let servers: Vec<Behaviour<'_>> = servers.iter().map(|server| server as _).collect();
        let mut memory = Memory::new();
        for start in [0, 3000, 9000] {
            let lookup = Lookup { deadline: deadline.map(|ms| Duration::from_millis(start + ms)), search: true, ..lookup("a.test") };
            let run = drive(&config, lookup, &servers, start, &mut memory);
            let names = suffixes + 1 + 8;
            let bound = servers.len() * 2 * (usize::from(attempts) * names + 2);
            prop_assert!(run.datagrams <= bound && run.streams <= bound, "{} {}", run.datagrams, list(&run));
            prop_assert!(run.ms <= 4000 * u64::try_from(bound).expect("small"));
            if let Some(deadline) = deadline {
                prop_assert!(run.ms <= deadline, "{} {}", run.ms, list(&run));
            }
        }
    }

    #[test]
    fn any_datagrams_change_nothing(noise in proptest::collection::vec(proptest::collection::vec(any::<u8>(), 0..60), 0..20)) {
        // Between the question and its answer; whoever does not know the number is not heard.
        let noisy = |asked: &Asked| {
            let mut says: Says = noise.iter().map(|bytes| {
                let mut bytes = bytes.clone();
                if let Some(byte) = bytes.first_mut() {
                    *byte = asked.id.to_be_bytes()[0] ^ 1;
                }
                (1, Say::Bytes(bytes))
            }).collect();
            says.extend(good(asked).into_iter().map(|(after, say)| (after + 1, say)));
            says
        };
        let run = drive(&config(1), lookup("a.test."), &[&noisy], 0, &mut Memory::new());
        prop_assert_eq!((&*run.words, run.ms), (BOTH, 2));
    }
}
