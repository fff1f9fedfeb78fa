//! The broadcast manager: frames that the kernel sends in cycles, and content that it watches. linux/can/bcm.h, can.rst section
//! "Broadcast Manager protocol sockets".
//!
//! Contract: a message is a [`Head`] and frames, all classic or all of CAN FD. Intervals are microseconds in the kernel: one that is not
//! zero never becomes zero, which would switch it off. Any bytes are read, and a message whose frames are not all there is none.
//!
//! ```no_run
//! use berkeley_addr::{CanAddr, Protocol};
//! use berkeley_socket::can::bcm::{Head, Opcode};
//! use berkeley_socket::can::{Frame, Id};
//! use berkeley_socket::{Interface, Socket, Type};
//! use core::time::Duration;
//!
//! let manager = Socket::<CanAddr>::open(Type::DGRAM, Protocol::CAN_BCM)?;
//! manager.connect(&CanAddr::on(Interface::named("vcan0")?.index()))?;
//! let id = Id::standard(0x100).ok_or("11 bits")?;
//! let alive = Frame::new(id, b"alive").ok_or("8 bytes")?;
//! // Every 100 ms, until the socket is closed.
//! manager.send_bcm(&Head::cycle(id, Duration::from_millis(100)), &[alive])?;
//! // Tell each change of the first byte of 200.
//! let watched = Id::standard(0x200).ok_or("11 bits")?;
//! manager.send_bcm(&Head::watch(watched), &[Frame::new(watched, b"\xff").ok_or("8 bytes")?])?;
//! let mut buffer = [0; 128];
//! let (head, frames) = manager.recv_bcm(&mut buffer)?;
//! assert_eq!((head.opcode, frames.len()), (Opcode::RxChanged, 1));
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```

use core::time::Duration;

use berkeley_addr::CanAddr;
use berkeley_sys::Errno;
use berkeley_sys::number::value as number;

use super::frame::Frame;
use super::id::Id;
use crate::error::{Error, Op, Result};
use crate::handle::Handle;
use crate::newtype::bits;
use crate::socket::Socket;

/// A `long` of this machine.
const LONG: usize = size_of::<core::ffi::c_long>();
/// Where the first `long` stands, behind three numbers.
const TIMES: usize = 12_usize.next_multiple_of(LONG);
/// Behind four of them: the identifier, and how many frames.
const ID: usize = TIMES + 4 * LONG;
/// The frames, which are aligned as eight bytes are.
const FRAMES: usize = (ID + 8).next_multiple_of(8);
/// In a second.
const MICROS: u64 = 1_000_000;
/// The longest message: 256 frames (`MAX_NFRAMES` of the kernel's net/can/bcm.c) of CAN FD.
pub const LONGEST: usize = FRAMES + 256 * 72;

/// What a message asks or tells.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Opcode {
    /// Begin to send in cycles, or change what is sent.
    #[doc(alias = "TX_SETUP")]
    TxSetup,
    /// Send no more.
    #[doc(alias = "TX_DELETE")]
    TxDelete,
    /// Tell what is sent: [`TxStatus`](Self::TxStatus).
    #[doc(alias = "TX_READ")]
    TxRead,
    /// Send one frame, now.
    #[doc(alias = "TX_SEND")]
    TxSend,
    /// Begin to watch.
    #[doc(alias = "RX_SETUP")]
    RxSetup,
    /// Watch no more.
    #[doc(alias = "RX_DELETE")]
    RxDelete,
    /// Tell what is watched: [`RxStatus`](Self::RxStatus).
    #[doc(alias = "RX_READ")]
    RxRead,
    /// Answers [`TxRead`](Self::TxRead).
    #[doc(alias = "TX_STATUS")]
    TxStatus,
    /// The first `count` cycles are over.
    #[doc(alias = "TX_EXPIRED")]
    TxExpired,
    /// Answers [`RxRead`](Self::RxRead).
    #[doc(alias = "RX_STATUS")]
    RxStatus,
    /// What should come in cycles has not come.
    #[doc(alias = "RX_TIMEOUT")]
    RxTimeout,
    /// What is watched has changed: the frame.
    #[doc(alias = "RX_CHANGED")]
    RxChanged,
    /// Another number.
    Other(u32),
}

/// In the order of their numbers, from 1.
const OPCODES: [Opcode; 12] = [
    Opcode::TxSetup,
    Opcode::TxDelete,
    Opcode::TxRead,
    Opcode::TxSend,
    Opcode::RxSetup,
    Opcode::RxDelete,
    Opcode::RxRead,
    Opcode::TxStatus,
    Opcode::TxExpired,
    Opcode::RxStatus,
    Opcode::RxTimeout,
    Opcode::RxChanged,
];

impl Opcode {
    fn of(number: u32) -> Self {
        let place = usize::try_from(number).unwrap_or(0).wrapping_sub(1);
        OPCODES.get(place).copied().unwrap_or(Self::Other(number))
    }

    fn number(self) -> u32 {
        match self {
            Self::Other(number) => number,
            named => {
                (1..).zip(OPCODES).find(|(_, op)| *op == named).map_or(0, |(number, _)| number)
            }
        }
    }
}

bits! {
    /// How a task is done.
    Flags(u32) {
        /// The count and the intervals count.
        SETTIMER = number::CAN_BCM_SETTIMER, "CAN_BCM_SETTIMER";
        /// Begin now.
        STARTTIMER = number::CAN_BCM_STARTTIMER, "CAN_BCM_STARTTIMER";
        /// Tell when the first cycles are over.
        TX_COUNTEVT = number::CAN_BCM_TX_COUNTEVT, "CAN_BCM_TX_COUNTEVT";
        /// Send what has changed at once.
        TX_ANNOUNCE = number::CAN_BCM_TX_ANNOUNCE, "CAN_BCM_TX_ANNOUNCE";
        /// Each frame gets the head's identifier.
        TX_CP_CAN_ID = number::CAN_BCM_TX_CP_CAN_ID, "CAN_BCM_TX_CP_CAN_ID";
        /// The identifier alone is watched, whatever the content.
        RX_FILTER_ID = number::CAN_BCM_RX_FILTER_ID, "CAN_BCM_RX_FILTER_ID";
        /// A changed length is a change.
        RX_CHECK_DLC = number::CAN_BCM_RX_CHECK_DLC, "CAN_BCM_RX_CHECK_DLC";
        /// Do not begin to wait for the cycle by itself.
        RX_NO_AUTOTIMER = number::CAN_BCM_RX_NO_AUTOTIMER, "CAN_BCM_RX_NO_AUTOTIMER";
        /// Tell of the first frame after a time-out, although it is the same.
        RX_ANNOUNCE_RESUME = number::CAN_BCM_RX_ANNOUNCE_RESUME, "CAN_BCM_RX_ANNOUNCE_RESUME";
        /// Begin with the first of several frames.
        TX_RESET_MULTI_IDX = number::CAN_BCM_TX_RESET_MULTI_IDX, "CAN_BCM_TX_RESET_MULTI_IDX";
        /// Answer a remote frame with this one. Reading and deleting the task wants the flag, too.
        RX_RTR_FRAME = number::CAN_BCM_RX_RTR_FRAME, "CAN_BCM_RX_RTR_FRAME";
        /// The frames are of CAN FD. [`Socket::send_bcm`] says so by itself.
        CAN_FD_FRAME = 0x800, "CAN_BCM_CAN_FD_FRAME";
    }
}

/// The head of a message.
#[doc(alias = "bcm_msg_head")]
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Head {
    /// What is asked, or told.
    pub opcode: Opcode,
    /// How it is done.
    pub flags: Flags,
    /// How many cycles have the first interval.
    pub count: u32,
    /// The first interval; watching: how long nothing may come. Zero: none.
    #[doc(alias = "ival1")]
    pub first: Duration,
    /// The interval after the first cycles; watching: the least between two messages. Zero: none.
    #[doc(alias = "ival2")]
    pub then: Duration,
    /// Which frames.
    #[doc(alias = "can_id")]
    pub id: Id,
}

impl Head {
    /// A head that only says what and which.
    pub const fn new(opcode: Opcode, id: Id) -> Self {
        let (first, then) = (Duration::ZERO, Duration::ZERO);
        Self { opcode, flags: Flags::NONE, count: 0, first, then, id }
    }

    /// Send in cycles, from now on.
    pub const fn cycle(id: Id, interval: Duration) -> Self {
        let flags = Flags::from_bits(Flags::SETTIMER.bits() | Flags::STARTTIMER.bits());
        Self { flags, then: interval, ..Self::new(Opcode::TxSetup, id) }
    }

    /// Tell changes: of the bits that the frame's data have, or with several frames, of which the first says it for the rest, likewise.
    pub const fn watch(id: Id) -> Self {
        Self::new(Opcode::RxSetup, id)
    }

    /// The head of a message and its frames; `None`: it is cut, or its intervals are none.
    pub fn decode(bytes: &[u8]) -> Option<(Self, Frames<'_>)> {
        let head = Self {
            opcode: Opcode::of(number_at(bytes, 0)?),
            flags: Flags::from_bits(number_at(bytes, 4)?),
            count: number_at(bytes, 8)?,
            first: time_at(bytes, TIMES)?,
            then: time_at(bytes, TIMES + 2 * LONG)?,
            id: Id::from_bits(number_at(bytes, ID)?),
        };
        let count = usize::try_from(number_at(bytes, ID + 4)?).ok()?;
        let size = if head.flags.contains(Flags::CAN_FD_FRAME) { 72 } else { 16 };
        let bytes = bytes.get(FRAMES..)?;
        let frames = Frames(bytes.chunks_exact(size));
        let all = bytes.len() == count.checked_mul(size)?
            && frames.0.clone().all(|frame| Frame::decode(frame).is_some());
        all.then_some((head, frames))
    }

    /// The message of this head and these frames; `None`: some are of CAN FD and some are not, or an interval is longer than the kernel can say.
    pub fn encode(&self, frames: &[Frame]) -> Option<Vec<u8>> {
        let said = self.flags.contains(Flags::CAN_FD_FRAME);
        let fd = said || frames.first().is_some_and(Frame::is_fd);
        if frames.iter().any(|frame| frame.is_fd() != fd) {
            return None;
        }
        let flags = self.flags.bits() | if fd { Flags::CAN_FD_FRAME.bits() } else { 0 };
        let mut bytes = Vec::with_capacity(FRAMES + frames.len() * if fd { 72 } else { 16 });
        for number in [self.opcode.number(), flags, self.count] {
            bytes.extend(number.to_ne_bytes());
        }
        bytes.resize(TIMES, 0);
        for time in [self.first, self.then] {
            let micros = u64::from(time.subsec_nanos().div_ceil(1000));
            let seconds = time.as_secs().checked_add(micros / MICROS)?;
            for long in [seconds, micros % MICROS] {
                bytes.extend(core::ffi::c_long::try_from(long).ok()?.to_ne_bytes());
            }
        }
        // The kernel wants the flag where it answers remote frames, and cannot find the task again without it.
        let remote = self.flags.contains(Flags::RX_RTR_FRAME);
        let id = self.id.bits() | if remote { number::CAN_RTR_FLAG } else { 0 };
        bytes.extend(id.to_ne_bytes());
        bytes.extend(u32::try_from(frames.len()).ok()?.to_ne_bytes());
        bytes.resize(FRAMES, 0);
        for frame in frames {
            bytes.extend_from_slice(&frame.encode());
        }
        Some(bytes)
    }
}

/// The frames of a message.
#[derive(Clone, Debug)]
pub struct Frames<'a>(core::slice::ChunksExact<'a, u8>);

impl Iterator for Frames<'_> {
    type Item = Frame;

    fn next(&mut self) -> Option<Frame> {
        self.0.next().and_then(Frame::decode)
    }

    fn size_hint(&self) -> (usize, Option<usize>) {
        self.0.size_hint()
    }
}

impl ExactSizeIterator for Frames<'_> {}

fn number_at(bytes: &[u8], at: usize) -> Option<u32> {
    bytes.get(at..)?.first_chunk().copied().map(u32::from_ne_bytes)
}

/// Two longs: seconds and microseconds.
fn time_at(bytes: &[u8], at: usize) -> Option<Duration> {
    let long = |at: usize| {
        let long = core::ffi::c_long::from_ne_bytes(*bytes.get(at..)?.first_chunk()?);
        u64::try_from(long).ok()
    };
    let micros = long(at + LONG).filter(|micros| *micros < MICROS)?;
    Duration::from_secs(long(at)?).checked_add(Duration::from_micros(micros))
}

impl<H: Handle> Socket<CanAddr, H> {
    /// Gives the broadcast manager a task. The socket is of [`Protocol::CAN_BCM`](berkeley_addr::Protocol::CAN_BCM) and connected: to one interface, or all.
    ///
    /// # Errors
    ///
    /// EINVAL: the kernel does not take the task, there are over 256 frames, or the message cannot be said
    /// ([`Head::encode`]). ENOTCONN. ENODEV: there is no such interface.
    pub fn send_bcm(&self, head: &Head, frames: &[Frame]) -> Result<()> {
        let message = head.encode(frames).ok_or_else(|| Error::kernel(Op::Send, Errno::INVAL))?;
        self.send(&message).map(drop)
    }

    /// Receives what the broadcast manager tells: one message, and its frames. A buffer of [`LONGEST`] bytes takes all; 128 take what
    /// has one frame, as all has that nobody asked for.
    ///
    /// # Errors
    ///
    /// As [`recv`](Self::recv). ENODEV, ENETDOWN: the interface is gone, or went down. EBADMSG: it is no message.
    pub fn recv_bcm<'b>(&self, buffer: &'b mut [u8]) -> Result<(Head, Frames<'b>)> {
        let len = self.recv(buffer)?;
        let message = buffer.get(..len).and_then(Head::decode);
        message.ok_or_else(|| Error::kernel(Op::Recv, Errno::BADMSG))
    }
}
