//! The resolver against name servers that others wrote: knot and bind9, which hold a zone, and unbound, dnsmasq, dnsdist and systemd-resolved,
//! which ask them.
//!
//! Contract: one zone, one table of questions with what the zone says, each asked of every server. `cargo xtask names` runs it.
//! Sources: RFC 1034, RFC 1035, RFC 2782, RFC 6891, RFC 7873, RFC 9460.

mod network;
mod world;

use core::fmt::Write as _;
use core::time::Duration;
use std::fs;
use std::path::Path;

use berkeley_addr::Family;
use berkeley_resolve::machine::{Attempt, End};
use berkeley_resolve::policy::Sort;
use berkeley_resolve::wire::{Data, Rcode, RecordType};
use berkeley_resolve::{Engine, Found, ResolveError, Resolver, ResolverBuilder};
use berkeley_socket::Limit;
use world::server::{self, Server};
use world::{World, in_a_world};

const LIMIT: Limit<'static> = Limit::seconds(60);

const ZONE: &str = "\
@ IN NS ns2.berkeley.test.
@ IN MX 20 backup.berkeley.test.
@ IN MX 10 mail.berkeley.test.
@ IN TXT \"v=spf1 -all\" \"the \\\"second\\\" of two\" \"\" \"\\255\\000\\\\\"
ns IN A 192.0.2.53
ns2 IN AAAA 2001:db8::53
host IN A 192.0.2.1
host IN AAAA 2001:db8::1
many IN A 192.0.2.1
many IN A 192.0.2.2
many IN A 192.0.2.3
many IN AAAA 2001:db8::1
many IN AAAA 2001:db8::2
four IN A 192.0.2.4
six IN AAAA 2001:db8::6
alias IN CNAME alias2
alias2 IN CNAME alias3
alias3 IN CNAME host
nowhere IN CNAME no-such-name
text-alias IN CNAME four
mail IN A 192.0.2.25
backup IN A 192.0.2.26
_http._tcp IN SRV 1 2 8080 host.berkeley.test.
_no._tcp IN SRV 0 0 0 .
service IN HTTPS 1 . alpn=h2,h3 port=8443 ipv4hint=192.0.2.1,192.0.2.2 ipv6hint=2001:db8::1
service IN HTTPS 0 host.berkeley.test.
odd IN TYPE65280 \\# 3 00ff41
*.wild IN A 192.0.2.99
below.empty IN A 192.0.2.98
under_score IN A 192.0.2.97
a.b.c IN A 192.0.2.96
";

/// The parts of a TXT record that no datagram holds: 40 of 250 bytes.
const PARTS: usize = 40;

