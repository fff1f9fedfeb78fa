//! Runs a blocking call under a [`Limit`] that the call itself knows nothing of.
//!
//! libc's lookups can be neither timed nor cancelled. Under a limit they run on a thread of their own, and the caller waits
//! for one byte on a socket pair under that limit, so that time and tokens are the socket layer's. When the limit ends the
//! thread is abandoned: it goes on until libc returns, then finds nobody there, closes its descriptor and ends (or takes
//! the next waiting call). Nothing is ever killed: a thread that dies inside libc would keep libc's locks.
//!
//! Contract: at most [`LOOKUPS_AT_ONCE`] such threads; the next caller waits for one of them, under its own limit, and
//! takes its call back if that ends first. Without a limit the call runs in place, and there is no thread.

use core::panic::AssertUnwindSafe;
use core::task::Poll;
use core::time::Duration;
use std::collections::VecDeque;
use std::io;
use std::panic::{catch_unwind, resume_unwind};
use std::sync::mpsc;
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::thread;
use std::time::Instant;

use berkeley_addr::{Type, UnixAddr};
use berkeley_socket::poll::{self, Watch};
use berkeley_socket::{CancelToken, Errno, Limit, RecvFlags, Socket};
use berkeley_sys::process::{self, Own};

use crate::error::{Cause, Result};
use crate::step::{Steps, block};

/// How many lookups under a limit may be with libc at once, abandoned ones included. A further one waits its turn, under
/// its own limit. Only what libc alone can answer goes there: see [`Engine`](crate::Engine).
pub const LOOKUPS_AT_ONCE: usize = 32;

/// Where the lookups of this process run: a child has none of its parent's threads, and nobody to call them.
pub(crate) fn threads() -> &'static Threads {
    static THREADS: Own<Threads> = Own::new();
    THREADS.get(|_| Threads::new(LOOKUPS_AT_ONCE))
}

/// Whether there is any time for a lookup.
///
/// # Errors
///
/// Cancelled; TimedOut.
pub(crate) fn begin(limit: Limit<'_>) -> Result<(), Cause> {
    if limit.token().is_some_and(CancelToken::is_cancelled) {
        return Err(Cause::Cancelled);
    }
    if limit.remaining() == Some(Duration::ZERO) {
        return Err(Cause::TimedOut);
    }
    Ok(())
}

type Work = Box<dyn FnOnce() + Send>;

/// At most so many threads, and the calls that wait for one.
pub(crate) struct Threads {
    most: usize,
    state: Mutex<State>,
}

#[derive(Default)]
struct State {
    running: usize,
    /// The number of the next call.
    next: u64,
    waiting: VecDeque<(u64, Work)>,
}

impl Threads {
    fn new(most: usize) -> Self {
        Self { most, state: Mutex::default() }
    }

    /// What `work` returns, unless the limit ends first.
    ///
    /// # Errors
    ///
    /// TimedOut, Busy, Cancelled; System: no thread or no descriptor to be had.
    pub(crate) fn run<T: Send + 'static>(
        &'static self,
        limit: Limit<'_>,
        work: impl FnOnce() -> T + Send + 'static,
    ) -> Result<T, Cause> {
        if limit.is_none() {
            return Ok(work());
        }
        // What is over before it begins costs no thread.
        begin(limit)?;
        let mut aside = self.begin(work)?;
        match block(&mut aside, limit.start()) {
            Ok(answer) => answer,
            Err(cause) => aside.abandon(cause),
        }
    }

    /// Begins `work` on a thread of its own, or leaves it for the next that is done.
    ///
    /// # Errors
    ///
    /// System: no thread or no descriptor to be had.
    pub(crate) fn begin<T: Send + 'static>(
        &'static self,
        work: impl FnOnce() -> T + Send + 'static,
    ) -> Result<Aside<T>, Cause> {
        let (here, there) = Socket::<UnixAddr>::pair(Type::STREAM)?;
        let (give, take) = mpsc::sync_channel(1);
        let number = self.start(Box::new(move || {
            let answer = catch_unwind(AssertUnwindSafe(work));
            // Both fail only when the caller has left, and then nobody is there to tell.
            let _ = give.send(answer);
            let _ = there.send(&[0]);
        }))?;
        let process = process::generation();
        Ok(Aside { threads: self, process, here, take: Mutex::new(take), number })
    }

    /// Gives the work to a new thread, or leaves it for the next that is done.
    fn start(&'static self, work: Work) -> Result<u64, Cause> {
        let mut state = self.lock();
        let number = state.next;
        state.next += 1;
        if state.running >= self.most {
            state.waiting.push_back((number, work));
            return Ok(number);
        }
        // The kernel keeps 15 bytes of a thread's name.
        let thread = thread::Builder::new().name("berkeley-lookup".into());
        thread.spawn(move || self.serve(work)).map_err(|error| no_thread(&error))?;
        state.running += 1;
        Ok(number)
    }

    /// A thread's life: its work, then what waits.
    fn serve(&self, mut work: Work) {
        loop {
            work();
            let mut state = self.lock();
            let Some((_, next)) = state.waiting.pop_front() else {
                state.running -= 1;
                return;
            };
            work = next;
        }
    }

    /// Takes work back that no thread has begun, and says whether that was so.
    fn withdraw(&self, number: u64) -> bool {
        let mut state = self.lock();
        let place = state.waiting.iter().position(|(waiting, _)| *waiting == number);
        place.and_then(|place| state.waiting.remove(place)).is_some()
    }

    fn lock(&self) -> MutexGuard<'_, State> {
        // Nothing in here panics between two states that belong together.
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// A call on its way. Dropped, it is abandoned.
pub(crate) struct Aside<T> {
    threads: &'static Threads,
    /// Whose threads they are.
    process: usize,
    here: Socket<UnixAddr>,
    // Locked by nobody: it makes the whole `Sync`.
    take: Mutex<mpsc::Receiver<thread::Result<T>>>,
    number: u64,
}

