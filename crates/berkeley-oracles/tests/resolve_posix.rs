//! POSIX's calls by a resolver, against a name server that we script and files that we write: what each flag does, what the DNS's aliases become,
//! what libc alone knows, and what no server is asked for. glibc itself is asked the same in berkeley-resolve's `posix.rs`.

mod name_server;
mod network;

use core::fmt::Write as _;
use core::time::Duration;
use std::fs;
use std::time::Instant;

use berkeley_addr::{Family, Type};
use berkeley_resolve::policy::Sort;
use berkeley_resolve::{
    AddrInfo, AddrInfoFlags as Flags, Cause, Eai, Engine, Hints, HostErrno, NameFlags, Resolver,
    ResolverBuilder, Result, Role,
};
use berkeley_socket::Limit;
use name_server::{A, AAAA, Answer, NXDOMAIN, NameServer, PTR, Query, Reply, SERVFAIL, name};
use network::{cable, in_a_network, ip, unless_skipped};

const LIMIT: Limit<'static> = Limit::seconds(20);

const HOSTS: &[u8] = b"192.0.2.1 one.example one uno\n\
    2001:db8::1 one-v6.example one\n\
    192.0.2.2 other.example one zwei\n\
    ::1 six.example\n\
    ::ffff:192.0.2.7 mapped.example\n\
    192.0.2.9 b\xc3\xbccher\n\
    192.0.2.5 five.here.example five\n";
const SERVICES: &[u8] =
    b"http 80/tcp www\nhttp 8080/udp\nsyslog 514/udp\nmedia 7/dccp\nmedia 8/sctp\n";
const PROTOCOLS: &[u8] = b"icmp 1 ICMP\n";

fn script(query: &Query) -> Vec<Reply> {
    let (answer, name_) = (Answer::to(query), query.name.to_ascii_lowercase());
    let answer = match (&*name_, query.kind) {
        ("alias.test", kind) => {
            let answer = answer.alias("alias.test", "middle.test").alias("middle.test", "end.test");
            match kind {
                A => answer.address("end.test", "192.0.2.10"),
                AAAA => answer.address("end.test", "2001:db8::10"),
                _ => answer,
            }
        }
        ("four.test" | "xn--bcher-kva.test", A) => answer.address(&name_, "192.0.2.4"),
        ("six.test", AAAA) => answer.address(&name_, "2001:db8::6"),
        ("four.test" | "six.test" | "none.test" | "xn--bcher-kva.test", _) => {
            answer.soa("test", 60)
        }
        ("44.2.0.192.in-addr.arpa", PTR) => answer.record(&name_, PTR, 300, &name("end.test")),
        ("45.2.0.192.in-addr.arpa", _) => answer.code(SERVFAIL),
        ("46.2.0.192.in-addr.arpa", PTR) => answer
            .record(&name_, PTR, 300, &name("no host.test"))
            .record(&name_, PTR, 300, &name("host.test")),
        ("47.2.0.192.in-addr.arpa", PTR) => answer.record(&name_, PTR, 300, &name("no host.test")),
        _ => answer.code(NXDOMAIN).soa("test", 60),
    };
    vec![Reply::now(answer.bytes())]
}

struct World {
    folder: tempfile::TempDir,
    server: NameServer,
}

impl World {
    fn new(script: impl Fn(&Query) -> Vec<Reply> + Send + Sync + 'static) -> Self {
        let world =
            Self { folder: tempfile::tempdir().unwrap(), server: NameServer::start(script) };
        world.write("hosts", HOSTS);
        world.write("services", SERVICES);
        world.write("protocols", PROTOCOLS);
        world
    }

    fn write(&self, name: &str, bytes: &[u8]) {
        fs::write(self.folder.path().join(name), bytes).unwrap();
    }

    fn builder(&self) -> ResolverBuilder {
        let builder = Resolver::builder().folder(self.folder.path()).servers([self.server.addr]);
        let builder = builder.engine(Engine::Native).sort(Sort::None).recheck(Duration::ZERO);
        builder.timeout(Duration::from_secs(1)).attempts(2)
    }
}

fn said(infos: Result<Vec<AddrInfo>>) -> String {
    match infos {
        Ok(infos) => {
            let mut text = String::new();
            for info in infos {
                let _ = write!(text, "{} ", info.addr);
                if let Some(name) = info.canonical_name {
                    let _ = write!(text, "({name}) ");
                }
            }
            text.trim_end().to_owned()
        }
        Err(error) => match error.cause() {
            Cause::Source(word) => format!("source {word}"),
            Cause::Invalid { why, .. } => format!("invalid: {why}"),
            _ => format!("{:?}", error.eai()),
        },
    }
}

