//! The interpreters whose suites are run: the one that was named, those of this machine that have their tests, else Debian's.
//!
//! Contract: an interpreter tells itself where its library lies. Most distributions leave `test` out; Debian has it in a package of its
//! own, which is unpacked with the interpreter it belongs to, all below `target/python`: nothing is installed. Sources: CPython's `sysconfig`, `site`; pyenv's layout.

use std::env;
use std::ffi::OsStr;
use std::fs::{self, File};
use std::path::{self, Path, PathBuf};
use std::process::Command;

use serde_json::Value;

use crate::packages;
use crate::step::Shell;
use crate::workspace::{Result, Workspace};

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

/// The least `3.N` that our module is built for.
const LEAST: u64 = 11;

/// What is not compiled when Debian's is unpacked: most of the tests, and what none of them needs.
const NOT_COMPILED: &str = "/(lib2to3|idlelib)/|/test/(?!__init__|support/|test_socket)";

/// What an interpreter says of itself; one that is too old, its version alone.
const ASK: &str = "
import json, sys, sysconfig
told = {
    'kind': getattr(getattr(sys, 'implementation', None), 'name', 'cpython'),
    'version': '%d.%d.%d' % sys.version_info[:3],
    'major': sys.version_info[0],
    'minor': sys.version_info[1],
    'program': sys.executable,
    'library': sysconfig.get_path('stdlib'),
    'suffix': sysconfig.get_config_var('EXT_SUFFIX'),
}
if sys.version_info >= (3, 11):
    import importlib.util
    told['tests'] = all(map(importlib.util.find_spec, ['test', 'test.test_socket']))
