//! Waiting: ppoll(2), an edge-triggered epoll(7), eventfd(2).
//!
//! Each wait is for one descriptor and, beside it, for one that wakes early (an [`eventfd`]); [`wait_any`] is for several. Times are the kernel's:
//! monotonic, to the nanosecond; `None` waits for ever. No wait is retried here: EINTR is the caller's to count.

use core::time::Duration;

use rustix::event::{EventfdFlags, PollFd, PollFlags, Timespec, epoll};
use rustix::fd::{AsFd, BorrowedFd, OwnedFd};

use crate::Result;

/// `POLLIN`: there is something to read, to accept, or an end.
pub const IN: u16 = PollFlags::IN.bits();
/// `POLLPRI`: there is urgent data.
pub const PRI: u16 = PollFlags::PRI.bits();
/// `POLLOUT`: there is room to write, or a connect has ended.
pub const OUT: u16 = PollFlags::OUT.bits();
/// `POLLERR`: an error, or something in the error queue. Always waited for.
pub const ERR: u16 = PollFlags::ERR.bits();
/// `POLLHUP`: both directions are closed. Always waited for.
pub const HUP: u16 = PollFlags::HUP.bits();
/// `POLLRDHUP`: the peer has ended its direction.
pub const RDHUP: u16 = PollFlags::RDHUP.bits();

/// What ended a wait.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Ready {
    /// What holds of the descriptor: `POLL*`. 0: nothing.
    pub events: u16,
    /// The other descriptor has something to read.
    pub woken: bool,
}

/// Waits until one of `events` holds of `fd`, or `wake` can be read, or the time is over (both fields of the answer are then
/// empty). With `events` 0 only errors and hang-ups are waited for.
///
/// # Errors
///
/// EINTR: a signal was handled; never restarted, also under SA_RESTART. ENOMEM.
#[doc(alias = "ppoll")]
#[inline]
pub fn wait(
    fd: Option<(BorrowedFd<'_>, u16)>,
    wake: Option<BorrowedFd<'_>>,
    time: Option<Duration>,
) -> Result<Ready> {
    let time = time.map(timespec);
    // poll(2) ignores a negative descriptor; the safe way to leave one out is not to list it.
    let answer = |fd: Option<&PollFd<'_>>, wake: Option<&PollFd<'_>>| Ready {
        events: fd.map_or(0, |fd| fd.revents().bits()),
        woken: wake.is_some_and(|wake| !wake.revents().is_empty()),
    };
    match (fd, wake) {
        (Some((fd, events)), Some(wake)) => {
            let mut fds = [watch(fd, events), watch(wake, IN)];
            rustix::event::poll(&mut fds, time.as_ref())?;
            Ok(answer(fds.first(), fds.get(1)))
        }
        (Some((fd, events)), None) => {
            let mut fds = [watch(fd, events)];
            rustix::event::poll(&mut fds, time.as_ref())?;
            Ok(answer(fds.first(), None))
        }
        (None, Some(wake)) => {
            let mut fds = [watch(wake, IN)];
            rustix::event::poll(&mut fds, time.as_ref())?;
            Ok(answer(None, fds.first()))
        }
        (None, None) => {
            rustix::event::poll(&mut [], time.as_ref())?;
            Ok(answer(None, None))
        }
    }
}

/// One of several descriptors, and what is waited for.
pub type Watch<'fd> = PollFd<'fd>;

/// A watch for `events`: `POLL*`.
pub fn watch(fd: BorrowedFd<'_>, events: u16) -> Watch<'_> {
    PollFd::from_borrowed_fd(fd, PollFlags::from_bits_retain(events))
}

/// What the last [`wait_any`] found: `POLL*`.
pub fn found(watch: &Watch<'_>) -> u16 {
    watch.revents().bits()
}

/// Waits until something holds of one of these, or the time is over; of how many.
///
/// # Errors
///
/// As [`wait`]. EINVAL: more than RLIMIT_NOFILE.
#[doc(alias = "ppoll")]
pub fn wait_any(watches: &mut [Watch<'_>], time: Option<Duration>) -> Result<usize> {
    rustix::event::poll(watches, time.map(timespec).as_ref())
}

/// A watch that wakes on news alone, for a descriptor that poll(2) calls ready while its calls say EAGAIN (something in the
/// error queue). An edge-triggered epoll instance: the first [`wait`](Edge::wait) also reports what held before.
#[derive(Debug)]
pub struct Edge {
    epoll: OwnedFd,
}

impl Edge {
    /// Watches `fd` for `events`, and `wake` for something to read.
    ///
    /// # Errors
    ///
    /// EMFILE, ENFILE, ENOMEM, ENOSPC (`fs.epoll.max_user_watches`).
    pub fn new(fd: BorrowedFd<'_>, events: u16, wake: Option<BorrowedFd<'_>>) -> Result<Self> {
        let epoll = epoll::create(epoll::CreateFlags::CLOEXEC)?;
        // EPOLLIN and the like have POLLIN's values (include/uapi/linux/eventpoll.h).
        let events = epoll::EventFlags::from_bits_retain(u32::from(events));
        let data = epoll::EventData::new_u64(0);
        epoll::add(&epoll, fd, data, events | epoll::EventFlags::ET)?;
        if let Some(wake) = wake {
            epoll::add(&epoll, wake, epoll::EventData::new_u64(1), epoll::EventFlags::IN)?;
        }
        Ok(Self { epoll })
    }

    /// Waits for news, as [`wait`] does.
    ///
    /// # Errors
    ///
    /// As there.
    pub fn wait(&self, time: Option<Duration>) -> Result<Ready> {
        let time = time.map(timespec);
        let empty =
            epoll::Event { flags: epoll::EventFlags::empty(), data: epoll::EventData::new_u64(0) };
        let mut events = [empty; 2];
        let count = epoll::wait(&self.epoll, &mut events[..], time.as_ref())?;
        let mut ready = Ready { events: 0, woken: false };
        for event in events.iter().take(count) {
            // The kernel's struct is packed: copy the fields out.
            let (flags, data) = (event.flags, event.data);
            if data.u64() == 0 {
                ready.events = flags.bits() as u16;
            } else {
                ready.woken = true;
            }
        }
        Ok(ready)
    }
}

/// A descriptor that can be read from the first [`raise`] to the next [`clear`]. Non-blocking, close-on-exec.
///
/// # Errors
///
/// EMFILE, ENFILE, ENOMEM.
pub fn eventfd() -> Result<OwnedFd> {
    rustix::event::eventfd(0, EventfdFlags::CLOEXEC | EventfdFlags::NONBLOCK)
}

/// Makes an [`eventfd`] readable.
///
/// # Errors
///
/// EAGAIN: its counter is full; it is readable all the same.
pub fn raise(event: impl AsFd) -> Result<()> {
    rustix::io::write(event, &1u64.to_ne_bytes()).map(drop)
}

/// Makes an [`eventfd`] unreadable.
///
/// # Errors
///
/// EAGAIN: it was not readable.
pub fn clear(event: impl AsFd) -> Result<()> {
    rustix::io::read(event, &mut [0; 8]).map(drop)
}

/// A duration as the kernel takes it. One beyond its range is 292 billion years, which it is content with.
fn timespec(time: Duration) -> Timespec {
    Timespec {
        tv_sec: i64::try_from(time.as_secs()).unwrap_or(i64::MAX),
        tv_nsec: time.subsec_nanos().into(),
    }
}
