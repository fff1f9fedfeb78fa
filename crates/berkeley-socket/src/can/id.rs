//! Identifiers of frames, 11 or 29 bits, and filters of them: linux/can.h, can.rst section "Raw socket option CAN_RAW_FILTER".

use core::fmt;

use berkeley_sys::number::value as number;

use crate::option::CanFilter;

/// What a frame is about, and its priority on the bus: the lower wins. Standard ones have 11 bits, extended ones 29.
///
/// Prints as candump does: `123`, `18DAF110`.
///
/// ```
/// use berkeley_socket::can::Id;
///
/// let (standard, extended) = (Id::standard(0x7ff).unwrap(), Id::extended(0x7ff).unwrap());
/// assert_ne!(standard, extended);
/// assert_eq!((standard.to_string(), extended.to_string()), ("7FF".to_owned(), "000007FF".to_owned()));
/// assert_eq!(Id::standard(0x800), None);
/// ```
#[doc(alias = "canid_t")]
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Id(u32);

impl Id {
    /// An identifier of 11 bits; `None`: the number has more.
    #[doc(alias = "CAN_SFF_MASK")]
    pub const fn standard(number: u16) -> Option<Self> {
        let number = number as u32;
        if number <= number::CAN_SFF_MASK { Some(Self(number)) } else { None }
    }

    /// An identifier of 29 bits; `None`: the number has more.
    #[doc(alias = "CAN_EFF_MASK")]
    pub const fn extended(number: u32) -> Option<Self> {
        if number <= number::CAN_EFF_MASK {
            Some(Self(number | number::CAN_EFF_FLAG))
        } else {
            None
        }
    }

    /// What a `canid_t` says, without what its other flags say. Every number is one: bits that a standard identifier does not
    /// have are dropped.
    pub const fn from_bits(bits: u32) -> Self {
        let mask = if bits & number::CAN_EFF_FLAG == 0 {
            number::CAN_SFF_MASK
        } else {
            number::CAN_EFF_FLAG | number::CAN_EFF_MASK
        };
        Self(bits & mask)
    }

    /// The `canid_t`: the number, and bit 31 for an extended one. What [`IsoTpAddr`](berkeley_addr::IsoTpAddr) holds.
    pub const fn bits(self) -> u32 {
        self.0
    }

    /// The number itself.
    pub const fn number(self) -> u32 {
        self.0 & number::CAN_EFF_MASK
    }

    /// Whether it has 29 bits.
    #[doc(alias = "CAN_EFF_FLAG")]
    pub const fn is_extended(self) -> bool {
        self.0 & number::CAN_EFF_FLAG != 0
    }

    /// Passes data frames with this very identifier, and of this length: an extended one with the same number does not pass. The kernel
    /// finds such filters by a table.
    pub const fn filter(self) -> CanFilter {
        let filter = self.filter_masked(number::CAN_EFF_MASK);
        CanFilter { mask: filter.mask | number::CAN_RTR_FLAG, ..filter }
    }

    /// Passes data and remote frames whose identifier has this length, and this one's bits where `mask` has ones.
    pub const fn filter_masked(self, mask: u32) -> CanFilter {
        let width = if self.is_extended() { number::CAN_EFF_MASK } else { number::CAN_SFF_MASK };
        CanFilter { id: self.0, mask: mask & width | number::CAN_EFF_FLAG }
    }
}

/// Passes what the filter does not pass, and the other way round.
#[doc(alias = "CAN_INV_FILTER")]
pub const fn inverted(filter: CanFilter) -> CanFilter {
    CanFilter { id: filter.id ^ number::CAN_INV_FILTER, ..filter }
}

impl fmt::Display for Id {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let digits = if self.is_extended() { 8 } else { 3 };
        write!(f, "{:0digits$X}", self.number())
    }
}

impl fmt::Debug for Id {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}
