//! Routes. rtnetlink(7).
//!
//! Contract: decoding is total; attributes that are not known are skipped, and families other than IP are no route.
//! Sources: `linux/rtnetlink.h` (`rtmsg`, `RTA_*`, `rtnexthop`, `rtvia`).

use core::net::IpAddr;

use super::message::{Attribute, Attributes, Message, Walk, ip};
use super::number::{RouteKind, RouteProtocol, Scope, Table};
use super::prefix::{Prefix, family_of, unspecified};
use super::request::Request;

/// `RTM_NEWROUTE`: a route.
pub const NEWROUTE: u16 = 24;
/// `RTM_DELROUTE`: one goes.
pub const DELROUTE: u16 = 25;
/// `RTM_GETROUTE`: asks for them.
pub const GETROUTE: u16 = 26;

/// The length of `struct rtmsg`: family, lengths of destination and source, TOS, table, protocol, scope, kind (a byte each), flags.
pub(super) const RTMSG: usize = 12;
/// The length of `struct rtnexthop`: length (16 bits), flags, weight (a byte each), index.
const RTNEXTHOP: usize = 8;

/// RTA_*.
const DST: u16 = 1;
const SRC: u16 = 2;
const OIF: u16 = 4;
const GATEWAY: u16 = 5;
const PRIORITY: u16 = 6;
const PREFSRC: u16 = 7;
const METRICS: u16 = 8;
const MULTIPATH: u16 = 9;
const TABLE: u16 = 15;
const VIA: u16 = 18;
/// RTAX_MTU, within RTA_METRICS.
const MTU: u16 = 2;

/// A route: where to, and how.
///
/// ```
/// use berkeley_socket::netlink::{Prefix, Route};
/// let route = Route::new(Prefix::ALL_V4).via([192, 0, 2, 1].into()).on(2);
/// assert_eq!(route.interface, Some(2));
/// ```
#[doc(alias = "rtmsg")]
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Route {
    /// Where to.
    pub destination: Prefix,
    /// Only from there.
    pub source: Option<Prefix>,
    /// To whom packets are handed; `None`: to their destination itself. May be of the other family.
    #[doc(alias = "RTA_GATEWAY")]
    #[doc(alias = "RTA_VIA")]
    pub gateway: Option<IpAddr>,
    /// On which interface: its index.
    #[doc(alias = "RTA_OIF")]
    pub interface: Option<u32>,
    /// The address that packets are from.
    #[doc(alias = "RTA_PREFSRC")]
    pub preferred_source: Option<IpAddr>,
    /// Of routes to the same destination the one with the least is followed.
    #[doc(alias = "RTA_PRIORITY")]
    pub metric: Option<u32>,
    /// The longest packet, in bytes, where it is not the link's.
    #[doc(alias = "RTAX_MTU")]
    pub mtu: Option<u32>,
    /// The table.
    pub table: Table,
    /// What it does.
    pub kind: RouteKind,
    /// Who made it.
    pub protocol: RouteProtocol,
    /// How far the destination is.
    pub scope: Scope,
    /// Only for this type of service.
    pub tos: u8,
    /// `RTNH_F_*` and `RTM_F_*`.
    pub flags: u32,
    /// Where packets are spread over several ways, these.
    #[doc(alias = "RTA_MULTIPATH")]
    pub hops: Vec<Hop>,
}

/// One of a route's several ways.
#[doc(alias = "rtnexthop")]
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Hop {
    /// On which interface: its index.
    pub interface: u32,
    /// To whom packets are handed.
    pub gateway: Option<IpAddr>,
    /// Its share of the packets, from 1.
    pub weight: u16,
    /// `RTNH_F_*`.
    pub flags: u8,
}

impl Route {
    /// A route in the main table, made by a program.
    pub fn new(destination: Prefix) -> Self {
        Self {
            destination,
            source: None,
            gateway: None,
            interface: None,
            preferred_source: None,
            metric: None,
            mtu: None,
            table: Table::MAIN,
            kind: RouteKind::UNICAST,
            protocol: RouteProtocol::BOOT,
            // IPv6 has none; IPv4's gateway must be nearer than what it leads to.
            scope: if destination.ip.is_ipv4() { Scope::LINK } else { Scope::UNIVERSE },
            tos: 0,
            flags: 0,
            hops: Vec::new(),
        }
    }

    /// The same through a gateway.
    #[must_use]
    pub fn via(self, gateway: IpAddr) -> Self {
        Self { gateway: Some(gateway), scope: Scope::UNIVERSE, ..self }
    }

    /// The same on that interface.
    #[must_use]
    pub fn on(self, interface: u32) -> Self {
        Self { interface: Some(interface), ..self }
    }

    /// What an RTM_NEWROUTE or RTM_DELROUTE message tells; `None`: it is none of IP.
    pub fn decode(message: &Message<'_>) -> Option<Self> {
        if !matches!(message.kind, NEWROUTE | DELROUTE) {
            return None;
        }
        let family = message.u8(0)?;
        let any = unspecified(family)?;
        let mut route = Self::new(Prefix::new(any, message.u8(1)?));
        let source_len = message.u8(2)?;
        route.source = (source_len != 0).then_some(Prefix::new(any, source_len));
        route.tos = message.u8(3)?;
        route.table = Table::new(message.u8(4)?.into());
        route.protocol = RouteProtocol::new(message.u8(5)?);
        route.scope = Scope::new(message.u8(6)?);
        route.kind = RouteKind::new(message.u8(7)?);
        route.flags = message.u32(8)?;
        for attribute in message.attributes(RTMSG).flatten() {
            route.read(&attribute);
        }
        // A multicast route of IPv4 has a destination of its own family, whatever a message claims.
        (family_of(route.destination.ip) == family).then_some(route)
    }

