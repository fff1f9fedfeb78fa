//! `Management`: the control channel, command by command.
//!
//! Controllers are listed here and not by the older ioctls: the same channel also switches them, tells when one comes or goes, and
//! lets anybody read. Source: mgmt-api.txt of BlueZ.

use core::fmt;
use core::time::Duration;

use berkeley_addr::{BdAddr, BdAddrType, HciAddr, HciChannel, Type};

use super::Malformed;
use super::mgmt::{self, Controller, Event, Notice, Opcode, Settings, Status};
use crate::error::{Error, Op, Result};
use crate::limit::Limit;
use crate::socket::Socket;

/// More than any message that is waited for here.
const MESSAGE: usize = 4096;

/// The control channel: lists controllers, switches them, hears of changes.
///
/// Without CAP_NET_ADMIN it lists. A controller that is asked about becomes, to the kernel, one that a program manages: it takes no
/// connections until it is told to ([`Opcode::SET_CONNECTABLE`]) and pairs for good only when told to.
///
/// ```no_run
/// use berkeley_socket::Limit;
/// use berkeley_socket::bluetooth::Management;
/// use berkeley_socket::bluetooth::mgmt::Opcode;
///
/// let management = Management::open()?;
/// for controller in management.controllers(Limit::seconds(5))? {
///     println!("hci{} {} {:?}", controller.index, controller.address, controller.settings);
///     management.switch(controller.index, Opcode::SET_POWERED, true, Limit::seconds(5))?;
/// }
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Debug)]
pub struct Management {
    socket: Socket<HciAddr>,
}

/// Why a command was not done.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Refusal {
    /// The kernel said no.
    Status(Opcode, Status),
    /// The answer was shorter than it says it is.
    Malformed(Opcode),
    /// The socket failed, or the limit was over.
    Socket(Error),
}

impl fmt::Display for Refusal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Status(opcode, status) => write!(f, "mgmt {opcode:?}: {status:?}"),
            Self::Malformed(opcode) => write!(f, "mgmt {opcode:?}: {Malformed}"),
            Self::Socket(error) => error.fmt(f),
        }
    }
}

impl core::error::Error for Refusal {}

impl From<Error> for Refusal {
    fn from(error: Error) -> Self {
        Self::Socket(error)
    }
}

impl Management {
    /// The channel.
    ///
    /// # Errors
    ///
    /// EAFNOSUPPORT: the kernel lacks Bluetooth.
    pub fn open() -> Result<Self> {
        let address = HciAddr::new(HciAddr::NO_DEVICE, HciChannel::CONTROL);
        Ok(Self { socket: Socket::bound(Type::RAW, &address)? })
    }

    /// The socket below, to wait on and to read [`Notice`]s from. Who must not miss any listens on one `Management` and
    /// [commands](Self::command) on another.
    pub fn socket(&self) -> &Socket<HciAddr> {
        &self.socket
    }

    /// Sends a command and waits for its answer: what it returns. What else comes meanwhile is thrown away.
    ///
    /// # Errors
    ///
    /// [`Refusal`]; EINVAL: over 65535 bytes of parameters.
    pub fn command(
        &self,
        opcode: Opcode,
        index: u16,
        parameters: &[u8],
        limit: Limit<'_>,
    ) -> Result<Vec<u8>, Refusal> {
        let limit = limit.start();
        let socket = self.socket.within(limit);
        let command = mgmt::encode(opcode, index, parameters)
            .ok_or_else(|| Error::kernel(Op::Send, crate::Errno::INVAL))?;
        socket.send(&command)?;
        let mut buffer = vec![0; MESSAGE];
        loop {
            let len = socket.recv(&mut buffer)?;
            limit.check(Op::Recv)?;
            let notice = Notice::decode(buffer.get(..len).unwrap_or_default());
            match notice.map_err(|Malformed| Refusal::Malformed(opcode))? {
                Notice {
                    index: of,
                    event: Event::CommandComplete { opcode: done, status, returned },
                } if (of, done) == (index, opcode) => {
                    return match status {
                        Status::SUCCESS => Ok(returned.to_vec()),
                        status => Err(Refusal::Status(opcode, status)),
                    };
                }
                Notice { index: of, event: Event::CommandStatus { opcode: done, status } }
                    if (of, done) == (index, opcode) =>
                {
                    return match status {
                        Status::SUCCESS => Ok(Vec::new()),
                        status => Err(Refusal::Status(opcode, status)),
                    };
                }
                _ => {}
            }
        }
    }

    /// The numbers of the controllers there are.
    ///
    /// # Errors
    ///
    /// As [`command`](Self::command).
    pub fn indexes(&self, limit: Limit<'_>) -> Result<Vec<u16>, Refusal> {
        let opcode = Opcode::READ_INDEX_LIST;
        let returned = self.command(opcode, mgmt::NO_INDEX, &[], limit)?;
        mgmt::indexes(&returned).map_err(|Malformed| Refusal::Malformed(opcode))
    }

    /// The controller of a number.
    ///
    /// # Errors
    ///
    /// As [`command`](Self::command); [`Status::INVALID_INDEX`]: there is none.
    #[doc(alias = "HCIGETDEVINFO")]
    pub fn controller(&self, index: u16, limit: Limit<'_>) -> Result<Controller, Refusal> {
        let returned = self.command(Opcode::READ_INFO, index, &[], limit)?;
        Controller::decode(index, &returned)
            .map_err(|Malformed| Refusal::Malformed(Opcode::READ_INFO))
    }

