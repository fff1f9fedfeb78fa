//! What goes into a lookup and what comes out of it.
//!
//! Contract: plain values. A moment is a `Duration` since one that the caller chooses, the same for all lookups that share a
//! [`Memory`](super::Memory).

use core::fmt;
use core::net::SocketAddr;
use core::ops::Deref;
use core::time::Duration;

use berkeley_socket::Errno;

use crate::wire::{Message, Name, Query, Rcode, RecordType, Reply};

/// A socket of a lookup: each is used once, and never again after it was closed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct SocketId(pub(super) u32);

impl SocketId {
    /// Its number, from zero.
    pub const fn raw(self) -> u32 {
        self.0
    }
}

/// A question as it goes into a datagram.
#[derive(Clone)]
pub struct Packet {
    len: usize,
    bytes: [u8; Query::ROOM],
}

impl Packet {
    pub(super) fn new(query: &Query<'_>) -> Self {
        let mut bytes = [0; Query::ROOM];
        let len = query.encode(&mut bytes).map_or(0, <[u8]>::len);
        Self { len, bytes }
    }
}

impl Deref for Packet {
    type Target = [u8];

    fn deref(&self) -> &[u8] {
        self.bytes.get(..self.len).unwrap_or_default()
    }
}

impl fmt::Debug for Packet {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Packet({} bytes)", self.len)
    }
}

/// What the caller shall do.
#[derive(Clone, Debug)]
pub enum Action {
    /// Open a UDP socket, connect it to a server, and send it these datagrams.
    Udp {
        /// The new socket.
        socket: SocketId,
        /// The server.
        server: SocketAddr,
        /// One datagram each.
        queries: Vec<Packet>,
    },
    /// Open a TCP socket, connect it to a server, and send it these bytes.
    Tcp {
        /// The new socket.
        socket: SocketId,
        /// The server.
        server: SocketAddr,
        /// With their lengths.
        bytes: Vec<u8>,
    },
    /// Send these bytes by a TCP socket that is open, behind what was given to it before.
    Write {
        /// The socket.
        socket: SocketId,
        /// With their lengths.
        bytes: Vec<u8>,
    },
    /// Close a socket.
    Close {
        /// The socket.
        socket: SocketId,
    },
}

/// What has happened. Events of sockets that are closed already are nothing.
#[derive(Clone, Copy, Debug)]
pub enum Event<'a> {
    /// Time has passed.
    Timer,
    /// A datagram came from the server.
    Datagram {
        /// The socket.
        socket: SocketId,
        /// All of it.
        bytes: &'a [u8],
    },
    /// Bytes came by TCP, in any portion.
    Stream {
        /// The socket.
        socket: SocketId,
        /// Those that are new.
        bytes: &'a [u8],
    },
    /// The server has closed the TCP connection.
    Closed {
        /// The socket.
        socket: SocketId,
    },
    /// A socket could not be opened or connected, or was told that nobody is there.
    Failed {
        /// The socket.
        socket: SocketId,
        /// What the kernel says.
        errno: Errno,
    },
}

/// What was found for a type.
#[derive(Clone, Debug)]
pub struct Answer {
    /// The type.
    pub ty: RecordType,
    /// Whose records they are: what the aliases lead to.
    pub name: Name,
    /// For how long they may be kept.
    pub ttl: Duration,
    /// The server has checked signatures, and is trusted to say so.
    pub authentic: bool,
    /// The aliases that other answers had, before this one was asked for.
    pub(super) chased: Vec<Name>,
    pub(super) message: Box<[u8]>,
}

impl Answer {
    /// The names that are aliases, the one asked for first: each leads to the next, and the last to `name`.
    pub fn aliases(&self) -> Vec<Name> {
        let reply = self.reply();
        let here = reply.iter().flat_map(Reply::alias_names).map(Name::from);
        self.chased.iter().cloned().chain(here).collect()
    }

