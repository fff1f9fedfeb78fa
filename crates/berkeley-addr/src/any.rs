//! `AnyAddr`: an address of any family, the one file that knows all the others.
//!
//! Contract: whatever the kernel answers decodes: a family without a type here, bytes its type cannot hold, and AF_CAN, whose
//! layouts only the socket's protocol tells apart, are kept as bytes (`af-45:0a0b0c`), so printing is total and parsing
//! inverts it. `af-N` is only for such bytes: bytes with a text of
//! their own must be given as that text. A text is an endpoint, and no address, exactly when its first colon is followed
//! by `//`.
//!
//! AF_BLUETOOTH has a layout per protocol, which its bytes do not tell: they decode to `af-31:…`, and whoever knows the
//! socket's protocol reads them as its type (`RfcommAddr::try_from`). Text says the protocol, so those types are members
//! here.

use core::fmt;
use core::net::{SocketAddr, SocketAddrV4, SocketAddrV6};

use crate::address::{Address, family_of, text_traits};
use crate::alg::{self, AlgAddr};
use crate::bytes::Bytes;
use crate::can::{self, CanAddr};
use crate::cursor::{ADDRESS, Cursor, lower_hex};
use crate::error::{Cause, DecodeError, ParseError, Part};
use crate::escape::Escaped;
use crate::hci::{self, HciAddr};
use crate::inet;
use crate::inet6;
use crate::iso::{self, IsoAddr, Streams};
use crate::isotp::{self, IsoTpAddr};
use crate::j1939::{self, J1939Addr};
use crate::l2cap::{self, L2capAddr};
use crate::netlink::{self, NetlinkAddr};
use crate::number::Family;
use crate::packet::{self, Hardware, PacketAddr};
use crate::protocol::Protocol;
use crate::qrtr::{self, QrtrAddr};
use crate::rfcomm::{self, RfcommAddr};
use crate::sco::{self, ScoAddr};
use crate::tipc::{self, TipcAddr, TipcKind};
use crate::transport;
use crate::unix::{self, UnixAddr, UnixKind};
use crate::vsock::{self, VsockAddr};
use crate::xdp::{self, XdpAddr};

const FAMILY_COLON: Part =
    Part::new("address", "a family's word and `:`, or an IP address and its port");
const FAMILY: Part =
    Part::new("family", "a family such as unix or tipc, af-NUMBER, or an IP address and its port");
const NUMBER: Part = Part::new("family", "0 to 65535");
const COLON: Part = Part::new("family", "`:` after the family's number");
const HEX: Part = Part::new("sockaddr", "at most 126 bytes as two lower-case hex digits each");
const OWN: Part = Part::new("this sockaddr", "af-NUMBER only for what has no text of its own");

/// The words that begin an address, those of families still to come included: none of them is ever a host's name.
#[rustfmt::skip]
pub(crate) const WORDS: [&str; 16] = [
    "unix", "packet", "netlink", "vsock", "tipc", "bt-rfcomm", "bt-l2cap", "bt-sco", "bt-hci", "bt-iso",
    "can", "can-isotp", "can-j1939", "alg", "qrtr", "xdp",
];

