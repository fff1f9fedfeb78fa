//! Stops of AF_TIPC: a service of this node, by its address. tipc(7) of tipcutils.
//!
//! Contract: the service's type is a random one, bound for this node alone.

use berkeley::addr::{TipcAddr, TipcScope};
use berkeley::{AnyAddr, BACKLOG};

use super::exchange::{self, Tag};
use super::mail::{self, Mail};
use super::row::{Fault, Outcome, Stop};

/// A service that no other tour has.
fn service(tag: Tag) -> TipcAddr {
    // The first 64 types are TIPC's own.
    let [a, b, c, _, ..] = tag.0.to_be_bytes();
    TipcAddr::service(u32::from_be_bytes([1, a, b, c]), 1)
}

/// A connection to the service.
pub(super) fn connection(stop: &Stop) -> Result<Outcome, Fault> {
    let tag = Tag::new();
    let address = AnyAddr::from(service(tag));
    let (listener, client) = (stop.open()?, stop.open()?);
    listener.bind(&service(tag).with_scope(TipcScope::NODE).into())?;
    listener.listen(BACKLOG)?;
    mail::connection(&client, &listener, &address, tag)
}

/// Messages to the service, and back to the socket that they came from.
pub(super) fn messages(stop: &Stop) -> Result<Outcome, Fault> {
    let tag = Tag::new();
    let address = AnyAddr::from(service(tag));
    let (server, client) = (stop.open()?, stop.open()?);
    server.bind(&service(tag).with_scope(TipcScope::NODE).into())?;
    // The kernel keeps the service for each send: the answers come from a socket, which has another address.
    client.connect(&address)?;
    let back = client.local_addr()?;
    let results = exchange::both(
        |limit| Mail::new(client.within(limit), None, tag).ask(),
        |limit| Mail::new(server.within(limit), Some(back), tag).answer(),
    )?;
    exchange::compare(&address, results).map(Outcome::Carried)
}
