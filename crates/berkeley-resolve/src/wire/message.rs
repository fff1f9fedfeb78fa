//! A message as it is read: header, questions, records.
//!
//! Contract: views over the bytes, no allocation. Each piece is checked when the walk reaches it, and a walk ends at its first fault;
//! it never takes more steps than there are bytes, whatever the counts say, and a name costs no more than a constant. A fault
//! within a record's data is that record's alone. Sources: RFC 1035 section 4.1; RFC 2181 section 8 for times to live.

use core::fmt;
use core::ops::{BitOr, BitOrAssign};
use core::time::Duration;

use super::cursor::Cursor;
use super::data::Data;
use super::error::Malformed;
use super::label::{HEADER, NameRef};
use super::number::{Class, Opcode, Rcode, RecordType};

/// The flags of a header, with its opcode and its response code.
///
/// ```
/// use berkeley_resolve::wire::{Flags, Opcode, Rcode};
///
/// let flags = Flags::RESPONSE | Flags::RECURSION_AVAILABLE | Flags::rcode_bits(Rcode::NXDOMAIN);
/// assert!(flags.contains(Flags::RESPONSE) && !flags.contains(Flags::TRUNCATED));
/// assert_eq!((flags.opcode(), flags.rcode()), (Opcode::QUERY, Rcode::NXDOMAIN));
/// ```
#[derive(Clone, Copy, PartialEq, Eq, Hash, Default)]
pub struct Flags(u16);

impl Flags {
    /// An answer, not a question.
    #[doc(alias = "QR")]
    pub const RESPONSE: Self = Self(0x8000);
    /// The server has authority for the zone.
    #[doc(alias = "AA")]
    pub const AUTHORITATIVE: Self = Self(0x0400);
    /// There was no room for all.
    #[doc(alias = "TC")]
    pub const TRUNCATED: Self = Self(0x0200);
    /// The server shall ask others.
    #[doc(alias = "RD")]
    pub const RECURSION_DESIRED: Self = Self(0x0100);
    /// The server asks others.
    #[doc(alias = "RA")]
    pub const RECURSION_AVAILABLE: Self = Self(0x0080);
    /// The server has checked the signatures; in a question: it shall say so.
    #[doc(alias = "AD")]
    pub const AUTHENTIC_DATA: Self = Self(0x0020);
    /// The server need not check signatures.
    #[doc(alias = "CD")]
    pub const CHECKING_DISABLED: Self = Self(0x0010);

    /// The 16 bits.
    pub const fn from_bits(bits: u16) -> Self {
        Self(bits)
    }

    /// The 16 bits.
    pub const fn bits(self) -> u16 {
        self.0
    }

    /// The lower four bits of a response code, as flags.
    pub const fn rcode_bits(rcode: Rcode) -> Self {
        Self(rcode.raw() & 15)
    }

    /// An opcode, as flags.
    pub const fn opcode_bits(opcode: Opcode) -> Self {
        // A cast that widens, in a const fn.
        Self(((opcode.raw() & 15) as u16) << 11)
    }

    /// Whether all of `flags` are among these.
    pub const fn contains(self, flags: Self) -> bool {
        self.0 & flags.0 == flags.0
    }

    /// What the message is for.
    pub fn opcode(self) -> Opcode {
        let [high, _] = self.0.to_be_bytes();
        Opcode::new((high >> 3) & 15)
    }

    /// The response code's lower four bits.
    pub const fn rcode(self) -> Rcode {
        Rcode::new(self.0 & 15)
    }
}

impl BitOr for Flags {
    type Output = Self;

    fn bitor(self, other: Self) -> Self {
        Self(self.0 | other.0)
    }
}

impl BitOrAssign for Flags {
    fn bitor_assign(&mut self, other: Self) {
        self.0 |= other.0;
    }
}

impl fmt::Debug for Flags {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:#06x}", self.0)
    }
}

/// A message.
#[derive(Clone, Copy, Debug)]
pub struct Message<'a> {
    bytes: &'a [u8],
    id: u16,
    flags: Flags,
    counts: [u16; 4],
}

impl<'a> Message<'a> {
    /// A message of which there is at least the header.
    ///
    /// # Errors
    /// [`Fault::Cut`](super::Fault::Cut) if it is shorter.
    pub fn decode(bytes: &'a [u8]) -> Result<Self, Malformed> {
        let mut header = Cursor::new(bytes, 0, bytes.len());
        let (id, flags) = (header.short()?, Flags(header.short()?));
        let counts = [header.short()?, header.short()?, header.short()?, header.short()?];
        Ok(Self { bytes, id, flags, counts })
    }

