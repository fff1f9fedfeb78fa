//! What is no question, whoever is asked: a NUL, at which libc would stop reading; blanks and control characters, which it may skip; a
//! port above 65535, which it takes modulo 65536; a zone without an interface, which it calls a host without a name; and a name longer
//! than any.
//!
//! Contract: what passes here means what it says, to us and to libc; each check is one walk over the text. Source: POSIX getaddrinfo; RFC 1035
//! section 2.3.4; measured on glibc 2.36.

use berkeley_socket::{Errno, Interface};

use crate::error::{Cause, Part};

/// A host as getaddrinfo may see it.
pub(crate) fn host(text: &str) -> Result<(), Cause> {
    plain(text, Part::Host)
}

/// A name that a host can have at all: labels of 1 to 63 bytes, 253 in all, and a dot behind or not. Which bytes, each source knows.
pub(crate) fn name(text: &str) -> Result<(), Cause> {
    let invalid = |why, at| Err(Cause::Invalid { part: Part::Host, why, at });
    let plain = text.strip_suffix('.').unwrap_or(text);
    if plain.len() > 253 {
        return invalid("a name above 253 bytes", 0);
    }
    if text == "." {
        return Ok(());
    }
    let mut at = 0;
    for label in plain.split('.') {
        match label.len() {
            0 => return invalid("nothing between two dots", at),
            1..=63 => at += label.len() + 1,
            _ => return invalid("a label above 63 bytes", at),
        }
    }
    Ok(())
}

/// Whether a name server may be asked for it as for a host: letters, digits, `-`, `_` and dots, as glibc has it.
pub(crate) fn is_for_dns(name: &str) -> bool {
    let plain = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_' | b'.');
    name.bytes().all(plain) && !name.starts_with('-')
}

/// A service as getaddrinfo may see it: a number up to 65535, or a name.
pub(crate) fn service(text: &str) -> Result<(), Cause> {
    plain(text, Part::Service)?;
    let invalid = |why| Err(Cause::Invalid { part: Part::Service, why, at: 0 });
    if text.starts_with(['+', '-']) {
        // libc reads `+80` as 80, and `-1` as no port at all.
        return invalid("a sign before a port");
    }
    // Zeros in front are POSIX's affair. A number that fits has a value; one that does not has none.
    if is_number(text) && text.parse::<u16>().is_err() {
        return invalid("a port above 65535");
    }
    Ok(())
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

/// Without NUL, blanks and control characters; not empty.
fn plain(text: &str, part: Part) -> Result<(), Cause> {
    let invalid = |why, at| Cause::Invalid { part, why, at };
    // Most are ASCII, and go by at once.
    if !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_graphic()) {
        return Ok(());
    }
    let fault = text.char_indices().find_map(|(at, char)| match char {
        '\0' => Some(invalid("a NUL", at)),
        char if char.is_whitespace() => Some(invalid("a blank", at)),
        char if char.is_control() => Some(invalid("a control character", at)),
        _ => None,
    });
    match fault {
        Some(fault) => Err(fault),
        None if text.is_empty() => Err(invalid("nothing there", 0)),
        None => Ok(()),
    }
}
