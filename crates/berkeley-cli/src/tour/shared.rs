//! Stops whose frames are in memory shared with the kernel: AF_PACKET's ring to receive, AF_XDP's to send. packet(7), af_xdp.rst.
//!
//! Contract: nothing leaves the machine, and no interface is made or changed. The loopback interface gives back what is sent there:
//! frames leave by one socket and arrive at another, in windows, so that nothing may be lost. The way into AF_XDP is not gone: it
//! takes a program at an interface that hands over all that comes in there.

use core::time::Duration;
use std::time::Instant;

use berkeley::addr::{PacketType, XdpAddr};
use berkeley::socket::packet::{Ring, RingSize};
use berkeley::socket::xdp::{Queue, UmemSize};
use berkeley::{AnyAddr, Interface, PacketAddr, Socket, Type};

use super::exchange::{self, Filler, Tag};
use super::mail::{self, MESSAGES};
use super::packet::EXPERIMENTAL;
use super::row::{Carried, Fault, Outcome, Proof, Stop, Tally, Way};

/// Frames under way.
const WINDOW: u32 = 50;
/// An Ethernet header, the tag, and a number.
const HEAD: usize = 14 + 8 + 4;

/// The beginning of frame number `nth`.
fn head(tag: Tag, nth: u32) -> Vec<u8> {
    let ethertype = EXPERIMENTAL.raw().to_be_bytes();
    [[0; 12].as_slice(), &ethertype, &tag.0.to_be_bytes(), &nth.to_be_bytes()].concat()
}

/// Sends frames and receives them; `send` takes a window of them, `receive` gives some that came.
fn around(
    address: &AnyAddr,
    mut send: impl FnMut(&[Vec<u8>]) -> Result<(), Fault>,
    mut receive: impl FnMut() -> Result<Vec<Vec<u8>>, Fault>,
) -> Result<Outcome, Fault> {
    let tag = Tag::new();
    let mut window = |frames: &[Vec<u8>]| -> Result<Vec<Vec<u8>>, Fault> {
        send(frames)?;
        let mut came = Vec::new();
        while came.len() < frames.len() {
            let ours = |frame: &Vec<u8>| frame.get(14..22) == Some(&tag.0.to_be_bytes());
            came.extend(receive()?.into_iter().filter(ours));
        }
        // As they were sent: in their order, and each once.
        let numbers = |frames: &[Vec<u8>]| -> Vec<_> {
            frames.iter().map(|frame| frame.get(22..HEAD).map(<[u8]>::to_vec)).collect()
        };
        if numbers(&came) == numbers(frames) {
            return Ok(came);
        }
        Err(Fault::new("frames were lost, or came twice or out of order"))
    };
    let rtt = exchange::median(|nth| window(&[head(tag, nth)]).map(drop))?;
    let (mut sent, mut received) = (Tally::default(), Tally::default());
    let mut filler = Filler::new();
    let start = Instant::now();
    for first in (0..MESSAGES).step_by(WINDOW as usize) {
        let mut frames = Vec::new();
        for nth in first..(first + WINDOW).min(MESSAGES) {
            let mut body = vec![0; mail::length(nth)];
            filler.fill(&mut body);
            sent.add(&body);
            frames.push([head(tag, nth), body].concat());
        }
        let came = window(&frames)?;
        for frame in &came {
            received.add(frame.get(HEAD..).unwrap_or_default());
        }
    }
    let proof = Proof::Echo { way: Way::compare(&sent, &received)?, elapsed: start.elapsed() };
    let address = address.to_string();
    Ok(Outcome::Carried(Carried { address, rtt, proof, names: Vec::new() }))
}

/// Frames of a packet socket through a ring.
pub(super) fn ring(stop: &Stop) -> Result<Outcome, Fault> {
    let address = PacketAddr::on(Interface::named("lo")?.index(), EXPERIMENTAL);
    let limit = exchange::patience();
    let sender = Socket::<PacketAddr>::bound(stop.ty, &address)?;
    let size =
        RingSize { block: 64 << 10, retire: Duration::from_millis(1), ..RingSize::default() };
    let mut ring = Ring::new(stop.ty, &size)?;
    ring.socket().bind(&address)?;
    let send = |frames: &[Vec<u8>]| {
        frames.iter().try_for_each(|frame| sender.within(limit).send(frame).map(drop))?;
        Ok(())
    };
    let receive = || {
        let block = ring.recv(limit)?;
        let mut came = Vec::new();
        for frame in &block {
            let frame = frame.map_err(|malformed| Fault::new(malformed.to_string()))?;
            // As it left, it is seen as well.
            if frame.from.packet_type != PacketType::OUTGOING {
                came.push(frame.bytes.to_vec());
            }
        }
        Ok(came)
    };
    around(&address.into(), send, receive)
}

/// Frames that leave by AF_XDP, and arrive at a packet socket.
pub(super) fn xdp(_: &Stop) -> Result<Outcome, Fault> {
    let lo = Interface::named("lo")?.index();
    let limit = exchange::patience();
    let captor = Socket::bound(Type::RAW, &PacketAddr::on(lo, EXPERIMENTAL))?;
    let address = XdpAddr { flags: XdpAddr::COPY, ..XdpAddr::on(lo, 0) };
    let mut queue = Queue::new(&UmemSize { send: 64, receive: 0, ..UmemSize::default() })?;
    queue.socket().bind(&address)?;
    let send = |frames: &[Vec<u8>]| {
        for frame in frames {
            let mut room = queue.room(limit)?;
            room.get_mut(..frame.len())
                .ok_or_else(|| Fault::new("a frame is longer than its room"))?
                .copy_from_slice(frame);
            if !room.send(frame.len()) {
                return Err(Fault::new("the ring has no room"));
            }
        }
        Ok(queue.flush(limit)?)
    };
    let mut buffer = vec![0; 2048];
    let receive = || {
        let (len, from) = captor.within(limit).recv_from(&mut buffer)?;
        let outgoing = from.is_some_and(|from| from.packet_type == PacketType::OUTGOING);
        let frame = buffer.get(..len).filter(|_| !outgoing);
        Ok(frame.map(<[u8]>::to_vec).into_iter().collect())
    };
    around(&address.into(), send, receive)
}
