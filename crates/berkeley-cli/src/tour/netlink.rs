//! Stops of AF_NETLINK: the kernel's links, and messages from program to program. netlink(7), rtnetlink(7).
//!
//! Contract: only the kernel is believed where links are listed; a dump that changed while it was read is asked for again.

use core::time::Duration;

use berkeley::socket::netlink::{
    Connection, Error, GETLINK, InterfaceFlags, Link, Request, Rtnetlink,
};
use berkeley::{Interface, NetlinkAddr};

use super::exchange::{self, Tag};
use super::mail::Mail;
use super::row::{Carried, Fault, Outcome, Proof, Stop};

/// The length of `struct nlmsghdr`, and of `struct ifinfomsg`, which begins a link's message (linux/rtnetlink.h).
const HEADER: usize = 16;
const IFINFOMSG: usize = 16;
/// How often links are looked at that change meanwhile.
const TRIES: usize = 5;

/// A dump of the links.
struct Dump {
    sent: usize,
    received: usize,
    links: Vec<Link>,
}

/// Whether the loopback interface is there and down; `None` where netlink does not tell.
pub(super) fn loopback_is_down() -> Option<bool> {
    let links = Rtnetlink::open().ok()?.within(exchange::patience()).links().ok()?;
    let loopback = links.iter().find(|link| link.flags.contains(InterfaceFlags::LOOPBACK))?;
    Some(!loopback.flags.contains(InterfaceFlags::UP))
}

/// The links, asked for by RTM_GETLINK. Each must have the name that the ioctl SIOCGIFNAME tells.
pub(super) fn links(stop: &Stop) -> Result<Outcome, Fault> {
    let route =
        stop.open()?.narrow::<NetlinkAddr>().map_err(|_| Fault::new("no netlink socket"))?;
    let mut route = Connection::new(route).within(exchange::patience());
    let (dump, rtt) = look(&mut route)?;
    let proof =
        Proof::Answer { sent: dump.sent, received: dump.received, replies: dump.links.len() };
    let names = dump.links.iter().map(|link| link.interface.name().to_string_lossy().into());
    let (address, names) = (NetlinkAddr::KERNEL.to_string(), names.collect());
    Ok(Outcome::Carried(Carried { address, rtt, proof, names }))
}

/// The links, and the median of some dumps. Links come and go: what changed meanwhile is looked at again.
fn look(route: &mut Connection<'_>) -> Result<(Dump, Duration), Fault> {
    let mut why = Fault::new("no list of links of one moment");
    for _ in 0..TRIES {
        let once = |route: &mut Connection<'_>| {
            let rtt = exchange::median(|_| dump(route).map(drop))?;
            Ok((checked(dump(route)?)?, rtt))
        };
        match once(route) {
            Ok(found) => return Ok(found),
            Err(fault) => why = fault,
        }
    }
    Err(why)
}

/// The same dump, if it tells what the ioctl tells.
fn checked(dump: Dump) -> Result<Dump, Fault> {
    for link in &dump.links {
        let named = Interface::indexed(link.interface.index())?;
        if named != link.interface {
            return Err(Fault::new(format!("{:?} is {named:?} by ioctl", link.interface)));
        }
    }
    Ok(dump)
}

/// One dump, read to its end.
fn dump(route: &mut Connection<'_>) -> Result<Dump, Fault> {
    let failed = |error: Error| match error {
        Error::Socket(error) => error.into(),
        error => Fault::new(error.to_string()),
    };
    let mut room = [0; HEADER + IFINFOMSG];
    let mut request = Request::new(&mut room, GETLINK, 0);
    request.body(&[0; IFINFOMSG]);
    let mut found = Dump { sent: HEADER + IFINFOMSG, received: 0, links: Vec::new() };
    let mut dump = route.dump(&mut request).map_err(failed)?;
    while let Some(message) = dump.next().map_err(failed)? {
        found.received += HEADER + message.body.len();
        found.links.extend(Link::decode(&message));
    }
    Ok(found)
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
