//! `Feed`: standard input, read by one thread and sent to whoever is served at the time.
//!
//! Contract: every byte is sent in order to the peer served when it is sent; the end of input half-closes that peer's
//! connection, and those of later ones at once. A read of standard input cannot be cancelled, so the thread outlives peers and
//! ends with the program. What it meets is told to the thread that receives: it waits under [`Feed::limit`], which a failure
//! cancels, unless only the peer is gone: then there may be something left to receive.

use core::time::Duration;
use std::fs::File;
use std::io::{self, BufRead, BufReader, IsTerminal, Read};
use std::os::fd::AsFd;
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::thread;

use berkeley::socket::Errno;
use berkeley::{AnyAddr, CancelToken, Endpoint, Error, How, Limit, Socket, Type};

use crate::fail::{self, Fail};

/// No limit, where there must be one: more than a century.
const FOREVER: Duration = Duration::from_secs(1 << 32);

/// Standard input on its way to a peer.
pub(crate) struct Feed {
    shared: Arc<Shared>,
    limit: Limit<'static>,
}

/// Who is sent to: the peer of a socket, or an address.
#[derive(Clone)]
pub(crate) struct Peer {
    socket: Arc<Socket>,
    address: Option<AnyAddr>,
}

struct Shared {
    endpoint: Endpoint,
    state: Mutex<State>,
    changed: Condvar,
    failed: CancelToken,
}

#[derive(Default)]
struct State {
    peer: Option<Peer>,
    failure: Option<Fail>,
    /// Bytes sent to this peer.
    sent: u64,
    /// Whether standard input is at its end.
    ended: bool,
}

impl Peer {
    pub(crate) fn of(socket: &Arc<Socket>) -> Self {
        Self { socket: Arc::clone(socket), address: None }
    }

    pub(crate) fn at(socket: &Arc<Socket>, address: AnyAddr) -> Self {
        Self { socket: Arc::clone(socket), address: Some(address) }
    }

    fn send(&self, data: &[u8], limit: Limit<'_>) -> Result<(), Error> {
        let socket = self.socket.within(limit);
        match &self.address {
            Some(address) => socket.send_to(data, address).map(drop),
            None => Ok(socket.send_all(data)?),
        }
    }

    /// Half-closes where there is a connection.
    fn end(&self) {
        if is_connection(self.socket.ty()) {
            // ENOTCONN: the peer is gone already.
            let _ = self.socket.shutdown(How::Write);
        }
    }
}

impl Feed {
    /// Starts to read: pieces as they come, or lines.
    pub(crate) fn start(
        endpoint: &Endpoint,
        lines: bool,
        limit: Limit<'static>,
    ) -> Result<Self, Fail> {
        let shared = Arc::new(Shared {
            endpoint: endpoint.clone(),
            state: Mutex::default(),
            changed: Condvar::new(),
            failed: CancelToken::new()?,
        });
        let failed = |error| Fail::io("standard input", &error);
        let input = File::from(io::stdin().as_fd().try_clone_to_owned().map_err(failed)?);
        let mut input = Input::new(input, endpoint.ty(), lines);
        let feeder = Arc::clone(&shared);
        thread::Builder::new()
            .spawn(move || while feeder.feed(input.next(), limit) {})
            .map_err(failed)?;
        Ok(Self { shared, limit })
    }

