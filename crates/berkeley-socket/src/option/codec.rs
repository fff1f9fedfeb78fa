//! How an option's bytes become a value and back: layout and unit, one codec each.
//!
//! Contract: a codec never panics and never rounds a duration down to 0, which most options take for "the default".

use core::net::{Ipv4Addr, Ipv6Addr};
use core::time::Duration;

use berkeley_addr::{Family, Protocol, Type};
use berkeley_sys::Errno;
use berkeley_sys::option::{IpMreqn, Ipv6Mreq, Layout, Linger, PacketMreq, Ucred};

/// The layout of an option's value in the kernel, and what it means here.
pub trait Codec {
    /// What the kernel reads and writes.
    type Layout: Layout;
    /// What users hold.
    type Value;
    /// `None`: the layout cannot say it, and the error is EINVAL.
    fn encode(value: Self::Value) -> Option<Self::Layout>;
    /// `len`: how many bytes the kernel wrote.
    fn decode(layout: Self::Layout, len: usize) -> Self::Value;
}

/// Declares codecs: a unit type each, its layout, its value, and the two conversions.
macro_rules! codecs {
    ($($(#[$doc:meta])* $codec:ident: $layout:ty => $value:ty { $encode:expr, $decode:expr })*) => {$(
        $(#[$doc])*
        #[derive(Debug)]
        pub enum $codec {}

        impl Codec for $codec {
            type Layout = $layout;
            type Value = $value;
            fn encode(value: $value) -> Option<$layout> {
                let encode: fn($value) -> Option<$layout> = $encode;
                encode(value)
            }
            fn decode(layout: $layout, len: usize) -> $value {
                let decode: fn($layout, usize) -> $value = $decode;
                decode(layout, len)
            }
        }
    )*};
}

codecs! {
    /// An `int` that is 0 or 1.
    Flag: i32 => bool { |on| Some(on.into()), |value, _| value != 0 }
    /// An `int`.
    Integer: i32 => i32 { Some, |value, _| value }
    /// An `unsigned int`.
    Unsigned: u32 => u32 { Some, |value, _| value }
    /// An `int` of whole seconds. Parts of a second count as one.
    Seconds: i32 => Duration {
        |time| {
            let up = u64::from(time.subsec_nanos() > 0);
            i32::try_from(time.as_secs().checked_add(up)?).ok()
        },
        |value, _| Duration::from_secs(u64::try_from(value).unwrap_or(0))
    }
    /// An `int` of whole seconds; negative: `None`.
    SecondsOrNone: i32 => Option<Duration> {
        |time| time.map_or(Some(-1), Seconds::encode),
        |value, _| u64::try_from(value).ok().map(Duration::from_secs)
    }
    /// An `int` of whole microseconds. Parts of one count as one.
    Micros: i32 => Duration {
        |time| i32::try_from(time.as_nanos().div_ceil(1000)).ok(),
        |value, _| Duration::from_micros(u64::try_from(value).unwrap_or(0))
    }
    /// An `int` of whole milliseconds. Parts of one count as one.
    Millis: u32 => Duration {
        |time| u32::try_from(time.as_nanos().div_ceil(1_000_000)).ok(),
        |value, _| Duration::from_millis(value.into())
    }
    /// `struct linger`: how long close waits; `None`: it does not.
    LingerCodec: Linger => Option<Duration> {
        |time| match time {
            None => Some(Linger { onoff: 0, seconds: 0 }),
            Some(time) => Seconds::encode(time).map(|seconds| Linger { onoff: 1, seconds }),
        },
        |value, len| (value.onoff != 0).then(|| Seconds::decode(value.seconds, len))
    }
    /// A text of at most 15 bytes, such as an interface's name. A longer one, or one with a NUL, is EINVAL.
    Text: [u8; 16] => String {
        |text| {
            let mut layout = [0; 16];
            let fits = text.len() < layout.len() && !text.contains('\0');
            fits.then(|| layout[..text.len()].copy_from_slice(text.as_bytes()))?;
            Some(layout)
        },
        |layout, _| {
            let end = layout.iter().position(|byte| *byte == 0).unwrap_or(layout.len());
            String::from_utf8_lossy(&layout[..end]).into_owned()
        }
    }
    /// An errno that a socket keeps; 0: none.
    ErrnoCodec: i32 => Option<Errno> {
        |errno| Some(errno.map_or(0, Errno::raw_os_error)),
        |value, _| (value > 0).then(|| Errno::from_raw_os_error(value))
    }
    /// `SOCK_*`.
    TypeCodec: i32 => Type { |ty| Some(ty.raw()), |value, _| Type::new(value) }
    /// `AF_*`.
    DomainCodec: i32 => Family {
        |family| Some(family.raw().into()),
        |value, _| Family::new(u16::try_from(value).unwrap_or(0))
    }
    /// A protocol's number within its family.
    ProtocolCodec: i32 => Protocol { |protocol| Some(protocol.raw()), |value, _| Protocol::new(value) }
    /// `struct ucred`; the user -1 is nobody's: there was no peer.
    PeerCodec: Ucred => Option<Credentials> {
        |who| Some(who.map_or(NOBODY, |who| Ucred { pid: who.pid.unwrap_or(0), uid: who.uid, gid: who.gid })),
        |value, _| (value.uid != NOBODY.uid).then(|| Credentials {
            pid: (value.pid > 0).then_some(value.pid),
            uid: value.uid,
            gid: value.gid,
        })
    }
    /// `struct ip_mreqn`.
    Group4Codec: IpMreqn => Group4 {
        |join| Some(IpMreqn {
            group: join.group.octets(),
            address: [0; 4],
            interface: i32::try_from(join.interface).ok()?,
        }),
        |value, _| Group4 {
            group: Ipv4Addr::from(value.group),
            interface: u32::try_from(value.interface).unwrap_or(0),
        }
    }
    /// `struct ipv6_mreq`.
    Group6Codec: Ipv6Mreq => Group6 {
        |join| Some(Ipv6Mreq {
            group: join.group.octets(),
            interface: i32::try_from(join.interface).ok()?,
        }),
        |value, _| Group6 {
            group: Ipv6Addr::from(value.group),
            interface: u32::try_from(value.interface).unwrap_or(0),
        }
    }
    /// `struct packet_mreq`.
    PacketGroupCodec: PacketMreq => PacketGroup {
        |join| {
            let (interface, kind, address) = match join {
                PacketGroup::Promiscuous(interface) => (interface, 1, [0; 6]),
                PacketGroup::Multicast(interface, address) => (interface, 0, address),
                PacketGroup::AllMulticast(interface) => (interface, 2, [0; 6]),
            };
            let mut bytes = [0; 8];
            bytes[..6].copy_from_slice(&address);
            let interface = i32::try_from(interface).ok()?;
            Some(PacketMreq { interface, kind, address_len: 6, address: bytes })
        },
        |value, _| PacketGroup::Promiscuous(u32::try_from(value.interface).unwrap_or(0))
    }
}

/// What the kernel answers where there was no peer: unix(7).
const NOBODY: Ucred = Ucred { pid: 0, uid: u32::MAX, gid: u32::MAX };

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

/// An IPv4 multicast group on an interface.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Group4 {
    /// The group.
    pub group: Ipv4Addr,
    /// The index of the interface; 0: the kernel chooses.
    pub interface: u32,
}

/// An IPv6 multicast group on an interface.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Group6 {
    /// The group.
    pub group: Ipv6Addr,
    /// The index of the interface; 0: the kernel chooses.
    pub interface: u32,
}

/// What a packet socket asks an interface, by its index, to let through.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum PacketGroup {
    /// Everything (PACKET_MR_PROMISC).
    Promiscuous(u32),
    /// One group (PACKET_MR_MULTICAST).
    Multicast(u32, [u8; 6]),
    /// Every group (PACKET_MR_ALLMULTI).
    AllMulticast(u32),
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn durations_round_up_and_refuse_what_does_not_fit() {
        let rows = [
            (Duration::ZERO, Some(0), Some(0)),
            (Duration::from_nanos(1), Some(1), Some(1)),
            (Duration::from_millis(1), Some(1), Some(1)),
            (Duration::from_millis(1500), Some(2), Some(1500)),
            (Duration::from_secs(60), Some(60), Some(60_000)),
            (Duration::MAX, None, None),
        ];
        for (time, seconds, millis) in rows {
            assert_eq!(Seconds::encode(time), seconds, "{time:?}");
            assert_eq!(SecondsOrNone::encode(Some(time)), seconds, "{time:?}");
            assert_eq!(Millis::encode(time), millis, "{time:?}");
        }
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
}
