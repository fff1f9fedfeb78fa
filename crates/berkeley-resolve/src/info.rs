//! `getnameinfo`: an address to the names of its host and its service, over libc's.

use core::net::{IpAddr, SocketAddr};

use berkeley_addr::Address as _;
use berkeley_socket::Limit;
use berkeley_sys::database;

use crate::aside::THREADS;
use crate::error::{ResolveError, Result};
use crate::flag::NameFlags;
use crate::{gai, printed};

/// The names of an address's host and service.
///
/// Without a name, a host is printed as its address (an IPv6 address with its zone: `fe80::1%eth0`) and a service as its
/// port. A name is only as true as who runs its zone says; bytes in it that no name should have are escaped as `\DDD`.
///
/// # Errors
///
/// [`Cause::Info`](crate::Cause::Info) with [`Eai::NONAME`](crate::Eai::NONAME): no name, with
/// [`NameFlags::NAMEREQD`]. [`Eai::AGAIN`](crate::Eai::AGAIN): the name servers do not answer, likewise. The limit's.
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
    let bytes = addr.encode();
    let bytes = bytes.as_ref();
    let numbers = NameFlags::NUMERICHOST | NameFlags::NUMERICSERV;
    let answer = if flags.contains(numbers) {
        database::getnameinfo(bytes, flags.bits()).map_err(gai::failure)
    } else {
        let bytes = bytes.to_vec();
        THREADS
            .run(limit, move || database::getnameinfo(&bytes, flags.bits()).map_err(gai::failure))
            .and_then(|answer| answer)
    };
    let (host, service) = answer.map_err(|cause| {
        let (host, service) = (addr.ip().to_string(), addr.port().to_string());
        ResolveError::new(Some(&host), Some(&service), cause)
    })?;
    Ok((host_name(&host, addr), printed::name(&service)))
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
