//! Destination address selection: the RFC's own examples, each rule by itself, glibc's table and gai.conf's, and that the
//! order is one.

#![allow(missing_docs)]

use core::cmp::Ordering;
use core::net::{IpAddr, Ipv4Addr, Ipv6Addr};

use berkeley_resolve::conf::GaiConf;
use berkeley_resolve::policy::{Candidate, Policy, Sort, SourceAddr};
use proptest::prelude::*;

/// `destination`, or `destination<source/prefix flags`: d deprecated, h home, c care-of, e encapsulated.
fn candidate(text: &str) -> Candidate {
    let (destination, source) = text.split_once('<').unwrap_or((text, ""));
    let source = (!source.is_empty()).then(|| {
        let (source, flags) = source.split_once('+').unwrap_or((source, ""));
        let (ip, bits) = source.split_once('/').unwrap_or((source, ""));
        let mut source = SourceAddr::new(ip.parse().expect("a source"));
        source.prefix_len = bits.parse().unwrap_or(source.prefix_len);
        source.deprecated = flags.contains('d');
        source.home = flags.contains('h');
        source.care_of = flags.contains('c');
        source.encapsulated = flags.contains('e');
        source
    });
    Candidate { destination: destination.parse().expect("a destination"), source }
}

/// The destinations in order.
fn sorted(policy: &Policy, texts: &[&str]) -> Vec<IpAddr> {
    let mut all: Vec<_> = texts.iter().map(|text| candidate(text)).collect();
    policy.sort(&mut all, |candidate| *candidate);
    all.iter().map(|candidate| candidate.destination).collect()
}

/// Each row is in order, however it is given.
fn check(policy: &Policy, rows: &[&[&str]]) {
    for row in rows {
        let expected: Vec<_> = row.iter().map(|text| candidate(text).destination).collect();
        let reversed: Vec<_> = row.iter().rev().copied().collect();
        assert_eq!(sorted(policy, row), expected, "{row:?}");
        assert_eq!(sorted(policy, &reversed), expected, "{row:?} from behind");
    }
}

/// Each row stays as it is, however it is given.
fn check_equal(policy: &Policy, rows: &[&[&str]]) {
    for row in rows {
        for row in [row.to_vec(), row.iter().rev().copied().collect()] {
            let given: Vec<_> = row.iter().map(|text| candidate(text).destination).collect();
            assert_eq!(sorted(policy, &row), given, "{row:?}");
        }
    }
}

#[test]
fn examples_of_section_10_2() {
    check(
        &Policy::new(Sort::Rfc6724),
        &[
            // Prefer matching scope.
            &["2001:db8:1::1<2001:db8:1::2", "198.51.100.121<169.254.13.78"],
            &["198.51.100.121<198.51.100.117", "2001:db8:1::1<fe80::1"],
            // Prefer higher precedence.
            &["2001:db8:1::1<2001:db8:1::2", "10.1.2.3<10.1.2.4"],
            // Prefer smaller scope.
            &["fe80::1<fe80::2", "2001:db8:1::1<2001:db8:1::2"],
            // Prefer home address.
            &["2001:db8:1::1<2001:db8:3::1+h", "fe80::1<fe80::2+c"],
            // Avoid deprecated addresses.
            &["2001:db8:1::1<2001:db8:1::2", "fe80::1<fe80::2+d"],
            // Longest matching prefix.
            &["2001:db8:1::1<2001:db8:1::2", "2001:db8:3ffe::1<2001:db8:3f44::2"],
            // Prefer matching label.
            &["2002:c633:6401::1<2002:c633:6401::2", "2001:db8:1::1<2002:c633:6401::2"],
            // Prefer higher precedence.
            &["2001:db8:1::1<2001:db8:1::2", "2002:c633:6401::1<2002:c633:6401::2"],
        ],
    );
}

