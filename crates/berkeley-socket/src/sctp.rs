//! Associations: what SCTP tells of them, and what a message says beside its data. RFC 6458.
//!
//! Contract. A one-to-one socket (STREAM) is one association, as a TCP socket is one connection; a one-to-many socket (SEQPACKET) has as
//! many as there are peers, each with a number. What happens to them comes between the messages, where it was asked for by
//! [`option::sctp::EVENTS`](crate::option::sctp::EVENTS): [`receive`] tells the two apart, as the socket's own receives do not. A message longer
//! than the buffer is not cut: the rest is the next receive's, and [`Message::whole`] says so.
//! Sources: RFC 6458, sctp(7), linux/sctp.h, `net/sctp/socket.c` of the kernel.

use std::io::{IoSlice, IoSliceMut};

use berkeley_addr::Address;
use berkeley_sys::Errno;

use crate::control::sctp::{RCVINFO, SNDINFO};
use crate::control::{ControlData, ControlRoom, SctpReceive, space};
use crate::error::{Error, Kind, Op, Result};
use crate::flag::{ReceivedFlags, RecvFlags};
use crate::handle::Handle;
use crate::message;
use crate::option::{SctpEvents, SctpSend};
use crate::socket::Socket;

mod event;
pub use event::{AssociationState, Event, PathState};

mod association;
pub use association::{
    Path, Status, association, connect, local_addrs, path, peel_off, peer_addrs, status,
};

/// Delivered as it arrives, not in its turn: a flag of [`SctpSend`].
#[doc(alias = "SCTP_UNORDERED")]
pub const UNORDERED: u16 = 1;
/// Sent to the address that is given, not to the primary one: likewise.
#[doc(alias = "SCTP_ADDR_OVER")]
pub const ADDR_OVER: u16 = 1 << 1;
/// Ends the association at once; the data, if any, tell the peer why: likewise. On one-to-many sockets; others set
/// [`so::LINGER`](crate::option::so::LINGER) to zero and close.
#[doc(alias = "SCTP_ABORT")]
pub const ABORT: u16 = 1 << 2;
/// The peer shall acknowledge without delay: likewise.
#[doc(alias = "SCTP_SACK_IMMEDIATELY")]
pub const SACK_IMMEDIATELY: u16 = 1 << 3;
/// To every association of a one-to-many socket: likewise. Linux 4.17.
#[doc(alias = "SCTP_SENDALL")]
pub const SENDALL: u16 = 1 << 6;
/// Shuts the association down once all is delivered: likewise, without data. On one-to-many sockets; others
/// [shut down](Socket::shutdown).
#[doc(alias = "SCTP_EOF")]
pub const EOF: u16 = 0x200;

/// Stream 0, in order, no payload protocol, the association that there is. Others: `SctpSend { stream: 3, ..sctp::PLAIN }`.
pub const PLAIN: SctpSend = SctpSend { stream: 0, flags: 0, ppid: 0, context: 0, association: 0 };

/// No event is asked for. Some: `SctpEvents { association: 1, shutdown: 1, ..sctp::NO_EVENTS }`.
pub const NO_EVENTS: SctpEvents = SctpEvents {
    data_io: 0,
    association: 0,
    address: 0,
    send_failure: 0,
    peer_error: 0,
    shutdown: 0,
    partial_delivery: 0,
    adaptation: 0,
    authentication: 0,
    sender_dry: 0,
    stream_reset: 0,
    association_reset: 0,
    stream_change: 0,
    send_failure_event: 0,
};

/// How much room [`receive`] needs for control messages.
pub const ROOM: usize = space(28) + space(16) + space(32);

/// What a receive brought.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Received<'b, A> {
    /// A message, or a part of one.
    Message(Message<'b, A>),
    /// What happened to an association.
    Event(Event<'b>),
}

/// A message, or a part of one.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Message<'b, A> {
    /// The bytes.
    pub data: &'b [u8],
    /// Whether they end the message; if not, more of it follows.
    #[doc(alias = "MSG_EOR")]
    pub whole: bool,
    /// The sender: one of the peer's addresses.
    pub from: Option<A>,
    /// Stream, payload protocol, numbers, association; `None`: not asked for by
    /// [`RECVRCVINFO`](crate::option::sctp::RECVRCVINFO).
    pub info: Option<SctpReceive>,
}

