//! A message as it is written, into a buffer of the caller's.
//!
//! Contract: sections in order; what does not fit is left out whole, and `finish` says so: there is no half message. An owner that
//! is the first question's name becomes a pointer to it; nothing else is compressed. Source: RFC 1035 section 4.1.

use core::time::Duration;

use super::edns::Cookie;
use super::error::NoRoom;
use super::label::HEADER;
use super::message::{Flags, Section};
use super::name::Name;
use super::number::{Class, OptionCode, RecordType};

/// The pointer to the name behind the header.
const FIRST: [u8; 2] = [0xc0, 12];

/// Writes a message.
///
/// ```
/// use berkeley_resolve::wire::{Builder, Class, Flags, Message, Name, RecordType, Section};
/// use core::time::Duration;
///
/// let name: Name = "example.org".parse()?;
/// let mut room = [0; 512];
/// let mut builder = Builder::new(&mut room, 7, Flags::RESPONSE);
/// builder.question(&name, RecordType::A, Class::IN);
/// builder.record(Section::Answer, &name, RecordType::A, Class::IN, Duration::from_secs(60), |data| {
///     data.bytes(&[192, 0, 2, 1]);
/// });
/// let message = Message::decode(builder.finish()?)?;
/// assert_eq!(message.counts(), [1, 1, 0, 0]);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Debug)]
pub struct Builder<'b> {
    room: &'b mut [u8],
    len: usize,
    counts: [u16; 4],
    first: Option<Name>,
    full: bool,
}

impl<'b> Builder<'b> {
    /// A message without anything but its header.
    pub fn new(room: &'b mut [u8], id: u16, flags: Flags) -> Self {
        let mut builder = Self { room, len: 0, counts: [0; 4], first: None, full: false };
        builder.put(&id.to_be_bytes());
        builder.put(&flags.bits().to_be_bytes());
        builder.put(&[0; 8]);
        builder
    }

    /// Adds a question.
    pub fn question(&mut self, name: &Name, ty: RecordType, class: Class) {
        self.put(name.as_bytes());
        self.put(&ty.raw().to_be_bytes());
        self.put(&class.raw().to_be_bytes());
        self.count(0);
        if self.counts == [1, 0, 0, 0] {
            self.first = Some(name.clone());
        }
    }

    /// Adds a record, whose data `write` writes. A time to live counts whole seconds.
    pub fn record(
        &mut self,
        section: Section,
        owner: &Name,
        ty: RecordType,
        class: Class,
        ttl: Duration,
        write: impl FnOnce(&mut DataBuilder<'_, 'b>),
    ) {
        let ttl = u32::try_from(ttl.as_secs()).unwrap_or(u32::MAX);
        self.raw_record(section, owner, (ty, class, ttl), write);
    }

    /// Adds an OPT record, which says that EDNS is spoken.
    pub fn opt(&mut self, payload: u16, dnssec_ok: bool, cookie: Option<&Cookie>) {
        let ttl = u32::from(dnssec_ok) << 15;
        let numbers = (RecordType::OPT, Class::new(payload), ttl);
        self.raw_record(Section::Additional, &Name::ROOT, numbers, |data| {
            if let Some(cookie) = cookie {
                let len = u16::try_from(8 + cookie.server().len()).unwrap_or_default();
                data.short(OptionCode::COOKIE.raw());
                data.short(len);
                data.bytes(&cookie.client());
                data.bytes(cookie.server());
            }
        });
    }

    /// Adds a record by its numbers: a time to live with the highest bit set, an OPT record's bits.
    pub fn raw_record(
        &mut self,
        section: Section,
        owner: &Name,
        (ty, class, ttl): (RecordType, Class, u32),
        write: impl FnOnce(&mut DataBuilder<'_, 'b>),
    ) {
        // Equal to the bit: a pointer must not change the case.
        if self.first.as_ref().is_some_and(|first| first.view().is_identical(owner.view())) {
            self.put(&FIRST);
        } else {
            self.put(owner.as_bytes());
        }
        self.put(&ty.raw().to_be_bytes());
        self.put(&class.raw().to_be_bytes());
        self.put(&ttl.to_be_bytes());
        let place = self.len;
        self.put(&[0; 2]);
        write(&mut DataBuilder(self));
        match u16::try_from(self.len.saturating_sub(place + 2)) {
            Ok(len) => self.put_at(place, len),
            Err(_) => self.full = true,
        }
        self.count(1 + usize::from(section as u8));
    }

    /// The message.
    ///
    /// # Errors
    /// [`NoRoom`] if the room was too small for all that was added, or a record for its length.
    pub fn finish(mut self) -> Result<&'b [u8], NoRoom> {
        for (place, count) in (4..HEADER).step_by(2).zip(self.counts) {
            self.put_at(place, count);
        }
        if self.full {
            return Err(NoRoom);
        }
        self.room.get(..self.len).ok_or(NoRoom)
    }

    fn count(&mut self, section: usize) {
        match self.counts.get_mut(section).map(|count| (count.checked_add(1), count)) {
            Some((Some(more), count)) => *count = more,
            _ => self.full = true,
        }
    }

    fn put(&mut self, bytes: &[u8]) {
        match self.room.get_mut(self.len..self.len + bytes.len()) {
            Some(place) if !self.full => {
                place.copy_from_slice(bytes);
                self.len += bytes.len();
            }
            _ => self.full = true,
        }
    }

    fn put_at(&mut self, place: usize, number: u16) {
        match self.room.get_mut(place..place + 2) {
            Some(place) => place.copy_from_slice(&number.to_be_bytes()),
            None => self.full = true,
        }
    }
}

/// Writes the data of one record; its length is counted.
#[derive(Debug)]
pub struct DataBuilder<'a, 'b>(&'a mut Builder<'b>);

impl DataBuilder<'_, '_> {
    /// Bytes as they are.
    pub fn bytes(&mut self, bytes: &[u8]) {
        self.0.put(bytes);
    }

    /// 16 bits.
    pub fn short(&mut self, number: u16) {
        self.bytes(&number.to_be_bytes());
    }

    /// 32 bits.
    pub fn long(&mut self, number: u32) {
        self.bytes(&number.to_be_bytes());
    }

    /// A name, without pointers.
    pub fn name(&mut self, name: &Name) {
        self.bytes(name.as_bytes());
    }

    /// A text and its length. One above 255 bytes does not fit.
    pub fn text(&mut self, text: &[u8]) {
        match u8::try_from(text.len()) {
            Ok(len) => {
                self.bytes(&[len]);
                self.bytes(text);
            }
            Err(_) => self.0.full = true,
        }
    }
}
