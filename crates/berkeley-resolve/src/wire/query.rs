//! A question as a resolver sends it, and which message is its answer.
//!
//! Contract: `encode` writes one question with what EDNS adds. `accept` takes an answer or says why it is none: one that is not an
//! answer to this question is to be ignored, because anybody can send it. An answer that can be read is checked to its end.
//! Sources: RFC 1035 section 4.1.1, RFC 5452 sections 9.1 and 4.2 for what must match, RFC 6891 section 6, RFC 7873 section 5.3.

use super::builder::Builder;
use super::edns::Cookie;
use super::error::{Malformed, NoRoom};
use super::message::{Flags, Message};
use super::name::Name;
use super::number::{Class, Opcode, Rcode, RecordType};
use super::reply::Reply;

/// A question.
///
/// ```
/// use berkeley_resolve::wire::{Message, Query, RecordType};
///
/// let name = "example.org".parse()?;
/// let query = Query::new(&name, RecordType::AAAA, 0x1234);
/// let mut room = [0; Query::ROOM];
/// let message = Message::decode(query.encode(&mut room)?)?;
/// assert_eq!((message.id(), message.counts()), (0x1234, [1, 0, 0, 1]));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Copy, Debug)]
pub struct Query<'n> {
    /// The name.
    pub name: &'n Name,
    /// What is asked for.
    pub ty: RecordType,
    /// A number that nobody can guess.
    pub id: u16,
    /// The header's flags.
    pub flags: Flags,
    /// What EDNS says; without it, answers by UDP have 512 bytes at most.
    pub edns: Option<Edns>,
    /// The answer must repeat the name to the bit, because its case is random ([`Name::with_case`]).
    pub exact: bool,
}

/// What a question says by EDNS.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Edns {
    /// The longest answer that is taken by UDP, in bytes: 1232 passes everywhere without fragments.
    pub payload: u16,
    /// Signatures are wanted.
    pub dnssec_ok: bool,
    /// The cookie.
    pub cookie: Option<Cookie>,
}

impl Default for Edns {
    fn default() -> Self {
        Self { payload: 1232, dnssec_ok: false, cookie: None }
    }
}

/// Why a message is not an answer to a question. Whoever sent it, the answer may still come.
#[non_exhaustive]
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Ignored {
    /// Shorter than a header, or a question that cannot be read.
    Short,
    /// A question itself, or something other than an answer to one.
    NoResponse,
    /// Another number.
    Id,
    /// No question, several, or another one.
    Question,
    /// The same question in another case: the server does not keep it, or somebody guessed.
    Case,
    /// A cookie that is not ours, or none from a server that has one.
    Cookie,
}

/// What became of a message.
#[derive(Clone, Debug)]
pub enum Verdict<'a> {
    /// It is the answer.
    Answer(Reply<'a>),
    /// It is the answer, and cannot be read.
    Malformed(Malformed),
    /// It is not the answer.
    Ignored(Ignored),
}

impl<'n> Query<'n> {
    /// As much room as the longest question takes: header, name, type and class, OPT with a cookie.
    pub const ROOM: usize = 12 + 255 + 4 + 11 + 44;

    /// A question for addresses and the like: recursion desired, EDNS as by default.
    pub fn new(name: &'n Name, ty: RecordType, id: u16) -> Self {
        let flags = Flags::RECURSION_DESIRED;
        Self { name, ty, id, flags, edns: Some(Edns::default()), exact: false }
    }

    /// Writes the question.
    ///
    /// # Errors
    /// [`NoRoom`]; [`ROOM`](Self::ROOM) bytes are always enough.
    pub fn encode<'b>(&self, room: &'b mut [u8]) -> Result<&'b [u8], NoRoom> {
        let mut builder = Builder::new(room, self.id, self.flags);
        builder.question(self.name, self.ty, Class::IN);
        if let Some(edns) = &self.edns {
            builder.opt(edns.payload, edns.dnssec_ok, edns.cookie.as_ref());
        }
        builder.finish()
    }

    /// Whether a message is the answer.
    ///
    /// It must be a response to a query with the same number and the same question, nothing else. A server that could not even read
    /// the question, or does not want to, may answer with a header alone; such an answer can only be a failure. A server whose cookie is
    /// known gives ours back, whatever it says, but that TCP has the rest.
    pub fn accept<'a>(&self, bytes: &'a [u8]) -> Verdict<'a> {
        let message = match self.is_answered_by(bytes) {
            Ok(message) => message,
            Err(reason) => return Verdict::Ignored(reason),
        };
        let reply = Reply::decode(message, self.ty);
        let theirs = reply.as_ref().ok().and_then(Reply::cookie);
        let is_ours = match (self.edns.and_then(|edns| edns.cookie), theirs) {
            (None, _) => true,
            (Some(ours), Some(theirs)) => ours.client() == theirs.client(),
            (Some(ours), None) => {
                ours.server().is_empty() || message.flags().contains(Flags::TRUNCATED)
            }
        };
        match reply {
            _ if !is_ours => Verdict::Ignored(Ignored::Cookie),
            Ok(reply) => Verdict::Answer(reply),
            Err(fault) => Verdict::Malformed(fault),
        }
    }

    fn is_answered_by<'a>(&self, bytes: &'a [u8]) -> Result<Message<'a>, Ignored> {
        let message = Message::decode(bytes).map_err(|_| Ignored::Short)?;
        let flags = message.flags();
        if !flags.contains(Flags::RESPONSE) || flags.opcode() != Opcode::QUERY {
            return Err(Ignored::NoResponse);
        }
        if message.id() != self.id {
            return Err(Ignored::Id);
        }
        match message.counts() {
            [1, ..] => {}
            [0, 0, 0, 0] if !matches!(flags.rcode(), Rcode::NOERROR | Rcode::NXDOMAIN) => {
                return Ok(message);
            }
            _ => return Err(Ignored::Question),
        }
        match message.questions().next() {
            Some(Ok(asked)) => {
                let name = self.name.view();
                if asked.ty != self.ty || asked.class != Class::IN || asked.name != name {
                    return Err(Ignored::Question);
                }
                if self.exact && !asked.name.is_identical(name) {
                    return Err(Ignored::Case);
                }
                Ok(message)
            }
            _ => Err(Ignored::Short),
        }
    }
}
