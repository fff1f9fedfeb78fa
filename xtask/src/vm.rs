//! `cargo xtask vm`: the tests on a kernel that has every family, under QEMU's software emulation.
//!
//! Contract: kernel and QEMU are Debian's, downloaded and unpacked under `target/vm`, nothing is installed. Two boots beside each
//! other run, one after another, the tests for the VM (`#[ignore = "cargo xtask vm"]`) of every test binary, and those of [`ALSO`] whole, with
//! `BERKELEY_VM=1`: there a missing family is a failure, never a skip. What they print is passed through; that nothing ran, a panic of the
//! kernel and a hang are failures. Source: the crate libtest's command line, `rustc --test --help`.

mod kernel;
mod fetch;
mod machine;

use core::time::Duration;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, ExitCode};
use std::thread;
use std::time::Instant;

use clap::Args;

use crate::packages;
use crate::python::Guest;
use crate::step::{Outcome, Shell, tally};
use crate::workspace::{Result, Workspace, on_path, output, shown};
use fetch::{Qemu, Version};
use machine::Machine;

/// Test binaries of which the VM runs all tests, also those that any kernel runs: the more kernels, the better.
const ALSO: [&str; 8] =
    ["families", "messages", "netlink", "options", "packet", "transports", "unix", "xdp"];

/// What CPython's suite is called among the binaries.
const PYTHON: &str = "python";

/// Whose tests stand in which of the two VMs.
const JOBS: [&str; 2] = ["the libraries' tests", "the tour, the examples and Python"];

/// How long everything may take.
const SECONDS: u64 = 600;

/// How often Bluetooth controllers are set up: Linux gives up one that does not answer within two seconds, as when the machine that
/// the VM runs on has other things to do.
const ATTEMPTS: u32 = 5;

/// What to run in there.
#[derive(Args)]
pub(crate) struct Options {
    /// Which of Debian's kernels
    #[arg(long, value_enum, default_value = "6.12")]
    kernel: Version,
    /// How many processors it has
    #[arg(long, default_value_t = 1, value_name = "N")]
    smp: u32,
    /// After how long it is taken for hung
    #[arg(long, default_value_t = SECONDS, value_name = "SECONDS")]
    seconds: u64,
    /// Run this command of sh rather than the tests, in the workspace, with its programs on the PATH
    #[arg(long, value_name = "COMMAND", conflicts_with = "filters")]
    shell: Option<String>,
    /// Only binaries of these names, else tests whose names contain one of them; with what they print
    #[arg(last = true, value_name = "FILTER")]
    filters: Vec<String>,
}

/// The command of its own name: it ends with the job's exit code.
///
/// # Errors
/// When the VM died, or there is none.
pub(crate) fn command(workspace: &Workspace, options: &Options) -> Result<ExitCode> {
    let mut shell = Shell::new(workspace, "vm", true)?;
    match boot(workspace, options, &mut shell)? {
        Boot::Without(why, _) => Err(why.into()),
        Boot::Ended(said, code) => {
            if options.shell.is_none() {
                tally(&said)?;
            }
            Ok(ExitCode::from(code))
        }
    }
}

/// The step of CI: every test, on the newer kernel.
///
/// # Errors
/// When a test failed, none ran, or the VM died.
pub(crate) fn run(workspace: &Workspace, shell: &mut Shell) -> Result<Outcome> {
    let all = Options {
        kernel: Version::Newer,
        smp: 1,
        seconds: SECONDS,
        shell: None,
        filters: Vec::new(),
    };
    match boot(workspace, &all, shell)? {
        Boot::Without(why, installable) => Ok(Outcome::Skipped { why, installable }),
        Boot::Ended(said, 0) => tally(&said),
        Boot::Ended(_, code) => Err(format!("the tests in the VM ended with {code}").into()),
    }
}

/// What came of a boot.
enum Boot {
    /// None here: why, and whether `cargo xtask setup` could put it right.
    Without(String, bool),
    /// What the job printed, and its exit code.
    Ended(String, u8),
}

