//! To come.

use crate::fail::Fail;
use crate::out::Out;

#[derive(clap::Args)]
pub(crate) struct Args {}

pub(crate) fn run(_args: &Args, out: &mut Out) -> Result<(), Fail> {
    out.flush()
}
