//! The strict, typed lookups: [`resolve`] for an endpoint of any family, [`lookup`] for a host.
//!
//! Hosts and services come as berkeley-addr's types, whose parsers have refused a NUL, `127.1`, trailing text and port
//! 99999 already: what is looked up here is a name and nothing else. Sources: POSIX getaddrinfo for what no host means,
//! RFC 4007 section 11 for zones, RFC 3828 section 3.1 for UDP-Lite's ports, which are UDP's.

use core::net::{Ipv4Addr, Ipv6Addr, SocketAddr, SocketAddrV6};

use berkeley_addr::{
    Address as _, AnyAddr, Body, Endpoint, Family, Host, Protocol, Scope, Service, Transport, Type,
};
use berkeley_socket::Limit;

use crate::code::Eai;
use crate::error::{Cause, ResolveError, Result};
use crate::resolver::Resolver;
use crate::{aside, libc, question};

/// Which end of a connection an endpoint is for. It makes a difference only where the endpoint names no host.
#[doc(alias = "AI_PASSIVE")]
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Role {
    /// To connect or send to: no host is this machine itself, `::1` and `127.0.0.1`.
    Client,
    /// To bind and listen on: no host is any address, `::` and `0.0.0.0`.
    Server,
}

/// All that a socket needs to be opened, and the address to give it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Target {
    /// The socket's family, which for SMC is not the address's.
    pub family: Family,
    /// The socket's type.
    pub ty: Type,
    /// The socket's protocol.
    pub protocol: Protocol,
    /// The address.
    pub addr: AnyAddr,
}

/// Turns an endpoint's names into addresses: hosts, services, interfaces. The answers stand in the order in which to try
/// them, each address once.
///
/// `tcp6://` and its like give IPv6 alone, `tcp4://` IPv4. Without a host the answers are IPv6's and then IPv4's; which
/// ones, the [`Role`] says. Names are looked up by the [system's](Resolver::system) resolver; where there is no name but an interface's, no
/// limit ends the call.
///
/// # Errors
///
/// As [`getaddrinfo`](crate::getaddrinfo)'s; [`Cause::NoInterface`] also for an endpoint such as `packet://eth9/arp`.
///
/// ```
/// use berkeley_resolve::{Role, resolve};
/// use berkeley_socket::Limit;
///
/// let targets = resolve(&"tcp://:80".parse()?, Role::Server, Limit::NONE)?;
/// let addrs: Vec<_> = targets.iter().map(|target| target.addr.to_string()).collect();
/// assert_eq!(addrs, ["[::]:80", "0.0.0.0:80"]);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub fn resolve(endpoint: &Endpoint, role: Role, limit: Limit<'_>) -> Result<Vec<Target>> {
    Resolver::system().resolve(endpoint, role, limit)
}

impl Resolver {
    /// As [`resolve`], by this resolver.
    ///
    /// # Errors
    ///
    /// As there.
    pub fn resolve(
        &self,
        endpoint: &Endpoint,
        role: Role,
        limit: Limit<'_>,
    ) -> Result<Vec<Target>> {
        let addrs: Vec<AnyAddr> = match endpoint.body() {
            Body::Address(addr) => vec![*addr],
            Body::Interface { interface, address } => {
                let index = question::interface(interface.as_str())
                    .map_err(|cause| ResolveError::new(Some(interface.as_str()), None, cause))?;
                vec![address.on_interface(index)]
            }
            Body::Host { .. } => {
                let addrs = Question::of(endpoint, role).ask(self, limit)?;
                addrs.into_iter().map(AnyAddr::from).collect()
            }
            _ => {
                let cause = Cause::Info(Eai::FAMILY);
                return Err(ResolveError::new(Some(&endpoint.to_string()), None, cause));
            }
        };
        let target = |addr: AnyAddr| {
            let (family, ty, protocol) = endpoint.socket_for(addr.family());
            Target { family, ty, protocol, addr }
        };
        Ok(addrs.into_iter().map(target).collect())
    }

    /// The port of an endpoint's service, for who looks its host up [in steps](crate::Lookup::start); 0 where it has none.
    ///
    /// # Errors
    ///
    /// [`Eai::SERVICE`]: nobody knows the service. The limit's.
    pub fn resolve_port(&self, endpoint: &Endpoint, limit: Limit<'_>) -> Result<u16> {
        let question = Question::of(endpoint, Role::Client);
        question.port(self, limit.start()).map_err(|cause| question.told(cause))
    }
}