#[test]
fn each_rule_by_itself() {
    check(
        &Policy::new(Sort::Rfc6724),
        &[
            // 1: what can be reached.
            &["2001:db8::1<2001:db8::2", "2001:db8:1::1"],
            &["fec0::1<192.0.2.1+d", "2001:db8::1"],
            // 6 and 8 hold without a source.
            &["::1", "2001:db8::1", "192.0.2.1", "fd00::1"],
            &["fe80::1", "2001:db8::1"],
            // 2: matching scope, of IPv4 and of multicast too.
            &["10.0.0.1<192.0.2.9", "198.51.100.1<169.254.0.9"],
            &["127.0.0.1<127.0.0.1", "198.51.100.1<127.0.0.1"],
            &["ff02::1<fe80::9", "ff0e::1<fe80::9"],
            &["ff0e::1<2001:db8::9", "ff02::1<2001:db8::9"],
            // 3 is before 4.
            &["2001:db8::1<2001:db8::9+c", "2001:db8::2<2001:db8::8+dh"],
            // 4: home and care-of at once, then home or neither, then care-of.
            &[
                "2001:db8::1<2001:db8::9+hc",
                "2001:db8::2<2001:db8::9+h",
                "2001:db8::3<2001:db8::9+c",
            ],
            &["2001:db8::1<2001:db8::9+hc", "2001:db8::2<2001:db8::9", "2001:db8::3<2001:db8::9+c"],
            // 5 is before 6.
            &["fd00::1<fd00::9", "2001:db8::1<fd00::9"],
            &["2001:0:1::1<2001:0:1::9", "2002::1<2001:db8::9"],
            // 7: no tunnel.
            &["2001:db8::1<2001:db8::9", "2001:db8::2<2001:db8::8+e"],
            // 7 is before 8.
            &["2001:db8::1<2001:db8::9", "fe80::1<fe80::9+e"],
            // 9: no more bits than the network has.
            &["2001:db8:0:1::1<2001:db8:0:1::9/64", "2001:db8:0:2::1<2001:db8:0:1::9/64"],
            &["2001:db8::1<2001:db8::9/64", "2001:db8::2<2001:db8::8/48"],
            // 9 of IPv4: within the network, and then the longer one.
            &["192.0.2.200<192.0.2.100/24", "203.0.113.7<192.0.2.100/24"],
            &["192.0.2.200<192.0.2.100/24", "10.0.0.1<10.0.0.2/8"],
            // IPv4 in the form of IPv6 is IPv4, in scope and precedence.
            &["2001:db8::1<2001:db8::9", "::ffff:192.0.2.1<2001:db8::9"],
            &["::ffff:198.51.100.1<192.0.2.9", "::ffff:169.254.0.1<192.0.2.9"],
        ],
    );
}

#[test]
fn what_no_rule_tells_apart_stays() {
    check_equal(
        &Policy::new(Sort::Rfc6724),
        &[
            &["2001:db8::1", "2001:db8::2", "2001:db8::3"],
            &["2001:db8:0:1::1<2001:db8:0:1::9", "2001:db8:0:1::ffff<2001:db8:0:1::9"],
            &["2001:db8::1<2001:db8::9+h", "2001:db8::2<2001:db8::9"],
            &["10.0.0.1<192.0.2.9", "203.0.113.1<192.0.2.9", "198.51.100.1<192.0.2.9"],
            &["192.0.2.128<192.0.2.1/24", "192.0.2.2<192.0.2.1/24"],
            // A source of another family is one of no common bits.
            &["192.0.2.1<::1", "192.0.2.2<::1"],
        ],
    );
    // Not sorted at all.
    check_equal(&Policy::new(Sort::None), &[&["192.0.2.1", "2001:db8::1<2001:db8::2", "::1"]]);
}

