//! `Fail`: how a command ends early: the words for standard error and the exit code.
//!
//! Contract: 0 done, 1 input or output failed, 2 the command line or the input is wrong, 3 refused, 4 timed out. Without words
//! nothing is printed: so end commands whose standard output was closed, with 0, and those that have said it all.

use std::io::{self, Write};
use std::process::ExitCode;

use berkeley::addr::ParseError;
use berkeley::{ConnectError, Endpoint, Error, Failure, Kind, ResolveError};
use serde_json::json;

use crate::advice::advice;
use crate::caret;

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

    /// A text that is no address or endpoint: the error, and a caret.
    pub(crate) fn parse(text: &str, error: &ParseError) -> Self {
        let mut words = format!("{error}\n");
        caret::append(&mut words, text.as_bytes(), error.at());
        Self::new(USAGE, words)
    }

    /// A socket's error at an endpoint, with what to do about it.
    pub(crate) fn at(endpoint: &Endpoint, error: Error) -> Self {
        let mut words = format!("{endpoint}: {error}");
        if let Some(advice) = advice(endpoint, error) {
            words.push('\n');
            words.push_str(&advice);
        }
        Self::new(code(error), words)
    }

    /// The words.
    pub(crate) fn words(&self) -> &str {
        self.text.trim_end()
    }

    /// The exit code.
    pub(crate) fn code(&self) -> u8 {
        self.code
    }

    /// Prints the words, or a line of JSON, to standard error and gives the code.
    pub(crate) fn report(&self, json: bool) -> ExitCode {
        if !self.text.is_empty() {
            let text = self.words();
            let mut stderr = io::stderr().lock();
            // There is nobody else to tell.
            let _ = if json {
                writeln!(stderr, "{}", json!({ "ok": false, "error": text, "exit": self.code }))
            } else {
                writeln!(stderr, "berkeley: {text}")
            };
        }
        ExitCode::from(self.code)
    }
}

/// The exit code of a socket's error.
fn code(error: Error) -> u8 {
    match (error.kind(), error.io_kind()) {
        (Kind::TimedOut, _) | (_, io::ErrorKind::TimedOut) => TIMED_OUT,
        (_, io::ErrorKind::ConnectionRefused) => REFUSED,
        _ => IO,
    }
}

impl From<Error> for Fail {
    fn from(error: Error) -> Self {
        Self::new(code(error), error.to_string())
    }
}

impl From<ResolveError> for Fail {
    fn from(error: ResolveError) -> Self {
        let code = match error.cause() {
            _ if error.is_timed_out() => TIMED_OUT,
            berkeley::resolve::Cause::Invalid { .. } => USAGE,
            _ => IO,
        };
        Self::new(code, error.to_string())
    }
}

impl From<ConnectError> for Fail {
    /// Refused if any address refused: there is a host, so that says more than that another cannot be reached.
    fn from(error: ConnectError) -> Self {
        let mut words = error.to_string();
        let code = match error.failure() {
            Failure::Text(_) => USAGE,
            _ if error.is_timed_out() => TIMED_OUT,
            Failure::Attempts(attempts) => {
                let refused = attempts.iter().find(|attempt| code(attempt.error) == REFUSED);
                let telling = refused.or_else(|| attempts.last()).map(|attempt| attempt.error);
                if let Some(advice) =
                    error.endpoint().zip(telling).and_then(|(at, error)| advice(at, error))
                {
                    words.push('\n');
                    words.push_str(&advice);
                }
                telling.map_or(IO, code)
            }
            _ => IO,
        };
        Self::new(code, words)
    }
}
