//! A service of TIPC, and somebody who waits until it is there: by the topology server, without a name to look up or a port to agree on.
//!
//! Needs a kernel with AF_TIPC (`modprobe tipc`); one node without any network will do.

use std::thread;

use berkeley::addr::{TipcAddr, TipcScope};
use berkeley::socket::tipc::{EventKind, Subscription, Topology};
use berkeley::{BACKLOG, How, Limit, Result, Socket, Type};

/// A service of ours: its type, and one instance of it.
const SERVICE: u32 = 18_888;
const INSTANCE: u32 = 17;

/// No step takes longer.
const PATIENCE: Limit<'static> = Limit::seconds(10);

/// Takes one client, and answers it in capitals.
fn serve() -> Result<()> {
    let address = TipcAddr::service(SERVICE, INSTANCE).with_scope(TipcScope::NODE);
    let listener = Socket::listening(Type::SEQPACKET, &address, BACKLOG)?;
    let (client, from) = listener.within(PATIENCE).accept()?;
    let mut message = [0; 1024];
    let len = client.within(PATIENCE).recv(&mut message)?;
    message[..len].make_ascii_uppercase();
    client.within(PATIENCE).send(&message[..len])?;
    println!("service: answered {from}");
    // Until the client has read it: closing now would be a reset.
    client.within(PATIENCE).recv(&mut message).map(drop)
}

fn main() -> Result<()> {
    let topology = Topology::connected(PATIENCE)?;
    topology.subscribe(&Subscription::new(SERVICE, 0, u32::MAX), PATIENCE)?;
    let service = thread::spawn(serve);
    for event in topology.events(PATIENCE) {
        let event = event?;
        println!("watch: {:?} {SERVICE}:{} at {}", event.kind, event.lower, event.socket);
        match event.kind {
            EventKind::Published => {
                let client =
                    Socket::connected(Type::SEQPACKET, &TipcAddr::service(SERVICE, event.lower))?;
                client.within(PATIENCE).send(b"hello")?;
                let mut answer = [0; 1024];
                let len = client.within(PATIENCE).recv(&mut answer)?;
                assert_eq!(&answer[..len], b"HELLO");
                client.shutdown(How::Both)?;
            }
            // The service has ended, and its address with it.
            _ => break,
        }
    }
    service.join().expect("no panic")
}
