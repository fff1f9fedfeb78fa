//! Which time stamps a socket takes and tells: timestamping.rst, linux/net_tstamp.h.

use core::fmt;
use core::ops::{BitOr, BitOrAssign};

use super::codec::codecs;

/// Which times of packets are taken and told: [`so::TIMESTAMPING`](super::so::TIMESTAMPING). An open set of the kernel's bits.
#[derive(Clone, Copy, Default, PartialEq, Eq, Hash)]
pub struct Timestamping(u32);

/// Bits with names: of each a constant with its C name, and its name for `Debug`.
macro_rules! bits {
    ($($(#[$doc:meta])* $name:ident = $bit:literal, $c:literal;)*) => {
        impl Timestamping {
            /// Nothing.
            pub const NONE: Self = Self(0);
            $($(#[$doc])* #[doc(alias = $c)] pub const $name: Self = Self(1 << $bit);)*
            const NAMES: &[(Self, &str)] = &[$((Self::$name, $c)),*];
        }
    };
}

bits! {
    /// Have the device stamp what is sent.
    TX_HARDWARE = 0, "SOF_TIMESTAMPING_TX_HARDWARE";
    /// Stamp what is sent when it goes to the device.
    TX_SOFTWARE = 1, "SOF_TIMESTAMPING_TX_SOFTWARE";
    /// Have the device stamp what is received.
    RX_HARDWARE = 2, "SOF_TIMESTAMPING_RX_HARDWARE";
    /// Stamp what is received when it comes from the device.
    RX_SOFTWARE = 3, "SOF_TIMESTAMPING_RX_SOFTWARE";
    /// Tell the kernel's stamps.
    SOFTWARE = 4, "SOF_TIMESTAMPING_SOFTWARE";
    /// Without effect: the device's stamps in the system's time.
    SYS_HARDWARE = 5, "SOF_TIMESTAMPING_SYS_HARDWARE";
    /// Tell the device's stamps.
    RAW_HARDWARE = 6, "SOF_TIMESTAMPING_RAW_HARDWARE";
    /// Number what is sent, and tell the number with its stamp.
    OPT_ID = 7, "SOF_TIMESTAMPING_OPT_ID";
    /// Stamp what is sent when it enters the queueing layer.
    TX_SCHED = 8, "SOF_TIMESTAMPING_TX_SCHED";
    /// Stamp what is sent when all of it is acknowledged (TCP).
    TX_ACK = 9, "SOF_TIMESTAMPING_TX_ACK";
    /// Tell the interface with a stamp.
    OPT_CMSG = 10, "SOF_TIMESTAMPING_OPT_CMSG";
    /// Tell the stamp alone, without the packet.
    OPT_TSONLY = 11, "SOF_TIMESTAMPING_OPT_TSONLY";
    /// Tell TCP's statistics with a stamp.
    OPT_STATS = 12, "SOF_TIMESTAMPING_OPT_STATS";
    /// Tell which device stamped, and how long the packet was.
    OPT_PKTINFO = 13, "SOF_TIMESTAMPING_OPT_PKTINFO";
    /// Tell both stamps of what is sent, the kernel's and the device's.
    OPT_TX_SWHW = 14, "SOF_TIMESTAMPING_OPT_TX_SWHW";
    /// Stamp by a virtual clock of the device.
    BIND_PHC = 15, "SOF_TIMESTAMPING_BIND_PHC";
    /// Number from the first byte not sent, for TCP (with `OPT_ID`).
    OPT_ID_TCP = 16, "SOF_TIMESTAMPING_OPT_ID_TCP";
    /// Tell only stamps that this socket asked for.
    OPT_RX_FILTER = 17, "SOF_TIMESTAMPING_OPT_RX_FILTER";
    /// Stamp what is sent when the device says it is done.
    TX_COMPLETION = 18, "SOF_TIMESTAMPING_TX_COMPLETION";
}

impl Timestamping {
    /// The set of the kernel's `bits`, whatever they are.
    pub const fn from_bits(bits: u32) -> Self {
        Self(bits)
    }

    /// The kernel's bits.
    pub const fn bits(self) -> u32 {
        self.0
    }

    /// Whether all of `other` are in this set.
    pub const fn contains(self, other: Self) -> bool {
        self.0 & other.0 == other.0
    }
}

impl BitOr for Timestamping {
    type Output = Self;
    fn bitor(self, other: Self) -> Self {
        Self(self.0 | other.0)
    }
}

impl BitOrAssign for Timestamping {
    fn bitor_assign(&mut self, other: Self) {
        self.0 |= other.0;
    }
}

impl fmt::Debug for Timestamping {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let names = Self::NAMES.iter().filter(|(bit, _)| self.contains(*bit));
        let known = names.clone().fold(0, |known, (bit, _)| known | bit.0);
        let mut words: Vec<String> = names.map(|(_, name)| (*name).to_owned()).collect();
        if self.0 & !known != 0 || words.is_empty() {
            words.push(format!("{:#x}", self.0 & !known));
        }
        f.write_str(&words.join(" | "))
    }
}

codecs! {
    /// Bits.
    TimestampingCodec: u32 => Timestamping {
        encode |flags| Some(flags.0);
        decode |value, _| Timestamping(value);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_print() {
        let rows = [
            (Timestamping::NONE, "0x0"),
            (
                Timestamping::OPT_ID | Timestamping::SOFTWARE,
                "SOF_TIMESTAMPING_SOFTWARE | SOF_TIMESTAMPING_OPT_ID",
            ),
            (Timestamping::from_bits(0x8000_0001), "SOF_TIMESTAMPING_TX_HARDWARE | 0x80000000"),
        ];
        for (flags, text) in rows {
            assert_eq!(format!("{flags:?}"), text);
        }
    }
}
