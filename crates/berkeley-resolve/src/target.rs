//! The strict, typed lookups: [`resolve`] for an endpoint of any family, [`lookup`] for a host.
//!
//! Hosts and services come as berkeley-addr's types, whose parsers have refused a NUL, `127.1`, trailing text and port
//! 99999 already: what reaches libc here is a name and nothing else. Sources: POSIX getaddrinfo for what no host means,
//! RFC 4007 section 11 for zones, RFC 3828 section 3.1 for UDP-Lite's ports, which are UDP's.

use core::ffi::CStr;
use core::net::{Ipv4Addr, Ipv6Addr, SocketAddr, SocketAddrV6};
use std::collections::HashSet;
use std::ffi::CString;

use berkeley_addr::{
    Address as _, AnyAddr, Body, Endpoint, Family, Host, Protocol, Scope, Service, Transport, Type,
};
use berkeley_socket::Limit;
use berkeley_sys::database;

use crate::aside::THREADS;
use crate::code::Eai;
use crate::error::{Cause, ResolveError, Result};
use crate::{gai, question};

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
/// ones, the [`Role`] says. Under a limit, names are looked up on a thread of their own: see
/// [`LOOKUPS_AT_ONCE`](crate::LOOKUPS_AT_ONCE). Where there is no name but an interface's, there is no thread, and no
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
    let addrs: Vec<AnyAddr> = match endpoint.body() {
        Body::Address(addr) => vec![*addr],
        Body::Interface { interface, address } => {
            let index = question::interface(interface.as_str())
                .map_err(|cause| ResolveError::new(Some(interface.as_str()), None, cause))?;
            vec![address.on_interface(index)]
        }
        Body::Host { host, service, flowinfo } => {
            let question = Question {
                host: host.as_ref(),
                service: service.as_ref(),
                over: registry(endpoint.transport()),
                family: endpoint.family(),
                role,
                flowinfo: *flowinfo,
            };
            question.ask(limit)?.into_iter().map(AnyAddr::from).collect()
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
        over: c"tcp",
        family: None,
        role: Role::Client,
        flowinfo: 0,
    };
    question.ask(limit)
}

/// The host and the service of an endpoint, still to be turned into addresses.
#[derive(Clone, Copy)]
struct Question<'a> {
    host: Option<&'a Host>,
    service: Option<&'a Service>,
    /// Whose service: the services database's word.
    over: &'static CStr,
    family: Option<Family>,
    role: Role,
    /// Of an IPv6 address that is written out.
    flowinfo: u32,
}

impl Question<'_> {
    fn ask(self, limit: Limit<'_>) -> Result<Vec<SocketAddr>> {
        self.answer(limit).map_err(|cause| {
            let host = self.host.map(ToString::to_string);
            let service = self.service.map(ToString::to_string);
            ResolveError::new(host.as_deref(), service.as_deref(), cause)
        })
    }

    fn answer(self, limit: Limit<'_>) -> Result<Vec<SocketAddr>, Cause> {
        let mut names = Names { family: self.family, over: self.over, host: None, service: None };
        let mut addrs = Vec::new();
        match self.host {
            None => addrs = no_host(self.role, self.family),
            Some(Host::V4(ip)) => addrs.push((*ip, 0).into()),
            Some(Host::V6 { ip, scope }) => {
                addrs.push(SocketAddrV6::new(*ip, 0, self.flowinfo, scope_id(*scope)?).into());
            }
            Some(Host::Name(name)) => names.host = Some(question::host(name.as_str())?),
        }
        let mut port = 0;
        match self.service {
            None => {}
            Some(Service::Port(number)) => port = *number,
            Some(Service::Name(name)) => names.service = Some(question::service(name.as_str())?),
        }
        if names.host.is_some() || names.service.is_some() {
            let found = THREADS.run(limit, move || names.look_up())??;
            addrs.extend(found.addrs);
            port = found.port.unwrap_or(port);
        }
        for addr in &mut addrs {
            addr.set_port(port);
        }
        Ok(distinct(addrs))
    }
}

/// What only libc can answer.
struct Names {
    host: Option<CString>,
    service: Option<CString>,
    over: &'static CStr,
    family: Option<Family>,
}

/// What it answered.
struct Found {
    addrs: Vec<SocketAddr>,
    port: Option<u16>,
}

impl Names {
    /// Blocks as long as libc likes.
    fn look_up(self) -> Result<Found, Cause> {
        let port = match self.service {
            // The services first: they are nearer.
            Some(service) => {
                let port = database::getservbyname(&service, Some(self.over));
                Some(port.map_err(Cause::System)?.ok_or(Cause::Info(Eai::SERVICE))?)
            }
            None => None,
        };
        let mut addrs = Vec::new();
        if let Some(host) = self.host {
            let family = self.family.unwrap_or(Family::UNSPEC);
            // One type, or each address would come once for every type.
            let hints = database::Hints {
                family: i32::from(family.raw()),
                ty: Type::STREAM.raw(),
                ..database::Hints::default()
            };
            let infos = database::getaddrinfo(Some(&host), None, hints).map_err(gai::failure)?;
            addrs.extend(infos.iter().filter_map(|info| SocketAddr::decode(&info.addr).ok()));
        }
        Ok(Found { addrs, port })
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

/// Each once, where it stood first: libc repeats what a hosts file or a server repeats.
fn distinct(mut addrs: Vec<SocketAddr>) -> Vec<SocketAddr> {
    let mut seen = HashSet::new();
    addrs.retain(|addr| seen.insert(*addr));
    addrs
}

fn scope_id(scope: Scope) -> Result<u32, Cause> {
    match scope {
        Scope::Name(name) => question::interface(name.as_str()),
        Scope::None => Ok(0),
        Scope::Index(index) => Ok(index.get()),
    }
}

/// Whose ports a transport uses: the word of the services database.
fn registry(transport: Transport) -> &'static CStr {
    match transport {
        Transport::Udp | Transport::Udplite => c"udp",
        Transport::Sctp => c"sctp",
        Transport::Dccp => c"dccp",
        _ => c"tcp",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_first_of_each_stays() {
        let addrs = [2, 1, 2, 3, 1].map(|port| SocketAddr::from((Ipv4Addr::LOCALHOST, port)));
        let ports: Vec<_> = distinct(addrs.to_vec()).iter().map(SocketAddr::port).collect();
        assert_eq!(ports, [2, 1, 3]);
    }
}
