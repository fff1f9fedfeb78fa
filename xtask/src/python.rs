//! `cargo xtask python`: CPython's own test suite, with our `_socket` in the place of its own.
//!
//! Contract: both sides run in the same job, on the same machine, by the same user, from private copies of an interpreter. What passes with
//! the interpreter's own `_socket` and not with ours is a failure, unless it passes when it is run again, alone. Nothing of an installed interpreter
//! is changed. Source: CPython's `Lib/test`.

mod interpreter;
mod overlay;
mod adapter;
mod suite;
mod run;
mod compare;
mod beside;
mod hostile;
mod coverage;

use std::fs;
use std::path::{Path, PathBuf};

use clap::{Args, Subcommand};

use crate::packages;
use crate::step::{Outcome, Shell};
use crate::workspace::{Result, Workspace, shown};
use adapter::Kind;
use beside::Families;
use compare::{Difference, MISSING};
use coverage::Llvm;
use interpreter::Interpreter;
use overlay::Module;
use run::{Ended, Job, Side};
use suite::Suite;

/// With more regressions than these nothing is run again.
const AGAIN: usize = 40;

/// How many random calls of each kind.
const CASES: u32 = 10_000;

/// Where CI's begin: a difference must be somebody's change.
const SEED: u32 = 1;

/// How many regressions are shown with what they said.
const SHOWN: usize = 30;

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
        Ok(())
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
        options.suites.iter().map(String::as_str).collect()
    };
    if options.coverage {
        for python in &interpreters {
            count(workspace, shell, python, &names, &options.only)?;
        }
        return Ok(Outcome::Done(String::new()));
    }
    let mut total = Total::default();
    for python in &interpreters {
        let copies = Copies::make(workspace, shell, python, options.module.as_deref())?;
        copies.run(shell, &names, &options.only, &mut total)?;
    }
    total.outcome()
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
    total.outcome()
}

