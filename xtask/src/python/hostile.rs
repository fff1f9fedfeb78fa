//! Sockets that handlers of signals and other threads close while they are used, threads that the end of the interpreter finds in a call.
//!
//! Contract: the same scenes with either `_socket`, and the same of each. Source: `hostile.py`.

use std::fs;
use std::path::{Path, PathBuf};

use super::run;
use crate::step::Shell;
use crate::workspace::Result;

/// Plays the scenes in both copies, theirs and ours; gives how many.
///
/// # Errors
/// When one differs; it is shown.
pub(super) fn compare(shell: &mut Shell, programs: &[PathBuf; 2], home: &Path) -> Result<String> {
    let script = home.join("hostile.py");
    fs::write(&script, include_str!("hostile.py"))?;
    let mut play = |program: &Path| {
        let mut command = run::alone(run::can_isolate());
        command.arg(program).arg("-I").arg(&script);
        shell.quietly(|shell| shell.run(command))
    };
    let (theirs, ours) = (play(&programs[0])?, play(&programs[1])?);
    let (theirs, ours): (Vec<_>, Vec<_>) = (theirs.lines().collect(), ours.lines().collect());
    if theirs.first() == ours.first() {
        return Err("both sides had the same `_socket`".into());
    }
    let mut different = 0;
    for (theirs, ours) in theirs.iter().zip(&ours).skip(1).filter(|(theirs, ours)| theirs != ours) {
        shell.say(&format!("  theirs: {theirs}\n  ours:   {ours}"))?;
        different += 1;
    }
    match (theirs.len().saturating_sub(1), different) {
        (0, _) => Err("no scene was played".into()),
        _ if theirs.len() != ours.len() => Err("one has other scenes".into()),
        (scenes, 0) => Ok(format!("{scenes} scenes, the same with both")),
        (_, different) => Err(format!("{different} scenes end in another way").into()),
    }
}
