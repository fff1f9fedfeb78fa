//! Leases of IPv6 flow labels: IPV6_FLOWLABEL_MGR of linux/in6.h, RFC 6437.
//!
//! A label marks the packets of one flow, so that routers keep them together. Linux sends one where a socket says so
//! ([`ipv6::FLOWINFO_SEND`](crate::option::ipv6::FLOWINFO_SEND)) and has leased it, in the flowinfo of the address that is sent or connected to. A
//! receiver finds it as a control message ([`control::ipv6::FLOWINFO`](crate::control::ipv6::FLOWINFO)): in received addresses flowinfo is 0.

use core::net::Ipv6Addr;
use core::time::Duration;

use berkeley_addr::{Address, FlowInfo};
use berkeley_sys::{Errno, flowlabel};

use crate::error::{Error, Op, Result};
use crate::handle::Handle;
use crate::socket::Socket;

/// What to lease.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct FlowLabelLease {
    /// Where the flow leads; unspecified: anywhere.
    pub destination: Ipv6Addr,
    /// The label, of 20 bits; `None`: the kernel chooses one that nobody has.
    pub label: Option<u32>,
    /// Who else may use it.
    pub share: FlowLabelShare,
    /// How long nobody else may have it after its last user has gone; whole seconds, at most 60 without CAP_NET_ADMIN.
    pub linger: Duration,
    /// How long it is leased at least, used or not; whole seconds, at most 60 without CAP_NET_ADMIN.
    pub expires: Duration,
}

/// Who may use a leased label beside its socket.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum FlowLabelShare {
    /// No other socket: `IPV6_FL_S_EXCL`.
    Exclusive,
    /// Those of this process: `IPV6_FL_S_PROCESS`.
    Process,
    /// Those of this user: `IPV6_FL_S_USER`.
    User,
    /// All: `IPV6_FL_S_ANY`.
    Any,
}

impl FlowLabelLease {
    /// A label of the kernel's choice to `destination`, for this socket alone, for the kernel's shortest times.
    pub const fn to(destination: Ipv6Addr) -> Self {
        Self {
            destination,
            label: None,
            share: FlowLabelShare::Exclusive,
            linger: Duration::ZERO,
            expires: Duration::ZERO,
        }
    }

    /// `struct in6_flowlabel_req`.
    fn request(&self, action: Action) -> Option<[u8; flowlabel::LEN]> {
        let label = FlowInfo::new(0, self.label.unwrap_or(0))?.label();
        let share: u8 = match self.share {
            FlowLabelShare::Exclusive => 1,
            FlowLabelShare::Process => 2,
            FlowLabelShare::User => 3,
            FlowLabelShare::Any => 255,
        };
        let seconds = |time: Duration| {
            let up = u64::from(time.subsec_nanos() > 0);
            u16::try_from(time.as_secs().checked_add(up)?).ok()
        };
        let mut request = [0; flowlabel::LEN];
        request[..16].copy_from_slice(&self.destination.octets());
        request[16..20].copy_from_slice(&label.to_be_bytes());
        request[20..22].copy_from_slice(&[action as u8, share]);
        request[22..24].copy_from_slice(&action.flags().to_ne_bytes());
        request[24..26].copy_from_slice(&seconds(self.expires)?.to_ne_bytes());
        request[26..28].copy_from_slice(&seconds(self.linger)?.to_ne_bytes());
        Some(request)
    }
}

/// `IPV6_FL_A_*`.
#[derive(Clone, Copy)]
enum Action {
    Get = 0,
    Put = 1,
    Renew = 2,
}

impl Action {
    /// `IPV6_FL_F_CREATE`, where there may be none yet.
    fn flags(self) -> u16 {
        match self {
            Self::Get => 1,
            Self::Put | Self::Renew => 0,
        }
    }
}

impl<A: Address, H: Handle> Socket<A, H> {
    /// Leases a flow label for this socket, and tells which.
    ///
    /// # Errors
    ///
    /// EINVAL: more than 20 bits, more seconds than 65,535. EEXIST, EPERM: somebody has it. ENOBUFS: too many are leased. ENOPROTOOPT:
    /// not IPv6.
    ///
    /// ```
    /// use berkeley_socket::option::ipv6;
    /// use berkeley_socket::{FlowLabelLease, Socket, Type};
    /// use std::net::{Ipv6Addr, SocketAddrV6};
    ///
    /// let any = SocketAddrV6::new(Ipv6Addr::LOCALHOST, 0, 0, 0);
    /// # if Socket::bound(Type::DGRAM, &any).is_err() { return Ok(()) } // no IPv6 here
    /// let there = Socket::bound(Type::DGRAM, &any)?;
    /// let here = Socket::open_for(Type::DGRAM, &any)?;
    /// let label = here.lease_flow_label(&FlowLabelLease::to(Ipv6Addr::LOCALHOST))?;
    /// here.set(ipv6::FLOWINFO_SEND, true)?;
    /// let to = SocketAddrV6::new(Ipv6Addr::LOCALHOST, there.local_addr()?.port(), label, 0);
    /// here.send_to(b"in one flow", &to)?;
    /// # Ok::<(), berkeley_socket::Error>(())
    /// ```
    #[doc(alias = "IPV6_FLOWLABEL_MGR")]
    pub fn lease_flow_label(&self, lease: &FlowLabelLease) -> Result<u32> {
        self.manage_flow_label(lease, Action::Get)
    }

    /// Leases a label anew for the times that `lease` says; it must name the label.
    ///
    /// # Errors
    ///
    /// As [`lease_flow_label`](Self::lease_flow_label); ESRCH: this socket has not leased it.
    pub fn renew_flow_label(&self, lease: &FlowLabelLease) -> Result<()> {
        self.manage_flow_label(lease, Action::Renew).map(drop)
    }

    /// Gives a label up. Closing the socket does so, too.
    ///
    /// # Errors
    ///
    /// ESRCH: this socket has not leased it.
    pub fn release_flow_label(&self, label: u32) -> Result<()> {
        let lease =
            FlowLabelLease { label: Some(label), ..FlowLabelLease::to(Ipv6Addr::UNSPECIFIED) };
        self.manage_flow_label(&lease, Action::Put).map(drop)
    }

    fn manage_flow_label(&self, lease: &FlowLabelLease, action: Action) -> Result<u32> {
        let managed = lease.request(action).ok_or(Errno::INVAL).and_then(|mut request| {
            flowlabel::manage(self.fd(), &mut request)?;
            let [.., a, b, c, d] = *request.first_chunk::<20>().unwrap_or(&[0; 20]);
            Ok(u32::from_be_bytes([a, b, c, d]))
        });
        managed.map_err(|errno| Error::kernel(Op::SetOption, errno))
    }
}