print(json.dumps(told))
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
    ///
    /// # Errors
    /// When it cannot be run, or is no CPython that our module can be built for.
    pub(super) fn ask(program: &Path) -> Result<Self> {
        let shown = program.display();
        let mut python = Command::new(program);
        // pyenv chooses by the folder one is in; the tree's own is nobody's. Python 2 has no -I; -B leaves the installation as it is.
        python.current_dir("/").args(["-E", "-s", "-B", "-c", ASK]);
        let done = python.output().map_err(|error| format!("`{shown}` cannot be run: {error}"))?;
        if !done.status.success() {
            let said = String::from_utf8_lossy(&done.stderr);
            // Python says the reason last, others first.
            let last = said.starts_with("Traceback");
            let line = if last { said.lines().last() } else { said.lines().next() };
            let line = line.unwrap_or_default();
            return Err(format!("`{shown}` ended with {}: {line}", done.status).into());
        }
        let said = String::from_utf8_lossy(&done.stdout);
        Self::told(&said).map_err(|why| format!("`{shown}` {why}").into())
    }

    /// Reads what it said.
    fn told(said: &str) -> core::result::Result<Self, String> {
        let told: Value = serde_json::from_str(said).map_err(|_| "is no Python")?;
        let word = |key: &str| {
            let word = told[key].as_str().filter(|word| !word.is_empty());
            word.map(str::to_owned).ok_or_else(|| format!("does not tell its {key}"))
        };
        let (kind, version) = (word("kind")?, word("version")?);
        if kind != "cpython" {
            return Err(format!("is {kind}, and not CPython"));
        }
        let number = |key: &str| told[key].as_u64().unwrap_or(0);
        let minor = number("minor");
        if number("major") != 3 || minor < LEAST {
            return Err(format!("is CPython {version}; the least is 3.{LEAST}"));
        }
        let program = PathBuf::from(word("program")?);
        Ok(Self {
            version,
            minor,
            // One program has many names, and cargo builds anew for each.
            program: fs::canonicalize(&program).unwrap_or(program),
            library: word("library")?.into(),
            suffix: word("suffix")?,
            has_tests: told["tests"].as_bool().unwrap_or(false),
            is_debian: false,
        })
    }

    /// One that has this library, and no program.
    #[cfg(test)]
    pub(super) fn in_library(library: &Path) -> Self {
        Self {
            version: "3.99.0".to_owned(),
            minor: 99,
            program: PathBuf::new(),
            library: library.to_owned(),
            suffix: ".so".to_owned(),
            has_tests: true,
            is_debian: false,
        }
    }

    /// Where all that is made of it lies.
    pub(super) fn home(&self, workspace: &Workspace) -> PathBuf {
        let debian = if self.is_debian { "-debian" } else { "" };
        home(workspace).join(format!("{}{debian}", self.version))
    }

    /// [`home`](Self::home), for this process alone as long as the file is open.
    ///
    /// # Errors
    /// When it cannot be made.
    pub(super) fn own_home(
        &self,
        workspace: &Workspace,
        shell: &mut Shell,
    ) -> Result<(PathBuf, File)> {
        let home = self.home(workspace);
        fs::create_dir_all(&home)?;
        let lock = File::create(home.join("lock"))?;
        if lock.try_lock().is_err() {
            shell.say(&format!("waiting for another run with {} ...", self.name()))?;
            lock.lock()?;
        }
        Ok((home, lock))
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

/// The interpreter that was named: a path, a name on the PATH, or `debian`.
///
/// # Errors
/// When there is none, or it has no tests.
pub(super) fn named(
    workspace: &Workspace,
    shell: &mut Shell,
    program: &Path,
) -> Result<Interpreter> {
    if program == Path::new("debian") {
        return debian(workspace, shell);
    }
    let places = places(program, env::var_os("PATH").as_deref())?;
    let mut asked = places.iter().map(|program| with_tests(program));
    let first =
        asked.next().ok_or_else(|| format!("`{}` is not on the PATH", program.display()))?;
    // pyenv's own stand on the PATH for versions that are not chosen.
    first.or_else(|why| asked.find_map(Result::ok).ok_or(why))
}

/// Where the program may be: a name without a slash is looked for on the path, and then among pyenv's.
fn places(program: &Path, path: Option<&OsStr>) -> Result<Vec<PathBuf>> {
    if program.components().nth(1).is_some() || program.is_absolute() {
        return Ok(vec![path::absolute(program)?]);
    }
    let folders = path.map(env::split_paths).into_iter().flatten().chain(pyenv());
    Ok(folders.map(|folder| folder.join(program)).filter(|program| program.is_file()).collect())
}

/// Asks the program, which must have tests.
fn with_tests(program: &Path) -> Result<Interpreter> {
    let found = Interpreter::ask(program)?;
    if found.has_tests {
        return Ok(found);
    }
    Err(format!(
        "`{}` is CPython {} without test.test_socket: where it is the system's own, type: sudo apt-get install libpython3.{}-testsuite; \
         else leave out --python, or say --python debian",
        program.display(),
        found.version,
        found.minor
    )
    .into())
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
    let path = env::var_os("PATH").unwrap_or_default();
    let folders =
        pyenv().chain(env::split_paths(&path)).filter(|folder| !folder.ends_with("shims"));
    folders
        .flat_map(|folder| names.clone().map(|name| folder.join(name)))
        .filter(|program| program.is_file())
        .collect()
}

/// The folders of pyenv's programs.
fn pyenv() -> impl Iterator<Item = PathBuf> {
    let root = env::var_os("PYENV_ROOT").map(PathBuf::from);
    let root = root.or_else(|| env::home_dir().map(|home| home.join(".pyenv")));
    let versions = root.and_then(|root| fs::read_dir(root.join("versions")).ok());
    versions.into_iter().flatten().flatten().map(|entry| entry.path().join("bin"))
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
        compile.args(["-m", "compileall", "-q", "-j", "0", "-x", NOT_COMPILED]);
        compile.arg(root.join("usr/lib/python3.11"));
        shell.attempt(compile)?;
    }
    Ok(Interpreter { is_debian: true, ..with_tests(&program)? })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_cannot_be_used_is_told_in_a_line() {
        let told = |kind: &str, version: [u64; 3], program: &str| {
            let [major, minor, _] = version;
            let version = version.map(|part| part.to_string()).join(".");
            serde_json::json!({"kind": kind, "version": version, "major": major, "minor": minor, "program": program, "library": "/l", "suffix": ".so"}).to_string()
        };
        let cases = [
            (told("cpython", [3, 11, 0], "/p"), None),
            (told("cpython", [3, 99, 1], "/p"), None),
            (told("cpython", [3, 10, 9], "/p"), Some("is CPython 3.10.9; the least is 3.11")),
            (told("cpython", [2, 7, 18], "/p"), Some("is CPython 2.7.18; the least is 3.11")),
            (told("cpython", [4, 12, 0], "/p"), Some("is CPython 4.12.0; the least is 3.11")),
            (told("pypy", [3, 11, 0], "/p"), Some("is pypy, and not CPython")),
            (told("cpython", [3, 11, 0], ""), Some("does not tell its program")),
            ("hello\n".to_owned(), Some("is no Python")),
        ];
        for (said, expected) in cases {
            assert_eq!(Interpreter::told(&said).err().as_deref(), expected, "{said}");
        }
        let cases = [
            ("/no/such/python", "`/no/such/python` cannot be run: No such file"),
            ("/etc/passwd", "`/etc/passwd` cannot be run: Permission denied"),
            ("/", "`/` cannot be run: Permission denied"),
            ("/bin/false", "`/bin/false` ended with exit status: 1: "),
            ("/bin/true", "`/bin/true` is no Python"),
        ];
        for (program, expected) in cases {
            let said = Interpreter::ask(Path::new(program)).err().map(|error| error.to_string());
            assert!(said.as_deref().is_some_and(|said| said.starts_with(expected)), "{said:?}");
        }
    }

    #[test]
    fn a_bare_name_is_looked_for_on_the_path() {
        let folder = tempfile::tempdir().unwrap();
        let program = folder.path().join("python3.13");
        fs::write(&program, "").unwrap();
        let path = env::join_paths([Path::new("/no/such"), folder.path()]).unwrap();
        let found = |name: &str| places(Path::new(name), Some(&path)).unwrap();
        assert_eq!(found("python3.13").first(), Some(&program));
        assert_eq!(found("/no/such"), [Path::new("/no/such")]);
        assert_eq!(found("./python3.13"), [path::absolute("./python3.13").unwrap()]);
        assert!(found("python3.99").is_empty());
        assert!(found("").is_empty());
    }
}
