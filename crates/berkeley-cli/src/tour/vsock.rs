//! Stops of AF_VSOCK: a connection over the loopback transport. vsock(7).
//!
//! Contract: nothing is sent where the kernel has no loopback transport, because there the only peer is the host of this machine, or a
//! guest.

use std::path::Path;

use berkeley::BACKLOG;
use berkeley::addr::VsockAddr;

use super::exchange::Tag;
use super::mail;
use super::row::{Fault, Outcome, Stop};

/// A connection from this machine to itself.
pub(super) fn connection(stop: &Stop) -> Result<Outcome, Fault> {
    if !Path::new("/sys/module/vsock_loopback").exists() {
        let why = "without the module vsock_loopback its packets would leave this machine";
        return Ok(Outcome::Opened(why.to_owned()));
    }
    let (listener, client, tag) = (stop.open()?, stop.open()?, Tag::new());
    // The kernel chooses the port.
    listener.bind(&VsockAddr::new(VsockAddr::LOCAL, VsockAddr::ANY).into())?;
    listener.listen(BACKLOG)?;
    let address = listener.local_addr()?;
    mail::connection(&client, &listener, &address, tag)
}