/// An address of any family.
///
/// ```
/// use berkeley_addr::{Address, AnyAddr, Family, NetlinkAddr};
///
/// let addr: AnyAddr = "unix:/run/x.sock".parse()?;
/// assert_eq!(addr.family(), Family::UNIX);
/// assert_eq!(AnyAddr::decode(&addr.encode()), Ok(addr));
/// assert!(matches!("af-45:0a0b0c".parse()?, AnyAddr::Other(_)));
/// assert_eq!(NetlinkAddr::try_from(AnyAddr::from(NetlinkAddr::KERNEL)), Ok(NetlinkAddr::KERNEL));
/// # Ok::<(), berkeley_addr::ParseError>(())
/// ```
#[doc(alias("sockaddr", "sockaddr_storage"))]
#[non_exhaustive]
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum AnyAddr {
    /// AF_INET.
    Inet(SocketAddrV4),
    /// AF_INET6.
    Inet6(SocketAddrV6),
    /// AF_UNIX.
    Unix(UnixAddr),
    /// AF_PACKET.
    Packet(PacketAddr),
    /// AF_NETLINK.
    Netlink(NetlinkAddr),
    /// AF_TIPC.
    Tipc(TipcAddr),
    /// AF_BLUETOOTH with BTPROTO_L2CAP; never decoded, but read by `try_from`.
    L2cap(L2capAddr),
    /// AF_BLUETOOTH with BTPROTO_RFCOMM; never decoded, but read by `try_from`.
    Rfcomm(RfcommAddr),
    /// AF_BLUETOOTH with BTPROTO_HCI; never decoded, but read by `try_from`.
    Hci(HciAddr),
    /// AF_BLUETOOTH with BTPROTO_SCO; never decoded, but read by `try_from`.
    Sco(ScoAddr),
    /// AF_BLUETOOTH with BTPROTO_ISO; never decoded, but read by `try_from`.
    Iso(IsoAddr),
    /// AF_VSOCK.
    Vsock(VsockAddr),
    /// AF_CAN, raw and broadcast manager. Never decoded: [`CanAddr::try_from`] reads the bytes that are.
    Can(CanAddr),
    /// AF_CAN, ISO-TP; likewise.
    IsoTp(IsoTpAddr),
    /// AF_CAN, J1939; likewise.
    J1939(J1939Addr),
    /// AF_ALG.
    Alg(AlgAddr),
    /// AF_QIPCRTR.
    Qrtr(QrtrAddr),
    /// AF_XDP.
    Xdp(XdpAddr),
    /// A family without a type here or with several, or bytes its type cannot hold.
    Other(OtherAddr),
}

impl AnyAddr {
    /// The IP socket address, if it is one.
    pub fn ip(&self) -> Option<SocketAddr> {
        match self {
            Self::Inet(addr) => Some(SocketAddr::V4(*addr)),
            Self::Inet6(addr) => Some(SocketAddr::V6(*addr)),
            _ => None,
        }
    }

    /// The index of its interface, where the family has one; 0 is any.
    ///
    /// ```
    /// use berkeley_addr::AnyAddr;
    ///
    /// assert_eq!("xdp:2/0".parse::<AnyAddr>()?.interface_index(), Some(2));
    /// assert_eq!("unix:@a".parse::<AnyAddr>()?.interface_index(), None);
    /// # Ok::<(), berkeley_addr::ParseError>(())
    /// ```
    pub fn interface_index(&self) -> Option<u32> {
        match self {
            Self::Packet(addr) => Some(addr.index),
            Self::Can(addr) => Some(addr.index),
            Self::IsoTp(addr) => Some(addr.index),
            Self::J1939(addr) => Some(addr.index),
            Self::Xdp(addr) => Some(addr.index),
            _ => None,
        }
    }

    /// The same address on the interface of this index, where the family has one; else itself.
    ///
    /// What resolution does with an [`Endpoint`](crate::Endpoint) that names its interface.
    #[must_use]
    pub fn on_interface(self, index: u32) -> Self {
        match self {
            Self::Packet(addr) => Self::Packet(PacketAddr { index, ..addr }),
            Self::Can(_) => Self::Can(CanAddr::on(index)),
            Self::IsoTp(addr) => Self::IsoTp(IsoTpAddr { index, ..addr }),
            Self::J1939(addr) => Self::J1939(J1939Addr { index, ..addr }),
            Self::Xdp(addr) => Self::Xdp(XdpAddr { index, ..addr }),
            other => other,
        }
    }

