//! What is known of each server from earlier lookups.
//!
//! Contract: facts with the moment until which, or since when, they hold; nothing is forgotten by a clock of its own. Shared by all
//! lookups with the same servers; no larger than their number. Sources: RFC 6891 section 6.2.2, RFC 7873 section 5, RFC 6298 for
//! the smoothing of round trips.

use core::net::SocketAddr;
use core::time::Duration;

use super::config::Config;
use crate::wire::Cookie;

/// For how long a server is known not to understand EDNS, to change the case of names, or to have lost its cookies.
const LESSON: Duration = Duration::from_secs(3600);

/// How long after its last silence a server is tried again, beside another.
const QUARANTINE: Duration = Duration::from_secs(5);

/// How long to wait for a server of which nothing is known before the next is asked as well.
const UNKNOWN: Duration = Duration::from_millis(75);

/// The least such wait.
const SHORTEST: Duration = Duration::from_millis(50);

/// What is known of the servers.
#[derive(Clone, Debug, Default)]
pub struct Memory {
    servers: Vec<Known>,
}

#[derive(Clone, Debug)]
struct Known {
    server: SocketAddr,
    /// The smoothed time of a round trip.
    round_trip: Option<Duration>,
    /// When it was last silent, or tried again after that, if it has not answered since.
    silent: Option<Duration>,
    /// It has answered to EDNS.
    speaks_edns: bool,
    /// It was silent to EDNS: perhaps because of it.
    suspect: bool,
    plain_until: Duration,
    case_lost_until: Duration,
    cookie: Option<Cookie>,
    bare_until: Duration,
}

impl Known {
    const fn new(server: SocketAddr) -> Self {
        Self {
            server,
            round_trip: None,
            silent: None,
            speaks_edns: false,
            suspect: false,
            plain_until: Duration::ZERO,
            case_lost_until: Duration::ZERO,
            cookie: None,
            bare_until: Duration::ZERO,
        }
    }
}

impl Memory {
    /// Nothing is known.
    pub const fn new() -> Self {
        Self { servers: Vec::new() }
    }

    /// Makes room for these servers, and forgets others.
    pub(super) fn prepare(&mut self, servers: &[SocketAddr]) {
        self.servers.retain(|known| servers.contains(&known.server));
        for server in servers {
            if self.of(*server).is_none() {
                self.servers.push(Known::new(*server));
            }
        }
    }

    fn of(&self, server: SocketAddr) -> Option<&Known> {
        self.servers.iter().find(|known| known.server == server)
    }

    fn learn(&mut self, server: SocketAddr, lesson: impl FnOnce(&mut Known)) {
        if let Some(known) = self.servers.iter_mut().find(|known| known.server == server) {
            lesson(known);
        }
    }

    /// The servers in the order in which to ask them: those that were silent come last.
    pub(super) fn order(&self, config: &Config, offset: usize) -> Vec<usize> {
        let count = config.servers.len();
        let mut order: Vec<usize> = (0..count).map(|i| (i + offset) % count).collect();
        if config.hedge {
            // Stable: among their like they keep their order.
            order.sort_by_key(|i| {
                let server = config.servers.get(*i).and_then(|server| self.of(*server));
                server.is_some_and(|known| known.silent.is_some())
            });
        }
        order
    }

    /// A server that was silent and should be tried again, beside another.
    pub(super) fn probe(&mut self, config: &Config, now: Duration) -> Option<usize> {
        if !config.hedge || self.servers.iter().all(|known| known.silent.is_some()) {
            return None;
        }
        let due = |known: &&mut Known| {
            known.silent.is_some_and(|since| now >= since.saturating_add(QUARANTINE))
        };
        let known = self.servers.iter_mut().find(due)?;
        known.silent = Some(now);
        config.servers.iter().position(|server| *server == known.server)
    }

    /// How long to wait for a server before the next is asked as well.
    pub(super) fn patience(&self, server: SocketAddr, timeout: Duration) -> Duration {
        let known = self.of(server).and_then(|known| known.round_trip);
        known.map_or(UNKNOWN, |known| known.saturating_mul(4).max(SHORTEST)).min(timeout / 2)
    }

    /// Whether to say EDNS to a server.
    pub(super) fn takes_edns(&self, server: SocketAddr, now: Duration) -> bool {
        self.of(server).is_none_or(|known| !known.suspect && now >= known.plain_until)
    }

    /// Whether a server keeps the case of names.
    pub(super) fn keeps_case(&self, server: SocketAddr, now: Duration) -> bool {
        self.of(server).is_none_or(|known| now >= known.case_lost_until)
    }

    /// The cookie for a server that may have some; `client` is taken if there is none yet.
    pub(super) fn cookie(
        &mut self,
        server: SocketAddr,
        client: [u8; 8],
        now: Duration,
    ) -> Option<Cookie> {
        let mut cookie = None;
        self.learn(server, |known| {
            if now >= known.bare_until {
                cookie = Some(*known.cookie.get_or_insert_with(|| Cookie::new(client)));
            }
        });
        cookie
    }

    /// A server has answered: after how long, whether the question said EDNS, and the answer.
    pub(super) fn answered(
        &mut self,
        server: SocketAddr,
        (now, took, edns): (Duration, Option<Duration>, bool),
        (speaks_edns, cookie): (bool, Option<Cookie>),
    ) {
        self.learn(server, |known| {
            known.silent = None;
            known.speaks_edns |= edns && speaks_edns;
            if known.suspect {
                known.suspect = false;
                if !edns {
                    known.plain_until = now.saturating_add(LESSON);
                }
            }
            if let Some(took) = took {
                let before = known.round_trip.unwrap_or(took);
                known.round_trip = Some(before.saturating_mul(7) / 8 + took / 8);
            }
            if let (Some(_), Some(cookie)) = (known.cookie, cookie) {
                known.cookie = Some(cookie);
            }
        });
    }

    /// A server had a cookie, and has answered without: it has none any more, or not for all answers.
    pub(super) fn lost_cookie(&mut self, server: SocketAddr, now: Duration) {
        self.learn(server, |known| {
            (known.cookie, known.bare_until) = (None, now.saturating_add(LESSON));
        });
    }

    /// A server does not understand EDNS.
    pub(super) fn refused_edns(&mut self, server: SocketAddr, now: Duration) {
        self.learn(server, |known| {
            known.plain_until = now.saturating_add(LESSON);
            known.suspect = false;
        });
    }

    /// A server changes the case of names.
    pub(super) fn lost_case(&mut self, server: SocketAddr, now: Duration) {
        self.learn(server, |known| known.case_lost_until = now.saturating_add(LESSON));
    }

    /// A server was silent, or cannot be reached.
    pub(super) fn silent(&mut self, server: SocketAddr, now: Duration) {
        self.learn(server, |known| known.silent = Some(now));
    }

    /// A server was silent to the end, to a question with or without EDNS.
    pub(super) fn timed_out(&mut self, server: SocketAddr, edns: bool) {
        self.learn(server, |known| known.suspect = edns && !known.speaks_edns);
    }
}
