//! The interpreters whose suites are run: the one that was named, those of this machine that have their tests, else Debian's.
//!
//! Contract: an interpreter tells itself where its library lies. Most distributions leave `test` out; Debian has it in a package of its
//! own, which is unpacked with the interpreter it belongs to, all below `target/python`: nothing is installed. Sources: CPython's `sysconfig`, `site`; pyenv's layout.

use std::env;
use std::fs;
use std::path::{self, Path, PathBuf};
use std::process::Command;

use serde_json::Value;

use crate::packages;
use crate::step::Shell;
use crate::workspace::{Result, Workspace, output};

/// The versions that are proved, newest first: `3.N`.
const PROVED: [u64; 2] = [13, 11];

/// Debian's packages of one interpreter with its library and its tests.
const DEBIAN: [&str; 5] = [
    "python3.11-minimal",
    "libpython3.11-minimal",
    "libpython3.11-stdlib",
    "libpython3.11-testsuite",
    "python3.11",
];

/// What an interpreter says of itself.
const ASK: &str = "
import json, sys, sysconfig, importlib.util
print(json.dumps({
    'version': '%d.%d.%d' % sys.version_info[:3],
    'minor': sys.version_info[1] if sys.version_info[0] == 3 else 0,
    'program': sys.executable,
    'library': sysconfig.get_path('stdlib'),
    'suffix': sysconfig.get_config_var('EXT_SUFFIX'),
    'tests': importlib.util.find_spec('test') is not None and importlib.util.find_spec('test.test_socket') is not None,
}))
";

/// An interpreter as it is installed, or unpacked.
#[derive(Clone)]
pub(crate) struct Interpreter {
    /// `3.11.7`.
    pub(super) version: String,
    /// The 11 in it.
    pub(super) minor: u64,
    /// For `PYO3_PYTHON`.
    pub(super) program: PathBuf,
    /// The folder with `os.py`.
    pub(super) library: PathBuf,
    /// How a module in C is called behind its name.
    pub(super) suffix: String,
    /// Does it have `test.test_socket`?
    has_tests: bool,
    /// Unpacked from Debian's packages.
    is_debian: bool,
}

impl Interpreter {
    /// Asks the program.
    pub(super) fn ask(program: &Path) -> Result<Self> {
        let mut python = Command::new(program);
        // pyenv chooses by the folder one is in; the tree's own is nobody's.
        let said = output(python.current_dir("/").args(["-I", "-c", ASK]))?;
        let told: Value = serde_json::from_str(&said)?;
        let word = |key: &str| {
            let word = told[key].as_str().map(str::to_owned);
            word.ok_or_else(|| format!("{}: no {key}", program.display()))
        };
        Ok(Self {
            version: word("version")?,
            minor: told["minor"].as_u64().unwrap_or(0),
            program: word("program")?.into(),
            library: word("library")?.into(),
            suffix: word("suffix")?,
            has_tests: told["tests"].as_bool().unwrap_or(false),
            is_debian: false,
        })
    }

    /// Where all that is made of it lies.
    pub(super) fn home(&self, workspace: &Workspace) -> PathBuf {
        let debian = if self.is_debian { "-debian" } else { "" };
        home(workspace).join(format!("{}{debian}", self.version))
    }

    /// Where its own `_socket` is, if that is not built in.
    pub(super) fn module(&self) -> PathBuf {
        self.library.join(format!("lib-dynload/_socket{}", self.suffix))
    }

    /// For tables.
    pub(super) fn name(&self) -> String {
        let debian = if self.is_debian { ", Debian's" } else { "" };
        format!("CPython {}{debian}", self.version)
    }
}

/// Where all of it is kept.
pub(super) fn home(workspace: &Workspace) -> PathBuf {
    workspace.target.join("python")
}

/// The interpreter that was named.
///
/// # Errors
/// When it has no tests.
pub(super) fn named(program: &Path) -> Result<Interpreter> {
    let found = Interpreter::ask(&path::absolute(program)?)?;
    if found.has_tests {
        return Ok(found);
    }
    Err(format!("{} has no test.test_socket", program.display()).into())
}

/// Those of this machine that have tests, of the versions that are proved, one of each, newest first.
pub(super) fn found() -> Vec<Interpreter> {
    let mut all: Vec<Interpreter> = candidates()
        .iter()
        .filter_map(|program| Interpreter::ask(program).ok())
        .filter(|python| python.has_tests && PROVED.contains(&python.minor))
        .collect();
    all.sort_by_key(|python| core::cmp::Reverse(python.minor));
    all.dedup_by_key(|python| python.minor);
    all
}

/// Programs that may be one: pyenv's, and those on the PATH.
fn candidates() -> Vec<PathBuf> {
    let names = PROVED.map(|minor| format!("python3.{minor}"));
    let root = env::var_os("PYENV_ROOT").map(PathBuf::from);
    let root = root.or_else(|| env::home_dir().map(|home| home.join(".pyenv")));
    let versions = root.and_then(|root| fs::read_dir(root.join("versions")).ok());
    let pyenv = versions.into_iter().flatten().flatten().map(|entry| entry.path().join("bin"));
    let path = env::var_os("PATH").unwrap_or_default();
    let folders = pyenv.chain(env::split_paths(&path)).filter(|folder| !folder.ends_with("shims"));
    folders
        .flat_map(|folder| names.clone().map(|name| folder.join(name)))
        .filter(|program| program.is_file())
        .collect()
}

/// Debian's, fetched and unpacked where it is not there yet.
///
/// # Errors
/// When this is not Debian, or the mirror cannot be reached.
pub(super) fn debian(workspace: &Workspace, shell: &mut Shell) -> Result<Interpreter> {
    let root = home(workspace).join("debian");
    let program = root.join("usr/bin/python3.11");
    if !program.is_file() {
        if let Some(why) = packages::lacking() {
            return Err(why.into());
        }
        packages::unpack(workspace, shell, &DEBIAN, &root)?;
        // What a package's installation would compile: a start costs seconds without, in the VM ten times as much.
        let mut compile = Command::new(&program);
        compile.args(["-m", "compileall", "-q", "-j", "0", "-x", "/(test|lib2to3|idlelib)/"]);
        compile.arg(root.join("usr/lib/python3.11"));
        shell.attempt(compile)?;
    }
    Ok(Interpreter { is_debian: true, ..named(&program)? })
}
