//! Numbers of the kernel's headers that are neither a call's flag, nor an option, nor an address's part: what options and
//! messages hold, by their C names.

/// Of socket(2), where the processor chose them.
pub use libc::{SOCK_CLOEXEC, SOCK_NONBLOCK};

// Internet addresses as numbers, ports, multicast: netinet/in.h.

/// `netinet/in.h`.
pub const INADDR_ANY: u32 = 0;
/// `netinet/in.h`.
pub const INADDR_BROADCAST: u32 = 0xffff_ffff;
/// `netinet/in.h`.
pub const INADDR_NONE: u32 = 0xffff_ffff;
/// `netinet/in.h`.
pub const INADDR_LOOPBACK: u32 = 0x7f00_0001;
/// `netinet/in.h`.
pub const INADDR_UNSPEC_GROUP: u32 = 0xe000_0000;
/// `netinet/in.h`.
pub const INADDR_ALLHOSTS_GROUP: u32 = 0xe000_0001;
/// `netinet/in.h`.
pub const INADDR_MAX_LOCAL_GROUP: u32 = 0xe000_00ff;
/// `netinet/in.h`.
pub const IPPORT_RESERVED: u16 = 1024;
/// `netinet/in.h`.
pub const IPPORT_USERRESERVED: u16 = 5000;
/// `netinet/in.h`.
pub const IP_DEFAULT_MULTICAST_TTL: i32 = 1;
/// `netinet/in.h`.
pub const IP_DEFAULT_MULTICAST_LOOP: i32 = 1;
/// `netinet/in.h`.
pub const IP_MAX_MEMBERSHIPS: i32 = 20;
/// `netinet/in.h`.
pub const IPV6_RTHDR_TYPE_0: i32 = 0;
/// `netinet/in.h`.
pub const IPPROTO_HOPOPTS: i32 = 0;
/// `netinet/in.h`.
pub const IPPROTO_ROUTING: i32 = 43;
/// `netinet/in.h`.
pub const IPPROTO_FRAGMENT: i32 = 44;
/// `netinet/in.h`.
pub const IPPROTO_NONE: i32 = 59;
/// `netinet/in.h`.
pub const IPPROTO_DSTOPTS: i32 = 60;
/// `linux/in.h`.
pub const IP_RECVRETOPTS: i32 = 7;
/// `linux/in.h`.
pub const IP_PMTUDISC_INTERFACE: i32 = 4;
/// `linux/in.h`.
pub const IP_PMTUDISC_OMIT: i32 = 5;
/// `linux/in6.h`.
pub const IPV6_JOIN_GROUP: i32 = 20;
/// `linux/in6.h`.
pub const IPV6_LEAVE_GROUP: i32 = 21;
/// `linux/in6.h`.
pub const IPV6_HOPLIMIT: i32 = 52;
/// `linux/in6.h`.
pub const IPV6_NEXTHOP: i32 = 9;
/// `linux/in6.h`.
pub const IPV6_PREFER_SRC_TMP: i32 = 1;
/// `linux/in6.h`.
pub const IPV6_PREFER_SRC_PUBLIC: i32 = 2;
/// `linux/in6.h`.
pub const IPV6_PREFER_SRC_PUBTMP_DEFAULT: i32 = 0x100;
/// `linux/in6.h`.
pub const IPV6_PREFER_SRC_COA: i32 = 4;
/// `linux/in6.h`.
pub const IPV6_PREFER_SRC_HOME: i32 = 0x400;
/// `linux/in6.h`.
pub const IPV6_PREFER_SRC_CGA: i32 = 8;
/// `linux/in6.h`.
pub const IPV6_PREFER_SRC_NONCGA: i32 = 0x800;
/// `linux/udp.h`.
pub const UDP_ENCAP_ESPINUDP_NON_IKE: i32 = 1;
/// `linux/udp.h`.
pub const UDP_ENCAP_ESPINUDP: i32 = 2;
/// `linux/udp.h`.
pub const UDP_ENCAP_L2TPINUDP: i32 = 3;
/// `linux/tcp.h`.
pub const TCP_ZEROCOPY_RECEIVE: i32 = 35;

// The resolver: netdb.h.

