//! `create_connection` by name, where name servers and hosts are late, silent or gone: which address wins, and when. The table is printed.
//!
//! Contract: a network and files of the test's own, in one thread of one process, since the system's resolver is one. A name server on its
//! loopback does as a script says; of the addresses `::1` and `::2` of 2001:db8::/32 answer and refuse, as 192.0.2.1 and 192.0.2.2 do; what is
//! behind `hole` is silent.

#![allow(missing_docs)]

use core::fmt::Write as _;
use core::net::SocketAddr;
use core::task::Poll;
use core::time::Duration;
use std::fs;
use std::io::{Read as _, Write as _};
use std::os::unix::net::UnixListener;
use std::path::Path;
use std::process::Command;
use std::thread;
use std::time::Instant;

use berkeley::resolve::happy::HappyEyeballs;
use berkeley::resolve::{Engine, Resolver};
use berkeley::socket::Op;
use berkeley::socket::poll::poll;
use berkeley::{
    AnyAddr, BACKLOG, CancelToken, ConnectError, ConnectEvent, ConnectOptions, Limit, Socket, Type,
    connect_traced, create_connection_with,
};
use name_server::{A, AAAA, Answer, NXDOMAIN, NameServer, Query, Reply};
use network::{in_a_network, ip, unless_skipped};
use nix::sched::{CloneFlags, unshare};

mod name_server;
mod network;

/// What a family's question gets: after so many milliseconds these addresses.
#[derive(Clone, Copy)]
enum Says {
    After(u64, &'static [&'static str]),
    Nothing,
    NoName,
}
use Says::{After, NoName, Nothing};

struct Row {
    what: &'static str,
    a: Says,
    aaaa: Says,
    with: fn(ConnectOptions) -> ConnectOptions,
    limit: u64,
    /// Which families are tried, in order; then which wins, or the error's attempts and what of it is known.
    expected: &'static str,
    /// When it is over, milliseconds.
    from: u64,
    until: u64,
}

const fn row(
    what: &'static str,
    (a, aaaa): (Says, Says),
    expected: &'static str,
    (from, until): (u64, u64),
) -> Row {
    Row { what, a, aaaa, with: |options| options, limit: 20_000, expected, from, until }
}

fn sequential(options: ConnectOptions) -> ConnectOptions {
    ConnectOptions { race: HappyEyeballs::SEQUENTIAL, ..options }
}

fn patient(options: ConnectOptions) -> ConnectOptions {
    let race = HappyEyeballs { resolution_delay: Duration::from_secs(5), ..options.race };
    ConnectOptions { race, ..options }
}

fn from_v4(options: ConnectOptions) -> ConnectOptions {
    ConnectOptions { source: Some(SocketAddr::from(([192, 0, 2, 1], 0))), ..options }
}

const GOOD4: &[&str] = &["192.0.2.1"];
const GOOD6: &[&str] = &["2001:db8::1"];
const REFUSES4: &[&str] = &["192.0.2.2"];
const REFUSES6: &[&str] = &["2001:db8::2"];
const HOLE4: &[&str] = &["198.51.100.1"];
const HOLE6: &[&str] = &["2001:db8:dead::1"];

/// Nobody was waited for.
const SOON: (u64, u64) = (0, 200);

