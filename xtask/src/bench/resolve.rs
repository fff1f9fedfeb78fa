//! `cargo xtask bench resolve`: names to addresses, ours beside glibc, musl, c-ares and hickory.
//!
//! Contract: all of them ask one unbound, in a network and with files of /etc of their own; nothing leaves either, and nothing of the machine's is
//! touched. unbound, musl and what builds c-ares are Debian's packages, unpacked under `target/bench-resolve`. What measures is the
//! package `benches/resolve`, with a lock file of its own. Sources: unshare(1), unbound.conf(5), gcc's spec files.

use core::fmt::Write as _;
use std::fs;
use std::os::unix::fs::PermissionsExt as _;
use std::path::{Path, PathBuf};
use std::process::Command;

use crate::packages;
use crate::step::Shell;
use crate::workspace::{Result, Workspace};

const PACKAGES: [&str; 3] = ["cmake", "musl-tools", "unbound"];

/// In namespaces of its own: a loopback and a wire to nowhere, so that there are routes to sort by; the files; the name server.
/// Arguments: folder of the files, `LD_LIBRARY_PATH` of the server, the server, and the program with its arguments.
const INSIDE: &str = r#"
set -e
mount --make-rprivate / 2>/dev/null || true
ip link set lo up
ip link add v0 type veth peer name v1; ip link set v0 up; ip link set v1 up
ip addr add 192.0.2.100/24 dev v0; ip -6 addr add 2001:db8::100/64 dev v0 nodad
ip route add default via 192.0.2.254 dev v0; ip -6 route add default via 2001:db8::fe dev v0
etc=$1; libraries=$2; server=$3; shift 3
for file in resolv.conf hosts nsswitch.conf; do mount --bind "$etc/$file" "/etc/$file"; done
LD_LIBRARY_PATH=$libraries "$server" -d -c "$etc/unbound.conf" 2>"$etc/unbound.log" & server=$!
trap 'kill $server' EXIT
until grep -q "start of service" "$etc/unbound.log"; do kill -0 $server; sleep 0.05; done
"$@"
"#;

/// Fetches, builds, measures.
///
/// # Errors
/// When something is missing or fails.
pub(super) fn run(workspace: &Workspace, json: bool) -> Result<()> {
    let home = workspace.target.join("bench-resolve");
    let (root, etc) = (home.join("root"), home.join("etc"));
    let mut shell = Shell::new(workspace, "bench-resolve", false)?;
    tree(workspace, &mut shell, &root)?;
    packages::make_empty(&etc)?;
    for (file, text) in files() {
        fs::write(etc.join(file), text)?;
    }
    let program = build(workspace, &mut shell, &home, &root)?;
    let (glibc, musl) = (home.join("asker-glibc"), home.join("asker-musl"));
    let source = workspace.root.join("benches/resolve/asker.c");
    shell.run(compiler(&source, &glibc))?;
    let specs = home.join("musl.specs");
    let theirs = root.join("usr/lib/x86_64-linux-musl/musl-gcc.specs");
    // They name the places where the package would be installed.
    let moved = format!("{}/usr/", root.display());
    let text = fs::read_to_string(theirs)?;
    let text = ["include", "lib"].iter().fold(text, |text, part| {
        text.replace(&format!("/usr/{part}/x86"), &format!("{moved}{part}/x86"))
    });
    fs::write(&specs, text)?;
    let mut cc = compiler(&source, &musl);
    cc.args(["-static", "-specs"]).arg(&specs);
    shell.run(cc)?;

    let spaces = if packages::is_root()? { "-mn" } else { "-Urmn" };
    let mut inside = workspace.command("unshare");
    inside.args([spaces, "sh", "-c", INSIDE, "sh"]).arg(&etc);
    inside.arg(packages::libraries(&root)).arg(root.join("usr/sbin/unbound"));
    inside.arg(program).arg("measure").arg(&etc).arg(glibc).arg(musl);
    let status = inside.args(json.then_some("--json")).status()?;
    if status.success() { Ok(()) } else { Err(format!("it ended with {status}").into()) }
}

/// The unpacked packages.
fn tree(workspace: &Workspace, shell: &mut Shell, root: &Path) -> Result<()> {
    if root.exists() {
        return Ok(());
    }
    if let Some(why) = packages::lacking() {
        return Err(why.into());
    }
    packages::unpack_with_libraries(workspace, shell, &PACKAGES, root)
}

/// The program, with c-ares in it.
fn build(workspace: &Workspace, shell: &mut Shell, home: &Path, root: &Path) -> Result<PathBuf> {
    let target = home.join("target");
    let cmake = home.join("cmake");
    let call = format!(
        "#!/bin/sh\nLD_LIBRARY_PATH='{}' exec '{}' \"$@\"\n",
        packages::libraries(root),
        root.join("usr/bin/cmake").display()
    );
    fs::write(&cmake, call)?;
    fs::set_permissions(&cmake, fs::Permissions::from_mode(0o755))?;
    let mut cargo = workspace.cargo(["build", "--release", "--manifest-path"]);
    cargo.arg("benches/resolve/Cargo.toml").arg("--target-dir").arg(&target);
    cargo.env("CMAKE", cmake);
    shell.run(cargo)?;
    Ok(target.join("release/berkeley-bench-resolve"))
}

fn compiler(source: &Path, program: &Path) -> Command {
    let mut cc = Command::new("cc");
    cc.args(["-O2", "-Wall", "-pthread", "-o"]).arg(program).arg(source);
    cc
}

/// The files of /etc, and the name server's: `single.bench.test`, and a name for each thread.
fn files() -> [(&'static str, String); 4] {
    let mut zone = String::from(
        "server:\n  interface: 127.0.0.1\n  do-daemonize: no\n  username: \"\"\n  chroot: \"\"\n  directory: \"\"\n  pidfile: \"\"\n  \
         use-syslog: no\n  num-threads: 1\n  module-config: \"iterator\"\n  local-zone: \"test.\" static\n",
    );
    let names = (0..256).map(|number| format!("n{number}")).chain(["single".to_owned()]);
    for name in names {
        for data in ["A 192.0.2.7", "AAAA 2001:db8::7"] {
            // Writing to a string does not fail.
            let _ = writeln!(zone, "  local-data: \"{name}.bench.test. {data}\"");
        }
    }
    zone.push_str("remote-control:\n  control-enable: no\n");
    let hosts = ["127.0.0.1 localhost", "192.0.2.21", "192.0.2.22", "2001:db8::21"];
    let hosts = hosts.map(|line| match line.split_once(' ') {
        Some(_) => format!("{line}\n"),
        None => format!("{line} hosts.bench.test\n"),
    });
    [
        ("resolv.conf", "nameserver 127.0.0.1\n".to_owned()),
        ("nsswitch.conf", "hosts: files dns\n".to_owned()),
        ("hosts", hosts.concat()),
        ("unbound.conf", zone),
    ]
}
