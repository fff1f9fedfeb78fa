//! `Endpoint`: a transport, and an address or names still to be looked up.
//!
//! Contract: `tcp://example.org:http`, `unix+dgram:///run/x.sock`, `packet://eth0/0806`, `netlink://route`. It says how to
//! make the socket and where to; what may hold names is turned into addresses by resolution. One canonical text per value:
//! `4` and `6` after a transport only where the host does not say so itself, the default type and trailing zeros left out.

use core::fmt;
use core::str::FromStr;

use crate::address::Address;
use crate::alg;
use crate::any::{AnyAddr, WORDS};
use crate::bytes::Bytes;
use crate::can::CanAddr;
use crate::cursor::Cursor;
use crate::error::{Cause, ParseError, Part};
use crate::flow;
use crate::hci;
use crate::host::{self, HOST_TEXT, Host, Service};
use crate::inet6::SMC6;
use crate::interface::{self, InterfaceName, Scope};
use crate::iso;
use crate::isotp;
use crate::j1939;
use crate::l2cap;
use crate::netlink::{self, NetlinkAddr};
use crate::number::{Family, Type};
use crate::packet;
use crate::protocol::Protocol;
use crate::qrtr;
use crate::rfcomm;
use crate::sco;
use crate::tipc;
use crate::transport::{self, Transport};
use crate::unix;
use crate::vsock;
use crate::xdp;

const ENDPOINT: Part = Part::new("endpoint", "a transport and `://`");
const COLON: Part = Part::new("port", "`:` and a port or a service's name");
const SLASH: Part = Part::new("IP protocol", "`/` and 0 to 255");
const NUMBER: Part = Part::new("IP protocol", "0 to 255");
const V4: Part = Part::new("host", "an IPv4 address or a name, as the transport ends in 4");
const V6: Part = Part::new("host", "an IPv6 address or a name, as the transport ends in 6");
const NO_FLOW: Part = Part::new("option", "the end: only an IPv6 address takes one, flow=NUMBER");
const DEFAULTLESS: Part = Part::new("address", "an address of a family that has a transport");

/// The longest text: an algorithm, all escaped.
const TEXT: usize = 24 + alg::TEXT;
const _: () = assert!(TEXT >= 24 + HOST_TEXT + 1 + 32 && TEXT >= 24 + unix::TEXT);

/// Where to, and over what.
///
/// ```
/// use berkeley_addr::{Body, Endpoint, Family, Protocol, Service, Type};
///
/// let web: Endpoint = "tcp6://example.org:80".parse()?;
/// assert_eq!((web.family(), web.ty(), web.protocol()), (Some(Family::INET6), Type::STREAM, Protocol::TCP));
/// assert!(matches!(web.body(), Body::Host { service: Some(Service::Port(80)), .. }));
/// assert_eq!("unix+stream://a".parse::<Endpoint>()?.to_string(), "unix://a");
/// assert_eq!(Endpoint::shorthand("localhost:http")?.to_string(), "tcp://localhost:http");
/// # Ok::<(), berkeley_addr::ParseError>(())
/// ```
#[derive(Clone, PartialEq, Eq, Hash)]
pub struct Endpoint {
    transport: Transport,
    family: Option<Family>,
    ty: Type,
    protocol: Protocol,
    body: Body,
}

/// What an endpoint leads to.
#[non_exhaustive]
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum Body {
    /// A host of either IP family.
    Host {
        /// The host; `None` is any address of this machine.
        host: Option<Host>,
        /// The port or service, for transports that have them.
        service: Option<Service>,
        /// The flowinfo of an IPv6 address.
        flowinfo: u32,
    },
    /// An address on an interface whose index is still to be looked up.
    Interface {
        /// The interface's name.
        interface: InterfaceName,
        /// The address, with index 0; [`AnyAddr::on_interface`] completes it.
        address: AnyAddr,
    },
    /// An address, with nothing to look up.
    Address(AnyAddr),
}

impl Endpoint {
    /// TCP to a host, or on any address of this machine.
    pub fn tcp(host: Option<Host>, service: Service) -> Self {
        Self::inet(Transport::Tcp, host, service, 0)
    }

    /// UDP to a host, or on any address of this machine.
    pub fn udp(host: Option<Host>, service: Service) -> Self {
        Self::inet(Transport::Udp, host, service, 0)
    }

