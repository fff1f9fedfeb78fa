//! `ResolveError`: what was asked, why there is no answer, and what to try.

use core::fmt;
use std::io;

use berkeley_socket::Errno;

use crate::code::{Eai, HostErrno};
use crate::machine::{Attempt, Failure};

/// What every lookup returns.
pub type Result<T, E = ResolveError> = core::result::Result<T, E>;

/// A lookup that gave no answer: the host and the service it was asked for, and the [`Cause`].
///
/// ```
/// use berkeley_resolve::{Cause, Hints, getaddrinfo};
/// use berkeley_socket::Limit;
///
/// let error = getaddrinfo(Some("127.0.0.1"), Some("65536"), &Hints::new(), Limit::NONE).unwrap_err();
/// assert!(matches!(error.cause(), Cause::Invalid { at: 0, .. }));
/// assert_eq!(
///     error.to_string(),
///     "cannot resolve host 127.0.0.1, service 65536: a port above 65535, at byte 0 of the service"
/// );
/// ```
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub struct ResolveError {
    host: Option<Box<str>>,
    service: Option<Box<str>>,
    cause: Cause,
    attempts: Box<[Attempt]>,
}

/// Why a lookup gave no answer.
#[non_exhaustive]
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Cause {
    /// getaddrinfo or getnameinfo said so.
    Info(Eai),
    /// gethostbyname or gethostbyaddr said so.
    Host(HostErrno),
    /// A system call failed, inside libc or for the lookup's thread.
    System(Errno),
    /// The DNS has no answer, by a [`Resolver`](crate::Resolver): [`attempts`](ResolveError::attempts) say who was asked.
    Dns(Failure),
    /// nsswitch.conf names a source of hosts, or a rule, that is not ours to follow, and libc may not be asked.
    Source(Box<str>),
    /// The databases of services and protocols do not list it.
    NotListed,
    /// What was asked is no question: nobody was asked.
    Invalid {
        /// Where the fault lies.
        part: Part,
        /// What it is.
        why: &'static str,
        /// The byte at fault.
        at: usize,
    },
    /// No interface has the name after the `%`, or in the endpoint.
    NoInterface {
        /// That name.
        name: Box<str>,
        /// The interface that was probably meant: `eth0` for `25eth0`, which is `%eth0` as a URL would write it.
        meant: Option<Box<str>>,
    },
    /// The limit's time was over.
    TimedOut,
    /// The limit's time was over while [`LOOKUPS_AT_ONCE`](crate::LOOKUPS_AT_ONCE) earlier lookups still ran: this one
    /// never started.
    Busy,
    /// The limit's token was cancelled.
    Cancelled,
    /// The limit's hook ended it, after a signal.
    Interrupted,
}

/// The part of a question that is at fault.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Part {
    /// The host.
    Host,
    /// The service, or the name of a protocol.
    Service,
}

impl ResolveError {
    pub(crate) fn new(host: Option<&str>, service: Option<&str>, cause: Cause) -> Self {
        let attempts = Box::default();
        Self { host: host.map(Box::from), service: service.map(Box::from), cause, attempts }
    }

    pub(crate) fn with_attempts(self, attempts: Vec<Attempt>) -> Self {
        Self { attempts: attempts.into(), ..self }
    }

    /// The host that was asked for: a name, or an address.
    pub fn host(&self) -> Option<&str> {
        self.host.as_deref()
    }

    /// The service that was asked for: a name or a port; or the name of a protocol.
    pub fn service(&self) -> Option<&str> {
        self.service.as_deref()
    }

    /// Why there is no answer.
    pub fn cause(&self) -> &Cause {
        &self.cause
    }

    /// The questions that went to name servers, in order: to whom, when, and what became of each. Only a
    /// [`Resolver`](crate::Resolver) knows them.
    pub fn attempts(&self) -> &[Attempt] {
        &self.attempts
    }

    /// The code by which getaddrinfo would say it.
    pub fn eai(&self) -> Eai {
        self.cause.eai()
    }

    /// The value of h_errno by which gethostbyname would say it.
    pub fn h_errno(&self) -> HostErrno {
        match (&self.cause, self.eai()) {
            (Cause::Host(code), _) => *code,
            (_, Eai::NONAME | Eai::ADDRFAMILY) => HostErrno::NOT_FOUND,
            (_, Eai::NODATA) => HostErrno::NODATA,
            (_, Eai::AGAIN | Eai::CANCELED | Eai::INTR) => HostErrno::AGAIN,
            (_, Eai::SYSTEM) => HostErrno::INTERNAL,
            _ => HostErrno::FAIL,
        }
    }

