//! systemd-resolved: `resolve` in nsswitch.conf, over its varlink socket.
//!
//! Contract: one connection a question, no D-Bus. It answers from its own hosts file, cache, DNS and multicast DNS, and says the interface of
//! a link-local address, which no DNS server can. Where its socket does not answer it is not available, so that
//! `[!UNAVAIL=return]` goes on to the next source. Sources: varlink.org, `io.systemd.Resolve` of systemd 252 (`varlinkctl introspect`),
//! nss-resolve(8).

use core::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr, SocketAddrV6};
use core::task::Poll;
use std::path::{Path, PathBuf};
use std::time::Instant;

use berkeley_addr::Family;
use berkeley_socket::poll::Watch;
use berkeley_socket::{Errno, Limit};

use super::json::{Json, quoted};
use super::talk::{Talk, unavailable};
use super::{Found, Silence, wait};
use crate::step::Steps;

/// Where it listens.
const SOCKET: &str = "/run/systemd/resolve/io.systemd.Resolve";
/// What its methods and errors begin with.
const INTERFACE: &str = "io.systemd.Resolve.";

/// The service.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Resolved {
    socket: PathBuf,
}

impl Default for Resolved {
    fn default() -> Self {
        Self::at(SOCKET)
    }
}

impl Resolved {
    /// One that listens elsewhere.
    pub fn at(socket: impl Into<PathBuf>) -> Self {
        Self { socket: socket.into() }
    }

    /// Its socket.
    pub fn socket(&self) -> &Path {
        &self.socket
    }

    /// The addresses of a name; of both families without one.
    ///
    /// # Errors
    /// What [`Silence`] says.
    pub fn lookup(
        &self,
        name: &str,
        family: Option<Family>,
        limit: Limit<'_>,
    ) -> Result<Found, Silence> {
        wait(self.asking(name, family), limit)
    }

    /// The same, in steps.
    pub(crate) fn asking(&self, name: &str, family: Option<Family>) -> Asking {
        let family =
            family.map(|family| format!(",\"family\":{}", family.raw())).unwrap_or_default();
        Asking(self.call("ResolveHostname", &format!("\"name\":{}{family}", quoted(name))))
    }

    /// The names of an address, whose scope is the interface to ask on.
    ///
    /// # Errors
    /// What [`Silence`] says.
    pub fn reverse(
        &self,
        ip: IpAddr,
        scope: u32,
        limit: Limit<'_>,
    ) -> Result<Vec<String>, Silence> {
        let (family, octets) = match ip {
            IpAddr::V4(ip) => (Family::INET, ip.octets().to_vec()),
            IpAddr::V6(ip) => (Family::INET6, ip.octets().to_vec()),
        };
        let interface = if scope == 0 { String::new() } else { format!(",\"ifindex\":{scope}") };
        let question = format!("\"family\":{},\"address\":{octets:?}{interface}", family.raw());
        let answer = parameters(&wait(self.call("ResolveAddress", &question), limit)?)?;
        let names = answer.member("names").map(Json::items).unwrap_or_default();
        let names: Vec<_> =
            names.iter().filter_map(|name| Some(name.member("name")?.text()?.to_owned())).collect();
        if names.is_empty() { Err(Silence::NotFound) } else { Ok(names) }
    }

    /// Calls a method.
    fn call(&self, method: &str, parameters: &str) -> Talk {
        // Varlink's messages end with a NUL.
        let question =
            format!("{{\"method\":\"{INTERFACE}{method}\",\"parameters\":{{{parameters}}}}}\0");
        Talk::new(&self.socket, question, 0)
    }
}

/// The question for a name's addresses.
#[derive(Debug)]
pub(crate) struct Asking(Talk);

impl Steps for Asking {
    type End = Result<Found, Silence>;

    fn watches(&self) -> impl Iterator<Item = Watch<'_>> {
        self.0.watches()
    }

    fn wake_at(&self) -> Option<Instant> {
        self.0.wake_at()
    }

    fn step(&mut self, events: &[u16]) -> Poll<Self::End> {
        self.0.step(events).map(|answer| found(&parameters(&answer?)?))
    }
}

