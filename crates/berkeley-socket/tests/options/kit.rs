//! The sockets that rows are tried on, and the ways of trying.

use core::fmt::Debug;
use core::net::{Ipv4Addr, SocketAddr};

use berkeley_addr::{AnyAddr, Family, NetlinkAddr, PacketAddr, Protocol, Type, UnixAddr};
use berkeley_socket::option::{Decode, Encode, Flag, Readable, SockOpt};
use berkeley_socket::{BACKLOG, Interface, Result, Socket};

/// Sets, reads, compares.
pub(crate) type Show = fn(&Kit) -> Result<()>;

/// The options of one level.
pub(crate) struct Level {
    /// Its module.
    pub name: &'static str,
    /// The module's text.
    pub source: &'static str,
    /// What all of it needs that a kernel may lack; empty: nothing.
    pub needs: &'static str,
    /// The constant's name, what it needs beside, and how it is tried.
    pub rows: &'static [(&'static str, &'static str, Show)],
}

/// Sockets of each kind.
pub(crate) struct Kit {
    pub listener: Socket,
    pub tcp: Socket,
    pub tcp6: Socket,
    /// Not connected.
    pub fresh: Socket,
    pub udp: Socket,
    pub udp6: Socket,
    pub raw: Result<Socket>,
    pub unix: Socket,
    pub unix_datagram: Socket,
    pub netlink: Socket,
    pub packet: Result<Socket>,
    pub lo: u32,
}

impl Kit {
    pub(crate) fn new() -> Self {
        let any = |address: SocketAddr| AnyAddr::from(address);
        let v4 = any((Ipv4Addr::LOCALHOST, 0).into());
        let listener = Socket::listening(Type::STREAM, &v4, BACKLOG).unwrap();
        let tcp = Socket::connected(Type::STREAM, &listener.local_addr().unwrap()).unwrap();
        let open = |family, ty| Socket::new(family, ty, Protocol::DEFAULT).unwrap();
        let udp = Socket::bound(Type::DGRAM, &v4).unwrap();
        udp.connect(&udp.local_addr().unwrap()).unwrap();
        Self {
            listener,
            tcp,
            tcp6: open(Family::INET6, Type::STREAM),
            fresh: open(Family::INET, Type::STREAM),
            udp,
            udp6: open(Family::INET6, Type::DGRAM),
            raw: Socket::new(Family::INET, Type::RAW, Protocol::ICMP),
            unix: Socket::<UnixAddr>::pair(Type::STREAM).unwrap().0.widen(),
            unix_datagram: Socket::<UnixAddr>::pair(Type::DGRAM).unwrap().0.widen(),
            netlink: Socket::<NetlinkAddr>::open(Type::RAW, Protocol::NETLINK_ROUTE)
                .unwrap()
                .widen(),
            packet: Socket::<PacketAddr>::open(Type::RAW, Protocol::DEFAULT).map(Socket::widen),
            lo: Interface::named("lo").unwrap().index(),
        }
    }

    pub(crate) fn raw(&self) -> Result<&Socket> {
        self.raw.as_ref().map_err(|error| *error)
    }

    pub(crate) fn packet(&self) -> Result<&Socket> {
        self.packet.as_ref().map_err(|error| *error)
    }
}

/// Sets both values and reads each back.
pub(crate) fn toggle(socket: &Socket, option: SockOpt<Flag>) -> Result<()> {
    let before = socket.get(option)?;
    for on in [!before, before] {
        same(socket, option, on)?;
    }
    Ok(())
}

/// Sets a value and reads it back.
pub(crate) fn same<C: Encode + Decode>(
    socket: &Socket,
    option: SockOpt<C>,
    value: C::Value,
) -> Result<()>
where
    C::Value: Clone + PartialEq + Debug,
{
    let read = value.clone();
    becomes(socket, option, value, &read)
}

/// Sets a value, and reads what the kernel makes of it.
pub(crate) fn becomes<C: Encode + Decode>(
    socket: &Socket,
    option: SockOpt<C>,
    value: C::Value,
    read: &C::Value,
) -> Result<()>
where
    C::Value: PartialEq + Debug,
{
    socket.set(option, value)?;
    assert_eq!(&socket.get(option)?, read, "{option:?}");
    Ok(())
}

/// Reads what is known.
pub(crate) fn reads<C: Decode, D: Readable>(
    socket: &Socket,
    option: SockOpt<C, D>,
    known: &C::Value,
) -> Result<()>
where
    C::Value: PartialEq + Debug,
{
    assert_eq!(&socket.get(option)?, known, "{option:?}");
    Ok(())
}

/// Sets what it reads, and reads it again.
pub(crate) fn keeps<C: Encode + Decode>(socket: &Socket, option: SockOpt<C>) -> Result<()>
where
    C::Value: Clone + PartialEq + Debug,
{
    let value = socket.get(option)?;
    same(socket, option, value)
}

/// A socket of a family that the kernel may lack.
pub(crate) fn open(family: Family, ty: Type, protocol: Protocol) -> Result<Socket> {
    Socket::new(family, ty, protocol)
}
