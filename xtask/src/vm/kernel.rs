//! A kernel package made ready for QEMU: the ELF inside, and the modules in the order in which they load.
//!
//! Contract: nothing is decompressed or verified in the VM, where software emulation makes it slow: the kernel is taken out of its
//! bzImage (QEMU starts the ELF by its PVH note), modules are unpacked and their appended signatures cut off, which taints the kernel and no
//! more. The order comes from the modules' own `.modinfo`, so no depmod is needed. Sources: `Documentation/arch/x86/boot.rst`,
//! `Documentation/admin-guide/module-signing.rst`, modules.builtin of kbuild.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use crate::workspace::{Result, show};

/// The modules asked for.
const MODULES: &str = include_str!("modules.txt");
/// What was asked for when a folder was filled.
const WANTED: &str = "modules.txt";
/// What ends a signed module.
const SIGNED: &[u8] = b"~Module signature appended~\n";
/// `struct module_signature`: twelve bytes before that, the last four the signature's length, big-endian.
const SIGNATURE: usize = 12;

/// Fills `ready` with `vmlinux`, `order` and the modules, from an unpacked kernel package.
pub(super) fn prepare(tree: &Path, ready: &Path) -> Result<()> {
    let image = files(&tree.join("boot"))?;
    let image = image
        .iter()
        .find(|path| name(path).starts_with("vmlinuz-"))
        .ok_or("no kernel in the package")?;
    fs::write(ready.join("vmlinux"), vmlinux(&fs::read(image)?)?)?;
    let home = ["lib/modules", "usr/lib/modules"].map(|folder| tree.join(folder));
    let home = home.iter().find(|folder| folder.is_dir()).ok_or("no modules in the package")?;
    let mut modules = Modules::find(&files(home)?)?;
    for word in
        MODULES.lines().filter(|line| !line.starts_with('#')).flat_map(str::split_whitespace)
    {
        match word.strip_suffix('?') {
            Some(optional) if !modules.has(optional) => {}
            Some(optional) => modules.add(optional, ready)?,
            None => modules.add(word, ready)?,
        }
    }
    fs::write(ready.join(WANTED), MODULES)?;
    Ok(fs::write(ready.join("order"), modules.order.join("\n"))?)
}

/// Whether `ready` was filled for the modules that are asked for today.
pub(super) fn is_ready(ready: &Path) -> bool {
    fs::read_to_string(ready.join(WANTED)).is_ok_and(|wanted| wanted == MODULES)
}

/// The ELF file inside a bzImage.
fn vmlinux(image: &[u8]) -> Result<Vec<u8>> {
    let number = |at: usize| image.get(at..)?.first_chunk().map(|bytes| u32::from_le_bytes(*bytes));
    // `HdrS`, then at 0x1f1 the number of setup sectors, at 0x248 where the payload is and how long.
    let find = || {
        (image.get(0x202..0x206)? == b"HdrS").then_some(())?;
        let sectors = usize::from(*image.get(0x1f1)?).max(1) + 1;
        let (offset, len) = (number(0x248)? as usize, number(0x24c)? as usize);
        let payload = image.get(sectors * 512 + offset..)?.get(..len)?;
        // The build appends the size of what is inside.
        payload.split_last_chunk::<4>()
    };
    let (payload, size) = find().ok_or("not a bzImage")?;
    let elf = match payload {
        [0xfd, b'7', b'z', ..] => {
            filter(Command::new("xz").args(["-dc", "--single-stream"]), payload)?
        }
        [0x28, 0xb5, 0x2f, 0xfd, ..] => filter(Command::new("zstd").arg("-dc"), payload)?,
        _ => return Err("a kernel neither of xz nor of zstd".into()),
    };
    if elf.starts_with(b"\x7fELF") && elf.len() == u32::from_le_bytes(*size) as usize {
        Ok(elf)
    } else {
        Err(format!("{} bytes that are not the kernel", elf.len()).into())
    }
}

/// The modules of a package.
struct Modules {
    /// By name, with `_` for `-`, as the kernel has them.
    files: BTreeMap<String, PathBuf>,
    /// Those that are part of the kernel.
    builtin: BTreeSet<String>,
    /// Those that were added, each after what it depends on.
    order: Vec<String>,
}

impl Modules {
    fn find(paths: &[PathBuf]) -> Result<Self> {
        let mut modules =
            Self { files: BTreeMap::new(), builtin: BTreeSet::new(), order: Vec::new() };
        for path in paths {
            let file = name(path);
            if let Some((module, "" | ".xz")) = file.split_once(".ko") {
                modules.files.insert(plain(module), path.clone());
            } else if file == "modules.builtin" {
                let listed = fs::read_to_string(path)?;
                let listed =
                    listed.lines().filter_map(|line| line.rsplit('/').next()?.strip_suffix(".ko"));
                modules.builtin.extend(listed.map(plain));
            }
        }
        Ok(modules)
    }

