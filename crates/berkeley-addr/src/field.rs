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
    /// The structure's C name.
    pub sockaddr: &'static str,
    /// The field's C name.
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