    /// The default endpoint of an address: TCP for IP, the first type of its family otherwise, NETLINK_ROUTE for netlink.
    /// `None` for an address of a family without a transport.
    ///
    /// ```
    /// use berkeley_addr::Endpoint;
    ///
    /// let endpoint = Endpoint::of("[::1]:80".parse()?).unwrap();
    /// assert_eq!(endpoint.to_string(), "tcp://[::1]:80");
    /// assert_eq!(Endpoint::of("af-45:0a".parse()?), None);
    /// # Ok::<(), berkeley_addr::ParseError>(())
    /// ```
    pub fn of(addr: AnyAddr) -> Option<Self> {
        let transport = match addr {
            AnyAddr::Inet(addr) => {
                let host = Host::V4(*addr.ip());
                return Some(Self::tcp(Some(host), Service::Port(addr.port())));
            }
            AnyAddr::Inet6(addr) => {
                let host = Host::V6 { ip: *addr.ip(), scope: Scope::from(addr.scope_id()) };
                let service = Service::Port(addr.port());
                return Some(Self::inet(Transport::Tcp, Some(host), service, addr.flowinfo()));
            }
            AnyAddr::Unix(_) => Transport::Unix,
            AnyAddr::Packet(_) => Transport::Packet,
            AnyAddr::Netlink(_) => Transport::Netlink,
            AnyAddr::Tipc(_) => Transport::Tipc,
            AnyAddr::L2cap(_) => Transport::L2cap,
            AnyAddr::Rfcomm(_) => Transport::Rfcomm,
            AnyAddr::Hci(_) => Transport::Hci,
            AnyAddr::Sco(_) => Transport::Sco,
            AnyAddr::Iso(_) => Transport::Iso,
            AnyAddr::Vsock(_) => Transport::Vsock,
            AnyAddr::Can(_) => Transport::Can,
            AnyAddr::IsoTp(_) => Transport::CanIsoTp,
            AnyAddr::J1939(_) => Transport::CanJ1939,
            AnyAddr::Alg(_) => Transport::Alg,
            AnyAddr::Qrtr(_) => Transport::Qrtr,
            AnyAddr::Xdp(_) => Transport::Xdp,
            AnyAddr::Other(_) => return None,
        };
        Some(Self {
            transport,
            family: Some(addr.family()),
            ty: transport.default_type(),
            protocol: transport.protocol(),
            body: Body::Address(addr),
        })
    }

    /// The endpoint of these parts, unless its text is another's: parts that do not belong together.
    #[cfg(feature = "serde")]
    pub(crate) fn from_parts(
        transport: Transport,
        family: Option<Family>,
        ty: Type,
        protocol: Protocol,
        body: Body,
    ) -> Option<Self> {
        let this = Self { transport, family, ty, protocol, body };
        let mut text = Bytes::<TEXT>::EMPTY;
        fmt::write(&mut text, format_args!("{this}")).ok()?;
        text.as_text().parse().ok().filter(|read| *read == this)
    }

    /// The endpoint a program's user means: an endpoint; an address, for its default endpoint; `/path` or `./path`, for
    /// `unix:`; `@name`, for an abstract one; `host:port` or `:port`, for `tcp://`, unless the host is a family's word.
    ///
    /// # Errors
    /// What is wrong, where, and what was expected.
    pub fn shorthand(text: &str) -> Result<Self, ParseError> {
        let mut cursor = Cursor::new(text);
        let mut ahead = cursor;
        let word = ahead.take_while(|byte| byte != b':');
        if ahead.rest().starts_with(b"://") {
            return text.parse();
        }
        let family = word.starts_with(b"af-") || WORDS.iter().any(|known| known.as_bytes() == word);
        if matches!(word, [b'/' | b'@', ..] | [b'.', b'/', ..]) {
            let addr = AnyAddr::Unix(unix::read(&mut cursor)?);
            return Self::of(addr).ok_or_else(|| no_default(text));
        }
        if family && ahead.peek().is_some() {
            return Self::of(AnyAddr::parse(text)?).ok_or_else(|| no_default(text));
        }
        Self::read_inet(&mut cursor, Transport::Tcp, None)
    }

    /// The transport.
    pub fn transport(&self) -> Transport {
        self.transport
    }

    /// The family of its addresses; `None` is either IP family, as the host's name will tell.
    pub fn family(&self) -> Option<Family> {
        self.family
    }

