//! How safe links are: pairing without numbers, and encryption.

use berkeley_addr::{BdAddrType, L2capAddr};
use berkeley_socket::bluetooth::mgmt::{Event, Notice, Opcode, Status};
use berkeley_socket::bluetooth::{Management, Refusal};
use berkeley_socket::option::{SecurityLevel, bluetooth};
use berkeley_socket::{Socket, Type};

use crate::kit::{PATIENCE, both, connect, le, talk, turn};

#[test]
#[ignore = "cargo xtask vm"]
fn a_link_becomes_as_safe_as_is_asked() {
    let turn = turn();
    let rows = [
        (L2capAddr::new(turn.here.address, 0), L2capAddr::new(turn.there.address, 0x1031)),
        (le(turn.here.address, 0), le(turn.there.address, 0x91)),
    ];
    for (from, to) in rows {
        let set = |socket: &Socket<L2capAddr>| {
            assert_eq!(socket.get(bluetooth::SECURITY).unwrap().level, SecurityLevel::LOW);
            socket.set(bluetooth::SECURITY, SecurityLevel::MEDIUM.into()).unwrap();
        };
        // Keys that an earlier run has left would make it too easy.
        let mut agent = Management::open().unwrap();
        let ends = [(&turn.here, to), (&turn.there, from)];
        for (controller, peer) in ends {
            let peer = (peer.address, peer.address_type);
            let done = agent.unpair(controller.index, peer, PATIENCE);
            let none = Refusal::Status(Opcode::UNPAIR_DEVICE, Status::NOT_PAIRED);
            assert!(done.is_ok() || done == Err(none), "{done:?}");
        }
        let ((client, served, _), ()) = both(
            || connect(Type::SEQPACKET, (&from, &to), set),
            || {
                if from.address_type != BdAddrType::BREDR {
                    agree(&agent);
                }
            },
        );
        talk(&client, &served, &[20]);
        for socket in [&client, &served] {
            let security = socket.get(bluetooth::SECURITY).unwrap();
            assert_eq!((security.level, security.key_size), (SecurityLevel::MEDIUM, 16), "{to}");
        }
    }
}

/// Says yes for both controllers: the kernel asks their users before it pairs over Low Energy. What is asked comes to an ear of its own,
/// because a command throws away what comes before its answer.
fn agree(ear: &Management) {
    let mut agent = Management::open().unwrap();
    let mut buffer = [0; 600];
    let mut asked = 0;
    while asked < 2 {
        let len = ear.socket().within(PATIENCE).recv(&mut buffer).unwrap();
        let notice = Notice::decode(&buffer[..len]).unwrap();
        if let Event::UserConfirmRequest { address, address_type, hint, .. } = notice.event {
            assert!(hint, "there is no number to compare");
            agent.confirm(notice.index, (address, address_type), true, PATIENCE).unwrap();
            asked += 1;
        }
    }
}
