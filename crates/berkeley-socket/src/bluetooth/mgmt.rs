//! Messages of the control channel: what the kernel is told to do with controllers, and what it tells.
//!
//! Contract: see [`bluetooth`](super). A message of the socket is a command or an event: number, controller, length, parameters.
//! Sources: mgmt-api.txt of BlueZ; the kernel's include/net/bluetooth/mgmt.h.

use berkeley_addr::{BdAddr, BdAddrType};

use super::{Fields, Malformed};
use crate::newtype::numbers;

mod controller;
pub use controller::{Controller, Settings};

/// Of no controller in particular.
#[doc(alias = "MGMT_INDEX_NONE")]
pub const NO_INDEX: u16 = 0xffff;

/// The experimental feature that lets sockets of BTPROTO_ISO be opened.
pub const ISO_SOCKET: u128 = 0x6fba_f188_05e0_496a_9885_d6dd_fdb4_e03e;

numbers! {
    /// What the kernel is told to do.
    Opcode(u16) {
        /// Which version of this interface.
        READ_VERSION = 0x0001;
        /// Which controllers there are.
        READ_INDEX_LIST = 0x0003;
        /// What one is: [`Controller`].
        READ_INFO = 0x0004;
        /// Bring it up or down.
        SET_POWERED = 0x0005;
        /// Let it be found: takes a time, too.
        SET_DISCOVERABLE = 0x0006;
        /// Let others connect.
        SET_CONNECTABLE = 0x0007;
        /// Let others pair for good.
        SET_BONDABLE = 0x0009;
        /// Pair as Bluetooth 2.1 does.
        SET_SSP = 0x000b;
        /// Low Energy.
        SET_LE = 0x000d;
        /// End a connection.
        DISCONNECT = 0x0014;
        /// Forget a device's keys.
        UNPAIR_DEVICE = 0x001b;
        /// The user agrees to pair.
        USER_CONFIRM_REPLY = 0x001c;
        /// The user does not.
        USER_CONFIRM_NEG_REPLY = 0x001d;
        /// Advertise.
        SET_ADVERTISING = 0x0029;
        /// Bluetooth Classic.
        SET_BREDR = 0x002a;
        /// Secure connections.
        SET_SECURE_CONN = 0x002d;
        /// Which experimental features there are.
        READ_EXP_FEATURES_INFO = 0x0049;
        /// Switch one on or off.
        SET_EXP_FEATURE = 0x004a;
    }
}

numbers! {
    /// What became of a command: 0 is well.
    #[doc(alias = "MGMT_STATUS")]
    Status(u8) {
        /// All is well.
        SUCCESS = 0x00;
        /// The kernel does not know the command.
        UNKNOWN_COMMAND = 0x01;
        /// There is no such connection.
        NOT_CONNECTED = 0x02;
        /// It failed.
        FAILED = 0x03;
        /// There are no keys of this device.
        NOT_PAIRED = 0x06;
        /// The same is being done.
        BUSY = 0x0a;
        /// It does not go with how things are.
        REJECTED = 0x0b;
        /// The controller cannot.
        NOT_SUPPORTED = 0x0c;
        /// The parameters make no sense.
        INVALID_PARAMS = 0x0d;
        /// The controller is down.
        NOT_POWERED = 0x0f;
        /// There is no such controller.
        INVALID_INDEX = 0x11;
        /// A switch forbids the radio.
        RFKILLED = 0x12;
        /// CAP_NET_ADMIN is wanted.
        PERMISSION_DENIED = 0x14;
    }
}

/// A command's bytes; `None`: more than 65535 of parameters.
///
/// ```
/// use berkeley_socket::bluetooth::mgmt::{self, Opcode};
/// assert_eq!(mgmt::encode(Opcode::SET_POWERED, 1, &[1]), Some(vec![5, 0, 1, 0, 1, 0, 1]));
/// ```
pub fn encode(opcode: Opcode, index: u16, parameters: &[u8]) -> Option<Vec<u8>> {
    let len = u16::try_from(parameters.len()).ok()?.to_le_bytes();
    Some([&opcode.0.to_le_bytes(), &index.to_le_bytes(), &len, parameters].concat())
}

/// What the kernel tells of a controller.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Notice<'a> {
    /// Of which; [`NO_INDEX`]: of none.
    pub index: u16,
    /// What.
    pub event: Event<'a>,
}

