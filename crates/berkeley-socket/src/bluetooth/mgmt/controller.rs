//! A controller of this machine, as the kernel tells it: what it is, can do, and does.
//!
//! Source: mgmt-api.txt of BlueZ, "Read Controller Information Command".

use berkeley_addr::BdAddr;

use crate::bluetooth::{Fields, Malformed};
use crate::newtype::bits;

bits! {
    /// What a controller can do, or does. An open set of the kernel's bits.
    #[doc(alias = "MGMT_SETTING")]
    Settings(u32) {
        /// It is up.
        POWERED = 1 << 0;
        /// Others may connect.
        CONNECTABLE = 1 << 1;
        /// It looks often whether somebody connects.
        FAST_CONNECTABLE = 1 << 2;
        /// Others can find it.
        DISCOVERABLE = 1 << 3;
        /// Others may pair for good.
        BONDABLE = 1 << 4;
        /// Every link is authenticated.
        LINK_SECURITY = 1 << 5;
        /// It pairs as Bluetooth 2.1 does.
        SSP = 1 << 6;
        /// Bluetooth Classic.
        BREDR = 1 << 7;
        /// Low Energy.
        LE = 1 << 9;
        /// It advertises.
        ADVERTISING = 1 << 10;
        /// Secure connections.
        SECURE_CONN = 1 << 11;
        /// It hides its address.
        PRIVACY = 1 << 13;
        /// Its address was made up.
        STATIC_ADDRESS = 1 << 15;
        /// Voice of wide band.
        WIDEBAND_SPEECH = 1 << 17;
        /// It can begin isochronous streams.
        CIS_CENTRAL = 1 << 18;
        /// It can take isochronous streams.
        CIS_PERIPHERAL = 1 << 19;
        /// It can broadcast isochronous streams.
        ISO_BROADCASTER = 1 << 20;
        /// It can receive such broadcasts.
        ISO_SYNC_RECEIVER = 1 << 21;
    }
}

/// A controller of this machine.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Controller {
    /// Its number: 0 for `hci0`.
    pub index: u16,
    /// Its address.
    pub address: BdAddr,
    /// Its version of Bluetooth: 6 is 4.0, 11 is 5.2.
    pub version: u8,
    /// Who made it.
    pub manufacturer: u16,
    /// What it can do.
    pub supported: Settings,
    /// What it does.
    pub settings: Settings,
    /// What sort of device others see.
    pub class: [u8; 3],
    /// The name that others see.
    pub name: String,
}

impl Controller {
    /// The answer to [`Opcode::READ_INFO`](super::Opcode::READ_INFO).
    ///
    /// # Errors
    ///
    /// [`Malformed`]: too short.
    pub fn decode(index: u16, parameters: &[u8]) -> Result<Self, Malformed> {
        let mut fields = Fields(parameters);
        Ok(Self {
            index,
            address: BdAddr::decode(fields.take()?),
            version: fields.byte()?,
            manufacturer: fields.u16()?,
            supported: Settings(fields.u32()?),
            settings: Settings(fields.u32()?),
            class: fields.take()?,
            name: {
                let name = fields.bytes(249)?;
                let end = name.iter().position(|byte| *byte == 0).unwrap_or(name.len());
                String::from_utf8_lossy(name.get(..end).unwrap_or_default()).into_owned()
            },
        })
    }

    /// Whether it is up.
    pub const fn is_powered(&self) -> bool {
        self.settings.contains(Settings::POWERED)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_controller_is_whole_or_refused() {
        let mut bytes =
            vec![1, 0, 1, 0xaa, 0, 0, 11, 0xf1, 5, 0xff, 2, 0, 0, 0x81, 0, 0, 0, 4, 1, 0];
        bytes.extend(b"pair");
        bytes.resize(280, 0);
        let controller = Controller::decode(7, &bytes).unwrap();
        assert_eq!(
            (controller.index, controller.name.as_str(), controller.is_powered()),
            (7, "pair", true)
        );
        assert_eq!(controller.address, BdAddr::new([0, 0, 0xaa, 1, 0, 1]));
        assert_eq!(Controller::decode(7, &bytes[..268]), Err(Malformed));
        assert_eq!(format!("{:?}", Settings::from_bits(0x8000_0201)), "POWERED | LE | 0x80000000");
    }
}
