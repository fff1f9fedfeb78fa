//! The names of Python's `socket` against Python's own answers, on this machine's libc: one table of questions, none of
//! which needs a server. Where we differ on purpose, the row says why and what we answer.
//!
//! Without python3 there is nothing to compare with: the test says so and passes, or fails if `BERKELEY_STRICT` is set.

use core::net::SocketAddr;
use std::io::Write as _;
use std::process::{Command, Stdio};

use berkeley_addr::{Family, Protocol, Type};
use berkeley_resolve::{
    AddrInfoFlags, Cause, Hints, NameFlags, ResolveError, getaddrinfo, getfqdn, gethostbyaddr,
    gethostbyname, gethostbyname_ex, gethostname, getnameinfo, getprotobyname, getservbyname,
    getservbyport, sethostname,
};
use berkeley_socket::{Errno, Limit};
use nix::sched::{CloneFlags, unshare};

/// Answers each line of standard input, a function's name and its arguments as a Python list, by a line.
const PYTHON: &str = r#"
import ast, socket, sys

def info(answer):
    family, type, proto, canon, addr = answer
    return f"{int(family)} {int(type)} {proto} {canon or '-'} {' '.join(map(str, addr))}"

def entry(answer):
    name, aliases, addrs = answer
    return f"{name} {aliases} {addrs}".replace("'", '"')

calls = {
    "getaddrinfo": lambda *a: " | ".join(map(info, socket.getaddrinfo(*a))),
    "getnameinfo": lambda host, port, flow, scope, flags: " ".join(socket.getnameinfo(
        (host, port, flow, scope) if ":" in host else (host, port), flags)),
    "gethostbyname": socket.gethostbyname,
    "gethostbyname_ex": lambda a: entry(socket.gethostbyname_ex(a)),
    "gethostbyaddr": lambda a: entry(socket.gethostbyaddr(a)),
    "getfqdn": socket.getfqdn,
    "gethostname": socket.gethostname,
    "getservbyname": socket.getservbyname,
    "getservbyport": socket.getservbyport,
    "getprotobyname": socket.getprotobyname,
}
for line in sys.stdin:
    name, *args = ast.literal_eval(line)
    try:
        print(calls[name](*args))
    except (socket.gaierror, socket.herror) as error:
        print(type(error).__name__, error.errno)
    except OSError:
        print("OSError")
    except (ValueError, TypeError) as error:
        print("refused")
"#;

/// A question, and why our answer is not Python's, and what it is.
struct Row {
    ask: Ask,
    differs: Option<(&'static str, &'static str)>,
}

