//! Options of AF_XDP: level SOL_XDP, af_xdp.rst. XDP_UMEM_REG takes an address of memory: [`xdp::Queue`](crate::xdp::Queue) has it and makes the rings.

use berkeley_sys::number::opt;
use berkeley_sys::option;

use super::{As, Get, Set, SockOpt, Unsigned, XdpOffsets, XdpStatistics};

/// `XDP_MMAP_OFFSETS`: where in each mapped ring its parts stand.
/// Linux 4.18; af_xdp.rst.
#[doc(alias = "XDP_MMAP_OFFSETS")]
pub const MMAP_OFFSETS: SockOpt<As<XdpOffsets>, Get> = SockOpt::of(option::XDP_MMAP_OFFSETS);
/// `XDP_RX_RING`: make the receive ring, of so many entries: a power of two.
/// Linux 4.18; af_xdp.rst.
#[doc(alias = "XDP_RX_RING")]
pub const RX_RING: SockOpt<Unsigned, Set> = SockOpt::plain(opt::SOL_XDP, opt::XDP_RX_RING);
/// `XDP_TX_RING`: make the send ring.
/// Linux 4.18; af_xdp.rst.
#[doc(alias = "XDP_TX_RING")]
pub const TX_RING: SockOpt<Unsigned, Set> = SockOpt::plain(opt::SOL_XDP, opt::XDP_TX_RING);
/// `XDP_UMEM_FILL_RING`: make the fill ring.
/// Linux 4.18; af_xdp.rst.
#[doc(alias = "XDP_UMEM_FILL_RING")]
pub const UMEM_FILL_RING: SockOpt<Unsigned, Set> =
    SockOpt::plain(opt::SOL_XDP, opt::XDP_UMEM_FILL_RING);
/// `XDP_UMEM_COMPLETION_RING`: make the completion ring.
/// Linux 4.18; af_xdp.rst.
#[doc(alias = "XDP_UMEM_COMPLETION_RING")]
pub const UMEM_COMPLETION_RING: SockOpt<Unsigned, Set> =
    SockOpt::plain(opt::SOL_XDP, opt::XDP_UMEM_COMPLETION_RING);
/// `XDP_STATISTICS`: what was dropped, and why.
/// Linux 4.18; af_xdp.rst.
#[doc(alias = "XDP_STATISTICS")]
pub const STATISTICS: SockOpt<As<XdpStatistics>, Get> = SockOpt::of(option::XDP_STATISTICS);
/// `XDP_OPTIONS`: XDP_OPTIONS_ZEROCOPY 1: nothing is copied.
/// Linux 5.3; af_xdp.rst.
#[doc(alias = "XDP_OPTIONS")]
pub const OPTIONS: SockOpt<Unsigned, Get> = SockOpt::plain(opt::SOL_XDP, opt::XDP_OPTIONS);
/// `XDP_MAX_TX_SKB_BUDGET`: how many packets one send takes from the ring in copy mode.
/// Linux 6.17; af_xdp.rst.
#[doc(alias = "XDP_MAX_TX_SKB_BUDGET")]
pub const MAX_TX_SKB_BUDGET: SockOpt<Unsigned, Set> =
    SockOpt::plain(opt::SOL_XDP, opt::XDP_MAX_TX_SKB_BUDGET);
