//! `getaddrinfo`: POSIX's call, over a resolver.
//!
//! Contract: a translation and no engine: hints become a question, what is found becomes the list, each address once with each kind of socket.
//! Literals and ports cost no system call but a zone's name. Codes, order, and what goes together are glibc's. Sources: getaddrinfo(3), POSIX,
//! RFC 3493 section 6.1; measured on glibc 2.36.

use core::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr};
use std::borrow::Cow;

use berkeley_addr::{Family, Protocol, Type, inet_aton};
use berkeley_socket::Limit;

use crate::addrinfo::{AddrInfo, Hints};
use crate::aside;
use crate::code::Eai;
use crate::error::{Cause, ResolveError, Result};
use crate::flag::AddrInfoFlags;
use crate::machine::Failure;
use crate::resolver::{End, Resolver, Said, Trace};
use crate::{idn, libc, question};

/// The addresses of a host, with the port of a service, in the order in which to try them: by the [system's](Resolver::system) resolver.
///
/// The host is what POSIX says: a name, an address, an address with a zone (`fe80::1%eth0`), the forms of inet_aton
/// (`127.1`, `0x7f000001`), or `None` for this machine itself. The service is a name, a port in decimal, or `None` for
/// port 0; glibc takes `*` for either as `None`, and so does this. Unlike libc's, this call refuses a NUL, a blank, an empty text, a sign, a port
/// above 65535, and a name longer than any, rather than read something else into them. For strictness throughout, see
/// [`lookup`](crate::lookup).
///
/// Answers of name servers are kept for as long as they say, and the files are looked at once a second: glibc keeps nothing. Each address comes
/// once, however often a file or a server has it. [`AddrInfoFlags::ADDRCONFIG`] says nothing about literals, `localhost`, and no host.
///
/// # Errors
///
/// [`ResolveError::eai`] is the code: [`Eai::NONAME`]: no such host, or neither host nor service given. [`Eai::SERVICE`]: no such
/// service for this type of socket. [`Eai::AGAIN`]: the name servers do not answer. What went wrong there, the cause and the
/// [attempts](ResolveError::attempts) say. [`Cause::Invalid`]: see above.
/// [`Cause::NoInterface`]: the zone names none. [`Cause::TimedOut`], [`Cause::Cancelled`], [`Cause::Interrupted`], [`Cause::Busy`]: the limit,
/// which does not end what needs no lookup.
///
/// ```
/// use berkeley_addr::Type;
/// use berkeley_resolve::{Hints, getaddrinfo};
/// use berkeley_socket::Limit;
///
/// let hints = Hints::new().ty(Type::STREAM);
/// let infos = getaddrinfo(Some("127.1"), Some("80"), &hints, Limit::NONE)?;
/// assert_eq!(infos[0].addr.to_string(), "127.0.0.1:80");
/// # Ok::<(), berkeley_resolve::ResolveError>(())
/// ```
pub fn getaddrinfo(
    host: Option<&str>,
    service: Option<&str>,
    hints: &Hints,
    limit: Limit<'_>,
) -> Result<Vec<AddrInfo>> {
    Resolver::system().getaddrinfo(host, service, hints, limit)
}

impl Resolver {
    /// As [`getaddrinfo`], by this resolver.
    ///
    /// # Errors
    ///
    /// As there.
    pub fn getaddrinfo(
        &self,
        host: Option<&str>,
        service: Option<&str>,
        hints: &Hints,
        limit: Limit<'_>,
    ) -> Result<Vec<AddrInfo>> {
        self.getaddrinfo_noted(host, service, hints, limit, &mut Trace::default())
    }

    /// The same, and how it came to that, also when all is well: which sources of nsswitch.conf were asked or passed over and what they said,
    /// whether libc was asked and why, and the questions that went to name servers.
    ///
    /// ```
    /// use berkeley_resolve::{Hints, Resolver};
    /// use berkeley_socket::Limit;
    ///
    /// // Nobody's to ask for, so no server is.
    /// let (answer, trace) = Resolver::system().getaddrinfo_traced(Some("a.invalid"), None, &Hints::new(), Limit::seconds(1));
    /// assert!(answer.is_err() && trace.attempts().is_empty());
    /// for visit in trace.visits() {
    ///     // 12.3µs files: not found
    ///     println!("{:?} {}: {}", visit.at, visit.source, visit.said);
    /// }
    /// ```
    pub fn getaddrinfo_traced(
        &self,
        host: Option<&str>,
        service: Option<&str>,
        hints: &Hints,
        limit: Limit<'_>,
    ) -> (Result<Vec<AddrInfo>>, Trace) {
        let mut trace = Trace::begin();
        self.note(&mut trace);
        (self.getaddrinfo_noted(host, service, hints, limit, &mut trace), trace)
    }

