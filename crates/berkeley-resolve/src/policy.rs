//! Which of a host's addresses to try first: RFC 6724's destination address selection.
//!
//! Contract: pure. An address and the source that the kernel would send from give one key ([`Rank`]); keys have a total order, so a
//! sort is stable, cannot panic, and does not depend on the algorithm, which cannot be said of the RFC's own pairwise rules: rule
//! 9 compares within a family only, rule 4 leaves most pairs open. What was filled in, and where glibc differs ([`Sort::Glibc`]), stands
//! at [`Policy::rank`]. Sources: RFC 6724 sections 2.1, 2.2, 3 and 6; RFC 3484 section 2.1; RFC 4291 section 2.7; glibc's nss/getaddrinfo.c.

use core::cmp::Reverse;
use core::net::{IpAddr, Ipv4Addr, Ipv6Addr};

use crate::conf::{GaiConf, PrefixRule};

/// Which rules an answer is sorted by.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum Sort {
    /// RFC 6724 and its table.
    #[default]
    Rfc6724,
    /// As glibc does it: RFC 3484's table with a few rows of glibc's own.
    Glibc,
    /// Not at all: as the sources gave it.
    None,
}

/// An address of a host, and where we would reach it from.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Candidate {
    /// The address.
    pub destination: IpAddr,
    /// What the kernel would send from; `None` if it knows no way there.
    pub source: Option<SourceAddr>,
}

/// An address of ours.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
#[expect(clippy::struct_excessive_bools, reason = "each is a flag that the kernel or the RFC has")]
pub struct SourceAddr {
    /// The address.
    pub ip: IpAddr,
    /// How many bits of it are its network's; unknown ones are 64 of IPv6, and none of IPv4.
    pub prefix_len: u8,
    /// It is not to be used for something new (`IFA_F_DEPRECATED`).
    pub deprecated: bool,
    /// It is where a mobile machine is at home (`IFA_F_HOMEADDRESS`).
    pub home: bool,
    /// It is where a mobile machine is for now.
    pub care_of: bool,
    /// Its interface is a tunnel: IPv6 within IPv4.
    pub encapsulated: bool,
}

impl SourceAddr {
    /// An address of which no more is known.
    pub fn new(ip: IpAddr) -> Self {
        Self {
            ip,
            prefix_len: if ip.is_ipv6() { 64 } else { 0 },
            deprecated: false,
            home: false,
            care_of: false,
            encapsulated: false,
        }
    }
}

/// Tables, and how to use them.
///
/// ```
/// use berkeley_resolve::policy::{Candidate, Policy, Sort, SourceAddr};
///
/// let reached = |to: &str, from: &str| -> Result<_, std::net::AddrParseError> {
///     Ok(Candidate { destination: to.parse()?, source: Some(SourceAddr::new(from.parse()?)) })
/// };
/// let mut answer = [reached("192.0.2.1", "192.0.2.9")?, reached("2001:db8::1", "2001:db8::9")?];
/// Policy::new(Sort::Rfc6724).sort(&mut answer, |candidate| *candidate);
/// assert!(answer[0].destination.is_ipv6());
/// # Ok::<(), std::net::AddrParseError>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Policy {
    sort: Sort,
    labels: Vec<PrefixRule>,
    precedences: Vec<PrefixRule>,
    scopes: Vec<PrefixRule>,
}

/// How good a candidate is: the least is tried first, equal ones stay in their order. The fields are the rules.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
#[expect(clippy::struct_excessive_bools, reason = "each is a rule")]
pub struct Rank {
    unreachable: bool,
    other_scope: bool,
    deprecated: bool,
    away: u8,
    other_label: bool,
    precedence: Reverse<u32>,
    encapsulated: bool,
    scope: u32,
    /// No rule: only to have an order where rule 9 has none.
    is_ipv4: bool,
    common: Reverse<u32>,
}