    /// Gives each field's name and value text, in the order of the canonical text.
    ///
    /// ```
    /// use berkeley_addr::AnyAddr;
    ///
    /// let addr: AnyAddr = "netlink:7/a".parse()?;
    /// let mut fields = Vec::new();
    /// addr.fields(&mut |name, value| fields.push(format!("{name}={value}")));
    /// assert_eq!(fields, ["pid=7", "groups=a"]);
    /// # Ok::<(), berkeley_addr::ParseError>(())
    /// ```
    #[expect(clippy::too_many_lines, reason = "a table: an arm for each layout")]
    pub fn fields(&self, visit: &mut dyn FnMut(&'static str, &dyn fmt::Display)) {
        match self {
            Self::Inet(addr) => {
                visit("ip", addr.ip());
                visit("port", &addr.port());
            }
            Self::Inet6(addr) => {
                visit("ip", &inet6::Plain(*addr.ip()));
                visit("scope", &addr.scope_id());
                visit("port", &addr.port());
                visit("flow", &addr.flowinfo());
            }
            Self::Unix(addr) => match addr.kind() {
                UnixKind::Path(path) => visit("path", &Escaped(path)),
                UnixKind::Abstract(name) => visit("abstract", &Escaped(name)),
                UnixKind::Unnamed => {}
            },
            Self::Packet(addr) => {
                visit("index", &addr.index);
                visit("protocol", &addr.protocol);
                visit("address", &Hardware(&addr.address));
                visit("type", &addr.packet_type);
                visit("hatype", &addr.hatype);
            }
            Self::Netlink(addr) => {
                visit("pid", &addr.pid);
                visit("groups", &format_args!("{:x}", addr.groups));
            }
            Self::Tipc(addr) => {
                match addr.kind() {
                    TipcKind::Service { ty, instance, node } => {
                        visit("type", &ty);
                        visit("instance", &instance);
                        visit("lookup_node", &format_args!("{node:x}"));
                    }
                    TipcKind::Range { ty, lower, upper } => {
                        visit("type", &ty);
                        visit("lower", &lower);
                        visit("upper", &upper);
                    }
                    TipcKind::Socket { node, reference } => {
                        visit("node_hash", &format_args!("{node:x}"));
                        visit("reference", &reference);
                    }
                }
                visit("scope", &addr.scope());
            }
            Self::L2cap(addr) => {
                visit("address", &addr.address);
                visit("psm", &addr.psm);
                visit("cid", &addr.cid);
                visit("type", &addr.address_type);
            }
            Self::Rfcomm(addr) => {
                visit("address", &addr.address);
                visit("channel", &addr.channel);
            }
            Self::Hci(addr) => {
                visit("device", &addr.device);
                visit("channel", &addr.channel);
            }
            Self::Sco(addr) => visit("address", &addr.address),
            Self::Iso(addr) => {
                visit("address", &addr.address);
                if let Some(from) = &addr.broadcast {
                    visit("broadcaster", &from.address);
                    visit("sid", &from.sid);
                    visit("bis", &Streams(&from.bis));
                }
                visit("type", &addr.address_type);
                if let Some(from) = &addr.broadcast {
                    visit("bc-type", &from.address_type);
                }
            }
            Self::Vsock(addr) => {
                visit("cid", &addr.cid);
                visit("port", &addr.port);
                visit("flags", &format_args!("{:x}", addr.flags));
            }
            Self::Can(addr) => visit("index", &addr.index),
            Self::IsoTp(addr) => {
                visit("index", &addr.index);
                visit("rx", &format_args!("{:x}", addr.rx));
                visit("tx", &format_args!("{:x}", addr.tx));
            }
            Self::J1939(addr) => {
                visit("index", &addr.index);
                visit("name", &format_args!("{:x}", addr.name));
                visit("pgn", &format_args!("{:x}", addr.pgn));
                visit("addr", &format_args!("{:x}", addr.addr));
            }
            Self::Alg(addr) => {
                visit("kind", &Escaped(addr.kind()));
                visit("name", &Escaped(addr.name()));
                visit("feat", &format_args!("{:x}", addr.feat));
                visit("mask", &format_args!("{:x}", addr.mask));
            }
            Self::Qrtr(addr) => {
                visit("node", &addr.node);
                visit("port", &addr.port);
            }
            Self::Xdp(addr) => {
                visit("index", &addr.index);
                visit("queue", &addr.queue);
                visit("flags", &format_args!("{:x}", addr.flags));
                visit("umem", &addr.umem);
            }
            Self::Other(addr) => {
                visit("number", &addr.family.raw());
                visit("data", &Hex(&addr.data));
            }
        }
    }
}

impl Address for AnyAddr {
    type Sockaddr = Bytes<128>;

    fn speaks(_: Family, _: Protocol) -> bool {
        true
    }

