//! One question and one answer over a Unix socket.
//!
//! Contract: steps, which never wait. A full backlog is tried again, as connect(2) on AF_UNIX begins nothing then.

use core::task::Poll;
use core::time::Duration;
use std::path::Path;
use std::time::Instant;

use berkeley_addr::{Protocol, Type, UnixAddr};
use berkeley_socket::poll::{self, Watch};
use berkeley_socket::{Errno, Error, RecvFlags, SendFlags, Socket};

use super::Silence;
use crate::error::Cause;
use crate::step::Steps;

/// The longest answer: a name's addresses are a few hundred bytes.
const MOST: usize = 64 << 10;
/// Between two tries at a full backlog.
const PAUSE: Duration = Duration::from_millis(4);

/// A question to a service, on its way.
#[derive(Debug)]
pub(crate) struct Talk {
    state: State,
    address: Result<UnixAddr, Silence>,
    /// What is still to be sent.
    question: Vec<u8>,
    answer: Vec<u8>,
    /// The byte with which the answer ends.
    end: u8,
}

#[derive(Debug)]
enum State {
    Closed,
    /// Not connected: to be tried again then.
    Full(Socket<UnixAddr>, Instant),
    Open(Socket<UnixAddr>),
}

impl Talk {
    /// To be told `question`, and to answer up to, and without, the byte `end`.
    pub(super) fn new(service: &Path, question: String, end: u8) -> Self {
        let address = UnixAddr::try_from(service).map_err(|_| unavailable(Errno::NAMETOOLONG));
        Self {
            state: State::Closed,
            address,
            question: question.into_bytes(),
            answer: Vec::new(),
            end,
        }
    }

    fn go_on(&mut self) -> Result<Poll<Vec<u8>>, Silence> {
        let address = self.address.clone()?;
        let socket = match core::mem::replace(&mut self.state, State::Closed) {
            State::Open(socket) => socket,
            State::Full(_, until) if Instant::now() < until => return Ok(Poll::Pending),
            state => {
                let socket = match state {
                    State::Full(socket, _) | State::Open(socket) => socket,
                    State::Closed => Socket::open(Type::STREAM, Protocol::DEFAULT)?,
                };
                match socket.try_connect(&address) {
                    Ok(_) => socket,
                    Err(error) if matches!(error.errno(), Some(Errno::AGAIN | Errno::INTR)) => {
                        self.state = State::Full(socket, Instant::now() + PAUSE);
                        return Ok(Poll::Pending);
                    }
                    Err(error) => return Err(error.into()),
                }
            }
        };
        let read = self.exchange(&socket);
        self.state = State::Open(socket);
        read
    }

    /// Sends and receives as much as there is room and bytes for.
    fn exchange(&mut self, socket: &Socket<UnixAddr>) -> Result<Poll<Vec<u8>>, Silence> {
        let wait = |error: Error| {
            if error.is_would_block() { Ok(Poll::Pending) } else { Err(Silence::from(error)) }
        };
        while !self.question.is_empty() {
            match socket.send_with(&self.question, SendFlags::DONTWAIT) {
                Ok(sent) => drop(self.question.drain(..sent.min(self.question.len()))),
                Err(error) => return wait(error),
            }
        }
        let mut room = [0; 4096];
        loop {
            let len = match socket.recv_with(&mut room, RecvFlags::DONTWAIT) {
                Ok(len) => len,
                Err(error) => return wait(error),
            };
            let new = room.get(..len).unwrap_or_default();
            if let Some(len) = new.iter().position(|byte| *byte == self.end) {
                self.answer.extend(new.iter().take(len));
                return Ok(Poll::Ready(core::mem::take(&mut self.answer)));
            }
            if new.is_empty() || self.answer.len() + new.len() > MOST {
                return Err(unavailable(Errno::BADMSG));
            }
            self.answer.extend(new);
        }
    }
}

impl Steps for Talk {
    type End = Result<Vec<u8>, Silence>;

    fn watches(&self) -> impl Iterator<Item = Watch<'_>> {
        let events = if self.question.is_empty() { poll::IN } else { poll::OUT };
        let socket = match &self.state {
            State::Open(socket) => Some(socket),
            State::Closed | State::Full(..) => None,
        };
        socket.into_iter().map(move |socket| Watch::new(socket, events))
    }

    fn wake_at(&self) -> Option<Instant> {
        match &self.state {
            State::Full(_, until) => Some(*until),
            State::Closed | State::Open(_) => None,
        }
    }

    fn step(&mut self, _: &[u16]) -> Poll<Self::End> {
        match self.go_on() {
            Ok(Poll::Ready(answer)) => Poll::Ready(Ok(answer)),
            Ok(Poll::Pending) => Poll::Pending,
            Err(silence) => Poll::Ready(Err(silence)),
        }
    }
}

pub(super) fn unavailable(errno: Errno) -> Silence {
    Silence::Unavailable(Cause::System(errno))
}
