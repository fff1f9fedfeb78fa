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
mod coverage;

use std::env;
use std::fs::{self, File};
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
use overlay::{Copy, Module};
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
        let sides = run::distinct([read(0, &theirs)?, read(1, &ours)?], &self.copies.ours)?;
        let found = compare::compare(&sides[0], &sides[1]);
        for line in remarks(&found) {
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
    run: usize,
    passed: usize,
    worse: usize,
    again: usize,
    unsteady: usize,
    /// Suites that prove nothing.
    nothing: Vec<String>,
}

impl Total {
    /// Takes a suite; without a pattern of tests some of it must pass.
    fn add(&mut self, name: &str, found: &Difference, only: &[String]) {
        self.run += found.run;
        self.passed += found.passed;
        self.worse += found.worse.len();
        self.again += found.again.len();
        self.unsteady += found.unsteady.len();
        if found.passed == 0 && found.worse.is_empty() && only.is_empty() {
            self.nothing.push(name.to_owned());
        }
    }

    fn outcome(&self, only: &[String]) -> Result<Outcome> {
        let mut words = Vec::new();
        if self.worse > 0 {
            words.push(format!("{} tests pass with CPython's `_socket` alone", self.worse));
        }
        if !self.nothing.is_empty() {
            words.push(format!("nothing of {} passes with either", self.nothing.join(", ")));
        }
        if !words.is_empty() {
            return Err(words.join("; ").into());
        }
        match (self.run, self.passed) {
            (0, _) => return Err(no_test(only).into()),
            (run, 0) => return Err(format!("of {run} tests none passes with both").into()),
            (_, passed) => words.push(format!("{passed} passed, as with CPython's own")),
        }
        if self.again > 0 {
            words.push(format!("{} of them when they were run again", self.again));
        }
        if self.unsteady > 0 {
            words.push(format!("{} more fail at times with both", self.unsteady));
        }
        Ok(Outcome::Done(words.join(", ")))
    }
}

/// That no test was run, and why that may be.
fn no_test(only: &[String]) -> String {
    match only.iter().find(|pattern| !pattern.contains('*')) {
        Some(plain) => {
            format!("no test ran: --match is for whole ids, so it may be --match '*{plain}*'")
        }
        None if only.is_empty() => "no test ran".to_owned(),
        None => format!("no test ran: none has an id like {}", only.join(", ")),
    }
}

/// An interpreter's two private copies.
struct Copies {
    python: Interpreter,
    /// Theirs, ours.
    programs: [PathBuf; 2],
    /// The file of our `_socket`.
    ours: PathBuf,
    /// For results.
    home: PathBuf,
    /// Of the home, and so of both copies.
    _lock: File,
    isolated: bool,
}

impl Copies {
    fn make(
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

fn heading() -> String {
    format!(
        "{:<42} {:>6} {:>7} {:>8} {:>11} {:>6} {:>6} {:>8} {:>6}",
        "suite", "run", "passed", "skipped", "regressions", "again", "better", "seconds", "CPU"
    )
}

/// A suite's numbers, or those of all.
#[derive(Default)]
struct Row {
    /// As [`heading`] has them.
    counts: [usize; 6],
    seconds: f64,
    /// Theirs, ours.
    cpu: [f64; 2],
}

impl Row {
    fn of(found: &Difference, sides: &[Side; 2]) -> Self {
        let (worse, better) = (found.worse.len(), found.better.len());
        let again = found.again.len() + found.unsteady.len();
        Self {
            counts: [found.run, found.passed, found.skipped, worse, again, better],
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
        let ([theirs, ours], [run, passed, skipped, worse, again, better]) =
            (self.cpu, self.counts);
        let ratio = if theirs > 0.0 { format!("{:.2}", ours / theirs) } else { "?".to_owned() };
        format!(
            "{name:<42} {run:>6} {passed:>7} {skipped:>8} {worse:>11} {again:>6} {better:>6} {:>8.1} {ratio:>6}",
            self.seconds
        )
    }
}

/// What is to be said of single tests.
fn remarks(found: &Difference) -> Vec<String> {
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
    lines.extend(listed("passed five times when run again:", &found.again));
    lines.extend(listed("fails at times with both:", &found.unsteady));
    if found.open > 0 {
        lines.push(format!("  ours has {} descriptors more open at the end", found.open));
    }
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
            ("test.test_socket", true),
            ("../test_socket", false),
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

    #[test]
    fn what_proves_nothing_is_an_error() {
        // Passed with both, worse, run again; and what must be said.
        let cases = [
            (&[("a", 3, 0, 0)][..], "", Ok("3 passed, as with CPython's own")),
            (&[("a", 3, 0, 2)], "", Ok("2 of them when they were run again")),
            (&[("a", 3, 1, 0)], "", Err("1 tests pass with CPython's `_socket` alone")),
            (&[("a", 3, 0, 0), ("b", 0, 0, 0)], "", Err("nothing of b passes with either")),
            (&[("a", 3, 0, 0), ("b", 0, 0, 0)], "*x*", Ok("3 passed")),
            (&[("a", 0, 0, 0)], "*x*", Err("no test ran: none has an id like *x*")),
            (&[("a", 0, 0, 0)], "X", Err("--match '*X*'")),
            (&[], "", Err("no test ran")),
        ];
        for (suites, only, expected) in cases {
            let only: Vec<String> = only.split_whitespace().map(str::to_owned).collect();
            let mut total = Total::default();
            for (name, passed, worse, again) in suites {
                let mut found = compare::compare(&Side::default(), &Side::default());
                (found.run, found.passed) = (passed + worse, *passed);
                found.worse = vec![(String::new(), Ended::Failed(String::new())); *worse];
                found.again = vec![String::new(); *again];
                total.add(name, &found, &only);
            }
            let outcome = total.outcome(&only);
            let (is, said) = match &outcome {
                Ok(Outcome::Done(said)) => (true, said.clone()),
                Err(error) => (false, error.to_string()),
                _ => (false, String::new()),
            };
            assert_eq!(is, expected.is_ok(), "{said}");
            assert!(said.contains(expected.unwrap_or_else(|words| words)), "{said}");
        }
    }
}