impl Policy {
    /// The tables that are built in.
    pub fn new(sort: Sort) -> Self {
        let rows: &[Row] = if sort == Sort::Glibc { &GLIBC } else { &RFC6724 };
        let rules = |value: fn(&Row) -> u32| {
            let rule = |row: &Row| PrefixRule {
                prefix: Ipv6Addr::from_bits(row.0),
                bits: row.1,
                value: value(row),
            };
            rows.iter().map(rule).collect()
        };
        Self {
            sort,
            labels: longest_first(rules(|row| row.3)),
            precedences: longest_first(rules(|row| row.2)),
            scopes: Vec::new(),
        }
    }

    /// With the tables of /etc/gai.conf in the place of those that are built in: each kind that it has lines of. What such a
    /// table does not cover has label 1, precedence 40, scope 14.
    #[must_use]
    pub fn with(mut self, conf: &GaiConf) -> Self {
        let tables = [
            (&mut self.labels, &conf.labels),
            (&mut self.precedences, &conf.precedences),
            (&mut self.scopes, &conf.scopes),
        ];
        for (table, rules) in tables {
            if !rules.is_empty() {
                *table = longest_first(rules.clone());
            }
        }
        self
    }

    /// The label of an address: a destination is best reached from a source of the same.
    pub fn label(&self, ip: IpAddr) -> u32 {
        find(&self.labels, ip).unwrap_or(1)
    }

    /// The precedence of an address: the higher is tried first.
    pub fn precedence(&self, ip: IpAddr) -> u32 {
        find(&self.precedences, ip).unwrap_or(40)
    }

    /// How far an address is known: 2 on its link, 5 in its site, 14 everywhere; those of multicast addresses are in them.
    pub fn scope(&self, ip: IpAddr) -> u32 {
        match ip {
            IpAddr::V4(ip) => self.scope_v4(ip),
            IpAddr::V6(ip) => match ip.to_ipv4_mapped() {
                // RFC 6724 section 3.2; glibc looks at the family alone.
                Some(ip) if self.sort != Sort::Glibc => self.scope_v4(ip),
                _ => scope_v6(ip),
            },
        }
    }

    fn scope_v4(&self, ip: Ipv4Addr) -> u32 {
        match find(&self.scopes, ip.into()) {
            Some(scope) => scope,
            // What the file says is all there is.
            None if !self.scopes.is_empty() => GLOBAL,
            None if ip.is_loopback() || ip.is_link_local() => LINK_LOCAL,
            None => GLOBAL,
        }
    }

    /// How good a candidate is.
    ///
    /// Rules 2, 3, 4, 5, 7 and 9 are about the source: without one they say nothing. Rule 4 knows three ranks: at home and care-of at
    /// once, care-of alone, and anything else between them. Rule 9 counts no more bits than the source's network has; for
    /// IPv4, where networks side by side are not near each other, none unless the destination is in that network. Where
    /// rules 1 to 8 cannot tell an IPv6 from an IPv4 address, which no built-in table allows, IPv6 is better.
    ///
    /// glibc has one rank for home addresses and one for the rest, and counts all bits in common: for IPv4 within the
    /// source's network only, too.
    pub fn rank(&self, candidate: &Candidate) -> Rank {
        let Candidate { destination, source } = *candidate;
        let scope = self.scope(destination);
        let reached = |differs: &dyn Fn(SourceAddr) -> bool| source.is_some_and(differs);
        Rank {
            unreachable: source.is_none(),
            other_scope: reached(&|source| self.scope(source.ip) != scope),
            deprecated: reached(&|source| source.deprecated),
            away: source.map_or(0, |source| match self.sort {
                Sort::Glibc => u8::from(!source.home),
                _ if source.home && source.care_of => 0,
                _ if source.care_of && !source.home => 2,
                _ => 1,
            }),
            other_label: reached(&|source| self.label(source.ip) != self.label(destination)),
            precedence: Reverse(self.precedence(destination)),
            encapsulated: reached(&|source| source.encapsulated),
            scope,
            is_ipv4: destination.is_ipv4(),
            common: Reverse(source.map_or(0, |source| self.common(destination, source))),
        }
    }