    fn getaddrinfo_noted(
        &self,
        host: Option<&str>,
        service: Option<&str>,
        hints: &Hints,
        limit: Limit<'_>,
        trace: &mut Trace,
    ) -> Result<Vec<AddrInfo>> {
        let answer = checked(host, service, hints).and_then(|call| {
            let limit = limit.start();
            let answer = call.ask(self, limit, trace);
            if let Some(why) = self.why_libc(&answer) {
                trace.note("libc", why);
            }
            self.or_libc(answer, || {
                let answer = libc::getaddrinfo(host, service, hints, limit);
                trace.note("libc", || match &answer {
                    Ok(infos) => Said::Found(infos.len()),
                    Err(cause) => Said::Failed(cause.clone()),
                });
                answer
            })
        });
        answer.map_err(|cause| {
            ResolveError::new(host, service, cause).with_attempts(trace.attempts.clone())
        })
    }
}

/// A call that makes sense.
#[derive(Clone, Copy)]
struct Call<'a> {
    host: Option<&'a str>,
    service: Wanted<'a>,
    hints: &'a Hints,
}

#[derive(Clone, Copy)]
enum Wanted<'a> {
    Nothing,
    Port(u16),
    Name(&'a str),
}

/// A kind of socket, and its service's port.
#[derive(Clone, Copy)]
struct Slot {
    ty: Type,
    protocol: Protocol,
    port: u16,
}

/// A kind of socket that can be meant.
struct Row {
    ty: Type,
    protocol: Protocol,
    /// In the services database; raw sockets have no services.
    service: Option<&'static str>,
    /// It is meant, too, where nothing is said.
    default: bool,
}

/// glibc's table, in its order; MPTCP is from its later versions.
const ROWS: [Row; 8] = [
    row(Type::STREAM, Protocol::TCP, "tcp", true),
    row(Type::DGRAM, Protocol::UDP, "udp", true),
    row(Type::DCCP, Protocol::DCCP, "dccp", false),
    row(Type::DGRAM, Protocol::UDPLITE, "udplite", false),
    row(Type::STREAM, Protocol::SCTP, "sctp", false),
    row(Type::SEQPACKET, Protocol::SCTP, "sctp", false),
    row(Type::STREAM, Protocol::MPTCP, "mptcp", false),
    Row { ty: Type::RAW, protocol: Protocol::DEFAULT, service: None, default: true },
];

const fn row(ty: Type, protocol: Protocol, service: &'static str, default: bool) -> Row {
    Row { ty, protocol, service: Some(service), default }
}

/// The flags that there are, with two that glibc once had and still lets pass.
const KNOWN: i32 = 0x7ff;

/// What may be asked.
fn checked<'a>(
    host: Option<&'a str>,
    service: Option<&'a str>,
    hints: &'a Hints,
) -> Result<Call<'a>, Cause> {
    let (host, service) = (host.filter(|host| *host != "*"), service.filter(|name| *name != "*"));
    host.map_or(Ok(()), question::host)?;
    service.map_or(Ok(()), question::service)?;
    let refused = |code| Err(Cause::Info(code));
    if host.is_none() && service.is_none() {
        return refused(Eai::NONAME);
    }
    let flags = hints.flags;
    if flags.bits() & !KNOWN != 0 || (flags.contains(AddrInfoFlags::CANONNAME) && host.is_none()) {
        return refused(Eai::BADFLAGS);
    }
    if ![Family::UNSPEC, Family::INET, Family::INET6].contains(&hints.family) {
        return refused(Eai::FAMILY);
    }
    let service = match service {
        None => Wanted::Nothing,
        Some(text) => match text.parse() {
            Ok(port) => Wanted::Port(port),
            Err(_) if flags.contains(AddrInfoFlags::NUMERICSERV) => return refused(Eai::NONAME),
            Err(_) => Wanted::Name(text),
        },
    };
    Ok(Call { host, service, hints })
}

