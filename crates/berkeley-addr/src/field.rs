//! Where each field of each sockaddr lies: one table, which the encoders and decoders read from.
//!
//! Contract: offsets and widths are the kernel's ABI, the same on every architecture; each row cites its header. Padding
//! is listed too: it is written as zero and not read. A short sockaddr reads as if it went on with zeros.

/// One field of a sockaddr.
///
/// ```
/// use berkeley_addr::Field;
///
/// let port = Field::ALL.iter().find(|field| field.name == "sin6_port").unwrap();
/// assert_eq!((port.offset, port.width, port.header), (2, 2, "linux/in6.h"));
/// ```
#[non_exhaustive]
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Field {
    /// The structure's C name; behind a colon, which of its layouts, where the protocol chooses.
    pub sockaddr: &'static str,
    /// The field's C name; empty for a gap that C leaves for alignment.
    pub name: &'static str,
    /// The first byte.
    pub offset: usize,
    /// How many bytes.
    pub width: usize,
    /// The header that says so.
    pub header: &'static str,
    /// Whether the bytes mean nothing.
    pub padding: bool,
}

const fn field(
    sockaddr: &'static str,
    name: &'static str,
    offset: usize,
    width: usize,
    header: &'static str,
) -> Field {
    Field { sockaddr, name, offset, width, header, padding: false }
}

const fn padding(
    sockaddr: &'static str,
    name: &'static str,
    offset: usize,
    width: usize,
    header: &'static str,
) -> Field {
    Field { sockaddr, name, offset, width, header, padding: true }
}

/// The family, first in every sockaddr and in native order.
pub(crate) const FAMILY: Field = field("sockaddr", "sa_family", 0, 2, "linux/socket.h");

// IPv4. Port and address in network order.
pub(crate) const SIN_PORT: Field = field("sockaddr_in", "sin_port", 2, 2, "linux/in.h");
pub(crate) const SIN_ADDR: Field = field("sockaddr_in", "sin_addr", 4, 4, "linux/in.h");
const SIN_PAD: Field = padding("sockaddr_in", "__pad", 8, 8, "linux/in.h");

// IPv6. Port, flow and address in network order; the scope is an interface index in native order.
pub(crate) const SIN6_PORT: Field = field("sockaddr_in6", "sin6_port", 2, 2, "linux/in6.h");
pub(crate) const SIN6_FLOWINFO: Field = field("sockaddr_in6", "sin6_flowinfo", 4, 4, "linux/in6.h");
pub(crate) const SIN6_ADDR: Field = field("sockaddr_in6", "sin6_addr", 8, 16, "linux/in6.h");
pub(crate) const SIN6_SCOPE: Field = field("sockaddr_in6", "sin6_scope_id", 24, 4, "linux/in6.h");

// Unix. The sockaddr's length says how much of the path there is.
pub(crate) const SUN_PATH: Field = field("sockaddr_un", "sun_path", 2, 108, "linux/un.h");

// Packet. The protocol in network order, the rest native. `sll_addr` is declared with 8 bytes and continues to
// `sll_halen`, at most 32 (MAX_ADDR_LEN); what lies beyond `sll_halen` means nothing.
const LL: (&str, &str) = ("sockaddr_ll", "linux/if_packet.h");
pub(crate) const SLL_PROTOCOL: Field = field(LL.0, "sll_protocol", 2, 2, LL.1);
pub(crate) const SLL_IFINDEX: Field = field(LL.0, "sll_ifindex", 4, 4, LL.1);
pub(crate) const SLL_HATYPE: Field = field(LL.0, "sll_hatype", 8, 2, LL.1);
pub(crate) const SLL_PKTTYPE: Field = field(LL.0, "sll_pkttype", 10, 1, LL.1);
pub(crate) const SLL_HALEN: Field = field(LL.0, "sll_halen", 11, 1, LL.1);
pub(crate) const SLL_ADDR: Field = field(LL.0, "sll_addr", 12, 32, LL.1);

// Netlink, all native.
const NL_PAD: Field = padding("sockaddr_nl", "nl_pad", 2, 2, "linux/netlink.h");
pub(crate) const NL_PID: Field = field("sockaddr_nl", "nl_pid", 4, 4, "linux/netlink.h");
pub(crate) const NL_GROUPS: Field = field("sockaddr_nl", "nl_groups", 8, 4, "linux/netlink.h");

