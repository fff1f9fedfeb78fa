//! The lookup machine against servers that do what servers do wrong, on a clock of its own.
//!
//! Contract: [`CONFORMANCE`] is what each of six resolvers was seen to fail in some row of; ours must pass all: the words, the
//! milliseconds, the datagrams. The other tables are the search list, the options and what is remembered. `--nocapture` prints them.

#![allow(missing_docs)]

mod network;

use std::time::Duration;

use berkeley_resolve::machine::{Config, Lookup, Memory};
use berkeley_resolve::wire::{Class, Cookie, Flags, Message, Name, Rcode, RecordType, Section};
use proptest::prelude::*;

use network::{Asked, GOOD, Run, Say, Server, address, alias, answer, list, put, run, soon, zone};

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
    let servers: Vec<&dyn Fn(&Asked) -> Vec<(u64, Say)>> =
        servers.iter().map(|server| server as &dyn Fn(&Asked) -> Vec<(u64, Say)>).collect();
    run(config, lookup(name), &servers, 0, &mut Memory::new())
}

// Servers.

fn good(asked: &Asked) -> Vec<(u64, Say)> {
    soon(answer(asked, GOOD, |builder| put(builder, &asked.name, asked.ty)))
}

fn silent(_: &Asked) -> Vec<(u64, Say)> {
    Vec::new()
}

fn closed(_: &Asked) -> Vec<(u64, Say)> {
    vec![(1, Say::Refused)]
}

fn says(asked: &Asked, rcode: Rcode) -> Vec<(u64, Say)> {
    soon(answer(asked, GOOD | Flags::rcode_bits(rcode), |_| {}))
}

fn servfail(asked: &Asked) -> Vec<(u64, Say)> {
    says(asked, Rcode::SERVFAIL)
}

fn refused(asked: &Asked) -> Vec<(u64, Say)> {
    says(asked, Rcode::REFUSED)
}

fn lame(asked: &Asked) -> Vec<(u64, Say)> {
    soon(answer(asked, Flags::RESPONSE, |_| {}))
}

fn nodata(asked: &Asked) -> Vec<(u64, Say)> {
    soon(answer(asked, GOOD, zone))
}

fn nxdomain(asked: &Asked) -> Vec<(u64, Say)> {
    soon(answer(asked, GOOD | Flags::rcode_bits(Rcode::NXDOMAIN), zone))
}

/// One for IPv4, one for IPv6.
fn split(asked: &Asked, v4: Server, v6: Server) -> Vec<(u64, Say)> {
    if asked.ty == RecordType::A { v4(asked) } else { v6(asked) }
}

/// Something else first, then the answer, ten milliseconds later.
fn first(asked: &Asked, bytes: Vec<u8>) -> Vec<(u64, Say)> {
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

fn formerr_to_edns(asked: &Asked) -> Vec<(u64, Say)> {
    if asked.edns { says(asked, Rcode::FORMERR) } else { good(asked) }
}

fn bare_formerr_to_edns(asked: &Asked) -> Vec<(u64, Say)> {
    let [high, low] = asked.id.to_be_bytes();
    if asked.edns { soon(vec![high, low, 0x81, 0x81, 0, 0, 0, 0, 0, 0, 0, 0]) } else { good(asked) }
}

fn badvers_to_edns(asked: &Asked) -> Vec<(u64, Say)> {
    if !asked.edns {
        return good(asked);
    }
    let plain = Asked { edns: false, name: asked.name.clone(), ..*asked };
    soon(answer(&plain, GOOD, |builder| {
        let numbers = (RecordType::OPT, Class::new(1232), 0x0100_0000);
        builder.raw_record(Section::Additional, &Name::ROOT, numbers, |_| {});
    }))
}

fn drops_edns(asked: &Asked) -> Vec<(u64, Say)> {
    if asked.edns { silent(asked) } else { good(asked) }
}

fn truncates(asked: &Asked) -> Vec<(u64, Say)> {
    if asked.tcp { good(asked) } else { soon(answer(asked, GOOD | Flags::TRUNCATED, |_| {})) }
}

fn truncates_and_closes(asked: &Asked) -> Vec<(u64, Say)> {
    if asked.tcp { vec![(1, Say::Close)] } else { truncates(asked) }
}

fn cut(asked: &Asked) -> Vec<(u64, Say)> {
    let plain = Asked { edns: false, name: asked.name.clone(), ..*asked };
    let mut bytes = answer(&plain, GOOD, |builder| put(builder, &asked.name, asked.ty));
    bytes.truncate(bytes.len() - 2);
    soon(bytes)
}

fn short_record(asked: &Asked) -> Vec<(u64, Say)> {
    soon(answer(asked, GOOD, |builder| {
        let minute = Duration::from_secs(60);
        builder.record(Section::Answer, &asked.name, asked.ty, Class::IN, minute, |data| {
            data.bytes(&[1, 2, 3]);
        });
        put(builder, &asked.name, asked.ty);
    }))
}

/// `a.test` is an alias of `b.test`, and nothing more is said.
fn aliases(asked: &Asked) -> Vec<(u64, Say)> {
    if asked.name == "b.test".parse().expect("a name") {
        return good(asked);
    }
    soon(answer(asked, GOOD, |builder| alias(builder, &asked.name, "b.test")))
}

/// `n1` is an alias of `n2` and so on, one at a time.
fn endless(asked: &Asked) -> Vec<(u64, Say)> {
    let next = format!("x.{}", asked.name);
    soon(answer(asked, GOOD, |builder| alias(builder, &asked.name, &next)))
}

fn round(asked: &Asked) -> Vec<(u64, Say)> {
    soon(answer(asked, GOOD, |builder| {
        alias(builder, &asked.name, "b.test");
        alias(builder, &"b.test".parse().expect("a name"), "a.test");
    }))
}

fn round_by_questions(asked: &Asked) -> Vec<(u64, Say)> {
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
    ("all ports closed", &[closed, closed], "Network(ECONNREFUSED)", 4, 8),
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
