//! Drives a lookup's machine: its sockets and its clock.
//!
//! Contract: steps, which never wait. Each exchange has a socket of its own, connected, so that the
//! kernel drops what others send and tells when nobody is there; its port is the kernel's choice. All are closed when the lookup ends, in
//! whatever way. Sources: udp(7), tcp(7), getrandom(2), RFC 5452, RFC 7766.

use core::mem;
use core::net::SocketAddr;
use core::task::Poll;
use core::time::Duration;
use std::io::IoSlice;
use std::sync::{Arc, Mutex, OnceLock, PoisonError};
use std::time::Instant;

use berkeley_addr::Type;
use berkeley_socket::poll::{self, Watch};
use berkeley_socket::{Errno, Error, Kind, Limit, Message, RecvFlags, SendFlags, Socket};

use crate::error::Cause;
use crate::machine::{
    Action, Answer, Attempt, Config, Event, Failure, Lookup, Machine, Memory, Packet, SocketId,
};
use crate::step::Steps;

/// Larger than any datagram that we ask for. Of a longer one the rest is asked for by TCP.
const ROOM: usize = 4096;

/// What lookups with the same servers share.
#[derive(Debug)]
pub(crate) struct Shared {
    epoch: Instant,
    memory: Mutex<Memory>,
}

impl Shared {
    pub(crate) fn new() -> Self {
        Self { epoch: Instant::now(), memory: Mutex::new(Memory::new()) }
    }

    /// Nothing is known of any server.
    pub(crate) fn forget(&self) {
        self.with(|memory| *memory = Memory::new());
    }

    fn with<T>(&self, act: impl FnOnce(&mut Memory) -> T) -> T {
        // The memory holds facts that are true by themselves: a panic leaves nothing half done.
        act(&mut self.memory.lock().unwrap_or_else(PoisonError::into_inner))
    }

    /// A moment of that clock by the system's.
    pub(crate) fn instant(&self, time: Duration) -> Option<Instant> {
        self.epoch.checked_add(time)
    }

    /// The moment by the clock of its lookups.
    pub(crate) fn now(&self) -> Duration {
        self.epoch.elapsed()
    }
}

/// How a lookup ended.
#[derive(Debug)]
pub(crate) struct Outcome {
    pub(crate) result: Result<(), Cause>,
    pub(crate) answers: Vec<Answer>,
    /// Why there is nothing of one type, although there is of another.
    pub(crate) missing: Option<Failure>,
    /// For how long that holds, if the servers have said so.
    pub(crate) ttl: Option<Duration>,
    pub(crate) attempts: Vec<Attempt>,
}

/// A lookup with its sockets.
pub(crate) struct Driver<'s> {
    shared: &'s Shared,
    machine: Machine<Bits>,
    /// Why there are no bits: then nothing more is sent.
    failed: Arc<OnceLock<Errno>>,
    lines: Vec<Line>,
    has_begun: bool,
}

type Bits = Box<dyn FnMut() -> u64 + Send>;

impl<'s> Driver<'s> {
    /// One that has not sent anything; `lookup` has its deadline.
    pub(crate) fn new(
        config: &Arc<Config>,
        mut lookup: Lookup,
        shared: &'s Shared,
        deadline: Option<Instant>,
    ) -> Self {
        lookup.deadline = deadline.map(|by| by.saturating_duration_since(shared.epoch));
        let failed = Arc::default();
        let mut random = Random::new(Arc::clone(&failed));
        let machine =
            Machine::new(Arc::clone(config), lookup, Box::new(move || random.next()) as Bits);
        Self { shared, machine, failed, lines: Vec::new(), has_begun: false }
    }

    /// What was found so far.
    pub(crate) fn answers(&self) -> impl Iterator<Item = &Answer> {
        self.machine.answers()
    }

    /// All questions so far.
    pub(crate) fn attempts(&self) -> &[Attempt] {
        self.machine.trace()
    }

    fn outcome(&self, result: Result<(), Cause>) -> Outcome {
        Outcome {
            answers: self.machine.answers().cloned().collect(),
            missing: self.machine.missing(),
            ttl: self.machine.ttl(),
            attempts: self.machine.trace().to_vec(),
            result,
        }
    }
}

