//! The air between the controllers: links are made, carry data, and end.
//!
//! Contract: what a host sends goes in, what hosts receive comes out; there is no clock and no file here, so tests can play
//! every host. Packets come out in the order in which a real controller would send them.

use crate::controller::{Controller, Link, Use};
use crate::number::{event, le_event, status};
use crate::packet::{self, Sort};

/// A packet to the host of a controller.
pub(crate) type Delivery = (usize, Vec<u8>);

/// Controllers that hear each other, and nobody else.
pub(crate) struct Air {
    pub(crate) controllers: Vec<Controller>,
    out: Vec<Delivery>,
}

/// The interval, latency and time-out of every link of Low Energy: 50 ms, 0, 2 s.
const LE_TIMING: [u8; 6] = [0x28, 0, 0, 0, 0xc8, 0];

impl Air {
    pub(crate) fn new(count: u8) -> Self {
        Self { controllers: (0..count).map(Controller::new).collect(), out: Vec::new() }
    }

    /// To the host of a controller.
    pub(crate) fn tell(&mut self, host: usize, packet: Vec<u8>) {
        self.out.push((host, packet));
    }

    /// What is to be delivered.
    pub(crate) fn take(&mut self) -> Vec<Delivery> {
        core::mem::take(&mut self.out)
    }

    /// Takes back what a host was about to hear.
    pub(crate) fn silence(&mut self, host: usize) {
        self.out.retain(|(to, _)| *to != host);
    }

    /// Whose address it is.
    pub(crate) fn find(&self, address: &[u8]) -> Option<usize> {
        self.controllers.iter().position(|controller| controller.address == address)
    }

    /// The other end of a link, and its handle there.
    pub(crate) fn peer(&self, me: usize, handle: u16) -> Option<(usize, u16)> {
        self.controllers[me].link(handle).map(|link| (link.peer, link.peer_handle))
    }

    /// The handle of the classic link to an address.
    pub(crate) fn classic_to(&self, me: usize, address: &[u8]) -> Option<u16> {
        let mut links = self.controllers[me].links.iter();
        let to = |link: &&Link| {
            link.purpose == Use::Classic && self.controllers[link.peer].address == address
        };
        links.find(to).map(|link| link.handle)
    }

    /// Puts a link between two controllers; its handles.
    pub(crate) fn join(&mut self, ends: [End; 2], purpose: Use) -> [u16; 2] {
        let handles = ends
            .map(|end| end.handle.unwrap_or_else(|| self.controllers[end.controller].new_handle()));
        for (mine, its) in [(0, 1), (1, 0)] {
            self.controllers[ends[mine].controller].links.push(Link {
                handle: handles[mine],
                purpose,
                peer: ends[its].controller,
                peer_handle: handles[its],
                beside: ends[mine].beside,
                pairing: None,
                key: None,
            });
        }
        handles
    }

    /// A classic link that `taker` has agreed to.
    pub(crate) fn join_classic(&mut self, asker: usize, taker: usize) {
        let ends = [asker, taker].map(End::new);
        let handles = self.join(ends, Use::Classic);
        for (me, its, handle) in [(taker, asker, handles[1]), (asker, taker, handles[0])] {
            let address = self.controllers[its].address;
            let (handle, number) = (handle.to_le_bytes(), Use::Classic.number());
            let parts: &[&[u8]] = &[&[status::SUCCESS], &handle, &address, &[number, 0]];
            self.tell(me, packet::event(event::CONNECTION_COMPLETE, parts));
        }
    }

    /// Who scans hears who advertises, once.
    pub(crate) fn report(&mut self) {
        for scanner in 0..self.controllers.len() {
            for advertiser in 0..self.controllers.len() {
                let from = &self.controllers[advertiser];
                if scanner == advertiser || !self.controllers[scanner].scanning || !from.advertising
                {
                    continue;
                }
                let len = u8::try_from(from.advertising_data.len()).unwrap_or(u8::MAX);
                // One report, of an advertiser that can be connected to, with a public address; -64 dBm.
                let parts: &[&[u8]] =
                    &[&[1, 0, 0], &from.address, &[len], &from.advertising_data, &[0xc0]];
                let report = packet::le_event(le_event::ADVERTISING_REPORT, parts);
                self.tell(scanner, report);
            }
        }
        self.join_wanted();
    }

