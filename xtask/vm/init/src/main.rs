//! The first process of the test VM of `cargo xtask vm`: loads modules, mounts the host's files, runs one job, powers off.
//!
//! Contract: linked statically, alone in an initramfs with `/etc/modules` (names in order) and `/lib/modules`. The kernel's command
//! line says `vm.job=FILE`, which `/bin/sh` of the host runs, and any number of `vm.share=TAG:DIR`, folders that are mounted writable
//! under their own names over the host's read-only root. The job's exit code goes to the file `status` in the share `out`, which is
//! what counts, and to QEMU's debug port. What this program says goes to the console, what the job says to the second serial port.
//! Sources: `Documentation/filesystems/9p.rst`, `Documentation/admin-guide/initrd.rst`, QEMU's isa-debug-exit.

#![forbid(unsafe_code)]

use std::ffi::CString;
use std::fs::{self, File, OpenOptions};
use std::io::{self, Seek, SeekFrom, Write};
use std::path::Path;
use std::process::Command;

use rustix::io::Errno;
use rustix::mount::{MountFlags, mount, mount_bind};
use rustix::system::{RebootCommand, init_module, reboot};

/// Where the host's root is mounted, until it is the root.
const HOST: &str = "/host";
/// Where the share `out` is, seen from the job.
const OUT: &str = "/run/vm";
/// The port of isa-debug-exit, as `cargo xtask vm` gives it to QEMU.
const DEBUG_EXIT: u64 = 0xf4;
/// The second serial port: QEMU's standard output.
const SERIAL: &str = "/dev/ttyS1";
/// A program that could not be run, as sh says it.
const NOT_RUN: u8 = 126;
/// For 9p: Linux's own dialect, long messages.
const PLAN9: &str = "trans=virtio,version=9p2000.L,msize=512000";

fn main() {
    let code = run().unwrap_or_else(|error| {
        println!("vm-init: {error}");
        NOT_RUN
    });
    end(code);
}

/// Everything up to the end of the job: its exit code.
fn run() -> io::Result<u8> {
    mounted("proc", "/proc", "proc", MountFlags::empty(), "")?;
    mounted("sysfs", "/sys", "sysfs", MountFlags::empty(), "")?;
    mounted("dev", "/dev", "devtmpfs", MountFlags::empty(), "")?;
    let line = fs::read_to_string("/proc/cmdline")?;
    load_modules()?;
    enter_host(said(&line, "vm.share="))?;
    let job = said(&line, "vm.job=").next().ok_or_else(|| io::Error::other("no vm.job"))?;
    println!("vm-init: the job starts {}", uptime());
    let serial = OpenOptions::new().write(true).open(SERIAL)?;
    let status = Command::new("/bin/sh")
        .arg(job)
        .env_clear()
        .env("PATH", "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin")
        // The user's own folder is the host's, and read-only.
        .env("HOME", "/tmp")
        .stdin(File::open("/dev/null")?)
        .stdout(serial.try_clone()?)
        .stderr(serial)
        .status()?;
    println!("vm-init: the job ended {}", uptime());
    // One that a signal ended has no code; sh would say 128 and more.
    Ok(status.code().map_or(u8::MAX, |code| u8::try_from(code).unwrap_or(u8::MAX)))
}

/// The values of a key on the kernel's command line.
fn said<'a>(line: &'a str, key: &'a str) -> impl Iterator<Item = &'a str> {
    line.split_whitespace().filter_map(move |word| word.strip_prefix(key))
}

/// Loads the modules of `/etc/modules`. One that the kernel refuses is told and left out: its family's tests will fail.
fn load_modules() -> io::Result<()> {
    let mut loaded = 0;
    for name in fs::read_to_string("/etc/modules")?.lines() {
        let image = fs::read(format!("/lib/modules/{name}.ko"))?;
        match init_module(&image, c"") {
            Ok(()) => loaded += 1,
            Err(Errno::EXIST) => {}
            Err(errno) => println!("vm-init: module {name}: {errno}"),
        }
    }
    println!("vm-init: {loaded} modules loaded {}", uptime());
    Ok(())
}

/// Makes the host's root this one, read-only, with fresh places to write and the shares over it.
fn enter_host<'a>(shares: impl Iterator<Item = &'a str>) -> io::Result<()> {
    let none = MountFlags::empty();
    mounted("host", HOST, "9p", MountFlags::RDONLY, &format!("{PLAN9},cache=loose"))?;
    for folder in ["/tmp", "/run", "/var/tmp"].map(|folder| format!("{HOST}{folder}")) {
        if Path::new(&folder).is_dir() {
            mounted("tmpfs", &folder, "tmpfs", none, "")?;
        }
    }
    // After those: a share may lie below /tmp.
    for share in shares {
        let (tag, folder) =
            share.split_once(':').ok_or_else(|| io::Error::other("vm.share is TAG:DIR"))?;
        mounted(tag, &format!("{HOST}{folder}"), "9p", none, PLAN9)?;
    }
    mounted("out", &format!("{HOST}{OUT}"), "9p", none, PLAN9)?;
    for folder in ["/proc", "/sys", "/dev"] {
        mount_bind(folder, format!("{HOST}{folder}"))?;
    }
    mounted("devpts", &format!("{HOST}/dev/pts"), "devpts", none, "")?;
    mounted("shm", &format!("{HOST}/dev/shm"), "tmpfs", none, "")?;
    rustix::process::chroot(HOST)?;
    std::env::set_current_dir("/")?;
    // `ip netns` keeps its names here.
    fs::create_dir_all("/run/netns")
}

/// Mounts, and names what it could not mount.
fn mounted(
    source: &str,
    target: &str,
    kind: &str,
    flags: MountFlags,
    options: &str,
) -> io::Result<()> {
    if !Path::new(target).is_dir() {
        fs::create_dir_all(target)?;
    }
    let options = CString::new(options)?;
    mount(source, target, kind, flags, options.as_c_str())
        .map_err(|errno| io::Error::other(format!("mount {source} on {target}: {errno}")))
}

fn uptime() -> String {
    let text = fs::read_to_string("/proc/uptime").unwrap_or_default();
    format!("after {} s", text.split(' ').next().unwrap_or("?"))
}

/// Tells the code, and powers off.
fn end(code: u8) {
    if let Err(error) = fs::write(format!("{OUT}/status"), format!("{code}\n")) {
        println!("vm-init: status: {error}");
    }
    rustix::fs::sync();
    // QEMU ends with twice the value and one, of which a process keeps eight bits.
    let told = OpenOptions::new().write(true).open("/dev/port").and_then(|mut port| {
        port.seek(SeekFrom::Start(DEBUG_EXIT))?;
        port.write_all(&[code.min(127)])
    });
    if let Err(error) = told {
        println!("vm-init: /dev/port: {error}");
    }
    // Where the port is not there.
    let _ = reboot(RebootCommand::PowerOff);
}
