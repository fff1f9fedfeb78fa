//! Hosts and services in endpoints: addresses and numbers, or names still to be looked up.
//!
//! Contract: a host is an IPv4 address, an IPv6 address in `[ ]`, or a name. A name whose last label is a number (`127.1`,
//! `1.2.3.4.5`, `0x7f`) is a mistyped address and an error, never a look-up. Names are ASCII, 253 bytes at most without a
//! final dot; others are given as `xn--`. A service name has something besides digits.
//! Sources: RFC 1123 section 2.1, RFC 2181 section 11, RFC 6335 section 5.1 (the registry's narrower rule), RFC 5890.

use core::fmt;
use core::net::{IpAddr, Ipv4Addr, Ipv6Addr};
use core::str::FromStr;

use crate::bytes::Bytes;
use crate::cursor::Cursor;
use crate::error::{Cause, ParseError, Part};
use crate::inet;
use crate::inet6;
use crate::interface::Scope;

const HOST: Part = Part::new("host", "an IPv4 address, an IPv6 address in [ ], or a name");
const LABEL: Part = Part::new("host name", "labels of A-Z a-z 0-9 _ and, between them, -");
const LENGTH: Part = Part::new("host name", "labels of at most 63 bytes, 253 in all");
const NUMERIC: Part = Part::new("host name", "four decimal octets, or a name that is none");
const SERVICE: Part =
    Part::new("service", "0 to 65535, or a name of at most 32 of A-Z a-z 0-9 - . _ +");
const SERVICE_NAME: Part = Part::new("service name", "a name, which has something besides digits");
const PORT: Part = Part::new("port", "0 to 65535");

/// The longest text of a host: a name. A service has at most 32 bytes.
pub(crate) const HOST_TEXT: usize = 254;

/// The name of a host, still to be looked up.
///
/// ```
/// use berkeley_addr::HostName;
///
/// let name: HostName = "example.org".parse()?;
/// assert_eq!(name.as_str(), "example.org");
/// assert!("127.1".parse::<HostName>().is_err());
/// # Ok::<(), berkeley_addr::ParseError>(())
/// ```
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct HostName(Bytes<254>);

impl HostName {
    /// The name as text, with its final dot if it has one.
    pub fn as_str(&self) -> &str {
        self.0.as_text()
    }
}

impl FromStr for HostName {
    type Err = ParseError;

    /// # Errors
    /// What is wrong, where, and what was expected.
    fn from_str(text: &str) -> Result<Self, ParseError> {
        let mut cursor = Cursor::new(text);
        let name = read_name(&mut cursor)?;
        cursor.end()?;
        Ok(name)
    }
}

impl fmt::Display for HostName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.as_str())
    }
}

impl fmt::Debug for HostName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Debug::fmt(self.as_str(), f)
    }
}

/// A host: an address, or a name still to be looked up.
///
/// ```
/// use berkeley_addr::Host;
///
/// assert!(matches!("127.0.0.1".parse()?, Host::V4(_)));
/// assert!(matches!("[fe80::1%eth0]".parse()?, Host::V6 { .. }));
/// assert!(matches!("example.org".parse()?, Host::Name(_)));
/// # Ok::<(), berkeley_addr::ParseError>(())
/// ```
#[expect(clippy::large_enum_variant, reason = "names are inline, the crate does not allocate")]
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Host {
    /// An IPv4 address.
    V4(Ipv4Addr),
    /// An IPv6 address and its zone, which may be a name.
    V6 {
        /// The address.
        ip: Ipv6Addr,
        /// The zone.
        scope: Scope,
    },
    /// A name.
    Name(HostName),
}

impl From<IpAddr> for Host {
    fn from(ip: IpAddr) -> Self {
        match ip {
            IpAddr::V4(ip) => Self::V4(ip),
            IpAddr::V6(ip) => Self::V6 { ip, scope: Scope::None },
        }
    }
}