    /// Who wants a link of Low Energy gets it, if the other advertises.
    pub(crate) fn join_wanted(&mut self) {
        for central in 0..self.controllers.len() {
            let Some(wanted) = self.controllers[central].wanted else { continue };
            let suits = |(number, other): (usize, &Controller)| {
                let meant = wanted.is(other.address);
                (number != central && other.advertising && meant).then_some(number)
            };
            let found = self.controllers.iter().enumerate().find_map(suits);
            let Some(peripheral) = found else { continue };
            self.controllers[central].wanted = None;
            self.controllers[peripheral].advertising = false;
            let handles = self.join([central, peripheral].map(End::new), Use::LowEnergy);
            for (me, its, handle, role) in
                [(peripheral, central, handles[1], 1), (central, peripheral, handles[0], 0)]
            {
                let address = self.controllers[its].address;
                let handle = handle.to_le_bytes();
                let parts: &[&[u8]] =
                    &[&[status::SUCCESS], &handle, &[role, 0], &address, &LE_TIMING, &[0]];
                self.tell(me, packet::le_event(le_event::CONNECTION_COMPLETE, parts));
            }
        }
    }

    /// Ends a link, and those beside it. The other end is told `reason`.
    pub(crate) fn part(&mut self, me: usize, handle: u16, reason: u8) {
        let Some((peer, peer_handle)) = self.peer(me, handle) else { return };
        let beside = self.controllers[me].links.iter();
        let beside: Vec<u16> =
            beside.filter(|link| link.beside == Some(handle)).map(|link| link.handle).collect();
        for handle in beside {
            self.part(me, handle, reason);
        }
        for (end, handle, reason) in
            [(me, handle, status::LOCAL_HOST_TERMINATED), (peer, peer_handle, reason)]
        {
            self.controllers[end].links.retain(|link| link.handle != handle);
            self.controllers[end].requests.retain(|request| request.beside != handle);
            self.controllers[end].opening.retain(|request| request.handle != handle);
            let parts: &[&[u8]] = &[&[status::SUCCESS], &handle.to_le_bytes(), &[reason]];
            self.tell(end, packet::event(event::DISCONNECTION_COMPLETE, parts));
        }
    }

    /// Carries data to the other end, and gives the host its credit back.
    pub(crate) fn carry(&mut self, me: usize, sort: Sort, handle: u16, flags: u16, data: &[u8]) {
        let Some((peer, peer_handle)) = self.peer(me, handle) else { return };
        // Hosts send the first part of a message as "not flushable" (0), controllers as "flushable" (2).
        let flags = match (sort, flags & 3) {
            (Sort::Acl, 0) => 2,
            (_, flags) => flags,
        };
        self.tell(peer, packet::data(sort, peer_handle, flags, data));
        if sort != Sort::Sco {
            let parts: &[&[u8]] = &[&[1], &handle.to_le_bytes(), &[1, 0]];
            self.tell(me, packet::event(event::COMPLETED_PACKETS, parts));
        }
    }
}

/// One end of a link to be.
#[derive(Clone, Copy)]
pub(crate) struct End {
    pub(crate) controller: usize,
    /// The handle it is to have; `None`: a new one.
    pub(crate) handle: Option<u16>,
    /// The link of data that it goes with.
    pub(crate) beside: Option<u16>,
}

impl End {
    pub(crate) fn new(controller: usize) -> Self {
        Self { controller, handle: None, beside: None }
    }

    pub(crate) fn beside(controller: usize, handle: u16) -> Self {
        Self { controller, handle: None, beside: Some(handle) }
    }
}
