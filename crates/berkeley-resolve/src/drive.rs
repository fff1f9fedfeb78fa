//! Drives a lookup's machine: its sockets, its clock, and the limit of who waits.
//!
//! Contract: one thread, one poll over all sockets and the limit's token. Each exchange has a socket of its own, connected, so that the
//! kernel drops what others send and tells when nobody is there; its port is the kernel's choice. All are closed when the lookup ends, in
//! whatever way. Nothing is waited for but in that poll. Sources: udp(7), tcp(7), getrandom(2), RFC 5452, RFC 7766.

use core::cell::Cell;
use core::mem;
use core::net::SocketAddr;
use core::time::Duration;
use std::io::IoSlice;
use std::os::fd::AsFd;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Instant;

use berkeley_addr::Type;
use berkeley_socket::{
    CancelToken, Errno, Error, Kind, Limit, Message, RecvFlags, SendFlags, Socket,
};
use berkeley_sys::poll;

use crate::error::Cause;
use crate::machine::{
    Action, Answer, Attempt, Config, Event, Failure, Lookup, Machine, Memory, Packet, SocketId,
};

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

    fn now(&self) -> Duration {
        self.epoch.elapsed()
    }
}

/// How a lookup ended.
#[derive(Debug)]
pub(crate) struct Outcome {
    pub(crate) result: Result<(), Cause>,
    pub(crate) answers: Vec<Answer>,
    pub(crate) is_partial: bool,
    /// For how long "no such name" and "no data" hold.
    pub(crate) negative_ttl: Option<Duration>,
    pub(crate) attempts: Vec<Attempt>,
}

/// Looks up, and waits no longer than the limit allows.
pub(crate) fn run(
    config: &Arc<Config>,
    mut lookup: Lookup,
    shared: &Shared,
    limit: Limit<'_>,
) -> Outcome {
    let limit = limit.start();
    let deadline = limit.deadline().map(|by| by.saturating_duration_since(shared.epoch));
    lookup.deadline = deadline;
    let random = Random::default();
    let mut machine = Machine::new(Arc::clone(config), lookup, || random.next());
    let ended = Driver { shared, limit, random: &random, lines: Vec::new() }.drive(&mut machine);
    let result = ended.and_then(|()| match machine.outcome() {
        Some(Ok(())) => Ok(()),
        Some(Err(Failure::Deadline)) | None => Err(Cause::TimedOut),
        Some(Err(failure)) => Err(Cause::Dns(failure)),
    });
    Outcome {
        answers: machine.answers().cloned().collect(),
        is_partial: machine.is_partial(),
        negative_ttl: machine.negative_ttl(),
        attempts: machine.trace().to_vec(),
        result,
    }
}

/// Bits that nobody can guess: fetched for one lookup, so that no fork and no other lookup has the same.
#[derive(Default)]
struct Random {
    bits: Cell<[u64; 8]>,
    left: Cell<usize>,
    failed: Cell<Option<Errno>>,
}

impl Random {
    fn next(&self) -> u64 {
        if self.left.get() == 0 {
            self.fetch();
        }
        let left = self.left.get().saturating_sub(1);
        self.left.set(left);
        self.bits.get().get(left).copied().unwrap_or_default()
    }

