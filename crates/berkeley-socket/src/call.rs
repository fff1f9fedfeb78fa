//! `Call`: one operation under way, and the only place that waits.
//!
//! Contract. An attempt is a system call that does not wait (MSG_DONTWAIT, or a non-blocking descriptor). EAGAIN is waited
//! out by ppoll(2) within the limit and tried again; EINTR is tried again with the time that is left. One call is one
//! deadline, read from the monotonic clock only when there is something to wait for. **Where poll lies** (it says ready,
//! the call says EAGAIN: a full error queue, a Unix datagram to a full queue, netlink to a full peer, AF_UNIX connect on a
//! full backlog), polling again would burn the processor: after two such wake-ups a reader waits for news on an
//! edge-triggered epoll, a writer sleeps on the token alone, 0.1 ms doubling to 4 ms.
//!
//! Not generic and `#[cold]`: the hot path of an operation is the plain call, in `transfer.rs`.

use core::ops::ControlFlow;
use core::time::Duration;
use std::os::fd::{AsFd, BorrowedFd};
use std::time::Instant;

use berkeley_sys::poll::{self, Edge, Ready};
use berkeley_sys::{Errno, number, transfer};

use crate::error::{Error, Kind, Op, Progress, Result};
use crate::limit::Limit;

/// The first and the longest pause of a writer whom poll misleads.
const PAUSES: (Duration, Duration) = (Duration::from_micros(100), Duration::from_millis(4));
/// How many wake-ups that end in EAGAIN it takes to stop believing poll.
const LIES: u8 = 2;

/// One operation under way.
#[derive(Debug)]
pub(crate) struct Call<'a> {
    pub(crate) fd: BorrowedFd<'a>,
    op: Op,
    /// What to wait for: `POLL*`.
    events: u16,
    limit: Limit<'a>,
    /// EAGAIN is the caller's answer, not ours to wait out: a non-blocking socket without a limit.
    would_block: bool,
    clock: Clock,
    lies: u8,
    edge: Option<Edge>,
    pause: Duration,
}

/// When the call must end.
#[derive(Clone, Copy, Debug)]
enum Clock {
    /// Not asked yet.
    Idle,
    Never,
    Until(Instant),
}

impl<'a> Call<'a> {
    #[cold]
    pub(crate) fn new(
        fd: BorrowedFd<'a>,
        op: Op,
        events: u16,
        limit: Limit<'a>,
        would_block: bool,
    ) -> Self {
        let would_block = would_block && limit.is_none();
        let pause = PAUSES.0;
        Self { fd, op, events, limit, would_block, clock: Clock::Idle, lies: 0, edge: None, pause }
    }

    /// What an attempt that takes flags must add so that it does not wait. Without a limit the kernel waits itself.
    pub(crate) fn dontwait(&self) -> i32 {
        if self.limit.is_none() { 0 } else { number::MSG_DONTWAIT }
    }

    /// Whether this call has any limit.
    pub(crate) fn is_limited(&self) -> bool {
        !self.limit.is_none()
    }

    /// Tries until the attempt succeeds, fails for good, or the limit ends it.
    pub(crate) fn run(
        &mut self,
        attempt: &mut dyn FnMut() -> berkeley_sys::Result<usize>,
    ) -> Result<usize> {
        self.check_token()?;
        loop {
            match attempt() {
                Ok(value) => {
                    self.lies = 0;
                    return Ok(value);
                }
                Err(errno) => self.failed(errno)?,
            }
        }
    }

    /// [`run`](Self::run), after a first attempt made outside that failed so, if there was one.
    pub(crate) fn run_after(
        &mut self,
        failed: Option<Errno>,
        attempt: &mut dyn FnMut() -> berkeley_sys::Result<usize>,
    ) -> Result<usize> {
        if let Some(errno) = failed {
            self.failed(errno)?;
        }
        self.run(attempt)
    }

    /// After an attempt that failed: waits if that helps.
    fn failed(&mut self, errno: Errno) -> Result<()> {
        match errno {
            Errno::AGAIN if !self.would_block => self.wait(),
            Errno::INTR => {
                self.interrupted()?;
                self.check_time()
            }
            errno => Err(Error::kernel(self.op, errno)),
        }
    }

