//! ISO: isochronous streams beside a link of Low Energy.

use core::time::Duration;
use std::io::IoSliceMut;

use berkeley_addr::{BdAddrType, Bytes, IsoAddr, IsoBroadcast};
use berkeley_socket::control::{ControlRoom, bluetooth as control};
use berkeley_socket::option::{IsoFlow, IsoQos, bluetooth};
use berkeley_socket::{Errno, RecvFlags, Socket, Type};

use crate::kit::{CUT, MOMENT, PATIENCE, WAITED, connect, fails, kernel_has, said, talk, turn};

#[test]
#[ignore = "cargo xtask vm"]
fn a_stream_carries_data() {
    let turn = turn();
    if !kernel_has("ISO", (6, 0)) {
        return;
    }
    let address = |address| IsoAddr::new(address, BdAddrType::LE_PUBLIC);
    let (from, to) = (address(turn.here.address), address(turn.there.address));
    let flow = IsoFlow {
        interval: Duration::from_millis(10),
        latency: Duration::from_millis(20),
        sdu: 100,
        phy: 2,
        retransmissions: 2,
    };
    let set = |socket: &Socket<IsoAddr>| {
        let before = socket.get(bluetooth::ISO_QOS).unwrap();
        assert_eq!(
            (before.group, before.stream, before.input.sdu),
            (None, None, 40),
            "the defaults"
        );
        socket.set(bluetooth::ISO_QOS, IsoQos { input: flow, output: flow, ..before }).unwrap();
        let after = socket.get(bluetooth::ISO_QOS).unwrap();
        assert_eq!((after.input, after.output), (flow, flow));
        assert!(!socket.get(bluetooth::DEFER_SETUP).unwrap());
    };
    let (client, served, peer) = connect(Type::SEQPACKET, (&from, &to), set);
    assert_eq!(peer, from);
    assert_eq!((client.local_addr(), client.peer_addr()), (Ok(from), Ok(to)));
    for socket in [&client, &served] {
        let became = socket.get(bluetooth::ISO_QOS).unwrap();
        assert_eq!((became.group, became.stream), (Some(0), Some(0)));
        assert_eq!(
            (became.input.sdu, became.output.sdu, became.input.interval),
            (100, 100, flow.interval)
        );
    }
    talk(&client, &served, &[1, 40, 100]);
    assert_eq!(fails(client.send(&[1; 101])), said(Errno::MSGSIZE));
    if kernel_has("the status of packets of ISO", (6, 12)) {
        assert!(!served.get(bluetooth::PKT_STATUS).unwrap());
        served.set(bluetooth::PKT_STATUS, true).unwrap();
        client.send(&[7; 40]).unwrap();
        let (mut buffer, mut room) = ([0; 60], ControlRoom::new(64));
        let pieces = &mut [IoSliceMut::new(&mut buffer)];
        let came = served.within(PATIENCE).recv_msg(pieces, &mut room, RecvFlags::NONE).unwrap();
        assert_eq!((came.len, room.get(control::PKT_STATUS)), (40, Some(0)));
    }
    client.send(&[7; 40]).unwrap();
    assert_eq!(fails(served.within(PATIENCE).recv(&mut [0; 4])), CUT);
    drop(client);
    // The peer's end is an error once. Whoever receives again waits for ever.
    assert_eq!(fails(served.within(PATIENCE).recv(&mut [0; 60])), said(Errno::CONNRESET));
    assert_eq!(fails(served.within(MOMENT).recv(&mut [0; 60])), WAITED);
    // A broadcaster to listen to makes an address of 50 bytes.
    let hall = IsoBroadcast {
        address: turn.here.address,
        address_type: BdAddrType::LE_PUBLIC,
        sid: 2,
        bis: Bytes::new(&[1, 3]).unwrap(),
    };
    let hall = IsoAddr { broadcast: Some(hall), ..to };
    let receiver = Socket::bound(Type::SEQPACKET, &hall).unwrap();
    assert_eq!(receiver.local_addr(), Ok(to));
    assert_eq!(receiver.peer_addr().unwrap().address, turn.here.address);
    // What a broadcast would announce is kept as it is.
    let broadcast = Socket::bound(Type::SEQPACKET, &from).unwrap();
    assert_eq!(broadcast.get(bluetooth::ISO_BASE), Ok(vec![]));
    broadcast.set(bluetooth::ISO_BASE, vec![1, 2, 3]).unwrap();
    assert_eq!(broadcast.get(bluetooth::ISO_BASE), Ok(vec![1, 2, 3]));
}