    fn family(&self) -> Family {
        match self {
            Self::Inet(addr) => addr.family(),
            Self::Inet6(addr) => addr.family(),
            Self::Unix(addr) => addr.family(),
            Self::Packet(addr) => addr.family(),
            Self::Netlink(addr) => addr.family(),
            Self::Tipc(addr) => addr.family(),
            Self::L2cap(addr) => addr.family(),
            Self::Rfcomm(addr) => addr.family(),
            Self::Hci(addr) => addr.family(),
            Self::Sco(addr) => addr.family(),
            Self::Iso(addr) => addr.family(),
            Self::Vsock(addr) => addr.family(),
            Self::Can(addr) => addr.family(),
            Self::IsoTp(addr) => addr.family(),
            Self::J1939(addr) => addr.family(),
            Self::Alg(addr) => addr.family(),
            Self::Qrtr(addr) => addr.family(),
            Self::Xdp(addr) => addr.family(),
            Self::Other(addr) => addr.family(),
        }
    }

    /// That of the layout where the family has several, else the default: a sockaddr does not say what a socket does with it.
    fn protocol(&self) -> Protocol {
        match self {
            Self::L2cap(addr) => addr.protocol(),
            Self::Rfcomm(addr) => addr.protocol(),
            Self::Hci(addr) => addr.protocol(),
            Self::Sco(addr) => addr.protocol(),
            Self::Iso(addr) => addr.protocol(),
            Self::Can(addr) => addr.protocol(),
            Self::IsoTp(addr) => addr.protocol(),
            Self::J1939(addr) => addr.protocol(),
            _ => Protocol::DEFAULT,
        }
    }

    fn encode(&self) -> Bytes<128> {
        match self {
            Self::Inet(addr) => widen(&addr.encode()),
            Self::Inet6(addr) => widen(&addr.encode()),
            Self::Unix(addr) => widen(&addr.encode()),
            Self::Packet(addr) => widen(&addr.encode()),
            Self::Netlink(addr) => widen(&addr.encode()),
            Self::Tipc(addr) => widen(&addr.encode()),
            Self::L2cap(addr) => widen(&addr.encode()),
            Self::Rfcomm(addr) => widen(&addr.encode()),
            Self::Hci(addr) => widen(&addr.encode()),
            Self::Sco(addr) => widen(&addr.encode()),
            Self::Iso(addr) => widen(&addr.encode()),
            Self::Vsock(addr) => widen(&addr.encode()),
            Self::Can(addr) => widen(&addr.encode()),
            Self::IsoTp(addr) => widen(&addr.encode()),
            Self::J1939(addr) => widen(&addr.encode()),
            Self::Alg(addr) => addr.encode(),
            Self::Qrtr(addr) => widen(&addr.encode()),
            Self::Xdp(addr) => widen(&addr.encode()),
            Self::Other(addr) => {
                let mut sockaddr = widen(&addr.family.raw().to_ne_bytes());
                sockaddr.append(&addr.data);
                sockaddr
            }
        }
    }

    /// # Errors
    /// [`DecodeError::TooShort`] below 2 bytes (0 is how the kernel says "no address", as on a connected stream) and
    /// [`DecodeError::TooLong`] for more than 128 of a family without a type here.
    fn decode(bytes: &[u8]) -> Result<Self, DecodeError> {
        match family_of(bytes)? {
            Family::INET => SocketAddrV4::decode(bytes).map(Self::Inet),
            Family::INET6 => SocketAddrV6::decode(bytes).map(Self::Inet6),
            Family::UNIX => UnixAddr::decode(bytes).map(Self::Unix),
            Family::PACKET => PacketAddr::decode(bytes)
                .map(Self::Packet)
                .or_else(|_| OtherAddr::keep(bytes).map(Self::Other)),
            Family::NETLINK => NetlinkAddr::decode(bytes).map(Self::Netlink),
            Family::TIPC => TipcAddr::decode(bytes)
                .map(Self::Tipc)
                .or_else(|_| OtherAddr::keep(bytes).map(Self::Other)),
            Family::VSOCK => VsockAddr::decode(bytes).map(Self::Vsock),
            Family::ALG => AlgAddr::decode(bytes)
                .map(Self::Alg)
                .or_else(|_| OtherAddr::keep(bytes).map(Self::Other)),
            Family::QIPCRTR => QrtrAddr::decode(bytes).map(Self::Qrtr),
            Family::XDP => XdpAddr::decode(bytes).map(Self::Xdp),
            _ => OtherAddr::keep(bytes).map(Self::Other),
        }
    }

