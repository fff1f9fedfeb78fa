//! Numbers of links, addresses, routes and neighbours, by name: open sets.
//!
//! Contract: a number without a name here is as good as any other; names serve printing, in the words of ip(8).
//! Sources: `linux/if.h` (`IFF_*`, `IF_OPER_*`), `linux/if_arp.h`, `linux/rtnetlink.h`, `linux/if_addr.h`, `linux/neighbour.h`,
//! `net/tcp_states.h`.

use core::fmt;

use crate::newtype::{bits, numbers};

/// [`numbers`] that print in words. Expands to a struct for each type, and its `Display`.
macro_rules! words {
    ($(
        $(#[$doc:meta])*
        $type:ident($int:ty) { $($(#[$name_doc:meta])* $name:ident = $value:literal, $text:literal;)* }
    )*) => {$(
        numbers! {
            $(#[$doc])*
            #[derive(Default)]
            $type($int) { $($(#[$name_doc])* $name = $value;)* }
        }

        impl fmt::Display for $type {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                match self.0 {
                    $($value => f.pad($text),)*
                    number => f.pad_integral(true, "", &number.to_string()),
                }
            }
        }
    )*};
}

words! {
    /// What a link's frames are: `ARPHRD_*`.
    #[doc(alias = "ARPHRD")]
    LinkType(u16) {
        /// Ethernet, and what looks like it.
        ETHER = 1, "ether";
        /// CAN.
        CAN = 280, "can";
        /// IPv4 in IPv4.
        TUNNEL = 768, "ipip";
        /// IPv6 in IPv6.
        TUNNEL6 = 769, "tunnel6";
        /// The loopback.
        LOOPBACK = 772, "loopback";
        /// IPv6 in IPv4.
        SIT = 776, "sit";
        /// GRE over IPv4.
        IPGRE = 778, "gre";
        /// A monitor of netlink.
        NETLINK = 824, "netlink";
        /// No header at all.
        NONE = 0xfffe, "none";
    }

    /// What a link can do at the moment (RFC 2863): `IF_OPER_*`.
    #[doc(alias = "IFLA_OPERSTATE")]
    OperState(u8) {
        /// The driver does not say.
        UNKNOWN = 0, "UNKNOWN";
        /// A part is missing.
        NOTPRESENT = 1, "NOTPRESENT";
        /// No carrier.
        DOWN = 2, "DOWN";
        /// What it stands on is down.
        LOWERLAYERDOWN = 3, "LOWERLAYERDOWN";
        /// Under test.
        TESTING = 4, "TESTING";
        /// It waits for an event, such as an authentication.
        DORMANT = 5, "DORMANT";
        /// It carries packets.
        UP = 6, "UP";
    }

    /// How far an address or a route's destination is valid: `RT_SCOPE_*`.
    Scope(u8) {
        /// Everywhere.
        UNIVERSE = 0, "global";
        /// Within the site.
        SITE = 200, "site";
        /// On the link.
        LINK = 253, "link";
        /// On this host.
        HOST = 254, "host";
        /// Nowhere.
        NOWHERE = 255, "nowhere";
    }

    /// What a route does: `RTN_*`.
    RouteKind(u8) {
        /// Nothing said.
        UNSPEC = 0, "none";
        /// To a gateway, or to the link.
        UNICAST = 1, "unicast";
        /// An address of this host.
        LOCAL = 2, "local";
        /// A broadcast address.
        BROADCAST = 3, "broadcast";
        /// An anycast address.
        ANYCAST = 4, "anycast";
        /// Multicast.
        MULTICAST = 5, "multicast";
        /// Dropped.
        BLACKHOLE = 6, "blackhole";
        /// Dropped, and said so.
        UNREACHABLE = 7, "unreachable";
        /// Dropped, and said so: forbidden.
        PROHIBIT = 8, "prohibit";
        /// The next table decides.
        THROW = 9, "throw";
    }

    /// Who made a route: `RTPROT_*`.
    RouteProtocol(u8) {
        /// Nobody said.
        UNSPEC = 0, "none";
        /// An ICMP redirect.
        REDIRECT = 1, "redirect";
        /// The kernel.
        KERNEL = 2, "kernel";
        /// A program at the start.
        BOOT = 3, "boot";
        /// The administrator.
        STATIC = 4, "static";
        /// A router's advertisement.
        RA = 9, "ra";
        /// DHCP.
        DHCP = 16, "dhcp";
    }

    /// A routing table: `RT_TABLE_*`.
    Table(u32) {
        /// Not said: the main one.
        UNSPEC = 0, "unspec";
        /// The one before the last.
        DEFAULT = 253, "default";
        /// The usual one.
        MAIN = 254, "main";
        /// The host's own addresses; the kernel keeps it.
        LOCAL = 255, "local";
    }

    /// The state of a socket: `TCP_*`, for what is not TCP as well.
    SocketState(u8) {
        /// Connected.
        ESTABLISHED = 1, "ESTABLISHED";
        /// A connect waits for its answer.
        SYN_SENT = 2, "SYN_SENT";
        /// A connection comes.
        SYN_RECV = 3, "SYN_RECV";
        /// Its end was sent.
        FIN_WAIT1 = 4, "FIN_WAIT1";
        /// And acknowledged.
        FIN_WAIT2 = 5, "FIN_WAIT2";
        /// Over; late segments are waited for.
        TIME_WAIT = 6, "TIME_WAIT";
        /// Not connected.
        CLOSE = 7, "CLOSE";
        /// The peer's end came.
        CLOSE_WAIT = 8, "CLOSE_WAIT";
        /// After that its own was sent.
        LAST_ACK = 9, "LAST_ACK";
        /// It takes connections.
        LISTEN = 10, "LISTEN";
        /// Both ends were sent at once.
        CLOSING = 11, "CLOSING";
        /// A connection comes, and has no socket yet.
        NEW_SYN_RECV = 12, "NEW_SYN_RECV";
    }
}

bits! {
    /// What an interface is and does: `IFF_*`.
    InterfaceFlags(u32) {
        /// Up, as the administrator wants it.
        UP = 0x1;
        /// It has a broadcast address.
        BROADCAST = 0x2;
        /// For debugging.
        DEBUG = 0x4;
        /// The loopback.
        LOOPBACK = 0x8;
        /// One peer alone.
        POINTOPOINT = 0x10;
        /// Resources are there, and a carrier.
        RUNNING = 0x40;
        /// No address resolution.
        NOARP = 0x80;
        /// It takes every frame.
        PROMISC = 0x100;
        /// It takes every multicast frame.
        ALLMULTI = 0x200;
        /// Of a bundle, the one that leads.
        MASTER = 0x400;
        /// Of a bundle, one that follows.
        SLAVE = 0x800;
        /// It can do multicast.
        MULTICAST = 0x1000;
        /// The driver says: there is a carrier.
        LOWER_UP = 0x1_0000;
        /// The driver waits for an event.
        DORMANT = 0x2_0000;
        /// It sends back what it sends.
        ECHO = 0x4_0000;
    }

    /// Of an address: `IFA_F_*`.
    AddressFlags(u32) {
        /// IPv4: a second one of its network. IPv6: a temporary one.
        SECONDARY = 0x1;
        /// No detection of duplicates.
        NODAD = 0x2;
        /// Usable before the detection ends.
        OPTIMISTIC = 0x4;
        /// Another host has it.
        DADFAILED = 0x8;
        /// A home address (mobile IPv6).
        HOMEADDRESS = 0x10;
        /// Not for new connections.
        DEPRECATED = 0x20;
        /// Its detection of duplicates goes on.
        TENTATIVE = 0x40;
        /// For ever.
        PERMANENT = 0x80;
        /// The kernel makes temporary ones of it.
        MANAGETEMPADDR = 0x100;
        /// Without a route to its network.
        NOPREFIXROUTE = 0x200;
        /// Its multicast groups are joined.
        MCAUTOJOIN = 0x400;
        /// By RFC 7217.
        STABLE_PRIVACY = 0x800;
    }

    /// What is known of a neighbour: `NUD_*`.
    NeighbourState(u32) {
        /// It was asked.
        INCOMPLETE = 0x1;
        /// It answered lately.
        REACHABLE = 0x2;
        /// It answered once.
        STALE = 0x4;
        /// It is going to be asked.
        DELAY = 0x8;
        /// It was asked again.
        PROBE = 0x10;
        /// It does not answer.
        FAILED = 0x20;
        /// It is not asked.
        NOARP = 0x40;
        /// For ever, as the administrator said.
        PERMANENT = 0x80;
    }
}
