//! `FlowInfo`: the flow label and traffic class in `sin6_flowinfo`, and its option in texts.
//!
//! Contract: flowinfo is a number, and a sockaddr holds it in network order, as CPython and the C headers have it. The
//! label is the low 20 bits, the class the 8 bits above (the layout of the IPv6 header, RFC 8200 section 3; the field,
//! RFC 3493 section 3.3; the masks, linux/in6.h). RFC 2133's 24-bit label with 4 bits of priority is history.
//!
//! std copies the number's bytes unswapped: what it calls 0x12345 leaves a little-endian machine as 0x45230100. So a
//! flowinfo that came out of a std socket means something else; [`FlowInfo::from_std`] and [`FlowInfo::to_std`] convert.
//!
//! Linux sends the label only from sockets with IPV6_FLOWINFO_SEND, ignores the class (IPV6_TCLASS sets it), and leaves
//! flowinfo 0 in every address it gives back; the received label comes as a control message.

use core::fmt;

use crate::bytes::Bytes;
use crate::cursor::Cursor;
use crate::error::{ParseError, Part};

const OPTION: Part = Part::new("option", "flow=NUMBER");
const VALUE: Part = Part::new("flow", "0 to 4294967295");

/// All 32 bits of `sin6_flowinfo`, as a number.
///
/// ```
/// use berkeley_addr::FlowInfo;
/// use std::net::{Ipv6Addr, SocketAddrV6};
///
/// let flow = FlowInfo::new(0x2e, 0x12345).unwrap();
/// assert_eq!((flow.class(), flow.label()), (0x2e, 0x12345));
/// let addr = SocketAddrV6::new(Ipv6Addr::LOCALHOST, 80, flow.raw(), 0);
/// assert_eq!(FlowInfo::of(&addr), flow);
/// assert_eq!(FlowInfo::new(0, 0x10_0000), None); // a label has 20 bits
/// ```
#[doc(alias("sin6_flowinfo", "IPV6_FLOWINFO_MASK", "flow label", "traffic class"))]
#[derive(Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct FlowInfo(u32);

impl FlowInfo {
    /// A traffic class and a flow label; `None` when the label has more than 20 bits.
    pub const fn new(class: u8, label: u32) -> Option<Self> {
        if label >> 20 != 0 {
            return None;
        }
        // `u32::from` is not const.
        Some(Self(u32::from_be_bytes([0, 0, 0, class]) << 20 | label))
    }

    /// The number in an address's flowinfo.
    pub const fn from_raw(number: u32) -> Self {
        Self(number)
    }

    /// The flowinfo of an address made or decoded by this crate.
    pub fn of(addr: &core::net::SocketAddrV6) -> Self {
        Self(addr.flowinfo())
    }

    /// The number, as [`core::net::SocketAddrV6::flowinfo`] holds it and this crate encodes it.
    pub const fn raw(self) -> u32 {
        self.0
    }

    /// From the number in an address that came out of a std socket, which left its bytes in network order.
    pub const fn from_std(number: u32) -> Self {
        Self(u32::from_be(number))
    }

    /// The number to put into an address that goes into a std socket.
    pub const fn to_std(self) -> u32 {
        self.0.to_be()
    }

    /// The flow label, 20 bits.
    pub const fn label(self) -> u32 {
        self.0 & 0xf_ffff
    }

    /// The traffic class.
    pub const fn class(self) -> u8 {
        let [.., class] = (self.0 >> 20 & 0xff).to_be_bytes();
        class
    }
}

/// The number, as texts have it: `74565`.
impl fmt::Display for FlowInfo {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(&self.0, f)
    }
}

impl fmt::Debug for FlowInfo {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (class, label) = (self.class(), self.label());
        write!(f, "FlowInfo {{ class: {class:#04x}, label: {label:#07x}, raw: {:#010x} }}", self.0)
    }
}

/// `[ flow ]` and the end of the text.
pub(crate) fn read(cursor: &mut Cursor<'_>) -> Result<u32, ParseError> {
    let mut flowinfo = 0;
    let mut seen = 0;
    while cursor.option(&["flow"], &mut seen, &OPTION)?.is_some() {
        flowinfo = cursor.decimal(u32::MAX, &VALUE)?;
    }
    Ok(flowinfo)
}

pub(crate) fn print<const N: usize>(text: &mut Bytes<N>, flowinfo: u32) {
    if flowinfo != 0 {
        text.put_text(",flow=");
        text.put_decimal(flowinfo);
    }
}
