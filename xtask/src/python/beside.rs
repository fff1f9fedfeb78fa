//! Scripts that load both `_socket`s into one process: the differential test and the benchmark.
//!
//! Contract: they run in the installed interpreter, which has its own `_socket`, and get ours by its path. Sources: `differential.py`, `bench.py`.

use std::fs;

use serde_json::Value;

use super::adapter::{self, Kind};
use super::interpreter::Interpreter;
use super::run;
use crate::step::Shell;
use crate::workspace::{Result, Workspace};

/// A script and its name.
struct Script {
    name: &'static str,
    text: &'static str,
}

const DIFFERENTIAL: Script =
    Script { name: "differential.py", text: include_str!("differential.py") };

const BENCH: Script = Script { name: "bench.py", text: include_str!("bench.py") };

/// Names come from files alone.
const NAMES: &str = r#"mount --bind "$1/nsswitch.conf" /etc/nsswitch.conf && mount --bind "$1/hosts" /etc/hosts &&
    shift && exec "$@""#;

impl Script {
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
        let script = home.join(self.name);
        fs::write(&script, self.text)?;
        let mut command = if run::can_isolate() {
            // What a name server that cannot be reached makes of a name is a matter of luck.
            fs::write(home.join("nsswitch.conf"), "hosts: files\n")?;
            fs::write(home.join("hosts"), "127.0.0.1 localhost here4\n::1 here6\n")?;
            let mut command = run::alone(true);
            command.args(["unshare", "-m", "sh", "-c", NAMES, "sh"]).arg(&home);
            command
        } else {
            run::alone(false)
        };
        command.arg(&python.program).arg("-I").arg(script).args(words).arg(ours);
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
    Ok(said.lines().last().unwrap_or_default().to_owned())
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
