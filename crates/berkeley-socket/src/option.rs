//! Options: typed constants for getsockopt(2) and setsockopt(2), one module per level.
//!
//! ```
//! use berkeley_addr::UnixAddr;
//! use berkeley_socket::{Socket, Type, option::so};
//!
//! let (here, _there) = Socket::<UnixAddr>::pair(Type::STREAM)?;
//! here.set(so::RCVBUF, 65_536)?;
//! assert_eq!(here.get(so::RCVBUF)?, 131_072); // Linux doubles what is asked for: socket(7)
//! # Ok::<(), berkeley_socket::Error>(())
//! ```
//!
//! An option is data: level and number, the layout and unit of its value ([`Codec`]), and whether it can be read, set or
//! both ([`Get`], [`Set`], [`GetSet`]). `docs/OPTIONS.md` lists them all. One that is missing is two lines, also outside this crate:
//!
//! ```
//! use berkeley_socket::option::{Flag, SockOpt};
//! /// An option of a kernel to come: level and number.
//! const NEW: SockOpt<Flag> = SockOpt::plain(6, 9999);
//! ```
//!
//! Setting what can only be read does not compile:
//!
//! ```compile_fail,E0277
//! # use berkeley_socket::{Socket, option::so};
//! # fn f(socket: &Socket) {
//! socket.set(so::ERROR, None);
//! # }
//! ```

use core::fmt;
use core::marker::PhantomData;

use berkeley_addr::{Address, Family, Protocol};
use berkeley_sys::Errno;
use berkeley_sys::option::{Name, Plain};

use crate::error::{Error, Op, Result};
use crate::handle::Handle;
use crate::socket::Socket;

mod codec;
pub use codec::{
    Addresses, As, BigEndian, BtPowerCodec, Codec, Credentials, Decode, DomainCodec, Encode,
    ErrnoCodec, Flag, Held, Integer, Label, Length, LingerCodec, List, MembershipsCodec, Micros,
    Millis, Nanos, Nothing, PeerCodec, PortRange, ProtocolCodec, Seconds, SecondsOrNone, Short,
    Text, Time64Codec, TimeoutCodec, TypeCodec, Unsigned, Wire,
};

mod group;
pub use group::{
    Group, Group4, Group4Codec, Group6, Group6Codec, GroupCodec, PacketGroup, PacketGroupCodec,
    PathMtu, Sockaddr4, Sockaddr6, Source4, Source4Codec, SourceGroup, SourceGroupCodec,
};

mod info;
pub use info::{MptcpInfo, MptcpInfoCodec, TcpInfo, TcpInfoCodec};

mod key;
pub use key::{
    AoKey, AoKeyCodec, AoKeyId, AoKeyIdCodec, Md5Key, TcpMd5Codec, TlsCipher, TlsKeys,
    TlsKeysCodec, TlsVersion,
};

mod capture;
pub use capture::{
    Fanout, FanoutCodec, FanoutFlags, FanoutMode, PacketStatistics, PacketStatisticsCodec,
};

mod link;
pub use link::{
    ChannelMode, ChannelPolicy, IsoFlow, IsoQos, IsoQosCodec, ModeCodec, Phys, PhysCodec,
    PolicyCodec, Security, SecurityCodec, SecurityLevel, Voice, VoiceCodec,
};

mod timestamp;
pub use timestamp::{Timestamping, TimestampingCodec};

mod filter;

/// Structures that are values as they are.
pub use berkeley_sys::option::{
    AoInfo, AoRepair, BtConnection, BtSecurity, CanFilter, CanXlVcid, HciFilter, Instruction,
    IsoTpFlowControl, IsoTpLink, IsoTpOptions, J1939Filter, L2capOptions, MemInfo, PacketRing,
    RepairOption, RepairWindow, RolloverStats, SctpAssociation, SctpEvent, SctpEvents, SctpInit,
    SctpRto, SctpSack, SctpSend, SctpSendReceive, SctpValue, TipcGroup, TxTime, XdpOffsets,
    XdpRing, XdpStatistics,
};

