//! A world of a test's own: users, network, mounts and processes, with an `/etc` in which the test writes what it likes.
//!
//! Contract: the test runs itself again in a child, under `unshare` of util-linux, because glibc keeps what it read of `/etc` for as long as
//! a process lives, and a process with threads gets no new user namespace. It works as root and as whoever may make user namespaces; the
//! machine's own `/etc` stays as it is, and every process that was started ends with the child. Sources: unshare(1), user_namespaces(7).

#![allow(dead_code, reason = "each test takes what it needs")]

pub(crate) mod server;

use std::env;
use std::fs;
use std::io::ErrorKind;
use std::os::unix::fs::symlink;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use crate::network::{ip, set_up, unless_skipped};

/// In the child: the name of its test.
const WORLD: &str = "BERKELEY_WORLD";

/// What `unshare` says where namespaces are forbidden.
const FORBIDDEN: &str = "unshare: ";

/// In the child: an empty folder, on which it mounts a file system of its own.
const FOLDER: &str = "BERKELEY_WORLD_FOLDER";

/// The world from within.
///
/// It has no folder that is removed with all that is in it: a part of the machine is mounted there. What it writes lies in memory, and is gone
/// with the namespace.
pub(crate) struct World {
    folder: PathBuf,
}

/// Does the rest of `test`, which is the name of the calling test, in a world of its own, with loopback up, the name `world`, and `/etc` as it is
/// outside but for what [`World::write`] puts there.
pub(crate) fn in_a_world(test: &str, work: impl FnOnce(&World) -> Result<(), String>) {
    if env::var(WORLD).is_ok_and(|name| name == test) {
        // The parent takes it from there.
        if let Err(why) = World::enter().and_then(|world| work(&world)) {
            println!("cannot: {why}");
        }
        return;
    }
    unless_skipped((|| {
        let told = |error: std::io::Error| format!("unshare: {error}");
        // Removed as an empty folder, and not otherwise: see `World`.
        let folder = tempfile::tempdir().map_err(told)?.keep();
        let output = Command::new("unshare")
            .args([
                "--user",
                "--map-root-user",
                "--mount",
                "--net",
                "--pid",
                "--uts",
                "--kill-child",
            ])
            .arg(env::current_exe().map_err(told)?)
            .args([test, "--exact", "--nocapture", "--include-ignored"])
            .env(WORLD, test)
            .env(FOLDER, &folder)
            .stdin(Stdio::null())
            .output();
        // Its file system was mounted in there alone.
        let removed = fs::remove_dir(&folder);
        let output = output.map_err(told)?;
        removed.map_err(|error| format!("{}: {error}", folder.display()))?;
        let said = String::from_utf8_lossy(&output.stdout);
        let errors = String::from_utf8_lossy(&output.stderr);
        // Not libtest's own lines about its one test.
        for line in said.lines().filter(|line| !line.starts_with("test ") && !line.is_empty()) {
            if line != "running 1 test" {
                println!("{line}");
            }
        }
        if let Some(why) = errors.lines().find(|line| line.starts_with(FORBIDDEN)) {
            return Err(format!("no namespaces: {why}"));
        }
        assert!(output.status.success(), "{test}: {}\n{errors}", output.status);
        match said.lines().find_map(|line| line.strip_prefix("cannot: ")) {
            Some(why) => Err(why.to_owned()),
            None => Ok(()),
        }
    })());
}

/// Runs a command to its end: what it printed.
pub(crate) fn run(command: &mut Command) -> Result<String, String> {
    let told = command.get_program().display().to_string();
    let output = command.stdin(Stdio::null()).output();
    let output = output.map_err(|error| format!("{told}: {error}"))?;
    let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
    if output.status.success() {
        Ok(text(&output.stdout))
    } else {
        Err(format!("{command:?}: {} {}", output.status, text(&output.stderr)))
    }
}

impl World {
    fn enter() -> Result<Self, String> {
        let folder = env::var_os(FOLDER).map(PathBuf::from).ok_or("no folder")?;
        let world = Self { folder };
        let told = |error: std::io::Error| format!("an /etc of its own: {error}");
        mount(&["-t", "tmpfs", "tmpfs", &world.folder.to_string_lossy()])?;
        let (real, own) = (world.folder.join("real"), world.etc());
        fs::create_dir(&real).map_err(told)?;
        fs::create_dir(&own).map_err(told)?;
        // The machine's own, which nobody here may write to.
        mount(&["--rbind", "/etc", &real.to_string_lossy()])?;
        mount(&["-o", "remount,bind,ro", &real.to_string_lossy()])?;
        let refused = fs::create_dir(real.join("berkeley")).map_err(|error| error.kind());
        assert_eq!(refused, Err(ErrorKind::ReadOnlyFilesystem), "{}", real.display());
        for entry in fs::read_dir(&real).map_err(told)? {
            let entry = entry.map_err(told)?;
            symlink(entry.path(), own.join(entry.file_name())).map_err(told)?;
        }
        mount(&["--bind", &own.to_string_lossy(), "/etc"])?;
        fs::write("/proc/sys/kernel/hostname", "world").map_err(told)?;
        set_up("lo")?;
        Ok(world)
    }

    /// Where the files of `/etc` lie.
    fn etc(&self) -> PathBuf {
        self.folder.join("etc")
    }

    /// A folder for what is neither in `/etc` nor of the machine.
    pub(crate) fn folder(&self) -> &Path {
        &self.folder
    }

    /// A file of `/etc`, of this world alone; `None`: it is not there.
    pub(crate) fn write(&self, name: &str, text: Option<&str>) -> Result<(), String> {
        let path = self.etc().join(name);
        // What is there may be a link to the machine's own.
        if path.symlink_metadata().is_ok() {
            fs::remove_file(&path).map_err(|error| format!("{name}: {error}"))?;
        }
        text.map_or(Ok(()), |text| fs::write(&path, text))
            .map_err(|error| format!("{name}: {error}"))
    }
}

/// A cable with a machine's usual addresses and routes: 192.0.2.100/24 and 2001:db8::100/64, and nobody at the other end.
pub(crate) fn routes() -> Result<(), String> {
    ip("link add v0 type veth peer name v1")?;
    for end in ["v0", "v1"] {
        // No address of the kernel's own, which would be tentative for a second or two.
        ip(&format!("link set {end} addrgenmode none"))?;
        ip(&format!("link set {end} up"))?;
    }
    set_routes(true, true)
}

/// Of these families' addresses and routes, and no others.
pub(crate) fn set_routes(v4: bool, v6: bool) -> Result<(), String> {
    // An address takes its routes along.
    ip("addr flush dev v0")?;
    if v4 {
        ip("addr add 192.0.2.100/24 dev v0")?;
        ip("route add default via 192.0.2.254 dev v0")?;
    }
    if v6 {
        ip("-6 addr add 2001:db8::100/64 dev v0 nodad")?;
        ip("-6 route replace default via 2001:db8::fe dev v0")?;
    }
    Ok(())
}

fn mount(words: &[&str]) -> Result<(), String> {
    run(Command::new("mount").args(words)).map(drop)
}
