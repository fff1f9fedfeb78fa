//! `cargo xtask bench`: the benchmarks, measured.
//!
//! Contract: without a name the questions of [`ASKING`], else the file of that name in `benches/`. Each question's ratio stands
//! beside its goal; a goal that is not met is said, and is no failure: a time is of the machine it was taken on. `--json`
//! gives one object a line. `address` is criterion's: its statistics of one way after the other, for changes over time; its JSON is
//! made from the medians that criterion keeps. `resolve` is a package of its own, which wants Debian's packages: see its file.

mod resolve;

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;
use std::process::Stdio;

use clap::Args;
use serde_json::{Value, json};

use crate::workspace::{Result, Workspace};

/// The files that ask questions side by side, in turns.
const ASKING: [&str; 4] = ["addr", "dns", "io", "netlink"];

/// The file that is criterion's.
const CRITERION: &str = "address";

/// The package of its own that asks name servers.
const RESOLVE: &str = "resolve";

/// What to measure.
#[derive(Args)]
pub(crate) struct Options {
    /// One file of benches/, without its ending; without, all that have goals
    name: Option<String>,
    /// One JSON object a line
    #[arg(long)]
    json: bool,
    /// For the benchmark, after `--`: a part of a question's name asks that one alone
    #[arg(last = true)]
    arguments: Vec<String>,
}

/// Measures, and prints each question's answer.
///
/// # Errors
/// When there is no such benchmark or one fails.
pub(crate) fn run(workspace: &Workspace, options: &Options) -> Result<()> {
    if options.name.as_deref() == Some(RESOLVE) {
        return resolve::run(workspace, options.json);
    }
    let mut cargo = workspace.cargo(["bench", "-p", "berkeley-benches"]);
    match &options.name {
        Some(name) => cargo.args(["--bench", name]),
        None => cargo.args(ASKING.iter().flat_map(|name| ["--bench", name])),
    };
    let criterion = options.json && options.name.as_deref() == Some(CRITERION);
    let json = options.json && !criterion;
    cargo.arg("--").args(json.then_some("--json")).args(&options.arguments);
    if criterion {
        cargo.stdout(Stdio::null());
    }
    let status = cargo.status()?;
    if !status.success() {
        return Err(format!("cargo bench ended with {status}").into());
    }
    if criterion { estimates(&workspace.target.join("criterion")) } else { Ok(()) }
}

/// Prints what criterion has estimated, in the form of the others: the median of each way of ours beside std's.
fn estimates(folder: &Path) -> Result<()> {
    let mut medians = BTreeMap::new();
    for group in fs::read_dir(folder)?.flatten() {
        let Ok(ways) = fs::read_dir(group.path()) else { continue };
        for way in ways.flatten() {
            let read = |name| fs::read(way.path().join("new").join(name)).ok();
            let (Some(what), Some(times)) = (read("benchmark.json"), read("estimates.json")) else {
                continue;
            };
            let (what, times): (Value, Value) =
                (serde_json::from_slice(&what)?, serde_json::from_slice(&times)?);
            let (Some(id), Some(median)) =
                (what["function_id"].as_str(), times["median"]["point_estimate"].as_f64())
            else {
                continue;
            };
            let items = what["throughput"]["Elements"].as_f64().unwrap_or(1.0);
            medians.insert(id.to_owned(), median / items);
        }
    }
    for (id, ours) in &medians {
        let (question, whose) = id.split_once('/').unwrap_or((id, ""));
        if whose == "std" {
            continue;
        }
        let theirs = medians.get(&format!("{question}/std")).copied();
        let line = json!({
            "question": format!("{question} {whose}").trim_end(),
            "ours_ns": ours,
            "against": theirs.map(|_| "std"),
            "theirs_ns": theirs,
            "ratio": theirs.map(|theirs| ours / theirs),
            "goal": null,
            "met": null,
        });
        println!("{line}");
    }
    Ok(())
}
