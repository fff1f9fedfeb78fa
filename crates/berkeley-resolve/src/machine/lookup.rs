//! The lookup itself: events in, actions out.
//!
//! Contract: see [`Machine`]. Every step that sends counts against a bound that is known before the first; what is in vain ends with
//! its socket's time-out at the latest, the whole with its deadline.

use core::net::{IpAddr, SocketAddr};
use core::time::Duration;
use std::collections::{HashSet, VecDeque};
use std::sync::Arc;

use berkeley_socket::Errno;

use super::ask::{Ask, Settled};
use super::config::{Config, Lookup};
use super::event::{Action, Answer, Attempt, End, Event, Failure};
use super::exchange::Exchange;
use super::memory::Memory;
use crate::wire::{Data, Name, RecordType};

/// How many aliases are asked for by a question of their own.
pub(super) const CHASES: usize = 8;

/// How long the other types may take when one has been answered.
const HALF: Duration = Duration::from_secs(1);

/// A question that is to be sent.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Send {
    pub(super) ask: usize,
    pub(super) server: usize,
    pub(super) tcp: bool,
    pub(super) probe: bool,
}

/// A lookup of a name in the DNS, without a socket and without a clock: it is told what has happened, and says what to do.
///
/// All types are asked for at once, in one datagram each, by one fresh socket. A server that fails, or cannot be reached, is followed by
/// the next at once; one that is slow, by the next beside it. It ends with the first name of the search list that has records, and waits a
/// second at most for the other types.
///
/// Of datagrams it sends no more than `servers * types * (attempts * names + 2)`, where the names are those of the search list and eight
/// that aliases may lead to; the two are for a server that does not understand EDNS, or tells its cookie, and for one that is tried again. By TCP it asks no more
/// questions than that. A question is given up after `timeout`, the lookup at its deadline.
///
/// `random` is asked for bits that nobody can guess: the numbers of questions are made of them.
///
/// ```
/// use berkeley_resolve::machine::{Action, Config, Event, Failure, Lookup, Machine, Memory};
/// use berkeley_resolve::wire::RecordType;
/// use core::time::Duration;
/// use std::sync::Arc;
///
/// let lookup = Lookup {
///     name: "example.org".parse()?,
///     search: false,
///     types: vec![RecordType::A, RecordType::AAAA],
///     deadline: Some(Duration::from_secs(3)),
/// };
/// let mut memory = Memory::new();
/// let mut machine = Machine::new(Arc::new(Config::default()), lookup, || 4); // Better bits in earnest.
/// machine.start(Duration::ZERO, &mut memory);
/// assert!(matches!(machine.poll(), Some(Action::Udp { queries, .. }) if queries.len() == 2));
/// // Nobody answers.
/// while let Some(time) = machine.wake_at() {
///     machine.handle(time, Event::Timer, &mut memory);
/// }
/// assert_eq!(machine.outcome(), Some(Err(Failure::Deadline)));
/// # Ok::<(), berkeley_resolve::wire::NameError>(())
/// ```
#[derive(Debug)]
pub struct Machine<R> {
    pub(super) config: Arc<Config>,
    pub(super) lookup: Lookup,
    pub(super) random: R,
    names: VecDeque<Name>,
    pub(super) order: Vec<usize>,
    pub(super) asks: Vec<Ask>,
    pub(super) exchanges: Vec<Exchange>,
    pub(super) outbox: Vec<Send>,
    pub(super) actions: VecDeque<Action>,
    pub(super) trace: Vec<Attempt>,
    pub(super) sockets: u32,
    /// How many questions may still be sent, by UDP and by TCP.
    pub(super) left: [usize; 2],
    /// Failures of names that were tried before.
    failure: Option<Failure>,
    nodata: bool,
    /// The least time for which the names do not exist, or have no records.
    negative: Option<Duration>,
    /// A server has not said for how long, or there is none that has said anything.
    unsaid: bool,
    missing: Option<Failure>,
    outcome: Option<Result<(), Failure>>,
}

