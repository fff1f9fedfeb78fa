//! Options of families that many kernels lack. Each is set to what it says, so that a device is not needed.

use core::net::SocketAddr;
use core::time::Duration;

use berkeley_addr::{
    AnyAddr, BdAddr, BdAddrType, Family, IsoAddr, L2capAddr, Protocol, ScoAddr, Type,
};
use berkeley_socket::option::{
    SctpEvent, alg, bluetooth, can, dccp, hci, isotp, j1939, l2cap, mctp, rfcomm, sco, sctp, smc,
    tipc,
};
use berkeley_socket::{Errno, Result, Socket};

use crate::kit::{Level, keeps, open, reads, same, toggle};

pub(crate) const TIPC: Level = Level {
    name: "tipc",
    source: include_str!("../../src/option/tipc.rs"),
    needs: "AF_TIPC",
    rows: &[
        ("IMPORTANCE", "", |_| keeps(&tipc()?, tipc::IMPORTANCE)),
        ("SRC_DROPPABLE", "", |_| toggle(&tipc()?, tipc::SRC_DROPPABLE)),
        ("DEST_DROPPABLE", "", |_| toggle(&tipc()?, tipc::DEST_DROPPABLE)),
        ("CONN_TIMEOUT", "", |_| keeps(&tipc()?, tipc::CONN_TIMEOUT)),
        ("NODE_RECVQ_DEPTH", "", |_| tipc()?.get(tipc::NODE_RECVQ_DEPTH).map(drop)),
        ("SOCK_RECVQ_DEPTH", "", |_| tipc()?.get(tipc::SOCK_RECVQ_DEPTH).map(drop)),
        ("SOCK_RECVQ_USED", "", |_| tipc()?.get(tipc::SOCK_RECVQ_USED).map(drop)),
        ("MCAST_BROADCAST", "", |_| tipc()?.set(tipc::MCAST_BROADCAST, ())),
        ("MCAST_REPLICAST", "", |_| tipc()?.set(tipc::MCAST_REPLICAST, ())),
        ("GROUP_JOIN", "", |_| tipc()?.set(tipc::GROUP_JOIN, tipc::Group::new(4711, 1))),
        ("GROUP_LEAVE", "", |_| {
            let socket = tipc()?;
            socket.set(tipc::GROUP_JOIN, tipc::Group::new(4712, 1))?;
            socket.set(tipc::GROUP_LEAVE, ())
        }),
        ("NODELAY", "", |_| tipc()?.set(tipc::NODELAY, true)),
    ],
};

fn tipc() -> Result<Socket> {
    open(Family::TIPC, Type::RDM, Protocol::DEFAULT)
}

pub(crate) const BLUETOOTH: Level = Level {
    name: "bluetooth",
    source: include_str!("../../src/option/bluetooth.rs"),
    needs: "AF_BLUETOOTH",
    rows: &[
        ("SECURITY", "", |_| keeps(&l2cap()?, bluetooth::SECURITY)),
        ("DEFER_SETUP", "", |_| toggle(&l2cap()?, bluetooth::DEFER_SETUP)),
        // It can be taken back only on a link.
        ("FLUSHABLE", "", |_| l2cap()?.set(bluetooth::FLUSHABLE, true)),
        ("POWER", "", |_| keeps(&l2cap()?, bluetooth::POWER)),
        ("CHANNEL_POLICY", "", |_| keeps(&l2cap()?, bluetooth::CHANNEL_POLICY)),
        ("VOICE", "", |_| keeps(&sco()?, bluetooth::VOICE)),
        ("SNDMTU", "", |_| linkless(low_energy()?.get(bluetooth::SNDMTU))),
        ("RCVMTU", "", |_| keeps(&low_energy()?, bluetooth::RCVMTU)),
        ("PHY", "", |_| linkless(l2cap()?.get(bluetooth::PHY))),
        ("MODE", "", |_| keeps(&l2cap()?, bluetooth::MODE)),
        ("PKT_STATUS", "", |_| toggle(&sco()?, bluetooth::PKT_STATUS)),
        ("ISO_QOS", "", |_| keeps(&iso()?, bluetooth::ISO_QOS)),
        ("CODEC", "", |_| sco()?.get(bluetooth::CODEC).map(drop)),
        ("ISO_BASE", "", |_| keeps(&iso()?, bluetooth::ISO_BASE)),
    ],
};

/// What can be read of a link alone says ENOTCONN without one; between two controllers it is read in the VM.
fn linkless<T>(read: Result<T>) -> Result<()> {
    match read {
        Err(error) if error.errno() == Some(Errno::NOTCONN) => Ok(()),
        read => read.map(drop),
    }
}