#[test]
fn hosts_services_and_flags() {
    let world = World::new(script);
    let resolver = world.builder().build();
    let [any, v4, v6] = [Family::UNSPEC, Family::INET, Family::INET6];
    let canon = Flags::CANONNAME;
    let mapped = Flags::V4MAPPED;
    let all = mapped | Flags::ALL;
    let no = Flags::NONE;
    #[rustfmt::skip]
    let table: &[(&str, Family, Flags, &str)] = &[
        // The hosts file, with what glibc reads in it.
        ("one", any, canon, "192.0.2.1:0 (one.example) [2001:db8::1]:0 192.0.2.2:0"),
        ("ONE", v6, canon, "[2001:db8::1]:0 (one-v6.example)"),
        ("one.", v4, no, "192.0.2.1:0 192.0.2.2:0"),
        ("six.example", any, no, "[::1]:0"),
        ("six.example", v4, no, "127.0.0.1:0"),
        ("mapped.example", any, no, "[::ffff:192.0.2.7]:0"),
        ("mapped.example", v4, canon, "192.0.2.7:0 (mapped.example)"),
        ("one", v6, mapped, "[2001:db8::1]:0"),
        ("one", v6, all, "[::ffff:192.0.2.1]:0 [2001:db8::1]:0 [::ffff:192.0.2.2]:0"),
        ("five", v6, mapped, "[::ffff:192.0.2.5]:0"),
        ("five", v6, Flags::ALL, "EAI_NONAME"),
        ("b\u{fc}cher", v4, no, "192.0.2.9:0"),
        // The DNS.
        ("alias.test", any, canon, "192.0.2.10:0 (end.test) [2001:db8::10]:0"),
        ("alias.test.", v6, canon, "[2001:db8::10]:0 (end.test)"),
        ("four.test", v6, no, "EAI_NODATA"),
        ("four.test", v6, mapped, "[::ffff:192.0.2.4]:0"),
        ("alias.test", v6, mapped, "[2001:db8::10]:0"),
        ("alias.test", v6, all, "[::ffff:192.0.2.10]:0 [2001:db8::10]:0"),
        ("none.test", any, no, "EAI_NODATA"),
        ("missing.test", any, canon, "EAI_NONAME"),
        ("b\u{fc}cher.test", any, Flags::IDN | canon, "192.0.2.4:0 (xn--bcher-kva.test)"),
        ("b\u{fc}cher.test", any, Flags::IDN | canon | Flags::CANONIDN, "192.0.2.4:0 (b\u{fc}cher.test)"),
        ("xn--bcher-kva.test", any, canon, "192.0.2.4:0 (xn--bcher-kva.test)"),
        ("b\u{fc}cher.test", any, no, "invalid: a character beyond ASCII, which AI_IDN would translate"),
        ("\u{fffd}.test", any, Flags::IDN, "EAI_IDN_ENCODE"),
        // What is no name of the DNS is nobody's.
        ("a!b", any, no, "EAI_NONAME"),
        ("-a.test", any, no, "EAI_NONAME"),
        ("a\\046b.test", any, no, "EAI_NONAME"),
        ("[::1]", any, no, "EAI_NONAME"),
        // Names that never leave this machine.
        ("a.localhost", any, canon, "[::1]:0 (a.localhost) 127.0.0.1:0"),
        ("a.invalid", any, no, "EAI_NONAME"),
    ];
    for (host, family, flags, expected) in table {
        let hints = Hints::new().family(*family).ty(Type::STREAM).flags(*flags);
        let infos = resolver.getaddrinfo(Some(host), None, &hints, LIMIT);
        assert_eq!(said(infos), *expected, "{host} {family} {flags}");
    }
    let services = [
        ("http", 0, "192.0.2.4:80 192.0.2.4:8080"),
        ("www", 0, "192.0.2.4:80"),
        ("media", 0, "192.0.2.4:7 192.0.2.4:8 192.0.2.4:8"),
        ("http", 2, "192.0.2.4:8080"),
        ("syslog", 1, "EAI_SERVICE"),
        ("17", 3, "EAI_SERVICE"),
        ("none", 0, "EAI_SERVICE"),
    ];
    for (service, ty, expected) in services {
        let hints = Hints::new().ty(Type::new(ty));
        let infos = resolver.getaddrinfo(Some("four.test"), Some(service), &hints, LIMIT);
        assert_eq!(said(infos), expected, "{service} {ty}");
    }
    assert_eq!(resolver.getservbyname("http", None, LIMIT).unwrap(), 80);
    assert_eq!(resolver.getservbyport(8080, Some("udp"), LIMIT).unwrap(), "http");
    assert_eq!(resolver.getprotobyname("ICMP", LIMIT).unwrap().raw(), 1);
    let target = resolver.resolve(&"sctp://four.test:media".parse().unwrap(), Role::Client, LIMIT);
    assert_eq!(target.unwrap()[0].addr.to_string(), "192.0.2.4:8");
}

