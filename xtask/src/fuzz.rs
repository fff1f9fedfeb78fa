//! `cargo xtask fuzz`: the fuzz targets, with new inputs.
//!
//! Contract: without a target each one runs in turn, from its seeds. It wants cargo-fuzz and a nightly compiler, and says how to get
//! them; `cargo xtask ci` replays the seeds without either. Source: the Rust Fuzz Book, "cargo-fuzz".

use std::fs;

use clap::Args;

use crate::workspace::{Result, Workspace, on_path, output};

/// What to fuzz.
#[derive(Args)]
pub(crate) struct Options {
    /// One target; all without
    target: Option<String>,
    /// How long each target runs
    #[arg(long, default_value_t = 60)]
    seconds: u32,
}

/// Runs the targets one after the other and stops at the first that finds something.
///
/// # Errors
/// When cargo-fuzz is missing, or a target found an input that fails; libFuzzer has printed where it is kept.
pub(crate) fn run(workspace: &Workspace, options: &Options) -> Result<()> {
    if !on_path("cargo-fuzz") {
        return Err("cargo-fuzz is missing; type: cargo install cargo-fuzz".into());
    }
    // The rustup proxy picks the compiler; the cargo that runs this program is one particular compiler's.
    let fuzz = |arguments: &[&str]| {
        let mut cargo = workspace.command("cargo");
        cargo
            .args(["+nightly", "fuzz"])
            .args(arguments)
            .env_remove("RUSTUP_TOOLCHAIN")
            .env_remove("CARGO");
        cargo
    };
    let known = output(&mut fuzz(&["list"]))?;
    let known: Vec<&str> = known.lines().map(str::trim).collect();
    let targets = match &options.target {
        Some(one) if known.contains(&one.as_str()) => vec![one.as_str()],
        Some(_) => return Err(format!("the targets are {}", known.join(", ")).into()),
        None => known,
    };
    let limit = format!("-max_total_time={}", options.seconds);
    let statistics = "-print_final_stats=1";
    for target in targets {
        // New inputs go to the first folder, which git does not keep.
        let (corpus, seeds) = (format!("fuzz/corpus/{target}"), format!("fuzz/seeds/{target}"));
        fs::create_dir_all(workspace.root.join(&corpus))?;
        let run =
            ["run", "--features", "libfuzzer", target, &corpus, &seeds, "--", &limit, statistics];
        let status = fuzz(&run).status()?;
        if !status.success() {
            return Err(format!("{target} ended with {status}").into());
        }
    }
    Ok(())
}
