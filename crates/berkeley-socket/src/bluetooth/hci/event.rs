//! Events: what a controller says happened.
//!
//! Contract: one whose parameters are shorter than its code says is malformed; one that is longer is read all the same, because later
//! versions add to the end. Source: Core Specification 5.4, volume 4 part E section 7.7.

use core::fmt;

use berkeley_addr::BdAddr;

use super::Opcode;
use crate::bluetooth::{Fields, Malformed};

/// What happened.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Event<'a> {
    /// A command is done, or failed.
    #[doc(alias = "HCI_EV_CMD_COMPLETE")]
    CommandComplete {
        /// How many commands may be sent now.
        credits: u8,
        /// Which command.
        opcode: Opcode,
        /// What it answers: first a [`Status`], of nearly all of them.
        returned: &'a [u8],
    },
    /// A command is under way, or failed.
    #[doc(alias = "HCI_EV_CMD_STATUS")]
    CommandStatus {
        /// Whether it failed.
        status: Status,
        /// How many commands may be sent now.
        credits: u8,
        /// Which command.
        opcode: Opcode,
    },
    /// There is a connection of Bluetooth Classic, or there will be none.
    #[doc(alias = "HCI_EV_CONN_COMPLETE")]
    ConnectionComplete {
        /// Whether it failed.
        status: Status,
        /// Its number.
        handle: u16,
        /// The peer.
        address: BdAddr,
        /// 0 voice, 1 data.
        link: u8,
        /// Is it encrypted?
        encrypted: bool,
    },
    /// Somebody asks for a connection.
    #[doc(alias = "HCI_EV_CONN_REQUEST")]
    ConnectionRequest {
        /// Who.
        address: BdAddr,
        /// What sort of device that is.
        class: [u8; 3],
        /// 0 voice, 1 data, 2 enhanced voice.
        link: u8,
    },
    /// A connection of any sort is over.
    #[doc(alias = "HCI_EV_DISCONN_COMPLETE")]
    DisconnectionComplete {
        /// Whether ending it failed.
        status: Status,
        /// Its number.
        handle: u16,
        /// Why.
        reason: Status,
    },
    /// A connection's encryption changed.
    #[doc(alias = "HCI_EV_ENCRYPT_CHANGE")]
    EncryptionChange {
        /// Whether it failed.
        status: Status,
        /// Its number.
        handle: u16,
        /// 0 off, 1 on, 2 on with AES-CCM.
        mode: u8,
    },
    /// Packets have left: so many more may be sent.
    #[doc(alias = "HCI_EV_NUM_COMP_PKTS")]
    CompletedPackets(Completed<'a>),
    /// An event of Low Energy.
    #[doc(alias = "HCI_EV_LE_META")]
    Le {
        /// Which.
        subevent: u8,
        /// What it says.
        parameters: &'a [u8],
    },
    /// An event that stands here by its number.
    Other {
        /// Which.
        code: u8,
        /// What it says.
        parameters: &'a [u8],
    },
}

/// How many packets of which connections have left.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Completed<'a>(pub(super) &'a [u8]);

impl Completed<'_> {
    /// Connections by their numbers, and how many packets of each.
    pub fn iter(&self) -> impl Iterator<Item = (u16, u16)> {
        self.0.chunks_exact(4).filter_map(|pair| match *pair {
            [a, b, c, d] => Some((u16::from_le_bytes([a, b]), u16::from_le_bytes([c, d]))),
            _ => None,
        })
    }
}

/// What became of a command or a connection: 0 is well.
#[doc(alias = "HCI_ERROR")]
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
pub struct Status(u8);

impl Status {
    /// All is well.
    pub const SUCCESS: Self = Self(0x00);
    /// The controller does not know the command.
    pub const UNKNOWN_COMMAND: Self = Self(0x01);
    /// There is no such connection.
    pub const UNKNOWN_CONNECTION: Self = Self(0x02);
    /// The peer did not answer.
    pub const PAGE_TIMEOUT: Self = Self(0x04);
    /// The peer ended it.
    pub const REMOTE_USER_TERMINATED: Self = Self(0x13);
    /// This side ended it.
    pub const LOCAL_HOST_TERMINATED: Self = Self(0x16);

    /// The status of a number.
    pub const fn new(number: u8) -> Self {
        Self(number)
    }

    /// The number of the status: Core Specification, volume 1 part F.
    pub const fn raw(self) -> u8 {
        self.0
    }
}

impl fmt::Debug for Status {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:#04x}", self.0)
    }
}

/// The codes of events that are read.
mod code {
    pub(super) const CONNECTION_COMPLETE: u8 = 0x03;
    pub(super) const CONNECTION_REQUEST: u8 = 0x04;
    pub(super) const DISCONNECTION_COMPLETE: u8 = 0x05;
    pub(super) const ENCRYPTION_CHANGE: u8 = 0x08;
    pub(super) const COMMAND_COMPLETE: u8 = 0x0e;
    pub(super) const COMMAND_STATUS: u8 = 0x0f;
    pub(super) const COMPLETED_PACKETS: u8 = 0x13;
    pub(super) const LE_META: u8 = 0x3e;
}

impl<'a> Event<'a> {
    /// The event of a code.
    pub(super) fn of(number: u8, parameters: &'a [u8]) -> Result<Self, Malformed> {
        let mut fields = Fields(parameters);
        Ok(match number {
            code::COMMAND_COMPLETE => Self::CommandComplete {
                credits: fields.byte()?,
                opcode: Opcode(fields.u16()?),
                returned: fields.0,
            },
            code::COMMAND_STATUS => Self::CommandStatus {
                status: Status(fields.byte()?),
                credits: fields.byte()?,
                opcode: Opcode(fields.u16()?),
            },
            code::CONNECTION_COMPLETE => Self::ConnectionComplete {
                status: Status(fields.byte()?),
                handle: fields.u16()?,
                address: BdAddr::decode(fields.take()?),
                link: fields.byte()?,
                encrypted: fields.byte()? != 0,
            },
            code::CONNECTION_REQUEST => Self::ConnectionRequest {
                address: BdAddr::decode(fields.take()?),
                class: fields.take()?,
                link: fields.byte()?,
            },
            code::DISCONNECTION_COMPLETE => Self::DisconnectionComplete {
                status: Status(fields.byte()?),
                handle: fields.u16()?,
                reason: Status(fields.byte()?),
            },
            code::ENCRYPTION_CHANGE => Self::EncryptionChange {
                status: Status(fields.byte()?),
                handle: fields.u16()?,
                mode: fields.byte()?,
            },
            code::COMPLETED_PACKETS => {
                let pairs = usize::from(fields.byte()?);
                Self::CompletedPackets(Completed(fields.bytes(pairs * 4)?))
            }
            code::LE_META => Self::Le { subevent: fields.byte()?, parameters: fields.0 },
            code => Self::Other { code, parameters },
        })
    }
}
