//! A service is announced, looked up and asked, over QRTR. Needs a kernel with AF_QIPCRTR; all of it stays on this node.

use berkeley::addr::QrtrAddr;
use berkeley::socket::qrtr::{Control, Service};
use berkeley::{Limit, Protocol, Result, Socket, Type};

/// For each call.
const PATIENCE: Limit<'static> = Limit::seconds(5);

/// A socket of this node, with a port of the kernel's choice.
fn bound() -> Result<Socket<QrtrAddr>> {
    let socket = Socket::<QrtrAddr>::open(Type::DGRAM, Protocol::DEFAULT)?;
    socket.bind(&socket.local_addr()?)?;
    Ok(socket)
}

fn main() -> Result<()> {
    let server = bound()?;
    let addr = server.local_addr()?;
    let names = QrtrAddr::new(addr.node, QrtrAddr::CONTROL);
    let service = Service { service: 4711, instance: 1, addr };
    server.send_to(&Control::NewServer(service).encode(), &names)?;

    let client = bound()?;
    client.send_to(&Control::lookup(4711, 0).encode(), &names)?;
    let mut buffer = [0; 64];
    let len = client.within(PATIENCE).recv(&mut buffer)?;
    let Some(Control::NewServer(found)) = Control::decode(&buffer[..len]) else {
        panic!("no server was told");
    };
    println!("service {} is at {}", found.service, found.addr);
    assert_eq!(found, service);
    // The end of the list.
    let len = client.within(PATIENCE).recv(&mut buffer)?;
    assert_eq!(Control::decode(&buffer[..len]), Some(Control::END));

    client.send_to(b"ping", &found.addr)?;
    let (len, from) = server.within(PATIENCE).recv_from(&mut buffer)?;
    if let Some(from) = from {
        server.send_to(&buffer[..len], &from)?;
    }
    let len = client.within(PATIENCE).recv(&mut buffer)?;
    println!("it answers {}", String::from_utf8_lossy(&buffer[..len]));
    assert_eq!(&buffer[..len], b"ping");
    Ok(())
}
