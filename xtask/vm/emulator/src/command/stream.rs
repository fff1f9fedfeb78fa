//! Isochronous streams between a central and a peripheral. Core Specification 5.4, volume 4 part E sections 7.8.97 to 7.8.109.

use super::{Known, Parameters};
use crate::air::{Air, End};
use crate::controller::{Plan, Request, Use};
use crate::number::{le_event, opcode, status};
use crate::packet;

/// Microseconds in a unit of the events' intervals.
const UNIT: u32 = 1250;

impl Air {
    pub(super) fn stream(&mut self, me: usize, opcode: u16, mut p: Parameters<'_>) -> Known {
        const OK: &[u8] = &[status::SUCCESS];
        match opcode {
            opcode::LE_SET_CIG_PARAMETERS => {
                let (group, handles) = self.plan(me, p)?;
                let count = u8::try_from(handles.len()).ok()?;
                let handles: Vec<u8> = handles.into_iter().flat_map(u16::to_le_bytes).collect();
                self.done(me, opcode, &[OK, &[group, count], &handles]);
            }
            opcode::LE_REMOVE_CIG => {
                let group = p.byte()?;
                self.controllers[me].plans.retain(|plan| plan.group != group);
                self.done(me, opcode, &[OK, &[group]]);
            }
            opcode::LE_CREATE_CIS => {
                let count = p.byte()?;
                let pairs: Vec<_> =
                    (0..count).map(|_| Some((p.u16()?, p.u16()?))).collect::<Option<_>>()?;
                self.begun(me, opcode);
                for (stream, link) in pairs {
                    self.propose(me, stream, link);
                }
            }
            opcode::LE_ACCEPT_CIS => {
                let handle = p.u16()?;
                let request = self.take_request(me, handle);
                let found = request.is_some();
                let status = if found { status::SUCCESS } else { status::UNKNOWN_CONNECTION };
                self.tell(me, packet::begun(opcode, status));
                if let Some(request) = request {
                    self.establish(me, request);
                }
            }
            opcode::LE_REJECT_CIS => {
                let (handle, reason) = (p.u16()?, p.byte()?);
                self.done(me, opcode, &[OK, &handle.to_le_bytes()]);
                if let Some(request) = self.take_request(me, handle) {
                    self.tell_stream(request.central, &request.plan, request.plan.handle, reason);
                }
            }
            opcode::LE_SETUP_ISO_PATH => {
                let (handle, direction) = (p.u16()?, p.byte()?);
                self.done(me, opcode, &[OK, &handle.to_le_bytes()]);
                self.opened(me, handle, direction);
            }
            opcode::LE_REMOVE_ISO_PATH => {
                let handle = p.u16()?;
                self.done(me, opcode, &[OK, &handle.to_le_bytes()]);
            }
            _ => return Some(false),
        }
        Some(true)
    }

    /// Streams of a group; their handles. One that is planned already keeps its handle.
    fn plan(&mut self, me: usize, mut p: Parameters<'_>) -> Option<(u8, Vec<u16>)> {
        let it = &mut self.controllers[me];
        let (group, interval) = (p.byte()?, p.u24()?);
        let _ = (p.u24()?, p.take::<3>()?, p.u16()?, p.u16()?);
        let count = p.byte()?;
        let mut handles = Vec::new();
        for _ in 0..count {
            let stream = p.byte()?;
            let (sdu, phy) = ([p.u16()?, p.u16()?], p.take()?);
            let _retransmissions: [u8; 2] = p.take()?;
            let same = |plan: &Plan| (plan.group, plan.stream) == (group, stream);
            let old = it.plans.iter().position(same).map(|at| it.plans.swap_remove(at).handle);
            let handle = old.unwrap_or_else(|| it.new_handle());
            it.plans.push(Plan { group, stream, handle, interval, sdu, phy });
            handles.push(handle);
        }
        Some((group, handles))
    }

    /// Asks the peripheral at the other end of `link` for a stream.
    fn propose(&mut self, me: usize, stream: u16, link: u16) {
        let plan = self.controllers[me].plans.iter().find(|plan| plan.handle == stream).cloned();
        let (Some(plan), Some((peer, beside))) = (plan, self.peer(me, link)) else { return };
        let handle = self.controllers[peer].new_handle();
        let parts: &[&[u8]] =
            &[&beside.to_le_bytes(), &handle.to_le_bytes(), &[plan.group, plan.stream]];
        self.tell(peer, packet::le_event(le_event::CIS_REQUEST, parts));
        self.controllers[peer].requests.push(Request { handle, beside, central: me, plan });
    }

    fn take_request(&mut self, me: usize, handle: u16) -> Option<Request> {
        let requests = &mut self.controllers[me].requests;
        let at = requests.iter().position(|request| request.handle == handle)?;
        Some(requests.swap_remove(at))
    }

    /// The stream that `me` has agreed to. The central hears of it when the peripheral's host is ready: until then a real controller
    /// would throw away what comes.
    fn establish(&mut self, me: usize, request: Request) {
        let Some((_, below)) = self.peer(me, request.beside) else { return };
        let plan = &request.plan;
        let central = End { handle: Some(plan.handle), ..End::beside(request.central, below) };
        let peripheral = End { handle: Some(request.handle), ..End::beside(me, request.beside) };
        self.join([central, peripheral], Use::Stream);
        self.tell_stream(me, &request.plan, request.handle, status::SUCCESS);
        self.controllers[me].opening.push(request);
    }

    /// The host has said where the data of a direction go; of what it receives last, if there is any.
    fn opened(&mut self, me: usize, handle: u16, direction: u8) {
        let opening = &mut self.controllers[me].opening;
        let last = |request: &Request| direction == u8::from(request.plan.sdu[0] > 0);
        let at = opening.iter().position(|request| request.handle == handle && last(request));
        if let Some(Request { central, plan, .. }) = at.map(|at| opening.swap_remove(at)) {
            self.tell_stream(central, &plan, plan.handle, status::SUCCESS);
        }
    }

    fn tell_stream(&mut self, host: usize, plan: &Plan, handle: u16, status: u8) {
        let [a, b, c, _] = plan.interval.to_le_bytes();
        let delay = [a, b, c];
        let [there, back] = plan.sdu;
        let bursts = plan.sdu.map(|sdu| u8::from(sdu > 0));
        let interval = u16::try_from(plan.interval / UNIT).unwrap_or(u16::MAX);
        let parts: &[&[u8]] = &[
            &[status],
            &handle.to_le_bytes(),
            // Delays of group and stream, latencies both ways: one interval each.
            &delay,
            &delay,
            &delay,
            &delay,
            &plan.phy,
            // Sub-events, bursts and flush time-outs.
            &[2],
            &bursts,
            &[1, 1],
            &there.to_le_bytes(),
            &back.to_le_bytes(),
            &interval.to_le_bytes(),
        ];
        self.tell(host, packet::le_event(le_event::CIS_ESTABLISHED, parts));
    }
}
