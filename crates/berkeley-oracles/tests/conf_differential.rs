//! The files of resolution and the order of addresses against others' readers: the crate `resolv-conf`, glibc by `getent`.
//!
//! Contract: resolv.conf is read as by `resolv-conf` on files of what both know; the differences have a table of their own that
//! shows them. Services, protocols and hosts are what glibc's own databases say, on this machine's files and on odd ones put in
//! their place; answers are in glibc's order under [`Sort::Glibc`], in a network with one address of each family, under its
//! built-in tables and three others. What needs a namespace says so where there is none.

#![allow(missing_docs)]

use core::fmt::Write as _;
use core::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr};
use std::fs;
use std::net::UdpSocket;
use std::process::Command;

use berkeley_resolve::conf::{GaiConf, Hosts, Protocols, ResolvConf, Services};
use berkeley_resolve::policy::{Candidate, Policy, Sort, SourceAddr};
use nix::sched::{CloneFlags, unshare};
use resolv_conf::Config;

mod network;
mod text;

use network::{in_a_network, ip, unless_skipped};
use text::random::Random;

/// Servers, search list and options, as ours and as the crate's.
type Read = (Vec<String>, Vec<String>, String);

fn ours(text: &str) -> Read {
    let conf = ResolvConf::parse(text.as_bytes());
    let servers = conf.nameservers.iter().map(|server| {
        let scope = server.scope.to_string();
        let percent = if scope.is_empty() { "" } else { "%" };
        format!("{}{percent}{scope}", server.ip)
    });
    let search = conf.search.iter().map(|domain| String::from_utf8_lossy(domain).into_owned());
    let o = conf.options;
    let options = (
        (o.ndots, o.timeout.as_secs(), o.attempts, o.rotate, o.use_vc, o.edns0 == Some(true)),
        (o.single_request, o.single_request_reopen, o.no_tld_query, o.trust_ad, o.no_aaaa),
        o.no_reload,
    );
    (servers.collect(), search.collect(), format!("{options:?}"))
}

fn theirs(text: &str) -> Read {
    let (conf, _) = Config::parse_with_errors(text.as_bytes());
    let servers = match conf.nameservers.as_slice() {
        // It leaves the default to who asks for it.
        [] => vec!["127.0.0.1".to_owned()],
        all => all.iter().map(ToString::to_string).collect(),
    };
    let search = conf.get_last_search_or_domain().map(ToString::to_string).collect();
    let options = (
        // And so the bounds.
        (conf.ndots.min(15), conf.timeout.clamp(1, 30), conf.attempts.clamp(1, 5), conf.rotate),
        (conf.use_vc, conf.edns0, conf.single_request, conf.single_request_reopen),
        (conf.no_tld_query, conf.trust_ad, conf.no_aaaa, conf.no_reload),
    );
    let ((a, b, c, d), (e, f, g, h), (i, j, k, l)) = options;
    (servers, search, format!("{:?}", ((a, b, c, d, e, f), (g, h, i, j, k), l)))
}

#[test]
fn resolv_conf_is_read_as_by_another_crate() {
    const LINES: &[&str] = &[
        "nameserver 192.0.2.1",
        "nameserver\t192.0.2.2  ",
        "nameserver 2001:DB8::1",
        "nameserver fe80::1%eth0",
        "nameserver fe80::1%3",
        "nameserver ns.example",
        "nameserver",
        "nameserver 192.0.2.256",
        "nameserver 192.0.2.1\r",
        "domain a.example",
        "domain b.example c.example",
        "search a.example",
        "search d.example\te.example f.example ",
        "search .",
        "search g.example # home",
        "search h.example;i",
        "sortlist 192.0.2.0/255.255.255.0",
        "# nameserver ::1",
        ";search x",
        "",
        " ",
        "lookup file bind",
        "family inet4",
        "unheard of",
        "options debug inet6 no-check-names",
    ];
    const OPTIONS: &[&str] = &[
        "ndots:0",
        "ndots:3",
        "ndots:99",
        "timeout:1",
        "timeout:0",
        "timeout:99",
        "attempts:0",
        "attempts:4",
        "attempts:9",
        "rotate",
        "use-vc",
        "edns0",
        "single-request",
        "single-request-reopen",
        "no-tld-query",
        "trust-ad",
        "no-aaaa",
        "no-reload",
        "unheard-of",
    ];
    let mut random = Random(0x5eed);
    for _ in 0..50_000 {
        let mut text = String::new();
        for _ in 0..random.below(8) {
            if random.below(3) == 0 {
                text.push_str("options");
                for _ in 0..random.below(4) {
                    let _ = write!(text, " {}", random.of(OPTIONS));
                }
            } else {
                text.push_str(random.of(LINES));
            }
            text.push('\n');
        }
        if text.contains("h.example;i") {
            continue; // a row of the next table
        }
        assert_eq!(ours(&text), theirs(&text), "{text:?}");
    }
}

