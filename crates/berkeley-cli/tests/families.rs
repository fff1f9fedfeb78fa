//! `berkeley families`, against what the kernel says of itself in /proc/net/protocols, and under strace(1).

use std::collections::BTreeSet;
use std::process::Command;

use berkeley::Family;
use serde_json::Value;

const BERKELEY: &str = env!("CARGO_BIN_EXE_berkeley");

fn output(command: &mut Command) -> String {
    let output = command.output().unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    String::from_utf8(output.stdout).unwrap()
}

#[test]
fn every_family_is_there_once_and_what_the_kernel_names_opens() {
    let text = output(Command::new(BERKELEY).args(["families", "--json"]));
    let rows: Vec<Value> =
        text.lines().map(|line| serde_json::from_str(line).expect(line)).collect();
    let keys: BTreeSet<_> = rows
        .iter()
        .map(|row| format!("{} {} {}", row["family"], row["type"], row["protocol"]))
        .collect();
    assert_eq!(keys.len(), rows.len(), "an attempt stands there twice");
    for family in Family::ALL.iter().filter(|family| **family != Family::UNSPEC) {
        assert!(rows.iter().any(|row| row["family"] == family.to_string()), "{family}");
    }
    for row in &rows {
        let why = row["why"].as_str().unwrap_or_default();
        let named = row["errno"].as_str().is_some_and(|name| name.starts_with('E'));
        let told = named && !why.is_empty() && !why.contains("os error");
        assert_eq!(told, row["ok"] == false, "{row}");
    }
    let known = std::fs::read_to_string("/proc/net/protocols").unwrap();
    let protocols = [
        ("TCP", "AF_INET", "SOCK_STREAM", "0"),
        ("TCPv6", "AF_INET6", "SOCK_STREAM", "0"),
        ("MPTCP", "AF_INET", "SOCK_STREAM", "IPPROTO_MPTCP"),
        ("UDP", "AF_INET", "SOCK_DGRAM", "0"),
        ("UDP-Lite", "AF_INET", "SOCK_DGRAM", "IPPROTO_UDPLITE"),
        ("PING", "AF_INET", "SOCK_DGRAM", "IPPROTO_ICMP"),
        ("RAW", "AF_INET", "SOCK_RAW", "IPPROTO_ICMP"),
        ("SCTP", "AF_INET", "SOCK_SEQPACKET", "IPPROTO_SCTP"),
        ("UNIX", "AF_UNIX", "SOCK_DGRAM", "0"),
        ("NETLINK", "AF_NETLINK", "SOCK_RAW", "NETLINK_ROUTE"),
        ("PACKET", "AF_PACKET", "SOCK_RAW", "0"),
        ("TIPC", "AF_TIPC", "SOCK_RDM", "0"),
        ("XDP", "AF_XDP", "SOCK_RAW", "0"),
    ];
    for (name, family, ty, protocol) in protocols {
        let fits = |row: &&Value| {
            row["family"] == family && row["type"] == ty && row["protocol"] == protocol
        };
        let row = rows.iter().find(fits).unwrap();
        let listed = known.lines().any(|line| line.split(' ').next() == Some(name));
        let refused = matches!(row["errno"].as_str(), Some("EPERM" | "EACCES" | "ENOPROTOOPT"));
        assert!(refused || listed == (row["ok"] == true), "listed: {listed}, {row}");
    }
}

#[test]
fn the_text_names_every_family_once() {
    let text = output(Command::new(BERKELEY).arg("families"));
    let words: Vec<_> = text.split_whitespace().collect();
    for family in Family::ALL.iter().filter(|family| **family != Family::UNSPEC) {
        let count = words.iter().filter(|word| **word == family.to_string()).count();
        assert_eq!(count, 1, "{family} in\n{text}");
    }
}

#[test]
fn sockets_are_opened_and_no_more() {
    let strace = ["-f", "-qq", "-e", "trace=%network", "-o", "/dev/stdout", BERKELEY, "families"];
    let Ok(output) = Command::new("strace").args(strace).output() else {
        return eprintln!("left out: no strace here");
    };
    let text = String::from_utf8_lossy(&output.stdout);
    let calls: Vec<_> = text.lines().filter(|line| line.contains(") = ")).collect();
    if calls.is_empty() {
        return eprintln!("left out: strace may not trace here");
    }
    assert!(calls.len() > 200, "{text}");
    for call in calls {
        assert!(call.contains(" socket("), "{call}");
    }
}
