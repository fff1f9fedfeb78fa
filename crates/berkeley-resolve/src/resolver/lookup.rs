//! The addresses of a host: literals, names, and the way through nsswitch.conf.
//!
//! Contract: a literal costs nothing and asks nobody; a name that is nobody's to ask for is asked of the hosts file alone. Source: RFC 4007 (zones).

use core::net::{IpAddr, SocketAddr};

use berkeley_addr::{Address as _, Family, Host, HostName, Type};
use berkeley_socket::Limit;
use berkeley_sys::database;

use super::asker::{Resolver, State};
use super::found::Found;
use super::kind::Kind;
use super::plan::Plan;
use super::setting::Engine;
use super::walk::{End, Miss, Word, walk};
use crate::aside::THREADS;
use crate::code::Eai;
use crate::error::{Cause, Part, ResolveError, Result};
use crate::flag::AddrInfoFlags;
use crate::machine::{Attempt, Failure};
use crate::policy::Candidate;
use crate::source::{self, Avahi, MyHostname, Resolved};
use crate::wire::{Name, RecordType};
use crate::{gai, printed, question};

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
    /// [`Cause::Invalid`]: no host. [`Cause::Dns`] with [`Failure::NoName`]: there is none; with [`Failure::NoData`]: none of this family; with
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
        let host = Host::unbracketed(self.host).map_err(|error| Cause::Invalid {
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
        let question = Question { asked: self, name: &name, family, plan: &plan, limit };
        let found = question.follow(attempts)?;
        Ok(Found { attempts: core::mem::take(attempts), ..found })
    }
}

/// A name on its way.
#[derive(Clone, Copy)]
struct Question<'a> {
    asked: Lookup<'a>,
    name: &'a HostName,
    family: Option<Family>,
    plan: &'a Plan,
    limit: Limit<'a>,
}

impl Question<'_> {
    fn follow(self, attempts: &mut Vec<Attempt>) -> Result<Found, Cause> {
        let state = self.asked.state;
        let kind = Kind::of(self.name.as_str());
        if state.settings.engine == Engine::Libc && kind == Kind::Any {
            return self.libc();
        }
        let end = walk(self.plan.snapshot.nsswitch.hosts(), |word, source| {
            self.source(word, source, kind, attempts)
        });
        match (end, kind) {
            (Ok(found), _) => Ok(self.sorted(found)),
            (Err(_), Kind::Localhost) => {
                let found = Found::of("localhost", self.family, source::loopback());
                Ok(found.named(Some(self.name.as_str().to_owned())))
            }
            (Err(_), Kind::Nowhere) => Err(Cause::Dns(Failure::NoName)),
            (Err(End::Failed(cause)), Kind::Any) => Err(cause),
            (Err(End::Foreign(_)), Kind::Any) if state.settings.allows_libc() => self.libc(),
            (Err(End::Foreign(word)), Kind::Any) => Err(Cause::Source(word)),
        }
    }

    fn source(
        self,
        word: &'static str,
        source: Word,
        kind: Kind,
        attempts: &mut Vec<Attempt>,
    ) -> Result<Found, Miss> {
        let (name, limit) = (self.name.as_str(), self.limit);
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
        };
        let canonical = found.canonical;
        let found = Found::of(word, self.family, found.addresses).named(canonical);
        if found.addresses.is_empty() { Err(Miss::NOT_FOUND) } else { Ok(found) }
    }

    fn files(self, word: &'static str) -> Result<Found, Miss> {
        let hosts = &self.plan.snapshot.hosts;
        let mut lines = hosts.by_name(self.name.as_str().as_bytes()).peekable();
        let canonical = lines.peek().map(|line| printed::name(line.name));
        // A zone whose interface is gone leads nowhere.
        let addresses = lines.filter_map(|line| super::plan::with_zone(line.ip, line.scope));
        let found = Found::of(word, self.family, addresses).named(canonical);
        if found.addresses.is_empty() { Err(Miss::NOT_FOUND) } else { Ok(found) }
    }

    fn dns(self, word: &'static str, attempts: &mut Vec<Attempt>) -> Result<Found, Miss> {
        let text = self.name.as_str();
        // A host's name is always one of the DNS.
        let name: Name = text.parse().map_err(|_| Miss::NOT_FOUND)?;
        let search = self.asked.search && !text.ends_with('.');
        let types: &[RecordType] = match self.family {
            Some(Family::INET) => &[RecordType::A],
            Some(_) => &[RecordType::AAAA],
            None => &[RecordType::A, RecordType::AAAA],
        };
        let asked = self.asked.state.ask(self.plan, (name, search), types, self.limit);
        let asked = asked.map_err(|(cause, trace)| {
            attempts.extend(trace);
            Miss::of_dns(cause)
        })?;
        attempts.extend(asked.attempts);
        Ok(Found {
            source: word,
            ttl: Some(asked.answers.ttl()),
            is_partial: asked.is_partial,
            ..asked.answers.found().clone()
        })
    }

    /// Best first.
    fn sorted(self, mut found: Found) -> Found {
        let state = self.asked.state;
        if found.addresses.len() < 2 || state.settings.sort == crate::policy::Sort::None {
            return found;
        }
        let sources = state.routes.sources(&found.addresses, state.settings.recheck);
        let mut pairs: Vec<_> = found.addresses.into_iter().zip(sources).collect();
        self.plan.policy.sort(&mut pairs, |(addr, source)| {
            let destination: IpAddr = addr.ip();
            Candidate { destination, source: *source }
        });
        found.addresses = pairs.into_iter().map(|(addr, _)| addr).collect();
        found
    }

    /// libc's answer, in its order.
    fn libc(self) -> Result<Found, Cause> {
        let host = question::host(self.name.as_str())?;
        let hints = database::Hints {
            flags: AddrInfoFlags::CANONNAME.bits(),
            family: i32::from(self.asked.family.raw()),
            // One type, or each address would come once for every type.
            ty: Type::STREAM.raw(),
            ..database::Hints::default()
        };
        let infos = THREADS.run(self.limit, move || {
            database::getaddrinfo(Some(&host), None, hints).map_err(gai::failure)
        })??;
        let canonical = infos.first().and_then(|info| info.canonical_name.as_deref());
        let canonical = canonical.map(printed::name);
        let addresses = infos.iter().filter_map(|info| SocketAddr::decode(&info.addr).ok());
        Ok(Found::of("libc", self.family, addresses).named(canonical))
    }
}
