//! `Family` and `Type`: socket(2)'s first two words.
//!
//! Contract: open newtypes over the C integers. A number this crate has no name for is as good as any other; names serve
//! only printing. Sources: socket(2), linux/socket.h (`AF_*`), linux/net.h (`SOCK_*`).

use core::fmt::{self, Write as _};

use crate::bytes::Bytes;

/// Declares the known numbers of an open newtype, once: a constant for each, its C name as search alias where it is another,
/// and all of them as `$table` of (number, C name).
macro_rules! numbers {
    ($type:ident($repr:ty), $table:ident:
        $($(#[$doc:meta])* $name:ident = $value:literal $(, $c:literal)?;)*
    ) => {
        impl $type {
            $($(#[$doc])* $(#[doc(alias = $c)])? pub const $name: Self = Self($value);)*
        }

        const $table: &[($repr, &str)] = &[$(($value, numbers!(@c $name $($c)?))),*];
    };
    (@c $name:ident $c:literal) => { $c };
    (@c $name:ident) => { stringify!($name) };
}
pub(crate) use numbers;

/// Prints the C name of `number`, or `prefix` and the number.
pub(crate) fn print_number<T: Copy + PartialEq + fmt::Display>(
    f: &mut fmt::Formatter<'_>,
    table: &[(T, &'static str)],
    number: T,
    prefix: &str,
) -> fmt::Result {
    if let Some((_, name)) = table.iter().find(|(known, _)| *known == number) {
        return f.pad(name);
    }
    let mut text = Bytes::<32>::EMPTY;
    write!(text, "{prefix}{number}")?;
    f.pad(text.as_text())
}

/// An address family: `AF_INET`, `AF_UNIX` ... (`sa_family_t`).
///
/// ```
/// use berkeley_addr::Family;
///
/// assert_eq!(Family::INET6.to_string(), "AF_INET6");
/// assert_eq!(Family::new(77).to_string(), "AF_77");
/// assert_eq!(Family::UNIX.raw(), 1);
/// ```
#[doc(alias("sa_family_t", "domain", "AddressFamily"))]
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Family(u16);

numbers! { Family(u16), FAMILIES:
    /// No family: a wildcard in look-ups, and what disconnects a datagram socket.
    UNSPEC = 0, "AF_UNSPEC";
    /// Sockets of this machine, unix(7).
    UNIX = 1, "AF_UNIX";
    /// IPv4, ip(7).
    INET = 2, "AF_INET";
    /// Amateur radio AX.25.
    AX25 = 3, "AF_AX25";
    /// Novell IPX.
    IPX = 4, "AF_IPX";
    /// AppleTalk DDP.
    APPLETALK = 5, "AF_APPLETALK";
    /// Amateur radio NET/ROM.
    NETROM = 6, "AF_NETROM";
    /// Multiprotocol bridge.
    BRIDGE = 7, "AF_BRIDGE";
    /// ATM permanent circuits.
    ATMPVC = 8, "AF_ATMPVC";
    /// ITU-T X.25.
    X25 = 9, "AF_X25";
    /// IPv6, ipv6(7).
    INET6 = 10, "AF_INET6";
    /// Amateur radio X.25 PLP.
    ROSE = 11, "AF_ROSE";
    /// DECnet.
    DECNET = 12, "AF_DECnet";
    /// NetBEUI, reserved for 802.2LLC.
    NETBEUI = 13, "AF_NETBEUI";
    /// Security callback pseudo family.
    SECURITY = 14, "AF_SECURITY";
    /// Key management, RFC 2367.
    KEY = 15, "AF_KEY";
    /// Talk with the kernel, netlink(7).
    NETLINK = 16, "AF_NETLINK";
    /// Frames of the link layer, packet(7).
    PACKET = 17, "AF_PACKET";
    /// Ash.
    ASH = 18, "AF_ASH";
    /// Acorn Econet.
    ECONET = 19, "AF_ECONET";
    /// ATM switched circuits.
    ATMSVC = 20, "AF_ATMSVC";
    /// Reliable datagram sockets; its addresses are those of IP.
    RDS = 21, "AF_RDS";
    /// Linux SNA.
    SNA = 22, "AF_SNA";
    /// IrDA.
    IRDA = 23, "AF_IRDA";
    /// PPP over X.
    PPPOX = 24, "AF_PPPOX";
    /// Wanpipe API.
    WANPIPE = 25, "AF_WANPIPE";
    /// Linux LLC.
    LLC = 26, "AF_LLC";
    /// Native InfiniBand.
    IB = 27, "AF_IB";
    /// MPLS.
    MPLS = 28, "AF_MPLS";
    /// Controller area network.
    CAN = 29, "AF_CAN";
    /// Transparent inter-process communication.
    TIPC = 30, "AF_TIPC";
    /// Bluetooth, with one address layout per protocol.
    BLUETOOTH = 31, "AF_BLUETOOTH";
    /// z/VM inter-user communication vehicle.
    IUCV = 32, "AF_IUCV";
    /// RxRPC remote procedure calls.
    RXRPC = 33, "AF_RXRPC";
    /// mISDN.
    ISDN = 34, "AF_ISDN";
    /// Phonet.
    PHONET = 35, "AF_PHONET";
    /// IEEE 802.15.4.
    IEEE802154 = 36, "AF_IEEE802154";
    /// CAIF.
    CAIF = 37, "AF_CAIF";
    /// The kernel's cryptography.
    ALG = 38, "AF_ALG";
    /// Near field communication.
    NFC = 39, "AF_NFC";
    /// Virtual machines and their hosts, vsock(7).
    VSOCK = 40, "AF_VSOCK";
    /// Kernel connection multiplexor.
    KCM = 41, "AF_KCM";
    /// Qualcomm IPC router.
    QIPCRTR = 42, "AF_QIPCRTR";
    /// Shared memory communication; its addresses are those of IP.
    SMC = 43, "AF_SMC";
    /// Express data path.
    XDP = 44, "AF_XDP";
    /// Management component transport.
    MCTP = 45, "AF_MCTP";
}

impl Family {
    /// Every family linux/socket.h names, `AF_UNSPEC` first.
    #[expect(clippy::indexing_slicing, reason = "in a constant a wrong index stops the build")]
    pub const ALL: &[Self] = &{
        let mut all = [Self::UNSPEC; FAMILIES.len()];
        let mut i = 0;
        while i < all.len() {
            all[i] = Self(FAMILIES[i].0);
            i += 1;
        }
        all
    };

    /// The family of a number.
    pub const fn new(number: u16) -> Self {
        Self(number)
    }

    /// The number of the family.
    pub const fn raw(self) -> u16 {
        self.0
    }

    /// The family of a sockaddr: its first two bytes, or `None` when there are not that many.
    #[inline]
    pub(crate) fn of(sockaddr: &[u8]) -> Option<Self> {
        Some(Self(u16::from_ne_bytes(*sockaddr.first_chunk()?)))
    }
}

impl fmt::Display for Family {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        print_number(f, FAMILIES, self.0, "AF_")
    }
}

impl fmt::Debug for Family {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

/// A socket type: `SOCK_STREAM`, `SOCK_DGRAM` ...
///
/// ```
/// use berkeley_addr::Type;
///
/// assert_eq!(Type::STREAM.to_string(), "SOCK_STREAM");
/// assert_eq!(Type::new(9).to_string(), "SOCK_9");
/// assert!(Type::DGRAM.keeps_boundaries());
/// ```
#[doc(alias("SocketKind", "__socket_type"))]
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Type(i32);

numbers! { Type(i32), TYPES:
    /// A connected, reliable stream of bytes.
    STREAM = 1, "SOCK_STREAM";
    /// Messages, each by itself.
    DGRAM = 2, "SOCK_DGRAM";
    /// The protocol below, headers and all.
    RAW = 3, "SOCK_RAW";
    /// Messages, delivered reliably but in any order.
    RDM = 4, "SOCK_RDM";
    /// Messages over a connection, reliable and in order.
    SEQPACKET = 5, "SOCK_SEQPACKET";
    /// DCCP's own: messages over a congestion-controlled connection.
    DCCP = 6, "SOCK_DCCP";
    /// The obsolete way to packets; use [`Family::PACKET`].
    PACKET = 10, "SOCK_PACKET";
}

impl Type {
    /// Every type linux/net.h names.
    pub const ALL: &[Self] = &[
        Self::STREAM,
        Self::DGRAM,
        Self::RAW,
        Self::RDM,
        Self::SEQPACKET,
        Self::DCCP,
        Self::PACKET,
    ];

    /// The type of a number.
    pub const fn new(number: i32) -> Self {
        Self(number)
    }

    /// The number of the type.
    pub const fn raw(self) -> i32 {
        self.0
    }

    /// Whether one send is one receive: true for all types above but streams, false for a number that is none of them.
    pub const fn keeps_boundaries(self) -> bool {
        matches!(
            self,
            Self::DGRAM | Self::RAW | Self::RDM | Self::SEQPACKET | Self::DCCP | Self::PACKET
        )
    }
}

impl fmt::Display for Type {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        print_number(f, TYPES, self.0, "SOCK_")
    }
}

impl fmt::Debug for Type {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}
