//! The parsers of resolution's files: whatever the bytes, there is a value, its numbers are within bounds, what it holds it finds,
//! and written out again as a file should be, it reads as itself.

use std::fmt::Write as _;

use berkeley_resolve::conf::{
    Action, GaiConf, HostConf, Hosts, Nsswitch, Protocols, ResolvConf, Services, Status,
};
use berkeley_resolve::policy::{Candidate, Policy, Sort, SourceAddr};

/// resolv.conf, and the same bytes as values of the environment and as a machine's name.
pub fn resolv_conf(data: &[u8]) {
    for conf in [
        ResolvConf::parse(data),
        ResolvConf::default().with_environment(Some(data), Some(data)),
        ResolvConf::parse(data).with_hostname(data),
    ] {
        assert!(!conf.nameservers.is_empty());
        let options = conf.options;
        assert!(options.ndots <= 15 && (1..=5).contains(&options.attempts));
        assert!((1..=30).contains(&options.timeout.as_secs()));
        assert!(conf.search.iter().all(|domain| !domain.is_empty()));
    }
    let conf = ResolvConf::parse(data);
    let mut text = String::new();
    for server in &conf.nameservers {
        let scope = server.scope.to_string();
        let percent = if scope.is_empty() { "" } else { "%" };
        let _ = writeln!(text, "nameserver {}{percent}{scope}", server.ip);
    }
    let mut text = text.into_bytes();
    text.extend_from_slice(b"search");
    for domain in &conf.search {
        text.push(b' ');
        text.extend_from_slice(domain);
    }
    let again = ResolvConf::parse(&text);
    assert_eq!((again.nameservers, again.search), (conf.nameservers, conf.search));
}

/// nsswitch.conf: each database is found again by a line of its own.
pub fn nsswitch(data: &[u8]) {
    let conf = Nsswitch::parse(data);
    let hosts = conf.hosts();
    if !hosts.understood {
        return;
    }
    let mut line = b"hosts: ".to_vec();
    for source in &hosts.sources {
        line.extend_from_slice(&source.name);
        line.extend_from_slice(b" [");
        for (status, name) in [
            (Status::Success, "success"),
            (Status::NotFound, "notfound"),
            (Status::Unavail, "unavail"),
            (Status::TryAgain, "tryagain"),
        ] {
            let action = match source.after(status) {
                Action::Return => "return",
                Action::Continue => "continue",
                Action::Merge => "merge",
            };
            line.extend_from_slice(format!(" {name}={action}").as_bytes());
        }
        line.extend_from_slice(b"] ");
    }
    assert_eq!(Nsswitch::parse(&line).hosts(), hosts);
}

/// hosts: each line is found by each of its names and by its address.
pub fn hosts(data: &[u8]) {
    let hosts = Hosts::parse(data);
    for line in hosts.lines().take(100) {
        for name in line.aliases.clone().chain([line.name]).take(100) {
            assert!(hosts.by_name(name).any(|found| found.ip == line.ip));
            assert!(hosts.by_name(&name.to_ascii_uppercase()).any(|found| found.ip == line.ip));
        }
        assert!(hosts.by_address(line.ip).any(|found| found.name == line.name));
        if let Ok(name) = std::str::from_utf8(line.name) {
            let text = format!("{} {name}", line.ip);
            assert_eq!(Hosts::parse(text.as_bytes()).lines().count(), 1);
        }
    }
    assert_eq!(hosts.by_name(data).count(), hosts.by_name(&data.to_ascii_lowercase()).count());
}

/// services and protocols: each line is found by its names and its number, or one before it is.
pub fn services(data: &[u8]) {
    let services = Services::parse(data);
    for line in services.lines().take(100) {
        for name in line.aliases.clone().chain([line.name]).take(100) {
            let found = services.by_name(name, Some(line.protocol)).expect("the name");
            assert_eq!(found.protocol, line.protocol);
        }
        let found = services.by_port(line.port, Some(line.protocol)).expect("the port");
        assert_eq!((found.port, found.protocol), (line.port, line.protocol));
    }
    let protocols = Protocols::parse(data);
    for line in protocols.lines().take(100) {
        assert!(protocols.by_name(line.name).is_some());
        let found = protocols.by_number(line.protocol.raw()).expect("the number");
        assert_eq!(found.protocol, line.protocol);
    }
}

/// gai.conf and host.conf; any tables give an order.
pub fn gai_conf(data: &[u8]) {
    HostConf::parse(data);
    let conf = GaiConf::parse(data);
    let mut text = String::new();
    for (keyword, rules) in
        [("label", &conf.labels), ("precedence", &conf.precedences), ("scopev4", &conf.scopes)]
    {
        for rule in rules {
            assert!(rule.bits <= 128 && rule.value <= i32::MAX.unsigned_abs());
            let _ = writeln!(text, "{keyword} {}/{} {}", rule.prefix, rule.bits, rule.value);
        }
    }
    let again = GaiConf::parse(text.as_bytes());
    assert_eq!(again.labels, conf.labels);
    assert_eq!((&again.precedences, &again.scopes), (&conf.precedences, &conf.scopes));
    let all = ["::1", "2001:db8::1", "192.0.2.1", "fe80::1", "127.0.0.1"].map(|ip| {
        let ip = ip.parse().expect("an address");
        Candidate { destination: ip, source: Some(SourceAddr::new(ip)) }
    });
    for sort in [Sort::Rfc6724, Sort::Glibc] {
        let policy = Policy::new(sort).with(&conf);
        let (mut one, mut other) = (all, all);
        other.reverse();
        policy.sort(&mut one, |candidate| *candidate);
        policy.sort(&mut other, |candidate| *candidate);
        let ranks = |all: &[Candidate]| all.iter().map(|c| policy.rank(c)).collect::<Vec<_>>();
        assert_eq!(ranks(&one), ranks(&other));
        assert!(ranks(&one).is_sorted());
    }
}
