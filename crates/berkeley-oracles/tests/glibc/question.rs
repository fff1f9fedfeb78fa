//! The questions, and both answers to each.

use core::fmt::Write as _;
use core::net::{IpAddr, SocketAddr};
use std::ffi::CString;
use std::sync::LazyLock;

use berkeley_addr::{Address as _, Family, Protocol, Type};
use berkeley_resolve::{AddrInfoFlags, Eai, Hints, HostErrno, NameFlags, ResolveError, Resolver};
use berkeley_socket::Limit;
use berkeley_sys::database;

use crate::scene::Ways;

const LIMIT: Limit<'static> = Limit::seconds(60);

/// A call and its arguments.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Question {
    /// Host, service, flags, family, type, protocol.
    Info(Option<String>, Option<String>, [i32; 4]),
    /// Address and flags.
    Name(SocketAddr, i32),
    ByName(String),
    ByAddr(IpAddr),
}

const NAMES: &[&str] = &[
    "single.test",
    "Single.TEST",
    "single.test.",
    "four.test",
    "six.test",
    "many.test",
    "twice.test",
    "alias.test",
    "alone.test",
    "nowhere.test",
    "empty-alias.test",
    "loop.test",
    "servfail.test",
    "refused.test",
    "half-no-name.test",
    "half-fail.test",
    "fail-half.test",
    "foreign.test",
    "short.test",
    "odd-alias.test",
    "nodata.test",
    "no-such.test",
    "no-such",
    "single",
    "other",
    "a.b",
    "fail",
    "nodata",
    "half",
    "one",
    "under_score.test",
    "under_score",
    "localhost",
    "LOCALHOST",
    "localhost.",
    "x.localhost",
    "a.invalid",
    "a.onion",
    "a.local",
    "loop",
    "ip6-localhost",
    "only",
    "only.example",
    "only.example.",
    "both",
    "both.example",
    "many.example",
    "first",
    "third",
    "single-host",
    "world",
    "_gateway",
    "_outbound",
    "four-only",
    "six-only",
    "upper.example",
    "garbage",
    "127.0.0.1",
    "127.1",
    "0x7f.1",
    "017700000001",
    "1.2.3.4.5",
    "256.0.0.1",
    "08.1.1.1",
    "1.2.3.4.",
    "192.0.2.1",
    "::1",
    "::",
    "1::2::3",
    "2001:db8::1",
    "::ffff:192.0.2.1",
    "fe80::1%lo",
    "fe80::1%1",
    "fe80::1%no-such",
    "::1%lo",
    "-a.test",
    "a-.test",
    "a..b",
    ".",
    ".a",
    "a.",
    "*.test",
    "b\u{fc}cher.test",
];

/// Those that are asked for in all ways.
const SOME: &[&str] = &[
    "single.test",
    "four.test",
    "six.test",
    "many.test",
    "alias.test",
    "no-such.test",
    "nodata.test",
    "servfail.test",
    "both",
    "only",
    "six-only",
    "localhost",
    "single",
    "127.0.0.1",
    "::1",
    "::ffff:192.0.2.1",
];

const PASSIVE: i32 = AddrInfoFlags::PASSIVE.bits();
const CANONNAME: i32 = AddrInfoFlags::CANONNAME.bits();
const NUMERICHOST: i32 = AddrInfoFlags::NUMERICHOST.bits();
const V4MAPPED: i32 = AddrInfoFlags::V4MAPPED.bits();
const ALL: i32 = AddrInfoFlags::ALL.bits();
const ADDRCONFIG: i32 = AddrInfoFlags::ADDRCONFIG.bits();
const NUMERICSERV: i32 = AddrInfoFlags::NUMERICSERV.bits();

const UNSPEC: i32 = 0;
const INET: i32 = 2;
const INET6: i32 = 10;
const STREAM: i32 = 1;

/// Flags, family, type, protocol: for every name.
const FEW: [[i32; 4]; 6] = [
    [0, UNSPEC, STREAM, 0],
    [CANONNAME, UNSPEC, STREAM, 0],
    [CANONNAME, INET, STREAM, 0],
    [0, INET6, STREAM, 0],
    [V4MAPPED, INET6, STREAM, 0],
    [NUMERICHOST, UNSPEC, 0, 0],
];

const FLAGS: [i32; 13] = [
    0,
    PASSIVE,
    CANONNAME,
    NUMERICHOST,
    NUMERICSERV,
    V4MAPPED,
    ALL,
    V4MAPPED | ALL,
    V4MAPPED | ALL | CANONNAME,
    ADDRCONFIG,
    ADDRCONFIG | CANONNAME,
    V4MAPPED | ADDRCONFIG,
    1 << 20,
];

