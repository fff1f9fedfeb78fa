//! Other transports of IP: Multipath TCP, UDP-Lite, DCCP, SMC and RDS, each with what is its own. Needs them in the kernel.

use core::net::{Ipv4Addr, SocketAddr};

use berkeley::option::{dccp, mptcp, tcp, udplite};
use berkeley::{AnyAddr, BACKLOG, Family, Limit, Protocol, Socket, Type};

const LIMIT: Limit<'static> = Limit::seconds(5);

fn localhost() -> AnyAddr {
    SocketAddr::from((Ipv4Addr::LOCALHOST, 0)).into()
}

/// A connection, both ends, over which a word has gone.
fn connection(open: impl Fn() -> berkeley::Result<Socket>) -> berkeley::Result<(Socket, Socket)> {
    let (listener, client) = (open()?, open()?);
    listener.bind(&localhost())?;
    listener.listen(BACKLOG)?;
    client.within(LIMIT).connect(&listener.local_addr()?)?;
    let (server, _) = listener.within(LIMIT).accept()?;
    client.send(b"hello")?;
    assert_eq!(server.within(LIMIT).recv(&mut [0; 8])?, 5);
    Ok((client, server))
}

/// Two sockets without a connection, between which a word has gone.
fn datagrams(open: impl Fn() -> berkeley::Result<Socket>) -> berkeley::Result<(Socket, Socket)> {
    let (client, server) = (open()?, open()?);
    client.bind(&localhost())?;
    server.bind(&localhost())?;
    client.send_to(b"hello", &server.local_addr()?)?;
    let (len, from) = server.within(LIMIT).recv_from(&mut [0; 8])?;
    assert_eq!((len, from), (5, Some(client.local_addr()?)));
    Ok((client, server))
}

fn main() -> berkeley::Result<()> {
    let (client, _) = connection(|| Socket::new(Family::INET, Type::STREAM, Protocol::MPTCP))?;
    assert!(client.get(tcp::IS_MPTCP)?);
    println!("MPTCP: token {:x?}", client.get(mptcp::INFO)?.token);

    let (client, server) = datagrams(|| Socket::new(Family::INET, Type::DGRAM, Protocol::UDPLITE))?;
    client.set(udplite::SEND_CSCOV, 8)?; // the header alone
    server.set(udplite::RECV_CSCOV, 8)?;
    println!("UDP-Lite: {} bytes are checked", client.get(udplite::SEND_CSCOV)?);

    let (client, _) = connection(|| {
        let socket = Socket::new(Family::INET, Type::DCCP, Protocol::DCCP)?;
        socket.set(dccp::SERVICE, 0x6265_726b)?; // both sides must agree on it
        Ok(socket)
    })?;
    println!("DCCP: packets of up to {} bytes", client.get(dccp::GET_CUR_MPS)?);

    let (client, _) = connection(|| Socket::new(Family::SMC, Type::STREAM, Protocol::DEFAULT))?;
    println!("SMC: connected from {}", client.local_addr()?);

    let (client, _) = datagrams(|| Socket::new(Family::RDS, Type::SEQPACKET, Protocol::DEFAULT))?;
    println!("RDS: sent from {}", client.local_addr()?);
    Ok(())
}
