//! Stops of AF_BLUETOOTH: between two controllers of this machine, and the answers of one.
//!
//! Contract: nothing is ever sent to a stranger. Where there are no two controllers that are up and take connections, the stop is skipped
//! and says so. Sources: Bluetooth Core Specification, volume 4 part E; the kernel's net/bluetooth.

use berkeley::addr::{
    BdAddr, BdAddrType, HciAddr, HciChannel, IsoAddr, L2capAddr, OneFamily, RfcommAddr, ScoAddr,
};
use berkeley::option::{IsoFlow, IsoQos, bluetooth};
use berkeley::socket::Errno;
use berkeley::socket::bluetooth::hci::{self, Command, Event, Kind, Opcode, Packet};
use berkeley::socket::bluetooth::mgmt::{Controller, Settings};
use berkeley::socket::bluetooth::{Management, Refusal};
use berkeley::{AnyAddr, BACKLOG, Protocol, Socket, Type};

use super::exchange::{self, PINGS, Tag};
use super::mail::Mail;
use super::row::{Carried, Fault, Outcome, Proof, Stop};

/// What the kernel takes at a time where nobody says more.
const L2CAP_MTU: usize = 672;
/// What a controller takes at a time: of a stream, and of voice.
const ISO_SDU: u16 = 200;
const SCO_MTU: usize = 48;

impl From<Refusal> for Fault {
    fn from(refusal: Refusal) -> Self {
        match refusal {
            Refusal::Socket(error) => error.into(),
            other => Self::new(other.to_string()),
        }
    }
}

/// A skipped stop, and why.
fn without(why: String) -> Outcome {
    Outcome::Skipped(Fault { errno: Some(Errno::NODEV), why })
}

/// Two controllers that are up; the second does what `must` says. Else why not.
fn two(must: Settings) -> Result<Result<(BdAddr, BdAddr), Outcome>, Fault> {
    let (mut management, limit) = (Management::open()?, exchange::patience());
    // To ask a controller what it does is to manage it, so not without need.
    let indexes = management.indexes(limit)?;
    let mut up = Vec::new();
    if indexes.len() > 1 {
        up = management.controllers(limit)?;
        up.retain(Controller::is_powered);
    }
    let there = up.iter().rposition(|it| it.settings.contains(must)).map(|at| up.swap_remove(at));
    Ok(match (up.first(), there) {
        (Some(here), Some(there)) => Ok((here.address, there.address)),
        _ => Err(without(format!(
            "it takes two controllers that are up, one of them {must:?}: of {} there are {} up",
            indexes.len(),
            up.len()
        ))),
    })
}

/// A connection from one controller to the other that carries messages of at `most` so many bytes, or a stream.
fn connection<A: OneFamily + Into<AnyAddr> + Sync>(
    (here, there): (A, A),
    ty: Type,
    most: usize,
    set: impl Fn(&Socket<A>) -> berkeley::Result<()>,
) -> Result<Outcome, Fault> {
    let open = |address: &A| {
        let socket = Socket::<A>::open(ty, Protocol::DEFAULT)?;
        socket.bind(address)?;
        set(&socket)?;
        Ok::<_, berkeley::Error>(socket)
    };
    let (listener, client) = (open(&there)?, open(&here)?);
    listener.listen(BACKLOG)?;
    // A channel that the kernel has chosen.
    let address = listener.local_addr()?;
    let (client, tag, to) = (client.widen(), Tag::new(), address.clone().into());
    let results = exchange::both(
        |limit| {
            client.within(limit).connect(&to)?;
            let socket = client.within(limit);
            match ty {
                Type::STREAM => exchange::ask_some(socket),
                _ => Mail::new(socket, None, tag).at_most(most).ask(),
            }
        },
        |limit| {
            let served = listener.within(limit).accept()?.0.widen();
            let socket = served.within(limit);
            match ty {
                Type::STREAM => exchange::answer_some(socket),
                _ => Mail::new(socket, None, tag).at_most(most).answer(),
            }
        },
    )?;
    exchange::compare(&to, results).map(Outcome::Carried)
}

