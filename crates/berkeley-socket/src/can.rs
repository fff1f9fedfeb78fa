//! Frames of a CAN bus, and what the kernel builds on them: the broadcast manager's tasks, J1939's names.
//!
//! Contract: every decoder takes any bytes and says `None` to what is no frame; nothing is read beyond them, and what C leaves as
//! padding means nothing. What is encoded has exactly the length that the kernel wants, which tells classic frames (16 bytes), CAN FD
//! (72) and CAN XL (13 to 2060) apart. ISO-TP and J1939 carry messages, not frames: their sockets need nothing of this module.
//! Sources: `Documentation/networking/can.rst`, linux/can.h.
//!
//! ```no_run
//! use berkeley_addr::CanAddr;
//! use berkeley_socket::can::{Frame, Id};
//! use berkeley_socket::{Interface, Socket, Type, option};
//!
//! let bus = Socket::bound(Type::RAW, &CanAddr::on(Interface::named("vcan0")?.index()))?;
//! let engine = Id::standard(0x123).ok_or("11 bits")?;
//! bus.set(option::can::FILTER, vec![engine.filter()])?;
//! bus.send_frame(&Frame::new(engine, b"\xde\xad").ok_or("8 bytes")?)?;
//! let (frame, _interface) = bus.recv_frame()?;
//! println!("{frame}"); // 123#DEAD
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```

/// A set of the kernel's bits: the type, its constants with their C names, its set operations, and `Debug` that prints them.
/// Expands to one struct.
macro_rules! bits {
    ($(#[$doc:meta])* $set:ident($int:ty) { $($(#[$bit_doc:meta])* $name:ident = $value:expr, $c:literal;)* }) => {
        $(#[$doc])*
        #[derive(Clone, Copy, Default, PartialEq, Eq, Hash)]
        pub struct $set($int);

        impl $set {
            /// None.
            pub const NONE: Self = Self(0);
            $($(#[$bit_doc])* #[doc(alias = $c)] pub const $name: Self = Self($value);)*

            /// The set of the kernel's `bits`, whatever they are.
            pub const fn from_bits(bits: $int) -> Self {
                Self(bits)
            }

            /// The kernel's bits.
            pub const fn bits(self) -> $int {
                self.0
            }

            /// Whether all of `other` are in this set.
            pub const fn contains(self, other: Self) -> bool {
                self.0 & other.0 == other.0
            }
        }

        impl core::ops::BitOr for $set {
            type Output = Self;
            fn bitor(self, other: Self) -> Self {
                Self(self.0 | other.0)
            }
        }

        /// `A | B | 0x100`.
        impl core::fmt::Debug for $set {
            fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
                let (mut left, mut separator) = (self.0, "");
                for (bit, name) in [$(($value, $c),)*] {
                    if self.0 & bit == bit {
                        write!(f, "{separator}{name}")?;
                        (left, separator) = (left & !bit, " | ");
                    }
                }
                match (left, separator) {
                    (0, "") => f.write_str("0"),
                    (0, _) => Ok(()),
                    _ => write!(f, "{separator}{left:#x}"),
                }
            }
        }
    };
}

mod id;
pub use id::{Id, inverted};

mod fault;
pub use fault::{Controller, Fault, Faults, ProtocolFault, Violation};

mod frame;
pub use frame::{FdFlags, Format, Frame};

mod xl;
pub use xl::XlFrame;

pub mod bcm;

pub mod j1939;
