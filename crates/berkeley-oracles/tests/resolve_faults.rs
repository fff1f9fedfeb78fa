//! The native resolver against name servers that do what they should not: over real sockets, in real time, and what it does with this
//! machine's files meanwhile. The table is printed.

mod name_server;
mod network;

use core::fmt::Write as _;
use core::net::SocketAddr;
use core::ops::ControlFlow;
use core::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use core::time::Duration;
use std::fs;
use std::net::UdpSocket;
use std::path::Path;
use std::sync::{Arc, Mutex, PoisonError};
use std::thread;
use std::time::Instant;

use berkeley_addr::Family;
use berkeley_resolve::conf::{Hosts, Nsswitch};
use berkeley_resolve::machine::{Attempt, End};
use berkeley_resolve::policy::Sort;
use berkeley_resolve::wire::{Data, RecordType};
use berkeley_resolve::{Cause, Eai, Engine, Found, Resolver, ResolverBuilder, Result};
use berkeley_socket::{CancelToken, Limit};
use name_server::{
    A, AAAA, Answer, CNAME, FORMERR, NXDOMAIN, NameServer, PTR, Query, REFUSED, Reply, SERVFAIL,
    name,
};

use network::{cable, in_a_network, ip, unless_skipped};
use nix::sys::pthread::{pthread_kill, pthread_self};
use nix::sys::signal::Signal;

/// Counting descriptors wants one test at a time.
static ALONE: Mutex<()> = Mutex::new(());

const LIMIT: Limit<'static> = Limit::seconds(20);
const ONE: &str = "192.0.2.1 2001:db8::1";

fn answer(query: &Query) -> Answer {
    let answer = Answer::to(query);
    match query.kind {
        A => answer.address(&query.name, "192.0.2.1"),
        AAAA => answer.address(&query.name, "2001:db8::1"),
        _ => answer,
    }
}

fn good(query: &Query) -> Vec<Reply> {
    vec![Reply::now(answer(query).bytes())]
}

fn silent(_: &Query) -> Vec<Reply> {
    Vec::new()
}

fn code(query: &Query, code: u8) -> Vec<Reply> {
    vec![Reply::now(Answer::to(query).code(code).bytes())]
}

/// What a forger would like to be taken for the answer.
fn forged(query: &Query) -> Answer {
    Answer::to(query)
        .address(&query.name, if query.kind == A { "6.6.6.6" } else { "2001:db8::666" })
}

/// A forged answer, and the right one after it.
fn behind(query: &Query, forged: Reply) -> Vec<Reply> {
    vec![forged, Reply::now(answer(query).bytes()).after(Duration::from_millis(30))]
}

/// For IPv4 as it should be, for IPv6 in this way; or the other way round.
fn half(query: &Query, bad: u16, how: fn(&Query) -> Vec<Reply>) -> Vec<Reply> {
    if query.kind == bad { how(query) } else { good(query) }
}

#[derive(Clone, Copy)]
enum Server {
    Does(fn(&Query) -> Vec<Reply>),
    /// Nobody listens there.
    Closed,
}
use Server::{Closed, Does};

struct Row {
    what: &'static str,
    servers: &'static [Server],
    with: fn(ResolverBuilder) -> ResolverBuilder,
    /// What is found, or the cause why nothing is.
    expected: &'static str,
    /// In no more time, milliseconds on a busy machine.
    within: u64,
    /// By no more questions to all servers.
    questions: usize,
}

const fn row(
    what: &'static str,
    servers: &'static [Server],
    expected: &'static str,
    within: u64,
    questions: usize,
) -> Row {
    Row { what, servers, with: |builder| builder, expected, within, questions }
}

/// Far below the time-out of a second: nobody was waited for.
const SOON: u64 = 800;