impl Steps for Driver<'_> {
    type End = Outcome;

    fn watches(&self) -> impl Iterator<Item = Watch<'_>> {
        self.lines.iter().map(Line::watch)
    }

    fn wake_at(&self) -> Option<Instant> {
        self.machine.wake_at().and_then(|time| self.shared.instant(time))
    }

    fn step(&mut self, events: &[u16]) -> Poll<Outcome> {
        if self.has_begun {
            let found = self.lines.iter().zip(events).map(|(line, events)| (line.id, *events));
            let found: Vec<_> = found.filter(|(_, events)| *events != 0).collect();
            if found.is_empty() {
                self.tell(Event::Timer);
            }
            for (id, events) in found {
                self.serve(id, events);
            }
        } else {
            self.has_begun = true;
            self.shared.with(|memory| self.machine.start(self.shared.now(), memory));
        }
        self.act();
        // A question whose number can be guessed is not sent.
        if let Some(errno) = self.failed.get() {
            return Poll::Ready(self.outcome(Err(Cause::System(*errno))));
        }
        let result = match self.machine.outcome() {
            None => return Poll::Pending,
            Some(Ok(())) => Ok(()),
            Some(Err(Failure::Deadline)) => Err(Cause::TimedOut),
            Some(Err(failure)) => Err(Cause::Dns(failure)),
        };
        Poll::Ready(self.outcome(result))
    }
}

/// Bits that nobody can guess: fetched for one lookup, so that no fork and no other lookup has the same.
struct Random {
    bits: [u64; 8],
    left: usize,
    failed: Arc<OnceLock<Errno>>,
}

impl Random {
    fn new(failed: Arc<OnceLock<Errno>>) -> Self {
        Self { bits: [0; 8], left: 0, failed }
    }

    fn next(&mut self) -> u64 {
        if self.left == 0 {
            self.fetch();
        }
        self.left = self.left.saturating_sub(1);
        self.bits.get(self.left).copied().unwrap_or_default()
    }

    fn fetch(&mut self) {
        let mut room = [0; 64];
        loop {
            match berkeley_sys::host::random(&mut room) {
                // So few come all at once.
                Ok(len) if len == room.len() => break,
                Ok(_) | Err(Errno::INTR) => {}
                Err(errno) => {
                    let _ = self.failed.set(errno);
                    return;
                }
            }
        }
        for (bits, bytes) in self.bits.iter_mut().zip(room.chunks_exact(8)) {
            *bits = bytes.first_chunk().map_or(0, |bytes| u64::from_ne_bytes(*bytes));
        }
        self.left = self.bits.len();
    }
}

/// A socket of the lookup.
struct Line {
    id: SocketId,
    socket: Socket<SocketAddr>,
    state: State,
}

enum State {
    Udp,
    /// TCP, not connected yet; what is to be sent then.
    Connecting(Vec<u8>),
    /// TCP; what is still to be sent.
    Connected(Vec<u8>),
}

impl Line {
    fn watch(&self) -> Watch<'_> {
        let events = match &self.state {
            State::Connecting(_) => poll::OUT,
            State::Connected(rest) if !rest.is_empty() => poll::IN | poll::OUT,
            State::Udp | State::Connected(_) => poll::IN,
        };
        Watch::new(&self.socket, events)
    }

    /// Sends as much as there is room for.
    fn flush(&mut self) -> Result<(), Errno> {
        let State::Connected(rest) = &mut self.state else { return Ok(()) };
        while !rest.is_empty() {
            match self.socket.send_with(rest, SendFlags::DONTWAIT) {
                Ok(sent) => drop(rest.drain(..sent.min(rest.len()))),
                Err(error) if error.is_would_block() => break,
                Err(error) => return Err(errno(error)),
            }
        }
        Ok(())
    }
}