/// Runs the suites on our side alone, with counters, and prints how much of each crate they ran.
fn count(
    workspace: &Workspace,
    shell: &mut Shell,
    python: &Interpreter,
    names: &[&str],
    only: &[String],
) -> Result<()> {
    let home = python.home(workspace);
    shell.say("LLVM and a module with counters: fetched and built where they are not yet ...")?;
    let llvm = shell.quietly(|shell| Llvm::find(workspace, shell))?;
    let module = adapter::build(workspace, shell, python, &home.join("counted"), Kind::Counted)?;
    let counts = home.join("counts");
    packages::make_empty(&counts)?;
    let program = overlay::make(python, &Module::File(module.clone()), &home.join("ours-counted"))?;
    let file = counts.join("%p-%m.profraw").to_string_lossy().into_owned();
    let without = suite::left_out(false)?;
    let isolated = run::can_isolate();
    shell.say(&format!("{}, counted: {}", python.name(), names.join(", ")))?;
    for suite in names.iter().filter_map(|name| Suite::of(python, name)) {
        let folder = home.join("results").join(&suite.name).join("counted");
        let environment = &[("LLVM_PROFILE_FILE", file.clone())];
        let (program, without, folder) = (program.as_path(), without.as_slice(), folder.as_path());
        Job { program, only, without, folder, environment, isolated }.run(&suite)?;
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
        let sides = run::distinct([read(0, &theirs)?, read(1, &ours)?])?;
        let found = compare::compare(&sides[0], &sides[1]);
        for line in remarks(&found, &[]) {
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

/// All interpreters and suites together.
#[derive(Default)]
struct Total {
    passed: usize,
    worse: usize,
}

impl Total {
    fn outcome(&self) -> Result<Outcome> {
        match (self.passed, self.worse) {
            (0, 0) => Err("no test ran".into()),
            (passed, 0) => Ok(Outcome::Done(format!("{passed} passed, as with CPython's own"))),
            (_, worse) => Err(format!("{worse} tests pass with CPython's `_socket` alone").into()),
        }
    }
}

/// An interpreter's two private copies.
struct Copies {
    python: Interpreter,
    /// Theirs, ours.
    programs: [PathBuf; 2],
    /// For results.
    home: PathBuf,
    isolated: bool,
}

impl Copies {
    fn make(
        workspace: &Workspace,
        shell: &mut Shell,
        python: &Interpreter,
        module: Option<&Path>,
    ) -> Result<Self> {
        let home = python.home(workspace);
        let ours = match module {
            Some(file) => file.to_owned(),
            None => adapter::build(workspace, shell, python, &home.join("build"), Kind::Measured)?,
        };
        let theirs = overlay::make(python, &Module::Own, &home.join("theirs"))?;
        let ours = overlay::make(python, &Module::File(ours), &home.join("ours"))?;
        let isolated = run::can_isolate();
        Ok(Self { python: python.clone(), programs: [theirs, ours], home, isolated })
    }

    fn run(
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
                continue;
            };
            let sides = self.pair(&suite, only, &without, &suite.name)?;
            let mut found = compare::compare(&sides[0], &sides[1]);
            let flaky = self.again(&suite, &mut found)?;
            let row = Row::of(&found, &sides);
            shell.say(&row.line(&suite.name))?;
            for line in remarks(&found, &flaky) {
                shell.say(&line)?;
            }
            all.add(&row);
            total.passed += found.passed;
            total.worse += found.worse.len();
        }
        if names.len() > 1 {
            shell.say(&all.line("all"))?;
        }
        Ok(())
    }

    /// The scenes of `hostile.py`; gives how many.
    fn vex(&self, shell: &mut Shell) -> Result<String> {
        shell
            .say(&format!("{}, sockets that are closed while they are used", self.python.name()))?;
        hostile::compare(shell, &self.programs, &self.home)
    }

    fn pair(
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
        run::pair([job(0), job(1)], suite)
    }

    /// Runs again, alone, what was worse: takes out what is not worse then, and gives it. A process that ended by a signal is
    /// forgiven nothing.
    fn again(&self, suite: &Suite, found: &mut Difference) -> Result<Vec<String>> {
        if found.worse.is_empty() || found.worse.len() > AGAIN {
            return Ok(Vec::new());
        }
        let only: Vec<String> = found.worse.iter().map(|(id, _)| literal(id)).collect();
        let sides = self.pair(suite, &only, &[], &format!("{}-again", suite.name))?;
        let still = compare::compare(&sides[0], &sides[1]);
        let mut flaky = Vec::new();
        found.worse.retain(|(id, ended)| {
            let again = matches!(ended, Ended::Crashed(_))
                || still.worse.iter().any(|(other, _)| other == id)
                || !sides[0].tests.contains_key(id);
            if !again {
                flaky.push(id.clone());
            }
            again
        });
        found.passed += flaky.len();
        Ok(flaky)
    }
}

/// An id as a pattern of itself alone.
fn literal(id: &str) -> String {
    id.chars().map(|c| if "[*?".contains(c) { format!("[{c}]") } else { c.to_string() }).collect()
}

fn heading() -> String {
    format!(
        "{:<42} {:>6} {:>7} {:>8} {:>11} {:>6} {:>8} {:>6}",
        "suite", "run", "passed", "skipped", "regressions", "better", "seconds", "CPU"
    )
}

/// A suite's numbers, or those of all.
#[derive(Default)]
struct Row {
    /// As [`heading`] has them.
    counts: [usize; 5],
    seconds: f64,
    /// Theirs, ours.
    cpu: [f64; 2],
}

impl Row {
    fn of(found: &Difference, sides: &[Side; 2]) -> Self {
        let (worse, better) = (found.worse.len(), found.better.len());
        Self {
            counts: [found.run, found.passed, found.skipped, worse, better],
            seconds: sides[1].seconds,
            cpu: [sides[0].cpu, sides[1].cpu],
        }
    }

    fn add(&mut self, other: &Self) {
        for (sum, count) in self.counts.iter_mut().zip(other.counts) {
            *sum += count;
        }
        for (sum, cpu) in self.cpu.iter_mut().zip(other.cpu) {
            *sum += cpu;
        }
        self.seconds += other.seconds;
    }

    /// The last column is how often ours needs the processor's time of theirs.
    fn line(&self, name: &str) -> String {
        let ([theirs, ours], [run, passed, skipped, worse, better]) = (self.cpu, self.counts);
        let ratio = if theirs > 0.0 { format!("{:.2}", ours / theirs) } else { "?".to_owned() };
        format!(
            "{name:<42} {run:>6} {passed:>7} {skipped:>8} {worse:>11} {better:>6} {:>8.1} {ratio:>6}",
            self.seconds
        )
    }
}

/// What is to be said of single tests.
fn remarks(found: &Difference, flaky: &[String]) -> Vec<String> {
    let mut lines = Vec::new();
    // What was not run at all says little, and may be much.
    let missing =
        |(_, ended): &&(String, Ended)| matches!(ended, Ended::Failed(why) if why == MISSING);
    let (missing, worse): (Vec<_>, Vec<_>) = found.worse.iter().partition(missing);
    if !missing.is_empty() {
        lines.push(format!(
            "  REGRESSION {} tests were not run, {} among them",
            missing.len(),
            missing[0].0
        ));
    }
    for (id, ended) in worse.iter().take(SHOWN) {
        lines.push(format!("  REGRESSION {id}"));
        let said = match ended {
            Ended::Failed(said) | Ended::Crashed(said) | Ended::Skipped(said) => said.as_str(),
            Ended::Passed => "",
        };
        let said: Vec<&str> = said.lines().collect();
        let end = said.get(said.len().saturating_sub(12)..).unwrap_or_default();
        lines.extend(end.iter().map(|line| format!("    {line}")));
    }
    if worse.len() > SHOWN {
        lines.push(format!("  and {} more", worse.len() - SHOWN));
    }
    let listed = |what: &str, ids: &[String]| {
        ids.iter().map(|id| format!("  {what} {id}")).collect::<Vec<_>>()
    };
    lines.extend(listed("passes with ours alone:", &found.better));
    lines.extend(listed("fails with both:", &found.neither));
    lines.extend(listed("passed when run again:", flaky));
    lines
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
        ];
        for (line, is) in cases {
            let words = ["python"].into_iter().chain(line.split_whitespace());
            let read = <Line as clap::Parser>::try_parse_from(words);
            assert_eq!(read.is_ok_and(|line| line.options.check().is_ok()), is, "{line}");
        }
    }

    #[test]
    fn an_id_matches_itself_alone() {
        assert_eq!(literal("a.B.test_x [1]?"), "a.B.test_x [[]1][?]");
    }
}
