//! Options of SCTP: level SOL_SCTP, sctp(7), RFC 6458 section 8.

use berkeley_sys::number::opt;
use berkeley_sys::option;

use super::{
    Addresses, As, Flag, Get, Integer, SctpAssociation, SctpEvent, SctpEvents, SctpInit, SctpRto,
    SctpSack, SctpSend, SctpSendReceive, SctpValue, Seconds, Set, SockOpt, Unsigned,
};

/// `SCTP_NODELAY`: send small messages at once: Nagle off.
/// Linux 2.5.34; RFC 6458.
#[doc(alias = "SCTP_NODELAY")]
pub const NODELAY: SockOpt<Flag> = SockOpt::plain(opt::SOL_SCTP, opt::SCTP_NODELAY);
/// `SCTP_INITMSG`: streams and attempts of associations to come.
/// Linux 2.5.34; RFC 6458.
#[doc(alias = "SCTP_INITMSG")]
pub const INITMSG: SockOpt<As<SctpInit>> = SockOpt::of(option::SCTP_INITMSG);
/// `SCTP_RTOINFO`: the time-outs before data is sent again, in milliseconds.
/// Linux 2.5.34; RFC 6458.
#[doc(alias = "SCTP_RTOINFO")]
pub const RTOINFO: SockOpt<As<SctpRto>> = SockOpt::of(option::SCTP_RTOINFO);
/// `SCTP_ASSOCINFO`: how an association is watched.
/// Linux 2.5.34; RFC 6458.
#[doc(alias = "SCTP_ASSOCINFO")]
pub const ASSOCINFO: SockOpt<As<SctpAssociation>> = SockOpt::of(option::SCTP_ASSOCINFO);
/// `SCTP_EVENTS`: which notifications to receive.
/// Linux 2.5.34; RFC 6458.
#[doc(alias = "SCTP_EVENTS")]
pub const EVENTS: SockOpt<As<SctpEvents>> = SockOpt::of(option::SCTP_EVENTS);
/// `SCTP_AUTOCLOSE`: close associations idle for so long; zero: never (one-to-many).
/// Linux 2.5.34; RFC 6458.
#[doc(alias = "SCTP_AUTOCLOSE")]
pub const AUTOCLOSE: SockOpt<Seconds> = SockOpt::plain(opt::SOL_SCTP, opt::SCTP_AUTOCLOSE);
/// `SCTP_DEFAULT_SEND_PARAM`: how messages are sent that do not say, in the old form.
/// Linux 2.5.34; RFC 6458.
#[doc(alias = "SCTP_DEFAULT_SEND_PARAM")]
pub const DEFAULT_SEND_PARAM: SockOpt<As<SctpSendReceive>> =
    SockOpt::of(option::SCTP_DEFAULT_SEND_PARAM);
/// `SCTP_DEFAULT_SNDINFO`: how messages are sent that do not say.
/// Linux 3.17; RFC 6458.
#[doc(alias = "SCTP_DEFAULT_SNDINFO")]
pub const DEFAULT_SNDINFO: SockOpt<As<SctpSend>> = SockOpt::of(option::SCTP_DEFAULT_SNDINFO);
/// `SCTP_DISABLE_FRAGMENTS`: do not fragment messages: EMSGSIZE instead.
/// Linux 2.5.34; RFC 6458.
#[doc(alias = "SCTP_DISABLE_FRAGMENTS")]
pub const DISABLE_FRAGMENTS: SockOpt<Flag> =
    SockOpt::plain(opt::SOL_SCTP, opt::SCTP_DISABLE_FRAGMENTS);
/// `SCTP_I_WANT_MAPPED_V4_ADDR`: IPv4 peers as mapped addresses on IPv6 sockets.
/// Linux 2.5.34; RFC 6458.
#[doc(alias = "SCTP_I_WANT_MAPPED_V4_ADDR")]
pub const I_WANT_MAPPED_V4_ADDR: SockOpt<Flag> =
    SockOpt::plain(opt::SOL_SCTP, opt::SCTP_I_WANT_MAPPED_V4_ADDR);
/// `SCTP_MAXSEG`: the largest fragment, in bytes; 0: by the path.
/// Linux 2.5.34; RFC 6458.
#[doc(alias = "SCTP_MAXSEG")]
pub const MAXSEG: SockOpt<As<SctpValue>> = SockOpt::of(option::SCTP_MAXSEG);
/// `SCTP_DELAYED_ACK_TIME`: how long acknowledgements wait, in milliseconds, and for how many packets.
/// Linux 2.6.24; RFC 6458.
#[doc(alias = "SCTP_DELAYED_ACK_TIME")]
pub const DELAYED_SACK: SockOpt<As<SctpSack>> = SockOpt::of(option::SCTP_DELAYED_ACK_TIME);
/// `SCTP_CONTEXT`: a number told with what cannot be sent.
/// Linux 2.6.24; RFC 6458.
#[doc(alias = "SCTP_CONTEXT")]
pub const CONTEXT: SockOpt<As<SctpValue>> = SockOpt::of(option::SCTP_CONTEXT);
/// `SCTP_FRAGMENT_INTERLEAVE`: how parts of messages may mix in what is received: 0 to 2.
/// Linux 2.6.24; RFC 6458.
#[doc(alias = "SCTP_FRAGMENT_INTERLEAVE")]
pub const FRAGMENT_INTERLEAVE: SockOpt<Integer> =
    SockOpt::plain(opt::SOL_SCTP, opt::SCTP_FRAGMENT_INTERLEAVE);
