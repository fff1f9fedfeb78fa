//! Why some bytes are no message, why a text is no name, and that there was no room.
//!
//! Contract: small, `Copy`, no allocation; an offset is at most the length of what was read.

use core::fmt;

/// Why some bytes are not what they were read as, and where.
///
/// ```
/// use berkeley_resolve::wire::{Fault, Message};
///
/// let error = Message::decode(&[0; 11]).unwrap_err();
/// assert_eq!((error.fault(), error.at()), (Fault::Cut, 11));
/// assert_eq!(error.to_string(), "the message ends too early, at byte 11");
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{fault}, at byte {at}")]
pub struct Malformed {
    fault: Fault,
    at: usize,
}

/// What is wrong with a message.
#[non_exhaustive]
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Fault {
    /// It ends, or a record's data end, before what must be there.
    Cut,
    /// A record's data go on behind what they can hold.
    Excess,
    /// A label that is neither text nor a pointer.
    Label,
    /// A pointer that does not lead backwards.
    Pointer,
    /// A name that follows more pointers than it can have labels.
    Pointers,
    /// A name above 255 bytes.
    NameLength,
    /// A parameter twice, or not in its place.
    Order,
}

impl Malformed {
    pub(super) const fn new(fault: Fault, at: usize) -> Self {
        Self { fault, at }
    }

    /// What is wrong.
    pub const fn fault(self) -> Fault {
        self.fault
    }

    /// The byte of the message at which it is wrong.
    pub const fn at(self) -> usize {
        self.at
    }
}

impl fmt::Display for Fault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(match self {
            Self::Cut => "the message ends too early",
            Self::Excess => "a record's data are too long",
            Self::Label => "a label of an unknown kind",
            Self::Pointer => "a pointer that does not lead backwards",
            Self::Pointers => "a name of too many pointers",
            Self::NameLength => "a name above 255 bytes",
            Self::Order => "a parameter out of order",
        })
    }
}

/// Why a text is no domain name, and where.
///
/// ```
/// use berkeley_resolve::wire::{Name, NameFault};
///
/// let error = "www..example".parse::<Name>().unwrap_err();
/// assert_eq!((error.fault(), error.at()), (NameFault::EmptyLabel, 4));
/// assert_eq!(error.to_string(), "nothing between two dots, at byte 4");
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{fault}, at byte {at}")]
pub struct NameError {
    fault: NameFault,
    at: usize,
}

/// What is wrong with a name.
#[non_exhaustive]
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum NameFault {
    /// There is nothing.
    Empty,
    /// Nothing before a dot.
    EmptyLabel,
    /// More than 63 bytes between two dots.
    LabelLength,
    /// More than 255 bytes, as a message counts them: one for each label, and one at the end.
    Length,
    /// A blank, a control character or a byte beyond ASCII, not escaped.
    Unexpected,
    /// A `\` without a character behind it, or with less than three digits, or with more than 255.
    Escape,
}

impl NameError {
    pub(super) const fn new(fault: NameFault, at: usize) -> Self {
        Self { fault, at }
    }

    /// What is wrong.
    pub const fn fault(self) -> NameFault {
        self.fault
    }

    /// The byte of the text at which it is wrong.
    pub const fn at(self) -> usize {
        self.at
    }
}

impl fmt::Display for NameFault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(match self {
            Self::Empty => "no name",
            Self::EmptyLabel => "nothing between two dots",
            Self::LabelLength => "a label above 63 bytes",
            Self::Length => "a name above 255 bytes",
            Self::Unexpected => "a character that must be escaped",
            Self::Escape => "\\ wants three digits up to 255, or another character",
        })
    }
}

/// There was no room for a whole message.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("no room for the message")]
pub struct NoRoom;
