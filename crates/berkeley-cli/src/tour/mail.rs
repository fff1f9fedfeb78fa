//! Messages between two sockets, checked by SHA-256 on both sides.
//!
//! Contract. As in `exchange`: round trips, one direction, the other. Messages carry a number and go in windows that the
//! receiver acknowledges, because most sockets drop what finds no room; so nothing may be lost, and a number out of its turn
//! is a failure. Raw and packet sockets see what others send, and what they send themselves: a tag tells it apart.
//! Sources: raw(7), packet(7), RFC 791 section 3.1, RFC 768.

use std::time::Instant;

use berkeley::{AnyAddr, Socket, SocketRef, Type};

use super::exchange::{self, Answered, Asked, Filler, PINGS, Tag};
use super::row::{Fault, Outcome, Tally};

/// Messages in each direction.
pub(super) const MESSAGES: u32 = 1000;
/// Messages under way. Unix datagram sockets hold 10 (net.unix.max_dgram_qlen).
const WINDOW: u32 = 8;
/// The longest frame of the loopback interface, and more.
const ROOM: usize = 128 << 10;
/// How much of others' traffic is looked at.
const STRANGERS: u32 = 100_000;

/// What stands around a message on its socket.
#[derive(Clone, Copy)]
pub(super) enum Frame {
    /// Nothing.
    Bare,
    /// An IPv4 header, on what is received.
    Ipv4,
    /// An Ethernet header, with this ethertype.
    Ethernet(u16),
    /// Ethernet, IPv4 and UDP headers, on what is received.
    Captured,
}

/// An Ethernet header: two addresses and the ethertype.
const ETHERNET: usize = 14;
/// A UDP header.
const UDP: usize = 8;

impl Frame {
    /// What is sent before the message.
    fn head(self) -> Vec<u8> {
        match self {
            Self::Ethernet(ethertype) => {
                let mut head = vec![0; ETHERNET - 2];
                head.extend(ethertype.to_be_bytes());
                head
            }
            Self::Bare | Self::Ipv4 | Self::Captured => Vec::new(),
        }
    }

    /// The message in what was received.
    fn strip(self, bytes: &[u8]) -> Option<&[u8]> {
        match self {
            Self::Bare => Some(bytes),
            Self::Ipv4 => bytes.get(ip_header(bytes)?..),
            Self::Ethernet(_) => bytes.get(ETHERNET..),
            Self::Captured => {
                let packet = bytes.get(ETHERNET..)?;
                packet.get(ip_header(packet)? + UDP..)
            }
        }
    }
}

/// The length of an IPv4 header: its second four bits, in words (RFC 791 section 3.1).
fn ip_header(packet: &[u8]) -> Option<usize> {
    packet.first().map(|first| usize::from(first & 0xf) * 4)
}

/// One end of an exchange of messages.
pub(super) struct Mail<'s> {
    /// Where messages leave.
    out: SocketRef<'s>,
    /// Where they arrive; most often the same.
    into: SocketRef<'s>,
    /// Whom to; `None` on a connection.
    to: Option<AnyAddr>,
    frame: Frame,
    tag: Tag,
    /// The longest message.
    most: usize,
    buffer: Vec<u8>,
}

/// What a message is for.
#[derive(Clone, Copy, Debug, PartialEq)]
enum Letter {
    Ping = 1,
    Data,
    Received,
}

impl<'s> Mail<'s> {
    pub(super) fn new(socket: SocketRef<'s>, to: Option<AnyAddr>, tag: Tag) -> Self {
        let (frame, most, buffer) = (Frame::Bare, LONGEST, vec![0; ROOM]);
        Self { out: socket, into: socket, to, frame, tag, most, buffer }
    }

    /// The same, with no message that is longer.
    pub(super) fn at_most(self, most: usize) -> Self {
        Self { most, ..self }
    }

    /// The same, with something around each message.
    pub(super) fn framed(self, frame: Frame) -> Self {
        Self { frame, ..self }
    }

    /// The same, receiving elsewhere.
    pub(super) fn through(self, into: SocketRef<'s>) -> Self {
        Self { into, ..self }
    }

    /// The client of an exchange.
    pub(super) fn ask(mut self) -> Result<Asked, Fault> {
        const CLIENT: u8 = 1;
        let rtt = exchange::median(|nth| {
            self.send(CLIENT, Letter::Ping, nth, &[])?;
            self.expect(CLIENT, Letter::Ping, nth).map(drop)
        })?;
        let start = Instant::now();
        let sent = self.deal(CLIENT)?;
        let received = self.take(CLIENT)?;
        Ok(Asked { sent, received, rtt, elapsed: start.elapsed() })
    }

    /// The server.
    pub(super) fn answer(mut self) -> Result<Answered, Fault> {
        const SERVER: u8 = 2;
        for nth in 0..PINGS {
            self.expect(SERVER, Letter::Ping, nth)?;
            self.send(SERVER, Letter::Ping, nth, &[])?;
        }
        let received = self.take(SERVER)?;
        let sent = self.deal(SERVER)?;
        Ok(Answered { received, sent })
    }