#[rustfmt::skip]
const ROWS: &[Row] = &[
    row("all is well", (After(0, GOOD4), After(0, GOOD6)), "6, 6 won", SOON),
    row("only IPv4", (After(0, GOOD4), After(0, &[])), "4, 4 won", SOON),
    row("only IPv6", (After(0, &[]), After(0, GOOD6)), "6, 6 won", SOON),
    row("A is late", (After(600, GOOD4), After(0, GOOD6)), "6, 6 won", SOON),
    row("AAAA is late, beyond the resolution delay", (After(0, GOOD4), After(600, GOOD6)), "4, 4 won", (50, 550)),
    Row { with: patient, ..row("AAAA is late, within it", (After(0, GOOD4), After(300, GOOD6)), "6, 6 won", (300, 900)) },
    row("AAAA is never answered", (After(0, GOOD4), Nothing), "4, 4 won", (50, 550)),
    row("A is never answered", (Nothing, After(0, GOOD6)), "6, 6 won", SOON),
    row("both come after more than the resolution delay", (After(150, GOOD4), After(150, GOOD6)), "6, 6 won", (150, 600)),
    row("IPv6 is a black hole", (After(0, GOOD4), After(0, HOLE6)), "6 4, 4 won", (250, 900)),
    row("IPv4 is a black hole", (After(0, HOLE4), After(0, GOOD6)), "6, 6 won", SOON),
    row("IPv6 is a black hole, A is late", (After(600, GOOD4), After(0, HOLE6)), "6 4, 4 won", (600, 1200)),
    row("IPv6 refuses", (After(0, GOOD4), After(0, REFUSES6)), "6 4, 4 won", SOON),
    row("IPv6 refuses, A is late", (After(400, GOOD4), After(0, REFUSES6)), "6 4, 4 won", (400, 1000)),
    row("IPv4 refuses, AAAA is late", (After(0, REFUSES4), After(400, GOOD6)), "4 6, 6 won", (400, 1000)),
    row("families take turns", (After(0, &["192.0.2.2", "192.0.2.1"]), After(0, &["2001:db8::2", "2001:db8::3"])), "6 4 6 4, 4 won", SOON),
    row("all refuse", (After(0, REFUSES4), After(0, REFUSES6)), "6 4, 6 refused 4 refused", SOON),
    row("IPv4 refuses, AAAA is never answered", (After(0, REFUSES4), Nothing), "4, 4 refused partial", (900, 3000)),
    row("there is no such name", (NoName, NoName), ", not found", SOON),
    Row { limit: 400, ..row("the deadline while names are asked for", (Nothing, Nothing), ", not found timed out", (400, 900)) },
    Row { limit: 400, ..row("the deadline while one family connects", (Nothing, After(0, HOLE6)), "6, 6 timed out partial timed out", (400, 900)) },
    Row { limit: 400, ..row("the deadline after one family refused", (After(0, REFUSES4), Nothing), "4, 4 refused partial timed out", (400, 900)) },
    Row { with: sequential, ..row("sequential: the whole answer first", (After(400, GOOD4), After(0, REFUSES6)), "6 4, 4 won", (400, 1000)) },
    Row { with: sequential, limit: 800, ..row("sequential: nothing beside", (After(0, GOOD4), After(0, HOLE6)), "6, 6 timed out timed out", (800, 1500)) },
    Row { with: from_v4, ..row("from an address of IPv4", (After(0, GOOD4), After(0, GOOD6)), "6 4, 4 won", SOON) },
];

/// Which row a question is for: names are `r7.test`.
fn script(query: &Query) -> Vec<Reply> {
    let number = query.name.strip_prefix('r').and_then(|rest| rest.strip_suffix(".test"));
    let row = number.and_then(|number| ROWS.get(number.parse::<usize>().ok()?));
    let says = match (row, query.kind) {
        (Some(row), A) => row.a,
        (Some(row), AAAA) => row.aaaa,
        _ => NoName,
    };
    match says {
        Nothing => Vec::new(),
        NoName => vec![Reply::now(Answer::to(query).code(NXDOMAIN).bytes())],
        After(ms, addresses) => {
            let answer = Answer::to(query);
            let answer =
                addresses.iter().fold(answer, |answer, ip| answer.address(&query.name, ip));
            vec![Reply::now(answer.bytes()).after(Duration::from_millis(ms))]
        }
    }
}

fn family(addr: &AnyAddr) -> char {
    if addr.ip().is_some_and(|ip| ip.is_ipv6()) { '6' } else { '4' }
}

fn told(error: &ConnectError) -> String {
    let mut text = String::new();
    if let berkeley::Failure::Attempts(attempts) = error.failure() {
        for attempt in attempts {
            let why = match attempt.error.errno() {
                Some(berkeley::socket::Errno::CONNREFUSED) => "refused".to_owned(),
                Some(errno) => errno.raw_os_error().to_string(),
                None => "timed out".to_owned(),
            };
            let _ = write!(text, " {} {why}", family(&attempt.address));
        }
        let found = error.found().expect("what was found is told");
        assert!(!found.attempts().is_empty());
    }
    let flags = [
        (error.resolve_error().is_some(), " not found"),
        (error.found().is_some_and(berkeley::resolve::Found::is_partial), " partial"),
        (error.is_timed_out(), " timed out"),
        (error.is_cancelled(), " cancelled"),
    ];
    text.extend(flags.iter().filter(|(is, _)| *is).map(|(_, word)| *word));
    text
}

/// Which families were tried, and how it ended.
fn run(host: &str, port: u16, options: ConnectOptions, limit: Limit<'_>) -> (String, Duration) {
    let (mut tried, start) = (Vec::new(), Instant::now());
    let mut events = String::new();
    let socket = connect_traced((host, port), options, limit, &mut |at, event| {
        let _ = writeln!(events, "    {:6.1} ms {event:?}", at.as_secs_f64() * 1e3);
        if let ConnectEvent::Trying(addr) = event {
            tried.push(family(&addr).to_string());
        }
    });
    let took = start.elapsed();
    let end = match socket {
        Ok(socket) => format!(" {} won", family(&socket.peer_addr().expect("a peer"))),
        Err(error) => told(&error),
    };
    let got = format!("{},{end}", tried.join(" "));
    println!("{events}");
    (got, took)
}

