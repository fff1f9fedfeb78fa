//! Bluetooth on a real kernel, between the emulated controllers of the test VM: every protocol carries data.
//!
//! Contract. Two controllers are up and hear each other, a third is down: the tests share them and take turns. They run in the VM
//! alone, where nothing is ever sent to a stranger. A row that needs a newer kernel asks it for its version and says so in print.
//! Sources: Bluetooth Core Specification; the kernel's net/bluetooth.

#![forbid(unsafe_code)]

#[path = "../network/mod.rs"]
mod network;

mod kit;
mod controllers;
mod channels;
mod low_energy;
mod voice;
mod streams;
mod links;
mod peers;
