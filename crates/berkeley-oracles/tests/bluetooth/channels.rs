//! L2CAP and RFCOMM over Bluetooth Classic.

use berkeley_addr::{BdAddr, L2capAddr, RfcommAddr};
use berkeley_socket::option::{
    ChannelMode, ChannelPolicy, L2capOptions, Phys, SecurityLevel, bluetooth, l2cap, rfcomm,
};
use berkeley_socket::{Address, BACKLOG, Errno, Result, Socket, Type, number};

use crate::kit::{
    CUT, MOMENT, PATIENCE, WAITED, both, connect, fails, kernel_has, kernel_has_modes, receive,
    said, talk, turn,
};

/// `L2CAP_MODE_*` of include/net/bluetooth/l2cap.h.
const BASIC: u8 = 0;
const ERTM: u8 = 3;
const STREAMING: u8 = 4;

/// Nobody's.
const STRANGER: BdAddr = BdAddr::new([0x00, 0xaa, 0x01, 0x00, 0x01, 0x77]);

#[test]
#[ignore = "cargo xtask vm"]
fn l2cap_modes() {
    let turn = turn();
    // The largest message sent and taken; basic mode keeps its default.
    let rows = [
        (Type::SEQPACKET, BASIC, 0x1001, 672),
        (Type::SEQPACKET, BASIC, 0x1003, 2000),
        (Type::SEQPACKET, ERTM, 0x1005, 672),
        (Type::STREAM, ERTM, 0x1007, 1000),
        (Type::SEQPACKET, STREAMING, 0x1009, 672),
    ];
    for (ty, mode, psm, mtu) in rows {
        let from = L2capAddr::new(turn.here.address, 0);
        let to = L2capAddr::new(turn.there.address, psm);
        let set = |socket: &Socket<L2capAddr>| {
            let before = socket.get(l2cap::OPTIONS).unwrap();
            let after = L2capOptions { mode, imtu: mtu, omtu: mtu, ..before };
            socket.set(l2cap::OPTIONS, after).unwrap();
            assert_eq!(socket.get(l2cap::OPTIONS).unwrap(), after, "{mode}");
        };
        let (client, served, peer) = connect(ty, (&from, &to), set);
        // The kernel says the channel's number, and of a peer that connected no PSM of its own.
        let (local, remote) = (client.local_addr().unwrap(), client.peer_addr().unwrap());
        assert_eq!((local.address, remote.address, remote.psm), (from.address, to.address, psm));
        assert_eq!((peer.address, peer.psm), (from.address, psm));
        assert!(local.cid >= 0x40 && remote.cid >= 0x40 && peer.cid >= 0x40, "{local:?} {peer:?}");
        assert_eq!(served.peer_addr().unwrap(), peer);
        assert_eq!(served.local_addr().unwrap().psm, psm);
        let options = client.get(l2cap::OPTIONS).unwrap();
        assert_eq!((options.mode, options.omtu, options.imtu), (mode, mtu, mtu));
        talk(&client, &served, &[1, 48, 600, usize::from(mtu)]);
        if ty == Type::SEQPACKET {
            let long = vec![9; usize::from(mtu) + 1];
            assert_eq!(fails(client.send(&long)), said(Errno::MSGSIZE), "mode {mode}");
            client.send(b"longer than four").unwrap();
            assert_eq!(fails(served.within(PATIENCE).recv(&mut [0; 4])), CUT);
            // The rest is gone.
            client.send(b"next").unwrap();
            assert_eq!(receive(served.within(PATIENCE), 4), b"next");
        }
        assert!(client.get(l2cap::CONNINFO).unwrap().handle > 0);
        assert!(client.get(bluetooth::PHY).unwrap().contains(Phys::BR_1M_1SLOT));
        // The peer's end: on a stream an error once, and then the end.
        drop(client);
        let end = |served: &Socket<L2capAddr>| served.within(PATIENCE).recv(&mut [0; 16]);
        if ty == Type::STREAM {
            assert_eq!(fails(end(&served)), said(Errno::CONNRESET));
        }
        assert_eq!(end(&served), Ok(0), "mode {mode}");
    }
}

