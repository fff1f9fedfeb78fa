//! Debian's packages for the VM: the kernel and QEMU, downloaded and unpacked under `target/vm`, never installed.
//!
//! Contract: what is there already is used as it is. The kernel package's name changes with each security update, and old ones leave
//! the mirror: it is resolved through the package that stands for the newest, and where that cannot be asked, the one that was used last is
//! used again. `apt-get install qemu-system-x86` would remove programs of another QEMU: hence unpacked. Source: apt-cache(8).

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use clap::ValueEnum;

use super::kernel;
use crate::packages::{self, make_empty};
use crate::step::Shell;
use crate::workspace::{Result, Workspace, on_path, output};

/// Which of Debian's kernels.
#[derive(Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum Version {
    /// Debian 12's own
    #[value(name = "6.1")]
    Stable,
    /// Debian 13's, from the updates of 12: it has Bluetooth's ISO
    #[value(name = "6.12")]
    Newer,
}

impl Version {
    /// The package that depends on the newest of its kind.
    fn meta(self) -> &'static str {
        match self {
            Self::Stable => "linux-image-amd64",
            Self::Newer => "linux-image-6.12-amd64",
        }
    }

    /// As the command line has it.
    pub(super) fn name(self) -> &'static str {
        match self {
            Self::Stable => "6.1",
            Self::Newer => "6.12",
        }
    }
}

/// Where all of it is kept.
pub(super) fn home(workspace: &Workspace) -> PathBuf {
    workspace.target.join("vm")
}

/// The folder of a kernel's parts, made by `make` from the unpacked package where it is not there yet.
pub(super) fn kernel(
    workspace: &Workspace,
    shell: &mut Shell,
    version: Version,
    make: impl FnOnce(&Path, &Path) -> Result<()>,
) -> Result<PathBuf> {
    let home = home(workspace);
    // What was used last, for when the mirror cannot be asked.
    let last = home.join(format!("last-{}", version.name()));
    let package = match resolve(workspace, shell, version) {
        Ok(package) => package,
        Err(error) => fs::read_to_string(&last).map_err(|_| error)?,
    };
    let ready = home.join(&package);
    if !kernel::is_ready(&ready) {
        let (tree, fresh) = (home.join("unpacked"), home.join("fresh"));
        packages::unpack(workspace, shell, &[&package], &tree)?;
        make_empty(&fresh)?;
        make(&tree, &fresh)?;
        if ready.exists() {
            fs::remove_dir_all(&ready)?;
        }
        fs::rename(&fresh, &ready)?;
        // The package has 100 MB, of which the tests want a fraction.
        fs::remove_dir_all(&tree)?;
    }
    fs::write(&last, &package)?;
    Ok(ready)
}

/// The newest kernel's package.
fn resolve(workspace: &Workspace, shell: &mut Shell, version: Version) -> Result<String> {
    let ask = || -> Result<String> {
        let said = output(workspace.command("apt-cache").args(["depends", version.meta()]))?;
        let names = said.lines().filter_map(|line| line.trim().strip_prefix("Depends: "));
        let name = names.into_iter().find(|name| name.starts_with("linux-image-"));
        Ok(name.ok_or_else(|| format!("{} is not known to apt-cache", version.meta()))?.to_owned())
    };
    ask().or_else(|_| {
        packages::update(shell, workspace)?;
        ask()
    })
}

/// QEMU: the program of the machine, or an unpacked one.
pub(super) struct Qemu {
    /// Where it was unpacked.
    root: Option<PathBuf>,
}

const PROGRAM: &str = "qemu-system-x86_64";

impl Qemu {
    /// Finds it, or fetches it.
    pub(super) fn find(workspace: &Workspace, shell: &mut Shell) -> Result<Self> {
        if on_path(PROGRAM) {
            return Ok(Self { root: None });
        }
        let root = home(workspace).join("qemu");
        if !root.join("usr/bin").join(PROGRAM).is_file() {
            packages::unpack_with_libraries(workspace, shell, &["qemu-system-x86"], &root)?;
        }
        Ok(Self { root: Some(root) })
    }

    /// A call of it.
    pub(super) fn command(&self) -> Command {
        let Some(root) = &self.root else { return Command::new(PROGRAM) };
        let mut command = Command::new(root.join("usr/bin").join(PROGRAM));
        command.env("LD_LIBRARY_PATH", packages::libraries(root));
        for folder in ["usr/share/qemu", "usr/share/seabios"] {
            command.arg("-L").arg(root.join(folder));
        }
        command
    }
}
