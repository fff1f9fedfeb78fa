//! `ResolverBuilder`: a resolver by other files, other servers, other manners.

use core::net::SocketAddr;
use core::time::Duration;
use std::path::PathBuf;

use super::asker::Resolver;
use super::setting::{Engine, Settings};
use crate::policy::Sort;

/// A resolver in the making.
///
/// ```
/// use berkeley_resolve::{Engine, Resolver};
/// use core::time::Duration;
///
/// let resolver = Resolver::builder()
///     .servers(["192.0.2.53:5353".parse()?])
///     .timeout(Duration::from_secs(1))
///     .engine(Engine::Native)
///     .build();
/// # drop(resolver);
/// # Ok::<(), core::net::AddrParseError>(())
/// ```
#[derive(Clone, Debug)]
#[must_use = "nothing is built before `build`"]
pub struct ResolverBuilder {
    settings: Settings,
}

impl Resolver {
    /// Another resolver than the [system's](Self::system), which is what this builds if nothing else is said.
    pub fn builder() -> ResolverBuilder {
        ResolverBuilder { settings: Settings::default() }
    }
}

impl ResolverBuilder {
    /// Where resolv.conf, nsswitch.conf, hosts, services and gai.conf lie: `/etc` else. By other files than its own a machine's name and
    /// the variables `LOCALDOMAIN` and `RES_OPTIONS` say nothing, and libc is not asked.
    pub fn folder(mut self, folder: impl Into<PathBuf>) -> Self {
        self.settings.folder = folder.into();
        self
    }

    /// These name servers, in the place of resolv.conf's.
    pub fn servers(mut self, servers: impl IntoIterator<Item = SocketAddr>) -> Self {
        self.settings.servers = Some(servers.into_iter().collect());
        self
    }

    /// For how long a server may be silent, in the place of resolv.conf's.
    pub fn timeout(mut self, timeout: Duration) -> Self {
        self.settings.timeout = Some(timeout);
        self
    }

    /// How often each server is asked, in the place of resolv.conf's.
    pub fn attempts(mut self, attempts: u8) -> Self {
        self.settings.attempts = Some(attempts);
        self
    }

    /// Whether to say EDNS, in the place of resolv.conf's; yes where that is silent.
    pub fn edns(mut self, edns: bool) -> Self {
        self.settings.edns = Some(edns);
        self
    }

    /// Whether the failure of one family, or within the search list, is the failure of all, in the place of resolv.conf's.
    pub fn strict(mut self, strict: bool) -> Self {
        self.settings.strict = Some(strict);
        self
    }

    /// Whether the next server is asked as well when one is slow. Yes, unless said otherwise.
    pub fn hedge(mut self, hedge: bool) -> Self {
        self.settings.hedge = hedge;
        self
    }

    /// Whether names are asked for in random case, which an answer must repeat.
    #[doc(alias = "0x20")]
    pub fn random_case(mut self, random_case: bool) -> Self {
        self.settings.random_case = random_case;
        self
    }

    /// Whether DNS cookies are sent (RFC 7873).
    pub fn cookies(mut self, cookies: bool) -> Self {
        self.settings.cookies = cookies;
        self
    }

    /// By which rules addresses are sorted.
    pub fn sort(mut self, sort: Sort) -> Self {
        self.settings.sort = sort;
        self
    }

    /// How long the files, and the routes by which addresses are sorted, are taken to be as they were: a second, unless said otherwise; zero looks at each lookup.
    pub fn recheck(mut self, recheck: Duration) -> Self {
        self.settings.recheck = recheck;
        self
    }

    /// How many answers are kept at most: 1024, unless said otherwise; zero keeps none.
    pub fn cache(mut self, answers: usize) -> Self {
        self.settings.cache = answers;
        self
    }

    /// Who answers.
    pub fn engine(mut self, engine: Engine) -> Self {
        self.settings.engine = engine;
        self
    }

    /// The resolver. Files that are missing mean what their absence means.
    pub fn build(self) -> Resolver {
        Resolver::new(self.settings)
    }
}
