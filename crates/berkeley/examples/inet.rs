//! TCP and UDP over IPv4 and IPv6, each exchange under one deadline. Needs nothing; where there is no IPv6 it says so.

use core::net::{Ipv4Addr, Ipv6Addr, SocketAddr};
use core::time::Duration;
use std::thread;

use berkeley::{
    Kind, Limit, ServerOptions, Socket, Type, create_connection, create_server, has_ipv6,
};

type Outcome = Result<(), Box<dyn core::error::Error + Send + Sync>>;

/// A connection that carries a question and its answer.
fn tcp(at: SocketAddr) -> Outcome {
    // Look-up, connect, question and answer: all of it within five seconds.
    let limit = Limit::seconds(5).start();
    let server = create_server(at, ServerOptions::default())?;
    let address = server.local_addr()?;
    let served = thread::spawn(move || {
        let (client, from) = server.within(Limit::seconds(5)).accept()?;
        let mut question = [0; 4];
        client.within(Limit::seconds(5)).recv_exact(&mut question)?;
        client.send_all(&question.map(|byte| byte.to_ascii_uppercase()))?;
        Ok::<_, Box<dyn core::error::Error + Send + Sync>>(from)
    });
    let client = create_connection(address, limit)?;
    client.within(limit).send_all(b"ping")?;
    let mut answer = [0; 4];
    client.within(limit).recv_exact(&mut answer)?;
    assert_eq!(&answer, b"PING");
    let from = served.join().map_err(|_| "the server panicked")??;
    assert_eq!(from, client.local_addr()?);
    println!("tcp: {from} asked {address}");
    Ok(())
}

/// Datagrams, one of which is too long for its buffer, and a wait in vain.
fn udp(at: SocketAddr) -> Outcome {
    let server = Socket::bound(Type::DGRAM, &at)?;
    let client = Socket::connected(Type::DGRAM, &server.local_addr()?)?;
    client.send(b"hello")?;
    let mut buffer = [0; 64];
    let (len, from) = server.within(Limit::seconds(5)).recv_from(&mut buffer)?;
    assert_eq!((&buffer[..len], from), (&b"hello"[..], Some(client.local_addr()?)));
    client.send(b"too long for four bytes")?;
    let cut = server.within(Limit::seconds(5)).recv(&mut buffer[..4]).unwrap_err();
    assert_eq!(cut.kind(), Kind::Truncated);
    let silence = client.within(Limit::within(Duration::from_millis(50))).recv(&mut buffer);
    assert_eq!(silence.unwrap_err().kind(), Kind::TimedOut);
    println!("udp: {} sent to {}", client.local_addr()?, server.local_addr()?);
    Ok(())
}

fn main() -> Outcome {
    let mut hosts = vec![SocketAddr::from((Ipv4Addr::LOCALHOST, 0))];
    if has_ipv6() {
        hosts.push(SocketAddr::from((Ipv6Addr::LOCALHOST, 0)));
    } else {
        println!("no IPv6 here");
    }
    for host in hosts {
        tcp(host)?;
        udp(host)?;
    }
    Ok(())
}