    fn parse(text: &str) -> Result<Self, ParseError> {
        let mut cursor = Cursor::new(text);
        match cursor.peek() {
            Some(b'[') => return inet6::read(&mut cursor).map(Self::Inet6),
            Some(b'0'..=b'9') => {
                let addr = inet::read(&mut cursor).and_then(|addr| cursor.end().map(|()| addr));
                return addr.map(Self::Inet).map_err(|error| unbracketed(error, text));
            }
            _ => {}
        }
        let word = cursor.take_while(|byte| byte != b':');
        if cursor.rest().starts_with(b"://") {
            return Err(ParseError::new(Cause::OtherForm, 0, &[], &ADDRESS));
        }
        let in_word = cursor;
        if !cursor.eat(b':') {
            return Err(no_family(&in_word, word));
        }
        match word {
            b"unix" => unix::read(&mut cursor).map(Self::Unix),
            b"packet" => packet::read(&mut cursor).map(Self::Packet),
            b"netlink" => netlink::read(&mut cursor).map(Self::Netlink),
            b"tipc" => tipc::read(&mut cursor).map(Self::Tipc),
            b"bt-l2cap" => l2cap::read(&mut cursor).map(Self::L2cap),
            b"bt-rfcomm" => rfcomm::read(&mut cursor).map(Self::Rfcomm),
            b"bt-hci" => hci::read(&mut cursor).map(Self::Hci),
            b"bt-sco" => sco::read(&mut cursor).map(Self::Sco),
            b"bt-iso" => iso::read(&mut cursor).map(Self::Iso),
            b"vsock" => vsock::read(&mut cursor).map(Self::Vsock),
            b"can" => can::read(&mut cursor).map(Self::Can),
            b"can-isotp" => isotp::read(&mut cursor).map(Self::IsoTp),
            b"can-j1939" => j1939::read(&mut cursor).map(Self::J1939),
            b"alg" => alg::read(&mut cursor).map(Self::Alg),
            b"qrtr" => qrtr::read(&mut cursor).map(Self::Qrtr),
            b"xdp" => xdp::read(&mut cursor).map(Self::Xdp),
            _ if word.starts_with(b"af-") => read_other(&mut Cursor::new(text)),
            _ => Err(unknown_family(&in_word, word, text)),
        }
    }

    fn fmt_text(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Inet(addr) => addr.fmt_text(f),
            Self::Inet6(addr) => addr.fmt_text(f),
            Self::Unix(addr) => addr.fmt_text(f),
            Self::Packet(addr) => addr.fmt_text(f),
            Self::Netlink(addr) => addr.fmt_text(f),
            Self::Tipc(addr) => addr.fmt_text(f),
            Self::L2cap(addr) => addr.fmt_text(f),
            Self::Rfcomm(addr) => addr.fmt_text(f),
            Self::Hci(addr) => addr.fmt_text(f),
            Self::Sco(addr) => addr.fmt_text(f),
            Self::Iso(addr) => addr.fmt_text(f),
            Self::Vsock(addr) => addr.fmt_text(f),
            Self::Can(addr) => addr.fmt_text(f),
            Self::IsoTp(addr) => addr.fmt_text(f),
            Self::J1939(addr) => addr.fmt_text(f),
            Self::Alg(addr) => addr.fmt_text(f),
            Self::Qrtr(addr) => addr.fmt_text(f),
            Self::Xdp(addr) => addr.fmt_text(f),
            Self::Other(addr) => addr.show(f),
        }
    }
}

text_traits!(AnyAddr);

impl fmt::Debug for AnyAddr {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.fmt_text(f)
    }
}

