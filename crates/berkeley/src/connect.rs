//! Connecting by name: `create_connection`, and `connect` over any transport.
//!
//! One limit bounds the look-up and all attempts together. The addresses come in the order that the resolver gives them
//! (RFC 6724, by libc); several of TCP are [raced](crate::race), the others tried one after another. Each that fails is kept in the error.

use core::net::SocketAddr;
use std::time::Instant;

use berkeley_addr::{Endpoint, Family, Type, UnixAddr};
use berkeley_resolve::{Role, Target};
use berkeley_socket::{Error, Kind, Limit, Socket};

use crate::endpoint::IntoEndpoint;
use crate::error::{Attempt, ConnectError, Failure};
use crate::race::{self, ConnectOptions};

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
/// Several addresses are raced by RFC 8305, "Happy Eyeballs": families take turns, an address that does not answer within 250 ms has the
/// next one tried beside it, one that fails at once; the first that connects wins, the others are closed. A socket that would be
/// connected to itself, which TCP allows, counts as refused.
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
    create_connection_with(to, ConnectOptions::default(), limit)
}

/// [`create_connection`] from an address, or with another patience.
///
/// ```
/// use berkeley::resolve::happy::HappyEyeballs;
/// use berkeley::{ConnectOptions, Limit, ServerOptions, create_connection_with, create_server};
///
/// let server = create_server("127.0.0.1:0", ServerOptions::default())?;
/// // As Python's: one address after another.
/// let options = ConnectOptions {
///     race: HappyEyeballs::SEQUENTIAL,
///     source: Some("127.0.0.9:0".parse()?),
/// };
/// let client = create_connection_with(server.local_addr()?, options, Limit::seconds(5))?;
/// assert_eq!(client.local_addr()?.ip().to_string(), "127.0.0.9");
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
///
/// # Errors
///
/// As [`create_connection`]'s. EADDRNOTAVAIL, EAFNOSUPPORT, EINVAL: from the source there is no way to an address.
pub fn create_connection_with(
    to: impl IntoEndpoint,
    options: ConnectOptions,
    limit: Limit<'_>,
) -> Result<Socket<SocketAddr>, ConnectError> {
    let endpoint = to.into_endpoint()?;
    let limit = limit.start();
    let targets = resolved(&endpoint, Role::Client, limit)?;
    ip(&targets, options, limit)
        .map_err(|attempts| ConnectError::new(&endpoint, Failure::Attempts(attempts)))
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
    let limit = limit.start();
    let targets = resolved(&endpoint, Role::Client, limit)?;
    let socket = if targets.iter().all(is_raced) {
        ip(&targets, ConnectOptions::default(), limit).map(Socket::widen)
    } else {
        each(&targets, limit, |target, limit| {
            let socket = race::open(target)?;
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
    };
    socket.map_err(|attempts| ConnectError::new(&endpoint, Failure::Attempts(attempts)))
}

/// Connects to the first of some IP addresses that answers.
fn ip(
    targets: &[Target],
    options: ConnectOptions,
    limit: Limit<'_>,
) -> Result<Socket<SocketAddr>, Vec<Attempt>> {
    if targets.len() > 1 && targets.iter().all(is_raced) {
        return race::run(targets, options, limit);
    }
    each(targets, limit, |target, limit| {
        let socket = race::prepared(target, options)?;
        let address = SocketAddr::try_from(target.addr).map_err(|_| race::not_ip())?;
        socket.within(limit).connect(&address)?;
        race::not_itself(&socket, address, options).map(|()| socket)
    })
}

/// Whether waiting for one address is a reason to try another beside it.
fn is_raced(target: &Target) -> bool {
    target.ty == Type::STREAM && matches!(target.family, Family::INET | Family::INET6)
}

/// The addresses of an endpoint.
fn resolved(
    endpoint: &Endpoint,
    role: Role,
    limit: Limit<'_>,
) -> Result<Vec<Target>, ConnectError> {
    berkeley_resolve::resolve(endpoint, role, limit)
        .map_err(|error| ConnectError::new(endpoint, Failure::Resolve(error)))
}

/// Does `attempt` with each address of the endpoint until one succeeds, all under one deadline.
pub(crate) fn first<T>(
    endpoint: &Endpoint,
    role: Role,
    limit: Limit<'_>,
    attempt: impl FnMut(&Target, Limit<'_>) -> Result<T, Error>,
) -> Result<T, ConnectError> {
    let limit = limit.start();
    each(&resolved(endpoint, role, limit)?, limit, attempt)
        .map_err(|attempts| ConnectError::new(endpoint, Failure::Attempts(attempts)))
}

/// Does `attempt` with each address until one succeeds, under a limit that was started.
fn each<T>(
    targets: &[Target],
    limit: Limit<'_>,
    mut attempt: impl FnMut(&Target, Limit<'_>) -> Result<T, Error>,
) -> Result<T, Vec<Attempt>> {
    let mut attempts = Vec::new();
    let start = Instant::now();
    for target in targets {
        let began = start.elapsed();
        match attempt(target, limit) {
            Ok(socket) => return Ok(socket),
            Err(error) => {
                let took = start.elapsed().saturating_sub(began);
                attempts.push(Attempt { address: target.addr, error, began, took });
                // What ends one attempt for good ends those to come.
                if matches!(error.kind(), Kind::TimedOut | Kind::Cancelled | Kind::Interrupted) {
                    break;
                }
            }
        }
    }
    Err(attempts)
}
