//! Frames through memory shared with the kernel: AF_XDP. `Documentation/networking/af_xdp.rst`.
//!
//! Contract. A [`Queue`] has a socket, memory for frames, and the rings by which they go to the kernel and come back. A frame to send is
//! written where the kernel reads it ([`Room`]), a received one read where it was written ([`Arrived`]): each is lent by a borrow of the
//! queue and cannot be kept. What waits does so within its limit. **Receiving takes a program** that hands frames to the socket:
//! [`Redirect`] is one that hands over all of a queue; with another, put the socket into its map by
//! [`AsFd`]. Copy mode works with every driver; whether nothing is copied is said by the flags of
//! [`XdpAddr`].

use std::os::fd::{AsFd, BorrowedFd, OwnedFd};

use berkeley_addr::XdpAddr;
use berkeley_sys::xdp::{Size, Xdp};
use berkeley_sys::{Errno, ebpf, number, poll, transfer};

use crate::call::Call;
use crate::error::{Error, Op, Result};
use crate::limit::Limit;
use crate::socket::SocketRef;

pub use berkeley_sys::xdp::{Arrived, Room};

/// How much memory a [`Queue`] has.
#[doc(alias("xdp_umem_reg", "XDP_UMEM_REG"))]
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct UmemSize {
    /// Bytes a frame: a power of two, from 2048 to the page's size. Of a received one the kernel keeps 256 free before it.
    #[doc(alias = "chunk_size")]
    pub frame: u32,
    /// Frames to send.
    pub send: u32,
    /// Frames to receive into.
    pub receive: u32,
}

/// 2048 frames of 2048 bytes each way: 8 MiB.
impl Default for UmemSize {
    fn default() -> Self {
        Self { frame: 2048, send: 2048, receive: 2048 }
    }
}

/// One queue of an interface: a socket of AF_XDP, its memory and its rings.
///
/// ```no_run
/// use berkeley_addr::XdpAddr;
/// use berkeley_socket::xdp::{Queue, UmemSize};
/// use berkeley_socket::{Interface, Limit};
///
/// let index = Interface::named("eth0")?.index();
/// let mut queue = Queue::new(&UmemSize::default())?;
/// queue.socket().bind(&XdpAddr { flags: XdpAddr::COPY, ..XdpAddr::on(index, 0) })?;
/// queue.send(&[0xff; 60], Limit::seconds(1))?; // an Ethernet frame, with its header
/// # Ok::<(), berkeley_socket::Error>(())
/// ```
#[doc(alias("AF_XDP", "xsk_socket"))]
#[derive(Debug)]
pub struct Queue {
    xdp: Xdp,
}

impl Queue {
    /// A queue, of no interface yet: bind [the socket](Self::socket).
    ///
    /// # Errors
    ///
    /// EAFNOSUPPORT: the kernel has no AF_XDP. EOPNOTSUPP: it is older than Linux 5.4. EPERM: CAP_NET_RAW. EINVAL: such frames cannot be. ENOBUFS: the limit of locked memory
    /// (RLIMIT_MEMLOCK). ENOMEM.
    pub fn new(size: &UmemSize) -> Result<Self> {
        let UmemSize { frame, send, receive } = *size;
        let xdp = Xdp::new(Size { frame, send, receive });
        Ok(Self { xdp: xdp.map_err(|errno| Error::kernel(Op::Open, errno))? })
    }

