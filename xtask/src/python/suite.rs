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
        let older = || {
            let first = name.split('.').next().filter(|_| MORE.contains(&name));
            first.filter(|name| tests.join(format!("{name}.py")).is_file())
        };
        let name = if there(name) { name } else { older()? };
        let resources = if matches!(name, "test_socketserver" | "test_timeout") {
            "network,walltime,cpu"
        } else {
            "walltime,cpu"
        };
        Some(Self { name: name.to_owned(), resources })
    }
}

/// Must every interpreter have it?
pub(super) fn is_usual(name: &str) -> bool {
    USUAL.contains(&name)
}

/// The name of a suite, as one may say it: `test.test_ssl` is `test_ssl`.
///
/// # Errors
/// When it is none, whatever the interpreter.
pub(super) fn name(said: &str) -> core::result::Result<&str, String> {
    let name = said.strip_prefix("test.").unwrap_or(said);
    let is_word = |part: &str| {
        !part.is_empty() && part.chars().all(|c| c.is_ascii_alphanumeric() || c == '_')
    };
    if name.split('.').all(is_word) {
        return Ok(name);
    }
    Err(format!("`{said}` is no name of a suite, like test_ssl or test_asyncio.test_streams"))
}

/// Is each of these in one of the interpreters, at least?
///
/// # Errors
/// Which is not, and what may have been meant.
pub(super) fn must_be_there(names: &[&str], interpreters: &[Interpreter]) -> Result<()> {
    for name in names {
        let there =
            |name: &str| interpreters.iter().any(|python| Suite::of(python, name).is_some());
        if there(name) {
            continue;
        }
        let all: Vec<String> = interpreters.iter().map(Interpreter::name).collect();
        let meant = name.split_once('.').filter(|(suite, _)| there(suite));
        let meant = meant.map_or_else(String::new, |(suite, test)| {
            format!("; is it `{suite} --match '*{test}*'`?")
        });
        return Err(format!("`{name}` is no suite of {}{meant}", all.join(", ")).into());
    }
    Ok(())
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
    use std::fs;

    use super::*;

    #[test]
    fn what_is_left_out_has_a_reason() {
        let (host, vm) = (left_out(false).unwrap(), left_out(true).unwrap());
        assert!(host.len() > vm.len() && host.contains(&"test.test_socket.*VSOCK*"));
    }

    #[test]
    fn names_of_suites() {
        let cases = [
            ("test_ssl", Some("test_ssl")),
            ("test.test_ssl", Some("test_ssl")),
            ("test.test_asyncio.test_streams", Some("test_asyncio.test_streams")),
            ("", None),
            ("test.", None),
            ("test_socket.", None),
            ("../test_socket", None),
            ("/test_socket", None),
            ("test_*", None),
        ];
        for (said, expected) in cases {
            assert_eq!(name(said).ok(), expected, "{said}");
        }
    }

    #[test]
    fn a_suite_that_is_not_there_is_an_error() {
        let library = tempfile::tempdir().unwrap();
        let tests = library.path().join("test");
        fs::create_dir_all(tests.join("test_asyncio")).unwrap();
        for file in ["test_ssl.py", "test_multiprocessing_spawn.py", "test_asyncio/test_streams.py"]
        {
            fs::write(tests.join(file), "").unwrap();
        }
        let python = Interpreter::in_library(library.path());
        let cases = [
            ("test_ssl", Ok("test_ssl")),
            ("test_asyncio", Ok("test_asyncio")),
            ("test_asyncio.test_streams", Ok("test_asyncio.test_streams")),
            // Ours, of a newer version.
            ("test_multiprocessing_spawn.test_processes", Ok("test_multiprocessing_spawn")),
            ("test_ssl.BasicTests", Err("is it `test_ssl --match '*BasicTests*'`?")),
            ("test_nosuch", Err("`test_nosuch` is no suite of CPython 3.99.0")),
        ];
        for (name, expected) in cases {
            let found = Suite::of(&python, name).map(|suite| suite.name);
            assert_eq!(found.as_deref(), expected.ok(), "{name}");
            let refused = must_be_there(&[name], core::slice::from_ref(&python)).err();
            let words = refused.map(|error| error.to_string());
            assert_eq!(words.is_some(), expected.is_err(), "{name}");
            assert!(words.is_none_or(|words| words.contains(expected.unwrap_err())), "{name}");
        }
    }
}