    /// All controllers, by their numbers. One that goes meanwhile is left out.
    ///
    /// # Errors
    ///
    /// As [`command`](Self::command).
    #[doc(alias = "HCIGETDEVLIST")]
    pub fn controllers(&self, limit: Limit<'_>) -> Result<Vec<Controller>, Refusal> {
        let limit = limit.start();
        let mut indexes = self.indexes(limit)?;
        indexes.sort_unstable();
        let gone = Refusal::Status(Opcode::READ_INFO, Status::INVALID_INDEX);
        let all = indexes.into_iter().map(|index| self.controller(index, limit));
        all.filter(|controller| !matches!(controller, Err(refusal) if *refusal == gone)).collect()
    }

    /// Switches one of what a controller does on or off: [`Opcode::SET_POWERED`], `SET_CONNECTABLE`, `SET_BONDABLE`, `SET_SSP`, `SET_LE`,
    /// `SET_ADVERTISING`, `SET_BREDR`, `SET_SECURE_CONN`. Answers what it does then.
    ///
    /// # Errors
    ///
    /// As [`command`](Self::command); [`Status::PERMISSION_DENIED`]: without CAP_NET_ADMIN.
    pub fn switch(
        &self,
        index: u16,
        what: Opcode,
        on: bool,
        limit: Limit<'_>,
    ) -> Result<Settings, Refusal> {
        self.settings(what, index, &[on.into()], limit)
    }

    /// Lets others find a controller, for so many whole seconds at most (parts count as one); `None`: for good.
    ///
    /// # Errors
    ///
    /// As [`switch`](Self::switch).
    pub fn set_discoverable(
        &self,
        index: u16,
        on: bool,
        time: Option<Duration>,
        limit: Limit<'_>,
    ) -> Result<Settings, Refusal> {
        let time = time.map_or(0, |time| time.as_nanos().div_ceil(1_000_000_000));
        let [low, high] = u16::try_from(time).unwrap_or(u16::MAX).to_le_bytes();
        self.settings(Opcode::SET_DISCOVERABLE, index, &[on.into(), low, high], limit)
    }

    fn settings(
        &self,
        opcode: Opcode,
        index: u16,
        parameters: &[u8],
        limit: Limit<'_>,
    ) -> Result<Settings, Refusal> {
        let returned = self.command(opcode, index, parameters, limit)?;
        let bits = returned.first_chunk().ok_or(Refusal::Malformed(opcode))?;
        Ok(Settings::from_bits(u32::from_le_bytes(*bits)))
    }

    /// Ends the link to a device, and all channels on it.
    ///
    /// # Errors
    ///
    /// As [`switch`](Self::switch); [`Status::NOT_CONNECTED`]: there is none.
    pub fn disconnect(
        &self,
        index: u16,
        (address, address_type): (BdAddr, BdAddrType),
        limit: Limit<'_>,
    ) -> Result<(), Refusal> {
        let parameters = [&address.encode()[..], &[address_type.raw()]].concat();
        self.command(Opcode::DISCONNECT, index, &parameters, limit).map(drop)
    }

    /// Forgets the keys of a device, and ends the link to it.
    ///
    /// # Errors
    ///
    /// As [`switch`](Self::switch); [`Status::NOT_PAIRED`]: there are none.
    pub fn unpair(
        &self,
        index: u16,
        (address, address_type): (BdAddr, BdAddrType),
        limit: Limit<'_>,
    ) -> Result<(), Refusal> {
        let parameters = [&address.encode()[..], &[address_type.raw(), 1]].concat();
        self.command(Opcode::UNPAIR_DEVICE, index, &parameters, limit).map(drop)
    }

    /// Answers [`Event::UserConfirmRequest`]: whether to pair with a device.
    ///
    /// # Errors
    ///
    /// As [`switch`](Self::switch); [`Status::NOT_CONNECTED`]: the device is gone.
    pub fn confirm(
        &self,
        index: u16,
        (address, address_type): (BdAddr, BdAddrType),
        agreed: bool,
        limit: Limit<'_>,
    ) -> Result<(), Refusal> {
        let opcode =
            if agreed { Opcode::USER_CONFIRM_REPLY } else { Opcode::USER_CONFIRM_NEG_REPLY };
        let parameters = [&address.encode()[..], &[address_type.raw()]].concat();
        self.command(opcode, index, &parameters, limit).map(drop)
    }

    /// Switches an experimental feature, such as [`mgmt::ISO_SOCKET`], on or off: of a controller, or [`mgmt::NO_INDEX`].
    ///
    /// # Errors
    ///
    /// As [`switch`](Self::switch); [`Status::NOT_SUPPORTED`], [`Status::UNKNOWN_COMMAND`]: the kernel has no such feature.
    pub fn set_experimental(
        &self,
        index: u16,
        feature: u128,
        on: bool,
        limit: Limit<'_>,
    ) -> Result<(), Refusal> {
        let parameters = [&feature.to_le_bytes()[..], &[on.into()]].concat();
        self.command(Opcode::SET_EXP_FEATURE, index, &parameters, limit).map(drop)
    }
}
