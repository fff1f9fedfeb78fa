//! What the tour visits: the families that have addresses here or will have, each with its types, in this order.
//!
//! Contract: a family whose socket(2) succeeds must carry data. One is only opened where its packets would leave the machine, and
//! its rows say so: AF_VSOCK.

use berkeley::{Family, Protocol, Type};

use super::row::{Fault, Outcome, Stop};
use super::{alg, bluetooth, can, ip, netlink, packet, qrtr, shared, tipc, unix, vsock};

/// A protocol number left to experiments: RFC 3692 section 2.1.
const EXPERIMENT: Protocol = Protocol::new(253);

/// The stops. One line each: word, family, type, protocol, what tells it from others, what is done.
pub(super) static PLAN: &[Stop] = {
    use Family as F;
    use Protocol as P;
    use Type as T;
    &[
        stop("inet", F::INET, T::STREAM, P::TCP, "tcp", ip::connection),
        stop("inet", F::INET, T::STREAM, P::TCP, "localhost", ip::named),
        stop("inet", F::INET, T::DGRAM, P::UDP, "udp", ip::messages),
        stop("raw", F::INET, T::RAW, EXPERIMENT, "raw", ip::raw),
        stop("ping", F::INET, T::DGRAM, P::ICMP, "ping", ip::ping),
        stop("mptcp", F::INET, T::STREAM, P::MPTCP, "mptcp", ip::connection),
        stop("udplite", F::INET, T::DGRAM, P::UDPLITE, "udplite", ip::messages),
        stop("sctp", F::INET, T::STREAM, P::SCTP, "sctp", ip::connection),
        stop("sctp", F::INET, T::SEQPACKET, P::SCTP, "sctp", ip::messages),
        stop("dccp", F::INET, T::DCCP, P::DCCP, "dccp", ip::connection),
        stop("inet6", F::INET6, T::STREAM, P::TCP, "tcp", ip::connection),
        stop("inet6", F::INET6, T::DGRAM, P::UDP, "udp", ip::messages),
        stop("raw", F::INET6, T::RAW, EXPERIMENT, "raw", ip::raw),
        stop("ping", F::INET6, T::DGRAM, P::ICMPV6, "ping", ip::ping),
        stop("mptcp", F::INET6, T::STREAM, P::MPTCP, "mptcp", ip::connection),
        stop("udplite", F::INET6, T::DGRAM, P::UDPLITE, "udplite", ip::messages),
        stop("sctp", F::INET6, T::STREAM, P::SCTP, "sctp", ip::connection),
        stop("sctp", F::INET6, T::SEQPACKET, P::SCTP, "sctp", ip::messages),
        stop("dccp", F::INET6, T::DCCP, P::DCCP, "dccp", ip::connection),
        stop("smc", F::SMC, T::STREAM, P::DEFAULT, "smc", ip::connection),
        stop("rds", F::RDS, T::SEQPACKET, P::DEFAULT, "rds", ip::messages),
        stop("unix", F::UNIX, T::STREAM, P::DEFAULT, "path", unix::path),
        stop("unix", F::UNIX, T::STREAM, P::DEFAULT, "pair", unix::pair),
        stop("unix", F::UNIX, T::DGRAM, P::DEFAULT, "abstract", unix::datagrams),
        stop("unix", F::UNIX, T::DGRAM, P::DEFAULT, "pair", unix::pair),
        stop("unix", F::UNIX, T::SEQPACKET, P::DEFAULT, "abstract", unix::name),
        stop("unix", F::UNIX, T::SEQPACKET, P::DEFAULT, "pair", unix::pair),
        stop("netlink", F::NETLINK, T::RAW, P::NETLINK_ROUTE, "links", netlink::links),
        stop("netlink", F::NETLINK, T::DGRAM, P::NETLINK_USERSOCK, "unicast", netlink::unicast),
        stop("packet", F::PACKET, T::RAW, P::DEFAULT, "frames", packet::frames),
        stop("packet", F::PACKET, T::DGRAM, P::DEFAULT, "packets", packet::frames),
        stop("packet", F::PACKET, T::RAW, P::DEFAULT, "capture", packet::capture),
        stop("packet", F::PACKET, T::RAW, P::DEFAULT, "ring", shared::ring),
        stop("tipc", F::TIPC, T::STREAM, P::DEFAULT, "tipc", tipc::connection),
        stop("tipc", F::TIPC, T::SEQPACKET, P::DEFAULT, "tipc", tipc::connection),
        stop("tipc", F::TIPC, T::RDM, P::DEFAULT, "tipc", tipc::messages),
        stop("tipc", F::TIPC, T::DGRAM, P::DEFAULT, "tipc", tipc::messages),
        stop("bluetooth", F::BLUETOOTH, T::SEQPACKET, P::BTPROTO_L2CAP, "l2cap", bluetooth::l2cap),
        stop("bluetooth", F::BLUETOOTH, T::RAW, P::BTPROTO_HCI, "hci", bluetooth::hci),
        stop("bluetooth", F::BLUETOOTH, T::SEQPACKET, P::BTPROTO_SCO, "sco", bluetooth::sco),
        stop("bluetooth", F::BLUETOOTH, T::STREAM, P::BTPROTO_RFCOMM, "rfcomm", bluetooth::rfcomm),
        stop("iso", F::BLUETOOTH, T::SEQPACKET, P::BTPROTO_ISO, "iso", bluetooth::iso),
        // linux/can.h, CAN_*
        stop("can", F::CAN, T::RAW, P::new(1), "raw", can::frames),
        stop("can", F::CAN, T::DGRAM, P::new(2), "bcm", can::manager),
        stop("can", F::CAN, T::DGRAM, P::new(6), "isotp", can::isotp),
        stop("can", F::CAN, T::DGRAM, P::new(7), "j1939", can::j1939),
        stop("alg", F::ALG, T::SEQPACKET, P::DEFAULT, "hash", alg::hash),
        stop("alg", F::ALG, T::SEQPACKET, P::DEFAULT, "cipher", alg::cipher),
        stop("qipcrtr", F::QIPCRTR, T::DGRAM, P::DEFAULT, "qrtr", qrtr::messages),
        stop("vsock", F::VSOCK, T::STREAM, P::DEFAULT, "vsock", vsock::connection),
        stop("vsock", F::VSOCK, T::SEQPACKET, P::DEFAULT, "vsock", vsock::connection),
        stop("xdp", F::XDP, T::RAW, P::DEFAULT, "xdp", shared::xdp),
    ]
};

const fn stop(
    word: &'static str,
    family: Family,
    ty: Type,
    protocol: Protocol,
    how: &'static str,
    visit: fn(&Stop) -> Result<Outcome, Fault>,
) -> Stop {
    Stop { word, family, ty, protocol, how, visit }
}
