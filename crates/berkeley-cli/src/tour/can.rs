//! Stops of AF_CAN, on a bus of this machine's own: frames, the broadcast manager, ISO-TP, J1939. can.rst.
//!
//! Contract: nothing leaves the machine: only a `vcan` or `vxcan` is taken that is up, and where there is none the stop is skipped.
//! Other programs may be on that bus: identifiers of frames are random, and every other frame is left alone.

use core::cell::Cell;
use std::time::Instant;

use berkeley::addr::{CanAddr, IsoTpAddr, J1939Addr};
use berkeley::socket::can::bcm::{Flags, Head, Opcode};
use berkeley::socket::can::{Frame, Id};
use berkeley::socket::netlink::{InterfaceFlags, Link, Rtnetlink};
use berkeley::socket::option::{IsoTpLink, J1939Filter, can, isotp, j1939};
use berkeley::socket::{Errno, Op};
use berkeley::{Address, Limit, Socket};

use super::exchange::{self, Answered, Asked, Filler, PINGS, Tag};
use super::mail::{MESSAGES, Mail};
use super::row::{Fault, Outcome, Stop, Tally};

/// Frames under way: a socket's queue holds some hundreds.
const WINDOW: u32 = 64;
/// Messages of some frames: the bus is a slow one.
const SHORT: usize = 200;
/// `CANFD_MTU`.
const FD: u32 = 72;

/// A bus that no device is on.
fn bus() -> Result<Option<Link>, Fault> {
    let links = Rtnetlink::open().and_then(|route| route.within(exchange::patience()).links());
    let links = links.map_err(|error| Fault::new(error.to_string()))?;
    Ok(links.into_iter().find(|link| {
        let kind = link.kind.as_deref().unwrap_or_default();
        link.flags.contains(InterfaceFlags::UP) && (kind == "vcan" || kind == "vxcan")
    }))
}

/// Visits the bus, if there is one.
fn on_the_bus(visit: impl FnOnce(&Link) -> Result<Outcome, Fault>) -> Result<Outcome, Fault> {
    if let Some(link) = bus()? {
        return visit(&link);
    }
    let none = Fault::new("no virtual CAN interface is up");
    let make = "to make one: sudo ip link add vcan0 type vcan && sudo ip link set vcan0 up";
    Ok(Outcome::Skipped(none.advise(make)))
}

/// One end of a bus: how a frame leaves, how the next one of the other end comes.
struct Line<'a> {
    send: &'a dyn Fn(&Frame) -> berkeley::Result<()>,
    recv: &'a dyn Fn() -> berkeley::Result<Frame>,
    own: Id,
    /// The number of the next frame, each way.
    sent: Cell<u32>,
    received: Cell<u32>,
}

impl<'a> Line<'a> {
    fn new(
        send: &'a dyn Fn(&Frame) -> berkeley::Result<()>,
        recv: &'a dyn Fn() -> berkeley::Result<Frame>,
        own: Id,
    ) -> Self {
        Self { send, recv, own, sent: Cell::new(0), received: Cell::new(0) }
    }

    fn run(&self, ask: bool) -> Result<Side, Fault> {
        if ask { self.ask().map(Side::Asked) } else { self.answer().map(Side::Answered) }
    }

    /// Sends a number and four bytes.
    fn send(&self, body: [u8; 4]) -> Result<[u8; 8], Fault> {
        let nth = self.sent.replace(self.sent.get() + 1);
        let data = (u64::from(nth) << 32 | u64::from(u32::from_be_bytes(body))).to_be_bytes();
        let frame = Frame::new(self.own, &data).ok_or_else(|| Fault::new("no frame"))?;
        (self.send)(&frame)?;
        Ok(data)
    }

    /// Receives the frame that is due.
    fn receive(&self) -> Result<Frame, Fault> {
        let frame = (self.recv)()?;
        let nth = self.received.replace(self.received.get() + 1);
        if frame.data().len() == 8 && frame.data().starts_with(&nth.to_be_bytes()) {
            return Ok(frame);
        }
        Err(Fault::new(format!("lost or out of order: frame {nth} was due, {frame} came")))
    }

