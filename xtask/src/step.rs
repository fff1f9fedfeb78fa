//! A step of `ci`: its verdict, its log, its line in the table.
//!
//! Contract: what a step's commands print goes to `target/ci/<step>.log`, in the order in which it was printed, and, where
//! the step says so, to the terminal as it comes. The end of what a failed command printed is always shown.

use core::time::Duration;
use std::fs::{self, File};
use std::io::{self, BufRead, BufReader, Write};
use std::path::PathBuf;
use std::process::{Command, ExitStatus, Stdio};
use std::sync::mpsc::{RecvTimeoutError, channel};
use std::thread;
use std::time::Instant;

use crate::workspace::{Result, Workspace, show};

/// How many lines of a failed command are shown.
const TAIL: usize = 80;

/// How long one command may take: a test that waits for ever must not keep the other steps from running.
const LIMIT: Duration = Duration::from_mins(15);

/// What came of a step that did not fail.
pub(crate) enum Outcome {
    /// Done, with a word about how much.
    Done(String),
    /// Not done.
    Skipped {
        /// Why, and what to do about it.
        why: String,
        /// `cargo xtask setup` can put it right, so that the strict run takes it for a failure.
        installable: bool,
    },
}

/// Adds up the lines `test result: ok. 3 passed; 0 failed; 1 ignored; …`; that nothing ran is a failure.
pub(crate) fn tally(said: &str) -> Result<Outcome> {
    let sum = |word: &str| -> usize {
        said.lines()
            .filter_map(|line| line.trim_start().strip_prefix("test result: "))
            .flat_map(|line| line.split([';', '.']))
            .filter_map(|part| part.trim().strip_suffix(word)?.trim().parse::<usize>().ok())
            .sum()
    };
    match sum("passed") {
        0 => Err("no test ran".into()),
        passed => Ok(Outcome::Done(format!("{passed} passed, {} ignored", sum("ignored")))),
    }
}

/// Where a step's commands run and print.
pub(crate) struct Shell {
    log: File,
    path: PathBuf,
    echo: bool,
    lines: Vec<String>,
}

impl Shell {
    /// Opens the log of the step `name`; with `echo` every line goes to the terminal too.
    pub(crate) fn new(workspace: &Workspace, name: &str, echo: bool) -> Result<Self> {
        let folder = workspace.target.join("ci");
        fs::create_dir_all(&folder)?;
        let path = folder.join(format!("{name}.log"));
        Ok(Self { log: File::create(&path)?, path, echo, lines: Vec::new() })
    }

    /// Runs a command to its end and gives what it printed, both streams as they came.
    ///
    /// # Errors
    /// When it cannot be started, does not end in time or not with success.
    pub(crate) fn run(&mut self, command: Command) -> Result<String> {
        let first = self.lines.len();
        let result = self.attempt(command);
        if result.is_err() && !self.echo {
            let printed = self.lines.get(first..).unwrap_or_default();
            for line in printed.iter().skip(printed.len().saturating_sub(TAIL)) {
                println!("{line}");
            }
        }
        result
    }

    /// Like [`run`](Self::run), for a command that may fail: nothing is shown.
    pub(crate) fn attempt(&mut self, command: Command) -> Result<String> {
        let shown = show(&command);
        self.say(&format!("$ {shown}"))?;
        let ended = self.passing(command, LIMIT).map_err(|error| format!("`{shown}`: {error}"));
        let (said, status) = ended?;
        if status.success() {
            Ok(said)
        } else {
            Err(format!("`{shown}` ended with {status}").into())
        }
    }

    /// What a command printed and how it ended, where its code means something and it has a time of its own.
    ///
    /// # Errors
    /// When it cannot be started, or does not end in time.
    pub(crate) fn passing(
        &mut self,
        mut command: Command,
        limit: Duration,
    ) -> Result<(String, ExitStatus)> {
        let first = self.lines.len();
        let (reader, writer) = io::pipe()?;
        command.stdin(Stdio::null()).stdout(writer.try_clone()?).stderr(writer);
        let start = Instant::now();
        let mut child = command.spawn()?;
        // The command still holds the pipe's writing end, and the pipe ends when the last of them is gone.
        drop(command);
        let (sender, lines) = channel();
        thread::spawn(move || {
            let lines = BufReader::new(reader).split(b'\n');
            // An end of the receiver is the end of the time.
            lines.map_while(io::Result::ok).all(|line| sender.send(line).is_ok())
        });
        loop {
            match lines.recv_timeout(limit.saturating_sub(start.elapsed())) {
                Ok(line) => self.say(&String::from_utf8_lossy(&line))?,
                Err(RecvTimeoutError::Disconnected) => break,
                Err(RecvTimeoutError::Timeout) => {
                    child.kill()?;
                    child.wait()?;
                    return Err(format!("it took longer than {} s", limit.as_secs()).into());
                }
            }
        }
        let status = child.wait()?;
        let said =
            self.lines.iter().skip(first).fold(String::new(), |text, line| text + line + "\n");
        Ok((said, status))
    }

    /// What `work` prints goes to the log alone, unless it fails.
    pub(crate) fn quietly<T>(&mut self, work: impl FnOnce(&mut Self) -> T) -> T {
        let echo = core::mem::replace(&mut self.echo, false);
        let result = work(self);
        self.echo = echo;
        result
    }

