//! Every number of CPython's `socket` module, and ours: found by its C name, and the same.
//!
//! Contract: [`ours`] has a row for each constant of every interpreter that was looked at (3.11, 3.13) and, from its sources, of 3.14 with Bluetooth. Each is
//! compared with what the interpreter here says; one without a row fails the test. Without an interpreter the test says so, and
//! is skipped, or fails if `BERKELEY_STRICT` is set. Source: `Modules/socketmodule.c`.

#![forbid(unsafe_code)]

use std::collections::BTreeMap;
use std::process::Command;

use berkeley_addr::{EtherType, Family, HciChannel, PacketType, Protocol, TipcScope, Type};
use berkeley_resolve::{AddrInfoFlags, Eai, NameFlags};
use berkeley_socket::{Errno, number as value};
use berkeley_sys::number::{self, opt};

/// Names for which we have nothing, and why.
const NOT_OURS: &[(&str, &str)] =
    &[("has_ipv6", "a truth value: what the interpreter was built with")];

/// Prints its numbers, and its version.
const ASK: &str = "
import socket, sys
print('version', sys.version_info[0] * 100 + sys.version_info[1])
for name, number in vars(socket).items():
    if isinstance(number, int) and not name.startswith('_'):
        print(name, int(number))
";

/// The newest whose constants were looked at; a newer one may have more.
const KNOWN: i64 = 313;

/// A map of rows `NAME = value;`, each number widened.
macro_rules! table {
    ($($name:ident = $value:expr;)*) => {
        BTreeMap::from([$((stringify!($name), wide($value))),*])
    };
}

/// Any number of ours.
fn wide<N: TryInto<i64>>(number: N) -> i64 {
    number.try_into().ok().expect("a number of 64 bits")
}

fn python(program: &str) -> Option<BTreeMap<String, i64>> {
    let output = Command::new(program).args(["-I", "-c", ASK]).output().ok()?;
    let text = String::from_utf8(output.stdout).ok().filter(|_| output.status.success())?;
    let numbers = text.lines().filter_map(|line| line.split_once(' '));
    Some(numbers.map(|(name, number)| (name.to_owned(), number.parse().unwrap())).collect())
}

#[test]
fn every_number_of_cpython_is_here() {
    let programs = ["python3.14", "python3.13", "python3"];
    let mut interpreters: Vec<_> = programs.iter().filter_map(|name| python(name)).collect();
    interpreters.dedup();
    if interpreters.is_empty() {
        assert!(std::env::var_os("BERKELEY_STRICT").is_none(), "none of {programs:?}");
        println!("skipped: none of {programs:?} is installed");
    }
    let ours = ours();
    for mut theirs in interpreters {
        let version = theirs.remove("version").expect("printed first");
        let (mut same, mut wrong) = (0, Vec::new());
        for (name, number) in &theirs {
            match ours.get(name.as_str()) {
                Some(our) if our == number => same += 1,
                Some(our) => wrong.push(format!("{name}: {our} here, {number} there")),
                None if NOT_OURS.iter().any(|(it, _)| it == name) => {}
                None if version > KNOWN => println!("new in CPython {version}: {name} {number}"),
                None => wrong.push(format!("{name} = {number} is not here")),
            }
        }
        println!("CPython {version}: {same} numbers the same; {} here", ours.len());
        assert!(wrong.is_empty(), "{wrong:#?}");
        assert!(same > 300, "{same}");
    }
}

