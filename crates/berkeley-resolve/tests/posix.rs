//! getaddrinfo and its kin over this machine's libc: one table of questions, without any name that a server would have
//! to answer. Each question is asked without a limit, in place, and under one, on a thread: the answers must agree.

use core::net::{Ipv4Addr, SocketAddr};
use core::time::Duration;

use berkeley_addr::{Address, Family, Protocol, Type};
use berkeley_resolve::policy::Sort;
use berkeley_resolve::{
    AddrInfoFlags, Cause, Eai, Engine, Hints, NameFlags, Part, ResolveError, Resolver, getaddrinfo,
    getfqdn, gethostbyaddr, gethostbyname, gethostbyname_ex, getnameinfo, getprotobyname,
    getservbyname, getservbyport,
};
use berkeley_socket::{CancelToken, Limit};
use proptest::prelude::*;

const LIMITS: [Limit<'static>; 2] = [Limit::NONE, Limit::seconds(60)];

/// The answers as one text, or the cause.
fn ask(host: Option<&str>, service: Option<&str>, hints: &Hints) -> String {
    let [here, aside] = LIMITS.map(|limit| match getaddrinfo(host, service, hints, limit) {
        Ok(infos) => {
            let texts: Vec<_> = infos.iter().map(|info| info.addr.text().to_string()).collect();
            texts.join(" ")
        }
        Err(error) => cause(&error),
    });
    assert_eq!(here, aside, "{host:?} {service:?}");
    here
}

fn cause(error: &ResolveError) -> String {
    match error.cause() {
        Cause::Info(code) => format!("{code:?}"),
        Cause::Invalid { part, why, at } => format!("{part:?} at {at}: {why}"),
        Cause::NoInterface { name, meant } => format!("no {name}, meant {meant:?}"),
        other => format!("{other:?}"),
    }
}

#[test]
fn addresses_of_hosts_and_services() {
    let stream = Hints::new().ty(Type::STREAM);
    let passive = stream.flags(AddrInfoFlags::PASSIVE);
    let numeric = stream.flags(AddrInfoFlags::NUMERICHOST | AddrInfoFlags::NUMERICSERV);
    let v4 = stream.family(Family::INET);
    let v6 = stream.family(Family::INET6);
    let mapped = v6.flags(AddrInfoFlags::V4MAPPED);
    let table: &[(Option<&str>, Option<&str>, &Hints, &str)] = &[
        // What POSIX takes.
        (Some("127.0.0.1"), Some("80"), &stream, "127.0.0.1:80"),
        (Some("127.0.0.1"), None, &stream, "127.0.0.1:0"),
        (Some("127.0.0.1"), Some("http"), &stream, "127.0.0.1:80"),
        (Some("127.0.0.1"), Some("080"), &stream, "127.0.0.1:80"),
        (Some("127.0.0.1"), Some("65535"), &stream, "127.0.0.1:65535"),
        (Some("127.1"), Some("80"), &stream, "127.0.0.1:80"),
        (Some("0x7f.1"), Some("80"), &stream, "127.0.0.1:80"),
        (Some("0177.0.0.1"), Some("80"), &stream, "127.0.0.1:80"),
        (Some("2130706433"), Some("80"), &stream, "127.0.0.1:80"),
        (Some("::1"), Some("80"), &stream, "[::1]:80"),
        (Some("::ffff:1.2.3.4"), Some("80"), &stream, "[::ffff:1.2.3.4]:80"),
        (Some("fe80::1%lo"), Some("80"), &stream, "[fe80::1%1]:80"),
        (Some("fe80::1%7"), Some("80"), &stream, "[fe80::1%7]:80"),
        (Some("localhost"), Some("80"), &v4, "127.0.0.1:80"),
        (Some("127.0.0.1"), Some("80"), &mapped, "[::ffff:127.0.0.1]:80"),
        (None, Some("80"), &v4, "127.0.0.1:80"),
        (None, Some("http"), &v6, "[::1]:80"),
        (None, Some("80"), &passive.family(Family::INET), "0.0.0.0:80"),
        (None, Some("80"), &passive.family(Family::INET6), "[::]:80"),
        (Some("::1"), Some("80"), &numeric, "[::1]:80"),
        // What glibc takes beyond it.
        (Some("127.0.0.1"), Some("*"), &stream, "127.0.0.1:0"),
        (Some("*"), Some("80"), &v4, "127.0.0.1:80"),
        (Some("*"), Some("80"), &passive.family(Family::INET6), "[::]:80"),
        (Some("*"), Some("*"), &stream, "EAI_NONAME"),
        // What libc refuses.
        (None, None, &stream, "EAI_NONAME"),
        (Some("localhost"), Some("80"), &numeric, "EAI_NONAME"),
        (Some("127.0.0.1"), Some("http"), &numeric, "EAI_NONAME"),
        (Some("127.0.0.1"), Some("no-such-service"), &stream, "EAI_SERVICE"),
        (Some("127.0.0.1"), Some("80x"), &stream, "EAI_SERVICE"),
        (Some("127.0.0.1"), Some("0x50"), &stream, "EAI_SERVICE"),
        (Some("127.0.0.1"), Some("http"), &Hints::new().ty(Type::RAW), "EAI_SERVICE"),
        (Some("127.0.0.1"), None, &stream.ty(Type::new(77)), "EAI_SOCKTYPE"),
        (Some("127.0.0.1"), None, &stream.family(Family::UNIX), "EAI_FAMILY"),
        (Some("127.0.0.1"), None, &v6, "EAI_ADDRFAMILY"),
        (Some("127.0.0.1"), None, &stream.flags(AddrInfoFlags::from_bits(1 << 20)), "EAI_BADFLAGS"),
        // What libc would misread, or look up.
        (Some(""), Some("80"), &stream, "Host at 0: nothing there"),
        (Some("127.0.0.1\0.example"), Some("80"), &stream, "Host at 9: a NUL"),
        (Some("1.2.3.4 foo"), Some("80"), &stream, "Host at 7: a blank"),
        (Some(" 1.2.3.4"), Some("80"), &stream, "Host at 0: a blank"),
        (Some("1.2.3.4\n"), Some("80"), &stream, "Host at 7: a blank"),
        (Some("b\u{e9}\u{a0}"), Some("80"), &stream, "Host at 3: a blank"),
        (Some("a\x1b[2J"), Some("80"), &stream, "Host at 1: a control character"),
        (Some("127.0.0.1"), Some(""), &stream, "Service at 0: nothing there"),
        (Some("127.0.0.1"), Some("65536"), &stream, "Service at 0: a port above 65535"),
        (Some("127.0.0.1"), Some("99999"), &stream, "Service at 0: a port above 65535"),
        (
            Some("127.0.0.1"),
            Some("18446744073709551696"),
            &stream,
            "Service at 0: a port above 65535",
        ),
        (Some("127.0.0.1"), Some("+80"), &stream, "Service at 0: a sign before a port"),
        (Some("127.0.0.1"), Some("-1"), &stream, "Service at 0: a sign before a port"),
        (Some("127.0.0.1"), Some(" 80"), &stream, "Service at 0: a blank"),
        (Some("127.0.0.1"), Some("80\0"), &stream, "Service at 2: a NUL"),
        (Some("fe80::1%no-such"), Some("80"), &stream, "no no-such, meant None"),
        (Some("fe80::1%25lo"), Some("80"), &stream, "no 25lo, meant Some(\"lo\")"),
        (Some("fe80::1%25no"), Some("80"), &stream, "no 25no, meant None"),
    ];
    for (host, service, hints, expected) in table {
        assert_eq!(ask(*host, *service, hints), *expected, "{host:?} {service:?} {hints:?}");
    }
}

#[test]
fn no_limit_ends_what_needs_no_lookup() {
    let none = Limit::within(Duration::ZERO);
    let stream = Hints::new().ty(Type::STREAM);
    let numbers = NameFlags::NUMERICHOST | NameFlags::NUMERICSERV;
    let addr = SocketAddr::from((Ipv4Addr::LOCALHOST, 80));
    let at_once = [
        getaddrinfo(Some("127.1"), Some("80"), &stream, none).map(drop),
        getaddrinfo(Some("fe80::1%lo"), None, &stream, none).map(drop),
        getaddrinfo(None, Some("80"), &stream, none).map(drop),
        getnameinfo(&addr, numbers, none).map(drop),
        gethostbyname("127.0.0.1", none).map(drop),
        gethostbyname_ex("127.0.0.1", none).map(drop),
    ];
    for answer in at_once {
        assert_eq!(answer, Ok(()));
    }
    let token = CancelToken::new().expect("a descriptor");
    token.cancel();
    let cancelled = Limit::NONE.cancelled_by(&token);
    for limit in [none, cancelled] {
        let looked_up = [
            getaddrinfo(Some("localhost"), None, &stream, limit).map(drop),
            getaddrinfo(Some("127.0.0.1"), Some("http"), &stream, limit).map(drop),
            getnameinfo(&addr, NameFlags::NUMERICHOST, limit).map(drop),
            gethostbyaddr(addr.ip(), limit).map(drop),
            getservbyname("http", None, limit).map(drop),
            getfqdn("localhost", limit).map(drop),
        ];
        for answer in looked_up {
            let error = answer.expect_err("no time, and no lookup is that fast");
            assert_eq!(
                (error.is_timed_out(), error.is_cancelled()),
                (limit.token().is_none(), limit.token().is_some())
            );
        }
    }
}

#[test]
fn all_that_an_answer_holds() -> Result<(), ResolveError> {
    let hints = Hints::new().flags(AddrInfoFlags::CANONNAME);
    let infos = getaddrinfo(Some("127.0.0.1"), Some("53"), &hints, Limit::NONE)?;
    let shown: Vec<_> = infos
        .iter()
        .map(|info| format!("{} {} {:?}", info.ty, info.protocol, info.canonical_name))
        .collect();
    let names = [
        "SOCK_STREAM IPPROTO_TCP Some(\"127.0.0.1\")",
        "SOCK_DGRAM IPPROTO_UDP None",
        "SOCK_RAW 0 None",
    ];
    assert_eq!(shown[..2], names[..2]);
    assert_eq!((infos.len(), infos[2].ty), (3, Type::RAW));
    assert!(infos.iter().all(|info| info.family == Family::INET && info.addr.port() == 53));
    Ok(())
}

#[test]
fn names_of_addresses() -> Result<(), Box<dyn core::error::Error>> {
    let numbers = NameFlags::NUMERICHOST | NameFlags::NUMERICSERV;
    let service = NameFlags::NUMERICHOST;
    let table: &[(&str, NameFlags, &str, &str)] = &[
        ("127.0.0.1:80", numbers, "127.0.0.1", "80"),
        ("127.0.0.1:80", service, "127.0.0.1", "http"),
        ("127.0.0.1:514", service, "127.0.0.1", "shell"),
        ("127.0.0.1:514", service | NameFlags::DGRAM, "127.0.0.1", "syslog"),
        ("127.0.0.1:1", NameFlags::NUMERICSERV, "localhost", "1"),
        ("[::1]:80", numbers, "::1", "80"),
        ("[fe80::1%1]:80", numbers, "fe80::1%lo", "80"),
        ("[::ffff:1.2.3.4]:80", numbers, "::ffff:1.2.3.4", "80"),
    ];
    for (addr, flags, host, service) in table {
        for limit in LIMITS {
            let names = getnameinfo(&Address::parse(addr)?, *flags, limit)?;
            assert_eq!((names.0.as_str(), names.1.as_str()), (*host, *service), "{addr} {flags}");
        }
    }
    let bad = getnameinfo(&"127.0.0.1:1".parse()?, NameFlags::from_bits(1 << 20), Limit::NONE);
    assert_eq!(bad.map_err(|error| error.cause().clone()), Err(Cause::Info(Eai::BADFLAGS)));
    Ok(())
}

#[test]
#[cfg(target_env = "gnu")]
fn names_as_libc_has_them() -> Result<(), Box<dyn core::error::Error>> {
    let native = Resolver::builder().engine(Engine::Native).build();
    let libc = Resolver::builder().engine(Engine::Libc).build();
    let addrs = [
        "127.0.0.1:80",
        "192.0.2.1:53",
        "[::1]:65535",
        "[::192.0.2.1]:514",
        "[::ffff:192.0.2.1]:514",
        "[fe80::1%1]:0",
        "[fe80::1%77]:1",
        "[ff02::1%1]:1",
        "[2001:db8::1%1]:80",
    ];
    for addr in addrs {
        let addr: SocketAddr = addr.parse()?;
        // NI_NUMERICHOST but for the address that the hosts file has; every other flag or not.
        for flags in 0..64 {
            let numeric = i32::from(addr.ip() != Ipv4Addr::LOCALHOST);
            let flags = NameFlags::from_bits(flags | numeric);
            let [ours, theirs] = [&native, &libc].map(|resolver| {
                resolver.getnameinfo(&addr, flags, Limit::NONE).map_err(|error| error.eai())
            });
            assert_eq!(ours, theirs, "{addr} {flags}");
        }
    }
    Ok(())
}

#[test]
fn the_older_calls() -> Result<(), ResolveError> {
    for limit in LIMITS {
        let by_name = [
            ("", "0.0.0.0"),
            ("<broadcast>", "255.255.255.255"),
            ("localhost", "127.0.0.1"),
            ("127.1", "127.0.0.1"),
        ];
        for (name, ip) in by_name {
            assert_eq!(gethostbyname(name, limit)?.to_string(), ip);
        }
        let entry = gethostbyname_ex("127.0.0.1", limit)?;
        assert_eq!((entry.name.as_str(), entry.aliases.len()), ("127.0.0.1", 0));
        assert_eq!(entry.addresses, [Ipv4Addr::LOCALHOST]);
        assert_eq!(gethostbyname_ex("localhost", limit)?.name, "localhost");
        let entry = gethostbyaddr(Ipv4Addr::LOCALHOST.into(), limit)?;
        assert_eq!(entry.name, "localhost");
        for name in ["", "a b", "a\0b"] {
            let error = gethostbyname_ex(name, limit).expect_err("no question");
            assert!(matches!(error.cause(), Cause::Invalid { part: Part::Host, .. }), "{error}");
        }
        assert_eq!(getfqdn("not a name", limit)?, "not a name");
        assert!(!getfqdn("", limit)?.is_empty());

        assert_eq!(getservbyname("http", None, limit)?, 80);
        assert_eq!(getservbyname("syslog", Some("udp"), limit)?, 514);
        assert_eq!(getservbyport(514, Some("tcp"), limit)?, "shell");
        assert_eq!(getprotobyname("icmp", limit)?.raw(), 1);
        let unlisted = [
            getservbyname("no-such-service", Some("tcp"), limit).map(drop),
            getservbyport(1, Some("no-such-protocol"), limit).map(drop),
            getprotobyname("no-such-protocol", limit).map(drop),
        ];
        for answer in unlisted {
            assert_eq!(answer.map_err(|error| error.cause().clone()), Err(Cause::NotListed));
        }
    }
    Ok(())
}

#[test]
fn errors_say_what_was_asked_and_what_to_try() {
    let stream = Hints::new().ty(Type::STREAM);
    let table: &[(Option<&str>, Option<&str>, &str)] = &[
        (
            Some("127.0.0.1"),
            Some("no-such"),
            "cannot resolve host 127.0.0.1, service no-such: no such service for this socket type (EAI_SERVICE); \
             give the port as a number, or add the name to /etc/services",
        ),
        (Some("a\n"), None, "cannot resolve a\\n: a blank, at byte 1 of the host"),
        (None, Some("99999"), "cannot resolve 99999: a port above 65535, at byte 0 of the service"),
        (
            Some("fe80::1%25lo"),
            None,
            "cannot resolve fe80::1%25lo: there is no interface 25lo; was %lo meant? Nothing is decoded here",
        ),
        (None, None, "cannot resolve nothing: no such host (EAI_NONAME); check the spelling"),
        (
            Some("a.invalid"),
            None,
            "cannot resolve a.invalid: there is no such name (EAI_NONAME); check the spelling",
        ),
    ];
    for (host, service, text) in table {
        let error = getaddrinfo(*host, *service, &stream, Limit::NONE).expect_err("no answer");
        assert_eq!(error.to_string(), *text);
        assert_eq!((error.host(), error.service()), (*host, *service));
        assert_eq!(std::io::Error::from(error.clone()).to_string(), *text);
    }
}

const HOSTS: &[Option<&str>] = &[
    None,
    Some("*"),
    Some("127.1"),
    Some("0x7f.1"),
    Some("192.0.2.1"),
    Some("::1"),
    Some("::ffff:192.0.2.1"),
    Some("2001:db8::1%7"),
    Some("2001:db8::1%lo"),
    Some("fe80::1%lo"),
    Some("ff02::1%lo"),
    Some("localhost"),
];
const SERVICES: &[Option<&str>] =
    &[None, Some("*"), Some("80"), Some("http"), Some("domain"), Some("no-such"), Some("80x")];
const NUMBERS: &[(i32, &[i32])] = &[
    // Families, types, protocols.
    (0, &[0, 0, 2, 2, 10, 10, 1]),
    (1, &[0, 0, 1, 2, 3, 5, 6, 77]),
    (2, &[0, 0, 6, 17, 33, 132, 136, 99]),
];
/// All but AI_ADDRCONFIG, which is not ours for literals, and the IDN ones, which know libc's locale.
const FLAGS: &[i32] = &[1, 2, 4, 8, 0x10, 0x400];

/// A number of those of its kind.
fn number(kind: usize) -> impl Strategy<Value = i32> {
    proptest::sample::select(NUMBERS[kind].1)
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 4000, failure_persistence: None, ..ProptestConfig::default() })]
    #[test]
    #[cfg(target_env = "gnu")]
    fn what_libc_says_of_the_same(
        host in proptest::sample::select(HOSTS),
        service in proptest::sample::select(SERVICES),
        (family, ty, protocol) in (number(0), number(1), number(2)),
        flags in proptest::sample::subsequence(FLAGS, 0..4),
    ) {
        let flags: i32 = flags.iter().sum();
        // What is not in the hosts file would be asked of a server.
        let asks = host == Some("localhost") && family == 10 && flags & 8 == 0;
        prop_assume!(!asks);
        let hints = Hints::new()
            .family(Family::new(u16::try_from(family).expect("small")))
            .ty(Type::new(ty))
            .protocol(Protocol::new(protocol))
            .flags(AddrInfoFlags::from_bits(flags));
        let native = Resolver::builder().engine(Engine::Native).sort(Sort::Glibc).build();
        let libc = Resolver::builder().engine(Engine::Libc).build();
        let [ours, theirs] = [native, libc].map(|resolver| {
            let infos = resolver.getaddrinfo(host, service, &hints, Limit::NONE);
            infos.map_err(|error| error.eai())
        });
        prop_assert_eq!(ours, theirs, "{:?} {:?} {:?}", host, service, hints);
    }
}