    /// Runs all of them, also after one that failed.
    ///
    /// # Errors
    /// When one failed, or more.
    pub(crate) fn run_all(&mut self, commands: impl IntoIterator<Item = Command>) -> Result<()> {
        let mut failed = Vec::new();
        for command in commands {
            failed.extend(self.run(command).err().map(|error| error.to_string()));
        }
        if failed.is_empty() { Ok(()) } else { Err(failed.join("; ").into()) }
    }

    /// All lines so far.
    pub(crate) fn lines(&self) -> &[String] {
        &self.lines
    }

    /// Did any command print this?
    pub(crate) fn said(&self, words: &str) -> bool {
        self.lines.iter().any(|line| line.contains(words))
    }

    /// One line to the log and, if wanted, to the terminal.
    pub(crate) fn say(&mut self, line: &str) -> io::Result<()> {
        writeln!(self.log, "{line}")?;
        if self.echo {
            println!("{line}");
        }
        self.lines.push(line.to_owned());
        Ok(())
    }
}

/// One row of the table at the end.
pub(crate) struct Row {
    name: &'static str,
    outcome: Result<Outcome>,
    took: Duration,
}

impl Row {
    /// Runs a step: its name, its verdict and its seconds go to the terminal.
    pub(crate) fn run(
        name: &'static str,
        shell: Result<Shell>,
        step: impl FnOnce(&mut Shell) -> Result<Outcome>,
    ) -> Self {
        println!("== {name}");
        let start = Instant::now();
        let outcome = shell.and_then(|mut shell| {
            step(&mut shell).inspect_err(|_| println!("   whole log: {}", shell.path.display()))
        });
        let row = Self { name, outcome, took: start.elapsed() };
        println!("   {} {:.1} s", row.verdict(), row.took.as_secs_f64());
        row
    }

    /// A step that cannot run because of another one.
    pub(crate) fn without(name: &'static str, needed: &str) -> Self {
        let why = format!("the step `{needed}` failed");
        println!("== {name}\n   skipped ({why})");
        let outcome = Ok(Outcome::Skipped { why, installable: false });
        Self { name, outcome, took: Duration::ZERO }
    }

    /// The step's name.
    pub(crate) fn name(&self) -> &'static str {
        self.name
    }

    /// Failed, or skipped where the strict run does not allow it?
    pub(crate) fn failed(&self, strict: bool) -> bool {
        match &self.outcome {
            Err(_) => true,
            Ok(Outcome::Skipped { installable, .. }) => strict && *installable,
            Ok(Outcome::Done(_)) => false,
        }
    }

    fn verdict(&self) -> String {
        match &self.outcome {
            Ok(Outcome::Done(much)) if much.is_empty() => "ok".to_owned(),
            Ok(Outcome::Done(much)) => format!("ok ({much})"),
            Ok(Outcome::Skipped { why, .. }) => format!("skipped ({why})"),
            Err(error) => format!("FAILED ({error})"),
        }
    }
}

/// The table of all steps with their seconds, then what was skipped and why. Says whether all is well.
pub(crate) fn conclude(rows: &[Row], strict: bool) -> bool {
    println!("\n{:<10} {:>8}  result", "step", "seconds");
    for row in rows {
        println!("{:<10} {:>8.1}  {}", row.name, row.took.as_secs_f64(), row.verdict());
    }
    let total: Duration = rows.iter().map(|row| row.took).sum();
    println!("{:<10} {:>8.1}", "total", total.as_secs_f64());
    for row in rows {
        if let Ok(Outcome::Skipped { why, .. }) = &row.outcome {
            let refused = if row.failed(strict) { " [not allowed by --strict]" } else { "" };
            println!("skipped: {}: {why}{refused}", row.name);
        }
    }
    let failed: Vec<&str> = rows.iter().filter(|row| row.failed(strict)).map(Row::name).collect();
    if failed.is_empty() {
        println!("all is well");
    } else {
        println!("FAILED: {}", failed.join(", "));
    }
    failed.is_empty()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn row(outcome: Result<Outcome>) -> Row {
        Row { name: "x", outcome, took: Duration::ZERO }
    }

    #[test]
    fn a_skip_fails_only_where_it_is_installable_and_the_run_strict() {
        let skip = |installable| row(Ok(Outcome::Skipped { why: String::new(), installable }));
        let cases = [
            (row(Ok(Outcome::Done(String::new()))), false, false),
            (row(Err("no".into())), true, true),
            (skip(false), false, false),
            (skip(true), false, true),
        ];
        for (row, lax, strict) in cases {
            assert_eq!((row.failed(false), row.failed(true)), (lax, strict), "{}", row.verdict());
            assert_eq!(conclude(&[row], true), !strict);
        }
    }

    #[test]
    fn results_of_all_binaries_are_added_up() {
        let said = "test result: ok. 30 passed; 0 failed; 1 ignored; 0 measured; 0 filtered out; finished in 0.10s\n\
                    test a ... ok\n\
                    test result: ok. 4 passed; 0 failed; 2 ignored; 0 measured; 9 filtered out; finished in 1.00s\n";
        let Ok(Outcome::Done(much)) = tally(said) else { panic!("no tally") };
        assert_eq!(much, "34 passed, 3 ignored");
        assert!(tally("test result: ok. 0 passed; 0 failed; 3 ignored;").is_err());
    }
}