fn descriptors() -> Result<usize, String> {
    fs::read_dir("/proc/self/fd").map(Iterator::count).map_err(|error| error.to_string())
}

/// The files that this thread sees from now on.
fn files(folder: &Path, servers: &str) -> Result<(), String> {
    let texts = [
        ("resolv.conf", format!("{servers}options timeout:2 attempts:2\n")),
        ("nsswitch.conf", "hosts: files dns\n".to_owned()),
        ("hosts", String::new()),
    ];
    for (name, text) in texts {
        fs::write(folder.join(name), text).map_err(|error| error.to_string())?;
    }
    Ok(())
}

fn mount(words: &[&str]) -> Result<(), String> {
    match Command::new("mount").args(words).status() {
        Ok(status) if status.success() => Ok(()),
        other => Err(format!("mount {words:?}: {other:?}")),
    }
}

/// Files and addresses of this thread's own.
fn world() -> Result<tempfile::TempDir, String> {
    unshare(CloneFlags::CLONE_NEWNS).map_err(|errno| format!("no new mounts: {errno}"))?;
    let folder = tempfile::tempdir().map_err(|error| error.to_string())?;
    mount(&["--make-rprivate", "/"])?;
    files(folder.path(), "nameserver 127.0.0.1\n")?;
    for name in ["resolv.conf", "nsswitch.conf", "hosts"] {
        let file = folder.path().join(name);
        mount(&["--bind", &file.to_string_lossy(), &format!("/etc/{name}")])?;
    }
    for words in [
        "addr add 192.0.2.1/24 dev lo",
        "addr add 192.0.2.2/24 dev lo",
        "-6 addr add 2001:db8::1/64 dev lo nodad",
        "-6 addr add 2001:db8::2/64 dev lo nodad",
        "-6 addr add 2001:db8::3/64 dev lo nodad",
        "link add hole type veth peer name far",
        "link set hole up",
        "link set far up",
        "addr add 203.0.113.1/24 dev hole",
        "-6 addr add 2001:db8:beef::1/64 dev hole nodad",
        "route add 198.51.100.0/24 dev hole",
        "-6 route add 2001:db8:dead::/64 dev hole",
        // Else the kernel says after three seconds that nobody is there.
        "neigh add 198.51.100.1 lladdr 02:00:00:00:00:01 dev hole",
        "-6 neigh add 2001:db8:dead::1 lladdr 02:00:00:00:00:01 dev hole",
    ] {
        ip(words)?;
    }
    Ok(folder)
}

/// libc, which is asked on a thread and waited for by a descriptor.
fn by_libc() -> Result<(), String> {
    let libc = Resolver::builder().engine(Engine::Libc).build();
    let limit = Limit::seconds(20).start();
    let mut pending = libc.lookup("r0.test").start(limit.deadline());
    let mut events = Vec::new();
    let found = loop {
        if let Poll::Ready(found) = pending.step(&events) {
            break found.map_err(|error| error.to_string())?;
        }
        events = poll(pending.watches(), Op::Recv, limit).map_err(|error| error.to_string())?;
    };
    assert_eq!((found.source(), found.addresses().len()), ("libc", 2), "{found:?}");
    Ok(())
}

/// systemd-resolved, on the socket where it would listen: its answer is late, and waited for in the race as well.
fn by_resolved(folder: &Path, port: u16) -> Result<(), String> {
    mount(&["-t", "tmpfs", "tmpfs", "/run"])?;
    let service = "/run/systemd/resolve";
    fs::create_dir_all(service).map_err(|error| error.to_string())?;
    let listener = UnixListener::bind(format!("{service}/io.systemd.Resolve"))
        .map_err(|error| error.to_string())?;
    fs::write(folder.join("nsswitch.conf"), "hosts: resolve [!UNAVAIL=return] dns\n")
        .map_err(|error| error.to_string())?;
    Resolver::system().reload();
    thread::scope(|scope| {
        scope.spawn(|| {
            let (mut peer, _) = listener.accept().expect("a question");
            let mut question = [0; 512];
            let len = peer.read(&mut question).expect("a question");
            assert!(question[..len].ends_with(b"\0"));
            thread::sleep(Duration::from_millis(300));
            let answer = "{\"parameters\":{\"addresses\":[\
                {\"family\":10,\"address\":[32,1,13,184,222,173,0,0,0,0,0,0,0,0,0,1]},\
                {\"family\":2,\"address\":[192,0,2,1]}],\"name\":\"any.test\",\"flags\":1}}\0";
            peer.write_all(answer.as_bytes()).expect("somebody hears it");
        });
        let (got, took) = run("any.test", port, ConnectOptions::default(), Limit::seconds(20));
        println!("{:48} {got:36} {:5} ms", "systemd-resolved", took.as_millis());
        assert_eq!(got, "6 4, 4 won");
        assert!(took >= Duration::from_millis(550) && took < Duration::from_secs(2), "{took:?}");
    });
    Ok(())
}

