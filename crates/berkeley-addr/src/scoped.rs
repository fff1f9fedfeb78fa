//! `ScopedIpv6`: an IPv6 socket address whose zone may still be an interface's name.
//!
//! Contract: `[fe80::1%eth0]:80`, otherwise the text of `SocketAddrV6`. It is no `Address`: a sockaddr holds an index, and
//! finding it takes a system call, which is resolution's work. Sources: RFC 4007 section 11, RFC 9844.

use core::fmt;
use core::net::{Ipv6Addr, SocketAddrV6};
use core::str::FromStr;

use crate::bytes::Bytes;
use crate::cursor::Cursor;
use crate::error::ParseError;
use crate::flow;
use crate::inet;
use crate::inet6;
use crate::interface::Scope;

/// An IPv6 socket address whose scope may be a name.
///
/// ```
/// use berkeley_addr::ScopedIpv6;
///
/// let named: ScopedIpv6 = "[fe80::1%eth0]:80".parse()?;
/// assert_eq!(named.resolved(), None);
/// assert_eq!(named.with_index(2).scope_id(), 2);
/// assert_eq!(named.to_string(), "[fe80::1%eth0]:80");
/// # Ok::<(), berkeley_addr::ParseError>(())
/// ```
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct ScopedIpv6 {
    /// The address.
    pub ip: Ipv6Addr,
    /// The port.
    pub port: u16,
    /// All 32 bits of flowinfo, see [`FlowInfo`](crate::FlowInfo).
    pub flowinfo: u32,
    /// The zone.
    pub scope: Scope,
}

impl ScopedIpv6 {
    /// The socket address with this interface index for its zone, whatever it was.
    pub fn with_index(&self, index: u32) -> SocketAddrV6 {
        SocketAddrV6::new(self.ip, self.port, self.flowinfo, index)
    }

    /// The socket address, unless the zone is a name.
    pub fn resolved(&self) -> Option<SocketAddrV6> {
        self.scope.index().map(|index| self.with_index(index))
    }
}

impl From<SocketAddrV6> for ScopedIpv6 {
    fn from(addr: SocketAddrV6) -> Self {
        Self {
            ip: *addr.ip(),
            port: addr.port(),
            flowinfo: addr.flowinfo(),
            scope: Scope::from(addr.scope_id()),
        }
    }
}

impl FromStr for ScopedIpv6 {
    type Err = ParseError;

    /// # Errors
    /// What is wrong, where, and what was expected.
    fn from_str(text: &str) -> Result<Self, ParseError> {
        let mut cursor = Cursor::new(text);
        let (ip, scope) = inet6::read_bracketed(&mut cursor)?;
        let port = inet::read_port(&mut cursor)?;
        let flowinfo = flow::read(&mut cursor)?;
        Ok(Self { ip, port, flowinfo, scope })
    }
}

impl fmt::Display for ScopedIpv6 {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut text = Bytes::<84>::EMPTY;
        inet6::print_bracketed(&mut text, self.ip, self.scope);
        text.put_byte(b':');
        text.put_decimal(u32::from(self.port));
        flow::print(&mut text, self.flowinfo);
        text.show(f)
    }
}

impl fmt::Debug for ScopedIpv6 {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}
