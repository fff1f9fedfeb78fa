//! Advertising, scanning, links and encryption of Low Energy. Core Specification 5.4, volume 4 part E section 7.8.

use super::{Known, Parameters};
use crate::air::Air;
use crate::controller::{Controller, Wanted};
use crate::number::{le_event, opcode, status};
use crate::packet;

/// All states and roles that Linux asks for.
const STATES: [u8; 8] = [0xff, 0xff, 0xff, 0xff, 0xff, 0x03, 0, 0];
/// Scanning interval and window, which come before a filter policy.
const SCANNING: usize = 4;
/// Of data 251 bytes in 8 packets.
const BUFFERS: [u8; 3] = [251, 0, 8];
/// Of streams 251 bytes in 8 packets.
const ISO_BUFFERS: [u8; 3] = [251, 0, 8];

impl Air {
    pub(super) fn low_energy(&mut self, me: usize, opcode: u16, mut p: Parameters<'_>) -> Known {
        const OK: &[u8] = &[status::SUCCESS];
        let it = &mut self.controllers[me];
        match opcode {
            opcode::LE_READ_BUFFER_SIZE => self.done(me, opcode, &[OK, &BUFFERS]),
            opcode::LE_READ_BUFFER_SIZE_2 => self.done(me, opcode, &[OK, &BUFFERS, &ISO_BUFFERS]),
            opcode::LE_READ_LOCAL_FEATURES => {
                self.done(me, opcode, &[OK, &Controller::LE_FEATURES]);
            }
            opcode::LE_READ_ADVERTISING_POWER => self.done(me, opcode, &[OK, &[0]]),
            opcode::LE_READ_ACCEPT_LIST_SIZE => self.done(me, opcode, &[OK, &[8]]),
            opcode::LE_READ_SUPPORTED_STATES => self.done(me, opcode, &[OK, &STATES]),
            opcode::LE_SET_ADVERTISING_DATA => {
                let len = usize::from(p.byte()?);
                it.advertising_data = p.rest().get(..len)?.to_vec();
                self.done(me, opcode, &[OK]);
            }
            opcode::LE_SET_ADVERTISING => {
                it.advertising = p.byte()? != 0;
                self.done(me, opcode, &[OK]);
                self.report();
            }
            opcode::LE_SET_SCANNING => {
                it.scanning = p.byte()? != 0;
                self.done(me, opcode, &[OK]);
                self.report();
            }
            opcode::LE_CREATE_CONNECTION => {
                let [.., by_list] = p.take::<{ SCANNING + 1 }>()?;
                let [_, address @ ..] = p.take::<7>()?;
                it.wanted = Some(if by_list == 0 { Wanted::One(address) } else { Wanted::Anybody });
                self.begun(me, opcode);
                self.join_wanted();
            }
            opcode::LE_CREATE_CONNECTION_CANCEL => match it.wanted.take() {
                None => self.done(me, opcode, &[&[status::COMMAND_DISALLOWED]]),
                Some(_) => {
                    self.done(me, opcode, &[OK]);
                    let parts: &[&[u8]] = &[&[status::UNKNOWN_CONNECTION], &[0; 17]];
                    self.tell(me, packet::le_event(le_event::CONNECTION_COMPLETE, parts));
                }
            },
            opcode::LE_READ_REMOTE_FEATURES => {
                let handle = p.u16()?;
                if self.begun_on(me, opcode, handle) {
                    let parts: &[&[u8]] = &[OK, &handle.to_le_bytes(), &Controller::LE_FEATURES];
                    self.tell(me, packet::le_event(le_event::REMOTE_FEATURES, parts));
                }
            }
            opcode::LE_CONNECTION_UPDATE => {
                let handle = p.u16()?;
                let [_, _, timing @ ..] = p.take::<8>()?;
                if self.begun_on(me, opcode, handle) {
                    let parts: &[&[u8]] = &[OK, &handle.to_le_bytes(), &timing];
                    self.tell(me, packet::le_event(le_event::CONNECTION_UPDATED, parts));
                }
            }
            opcode::LE_START_ENCRYPTION => {
                let (handle, which, key) = (p.u16()?, p.take::<10>()?, p.take()?);
                if self.begun_on(me, opcode, handle) {
                    self.start_encryption(me, handle, which, key);
                }
            }
            opcode::LE_KEY_REPLY => {
                let (handle, key) = (p.u16()?, p.take()?);
                self.done(me, opcode, &[OK, &handle.to_le_bytes()]);
                self.answer_key(me, handle, Some(key));
            }
            opcode::LE_KEY_NEGATIVE_REPLY => {
                let handle = p.u16()?;
                self.done(me, opcode, &[OK, &handle.to_le_bytes()]);
                self.answer_key(me, handle, None);
            }
            _ => return Some(false),
        }
        Some(true)
    }

    /// The peripheral is asked for the key that the central has used. `which`: the number that tells it from others.
    fn start_encryption(&mut self, me: usize, handle: u16, which: [u8; 10], key: [u8; 16]) {
        if let Some(link) = self.controllers[me].link_mut(handle) {
            link.key = Some(key);
        }
        if let Some((peer, peer_handle)) = self.peer(me, handle) {
            let parts: &[&[u8]] = &[&peer_handle.to_le_bytes(), &which];
            self.tell(peer, packet::le_event(le_event::KEY_REQUEST, parts));
        }
    }

    /// The same key at both ends: the link is encrypted.
    fn answer_key(&mut self, me: usize, handle: u16, key: Option<[u8; 16]>) {
        let Some((central, its_handle)) = self.peer(me, handle) else { return };
        let link = self.controllers[central].link_mut(its_handle);
        let asked = link.and_then(|link| link.key.take());
        if key.is_some() && asked == key {
            self.encrypted(central, its_handle, status::SUCCESS, 1);
        } else {
            self.encrypted(central, its_handle, status::KEY_MISSING, 0);
        }
    }
}