impl Driver<'_> {
    fn tell(&mut self, event: Event<'_>) {
        self.shared.with(|memory| self.machine.handle(self.shared.now(), event, memory));
    }

    /// Does what the machine wants.
    fn act(&mut self) {
        while let Some(action) = self.machine.poll() {
            if self.failed.get().is_some() {
                return;
            }
            let (socket, done) = match action {
                Action::Udp { socket, server, queries } => {
                    (socket, self.ask(socket, server, &queries))
                }
                Action::Tcp { socket, server, bytes } => {
                    (socket, self.connect(socket, server, bytes))
                }
                Action::Write { socket, bytes } => (socket, self.write(socket, &bytes)),
                Action::Close { socket } => {
                    self.lines.retain(|line| line.id != socket);
                    continue;
                }
            };
            if let Err(errno) = done {
                self.lines.retain(|line| line.id != socket);
                self.tell(Event::Failed { socket, errno });
            }
        }
    }

    fn ask(&mut self, id: SocketId, server: SocketAddr, queries: &[Packet]) -> Result<(), Errno> {
        let socket = Socket::connected(Type::DGRAM, &server).map_err(errno)?;
        let slices: Vec<[IoSlice<'_>; 1]> =
            queries.iter().map(|query| [IoSlice::new(query)]).collect();
        let sent = if let [only] = queries {
            socket.send_with(only, SendFlags::DONTWAIT).map(drop)
        } else {
            let messages: Vec<Message<'_, SocketAddr>> =
                slices.iter().map(|slice| Message::new(slice)).collect();
            socket.send_many(&messages, SendFlags::DONTWAIT).map_err(|progress| progress.error)
        };
        match sent {
            Ok(()) => {}
            // No room for it now: as good as lost on the way, and there are more attempts.
            Err(error) if error.is_would_block() => {}
            Err(error) => return Err(errno(error)),
        }
        self.lines.push(Line { id, socket, state: State::Udp });
        Ok(())
    }

    fn connect(&mut self, id: SocketId, server: SocketAddr, bytes: Vec<u8>) -> Result<(), Errno> {
        let socket = Socket::open_for(Type::STREAM, &server).map_err(errno)?;
        let connected = socket.try_connect(&server).map_err(errno)?;
        let state = if connected { State::Connected(bytes) } else { State::Connecting(bytes) };
        let mut line = Line { id, socket, state };
        line.flush()?;
        self.lines.push(line);
        Ok(())
    }

    fn write(&mut self, id: SocketId, bytes: &[u8]) -> Result<(), Errno> {
        let Some(line) = self.lines.iter_mut().find(|line| line.id == id) else { return Ok(()) };
        if let State::Connecting(rest) | State::Connected(rest) = &mut line.state {
            rest.extend_from_slice(bytes);
        }
        line.flush()
    }

    /// Takes what a socket has.
    fn serve(&mut self, id: SocketId, events: u16) {
        // What came before it in the same poll may have closed it.
        self.act();
        let Some(line) = self.lines.iter_mut().find(|line| line.id == id) else { return };
        let mut room = [0; ROOM];
        let event = match line.take(&mut room, events) {
            Ok(Some(event)) => event,
            Ok(None) => return,
            Err(errno) => Event::Failed { socket: id, errno },
        };
        let over = matches!(event, Event::Failed { .. } | Event::Closed { .. });
        self.tell(event);
        if over {
            self.lines.retain(|line| line.id != id);
        }
    }
}

impl Line {
    /// What has happened on it, if anything has.
    fn take<'r>(
        &mut self,
        room: &'r mut [u8; ROOM],
        events: u16,
    ) -> Result<Option<Event<'r>>, Errno> {
        let socket = self.id;
        if let State::Connecting(bytes) = &mut self.state {
            match self.socket.within(Limit::within(Duration::ZERO)).finish_connect() {
                Ok(()) => self.state = State::Connected(mem::take(bytes)),
                // Whoever says that it is ready may be wrong.
                Err(error) if error.kind() == Kind::TimedOut => return Ok(None),
                Err(error) => return Err(errno(error)),
            }
        }
        self.flush()?;
        if events & !poll::OUT == 0 {
            return Ok(None);
        }
        let is_udp = matches!(self.state, State::Udp);
        let len = match self.socket.recv_with(room, RecvFlags::DONTWAIT) {
            Ok(0) if !is_udp => return Ok(Some(Event::Closed { socket })),
            Ok(len) => len,
            Err(error) if error.kind() == Kind::Truncated => {
                // As if the server had cut it itself.
                if let Some(flags) = room.get_mut(2) {
                    *flags |= 2;
                }
                ROOM
            }
            // A datagram with a wrong sum is ready until it is looked at.
            Err(error) if error.is_would_block() => return Ok(None),
            Err(error) => return Err(errno(error)),
        };
        let bytes = room.get(..len).unwrap_or_default();
        Ok(Some(if is_udp {
            Event::Datagram { socket, bytes }
        } else {
            Event::Stream { socket, bytes }
        }))
    }
}

/// Sockets without a limit fail only with what the kernel says.
fn errno(error: Error) -> Errno {
    error.errno().unwrap_or(Errno::IO)
}
