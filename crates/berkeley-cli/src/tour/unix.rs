//! Stops of AF_UNIX: a path, abstract names, pairs. unix(7).
//!
//! Contract: the path is in the folder for temporary files, and is removed again, also on a failure.

use std::path::PathBuf;

use berkeley::{AnyAddr, BACKLOG, Socket, UnixAddr};

use super::exchange::{self, Tag};
use super::mail::{self, Mail};
use super::row::{Fault, Outcome, Stop};

/// A file that goes when this goes.
struct Path(PathBuf);

impl Drop for Path {
    fn drop(&mut self) {
        // It is not there where bind failed.
        let _ = std::fs::remove_file(&self.0);
    }
}

/// A connection over a path.
pub(super) fn path(stop: &Stop) -> Result<Outcome, Fault> {
    let tag = Tag::new();
    let path = Path(std::env::temp_dir().join(tag.to_string()));
    let address = UnixAddr::try_from(path.0.as_path()).map_err(|error| {
        let fault = Fault::new(format!("{}: {error}", path.0.display()));
        fault.advise("set TMPDIR to a folder of a shorter name")
    })?;
    connection(stop, address.into(), tag)
}

/// A connection over an abstract name.
pub(super) fn name(stop: &Stop) -> Result<Outcome, Fault> {
    let tag = Tag::new();
    connection(stop, named(tag, "")?, tag)
}

fn connection(stop: &Stop, address: AnyAddr, tag: Tag) -> Result<Outcome, Fault> {
    let (listener, client) = (stop.open()?, stop.open()?);
    listener.bind(&address)?;
    listener.listen(BACKLOG)?;
    mail::connection(&client, &listener, &address, tag)
}

/// Two sockets that were born connected, and have no names.
pub(super) fn pair(stop: &Stop) -> Result<Outcome, Fault> {
    let (client, server) = Socket::<UnixAddr>::pair(stop.ty)?;
    let (client, server, tag) = (client.widen(), server.widen(), Tag::new());
    let results = exchange::both(
        |limit| mail::ask(client.within(limit), tag),
        |limit| mail::answer(server.within(limit), tag),
    )?;
    exchange::compare(&server.local_addr()?, results).map(Outcome::Carried)
}

/// Datagrams between abstract names.
pub(super) fn datagrams(stop: &Stop) -> Result<Outcome, Fault> {
    let tag = Tag::new();
    let (here, there) = (named(tag, "-client")?, named(tag, "")?);
    let (client, server) = (stop.open()?, stop.open()?);
    client.bind(&here)?;
    server.bind(&there)?;
    let results = exchange::both(
        |limit| Mail::new(client.within(limit), Some(there), tag).ask(),
        |limit| Mail::new(server.within(limit), Some(here), tag).answer(),
    )?;
    exchange::compare(&there, results).map(Outcome::Carried)
}

/// A name that no other tour has.
fn named(tag: Tag, suffix: &str) -> Result<AnyAddr, Fault> {
    let name = UnixAddr::abstract_name(format!("{tag}{suffix}"));
    name.map(AnyAddr::from).map_err(|error| Fault::new(error.to_string()))
}
