//! The hosts database by its older calls: `gethostbyname`, `gethostbyname_ex`, `gethostbyaddr`, `getfqdn`,
//! `gethostname` and `sethostname`, with the meaning that Python's `socket` gives them, over libc's reentrant calls.

use core::net::{IpAddr, Ipv4Addr, SocketAddr};

use berkeley_addr::{Family, Type};
use berkeley_socket::{Errno, Limit};
use berkeley_sys::database;

use crate::aside::THREADS;
use crate::code::{Eai, HostErrno};
use crate::error::{Cause, ResolveError, Result};
use crate::gai::{Hints, getaddrinfo};
use crate::{printed, question};

/// An entry of the hosts database.
#[doc(alias = "hostent")]
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct HostEntry {
    /// The official name.
    pub name: String,
    /// Other names.
    pub aliases: Vec<String>,
    /// The addresses.
    pub addresses: Vec<IpAddr>,
}

/// The first IPv4 address of a host.
///
/// As in Python, nothing at all means any address, `0.0.0.0`, and `<broadcast>` means `255.255.255.255`. For IPv6, and
/// for all addresses, see [`getaddrinfo`] and [`lookup`](crate::lookup).
///
/// # Errors
///
/// As [`getaddrinfo`]'s.
///
/// ```
/// use berkeley_resolve::gethostbyname;
/// use berkeley_socket::Limit;
///
/// assert_eq!(gethostbyname("127.1", Limit::NONE)?.to_string(), "127.0.0.1");
/// # Ok::<(), berkeley_resolve::ResolveError>(())
/// ```
pub fn gethostbyname(name: &str, limit: Limit<'_>) -> Result<Ipv4Addr> {
    match name {
        "" => return Ok(Ipv4Addr::UNSPECIFIED),
        "<broadcast>" => return Ok(Ipv4Addr::BROADCAST),
        _ => {}
    }
    let hints = Hints::new().family(Family::INET).ty(Type::STREAM);
    let infos = getaddrinfo(Some(name), None, &hints, limit)?;
    let first = infos.iter().find_map(|info| match info.addr {
        SocketAddr::V4(addr) => Some(*addr.ip()),
        SocketAddr::V6(_) => None,
    });
    first.ok_or_else(|| ResolveError::new(Some(name), None, Cause::Info(Eai::NODATA)))
}

/// The entry of a host: its official name, its other names, its IPv4 addresses.
///
/// # Errors
///
/// [`Cause::Host`] with [`HostErrno::NOT_FOUND`], [`HostErrno::AGAIN`] and so on; [`Cause::Invalid`] as
/// [`getaddrinfo`]'s; the limit's.
#[doc(alias = "gethostbyname_r")]
pub fn gethostbyname_ex(name: &str, limit: Limit<'_>) -> Result<HostEntry> {
    // A number needs no server, so no thread.
    let limit = name.parse::<Ipv4Addr>().map_or(limit, |_| Limit::NONE);
    let entry = question::host(name).and_then(|name| {
        THREADS.run(limit, move || {
            let family = i32::from(Family::INET.raw());
            database::gethostbyname2(&name, family).map_err(failure)
        })?
    });
    entry.map(|entry| typed(&entry)).map_err(|cause| ResolveError::new(Some(name), None, cause))
}

/// The entry of an address: the names of its host.
///
/// # Errors
///
/// As [`gethostbyname_ex`]'s.
#[doc(alias = "gethostbyaddr_r")]
pub fn gethostbyaddr(addr: IpAddr, limit: Limit<'_>) -> Result<HostEntry> {
    let entry = THREADS.run(limit, move || match addr {
        IpAddr::V4(ip) => database::gethostbyaddr(&ip.octets(), i32::from(Family::INET.raw())),
        IpAddr::V6(ip) => database::gethostbyaddr(&ip.octets(), i32::from(Family::INET6.raw())),
    });
    match entry.and_then(|entry| entry.map_err(failure)) {
        Ok(entry) => Ok(typed(&entry)),
        Err(cause) => Err(ResolveError::new(Some(&addr.to_string()), None, cause)),
    }
}

/// The full name of a host, or of this machine for `""`, `"0.0.0.0"` and `"::"`: the first of its entry's names that has
/// a dot, or else the official one. A host without an entry keeps the name it was given.
///
/// # Errors
///
/// The limit's alone.
pub fn getfqdn(name: &str, limit: Limit<'_>) -> Result<String> {
    // Two lookups, one deadline.
    let limit = limit.start();
    let name = match name.trim() {
        "" | "0.0.0.0" | "::" => gethostname(),
        name => name.to_owned(),
    };
    let hints = Hints::new().ty(Type::STREAM);
    let entry =
        getaddrinfo(Some(&name), None, &hints, limit).and_then(|infos| match infos.first() {
            Some(info) => gethostbyaddr(info.addr.ip(), limit).map(Some),
            None => Ok(None),
        });
    match entry {
        Ok(Some(HostEntry { name, mut aliases, .. })) => {
            if name.contains('.') {
                return Ok(name);
            }
            let full = aliases.iter().position(|alias| alias.contains('.'));
            Ok(full.map_or(name, |full| aliases.swap_remove(full)))
        }
        Err(error) if error.is_timed_out() || error.is_cancelled() => Err(error),
        Ok(None) | Err(_) => Ok(name),
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

/// What a call about hosts said.
fn failure(failure: database::Failure) -> Cause {
    failure.errno.map_or_else(|| Cause::Host(HostErrno::new(failure.code)), Cause::System)
}

/// In words of this crate.
fn typed(entry: &database::HostEntry) -> HostEntry {
    HostEntry {
        name: printed::name(&entry.name),
        aliases: entry.aliases.iter().map(|alias| printed::name(alias)).collect(),
        addresses: entry.addresses.iter().filter_map(|bytes| ip(bytes)).collect(),
    }
}

/// The address of four or sixteen bytes; libc gives no others.
fn ip(bytes: &[u8]) -> Option<IpAddr> {
    let v4 = <[u8; 4]>::try_from(bytes).map(IpAddr::from);
    v4.or_else(|_| <[u8; 16]>::try_from(bytes).map(IpAddr::from)).ok()
}