/// `netdb.h`.
pub const NI_MAXHOST: usize = 1025;
/// `netdb.h`.
pub const NI_MAXSERV: usize = 32;

// Levels that no option here has: linux/socket.h, linux/can.h.

/// `linux/socket.h`.
pub const SOL_IP: i32 = 0;
/// `linux/socket.h`.
pub const SOL_TCP: i32 = 6;
/// `linux/socket.h`.
pub const SOL_UDP: i32 = 17;
/// `linux/socket.h`.
pub const SOL_IPV6: i32 = 41;
/// `linux/socket.h`.
pub const SOL_RDS: i32 = 276;
/// `linux/can.h`.
pub const SOL_CAN_BASE: i32 = 100;

// Families, types, netlink protocols by older names.

/// `linux/socket.h`.
pub const AF_ROUTE: i32 = 16;
/// `linux/socket.h`.
pub const PF_PACKET: i32 = 17;
/// `linux/socket.h`.
pub const PF_RDS: i32 = 21;
/// `linux/socket.h`.
pub const PF_CAN: i32 = 29;
/// `linux/netlink.h`.
pub const NETLINK_FIREWALL: i32 = 3;
/// `linux/netlink.h`.
pub const NETLINK_IP6_FW: i32 = 13;
/// `linux/netlink.h`.
pub const NETLINK_DNRTMSG: i32 = 14;

// Packet sockets: linux/if_packet.h.

/// `linux/if_packet.h`.
pub const PACKET_MR_MULTICAST: u16 = 0;
/// `linux/if_packet.h`.
pub const PACKET_MR_PROMISC: u16 = 1;
/// `linux/if_packet.h`.
pub const PACKET_MR_ALLMULTI: u16 = 2;
/// `linux/if_packet.h`.
pub const PACKET_MR_UNICAST: u16 = 3;
/// `linux/if_packet.h`.
pub const PACKET_FANOUT_HASH: u16 = 0;
/// `linux/if_packet.h`.
pub const PACKET_FANOUT_LB: u16 = 1;
/// `linux/if_packet.h`.
pub const PACKET_FANOUT_CPU: u16 = 2;
/// `linux/if_packet.h`.
pub const PACKET_FANOUT_ROLLOVER: u16 = 3;
/// `linux/if_packet.h`.
pub const PACKET_FANOUT_RND: u16 = 4;
/// `linux/if_packet.h`.
pub const PACKET_FANOUT_QM: u16 = 5;
/// `linux/if_packet.h`.
pub const PACKET_FANOUT_FLAG_ROLLOVER: u16 = 0x1000;
/// `linux/if_packet.h`.
pub const PACKET_FANOUT_FLAG_UNIQUEID: u16 = 0x2000;
/// `linux/if_packet.h`.
pub const PACKET_FANOUT_FLAG_IGNORE_OUTGOING: u16 = 0x4000;
/// `linux/if_packet.h`.
pub const PACKET_FANOUT_FLAG_DEFRAG: u16 = 0x8000;
/// `linux/if_packet.h`.
pub const PACKET_FASTROUTE: u8 = 6;

// CAN: linux/can.h, linux/can/bcm.h, linux/can/isotp.h.