fn boot(workspace: &Workspace, options: &Options, shell: &mut Shell) -> Result<Boot> {
    if let Some((why, installable)) = lacking() {
        return Ok(Boot::Without(why, installable));
    }
    let home = fetch::home(workspace);
    fs::create_dir_all(&home)?;
    shell.say("kernel, QEMU and what runs there: fetched and built where they are not yet ...")?;
    let words = &options.filters;
    let (kernel, qemu, init, guest, jobs) = shell.quietly(|shell| -> Result<_> {
        let kernel = fetch::kernel(workspace, shell, options.kernel, kernel::prepare)?;
        let python = options.shell.is_none()
            && (words.is_empty() || words.iter().any(|word| word == PYTHON));
        let guest = if python { Some(Guest::make(workspace, shell)?) } else { None };
        let jobs = match &options.shell {
            Some(command) => {
                vec![Job { what: "the command", words: format!("{command}\n") }]
            }
            None => {
                let alone = words.iter().all(|word| word == PYTHON) && !words.is_empty();
                let binaries = if alone { Vec::new() } else { binaries(workspace, shell)? };
                jobs(&binaries, words, guest.as_ref())?
            }
        };
        let set_up = set_up(workspace, shell)?;
        let jobs: Vec<Job> =
            jobs.into_iter().map(|job| Job { words: set_up.clone() + &job.words, ..job }).collect();
        Ok((kernel, Qemu::find(workspace, shell)?, build_init(workspace, shell)?, guest, jobs))
    })?;
    let mut shares = vec![workspace.root.clone()];
    if !workspace.target.starts_with(&workspace.root) {
        shares.push(workspace.target.clone());
    }
    shell.say(&format!("Linux {} boots", options.kernel.name()))?;
    let (processors, limit) = (options.smp, Duration::from_secs(options.seconds));
    let machine = Machine { kernel, init, qemu, shares, processors, limit };
    let all = side_by_side(workspace, shell, &machine, &jobs)?;
    let all = all.into_iter().collect::<Result<Vec<Ended>>>()?;
    let mut said: String = all.iter().map(|ended| ended.said.as_str()).collect();
    let mut code = all.iter().map(|ended| ended.code).max().unwrap_or(0);
    if let Some(guest) = guest {
        let judged =
            guest.judge(shell).map_err(|error| without_python(&all, &error.to_string()))?;
        code = code.max(u8::from(judged.contains("test result: FAILED")));
        said += &judged;
    }
    for line in table(&said) {
        shell.say(&line)?;
    }
    Ok(Boot::Ended(said, code))
}

/// What one VM runs.
struct Job {
    /// For messages: whose tests.
    what: &'static str,
    /// For sh.
    words: String,
}

/// What came of a job.
struct Ended {
    what: &'static str,
    /// What it printed.
    said: String,
    code: u8,
    /// How long the machine ran.
    took: Duration,
}

/// Why there is nothing of Python's to judge: mostly something went wrong before.
fn without_python(all: &[Ended], error: &str) -> String {
    let failed = all.iter().filter(|ended| ended.code != 0).min_by_key(|ended| ended.took);
    let why = failed.map_or_else(
        || "although every job ended with 0".to_owned(),
        |Ended { what, said, code, took }| {
            let last = said.lines().rfind(|line| !line.trim().is_empty());
            let last = last.unwrap_or("nothing").trim();
            let seconds = took.as_secs_f64();
            format!("the job of {what} ended first, with {code} after {seconds:.0} s; its last words: {last}")
        },
    );
    format!("Python's results are missing ({error}): {why}")
}

/// What came of each job. The first one's lines are shown as they come, the others' when they have ended.
fn side_by_side(
    workspace: &Workspace,
    shell: &mut Shell,
    machine: &Machine,
    jobs: &[Job],
) -> Result<Vec<Result<Ended>>> {
    let home = fetch::home(workspace);
    let (first, others) = jobs.split_first().ok_or("nothing to run")?;
    let mut shells = Vec::new();
    for number in 1..=others.len() {
        shells.push(Shell::new(workspace, &format!("vm-{number}"), false)?);
    }
    let begun = Instant::now();
    let run = |shell: &mut Shell, job: &Job, out: &Path| -> Result<Ended> {
        let (said, code) = machine.run(shell, &job.words, out)?;
        Ok(Ended { what: job.what, said, code, took: begun.elapsed() })
    };
    let all = thread::scope(|scope| -> Result<_> {
        let others: Vec<_> = others
            .iter()
            .zip(&mut shells)
            .enumerate()
            .map(|(number, (job, shell))| {
                let out = home.join(format!("out-{}", number + 1));
                // What an error says is all that goes from one thread to another.
                scope.spawn(move || run(shell, job, &out).map_err(|error| error.to_string()))
            })
            .collect();
        let mut all = vec![run(shell, first, &home.join("out"))];
        for other in others {
            let ended = other.join().map_err(|_| "a thread panicked")?;
            all.push(ended.map_err(Into::into));
        }
        Ok(all)
    })?;
    for line in shells.iter().flat_map(Shell::lines) {
        shell.say(line)?;
    }
    Ok(all)
}

