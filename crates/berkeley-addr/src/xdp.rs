//! AF_XDP: frames of one queue of an interface, past the kernel's stack.
//!
//! Contract: `xdp:2/0,flags=4,umem=7`: the interface's index and the queue, in decimal; flags in hex and the descriptor
//! whose memory is shared in decimal, both dropped when 0. Sources: linux/if_xdp.h, the kernel's
//! Documentation/networking/af_xdp.rst.

use core::fmt;

use crate::address::{Address, OneFamily, expect_family, text_traits};
use crate::bytes::Bytes;
use crate::cursor::Cursor;
use crate::error::{DecodeError, ParseError, Part};
use crate::field::{FAMILY, SXDP_FLAGS, SXDP_IFINDEX, SXDP_QUEUE_ID, SXDP_SHARED_UMEM_FD};
use crate::interface;
use crate::number::Family;
use crate::protocol::Protocol;

const PREFIX: Part = Part::new("XDP address", "`xdp:`");
const SLASH: Part = Part::new("queue", "`/` and the number of a queue");
const QUEUE: Part = Part::new("queue", "0 to 4294967295");
const OPTION: Part = Part::new("option", "flags=HEX or umem=NUMBER");
const FLAGS: Part = Part::new("flags", "a lower-case hex number up to ffff");
const UMEM: Part = Part::new("umem", "0 to 4294967295");

/// The longest text after the interface.
pub(crate) const TEXT: usize = 1 + 10 + 7 + 4 + 6 + 10;

/// The address of an XDP socket.
///
/// ```
/// use berkeley_addr::XdpAddr;
///
/// let copied = XdpAddr { flags: XdpAddr::COPY, ..XdpAddr::on(2, 0) };
/// assert_eq!(copied.to_string(), "xdp:2/0,flags=2");
/// assert_eq!(copied, "xdp:2/0,flags=2".parse()?);
/// # Ok::<(), berkeley_addr::ParseError>(())
/// ```
#[doc(alias("sockaddr_xdp", "AF_XDP"))]
#[derive(Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct XdpAddr {
    /// The interface.
    #[doc(alias = "sxdp_ifindex")]
    pub index: u32,
    /// The queue of that interface.
    #[doc(alias = "sxdp_queue_id")]
    pub queue: u32,
    /// Flags: [`SHARED_UMEM`](Self::SHARED_UMEM) and its like.
    #[doc(alias = "sxdp_flags")]
    pub flags: u16,
    /// The descriptor of the socket whose memory this one uses, under [`SHARED_UMEM`](Self::SHARED_UMEM).
    #[doc(alias = "sxdp_shared_umem_fd")]
    pub umem: u32,
}

impl XdpAddr {
    /// Uses the memory of another socket.
    #[doc(alias = "XDP_SHARED_UMEM")]
    pub const SHARED_UMEM: u16 = 1;
    /// Copies frames, which every driver can.
    #[doc(alias = "XDP_COPY")]
    pub const COPY: u16 = 2;
    /// Does not copy, or fails.
    #[doc(alias = "XDP_ZEROCOPY")]
    pub const ZEROCOPY: u16 = 4;
    /// The kernel says when it must be woken.
    #[doc(alias = "XDP_USE_NEED_WAKEUP")]
    pub const USE_NEED_WAKEUP: u16 = 8;
    /// Packets of several frames.
    #[doc(alias = "XDP_USE_SG")]
    pub const USE_SG: u16 = 16;

    /// An interface's index and a queue, with memory of its own.
    pub const fn on(index: u32, queue: u32) -> Self {
        Self { index, queue, flags: 0, umem: 0 }
    }
}

impl Address for XdpAddr {
    type Sockaddr = [u8; 16];

    fn speaks(family: Family, _: Protocol) -> bool {
        family == Family::XDP
    }

    fn family(&self) -> Family {
        Family::XDP
    }

    fn encode(&self) -> [u8; 16] {
        let mut sockaddr = [0; 16];
        FAMILY.write(&mut sockaddr, &Family::XDP.raw().to_ne_bytes());
        SXDP_FLAGS.write(&mut sockaddr, &self.flags.to_ne_bytes());
        SXDP_IFINDEX.write(&mut sockaddr, &self.index.to_ne_bytes());
        SXDP_QUEUE_ID.write(&mut sockaddr, &self.queue.to_ne_bytes());
        SXDP_SHARED_UMEM_FD.write(&mut sockaddr, &self.umem.to_ne_bytes());
        sockaddr
    }

    fn decode(bytes: &[u8]) -> Result<Self, DecodeError> {
        expect_family(bytes, Family::XDP)?;
        Ok(Self {
            index: u32::from_ne_bytes(SXDP_IFINDEX.read(bytes)),
            queue: u32::from_ne_bytes(SXDP_QUEUE_ID.read(bytes)),
            flags: u16::from_ne_bytes(SXDP_FLAGS.read(bytes)),
            umem: u32::from_ne_bytes(SXDP_SHARED_UMEM_FD.read(bytes)),
        })
    }

    fn parse(text: &str) -> Result<Self, ParseError> {
        let mut cursor = Cursor::behind("xdp:", text, &PREFIX)?;
        read(&mut cursor)
    }

    fn fmt_text(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut text = Bytes::<{ 14 + TEXT }>::EMPTY;
        text.put_text("xdp:");
        text.put_decimal(self.index);
        print_rest(&mut text, self);
        text.show(f)
    }
}

impl OneFamily for XdpAddr {
    const FAMILY: Family = Family::XDP;
}

text_traits!(XdpAddr);

impl fmt::Debug for XdpAddr {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.fmt_text(f)
    }
}

/// `xdp` of the grammar with an index, to the end of the text.
pub(crate) fn read(cursor: &mut Cursor<'_>) -> Result<XdpAddr, ParseError> {
    let index = interface::read_index(cursor)?;
    Ok(XdpAddr { index, ..read_rest(cursor)? })
}

/// What follows the interface, to the end of the text.
pub(crate) fn read_rest(cursor: &mut Cursor<'_>) -> Result<XdpAddr, ParseError> {
    cursor.expect(b'/', &SLASH)?;
    let mut addr = XdpAddr::on(0, cursor.decimal(u32::MAX, &QUEUE)?);
    let mut seen = 0;
    while let Some(key) = cursor.option(&["flags", "umem"], &mut seen, &OPTION)? {
        if key == 0 {
            let [low, high, ..] = cursor.hex(0xffff, &FLAGS)?.to_le_bytes();
            addr.flags = u16::from_le_bytes([low, high]);
        } else {
            addr.umem = cursor.decimal(u32::MAX, &UMEM)?;
        }
    }
    Ok(addr)
}

/// What follows the interface.
pub(crate) fn print_rest<const N: usize>(text: &mut Bytes<N>, addr: &XdpAddr) {
    text.put_byte(b'/');
    text.put_decimal(addr.queue);
    if addr.flags != 0 {
        text.put_text(",flags=");
        text.put_hex(u32::from(addr.flags), 1);
    }
    if addr.umem != 0 {
        text.put_text(",umem=");
        text.put_decimal(addr.umem);
    }
}
