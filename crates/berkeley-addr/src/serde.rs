//! Addresses in serde's formats: text where people read, fields elsewhere.
//!
//! Contract: a format that calls itself human-readable (JSON, TOML) holds the canonical text, and reading it is as strict as
//! parsing. A binary format (postcard, CBOR) holds the fields, numbers as numbers whatever the machine's byte order, and
//! what no address can be is an error. Names are text in both. Core's types have serde's own forms, which lose flowinfo:
//! [`text`] writes them, and any [`Address`], as this crate does. Sources: serde's documentation of `is_human_readable`.

use core::fmt;
use core::net::{Ipv4Addr, Ipv6Addr, SocketAddrV4, SocketAddrV6};
use core::num::NonZeroU32;
use core::str::FromStr;

use ::serde::de::{Error as _, SeqAccess, Visitor};
use ::serde::{Deserialize, Deserializer, Serialize, Serializer};

use crate::address::Address;
use crate::alg::AlgAddr;
use crate::any::{AnyAddr, OtherAddr};
use crate::bluetooth::{BdAddr, BdAddrType};
use crate::bytes::Bytes;
use crate::can::CanAddr;
use crate::cursor::Cursor;
use crate::endpoint::{Body, Endpoint};
use crate::error::{Cause, ParseError, Part};
use crate::ethertype::{self, EtherType};
use crate::flow::FlowInfo;
use crate::hci::{HciAddr, HciChannel};
use crate::host::{Host, HostName, Service, ServiceName};
use crate::interface::{self, InterfaceName, Scope};
use crate::iso::{IsoAddr, IsoBroadcast};
use crate::isotp::IsoTpAddr;
use crate::j1939::J1939Addr;
use crate::l2cap::L2capAddr;
use crate::netlink::NetlinkAddr;
use crate::number::{Family, Type};
use crate::packet::{PacketAddr, PacketType};
use crate::parsed::Parsed;
use crate::protocol::Protocol;
use crate::qrtr::QrtrAddr;
use crate::rfcomm::RfcommAddr;
use crate::sco::ScoAddr;
use crate::scoped::ScopedIpv6;
use crate::tipc::{TipcAddr, TipcKind, TipcScope};
use crate::transport::Transport;
use crate::unix::{UnixAddr, UnixKind};
use crate::vsock::VsockAddr;
use crate::xdp::XdpAddr;

const FAMILY: Part = Part::new("family", "a name such as AF_INET, or AF_ and its number");
const TYPE: Part = Part::new("socket type", "a name such as SOCK_STREAM, or SOCK_ and its number");
const BYTES: Part = Part::new("family", "af-NUMBER and bytes");

/// Any [`Address`] as its text in every format, for `#[serde(with = "berkeley_addr::serde::text")]`.
///
/// For core's `SocketAddr`, `SocketAddrV4` and `SocketAddrV6`: serde's own form of them drops flowinfo, in binary formats the
/// scope too, and reads leading zeros.
///
/// ```
/// use std::net::SocketAddrV6;
///
/// #[derive(serde::Serialize, serde::Deserialize)]
/// struct Peer {
///     #[serde(with = "berkeley_addr::serde::text")]
///     at: SocketAddrV6, // "[fe80::1%2]:80,flow=74565"
/// }
/// ```
pub mod text {
    use super::{Address, Deserializer, Reader, Serializer};

    /// Writes the canonical text.
    ///
    /// # Errors
    /// Those of the format.
    pub fn serialize<A: Address, S: Serializer>(
        address: &A,
        serializer: S,
    ) -> Result<S::Ok, S::Error> {
        serializer.collect_str(&address.text())
    }

    /// Reads a text, as strictly as [`Address::parse`].
    ///
    /// # Errors
    /// Those of the format, and what is wrong with the text.
    pub fn deserialize<'de, A: Address, D: Deserializer<'de>>(
        deserializer: D,
    ) -> Result<A, D::Error> {
        deserializer.deserialize_str(Reader(A::parse))
    }
}

/// Reads a string by a parser.
struct Reader<T>(fn(&str) -> Result<T, ParseError>);

impl<T> Visitor<'_> for Reader<T> {
    type Value = T;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a text of berkeley's grammar")
    }

    fn visit_str<E: ::serde::de::Error>(self, text: &str) -> Result<T, E> {
        (self.0)(text).map_err(E::custom)
    }
}

