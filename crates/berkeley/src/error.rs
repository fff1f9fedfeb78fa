//! `ConnectError`: where to, and why not; every attempt with its address.

use core::fmt;
use core::time::Duration;
use std::io;

use berkeley_addr::{Address, AnyAddr, Endpoint, ParseError};
use berkeley_resolve::{self as resolve, Found, ResolveError, machine};
use berkeley_socket::{Error, Kind};

/// A connection, or a server, that did not come about.
///
/// ```
/// use berkeley::{Failure, Limit, create_connection};
///
/// let error = create_connection("localhost:1", Limit::seconds(5)).unwrap_err();
/// if let Failure::Attempts(attempts) = error.failure() {
///     for attempt in attempts {
///         println!("{}: {}", attempt.address, attempt.error);
///     }
/// }
/// # assert!(error.to_string().starts_with("tcp://localhost:1: "), "{error}");
/// ```
#[derive(Debug, thiserror::Error)]
pub struct ConnectError {
    /// `None`: it could not be read.
    to: Option<Box<To>>,
    /// Printed whole, so it is no source: a chain would tell it twice.
    failure: Failure,
}

/// Where to.
#[derive(Debug)]
struct To {
    endpoint: Endpoint,
    /// What became of the look-up, where an address was tried.
    found: Option<resolve::Result<Found>>,
}

/// What failed.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum Failure {
    /// It is no endpoint.
    #[error(transparent)]
    Text(ParseError),
    /// A name has no address, or there was no time to find it.
    #[error(transparent)]
    Resolve(ResolveError),
    /// No address would do: each that was tried, in the order in which they ended. None was, where the name had none.
    #[error("{}", Attempts(.0))]
    Attempts(Vec<Attempt>),
}

/// One address that was tried.
#[derive(Debug, Clone)]
#[non_exhaustive]
pub struct Attempt {
    /// The address.
    pub address: AnyAddr,
    /// How it failed.
    pub error: Error,
    /// How long after the call it began.
    pub began: Duration,
    /// How long it took.
    pub took: Duration,
}

impl ConnectError {
    pub(crate) fn new(endpoint: &Endpoint, failure: Failure) -> Self {
        Self::with(endpoint, failure, None)
    }

    fn with(endpoint: &Endpoint, failure: Failure, found: Option<resolve::Result<Found>>) -> Self {
        Self { to: Some(Box::new(To { endpoint: endpoint.clone(), found })), failure }
    }

    /// Of a race that nobody has won.
    pub(crate) fn race(
        endpoint: &Endpoint,
        attempts: Vec<Attempt>,
        found: Option<resolve::Result<Found>>,
    ) -> Self {
        match found {
            Some(Err(error)) if attempts.is_empty() => Self::new(endpoint, Failure::Resolve(error)),
            found => Self::with(endpoint, Failure::Attempts(attempts), found),
        }
    }

    /// Where to; `None` if it could not be read.
    pub fn endpoint(&self) -> Option<&Endpoint> {
        self.to.as_ref().map(|to| &to.endpoint)
    }

    /// Why not.
    pub fn failure(&self) -> &Failure {
        &self.failure
    }

    /// What the look-up has found, where addresses were tried: with the questions to name servers, and
    /// [partial](Found::is_partial) where nothing is known of one family.
    pub fn found(&self) -> Option<&Found> {
        self.to.as_ref()?.found.as_ref()?.as_ref().ok()
    }

    /// How the look-up failed: before any address was tried, or when one family's had been.
    pub fn resolve_error(&self) -> Option<&ResolveError> {
        match &self.failure {
            Failure::Resolve(error) => Some(error),
            _ => self.to.as_ref()?.found.as_ref()?.as_ref().err(),
        }
    }

    /// Whether the limit's time was over, in a look-up or in the last attempt.
    pub fn is_timed_out(&self) -> bool {
        self.last().is_some_and(|error| error.kind() == Kind::TimedOut)
            || self.resolve_error().is_some_and(ResolveError::is_timed_out)
            || self.missing() == Some(machine::Failure::Deadline)
    }

    /// Whether the limit's token was cancelled.
    pub fn is_cancelled(&self) -> bool {
        self.last().is_some_and(|error| error.kind() == Kind::Cancelled)
            || self.resolve_error().is_some_and(ResolveError::is_cancelled)
    }

    /// Why nothing is known of one family.
    fn missing(&self) -> Option<machine::Failure> {
        self.found().and_then(Found::missing)
    }

    /// The last attempt's error.
    pub fn last(&self) -> Option<Error> {
        match &self.failure {
            Failure::Attempts(attempts) => attempts.last().map(|attempt| attempt.error),
            Failure::Text(_) | Failure::Resolve(_) => None,
        }
    }
}

impl fmt::Display for ConnectError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if let Some(endpoint) = self.endpoint() {
            write!(f, "{endpoint}: ")?;
        }
        self.failure.fmt(f)?;
        match (&self.failure, self.missing(), self.resolve_error()) {
            (Failure::Attempts(_), Some(missing), _) => {
                write!(f, "; of the other family nothing is known: {missing}")
            }
            (Failure::Attempts(_), _, Some(error)) => write!(f, "; {error}"),
            _ => Ok(()),
        }
    }
}

/// All attempts on one line; the address is left out where there was only one.
struct Attempts<'a>(&'a [Attempt]);

impl fmt::Display for Attempts<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.0 {
            [] => f.write_str("no address to try"),
            [only] => only.error.fmt(f),
            all => {
                write!(f, "all {} addresses failed: ", all.len())?;
                for (nth, attempt) in all.iter().enumerate() {
                    let separator = if nth == 0 { "" } else { "; " };
                    write!(f, "{separator}{}: {}", attempt.address.text(), attempt.error)?;
                }
                Ok(())
            }
        }
    }
}

impl From<ParseError> for ConnectError {
    fn from(error: ParseError) -> Self {
        Self { to: None, failure: Failure::Text(error) }
    }
}

/// The kind of the last attempt's error; all of it as payload.
impl From<ConnectError> for io::Error {
    fn from(error: ConnectError) -> Self {
        let kind = match error.failure() {
            Failure::Text(_) => io::ErrorKind::InvalidInput,
            Failure::Resolve(cause) => Self::from(cause.clone()).kind(),
            Failure::Attempts(_) => error.last().map_or(io::ErrorKind::NotFound, Error::io_kind),
        };
        Self::new(kind, error)
    }
}
