//! What the VM runs: of `test_socket` what a usual kernel skips, and the differential test of the families.
//!
//! Contract: lines of sh that leave files, which are judged here. Source: `suite.rs`, `families.py`.

use std::path::{Path, PathBuf};

use crate::step::Shell;
use crate::workspace::{Result, Workspace, shown};

use super::SEED;
use super::adapter::{self, Kind};
use super::beside::Families;
use super::compare;
use super::copies::Copies;
use super::interpreter;
use super::report::remarks;
use super::run::{self, Job};
use super::suite::{self, Suite};

/// What of `test_socket` a usual kernel skips, and the differential test of the families, in the VM.
pub(crate) struct Guest {
    copies: Copies,
    /// Ours.
    module: PathBuf,
    suite: Suite,
    only: Vec<String>,
}

impl Guest {
    /// Builds what it wants: with Debian's interpreter, which knows Bluetooth; where it cannot be fetched, one of this machine.
    ///
    /// # Errors
    /// When there is none.
    pub(crate) fn make(workspace: &Workspace, shell: &mut Shell) -> Result<Self> {
        let python = interpreter::debian(workspace, shell)
            .or_else(|why| interpreter::found().into_iter().next().ok_or(why))?;
        let suite = Suite::of(&python, "test_socket").ok_or("no test_socket")?;
        let folder = python.home(workspace).join("build");
        let module = adapter::build(workspace, shell, &python, &folder, Kind::Measured)?;
        let copies = Copies::make(workspace, shell, &python, Some(&module))?;
        let only = suite::OF_THE_VM.map(|pattern| format!("test.test_socket.{pattern}")).to_vec();
        Ok(Self { copies, module, suite, only })
    }

    /// Lines of sh for the VM: one side after the other, because buses and controllers are there once.
    ///
    /// # Errors
    /// When nothing can be written.
    pub(crate) fn job(&self) -> Result<String> {
        let without = suite::left_out(true)?;
        let [theirs, ours] = self.folders();
        let line = |side, folder: &Path| -> Result<String> {
            let (line, log) =
                (self.side(side, folder, &without).line(&self.suite)?, folder.join("0.log"));
            Ok(format!("cd /tmp && {line} > '{}' 2>&1\n", shown(&log)?))
        };
        let families = self.families().line(&self.copies.programs[0], &self.module, SEED)?;
        Ok(line(0, &theirs)? + &line(1, &ours)? + &families)
    }

    /// Compares what the VM has left; in the words of libtest, for its table.
    ///
    /// # Errors
    /// When it has left nothing.
    pub(crate) fn judge(&self, shell: &mut Shell) -> Result<String> {
        let [theirs, ours] = self.folders();
        let read = |side, folder: &Path| self.side(side, folder, &[]).read(&self.suite);
        let sides = run::distinct([read(0, &theirs)?, read(1, &ours)?], &self.copies.ours)?;
        let found = compare::compare(&sides[0], &sides[1]);
        for line in remarks(&found) {
            shell.say(&line)?;
        }
        for (id, why) in sides[1].skipped() {
            shell.say(&format!("  skipped with both: {id}: {why}"))?;
        }
        let (lines, families) = self.families().read()?;
        for line in lines {
            shell.say(&line)?;
        }
        let verdict = if found.worse.is_empty() { "ok" } else { "FAILED" };
        let suite = format!(
            "-- python/{}\ntest result: {verdict}. {} passed; {} failed; {} ignored; finished in {:.2}s\n",
            self.suite.name,
            found.passed,
            found.worse.len(),
            found.skipped,
            sides[1].seconds
        );
        Ok(suite + &families)
    }

    fn families(&self) -> Families {
        Families { folder: self.copies.home.join("results/vm/families") }
    }

    fn folders(&self) -> [PathBuf; 2] {
        ["theirs", "ours"].map(|side| self.copies.home.join("results/vm").join(side))
    }

    fn side<'a>(&'a self, side: usize, folder: &'a Path, without: &'a [&'a str]) -> Job<'a> {
        let (program, only) = (&self.copies.programs[side], &self.only);
        Job { program, only, without, folder, environment: &[], isolated: false }
    }
}
