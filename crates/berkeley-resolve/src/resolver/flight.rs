//! One question under way for all who ask the same at one time.
//!
//! Contract: the first to come asks; the others wait, each under its own limit, and take what it hears. Who asks and leaves early, because its
//! limit ended, it panicked or it was dropped, tells nobody anything: one of those who wait asks anew, and the rest wait for that one. While
//! nobody waits there is no descriptor.

use std::collections::HashMap;
use std::os::fd::OwnedFd;
use std::sync::{Arc, Mutex, MutexGuard, OnceLock, PoisonError};

use berkeley_socket::poll::Watch;
use berkeley_sys::{poll, process};

use super::cache::{Kept, Key};
use crate::error::Cause;
use crate::machine::{Attempt, Failure};

/// What one who asked has heard.
#[derive(Debug)]
pub(super) struct Landed {
    pub(super) answers: Result<Arc<Kept>, Cause>,
    pub(super) missing: Option<Failure>,
    pub(super) attempts: Vec<Attempt>,
}

/// The questions under way.
#[derive(Debug, Default)]
pub(super) struct Flights {
    under_way: Mutex<HashMap<Arc<Key>, Arc<Flight>>>,
}

#[derive(Debug, Default)]
pub(super) struct Flight {
    /// Readable when it is over; there while somebody waits.
    event: OnceLock<OwnedFd>,
    landed: OnceLock<Landed>,
}

/// How to come to an answer.
pub(super) enum Seat<'f> {
    /// By asking, for all.
    Leader(Leader<'f>),
    /// By asking, for oneself: there is no descriptor to wait with.
    Alone,
    /// By waiting for who asks already.
    Passenger(Arc<Flight>),
}

/// Who asks.
pub(super) struct Leader<'f> {
    flights: &'f Flights,
    /// Whose flights they are.
    process: usize,
    key: Arc<Key>,
    flight: Arc<Flight>,
    is_over: bool,
}

impl Flights {
    /// A seat in the flight of who asks this already, or the leader's.
    pub(super) fn board(&self, key: &Arc<Key>) -> Seat<'_> {
        let mut under_way = self.lock();
        let Some(flight) = under_way.get(key) else {
            let (key, flight) = (Arc::clone(key), Arc::new(Flight::default()));
            under_way.insert(Arc::clone(&key), Arc::clone(&flight));
            let process = process::generation();
            return Seat::Leader(Leader { flights: self, process, key, flight, is_over: false });
        };
        // Under the lock, so that none is made behind the end of the flight.
        if flight.event.get().is_none() {
            let Ok(event) = poll::eventfd() else { return Seat::Alone };
            let _ = flight.event.set(event);
        }
        Seat::Passenger(Arc::clone(flight))
    }

    fn lock(&self) -> MutexGuard<'_, HashMap<Arc<Key>, Arc<Flight>>> {
        // Nothing in here panics between two states that belong together.
        self.under_way.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Flight {
    /// What to wait for: it is over then, with an answer or without one.
    pub(super) fn watch(&self) -> Option<Watch<'_>> {
        self.event.get().map(|event| Watch::new(event, poll::IN))
    }

    pub(super) fn landed(&self) -> Option<&Landed> {
        self.landed.get()
    }
}

impl Leader<'_> {
    /// Tells all who wait, if there are any. Who is dropped instead leaves it to them to ask anew.
    pub(super) fn land(mut self, tell: impl FnOnce() -> Landed) {
        self.end(|| Some(tell()));
    }

    /// Once. All under the lock: who comes later does not wait for what is over.
    fn end(&mut self, tell: impl FnOnce() -> Option<Landed>) {
        // In a child process the lock may be held for ever, and who waits is not there.
        let is_anothers = self.process != process::generation();
        if core::mem::replace(&mut self.is_over, true) || is_anothers {
            return;
        }
        let mut under_way = self.flights.lock();
        under_way.remove(&self.key);
        if let Some(event) = self.flight.event.get() {
            if let Some(landed) = tell() {
                // Nobody else sets it.
                let _ = self.flight.landed.set(landed);
            }
            // EAGAIN would mean that it is raised already.
            let _ = poll::raise(event);
        }
    }
}

impl Drop for Leader<'_> {
    fn drop(&mut self) {
        self.end(|| None);
    }
}
