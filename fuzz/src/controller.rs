//! Packets of Bluetooth controllers, whatever comes.

use berkeley_socket::bluetooth::hci::{Event, Kind, Packet};
use berkeley_socket::bluetooth::mgmt::{Controller, Notice};
use berkeley_socket::bluetooth::monitor::Record;

/// Any bytes as a message of each of Bluetooth's channels: what is a command or data encodes to the same bytes.
pub fn hci(data: &[u8]) {
    /// The kinds whose packets are data.
    const DATA: [Kind; 3] = [Kind::ACL, Kind::SCO, Kind::ISO];
    if let Ok(packet) = Packet::decode(data) {
        let again = match packet {
            Packet::Command(command) => command.encode(),
            Packet::Acl(body) => body.encode(Kind::ACL),
            Packet::Sco(body) => body.encode(Kind::SCO),
            Packet::Iso(body) => body.encode(Kind::ISO),
            Packet::Event(Event::CompletedPackets(done)) => {
                assert!(done.iter().count() <= data.len() / 4);
                None
            }
            _ => None,
        };
        if let Some(again) = again {
            // Two bits of a stream's length mean nothing, and are not kept.
            let mut same = data.to_vec();
            if data[0] == Kind::ISO.raw() {
                same[4] &= 0x3f;
            }
            assert_eq!(again, same);
        }
    }
    let kinds = [Kind::COMMAND, Kind::EVENT].into_iter().chain(DATA);
    for kind in kinds {
        let named = [&[kind.raw()], data].concat();
        assert_eq!(Packet::of(kind, data), Packet::decode(&named));
    }
    if let Ok(record) = Record::decode(data) {
        assert_eq!(record.payload, &data[6..]);
        assert!(record.packet().is_none() || record.new_index().is_none());
        if let Some(Ok(index)) = record.new_index() {
            assert!(index.name.len() <= 8);
        }
    }
    if let Ok(notice) = Notice::decode(data) {
        assert!(!format!("{notice:?}").is_empty());
    }
    if let Ok(controller) = Controller::decode(0, data) {
        assert_eq!(controller.address.encode(), data[..6]);
    }
}