    fn read(&mut self, attribute: &Attribute<'_>) {
        match attribute.kind {
            DST => self.destination.ip = attribute.ip().unwrap_or(self.destination.ip),
            SRC => {
                if let (Some(source), Some(ip)) = (&mut self.source, attribute.ip()) {
                    source.ip = ip;
                }
            }
            OIF => self.interface = attribute.u32().filter(|index| *index != 0),
            PRIORITY => self.metric = attribute.u32(),
            PREFSRC => self.preferred_source = attribute.ip(),
            METRICS => self.mtu = attribute.nested().of(MTU).and_then(|mtu| mtu.u32()),
            TABLE => self.table = attribute.u32().map_or(self.table, Table::new),
            MULTIPATH => self.hops = hops(attribute.value),
            _ => self.gateway = gateway(attribute).or(self.gateway),
        }
    }

    /// Writes what RTM_NEWROUTE and RTM_DELROUTE want to know.
    pub(super) fn encode(&self, request: &mut Request<'_>) {
        // A table above 255 stands in an attribute alone.
        let table = u8::try_from(self.table.raw()).unwrap_or(0);
        request.body(&[
            family_of(self.destination.ip),
            self.destination.len,
            self.source.map_or(0, |source| source.len),
            self.tos,
            table,
            self.protocol.raw(),
            self.scope.raw(),
            self.kind.raw(),
        ]);
        request.body(&self.flags.to_ne_bytes());
        if self.destination.len != 0 {
            request.put_ip(DST, self.destination.ip);
        }
        if let Some(source) = self.source {
            request.put_ip(SRC, source.ip);
        }
        put_gateway(self.destination.ip, self.gateway, request);
        if let Some(interface) = self.interface {
            request.put_u32(OIF, interface);
        }
        if let Some(source) = self.preferred_source {
            request.put_ip(PREFSRC, source);
        }
        if let Some(metric) = self.metric {
            request.put_u32(PRIORITY, metric);
        }
        if let Some(mtu) = self.mtu {
            request.nest(METRICS, |metrics| {
                metrics.put_u32(MTU, mtu);
            });
        }
        if table == 0 {
            request.put_u32(TABLE, self.table.raw());
        }
        if !self.hops.is_empty() {
            let destination = self.destination.ip;
            request.attribute(MULTIPATH, |all| {
                self.hops.iter().for_each(|hop| hop.encode(destination, all));
            });
        }
    }
}

impl Hop {
    /// Packets on that interface, with a share of 1.
    pub fn new(interface: u32, gateway: Option<IpAddr>) -> Self {
        Self { interface, gateway, weight: 1, flags: 0 }
    }

    fn encode(&self, destination: IpAddr, request: &mut Request<'_>) {
        let weight = u8::try_from(self.weight.saturating_sub(1)).unwrap_or(u8::MAX);
        request.measured(|hop| {
            hop.body(&[self.flags, weight]).body(&self.interface.to_ne_bytes());
            put_gateway(destination, self.gateway, hop);
        });
    }
}

/// Writes the question which way leads to `destination`.
pub(super) fn encode_question(destination: IpAddr, request: &mut Request<'_>) {
    let host = Prefix::host(destination);
    request.body(&[family_of(destination), host.len, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0]);
    request.put_ip(DST, destination);
}

/// A gateway of the destination's family, or of the other one: then `struct rtvia`, which begins with a family of 16 bits.
fn put_gateway(destination: IpAddr, gateway: Option<IpAddr>, request: &mut Request<'_>) {
    let Some(gateway) = gateway else { return };
    if gateway.is_ipv4() == destination.is_ipv4() {
        request.put_ip(GATEWAY, gateway);
        return;
    }
    request.attribute(VIA, |via| {
        via.append(&u16::from(family_of(gateway)).to_ne_bytes());
        match gateway {
            IpAddr::V4(ip) => via.append(&ip.octets()),
            IpAddr::V6(ip) => via.append(&ip.octets()),
        }
    });
}

fn gateway(attribute: &Attribute<'_>) -> Option<IpAddr> {
    match attribute.kind {
        GATEWAY => attribute.ip(),
        VIA => ip(attribute.value.get(2..)?),
        _ => None,
    }
}

fn hops(bytes: &[u8]) -> Vec<Hop> {
    let mut walk = Walk::new(bytes);
    let len = |head: &[u8; 4]| usize::from(u16::from_ne_bytes([head[0], head[1]]));
    let next = || walk.next(RTNEXTHOP, len)?.ok();
    core::iter::from_fn(next).filter_map(|(_, hop)| read_hop(hop)).collect()
}

fn read_hop(hop: &[u8]) -> Option<Hop> {
    let (head, rest) = hop.split_first_chunk::<RTNEXTHOP>()?;
    let interface = u32::from_ne_bytes(*head.last_chunk()?);
    let gateway = Attributes::new(rest).flatten().find_map(|attribute| gateway(&attribute));
    Some(Hop { interface, gateway, weight: u16::from(head[3]) + 1, flags: head[2] })
}