/// Addresses and ports, and what is nearly one: where misreading would lie.
const HOST: &str = "([0-9]{1,2}\\.){3}[0-9]{1,2}|::[0-9a-f]{1,4}|([0-9]{1,3}\\.){0,4}[0-9a-fx%:]{1,4}|[0-9lo.:% \0]{0,8}|\\PC{0,8}";
const SERVICE: &str = "[0-9]{1,6}|[0-9+ \0-]{0,4}|\\PC{0,8}";

proptest! {
    #![proptest_config(ProptestConfig { cases: 2000, failure_persistence: None, ..ProptestConfig::default() })]
    #[test]
    fn whatever_is_asked_is_answered_or_refused(host in HOST, service in SERVICE) {
        let numbers = AddrInfoFlags::NUMERICHOST | AddrInfoFlags::NUMERICSERV;
        let hints = Hints::new().ty(Type::STREAM).flags(numbers);
        match getaddrinfo(Some(&host), Some(&service), &hints, Limit::NONE) {
            Ok(infos) => {
                prop_assert!(!infos.is_empty());
                let number = if service == "*" { "0" } else { &service };
                prop_assert_eq!(Ok(infos[0].addr.port()), number.parse::<u16>());
                prop_assert!(host.bytes().all(|byte| byte.is_ascii_graphic()), "{:?}", host);
            }
            Err(error) => {
                prop_assert!(!error.to_string().contains(|char: char| char.is_control()));
                if let Cause::Invalid { part, at, .. } = error.cause() {
                    let text = if *part == Part::Host { &host } else { &service };
                    prop_assert!(text.is_char_boundary(*at), "{at} of {text:?}");
                }
            }
        }
    }
}
