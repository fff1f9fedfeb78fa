//! What `getaddrinfo` is asked, and what it answers: `struct addrinfo`, once as hints and once as a row of the list.
//!
//! Contract: plain values; which of them go together is judged where they are asked. Source: getaddrinfo(3).

use core::net::SocketAddr;

use berkeley_addr::{Family, Protocol, Type};

use crate::flag::AddrInfoFlags;

/// What [`getaddrinfo`](crate::getaddrinfo) shall look for; everything is open at first.
///
/// ```
/// use berkeley_addr::{Family, Type};
/// use berkeley_resolve::{AddrInfoFlags, Hints};
///
/// let hints = Hints::new().family(Family::INET6).ty(Type::STREAM).flags(AddrInfoFlags::PASSIVE);
/// # let _ = hints;
/// ```
#[doc(alias = "addrinfo")]
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Hints {
    pub(crate) family: Family,
    pub(crate) ty: Type,
    pub(crate) protocol: Protocol,
    pub(crate) flags: AddrInfoFlags,
}

impl Hints {
    /// Any family, type and protocol, and no flag.
    pub const fn new() -> Self {
        Self {
            family: Family::UNSPEC,
            ty: Type::new(0),
            protocol: Protocol::DEFAULT,
            flags: AddrInfoFlags::NONE,
        }
    }

    /// Only addresses of this family: `AF_INET` or `AF_INET6`.
    #[must_use]
    pub const fn family(self, family: Family) -> Self {
        Self { family, ..self }
    }

    /// Only for sockets of this type.
    #[must_use]
    pub const fn ty(self, ty: Type) -> Self {
        Self { ty, ..self }
    }

    /// Only for sockets of this protocol.
    #[must_use]
    pub const fn protocol(self, protocol: Protocol) -> Self {
        Self { protocol, ..self }
    }

    /// With these flags, and no others.
    #[must_use]
    pub const fn flags(self, flags: AddrInfoFlags) -> Self {
        Self { flags, ..self }
    }
}

impl Default for Hints {
    fn default() -> Self {
        Self::new()
    }
}

/// One answer of [`getaddrinfo`](crate::getaddrinfo): what to open a socket with, and the address to give it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AddrInfo {
    /// The family of the address.
    pub family: Family,
    /// The type of socket.
    pub ty: Type,
    /// Its protocol.
    pub protocol: Protocol,
    /// The address, with the port; the scope id of a zone such as `%eth0` is in it.
    pub addr: SocketAddr,
    /// The host's full name: in the first answer, with [`AddrInfoFlags::CANONNAME`].
    pub canonical_name: Option<String>,
}
