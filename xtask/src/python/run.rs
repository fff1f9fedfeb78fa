//! One side of one suite: an interpreter runs it, and what came of each test is read.
//!
//! Contract: a test that ends the process, or takes too long, has failed, and those behind it are run by another process. Both sides run
//! beside each other, each in a network of its own with nothing but loopback, where this user may make one; so they take the same time on the
//! same machine. Source: `driver.py`.

use core::time::Duration;
use std::collections::BTreeMap;
use std::ffi::OsString;
use std::fs::{self, File};
use std::path::{Path, PathBuf};
use std::process::{Command, ExitStatus, Stdio};
use std::thread;
use std::time::Instant;

use serde_json::Value;
use tempfile::TempDir;

use super::suite::Suite;
use crate::packages;
use crate::workspace::{Result, output};

const DRIVER: &str = include_str!("driver.py");

/// How long one test may take.
const TEST: u32 = 120;

/// How long one process may.
const LIMIT: Duration = Duration::from_mins(20);

/// How often a suite is begun again behind a test that ended its process.
const AGAIN: usize = 20;

/// How a test ended.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Ended {
    Passed,
    /// With the reason.
    Skipped(String),
    /// With what it said.
    Failed(String),
    /// It ended the process: a signal, a hang.
    Crashed(String),
}

/// A part of a test that was skipped: unittest's `subTest`.
pub(super) struct Part {
    /// The test's id.
    pub(super) of: String,
    /// Its own.
    pub(super) id: String,
    pub(super) why: String,
}

/// What came of one side.
#[derive(Default)]
pub(super) struct Side {
    /// By id.
    pub(super) tests: BTreeMap<String, Ended>,
    /// Skipped, of tests that may have passed.
    pub(super) parts: Vec<Part>,
    /// In all.
    pub(super) seconds: f64,
    /// Of the processor, children included.
    pub(super) cpu: f64,
    /// The file of its `_socket`, or that it is built in; none where no process came so far.
    pub(super) module: Option<String>,
    /// How many descriptors were open at the end, if it came to it.
    pub(super) open: Option<u64>,
}

/// An interpreter and what to run with it.
#[derive(Clone, Copy)]
pub(super) struct Job<'a> {
    /// The copy's program.
    pub(super) program: &'a Path,
    /// Patterns of ids; all where there is none.
    pub(super) only: &'a [String],
    /// Patterns of ids.
    pub(super) without: &'a [&'a str],
    /// For results and logs; nothing else writes there.
    pub(super) folder: &'a Path,
    /// For the process.
    pub(super) environment: &'a [(&'a str, String)],
    /// A network of its own.
    pub(super) isolated: bool,
}

