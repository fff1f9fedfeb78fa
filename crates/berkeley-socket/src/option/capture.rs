//! What packet sockets' options say: packet(7).

use core::ops::BitOr;

use super::codec::codecs;

/// How the sockets of a group share what comes: [`packet::FANOUT`](super::packet::FANOUT).
///
/// ```
/// use berkeley_socket::option::{Fanout, FanoutFlags, FanoutMode};
/// let by_flow = Fanout::new(7, FanoutMode::HASH).with(FanoutFlags::DEFRAG | FanoutFlags::ROLLOVER);
/// assert!(by_flow.flags.contains(FanoutFlags::DEFRAG));
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Fanout {
    /// The group's number, of this network namespace.
    pub group: u16,
    /// Which socket a packet goes to; the same for all of the group.
    pub mode: FanoutMode,
    /// What else; the same for all of the group.
    pub flags: FanoutFlags,
}

impl Fanout {
    /// A group without flags.
    pub const fn new(group: u16, mode: FanoutMode) -> Self {
        Self { group, mode, flags: FanoutFlags::NONE }
    }

    /// The same with flags.
    #[must_use]
    pub const fn with(self, flags: FanoutFlags) -> Self {
        Self { flags, ..self }
    }
}

/// Which socket of a group a packet goes to: an open set of numbers.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct FanoutMode(u8);

impl FanoutMode {
    /// One for all packets of a flow.
    #[doc(alias = "PACKET_FANOUT_HASH")]
    pub const HASH: Self = Self(0);
    /// Each in turn.
    #[doc(alias = "PACKET_FANOUT_LB")]
    pub const LB: Self = Self(1);
    /// By the processor that received it.
    #[doc(alias = "PACKET_FANOUT_CPU")]
    pub const CPU: Self = Self(2);
    /// The first as long as it has room, then the next.
    #[doc(alias = "PACKET_FANOUT_ROLLOVER")]
    pub const ROLLOVER: Self = Self(3);
    /// By chance.
    #[doc(alias = "PACKET_FANOUT_RND")]
    pub const RND: Self = Self(4);
    /// By the device's queue.
    #[doc(alias = "PACKET_FANOUT_QM")]
    pub const QM: Self = Self(5);
    /// By a classic filter: [`attach_fanout_filter`](crate::Socket::attach_fanout_filter).
    #[doc(alias = "PACKET_FANOUT_CBPF")]
    pub const CBPF: Self = Self(6);
    /// By an eBPF program: [`attach_fanout_bpf`](crate::Socket::attach_fanout_bpf).
    #[doc(alias = "PACKET_FANOUT_EBPF")]
    pub const EBPF: Self = Self(7);

    /// The mode of a number.
    pub const fn new(number: u8) -> Self {
        Self(number)
    }

    /// The number.
    pub const fn raw(self) -> u8 {
        self.0
    }
}

/// What else holds of a group: an open set.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub struct FanoutFlags(u8);

impl FanoutFlags {
    /// Nothing.
    pub const NONE: Self = Self(0);
    /// What a full socket does not hold goes to another.
    #[doc(alias = "PACKET_FANOUT_FLAG_ROLLOVER")]
    pub const ROLLOVER: Self = Self(0x10);
    /// The kernel chooses a number that is free; the group must be said to be 0. Reading the option tells it.
    #[doc(alias = "PACKET_FANOUT_FLAG_UNIQUEID")]
    pub const UNIQUEID: Self = Self(0x20);
    /// Without what this host sends.
    #[doc(alias = "PACKET_FANOUT_FLAG_IGNORE_OUTGOING")]
    pub const IGNORE_OUTGOING: Self = Self(0x40);
    /// IP fragments are put together before the choice, and stay so.
    #[doc(alias = "PACKET_FANOUT_FLAG_DEFRAG")]
    pub const DEFRAG: Self = Self(0x80);

    /// Whether all of `other` are in this set.
    pub const fn contains(self, other: Self) -> bool {
        self.0 & other.0 == other.0
    }
}

impl BitOr for FanoutFlags {
    type Output = Self;
    fn bitor(self, other: Self) -> Self {
        Self(self.0 | other.0)
    }
}

/// What a packet socket has seen since it was last asked: [`packet::STATISTICS`](super::packet::STATISTICS).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct PacketStatistics {
    /// Packets, those dropped too.
    pub packets: u32,
    /// Packets dropped.
    pub drops: u32,
    /// How often a ring of version 3 was full; `None`: there is none.
    pub freezes: Option<u32>,
}

codecs! {
    /// An `int`: the group below, the mode and the flags above.
    FanoutCodec: u32 => Fanout {
        encode |it| {
            let [low, high] = it.group.to_le_bytes();
            Some(u32::from_le_bytes([low, high, it.mode.0, it.flags.0]))
        };
        decode |value, _| {
            let [low, high, mode, flags] = value.to_le_bytes();
            Fanout {
                group: u16::from_le_bytes([low, high]),
                mode: FanoutMode(mode),
                flags: FanoutFlags(flags),
            }
        };
    }
    /// `struct tpacket_stats` or `tpacket_stats_v3`.
    PacketStatisticsCodec: [u32; 3] => PacketStatistics {
        decode |[packets, drops, freezes], len| PacketStatistics {
            packets,
            drops,
            freezes: (len >= 12).then_some(freezes),
        };
    }
}