const SERVICES: [Option<&str>; 15] = [
    None,
    Some("0"),
    Some("80"),
    Some("0080"),
    Some("65535"),
    Some("65536"),
    Some("http"),
    Some("domain"),
    Some("no-such"),
    Some("80x"),
    Some("HTTP"),
    Some("www"),
    Some("only-udp"),
    Some("only-dccp"),
    Some("*"),
];

/// The questions of a scene.
pub(crate) fn all(ways: Ways) -> Vec<Question> {
    let info = |host: Option<&str>, service: Option<&str>, hints| {
        Question::Info(host.map(str::to_owned), service.map(str::to_owned), hints)
    };
    let mut all = Vec::new();
    match ways {
        Ways::Names => {
            for name in NAMES {
                all.extend(FEW.map(|hints| info(Some(name), None, hints)));
                all.push(Question::ByName((*name).to_owned()));
            }
            for ip in [
                "127.0.0.1",
                "192.0.2.1",
                "192.0.2.2",
                "192.0.2.3",
                "192.0.2.4",
                "192.0.2.5",
                "192.0.2.12",
                "203.0.113.7",
                "10.9.9.9",
                "10.9.9.8",
                "192.0.2.100",
                "192.0.2.254",
                "127.0.0.2",
                "192.0.2.100",
                "192.0.2.254",
                "127.0.0.2",
                "0.0.0.0",
            ]
            .into_iter()
            .chain([
                "::1",
                "2001:db8::1",
                "2001:db8::12",
                "2001:db8::99",
                "::ffff:192.0.2.1",
                "::",
            ]) {
                let ip: IpAddr = ip.parse().unwrap();
                all.push(Question::ByAddr(ip));
                for flags in [0, NAMEREQD, NUMERICHOST_OF_NAME, NOFQDN] {
                    all.push(Question::Name(SocketAddr::new(ip, 80), flags));
                }
            }
        }
        Ways::All => {
            for name in SOME {
                for family in [UNSPEC, INET, INET6] {
                    for ty in [0, STREAM] {
                        all.extend(
                            FLAGS.map(|flags| info(Some(name), Some("80"), [flags, family, ty, 0])),
                        );
                    }
                }
            }
        }
        Ways::Services => {
            for service in SERVICES {
                for host in [None, Some("127.0.0.1"), Some("localhost")] {
                    for (ty, protocol) in KINDS {
                        for flags in [0, PASSIVE, NUMERICSERV, CANONNAME] {
                            all.push(info(host, service, [flags, UNSPEC, ty, protocol]));
                        }
                    }
                }
            }
            for port in [0, 1, 22, 53, 80, 513, 514, 7000, 65535] {
                for flags in 0..64 {
                    all.push(Question::Name(SocketAddr::from(([127, 0, 0, 1], port)), flags));
                }
            }
            let scoped = "[fe80::1%1]:80".parse().unwrap();
            all.extend((0..64).map(|flags| Question::Name(scoped, flags)));
        }
    }
    all
}

/// Type and protocol.
const KINDS: [(i32, i32); 19] = [
    (0, 0),
    (1, 0),
    (2, 0),
    (3, 0),
    (4, 0),
    (5, 0),
    (6, 0),
    (10, 0),
    (0, 6),
    (0, 17),
    (0, 132),
    (0, 136),
    (0, 33),
    (0, 255),
    (1, 6),
    (1, 17),
    (2, 17),
    (3, 17),
    (77, 0),
];

const NUMERICHOST_OF_NAME: i32 = NameFlags::NUMERICHOST.bits();
const NAMEREQD: i32 = NameFlags::NAMEREQD.bits();
const NOFQDN: i32 = NameFlags::NOFQDN.bits();

/// Ours, as glibc would be: its order and its patience, nothing kept.
static OURS: LazyLock<Resolver> = LazyLock::new(|| {
    Resolver::builder()
        .sort(berkeley_resolve::policy::Sort::Glibc)
        .hedge(false)
        .cache(0)
        .engine(berkeley_resolve::Engine::Native)
        .build()
});