#[test]
fn names_and_addresses_are_raced_together() {
    unless_skipped(in_a_network(|| {
        let folder = world()?;
        let listening = |ip: &str, port: u16| {
            let addr = SocketAddr::new(ip.parse().expect("an address"), port);
            Socket::listening(Type::STREAM, &addr, BACKLOG).map_err(|error| error.to_string())
        };
        let v6 = listening("2001:db8::1", 0)?;
        let port = v6.local_addr().map_err(|error| error.to_string())?.port();
        let _v4 = listening("192.0.2.1", port)?;

        let server = NameServer::start_at(SocketAddr::from(([127, 0, 0, 1], 53)), script);
        let (mut wrong, mut open) = (Vec::new(), 0);
        for (number, row) in ROWS.iter().enumerate() {
            let limit = Limit::within(Duration::from_millis(row.limit));
            let options = (row.with)(ConnectOptions::default());
            let (got, took) = run(&format!("r{number}.test"), port, options, limit);
            let took = took.as_millis();
            // The first has opened what the resolver keeps.
            open = if number == 0 { descriptors()? } else { open };
            println!("{:48} {got:36} {took:5} ms", row.what);
            let in_time = took >= row.from.into() && took < (row.until * 2).into();
            if got != row.expected || !in_time {
                wrong.push(format!(
                    "{}: {got} after {took} ms; expected {}, {} to {} ms",
                    row.what, row.expected, row.from, row.until
                ));
            }
        }
        assert!(wrong.is_empty(), "{}", wrong.join("\n"));
        // The server's threads hold some for as long as their answers are late.
        let patience = Instant::now() + Duration::from_secs(10);
        while descriptors()? != open && Instant::now() < patience {
            thread::sleep(Duration::from_millis(50));
        }
        assert_eq!(descriptors()?, open, "descriptors");

        // A token, while names are asked for: row by its name.
        let silent = ROWS.iter().position(|row| row.what.starts_with("the deadline while names"));
        let host = format!("r{}.test", silent.expect("such a row"));
        let token = CancelToken::new().map_err(|error| error.to_string())?;
        let started = Instant::now();
        thread::scope(|scope| {
            scope.spawn(|| {
                thread::sleep(Duration::from_millis(300));
                token.cancel();
            });
            let limit = Limit::seconds(20).cancelled_by(&token);
            let error = create_connection_with((&*host, port), ConnectOptions::default(), limit)
                .unwrap_err();
            assert!(error.is_cancelled() && !error.is_timed_out(), "{error}");
            let questions = error.resolve_error().map_or(0, |error| error.attempts().len());
            assert!(questions >= 2, "{error:?}");
        });
        let took = started.elapsed();
        assert!(took >= Duration::from_millis(300) && took < Duration::from_secs(3), "{took:?}");

        // One that was cancelled before asks nobody.
        let before = server.seen().len();
        let limit = Limit::NONE.cancelled_by(&token);
        let error =
            create_connection_with((&*host, port), ConnectOptions::default(), limit).unwrap_err();
        assert!(error.is_cancelled() && server.seen().len() == before, "{error}");

        // A first server that is dead: the second is asked as well.
        let dead = std::net::UdpSocket::bind("127.0.0.2:53").map_err(|error| error.to_string())?;
        files(folder.path(), "nameserver 127.0.0.2\nnameserver 127.0.0.1\n")?;
        Resolver::system().reload();
        let (got, took) = run("r0.test", port, ConnectOptions::default(), Limit::seconds(20));
        println!("{:48} {got:36} {:5} ms", "the first server is dead", took.as_millis());
        assert_eq!(got, "6, 6 won");
        assert!(took < Duration::from_secs(1), "{took:?}");
        by_libc()?;
        drop((dead, server));

        by_resolved(folder.path(), port)
    }));
}
