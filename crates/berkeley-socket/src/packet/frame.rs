//! The frames of a ring's block, read from its bytes.
//!
//! Contract: total. Whatever the bytes are, the walk ends, and nothing outside of them is read; a header that does not fit is
//! [`Malformed`], and ends the walk. Sources: linux/if_packet.h (`struct tpacket_block_desc`, `struct tpacket3_hdr`), packet(7).

use core::fmt;
use core::time::Duration;
use std::time::SystemTime;

use berkeley_addr::{Address, EtherType, PacketAddr};

/// `struct tpacket3_hdr`, and behind it the sender's sockaddr.
const HEADER: usize = 48;

/// `TP_STATUS_*`.
mod status {
    pub(super) const COPY: u32 = 0x2;
    pub(super) const LOSING: u32 = 0x4;
    pub(super) const CSUMNOTREADY: u32 = 0x8;
    pub(super) const VLAN_VALID: u32 = 0x10;
    pub(super) const VLAN_TPID_VALID: u32 = 0x40;
    pub(super) const CSUM_VALID: u32 = 0x80;
    pub(super) const TS_RAW_HARDWARE: u32 = 0x8000_0000;
}

/// A frame that was received, and what the kernel knows of it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Frame<'b> {
    /// The bytes: from the link's header on where the ring is RAW, behind it where it is DGRAM.
    pub bytes: &'b [u8],
    /// How long the frame was; more than there are bytes where the filter kept only the first, or a block is too small.
    #[doc(alias = "tp_len")]
    pub len: u32,
    /// Where the network header begins in `bytes`.
    #[doc(alias = "tp_net")]
    pub network: usize,
    /// When it was received.
    #[doc(alias("tp_sec", "tp_nsec"))]
    pub time: SystemTime,
    /// The interface, the ethertype, who sent it, and why it was received.
    #[doc(alias = "sockaddr_ll")]
    pub from: PacketAddr,
    /// The VLAN tag that was taken off, and its ethertype.
    #[doc(alias("tp_vlan_tci", "tp_vlan_tpid"))]
    pub vlan: Option<(u16, EtherType)>,
    /// The flow's hash, 0 where none was asked for.
    #[doc(alias = "tp_rxhash")]
    pub hash: u32,
    /// `TP_STATUS_*`.
    #[doc(alias = "tp_status")]
    pub status: u32,
}

impl<'b> Frame<'b> {
    /// Whether `bytes` is not all of it.
    pub fn is_cut(&self) -> bool {
        self.bytes.len() < self.len as usize
    }

    /// Whether all of it, which did not fit, is in the socket's queue as well (`packet::COPY_THRESH`).
    #[doc(alias = "TP_STATUS_COPY")]
    pub const fn is_copied(&self) -> bool {
        self.status & status::COPY != 0
    }

    /// Whether its checksum is still to be made, by the device: it is being sent.
    #[doc(alias = "TP_STATUS_CSUMNOTREADY")]
    pub const fn is_checksum_missing(&self) -> bool {
        self.status & status::CSUMNOTREADY != 0
    }

    /// Whether somebody has checked the checksum of its transport.
    #[doc(alias = "TP_STATUS_CSUM_VALID")]
    pub const fn is_checksum_valid(&self) -> bool {
        self.status & status::CSUM_VALID != 0
    }

    /// Whether `time` is by the clock of the device (`packet::TIMESTAMP`), rather than by the system's.
    #[doc(alias = "TP_STATUS_TS_RAW_HARDWARE")]
    pub const fn is_time_of_device(&self) -> bool {
        self.status & status::TS_RAW_HARDWARE != 0
    }