impl From<HostName> for Host {
    fn from(name: HostName) -> Self {
        Self::Name(name)
    }
}

impl Host {
    /// A host whose port stands elsewhere, so that IPv6 needs no brackets: `::1` is what `[::1]` is.
    ///
    /// ```
    /// use berkeley_addr::Host;
    ///
    /// assert_eq!(Host::unbracketed("fe80::1%eth0")?.to_string(), "[fe80::1%eth0]");
    /// assert_eq!(Host::unbracketed("example.org")?, "example.org".parse()?);
    /// # Ok::<(), berkeley_addr::ParseError>(())
    /// ```
    ///
    /// # Errors
    /// What is wrong, where, and what was expected.
    pub fn unbracketed(text: &str) -> Result<Self, ParseError> {
        if text.starts_with('[') || !text.contains(':') {
            return text.parse();
        }
        let mut cursor = Cursor::new(text);
        let (ip, scope) = inet6::read_scoped(&mut cursor)?;
        cursor.end()?;
        Ok(Self::V6 { ip, scope })
    }
}

impl FromStr for Host {
    type Err = ParseError;

    /// # Errors
    /// What is wrong, where, and what was expected.
    fn from_str(text: &str) -> Result<Self, ParseError> {
        let mut cursor = Cursor::new(text);
        let host = read_host(&mut cursor)?;
        cursor.end()?;
        Ok(host)
    }
}

impl fmt::Display for Host {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut text = Bytes::<HOST_TEXT>::EMPTY;
        print_host(&mut text, self);
        text.show(f)
    }
}

/// The name of a service, still to be looked up.
///
/// ```
/// use berkeley_addr::ServiceName;
///
/// assert_eq!("http".parse::<ServiceName>()?.as_str(), "http");
/// assert!("80".parse::<ServiceName>().is_err()); // digits are a port
/// # Ok::<(), berkeley_addr::ParseError>(())
/// ```
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct ServiceName(Bytes<32>);

impl ServiceName {
    /// The name as text.
    pub fn as_str(&self) -> &str {
        self.0.as_text()
    }
}

impl FromStr for ServiceName {
    type Err = ParseError;

    /// # Errors
    /// What is wrong, where, and what was expected.
    fn from_str(text: &str) -> Result<Self, ParseError> {
        match text.parse()? {
            Service::Name(name) => Ok(name),
            Service::Port(_) => Err(ParseError::new(Cause::Unexpected, 0, &[], &SERVICE_NAME)),
        }
    }
}

impl fmt::Display for ServiceName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.as_str())
    }
}

impl fmt::Debug for ServiceName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Debug::fmt(self.as_str(), f)
    }
}

/// A port, or the name of a service still to be looked up.
///
/// ```
/// use berkeley_addr::Service;
///
/// assert_eq!("80".parse(), Ok(Service::Port(80)));
/// assert!(matches!("http".parse()?, Service::Name(_)));
/// assert!("080".parse::<Service>().is_err());
/// # Ok::<(), berkeley_addr::ParseError>(())
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Service {
    /// A port.
    Port(u16),
    /// A name, of `/etc/services`.
    Name(ServiceName),
}

impl From<u16> for Service {
    fn from(port: u16) -> Self {
        Self::Port(port)
    }
}

impl FromStr for Service {
    type Err = ParseError;

    /// # Errors
    /// What is wrong, where, and what was expected.
    fn from_str(text: &str) -> Result<Self, ParseError> {
        let mut cursor = Cursor::new(text);
        let service = read_service(&mut cursor)?;
        cursor.end()?;
        Ok(service)
    }
}

impl fmt::Display for Service {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Port(port) => fmt::Display::fmt(port, f),
            Self::Name(name) => fmt::Display::fmt(name, f),
        }
    }
}

