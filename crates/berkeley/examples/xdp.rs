//! AF_XDP on loopback: frames written where the kernel reads them, and their places come back.
//!
//! Needs Linux 5.4 with CONFIG_XDP_SOCKETS and CAP_NET_RAW. Receiving takes an interface of one's own, since a program hands over all
//! that comes in there: `Redirect`'s documentation shows it.

use core::error::Error;

use berkeley::addr::XdpAddr;
use berkeley::option::xdp;
use berkeley::socket::xdp::{Queue, UmemSize};
use berkeley::{EtherType, Interface, Limit, PacketAddr, Socket, Type};

/// For experiments: IEEE 802.
const EXPERIMENT: EtherType = EtherType::new(0x88b5);

fn main() -> Result<(), Box<dyn Error>> {
    let lo = Interface::named("lo")?.index();
    let limit = Limit::seconds(5);
    let there = Socket::bound(Type::DGRAM, &PacketAddr::on(lo, EXPERIMENT))?;

    let mut queue = Queue::new(&UmemSize { send: 8, receive: 0, ..UmemSize::default() })?;
    queue.socket().bind(&XdpAddr { flags: XdpAddr::COPY, ..XdpAddr::on(lo, 0) })?;

    // Three times as many frames as there are places, four at a time.
    let header = [[0; 12].as_slice(), &EXPERIMENT.raw().to_be_bytes()].concat();
    for batch in 0..6 {
        let texts: Vec<_> = (0..4).map(|n| format!("frame {n} of batch {batch}")).collect();
        for text in &texts {
            let frame = [&header, text.as_bytes()].concat();
            let mut room = queue.room(limit)?;
            room[..frame.len()].copy_from_slice(&frame);
            assert!(room.send(frame.len()), "the ring has room for all places");
        }
        queue.flush(limit)?;
        for text in &texts {
            let mut packet = [0; 64];
            let (len, from) = there.within(limit).recv_from(&mut packet)?;
            assert_eq!(&packet[..len], text.as_bytes());
            println!("{text}, of {}", from.map_or_else(String::new, |from| from.to_string()));
        }
    }
    let counted = queue.socket().get(xdp::STATISTICS)?;
    assert_eq!(counted.send_invalid, 0);
    Ok(())
}
