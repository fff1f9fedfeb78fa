//! Work that goes on by itself as soon as a descriptor is ready or a moment has come.
//!
//! Contract: a step never waits. The blocking call is a loop over the same steps: one poll, one deadline. Source: poll(2).

use core::task::Poll;
use std::time::Instant;

use berkeley_socket::poll::{Watch, poll};
use berkeley_socket::{CancelToken, Kind, Limit, Op};

use crate::error::Cause;

pub(crate) trait Steps {
    type End;

    /// What to wait for before the next step.
    fn watches(&self) -> impl Iterator<Item = Watch<'_>>;

    /// When to step again even if nothing happens.
    fn wake_at(&self) -> Option<Instant>;

    /// Does what can be done now. `events`: what poll(2) has found of each of the [`watches`](Self::watches) before this, in their order;
    /// what is missing at the end has found nothing. Too much costs a call, no more.
    fn step(&mut self, events: &[u16]) -> Poll<Self::End>;
}

/// Steps to the end, or to the limit's, which was started. What the limit's time has ended steps once more.
///
/// # Errors
///
/// The limit's; System: poll(2) failed.
pub(crate) fn block<S: Steps>(work: &mut S, limit: Limit<'_>) -> Result<S::End, Cause> {
    // Over before it begins: nothing is sent.
    if limit.token().is_some_and(CancelToken::is_cancelled) {
        return Err(Cause::Cancelled);
    }
    let mut events = Vec::new();
    loop {
        if let Poll::Ready(end) = work.step(&events) {
            return Ok(end);
        }
        if limit.deadline().is_some_and(|deadline| Instant::now() >= deadline) {
            return Err(Cause::TimedOut);
        }
        let pause = work.wake_at().map_or(limit, |time| limit.no_later(time));
        events = match poll(work.watches(), Op::Recv, pause) {
            Ok(events) => events,
            Err(error) if error.kind() == Kind::TimedOut => Vec::new(),
            Err(error) => return Err(error.into()),
        };
    }
}
