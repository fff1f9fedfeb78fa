//! Events of SCTP, whatever comes.

use berkeley_socket::sctp::Event;

/// Any bytes as an event of SCTP: what it borrows lies within the bytes, and within the length that they say.
pub fn sctp_event(data: &[u8]) {
    let Some(event) = Event::decode(data) else { return };
    let said = data.get(4..8).and_then(|len| len.try_into().ok()).map_or(0, u32::from_ne_bytes);
    let end = data.len().min(usize::try_from(said).unwrap_or(usize::MAX));
    let inside = |part: &[u8]| {
        let (part, whole) = (part.as_ptr_range(), data[..end].as_ptr_range());
        assert!(whole.start <= part.start && part.end <= whole.end);
    };
    match event {
        Event::Association { info, .. } => inside(info),
        Event::SendFailed { data, .. } | Event::RemoteError { data, .. } => inside(data),
        Event::StreamReset { streams, .. } => {
            inside(streams);
            assert_eq!(Event::numbers(streams).count(), streams.len() / 2);
        }
        Event::Other { body, .. } => inside(body),
        _ => {}
    }
    // More behind it changes nothing.
    if end == data.len() && usize::try_from(said) == Ok(end) {
        let longer = [data, &[7; 9]].concat();
        assert_eq!(Event::decode(&longer), Some(event));
    }
}