/// `host`.
pub(crate) fn read_host(cursor: &mut Cursor<'_>) -> Result<Host, ParseError> {
    if cursor.peek() == Some(b'[') {
        let (ip, scope) = inet6::read_bracketed(cursor)?;
        return Ok(Host::V6 { ip, scope });
    }
    let mut ahead = *cursor;
    let run = ahead.take_while(is_name_byte);
    if run.is_empty() {
        return Err(cursor.unexpected(&HOST));
    }
    // Digits and dots can only be an address, and its errors say what is wrong with it.
    if run.iter().all(|&byte| byte.is_ascii_digit() || byte == b'.') && run.first() != Some(&b'.') {
        return inet::read_ip(cursor).map(Host::V4);
    }
    read_name(cursor).map(Host::Name)
}

/// `hostname`.
fn read_name(cursor: &mut Cursor<'_>) -> Result<HostName, ParseError> {
    let start = cursor.at();
    loop {
        let label_at = cursor.at();
        let label = cursor.take_while(|byte| is_name_byte(byte) && byte != b'.');
        if cursor.peek().is_some_and(|byte| !byte.is_ascii()) {
            return Err(cursor.unexpected(&LABEL).suggest("its form in ASCII, `xn--...`"));
        }
        if label.is_empty() {
            return Err(cursor.unexpected(&LABEL));
        }
        if label.len() > 63 {
            return Err(cursor.error(Cause::TooLong, label_at, &LENGTH));
        }
        if label.starts_with(b"-") || label.ends_with(b"-") {
            return Err(cursor.error(Cause::Unexpected, label_at, &LABEL));
        }
        let dot = cursor.eat(b'.');
        if !dot || !cursor.peek().is_some_and(is_name_byte) {
            if is_number(label) {
                return Err(ParseError::new(Cause::NumericName, label_at, label, &NUMERIC));
            }
            break;
        }
    }
    let name = cursor.since(start);
    match Bytes::new(name) {
        Some(bytes) if name.len() < 254 || name.ends_with(b".") => Ok(HostName(bytes)),
        _ => Err(cursor.error(Cause::TooLong, start, &LENGTH)),
    }
}

/// What `inet_aton` would read as a number, and what a browser would.
fn is_number(label: &[u8]) -> bool {
    match label {
        [b'0', b'x' | b'X', rest @ ..] => rest.iter().all(u8::is_ascii_hexdigit),
        _ => label.iter().all(u8::is_ascii_digit),
    }
}

/// `lchar`, `-` or `.`.
fn is_name_byte(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'-' | b'.')
}

/// `port / service`.
pub(crate) fn read_service(cursor: &mut Cursor<'_>) -> Result<Service, ParseError> {
    let start = cursor.at();
    let mut ahead = *cursor;
    let run = ahead.take_while(|byte| {
        byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'.' | b'_' | b'+')
    });
    if !run.first().is_some_and(u8::is_ascii_alphanumeric) {
        return Err(cursor.unexpected(&SERVICE));
    }
    if run.iter().all(u8::is_ascii_digit) {
        let [low, high, ..] = cursor.decimal(0xffff, &PORT)?.to_le_bytes();
        return Ok(Service::Port(u16::from_le_bytes([low, high])));
    }
    *cursor = ahead;
    match Bytes::new(run) {
        Some(name) => Ok(Service::Name(ServiceName(name))),
        None => Err(cursor.error(Cause::TooLong, start, &SERVICE)),
    }
}

pub(crate) fn print_host<const N: usize>(text: &mut Bytes<N>, host: &Host) {
    match host {
        Host::V4(ip) => inet::print_ip(text, *ip),
        Host::V6 { ip, scope } => inet6::print_bracketed(text, *ip, *scope),
        Host::Name(name) => text.put(&name.0),
    }
}

pub(crate) fn print_service<const N: usize>(text: &mut Bytes<N>, service: &Service) {
    match service {
        Service::Port(port) => text.put_decimal(u32::from(*port)),
        Service::Name(name) => text.put(&name.0),
    }
}
