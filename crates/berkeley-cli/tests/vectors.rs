//! `berkeley addr --json -` over `address-vectors.tsv`: texts of every family, good and bad.
//!
//! A row is a text, `ok` or `bad`, and for a good one its canonical text and how its sockaddr begins on a little-endian
//! machine: what follows is zeros. No bytes: it has none, being an endpoint or holding a name. The last column says where the
//! row comes from, and why a bad one is bad.

use std::fs::File;
use std::io::{Seek, Write};
use std::process::{Command, Stdio};

use serde_json::Value;

const BERKELEY: &str = env!("CARGO_BIN_EXE_berkeley");
const VECTORS: &str = include_str!("address-vectors.tsv");

/// A row of the table.
struct Row<'a> {
    input: &'a str,
    /// Canonical text and bytes, of a good one.
    good: Option<(&'a str, &'a str)>,
    why: &'a str,
}

impl<'a> Row<'a> {
    fn of(line: &'a str) -> Self {
        let columns: Vec<_> = line.split('\t').collect();
        let [input, verdict, text, bytes, why] = columns[..] else {
            panic!("five columns: {line}")
        };
        let good = match verdict {
            "ok" => Some((text, bytes)),
            "bad" => None,
            other => panic!("{other}: {line}"),
        };
        Self { input, good, why }
    }

    /// What is wrong with the program's answer, if anything.
    fn check(&self, answer: &Value) -> Result<(), String> {
        if answer["input"] != self.input {
            return Err(format!("answered {}", answer["input"]));
        }
        if answer["ok"] != self.good.is_some() {
            return Err(answer.to_string());
        }
        let Some((text, bytes)) = self.good else {
            let at = answer["at"].as_u64().and_then(|at| usize::try_from(at).ok());
            let points = at.is_some_and(|at| self.input.is_char_boundary(at));
            let tells = answer["error"].as_str().is_some_and(|error| error.contains("expected "));
            return if points && tells { Ok(()) } else { Err(answer.to_string()) };
        };
        if answer["text"] != text {
            return Err(format!("{} instead of {text}", answer["text"]));
        }
        let same = match (bytes, answer["sockaddr"].as_str()) {
            ("", sockaddr) => sockaddr.is_none(),
            (_, Some(_)) if cfg!(target_endian = "big") => true,
            (_, Some(sockaddr)) => sockaddr
                .strip_prefix(bytes)
                .is_some_and(|rest| rest.bytes().all(|digit| digit == b'0')),
            (_, None) => false,
        };
        if same { Ok(()) } else { Err(format!("{} instead of {bytes}", answer["sockaddr"])) }
    }
}

/// What the program answers to these texts, a line each, on its standard input.
fn answers<'a>(texts: impl Iterator<Item = &'a str>) -> Vec<Value> {
    let mut input: File = tempfile::tempfile().unwrap();
    for text in texts {
        writeln!(input, "{text}").unwrap();
    }
    input.rewind().unwrap();
    let mut command = Command::new(BERKELEY);
    let output = command.args(["addr", "--json", "-"]).stdin(Stdio::from(input)).output().unwrap();
    assert!(output.stderr.is_empty(), "{}", String::from_utf8_lossy(&output.stderr));
    let lines = String::from_utf8(output.stdout).unwrap();
    lines.lines().map(|line| serde_json::from_str(line).expect(line)).collect()
}

/// The rows of the table.
fn rows() -> Vec<Row<'static>> {
    VECTORS.lines().filter(|line| !line.starts_with('#')).map(Row::of).collect()
}

#[test]
fn every_row() {
    let rows = rows();
    let answers = answers(rows.iter().map(|row| row.input));
    assert_eq!(answers.len(), rows.len());
    let mut failures = Vec::new();
    for (row, answer) in rows.iter().zip(&answers) {
        if let Err(wrong) = row.check(answer) {
            failures.push(format!("{} ({}): {wrong}", row.input, row.why));
        }
    }
    let good = rows.iter().filter(|row| row.good.is_some()).count();
    println!("{} rows, {good} of them good, {} fail", rows.len(), failures.len());
    assert!(failures.is_empty(), "{} rows:\n{}", failures.len(), failures.join("\n"));
}

/// A canonical text is its own, and means what the text that it stands for means.
#[test]
fn every_canonical_text() {
    let good = rows().into_iter().filter(|row| row.good.is_some());
    let rows: Vec<_> =
        good.map(|row| Row { input: row.good.map_or("", |(text, _)| text), ..row }).collect();
    let answers = answers(rows.iter().map(|row| row.input));
    assert_eq!(answers.len(), rows.len());
    for (row, answer) in rows.iter().zip(&answers) {
        assert_eq!(row.check(answer), Ok(()), "{}", row.input);
    }
}
