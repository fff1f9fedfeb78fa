//! One type of a lookup: what has become of it, and which server is next.
//!
//! Contract: steps go through the servers in order, as many rounds as there are attempts; state alone, no decision.

use core::time::Duration;

use super::event::{Answer, Failure};
use crate::wire::{Name, RecordType};

/// How a type ended for a name.
#[derive(Debug)]
pub(super) enum Settled {
    Found(Box<Answer>),
    /// For how long that holds, if the server says so.
    NoData(Option<Duration>),
    /// As above.
    NoName(Option<Duration>),
    Failed(Failure),
}

/// A type.
#[derive(Debug)]
pub(super) struct Ask {
    pub(super) ty: RecordType,
    /// The name in the question: a candidate, or what its aliases lead to.
    pub(super) name: Name,
    /// How many aliases' targets were asked for so far, by a question each.
    pub(super) chases: usize,
    /// The aliases that lead to it, the candidate first.
    pub(super) aliases: Vec<Name>,
    /// The least time for which they hold.
    pub(super) ttl: Duration,
    /// The server has checked the signatures of all of them.
    pub(super) authentic: bool,
    /// It is not another type's turn.
    pub(super) begun: bool,
    pub(super) settled: Option<Settled>,
    /// How many servers were asked.
    pub(super) step: usize,
    /// The place in the order of the server of step 0.
    pub(super) first: usize,
    /// When the next server is asked as well.
    pub(super) hedge: Option<Duration>,
    /// When it is asked again, on a new socket.
    pub(super) resend: Option<Duration>,
    /// When it is given up, because others have an answer.
    pub(super) give_up: Option<Duration>,
    pub(super) last: Option<Failure>,
    /// An answer was too long for a datagram.
    pub(super) truncated: bool,
}

impl Ask {
    pub(super) fn new(ty: RecordType, name: Name, begun: bool) -> Self {
        Self {
            ty,
            name,
            chases: 0,
            aliases: Vec::new(),
            ttl: Duration::MAX,
            authentic: true,
            begun,
            settled: None,
            step: 0,
            first: 0,
            hedge: None,
            resend: None,
            give_up: None,
            last: None,
            truncated: false,
        }
    }

    pub(super) const fn is_open(&self) -> bool {
        self.begun && self.settled.is_none()
    }

    pub(super) fn answer(&self) -> Option<&Answer> {
        match &self.settled {
            Some(Settled::Found(answer)) => Some(answer),
            _ => None,
        }
    }

    /// Whether it is clear by now that the name is there, or that it is not: then nobody waits long for other types.
    pub(super) const fn is_decided(&self) -> bool {
        matches!(self.settled, Some(Settled::Found(_) | Settled::NoName(_)))
    }

    pub(super) const fn failure(&self) -> Option<Failure> {
        match &self.settled {
            Some(Settled::Failed(failure)) => Some(*failure),
            _ => None,
        }
    }

    /// When it must be looked after.
    pub(super) fn wake_at(&self) -> Option<Duration> {
        let times = [self.hedge, self.resend, self.give_up];
        if self.is_open() { times.into_iter().flatten().min() } else { None }
    }
}
