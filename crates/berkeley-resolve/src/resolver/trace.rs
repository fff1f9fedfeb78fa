//! How a call came to its answer: the sources of nsswitch.conf that were asked or passed over, libc, and the questions to name servers.
//!
//! Contract: plain values, made only for who wants them: nothing is noted, and no clock read, for others.

use core::fmt;
use core::time::Duration;
use std::borrow::Cow;
use std::time::Instant;

use crate::error::Cause;
use crate::machine::Attempt;

/// How a call came to its answer, or to none: [`Resolver::getaddrinfo_traced`](crate::Resolver::getaddrinfo_traced).
#[derive(Clone, Debug, Default)]
pub struct Trace {
    /// When the call began; `None`: nobody wants to know of sources.
    began: Option<Instant>,
    visits: Vec<Visit>,
    pub(crate) attempts: Vec<Attempt>,
}

/// What came of one source, or of what says who answers.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Visit {
    /// nsswitch.conf's word for it, `libc`, or `BERKELEY_NETDNS`.
    pub source: Cow<'static, str>,
    /// When that was known, since the call began.
    pub at: Duration,
    /// What came of it.
    pub said: Said,
}

/// What a source said.
#[non_exhaustive]
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Said {
    /// So many addresses.
    Found(usize),
    /// It has no such name.
    NotFound,
    /// It was not asked, because it has no names of this kind, or the name is nobody's to ask for.
    PassedOver,
    /// It failed.
    Failed(Cause),
    /// It is asked for the whole call, for this reason.
    Asked(Box<str>),
    /// It has this word, which says nothing.
    Ignored(Box<str>),
}

/// In words.
impl fmt::Display for Said {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Found(1) => f.write_str("1 address"),
            Self::Found(count) => write!(f, "{count} addresses"),
            Self::NotFound => f.write_str("not found"),
            Self::PassedOver => f.write_str("passed over"),
            Self::Failed(cause) => cause.fmt(f),
            Self::Asked(why) => write!(f, "asked for all: {why}"),
            // What the variable holds may be anything.
            Self::Ignored(word) => write!(f, "{word:?} says nothing: native or libc would"),
        }
    }
}

impl Trace {
    /// One that notes all from now on.
    pub(crate) fn begin() -> Self {
        Self { began: Some(Instant::now()), ..Self::default() }
    }

    /// The sources, in the order in which they were known: none where nothing was to be looked up.
    pub fn visits(&self) -> &[Visit] {
        &self.visits
    }

    /// The questions that went to name servers: none if the answer was kept from before, or came from elsewhere.
    pub fn attempts(&self) -> &[Attempt] {
        &self.attempts
    }

    /// How long ago it began, by the clock of the visits; zero where there are none.
    pub(super) fn age(&self) -> Duration {
        self.began.map_or(Duration::ZERO, |began| began.elapsed())
    }

    /// These questions were sent, in a lookup that began so long after the call.
    pub(super) fn asked(&mut self, mut attempts: Vec<Attempt>, before: Duration) {
        for attempt in &mut attempts {
            attempt.start = attempt.start.saturating_add(before);
        }
        self.attempts = attempts;
    }

    /// Notes what a source said, if somebody wants to know.
    pub(crate) fn note(
        &mut self,
        source: impl Into<Cow<'static, str>>,
        said: impl FnOnce() -> Said,
    ) {
        if let Some(began) = self.began {
            self.visits.push(Visit { source: source.into(), at: began.elapsed(), said: said() });
        }
    }
}
