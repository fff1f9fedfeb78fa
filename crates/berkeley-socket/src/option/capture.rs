//! What packet sockets' options say: packet(7).

use super::codec::{codecs, halves};

/// How the sockets of a group share what comes: [`packet::FANOUT`](super::packet::FANOUT).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Fanout {
    /// The group's number.
    pub group: u16,
    /// `PACKET_FANOUT_*`: by flow 0, in turn 1, by processor 2, full ones last 3, at random 4, by queue 5; and flags, of which
    /// 0x1000 passes on what a full socket does not hold.
    pub how: u16,
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
    /// An `int`: the group below, the way above.
    FanoutCodec: u32 => Fanout {
        encode |it| Some(u32::from(it.how) << 16 | u32::from(it.group));
        decode |value, _| {
            let (group, how) = halves(value);
            Fanout { group, how }
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
