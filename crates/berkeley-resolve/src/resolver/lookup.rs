//! The addresses of a host: a literal, or a name.
//!
//! Contract: a literal costs nothing and asks nobody. Source: RFC 4007 (zones).

use core::net::{SocketAddr, SocketAddrV6};
use core::time::Duration;
use std::time::Instant;

use berkeley_addr::{Address as _, Family, Host, Scope, Type, inet_aton};
use berkeley_socket::Limit;

use super::asker::Resolver;
use super::found::Found;
use super::walk::End;
use super::way::{Question, Way};
use crate::addrinfo::{AddrInfo, Hints};
use crate::code::Eai;
use crate::error::{Cause, Part, ResolveError, Result};
use crate::flag::AddrInfoFlags;
use crate::machine::Attempt;
use crate::{aside, idn, libc, question};

/// A host to be looked up; [`within`](Self::within) does it.
#[derive(Clone, Copy, Debug)]
#[must_use = "nothing is looked up before `within` or `start`"]
pub struct Lookup<'a> {
    resolver: &'a Resolver,
    pub(super) host: &'a str,
    family: Family,
    search: bool,
}

impl Resolver {
    /// The addresses of a host: a name, or an address as text, an IPv6 one in brackets or not, with a zone or not. Strict: `127.1` is neither.
    /// A name beyond ASCII is [translated](crate::to_ascii), with the feature `idna`.
    pub fn lookup<'a>(&'a self, host: &'a str) -> Lookup<'a> {
        Lookup { resolver: self, host, family: Family::UNSPEC, search: true }
    }
}

impl<'a> Lookup<'a> {
    /// Addresses of this family alone: AF_INET or AF_INET6; AF_UNSPEC for both.
    pub fn family(self, family: Family) -> Self {
        Self { family, ..self }
    }

    /// Whether the search list is used, for a name without a final dot.
    pub fn search(self, search: bool) -> Self {
        Self { search, ..self }
    }

    /// Looks it up, before the limit ends.
    ///
    /// # Errors
    ///
    /// [`Cause::Invalid`]: no host; [`Cause::Info`] with [`Eai::IDN_ENCODE`]: none that the DNS can have. [`Cause::Dns`] with
    /// [`Failure::NoName`](crate::machine::Failure::NoName): there is none; with [`Failure::NoData`](crate::machine::Failure::NoData): none of this family; with
    /// others: the servers do not answer as they should, which [`ResolveError::attempts`] show. [`Cause::TimedOut`],
    /// [`Cause::Cancelled`], [`Cause::Interrupted`]: the limit. [`Cause::Source`]: see [`Engine`](crate::Engine).
    ///
    /// ```
    /// use berkeley_addr::Family;
    /// use berkeley_resolve::Resolver;
    /// use berkeley_socket::Limit;
    ///
    /// let found = Resolver::system().lookup("db.localhost").family(Family::INET).within(Limit::seconds(1))?;
    /// assert_eq!(found.addresses(), ["127.0.0.1:0".parse()?]);
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn within(self, limit: Limit<'_>) -> Result<Found> {
        let mut attempts = Vec::new();
        self.find(limit.start(), &mut attempts).map_err(|cause| {
            ResolveError::new(Some(self.host), None, cause).with_attempts(attempts)
        })
    }

    fn find(self, limit: Limit<'_>, attempts: &mut Vec<Attempt>) -> Result<Found, Cause> {
        let question = match self.asked(limit.deadline(), None)? {
            Asked::Address(addr) => return Ok(Found::of("literal", None, [addr])),
            Asked::Name(question) => question,
        };
        aside::begin(limit)?;
        let mut way = Way::new(question);
        match way.follow(limit, attempts) {
            Ok(mut found) => {
                way.question.state.sort(&way.question.plan, &mut found.addresses);
                Ok(Found { attempts: core::mem::take(attempts), ..found })
            }
            Err(End::Failed(cause)) => Err(cause),
            Err(End::Foreign(_)) if way.question.state.settings.allows_libc() => {
                libc::getaddrinfo(Some(&way.question.name), None, &self.hints(), limit).map(of_libc)
            }
            Err(End::Foreign(word)) => Err(Cause::Source(word)),
        }
    }

    /// What libc is asked, with a name. One type, or each address would come once for every type.
    pub(super) fn hints(self) -> Hints {
        Hints::new().family(self.family).ty(Type::STREAM).flags(AddrInfoFlags::CANONNAME)
    }

    /// What the host is: a number, or a name to be asked for. The family is one of those that hosts have.
    pub(super) fn asked(
        self,
        deadline: Option<Instant>,
        patience: Option<Duration>,
    ) -> Result<Asked<'a>, Cause> {
        if ![Family::UNSPEC, Family::INET, Family::INET6].contains(&self.family) {
            return Err(Cause::Info(Eai::FAMILY));
        }
        let name = idn::ascii(self.host)?;
        let host = Host::unbracketed(&name).map_err(|error| no_host(&name, error.at()))?;
        let addr = match host {
            Host::V4(ip) => SocketAddr::from((ip, 0)),
            Host::V6 { ip, scope } => {
                let index = match scope {
                    Scope::None => 0,
                    Scope::Index(index) => index.get(),
                    Scope::Name(name) => question::interface(name.as_str())?,
                };
                SocketAddrV6::new(ip, 0, 0, index).into()
            }
            Host::Name(_) => {
                let state = self.resolver.shared();
                return Ok(Asked::Name(Question {
                    state,
                    plan: state.plan(),
                    name,
                    family: Some(self.family).filter(|family| *family != Family::UNSPEC),
                    search: self.search,
                    posix: false,
                    aliases: false,
                    time: state.time(deadline, patience),
                }));
            }
        };
        if self.family == Family::UNSPEC || addr.family() == self.family {
            Ok(Asked::Address(addr))
        } else {
            Err(Cause::Info(Eai::ADDRFAMILY))
        }
    }
}

/// Why a text is no host, in the words of the call that is not strict where these fit.
#[cold]
fn no_host(text: &str, at: usize) -> Cause {
    let why = if inet_aton(text).is_ok() {
        "a form of IPv4 address that getaddrinfo reads, and this does not"
    } else if text.contains(':') {
        "neither an IPv6 address nor a name"
    } else if let Err(cause) = question::host(text).and_then(|()| question::name(text)) {
        return cause;
    } else {
        "neither an address nor a name of ASCII letters, digits, - and _"
    };
    Cause::Invalid { part: Part::Host, why, at }
}

/// What is asked.
pub(super) enum Asked<'a> {
    Address(SocketAddr),
    Name(Question<'a>),
}

/// libc's answer, in its order.
pub(super) fn of_libc(mut infos: Vec<AddrInfo>) -> Found {
    let canonical = infos.first_mut().and_then(|info| info.canonical_name.take());
    Found::of("libc", None, infos.iter().map(|info| info.addr)).named(canonical)
}