/// `linux/can.h`.
pub const CAN_EFF_FLAG: u32 = 0x8000_0000;
/// `linux/can.h`.
pub const CAN_RTR_FLAG: u32 = 0x4000_0000;
/// `linux/can.h`.
pub const CAN_ERR_FLAG: u32 = 0x2000_0000;
/// `linux/can.h`.
pub const CAN_INV_FILTER: u32 = 0x2000_0000;
/// `linux/can.h`.
pub const CAN_SFF_MASK: u32 = 0x7ff;
/// `linux/can.h`.
pub const CAN_EFF_MASK: u32 = 0x1fff_ffff;
/// `linux/can.h`.
pub const CAN_ERR_MASK: u32 = 0x1fff_ffff;
/// `linux/can/bcm.h`.
pub const CAN_BCM_TX_SETUP: u32 = 1;
/// `linux/can/bcm.h`.
pub const CAN_BCM_TX_DELETE: u32 = 2;
/// `linux/can/bcm.h`.
pub const CAN_BCM_TX_READ: u32 = 3;
/// `linux/can/bcm.h`.
pub const CAN_BCM_TX_SEND: u32 = 4;
/// `linux/can/bcm.h`.
pub const CAN_BCM_RX_SETUP: u32 = 5;
/// `linux/can/bcm.h`.
pub const CAN_BCM_RX_DELETE: u32 = 6;
/// `linux/can/bcm.h`.
pub const CAN_BCM_RX_READ: u32 = 7;
/// `linux/can/bcm.h`.
pub const CAN_BCM_TX_STATUS: u32 = 8;
/// `linux/can/bcm.h`.
pub const CAN_BCM_TX_EXPIRED: u32 = 9;
/// `linux/can/bcm.h`.
pub const CAN_BCM_RX_STATUS: u32 = 10;
/// `linux/can/bcm.h`.
pub const CAN_BCM_RX_TIMEOUT: u32 = 11;
/// `linux/can/bcm.h`.
pub const CAN_BCM_RX_CHANGED: u32 = 12;
/// `linux/can/bcm.h`.
pub const CAN_BCM_SETTIMER: u32 = 0x1;
/// `linux/can/bcm.h`.
pub const CAN_BCM_STARTTIMER: u32 = 0x2;
/// `linux/can/bcm.h`.
pub const CAN_BCM_TX_COUNTEVT: u32 = 0x4;
/// `linux/can/bcm.h`.
pub const CAN_BCM_TX_ANNOUNCE: u32 = 0x8;
/// `linux/can/bcm.h`.
pub const CAN_BCM_TX_CP_CAN_ID: u32 = 0x10;
/// `linux/can/bcm.h`.
pub const CAN_BCM_RX_FILTER_ID: u32 = 0x20;
/// `linux/can/bcm.h`.
pub const CAN_BCM_RX_CHECK_DLC: u32 = 0x40;
/// `linux/can/bcm.h`.
pub const CAN_BCM_RX_NO_AUTOTIMER: u32 = 0x80;
/// `linux/can/bcm.h`.
pub const CAN_BCM_RX_ANNOUNCE_RESUME: u32 = 0x100;
/// `linux/can/bcm.h`.
pub const CAN_BCM_TX_RESET_MULTI_IDX: u32 = 0x200;
/// `linux/can/bcm.h`.
pub const CAN_BCM_RX_RTR_FRAME: u32 = 0x400;
/// `linux/can/bcm.h`.
pub const CAN_BCM_CAN_FD_FRAME: u32 = 0x800;
/// `linux/can/isotp.h`.
pub const CAN_ISOTP_LISTEN_MODE: u32 = 0x1;
/// `linux/can/isotp.h`.
pub const CAN_ISOTP_EXTEND_ADDR: u32 = 0x2;
/// `linux/can/isotp.h`.
pub const CAN_ISOTP_TX_PADDING: u32 = 0x4;
/// `linux/can/isotp.h`.
pub const CAN_ISOTP_RX_PADDING: u32 = 0x8;
/// `linux/can/isotp.h`.
pub const CAN_ISOTP_CHK_PAD_LEN: u32 = 0x10;
/// `linux/can/isotp.h`.
pub const CAN_ISOTP_CHK_PAD_DATA: u32 = 0x20;
/// `linux/can/isotp.h`.
pub const CAN_ISOTP_HALF_DUPLEX: u32 = 0x40;
/// `linux/can/isotp.h`.
pub const CAN_ISOTP_FORCE_TXSTMIN: u32 = 0x80;
/// `linux/can/isotp.h`.
pub const CAN_ISOTP_FORCE_RXSTMIN: u32 = 0x100;
/// `linux/can/isotp.h`.
pub const CAN_ISOTP_RX_EXT_ADDR: u32 = 0x200;
/// `linux/can/isotp.h`.
pub const CAN_ISOTP_WAIT_TX_DONE: u32 = 0x400;
/// `linux/can/isotp.h`.
pub const CAN_ISOTP_SF_BROADCAST: u32 = 0x800;
/// `linux/can/isotp.h`.
pub const CAN_ISOTP_CF_BROADCAST: u32 = 0x1000;

// J1939: linux/can/j1939.h.

