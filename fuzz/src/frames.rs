//! Bytes of a CAN bus, of its broadcast manager and of QRTR's name service.

use berkeley_socket::can::j1939::Name;
use berkeley_socket::can::{Frame, XlFrame, bcm};
use berkeley_socket::qrtr::Control;

/// Any bytes as frames of CAN, as messages of its broadcast manager, and as control packets of QRTR: what is read is written
/// again, and read as the same.
pub fn can_frames(data: &[u8]) {
    // A frame's kind is its length: each is tried.
    for len in [data.len(), 16, 72] {
        let mut bytes = data.to_vec();
        bytes.resize(len, 0);
        if let Some(frame) = Frame::decode(&bytes) {
            assert_eq!(Frame::decode(&frame.encode()), Some(frame));
            assert_eq!(XlFrame::decode(&bytes), None);
            assert!(frame.to_string().is_ascii());
            assert_eq!(frame.id().is_none(), frame.fault().is_some());
            if let Some(fault) = frame.fault() {
                assert_eq!(Frame::error(fault), frame);
                let _ = (fault.protocol(), fault.controller(), fault.counters());
            }
        }
    }
    if let Some(frame) = XlFrame::decode(data) {
        let header = frame.header().expect("a frame that was read");
        assert_eq!(XlFrame::decode(&[&header[..], frame.data].concat()), Some(frame));
    }
    if let Some((head, frames)) = bcm::Head::decode(data) {
        let frames: Vec<_> = frames.collect();
        let again = head.encode(&frames).expect("a message that was read");
        let (same, same_frames) = bcm::Head::decode(&again).expect("what was encoded");
        assert_eq!((same, same_frames.collect::<Vec<_>>()), (head, frames));
    }
    if let Some(bits) = data.first_chunk() {
        let name = Name::from_bits(u64::from_le_bytes(*bits));
        assert_eq!(Name::from_bits(name.bits()), name);
    }
    if let Some(control) = Control::decode(data) {
        assert_eq!(Control::decode(&control.encode()), Some(control));
    }
}