impl<R: FnMut() -> u64> Machine<R> {
    /// A lookup that has not started.
    pub fn new(config: Arc<Config>, mut lookup: Lookup, random: R) -> Self {
        if config.no_aaaa {
            lookup.types.retain(|ty| *ty != RecordType::AAAA);
        }
        let names = lookup.names(&config);
        let servers = config.servers.len() * lookup.types.len();
        let rounds = usize::from(config.attempts.max(1)) * (names.len() + CHASES) + 2;
        Self {
            config,
            lookup,
            random,
            names: names.into(),
            order: Vec::new(),
            asks: Vec::new(),
            exchanges: Vec::new(),
            outbox: Vec::new(),
            actions: VecDeque::new(),
            trace: Vec::new(),
            sockets: 0,
            left: [servers.saturating_mul(rounds); 2],
            failure: None,
            nodata: false,
            negative: None,
            unsaid: false,
            missing: None,
            outcome: None,
        }
    }

    /// Starts it.
    pub fn start(&mut self, now: Duration, memory: &mut Memory) {
        memory.prepare(&self.config.servers);
        if self.config.servers.is_empty() || self.lookup.types.is_empty() {
            self.outcome = Some(Err(Failure::Nothing));
            return;
        }
        let count = self.config.servers.len() as u64;
        let offset = if self.config.rotate { (self.random)() % count } else { 0 };
        self.order = memory.order(&self.config, usize::try_from(offset).unwrap_or_default());
        self.begin();
        if let Some(server) = memory.probe(&self.config, now) {
            let open = (0..self.asks.len()).filter(|ask| self.is_open(*ask));
            let probes = open.map(|ask| Send { ask, server, tcp: self.config.use_vc, probe: true });
            let probes: Vec<Send> = probes.collect();
            self.outbox.extend(probes);
        }
        self.go_on(now, memory);
    }

    /// Tells what has happened, and what time it is.
    pub fn handle(&mut self, now: Duration, event: Event<'_>, memory: &mut Memory) {
        if self.outcome.is_some() || self.order.is_empty() {
            return;
        }
        match event {
            Event::Timer => {}
            Event::Datagram { socket, bytes } => {
                if let Some(mut exchange) = self.take(socket, false) {
                    self.read(&mut exchange, bytes, now, memory);
                    self.put_back(exchange);
                }
            }
            Event::Stream { socket, bytes } => {
                if let Some(mut exchange) = self.take(socket, true) {
                    self.read_stream(&mut exchange, bytes, now, memory);
                    self.put_back(exchange);
                }
            }
            Event::Closed { socket } => self.broken(socket, Errno::CONNRESET, now, memory),
            Event::Failed { socket, errno } => self.broken(socket, errno, now, memory),
        }
        self.go_on(now, memory);
    }

    /// What to do next. To be asked until there is nothing more, after `start` and after each `handle`, also when it is done.
    pub fn poll(&mut self) -> Option<Action> {
        self.actions.pop_front()
    }

    /// The moment at which to call `handle` again even if nothing happens. `None` when it is done.
    pub fn wake_at(&self) -> Option<Duration> {
        if self.outcome.is_some() {
            return None;
        }
        let exchanges = self.exchanges.iter().map(|exchange| exchange.until);
        let asks = self.asks.iter().filter_map(Ask::wake_at);
        exchanges.chain(asks).chain(self.lookup.deadline).min()
    }

    /// How it ended; `None` while it has not.
    pub fn outcome(&self) -> Option<Result<(), Failure>> {
        self.outcome
    }

    /// Whether no server has answered for one of the types, although there are records of another.
    pub fn is_partial(&self) -> bool {
        self.missing.is_some()
    }

    /// Why then.
    pub fn missing(&self) -> Option<Failure> {
        self.missing
    }

    /// What was found so far, also before the end: the types of one name in the order in which they were asked for.
    pub fn answers(&self) -> impl Iterator<Item = &Answer> {
        self.asks.iter().filter_map(Ask::answer)
    }

