//! The addresses of a host: a literal, or a name on its way, which who likes waits for by himself.
//!
//! Contract: a literal costs nothing and asks nobody. A lookup is steps, none of which waits; the blocking call is a loop over them.
//! Source: RFC 4007 (zones).

use core::net::{SocketAddr, SocketAddrV6};
use core::task::Poll;
use core::time::Duration;
use std::borrow::Cow;
use std::time::Instant;

use berkeley_addr::{Address as _, Family, Host, Scope, Type};
use berkeley_socket::Limit;
use berkeley_socket::poll::Watch;

use super::asker::{Resolver, State, is_over};
use super::found::Found;
use super::walk::End;
use super::way::{Question, Way};
use crate::addrinfo::{AddrInfo, Hints};
use crate::aside::{Aside, THREADS};
use crate::code::Eai;
use crate::error::{Cause, Part, ResolveError, Result};
use crate::flag::AddrInfoFlags;
use crate::machine::Attempt;
use crate::step::{Steps, block};
use crate::{idn, libc, question};

/// How long a lookup in steps waits for who asks the same: that one may be gone as soon as it has the half of the answer that is enough for it, and
/// so may the next. RFC 8305's resolution delay.
const PATIENCE: Duration = Duration::from_millis(50);

/// A host to be looked up; [`within`](Self::within) does it.
#[derive(Clone, Copy, Debug)]
#[must_use = "nothing is looked up before `within` or `start`"]
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
    /// [`Failure::NoName`]: there is none; with [`Failure::NoData`]: none of this family; with
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
        let limit = limit.start();
        let mut pending = Pending::new(self, limit.deadline(), None, limit.is_none());
        // Numbers wait for nothing.
        if let Some(found) = pending.at_once() {
            return found;
        }
        block(&mut pending, limit).unwrap_or_else(|cause| Err(pending.error(cause)))
    }

    /// Starts it, for who waits by himself: beside other descriptors, or in an event loop. It ends by the deadline, whatever there is.
    ///
    /// ```
    /// use berkeley_resolve::Resolver;
    /// use berkeley_socket::poll::poll;
    /// use berkeley_socket::{Limit, Op};
    /// use core::task::Poll;
    /// use core::time::Duration;
    /// use std::time::Instant;
    ///
    /// let limit = Limit::seconds(3).start();
    /// let mut pending = Resolver::system().lookup("db.localhost").start(limit.deadline());
    /// let mut events = Vec::new();
    /// let found = loop {
    ///     if let Poll::Ready(found) = pending.step(&events) {
    ///         break found?;
    ///     }
    ///     // Descriptors of your own may be among these.
    ///     let limit = pending.wake_at().map_or(limit, |time| limit.no_later(time));
    ///     events = poll(pending.watches(), Op::Recv, limit).unwrap_or_default();
    /// };
    /// assert!(found.addresses().iter().all(|addr| addr.ip().is_loopback()));
    /// # Ok::<(), berkeley_resolve::ResolveError>(())
    /// ```
    pub fn start(self, deadline: Option<Instant>) -> Pending<'a> {
        Pending::new(self, deadline, Some(PATIENCE), false)
    }

    /// The address, or the name, that the host is. The family is one of those that hosts have.
    fn host(self) -> Result<Named<'a>, Cause> {
        if ![Family::UNSPEC, Family::INET, Family::INET6].contains(&self.family) {
            return Err(Cause::Info(Eai::FAMILY));
        }
        let name = idn::ascii(self.host)?;
        let host = Host::unbracketed(&name).map_err(|error| Cause::Invalid {
            part: Part::Host,
            why: "neither an address nor a name of ASCII letters, digits, - and _",
            at: error.at(),
        })?;
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
            Host::Name(_) => return Ok(Named::Name(name)),
        };
        if self.family == Family::UNSPEC || addr.family() == self.family {
            Ok(Named::Address(addr))
        } else {
            Err(Cause::Info(Eai::ADDRFAMILY))
        }
    }
}

