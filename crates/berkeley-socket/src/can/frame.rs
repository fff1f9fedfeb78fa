//! Frames of classic CAN and of CAN FD: `struct can_frame`, `struct canfd_frame` of linux/can.h.

use core::fmt;

use berkeley_addr::{Bytes, CanAddr};
use berkeley_sys::Errno;
use berkeley_sys::number::value as number;

use super::fault::{Fault, Faults};
use super::id::Id;
use crate::error::{Error, Op, Result};
use crate::handle::Handle;
use crate::newtype::bits;
use crate::socket::Socket;

/// `CAN_MTU`: a classic frame.
const CLASSIC: usize = 16;
/// `CANFD_MTU`: a CAN FD frame.
const FD: usize = 72;
/// Where the data begin in both.
const DATA: usize = 8;
/// `CANXL_XLF`, where the others have their length: a CAN XL frame.
pub(super) const XLF: u8 = 0x80;

bits! {
    /// What a CAN FD frame says beside its data.
    FdFlags(u8) {
        /// The data go at the second, faster bit rate.
        BIT_RATE_SWITCH = 0x1, "CANFD_BRS";
        /// The sender's controller is passive, because of its errors. A controller sets it by itself.
        ERROR_STATE = 0x2, "CANFD_ESI";
    }
}

/// `CANFD_FDF`: says in the frame what its length says, too.
const FDF: u8 = 0x4;

/// What a frame is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Format {
    /// Data, up to 8 bytes.
    Data,
    /// A request for data: it has a length, and no data.
    #[doc(alias = "CAN_RTR_FLAG")]
    Remote,
    /// A CAN FD frame: data, up to 64 bytes.
    #[doc(alias = "canfd_frame")]
    Fd(FdFlags),
    /// What the controller tells of the bus: [`Frame::fault`].
    #[doc(alias = "CAN_ERR_FLAG")]
    Error,
}

/// A frame of classic CAN or of CAN FD. (CAN XL: [`XlFrame`](super::XlFrame).)
///
/// Prints as candump's logs have it and `cansend` takes it: `123#DEADBEEF`, `123#R3`, `123##1DEADBEEF`.
///
/// ```
/// use berkeley_socket::can::{FdFlags, Format, Frame, Id};
///
/// let id = Id::standard(0x123).unwrap();
/// let frame = Frame::new(id, b"\xde\xad\xbe\xef").unwrap();
/// assert_eq!(frame.to_string(), "123#DEADBEEF");
/// assert_eq!(frame.encode().len(), 16);
/// assert_eq!(Frame::decode(&frame.encode()), Some(frame));
///
/// let fd = Frame::fd(id, &[7; 12], FdFlags::BIT_RATE_SWITCH).unwrap();
/// assert_eq!((fd.encode().len(), fd.data().len()), (72, 12));
/// assert_eq!(Frame::new(id, &[7; 9]), None); // 8 bytes at most
/// ```
#[doc(alias("can_frame", "canfd_frame"))]
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
pub struct Frame {
    /// Of an error frame its classes.
    bits: u32,
    format: Format,
    data: Bytes<64>,
    /// The length that was asked for; the raw length code beyond 8 of eight bytes.
    code: u8,
}

impl Frame {
    /// A classic data frame; `None`: over 8 bytes.
    #[doc(alias = "CAN_MAX_DLEN")]
    pub fn new(id: Id, data: &[u8]) -> Option<Self> {
        let data = Bytes::new(data).filter(|data| data.len() <= 8)?;
        Some(Self { bits: id.bits(), format: Format::Data, data, code: 0 })
    }

    /// A CAN FD frame; `None`: over 64 bytes. On a wire there are 0 to 8, 12, 16, 20, 24, 32, 48 or 64: a driver fills others up.
    #[doc(alias = "CANFD_MAX_DLEN")]
    pub fn fd(id: Id, data: &[u8], flags: FdFlags) -> Option<Self> {
        let format = Format::Fd(FdFlags::from_bits(flags.bits() & !FDF));
        Some(Self { bits: id.bits(), format, data: Bytes::new(data)?, code: 0 })
    }

    /// A request for `len` bytes of data; `None`: over 8.
    pub fn remote(id: Id, len: u8) -> Option<Self> {
        let frame = Self { bits: id.bits(), format: Format::Remote, data: Bytes::EMPTY, code: len };
        (len <= 8).then_some(frame)
    }

    /// An error frame, as a controller makes them. Sent, it is for tests: sockets that asked for its class receive it.
    pub fn error(fault: Fault) -> Self {
        let data = Bytes::new(fault.details()).unwrap_or_default();
        Self { bits: fault.classes().bits(), format: Format::Error, data, code: 0 }
    }

    /// The same with a raw length code: 9 to 15 for eight bytes, which some controllers tell (CAN_CTRLMODE_CC_LEN8_DLC). `None`: it is no
    /// classic frame of eight bytes, or not such a code.
    #[doc(alias = "len8_dlc")]
    pub fn with_length_code(self, code: u8) -> Option<Self> {
        let eight = self.format == Format::Data && self.data.len() == 8;
        (eight && (9..=15).contains(&code)).then_some(Self { code, ..self })
    }

    /// The identifier. An error frame has none.
    pub fn id(&self) -> Option<Id> {
        (self.format != Format::Error).then(|| Id::from_bits(self.bits))
    }

    /// What it is.
    pub fn format(&self) -> Format {
        self.format
    }

    /// The data. A remote frame has none.
    pub fn data(&self) -> &[u8] {
        &self.data
    }

