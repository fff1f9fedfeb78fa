//! Control messages of IPv4: ip(7).

use berkeley_sys::number::opt;

use super::{ControlKind, ExtendedErrorContent, Int, Pktinfo4Content, Raw, Sockaddr4, Uint};

/// `IP_PKTINFO`: interface and addresses of a packet, after IP_PKTINFO; sent, which to use.
#[doc(alias = "IP_PKTINFO")]
pub const PKTINFO: ControlKind<Pktinfo4Content> = ControlKind::new(opt::IPPROTO_IP, 8);
/// `IP_TTL`: the hop limit, after IP_RECVTTL; sent, the one to use: 1 to 255.
#[doc(alias = "IP_TTL")]
pub const TTL: ControlKind<Int> = ControlKind::new(opt::IPPROTO_IP, 2);
/// `IP_TOS`: the type of service, after IP_RECVTOS; sent, the one to use.
#[doc(alias = "IP_TOS")]
pub const TOS: ControlKind<Int> = ControlKind::new(opt::IPPROTO_IP, 1);
/// `IP_RECVERR`: an error of the error queue.
#[doc(alias = "IP_RECVERR")]
pub const RECVERR: ControlKind<ExtendedErrorContent> = ControlKind::new(opt::IPPROTO_IP, 11);
/// `IP_ORIGDSTADDR`: the destination before it was redirected, after IP_RECVORIGDSTADDR.
#[doc(alias = "IP_ORIGDSTADDR")]
pub const ORIGDSTADDR: ControlKind<Sockaddr4> = ControlKind::new(opt::IPPROTO_IP, 20);
/// `IP_RECVOPTS`: the packet's IP options.
#[doc(alias = "IP_RECVOPTS")]
pub const RECVOPTS: ControlKind<Raw> = ControlKind::new(opt::IPPROTO_IP, 6);
/// `IP_RETOPTS`: the packet's IP options, reversed for an answer; sent, the ones to use.
#[doc(alias = "IP_RETOPTS")]
pub const RETOPTS: ControlKind<Raw> = ControlKind::new(opt::IPPROTO_IP, 7);
/// `IP_CHECKSUM`: the sum over the packet's data, after IP_CHECKSUM.
#[doc(alias = "IP_CHECKSUM")]
pub const CHECKSUM: ControlKind<Uint> = ControlKind::new(opt::IPPROTO_IP, 23);
/// `IP_RECVFRAGSIZE`: the size of the largest fragment the packet came in.
#[doc(alias = "IP_RECVFRAGSIZE")]
pub const RECVFRAGSIZE: ControlKind<Int> = ControlKind::new(opt::IPPROTO_IP, 25);
/// `IP_PROTOCOL`: sent: the protocol of a raw packet; Linux 6.4.
#[doc(alias = "IP_PROTOCOL")]
pub const PROTOCOL: ControlKind<Int> = ControlKind::new(opt::IPPROTO_IP, 52);
