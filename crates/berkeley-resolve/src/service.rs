//! The databases of services and protocols: `getservbyname`, `getservbyport`, `getprotobyname`, from their files, as nsswitch.conf says.
//! (Python's are not thread-safe: they read libc's static buffers.)
//!
//! Contract: the files are read once and again when they have changed. Sources: getservent(3), getprotoent(3), services(5), protocols(5),
//! nsswitch.conf(5).

use berkeley_addr::Protocol;
use berkeley_socket::Limit;

use crate::error::{Cause, ResolveError, Result};
use crate::resolver::Resolver;
use crate::{aside, libc, question};

/// The port of a service: over a protocol (`"tcp"`, `"udp"`, `"sctp"`, `"dccp"`), or over the first one listed.
///
/// # Errors
///
/// [`Cause::NotListed`]: no such service. The limit's.
///
/// ```no_run
/// use berkeley_resolve::getservbyname;
/// use berkeley_socket::Limit;
///
/// assert_eq!(getservbyname("http", Some("tcp"), Limit::NONE)?, 80);
/// # Ok::<(), berkeley_resolve::ResolveError>(())
/// ```
pub fn getservbyname(name: &str, protocol: Option<&str>, limit: Limit<'_>) -> Result<u16> {
    Resolver::system().getservbyname(name, protocol, limit)
}

/// The name of the service at a port, over a protocol or over the first one listed.
///
/// # Errors
///
/// [`Cause::NotListed`]: no service is known there. The limit's.
pub fn getservbyport(port: u16, protocol: Option<&str>, limit: Limit<'_>) -> Result<String> {
    Resolver::system().getservbyport(port, protocol, limit)
}

/// The IP protocol of a name such as `"icmp"`.
///
/// # Errors
///
/// [`Cause::NotListed`]: no such protocol. The limit's.
pub fn getprotobyname(name: &str, limit: Limit<'_>) -> Result<Protocol> {
    Resolver::system().getprotobyname(name, limit)
}

impl Resolver {
    /// As [`getservbyname`], by this resolver.
    ///
    /// # Errors
    ///
    /// As there.
    pub fn getservbyname(
        &self,
        name: &str,
        protocol: Option<&str>,
        limit: Limit<'_>,
    ) -> Result<u16> {
        let port = checked(Some(name), protocol, limit).and_then(|()| {
            let port = self.port(name, protocol);
            self.or_libc(port, || libc::getservbyname(name, protocol, limit))
        });
        port.map_err(|cause| ResolveError::new(None, Some(name), cause))
    }

    /// The port of a service: a number, which asks nobody, or as [`getservbyname`].
    ///
    /// # Errors
    ///
    /// As there; [`Cause::NotListed`] also for a number that is no port.
    pub fn service(&self, name: &str, protocol: &str, limit: Limit<'_>) -> Result<u16> {
        if !name.is_empty() && question::is_number(name) {
            let port = name.parse().map_err(|_| Cause::NotListed);
            return port.map_err(|cause| ResolveError::new(None, Some(name), cause));
        }
        self.getservbyname(name, Some(protocol), limit)
    }

    /// As [`getservbyport`], by this resolver.
    ///
    /// # Errors
    ///
    /// As there.
    pub fn getservbyport(
        &self,
        port: u16,
        protocol: Option<&str>,
        limit: Limit<'_>,
    ) -> Result<String> {
        let name = checked(None, protocol, limit).and_then(|()| {
            let name = self.service_at(port, protocol);
            self.or_libc(name, || libc::getservbyport(port, protocol, limit))
        });
        name.map_err(|cause| ResolveError::new(None, Some(&port.to_string()), cause))
    }

    /// As [`getprotobyname`], by this resolver.
    ///
    /// # Errors
    ///
    /// As there.
    pub fn getprotobyname(&self, name: &str, limit: Limit<'_>) -> Result<Protocol> {
        let protocol = checked(Some(name), None, limit)
            .and_then(|()| self.or_libc(self.protocol(name), || libc::getprotobyname(name, limit)));
        protocol.map_err(|cause| ResolveError::new(None, Some(name), cause))
    }
}

fn checked(name: Option<&str>, protocol: Option<&str>, limit: Limit<'_>) -> Result<(), Cause> {
    name.map_or(Ok(()), question::service)?;
    protocol.map_or(Ok(()), question::service)?;
    aside::begin(limit)
}
