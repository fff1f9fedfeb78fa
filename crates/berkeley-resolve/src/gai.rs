//! `getaddrinfo`: POSIX's call, over libc's.

use core::net::SocketAddr;
use std::ffi::{CStr, CString};

use berkeley_addr::{Address as _, Family, Protocol, Type};
use berkeley_socket::Limit;
use berkeley_sys::database;

use crate::aside::THREADS;
use crate::code::Eai;
use crate::error::{Cause, ResolveError, Result};
use crate::flag::AddrInfoFlags;
use crate::{printed, question};

/// What [`getaddrinfo`] shall look for; everything is open at first.
///
/// ```
/// use berkeley_addr::{Family, Type};
/// use berkeley_resolve::{AddrInfoFlags, Hints};
///
/// let hints = Hints::new().family(Family::INET6).ty(Type::STREAM).flags(AddrInfoFlags::PASSIVE);
/// # let _ = hints;
/// ```
#[doc(alias = "addrinfo")]
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Hints {
    family: Family,
    ty: Type,
    protocol: Protocol,
    flags: AddrInfoFlags,
}

impl Hints {
    /// Any family, type and protocol, and no flag.
    pub const fn new() -> Self {
        Self {
            family: Family::UNSPEC,
            ty: Type::new(0),
            protocol: Protocol::DEFAULT,
            flags: AddrInfoFlags::NONE,
        }
    }

    /// Only addresses of this family: `AF_INET` or `AF_INET6`.
    #[must_use]
    pub const fn family(self, family: Family) -> Self {
        Self { family, ..self }
    }

    /// Only for sockets of this type.
    #[must_use]
    pub const fn ty(self, ty: Type) -> Self {
        Self { ty, ..self }
    }

    /// Only for sockets of this protocol.
    #[must_use]
    pub const fn protocol(self, protocol: Protocol) -> Self {
        Self { protocol, ..self }
    }

    /// With these flags, and no others.
    #[must_use]
    pub const fn flags(self, flags: AddrInfoFlags) -> Self {
        Self { flags, ..self }
    }

    fn raw(self) -> database::Hints {
        database::Hints {
            flags: self.flags.bits(),
            family: i32::from(self.family.raw()),
            ty: self.ty.raw(),
            protocol: self.protocol.raw(),
        }
    }
}

impl Default for Hints {
    fn default() -> Self {
        Self::new()
    }
}

/// One answer of [`getaddrinfo`]: what to open a socket with, and the address to give it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AddrInfo {
    /// The family of the address.
    pub family: Family,
    /// The type of socket.
    pub ty: Type,
    /// Its protocol.
    pub protocol: Protocol,
    /// The address, with the port; the scope id of a zone such as `%eth0` is in it.
    pub addr: SocketAddr,
    /// The host's full name: in the first answer, with [`AddrInfoFlags::CANONNAME`].
    pub canonical_name: Option<String>,
}

/// The addresses of a host, with the port of a service, in the order in which to try them.
///
/// The host is what POSIX says: a name, an address, an address with a zone (`fe80::1%eth0`), the forms of inet_aton
/// (`127.1`, `0x7f000001`), or `None` for this machine itself. The service is a name, a port in decimal, or `None` for
/// port 0; glibc takes `*` for either as `None`, and so does this. Unlike libc's, this call refuses a NUL, a blank, an empty text, a sign, and a port above 65535, rather than
/// read something else into them. For strictness throughout, see [`lookup`](crate::lookup).
///
/// Under a limit, names are looked up on a thread of their own: see [`LOOKUPS_AT_ONCE`](crate::LOOKUPS_AT_ONCE).
/// Numbers need no thread, and no limit ends them.
///
/// # Errors
///
/// [`Cause::Info`] with [`Eai::NONAME`]: no such host, or neither host nor service given. [`Eai::SERVICE`]: no such
/// service for this type of socket. [`Eai::AGAIN`]: the name servers do not answer. [`Cause::Invalid`]: see above.
/// [`Cause::NoInterface`]: the zone names none. [`Cause::TimedOut`], [`Cause::Busy`], [`Cause::Cancelled`]: the limit.
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
    let answer =
        checked(host, service).and_then(|(host, service)| infos(host, service, hints.raw(), limit));
    let answer = answer.map_err(|cause| ResolveError::new(host, service, cause))?;
    Ok(answer.iter().filter_map(typed).collect())
}

/// The question as libc may see it.
fn checked(
    host: Option<&str>,
    service: Option<&str>,
) -> Result<(Option<CString>, Option<CString>), Cause> {
    let checked = (host.map(question::host), service.map(question::service));
    let checked = (checked.0.transpose()?, checked.1.transpose()?);
    host.map_or(Ok(()), question::zone)?;
    Ok(checked)
}

/// The raw answers: at once where nothing needs looking up.
fn infos(
    host: Option<CString>,
    service: Option<CString>,
    hints: database::Hints,
    limit: Limit<'_>,
) -> Result<Vec<database::AddrInfo>, Cause> {
    if let Some(answer) = numeric(host.as_deref(), service.as_deref(), hints) {
        return answer;
    }
    THREADS.run(limit, move || {
        database::getaddrinfo(host.as_deref(), service.as_deref(), hints).map_err(failure)
    })?
}

/// The answer, if the host is a number to libc, in whatever form, and the service is one, too.
fn numeric(
    host: Option<&CStr>,
    service: Option<&CStr>,
    hints: database::Hints,
) -> Option<Result<Vec<database::AddrInfo>, Cause>> {
    if !service.is_none_or(|service| service.to_bytes().iter().all(u8::is_ascii_digit)) {
        return None;
    }
    let numbers = AddrInfoFlags::NUMERICHOST | AddrInfoFlags::NUMERICSERV;
    let hints = database::Hints { flags: hints.flags | numbers.bits(), ..hints };
    match database::getaddrinfo(host, service, hints) {
        Err(failure) if host.is_some() && failure.code == Eai::NONAME.raw() => None,
        answer => Some(answer.map_err(failure)),
    }
}

/// What getaddrinfo or getnameinfo said.
pub(crate) fn failure(failure: database::Failure) -> Cause {
    failure.errno.map_or_else(|| Cause::Info(Eai::new(failure.code)), Cause::System)
}

/// In words of this crate. An answer that is no IP address has no place here; libc gives none.
fn typed(info: &database::AddrInfo) -> Option<AddrInfo> {
    Some(AddrInfo {
        family: Family::new(u16::try_from(info.family).ok()?),
        ty: Type::new(info.ty),
        protocol: Protocol::new(info.protocol),
        addr: SocketAddr::decode(&info.addr).ok()?,
        canonical_name: info.canonical_name.as_deref().map(printed::name),
    })
}