    fn has(&self, module: &str) -> bool {
        self.files.contains_key(&plain(module)) || self.builtin.contains(&plain(module))
    }

    /// Adds a module and, before it, what it depends on.
    fn add(&mut self, module: &str, ready: &Path) -> Result<()> {
        let module = plain(module);
        if self.order.contains(&module) || self.builtin.contains(&module) {
            return Ok(());
        }
        let path =
            self.files.get(&module).ok_or_else(|| format!("the kernel has no module {module}"))?;
        let mut bytes = fs::read(path)?;
        if path.extension().is_some_and(|end| end == "xz") {
            bytes = filter(Command::new("xz").arg("-dc"), &bytes)?;
        }
        let bytes = unsigned(&bytes);
        let wishes = wishes(bytes).into_iter().filter(|wish| self.has(wish));
        for needed in depends(bytes).into_iter().chain(wishes.collect::<Vec<_>>()) {
            self.add(&needed, ready)?;
        }
        fs::write(ready.join(format!("{module}.ko")), bytes)?;
        self.order.push(module);
        Ok(())
    }
}

/// The module without its signature.
fn unsigned(module: &[u8]) -> &[u8] {
    let body = || {
        let rest = module.strip_suffix(SIGNED)?;
        let len = u32::from_be_bytes(*rest.last_chunk()?) as usize;
        rest.get(..rest.len().checked_sub(SIGNATURE + len)?)
    };
    body().unwrap_or(module)
}

/// What a module depends on, as its `.modinfo` says.
fn depends(module: &[u8]) -> Vec<String> {
    listed(module, "depends=")
}

/// What it would like to have, which not every kernel has under that name.
fn wishes(module: &[u8]) -> Vec<String> {
    listed(module, "softdep=pre: ")
}

fn listed(module: &[u8], key: &str) -> Vec<String> {
    let texts = module.split(|byte| *byte == 0).filter_map(|text| core::str::from_utf8(text).ok());
    let names =
        texts.filter_map(|text| text.strip_prefix(key)).flat_map(|list| list.split([',', ' ']));
    names.filter(|name| !name.is_empty()).map(plain).collect()
}

/// The kernel's own spelling.
fn plain(module: &str) -> String {
    module.replace('-', "_")
}

fn name(path: &Path) -> String {
    path.file_name().unwrap_or_default().to_string_lossy().into_owned()
}

/// Every file below a folder.
fn files(folder: &Path) -> Result<Vec<PathBuf>> {
    let mut found = Vec::new();
    for entry in fs::read_dir(folder)? {
        let entry = entry?;
        if entry.file_type()?.is_dir() {
            found.extend(files(&entry.path())?);
        } else {
            found.push(entry.path());
        }
    }
    Ok(found)
}

/// What a program makes of `bytes`.
fn filter(command: &mut Command, bytes: &[u8]) -> Result<Vec<u8>> {
    let shown = show(command);
    let mut child = command
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .map_err(|error| format!("`{shown}`: {error}"))?;
    let mut input = child.stdin.take().ok_or("no pipe")?;
    let bytes = bytes.to_vec();
    // It may end before it has read all.
    let writer = std::thread::spawn(move || input.write_all(&bytes));
    let output = child.wait_with_output()?;
    let written = writer.join().map_err(|_| "the writer panicked")?;
    if output.status.success() && written.is_ok() {
        Ok(output.stdout)
    } else {
        Err(format!("`{shown}` ended with {}", output.status).into())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_module_says_what_it_needs() {
        let module = b"\x7fELF\0license=GPL\0depends=udp_tunnel,ip6-udp-tunnel\0softdep=pre: crc32c \0depends=\0";
        assert_eq!(depends(module), ["udp_tunnel", "ip6_udp_tunnel"]);
        assert_eq!(wishes(module), ["crc32c"]);
        assert!(depends(b"").is_empty());
    }

    #[test]
    fn signatures_are_cut_off() {
        let mut signed = b"module".to_vec();
        signed.extend(b"signature!");
        signed.extend([0; 8]);
        signed.extend(10u32.to_be_bytes());
        signed.extend(SIGNED);
        assert_eq!(unsigned(&signed), b"module");
        for other in [&b"module"[..], SIGNED, b"\xff\xff\xff\xff~Module signature appended~\n", b""]
        {
            assert_eq!(unsigned(other), other);
        }
    }

    #[test]
    fn what_is_no_kernel_is_refused() {
        for bytes in [&b""[..], &[0; 0x300], b"\x7fELF"] {
            assert!(vmlinux(bytes).is_err());
        }
    }
}
