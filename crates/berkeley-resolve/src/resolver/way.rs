//! The way of a name through nsswitch.conf, in steps.
//!
//! Contract: a name that is nobody's to ask for is asked of the hosts file alone. A source that answers at once is no step; one that is asked
//! is waited for by its descriptors, and never in here. Sources: nsswitch.conf(5), RFC 4007 (zones).

use core::net::{IpAddr, Ipv4Addr, SocketAddr};
use core::task::Poll;
use std::borrow::Cow;
use std::sync::Arc;
use std::time::Instant;

use berkeley_addr::Family;
use berkeley_socket::Limit;
use berkeley_socket::poll::Watch;

use super::asker::{Answered, Asking, State, Time, is_over};
use super::cache::Key;
use super::found::{self, Found};
use super::plan::Plan;
use super::setting::Engine;
use super::trace::{Said, Trace};
use super::walk::{End, Miss, Next, Walk, Word};
use crate::conf::Status;
use crate::error::Cause;
use crate::kind::Kind;
use crate::machine::{Attempt, Failure};
use crate::policy::{Candidate, Sort};
use crate::source::{self, Avahi, AvahiAsking, MyHostname, Resolved, ResolvedAsking, Silence};
use crate::step::{Steps, block};
use crate::wire::{Name, RecordType};
use crate::{printed, question};

/// A name on its way.
pub(super) struct Question<'a> {
    pub(super) state: &'a State,
    pub(super) plan: Arc<Plan>,
    pub(super) name: Cow<'a, str>,
    pub(super) family: Option<Family>,
    /// Whether the search list is used.
    pub(super) search: bool,
    /// As glibc reads it: the name may be none of the DNS, and lines for IPv6 in a hosts file may answer for IPv4.
    pub(super) posix: bool,
    /// Whether the host's other names are wanted.
    pub(super) aliases: bool,
    pub(super) time: Time,
}

/// What a source says: now, or later.
enum Answer<'a> {
    Now(Result<Found, Miss>),
    Later(Source<'a>),
}

/// A source that is asked.
enum Source<'a> {
    Dns(Box<Asking<'a>>),
    Resolved(ResolvedAsking),
    Avahi(AvahiAsking),
}

/// The way of a question from source to source. What is found is not sorted yet.
pub(super) struct Way<'a> {
    pub(super) question: Question<'a>,
    kind: Kind,
    walk: Walk<Found>,
    asked: Option<(&'static str, Source<'a>)>,
    /// What is over.
    trace: Trace,
}

impl<'a> Way<'a> {
    /// For whoever waits for the whole way, under a limit that was started.
    pub(super) fn follow(
        &mut self,
        limit: Limit<'_>,
        attempts: &mut Vec<Attempt>,
    ) -> Result<Found, End> {
        let mut end = block(self, limit).unwrap_or_else(|cause| Err(End::Failed(cause)));
        match &mut end {
            Ok(found) => attempts.append(&mut found.attempts),
            Err(_) => attempts.extend(self.attempts()),
        }
        end
    }

    pub(super) fn new(question: Question<'a>) -> Self {
        Self::noted(question, Trace::default())
    }

    /// For whoever wants to know of the sources.
    pub(super) fn noted(question: Question<'a>, trace: Trace) -> Self {
        let kind = Kind::of(&question.name);
        Self { question, kind, walk: Walk::new(), asked: None, trace }
    }

    /// What was noted, but for questions to name servers: these [follow](Self::follow) gives.
    pub(super) fn into_trace(self) -> Trace {
        self.trace
    }

    /// All questions to name servers so far.
    pub(super) fn attempts(&self) -> Vec<Attempt> {
        let mut attempts = self.trace.attempts.clone();
        if let Some((_, Source::Dns(asking))) = &self.asked {
            attempts.extend(asking.attempts());
        }
        attempts
    }

    /// The addresses of one family, if only the other's are still asked for, and no other source can take them back.
    pub(super) fn so_far(&self) -> Option<Found> {
        let (word, Source::Dns(asking)) = self.asked.as_ref()? else { return None };
        let line = self.question.plan.snapshot.nsswitch.hosts();
        let answers = asking.answers();
        if answers.is_empty() || !self.walk.ends_after(line, Status::Success) {
            return None;
        }
        let ttl = answers.iter().map(|answer| answer.ttl).min();
        let name = answers.first().map(|answer| answer.name.to_string());
        let found = Found::of(word, None, found::addresses(&answers)).named(name);
        Some(Found { ttl, missing: Some(Failure::TimedOut), attempts: self.attempts(), ..found })
    }