#[rustfmt::skip]
const ROWS: &[Row] = &[
    row("all is well", &[Does(good)], ONE, SOON, 2),
    row("A, AAAA is NXDOMAIN", &[Does(|q| half(q, AAAA, |q| code(q, NXDOMAIN)))], "192.0.2.1", SOON, 2),
    row("A, AAAA is SERVFAIL", &[Does(|q| half(q, AAAA, |q| code(q, SERVFAIL)))], "192.0.2.1 partial", 1800, 4),
    row("A, AAAA is never answered", &[Does(|q| half(q, AAAA, silent))], "192.0.2.1 partial", 1800, 4),
    row("AAAA, A is never answered", &[Does(|q| half(q, A, silent))], "2001:db8::1 partial", 1800, 4),
    row("the first server is a black hole", &[Does(silent), Does(good)], ONE, SOON, 4),
    row("the first two servers are black holes", &[Does(silent), Does(silent), Does(good)], ONE, SOON, 6),
    row("the first server refuses", &[Does(|q| code(q, REFUSED)), Does(good)], ONE, SOON, 4),
    row("the first server fails", &[Does(|q| code(q, SERVFAIL)), Does(good)], ONE, SOON, 4),
    row("the first server's port is closed", &[Closed, Does(good)], ONE, SOON, 2),
    row("FORMERR to EDNS", &[Does(|q| if q.edns { code(q, FORMERR) } else { good(q) })], ONE, SOON, 4),
    row("FORMERR to EDNS, without the question", &[Does(|q| if q.edns {
        vec![Reply::now(Answer::to(q).code(FORMERR).question(None).without_edns().bytes())]
    } else {
        good(q)
    })], ONE, SOON, 4),
    row("EDNS is dropped", &[Does(|q| if q.edns { Vec::new() } else { good(q) })], ONE, 1800, 4),
    row("truncated, the rest by TCP", &[Does(|q| if q.tcp { good(q) } else {
        vec![Reply::now(Answer::to(q).truncated().bytes())]
    })], ONE, SOON, 4),
    row("truncated, TCP is closed, another server", &[
        Does(|q| vec![if q.tcp { Reply::close() } else { Reply::now(Answer::to(q).truncated().bytes()) }]),
        Does(good),
    ], ONE, SOON, 6),
    row("truncated, TCP is closed, no other", &[
        Does(|q| vec![if q.tcp { Reply::close() } else { Reply::now(Answer::to(q).truncated().bytes()) }]),
    ], "Dns(Truncated)", 1800, 8),
    row("the wrong id first", &[Does(|q| behind(q, Reply::now(forged(q).id(q.id ^ 1).bytes())))], ONE, SOON, 2),
    row("another port first", &[Does(|q| behind(q, Reply::elsewhere(forged(q).bytes())))], ONE, SOON, 2),
    row("another question first", &[Does(|q| {
        let other = [name("other.test"), q.question[q.question.len() - 4..].to_vec()].concat();
        behind(q, Reply::now(forged(q).question(Some(other)).bytes()))
    })], ONE, SOON, 2),
    row("a question with answers first", &[Does(|q| behind(q, Reply::now(forged(q).flags(0x8000, 0).bytes())))], ONE, SOON, 2),
    row("an answer to nothing first", &[Does(|q| behind(q, Reply::now(forged(q).question(None).bytes())))], ONE, SOON, 2),
    row("another's address beside it", &[Does(|q| {
        vec![Reply::now(answer(q).address("evil.test", if q.kind == A { "6.6.6.6" } else { "2001:db8::666" }).bytes())]
    })], ONE, SOON, 2),
    row("an address of three bytes beside it", &[Does(|q| {
        vec![Reply::now(answer(q).record(&q.name, q.kind, 300, &[1, 2, 3]).bytes())]
    })], ONE, SOON, 2),
    row("cut within an address, another server", &[
        Does(|q| {
            let bytes = answer(q).without_edns().bytes();
            vec![Reply::now(bytes[..bytes.len() - 2].to_vec())]
        }),
        Does(good),
    ], ONE, SOON, 4),
    row("an alias alone: chased", &[Does(|q| if q.name == "target.test" { good(q) } else {
        vec![Reply::now(Answer::to(q).alias(&q.name, "target.test").bytes())]
    })], ONE, SOON, 4),
    row("aliases in a circle", &[Does(|q| {
        vec![Reply::now(Answer::to(q).alias(&q.name, "b.test").alias("b.test", &q.name).bytes())]
    })], "Dns(Loop)", SOON, 2),
    row("aliases in a circle, one by one", &[Does(|q| {
        let other = if q.name == "b.test" { "c.test" } else { "b.test" };
        vec![Reply::now(Answer::to(q).alias(&q.name, other).bytes())]
    })], "Dns(Loop)", SOON, 10),
    row("each address twice", &[Does(|q| {
        let again = if q.kind == A { "192.0.2.1" } else { "2001:db8::1" };
        vec![Reply::now(answer(q).address(&q.name, again).bytes())]
    })], ONE, SOON, 2),
    row("no such name", &[Does(|q| code(q, NXDOMAIN))], "Dns(NoName)", SOON, 2),
    row("no data", &[Does(|q| vec![Reply::now(Answer::to(q).soa("test", 60).bytes())])], "Dns(NoData)", SOON, 2),
    row("nobody answers", &[Does(silent)], "Dns(TimedOut)", 3500, 4),
    row("nobody is there", &[Closed], "Dns(Network(", 1800, 0),
    row("all fail", &[Does(|q| code(q, SERVFAIL)), Does(|q| code(q, SERVFAIL))], "Dns(Server(SERVFAIL))", 1800, 8),
    row("answers twice", &[Does(|q| [good(q), good(q)].into_iter().flatten().collect())], ONE, SOON, 2),
    row("noise, and the answer", &[Does(|q| {
        let noise = [&b""[..], b"\0", &[0xff; 11], &[0xff; 600], &[0; 12], &[0; 4000]];
        let noise = noise.into_iter().map(|bytes| Reply::now(bytes.to_vec()));
        noise.chain(good(q)).collect()
    })], ONE, SOON, 2),
    row("a datagram beyond all measure", &[Does(|q| if q.tcp { good(q) } else {
        let answer = (0..300).fold(Answer::to(q), |answer, _| answer.record(&q.name, CNAME, 1, &name("t.test")));
        vec![Reply::now(answer.bytes())]
    })], ONE, SOON, 4),
    Row { with: |builder| builder.random_case(true), ..row("random case, kept", &[Does(good)], ONE, SOON, 2) },
    Row {
        with: |builder| builder.random_case(true),
        ..row("random case, lost by UDP", &[Does(|q| if q.tcp { good(q) } else {
            let lower = q.question.to_ascii_lowercase();
            vec![Reply::now(answer(q).question(Some(lower)).bytes())]
        })], ONE, SOON, 4)
    },
    Row { with: |builder| builder.strict(true), ..row("strict: half is nothing", &[Does(|q| half(q, AAAA, |q| code(q, SERVFAIL)))], "Dns(Server(SERVFAIL))", 1800, 4) },
    Row { with: |builder| builder.edns(false), ..row("no EDNS is said", &[Does(|q| if q.edns { Vec::new() } else { good(q) })], ONE, SOON, 2) },
    Row { with: |builder| builder.cookies(true), ..row("cookies", &[Does(good)], ONE, SOON, 2) },
    Row { with: |builder| builder.hedge(false), ..row("no hedge: a black hole costs its time-out", &[Does(silent), Does(good)], ONE, 1900, 4) },
];