/// Types that are their text in every format, by `FromStr` and `Display`.
macro_rules! words {
    ($($type:ty: $parse:expr;)+) => {$(
        impl Serialize for $type {
            fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                serializer.collect_str(self)
            }
        }

        impl<'de> Deserialize<'de> for $type {
            fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                deserializer.deserialize_str(Reader($parse))
            }
        }
    )+};
}

words! {
    InterfaceName: Self::from_str;
    HostName: Self::from_str;
    ServiceName: Self::from_str;
    Transport: Self::from_str;
}

/// Types that are text where people read, by `Display` and a parser, and a value of `$fields` elsewhere: `$split` makes it, and
/// `$join` takes it back, or gives `None` where it is no `$type`.
macro_rules! forms {
    ($($type:ty: $parse:expr, $fields:ty, $split:expr, $join:expr;)+) => {$(
        impl Serialize for $type {
            fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                if serializer.is_human_readable() {
                    return serializer.collect_str(self);
                }
                let split: fn(&Self) -> $fields = $split;
                split(self).serialize(serializer)
            }
        }

        impl<'de> Deserialize<'de> for $type {
            fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                if deserializer.is_human_readable() {
                    return deserializer.deserialize_str(Reader($parse));
                }
                let join: fn($fields) -> Option<Self> = $join;
                join(<$fields>::deserialize(deserializer)?)
                    .ok_or_else(|| D::Error::custom(concat!("fields that are no ", stringify!($type))))
            }
        }
    )+};
}

