//! Flags of sends and receives, kept apart so that a wrong one does not compile. send(2), recv(2).
//!
//! Open sets over the kernel's bits: `SendFlags::from_bits` takes any. `MSG_NOSIGNAL` is always passed and not listed.
//! `MSG_ZEROCOPY` is not listed either: with it the kernel reads the buffer after the call, so no borrow may be sent so.

use berkeley_sys::number;

use crate::newtype::bits;

bits! {
    /// Flags of a send.
    #[doc(alias = "MsgFlag")]
    SendFlags(i32) {
        /// Do not wait: EAGAIN instead.
        DONTWAIT = number::MSG_DONTWAIT, "MSG_DONTWAIT";
        /// Only to hosts on links of this one, through no gateway.
        DONTROUTE = number::MSG_DONTROUTE, "MSG_DONTROUTE";
        /// This ends a record (AF_UNIX and TIPC SEQPACKET, SCTP); on TCP: do not merge with what follows.
        EOR = number::MSG_EOR, "MSG_EOR";
        /// Urgent: one byte out of band, on TCP and AF_UNIX streams.
        OOB = number::MSG_OOB, "MSG_OOB";
        /// More follows: do not send a partial segment, or a datagram, yet.
        MORE = number::MSG_MORE, "MSG_MORE";
        /// The neighbour is alive: no ARP needed (DGRAM and RAW over IP).
        CONFIRM = number::MSG_CONFIRM, "MSG_CONFIRM";
        /// Connect and send in the first segment (TCP Fast Open).
        FASTOPEN = number::MSG_FASTOPEN, "MSG_FASTOPEN";
    }
}

bits! {
    /// Flags of a receive.
    #[doc(alias = "MsgFlag")]
    RecvFlags(i32) {
        /// Do not wait: EAGAIN instead.
        DONTWAIT = number::MSG_DONTWAIT, "MSG_DONTWAIT";
        /// Leave it in the queue: the next receive gets it again.
        PEEK = number::MSG_PEEK, "MSG_PEEK";
        /// The urgent byte (unless [`so::OOBINLINE`](crate::option::so::OOBINLINE) leaves it in the stream).
        OOB = number::MSG_OOB, "MSG_OOB";
        /// Wait until the buffer is full; returns less at the end of the stream, on an error, or at the limit.
        WAITALL = number::MSG_WAITALL, "MSG_WAITALL";
        /// Return the message's own length, however much the buffer took.
        TRUNC = number::MSG_TRUNC, "MSG_TRUNC";
        /// From the error queue.
        ERRQUEUE = number::MSG_ERRQUEUE, "MSG_ERRQUEUE";
    }
}

bits! {
    /// What the kernel says of a message that came.
    #[doc(alias = "MsgFlag")]
    ReceivedFlags(i32) {
        /// It was longer than the buffers; the rest is gone.
        TRUNC = number::MSG_TRUNC, "MSG_TRUNC";
        /// Control messages did not fit into their room; the rest is gone, and its descriptors closed.
        CTRUNC = number::MSG_CTRUNC, "MSG_CTRUNC";
        /// It ends a record.
        EOR = number::MSG_EOR, "MSG_EOR";
        /// It is urgent, and came out of band.
        OOB = number::MSG_OOB, "MSG_OOB";
        /// It is from the error queue.
        ERRQUEUE = number::MSG_ERRQUEUE, "MSG_ERRQUEUE";
        /// It was sent from this machine (CAN).
        DONTROUTE = number::MSG_DONTROUTE, "MSG_DONTROUTE";
        /// It was sent through this socket (CAN).
        CONFIRM = number::MSG_CONFIRM, "MSG_CONFIRM";
        /// It is no message but news of an association: [`sctp::Event`](crate::sctp::Event).
        NOTIFICATION = number::MSG_NOTIFICATION, "MSG_NOTIFICATION";
    }
}

impl ReceivedFlags {
    /// Without what the library itself asked for.
    pub(crate) const fn of(bits: i32) -> Self {
        Self(bits & !number::MSG_CMSG_CLOEXEC)
    }
}