    /// The socket: to bind it, and for its options and statistics. One system call, for its type.
    ///
    /// Binding says EBUSY where another socket has the queue, EOPNOTSUPP where the driver cannot do without copies, ENETDOWN.
    pub fn socket(&self) -> SocketRef<'_, XdpAddr> {
        SocketRef::on(self.xdp.as_fd())
    }

    fn call<'a>(&'a self, op: Op, events: u16, limit: Limit<'a>) -> Call<'a> {
        Call::new(self.xdp.as_fd(), op, events, limit, false)
    }

    /// A frame to fill, and to put into the send ring by [`Room::send`]; [`flush`](Self::flush) sends all that are in it. What stands in it is
    /// what stood there before.
    ///
    /// # Errors
    ///
    /// [`TimedOut`](crate::Kind::TimedOut), [`Cancelled`](crate::Kind::Cancelled): all frames are on their way. As
    /// [`flush`](Self::flush), which it does then.
    pub fn room(&mut self, limit: Limit<'_>) -> Result<Room<'_>> {
        let xdp = &self.xdp;
        self.call(Op::Send, poll::OUT, limit).run(&mut || {
            if !xdp.has_room() {
                kick(xdp)?;
            }
            if xdp.has_room() { Ok(0) } else { Err(Errno::AGAIN) }
        })?;
        // Not a frame of ours where the kernel says one that is none.
        self.xdp.room().ok_or_else(|| Error::kernel(Op::Send, Errno::IO))
    }

    /// Sends one frame, its link header included: [`room`](Self::room), a copy, [`flush`](Self::flush).
    ///
    /// # Errors
    ///
    /// EMSGSIZE: longer than the memory's frames. As [`room`](Self::room) and [`flush`](Self::flush).
    pub fn send(&mut self, frame: &[u8], limit: Limit<'_>) -> Result<()> {
        let limit = limit.start();
        let mut room = self.room(limit)?;
        let Some(place) = room.get_mut(..frame.len()) else {
            return Err(Error::kernel(Op::Send, Errno::MSGSIZE));
        };
        place.copy_from_slice(frame);
        if !room.send(frame.len()) {
            return Err(Error::kernel(Op::Send, Errno::AGAIN));
        }
        self.flush(limit)
    }

    /// Has the kernel take all frames that are in the send ring. One that it cannot send (an empty one) it drops, and counts:
    /// [`STATISTICS`](crate::option::xdp::STATISTICS).
    ///
    /// # Errors
    ///
    /// ENXIO: the socket is not bound. ENETDOWN: the interface is down. [`TimedOut`](crate::Kind::TimedOut),
    /// [`Cancelled`](crate::Kind::Cancelled): what was not taken stays in the ring.
    pub fn flush(&mut self, limit: Limit<'_>) -> Result<()> {
        let xdp = &self.xdp;
        let mut all = || {
            while xdp.unsent() > 0 {
                kick(xdp)?;
            }
            Ok(0)
        };
        self.call(Op::Send, poll::OUT, limit).run(&mut all).map(drop)
    }

    /// The next frame that was received, its link header included. It goes back to the kernel when it is dropped.
    ///
    /// # Errors
    ///
    /// [`TimedOut`](crate::Kind::TimedOut), [`Cancelled`](crate::Kind::Cancelled).
    pub fn recv(&mut self, limit: Limit<'_>) -> Result<Arrived<'_>> {
        let xdp = &self.xdp;
        self.call(Op::Recv, poll::IN, limit)
            .run(&mut || if xdp.has_received() { Ok(0) } else { Err(Errno::AGAIN) })?;
        // Not a frame of ours where the kernel says one that is none.
        self.xdp.receive().ok_or_else(|| Error::kernel(Op::Recv, Errno::IO))
    }
}

/// Has the kernel take some of what is in the send ring; EAGAIN: it took nothing.
fn kick(xdp: &Xdp) -> berkeley_sys::Result<()> {
    let before = xdp.unsent();
    match transfer::send(xdp.as_fd(), &[], number::MSG_DONTWAIT) {
        // It stops after some, or has no room now.
        Ok(_) | Err(Errno::AGAIN | Errno::BUSY | Errno::NOBUFS) => {}
        Err(errno) => return Err(errno),
    }
    if xdp.unsent() < before { Ok(()) } else { Err(Errno::AGAIN) }
}

/// For event loops, and for maps of others' programs.
impl AsFd for Queue {
    fn as_fd(&self) -> BorrowedFd<'_> {
        self.xdp.as_fd()
    }
}

/// A program at an interface that hands what comes in by its queues to sockets. Dropped, it is taken away.
///
/// It hands over **everything**, also what belongs to others on this machine: for an interface of one's own.
///
/// ```no_run
/// use berkeley_addr::XdpAddr;
/// use berkeley_socket::xdp::{Queue, Redirect, UmemSize};
/// use berkeley_socket::{Interface, Limit};
///
/// let index = Interface::named("veth0")?.index();
/// let mut queue = Queue::new(&UmemSize::default())?;
/// queue.socket().bind(&XdpAddr { flags: XdpAddr::COPY, ..XdpAddr::on(index, 0) })?;
/// let redirect = Redirect::attach(index, 1)?;
/// redirect.set(0, &queue)?;
/// let frame = queue.recv(Limit::seconds(5))?;
/// println!("{} bytes", frame.len());
/// # Ok::<(), berkeley_socket::Error>(())
/// ```
#[doc(alias("bpf_redirect_map", "XSKMAP", "libxdp"))]
#[derive(Debug)]
pub struct Redirect {
    map: OwnedFd,
    _link: OwnedFd,
}

impl Redirect {
    /// Attaches it to the interface with this index, for its first `queues` queues. Where a queue has no socket its frames go to the stack
    /// as before. Linux 5.9.
    ///
    /// # Errors
    ///
    /// EPERM: CAP_BPF and CAP_NET_ADMIN. EBUSY: the interface has a program. EINVAL: an older kernel. ENODEV.
    pub fn attach(index: u32, queues: u32) -> Result<Self> {
        let failed = |errno| Error::kernel(Op::Interface, errno);
        let map = ebpf::socket_map(queues).map_err(failed)?;
        let program = ebpf::load_redirect(&map).map_err(failed)?;
        let link = ebpf::attach_xdp(&program, index, 0).map_err(failed)?;
        Ok(Self { map, _link: link })
    }

    /// Hands what comes in by this queue to that socket, which must be bound to it.
    ///
    /// # Errors
    ///
    /// E2BIG: there are fewer queues.
    pub fn set(&self, queue: u32, socket: &Queue) -> Result<()> {
        ebpf::set_socket(&self.map, queue, socket)
            .map_err(|errno| Error::kernel(Op::Interface, errno))
    }
}
