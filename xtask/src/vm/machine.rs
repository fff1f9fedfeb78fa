//! One boot: an initramfs, QEMU's command line, and what became of it.
//!
//! Contract: no network card, so that nothing can leave. The host's root is there read-only, so that every program and test runs by its
//! own path; the workspace and the target folder are writable. The job's output is QEMU's own; the console goes to a file, and
//! its end is shown when something went wrong. The job's exit code stands in the file `status`: without it the VM died, whatever code
//! QEMU ended with (a panic ends with 0). Sources: QEMU's manual, `xtask/vm/init`.

use core::time::Duration;
use std::fs::{self, File};
use std::io::{Cursor, Seek, Write};
use std::path::{Path, PathBuf};
use std::process::Command;

use cpio::newc::Builder;

use super::fetch::Qemu;
use crate::step::Shell;
use crate::workspace::{Result, show};

/// How much of the console is shown where it died.
const TAIL: usize = 100;

/// What one boot needs.
pub(super) struct Machine {
    /// The folder of the kernel's parts.
    pub(super) kernel: PathBuf,
    /// The first process.
    pub(super) init: PathBuf,
    /// QEMU.
    pub(super) qemu: Qemu,
    /// Folders that are writable in there, under their own names.
    pub(super) shares: Vec<PathBuf>,
    /// How many processors.
    pub(super) processors: u32,
    /// One that takes longer hangs.
    pub(super) limit: Duration,
}

impl Machine {
    /// Boots, runs the job under `/bin/sh`, and gives what it printed and its exit code. `out` is for what the boot writes.
    ///
    /// # Errors
    /// When the VM died: a panic of its kernel, a hang, no QEMU.
    pub(super) fn run(&self, shell: &mut Shell, job: &str, out: &Path) -> Result<(String, u8)> {
        fs::create_dir_all(out)?;
        let (console, status) = (out.join("console"), out.join("status"));
        for old in [&console, &status] {
            if old.exists() {
                fs::remove_file(old)?;
            }
        }
        let command = self.command(job, out)?;
        shell.quietly(|shell| shell.say(&format!("$ {}", show(&command))))?;
        let said = shell.passing(command, self.limit);
        let code = fs::read_to_string(&status).ok().and_then(|code| code.trim().parse().ok());
        match (said, code) {
            // isa-debug-exit: the code twice and one; so an odd one says that the init came to its end.
            (Ok((said, ended)), Some(code)) if ended.code().is_some_and(|ended| ended & 1 == 1) => {
                Ok((said, code))
            }
            (said, _) => {
                show_end(shell, &console)?;
                let why = said
                    .map_or_else(|error| error.to_string(), |(_, ended)| format!("QEMU: {ended}"));
                Err(format!("the VM died ({why}); its console: {}", out.join("console").display())
                    .into())
            }
        }
    }

    fn command(&self, job: &str, out: &Path) -> Result<Command> {
        let (initrd, script) = (out.join("initrd"), out.join("job.sh"));
        write_initrd(&initrd, &self.init, &self.kernel)?;
        fs::write(&script, job)?;
        let mut qemu = self.qemu.command();
        // The plainest machine; KVM is not asked for: /dev/kvm may open and yet run nothing.
        qemu.args(
            "-nodefaults -no-user-config -display none -no-reboot -M pc -accel tcg".split(' '),
        );
        // Without rdrand there is no randomness for the first half minute.
        qemu.args(
            "-cpu qemu64,+rdrand -m 1024 -device isa-debug-exit,iobase=0xf4,iosize=0x04".split(' '),
        );
        qemu.args(["-smp", &self.processors.to_string()]);
        qemu.arg("-serial").arg(format!("file:{}", out.join("console").display()));
        qemu.args(["-serial", "stdio"]);
        let mut share = |tag: &str, folder: &Path, options: &str| {
            let folder = folder.display();
            qemu.arg("-fsdev").arg(format!(
                "local,id={tag},path={folder},security_model=none,{options}multidevs=remap"
            ));
            qemu.arg("-device").arg(format!("virtio-9p-pci,fsdev={tag},mount_tag={tag}"));
        };
        share("host", Path::new("/"), "readonly=on,");
        share("out", out, "");
        let mut words = String::new();
        for (number, folder) in self.shares.iter().enumerate() {
            let (tag, name) = (format!("share{number}"), folder.to_str());
            let name = name
                .filter(|name| !name.contains([' ', ',']))
                .ok_or("a folder with a blank or a comma cannot be shared")?;
            share(&tag, folder, "");
            words.extend([" vm.share=", &tag, ":", name]);
        }
        qemu.arg("-kernel").arg(self.kernel.join("vmlinux")).arg("-initrd").arg(&initrd);
        // Self-tests of the kernel's ciphers would take a second, and one fails under emulation.
        let quiet = "console=ttyS0 quiet panic=-1 oops=panic cryptomgr.notests mitigations=off";
        qemu.arg("-append").arg(format!("{quiet} vm.job={}{words}", script.display()));
        Ok(qemu)
    }
}