/// A sockaddr of a family without a type here or with several, or with bytes its type cannot hold.
///
/// ```
/// use berkeley_addr::{AnyAddr, Family, OtherAddr};
///
/// let addr = OtherAddr::new(Family::MCTP, &[0x0a, 0x0b])?;
/// assert_eq!(AnyAddr::from(addr).to_string(), "af-45:0a0b");
/// assert!(OtherAddr::new(Family::INET, &[]).is_err()); // has a type
/// # Ok::<(), berkeley_addr::DecodeError>(())
/// ```
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct OtherAddr {
    family: Family,
    data: Bytes<126>,
}

impl OtherAddr {
    /// A family and the bytes behind it.
    ///
    /// # Errors
    /// [`DecodeError::Family`] when these bytes are an address of another type, [`DecodeError::TooLong`] beyond 126 bytes.
    pub fn new(family: Family, data: &[u8]) -> Result<Self, DecodeError> {
        let mut sockaddr = widen(&family.raw().to_ne_bytes());
        if !sockaddr.append(data) {
            return Err(DecodeError::TooLong { len: data.len().saturating_add(2) });
        }
        match AnyAddr::decode(&sockaddr)? {
            AnyAddr::Other(addr) => Ok(addr),
            _ => Err(DecodeError::Family { got: family }),
        }
    }

    /// The family.
    pub fn family(&self) -> Family {
        self.family
    }

    /// The bytes behind the family.
    pub fn data(&self) -> &[u8] {
        &self.data
    }

    fn keep(sockaddr: &[u8]) -> Result<Self, DecodeError> {
        let family = family_of(sockaddr)?;
        let data = Bytes::new(sockaddr.get(2..).unwrap_or_default());
        let data = data.ok_or(DecodeError::TooLong { len: sockaddr.len() })?;
        Ok(Self { family, data })
    }

    fn show(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut text = Bytes::<{ 9 + 2 * 126 }>::EMPTY;
        text.put_text("af-");
        text.put_decimal(u32::from(self.family.raw()));
        text.put_byte(b':');
        for &byte in &*self.data {
            text.put_hex_byte(byte);
        }
        text.show(f)
    }
}

impl fmt::Display for OtherAddr {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.show(f)
    }
}

impl fmt::Debug for OtherAddr {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.show(f)
    }
}

/// Bytes as lower-case hex digits.
struct Hex<'a>(&'a [u8]);

impl fmt::Display for Hex<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.iter().try_for_each(|byte| write!(f, "{byte:02x}"))
    }
}

/// A member type into [`AnyAddr`] and back; back fails with the family that it is instead.
macro_rules! members {
    ($($member:ident($type:ty)),+) => {$(
        impl From<$type> for AnyAddr {
            fn from(addr: $type) -> Self {
                Self::$member(addr)
            }
        }

        impl TryFrom<AnyAddr> for $type {
            type Error = DecodeError;

            /// # Errors
            /// [`DecodeError::Family`] for an address of another type.
            fn try_from(addr: AnyAddr) -> Result<Self, DecodeError> {
                match addr {
                    AnyAddr::$member(addr) => Ok(addr),
                    other => Err(DecodeError::Family { got: other.family() }),
                }
            }
        }
    )+};
}

members! {
    Inet(SocketAddrV4), Inet6(SocketAddrV6), Unix(UnixAddr), Packet(PacketAddr), Netlink(NetlinkAddr),
    Tipc(TipcAddr), Vsock(VsockAddr), Alg(AlgAddr), Qrtr(QrtrAddr), Xdp(XdpAddr),
    Other(OtherAddr)
}

/// As [`members!`], for a layout that only the socket's protocol tells from others of its family: back also reads the bytes
/// that a dynamic socket answers with, because the caller knows the protocol.
macro_rules! layouts {
    ($($member:ident($type:ty)),+) => {$(
        impl From<$type> for AnyAddr {
            fn from(addr: $type) -> Self {
                Self::$member(addr)
            }
        }

        impl TryFrom<AnyAddr> for $type {
            type Error = DecodeError;

            /// Reads the bytes of a decoded address of the family as this layout.
            ///
            /// # Errors
            /// [`DecodeError::Family`] for an address of another type.
            fn try_from(addr: AnyAddr) -> Result<Self, DecodeError> {
                match addr {
                    AnyAddr::$member(addr) => Ok(addr),
                    AnyAddr::Other(_) => Self::decode(&addr.encode()),
                    other => Err(DecodeError::Family { got: other.family() }),
                }
            }
        }
    )+};
}

