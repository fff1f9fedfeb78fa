//! A capture on loopback: a filter, a ring in shared memory, and the frames of one UDP conversation.
//!
//! Needs CAP_NET_RAW; without it, it says so and ends.

use core::error::Error;
use core::net::{Ipv4Addr, SocketAddr};

use berkeley::option::packet;
use berkeley::socket::packet::{Filter, Ring, RingSize};
use berkeley::{EtherType, Interface, Limit, PacketAddr, Socket, Type};

fn main() -> Result<(), Box<dyn Error>> {
    let localhost = SocketAddr::from((Ipv4Addr::LOCALHOST, 0));
    let server = Socket::bound(Type::DGRAM, &localhost)?;
    let port = server.local_addr()?.port();

    let mut ring = match Ring::new(Type::RAW, &RingSize::default()) {
        Err(error) if error.io_kind() == std::io::ErrorKind::PermissionDenied => {
            println!("skipped: {error}: capturing needs CAP_NET_RAW");
            return Ok(());
        }
        ring => ring?,
    };
    // First the filter, then the interface: no frame comes that was not asked for.
    let wanted = Filter::udp().and(Filter::destination_port(port));
    let program = wanted.program()?;
    println!("a filter of {} instructions", program.len());
    ring.socket().attach_filter(&program)?;
    ring.socket().set(packet::IGNORE_OUTGOING, true)?;
    let lo = Interface::named("lo")?.index();
    ring.socket().bind(&PacketAddr::on(lo, EtherType::ALL))?;

    let client = Socket::connected(Type::DGRAM, &server.local_addr()?)?;
    let said: Vec<_> = (1..=5).map(|n| format!("datagram {n}")).collect();
    for text in &said {
        client.send(text.as_bytes())?;
    }

    let limit = Limit::seconds(5).start();
    let mut heard = Vec::new();
    while heard.len() < said.len() {
        let block = ring.recv(limit)?;
        println!("block {}", block.sequence());
        for frame in &block {
            let frame = frame?;
            // An IPv4 header of 20 bytes, and one of UDP.
            let data = frame.bytes.get(frame.network + 28..).unwrap_or_default();
            let text = String::from_utf8_lossy(data).into_owned();
            println!("{} bytes from {}: {text}", frame.len, frame.from);
            heard.push(text);
        }
    }
    assert_eq!(heard, said);
    let seen = ring.socket().get(packet::STATISTICS)?;
    println!("{} frames, {} lost", seen.packets, seen.drops);
    Ok(())
}