/// The folder's resolv.conf is there, and says nothing but noise.
fn folder() -> tempfile::TempDir {
    let folder = tempfile::tempdir().unwrap();
    fs::write(folder.path().join("resolv.conf"), "nonsense\nnameserver\noptions \u{ff}\n; \n")
        .unwrap();
    folder
}

fn builder(folder: &Path) -> ResolverBuilder {
    let builder = Resolver::builder().folder(folder).engine(Engine::Native).sort(Sort::None);
    builder.timeout(Duration::from_secs(1)).attempts(2).recheck(Duration::ZERO)
}

fn closed() -> SocketAddr {
    UdpSocket::bind(("127.0.0.1", 0)).unwrap().local_addr().unwrap()
}

fn said(found: Result<Found>) -> String {
    match found {
        Ok(found) => {
            let mut text = String::new();
            for addr in found.addresses() {
                let _ = write!(text, "{} ", addr.ip());
            }
            text + if found.is_partial() { "partial" } else { "" }
        }
        Err(error) => format!("{:?}", error.cause()),
    }
}

/// Runs one: what is printed of it, and what is wrong.
fn run(row: &Row) -> (String, Option<String>) {
    let folder = folder();
    let mut servers = Vec::new();
    let addrs: Vec<SocketAddr> = row
        .servers
        .iter()
        .map(|server| match server {
            Closed => closed(),
            Does(script) => {
                servers.push(NameServer::start(*script));
                servers.last().unwrap().addr
            }
        })
        .collect();
    let resolver = (row.with)(builder(folder.path()).servers(addrs)).build();
    let start = Instant::now();
    let found = resolver.lookup("host.test").within(LIMIT);
    let took = start.elapsed();
    let failed = found.is_err();
    let attempts: Vec<Attempt> = match &found {
        Ok(found) => found.attempts().to_vec(),
        Err(error) => error.attempts().to_vec(),
    };
    let text = said(found);
    let text = text.trim_end();
    let questions: usize = servers.iter().map(|server| server.seen().len()).sum();
    let ms = took.as_millis();
    let line = format!(
        "{:<45} {:<22} {text:<22.22} {ms:>5} {:>6} {questions:>3} {:>4}",
        row.what, row.expected, row.within, row.questions
    );
    let wrong = if !(text == row.expected || failed && text.starts_with(row.expected)) {
        Some(format!("{}: {text}, not {}; {attempts:#?}", row.what, row.expected))
    } else if took > Duration::from_millis(row.within) || questions > row.questions {
        Some(format!("{}: {took:?}, {questions} questions; {attempts:#?}", row.what))
    } else if attempts.is_empty()
        || attempts.iter().any(|attempt| attempt.end == End::Waiting && !failed)
    {
        Some(format!("{}: no trace, or one without an end: {attempts:#?}", row.what))
    } else {
        None
    };
    (line, wrong)
}