impl Job<'_> {
    /// Runs all of it.
    pub(super) fn run(&self, suite: &Suite) -> Result<Side> {
        packages::make_empty(self.folder)?;
        let mut side = Side::default();
        for number in 0..AGAIN {
            let started = self.start(suite, number, &side)?;
            let limit = if started.status.is_none() { " after too long" } else { "" };
            // None where not even the driver began.
            let told = fs::read_to_string(&started.results).unwrap_or_default();
            let before = side.tests.len();
            let open = side.read(&told);
            let ended =
                started.status.map_or_else(|| "killed".to_owned(), |status| status.to_string());
            match open {
                Open::Nothing if started.status.is_some_and(|status| status.success()) => break,
                Open::Test(id) => {
                    side.tests
                        .insert(id, Ended::Crashed(format!("{ended}{limit}\n{}", started.end()?)));
                }
                Open::Nothing | Open::Module => {
                    let id = format!("the process of {}", suite.name);
                    side.tests
                        .insert(id, Ended::Crashed(format!("{ended}{limit}\n{}", started.end()?)));
                    if before + 1 >= side.tests.len() {
                        break;
                    }
                }
            }
        }
        Ok(side)
    }

    fn start(&self, suite: &Suite, number: usize, side: &Side) -> Result<Started> {
        let done: Vec<&str> = side.tests.keys().map(String::as_str).collect();
        let (results, log) = (self.results(number), self.folder.join(format!("{number}.log")));
        let words = self.words(suite, &results, &done)?;
        let place = Place::make()?;
        let mut command = alone(self.isolated);
        command.args(words).current_dir(place.folder.path());
        for (name, _) in std::env::vars_os() {
            if name.to_string_lossy().starts_with("PYTHON") {
                command.env_remove(name);
            }
        }
        command.env("TMPDIR", place.folder.path()).envs(self.environment.iter().cloned());
        // What others have installed is not asked for, nor compiled.
        command.env("PYTHONNOUSERSITE", "1");
        let file = File::create(&log)?;
        command.stdin(Stdio::null()).stdout(file.try_clone()?).stderr(file);
        let status = within(LIMIT, &mut command)?;
        Ok(Started { status, results, log })
    }

    fn results(&self, number: usize) -> PathBuf {
        self.folder.join(format!("{number}.json"))
    }

    /// The command line, but for what has been `done`.
    fn words(&self, suite: &Suite, results: &Path, done: &[&str]) -> Result<Vec<OsString>> {
        let (driver, left_out) = (self.folder.join("driver.py"), self.folder.join("left-out"));
        fs::write(&driver, DRIVER)?;
        fs::write(&left_out, [self.without, done].concat().join("\n"))?;
        let mut words = vec![self.program.into(), driver.into(), "--out".into(), results.into()];
        words.extend(["--leave-out".into(), left_out.into()]);
        words.extend(["--limit".into(), TEST.to_string().into()]);
        words.extend(["--resources".into(), suite.resources.into()]);
        words.extend(self.only.iter().map(|pattern| format!("--match={pattern}").into()));
        words.push(format!("test.{}", suite.name).into());
        Ok(words)
    }

    /// A line of sh that runs it once, where no process of this program is: in the VM. What came of it is [`read`](Self::read) then.
    pub(super) fn line(&self, suite: &Suite) -> Result<String> {
        packages::make_empty(self.folder)?;
        let mut line = String::new();
        for word in self.words(suite, &self.results(0), &[])? {
            let word = word.to_str().filter(|word| !word.contains('\''));
            line.extend(["'", word.ok_or("a path with a quote")?, "' "]);
        }
        Ok(line)
    }

    /// What a run of [`line`](Self::line) has left.
    pub(super) fn read(&self, suite: &Suite) -> Result<Side> {
        let mut side = Side::default();
        let why = || Ended::Crashed("it did not come to its end".to_owned());
        let results = self.results(0);
        let told = fs::read_to_string(&results)
            .map_err(|error| format!("{}: {error}", results.display()))?;
        match side.read(&told) {
            Open::Nothing => None,
            Open::Test(id) => side.tests.insert(id, why()),
            Open::Module => side.tests.insert(format!("the process of {}", suite.name), why()),
        };
        Ok(side)
    }
}

/// How the folders begin in which tests write.
const PLACES: &str = "berkeley-python-";

/// A folder for what tests write: as short as it can be, because Unix paths are, so not below the target folder.
struct Place {
    folder: TempDir,
    /// Locked as long as it is used, so that [`sweep`] knows.
    _lock: File,
}

impl Place {
    fn make() -> Result<Self> {
        let folder = tempfile::Builder::new().prefix(PLACES).tempdir()?;
        let lock = File::open(folder.path())?;
        lock.lock()?;
        Ok(Self { folder, _lock: lock })
    }
}

/// Takes away what runs have left that were interrupted, in the folder for temporary files.
pub(super) fn sweep(temporary: &Path) -> Result<()> {
    for entry in fs::read_dir(temporary)?.flatten() {
        if !entry.file_name().to_string_lossy().starts_with(PLACES) {
            continue;
        }
        // Others' cannot be opened, or not taken away.
        if File::open(entry.path()).is_ok_and(|folder| folder.try_lock().is_ok()) {
            drop(fs::remove_dir_all(entry.path()));
        }
    }
    Ok(())
}

/// A process that has ended.
struct Started {
    /// None: it was killed.
    status: Option<ExitStatus>,
    results: PathBuf,
    log: PathBuf,
}