    /// The socket's type.
    pub fn ty(&self) -> Type {
        self.ty
    }

    /// The socket's protocol. For `ping` without a family it is ICMP's, for `packet` the default: binding chooses the frames.
    pub fn protocol(&self) -> Protocol {
        self.protocol
    }

    /// What it leads to.
    pub fn body(&self) -> &Body {
        &self.body
    }

    /// socket(2)'s three words for an address of the family that resolution found.
    ///
    /// ```
    /// use berkeley_addr::{Endpoint, Family, Protocol, Type};
    ///
    /// let ping: Endpoint = "ping://example.org".parse()?;
    /// assert_eq!(ping.socket_for(Family::INET6), (Family::INET6, Type::DGRAM, Protocol::ICMPV6));
    /// let smc: Endpoint = "smc://example.org:80".parse()?;
    /// assert_eq!(smc.socket_for(Family::INET).0, Family::SMC);
    /// # Ok::<(), berkeley_addr::ParseError>(())
    /// ```
    pub fn socket_for(&self, address: Family) -> (Family, Type, Protocol) {
        let v6 = address == Family::INET6;
        match self.transport {
            Transport::Ping if v6 => (address, self.ty, Protocol::ICMPV6),
            Transport::Smc => (Family::SMC, self.ty, if v6 { SMC6 } else { Protocol::DEFAULT }),
            _ => (address, self.ty, self.protocol),
        }
    }

    /// Gives each field's name and value text, in the order of the canonical text.
    pub fn fields(&self, visit: &mut dyn FnMut(&'static str, &dyn fmt::Display)) {
        visit("transport", &self.transport);
        visit("socket_type", &self.ty);
        let family = self.family.unwrap_or(Family::INET);
        visit("socket_protocol", &self.socket_for(family).2.name_in(family));
        match &self.body {
            Body::Host { host, service, flowinfo } => {
                if let Some(host) = host {
                    visit("host", host);
                }
                if let Some(service) = service {
                    visit("service", service);
                }
                if matches!(host, Some(Host::V6 { .. })) {
                    visit("flow", flowinfo);
                }
            }
            Body::Interface { interface, address } => {
                visit("interface", interface);
                address.fields(&mut |name, value| {
                    if name != "index" {
                        visit(name, value);
                    }
                });
            }
            Body::Address(address) => address.fields(visit),
        }
    }

    fn inet(transport: Transport, host: Option<Host>, service: Service, flowinfo: u32) -> Self {
        let (ty, protocol) = (transport.default_type(), transport.protocol());
        let family = host_family(host.as_ref());
        let body = Body::Host { host, service: Some(service), flowinfo };
        Self { transport, family, ty, protocol, body }
    }

    /// The body of an IP transport, to the end of the text.
    fn read_inet(
        cursor: &mut Cursor<'_>,
        transport: Transport,
        family: Option<Family>,
    ) -> Result<Self, ParseError> {
        let start = cursor.at();
        let omitted = match transport {
            Transport::Ping => false,
            Transport::Ip => cursor.peek() == Some(b'/'),
            _ => cursor.peek() == Some(b':'),
        };
        let host = if omitted { None } else { Some(host::read_host(cursor)?) };
        let of_host = host_family(host.as_ref());
        match (family, of_host) {
            (Some(Family::INET), Some(Family::INET6)) => {
                return Err(cursor.error(Cause::Conflict, start, &V4));
            }
            (Some(Family::INET6), Some(Family::INET)) => {
                return Err(cursor.error(Cause::Conflict, start, &V6));
            }
            _ => {}
        }
        let family = of_host.or(family);
        let (mut protocol, mut service) = (transport.protocol(), None);
        match transport {
            Transport::Ping if family == Some(Family::INET6) => protocol = Protocol::ICMPV6,
            Transport::Ping => {}
            Transport::Ip => {
                cursor.expect(b'/', &SLASH)?;
                let [number, ..] = cursor.decimal(255, &NUMBER)?.to_le_bytes();
                protocol = Protocol::new(i32::from(number));
            }
            _ => {
                cursor.expect(b':', &COLON)?;
                service = Some(read_service(cursor, omitted)?);
            }
        }
        let flowinfo = match host {
            Some(Host::V6 { .. }) => flow::read(cursor)?,
            _ if cursor.peek() == Some(b',') => {
                return Err(cursor.error(Cause::Conflict, cursor.at(), &NO_FLOW));
            }
            _ => {
                cursor.end()?;
                0
            }
        };
        let body = Body::Host { host, service, flowinfo };
        Ok(Self { transport, family, ty: transport.default_type(), protocol, body })
    }
}

impl FromStr for Endpoint {
    type Err = ParseError;

