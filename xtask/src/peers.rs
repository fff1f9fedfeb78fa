//! `cargo xtask peers`: the program against socat, Python and curl.

use crate::step::{Outcome, Shell};
use crate::workspace::{Result, Workspace};

/// Needs the program `berkeley`.
pub(crate) fn run(_: &Workspace, _: &mut Shell) -> Result<Outcome> {
    Err("the program does not connect or listen yet".into())
}
