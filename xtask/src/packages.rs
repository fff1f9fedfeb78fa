//! Debian's packages, downloaded and unpacked under the target folder, never installed.
//!
//! Contract: only a whole tree gets the name under which it is used, and what is there already is used as it is. Nothing on the machine
//! changes: no service starts, no file of its own is edited, no other package is removed. Sources: apt-get(8), dpkg-deb(1).

use std::fs;
use std::path::Path;
use std::process::Command;

use crate::step::Shell;
use crate::workspace::{Result, Workspace, command_in, on_path, output};

/// Why nothing can be unpacked on this machine.
pub(crate) fn lacking() -> Option<&'static str> {
    (!on_path("apt-get") || !on_path("dpkg-deb"))
        .then_some("what it needs comes from Debian's packages: no apt-get, no dpkg-deb")
}

/// Unpacks packages, and what they need that this machine lacks, as the tree `root`.
///
/// # Errors
/// When apt-get does not know them, they cannot be had, or not unpacked.
pub(crate) fn unpack_with_libraries(
    workspace: &Workspace,
    shell: &mut Shell,
    packages: &[&str],
    root: &Path,
) -> Result<()> {
    let all = with_libraries(workspace, shell, packages)?;
    let all: Vec<&str> = all.iter().map(String::as_str).collect();
    unpack(workspace, shell, &all, root)
}

/// The packages and what they need that this machine lacks.
fn with_libraries(
    workspace: &Workspace,
    shell: &mut Shell,
    packages: &[&str],
) -> Result<Vec<String>> {
    let simulate = || {
        let mut apt = workspace.command("apt-get");
        output(apt.args(["-s", "--no-install-recommends", "install"]).args(packages))
    };
    let said = simulate().or_else(|_| {
        update(shell, workspace)?;
        simulate()
    })?;
    let mut all: Vec<String> = packages.iter().map(|name| (*name).to_owned()).collect();
    // `Inst libfstrm0 (0.6.1-1 Debian:12.15/oldstable [amd64])`
    let lines = said.lines().filter_map(|line| line.strip_prefix("Inst ")?.split(' ').next());
    all.extend(lines.map(str::to_owned));
    all.sort_unstable();
    all.dedup();
    Ok(all)
}

/// Downloads packages and unpacks them as the tree `root`, in the place of what is there.
///
/// # Errors
/// When they cannot be had, or unpacked.
pub(crate) fn unpack(
    workspace: &Workspace,
    shell: &mut Shell,
    packages: &[&str],
    root: &Path,
) -> Result<()> {
    let beside = |ending: &str| root.with_file_name(format!("{ending}-of-{}", name(root)));
    let (folder, fresh) = (beside("packages"), beside("fresh"));
    make_empty(&folder)?;
    make_empty(&fresh)?;
    download(shell, workspace, &folder, packages)?;
    for package in fs::read_dir(&folder)? {
        let mut unpack = workspace.command("dpkg-deb");
        unpack.arg("-x").arg(package?.path()).arg(&fresh);
        shell.run(unpack)?;
    }
    if root.exists() {
        fs::remove_dir_all(root)?;
    }
    fs::rename(&fresh, root)?;
    Ok(fs::remove_dir_all(&folder)?)
}

fn name(path: &Path) -> String {
    path.file_name().unwrap_or_default().to_string_lossy().into_owned()
}

/// Makes the folder, without what was in it.
pub(crate) fn make_empty(folder: &Path) -> Result<()> {
    if folder.exists() {
        fs::remove_dir_all(folder)?;
    }
    Ok(fs::create_dir_all(folder)?)
}

/// The `LD_LIBRARY_PATH` for a program of such a tree.
pub(crate) fn libraries(root: &Path) -> String {
    let folders = ["usr/lib/x86_64-linux-gnu", "lib/x86_64-linux-gnu"];
    // systemd's programs share a library of their own.
    let all = folders.iter().flat_map(|folder| [(*folder).to_owned(), format!("{folder}/systemd")]);
    let all: Vec<_> = all.map(|folder| root.join(folder).to_string_lossy().into_owned()).collect();
    all.join(":")
}

/// A call of apt-get.
pub(crate) fn apt(folder: &Path) -> Command {
    let mut apt = command_in("apt-get", folder);
    apt.args(["-q", "-o", "Acquire::Retries=3"]).env("DEBIAN_FRONTEND", "noninteractive");
    apt
}

/// Into `folder`, after an update of what is known where it must be.
fn download(
    shell: &mut Shell,
    workspace: &Workspace,
    folder: &Path,
    packages: &[&str],
) -> Result<()> {
    let download = || {
        let mut apt = apt(folder);
        // Without this it wants a user of its own to be able to write here, and warns.
        apt.args(["-o", "APT::Sandbox::User=root", "download"]).args(packages);
        apt
    };
    shell.attempt(download()).map(drop).or_else(|_| {
        update(shell, workspace)?;
        shell.run(download()).map(drop)
    })
}

/// Asks the mirror what there is.
///
/// # Errors
/// When it cannot be reached, or this is not root.
pub(crate) fn update(shell: &mut Shell, workspace: &Workspace) -> Result<()> {
    if !is_root()? {
        return Err("the package lists are old; type: sudo apt-get update".into());
    }
    let mut apt = apt(&workspace.root);
    apt.arg("update");
    shell.run(apt).map(drop)
}

/// Is this root?
pub(crate) fn is_root() -> Result<bool> {
    Ok(output(Command::new("id").arg("-u"))?.trim() == "0")
}
