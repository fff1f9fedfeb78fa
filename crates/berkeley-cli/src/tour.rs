//! `berkeley tour`: data through a socket of every family and type that this kernel has.
//!
//! Contract: two sockets in two threads, or the kernel as the other side; everything that is sent is checked where it arrives.
//! Nothing leaves the machine. What the kernel lacks, or does not permit, is skipped and told; what it opens must carry data,
//! or the row fails. Exit code 0 if no row failed, 1 otherwise.

mod row;
mod exchange;
mod mail;
mod ip;
mod unix;
mod netlink;
mod packet;
mod plan;

use core::time::Duration;
use std::fs;
use std::io::{self, Write};
use std::time::Instant;

use berkeley::socket::Errno;
use berkeley::{Family, Type};
use comfy_table::{CellAlignment, ContentArrangement, Table, presets};
use indicatif::{ProgressBar, ProgressStyle};

use crate::advice;
use crate::fail::{Fail, IO};
use crate::out::Out;
use plan::PLAN;
use row::{Carried, Fault, Outcome, Proof, Row, Stop, Way};

#[derive(clap::Args)]
pub(crate) struct Args {
    /// Fail where the kernel lacks these, rather than skip them: `tipc,bluetooth`, as families or protocols are called
    #[arg(long, value_name = "NAMES", value_delimiter = ',', value_parser = word)]
    require: Vec<&'static str>,
}

/// Reads a name of `--require`: in either case, with or without `AF_`.
fn word(text: &str) -> Result<&'static str, String> {
    let lower = text.to_ascii_lowercase();
    let bare = lower.strip_prefix("af_").unwrap_or(&lower);
    let mut words: Vec<_> = PLAN.iter().map(|stop| stop.word).collect();
    words.sort_unstable();
    words.dedup();
    words
        .iter()
        .find(|word| **word == bare)
        .copied()
        .ok_or_else(|| format!("the tour knows {}", words.join(", ")))
}

pub(crate) fn run(args: &Args, out: &mut Out) -> Result<(), Fail> {
    let start = Instant::now();
    let progress = ProgressBar::new(PLAN.len() as u64);
    if let Ok(style) = ProgressStyle::with_template("{pos}/{len} {msg}") {
        progress.set_style(style);
    }
    let mut rows = Vec::new();
    for stop in PLAN {
        progress.set_message(title(stop));
        let row = Row { stop, outcome: visit(stop, args.require.contains(&stop.word)) };
        progress.inc(1);
        if out.is_json() {
            out.record(&row)?;
            out.flush()?;
        }
        rows.push(row);
    }
    progress.finish_and_clear();
    let summary = summary(&rows, start.elapsed());
    if out.is_json() {
        // For who watches; standard output is the rows' alone. Nobody need watch.
        let _ = writeln!(io::stderr(), "{summary}");
    } else {
        show(&rows, out)?;
        out.line(summary)?;
    }
    let failed = rows.iter().any(|row| matches!(row.outcome, Outcome::Failed(_)));
    if failed { Err(Fail::silent(IO)) } else { Ok(()) }
}

/// Opens a socket, and has it visited.
fn visit(stop: &Stop, required: bool) -> Outcome {
    let outcome = match stop.open() {
        Ok(_) => (stop.visit)(stop).unwrap_or_else(|fault| explain(stop, fault)),
        Err(error) => {
            let fault = Fault::from(error);
            match error.errno() {
                // It says nothing of the family.
                Some(Errno::MFILE | Errno::NFILE | Errno::NOMEM | Errno::NOBUFS) | None => {
                    Outcome::Failed(fault)
                }
                Some(Errno::PERM | Errno::ACCESS) => Outcome::Skipped(fault.advise(&permit(stop))),
                Some(_) => Outcome::Skipped(fault),
            }
        }
    };
    match outcome {
        Outcome::Skipped(fault) if required => Outcome::Failed(fault.at("required")),
        outcome => outcome,
    }
}

/// The command that permits to open it.
fn permit(stop: &Stop) -> String {
    if stop.word == "ping" {
        return "to permit it: sudo sysctl net.ipv4.ping_group_range='0 2147483647'".to_owned();
    }
    if stop.ty == Type::RAW || stop.family == Family::PACKET {
        let lines = advice::permit("cap_net_raw");
        return lines.lines().next().unwrap_or_default().trim().to_owned();
    }
    "a sandbox forbids it: run this outside of it".to_owned()
}

