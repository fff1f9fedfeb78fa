//! How an option's bytes become a value and back: layout and unit, one codec each.
//!
//! Contract: a codec never panics and never rounds a duration down to 0, which most options take for "the default".

use core::marker::PhantomData;
use core::net::SocketAddr;
use core::time::Duration;

use berkeley_addr::{Address, Family, Protocol, Type};
use berkeley_sys::Errno;
use berkeley_sys::option::{self, Layout, Linger, Name, Timeval, Timeval64, Ucred};
use std::os::fd::BorrowedFd;

/// The layout of an option's value in the kernel, and what users hold instead.
pub trait Codec {
    /// What the kernel reads and writes: one value, or `[T]` for as many `T` as there are.
    type Layout: Wire + ?Sized;
    /// What users hold.
    type Value;
}

/// How a value is set.
pub trait Encode: Codec {
    /// `None`: the layout cannot say it, and the error is EINVAL.
    fn encode(value: Self::Value) -> Option<Held<Self>>;
}

/// How a value is read.
pub trait Decode: Codec {
    /// `len`: how many bytes the kernel wrote.
    fn decode(held: Held<Self>, len: usize) -> Self::Value;
}

/// What carries the layout of a codec to the kernel and back.
pub type Held<C> = <<C as Codec>::Layout as Wire>::Held;

