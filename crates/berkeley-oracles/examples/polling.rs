//! A socket under the crate `polling`: a TCP connection begun, and finished when it is writable.
//!
//! `cargo run -p berkeley-oracles --example polling`

use core::error::Error;
use core::net::SocketAddr;
use core::time::Duration;
use std::os::fd::AsFd;

use berkeley_socket::{BACKLOG, Socket, Type};
use polling::{Event, Events, Poller};

pub(crate) fn main() -> Result<(), Box<dyn Error + Send + Sync>> {
    let any = SocketAddr::from(([127, 0, 0, 1], 0));
    let server = Socket::listening(Type::STREAM, &any, BACKLOG)?;
    let address = server.local_addr()?;
    let client = Socket::open_for(Type::STREAM, &address)?;
    client.set_blocking(false)?;
    let begun = !client.try_connect(&address)?;

    let (poller, mut events) = (Poller::new()?, Events::new());
    // SAFETY: both are taken out of the poller below, before they are closed.
    unsafe { poller.add(&client, Event::writable(1)) }?;
    // SAFETY: as above.
    unsafe { poller.add(&server, Event::readable(2)) }?;
    let (mut connected, mut served) = (!begun, None);
    while !connected || served.is_none() {
        events.clear();
        if poller.wait(&mut events, Some(Duration::from_secs(10)))? == 0 {
            return Err("nothing happened".into());
        }
        for event in events.iter() {
            if event.key == 1 {
                client.finish_connect()?;
                connected = true;
            } else {
                served = Some(server.accept()?.0);
            }
        }
    }
    poller.delete(client.as_fd())?;
    poller.delete(server.as_fd())?;
    let Some(served) = served else { return Err("nobody was served".into()) };
    served.send_all(b"hello")?;
    let mut answer = [0; 5];
    client.within(berkeley_socket::Limit::seconds(10)).recv_exact(&mut answer)?;
    assert_eq!(&answer, b"hello");
    Ok(())
}