// TIPC, all native. What follows the scope is a union: a range, a service, or a socket, which has 8 bytes of the 12.
const TIPC: (&str, &str) = ("sockaddr_tipc", "linux/tipc.h");
pub(crate) const TIPC_ADDRTYPE: Field = field(TIPC.0, "addrtype", 2, 1, TIPC.1);
pub(crate) const TIPC_SCOPE: Field = field(TIPC.0, "scope", 3, 1, TIPC.1);
pub(crate) const TIPC_RANGE_TYPE: Field = field(TIPC.0, "addr.nameseq.type", 4, 4, TIPC.1);
pub(crate) const TIPC_LOWER: Field = field(TIPC.0, "addr.nameseq.lower", 8, 4, TIPC.1);
pub(crate) const TIPC_UPPER: Field = field(TIPC.0, "addr.nameseq.upper", 12, 4, TIPC.1);
pub(crate) const TIPC_TYPE: Field = field(TIPC.0, "addr.name.name.type", 4, 4, TIPC.1);
pub(crate) const TIPC_INSTANCE: Field = field(TIPC.0, "addr.name.name.instance", 8, 4, TIPC.1);
pub(crate) const TIPC_DOMAIN: Field = field(TIPC.0, "addr.name.domain", 12, 4, TIPC.1);
pub(crate) const TIPC_REF: Field = field(TIPC.0, "addr.id.ref", 4, 4, TIPC.1);
pub(crate) const TIPC_NODE: Field = field(TIPC.0, "addr.id.node", 8, 4, TIPC.1);

// Bluetooth; the headers are the kernel's own in include/, which are not installed. The address' octets stand last first,
// PSM and CID are little-endian, HCI's numbers native. Padding at the end has no name in C.
const L2: (&str, &str) = ("sockaddr_l2", "net/bluetooth/l2cap.h");
pub(crate) const L2_PSM: Field = field(L2.0, "l2_psm", 2, 2, L2.1);
pub(crate) const L2_BDADDR: Field = field(L2.0, "l2_bdaddr", 4, 6, L2.1);
pub(crate) const L2_CID: Field = field(L2.0, "l2_cid", 10, 2, L2.1);
pub(crate) const L2_BDADDR_TYPE: Field = field(L2.0, "l2_bdaddr_type", 12, 1, L2.1);
const L2_END: Field = padding(L2.0, "", 13, 1, L2.1);
const RC: (&str, &str) = ("sockaddr_rc", "net/bluetooth/rfcomm.h");
pub(crate) const RC_BDADDR: Field = field(RC.0, "rc_bdaddr", 2, 6, RC.1);
pub(crate) const RC_CHANNEL: Field = field(RC.0, "rc_channel", 8, 1, RC.1);
const RC_END: Field = padding(RC.0, "", 9, 1, RC.1);
const HCI: (&str, &str) = ("sockaddr_hci", "net/bluetooth/hci_sock.h");
pub(crate) const HCI_DEV: Field = field(HCI.0, "hci_dev", 2, 2, HCI.1);
pub(crate) const HCI_CHANNEL: Field = field(HCI.0, "hci_channel", 4, 2, HCI.1);
const SCO: (&str, &str) = ("sockaddr_sco", "net/bluetooth/sco.h");
pub(crate) const SCO_BDADDR: Field = field(SCO.0, "sco_bdaddr", 2, 6, SCO.1);
// `iso_bc` begins at byte 9, which is padding of an address without it, as is byte 49 of one with it.
const ISO: (&str, &str) = ("sockaddr_iso", "net/bluetooth/iso.h");
pub(crate) const ISO_BDADDR: Field = field(ISO.0, "iso_bdaddr", 2, 6, ISO.1);
pub(crate) const ISO_BDADDR_TYPE: Field = field(ISO.0, "iso_bdaddr_type", 8, 1, ISO.1);
pub(crate) const BC_BDADDR: Field = field(ISO.0, "iso_bc[0].bc_bdaddr", 9, 6, ISO.1);
pub(crate) const BC_BDADDR_TYPE: Field = field(ISO.0, "iso_bc[0].bc_bdaddr_type", 15, 1, ISO.1);
pub(crate) const BC_SID: Field = field(ISO.0, "iso_bc[0].bc_sid", 16, 1, ISO.1);
pub(crate) const BC_NUM_BIS: Field = field(ISO.0, "iso_bc[0].bc_num_bis", 17, 1, ISO.1);
pub(crate) const BC_BIS: Field = field(ISO.0, "iso_bc[0].bc_bis", 18, 31, ISO.1);
const ISO_END: Field = padding(ISO.0, "", 49, 1, ISO.1);

