//! Frames of CAN XL: `struct canxl_frame` of linux/can.h. Linux 6.2; its virtual networks 6.9.
//!
//! Contract: the data are borrowed: there may be 2048 bytes.

use std::io::IoSlice;

use berkeley_addr::{Bytes, CanAddr};
use berkeley_sys::Errno;

use super::frame::XLF;
use crate::error::{Error, Op, Result};
use crate::handle::Handle;
use crate::socket::Socket;

/// `CANXL_HDR_SIZE`: what stands before the data.
const HEADER: usize = 12;
/// `CANXL_MAX_DLEN`.
const LONGEST: usize = 2048;
/// `CANXL_SEC`, simple extended content.
const SEC: u8 = 0x1;

/// A frame of CAN XL: 1 to 2048 bytes of data.
///
/// ```
/// use berkeley_socket::can::{Frame, XlFrame};
///
/// let frame = XlFrame { priority: 0x42, network: 0, sdu: 3, sec: false, acceptance: 0xcafe, data: &[7; 100] };
/// let bytes = [&frame.header().unwrap()[..], frame.data].concat();
/// assert_eq!((XlFrame::decode(&bytes), Frame::decode(&bytes)), (Some(frame), None));
/// ```
#[doc(alias = "canxl_frame")]
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct XlFrame<'a> {
    /// The priority on the bus, 11 bits: the lower wins.
    pub priority: u16,
    /// The virtual network; 0: none.
    #[doc(alias = "CANXL_VCID_OFFSET")]
    pub network: u8,
    /// The type of the service data unit.
    #[doc(alias = "sdt")]
    pub sdu: u8,
    /// Simple extended content: security, or a segment.
    #[doc(alias = "CANXL_SEC")]
    pub sec: bool,
    /// The acceptance field.
    #[doc(alias = "af")]
    pub acceptance: u32,
    /// The data.
    pub data: &'a [u8],
}

impl<'a> XlFrame<'a> {
    /// The frame in these bytes; `None`: there is none, or one of another kind of CAN.
    pub fn decode(bytes: &'a [u8]) -> Option<Self> {
        let (header, data) = bytes.split_first_chunk::<HEADER>()?;
        let [p0, p1, p2, p3, flags, sdu, l0, l1, a0, a1, a2, a3] = *header;
        let priority = u32::from_ne_bytes([p0, p1, p2, p3]);
        let [low, network, ..] = [priority & 0x7ff, priority >> 16];
        let len = usize::from(u16::from_ne_bytes([l0, l1]));
        let whole = flags & XLF != 0 && (1..=LONGEST).contains(&len) && data.len() == len;
        whole.then(|| Self {
            priority: u16::try_from(low).unwrap_or(0),
            network: network.to_le_bytes()[0],
            sdu,
            sec: flags & SEC != 0,
            acceptance: u32::from_ne_bytes([a0, a1, a2, a3]),
            data,
        })
    }

    /// The bytes that stand before the data. `None`: the priority has more than 11 bits, or the data are not 1 to 2048 bytes.
    pub fn header(&self) -> Option<Bytes<HEADER>> {
        let fits = self.priority <= 0x7ff && (1..=LONGEST).contains(&self.data.len());
        let len = u16::try_from(self.data.len()).ok().filter(|_| fits)?;
        let priority = u32::from(self.priority) | u32::from(self.network) << 16;
        let mut header = [0; HEADER];
        header[..4].copy_from_slice(&priority.to_ne_bytes());
        header[4] = XLF | if self.sec { SEC } else { 0 };
        header[5] = self.sdu;
        header[6..8].copy_from_slice(&len.to_ne_bytes());
        header[8..].copy_from_slice(&self.acceptance.to_ne_bytes());
        Bytes::new(&header)
    }
}

impl<H: Handle> Socket<CanAddr, H> {
    /// Sends a frame of CAN XL, which [`option::can::XL_FRAMES`](crate::option::can::XL_FRAMES) asks for. What such a socket receives
    /// is told apart by [`XlFrame::decode`] and [`Frame::decode`](super::Frame::decode); a buffer of 2060 bytes takes all.
    ///
    /// # Errors
    ///
    /// As [`send_frame`](Self::send_frame). EINVAL: also for a priority or a length that CAN XL does not have.
    pub fn send_xl_frame(&self, frame: &XlFrame<'_>) -> Result<()> {
        // Without a header, 16 bytes of data would be a frame of another kind.
        let header = frame.header().ok_or_else(|| Error::kernel(Op::Send, Errno::INVAL))?;
        self.send_vectored(&[IoSlice::new(&header), IoSlice::new(frame.data)]).map(drop)
    }
}