    /// The addresses among what was found so far, each once.
    pub fn addresses(&self) -> Vec<IpAddr> {
        let mut seen = HashSet::new();
        let replies = self.answers().filter_map(Answer::reply);
        let addresses = replies.flat_map(|reply| {
            reply.records().filter_map(|(_, data)| match data {
                Data::A(ip) => Some(IpAddr::V4(ip)),
                Data::Aaaa(ip) => Some(IpAddr::V6(ip)),
                _ => None,
            })
        });
        addresses.filter(|ip| seen.insert(*ip)).collect()
    }

    /// For how long what came of it holds, be it [`Failure::NoName`] or [`Failure::NoData`]: the least that was said of each type, and of the
    /// names that were tried before. `None` where a server has not said so, or failed.
    pub fn ttl(&self) -> Option<Duration> {
        let least = self.answers().map(|answer| answer.ttl).chain(self.negative).min();
        least.filter(|_| !self.unsaid)
    }

    /// All questions that were sent, in order.
    pub fn trace(&self) -> &[Attempt] {
        &self.trace
    }

    /// Takes the next name.
    fn begin(&mut self) {
        let Some(name) = self.names.pop_front() else {
            let nothing = if self.nodata { Failure::NoData } else { Failure::NoName };
            let failure = if self.nodata { None } else { self.failure };
            self.outcome = Some(Err(failure.unwrap_or(nothing)));
            return;
        };
        let one = self.config.single_request;
        let types = self.lookup.types.iter().enumerate();
        self.asks = types.map(|(i, ty)| Ask::new(*ty, name.clone(), i == 0 || !one)).collect();
        for ask in 0..self.asks.len() {
            self.advance(ask, false);
        }
    }

    /// Looks after what is due, sends what is to be sent, and ends what is settled.
    fn go_on(&mut self, now: Duration, memory: &mut Memory) {
        if self.lookup.deadline.is_some_and(|deadline| now >= deadline) {
            for ask in &mut self.asks {
                ask.settled.get_or_insert(Settled::Failed(Failure::Deadline));
            }
            self.conclude();
            // Whatever names are left: there is no time.
            self.outcome.get_or_insert(Err(Failure::Deadline));
        } else {
            self.expire(now, memory);
            self.wake(now);
        }
        while self.outcome.is_none() {
            self.send(now, memory);
            if let Some(next) = self.asks.iter().position(|ask| ask.settled.is_none()) {
                if self.asks.get(next).is_some_and(|ask| ask.begun) {
                    return;
                }
                // Its turn has come.
                self.begin_ask(next, now);
            } else {
                self.conclude();
            }
        }
        self.outbox.clear();
        let exchanges: Vec<Exchange> = self.exchanges.drain(..).collect();
        for exchange in exchanges {
            for pending in &exchange.pending {
                self.end(pending.line, now, End::Dropped);
            }
            self.actions.push_back(Action::Close { socket: exchange.socket });
        }
    }

    fn begin_ask(&mut self, next: usize, now: Duration) {
        let decided = self.asks.iter().any(Ask::is_decided);
        if let Some(ask) = self.asks.get_mut(next) {
            ask.begun = true;
            ask.give_up = decided.then(|| now.saturating_add(HALF.min(self.config.timeout)));
        }
        self.advance(next, false);
    }

    /// Ends the sockets that were silent for too long.
    fn expire(&mut self, now: Duration, memory: &mut Memory) {
        while let Some(at) = self.exchanges.iter().position(|exchange| now >= exchange.until) {
            let exchange = self.exchanges.swap_remove(at);
            let server = self.server(exchange.server);
            if !exchange.heard && (!exchange.tcp || self.config.use_vc) {
                memory.silent(server, now);
            }
            if !exchange.tcp {
                memory.timed_out(server, exchange.edns);
            }
            if exchange.unproven {
                // RFC 7873 section 5.3. Either somebody else spoke, or the server has no cookies any more: by TCP it can say so.
                self.actions.push_back(Action::Close { socket: exchange.socket });
                for pending in &exchange.pending {
                    self.again(&exchange, pending, (true, End::Cookie), now);
                }
            } else {
                self.close(&exchange, Failure::TimedOut, now);
            }
        }
    }