// Vsock, all native.
const VM: (&str, &str) = ("sockaddr_vm", "linux/vm_sockets.h");
const SVM_RESERVED1: Field = padding(VM.0, "svm_reserved1", 2, 2, VM.1);
pub(crate) const SVM_PORT: Field = field(VM.0, "svm_port", 4, 4, VM.1);
pub(crate) const SVM_CID: Field = field(VM.0, "svm_cid", 8, 4, VM.1);
pub(crate) const SVM_FLAGS: Field = field(VM.0, "svm_flags", 12, 1, VM.1);
const SVM_ZERO: Field = padding(VM.0, "svm_zero", 13, 3, VM.1);

// CAN, all native. The union behind the index is unused, or ISO-TP's, or J1939's.
const CAN: (&str, &str) = ("sockaddr_can", "linux/can.h");
const CAN_GAP: Field = padding(CAN.0, "", 2, 2, CAN.1);
pub(crate) const CAN_IFINDEX: Field = field(CAN.0, "can_ifindex", 4, 4, CAN.1);
const CAN_UNUSED: Field = padding(CAN.0, "can_addr", 8, 16, CAN.1);
const TP: (&str, &str) = ("sockaddr_can:tp", CAN.1);
const TP_GAP: Field = padding(TP.0, "", 2, 2, TP.1);
const TP_IFINDEX: Field = field(TP.0, "can_ifindex", 4, 4, TP.1);
pub(crate) const TP_RX_ID: Field = field(TP.0, "can_addr.tp.rx_id", 8, 4, TP.1);
pub(crate) const TP_TX_ID: Field = field(TP.0, "can_addr.tp.tx_id", 12, 4, TP.1);
const TP_UNUSED: Field = padding(TP.0, "", 16, 8, TP.1);
const J1939: (&str, &str) = ("sockaddr_can:j1939", CAN.1);
const J1939_GAP: Field = padding(J1939.0, "", 2, 2, J1939.1);
const J1939_IFINDEX: Field = field(J1939.0, "can_ifindex", 4, 4, J1939.1);
pub(crate) const J1939_NAME: Field = field(J1939.0, "can_addr.j1939.name", 8, 8, J1939.1);
pub(crate) const J1939_PGN: Field = field(J1939.0, "can_addr.j1939.pgn", 16, 4, J1939.1);
pub(crate) const J1939_ADDR: Field = field(J1939.0, "can_addr.j1939.addr", 20, 1, J1939.1);
const J1939_UNUSED: Field = padding(J1939.0, "", 21, 3, J1939.1);

// Algorithms, all native. Both names end at their first NUL, and what lies behind it means nothing. `salg_name` is declared
// with 64 bytes and continues to the sockaddr's end.
const ALG: (&str, &str) = ("sockaddr_alg", "linux/if_alg.h");
pub(crate) const SALG_TYPE: Field = field(ALG.0, "salg_type", 2, 14, ALG.1);
pub(crate) const SALG_FEAT: Field = field(ALG.0, "salg_feat", 16, 4, ALG.1);
pub(crate) const SALG_MASK: Field = field(ALG.0, "salg_mask", 20, 4, ALG.1);
pub(crate) const SALG_NAME: Field = field(ALG.0, "salg_name", 24, 104, ALG.1);

// QRTR, all native.
const QRTR: (&str, &str) = ("sockaddr_qrtr", "linux/qrtr.h");
const SQ_GAP: Field = padding(QRTR.0, "", 2, 2, QRTR.1);
pub(crate) const SQ_NODE: Field = field(QRTR.0, "sq_node", 4, 4, QRTR.1);
pub(crate) const SQ_PORT: Field = field(QRTR.0, "sq_port", 8, 4, QRTR.1);