/// Bound to any controller, and none is needed.
fn any(address: impl Into<AnyAddr>) -> Result<Socket> {
    Socket::bound(Type::SEQPACKET, &address.into())
}

fn low_energy() -> Result<Socket> {
    any(L2capAddr { address_type: BdAddrType::LE_PUBLIC, ..L2capAddr::default() })
}

fn iso() -> Result<Socket> {
    any(IsoAddr::new(BdAddr::ANY, BdAddrType::LE_PUBLIC))
}

pub(crate) const L2CAP: Level = Level {
    name: "l2cap",
    source: include_str!("../../src/option/l2cap.rs"),
    needs: "AF_BLUETOOTH",
    rows: &[
        ("OPTIONS", "", |_| keeps(&l2cap()?, l2cap::OPTIONS)),
        ("CONNINFO", "", |_| linkless(l2cap()?.get(l2cap::CONNINFO))),
        ("LM", "", |_| keeps(&l2cap()?, l2cap::LM)),
    ],
};

fn l2cap() -> Result<Socket> {
    any(L2capAddr::default())
}

pub(crate) const RFCOMM: Level = Level {
    name: "rfcomm",
    source: include_str!("../../src/option/rfcomm.rs"),
    needs: "AF_BLUETOOTH",
    rows: &[
        ("CONNINFO", "", |_| linkless(rfcomm()?.get(rfcomm::CONNINFO))),
        ("LM", "", |_| keeps(&rfcomm()?, rfcomm::LM)),
    ],
};

fn rfcomm() -> Result<Socket> {
    open(Family::BLUETOOTH, Type::STREAM, Protocol::BTPROTO_RFCOMM)
}

pub(crate) const SCO: Level = Level {
    name: "sco",
    source: include_str!("../../src/option/sco.rs"),
    needs: "AF_BLUETOOTH",
    rows: &[
        ("OPTIONS", "", |_| linkless(sco()?.get(sco::OPTIONS))),
        ("CONNINFO", "", |_| linkless(sco()?.get(sco::CONNINFO))),
    ],
};

fn sco() -> Result<Socket> {
    any(ScoAddr::default())
}

pub(crate) const HCI: Level = Level {
    name: "hci",
    source: include_str!("../../src/option/hci.rs"),
    needs: "AF_BLUETOOTH",
    rows: &[
        ("DATA_DIR", "", |_| toggle(&hci()?, hci::DATA_DIR)),
        ("FILTER", "", |_| keeps(&hci()?, hci::FILTER)),
        ("TIME_STAMP", "", |_| toggle(&hci()?, hci::TIME_STAMP)),
    ],
};

fn hci() -> Result<Socket> {
    open(Family::BLUETOOTH, Type::RAW, Protocol::BTPROTO_HCI)
}

pub(crate) const CAN: Level = Level {
    name: "can",
    source: include_str!("../../src/option/can.rs"),
    needs: "AF_CAN",
    rows: &[
        ("FILTER", "", |_| keeps(&can()?, can::FILTER)),
        ("ERR_FILTER", "", |_| keeps(&can()?, can::ERR_FILTER)),
        ("LOOPBACK", "", |_| toggle(&can()?, can::LOOPBACK)),
        ("RECV_OWN_MSGS", "", |_| toggle(&can()?, can::RECV_OWN_MSGS)),
        ("FD_FRAMES", "", |_| toggle(&can()?, can::FD_FRAMES)),
        ("JOIN_FILTERS", "", |_| toggle(&can()?, can::JOIN_FILTERS)),
        ("XL_FRAMES", "", |_| toggle(&can()?, can::XL_FRAMES)),
        ("XL_VCID_OPTS", "", |_| keeps(&can()?, can::XL_VCID_OPTS)),
    ],
};

fn can() -> Result<Socket> {
    open(Family::CAN, Type::RAW, Protocol::CAN_RAW)
}

pub(crate) const ISOTP: Level = Level {
    name: "isotp",
    source: include_str!("../../src/option/isotp.rs"),
    needs: "AF_CAN",
    rows: &[
        ("OPTS", "", |_| keeps(&isotp()?, isotp::OPTS)),
        ("RECV_FC", "", |_| keeps(&isotp()?, isotp::RECV_FC)),
        ("TX_STMIN", "", |_| keeps(&isotp()?, isotp::TX_STMIN)),
        ("RX_STMIN", "", |_| keeps(&isotp()?, isotp::RX_STMIN)),
        ("LL_OPTS", "", |_| keeps(&isotp()?, isotp::LL_OPTS)),
    ],
};

