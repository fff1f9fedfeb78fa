//! A bus of a test's own, and Python as another node of it.

use std::process::{Child, Command, Stdio};

use berkeley_socket::{Errno, Interface, Limit, Result};

use crate::network::{in_a_network, ip, is_vm};

/// Long enough for a slow machine.
pub(crate) const PATIENCE: Limit<'static> = Limit::seconds(10);

/// Does `work` with the index of an interface `can0` that takes frames of every kind, alone on its bus.
pub(crate) fn on_a_bus(work: impl FnOnce(u32) + Send) {
    assert!(is_vm(), "this is not the VM");
    let done = in_a_network(|| {
        ip("link add can0 mtu 2060 type vcan")?;
        ip("link set can0 up")?;
        work(Interface::named("can0").map_err(|error| error.to_string())?.index());
        Ok(())
    });
    done.unwrap();
}

/// A program of Python in this network, which has `socket`, `struct` and `s`, the first argument evaluated.
pub(crate) fn python(socket: &str, program: &str) -> Child {
    let program = format!("import socket, struct, sys, time\ns = {socket}\n{program}");
    let child = Command::new("python3").args(["-c", &program]).stdout(Stdio::piped()).spawn();
    child.unwrap()
}

/// What it printed, once it has ended well.
pub(crate) fn said(child: Child) -> String {
    let output = child.wait_with_output().unwrap();
    assert!(output.status.success());
    String::from_utf8(output.stdout).unwrap()
}

/// The errno of a call that must fail.
pub(crate) fn errno<T>(result: Result<T>) -> Option<Errno> {
    result.map(drop).expect_err("it must fail").errno()
}

/// A message in which no piece is like another.
pub(crate) fn bytes(len: usize) -> Vec<u8> {
    (0..len).map(|nth| (nth * 7 % 251).to_le_bytes()[0]).collect()
}
