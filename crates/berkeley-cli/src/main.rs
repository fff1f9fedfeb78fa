//! The program `berkeley`: sockets of every Linux family on the command line.
//!
//! Contract: a file per command, each with its `Args` and a `run`; built on the crate `berkeley` alone. Exit codes are those
//! of [`fail::Fail`]. What a command has to say goes through [`out::Out`]; errors go to standard error.

#![forbid(unsafe_code)]

mod caret;
mod advice;
mod fail;
mod out;
mod errno;
mod feed;
mod talk;
mod trace;
mod addr;
mod resolve;
mod connect;
mod listen;
mod families;
mod tour;

use std::process::ExitCode;

use clap::{Parser, Subcommand};

use out::Out;

/// Sockets of every Linux address family: try them, name them, talk over them.
#[derive(Parser)]
#[command(name = "berkeley", version, help_template = FIRST_SCREEN, disable_help_subcommand = true)]
struct Cli {
    /// One JSON object a line
    #[arg(long, global = true)]
    json: bool,
    #[command(subcommand)]
    command: Command,
}

const FIRST_SCREEN: &str = "\
{about}

Examples:
  berkeley tour                               what works on this kernel, with real data
  berkeley families                           what the kernel opens, and why not
  berkeley addr '[fe80::1%2]:80' unix:@name   canonical text, fields and bytes; or a caret
  berkeley resolve example.org:http           the whole answer of getaddrinfo
  berkeley listen --keep --echo tcp://:7777   sends everything back
  berkeley connect tcp://localhost:7777       standard input and output to a socket
  berkeley listen unix:///run/x.sock          any family: udp://:53, @name, packet://eth0 ...

{usage-heading} {usage}

Commands:
{subcommands}

Options:
{options}

Exit codes: 0 ok, 1 input or output failed, 2 usage, 3 refused, 4 timed out.
";

#[derive(Subcommand)]
enum Command {
    /// Sends data over every family and type that this kernel has
    Tour(tour::Args),
    /// Opens every family, type and protocol, and says what the kernel answers
    Families(families::Args),
    Addr(addr::Args),
    Resolve(resolve::Args),
    Connect(connect::Args),
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
        Command::Resolve(args) => resolve::run(args, &mut out),
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