impl Question {
    /// Ours.
    pub(crate) fn ours(&self) -> String {
        match self {
            Self::Info(host, service, [flags, family, ty, protocol]) => {
                let hints = Hints::new()
                    .flags(AddrInfoFlags::from_bits(*flags))
                    .family(Family::new(u16::try_from(*family).unwrap()))
                    .ty(Type::new(*ty))
                    .protocol(Protocol::new(*protocol));
                match OURS.getaddrinfo(host.as_deref(), service.as_deref(), &hints, LIMIT) {
                    Ok(infos) => written(infos.iter().map(|info| {
                        let family = i32::from(info.family.raw());
                        let name = info.canonical_name.as_deref();
                        (
                            family,
                            info.ty.raw(),
                            info.protocol.raw(),
                            info.addr,
                            name.map(str::to_owned),
                        )
                    })),
                    Err(error) => format!("{:?}", error.eai()),
                }
            }
            Self::Name(addr, flags) => {
                match OURS.getnameinfo(addr, NameFlags::from_bits(*flags), LIMIT) {
                    Ok((host, service)) => format!("{host} {service}"),
                    Err(error) => format!("{:?}", error.eai()),
                }
            }
            Self::ByName(name) => match OURS.gethostbyname_ex(name, LIMIT) {
                Ok(entry) => {
                    let ips = entry.addresses.iter().map(ToString::to_string);
                    host(&entry.name, &entry.aliases, &ips.collect::<Vec<_>>())
                }
                Err(error) => format!("{:?}", h_errno(&error)),
            },
            Self::ByAddr(ip) => match OURS.gethostbyaddr(*ip, LIMIT) {
                Ok(entry) => host(&entry.name, &entry.aliases, &[]),
                Err(error) => format!("{:?}", h_errno(&error)),
            },
        }
    }

    /// glibc's.
    pub(crate) fn glibc(&self) -> String {
        let c = |text: &String| CString::new(text.as_str()).unwrap();
        let text = |bytes: &Vec<u8>| String::from_utf8_lossy(bytes).into_owned();
        match self {
            Self::Info(host, service, [flags, family, ty, protocol]) => {
                let (host, service) = (host.as_ref().map(c), service.as_ref().map(c));
                let hints = database::Hints {
                    flags: *flags,
                    family: *family,
                    ty: *ty,
                    protocol: *protocol,
                };
                match database::getaddrinfo(host.as_deref(), service.as_deref(), hints) {
                    Ok(infos) => written(infos.iter().map(|info| {
                        let addr = SocketAddr::decode(&info.addr).unwrap();
                        let name = info.canonical_name.as_ref().map(text);
                        (info.family, info.ty, info.protocol, addr, name)
                    })),
                    Err(failure) => format!("{:?}", Eai::new(failure.code)),
                }
            }
            Self::Name(addr, flags) => {
                let addr = addr.encode();
                match database::getnameinfo(addr.as_ref(), *flags) {
                    Ok((host, service)) => format!("{} {}", text(&host), text(&service)),
                    Err(failure) => format!("{:?}", Eai::new(failure.code)),
                }
            }
            Self::ByName(name) => match database::gethostbyname2(&c(name), INET) {
                Ok(entry) => {
                    let ips = entry.addresses.iter().map(|ip| {
                        IpAddr::from(<[u8; 4]>::try_from(ip.as_slice()).unwrap()).to_string()
                    });
                    let aliases: Vec<_> = entry.aliases.iter().map(text).collect();
                    host(&text(&entry.name), &aliases, &ips.collect::<Vec<_>>())
                }
                Err(failure) => format!("{:?}", HostErrno::new(failure.code)),
            },
            Self::ByAddr(ip) => {
                let entry = match ip {
                    IpAddr::V4(ip) => database::gethostbyaddr(&ip.octets(), INET),
                    IpAddr::V6(ip) => database::gethostbyaddr(&ip.octets(), INET6),
                };
                match entry {
                    Ok(entry) => {
                        let aliases: Vec<_> = entry.aliases.iter().map(text).collect();
                        host(&text(&entry.name), &aliases, &[])
                    }
                    Err(failure) => format!("{:?}", HostErrno::new(failure.code)),
                }
            }
        }
    }
}

/// The code that gethostbyname has for it.
fn h_errno(error: &ResolveError) -> HostErrno {
    match error.eai() {
        Eai::NONAME => HostErrno::NOT_FOUND,
        Eai::AGAIN => HostErrno::AGAIN,
        Eai::NODATA => HostErrno::NODATA,
        _ => HostErrno::FAIL,
    }
}

fn host(name: &str, aliases: &[String], ips: &[String]) -> String {
    format!("{name} [{}] {}", aliases.join(" "), ips.join(" ")).trim_end().to_owned()
}

type Info = (i32, i32, i32, SocketAddr, Option<String>);

fn written(infos: impl Iterator<Item = Info>) -> String {
    let mut text = String::new();
    for (family, ty, protocol, addr, name) in infos {
        let _ = write!(text, "{family}/{ty}/{protocol} {addr}");
        if let Some(name) = name {
            let _ = write!(text, " ({name})");
        }
        text.push_str("; ");
    }
    text
}