    /// Does `step` with what is left of `total` until nothing is; a step returns how much it did, 0 for an end.
    ///
    /// The clock runs from the start: a peer that is always ready cannot stretch the call.
    pub(crate) fn run_all(
        &mut self,
        total: usize,
        step: &mut dyn FnMut(usize) -> berkeley_sys::Result<usize>,
    ) -> Result<(), Progress> {
        if self.is_limited() {
            self.start();
        }
        let mut done = 0;
        while done < total {
            let stopped = |error| Progress { error, done };
            if done > 0 {
                self.check_time().map_err(stopped)?;
                self.obey(self.limit.after_part()).map_err(stopped)?;
            }
            let count = self.run(&mut || step(done)).map_err(stopped)?;
            if count == 0 {
                return Err(stopped(Error::other(self.op, Kind::Ended)));
            }
            done += count;
        }
        Ok(())
    }

    /// Waits for what the operation needs, once.
    pub(crate) fn wait(&mut self) -> Result<()> {
        loop {
            let left = self.left()?;
            let waited = if self.lies < LIES {
                let fd = (self.fd, self.events);
                poll::wait(Some(fd), self.token(), left).inspect(|_| self.lies += 1)
            } else if self.events & poll::OUT == 0 {
                self.news(left)
            } else {
                let pause = left.map_or(self.pause, |left| left.min(self.pause));
                self.pause = (self.pause * 2).min(PAUSES.1);
                // A pause that is over is worth a try, whatever the descriptor looks like.
                let tried = |ready: Ready| Ready { events: poll::OUT, ..ready };
                poll::wait(None, self.token(), Some(pause)).map(tried)
            };
            match waited {
                Ok(Ready { woken: true, .. }) => return Err(self.error(Kind::Cancelled)),
                Err(Errno::INTR) => self.interrupted()?,
                Ok(Ready { events: 0, .. }) => {}
                Ok(_) => return self.obey(self.limit.again()),
                Err(errno) => return Err(Error::kernel(self.op, errno)),
            }
        }
    }

    /// Waits for a change on the descriptor; where no epoll instance is to be had, a pause.
    fn news(&mut self, left: Option<Duration>) -> berkeley_sys::Result<Ready> {
        if self.edge.is_none() {
            let wake = self.limit.token().map(AsFd::as_fd);
            self.edge = Edge::new(self.fd, self.events, wake).ok();
        }
        if let Some(edge) = &self.edge {
            return edge.wait(left);
        }
        let pause = left.map_or(PAUSES.1, |left| left.min(PAUSES.1));
        let tried = |ready: Ready| Ready { events: poll::IN, ..ready };
        poll::wait(None, self.token(), Some(pause)).map(tried)
    }

    fn token(&self) -> Option<BorrowedFd<'a>> {
        self.limit.token().map(AsFd::as_fd)
    }

    /// Starts the clock, if it does not run.
    fn start(&mut self) {
        if let Clock::Idle = self.clock {
            self.clock = self.limit.deadline().map_or(Clock::Never, Clock::Until);
        }
    }

    /// How long the call may still wait; an error if not at all.
    fn left(&mut self) -> Result<Option<Duration>> {
        self.start();
        match self.clock {
            Clock::Until(deadline) => {
                let left = deadline.saturating_duration_since(Instant::now());
                if left.is_zero() { Err(self.error(Kind::TimedOut)) } else { Ok(Some(left)) }
            }
            Clock::Idle | Clock::Never => Ok(None),
        }
    }

    /// Between two attempts that did not wait here: token and time.
    fn check_time(&mut self) -> Result<()> {
        self.check_token()?;
        self.left().map(drop)
    }

    /// After a signal: what the limit's hook says.
    pub(crate) fn interrupted(&self) -> Result<()> {
        self.obey(self.limit.interrupted())
    }

    fn obey(&self, said: ControlFlow<()>) -> Result<()> {
        match said {
            ControlFlow::Continue(()) => Ok(()),
            ControlFlow::Break(()) => Err(self.error(Kind::Interrupted)),
        }
    }

    fn check_token(&self) -> Result<()> {
        match self.limit.token() {
            Some(token) if token.is_cancelled() => Err(self.error(Kind::Cancelled)),
            _ => Ok(()),
        }
    }

    fn error(&self, kind: Kind) -> Error {
        Error::other(self.op, kind)
    }
}