/// The results by binary, which is by family, from the lines `-- tipc` and `test result: ok. 9 passed; 0 failed; …; finished in 1.20s`.
fn table(said: &str) -> Vec<String> {
    let mut lines = Vec::new();
    let mut name = "";
    for line in said.lines() {
        if let Some(begun) = line.strip_prefix("-- ") {
            name = begun;
        } else if let Some(result) = line.strip_prefix("test result: ") {
            let count =
                |word| result.split([';', '.']).find_map(|part| part.trim().strip_suffix(word));
            let (passed, failed) = (count(" passed"), count(" failed"));
            let took = result.rsplit(' ').next();
            let [passed, failed, took] = [passed, failed, took].map(|word| word.unwrap_or("?"));
            lines.push(format!("{name:<20} {passed:>7} {failed:>7} {took:>9}"));
        }
    }
    if !lines.is_empty() {
        lines.insert(
            0,
            format!("\n{:<20} {:>7} {:>7} {:>9}", "binary", "passed", "failed", "seconds"),
        );
    }
    lines
}

/// What this machine lacks to run the VM at all.
fn lacking() -> Option<(String, bool)> {
    let skip = |why: &str, installable| Some((why.to_owned(), installable));
    if !cfg!(all(target_arch = "x86_64", target_env = "gnu")) {
        return skip("the VM is an x86_64 with glibc's programs, as this machine is not", false);
    }
    if let Some(why) = packages::lacking() {
        return skip(why, false);
    }
    for program in ["xz", "zstd", "ip"] {
        if !on_path(program) {
            return skip(&format!("no {program}; type: cargo xtask setup"), true);
        }
    }
    None
}

/// The first process, which is alone in its file system and so must be static.
fn build_init(workspace: &Workspace, shell: &mut Shell) -> Result<PathBuf> {
    const TARGET: &str = "x86_64-unknown-linux-gnu";
    let own = fetch::home(workspace).join("build");
    let mut cargo = workspace.cargo([
        "build",
        "--release",
        "-p",
        "vm-init",
        "--target",
        TARGET,
        "--target-dir",
    ]);
    cargo
        .arg(&own)
        .env("RUSTFLAGS", "-C target-feature=+crt-static")
        .env("CARGO_PROFILE_RELEASE_STRIP", "true");
    shell.run(cargo)?;
    Ok(own.join(TARGET).join("release/vm-init"))
}

/// What the job does first: the workspace and its programs by name, loopback, a CAN bus, Bluetooth controllers.
fn set_up(workspace: &Workspace, shell: &mut Shell) -> Result<String> {
    shell.run(workspace.cargo(["build", "-p", "vm-emulator", "-p", "berkeley-cli"]))?;
    let programs = workspace.target.join("debug");
    let (folder, programs) = (shown(&workspace.root)?, shown(&programs)?);
    Ok(format!(
        "cd '{folder}'; export PATH='{programs}':\"$PATH\"\n\
         ip link set lo up\n\
         ip link add vcan0 type vcan && ip link set vcan0 mtu 72 up\n\
         echo 0 2147483647 > /proc/sys/net/ipv4/ping_group_range\n\
         mkfifo /run/emulator\n\
         for attempt in $(seq {ATTEMPTS}); do\n\
         vm-emulator > /run/emulator 2> /run/emulator.log &\n\
         read -r ready < /run/emulator && break\n\
         cat /run/emulator.log; dmesg | grep Bluetooth | tail -n 3\n\
         done\n\
         [ \"$ready\" ] || {{ echo 'no Bluetooth controllers'; exit 1; }}\n"
    ))
}

/// A test binary.
struct Binary {
    /// Its package, without what all have in common.
    package: String,
    /// Its target's name.
    name: String,
    path: PathBuf,
    /// Where its tests expect to be.
    folder: PathBuf,
}

/// Builds the tests of the whole workspace, and finds those for the VM.
fn binaries(workspace: &Workspace, shell: &mut Shell) -> Result<Vec<Binary>> {
    // Programs that tests run.
    shell.run(workspace.cargo(["build", "-p", "berkeley", "--examples"]))?;
    let build = ["test", "--no-run", "--lib", "--bins", "--tests", "--examples"];
    let build = build.into_iter().chain(Workspace::members().iter().copied());
    let said =
        output(workspace.cargo(build).args(["--message-format", "json-render-diagnostics"]))?;
    let mut found = Vec::new();
    for message in cargo_metadata::Message::parse_stream(said.as_bytes()) {
        let cargo_metadata::Message::CompilerArtifact(artifact) = message? else { continue };
        let (Some(path), true) = (artifact.executable, artifact.profile.test) else { continue };
        let folder = artifact.manifest_path.parent().ok_or("a manifest in no folder")?;
        let package = folder.file_name().unwrap_or_default().trim_start_matches("berkeley-");
        let (package, name) = (package.to_owned(), artifact.target.name);
        let binary = Binary { package, name, path: path.into(), folder: folder.into() };
        if !tests(&binary.path, &binary.folder, which(&binary.name))?.is_empty() {
            found.push(binary);
        }
    }
    found.sort_by(|one, other| one.name.cmp(&other.name));
    Ok(found)
}