/// The first process, the modules and their order.
fn write_initrd(to: &Path, init: &Path, kernel: &Path) -> Result<()> {
    let order = fs::read_to_string(kernel.join("order"))?;
    let mut files = vec![("init".to_owned(), 0o100_755, fs::read(init)?)];
    for folder in ["dev", "etc", "host", "lib", "lib/modules", "proc", "run", "sys", "tmp"] {
        files.push((folder.to_owned(), 0o040_755, Vec::new()));
    }
    for module in order.lines() {
        let file = format!("{module}.ko");
        files.push((format!("lib/modules/{file}"), 0o100_644, fs::read(kernel.join(file))?));
    }
    files.push(("etc/modules".to_owned(), 0o100_644, order.into_bytes()));
    // Folders before what is in them.
    files.sort_by(|one, other| one.0.cmp(&other.0));
    let inputs = files.into_iter().zip(1..).map(|((name, mode, bytes), number)| {
        (Builder::new(&name).mode(mode).ino(number), Cursor::new(bytes))
    });
    let mut file = cpio::write_cpio(inputs, File::create(to)?)?;
    // The kernel reads on from multiples of four.
    let len = file.stream_position()?;
    Ok(file.write_all(&vec![0; usize::try_from(len.next_multiple_of(4) - len)?])?)
}

fn show_end(shell: &mut Shell, console: &Path) -> Result<()> {
    let text = fs::read(console).unwrap_or_default();
    let text = String::from_utf8_lossy(&text);
    let lines: Vec<&str> = text.lines().collect();
    for line in lines.iter().skip(lines.len().saturating_sub(TAIL)) {
        shell.say(&format!("console | {line}"))?;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_initramfs_has_its_files_in_order() {
        let folder = tempfile::tempdir().unwrap();
        let at = |name: &str| folder.path().join(name);
        fs::write(at("init.bin"), b"first").unwrap();
        fs::write(at("order"), "one\ntwo").unwrap();
        fs::write(at("one.ko"), b"1").unwrap();
        fs::write(at("two.ko"), b"22").unwrap();
        write_initrd(&at("initrd"), &at("init.bin"), folder.path()).unwrap();
        let mut left = File::open(at("initrd")).unwrap();
        let mut names = Vec::new();
        loop {
            let entry = cpio::newc::Reader::new(left).unwrap();
            if entry.entry().is_trailer() {
                break;
            }
            names.push((entry.entry().name().to_owned(), entry.entry().file_size()));
            left = entry.finish().unwrap();
        }
        assert!(
            names.contains(&("init".to_owned(), 5))
                && names.contains(&("lib/modules/two.ko".to_owned(), 2))
        );
        let position = |name: &str| names.iter().position(|(entry, _)| entry == name).unwrap();
        assert!(
            position("lib") < position("lib/modules")
                && position("lib/modules") < position("lib/modules/one.ko")
        );
    }
}
