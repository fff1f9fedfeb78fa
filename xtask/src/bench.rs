//! `cargo xtask bench`: the benchmarks, measured.
//!
//! Contract: without a name all of `benches/`, else the file of that name, by criterion, which compares with the run before.
//! Source: the book of criterion.rs, "Command-Line Options".

use clap::Args;

use crate::workspace::{Result, Workspace};

/// What to measure.
#[derive(Args)]
pub(crate) struct Options {
    /// One file of benches/, without its ending; all without
    name: Option<String>,
    /// For criterion, after `--`
    #[arg(last = true)]
    arguments: Vec<String>,
}

/// Measures, and prints what criterion prints.
///
/// # Errors
/// When there is no such benchmark or one fails.
pub(crate) fn run(workspace: &Workspace, options: &Options) -> Result<()> {
    let mut cargo = workspace.cargo(["bench", "-p", "berkeley-benches"]);
    if let Some(name) = &options.name {
        cargo.args(["--bench", name]);
    }
    let status = cargo.arg("--").args(&options.arguments).status()?;
    if status.success() { Ok(()) } else { Err(format!("cargo bench ended with {status}").into()) }
}
