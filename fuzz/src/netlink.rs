//! Netlink, whatever comes.

use berkeley_socket::Protocol;
use berkeley_socket::netlink::{
    Attributes, Change, GenericFamily, InetSocket, Message, Messages, NetlinkSocket, TipcLink,
    TipcNet, UnixSocket, VsockSocket,
};

/// Any bytes as netlink messages, and as the body of each kind that there is a reader for: walks end and stay within, and each reader
/// tells or refuses.
pub fn netlink_messages(data: &[u8]) {
    /// The attributes within attributes, as deep as they go.
    fn walk(attributes: Attributes<'_>, within: &[u8], depth: usize) {
        let mut behind = within.as_ptr();
        for attribute in attributes.flatten() {
            let place = attribute.value.as_ptr_range();
            assert!(behind <= place.start && place.end <= within.as_ptr_range().end);
            behind = place.end;
            assert!(attribute.text().len() <= attribute.value.len());
            if depth > 0 {
                walk(attribute.nested(), attribute.value, depth - 1);
            }
        }
    }
    /// Whether there is a value, and no panic, is all there is to say.
    fn read(message: &Message<'_>) {
        if let Some(change) = Change::decode(message) {
            assert!(!format!("{change:?}").is_empty());
        }
        if let Some(Err(refusal)) = message.outcome() {
            assert!((1..4096).contains(&refusal.errno.raw_os_error()));
            assert!(!refusal.to_string().is_empty());
        }
        let _ = GenericFamily::decode(message).is_some();
        let _ = (TipcNet::decode(message).is_some(), TipcLink::decode(message).is_some());
        let _ = InetSocket::decode(message, Protocol::TCP).is_some();
        let _ = (UnixSocket::decode(message).is_some(), VsockSocket::decode(message).is_some());
        let _ = NetlinkSocket::decode(message).is_some();
    }
    for message in Messages::new(data).flatten() {
        let place = message.body.as_ptr_range();
        assert!(data.as_ptr_range().start <= place.start && place.end <= data.as_ptr_range().end);
        for skip in [0, 4, 8, 12, 16] {
            walk(message.attributes(skip), message.body, 4);
        }
        read(&message);
    }
    // NLMSG_ERROR and NLMSG_DONE, generic netlink's control, RTM_*, SOCK_DIAG_BY_FAMILY.
    for kind in (2..4).chain(16..32) {
        for flags in [0, 0x200, 0x300] {
            read(&Message { kind, flags, sequence: 0, port: 0, body: data });
        }
    }
}