/// Where `resolv-conf` 0.7.6 reads another thing than glibc does, and we read what glibc does; or why not.
#[test]
fn resolv_conf_differs_where_glibc_does() {
    let table = [
        ("a keyword begins its line", " nameserver 192.0.2.1"),
        ("the forms of inet_aton", "nameserver 127.2"),
        ("a zone that no interface has is none", "nameserver fe80::1%no/interface"),
        ("a flag is known by its beginning", "options rotated"),
        ("a flag can be taken back", "options rotate -rotate"),
        ("a number is what its digits are", "options ndots:2x"),
        ("no number is zero", "options timeout:x"),
        ("C stops at a NUL", "nameserver 192.0.2.1\0x"),
        ("a search without domains is none", "domain a.example\nsearch"),
        ("a comma is part of a domain", "search a.example, b.example"),
        ("a comment begins a word", "search h.example;i"),
        ("the older spelling", "options no_tld_query"),
        ("BSD's word, ours alone", "options usevc"),
        ("BSD's other word, ours alone", "options tcp"),
    ];
    for (why, text) in table {
        assert_ne!(ours(text), theirs(text), "{why}: drop the row");
    }
}

/// What a program prints, a line a row, blanks as single spaces.
fn rows(program: &str, arguments: &[&str]) -> Result<Vec<String>, String> {
    let output = Command::new(program).args(arguments).output();
    let output = output.map_err(|error| format!("{program}: {error}"))?;
    let text = String::from_utf8_lossy(&output.stdout).into_owned();
    Ok(text.lines().map(|line| line.split_whitespace().collect::<Vec<_>>().join(" ")).collect())
}

fn utf8(bytes: &[u8]) -> String {
    String::from_utf8_lossy(bytes).into_owned()
}

fn joined(words: impl Iterator<Item = String>) -> String {
    words.collect::<Vec<_>>().join(" ")
}

fn services(text: &[u8]) -> Vec<String> {
    let services = Services::parse(text);
    let row = |line: berkeley_resolve::conf::ServicesLine<'_>| {
        let number = format!("{}/{}", line.port, utf8(line.protocol));
        joined([utf8(line.name), number].into_iter().chain(line.aliases.map(utf8)))
    };
    services.lines().map(row).collect()
}

fn protocols(text: &[u8]) -> Vec<String> {
    let protocols = Protocols::parse(text);
    let row = |line: berkeley_resolve::conf::ProtocolsLine<'_>| {
        let number = line.protocol.raw().to_string();
        joined([utf8(line.name), number].into_iter().chain(line.aliases.map(utf8)))
    };
    protocols.lines().map(row).collect()
}

#[test]
fn this_machines_services_and_protocols_are_glibcs() {
    for (name, of) in [("services", services as fn(&[u8]) -> _), ("protocols", protocols)] {
        unless_skipped((|| {
            let text =
                fs::read(format!("/etc/{name}")).map_err(|error| format!("{name}: {error}"))?;
            let (ours, glibc) = (of(&text), rows("getent", &[name])?);
            println!("{name}: {} rows", ours.len());
            assert_eq!(ours, glibc);
            Ok(())
        })());
    }
}

