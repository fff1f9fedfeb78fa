//! Words that must not stand in the tree.
//!
//! Contract: no path of one machine and no host of a package registry in any file; no unfinished code; no module named
//! after nothing. The needles are written in two halves here, so that this file does not find itself.

use std::path::PathBuf;

use proc_macro2::{TokenStream, TokenTree};

use crate::finding::{Finding, Source};

/// Folders that exist on somebody's machine only.
const FOLDERS: [&str; 4] =
    [concat!("/wo", "rk/"), concat!("/ro", "ot/"), concat!("/ho", "me/"), concat!("/Us", "ers/")];

/// Package registries: which one serves a build is the machine's choice.
const HOSTS: [&str; 5] = [
    concat!("index.cra", "tes.io"),
    concat!("static.cra", "tes.io"),
    concat!("deb.deb", "ian.org"),
    concat!("pypi", ".org"),
    concat!("proxy.go", "lang.org"),
];

/// Where every outside package in a lock file comes from.
const REGISTRY: &str = "source = \"registry+https://github.com/rust-lang/crates.io-index\"";

/// A note that something is missing.
const UNFINISHED: &str = concat!("FIX", "ME");

/// Macros of code that is not finished, or not meant to stay.
const MACROS: [&str; 3] = ["todo", "unimplemented", "dbg"];

/// Module names that say nothing.
const EMPTY_NAMES: [&str; 6] = ["utils", "util", "common", "types", "misc", "helpers"];

/// Looks at every text, and at the Rust among them once more.
pub(super) fn check(sources: &[Source], texts: &[(PathBuf, String)]) -> Vec<Finding> {
    let mut findings = Vec::new();
    for (path, text) in texts {
        let is_lock = path.ends_with("Cargo.lock");
        for (index, line) in text.lines().enumerate() {
            let mut find = |advice: String| findings.push(Finding::at(path, index + 1, advice));
            for folder in FOLDERS.iter().filter(|folder| line.contains(**folder)) {
                find(format!("{folder} is a folder of one machine"));
            }
            for host in HOSTS.iter().filter(|host| line.contains(**host)) {
                find(format!("{host} is the machine's choice, not the project's"));
            }
            if line.contains(UNFINISHED) {
                find(format!("{UNFINISHED}: do it or drop it"));
            }
            if is_lock && line.starts_with("source = ") && line != REGISTRY {
                find("a package from elsewhere than crates.io".to_owned());
            }
        }
    }
    for source in sources {
        unfinished(source, source.text.parse().unwrap_or_default(), &mut findings);
        let stem = source.path.file_stem().and_then(|stem| stem.to_str()).unwrap_or_default();
        let folder = source.folder().file_name().and_then(|name| name.to_str()).unwrap_or_default();
        for name in EMPTY_NAMES.iter().filter(|name| [stem, folder].contains(name)) {
            findings
                .push(Finding::of(&source.path, format!("`{name}` says nothing: name its topic")));
        }
    }
    findings
}

/// Finds `todo!` and the like, in macros' code too.
fn unfinished(source: &Source, tokens: TokenStream, findings: &mut Vec<Finding>) {
    let mut tokens = tokens.into_iter().peekable();
    while let Some(token) = tokens.next() {
        match token {
            TokenTree::Group(group) => unfinished(source, group.stream(), findings),
            TokenTree::Ident(word) => {
                let called =
                    matches!(tokens.peek(), Some(TokenTree::Punct(p)) if p.as_char() == '!');
                if called && MACROS.iter().any(|name| word == name) {
                    let line = word.span().start().line;
                    findings.push(Finding::at(&source.path, line, format!("finish it: {word}!")));
                }
            }
            TokenTree::Punct(_) | TokenTree::Literal(_) => {}
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn planted_words_are_found() {
        let cases = [
            ("a/src/lib.rs", "fn f() { let s = \"todo!\"; assert!(dbg); }".to_owned(), 0),
            ("a/src/lib.rs", "fn f() { todo!() }".to_owned(), 1),
            ("a/src/lib.rs", "fn f() { vec![unimplemented!(), dbg!(1)]; }".to_owned(), 2),
            ("a/src/utils.rs", String::new(), 1),
            ("a/src/common/mod.rs", String::new(), 1),
            ("a/src/lib.rs", format!("// {UNFINISHED}"), 1),
            ("a.md", format!("{0}x and {0}y", FOLDERS[0]), 1),
            ("a.md", format!("https://{}", HOSTS[0]), 1),
            ("Cargo.lock", REGISTRY.to_owned(), 0),
            ("Cargo.lock", REGISTRY.replace("github", "example"), 1),
        ];
        for (path, text, expected) in cases {
            let sources = if text.contains("fn ") || path.contains("src") {
                vec![Source::parse(path, text.clone()).expect("Rust")]
            } else {
                Vec::new()
            };
            let findings = check(&sources, &[(path.into(), text)]);
            assert_eq!(findings.len(), expected, "{path}: {findings:?}");
        }
    }
}
