//! HCI's numbers by their names: commands, events, errors.
//!
//! Sources: Bluetooth Core Specification 5.4, volume 4 part E sections 7.1 to 7.8; volume 1 part F for errors.

/// Commands: the group in the upper 6 bits.
pub(crate) mod opcode {
    // Link control.
    pub(crate) const INQUIRY: u16 = 0x0401;
    pub(crate) const CREATE_CONNECTION: u16 = 0x0405;
    pub(crate) const DISCONNECT: u16 = 0x0406;
    pub(crate) const ADD_SCO_CONNECTION: u16 = 0x0407;
    pub(crate) const CREATE_CONNECTION_CANCEL: u16 = 0x0408;
    pub(crate) const ACCEPT_CONNECTION: u16 = 0x0409;
    pub(crate) const REJECT_CONNECTION: u16 = 0x040a;
    pub(crate) const LINK_KEY_REPLY: u16 = 0x040b;
    pub(crate) const LINK_KEY_NEGATIVE_REPLY: u16 = 0x040c;
    pub(crate) const CHANGE_PACKET_TYPE: u16 = 0x040f;
    pub(crate) const AUTHENTICATION_REQUESTED: u16 = 0x0411;
    pub(crate) const SET_CONNECTION_ENCRYPTION: u16 = 0x0413;
    pub(crate) const REMOTE_NAME_REQUEST: u16 = 0x0419;
    pub(crate) const READ_REMOTE_FEATURES: u16 = 0x041b;
    pub(crate) const READ_REMOTE_EXTENDED_FEATURES: u16 = 0x041c;
    pub(crate) const READ_REMOTE_VERSION: u16 = 0x041d;
    pub(crate) const SETUP_SYNC_CONNECTION: u16 = 0x0428;
    pub(crate) const ACCEPT_SYNC_CONNECTION: u16 = 0x0429;
    pub(crate) const REJECT_SYNC_CONNECTION: u16 = 0x042a;
    pub(crate) const IO_CAPABILITY_REPLY: u16 = 0x042b;
    pub(crate) const USER_CONFIRMATION_REPLY: u16 = 0x042c;
    pub(crate) const USER_CONFIRMATION_NEGATIVE_REPLY: u16 = 0x042d;
    pub(crate) const IO_CAPABILITY_NEGATIVE_REPLY: u16 = 0x0434;
    // Link policy.
    pub(crate) const WRITE_LINK_POLICY: u16 = 0x080d;
    // Controller and baseband.
    pub(crate) const RESET: u16 = 0x0c03;
    pub(crate) const READ_STORED_LINK_KEY: u16 = 0x0c0d;
    pub(crate) const DELETE_STORED_LINK_KEY: u16 = 0x0c12;
    pub(crate) const WRITE_LOCAL_NAME: u16 = 0x0c13;
    pub(crate) const READ_LOCAL_NAME: u16 = 0x0c14;
    pub(crate) const READ_SCAN_ENABLE: u16 = 0x0c19;
    pub(crate) const WRITE_SCAN_ENABLE: u16 = 0x0c1a;
    pub(crate) const READ_CLASS: u16 = 0x0c23;
    pub(crate) const WRITE_CLASS: u16 = 0x0c24;
    pub(crate) const READ_VOICE_SETTING: u16 = 0x0c25;
    pub(crate) const READ_NUMBER_OF_IAC: u16 = 0x0c38;
    pub(crate) const READ_IAC: u16 = 0x0c39;
    pub(crate) const WRITE_SIMPLE_PAIRING: u16 = 0x0c56;
    pub(crate) const READ_LE_HOST: u16 = 0x0c6c;
    pub(crate) const WRITE_LE_HOST: u16 = 0x0c6d;
    // What it is.
    pub(crate) const READ_LOCAL_VERSION: u16 = 0x1001;
    pub(crate) const READ_LOCAL_COMMANDS: u16 = 0x1002;
    pub(crate) const READ_LOCAL_FEATURES: u16 = 0x1003;
    pub(crate) const READ_LOCAL_EXTENDED_FEATURES: u16 = 0x1004;
    pub(crate) const READ_BUFFER_SIZE: u16 = 0x1005;
    pub(crate) const READ_BD_ADDR: u16 = 0x1009;
    // How it is.
    pub(crate) const READ_RSSI: u16 = 0x1405;
    pub(crate) const READ_ENCRYPTION_KEY_SIZE: u16 = 0x1408;
    // Low Energy.
    pub(crate) const LE_READ_BUFFER_SIZE: u16 = 0x2002;
    pub(crate) const LE_READ_LOCAL_FEATURES: u16 = 0x2003;
    pub(crate) const LE_READ_ADVERTISING_POWER: u16 = 0x2007;
    pub(crate) const LE_SET_ADVERTISING_DATA: u16 = 0x2008;
    pub(crate) const LE_SET_ADVERTISING: u16 = 0x200a;
    pub(crate) const LE_SET_SCANNING: u16 = 0x200c;
    pub(crate) const LE_CREATE_CONNECTION: u16 = 0x200d;
    pub(crate) const LE_CREATE_CONNECTION_CANCEL: u16 = 0x200e;
    pub(crate) const LE_READ_ACCEPT_LIST_SIZE: u16 = 0x200f;
    pub(crate) const LE_CONNECTION_UPDATE: u16 = 0x2013;
    pub(crate) const LE_READ_REMOTE_FEATURES: u16 = 0x2016;
    pub(crate) const LE_START_ENCRYPTION: u16 = 0x2019;
    pub(crate) const LE_KEY_REPLY: u16 = 0x201a;
    pub(crate) const LE_KEY_NEGATIVE_REPLY: u16 = 0x201b;
    pub(crate) const LE_READ_SUPPORTED_STATES: u16 = 0x201c;
    pub(crate) const LE_READ_BUFFER_SIZE_2: u16 = 0x2060;
    pub(crate) const LE_SET_CIG_PARAMETERS: u16 = 0x2062;
    pub(crate) const LE_CREATE_CIS: u16 = 0x2064;
    pub(crate) const LE_REMOVE_CIG: u16 = 0x2065;
    pub(crate) const LE_ACCEPT_CIS: u16 = 0x2066;
    pub(crate) const LE_REJECT_CIS: u16 = 0x2067;
    pub(crate) const LE_SETUP_ISO_PATH: u16 = 0x206e;
    pub(crate) const LE_REMOVE_ISO_PATH: u16 = 0x206f;

