//! Frames, tasks of the broadcast manager, long messages and J1939 on a CAN bus. Needs an interface, best a virtual one:
//! `sudo ip link add vcan0 type vcan && sudo ip link set vcan0 up`; or give its name.

use core::error::Error;
use core::time::Duration;

use berkeley::addr::{CanAddr, IsoTpAddr, J1939Addr};
use berkeley::socket::can::bcm::Head;
use berkeley::socket::can::{Frame, Id};
use berkeley::{Interface, Limit, Protocol, Socket, Type, option};

/// For each call; a bus may be silent for ever.
const PATIENCE: Limit<'static> = Limit::seconds(5);

fn main() -> Result<(), Box<dyn Error>> {
    let name = std::env::args().nth(1).unwrap_or_else(|| "vcan0".to_owned());
    let index = Interface::named(&name)?.index();

    // Raw frames: one node speaks, another hears what has this identifier.
    let id = Id::extended(0x18fe_ee55).ok_or("29 bits")?;
    let hearer = Socket::bound(Type::RAW, &CanAddr::on(index))?;
    hearer.set(option::can::FILTER, vec![id.filter()])?;
    let speaker = Socket::bound(Type::RAW, &CanAddr::on(index))?;
    speaker.send_frame(&Frame::new(id, b"\xca\xfe").ok_or("8 bytes")?)?;
    let (frame, _) = hearer.within(PATIENCE).recv_frame()?;
    assert_eq!(frame.to_string(), "18FEEE55#CAFE");
    println!("{name}: {frame}");

    // The kernel sends a frame every 10 ms, until the socket is closed.
    let manager = Socket::<CanAddr>::open(Type::DGRAM, Protocol::CAN_BCM)?;
    manager.connect(&CanAddr::on(index))?;
    let alive = Frame::new(id, b"alive").ok_or("8 bytes")?;
    manager.send_bcm(&Head::cycle(id, Duration::from_millis(10)), &[alive])?;
    for _ in 0..3 {
        assert_eq!(hearer.within(PATIENCE).recv_frame()?.0, alive);
    }
    drop(manager);
    println!("{name}: three times {alive}");

    // A message longer than a frame, cut and joined by the kernel: ISO-TP, between two identifiers.
    let tester = Socket::bound(Type::DGRAM, &IsoTpAddr::new(index, 0x7e8, 0x7e0))?;
    let engine = Socket::bound(Type::DGRAM, &IsoTpAddr::new(index, 0x7e0, 0x7e8))?;
    let mut message = [0; 100];
    tester.within(PATIENCE).send(b"how fast does the engine turn?")?;
    let len = engine.within(PATIENCE).recv(&mut message)?;
    println!("{}: {}", engine.local_addr()?, String::from_utf8_lossy(&message[..len]));
    assert_eq!(len, 30);

    // A numbered message from one address to another: J1939.
    let node = |addr| Socket::bound(Type::DGRAM, &J1939Addr { addr, ..J1939Addr::on(index) });
    let (from, to) = (node(0x20)?, node(0x30)?);
    let speed = J1939Addr { addr: 0x30, pgn: 0xef00, ..J1939Addr::on(index) };
    from.send_to(&4711_u16.to_le_bytes(), &speed)?;
    let (len, sender) = to.within(PATIENCE).recv_from(&mut message)?;
    println!("{}: {:?} of {sender:?}", to.local_addr()?, &message[..len]);
    assert_eq!(message[..len], 4711_u16.to_le_bytes());
    Ok(())
}
