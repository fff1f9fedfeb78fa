//! README's commands, in a clone, as a newcomer types them.
//!
//! Contract: the first `sh` block of README.md holds exactly the commands of [`EXPECTED`] that begin with `cargo`, copied out
//! of the file. In an empty folder with an empty target both are run as a newcomer types them. The second is this
//! program's `ci` itself: within itself it builds and tests, and leaves this step out, or it would have no end, and what the steps
//! around have said of the same commit. What is cloned is the last commit; a tree with changes on top is said to have them.

use std::process::Command;

use crate::step::{Outcome, Shell};
use crate::workspace::{Result, Workspace, command_in, output};

/// Set within this step, for the `ci` in the clone.
pub(crate) const WITHIN: &str = "BERKELEY_WITHIN_README";

/// The main job, then the tests.
const EXPECTED: [&str; 2] = ["cargo run --release -- tour", "cargo xtask ci"];

/// Clones, reads, runs.
pub(crate) fn run(workspace: &Workspace, shell: &mut Shell) -> Result<Outcome> {
    let folder = tempfile::tempdir()?;
    let mut clone = workspace.command("git");
    clone.args(["clone", "--quiet", "--no-hardlinks", "."]).arg(folder.path());
    shell.run(clone)?;
    let commands = commands(&std::fs::read_to_string(folder.path().join("README.md"))?);
    if commands != EXPECTED {
        return Err(format!("README.md should say {EXPECTED:?}, says {commands:?}").into());
    }
    for command in &commands {
        let typed: Vec<&str> = command.split(' ').collect();
        shell.run(as_typed(&typed, folder.path())?)?;
    }
    let changed = output(workspace.command("git").args(["status", "--porcelain"]))?.lines().count();
    let commit = output(workspace.command("git").args(["rev-parse", "--short", "HEAD"]))?;
    let without =
        if changed == 0 { String::new() } else { format!(", without {changed} changed files") };
    Ok(Outcome::Done(format!("commit {}{without}", commit.trim())))
}

/// As a new shell would run it: nothing said to cargo by the environment. The tests are as lenient as the command is.
fn as_typed(words: &[&str], folder: &std::path::Path) -> Result<Command> {
    let (program, arguments) = words.split_first().ok_or("an empty command")?;
    let mut command = command_in(program, folder);
    command.args(arguments);
    for name in [
        "BERKELEY_STRICT",
        "CARGO",
        "CARGO_TARGET_DIR",
        "RUSTFLAGS",
        "RUSTDOCFLAGS",
        "LD_LIBRARY_PATH",
    ] {
        command.env_remove(name);
    }
    command.env(WITHIN, "1");
    Ok(command)
}

/// The lines of the first `sh` block that call cargo, without their comments.
fn commands(readme: &str) -> Vec<String> {
    readme
        .lines()
        .skip_while(|line| *line != "```sh")
        .skip(1)
        .take_while(|line| *line != "```")
        .filter(|line| line.starts_with("cargo "))
        .map(|line| line.split(" #").next().unwrap_or(line).trim_end().to_owned())
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn commands_stand_in_the_first_block() {
        let readme = "# A\n```rust\ncargo no\n```\n```sh\ngit clone x\ncargo a b   # comment\ncargo c\n```\n\
                      ```sh\ncargo d\n```\n";
        assert_eq!(commands(readme), ["cargo a b", "cargo c"]);
        assert!(commands("").is_empty());
    }
}