/// Messages over L2CAP. The kernel chooses the PSM.
pub(super) fn l2cap(stop: &Stop) -> Result<Outcome, Fault> {
    match two(Settings::CONNECTABLE)? {
        Ok((here, there)) => {
            let ends = (L2capAddr::new(here, 0), L2capAddr::new(there, 0));
            connection(ends, stop.ty, L2CAP_MTU, |_| Ok(()))
        }
        Err(outcome) => Ok(outcome),
    }
}

/// A stream over RFCOMM. The kernel chooses the channel.
pub(super) fn rfcomm(stop: &Stop) -> Result<Outcome, Fault> {
    match two(Settings::CONNECTABLE)? {
        Ok((here, there)) => {
            let ends = (RfcommAddr::new(here, 0), RfcommAddr::new(there, 0));
            connection(ends, stop.ty, 0, |_| Ok(()))
        }
        Err(outcome) => Ok(outcome),
    }
}

/// Messages as voice.
pub(super) fn sco(stop: &Stop) -> Result<Outcome, Fault> {
    match two(Settings::CONNECTABLE)? {
        Ok((here, there)) => {
            let ends = (ScoAddr::new(here), ScoAddr::new(there));
            connection(ends, stop.ty, SCO_MTU, |_| Ok(()))
        }
        Err(outcome) => Ok(outcome),
    }
}

/// Messages in an isochronous stream.
pub(super) fn iso(stop: &Stop) -> Result<Outcome, Fault> {
    match two(Settings::ADVERTISING)? {
        Ok((here, there)) => {
            let [here, there] = [here, there].map(|it| IsoAddr::new(it, BdAddrType::LE_PUBLIC));
            connection((here, there), stop.ty, ISO_SDU.into(), |socket| {
                let before = socket.get(bluetooth::ISO_QOS)?;
                let flow = |flow| IsoFlow { sdu: ISO_SDU, ..flow };
                let (input, output) = (flow(before.input), flow(before.output));
                socket.set(bluetooth::ISO_QOS, IsoQos { input, output, ..before })
            })
        }
        Err(outcome) => Ok(outcome),
    }
}

/// What a controller says of itself by HCI, compared with what the kernel says of it.
pub(super) fn hci(stop: &Stop) -> Result<Outcome, Fault> {
    let (mut management, limit) = (Management::open()?, exchange::patience());
    let mut all = management.controllers(limit)?.into_iter();
    let Some(controller) = all.find(Controller::is_powered) else {
        return Ok(without("no controller is up".to_owned()));
    };
    let address = HciAddr::new(controller.index, HciChannel::RAW);
    let socket = Socket::bound(stop.ty, &address)?;
    socket.set(berkeley::option::hci::FILTER, hci::filter(&[Kind::EVENT], &[0x0e]))?;
    let (socket, mut received) = (socket.within(limit), 0);
    let command = Command { opcode: Opcode::READ_BD_ADDR, parameters: &[] };
    let command = command.encode().ok_or_else(|| Fault::new("no such command"))?;
    let rtt = exchange::median(|_| {
        socket.send(&command)?;
        let mut buffer = [0; 260];
        loop {
            let len = socket.recv(&mut buffer)?;
            let packet = Packet::decode(buffer.get(..len).unwrap_or_default());
            let packet = packet.map_err(|malformed| Fault::new(malformed.to_string()))?;
            if let Packet::Event(Event::CommandComplete { opcode, returned, .. }) = packet
                && opcode == Opcode::READ_BD_ADDR
            {
                received += len;
                let said = returned.get(1..).and_then(<[u8]>::first_chunk);
                return match said.map(|octets| BdAddr::decode(*octets)) {
                    Some(said) if said == controller.address => Ok(()),
                    said => Err(Fault::new(format!(
                        "it is {said:?}, and {} to the kernel",
                        controller.address
                    ))),
                };
            }
        }
    })?;
    let asked = usize::try_from(PINGS).unwrap_or_default();
    let proof = Proof::Answer { sent: asked * command.len(), received, replies: asked };
    let names = vec![controller.address.to_string()];
    Ok(Outcome::Carried(Carried { address: address.to_string(), rtt, proof, names }))
}