    /// Sends one direction.
    fn deal(&mut self, me: u8) -> Result<Tally, Fault> {
        let mut filler = Filler::new();
        let mut tally = Tally::default();
        for nth in 0..MESSAGES {
            let most = self.most.saturating_sub(HEAD);
            let mut body = vec![0; length(nth).checked_rem(most + 1).unwrap_or_default()];
            filler.fill(&mut body);
            tally.add(&self.send(me, Letter::Data, nth, &body)?);
            if ends_window(nth) {
                self.expect(me, Letter::Received, nth)?;
            }
        }
        Ok(tally)
    }

    /// Receives one direction.
    fn take(&mut self, me: u8) -> Result<Tally, Fault> {
        let mut tally = Tally::default();
        for nth in 0..MESSAGES {
            tally.add(self.expect(me, Letter::Data, nth)?);
            if ends_window(nth) {
                self.send(me, Letter::Received, nth, &[])?;
            }
        }
        Ok(tally)
    }

    /// Sends a message, and gives it back as the other side will see it.
    fn send(&self, me: u8, letter: Letter, nth: u32, body: &[u8]) -> Result<Vec<u8>, Fault> {
        let mut bytes = self.frame.head();
        let head = bytes.len();
        bytes.extend(self.tag.0.to_be_bytes());
        bytes.extend([me, letter as u8]);
        bytes.extend(nth.to_be_bytes());
        bytes.extend(body);
        let sent = match &self.to {
            Some(to) => self.out.send_to(&bytes, to),
            None => self.out.send(&bytes),
        };
        match sent {
            Ok(len) if len == bytes.len() => Ok(bytes.split_off(head)),
            Ok(len) => Err(Fault::new(format!("{len} of {} bytes of a message sent", bytes.len()))),
            Err(error) => Err(Fault::from(error).at(&format!("{letter:?} {nth}"))),
        }
    }

    /// Receives the message that is due.
    fn expect(&mut self, me: u8, letter: Letter, nth: u32) -> Result<&[u8], Fault> {
        let (start, end) = self.next(me).map_err(|fault| fault.at(&format!("{letter:?} {nth}")))?;
        let bytes = self.buffer.get(start..end).unwrap_or_default();
        let mut due = vec![letter as u8];
        due.extend(nth.to_be_bytes());
        if bytes.get(HEAD - due.len()..HEAD) == Some(&due) {
            return Ok(bytes);
        }
        let came = bytes.get(HEAD - due.len()..HEAD).unwrap_or_default();
        Err(Fault::new(format!(
            "lost or out of order: {due:02x?} ({letter:?} {nth}) was due, {came:02x?} came"
        )))
    }

    /// Receives this tour's next message from the other side; where it begins and ends in the buffer.
    fn next(&mut self, me: u8) -> Result<(usize, usize), Fault> {
        for _ in 0..STRANGERS {
            let (len, from) = self.into.recv_from(&mut self.buffer)?;
            if len == 0 && self.to.is_none() {
                return Err(Fault::new("the peer ended the connection"));
            }
            let Some(message) = self.buffer.get(..len).and_then(|bytes| self.frame.strip(bytes))
            else {
                continue;
            };
            let tagged = message.get(..8) == Some(&self.tag.0.to_be_bytes());
            if tagged && message.len() >= HEAD && message.get(8) != Some(&me) {
                let start = len - message.len();
                return self.check_sender(from).map(|()| (start, len));
            }
        }
        Err(Fault::new(format!("{STRANGERS} messages came, all of them of others")))
    }

    /// The sender must be whom this side sends to. A packet socket names the interface, and a connection nobody.
    fn check_sender(&self, from: Option<AnyAddr>) -> Result<(), Fault> {
        match (&self.to, from) {
            (Some(AnyAddr::Packet(_)) | None, _) | (_, None | Some(AnyAddr::Packet(_))) => Ok(()),
            (Some(to), Some(from)) if *to == from => Ok(()),
            (Some(to), Some(from)) => {
                Err(Fault::new(format!("a message of {to} came from {from}")))
            }
        }
    }
}

/// The tag, who sent it, what for, and its number.
const HEAD: usize = 8 + 1 + 1 + 4;
/// The client of a connection: bytes on a stream, messages on any other.
pub(super) fn ask(socket: SocketRef<'_>, tag: Tag) -> Result<Asked, Fault> {
    match socket.ty() {
        Type::STREAM => exchange::ask_stream(socket),
        _ => Mail::new(socket, None, tag).ask(),
    }
}

/// Its server.
pub(super) fn answer(socket: SocketRef<'_>, tag: Tag) -> Result<Answered, Fault> {
    match socket.ty() {
        Type::STREAM => exchange::answer_stream(socket),
        _ => Mail::new(socket, None, tag).answer(),
    }
}

