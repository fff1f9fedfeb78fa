//! A private copy of an interpreter, with one of two `_socket`s in it.
//!
//! Contract: a tree of folders below `target/python` with a link for each file, made anew where the interpreter is another one. What it compiles goes
//! into the tree, where it takes a link's place; the installed interpreter is not touched. Whatever it starts by `sys.executable`, with `-I` too, has the same
//! `_socket`. One that is built in is overruled by a `sitecustomize`, which `-S` leaves out. What was installed beside the library is not there.
//! Sources: CPython's `Modules/getpath.py`, `site`.

use core::fmt::Write as _;
use std::fs;
use std::io;
use std::os::unix::fs::symlink;
use std::path::{Path, PathBuf};

use super::interpreter::Interpreter;
use crate::packages;
use crate::workspace::Result;

/// Whose `_socket` it has.
#[derive(Clone)]
pub(super) enum Module {
    /// The interpreter's own.
    Own,
    /// This file, a shared object or a `.py`.
    File(PathBuf),
}

/// What overrules a module that is built in.
const OVERRULE: &str = "import importlib.machinery, sys


class _Overrule:
    def find_spec(name, path=None, target=None):
        if name == '_socket':
            loader = importlib.machinery.ExtensionFileLoader(name, @)
            return importlib.machinery.ModuleSpec(name, loader, origin=@)


sys.meta_path.insert(0, _Overrule)
";

/// A private copy.
pub(super) struct Copy {
    pub(super) program: PathBuf,
    /// The file of its `_socket`; the interpreter's own may be built in.
    pub(super) module: PathBuf,
}

/// Makes the copy in `root`, or takes the one that is there, and gives it this `_socket`.
pub(super) fn make(python: &Interpreter, module: &Module, root: &Path) -> Result<Copy> {
    let name = format!("python3.{}", python.minor);
    let (library, program) = (root.join("lib").join(&name), root.join("bin").join(&name));
    let (stamp, wanted) = (root.join("made-of"), made_of(python)?);
    if fs::read_to_string(&stamp).ok().as_ref() != Some(&wanted) {
        // An interruption must not leave it with half a tree.
        remove(&stamp)?;
        packages::make_empty(root)?;
        fs::create_dir_all(root.join("bin"))?;
        // A link would lead it back to where it is installed.
        let real = fs::canonicalize(&python.program)?;
        fs::hard_link(&real, &program).or_else(|_| fs::copy(&real, &program).map(drop))?;
        symlink(&name, root.join("bin/python3"))?;
        link_all(&python.library, &library, &["site-packages", "sitecustomize.py"])?;
        fs::write(&stamp, &wanted)?;
    }
    let modules = library.join("lib-dynload");
    let own = modules.join(format!("_socket{}", python.suffix));
    // What an earlier call has put there.
    let overrule = library.join("sitecustomize.py");
    let [script, beside, beside_script] =
        [modules.join("_socket.py"), root.join("_socket.so"), root.join("_socket.py")];
    for file in [&own, &overrule, &script, &beside, &beside_script] {
        remove(file)?;
    }
    let is_built_in = !python.module().exists();
    let Module::File(file) = module else {
        if !is_built_in {
            symlink(fs::canonicalize(python.module())?, &own)?;
        }
        return Ok(Copy { program, module: own });
    };
    let is_script = file.extension().is_some_and(|ending| ending == "py");
    let module = match (is_built_in, is_script) {
        (false, false) => own,
        (false, true) => script,
        (true, false) => beside,
        (true, true) => beside_script,
    };
    fs::copy(file, &module)?;
    if is_built_in {
        let shown = format!("{:?}", module.to_str().ok_or("a path that is not UTF-8")?);
        let text = OVERRULE.replace('@', &shown);
        let text = if is_script { text.replace("Extension", "Source") } else { text };
        fs::write(overrule, text)?;
    }
    Ok(Copy { program, module })
}

/// A file that may not be there.
fn remove(file: &Path) -> io::Result<()> {
    fs::remove_file(file).or_else(|error| match error.kind() {
        io::ErrorKind::NotFound => Ok(()),
        _ => Err(error),
    })
}

/// What tells whether the interpreter is the one of which a copy was made.
fn made_of(python: &Interpreter) -> Result<String> {
    let mut text = String::new();
    for path in [&python.program, &python.library] {
        writeln!(text, "{} {:?}", path.display(), fs::metadata(path)?.modified()?)?;
    }
    Ok(text)
}

