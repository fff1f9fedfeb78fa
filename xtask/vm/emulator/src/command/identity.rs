//! What a controller is, and what its host sets for good: informational commands, and those of the baseband that are read back.
//! Core Specification 5.4, volume 4 part E sections 7.3 to 7.5.

use super::{Known, Parameters};
use crate::air::Air;
use crate::controller::Controller;
use crate::number::{opcode, status};

/// Bluetooth 5.2 (version 11), of a maker that does not exist.
const VERSION: [u8; 8] = [11, 0, 0, 11, 0xff, 0xff, 0, 0];
/// Of data 1021 bytes in 8 packets, of voice 60 in 8.
const BUFFERS: [u8; 7] = [0xfd, 0x03, 60, 8, 0, 8, 0];
/// The general inquiry access code.
const GENERAL: [u8; 4] = [1, 0x33, 0x8b, 0x9e];
/// Linear coding of 16 bits: BT_VOICE_CVSD_16BIT.
const VOICE: [u8; 2] = [0x60, 0];

/// Commands that Linux asks about before it sends them, by octet and bits: voice setting (without it Linux refuses SCO), Setup
/// Synchronous Connection, Read Encryption Key Size, features of Low Energy, and those of streams.
const COMMANDS: [(usize, u8); 7] =
    [(9, 0x0c), (16, 0x08), (20, 0x10), (25, 0x04), (41, 0xa0), (42, 0x1e), (43, 0x18)];

impl Air {
    pub(super) fn identity(&mut self, me: usize, opcode: u16, mut p: Parameters<'_>) -> Known {
        const OK: &[u8] = &[status::SUCCESS];
        let it = &mut self.controllers[me];
        match opcode {
            opcode::RESET => {
                // Links end without a word to the host that resets.
                for link in it.links.clone() {
                    self.part(me, link.handle, status::LOCAL_HOST_TERMINATED);
                }
                self.silence(me);
                self.controllers[me].reset();
                self.done(me, opcode, &[OK]);
            }
            opcode::READ_LOCAL_VERSION => self.done(me, opcode, &[OK, &VERSION]),
            opcode::READ_LOCAL_COMMANDS => {
                let mut commands = [0; 64];
                for (octet, bits) in COMMANDS {
                    commands[octet] = bits;
                }
                self.done(me, opcode, &[OK, &commands]);
            }
            opcode::READ_LOCAL_FEATURES => self.done(me, opcode, &[OK, &Controller::FEATURES]),
            opcode::READ_LOCAL_EXTENDED_FEATURES => {
                let page = p.byte()?;
                let features = it.features(page);
                self.done(me, opcode, &[OK, &[page, 1], &features]);
            }
            opcode::READ_BUFFER_SIZE => self.done(me, opcode, &[OK, &BUFFERS]),
            opcode::READ_BD_ADDR => {
                let address = it.address;
                self.done(me, opcode, &[OK, &address]);
            }
            opcode::WRITE_LOCAL_NAME => {
                let name = p.rest();
                let end = name.iter().position(|byte| *byte == 0).unwrap_or(name.len());
                it.name = name[..end].to_vec();
                self.done(me, opcode, &[OK]);
            }
            opcode::READ_LOCAL_NAME => {
                let name = it.padded_name();
                self.done(me, opcode, &[OK, &name]);
            }
            opcode::WRITE_SCAN_ENABLE => {
                it.scan = p.byte()?;
                self.done(me, opcode, &[OK]);
            }
            opcode::READ_SCAN_ENABLE => {
                let scan = it.scan;
                self.done(me, opcode, &[OK, &[scan]]);
            }
            opcode::WRITE_CLASS => {
                it.class = p.take()?;
                self.done(me, opcode, &[OK]);
            }
            opcode::READ_CLASS => {
                let class = it.class;
                self.done(me, opcode, &[OK, &class]);
            }
            opcode::WRITE_SIMPLE_PAIRING => {
                it.switch(Controller::SIMPLE_PAIRING, p.byte()? != 0);
                self.done(me, opcode, &[OK]);
            }
            opcode::WRITE_LE_HOST => {
                it.switch(Controller::LE_HOST, p.byte()? != 0);
                self.done(me, opcode, &[OK]);
            }
            opcode::READ_LE_HOST => {
                let on = u8::from(it.host_features & Controller::LE_HOST != 0);
                self.done(me, opcode, &[OK, &[on, 0]]);
            }
            opcode::READ_VOICE_SETTING => self.done(me, opcode, &[OK, &VOICE]),
            opcode::READ_NUMBER_OF_IAC => self.done(me, opcode, &[OK, &[1]]),
            opcode::READ_IAC => self.done(me, opcode, &[OK, &GENERAL]),
            // It stores none: none of none are read, none deleted.
            opcode::READ_STORED_LINK_KEY => self.done(me, opcode, &[OK, &[0; 4]]),
            opcode::DELETE_STORED_LINK_KEY => self.done(me, opcode, &[OK, &[0; 2]]),
            opcode::WRITE_LINK_POLICY | opcode::READ_RSSI | opcode::READ_ENCRYPTION_KEY_SIZE => {
                let handle = p.u16()?;
                let found = it.link(handle).is_some();
                let status = if found { status::SUCCESS } else { status::UNKNOWN_CONNECTION };
                let answer: &[u8] = match opcode {
                    opcode::WRITE_LINK_POLICY => &[],
                    opcode::READ_RSSI => &[0xc0],
                    _ => &[16],
                };
                self.done(me, opcode, &[&[status], &handle.to_le_bytes(), answer]);
            }
            _ => return Some(false),
        }
        Some(true)
    }
}
