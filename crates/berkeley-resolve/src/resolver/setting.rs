//! What a resolver is told when it is built.
//!
//! Contract: plain values; `None` leaves it to the files.

use core::net::SocketAddr;
use core::time::Duration;
use std::ffi::OsStr;
use std::path::PathBuf;

use crate::libc;
use crate::policy::Sort;

/// The variable that says who answers.
pub(super) const NETDNS: &str = "BERKELEY_NETDNS";

/// Where the files lie.
pub(super) const FOLDER: &str = "/etc";

/// Who answers.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum Engine {
    /// This crate; libc for a source or a rule in nsswitch.conf that only it knows, if the files are those of `/etc`, which are libc's, and
    /// no servers were given.
    #[default]
    Auto,
    /// This crate alone: such a source is [`Cause::Source`](crate::Cause::Source).
    Native,
    /// libc, for all but records, which it does not know.
    Libc,
}

impl Engine {
    /// By the variables of the process: [`NETDNS`], and whether there is a `HOSTALIASES`; and the former's word, if it says nothing.
    pub(super) fn told_by(netdns: Option<&OsStr>, hostaliases: bool) -> (Self, Option<Box<str>>) {
        let word = netdns.map(OsStr::to_string_lossy).unwrap_or_default();
        if word.eq_ignore_ascii_case("native") {
            return (Self::Native, None);
        }
        if word.eq_ignore_ascii_case("libc") {
            return (Self::Libc, None);
        }
        let engine = if hostaliases && libc::HAS_SOURCES { Self::Libc } else { Self::Auto };
        (engine, Some(word).filter(|word| !word.is_empty()).map(Box::from))
    }
}

#[derive(Clone, Debug)]
pub(super) struct Settings {
    pub(super) folder: PathBuf,
    pub(super) servers: Option<Vec<SocketAddr>>,
    pub(super) timeout: Option<Duration>,
    pub(super) attempts: Option<u8>,
    pub(super) edns: Option<bool>,
    pub(super) strict: Option<bool>,
    pub(super) hedge: bool,
    pub(super) random_case: bool,
    pub(super) cookies: bool,
    pub(super) sort: Sort,
    pub(super) recheck: Duration,
    pub(super) cache: usize,
    pub(super) engine: Engine,
    /// What [`NETDNS`] has, if that says nothing.
    pub(super) ignored: Option<Box<str>>,
}

impl Default for Settings {
    fn default() -> Self {
        Self {
            folder: FOLDER.into(),
            servers: None,
            timeout: None,
            attempts: None,
            edns: None,
            strict: None,
            hedge: true,
            random_case: false,
            cookies: false,
            sort: Sort::Rfc6724,
            recheck: Duration::from_secs(1),
            cache: 1024,
            engine: Engine::Auto,
            ignored: None,
        }
    }
}

impl Settings {
    /// Whether the files are those that libc reads.
    pub(super) fn is_of_this_machine(&self) -> bool {
        self.folder.as_os_str() == FOLDER
    }

    /// Whether libc may answer where we cannot, and would not contradict what we were told.
    pub(super) fn allows_libc(&self) -> bool {
        match self.engine {
            Engine::Auto => {
                libc::HAS_SOURCES && self.is_of_this_machine() && self.servers.is_none()
            }
            Engine::Native => false,
            Engine::Libc => true,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_process_may_say_who_answers() {
        let table = [
            (None, false, Engine::Auto, None),
            (Some("native"), false, Engine::Native, None),
            (Some("libc"), false, Engine::Libc, None),
            (Some("go"), false, Engine::Auto, Some("go")),
            (Some(""), false, Engine::Auto, None),
            (Some("Native"), true, Engine::Native, None),
            (None, true, if libc::HAS_SOURCES { Engine::Libc } else { Engine::Auto }, None),
        ];
        for (netdns, hostaliases, engine, ignored) in table {
            let told = Engine::told_by(netdns.map(OsStr::new), hostaliases);
            assert_eq!(told, (engine, ignored.map(Box::from)), "{netdns:?}");
        }
    }
}