/// What happened.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Event<'a> {
    /// A command of this socket is done, or failed.
    #[doc(alias = "MGMT_EV_CMD_COMPLETE")]
    CommandComplete {
        /// Which.
        opcode: Opcode,
        /// Whether it failed.
        status: Status,
        /// What it answers.
        returned: &'a [u8],
    },
    /// A command of this socket failed, most often.
    #[doc(alias = "MGMT_EV_CMD_STATUS")]
    CommandStatus {
        /// Which.
        opcode: Opcode,
        /// Whether it failed.
        status: Status,
    },
    /// There is a controller more.
    #[doc(alias = "MGMT_EV_INDEX_ADDED")]
    IndexAdded,
    /// It is gone.
    #[doc(alias = "MGMT_EV_INDEX_REMOVED")]
    IndexRemoved,
    /// Somebody else changed what it does.
    #[doc(alias = "MGMT_EV_NEW_SETTINGS")]
    NewSettings(Settings),
    /// Somebody wants to pair: [`Management::confirm`](super::Management::confirm) answers.
    #[doc(alias = "MGMT_EV_USER_CONFIRM_REQUEST")]
    UserConfirmRequest {
        /// Who.
        address: BdAddr,
        /// The kind of its address.
        address_type: BdAddrType,
        /// There is no number to compare: it is only asked whether to pair at all.
        hint: bool,
        /// The number that both devices must show.
        value: u32,
    },
    /// An event that stands here by its number.
    Other {
        /// Which.
        code: u16,
        /// What it says.
        parameters: &'a [u8],
    },
}

impl<'a> Notice<'a> {
    /// What a message of the socket says.
    ///
    /// # Errors
    ///
    /// [`Malformed`]: not as many bytes as it says.
    pub fn decode(bytes: &'a [u8]) -> Result<Self, Malformed> {
        let mut fields = Fields(bytes);
        let (code, index, len) = (fields.u16()?, fields.u16()?, fields.u16()?);
        if fields.0.len() != usize::from(len) {
            return Err(Malformed);
        }
        let event = match code {
            0x0001 => Event::CommandComplete {
                opcode: Opcode(fields.u16()?),
                status: Status(fields.byte()?),
                returned: fields.0,
            },
            0x0002 => Event::CommandStatus {
                opcode: Opcode(fields.u16()?),
                status: Status(fields.byte()?),
            },
            0x0004 => Event::IndexAdded,
            0x0005 => Event::IndexRemoved,
            0x0006 => Event::NewSettings(Settings::from_bits(fields.u32()?)),
            0x000f => Event::UserConfirmRequest {
                address: BdAddr::decode(fields.take()?),
                address_type: BdAddrType::new(fields.byte()?),
                hint: fields.byte()? != 0,
                value: fields.u32()?,
            },
            code => Event::Other { code, parameters: fields.0 },
        };
        Ok(Self { index, event })
    }
}

/// The answer to [`Opcode::READ_INDEX_LIST`].
pub(super) fn indexes(parameters: &[u8]) -> Result<Vec<u16>, Malformed> {
    let mut fields = Fields(parameters);
    let count = fields.u16()?;
    (0..count).map(|_| fields.u16()).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn events_are_whole_or_refused() {
        let opcode = Opcode::SET_POWERED;
        let rows: [(&[u8], Result<Event<'_>, Malformed>); 7] = [
            (&[], Err(Malformed)),
            (&[4, 0, 3, 0, 0, 0], Ok(Event::IndexAdded)),
            (&[4, 0, 3, 0, 1, 0], Err(Malformed)),
            (
                &[6, 0, 3, 0, 4, 0, 1, 2, 0, 0],
                Ok(Event::NewSettings(Settings::POWERED | Settings::LE)),
            ),
            (&[6, 0, 3, 0, 3, 0, 1, 2, 0], Err(Malformed)),
            (
                &[2, 0, 3, 0, 3, 0, 5, 0, 0x14],
                Ok(Event::CommandStatus { opcode, status: Status::PERMISSION_DENIED }),
            ),
            (
                &[1, 0, 3, 0, 4, 0, 5, 0, 0, 9],
                Ok(Event::CommandComplete { opcode, status: Status::SUCCESS, returned: &[9] }),
            ),
        ];
        for (bytes, event) in rows {
            assert_eq!(
                Notice::decode(bytes),
                event.map(|event| Notice { index: 3, event }),
                "{bytes:?}"
            );
        }
        assert_eq!(indexes(&[2, 0, 0, 0, 1, 0]), Ok(vec![0, 1]));
        assert_eq!(indexes(&[2, 0, 0, 0, 1]), Err(Malformed));
        assert_eq!(format!("{:?} {:?}", Status::BUSY, Status::new(0x77)), "BUSY 0x77");
    }
}