/// Two flags do not go with MSG_DONTWAIT as they are: MSG_WAITALL, which then returns what is there, and MSG_OOB, which
/// says EINVAL where no urgent byte was announced.
pub(crate) const NEVER_AT_ONCE: i32 = number::MSG_WAITALL | number::MSG_OOB;

/// A receive of one buffer, after a first attempt that failed so, if there was one.
#[cold]
pub(crate) fn recv(
    mut call: Call<'_>,
    failed: Option<Errno>,
    buffer: &mut [u8],
    flags: i32,
) -> Result<usize> {
    let flags = flags | call.dontwait();
    let fd = call.fd;
    if !call.is_limited() || flags & NEVER_AT_ONCE == 0 {
        return call.run_after(failed, &mut || transfer::recv(fd, buffer, flags));
    }
    if flags & number::MSG_OOB != 0 {
        let mut urgent = || match transfer::recv(fd, buffer, flags) {
            // Nothing urgent yet: POLLPRI will tell, unless the peer has ended, or there never was one.
            Err(Errno::INVAL) => match now(fd, poll::RDHUP)? {
                events if events & poll::RDHUP != 0 => Ok(0),
                events if events & poll::HUP != 0 => Err(Errno::INVAL),
                _ => Err(Errno::AGAIN),
            },
            answer => answer,
        };
        return call.run(&mut urgent);
    }
    if flags & number::MSG_PEEK != 0 {
        return recv_all_peeked(&mut call, buffer, flags);
    }
    let total = buffer.len();
    let mut step = |done: usize| {
        // As the kernel does: an error that comes after a part stays in the socket, for the next call.
        if done > 0 && happened(fd, poll::ERR | poll::HUP)? {
            return Ok(0);
        }
        transfer::recv(fd, buffer.get_mut(done..).unwrap_or_default(), flags)
    };
    match call.run_all(total, &mut step) {
        Ok(()) => Ok(total),
        // As the kernel does: what came before the end, the error or the time-out is the answer.
        Err(Progress { done, .. }) if done > 0 => Ok(done),
        Err(Progress { error, .. }) if error.kind() == Kind::Ended => Ok(0),
        Err(Progress { error, .. }) => Err(error),
    }
}

/// MSG_WAITALL with MSG_PEEK under a limit: each try sees the same bytes again, so a short one is no progress but a wait,
/// unless the peer has ended.
fn recv_all_peeked(call: &mut Call<'_>, buffer: &mut [u8], flags: i32) -> Result<usize> {
    let (fd, total) = (call.fd, buffer.len());
    let mut seen = 0;
    let answer = call.run(&mut || {
        seen = transfer::recv(fd, buffer, flags)?;
        let over = seen == total || seen == 0 || happened(fd, poll::RDHUP)?;
        if over { Ok(seen) } else { Err(Errno::AGAIN) }
    });
    match answer {
        Err(error) if error.kind() == Kind::TimedOut && seen > 0 => Ok(seen),
        answer => answer,
    }
}

/// Before a system call that has no flag against waiting: EAGAIN unless there is something to do.
pub(crate) fn look(fd: BorrowedFd<'_>, events: u16) -> berkeley_sys::Result<usize> {
    match now(fd, events)? {
        0 => Err(Errno::AGAIN),
        _ => Ok(0),
    }
}

/// Whether all of these `POLL*` are there now.
fn happened(fd: BorrowedFd<'_>, events: u16) -> berkeley_sys::Result<bool> {
    Ok(now(fd, events)? & events == events)
}

/// Which of these `POLL*`, and of those that are always told, are there now.
fn now(fd: BorrowedFd<'_>, events: u16) -> berkeley_sys::Result<u16> {
    Ok(poll::wait(Some((fd, events)), None, Some(Duration::ZERO))?.events)
}
