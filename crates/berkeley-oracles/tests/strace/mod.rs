//! A test that runs itself under strace(1), to see which system calls one thread makes.
//!
//! Contract: the thread that calls marks beginning and end by asking for files that are not there; what other threads do, and calls that manage
//! memory, do not count. Without strace the test is skipped, or fails if `BERKELEY_STRICT` is set.

use std::path::Path;
use std::process::Command;

/// Says to the test that it runs under strace.
const TRACED: &str = "BERKELEY_TRACED";
const MARK: &str = "/berkeley-mark/";
const MEMORY: &[&str] = &["brk", "mmap", "munmap", "mremap", "madvise", "mprotect"];

/// Whether this is the process that strace looks at.
pub(crate) fn is_here() -> bool {
    std::env::var_os(TRACED).is_some()
}

/// Does the work between two marks, under this name.
pub(crate) fn marked<T>(name: &str, work: impl FnOnce() -> T) -> T {
    let begin = format!("{MARK}{}", name.replace(' ', "+"));
    assert!(!Path::new(&begin).exists());
    let done = work();
    assert!(!Path::new(MARK).exists());
    done
}

/// Runs the test under strace with more arguments; the trace, or why there is none.
pub(crate) fn trace(test: &str, arguments: &[&str]) -> Result<String, String> {
    let file = tempfile::NamedTempFile::new().unwrap();
    let traced = Command::new("strace")
        .args(["-f", "-qq", "-e", "signal=none"])
        .args(arguments)
        .arg("-o")
        .arg(file.path())
        .arg(std::env::current_exe().unwrap())
        .args(["--exact", test, "--test-threads=1"])
        .env(TRACED, "1")
        .output()
        .map_err(|error| error.to_string())?;
    let trace = std::fs::read_to_string(file.path()).unwrap();
    if !trace.contains(MARK) {
        return Err(String::from_utf8_lossy(&traced.stderr).trim().to_owned());
    }
    let said = String::from_utf8_lossy(&traced.stdout);
    assert!(traced.status.success(), "under strace: {said}");
    Ok(trace)
}

/// What was marked, in order: its name, and the system calls between its marks.
pub(crate) fn calls(trace: &str) -> Vec<(String, Vec<String>)> {
    let mut all = Vec::new();
    let mut current: Option<(&str, (String, Vec<String>))> = None;
    for line in trace.lines() {
        let Some((thread, event)) = line.split_once(' ') else { continue };
        let event = event.trim_start();
        let Some(call) = event.split_once('(').map(|(call, _)| call) else { continue };
        // The rest of a call that another thread's line cut in two; a signal; an end.
        if event.starts_with(['<', '-', '+']) {
            continue;
        }
        if let Some(at) = event.find(MARK) {
            let name = event[at + MARK.len()..].split('"').next().unwrap_or_default();
            if name.is_empty() {
                all.extend(current.take().map(|(_, ended)| ended));
            } else {
                current = Some((thread, (name.replace('+', " "), Vec::new())));
            }
        } else if let Some((_, (_, calls))) = current.as_mut().filter(|(of, _)| *of == thread)
            && !MEMORY.contains(&call)
        {
            calls.push(call.to_owned());
        }
    }
    all
}

pub(crate) fn skip(why: &str) {
    assert!(std::env::var_os("BERKELEY_STRICT").is_none(), "strace is wanted: {why}");
    println!("skipped: strace: {why}");
}