impl Started {
    /// The end of what it printed.
    fn end(&self) -> Result<String> {
        const LINES: usize = 40;
        let said = fs::read(&self.log)?;
        let said = String::from_utf8_lossy(&said);
        let lines: Vec<&str> = said.lines().collect();
        Ok(lines.get(lines.len().saturating_sub(LINES)..).unwrap_or_default().join("\n"))
    }
}

/// What had not come to its end.
#[derive(Debug, PartialEq, Eq)]
enum Open {
    Nothing,
    Test(String),
    /// Between tests.
    Module,
}

impl Side {
    /// Takes what a driver told.
    fn read(&mut self, told: &str) -> Open {
        let mut open = Open::Module;
        for line in told.lines() {
            let Ok(line) = serde_json::from_str::<Value>(line) else {
                // Cut where the process ended.
                continue;
            };
            let word = |key: &str| line[key].as_str();
            if let Some(id) = word("begin") {
                open = Open::Test(id.to_owned());
            } else if let Some(id) = word("end") {
                let why = word("why").unwrap_or_default().to_owned();
                let ended = match word("outcome") {
                    Some("ok") => Ended::Passed,
                    Some("skip") => Ended::Skipped(why),
                    _ => Ended::Failed(why),
                };
                // Two tests of one id: the worse counts.
                let known = self.tests.get(id);
                if !known.is_some_and(|known| matches!(known, Ended::Failed(_) | Ended::Crashed(_)))
                {
                    self.tests.insert(id.to_owned(), ended);
                }
                open = Open::Module;
            } else if line["done"].as_bool() == Some(true) {
                let number = |key: &str| line[key].as_f64().unwrap_or(0.0);
                self.seconds += number("seconds");
                self.cpu += number("cpu");
                self.open = line["open"].as_u64();
                open = Open::Nothing;
            } else if let (Some(part), Some(of)) = (word("part"), word("of")) {
                let (part, of) = (part.to_owned(), of.to_owned());
                self.parts.push(Part {
                    of,
                    id: part,
                    why: word("why").unwrap_or_default().to_owned(),
                });
            } else if let Some(module) = word("socket") {
                self.module = Some(module.to_owned());
            }
        }
        open
    }

    /// Those that were skipped, with their reasons.
    pub(super) fn skipped(&self) -> impl Iterator<Item = (&str, &str)> {
        self.tests.iter().filter_map(|(id, ended)| match ended {
            Ended::Skipped(why) => Some((id.as_str(), why.as_str())),
            _ => None,
        })
    }
}

