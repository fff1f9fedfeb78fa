//! SCO: voice beside a link of Bluetooth Classic.

use std::io::IoSliceMut;

use berkeley_addr::ScoAddr;
use berkeley_socket::control::{ControlRoom, bluetooth as control};
use berkeley_socket::option::{Voice, bluetooth, sco};
use berkeley_socket::{Errno, RecvFlags, Socket, Type};

use crate::kit::{CUT, MOMENT, PATIENCE, WAITED, connect, fails, kernel_has, said, talk, turn};

#[test]
#[ignore = "cargo xtask vm"]
fn voice_carries_data_and_its_status() {
    let turn = turn();
    let (from, to) = (ScoAddr::new(turn.here.address), ScoAddr::new(turn.there.address));
    for voice in [Voice::CVSD_16BIT, Voice::TRANSPARENT] {
        let set = |socket: &Socket<ScoAddr>| {
            assert_eq!(socket.get(bluetooth::VOICE), Ok(Voice::CVSD_16BIT), "the default");
            socket.set(bluetooth::VOICE, voice).unwrap();
            assert_eq!(socket.get(bluetooth::VOICE), Ok(voice));
        };
        let (client, served, peer) = connect(Type::SEQPACKET, (&from, &to), set);
        assert_eq!(peer, from);
        assert_eq!((client.local_addr(), client.peer_addr()), (Ok(from), Ok(to)));
        let mtu = client.get(sco::OPTIONS).unwrap();
        assert!(mtu >= 48 && client.get(sco::CONNINFO).unwrap().handle > 0);
        assert_eq!(
            (client.get(bluetooth::SNDMTU), client.get(bluetooth::RCVMTU)),
            (Ok(mtu), Ok(mtu))
        );
        talk(&client, &served, &[1, 48, usize::from(mtu)]);
        let long = vec![1; usize::from(mtu) + 1];
        assert_eq!(fails(client.send(&long)), said(Errno::INVAL));
        assert_eq!(
            fails(client.get(bluetooth::CODEC)),
            said(Errno::OPNOTSUPP),
            "no codecs of its own"
        );
        // Each packet says whether it came whole: on Linux 6.1 only to a socket that was not accepted.
        let mut ways = vec![(&served, &client)];
        if kernel_has("the status of packets on accepted sockets of SCO", (6, 12)) {
            ways.push((&client, &served));
        }
        for (from, to) in ways {
            to.set(bluetooth::PKT_STATUS, true).unwrap();
            assert!(to.get(bluetooth::PKT_STATUS).unwrap());
            from.send(&[0x55; 48]).unwrap();
            let (mut buffer, mut room) = ([0; 60], ControlRoom::new(64));
            let pieces = &mut [IoSliceMut::new(&mut buffer)];
            let came = to.within(PATIENCE).recv_msg(pieces, &mut room, RecvFlags::NONE).unwrap();
            assert_eq!((came.len, room.get(control::PKT_STATUS)), (48, Some(0)));
        }
        client.send(&[0x55; 48]).unwrap();
        assert_eq!(fails(served.within(PATIENCE).recv(&mut [0; 4])), CUT);
        drop(client);
        // The peer's end is an error once. Whoever receives again waits for ever.
        assert_eq!(fails(served.within(PATIENCE).recv(&mut [0; 60])), said(Errno::CONNRESET));
        assert_eq!(fails(served.within(MOMENT).recv(&mut [0; 60])), WAITED);
    }
}
