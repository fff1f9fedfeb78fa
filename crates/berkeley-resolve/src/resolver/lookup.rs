//! The addresses of a host: literals, names, and the way through nsswitch.conf.
//!
//! Contract: a literal costs nothing and asks nobody; a name that is nobody's to ask for is asked of the hosts file alone. Source: RFC 4007 (zones).

use core::net::{IpAddr, Ipv4Addr, SocketAddr};

use berkeley_addr::{Family, Host, Type};
use berkeley_socket::Limit;

use super::asker::{Resolver, State};
use super::found::Found;
use super::kind::Kind;
use super::plan::Plan;
use super::setting::Engine;
use super::walk::{End, Miss, Word, walk};
use crate::addrinfo::Hints;
use crate::code::Eai;
use crate::error::{Cause, Part, ResolveError, Result};
use crate::flag::AddrInfoFlags;
use crate::machine::{Attempt, Failure};
use crate::policy::{Candidate, Sort};
use crate::source::{self, Avahi, MyHostname, Resolved};
use crate::wire::{Name, RecordType};
use crate::{idn, libc, printed, question};

/// A host to be looked up; [`within`](Self::within) does it.
#[derive(Clone, Copy, Debug)]
#[must_use = "nothing is looked up before `within`"]
pub struct Lookup<'a> {
    state: &'a State,
    host: &'a str,
    family: Family,
    search: bool,
}

impl Resolver {
    /// The addresses of a host: a name, or an address as text, an IPv6 one without brackets and with a zone or not. Strict: `127.1` is neither.
    /// A name beyond ASCII is [translated](crate::to_ascii), with the feature `idna`.
    pub fn lookup<'a>(&'a self, host: &'a str) -> Lookup<'a> {
        Lookup { state: &self.shared, host, family: Family::UNSPEC, search: true }
    }
}

impl Lookup<'_> {
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
    /// [`Cause::Invalid`]: no host; [`Cause::Info`] with [`Eai::IDN_ENCODE`]: none that the DNS can have. [`Cause::Dns`] with [`Failure::NoName`]: there is none; with [`Failure::NoData`]: none of this family; with
    /// others: the servers do not answer as they should, which [`ResolveError::attempts`] show. [`Cause::TimedOut`],
    /// [`Cause::Cancelled`], [`Cause::Interrupted`]: the limit. [`Cause::Source`]: see [`Engine`].
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
        let family = match self.family {
            Family::UNSPEC => None,
            Family::INET | Family::INET6 => Some(self.family),
            _ => return Err(Cause::Info(Eai::FAMILY)),
        };
        let host = idn::ascii(self.host)?;
        let host = Host::unbracketed(&host).map_err(|error| Cause::Invalid {
            part: Part::Host,
            why: "neither an address nor a name of ASCII letters, digits, - and _",
            at: error.at(),
        })?;
        let literal = |addr: SocketAddr| {
            let found = Found::of("literal", family, [addr]);
            if found.addresses.is_empty() { Err(Cause::Info(Eai::ADDRFAMILY)) } else { Ok(found) }
        };
        let name = match host {
            Host::V4(ip) => return literal((ip, 0).into()),
            Host::V6 { ip, scope } => {
                let mut addr = SocketAddr::from((ip, 0));
                if let (SocketAddr::V6(addr), berkeley_addr::Scope::Name(name)) = (&mut addr, scope)
                {
                    addr.set_scope_id(question::interface(name.as_str())?);
                } else if let (SocketAddr::V6(addr), Some(index)) = (&mut addr, scope.index()) {
                    addr.set_scope_id(index);
                }
                return literal(addr);
            }
            Host::Name(name) => name,
        };
        let plan = self.state.plan();
        let question = Question {
            state: self.state,
            plan: &plan,
            name: name.as_str(),
            family,
            search: self.search,
            posix: false,
            aliases: false,
            limit,
        };
        let mut found = match question.follow(attempts) {
            Ok(found) => found,
            Err(End::Failed(cause)) => return Err(cause),
            Err(End::Foreign(_)) if self.state.settings.allows_libc() => {
                return self.libc(name.as_str(), limit);
            }
            Err(End::Foreign(word)) => return Err(Cause::Source(word)),
        };
        self.state.sort(&plan, &mut found.addresses);
        Ok(Found { attempts: core::mem::take(attempts), ..found })
    }

    /// libc's answer, in its order.
    fn libc(self, name: &str, limit: Limit<'_>) -> Result<Found, Cause> {
        // One type, or each address would come once for every type.
        let hints = Hints::new().family(self.family).ty(Type::STREAM);
        let hints = hints.flags(AddrInfoFlags::CANONNAME);
        let mut infos = libc::getaddrinfo(Some(name), None, &hints, limit)?;
        let canonical = infos.first_mut().and_then(|info| info.canonical_name.take());
        Ok(Found::of("libc", None, infos.iter().map(|info| info.addr)).named(canonical))
    }
}

/// A name on its way.
#[derive(Clone, Copy)]
pub(super) struct Question<'a> {
    pub(super) state: &'a State,
    pub(super) plan: &'a Plan,
    pub(super) name: &'a str,
    pub(super) family: Option<Family>,
    /// Whether the search list is used.
    pub(super) search: bool,
    /// As glibc reads it: the name may be none of the DNS, and lines for IPv6 in a hosts file may answer for IPv4.
    pub(super) posix: bool,
    /// Whether the host's other names are wanted.
    pub(super) aliases: bool,
    pub(super) limit: Limit<'a>,
}

