//! Keys and encryption of Bluetooth Classic: simple pairing without anybody to compare numbers.
//!
//! The controllers make up a key, and both hosts are told it; there is nobody to keep it from.
//! Core Specification 5.4, volume 2 part F section 4; volume 4 part E sections 7.1.10 to 7.1.36.

use super::{Known, Parameters};
use crate::air::Air;
use crate::controller::Pairing;
use crate::number::{event, opcode, status};
use crate::packet;

/// The key of every pair.
const KEY: [u8; 16] = *b"a key in the air";
/// It was made without authentication, on P-192.
const UNAUTHENTICATED: u8 = 4;

impl Air {
    pub(super) fn pairing(&mut self, me: usize, opcode: u16, mut p: Parameters<'_>) -> Known {
        match opcode {
            opcode::AUTHENTICATION_REQUESTED => {
                let handle = p.u16()?;
                if let (true, Some((peer, _))) =
                    (self.begun_on(me, opcode, handle), self.peer(me, handle))
                {
                    let address = self.controllers[peer].address;
                    self.tell(me, packet::event(event::LINK_KEY_REQUEST, &[&address]));
                }
                return Some(true);
            }
            opcode::SET_CONNECTION_ENCRYPTION => {
                let (handle, on) = (p.u16()?, p.byte()?);
                if self.begun_on(me, opcode, handle) {
                    self.encrypted(me, handle, status::SUCCESS, on);
                }
                return Some(true);
            }
            opcode::LINK_KEY_REPLY
            | opcode::LINK_KEY_NEGATIVE_REPLY
            | opcode::IO_CAPABILITY_REPLY
            | opcode::IO_CAPABILITY_NEGATIVE_REPLY
            | opcode::USER_CONFIRMATION_REPLY
            | opcode::USER_CONFIRMATION_NEGATIVE_REPLY => {}
            _ => return Some(false),
        }
        // All that follow begin with the peer's address and answer with it.
        let address: [u8; 6] = p.take()?;
        let rest = p.rest();
        let handle = self.classic_to(me, &address);
        let status = if handle.is_some() { status::SUCCESS } else { status::UNKNOWN_CONNECTION };
        self.done(me, opcode, &[&[status], &address]);
        let Some(handle) = handle else { return Some(true) };
        match opcode {
            opcode::LINK_KEY_REPLY => {
                let status =
                    if rest == KEY { status::SUCCESS } else { status::AUTHENTICATION_FAILURE };
                self.authenticated(me, handle, status);
            }
            opcode::LINK_KEY_NEGATIVE_REPLY => {
                let began = Pairing { began: true, confirmed: false };
                self.set_pairing(me, handle, Some(began));
                self.tell(me, packet::event(event::IO_CAPABILITY_REQUEST, &[&address]));
            }
            opcode::IO_CAPABILITY_REPLY => self.capability(me, handle, rest),
            opcode::USER_CONFIRMATION_REPLY => self.confirm(me, handle),
            _ => self.give_up(me, handle),
        }
        Some(true)
    }

    fn set_pairing(&mut self, me: usize, handle: u16, pairing: Option<Pairing>) {
        if let Some(link) = self.controllers[me].link_mut(handle) {
            link.pairing = pairing;
        }
    }

    fn pairing_of(&self, me: usize, handle: u16) -> Pairing {
        self.controllers[me].link(handle).and_then(|link| link.pairing).unwrap_or_default()
    }

    /// The peer hears what this end can show and read, and is asked for its own; at last both are asked to confirm.
    fn capability(&mut self, me: usize, handle: u16, capability: &[u8]) {
        let Some((peer, peer_handle)) = self.peer(me, handle) else { return };
        let (mine, its) = (self.controllers[me].address, self.controllers[peer].address);
        self.tell(peer, packet::event(event::IO_CAPABILITY_RESPONSE, &[&mine, capability]));
        if self.pairing_of(me, handle).began {
            self.set_pairing(peer, peer_handle, Some(Pairing::default()));
            self.tell(peer, packet::event(event::IO_CAPABILITY_REQUEST, &[&mine]));
        } else {
            for (host, address) in [(peer, mine), (me, its)] {
                let parts: &[&[u8]] = &[&address, &[0; 4]];
                self.tell(host, packet::event(event::USER_CONFIRMATION_REQUEST, parts));
            }
        }
    }

    /// One end confirms; with the other the pair is made.
    fn confirm(&mut self, me: usize, handle: u16) {
        let Some((peer, peer_handle)) = self.peer(me, handle) else { return };
        let (mine, its) = (self.pairing_of(me, handle), self.pairing_of(peer, peer_handle));
        if !its.confirmed {
            return self.set_pairing(me, handle, Some(Pairing { confirmed: true, ..mine }));
        }
        let ends = [(me, handle, peer), (peer, peer_handle, me)];
        for (host, handle, other) in ends {
            let address = self.controllers[other].address;
            let complete: &[&[u8]] = &[&[status::SUCCESS], &address];
            self.tell(host, packet::event(event::SIMPLE_PAIRING_COMPLETE, complete));
            let key: &[&[u8]] = &[&address, &KEY, &[UNAUTHENTICATED]];
            self.tell(host, packet::event(event::LINK_KEY_NOTIFICATION, key));
            self.set_pairing(host, handle, None);
        }
        let (host, handle) = if mine.began { (me, handle) } else { (peer, peer_handle) };
        self.authenticated(host, handle, status::SUCCESS);
    }

    /// One end does not want to pair.
    fn give_up(&mut self, me: usize, handle: u16) {
        let Some((peer, peer_handle)) = self.peer(me, handle) else { return };
        let began = self.pairing_of(me, handle).began;
        for (host, handle, other) in [(me, handle, peer), (peer, peer_handle, me)] {
            let address = self.controllers[other].address;
            let parts: &[&[u8]] = &[&[status::AUTHENTICATION_FAILURE], &address];
            self.tell(host, packet::event(event::SIMPLE_PAIRING_COMPLETE, parts));
            self.set_pairing(host, handle, None);
        }
        let (host, handle) = if began { (me, handle) } else { (peer, peer_handle) };
        self.authenticated(host, handle, status::AUTHENTICATION_FAILURE);
    }

    fn authenticated(&mut self, me: usize, handle: u16, status: u8) {
        let parts: &[&[u8]] = &[&[status], &handle.to_le_bytes()];
        self.tell(me, packet::event(event::AUTHENTICATION_COMPLETE, parts));
    }

    /// Both ends hear how encryption went.
    pub(super) fn encrypted(&mut self, me: usize, handle: u16, status: u8, on: u8) {
        let ends = [Some((me, handle)), self.peer(me, handle)];
        for (host, handle) in ends.into_iter().flatten() {
            let parts: &[&[u8]] = &[&[status], &handle.to_le_bytes(), &[on]];
            self.tell(host, packet::event(event::ENCRYPTION_CHANGE, parts));
        }
    }
}
