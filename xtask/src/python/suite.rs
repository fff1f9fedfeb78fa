//! Which of CPython's suites are run, and what of them is not.
//!
//! Contract: what is known to fail or to disturb whatever `_socket` there is stands in `known.txt` with its reason, and is run on neither side. Source: CPython's `Lib/test`.

use super::interpreter::Interpreter;
use crate::workspace::Result;

/// Sockets, and what stands on them directly.
const USUAL: [&str; 10] = [
    "test_socket",
    "test_socketserver",
    "test_selectors",
    "test_select",
    "test_timeout",
    "test_eintr",
    "test_ssl",
    "test_asyncio.test_sock_lowlevel",
    "test_asyncio.test_streams",
    "test_asyncio.test_unix_events",
];

/// What else opens sockets or asks for names. Where a name has two parts, older versions may have them in one file; the newest lack some.
const MORE: [&str; 29] = [
    "test_asyncio",
    "test_asyncore",
    "test_asynchat",
    "test_signal",
    "test_epoll",
    "test_ftplib",
    "test_poplib",
    "test_imaplib",
    "test_nntplib",
    "test_telnetlib",
    "test_smtplib",
    "test_smtpd",
    "test_httplib",
    "test_httpservers",
    "test_urllib2",
    "test_urllib2_localnet",
    "test_urllib",
    "test_robotparser",
    "test_xmlrpc",
    "test_docxmlrpc",
    "test_wsgiref",
    "test_os",
    "test_logging",
    "test_multiprocessing_spawn.test_processes",
    "test_concurrent_futures.test_process_pool",
    "test_support",
    "test_stat",
    "test_exception_hierarchy",
    "test_audit",
];

/// What is run where nothing is said; with `all`, every one, `test_asyncio` whole.
pub(super) fn names(all: bool) -> Vec<&'static str> {
    if !all {
        return USUAL.to_vec();
    }
    let parts = |name: &&str| !name.starts_with("test_asyncio.");
    USUAL.into_iter().filter(parts).chain(MORE).collect()
}

/// The tests of `test_socket` that a usual kernel skips: of families it lacks. Patterns of ids.
pub(super) const OF_THE_VM: [&str; 12] = [
    "*CAN*",
    "*ISOTP*",
    "*J1939*",
    "*RDS*",
    "*TIPC*",
    "*VSOCK*",
    "*Alg*",
    "*SCTP*",
    "*UDPLITE*",
    "*Bluetooth*",
    "*QIPCRTR*",
    "*LinuxKernelCrypto*",
];

/// A module's tests.
pub(super) struct Suite {
    /// As one says it: `test_socket`.
    pub(super) name: String,
    /// For regrtest's `-u`: `network` only where nothing but loopback is meant.
    pub(super) resources: &'static str,
}

impl Suite {
    /// The one of this name, if this interpreter has it.
    pub(super) fn of(python: &Interpreter, name: &str) -> Option<Self> {
        let tests = python.library.join("test");
        let there = |name: &str| {
            let path = tests.join(name.replace('.', "/"));
            path.is_dir() || path.with_extension("py").is_file()
        };
        let older =
            || name.split('.').next().filter(|name| tests.join(format!("{name}.py")).is_file());
        let name = if there(name) { name } else { older()? };
        let resources = if matches!(name, "test_socketserver" | "test_timeout") {
            "network,walltime,cpu"
        } else {
            "walltime,cpu"
        };
        Some(Self { name: name.to_owned(), resources })
    }
}

/// What is run on neither side: patterns of ids.
///
/// # Errors
/// When the list has a line that is none.
pub(super) fn left_out(in_the_vm: bool) -> Result<Vec<&'static str>> {
    let mut patterns = Vec::new();
    for line in include_str!("known.txt").lines().filter(|line| !line.starts_with('#')) {
        let mut cells = line.split('|').map(str::trim);
        let (Some(place), Some(pattern), Some(_reason)) =
            (cells.next(), cells.next(), cells.next())
        else {
            return Err(format!("known.txt: `{line}` is not `where | pattern | reason`").into());
        };
        match place {
            "host" if in_the_vm => {}
            "everywhere" | "host" => patterns.push(pattern),
            _ => return Err(format!("known.txt: no place is called {place}").into()),
        }
    }
    Ok(patterns)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_left_out_has_a_reason() {
        let (host, vm) = (left_out(false).unwrap(), left_out(true).unwrap());
        assert!(host.len() > vm.len() && host.contains(&"test.test_socket.*VSOCK*"));
    }
}