/// Which of a binary's tests run in there, as libtest says it.
fn which(name: &str) -> &'static str {
    if ALSO.contains(&name) { "--include-ignored" } else { "--ignored" }
}

/// The names of a binary's tests.
fn tests(path: &Path, folder: &Path, which: &str) -> Result<Vec<String>> {
    let mut list = Command::new(path);
    list.current_dir(folder).args(["--list", "--format", "terse", which]);
    let said = output(&mut list)?;
    Ok(said.lines().filter_map(|line| line.strip_suffix(": test")).map(str::to_owned).collect())
}

/// What to run, in one VM or two beside each other: the libraries' tests, and the program's and the examples', which take as long. A
/// filter that is a binary's name takes all of it; else it chooses tests. CPython's suite is called [`PYTHON`].
fn jobs(binaries: &[Binary], filters: &[String], guest: Option<&Guest>) -> Result<Vec<Job>> {
    let contain = |name: &str| filters.iter().any(|filter| name.contains(filter.as_str()));
    let is_binary = |name: &str| filters.iter().any(|filter| name == filter);
    // A word that is a binary's name means that binary, not each test with the word in it.
    let whole = binaries.iter().any(|binary| is_binary(&binary.name));
    let mut jobs = [Vec::new(), Vec::new()];
    for Binary { package, name, path, folder } in binaries {
        let mut words = vec![which(name).to_owned()];
        if !filters.is_empty() {
            words.push("--nocapture".to_owned());
        }
        if !filters.is_empty() && !is_binary(name) {
            let mut chosen = tests(path, folder, which(name))?;
            chosen.retain(|test| !whole && contain(test));
            if chosen.is_empty() {
                continue;
            }
            words.push("--exact".to_owned());
            words.extend(chosen);
        }
        let (folder, path, words) = (shown(folder)?, shown(path)?, words.join(" "));
        let line =
            format!("echo '-- {package}/{name}'; cd '{folder}' && '{path}' {words} || code=1\n");
        let job = usize::from(matches!(name.as_str(), "tour" | "examples"));
        jobs[job].push(line);
    }
    if let Some(guest) = guest {
        jobs[1].push(guest.job()?);
    }
    let environment = "export BERKELEY_VM=1 RUST_BACKTRACE=1\ncode=0\n";
    let jobs = JOBS.into_iter().zip(jobs).filter(|(_, lines)| !lines.is_empty());
    let words = |lines: Vec<String>| format!("{environment}{}exit $code\n", lines.concat());
    let jobs: Vec<Job> = jobs.map(|(what, lines)| Job { what, words: words(lines) }).collect();
    if jobs.is_empty() {
        return Err(format!("no test for the VM is called {}", filters.join(" or ")).into());
    }
    Ok(jobs)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn results_stand_by_binary() {
        let said = "-- tipc\nrunning 9 tests\ntest result: ok. 9 passed; 0 failed; 0 ignored; finished in 1.20s\n\
                    -- can\ntest result: FAILED. 3 passed; 1 failed; 0 ignored; finished in 0.10s\n";
        let table = table(said);
        assert_eq!(table.len(), 3);
        assert_eq!(table[1].split_whitespace().collect::<Vec<_>>(), ["tipc", "9", "0", "1.20s"]);
        assert_eq!(table[2].split_whitespace().collect::<Vec<_>>(), ["can", "3", "1", "0.10s"]);
    }

    #[test]
    fn what_hid_pythons_results_is_told() {
        let ended = |what, said: &str, code, seconds| Ended {
            what,
            said: said.to_owned(),
            code,
            took: Duration::from_secs(seconds),
        };
        let cases = [
            (0, 0, ["(no file)", "every job ended with 0"]),
            (0, 1, ["the job of two ended first, with 1 after 3 s", "its last words: no emulator"]),
            (7, 1, ["the job of two ended first, with 1", "no emulator"]),
            (7, 0, ["the job of one ended first, with 7", "its last words: nothing"]),
        ];
        for (one, two, words) in cases {
            let all = [ended("one", "\n", one, 9), ended("two", "a\nno emulator\n\n", two, 3)];
            let told = without_python(&all, "no file");
            for part in words {
                assert!(told.contains(part), "{told}");
            }
        }
    }
}
