//! Stops whose addresses are IP's: connections, datagrams, raw IP, ping, and a connection by name. ip(7), ipv6(7), raw(7), icmp(7).
//!
//! Contract: everything stays on the loopback addresses. AF_SMC and AF_RDS use IPv4's.

use core::net::{Ipv4Addr, Ipv6Addr, SocketAddr};
use std::time::Instant;

use berkeley::option::{SctpRto, SctpSack, sctp};
use berkeley::resolve::Hints;
use berkeley::{
    AnyAddr, BACKLOG, Family, Protocol, ServerOptions, Socket, SocketRef, Type, create_connection,
    create_server, getaddrinfo,
};

use super::exchange::{self, Filler, Tag};
use super::mail::{self, Frame, MESSAGES, Mail};
use super::row::{Carried, Fault, Outcome, Proof, Stop, Tally, Way};

/// The loopback address of the stop's family; the kernel chooses the port.
fn loopback(stop: &Stop) -> AnyAddr {
    match stop.family {
        Family::INET6 => SocketAddr::from((Ipv6Addr::LOCALHOST, 0)).into(),
        _ => SocketAddr::from((Ipv4Addr::LOCALHOST, 0)).into(),
    }
}

/// A socket of the stop. SCTP holds a small message back until the one before is acknowledged, which waits 200 ms for a second packet;
/// and of packets as long as loopback's there is room for one. So it is told neither to hold back nor to wait.
fn opened(stop: &Stop) -> berkeley::Result<Socket> {
    let socket = stop.open()?;
    if stop.protocol == Protocol::SCTP {
        socket.set(sctp::NODELAY, true)?;
        socket.set(sctp::DELAYED_SACK, SctpSack { association: 0, delay: 0, packets: 1 })?;
        socket.set(sctp::RTOINFO, SctpRto { association: 0, initial: 20, max: 200, min: 10 })?;
    }
    Ok(socket)
}

/// A connection: of bytes, or of packets.
pub(super) fn connection(stop: &Stop) -> Result<Outcome, Fault> {
    let listener = opened(stop)?;
    listener.bind(&loopback(stop))?;
    listener.listen(BACKLOG)?;
    let address = listener.local_addr()?;
    mail::connection(&opened(stop)?, &listener, &address, Tag::new())
}

/// Messages without a connection, from address to address.
pub(super) fn messages(stop: &Stop) -> Result<Outcome, Fault> {
    let bound = || {
        let socket = opened(stop)?;
        socket.bind(&loopback(stop))?;
        if stop.protocol == Protocol::SCTP {
            // One socket for many associations takes them only while it listens.
            socket.listen(BACKLOG)?;
        }
        let address = socket.local_addr()?;
        Ok::<_, berkeley::Error>((socket, address))
    };
    let ((client, here), (server, there)) = (bound()?, bound()?);
    let tag = Tag::new();
    let results = exchange::both(
        |limit| Mail::new(client.within(limit), Some(there), tag).ask(),
        |limit| Mail::new(server.within(limit), Some(here), tag).answer(),
    )?;
    exchange::compare(&there, results).map(Outcome::Carried)
}

/// IP packets of a protocol of our own. Each socket sees all of them, its own as well.
pub(super) fn raw(stop: &Stop) -> Result<Outcome, Fault> {
    let address = loopback(stop);
    let (client, server, tag) = (stop.open()?, stop.open()?, Tag::new());
    client.bind(&address)?;
    server.bind(&address)?;
    let frame = if stop.family == Family::INET { Frame::Ipv4 } else { Frame::Bare };
    let results = exchange::both(
        |limit| Mail::new(client.within(limit), Some(address), tag).framed(frame).ask(),
        |limit| Mail::new(server.within(limit), Some(address), tag).framed(frame).answer(),
    )?;
    exchange::compare(&address, results).map(Outcome::Carried)
}

/// Echo requests (RFC 792, RFC 4443 section 4.1), which the kernel answers.
pub(super) fn ping(stop: &Stop) -> Result<Outcome, Fault> {
    let address = loopback(stop);
    let socket = stop.open()?;
    socket.connect(&address)?;
    let socket = socket.within(exchange::patience());
    let rtt = exchange::median(|nth| echo(socket, stop.family, nth, &[]).map(drop))?;
    let (mut sent, mut received) = (Tally::default(), Tally::default());
    let mut filler = Filler::new();
    let start = Instant::now();
    for nth in 0..MESSAGES {
        let mut body = vec![0; mail::length(nth)];
        filler.fill(&mut body);
        sent.add(&body);
        received.add(&echo(socket, stop.family, nth, &body)?);
    }
    let elapsed = start.elapsed();
    let proof = Proof::Echo { way: Way::compare(&sent, &received)?, elapsed };
    Ok(Outcome::Carried(Carried { address: address.to_string(), rtt, proof, names: Vec::new() }))
}

/// Sends one, and gives back what the answer holds.
fn echo(socket: SocketRef<'_>, family: Family, nth: u32, body: &[u8]) -> Result<Vec<u8>, Fault> {
    let (request, reply) = if family == Family::INET { (8, 0) } else { (128, 129) };
    // Type, code, checksum and identifier, which the kernel fills in, and the number.
    let [_, _, high, low] = nth.to_be_bytes();
    let mut message = vec![request, 0, 0, 0, 0, 0, high, low];
    message.extend(body);
    socket.send(&message)?;
    let mut answer = [0; 2048];
    let len = socket.recv(&mut answer)?;
    match answer.get(..len) {
        Some([kind, 0, _, _, _, _, h, l, echoed @ ..]) if (*kind, *h, *l) == (reply, high, low) => {
            Ok(echoed.to_vec())
        }
        other => {
            let head = other.and_then(|bytes| bytes.get(..8));
            Err(Fault::new(format!("echo {nth}: the answer begins {head:02x?}")))
        }
    }
}

/// A server and a client that know each other by the name `localhost` alone.
pub(super) fn named(_: &Stop) -> Result<Outcome, Fault> {
    const NAME: &str = "localhost";
    let limit = exchange::patience();
    let found = getaddrinfo(Some(NAME), None, &Hints::new().ty(Type::STREAM), limit)?;
    let server = create_server(&format!("tcp4://{NAME}:0"), ServerOptions::default())?;
    let address = server.local_addr()?;
    let results = exchange::both(
        |limit| {
            let client = create_connection(&format!("tcp4://{NAME}:{}", address.port()), limit)?;
            exchange::ask_stream(client.within(limit))
        },
        |limit| exchange::answer_stream(server.within(limit).accept()?.0.within(limit)),
    )?;
    let names = found.iter().map(|info| info.addr.ip().to_string()).collect();
    let carried = exchange::compare(&address.into(), results)?;
    Ok(Outcome::Carried(Carried { names, ..carried }))
}
