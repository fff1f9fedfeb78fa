//! Which lines of our crates CPython's suite has run.
//!
//! Contract: the adapter is built with the compiler's counters, and Debian's LLVM of the compiler's own version reads them: it is unpacked
//! under `target/python`, nothing is installed. Source: the rustc book, "Instrumentation-based Code Coverage"; llvm-profdata(1), llvm-cov(1).

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use serde_json::Value;

use super::interpreter;
use crate::packages;
use crate::step::Shell;
use crate::workspace::{Result, Workspace, output};

/// The crates that are asked about.
const CRATES: [&str; 5] =
    ["berkeley-addr", "berkeley-sys", "berkeley-socket", "berkeley-resolve", "berkeley-python"];

/// LLVM's programs.
pub(super) struct Llvm {
    root: PathBuf,
    major: String,
}

impl Llvm {
    /// Finds it unpacked, or fetches it.
    ///
    /// # Errors
    /// When Debian has none of the compiler's version.
    pub(super) fn find(workspace: &Workspace, shell: &mut Shell) -> Result<Self> {
        let said = output(workspace.command("rustc").arg("-vV"))?;
        let version = said.lines().find_map(|line| line.strip_prefix("LLVM version: "));
        let major = version.and_then(|version| version.split('.').next());
        let major = major.ok_or("rustc does not say its LLVM's version")?.to_owned();
        let root = interpreter::home(workspace).join(format!("llvm-{major}"));
        let found = Self { root, major };
        if !found.program("llvm-cov").is_file() {
            let package = format!("llvm-{}", found.major);
            packages::unpack_with_libraries(workspace, shell, &[&package], &found.root)?;
        }
        Ok(found)
    }

    fn program(&self, name: &str) -> PathBuf {
        self.root.join(format!("usr/lib/llvm-{}/bin/{name}", self.major))
    }

    fn command(&self, name: &str) -> Command {
        let mut command = Command::new(self.program(name));
        let own = format!("usr/lib/llvm-{}/lib", self.major);
        let folders = ["usr/lib/x86_64-linux-gnu", &own];
        let folders = folders.map(|folder| self.root.join(folder).to_string_lossy().into_owned());
        command.env("LD_LIBRARY_PATH", folders.join(":"));
        command
    }

    /// Adds up what the processes have left in `folder`, and gives the lines of a table: each crate's lines, and those that were run.
    ///
    /// # Errors
    /// When nothing is there, or it is of another version.
    pub(super) fn table(&self, module: &Path, folder: &Path) -> Result<Vec<String>> {
        let (list, sum) = (folder.join("list"), folder.join("sum"));
        let mut counts = String::new();
        for entry in fs::read_dir(folder)?.flatten() {
            let path = entry.path();
            if path.extension().is_some_and(|ending| ending == "profraw") {
                counts.extend([path.to_str().ok_or("a path that is not UTF-8")?, "\n"]);
            }
        }
        fs::write(&list, counts)?;
        // A process that was killed has left half a file.
        output(
            self.command("llvm-profdata")
                .args(["merge", "-sparse", "-failure-mode=all", "-f"])
                .arg(&list)
                .arg("-o")
                .arg(&sum),
        )?;
        let mut export = self.command("llvm-cov");
        export.args(["export", "-summary-only", "-instr-profile"]).arg(&sum).arg(module);
        table(&serde_json::from_str(&output(&mut export)?)?)
    }
}

/// From what llvm-cov exports.
fn table(exported: &Value) -> Result<Vec<String>> {
    let mut sums: BTreeMap<&str, (u64, u64, usize)> = BTreeMap::new();
    let files = exported["data"][0]["files"].as_array().ok_or("llvm-cov tells of no files")?;
    for file in files {
        let name = file["filename"].as_str().unwrap_or_default();
        let of = |krate: &&str| name.contains(&format!("crates/{krate}/src/"));
        let Some(krate) = CRATES.into_iter().find(of) else { continue };
        let lines = |key: &str| file["summary"]["lines"][key].as_u64().unwrap_or(0);
        let sum = sums.entry(krate).or_default();
        *sum = (sum.0 + lines("count"), sum.1 + lines("covered"), sum.2 + 1);
    }
    if sums.is_empty() {
        return Err("llvm-cov tells of none of our files".into());
    }
    let mut rows =
        vec![format!("{:<18} {:>6} {:>8} {:>8} {:>6}", "crate", "files", "lines", "run", "%")];
    for krate in CRATES {
        let (all, run, files) = sums.get(krate).copied().unwrap_or_default();
        let percent = run * 100 / all.max(1);
        rows.push(format!("{krate:<18} {files:>6} {all:>8} {run:>8} {percent:>6}"));
    }
    Ok(rows)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_are_added_up_by_crate() {
        let file = |name: &str, count: u64, covered: u64| serde_json::json!({"filename": name, "summary": {"lines": {"count": count, "covered": covered}}});
        let exported = serde_json::json!({"data": [{"files": [
            file("/x/crates/berkeley-addr/src/ip.rs", 10, 5),
            file("crates/berkeley-addr/src/unix.rs", 10, 0),
            file("/registry/pyo3/src/lib.rs", 1000, 1000),
        ]}]});
        let rows = table(&exported).unwrap();
        let addr: Vec<&str> = rows[1].split_whitespace().collect();
        assert_eq!(addr, ["berkeley-addr", "2", "20", "5", "25"]);
        assert!(table(&serde_json::json!({"data": [{"files": []}]})).is_err());
    }
}
