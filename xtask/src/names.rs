//! `cargo xtask names`: the resolver against name servers that others wrote, and against glibc.
//!
//! Contract: the servers are Debian's, downloaded and unpacked under `target/names`, nothing is installed or started outside the namespaces
//! of a test. The tests of [`BINARIES`] run with `BERKELEY_SERVERS`, the folder of that tree, and `BERKELEY_PRELOAD`, the shim of
//! `crates/berkeley-oracles/examples/preload.rs`; what they print is passed through. Source: `crates/berkeley-oracles/tests/world`.

use std::fs;
use std::path::PathBuf;

use clap::Args;

use crate::packages;
use crate::step::{Outcome, Shell, tally};
use crate::workspace::{Result, Workspace};

/// Debian's packages of the servers, and of the modules by which glibc asks systemd.
const PACKAGES: [&str; 8] = [
    "bind9",
    "dnsdist",
    "dnsmasq-base",
    "knot",
    "libnss-myhostname",
    "libnss-resolve",
    "systemd-resolved",
    "unbound",
];

/// The test binaries of berkeley-oracles that want them, or take their time.
const BINARIES: [&str; 4] = ["servers", "dnsdist", "glibc", "preload"];

/// What to run.
#[derive(Args)]
pub(crate) struct Options {
    /// Fail where something is missing
    #[arg(long)]
    pub(crate) strict: bool,
    /// These binaries alone
    #[arg(last = true, value_name = "BINARY", value_parser = BINARIES)]
    binaries: Vec<String>,
}

impl Options {
    /// Everything.
    pub(crate) fn all(strict: bool) -> Self {
        Self { strict, binaries: Vec::new() }
    }
}

/// Fetches, builds, and runs the tests.
///
/// # Errors
/// When a test failed, or none ran.
pub(crate) fn run(workspace: &Workspace, options: &Options, shell: &mut Shell) -> Result<Outcome> {
    let root = match shell.quietly(|shell| servers(workspace, shell)) {
        Ok(root) => root,
        Err(error) => return Ok(Outcome::Skipped { why: error.to_string(), installable: true }),
    };
    let shim = ["build", "-p", "berkeley-oracles", "--example", "preload"];
    shell.quietly(|shell| shell.run(workspace.cargo(shim)))?;
    let mut cargo = workspace.cargo(["test", "--no-fail-fast", "-p", "berkeley-oracles"]);
    let all = BINARIES.map(str::to_owned).to_vec();
    for name in if options.binaries.is_empty() { &all } else { &options.binaries } {
        cargo.args(["--test", name]);
    }
    cargo.args(["--", "--nocapture"]).env("BERKELEY_SERVERS", root);
    cargo.env("BERKELEY_PRELOAD", workspace.target.join("debug/examples/libpreload.so"));
    if options.strict {
        cargo.env("BERKELEY_STRICT", "1");
    }
    tally(&shell.run(cargo)?)
}

/// The unpacked servers: the root of a tree with `usr/sbin/unbound` and the like, to be run with [`packages::libraries`].
///
/// # Errors
/// When they are not there and cannot be fetched.
pub(crate) fn servers(workspace: &Workspace, shell: &mut Shell) -> Result<PathBuf> {
    let home = workspace.target.join("names");
    let (root, list) = (home.join("root"), home.join("packages"));
    let wanted = PACKAGES.join("\n");
    // The list is written last: with it the tree is whole, and of these packages.
    if !fs::read_to_string(&list).is_ok_and(|had| had == wanted) {
        if let Some(why) = packages::lacking() {
            return Err(why.into());
        }
        packages::unpack_with_libraries(workspace, shell, &PACKAGES, &root)?;
        fs::write(&list, wanted)?;
    }
    Ok(root)
}
