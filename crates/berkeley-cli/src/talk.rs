//! Talking to a peer: standard input to a socket, the socket to standard output, both at once; and sending back what comes.
//!
//! Contract: the end of input half-closes, the other side is read to its end; the other side's end does not end the input. A
//! peer that resets, and one that is gone before it has all, is an error. Messages are written out one after another; where
//! there are no connections there is no end, and time ends it.

use core::time::Duration;
use std::io::{self, Read};
use std::sync::Arc;

use berkeley::addr::ParseError;
use berkeley::resolve::to_ascii;
use berkeley::{Address, AnyAddr, Endpoint, Error, How, Kind, Limit, Socket, Type};
use serde_json::json;

use crate::fail::{Fail, IO, USAGE};
use crate::feed::{Feed, Peer};
use crate::out::Out;

/// What `connect` and `listen` have in common.
#[derive(clap::Args)]
pub(crate) struct Options {
    /// Gives up after so many seconds, such as 0.5; datagrams: ends then, as they have no end of their own
    #[arg(long, value_name = "SECONDS", value_parser = seconds, allow_negative_numbers = true)]
    time: Option<Duration>,
    /// Sends each line of input, with its end, as a message of its own
    #[arg(long)]
    pub(crate) line: bool,
}

impl Options {
    /// One deadline for all that follows.
    pub(crate) fn limit(&self) -> Limit<'static> {
        Limit::from(self.time).start()
    }
}

/// Seconds with a fraction.
pub(crate) fn seconds(text: &str) -> Result<Duration, String> {
    let seconds: f64 = text.parse().map_err(|_| "expected seconds, such as 0.5".to_owned())?;
    Duration::try_from_secs_f64(seconds).map_err(|error| error.to_string())
}

/// The endpoint that the user means. It is ASCII, whatever this program was built with; what a name beyond it is there, the error tells.
pub(crate) fn endpoint(text: &str) -> Result<Endpoint, Fail> {
    Endpoint::shorthand(text).map_err(|error: ParseError| {
        let fail = Fail::parse(text, &error);
        match in_ascii(text, error.at()) {
            Some(ascii) => Fail::new(USAGE, format!("{}\n  in ASCII: {ascii}", fail.words())),
            None => fail,
        }
    })
}

/// The endpoint with the name around `at` in the DNS's form, if that makes it one.
fn in_ascii(text: &str, at: usize) -> Option<String> {
    let (before, after) = text.split_at_checked(at)?;
    let ends =
        |char: char| char.is_ascii() && !char.is_ascii_alphanumeric() && !"-_.".contains(char);
    let start = before.rfind(ends).map_or(0, |end| end + 1);
    let (prefix, rest) = text.split_at_checked(start)?;
    let len = after.find(ends).map_or(rest.len(), |end| at - start + end);
    let (name, suffix) = rest.split_at_checked(len)?;
    let ascii = Some(name).filter(|name| !name.is_ascii()).map(to_ascii)?.ok()?;
    let whole = format!("{prefix}{ascii}{suffix}");
    Endpoint::shorthand(&whole).is_ok().then_some(whole)
}

/// The socket that `fd://3` means, and its address as an endpoint; `None`: the text is no such thing.
pub(crate) fn inherited(text: &str) -> Result<Option<(Socket, Endpoint)>, Fail> {
    let Some(number) = text.strip_prefix("fd://") else { return Ok(None) };
    let number: i32 = match number.parse() {
        // What prints as it was typed has no sign, no zero in front, no blank.
        Ok(parsed) if format!("{parsed}") == number && parsed >= 0 => parsed,
        _ => {
            let words = format!("{text}: expected the number of a descriptor, such as fd://3");
            return Err(Fail::new(USAGE, words));
        }
    };
    let failed = |error: Error| Fail::new(IO, format!("{text}: {error}"));
    let socket = Socket::inherited(number).map_err(failed)?;
    let address = socket.peer_addr().or_else(|_| socket.local_addr()).map_err(failed)?;
    match Endpoint::of(address) {
        Some(endpoint) => Ok(Some((socket, endpoint))),
        None => Err(Fail::new(
            IO,
            format!("{text}: a socket of {}, which has no endpoints", address.family()),
        )),
    }
}

/// Standard input to standard output: what `-` stands for.
pub(crate) fn with_oneself(out: &mut Out) -> Result<(), Fail> {
    let mut buffer = vec![0; 1 << 16];
    loop {
        match io::stdin().lock().read(&mut buffer) {
            Ok(0) => return Ok(()),
            Ok(len) => write(out, &buffer, len)?,
            Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
            Err(error) => return Err(Fail::io("standard input", &error)),
        }
    }
}