/// Receives a message, a part of one, or an event. `None`: the association of a one-to-one socket has ended.
///
/// ```no_run
/// use berkeley_socket::control::ControlRoom;
/// use berkeley_socket::sctp::{self, Event, Received};
/// use berkeley_socket::{BACKLOG, Family, Limit, Protocol, Socket, Type, option};
/// use std::net::SocketAddr;
///
/// let server = Socket::new(Family::INET, Type::SEQPACKET, Protocol::SCTP)?.narrow::<SocketAddr>().expect("an IP socket");
/// server.bind(&SocketAddr::from(([127, 0, 0, 1], 9899)))?;
/// server.listen(BACKLOG)?;
/// server.set(option::sctp::RECVRCVINFO, true)?;
/// server.set(option::sctp::EVENTS, option::SctpEvents { association: 1, ..sctp::NO_EVENTS })?;
///
/// let (mut buffer, mut room) = ([0; 65_536], ControlRoom::new(sctp::ROOM));
/// match sctp::receive(&server.within(Limit::seconds(5)), &mut buffer, &mut room)? {
///     Some(Received::Event(Event::Association { association, state, .. })) => println!("{association} {state:?}"),
///     Some(Received::Message(message)) => println!("{} bytes, {:?}", message.data.len(), message.info),
///     other => println!("{other:?}"),
/// }
/// # Ok::<(), berkeley_socket::Error>(())
/// ```
///
/// # Errors
///
/// As [`Socket::recv`]. EINVAL: the buffer is empty. ENOTCONN: a one-to-one socket that is in no association. [`Kind::Truncated`]: an event did not fit into the buffer (256 bytes are enough for those without
/// data); it is gone.
#[doc(alias("sctp_recvmsg", "sctp_recvv"))]
pub fn receive<'b, A: Address, H: Handle>(
    socket: &Socket<A, H>,
    buffer: &'b mut [u8],
    room: &mut ControlRoom,
) -> Result<Option<Received<'b, A>>> {
    if buffer.is_empty() {
        return Err(Error::kernel(Op::Recv, Errno::INVAL));
    }
    let received = receive_into(socket, buffer, room, RecvFlags::NONE)?;
    let whole = received.flags.contains(ReceivedFlags::EOR);
    if received.flags.contains(ReceivedFlags::NOTIFICATION) {
        if !whole {
            // Its rest, which is there already, would be taken for another event.
            while !receive_into(socket, buffer, room, RecvFlags::DONTWAIT)?
                .flags
                .contains(ReceivedFlags::EOR)
            {}
        }
        let event = Event::decode(buffer.get(..received.len).unwrap_or_default());
        let event = event.filter(|_| whole).ok_or(Error::other(Op::Recv, Kind::Truncated))?;
        return Ok(Some(Received::Event(event)));
    }
    // The kernel sends no empty message.
    if received.len == 0 {
        return Ok(None);
    }
    let data = buffer.get(..received.len).unwrap_or_default();
    let message = Message { data, whole, from: received.from, info: room.get(RCVINFO) };
    Ok(Some(Received::Message(message)))
}

fn receive_into<A: Address, H: Handle>(
    socket: &Socket<A, H>,
    buffer: &mut [u8],
    room: &mut ControlRoom,
    flags: RecvFlags,
) -> Result<message::Received<A>> {
    socket.recv_msg(&mut [IoSliceMut::new(buffer)], room, flags)
}

/// Sends a message: to the address on a one-to-many socket, which begins the association if there is none; without one to the
/// association that `how` names, or the only one.
///
/// `ppid` goes as its bytes are: `46_u32.to_be()` is what other machines see as 46. An empty message is only for [`EOF`] and [`ABORT`].
/// A loop that sends much builds [`SNDINFO`] once, or sets
/// [`DEFAULT_SNDINFO`](crate::option::sctp::DEFAULT_SNDINFO), and calls [`Socket::send_msg`].
///
/// # Errors
///
/// As [`Socket::send_msg`]. EINVAL: no such stream or association. EPIPE: the association is being shut down. EMSGSIZE.
#[doc(alias("sctp_sendmsg", "sctp_sendv"))]
pub fn send<A: Address, H: Handle>(
    socket: &Socket<A, H>,
    data: &[u8],
    to: Option<&A>,
    how: SctpSend,
) -> Result<usize> {
    let mut control = ControlData::new();
    control.push(SNDINFO, how)?;
    let pieces = [IoSlice::new(data)];
    let message = message::Message::new(&pieces).with(&control);
    socket.send_msg(&to.map_or(message, |to| message.to(to)))
}