#[derive(Clone, Copy, Debug)]
enum Ask {
    /// Host, service, family, type, protocol, flags.
    Info(Option<&'static str>, Option<&'static str>, u16, i32, i32, i32),
    /// A socket address and flags.
    Name(&'static str, i32),
    ByName(&'static str),
    ByNameEx(&'static str),
    ByAddr(&'static str),
    Fqdn(&'static str),
    HostName,
    Service(&'static str, Option<&'static str>),
    Port(u16, Option<&'static str>),
    Protocol(&'static str),
}
use Ask::{ByAddr, ByName, ByNameEx, Fqdn, HostName, Info, Name, Port, Service};

const fn same(ask: Ask) -> Row {
    Row { ask, differs: None }
}

const fn differs(ask: Ask, why: &'static str, ours: &'static str) -> Row {
    Row { ask, differs: Some((why, ours)) }
}

const STREAM: i32 = 1;
const PASSIVE: i32 = 1;
const CANONNAME: i32 = 2;
const NUMERIC: i32 = 4 | 0x400;
const V4MAPPED: i32 = 8;

const TABLE: &[Row] = &[
    same(Info(Some("127.0.0.1"), Some("80"), 0, 0, 0, 0)),
    same(Info(Some("127.0.0.1"), Some("http"), 0, 0, 0, 0)),
    same(Info(Some("127.0.0.1"), Some("domain"), 0, 0, 0, 0)),
    same(Info(Some("127.0.0.1"), Some("domain"), 0, 2, 17, 0)),
    same(Info(Some("127.0.0.1"), None, 0, 0, 0, CANONNAME)),
    same(Info(Some("127.1"), Some("80"), 0, STREAM, 0, 0)),
    same(Info(Some("0x7f.1"), Some("080"), 2, STREAM, 6, 0)),
    same(Info(Some("017700000001"), Some("0"), 0, STREAM, 0, NUMERIC)),
    same(Info(Some("::1"), Some("65535"), 0, 0, 0, 0)),
    same(Info(Some("::ffff:1.2.3.4"), Some("1"), 10, 0, 0, 0)),
    same(Info(Some("fe80::1%1"), Some("1"), 10, STREAM, 0, 0)),
    same(Info(Some("fe80::1%lo"), Some("1"), 10, STREAM, 0, 0)),
    same(Info(Some("2001:db8::1%lo"), Some("1"), 10, STREAM, 0, NUMERIC)),
    same(Info(Some("127.0.0.1"), Some("1"), 10, STREAM, 0, V4MAPPED)),
    same(Info(Some("localhost"), Some("http"), 0, 0, 0, 0)),
    same(Info(Some("localhost"), Some("80"), 2, STREAM, 0, CANONNAME)),
    same(Info(Some("localhost"), Some("80"), 10, STREAM, 0, V4MAPPED)),
    same(Info(None, Some("80"), 0, 0, 0, 0)),
    same(Info(None, Some("80"), 0, 0, 0, PASSIVE)),
    same(Info(None, Some("http"), 10, STREAM, 0, PASSIVE)),
    same(Info(None, None, 0, 0, 0, 0)),
    same(Info(Some("localhost"), Some("80"), 0, 0, 0, NUMERIC)),
    same(Info(Some("127.0.0.1"), Some("http"), 0, 0, 0, NUMERIC)),
    same(Info(Some("127.0.0.1"), Some("no-such"), 0, 0, 0, 0)),
    same(Info(Some("127.0.0.1"), Some("80x"), 0, 0, 0, 0)),
    same(Info(Some("127.0.0.1"), Some("http"), 0, 3, 0, 0)),
    same(Info(Some("127.0.0.1"), Some("80"), 10, 0, 0, 0)),
    same(Info(Some("127.0.0.1"), Some("80"), 1, 0, 0, 0)),
    same(Info(Some("127.0.0.1"), Some("80"), 0, 77, 0, 0)),
    same(Info(Some("127.0.0.1"), Some("80"), 0, STREAM, 17, 0)),
    same(Info(Some("127.0.0.1"), Some("80"), 0, 0, 0, 1 << 20)),
    same(Info(None, Some("80"), 0, 0, 0, CANONNAME)),
    differs(Info(Some(""), Some("80"), 0, STREAM, 0, 0), "nothing is asked", "refused"),
    differs(
        Info(Some("1.2.3.4 foo"), Some("80"), 0, STREAM, 0, 0),
        "a blank is no host's",
        "refused",
    ),
    differs(
        Info(Some("127.0.0.1"), Some("65536"), 0, STREAM, 0, 0),
        "libc's ports wrap",
        "refused",
    ),
    differs(
        Info(Some("127.0.0.1"), Some("99999"), 0, STREAM, 0, 0),
        "libc's ports wrap",
        "refused",
    ),
    differs(
        Info(Some("127.0.0.1"), Some("+80"), 0, STREAM, 0, 0),
        "a sign is no port's",
        "refused",
    ),
    differs(
        Info(Some("127.0.0.1"), Some(" 80"), 0, STREAM, 0, 0),
        "a blank is no port's",
        "refused",
    ),
    differs(Info(Some("127.0.0.1"), Some(""), 0, STREAM, 0, 0), "nothing is asked", "refused"),
    differs(
        Info(Some("127.0.0.1\0.example"), Some("80"), 0, STREAM, 0, 0),
        "libc stops there",
        "refused",
    ),
    differs(Info(Some("127.0.0.1"), Some("80\0x"), 0, STREAM, 0, 0), "libc stops there", "refused"),
    differs(
        Info(Some("fe80::1%no"), Some("80"), 0, STREAM, 0, NUMERIC),
        "it has a cause of its own",
        "no interface",
    ),
    same(Name("127.0.0.1:80", 1)),
    same(Name("127.0.0.1:80", 3)),
    same(Name("127.0.0.1:514", 1)),
    same(Name("127.0.0.1:514", 17)),
    same(Name("127.0.0.1:80", 0)),
    same(Name("127.0.0.1:80", 8)),
    same(Name("[::1]:80", 3)),
    same(Name("[fe80::1%1]:80", 3)),
    same(Name("127.0.0.1:80", 1 << 20)),
    same(ByName("")),
    same(ByName("<broadcast>")),
    same(ByName("localhost")),
    same(ByName("127.1")),
    same(ByName("a\0b")),
    same(ByNameEx("localhost")),
    same(ByNameEx("127.0.0.1")),
    same(ByAddr("127.0.0.1")),
    same(Fqdn("")),
    same(Fqdn("localhost")),
    same(Fqdn("127.0.0.1")),
    same(HostName),
    same(Service("http", None)),
    same(Service("http", Some("tcp"))),
    same(Service("domain", Some("udp"))),
    same(Service("no-such", None)),
    same(Service("http", Some("no-such"))),
    same(Port(80, None)),
    same(Port(514, Some("udp"))),
    same(Port(514, Some("tcp"))),
    same(Port(1, Some("no-such"))),
    same(Ask::Protocol("icmp")),
    same(Ask::Protocol("IPV6-ICMP")),
    same(Ask::Protocol("no-such")),
];

#[test]
fn the_same_as_pythons() {
    let questions: Vec<_> = TABLE.iter().map(|row| in_python(row.ask)).collect();
    let Some(theirs) = python(&questions) else { return };
    assert_eq!(theirs.len(), TABLE.len());
    let mut wrong = 0;
    for ((row, question), theirs) in TABLE.iter().zip(&questions).zip(&theirs) {
        // In place and on a thread of its own.
        for limit in [Limit::NONE, Limit::seconds(60)] {
            let ours = answer(row.ask, limit).unwrap_or_else(|error| in_words(row.ask, &error));
            let right = match row.differs {
                None => ours == *theirs,
                Some((_, expected)) => ours == expected,
            };
            if !right {
                wrong += 1;
                println!("{question}\n    Python: {theirs}\n    ours:   {ours}");
            }
        }
        if let Some((why, ours)) = row.differs {
            println!("{question}: {why}. Python: {theirs}. Ours: {ours}");
        }
    }
    println!("{} questions", TABLE.len());
    assert_eq!(wrong, 0);
}

/// In a thread whose name of the host is its own.
#[test]
fn a_new_name_of_the_host_is_seen_by_us_and_by_python() {
    let named = std::thread::spawn(|| {
        if let Err(errno) = unshare(CloneFlags::CLONE_NEWUTS) {
            assert!(std::env::var_os("BERKELEY_STRICT").is_none(), "{errno}");
            println!("skipped: no name of a host of one's own: {errno}");
            return None;
        }
        let longest = "x".repeat(64);
        for name in ["berkeley.example", &longest] {
            sethostname(name).expect("CAP_SYS_ADMIN, as unshare has it");
            assert_eq!(gethostname(), name);
        }
        assert_eq!(sethostname(&"x".repeat(65)), Err(Errno::INVAL));
        sethostname("berkeley.example").expect("likewise");
        python(&[in_python(HostName)])
    });
    if let Some(theirs) = named.join().expect("no panic") {
        assert_eq!(theirs, ["berkeley.example"]);
    }
}

/// Python's answers; `None` and a word about it where there is no python3.
fn python(questions: &[String]) -> Option<Vec<String>> {
    let mut command = Command::new("python3");
    command.args(["-c", PYTHON]).stdin(Stdio::piped()).stdout(Stdio::piped());
    let mut child = match command.spawn() {
        Ok(child) => child,
        Err(error) => {
            assert!(std::env::var_os("BERKELEY_STRICT").is_none(), "python3: {error}");
            println!("skipped: python3: {error}");
            return None;
        }
    };
    let mut input = child.stdin.take().expect("a pipe");
    let text = questions.join("\n") + "\n";
    let writer = std::thread::spawn(move || input.write_all(text.as_bytes()));
    let output = child.wait_with_output().expect("python3 runs");
    writer.join().expect("no panic").expect("python3 reads");
    assert!(output.status.success(), "python3: {}", output.status);
    Some(String::from_utf8_lossy(&output.stdout).lines().map(str::to_owned).collect())
}

/// The question as a Python list.
fn in_python(ask: Ask) -> String {
    let text = |text: Option<&str>| match text {
        Some(text) => format!("\"{}\"", text.replace('\0', "\\0")),
        None => "None".into(),
    };
    let call = |name: &str, protocol: Option<&str>, first: String| match protocol {
        Some(_) => format!("[\"{name}\", {first}, {}]", text(protocol)),
        None => format!("[\"{name}\", {first}]"),
    };
    match ask {
        Info(host, service, family, ty, protocol, flags) => {
            let (host, service) = (text(host), text(service));
            format!("[\"getaddrinfo\", {host}, {service}, {family}, {ty}, {protocol}, {flags}]")
        }
        Name(addr, flags) => {
            let addr: SocketAddr = addr.parse().expect("an address");
            let scope = if let SocketAddr::V6(addr) = addr { addr.scope_id() } else { 0 };
            format!("[\"getnameinfo\", \"{}\", {}, 0, {scope}, {flags}]", addr.ip(), addr.port())
        }
        ByName(name) => call("gethostbyname", None, text(Some(name))),
        ByNameEx(name) => call("gethostbyname_ex", None, text(Some(name))),
        ByAddr(addr) => call("gethostbyaddr", None, text(Some(addr))),
        Fqdn(name) => call("getfqdn", None, text(Some(name))),
        HostName => "[\"gethostname\"]".into(),
        Service(name, protocol) => call("getservbyname", protocol, text(Some(name))),
        Port(port, protocol) => call("getservbyport", protocol, port.to_string()),
        Ask::Protocol(name) => call("getprotobyname", None, text(Some(name))),
    }
}

/// Our answer, as the Python program prints its.
fn answer(ask: Ask, limit: Limit<'_>) -> Result<String, ResolveError> {
    match ask {
        Info(host, service, family, ty, protocol, flags) => {
            let hints = Hints::new()
                .family(Family::new(family))
                .ty(Type::new(ty))
                .protocol(Protocol::new(protocol))
                .flags(AddrInfoFlags::from_bits(flags));
            let infos = getaddrinfo(host, service, &hints, limit)?;
            let texts: Vec<_> = infos
                .iter()
                .map(|info| {
                    let words = (info.family.raw(), info.ty.raw(), info.protocol.raw());
                    let name = info.canonical_name.as_deref().unwrap_or("-");
                    let (ip, port) = (info.addr.ip(), info.addr.port());
                    let more = match info.addr {
                        SocketAddr::V4(_) => String::new(),
                        SocketAddr::V6(addr) => {
                            format!(" {} {}", addr.flowinfo(), addr.scope_id())
                        }
                    };
                    format!("{} {} {} {name} {ip} {port}{more}", words.0, words.1, words.2)
                })
                .collect();
            Ok(texts.join(" | "))
        }
        Name(addr, flags) => {
            let addr = addr.parse().expect("an address");
            let (host, service) = getnameinfo(&addr, NameFlags::from_bits(flags), limit)?;
            Ok(format!("{host} {service}"))
        }
        ByName(name) => Ok(gethostbyname(name, limit)?.to_string()),
        ByNameEx(name) => Ok(entry(&gethostbyname_ex(name, limit)?)),
        ByAddr(addr) => Ok(entry(&gethostbyaddr(addr.parse().expect("an address"), limit)?)),
        Fqdn(name) => getfqdn(name, limit),
        HostName => Ok(gethostname()),
        Service(name, protocol) => Ok(getservbyname(name, protocol, limit)?.to_string()),
        Port(port, protocol) => getservbyport(port, protocol, limit),
        Ask::Protocol(name) => Ok(getprotobyname(name, limit)?.raw().to_string()),
    }
}

fn entry(entry: &berkeley_resolve::HostEntry) -> String {
    let addresses: Vec<_> = entry.addresses.iter().map(ToString::to_string).collect();
    format!("{} {:?} {addresses:?}", entry.name, entry.aliases)
}

/// Our error, as the Python program prints its.
fn in_words(ask: Ask, error: &ResolveError) -> String {
    match (ask, error.cause()) {
        (_, Cause::Info(code)) => format!("gaierror {}", code.raw()),
        (_, Cause::Host(code)) => format!("herror {}", code.raw()),
        (_, Cause::Invalid { .. }) => "refused".into(),
        (_, Cause::NoInterface { .. }) => "no interface".into(),
        (Service(..) | Port(..) | Ask::Protocol(_), Cause::NotListed) => "OSError".into(),
        (_, cause) => cause.to_string(),
    }
}