    fn end(&mut self, end: Result<Found, End>) -> Result<Found, End> {
        match (end, self.kind) {
            (Ok(found), _) => {
                Ok(Found { attempts: core::mem::take(&mut self.trace.attempts), ..found })
            }
            (Err(_), Kind::Localhost) => {
                let found = Found::of("localhost", self.question.family, source::loopback());
                self.trace.note("localhost", || Said::Found(found.addresses.len()));
                Ok(found.named(Some(self.question.name.clone().into_owned())))
            }
            (Err(_), Kind::Nowhere) => Err(End::Failed(Cause::Dns(Failure::NoName))),
            (Err(end), Kind::Any) => Err(end),
        }
    }
}

impl Steps for Way<'_> {
    type End = Result<Found, End>;

    fn watches(&self) -> impl Iterator<Item = Watch<'_>> {
        let (dns, resolved, avahi) = match &self.asked {
            Some((_, Source::Dns(asking))) => (Some(asking.watches()), None, None),
            Some((_, Source::Resolved(asking))) => (None, Some(asking.watches()), None),
            Some((_, Source::Avahi(asking))) => (None, None, Some(asking.watches())),
            None => (None, None, None),
        };
        let dns = dns.into_iter().flatten().chain(resolved.into_iter().flatten());
        dns.chain(avahi.into_iter().flatten())
    }

    fn wake_at(&self) -> Option<Instant> {
        match &self.asked.as_ref()?.1 {
            Source::Dns(asking) => asking.wake_at(),
            Source::Resolved(asking) => asking.wake_at(),
            Source::Avahi(asking) => asking.wake_at(),
        }
    }

    fn step(&mut self, events: &[u16]) -> Poll<Self::End> {
        let mut events = events;
        let plan = Arc::clone(&self.question.plan);
        let line = plan.snapshot.nsswitch.hosts();
        if self.question.state.settings.engine == Engine::Libc && self.kind == Kind::Any {
            return Poll::Ready(Err(End::Foreign("libc".into())));
        }
        loop {
            let (word, answer) = if let Some((word, source)) = &mut self.asked {
                let word = *word;
                let answer = match source {
                    Source::Dns(asking) => {
                        let aliases = self.question.aliases;
                        asking
                            .step(events)
                            .map(|asked| of_dns((word, aliases), asked, &mut self.trace.attempts))
                    }
                    Source::Resolved(asking) => {
                        asking.step(events).map(|found| self.question.of(word, found))
                    }
                    Source::Avahi(asking) => {
                        asking.step(events).map(|found| self.question.of(word, found))
                    }
                };
                let Poll::Ready(answer) = answer else { return Poll::Pending };
                (word, answer)
            } else {
                match self.walk.next(line) {
                    Next::Over(end) => return Poll::Ready(self.end(end)),
                    Next::Ask(word, source) => match self.question.ask(word, source, self.kind) {
                        Answer::Now(answer) => (word, answer),
                        // A limit that has ended sends nothing.
                        Answer::Later(_) if is_over(self.question.time.deadline) => {
                            (word, Err(Miss::of_dns(Cause::TimedOut)))
                        }
                        Answer::Later(source) => {
                            (self.asked, events) = (Some((word, source)), &[]);
                            continue;
                        }
                    },
                }
            };
            self.asked = None;
            self.trace.note(word, || match &answer {
                Ok(found) => Said::Found(found.addresses.len()),
                Err(miss) => miss.said(),
            });
            self.walk.told(line, answer);
        }
    }
}