forms! {
    Family: read_family, u16, |family| family.raw(), |number| Some(Self::new(number));
    Type: read_type, i32, |ty| ty.raw(), |number| Some(Self::new(number));
    EtherType: |text| whole(text, ethertype::read), u16,
        |ethertype| ethertype.raw(), |number| Some(Self::new(number));
    PacketType: |text| whole(text, Self::read), u8,
        |packet_type| packet_type.raw(), |number| Some(Self::new(number));
    Scope: read_scope, ScopeFields, |scope| ScopeFields::from(*scope), |fields| Some(fields.into());
    Host: Self::from_str, HostFields, |host| HostFields::from(host), |fields| Some(fields.into());
    Service: Self::from_str, ServiceFields,
        |service| ServiceFields::from(*service), |fields| Some(fields.into());

    UnixAddr: Self::parse, UnixFields, |addr| UnixFields::from(addr), UnixFields::join;
    PacketAddr: Self::parse, (u32, EtherType, u16, PacketType, Bytes<32>),
        |addr| (addr.index, addr.protocol, addr.hatype, addr.packet_type, addr.address),
        |(index, protocol, hatype, packet_type, address)| {
            Some(Self { index, protocol, hatype, packet_type, address })
        };
    NetlinkAddr: Self::parse, (u32, u32),
        |addr| (addr.pid, addr.groups), |(pid, groups)| Some(Self::new(pid, groups));
    TipcAddr: Self::parse, (TipcFields, i8),
        |addr| (TipcFields::from(addr.kind()), addr.scope().raw()),
        |(kind, scope)| Some(kind.join()?.with_scope(TipcScope::new(scope)));
    BdAddr: Self::from_str, [u8; 6], |addr| addr.octets(), |octets| Some(Self::new(octets));
    L2capAddr: Self::parse, (BdAddr, u16, u16, u8),
        |addr| (addr.address, addr.psm, addr.cid, addr.address_type.raw()),
        |(address, psm, cid, number)| {
            Some(Self { address, psm, cid, address_type: BdAddrType::new(number) })
        };
    RfcommAddr: Self::parse, (BdAddr, u8),
        |addr| (addr.address, addr.channel), |(address, channel)| Some(Self::new(address, channel));
    HciAddr: Self::parse, (u16, u16),
        |addr| (addr.device, addr.channel.raw()),
        |(device, channel)| Some(Self::new(device, HciChannel::new(channel)));
    ScoAddr: Self::parse, (BdAddr,), |addr| (addr.address,), |(address,)| Some(Self::new(address));
    IsoAddr: Self::parse, (BdAddr, u8, Option<(BdAddr, u8, u8, Bytes<31>)>),
        |addr| {
            let from = addr.broadcast.as_ref();
            let from = from.map(|from| (from.address, from.address_type.raw(), from.sid, from.bis));
            (addr.address, addr.address_type.raw(), from)
        },
        |(address, number, from)| {
            let broadcast = from.map(|(address, number, sid, bis)| IsoBroadcast {
                address, address_type: BdAddrType::new(number), sid, bis,
            });
            Some(Self { address, address_type: BdAddrType::new(number), broadcast })
        };
    VsockAddr: Self::parse, (u32, u32, u8),
        |addr| (addr.cid, addr.port, addr.flags),
        |(cid, port, flags)| Some(Self { cid, port, flags });
    CanAddr: Self::parse, (u32,), |addr| (addr.index,), |(index,)| Some(Self::on(index));
    IsoTpAddr: Self::parse, (u32, u32, u32),
        |addr| (addr.index, addr.rx, addr.tx), |(index, rx, tx)| Some(Self::new(index, rx, tx));
    J1939Addr: Self::parse, (u32, u64, u32, u8),
        |addr| (addr.index, addr.name, addr.pgn, addr.addr),
        |(index, name, pgn, addr)| Some(Self { index, name, pgn, addr });
    AlgAddr: Self::parse, (Bytes<13>, Bytes<103>, u32, u32),
        |addr| {
            let (kind, name) = (Bytes::new(addr.kind()), Bytes::new(addr.name()));
            (kind.unwrap_or_default(), name.unwrap_or_default(), addr.feat, addr.mask)
        },
        |(kind, name, feat, mask)| {
            let mut addr = Self::new(kind, name).ok()?;
            (addr.feat, addr.mask) = (feat, mask);
            Some(addr)
        };
    QrtrAddr: Self::parse, (u32, u32),
        |addr| (addr.node, addr.port), |(node, port)| Some(Self::new(node, port));
    XdpAddr: Self::parse, (u32, u32, u16, u32),
        |addr| (addr.index, addr.queue, addr.flags, addr.umem),
        |(index, queue, flags, umem)| Some(Self { index, queue, flags, umem });

    OtherAddr: read_other, (Family, Bytes<126>),
        |addr| (addr.family(), Bytes::new(addr.data()).unwrap_or_default()),
        |(family, data)| Self::new(family, &data).ok();
    AnyAddr: Self::parse, AnyFields, |addr| AnyFields::from(*addr), |fields| Some(fields.into());
    ScopedIpv6: Self::from_str, (Ipv6Addr, u16, u32, Scope),
        |addr| (addr.ip, addr.port, addr.flowinfo, addr.scope),
        |(ip, port, flowinfo, scope)| Some(Self { ip, port, flowinfo, scope });
    Endpoint: Self::from_str, EndpointFields, |to| EndpointFields::from(to), EndpointFields::join;
    Parsed: Self::from_str, ParsedFields,
        |parsed| ParsedFields::from(parsed), |fields| Some(fields.into());
}

/// Types that are a number in every format: a protocol's name depends on the family.
macro_rules! plain {
    ($($type:ty: $new:expr, $number:expr;)+) => {$(
        impl Serialize for $type {
            fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                $number(*self).serialize(serializer)
            }
        }

        impl<'de> Deserialize<'de> for $type {
            fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                Deserialize::deserialize(deserializer).map($new)
            }
        }
    )+};
}

plain! {
    Protocol: Protocol::new, Protocol::raw;
    FlowInfo: FlowInfo::from_raw, FlowInfo::raw;
}

impl<const N: usize> Serialize for Bytes<N> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_bytes(self)
    }
}

impl<'de, const N: usize> Deserialize<'de> for Bytes<N> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_bytes(BytesReader)
    }
}

/// Reads bytes, or the numbers that formats without bytes have for them.
struct BytesReader<const N: usize>;

