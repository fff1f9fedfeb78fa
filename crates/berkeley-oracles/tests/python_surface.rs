//! docs/PYTHON.md is complete: every public name of the `socket` module of the python3 here has its row, every row's counterpart is in an
//! example, and every name of a row finds something in our documents.
//!
//! Without python3 there is nothing to ask: the test says so and passes, or fails if `BERKELEY_STRICT` is set.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::{env, fs};

/// What is called there, and each method and attribute of socket objects with a dot before it.
const PYTHON: &str = "
import socket, sys

print(sys.version.split()[0], end=' ')
for name in dir(socket):
    thing = getattr(socket, name)
    # What it imports from enum for itself is no part of it.
    if not name.startswith('_') and callable(thing) and getattr(thing, '__module__', '') != 'enum':
        print(name, end=' ')
print('has_ipv6', end=' ')
for name in dir(socket.socket):
    if not name.startswith('_'):
        print('.' + name, end=' ')
";

/// A row of one of the tables.
struct Row {
    python: String,
    /// What stands in the second column between backticks.
    here: Vec<String>,
}

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../..")
}

fn document() -> String {
    fs::read_to_string(root().join("docs/PYTHON.md")).expect("docs/PYTHON.md")
}

/// The rows of all tables `| Python | here | differs |`.
fn rows(document: &str) -> Vec<Row> {
    let mut rows = Vec::new();
    let mut inside = false;
    for line in document.lines() {
        inside = line.starts_with('|') && (inside || line == "| Python | here | differs |");
        let mut columns = line.split('|').skip(1);
        let (Some(python), Some(here)) = (columns.next(), columns.next()) else { continue };
        if let (true, Some(name)) = (inside, quoted(python, '`').into_iter().next()) {
            rows.push(Row { python: name, here: quoted(here, '`') });
        }
    }
    rows
}

/// Every second part between marks.
fn quoted(text: &str, mark: char) -> Vec<String> {
    text.split(mark).skip(1).step_by(2).map(str::to_owned).collect()
}

/// The words of the Rust in the document's examples.
fn words_of_examples(document: &str) -> BTreeSet<String> {
    let code = document.split("```").filter(|part| part.starts_with("rust"));
    code.flat_map(words).map(str::to_owned).collect()
}

fn words(text: &str) -> impl Iterator<Item = &str> {
    text.split(|char: char| !char.is_ascii_alphanumeric() && char != '_')
}

/// What a search of the API documents finds: aliases, and the names of public functions and types.
fn search_words(folder: &Path, found: &mut BTreeSet<String>) {
    for entry in fs::read_dir(folder).expect("a folder").flatten() {
        let path = entry.path();
        if path.is_dir() {
            search_words(&path, found);
            continue;
        }
        let text = fs::read_to_string(&path).expect("a source");
        for aliases in text.split("doc(alias").skip(1) {
            found.extend(quoted(aliases.split(")]").next().unwrap_or_default(), '"'));
        }
        for line in text.lines().filter(|line| line.trim_start().starts_with("pub ")) {
            let mut words = words(line);
            while let Some(word) = words.next() {
                if ["fn", "struct", "enum"].contains(&word) {
                    found.extend(words.next().map(str::to_owned));
                }
            }
        }
    }
}

#[test]
fn each_name_of_python_has_a_row() {
    let output = match Command::new("python3").arg("-c").arg(PYTHON).output() {
        Ok(output) => output,
        Err(error) => {
            assert!(env::var_os("BERKELEY_STRICT").is_none(), "python3: {error}");
            println!("skipped: python3: {error}");
            return;
        }
    };
    assert!(output.status.success(), "python3: {}", String::from_utf8_lossy(&output.stderr));
    let output = String::from_utf8(output.stdout).expect("names are ASCII");
    let (version, names) = output.split_once(' ').expect("a version, and names");
    let rows: BTreeSet<_> = rows(&document()).into_iter().map(|row| row.python).collect();
    let names: Vec<_> = names.split_whitespace().collect();
    let missing: Vec<_> = names.iter().filter(|name| !rows.contains(**name)).collect();
    assert!(missing.is_empty(), "Python {version}: no row for {missing:?}");
    println!("Python {version}: {} names, each in one of {} rows", names.len(), rows.len());
}

#[test]
fn each_row_has_an_example_and_is_found_by_its_name() {
    let document = document();
    let examples = words_of_examples(&document);
    let mut found = BTreeSet::new();
    for entry in fs::read_dir(root().join("crates")).expect("crates").flatten() {
        search_words(&entry.path().join("src"), &mut found);
    }
    let rows = rows(&document);
    assert!(rows.len() > 80, "{} rows: is the header of the tables still the same?", rows.len());
    for Row { python, here } in rows {
        for name in &here {
            let last = words(name).last().unwrap_or_default();
            assert!(examples.contains(last), "{python}: {name} is in no example");
        }
        let windows_only = python == "fromshare";
        let name = python.trim_start_matches('.');
        assert!(windows_only || found.contains(name), "{name} is no search word of ours");
    }
}
