//! The project's own commands: `cargo xtask --help` lists them.
//!
//! Contract: each command is one file below, works from any folder of the workspace, and ends with code 0 when all is well, 1
//! when something is not, 2 when it was called wrongly. None of them changes the tree, or the installed Rust.

#![forbid(unsafe_code)]

mod workspace;

mod finding;
mod layers;

mod options;

mod step;
mod tidy;

mod packages;
mod setup;
mod peers;
mod readme;
mod python;
mod vm;
mod names;
mod ci;

mod bench;
mod fuzz;

use std::process::ExitCode;

use clap::error::ErrorKind;
use clap::{Args, CommandFactory as _, Parser, Subcommand};

use step::{Row, Shell, conclude};
use workspace::{Result, Workspace};

/// The project's own commands.
#[derive(Parser)]
#[command(name = "xtask", bin_name = "cargo xtask", version)]
struct Cli {
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    /// Check everything that must hold, step by step
    Ci(ci::Options),
    /// Check what no compiler checks: layers, reading order, sizes, unsafe code, documents
    Tidy,
    /// Print docs/OPTIONS.md, from the constants of berkeley-socket
    Options,
    /// Fuzz one target, or each in turn
    Fuzz(fuzz::Options),
    /// Measure one benchmark, or all
    Bench(bench::Options),
    /// Run the tests of every family on a kernel that has them all, under QEMU
    Vm(vm::Options),
    /// Fetch name servers that others wrote, and hold the resolver against them and against glibc
    Names(names::Options),
    /// Run CPython's own test suite on our crates
    Python(python::Options),
    /// Try the program against socat, Python and curl
    Peers(Strict),
    /// Install what the checks want of the machine
    Setup,
}

#[derive(Args)]
struct Strict {
    /// Fail where a peer is missing
    #[arg(long)]
    strict: bool,
}

fn main() -> ExitCode {
    match run(&Cli::parse().command) {
        Ok(code) => code,
        Err(error) => {
            eprintln!("xtask: {error}");
            ExitCode::FAILURE
        }
    }
}

fn run(command: &Command) -> Result<ExitCode> {
    let workspace = Workspace::load()?;
    let alone = |name, strict, step: &dyn Fn(&mut Shell) -> Result<step::Outcome>| {
        let row = Row::run(name, Shell::new(&workspace, name, true), step);
        if conclude(&[row], strict) { Ok(()) } else { Err(format!("{name} failed").into()) }
    };
    match command {
        Command::Ci(options) => ci::run(&workspace, options),
        Command::Tidy => alone("tidy", false, &|shell| tidy::run(&workspace, shell)),
        Command::Options => options::run(&workspace),
        Command::Fuzz(options) => fuzz::run(&workspace, options),
        Command::Bench(options) => bench::run(&workspace, options),
        Command::Vm(options) => return vm::command(&workspace, options),
        Command::Names(options) => {
            alone("names", options.strict, &|shell| names::run(&workspace, options, shell))
        }
        Command::Python(options) => {
            if let Err(why) = options.check() {
                Cli::command().error(ErrorKind::ArgumentConflict, why).exit();
            }
            alone("python", true, &|shell| python::command(&workspace, options, shell))
        }
        Command::Peers(Strict { strict }) => {
            alone("peers", *strict, &|shell| peers::run(&workspace, shell))
        }
        Command::Setup => alone("setup", true, &|shell| setup::run(&workspace, shell)),
    }?;
    Ok(ExitCode::SUCCESS)
}