fn descriptors() -> usize {
    fs::read_dir("/proc/self/fd").unwrap().count()
}

#[test]
fn every_fault_is_survived_and_no_descriptor_stays() {
    let _alone = ALONE.lock().unwrap_or_else(PoisonError::into_inner);
    let before = descriptors();
    let results: Vec<_> = thread::scope(|scope| {
        let threads: Vec<_> = ROWS.iter().map(|row| scope.spawn(move || run(row))).collect();
        threads.into_iter().map(|thread| thread.join().unwrap()).collect()
    });
    println!(
        "{:<45} {:<22} {:<22} {:>5} {:>6} {:>3} {:>4}",
        "fault", "must", "got", "ms", "within", "q", "most"
    );
    for (line, _) in &results {
        println!("{line}");
    }
    let wrong: Vec<_> = results.into_iter().filter_map(|(_, wrong)| wrong).collect();
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    // The servers' own threads may need a moment to see the end of their streams.
    let end = Instant::now() + Duration::from_secs(10);
    while descriptors() > before && Instant::now() < end {
        thread::sleep(Duration::from_millis(20));
    }
    assert_eq!(descriptors(), before);
}

#[test]
fn a_limit_is_kept_whatever_the_servers_do() {
    let _alone = ALONE.lock().unwrap_or_else(PoisonError::into_inner);
    let folder = folder();
    let server = NameServer::start(silent);
    let resolver =
        builder(folder.path()).servers([server.addr]).timeout(Duration::from_secs(10)).build();
    let ask = |limit: Limit<'_>| {
        let start = Instant::now();
        let error = resolver.lookup("host.test").within(limit).unwrap_err();
        assert!(start.elapsed() < Duration::from_secs(5), "{error}");
        error
    };
    let error = ask(Limit::within(Duration::from_millis(200)));
    assert_eq!((error.cause(), error.eai()), (&Cause::TimedOut, Eai::AGAIN));
    assert_eq!(error.attempts().len(), 2);
    // None begun: none sent.
    let sent = server.seen().len();
    assert_eq!(*ask(Limit::within(Duration::ZERO)).cause(), Cause::TimedOut);
    let token = CancelToken::new().unwrap();
    token.cancel();
    assert_eq!(*ask(Limit::NONE.cancelled_by(&token)).cause(), Cause::Cancelled);
    assert_eq!(server.seen().len(), sent);
    token.reset();
    thread::scope(|scope| {
        scope.spawn(|| {
            while server.seen().len() == sent {
                thread::sleep(Duration::from_millis(5));
            }
            token.cancel();
        });
        let error = ask(Limit::NONE.cancelled_by(&token));
        assert!(error.is_cancelled() && !error.attempts().is_empty());
    });
    // What is there when the time is over is given.
    let server = NameServer::start(|query| half(query, AAAA, silent));
    let resolver = builder(folder.path()).servers([server.addr]).build();
    let found = resolver.lookup("host.test").within(Limit::within(Duration::from_millis(300)));
    assert_eq!(said(found), "192.0.2.1 partial");
}

