//! What a lookup needs to know: the servers and how to ask them, and what is looked up.
//!
//! Contract: plain values; nothing is read from files here. Source: resolv.conf(5) for names and defaults.

use core::net::{Ipv4Addr, SocketAddr};
use core::time::Duration;

use crate::wire::{Name, RecordType};

/// The servers and how they are asked: what resolv.conf says, and four options of ours.
#[expect(clippy::struct_excessive_bools, reason = "each is an option of its own")]
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Config {
    /// The servers, the first to be asked first.
    pub servers: Vec<SocketAddr>,
    /// Domains in which a name is looked for that is not absolute.
    pub search: Vec<Name>,
    /// A name with as many dots is first tried as it is.
    pub ndots: u8,
    /// A name without dots is not tried as it is behind a search list.
    #[doc(alias = "no-tld-query")]
    pub no_tld_query: bool,
    /// For how long a server may be silent.
    pub timeout: Duration,
    /// How often each server is asked, at least once.
    pub attempts: u8,
    /// Each lookup starts with another server.
    pub rotate: bool,
    /// Ask by TCP alone.
    #[doc(alias = "use-vc")]
    pub use_vc: bool,
    /// Ask for one type after the other.
    #[doc(alias = "single-request")]
    pub single_request: bool,
    /// Do not ask for IPv6 addresses.
    #[doc(alias = "no-aaaa")]
    pub no_aaaa: bool,
    /// The servers say truly whether they have checked signatures.
    #[doc(alias = "trust-ad")]
    pub trust_ad: bool,
    /// Say EDNS, so that longer answers fit, until a server does not understand it.
    pub edns: bool,
    /// Ask the next server as well when one is slow, and those last that were silent lately. Without it as glibc: one after the other.
    pub hedge: bool,
    /// A type that no server answers for is a failure, even if there are records of another; and such a failure ends the search.
    pub strict: bool,
    /// Names in random case, which a true answer repeats.
    pub random_case: bool,
    /// DNS cookies (RFC 7873).
    pub cookies: bool,
}

impl Default for Config {
    /// As without a resolv.conf: the server of this machine, five seconds, twice.
    fn default() -> Self {
        Self {
            servers: vec![SocketAddr::from((Ipv4Addr::LOCALHOST, 53))],
            search: Vec::new(),
            ndots: 1,
            no_tld_query: false,
            timeout: Duration::from_secs(5),
            attempts: 2,
            rotate: false,
            use_vc: false,
            single_request: false,
            no_aaaa: false,
            trust_ad: false,
            edns: true,
            hedge: true,
            strict: false,
            random_case: false,
            cookies: false,
        }
    }
}

/// What is looked up.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Lookup {
    /// The name.
    pub name: Name,
    /// Also in the search list; not for a name with a final dot.
    pub search: bool,
    /// The types of records, all at once: `A` and `AAAA` for addresses.
    pub types: Vec<RecordType>,
    /// The moment at which it ends, whatever there is.
    pub deadline: Option<Duration>,
}

impl Lookup {
    /// The names to try, in order.
    pub(super) fn names(&self, config: &Config) -> Vec<Name> {
        if !self.search {
            return vec![self.name.clone()];
        }
        // What would be too long is no name, and nobody could have it.
        let dots = self.name.labels().count().saturating_sub(1);
        // The root stands for the name as it is, in the list as well, and counts once.
        let first = (dots >= usize::from(config.ndots)).then_some(&Name::ROOT);
        let last = (dots > 0 || !config.no_tld_query).then_some(&Name::ROOT);
        let mut as_it_is = false;
        let suffixes = first.into_iter().chain(&config.search).chain(last);
        let suffixes =
            suffixes.filter(|name| !name.is_root() || !core::mem::replace(&mut as_it_is, true));
        // What would be too long is no name, and nobody could have it.
        let mut names: Vec<Name> =
            suffixes.filter_map(|suffix| self.name.join(suffix).ok()).collect();
        if names.is_empty() {
            names.push(self.name.clone());
        }
        names
    }
}