layouts! {
    L2cap(L2capAddr), Rfcomm(RfcommAddr), Hci(HciAddr), Sco(ScoAddr), Iso(IsoAddr), Can(CanAddr), IsoTp(IsoTpAddr),
    J1939(J1939Addr)
}

impl From<SocketAddr> for AnyAddr {
    fn from(addr: SocketAddr) -> Self {
        match addr {
            SocketAddr::V4(addr) => Self::Inet(addr),
            SocketAddr::V6(addr) => Self::Inet6(addr),
        }
    }
}

impl TryFrom<AnyAddr> for SocketAddr {
    type Error = DecodeError;

    /// # Errors
    /// [`DecodeError::Family`] for an address that is not IP.
    fn try_from(addr: AnyAddr) -> Result<Self, DecodeError> {
        addr.ip().ok_or_else(|| DecodeError::Family { got: addr.family() })
    }
}

fn widen(sockaddr: &[u8]) -> Bytes<128> {
    Bytes::new(sockaddr).unwrap_or_default()
}

/// `"af-" u16 ":" *126hexbyte`.
fn read_other(cursor: &mut Cursor<'_>) -> Result<AnyAddr, ParseError> {
    cursor.eat_word("af-");
    let [low, high, ..] = cursor.decimal(0xffff, &NUMBER)?.to_le_bytes();
    let mut sockaddr = widen(&u16::from_le_bytes([low, high]).to_ne_bytes());
    cursor.expect(b':', &COLON)?;
    let start = cursor.at();
    while let Some(high) = cursor.peek() {
        let high = lower_hex(high).ok_or_else(|| cursor.unexpected(&HEX))?;
        cursor.next();
        let low = cursor.peek().and_then(lower_hex).ok_or_else(|| cursor.unexpected(&HEX))?;
        cursor.next();
        if !sockaddr.append(&[high << 4 | low]) {
            return Err(cursor.error(Cause::TooLong, start, &HEX));
        }
    }
    match AnyAddr::decode(&sockaddr) {
        Ok(other @ AnyAddr::Other(_)) => Ok(other),
        Ok(own) => Err(ParseError::new(Cause::OwnText, 0, &[], &OWN).suggest_made(&own)),
        // Not reached: there is a family, and no room for too much.
        Err(_) => Err(cursor.error(Cause::TooLong, start, &HEX)),
    }
}

/// There is no colon at all.
#[cold]
fn no_family(cursor: &Cursor<'_>, word: &[u8]) -> ParseError {
    let error = cursor.unexpected(&FAMILY_COLON);
    match word {
        [b'/' | b'@', ..] | [b'.', b'/', ..] => error.suggest("`unix:` before it"),
        _ => error,
    }
}

/// The word before the colon is no family's.
#[cold]
fn unknown_family(cursor: &Cursor<'_>, word: &[u8], text: &str) -> ParseError {
    let cause = if word.is_empty() { Cause::Missing } else { Cause::Unknown };
    let error = unbracketed(cursor.error(cause, 0, &FAMILY), text);
    if error.suggestion().is_some() {
        error
    } else if transport::find(word).is_some() {
        error.suggest("`//` after the colon, for an endpoint")
    } else if word.iter().any(u8::is_ascii_uppercase) {
        error.suggest("lower case")
    } else if !WORDS.iter().any(|known| known.as_bytes() == word) && cursor.at() > 0 {
        error.suggest("`tcp://HOST:PORT` for a host's name")
    } else {
        error
    }
}

/// Suggests brackets where the text begins like an IPv6 address.
#[cold]
fn unbracketed(error: ParseError, text: &str) -> ParseError {
    let mut groups = text.split(':');
    let group =
        |group: &str| group.len() <= 4 && group.bytes().all(|byte| byte.is_ascii_hexdigit());
    if groups.next().is_some_and(group)
        && groups.next().is_some_and(group)
        && groups.next().is_some()
    {
        error.suggest("`[ADDRESS]:PORT` for IPv6")
    } else {
        error
    }
}