// XDP, all native.
const XDP: (&str, &str) = ("sockaddr_xdp", "linux/if_xdp.h");
pub(crate) const SXDP_FLAGS: Field = field(XDP.0, "sxdp_flags", 2, 2, XDP.1);
pub(crate) const SXDP_IFINDEX: Field = field(XDP.0, "sxdp_ifindex", 4, 4, XDP.1);
pub(crate) const SXDP_QUEUE_ID: Field = field(XDP.0, "sxdp_queue_id", 8, 4, XDP.1);
pub(crate) const SXDP_SHARED_UMEM_FD: Field = field(XDP.0, "sxdp_shared_umem_fd", 12, 4, XDP.1);

impl Field {
    /// Every field of every sockaddr this crate has a type for.
    #[rustfmt::skip]
    pub const ALL: &[Self] = &[
        FAMILY,
        SIN_PORT, SIN_ADDR, SIN_PAD,
        SIN6_PORT, SIN6_FLOWINFO, SIN6_ADDR, SIN6_SCOPE,
        SUN_PATH,
        SLL_PROTOCOL, SLL_IFINDEX, SLL_HATYPE, SLL_PKTTYPE, SLL_HALEN, SLL_ADDR,
        NL_PAD, NL_PID, NL_GROUPS,
        TIPC_ADDRTYPE, TIPC_SCOPE, TIPC_RANGE_TYPE, TIPC_LOWER, TIPC_UPPER, TIPC_TYPE, TIPC_INSTANCE, TIPC_DOMAIN,
        TIPC_REF, TIPC_NODE,
        L2_PSM, L2_BDADDR, L2_CID, L2_BDADDR_TYPE, L2_END,
        RC_BDADDR, RC_CHANNEL, RC_END,
        HCI_DEV, HCI_CHANNEL,
        SCO_BDADDR,
        ISO_BDADDR, ISO_BDADDR_TYPE, BC_BDADDR, BC_BDADDR_TYPE, BC_SID, BC_NUM_BIS, BC_BIS, ISO_END,
        SVM_RESERVED1, SVM_PORT, SVM_CID, SVM_FLAGS, SVM_ZERO,
        CAN_GAP, CAN_IFINDEX, CAN_UNUSED,
        TP_GAP, TP_IFINDEX, TP_RX_ID, TP_TX_ID, TP_UNUSED,
        J1939_GAP, J1939_IFINDEX, J1939_NAME, J1939_PGN, J1939_ADDR, J1939_UNUSED,
        SALG_TYPE, SALG_FEAT, SALG_MASK, SALG_NAME,
        SQ_GAP, SQ_NODE, SQ_PORT,
        SXDP_FLAGS, SXDP_IFINDEX, SXDP_QUEUE_ID, SXDP_SHARED_UMEM_FD,
    ];

    /// The field's bytes in `sockaddr`, zeros where it ends early.
    #[inline]
    pub(crate) fn read<const W: usize>(&self, sockaddr: &[u8]) -> [u8; W] {
        let mut bytes = [0; W];
        let rest = sockaddr.get(self.offset..).unwrap_or_default();
        match rest.first_chunk() {
            Some(whole) => bytes = *whole,
            None => bytes.iter_mut().zip(rest).for_each(|(slot, byte)| *slot = *byte),
        }
        bytes
    }

    /// Writes the field into a sockaddr that has room for it.
    #[inline]
    pub(crate) fn write(&self, sockaddr: &mut [u8], bytes: &[u8]) {
        let slot = sockaddr.get_mut(self.offset..).and_then(|rest| rest.get_mut(..bytes.len()));
        debug_assert!(slot.is_some(), "no room for {}", self.name);
        if let Some(slot) = slot {
            slot.copy_from_slice(bytes);
        }
    }
}

/// The first `N` bytes of a sockaddr, zeros where it ends early: fields are read from it without a look at its length.
#[inline]
pub(crate) fn head<const N: usize>(sockaddr: &[u8]) -> [u8; N] {
    match sockaddr.first_chunk() {
        Some(head) => *head,
        None => padded(sockaddr),
    }
}

#[cold]
fn padded<const N: usize>(sockaddr: &[u8]) -> [u8; N] {
    let mut head = [0; N];
    head.iter_mut().zip(sockaddr).for_each(|(slot, byte)| *slot = *byte);
    head
}
