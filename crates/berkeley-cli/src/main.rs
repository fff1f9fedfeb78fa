//! The program `berkeley`: sockets of every Linux family on the command line.
//!
//! Contract: a file per command, each with its `Args` and a `run`; built on the crate `berkeley` alone. Exit codes are those
//! of [`fail::Fail`]. What a command has to say goes through [`out::Out`]; errors go to standard error.

#![forbid(unsafe_code)]

mod caret;
mod advice;
mod fail;
mod out;
mod feed;
mod talk;
mod addr;
mod connect;
mod listen;
mod families;
mod tour;

use std::process::ExitCode;

use clap::{Parser, Subcommand};

use out::Out;

/// Sockets of every Linux address family: addresses, names, connections.
#[derive(Parser)]
#[command(name = "berkeley", version)]
struct Cli {
    /// One JSON object a line.
    #[arg(long, global = true)]
    json: bool,
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    /// Sends data over every family and type that this kernel has
    Tour(tour::Args),
    /// Opens every family, type and protocol, and says what the kernel answers
    Families(families::Args),
    /// Reads addresses and endpoints: canonical text, fields, bytes; or where they are wrong
    Addr(addr::Args),
    /// Standard input and output to a socket of any family
    Connect(connect::Args),
    /// The other end: waits for a connection
    Listen(listen::Args),
}

fn main() -> ExitCode {
    let cli = Cli::parse();
    let mut out = match Out::new(cli.json) {
        Ok(out) => out,
        Err(fail) => return fail.report(cli.json),
    };
    let done = match &cli.command {
        Command::Tour(args) => tour::run(args, &mut out),
        Command::Families(args) => families::run(args, &mut out),
        Command::Addr(args) => addr::run(args, &mut out),
        Command::Connect(args) => connect::run(args, &mut out),
        Command::Listen(args) => listen::run(args, &mut out),
    };
    match done.and_then(|()| out.flush()) {
        Ok(()) => ExitCode::SUCCESS,
        Err(fail) => {
            // What was said before it failed is still worth reading.
            let _ = out.flush();
            fail.report(cli.json)
        }
    }
}
