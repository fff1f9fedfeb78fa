//! `getnameinfo`: an address to the names of its host and its service, over a resolver.
//!
//! Contract: numbers cost no system call but the name of a zone. What is no name falls back to the number; what could not be found out does not.
//! Sources: getnameinfo(3), POSIX, RFC 3493 section 6.2; measured on glibc 2.36.

use core::net::SocketAddr;

use berkeley_addr::{Family, inet_ntop};
use berkeley_socket::{Interface, Limit};

use crate::code::Eai;
use crate::error::{Cause, ResolveError, Result};
use crate::flag::NameFlags;
use crate::gai::has_zones;
use crate::machine::Attempt;
use crate::resolver::{End, Resolver, Trace};
use crate::{aside, idn, libc, printed};

/// The names of an address's host and service, by the [system's](Resolver::system) resolver.
///
/// Without a name, a host is printed as its address (an IPv6 address with its zone: `fe80::1%eth0`) and a service as its
/// port. A name is only as true as who runs its zone says; bytes in it that no name should have are escaped as `\DDD`.
/// [`NameFlags::NOFQDN`] takes off the domain that this machine's own name has, or has in its hosts file or the DNS.
///
/// # Errors
///
/// [`ResolveError::eai`] is the code: [`Eai::NONAME`]: no name, with [`NameFlags::NAMEREQD`]. [`Eai::AGAIN`]: the name servers do not answer.
/// [`Eai::BADFLAGS`]. The limit's.
///
/// ```
/// use berkeley_resolve::{NameFlags, getnameinfo};
/// use berkeley_socket::Limit;
///
/// let numbers = NameFlags::NUMERICHOST | NameFlags::NUMERICSERV;
/// let names = getnameinfo(&"[::1]:80".parse()?, numbers, Limit::NONE)?;
/// assert_eq!(names, ("::1".into(), "80".into()));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub fn getnameinfo(
    addr: &SocketAddr,
    flags: NameFlags,
    limit: Limit<'_>,
) -> Result<(String, String)> {
    Resolver::system().getnameinfo(addr, flags, limit)
}

impl Resolver {
    /// As [`getnameinfo`], by this resolver.
    ///
    /// # Errors
    ///
    /// As there.
    pub fn getnameinfo(
        &self,
        addr: &SocketAddr,
        flags: NameFlags,
        limit: Limit<'_>,
    ) -> Result<(String, String)> {
        let (limit, mut attempts) = (limit.start(), Vec::new());
        let answer = if flags.bits() & !KNOWN == 0 {
            let names = self.names(addr, flags, limit, &mut attempts);
            self.or_libc(names, || libc::getnameinfo(addr, flags, limit))
        } else {
            Err(Cause::Info(Eai::BADFLAGS))
        };
        answer.map_err(|cause| {
            let (host, service) = (addr.ip().to_string(), addr.port().to_string());
            ResolveError::new(Some(&host), Some(&service), cause).with_attempts(attempts)
        })
    }

    fn names(
        &self,
        addr: &SocketAddr,
        flags: NameFlags,
        limit: Limit<'_>,
        attempts: &mut Vec<Attempt>,
    ) -> Result<(String, String), End> {
        self.is_asked()?;
        let host = match self.host_name(addr, flags, limit, attempts)? {
            Some(name) => name,
            None if flags.contains(NameFlags::NAMEREQD) => {
                return Err(Cause::Info(Eai::NONAME).into());
            }
            None => number(addr),
        };
        Ok((host, self.service_name(addr.port(), flags, limit)?))
    }

    /// `None`: there is none, or none was asked for.
    fn host_name(
        &self,
        addr: &SocketAddr,
        flags: NameFlags,
        limit: Limit<'_>,
        attempts: &mut Vec<Attempt>,
    ) -> Result<Option<String>, End> {
        if flags.contains(NameFlags::NUMERICHOST) {
            return Ok(None);
        }
        aside::begin(limit)?;
        let mut name = match self.host_of(addr.ip(), limit, attempts) {
            Ok(entry) => entry.name,
            Err(End::Failed(cause)) if is_none(&cause) => return Ok(None),
            Err(end) => return Err(end),
        };
        if flags.contains(NameFlags::NOFQDN) {
            if let Some(len) = self.own_domain(limit).and_then(|domain| without(&name, &domain)) {
                name.truncate(len);
            }
        }
        Ok(Some(if flags.contains(NameFlags::IDN) { idn::unicode(name) } else { name }))
    }

    fn service_name(&self, port: u16, flags: NameFlags, limit: Limit<'_>) -> Result<String, End> {
        if flags.contains(NameFlags::NUMERICSERV) {
            return Ok(port.to_string());
        }
        aside::begin(limit)?;
        let over = if flags.contains(NameFlags::DGRAM) { "udp" } else { "tcp" };
        match self.service_at(port, Some(over)) {
            Err(End::Failed(Cause::NotListed)) => Ok(port.to_string()),
            name => name,
        }
    }

    /// The domain of this machine, if it is in one.
    fn own_domain(&self, limit: Limit<'_>) -> Option<String> {
        let domain = |name: &str| name.split_once('.').map(|(_, domain)| domain.to_owned());
        let own = printed::name(&berkeley_sys::host::name());
        domain(&own).or_else(|| {
            let found =
                self.host(&self.plan(), (&own, None), false, limit, &mut Trace::default()).ok()?;
            domain(found.canonical_name.as_deref()?)
        })
    }
}

/// The flags that there are, with two that glibc once had and still lets pass.
const KNOWN: i32 = 0xff;

/// Whether the failure says that there is no name, rather than that nobody knows.
fn is_none(cause: &Cause) -> bool {
    matches!(cause, Cause::Dns(_)) && cause.eai() != Eai::AGAIN
}

/// How long the name is without the domain.
fn without(name: &str, domain: &str) -> Option<usize> {
    let host = name.strip_suffix(domain)?.strip_suffix('.')?;
    (!host.is_empty() && !domain.is_empty()).then_some(host.len())
}

/// The address, with its zone: by its interface's name, where the address is known on a link alone.
fn number(addr: &SocketAddr) -> String {
    let SocketAddr::V6(addr) = addr else { return addr.ip().to_string() };
    let (ip, scope) = (addr.ip(), addr.scope_id());
    // As C prints it: `::192.0.2.1`.
    let text = inet_ntop(Family::INET6, &ip.octets());
    let text = text.map_or_else(|_| ip.to_string(), |text| text.as_str().to_owned());
    let interface = (scope != 0 && has_zones(*ip)).then(|| Interface::indexed(scope));
    match interface {
        Some(Ok(interface)) => format!("{text}%{}", interface.name().to_string_lossy()),
        _ if scope != 0 => format!("{text}%{scope}"),
        _ => text,
    }
}
