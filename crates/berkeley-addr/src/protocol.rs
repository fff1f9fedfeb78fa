//! `Protocol`: socket(2)'s third word.
//!
//! Contract: an open newtype over `int`. The number alone does not say which protocol is meant: 6 is TCP under
//! `AF_INET` and `NETLINK_XFRM` under `AF_NETLINK`. `name_in` asks for the family and is right; plain `Display` prints
//! the IP name, which is what most numbers are. Sources: linux/in.h (`IPPROTO_*`), linux/netlink.h (`NETLINK_*`), linux/can.h
//! (`CAN_*`), linux/if_ether.h (AF_PACKET's protocols are ethertypes, in network order), the kernel's
//! include/net/bluetooth/bluetooth.h (`BTPROTO_*`).

use core::fmt::{self, Write as _};

use crate::bytes::Bytes;
use crate::number::{Family, numbers, print_number};

/// A protocol within a family; [`Protocol::DEFAULT`] lets the family and the type choose.
///
/// ```
/// use berkeley_addr::{Family, Protocol};
///
/// assert_eq!(Protocol::TCP.to_string(), "IPPROTO_TCP");
/// assert_eq!(Protocol::new(6).name_in(Family::NETLINK).to_string(), "NETLINK_XFRM");
/// assert_eq!(Protocol::new(9).name_in(Family::UNIX).to_string(), "9");
/// ```
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Protocol(i32);

numbers! { Protocol(i32), IPPROTO:
    /// The one the family and the type imply. Under IP the same number is `IPPROTO_IP`.
    DEFAULT = 0, "IPPROTO_IP";
    /// ICMP for IPv4; with `SOCK_DGRAM` an echo socket without privileges.
    ICMP = 1, "IPPROTO_ICMP";
    /// Group management of IPv4.
    IGMP = 2, "IPPROTO_IGMP";
    /// IPv4 in IP.
    IPIP = 4, "IPPROTO_IPIP";
    /// TCP.
    TCP = 6, "IPPROTO_TCP";
    /// Exterior gateway protocol.
    EGP = 8, "IPPROTO_EGP";
    /// PUP.
    PUP = 12, "IPPROTO_PUP";
    /// UDP.
    UDP = 17, "IPPROTO_UDP";
    /// XNS IDP.
    IDP = 22, "IPPROTO_IDP";
    /// ISO transport class 4.
    TP = 29, "IPPROTO_TP";
    /// DCCP.
    DCCP = 33, "IPPROTO_DCCP";
    /// IPv6 in IP; also the option level of IPv6.
    IPV6 = 41, "IPPROTO_IPV6";
    /// Resource reservation.
    RSVP = 46, "IPPROTO_RSVP";
    /// Generic routing encapsulation.
    GRE = 47, "IPPROTO_GRE";
    /// IPsec's encrypted payload.
    ESP = 50, "IPPROTO_ESP";
    /// IPsec's authentication header.
    AH = 51, "IPPROTO_AH";
    /// ICMP for IPv6.
    ICMPV6 = 58, "IPPROTO_ICMPV6";
    /// Multicast transport.
    MTP = 92, "IPPROTO_MTP";
    /// IP in IP of BEET IPsec tunnels.
    BEETPH = 94, "IPPROTO_BEETPH";
    /// Encapsulation header.
    ENCAP = 98, "IPPROTO_ENCAP";
    /// Protocol independent multicast.
    PIM = 103, "IPPROTO_PIM";
    /// Compressed payload.
    COMP = 108, "IPPROTO_COMP";
    /// Layer 2 tunnels.
    L2TP = 115, "IPPROTO_L2TP";
    /// SCTP.
    SCTP = 132, "IPPROTO_SCTP";
    /// UDP with partial checksums.
    UDPLITE = 136, "IPPROTO_UDPLITE";
    /// MPLS in IP.
    MPLS = 137, "IPPROTO_MPLS";
    /// Ethernet in IPv6.
    ETHERNET = 143, "IPPROTO_ETHERNET";
    /// Raw IP: any protocol out, none in.
    RAW = 255, "IPPROTO_RAW";
    /// The kernel's number for SMC under IP.
    SMC = 256, "IPPROTO_SMC";
    /// TCP over several paths.
    MPTCP = 262, "IPPROTO_MPTCP";
}

