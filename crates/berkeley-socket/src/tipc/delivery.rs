//! What a receive on TIPC brings: a message, a member's coming or going, one's own message that came back, an end.
//!
//! Contract: nothing is taken for what it is not. In a group the kernel names the sender twice, by its socket and as a member, in two
//! sockaddrs behind each other; a member's event is out of band, and says in its flags whether it ends a membership. Sources:
//! net/tipc/socket.c (`tipc_sk_set_orig_addr`, `tipc_sk_anc_data_recv`, `tipc_recvmsg`).

use std::io::IoSliceMut;

use berkeley_addr::{Address, TipcAddr};
use berkeley_sys::Sockaddr;

use crate::control::{ControlRoom, TipcName, TipcReason, len, tipc};
use crate::error::{Error, Kind, Op, Result};
use crate::flag::{ReceivedFlags, RecvFlags};
use crate::handle::Handle;
use crate::socket::Socket;

/// Room that [`recv_delivery`](Socket::recv_delivery) wants: a reason, 1024 bytes that came back, and a name.
pub const DELIVERY: usize = 2048;

/// What came.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Delivery<'r> {
    /// A message.
    Message {
        /// What it says.
        data: &'r [u8],
        /// The sender's socket; `None` where the kernel names none.
        from: Option<TipcAddr>,
        /// The sender as a member of the group: the group and the instance that it joined as.
        member: Option<TipcAddr>,
        /// The service or range that it was sent to; `None`: to this socket, or to all of the group.
        to: Option<TipcName>,
    },
    /// A member is in the group: new, or there already when this socket joined.
    Joined {
        /// Its socket.
        socket: TipcAddr,
        /// The group and the instance that it joined as.
        member: TipcAddr,
    },
    /// A member has left the group, closed its socket, or its node is lost.
    Left {
        /// What was its socket.
        socket: TipcAddr,
        /// The group and the instance that it was.
        member: TipcAddr,
    },
    /// A message of this socket's that was not delivered: only where [`DEST_DROPPABLE`](crate::option::tipc::DEST_DROPPABLE) is off. On
    /// a connection: it has ended.
    Returned {
        /// Why.
        reason: TipcReason,
        /// The message, or its first 1024 bytes.
        data: &'r [u8],
        /// Whom it was sent to: the socket that it reached, or the one it did not.
        from: Option<TipcAddr>,
        /// The service that it was sent to.
        to: Option<TipcName>,
    },
}

impl<H: Handle> Socket<TipcAddr, H> {
    /// Receives what comes next, and says what it is. What comes back goes to `control`, whose room should be [`DELIVERY`] bytes; it
    /// is used again.
    ///
    /// Other receives take a member's event for an empty message, or one that was cut, and drop returned ones.
    ///
    /// # Errors
    ///
    /// As [`recv`](Socket::recv). [`Kind::Truncated`]: the message was longer than the buffer, or what came with it than
    /// `control`. EINVAL: the buffer is empty.
    ///
    /// ```no_run
    /// use berkeley_addr::{Protocol, TipcAddr, Type};
    /// use berkeley_socket::control::ControlRoom;
    /// use berkeley_socket::option::tipc::{GROUP_JOIN, Group};
    /// use berkeley_socket::tipc::{DELIVERY, Delivery};
    /// use berkeley_socket::{Limit, Socket};
    ///
    /// let socket = Socket::<TipcAddr>::open(Type::RDM, Protocol::DEFAULT)?;
    /// socket.set(GROUP_JOIN, Group::new(4711, 1).with_member_events())?;
    /// let (mut buffer, mut room) = ([0; 66_000], ControlRoom::new(DELIVERY));
    /// match socket.within(Limit::seconds(60)).recv_delivery(&mut buffer, &mut room)? {
    ///     Delivery::Joined { socket: new, .. } => drop(socket.send_to(b"welcome", &new)?),
    ///     Delivery::Message { data, from, .. } => println!("{from:?} says {data:?}"),
    ///     other => println!("{other:?}"),
    /// }
    /// # Ok::<(), berkeley_socket::Error>(())
    /// ```
    #[doc(alias = "recvmsg")]
    #[doc(alias = "TIPC_RETDATA")]
    pub fn recv_delivery<'r>(
        &self,
        buffer: &'r mut [u8],
        control: &'r mut ControlRoom,
    ) -> Result<Delivery<'r>> {
        let mut names = Sockaddr::new();
        let pieces = &mut [IoSliceMut::new(buffer)];
        let received = self.recv_named(pieces, control, RecvFlags::NONE, &mut names)?;
        let names = names.as_bytes();
        let from = TipcAddr::decode(names).ok();
        let member = names.get(NAME..).and_then(|name| TipcAddr::decode(name).ok());
        if received.flags.contains(ReceivedFlags::OOB) {
            // What it would say in the buffer as well is in the names, so it does not matter if that was cut.
            let (Some(socket), Some(member)) = (from, member) else {
                return Err(Error::other(Op::Recv, Kind::Foreign));
            };
            let left = received.flags.contains(ReceivedFlags::EOR);
            return Ok(if left {
                Delivery::Left { socket, member }
            } else {
                Delivery::Joined { socket, member }
            });
        }
        let cut = received.is_truncated() && self.ty().keeps_boundaries();
        if cut || received.is_control_truncated() {
            return Err(Error::other(Op::Recv, Kind::Truncated));
        }
        let to = control.get(tipc::DESTNAME);
        if let Some(error) = control.get(tipc::ERRINFO) {
            let data = control.get(tipc::RETDATA).unwrap_or_default();
            return Ok(Delivery::Returned { reason: error.code, data, from, to });
        }
        let data = buffer.get(..received.len).unwrap_or_default();
        Ok(Delivery::Message { data, from, member, to })
    }
}

/// `sizeof(struct sockaddr_tipc)`.
const NAME: usize = 16;

// A reason of 8 bytes, `MAX_FORWARD_SIZE` of net/tipc/msg.h, a name of 12: in fewer than all.
const _: () = assert!(len(8) + len(1024) + len(12) + 3 * size_of::<usize>() < DELIVERY);