pub mod so;
pub mod ip;
pub mod ipv6;
pub mod tcp;
pub mod mptcp;
pub mod tls;
pub mod udp;
pub mod udplite;
pub mod raw;
pub mod dccp;
pub mod sctp;
pub mod smc;
pub mod netlink;
pub mod packet;
pub mod xdp;
pub mod vsock;
pub mod tipc;
pub mod bluetooth;
pub mod l2cap;
pub mod rfcomm;
pub mod sco;
pub mod hci;
pub mod can;
pub mod isotp;
pub mod j1939;
pub mod alg;
pub mod mctp;

/// A socket option: what [`Socket::get`] and [`Socket::set`] take.
pub struct SockOpt<C: Codec, D = GetSet> {
    name: Name<C::Layout>,
    direction: PhantomData<fn() -> D>,
}

/// It can be read and set.
#[derive(Debug)]
pub enum GetSet {}
/// It can only be read.
#[derive(Debug)]
pub enum Get {}
/// It can only be set.
#[derive(Debug)]
pub enum Set {}

/// [`Get`] or [`GetSet`].
#[diagnostic::on_unimplemented(
    message = "this socket option can only be set",
    label = "the kernel does not tell its value"
)]
pub trait Readable {}
impl Readable for GetSet {}
impl Readable for Get {}

/// [`Set`] or [`GetSet`].
#[diagnostic::on_unimplemented(
    message = "this socket option can only be read",
    label = "the kernel does not let it be set"
)]
pub trait Writable {}
impl Writable for GetSet {}
impl Writable for Set {}

impl<C: Codec, D> SockOpt<C, D> {
    /// The option that `name` says; the numbers come from berkeley-sys, where those of structures are.
    pub(crate) const fn of(name: Name<C::Layout>) -> Self {
        Self { name, direction: PhantomData }
    }
}

impl<C: Codec<Layout: Plain>, D> SockOpt<C, D> {
    /// An option whose value is one integer, by its level and number.
    pub const fn plain(level: i32, name: i32) -> Self {
        Self::of(Name::plain(level, name))
    }
}

impl<C: Codec, D> Clone for SockOpt<C, D> {
    fn clone(&self) -> Self {
        *self
    }
}
impl<C: Codec, D> Copy for SockOpt<C, D> {}

impl<C: Codec, D> fmt::Debug for SockOpt<C, D> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.name.fmt(f)
    }
}

impl<A: Address, H: Handle> Socket<A, H> {
    /// The value of an option.
    ///
    /// # Errors
    ///
    /// ENOPROTOOPT: this socket or this kernel has no such option. EOPNOTSUPP: not this family.
    #[doc(alias = "getsockopt")]
    pub fn get<C: Decode, D: Readable>(&self, option: SockOpt<C, D>) -> Result<C::Value> {
        let (value, len) = C::Layout::get(self.fd(), option.name)
            .map_err(|errno| Error::kernel(Op::GetOption, errno))?;
        Ok(C::decode(value, len))
    }

    /// Sets an option.
    ///
    /// # Errors
    ///
    /// As [`get`](Self::get); EINVAL: no such value, or one that its unit cannot say. EPERM: it asks for a capability.
    #[doc(alias = "setsockopt")]
    pub fn set<C: Encode, D: Writable>(
        &self,
        option: SockOpt<C, D>,
        value: C::Value,
    ) -> Result<()> {
        C::encode(value)
            .ok_or(Errno::INVAL)
            .and_then(|value| C::Layout::set(self.fd(), option.name, &value))
            .map_err(|errno| Error::kernel(Op::SetOption, errno))
    }

    /// The family it was opened with. One system call.
    ///
    /// # Errors
    ///
    /// None that a socket gives.
    #[doc(alias = "SO_DOMAIN")]
    pub fn family(&self) -> Result<Family> {
        self.get(so::DOMAIN)
    }

    /// The protocol it was opened with, or got by default. One system call.
    ///
    /// # Errors
    ///
    /// None that a socket gives.
    #[doc(alias = "proto")]
    #[doc(alias = "SO_PROTOCOL")]
    pub fn protocol(&self) -> Result<Protocol> {
        self.get(so::PROTOCOL)
    }
}
