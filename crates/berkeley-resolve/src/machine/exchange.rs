//! A socket and the questions that wait for their answers on it.
//!
//! Contract: one server; by UDP all questions are sent at once, by TCP more may follow. A stream is cut into messages however its
//! bytes come; what is kept of it is at most one message.

use core::mem;
use core::time::Duration;

use super::event::SocketId;
use crate::wire::{Cookie, Name, Query, RecordType};

/// A question that waits.
#[derive(Clone, Debug)]
pub(super) struct Pending {
    /// Which of the lookup's types.
    pub(super) ask: usize,
    pub(super) id: u16,
    /// As it was sent, in its case.
    pub(super) name: Name,
    pub(super) ty: RecordType,
    /// Its line of the trace.
    pub(super) line: usize,
}

/// A socket.
#[expect(clippy::struct_excessive_bools, reason = "each is a fact of its own")]
#[derive(Debug)]
pub(super) struct Exchange {
    pub(super) socket: SocketId,
    /// The server's place in the configuration.
    pub(super) server: usize,
    pub(super) tcp: bool,
    pub(super) edns: bool,
    pub(super) exact: bool,
    /// Only tried again, beside another server: its silence says nothing about the lookup.
    pub(super) probe: bool,
    pub(super) cookie: Option<Cookie>,
    pub(super) sent: Duration,
    /// When it has been silent for too long.
    pub(super) until: Duration,
    /// The server has said something.
    pub(super) heard: bool,
    /// An answer without the cookie that it should have was ignored.
    pub(super) unproven: bool,
    pub(super) pending: Vec<Pending>,
    stream: Vec<u8>,
}

impl Exchange {
    pub(super) fn new(socket: SocketId, server: usize, sent: Duration, timeout: Duration) -> Self {
        Self {
            socket,
            server,
            tcp: false,
            edns: false,
            exact: false,
            probe: false,
            cookie: None,
            sent,
            until: sent.saturating_add(timeout),
            heard: false,
            unproven: false,
            pending: Vec::new(),
            stream: Vec::new(),
        }
    }

    /// The places of the questions that a message with this number may answer.
    pub(super) fn with_id(&self, id: u16) -> Vec<usize> {
        let places = self.pending.iter().enumerate().filter(|(_, pending)| pending.id == id);
        places.map(|(place, _)| place).collect()
    }

    /// The question whose answer is taken: by TCP, which nobody else can answer, one without a cookie or in another case as well.
    pub(super) fn expected<'p>(&self, pending: &'p Pending) -> Query<'p> {
        let mut query = self.query(pending);
        query.exact &= !self.tcp;
        if let Some(edns) = query.edns.as_mut().filter(|_| self.tcp) {
            edns.cookie = self.cookie.map(|cookie| Cookie::new(cookie.client()));
        }
        query
    }

    /// The question as it was sent.
    pub(super) fn query<'p>(&self, pending: &'p Pending) -> Query<'p> {
        let mut query = Query::new(&pending.name, pending.ty, pending.id);
        query.exact = self.exact;
        query.edns = query.edns.filter(|_| self.edns);
        if let Some(edns) = &mut query.edns {
            edns.cookie = self.cookie;
        }
        query
    }

    /// Takes the stream with these bytes behind it, to be given back by `keep`.
    pub(super) fn take(&mut self, bytes: &[u8]) -> Vec<u8> {
        self.stream.extend_from_slice(bytes);
        mem::take(&mut self.stream)
    }

    /// Keeps what is no whole message yet, in its place: a stream may come byte by byte.
    pub(super) fn keep(&mut self, mut stream: Vec<u8>, read: usize) {
        stream.drain(..read.min(stream.len()));
        self.stream = stream;
    }
}

/// The first message of a stream, and what stands behind it.
pub(super) fn first(stream: &[u8]) -> Option<(&[u8], &[u8])> {
    let (len, rest) = stream.split_first_chunk()?;
    rest.split_at_checked(usize::from(u16::from_be_bytes(*len)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_stream_that_comes_byte_by_byte_is_not_copied_for_each() {
        let mut exchange = Exchange::new(SocketId(0), 0, Duration::ZERO, Duration::ZERO);
        let mut rooms = Vec::new();
        for byte in core::iter::repeat_n(255, 65_000) {
            let stream = exchange.take(&[byte]);
            rooms.push(stream.capacity());
            assert_eq!(first(&stream), None);
            exchange.keep(stream, 0);
        }
        rooms.dedup();
        assert!(rooms.len() < 30, "{}", rooms.len());
        assert_eq!(exchange.take(&[]).len(), 65_000);
    }
}