    /// All of it.
    pub const fn as_bytes(&self) -> &'a [u8] {
        self.bytes
    }

    /// Its number, which the answer repeats.
    pub const fn id(&self) -> u16 {
        self.id
    }

    /// Its flags.
    pub const fn flags(&self) -> Flags {
        self.flags
    }

    /// How many questions, answers, authority and additional records it claims to have.
    pub const fn counts(&self) -> [u16; 4] {
        self.counts
    }

    /// The questions.
    pub fn questions(&self) -> Questions<'a> {
        let [left, ..] = self.counts;
        Questions { cursor: Cursor::new(self.bytes, HEADER, self.bytes.len()), left }
    }

    /// The records of all sections, in order.
    pub fn records(&self) -> Records<'a> {
        self.behind(self.questions())
    }

    /// The records behind the questions that are left.
    pub(super) fn behind(&self, mut questions: Questions<'a>) -> Records<'a> {
        let fault = questions.by_ref().find_map(Result::err);
        let [_, answers, authorities, additionals] = self.counts;
        let left = [answers, authorities, additionals];
        Records { cursor: questions.cursor, left, fault, known: 0 }
    }
}

/// A question.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Question<'a> {
    /// The name.
    pub name: NameRef<'a>,
    /// The type of its records.
    pub ty: RecordType,
    /// Their class.
    pub class: Class,
}

/// A walk over the questions of a message.
#[derive(Clone, Debug)]
pub struct Questions<'a> {
    cursor: Cursor<'a>,
    left: u16,
}

impl<'a> Questions<'a> {
    fn read(&mut self) -> Result<Question<'a>, Malformed> {
        Ok(Question {
            name: self.cursor.name()?,
            ty: RecordType::new(self.cursor.short()?),
            class: Class::new(self.cursor.short()?),
        })
    }
}

impl<'a> Iterator for Questions<'a> {
    type Item = Result<Question<'a>, Malformed>;

    fn next(&mut self) -> Option<Self::Item> {
        self.left = self.left.checked_sub(1)?;
        let question = self.read();
        if question.is_err() {
            self.left = 0;
        }
        Some(question)
    }
}

/// The part of a message in which a record stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Section {
    /// What was asked for.
    Answer,
    /// Who knows more, and for how long "no" holds.
    Authority,
    /// What may be of use.
    Additional,
}

/// A record.
#[derive(Clone, Copy, Debug)]
pub struct Record<'a> {
    /// Where it stands.
    pub section: Section,
    /// The name that it belongs to.
    pub owner: NameRef<'a>,
    /// What it holds.
    pub ty: RecordType,
    /// Its class.
    pub class: Class,
    /// The 32 bits of its time to live: see [`ttl`](Self::ttl).
    pub raw_ttl: u32,
    /// Where its data begin and end.
    start: usize,
    end: usize,
}

impl<'a> Record<'a> {
    /// For how long it may be kept. A number with the highest bit set means not at all (RFC 2181 section 8).
    pub fn ttl(&self) -> Duration {
        Duration::from_secs(u64::from(seconds(self.raw_ttl)))
    }

    /// Its data as they are. Names in them may point to other places of the message.
    pub fn raw(&self) -> &'a [u8] {
        self.cursor().rest()
    }

    fn cursor(&self) -> Cursor<'a> {
        Cursor::new(self.owner.message(), self.start, self.end)
    }

    /// Its content.
    ///
    /// # Errors
    /// If the data are not what its type says: of another length, or a name that is none.
    pub fn data(&self) -> Result<Data<'a>, Malformed> {
        Data::decode((self.ty, self.class.raw(), self.raw_ttl), self.cursor())
    }
}

/// The seconds that a time to live means.
pub(super) const fn seconds(ttl: u32) -> u32 {
    if ttl > 0x7fff_ffff { 0 } else { ttl }
}

/// A walk over the records of a message.
#[derive(Clone, Debug)]
pub struct Records<'a> {
    cursor: Cursor<'a>,
    left: [u16; 3],
    fault: Option<Malformed>,
    /// What the last owner that was nothing but a pointer pointed to: that need not be checked again.
    known: u16,
}

impl<'a> Records<'a> {
    #[inline]
    fn read(&mut self, section: Section) -> Result<Record<'a>, Malformed> {
        let cursor = &mut self.cursor;
        let owner = cursor.owner(&mut self.known)?;
        let ty = RecordType::new(cursor.short()?);
        let class = Class::new(cursor.short()?);
        let raw_ttl = cursor.long()?;
        let len = usize::from(cursor.short()?);
        let start = cursor.at();
        cursor.bytes(len)?;
        Ok(Record { section, owner, ty, class, raw_ttl, start, end: cursor.at() })
    }
}

impl<'a> Iterator for Records<'a> {
    type Item = Result<Record<'a>, Malformed>;

    fn next(&mut self) -> Option<Self::Item> {
        if let Some(fault) = self.fault.take() {
            self.left = [0; 3];
            return Some(Err(fault));
        }
        let (left, section) = match &mut self.left {
            [left @ 1..=u16::MAX, _, _] => (left, Section::Answer),
            [_, left @ 1..=u16::MAX, _] => (left, Section::Authority),
            [_, _, left @ 1..=u16::MAX] => (left, Section::Additional),
            _ => return None,
        };
        *left -= 1;
        let record = self.read(section);
        if record.is_err() {
            self.left = [0; 3];
        }
        Some(record)
    }
}
