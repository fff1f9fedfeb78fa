//! Our `_socket`, built for one interpreter.
//!
//! Contract: each interpreter has a target folder of its own, because another one would build all of PyO3 again. Source: PyO3's guide, "Building and distribution".

use std::path::{Path, PathBuf};

use super::interpreter::Interpreter;
use crate::step::Shell;
use crate::workspace::{Result, Workspace};

const PACKAGE: &str = "berkeley-python";

/// What it is built for.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    /// To be run.
    Measured,
    /// To be asked which of its lines were run.
    Counted,
}

/// Builds it into `folder` and gives the shared object.
pub(super) fn build(
    workspace: &Workspace,
    shell: &mut Shell,
    python: &Interpreter,
    folder: &Path,
    kind: Kind,
) -> Result<PathBuf> {
    shell.say(&format!("our `_socket` for {}: built where it is not yet ...", python.name()))?;
    let mut cargo = workspace.cargo(["build", "-p", PACKAGE, "--target-dir"]);
    cargo.arg(folder).env("PYO3_PYTHON", &python.program);
    // PyO3 asks it, and it would write what it compiles to where it is installed.
    cargo.env("PYTHONDONTWRITEBYTECODE", "1");
    let profile = match kind {
        Kind::Measured => {
            cargo.arg("--release");
            "release"
        }
        Kind::Counted => {
            cargo.env("RUSTFLAGS", "-C instrument-coverage");
            // Build scripts are counted too, and would leave their counts in the tree.
            cargo.env("LLVM_PROFILE_FILE", folder.join("build-%p.profraw"));
            "debug"
        }
    };
    shell.quietly(|shell| shell.run(cargo))?;
    Ok(folder.join(profile).join("lib_socket.so"))
}