    /// The last answer on the way, with its records.
    pub fn reply(&self) -> Option<Reply<'_>> {
        Reply::decode(Message::decode(&self.message).ok()?, self.ty).ok()
    }

    /// Takes the case back in which the question was sent: the answer's names lead to the question's, and nobody asked for `hOSt.tEsT`.
    pub(super) fn restore_case(&mut self, asked: &Name) {
        /// Where the question begins.
        const HEADER: usize = 12;
        let question = self.message.get_mut(HEADER..).unwrap_or_default();
        match question.get_mut(..asked.as_bytes().len()) {
            Some(name) if name.eq_ignore_ascii_case(asked.as_bytes()) => {
                name.copy_from_slice(asked.as_bytes());
            }
            _ => {}
        }
        let name = self.reply().and_then(|reply| match reply.aliases() {
            0 => Some(asked.clone()),
            _ => reply.name().map(Name::from),
        });
        self.name = name.unwrap_or(Name::ROOT);
    }
}

/// Why nothing was found.
#[non_exhaustive]
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Failure {
    /// There is no such name.
    NoName,
    /// The name has no records of the types asked for.
    NoData,
    /// No server has answered.
    TimedOut,
    /// A server says that it failed, or does not want to answer.
    Server(Rcode),
    /// A server has nothing to say about the name and asks nobody.
    Lame,
    /// A server cannot be reached.
    Network(Errno),
    /// The answer is longer than a datagram, and the rest does not come by TCP.
    Truncated,
    /// The answer cannot be read.
    Malformed,
    /// Aliases lead in a circle, or are too many.
    Loop,
    /// The deadline was there first.
    Deadline,
    /// There is no server to ask, or nothing to ask for.
    Nothing,
}

/// In words, without the name.
impl fmt::Display for Failure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::NoName => f.write_str("there is no such name"),
            Self::NoData => f.write_str("the name has no records of this type"),
            Self::TimedOut => f.write_str("no server has answered"),
            Self::Server(rcode) => write!(f, "a server failed ({rcode})"),
            Self::Lame => f.write_str("a server knows nothing of the name and asks nobody"),
            Self::Network(errno) => write!(f, "a server cannot be reached: {errno}"),
            Self::Truncated => f.write_str("an answer is too long, and does not come by TCP"),
            Self::Malformed => f.write_str("an answer cannot be read"),
            Self::Loop => f.write_str("the name's aliases lead in a circle, or are too many"),
            Self::Deadline => f.write_str("the time was over"),
            Self::Nothing => f.write_str("there is no server to ask"),
        }
    }
}

/// What became of one question to one server.
#[non_exhaustive]
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum End {
    /// It still waits.
    Waiting,
    /// So many records were found.
    Found(usize),
    /// The name is an alias of one that the answer does not have.
    Alias,
    /// The answer went on by TCP.
    Truncated,
    /// The server changed the case of the name, so TCP was tried.
    Case,
    /// An answer came without the cookie that it should have, so it was waited for the true one, and then TCP was tried.
    Cookie,
    /// The server did not understand EDNS, or the cookie, so it was asked again without, with another, or by TCP.
    Again(Rcode),
    /// Nothing, for this reason.
    Failed(Failure),
    /// Another server has answered, or there was no more time.
    Dropped,
}

/// In words.
impl fmt::Display for End {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Waiting => f.write_str("nothing yet"),
            Self::Found(1) => f.write_str("1 record"),
            Self::Found(count) => write!(f, "{count} records"),
            Self::Alias => f.write_str("an alias"),
            Self::Truncated => f.write_str("too long, goes on by TCP"),
            Self::Case => f.write_str("in another case, asked again by TCP"),
            Self::Cookie => f.write_str("without its cookie, asked again by TCP"),
            Self::Again(rcode) => write!(f, "{rcode}, asked again in another way"),
            Self::Failed(failure) => failure.fmt(f),
            Self::Dropped => f.write_str("waited for no longer"),
        }
    }
}

/// One question to one server.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Attempt {
    /// The server.
    pub server: SocketAddr,
    /// By TCP.
    pub tcp: bool,
    /// With EDNS.
    pub edns: bool,
    /// The name.
    pub name: Name,
    /// The type.
    pub ty: RecordType,
    /// When it was sent: in what a [`Resolver`](crate::Resolver) tells, since the lookup began.
    pub start: Duration,
    /// How long it took, if it has ended.
    pub took: Option<Duration>,
    /// What became of it.
    pub end: End,
}
