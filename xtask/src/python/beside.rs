//! Scripts that load both `_socket`s into one process: the differential test, its part for the VM, and the benchmark.
//!
//! Contract: they run in an interpreter that has its own `_socket`, and get ours by its path. What the VM runs is a line of sh, which
//! leaves a file of results; one that is not there, or has no end, is a failure. Sources: `differential.py`, `families.py`, `bench.py`.

use std::fs;
use std::path::{Path, PathBuf};

use serde_json::Value;

use super::adapter::{self, Kind};
use super::interpreter::Interpreter;
use super::run;
use crate::packages;
use crate::step::Shell;
use crate::workspace::{Result, Workspace, shown};

/// A script and its name.
struct Script {
    name: &'static str,
    text: &'static str,
}

const DIFFERENTIAL: Script =
    Script { name: "differential.py", text: include_str!("differential.py") };

const FAMILIES: Script = Script { name: "families.py", text: include_str!("families.py") };

const ROWS: Script = Script { name: "rows.py", text: include_str!("rows.py") };

const BENCH: Script = Script { name: "bench.py", text: include_str!("bench.py") };

/// How many differences of one kind of socket are shown.
const SHOWN: usize = 8;

/// How much of what one printed is shown where it has not come to its end.
const TAIL: usize = 20;

/// Names come from files alone.
const NAMES: &str = r#"mount --bind "$1/nsswitch.conf" /etc/nsswitch.conf && mount --bind "$1/hosts" /etc/hosts &&
    shift && exec "$@""#;

/// Writes the files that [`NAMES`] takes.
fn write_names(home: &Path) -> Result<()> {
    fs::write(home.join("nsswitch.conf"), "hosts: files\n")?;
    Ok(fs::write(home.join("hosts"), "127.0.0.1 localhost here4\n::1 here6\n")?)
}

impl Script {
    /// Writes it, and gives where.
    fn put(&self, home: &Path) -> Result<PathBuf> {
        let script = home.join(self.name);
        fs::write(&script, self.text)?;
        Ok(script)
    }

    /// Gives what it printed.
    fn run(
        &self,
        workspace: &Workspace,
        shell: &mut Shell,
        python: &Interpreter,
        words: &[String],
    ) -> Result<String> {
        let home = python.home(workspace);
        let ours = adapter::build(workspace, shell, python, &home.join("build"), Kind::Measured)?;
        let script = self.put(&home)?;
        let mut command = if run::can_isolate() {
            // What a name server that cannot be reached makes of a name is a matter of luck.
            write_names(&home)?;
            let mut command = run::alone(true);
            command.args(["unshare", "-m", "sh", "-c", NAMES, "sh"]).arg(&home);
            command
        } else {
            run::alone(false)
        };
        command.arg(&python.program).args(["-I", "-B"]).arg(script).args(words).arg(ours);
        shell.run(command)
    }
}

/// Thousands of calls of both; gives how many.
///
/// # Errors
/// When one differs; it has been shown.
pub(super) fn differ(
    workspace: &Workspace,
    shell: &mut Shell,
    python: &Interpreter,
    seed: Option<u32>,
    cases: u32,
) -> Result<String> {
    shell.say(&format!("{}, each call of both", python.name()))?;
    let mut words = vec![format!("--cases={cases}")];
    words.extend(seed.map(|seed| format!("--seed={seed}")));
    let said = DIFFERENTIAL.run(workspace, shell, python, &words)?;
    // Which reads the other's file.
    let rows = ROWS.run(workspace, shell, python, &[])?;
    let last = |said: &str| said.lines().last().unwrap_or_default().to_owned();
    Ok(format!("{}; {}", last(&said), last(&rows)))
}

/// Both on the VM's kernel, which has every family.
pub(super) struct Families {
    /// For the script, its results and what it printed.
    pub(super) folder: PathBuf,
}

impl Families {
    /// A line of sh that runs it, with a program that has its own `_socket`, and ours.
    ///
    /// # Errors
    /// When nothing can be written.
    pub(super) fn line(&self, program: &Path, ours: &Path, seed: u32) -> Result<String> {
        packages::make_empty(&self.folder)?;
        write_names(&self.folder)?;
        DIFFERENTIAL.put(&self.folder)?;
        let script = FAMILIES.put(&self.folder)?;
        let (results, log) = (self.results(), self.log());
        let mut paths = Vec::new();
        for path in [&self.folder, program, &script, &results, ours, &log] {
            paths.push(shown(path)?);
        }
        let [folder, program, script, results, ours, log] = paths.as_slice() else {
            return Err("six paths".into());
        };
        Ok(format!(
            "unshare -m sh -c '{NAMES}' sh '{folder}' '{program}' -I '{script}' --seed={seed} \
             --out '{results}' '{ours}' > '{log}' 2>&1\n"
        ))
    }

