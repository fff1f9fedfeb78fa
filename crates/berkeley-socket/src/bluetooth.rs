//! Bluetooth controllers: which there are, what they are told, and the packets on the way.
//!
//! | channel of [`HciAddr`](berkeley_addr::HciAddr) | what passes | here |
//! |---|---|---|
//! | raw, user | packets of a controller | [`hci`] |
//! | monitor | packets of all of them, as they pass | [`monitor`] |
//! | control | commands to the kernel, and its events | [`mgmt`]; [`Management`] sends and waits |
//!
//! Contract: decoders are total. What is too short for what it says it is, is [`Malformed`]; what is not known stays bytes.
//! Numbers are little-endian on every machine. Sources: Bluetooth Core Specification, volume 4 part E; the kernel's
//! include/net/bluetooth (`hci.h`, `mgmt.h`, `hci_mon.h`), mgmt-api.txt of BlueZ.

use core::fmt;

pub mod hci;
pub mod mgmt;
pub mod monitor;

mod management;
pub use management::{Management, Refusal};

/// A packet that is shorter than what it says it holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Malformed;

impl fmt::Display for Malformed {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a Bluetooth packet shorter than what it says it holds")
    }
}

impl core::error::Error for Malformed {}

/// Reads fields one after another.
#[derive(Clone, Copy)]
struct Fields<'a>(&'a [u8]);

impl<'a> Fields<'a> {
    fn take<const N: usize>(&mut self) -> Result<[u8; N], Malformed> {
        let (field, rest) = self.0.split_first_chunk().ok_or(Malformed)?;
        self.0 = rest;
        Ok(*field)
    }

    fn byte(&mut self) -> Result<u8, Malformed> {
        self.take().map(|[byte]| byte)
    }

    fn u16(&mut self) -> Result<u16, Malformed> {
        self.take().map(u16::from_le_bytes)
    }

    fn u32(&mut self) -> Result<u32, Malformed> {
        self.take().map(u32::from_le_bytes)
    }

    /// So many bytes.
    fn bytes(&mut self, len: usize) -> Result<&'a [u8], Malformed> {
        let (field, rest) = self.0.split_at_checked(len).ok_or(Malformed)?;
        self.0 = rest;
        Ok(field)
    }
}
