//! The hosts database by its older calls: `gethostbyname`, `gethostbyname_ex`, `gethostbyaddr`, `getfqdn`,
//! `gethostname` and `sethostname`, with the meaning that Python's `socket` gives them, over a resolver.
//!
//! Contract: addresses are not sorted, as in C; aliases are a hosts file's or the DNS's. A number asks nobody. Sources: gethostbyname(3),
//! uname(2), sethostname(2); Python's Modules/socketmodule.c and Lib/socket.py for what empty names mean.

use core::net::{IpAddr, Ipv4Addr, SocketAddr};

use berkeley_addr::{Family, Type, inet_aton};
use berkeley_socket::{Errno, Limit};

use crate::addrinfo::Hints;
use crate::code::{Eai, HostErrno};
use crate::error::{Cause, ResolveError, Result};
use crate::hostent::HostEntry;
use crate::resolver::{End, Resolver, Trace};
use crate::{aside, libc, printed, question};

/// The first IPv4 address of a host.
///
/// As in Python, nothing at all means any address, `0.0.0.0`, and `<broadcast>` means `255.255.255.255`. For IPv6, and
/// for all addresses, see [`getaddrinfo`](crate::getaddrinfo) and [`lookup`](crate::lookup).
///
/// # Errors
///
/// As [`getaddrinfo`](crate::getaddrinfo)'s.
///
/// ```
/// use berkeley_resolve::gethostbyname;
/// use berkeley_socket::Limit;
///
/// assert_eq!(gethostbyname("127.1", Limit::NONE)?.to_string(), "127.0.0.1");
/// # Ok::<(), berkeley_resolve::ResolveError>(())
/// ```
pub fn gethostbyname(name: &str, limit: Limit<'_>) -> Result<Ipv4Addr> {
    Resolver::system().gethostbyname(name, limit)
}

/// The entry of a host: its official name, its other names, its IPv4 addresses.
///
/// # Errors
///
/// [`ResolveError::h_errno`] is the code: [`HostErrno::NOT_FOUND`], [`HostErrno::AGAIN`] and so on; [`Cause::Invalid`] as
/// [`getaddrinfo`](crate::getaddrinfo)'s; the limit's.
#[doc(alias = "gethostbyname_r")]
pub fn gethostbyname_ex(name: &str, limit: Limit<'_>) -> Result<HostEntry> {
    Resolver::system().gethostbyname_ex(name, limit)
}

/// The entry of an address: the names of its host.
///
/// # Errors
///
/// As [`gethostbyname_ex`]'s.
#[doc(alias = "gethostbyaddr_r")]
pub fn gethostbyaddr(addr: IpAddr, limit: Limit<'_>) -> Result<HostEntry> {
    Resolver::system().gethostbyaddr(addr, limit)
}

/// The full name of a host, or of this machine for `""`, `"0.0.0.0"` and `"::"`: the first of its entry's names that has
/// a dot, or else the official one. A host without an entry keeps the name it was given.
///
/// # Errors
///
/// The limit's alone.
pub fn getfqdn(name: &str, limit: Limit<'_>) -> Result<String> {
    Resolver::system().getfqdn(name, limit)
}

impl Resolver {
    /// As [`gethostbyname`], by this resolver.
    ///
    /// # Errors
    ///
    /// As there.
    pub fn gethostbyname(&self, name: &str, limit: Limit<'_>) -> Result<Ipv4Addr> {
        match name {
            "" => return Ok(Ipv4Addr::UNSPECIFIED),
            "<broadcast>" => return Ok(Ipv4Addr::BROADCAST),
            _ => {}
        }
        let hints = Hints::new().family(Family::INET).ty(Type::STREAM);
        let infos = self.getaddrinfo(Some(name), None, &hints, limit)?;
        let first = infos.iter().find_map(|info| match info.addr {
            SocketAddr::V4(addr) => Some(*addr.ip()),
            SocketAddr::V6(_) => None,
        });
        first.ok_or_else(|| ResolveError::new(Some(name), None, Cause::Info(Eai::NODATA)))
    }

