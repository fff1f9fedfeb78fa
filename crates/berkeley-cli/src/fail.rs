//! `Fail`: how a command ends early: the words for standard error and the exit code.
//!
//! Contract: 0 done, 1 input or output failed, 2 the command line or the input is wrong, 3 refused, 4 timed out. Without words
//! nothing is printed: so end commands whose standard output was closed, with 0, and those that have said it all.

use std::io;
use std::process::ExitCode;

use berkeley::{ConnectError, Failure, Kind, ResolveError};

/// Exit code: input or output failed.
pub(crate) const IO: u8 = 1;
/// Exit code: the command line or the input is wrong.
pub(crate) const USAGE: u8 = 2;
/// Exit code: the peer refused.
pub(crate) const REFUSED: u8 = 3;
/// Exit code: the time was over.
pub(crate) const TIMED_OUT: u8 = 4;

/// Why a command ends.
#[derive(Debug)]
pub(crate) struct Fail {
    text: String,
    code: u8,
}

impl Fail {
    /// With these words and this exit code.
    pub(crate) fn new(code: u8, text: impl Into<String>) -> Self {
        Self { text: text.into(), code }
    }

    /// With this exit code, all having been said.
    pub(crate) fn silent(code: u8) -> Self {
        Self { text: String::new(), code }
    }

    /// What failed with an error of std.
    pub(crate) fn io(what: &str, error: &io::Error) -> Self {
        Self::new(IO, format!("{what}: {error}"))
    }

    /// Prints the words and gives the code.
    pub(crate) fn report(&self) -> ExitCode {
        if !self.text.is_empty() {
            eprintln!("berkeley: {}", self.text);
        }
        ExitCode::from(self.code)
    }
}

/// The exit code of a socket's error.
fn code(error: berkeley::Error) -> u8 {
    match (error.kind(), error.io_kind()) {
        (Kind::TimedOut, _) | (_, io::ErrorKind::TimedOut) => TIMED_OUT,
        (_, io::ErrorKind::ConnectionRefused) => REFUSED,
        _ => IO,
    }
}

impl From<berkeley::Error> for Fail {
    fn from(error: berkeley::Error) -> Self {
        Self::new(code(error), error.to_string())
    }
}

impl From<ResolveError> for Fail {
    fn from(error: ResolveError) -> Self {
        let code = if error.is_timed_out() { TIMED_OUT } else { IO };
        Self::new(code, error.to_string())
    }
}

impl From<ConnectError> for Fail {
    fn from(error: ConnectError) -> Self {
        let code = match error.failure() {
            Failure::Text(_) => USAGE,
            _ if error.is_timed_out() => TIMED_OUT,
            _ => error.last().map_or(IO, code),
        };
        Self::new(code, error.to_string())
    }
}