    /// Whether asking again may help.
    pub fn is_temporary(&self) -> bool {
        self.eai() == Eai::AGAIN
    }

    /// Whether the limit's time was over, also before the lookup started.
    pub fn is_timed_out(&self) -> bool {
        matches!(self.cause, Cause::TimedOut | Cause::Busy)
    }

    /// Whether the limit's token was cancelled.
    pub fn is_cancelled(&self) -> bool {
        self.cause == Cause::Cancelled
    }
}

impl Cause {
    /// Whether the limit ended, or its token or hook did: then nobody else is asked.
    pub(crate) const fn is_the_limits(&self) -> bool {
        matches!(self, Self::TimedOut | Self::Busy | Self::Cancelled | Self::Interrupted)
    }

    /// The code by which getaddrinfo would say it.
    pub(crate) fn eai(&self) -> Eai {
        match self {
            Self::Info(eai) => *eai,
            Self::Host(HostErrno::NOT_FOUND)
            | Self::Dns(Failure::NoName)
            | Self::Invalid { part: Part::Host, .. }
            | Self::NoInterface { .. } => Eai::NONAME,
            Self::Host(HostErrno::NODATA) | Self::Dns(Failure::NoData) => Eai::NODATA,
            Self::Host(HostErrno::AGAIN)
            | Self::TimedOut
            | Self::Busy
            | Self::Dns(
                Failure::TimedOut
                | Failure::Server(_)
                | Failure::Lame
                | Failure::Network(_)
                | Failure::Deadline,
            ) => Eai::AGAIN,
            Self::Host(_) | Self::Dns(_) | Self::Source(_) => Eai::FAIL,
            Self::System(_) => Eai::SYSTEM,
            Self::NotListed | Self::Invalid { part: Part::Service, .. } => Eai::SERVICE,
            Self::Cancelled => Eai::CANCELED,
            Self::Interrupted => Eai::INTR,
        }
    }
}

impl fmt::Display for ResolveError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("cannot resolve ")?;
        // What was asked may hold anything: escaped, it stays on one line.
        match (&self.host, &self.service) {
            (Some(host), Some(service)) => {
                write!(f, "host {}, service {}", Shown(host), Shown(service))?;
            }
            (Some(text), None) | (None, Some(text)) => write!(f, "{}", Shown(text))?,
            (None, None) => f.write_str("nothing")?,
        }
        write!(f, ": {}", self.cause)?;
        if !matches!(self.cause, Cause::Dns(Failure::NoName | Failure::NoData)) {
            write!(f, "{}", Servers(&self.attempts))?;
        }
        Ok(())
    }
}

/// What was asked, on one line, and not more of it than a name can have.
struct Shown<'a>(&'a str);

impl fmt::Display for Shown<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.0.char_indices().nth(256) {
            None => write!(f, "{}", self.0.escape_debug()),
            Some((end, _)) => {
                let start = self.0.get(..end).unwrap_or_default();
                write!(f, "{}... ({} bytes)", start.escape_debug(), self.0.len())
            }
        }
    }
}

/// Each server that was asked, and what became of the last question to it.
struct Servers<'a>(&'a [Attempt]);

impl fmt::Display for Servers<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut before = "; asked ";
        for (at, last) in self.0.iter().enumerate() {
            let mut later = self.0.iter().skip(at + 1);
            if !later.any(|attempt| attempt.server == last.server) {
                write!(f, "{before}{}: {}", last.server, last.end)?;
                before = ", ";
            }
        }
        Ok(())
    }
}

impl fmt::Display for Cause {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Info(code) => with_advice(f, code, code.advice()),
            Self::Host(code) => with_advice(f, code, code.advice()),
            Self::System(errno) => io::Error::from(*errno).fmt(f),
            Self::Dns(failure) => {
                let code = self.eai();
                // Of the others the servers themselves are told.
                let advice = if *failure == Failure::NoName { code.advice() } else { "" };
                with_advice(f, &format_args!("{failure} ({code:?})"), advice)
            }
            Self::Source(word) => write!(
                f,
                "nsswitch.conf names {}, which only libc knows; allow libc (Engine::Auto, BERKELEY_NETDNS), or change that line",
                word.escape_debug()
            ),
            Self::NotListed => {
                f.write_str("not listed in this system's databases; give the number")
            }
            Self::Invalid { part: Part::Host, why, at } => {
                write!(f, "{why}, at byte {at} of the host")
            }
            Self::Invalid { part: Part::Service, why, at } => {
                write!(f, "{why}, at byte {at} of the service")
            }
            Self::NoInterface { name, meant: None } => {
                write!(f, "there is no interface {}", name.escape_debug())
            }
            Self::NoInterface { name, meant: Some(meant) } => {
                write!(
                    f,
                    "there is no interface {name}; was %{meant} meant? Nothing is decoded here"
                )
            }
            Self::TimedOut => f.write_str("no answer in time; allow more"),
            Self::Busy => {
                f.write_str("out of time while too many earlier lookups wait for their servers")
            }
            Self::Cancelled => f.write_str("cancelled"),
            Self::Interrupted => f.write_str("interrupted by a signal"),
        }
    }
}