/// `linux/can/j1939.h`.
pub const J1939_MAX_UNICAST_ADDR: u8 = 0xfd;
/// `linux/can/j1939.h`.
pub const J1939_IDLE_ADDR: u8 = 0xfe;
/// `linux/can/j1939.h`.
pub const J1939_NO_ADDR: u8 = 0xff;
/// `linux/can/j1939.h`.
pub const J1939_NO_NAME: u64 = 0;
/// `linux/can/j1939.h`.
pub const J1939_PGN_REQUEST: u32 = 0xea00;
/// `linux/can/j1939.h`.
pub const J1939_PGN_ADDRESS_CLAIMED: u32 = 0xee00;
/// `linux/can/j1939.h`.
pub const J1939_PGN_ADDRESS_COMMANDED: u32 = 0xfed8;
/// `linux/can/j1939.h`.
pub const J1939_PGN_PDU1_MAX: u32 = 0x3_ff00;
/// `linux/can/j1939.h`.
pub const J1939_PGN_MAX: u32 = 0x3_ffff;
/// `linux/can/j1939.h`.
pub const J1939_NO_PGN: u32 = 0x4_0000;
/// `linux/can/j1939.h`.
pub const J1939_NLA_PAD: i32 = 0;
/// `linux/can/j1939.h`.
pub const J1939_NLA_BYTES_ACKED: i32 = 1;
/// `linux/can/j1939.h`.
pub const J1939_EE_INFO_NONE: i32 = 0;
/// `linux/can/j1939.h`.
pub const J1939_EE_INFO_TX_ABORT: i32 = 1;
/// `linux/can/j1939.h`.
pub const J1939_FILTER_MAX: i32 = 512;
/// `linux/can/j1939.h`.
pub const SCM_J1939_DEST_ADDR: i32 = 1;
/// `linux/can/j1939.h`.
pub const SCM_J1939_DEST_NAME: i32 = 2;
/// `linux/can/j1939.h`.
pub const SCM_J1939_PRIO: i32 = 3;
/// `linux/can/j1939.h`.
pub const SCM_J1939_ERRQUEUE: i32 = 4;

// The kernel's cryptography: linux/if_alg.h.

/// `linux/if_alg.h`.
pub const ALG_SET_IV: i32 = 2;
/// `linux/if_alg.h`.
pub const ALG_SET_OP: i32 = 3;
/// `linux/if_alg.h`.
pub const ALG_SET_AEAD_ASSOCLEN: i32 = 4;
/// `linux/if_alg.h`.
pub const ALG_OP_DECRYPT: i32 = 0;
/// `linux/if_alg.h`.
pub const ALG_OP_ENCRYPT: i32 = 1;

// Asymmetric keys, which Linux never took in; CPython has their numbers.

/// `linux/if_alg.h`.
pub const ALG_SET_PUBKEY: i32 = 6;
/// `linux/if_alg.h`.
pub const ALG_OP_SIGN: i32 = 2;
/// `linux/if_alg.h`.
pub const ALG_OP_VERIFY: i32 = 3;

// TIPC: linux/tipc.h.

/// `linux/tipc.h`.
pub const TIPC_CFG_SRV: u32 = 0;
/// `linux/tipc.h`.
pub const TIPC_TOP_SRV: u32 = 1;
/// `linux/tipc.h`.
pub const TIPC_SUB_PORTS: u32 = 1;
/// `linux/tipc.h`.
pub const TIPC_SUB_SERVICE: u32 = 2;
/// `linux/tipc.h`.
pub const TIPC_SUB_CANCEL: u32 = 4;
/// `linux/tipc.h`.
pub const TIPC_PUBLISHED: u32 = 1;
/// `linux/tipc.h`.
pub const TIPC_WITHDRAWN: u32 = 2;
/// `linux/tipc.h`.
pub const TIPC_SUBSCR_TIMEOUT: u32 = 3;
/// `linux/tipc.h`.
pub const TIPC_LOW_IMPORTANCE: u32 = 0;
/// `linux/tipc.h`.
pub const TIPC_MEDIUM_IMPORTANCE: u32 = 1;
/// `linux/tipc.h`.
pub const TIPC_HIGH_IMPORTANCE: u32 = 2;
/// `linux/tipc.h`.
pub const TIPC_CRITICAL_IMPORTANCE: u32 = 3;
/// `linux/tipc.h`.
pub const TIPC_WAIT_FOREVER: i32 = -1;
/// `linux/tipc.h`.
pub const TIPC_ADDR_NAMESEQ: u8 = 1;
/// `linux/tipc.h`.
pub const TIPC_ADDR_NAME: u8 = 2;
/// `linux/tipc.h`.
pub const TIPC_ADDR_ID: u8 = 3;
/// `linux/tipc.h`.
pub const TIPC_ZONE_SCOPE: i8 = 1;
/// `linux/tipc.h`.
pub const TIPC_CLUSTER_SCOPE: i8 = 2;
/// `linux/tipc.h`.
pub const TIPC_NODE_SCOPE: i8 = 3;