impl Call<'_> {
    fn has(self, flag: AddrInfoFlags) -> bool {
        self.hints.flags.contains(flag)
    }

    fn ask(
        self,
        resolver: &Resolver,
        limit: Limit<'_>,
        trace: &mut Trace,
    ) -> Result<Vec<AddrInfo>, End> {
        resolver.is_asked()?;
        let slots = self.slots(resolver, limit)?;
        let Some(host) = self.host else {
            let mut addresses = self.no_host();
            if addresses.len() > 1 {
                resolver.sort(&resolver.plan(), &mut addresses);
            }
            return Ok(list(&addresses, &slots, None));
        };
        let host =
            if self.has(AddrInfoFlags::IDN) { idn::ascii(host)? } else { Cow::Borrowed(host) };
        if let Some((ip, zone)) = literal(&host) {
            let mut addr = self.fitted(ip).ok_or(Cause::Info(Eai::ADDRFAMILY))?;
            let scope = zone.map_or(Ok(0), |zone| scope(ip, zone))?;
            if let SocketAddr::V6(addr) = &mut addr {
                addr.set_scope_id(scope);
            }
            return Ok(list(&[addr], &slots, self.canonical(&host, None)));
        }
        if self.has(AddrInfoFlags::NUMERICHOST) {
            return Err(Cause::Info(Eai::NONAME).into());
        }
        let (addresses, canonical) = self.look_up(&host, resolver, limit, trace)?;
        Ok(list(&addresses, &slots, self.canonical(&host, canonical)))
    }

    /// The kinds of sockets that are meant, with the ports of their services.
    fn slots(self, resolver: &Resolver, limit: Limit<'_>) -> Result<Vec<Slot>, End> {
        let Hints { ty, protocol, .. } = *self.hints;
        let slot = |row: &Row, port| {
            let protocol = if row.service.is_none() { protocol } else { row.protocol };
            Slot { ty: row.ty, protocol, port }
        };
        let port = |row: &Row| match (self.service, row.service) {
            (Wanted::Nothing, _) => Ok(Some(0)),
            (Wanted::Port(port), Some(_)) => Ok(Some(port)),
            (Wanted::Name(name), Some(over)) => {
                aside::begin(limit)?;
                match resolver.port(name, Some(over)) {
                    Err(End::Failed(Cause::NotListed)) => Ok(None),
                    port => port.map(Some),
                }
            }
            (_, None) => Ok(None),
        };
        if ty == Type::new(0) && protocol == Protocol::DEFAULT {
            let mut slots = Vec::with_capacity(3);
            for row in &ROWS {
                match self.service {
                    // Raw sockets, too: who says nothing about them is told the number.
                    Wanted::Nothing if row.default => slots.push(slot(row, 0)),
                    Wanted::Port(port) if row.default => slots.push(slot(row, port)),
                    Wanted::Name(_) => slots.extend(port(row)?.map(|port| slot(row, port))),
                    _ => {}
                }
            }
            if slots.is_empty() { Err(Cause::Info(Eai::SERVICE).into()) } else { Ok(slots) }
        } else {
            let fits = |row: &&Row| {
                let any = row.service.is_none() || protocol == Protocol::DEFAULT;
                (ty == Type::new(0) || row.ty == ty) && (any || row.protocol == protocol)
            };
            let row = ROWS.iter().find(fits).ok_or(Cause::Info(Eai::SOCKTYPE))?;
            let port = port(row)?.ok_or(Cause::Info(Eai::SERVICE))?;
            Ok(vec![slot(row, port)])
        }
    }

    /// This machine itself, or any address of it.
    fn no_host(self) -> Vec<SocketAddr> {
        let (v6, v4) = if self.has(AddrInfoFlags::PASSIVE) {
            (Ipv6Addr::UNSPECIFIED, Ipv4Addr::UNSPECIFIED)
        } else {
            (Ipv6Addr::LOCALHOST, Ipv4Addr::LOCALHOST)
        };
        let mut addresses = vec![SocketAddr::from((v6, 0)), SocketAddr::from((v4, 0))];
        match self.hints.family {
            Family::INET => drop(addresses.remove(0)),
            Family::INET6 => addresses.truncate(1),
            _ => {}
        }
        addresses
    }

    /// A literal in the family asked for, if it can be.
    fn fitted(self, ip: IpAddr) -> Option<SocketAddr> {
        match (self.hints.family, ip) {
            (Family::INET6, IpAddr::V4(ip)) => {
                self.has(AddrInfoFlags::V4MAPPED).then(|| (ip.to_ipv6_mapped(), 0).into())
            }
            (Family::INET, IpAddr::V6(ip)) => ip.to_ipv4_mapped().map(|ip| (ip, 0).into()),
            _ => Some((ip, 0).into()),
        }
    }

    /// The addresses of a name, sorted, and its canonical name.
    fn look_up(
        self,
        host: &str,
        resolver: &Resolver,
        limit: Limit<'_>,
        trace: &mut Trace,
    ) -> Result<(Vec<SocketAddr>, Option<String>), End> {
        aside::begin(limit)?;
        question::name(host)?;
        let mut family = Some(self.hints.family).filter(|family| *family != Family::UNSPEC);
        if self.has(AddrInfoFlags::ADDRCONFIG) {
            family = match (family, resolver.has_families(host)) {
                (None, [true, false]) => Some(Family::INET),
                (None, [false, true]) => Some(Family::INET6),
                (Some(Family::INET), [false, _]) | (Some(Family::INET6), [_, false]) => {
                    return Err(Cause::Info(Eai::NONAME).into());
                }
                (family, _) => family,
            };
        }
        let mapped = family == Some(Family::INET6) && self.has(AddrInfoFlags::V4MAPPED);
        let asked = (host, family.filter(|_| !mapped));
        let plan = resolver.plan();
        let found = match resolver.host(&plan, asked, false, limit, trace) {
            Err(End::Failed(Cause::Dns(Failure::NoName))) if !host.is_ascii() => {
                return Err(idn::not_ascii(host).into());
            }
            found => found?,
        };
        let mut addresses = found.addresses;
        if mapped {
            if !self.has(AddrInfoFlags::ALL) && addresses.iter().any(SocketAddr::is_ipv6) {
                addresses.retain(SocketAddr::is_ipv6);
            }
            for addr in &mut addresses {
                if let IpAddr::V4(ip) = addr.ip() {
                    *addr = (ip.to_ipv6_mapped(), 0).into();
                }
            }
        }
        resolver.sort(&plan, &mut addresses);
        Ok((addresses, found.canonical_name))
    }

    /// The host's full name, if it was asked for.
    fn canonical(self, host: &str, name: Option<String>) -> Option<String> {
        let name =
            self.has(AddrInfoFlags::CANONNAME).then(|| name.unwrap_or_else(|| host.to_owned()))?;
        Some(if self.has(AddrInfoFlags::CANONIDN) { idn::unicode(name) } else { name })
    }
}