    /// As [`gethostbyname_ex`], by this resolver.
    ///
    /// # Errors
    ///
    /// As there.
    pub fn gethostbyname_ex(&self, name: &str, limit: Limit<'_>) -> Result<HostEntry> {
        let (limit, mut trace) = (limit.start(), Trace::default());
        let answer = question::host(name).and_then(|()| {
            let entry = self.entry(name, limit, &mut trace);
            self.or_libc(entry, || libc::gethostbyname(name, limit))
        });
        answer.map_err(|cause| {
            ResolveError::new(Some(name), None, cause).with_attempts(trace.attempts)
        })
    }

    fn entry(&self, name: &str, limit: Limit<'_>, trace: &mut Trace) -> Result<HostEntry, End> {
        self.is_asked()?;
        // Of what inet_aton takes the forms without a hexadecimal number: those are names here, as in glibc.
        let decimal = name.bytes().all(|byte| byte.is_ascii_digit() || byte == b'.');
        if let (true, Ok(ip)) = (decimal, inet_aton(name)) {
            return Ok(HostEntry {
                name: name.to_owned(),
                aliases: Vec::new(),
                addresses: vec![ip.into()],
            });
        }
        if name.contains(':') {
            return Err(Cause::Host(HostErrno::NOT_FOUND).into());
        }
        question::name(name)?;
        aside::begin(limit)?;
        let found = self.host(&self.plan(), (name, Some(Family::INET)), true, limit, trace)?;
        Ok(HostEntry {
            name: found.canonical_name.unwrap_or_else(|| name.to_owned()),
            aliases: found.aliases,
            addresses: found.addresses.iter().map(SocketAddr::ip).collect(),
        })
    }

    /// As [`gethostbyaddr`], by this resolver.
    ///
    /// # Errors
    ///
    /// As there.
    pub fn gethostbyaddr(&self, addr: IpAddr, limit: Limit<'_>) -> Result<HostEntry> {
        let (limit, mut attempts) = (limit.start(), Vec::new());
        let answer = aside::begin(limit).and_then(|()| {
            let entry = self.host_of(addr, limit, &mut attempts);
            self.or_libc(entry, || libc::gethostbyaddr(addr, limit))
        });
        answer.map_err(|cause| {
            ResolveError::new(Some(&addr.to_string()), None, cause).with_attempts(attempts)
        })
    }

    /// As [`getfqdn`], by this resolver.
    ///
    /// # Errors
    ///
    /// As there.
    pub fn getfqdn(&self, name: &str, limit: Limit<'_>) -> Result<String> {
        // Two lookups, one deadline.
        let limit = limit.start();
        let name = match name.trim() {
            "" | "0.0.0.0" | "::" => gethostname(),
            name => name.to_owned(),
        };
        let hints = Hints::new().ty(Type::STREAM);
        let entry = self.getaddrinfo(Some(&name), None, &hints, limit).and_then(|infos| {
            let first = infos.first().map(|info| info.addr.ip());
            first.map(|ip| self.gethostbyaddr(ip, limit)).transpose()
        });
        match entry {
            Ok(Some(HostEntry { name, mut aliases, .. })) => {
                if name.contains('.') {
                    return Ok(name);
                }
                let full = aliases.iter().position(|alias| alias.contains('.'));
                Ok(full.map_or(name, |full| aliases.swap_remove(full)))
            }
            Err(error) if error.cause().is_the_limits() => Err(error),
            Ok(None) | Err(_) => Ok(name),
        }
    }
}

/// The name of this machine, as uname(2) has it.
///
/// ```
/// assert!(!berkeley_resolve::gethostname().contains('\0'));
/// ```
pub fn gethostname() -> String {
    printed::name(&berkeley_sys::host::name())
}

/// Gives this machine another name, or in a container the container (its UTS namespace). Until it starts again: what it is called
/// then stands in `/etc/hostname`.
///
/// # Errors
///
/// EPERM: it takes CAP_SYS_ADMIN. EINVAL: the name is longer than 64 bytes. The kernel takes any other, so one that is no
/// host's name as well.
///
/// ```
/// use berkeley_resolve::sethostname;
///
/// assert!(sethostname(&"x".repeat(65)).is_err());
/// ```
pub fn sethostname(name: &str) -> Result<(), Errno> {
    berkeley_sys::host::set_name(name.as_bytes())
}
