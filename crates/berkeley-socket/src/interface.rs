//! Network interfaces: index, name, and which there are. netdevice(7), rtnetlink(7).

use std::ffi::OsStr;
use std::fmt;
use std::os::unix::ffi::OsStrExt;

use berkeley_addr::{NetlinkAddr, Protocol, Type, UnixAddr};
use berkeley_sys::{Errno, interface};

use crate::error::{Error, Op, Result};
use crate::netlink::{self, Message, Messages};
use crate::socket::Socket;

/// Room for one part of a dump; the kernel sends at most 32 KiB in one.
const PART: usize = 32 * 1024;

/// A network interface: its index, which a `sockaddr` holds, and its name, which people say.
///
/// ```
/// use berkeley_socket::Interface;
/// let lo = Interface::named("lo")?;
/// assert_eq!(Interface::indexed(lo.index())?, lo);
/// assert!(Interface::all()?.contains(&lo));
/// # Ok::<(), berkeley_socket::Error>(())
/// ```
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
pub struct Interface {
    index: u32,
    /// IFNAMSIZ bytes, zeros after the name.
    name: [u8; 16],
}

impl Interface {
    /// The interface called `name`.
    ///
    /// # Errors
    ///
    /// ENODEV: there is none.
    #[doc(alias = "if_nametoindex")]
    pub fn named(name: &str) -> Result<Self> {
        let index = interface::name_to_index(any_socket()?, name).map_err(failed)?;
        Ok(Self { index, name: padded(name.as_bytes()) })
    }

    /// The interface with this index.
    ///
    /// # Errors
    ///
    /// ENXIO, ENODEV: there is none. EILSEQ: its name is not UTF-8; [`all`](Self::all) has it.
    #[doc(alias = "if_indextoname")]
    pub fn indexed(index: u32) -> Result<Self> {
        let (name, len) = interface::index_to_name(any_socket()?, index).map_err(failed)?;
        Ok(Self { index, name: padded(name.get(..len).unwrap_or_default()) })
    }

    /// All there are in this network namespace, by one RTM_GETLINK dump.
    ///
    /// # Errors
    ///
    /// As the kernel refuses netlink: EAFNOSUPPORT, EPERM in a sandbox.
    #[doc(alias = "if_nameindex")]
    #[doc(alias = "getifaddrs")]
    pub fn all() -> Result<Vec<Self>> {
        let route = Socket::<NetlinkAddr>::open(Type::RAW, Protocol::NETLINK_ROUTE)?;
        // A dump that changes while it is read is asked for again; the third answer is taken as it is.
        for sequence in 1..=3 {
            let (all, consistent) = dump(&route, sequence)?;
            if consistent || sequence == 3 {
                return Ok(all);
            }
        }
        Err(failed(Errno::INTR))
    }

    /// The index; never 0.
    pub const fn index(&self) -> u32 {
        self.index
    }

    /// The name: at most 15 bytes, of any value but NUL, `/` and white space.
    pub fn name(&self) -> &OsStr {
        let end = self.name.iter().position(|byte| *byte == 0).unwrap_or(self.name.len());
        OsStr::from_bytes(self.name.get(..end).unwrap_or_default())
    }
}

impl fmt::Debug for Interface {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Interface").field("index", &self.index).field("name", &self.name()).finish()
    }
}

/// One dump: the interfaces, and whether they are of one moment.
fn dump(route: &Socket<NetlinkAddr>, sequence: u32) -> Result<(Vec<Interface>, bool)> {
    let flags = netlink::REQUEST | netlink::DUMP;
    let body = [0; netlink::IFINFOMSG];
    let request = Message::request(netlink::GETLINK, flags, sequence, &body);
    route.send_to(&request, &NetlinkAddr::KERNEL)?;
    let mut part = vec![0; PART];
    let (mut all, mut consistent) = (Vec::new(), true);
    loop {
        let (len, from) = route.recv_from(&mut part)?;
        // Any process may send to a netlink socket: only the kernel is believed.
        if from != Some(NetlinkAddr::KERNEL) {
            continue;
        }
        for message in Messages::new(part.get(..len).unwrap_or_default()) {
            let message = message.map_err(|_| failed(Errno::BADMSG))?;
            if message.sequence != sequence {
                continue;
            }
            consistent &= message.flags & netlink::DUMP_INTR == 0;
            match (message.kind, message.errno()) {
                (netlink::DONE, _) => return Ok((all, consistent)),
                (_, Some(errno)) => return Err(failed(Errno::from_raw_os_error(errno))),
                (netlink::NEWLINK, _) => all.extend(link(&message)),
                _ => {}
            }
        }
    }
}

/// The interface that an RTM_NEWLINK message tells.
fn link(message: &Message<'_>) -> Option<Interface> {
    let index = u32::from_ne_bytes(*message.body.get(4..)?.first_chunk()?);
    let mut attributes = message.attributes(netlink::IFINFOMSG).flatten();
    let (_, name) = attributes.find(|(kind, _)| *kind == netlink::IFNAME)?;
    Some(Interface { index, name: padded(name) })
}

fn padded(name: &[u8]) -> [u8; 16] {
    let mut padded = [0; 16];
    // The last byte stays a NUL: IFNAMSIZ counts it.
    for (to, from) in padded.iter_mut().take(15).zip(name) {
        *to = *from;
    }
    padded
}

/// The ioctls ask for a socket, no matter which: one of the family that every kernel has.
fn any_socket() -> Result<Socket<UnixAddr>> {
    Socket::open(Type::DGRAM, Protocol::DEFAULT)
}

fn failed(errno: Errno) -> Error {
    Error::kernel(Op::Interface, errno)
}
