//! The stop of AF_QIPCRTR: messages between two sockets of this node. The kernel's net/qrtr.

use super::exchange::{self, Tag};
use super::mail::Mail;
use super::row::{Fault, Outcome, Stop};

/// Messages between two ports of the kernel's choice.
pub(super) fn messages(stop: &Stop) -> Result<Outcome, Fault> {
    let bound = || {
        let socket = stop.open()?;
        // The node's number, and no port yet.
        socket.bind(&socket.local_addr()?)?;
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
