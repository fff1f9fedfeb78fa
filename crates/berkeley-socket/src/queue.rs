//! The error queue: what the kernel tells later of what was sent. recvmsg(2) with MSG_ERRQUEUE; ip(7), IP_RECVERR;
//! `Documentation/networking/timestamping.rst`, `msg_zerocopy.rst`.
//!
//! Contract: one event a call, typed; whatever else came with it stays in the room for control messages. It waits for POLLERR
//! alone, so data that lie ready do not wake it, and what lies in the queue does not keep a receive of data awake.

use std::io::IoSliceMut;

use berkeley_addr::Address;

use crate::control::{
    ControlRoom, ExtendedError, Origin, Timestamps, can, ip, ipv6, packet, so, vsock,
};
use crate::error::Result;
use crate::flag::RecvFlags;
use crate::handle::Handle;
use crate::message::Received;
use crate::socket::Socket;

/// One event of the error queue.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Queued<A> {
    /// What happened.
    pub event: QueuedEvent,
    /// The packet that it is about: how much of it is in the buffer, where it was sent to, and what was cut off.
    pub packet: Received<A>,
}

/// What happened to something that was sent.
#[derive(Clone, Copy, Debug, PartialEq)]
#[non_exhaustive]
pub enum QueuedEvent {
    /// It failed: [`ExtendedError::errno`] says how, [`ExtendedError::offender`] who told it.
    Failed(ExtendedError),
    /// It passed a point on its way, at which SO_TIMESTAMPING has it stamped.
    Sent {
        /// Which message, by the socket's own count (SOF_TIMESTAMPING_OPT_ID); of a stream its last byte.
        id: u32,
        /// Which point.
        stage: Stage,
        /// When.
        time: Timestamps,
    },
    /// The kernel has done with the buffers of sends with MSG_ZEROCOPY, counted from 0.
    Released {
        /// The first of them.
        first: u32,
        /// The last of them.
        last: u32,
        /// It copied the bytes after all: the flag cost more than it saved.
        copied: bool,
    },
    /// Something else: look at the control messages.
    Other,
}

/// A point on the way of something that was sent: `SCM_TSTAMP_*` of linux/errqueue.h.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Stage {
    /// It left for the device.
    Sent,
    /// It entered the packet scheduler.
    Scheduled,
    /// The peer has acknowledged all of it.
    Acknowledged,
    /// The device says it is done (Bluetooth; Linux 6.15).
    Completed,
    /// Another point.
    Other(u32),
}

impl<A: Address, H: Handle> Socket<A, H> {
    /// Takes an event from the error queue. The packet it is about comes into `buffer`, as far as it fits, and other control
    /// messages into `control`, which wants room for 128 bytes and more for what options ask for.
    ///
    /// # Errors
    ///
    /// EAGAIN: on a non-blocking socket without a limit, the queue is empty.
    ///
    /// ```
    /// use berkeley_socket::control::ControlRoom;
    /// use berkeley_socket::option::ip;
    /// use berkeley_socket::{Errno, Limit, QueuedEvent, Socket, Type};
    /// use std::net::SocketAddr;
    ///
    /// let closed = Socket::bound(Type::DGRAM, &SocketAddr::from(([127, 0, 0, 1], 0)))?.local_addr()?;
    /// let socket = Socket::connected(Type::DGRAM, &closed)?;
    /// socket.set(ip::RECVERR, true)?;
    /// socket.send(b"is anybody there?")?;
    /// let (mut buffer, mut control) = ([0; 64], ControlRoom::new(128));
    /// let queued = socket.within(Limit::seconds(5)).recv_error(&mut buffer, &mut control)?;
    /// let QueuedEvent::Failed(error) = queued.event else { panic!("{queued:?}") };
    /// assert_eq!((error.errno, queued.packet.from), (Some(Errno::CONNREFUSED), Some(closed)));
    /// assert_eq!(error.offender.and_then(|addr| addr.ip()).map(|addr| addr.ip()), Some(closed.ip()));
    /// # Ok::<(), berkeley_socket::Error>(())
    /// ```
    #[doc(alias = "MSG_ERRQUEUE")]
    #[doc(alias = "sock_extended_err")]
    pub fn recv_error(&self, buffer: &mut [u8], control: &mut ControlRoom) -> Result<Queued<A>> {
        let buffers = &mut [IoSliceMut::new(buffer)];
        let packet = self.recv_msg(buffers, control, RecvFlags::ERRQUEUE)?;
        Ok(Queued { event: event(control), packet })
    }
}

fn event(control: &ControlRoom) -> QueuedEvent {
    let error = control
        .get(ip::RECVERR)
        .or_else(|| control.get(ipv6::RECVERR))
        .or_else(|| control.get(packet::TX_TIMESTAMP))
        .or_else(|| control.get(can::ERRQUEUE))
        .or_else(|| control.get(vsock::RECVERR));
    let Some(error) = error else { return QueuedEvent::Other };
    match error.origin {
        Origin::Zerocopy => {
            QueuedEvent::Released { first: error.info, last: error.data, copied: error.code == 1 }
        }
        Origin::Txstatus => match control.get(so::TIMESTAMPING) {
            Some(time) => QueuedEvent::Sent { id: error.data, stage: Stage::of(error.info), time },
            None => QueuedEvent::Other,
        },
        _ => QueuedEvent::Failed(error),
    }
}

impl Stage {
    fn of(number: u32) -> Self {
        match number {
            0 => Self::Sent,
            1 => Self::Scheduled,
            2 => Self::Acknowledged,
            3 => Self::Completed,
            other => Self::Other(other),
        }
    }
}
