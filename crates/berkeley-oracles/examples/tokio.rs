//! A socket under tokio, by `AsyncFd`: datagrams echoed on UDP while a timer runs in the same thread.
//!
//! `cargo run -p berkeley-oracles --example tokio`

use core::error::Error;
use core::net::SocketAddr;
use core::time::Duration;
use std::io;

use berkeley_socket::{Socket, Type};
use tokio::io::unix::AsyncFd;

/// A socket for tokio: it must not block.
fn asynchronous(socket: Socket<SocketAddr>) -> io::Result<AsyncFd<Socket<SocketAddr>>> {
    socket.set_blocking(false)?;
    // SAFETY: the socket owns its descriptor, and keeps the same one as long as `AsyncFd` has it.
    Ok(unsafe { AsyncFd::register(socket) }?)
}

async fn recv_from(
    socket: &AsyncFd<Socket<SocketAddr>>,
    buffer: &mut [u8],
) -> io::Result<(usize, Option<SocketAddr>)> {
    loop {
        let mut ready = socket.readable().await?;
        // EAGAIN says that it was not ready after all.
        if let Ok(answer) = ready.try_io(|socket| Ok(socket.get_ref().recv_from(buffer)?)) {
            return answer;
        }
    }
}

async fn echo(socket: AsyncFd<Socket<SocketAddr>>) -> io::Result<()> {
    let mut buffer = [0; 1500];
    loop {
        if let (len, Some(from)) = recv_from(&socket, &mut buffer).await? {
            let mut ready = socket.writable().await?;
            // A datagram that finds no room is lost, as it may be anywhere on its way.
            let _ = ready.try_io(|socket| Ok(socket.get_ref().send_to(&buffer[..len], &from)?));
        }
    }
}

#[tokio::main(flavor = "current_thread")]
pub(crate) async fn main() -> Result<(), Box<dyn Error + Send + Sync>> {
    let any = SocketAddr::from(([127, 0, 0, 1], 0));
    let server = Socket::bound(Type::DGRAM, &any)?;
    let address = server.local_addr()?;
    let server = tokio::spawn(echo(asynchronous(server)?));
    let client = asynchronous(Socket::connected(Type::DGRAM, &address)?)?;
    let mut buffer = [0; 1500];
    for text in ["one", "two", "three"] {
        client.get_ref().send(text.as_bytes())?;
        let answer = recv_from(&client, &mut buffer);
        let (len, from) = tokio::time::timeout(Duration::from_secs(10), answer).await??;
        assert_eq!((&buffer[..len], from), (text.as_bytes(), Some(address)));
    }
    server.abort();
    Ok(())
}