#[test]
fn what_is_no_name_is_never_asked_for() {
    let world = World::new(script);
    let resolver = world.builder().build();
    let label = "a".repeat(63);
    let long = |len: usize| [&*label; 4].join(".")[..len].to_owned();
    let (million, dots) = ("a".repeat(1 << 20), ".".repeat(1 << 20));
    let umlauts = "\u{fc}".repeat(1 << 20);
    let table: [(&str, &str); 9] = [
        (&long(254), "invalid: a name above 253 bytes"),
        (&long(255), "invalid: a name above 253 bytes"),
        (&million, "invalid: a name above 253 bytes"),
        (&dots, "invalid: a name above 253 bytes"),
        (&umlauts, "EAI_IDN_ENCODE"),
        (&("b".to_owned() + &label), "invalid: a label above 63 bytes"),
        ("a..b", "invalid: nothing between two dots"),
        ("..", "invalid: nothing between two dots"),
        ("a\r\nb", "invalid: a blank"),
    ];
    let hints = Hints::new().ty(Type::STREAM).flags(Flags::IDN);
    for (host, expected) in table {
        let start = Instant::now();
        let short: String = host.chars().take(40).collect();
        let infos = resolver.getaddrinfo(Some(host), None, &hints, LIMIT);
        assert_eq!(said(infos), expected, "{short:?}");
        assert!(resolver.gethostbyname_ex(host, LIMIT).is_err(), "{short:?}");
        assert!(start.elapsed() < Duration::from_secs(2), "{short:?}");
    }
    assert_eq!(world.server.seen().len(), 0);
    let longest = resolver.getaddrinfo(Some(&long(253)), None, &hints, LIMIT);
    assert_eq!((said(longest).as_str(), world.server.seen().len()), ("EAI_NONAME", 2));
}

#[test]
fn names_of_addresses_and_entries_of_hosts() {
    let world = World::new(script);
    let resolver = world.builder().build();
    let numeric = NameFlags::NUMERICSERV;
    let required = numeric | NameFlags::NAMEREQD;
    let table: [(&str, NameFlags, core::result::Result<&str, Eai>); 8] = [
        ("192.0.2.44:80", numeric, Ok("end.test 80")),
        ("[::ffff:192.0.2.44]:80", required, Ok("end.test 80")),
        ("192.0.2.44:8080", NameFlags::DGRAM, Ok("end.test http")),
        ("192.0.2.2:514", NameFlags::NONE, Ok("other.example 514")),
        ("192.0.2.77:80", numeric, Ok("192.0.2.77 80")),
        ("192.0.2.77:80", required, Err(Eai::NONAME)),
        ("192.0.2.45:80", numeric, Err(Eai::AGAIN)),
        ("192.0.2.45:80", NameFlags::NUMERICHOST, Ok("192.0.2.45 http")),
    ];
    for (addr, flags, expected) in table {
        let names = resolver.getnameinfo(&addr.parse().unwrap(), flags, LIMIT);
        let names = names.map(|(host, service)| format!("{host} {service}"));
        let names = names.map_err(|error| error.eai());
        assert_eq!(names, expected.map(str::to_owned), "{addr} {flags}");
    }
    let entry = |name: &str| {
        let entry = resolver.gethostbyname_ex(name, LIMIT).map_err(|error| error.h_errno())?;
        let addresses: Vec<_> = entry.addresses.iter().map(ToString::to_string).collect();
        Ok(format!("{} [{}] {}", entry.name, entry.aliases.join(" "), addresses.join(" ")))
    };
    let table = [
        ("one", Ok("one.example [one uno one zwei other.example] 192.0.2.1 192.0.2.2")),
        ("six.example", Ok("six.example [] 127.0.0.1")),
        ("alias.test", Ok("end.test [alias.test middle.test] 192.0.2.10")),
        ("four.test", Ok("four.test [] 192.0.2.4")),
        ("127.1", Ok("127.1 [] 127.0.0.1")),
        ("0x7f.1", Err(HostErrno::NOT_FOUND)),
        ("six.test", Err(HostErrno::NODATA)),
        ("missing.test", Err(HostErrno::NOT_FOUND)),
        ("::1", Err(HostErrno::NOT_FOUND)),
    ];
    for (name, expected) in table {
        assert_eq!(entry(name), expected.map(str::to_owned), "{name}");
    }
    let entry = resolver.gethostbyaddr("192.0.2.1".parse().unwrap(), LIMIT).unwrap();
    assert_eq!(
        (entry.name.as_str(), entry.aliases),
        ("one.example", vec!["one".into(), "uno".into()])
    );
    let unknown = resolver.gethostbyaddr("192.0.2.77".parse().unwrap(), LIMIT).unwrap_err();
    assert_eq!(unknown.h_errno(), HostErrno::NOT_FOUND);
    // Of the DNS's names the first that a host can have, or else what there is; Python's getfqdn sees what glibc gives it.
    let table = [
        ("five", "five.here.example"),
        ("192.0.2.44", "end.test"),
        ("192.0.2.46", "host.test"),
        ("192.0.2.47", "no\\032host.test"),
        ("192.0.2.48", "192.0.2.48"),
    ];
    for (name, full) in table {
        assert_eq!(resolver.getfqdn(name, LIMIT).unwrap(), full, "{name}");
    }
    assert_eq!(resolver.gethostbyname("one", LIMIT).unwrap().to_string(), "192.0.2.1");
}

