//! What libc must never see: a NUL, at which it would stop reading; blanks and control characters, which it may skip; a
//! port above 65535, which it takes modulo 65536; and a zone without an interface, which it calls a host without a name.
//!
//! Contract: what passes here means to libc what it says. Source: POSIX getaddrinfo; measured on glibc 2.36.

use core::net::Ipv6Addr;
use std::ffi::CString;

use berkeley_socket::{Errno, Interface};

use crate::error::{Cause, Part};

/// A host as getaddrinfo may see it.
pub(crate) fn host(text: &str) -> Result<CString, Cause> {
    plain(text, Part::Host)
}

/// A service as getaddrinfo may see it: a number up to 65535, or a name.
pub(crate) fn service(text: &str) -> Result<CString, Cause> {
    let passed = plain(text, Part::Service)?;
    let invalid = |why| Err(Cause::Invalid { part: Part::Service, why, at: 0 });
    if text.starts_with(['+', '-']) {
        // libc reads `+80` as 80, and `-1` as no port at all.
        return invalid("a sign before a port");
    }
    // Zeros in front are POSIX's affair. A number that fits has a value; one that does not has none.
    if is_number(text) && text.parse::<u16>().is_err() {
        return invalid("a port above 65535");
    }
    Ok(passed)
}

/// Whether a service is a port, so that nothing needs looking up.
pub(crate) fn is_number(service: &str) -> bool {
    service.bytes().all(|byte| byte.is_ascii_digit())
}

/// The index of the interface with this name.
///
/// # Errors
///
/// `NoInterface`; or what asking the kernel said.
pub(crate) fn interface(name: &str) -> Result<u32, Cause> {
    Interface::named(name).map(|interface| interface.index()).map_err(|error| {
        match error.errno() {
            Some(Errno::NODEV) => {
                // `%` is written `%25` in a URL, but nowhere here.
                let meant = name.strip_prefix("25").filter(|name| Interface::named(name).is_ok());
                Cause::NoInterface { name: name.into(), meant: meant.map(Box::from) }
            }
            _ => error.into(),
        }
    })
}

/// If the host is an IPv6 address with an interface's name behind `%`: whether there is such an interface.
pub(crate) fn zone(host: &str) -> Result<(), Cause> {
    match host.split_once('%') {
        Some((ip, zone)) if ip.parse::<Ipv6Addr>().is_ok() && !is_number(zone) => {
            interface(zone).map(drop)
        }
        _ => Ok(()),
    }
}

/// Without NUL, blanks and control characters; not empty.
fn plain(text: &str, part: Part) -> Result<CString, Cause> {
    let invalid = |why, at| Cause::Invalid { part, why, at };
    let fault = text.char_indices().find_map(|(at, char)| match char {
        '\0' => Some(invalid("a NUL", at)),
        char if char.is_whitespace() => Some(invalid("a blank", at)),
        char if char.is_control() => Some(invalid("a control character", at)),
        _ => None,
    });
    match fault {
        Some(fault) => Err(fault),
        None if text.is_empty() => Err(invalid("nothing there", 0)),
        None => CString::new(text).map_err(|nul| invalid("a NUL", nul.nul_position())),
    }
}
