//! One question under way for all who ask the same at one time.
//!
//! Contract: the first to come asks; the others wait, each under its own limit, and take what it hears. Who asks and leaves early, because its
//! limit ended or it panicked, tells nobody anything: one of those who wait asks anew, and the rest wait for that one. While nobody waits there
//! is no descriptor, and no system call.

use core::time::Duration;
use std::collections::HashMap;
use std::os::fd::{AsFd, OwnedFd};
use std::sync::{Arc, Mutex, MutexGuard, OnceLock, PoisonError};

use berkeley_socket::{CancelToken, Errno, Limit};
use berkeley_sys::poll;

use super::cache::{Kept, Key};
use crate::error::Cause;
use crate::machine::Attempt;

/// What one who asked has heard.
#[derive(Debug)]
pub(super) struct Landed {
    pub(super) answers: Result<Arc<Kept>, Cause>,
    pub(super) is_partial: bool,
    pub(super) attempts: Vec<Attempt>,
}

/// The questions under way.
#[derive(Debug, Default)]
pub(super) struct Flights {
    under_way: Mutex<HashMap<Key, Arc<Flight>>>,
}

#[derive(Debug, Default)]
struct Flight {
    /// Readable when it is over; there while somebody waits.
    event: OnceLock<OwnedFd>,
    landed: OnceLock<Arc<Landed>>,
}

/// How to come to an answer.
pub(super) enum Seat<'f> {
    /// By asking, for all.
    Leader(Leader<'f>),
    /// By asking, for oneself: there is no descriptor to wait with.
    Alone,
    /// It is here.
    Landed(Arc<Landed>),
}

/// Who asks.
pub(super) struct Leader<'f> {
    flights: &'f Flights,
    key: &'f Key,
    flight: Arc<Flight>,
    is_over: bool,
}

impl Flights {
    /// Waits for who asks this already, or is the one to ask.
    ///
    /// # Errors
    ///
    /// The limit's; it is to be started.
    pub(super) fn board<'f>(&'f self, key: &'f Key, limit: Limit<'_>) -> Result<Seat<'f>, Cause> {
        loop {
            let mut under_way = self.lock();
            let Some(flight) = under_way.get(key) else {
                let flight = Arc::<Flight>::default();
                under_way.insert(key.clone(), Arc::clone(&flight));
                return Ok(Seat::Leader(Leader { flights: self, key, flight, is_over: false }));
            };
            let flight = Arc::clone(flight);
            // Under the lock, so that none is made behind the end of the flight.
            if flight.event.get().is_none() {
                let Ok(event) = poll::eventfd() else { return Ok(Seat::Alone) };
                let _ = flight.event.set(event);
            }
            drop(under_way);
            flight.event.get().map_or(Ok(()), |event| wait(event, limit))?;
            if let Some(landed) = flight.landed.get() {
                return Ok(Seat::Landed(Arc::clone(landed)));
            }
        }
    }

    fn lock(&self) -> MutexGuard<'_, HashMap<Key, Arc<Flight>>> {
        // Nothing in here panics between two states that belong together.
        self.under_way.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Leader<'_> {
    /// Tells all who wait, if there are any; `None` leaves it to them to ask anew.
    pub(super) fn land(mut self, tell: impl FnOnce() -> Option<Landed>) {
        self.end(tell);
    }

    /// Once. All under the lock: who comes later does not wait for what is over.
    fn end(&mut self, tell: impl FnOnce() -> Option<Landed>) {
        if core::mem::replace(&mut self.is_over, true) {
            return;
        }
        let mut under_way = self.flights.lock();
        under_way.remove(self.key);
        if let Some(event) = self.flight.event.get() {
            if let Some(landed) = tell() {
                // Nobody else sets it.
                let _ = self.flight.landed.set(Arc::new(landed));
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

/// Until the event is raised, or the limit ends.
fn wait(event: &OwnedFd, limit: Limit<'_>) -> Result<(), Cause> {
    loop {
        let left = limit.remaining();
        let token = limit.token().map(AsFd::as_fd);
        match poll::wait(Some((event.as_fd(), poll::IN)), token, left) {
            Err(Errno::INTR) if limit.interrupted().is_continue() => {}
            Err(Errno::INTR) => return Err(Cause::Interrupted),
            Err(errno) => return Err(Cause::System(errno)),
            Ok(_) if limit.token().is_some_and(CancelToken::is_cancelled) => {
                return Err(Cause::Cancelled);
            }
            Ok(ready) if ready.events != 0 => return Ok(()),
            Ok(_) if left == Some(Duration::ZERO) => return Err(Cause::TimedOut),
            Ok(_) => {}
        }
    }
}
