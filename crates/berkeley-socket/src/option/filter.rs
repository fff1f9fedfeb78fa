//! What is not a value: filters, classic and eBPF, and the peer's process as a descriptor. socket(7), filter.rst.

use berkeley_addr::Address;
use berkeley_sys::number::opt;
use berkeley_sys::{Errno, option};
use std::os::fd::{BorrowedFd, OwnedFd};

use super::{Flag, Instruction, Set, SockOpt};
use crate::error::{Error, Op, Result};
use crate::handle::Handle;
use crate::socket::Socket;

const DETACH_FILTER: SockOpt<Flag, Set> = SockOpt::plain(opt::SOL_SOCKET, opt::SO_DETACH_FILTER);
const DETACH_REUSEPORT_BPF: SockOpt<Flag, Set> =
    SockOpt::plain(opt::SOL_SOCKET, opt::SO_DETACH_REUSEPORT_BPF);

fn setting(outcome: core::result::Result<(), Errno>) -> Result<()> {
    outcome.map_err(|errno| Error::kernel(Op::SetOption, errno))
}

fn getting(errno: Errno) -> Error {
    Error::kernel(Op::GetOption, errno)
}

/// Filters, and the peer's process.
impl<A: Address, H: Handle> Socket<A, H> {
    /// Lets a classic filter decide which packets come in, and how much of each: the number it returns is the length kept.
    ///
    /// ```
    /// use berkeley_socket::option::Instruction;
    /// use berkeley_socket::{Limit, Socket, Type};
    /// use std::net::SocketAddr;
    ///
    /// let socket = Socket::bound(Type::DGRAM, &SocketAddr::from(([127, 0, 0, 1], 0)))?;
    /// // BPF_RET | BPF_K: keep nothing.
    /// let nothing = Instruction { code: 0x06, jump_true: 0, jump_false: 0, operand: 0 };
    /// socket.attach_filter(&[nothing])?;
    /// assert_eq!(socket.filter()?, [nothing]);
    /// socket.detach_filter()?;
    /// # Ok::<(), berkeley_socket::Error>(())
    /// ```
    ///
    /// # Errors
    ///
    /// EINVAL: no valid program. EPERM: the filter is locked ([`so::LOCK_FILTER`](super::so::LOCK_FILTER)).
    #[doc(alias = "SO_ATTACH_FILTER")]
    pub fn attach_filter(&self, instructions: &[Instruction]) -> Result<()> {
        setting(option::attach_filter(self.fd(), instructions))
    }

    /// The classic filter in place; empty: none.
    ///
    /// # Errors
    ///
    /// EACCES: the filter is not a classic one.
    #[doc(alias = "SO_GET_FILTER")]
    pub fn filter(&self) -> Result<Vec<Instruction>> {
        const NONE: Instruction = Instruction { code: 0, jump_true: 0, jump_false: 0, operand: 0 };
        // Another thread may attach a longer one meanwhile; the longest has 4096.
        let mut room = option::get_filter(self.fd(), &mut []).map_err(getting)?;
        loop {
            let mut list = vec![NONE; room];
            match option::get_filter(self.fd(), &mut list) {
                Ok(len) if len <= room => {
                    list.truncate(len);
                    return Ok(list);
                }
                Ok(len) => room = len,
                Err(Errno::INVAL) if room < 4096 => room = 4096,
                Err(errno) => return Err(getting(errno)),
            }
        }
    }

    /// Takes the filter away, classic or not.
    ///
    /// # Errors
    ///
    /// ENOENT: there is none. EPERM: it is locked.
    #[doc(alias("SO_DETACH_FILTER", "SO_DETACH_BPF"))]
    pub fn detach_filter(&self) -> Result<()> {
        self.set(DETACH_FILTER, false)
    }

    /// Lets a loaded eBPF program decide which packets come in. Linux 3.19.
    ///
    /// # Errors
    ///
    /// EBADF, EINVAL: no program of that kind. EPERM: the filter is locked.
    #[doc(alias = "SO_ATTACH_BPF")]
    pub fn attach_bpf(&self, program: BorrowedFd<'_>) -> Result<()> {
        setting(option::attach_bpf(self.fd(), program))
    }

    /// Lets a classic filter choose among the sockets that share a port ([`so::REUSEPORT`](super::so::REUSEPORT)): the
    /// number it returns is the socket's, in the order they were bound. Linux 4.5.
    ///
    /// # Errors
    ///
    /// EINVAL: no valid program, or the socket shares nothing.
    #[doc(alias = "SO_ATTACH_REUSEPORT_CBPF")]
    pub fn attach_reuseport_filter(&self, instructions: &[Instruction]) -> Result<()> {
        setting(option::attach_reuseport_filter(self.fd(), instructions))
    }

    /// Lets a loaded eBPF program choose among the sockets that share a port. Linux 4.5.
    ///
    /// # Errors
    ///
    /// EBADF, EINVAL: no program of that kind.
    #[doc(alias = "SO_ATTACH_REUSEPORT_EBPF")]
    pub fn attach_reuseport_bpf(&self, program: BorrowedFd<'_>) -> Result<()> {
        setting(option::attach_reuseport_bpf(self.fd(), program))
    }

    /// Lets the kernel choose among the sockets that share a port again. Linux 5.3.
    ///
    /// # Errors
    ///
    /// ENOENT: nothing else did.
    #[doc(alias = "SO_DETACH_REUSEPORT_BPF")]
    pub fn detach_reuseport(&self) -> Result<()> {
        self.set(DETACH_REUSEPORT_BPF, false)
    }

    /// Lets a classic filter choose among the packet sockets of a group ([`packet::FANOUT`](super::packet::FANOUT) by [`CBPF`](super::FanoutMode::CBPF)): the
    /// number it returns is the socket's. Linux 4.3.
    ///
    /// # Errors
    ///
    /// EINVAL: no valid program, no group, or one of another mode.
    #[doc(alias = "PACKET_FANOUT_DATA")]
    pub fn attach_fanout_filter(&self, instructions: &[Instruction]) -> Result<()> {
        setting(option::attach_fanout_filter(self.fd(), instructions))
    }

    /// Lets a loaded eBPF program choose among the packet sockets of a group by [`EBPF`](super::FanoutMode::EBPF). Linux 4.3.
    ///
    /// # Errors
    ///
    /// As [`attach_fanout_filter`](Self::attach_fanout_filter).
    #[doc(alias = "PACKET_FANOUT_DATA")]
    pub fn attach_fanout_bpf(&self, program: BorrowedFd<'_>) -> Result<()> {
        setting(option::attach_fanout_bpf(self.fd(), program))
    }

    /// A descriptor of the process that connected, or made the pair (AF_UNIX). Linux 6.5.
    ///
    /// # Errors
    ///
    /// ENODATA: there was no peer. ESRCH: it has gone (before Linux 6.16).
    #[doc(alias = "SO_PEERPIDFD")]
    pub fn peer_pidfd(&self) -> Result<OwnedFd> {
        option::peer_pidfd(self.fd()).map_err(getting)
    }
}