    /// The frame whose header begins the bytes, and where the next one begins, 0 for nowhere.
    fn read(frame: &'b [u8]) -> Option<(Self, usize)> {
        let word = |at| u32_at(frame, at);
        let half = |at| Some(u16::from_ne_bytes(*frame.get(at..)?.first_chunk()?));
        let (mac, net) = (usize::from(half(24)?), usize::from(half(26)?));
        let bytes = frame.get(mac..mac.checked_add(usize::try_from(word(12)?).ok()?)?)?;
        let nanos = word(8)?;
        let time =
            Duration::from_secs(word(4)?.into()).checked_add(Duration::from_nanos(nanos.into()))?;
        let status = word(20)?;
        let protocol = if status & status::VLAN_TPID_VALID != 0 { half(36)? } else { 0 };
        let [tag, _] = halves(word(32)?);
        let it = Self {
            bytes,
            len: word(16)?,
            network: net.checked_sub(mac)?,
            time: SystemTime::UNIX_EPOCH.checked_add(time)?,
            from: PacketAddr::decode(frame.get(HEADER..mac)?).ok()?,
            vlan: (status & status::VLAN_VALID != 0).then_some((tag, EtherType::new(protocol))),
            hash: word(28)?,
            status,
        };
        Some((it, usize::try_from(word(0)?).ok()?))
    }
}

/// The low half and the high one.
fn halves(word: u32) -> [u16; 2] {
    let [a, b, c, d] = word.to_le_bytes();
    [u16::from_le_bytes([a, b]), u16::from_le_bytes([c, d])]
}

fn u32_at(bytes: &[u8], at: usize) -> Option<u32> {
    Some(u32::from_ne_bytes(*bytes.get(at..)?.first_chunk()?))
}

/// A header of a block that does not fit, at this byte of it. The kernel makes none.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Malformed {
    /// Where it begins.
    pub at: usize,
}

impl fmt::Display for Malformed {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "a header of the ring that does not fit, at byte {}", self.at)
    }
}

impl core::error::Error for Malformed {}

/// The frames of a block, in the order they came.
#[derive(Clone, Debug)]
pub struct Frames<'b> {
    block: &'b [u8],
    /// Where the next header begins.
    at: usize,
    left: u32,
}

impl<'b> Frames<'b> {
    /// In the bytes of a whole block. Where they hold no block's header there are no frames.
    pub fn new(block: &'b [u8]) -> Self {
        let word = |at| u32_at(block, at).unwrap_or(0);
        let at = usize::try_from(word(16)).unwrap_or(usize::MAX);
        Self { block, at, left: word(12) }
    }

    /// How many there are to come, as the kernel says.
    pub fn count_left(&self) -> u32 {
        self.left
    }
}

impl<'b> Iterator for Frames<'b> {
    type Item = Result<Frame<'b>, Malformed>;

    fn next(&mut self) -> Option<Self::Item> {
        self.left = self.left.checked_sub(1)?;
        let at = self.at;
        let read = self.block.get(at..).and_then(Frame::read).and_then(|(frame, next)| {
            // A next one that is not behind this header, where there must be one, is none.
            let next = match next {
                HEADER.. => at.checked_add(next)?,
                _ if self.left == 0 => at,
                _ => return None,
            };
            Some((frame, next))
        });
        if let Some((frame, next)) = read {
            self.at = next;
            return Some(Ok(frame));
        }
        self.left = 0;
        Some(Err(Malformed { at }))
    }
}

/// What stands in a block's own header.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Head {
    pub(super) sequence: u64,
    pub(super) is_losing: bool,
}

