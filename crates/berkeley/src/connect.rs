//! Connecting by name: `create_connection`, and `connect` over any transport.
//!
//! One limit bounds the look-up and all attempts together. The addresses are tried one after another, in the order that the
//! resolver gives them (RFC 6724, by libc); each that fails is kept in the error.

use core::net::SocketAddr;
use std::time::Instant;

use berkeley_addr::{Endpoint, Family, Type, UnixAddr};
use berkeley_resolve::{Role, Target};
use berkeley_socket::{Errno, Error, Kind, Limit, Op, Socket};

use crate::endpoint::IntoEndpoint;
use crate::error::{Attempt, ConnectError, Failure};

/// Connects over TCP, or another transport of IP, to the first address of a name that answers.
///
/// ```
/// use berkeley::{Limit, ServerOptions, create_connection, create_server};
///
/// let server = create_server(("localhost", 0), ServerOptions::default())?;
/// let client = create_connection(server.local_addr()?, Limit::seconds(5))?;
/// assert_eq!(client.peer_addr()?, server.local_addr()?);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
///
/// The socket blocks and has no time-out of its own; [`set_timeout`](Socket::set_timeout) gives it one.
///
/// # Errors
///
/// The text is no endpoint; a name has no address; no address answered (each is told, with its errno). EAFNOSUPPORT: the
/// endpoint is of no IP family; [`connect`] takes every one.
pub fn create_connection(
    to: impl IntoEndpoint,
    limit: Limit<'_>,
) -> Result<Socket<SocketAddr>, ConnectError> {
    let endpoint = to.into_endpoint()?;
    first(&endpoint, Role::Client, limit, |target, limit| {
        let address = SocketAddr::try_from(target.addr).map_err(|_| not_ip())?;
        let socket = open(target)?.narrow::<SocketAddr>().map_err(|_| not_ip())?;
        socket.within(limit).connect(&address)?;
        Ok(socket)
    })
}

/// Connects to an endpoint of any family.
///
/// What has no connections gets what makes it usable: a datagram socket its peer (on AF_UNIX also a name of its own, so that the
/// peer can answer), a packet socket its interface.
///
/// ```
/// use berkeley::{Endpoint, Limit, Type, connect, listen};
///
/// let endpoint: Endpoint = "unix+seqpacket://@berkeley-doc-connect".parse()?;
/// let server = listen(&endpoint, Limit::NONE)?;
/// let client = connect(&endpoint, Limit::seconds(1))?;
/// assert_eq!(client.ty(), Type::SEQPACKET);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
///
/// # Errors
///
/// As [`create_connection`].
pub fn connect(to: impl IntoEndpoint, limit: Limit<'_>) -> Result<Socket, ConnectError> {
    let endpoint = to.into_endpoint()?;
    first(&endpoint, Role::Client, limit, |target, limit| {
        let socket = open(target)?;
        if target.family == Family::PACKET {
            socket.bind(&target.addr)?;
            return Ok(socket);
        }
        if target.family == Family::UNIX && target.ty == Type::DGRAM {
            socket.bind(&UnixAddr::unnamed().into())?;
        }
        socket.within(limit).connect(&target.addr)?;
        Ok(socket)
    })
}

/// A socket for `target`, with nothing done to it.
pub(crate) fn open(target: &Target) -> Result<Socket, Error> {
    Socket::new(target.family, target.ty, target.protocol)
}

/// Does `attempt` with each address of the endpoint until one succeeds, all under one deadline.
pub(crate) fn first<T>(
    endpoint: &Endpoint,
    role: Role,
    limit: Limit<'_>,
    mut attempt: impl FnMut(&Target, Limit<'_>) -> Result<T, Error>,
) -> Result<T, ConnectError> {
    let limit = limit.start();
    let targets = berkeley_resolve::resolve(endpoint, role, limit)
        .map_err(|error| ConnectError::new(endpoint, Failure::Resolve(error)))?;
    let mut attempts = Vec::new();
    for target in &targets {
        let started = Instant::now();
        match attempt(target, limit) {
            Ok(socket) => return Ok(socket),
            Err(error) => {
                let took = started.elapsed();
                attempts.push(Attempt { address: target.addr, error, took });
                // What ends one attempt for good ends those to come.
                if matches!(error.kind(), Kind::TimedOut | Kind::Cancelled | Kind::Interrupted) {
                    break;
                }
            }
        }
    }
    Err(ConnectError::new(endpoint, Failure::Attempts(attempts)))
}

/// An endpoint of a family that the typed calls do not speak.
pub(crate) fn not_ip() -> Error {
    Error::kernel(Op::Open, Errno::AFNOSUPPORT)
}
