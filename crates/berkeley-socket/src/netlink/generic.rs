//! `Genetlink`: generic netlink, whose families have names and get their numbers when the kernel starts.
//!
//! Contract: decoding is total. Sources: `linux/genetlink.h` (`genlmsghdr`, `CTRL_*`), Documentation/userspace-api/netlink/intro.rst.

use core::fmt;
use std::ffi::OsString;

use berkeley_addr::Protocol;

use crate::limit::Limit;

use super::connection::Connection;
use super::error::{Error, Result};
use super::message::{Attribute, Message};
use super::request::Request;

/// The length of `struct genlmsghdr`, with which a message's body begins: command, version (a byte each), padding.
pub const GENLMSGHDR: usize = 4;

/// GENL_ID_CTRL: the family that tells the others.
const CTRL: u16 = 16;
/// CTRL_CMD_*.
const NEWFAMILY: u8 = 1;
const GETFAMILY: u8 = 3;
/// CTRL_ATTR_*.
const FAMILY_ID: u16 = 1;
const FAMILY_NAME: u16 = 2;
const VERSION: u16 = 3;
const HDRSIZE: u16 = 4;
const MCAST_GROUPS: u16 = 7;
/// CTRL_ATTR_MCAST_GRP_*, within each of CTRL_ATTR_MCAST_GROUPS.
const GROUP_NAME: u16 = 1;
const GROUP_ID: u16 = 2;

/// A family of generic netlink.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct GenericFamily {
    /// Its name.
    pub name: OsString,
    /// The kind of its messages.
    pub id: u16,
    /// Its version.
    pub version: u32,
    /// The length of its own structure behind [`GENLMSGHDR`], in bytes.
    pub header_len: u32,
    /// Its multicast groups.
    pub groups: Vec<GenericGroup>,
}

/// A multicast group of a family.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct GenericGroup {
    /// Its name.
    pub name: OsString,
    /// Its number, for [`ADD_MEMBERSHIP`](crate::option::netlink::ADD_MEMBERSHIP).
    pub id: u32,
}

impl GenericFamily {
    /// A request of this family, to be written into `room`: its header is there, attributes follow.
    pub fn request<'b>(&self, room: &'b mut [u8], command: u8, flags: u16) -> Request<'b> {
        let [version, ..] = self.version.to_le_bytes();
        let mut request = Request::new(room, self.id, flags);
        request.body(&[command, version, 0, 0]);
        request
    }

    /// What a CTRL_CMD_NEWFAMILY message tells; `None`: it is none, or lacks name or number.
    pub fn decode(message: &Message<'_>) -> Option<Self> {
        if message.kind != CTRL || message.u8(0)? != NEWFAMILY {
            return None;
        }
        let (mut name, mut id) = (None, None);
        let (mut version, mut header_len, mut groups) = (0, 0, Vec::new());
        for attribute in message.attributes(GENLMSGHDR).flatten() {
            match attribute.kind {
                FAMILY_NAME => name = Some(attribute.text().to_owned()),
                FAMILY_ID => id = attribute.u16(),
                VERSION => version = attribute.u32().unwrap_or(0),
                HDRSIZE => header_len = attribute.u32().unwrap_or(0),
                MCAST_GROUPS => {
                    groups = attribute.nested().flatten().filter_map(group).collect();
                }
                _ => {}
            }
        }
        Some(Self { name: name?, id: id?, version, header_len, groups })
    }
}

fn group(attribute: Attribute<'_>) -> Option<GenericGroup> {
    let name = attribute.nested().of(GROUP_NAME)?.text().to_owned();
    Some(GenericGroup { name, id: attribute.nested().of(GROUP_ID)?.u32()? })
}

/// A connection to generic netlink.
///
/// ```
/// use berkeley_socket::netlink::Genetlink;
///
/// let mut generic = Genetlink::open()?;
/// let control = generic.family("nlctrl")?;
/// assert_eq!(control.id, 16);
/// assert!(generic.families()?.contains(&control));
/// # Ok::<(), berkeley_socket::netlink::Error>(())
/// ```
pub struct Genetlink<'l> {
    connection: Connection<'l>,
}

impl Genetlink<'_> {
    /// A connection to this network namespace, where it stays.
    ///
    /// # Errors
    ///
    /// As [`Connection::open`].
    pub fn open() -> Result<Self> {
        Ok(Self { connection: Connection::open(Protocol::NETLINK_GENERIC)? })
    }
}

impl<'l> Genetlink<'l> {
    /// The same questions over a connection of the caller's.
    pub fn new(connection: Connection<'l>) -> Self {
        Self { connection }
    }

    /// The same connection under `limit`: each operation from now on, as a whole.
    #[must_use]
    pub fn within(self, limit: Limit<'_>) -> Genetlink<'_> {
        Genetlink { connection: self.connection.within(limit) }
    }

    /// The connection, for requests of a family.
    pub fn connection(&mut self) -> &mut Connection<'l> {
        &mut self.connection
    }

    /// The family of that name.
    ///
    /// # Errors
    ///
    /// ENOENT: there is none; its module may not be loaded.
    pub fn family(&mut self, name: &str) -> Result<GenericFamily> {
        let mut room = [0; 64];
        let mut request = Request::new(&mut room, CTRL, 0);
        request.body(&[GETFAMILY, 1, 0, 0]).put_str(FAMILY_NAME, name);
        GenericFamily::decode(&self.connection.ask(&mut request)?).ok_or(Error::Unanswered)
    }

    /// Every family.
    ///
    /// # Errors
    ///
    /// As [`Connection::list`].
    pub fn families(&mut self) -> Result<Vec<GenericFamily>> {
        let mut room = [0; 64];
        let mut request = Request::new(&mut room, CTRL, 0);
        request.body(&[GETFAMILY, 1, 0, 0]);
        self.connection.list(&mut request, GenericFamily::decode)
    }
}

impl fmt::Debug for Genetlink<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.connection.fmt(f)
    }
}