/// What a host is.
enum Named<'a> {
    Address(SocketAddr),
    /// In ASCII.
    Name(Cow<'a, str>),
}

/// A lookup on its way: [`Lookup::start`]. Dropped, it ends.
///
/// It is stepped until it is ready. Before each further step wait until one of the [`watches`](Self::watches) is ready, or it is time to
/// [`wake`](Self::wake_at): poll(2) or any event loop will do. A lookup that nobody steps holds up others for the same name, for as long as a
/// server may be silent.
#[must_use = "a lookup goes on only when it is stepped"]
pub struct Pending<'a> {
    lookup: Lookup<'a>,
    deadline: Option<Instant>,
    /// libc may be called in this thread.
    in_place: bool,
    stage: Stage<'a>,
}

enum Stage<'a> {
    /// Nothing to wait for, or told already.
    Over(Option<Result<Found, Cause>>),
    Way(Box<Way<'a>>),
    Libc(Aside<Result<Found, Cause>>, Vec<Attempt>),
}

impl<'a> Pending<'a> {
    fn new(
        lookup: Lookup<'a>,
        deadline: Option<Instant>,
        patience: Option<Duration>,
        in_place: bool,
    ) -> Self {
        let stage = match lookup.host() {
            Ok(Named::Address(addr)) => Stage::Over(Some(Ok(Found::of("literal", None, [addr])))),
            Err(cause) => Stage::Over(Some(Err(cause))),
            Ok(Named::Name(name)) => {
                let state = lookup.state;
                Stage::Way(Box::new(Way::new(Question {
                    state,
                    plan: state.plan(),
                    name,
                    family: Some(lookup.family).filter(|family| *family != Family::UNSPEC),
                    search: lookup.search,
                    posix: false,
                    aliases: false,
                    time: state.time(deadline, patience),
                })))
            }
        };
        Self { lookup, deadline, in_place, stage }
    }