    /// # Errors
    /// What is wrong, where, and what was expected.
    fn from_str(text: &str) -> Result<Self, ParseError> {
        let mut cursor = Cursor::new(text);
        if !is_endpoint(text) {
            return Err(ParseError::new(Cause::OtherForm, 0, &[], &ENDPOINT));
        }
        let (transport, family, ty) = transport::read(&mut cursor)?;
        if transport.is_ip() {
            return Ok(Self { ty, ..Self::read_inet(&mut cursor, transport, family)? });
        }
        let mut protocol = transport.protocol();
        let body = match transport {
            Transport::Packet => read_interface(&mut cursor, |cursor| {
                packet::read_rest(cursor).map(AnyAddr::Packet)
            })?,
            Transport::Can | Transport::CanBcm => read_interface(&mut cursor, |cursor| {
                cursor.end().map(|()| AnyAddr::Can(CanAddr::ALL))
            })?,
            Transport::CanIsoTp => {
                read_interface(&mut cursor, |cursor| isotp::read_rest(cursor).map(AnyAddr::IsoTp))?
            }
            Transport::CanJ1939 => {
                read_interface(&mut cursor, |cursor| j1939::read_rest(cursor).map(AnyAddr::J1939))?
            }
            Transport::Xdp => {
                read_interface(&mut cursor, |cursor| xdp::read_rest(cursor).map(AnyAddr::Xdp))?
            }
            Transport::Vsock => Body::Address(AnyAddr::Vsock(vsock::read(&mut cursor)?)),
            Transport::Alg => Body::Address(AnyAddr::Alg(alg::read(&mut cursor)?)),
            Transport::Qrtr => Body::Address(AnyAddr::Qrtr(qrtr::read(&mut cursor)?)),
            Transport::Netlink => {
                protocol = transport::read_netlink(&mut cursor)?;
                let addr = if cursor.eat(b'/') {
                    netlink::read(&mut cursor)?
                } else {
                    cursor.end()?;
                    NetlinkAddr::KERNEL
                };
                Body::Address(AnyAddr::Netlink(addr))
            }
            Transport::Tipc => Body::Address(AnyAddr::Tipc(tipc::read(&mut cursor)?)),
            Transport::L2cap => Body::Address(AnyAddr::L2cap(l2cap::read(&mut cursor)?)),
            Transport::Rfcomm => Body::Address(AnyAddr::Rfcomm(rfcomm::read(&mut cursor)?)),
            Transport::Hci => Body::Address(AnyAddr::Hci(hci::read(&mut cursor)?)),
            Transport::Sco => Body::Address(AnyAddr::Sco(sco::read(&mut cursor)?)),
            Transport::Iso => Body::Address(AnyAddr::Iso(iso::read(&mut cursor)?)),
            _ => Body::Address(AnyAddr::Unix(unix::read(&mut cursor)?)),
        };
        let family = match &body {
            Body::Interface { address, .. } | Body::Address(address) => Some(address.family()),
            Body::Host { .. } => None,
        };
        Ok(Self { transport, family, ty, protocol, body })
    }
}

impl fmt::Display for Endpoint {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut text = Bytes::<TEXT>::EMPTY;
        text.put_text(self.transport.word());
        match &self.body {
            // Such a host says it itself.
            Body::Host { host: Some(Host::V4(_) | Host::V6 { .. }), .. } => {}
            Body::Host { .. } if self.family == Some(Family::INET) => text.put_byte(b'4'),
            Body::Host { .. } if self.family == Some(Family::INET6) => text.put_byte(b'6'),
            _ => {}
        }
        if self.ty != self.transport.default_type() {
            text.put_byte(b'+');
            text.put_text(transport::type_word(self.ty));
        }
        text.put_text("://");
        print_body(&mut text, self);
        text.show(f)
    }
}