impl<'a> Question<'a> {
    fn ask(&self, word: &'static str, source: Word, kind: Kind) -> Answer<'a> {
        let name = &*self.name;
        Answer::Now(match source {
            Word::Files => self.files(word),
            // What never leaves this machine.
            Word::Dns | Word::Resolve | Word::Mdns(..) if kind != Kind::Any => Err(Miss::NOT_ASKED),
            Word::Dns => return self.dns(word),
            Word::MyHostname => {
                let own = printed::name(&berkeley_sys::host::name());
                // It asks the kernel, which answers at once.
                let limit = self.time.deadline.map_or(Limit::NONE, Limit::by);
                self.of(word, MyHostname::new(own).lookup(name, self.family, limit))
            }
            Word::Resolve => {
                return Answer::Later(Source::Resolved(
                    Resolved::default().asking(name, self.family),
                ));
            }
            Word::Mdns(only, minimal) => {
                let family = only.or(self.family);
                if self.family.is_some_and(|asked| family != Some(asked)) {
                    Err(Miss::NOT_ITS)
                } else {
                    match Avahi::default().asking(name, family, minimal) {
                        Ok(asking) => return Answer::Later(Source::Avahi(asking)),
                        // No name of its kind.
                        Err(_) => Err(Miss::NOT_ITS),
                    }
                }
            }
            Word::MyMachines => Err(Miss::NOT_FOUND),
            Word::Db => Err(Miss::NOT_ITS),
        })
    }

    /// What a service says.
    fn of(&self, word: &'static str, found: Result<source::Found, Silence>) -> Result<Found, Miss> {
        let source::Found { addresses, canonical } = found?;
        let canonical = canonical.as_deref().map(printed::again);
        let found = Found::of(word, self.family, addresses).named(canonical);
        if found.addresses.is_empty() { Err(Miss::NOT_FOUND) } else { Ok(found) }
    }

    fn files(&self, word: &'static str) -> Result<Found, Miss> {
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
    fn as_glibc(&self, addr: SocketAddr) -> SocketAddr {
        match addr.ip() {
            IpAddr::V6(ip) if self.family == Some(Family::INET) => {
                let mapped = ip.to_ipv4_mapped();
                let v4 = mapped.or_else(|| ip.is_loopback().then_some(Ipv4Addr::LOCALHOST));
                v4.map_or(addr, |ip| (ip, 0).into())
            }
            _ => addr,
        }
    }

    fn dns(&self, word: &'static str) -> Answer<'a> {
        // A host's name is always one of the DNS.
        let name: Name = match self.name.parse() {
            Ok(name) if !self.posix || question::is_for_dns(&self.name) => name,
            _ => return Answer::Now(Err(Miss::NOT_FOUND)),
        };
        let search = self.search && !self.name.ends_with('.');
        let types: &[RecordType] = match self.family {
            Some(Family::INET) => &[RecordType::A],
            Some(_) => &[RecordType::AAAA],
            None => &[RecordType::A, RecordType::AAAA],
        };
        let (state, plan) = (self.state, &self.plan);
        let key = Key::new(plan.snapshot.generation, (name, search), types);
        match state.known(plan, &key) {
            Some(known) => Answer::Now(of_dns((word, self.aliases), known, &mut Vec::new())),
            None => Answer::Later(Source::Dns(Box::new(Asking::new(state, plan, key, self.time)))),
        }
    }
}

/// What name servers say.
fn of_dns(
    (word, aliases): (&'static str, bool),
    asked: Answered,
    attempts: &mut Vec<Attempt>,
) -> Result<Found, Miss> {
    let asked = asked.map_err(|(cause, trace)| {
        attempts.extend(trace);
        Miss::of_dns(cause)
    })?;
    let aliases = if aliases { asked.aliases() } else { Vec::new() };
    attempts.extend(asked.attempts);
    Ok(Found {
        aliases,
        source: word,
        ttl: Some(asked.answers.ttl()),
        missing: asked.missing,
        ..asked.answers.found().clone()
    })
}

impl State {
    /// The best first.
    pub(super) fn sort(&self, plan: &Plan, addresses: &mut Vec<SocketAddr>) {
        if addresses.len() < 2 || self.settings.sort == Sort::None {
            return;
        }
        let sources = self.routes.sources(addresses, self.settings.recheck);
        let mut pairs: Vec<_> = addresses.drain(..).zip(sources).collect();
        plan.policy.sort(&mut pairs, |(addr, source)| {
            let destination: IpAddr = addr.ip();
            Candidate { destination, source: *source }
        });
        addresses.extend(pairs.into_iter().map(|(addr, _)| addr));
    }
}
