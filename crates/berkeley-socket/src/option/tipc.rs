//! Options of TIPC: level SOL_TIPC, linux/tipc.h.

use core::fmt;

use berkeley_addr::TipcScope;
use berkeley_sys::number::opt;
use berkeley_sys::option::{self, TipcGroup};

use super::codec::codecs;
use super::{Flag, Get, Millis, Nothing, Set, SockOpt, Unsigned};

/// How late what is sent is dropped where a receiver or a link is overloaded. An open set of numbers.
///
/// ```
/// use berkeley_socket::option::tipc::Importance;
/// assert!(Importance::CRITICAL > Importance::default());
/// ```
#[derive(Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Importance(u32);

impl Importance {
    /// The least, and what a socket begins with.
    #[doc(alias = "TIPC_LOW_IMPORTANCE")]
    pub const LOW: Self = Self(0);
    /// A receiver holds twice as much of it.
    #[doc(alias = "TIPC_MEDIUM_IMPORTANCE")]
    pub const MEDIUM: Self = Self(1);
    /// Four times as much.
    #[doc(alias = "TIPC_HIGH_IMPORTANCE")]
    pub const HIGH: Self = Self(2);
    /// Eight times as much.
    #[doc(alias = "TIPC_CRITICAL_IMPORTANCE")]
    pub const CRITICAL: Self = Self(3);

    /// The importance of a number.
    pub const fn new(number: u32) -> Self {
        Self(number)
    }

    /// The number of the importance.
    pub const fn raw(self) -> u32 {
        self.0
    }
}

impl fmt::Debug for Importance {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match *self {
            Self::LOW => f.write_str("low"),
            Self::MEDIUM => f.write_str("medium"),
            Self::HIGH => f.write_str("high"),
            Self::CRITICAL => f.write_str("critical"),
            Self(other) => write!(f, "{other}"),
        }
    }
}

/// A communication group, and which member of it the socket becomes: [`GROUP_JOIN`].
///
/// ```
/// use berkeley_socket::option::tipc::Group;
/// let quiet = Group::new(4711, 1);
/// assert!(!quiet.loopback && !quiet.member_events);
/// assert_eq!(Group { member_events: true, ..quiet }, quiet.with_member_events());
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Group {
    /// The group: a service's type, from 64 on.
    #[doc(alias = "type")]
    pub ty: u32,
    /// The member. Several sockets may be the same one: an anycast goes to one of them.
    pub instance: u32,
    /// Whether the group is the cluster's or this node's.
    pub scope: TipcScope,
    /// Whether the socket receives what it sends to addresses that mean itself as well.
    #[doc(alias = "TIPC_GROUP_LOOPBACK")]
    pub loopback: bool,
    /// Whether the socket is told of members that come and go.
    #[doc(alias = "TIPC_GROUP_MEMBER_EVTS")]
    pub member_events: bool,
}

impl Group {
    /// Member `instance` of group `ty`, in the whole cluster, without its own messages and without news of other members.
    pub const fn new(ty: u32, instance: u32) -> Self {
        let scope = TipcScope::CLUSTER;
        Self { ty, instance, scope, loopback: false, member_events: false }
    }

    /// The same, told of members that come and go.
    #[must_use]
    pub const fn with_member_events(self) -> Self {
        Self { member_events: true, ..self }
    }
}

codecs! {
    /// An `unsigned int`: `TIPC_LOW_IMPORTANCE` to `TIPC_CRITICAL_IMPORTANCE`.
    ImportanceCodec: u32 => Importance {
        encode |importance| Some(importance.raw());
        decode |value, _| Importance::new(value);
    }
    /// `struct tipc_group_req`.
    GroupCodec: TipcGroup => Group {
        encode |group| Some(TipcGroup {
            kind: group.ty,
            instance: group.instance,
            scope: u32::try_from(group.scope.raw()).ok()?,
            flags: u32::from(group.loopback) | u32::from(group.member_events) << 1,
        });
    }
}

/// `TIPC_IMPORTANCE`: how late what is sent is dropped.
/// Linux 2.6.16; linux/tipc.h.
#[doc(alias = "TIPC_IMPORTANCE")]
pub const IMPORTANCE: SockOpt<ImportanceCodec> =
    SockOpt::plain(opt::SOL_TIPC, opt::TIPC_IMPORTANCE);