impl Head {
    pub(super) fn of(block: &[u8]) -> Self {
        let sequence = block.get(24..).and_then(<[u8]>::first_chunk);
        Self {
            sequence: sequence.map_or(0, |bytes| u64::from_ne_bytes(*bytes)),
            is_losing: u32_at(block, 8).unwrap_or(0) & status::LOSING != 0,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    /// A block of one page with these frames, as the kernel lays it out.
    fn block(frames: &[&[u8]]) -> Vec<u8> {
        let mut block = vec![0; 48];
        block[12..16].copy_from_slice(&u32::try_from(frames.len()).unwrap().to_ne_bytes());
        block[16..20].copy_from_slice(&48_u32.to_ne_bytes());
        block[24..32].copy_from_slice(&7_u64.to_ne_bytes());
        for (i, bytes) in frames.iter().enumerate() {
            let len = u32::try_from(bytes.len()).unwrap();
            let whole = (82 + bytes.len()).next_multiple_of(16);
            let next = if i + 1 == frames.len() { 0 } else { u32::try_from(whole).unwrap() };
            let mut frame = Vec::new();
            for word in [next, 1_700_000_000, 5, len, len + 1, 0x51, 0xabcd, 0x2005] {
                frame.extend(word.to_ne_bytes());
                if frame.len() == 24 {
                    frame.extend(82_u16.to_ne_bytes());
                    frame.extend(96_u16.to_ne_bytes());
                }
            }
            frame.extend(0x88a8_u16.to_ne_bytes());
            frame.resize(48, 0);
            let from = PacketAddr::on(3, EtherType::ARP).encode();
            frame.extend(from.as_ref());
            frame.resize(82, 0);
            frame.extend(*bytes);
            frame.resize(whole, 0);
            block.extend(frame);
        }
        block.resize(4096, 0);
        block
    }

    #[test]
    fn frames_are_read_as_they_were_written() {
        let block = block(&[b"one frame of some length", b"two"]);
        let frames: Vec<_> = Frames::new(&block).map(Result::unwrap).collect();
        let bytes: Vec<_> = frames.iter().map(|frame| frame.bytes).collect();
        assert_eq!(bytes, [&b"one frame of some length"[..], b"two"]);
        let two = &frames[1];
        assert!(two.is_cut() && two.len == 4 && two.network == 14 && two.hash == 0xabcd);
        assert_eq!(two.vlan, Some((0x2005, EtherType::new(0x88a8))));
        assert_eq!(two.from, PacketAddr::on(3, EtherType::ARP));
        let since = two.time.duration_since(SystemTime::UNIX_EPOCH);
        assert_eq!(since.ok(), Some(Duration::new(1_700_000_000, 5)));
        assert_eq!(Head::of(&block), Head { sequence: 7, is_losing: false });
    }

    #[test]
    fn lies_end_the_walk() {
        // Where, which word, and what is read before.
        for (at, word, good) in [
            (16, 4090, 0), // the first header reaches over the end
            (16, u32::MAX, 0),
            (48, 0, 0),  // there is no next one, but there should be
            (48, 47, 0), // nor within this one's header
            (48, u32::MAX, 1),
            (48 + 12, 4096, 0), // more bytes than there are
            (48 + 12, u32::MAX, 0),
            (48 + 24, 0x0060_1000, 0), // the network header before the link's; far away
            (12, u32::MAX, 1),         // more frames than there are
        ] {
            let mut block = block(&[b"one", b"two"]);
            block[at..at + 4].copy_from_slice(&word.to_ne_bytes());
            let items: Vec<_> = Frames::new(&block).collect();
            let read = items.iter().filter(|item| item.is_ok()).count();
            assert_eq!((read, items.len()), (good, good + 1), "{word} at {at}");
        }
        assert_eq!(Frames::new(&[]).count(), 0);
    }

    proptest! {
        #[test]
        fn any_bytes_end(
            mut bytes in proptest::collection::vec(any::<u8>(), 0..600),
            first in 0_u32..100,
            count in 0_u32..20,
        ) {
            for (at, word) in [(12, count), (16, first)] {
                if let Some(place) = bytes.get_mut(at..at + 4) {
                    place.copy_from_slice(&word.to_ne_bytes());
                }
            }
            let whole = bytes.as_ptr_range();
            for frame in Frames::new(&bytes).flatten() {
                let part = frame.bytes.as_ptr_range();
                prop_assert!(whole.start <= part.start && part.end <= whole.end);
            }
        }
    }
}