/// A host of 192.0.2.100/24 and 2001:db8::100/64, as glibc 2.36 and musl 1.2.3 sorted its answers.
#[test]
fn glibc_has_another_table() {
    let v4 =
        ["192.0.2.200<192.0.2.100/24", "203.0.113.7<192.0.2.100/24", "10.0.0.1<192.0.2.100/24"];
    let [db8, ula, six_to_four] =
        ["2001:db8:1::1", "fd00::1", "2002:c000:204::1"].map(|to| format!("{to}<2001:db8::100/64"));
    let given = [db8.as_str(), &ula, &six_to_four, v4[1], v4[0], v4[2]];
    let in_order =
        |texts: &[&str]| texts.iter().map(|text| candidate(text).destination).collect::<Vec<_>>();
    assert_eq!(
        sorted(&Policy::new(Sort::Glibc), &given),
        in_order(&[&db8, v4[0], v4[1], v4[2], &ula, &six_to_four])
    );
    assert_eq!(
        sorted(&Policy::new(Sort::Rfc6724), &given),
        in_order(&[&db8, v4[0], v4[1], v4[2], &six_to_four, &ula])
    );
    check(
        &Policy::new(Sort::Glibc),
        &[
            // All bits count.
            &["2001:db8::1<2001:db8::2", "2001:db8::ffff<2001:db8::2"],
            &["192.0.2.2<192.0.2.1/24", "192.0.2.128<192.0.2.1/24", "10.0.0.1<192.0.2.1/24"],
            &["127.0.0.9<127.0.0.9/0", "127.0.0.1<127.0.0.3/0"],
            // Home is better than not.
            &["2001:db8::1<2001:db8::9+h", "2001:db8::2<2001:db8::9"],
            // IPv4 in the form of IPv6 has the scope of an IPv6 address.
            &["::ffff:169.254.0.1<2001:db8::9", "::ffff:198.51.100.1<fe80::9"],
            &["2001:0:1::1", "2002::1", "::1.2.3.4", "192.0.2.1"],
        ],
    );
}

#[test]
fn the_tables_are_as_documented() {
    let table: [(&str, [u32; 3], [u32; 3]); 13] = [
        // Label, precedence, scope: RFC 6724's, glibc's.
        ("::1", [0, 50, 2], [0, 50, 2]),
        ("2001:db8::1", [1, 40, 14], [1, 40, 14]),
        ("192.0.2.1", [4, 35, 14], [4, 10, 14]),
        ("127.0.0.1", [4, 35, 2], [4, 10, 2]),
        ("169.254.1.1", [4, 35, 2], [4, 10, 2]),
        ("::ffff:127.0.0.1", [4, 35, 2], [4, 10, 14]),
        ("::192.0.2.1", [3, 1, 14], [3, 20, 14]),
        ("2002::1", [2, 30, 14], [2, 30, 14]),
        ("2001::1", [5, 5, 14], [7, 40, 14]),
        ("fd00::1", [13, 3, 14], [6, 40, 14]),
        ("fec0::1", [11, 1, 5], [5, 40, 5]),
        ("3ffe::1", [12, 1, 14], [1, 40, 14]),
        ("ff05::1", [1, 40, 5], [1, 40, 5]),
    ];
    let [rfc, glibc] = [Sort::Rfc6724, Sort::Glibc].map(Policy::new);
    for (ip, of_rfc, of_glibc) in table {
        let address: IpAddr = ip.parse().expect("an address");
        let said = |policy: &Policy| {
            [policy.label(address), policy.precedence(address), policy.scope(address)]
        };
        assert_eq!((said(&rfc), said(&glibc)), (of_rfc, of_glibc), "{ip}");
    }
}

