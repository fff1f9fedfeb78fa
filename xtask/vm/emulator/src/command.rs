//! Commands: what a host asks of its controller, by group.
//!
//! Contract: each command is answered, by a complete or a status event; one whose parameters are too short is answered as invalid,
//! one that is not known as unknown.

use crate::air::{Air, Delivery};
use crate::number::{opcode, status};
use crate::packet::{self, FromHost};

mod identity;
mod classic;
mod pairing;
mod low_energy;
mod stream;

/// Parameters are read by position; too short ones end the command.
pub(crate) struct Parameters<'a>(&'a [u8]);

impl<'a> Parameters<'a> {
    /// The next bytes.
    fn take<const N: usize>(&mut self) -> Option<[u8; N]> {
        let (bytes, rest) = self.0.split_first_chunk()?;
        self.0 = rest;
        Some(*bytes)
    }

    fn byte(&mut self) -> Option<u8> {
        self.take().map(|[byte]| byte)
    }

    fn u16(&mut self) -> Option<u16> {
        self.take().map(u16::from_le_bytes)
    }

    /// Three bytes.
    fn u24(&mut self) -> Option<u32> {
        self.take().map(|[a, b, c]| u32::from_le_bytes([a, b, c, 0]))
    }

    fn rest(self) -> &'a [u8] {
        self.0
    }
}

/// Whether a group of commands knew one; `None`: it did, but not its parameters.
type Known = Option<bool>;

impl Air {
    /// A packet of the host of a controller; what all hosts are to receive.
    pub(crate) fn hear(&mut self, me: usize, bytes: &[u8]) -> Vec<Delivery> {
        match packet::read(bytes) {
            Some(FromHost::Command { opcode, parameters }) => self.command(me, opcode, parameters),
            Some(FromHost::Data { sort, handle, flags, data }) => {
                self.carry(me, sort, handle, flags, data);
            }
            None => {}
        }
        self.take()
    }

    fn command(&mut self, me: usize, opcode: u16, parameters: &[u8]) {
        let groups = [Self::identity, Self::classic, Self::pairing, Self::low_energy, Self::stream];
        for group in groups {
            match group(self, me, opcode, Parameters(parameters)) {
                Some(false) => {}
                Some(true) => return,
                None => return self.tell(me, packet::begun(opcode, status::INVALID_PARAMETERS)),
            }
        }
        let known = opcode::SETTERS.contains(&(opcode >> 10));
        let answer = if known {
            packet::complete(opcode, &[status::SUCCESS])
        } else {
            packet::begun(opcode, status::UNKNOWN_COMMAND)
        };
        self.tell(me, answer);
    }

    /// Answers that a command is done.
    fn done(&mut self, me: usize, opcode: u16, parts: &[&[u8]]) {
        self.tell(me, packet::complete(opcode, &parts.concat()));
    }

    /// Answers that a command is under way.
    fn begun(&mut self, me: usize, opcode: u16) {
        self.tell(me, packet::begun(opcode, status::SUCCESS));
    }
}

#[cfg(test)]
mod tests;