#[test]
fn who_asks_the_same_at_one_time_asks_once_and_nobody_hangs_on_another() {
    let _alone = ALONE.lock().unwrap_or_else(PoisonError::into_inner);
    let folder = folder();
    let late =
        |query: &Query| vec![Reply::now(answer(query).bytes()).after(Duration::from_millis(500))];
    let server = NameServer::start(late);
    // Nothing is kept: what is shared is the question.
    let resolver = builder(folder.path())
        .servers([server.addr])
        .timeout(Duration::from_secs(5))
        .cache(0)
        .build();
    let resolver = &resolver;
    let ask =
        |limit: Limit<'_>| said(resolver.lookup("host.test").within(limit)).trim_end().to_owned();
    let ask = &ask;
    let sent = || server.seen().len();
    let until = |count: usize| {
        while sent() < count {
            thread::sleep(Duration::from_millis(2));
        }
    };
    thread::scope(|scope| {
        let threads: Vec<_> = (0..8).map(|_| scope.spawn(move || ask(LIMIT))).collect();
        for thread in threads {
            assert_eq!(thread.join().unwrap(), ONE);
        }
    });
    assert_eq!(sent(), 2);
    // The one who asks leaves early, by its time or its token: others still have their answer. One who waits leaves, and nobody minds.
    let token = CancelToken::new().unwrap();
    for hasty in [Limit::within(Duration::from_millis(150)), Limit::NONE.cancelled_by(&token)] {
        let before = sent();
        let descriptors_before = descriptors();
        thread::scope(|scope| {
            let first = scope.spawn(move || ask(hasty));
            until(before + 2);
            let others: Vec<_> = (0..3).map(|_| scope.spawn(move || ask(LIMIT))).collect();
            assert_eq!(ask(Limit::within(Duration::from_millis(20))), "TimedOut");
            token.cancel();
            assert!(["TimedOut", "Cancelled"].contains(&&*first.join().unwrap()));
            for other in others {
                assert_eq!(other.join().unwrap(), ONE);
            }
        });
        token.reset();
        assert_eq!(sent(), before + 4);
        assert_eq!(descriptors(), descriptors_before);
    }
}

#[test]
fn a_signal_ends_it_if_the_hook_says_so() {
    let _alone = ALONE.lock().unwrap_or_else(PoisonError::into_inner);
    let folder = folder();
    let flag = Arc::new(AtomicBool::new(false));
    signal_hook::flag::register(signal_hook::consts::SIGUSR1, flag).unwrap();
    let server = NameServer::start(silent);
    let resolver = builder(folder.path()).servers([server.addr]).build();
    let ran = AtomicUsize::new(0);
    // The first is not enough.
    let hook = || match ran.fetch_add(1, Ordering::SeqCst) {
        0 => ControlFlow::Continue(()),
        _ => ControlFlow::Break(()),
    };
    let (target, over) = (pthread_self(), AtomicBool::new(false));
    thread::scope(|scope| {
        scope.spawn(|| {
            while !over.load(Ordering::SeqCst) {
                thread::sleep(Duration::from_millis(20));
                pthread_kill(target, Signal::SIGUSR1).unwrap();
            }
        });
        let limit = LIMIT.on_interrupt(&hook);
        let error = resolver.lookup("host.test").within(limit).unwrap_err();
        let first = ran.load(Ordering::SeqCst);
        // Who would else give the name back.
        let full = resolver.getfqdn("host.test", limit);
        over.store(true, Ordering::SeqCst);
        assert_eq!((error.cause(), error.eai()), (&Cause::Interrupted, Eai::INTR));
        assert_eq!(first, 2);
        assert_eq!(*full.unwrap_err().cause(), Cause::Interrupted);
    });
}

#[test]
fn addresses_come_in_the_order_of_the_routes() {
    let _alone = ALONE.lock().unwrap_or_else(PoisonError::into_inner);
    let folder = folder();
    let addresses = "2001:db8:1::1 fd00::1 2002:c000:204::1 203.0.113.7 192.0.2.200 10.0.0.1";
    let lines = addresses.replace(' ', " many.test\n") + " many.test\n";
    fs::write(folder.path().join("hosts"), lines).unwrap();
    unless_skipped(in_a_network(|| {
        let resolver = |sort| builder(folder.path()).sort(sort).build();
        let find = |resolver: &Resolver| {
            said(resolver.lookup("many.test").within(LIMIT)).trim_end().to_owned()
        };
        let (ours, theirs) = (resolver(Sort::Rfc6724), resolver(Sort::Glibc));
        assert_eq!(find(&resolver(Sort::None)), addresses);
        cable()?;
        fs::write("/proc/sys/net/ipv6/conf/near/disable_ipv6", "0")
            .map_err(|error| error.to_string())?;
        for words in [
            "addr add 192.0.2.100/24 dev near",
            "-6 addr add 2001:db8::100/64 dev near nodad",
            "route add default via 192.0.2.254 dev near",
            "-6 route add default via 2001:db8::fe dev near",
        ] {
            ip(words)?;
        }
        // The address of its own subnet first, then IPv4 as it came; what a tunnel or nobody leads to last.
        let v4 = "192.0.2.200 203.0.113.7 10.0.0.1";
        assert_eq!(find(&ours), format!("2001:db8:1::1 {v4} 2002:c000:204::1 fd00::1"));
        assert_eq!(find(&theirs), format!("2001:db8:1::1 {v4} fd00::1 2002:c000:204::1"));
        // The kernel tells of the change, and it is heard.
        ip("-6 route del default")?;
        assert!(find(&ours).starts_with(v4), "{}", find(&ours));
        Ok(())
    }));
}

