//! Which address to connect to when: Happy Eyeballs version 2, without a socket and without a clock.
//!
//! Contract: pure. The caller tells a [`Race`] what happened (answers came, an attempt failed or connected) and what time it is,
//! and [`Race::step`] says what to do now. No address is tried twice, no two attempts begin within the attempt delay unless one failed,
//! and a race in which every answer comes or ends and every attempt connects or fails comes to an end. Sorting by RFC 6724 is done
//! before, closing the losers and keeping deadlines afterwards. Sources: RFC 8305 sections 3 to 5 and 8; CPython's
//! `socket.create_connection` for [`HappyEyeballs::SEQUENTIAL`].

use core::net::SocketAddr;
use core::time::Duration;
use std::collections::{HashSet, VecDeque};
use std::time::Instant;

use berkeley_addr::Family;

/// How patient a race is: RFC 8305's numbers by default.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct HappyEyeballs {
    /// How long IPv4 addresses that came first wait for IPv6 ones. 50 ms.
    pub resolution_delay: Duration,
    /// How long to wait for an attempt before the next one begins beside it. 250 ms. [`Duration::MAX`]: until it failed, and
    /// in the order of the answer, with no change of families.
    pub attempt_delay: Duration,
    /// The least that counts as attempt delay; 10 ms is the least that counts here. 100 ms.
    pub min_attempt_delay: Duration,
    /// The most that counts as attempt delay. 2 s.
    pub max_attempt_delay: Duration,
    /// How many addresses of the first family are tried before families take turns. 1, and not less.
    pub first_family_count: usize,
    /// How many addresses are tried at all. [`usize::MAX`].
    pub max_attempts: usize,
}

impl HappyEyeballs {
    /// The numbers of RFC 8305.
    pub const RFC8305: Self = Self {
        resolution_delay: Duration::from_millis(50),
        attempt_delay: Duration::from_millis(250),
        min_attempt_delay: Duration::from_millis(100),
        max_attempt_delay: Duration::from_secs(2),
        first_family_count: 1,
        max_attempts: usize::MAX,
    };

    /// One address after another, each when the one before it failed, in the order of the answer.
    #[doc(alias = "create_connection")]
    pub const SEQUENTIAL: Self =
        Self { resolution_delay: Duration::MAX, attempt_delay: Duration::MAX, ..Self::RFC8305 };

    const FLOOR: Duration = Duration::from_millis(10);

    /// Whether one address is tried after another, in the order of the answer.
    pub fn is_sequential(&self) -> bool {
        self.attempt_delay == Duration::MAX
    }

    /// When an attempt may begin after one at `now`.
    fn next_after(&self, now: Instant) -> Next {
        let delay = self.attempt_delay.max(self.min_attempt_delay).min(self.max_attempt_delay);
        match now.checked_add(delay.max(Self::FLOOR)) {
            Some(then) if !self.is_sequential() => Next::At(then),
            _ => Next::AfterFailure,
        }
    }
}

impl Default for HappyEyeballs {
    fn default() -> Self {
        Self::RFC8305
    }
}

/// What to do now.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Step {
    /// Begin to connect to this address; then step again.
    Start {
        /// Its number: 0, 1, 2, …
        attempt: usize,
        /// Where to.
        address: SocketAddr,
    },
    /// Wait until something happens, or until this time.
    Wait(Option<Instant>),
    /// This attempt won. Close the others.
    Connected(usize),
    /// All that there was to try failed, or there was nothing.
    Failed,
}

/// A race between the addresses of a host.
///
/// ```
/// use berkeley_resolve::happy::{HappyEyeballs, Race, Step};
/// use std::time::{Duration, Instant};
///
/// let (v6, v4) = ("[2001:db8::1]:80".parse()?, "192.0.2.1:80".parse()?);
/// let mut race = Race::known(HappyEyeballs::default(), &[v6, v4], Instant::now());
/// let start = Instant::now();
/// assert_eq!(race.step(start), Step::Start { attempt: 0, address: v6 });
/// let Step::Wait(Some(next)) = race.step(start) else { return Err("it waits".into()) };
/// assert_eq!(next - start, Duration::from_millis(250));
/// assert_eq!(race.step(next), Step::Start { attempt: 1, address: v4 });
/// race.connected(1);
/// assert_eq!(race.step(next), Step::Connected(1));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Debug)]
pub struct Race {
    settings: HappyEyeballs,
    /// Addresses that were not tried yet, best first.
    waiting: VecDeque<SocketAddr>,
    /// Addresses that were, by attempt; how many of them are under way.
    tried: Vec<Tried>,
    running: usize,
    /// Whether more addresses may come.
    pending_v4: bool,
    pending_v6: bool,
    /// When the first addresses came.
    answered: Option<Instant>,
    next: Next,
    winner: Option<usize>,
}

