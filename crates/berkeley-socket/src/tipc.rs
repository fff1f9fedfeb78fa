//! AF_TIPC beyond its addresses: services that come and go, what a receive may bring, nodes and links.
//!
//! | to | use |
//! |---|---|
//! | be told of services, nodes and links | [`Topology`] |
//! | join a group, leave it | [`GROUP_JOIN`](crate::option::tipc::GROUP_JOIN), [`GROUP_LEAVE`](crate::option::tipc::GROUP_LEAVE) |
//! | send to all members of a group | [`send`](Socket::send), without an address |
//! | send to one, to any one, to some | [`send_to`](Socket::send_to) a socket, a service address, a range of the group |
//! | receive messages, members' comings and goings, what came back | [`recv_delivery`](Socket::recv_delivery) |
//! | learn what a node or a link is called | [`node_id`](Socket::node_id), [`link_name`](Socket::link_name) |
//!
//! Sources: tipc(7) of tipcutils, linux/tipc.h, net/tipc/{socket,topsrv,subscr,group}.c.

mod event;
pub use event::{Event, EventKind, Filter, Subscription};

mod topology;
pub use topology::{Events, Topology};

mod delivery;
pub use delivery::{DELIVERY, Delivery};

use berkeley_addr::TipcAddr;

use crate::error::{Error, Op, Result};
use crate::handle::Handle;
use crate::socket::Socket;

/// The service type of nodes: an instance each, which is the hash of its identity. What to subscribe to, never to bind.
#[doc(alias = "TIPC_NODE_STATE")]
#[doc(alias = "TIPC_CFG_SRV")]
pub const NODE_STATE: u32 = 0;

/// The service type of this node's links: the instance is the hash of the peer's identity; the reference of an event's socket is the
/// link's, of which the lower 16 bits are the bearer for [`link_name`](Socket::link_name).
#[doc(alias = "TIPC_LINK_STATE")]
pub const LINK_STATE: u32 = 2;

impl<H: Handle> Socket<TipcAddr, H> {
    /// The identity of a node of the cluster, by its hash: 16 bytes, which its administrator chose as such or as a text that ends
    /// with zeros.
    ///
    /// # Errors
    ///
    /// EADDRNOTAVAIL: no such node is known; on old kernels, or it is this one.
    #[doc(alias = "SIOCGETNODEID")]
    pub fn node_id(&self, node: u32) -> Result<[u8; 16]> {
        berkeley_sys::tipc::node_id(self.fd(), node).map_err(|errno| Error::kernel(Op::Node, errno))
    }

    /// The name of the link to a node over one of this node's bearers, such as `1001:eth0-1002:eth0`.
    ///
    /// # Errors
    ///
    /// EADDRNOTAVAIL: no such link is known.
    #[doc(alias = "SIOCGETLINKNAME")]
    pub fn link_name(&self, node: u32, bearer: u16) -> Result<String> {
        let name = berkeley_sys::tipc::link_name(self.fd(), node, bearer.into())
            .map_err(|errno| Error::kernel(Op::Node, errno))?;
        let end = name.iter().position(|byte| *byte == 0).unwrap_or(name.len());
        Ok(String::from_utf8_lossy(name.get(..end).unwrap_or_default()).into_owned())
    }
}