#[test]
fn the_hosts_of_this_machine_are_as_glibc_has_them() {
    let _alone = ALONE.lock().unwrap_or_else(PoisonError::into_inner);
    let read = |path: &str| fs::read(path).unwrap_or_default();
    let line = Nsswitch::parse(&read("/etc/nsswitch.conf")).hosts().sources.first().cloned();
    if line.is_none_or(|source| *source.name != *b"files") {
        return;
    }
    let hosts = Hosts::parse(&read("/etc/hosts"));
    let native = Resolver::builder().engine(Engine::Native).sort(Sort::Glibc).build();
    let libc = Resolver::builder().engine(Engine::Libc).build();
    for line in hosts.lines() {
        let Ok(name) = core::str::from_utf8(line.name) else { continue };
        if name.contains("localhost") {
            continue;
        }
        let [ours, theirs] = [&native, &libc].map(|resolver| resolver.lookup(name).within(LIMIT));
        let (ours, theirs) = (ours.unwrap(), theirs.unwrap());
        assert_eq!((ours.source(), theirs.source()), ("files", "libc"));
        assert_eq!(ours.addresses(), theirs.addresses(), "{name}");
        let ip = line.ip;
        let [ours, theirs] = [&native, &libc].map(|resolver| resolver.reverse(ip, LIMIT).unwrap());
        assert_eq!(ours.first(), theirs.first(), "{ip}");
    }
}

