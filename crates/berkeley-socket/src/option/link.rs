//! What Bluetooth's options say: bluetooth/bluetooth.h.

use core::time::Duration;

use berkeley_sys::option::BtSecurity;

use super::codec::codecs;
use crate::newtype::{bits, numbers};

numbers! {
    /// How safe a link must be; each level has what those below it have.
    SecurityLevel(u8) {
        /// Nothing, for service discovery alone.
        SDP = 0, "BT_SECURITY_SDP";
        /// Nothing that is asked for.
        LOW = 1, "BT_SECURITY_LOW";
        /// Encrypted; somebody in the middle is not noticed.
        MEDIUM = 2, "BT_SECURITY_MEDIUM";
        /// Encrypted, between devices that somebody has compared.
        HIGH = 3, "BT_SECURITY_HIGH";
        /// The same by secure connections.
        FIPS = 4, "BT_SECURITY_FIPS";
    }
    /// How an L2CAP channel carries messages, and what it does about loss and haste.
    ChannelMode(u8) {
        /// As they come.
        BASIC = 0, "BT_MODE_BASIC";
        /// Numbered, acknowledged, sent again.
        ERTM = 1, "BT_MODE_ERTM";
        /// Numbered, old ones given up.
        STREAMING = 2, "BT_MODE_STREAMING";
        /// By credits, of Low Energy.
        LE_FLOWCTL = 3, "BT_MODE_LE_FLOWCTL";
        /// By credits, enhanced.
        EXT_FLOWCTL = 4, "BT_MODE_EXT_FLOWCTL";
    }
    /// Which controllers a channel may use.
    ChannelPolicy(u32) {
        /// Those of Bluetooth Classic.
        BREDR_ONLY = 0, "BT_CHANNEL_POLICY_BREDR_ONLY";
        /// Those rather than others.
        BREDR_PREFERRED = 1, "BT_CHANNEL_POLICY_BREDR_PREFERRED";
        /// Others rather than those.
        AMP_PREFERRED = 2, "BT_CHANNEL_POLICY_AMP_PREFERRED";
    }
    /// How voice is coded.
    Voice(u16) {
        /// As the programs like.
        TRANSPARENT = 0x0003, "BT_VOICE_TRANSPARENT";
        /// 16 bits a sample; the controllers code it.
        CVSD_16BIT = 0x0060, "BT_VOICE_CVSD_16BIT";
        /// As the programs like, 16 bits at a time.
        TRANSPARENT_16BIT = 0x0063, "BT_VOICE_TRANSPARENT_16BIT";
    }
}

/// How safe a link is, or must become: [`bluetooth::SECURITY`](super::bluetooth::SECURITY).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Security {
    /// The level.
    pub level: SecurityLevel,
    /// The size of the key in bytes; only read, 0 where there is none.
    pub key_size: u8,
}

impl From<SecurityLevel> for Security {
    fn from(level: SecurityLevel) -> Self {
        Self { level, key_size: 0 }
    }
}

bits! {
    /// The physical layers that a link may use: [`bluetooth::PHY`](super::bluetooth::PHY). An open set of the kernel's bits.
    Phys(u32) {
        /// Low Energy at 1 Mbit/s, both ways.
        #[doc(alias("BT_PHY_LE_1M_TX", "BT_PHY_LE_1M_RX"))]
        LE_1M = 0x600;
        /// Low Energy at 2 Mbit/s, both ways.
        #[doc(alias("BT_PHY_LE_2M_TX", "BT_PHY_LE_2M_RX"))]
        LE_2M = 0x1800;
        /// Low Energy for long ways, both ways.
        #[doc(alias("BT_PHY_LE_CODED_TX", "BT_PHY_LE_CODED_RX"))]
        LE_CODED = 0x6000;
        /// Bluetooth Classic, packets of one slot.
        BR_1M_1SLOT = 0x1, "BT_PHY_BR_1M_1SLOT";
    }
}

/// What an isochronous stream is to be like, and what it became: [`bluetooth::ISO_QOS`](super::bluetooth::ISO_QOS).
#[doc(alias = "bt_iso_qos")]
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct IsoQos {
    /// The group of streams; `None`: any.
    #[doc(alias("cig", "BT_ISO_QOS_CIG_UNSET"))]
    pub group: Option<u8>,
    /// The stream in its group; `None`: any.
    #[doc(alias("cis", "BT_ISO_QOS_CIS_UNSET"))]
    pub stream: Option<u8>,
    /// How exact the peer's clock is, 0 (500 ppm) to 7 (20 ppm).
    #[doc(alias = "sca")]
    pub clock: u8,
    /// 0: streams one after another; 1: interleaved.
    pub packing: u8,
    /// 0: messages as they are; 1: framed.
    pub framing: u8,
    /// What is received.
    pub input: IsoFlow,
    /// What is sent.
    pub output: IsoFlow,
}

/// One direction of an isochronous stream.
#[doc(alias = "bt_iso_io_qos")]
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct IsoFlow {
    /// The time from one message to the next, in whole microseconds: 255 µs to 1.048575 s.
    pub interval: Duration,
    /// How late a message may come, in whole milliseconds: 5 ms to 4 s.
    pub latency: Duration,
    /// The longest message, in bytes; 0: nothing goes this way.
    pub sdu: u16,
    /// The physical layers: bit 0 at 1 Mbit/s, bit 1 at 2 Mbit/s, bit 2 for long ways.
    pub phy: u8,
    /// How often a message may be sent again.
    #[doc(alias = "rtn")]
    pub retransmissions: u8,
}

