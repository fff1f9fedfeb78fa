//! `cargo xtask setup`: what the strict run wants of the machine beside Rust.
//!
//! Contract: idempotent, and quick when all is there. Nothing is removed and nothing of the installed Rust is touched: the
//! oldest supported compiler is only *unpacked*, into `target/msrv`, from Debian's packages, and the installed cargo drives
//! it through `RUSTC`. Source: apt-get(8).

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use crate::packages::{self, apt, is_root, update};
use crate::step::{Outcome, Shell};
use crate::workspace::{Result, Workspace, on_path, output};

/// Programs the tests and the peers call, and the Debian package of each.
const PROGRAMS: [(&str, &str); 11] = [
    ("strace", "strace"),
    ("valgrind", "valgrind"),
    ("objdump", "binutils"),
    ("socat", "socat"),
    ("curl", "curl"),
    ("ssh", "openssh-client"),
    ("ip", "iproute2"),
    ("python3", "python3"),
    ("cc", "gcc"),
    ("xz", "xz-utils"),
    ("zstd", "zstd"),
];

/// Headers the probe of layouts compiles against, and the Debian package of each.
const HEADERS: [(&str, &str); 2] = [
    ("/usr/include/linux/can.h", "linux-libc-dev"),
    ("/usr/include/bluetooth/bluetooth.h", "libbluetooth-dev"),
];

/// The `rust-version` of the library crates.
pub(crate) const MSRV: &str = "1.85";

/// Debian's packages of that compiler: the program, its library and its code generator.
const COMPILER: [&str; 4] =
    ["rustc-web", "libstd-rust-web-dev", "libstd-rust-web-1.85", "libllvm19"];

/// Where it is unpacked, under the target folder.
const ROOT: &str = "msrv/root";

/// Installs what is missing; the command of its own name.
pub(crate) fn run(workspace: &Workspace, shell: &mut Shell) -> Result<Outcome> {
    let missing = programs(shell, workspace)?;
    let old = if compiler(workspace).is_ok() { None } else { unpack(workspace, shell)? };
    match missing.into_iter().chain(old).collect::<Vec<_>>() {
        lacking if lacking.is_empty() => Ok(Outcome::Done(String::new())),
        lacking => Ok(Outcome::Skipped { why: lacking.join("; "), installable: true }),
    }
}

/// Installs missing programs and headers; gives the reason why it could not.
fn programs(shell: &mut Shell, workspace: &Workspace) -> Result<Option<String>> {
    let packages: Vec<&str> = PROGRAMS
        .into_iter()
        .filter(|(program, _)| !on_path(program))
        .chain(HEADERS.into_iter().filter(|(header, _)| !Path::new(header).exists()))
        .map(|(_, package)| package)
        .collect();
    if packages.is_empty() {
        return Ok(None);
    }
    if !on_path("apt-get") {
        return Ok(Some(format!("not Debian; install {} by hand", packages.join(", "))));
    }
    if !is_root()? {
        return Ok(Some(format!("not root; type: sudo apt-get install {}", packages.join(" "))));
    }
    let install = || {
        let mut apt = apt(&workspace.root);
        // apt would remove a package that conflicts with a wanted one, unnoticed behind -y.
        apt.args(["install", "-y", "--no-remove", "--no-install-recommends"]).args(&packages);
        apt
    };
    if shell.run(install()).is_err() {
        update(shell, workspace)?;
        shell.run(install())?;
    }
    Ok(None)
}

/// Unpacks the old compiler; gives the reason why it could not.
fn unpack(workspace: &Workspace, shell: &mut Shell) -> Result<Option<String>> {
    if let Some(why) = packages::lacking() {
        return Ok(Some(format!("rustc {MSRV}: {why}")));
    }
    let mut wanted = Vec::new();
    for package in COMPILER {
        wanted.push(of_the_oldest(workspace, package)?);
    }
    let wanted: Vec<&str> = wanted.iter().map(String::as_str).collect();
    packages::unpack(workspace, shell, &wanted, &workspace.target.join(ROOT))?;
    compiler(workspace).map(|_| None)
}

/// A package as apt-get names it: with the version that belongs to the oldest compiler, where the mirror has a newer one beside it.
fn of_the_oldest(workspace: &Workspace, package: &str) -> Result<String> {
    let listed = output(workspace.command("apt-cache").args(["madison", package]))?;
    // `rustc-web | 1.85.0+dfsg3-1~deb12u3 | http://... Packages`
    let mut versions = listed.lines().filter_map(|line| line.split('|').nth(1)).map(str::trim);
    let old = versions.find(|version| version.starts_with(&format!("{MSRV}.")));
    Ok(old.map_or_else(|| package.to_owned(), |version| format!("{package}={version}")))
}

/// The old compiler's program and the folder of its libraries.
pub(crate) struct Compiler {
    /// For `RUSTC`.
    pub(crate) rustc: PathBuf,
    /// For `LD_LIBRARY_PATH`.
    pub(crate) libraries: PathBuf,
}

/// Finds the unpacked compiler and asks it for its version.
///
/// # Errors
/// When it is not there, does not run or is of another version.
pub(crate) fn compiler(workspace: &Workspace) -> Result<Compiler> {
    let root = workspace.target.join(ROOT);
    let rustc = root.join("usr/bin/rustc");
    let libraries = fs::read_dir(root.join("usr/lib"))
        .map_err(|_| format!("rustc {MSRV} is not unpacked; type: cargo xtask setup"))?
        .filter_map(|entry| entry.ok().map(|entry| entry.path()))
        .find(|folder| holds_driver(folder))
        .ok_or("the unpacked packages hold no librustc_driver")?;
    let version = output(Command::new(&rustc).arg("--version").env("LD_LIBRARY_PATH", &libraries))?;
    if !version.starts_with(&format!("rustc {MSRV}.")) {
        return Err(format!("wanted rustc {MSRV}, unpacked {}", version.trim()).into());
    }
    Ok(Compiler { rustc, libraries })
}

fn holds_driver(folder: &Path) -> bool {
    fs::read_dir(folder).is_ok_and(|entries| {
        entries.flatten().any(|e| e.file_name().to_string_lossy().starts_with("librustc_driver"))
    })
}
