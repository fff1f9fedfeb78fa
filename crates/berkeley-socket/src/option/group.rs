//! Multicast groups, and addresses in options: what is joined, where, and whose packets. ip(7), ipv6(7), packet(7), RFC 3678.

use core::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr, SocketAddrV4, SocketAddrV6};

use berkeley_addr::Address;
use berkeley_sys::option::{
    GroupReq, GroupSourceReq, IpMreqSource, IpMreqn, Ipv6Mreq, MtuInfo, PacketMreq,
};

use super::codec::codecs;

/// An IPv4 multicast group on an interface.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Group4 {
    /// The group.
    pub group: Ipv4Addr,
    /// The index of the interface; 0: the kernel chooses.
    pub interface: u32,
}

/// An IPv6 address, mostly of a multicast group, on an interface.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Group6 {
    /// The group.
    pub group: Ipv6Addr,
    /// The index of the interface; 0: the kernel chooses.
    pub interface: u32,
}

/// A multicast group on an interface by its own address, and one source.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Source4 {
    /// The group.
    pub group: Ipv4Addr,
    /// The interface; `UNSPECIFIED`: the kernel chooses.
    pub interface: Ipv4Addr,
    /// Whose packets.
    pub source: Ipv4Addr,
}

/// A multicast group on an interface.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Group {
    /// The group.
    pub group: IpAddr,
    /// The index of the interface; 0: the kernel chooses.
    pub interface: u32,
}

/// A multicast group on an interface, and one source.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct SourceGroup {
    /// The group.
    pub group: IpAddr,
    /// Whose packets.
    pub source: IpAddr,
    /// The index of the interface; 0: the kernel chooses.
    pub interface: u32,
}

/// What a packet socket asks an interface, by its index, to let through.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum PacketGroup {
    /// Everything (PACKET_MR_PROMISC).
    Promiscuous(u32),
    /// One group (PACKET_MR_MULTICAST).
    Multicast(u32, [u8; 6]),
    /// Every group (PACKET_MR_ALLMULTI).
    AllMulticast(u32),
    /// Packets to one more address of the interface's own (PACKET_MR_UNICAST).
    Unicast(u32, [u8; 6]),
}

codecs! {
    /// `struct ip_mreqn`.
    Group4Codec: IpMreqn => Group4 {
        encode |join| Some(IpMreqn {
            group: join.group.octets(),
            address: [0; 4],
            interface: i32::try_from(join.interface).ok()?,
        });
    }
    /// `struct ipv6_mreq`, or `struct in6_pktinfo`.
    Group6Codec: Ipv6Mreq => Group6 {
        encode |join| Some(Ipv6Mreq {
            group: join.group.octets(),
            interface: i32::try_from(join.interface).ok()?,
        });
    }
    /// `struct ip_mreq_source`.
    Source4Codec: IpMreqSource => Source4 {
        encode |join| Some(IpMreqSource {
            group: join.group.octets(),
            interface: join.interface.octets(),
            source: join.source.octets(),
        });
    }
    /// `struct group_req`.
    GroupCodec: GroupReq => Group {
        encode |join| Some(GroupReq {
            interface: join.interface,
            pad: [0; size_of::<usize>() - 4],
            group: sockaddr(join.group),
        });
    }
    /// `struct group_source_req`.
    SourceGroupCodec: GroupSourceReq => SourceGroup {
        encode |join| Some(GroupSourceReq {
            interface: join.interface,
            pad: [0; size_of::<usize>() - 4],
            group: sockaddr(join.group),
            source: sockaddr(join.source),
        });
    }
    /// `struct packet_mreq`.
    PacketGroupCodec: PacketMreq => PacketGroup {
        encode |join| {
            let (interface, kind, address) = match join {
                PacketGroup::Multicast(interface, address) => (interface, 0, address),
                PacketGroup::Promiscuous(interface) => (interface, 1, [0; 6]),
                PacketGroup::AllMulticast(interface) => (interface, 2, [0; 6]),
                PacketGroup::Unicast(interface, address) => (interface, 3, address),
            };
            let mut bytes = [0; 8];
            bytes[..6].copy_from_slice(&address);
            let interface = i32::try_from(interface).ok()?;
            Some(PacketMreq { interface, kind, address_len: 6, address: bytes })
        };
    }
    /// `struct sockaddr_in`; `None`: of another family.
    Sockaddr4: [u8; 16] => Option<SocketAddrV4> {
        decode |sockaddr, _| SocketAddrV4::decode(&sockaddr).ok();
    }
    /// `struct sockaddr_in6`; `None`: of another family.
    Sockaddr6: [u8; 28] => Option<SocketAddrV6> {
        decode |sockaddr, _| SocketAddrV6::decode(&sockaddr).ok();
    }
    /// `struct ip6_mtuinfo`: bytes.
    PathMtu: MtuInfo => u32 {
        decode |info, _| info.mtu;
    }
}

/// A `struct sockaddr_storage` of the address, without a port.
pub(super) fn sockaddr(ip: IpAddr) -> [u8; 128] {
    let mut storage = [0; 128];
    let sockaddr = SocketAddr::new(ip, 0).encode();
    storage.iter_mut().zip(sockaddr.as_ref()).for_each(|(to, from)| *to = *from);
    storage
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses_stand_in_their_rooms() {
        for ip in [IpAddr::from([232, 1, 2, 3]), IpAddr::from([0xff3e, 0, 0, 0, 0, 0, 0, 0x1234])] {
            let address = SocketAddr::decode(&sockaddr(ip)[..28]);
            assert_eq!(address.map(|address| address.ip()), Ok(ip));
        }
    }
}
