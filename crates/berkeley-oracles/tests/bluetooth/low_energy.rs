//! L2CAP over Low Energy: the fixed channel of attributes, and channels by credits.

use berkeley_addr::{BdAddr, L2capAddr};
use berkeley_socket::option::{ChannelMode, bluetooth};
use berkeley_socket::{Errno, Socket, Type};

use crate::kit::{
    CUT, MOMENT, PATIENCE, WAITED, connect, fails, kernel_has_modes, le, receive, said, talk, turn,
};

/// The attribute protocol's channel.
const ATT: u16 = 4;

#[test]
#[ignore = "cargo xtask vm"]
fn the_channel_of_attributes() {
    let turn = turn();
    turn.without_low_energy();
    let fixed = |address| L2capAddr { cid: ATT, ..le(address, 0) };
    let (from, to) = (fixed(turn.here.address), fixed(turn.there.address));
    let (client, served, peer) = connect(Type::SEQPACKET, (&from, &to), |_| {});
    assert_eq!(peer, from);
    assert_eq!((client.local_addr(), client.peer_addr()), (Ok(from), Ok(to)));
    // An MTU request of the attribute protocol, as it passes: 23 bytes are the most.
    talk(&client, &served, &[3, 23]);
    // The channel is the link's, and goes with it.
    turn.without_low_energy();
    assert_eq!(fails(served.within(PATIENCE).recv(&mut [0; 32])), said(Errno::CONNRESET));
}

#[test]
#[ignore = "cargo xtask vm"]
fn channels_by_credits() {
    let turn = turn();
    for (psm, mode) in [
        (0x81, None),
        (0x83, Some(ChannelMode::LE_FLOWCTL)),
        (0x85, Some(ChannelMode::EXT_FLOWCTL)),
    ] {
        if mode.is_some() && !kernel_has_modes() {
            continue;
        }
        let (from, to) = (le(turn.here.address, 0), le(turn.there.address, psm));
        let set = |socket: &Socket<L2capAddr>| {
            if let Some(mode) = mode {
                socket.set(bluetooth::MODE, mode).unwrap();
                assert_eq!(socket.get(bluetooth::MODE), Ok(mode));
            }
            socket.set(bluetooth::RCVMTU, 1000).unwrap();
            assert_eq!(socket.get(bluetooth::RCVMTU), Ok(1000));
        };
        let (client, served, peer) = connect(Type::SEQPACKET, (&from, &to), set);
        assert_eq!(
            (peer.address, peer.address_type, peer.psm),
            (from.address, from.address_type, psm)
        );
        assert_eq!(client.get(bluetooth::SNDMTU), Ok(1000));
        // Many more segments than credits.
        talk(&client, &served, &[1, 250, 1000]);
        for nth in 0..50_u8 {
            client.within(PATIENCE).send(&[nth; 1000]).unwrap();
            assert_eq!(receive(served.within(PATIENCE), 1000), [nth; 1000]);
        }
        assert_eq!(fails(client.send(&[0; 1001])), said(Errno::MSGSIZE));
        client.send(b"longer than four").unwrap();
        assert_eq!(fails(served.within(PATIENCE).recv(&mut [0; 4])), CUT);
        drop(client);
        assert_eq!(served.within(PATIENCE).recv(&mut [0; 16]), Ok(0));
    }
}

#[test]
#[ignore = "cargo xtask vm"]
fn nobody_advertises() {
    let turn = turn();
    let stranger = le(BdAddr::new([0x00, 0xaa, 0x01, 0x00, 0x01, 0x77]), 0x81);
    let socket = Socket::bound(Type::SEQPACKET, &le(turn.here.address, 0)).unwrap();
    assert_eq!(fails(socket.within(MOMENT).connect(&stranger)), WAITED);
}
