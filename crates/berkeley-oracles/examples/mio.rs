//! A socket of any family under mio: an echo server on a Unix SEQPACKET listener, in one thread.
//!
//! `cargo run -p berkeley-oracles --example mio`

use core::error::Error;
use std::collections::HashMap;
use std::thread;

use berkeley_addr::UnixAddr;
use berkeley_socket::{BACKLOG, Limit, Socket, Type};
use mio::{Events, Interest, Poll, Token};

/// Serves until `count` clients have gone.
fn serve(mut listener: Socket<UnixAddr>, count: usize) -> Result<(), Box<dyn Error + Send + Sync>> {
    const LISTENER: Token = Token(0);
    let (mut poll, mut events) = (Poll::new()?, Events::with_capacity(16));
    listener.set_blocking(false)?;
    poll.registry().register(&mut listener, LISTENER, Interest::READABLE)?;
    let (mut clients, mut next, mut gone) = (HashMap::new(), 1, 0);
    while gone < count {
        poll.poll(&mut events, None)?;
        for event in &events {
            if event.token() == LISTENER {
                while let Some((mut client, _)) = unless_it_would_block(listener.accept())? {
                    client.set_blocking(false)?;
                    poll.registry().register(&mut client, Token(next), Interest::READABLE)?;
                    clients.insert(Token(next), client);
                    next += 1;
                }
                continue;
            }
            let Some(client) = clients.get_mut(&event.token()) else { continue };
            let mut buffer = [0; 64];
            while let Some(len) = unless_it_would_block(client.recv(&mut buffer))? {
                if len == 0 {
                    poll.registry().deregister(client)?;
                    clients.remove(&event.token());
                    gone += 1;
                    break;
                }
                client.send(&buffer[..len])?;
            }
        }
    }
    Ok(())
}

fn unless_it_would_block<T>(
    answer: berkeley_socket::Result<T>,
) -> berkeley_socket::Result<Option<T>> {
    match answer {
        Ok(value) => Ok(Some(value)),
        Err(error) if error.is_would_block() => Ok(None),
        Err(error) => Err(error),
    }
}

pub(crate) fn main() -> Result<(), Box<dyn Error + Send + Sync>> {
    let listener = Socket::listening(Type::SEQPACKET, &UnixAddr::unnamed(), BACKLOG)?;
    let address = listener.local_addr()?;
    let server = thread::spawn(move || serve(listener, 3));
    for text in ["one", "two", "three"] {
        let client = Socket::connected(Type::SEQPACKET, &address)?;
        client.send(text.as_bytes())?;
        let mut answer = [0; 64];
        let len = client.within(Limit::seconds(10)).recv(&mut answer)?;
        assert_eq!(&answer[..len], text.as_bytes());
    }
    server.join().map_err(|_| "the server panicked")?
}