/// The addresses of a host, with a port, in the order in which to try them, each once.
///
/// # Errors
///
/// As [`getaddrinfo`](crate::getaddrinfo)'s.
///
/// ```
/// use berkeley_addr::Host;
/// use berkeley_resolve::lookup;
/// use berkeley_socket::Limit;
///
/// let host: Host = "localhost".parse()?;
/// assert!(lookup(&host, 80, Limit::seconds(5))?.iter().all(|addr| addr.ip().is_loopback()));
/// assert!("127.1".parse::<Host>().is_err()); // getaddrinfo takes it
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub fn lookup(host: &Host, port: u16, limit: Limit<'_>) -> Result<Vec<SocketAddr>> {
    let service = Service::Port(port);
    let question = Question {
        host: Some(host),
        service: Some(&service),
        over: "tcp",
        family: None,
        role: Role::Client,
        flowinfo: 0,
    };
    question.ask(Resolver::system(), limit)
}

/// The host and the service of an endpoint, still to be turned into addresses.
#[derive(Clone, Copy)]
struct Question<'a> {
    host: Option<&'a Host>,
    service: Option<&'a Service>,
    /// Whose service: the services database's word.
    over: &'static str,
    family: Option<Family>,
    role: Role,
    /// Of an IPv6 address that is written out.
    flowinfo: u32,
}

impl<'a> Question<'a> {
    /// What an endpoint asks; nothing, if it has no host and no service.
    fn of(endpoint: &'a Endpoint, role: Role) -> Self {
        let (host, service, flowinfo) = match endpoint.body() {
            Body::Host { host, service, flowinfo } => (host.as_ref(), service.as_ref(), *flowinfo),
            _ => (None, None, 0),
        };
        let (over, family) = (registry(endpoint.transport()), endpoint.family());
        Self { host, service, over, family, role, flowinfo }
    }

    fn told(self, cause: Cause) -> ResolveError {
        let host = self.host.map(ToString::to_string);
        let service = self.service.map(ToString::to_string);
        ResolveError::new(host.as_deref(), service.as_deref(), cause)
    }

    fn ask(self, resolver: &Resolver, limit: Limit<'_>) -> Result<Vec<SocketAddr>> {
        let limit = limit.start();
        let told = |cause| self.told(cause);
        // The services first: they are nearer.
        let port = self.port(resolver, limit).map_err(told)?;
        let mut addrs = match self.host {
            None => no_host(self.role, self.family),
            Some(Host::V4(ip)) => vec![(*ip, 0).into()],
            Some(Host::V6 { ip, scope }) => {
                let scope = scope_id(*scope).map_err(told)?;
                vec![SocketAddrV6::new(*ip, 0, self.flowinfo, scope).into()]
            }
            Some(Host::Name(name)) => {
                aside::begin(limit).map_err(told)?;
                let lookup = resolver.lookup(name.as_str());
                let found = lookup.family(self.family.unwrap_or(Family::UNSPEC)).within(limit);
                let found = found.map_err(|error| {
                    told(error.cause().clone()).with_attempts(error.attempts().to_vec())
                })?;
                found.addresses
            }
        };
        for addr in &mut addrs {
            addr.set_port(port);
        }
        Ok(addrs)
    }

    fn port(self, resolver: &Resolver, limit: Limit<'_>) -> Result<u16, Cause> {
        match self.service {
            None => Ok(0),
            Some(Service::Port(number)) => Ok(*number),
            Some(Service::Name(name)) => {
                let (name, over) = (name.as_str(), Some(self.over));
                question::service(name)?;
                aside::begin(limit)?;
                let port = resolver
                    .or_libc(resolver.port(name, over), || libc::getservbyname(name, over, limit));
                port.map_err(|cause| match cause {
                    Cause::NotListed => Cause::Info(Eai::SERVICE),
                    cause => cause,
                })
            }
        }
    }
}

/// This machine's addresses, IPv6 first: any, or the loopback.
fn no_host(role: Role, family: Option<Family>) -> Vec<SocketAddr> {
    let (v6, v4) = match role {
        Role::Server => (Ipv6Addr::UNSPECIFIED, Ipv4Addr::UNSPECIFIED),
        Role::Client => (Ipv6Addr::LOCALHOST, Ipv4Addr::LOCALHOST),
    };
    let both = [SocketAddr::from((v6, 0)), SocketAddr::from((v4, 0))];
    both.into_iter().filter(|addr| family.is_none_or(|family| addr.family() == family)).collect()
}

fn scope_id(scope: Scope) -> Result<u32, Cause> {
    match scope {
        Scope::Name(name) => question::interface(name.as_str()),
        Scope::None => Ok(0),
        Scope::Index(index) => Ok(index.get()),
    }
}

/// Whose ports a transport uses: the word of the services database.
fn registry(transport: Transport) -> &'static str {
    match transport {
        Transport::Udp | Transport::Udplite => "udp",
        Transport::Sctp => "sctp",
        Transport::Dccp => "dccp",
        _ => "tcp",
    }
}
