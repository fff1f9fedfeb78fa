//! Avahi: `mdns`, `mdns4`, `mdns6` and their `_minimal` forms in nsswitch.conf, over its text socket.
//!
//! Contract: names under `.local` alone, the `_minimal` ones only of two labels, and never to a name server. An answer's interface is the scope
//! of a link-local address. Sources: avahi-daemon's simple protocol, nss-mdns's README, RFC 6762.

use core::net::{IpAddr, SocketAddr, SocketAddrV6};
use std::path::{Path, PathBuf};

use berkeley_addr::Family;
use berkeley_socket::{Errno, Limit};

use super::talk::{ask, unavailable};
use super::{Found, Silence};

/// Where it listens.
const SOCKET: &str = "/run/avahi-daemon/socket";

/// The service.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Avahi {
    socket: PathBuf,
}

impl Default for Avahi {
    fn default() -> Self {
        Self::at(SOCKET)
    }
}

impl Avahi {
    /// One that listens elsewhere.
    pub fn at(socket: impl Into<PathBuf>) -> Self {
        Self { socket: socket.into() }
    }

    /// Its socket.
    pub fn socket(&self) -> &Path {
        &self.socket
    }

    /// The address of a name under `.local`; of `minimal`, with no dot before that. Without a family IPv6's is asked for, then IPv4's, and either will do.
    ///
    /// # Errors
    /// What [`Silence`] says; [`Silence::NotFound`] for any other name, which Avahi is not asked.
    pub fn lookup(
        &self,
        name: &str,
        family: Option<Family>,
        minimal: bool,
        limit: Limit<'_>,
    ) -> Result<Found, Silence> {
        let name = local(name, minimal).ok_or(Silence::NotFound)?;
        let limit = limit.start();
        let kinds: &[(Family, &str)] = &[(Family::INET6, "IPV6"), (Family::INET, "IPV4")];
        let (mut found, mut silence) = (Found::default(), Silence::NotFound);
        for (_, kind) in
            kinds.iter().filter(|(kind, _)| family.is_none_or(|family| family == *kind))
        {
            match self.line(&format!("RESOLVE-HOSTNAME-{kind} {name}\n"), limit) {
                Ok(line) => found.addresses.extend(address(&line).map(|(_, addr)| addr)),
                Err(ended @ Silence::Ended(_)) => return Err(ended),
                Err(other) => silence = other,
            }
        }
        if found.addresses.is_empty() {
            return Err(silence);
        }
        found.canonical = Some(name.to_owned());
        Ok(found)
    }

    /// The name of an address.
    ///
    /// # Errors
    /// What [`Silence`] says.
    pub fn reverse(&self, ip: IpAddr, limit: Limit<'_>) -> Result<String, Silence> {
        let line = self.line(&format!("RESOLVE-ADDRESS {ip}\n"), limit)?;
        line.split_ascii_whitespace()
            .nth(2)
            .map(str::to_owned)
            .ok_or_else(|| unavailable(Errno::BADMSG))
    }

    /// What follows the `+` of a good answer.
    fn line(&self, question: &str, limit: Limit<'_>) -> Result<String, Silence> {
        let answer = ask(&self.socket, question.as_bytes(), b'\n', limit)?;
        let answer = String::from_utf8(answer).map_err(|_| unavailable(Errno::BADMSG))?;
        match answer.strip_prefix('+') {
            Some(rest) => Ok(rest.to_owned()),
            // `-15 Timeout reached`: nobody on the link has the name.
            None if answer.starts_with('-') => Err(Silence::NotFound),
            None => Err(unavailable(Errno::BADMSG)),
        }
    }
}

/// The name, if multicast DNS answers for it, without a last dot.
pub(crate) fn local(name: &str, minimal: bool) -> Option<&str> {
    let name = name.strip_suffix('.').unwrap_or(name);
    let (host, top) = name.rsplit_once('.')?;
    let plain = !name.is_empty()
        && name.len() <= 255
        && name.bytes().all(|byte| byte > b' ' && byte != 0x7f);
    (plain
        && top.eq_ignore_ascii_case("local")
        && !host.is_empty()
        && !(minimal && host.contains('.')))
    .then_some(name)
}

/// `interface protocol name address`.
fn address(line: &str) -> Option<(&str, SocketAddr)> {
    let mut words = line.split_ascii_whitespace();
    let (interface, _, name, address) =
        (words.next()?, words.next()?, words.next()?, words.next()?);
    let address = match address.parse().ok()? {
        IpAddr::V4(ip) => SocketAddr::from((ip, 0)),
        IpAddr::V6(ip) => {
            let scope = interface.parse().ok().filter(|_| ip.is_unicast_link_local());
            SocketAddrV6::new(ip, 0, 0, scope.unwrap_or(0)).into()
        }
    };
    Some((name, address))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_under_local_alone() {
        let rows = [
            ("printer.local", true, Some("printer.local")),
            ("Printer.LOCAL.", true, Some("Printer.LOCAL")),
            ("a.b.local", true, None),
            ("a.b.local", false, Some("a.b.local")),
            ("local", false, None),
            (".local", false, None),
            ("example.org", false, None),
            ("a\nb.local", false, None),
            ("a b.local", false, None),
        ];
        for (name, minimal, wanted) in rows {
            assert_eq!(local(name, minimal), wanted, "{name:?}");
        }
    }

    #[test]
    fn an_answer_says_its_interface() {
        let rows = [
            (" 2 0 printer.local 192.0.2.7", Some("192.0.2.7:0")),
            (" 3 1 printer.local fe80::7", Some("[fe80::7%3]:0")),
            (" 3 1 printer.local 2001:db8::7", Some("[2001:db8::7]:0")),
            (" 3 1 printer.local", None),
            (" 3 1 printer.local 192.0.2.777", None),
            ("", None),
        ];
        for (line, wanted) in rows {
            assert_eq!(
                address(line).map(|(_, addr)| addr.to_string()).as_deref(),
                wanted,
                "{line:?}"
            );
        }
    }
}