impl<'de, const N: usize> Visitor<'de> for BytesReader<N> {
    type Value = Bytes<N>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "at most {N} bytes")
    }

    fn visit_bytes<E: ::serde::de::Error>(self, bytes: &[u8]) -> Result<Bytes<N>, E> {
        Bytes::new(bytes).ok_or_else(|| E::invalid_length(bytes.len(), &self))
    }

    fn visit_seq<S: SeqAccess<'de>>(self, mut numbers: S) -> Result<Bytes<N>, S::Error> {
        let mut bytes = Bytes::EMPTY;
        while let Some(byte) = numbers.next_element()? {
            if !bytes.append(&[byte]) {
                return Err(S::Error::invalid_length(N + 1, &self));
            }
        }
        Ok(bytes)
    }
}

/// The whole text by a reader of parts.
fn whole<T>(
    text: &str,
    read: fn(&mut Cursor<'_>) -> Result<T, ParseError>,
) -> Result<T, ParseError> {
    let mut cursor = Cursor::new(text);
    let value = read(&mut cursor)?;
    cursor.end()?;
    Ok(value)
}

fn read_scope(text: &str) -> Result<Scope, ParseError> {
    if text.is_empty() { Ok(Scope::None) } else { whole(text, interface::read) }
}

fn read_other(text: &str) -> Result<OtherAddr, ParseError> {
    match AnyAddr::parse(text)? {
        AnyAddr::Other(addr) => Ok(addr),
        _ => Err(ParseError::new(Cause::OtherForm, 0, &[], &BYTES)),
    }
}

fn read_family(text: &str) -> Result<Family, ParseError> {
    let number = text.strip_prefix("AF_").and_then(|number| number.parse().ok());
    by_name(text, Family::ALL.iter().copied().chain(number.map(Family::new)), &FAMILY)
}

fn read_type(text: &str) -> Result<Type, ParseError> {
    let number = text.strip_prefix("SOCK_").and_then(|number| number.parse().ok());
    by_name(text, Type::ALL.iter().copied().chain(number.map(Type::new)), &TYPE)
}

/// The one that prints like this.
fn by_name<T: fmt::Display>(
    text: &str,
    mut all: impl Iterator<Item = T>,
    part: &'static Part,
) -> Result<T, ParseError> {
    let prints = |one: &T| {
        let mut name = Bytes::<32>::EMPTY;
        fmt::write(&mut name, format_args!("{one}")).is_ok() && name.as_text() == text
    };
    all.find(prints).ok_or_else(|| whole_error(text, part))
}

/// The text is none of those expected.
fn whole_error(text: &str, part: &'static Part) -> ParseError {
    let mut cursor = Cursor::new(text);
    cursor.take_while(|_| true);
    cursor.error(Cause::Unknown, 0, part)
}

// The fields of enums. Binary formats number the variants: new ones go to the end.

#[derive(Serialize, Deserialize)]
enum ScopeFields {
    None,
    Index(NonZeroU32),
    Name(InterfaceName),
}

impl From<Scope> for ScopeFields {
    fn from(scope: Scope) -> Self {
        match scope {
            Scope::None => Self::None,
            Scope::Index(index) => Self::Index(index),
            Scope::Name(name) => Self::Name(name),
        }
    }
}

impl From<ScopeFields> for Scope {
    fn from(fields: ScopeFields) -> Self {
        match fields {
            ScopeFields::None => Self::None,
            ScopeFields::Index(index) => Self::Index(index),
            ScopeFields::Name(name) => Self::Name(name),
        }
    }
}

#[expect(clippy::large_enum_variant, reason = "names are inline, the crate does not allocate")]
#[derive(Serialize, Deserialize)]
enum HostFields {
    V4(Ipv4Addr),
    V6(Ipv6Addr, Scope),
    Name(HostName),
}

impl From<&Host> for HostFields {
    fn from(host: &Host) -> Self {
        match host {
            Host::V4(ip) => Self::V4(*ip),
            Host::V6 { ip, scope } => Self::V6(*ip, *scope),
            Host::Name(name) => Self::Name(name.clone()),
        }
    }
}

impl From<HostFields> for Host {
    fn from(fields: HostFields) -> Self {
        match fields {
            HostFields::V4(ip) => Self::V4(ip),
            HostFields::V6(ip, scope) => Self::V6 { ip, scope },
            HostFields::Name(name) => Self::Name(name),
        }
    }
}

#[derive(Serialize, Deserialize)]
enum ServiceFields {
    Port(u16),
    Name(ServiceName),
}

impl From<Service> for ServiceFields {
    fn from(service: Service) -> Self {
        match service {
            Service::Port(port) => Self::Port(port),
            Service::Name(name) => Self::Name(name),
        }
    }
}

impl From<ServiceFields> for Service {
    fn from(fields: ServiceFields) -> Self {
        match fields {
            ServiceFields::Port(port) => Self::Port(port),
            ServiceFields::Name(name) => Self::Name(name),
        }
    }
}

#[derive(Serialize, Deserialize)]
enum UnixFields {
    Unnamed,
    Path(Bytes<108>),
    Abstract(Bytes<107>),
}

impl From<&UnixAddr> for UnixFields {
    fn from(addr: &UnixAddr) -> Self {
        match addr.kind() {
            UnixKind::Unnamed => Self::Unnamed,
            UnixKind::Path(path) => Self::Path(Bytes::new(path).unwrap_or_default()),
            UnixKind::Abstract(name) => Self::Abstract(Bytes::new(name).unwrap_or_default()),
        }
    }
}

impl UnixFields {
    fn join(self) -> Option<UnixAddr> {
        match self {
            Self::Unnamed => Some(UnixAddr::unnamed()),
            Self::Path(path) => UnixAddr::path(path).ok(),
            Self::Abstract(name) => UnixAddr::abstract_name(name).ok(),
        }
    }
}

#[derive(Serialize, Deserialize)]
enum AnyFields {
    Inet(Ipv4Addr, u16),
    Inet6(Ipv6Addr, u16, u32, u32),
    Unix(UnixAddr),
    Packet(PacketAddr),
    Netlink(NetlinkAddr),
    Other(OtherAddr),
    Vsock(VsockAddr),
    Can(CanAddr),
    IsoTp(IsoTpAddr),
    J1939(J1939Addr),
    Alg(AlgAddr),
    Qrtr(QrtrAddr),
    Xdp(XdpAddr),
    Tipc(TipcAddr),
    L2cap(L2capAddr),
    Rfcomm(RfcommAddr),
    Hci(HciAddr),
    Sco(ScoAddr),
    Iso(IsoAddr),
}

impl From<AnyAddr> for AnyFields {
    fn from(addr: AnyAddr) -> Self {
        match addr {
            AnyAddr::Inet(addr) => Self::Inet(*addr.ip(), addr.port()),
            AnyAddr::Inet6(addr) => {
                Self::Inet6(*addr.ip(), addr.port(), addr.flowinfo(), addr.scope_id())
            }
            AnyAddr::Unix(addr) => Self::Unix(addr),
            AnyAddr::Packet(addr) => Self::Packet(addr),
            AnyAddr::Netlink(addr) => Self::Netlink(addr),
            AnyAddr::Vsock(addr) => Self::Vsock(addr),
            AnyAddr::Can(addr) => Self::Can(addr),
            AnyAddr::IsoTp(addr) => Self::IsoTp(addr),
            AnyAddr::J1939(addr) => Self::J1939(addr),
            AnyAddr::Alg(addr) => Self::Alg(addr),
            AnyAddr::Qrtr(addr) => Self::Qrtr(addr),
            AnyAddr::Xdp(addr) => Self::Xdp(addr),
            AnyAddr::Tipc(addr) => Self::Tipc(addr),
            AnyAddr::L2cap(addr) => Self::L2cap(addr),
            AnyAddr::Rfcomm(addr) => Self::Rfcomm(addr),
            AnyAddr::Hci(addr) => Self::Hci(addr),
            AnyAddr::Sco(addr) => Self::Sco(addr),
            AnyAddr::Iso(addr) => Self::Iso(addr),
            AnyAddr::Other(addr) => Self::Other(addr),
        }
    }
}

impl From<AnyFields> for AnyAddr {
    fn from(fields: AnyFields) -> Self {
        match fields {
            AnyFields::Inet(ip, port) => Self::Inet(SocketAddrV4::new(ip, port)),
            AnyFields::Inet6(ip, port, flowinfo, scope) => {
                Self::Inet6(SocketAddrV6::new(ip, port, flowinfo, scope))
            }
            AnyFields::Unix(addr) => Self::Unix(addr),
            AnyFields::Packet(addr) => Self::Packet(addr),
            AnyFields::Netlink(addr) => Self::Netlink(addr),
            AnyFields::Vsock(addr) => Self::Vsock(addr),
            AnyFields::Can(addr) => Self::Can(addr),
            AnyFields::IsoTp(addr) => Self::IsoTp(addr),
            AnyFields::J1939(addr) => Self::J1939(addr),
            AnyFields::Alg(addr) => Self::Alg(addr),
            AnyFields::Qrtr(addr) => Self::Qrtr(addr),
            AnyFields::Xdp(addr) => Self::Xdp(addr),
            AnyFields::Tipc(addr) => Self::Tipc(addr),
            AnyFields::L2cap(addr) => Self::L2cap(addr),
            AnyFields::Rfcomm(addr) => Self::Rfcomm(addr),
            AnyFields::Hci(addr) => Self::Hci(addr),
            AnyFields::Sco(addr) => Self::Sco(addr),
            AnyFields::Iso(addr) => Self::Iso(addr),
            AnyFields::Other(addr) => Self::Other(addr),
        }
    }
}

/// The three kinds of a TIPC address.
#[derive(Serialize, Deserialize)]
enum TipcFields {
    Service(u32, u32, u32),
    Range(u32, u32, u32),
    Socket(u32, u32),
}

impl From<TipcKind> for TipcFields {
    fn from(kind: TipcKind) -> Self {
        match kind {
            TipcKind::Service { ty, instance, node } => Self::Service(ty, instance, node),
            TipcKind::Range { ty, lower, upper } => Self::Range(ty, lower, upper),
            TipcKind::Socket { node, reference } => Self::Socket(node, reference),
        }
    }
}

impl TipcFields {
    /// `None`: a range that ends before it begins.
    fn join(self) -> Option<TipcAddr> {
        match self {
            Self::Service(ty, instance, node) => Some(TipcAddr::service_on(ty, instance, node)),
            Self::Range(ty, lower, upper) => TipcAddr::range(ty, lower, upper),
            Self::Socket(node, reference) => Some(TipcAddr::socket(node, reference)),
        }
    }
}

#[derive(Serialize, Deserialize)]
struct EndpointFields {
    transport: Transport,
    family: Option<Family>,
    ty: Type,
    protocol: Protocol,
    body: BodyFields,
}

#[derive(Serialize, Deserialize)]
enum BodyFields {
    Host(Option<Host>, Option<Service>, u32),
    Interface(InterfaceName, AnyAddr),
    Address(AnyAddr),
}

impl From<&Endpoint> for EndpointFields {
    fn from(to: &Endpoint) -> Self {
        let body = match to.body() {
            Body::Host { host, service, flowinfo } => {
                BodyFields::Host(host.clone(), *service, *flowinfo)
            }
            Body::Interface { interface, address } => BodyFields::Interface(*interface, *address),
            Body::Address(address) => BodyFields::Address(*address),
        };
        let (transport, family) = (to.transport(), to.family());
        Self { transport, family, ty: to.ty(), protocol: to.protocol(), body }
    }
}

impl EndpointFields {
    fn join(self) -> Option<Endpoint> {
        let body = match self.body {
            BodyFields::Host(host, service, flowinfo) => Body::Host { host, service, flowinfo },
            BodyFields::Interface(interface, address) => Body::Interface { interface, address },
            BodyFields::Address(address) => Body::Address(address),
        };
        Endpoint::from_parts(self.transport, self.family, self.ty, self.protocol, body)
    }
}

#[derive(Serialize, Deserialize)]
enum ParsedFields {
    Address(AnyAddr),
    Scoped(ScopedIpv6),
    Endpoint(Endpoint),
}

impl From<&Parsed> for ParsedFields {
    fn from(parsed: &Parsed) -> Self {
        match parsed {
            Parsed::Address(addr) => Self::Address(*addr),
            Parsed::Scoped(addr) => Self::Scoped(*addr),
            Parsed::Endpoint(to) => Self::Endpoint(to.clone()),
        }
    }
}

impl From<ParsedFields> for Parsed {
    fn from(fields: ParsedFields) -> Self {
        match fields {
            ParsedFields::Address(addr) => Self::Address(addr),
            ParsedFields::Scoped(addr) => Self::Scoped(addr),
            ParsedFields::Endpoint(to) => Self::Endpoint(to),
        }
    }
}
