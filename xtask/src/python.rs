//! `cargo xtask python`: CPython's own test suite, with our `_socket` in the place of its own.
//!
//! Contract: both sides run in the same job, on the same machine, by the same user, from private copies of an interpreter, and tell whose `_socket`
//! they ran. What passes with the interpreter's own and not with ours is a failure, unless it passes five times when it is run again, alone; that
//! is told. That nothing passes with either is a failure, too. Nothing of an installed interpreter is changed. Source: CPython's `Lib/test`.

mod interpreter;
mod overlay;
mod adapter;
mod suite;
mod run;
mod compare;
mod again;
mod beside;
mod hostile;
mod report;
mod copies;
mod guest;
mod coverage;

use std::fs;
use std::path::PathBuf;

use clap::{Args, Subcommand};

use crate::packages;
use crate::step::{Outcome, Shell};
use crate::workspace::{Result, Workspace};
use adapter::Kind;
use copies::Copies;
use coverage::Llvm;
use interpreter::Interpreter;
use overlay::Module;
use report::{Total, no_test};
use run::Job;
use suite::Suite;

pub(crate) use guest::Guest;

/// How many random calls of each kind.
const CASES: u32 = 10_000;

/// Where CI's begin: a difference must be somebody's change.
const SEED: u32 = 1;

/// What to run.
#[derive(Args)]
#[command(subcommand_precedence_over_arg = true)]
pub(crate) struct Options {
    /// This interpreter, a path or a name on the PATH, or `debian`; without, the newest of this machine that has its tests, else Debian's
    #[arg(long, value_name = "PROGRAM")]
    python: Option<PathBuf>,
    /// Every interpreter that is proved, Debian's too, and every suite that opens sockets: half an hour
    #[arg(long, conflicts_with = "python")]
    all: bool,
    /// Try this module, a shared object or a .py, rather than ours
    #[arg(long, value_name = "FILE")]
    module: Option<PathBuf>,
    /// Rather than compare, tell which lines of our crates the suites run
    #[arg(long, conflicts_with = "module")]
    coverage: bool,
    /// Only tests whose whole id is of this pattern, like *CANTest*
    #[arg(long = "match", value_name = "PATTERN")]
    only: Vec<String>,
    /// Modules of CPython's test package, like `test_ssl`, `test_asyncio.test_streams`
    #[arg(value_name = "SUITE")]
    suites: Vec<String>,
    #[command(subcommand)]
    other: Option<Other>,
}

/// What else both can be asked.
#[derive(Subcommand)]
enum Other {
    /// Call both in one process, thousands of times: results and errors must be the same
    Differential {
        /// Where the random calls begin; printed where it is not given
        #[arg(long)]
        seed: Option<u32>,
        /// How many of each kind
        #[arg(long, default_value_t = CASES, value_parser = clap::value_parser!(u32).range(1..))]
        cases: u32,
    },
    /// What programs do to sockets in use, and leave when they end: both must say the same
    Hostile,
    /// Measure calls of both, in turns
    Bench,
}

impl Options {
    /// Is all that was said of use? What would be passed over is refused.
    ///
    /// # Errors
    /// What does not go together, or is not there.
    pub(crate) fn check(&self) -> core::result::Result<(), String> {
        let name = match self.other {
            Some(Other::Differential { .. }) => "differential",
            Some(Other::Hostile) => "hostile",
            Some(Other::Bench) => "bench",
            None => "",
        };
        let said = [
            ("--module", self.module.is_some()),
            ("--coverage", self.coverage),
            ("--match", !self.only.is_empty()),
            ("SUITE", !self.suites.is_empty()),
        ];
        if let Some((option, _)) = said.iter().find(|(_, is)| *is && self.other.is_some()) {
            return Err(format!("`{name}` knows no {option}"));
        }
        if let Some(file) = self.module.as_deref().filter(|file| !file.is_file()) {
            return Err(format!("--module `{}`: there is no such file", file.display()));
        }
        self.suites.iter().try_for_each(|said| suite::name(said).map(drop))
    }
}

/// The command of its own name.
///
/// # Errors
/// When something does not pass with ours that does with theirs.
pub(crate) fn command(
    workspace: &Workspace,
    options: &Options,
    shell: &mut Shell,
) -> Result<Outcome> {
    let interpreters = match &options.python {
        Some(program) => vec![interpreter::named(workspace, shell, program)?],
        None => {
            let mut found = interpreter::found();
            found.truncate(if options.all { found.len() } else { 1 });
            if found.is_empty() || options.all {
                found.push(interpreter::debian(workspace, shell)?);
            }
            found
        }
    };
    match options.other {
        Some(Other::Differential { seed, cases }) => {
            let mut done = String::new();
            for python in &interpreters {
                done = beside::differ(workspace, shell, python, seed, cases)?;
            }
            return Ok(Outcome::Done(done));
        }
        Some(Other::Hostile) => {
            let mut done = String::new();
            for python in &interpreters {
                done = Copies::make(workspace, shell, python, options.module.as_deref())?
                    .vex(shell)?;
            }
            return Ok(Outcome::Done(done));
        }
        Some(Other::Bench) => {
            for python in &interpreters {
                beside::bench(workspace, shell, python)?;
            }
            return Ok(Outcome::Done(String::new()));
        }
        None => {}
    }
    let names = if options.suites.is_empty() {
        suite::names(options.all)
    } else {
        let said = options.suites.iter().map(|said| suite::name(said));
        let names: Vec<&str> = said.collect::<core::result::Result<_, _>>()?;
        suite::must_be_there(&names, &interpreters)?;
        names
    };
    if options.coverage {
        for python in &interpreters {
            count(workspace, shell, python, &names, &options.only)?;
        }
        return Ok(Outcome::Done(String::new()));
    }
    let mut total = Total::default();
    for python in &interpreters {
        must_be_able_to_fail(workspace, shell, python)?;
        let copies = Copies::make(workspace, shell, python, options.module.as_deref())?;
        copies.run(shell, &names, &options.only, &mut total)?;
    }
    total.outcome(&options.only)
}

