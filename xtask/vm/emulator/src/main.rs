//! Bluetooth controllers that hear only each other, for the test VM: two that are up, and a third that is left down.
//!
//! Linux takes them for real ones (`/dev/vhci`). They speak enough of HCI for links of data (Bluetooth Classic, Low Energy), voice, isochronous
//! streams, pairing without numbers and encryption. When both are up, this prints `ready`, and runs until it is killed; with `-v` it
//! prints each packet to standard error.
//!
//! Order of files: numbers and packets, a controller's state, the air between controllers, commands, the device.

#![forbid(unsafe_code)]

use std::io::{self, Write as _};
use std::sync::{Arc, Mutex, PoisonError};
use std::thread;

use air::Air;
use berkeley_socket::Limit;
use berkeley_socket::bluetooth::mgmt::{self, Opcode};
use berkeley_socket::bluetooth::{Management, Refusal};
use vhci::Port;

mod number;
mod packet;
mod controller;
mod air;
mod command;
mod vhci;

type Result<T> = core::result::Result<T, Box<dyn core::error::Error>>;

/// Controllers, and how many of them are brought up.
const COUNT: u8 = 3;
const UP: usize = 2;
/// How long setting them up may take, a step: the VM is slow.
const PATIENCE: Limit<'_> = Limit::seconds(10);

fn main() -> Result<()> {
    let verbose = std::env::args().any(|word| word == "-v");
    let (ports, indexes): (Vec<_>, Vec<_>) =
        (0..COUNT).map(|_| Port::open()).collect::<io::Result<Vec<_>>>()?.into_iter().unzip();
    let ports = Arc::new(ports);
    let air = Arc::new(Mutex::new(Air::new(COUNT)));
    let threads: Vec<_> = (0..ports.len())
        .map(|me| {
            let (air, ports) = (Arc::clone(&air), Arc::clone(&ports));
            thread::spawn(move || serve(me, &ports, &air, verbose))
        })
        .collect();
    bring_up(&indexes)?;
    println!("ready");
    io::stdout().flush()?;
    for thread in threads {
        thread.join().map_err(|_| "a controller panicked")??;
    }
    Ok(())
}

/// Answers the host of a controller until its file fails.
fn serve(me: usize, ports: &[Port], air: &Mutex<Air>, verbose: bool) -> io::Result<()> {
    loop {
        let packet = ports[me].read()?;
        // Packets go out under the lock, so that their order is that of the air.
        let mut air = air.lock().unwrap_or_else(PoisonError::into_inner);
        if verbose {
            eprintln!("{me} < {packet:02x?}");
        }
        for (host, packet) in air.hear(me, &packet) {
            if verbose {
                eprintln!("{host} > {packet:02x?}");
            }
            ports[host].write(&packet)?;
        }
    }
}

/// Switches the first controllers on, in every way that tests need; the second advertises.
fn bring_up(indexes: &[u16]) -> Result<()> {
    let mut management = Management::open()?;
    // A new controller is listed when the kernel has asked it what it is.
    let limit = PATIENCE.start();
    while !indexes
        .iter()
        .all(|index| listed(&mut management, limit).is_ok_and(|all| all.contains(index)))
    {
        management.socket().within(limit).recv(&mut [0; 512]).map_err(|error| {
            // A controller that takes more than two seconds for a command, while the host does other things, is given up for good.
            format!("the kernel does not list all controllers of {indexes:?}: {error}")
        })?;
    }
    match management.set_experimental(mgmt::NO_INDEX, mgmt::ISO_SOCKET, true, PATIENCE) {
        // Before Linux 6.0 there is none.
        Ok(()) | Err(Refusal::Status(..)) => {}
        Err(refusal) => return Err(refusal.into()),
    }
    for index in indexes.iter().take(UP) {
        for what in [
            Opcode::SET_POWERED,
            Opcode::SET_LE,
            Opcode::SET_CONNECTABLE,
            Opcode::SET_BONDABLE,
            Opcode::SET_SSP,
        ] {
            management.switch(*index, what, true, PATIENCE)?;
        }
    }
    for index in indexes.iter().take(UP).skip(1) {
        management.switch(*index, Opcode::SET_ADVERTISING, true, PATIENCE)?;
    }
    Ok(())
}

fn listed(
    management: &mut Management,
    limit: Limit<'_>,
) -> core::result::Result<Vec<u16>, Refusal> {
    management.indexes(limit)
}