    /// What the thread that receives must wait under.
    pub(crate) fn limit(&self) -> Limit<'_> {
        self.limit.cancelled_by(&self.shared.failed)
    }

    /// From now on input goes to `peer`. Gives what had stopped it before.
    pub(crate) fn serve(&self, peer: Peer) -> Option<Fail> {
        let mut state = self.shared.state();
        if state.ended {
            peer.end();
        }
        state.peer = Some(peer);
        state.sent = 0;
        self.shared.failed.reset();
        self.shared.changed.notify_all();
        state.failure.take()
    }

    /// Sends nothing more to this peer, and gives what stopped the input; `None` if nothing has.
    pub(crate) fn failure(&self) -> Option<Fail> {
        let mut state = self.shared.state();
        self.shared.failed.reset();
        state.peer = None;
        state.failure.take()
    }

    /// Whether all input has been sent.
    pub(crate) fn has_ended(&self) -> bool {
        self.shared.state().ended
    }

    /// Sends nothing more to this peer, which has ended, and says how many bytes went to it. What is still to come is waited
    /// for, but not at a terminal, where there may be no end and the user sees that nothing answers any more.
    pub(crate) fn leave(&self) -> Result<u64, Fail> {
        let mut state = self.shared.state();
        if !io::stdin().is_terminal() {
            let time = self.limit.remaining().unwrap_or(FOREVER);
            let waiting = |state: &mut State| !state.ended && state.failure.is_none();
            let waited = self.shared.changed.wait_timeout_while(state, time, waiting);
            let (after, waited) = waited.unwrap_or_else(PoisonError::into_inner);
            if waited.timed_out() {
                return Err(Fail::new(fail::TIMED_OUT, "timed out before the input ended"));
            }
            state = after;
        }
        state.peer = None;
        match state.failure.take() {
            Some(failure) => Err(failure),
            None => Ok(state.sent),
        }
    }
}

impl Shared {
    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Sends a piece on; whether there may be another.
    fn feed(&self, piece: io::Result<&[u8]>, limit: Limit<'_>) -> bool {
        let mut state = self.state();
        let piece = piece.unwrap_or_else(|error| {
            state.failure = Some(Fail::io("standard input", &error));
            self.failed.cancel();
            &[]
        });
        if piece.is_empty() {
            state.ended = true;
            if let Some(peer) = &state.peer {
                peer.end();
            }
            self.changed.notify_all();
            return false;
        }
        let peer = loop {
            match &state.peer {
                Some(peer) => break peer.clone(),
                None => state = self.changed.wait(state).unwrap_or_else(PoisonError::into_inner),
            }
        };
        drop(state);
        let sent = peer.send(piece, limit);
        let mut state = self.state();
        // What happens to one who is served no more concerns nobody.
        if state.peer.as_ref().is_some_and(|now| Arc::ptr_eq(&now.socket, &peer.socket)) {
            match sent {
                Ok(()) => state.sent += piece.len() as u64,
                Err(error) => self.fail(&mut state, error),
            }
        }
        true
    }

    /// The peer of now cannot be sent to.
    fn fail(&self, state: &mut State, error: Error) {
        let connection = state.peer.take().is_some_and(|peer| is_connection(peer.socket.ty()));
        let gone = matches!(error.errno(), Some(Errno::PIPE | Errno::CONNRESET));
        state.failure = Some(Fail::at(&self.endpoint, error));
        if !(connection && gone) {
            self.failed.cancel();
        }
        self.changed.notify_all();
    }
}

/// Whether sockets of this type have an end.
pub(crate) fn is_connection(ty: Type) -> bool {
    matches!(ty, Type::STREAM | Type::SEQPACKET | Type::DCCP)
}

/// Standard input in pieces.
struct Input {
    file: BufReader<File>,
    piece: Vec<u8>,
    room: usize,
    lines: bool,
}

impl Input {
    fn new(file: File, ty: Type, lines: bool) -> Self {
        let room = match ty {
            Type::STREAM => 1 << 16,
            // What others receive a packet into, socat for one.
            Type::SEQPACKET => 1 << 13,
            // The longest datagram of UDP over IPv4.
            _ => 65_507,
        };
        Self { file: BufReader::with_capacity(room, file), piece: Vec::new(), room, lines }
    }

    /// The next line, or what a read gives; nothing at the end.
    fn next(&mut self) -> io::Result<&[u8]> {
        if self.lines {
            self.piece.clear();
            self.file.by_ref().take(self.room as u64).read_until(b'\n', &mut self.piece)?;
        } else {
            self.piece.resize(self.room, 0);
            let len = loop {
                // As large as the reader's own buffer, so that it is read into directly.
                match self.file.read(&mut self.piece) {
                    Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
                    read => break read?,
                }
            };
            self.piece.truncate(len);
        }
        Ok(&self.piece)
    }
}