/// A code's words and what to try.
fn with_advice(f: &mut fmt::Formatter<'_>, code: &dyn fmt::Display, advice: &str) -> fmt::Result {
    match advice {
        "" => write!(f, "{code}"),
        advice => write!(f, "{code}; {advice}"),
    }
}

impl From<berkeley_socket::Error> for Cause {
    fn from(error: berkeley_socket::Error) -> Self {
        match error.kind() {
            berkeley_socket::Kind::TimedOut => Self::TimedOut,
            berkeley_socket::Kind::Cancelled => Self::Cancelled,
            berkeley_socket::Kind::Interrupted => Self::Interrupted,
            _ => Self::System(error.errno().unwrap_or(Errno::IO)),
        }
    }
}

/// The error as payload. Its kind: `TimedOut`; `InvalidInput` for what is no question; `NotFound` for no such host,
/// service or interface; the errno's; else `Other`, also when cancelled.
impl From<ResolveError> for io::Error {
    fn from(error: ResolveError) -> Self {
        let kind = match error.cause {
            Cause::TimedOut | Cause::Busy | Cause::Dns(Failure::TimedOut) => {
                io::ErrorKind::TimedOut
            }
            Cause::Invalid { .. } => io::ErrorKind::InvalidInput,
            Cause::Info(Eai::NONAME | Eai::NODATA | Eai::SERVICE | Eai::ADDRFAMILY)
            | Cause::Host(HostErrno::NOT_FOUND | HostErrno::NODATA)
            | Cause::Dns(Failure::NoName | Failure::NoData)
            | Cause::NotListed
            | Cause::NoInterface { .. } => io::ErrorKind::NotFound,
            Cause::System(errno) if errno != Errno::INTR => errno.kind(),
            Cause::Info(_)
            | Cause::Host(_)
            | Cause::Dns(_)
            | Cause::Source(_)
            | Cause::System(_)
            | Cause::Cancelled
            | Cause::Interrupted => io::ErrorKind::Other,
        };
        Self::new(kind, error)
    }
}

#[cfg(test)]
mod tests {
    use core::time::Duration;

    use super::*;
    use crate::machine::End;
    use crate::wire::{Rcode, RecordType};

    fn attempt(server: &str, end: End) -> Attempt {
        Attempt {
            server: server.parse().expect("an address"),
            tcp: false,
            edns: true,
            name: "x.test".parse().expect("a name"),
            ty: RecordType::A,
            start: Duration::ZERO,
            took: None,
            end,
        }
    }

    #[test]
    fn the_servers_are_told_where_they_are_why() {
        let failed = |failure| End::Failed(failure);
        let asked = vec![
            attempt("192.0.2.1:53", failed(Failure::TimedOut)),
            attempt("192.0.2.2:53", failed(Failure::Server(Rcode::SERVFAIL))),
            attempt("192.0.2.1:53", End::Dropped),
        ];
        let told =
            "; asked 192.0.2.2:53: a server failed (SERVFAIL), 192.0.2.1:53: waited for no longer";
        let table = [
            (Cause::Dns(Failure::TimedOut), told),
            (Cause::TimedOut, told),
            (Cause::Dns(Failure::NoName), ""),
            (Cause::Dns(Failure::NoData), ""),
        ];
        for (cause, end) in table {
            let alone = ResolveError::new(Some("x.test"), None, cause.clone());
            let with = alone.clone().with_attempts(asked.clone());
            assert_eq!(with.to_string(), format!("{alone}{end}"), "{cause:?}");
        }
    }

    #[test]
    fn what_is_told_of_a_question_has_an_end() {
        let text =
            ResolveError::new(Some(&"ä".repeat(1 << 20)), None, Cause::NotListed).to_string();
        assert!(text.len() < 1000 && text.contains("... (2097152 bytes)"), "{text}");
    }
}