impl<T> Aside<T> {
    fn answer(&mut self) -> Option<T> {
        let take = self.take.get_mut().unwrap_or_else(PoisonError::into_inner);
        take.try_recv().ok().map(|answer| answer.unwrap_or_else(|panic| resume_unwind(panic)))
    }

    /// Nobody waits for it any longer, for this cause. An answer that came in the last moment is an answer.
    pub(crate) fn abandon(&mut self, cause: Cause) -> Result<T, Cause> {
        let never_started = self.threads.withdraw(self.number);
        match (self.answer(), cause) {
            (Some(answer), _) => Ok(answer),
            (None, Cause::TimedOut) if never_started => Err(Cause::Busy),
            (None, cause) => Err(cause),
        }
    }
}

impl<T> Steps for Aside<T> {
    type End = Result<T, Cause>;

    fn watches(&self) -> impl Iterator<Item = Watch<'_>> {
        core::iter::once(Watch::new(&self.here, poll::IN))
    }

    fn wake_at(&self) -> Option<Instant> {
        None
    }

    fn step(&mut self, events: &[u16]) -> Poll<Self::End> {
        if events.iter().all(|events| *events == 0) {
            return Poll::Pending;
        }
        if let Some(answer) = self.answer() {
            return Poll::Ready(Ok(answer));
        }
        match self.here.recv_with(&mut [0], RecvFlags::DONTWAIT) {
            Err(error) if error.is_would_block() => Poll::Pending,
            // The byte, or the end, comes after the answer.
            _ => Poll::Ready(self.answer().ok_or(Cause::System(Errno::IO))),
        }
    }
}

impl<T> Drop for Aside<T> {
    fn drop(&mut self) {
        // In a child process the lock may be held for ever.
        if self.process == process::generation() {
            self.threads.withdraw(self.number);
        }
    }
}

/// EAGAIN: as many threads as RLIMIT_NPROC or the cgroup allow.
fn no_thread(error: &io::Error) -> Cause {
    Cause::System(Errno::from_io_error(error).unwrap_or(Errno::AGAIN))
}

#[cfg(test)]
mod tests {
    use std::sync::{Arc, Barrier};

    use super::*;