/// The step of CI: `test_socket` alone, with one interpreter.
///
/// # Errors
/// When something does not pass with ours that does with theirs.
pub(crate) fn run(workspace: &Workspace, shell: &mut Shell) -> Result<Outcome> {
    let python = match interpreter::found().into_iter().next() {
        Some(python) => python,
        None => match interpreter::debian(workspace, shell) {
            Ok(python) => python,
            Err(why) => {
                return Ok(Outcome::Skipped { why: why.to_string(), installable: true });
            }
        },
    };
    must_be_able_to_fail(workspace, shell, &python)?;
    let copies = Copies::make(workspace, shell, &python, None)?;
    let mut total = Total::default();
    copies.run(shell, &["test_socket"], &[], &mut total)?;
    copies.vex(shell)?;
    beside::differ(workspace, shell, &python, Some(SEED), CASES)?;
    total.outcome(&[])
}

/// Runs the suites on our side alone, with counters, and prints how much of each crate they ran.
fn count(
    workspace: &Workspace,
    shell: &mut Shell,
    python: &Interpreter,
    names: &[&str],
    only: &[String],
) -> Result<()> {
    let (home, _lock) = python.own_home(workspace, shell)?;
    shell.say("LLVM and a module with counters: fetched and built where they are not yet ...")?;
    let llvm = shell.quietly(|shell| Llvm::find(workspace, shell))?;
    let module = adapter::build(workspace, shell, python, &home.join("counted"), Kind::Counted)?;
    let counts = home.join("counts");
    packages::make_empty(&counts)?;
    let copy = overlay::make(python, &Module::File(module.clone()), &home.join("ours-counted"))?;
    let file = counts.join("%p-%m.profraw").to_string_lossy().into_owned();
    let without = suite::left_out(false)?;
    let isolated = run::can_isolate();
    let mut tests = 0;
    shell.say(&format!("{}, counted: {}", python.name(), names.join(", ")))?;
    for suite in names.iter().filter_map(|name| Suite::of(python, name)) {
        let folder = home.join("results").join(&suite.name).join("counted");
        let environment = &[("LLVM_PROFILE_FILE", file.clone())];
        let (program, without, folder) = (copy.program.as_path(), without.as_slice(), &folder);
        let side = Job { program, only, without, folder, environment, isolated }.run(&suite)?;
        run::is_ours(&side, &copy.module)?;
        tests += side.tests.len();
    }
    if tests == 0 {
        return Err(no_test(only).into());
    }
    for line in llvm.table(&module, &counts)? {
        shell.say(&line)?;
    }
    Ok(())
}

/// Is a `_socket` with a fault told from the interpreter's own?
fn must_be_able_to_fail(
    workspace: &Workspace,
    shell: &mut Shell,
    python: &Interpreter,
) -> Result<()> {
    let home = interpreter::home(workspace);
    fs::create_dir_all(&home)?;
    let broken = home.join("broken.py");
    let own = python.module().to_string_lossy().into_owned();
    fs::write(&broken, include_str!("python/broken.py").replace("@OWN@", &own))?;
    let copies = Copies::make(workspace, shell, python, Some(&broken))?;
    let suite = Suite::of(python, "test_socket").ok_or("no test_socket")?;
    let sides = copies.pair(&suite, &["*.testIPv4toString".to_owned()], &[], "broken")?;
    match compare::compare(&sides[0], &sides[1]).worse.len() {
        1 => Ok(()),
        found => Err(format!("of a fault in one function {found} regressions were found").into()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The command line as `main` has it.
    #[derive(clap::Parser)]
    struct Line {
        #[command(flatten)]
        options: Options,
    }

    #[test]
    fn no_option_is_passed_over() {
        let cases = [
            ("", true),
            ("test_socket test_ssl --match *x*", true),
            ("differential --seed 1 --cases 10", true),
            ("--all differential", true),
            ("--python p bench", true),
            ("--python p --all", false),
            ("differential --cases 0", false),
            ("test_timeout differential", false),
            ("test_timeout differential --cases 10", false),
            ("--match x differential", false),
            ("--coverage bench", false),
            ("hostile test_socket", false),
            ("--module Cargo.toml", true),
            ("--module Cargo.toml bench", false),
            ("--module nosuch.py", false),
            ("test.test_socket", true),
            ("../test_socket", false),
        ];
        for (line, is) in cases {
            let words = ["python"].into_iter().chain(line.split_whitespace());
            let read = <Line as clap::Parser>::try_parse_from(words);
            assert_eq!(read.is_ok_and(|line| line.options.check().is_ok()), is, "{line}");
        }
    }
}
