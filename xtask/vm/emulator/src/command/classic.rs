//! Links of Bluetooth Classic, of data and of voice. Core Specification 5.4, volume 4 part E section 7.1.

use super::{Known, Parameters};
use crate::air::{Air, End};
use crate::controller::{Controller, Use};
use crate::number::{event, link, opcode, status};
use crate::packet;

/// Bit 0 of the scans: found by inquiries.
const FOUND: u8 = 1;
/// Bit 1: takes connections.
const TAKES: u8 = 2;
/// Transmission interval, retransmission window, packet lengths both ways, and the air's coding (CVSD) of voice.
const VOICE: [u8; 7] = [6, 0, 60, 0, 60, 0, 2];

impl Air {
    pub(super) fn classic(&mut self, me: usize, opcode: u16, mut p: Parameters<'_>) -> Known {
        match opcode {
            opcode::INQUIRY => {
                self.begun(me, opcode);
                self.inquire(me);
            }
            opcode::CREATE_CONNECTION => {
                let address: [u8; 6] = p.take()?;
                self.begun(me, opcode);
                let takes = |peer: &usize| self.controllers[*peer].scan & TAKES != 0;
                match self.find(&address).filter(takes).filter(|peer| *peer != me) {
                    Some(peer) => self.ask(me, peer, link::ACL),
                    None => self.refuse(me, &address, link::ACL, status::PAGE_TIMEOUT),
                }
            }
            opcode::CREATE_CONNECTION_CANCEL => {
                let address: [u8; 6] = p.take()?;
                self.done(me, opcode, &[&[status::ALREADY_EXISTS], &address]);
            }
            opcode::ACCEPT_CONNECTION => {
                let address: [u8; 6] = p.take()?;
                self.begun(me, opcode);
                if let Some(asker) = self.find(&address) {
                    self.join_classic(asker, me);
                }
            }
            opcode::REJECT_CONNECTION => {
                let (address, reason): ([u8; 6], _) = (p.take()?, p.byte()?);
                self.begun(me, opcode);
                if let Some(asker) = self.find(&address) {
                    let address = self.controllers[me].address;
                    self.refuse(asker, &address, link::ACL, reason);
                }
            }
            opcode::DISCONNECT => {
                let (handle, reason) = (p.u16()?, p.byte()?);
                self.begun_on(me, opcode, handle).then(|| self.part(me, handle, reason));
            }
            opcode::CHANGE_PACKET_TYPE => {
                let (handle, types) = (p.u16()?, p.u16()?);
                if self.begun_on(me, opcode, handle) {
                    let parts: &[&[u8]] =
                        &[&[status::SUCCESS], &handle.to_le_bytes(), &types.to_le_bytes()];
                    self.tell(me, packet::event(event::PACKET_TYPE_CHANGED, parts));
                }
            }
            opcode::REMOTE_NAME_REQUEST => {
                let address: [u8; 6] = p.take()?;
                self.begun(me, opcode);
                let named = self.find(&address).map(|peer| self.controllers[peer].padded_name());
                let status = if named.is_some() { status::SUCCESS } else { status::PAGE_TIMEOUT };
                let name = named.unwrap_or_else(|| Controller::default().padded_name());
                self.tell(me, packet::event(event::REMOTE_NAME, &[&[status], &address, &name]));
            }
            opcode::READ_REMOTE_FEATURES => {
                let handle = p.u16()?;
                if self.begun_on(me, opcode, handle) {
                    let parts: &[&[u8]] =
                        &[&[status::SUCCESS], &handle.to_le_bytes(), &Controller::FEATURES];
                    self.tell(me, packet::event(event::REMOTE_FEATURES, parts));
                }
            }
            opcode::READ_REMOTE_EXTENDED_FEATURES => {
                let (handle, page) = (p.u16()?, p.byte()?);
                if let (true, Some((peer, _))) =
                    (self.begun_on(me, opcode, handle), self.peer(me, handle))
                {
                    let features = self.controllers[peer].features(page);
                    let parts: &[&[u8]] =
                        &[&[status::SUCCESS], &handle.to_le_bytes(), &[page, 1], &features];
                    self.tell(me, packet::event(event::REMOTE_EXTENDED_FEATURES, parts));
                }
            }
            opcode::READ_REMOTE_VERSION => {
                let handle = p.u16()?;
                if self.begun_on(me, opcode, handle) {
                    let parts: &[&[u8]] =
                        &[&[status::SUCCESS], &handle.to_le_bytes(), &[11, 0xff, 0xff, 0, 0]];
                    self.tell(me, packet::event(event::REMOTE_VERSION, parts));
                }
            }
            _ => return self.voice(me, opcode, p),
        }
        Some(true)
    }

