//! `Management`: the control channel, command by command.
//!
//! Controllers are listed here and not by the older ioctls: the same channel also switches them, tells when one comes or goes, and
//! lets anybody read.
//!
//! Contract. One command at a time, and one limit for it, however many messages come before its answer. The channel has no sequence
//! numbers: an answer is known by its command and controller, so what is queued is thrown away before a command is sent. What is not
//! the answer, be it malformed, is skipped. Source: mgmt-api.txt of BlueZ.

use core::fmt;
use core::time::Duration;

use berkeley_addr::{BdAddr, BdAddrType, HciAddr, HciChannel, Type};

use super::mgmt::{self, Controller, Event, Notice, Opcode, Settings, Status};
use super::{Fields, Malformed};
use crate::error::{Error, Kind, Op, Result};
use crate::flag::RecvFlags;
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
/// let mut management = Management::open()?;
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

    /// Sends a command and waits for its answer: what it returns. What waits in the queue before, and what else comes meanwhile, is thrown
    /// away.
    ///
    /// After a command whose limit was over its answer may still come. It is thrown away with the queue, unless it comes only after the
    /// same command was sent to the same controller again: then it is taken for that one's answer. Who cannot have that opens another
    /// `Management`.
    ///
    /// # Errors
    ///
    /// [`Refusal`]; EINVAL: over 65535 bytes of parameters.
    pub fn command(
        &mut self,
        opcode: Opcode,
        index: u16,
        parameters: &[u8],
        limit: Limit<'_>,
    ) -> Result<Vec<u8>, Refusal> {
        let limit = limit.start();
        let command = mgmt::encode(opcode, index, parameters)
            .ok_or_else(|| Error::kernel(Op::Send, crate::Errno::INVAL))?;
        self.drain(limit)?;
        let socket = self.socket.within(limit);
        socket.send(&command)?;
        let mut buffer = vec![0; MESSAGE];
        loop {
            let received = socket.recv(&mut buffer);
            let len = match received {
                Err(error) if error.kind() == Kind::Truncated => MESSAGE,
                received => received?,
            };
            if let Some(answer) = answer(buffer.get(..len).unwrap_or_default(), opcode, index) {
                // Its end is missing.
                received?;
                return answer.map(<[u8]>::to_vec);
            }
            // Notices that come again and again must not stretch the call.
            limit.check(Op::Recv)?;
        }
    }

    /// Empties the queue: the answer to a command that was given up may be in it.
    fn drain(&mut self, limit: Limit<'_>) -> Result<()> {
        loop {
            match self.socket.recv_with(&mut [], RecvFlags::DONTWAIT | RecvFlags::TRUNC) {
                Ok(_) => {}
                Err(error) if error.is_would_block() => return Ok(()),
                Err(error) => return Err(error),
            }
            limit.check(Op::Recv)?;
        }
    }

    /// The numbers of the controllers there are.
    ///
    /// # Errors
    ///
    /// As [`command`](Self::command).
    pub fn indexes(&mut self, limit: Limit<'_>) -> Result<Vec<u16>, Refusal> {
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
    pub fn controller(&mut self, index: u16, limit: Limit<'_>) -> Result<Controller, Refusal> {
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
    pub fn controllers(&mut self, limit: Limit<'_>) -> Result<Vec<Controller>, Refusal> {
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
        &mut self,
        index: u16,
        what: Opcode,
        on: bool,
        limit: Limit<'_>,
    ) -> Result<Settings, Refusal> {
        self.settings(what, index, &[on.into()], limit)
    }

    /// Lets others find a controller, or no more. `time` is for how long: rounded up to whole seconds, 1 to 65535; `None`: for good.
    ///
    /// # Errors
    ///
    /// As [`switch`](Self::switch).
    pub fn set_discoverable(
        &mut self,
        index: u16,
        on: bool,
        time: Option<Duration>,
        limit: Limit<'_>,
    ) -> Result<Settings, Refusal> {
        self.settings(Opcode::SET_DISCOVERABLE, index, &discoverable(on, time), limit)
    }

    fn settings(
        &mut self,
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
        &mut self,
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
        &mut self,
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
        &mut self,
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
        &mut self,
        index: u16,
        feature: u128,
        on: bool,
        limit: Limit<'_>,
    ) -> Result<(), Refusal> {
        let parameters = [&feature.to_le_bytes()[..], &[on.into()]].concat();
        self.command(Opcode::SET_EXP_FEATURE, index, &parameters, limit).map(drop)
    }
}

/// The parameters of [`Opcode::SET_DISCOVERABLE`]. A time of 0 is no time-out, and any other is refused where it is switched off.
fn discoverable(on: bool, time: Option<Duration>) -> [u8; 3] {
    let seconds = match time {
        Some(time) if on => time.as_nanos().div_ceil(1_000_000_000).max(1),
        _ => 0,
    };
    let [low, high] = u16::try_from(seconds).unwrap_or(u16::MAX).to_le_bytes();
    [on.into(), low, high]
}

/// What a message answers to a command; `None`: it is not its answer.
fn answer(message: &[u8], opcode: Opcode, index: u16) -> Option<Result<&[u8], Refusal>> {
    let mut fields = Fields(message);
    let [event, of, _len, done] = [(); 4].map(|()| fields.u16());
    // Also of one that is malformed otherwise.
    if !matches!(event, Ok(1 | 2)) || (of, done) != (Ok(index), Ok(opcode.raw())) {
        return None;
    }
    let (status, returned) = match Notice::decode(message).map(|notice| notice.event) {
        Ok(Event::CommandComplete { status, returned, .. }) => (status, returned),
        Ok(Event::CommandStatus { status, .. }) => (status, &[][..]),
        Ok(_) => return None,
        Err(Malformed) => return Some(Err(Refusal::Malformed(opcode))),
    };
    Some(if status == Status::SUCCESS {
        Ok(returned)
    } else {
        Err(Refusal::Status(opcode, status))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_answer_is_told_from_what_is_none() {
        type Row = (&'static [u8], Option<Result<&'static [u8], Refusal>>);
        let opcode = Opcode::SET_POWERED;
        let denied = Refusal::Status(opcode, Status::PERMISSION_DENIED);
        let malformed = Refusal::Malformed(opcode);
        let rows: [Row; 13] = [
            (&[1, 0, 3, 0, 4, 0, 5, 0, 0, 9], Some(Ok(&[9]))),
            (&[1, 0, 3, 0, 4, 0, 5, 0, 0x14, 9], Some(Err(denied))),
            (&[2, 0, 3, 0, 3, 0, 5, 0, 0], Some(Ok(&[]))),
            (&[2, 0, 3, 0, 3, 0, 5, 0, 0x14], Some(Err(denied))),
            // Malformed, but the answer.
            (&[1, 0, 3, 0, 5, 0, 5, 0, 0, 9], Some(Err(malformed))),
            (&[2, 0, 3, 0, 2, 0, 5, 0], Some(Err(malformed))),
            // Of another controller, to another command.
            (&[1, 0, 4, 0, 4, 0, 5, 0, 0, 9], None),
            (&[1, 0, 3, 0, 4, 0, 6, 0, 0, 9], None),
            (&[1, 0, 4, 0, 5, 0, 5, 0, 0, 9], None),
            // Notices, whole and malformed.
            (&[6, 0, 3, 0, 4, 0, 5, 0, 0, 0], None),
            (&[6, 0, 3, 0, 2, 0, 5, 0], None),
            (&[1, 0, 3, 0, 0, 0], None),
            (&[], None),
        ];
        for (message, expected) in rows {
            assert_eq!(answer(message, opcode, 3), expected, "{message:?}");
        }
    }

    #[test]
    fn a_time_is_never_for_good() {
        let rows = [
            (true, None, [1, 0, 0]),
            (true, Some(Duration::ZERO), [1, 1, 0]),
            (true, Some(Duration::from_nanos(1)), [1, 1, 0]),
            (true, Some(Duration::from_millis(1001)), [1, 2, 0]),
            (true, Some(Duration::from_secs(300)), [1, 0x2c, 1]),
            (true, Some(Duration::MAX), [1, 0xff, 0xff]),
            (false, None, [0, 0, 0]),
            (false, Some(Duration::from_secs(300)), [0, 0, 0]),
        ];
        for (on, time, bytes) in rows {
            assert_eq!(discoverable(on, time), bytes, "{on} {time:?}");
        }
    }
}
