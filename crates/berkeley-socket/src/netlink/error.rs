//! What becomes of a request: the kernel's refusal with its own words, loss, an answer that is none.
//!
//! Contract: the extended acknowledgement is read as far as it goes; whatever its bytes, there is an errno.
//! Sources: `include/uapi/linux/netlink.h` (`nlmsgerr`, `NLMSGERR_ATTR_*`), net/netlink/af_netlink.c (`netlink_ack`).

use core::fmt;
use std::io;

use berkeley_sys::Errno;

use crate::error::{Error as SocketError, Op};

use super::message::{ACK_TLVS, Attributes, CAPPED, DONE, ERROR, HEADER, Malformed, Message};
use super::request::NoRoom;

/// NLMSGERR_ATTR_*.
const TEXT: u16 = 1;
const OFFSET: u16 = 2;
const MISSING_KIND: u16 = 5;
const MISSING_NEST: u16 = 6;

/// What a netlink operation returns.
pub type Result<T, E = Error> = core::result::Result<T, E>;

/// Why a netlink operation failed.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Error {
    /// The socket failed, or its limit ended the call.
    Socket(SocketError),
    /// The kernel refused the request.
    Refused(Refusal),
    /// Messages were lost, because the receive queue was full (ENOBUFS): what was known must be asked for again.
    #[doc(alias = "ENOBUFS")]
    Lost,
    /// What was listed kept changing while it was read, however often it was asked for again.
    #[doc(alias = "NLM_F_DUMP_INTR")]
    Changing,
    /// The request did not fit into its room.
    NoRoom,
    /// A length in a message does not fit.
    Malformed(Malformed),
    /// The answer is none to what was asked.
    Unanswered,
}

impl Error {
    /// What the kernel said, of the request or the socket.
    pub fn errno(&self) -> Option<Errno> {
        match self {
            Self::Socket(error) => error.errno(),
            Self::Refused(refusal) => Some(refusal.errno),
            _ => None,
        }
    }
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Socket(error) => error.fmt(f),
            Self::Refused(refusal) => refusal.fmt(f),
            Self::Lost => f.write_str("netlink messages were lost"),
            Self::Changing => f.write_str("what netlink lists kept changing"),
            Self::NoRoom => NoRoom.fmt(f),
            Self::Malformed(malformed) => malformed.fmt(f),
            Self::Unanswered => f.write_str("a netlink answer that is none to the request"),
        }
    }
}

impl core::error::Error for Error {}

impl From<SocketError> for Error {
    fn from(error: SocketError) -> Self {
        if error.is_loss() { Self::Lost } else { Self::Socket(error) }
    }
}

impl From<NoRoom> for Error {
    fn from(NoRoom: NoRoom) -> Self {
        Self::NoRoom
    }
}

impl From<Malformed> for Error {
    fn from(malformed: Malformed) -> Self {
        Self::Malformed(malformed)
    }
}

/// In four bytes, without the kernel's words: loss is ENOBUFS, a list that kept changing EBUSY, what no kernel says EBADMSG.
impl From<Error> for SocketError {
    fn from(error: Error) -> Self {
        match error {
            Error::Socket(error) => error,
            Error::Refused(refusal) => Self::kernel(Op::Interface, refusal.errno),
            Error::Lost => Self::kernel(Op::Recv, Errno::NOBUFS),
            Error::Changing => Self::kernel(Op::Interface, Errno::BUSY),
            Error::NoRoom => Self::kernel(Op::Send, Errno::MSGSIZE),
            Error::Malformed(_) | Error::Unanswered => Self::kernel(Op::Recv, Errno::BADMSG),
        }
    }
}

impl From<Error> for io::Error {
    fn from(error: Error) -> Self {
        match error {
            Error::Socket(error) => error.into(),
            error => Self::new(SocketError::from(error.clone()).io_kind(), error),
        }
    }
}

/// What the kernel says of a request that it refuses; the words need Linux 4.12 and NETLINK_EXT_ACK, which a
/// [`Connection`](super::Connection) asks for.
#[doc(alias = "nlmsgerr")]
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Refusal {
    /// The errno; EBADMSG for a number that is none.
    pub errno: Errno,
    /// Why, in the kernel's own words.
    #[doc(alias = "NLMSGERR_ATTR_MSG")]
    pub text: Option<Box<str>>,
    /// The offset of the attribute in the request that it does not like.
    #[doc(alias = "NLMSGERR_ATTR_OFFS")]
    pub offset: Option<u32>,
    /// The kind of an attribute that it misses (Linux 6.1).
    #[doc(alias = "NLMSGERR_ATTR_MISS_TYPE")]
    pub missing: Option<u32>,
    /// The offset of the nest in which it misses that; none: at the top.
    #[doc(alias = "NLMSGERR_ATTR_MISS_NEST")]
    pub missing_in: Option<u32>,
}

impl fmt::Display for Refusal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "netlink: {}", io::Error::from(self.errno))?;
        if let Some(text) = &self.text {
            write!(f, ": {text}")?;
        }
        if let Some(offset) = self.offset {
            write!(f, ", at byte {offset} of the request")?;
        }
        match self.missing {
            Some(kind) => write!(f, ", attribute {kind} is missing"),
            None => Ok(()),
        }
    }
}

impl core::error::Error for Refusal {}

impl Message<'_> {
    /// What an [`ERROR`] message says of the request, and [`DONE`] of the dump that it ends; `None`: it is neither.
    pub fn outcome(&self) -> Option<Result<(), Refusal>> {
        let (code, behind) = match self.kind {
            // One too short to say its errno acknowledges nothing.
            ERROR => (self.u32(0).unwrap_or(u32::MAX / 2), 4 + HEADER),
            // A dump that ends without a word ends well.
            DONE => (self.u32(0).unwrap_or(0), 4),
            _ => return None,
        };
        if code == 0 {
            return Some(Ok(()));
        }
        // The kernel writes the errno negated; a dump may end with a number of its own.
        let errno = match i32::try_from(code.wrapping_neg()) {
            Ok(errno @ 1..=4095) => Errno::from_raw_os_error(errno),
            _ if self.kind == DONE => return Some(Ok(())),
            _ => Errno::BADMSG,
        };
        let mut refusal =
            Refusal { errno, text: None, offset: None, missing: None, missing_in: None };
        if self.flags & ACK_TLVS != 0 {
            // Unless it was capped the request stands before them, at full length.
            let whole = self.kind == ERROR && self.flags & CAPPED == 0;
            let len = if whole { self.u32(4).unwrap_or(0) as usize } else { HEADER };
            let behind = behind + len.saturating_sub(HEADER).min(self.body.len());
            refusal.read(self.attributes(behind.next_multiple_of(4)));
        }
        Some(Err(refusal))
    }
}

impl Refusal {
    /// That errno, without a word.
    pub(super) const fn of(errno: Errno) -> Self {
        Self { errno, text: None, offset: None, missing: None, missing_in: None }
    }

    fn read(&mut self, attributes: Attributes<'_>) {
        for attribute in attributes.flatten() {
            match attribute.kind {
                TEXT => self.text = Some(attribute.text().to_string_lossy().into()),
                OFFSET => self.offset = attribute.u32(),
                MISSING_KIND => self.missing = attribute.u32(),
                MISSING_NEST => self.missing_in = attribute.u32(),
                _ => {}
            }
        }
    }
}