#[derive(Clone, Copy, Debug)]
enum Ask {
    /// Addresses.
    Host(&'static str, Family),
    /// Records of a type.
    Records(&'static str, RecordType),
    /// The names of an address.
    Reverse(&'static str),
}
use Ask::{Host, Records, Reverse};

/// By whom it is asked.
#[derive(Clone, Copy, Debug, PartialEq)]
enum With {
    Nothing,
    Edns(bool),
    RandomCase,
    Cookies,
    /// resolv.conf's line.
    Conf(&'static str),
}
use With::{Conf, Cookies, Edns, Nothing, RandomCase};

const BOTH: Family = Family::UNSPEC;
const HOST: &str = "host.berkeley.test 192.0.2.1 2001:db8::1";

#[rustfmt::skip]
const ROWS: &[(With, Ask, &str)] = &[
    (Nothing, Host("host.berkeley.test", BOTH), HOST),
    (Nothing, Host("HOST.Berkeley.TEST.", BOTH), "HOST.Berkeley.TEST 192.0.2.1 2001:db8::1"),
    (Nothing, Host("host.berkeley.test", Family::INET), "host.berkeley.test 192.0.2.1"),
    (Nothing, Host("host.berkeley.test", Family::INET6), "host.berkeley.test 2001:db8::1"),
    (Nothing, Host("many.berkeley.test", BOTH), "many.berkeley.test 192.0.2.1 192.0.2.2 192.0.2.3 2001:db8::1 2001:db8::2"),
    (Nothing, Host("four.berkeley.test", BOTH), "four.berkeley.test 192.0.2.4"),
    (Nothing, Host("six.berkeley.test", BOTH), "six.berkeley.test 2001:db8::6"),
    (Nothing, Host("alias.berkeley.test", BOTH), HOST),
    (Nothing, Host("text-alias.berkeley.test", BOTH), "four.berkeley.test 192.0.2.4"),
    (Nothing, Host("x.y.wild.berkeley.test", BOTH), "x.y.wild.berkeley.test 192.0.2.99"),
    (Nothing, Host("under_score.berkeley.test", BOTH), "under_score.berkeley.test 192.0.2.97"),
    (Nothing, Host("no-such-name.berkeley.test", BOTH), "Dns(NoName)"),
    (Nothing, Host("nowhere.berkeley.test", BOTH), "Dns(NoName)"),
    (Nothing, Host("four.berkeley.test", Family::INET6), "Dns(NoData)"),
    (Nothing, Host("empty.berkeley.test", BOTH), "Dns(NoData)"),
    (Nothing, Host("_http._tcp.berkeley.test", BOTH), "Dns(NoData)"),

    (Nothing, Records("host.berkeley.test", RecordType::A), "host.berkeley.test | A 192.0.2.1"),
    (Nothing, Records("alias.berkeley.test", RecordType::AAAA), "host.berkeley.test | AAAA 2001:db8::1"),
    (Nothing, Records("alias.berkeley.test", RecordType::CNAME), "alias.berkeley.test | CNAME alias2.berkeley.test"),
    (Nothing, Records("berkeley.test", RecordType::MX), "berkeley.test | MX 10 mail.berkeley.test | MX 20 backup.berkeley.test"),
    (Nothing, Records("berkeley.test", RecordType::NS), "berkeley.test | NS ns.berkeley.test | NS ns2.berkeley.test"),
    (Nothing, Records("berkeley.test", RecordType::SOA), "berkeley.test | SOA ns.berkeley.test admin.berkeley.test 7 3600 600 86400 60"),
    (Nothing, Records("berkeley.test", RecordType::TXT), r#"berkeley.test | TXT v=spf1\x20-all the\x20"second"\x20of\x20two  \xff\x00\\"#),
    (Nothing, Records("_http._tcp.berkeley.test", RecordType::SRV), "_http._tcp.berkeley.test | SRV 1 2 8080 host.berkeley.test"),
    (Nothing, Records("_no._tcp.berkeley.test", RecordType::SRV), "_no._tcp.berkeley.test | SRV 0 0 0 ."),
    (Nothing, Records("service.berkeley.test", RecordType::HTTPS),
        "service.berkeley.test | HTTPS 0 host.berkeley.test port None | \
         HTTPS 1 . port Some(8443) h2 h3 192.0.2.1 192.0.2.2 2001:db8::1"),
    (Nothing, Records("odd.berkeley.test", RecordType::new(65280)), r"odd.berkeley.test | TYPE65280 \x00\xffA"),
    (Nothing, Records("2.2.0.192.in-addr.arpa", RecordType::PTR), "2.2.0.192.in-addr.arpa | PTR two.berkeley.test | PTR zwei.berkeley.test"),
    (Nothing, Records("host.berkeley.test", RecordType::MX), "Dns(NoData)"),
    (Nothing, Records("no-such-name.berkeley.test", RecordType::TXT), "Dns(NoName)"),

    (Nothing, Reverse("192.0.2.1"), "host.berkeley.test"),
    (Nothing, Reverse("2001:db8::1"), "host.berkeley.test"),
    (Nothing, Reverse("192.0.2.2"), "two.berkeley.test zwei.berkeley.test"),
    (Nothing, Reverse("192.0.2.3"), "Dns(NoName)"),

    (Edns(false), Host("host.berkeley.test", BOTH), HOST),
    (RandomCase, Host("alias.berkeley.test", BOTH), HOST),
    (RandomCase, Records("berkeley.test", RecordType::MX), "berkeley.test | MX 10 mail.berkeley.test | MX 20 backup.berkeley.test"),
    (Cookies, Host("host.berkeley.test", BOTH), HOST),
    (Conf("search wrong.berkeley.test berkeley.test"), Host("host", BOTH), HOST),
    (Conf("search berkeley.test"), Host("a.b", BOTH), "Dns(NoName)"),
    (Conf("search c.berkeley.test\noptions ndots:2"), Host("a.b", BOTH), "a.b.c.berkeley.test 192.0.2.96"),
    (Conf("search berkeley.test"), Host("a.b.c", BOTH), "a.b.c.berkeley.test 192.0.2.96"),
    (Conf("search berkeley.test"), Host("host.", BOTH), "Dns(NoName)"),
    (Conf("search berkeley.test\noptions no-aaaa"), Host("host", BOTH), "host.berkeley.test 192.0.2.1"),
    (Conf("search berkeley.test\noptions use-vc"), Host("host", BOTH), HOST),
    (Conf("search berkeley.test\noptions single-request"), Host("alias", BOTH), HOST),
];

fn resolver(folder: &Path, server: &Server, with: With) -> Resolver {
    let builder = |builder: ResolverBuilder| {
        let builder = builder.servers([server.addr]).engine(Engine::Native).sort(Sort::None);
        // A loaded machine is not a silent server.
        builder.timeout(Duration::from_secs(10)).attempts(2).cache(0)
    };
    let conf = if let Conf(text) = with { text } else { "" };
    fs::write(folder.join("resolv.conf"), conf).unwrap();
    let plain = builder(Resolver::builder().folder(folder));
    match with {
        Nothing | Conf(_) => plain,
        Edns(edns) => plain.edns(edns),
        RandomCase => plain.random_case(true),
        Cookies => plain.cookies(true),
    }
    .build()
}

fn failed(error: &ResolveError) -> (String, Vec<Attempt>) {
    (format!("{:?}", error.cause()), error.attempts().to_vec())
}

fn found(found: &Found) -> String {
    let mut all: Vec<String> = found.addresses().iter().map(|addr| addr.ip().to_string()).collect();
    all.sort_unstable();
    assert!(!found.is_partial() && found.source() == "dns", "{found:?}");
    // A server between may have kept it for some seconds. Beside or behind a "no" it holds for as long as that.
    let ttl = found.ttl().unwrap();
    let (five, one) = (Duration::from_mins(5), Duration::from_mins(1));
    assert!(
        ttl > Duration::from_secs(200) && ttl <= five || !ttl.is_zero() && ttl <= one,
        "{ttl:?}"
    );
    format!("{} {}", found.canonical_name().unwrap(), all.join(" "))
}

/// A record as text: every field.
fn written(ty: RecordType, data: &Data<'_>) -> String {
    let mut text = ty.to_string();
    let escaped =
        |bytes: &[u8]| bytes.escape_ascii().to_string().replace(' ', "\\x20").replace("\\\"", "\"");
    let _ = match data {
        Data::A(ip) => write!(text, " {ip}"),
        Data::Aaaa(ip) => write!(text, " {ip}"),
        Data::Cname(name) | Data::Ptr(name) | Data::Ns(name) => write!(text, " {name}"),
        Data::Mx { preference, exchange } => write!(text, " {preference} {exchange}"),
        Data::Srv { priority, weight, port, target } => {
            write!(text, " {priority} {weight} {port} {target}")
        }
        Data::Soa(soa) => write!(
            text,
            " {} {} {} {} {} {} {}",
            soa.primary, soa.mailbox, soa.serial, soa.refresh, soa.retry, soa.expire, soa.minimum
        ),
        Data::Txt(strings) => {
            strings.into_iter().try_for_each(|part| write!(text, " {}", escaped(part)))
        }
        Data::Https(svcb) => {
            let _ = write!(text, " {} {} port {:?}", svcb.priority, svcb.target, svcb.port());
            let alpn = svcb.alpn().map(escaped);
            let hints = svcb.ipv4_hints().map(|ip| ip.to_string());
            let all = alpn.chain(hints).chain(svcb.ipv6_hints().map(|ip| ip.to_string()));
            all.into_iter().try_for_each(|word| write!(text, " {word}"))
        }
        Data::Other(bytes) => write!(text, " {}", escaped(bytes)),
        other => write!(text, " {other:?}"),
    };
    text
}

fn ask(resolver: &Resolver, ask: Ask) -> (String, Vec<Attempt>) {
    match ask {
        Host(host, family) => match resolver.lookup(host).family(family).within(LIMIT) {
            Ok(answer) => (found(&answer), answer.attempts().to_vec()),
            Err(error) => failed(&error),
        },
        Records(name, ty) => match resolver.records(&name.parse().unwrap(), ty, LIMIT) {
            Ok(records) => {
                let mut all: Vec<String> =
                    records.iter().map(|(record, data)| written(record.ty, &data)).collect();
                all.sort_unstable();
                let name = records.name().unwrap().to_string();
                (format!("{name} | {}", all.join(" | ")), records.attempts().to_vec())
            }
            Err(error) => failed(&error),
        },
        Reverse(ip) => match resolver.reverse(ip.parse().unwrap(), LIMIT) {
            Ok(mut names) => {
                names.sort_unstable();
                (names.join(" "), Vec::new())
            }
            Err(error) => failed(&error),
        },
    }
}

#[test]
fn every_server_says_what_the_zone_says() {
    if server::root().is_none() {
        return server::without();
    }
    in_a_world("every_server_says_what_the_zone_says", |world| {
        let mut zone = ZONE.to_owned() + "big IN TXT";
        for part in 0..PARTS {
            let _ = write!(zone, " \"{part:0>250}\"");
        }
        zone.push('\n');
        // Below what EDNS allows, above what fits without it.
        let _ = writeln!(zone, "middle IN TXT \"{0:0>250}\" \"{0:0>250}\" \"{0:0>250}\"", 7);
        world::routes()?;
        let started = [
            world.knot(&zone)?,
            world.bind(&zone)?,
            world.unbound()?,
            world.dnsmasq()?,
            world.dnsdist("")?,
            world.resolved(server::BIND)?,
        ];
        let mut wrong = Vec::new();
        for server in started {
            let server = server.ready()?;
            let before = wrong.len();
            for (with, question, expected) in ROWS {
                let (said, attempts) = ask(&resolver(world.folder(), &server, *with), *question);
                // All of them keep a name's case.
                if said != *expected || *with == RandomCase && attempts.iter().any(|a| a.tcp) {
                    wrong.push(format!(
                        "{}: {with:?} {question:?}\n  {said}\n  not {expected}\n  {attempts:?}",
                        server.name
                    ));
                }
            }
            wrong.extend(long(world.folder(), &server));
            wrong.extend(cookies(world.folder(), &server));
            if server.name == "systemd-resolved" {
                wrong.extend(by_its_socket(world)?);
            }
            println!(
                "{:<17} {} questions, {} wrong",
                server.name,
                ROWS.len(),
                wrong.len() - before
            );
        }
        assert!(wrong.is_empty(), "{}", wrong.join("\n"));
        Ok(())
    });
}

/// What is too long for a datagram with EDNS, or for one without.
fn long(folder: &Path, server: &Server) -> Vec<String> {
    let mut wrong = Vec::new();
    for (name, with, parts, by_tcp) in [
        ("big.berkeley.test", Edns(true), PARTS, true),
        ("big.berkeley.test", Edns(false), PARTS, true),
        ("middle.berkeley.test", Edns(true), 3, false),
        ("middle.berkeley.test", Edns(false), 3, true),
    ] {
        let (said, attempts) = ask(&resolver(folder, server, with), Records(name, RecordType::TXT));
        let expected = match parts {
            3 => format!("{name} | TXT{}", format!(" {:0>250}", 7).repeat(3)),
            _ => (0..parts)
                .fold(format!("{name} | TXT"), |text, part| format!("{text} {part:0>250}")),
        };
        let ends: Vec<_> = attempts.iter().map(|attempt| (attempt.tcp, attempt.end)).collect();
        let way = if by_tcp {
            vec![(false, End::Truncated), (true, End::Found(1))]
        } else {
            vec![(false, End::Found(1))]
        };
        if said != expected || ends != way {
            wrong.push(format!("{}: {name} {with:?}: {} bytes, {ends:?}", server.name, said.len()));
        }
    }
    wrong
}

/// A server that wants to see its own cookie says so once, and not again.
fn cookies(folder: &Path, server: &Server) -> Option<String> {
    let wants = ["knot", "bind9", "dnsmasq", "dnsdist"].contains(&server.name);
    let resolver = resolver(folder, server, Cookies);
    let asked = || {
        let (said, attempts) = ask(&resolver, Host("four.berkeley.test", Family::INET));
        let ends: Vec<_> = attempts.iter().map(|attempt| (attempt.tcp, attempt.end)).collect();
        (said, ends)
    };
    let said = || "four.berkeley.test 192.0.2.4".to_owned();
    let plain = (said(), vec![(false, End::Found(1))]);
    let told = vec![(false, End::Again(Rcode::BADCOOKIE)), (false, End::Found(1))];
    let first = if wants { (said(), told) } else { plain.clone() };
    let both = [asked(), asked()];
    (both != [first, plain]).then(|| format!("{}: cookies: {both:?}", server.name))
}

/// systemd-resolved as nsswitch.conf's `resolve`.
fn by_its_socket(world: &World) -> Result<Vec<String>, String> {
    world.write("nsswitch.conf", Some("hosts: resolve [!UNAVAIL=return] files\n"))?;
    let resolver = Resolver::builder().engine(Engine::Native).sort(Sort::None).cache(0).build();
    let table = [
        ("host.berkeley.test", BOTH, "host.berkeley.test 192.0.2.1 2001:db8::1 resolve"),
        ("host.berkeley.test", Family::INET6, "host.berkeley.test 2001:db8::1 resolve"),
        ("alias.berkeley.test", BOTH, "host.berkeley.test 192.0.2.1 2001:db8::1 resolve"),
        ("four.berkeley.test", BOTH, "four.berkeley.test 192.0.2.4 resolve"),
        ("no-such-name.berkeley.test", BOTH, "Dns(NoName)"),
        ("nowhere.berkeley.test", BOTH, "Dns(NoName)"),
        ("four.berkeley.test", Family::INET6, "Dns(NoName)"),
    ];
    let mut wrong = Vec::new();
    for (host, family, expected) in table {
        let said = match resolver.lookup(host).family(family).within(LIMIT) {
            Ok(found) => {
                let ips = found.addresses().iter().map(|addr| addr.ip().to_string());
                let mut ips: Vec<_> = ips.collect();
                ips.sort_unstable();
                let name = found.canonical_name().unwrap_or_default();
                format!("{name} {} {}", ips.join(" "), found.source())
            }
            Err(error) => failed(&error).0,
        };
        if said != expected {
            wrong.push(format!("resolve: {host} {family:?}\n  {said}\n  not {expected}"));
        }
    }
    let names = resolver.reverse("192.0.2.1".parse().unwrap(), LIMIT);
    if names.as_ref().map(|names| names.join(" ")) != Ok("host.berkeley.test".to_owned()) {
        wrong.push(format!("resolve: 192.0.2.1: {names:?}"));
    }
    println!(
        "{:<17} {} questions by varlink, {} wrong",
        "systemd-resolved",
        table.len() + 1,
        wrong.len()
    );
    Ok(wrong)
}
