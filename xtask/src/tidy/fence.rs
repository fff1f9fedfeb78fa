//! Where `unsafe` stands, and that it stands nowhere else.
//!
//! Contract: only berkeley-sys, berkeley-python's way into the interpreter, and tests and examples of berkeley-oracles may say `unsafe`; every
//! other crate root forbids it.
//! `docs/UNSAFE.md` has a table of the files with the number of `unsafe` keywords in each (code of macros included), and
//! under a heading of the file's name one list item for each of them. Counted are tokens, so no form is missed.

use std::fs;

use proc_macro2::{TokenStream, TokenTree};

use super::table;
use crate::finding::{Finding, Source};
use crate::workspace::{Result, Workspace};

const LIST: &str = "docs/UNSAFE.md";
const HEADER: [&str; 3] = ["file", "unsafe", "argument"];
/// The crate that exists to hold it.
const HOME: &str = "crates/berkeley-sys";
/// Where Python's interface is C's.
const PYTHON: &str = "crates/berkeley-python";
const PYTHON_FILES: [&str; 3] = ["call.rs", "class.rs", "ffi.rs"];
/// Tests of signals and of what the kernel does behind our back; examples of others' event loops.
const TESTS: [&str; 2] = ["crates/berkeley-oracles/tests", "crates/berkeley-oracles/examples"];

/// Compares the sources with the fence and with its document.
pub(super) fn check(workspace: &Workspace, sources: &[Source]) -> Result<Vec<Finding>> {
    let list = fs::read_to_string(workspace.root.join(LIST)).unwrap_or_default();
    let mut counts = Vec::new();
    for source in sources {
        let tokens = source.text.parse().map_err(|error| format!("{error}"))?;
        let mut lines = Vec::new();
        collect(tokens, &mut lines);
        counts.push((source, lines));
    }
    Ok(compare(&counts, &list))
}

/// Compares the lines on which each file says `unsafe` with the list.
fn compare(counts: &[(&Source, Vec<usize>)], list: &str) -> Vec<Finding> {
    let mut findings = Vec::new();
    let rows = table::rows(list, &HEADER).unwrap_or_else(|| {
        findings.push(Finding::of(LIST, format!("wants the table | {} |", HEADER.join(" | "))));
        Vec::new()
    });
    for (source, lines) in counts {
        let count = lines.len();
        let file = source.path.display().to_string();
        let at_home = source.path.starts_with(HOME);
        let of_python = source.path.starts_with(PYTHON);
        let is_root = matches!(source.name(), "lib.rs" | "main.rs");
        if is_root && !at_home && !of_python && !forbids(&source.syntax) {
            findings.push(Finding::at(&source.path, 1, "add #![forbid(unsafe_code)]"));
        }
        let at_home = at_home || of_python && PYTHON_FILES.contains(&source.name());
        if count > 0 && !at_home && !TESTS.iter().any(|tests| source.path.starts_with(tests)) {
            findings.push(Finding::of(&source.path, "unsafe code belongs into berkeley-sys"));
        }
        let row = rows.iter().find(|row| row.cells.first() == Some(&file));
        let listed = row.and_then(|row| row.cells.get(1)?.parse().ok()).unwrap_or(0);
        let line = row.map_or(0, |row| row.line);
        if listed != count {
            let advice = format!(
                "{file} says `unsafe` {count} times, the table {listed} times; lines {lines:?}"
            );
            findings.push(Finding::at(LIST, line, advice));
        } else if count > 0 && table::items_under(list, &file) != count {
            let items = table::items_under(list, &file);
            let advice =
                format!("under the heading of {file} stand {items} list items for {count} unsafe");
            findings.push(Finding::at(LIST, line, advice));
        }
    }
    for row in &rows {
        let file = row.cells.first().map_or("", String::as_str);
        if !counts.iter().any(|(source, _)| source.path.to_str() == Some(file)) {
            findings.push(Finding::at(LIST, row.line, format!("there is no {file}: drop the row")));
        }
    }
    findings
}

fn forbids(file: &syn::File) -> bool {
    file.attrs.iter().any(|attribute| {
        attribute.path().is_ident("forbid")
            && attribute.parse_args::<syn::Path>().is_ok_and(|lint| lint.is_ident("unsafe_code"))
    })
}

/// The lines on which the keyword stands among the tokens.
fn collect(tokens: TokenStream, lines: &mut Vec<usize>) {
    for token in tokens {
        match token {
            TokenTree::Group(group) => collect(group.stream(), lines),
            TokenTree::Ident(word) if word == "unsafe" => lines.push(word.span().start().line),
            TokenTree::Ident(_) | TokenTree::Punct(_) | TokenTree::Literal(_) => {}
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn lines(text: &str) -> Vec<usize> {
        let mut lines = Vec::new();
        collect(text.parse().expect("tokens"), &mut lines);
        lines
    }

    #[test]
    fn every_form_is_counted() {
        let cases = [
            ("#![forbid(unsafe_code)] /// unsafe\n fn f() { \"unsafe\"; }", 0),
            ("fn f() { unsafe { g() } unsafe { h() } }", 2),
            ("unsafe fn f() {} unsafe impl Send for A {} unsafe trait T {} unsafe extern {}", 4),
            ("macro_rules! m { () => { unsafe { f() } } }", 1),
        ];
        for (text, expected) in cases {
            assert_eq!(lines(text).len(), expected, "{text}");
        }
    }

    #[test]
    fn planted_differences_are_found() {
        const UNSAFE: &str = "fn f() { unsafe { g() } }";
        const TABLE: &str = "| file | unsafe | argument |\n|---|---|---|\n";
        let row = "| `crates/berkeley-sys/src/a.rs` | 1 | because |\n";
        let items = "## `crates/berkeley-sys/src/a.rs`\n- f: because\n";
        let cases = [
            ("crates/berkeley-sys/src/a.rs", UNSAFE, format!("{TABLE}{row}{items}"), ""),
            ("crates/berkeley-sys/src/a.rs", UNSAFE, String::new(), "wants the table"),
            ("crates/berkeley-sys/src/a.rs", UNSAFE, TABLE.to_owned(), "the table 0 times"),
            ("crates/berkeley-sys/src/a.rs", UNSAFE, format!("{TABLE}{row}"), "0 list items for 1"),
            ("crates/berkeley-sys/src/b.rs", "", format!("{TABLE}{row}"), "drop the row"),
            ("crates/a/src/lib.rs", "", TABLE.to_owned(), "add #![forbid"),
            ("crates/a/src/lib.rs", "#![forbid(unsafe_code)]", TABLE.to_owned(), ""),
            ("crates/berkeley-sys/src/lib.rs", "", TABLE.to_owned(), ""),
            (
                "crates/a/src/b.rs",
                UNSAFE,
                format!("{TABLE}| crates/a/src/b.rs | 1 | x |"),
                "belongs into",
            ),
        ];
        for (path, text, list, expected) in cases {
            let source = Source::parse(path, text.to_owned()).expect("Rust");
            let findings = compare(&[(&source, lines(text))], &list);
            let said: Vec<String> = findings.iter().map(ToString::to_string).collect();
            assert_eq!(said.is_empty(), expected.is_empty(), "{path} {list}: {said:?}");
            assert!(said.join("\n").contains(expected), "{path} {list}: {said:?}");
        }
    }
}