/// Talks over a connection until both directions have ended.
pub(crate) fn over(socket: Socket, at: &Endpoint, feed: &Feed, out: &mut Out) -> Result<(), Fail> {
    let mut buffer = room(socket.ty());
    let socket = Arc::new(socket);
    let mut received = 0_u64;
    feed.serve(Peer::of(&socket)).map_or(Ok(()), Err)?;
    loop {
        match socket.within(feed.limit()).recv(&mut buffer) {
            Ok(0) => break,
            Ok(len) => {
                received += len as u64;
                write(out, &buffer, len)?;
            }
            Err(error) => return Err(why(error, at, feed)),
        }
    }
    let sent = feed.leave()?;
    out.tell("", &json!({ "event": "ended", "received": received, "sent": sent }))
}

/// Exchanges messages with the peer of a socket that has no connections, until time is over.
pub(crate) fn messages(
    socket: Socket,
    at: &Endpoint,
    feed: &Feed,
    out: &mut Out,
) -> Result<(), Fail> {
    let mut buffer = room(socket.ty());
    let socket = Arc::new(socket);
    feed.serve(Peer::of(&socket)).map_or(Ok(()), Err)?;
    loop {
        match socket.within(feed.limit()).recv(&mut buffer) {
            Ok(len) => write(out, &buffer, len)?,
            Err(error) if error.kind() == Kind::TimedOut && feed.has_ended() => return Ok(()),
            Err(error) => return Err(why(error, at, feed)),
        }
    }
}

/// Receives messages from anybody, and sends input to the last who has an address, until time is over.
pub(crate) fn anybody(
    socket: Socket,
    at: &Endpoint,
    feed: &Feed,
    out: &mut Out,
) -> Result<(), Fail> {
    let mut buffer = room(socket.ty());
    let socket = Arc::new(socket);
    let mut last = None;
    loop {
        match socket.within(feed.limit()).recv_from(&mut buffer) {
            Ok((len, from)) => {
                // First, so that who answers what is written out answers its sender.
                if let Some(from) = from.filter(|from| is_address(from) && last != Some(*from)) {
                    last = Some(from);
                    out.warn(feed.serve(Peer::at(&socket, from)));
                }
                write(out, &buffer, len)?;
            }
            Err(error) if error.kind() == Kind::TimedOut => return Ok(()),
            // He who was answered is gone; there may be others.
            Err(error) if error.kind() == Kind::Cancelled => {
                last = None;
                out.warn(feed.failure());
            }
            Err(error) => return Err(Fail::at(at, error)),
        }
    }
}

/// Sends everything back over a connection, until it ends.
pub(crate) fn echo(socket: &Socket, limit: Limit<'_>) -> Result<(), Error> {
    let mut buffer = room(socket.ty());
    let socket = socket.within(limit);
    loop {
        let len = socket.recv(&mut buffer)?;
        match buffer.get(..len) {
            None | Some([]) => break,
            Some(piece) => socket.send_all(piece)?,
        }
    }
    socket.shutdown(How::Write)
}

/// Sends each message back to who sent it, until time is over.
pub(crate) fn echo_messages(
    socket: &Socket,
    at: &Endpoint,
    limit: Limit<'_>,
    out: &Out,
) -> Result<(), Fail> {
    let mut buffer = room(socket.ty());
    let socket = socket.within(limit);
    loop {
        match socket.recv_from(&mut buffer) {
            Ok((len, Some(from))) if is_address(&from) => {
                let answered = socket.send_to(buffer.get(..len).unwrap_or_default(), &from);
                out.warn(answered.err().map(|error| Fail::at(at, error)));
            }
            Ok(_) => {}
            Err(error) if error.kind() == Kind::TimedOut => return Ok(()),
            Err(error) => return Err(Fail::at(at, error)),
        }
    }
}

/// Why receiving stopped: for an error of its own, or for one of the input.
fn why(error: Error, at: &Endpoint, feed: &Feed) -> Fail {
    match feed.failure() {
        Some(failure) if error.kind() == Kind::Cancelled => failure,
        _ => Fail::at(at, error),
    }
}

/// Whether it can be answered: a Unix sender may have no name.
fn is_address(from: &AnyAddr) -> bool {
    !matches!(from, AnyAddr::Unix(unix) if *unix == berkeley::UnixAddr::unnamed())
}

fn write(out: &mut Out, buffer: &[u8], len: usize) -> Result<(), Fail> {
    out.bytes(buffer.get(..len).unwrap_or_default())?;
    out.flush()
}

/// Room to receive into. A message may be as long as its sender's buffer, of which few are larger; a longer one is an error.
fn room(ty: Type) -> Vec<u8> {
    vec![0; if ty.keeps_boundaries() { 1 << 20 } else { 1 << 16 }]
}