#[derive(Clone, Copy, Debug)]
struct Tried {
    address: SocketAddr,
    failed: bool,
}

/// When the next attempt may begin.
#[derive(Clone, Copy, Debug)]
enum Next {
    Now,
    At(Instant),
    AfterFailure,
}

impl Race {
    /// A race for which addresses of both families are still to come. Who asks for one family says at once that the other
    /// [`ended`](Self::ended).
    pub fn new(settings: HappyEyeballs) -> Self {
        Self {
            settings,
            waiting: VecDeque::new(),
            tried: Vec::new(),
            running: 0,
            pending_v4: true,
            pending_v6: true,
            answered: None,
            next: Next::Now,
            winner: None,
        }
    }

    /// A race between addresses that are all known, best first.
    pub fn known(settings: HappyEyeballs, sorted: &[SocketAddr], now: Instant) -> Self {
        let mut race = Self::new(settings);
        race.answers(sorted, now);
        race.ended(Family::INET6);
        race.ended(Family::INET);
        race
    }

    /// All addresses that are known by now, best first: those that came before among them, where the new ones belong. What was
    /// tried already is left out, and what stands there twice is taken once.
    pub fn answers(&mut self, sorted: &[SocketAddr], now: Instant) {
        let mut seen: HashSet<SocketAddr> = self.tried.iter().map(|tried| tried.address).collect();
        self.waiting.clear();
        self.waiting.extend(sorted.iter().filter(|address| seen.insert(**address)));
        if !self.waiting.is_empty() {
            self.answered.get_or_insert(now);
        }
    }

    /// No more addresses of this family will come: they all did, or there are none, or asking failed.
    pub fn ended(&mut self, family: Family) {
        match family {
            Family::INET => self.pending_v4 = false,
            Family::INET6 => self.pending_v6 = false,
            _ => {}
        }
    }

    /// This attempt failed. The next one begins at once.
    pub fn failed(&mut self, attempt: usize) {
        if let Some(tried) = self.tried.get_mut(attempt).filter(|tried| !tried.failed) {
            tried.failed = true;
            self.running -= 1;
            self.next = Next::Now;
        }
    }

    /// This attempt connected. The first that does wins.
    pub fn connected(&mut self, attempt: usize) {
        if self.tried.get(attempt).is_some_and(|tried| !tried.failed) {
            self.winner.get_or_insert(attempt);
        }
    }

    /// What to do at this time.
    pub fn step(&mut self, now: Instant) -> Step {
        if let Some(winner) = self.winner {
            return Step::Connected(winner);
        }
        let may_try = self.tried.len() < self.settings.max_attempts;
        if self.waiting.is_empty() || !may_try {
            let may_come = may_try && (self.pending_v4 || self.pending_v6);
            return if self.running > 0 || may_come { Step::Wait(None) } else { Step::Failed };
        }
        let mut then = now;
        if self.waits_for_ipv6() {
            let delay = self.settings.resolution_delay;
            match self.answered.and_then(|answered| answered.checked_add(delay)) {
                Some(over) => then = then.max(over),
                None => return Step::Wait(None),
            }
        }
        match self.next {
            Next::Now => {}
            Next::At(next) => then = then.max(next),
            Next::AfterFailure => return Step::Wait(None),
        }
        if then > now {
            return Step::Wait(Some(then));
        }
        let Some(address) = self.pick() else { return Step::Failed };
        self.next = self.settings.next_after(now);
        let attempt = self.tried.len();
        self.tried.push(Tried { address, failed: false });
        self.running += 1;
        Step::Start { attempt, address }
    }

    /// RFC 8305 section 3: what came first is IPv4, and IPv6 may be a moment behind.
    fn waits_for_ipv6(&self) -> bool {
        self.pending_v6 && self.tried.is_empty() && self.waiting.iter().all(SocketAddr::is_ipv4)
    }

    /// RFC 8305 section 4: the best of the family whose turn it is, else the best.
    fn pick(&mut self) -> Option<SocketAddr> {
        let wanted = match (self.tried.first(), self.tried.last()) {
            (Some(first), Some(last)) if !self.settings.is_sequential() => {
                let first = first.address.is_ipv6();
                let still = self.tried.len() < self.settings.first_family_count
                    && self.tried.iter().all(|tried| tried.address.is_ipv6() == first);
                Some(if still { first } else { !last.address.is_ipv6() })
            }
            _ => None,
        };
        let of_wanted = |address: &SocketAddr| wanted.is_none_or(|ipv6| address.is_ipv6() == ipv6);
        self.waiting.remove(self.waiting.iter().position(of_wanted).unwrap_or_default())
    }
}
