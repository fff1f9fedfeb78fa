//! Which time stamps a socket takes and tells: timestamping.rst, linux/net_tstamp.h.

use super::codec::codecs;
use crate::newtype::bits;

bits! {
    /// Which times of packets are taken and told: [`so::TIMESTAMPING`](super::so::TIMESTAMPING). An open set of the kernel's bits.
    Timestamping(u32) {
        /// Have the device stamp what is sent.
        TX_HARDWARE = 1 << 0, "SOF_TIMESTAMPING_TX_HARDWARE";
        /// Stamp what is sent when it goes to the device.
        TX_SOFTWARE = 1 << 1, "SOF_TIMESTAMPING_TX_SOFTWARE";
        /// Have the device stamp what is received.
        RX_HARDWARE = 1 << 2, "SOF_TIMESTAMPING_RX_HARDWARE";
        /// Stamp what is received when it comes from the device.
        RX_SOFTWARE = 1 << 3, "SOF_TIMESTAMPING_RX_SOFTWARE";
        /// Tell the kernel's stamps.
        SOFTWARE = 1 << 4, "SOF_TIMESTAMPING_SOFTWARE";
        /// Without effect: the device's stamps in the system's time.
        SYS_HARDWARE = 1 << 5, "SOF_TIMESTAMPING_SYS_HARDWARE";
        /// Tell the device's stamps.
        RAW_HARDWARE = 1 << 6, "SOF_TIMESTAMPING_RAW_HARDWARE";
        /// Number what is sent, and tell the number with its stamp.
        OPT_ID = 1 << 7, "SOF_TIMESTAMPING_OPT_ID";
        /// Stamp what is sent when it enters the queueing layer.
        TX_SCHED = 1 << 8, "SOF_TIMESTAMPING_TX_SCHED";
        /// Stamp what is sent when all of it is acknowledged (TCP).
        TX_ACK = 1 << 9, "SOF_TIMESTAMPING_TX_ACK";
        /// Tell the interface with a stamp.
        OPT_CMSG = 1 << 10, "SOF_TIMESTAMPING_OPT_CMSG";
        /// Tell the stamp alone, without the packet.
        OPT_TSONLY = 1 << 11, "SOF_TIMESTAMPING_OPT_TSONLY";
        /// Tell TCP's statistics with a stamp.
        OPT_STATS = 1 << 12, "SOF_TIMESTAMPING_OPT_STATS";
        /// Tell which device stamped, and how long the packet was.
        OPT_PKTINFO = 1 << 13, "SOF_TIMESTAMPING_OPT_PKTINFO";
        /// Tell both stamps of what is sent, the kernel's and the device's.
        OPT_TX_SWHW = 1 << 14, "SOF_TIMESTAMPING_OPT_TX_SWHW";
        /// Stamp by a virtual clock of the device.
        BIND_PHC = 1 << 15, "SOF_TIMESTAMPING_BIND_PHC";
        /// Number from the first byte not sent, for TCP (with `OPT_ID`).
        OPT_ID_TCP = 1 << 16, "SOF_TIMESTAMPING_OPT_ID_TCP";
        /// Tell only stamps that this socket asked for.
        OPT_RX_FILTER = 1 << 17, "SOF_TIMESTAMPING_OPT_RX_FILTER";
        /// Stamp what is sent when the device says it is done.
        TX_COMPLETION = 1 << 18, "SOF_TIMESTAMPING_TX_COMPLETION";
    }
}

codecs! {
    /// Bits.
    TimestampingCodec: u32 => Timestamping {
        encode |flags| Some(flags.0);
        decode |value, _| Timestamping(value);
    }
}
