//! Any bytes are read, and what is read answers.

use berkeley_resolve::conf::{GaiConf, HostConf, Hosts, Nsswitch, Protocols, ResolvConf, Services};
use proptest::prelude::*;

/// Pieces of all files and anything, in any order.
fn files() -> impl Strategy<Value = Vec<u8>> {
    let pieces: Vec<&[u8]> = vec![
        b"nameserver ",
        b"search ",
        b"domain ",
        b"options ",
        b"ndots:",
        b"timeout:",
        b"-edns0",
        b"hosts:",
        b"files",
        b" [",
        b"]",
        b"!UNAVAIL=return",
        b"merge",
        b"192.0.2.1 ",
        b"fe80::1%lo ",
        b"%",
        b"localhost",
        b"tcp",
        b"/tcp",
        b" 80",
        b"99999999999",
        b"label ",
        b"::/0",
        b" ",
        b"\n",
        b"\r\n",
        b"\t",
        b"#",
        b";",
        b"\0",
        b"\x0b",
        b".",
        b":",
        b"scopev4 ",
        b"multi on",
        b"trim .a,",
    ];
    let piece = prop_oneof![
        6 => proptest::sample::select(pieces).prop_map(<[u8]>::to_vec),
        1 => proptest::collection::vec(any::<u8>(), 0..4),
    ];
    proptest::collection::vec(piece, 0..60).prop_map(|pieces| pieces.concat())
}

proptest! {
    #[test]
    fn any_bytes_are_read(file in files()) {
        let conf = ResolvConf::parse(&file).with_environment(Some(&file), Some(&file)).with_hostname(&file);
        prop_assert!(!conf.nameservers.is_empty());
        prop_assert!(conf.options.ndots <= 15 && (1..=5).contains(&conf.options.attempts));
        prop_assert!((1..=30).contains(&conf.options.timeout.as_secs()));
        Nsswitch::parse(&file);
        HostConf::parse(&file);
        let gai = GaiConf::parse(&file);
        prop_assert!(gai.scopes.iter().all(|rule| (96..=128).contains(&rule.bits)));
        let lines = file.split(|&byte| byte == b'\n').count();
        let hosts = Hosts::parse(&file);
        prop_assert!(hosts.lines().count() + hosts.ignored() <= lines);
        for line in hosts.lines() {
            for name in line.aliases.clone().chain([line.name]) {
                prop_assert!(hosts.by_name(name).any(|found| found.ip == line.ip && found.name == line.name));
                prop_assert!(hosts.by_name(&name.to_ascii_uppercase()).count() > 0);
            }
            prop_assert!(hosts.by_address(line.ip).any(|found| found.scope == line.scope));
        }
        let services = Services::parse(&file);
        for line in services.lines() {
            for name in line.aliases.clone().chain([line.name]) {
                prop_assert!(services.by_name(name, Some(line.protocol)).is_some());
            }
            prop_assert!(services.by_port(line.port, Some(line.protocol)).is_some());
        }
        let protocols = Protocols::parse(&file);
        for line in protocols.lines() {
            prop_assert!(protocols.by_name(line.name).is_some());
            prop_assert!(protocols.by_number(line.protocol.raw()).is_some());
        }
    }
}
