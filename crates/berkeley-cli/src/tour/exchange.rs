//! Two sides in two threads, and streams between them, checked by SHA-256 on both.
//!
//! Contract. The client asks and the server answers: some small round trips first, then the data of one direction, then that of
//! the other. Both sides run under one deadline, and the first that fails ends the other: nothing here waits for ever.

use core::fmt;
use core::hash::{BuildHasher, Hasher};
use core::time::Duration;
use std::hash::RandomState;
use std::sync::{Mutex, PoisonError};
use std::thread;
use std::time::Instant;

use berkeley::{Address, AnyAddr, CancelToken, Family, How, Limit, SocketRef};

use super::row::{Carried, Fault, Proof, Tally, Way};

/// How long a stop may take.
const PATIENCE: Duration = Duration::from_secs(10);
/// Bytes in each direction of a stream.
const STREAM: usize = 4 << 20;
/// The same of one that a radio carries.
const SOME: usize = 1 << 20;
/// Bytes in one send of a stream.
const PIECE: usize = 64 << 10;
/// Small exchanges, for the round trip.
pub(super) const PINGS: u32 = 33;

/// Runs both sides, each in its thread, under one limit. The first to fail ends the other, and is what is reported.
pub(super) fn both<C, S: Send>(
    client: impl FnOnce(Limit<'_>) -> Result<C, Fault>,
    server: impl FnOnce(Limit<'_>) -> Result<S, Fault> + Send,
) -> Result<(C, S), Fault> {
    let token = CancelToken::new()?;
    let limit = Limit::within(PATIENCE).cancelled_by(&token).start();
    let first = Mutex::new(None);
    let failed = |fault: Fault| {
        first.lock().unwrap_or_else(PoisonError::into_inner).get_or_insert(fault);
        token.cancel();
    };
    let (asked, answered) = thread::scope(|scope| {
        let serve = || server(limit).map_err(|fault| failed(fault.at("server"))).ok();
        match thread::Builder::new().spawn_scoped(scope, serve) {
            Ok(thread) => {
                let asked = client(limit).map_err(|fault| failed(fault.at("client"))).ok();
                (asked, thread.join().unwrap_or_default())
            }
            Err(error) => {
                failed(Fault::new(format!("no second thread: {error}")));
                (None, None)
            }
        }
    });
    asked.zip(answered).ok_or_else(|| {
        let fault = first.into_inner().unwrap_or_else(PoisonError::into_inner);
        fault.unwrap_or_else(|| Fault::new("server: its thread panicked"))
    })
}

/// A limit for a stop whose other side is the kernel.
pub(super) fn patience() -> Limit<'static> {
    Limit::within(PATIENCE).start()
}

/// What the client knows at the end.
pub(super) struct Asked {
    pub(super) sent: Tally,
    pub(super) received: Tally,
    pub(super) rtt: Duration,
    pub(super) elapsed: Duration,
}

/// What the server knows.
pub(super) struct Answered {
    pub(super) received: Tally,
    pub(super) sent: Tally,
}

/// Puts the two together.
///
/// # Errors
///
/// What arrived is not what was sent.
pub(super) fn compare(address: &AnyAddr, results: (Asked, Answered)) -> Result<Carried, Fault> {
    compare_at(&address.to_string(), results)
}

/// The same at an address that `AnyAddr` keeps as bytes.
///
/// # Errors
///
/// As there.
pub(super) fn compare_at(
    address: &str,
    (asked, answered): (Asked, Answered),
) -> Result<Carried, Fault> {
    let there = Way::compare(&asked.sent, &answered.received).map_err(|fault| fault.at("there"))?;
    let back = Way::compare(&answered.sent, &asked.received).map_err(|fault| fault.at("back"))?;
    let proof = Proof::Data { there, back, elapsed: asked.elapsed };
    Ok(Carried { address: address.to_owned(), rtt: asked.rtt, proof, names: Vec::new() })
}

/// The client of a stream.
pub(super) fn ask_stream<A: Address>(socket: SocketRef<'_, A>) -> Result<Asked, Fault> {
    let asked = ask_bytes(socket, STREAM)?;
    match socket.recv(&mut [0])? {
        0 => Ok(asked),
        _ => Err(Fault::new("there was more after the last byte")),
    }
}

/// The client of a slow stream that has no end of its own (RFCOMM): less goes through it.
pub(super) fn ask_some<A: Address>(socket: SocketRef<'_, A>) -> Result<Asked, Fault> {
    ask_bytes(socket, SOME)
}

fn ask_bytes<A: Address>(socket: SocketRef<'_, A>, bytes: usize) -> Result<Asked, Fault> {
    let rtt = median(|nth| {
        let ping = u128::from(nth).to_be_bytes();
        let mut pong = [0; 16];
        socket.send_all(&ping)?;
        socket.recv_exact(&mut pong)?;
        if ping == pong { Ok(()) } else { Err(Fault::new("a ping came back changed")) }
    })?;
    let start = Instant::now();
    let sent = pour(socket, bytes)?;
    let received = drain(socket, bytes)?;
    Ok(Asked { sent, received, rtt, elapsed: start.elapsed() })
}

/// The server of a stream. It ends its direction at the end.
pub(super) fn answer_stream<A: Address>(socket: SocketRef<'_, A>) -> Result<Answered, Fault> {
    let answered = answer_bytes(socket, STREAM)?;
    // TIPC ends both directions or none.
    let both = matches!(socket.family(), Ok(Family::TIPC));
    socket.shutdown(if both { How::Both } else { How::Write })?;
    Ok(answered)
}

/// The server of such a stream as [`ask_some`] asks for.
pub(super) fn answer_some<A: Address>(socket: SocketRef<'_, A>) -> Result<Answered, Fault> {
    answer_bytes(socket, SOME)
}

fn answer_bytes<A: Address>(socket: SocketRef<'_, A>, bytes: usize) -> Result<Answered, Fault> {
    for _ in 0..PINGS {
        let mut ping = [0; 16];
        socket.recv_exact(&mut ping)?;
        socket.send_all(&ping)?;
    }
    let received = drain(socket, bytes)?;
    let sent = pour(socket, bytes)?;
    Ok(Answered { received, sent })
}

/// Sends one direction of a stream.
fn pour<A: Address>(socket: SocketRef<'_, A>, bytes: usize) -> Result<Tally, Fault> {
    let (mut filler, mut tally) = (Filler::new(), Tally::default());
    let mut piece = vec![0; PIECE];
    for _ in 0..bytes / PIECE {
        filler.fill(&mut piece);
        tally.add(&piece);
        socket.send_all(&piece)?;
    }
    Ok(tally.of_stream())
}

/// Receives it.
fn drain<A: Address>(socket: SocketRef<'_, A>, bytes: usize) -> Result<Tally, Fault> {
    let mut tally = Tally::default();
    let mut piece = vec![0; PIECE];
    let mut left = bytes;
    while left > 0 {
        let room = piece.get_mut(..left.min(PIECE)).unwrap_or_default();
        let len = socket.recv(room)?;
        if len == 0 {
            return Err(Fault::new(format!("the stream ended {left} bytes early")));
        }
        tally.add(room.get(..len).unwrap_or_default());
        left = left.saturating_sub(len);
    }
    Ok(tally.of_stream())
}

/// The median time of some small exchanges.
pub(super) fn median(
    mut exchange: impl FnMut(u32) -> Result<(), Fault>,
) -> Result<Duration, Fault> {
    let mut times = Vec::new();
    for nth in 0..PINGS {
        let start = Instant::now();
        exchange(nth)?;
        times.push(start.elapsed());
    }
    times.sort_unstable();
    Ok(times.get(times.len() / 2).copied().unwrap_or_default())
}

/// Tells this tour's messages from those of others: raw and packet sockets see all.
#[derive(Clone, Copy)]
pub(super) struct Tag(pub(super) u64);

impl Tag {
    pub(super) fn new() -> Self {
        // The keys of a hash map are random.
        Self(RandomState::new().build_hasher().finish())
    }
}

/// For names of its own.
impl fmt::Display for Tag {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        // Half of it is enough for a name.
        write!(f, "berkeley-{:08x}", self.0 >> 32)
    }
}

/// Bytes that look random, others each time: xorshift64 (Marsaglia 2003).
pub(super) struct Filler(u64);

impl Filler {
    pub(super) fn new() -> Self {
        // From 0 it would never move.
        Self(Tag::new().0 | 1)
    }

    pub(super) fn fill(&mut self, bytes: &mut [u8]) {
        for chunk in bytes.chunks_mut(8) {
            self.0 ^= self.0 << 13;
            self.0 ^= self.0 >> 7;
            self.0 ^= self.0 << 17;
            let word = self.0.to_le_bytes();
            chunk.copy_from_slice(word.get(..chunk.len()).unwrap_or_default());
        }
    }
}
