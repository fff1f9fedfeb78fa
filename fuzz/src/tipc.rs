//! Events of TIPC's topology server, whatever comes.

use berkeley_socket::tipc::{Event, Subscription};

/// Any bytes as what TIPC's topology server says: 48 bytes are an event, which holds its numbers where they stood; others are none.
pub fn tipc_event(data: &[u8]) {
    let event = Event::decode(data);
    assert_eq!(event.is_some(), data.len() == 48);
    assert_eq!(Subscription::decode(data).is_some(), data.len() == 28);
    let Some(event) = event else { return };
    let word = |at: usize| data[at..].first_chunk().map(|word| u32::from_ne_bytes(*word));
    assert_eq!((Some(event.lower), Some(event.upper)), (word(4), word(8)));
    let asked = Subscription::decode(&data[20..]);
    assert_eq!(asked, Some(event.subscription));
    // What could have been asked is asked in these bytes.
    if let Some(bytes) = event.subscription.encode() {
        assert_eq!(bytes, data[20..]);
    }
}
