//! `cargo xtask bench`: the benchmarks, measured.
//!
//! Contract: without a name the questions of [`ASKING`], else the file of that name in `benches/`. Each question's ratio stands
//! beside its goal; a goal that is not met is said, and is no failure: a time is of the machine it was taken on. `--json`
//! gives one object a line. `address` is criterion's: its statistics of one way after the other, for changes over time.

use clap::Args;

use crate::workspace::{Result, Workspace};

/// The files that ask questions side by side, in turns.
const ASKING: [&str; 2] = ["addr", "loopback"];

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
    let mut cargo = workspace.cargo(["bench", "-p", "berkeley-benches"]);
    match &options.name {
        Some(name) => cargo.args(["--bench", name]),
        None => cargo.args(ASKING.iter().flat_map(|name| ["--bench", name])),
    };
    cargo.arg("--").args(options.json.then_some("--json"));
    let status = cargo.args(&options.arguments).status()?;
    if status.success() { Ok(()) } else { Err(format!("cargo bench ended with {status}").into()) }
}