    /// The length on the bus: of the data, or of those that a remote frame asks for; 9 to 15 where the raw length code says so.
    #[doc(alias("can_dlc", "len8_dlc"))]
    pub fn length_code(&self) -> u8 {
        match self.format {
            Format::Remote => self.code,
            _ if self.code > 8 => self.code,
            _ => u8::try_from(self.data.len()).unwrap_or(64),
        }
    }

    /// What an error frame tells.
    pub fn fault(&self) -> Option<Fault> {
        let details = self.data.first_chunk()?;
        let fault = Fault::new(Faults::from_bits(self.bits), *details);
        (self.format == Format::Error).then_some(fault)
    }

    /// The frame in these bytes; `None`: there is none, or one of CAN XL.
    pub fn decode(bytes: &[u8]) -> Option<Self> {
        let bits = u32::from_ne_bytes(*bytes.first_chunk()?);
        let [len, flags, _, code] = *bytes.get(4..)?.first_chunk()?;
        let data = bytes.get(DATA..)?.get(..usize::from(len));
        let id = Id::from_bits(bits);
        let (error, remote) = (bits & number::CAN_ERR_FLAG != 0, bits & number::CAN_RTR_FLAG != 0);
        match bytes.len() {
            _ if len & XLF != 0 => None,
            // It has the rest of the eight bytes, whatever it says.
            CLASSIC if error => {
                let classes = Faults::from_bits(bits & number::CAN_ERR_MASK);
                Some(Self::error(Fault::new(classes, *bytes.get(DATA..)?.first_chunk()?)))
            }
            CLASSIC if remote => Self::remote(id, len),
            CLASSIC => {
                let frame = Self::new(id, data?)?;
                Some(frame.with_length_code(code).unwrap_or(frame))
            }
            FD if !error => Self::fd(id, data?, FdFlags::from_bits(flags)),
            _ => None,
        }
    }

    /// The bytes that are sent: 16, of CAN FD 72.
    pub fn encode(&self) -> Bytes<FD> {
        let mut bytes = [0; FD];
        let (flag, len, flags, size) = match self.format {
            Format::Data => (0, self.data.len(), 0, CLASSIC),
            Format::Remote => (number::CAN_RTR_FLAG, self.code.into(), 0, CLASSIC),
            Format::Error => (number::CAN_ERR_FLAG, self.data.len(), 0, CLASSIC),
            Format::Fd(flags) => (0, self.data.len(), flags.bits() | FDF, FD),
        };
        bytes[..4].copy_from_slice(&(self.bits | flag).to_ne_bytes());
        bytes[4] = u8::try_from(len).unwrap_or(0);
        bytes[5] = flags;
        if self.format == Format::Data {
            bytes[7] = self.code;
        }
        for (to, from) in bytes.iter_mut().skip(DATA).zip(self.data.iter()) {
            *to = *from;
        }
        bytes.get(..size).and_then(Bytes::new).unwrap_or_default()
    }

    /// How many bytes it is encoded in.
    pub(super) fn is_fd(&self) -> bool {
        matches!(self.format, Format::Fd(_))
    }
}

impl fmt::Display for Frame {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.format {
            Format::Error => write!(f, "{:08X}#", self.bits | number::CAN_ERR_FLAG)?,
            Format::Data => write!(f, "{}#", Id::from_bits(self.bits))?,
            Format::Remote => return write!(f, "{}#R{}", Id::from_bits(self.bits), self.code),
            Format::Fd(flags) => {
                write!(f, "{}##{:X}", Id::from_bits(self.bits), flags.bits())?;
            }
        }
        self.data.iter().try_for_each(|byte| write!(f, "{byte:02X}"))?;
        if self.code > 8 { write!(f, "_{:X}", self.code) } else { Ok(()) }
    }
}

impl fmt::Debug for Frame {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

impl<H: Handle> Socket<CanAddr, H> {
    /// Sends a frame on the interface that the socket is bound to. CAN FD asks for [`option::can::FD_FRAMES`](crate::option::can::FD_FRAMES).
    ///
    /// # Errors
    ///
    /// ENXIO: it is bound to all interfaces; [`send_frame_to`](Self::send_frame_to). ENETDOWN. ENOBUFS: the interface's queue is full.
    /// EINVAL: the interface, or the socket, does not take CAN FD.
    pub fn send_frame(&self, frame: &Frame) -> Result<()> {
        self.send(&frame.encode()).map(drop)
    }

    /// Sends a frame on an interface.
    ///
    /// # Errors
    ///
    /// As [`send_frame`](Self::send_frame). ENXIO: there is no such interface.
    pub fn send_frame_to(&self, frame: &Frame, to: &CanAddr) -> Result<()> {
        self.send_to(&frame.encode(), to).map(drop)
    }

    /// Receives a frame, and says on which interface it came. (Of its sender the bus tells nothing.)
    ///
    /// # Errors
    ///
    /// ENETDOWN: the interface went down; the socket stays bound. ENODEV: it is gone. EBADMSG: what came is no frame.
    /// [`Kind::Truncated`](crate::Kind::Truncated): a CAN XL frame, for which a socket must ask.
    pub fn recv_frame(&self) -> Result<(Frame, Option<CanAddr>)> {
        let mut bytes = [0; FD];
        let (len, from) = self.recv_from(&mut bytes)?;
        let frame = bytes.get(..len).and_then(Frame::decode);
        Ok((frame.ok_or_else(|| Error::kernel(Op::Recv, Errno::BADMSG))?, from))
    }
}