impl fmt::Debug for Endpoint {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

/// Whether a text is an endpoint rather than an address: its first colon is followed by `//`.
pub(crate) fn is_endpoint(text: &str) -> bool {
    let mut cursor = Cursor::new(text);
    cursor.take_while(|byte| byte != b':');
    cursor.eat_word("://")
}

/// The family a host says itself.
fn host_family(host: Option<&Host>) -> Option<Family> {
    match host? {
        Host::V4(_) => Some(Family::INET),
        Host::V6 { .. } => Some(Family::INET6),
        Host::Name(_) => None,
    }
}

/// A service; after an omitted host, a second colon is likely an IPv6 address without its brackets.
fn read_service(cursor: &mut Cursor<'_>, omitted: bool) -> Result<Service, ParseError> {
    let colons = omitted && cursor.peek() == Some(b':');
    host::read_service(cursor)
        .map_err(|error| if colons { error.suggest("`[ADDRESS]:PORT` for IPv6") } else { error })
}

/// An index or a name and the rest of the address, to the end of the text.
fn read_interface(
    cursor: &mut Cursor<'_>,
    read_rest: impl FnOnce(&mut Cursor<'_>) -> Result<AnyAddr, ParseError>,
) -> Result<Body, ParseError> {
    let scope = interface::read(cursor)?;
    let address = read_rest(cursor)?;
    Ok(match scope {
        Scope::Name(interface) => Body::Interface { interface, address },
        Scope::None => Body::Address(address),
        Scope::Index(index) => Body::Address(address.on_interface(index.get())),
    })
}

fn print_body<const N: usize>(text: &mut Bytes<N>, endpoint: &Endpoint) {
    match &endpoint.body {
        Body::Host { host, service, flowinfo } => {
            if let Some(host) = host {
                host::print_host(text, host);
            }
            if let Some(service) = service {
                text.put_byte(b':');
                host::print_service(text, service);
            } else if endpoint.transport == Transport::Ip {
                text.put_byte(b'/');
                text.put_decimal(endpoint.protocol.raw().unsigned_abs());
            }
            flow::print(text, *flowinfo);
        }
        Body::Interface { interface, address } => {
            text.put_text(interface.as_str());
            print_rest(text, address);
        }
        Body::Address(AnyAddr::Unix(addr)) => unix::print(text, addr),
        Body::Address(AnyAddr::Netlink(addr)) => {
            match transport::netlink_word(endpoint.protocol) {
                Some(word) => text.put_text(word),
                None => text.put_decimal(endpoint.protocol.raw().unsigned_abs()),
            }
            if *addr != NetlinkAddr::KERNEL {
                text.put_byte(b'/');
                netlink::print(text, *addr);
            }
        }
        Body::Address(AnyAddr::Tipc(addr)) => tipc::print(text, *addr),
        Body::Address(AnyAddr::L2cap(addr)) => l2cap::print(text, *addr),
        Body::Address(AnyAddr::Rfcomm(addr)) => rfcomm::print(text, *addr),
        Body::Address(AnyAddr::Hci(addr)) => hci::print(text, *addr),
        Body::Address(AnyAddr::Sco(addr)) => addr.address.print(text),
        Body::Address(AnyAddr::Iso(addr)) => iso::print(text, addr),
        Body::Address(AnyAddr::Vsock(addr)) => vsock::print(text, *addr),
        Body::Address(AnyAddr::Alg(addr)) => alg::print(text, addr),
        Body::Address(AnyAddr::Qrtr(addr)) => qrtr::print(text, *addr),
        Body::Address(address) => {
            text.put_decimal(address.interface_index().unwrap_or(0));
            print_rest(text, address);
        }
    }
}

/// What follows the interface, in the addresses that have one.
fn print_rest<const N: usize>(text: &mut Bytes<N>, address: &AnyAddr) {
    match address {
        AnyAddr::Packet(addr) => packet::print_rest(text, addr),
        AnyAddr::IsoTp(addr) => isotp::print_rest(text, addr),
        AnyAddr::J1939(addr) => j1939::print_rest(text, addr),
        AnyAddr::Xdp(addr) => xdp::print_rest(text, addr),
        // The interface is all of a CAN address; no other stands in an endpoint.
        _ => {}
    }
}

#[cold]
fn no_default(text: &str) -> ParseError {
    ParseError::new(Cause::Conflict, 0, text.as_bytes(), &DEFAULTLESS)
}
