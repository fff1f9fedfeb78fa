//! /etc/gai.conf: tables for choosing among addresses.
//!
//! Contract: `label prefix value`, `precedence prefix value`, `scopev4 prefix value`, `reload yes|no`; `#` begins a comment, and what
//! follows the values is ignored. Any line of a kind replaces the built-in table of that kind: the policy does that, here are the
//! lines. Sources: gai.conf(5); glibc's nss/getaddrinfo.c.

use core::net::{Ipv4Addr, Ipv6Addr};
use core::str;

use berkeley_addr::Ip as _;

use super::text::{lines, number, uncommented, words};

/// What /etc/gai.conf says; [`Default`] is what an absent or empty one means.
///
/// ```
/// use berkeley_resolve::conf::GaiConf;
///
/// let conf = GaiConf::parse(b"precedence ::ffff:0:0/96 100 # IPv4 first\n");
/// assert_eq!(conf.precedences[0].value, 100);
/// assert!(conf.labels.is_empty());
/// ```
#[derive(Clone, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct GaiConf {
    /// Labels: an address is best reached from one of the same label.
    pub labels: Vec<PrefixRule>,
    /// Precedences: the higher, the earlier.
    pub precedences: Vec<PrefixRule>,
    /// Scopes of IPv4 addresses, which are written as mapped ones: the prefixes have at least 96 bits.
    pub scopes: Vec<PrefixRule>,
    /// Whether each look-up shall see whether the file changed.
    pub reload: bool,
    /// How many lines are not understood.
    pub ignored: usize,
}

/// A value for the addresses that begin like this one.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct PrefixRule {
    /// How they begin; IPv4 addresses are `::ffff:a.b.c.d`.
    pub prefix: Ipv6Addr,
    /// How many bits of it count: 0 to 128.
    pub bits: u8,
    /// The value, up to 2147483647.
    pub value: u32,
}

impl GaiConf {
    /// Reads the text of the file.
    pub fn parse(text: &[u8]) -> Self {
        let mut conf = Self::default();
        for line in lines(text) {
            let mut words = words(uncommented(line));
            let Some(keyword) = words.next() else { continue };
            let values = (words.next().unwrap_or_default(), words.next().unwrap_or_default());
            if conf.read(keyword, values).is_none() {
                conf.ignored += 1;
            }
        }
        conf
    }

    fn read(&mut self, keyword: &[u8], (first, second): (&[u8], &[u8])) -> Option<()> {
        match keyword {
            b"label" => self.labels.push(PrefixRule::read(first, second)?),
            b"precedence" => self.precedences.push(PrefixRule::read(first, second)?),
            b"scopev4" => self.scopes.push(PrefixRule::read_v4(first, second)?),
            b"reload" if !first.is_empty() => self.reload = first == b"yes",
            _ => return None,
        }
        Some(())
    }
}

impl PrefixRule {
    /// `prefix/bits` of IPv6, and a value.
    fn read(prefix: &[u8], value: &[u8]) -> Option<Self> {
        let (ip, bits) = split(prefix)?;
        Self::new(Ipv6Addr::parse(ip).ok()?, bits.unwrap_or(128), value)
    }

    /// `prefix/bits` of IPv4, or of IPv4 as IPv6 writes it, and a value.
    fn read_v4(prefix: &[u8], value: &[u8]) -> Option<Self> {
        let (ip, bits) = split(prefix)?;
        if let Ok(ip) = Ipv4Addr::parse(ip) {
            return Self::new(ip.to_ipv6_mapped(), bits.unwrap_or(32).checked_add(96)?, value);
        }
        let rule = Self::new(Ipv6Addr::parse(ip).ok()?, bits.unwrap_or(128), value)?;
        (rule.bits >= 96 && rule.prefix.to_ipv4_mapped().is_some()).then_some(rule)
    }

    fn new(prefix: Ipv6Addr, bits: u32, value: &[u8]) -> Option<Self> {
        let bits = u8::try_from(bits).ok().filter(|&bits| bits <= 128)?;
        let value = number(value).filter(|&value| i32::try_from(value).is_ok())?;
        Some(Self { prefix, bits, value })
    }

    /// Whether the rule is about this address; IPv4 addresses are `::ffff:a.b.c.d`.
    pub fn covers(&self, ip: Ipv6Addr) -> bool {
        // Nothing is left of a shift by all bits.
        let other = self.prefix.to_bits() ^ ip.to_bits();
        other.checked_shr(128_u32.saturating_sub(self.bits.into())).unwrap_or_default() == 0
    }
}

fn split(prefix: &[u8]) -> Option<(&str, Option<u32>)> {
    let text = str::from_utf8(prefix).ok()?;
    match text.split_once('/') {
        Some((ip, bits)) => Some((ip, Some(number(bits.as_bytes())?))),
        None => Some((text, None)),
    }
}
