//! The flags of [`getaddrinfo`](crate::getaddrinfo) and [`getnameinfo`](crate::getnameinfo): open newtypes over the C
//! integers, which print their C names. Values: netdb.h, the same in glibc and musl.

use core::fmt;
use core::ops::{BitOr, BitOrAssign};

/// Declares a set of flags: the newtype, a constant with its C name as search alias for each, and how it is combined,
/// asked and printed.
macro_rules! flags {
    ($(#[$about:meta])* $type:ident: $($(#[$doc:meta])* $name:ident = $value:literal, $c:literal;)*) => {
        $(#[$about])*
        #[derive(Clone, Copy, PartialEq, Eq, Hash, Default)]
        pub struct $type(i32);

        impl $type {
            $($(#[$doc])* #[doc(alias = $c)] pub const $name: Self = Self($value);)*

            /// No flag.
            pub const NONE: Self = Self(0);

            /// The set of the C bits, whatever they are.
            pub const fn from_bits(bits: i32) -> Self {
                Self(bits)
            }

            /// The C bits.
            pub const fn bits(self) -> i32 {
                self.0
            }

            /// Whether all of `flags` are among these.
            pub const fn contains(self, flags: Self) -> bool {
                self.0 & flags.0 == flags.0
            }
        }

        impl BitOr for $type {
            type Output = Self;

            fn bitor(self, other: Self) -> Self {
                Self(self.0 | other.0)
            }
        }

        impl BitOrAssign for $type {
            fn bitor_assign(&mut self, other: Self) {
                self.0 |= other.0;
            }
        }

        impl fmt::Display for $type {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                print(f, &[$(($value, $c)),*], self.0)
            }
        }

        impl fmt::Debug for $type {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                fmt::Display::fmt(self, f)
            }
        }
    };
}

flags! {
    /// What [`getaddrinfo`](crate::getaddrinfo) shall do: the `AI_` flags.
    ///
    /// ```
    /// use berkeley_resolve::AddrInfoFlags;
    ///
    /// let flags = AddrInfoFlags::PASSIVE | AddrInfoFlags::NUMERICSERV;
    /// assert_eq!(flags.to_string(), "AI_PASSIVE | AI_NUMERICSERV");
    /// ```
    #[doc(alias = "AddressInfo")]
    AddrInfoFlags:
    /// Without a host: the addresses to listen on (`0.0.0.0`, `::`) rather than those of this machine itself.
    PASSIVE = 0x1, "AI_PASSIVE";
    /// Put the host's full name into the first answer.
    CANONNAME = 0x2, "AI_CANONNAME";
    /// The host must be an address: nothing is looked up.
    NUMERICHOST = 0x4, "AI_NUMERICHOST";
    /// With `AF_INET6`: IPv4 addresses as `::ffff:a.b.c.d`, where the host has no other.
    V4MAPPED = 0x8, "AI_V4MAPPED";
    /// With `V4MAPPED`: those beside the IPv6 addresses.
    ALL = 0x10, "AI_ALL";
    /// Only families of which this machine has an address beyond the loopback.
    ADDRCONFIG = 0x20, "AI_ADDRCONFIG";
    /// Translate the host for the DNS, if it is not ASCII; glibc takes it in the locale's characters, we in UTF-8, with the feature `idna`.
    IDN = 0x40, "AI_IDN";
    /// Translate the full name back, likewise.
    CANONIDN = 0x80, "AI_CANONIDN";
    /// The service must be a number: nothing is looked up.
    NUMERICSERV = 0x400, "AI_NUMERICSERV";
}

flags! {
    /// What [`getnameinfo`](crate::getnameinfo) shall do: the `NI_` flags.
    ///
    /// ```
    /// use berkeley_resolve::NameFlags;
    ///
    /// assert_eq!((NameFlags::DGRAM | NameFlags::from_bits(1024)).to_string(), "NI_DGRAM | 0x400");
    /// ```
    NameFlags:
    /// The host as an address: nothing is looked up.
    NUMERICHOST = 0x1, "NI_NUMERICHOST";
    /// The service as a number: nothing is looked up.
    NUMERICSERV = 0x2, "NI_NUMERICSERV";
    /// Of hosts in this machine's own domain the first label only.
    NOFQDN = 0x4, "NI_NOFQDN";
    /// A host without a name is an error, rather than printed as an address.
    NAMEREQD = 0x8, "NI_NAMEREQD";
    /// The service's name under UDP, not TCP.
    DGRAM = 0x10, "NI_DGRAM";
    /// Translate the host's name from the DNS's form; glibc into the locale's characters, we into UTF-8, with the feature `idna`.
    IDN = 0x20, "NI_IDN";
}

/// Prints the names of the flags that are set, the rest as a number, and nothing set as `0`.
fn print(f: &mut fmt::Formatter<'_>, names: &[(i32, &str)], flags: i32) -> fmt::Result {
    let mut text = String::new();
    let mut rest = flags;
    for (_, name) in names.iter().filter(|(flag, _)| flags & flag != 0) {
        text.push_str(if text.is_empty() { "" } else { " | " });
        text.push_str(name);
    }
    for (flag, _) in names {
        rest &= !flag;
    }
    match (text.as_str(), rest) {
        ("", 0) => f.pad("0"),
        ("", rest) => f.pad(&format!("{rest:#x}")),
        (text, 0) => f.pad(text),
        (text, rest) => f.pad(&format!("{text} | {rest:#x}")),
    }
}