impl Question<'_> {
    /// Asks source after source; what is found is not sorted yet.
    pub(super) fn follow(self, attempts: &mut Vec<Attempt>) -> Result<Found, End> {
        let kind = Kind::of(self.name);
        if self.state.settings.engine == Engine::Libc && kind == Kind::Any {
            return Err(End::Foreign("libc".into()));
        }
        let end = walk(self.plan.snapshot.nsswitch.hosts(), |word, source| {
            self.source(word, source, kind, attempts)
        });
        match (end, kind) {
            (Ok(found), _) => Ok(found),
            (Err(_), Kind::Localhost) => {
                let found = Found::of("localhost", self.family, source::loopback());
                Ok(found.named(Some(self.name.to_owned())))
            }
            (Err(_), Kind::Nowhere) => Err(End::Failed(Cause::Dns(Failure::NoName))),
            (Err(end), Kind::Any) => Err(end),
        }
    }

    fn source(
        self,
        word: &'static str,
        source: Word,
        kind: Kind,
        attempts: &mut Vec<Attempt>,
    ) -> Result<Found, Miss> {
        let (name, limit) = (self.name, self.limit);
        let found = match source {
            Word::Files => return self.files(word),
            // What never leaves this machine.
            Word::Dns | Word::Resolve | Word::Mdns(..) if kind != Kind::Any => {
                return Err(Miss::NOT_FOUND);
            }
            Word::Dns => return self.dns(word, attempts),
            Word::MyHostname => {
                let own = printed::name(&berkeley_sys::host::name());
                MyHostname::new(own).lookup(name, self.family, limit)?
            }
            Word::Resolve => Resolved::default().lookup(name, self.family, limit)?,
            Word::Mdns(only, minimal) => {
                let family = only.or(self.family);
                if source::local(name, minimal).is_none()
                    || self.family.is_some_and(|asked| family != Some(asked))
                {
                    return Err(Miss::NOT_ITS);
                }
                Avahi::default().lookup(name, family, minimal, limit)?
            }
            Word::MyMachines => return Err(Miss::NOT_FOUND),
            Word::Db => return Err(Miss::NOT_ITS),
        };
        let canonical = found.canonical.as_deref().map(printed::again);
        let found = Found::of(word, self.family, found.addresses).named(canonical);
        if found.addresses.is_empty() { Err(Miss::NOT_FOUND) } else { Ok(found) }
    }

    fn files(self, word: &'static str) -> Result<Found, Miss> {
        let hosts = &self.plan.snapshot.hosts;
        let mut first = None;
        let mut aliases = Vec::new();
        let addresses = hosts.by_name(self.name.as_bytes()).filter_map(|line| {
            // A zone whose interface is gone leads nowhere.
            let addr = super::plan::with_zone(line.ip, line.scope)?;
            let addr = if self.posix { self.as_glibc(addr) } else { addr };
            if self.family.is_some_and(|family| (family == Family::INET6) != addr.is_ipv6()) {
                return None;
            }
            if self.aliases {
                aliases.extend(line.aliases.map(printed::name));
                let other = first.is_some_and(|first| first != line.name);
                aliases.extend(other.then(|| printed::name(line.name)));
            }
            first.get_or_insert(line.name);
            Some(addr)
        });
        let found = Found::of(word, None, addresses).named(first.map(printed::name));
        if found.addresses.is_empty() {
            Err(Miss::NOT_FOUND)
        } else {
            Ok(Found { aliases, ..found })
        }
    }

    /// To a question for IPv4 glibc has the loopback's line for IPv6, and what is mapped into IPv6.
    fn as_glibc(self, addr: SocketAddr) -> SocketAddr {
        match addr.ip() {
            IpAddr::V6(ip) if self.family == Some(Family::INET) => {
                let mapped = ip.to_ipv4_mapped();
                let v4 = mapped.or_else(|| ip.is_loopback().then_some(Ipv4Addr::LOCALHOST));
                v4.map_or(addr, |ip| (ip, 0).into())
            }
            _ => addr,
        }
    }

    fn dns(self, word: &'static str, attempts: &mut Vec<Attempt>) -> Result<Found, Miss> {
        let text = self.name;
        if self.posix && !question::is_for_dns(text) {
            return Err(Miss::NOT_FOUND);
        }
        // A host's name is always one of the DNS.
        let name: Name = text.parse().map_err(|_| Miss::NOT_FOUND)?;
        let search = self.search && !text.ends_with('.');
        let types: &[RecordType] = match self.family {
            Some(Family::INET) => &[RecordType::A],
            Some(_) => &[RecordType::AAAA],
            None => &[RecordType::A, RecordType::AAAA],
        };
        let asked = self.state.ask(self.plan, (name, search), types, self.limit);
        let asked = asked.map_err(|(cause, trace)| {
            attempts.extend(trace);
            Miss::of_dns(cause)
        })?;
        let aliases = if self.aliases { asked.aliases() } else { Vec::new() };
        attempts.extend(asked.attempts);
        Ok(Found {
            aliases,
            source: word,
            ttl: Some(asked.answers.ttl()),
            is_partial: asked.is_partial,
            ..asked.answers.found().clone()
        })
    }
}

impl State {
    /// The best first.
    pub(super) fn sort(&self, plan: &Plan, addresses: &mut Vec<SocketAddr>) {
        if addresses.len() < 2 || self.settings.sort == Sort::None {
            return;
        }
        let sources = self.routes.sources(addresses, self.settings.recheck);
        let mut pairs: Vec<_> = addresses.drain(..).zip(sources).collect();
        plan.policy.sort(&mut pairs, |(addr, source)| Candidate {
            destination: addr.ip(),
            source: *source,
        });
        addresses.extend(pairs.into_iter().map(|(addr, _)| addr));
    }
}
