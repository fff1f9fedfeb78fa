//! AF_NETLINK: ports of the kernel and of programs.
//!
//! Contract: `netlink:0/11`: the port id in decimal, the multicast groups in hex, dropped when 0. A sockaddr_nl holds no
//! protocol; the socket has it. Sources: netlink(7), linux/netlink.h.

use core::fmt;

use crate::address::{Address, OneFamily, expect_family, text_traits};
use crate::bytes::Bytes;
use crate::cursor::Cursor;
use crate::error::{DecodeError, ParseError, Part};
use crate::field::{FAMILY, NL_GROUPS, NL_PID};
use crate::number::Family;
use crate::protocol::Protocol;

const PREFIX: Part = Part::new("netlink address", "`netlink:`");
const PID: Part = Part::new("pid", "0 to 4294967295");
const GROUPS: Part = Part::new("groups", "a lower-case hex number up to ffffffff");

/// The longest text after the scheme and the protocol.
pub(crate) const TEXT: usize = 10 + 1 + 8;

/// A netlink address.
///
/// ```
/// use berkeley_addr::NetlinkAddr;
///
/// assert_eq!(NetlinkAddr::KERNEL.to_string(), "netlink:0");
/// assert_eq!(NetlinkAddr::new(0, 0x11), "netlink:0/11".parse()?);
/// # Ok::<(), berkeley_addr::ParseError>(())
/// ```
#[doc(alias("sockaddr_nl", "AF_NETLINK"))]
#[derive(Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct NetlinkAddr {
    /// The port id; often a process id, 0 is the kernel.
    #[doc(alias = "nl_pid")]
    pub pid: u32,
    /// The multicast groups, a bit each.
    #[doc(alias = "nl_groups")]
    pub groups: u32,
}

impl NetlinkAddr {
    /// The kernel; bound to, the kernel chooses a port id.
    pub const KERNEL: Self = Self::new(0, 0);

    /// A port id and multicast groups.
    pub const fn new(pid: u32, groups: u32) -> Self {
        Self { pid, groups }
    }
}

impl Address for NetlinkAddr {
    type Sockaddr = [u8; 12];

    fn speaks(family: Family, _: Protocol) -> bool {
        family == Family::NETLINK
    }

    fn family(&self) -> Family {
        Family::NETLINK
    }

    fn encode(&self) -> [u8; 12] {
        let mut sockaddr = [0; 12];
        FAMILY.write(&mut sockaddr, &Family::NETLINK.raw().to_ne_bytes());
        NL_PID.write(&mut sockaddr, &self.pid.to_ne_bytes());
        NL_GROUPS.write(&mut sockaddr, &self.groups.to_ne_bytes());
        sockaddr
    }

    fn decode(bytes: &[u8]) -> Result<Self, DecodeError> {
        expect_family(bytes, Family::NETLINK)?;
        let pid = u32::from_ne_bytes(NL_PID.read(bytes));
        let groups = u32::from_ne_bytes(NL_GROUPS.read(bytes));
        Ok(Self { pid, groups })
    }

    fn parse(text: &str) -> Result<Self, ParseError> {
        let mut cursor = Cursor::behind("netlink:", text, &PREFIX)?;
        read(&mut cursor)
    }

    fn fmt_text(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut text = Bytes::<{ 8 + TEXT }>::EMPTY;
        text.put_text("netlink:");
        print(&mut text, *self);
        text.show(f)
    }
}

impl OneFamily for NetlinkAddr {
    const FAMILY: Family = Family::NETLINK;
}

text_traits!(NetlinkAddr);

impl fmt::Debug for NetlinkAddr {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.fmt_text(f)
    }
}

/// `netlink` of the grammar, to the end of the text.
pub(crate) fn read(cursor: &mut Cursor<'_>) -> Result<NetlinkAddr, ParseError> {
    let pid = cursor.decimal(u32::MAX, &PID)?;
    let groups = if cursor.eat(b'/') { cursor.hex(u32::MAX, &GROUPS)? } else { 0 };
    cursor.end()?;
    Ok(NetlinkAddr { pid, groups })
}

pub(crate) fn print<const N: usize>(text: &mut Bytes<N>, addr: NetlinkAddr) {
    text.put_decimal(addr.pid);
    if addr.groups != 0 {
        text.put_byte(b'/');
        text.put_hex(addr.groups, 1);
    }
}
