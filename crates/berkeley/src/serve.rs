//! Taking connections: `create_server`, and `listen` over any transport.

use core::net::SocketAddr;
use std::path::Path;

use berkeley_addr::{Address, AnyAddr, Body, Endpoint, Family, Type};
use berkeley_resolve::{Role, Target};
use berkeley_socket::option::{ipv6, so};
use berkeley_socket::{BACKLOG, Error, Limit, Socket, unix};

use crate::connect::first;
use crate::endpoint::IntoEndpoint;
use crate::error::ConnectError;
use crate::race::{not_ip, open};

/// How [`create_server`] sets a server up.
#[derive(Clone, Copy, Debug)]
pub struct ServerOptions {
    /// How many connections may wait to be accepted.
    pub backlog: i32,
    /// Several sockets of one user may share the address, and the kernel spreads connections over them (SO_REUSEPORT).
    pub reuse_port: bool,
    /// On the IPv6 any address, take IPv4 as well, by mapped addresses. `tcp6://:80`, which names none, never does.
    pub dual_stack: bool,
}

/// As long a queue as the system lets, one socket for the address, IPv4 and IPv6 at once.
impl Default for ServerOptions {
    fn default() -> Self {
        Self { backlog: BACKLOG, reuse_port: false, dual_stack: true }
    }
}

/// A socket that takes connections at the first address of a name that this machine has.
///
/// SO_REUSEADDR is set: a server may start again while old connections linger. No host (`":80"`, `("", 80)`) is every
/// address of this machine, IPv4 and IPv6 where there is IPv6. A name is looked up without a limit; [`listen`] takes one.
///
/// ```
/// use berkeley::{ServerOptions, create_server};
///
/// let server = create_server(":0", ServerOptions::default())?;
/// assert!(server.local_addr()?.ip().is_unspecified());
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
///
/// # Errors
///
/// As [`create_connection`](crate::create_connection); EADDRINUSE, EACCES (a port below 1024), EADDRNOTAVAIL.
pub fn create_server(
    at: impl IntoEndpoint,
    options: ServerOptions,
) -> Result<Socket<SocketAddr>, ConnectError> {
    let endpoint = at.into_endpoint()?;
    let dual_stack = options.dual_stack && !is_v6_only(&endpoint);
    first(&endpoint, Role::Server, Limit::NONE, |target, _| {
        let address = SocketAddr::try_from(target.addr).map_err(|_| not_ip())?;
        let socket = open(target)?.narrow::<SocketAddr>().map_err(|_| not_ip())?;
        prepare(&socket, target, dual_stack)?;
        if options.reuse_port {
            socket.set(so::REUSEPORT, true)?;
        }
        socket.bind(&address)?;
        socket.listen(options.backlog)?;
        Ok(socket)
    })
}

/// A socket at an endpoint of any family: one that takes connections, or, where the type has none, that receives.
///
/// A path of AF_UNIX at which a dead process left its socket is taken, one that is alive never: [`unix::bind`]. Where another holds the
/// directory's lock for longer than 0.2 s, or the limit, a dead one is EADDRINUSE as well. The file stays when the socket is closed;
/// [`unix::BoundPath::of`] removes it then.
///
/// # Errors
///
/// As [`create_server`].
pub fn listen(at: impl IntoEndpoint, limit: Limit<'_>) -> Result<Socket, ConnectError> {
    let endpoint = at.into_endpoint()?;
    let dual_stack = !is_v6_only(&endpoint);
    first(&endpoint, Role::Server, limit, |target, limit| {
        let socket = open(target)?;
        prepare(&socket, target, dual_stack)?;
        let connects = matches!(target.ty, Type::STREAM | Type::SEQPACKET | Type::DCCP);
        match path(&target.addr) {
            Some(path) => {
                let file = unix::bind(&socket.within(limit), path, None)?;
                if connects {
                    socket.listen(BACKLOG)?;
                }
                file.keep();
            }
            None if connects => socket.listen_at(&target.addr, BACKLOG)?,
            None => socket.bind(&target.addr)?,
        }
        Ok(socket)
    })
}

/// The path of an address in the file system.
fn path(addr: &AnyAddr) -> Option<&Path> {
    match addr {
        AnyAddr::Unix(addr) => addr.as_pathname(),
        _ => None,
    }
}

/// `tcp6://:80`: any address, and IPv6 asked for in so many words.
fn is_v6_only(endpoint: &Endpoint) -> bool {
    let any = matches!(endpoint.body(), Body::Host { host: None, .. });
    any && endpoint.family() == Some(Family::INET6)
}

/// What a server sets before it binds.
fn prepare<A: Address>(socket: &Socket<A>, target: &Target, dual_stack: bool) -> Result<(), Error> {
    let is_ip = matches!(target.addr, AnyAddr::Inet(_) | AnyAddr::Inet6(_));
    if is_ip && matches!(target.ty, Type::STREAM | Type::DCCP) {
        socket.set(so::REUSEADDR, true)?;
    }
    // A raw socket has its protocol in the place of the port, and the kernel takes it for bound.
    if target.family == Family::INET6 && target.ty != Type::RAW {
        socket.set(ipv6::V6ONLY, !dual_stack)?;
    }
    Ok(())
}