/// In a network and with files of its own.
fn with_files(files: &[(&str, &str)], work: impl FnOnce() -> Result<(), String> + Send) {
    unless_skipped(in_a_network(|| {
        unshare(CloneFlags::CLONE_NEWNS).map_err(|errno| format!("no new mounts: {errno}"))?;
        let mount = |words: &[&str]| match Command::new("mount").args(words).status() {
            Ok(status) if status.success() => Ok(()),
            other => Err(format!("mount {words:?}: {other:?}")),
        };
        mount(&["--make-rprivate", "/"])?;
        let folder = tempfile::tempdir().map_err(|error| error.to_string())?;
        for (name, text) in files {
            let file = folder.path().join(name);
            fs::write(&file, text).map_err(|error| error.to_string())?;
            mount(&["--bind", &file.to_string_lossy(), &format!("/etc/{name}")])?;
        }
        work()
    }));
}

const SERVICES: &str = "\
# comment
one 1/tcp uno#un
  two\t2/udp   zwei\tdeux # x
three 3/sctp
four 4/dccp\r
zero 0/tcp
most 65535/udplite
garbage
none tcp
six 6/tcp six six
";

const PROTOCOLS: &str = "\
# comment
ip 0 IP
  icmp\t1\tICMP # x
mptcp 262 MPTCP M#x
garbage
x y
";

const HOSTS: &str = "\
# comment
127.0.0.1 localhost
::1 localhost ip6-localhost
192.0.2.1 one.example one#two
  192.0.2.2\tOne TWO.example  # x
192.0.2.3 many a b c d e
2001:db8::3 many
192.0.2.3 many
300.0.2.1 garbage
192.0.2 garbage
127.1 garbage
garbage 192.0.2.9
192.0.2.10
fe80::1%lo scoped
192.0.2.11 dotted.
";

#[test]
fn odd_files_are_read_as_by_glibc() {
    let files = [
        ("services", SERVICES),
        ("protocols", PROTOCOLS),
        ("hosts", HOSTS),
        ("nsswitch.conf", "hosts: files\n"),
    ];
    with_files(&files, || {
        assert_eq!(services(SERVICES.as_bytes()), rows("getent", &["services"])?);
        assert_eq!(protocols(PROTOCOLS.as_bytes()), rows("getent", &["protocols"])?);
        let hosts = Hosts::parse(HOSTS.as_bytes());
        let names = "localhost LOCALHOST ip6-localhost one one.example ONE two two.example many a e f garbage scoped dotted \
                     dotted. localhost.";
        for name in names.split(' ') {
            let mut ours: Vec<_> = hosts.by_name(name.as_bytes()).map(|line| line.ip).collect();
            let glibc = rows("getent", &["ahosts", name])?;
            let stream = glibc.iter().filter(|row| row.contains(" STREAM"));
            let mut glibc: Vec<IpAddr> =
                stream.filter_map(|row| row.split(' ').next()?.parse().ok()).collect();
            ours.sort_unstable();
            glibc.sort_unstable();
            match name {
                // We take a zone in the file, and a name with or without its dot.
                "scoped" | "dotted" | "localhost." => {
                    assert_eq!((glibc.len(), ours.is_empty()), (0, false), "{name}");
                }
                _ => assert_eq!(ours, glibc, "{name}"),
            }
        }
        Ok(())
    });
}

const ADDRESSES: [&str; 22] = [
    "2001:db8:1::1",
    "2001:db8::1",
    "2001:db8::ffff",
    "fd00::1",
    "2002:c000:204::1",
    "2001::1",
    "::192.0.2.1",
    "fec0::1",
    "3ffe::1",
    "ff0e::1",
    "::1",
    "203.0.113.7",
    "192.0.2.200",
    "192.0.2.101",
    "10.0.0.1",
    "127.0.0.1",
    "127.0.0.9",
    "169.254.7.7",
    "198.51.100.1",
    "2001:db8:2::1",
    "2400::1",
    "192.168.0.1",
];

