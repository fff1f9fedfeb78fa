//! `cargo xtask ci`: everything that must hold, step by step.
//!
//! Contract: the steps run in the order of [`STEPS`]. A failed one does not stop the later ones, unless they need what it
//! makes. At the end stand a table with each step's seconds and a list of what was skipped and why. `--strict` first
//! installs what it can, and then takes a skip for want of it as a failure. In all half an hour on two cores, from nothing.

use clap::Args;

use crate::names;
use crate::peers;
use crate::python;
use crate::readme;
use crate::setup;
use crate::step::{Outcome, Row, Shell, conclude, tally};
use crate::tidy;
use crate::vm;
use crate::workspace::{LIBRARIES, OUTSIDE, Result, Workspace, on_path, show};

/// How to run the steps.
#[derive(Args)]
pub(crate) struct Options {
    /// Install what is missing first, and fail where something is still missing
    #[arg(long)]
    strict: bool,
    /// Run these steps alone
    #[arg(long, value_name = "STEP", value_delimiter = ',', value_parser = step_name)]
    only: Vec<&'static str>,
    /// List the steps and run none
    #[arg(long)]
    list: bool,
}

/// What a step gets to work with.
struct Ci<'w> {
    workspace: &'w Workspace,
    strict: bool,
}

struct Step {
    name: &'static str,
    about: &'static str,
    /// The step without which this one says nothing.
    needs: Option<&'static str>,
    /// Its lines go to the terminal too.
    echo: bool,
    run: fn(&Ci<'_>, &mut Shell) -> Result<Outcome>,
}

const fn step(
    name: &'static str,
    about: &'static str,
    run: fn(&Ci<'_>, &mut Shell) -> Result<Outcome>,
) -> Step {
    Step { name, about, needs: None, echo: false, run }
}

impl Step {
    const fn needs(self, other: &'static str) -> Self {
        Self { needs: Some(other), ..self }
    }

    const fn aloud(self) -> Self {
        Self { echo: true, ..self }
    }
}

const STEPS: &[Step] = &[
    step("setup", "install programs, unpack the oldest compiler (with --strict)", set_up),
    step("format", "every package stands as rustfmt writes it", format),
    step("tidy", "layers, order, sizes, unsafe, documents: what no compiler checks", tidy).aloud(),
    step("clippy", "no warning, package by package", clippy),
    step("build", "everything, once", build),
    step("alone", "each library crate with default, no and all features", alone),
    step("no_std", "berkeley-addr under a panic handler of its own; with std it must fail", no_std),
    step("msrv", "the library crates with the oldest supported compiler", msrv),
    step("test", "all tests but those in documents", test).needs("build").aloud(),
    step("doctest", "the examples in the documentation", doctest).needs("build").aloud(),
    step("doc", "the documentation, without a warning", doc),
    step("vm", "the tests of every family, on a kernel that has them all", vm)
        .needs("build")
        .aloud(),
    step("names", "the resolver against name servers of others, and against glibc", names)
        .needs("build")
        .aloud(),
    step("python", "CPython's test_socket, on our crates", python).aloud(),
    step("fuzz", "the fuzz targets over their seeds, on the stable compiler", fuzz),
    step("bench", "each benchmark once, unmeasured", bench).needs("build"),
    step("counts", "instructions a call, by valgrind, within their gates", counts)
        .needs("bench")
        .aloud(),
    step("peers", "the program against socat, Python and curl", peers).needs("build").aloud(),
    step("readme", "README's commands, in a fresh clone", readme),
];

/// What runs again in the clone of the step readme: from an empty target to passed tests, in the time there is.
const WITHIN: [&str; 4] = ["format", "build", "test", "doctest"];

fn step_name(text: &str) -> core::result::Result<&'static str, String> {
    STEPS.iter().map(|step| step.name).find(|name| *name == text).ok_or_else(|| {
        let names: Vec<&str> = STEPS.iter().map(|step| step.name).collect();
        format!("the steps are {}", names.join(", "))
    })
}

/// Runs the steps, or lists them.
///
/// # Errors
/// When one has failed.
pub(crate) fn run(workspace: &Workspace, options: &Options) -> Result<()> {
    if options.list {
        for step in STEPS {
            println!("{:<10} {}", step.name, step.about);
        }
        return Ok(());
    }
    let ci = Ci { workspace, strict: options.strict };
    let within = std::env::var_os(readme::WITHIN).is_some();
    let mut rows: Vec<Row> = Vec::new();
    for step in STEPS {
        let wanted = if options.only.is_empty() {
            step.name != "setup" || options.strict
        } else {
            options.only.contains(&step.name)
        };
        let wanted = wanted && (!within || WITHIN.contains(&step.name));
        if !wanted {
            continue;
        }
        let broken =
            |need: &&str| rows.iter().any(|row| row.name() == *need && row.failed(ci.strict));
        let row = match step.needs.filter(broken) {
            Some(needed) => Row::without(step.name, needed),
            None => Row::run(step.name, Shell::new(workspace, step.name, step.echo), |shell| {
                (step.run)(&ci, shell)
            }),
        };
        rows.push(row);
    }
    if conclude(&rows, ci.strict) { Ok(()) } else { Err("not everything holds".into()) }
}

fn set_up(ci: &Ci<'_>, shell: &mut Shell) -> Result<Outcome> {
    setup::run(ci.workspace, shell)
}

fn format(ci: &Ci<'_>, shell: &mut Shell) -> Result<Outcome> {
    let manifests = OUTSIDE.map(|folder| format!("{folder}/Cargo.toml"));
    let outside = manifests
        .iter()
        .map(|manifest| ci.workspace.cargo(["fmt", "--check", "--manifest-path", manifest]));
    let inside = ci.workspace.cargo(["fmt", "--check", "--all"]);
    shell.run_all([inside].into_iter().chain(outside))?;
    Ok(done())
}

fn tidy(ci: &Ci<'_>, shell: &mut Shell) -> Result<Outcome> {
    tidy::run(ci.workspace, shell)
}

fn clippy(ci: &Ci<'_>, shell: &mut Shell) -> Result<Outcome> {
    let packages: Vec<_> =
        ci.workspace.packages().iter().filter(|p| Workspace::is_buildable(p)).collect();
    let lint = |package: &[&str]| {
        let lint = ["clippy", "--all-targets"].into_iter().chain(package.iter().copied());
        ci.workspace.cargo(lint.chain(["--", "-D", "warnings"]))
    };
    let own = target(ci, "fuzz");
    let fuzz = lint(&["--manifest-path", "fuzz/Cargo.toml", "--target-dir", &own]);
    shell.run_all(packages.iter().map(|package| lint(&["-p", &package.name])).chain([fuzz]))?;
    Ok(count(packages.len() + 1, "packages"))
}

fn build(ci: &Ci<'_>, shell: &mut Shell) -> Result<Outcome> {
    let build = ["build", "--all-targets"].into_iter().chain(members());
    shell.run(ci.workspace.cargo(build))?;
    Ok(done())
}

fn alone(ci: &Ci<'_>, shell: &mut Shell) -> Result<Outcome> {
    const FEATURES: [&[&str]; 3] = [&[], &["--no-default-features"], &["--all-features"]];
    // A folder of its own: other feature sets would drive the main one's dependencies out.
    let own = target(ci, "alone");
    let build = |library, features: &[&'static str]| {
        let build = ["build", "--lib", "-p", library, "--target-dir", &own];
        let mut cargo = ci.workspace.cargo(build.into_iter().chain(features.iter().copied()));
        // Code that only another feature uses shows as a warning.
        cargo.env("RUSTFLAGS", "-D warnings");
        cargo
    };
    let builds = |library| FEATURES.map(|features| build(library, features));
    shell.run_all(LIBRARIES.into_iter().flat_map(builds))?;
    Ok(count(LIBRARIES.len() * FEATURES.len(), "builds"))
}

/// `cargo build --no-default-features` passes with std in the tree as well. A crate that is `no_std` and brings a panic
/// handler does not: std has one too.
fn no_std(ci: &Ci<'_>, shell: &mut Shell) -> Result<Outcome> {
    let own = target(ci, "nostd");
    let probe = |features: &str, kind: &str| {
        let manifest = "xtask/nostd-probe/Cargo.toml";
        let build = ["rustc", "--manifest-path", manifest, "--target-dir", &own];
        ci.workspace.cargo(build.into_iter().chain(["--features", features, "--crate-type", kind]))
    };
    shell.run(probe("", "staticlib"))?;
    shell.run(probe("serde", "staticlib"))?;
    // A staticlib with alloc would want an allocator as well, and so unsafe code.
    shell.run(probe("alloc,serde", "lib"))?;
    // The probe must be able to fail.
    let with_std = probe("std", "lib");
    let shown = show(&with_std);
    let refused = shell.attempt(with_std).is_err() && shell.said("error[E0152]");
    if refused {
        Ok(done())
    } else {
        Err(format!("`{shown}` should have met std's panic handler").into())
    }
}

/// Only a build: tests' dependencies are newer than the libraries' own.
fn msrv(ci: &Ci<'_>, shell: &mut Shell) -> Result<Outcome> {
    let compiler = match setup::compiler(ci.workspace) {
        Ok(compiler) => compiler,
        Err(error) => return Ok(Outcome::Skipped { why: error.to_string(), installable: true }),
    };
    for package in ci.workspace.packages().iter().filter(|p| LIBRARIES.contains(&p.name.as_str())) {
        let stated = package.rust_version.as_ref().map(|version| (version.major, version.minor));
        if stated.is_none_or(|(major, minor)| format!("{major}.{minor}") != setup::MSRV) {
            let name = &package.name;
            return Err(format!("{name}: rust-version should be {}", setup::MSRV).into());
        }
    }
    let own = target(ci, "msrv/build");
    let mut cargo = ci.workspace.cargo(["build", "--locked", "--target-dir", &own]);
    cargo.args(LIBRARIES.iter().flat_map(|library| ["-p", library]));
    cargo.env("RUSTC", compiler.rustc).env("LD_LIBRARY_PATH", compiler.libraries);
    shell.run(cargo)?;
    Ok(Outcome::Done(format!("rustc {}", setup::MSRV)))
}

fn test(ci: &Ci<'_>, shell: &mut Shell) -> Result<Outcome> {
    // Everything but benchmarks, which have a step of their own.
    let targets = ["--lib", "--bins", "--tests", "--examples"];
    let test = ["test", "--no-fail-fast"].into_iter().chain(members());
    shell.run(ci.workspace.cargo(test.chain(targets))).and_then(|said| tally(&said))
}

fn vm(ci: &Ci<'_>, shell: &mut Shell) -> Result<Outcome> {
    vm::run(ci.workspace, shell)
}

fn names(ci: &Ci<'_>, shell: &mut Shell) -> Result<Outcome> {
    names::run(ci.workspace, &names::Options::all(ci.strict), shell)
}

fn python(ci: &Ci<'_>, shell: &mut Shell) -> Result<Outcome> {
    python::run(ci.workspace, shell)
}

fn doctest(ci: &Ci<'_>, shell: &mut Shell) -> Result<Outcome> {
    let test = ["test", "--no-fail-fast", "--doc"].into_iter().chain(members());
    shell.run(ci.workspace.cargo(test)).and_then(|said| tally(&said))
}

fn doc(ci: &Ci<'_>, shell: &mut Shell) -> Result<Outcome> {
    let mut cargo = ci.workspace.cargo(["doc", "--no-deps"].into_iter().chain(members()));
    cargo.env("RUSTDOCFLAGS", "-D warnings");
    let said = shell.run(cargo)?;
    // Cargo has warnings of its own, of pages that land on each other.
    let warning = said.lines().find(|line| line.starts_with("warning"));
    warning.map_or_else(|| Ok(done()), |warning| Err(warning.into()))
}

fn fuzz(ci: &Ci<'_>, shell: &mut Shell) -> Result<Outcome> {
    let own = target(ci, "fuzz");
    let test = ["test", "--manifest-path", "fuzz/Cargo.toml", "--target-dir", &own];
    shell.run(ci.workspace.cargo(test)).and_then(|said| tally(&said))
}

fn bench(ci: &Ci<'_>, shell: &mut Shell) -> Result<Outcome> {
    let said =
        shell.run(ci.workspace.cargo(["bench", "-p", "berkeley-benches", "--", "--test"]))?;
    match said.lines().filter(|line| *line == "Success" || line.contains(": ran ")).count() {
        0 => Err("no benchmark ran".into()),
        number => Ok(count(number, "ways")),
    }
}

/// Machine code is counted: the gates are of one architecture.
fn counts(ci: &Ci<'_>, shell: &mut Shell) -> Result<Outcome> {
    let skip = |why: &str, installable| Ok(Outcome::Skipped { why: why.to_owned(), installable });
    if !cfg!(target_arch = "x86_64") {
        return skip("the gates are of x86_64", false);
    }
    if !on_path("valgrind") || !on_path("objdump") {
        return skip("no valgrind or no objdump; type: cargo xtask setup", true);
    }
    let bench = ["bench", "-p", "berkeley-benches", "--bench", "instructions"];
    let said = shell.run(ci.workspace.cargo(bench))?;
    match said.lines().filter(|line| line.ends_with(" yes")).count() {
        0 => Err("no gate was asked".into()),
        number => Ok(count(number, "gates")),
    }
}

fn peers(ci: &Ci<'_>, shell: &mut Shell) -> Result<Outcome> {
    peers::run(ci.workspace, shell)
}

fn readme(ci: &Ci<'_>, shell: &mut Shell) -> Result<Outcome> {
    readme::run(ci.workspace, shell)
}

/// A target folder beside the main one.
fn target(ci: &Ci<'_>, name: &str) -> String {
    ci.workspace.target.join(name).to_string_lossy().into_owned()
}

fn members() -> impl Iterator<Item = &'static str> {
    Workspace::members().iter().copied()
}

fn done() -> Outcome {
    Outcome::Done(String::new())
}

fn count(number: usize, what: &str) -> Outcome {
    Outcome::Done(format!("{number} {what}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn steps_need_only_steps_above_them() {
        for (index, step) in STEPS.iter().enumerate() {
            if let Some(needed) = step.needs {
                assert!(STEPS[..index].iter().any(|s| s.name == needed), "{}", step.name);
            }
        }
    }
}
