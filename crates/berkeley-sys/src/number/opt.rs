//! Option levels and names, as getsockopt(2) takes them.
//!
//! Those of SOL_SOCKET differ between processors and are libc's, as far as it has them; the others are the same everywhere. The
//! headers stand beside them.

pub use libc::{AF_VSOCK, SOL_SOCKET};
pub use libc::{
    SO_ACCEPTCONN, SO_ATTACH_BPF, SO_ATTACH_FILTER, SO_ATTACH_REUSEPORT_CBPF,
    SO_ATTACH_REUSEPORT_EBPF, SO_BINDTODEVICE, SO_BINDTOIFINDEX, SO_BPF_EXTENSIONS, SO_BROADCAST,
    SO_BUF_LOCK, SO_BUSY_POLL, SO_BUSY_POLL_BUDGET, SO_CNX_ADVICE, SO_COOKIE, SO_DEBUG,
    SO_DETACH_FILTER, SO_DETACH_REUSEPORT_BPF, SO_DOMAIN, SO_DONTROUTE, SO_ERROR, SO_GET_FILTER,
    SO_INCOMING_CPU, SO_INCOMING_NAPI_ID, SO_KEEPALIVE, SO_LINGER, SO_LOCK_FILTER, SO_MARK,
    SO_MAX_PACING_RATE, SO_MEMINFO, SO_NETNS_COOKIE, SO_NO_CHECK, SO_NOFCS, SO_OOBINLINE,
    SO_PASSCRED, SO_PASSPIDFD, SO_PASSSEC, SO_PEEK_OFF, SO_PEERCRED, SO_PEERGROUPS, SO_PEERPIDFD,
    SO_PEERSEC, SO_PREFER_BUSY_POLL, SO_PRIORITY, SO_PROTOCOL, SO_RCVBUF, SO_RCVBUFFORCE,
    SO_RCVLOWAT, SO_RCVMARK, SO_RCVTIMEO, SO_RESERVE_MEM, SO_REUSEADDR, SO_REUSEPORT, SO_RXQ_OVFL,
    SO_SELECT_ERR_QUEUE, SO_SNDBUF, SO_SNDBUFFORCE, SO_SNDLOWAT, SO_SNDTIMEO, SO_TIMESTAMP,
    SO_TIMESTAMPING, SO_TIMESTAMPNS, SO_TXREHASH, SO_TXTIME, SO_TYPE, SO_WIFI_STATUS, SO_ZEROCOPY,
};
// Levels: linux/socket.h and, of Bluetooth, the headers of each protocol.
/// `linux/in.h`.
pub const IPPROTO_IP: i32 = 0;
/// `linux/in.h`.
pub const IPPROTO_IPV6: i32 = 41;
/// `linux/in.h`.
pub const IPPROTO_TCP: i32 = 6;
/// `linux/in.h`.
pub const IPPROTO_UDP: i32 = 17;
/// `linux/in.h`.
pub const IPPROTO_UDPLITE: i32 = 136;
/// `linux/socket.h`.
pub const SOL_RAW: i32 = 255;
/// `linux/socket.h`.
pub const SOL_NETLINK: i32 = 270;
/// `linux/socket.h`.
pub const SOL_PACKET: i32 = 263;
/// `linux/socket.h`.
pub const SOL_TIPC: i32 = 271;
/// `linux/socket.h`.
pub const SOL_BLUETOOTH: i32 = 274;
/// `bluetooth/l2cap.h`.
pub const SOL_L2CAP: i32 = 6;
/// `bluetooth/rfcomm.h`.
pub const SOL_RFCOMM: i32 = 18;
/// `bluetooth/sco.h`.
pub const SOL_SCO: i32 = 17;
/// `bluetooth/hci.h`.
pub const SOL_HCI: i32 = 0;
/// `linux/can.h`.
pub const SOL_CAN_RAW: i32 = 101;
/// `linux/can.h`.
pub const SOL_CAN_ISOTP: i32 = 106;
/// `linux/can.h`.
pub const SOL_CAN_J1939: i32 = 107;
/// `linux/socket.h`.
pub const SOL_ALG: i32 = 279;
/// `linux/socket.h`.
pub const SOL_XDP: i32 = 283;
/// `linux/socket.h`.
pub const SOL_DCCP: i32 = 269;
/// `linux/socket.h`.
pub const SOL_SCTP: i32 = 132;
/// `linux/socket.h`.
pub const SOL_SMC: i32 = 286;
/// `linux/socket.h`.
pub const SOL_MCTP: i32 = 285;
/// `linux/socket.h`.
pub const SOL_TLS: i32 = 282;
/// `linux/socket.h`.
pub const SOL_MPTCP: i32 = 284;
/// `linux/socket.h`.
pub const SO_RCVPRIORITY: i32 = if cfg!(target_arch = "sparc64") { 91 } else { 82 };
/// `linux/socket.h`.
pub const SO_PASSRIGHTS: i32 = if cfg!(target_arch = "sparc64") { 92 } else { 83 };
/// `linux/socket.h`.
pub const SO_INQ: i32 = if cfg!(target_arch = "sparc64") { 93 } else { 84 };
/// `linux/in.h`.
pub const IP_TTL: i32 = 2;
/// `linux/in.h`.
pub const IP_RECVTTL: i32 = 12;
/// `linux/in.h`.
pub const IP_MINTTL: i32 = 21;
/// `linux/in.h`.
pub const IP_TOS: i32 = 1;
/// `linux/in.h`.
pub const IP_RECVTOS: i32 = 13;
/// `linux/in.h`.
pub const IP_MTU: i32 = 14;
/// `linux/in.h`.
pub const IP_MTU_DISCOVER: i32 = 10;
/// `linux/in.h`.
pub const IP_HDRINCL: i32 = 3;
/// `linux/in.h`.
pub const IP_FREEBIND: i32 = 15;
/// `linux/in.h`.
pub const IP_TRANSPARENT: i32 = 19;
/// `linux/in.h`.
pub const IP_BIND_ADDRESS_NO_PORT: i32 = 24;
/// `linux/in.h`.
pub const IP_LOCAL_PORT_RANGE: i32 = 51;
/// `linux/in.h`.
pub const IP_PROTOCOL: i32 = 52;
/// `linux/in.h`.
pub const IP_OPTIONS: i32 = 4;
/// `linux/in.h`.
pub const IP_RECVOPTS: i32 = 6;
/// `linux/in.h`.
pub const IP_RETOPTS: i32 = 7;
/// `linux/in.h`.
pub const IP_ROUTER_ALERT: i32 = 5;
/// `linux/in.h`.
pub const IP_NODEFRAG: i32 = 22;
/// `linux/in.h`.
pub const IP_PKTINFO: i32 = 8;
/// `linux/in.h`.
pub const IP_RECVORIGDSTADDR: i32 = 20;
/// `linux/in.h`.
pub const IP_RECVERR: i32 = 11;
/// `linux/in.h`.
pub const IP_RECVERR_RFC4884: i32 = 26;
/// `linux/in.h`.
pub const IP_RECVFRAGSIZE: i32 = 25;
/// `linux/in.h`.
pub const IP_CHECKSUM: i32 = 23;
/// `linux/in.h`.
pub const IP_PASSSEC: i32 = 18;
/// `linux/in.h`.
pub const IP_UNICAST_IF: i32 = 50;
/// `linux/in.h`.
pub const IP_MULTICAST_TTL: i32 = 33;
/// `linux/in.h`.
pub const IP_MULTICAST_LOOP: i32 = 34;
/// `linux/in.h`.
pub const IP_MULTICAST_ALL: i32 = 49;
/// `linux/in.h`.
pub const IP_MULTICAST_IF: i32 = 32;
/// `linux/in.h`.
pub const IP_ADD_MEMBERSHIP: i32 = 35;
/// `linux/in.h`.
pub const IP_DROP_MEMBERSHIP: i32 = 36;
/// `linux/in.h`.
pub const IP_ADD_SOURCE_MEMBERSHIP: i32 = 39;
/// `linux/in.h`.
pub const IP_DROP_SOURCE_MEMBERSHIP: i32 = 40;
/// `linux/in.h`.
pub const IP_BLOCK_SOURCE: i32 = 38;
/// `linux/in.h`.
pub const IP_UNBLOCK_SOURCE: i32 = 37;
/// `linux/in.h`.
pub const MCAST_JOIN_GROUP: i32 = 42;
/// `linux/in.h`.
pub const MCAST_LEAVE_GROUP: i32 = 45;
/// `linux/in.h`.
pub const MCAST_JOIN_SOURCE_GROUP: i32 = 46;
/// `linux/in.h`.
pub const MCAST_LEAVE_SOURCE_GROUP: i32 = 47;
/// `linux/in.h`.
pub const MCAST_BLOCK_SOURCE: i32 = 43;
/// `linux/in.h`.
pub const MCAST_UNBLOCK_SOURCE: i32 = 44;
/// `linux/netfilter_ipv4.h`.
pub const SO_ORIGINAL_DST: i32 = 80;
/// `linux/in6.h`.
pub const IPV6_V6ONLY: i32 = 26;
/// `linux/in6.h`.
pub const IPV6_ADDRFORM: i32 = 1;
/// `linux/in6.h`.
pub const IPV6_UNICAST_HOPS: i32 = 16;
/// `linux/in6.h`.
pub const IPV6_RECVHOPLIMIT: i32 = 51;
/// `linux/in6.h`.
pub const IPV6_MINHOPCOUNT: i32 = 73;
/// `linux/in6.h`.
pub const IPV6_TCLASS: i32 = 67;
/// `linux/in6.h`.
pub const IPV6_RECVTCLASS: i32 = 66;
/// `linux/in6.h`.
pub const IPV6_MTU: i32 = 24;
/// `linux/in6.h`.
pub const IPV6_MTU_DISCOVER: i32 = 23;
/// `linux/in6.h`.
pub const IPV6_DONTFRAG: i32 = 62;
/// `linux/in6.h`.
pub const IPV6_RECVPATHMTU: i32 = 60;
/// `linux/in6.h`.
pub const IPV6_PATHMTU: i32 = 61;
/// `linux/in6.h`.
pub const IPV6_HDRINCL: i32 = 36;
/// `linux/in6.h`.
pub const IPV6_CHECKSUM: i32 = 7;
/// `linux/in6.h`.
pub const IPV6_FREEBIND: i32 = 78;
/// `linux/in6.h`.
pub const IPV6_TRANSPARENT: i32 = 75;
/// `linux/in6.h`.
pub const IPV6_RECVPKTINFO: i32 = 49;
/// `linux/in6.h`.
pub const IPV6_PKTINFO: i32 = 50;
/// `linux/in6.h`.
pub const IPV6_RECVORIGDSTADDR: i32 = 74;
/// `linux/netfilter_ipv6/ip6_tables.h`.
pub const IP6T_SO_ORIGINAL_DST: i32 = 80;
/// `linux/in6.h`.
pub const IPV6_RECVERR: i32 = 25;
/// `linux/in6.h`.
pub const IPV6_RECVERR_RFC4884: i32 = 31;
/// `linux/in6.h`.
pub const IPV6_RECVFRAGSIZE: i32 = 77;
/// `linux/in6.h`.
pub const IPV6_RECVHOPOPTS: i32 = 53;
/// `linux/in6.h`.
pub const IPV6_HOPOPTS: i32 = 54;
/// `linux/in6.h`.
pub const IPV6_RECVRTHDR: i32 = 56;
/// `linux/in6.h`.
pub const IPV6_RTHDR: i32 = 57;
/// `linux/in6.h`.
pub const IPV6_RECVDSTOPTS: i32 = 58;
/// `linux/in6.h`.
pub const IPV6_DSTOPTS: i32 = 59;
/// `linux/in6.h`.
pub const IPV6_RTHDRDSTOPTS: i32 = 55;
/// `linux/in6.h`.
pub const IPV6_ROUTER_ALERT: i32 = 22;
/// `linux/in6.h`.
pub const IPV6_ROUTER_ALERT_ISOLATE: i32 = 30;
/// `linux/in6.h`.
pub const IPV6_FLOWINFO: i32 = 11;
/// `linux/in6.h`.
pub const IPV6_FLOWINFO_SEND: i32 = 33;
/// `linux/in6.h`.
pub const IPV6_AUTOFLOWLABEL: i32 = 70;
/// `linux/in6.h`.
pub const IPV6_ADDR_PREFERENCES: i32 = 72;
/// `linux/in6.h`.
pub const IPV6_UNICAST_IF: i32 = 76;
/// `linux/in6.h`.
pub const IPV6_MULTICAST_HOPS: i32 = 18;
/// `linux/in6.h`.
pub const IPV6_MULTICAST_IF: i32 = 17;
/// `linux/in6.h`.
pub const IPV6_MULTICAST_LOOP: i32 = 19;
/// `linux/in6.h`.
pub const IPV6_MULTICAST_ALL: i32 = 29;
/// `linux/in6.h`.
pub const IPV6_ADD_MEMBERSHIP: i32 = 20;
/// `linux/in6.h`.
pub const IPV6_DROP_MEMBERSHIP: i32 = 21;
/// `linux/in6.h`.
pub const IPV6_JOIN_ANYCAST: i32 = 27;
/// `linux/in6.h`.
pub const IPV6_LEAVE_ANYCAST: i32 = 28;
/// `linux/tcp.h`.
pub const TCP_NODELAY: i32 = 1;
/// `linux/tcp.h`.
pub const TCP_CORK: i32 = 3;
/// `linux/tcp.h`.
pub const TCP_QUICKACK: i32 = 12;
/// `linux/tcp.h`.
pub const TCP_MAXSEG: i32 = 2;
/// `linux/tcp.h`.
pub const TCP_KEEPIDLE: i32 = 4;
/// `linux/tcp.h`.
pub const TCP_KEEPINTVL: i32 = 5;
/// `linux/tcp.h`.
pub const TCP_KEEPCNT: i32 = 6;
/// `linux/tcp.h`.
pub const TCP_USER_TIMEOUT: i32 = 18;
/// `linux/tcp.h`.
pub const TCP_SYNCNT: i32 = 7;
/// `linux/tcp.h`.
pub const TCP_LINGER2: i32 = 8;
/// `linux/tcp.h`.
pub const TCP_DEFER_ACCEPT: i32 = 9;
/// `linux/tcp.h`.
pub const TCP_FASTOPEN: i32 = 23;
/// `linux/tcp.h`.
pub const TCP_FASTOPEN_CONNECT: i32 = 30;
/// `linux/tcp.h`.
pub const TCP_FASTOPEN_KEY: i32 = 33;
/// `linux/tcp.h`.
pub const TCP_FASTOPEN_NO_COOKIE: i32 = 34;
/// `linux/tcp.h`.
pub const TCP_NOTSENT_LOWAT: i32 = 25;
/// `linux/tcp.h`.
pub const TCP_WINDOW_CLAMP: i32 = 10;
/// `linux/tcp.h`.
pub const TCP_CONGESTION: i32 = 13;
/// `linux/tcp.h`.
pub const TCP_CC_INFO: i32 = 26;
/// `linux/tcp.h`.
pub const TCP_INFO: i32 = 11;
/// `linux/tcp.h`.
pub const TCP_ULP: i32 = 31;
/// `linux/tcp.h`.
pub const TCP_INQ: i32 = 36;
/// `linux/tcp.h`.
pub const TCP_TX_DELAY: i32 = 37;
/// `linux/tcp.h`.
pub const TCP_SAVE_SYN: i32 = 27;
/// `linux/tcp.h`.
pub const TCP_SAVED_SYN: i32 = 28;
/// `linux/tcp.h`.
pub const TCP_THIN_LINEAR_TIMEOUTS: i32 = 16;
/// `linux/tcp.h`.
pub const TCP_THIN_DUPACK: i32 = 17;
/// `linux/tcp.h`.
pub const TCP_TIMESTAMP: i32 = 24;
/// `linux/tcp.h`.
pub const TCP_REPAIR: i32 = 19;
/// `linux/tcp.h`.
pub const TCP_REPAIR_QUEUE: i32 = 20;
/// `linux/tcp.h`.
pub const TCP_QUEUE_SEQ: i32 = 21;
/// `linux/tcp.h`.
pub const TCP_REPAIR_OPTIONS: i32 = 22;
/// `linux/tcp.h`.
pub const TCP_REPAIR_WINDOW: i32 = 29;
/// `linux/tcp.h`.
pub const TCP_MD5SIG: i32 = 14;
/// `linux/tcp.h`.
pub const TCP_MD5SIG_EXT: i32 = 32;
/// `linux/tcp.h`.
pub const TCP_AO_ADD_KEY: i32 = 38;
/// `linux/tcp.h`.
pub const TCP_AO_DEL_KEY: i32 = 39;
/// `linux/tcp.h`.
pub const TCP_AO_INFO: i32 = 40;
/// `linux/tcp.h`.
pub const TCP_AO_REPAIR: i32 = 42;
/// `linux/tcp.h`.
pub const TCP_IS_MPTCP: i32 = 43;
/// `linux/tcp.h`.
pub const TCP_RTO_MAX_MS: i32 = 44;
/// `linux/tcp.h`.
pub const TCP_RTO_MIN_US: i32 = 45;
/// `linux/tcp.h`.
pub const TCP_DELACK_MAX_US: i32 = 46;
/// `linux/mptcp.h`.
pub const MPTCP_INFO: i32 = 1;
/// `linux/tls.h`.
pub const TLS_TX: i32 = 1;
/// `linux/tls.h`.
pub const TLS_RX: i32 = 2;
/// `linux/tls.h`.
pub const TLS_TX_ZEROCOPY_RO: i32 = 3;
/// `linux/tls.h`.
pub const TLS_RX_EXPECT_NO_PAD: i32 = 4;
/// `linux/udp.h`.
pub const UDP_CORK: i32 = 1;
/// `linux/udp.h`.
pub const UDP_SEGMENT: i32 = 103;
/// `linux/udp.h`.
pub const UDP_GRO: i32 = 104;
/// `linux/udp.h`.
pub const UDP_ENCAP: i32 = 100;
/// `linux/udp.h`.
pub const UDP_NO_CHECK6_TX: i32 = 101;
/// `linux/udp.h`.
pub const UDP_NO_CHECK6_RX: i32 = 102;
/// `netinet/udplite.h`.
pub const UDPLITE_SEND_CSCOV: i32 = 10;
/// `netinet/udplite.h`.
pub const UDPLITE_RECV_CSCOV: i32 = 11;
/// `linux/icmp.h`.
pub const ICMP_FILTER: i32 = 1;
/// `linux/icmpv6.h`.
pub const ICMPV6_FILTER: i32 = 1;
/// `linux/netlink.h`.
pub const NETLINK_ADD_MEMBERSHIP: i32 = 1;
/// `linux/netlink.h`.
pub const NETLINK_DROP_MEMBERSHIP: i32 = 2;
/// `linux/netlink.h`.
pub const NETLINK_LIST_MEMBERSHIPS: i32 = 9;
/// `linux/netlink.h`.
pub const NETLINK_PKTINFO: i32 = 3;
/// `linux/netlink.h`.
pub const NETLINK_BROADCAST_ERROR: i32 = 4;
/// `linux/netlink.h`.
pub const NETLINK_NO_ENOBUFS: i32 = 5;
/// `linux/netlink.h`.
pub const NETLINK_LISTEN_ALL_NSID: i32 = 8;
/// `linux/netlink.h`.
pub const NETLINK_CAP_ACK: i32 = 10;
/// `linux/netlink.h`.
pub const NETLINK_EXT_ACK: i32 = 11;
/// `linux/netlink.h`.
pub const NETLINK_GET_STRICT_CHK: i32 = 12;
/// `linux/if_packet.h`.
pub const PACKET_IGNORE_OUTGOING: i32 = 23;
/// `linux/if_packet.h`.
pub const PACKET_ADD_MEMBERSHIP: i32 = 1;
/// `linux/if_packet.h`.
pub const PACKET_DROP_MEMBERSHIP: i32 = 2;
/// `linux/if_packet.h`.
pub const PACKET_AUXDATA: i32 = 8;
/// `linux/if_packet.h`.
pub const PACKET_ORIGDEV: i32 = 9;
/// `linux/if_packet.h`.
pub const PACKET_STATISTICS: i32 = 6;
/// `linux/if_packet.h`.
pub const PACKET_VERSION: i32 = 10;
/// `linux/if_packet.h`.
pub const PACKET_HDRLEN: i32 = 11;
/// `linux/if_packet.h`.
pub const PACKET_RESERVE: i32 = 12;
/// `linux/if_packet.h`.
pub const PACKET_RX_RING: i32 = 5;
/// `linux/if_packet.h`.
pub const PACKET_TX_RING: i32 = 13;
/// `linux/if_packet.h`.
pub const PACKET_LOSS: i32 = 14;
/// `linux/if_packet.h`.
pub const PACKET_TX_HAS_OFF: i32 = 19;
/// `linux/if_packet.h`.
pub const PACKET_COPY_THRESH: i32 = 7;
/// `linux/if_packet.h`.
pub const PACKET_VNET_HDR: i32 = 15;
/// `linux/if_packet.h`.
pub const PACKET_VNET_HDR_SZ: i32 = 24;
/// `linux/if_packet.h`.
pub const PACKET_TIMESTAMP: i32 = 17;
/// `linux/if_packet.h`.
pub const PACKET_FANOUT: i32 = 18;
/// `linux/if_packet.h`.
pub const PACKET_ROLLOVER_STATS: i32 = 21;
/// `linux/if_packet.h`.
pub const PACKET_QDISC_BYPASS: i32 = 20;
/// `linux/tipc.h`.
pub const TIPC_IMPORTANCE: i32 = 127;
/// `linux/tipc.h`.
pub const TIPC_SRC_DROPPABLE: i32 = 128;
/// `linux/tipc.h`.
pub const TIPC_DEST_DROPPABLE: i32 = 129;
/// `linux/tipc.h`.
pub const TIPC_CONN_TIMEOUT: i32 = 130;
/// `linux/tipc.h`.
pub const TIPC_NODE_RECVQ_DEPTH: i32 = 131;
/// `linux/tipc.h`.
pub const TIPC_SOCK_RECVQ_DEPTH: i32 = 132;
/// `linux/tipc.h`.
pub const TIPC_SOCK_RECVQ_USED: i32 = 137;
/// `linux/tipc.h`.
pub const TIPC_MCAST_BROADCAST: i32 = 133;
/// `linux/tipc.h`.
pub const TIPC_MCAST_REPLICAST: i32 = 134;
/// `linux/tipc.h`.
pub const TIPC_GROUP_JOIN: i32 = 135;
/// `linux/tipc.h`.
pub const TIPC_GROUP_LEAVE: i32 = 136;
/// `linux/tipc.h`.
pub const TIPC_NODELAY: i32 = 138;
/// `bluetooth/bluetooth.h`.
pub const BT_SECURITY: i32 = 4;
/// `bluetooth/bluetooth.h`.
pub const BT_DEFER_SETUP: i32 = 7;
/// `bluetooth/bluetooth.h`.
pub const BT_FLUSHABLE: i32 = 8;
/// `bluetooth/bluetooth.h`.
pub const BT_POWER: i32 = 9;
/// `bluetooth/bluetooth.h`.
pub const BT_CHANNEL_POLICY: i32 = 10;
/// `bluetooth/bluetooth.h`.
pub const BT_VOICE: i32 = 11;
/// `bluetooth/bluetooth.h`.
pub const BT_SNDMTU: i32 = 12;
/// `bluetooth/bluetooth.h`.
pub const BT_RCVMTU: i32 = 13;
/// `bluetooth/bluetooth.h`.
pub const BT_PHY: i32 = 14;
/// `bluetooth/bluetooth.h`.
pub const BT_MODE: i32 = 15;
/// `bluetooth/bluetooth.h`.
pub const BT_PKT_STATUS: i32 = 16;
/// `bluetooth/bluetooth.h`.
pub const BT_ISO_QOS: i32 = 17;
/// `bluetooth/bluetooth.h`.
pub const BT_CODEC: i32 = 19;
/// `bluetooth/bluetooth.h`.
pub const BT_ISO_BASE: i32 = 20;
/// `bluetooth/l2cap.h`.
pub const L2CAP_OPTIONS: i32 = 1;
/// `bluetooth/l2cap.h`.
pub const L2CAP_CONNINFO: i32 = 2;
/// `bluetooth/l2cap.h`.
pub const L2CAP_LM: i32 = 3;
/// `bluetooth/rfcomm.h`.
pub const RFCOMM_CONNINFO: i32 = 2;
/// `bluetooth/rfcomm.h`.
pub const RFCOMM_LM: i32 = 3;
/// `bluetooth/sco.h`.
pub const SCO_OPTIONS: i32 = 1;
/// `bluetooth/sco.h`.
pub const SCO_CONNINFO: i32 = 2;
/// `bluetooth/hci.h`.
pub const HCI_DATA_DIR: i32 = 1;
/// `bluetooth/hci.h`.
pub const HCI_FILTER: i32 = 2;
/// `bluetooth/hci.h`.
pub const HCI_TIME_STAMP: i32 = 3;
/// `linux/vm_sockets.h`.
pub const SO_VM_SOCKETS_BUFFER_SIZE: i32 = 0;
/// `linux/vm_sockets.h`.
pub const SO_VM_SOCKETS_BUFFER_MIN_SIZE: i32 = 1;
/// `linux/vm_sockets.h`.
pub const SO_VM_SOCKETS_BUFFER_MAX_SIZE: i32 = 2;
/// `linux/vm_sockets.h`.
pub const SO_VM_SOCKETS_CONNECT_TIMEOUT_NEW: i32 = 8;
/// `linux/can/raw.h`.
pub const CAN_RAW_FILTER: i32 = 1;
/// `linux/can/raw.h`.
pub const CAN_RAW_ERR_FILTER: i32 = 2;
/// `linux/can/raw.h`.
pub const CAN_RAW_LOOPBACK: i32 = 3;
/// `linux/can/raw.h`.
pub const CAN_RAW_RECV_OWN_MSGS: i32 = 4;
/// `linux/can/raw.h`.
pub const CAN_RAW_FD_FRAMES: i32 = 5;
/// `linux/can/raw.h`.
pub const CAN_RAW_JOIN_FILTERS: i32 = 6;
/// `linux/can/raw.h`.
pub const CAN_RAW_XL_FRAMES: i32 = 7;
/// `linux/can/raw.h`.
pub const CAN_RAW_XL_VCID_OPTS: i32 = 8;
/// `linux/can/isotp.h`.
pub const CAN_ISOTP_OPTS: i32 = 1;
/// `linux/can/isotp.h`.
pub const CAN_ISOTP_RECV_FC: i32 = 2;
/// `linux/can/isotp.h`.
pub const CAN_ISOTP_TX_STMIN: i32 = 3;
/// `linux/can/isotp.h`.
pub const CAN_ISOTP_RX_STMIN: i32 = 4;
/// `linux/can/isotp.h`.
pub const CAN_ISOTP_LL_OPTS: i32 = 5;
/// `linux/can/j1939.h`.
pub const SO_J1939_FILTER: i32 = 1;
/// `linux/can/j1939.h`.
pub const SO_J1939_PROMISC: i32 = 2;
/// `linux/can/j1939.h`.
pub const SO_J1939_SEND_PRIO: i32 = 3;
/// `linux/can/j1939.h`.
pub const SO_J1939_ERRQUEUE: i32 = 4;
/// `linux/if_alg.h`.
pub const ALG_SET_KEY: i32 = 1;
/// `linux/if_alg.h`.
pub const ALG_SET_AEAD_AUTHSIZE: i32 = 5;
/// `linux/if_alg.h`.
pub const ALG_SET_DRBG_ENTROPY: i32 = 6;
/// `linux/if_alg.h`.
pub const ALG_SET_KEY_BY_KEY_SERIAL: i32 = 7;
/// `linux/if_xdp.h`.
pub const XDP_MMAP_OFFSETS: i32 = 1;
/// `linux/if_xdp.h`.
pub const XDP_RX_RING: i32 = 2;
/// `linux/if_xdp.h`.
pub const XDP_TX_RING: i32 = 3;
/// `linux/if_xdp.h`.
pub const XDP_UMEM_FILL_RING: i32 = 5;
/// `linux/if_xdp.h`.
pub const XDP_UMEM_COMPLETION_RING: i32 = 6;
/// `linux/if_xdp.h`.
pub const XDP_STATISTICS: i32 = 7;
/// `linux/if_xdp.h`.
pub const XDP_OPTIONS: i32 = 8;
/// `linux/if_xdp.h`.
pub const XDP_MAX_TX_SKB_BUDGET: i32 = 9;
/// `linux/dccp.h`.
pub const DCCP_SOCKOPT_SERVICE: i32 = 2;
/// `linux/dccp.h`.
pub const DCCP_SOCKOPT_GET_CUR_MPS: i32 = 5;
/// `linux/dccp.h`.
pub const DCCP_SOCKOPT_SERVER_TIMEWAIT: i32 = 6;
/// `linux/dccp.h`.
pub const DCCP_SOCKOPT_SEND_CSCOV: i32 = 10;
/// `linux/dccp.h`.
pub const DCCP_SOCKOPT_RECV_CSCOV: i32 = 11;
/// `linux/dccp.h`.
pub const DCCP_SOCKOPT_AVAILABLE_CCIDS: i32 = 12;
/// `linux/dccp.h`.
pub const DCCP_SOCKOPT_CCID: i32 = 13;
/// `linux/dccp.h`.
pub const DCCP_SOCKOPT_TX_CCID: i32 = 14;
/// `linux/dccp.h`.
pub const DCCP_SOCKOPT_RX_CCID: i32 = 15;
/// `linux/dccp.h`.
pub const DCCP_SOCKOPT_QPOLICY_ID: i32 = 16;
/// `linux/dccp.h`.
pub const DCCP_SOCKOPT_QPOLICY_TXQLEN: i32 = 17;
/// `linux/sctp.h`.
pub const SCTP_NODELAY: i32 = 3;
/// `linux/sctp.h`.
pub const SCTP_INITMSG: i32 = 2;
/// `linux/sctp.h`.
pub const SCTP_RTOINFO: i32 = 0;
/// `linux/sctp.h`.
pub const SCTP_ASSOCINFO: i32 = 1;
/// `linux/sctp.h`.
pub const SCTP_EVENTS: i32 = 11;
/// `linux/sctp.h`.
pub const SCTP_AUTOCLOSE: i32 = 4;
/// `linux/sctp.h`.
pub const SCTP_DEFAULT_SEND_PARAM: i32 = 10;
/// `linux/sctp.h`.
pub const SCTP_DEFAULT_SNDINFO: i32 = 34;
/// `linux/sctp.h`.
pub const SCTP_DISABLE_FRAGMENTS: i32 = 8;
/// `linux/sctp.h`.
pub const SCTP_I_WANT_MAPPED_V4_ADDR: i32 = 12;
/// `linux/sctp.h`.
pub const SCTP_MAXSEG: i32 = 13;
/// `linux/sctp.h`.
pub const SCTP_DELAYED_ACK_TIME: i32 = 16;
/// `linux/sctp.h`.
pub const SCTP_CONTEXT: i32 = 17;
/// `linux/sctp.h`.
pub const SCTP_FRAGMENT_INTERLEAVE: i32 = 18;
/// `linux/sctp.h`.
pub const SCTP_PARTIAL_DELIVERY_POINT: i32 = 19;
/// `linux/sctp.h`.
pub const SCTP_MAX_BURST: i32 = 20;
/// `linux/sctp.h`.
pub const SCTP_AUTO_ASCONF: i32 = 30;
/// `linux/sctp.h`.
pub const SCTP_RECVRCVINFO: i32 = 32;
/// `linux/sctp.h`.
pub const SCTP_RECVNXTINFO: i32 = 33;
/// `linux/sctp.h`.
pub const SCTP_REUSE_PORT: i32 = 36;
/// `linux/sctp.h`.
pub const SCTP_ADAPTATION_LAYER: i32 = 7;
/// `linux/sctp.h`.
pub const SCTP_STATUS: i32 = 14;
/// `linux/sctp.h`.
pub const SCTP_GET_PEER_ADDR_INFO: i32 = 15;
/// `linux/sctp.h`.
pub const SCTP_GET_ASSOC_NUMBER: i32 = 28;
/// `linux/sctp.h`.
pub const SCTP_SOCKOPT_BINDX_ADD: i32 = 100;
/// `linux/sctp.h`.
pub const SCTP_SOCKOPT_BINDX_REM: i32 = 101;
/// `linux/sctp.h`.
pub const SCTP_GET_PEER_ADDRS: i32 = 108;
/// `linux/sctp.h`.
pub const SCTP_GET_LOCAL_ADDRS: i32 = 109;
/// `linux/sctp.h`.
pub const SCTP_SOCKOPT_CONNECTX: i32 = 110;
/// `linux/sctp.h`.
pub const SCTP_SOCKOPT_PEELOFF_FLAGS: i32 = 122;
/// `linux/sctp.h`.
pub const SCTP_EVENT: i32 = 127;
/// `linux/smc.h`.
pub const SMC_LIMIT_HS: i32 = 1;
/// `linux/mctp.h`.
pub const MCTP_OPT_ADDR_EXT: i32 = 1;
/// `linux/in.h`.
pub const IPPROTO_ICMPV6: i32 = 58;
/// `linux/in.h`.
pub const IP_PMTUDISC_DONT: i32 = 0;
/// `linux/in.h`.
pub const IP_PMTUDISC_WANT: i32 = 1;
/// `linux/in.h`.
pub const IP_PMTUDISC_DO: i32 = 2;
/// `linux/in.h`.
pub const IP_PMTUDISC_PROBE: i32 = 3;