/// A client that connects to `address`, and what `listener` accepts there.
pub(super) fn connection(
    client: &Socket,
    listener: &Socket,
    address: &AnyAddr,
    tag: Tag,
) -> Result<Outcome, Fault> {
    let results = exchange::both(
        |limit| {
            client.within(limit).connect(address)?;
            ask(client.within(limit), tag)
        },
        |limit| answer(listener.within(limit).accept()?.0.within(limit), tag),
    )?;
    exchange::compare(address, results).map(Outcome::Carried)
}

/// The longest message that is sent.
const LONGEST: usize = HEAD + BODY;
/// What fits into an Ethernet frame beside it all.
const BODY: usize = 1400;

/// How many bytes the message of this number has: from none to what fits into an Ethernet frame.
pub(super) fn length(nth: u32) -> usize {
    nth as usize * 7919 % BODY
}

/// Whether the receiver says now what it has.
fn ends_window(nth: u32) -> bool {
    (nth + 1).is_multiple_of(WINDOW) || nth + 1 == MESSAGES
}

#[cfg(test)]
mod tests {
    use berkeley::{Socket, Type, UnixAddr};

    use super::*;

    /// What the one in the middle lets through of the nth piece.
    type Meddle = fn(usize, Vec<u8>) -> Vec<Vec<u8>>;

    /// An exchange whose client is heard through somebody.
    fn meddled(ty: Type, meddle: Meddle) -> Result<(), Fault> {
        let pair = || Socket::<UnixAddr>::pair(ty).unwrap();
        let ((client, near), (far, server)) = (pair(), pair());
        let (client, server, tag) = (client.widen(), server.widen(), Tag::new());
        std::thread::scope(|scope| {
            scope.spawn(|| forward(&near, &far, meddle));
            scope.spawn(|| forward(&far, &near, |_, piece| vec![piece]));
            let results = exchange::both(
                |limit| match ty {
                    Type::STREAM => exchange::ask_stream(client.within(limit)),
                    _ => Mail::new(client.within(limit), None, tag).ask(),
                },
                |limit| match ty {
                    Type::STREAM => exchange::answer_stream(server.within(limit)),
                    _ => Mail::new(server.within(limit), None, tag).answer(),
                },
            );
            // Ends the one in the middle.
            drop((client, server));
            exchange::compare(&UnixAddr::unnamed().into(), results?).map(drop)
        })
    }

    fn forward(from: &Socket<UnixAddr>, to: &Socket<UnixAddr>, meddle: Meddle) {
        let mut buffer = vec![0; ROOM];
        let mut nth = 0;
        while let Ok(len @ 1..) = from.recv(&mut buffer) {
            for piece in meddle(nth, buffer[..len].to_vec()) {
                let _ = to.send_all(&piece);
            }
            nth += 1;
        }
        let _ = to.shutdown(berkeley::How::Write);
    }

    #[test]
    fn what_is_not_as_it_was_sent_is_noticed() {
        // Well behind the pings, and not the last of a window.
        const NTH: usize = 50;
        let flipped = |nth, mut piece: Vec<u8>| {
            if let (NTH, Some(last)) = (nth, piece.last_mut()) {
                *last ^= 1;
            }
            vec![piece]
        };
        let rows: [(&str, Type, Meddle, &str); 8] = [
            ("nothing", Type::SEQPACKET, |_, piece| vec![piece], ""),
            ("nothing", Type::STREAM, |_, piece| vec![piece], ""),
            ("a bit flipped", Type::SEQPACKET, flipped, "SHA-256"),
            ("a bit flipped", Type::STREAM, flipped, "SHA-256"),
            (
                "one lost",
                Type::SEQPACKET,
                |nth, piece| if nth == NTH { vec![] } else { vec![piece] },
                "lost or out of order",
            ),
            (
                "one twice",
                Type::SEQPACKET,
                |nth, piece| if nth == NTH { vec![piece.clone(), piece] } else { vec![piece] },
                "lost or out of order",
            ),
            (
                "one of somebody else",
                Type::SEQPACKET,
                |nth, piece| {
                    if nth == NTH { vec![vec![7; 99], vec![8; 3], piece] } else { vec![piece] }
                },
                "",
            ),
            (
                "cut short",
                Type::SEQPACKET,
                |nth, mut piece| {
                    piece.truncate(if nth == NTH { piece.len() - 1 } else { piece.len() });
                    vec![piece]
                },
                "SHA-256",
            ),
        ];
        for (what, ty, meddle, expected) in rows {
            let why = meddled(ty, meddle).map_or_else(|fault| fault.why, |()| String::new());
            assert!(
                why.contains(expected) && why.is_empty() == expected.is_empty(),
                "{what}: {why}"
            );
        }
    }

    #[test]
    fn the_side_that_fails_ends_the_other() {
        let (client, _server) = Socket::<UnixAddr>::pair(Type::STREAM).unwrap();
        let start = Instant::now();
        let done = exchange::both(
            |limit| Ok(client.within(limit).recv(&mut [0])?),
            |_| Err::<(), _>(Fault::new("no more")),
        );
        assert_eq!(done.map(drop).unwrap_err().why, "server: no more");
        assert!(start.elapsed().as_secs() < 5, "{:?}", start.elapsed());
    }
}
