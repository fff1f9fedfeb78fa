//! Debian's packages for the VM: the kernel and QEMU, downloaded and unpacked under `target/vm`, never installed.
//!
//! Contract: what is there already is used as it is. The kernel package's name changes with each security update, and old ones leave
//! the mirror: it is resolved through the package that stands for the newest, and where that cannot be asked, the one that was used last is
//! used again. Only a whole unpacked tree gets the name under which it is used. `apt-get install qemu-system-x86` would remove
//! programs of another QEMU: hence unpacked. Sources: apt-get(8), apt-cache(8), dpkg-deb(1).

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use clap::ValueEnum;

use super::kernel;
use crate::setup;
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
        unpack(workspace, shell, &[&package], &tree)?;
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
        setup::update(shell, workspace)?;
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
            let simulate = ["-s", "--no-install-recommends", "install", "qemu-system-x86"];
            let ask = || output(workspace.command("apt-get").args(simulate));
            let said = ask().or_else(|_| {
                setup::update(shell, workspace)?;
                ask()
            })?;
            // What it would install: QEMU, and the libraries that are not here.
            let packages: Vec<&str> = said
                .lines()
                .filter_map(|line| line.strip_prefix("Inst ")?.split(' ').next())
                .collect();
            let fresh = home(workspace).join("fresh");
            unpack(workspace, shell, &packages, &fresh)?;
            if root.exists() {
                fs::remove_dir_all(&root)?;
            }
            fs::rename(&fresh, &root)?;
        }
        Ok(Self { root: Some(root) })
    }

    /// A call of it.
    pub(super) fn command(&self) -> Command {
        let Some(root) = &self.root else { return Command::new(PROGRAM) };
        let libraries = ["usr/lib/x86_64-linux-gnu", "lib/x86_64-linux-gnu"];
        let libraries = libraries.map(|folder| root.join(folder).to_string_lossy().into_owned());
        let mut command = Command::new(root.join("usr/bin").join(PROGRAM));
        command.env("LD_LIBRARY_PATH", libraries.join(":"));
        for folder in ["usr/share/qemu", "usr/share/seabios"] {
            command.arg("-L").arg(root.join(folder));
        }
        command
    }
}

/// Downloads packages and unpacks them into `tree`, which is emptied first.
fn unpack(workspace: &Workspace, shell: &mut Shell, packages: &[&str], tree: &Path) -> Result<()> {
    let folder = home(workspace).join("packages");
    make_empty(&folder)?;
    make_empty(tree)?;
    setup::download(shell, workspace, &folder, packages)?;
    for package in fs::read_dir(&folder)? {
        let mut unpack = workspace.command("dpkg-deb");
        unpack.arg("-x").arg(package?.path()).arg(tree);
        shell.run(unpack)?;
    }
    Ok(fs::remove_dir_all(&folder)?)
}

fn make_empty(folder: &Path) -> Result<()> {
    if folder.exists() {
        fs::remove_dir_all(folder)?;
    }
    Ok(fs::create_dir_all(folder)?)
}