    fn ask(&self) -> Result<Asked, Fault> {
        let rtt = exchange::median(|_| self.send([0; 4]).and_then(|_| self.receive()).map(drop))?;
        let start = Instant::now();
        let (sent, received) = (self.deal()?, self.take()?);
        Ok(Asked { sent, received, rtt, elapsed: start.elapsed() })
    }

    fn answer(&self) -> Result<Answered, Fault> {
        for _ in 0..PINGS {
            self.receive().and_then(|_| self.send([0; 4]))?;
        }
        let (received, sent) = (self.take()?, self.deal()?);
        Ok(Answered { received, sent })
    }

    fn deal(&self) -> Result<Tally, Fault> {
        let (mut filler, mut tally) = (Filler::new(), Tally::default());
        for nth in 1..=MESSAGES {
            let mut body = [0; 4];
            filler.fill(&mut body);
            tally.add(&self.send(body)?);
            if nth % WINDOW == 0 || nth == MESSAGES {
                self.receive()?;
            }
        }
        Ok(tally)
    }

    fn take(&self) -> Result<Tally, Fault> {
        let mut tally = Tally::default();
        for nth in 1..=MESSAGES {
            tally.add(self.receive()?.data());
            if nth % WINDOW == 0 || nth == MESSAGES {
                self.send([0; 4])?;
            }
        }
        Ok(tally)
    }
}

/// Two identifiers of 29 bits that nobody else has, most probably.
fn ids() -> [Id; 2] {
    let [low, high] = [Tag::new().0, Tag::new().0].map(|random| {
        let [a, b, c, d, ..] = random.to_le_bytes();
        u32::from_le_bytes([a, b, c, d])
    });
    [low & !1, high | 1].map(|bits| Id::from_bits(bits | Id::extended(0).map_or(0, Id::bits)))
}

/// Classic frames, between two raw sockets that hear each other alone.
pub(super) fn frames(stop: &Stop) -> Result<Outcome, Fault> {
    on_the_bus(|link| {
        let address = CanAddr::on(link.interface.index());
        let [one, two] = ids();
        let end = |other: Id| {
            let socket = narrow::<CanAddr>(stop.open()?)?;
            socket.set(can::FILTER, vec![other.filter()])?;
            socket.bind(&address)?;
            Ok::<_, Fault>(socket)
        };
        let (client, server) = (end(two)?, end(one)?);
        let talk = |socket: &Socket<CanAddr>, own: Id, limit: Limit<'_>, ask: bool| {
            let socket = socket.within(limit);
            let recv = || socket.recv_frame().map(|(frame, _)| frame);
            Line::new(&|frame| socket.send_frame(frame), &recv, own).run(ask)
        };
        let sides = exchange::both(
            |limit| talk(&client, one, limit, true),
            |limit| talk(&server, two, limit, false),
        )?;
        compare(&address.to_string(), sides)
    })
}

/// The same by the broadcast manager, which sends a frame and tells of those with an identifier.
pub(super) fn manager(stop: &Stop) -> Result<Outcome, Fault> {
    on_the_bus(|link| {
        let address = CanAddr::on(link.interface.index());
        let [one, two] = ids();
        let end = |other: Id| {
            let socket = narrow::<CanAddr>(stop.open()?)?;
            socket.connect(&address)?;
            let all = Head { flags: Flags::RX_FILTER_ID, ..Head::new(Opcode::RxSetup, other) };
            socket.send_bcm(&all, &[])?;
            Ok::<_, Fault>(socket)
        };
        let (client, server) = (end(two)?, end(one)?);
        let talk = |socket: &Socket<CanAddr>, own: Id, limit: Limit<'_>, ask: bool| {
            let socket = socket.within(limit);
            let recv = || loop {
                let mut buffer = [0; 128];
                let (head, mut frames) = socket.recv_bcm(&mut buffer)?;
                if let (Opcode::RxChanged, Some(frame)) = (head.opcode, frames.next()) {
                    return Ok(frame);
                }
            };
            let head = Head::new(Opcode::TxSend, own);
            Line::new(&|frame| socket.send_bcm(&head, &[*frame]), &recv, own).run(ask)
        };
        let sides = exchange::both(
            |limit| talk(&client, one, limit, true),
            |limit| talk(&server, two, limit, false),
        )?;
        compare(&address.to_string(), sides)
    })
}

