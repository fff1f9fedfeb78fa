//! How long files are, and how they open.
//!
//! Contract: no Rust file above [`LONGEST`] lines, and each opens with a module doc. The median is printed, package by
//! package, and not judged: it is a goal, 200 lines or fewer.

use core::fmt::Write as _;
use std::collections::BTreeMap;
use std::path::Path;

use crate::finding::{Finding, Source};

/// The longest a file may be.
const LONGEST: usize = 800;

/// Finds files too long and files that do not say what they are.
pub(super) fn check(sources: &[Source]) -> Vec<Finding> {
    let mut findings = Vec::new();
    for source in sources {
        let lines = source.text.lines().count();
        if lines > LONGEST {
            let advice = format!("{lines} lines; split it, {LONGEST} is the limit");
            findings.push(Finding::of(&source.path, advice));
        }
        if !source.text.starts_with("//! ") {
            let advice = "open with a module doc: what it is, its contract, its sources";
            findings.push(Finding::at(&source.path, 1, advice));
        }
    }
    findings
}

/// One line a package: files, median, largest.
pub(super) fn summary(sources: &[Source]) -> String {
    let mut packages: BTreeMap<&Path, Vec<usize>> = BTreeMap::new();
    for source in sources {
        let depth = if source.path.starts_with("crates") { 2 } else { 1 };
        let package = source.path.ancestors().nth(source.path.components().count() - depth);
        packages
            .entry(package.unwrap_or(&source.path))
            .or_default()
            .push(source.text.lines().count());
    }
    let mut summary =
        format!("{:<26} {:>5} {:>7} {:>8}", "lines a file", "files", "median", "largest");
    for (package, mut lines) in packages {
        lines.sort_unstable();
        let median = lines.get(lines.len() / 2).copied().unwrap_or_default();
        let largest = lines.last().copied().unwrap_or_default();
        let package = package.display().to_string();
        // Writing to a String cannot fail.
        let _ = write!(summary, "\n{package:<26} {:>5} {median:>7} {largest:>8}", lines.len());
    }
    summary
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn planted_files_are_found() {
        let cases = [
            ("//! Doc.\n".to_owned(), 0),
            ("// No doc.\n".to_owned(), 1),
            (format!("//! Doc.\n{}", "\n".repeat(LONGEST - 1)), 0),
            (format!("//! Doc.\n{}", "\n".repeat(LONGEST)), 1),
        ];
        for (text, expected) in cases {
            let source = Source::parse("crates/a/src/lib.rs", text).expect("Rust");
            assert!(summary(core::slice::from_ref(&source)).contains("\ncrates/a "));
            assert_eq!(check(&[source]).len(), expected);
        }
    }
}