numbers! { Protocol(i32), NETLINK:
    /// Links, addresses, routes: rtnetlink(7).
    NETLINK_ROUTE = 0;
    /// Left to programs.
    NETLINK_USERSOCK = 2;
    /// Socket monitoring, sock_diag(7).
    NETLINK_SOCK_DIAG = 4;
    /// Netfilter's logs.
    NETLINK_NFLOG = 5;
    /// IPsec.
    NETLINK_XFRM = 6;
    /// SELinux events.
    NETLINK_SELINUX = 7;
    /// Open-iSCSI.
    NETLINK_ISCSI = 8;
    /// Auditing.
    NETLINK_AUDIT = 9;
    /// Look-ups in the routing tables.
    NETLINK_FIB_LOOKUP = 10;
    /// The kernel connector.
    NETLINK_CONNECTOR = 11;
    /// Netfilter.
    NETLINK_NETFILTER = 12;
    /// Kernel objects that come and go.
    NETLINK_KOBJECT_UEVENT = 15;
    /// Families that register themselves.
    NETLINK_GENERIC = 16;
    /// SCSI transports.
    NETLINK_SCSITRANSPORT = 18;
    /// eCryptfs.
    NETLINK_ECRYPTFS = 19;
    /// InfiniBand RDMA.
    NETLINK_RDMA = 20;
    /// The crypto layer.
    NETLINK_CRYPTO = 21;
    /// SMC monitoring.
    NETLINK_SMC = 22;
}

numbers! { Protocol(i32), CAN:
    /// Frames as they are.
    CAN_RAW = 1;
    /// The broadcast manager: frames sent and filtered by the kernel's clock.
    CAN_BCM = 2;
    /// Messages longer than a frame, ISO 15765-2.
    CAN_ISOTP = 6;
    /// SAE J1939.
    CAN_J1939 = 7;
}

numbers! { Protocol(i32), BTPROTO:
    /// Bluetooth's channels.
    BTPROTO_L2CAP = 0;
    /// Bluetooth adapters.
    BTPROTO_HCI = 1;
    /// Bluetooth voice.
    BTPROTO_SCO = 2;
    /// Bluetooth serial ports.
    BTPROTO_RFCOMM = 3;
    /// Ethernet over Bluetooth, to control it.
    BTPROTO_BNEP = 4;
    /// ISDN over Bluetooth, to control it.
    BTPROTO_CMTP = 5;
    /// Bluetooth keyboards and the like, to control them.
    BTPROTO_HIDP = 6;
    /// Bluetooth audio and video; no kernel has it.
    BTPROTO_AVDTP = 7;
    /// Bluetooth's isochronous streams.
    BTPROTO_ISO = 8;
}

impl Protocol {
    /// The protocol of a number.
    pub const fn new(number: i32) -> Self {
        Self(number)
    }

    /// The number of the protocol.
    pub const fn raw(self) -> i32 {
        self.0
    }

    /// Its name within `family`: `IPPROTO_TCP`, `NETLINK_ROUTE`, `BTPROTO_ISO`, `CAN_RAW`; for AF_PACKET the ethertype the number
    /// holds in network
    /// order, as four hex digits; elsewhere the number.
    pub const fn name_in(self, family: Family) -> ProtocolName {
        ProtocolName { protocol: self, family }
    }
}

/// The IP name, else the number; see [`Protocol::name_in`].
impl fmt::Display for Protocol {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        print_number(f, IPPROTO, self.0, "")
    }
}

impl fmt::Debug for Protocol {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

/// Prints a protocol as its family names it; made by [`Protocol::name_in`].
#[derive(Clone, Copy, Debug)]
pub struct ProtocolName {
    protocol: Protocol,
    family: Family,
}

impl fmt::Display for ProtocolName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let number = self.protocol.0;
        match (self.family, u16::try_from(number)) {
            (Family::INET | Family::INET6, _) => fmt::Display::fmt(&self.protocol, f),
            (Family::NETLINK, _) => print_number(f, NETLINK, number, ""),
            (Family::BLUETOOTH, _) => print_number(f, BTPROTO, number, ""),
            (Family::CAN, _) => print_number(f, CAN, number, ""),
            (Family::PACKET, Ok(ethertype)) => {
                let mut text = Bytes::<8>::EMPTY;
                write!(text, "0x{:04x}", u16::from_be(ethertype))?;
                f.pad(text.as_text())
            }
            _ => print_number(f, &[], number, ""),
        }
    }
}