#[test]
fn files_and_their_order() {
    let _alone = ALONE.lock().unwrap_or_else(PoisonError::into_inner);
    let folder = folder();
    let write = |name: &str, text: &str| fs::write(folder.path().join(name), text).unwrap();
    let server = NameServer::start(|query| match query.name.as_str() {
        "only.s2.test" | "dotted.name.test" | "host.local" => good(query),
        "none.test" => vec![Reply::now(Answer::to(query).code(NXDOMAIN).soa("test", 60).bytes())],
        _ => code(query, NXDOMAIN),
    });
    let resolver = builder(folder.path()).servers([server.addr]).build();
    let find = |name: &str| said(resolver.lookup(name).within(LIMIT)).trim_end().to_owned();
    write(
        "hosts",
        "192.0.2.7 Seven.test seven\n2001:db8::7 seven\nfe80::7%lo zoned\n127.0.0.9 nine.localhost\n",
    );
    write("resolv.conf", "search s1.test \\ . onion s2.test\noptions ndots:2\n");
    #[rustfmt::skip]
    let table = [
        // The line of hosts, the name, what is found, how many questions that takes.
        ("files dns", "seven", "192.0.2.7 2001:db8::7", 0),
        ("files dns", "SEVEN.", "192.0.2.7 2001:db8::7", 0),
        ("files dns", "zoned", "fe80::7", 0),
        ("files dns", "localhost", "::1 127.0.0.1", 0),
        ("files dns", "a.b.LocalHost.", "::1 127.0.0.1", 0),
        ("dns", "localhost", "::1 127.0.0.1", 0),
        ("files dns", "nine.localhost", "127.0.0.9", 0),
        ("files dns", "a.invalid", "Dns(NoName)", 0),
        ("files dns", "invalid.", "Dns(NoName)", 0),
        ("files dns", "abc.ONION", "Dns(NoName)", 0),
        ("files", "dotted.name.test", "Dns(NoName)", 0),
        ("files [NOTFOUND=return] dns", "dotted.name.test", "Dns(NoName)", 0),
        ("files dns", "dotted.name.test", "192.0.2.1 2001:db8::1", 2),
        ("files dns", "only", "192.0.2.1 2001:db8::1", 6),
        ("files dns", "only.", "Dns(NoName)", 2),
        ("files dns", "none.test", "Dns(NoName)", 6),
        ("files ldap", "seven", "192.0.2.7 2001:db8::7", 0),
        ("files ldap dns", "dotted.name.test", "Source(\"ldap\")", 0),
        ("files [SUCCESS=merge] dns", "seven", "Source(\"files\")", 0),
        // glibc 2.36 crashes.
        ("", "seven", "Dns(NoName)", 0),
        ("files [what] dns", "seven", "Source(\"a line that leaves its grammar\")", 0),
        ("files myhostname dns", "dotted.name.test", "192.0.2.1 2001:db8::1", 2),
        ("mdns4_minimal [NOTFOUND=return] dns", "dotted.name.test", "192.0.2.1 2001:db8::1", 2),
        ("files dns", "192.0.2.9", "192.0.2.9", 0),
        ("files dns", "2001:db8::9", "2001:db8::9", 0),
        ("files dns", "fe80::9%lo", "fe80::9", 0),
    ];
    for (line, host, expected, questions) in table {
        write("nsswitch.conf", &format!("hosts: {line}\n"));
        resolver.flush();
        let before = server.seen().len();
        assert_eq!(find(host), expected, "{line}: {host}");
        let asked = server.seen().len() - before;
        assert_eq!(asked, questions, "{line}: {host}: {:?}", &server.seen()[before..]);
    }
    write("nsswitch.conf", "hosts: files dns\n");
    let found = resolver.lookup("seven").family(Family::INET6).within(LIMIT).unwrap();
    assert_eq!((found.source(), said(Ok(found.clone())).trim_end()), ("files", "2001:db8::7"));
    assert_eq!(found.canonical_name(), Some("seven"), "that of the line");
    assert_eq!(found.with_port(80).next(), Some("[2001:db8::7]:80".parse().unwrap()));
    let zoned = resolver.lookup("fe80::9%lo").within(LIMIT).unwrap();
    assert!(
        matches!(zoned.addresses(), [SocketAddr::V6(addr)] if addr.scope_id() == 1),
        "{zoned:?}"
    );
    // A changed file is followed.
    write("hosts", "192.0.2.8 seven\n");
    assert_eq!(find("seven"), "192.0.2.8");
    let first = resolver.reload();
    write("hosts", "192.0.2.80 seven\n");
    assert!(resolver.reload() > first);
    // What is kept is not asked for again, be it nothing; until it is flushed.
    resolver.flush();
    for (host, expected, questions) in
        [("only.s2.test", "192.0.2.1 2001:db8::1", 2), ("none.test.", "Dns(NoName)", 2)]
    {
        let before = server.seen().len();
        for _ in 0..3 {
            assert_eq!(find(host), expected);
            let new = server.seen().len() - before;
            assert_eq!(new, questions, "{host}");
        }
        resolver.flush();
        assert_eq!(find(host), expected);
        assert_eq!(server.seen().len() - before, 2 * questions);
    }
    // Without files: this machine is its own server.
    let empty = tempfile::tempdir().unwrap();
    let resolver = builder(empty.path()).build();
    let (addresses, error) = match resolver.lookup("host.test").within(Limit::seconds(5)) {
        Ok(found) => (found.attempts().to_vec(), String::new()),
        Err(error) => (error.attempts().to_vec(), error.to_string()),
    };
    assert_eq!(
        addresses.first().map(|attempt| attempt.server),
        Some("127.0.0.1:53".parse().unwrap()),
        "{error}"
    );
}