    /// Threads of a test's own, so that no other test's lookups stand in the way.
    fn threads(most: usize) -> &'static Threads {
        Box::leak(Box::new(Threads::new(most)))
    }

    /// A slow lookup that ends when the test says so.
    #[derive(Clone)]
    struct Server(Arc<Barrier>);

    impl Server {
        fn answer(self) -> &'static str {
            self.0.wait();
            "late"
        }
    }

    fn ms(ms: u64) -> Limit<'static> {
        Limit::within(Duration::from_millis(ms))
    }

    /// Whether it becomes true within ten seconds.
    fn soon(what: impl Fn() -> bool) -> bool {
        let end = Instant::now() + Duration::from_secs(10);
        while !what() && Instant::now() < end {
            thread::sleep(Duration::from_millis(1));
        }
        what()
    }

    /// The best of five is what the code does; the rest is the machine's load.
    fn best_of_five(mut run: impl FnMut() -> Duration) -> (Duration, Duration) {
        let times: Vec<_> = (0..5).map(|_| run()).collect();
        (
            times.iter().min().copied().unwrap_or_default(),
            times.iter().max().copied().unwrap_or_default(),
        )
    }

    #[test]
    fn without_a_limit_there_is_no_thread() {
        let here = thread::current().id();
        let ran_on = threads(0).run(Limit::NONE, || thread::current().id());
        assert_eq!(ran_on, Ok(here));
        let aside = threads(1).run(ms(10_000), || thread::current().id());
        assert_ne!(aside, Ok(here));
    }

    #[test]
    fn what_is_over_before_it_begins_costs_no_thread() {
        let threads = threads(1);
        let token = CancelToken::new().expect("a descriptor");
        token.cancel();
        let cancelled = Limit::seconds(60).cancelled_by(&token);
        assert_eq!(threads.run(cancelled, || ()), Err(Cause::Cancelled));
        assert_eq!(threads.run(ms(0), || ()), Err(Cause::TimedOut));
        assert_eq!(threads.lock().next, 0);
    }

    #[test]
    fn the_limit_ends_the_wait_but_not_the_thread() {
        let threads = threads(8);
        let server = Server(Arc::new(Barrier::new(6)));
        let (best, worst) = best_of_five(|| {
            let (server, start) = (server.clone(), Instant::now());
            assert_eq!(threads.run(ms(50), || server.answer()), Err(Cause::TimedOut));
            start.elapsed()
        });
        println!("limit 50 ms: best {best:?}, worst {worst:?}");
        assert!(best >= Duration::from_millis(50) && best < Duration::from_millis(65), "{best:?}");
        assert!(worst < Duration::from_millis(650), "{worst:?}");
        assert_eq!(threads.lock().running, 5);
        server.answer();
        assert!(soon(|| threads.lock().running == 0));
    }

    #[test]
    fn a_token_ends_the_wait() {
        let threads = threads(8);
        let server = Server(Arc::new(Barrier::new(6)));
        let (best, worst) = best_of_five(|| {
            let token = CancelToken::new().expect("a descriptor");
            let other = token.clone();
            let canceller = thread::spawn(move || {
                thread::sleep(Duration::from_millis(20));
                let now = Instant::now();
                other.cancel();
                now
            });
            let server = server.clone();
            let limit = Limit::NONE.cancelled_by(&token);
            assert_eq!(threads.run(limit, || server.answer()), Err(Cause::Cancelled));
            let end = Instant::now();
            end.duration_since(canceller.join().expect("no panic"))
        });
        println!("cancelled: best {best:?}, worst {worst:?}");
        assert!(best < Duration::from_millis(5), "{best:?}");
        assert!(worst < Duration::from_secs(1), "{worst:?}");
        server.answer();
        assert!(soon(|| threads.lock().running == 0));
    }

    #[test]
    fn one_more_than_there_is_room_for_waits_under_its_own_limit() {
        let threads = threads(LOOKUPS_AT_ONCE);
        let server = Server(Arc::new(Barrier::new(LOOKUPS_AT_ONCE + 1)));
        for _ in 0..LOOKUPS_AT_ONCE {
            let server = server.clone();
            assert_eq!(threads.run(ms(1), || server.answer()), Err(Cause::TimedOut));
        }
        assert_eq!(threads.run(ms(20), || "never started"), Err(Cause::Busy));
        let token = CancelToken::new().expect("a descriptor");
        thread::scope(|scope| {
            scope.spawn(|| {
                assert!(soon(|| threads.lock().waiting.len() == 1));
                token.cancel();
            });
            let limit = Limit::NONE.cancelled_by(&token);
            assert_eq!(threads.run(limit, || "never started"), Err(Cause::Cancelled));
        });
        assert_eq!(threads.lock().running, LOOKUPS_AT_ONCE);
        assert_eq!(threads.lock().waiting.len(), 0);

        let patient = thread::spawn(move || threads.run(ms(10_000), || "at last"));
        assert!(soon(|| threads.lock().waiting.len() == 1));
        server.answer();
        assert_eq!(patient.join().expect("no panic"), Ok("at last"));
        assert!(soon(|| threads.lock().running == 0));
    }

    #[test]
    fn a_panic_is_the_callers_and_costs_no_thread() {
        let threads = threads(1);
        let panicking = || threads.run(ms(10_000), || -> () { panic!("expected by this test") });
        assert!(catch_unwind(AssertUnwindSafe(panicking)).is_err());
        assert_eq!(threads.run(ms(10_000), || 7), Ok(7));
    }
}
