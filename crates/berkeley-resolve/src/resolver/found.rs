//! What a lookup found.

use core::net::{IpAddr, SocketAddr};
use core::time::Duration;
use std::collections::HashSet;

use berkeley_addr::Family;

use crate::machine::{Answer, Attempt, Failure};
use crate::wire::Data;

/// So many addresses are few.
const FEW: usize = 16;

/// The addresses of a host, the best to be tried first, each once.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Found {
    pub(crate) addresses: Vec<SocketAddr>,
    pub(crate) canonical_name: Option<String>,
    /// The host's other names, if they were wanted.
    pub(crate) aliases: Vec<String>,
    pub(super) ttl: Option<Duration>,
    pub(super) source: &'static str,
    pub(super) missing: Option<Failure>,
    pub(super) attempts: Vec<Attempt>,
}

impl Found {
    /// The addresses, of port 0; an IPv6 one has its scope.
    pub fn addresses(&self) -> &[SocketAddr] {
        &self.addresses
    }

    /// The same, of this port.
    pub fn with_port(&self, port: u16) -> impl Iterator<Item = SocketAddr> + '_ {
        self.addresses.iter().map(move |addr| {
            let mut addr = *addr;
            addr.set_port(port);
            addr
        })
    }

    /// The host's official name, where the source says one: what the aliases lead to.
    pub fn canonical_name(&self) -> Option<&str> {
        self.canonical_name.as_deref()
    }

    /// For how long that holds, where the source says so.
    pub fn ttl(&self) -> Option<Duration> {
        self.ttl
    }

    /// Who answered: nsswitch.conf's word for it, or `literal`, `localhost`, `libc`.
    pub fn source(&self) -> &str {
        self.source
    }

    /// Whether no server has answered for one family, although there are addresses of the other.
    pub fn is_partial(&self) -> bool {
        self.missing.is_some()
    }

    /// Why then.
    pub fn missing(&self) -> Option<Failure> {
        self.missing
    }

    /// The questions that went to name servers for it: none if the answer was kept from before.
    pub fn attempts(&self) -> &[Attempt] {
        &self.attempts
    }

    /// Those of a family alone, each once.
    pub(super) fn of(
        source: &'static str,
        family: Option<Family>,
        addresses: impl IntoIterator<Item = SocketAddr>,
    ) -> Self {
        let fits = |addr: &SocketAddr| match family {
            Some(Family::INET) => addr.is_ipv4(),
            Some(Family::INET6) => addr.is_ipv6(),
            _ => true,
        };
        let mut distinct = Vec::with_capacity(4);
        // Few are compared, many are hashed.
        let mut seen = HashSet::new();
        for addr in addresses.into_iter().filter(fits) {
            let new = if distinct.len() < FEW {
                !distinct.contains(&addr)
            } else {
                if seen.is_empty() {
                    seen.extend(distinct.iter().copied());
                }
                seen.insert(addr)
            };
            if new {
                distinct.push(addr);
            }
        }
        Self { addresses: distinct, source, ..Self::default() }
    }

    pub(super) fn named(self, name: Option<String>) -> Self {
        Self { canonical_name: name, ..self }
    }
}

/// The addresses in answers.
pub(super) fn addresses(answers: &[Answer]) -> impl Iterator<Item = SocketAddr> {
    let replies = answers.iter().filter_map(Answer::reply);
    let addresses = replies.flat_map(|reply| {
        reply.records().filter_map(|(_, data)| match data {
            Data::A(ip) => Some(IpAddr::V4(ip)),
            Data::Aaaa(ip) => Some(IpAddr::V6(ip)),
            _ => None,
        })
    });
    addresses.map(|ip| SocketAddr::new(ip, 0))
}