#[test]
fn what_libc_alone_knows_is_named() {
    let world = World::new(script);
    let resolver = world.builder().build();
    let http = |host| {
        let hints = Hints::new().ty(Type::STREAM);
        said(resolver.getaddrinfo(Some(host), Some("http"), &hints, LIMIT))
    };
    let table = [
        ("hosts: files\nservices: db files\n", "one", "192.0.2.1:80 [2001:db8::1]:80 192.0.2.2:80"),
        ("services: nis [NOTFOUND=return] files\n", "192.0.2.1", "source nis"),
        ("services: files nis\n", "192.0.2.1", "192.0.2.1:80"),
        ("services: db\n", "192.0.2.1", "EAI_SERVICE"),
        ("hosts: ldap files\n", "192.0.2.1", "192.0.2.1:80"),
        ("hosts: ldap files\n", "one", "source ldap"),
    ];
    for (conf, host, expected) in table {
        world.write("nsswitch.conf", conf.as_bytes());
        assert_eq!(http(host), expected, "{conf}");
    }
    world.write("nsswitch.conf", b"hosts: ldap\nprotocols: nis\n");
    let cause = |error: berkeley_resolve::ResolveError| error.cause().clone();
    let ip = "192.0.2.1".parse().unwrap();
    assert_eq!(resolver.gethostbyaddr(ip, LIMIT).map_err(cause), Err(Cause::Source("ldap".into())));
    assert_eq!(
        resolver.getprotobyname("icmp", LIMIT).map_err(cause),
        Err(Cause::Source("nis".into()))
    );
}

#[test]
fn a_trace_has_each_source_and_what_it_said() {
    let world = World::new(script);
    let (ours, libc) = (world.builder().build(), world.builder().engine(Engine::Libc).build());
    let usual = "hosts: files mdns4_minimal [NOTFOUND=return] dns\n";
    let lines = |resolver: &Resolver, conf: &str, host| {
        world.write("nsswitch.conf", conf.as_bytes());
        let hints = Hints::new().family(Family::INET).ty(Type::STREAM);
        let (answer, trace) = resolver.getaddrinfo_traced(Some(host), Some("80"), &hints, LIMIT);
        assert!(trace.visits().is_sorted_by_key(|visit| visit.at));
        let said = trace.visits().iter().map(|visit| format!("{}: {}", visit.source, visit.said));
        (said.collect::<Vec<_>>().join(", "), trace.attempts().len(), answer.is_ok())
    };
    let own = "asked for all: BERKELEY_NETDNS, HOSTALIASES or the program says so";
    let table = [
        (&ours, usual, "one", "files: 2 addresses", 0, true),
        (
            &ours,
            usual,
            "four.test",
            "files: not found, mdns4_minimal: passed over, dns: 1 address",
            1,
            true,
        ),
        (
            &ours,
            "hosts: dns files\n",
            "six.test",
            "dns: the name has no records of this type (EAI_NODATA), files: not found",
            1,
            false,
        ),
        (&ours, "hosts: files dns\n", "a.invalid", "files: not found, dns: passed over", 0, false),
        (
            &ours,
            "hosts: files dns\n",
            "localhost",
            "files: not found, dns: passed over, localhost: 1 address",
            0,
            true,
        ),
        (&ours, "hosts: files ldap\n", "no.test", "files: not found", 0, false),
        (&ours, usual, "192.0.2.1", "", 0, true),
        (&libc, usual, "192.0.2.1", &format!("libc: {own}, libc: 1 address"), 0, true),
    ];
    for (resolver, conf, host, said, attempts, is_ok) in table {
        let expected = (said.to_owned(), attempts, is_ok);
        assert_eq!(lines(resolver, conf, host), expected, "{conf} {host}");
    }
}

