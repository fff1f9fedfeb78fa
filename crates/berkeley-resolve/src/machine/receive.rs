//! Receiving: what an answer means for its type, and what a failure does.
//!
//! Contract: total over whatever a server sends. Only the answer to a question of the same socket counts; everything else is as
//! if it had not come.

use core::time::Duration;

use berkeley_socket::Errno;

use super::ask::{Ask, Settled};
use super::event::{Action, Answer, End, Failure, SocketId};
use super::exchange::{Exchange, Pending, first};
use super::lookup::{CHASES, Machine, Send};
use super::memory::Memory;
use crate::kind::Kind;
use crate::wire::{Flags, Ignored, Message, Name, Rcode, Reply, Verdict};

impl<R: FnMut() -> u64> Machine<R> {
    pub(super) fn take(&mut self, socket: SocketId, tcp: bool) -> Option<Exchange> {
        let at = self
            .exchanges
            .iter()
            .position(|exchange| exchange.socket == socket && exchange.tcp == tcp)?;
        Some(self.exchanges.swap_remove(at))
    }

    pub(super) fn put_back(&mut self, exchange: Exchange) {
        if exchange.pending.is_empty() {
            self.actions.push_back(Action::Close { socket: exchange.socket });
        } else {
            self.exchanges.push(exchange);
        }
    }

    pub(super) fn read_stream(
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
        let read = stream.len() - rest.len();
        exchange.keep(stream, read);
    }

    /// Takes a message for what it is: an answer to one of the questions of its socket, or nothing.
    pub(super) fn read(
        &mut self,
        exchange: &mut Exchange,
        bytes: &[u8],
        now: Duration,
        memory: &mut Memory,
    ) {
        let Ok(message) = Message::decode(bytes) else { return };
        for place in exchange.with_id(message.id()) {
            let Some(pending) = exchange.pending.get(place).cloned() else { continue };
            let verdict = exchange.expected(&pending).accept(bytes);
            exchange.unproven |= matches!(verdict, Verdict::Ignored(Ignored::Cookie));
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
                    let known = exchange.cookie.is_some_and(|cookie| !cookie.server().is_empty());
                    if exchange.tcp && known && said.1.is_none() {
                        memory.lost_cookie(server, now);
                    }
                    if exchange.tcp && exchange.exact && !reply.repeats(&pending.name) {
                        memory.lost_case(server, now);
                    }
                    self.answer(exchange, &pending, &reply, now, memory);
                }
                Verdict::Malformed(_) => self.fail(exchange, &pending, Failure::Malformed, now),
                Verdict::Ignored(_) => {
                    // A true server in the wrong case, or a forger: by TCP nobody else can answer, and the case there tells which.
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
        // What aliases lead to is absent for no longer than they hold.
        let negative = |asks: &[Ask]| {
            let way = asks.get(pending.ask).map_or(Duration::MAX, |ask| ask.ttl);
            reply.negative_ttl().map(|ttl| ttl.min(way))
        };
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
                // With the server's part, which it has just told; once, for it had none before.
                let is_told = reply.cookie().is_some_and(|cookie| !cookie.server().is_empty());
                let was_bare = exchange.cookie.is_some_and(|cookie| cookie.server().is_empty());
                let tcp = !(is_told && was_bare);
                self.again(exchange, pending, (tcp, End::Again(rcode)), now);
            }
            Rcode::NOERROR if reply.found() > 0 => {
                self.end(pending.line, now, End::Found(reply.found()));
                self.overtake(exchange, pending.ask, now, memory);
                if let Some(answer) = self.heard(exchange, pending, reply) {
                    self.settle(pending.ask, Settled::Found(Box::new(answer)), now);
                }
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
            Rcode::NOERROR if reply.is_lame() && reply.negative_ttl().is_none() => {
                self.fail(exchange, pending, Failure::Lame, now);
            }
            Rcode::NOERROR => {
                self.end(pending.line, now, End::Failed(Failure::NoData));
                self.overtake(exchange, pending.ask, now, memory);
                self.settle(pending.ask, Settled::NoData(negative(&self.asks)), now);
            }
            Rcode::NXDOMAIN => {
                self.end(pending.line, now, End::Failed(Failure::NoName));
                self.overtake(exchange, pending.ask, now, memory);
                self.settle(pending.ask, Settled::NoName(negative(&self.asks)), now);
            }
            rcode => self.fail(exchange, pending, Failure::Server(rcode), now),
        }
    }

    /// Asks the same server again, in another way.
    pub(super) fn again(
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

    /// An answer as the end of its way: what led to it counts.
    fn heard(&self, exchange: &Exchange, pending: &Pending, reply: &Reply<'_>) -> Option<Answer> {
        let ask = self.asks.get(pending.ask)?;
        let is_signed = reply.message().flags().contains(Flags::AUTHENTIC_DATA);
        let mut answer = Answer {
            ty: pending.ty,
            name: reply.name().map_or(Name::ROOT, Name::from),
            ttl: reply.ttl().min(ask.ttl),
            authentic: self.config.trust_ad && is_signed && ask.authentic,
            chased: ask.aliases.clone(),
            message: reply.message().as_bytes().into(),
        };
        if exchange.exact {
            answer.restore_case(&ask.name);
        }
        Some(answer)
    }

    /// Asks for what the aliases lead to.
    fn chase(&mut self, exchange: &Exchange, pending: &Pending, reply: &Reply<'_>, now: Duration) {
        self.end(pending.line, now, End::Alias);
        let Some(answer) = self.heard(exchange, pending, reply) else { return };
        let place = self.order.iter().position(|server| *server == exchange.server);
        let Some(ask) = self.asks.get_mut(pending.ask) else { return };
        let aliases = answer.aliases();
        if Kind::of(&answer.name.to_string()) != Kind::Any {
            return self.settle(pending.ask, Settled::NoName(Some(answer.ttl)), now);
        }
        if ask.chases >= CHASES || aliases.contains(&answer.name) {
            return self.settle(pending.ask, Settled::Failed(Failure::Loop), now);
        }
        ask.chases += 1;
        (ask.name, ask.aliases) = (answer.name, aliases);
        (ask.ttl, ask.authentic) = (answer.ttl, answer.authentic);
        (ask.step, ask.first) = (0, place.unwrap_or_default());
        ask.truncated = false;
        self.drop_questions(pending.ask, now);
        self.advance(pending.ask, false);
    }

    /// A question has failed with its server: the next one.
    pub(super) fn fail(
        &mut self,
        exchange: &Exchange,
        pending: &Pending,
        failure: Failure,
        now: Duration,
    ) {
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
    pub(super) fn broken(
        &mut self,
        socket: SocketId,
        errno: Errno,
        now: Duration,
        memory: &mut Memory,
    ) {
        let at = self.exchanges.iter().position(|exchange| exchange.socket == socket);
        let Some(at) = at else { return };
        let exchange = self.exchanges.swap_remove(at);
        if !exchange.heard && (!exchange.tcp || self.config.use_vc) {
            memory.silent(self.server(exchange.server), now);
        }
        self.close(&exchange, Failure::Network(errno), now);
    }

    pub(super) fn close(&mut self, exchange: &Exchange, failure: Failure, now: Duration) {
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
}