/// The folder `to` with a link to each file of `from`, and its folders likewise, but for those of the names `without`.
fn link_all(from: &Path, to: &Path, without: &[&str]) -> io::Result<()> {
    fs::create_dir_all(to)?;
    for entry in fs::read_dir(from)? {
        let entry = entry?;
        // Of what -O compiles nothing is run, and it is a third of all files.
        let is_optimized = entry.file_name().to_string_lossy().contains(".opt-");
        if is_optimized || without.iter().any(|name| entry.file_name() == *name) {
            continue;
        }
        // A link that leads nowhere is of no use to either.
        let Ok(real) = fs::canonicalize(entry.path()) else { continue };
        let there = to.join(entry.file_name());
        if !real.is_dir() {
            symlink(real, there)?;
        } else if !from.starts_with(&real) {
            link_all(&real, &there, &[])?;
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use std::process::Command;

    use super::*;
    use crate::python::interpreter;
    use crate::workspace::output;

    /// Each file below.
    fn files(folder: &Path) -> Vec<PathBuf> {
        let mut files = Vec::new();
        for entry in fs::read_dir(folder).unwrap().flatten() {
            if entry.path().is_dir() {
                files.extend(self::files(&entry.path()));
            } else {
                files.push(entry.path());
            }
        }
        files.sort();
        files
    }

    /// A library as it is installed, with modules that nobody has compiled.
    fn installed(folder: &Path) -> Interpreter {
        for name in ["json/__pycache__", "__pycache__", "lib-dynload", "site-packages/x"] {
            fs::create_dir_all(folder.join("lib").join(name)).unwrap();
        }
        for name in ["os.py", "__pycache__/os.pyc", "json/__init__.py", "lib-dynload/_socket.so"] {
            fs::write(folder.join("lib").join(name), name).unwrap();
        }
        fs::write(folder.join("program"), "").unwrap();
        let mut python = Interpreter::in_library(&folder.join("lib"));
        python.program = folder.join("program");
        python
    }

    #[test]
    fn what_is_written_stays_in_the_copy() {
        let folder = tempfile::tempdir().unwrap();
        let python = installed(folder.path());
        let told = || {
            let read = |file: PathBuf| (fs::read(&file).unwrap(), file);
            files(folder.path()).into_iter().map(read).collect::<Vec<_>>()
        };
        let before = told();
        let root = tempfile::tempdir().unwrap();
        let [ours, script] = ["ours.so", "ours.py"].map(|name| {
            fs::write(root.path().join(name), name).unwrap();
            Module::File(root.path().join(name))
        });
        let library = root.path().join("copy/lib/python3.99");
        let cases = [
            (&Module::Own, "lib-dynload/_socket.so"),
            (&ours, "ours.so"),
            (&script, "ours.py"),
            (&ours, "ours.so"),
            (&Module::Own, "lib-dynload/_socket.so"),
        ];
        for (module, expected) in cases {
            let copy = make(&python, module, &root.path().join("copy")).unwrap();
            assert_eq!(fs::read_to_string(&copy.module).unwrap(), expected);
            let modules = files(&library.join("lib-dynload"));
            assert_eq!(modules, [copy.module], "no other one");
            for name in ["__pycache__/os.pyc", "__pycache__/new.pyc", "json/__pycache__/new.pyc"] {
                // As importlib writes: beside it, and then in its place.
                let file = library.join(name);
                fs::write(file.with_extension("part"), "new").unwrap();
                fs::rename(file.with_extension("part"), &file).unwrap();
            }
        }
        assert!(!library.join("site-packages").exists());
        assert_eq!(told(), before);
    }

    #[test]
    fn a_module_that_is_built_in_is_overruled() {
        let folder = tempfile::tempdir().unwrap();
        let python = installed(folder.path());
        fs::remove_file(python.module()).unwrap();
        let ours = folder.path().join("ours.so");
        fs::write(&ours, "ours").unwrap();
        let root = folder.path().join("copy");
        let overrule = root.join("lib/python3.99/sitecustomize.py");
        for (module, is) in [(Module::File(ours), true), (Module::Own, false)] {
            make(&python, &module, &root).unwrap();
            assert_eq!([overrule.exists(), root.join("_socket.so").exists()], [is; 2]);
        }
    }

    #[test]
    fn a_copy_of_another_interpreter_is_made_anew() {
        let folder = tempfile::tempdir().unwrap();
        let python = installed(folder.path());
        let root = folder.path().join("copy");
        let kept = root.join("kept");
        make(&python, &Module::Own, &root).unwrap();
        fs::write(&kept, "").unwrap();
        make(&python, &Module::Own, &root).unwrap();
        assert!(kept.exists());
        fs::write(python.library.join("new.py"), "").unwrap();
        make(&python, &Module::Own, &root).unwrap();
        assert!(!kept.exists() && root.join("lib/python3.99/new.py").exists());
    }

    #[test]
    fn what_an_interpreter_compiles_stays_in_the_copy() {
        let Some(mut python) = interpreter::found().into_iter().next() else {
            eprintln!("skipped: no interpreter with its tests on this machine");
            return;
        };
        let folder = tempfile::tempdir().unwrap();
        let library = folder.path().join("lib");
        link_all(&python.library, &library, &["test", "site-packages"]).unwrap();
        let compiled = |folder: &Path| {
            let all = files(folder).into_iter();
            all.filter(|file| file.extension().is_some_and(|ending| ending == "pyc"))
                .collect::<Vec<_>>()
        };
        // So that it would be compiled into this.
        for file in compiled(&library) {
            fs::remove_file(file).unwrap();
        }
        python.library.clone_from(&library);
        let root = folder.path().join("copy");
        let copy = make(&python, &Module::Own, &root).unwrap();
        for words in [["-c", "import json"], ["-Ic", "import email.parser"]] {
            output(Command::new(&copy.program).args(words).env_remove("PYTHONDONTWRITEBYTECODE"))
                .unwrap();
        }
        assert!(compiled(&root).len() > 10);
        assert!(compiled(&library).is_empty());
    }
}