#[test]
#[ignore = "cargo xtask vm"]
fn l2cap_without_a_connection() {
    let turn = turn();
    let psm = 0x1011;
    let (from, to) =
        (L2capAddr::new(turn.here.address, 0), L2capAddr::new(turn.there.address, psm));
    let into = Socket::bound(Type::DGRAM, &to).unwrap();
    assert_eq!(fails(into.listen(BACKLOG)), said(Errno::INVAL));
    let out = Socket::bound(Type::DGRAM, &from).unwrap();
    out.within(PATIENCE).connect(&to).unwrap();
    for message in [&b"no connection"[..], &[7; 600]] {
        out.send(message).unwrap();
        let mut buffer = [0; 700];
        let (len, sender) = into.within(PATIENCE).recv_from(&mut buffer).unwrap();
        assert_eq!(&buffer[..len], message);
        let sender = sender.unwrap();
        assert_eq!((sender.address, sender.psm), (from.address, psm));
    }
    out.send(b"longer than four").unwrap();
    assert_eq!(fails(into.within(PATIENCE).recv(&mut [0; 4])), CUT);
}

#[test]
#[ignore = "cargo xtask vm"]
fn rfcomm_is_a_stream() {
    let turn = turn();
    let (from, to) =
        (RfcommAddr::new(turn.here.address, 0), RfcommAddr::new(turn.there.address, 5));
    let (client, served, peer) = connect(Type::STREAM, (&from, &to), |_| {});
    assert_eq!(peer.address, from.address);
    assert_eq!(client.peer_addr(), Ok(to));
    assert_eq!(served.local_addr(), Ok(to));
    assert_eq!(client.local_addr().unwrap().address, from.address);
    talk(&client, &served, &[1, 127, 128, 4000]);
    assert!(client.get(rfcomm::CONNINFO).unwrap().handle > 0);
    // Much more than is ever under way.
    let much: Vec<u8> = (0..100_000_u32).map(|at| (at % 251).to_le_bytes()[0]).collect();
    let ((), got) = both(
        || client.within(PATIENCE).send_all(&much).unwrap(),
        || receive(served.within(PATIENCE), much.len()),
    );
    assert!(got == much);
    // The peer's end is an error once. Whoever receives again waits for ever.
    drop(client);
    assert_eq!(fails(served.within(PATIENCE).recv(&mut [0; 16])), said(Errno::CONNRESET));
    assert_eq!(fails(served.within(MOMENT).recv(&mut [0; 16])), WAITED);
}

fn reach<A: Address>(ty: Type, from: &A, to: &A) -> Result<()> {
    Socket::bound(ty, from)?.within(PATIENCE).connect(to)
}

#[test]
#[ignore = "cargo xtask vm"]
fn nobody_is_there() {
    let turn = turn();
    // 6.1.192 corrupts a list and stops ("kernel BUG" in hci_chan_del) when the socket that reached nobody is closed.
    if !kernel_has("a close of L2CAP that does not bring the kernel down", (6, 12)) {
        return;
    }
    let (here, stranger) = (turn.here.address, STRANGER);
    let (l2, rc) = (L2capAddr::new(here, 0), RfcommAddr::new(here, 0));
    let down = said(Errno::HOSTDOWN);
    assert_eq!(fails(reach(Type::SEQPACKET, &l2, &L2capAddr::new(stranger, 0x1001))), down);
    assert_eq!(fails(reach(Type::STREAM, &rc, &RfcommAddr::new(stranger, 3))), down);
}

#[test]
#[ignore = "cargo xtask vm"]
fn nobody_has_the_address() {
    let turn = turn();
    // An address that no controller of this machine has: bound to, it is not noticed.
    let (odd, there) = (L2capAddr::new(STRANGER, 0), L2capAddr::new(turn.there.address, 0x1001));
    assert_eq!(fails(reach(Type::SEQPACKET, &odd, &there)), said(Errno::HOSTUNREACH));
    // A PSM is odd in its first byte and even in its second.
    let bound = Socket::bound(Type::SEQPACKET, &L2capAddr::new(turn.here.address, 0x1002));
    assert_eq!(fails(bound), said(Errno::INVAL));
}

#[test]
#[ignore = "cargo xtask vm"]
fn nobody_listens() {
    let turn = turn();
    let (here, there) = (turn.here.address, turn.there.address);
    let (l2, rc) = (L2capAddr::new(here, 0), RfcommAddr::new(here, 0));
    let refused = said(Errno::CONNREFUSED);
    assert_eq!(fails(reach(Type::SEQPACKET, &l2, &L2capAddr::new(there, 0x1877))), refused);
    assert_eq!(fails(reach(Type::STREAM, &rc, &RfcommAddr::new(there, 29))), refused);
}