    /// Groups whose commands only set something, for the most part.
    pub(crate) const SETTERS: [u16; 3] = [0x02, 0x03, 0x08];
}

/// Events.
pub(crate) mod event {
    pub(crate) const INQUIRY_COMPLETE: u8 = 0x01;
    pub(crate) const INQUIRY_RESULT: u8 = 0x02;
    pub(crate) const CONNECTION_COMPLETE: u8 = 0x03;
    pub(crate) const CONNECTION_REQUEST: u8 = 0x04;
    pub(crate) const DISCONNECTION_COMPLETE: u8 = 0x05;
    pub(crate) const AUTHENTICATION_COMPLETE: u8 = 0x06;
    pub(crate) const REMOTE_NAME: u8 = 0x07;
    pub(crate) const ENCRYPTION_CHANGE: u8 = 0x08;
    pub(crate) const REMOTE_FEATURES: u8 = 0x0b;
    pub(crate) const REMOTE_VERSION: u8 = 0x0c;
    pub(crate) const COMMAND_COMPLETE: u8 = 0x0e;
    pub(crate) const COMMAND_STATUS: u8 = 0x0f;
    pub(crate) const COMPLETED_PACKETS: u8 = 0x13;
    pub(crate) const LINK_KEY_REQUEST: u8 = 0x17;
    pub(crate) const LINK_KEY_NOTIFICATION: u8 = 0x18;
    pub(crate) const PACKET_TYPE_CHANGED: u8 = 0x1d;
    pub(crate) const REMOTE_EXTENDED_FEATURES: u8 = 0x23;
    pub(crate) const SYNC_CONNECTION_COMPLETE: u8 = 0x2c;
    pub(crate) const IO_CAPABILITY_REQUEST: u8 = 0x31;
    pub(crate) const IO_CAPABILITY_RESPONSE: u8 = 0x32;
    pub(crate) const USER_CONFIRMATION_REQUEST: u8 = 0x33;
    pub(crate) const SIMPLE_PAIRING_COMPLETE: u8 = 0x36;
    pub(crate) const LE_META: u8 = 0x3e;
}

/// Events of Low Energy.
pub(crate) mod le_event {
    pub(crate) const CONNECTION_COMPLETE: u8 = 0x01;
    pub(crate) const ADVERTISING_REPORT: u8 = 0x02;
    pub(crate) const CONNECTION_UPDATED: u8 = 0x03;
    pub(crate) const REMOTE_FEATURES: u8 = 0x04;
    pub(crate) const KEY_REQUEST: u8 = 0x05;
    pub(crate) const CIS_ESTABLISHED: u8 = 0x19;
    pub(crate) const CIS_REQUEST: u8 = 0x1a;
}

/// Errors, as statuses and reasons.
pub(crate) mod status {
    pub(crate) const SUCCESS: u8 = 0x00;
    pub(crate) const UNKNOWN_COMMAND: u8 = 0x01;
    pub(crate) const UNKNOWN_CONNECTION: u8 = 0x02;
    pub(crate) const PAGE_TIMEOUT: u8 = 0x04;
    pub(crate) const AUTHENTICATION_FAILURE: u8 = 0x05;
    pub(crate) const KEY_MISSING: u8 = 0x06;
    pub(crate) const ALREADY_EXISTS: u8 = 0x0b;
    pub(crate) const COMMAND_DISALLOWED: u8 = 0x0c;
    pub(crate) const INVALID_PARAMETERS: u8 = 0x12;
    pub(crate) const LOCAL_HOST_TERMINATED: u8 = 0x16;
}

/// What sort a link is, in the events that say it.
pub(crate) mod link {
    pub(crate) const SCO: u8 = 0;
    pub(crate) const ACL: u8 = 1;
    pub(crate) const ESCO: u8 = 2;
}
