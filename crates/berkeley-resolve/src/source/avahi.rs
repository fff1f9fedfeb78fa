//! Avahi: `mdns`, `mdns4`, `mdns6` and their `_minimal` forms in nsswitch.conf, over its text socket.
//!
//! Contract: names under `.local` alone, the `_minimal` ones only of two labels, and never to a name server. An answer's interface is the scope
//! of a link-local address. Sources: avahi-daemon's simple protocol, nss-mdns's README, RFC 6762.

use core::net::{IpAddr, SocketAddr, SocketAddrV6};
use core::task::Poll;
use std::collections::VecDeque;
use std::path::{Path, PathBuf};
use std::time::Instant;

use berkeley_addr::Family;
use berkeley_socket::poll::Watch;
use berkeley_socket::{Errno, Limit};

use super::talk::{Talk, unavailable};
use super::{Found, Silence, wait};
use crate::step::Steps;

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
        wait(self.asking(name, family, minimal)?, limit)
    }

    /// The same, in steps.
    pub(crate) fn asking(
        &self,
        name: &str,
        family: Option<Family>,
        minimal: bool,
    ) -> Result<Asking, Silence> {
        let name = local(name, minimal).ok_or(Silence::NotFound)?;
        let question = |wanted, kind| {
            let question = format!("RESOLVE-HOSTNAME-{kind} {name}\n");
            let is_asked = family.is_none_or(|family| family == wanted);
            is_asked.then(|| Talk::new(&self.socket, question, b'\n'))
        };
        let talks = [question(Family::INET6, "IPV6"), question(Family::INET, "IPV4")];
        Ok(Asking {
            talks: talks.into_iter().flatten().collect(),
            found: Found { addresses: Vec::new(), canonical: Some(name.to_owned()) },
            silence: Silence::NotFound,
        })
    }

    /// The name of an address.
    ///
    /// # Errors
    /// What [`Silence`] says.
    pub fn reverse(&self, ip: IpAddr, limit: Limit<'_>) -> Result<String, Silence> {
        let talk = Talk::new(&self.socket, format!("RESOLVE-ADDRESS {ip}\n"), b'\n');
        let line = line(wait(talk, limit)?)?;
        line.split_ascii_whitespace()
            .nth(2)
            .map(str::to_owned)
            .ok_or_else(|| unavailable(Errno::BADMSG))
    }
}

/// The questions for a name's addresses, one after the other.
#[derive(Debug)]
pub(crate) struct Asking {
    talks: VecDeque<Talk>,
    found: Found,
    silence: Silence,
}

impl Steps for Asking {
    type End = Result<Found, Silence>;

    fn watches(&self) -> impl Iterator<Item = Watch<'_>> {
        self.talks.iter().take(1).flat_map(Steps::watches)
    }

    fn wake_at(&self) -> Option<Instant> {
        self.talks.front().and_then(Steps::wake_at)
    }

    fn step(&mut self, events: &[u16]) -> Poll<Self::End> {
        while let Some(talk) = self.talks.front_mut() {
            let Poll::Ready(answer) = talk.step(events) else { return Poll::Pending };
            self.talks.pop_front();
            match answer.and_then(line) {
                Ok(line) => self.found.addresses.extend(address(&line).map(|(_, addr)| addr)),
                Err(other) => self.silence = other,
            }
        }
        Poll::Ready(if self.found.addresses.is_empty() {
            Err(self.silence.clone())
        } else {
            Ok(core::mem::take(&mut self.found))
        })
    }
}

/// What follows the `+` of a good answer.
fn line(answer: Vec<u8>) -> Result<String, Silence> {
    let answer = String::from_utf8(answer).map_err(|_| unavailable(Errno::BADMSG))?;
    match answer.strip_prefix('+') {
        Some(rest) => Ok(rest.to_owned()),
        // `-15 Timeout reached`: nobody on the link has the name.
        None if answer.starts_with('-') => Err(Silence::NotFound),
        None => Err(unavailable(Errno::BADMSG)),
    }
}

/// The name, if multicast DNS answers for it, without a last dot.
fn local(name: &str, minimal: bool) -> Option<&str> {
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