/// Both sides of a suite, beside each other.
pub(super) fn pair(jobs: [Job<'_>; 2], suite: &Suite) -> Result<[Side; 2]> {
    let [theirs, ours] = jobs;
    thread::scope(|scope| {
        let theirs = scope.spawn(move || theirs.run(suite).map_err(|error| error.to_string()));
        let ours = ours.run(suite)?;
        Ok([theirs.join().map_err(|_| "a thread panicked")??, ours])
    })
}

/// Both sides, if ours had the `_socket` of the file `placed` and theirs had not: otherwise they prove nothing.
pub(super) fn distinct(sides: [Side; 2], placed: &Path) -> Result<[Side; 2]> {
    let [theirs, ours] = &sides;
    if theirs.module.as_deref().is_some_and(|module| is_file(module, placed)) {
        return Err(format!("theirs ran our `_socket`: {}", placed.display()).into());
    }
    is_ours(ours, placed)?;
    Ok(sides)
}

/// Did it run the `_socket` of the file `placed`, if it came so far?
pub(super) fn is_ours(side: &Side, placed: &Path) -> Result<()> {
    match side.module.as_deref().filter(|module| !is_file(module, placed)) {
        Some(other) => {
            Err(format!("ours ran another `_socket`: {other}, not {}", placed.display()).into())
        }
        None => Ok(()),
    }
}

fn is_file(module: &str, placed: &Path) -> bool {
    let real = |path: &Path| fs::canonicalize(path).unwrap_or_else(|_| path.to_owned());
    real(Path::new(module)) == real(placed)
}

/// Can this user make a network?
pub(super) fn can_isolate() -> bool {
    output(alone(true).arg("true")).is_ok()
}

/// What begins a command: in a network of its own, where it should be.
pub(super) fn alone(isolated: bool) -> Command {
    if !isolated {
        return Command::new("env");
    }
    let mut unshare = Command::new("unshare");
    // Who is not root is, in there.
    let user = output(Command::new("id").arg("-u")).unwrap_or_default();
    unshare.arg(if user.trim() == "0" { "-n" } else { "-nUr" });
    unshare.args(["sh", "-c", r#"ip link set lo up && exec "$@""#, "sh"]);
    unshare
}

/// Runs a command to its end, or kills it.
fn within(limit: Duration, command: &mut Command) -> Result<Option<ExitStatus>> {
    let mut child = command.spawn()?;
    let start = Instant::now();
    loop {
        if let Some(status) = child.try_wait()? {
            return Ok(Some(status));
        }
        if start.elapsed() > limit {
            child.kill()?;
            child.wait()?;
            return Ok(None);
        }
        thread::sleep(Duration::from_millis(100));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_test_that_was_running_is_named() {
        let cases = [
            ("{\"begin\": \"a\"}\n", Open::Test("a".to_owned()), 0),
            ("{\"begin\": \"a\"}\n{\"end\": \"a\", \"outcome\": \"ok\"}\n", Open::Module, 1),
            ("{\"begin\": \"a\"}\n{\"end\": \"a\", \"outc", Open::Test("a".to_owned()), 0),
            (
                "{\"end\": \"setUpClass (x)\", \"outcome\": \"fail\"}\n{\"done\": true}\n",
                Open::Nothing,
                1,
            ),
            ("", Open::Module, 0),
        ];
        for (told, open, tests) in cases {
            let mut side = Side::default();
            assert_eq!(side.read(told), open, "{told}");
            assert_eq!(side.tests.len(), tests, "{told}");
        }
    }

    #[test]
    fn ours_ran_what_was_placed_and_theirs_did_not() {
        let side =
            |module: Option<&str>| Side { module: module.map(str::to_owned), ..Side::default() };
        for (theirs, ours, both) in [
            (Some("built-in"), Some("/ours.so"), true),
            (Some("/theirs.so"), Some("/ours.so"), true),
            (Some("built-in"), Some("built-in"), false),
            (Some("/theirs.so"), Some("/other.so"), false),
            (Some("/ours.so"), Some("/ours.so"), false),
            (Some("/x/../ours.so"), None, true),
            (None, None, true),
        ] {
            let found = distinct([side(theirs), side(ours)], Path::new("/ours.so"));
            assert_eq!(found.is_ok(), both, "{theirs:?} {ours:?}");
        }
    }

    #[test]
    fn the_worse_of_one_id_counts() {
        let mut side = Side::default();
        let line = |outcome| format!("{{\"end\": \"a\", \"outcome\": \"{outcome}\"}}\n");
        side.read(&(line("ok") + &line("fail") + &line("ok")));
        assert!(matches!(side.tests["a"], Ended::Failed(_)));
    }

    #[test]
    fn what_was_left_is_taken_away_and_what_is_used_is_not() {
        let temporary = tempfile::tempdir().unwrap();
        let [left, used, other] =
            [format!("{PLACES}a"), format!("{PLACES}b"), "c".to_owned()].map(|name| {
                let folder = temporary.path().join(name);
                fs::create_dir(&folder).unwrap();
                folder
            });
        fs::write(left.join("file"), "").unwrap();
        let lock = File::open(&used).unwrap();
        lock.lock().unwrap();
        sweep(temporary.path()).unwrap();
        assert_eq!([&left, &used, &other].map(|folder| folder.exists()), [false, true, true]);
        drop(lock);
        sweep(temporary.path()).unwrap();
        assert!(!used.exists());
    }

    #[test]
    fn parts_and_descriptors_are_read() {
        let mut side = Side::default();
        side.read("{\"part\": \"a (x=1)\", \"of\": \"a\", \"why\": \"w\"}\n{\"done\": true, \"open\": 7}\n");
        let parts: Vec<_> = side.parts.iter().map(|part| [&part.of, &part.id, &part.why]).collect();
        assert_eq!(
            (parts, side.open),
            (vec![[&"a".to_owned(), &"a (x=1)".to_owned(), &"w".to_owned()]], Some(7))
        );
    }
}