fn isotp() -> Result<Socket> {
    open(Family::CAN, Type::DGRAM, Protocol::CAN_ISOTP)
}

pub(crate) const J1939: Level = Level {
    name: "j1939",
    source: include_str!("../../src/option/j1939.rs"),
    needs: "AF_CAN",
    rows: &[
        ("FILTER", "", |_| j1939()?.set(j1939::FILTER, vec![])),
        ("PROMISC", "", |_| toggle(&j1939()?, j1939::PROMISC)),
        ("SEND_PRIO", "", |_| keeps(&j1939()?, j1939::SEND_PRIO)),
        ("ERRQUEUE", "", |_| toggle(&j1939()?, j1939::ERRQUEUE)),
    ],
};

fn j1939() -> Result<Socket> {
    open(Family::CAN, Type::DGRAM, Protocol::CAN_J1939)
}

pub(crate) const ALG: Level = Level {
    name: "alg",
    source: include_str!("../../src/option/alg.rs"),
    needs: "AF_ALG",
    rows: &[
        ("SET_KEY", "", |_| alg()?.set(alg::SET_KEY, vec![1; 16])),
        ("SET_AEAD_AUTHSIZE", "", |_| alg()?.set(alg::SET_AEAD_AUTHSIZE, 16)),
        ("SET_DRBG_ENTROPY", "", |_| alg()?.set(alg::SET_DRBG_ENTROPY, vec![1; 16])),
        ("SET_KEY_BY_KEY_SERIAL", "", |_| alg()?.set(alg::SET_KEY_BY_KEY_SERIAL, -1)),
    ],
};

fn alg() -> Result<Socket> {
    open(Family::ALG, Type::SEQPACKET, Protocol::DEFAULT)
}

pub(crate) const DCCP: Level = Level {
    name: "dccp",
    source: include_str!("../../src/option/dccp.rs"),
    needs: "IPPROTO_DCCP",
    rows: &[
        ("SERVICE", "", |_| keeps(&dccp()?, dccp::SERVICE)),
        ("GET_CUR_MPS", "", |_| dccp()?.get(dccp::GET_CUR_MPS).map(drop)),
        ("SERVER_TIMEWAIT", "", |_| toggle(&dccp_pair()?.1, dccp::SERVER_TIMEWAIT)),
        ("SEND_CSCOV", "", |_| keeps(&dccp()?, dccp::SEND_CSCOV)),
        ("RECV_CSCOV", "", |_| keeps(&dccp()?, dccp::RECV_CSCOV)),
        ("AVAILABLE_CCIDS", "", |_| dccp()?.get(dccp::AVAILABLE_CCIDS).map(drop)),
        ("CCID", "", |_| dccp()?.set(dccp::CCID, vec![2])),
        ("TX_CCID", "", |_| reads(&dccp_pair()?.0, dccp::TX_CCID, &2)),
        ("RX_CCID", "", |_| reads(&dccp_pair()?.0, dccp::RX_CCID, &2)),
        ("QPOLICY_ID", "", |_| keeps(&dccp()?, dccp::QPOLICY_ID)),
        ("QPOLICY_TXQLEN", "", |_| keeps(&dccp()?, dccp::QPOLICY_TXQLEN)),
    ],
};

/// A client, and what its server has accepted.
fn dccp_pair() -> Result<(Socket, Socket)> {
    let (listener, client) = (dccp()?, dccp()?);
    listener.bind(&SocketAddr::from(([127, 0, 0, 1], 0)).into())?;
    listener.listen(1)?;
    client.connect(&listener.local_addr()?)?;
    let (server, _) = listener.accept()?;
    Ok((client, server))
}

fn dccp() -> Result<Socket> {
    open(Family::INET, Type::DCCP, Protocol::DCCP)
}

