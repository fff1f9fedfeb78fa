//! `Ring`: received frames in memory shared with the kernel, a block of many at a time, without a copy or a system call for each.
//!
//! Contract. A [`Block`] is the program's until it is dropped; then the kernel fills it again. The kernel hands out blocks in turn, and so
//! does this: [`recv`](Ring::recv) waits within its limit for the next. What comes while all blocks are full is lost and counted
//! ([`STATISTICS`](crate::option::packet::STATISTICS)). Source: `Documentation/networking/packet_mmap.rst`, TPACKET_V3.

use core::time::Duration;
use std::os::fd::{AsFd, BorrowedFd};

use berkeley_addr::{PacketAddr, Type};
use berkeley_sys::ring::{PacketRing, RingBlock};
use berkeley_sys::{Errno, number, option, poll};

use super::frame::{Frames, Head};
use crate::call::Call;
use crate::error::{Error, Op, Result};
use crate::limit::Limit;
use crate::socket::SocketRef;

/// How large a [`Ring`] is, and how long frames wait in it.
///
/// ```
/// use berkeley_socket::packet::RingSize;
/// use core::time::Duration;
///
/// let quick = RingSize { retire: Duration::from_millis(1), ..RingSize::default() };
/// assert_eq!(quick.block * quick.blocks, 4 << 20); // 4 MiB
/// ```
#[doc(alias = "tpacket_req3")]
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct RingSize {
    /// Bytes a block: a multiple of the page's size. It must hold the longest frame that is wanted whole, and about 100 bytes.
    #[doc(alias = "tp_block_size")]
    pub block: u32,
    /// Blocks.
    #[doc(alias = "tp_block_nr")]
    pub blocks: u32,
    /// After how long a block is handed over that is not full, in whole milliseconds, rounded up. Zero: the kernel chooses, by the speed of
    /// the link.
    #[doc(alias = "tp_retire_blk_tov")]
    pub retire: Duration,
    /// Whether the kernel works out each frame's [`hash`](super::Frame::hash).
    #[doc(alias = "TP_FT_REQ_FILL_RXHASH")]
    pub hash: bool,
}

/// Sixteen blocks of 256 KiB, each handed over after 10 ms at the latest, without hashes.
impl Default for RingSize {
    fn default() -> Self {
        Self { block: 256 << 10, blocks: 16, retire: Duration::from_millis(10), hash: false }
    }
}

/// A packet socket that receives into memory shared with the kernel.
///
/// ```no_run
/// use berkeley_addr::{EtherType, PacketAddr, Type};
/// use berkeley_socket::packet::{Filter, Ring, RingSize};
/// use berkeley_socket::{Interface, Limit};
///
/// let mut ring = Ring::new(Type::RAW, &RingSize::default())?;
/// ring.socket().attach_filter(&Filter::tcp().program()?)?;
/// let index = Interface::named("eth0")?.index();
/// ring.socket().bind(&PacketAddr::on(index, EtherType::ALL))?; // from now on frames come
/// loop {
///     let block = ring.recv(Limit::seconds(60))?;
///     for frame in &block {
///         let frame = frame?;
///         println!("{:?}: {} bytes from {}", frame.time, frame.len, frame.from);
///     }
/// }
/// # #[allow(unreachable_code)]
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[doc(alias("PACKET_MMAP", "TPACKET_V3", "PACKET_RX_RING"))]
#[derive(Debug)]
pub struct Ring {
    ring: PacketRing,
    /// The block that the kernel hands over next.
    next: usize,
}

impl Ring {
    /// A ring and its socket. It receives nothing until [the socket](Self::socket) is bound, so that a filter can be set before.
    ///
    /// # Errors
    ///
    /// EPERM: CAP_NET_RAW. EINVAL: a block is no multiple of the page's size, there are none, or they are too small or too many. ENOMEM.
    pub fn new(ty: Type, size: &RingSize) -> Result<Self> {
        let failed = |errno| Error::kernel(Op::Open, errno);
        let retire = size.retire.as_nanos().div_ceil(1_000_000);
        let request = option::PacketRing3 {
            block_size: size.block,
            blocks: size.blocks,
            // One to a block is what the kernel wants to hear; frames are as long as they are.
            frame_size: size.block,
            frames: size.blocks,
            retire: u32::try_from(retire).map_err(|_| failed(Errno::INVAL))?,
            private: 0,
            features: size.hash.into(),
        };
        let ring = PacketRing::new(ty.raw(), &request).map_err(failed)?;
        // Without blocks the kernel makes no ring, and there is none to map.
        Ok(Self { ring, next: 0 })
    }

    /// The socket: to bind it, for filters, groups, fanout and statistics, and to send.
    ///
    /// One system call, for its type. While there is a ring, [`recv`](crate::Socket::recv) gives nothing.
    pub fn socket(&self) -> SocketRef<'_, PacketAddr> {
        SocketRef::on(self.ring.as_fd())
    }

    /// The next block: one that is full, or whose oldest frame has waited for as long as [`RingSize::retire`] says.
    ///
    /// # Errors
    ///
    /// [`TimedOut`](crate::Kind::TimedOut), [`Cancelled`](crate::Kind::Cancelled). ENETDOWN: the interface went down; frames come again
    /// when it is up. ENODEV: it is gone.
    #[doc(alias = "poll")]
    pub fn recv(&mut self, limit: Limit<'_>) -> Result<Block<'_>> {
        let (ring, next) = (&self.ring, self.next);
        let mut call = Call::new(ring.as_fd(), Op::Recv, poll::IN, limit, false);
        call.run(&mut || {
            if ring.is_ready(next) {
                return Ok(0);
            }
            // Poll wakes for an error until it is taken.
            Err(error(ring.as_fd())?.unwrap_or(Errno::AGAIN))
        })?;
        self.next = if next + 1 < self.ring.blocks() { next + 1 } else { 0 };
        let block = self.ring.block(next).ok_or_else(|| Error::kernel(Op::Recv, Errno::AGAIN))?;
        Ok(Block { block })
    }
}

/// For event loops: it can be read while a block is ready.
impl AsFd for Ring {
    fn as_fd(&self) -> BorrowedFd<'_> {
        self.ring.as_fd()
    }
}

/// The error that waits in the socket, which is taken.
fn error(fd: BorrowedFd<'_>) -> berkeley_sys::Result<Option<Errno>> {
    let name = option::Name::<i32>::plain(number::opt::SOL_SOCKET, number::opt::SO_ERROR);
    let (errno, _) = option::get(fd, name)?;
    Ok((errno != 0).then(|| Errno::from_raw_os_error(errno)))
}

/// Frames on loan from the kernel, which gets the block back when this is dropped.
#[derive(Debug)]
pub struct Block<'r> {
    block: RingBlock<'r>,
}

impl Block<'_> {
    /// The frames, in the order they came.
    pub fn iter(&self) -> Frames<'_> {
        Frames::new(&self.block)
    }

    /// The block's number: one more than that of the one before.
    #[doc(alias = "seq_num")]
    pub fn sequence(&self) -> u64 {
        Head::of(&self.block).sequence
    }

    /// Whether frames were lost since the statistics were last asked for.
    #[doc(alias = "TP_STATUS_LOSING")]
    pub fn is_losing(&self) -> bool {
        Head::of(&self.block).is_losing
    }
}

impl<'b> IntoIterator for &'b Block<'_> {
    type Item = <Frames<'b> as Iterator>::Item;
    type IntoIter = Frames<'b>;
    fn into_iter(self) -> Frames<'b> {
        self.iter()
    }
}
