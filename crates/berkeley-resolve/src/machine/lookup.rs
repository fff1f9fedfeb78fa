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
use super::event::{Action, Answer, Attempt, End, Event, Failure, Packet, SocketId};
use super::exchange::{Exchange, Pending, first};
use super::memory::Memory;
use crate::wire::{Data, Flags, Ignored, Message, Name, Rcode, RecordType, Reply, Verdict};

/// How many aliases are asked for by a question of their own.
const CHASES: usize = 8;

/// How long the other types may take when one has been answered.
const HALF: Duration = Duration::from_secs(1);

/// A question that is to be sent.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Send {
    ask: usize,
    server: usize,
    tcp: bool,
    probe: bool,
}

/// A lookup of a name in the DNS, without a socket and without a clock: it is told what has happened, and says what to do.
///
/// All types are asked for at once, in one datagram each on one fresh socket. A server that fails, or cannot be reached, is followed by the
/// next at once; one that is slow, by the next beside it. It ends with the first name of the search list that has records, and waits a
/// second at most for the other types. It sends no more than `servers * attempts * types` datagrams for a name (of the search list, or one
/// of at most eight that aliases lead to), and two more for each server and type, and it opens no more TCP connections than that; it ends by
/// its deadline, and without one `attempts * (timeout + servers * timeout / 2)` after the last answer.
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
    config: Arc<Config>,
    lookup: Lookup,
    random: R,
    names: VecDeque<Name>,
    order: Vec<usize>,
    asks: Vec<Ask>,
    exchanges: Vec<Exchange>,
    outbox: Vec<Send>,
    actions: VecDeque<Action>,
    trace: Vec<Attempt>,
    sockets: u32,
    /// How many questions may still be sent, by UDP and by TCP.
    left: [usize; 2],
    /// Failures of names that were tried before.
    failure: Option<Failure>,
    nodata: bool,
    /// The least time for which the names do not exist, or have no records.
    negative: Option<Duration>,
    /// A server has not said for how long.
    unsaid: bool,
    partial: bool,
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
            partial: false,
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
        self.partial
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

    /// For how long [`Failure::NoName`] or [`Failure::NoData`] holds, if each server has said so.
    pub fn negative_ttl(&self) -> Option<Duration> {
        self.negative.filter(|_| !self.unsaid)
    }

    /// All questions that were sent, in order.
    pub fn trace(&self) -> &[Attempt] {
        &self.trace
    }

    // What follows is in the order in which a lookup goes through it.

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
            self.close(&exchange, Failure::TimedOut, now);
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

    /// Chooses the next server for a type. A new round waits for the servers of the one before, unless it is forced.
    fn advance(&mut self, i: usize, force: bool) {
        let count = self.order.len();
        let waits = self.exchanges.iter().any(|exchange| {
            !exchange.probe && exchange.pending.iter().any(|pending| pending.ask == i)
        }) || self.outbox.iter().any(|send| send.ask == i);
        let Some(ask) = self.asks.get_mut(i).filter(|ask| ask.is_open()) else { return };
        (ask.hedge, ask.resend) = (None, None);
        let over = ask.step >= count * usize::from(self.config.attempts.max(1));
        if over || (ask.step % count == 0 && waits && !force) {
            if over && !waits {
                let failure = ask.last.unwrap_or(Failure::TimedOut);
                ask.settled = Some(Settled::Failed(failure));
            }
            return;
        }
        let server = self.order.get((ask.first + ask.step) % count).copied().unwrap_or_default();
        ask.step += 1;
        self.outbox.push(Send { ask: i, server, tcp: self.config.use_vc, probe: false });
    }

    /// Sends what is to be sent, what goes to one server together.
    fn send(&mut self, now: Duration, memory: &mut Memory) {
        while let Some(one) = self.outbox.first().copied() {
            let same = |send: &Send| Send { ask: one.ask, ..*send } == one;
            let asks: Vec<usize> =
                self.outbox.iter().filter(|send| same(send)).map(|send| send.ask).collect();
            self.outbox.retain(|send| !same(send));
            let asks: Vec<usize> =
                asks.into_iter().filter(|ask| self.may_send(*ask, one)).collect();
            if !asks.is_empty() {
                self.send_to(one, &asks, now, memory);
            }
        }
    }

    /// Counts a question; one too many ends its type.
    fn may_send(&mut self, i: usize, send: Send) -> bool {
        let Some(left) = self.left.get_mut(usize::from(send.tcp)) else { return false };
        let Some(ask) = self.asks.get_mut(i).filter(|ask| ask.is_open()) else { return false };
        match left.checked_sub(1) {
            Some(less) => {
                *left = less;
                true
            }
            None => {
                if !send.probe {
                    let failure = ask.last.unwrap_or(Failure::TimedOut);
                    ask.settled = Some(Settled::Failed(failure));
                }
                false
            }
        }
    }

    fn send_to(&mut self, send: Send, asks: &[usize], now: Duration, memory: &mut Memory) {
        let server = self.server(send.server);
        let open = self.exchanges.iter().position(|exchange| {
            send.tcp && exchange.tcp && exchange.server == send.server && !exchange.probe
        });
        let fresh = open.is_none();
        let mut exchange = match open {
            Some(at) => self.exchanges.swap_remove(at),
            None => self.open(send, now, memory),
        };
        exchange.until = now.saturating_add(self.config.timeout);
        let patience = memory.patience(server, self.config.timeout);
        let mut packets = Vec::with_capacity(asks.len());
        for ask in asks {
            if let Some(pending) = self.question(*ask, &exchange, now) {
                let mut query = exchange.query(&pending);
                if self.config.trust_ad {
                    query.flags |= Flags::AUTHENTIC_DATA;
                }
                packets.push(Packet::new(&query));
                exchange.pending.push(pending);
            }
            let more = !send.probe && self.config.hedge;
            let count = self.order.len();
            if let Some(ask) = self.asks.get_mut(*ask).filter(|ask| more && ask.step % count != 0) {
                ask.hedge = Some(now.saturating_add(patience));
            }
        }
        let socket = exchange.socket;
        self.exchanges.push(exchange);
        self.actions.push_back(if send.tcp {
            let mut bytes = Vec::new();
            for packet in &packets {
                // A question has at most 326 bytes.
                bytes.extend(u16::try_from(packet.len()).unwrap_or_default().to_be_bytes());
                bytes.extend_from_slice(packet);
            }
            if fresh {
                Action::Tcp { socket, server, bytes }
            } else {
                Action::Write { socket, bytes }
            }
        } else {
            Action::Udp { socket, server, queries: packets }
        });
    }

    /// A new socket.
    fn open(&mut self, send: Send, now: Duration, memory: &mut Memory) -> Exchange {
        let server = self.server(send.server);
        let socket = SocketId(self.sockets);
        self.sockets = self.sockets.saturating_add(1);
        let edns = self.config.edns && memory.takes_edns(server, now);
        let cookie = edns && self.config.cookies;
        let mut exchange = Exchange::new(socket, send.server, now, self.config.timeout);
        exchange.tcp = send.tcp;
        exchange.probe = send.probe;
        exchange.edns = edns;
        exchange.exact = self.config.random_case && !send.tcp && memory.keeps_case(server, now);
        exchange.cookie = cookie.then(|| memory.cookie(server, (self.random)().to_ne_bytes()));
        exchange
    }

    /// A question of a type on a socket, and its line of the trace.
    fn question(&mut self, i: usize, exchange: &Exchange, now: Duration) -> Option<Pending> {
        let ask = self.asks.get(i)?;
        let [a, b, ..] = (self.random)().to_ne_bytes();
        let mut id = u16::from_ne_bytes([a, b]);
        // Two on one socket must differ; they are a few.
        while exchange.pending.iter().any(|pending| pending.id == id) {
            id = id.wrapping_add(1);
        }
        let mut name = ask.name.clone();
        if exchange.exact {
            let mut bits = [0; 32];
            for part in bits.chunks_exact_mut(8) {
                part.copy_from_slice(&(self.random)().to_ne_bytes());
            }
            name = name.with_case(&bits);
        }
        let (ty, line) = (ask.ty, self.trace.len());
        self.trace.push(Attempt {
            server: self.server(exchange.server),
            tcp: exchange.tcp,
            edns: exchange.edns,
            name: ask.name.clone(),
            ty,
            start: now,
            took: None,
            end: End::Waiting,
        });
        Some(Pending { ask: i, id, name, ty, line })
    }

    fn take(&mut self, socket: SocketId, tcp: bool) -> Option<Exchange> {
        let at = self
            .exchanges
            .iter()
            .position(|exchange| exchange.socket == socket && exchange.tcp == tcp)?;
        Some(self.exchanges.swap_remove(at))
    }

    fn put_back(&mut self, exchange: Exchange) {
        if exchange.pending.is_empty() {
            self.actions.push_back(Action::Close { socket: exchange.socket });
        } else {
            self.exchanges.push(exchange);
        }
    }

    fn read_stream(
        &mut self,
        exchange: &mut Exchange,
        bytes: &[u8],
        now: Duration,
        memory: &mut Memory,
    ) {
        let stream = exchange.take(bytes);
        let mut rest = &stream[..];
        while let Some((message, behind)) = first(rest) {
            self.read(exchange, message, now, memory);
            rest = behind;
        }
        exchange.keep(rest);
    }

    /// Takes a message for what it is: an answer to one of the questions of its socket, or nothing.
    fn read(&mut self, exchange: &mut Exchange, bytes: &[u8], now: Duration, memory: &mut Memory) {
        let Ok(message) = Message::decode(bytes) else { return };
        for place in exchange.with_id(message.id()) {
            let Some(pending) = exchange.pending.get(place).cloned() else { continue };
            let verdict = exchange.query(&pending).accept(bytes);
            if matches!(verdict, Verdict::Ignored(why) if why != Ignored::Case) {
                continue;
            }
            exchange.pending.remove(place);
            exchange.heard = true;
            match verdict {
                Verdict::Answer(reply) => {
                    let took = (!exchange.tcp).then(|| now.saturating_sub(exchange.sent));
                    let server = self.server(exchange.server);
                    let said = (reply.opt().is_some(), reply.cookie());
                    memory.answered(server, (now, took, exchange.edns), said);
                    self.answer(exchange, &pending, &reply, now, memory);
                }
                Verdict::Malformed(_) => self.fail(exchange, &pending, Failure::Malformed, now),
                Verdict::Ignored(_) => {
                    // A true server in the wrong case, or a forger: by TCP nobody else can answer.
                    memory.lost_case(self.server(exchange.server), now);
                    self.again(exchange, &pending, (true, End::Case), now);
                }
            }
            return;
        }
    }

    /// An answer to a question.
    fn answer(
        &mut self,
        exchange: &Exchange,
        pending: &Pending,
        reply: &Reply<'_>,
        now: Duration,
        memory: &mut Memory,
    ) {
        let (server, rcode) = (self.server(exchange.server), reply.rcode());
        if reply.is_truncated() {
            if exchange.tcp {
                return self.fail(exchange, pending, Failure::Truncated, now);
            }
            if let Some(ask) = self.asks.get_mut(pending.ask) {
                ask.truncated = true;
            }
            return self.again(exchange, pending, (true, End::Truncated), now);
        }
        match rcode {
            Rcode::FORMERR | Rcode::NOTIMP | Rcode::BADVERS if exchange.edns => {
                memory.refused_edns(server, now);
                self.again(exchange, pending, (exchange.tcp, End::Again(rcode)), now);
            }
            Rcode::BADCOOKIE if exchange.edns && !exchange.tcp => {
                self.again(exchange, pending, (true, End::Again(rcode)), now);
            }
            Rcode::NOERROR if reply.found() > 0 => {
                self.end(pending.line, now, End::Found(reply.found()));
                let answer = Answer {
                    ty: pending.ty,
                    name: reply.name().map_or(Name::ROOT, Name::from),
                    ttl: reply.ttl(),
                    authentic: self.config.trust_ad
                        && reply.message().flags().contains(Flags::AUTHENTIC_DATA),
                    message: reply.message().as_bytes().into(),
                };
                self.overtake(exchange, pending.ask, now, memory);
                self.settle(pending.ask, Settled::Found(Box::new(answer)), now);
            }
            Rcode::NOERROR if reply.is_loop() => {
                self.end(pending.line, now, End::Failed(Failure::Loop));
                self.settle(pending.ask, Settled::Failed(Failure::Loop), now);
            }
            Rcode::NOERROR if reply.skipped() > 0 => {
                self.fail(exchange, pending, Failure::Malformed, now);
            }
            Rcode::NOERROR if reply.aliases() > 0 && reply.negative_ttl().is_none() => {
                self.chase(exchange, pending, reply, now);
            }
            Rcode::NOERROR if reply.is_lame() => self.fail(exchange, pending, Failure::Lame, now),
            Rcode::NOERROR => {
                self.end(pending.line, now, End::Failed(Failure::NoData));
                self.overtake(exchange, pending.ask, now, memory);
                self.settle(pending.ask, Settled::NoData(reply.negative_ttl()), now);
            }
            Rcode::NXDOMAIN => {
                self.end(pending.line, now, End::Failed(Failure::NoName));
                self.overtake(exchange, pending.ask, now, memory);
                self.settle(pending.ask, Settled::NoName(reply.negative_ttl()), now);
            }
            rcode => self.fail(exchange, pending, Failure::Server(rcode), now),
        }
    }

    /// Asks the same server again, in another way.
    fn again(
        &mut self,
        exchange: &Exchange,
        pending: &Pending,
        (tcp, end): (bool, End),
        now: Duration,
    ) {
        self.end(pending.line, now, end);
        self.outbox.push(Send {
            ask: pending.ask,
            server: exchange.server,
            tcp,
            probe: exchange.probe,
        });
    }

    /// Asks for what the aliases lead to.
    fn chase(&mut self, exchange: &Exchange, pending: &Pending, reply: &Reply<'_>, now: Duration) {
        let target = reply.name().map_or(Name::ROOT, Name::from);
        let place = self.order.iter().position(|server| *server == exchange.server);
        self.end(pending.line, now, End::Alias);
        let Some(ask) = self.asks.get_mut(pending.ask) else { return };
        if ask.path.len() >= CHASES || ask.path.contains(&target) {
            return self.settle(pending.ask, Settled::Failed(Failure::Loop), now);
        }
        ask.path.push(target.clone());
        ask.name = target;
        (ask.step, ask.first) = (0, place.unwrap_or_default());
        ask.truncated = false;
        self.drop_questions(pending.ask, now);
        self.advance(pending.ask, false);
    }

    /// A question has failed with its server: the next one.
    fn fail(&mut self, exchange: &Exchange, pending: &Pending, failure: Failure, now: Duration) {
        self.end(pending.line, now, End::Failed(failure));
        let Some(ask) = self.asks.get_mut(pending.ask).filter(|ask| ask.is_open()) else { return };
        if !exchange.probe {
            let by_tcp = exchange.tcp && ask.truncated;
            ask.last = Some(if by_tcp { Failure::Truncated } else { failure });
        } else if self.exchanges.iter().any(|e| e.pending.iter().any(|p| p.ask == pending.ask)) {
            return;
        }
        self.advance(pending.ask, false);
    }

    /// A socket failed.
    fn broken(&mut self, socket: SocketId, errno: Errno, now: Duration, memory: &mut Memory) {
        let at = self.exchanges.iter().position(|exchange| exchange.socket == socket);
        let Some(at) = at else { return };
        let exchange = self.exchanges.swap_remove(at);
        if !exchange.tcp || self.config.use_vc {
            memory.silent(self.server(exchange.server), now);
        }
        self.close(&exchange, Failure::Network(errno), now);
    }

    fn close(&mut self, exchange: &Exchange, failure: Failure, now: Duration) {
        self.actions.push_back(Action::Close { socket: exchange.socket });
        for pending in &exchange.pending {
            self.fail(exchange, pending, failure, now);
        }
    }

    /// Servers that were asked before the one that answered, and have said nothing for longer than they should.
    fn overtake(&mut self, by: &Exchange, i: usize, now: Duration, memory: &mut Memory) {
        for exchange in &self.exchanges {
            let server = self.server(exchange.server);
            let patience = memory.patience(server, self.config.timeout);
            if exchange.server != by.server
                && !exchange.heard
                && !exchange.tcp
                && exchange.sent < by.sent
                && now >= exchange.sent.saturating_add(patience)
                && exchange.pending.iter().any(|pending| pending.ask == i)
            {
                memory.silent(server, now);
            }
        }
    }

    /// A type has ended for this name. Where the name is known now, the others have a second.
    fn settle(&mut self, i: usize, settled: Settled, now: Duration) {
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
    fn drop_questions(&mut self, i: usize, now: Duration) {
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
        if self.asks.iter().any(|ask| ask.answer().is_some()) {
            self.partial = failed.is_some();
            self.outcome = Some(failed.filter(|_| self.config.strict).map_or(Ok(()), Err));
            return;
        }
        let mut known = false;
        for ask in &self.asks {
            let ttl = match &ask.settled {
                Some(Settled::NoName(ttl)) => {
                    known = true;
                    *ttl
                }
                Some(Settled::NoData(ttl)) => *ttl,
                _ => continue,
            };
            match ttl {
                Some(ttl) => {
                    self.negative = Some(self.negative.map_or(ttl, |least| least.min(ttl)));
                }
                None => self.unsaid = true,
            }
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
            _ => self.nodata |= !known,
        }
        self.begin();
    }

    fn is_open(&self, ask: usize) -> bool {
        self.asks.get(ask).is_some_and(Ask::is_open)
    }

    fn server(&self, place: usize) -> SocketAddr {
        // Places come from the order, which has no others.
        self.config.servers.get(place).copied().unwrap_or_else(|| SocketAddr::from(([0; 4], 0)))
    }

    fn end(&mut self, line: usize, now: Duration, end: End) {
        if let Some(attempt) = self.trace.get_mut(line) {
            attempt.took = Some(now.saturating_sub(attempt.start));
            attempt.end = end;
        }
    }
}