/// `SCTP_PARTIAL_DELIVERY_POINT`: bytes of a message at which a part of it is delivered.
/// Linux 2.6.24; RFC 6458.
#[doc(alias = "SCTP_PARTIAL_DELIVERY_POINT")]
pub const PARTIAL_DELIVERY_POINT: SockOpt<Unsigned> =
    SockOpt::plain(opt::SOL_SCTP, opt::SCTP_PARTIAL_DELIVERY_POINT);
/// `SCTP_MAX_BURST`: packets sent in a row at most.
/// Linux 2.6.24; RFC 6458.
#[doc(alias = "SCTP_MAX_BURST")]
pub const MAX_BURST: SockOpt<As<SctpValue>> = SockOpt::of(option::SCTP_MAX_BURST);
/// `SCTP_AUTO_ASCONF`: tell peers of addresses that come and go.
/// Linux 3.1; RFC 6458.
#[doc(alias = "SCTP_AUTO_ASCONF")]
pub const AUTO_ASCONF: SockOpt<Flag> = SockOpt::plain(opt::SOL_SCTP, opt::SCTP_AUTO_ASCONF);
/// `SCTP_RECVRCVINFO`: have the particulars of each message delivered.
/// Linux 3.17; RFC 6458.
#[doc(alias = "SCTP_RECVRCVINFO")]
pub const RECVRCVINFO: SockOpt<Flag> = SockOpt::plain(opt::SOL_SCTP, opt::SCTP_RECVRCVINFO);
/// `SCTP_RECVNXTINFO`: have those of the next one delivered too.
/// Linux 3.17; RFC 6458.
#[doc(alias = "SCTP_RECVNXTINFO")]
pub const RECVNXTINFO: SockOpt<Flag> = SockOpt::plain(opt::SOL_SCTP, opt::SCTP_RECVNXTINFO);
/// `SCTP_REUSE_PORT`: share a port with other sockets.
/// Linux 4.18; RFC 6458.
#[doc(alias = "SCTP_REUSE_PORT")]
pub const REUSE_PORT: SockOpt<Flag> = SockOpt::plain(opt::SOL_SCTP, opt::SCTP_REUSE_PORT);
/// `SCTP_EVENT`: whether to receive one kind of notification, of one association.
/// Linux 5.0; RFC 6458.
#[doc(alias = "SCTP_EVENT")]
pub const EVENT: SockOpt<As<SctpEvent>, Set> = SockOpt::of(option::SCTP_EVENT);
/// `SCTP_ADAPTATION_LAYER`: the number that peers are told of the layer above.
/// Linux 2.5.34; RFC 6458.
#[doc(alias = "SCTP_ADAPTATION_LAYER")]
pub const ADAPTATION_LAYER: SockOpt<Unsigned> =
    SockOpt::plain(opt::SOL_SCTP, opt::SCTP_ADAPTATION_LAYER);
/// `SCTP_GET_ASSOC_NUMBER`: how many associations there are.
/// Linux 2.6.31; RFC 6458.
#[doc(alias = "SCTP_GET_ASSOC_NUMBER")]
pub const GET_ASSOC_NUMBER: SockOpt<Unsigned, Get> =
    SockOpt::plain(opt::SOL_SCTP, opt::SCTP_GET_ASSOC_NUMBER);
/// `SCTP_SOCKOPT_BINDX_ADD`: bind to more addresses, of the port that there is.
/// Linux 2.5.34; RFC 6458.
#[doc(alias("SCTP_SOCKOPT_BINDX_ADD", "sctp_bindx"))]
pub const BINDX_ADD: SockOpt<Addresses, Set> = SockOpt::of(option::SCTP_SOCKOPT_BINDX_ADD);
/// `SCTP_SOCKOPT_BINDX_REM`: take back some of several.
/// Linux 2.5.34; RFC 6458.
#[doc(alias("SCTP_SOCKOPT_BINDX_REM", "sctp_bindx"))]
pub const BINDX_REM: SockOpt<Addresses, Set> = SockOpt::of(option::SCTP_SOCKOPT_BINDX_REM);