// Virtual machines: linux/vm_sockets.h.

/// `linux/vm_sockets.h`.
pub const VMADDR_CID_ANY: u32 = 0xffff_ffff;
/// `linux/vm_sockets.h`.
pub const VMADDR_CID_HYPERVISOR: u32 = 0;
/// `linux/vm_sockets.h`.
pub const VMADDR_CID_LOCAL: u32 = 1;
/// `linux/vm_sockets.h`.
pub const VMADDR_CID_HOST: u32 = 2;
/// `linux/vm_sockets.h`.
pub const VMADDR_PORT_ANY: u32 = 0xffff_ffff;
/// `linux/vm_sockets.h`.
pub const VM_SOCKETS_INVALID_VERSION: u32 = 0xffff_ffff;
/// `linux/vm_sockets.h`.
pub const IOCTL_VM_SOCKETS_GET_LOCAL_CID: u32 = 0x7b9;

// Bluetooth: the kernel's include/net/bluetooth.

/// `bluetooth/bluetooth.h`.
pub const BDADDR_BREDR: u8 = 0;
/// `bluetooth/bluetooth.h`.
pub const BDADDR_LE_PUBLIC: u8 = 1;
/// `bluetooth/bluetooth.h`.
pub const BDADDR_LE_RANDOM: u8 = 2;
/// `bluetooth/bluetooth.h`.
pub const BT_SECURITY_SDP: u8 = 0;
/// `bluetooth/bluetooth.h`.
pub const BT_SECURITY_LOW: u8 = 1;
/// `bluetooth/bluetooth.h`.
pub const BT_SECURITY_MEDIUM: u8 = 2;
/// `bluetooth/bluetooth.h`.
pub const BT_SECURITY_HIGH: u8 = 3;
/// `bluetooth/bluetooth.h`.
pub const BT_SECURITY_FIPS: u8 = 4;
/// `bluetooth/bluetooth.h`.
pub const BT_FLUSHABLE_OFF: u8 = 0;
/// `bluetooth/bluetooth.h`.
pub const BT_FLUSHABLE_ON: u8 = 1;
/// `bluetooth/bluetooth.h`.
pub const BT_POWER_FORCE_ACTIVE_OFF: u8 = 0;
/// `bluetooth/bluetooth.h`.
pub const BT_POWER_FORCE_ACTIVE_ON: u8 = 1;
/// `bluetooth/bluetooth.h`.
pub const BT_MODE_BASIC: u8 = 0;
/// `bluetooth/bluetooth.h`.
pub const BT_MODE_ERTM: u8 = 1;
/// `bluetooth/bluetooth.h`.
pub const BT_MODE_STREAMING: u8 = 2;
/// `bluetooth/bluetooth.h`.
pub const BT_MODE_LE_FLOWCTL: u8 = 3;
/// `bluetooth/bluetooth.h`.
pub const BT_MODE_EXT_FLOWCTL: u8 = 4;
/// `bluetooth/bluetooth.h`.
pub const BT_SCM_PKT_STATUS: u8 = 3;
/// `bluetooth/bluetooth.h`.
pub const BT_ISO_QOS_CIG_UNSET: u8 = 0xff;
/// `bluetooth/bluetooth.h`.
pub const BT_ISO_QOS_CIS_UNSET: u8 = 0xff;
/// `bluetooth/bluetooth.h`.
pub const BT_ISO_QOS_BIG_UNSET: u8 = 0xff;
/// `bluetooth/bluetooth.h`.
pub const BT_ISO_QOS_BIS_UNSET: u8 = 0xff;
/// `bluetooth/bluetooth.h`.
pub const BT_CODEC_CVSD: u8 = 2;
/// `bluetooth/bluetooth.h`.
pub const BT_CODEC_TRANSPARENT: u8 = 3;
/// `bluetooth/bluetooth.h`.
pub const BT_CODEC_MSBC: u8 = 5;
/// `bluetooth/bluetooth.h`.
pub const BT_CHANNEL_POLICY_BREDR_ONLY: u32 = 0;
/// `bluetooth/bluetooth.h`.
pub const BT_CHANNEL_POLICY_BREDR_PREFERRED: u32 = 1;
/// `bluetooth/bluetooth.h`.
pub const BT_CHANNEL_POLICY_AMP_PREFERRED: u32 = 2;
/// `bluetooth/bluetooth.h`.
pub const BT_PHY_BR_1M_1SLOT: u32 = 0x1;
/// `bluetooth/bluetooth.h`.
pub const BT_PHY_BR_1M_3SLOT: u32 = 0x2;
/// `bluetooth/bluetooth.h`.
pub const BT_PHY_BR_1M_5SLOT: u32 = 0x4;
/// `bluetooth/bluetooth.h`.
pub const BT_PHY_EDR_2M_1SLOT: u32 = 0x8;
/// `bluetooth/bluetooth.h`.
pub const BT_PHY_EDR_2M_3SLOT: u32 = 0x10;
/// `bluetooth/bluetooth.h`.
pub const BT_PHY_EDR_2M_5SLOT: u32 = 0x20;
/// `bluetooth/bluetooth.h`.
pub const BT_PHY_EDR_3M_1SLOT: u32 = 0x40;
/// `bluetooth/bluetooth.h`.
pub const BT_PHY_EDR_3M_3SLOT: u32 = 0x80;
/// `bluetooth/bluetooth.h`.
pub const BT_PHY_EDR_3M_5SLOT: u32 = 0x100;
/// `bluetooth/bluetooth.h`.
pub const BT_PHY_LE_1M_TX: u32 = 0x200;
/// `bluetooth/bluetooth.h`.
pub const BT_PHY_LE_1M_RX: u32 = 0x400;
/// `bluetooth/bluetooth.h`.
pub const BT_PHY_LE_2M_TX: u32 = 0x800;
/// `bluetooth/bluetooth.h`.
pub const BT_PHY_LE_2M_RX: u32 = 0x1000;
/// `bluetooth/bluetooth.h`.
pub const BT_PHY_LE_CODED_TX: u32 = 0x2000;
/// `bluetooth/bluetooth.h`.
pub const BT_PHY_LE_CODED_RX: u32 = 0x4000;
/// `bluetooth/l2cap.h`.
pub const L2CAP_LM_MASTER: u32 = 0x1;
/// `bluetooth/l2cap.h`.
pub const L2CAP_LM_AUTH: u32 = 0x2;
/// `bluetooth/l2cap.h`.
pub const L2CAP_LM_ENCRYPT: u32 = 0x4;
/// `bluetooth/l2cap.h`.
pub const L2CAP_LM_TRUSTED: u32 = 0x8;
/// `bluetooth/l2cap.h`.
pub const L2CAP_LM_RELIABLE: u32 = 0x10;
/// `bluetooth/l2cap.h`.
pub const L2CAP_LM_SECURE: u32 = 0x20;
/// `bluetooth/bluetooth.h`.
pub const BT_VOICE_TRANSPARENT: u16 = 0x3;
/// `bluetooth/bluetooth.h`.
pub const BT_VOICE_CVSD_16BIT: u16 = 0x60;
/// `bluetooth/bluetooth.h`.
pub const BT_VOICE_TRANSPARENT_16BIT: u16 = 0x63;
/// `bluetooth/bluetooth.h`.
pub const HCI_DEV_NONE: u16 = 0xffff;

// Control messages: linux/socket.h.

/// `linux/socket.h`.
pub const SCM_RIGHTS: i32 = 1;
/// `linux/socket.h`.
pub const SCM_CREDENTIALS: i32 = 2;
/// `linux/socket.h`.
pub const SCM_SECURITY: i32 = 3;
