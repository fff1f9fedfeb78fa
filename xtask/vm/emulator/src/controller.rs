//! A controller: what its host has set, and the links that it has.

use crate::number::link;

/// What a link is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Use {
    /// Data of Bluetooth Classic.
    Classic,
    /// Data of Low Energy.
    LowEnergy,
    /// Voice, beside a classic link: [`link::SCO`] or [`link::ESCO`].
    Voice(u8),
    /// An isochronous stream, beside a link of Low Energy.
    Stream,
}

/// One end of a link.
#[derive(Clone, Debug)]
pub(crate) struct Link {
    pub(crate) handle: u16,
    pub(crate) purpose: Use,
    /// The controller at the other end, and its handle.
    pub(crate) peer: usize,
    pub(crate) peer_handle: u16,
    /// The link of data that this one goes with.
    pub(crate) beside: Option<u16>,
    /// Pairing under way.
    pub(crate) pairing: Option<Pairing>,
    /// The key that encryption was asked with.
    pub(crate) key: Option<[u8; 16]>,
}

/// How far one end is with pairing.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Pairing {
    pub(crate) began: bool,
    pub(crate) confirmed: bool,
}

/// A stream that a central has planned: LE Set CIG Parameters.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Plan {
    pub(crate) group: u8,
    pub(crate) stream: u8,
    pub(crate) handle: u16,
    /// Microseconds between messages.
    pub(crate) interval: u32,
    /// The longest message from the central to the peripheral, and back; 0: none.
    pub(crate) sdu: [u16; 2],
    /// The physical layer, likewise.
    pub(crate) phy: [u8; 2],
}

/// A stream that a peripheral was asked to take.
#[derive(Clone, Debug)]
pub(crate) struct Request {
    /// The handle that it will have here, and of the link of data beside it.
    pub(crate) handle: u16,
    pub(crate) beside: u16,
    /// Who asks, and the plan.
    pub(crate) central: usize,
    pub(crate) plan: Plan,
}

/// Whom to connect to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Wanted {
    /// Whoever advertises: the host has made a list, which is not kept.
    Anybody,
    One([u8; 6]),
}

impl Wanted {
    pub(crate) fn is(self, address: [u8; 6]) -> bool {
        self == Self::Anybody || self == Self::One(address)
    }
}

/// A controller's state.
#[derive(Debug, Default)]
pub(crate) struct Controller {
    /// Its address, last octet first.
    pub(crate) address: [u8; 6],
    pub(crate) name: Vec<u8>,
    pub(crate) class: [u8; 3],
    /// Bit 0: found by inquiries; bit 1: takes connections.
    pub(crate) scan: u8,
    /// What the host has switched on, as page 1 of the features has it.
    pub(crate) host_features: u8,
    pub(crate) advertising: bool,
    pub(crate) advertising_data: Vec<u8>,
    pub(crate) scanning: bool,
    /// Whom of Low Energy to connect to as soon as it advertises.
    pub(crate) wanted: Option<Wanted>,
    pub(crate) links: Vec<Link>,
    pub(crate) plans: Vec<Plan>,
    pub(crate) requests: Vec<Request>,
    /// Streams taken, whose host has not said yet where their data go.
    pub(crate) opening: Vec<Request>,
    last_handle: u16,
}

/// Handles end here: Core Specification, volume 4 part E section 5.4.2.
const LAST_HANDLE: u16 = 0x0eff;
/// The length of a name.
const NAME: usize = 248;

impl Controller {
    /// The controller of a number, which its address and name tell.
    pub(crate) fn new(number: u8) -> Self {
        Self {
            address: [number, 1, 0, 1, 0xaa, 0],
            name: format!("emulated {number}").into_bytes(),
            // Handles of two controllers are never the same by chance.
            last_handle: u16::from(number) << 8,
            ..Self::default()
        }
    }

    /// As a reset leaves it.
    pub(crate) fn reset(&mut self) {
        let (address, name) = (self.address, core::mem::take(&mut self.name));
        *self = Self { address, name, last_handle: self.last_handle, ..Self::default() };
    }

    /// A handle that nothing has.
    pub(crate) fn new_handle(&mut self) -> u16 {
        loop {
            self.last_handle = self.last_handle % LAST_HANDLE + 1;
            let handle = self.last_handle;
            let used = self.links.iter().map(|link| link.handle);
            let planned = self.plans.iter().map(|plan| plan.handle);
            if !used.chain(planned).any(|other| other == handle) {
                return handle;
            }
        }
    }

    pub(crate) fn link(&self, handle: u16) -> Option<&Link> {
        self.links.iter().find(|link| link.handle == handle)
    }

    pub(crate) fn link_mut(&mut self, handle: u16) -> Option<&mut Link> {
        self.links.iter_mut().find(|link| link.handle == handle)
    }

    /// The name as packets have it.
    pub(crate) fn padded_name(&self) -> Vec<u8> {
        let mut name = self.name.clone();
        name.resize(NAME, 0);
        name
    }

    /// LMP features: encryption; SCO with HV2 and HV3; transparent voice; EV3; Low Energy; simple pairing; further pages.
    pub(crate) const FEATURES: [u8; 8] = [0x04, 0x38, 0x08, 0x80, 0x40, 0, 0x08, 0x80];

    /// Bits of page 1.
    pub(crate) const SIMPLE_PAIRING: u8 = 1;
    pub(crate) const LE_HOST: u8 = 2;

    /// Switches what the host supports on or off.
    pub(crate) fn switch(&mut self, bit: u8, on: bool) {
        self.host_features = if on { self.host_features | bit } else { self.host_features & !bit };
    }

    /// Features of a page: 1 is what the host has switched on (simple pairing, Low Energy).
    pub(crate) fn features(&self, page: u8) -> [u8; 8] {
        match page {
            0 => Self::FEATURES,
            1 => [self.host_features, 0, 0, 0, 0, 0, 0, 0],
            _ => [0; 8],
        }
    }

    /// Features of Low Energy: encryption; streams as central and as peripheral, and the host's leave for them.
    pub(crate) const LE_FEATURES: [u8; 8] = [0x01, 0, 0, 0x30, 0x01, 0, 0, 0];
}

impl Use {
    /// What events call it.
    pub(crate) fn number(self) -> u8 {
        match self {
            Self::Voice(sort) => sort,
            Self::Classic | Self::LowEnergy | Self::Stream => link::ACL,
        }
    }
}
