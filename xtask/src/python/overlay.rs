//! A private copy of an interpreter, with one of two `_socket`s in it.
//!
//! Contract: a tree of links below `target/python`, made anew each time; the installed interpreter is not touched. Whatever it starts by
//! `sys.executable`, with `-I` too, has the same `_socket`. One that is built in is overruled by a `sitecustomize`, which `-S` leaves out.
//! Sources: CPython's `Modules/getpath.py`, `site`.

use std::fs;
use std::io;
use std::os::unix::fs::symlink;
use std::path::{Path, PathBuf};

use super::interpreter::Interpreter;
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

/// Makes the copy in `root`, and gives its program.
pub(super) fn make(python: &Interpreter, module: &Module, root: &Path) -> Result<PathBuf> {
    if root.exists() {
        fs::remove_dir_all(root)?;
    }
    let name = format!("python3.{}", python.minor);
    let (library, program) = (root.join("lib").join(&name), root.join("bin").join(&name));
    fs::create_dir_all(root.join("bin"))?;
    // A link would lead it back to where it is installed.
    let real = fs::canonicalize(&python.program)?;
    fs::hard_link(&real, &program).or_else(|_| fs::copy(&real, &program).map(drop))?;
    symlink(&name, root.join("bin/python3"))?;
    link_all(&python.library, &library, &["lib-dynload", "sitecustomize.py"])?;
    let modules = library.join("lib-dynload");
    link_all(&python.library.join("lib-dynload"), &modules, &[])?;
    let Module::File(file) = module else { return Ok(program) };
    let is_script = file.extension().is_some_and(|ending| ending == "py");
    let own = modules.join(format!("_socket{}", python.suffix));
    if own.exists() {
        fs::remove_file(&own)?;
        let name = if is_script { modules.join("_socket.py") } else { own };
        fs::copy(file, name)?;
    } else {
        let copy = root.join("_socket.so");
        fs::copy(file, &copy)?;
        let shown = format!("{:?}", copy.to_str().ok_or("a path that is not UTF-8")?);
        let overrule = OVERRULE.replace('@', &shown);
        let overrule = if is_script { overrule.replace("Extension", "Source") } else { overrule };
        fs::write(library.join("sitecustomize.py"), overrule)?;
    }
    Ok(program)
}

/// A folder with a link to each entry of another one, but for `without`.
fn link_all(from: &Path, to: &Path, without: &[&str]) -> io::Result<()> {
    fs::create_dir_all(to)?;
    for entry in fs::read_dir(from)? {
        let entry = entry?;
        if !without.iter().any(|name| entry.file_name() == *name) {
            symlink(fs::canonicalize(entry.path())?, to.join(entry.file_name()))?;
        }
    }
    Ok(())
}
