//! What the topology server is asked and what it says: `struct tipc_subscr` and `struct tipc_event` of linux/tipc.h.
//!
//! Contract: total. 28 and 48 bytes, in the machine's order: the server answers in the order of whoever asked, as it is told by the
//! filter (net/tipc/subscr.h, `tipc_sub_read`). Bytes of another length are none; of that length all are.

use core::time::Duration;

use berkeley_addr::TipcAddr;

/// `TIPC_SUB_CANCEL`.
const CANCEL: u32 = 4;
/// `TIPC_WAIT_FOREVER`.
const FOREVER: u32 = u32::MAX;

/// `sizeof(struct tipc_subscr)`.
const SUBSCRIPTION: usize = 28;
/// `sizeof(struct tipc_event)`.
pub(super) const EVENT: usize = 48;

/// Which changes of a range of services are told. An open set of numbers.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Filter(u32);

impl Filter {
    /// Each binding that overlaps the range.
    #[doc(alias = "TIPC_SUB_PORTS")]
    pub const PORTS: Self = Self(1);
    /// The first binding of an instance, and the last one's end.
    #[doc(alias = "TIPC_SUB_SERVICE")]
    pub const SERVICE: Self = Self(2);

    /// The filter of a number.
    pub const fn new(number: u32) -> Self {
        Self(number)
    }

    /// The number of the filter.
    pub const fn raw(self) -> u32 {
        self.0
    }
}

/// A wish to be told of services: [`Topology::subscribe`](super::Topology::subscribe).
///
/// ```
/// use berkeley_socket::tipc::{Filter, Subscription};
/// use core::time::Duration;
///
/// let all = Subscription::new(21_000, 0, 99);
/// assert_eq!((all.filter, all.timeout, all.handle), (Filter::PORTS, None, [0; 8]));
/// // What there is now, and then a time-out:
/// let now = Subscription { timeout: Some(Duration::ZERO), ..all };
/// assert_eq!(Subscription::decode(&now.encode().unwrap()), Some(now));
/// assert_eq!(Subscription::new(21_000, 99, 0).encode(), None);
/// ```
#[doc(alias = "tipc_subscr")]
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Subscription {
    /// The service's type.
    #[doc(alias = "type")]
    pub ty: u32,
    /// The first instance.
    pub lower: u32,
    /// The last instance, not below the first.
    pub upper: u32,
    /// When it ends, which is an event of its own; to the millisecond, rounded up. `None`: with the connection.
    pub timeout: Option<Duration>,
    /// Which changes are told.
    pub filter: Filter,
    /// Whatever its user likes: events bring it back.
    #[doc(alias = "usr_handle")]
    pub handle: [u8; 8],
}

impl Subscription {
    /// To every binding of these instances, for as long as the connection lasts.
    pub const fn new(ty: u32, lower: u32, upper: u32) -> Self {
        Self { ty, lower, upper, timeout: None, filter: Filter::PORTS, handle: [0; 8] }
    }

    /// Its 28 bytes. `None`, as the server would end the connection: the range ends before it begins, or the filter is neither of the
    /// two. Nor can 50 days be said.
    pub fn encode(&self) -> Option<[u8; SUBSCRIPTION]> {
        self.encode_with(0)
    }

    /// The 28 bytes that end it: its own but for a flag.
    pub(super) fn encode_cancel(&self) -> Option<[u8; SUBSCRIPTION]> {
        self.encode_with(CANCEL)
    }

    fn encode_with(&self, flag: u32) -> Option<[u8; SUBSCRIPTION]> {
        let timeout = match self.timeout {
            None => FOREVER,
            Some(time) => u32::try_from(time.as_nanos().div_ceil(1_000_000))
                .ok()
                .filter(|millis| *millis != FOREVER)?,
        };
        if self.lower > self.upper || !matches!(self.filter, Filter::PORTS | Filter::SERVICE) {
            return None;
        }
        let numbers = [self.ty, self.lower, self.upper, timeout, self.filter.0 | flag];
        let numbers = numbers.map(u32::to_ne_bytes);
        let mut bytes = [0; SUBSCRIPTION];
        let all = numbers.as_flattened().iter().chain(&self.handle);
        bytes.iter_mut().zip(all).for_each(|(to, from)| *to = *from);
        Some(bytes)
    }

    /// From 28 bytes; `None`: there are more or less.
    pub fn decode(bytes: &[u8]) -> Option<Self> {
        let bytes: &[u8; SUBSCRIPTION] = bytes.try_into().ok()?;
        let timeout = u32_at(bytes, 12)?;
        Some(Self {
            ty: u32_at(bytes, 0)?,
            lower: u32_at(bytes, 4)?,
            upper: u32_at(bytes, 8)?,
            timeout: (timeout != FOREVER).then(|| Duration::from_millis(timeout.into())),
            filter: Filter(u32_at(bytes, 16)?),
            handle: *bytes.last_chunk()?,
        })
    }
}