    fn voice(&mut self, me: usize, opcode: u16, mut p: Parameters<'_>) -> Known {
        match opcode {
            opcode::ADD_SCO_CONNECTION | opcode::SETUP_SYNC_CONNECTION => {
                let handle = p.u16()?;
                let sort =
                    if opcode == opcode::ADD_SCO_CONNECTION { link::SCO } else { link::ESCO };
                if let (true, Some((peer, _))) =
                    (self.begun_on(me, opcode, handle), self.peer(me, handle))
                {
                    self.ask(me, peer, sort);
                }
            }
            opcode::ACCEPT_SYNC_CONNECTION => {
                let address: [u8; 6] = p.take()?;
                self.begun(me, opcode);
                if let Some(asker) = self.find(&address) {
                    self.join_voice(asker, me);
                }
            }
            opcode::REJECT_SYNC_CONNECTION => {
                let (address, reason): ([u8; 6], _) = (p.take()?, p.byte()?);
                self.begun(me, opcode);
                if let Some(asker) = self.find(&address) {
                    self.tell_voice(asker, me, reason, 0);
                }
            }
            _ => return Some(false),
        }
        Some(true)
    }

    /// Answers that a command on a link is under way, or that there is no such link; whether there is.
    pub(super) fn begun_on(&mut self, me: usize, opcode: u16, handle: u16) -> bool {
        let found = self.controllers[me].link(handle).is_some();
        let status = if found { status::SUCCESS } else { status::UNKNOWN_CONNECTION };
        self.tell(me, packet::begun(opcode, status));
        found
    }

    /// Whoever wants to be found is.
    fn inquire(&mut self, me: usize) {
        for other in 0..self.controllers.len() {
            let it = &self.controllers[other];
            if other != me && it.scan & FOUND != 0 {
                // One answer; how it scans; its class; its clock.
                let parts: &[&[u8]] = &[&[1], &it.address, &[1, 0, 0], &it.class, &[0, 0]];
                let result = packet::event(event::INQUIRY_RESULT, parts);
                self.tell(me, result);
            }
        }
        self.tell(me, packet::event(event::INQUIRY_COMPLETE, &[&[status::SUCCESS]]));
    }

    /// Asks the host of `peer` for a link.
    fn ask(&mut self, me: usize, peer: usize, sort: u8) {
        let it = &self.controllers[me];
        let request = packet::event(event::CONNECTION_REQUEST, &[&it.address, &it.class, &[sort]]);
        self.tell(peer, request);
    }

    /// There will be no link of data.
    fn refuse(&mut self, me: usize, address: &[u8], sort: u8, status: u8) {
        let parts: &[&[u8]] = &[&[status, 0, 0], address, &[sort, 0]];
        self.tell(me, packet::event(event::CONNECTION_COMPLETE, parts));
    }

    /// A link of voice that `taker` has agreed to.
    fn join_voice(&mut self, asker: usize, taker: usize) {
        let address = self.controllers[taker].address;
        let Some(below) = self.classic_to(asker, &address) else { return };
        let Some((_, above)) = self.peer(asker, below) else { return };
        let ends = [End::beside(asker, below), End::beside(taker, above)];
        let handles = self.join(ends, Use::Voice(link::ESCO));
        self.tell_voice(taker, asker, status::SUCCESS, handles[1]);
        self.tell_voice(asker, taker, status::SUCCESS, handles[0]);
    }

    fn tell_voice(&mut self, me: usize, peer: usize, status: u8, handle: u16) {
        let address = self.controllers[peer].address;
        let parts: &[&[u8]] = &[&[status], &handle.to_le_bytes(), &address, &[link::ESCO], &VOICE];
        self.tell(me, packet::event(event::SYNC_CONNECTION_COMPLETE, parts));
    }
}
