//! Each program in `examples/` runs to its end: here, or where its family is missing, in the VM.

use std::collections::BTreeSet;
use std::env::var_os;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

/// Those that every kernel runs.
const ANYWHERE: &[&str] = &["inet", "netlink", "packet", "unix"];
/// Those that want a family which most kernels lack, or privileges.
const IN_THE_VM: &[&str] =
    &["alg", "bluetooth", "can", "qrtr", "sctp", "tipc", "transports", "vsock", "xdp"];

/// Where cargo put the examples: beside the folder of this test.
fn programs() -> PathBuf {
    let test = std::env::current_exe().unwrap();
    test.parent().and_then(Path::parent).unwrap().join("examples")
}

fn run(names: &[&str]) {
    for name in names {
        let output = Command::new(programs().join(name)).output().unwrap_or_else(|error| {
            panic!("{name}: {error}; to build it: cargo build -p berkeley --examples")
        });
        let said = String::from_utf8_lossy(&output.stdout);
        println!("-- {name}\n{said}{}", String::from_utf8_lossy(&output.stderr));
        assert!(output.status.success(), "{name}: {}", output.status);
    }
}

#[test]
fn every_example_is_run() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("examples");
    let files = fs::read_dir(folder).into_iter().flatten().map(|file| file.unwrap().path());
    let files: BTreeSet<_> =
        files.filter_map(|file| Some(file.file_stem()?.to_str()?.to_owned())).collect();
    let listed = ANYWHERE.iter().chain(IN_THE_VM).map(ToString::to_string).collect();
    assert_eq!(files, listed);
}

#[test]
fn anywhere() {
    run(ANYWHERE);
}

#[test]
#[ignore = "cargo xtask vm"]
fn in_the_vm() {
    assert!(var_os("BERKELEY_VM").is_some(), "this is not the VM");
    run(IN_THE_VM);
}