fn found(answer: &Json) -> Result<Found, Silence> {
    let addresses = answer.member("addresses").map(Json::items).unwrap_or_default();
    let addresses: Vec<_> = addresses.iter().filter_map(address).collect();
    if addresses.is_empty() {
        return Err(Silence::NotFound);
    }
    let canonical = answer.member("name").and_then(Json::text).map(str::to_owned);
    Ok(Found { addresses, canonical })
}

/// What a method returned.
fn parameters(answer: &[u8]) -> Result<Json, Silence> {
    let answer = Json::parse(answer).map_err(|_| unavailable(Errno::BADMSG))?;
    match answer.member("error").and_then(Json::text) {
        Some(error) => Err(silence(error)),
        None => Ok(answer.member("parameters").cloned().unwrap_or(Json::Null)),
    }
}

/// What nss-resolve(8) takes an error for.
fn silence(error: &str) -> Silence {
    match error.strip_prefix(INTERFACE) {
        Some("NoNameServers" | "QueryTimedOut" | "MaxAttemptsReached" | "NetworkDown") => {
            Silence::TryAgain(error.into())
        }
        Some(_) => Silence::NotFound,
        // Varlink's own: no such method, a parameter that this one does not know.
        None => unavailable(Errno::OPNOTSUPP),
    }
}

/// `{"ifindex": 2, "family": 10, "address": [254, 128, ...]}`.
fn address(answer: &Json) -> Option<SocketAddr> {
    let octets = answer.member("address")?.items();
    let octets: Option<Vec<u8>> =
        octets.iter().map(|octet| u8::try_from(octet.integer()?).ok()).collect();
    let octets = octets?;
    match answer.member("family")?.integer()?.try_into().map(Family::new).ok()? {
        Family::INET => Some((Ipv4Addr::from(<[u8; 4]>::try_from(octets).ok()?), 0).into()),
        Family::INET6 => {
            let ip = Ipv6Addr::from(<[u8; 16]>::try_from(octets).ok()?);
            let interface = answer.member("ifindex").and_then(Json::integer);
            let scope = interface
                .and_then(|index| u32::try_from(index).ok())
                .filter(|_| ip.is_unicast_link_local());
            Some(SocketAddrV6::new(ip, 0, 0, scope.unwrap_or(0)).into())
        }
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses_are_read_whole_or_not() {
        let rows = [
            (r#"{"ifindex":2,"family":2,"address":[192,0,2,1]}"#, Some("192.0.2.1:0")),
            (
                r#"{"ifindex":7,"family":10,"address":[254,128,0,0,0,0,0,0,0,0,0,0,0,0,0,1]}"#,
                Some("[fe80::1%7]:0"),
            ),
            (
                r#"{"ifindex":7,"family":10,"address":[32,1,13,184,0,0,0,0,0,0,0,0,0,0,0,1]}"#,
                Some("[2001:db8::1]:0"),
            ),
            (
                r#"{"family":10,"address":[254,128,0,0,0,0,0,0,0,0,0,0,0,0,0,1]}"#,
                Some("[fe80::1]:0"),
            ),
            (r#"{"family":2,"address":[192,0,2]}"#, None),
            (r#"{"family":2,"address":[192,0,2,256]}"#, None),
            (r#"{"family":1,"address":[1,2,3,4]}"#, None),
            (r#"{"address":[1,2,3,4]}"#, None),
            ("[]", None),
        ];
        for (text, wanted) in rows {
            let read = address(&Json::parse(text.as_bytes()).unwrap()).map(|addr| addr.to_string());
            assert_eq!(read.as_deref(), wanted, "{text}");
        }
    }

    #[test]
    fn errors_are_nsswitchs_statuses() {
        let rows = [
            ("io.systemd.Resolve.DNSError", Silence::NotFound),
            ("io.systemd.Resolve.NoSuchResourceRecord", Silence::NotFound),
            (
                "io.systemd.Resolve.NoNameServers",
                Silence::TryAgain("io.systemd.Resolve.NoNameServers".into()),
            ),
            ("org.varlink.service.MethodNotFound", unavailable(Errno::OPNOTSUPP)),
            ("", unavailable(Errno::OPNOTSUPP)),
        ];
        for (error, wanted) in rows {
            assert_eq!(silence(error), wanted);
        }
    }
}