pub(crate) const SCTP: Level = Level {
    name: "sctp",
    source: include_str!("../../src/option/sctp.rs"),
    needs: "IPPROTO_SCTP",
    rows: &[
        ("NODELAY", "", |_| toggle(&sctp()?, sctp::NODELAY)),
        ("INITMSG", "", |_| keeps(&sctp()?, sctp::INITMSG)),
        ("RTOINFO", "", |_| keeps(&sctp()?, sctp::RTOINFO)),
        ("ASSOCINFO", "", |_| keeps(&sctp()?, sctp::ASSOCINFO)),
        ("EVENTS", "", |_| keeps(&sctp()?, sctp::EVENTS)),
        ("AUTOCLOSE", "", |_| {
            let many = open(Family::INET, Type::SEQPACKET, Protocol::SCTP)?;
            same(&many, sctp::AUTOCLOSE, Duration::from_secs(7))
        }),
        ("DEFAULT_SEND_PARAM", "", |_| keeps(&sctp()?, sctp::DEFAULT_SEND_PARAM)),
        ("DEFAULT_SNDINFO", "", |_| keeps(&sctp()?, sctp::DEFAULT_SNDINFO)),
        ("DISABLE_FRAGMENTS", "", |_| toggle(&sctp()?, sctp::DISABLE_FRAGMENTS)),
        ("I_WANT_MAPPED_V4_ADDR", "", |_| toggle(&sctp()?, sctp::I_WANT_MAPPED_V4_ADDR)),
        ("MAXSEG", "", |_| keeps(&sctp()?, sctp::MAXSEG)),
        ("DELAYED_SACK", "", |_| keeps(&sctp()?, sctp::DELAYED_SACK)),
        ("CONTEXT", "", |_| keeps(&sctp()?, sctp::CONTEXT)),
        ("FRAGMENT_INTERLEAVE", "", |_| keeps(&sctp()?, sctp::FRAGMENT_INTERLEAVE)),
        ("PARTIAL_DELIVERY_POINT", "", |_| keeps(&sctp()?, sctp::PARTIAL_DELIVERY_POINT)),
        ("MAX_BURST", "", |_| keeps(&sctp()?, sctp::MAX_BURST)),
        ("AUTO_ASCONF", "", |_| {
            // Only what is bound to every address has some that come and go.
            let socket = sctp()?;
            socket.bind(&SocketAddr::from(([0; 4], 0)).into())?;
            toggle(&socket, sctp::AUTO_ASCONF)
        }),
        ("RECVRCVINFO", "", |_| toggle(&sctp()?, sctp::RECVRCVINFO)),
        ("RECVNXTINFO", "", |_| toggle(&sctp()?, sctp::RECVNXTINFO)),
        ("REUSE_PORT", "", |_| toggle(&sctp()?, sctp::REUSE_PORT)),
        ("EVENT", "", |_| {
            // SCTP_ASSOC_CHANGE.
            sctp()?.set(sctp::EVENT, SctpEvent { association: 0, kind: 0x8001, on: 1, pad: 0 })
        }),
        ("ADAPTATION_LAYER", "", |_| same(&sctp()?, sctp::ADAPTATION_LAYER, 0xfeed)),
        ("GET_ASSOC_NUMBER", "", |_| {
            let many = open(Family::INET, Type::SEQPACKET, Protocol::SCTP)?;
            assert_eq!(many.get(sctp::GET_ASSOC_NUMBER)?, 0);
            Ok(())
        }),
        ("BINDX_ADD", "", |_| more(&sctp()?).map(drop)),
        ("BINDX_REM", "", |_| {
            let socket = sctp()?;
            let added = more(&socket)?;
            socket.set(sctp::BINDX_REM, vec![added])
        }),
    ],
};

/// Bound to two addresses; the second one.
fn more(socket: &Socket) -> Result<SocketAddr> {
    socket.bind(&SocketAddr::from(([127, 0, 0, 1], 0)).into())?;
    let port = socket.local_addr()?.ip().map_or(0, |addr| addr.port());
    let added = SocketAddr::from(([127, 0, 0, 2], port));
    socket.set(sctp::BINDX_ADD, vec![added])?;
    Ok(added)
}

fn sctp() -> Result<Socket> {
    open(Family::INET, Type::STREAM, Protocol::SCTP)
}

pub(crate) const SMC: Level = Level {
    name: "smc",
    source: include_str!("../../src/option/smc.rs"),
    needs: "AF_SMC",
    rows: &[("LIMIT_HS", "", |_| toggle(&smc()?, smc::LIMIT_HS))],
};

fn smc() -> Result<Socket> {
    open(Family::SMC, Type::STREAM, Protocol::DEFAULT)
}

pub(crate) const MCTP: Level = Level {
    name: "mctp",
    source: include_str!("../../src/option/mctp.rs"),
    needs: "AF_MCTP",
    rows: &[("ADDR_EXT", "", |_| toggle(&mctp()?, mctp::ADDR_EXT))],
};

fn mctp() -> Result<Socket> {
    open(Family::MCTP, Type::DGRAM, Protocol::DEFAULT)
}
