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
mod vsock;
mod netlink;
mod packet;
mod tipc;
mod shared;
mod can;
mod alg;
mod qrtr;
mod bluetooth;
mod plan;
mod report;

use std::fs;
use std::io::{self, Write};
use std::time::Instant;

use berkeley::socket::Errno;
use berkeley::{Family, Type};
use indicatif::{ProgressBar, ProgressStyle};

use crate::advice;
use crate::fail::{Fail, IO};
use crate::out::Out;
use plan::PLAN;
use row::{Fault, Outcome, Row, Stop};

#[derive(clap::Args)]
#[command(after_help = ROWS)]
pub(crate) struct Args {
    /// Fail where the kernel lacks these, rather than skip them: tipc,bluetooth
    #[arg(long, value_name = "NAMES", value_delimiter = ',', value_parser = word)]
    require: Vec<&'static str>,
}

const ROWS: &str = "\
Between two sockets in two threads, or with the kernel: streams of 4 MiB (RFCOMM: 1) and 1000 messages each way, numbered, and \
SHA-256 compared at both ends. Nothing leaves this machine.

Rows of --json:
  family, type, protocol, how   which socket; how tells those of one family and type apart
  ok                            true or false; not there where skipped
  skipped, errno, why           what the kernel lacks or does not permit
  opened_only, why              opened and closed, and why no more
  address, rtt_us, bytes_per_s  the server's; the median of 33; of both ways, with hashing
  sent, received, messages, sha256_sent, sha256_received
                                to the server; on a stream without messages
  back                          the same, from the server
  names, replies                links that netlink listed, addresses of localhost

Exit code 1 if a row failed: what the kernel opens must carry data.";

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
        progress.set_message(stop.title());
        let row = Row { stop, outcome: visit(stop, args.require.contains(&stop.word)) };
        progress.inc(1);
        if out.is_json() {
            out.record(&row)?;
            out.flush()?;
        }
        rows.push(row);
    }
    progress.finish_and_clear();
    let summary = report::summary(&rows, start.elapsed());
    if out.is_json() {
        // For who watches; standard output is the rows' alone. Nobody need watch.
        let _ = writeln!(io::stderr(), "{summary}");
    } else {
        report::show(&rows, out)?;
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