    fn results(&self) -> PathBuf {
        self.folder.join("results")
    }

    fn log(&self) -> PathBuf {
        self.folder.join("log")
    }

    /// What it has left: what is to be said of it, and its line for the table.
    ///
    /// # Errors
    /// When it has left nothing.
    pub(super) fn read(&self) -> Result<(Vec<String>, String)> {
        let results = self.results();
        let told = fs::read_to_string(&results)
            .map_err(|error| format!("{}: {error}", results.display()))?;
        let log = fs::read(self.log()).unwrap_or_default();
        Ok(judged(&told, &String::from_utf8_lossy(&log)))
    }
}

/// The same of what it has told, line by line, and printed.
fn judged(told: &str, log: &str) -> (Vec<String>, String) {
    let (mut lines, mut passed, mut failed, mut cases) = (Vec::new(), 0, 0, 0);
    let (mut seconds, mut row) = (None, String::new());
    for line in told.lines().filter_map(|line| serde_json::from_str::<Value>(line).ok()) {
        if line["done"].as_bool() == Some(true) {
            seconds = line["seconds"].as_f64();
            continue;
        }
        line["row"].as_str().unwrap_or_default().clone_into(&mut row);
        cases += line["cases"].as_u64().unwrap_or(0);
        let differences = line["differences"].as_array().map_or(&[][..], Vec::as_slice);
        if differences.is_empty() {
            passed += 1;
        } else {
            failed += 1;
        }
        for difference in differences.iter().take(SHOWN) {
            lines.push(format!("  DIFFERENCE {row}: {}", difference.as_str().unwrap_or_default()));
        }
        if differences.len() > SHOWN {
            lines.push(format!("  and {} more", differences.len() - SHOWN));
        }
    }
    if seconds.is_none() {
        failed += 1;
        lines.push(format!("  the differential test ended behind `{row}`; what it printed:"));
        let log: Vec<&str> = log.lines().collect();
        let end = log.get(log.len().saturating_sub(TAIL)..).unwrap_or_default();
        lines.extend(end.iter().map(|line| format!("    {line}")));
    }
    lines.push(format!("  {cases} calls of both `_socket`s, over {} kinds", passed + failed));
    let verdict = if failed == 0 { "ok" } else { "FAILED" };
    let seconds = seconds.unwrap_or_default();
    let result = format!(
        "-- python/differential\ntest result: {verdict}. {passed} passed; {failed} failed; 0 ignored; finished in {seconds:.2}s\n"
    );
    (lines, result)
}

/// The questions' answers: those of the goals that were not met are told, and are no failure.
///
/// # Errors
/// When a call fails.
pub(super) fn bench(workspace: &Workspace, shell: &mut Shell, python: &Interpreter) -> Result<()> {
    let said = shell.quietly(|shell| BENCH.run(workspace, shell, python, &[]))?;
    shell.say(&format!("{}, its own `_socket` and ours in turns", python.name()))?;
    shell.say(&format!(
        "{:<34} {:>9} {:>9} {:>6} {:>5}",
        "nanoseconds a call", "theirs", "ours", "ratio", "goal"
    ))?;
    for line in said.lines().filter_map(|line| serde_json::from_str::<Value>(line).ok()) {
        let Some(question) = line["question"].as_str() else { continue };
        let number = |key: &str| line[key].as_f64().unwrap_or(f64::NAN);
        let met = if line["met"].as_bool() == Some(true) { "" } else { "  not met" };
        shell.say(&format!(
            "{question:<34} {:>9} {:>9} {:>6.2} {:>5.1}{met}",
            number("theirs_ns"),
            number("ours_ns"),
            number("ratio"),
            number("goal")
        ))?;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_differs_or_has_no_end_has_failed() {
        let row = |name, differences| {
            format!("{{\"row\": \"{name}\", \"cases\": 3, \"differences\": {differences}}}\n")
        };
        let done = "{\"done\": true, \"seconds\": 1.5}\n";
        let (good, bad) = (row("TIPC", "[]"), row("CAN", "[\"bind\", \"connect\"]"));
        for (told, result, words) in [
            (format!("{good}{good}{done}"), "ok. 2 passed; 0 failed", "6 calls"),
            (format!("{good}{bad}{done}"), "FAILED. 1 passed; 1 failed", "DIFFERENCE CAN: connect"),
            (good.clone(), "FAILED. 1 passed; 1 failed", "ended behind `TIPC`"),
            (format!("{good}{{\"done\": tr"), "FAILED. 1 passed; 1 failed", "Segmentation fault"),
            (String::new(), "FAILED. 0 passed; 1 failed", "ended behind ``"),
        ] {
            let (lines, said) = judged(&told, "one\nSegmentation fault\n");
            assert!(said.contains(result), "{told}: {said}");
            assert!(lines.iter().any(|line| line.contains(words)), "{told}: {lines:?}");
        }
    }
}
