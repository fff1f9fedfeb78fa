//! A bus of a test's own, and Python as another node of it.

use std::process::{Child, Command, Stdio};

use berkeley_socket::netlink::{self, NewLink, Rtnetlink};
use berkeley_socket::{Errno, Interface, Limit, Result};

use crate::network::{in_a_network, is_vm};

/// Long enough for a slow machine.
pub(crate) const PATIENCE: Limit<'static> = Limit::seconds(10);

/// Does `work` with the index of an interface `can0` that takes frames of every kind, alone on its bus.
pub(crate) fn on_a_bus(work: impl FnOnce(u32) + Send) {
    assert!(is_vm(), "this is not the VM");
    let done = in_a_network(|| {
        let index = make().map_err(|error| error.to_string())?;
        work(index);
        Ok(())
    });
    done.unwrap();
}

fn make() -> netlink::Result<u32> {
    let mut route = Rtnetlink::open()?;
    route.add_link("can0", &NewLink::Vcan)?;
    let index = Interface::named("can0")?.index();
    // Of CAN XL; it cannot be changed once the interface is up.
    route.set_mtu(index, 2060)?;
    route.set_up(index)?;
    Ok(index)
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