#[test]
fn records_reverse_names_and_services() {
    let _alone = ALONE.lock().unwrap_or_else(PoisonError::into_inner);
    let folder = folder();
    let write = |name: &str, text: &str| fs::write(folder.path().join(name), text).unwrap();
    write("hosts", "192.0.2.7 seven.test seven\n");
    write("services", "http 8080/tcp www\n");
    let server = NameServer::start(|query| {
        let answer = Answer::to(query);
        vec![Reply::now(match query.kind {
            15 => answer
                .record(&query.name, 15, 300, &[&[0, 10][..], &name("mail.test")].concat())
                .bytes(),
            PTR if query.name.starts_with("9.") => answer
                .record(&query.name, PTR, 300, &[2, 0x1b, b'[', 4, b't', b'e', b's', b't', 0])
                .bytes(),
            PTR => answer.code(NXDOMAIN).bytes(),
            _ => answer.record(&query.name, query.kind, 300, b"\x01\x02").bytes(),
        })]
    });
    let resolver = builder(folder.path()).servers([server.addr]).build();
    let records = resolver.records(&"host.test".parse().unwrap(), RecordType::MX, LIMIT).unwrap();
    let mail: Vec<_> = records
        .iter()
        .map(|(_, data)| match data {
            Data::Mx { preference, exchange } => format!("{preference} {exchange}"),
            other => format!("{other:?}"),
        })
        .collect();
    assert_eq!(mail, ["10 mail.test"]);
    assert!(records.ttl() > Duration::from_secs(250) && !records.is_authentic());
    let raw =
        resolver.records(&"host.test".parse().unwrap(), RecordType::new(65280), LIMIT).unwrap();
    assert_eq!(raw.iter().next().map(|(record, _)| record.raw().to_vec()), Some(vec![1, 2]));
    let seen = server.seen().len();
    let refused =
        resolver.records(&"a.onion".parse().unwrap(), RecordType::TXT, LIMIT).unwrap_err();
    assert_eq!((refused.eai(), server.seen().len()), (Eai::NONAME, seen));

    assert_eq!(
        resolver.reverse("192.0.2.7".parse().unwrap(), LIMIT).unwrap(),
        ["seven.test", "seven"]
    );
    // No escape sequence comes through.
    let names = resolver.reverse("192.0.2.9".parse().unwrap(), LIMIT).unwrap();
    assert!(names.len() == 1 && names[0].bytes().all(|byte| byte.is_ascii_graphic()), "{names:?}");
    assert_eq!(
        resolver.reverse("192.0.2.10".parse().unwrap(), LIMIT).unwrap_err().eai(),
        Eai::NONAME
    );

    assert_eq!(resolver.service("www", "tcp", LIMIT).unwrap(), 8080);
    assert_eq!(resolver.service("443", "tcp", LIMIT).unwrap(), 443);
    assert_eq!(*resolver.service("www", "udp", LIMIT).unwrap_err().cause(), Cause::NotListed);
    assert!(matches!(
        resolver.service("", "tcp", LIMIT).unwrap_err().cause(),
        Cause::Invalid { .. }
    ));
    assert_eq!(resolver.service("65536", "tcp", LIMIT).unwrap_err().eai(), Eai::SERVICE);
    let over = Limit::within(Duration::ZERO);
    assert_eq!(resolver.service("443", "tcp", over).unwrap(), 443);
    assert_eq!(*resolver.service("www", "tcp", over).unwrap_err().cause(), Cause::TimedOut);
    fs::write(folder.path().join("nsswitch.conf"), "services: dns\n").unwrap();
    resolver.reload();
    assert_eq!(*resolver.service("www", "tcp", LIMIT).unwrap_err().cause(), Cause::NotListed);
}

#[test]
fn what_is_no_host_is_refused_and_never_asked_for() {
    let _alone = ALONE.lock().unwrap_or_else(PoisonError::into_inner);
    let folder = folder();
    let server = NameServer::start(good);
    let resolver = builder(folder.path()).servers([server.addr]).build();
    let label = "a".repeat(63);
    let long = |len: usize| {
        let mut text = [&*label; 4].join(".");
        text.truncate(len);
        text
    };
    let million = "a".repeat(1 << 20);
    let dots = ".".repeat(1 << 20);
    #[rustfmt::skip]
    let table = [
        "", " ", ".", "..", "a..b", ".a", "a\0b", "a b", "a\r\nb", "127.1", "0x7f.1", "1.2.3.4.5", "256.0.0.1", "[::1", "::1%", "1::2::3",
        "fe80::1%no-such-interface0", "-a", &("b".to_owned() + &label), &long(254), &long(255), &million, &dots,
    ];
    for host in table {
        let start = Instant::now();
        let error = resolver.lookup(host).within(LIMIT).unwrap_err();
        let short: String = host.chars().take(40).collect();
        assert_eq!(error.eai(), Eai::NONAME, "{short:?}: {error:?}");
        assert!(start.elapsed() < Duration::from_secs(2), "{short:?}");
    }
    assert_eq!(server.seen().len(), 0);
    assert_eq!(said(resolver.lookup(&long(253)).within(LIMIT)).trim_end(), ONE);
    let family = resolver.lookup("host.test").family(Family::UNIX).within(LIMIT).unwrap_err();
    assert_eq!(family.eai(), Eai::FAMILY);
    let other = resolver.lookup("::1").family(Family::INET).within(LIMIT).unwrap_err();
    assert_eq!(other.eai(), Eai::ADDRFAMILY);
}