/// A fault, and what the machine's own state has to do with it.
fn explain(stop: &Stop, fault: Fault) -> Outcome {
    let on_ip = matches!(stop.family, Family::INET | Family::INET6 | Family::RDS | Family::SMC);
    if (on_ip || stop.family == Family::PACKET) && netlink::loopback_is_down() == Some(true) {
        let up = "the loopback interface is down; to change it: sudo ip link set lo up";
        return Outcome::Failed(fault.advise(up));
    }
    let off = "/proc/sys/net/ipv6/conf/lo/disable_ipv6";
    if stop.family == Family::INET6 && fs::read(off).is_ok_and(|value| value.starts_with(b"1")) {
        let on = "IPv6 is switched off; to change it: sudo sysctl net.ipv6.conf.lo.disable_ipv6=0";
        return Outcome::Skipped(fault.advise(on));
    }
    Outcome::Failed(fault)
}

/// Everything as text: a table of what carried data, and the rest below it.
fn show(rows: &[Row], out: &mut Out) -> Result<(), Fail> {
    let mut table = Table::new();
    table.load_preset(presets::NOTHING).set_content_arrangement(ContentArrangement::Dynamic);
    table.set_header(["family", "type", "how", "address", "round trip", "throughput", "carried"]);
    for column in table.column_iter_mut().skip(4).take(2) {
        column.set_cell_alignment(CellAlignment::Right);
    }
    let (mut failed, mut opened, mut skipped) = (Vec::new(), Vec::new(), Vec::new());
    for Row { stop, outcome } in rows {
        match outcome {
            Outcome::Carried(carried) => {
                table.add_row(cells(stop, carried));
            }
            Outcome::Failed(fault) => tell(&mut failed, stop, &fault.why),
            Outcome::Opened(why) => tell(&mut opened, stop, why),
            Outcome::Skipped(fault) => tell(&mut skipped, stop, &fault.why),
        }
    }
    out.line(table.trim_fmt())?;
    for (heading, fates) in [("failed:", failed), ("only opened:", opened), ("skipped:", skipped)] {
        if !fates.is_empty() {
            out.line(format_args!("\n{heading}"))?;
            for Fate { family, kinds, why } in fates {
                out.line(format_args!("  {family} {}: {why}", kinds.join(", ")))?;
            }
        }
    }
    out.line("")
}

/// A row of the table.
fn cells(stop: &Stop, carried: &Carried) -> [String; 7] {
    let rate = carried.rate().map_or_else(String::new, |rate| format!("{}/s", bytes(rate)));
    [
        stop.family.to_string(),
        stop.ty.to_string(),
        stop.how.to_owned(),
        carried.address.clone(),
        micros(carried.rtt),
        rate,
        told(carried),
    ]
}

/// How many names a row of the table shows.
const SHOWN: usize = 6;

/// What was carried, in words.
fn told(carried: &Carried) -> String {
    let way = |way: &Way| match way.messages {
        #[expect(clippy::cast_precision_loss, reason = "a size is shown with few digits")]
        0 => bytes(way.sent as f64),
        count => format!("{count} messages"),
    };
    let what = match &carried.proof {
        Proof::Data { there, back, .. } if way(there) == way(back) => {
            format!("{} each way", way(there))
        }
        Proof::Data { there, back, .. } => format!("{} there, {} back", way(there), way(back)),
        Proof::Echo { way: echo, .. } => format!("{} echoed", way(echo)),
        Proof::Answer { replies: 1, .. } => "1 reply".to_owned(),
        Proof::Answer { replies, .. } => format!("{replies} replies"),
    };
    match carried.names.as_slice() {
        [] => what,
        [names @ .., _] if names.len() < SHOWN => format!("{what}: {}", carried.names.join(" ")),
        names => {
            let (shown, rest) = names.split_at_checked(SHOWN).unwrap_or((names, &[]));
            format!("{what}: {} and {} more", shown.join(" "), rest.len())
        }
    }
}

/// `4.2 MB`.
fn bytes(count: f64) -> String {
    let units = ["B", "kB", "MB"];
    let (mut count, mut unit) = (count, "GB");
    for small in units {
        if count < 1000.0 {
            unit = small;
            break;
        }
        count /= 1000.0;
    }
    let digits = usize::from(count < 100.0 && unit != "B");
    format!("{count:.digits$} {unit}")
}

/// `12.5 µs`.
fn micros(time: Duration) -> String {
    format!("{:.1} µs", time.as_secs_f64() * 1e6)
}

fn summary(rows: &[Row], elapsed: Duration) -> String {
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

/// `AF_INET SOCK_STREAM mptcp`.
fn title(stop: &Stop) -> String {
    format!("{} {} {}", stop.family, stop.ty, stop.how)
}

/// Stops of one family and one fate.
struct Fate<'a> {
    family: Family,
    kinds: Vec<String>,
    why: &'a str,
}

/// Puts stops of one fate together.
fn tell<'a>(fates: &mut Vec<Fate<'a>>, stop: &Stop, why: &'a str) {
    let kind = format!("{} {}", stop.ty, stop.how);
    match fates.last_mut() {
        Some(last) if last.family == stop.family && last.why == why => last.kinds.push(kind),
        _ => fates.push(Fate { family: stop.family, kinds: vec![kind], why }),
    }
}
