//! Sending: which server is next, and the questions that go to it.
//!
//! Contract: each question counts, by UDP and by TCP, and one too many ends its type. What goes to one server at one moment goes
//! by one socket.

use core::time::Duration;

use super::ask::Settled;
use super::event::{Action, Attempt, End, Failure, Packet, SocketId};
use super::exchange::{Exchange, Pending};
use super::lookup::{Machine, Send};
use super::memory::Memory;
use crate::wire::Flags;

impl<R: FnMut() -> u64> Machine<R> {
    /// Chooses the next server for a type. A new round waits for the servers of the one before, unless it is forced.
    pub(super) fn advance(&mut self, i: usize, force: bool) {
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
    pub(super) fn send(&mut self, now: Duration, memory: &mut Memory) {
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
        let edns = self.config.edns && memory.takes_edns(server, now);
        let open = self.exchanges.iter().position(|exchange| {
            (send.tcp && exchange.tcp)
                && (exchange.server, exchange.edns, exchange.probe)
                    == (send.server, edns, send.probe)
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
        exchange.exact = self.config.random_case && memory.keeps_case(server, now);
        if cookie {
            exchange.cookie = memory.cookie(server, (self.random)().to_ne_bytes(), now);
        }
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
}