#[test]
fn that_all_servers_fail_is_known_for_a_second() {
    let fails = |query: &Query| vec![Reply::now(Answer::to(query).code(SERVFAIL).bytes())];
    let world = World::new(fails);
    let resolver = world.builder().build();
    let hints = Hints::new().ty(Type::STREAM);
    let ask = |resolver: &Resolver| {
        let error = resolver.getaddrinfo(Some("four.test"), None, &hints, LIMIT).unwrap_err();
        assert_eq!(error.eai(), Eai::AGAIN);
        world.server.seen().len()
    };
    let start = Instant::now();
    let first = ask(&resolver);
    let second = ask(&resolver);
    // On a machine that stood still meanwhile it says nothing.
    if start.elapsed() < Duration::from_millis(900) {
        assert_eq!(second, first);
    }
    std::thread::sleep(Duration::from_millis(1100));
    assert!(ask(&resolver) > second, "a second later it is asked again");

    // One that is silent may know.
    let silent = NameServer::start(|_| Vec::new());
    let both = world.builder().servers([world.server.addr, silent.addr]).build();
    let first = ask(&both);
    assert!(ask(&both) > first, "not all have said so");
}

#[test]
fn the_limit_ends_it_in_the_calling_thread() {
    let world = World::new(|_| Vec::new());
    let resolver = world.builder().build();
    let limit = Limit::within(Duration::from_millis(100));
    let start = Instant::now();
    let info = resolver.getaddrinfo(Some("four.test"), None, &Hints::new(), limit).unwrap_err();
    let addr = "192.0.2.44:80".parse().unwrap();
    let name = resolver.getnameinfo(&addr, NameFlags::NONE, limit).unwrap_err();
    let host = resolver.gethostbyname_ex("four.test", limit).unwrap_err();
    let entry = resolver.gethostbyaddr(addr.ip(), limit).unwrap_err();
    assert!(start.elapsed() < Duration::from_secs(3), "{:?}", start.elapsed());
    for error in [info, name, host, entry] {
        assert!(error.is_timed_out(), "{error}");
        assert!(!error.attempts().is_empty(), "{error}");
    }
    for task in fs::read_dir("/proc/self/task").unwrap() {
        let name = fs::read_to_string(task.unwrap().path().join("comm")).unwrap_or_default();
        assert_ne!(name.trim(), "berkeley-lookup");
    }
}

/// A network in which this machine has addresses of one family, then of both.
#[test]
fn families_that_this_machine_has() {
    unless_skipped(in_a_network(|| {
        cable()?;
        let world = World::new(script);
        let resolver = world.builder().build();
        let ask = |host: &str, family, flags| {
            let hints = Hints::new().family(family).ty(Type::STREAM).flags(flags);
            said(resolver.getaddrinfo(Some(host), None, &hints, LIMIT))
        };
        let [any, v4, v6] = [Family::UNSPEC, Family::INET, Family::INET6];
        let config = Flags::ADDRCONFIG;
        let both = "192.0.2.10:0 [2001:db8::10]:0";
        // The loopback is no address that counts; without any other all is as without the flag.
        assert_eq!(ask("alias.test", any, config), both);
        assert_eq!(ask("alias.test", v4, config), "EAI_NONAME");
        ip("addr add 192.0.2.100/24 dev near")?;
        let table = [
            ("alias.test", any, config, "192.0.2.10:0"),
            ("alias.test", any, Flags::NONE, both),
            ("alias.test", v4, config, "192.0.2.10:0"),
            ("alias.test", v6, config, "EAI_NONAME"),
            ("six.test", any, config, "EAI_NODATA"),
            ("2001:db8::1", any, config, "[2001:db8::1]:0"),
            ("localhost", any, config, "[::1]:0 127.0.0.1:0"),
        ];
        for (host, family, flags, expected) in table {
            assert_eq!(ask(host, family, flags), expected, "{host} {family} {flags}");
        }
        // A change is heard of.
        fs::write("/proc/sys/net/ipv6/conf/near/disable_ipv6", "0")
            .map_err(|error| error.to_string())?;
        ip("addr add 2001:db8::100/64 dev near nodad")?;
        assert_eq!(ask("alias.test", any, config), both);
        assert_eq!(ask("alias.test", v6, config), "[2001:db8::10]:0");
        Ok(())
    }));
}