/// `struct bt_iso_qos`, whose longer half is for broadcasts: 60 bytes since Linux 6.4, of which 32 are a stream's.
const QOS: usize = 60;
/// Where the directions stand.
const INPUT: usize = 8;
const OUTPUT: usize = 20;
/// "Any" of groups and streams.
const UNSET: u8 = 0xff;

impl IsoFlow {
    /// `struct bt_iso_io_qos`: 12 bytes, the last two of which are padding.
    fn encode(self) -> Option<[u8; 12]> {
        let [a, b, c, d] =
            u32::try_from(self.interval.as_nanos().div_ceil(1000)).ok()?.to_ne_bytes();
        let [e, f] = u16::try_from(self.latency.as_nanos().div_ceil(1_000_000)).ok()?.to_ne_bytes();
        let [g, h] = self.sdu.to_ne_bytes();
        Some([a, b, c, d, e, f, g, h, self.phy, self.retransmissions, 0, 0])
    }

    fn decode([a, b, c, d, e, f, g, h, phy, retransmissions, _, _]: [u8; 12]) -> Self {
        Self {
            interval: Duration::from_micros(u32::from_ne_bytes([a, b, c, d]).into()),
            latency: Duration::from_millis(u16::from_ne_bytes([e, f]).into()),
            sdu: u16::from_ne_bytes([g, h]),
            phy,
            retransmissions,
        }
    }
}

codecs! {
    /// `struct bt_security`.
    SecurityCodec: BtSecurity => Security {
        encode |it| Some(BtSecurity { level: it.level.raw(), key_size: it.key_size });
        decode |it, _| Security { level: SecurityLevel(it.level), key_size: it.key_size };
    }
    /// One byte, `BT_MODE_*`.
    ModeCodec: [u8; 4] => ChannelMode {
        encode |it| Some([it.0, 0, 0, 0]);
        decode |[number, ..], _| ChannelMode(number);
    }
    /// An `unsigned int`, `BT_CHANNEL_POLICY_*`.
    PolicyCodec: u32 => ChannelPolicy {
        encode |it| Some(it.0);
        decode |number, _| ChannelPolicy(number);
    }
    /// `struct bt_voice`: two bytes, `BT_VOICE_*`.
    VoiceCodec: [u8; 4] => Voice {
        encode |it| {
            let [a, b] = it.0.to_ne_bytes();
            Some([a, b, 0, 0])
        };
        decode |[a, b, ..], _| Voice(u16::from_ne_bytes([a, b]));
    }
    /// An `unsigned int`, bits `BT_PHY_*`.
    PhysCodec: u32 => Phys {
        decode |bits, _| Phys(bits);
    }
    /// `struct bt_iso_qos`, of a stream between two.
    IsoQosCodec: [u8; QOS] => IsoQos {
        encode |it| {
            let mut bytes = [0; QOS];
            let unset = |number: Option<u8>| number.unwrap_or(UNSET);
            let head = [unset(it.group), unset(it.stream), it.clock, it.packing, it.framing];
            let parts = [(0, &head[..]), (INPUT, &it.input.encode()?), (OUTPUT, &it.output.encode()?)];
            for (at, part) in parts {
                bytes.get_mut(at..)?.get_mut(..part.len())?.copy_from_slice(part);
            }
            Some(bytes)
        };
        decode |bytes, _| {
            let flow = |at| bytes.get(at..).and_then(<[u8]>::first_chunk).map_or_else(
                IsoFlow::default, |flow| IsoFlow::decode(*flow));
            let [group, stream, clock, packing, framing, ..] = bytes;
            let set = |number| Some(number).filter(|number| *number != UNSET);
            let (group, stream) = (set(group), set(stream));
            IsoQos { group, stream, clock, packing, framing, input: flow(INPUT), output: flow(OUTPUT) }
        };
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::option::{Decode, Encode};

    #[test]
    fn a_streams_quality_lies_where_the_kernel_has_it() {
        let flow = IsoFlow {
            interval: Duration::from_millis(10),
            latency: Duration::from_millis(20),
            sdu: 40,
            phy: 2,
            retransmissions: 5,
        };
        let output = IsoFlow { sdu: 120, ..flow };
        let qos = IsoQos {
            group: None,
            stream: Some(1),
            clock: 7,
            packing: 1,
            framing: 0,
            input: flow,
            output,
        };
        let bytes = IsoQosCodec::encode(qos).unwrap();
        assert_eq!(bytes[..8], [0xff, 1, 7, 1, 0, 0, 0, 0]);
        assert_eq!(bytes[8..20], flow.encode().unwrap());
        assert_eq!((bytes[12], bytes[14], bytes[26], bytes[28]), (20, 40, 120, 2));
        assert_eq!(IsoQosCodec::decode(bytes, QOS), qos);
        let long = IsoFlow { latency: Duration::from_secs(66), ..flow };
        assert_eq!(IsoQosCodec::encode(IsoQos { input: long, ..qos }), None);
        assert_eq!(
            format!("{:?} {:?}", SecurityLevel::HIGH, ChannelMode(9)),
            "BT_SECURITY_HIGH 0x09"
        );
    }
}
