//! `Prefix`: a network, as an address and how many of its bits count.

use core::fmt;
use core::net::{IpAddr, Ipv4Addr, Ipv6Addr};

use berkeley_sys::number;

/// The addresses that begin with the same bits.
///
/// ```
/// use berkeley_socket::netlink::Prefix;
/// let prefix = Prefix::new([192, 0, 2, 77].into(), 24);
/// assert_eq!(prefix.masked().to_string(), "192.0.2.0/24");
/// ```
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
pub struct Prefix {
    /// One of the addresses.
    pub ip: IpAddr,
    /// How many of its bits count.
    pub len: u8,
}

impl Prefix {
    /// Every IPv4 address.
    pub const ALL_V4: Self = Self::new(IpAddr::V4(Ipv4Addr::UNSPECIFIED), 0);
    /// Every IPv6 address.
    pub const ALL_V6: Self = Self::new(IpAddr::V6(Ipv6Addr::UNSPECIFIED), 0);

    /// The addresses whose first `len` bits are those of `ip`.
    pub const fn new(ip: IpAddr, len: u8) -> Self {
        Self { ip, len }
    }

    /// That one address.
    pub fn host(ip: IpAddr) -> Self {
        Self::new(ip, if ip.is_ipv4() { 32 } else { 128 })
    }

    /// The same network by its first address.
    #[must_use]
    pub fn masked(self) -> Self {
        let ip = match self.ip {
            IpAddr::V4(ip) => {
                let mask = u32::MAX.checked_shr(self.len.into()).unwrap_or(0);
                Ipv4Addr::from_bits(ip.to_bits() & !mask).into()
            }
            IpAddr::V6(ip) => {
                let mask = u128::MAX.checked_shr(self.len.into()).unwrap_or(0);
                Ipv6Addr::from_bits(ip.to_bits() & !mask).into()
            }
        };
        Self { ip, ..self }
    }
}

impl fmt::Display for Prefix {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}/{}", self.ip, self.len)
    }
}

impl fmt::Debug for Prefix {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

/// The byte of the family that an address is of.
pub(super) fn family_of(ip: IpAddr) -> u8 {
    let family = if ip.is_ipv4() { number::AF_INET } else { number::AF_INET6 };
    u8::try_from(family).unwrap_or_default()
}

/// The address of zeros of that family; `None`: it is none of IP.
pub(super) fn unspecified(family: u8) -> Option<IpAddr> {
    match i32::from(family) {
        number::AF_INET => Some(Ipv4Addr::UNSPECIFIED.into()),
        number::AF_INET6 => Some(Ipv6Addr::UNSPECIFIED.into()),
        _ => None,
    }
}
