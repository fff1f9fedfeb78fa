//! Stops of AF_NETLINK: the kernel's links, and messages from program to program. netlink(7), rtnetlink(7).
//!
//! Contract: only the kernel is believed where links are listed; a dump that changed while it was read is asked for again.

use berkeley::socket::Errno;
use berkeley::socket::netlink::{self, Message, Messages};
use berkeley::{Interface, Limit, NetlinkAddr, Protocol, Socket, Type};

use super::exchange::{self, Tag};
use super::mail::Mail;
use super::row::{Carried, Fault, Outcome, Proof, Stop};

/// The longest part of a dump.
const PART: usize = 32 << 10;
/// Where `struct ifinfomsg` holds the index and the flags (linux/rtnetlink.h).
const INDEX: usize = 4;
const FLAGS: usize = 8;
/// Flags of an interface (linux/if.h).
const IFF_UP: u32 = 1;
const IFF_LOOPBACK: u32 = 8;

/// A link, as RTM_NEWLINK tells it.
pub(super) struct Link {
    index: u32,
    name: String,
    flags: u32,
}

impl Link {
    fn read(message: &Message<'_>) -> Option<Self> {
        let number =
            |at: usize| message.body.get(at..)?.first_chunk().map(|n| u32::from_ne_bytes(*n));
        let mut attributes = message.attributes(netlink::IFINFOMSG).flatten();
        let (_, name) = attributes.find(|(kind, _)| *kind == netlink::IFNAME)?;
        let name = String::from_utf8_lossy(name).trim_end_matches('\0').to_owned();
        Some(Self { index: number(INDEX)?, name, flags: number(FLAGS)? })
    }

    fn is_loopback(&self) -> bool {
        self.flags & IFF_LOOPBACK != 0
    }

    fn is_up(&self) -> bool {
        self.flags & IFF_UP != 0
    }
}

/// A dump of the links.
#[derive(Default)]
struct Dump {
    sent: usize,
    received: usize,
    links: Vec<Link>,
    changed: bool,
}

/// Whether the loopback interface is there and down; `None` where netlink does not tell.
pub(super) fn loopback_is_down() -> Option<bool> {
    let route = Socket::<NetlinkAddr>::open(Type::RAW, Protocol::NETLINK_ROUTE).ok()?;
    let dump = dump(&route, 1, exchange::patience()).ok()?;
    dump.links.iter().find(|link| link.is_loopback()).map(|link| !link.is_up())
}

/// The links, asked for by RTM_GETLINK. Each must have the name that the ioctl SIOCGIFNAME tells.
pub(super) fn links(stop: &Stop) -> Result<Outcome, Fault> {
    let limit = exchange::patience();
    let route =
        stop.open()?.narrow::<NetlinkAddr>().map_err(|_| Fault::new("no netlink socket"))?;
    let rtt = exchange::median(|nth| dump(&route, nth + 1, limit).map(drop))?;
    // Links come and go: what does not fit is looked at again.
    let look = |nth| dump(&route, nth, limit).and_then(checked);
    let dump = look(100).or_else(|_| look(101)).or_else(|_| look(102))?;
    let proof =
        Proof::Answer { sent: dump.sent, received: dump.received, replies: dump.links.len() };
    let names = dump.links.into_iter().map(|link| link.name).collect();
    let address = NetlinkAddr::KERNEL.to_string();
    Ok(Outcome::Carried(Carried { address, rtt, proof, names }))
}

/// The same dump, if it is of one moment and tells what the ioctl tells.
fn checked(dump: Dump) -> Result<Dump, Fault> {
    if dump.changed || dump.links.is_empty() {
        return Err(Fault::new("no list of links of one moment"));
    }
    for link in &dump.links {
        let named = Interface::indexed(link.index)?;
        if named.name().to_string_lossy() != link.name {
            return Err(Fault::new(format!("link {} is {named:?} by ioctl", link.name)));
        }
    }
    Ok(dump)
}

/// One dump, read to its end.
fn dump(route: &Socket<NetlinkAddr>, sequence: u32, limit: Limit<'_>) -> Result<Dump, Fault> {
    let flags = netlink::REQUEST | netlink::DUMP;
    let request = Message::request(netlink::GETLINK, flags, sequence, &[0; netlink::IFINFOMSG]);
    route.within(limit).send_to(&request, &NetlinkAddr::KERNEL)?;
    let mut dump = Dump { sent: request.len(), ..Dump::default() };
    let mut part = vec![0; PART];
    loop {
        let (len, from) = route.within(limit).recv_from(&mut part)?;
        if from != Some(NetlinkAddr::KERNEL) {
            continue;
        }
        dump.received += len;
        for message in Messages::new(part.get(..len).unwrap_or_default()) {
            let message = message.map_err(|error| Fault::new(error.to_string()))?;
            if message.sequence != sequence {
                continue;
            }
            dump.changed |= message.flags & netlink::DUMP_INTR != 0;
            match (message.kind, message.errno()) {
                (netlink::DONE, _) => return Ok(dump),
                (_, Some(errno)) => {
                    let errno = Errno::from_raw_os_error(errno);
                    return Err(berkeley::Error::kernel(berkeley::socket::Op::Recv, errno).into());
                }
                (netlink::NEWLINK, _) => dump.links.extend(Link::read(&message)),
                _ => {}
            }
        }
    }
}

/// Messages from one program's port to another's.
pub(super) fn unicast(stop: &Stop) -> Result<Outcome, Fault> {
    let bound = || {
        let socket = stop.open()?;
        socket.bind(&NetlinkAddr::KERNEL.into())?;
        let address = socket.local_addr()?;
        Ok::<_, berkeley::Error>((socket, address))
    };
    let ((client, here), (server, there)) = (bound()?, bound()?);
    let tag = Tag::new();
    let results = exchange::both(
        |limit| Mail::new(client.within(limit), Some(there), tag).ask(),
        |limit| Mail::new(server.within(limit), Some(here), tag).answer(),
    )?;
    exchange::compare(&there, results).map(Outcome::Carried)
}