    /// What to wait for: descriptors, and the events of poll(2) for each.
    pub fn watches(&self) -> impl Iterator<Item = Watch<'_>> {
        let (way, libc) = match &self.stage {
            Stage::Over(_) => (None, None),
            Stage::Way(way) => (Some(way.watches()), None),
            Stage::Libc(aside, _) => (None, Some(aside.watches())),
        };
        way.into_iter().flatten().chain(libc.into_iter().flatten())
    }

    /// When to step again, even if nothing is ready.
    pub fn wake_at(&self) -> Option<Instant> {
        let time = match &self.stage {
            Stage::Over(_) => return None,
            Stage::Way(way) => way.wake_at(),
            Stage::Libc(..) => None,
        };
        time.into_iter().chain(self.deadline).min()
    }

    /// Goes on, without waiting, and says when it is over; then never again. `events` are what was found of each of the
    /// [`watches`](Self::watches) before this, in their order: `POLL*`, 0 for nothing. The first step, and one because of the time, has
    /// none. To say of too many that they are ready costs a system call each, no more.
    ///
    /// # Errors
    ///
    /// As [`Lookup::within`]'s, but for what a token or a hook ends.
    pub fn step(&mut self, events: &[u16]) -> Poll<Result<Found>> {
        let end = match &mut self.stage {
            Stage::Over(end) => end.take().map_or(Poll::Pending, Poll::Ready),
            Stage::Libc(aside, _) => aside.step(events).map(|found| found.unwrap_or_else(Err)),
            Stage::Way(way) => match way.step(events) {
                Poll::Ready(Ok(mut found)) => {
                    self.lookup.state.sort(&way.question.plan, &mut found.addresses);
                    Poll::Ready(Ok(found))
                }
                Poll::Ready(Err(End::Foreign(_))) if self.lookup.state.settings.allows_libc() => {
                    self.ask_libc()
                }
                Poll::Ready(Err(End::Foreign(word))) => Poll::Ready(Err(Cause::Source(word))),
                Poll::Ready(Err(End::Failed(cause))) => Poll::Ready(Err(cause)),
                Poll::Pending => Poll::Pending,
            },
        };
        let end = match end {
            Poll::Pending if is_over(self.deadline) => match &mut self.stage {
                Stage::Libc(aside, _) => aside.abandon(Cause::TimedOut).unwrap_or_else(Err),
                Stage::Over(_) => return Poll::Pending,
                Stage::Way(_) => Err(Cause::TimedOut),
            },
            Poll::Pending => return Poll::Pending,
            Poll::Ready(end) => end,
        };
        let end = end.map_err(|cause| self.error(cause));
        self.stage = Stage::Over(None);
        Poll::Ready(end)
    }

    /// The addresses of one family, best first, while the other's are still asked for; `None` while there are none. What is there at the end holds these
    /// as well.
    pub fn so_far(&self) -> Option<Found> {
        match &self.stage {
            Stage::Way(way) => {
                let mut found = way.so_far()?;
                self.lookup.state.sort(&way.question.plan, &mut found.addresses);
                Some(found)
            }
            Stage::Over(_) | Stage::Libc(..) => None,
        }
    }

    /// The questions that went to name servers so far.
    pub fn attempts(&self) -> Vec<Attempt> {
        match &self.stage {
            Stage::Way(way) => way.attempts(),
            Stage::Libc(_, attempts) => attempts.clone(),
            Stage::Over(_) => Vec::new(),
        }
    }

    /// Ends it for this reason, which is the caller's: the error, with the questions so far.
    pub fn give_up(self, cause: Cause) -> ResolveError {
        self.error(cause)
    }

    /// What there is to be had without waiting for anything.
    fn at_once(&mut self) -> Option<Result<Found>> {
        match &mut self.stage {
            Stage::Over(end) => end.take().map(|end| end.map_err(|cause| self.error(cause))),
            Stage::Way(_) | Stage::Libc(..) => None,
        }
    }

    fn ask_libc(&mut self) -> Poll<Result<Found, Cause>> {
        let Stage::Way(way) = &self.stage else { return Poll::Pending };
        let attempts = way.attempts();
        // One type, or each address would come once for every type.
        let hints = Hints::new().family(self.lookup.family).ty(Type::STREAM);
        let hints = hints.flags(AddrInfoFlags::CANONNAME);
        let call = libc::getaddrinfo_call(Some(&way.question.name), None, &hints);
        let work = call.map(|call| move || call().map(of_libc));
        match work {
            Err(cause) => Poll::Ready(Err(cause)),
            Ok(work) if self.in_place => Poll::Ready(work()),
            Ok(_) if is_over(self.deadline) => Poll::Ready(Err(Cause::TimedOut)),
            Ok(work) => match THREADS.begin(work) {
                Ok(aside) => {
                    self.stage = Stage::Libc(aside, attempts);
                    Poll::Pending
                }
                Err(cause) => Poll::Ready(Err(cause)),
            },
        }
    }

    fn error(&self, cause: Cause) -> ResolveError {
        ResolveError::new(Some(self.lookup.host), None, cause).with_attempts(self.attempts())
    }
}

impl Steps for Pending<'_> {
    type End = Result<Found>;

    fn watches(&self) -> impl Iterator<Item = Watch<'_>> {
        self.watches()
    }

    fn wake_at(&self) -> Option<Instant> {
        self.wake_at()
    }

    fn step(&mut self, events: &[u16]) -> Poll<Self::End> {
        self.step(events)
    }
}

/// libc's answer, in its order.
fn of_libc(mut infos: Vec<AddrInfo>) -> Found {
    let canonical = infos.first_mut().and_then(|info| info.canonical_name.take());
    Found::of("libc", None, infos.iter().map(|info| info.addr)).named(canonical)
}