/// `TIPC_SRC_DROPPABLE`: drop what cannot be sent, rather than wait; so SOCK_DGRAM begins.
/// Linux 2.6.16; linux/tipc.h.
#[doc(alias = "TIPC_SRC_DROPPABLE")]
pub const SRC_DROPPABLE: SockOpt<Flag> = SockOpt::plain(opt::SOL_TIPC, opt::TIPC_SRC_DROPPABLE);
/// `TIPC_DEST_DROPPABLE`: drop what cannot be delivered, rather than return it; so SOCK_RDM and SOCK_DGRAM begin.
/// Linux 2.6.16; linux/tipc.h.
#[doc(alias = "TIPC_DEST_DROPPABLE")]
pub const DEST_DROPPABLE: SockOpt<Flag> = SockOpt::plain(opt::SOL_TIPC, opt::TIPC_DEST_DROPPABLE);
/// `TIPC_CONN_TIMEOUT`: how long connect may take.
/// Linux 2.6.39; linux/tipc.h.
#[doc(alias = "TIPC_CONN_TIMEOUT")]
pub const CONN_TIMEOUT: SockOpt<Millis> = SockOpt::plain(opt::SOL_TIPC, opt::TIPC_CONN_TIMEOUT);
/// `TIPC_NODE_RECVQ_DEPTH`: messages waiting on this node; 0 since Linux 3.
/// Linux 2.6.16; linux/tipc.h.
#[doc(alias = "TIPC_NODE_RECVQ_DEPTH")]
pub const NODE_RECVQ_DEPTH: SockOpt<Unsigned, Get> =
    SockOpt::plain(opt::SOL_TIPC, opt::TIPC_NODE_RECVQ_DEPTH);
/// `TIPC_SOCK_RECVQ_DEPTH`: messages waiting on this socket.
/// Linux 2.6.16; linux/tipc.h.
#[doc(alias = "TIPC_SOCK_RECVQ_DEPTH")]
pub const SOCK_RECVQ_DEPTH: SockOpt<Unsigned, Get> =
    SockOpt::plain(opt::SOL_TIPC, opt::TIPC_SOCK_RECVQ_DEPTH);
/// `TIPC_SOCK_RECVQ_USED`: bytes of memory that waiting messages take of this socket's.
/// Linux 4.20; linux/tipc.h.
#[doc(alias = "TIPC_SOCK_RECVQ_USED")]
pub const SOCK_RECVQ_USED: SockOpt<Unsigned, Get> =
    SockOpt::plain(opt::SOL_TIPC, opt::TIPC_SOCK_RECVQ_USED);
/// `TIPC_MCAST_BROADCAST`: multicast by broadcast, whatever the kernel would choose.
/// Linux 4.11; linux/tipc.h.
#[doc(alias = "TIPC_MCAST_BROADCAST")]
pub const MCAST_BROADCAST: SockOpt<Nothing, Set> = SockOpt::of(option::TIPC_MCAST_BROADCAST);
/// `TIPC_MCAST_REPLICAST`: multicast by one copy a node, whatever the kernel would choose.
/// Linux 4.11; linux/tipc.h.
#[doc(alias = "TIPC_MCAST_REPLICAST")]
pub const MCAST_REPLICAST: SockOpt<Nothing, Set> = SockOpt::of(option::TIPC_MCAST_REPLICAST);
/// `TIPC_GROUP_JOIN`: join a communication group.
/// Linux 4.15; linux/tipc.h.
#[doc(alias = "TIPC_GROUP_JOIN")]
pub const GROUP_JOIN: SockOpt<GroupCodec, Set> = SockOpt::of(option::TIPC_GROUP_JOIN);
/// `TIPC_GROUP_LEAVE`: leave the communication group.
/// Linux 4.15; linux/tipc.h.
#[doc(alias = "TIPC_GROUP_LEAVE")]
pub const GROUP_LEAVE: SockOpt<Nothing, Set> = SockOpt::of(option::TIPC_GROUP_LEAVE);
/// `TIPC_NODELAY`: do not gather small messages. The kernel does not tell it.
/// Linux 5.5; linux/tipc.h.
#[doc(alias = "TIPC_NODELAY")]
pub const NODELAY: SockOpt<Flag, Set> = SockOpt::plain(opt::SOL_TIPC, opt::TIPC_NODELAY);
