//! An interpreter's two private copies, and what is run in them.
//!
//! Contract: both sides of a suite run beside each other, and tell whose `_socket` they ran. Source: `overlay.rs`, `run.rs`.

use std::env;
use std::fs::File;
use std::path::{Path, PathBuf};

use crate::step::Shell;
use crate::workspace::{Result, Workspace};

use super::adapter::{self, Kind};
use super::again;
use super::compare::{self, Difference};
use super::hostile;
use super::interpreter::Interpreter;
use super::overlay::{self, Copy, Module};
use super::report::{Row, Total, heading, remarks};
use super::run::{self, Job, Side};
use super::suite::{self, Suite};

/// With more regressions than these nothing is run again.
const AGAIN: usize = 40;

/// An interpreter's two private copies.
pub(super) struct Copies {
    python: Interpreter,
    /// Theirs, ours.
    pub(super) programs: [PathBuf; 2],
    /// The file of our `_socket`.
    pub(super) ours: PathBuf,
    /// For results.
    pub(super) home: PathBuf,
    /// Of the home, and so of both copies.
    _lock: File,
    isolated: bool,
}

impl Copies {
    /// Builds ours, or takes a `module` for it, and makes the copies.
    ///
    /// # Errors
    /// When one cannot be made.
    pub(super) fn make(
        workspace: &Workspace,
        shell: &mut Shell,
        python: &Interpreter,
        module: Option<&Path>,
    ) -> Result<Self> {
        run::sweep(&env::temp_dir())?;
        let (home, lock) = python.own_home(workspace, shell)?;
        let ours = match module {
            Some(file) => file.to_owned(),
            None => adapter::build(workspace, shell, python, &home.join("build"), Kind::Measured)?,
        };
        let theirs = overlay::make(python, &Module::Own, &home.join("theirs"))?;
        let Copy { program, module: ours } =
            overlay::make(python, &Module::File(ours), &home.join("ours"))?;
        let (programs, isolated) = ([theirs.program, program], run::can_isolate());
        Ok(Self { python: python.clone(), programs, ours, home, _lock: lock, isolated })
    }

    /// Runs suites in both, shows a line of each, and adds what came of it.
    ///
    /// # Errors
    /// When one cannot be run.
    pub(super) fn run(
        &self,
        shell: &mut Shell,
        names: &[&str],
        only: &[String],
        total: &mut Total,
    ) -> Result<()> {
        shell.say(&format!("{}, its own `_socket` and ours", self.python.name()))?;
        shell.say(&heading())?;
        let without = suite::left_out(false)?;
        let mut all = Row::default();
        for name in names {
            let Some(suite) = Suite::of(&self.python, name) else {
                shell.say(&format!("{name:<42} not in this version"))?;
                if suite::is_usual(name) {
                    total.nothing.push((*name).to_owned());
                }
                continue;
            };
            let sides = self.pair(&suite, only, &without, &suite.name)?;
            let mut found = compare::compare(&sides[0], &sides[1]);
            self.again(&suite, &mut found)?;
            let row = Row::of(&found, &sides);
            shell.say(&row.line(&suite.name))?;
            for line in remarks(&found) {
                shell.say(&line)?;
            }
            all.add(&row);
            total.add(&suite.name, &found, only);
        }
        if names.len() > 1 {
            shell.say(&all.line("all"))?;
        }
        Ok(())
    }

    /// The scenes of `hostile.py`; gives how many.
    ///
    /// # Errors
    /// When one differs.
    pub(super) fn vex(&self, shell: &mut Shell) -> Result<String> {
        shell
            .say(&format!("{}, sockets that are closed while they are used", self.python.name()))?;
        hostile::compare(shell, &self.programs, &self.home)
    }

    /// Both sides of a suite.
    ///
    /// # Errors
    /// When they had the same `_socket`, or cannot be run.
    pub(super) fn pair(
        &self,
        suite: &Suite,
        only: &[String],
        without: &[&str],
        folder: &str,
    ) -> Result<[Side; 2]> {
        let folders =
            ["theirs", "ours"].map(|side| self.home.join("results").join(folder).join(side));
        let job = |side: usize| Job {
            program: &self.programs[side],
            only,
            without,
            folder: &folders[side],
            environment: &[],
            isolated: self.isolated,
        };
        run::distinct(run::pair([job(0), job(1)], suite)?, &self.ours)
    }

    /// Runs again, alone, what was worse, and takes out what is forgiven.
    fn again(&self, suite: &Suite, found: &mut Difference) -> Result<()> {
        let only: Vec<String> = again::candidates(found).map(literal).collect();
        if only.is_empty() || only.len() > AGAIN {
            return Ok(());
        }
        let mut runs = Vec::new();
        for _ in 0..again::TIMES {
            runs.push(self.pair(suite, &only, &[], &format!("{}-again", suite.name))?);
        }
        again::settle(found, &runs);
        Ok(())
    }
}

/// An id as a pattern of itself alone.
fn literal(id: &str) -> String {
    id.chars().map(|c| if "[*?".contains(c) { format!("[{c}]") } else { c.to_string() }).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_id_matches_itself_alone() {
        assert_eq!(literal("a.B.test_x [1]?"), "a.B.test_x [[]1][?]");
    }
}
