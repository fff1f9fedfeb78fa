//! The workspace as the commands see it: where it lies, what it holds, how to call cargo in it.
//!
//! Contract: everything is found at run time by `cargo metadata` from the current folder, so a moved or cloned tree
//! needs no rebuild. Sources: cargo's reference, "Environment variables cargo sets for crates".

use core::error::Error;
use std::env;
use std::path::{Path, PathBuf};
use std::process::Command;

use cargo_metadata::{Metadata, MetadataCommand, Package};

/// What every command returns: any error, printed as it is.
pub(crate) type Result<T> = core::result::Result<T, Box<dyn Error>>;

/// The crates that users depend on, bottom up. They share a minimum Rust version and the strict dependency rules.
pub(crate) const LIBRARIES: [&str; 5] =
    ["berkeley-addr", "berkeley-sys", "berkeley-socket", "berkeley-resolve", "berkeley"];

/// The crate that PyO3 builds, for which it asks an interpreter.
const PYTHON: &str = "berkeley-python";

/// The packages outside the workspace, each with a manifest of its own.
pub(crate) const OUTSIDE: [&str; 3] = ["benches/resolve", "fuzz", "xtask/nostd-probe"];

/// The tree this program was started in.
pub(crate) struct Workspace {
    /// The top folder.
    pub(crate) root: PathBuf,
    /// Cargo's target folder, wherever the environment puts it.
    pub(crate) target: PathBuf,
    metadata: Metadata,
}

impl Workspace {
    /// Asks cargo about the workspace around the current folder.
    pub(crate) fn load() -> Result<Self> {
        let metadata = MetadataCommand::new().cargo_path(cargo_path()).no_deps().exec()?;
        Ok(Self {
            root: metadata.workspace_root.clone().into(),
            target: metadata.target_directory.clone().into(),
            metadata,
        })
    }

    /// Every member that can be built here, in cargo's words: without a python3 PyO3 does not know what to build for.
    pub(crate) fn members() -> &'static [&'static str] {
        if on_path("python3") { &["--workspace"] } else { &["--workspace", "--exclude", PYTHON] }
    }

    /// Whether a member can be built here.
    pub(crate) fn is_buildable(package: &Package) -> bool {
        package.name.as_str() != PYTHON || on_path("python3")
    }

    /// The member packages, in cargo's order.
    pub(crate) fn packages(&self) -> &[Package] {
        &self.metadata.packages
    }

    /// `program`, to be run in the top folder.
    pub(crate) fn command(&self, program: &str) -> Command {
        command_in(program, &self.root)
    }

    /// The cargo that started this program, in the top folder.
    pub(crate) fn cargo<'a>(&self, arguments: impl IntoIterator<Item = &'a str>) -> Command {
        let mut cargo = self.command(&cargo_path());
        cargo.args(arguments);
        cargo
    }

    /// Files of the tree that git knows or would add, relative to the top folder.
    pub(crate) fn files(&self) -> Result<Vec<PathBuf>> {
        let listed = output(self.command("git").args([
            "ls-files",
            "--cached",
            "--others",
            "--exclude-standard",
            "-z",
        ]))?;
        let mut files: Vec<PathBuf> = listed
            .split_terminator('\0')
            .map(PathBuf::from)
            .filter(|f| self.root.join(f).is_file())
            .collect();
        files.sort();
        files.dedup();
        Ok(files)
    }
}

/// `program` in `folder`, without what cargo sets for the crate it is running: cargo takes a changed `CARGO_PKG_*` or
/// `CARGO_MANIFEST_*` for a reason to build again.
pub(crate) fn command_in(program: &str, folder: &Path) -> Command {
    let mut command = Command::new(program);
    command.current_dir(folder);
    for (name, _) in env::vars_os() {
        let name = name.to_string_lossy();
        if name.starts_with("CARGO_PKG_") || name.starts_with("CARGO_MANIFEST_") {
            command.env_remove(&*name);
        }
    }
    command
}

/// The cargo that started this program, else the one on the PATH.
pub(crate) fn cargo_path() -> String {
    env::var("CARGO").unwrap_or_else(|_| "cargo".to_owned())
}

/// Runs to the end and gives standard output; a failure holds standard error.
pub(crate) fn output(command: &mut Command) -> Result<String> {
    let shown = show(command);
    let output = command.output().map_err(|error| format!("`{shown}`: {error}"))?;
    if !output.status.success() {
        let said = String::from_utf8_lossy(&output.stderr);
        return Err(format!("`{shown}` ended with {}: {}", output.status, said.trim()).into());
    }
    Ok(String::from_utf8(output.stdout)?)
}

/// The command as one would type it.
pub(crate) fn show(command: &Command) -> String {
    let program = Path::new(command.get_program());
    let mut shown = program.file_name().unwrap_or_default().to_string_lossy().into_owned();
    for argument in command.get_args() {
        shown.push(' ');
        shown.push_str(&argument.to_string_lossy());
    }
    shown
}

/// Is there a program of this name on the PATH?
pub(crate) fn on_path(program: &str) -> bool {
    env::var_os("PATH")
        .is_some_and(|path| env::split_paths(&path).any(|folder| folder.join(program).is_file()))
}

/// A path for sh between quotes.
///
/// # Errors
/// When a quote is in it.
pub(crate) fn shown(path: &Path) -> Result<&str> {
    Ok(path.to_str().filter(|path| !path.contains('\'')).ok_or("a path with a quote")?)
}
