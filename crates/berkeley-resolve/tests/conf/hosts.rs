//! hosts: a file with everything in it, asked by name and by address.

use core::fmt::Write as _;
use std::time::Instant;

use berkeley_resolve::conf::{Hosts, HostsLine};

use crate::text;

fn said(line: &HostsLine<'_>) -> String {
    let scope = line.scope.to_string();
    let percent = if scope.is_empty() { "" } else { "%" };
    let mut said = format!("{}{percent}{scope} {}", line.ip, text(line.name));
    for alias in line.aliases.clone() {
        let _ = write!(said, " {}", text(alias));
    }
    said
}

#[test]
fn lines_are_read_or_ignored() {
    let table: &[(&[u8], &str)] = &[
        (b"", ""),
        (b"\n \t\n# 192.0.2.1 a\n   # x\n\r\n", ""),
        (b"192.0.2.1 a", "192.0.2.1 a"),
        (b"192.0.2.1\ta b\tc  d \n", "192.0.2.1 a b c d"),
        (b"  192.0.2.1 a\n", "192.0.2.1 a"),
        (b"192.0.2.1\x0ba\x0cb\r\n", "192.0.2.1 a b"),
        (b"192.0.2.1 a#b\n192.0.2.2 c # d\n", "192.0.2.1 a, 192.0.2.2 c"),
        (b"192.0.2.1 a;b !\"$%&/()=?\n", "192.0.2.1 a;b !\\\"$%&/()=?"),
        (b"2001:DB8::0:1 a\n::ffff:192.0.2.1 b\n", "2001:db8::1 a, ::ffff:192.0.2.1 b"),
        (b"fe80::1%lo a\nfe80::1%2 a\nfe80::1%0 a\n", "fe80::1%lo a, fe80::1%2 a, fe80::1 a"),
        (b"192.0.2.1 A.Example. a\n", "192.0.2.1 A.Example. a"),
        (b"192.0.2.1 a a A\n", "192.0.2.1 a a A"),
        (b"192.0.2.1 \xfc\xff\n", "192.0.2.1 \\xfc\\xff"),
        (b"192.0.2.1 a\0b c\n192.0.2.2 d\n", "192.0.2.1 a, 192.0.2.2 d"),
        // Garbage.
        (b"192.0.2.1\n", "-1"),
        (b"192.0.2.1 # a\n", "-1"),
        (b"192.0.2.1#a b\n", "-1"),
        (b"a 192.0.2.1\n", "-1"),
        (b"192.0.2 a\n127.1 a\n0300.0.2.1 a\n192.0.2.1.1 a\n192.0.2.256 a\n", "-5"),
        (b"192.0.2.1/24 a\n192.0.2.1:80 a\n[::1] a\n", "-3"),
        (b"fe80::1% a\nfe80::1%a/b a\n192.0.2.1%lo a\nfe80::1%%lo a\n", "-4"),
        (b"\xff\xfe a\n\0\n", "-1"),
        (b"\xef\xbb\xbf192.0.2.1 a\n192.0.2.2 b\n", "192.0.2.2 b -1"),
        (b"x\n192.0.2.1 a\n", "192.0.2.1 a -1"),
    ];
    for (file, expected) in table {
        let hosts = Hosts::parse(file);
        let mut all = hosts.lines().map(|line| said(&line)).collect::<Vec<_>>().join(", ");
        if hosts.ignored() > 0 {
            let _ = write!(all, " -{}", hosts.ignored());
        }
        assert_eq!(all.trim_start(), *expected, "{}", text(file));
    }
}

const FILE: &[u8] = b"
127.0.0.1 localhost
::1       localhost ip6-localhost
192.0.2.1 one.example one One.Example.
192.0.2.2 two.example one
fe80::1%eth0 router
fe80::1%2 router.example
192.0.2.1 again
255.255.255.255 broadcasthost
192.0.2.3 dotted.
192.0.2.4 M\xdcLLER
192.0.2.5 .
";

#[test]
fn names_are_found_on_every_line_in_either_case_and_with_a_dot() {
    let table: &[(&[u8], &str)] = &[
        (b"localhost", "127.0.0.1 ::1"),
        (b"LocalHost", "127.0.0.1 ::1"),
        (b"localhost.", "127.0.0.1 ::1"),
        (b"localhost..", ""),
        (b"localhos", ""),
        (b"localhostt", ""),
        (b"ip6-localhost", "::1"),
        // An alias has the addresses of its own lines, not those of its line's other names.
        (b"one", "192.0.2.1 192.0.2.2"),
        // Twice on a line, once as an answer.
        (b"one.example", "192.0.2.1"),
        (b"two.example", "192.0.2.2"),
        (b"router", "fe80::1"),
        (b"dotted", "192.0.2.3"),
        (b"m\xdcller", "192.0.2.4"),
        (b"m\xfcller", ""),
        (b".", "192.0.2.5"),
        (b"", "192.0.2.5"),
        (b"127.0.0.1", ""),
        (b"one example", ""),
        (b"one\0", ""),
    ];
    let hosts = Hosts::parse(FILE);
    for (name, expected) in table {
        let found: Vec<_> = hosts.by_name(name).map(|line| line.ip.to_string()).collect();
        assert_eq!(found.join(" "), *expected, "{}", text(name));
    }
}

#[test]
fn addresses_are_found_on_every_line() -> Result<(), Box<dyn core::error::Error>> {
    let table = [
        ("127.0.0.1", "localhost"),
        ("::1", "localhost"),
        ("192.0.2.1", "one.example again"),
        ("fe80::1", "router router.example"),
        ("255.255.255.255", "broadcasthost"),
        ("192.0.2.9", ""),
        ("::ffff:192.0.2.1", ""),
    ];
    let hosts = Hosts::parse(FILE);
    for (ip, expected) in table {
        let found: Vec<_> = hosts.by_address(ip.parse()?).map(|line| text(line.name)).collect();
        assert_eq!(found.join(" "), expected, "{ip}");
    }
    Ok(())
}

/// Long files, long lines, and one name or address many times: all linear. A quadratic reader would take minutes here.
#[test]
fn size_is_no_matter() {
    let mut file = String::new();
    for i in 0..100_000 {
        let _ = writeln!(file, "0.0.0.0 ads-{i}.example ads-{i}");
    }
    file.push_str("192.0.2.1");
    for i in 0..100_000 {
        let _ = write!(file, " alias-{i}");
    }
    file.push('\n');
    file.push_str(&"192.0.2.2 same\n".repeat(100_000));
    file.push_str(&"x".repeat(10_000_000));
    let started = Instant::now();
    let hosts = Hosts::parse(file.as_bytes());
    println!("{} bytes read in {:?}", file.len(), started.elapsed());
    assert_eq!((hosts.lines().count(), hosts.ignored()), (200_001, 1));
    assert_eq!(hosts.by_name(b"same").count(), 100_000);
    let (mut found, names) = (0, 20_000);
    let started = Instant::now();
    for i in 0..names {
        let name = format!("ADS-{}.example.", i * 5);
        found += hosts.by_name(name.as_bytes()).count();
    }
    println!("{:?} a name", started.elapsed() / names);
    assert_eq!(found, usize::try_from(names).unwrap_or_default());
    assert_eq!(hosts.by_name(b"alias-99999").count(), 1);
    let sink = hosts.by_address(core::net::Ipv4Addr::UNSPECIFIED.into()).next();
    assert_eq!(sink.map(|line| line.name), Some(&b"ads-0.example"[..]));
}
