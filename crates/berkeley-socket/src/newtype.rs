//! Open newtypes over the kernel's numbers and over sets of its bits, declared by a table each.
//!
//! Contract: any number and any bit goes in and comes out; names serve only printing. What has a C name that is another stands
//! with it, is found by it, and prints by it.

/// Numbers with names. Expands to a struct for each type, with its constants, `new`, `raw` and `Debug`.
macro_rules! numbers {
    ($(
        $(#[$doc:meta])*
        $type:ident($int:ty) { $($(#[$name_doc:meta])* $name:ident = $value:literal $(, $c:literal)?;)* }
    )*) => {$(
        $(#[$doc])*
        #[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub struct $type($int);

        impl $type {
            $($(#[$name_doc])* $(#[doc(alias = $c)])? pub const $name: Self = Self($value);)*

            /// The one of the kernel's number, whatever it is.
            pub const fn new(number: $int) -> Self {
                Self(number)
            }

            /// The kernel's number.
            pub const fn raw(self) -> $int {
                self.0
            }
        }

        impl core::fmt::Debug for $type {
            fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
                match self.0 {
                    $($value => f.write_str($crate::newtype::printed!($name $($c)?)),)*
                    number => write!(f, "{number:#04x}"),
                }
            }
        }
    )*};
}
pub(crate) use numbers;

/// Sets of bits with names. Expands to a struct for each type, with its constants, its set operations, and `Display` and `Debug` that
/// print `A | B | 0x100`.
macro_rules! bits {
    ($(
        $(#[$doc:meta])*
        $type:ident($int:ty) { $($(#[$name_doc:meta])* $name:ident = $value:expr $(, $c:literal)?;)* }
    )*) => {$(
        $(#[$doc])*
        #[derive(Clone, Copy, Default, PartialEq, Eq, Hash)]
        pub struct $type($int);

        impl $type {
            /// None.
            pub const NONE: Self = Self(0);
            $($(#[$name_doc])* $(#[doc(alias = $c)])? pub const $name: Self = Self($value);)*

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

        impl core::ops::BitOr for $type {
            type Output = Self;
            fn bitor(self, other: Self) -> Self {
                Self(self.0 | other.0)
            }
        }

        impl core::ops::BitOrAssign for $type {
            fn bitor_assign(&mut self, other: Self) {
                self.0 |= other.0;
            }
        }

        impl core::fmt::Display for $type {
            fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
                let (mut left, mut separator) = (self.0, "");
                for (bit, name) in [$(($value, $crate::newtype::printed!($name $($c)?)),)*] {
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

        impl core::fmt::Debug for $type {
            fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
                core::fmt::Display::fmt(self, f)
            }
        }
    )*};
}
pub(crate) use bits;

/// By which of its names something prints.
macro_rules! printed {
    ($name:ident $c:literal) => {
        $c
    };
    ($name:ident) => {
        stringify!($name)
    };
}
pub(crate) use printed;

#[cfg(test)]
mod tests {
    use crate::bluetooth::mgmt::{Settings, Status};
    use crate::flag::RecvFlags;
    use crate::option::SecurityLevel;

    #[test]
    fn names_print() {
        let rows = [
            (format!("{:?}", Status::BUSY), "BUSY"),
            (format!("{:?}", Status::new(0x77)), "0x77"),
            (format!("{:?}", SecurityLevel::LOW), "BT_SECURITY_LOW"),
            (Settings::NONE.to_string(), "0"),
            ((Settings::LE | Settings::POWERED).to_string(), "POWERED | LE"),
            (format!("{:?}", RecvFlags::PEEK | RecvFlags::DONTWAIT), "MSG_DONTWAIT | MSG_PEEK"),
            (RecvFlags::from_bits(0x1000_0002).to_string(), "MSG_PEEK | 0x10000000"),
            (RecvFlags::from_bits(0x1000_0000).to_string(), "0x10000000"),
        ];
        for (printed, text) in rows {
            assert_eq!(printed, text);
        }
    }
}
