//! `IntoEndpoint`: the ways to say where to.

use core::net::{IpAddr, SocketAddr};

use berkeley_addr::{AnyAddr, Endpoint, Host, ParseError, Service};

/// What [`create_connection`](crate::create_connection) and [`create_server`](crate::create_server) take: a host and a port or
/// service, a text (an [`Endpoint`], or its [shorthand](Endpoint::shorthand) such as `example.org:80`), an address.
///
/// ```
/// use berkeley::IntoEndpoint;
/// let rows = [
///     ("example.org", 80).into_endpoint()?,
///     ("example.org", "http").into_endpoint()?,
///     ("::1", 80).into_endpoint()?,
///     ("", 80).into_endpoint()?,
///     "[fe80::1%eth0]:80".into_endpoint()?,
///     "unix:///run/x.sock".into_endpoint()?,
/// ];
/// let texts = rows.map(|endpoint| endpoint.to_string());
/// assert_eq!(texts[0], "tcp://example.org:80");
/// assert_eq!(texts[1], "tcp://example.org:http");
/// assert_eq!(texts[2], "tcp://[::1]:80");
/// assert_eq!(texts[3], "tcp://:80");
/// assert_eq!(texts[4], "tcp://[fe80::1%eth0]:80");
/// assert_eq!(texts[5], "unix:///run/x.sock");
/// # Ok::<(), berkeley::addr::ParseError>(())
/// ```
pub trait IntoEndpoint {
    /// The endpoint it means.
    ///
    /// # Errors
    ///
    /// What is wrong with the text, and where.
    fn into_endpoint(self) -> Result<Endpoint, ParseError>;
}

impl IntoEndpoint for Endpoint {
    fn into_endpoint(self) -> Result<Endpoint, ParseError> {
        Ok(self)
    }
}

impl IntoEndpoint for &Endpoint {
    fn into_endpoint(self) -> Result<Endpoint, ParseError> {
        Ok(self.clone())
    }
}

impl IntoEndpoint for &str {
    fn into_endpoint(self) -> Result<Endpoint, ParseError> {
        Endpoint::shorthand(self)
    }
}

impl IntoEndpoint for &String {
    fn into_endpoint(self) -> Result<Endpoint, ParseError> {
        Endpoint::shorthand(self)
    }
}

/// TCP to this address, with its flowinfo and scope.
impl IntoEndpoint for SocketAddr {
    fn into_endpoint(self) -> Result<Endpoint, ParseError> {
        match Endpoint::of(AnyAddr::from(self)) {
            Some(endpoint) => Ok(endpoint),
            None => Ok(Endpoint::tcp(Some(Host::from(self.ip())), Service::Port(self.port()))),
        }
    }
}

/// TCP to this address.
impl IntoEndpoint for (IpAddr, u16) {
    fn into_endpoint(self) -> Result<Endpoint, ParseError> {
        Ok(Endpoint::tcp(Some(Host::from(self.0)), Service::Port(self.1)))
    }
}

/// TCP to a host and port. The empty host is any address of this machine.
impl IntoEndpoint for (&str, u16) {
    fn into_endpoint(self) -> Result<Endpoint, ParseError> {
        Ok(Endpoint::tcp(host(self.0)?, Service::Port(self.1)))
    }
}

/// TCP to a host and a port or service. The empty host is any address of this machine.
impl IntoEndpoint for (&str, &str) {
    fn into_endpoint(self) -> Result<Endpoint, ParseError> {
        Ok(Endpoint::tcp(host(self.0)?, self.1.parse()?))
    }
}

fn host(text: &str) -> Result<Option<Host>, ParseError> {
    if text.is_empty() { Ok(None) } else { Host::unbracketed(text).map(Some) }
}
