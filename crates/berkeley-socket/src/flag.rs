//! Flags of sends and receives, kept apart so that a wrong one does not compile. send(2), recv(2).
//!
//! Open sets over the kernel's bits: `SendFlags::from_bits` takes any. `MSG_NOSIGNAL` is always passed and not listed.
//! `MSG_ZEROCOPY` is not listed either: with it the kernel reads the buffer after the call, so no borrow may be sent so.

use core::fmt;
use core::ops::{BitOr, BitOrAssign};

use berkeley_sys::number;

/// A set of flags: the type, its constants with their C names, its set operations, and `Display` and `Debug` that print them.
/// Expands to one struct; used twice.
macro_rules! flags {
    ($(#[$doc:meta])* $set:ident { $($(#[$flag_doc:meta])* $name:ident = $value:ident,)* }) => {
        $(#[$doc])*
        #[derive(Clone, Copy, Default, PartialEq, Eq, Hash)]
        pub struct $set(i32);

        impl $set {
            /// No flag.
            pub const NONE: Self = Self(0);
            $($(#[$flag_doc])* pub const $name: Self = Self(number::$value);)*

            /// The set of the kernel's `bits`, whatever they are.
            pub const fn from_bits(bits: i32) -> Self {
                Self(bits)
            }

            /// The kernel's bits.
            pub const fn bits(self) -> i32 {
                self.0
            }

            /// Whether all of `other` are in this set.
            pub const fn contains(self, other: Self) -> bool {
                self.0 & other.0 == other.0
            }
        }

        impl BitOr for $set {
            type Output = Self;
            fn bitor(self, other: Self) -> Self {
                Self(self.0 | other.0)
            }
        }

        impl BitOrAssign for $set {
            fn bitor_assign(&mut self, other: Self) {
                self.0 |= other.0;
            }
        }

        impl fmt::Display for $set {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                names(f, self.0, &[$((number::$value, stringify!($value)),)*])
            }
        }

        impl fmt::Debug for $set {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                fmt::Display::fmt(self, f)
            }
        }
    };
}

flags! {
    /// Flags of a send.
    #[doc(alias = "MsgFlag")]
    SendFlags {
        /// Do not wait: EAGAIN instead.
        #[doc(alias = "MSG_DONTWAIT")]
        DONTWAIT = MSG_DONTWAIT,
        /// Only to hosts on links of this one, through no gateway.
        #[doc(alias = "MSG_DONTROUTE")]
        DONTROUTE = MSG_DONTROUTE,
        /// This ends a record (AF_UNIX and TIPC SEQPACKET, SCTP); on TCP: do not merge with what follows.
        #[doc(alias = "MSG_EOR")]
        EOR = MSG_EOR,
        /// Urgent: one byte out of band, on TCP and AF_UNIX streams.
        #[doc(alias = "MSG_OOB")]
        OOB = MSG_OOB,
        /// More follows: do not send a partial segment, or a datagram, yet.
        #[doc(alias = "MSG_MORE")]
        MORE = MSG_MORE,
        /// The neighbour is alive: no ARP needed (DGRAM and RAW over IP).
        #[doc(alias = "MSG_CONFIRM")]
        CONFIRM = MSG_CONFIRM,
        /// Connect and send in the first segment (TCP Fast Open).
        #[doc(alias = "MSG_FASTOPEN")]
        FASTOPEN = MSG_FASTOPEN,
    }
}

flags! {
    /// Flags of a receive.
    #[doc(alias = "MsgFlag")]
    RecvFlags {
        /// Do not wait: EAGAIN instead.
        #[doc(alias = "MSG_DONTWAIT")]
        DONTWAIT = MSG_DONTWAIT,
        /// Leave it in the queue: the next receive gets it again.
        #[doc(alias = "MSG_PEEK")]
        PEEK = MSG_PEEK,
        /// The urgent byte (unless [`so::OOBINLINE`](crate::option::so::OOBINLINE) leaves it in the stream).
        #[doc(alias = "MSG_OOB")]
        OOB = MSG_OOB,
        /// Wait until the buffer is full; returns less at the end of the stream, on an error, or at the limit.
        #[doc(alias = "MSG_WAITALL")]
        WAITALL = MSG_WAITALL,
        /// Return the message's own length, however much the buffer took.
        #[doc(alias = "MSG_TRUNC")]
        TRUNC = MSG_TRUNC,
        /// From the error queue.
        #[doc(alias = "MSG_ERRQUEUE")]
        ERRQUEUE = MSG_ERRQUEUE,
    }
}

flags! {
    /// What the kernel says of a message that came.
    #[doc(alias = "MsgFlag")]
    ReceivedFlags {
        /// It was longer than the buffers; the rest is gone.
        #[doc(alias = "MSG_TRUNC")]
        TRUNC = MSG_TRUNC,
        /// Control messages did not fit into their room; the rest is gone, and its descriptors closed.
        #[doc(alias = "MSG_CTRUNC")]
        CTRUNC = MSG_CTRUNC,
        /// It ends a record.
        #[doc(alias = "MSG_EOR")]
        EOR = MSG_EOR,
        /// It is urgent, and came out of band.
        #[doc(alias = "MSG_OOB")]
        OOB = MSG_OOB,
        /// It is from the error queue.
        #[doc(alias = "MSG_ERRQUEUE")]
        ERRQUEUE = MSG_ERRQUEUE,
        /// It was sent from this machine (CAN).
        #[doc(alias = "MSG_DONTROUTE")]
        DONTROUTE = MSG_DONTROUTE,
        /// It was sent through this socket (CAN).
        #[doc(alias = "MSG_CONFIRM")]
        CONFIRM = MSG_CONFIRM,
        /// It is no message but news of an association: [`sctp::Event`](crate::sctp::Event).
        #[doc(alias = "MSG_NOTIFICATION")]
        NOTIFICATION = MSG_NOTIFICATION,
    }
}

impl ReceivedFlags {
    /// Without what the library itself asked for.
    pub(crate) const fn of(bits: i32) -> Self {
        Self(bits & !number::MSG_CMSG_CLOEXEC)
    }
}

/// `MSG_PEEK | MSG_DONTWAIT | 0x100`.
fn names(f: &mut fmt::Formatter<'_>, bits: i32, known: &[(i32, &str)]) -> fmt::Result {
    let mut left = bits;
    let mut separator = "";
    for (bit, name) in known.iter().filter(|(bit, _)| bits & bit == *bit) {
        write!(f, "{separator}{name}")?;
        separator = " | ";
        left &= !bit;
    }
    match (bits, left) {
        (0, _) => f.write_str("0"),
        (_, 0) => Ok(()),
        (_, left) => write!(f, "{separator}{left:#x}"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_print() {
        let rows = [
            (RecvFlags::NONE, "0"),
            (RecvFlags::PEEK | RecvFlags::DONTWAIT, "MSG_DONTWAIT | MSG_PEEK"),
            (RecvFlags::from_bits(0x1000_0002), "MSG_PEEK | 0x10000000"),
        ];
        for (flags, text) in rows {
            assert_eq!(format!("{flags:?}"), text);
        }
        assert_eq!(format!("{:?}", SendFlags::EOR), "MSG_EOR");
    }
}