/// The address that a host is, in any form that POSIX takes, and its zone.
fn literal(host: &str) -> Option<(IpAddr, Option<&str>)> {
    if host.starts_with(|first: char| first.is_ascii_digit()) {
        if let Ok(ip) = inet_aton(host) {
            return Some((ip.into(), None));
        }
    }
    let (ip, zone) =
        host.split_once('%').map_or((host, None), |(number, zone)| (number, Some(zone)));
    let ip = ip.contains(':').then(|| ip.parse::<Ipv6Addr>().ok()).flatten()?;
    Some((ip.into(), zone))
}

/// The number of an address's zone.
///
/// # Errors
///
/// NoInterface; NONAME: a zone by its name, where addresses have none.
fn scope(ip: IpAddr, zone: &str) -> Result<u32, Cause> {
    if !zone.is_empty() && question::is_number(zone) {
        return zone.parse().map_err(|_| Cause::Info(Eai::NONAME));
    }
    let index = question::interface(zone)?;
    match ip {
        IpAddr::V6(ip) if has_zones(ip) => Ok(index),
        _ => Err(Cause::Info(Eai::NONAME)),
    }
}

/// Whether an address is known on a link alone.
pub(crate) fn has_zones(ip: Ipv6Addr) -> bool {
    ip.is_unicast_link_local() || ip.segments()[0] & 0xff0f == 0xff02
}

/// Each address with each kind of socket.
fn list(addresses: &[SocketAddr], slots: &[Slot], mut canonical: Option<String>) -> Vec<AddrInfo> {
    let mut infos = Vec::with_capacity(addresses.len().saturating_mul(slots.len()));
    for addr in addresses {
        infos.extend(slots.iter().map(|slot| {
            let mut addr = *addr;
            addr.set_port(slot.port);
            AddrInfo {
                family: if addr.is_ipv4() { Family::INET } else { Family::INET6 },
                ty: slot.ty,
                protocol: slot.protocol,
                addr,
                canonical_name: canonical.take(),
            }
        }));
    }
    infos
}