    /// Rule 9: how many bits both begin with.
    fn common(&self, destination: IpAddr, source: SourceAddr) -> u32 {
        let prefix_len = u32::from(source.prefix_len);
        match (destination, source.ip) {
            (IpAddr::V6(to), IpAddr::V6(from)) => {
                let common = (to.to_bits() ^ from.to_bits()).leading_zeros();
                if self.sort == Sort::Glibc { common } else { common.min(prefix_len) }
            }
            (IpAddr::V4(to), IpAddr::V4(from)) => {
                let common = (to.to_bits() ^ from.to_bits()).leading_zeros();
                match self.sort {
                    // Without a network it takes itself alone for one.
                    Sort::Glibc if prefix_len == 0 && common < 32 => 0,
                    _ if common < prefix_len => 0,
                    Sort::Glibc => common,
                    _ => prefix_len.min(32),
                }
            }
            _ => 0,
        }
    }

    /// Puts the best first and leaves equals in their order; `candidate` says what an item is.
    pub fn sort<T>(&self, items: &mut [T], mut candidate: impl FnMut(&T) -> Candidate) {
        if let [first, second] = items {
            // As most hosts have it: one of each family.
            if self.sort != Sort::None
                && self.rank(&candidate(second)) < self.rank(&candidate(first))
            {
                items.swap(0, 1);
            }
        } else if self.sort != Sort::None {
            items.sort_by_cached_key(|item| self.rank(&candidate(item)));
        }
    }
}

const LINK_LOCAL: u32 = 2;
const SITE_LOCAL: u32 = 5;
const GLOBAL: u32 = 14;

fn scope_v6(ip: Ipv6Addr) -> u32 {
    match ip.segments() {
        [first, ..] if first & 0xff00 == 0xff00 => u32::from(first & 0xf),
        [first, ..] if first & 0xffc0 == 0xfe80 => LINK_LOCAL,
        [first, ..] if first & 0xffc0 == 0xfec0 => SITE_LOCAL,
        _ if ip.is_loopback() => LINK_LOCAL,
        _ => GLOBAL,
    }
}

/// Of equal length, the first stays first.
fn longest_first(mut rules: Vec<PrefixRule>) -> Vec<PrefixRule> {
    rules.sort_by_key(|rule| Reverse(rule.bits));
    rules
}

fn find(rules: &[PrefixRule], ip: IpAddr) -> Option<u32> {
    let ip = match ip {
        IpAddr::V4(ip) => ip.to_ipv6_mapped(),
        IpAddr::V6(ip) => ip,
    };
    rules.iter().find(|rule| rule.covers(ip)).map(|rule| rule.value)
}

/// A prefix, how many bits of it count, its precedence, its label.
struct Row(u128, u8, u32, u32);

/// RFC 6724 section 2.1.
const RFC6724: [Row; 9] = [
    Row(0x1, 128, 50, 0),             // ::1
    Row(0, 0, 40, 1),                 // ::/0
    Row(0xffff_0000_0000, 96, 35, 4), // ::ffff:0:0/96, IPv4
    Row(0x2002 << 112, 16, 30, 2),    // 2002::/16, 6to4
    Row(0x2001_0000 << 96, 32, 5, 5), // 2001::/32, Teredo
    Row(0xfc00 << 112, 7, 3, 13),     // fc00::/7, unique local
    Row(0, 96, 1, 3),                 // ::/96, IPv4-compatible
    Row(0xfec0 << 112, 10, 1, 11),    // fec0::/10, site-local
    Row(0x3ffe << 112, 16, 1, 12),    // 3ffe::/16, 6bone
];

/// RFC 3484 section 2.1; the last three are glibc's, with the precedence that they would have anyhow.
const GLIBC: [Row; 8] = [
    Row(0x1, 128, 50, 0),
    Row(0, 0, 40, 1),
    Row(0x2002 << 112, 16, 30, 2),
    Row(0, 96, 20, 3),
    Row(0xffff_0000_0000, 96, 10, 4),
    Row(0xfec0 << 112, 10, 40, 5),
    Row(0xfc00 << 112, 7, 40, 6),
    Row(0x2001_0000 << 96, 32, 40, 7),
];