/// What the topology server tells.
#[doc(alias = "tipc_event")]
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Event {
    /// What happened.
    pub kind: EventKind,
    /// The first instance of the binding; at a time-out of the subscription.
    #[doc(alias = "found_lower")]
    pub lower: u32,
    /// The last instance of the binding; at a time-out of the subscription.
    #[doc(alias = "found_upper")]
    pub upper: u32,
    /// The socket that is bound; at a time-out `@0:0`. Of nodes and links: [`NODE_STATE`](super::NODE_STATE),
    /// [`LINK_STATE`](super::LINK_STATE).
    #[doc(alias = "port")]
    pub socket: TipcAddr,
    /// What was asked.
    pub subscription: Subscription,
}

/// What an event says of a binding or a subscription.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum EventKind {
    /// There is a binding: new, or there already when it was asked.
    #[doc(alias = "TIPC_PUBLISHED")]
    Published,
    /// There is no longer: taken back, closed, or its node is lost.
    #[doc(alias = "TIPC_WITHDRAWN")]
    Withdrawn,
    /// The subscription has ended.
    #[doc(alias = "TIPC_SUBSCR_TIMEOUT")]
    TimedOut,
    /// Another number.
    Other(u32),
}

impl Event {
    /// From 48 bytes; `None`: there are more or less.
    pub fn decode(bytes: &[u8]) -> Option<Self> {
        let bytes: &[u8; EVENT] = bytes.try_into().ok()?;
        Some(Self {
            kind: match u32_at(bytes, 0)? {
                1 => EventKind::Published,
                2 => EventKind::Withdrawn,
                3 => EventKind::TimedOut,
                other => EventKind::Other(other),
            },
            lower: u32_at(bytes, 4)?,
            upper: u32_at(bytes, 8)?,
            socket: TipcAddr::socket(u32_at(bytes, 16)?, u32_at(bytes, 12)?),
            subscription: Subscription::decode(bytes.get(20..)?)?,
        })
    }
}

fn u32_at(bytes: &[u8], offset: usize) -> Option<u32> {
    bytes.get(offset..)?.first_chunk().map(|bytes| u32::from_ne_bytes(*bytes))
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    /// Each field in its place.
    #[test]
    fn fields_stand_where_the_header_has_them() {
        let numbers = [2, 5, 6, 77, 0x1001, 21_000, 0, 99, 1500, 2];
        let mut bytes = numbers.map(u32::to_ne_bytes).as_flattened().to_vec();
        bytes.extend(b"berkeley");
        let subscription = Subscription {
            timeout: Some(Duration::from_millis(1500)),
            filter: Filter::SERVICE,
            handle: *b"berkeley",
            ..Subscription::new(21_000, 0, 99)
        };
        let event = Event {
            kind: EventKind::Withdrawn,
            lower: 5,
            upper: 6,
            socket: TipcAddr::socket(0x1001, 77),
            subscription,
        };
        assert_eq!(Event::decode(&bytes), Some(event));
        assert_eq!(subscription.encode().as_ref().map(<[u8; 28]>::as_slice), bytes.get(20..));
        let mut cancel = bytes[20..].to_vec();
        cancel[16..20].copy_from_slice(&6u32.to_ne_bytes());
        assert_eq!(subscription.encode_cancel().unwrap(), cancel[..]);
        for len in 0..100 {
            assert_eq!(Event::decode(&vec![7; len]).is_some(), len == EVENT);
        }
    }

    #[test]
    fn what_the_server_would_hang_up_on_is_not_said() {
        let good = Subscription::new(100, 1, 1);
        let millis = |millis| Subscription { timeout: Some(Duration::from_millis(millis)), ..good };
        let rows = [
            (good, true),
            (Subscription::new(100, 2, 1), false),
            (Subscription { filter: Filter::new(0), ..good }, false),
            (Subscription { filter: Filter::new(3), ..good }, false),
            (Subscription { filter: Filter::new(5), ..good }, false),
            (millis(0), true),
            (millis(u64::from(FOREVER) - 1), true),
            (millis(FOREVER.into()), false),
            (Subscription { timeout: Some(Duration::MAX), ..good }, false),
        ];
        for (subscription, can) in rows {
            assert_eq!(subscription.encode().is_some(), can, "{subscription:?}");
            assert_eq!(subscription.encode_cancel().is_some(), can, "{subscription:?}");
        }
        let parts = Subscription { timeout: Some(Duration::from_nanos(1)), ..good };
        let whole = Subscription::decode(&parts.encode().unwrap()).unwrap();
        assert_eq!(whole.timeout, Some(Duration::from_millis(1)));
    }

    proptest! {
        #[test]
        fn any_bytes(bytes in proptest::collection::vec(any::<u8>(), EVENT)) {
            let event = Event::decode(&bytes).unwrap();
            if let Some(encoded) = event.subscription.encode() {
                prop_assert_eq!(&encoded[..], &bytes[20..]);
            }
        }
    }
}