    fn fetch(&self) {
        let mut room = [0; 64];
        loop {
            match berkeley_sys::host::random(&mut room) {
                // So few come all at once.
                Ok(len) if len == room.len() => break,
                Ok(_) | Err(Errno::INTR) => {}
                Err(errno) => {
                    self.failed.set(Some(errno));
                    return;
                }
            }
        }
        let mut bits = [0; 8];
        for (bits, bytes) in bits.iter_mut().zip(room.chunks_exact(8)) {
            *bits = bytes.first_chunk().map_or(0, |bytes| u64::from_ne_bytes(*bytes));
        }
        self.bits.set(bits);
        self.left.set(bits.len());
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
    fn events(&self) -> u16 {
        match &self.state {
            State::Connecting(_) => poll::OUT,
            State::Connected(rest) if !rest.is_empty() => poll::IN | poll::OUT,
            State::Udp | State::Connected(_) => poll::IN,
        }
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

struct Driver<'a> {
    shared: &'a Shared,
    limit: Limit<'a>,
    random: &'a Random,
    lines: Vec<Line>,
}

impl Driver<'_> {
    fn drive<R: FnMut() -> u64>(mut self, machine: &mut Machine<R>) -> Result<(), Cause> {
        // A limit that has ended already sends nothing.
        if self.limit.token().is_some_and(CancelToken::is_cancelled) {
            return Err(Cause::Cancelled);
        }
        if self.limit.remaining() == Some(Duration::ZERO) {
            return Err(Cause::TimedOut);
        }
        self.shared.with(|memory| machine.start(self.shared.now(), memory));
        loop {
            self.act(machine)?;
            if machine.outcome().is_some() {
                return Ok(());
            }
            let found = self.wait(machine.wake_at())?;
            if found.is_empty() {
                self.tell(machine, Event::Timer);
            }
            for (id, events) in found {
                self.serve(machine, id, events)?;
            }
        }
    }

    fn tell<R: FnMut() -> u64>(&self, machine: &mut Machine<R>, event: Event<'_>) {
        self.shared.with(|memory| machine.handle(self.shared.now(), event, memory));
    }

    /// Does what the machine wants.
    fn act<R: FnMut() -> u64>(&mut self, machine: &mut Machine<R>) -> Result<(), Cause> {
        while let Some(action) = machine.poll() {
            // A question whose number can be guessed is not sent.
            if let Some(errno) = self.random.failed.get() {
                return Err(Cause::System(errno));
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
                self.tell(machine, Event::Failed { socket, errno });
            }
        }
        Ok(())
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

    /// Waits until something has happened, or for the moment; for none, where the limit's deadline is the machine's.
    fn wait(&self, until: Option<Duration>) -> Result<Vec<(SocketId, u16)>, Cause> {
        let mut watches: Vec<poll::Watch<'_>> =
            self.lines.iter().map(|line| poll::watch(line.socket.as_fd(), line.events())).collect();
        watches.extend(self.limit.token().map(|token| poll::watch(token.as_fd(), poll::IN)));
        let time = until.map(|until| until.saturating_sub(self.shared.now()));
        match poll::wait_any(&mut watches, time) {
            Ok(_) => {}
            Err(Errno::INTR) => {
                let on = self.limit.interrupted().is_continue();
                return if on { Ok(Vec::new()) } else { Err(Cause::Interrupted) };
            }
            Err(errno) => return Err(Cause::System(errno)),
        }
        if self.limit.token().is_some_and(CancelToken::is_cancelled) {
            return Err(Cause::Cancelled);
        }
        let found = self.lines.iter().zip(&watches);
        let found = found.map(|(line, watch)| (line.id, poll::found(watch)));
        Ok(found.filter(|(_, events)| *events != 0).collect())
    }

    /// Takes what a socket has.
    fn serve<R: FnMut() -> u64>(
        &mut self,
        machine: &mut Machine<R>,
        id: SocketId,
        events: u16,
    ) -> Result<(), Cause> {
        // What came before it in the same poll may have closed it.
        self.act(machine)?;
        let Some(line) = self.lines.iter_mut().find(|line| line.id == id) else { return Ok(()) };
        let mut room = [0; ROOM];
        let event = match line.take(&mut room, events) {
            Ok(Some(event)) => event,
            Ok(None) => return Ok(()),
            Err(errno) => Event::Failed { socket: id, errno },
        };
        let over = matches!(event, Event::Failed { .. } | Event::Closed { .. });
        self.tell(machine, event);
        if over {
            self.lines.retain(|line| line.id != id);
        }
        Ok(())
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
            match self.socket.finish_connect() {
                Ok(()) => self.state = State::Connected(mem::take(bytes)),
                Err(error) if error.is_would_block() => return Ok(None),
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