/// What one side knows at the end.
enum Side {
    Asked(Asked),
    Answered(Answered),
}

fn compare(address: &str, sides: (Side, Side)) -> Result<Outcome, Fault> {
    match sides {
        (Side::Asked(asked), Side::Answered(answered)) => {
            exchange::compare_at(address, (asked, answered)).map(Outcome::Carried)
        }
        _ => Err(Fault::new("both sides asked")),
    }
}

fn narrow<A: Address>(socket: Socket) -> Result<Socket<A>, Fault> {
    socket.narrow().map_err(|_| Fault::new("the kernel says that it is of another protocol"))
}

/// Messages of up to 214 bytes, cut into frames by the kernel; of CAN FD where the bus takes them.
pub(super) fn isotp(stop: &Stop) -> Result<Outcome, Fault> {
    on_the_bus(|link| {
        let [one, two] = ids().map(Id::bits);
        let end = |rx, tx| {
            let socket = narrow::<IsoTpAddr>(stop.open()?)?;
            if link.mtu >= FD {
                socket.set(isotp::LL_OPTS, IsoTpLink { mtu: 72, data_len: 64, flags: 0 })?;
            }
            let address = IsoTpAddr::new(link.interface.index(), rx, tx);
            socket.bind(&address)?;
            Ok::<_, Fault>((socket.widen(), address))
        };
        let ((client, _), (server, address)) = (end(two, one)?, end(one, two)?);
        let tag = Tag::new();
        let results = exchange::both(
            |limit| Mail::new(client.within(limit), None, tag).at_most(SHORT).ask(),
            |limit| Mail::new(server.within(limit), None, tag).at_most(SHORT).answer(),
        )?;
        exchange::compare_at(&address.to_string(), results).map(Outcome::Carried)
    })
}

/// Messages of J1939 that fit into a frame; longer ones have a handshake each.
pub(super) fn j1939(stop: &Stop) -> Result<Outcome, Fault> {
    /// A group with a destination, for what a maker wants ("proprietary A").
    const PGN: u32 = 0xef00;
    on_the_bus(|link| {
        let [at, ..] = Tag::new().0.to_le_bytes();
        let [one, two] = [at & 0x7f, at | 0x80].map(|addr| addr.min(0xf0));
        let node = |addr| J1939Addr { addr, ..J1939Addr::on(link.interface.index()) };
        let end = |own, peer| {
            let socket = narrow::<J1939Addr>(stop.open()?)?;
            let alone = J1939Filter { address: peer, address_mask: 0xff, ..J1939Filter::default() };
            socket.set(j1939::FILTER, vec![alone])?;
            socket.bind(&node(own))?;
            socket.connect(&J1939Addr { pgn: PGN, ..node(peer) })?;
            Ok::<_, Fault>(socket)
        };
        let (client, server) = (end(one, two)?, end(two, one)?);
        let [id, _] = ids();
        let talk = |socket: &Socket<J1939Addr>, limit: Limit<'_>, ask: bool| {
            let socket = socket.within(limit);
            let recv = || {
                let mut data = [0; 8];
                let len = socket.recv(&mut data)?;
                let frame = data.get(..len).and_then(|data| Frame::new(id, data));
                frame.ok_or_else(|| berkeley::Error::kernel(Op::Recv, Errno::BADMSG))
            };
            Line::new(&|frame| socket.send(frame.data()).map(drop), &recv, id).run(ask)
        };
        let sides = exchange::both(
            |limit| talk(&client, limit, true),
            |limit| talk(&server, limit, false),
        )?;
        compare(&node(two).to_string(), sides)
    })
}
