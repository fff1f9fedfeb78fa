//! Where `unsafe` stands, and that it stands nowhere else.
//!
//! Contract: only berkeley-sys, and tests of berkeley-oracles, may say `unsafe`; every other crate root forbids it.
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
/// Tests of signals and of what the kernel does behind our back.
const TESTS: &str = "crates/berkeley-oracles/tests";

/// Compares the sources with the fence and with its document.
pub(super) fn check(workspace: &Workspace, sources: &[Source]) -> Result<Vec<Finding>> {
    let list = fs::read_to_string(workspace.root.join(LIST)).unwrap_or_default();
    let mut counts = Vec::new();
    for source in sources {
        counts.push((source, count(source.text.parse().map_err(|e| format!("{e}"))?)));
    }
    Ok(compare(&counts, &list))
}

fn compare(counts: &[(&Source, usize)], list: &str) -> Vec<Finding> {
    let mut findings = Vec::new();
    let Some(rows) = table::rows(list, &HEADER) else {
        return vec![Finding::of(LIST, format!("wants the table | {} |", HEADER.join(" | ")))];
    };
    for (source, count) in counts {
        let file = source.path.display().to_string();
        let at_home = source.path.starts_with(HOME);
        let is_root = matches!(source.name(), "lib.rs" | "main.rs");
        if is_root && !at_home && !forbids(&source.syntax) {
            findings.push(Finding::at(&source.path, 1, "add #![forbid(unsafe_code)]"));
        }
        if *count > 0 && !at_home && !source.path.starts_with(TESTS) {
            findings.push(Finding::of(&source.path, "unsafe code belongs into berkeley-sys"));
        }
        let row = rows.iter().find(|row| row.cells.first() == Some(&file));
        let listed = row.and_then(|row| row.cells.get(1)?.parse().ok()).unwrap_or(0);
        let line = row.map_or(0, |row| row.line);
        if listed != *count {
            let advice = format!("{file} says `unsafe` {count} times, the table {listed} times");
            findings.push(Finding::at(LIST, line, advice));
        } else if *count > 0 && table::items_under(list, &file) != *count {
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

/// How often the keyword stands in the tokens.
fn count(tokens: TokenStream) -> usize {
    tokens
        .into_iter()
        .map(|token| match token {
            TokenTree::Group(group) => count(group.stream()),
            TokenTree::Ident(word) => usize::from(word == "unsafe"),
            TokenTree::Punct(_) | TokenTree::Literal(_) => 0,
        })
        .sum()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_form_is_counted() {
        let cases = [
            ("#![forbid(unsafe_code)] /// unsafe\n fn f() { \"unsafe\"; }", 0),
            ("fn f() { unsafe { g() } unsafe { h() } }", 2),
            ("unsafe fn f() {} unsafe impl Send for A {} unsafe trait T {} unsafe extern {}", 4),
            ("macro_rules! m { () => { unsafe { f() } } }", 1),
        ];
        for (text, expected) in cases {
            assert_eq!(text.parse().map(count).ok(), Some(expected), "{text}");
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
            let unsafes = text.parse().map(count).expect("tokens");
            let findings = compare(&[(&source, unsafes)], &list);
            let said: Vec<String> = findings.iter().map(ToString::to_string).collect();
            assert_eq!(said.is_empty(), expected.is_empty(), "{path} {list}: {said:?}");
            assert!(said.join("\n").contains(expected), "{path} {list}: {said:?}");
        }
    }
}
