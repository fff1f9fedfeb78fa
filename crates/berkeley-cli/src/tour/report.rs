//! The tour as text: a table of what carried data, and below it what did not, and why.
//!
//! Contract: the table fits 80 columns where addresses are short; `SOCK_` is left out.

use core::time::Duration;

use comfy_table::{CellAlignment, ContentArrangement, Table, presets};

use super::row::{Carried, Outcome, Row, Stop};
use crate::fail::Fail;
use crate::out::Out;

/// How many names a line shows.
const SHOWN: usize = 8;

/// Everything.
pub(super) fn show(rows: &[Row], out: &mut Out) -> Result<(), Fail> {
    let mut table = Table::new();
    table.load_preset(presets::NOTHING).set_content_arrangement(ContentArrangement::Dynamic);
    table.set_header(["family", "type", "address", "round trip", "rate"]);
    for (nth, column) in table.column_iter_mut().enumerate() {
        let gap = [1, 1, 2, 2, 0].get(nth).copied().unwrap_or_default();
        column.set_padding((0, gap));
        if nth > 2 {
            column.set_cell_alignment(CellAlignment::Right);
        }
    }
    let (mut found, mut failed) = (Vec::new(), Vec::new());
    let (mut opened, mut skipped) = (Vec::new(), Vec::new());
    for Row { stop, outcome } in rows {
        match outcome {
            Outcome::Carried(carried) => {
                table.add_row(cells(stop, carried));
                if !carried.names.is_empty() {
                    tell(&mut found, stop, listed(&carried.names));
                }
            }
            Outcome::Failed(fault) => tell(&mut failed, stop, fault.why.clone()),
            Outcome::Opened(why) => tell(&mut opened, stop, why.clone()),
            Outcome::Skipped(fault) => tell(&mut skipped, stop, fault.why.clone()),
        }
    }
    out.line(table.trim_fmt())?;
    let parts =
        [("found", found), ("failed", failed), ("only opened", opened), ("skipped", skipped)];
    for (heading, fates) in parts.iter().filter(|(_, fates)| !fates.is_empty()) {
        out.line(format_args!("\n{heading}:"))?;
        for Fate { stop, kinds, why } in fates {
            out.line(format_args!("  {} {}: {why}", stop.family, kinds.join(", ")))?;
        }
    }
    out.line("")
}

/// One line at the end.
pub(super) fn summary(rows: &[Row], elapsed: Duration) -> String {
    let count = |is: fn(&Outcome) -> bool| rows.iter().filter(|row| is(&row.outcome)).count();
    format!(
        "{} carried data, {} failed, {} only opened, {} skipped; {:.1} s",
        count(|outcome| matches!(outcome, Outcome::Carried(_))),
        count(|outcome| matches!(outcome, Outcome::Failed(_))),
        count(|outcome| matches!(outcome, Outcome::Opened(_))),
        count(|outcome| matches!(outcome, Outcome::Skipped(_))),
        elapsed.as_secs_f64()
    )
}

/// A row of the table.
fn cells(stop: &Stop, carried: &Carried) -> [String; 5] {
    let rate = carried.rate().map_or_else(String::new, |rate| format!("{}/s", bytes(rate)));
    let rtt = format!("{:.1} µs", carried.rtt.as_secs_f64() * 1e6);
    [stop.family.to_string(), kind(stop), carried.address.clone(), rtt, rate]
}

/// `STREAM mptcp`.
fn kind(stop: &Stop) -> String {
    let ty = stop.ty.to_string();
    format!("{} {}", ty.trim_start_matches("SOCK_"), stop.how)
}

/// `4.2 MB`.
fn bytes(mut count: f64) -> String {
    let mut unit = "GB";
    for small in ["B", "kB", "MB"] {
        if count < 1000.0 {
            unit = small;
            break;
        }
        count /= 1000.0;
    }
    let digits = usize::from(count < 100.0 && unit != "B");
    format!("{count:.digits$} {unit}")
}

/// The names, or the first of them.
fn listed(names: &[String]) -> String {
    match names.split_at_checked(SHOWN) {
        Some((shown, rest @ [_, ..])) => format!("{} and {} more", shown.join(" "), rest.len()),
        _ => names.join(" "),
    }
}

/// Stops of one family and one fate.
struct Fate<'a> {
    stop: &'a Stop,
    kinds: Vec<String>,
    why: String,
}

/// Puts stops of one fate together.
fn tell<'a>(fates: &mut Vec<Fate<'a>>, stop: &'a Stop, why: String) {
    match fates.last_mut() {
        Some(last) if last.stop.family == stop.family && last.why == why => {
            last.kinds.push(kind(stop));
        }
        _ => fates.push(Fate { stop, kinds: vec![kind(stop)], why }),
    }
}