#[test]
#[ignore = "cargo xtask vm"]
fn setup_is_deferred() {
    let turn = turn();
    let (from, to) =
        (L2capAddr::new(turn.here.address, 0), L2capAddr::new(turn.there.address, 0x1021));
    let server = Socket::bound(Type::SEQPACKET, &to).unwrap();
    server.set(bluetooth::DEFER_SETUP, true).unwrap();
    assert!(server.get(bluetooth::DEFER_SETUP).unwrap());
    server.listen(BACKLOG).unwrap();
    let client = Socket::bound(Type::SEQPACKET, &from).unwrap();
    let ((), ()) = both(
        || {
            client.within(PATIENCE).connect(&to).unwrap();
            client.send(b"late").unwrap();
        },
        || {
            let (served, peer) = server.within(PATIENCE).accept().unwrap();
            assert_eq!(peer.address, from.address);
            // Not agreed to yet: nothing can be sent, and the client waits.
            assert_eq!(fails(served.send(b"early")), said(Errno::NOTCONN));
            // The first receive agrees, and brings nothing.
            assert_eq!(served.within(PATIENCE).recv(&mut [0; 16]), Ok(0));
            let mut buffer = [0; 16];
            let len = served.within(PATIENCE).recv(&mut buffer).unwrap();
            assert_eq!(&buffer[..len], b"late");
        },
    );
}

/// Options of L2CAP and RFCOMM, one after another, on sockets that are not connected.
#[test]
#[ignore = "cargo xtask vm"]
fn options() {
    let turn = turn();
    let socket = Socket::bound(Type::SEQPACKET, &L2capAddr::new(turn.here.address, 0)).unwrap();
    assert!(!socket.get(bluetooth::FLUSHABLE).unwrap());
    socket.set(bluetooth::FLUSHABLE, true).unwrap();
    assert!(socket.get(bluetooth::FLUSHABLE).unwrap());
    assert!(socket.get(bluetooth::POWER).unwrap(), "active is the default");
    socket.set(bluetooth::POWER, false).unwrap();
    assert!(!socket.get(bluetooth::POWER).unwrap());
    assert_eq!(socket.get(bluetooth::CHANNEL_POLICY), Ok(ChannelPolicy::BREDR_ONLY));
    // There is nothing else any more.
    let other = socket.set(bluetooth::CHANNEL_POLICY, ChannelPolicy::AMP_PREFERRED);
    assert!(matches!(fails(other).1, Some(Errno::OPNOTSUPP | Errno::INVAL)), "{other:?}");
    // The sizes of Low Energy, not of Classic; the layers of a link, not of a socket alone.
    assert_eq!(fails(socket.get(bluetooth::SNDMTU)), said(Errno::INVAL));
    assert_eq!(fails(socket.get(bluetooth::RCVMTU)), said(Errno::INVAL));
    assert_eq!(fails(socket.get(bluetooth::PHY)), said(Errno::NOTCONN));
    if kernel_has_modes() {
        // Linux says EINVAL to the modes of Classic unless they are forbidden (disable_ertm); L2CAP_OPTIONS sets them.
        assert_eq!(socket.get(bluetooth::MODE), Ok(ChannelMode::BASIC));
        assert_eq!(fails(socket.set(bluetooth::MODE, ChannelMode::ERTM)), said(Errno::INVAL));
    }
    let stream = Socket::bound(Type::STREAM, &RfcommAddr::new(turn.here.address, 0)).unwrap();
    assert_eq!(fails(stream.get(rfcomm::CONNINFO)), said(Errno::NOTCONN));
    // Levels of security, by the option of today and by that of old.
    let (auth, encrypt) = (number::L2CAP_LM_AUTH, number::L2CAP_LM_ENCRYPT);
    for (level, mode) in [(SecurityLevel::LOW, auth), (SecurityLevel::MEDIUM, auth | encrypt)] {
        socket.set(bluetooth::SECURITY, level.into()).unwrap();
        assert_eq!(socket.get(bluetooth::SECURITY), Ok(level.into()));
        assert_eq!(socket.get(l2cap::LM), Ok(mode));
        socket.set(l2cap::LM, mode).unwrap();
        stream.set(bluetooth::SECURITY, level.into()).unwrap();
        assert_eq!(stream.get(bluetooth::SECURITY), Ok(level.into()));
        assert_eq!(stream.get(rfcomm::LM), Ok(mode));
        stream.set(rfcomm::LM, mode).unwrap();
    }
    // There is no sixth level.
    assert_eq!(
        fails(socket.set(bluetooth::SECURITY, SecurityLevel::new(9).into())),
        said(Errno::INVAL)
    );
}
