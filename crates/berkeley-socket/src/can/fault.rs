//! Error frames: what a controller tells of the bus and of itself. linux/can/error.h.
//!
//! Contract: any eight bytes are read; details count where the class that they belong to is told. Numbers without a name stay
//! numbers.

use crate::newtype::bits;

bits! {
    /// Which kinds of trouble: the class of an error frame, and what [`option::can::ERR_FILTER`](crate::option::can::ERR_FILTER) takes
    /// ([`bits`](Self::bits)).
    #[doc(alias = "can_err_mask_t")]
    Faults(u32) {
        /// The driver gave a frame up.
        TX_TIMEOUT = 0x1, "CAN_ERR_TX_TIMEOUT";
        /// Another node's frame won the bus.
        LOST_ARBITRATION = 0x2, "CAN_ERR_LOSTARB";
        /// The controller has trouble.
        CONTROLLER = 0x4, "CAN_ERR_CRTL";
        /// The protocol was violated.
        PROTOCOL = 0x8, "CAN_ERR_PROT";
        /// The transceiver's wires have trouble.
        TRANSCEIVER = 0x10, "CAN_ERR_TRX";
        /// Nobody acknowledged a frame.
        NO_ACK = 0x20, "CAN_ERR_ACK";
        /// The controller has left the bus, because of its errors.
        BUS_OFF = 0x40, "CAN_ERR_BUSOFF";
        /// An error on the bus; there may be many.
        BUS_ERROR = 0x80, "CAN_ERR_BUSERROR";
        /// The controller was started again.
        RESTARTED = 0x100, "CAN_ERR_RESTARTED";
        /// The error counters are told.
        COUNTERS = 0x200, "CAN_ERR_CNT";
    }
}

impl Faults {
    /// All, those to come as well.
    #[doc(alias = "CAN_ERR_MASK")]
    pub const ALL: Self = Self(0x1fff_ffff);
}

bits! {
    /// The state of a controller.
    #[doc(alias = "CAN_ERR_CRTL_UNSPEC")]
    Controller(u8) {
        /// Frames that came found no room.
        RX_OVERFLOW = 0x1, "CAN_ERR_CRTL_RX_OVERFLOW";
        /// Frames to be sent found no room.
        TX_OVERFLOW = 0x2, "CAN_ERR_CRTL_TX_OVERFLOW";
        /// Many errors receiving.
        RX_WARNING = 0x4, "CAN_ERR_CRTL_RX_WARNING";
        /// Many errors sending.
        TX_WARNING = 0x8, "CAN_ERR_CRTL_TX_WARNING";
        /// Too many errors receiving: it tells of no more.
        RX_PASSIVE = 0x10, "CAN_ERR_CRTL_RX_PASSIVE";
        /// Too many errors sending.
        TX_PASSIVE = 0x20, "CAN_ERR_CRTL_TX_PASSIVE";
        /// It has recovered.
        ACTIVE = 0x40, "CAN_ERR_CRTL_ACTIVE";
    }

    /// How the protocol was violated.
    #[doc(alias = "CAN_ERR_PROT_UNSPEC")]
    Violation(u8) {
        /// A single bit.
        BIT = 0x1, "CAN_ERR_PROT_BIT";
        /// The form of a frame.
        FORM = 0x2, "CAN_ERR_PROT_FORM";
        /// Bit stuffing.
        STUFF = 0x4, "CAN_ERR_PROT_STUFF";
        /// A dominant bit could not be sent.
        DOMINANT = 0x8, "CAN_ERR_PROT_BIT0";
        /// A recessive bit could not be sent.
        RECESSIVE = 0x10, "CAN_ERR_PROT_BIT1";
        /// The bus is overloaded.
        OVERLOAD = 0x20, "CAN_ERR_PROT_OVERLOAD";
        /// A node that is active announced an error.
        ACTIVE = 0x40, "CAN_ERR_PROT_ACTIVE";
        /// It happened while sending.
        TX = 0x80, "CAN_ERR_PROT_TX";
    }
}

/// A violation of the protocol, and where in the frame.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct ProtocolFault {
    /// Which.
    pub violation: Violation,
    /// `CAN_ERR_PROT_LOC_*`: where; 0: not said.
    #[doc(alias = "CAN_ERR_PROT_LOC_UNSPEC")]
    pub location: u8,
}

/// What an error frame tells: which classes, and the details of those that have some.
///
/// ```
/// use berkeley_socket::can::{Controller, Fault, Faults};
///
/// let fault = Fault::new(Faults::CONTROLLER | Faults::COUNTERS, [0, 0x20, 0, 0, 0, 0, 130, 7]);
/// assert_eq!(fault.controller(), Some(Controller::TX_PASSIVE));
/// assert_eq!((fault.counters(), fault.lost_arbitration()), (Some((130, 7)), None));
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Fault {
    classes: Faults,
    details: [u8; 8],
}

impl Fault {
    /// Of these classes, with an error frame's eight bytes of data. Classes have 29 bits.
    pub const fn new(classes: Faults, details: [u8; 8]) -> Self {
        Self { classes: Faults(classes.0 & Faults::ALL.0), details }
    }

    /// Which kinds of trouble.
    pub const fn classes(&self) -> Faults {
        self.classes
    }

    /// The bytes as they are.
    pub const fn details(&self) -> &[u8; 8] {
        &self.details
    }

    /// In which bit the bus was lost; 0: not said.
    #[doc(alias = "CAN_ERR_LOSTARB")]
    pub fn lost_arbitration(&self) -> Option<u8> {
        self.detail(Faults::LOST_ARBITRATION, 0)
    }

    /// The state of the controller.
    #[doc(alias = "CAN_ERR_CRTL")]
    pub fn controller(&self) -> Option<Controller> {
        self.detail(Faults::CONTROLLER, 1).map(Controller)
    }

    /// How the protocol was violated.
    #[doc(alias = "CAN_ERR_PROT")]
    pub fn protocol(&self) -> Option<ProtocolFault> {
        let violation = self.detail(Faults::PROTOCOL, 2).map(Violation)?;
        let location = self.detail(Faults::PROTOCOL, 3)?;
        Some(ProtocolFault { violation, location })
    }

    /// `CAN_ERR_TRX_*`: four bits for each of the two wires, low ones for CANH; 0: not said.
    #[doc(alias = "CAN_ERR_TRX")]
    pub fn transceiver(&self) -> Option<u8> {
        self.detail(Faults::TRANSCEIVER, 4)
    }

    /// The error counters, sending and receiving. From 128 on a controller is passive, beyond 255 it leaves the bus.
    #[doc(alias = "CAN_ERR_CNT")]
    pub fn counters(&self) -> Option<(u8, u8)> {
        self.detail(Faults::COUNTERS, 6).zip(self.detail(Faults::COUNTERS, 7))
    }

    fn detail(&self, class: Faults, at: usize) -> Option<u8> {
        if self.classes.contains(class) { self.details.get(at).copied() } else { None }
    }
}