    /// Asks the next server, or again, where it is time.
    fn wake(&mut self, now: Duration) {
        let due = |time: Option<Duration>| time.is_some_and(|time| now >= time);
        for i in 0..self.asks.len() {
            let Some(ask) = self.asks.get_mut(i).filter(|ask| ask.is_open()) else { continue };
            if due(ask.give_up) {
                let failure = ask.last.unwrap_or(Failure::TimedOut);
                self.settle(i, Settled::Failed(failure), now);
            } else if due(ask.resend) {
                self.advance(i, true);
            } else if due(ask.hedge) {
                self.advance(i, false);
            }
        }
    }

    /// A type has ended for this name. Where the name is known now, the others have a second.
    pub(super) fn settle(&mut self, i: usize, settled: Settled, now: Duration) {
        let Some(ask) = self.asks.get_mut(i).filter(|ask| ask.is_open()) else { return };
        ask.settled = Some(settled);
        let decided = ask.is_decided();
        self.drop_questions(i, now);
        if !decided {
            return;
        }
        let half = now.saturating_add(HALF.min(self.config.timeout));
        let soon = now.saturating_add((HALF / 10).min(self.config.timeout / 2));
        for ask in self.asks.iter_mut().filter(|ask| ask.is_open()) {
            ask.give_up = Some(ask.give_up.unwrap_or(half).min(half));
            if ask.hedge.is_none() && ask.resend.is_none() {
                // The answer may have been lost because both came from one port: another port, once.
                ask.resend = Some(soon);
            }
        }
    }

    /// Nobody waits any longer for the answers to a type's questions.
    pub(super) fn drop_questions(&mut self, i: usize, now: Duration) {
        self.outbox.retain(|send| send.ask != i);
        let mut lines = Vec::new();
        for exchange in &mut self.exchanges {
            exchange.pending.retain(|pending| {
                if pending.ask == i {
                    lines.push(pending.line);
                }
                pending.ask != i
            });
        }
        for line in lines {
            self.end(line, now, End::Dropped);
        }
        let actions = &mut self.actions;
        self.exchanges.retain(|exchange| {
            if exchange.pending.is_empty() {
                actions.push_back(Action::Close { socket: exchange.socket });
            }
            !exchange.pending.is_empty()
        });
    }

    /// All types have ended for this name: that was all, or the next name.
    fn conclude(&mut self) {
        let failed = self.asks.iter().find_map(Ask::failure);
        self.unsaid |= failed.is_some();
        let (mut known, mut exists) = (false, false);
        for ask in &self.asks {
            let ttl = match &ask.settled {
                Some(Settled::NoName(ttl)) => {
                    known = true;
                    *ttl
                }
                // Whoever says "no such name" to another type is wrong.
                Some(Settled::NoData(ttl)) => {
                    exists = true;
                    *ttl
                }
                _ => continue,
            };
            match ttl {
                Some(ttl) => {
                    self.negative = Some(self.negative.map_or(ttl, |least| least.min(ttl)));
                }
                None => self.unsaid = true,
            }
        }
        if self.asks.iter().any(|ask| ask.answer().is_some()) {
            self.missing = failed;
            self.outcome = Some(failed.filter(|_| self.config.strict).map_or(Ok(()), Err));
            return;
        }
        match failed {
            // Another name may have a server that is well.
            Some(
                failure @ (Failure::Server(_)
                | Failure::Lame
                | Failure::Malformed
                | Failure::Truncated),
            ) if !known && !self.config.strict => {
                self.failure.get_or_insert(failure);
            }
            Some(failure) if !known => {
                self.outcome = Some(Err(failure));
                return;
            }
            _ => self.nodata |= exists,
        }
        self.begin();
    }

    fn is_open(&self, ask: usize) -> bool {
        self.asks.get(ask).is_some_and(Ask::is_open)
    }

    pub(super) fn server(&self, place: usize) -> SocketAddr {
        // Places come from the order, which has no others.
        self.config.servers.get(place).copied().unwrap_or_else(|| SocketAddr::from(([0; 4], 0)))
    }

    pub(super) fn end(&mut self, line: usize, now: Duration, end: End) {
        if let Some(attempt) = self.trace.get_mut(line) {
            attempt.took = Some(now.saturating_sub(attempt.start));
            attempt.end = end;
        }
    }
}
