//! The calls of libc, for a source that it alone knows and for who wants its answers: the one place where it is asked.
//!
//! Contract: a whole call is handed over, with its flags, so that all of an answer is of one mind. What libc would misread has been refused before
//! ([`question`](crate::question)). Under a limit each runs on a thread that is left alone when the limit ends, see [`crate::aside`]. Sources:
//! getaddrinfo(3), getnameinfo(3), gethostbyname(3), getservent(3), getprotoent(3).

use core::net::{IpAddr, SocketAddr};
use std::ffi::CString;

use berkeley_addr::{Address as _, Family, Protocol, Type};
use berkeley_socket::{Errno, Limit};
use berkeley_sys::database;

use crate::addrinfo::{AddrInfo, Hints};
use crate::aside::threads;
use crate::code::{Eai, HostErrno};
use crate::error::{Cause, Part, Result};
use crate::flag::NameFlags;
use crate::hostent::HostEntry;
use crate::printed;

/// Whether this libc knows sources of its own: musl and a static glibc know files and the DNS, as we do.
pub(crate) const HAS_SOURCES: bool =
    cfg!(target_env = "gnu") && !cfg!(target_feature = "crt-static");

pub(crate) fn getaddrinfo(
    host: Option<&str>,
    service: Option<&str>,
    hints: &Hints,
    limit: Limit<'_>,
) -> Result<Vec<AddrInfo>, Cause> {
    threads().run(limit, getaddrinfo_call(host, service, hints)?)?
}

/// The call itself, to be made on whatever thread.
pub(crate) fn getaddrinfo_call(
    host: Option<&str>,
    service: Option<&str>,
    hints: &Hints,
) -> Result<impl FnOnce() -> Result<Vec<AddrInfo>, Cause> + Send + use<>, Cause> {
    let name = host.map(|host| text(host, Part::Host)).transpose()?;
    let service = service.map(|service| text(service, Part::Service)).transpose()?;
    let hints = database::Hints {
        flags: hints.flags.bits(),
        family: i32::from(hints.family.raw()),
        ty: hints.ty.raw(),
        protocol: hints.protocol.raw(),
    };
    let host = host.map(str::to_owned);
    Ok(move || {
        let infos = database::getaddrinfo(name.as_deref(), service.as_deref(), hints);
        let infos = infos.map_err(info_failure)?;
        Ok(infos.iter().filter_map(|row| info(row, host.as_deref())).collect())
    })
}

pub(crate) fn getnameinfo(
    addr: &SocketAddr,
    flags: NameFlags,
    limit: Limit<'_>,
) -> Result<(String, String), Cause> {
    let bytes = addr.encode();
    let bytes = bytes.as_ref().to_vec();
    let (host, service) = threads()
        .run(limit, move || database::getnameinfo(&bytes, flags.bits()).map_err(info_failure))??;
    Ok((host_name(&host, addr), printed::name(&service)))
}

pub(crate) fn gethostbyname(name: &str, limit: Limit<'_>) -> Result<HostEntry, Cause> {
    let name = text(name, Part::Host)?;
    let entry = threads().run(limit, move || {
        database::gethostbyname2(&name, i32::from(Family::INET.raw())).map_err(host_failure)
    })??;
    Ok(host_entry(&entry))
}

pub(crate) fn gethostbyaddr(addr: IpAddr, limit: Limit<'_>) -> Result<HostEntry, Cause> {
    let entry = threads().run(limit, move || match addr {
        IpAddr::V4(ip) => database::gethostbyaddr(&ip.octets(), i32::from(Family::INET.raw())),
        IpAddr::V6(ip) => database::gethostbyaddr(&ip.octets(), i32::from(Family::INET6.raw())),
    })?;
    entry.map(|entry| host_entry(&entry)).map_err(host_failure)
}

pub(crate) fn getservbyname(
    name: &str,
    protocol: Option<&str>,
    limit: Limit<'_>,
) -> Result<u16, Cause> {
    let name = text(name, Part::Service)?;
    let protocol = protocol.map(|protocol| text(protocol, Part::Service)).transpose()?;
    listed(threads().run(limit, move || database::getservbyname(&name, protocol.as_deref()))?)
}

pub(crate) fn getservbyport(
    port: u16,
    protocol: Option<&str>,
    limit: Limit<'_>,
) -> Result<String, Cause> {
    let protocol = protocol.map(|protocol| text(protocol, Part::Service)).transpose()?;
    let name = threads().run(limit, move || database::getservbyport(port, protocol.as_deref()))?;
    listed(name).map(|name| printed::name(&name))
}

pub(crate) fn getprotobyname(name: &str, limit: Limit<'_>) -> Result<Protocol, Cause> {
    let name = text(name, Part::Service)?;
    listed(threads().run(limit, move || database::getprotobyname(&name))?).map(Protocol::new)
}

/// As libc may see it. What holds a NUL never comes here.
fn text(text: &str, part: Part) -> Result<CString, Cause> {
    CString::new(text).map_err(|nul| Cause::Invalid { part, why: "a NUL", at: nul.nul_position() })
}

fn listed<T>(answer: Result<Option<T>, Errno>) -> Result<T, Cause> {
    answer.map_err(Cause::System)?.ok_or(Cause::NotListed)
}

/// What getaddrinfo or getnameinfo said.
fn info_failure(failure: database::Failure) -> Cause {
    failure.errno.map_or_else(|| Cause::Info(Eai::new(failure.code)), Cause::System)
}

/// What a call about hosts said.
fn host_failure(failure: database::Failure) -> Cause {
    failure.errno.map_or_else(|| Cause::Host(HostErrno::new(failure.code)), Cause::System)
}

/// In words of this crate. An answer that is no IP address has no place here; libc gives none.
fn info(info: &database::AddrInfo, host: Option<&str>) -> Option<AddrInfo> {
    // What was asked is said back as it was: an address has bytes that no name should have.
    let name = |name: &[u8]| match host {
        Some(host) if host.as_bytes() == name => host.to_owned(),
        _ => printed::name(name),
    };
    Some(AddrInfo {
        family: Family::new(u16::try_from(info.family).ok()?),
        ty: Type::new(info.ty),
        protocol: Protocol::new(info.protocol),
        addr: SocketAddr::decode(&info.addr).ok()?,
        canonical_name: info.canonical_name.as_deref().map(name),
    })
}

fn host_entry(entry: &database::HostEntry) -> HostEntry {
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

/// The host's name, escaped; but the address itself as it is, where libc found no name.
fn host_name(host: &[u8], addr: &SocketAddr) -> String {
    let text = String::from_utf8_lossy(host);
    let number = text.split_once('%').map_or(&*text, |(number, _)| number);
    match number.parse::<IpAddr>() {
        Ok(ip) if addr.ip() == ip => text.into_owned(),
        _ => printed::name(host),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_that_looks_like_an_address_is_escaped_unless_it_is_the_one_asked_for() {
        let table: [(&str, &[u8], &str); 6] = [
            ("[::1]:0", b"::1", "::1"),
            ("[fe80::1]:0", b"fe80::1%eth0", "fe80::1%eth0"),
            ("[::2]:0", b"::1", "\\058\\0581"),
            ("127.0.0.1:0", b"127.0.0.1", "127.0.0.1"),
            ("127.0.0.1:0", b"local-host", "local-host"),
            ("127.0.0.1:0", b"\xff\xfe\n", "\\255\\254\\010"),
        ];
        for (addr, host, text) in table {
            assert_eq!(host_name(host, &addr.parse().expect("an address")), text, "{addr}");
        }
    }
}
