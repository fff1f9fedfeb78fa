//! Control messages of IPv6: ipv6(7), RFC 3542.

use berkeley_sys::number::opt;

use super::{
    ControlKind, ExtendedErrorContent, Int, PathMtuContent, Pktinfo6Content, Raw, Sockaddr6, UintBe,
};

/// `IPV6_PKTINFO`: destination and interface of a packet, after IPV6_RECVPKTINFO; sent, source address and interface to use.
#[doc(alias = "IPV6_PKTINFO")]
pub const PKTINFO: ControlKind<Pktinfo6Content> = ControlKind::new(opt::IPPROTO_IPV6, 50);
/// `IPV6_HOPLIMIT`: the hop limit, after IPV6_RECVHOPLIMIT; sent, the one to use.
#[doc(alias = "IPV6_HOPLIMIT")]
pub const HOPLIMIT: ControlKind<Int> = ControlKind::new(opt::IPPROTO_IPV6, 52);
/// `IPV6_TCLASS`: the traffic class, after IPV6_RECVTCLASS; sent, the one to use.
#[doc(alias = "IPV6_TCLASS")]
pub const TCLASS: ControlKind<Int> = ControlKind::new(opt::IPPROTO_IPV6, 67);
/// `IPV6_FLOWINFO`: flow label and traffic class, after IPV6_FLOWINFO: the label in the lower 20 bits; sent, a leased label.
#[doc(alias = "IPV6_FLOWINFO")]
pub const FLOWINFO: ControlKind<UintBe> = ControlKind::new(opt::IPPROTO_IPV6, 11);
/// `IPV6_RECVERR`: an error of the error queue.
#[doc(alias = "IPV6_RECVERR")]
pub const RECVERR: ControlKind<ExtendedErrorContent> = ControlKind::new(opt::IPPROTO_IPV6, 25);
/// `IPV6_ORIGDSTADDR`: the destination before it was redirected, after IPV6_RECVORIGDSTADDR.
#[doc(alias = "IPV6_ORIGDSTADDR")]
pub const ORIGDSTADDR: ControlKind<Sockaddr6> = ControlKind::new(opt::IPPROTO_IPV6, 74);
/// `IPV6_HOPOPTS`: the hop-by-hop options header, after IPV6_RECVHOPOPTS; sent, the one to use.
#[doc(alias = "IPV6_HOPOPTS")]
pub const HOPOPTS: ControlKind<Raw> = ControlKind::new(opt::IPPROTO_IPV6, 54);
/// `IPV6_DSTOPTS`: the destination options header, after IPV6_RECVDSTOPTS; sent, the one to use.
#[doc(alias = "IPV6_DSTOPTS")]
pub const DSTOPTS: ControlKind<Raw> = ControlKind::new(opt::IPPROTO_IPV6, 59);
/// `IPV6_RTHDRDSTOPTS`: the destination options in front of a routing header.
#[doc(alias = "IPV6_RTHDRDSTOPTS")]
pub const RTHDRDSTOPTS: ControlKind<Raw> = ControlKind::new(opt::IPPROTO_IPV6, 55);
/// `IPV6_RTHDR`: the routing header, after IPV6_RECVRTHDR; sent, the one to use.
#[doc(alias = "IPV6_RTHDR")]
pub const RTHDR: ControlKind<Raw> = ControlKind::new(opt::IPPROTO_IPV6, 57);
/// `IPV6_PATHMTU`: a path's MTU has changed, after IPV6_RECVPATHMTU; there is no packet with it.
#[doc(alias = "IPV6_PATHMTU")]
pub const PATHMTU: ControlKind<PathMtuContent> = ControlKind::new(opt::IPPROTO_IPV6, 61);
/// `IPV6_DONTFRAG`: sent: not to fragment this packet.
#[doc(alias = "IPV6_DONTFRAG")]
pub const DONTFRAG: ControlKind<Int> = ControlKind::new(opt::IPPROTO_IPV6, 62);
/// `IPV6_RECVFRAGSIZE`: the size of the largest fragment the packet came in.
#[doc(alias = "IPV6_RECVFRAGSIZE")]
pub const RECVFRAGSIZE: ControlKind<Int> = ControlKind::new(opt::IPPROTO_IPV6, 77);
