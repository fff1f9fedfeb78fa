//! Options of DCCP: level SOL_DCCP, dccp.rst. Linux 6.16 dropped the protocol.

use berkeley_sys::number::opt;
use berkeley_sys::option;

use super::{BigEndian, Flag, Get, Integer, List, Set, SockOpt};

/// `DCCP_SOCKOPT_SERVICE`: the service code that both sides must agree on.
/// Linux 2.6.14; dccp.rst.
#[doc(alias = "DCCP_SOCKOPT_SERVICE")]
pub const SERVICE: SockOpt<BigEndian> = SockOpt::plain(opt::SOL_DCCP, opt::DCCP_SOCKOPT_SERVICE);
/// `DCCP_SOCKOPT_GET_CUR_MPS`: the largest packet, in bytes.
/// Linux 2.6.20; dccp.rst.
#[doc(alias = "DCCP_SOCKOPT_GET_CUR_MPS")]
pub const GET_CUR_MPS: SockOpt<Integer, Get> =
    SockOpt::plain(opt::SOL_DCCP, opt::DCCP_SOCKOPT_GET_CUR_MPS);
/// `DCCP_SOCKOPT_SERVER_TIMEWAIT`: the server, not the client, waits out old packets.
/// Linux 2.6.26; dccp.rst.
#[doc(alias = "DCCP_SOCKOPT_SERVER_TIMEWAIT")]
pub const SERVER_TIMEWAIT: SockOpt<Flag> =
    SockOpt::plain(opt::SOL_DCCP, opt::DCCP_SOCKOPT_SERVER_TIMEWAIT);
/// `DCCP_SOCKOPT_SEND_CSCOV`: how much of what is sent the checksum covers, 0 (all) to 15.
/// Linux 2.6.21; dccp.rst.
#[doc(alias = "DCCP_SOCKOPT_SEND_CSCOV")]
pub const SEND_CSCOV: SockOpt<Integer> =
    SockOpt::plain(opt::SOL_DCCP, opt::DCCP_SOCKOPT_SEND_CSCOV);
/// `DCCP_SOCKOPT_RECV_CSCOV`: how much it must cover of what is received.
/// Linux 2.6.21; dccp.rst.
#[doc(alias = "DCCP_SOCKOPT_RECV_CSCOV")]
pub const RECV_CSCOV: SockOpt<Integer> =
    SockOpt::plain(opt::SOL_DCCP, opt::DCCP_SOCKOPT_RECV_CSCOV);
/// `DCCP_SOCKOPT_AVAILABLE_CCIDS`: the congestion controls this kernel has.
/// Linux 2.6.30; dccp.rst.
#[doc(alias = "DCCP_SOCKOPT_AVAILABLE_CCIDS")]
pub const AVAILABLE_CCIDS: SockOpt<List<u8>, Get> =
    SockOpt::of(option::DCCP_SOCKOPT_AVAILABLE_CCIDS);
/// `DCCP_SOCKOPT_CCID`: the congestion controls to agree on, best first.
/// Linux 2.6.30; dccp.rst.
#[doc(alias = "DCCP_SOCKOPT_CCID")]
pub const CCID: SockOpt<List<u8>, Set> = SockOpt::of(option::DCCP_SOCKOPT_CCID);
/// `DCCP_SOCKOPT_TX_CCID`: the congestion control of what is sent.
/// Linux 2.6.30; dccp.rst.
#[doc(alias = "DCCP_SOCKOPT_TX_CCID")]
pub const TX_CCID: SockOpt<Integer, Get> = SockOpt::plain(opt::SOL_DCCP, opt::DCCP_SOCKOPT_TX_CCID);
/// `DCCP_SOCKOPT_RX_CCID`: the congestion control of what is received.
/// Linux 2.6.30; dccp.rst.
#[doc(alias = "DCCP_SOCKOPT_RX_CCID")]
pub const RX_CCID: SockOpt<Integer, Get> = SockOpt::plain(opt::SOL_DCCP, opt::DCCP_SOCKOPT_RX_CCID);
/// `DCCP_SOCKOPT_QPOLICY_ID`: which packets leave the queue first: 0: the oldest, 1: by priority.
/// Linux 2.6.38; dccp.rst.
#[doc(alias = "DCCP_SOCKOPT_QPOLICY_ID")]
pub const QPOLICY_ID: SockOpt<Integer> =
    SockOpt::plain(opt::SOL_DCCP, opt::DCCP_SOCKOPT_QPOLICY_ID);
/// `DCCP_SOCKOPT_QPOLICY_TXQLEN`: how many packets the queue holds; 0: no bound.
/// Linux 2.6.38; dccp.rst.
#[doc(alias = "DCCP_SOCKOPT_QPOLICY_TXQLEN")]
pub const QPOLICY_TXQLEN: SockOpt<Integer> =
    SockOpt::plain(opt::SOL_DCCP, opt::DCCP_SOCKOPT_QPOLICY_TXQLEN);