#[expect(clippy::too_many_lines, reason = "a table, a line each")]
fn ours() -> BTreeMap<&'static str, i64> {
    table! {
        AF_ALG = Family::ALG.raw();
        AF_APPLETALK = Family::APPLETALK.raw();
        AF_ASH = Family::ASH.raw();
        AF_ATMPVC = Family::ATMPVC.raw();
        AF_ATMSVC = Family::ATMSVC.raw();
        AF_AX25 = Family::AX25.raw();
        AF_BLUETOOTH = Family::BLUETOOTH.raw();
        AF_BRIDGE = Family::BRIDGE.raw();
        AF_CAN = Family::CAN.raw();
        AF_DECnet = Family::DECNET.raw();
        AF_ECONET = Family::ECONET.raw();
        AF_INET = Family::INET.raw();
        AF_INET6 = Family::INET6.raw();
        AF_IPX = Family::IPX.raw();
        AF_IRDA = Family::IRDA.raw();
        AF_KEY = Family::KEY.raw();
        AF_LLC = Family::LLC.raw();
        AF_NETBEUI = Family::NETBEUI.raw();
        AF_NETLINK = Family::NETLINK.raw();
        AF_NETROM = Family::NETROM.raw();
        AF_PACKET = Family::PACKET.raw();
        AF_PPPOX = Family::PPPOX.raw();
        AF_QIPCRTR = Family::QIPCRTR.raw();
        AF_RDS = Family::RDS.raw();
        AF_ROSE = Family::ROSE.raw();
        AF_ROUTE = value::AF_ROUTE;
        AF_SECURITY = Family::SECURITY.raw();
        AF_SNA = Family::SNA.raw();
        AF_TIPC = Family::TIPC.raw();
        AF_UNIX = Family::UNIX.raw();
        AF_UNSPEC = Family::UNSPEC.raw();
        AF_VSOCK = Family::VSOCK.raw();
        AF_WANPIPE = Family::WANPIPE.raw();
        AF_X25 = Family::X25.raw();
        AI_ADDRCONFIG = AddrInfoFlags::ADDRCONFIG.bits();
        AI_ALL = AddrInfoFlags::ALL.bits();
        AI_CANONNAME = AddrInfoFlags::CANONNAME.bits();
        AI_NUMERICHOST = AddrInfoFlags::NUMERICHOST.bits();
        AI_NUMERICSERV = AddrInfoFlags::NUMERICSERV.bits();
        AI_PASSIVE = AddrInfoFlags::PASSIVE.bits();
        AI_V4MAPPED = AddrInfoFlags::V4MAPPED.bits();
        ALG_OP_DECRYPT = value::ALG_OP_DECRYPT;
        ALG_OP_ENCRYPT = value::ALG_OP_ENCRYPT;
        ALG_OP_SIGN = value::ALG_OP_SIGN;
        ALG_OP_VERIFY = value::ALG_OP_VERIFY;
        ALG_SET_AEAD_ASSOCLEN = value::ALG_SET_AEAD_ASSOCLEN;
        ALG_SET_AEAD_AUTHSIZE = opt::ALG_SET_AEAD_AUTHSIZE;
        ALG_SET_IV = value::ALG_SET_IV;
        ALG_SET_KEY = opt::ALG_SET_KEY;
        ALG_SET_OP = value::ALG_SET_OP;
        ALG_SET_PUBKEY = value::ALG_SET_PUBKEY;
        BDADDR_BREDR = value::BDADDR_BREDR;
        BDADDR_LE_PUBLIC = value::BDADDR_LE_PUBLIC;
        BDADDR_LE_RANDOM = value::BDADDR_LE_RANDOM;
        BTPROTO_HCI = Protocol::BTPROTO_HCI.raw();
        BTPROTO_L2CAP = Protocol::BTPROTO_L2CAP.raw();
        BTPROTO_RFCOMM = Protocol::BTPROTO_RFCOMM.raw();
        BTPROTO_SCO = Protocol::BTPROTO_SCO.raw();
        BT_CHANNEL_POLICY = opt::BT_CHANNEL_POLICY;
        BT_CHANNEL_POLICY_AMP_PREFERRED = value::BT_CHANNEL_POLICY_AMP_PREFERRED;
        BT_CHANNEL_POLICY_BREDR_ONLY = value::BT_CHANNEL_POLICY_BREDR_ONLY;
        BT_CHANNEL_POLICY_BREDR_PREFERRED = value::BT_CHANNEL_POLICY_BREDR_PREFERRED;
        BT_CODEC = opt::BT_CODEC;
        BT_CODEC_CVSD = value::BT_CODEC_CVSD;
        BT_CODEC_MSBC = value::BT_CODEC_MSBC;
        BT_CODEC_TRANSPARENT = value::BT_CODEC_TRANSPARENT;
        BT_DEFER_SETUP = opt::BT_DEFER_SETUP;
        BT_FLUSHABLE = opt::BT_FLUSHABLE;
        BT_FLUSHABLE_OFF = value::BT_FLUSHABLE_OFF;
        BT_FLUSHABLE_ON = value::BT_FLUSHABLE_ON;
        BT_ISO_BASE = opt::BT_ISO_BASE;
        BT_ISO_QOS = opt::BT_ISO_QOS;
        BT_ISO_QOS_BIG_UNSET = value::BT_ISO_QOS_BIG_UNSET;
        BT_ISO_QOS_BIS_UNSET = value::BT_ISO_QOS_BIS_UNSET;
        BT_ISO_QOS_CIG_UNSET = value::BT_ISO_QOS_CIG_UNSET;
        BT_ISO_QOS_CIS_UNSET = value::BT_ISO_QOS_CIS_UNSET;
        BT_MODE = opt::BT_MODE;
        BT_MODE_BASIC = value::BT_MODE_BASIC;
        BT_MODE_ERTM = value::BT_MODE_ERTM;
        BT_MODE_EXT_FLOWCTL = value::BT_MODE_EXT_FLOWCTL;
        BT_MODE_LE_FLOWCTL = value::BT_MODE_LE_FLOWCTL;
        BT_MODE_STREAMING = value::BT_MODE_STREAMING;
        BT_PHY = opt::BT_PHY;
        BT_PHY_BR_1M_1SLOT = value::BT_PHY_BR_1M_1SLOT;
        BT_PHY_BR_1M_3SLOT = value::BT_PHY_BR_1M_3SLOT;
        BT_PHY_BR_1M_5SLOT = value::BT_PHY_BR_1M_5SLOT;
        BT_PHY_EDR_2M_1SLOT = value::BT_PHY_EDR_2M_1SLOT;
        BT_PHY_EDR_2M_3SLOT = value::BT_PHY_EDR_2M_3SLOT;
        BT_PHY_EDR_2M_5SLOT = value::BT_PHY_EDR_2M_5SLOT;
        BT_PHY_EDR_3M_1SLOT = value::BT_PHY_EDR_3M_1SLOT;
        BT_PHY_EDR_3M_3SLOT = value::BT_PHY_EDR_3M_3SLOT;
        BT_PHY_EDR_3M_5SLOT = value::BT_PHY_EDR_3M_5SLOT;
        BT_PHY_LE_1M_RX = value::BT_PHY_LE_1M_RX;
        BT_PHY_LE_1M_TX = value::BT_PHY_LE_1M_TX;
        BT_PHY_LE_2M_RX = value::BT_PHY_LE_2M_RX;
        BT_PHY_LE_2M_TX = value::BT_PHY_LE_2M_TX;
        BT_PHY_LE_CODED_RX = value::BT_PHY_LE_CODED_RX;
        BT_PHY_LE_CODED_TX = value::BT_PHY_LE_CODED_TX;
        BT_PKT_STATUS = opt::BT_PKT_STATUS;
        BT_POWER = opt::BT_POWER;
        BT_POWER_FORCE_ACTIVE_OFF = value::BT_POWER_FORCE_ACTIVE_OFF;
        BT_POWER_FORCE_ACTIVE_ON = value::BT_POWER_FORCE_ACTIVE_ON;
        BT_RCVMTU = opt::BT_RCVMTU;
        BT_SCM_PKT_STATUS = value::BT_SCM_PKT_STATUS;
        BT_SECURITY = opt::BT_SECURITY;
        BT_SECURITY_FIPS = value::BT_SECURITY_FIPS;
        BT_SECURITY_HIGH = value::BT_SECURITY_HIGH;
        BT_SECURITY_LOW = value::BT_SECURITY_LOW;
        BT_SECURITY_MEDIUM = value::BT_SECURITY_MEDIUM;
        BT_SECURITY_SDP = value::BT_SECURITY_SDP;
        BT_SNDMTU = opt::BT_SNDMTU;
        BT_VOICE = opt::BT_VOICE;
        BT_VOICE_CVSD_16BIT = value::BT_VOICE_CVSD_16BIT;
        BT_VOICE_TRANSPARENT = value::BT_VOICE_TRANSPARENT;
        BT_VOICE_TRANSPARENT_16BIT = value::BT_VOICE_TRANSPARENT_16BIT;
        CAN_BCM = Protocol::CAN_BCM.raw();
        CAN_BCM_CAN_FD_FRAME = value::CAN_BCM_CAN_FD_FRAME;
        CAN_BCM_RX_ANNOUNCE_RESUME = value::CAN_BCM_RX_ANNOUNCE_RESUME;
        CAN_BCM_RX_CHANGED = value::CAN_BCM_RX_CHANGED;
        CAN_BCM_RX_CHECK_DLC = value::CAN_BCM_RX_CHECK_DLC;
        CAN_BCM_RX_DELETE = value::CAN_BCM_RX_DELETE;
        CAN_BCM_RX_FILTER_ID = value::CAN_BCM_RX_FILTER_ID;
        CAN_BCM_RX_NO_AUTOTIMER = value::CAN_BCM_RX_NO_AUTOTIMER;
        CAN_BCM_RX_READ = value::CAN_BCM_RX_READ;
        CAN_BCM_RX_RTR_FRAME = value::CAN_BCM_RX_RTR_FRAME;
        CAN_BCM_RX_SETUP = value::CAN_BCM_RX_SETUP;
        CAN_BCM_RX_STATUS = value::CAN_BCM_RX_STATUS;
        CAN_BCM_RX_TIMEOUT = value::CAN_BCM_RX_TIMEOUT;
        CAN_BCM_SETTIMER = value::CAN_BCM_SETTIMER;
        CAN_BCM_STARTTIMER = value::CAN_BCM_STARTTIMER;
        CAN_BCM_TX_ANNOUNCE = value::CAN_BCM_TX_ANNOUNCE;
        CAN_BCM_TX_COUNTEVT = value::CAN_BCM_TX_COUNTEVT;
        CAN_BCM_TX_CP_CAN_ID = value::CAN_BCM_TX_CP_CAN_ID;
        CAN_BCM_TX_DELETE = value::CAN_BCM_TX_DELETE;
        CAN_BCM_TX_EXPIRED = value::CAN_BCM_TX_EXPIRED;
        CAN_BCM_TX_READ = value::CAN_BCM_TX_READ;
        CAN_BCM_TX_RESET_MULTI_IDX = value::CAN_BCM_TX_RESET_MULTI_IDX;
        CAN_BCM_TX_SEND = value::CAN_BCM_TX_SEND;
        CAN_BCM_TX_SETUP = value::CAN_BCM_TX_SETUP;
        CAN_BCM_TX_STATUS = value::CAN_BCM_TX_STATUS;
        CAN_EFF_FLAG = value::CAN_EFF_FLAG;
        CAN_EFF_MASK = value::CAN_EFF_MASK;
        CAN_ERR_FLAG = value::CAN_ERR_FLAG;
        CAN_ERR_MASK = value::CAN_ERR_MASK;
        CAN_ISOTP = Protocol::CAN_ISOTP.raw();
        CAN_J1939 = Protocol::CAN_J1939.raw();
        CAN_RAW = Protocol::CAN_RAW.raw();
        CAN_RAW_ERR_FILTER = opt::CAN_RAW_ERR_FILTER;
        CAN_RAW_FD_FRAMES = opt::CAN_RAW_FD_FRAMES;
        CAN_RAW_FILTER = opt::CAN_RAW_FILTER;
        CAN_RAW_JOIN_FILTERS = opt::CAN_RAW_JOIN_FILTERS;
        CAN_RAW_LOOPBACK = opt::CAN_RAW_LOOPBACK;
        CAN_RAW_RECV_OWN_MSGS = opt::CAN_RAW_RECV_OWN_MSGS;
        CAN_RTR_FLAG = value::CAN_RTR_FLAG;
        CAN_SFF_MASK = value::CAN_SFF_MASK;
        EAGAIN = Errno::AGAIN.raw_os_error();
        EAI_ADDRFAMILY = Eai::ADDRFAMILY.raw();
        EAI_AGAIN = Eai::AGAIN.raw();
        EAI_BADFLAGS = Eai::BADFLAGS.raw();
        EAI_FAIL = Eai::FAIL.raw();
        EAI_FAMILY = Eai::FAMILY.raw();
        EAI_MEMORY = Eai::MEMORY.raw();
        EAI_NODATA = Eai::NODATA.raw();
        EAI_NONAME = Eai::NONAME.raw();
        EAI_OVERFLOW = Eai::OVERFLOW.raw();
        EAI_SERVICE = Eai::SERVICE.raw();
        EAI_SOCKTYPE = Eai::SOCKTYPE.raw();
        EAI_SYSTEM = Eai::SYSTEM.raw();
        EBADF = Errno::BADF.raw_os_error();
        ETHERTYPE_ARP = EtherType::ARP.raw();
        ETHERTYPE_IP = EtherType::IP.raw();
        ETHERTYPE_IPV6 = EtherType::IPV6.raw();
        ETHERTYPE_VLAN = EtherType::VLAN.raw();
        ETH_P_ALL = EtherType::ALL.raw();
        EWOULDBLOCK = Errno::WOULDBLOCK.raw_os_error();
        HCI_CHANNEL_CONTROL = HciChannel::CONTROL.raw();
        HCI_CHANNEL_LOGGING = HciChannel::LOGGING.raw();
        HCI_CHANNEL_MONITOR = HciChannel::MONITOR.raw();
        HCI_CHANNEL_RAW = HciChannel::RAW.raw();
        HCI_CHANNEL_USER = HciChannel::USER.raw();
        HCI_DATA_DIR = opt::HCI_DATA_DIR;
        HCI_DEV_NONE = value::HCI_DEV_NONE;
        HCI_FILTER = opt::HCI_FILTER;
        HCI_TIME_STAMP = opt::HCI_TIME_STAMP;
        INADDR_ALLHOSTS_GROUP = value::INADDR_ALLHOSTS_GROUP;
        INADDR_ANY = value::INADDR_ANY;
        INADDR_BROADCAST = value::INADDR_BROADCAST;
        INADDR_LOOPBACK = value::INADDR_LOOPBACK;
        INADDR_MAX_LOCAL_GROUP = value::INADDR_MAX_LOCAL_GROUP;
        INADDR_NONE = value::INADDR_NONE;
        INADDR_UNSPEC_GROUP = value::INADDR_UNSPEC_GROUP;
        IOCTL_VM_SOCKETS_GET_LOCAL_CID = value::IOCTL_VM_SOCKETS_GET_LOCAL_CID;
        IPPORT_RESERVED = value::IPPORT_RESERVED;
        IPPORT_USERRESERVED = value::IPPORT_USERRESERVED;
        IPPROTO_AH = Protocol::AH.raw();
        IPPROTO_DSTOPTS = value::IPPROTO_DSTOPTS;
        IPPROTO_EGP = Protocol::EGP.raw();
        IPPROTO_ESP = Protocol::ESP.raw();
        IPPROTO_FRAGMENT = value::IPPROTO_FRAGMENT;
        IPPROTO_GRE = Protocol::GRE.raw();
        IPPROTO_HOPOPTS = value::IPPROTO_HOPOPTS;
        IPPROTO_ICMP = Protocol::ICMP.raw();
        IPPROTO_ICMPV6 = Protocol::ICMPV6.raw();
        IPPROTO_IDP = Protocol::IDP.raw();
        IPPROTO_IGMP = Protocol::IGMP.raw();
        IPPROTO_IP = Protocol::DEFAULT.raw();
        IPPROTO_IPIP = Protocol::IPIP.raw();
        IPPROTO_IPV6 = Protocol::IPV6.raw();
        IPPROTO_MPTCP = Protocol::MPTCP.raw();
        IPPROTO_NONE = value::IPPROTO_NONE;
        IPPROTO_PIM = Protocol::PIM.raw();
        IPPROTO_PUP = Protocol::PUP.raw();
        IPPROTO_RAW = Protocol::RAW.raw();
        IPPROTO_ROUTING = value::IPPROTO_ROUTING;
        IPPROTO_RSVP = Protocol::RSVP.raw();
        IPPROTO_SCTP = Protocol::SCTP.raw();
        IPPROTO_TCP = Protocol::TCP.raw();
        IPPROTO_TP = Protocol::TP.raw();
        IPPROTO_UDP = Protocol::UDP.raw();
        IPPROTO_UDPLITE = Protocol::UDPLITE.raw();
        IPV6_CHECKSUM = opt::IPV6_CHECKSUM;
        IPV6_DONTFRAG = opt::IPV6_DONTFRAG;
        IPV6_DSTOPTS = opt::IPV6_DSTOPTS;
        IPV6_HOPLIMIT = value::IPV6_HOPLIMIT;
        IPV6_HOPOPTS = opt::IPV6_HOPOPTS;
        IPV6_JOIN_GROUP = value::IPV6_JOIN_GROUP;
        IPV6_LEAVE_GROUP = value::IPV6_LEAVE_GROUP;
        IPV6_MULTICAST_HOPS = opt::IPV6_MULTICAST_HOPS;
        IPV6_MULTICAST_IF = opt::IPV6_MULTICAST_IF;
        IPV6_MULTICAST_LOOP = opt::IPV6_MULTICAST_LOOP;
        IPV6_NEXTHOP = value::IPV6_NEXTHOP;
        IPV6_PATHMTU = opt::IPV6_PATHMTU;
        IPV6_PKTINFO = opt::IPV6_PKTINFO;
        IPV6_RECVDSTOPTS = opt::IPV6_RECVDSTOPTS;
        IPV6_RECVERR = opt::IPV6_RECVERR;
        IPV6_RECVHOPLIMIT = opt::IPV6_RECVHOPLIMIT;
        IPV6_RECVHOPOPTS = opt::IPV6_RECVHOPOPTS;
        IPV6_RECVPATHMTU = opt::IPV6_RECVPATHMTU;
        IPV6_RECVPKTINFO = opt::IPV6_RECVPKTINFO;
        IPV6_RECVRTHDR = opt::IPV6_RECVRTHDR;
        IPV6_RECVTCLASS = opt::IPV6_RECVTCLASS;
        IPV6_RTHDR = opt::IPV6_RTHDR;
        IPV6_RTHDRDSTOPTS = opt::IPV6_RTHDRDSTOPTS;
        IPV6_RTHDR_TYPE_0 = value::IPV6_RTHDR_TYPE_0;
        IPV6_TCLASS = opt::IPV6_TCLASS;
        IPV6_UNICAST_HOPS = opt::IPV6_UNICAST_HOPS;
        IPV6_V6ONLY = opt::IPV6_V6ONLY;
        IP_ADD_MEMBERSHIP = opt::IP_ADD_MEMBERSHIP;
        IP_ADD_SOURCE_MEMBERSHIP = opt::IP_ADD_SOURCE_MEMBERSHIP;
        IP_BIND_ADDRESS_NO_PORT = opt::IP_BIND_ADDRESS_NO_PORT;
        IP_BLOCK_SOURCE = opt::IP_BLOCK_SOURCE;
        IP_DEFAULT_MULTICAST_LOOP = value::IP_DEFAULT_MULTICAST_LOOP;
        IP_DEFAULT_MULTICAST_TTL = value::IP_DEFAULT_MULTICAST_TTL;
        IP_DROP_MEMBERSHIP = opt::IP_DROP_MEMBERSHIP;
        IP_DROP_SOURCE_MEMBERSHIP = opt::IP_DROP_SOURCE_MEMBERSHIP;
        IP_FREEBIND = opt::IP_FREEBIND;
        IP_HDRINCL = opt::IP_HDRINCL;
        IP_MAX_MEMBERSHIPS = value::IP_MAX_MEMBERSHIPS;
        IP_MULTICAST_IF = opt::IP_MULTICAST_IF;
        IP_MULTICAST_LOOP = opt::IP_MULTICAST_LOOP;
        IP_MULTICAST_TTL = opt::IP_MULTICAST_TTL;
        IP_OPTIONS = opt::IP_OPTIONS;
        IP_PKTINFO = opt::IP_PKTINFO;
        IP_RECVERR = opt::IP_RECVERR;
        IP_RECVOPTS = opt::IP_RECVOPTS;
        IP_RECVORIGDSTADDR = opt::IP_RECVORIGDSTADDR;
        IP_RECVRETOPTS = value::IP_RECVRETOPTS;
        IP_RECVTOS = opt::IP_RECVTOS;
        IP_RECVTTL = opt::IP_RECVTTL;
        IP_RETOPTS = opt::IP_RETOPTS;
        IP_TOS = opt::IP_TOS;
        IP_TRANSPARENT = opt::IP_TRANSPARENT;
        IP_TTL = opt::IP_TTL;
        IP_UNBLOCK_SOURCE = opt::IP_UNBLOCK_SOURCE;
        J1939_EE_INFO_NONE = value::J1939_EE_INFO_NONE;
        J1939_EE_INFO_TX_ABORT = value::J1939_EE_INFO_TX_ABORT;
        J1939_FILTER_MAX = value::J1939_FILTER_MAX;
        J1939_IDLE_ADDR = value::J1939_IDLE_ADDR;
        J1939_MAX_UNICAST_ADDR = value::J1939_MAX_UNICAST_ADDR;
        J1939_NLA_BYTES_ACKED = value::J1939_NLA_BYTES_ACKED;
        J1939_NLA_PAD = value::J1939_NLA_PAD;
        J1939_NO_ADDR = value::J1939_NO_ADDR;
        J1939_NO_NAME = value::J1939_NO_NAME;
        J1939_NO_PGN = value::J1939_NO_PGN;
        J1939_PGN_ADDRESS_CLAIMED = value::J1939_PGN_ADDRESS_CLAIMED;
        J1939_PGN_ADDRESS_COMMANDED = value::J1939_PGN_ADDRESS_COMMANDED;
        J1939_PGN_MAX = value::J1939_PGN_MAX;
        J1939_PGN_PDU1_MAX = value::J1939_PGN_PDU1_MAX;
        J1939_PGN_REQUEST = value::J1939_PGN_REQUEST;
        L2CAP_LM = opt::L2CAP_LM;
        L2CAP_LM_AUTH = value::L2CAP_LM_AUTH;
        L2CAP_LM_ENCRYPT = value::L2CAP_LM_ENCRYPT;
        L2CAP_LM_MASTER = value::L2CAP_LM_MASTER;
        L2CAP_LM_RELIABLE = value::L2CAP_LM_RELIABLE;
        L2CAP_LM_SECURE = value::L2CAP_LM_SECURE;
        L2CAP_LM_TRUSTED = value::L2CAP_LM_TRUSTED;
        MSG_CMSG_CLOEXEC = number::MSG_CMSG_CLOEXEC;
        MSG_CONFIRM = number::MSG_CONFIRM;
        MSG_CTRUNC = number::MSG_CTRUNC;
        MSG_DONTROUTE = number::MSG_DONTROUTE;
        MSG_DONTWAIT = number::MSG_DONTWAIT;
        MSG_EOR = number::MSG_EOR;
        MSG_ERRQUEUE = number::MSG_ERRQUEUE;
        MSG_FASTOPEN = number::MSG_FASTOPEN;
        MSG_MORE = number::MSG_MORE;
        MSG_NOSIGNAL = number::MSG_NOSIGNAL;
        MSG_OOB = number::MSG_OOB;
        MSG_PEEK = number::MSG_PEEK;
        MSG_TRUNC = number::MSG_TRUNC;
        MSG_WAITALL = number::MSG_WAITALL;
        MSG_ZEROCOPY = number::MSG_ZEROCOPY;
        NETLINK_CRYPTO = Protocol::NETLINK_CRYPTO.raw();
        NETLINK_DNRTMSG = value::NETLINK_DNRTMSG;
        NETLINK_FIREWALL = value::NETLINK_FIREWALL;
        NETLINK_IP6_FW = value::NETLINK_IP6_FW;
        NETLINK_NFLOG = Protocol::NETLINK_NFLOG.raw();
        NETLINK_ROUTE = Protocol::NETLINK_ROUTE.raw();
        NETLINK_USERSOCK = Protocol::NETLINK_USERSOCK.raw();
        NETLINK_XFRM = Protocol::NETLINK_XFRM.raw();
        NI_DGRAM = NameFlags::DGRAM.bits();
        NI_IDN = NameFlags::IDN.bits();
        NI_MAXHOST = value::NI_MAXHOST;
        NI_MAXSERV = value::NI_MAXSERV;
        NI_NAMEREQD = NameFlags::NAMEREQD.bits();
        NI_NOFQDN = NameFlags::NOFQDN.bits();
        NI_NUMERICHOST = NameFlags::NUMERICHOST.bits();
        NI_NUMERICSERV = NameFlags::NUMERICSERV.bits();
        PACKET_BROADCAST = PacketType::BROADCAST.raw();
        PACKET_FASTROUTE = value::PACKET_FASTROUTE;
        PACKET_HOST = PacketType::HOST.raw();
        PACKET_LOOPBACK = PacketType::LOOPBACK.raw();
        PACKET_MULTICAST = PacketType::MULTICAST.raw();
        PACKET_OTHERHOST = PacketType::OTHERHOST.raw();
        PACKET_OUTGOING = PacketType::OUTGOING.raw();
        PF_CAN = value::PF_CAN;
        PF_PACKET = value::PF_PACKET;
        PF_RDS = value::PF_RDS;
        SCM_CREDENTIALS = value::SCM_CREDENTIALS;
        SCM_J1939_DEST_ADDR = value::SCM_J1939_DEST_ADDR;
        SCM_J1939_DEST_NAME = value::SCM_J1939_DEST_NAME;
        SCM_J1939_ERRQUEUE = value::SCM_J1939_ERRQUEUE;
        SCM_J1939_PRIO = value::SCM_J1939_PRIO;
        SCM_RIGHTS = value::SCM_RIGHTS;
        SHUT_RD = number::SHUT_RD;
        SHUT_RDWR = number::SHUT_RDWR;
        SHUT_WR = number::SHUT_WR;
        SOCK_CLOEXEC = value::SOCK_CLOEXEC;
        SOCK_DGRAM = Type::DGRAM.raw();
        SOCK_NONBLOCK = value::SOCK_NONBLOCK;
        SOCK_RAW = Type::RAW.raw();
        SOCK_RDM = Type::RDM.raw();
        SOCK_SEQPACKET = Type::SEQPACKET.raw();
        SOCK_STREAM = Type::STREAM.raw();
        SOL_ALG = opt::SOL_ALG;
        SOL_BLUETOOTH = opt::SOL_BLUETOOTH;
        SOL_CAN_BASE = value::SOL_CAN_BASE;
        SOL_CAN_RAW = opt::SOL_CAN_RAW;
        SOL_HCI = opt::SOL_HCI;
        SOL_IP = value::SOL_IP;
        SOL_L2CAP = opt::SOL_L2CAP;
        SOL_RDS = value::SOL_RDS;
        SOL_RFCOMM = opt::SOL_RFCOMM;
        SOL_SCO = opt::SOL_SCO;
        SOL_SOCKET = opt::SOL_SOCKET;
        SOL_TCP = value::SOL_TCP;
        SOL_TIPC = opt::SOL_TIPC;
        SOL_UDP = value::SOL_UDP;
        SOMAXCONN = number::SOMAXCONN;
        SO_ACCEPTCONN = opt::SO_ACCEPTCONN;
        SO_BINDTODEVICE = opt::SO_BINDTODEVICE;
        SO_BINDTOIFINDEX = opt::SO_BINDTOIFINDEX;
        SO_BROADCAST = opt::SO_BROADCAST;
        SO_DEBUG = opt::SO_DEBUG;
        SO_DOMAIN = opt::SO_DOMAIN;
        SO_DONTROUTE = opt::SO_DONTROUTE;
        SO_ERROR = opt::SO_ERROR;
        SO_INCOMING_CPU = opt::SO_INCOMING_CPU;
        SO_J1939_ERRQUEUE = opt::SO_J1939_ERRQUEUE;
        SO_J1939_FILTER = opt::SO_J1939_FILTER;
        SO_J1939_PROMISC = opt::SO_J1939_PROMISC;
        SO_J1939_SEND_PRIO = opt::SO_J1939_SEND_PRIO;
        SO_KEEPALIVE = opt::SO_KEEPALIVE;
        SO_LINGER = opt::SO_LINGER;
        SO_MARK = opt::SO_MARK;
        SO_OOBINLINE = opt::SO_OOBINLINE;
        SO_ORIGINAL_DST = opt::SO_ORIGINAL_DST;
        SO_PASSCRED = opt::SO_PASSCRED;
        SO_PASSSEC = opt::SO_PASSSEC;
        SO_PEERCRED = opt::SO_PEERCRED;
        SO_PEERSEC = opt::SO_PEERSEC;
        SO_PRIORITY = opt::SO_PRIORITY;
        SO_PROTOCOL = opt::SO_PROTOCOL;
        SO_RCVBUF = opt::SO_RCVBUF;
        SO_RCVLOWAT = opt::SO_RCVLOWAT;
        SO_RCVTIMEO = opt::SO_RCVTIMEO;
        SO_REUSEADDR = opt::SO_REUSEADDR;
        SO_REUSEPORT = opt::SO_REUSEPORT;
        SO_SNDBUF = opt::SO_SNDBUF;
        SO_SNDLOWAT = opt::SO_SNDLOWAT;
        SO_SNDTIMEO = opt::SO_SNDTIMEO;
        SO_TYPE = opt::SO_TYPE;
        SO_VM_SOCKETS_BUFFER_MAX_SIZE = opt::SO_VM_SOCKETS_BUFFER_MAX_SIZE;
        SO_VM_SOCKETS_BUFFER_MIN_SIZE = opt::SO_VM_SOCKETS_BUFFER_MIN_SIZE;
        SO_VM_SOCKETS_BUFFER_SIZE = opt::SO_VM_SOCKETS_BUFFER_SIZE;
        TCP_CC_INFO = opt::TCP_CC_INFO;
        TCP_CONGESTION = opt::TCP_CONGESTION;
        TCP_CORK = opt::TCP_CORK;
        TCP_DEFER_ACCEPT = opt::TCP_DEFER_ACCEPT;
        TCP_FASTOPEN = opt::TCP_FASTOPEN;
        TCP_FASTOPEN_CONNECT = opt::TCP_FASTOPEN_CONNECT;
        TCP_FASTOPEN_KEY = opt::TCP_FASTOPEN_KEY;
        TCP_FASTOPEN_NO_COOKIE = opt::TCP_FASTOPEN_NO_COOKIE;
        TCP_INFO = opt::TCP_INFO;
        TCP_INQ = opt::TCP_INQ;
        TCP_KEEPCNT = opt::TCP_KEEPCNT;
        TCP_KEEPIDLE = opt::TCP_KEEPIDLE;
        TCP_KEEPINTVL = opt::TCP_KEEPINTVL;
        TCP_LINGER2 = opt::TCP_LINGER2;
        TCP_MAXSEG = opt::TCP_MAXSEG;
        TCP_MD5SIG = opt::TCP_MD5SIG;
        TCP_MD5SIG_EXT = opt::TCP_MD5SIG_EXT;
        TCP_NODELAY = opt::TCP_NODELAY;
        TCP_NOTSENT_LOWAT = opt::TCP_NOTSENT_LOWAT;
        TCP_QUEUE_SEQ = opt::TCP_QUEUE_SEQ;
        TCP_QUICKACK = opt::TCP_QUICKACK;
        TCP_REPAIR = opt::TCP_REPAIR;
        TCP_REPAIR_OPTIONS = opt::TCP_REPAIR_OPTIONS;
        TCP_REPAIR_QUEUE = opt::TCP_REPAIR_QUEUE;
        TCP_REPAIR_WINDOW = opt::TCP_REPAIR_WINDOW;
        TCP_SAVED_SYN = opt::TCP_SAVED_SYN;
        TCP_SAVE_SYN = opt::TCP_SAVE_SYN;
        TCP_SYNCNT = opt::TCP_SYNCNT;
        TCP_THIN_DUPACK = opt::TCP_THIN_DUPACK;
        TCP_THIN_LINEAR_TIMEOUTS = opt::TCP_THIN_LINEAR_TIMEOUTS;
        TCP_TIMESTAMP = opt::TCP_TIMESTAMP;
        TCP_TX_DELAY = opt::TCP_TX_DELAY;
        TCP_ULP = opt::TCP_ULP;
        TCP_USER_TIMEOUT = opt::TCP_USER_TIMEOUT;
        TCP_WINDOW_CLAMP = opt::TCP_WINDOW_CLAMP;
        TCP_ZEROCOPY_RECEIVE = value::TCP_ZEROCOPY_RECEIVE;
        TIPC_ADDR_ID = value::TIPC_ADDR_ID;
        TIPC_ADDR_NAME = value::TIPC_ADDR_NAME;
        TIPC_ADDR_NAMESEQ = value::TIPC_ADDR_NAMESEQ;
        TIPC_CFG_SRV = value::TIPC_CFG_SRV;
        TIPC_CLUSTER_SCOPE = TipcScope::CLUSTER.raw();
        TIPC_CONN_TIMEOUT = opt::TIPC_CONN_TIMEOUT;
        TIPC_CRITICAL_IMPORTANCE = value::TIPC_CRITICAL_IMPORTANCE;
        TIPC_DEST_DROPPABLE = opt::TIPC_DEST_DROPPABLE;
        TIPC_HIGH_IMPORTANCE = value::TIPC_HIGH_IMPORTANCE;
        TIPC_IMPORTANCE = opt::TIPC_IMPORTANCE;
        TIPC_LOW_IMPORTANCE = value::TIPC_LOW_IMPORTANCE;
        TIPC_MEDIUM_IMPORTANCE = value::TIPC_MEDIUM_IMPORTANCE;
        TIPC_NODE_SCOPE = TipcScope::NODE.raw();
        TIPC_PUBLISHED = value::TIPC_PUBLISHED;
        TIPC_SRC_DROPPABLE = opt::TIPC_SRC_DROPPABLE;
        TIPC_SUBSCR_TIMEOUT = value::TIPC_SUBSCR_TIMEOUT;
        TIPC_SUB_CANCEL = value::TIPC_SUB_CANCEL;
        TIPC_SUB_PORTS = value::TIPC_SUB_PORTS;
        TIPC_SUB_SERVICE = value::TIPC_SUB_SERVICE;
        TIPC_TOP_SRV = value::TIPC_TOP_SRV;
        TIPC_WAIT_FOREVER = value::TIPC_WAIT_FOREVER;
        TIPC_WITHDRAWN = value::TIPC_WITHDRAWN;
        TIPC_ZONE_SCOPE = value::TIPC_ZONE_SCOPE;
        UDPLITE_RECV_CSCOV = opt::UDPLITE_RECV_CSCOV;
        UDPLITE_SEND_CSCOV = opt::UDPLITE_SEND_CSCOV;
        VMADDR_CID_ANY = value::VMADDR_CID_ANY;
        VMADDR_CID_HOST = value::VMADDR_CID_HOST;
        VMADDR_CID_HYPERVISOR = value::VMADDR_CID_HYPERVISOR;
        VMADDR_CID_LOCAL = value::VMADDR_CID_LOCAL;
        VMADDR_PORT_ANY = value::VMADDR_PORT_ANY;
        VM_SOCKETS_INVALID_VERSION = value::VM_SOCKETS_INVALID_VERSION;
    }
}