/// A layout that getsockopt and setsockopt can be asked with: one value, or a list of them.
pub trait Wire {
    /// The value itself, or a vector.
    type Held;
    #[doc(hidden)]
    fn get(fd: BorrowedFd<'_>, name: Name<Self>) -> Result<(Self::Held, usize), Errno>;
    #[doc(hidden)]
    fn set(fd: BorrowedFd<'_>, name: Name<Self>, held: &Self::Held) -> Result<(), Errno>;
}

impl<T: Layout> Wire for T {
    type Held = T;

    fn get(fd: BorrowedFd<'_>, name: Name<T>) -> Result<(T, usize), Errno> {
        option::get(fd, name)
    }

    fn set(fd: BorrowedFd<'_>, name: Name<T>, held: &T) -> Result<(), Errno> {
        option::set(fd, name, held)
    }
}

/// More than any option's list takes: 65536 groups of a process are 256 KiB.
const LONGEST: usize = 1 << 20;

impl<T: Layout> Wire for [T] {
    type Held = Vec<T>;

    /// Some options say ERANGE where there is too little room, some tell the length, some fill the room: more is given until
    /// some of it stays empty.
    fn get(fd: BorrowedFd<'_>, name: Name<[T]>) -> Result<(Vec<T>, usize), Errno> {
        let mut room = 4096;
        loop {
            let mut list = vec![option::zeroed::<T>(); room / size_of::<T>()];
            match option::get_list(fd, name, &mut list) {
                Ok(len) if len < room => {
                    list.truncate(len / size_of::<T>());
                    return Ok((list, len));
                }
                Ok(_) | Err(Errno::RANGE) if room < LONGEST => room *= 2,
                Ok(_) => return Err(Errno::RANGE),
                Err(errno) => return Err(errno),
            }
        }
    }

    fn set(fd: BorrowedFd<'_>, name: Name<[T]>, held: &Vec<T>) -> Result<(), Errno> {
        option::set_list(fd, name, held)
    }
}

/// The kernel's own layout, as it is.
#[derive(Debug)]
pub struct As<T>(PhantomData<fn() -> T>);

impl<T: Layout> Codec for As<T> {
    type Layout = T;
    type Value = T;
}

impl<T: Layout> Encode for As<T> {
    fn encode(value: T) -> Option<T> {
        Some(value)
    }
}

impl<T: Layout> Decode for As<T> {
    fn decode(value: T, _: usize) -> T {
        value
    }
}

/// As many elements as there are.
#[derive(Debug)]
pub struct List<T>(PhantomData<fn() -> T>);

impl<T: Layout> Codec for List<T> {
    type Layout = [T];
    type Value = Vec<T>;
}

impl<T: Layout> Encode for List<T> {
    fn encode(value: Vec<T>) -> Option<Vec<T>> {
        Some(value)
    }
}

impl<T: Layout> Decode for List<T> {
    fn decode(value: Vec<T>, _: usize) -> Vec<T> {
        value
    }
}

/// Declares codecs: a unit type each, its layout, its value, and the conversions it has: `encode`, `decode`, or both.
macro_rules! codecs {
    ($($(#[$doc:meta])* $codec:ident: $layout:ty => $value:ty {
        $(encode $encode:expr;)? $(decode $decode:expr;)?
    })*) => {$(
        $(#[$doc])*
        #[derive(Debug)]
        pub enum $codec {}

        impl $crate::option::Codec for $codec {
            type Layout = $layout;
            type Value = $value;
        }

        $(impl $crate::option::Encode for $codec {
            fn encode(value: $value) -> Option<$crate::option::Held<Self>> {
                let encode: fn($value) -> Option<$crate::option::Held<Self>> = $encode;
                encode(value)
            }
        })?

        $(impl $crate::option::Decode for $codec {
            fn decode(held: $crate::option::Held<Self>, len: usize) -> $value {
                let decode: fn($crate::option::Held<Self>, usize) -> $value = $decode;
                decode(held, len)
            }
        })?
    )*};
}
pub(super) use codecs;

codecs! {
    /// An `int` that is 0 or 1.
    Flag: i32 => bool {
        encode |on| Some(on.into());
        decode |value, _| value != 0;
    }
    /// An `int`.
    Integer: i32 => i32 {
        encode Some;
        decode |value, _| value;
    }
    /// An `unsigned int`.
    Unsigned: u32 => u32 {
        encode Some;
        decode |value, _| value;
    }
    /// An `unsigned int` in network order.
    BigEndian: u32 => u32 {
        encode |value| Some(value.to_be());
        decode |value, _| u32::from_be(value);
    }
    /// An `int` of whole seconds. Parts of a second count as one.
    Seconds: i32 => Duration {
        encode |time| {
            let up = u64::from(time.subsec_nanos() > 0);
            i32::try_from(time.as_secs().checked_add(up)?).ok()
        };
        decode |value, _| Duration::from_secs(u64::try_from(value).unwrap_or(0));
    }
    /// An `int` of whole seconds; negative: `None`.
    SecondsOrNone: i32 => Option<Duration> {
        encode |time| time.map_or(Some(-1), Seconds::encode);
        decode |value, _| u64::try_from(value).ok().map(Duration::from_secs);
    }
    /// An `unsigned int` of whole milliseconds. Parts of one count as one.
    Millis: u32 => Duration {
        encode |time| u32::try_from(time.as_nanos().div_ceil(1_000_000)).ok();
        decode |value, _| Duration::from_millis(value.into());
    }
    /// An `int` of whole microseconds. Parts of one count as one.
    Micros: i32 => Duration {
        encode |time| i32::try_from(time.as_nanos().div_ceil(1000)).ok();
        decode |value, _| Duration::from_micros(u64::try_from(value).unwrap_or(0));
    }
    /// An `unsigned int` of nanoseconds.
    Nanos: u32 => Duration {
        encode |time| u32::try_from(time.as_nanos()).ok();
        decode |value, _| Duration::from_nanos(value.into());
    }
    /// `struct timeval`; zeros, which mean for ever: `None`. A time of zero cannot be said. Parts of a microsecond count as one.
    TimeoutCodec: Timeval => Option<Duration> {
        encode |time| {
            let Some(time) = time else { return Some(Timeval::new(0, 0)) };
            let (seconds, micros) = timeval(time)?;
            (time > Duration::ZERO).then(|| Timeval::new(seconds, micros))
        };
        decode |value, _| {
            let (seconds, micros) = value.parts();
            Some(duration(seconds, micros)).filter(|time| *time > Duration::ZERO)
        };
    }
    /// `struct timeval` of 64 bits. Parts of a microsecond count as one.
    Time64Codec: Timeval64 => Duration {
        encode |time| {
            let (seconds, micros) = timeval(time)?;
            Some(Timeval64 { seconds: seconds.into(), micros: micros.into() })
        };
        decode |value, _| duration(value.seconds, value.micros);
    }
    /// `struct linger`: how long close waits; `None`: it does not.
    LingerCodec: Linger => Option<Duration> {
        encode |time| match time {
            None => Some(Linger { onoff: 0, seconds: 0 }),
            Some(time) => Seconds::encode(time).map(|seconds| Linger { onoff: 1, seconds }),
        };
        decode |value, len| (value.onoff != 0).then(|| Seconds::decode(value.seconds, len));
    }
    /// A text of at most 15 bytes, such as an interface's name. A longer one, or one with a NUL, is EINVAL.
    Text: [u8; 16] => String {
        encode |text| {
            let mut layout = [0; 16];
            let fits = text.len() < layout.len() && !text.contains('\0');
            fits.then(|| layout[..text.len()].copy_from_slice(text.as_bytes()))?;
            Some(layout)
        };
        decode |layout, _| text(&layout);
    }
    /// A text of any length.
    Label: [u8] => String {
        decode |layout, _| text(&layout);
    }
    /// No value: setting it is all there is.
    Nothing: [u8] => () {
        encode |()| Some(Vec::new());
    }
    /// A length, which the kernel takes from the size of the value.
    Length: [u8] => usize {
        encode |len| (len <= LONGEST).then(|| vec![0; len]);
    }
    /// IP addresses in a row, each as long as its family's.
    Addresses: [u8] => Vec<SocketAddr> {
        encode |addresses| {
            let sockaddrs = addresses.iter().map(Address::encode);
            Some(sockaddrs.flat_map(|sockaddr| sockaddr.as_ref().to_vec()).collect())
        };
    }
    /// An errno that a socket keeps; 0: none.
    ErrnoCodec: i32 => Option<Errno> {
        decode |value, _| (value > 0).then(|| Errno::from_raw_os_error(value));
    }
    /// `SOCK_*`.
    TypeCodec: i32 => Type {
        decode |value, _| Type::new(value);
    }
    /// `AF_*`.
    DomainCodec: i32 => Family {
        encode |family| Some(family.raw().into());
        decode |value, _| Family::new(u16::try_from(value).unwrap_or(0));
    }
    /// A protocol's number within its family.
    ProtocolCodec: i32 => Protocol {
        decode |value, _| Protocol::new(value);
    }
    /// `struct ucred`; the user -1 is nobody's: there was no peer.
    PeerCodec: Ucred => Option<Credentials> {
        decode |value, _| (value.uid != u32::MAX).then_some(Credentials {
            pid: (value.pid > 0).then_some(value.pid),
            uid: value.uid,
            gid: value.gid,
        });
    }
    /// Two bytes, in a room of four: some of Bluetooth's protocols write so many.
    Short: [u8; 4] => u16 {
        encode |value| {
            let [a, b] = value.to_ne_bytes();
            Some([a, b, 0, 0])
        };
        decode |[a, b, ..], _| u16::from_ne_bytes([a, b]);
    }
    /// One byte, not 0: stay active (`struct bt_power`).
    BtPowerCodec: [u8; 4] => bool {
        encode |on| Some([on.into(), 0, 0, 0]);
        decode |[on, ..], _| on != 0;
    }
    /// Two ports in one `unsigned int`, the lower one below; 0: none.
    PortRange: u32 => Option<(u16, u16)> {
        encode |range| Some(range.map_or(0, |(low, high)| u32::from(high) << 16 | u32::from(low)));
        decode |value, _| (value != 0).then_some(halves(value));
    }
    /// Bit mask of groups, which are numbered from 1.
    MembershipsCodec: [u32] => Vec<u32> {
        decode |words, _| {
            let bits = words.iter().flat_map(|word| (0..32).map(move |bit| word >> bit & 1 == 1));
            (1..).zip(bits).filter_map(|(group, joined)| joined.then_some(group)).collect()
        };
    }
}

/// Whole microseconds, rounded up.
fn timeval(time: Duration) -> Option<(i32, i32)> {
    let micros = time.as_nanos().div_ceil(1000);
    let seconds = i32::try_from(micros / 1_000_000).ok()?;
    Some((seconds, i32::try_from(micros % 1_000_000).ok()?))
}

/// What a `struct timeval` says; the kernel tells no negative ones.
fn duration(seconds: i64, micros: i64) -> Duration {
    let [seconds, micros] = [seconds, micros].map(|part| u64::try_from(part).unwrap_or(0));
    Duration::from_secs(seconds).saturating_add(Duration::from_micros(micros))
}

/// What stands before the first NUL.
fn text(bytes: &[u8]) -> String {
    let end = bytes.iter().position(|byte| *byte == 0).unwrap_or(bytes.len());
    String::from_utf8_lossy(&bytes[..end]).into_owned()
}

/// The lower and the upper 16 bits.
pub(super) fn halves(value: u32) -> (u16, u16) {
    let [a, b, c, d] = value.to_le_bytes();
    (u16::from_le_bytes([a, b]), u16::from_le_bytes([c, d]))
}

/// Who connected, or made the pair: [`so::PEERCRED`](super::so::PEERCRED).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Credentials {
    /// Process; `None` where it is not visible from this pid namespace.
    pub pid: Option<i32>,
    /// User.
    pub uid: u32,
    /// Group.
    pub gid: u32,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn durations_round_up_and_refuse_what_does_not_fit() {
        let rows = [
            (Duration::ZERO, Some(0), Some(0), Some(0)),
            (Duration::from_nanos(1), Some(1), Some(1), Some(1)),
            (Duration::from_millis(1), Some(1), Some(1), Some(1000)),
            (Duration::from_millis(1500), Some(2), Some(1500), Some(1_500_000)),
            (Duration::from_secs(60), Some(60), Some(60_000), Some(60_000_000)),
            (Duration::MAX, None, None, None),
        ];
        for (time, seconds, millis, micros) in rows {
            assert_eq!(Seconds::encode(time), seconds, "{time:?}");
            assert_eq!(SecondsOrNone::encode(Some(time)), seconds, "{time:?}");
            assert_eq!(Millis::encode(time), millis, "{time:?}");
            assert_eq!(Micros::encode(time), micros, "{time:?}");
            let whole = Time64Codec::encode(time).map(|value| Time64Codec::decode(value, 16));
            assert_eq!(
                whole,
                micros.map(|micros| Duration::from_micros(micros.unsigned_abs().into()))
            );
            let or_never =
                TimeoutCodec::encode(Some(time)).map(|value| TimeoutCodec::decode(value, 16));
            assert_eq!(or_never, (time > Duration::ZERO).then_some(whole).filter(Option::is_some));
        }
        assert_eq!(TimeoutCodec::encode(None), Some(Timeval::new(0, 0)));
        assert_eq!(TimeoutCodec::decode(Timeval::new(0, 0), 16), None);
    }

    #[test]
    fn texts_fit_or_are_refused() {
        for (text, fits) in [("", true), ("lo", true), ("123456789012345", true)] {
            assert_eq!(Text::encode(text.into()).is_some(), fits, "{text}");
            assert_eq!(
                Text::encode(text.into()).map(|layout| Text::decode(layout, 16)).unwrap(),
                text
            );
        }
        for text in ["1234567890123456", "a\0b"] {
            assert_eq!(Text::encode(text.into()), None, "{text:?}");
        }
    }

    #[test]
    fn groups_are_bits_counted_from_one() {
        assert_eq!(MembershipsCodec::decode(vec![0x8000_0001, 2], 8), [1, 32, 34]);
        assert_eq!(MembershipsCodec::decode(vec![], 0), []);
        assert_eq!(PortRange::encode(Some((0x1234, 0x5678))), Some(0x5678_1234));
        assert_eq!(PortRange::decode(0x5678_1234, 4), Some((0x1234, 0x5678)));
    }
}
