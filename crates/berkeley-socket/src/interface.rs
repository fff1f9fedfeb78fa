//! A network interface: its index and its name. netdevice(7).
//!
//! Contract: the pair that was true when it was asked for; interfaces are renamed, and an index is not used again soon. What else there is
//! to an interface is asked for by netlink: `netlink/interface.rs`.

use std::ffi::OsStr;
use std::fmt;
use std::os::unix::ffi::OsStrExt;

use berkeley_addr::{Protocol, Type, UnixAddr};
use berkeley_sys::{Errno, interface};

use crate::error::{Error, Op, Result};
use crate::socket::Socket;

/// A network interface: its index, which a `sockaddr` holds, and its name, which people say.
///
/// ```
/// use berkeley_socket::Interface;
/// let lo = Interface::named("lo")?;
/// assert_eq!(Interface::indexed(lo.index())?, lo);
/// assert!(Interface::all()?.contains(&lo));
/// # Ok::<(), berkeley_socket::Error>(())
/// ```
///
/// Where an option wants an interface it wants its index:
///
/// ```no_run
/// use berkeley_socket::option::{Group, ip};
/// use berkeley_socket::{Interface, Socket, Type};
/// use std::net::SocketAddr;
///
/// let listener = Socket::bound(Type::DGRAM, &SocketAddr::from(([0, 0, 0, 0], 5353)))?;
/// let interface = Interface::named("eth0")?.index();
/// listener.set(ip::JOIN_GROUP, Group { group: [224, 0, 0, 251].into(), interface })?;
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
        Ok(Self::told(index, name.as_bytes()))
    }

    /// The interface with this index.
    ///
    /// # Errors
    ///
    /// ENXIO, ENODEV: there is none. EILSEQ: its name is not UTF-8; [`all`](Self::all) has it.
    #[doc(alias = "if_indextoname")]
    pub fn indexed(index: u32) -> Result<Self> {
        let (name, len) = interface::index_to_name(any_socket()?, index).map_err(failed)?;
        Ok(Self::told(index, name.get(..len).unwrap_or_default()))
    }

    /// The interface of which the kernel told this.
    pub(crate) fn told(index: u32, name: &[u8]) -> Self {
        let mut padded = [0; 16];
        // The last byte stays a NUL: IFNAMSIZ counts it.
        padded.iter_mut().take(15).zip(name).for_each(|(to, from)| *to = *from);
        Self { index, name: padded }
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

/// The ioctls ask for a socket, no matter which: one of the family that every kernel has.
fn any_socket() -> Result<Socket<UnixAddr>> {
    Socket::open(Type::DGRAM, Protocol::DEFAULT)
}

fn failed(errno: Errno) -> Error {
    Error::kernel(Op::Interface, errno)
}
