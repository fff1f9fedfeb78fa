//! Stops of AF_PACKET: frames of our own over the loopback interface, and IP packets captured there. packet(7).
//!
//! Contract: nothing leaves the machine. Frames of our own have an ethertype for experiments (IEEE 802, 88b5).

use core::net::{Ipv4Addr, SocketAddr};

use berkeley::addr::Bytes;
use berkeley::{AnyAddr, EtherType, Family, Interface, PacketAddr, Protocol, Socket, Type};

use super::exchange::{self, Tag};
use super::mail::{Frame, Mail};
use super::row::{Fault, Outcome, Stop};

pub(super) const EXPERIMENTAL: EtherType = EtherType::new(0x88b5);
/// Hardware addresses on the loopback interface are zeros.
const HARDWARE: [u8; 6] = [0; 6];

/// A packet socket on the loopback interface. Until it is bound it receives nothing.
fn on_loopback(stop: &Stop, ethertype: EtherType) -> Result<(Socket, PacketAddr), Fault> {
    let address = PacketAddr::on(Interface::named("lo")?.index(), ethertype);
    let socket = stop.open()?;
    socket.bind(&address.into())?;
    Ok((socket, address))
}

/// Frames from one socket to the other. Each sees all of them, its own as well.
pub(super) fn frames(stop: &Stop) -> Result<Outcome, Fault> {
    let ((client, address), (server, _)) =
        (on_loopback(stop, EXPERIMENTAL)?, on_loopback(stop, EXPERIMENTAL)?);
    // Where the kernel writes the header it must know the hardware address.
    let hardware = Bytes::new(&HARDWARE).unwrap_or_default();
    let to = AnyAddr::from(PacketAddr { address: hardware, ..address });
    let frame = match stop.ty {
        Type::RAW => Frame::Ethernet(EXPERIMENTAL.raw()),
        _ => Frame::Bare,
    };
    let tag = Tag::new();
    let results = exchange::both(
        |limit| Mail::new(client.within(limit), Some(to), tag).framed(frame).ask(),
        |limit| Mail::new(server.within(limit), Some(to), tag).framed(frame).answer(),
    )?;
    exchange::compare(&address.into(), results).map(Outcome::Carried)
}

/// An exchange over UDP whose server reads frames that a packet socket captured.
pub(super) fn capture(stop: &Stop) -> Result<Outcome, Fault> {
    let bound = || {
        let socket = Socket::new(Family::INET, Type::DGRAM, Protocol::UDP)?;
        socket.bind(&SocketAddr::from((Ipv4Addr::LOCALHOST, 0)).into())?;
        let address = socket.local_addr()?;
        Ok::<_, berkeley::Error>((socket, address))
    };
    let ((client, here), (server, there)) = (bound()?, bound()?);
    let (captor, address) = on_loopback(stop, EtherType::IP)?;
    let tag = Tag::new();
    let results = exchange::both(
        |limit| Mail::new(client.within(limit), Some(there), tag).ask(),
        |limit| {
            let mail = Mail::new(server.within(limit), Some(here), tag);
            mail.framed(Frame::Captured).through(captor.within(limit)).answer()
        },
    )?;
    exchange::compare(&address.into(), results).map(Outcome::Carried)
}