/// What the kernel would send from, with the lengths of this network's addresses.
fn reached(ip: IpAddr) -> Candidate {
    let any: IpAddr = match ip {
        IpAddr::V4(_) => Ipv4Addr::UNSPECIFIED.into(),
        IpAddr::V6(_) => Ipv6Addr::UNSPECIFIED.into(),
    };
    let local = UdpSocket::bind((any, 0)).and_then(|socket| {
        socket.connect(SocketAddr::from((ip, 9)))?;
        socket.local_addr()
    });
    let source = local.ok().map(|local| {
        let mut source = SourceAddr::new(local.ip());
        source.prefix_len = match local.ip() {
            IpAddr::V4(ip) if ip.is_loopback() => 8,
            IpAddr::V4(_) => 24,
            IpAddr::V6(ip) if ip.is_loopback() => 128,
            IpAddr::V6(_) => 64,
        };
        source
    });
    Candidate { destination: ip, source }
}

#[test]
fn answers_are_in_glibcs_order() {
    let tables = [
        "",
        "precedence ::ffff:0:0/96 100\n",
        "label ::1/128 0\nlabel ::/0 1\nlabel fd00::/8 1\nprecedence ::/0 40\nprecedence 2001:db8::/32 50\n\
         precedence 2001:db8::/48 30\nprecedence ::ffff:0:0/96 10\n",
        "scopev4 ::ffff:10.0.0.0/104 5\nscopev4 192.168.0.0/16 5\nscopev4 0.0.0.0/0 14\n# end\n",
    ];
    let mut random = Random(0x5eed);
    let mut hosts = String::new();
    let mut answers: Vec<Vec<IpAddr>> = Vec::new();
    for nth in 0..100 {
        let mut answer: Vec<IpAddr> = Vec::new();
        for _ in 0..=random.below(12) {
            let ip = random.of(&ADDRESSES).parse().expect("an address");
            if !answer.contains(&ip) {
                let _ = writeln!(hosts, "{ip} n{nth}.example");
                answer.push(ip);
            }
        }
        answers.push(answer);
    }
    for table in tables {
        let files =
            [("hosts", hosts.as_str()), ("nsswitch.conf", "hosts: files\n"), ("gai.conf", table)];
        let answers = &answers;
        with_files(&files, || {
            ip("link add v0 type veth peer name v1")?;
            ip("link set v0 up")?;
            ip("link set v1 up")?;
            ip("addr add 192.0.2.100/24 dev v0")?;
            ip("-6 addr add 2001:db8::100/64 dev v0 nodad")?;
            ip("route add default via 192.0.2.254 dev v0")?;
            ip("-6 route add default via 2001:db8::fe dev v0")?;
            let policy = Policy::new(Sort::Glibc).with(&GaiConf::parse(table.as_bytes()));
            let names: Vec<String> =
                (0..answers.len()).map(|nth| format!("n{nth}.example")).collect();
            let mut words = vec!["ahosts"];
            words.extend(names.iter().map(String::as_str));
            // A row of three columns begins an answer.
            let mut glibc: Vec<Vec<String>> = Vec::new();
            for row in rows("getent", &words)? {
                let columns: Vec<&str> = row.split(' ').collect();
                if columns.len() == 3 {
                    glibc.push(Vec::new());
                }
                if let (Some(last), Some(&"STREAM")) = (glibc.last_mut(), columns.get(1)) {
                    last.push(columns[0].to_owned());
                }
            }
            assert_eq!(glibc.len(), answers.len());
            for (answer, glibc) in answers.iter().zip(glibc) {
                let mut ours: Vec<Candidate> = answer.iter().copied().map(reached).collect();
                policy.sort(&mut ours, |candidate| *candidate);
                let ours: Vec<IpAddr> =
                    ours.iter().map(|candidate| candidate.destination).collect();
                let glibc: Vec<IpAddr> =
                    glibc.iter().map(|ip| ip.parse().expect("an address")).collect();
                assert_eq!(ours, glibc, "{table:?} {answer:?}");
            }
            Ok(())
        });
    }
}