#[test]
fn gai_conf_replaces_table_by_table() {
    let policy = |conf: &[u8]| Policy::new(Sort::Rfc6724).with(&GaiConf::parse(conf));
    let [v4, v6] = ["192.0.2.1<192.0.2.9", "2001:db8::1<2001:db8::9"];
    check(&policy(b""), &[&[v6, v4]]);
    check(&policy(b"precedence ::ffff:0:0/96 100\n"), &[&[v4, v6]]);
    // With one line the table is that line: the rest has precedence 40, or label 1.
    let conf = policy(b"precedence ::ffff:0:0/96 100\n");
    assert_eq!(conf.precedence("::1".parse().expect("an address")), 40);
    assert_eq!(conf.label("::1".parse().expect("an address")), 0);
    let conf = policy(b"label ::1/128 0\n");
    assert_eq!(conf.label(Ipv4Addr::BROADCAST.into()), 1);
    assert_eq!(conf.precedence(Ipv4Addr::BROADCAST.into()), 35);
    // The longest prefix, and of two the first.
    let conf = policy(
        b"label ::/0 1\nlabel 2001:db8::/32 2\nlabel 2001:db8::/48 3\nlabel 2001:db8::/48 4\n",
    );
    let label = |ip: &str| conf.label(ip.parse().expect("an address"));
    assert_eq!([label("2001:db8::1"), label("2001:db8:1::1"), label("::1")], [3, 2, 1]);
    let conf = policy(b"scopev4 10.0.0.0/8 5\n");
    let scope = |ip: [u8; 4]| conf.scope(IpAddr::from(ip));
    assert_eq!([scope([10, 1, 2, 3]), scope([127, 0, 0, 1]), scope([192, 0, 2, 1])], [5, 14, 14]);
    // Precedences alike: rule 9 would make a circle of these three, so IPv6 goes first.
    check(
        &policy(b"precedence ::/0 40\n"),
        &[&["2001:db8::1<2001:db8::9", "2001:db9::1<2001:db8::9", "192.0.2.1<198.51.100.9"]],
    );
}

fn any_ip() -> impl Strategy<Value = IpAddr> {
    let groups = proptest::sample::select(vec![
        "::1",
        "::",
        "2001:db8::1",
        "2001:db8:1::1",
        "2001::1",
        "2002::1",
        "fd00::1",
        "fe80::1",
        "fec0::1",
        "ff02::1",
        "3ffe::1",
        "::ffff:192.0.2.1",
        "::192.0.2.1",
        "127.0.0.1",
        "169.254.1.1",
        "10.0.0.1",
        "192.0.2.1",
        "192.0.2.200",
    ]);
    prop_oneof![
        4 => groups.prop_map(|text| text.parse().expect("an address")),
        1 => any::<[u8; 4]>().prop_map(IpAddr::from),
        1 => any::<u128>().prop_map(|bits| Ipv6Addr::from_bits(bits).into()),
    ]
}

prop_compose! {
    fn any_candidate()(destination in any_ip(), ip in any_ip(), prefix_len in any::<u8>(), flags in 0_u8..32) -> Candidate {
        let mut source = SourceAddr::new(ip);
        source.prefix_len = if flags & 1 == 0 { source.prefix_len } else { prefix_len };
        source.deprecated = flags & 2 != 0;
        source.home = flags & 4 != 0;
        source.care_of = flags & 8 != 0;
        Candidate { destination, source: (flags < 28).then_some(source) }
    }
}

proptest! {
    #[test]
    fn the_order_is_total(
        all in proptest::collection::vec(any_candidate(), 3..12),
        sort in proptest::sample::select(vec![Sort::Rfc6724, Sort::Glibc]),
        conf in proptest::sample::select(vec![&b""[..], b"precedence ::/0 1\n", b"label ::/0 1\nscopev4 10.0.0.0/8 3\n"]),
    ) {
        let policy = Policy::new(sort).with(&GaiConf::parse(conf));
        let compare = |a: &Candidate, b: &Candidate| policy.rank(a).cmp(&policy.rank(b));
        for a in &all {
            prop_assert_eq!(compare(a, a), Ordering::Equal);
            for b in &all {
                prop_assert_eq!(compare(a, b), compare(b, a).reverse());
                for c in &all {
                    if compare(a, b).is_le() && compare(b, c).is_le() {
                        prop_assert!(compare(a, c).is_le());
                    }
                }
            }
        }
        // Stable: of equals, the earlier comes first.
        let mut items: Vec<_> = all.iter().copied().enumerate().collect();
        policy.sort(&mut items, |(_, candidate)| *candidate);
        for pair in items.windows(2) {
            let ((i, a), (j, b)) = (pair[0], pair[1]);
            prop_assert!(compare(&a, &b).is_lt() || compare(&a, &b).is_eq() && i < j);
        }
    }
}
