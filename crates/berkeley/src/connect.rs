//! Connecting by name: `create_connection`, and `connect` over any transport.
//!
//! One limit bounds the look-up and all attempts together. The addresses come in the order that the resolver gives them (RFC 6724); those of
//! streams are [raced](crate::race), while their names are still being asked for, the others tried one after another. Each that fails is kept
//! in the error.

use core::net::SocketAddr;
use core::time::Duration;

use berkeley_addr::{Body, Endpoint, Family, Host, Type, UnixAddr};
use berkeley_resolve::{Resolver, Role, Target};
use berkeley_socket::{Error, Kind, Limit, Socket};

use crate::endpoint::IntoEndpoint;
use crate::error::{Attempt, ConnectError, Failure};
use crate::race::{self, ConnectOptions, How, Names, Runners};
use crate::trace::{ConnectEvent, Trace};

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
/// Several addresses are raced by RFC 8305, "Happy Eyeballs": a name's IPv6 and IPv4 addresses are asked for at once, and the first that are known
/// are tried while the others are still to come (IPv4's 50 ms later, so that IPv6's may be first); families take turns, an address that does not
/// answer within 250 ms has the next one tried beside it, one that fails at once; the first that connects wins, the others are closed. A socket
/// that would be connected to itself, which TCP allows, counts as refused.
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
    let how = How::now(options, limit);
    if let Some(names) = names(&endpoint, how)? {
        return Runners::of_names(&endpoint, names, how, None).run();
    }
    let targets = resolved(&endpoint, Role::Client, how.limit)?;
    ip(&endpoint, &targets, how, None)
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
    any(&to.into_endpoint()?, ConnectOptions::default(), limit, None)
}

/// [`connect`], which tells what happens as it happens, and how long after the call began: whom the name was asked of, which address was tried when,
/// what became of each.
///
/// ```
/// use berkeley::{ConnectOptions, Limit, ServerOptions, connect_traced, create_server};
///
/// let server = create_server("127.0.0.1:0", ServerOptions::default())?;
/// let mut told = Vec::new();
/// let client = connect_traced(server.local_addr()?, ConnectOptions::default(), Limit::seconds(5), &mut |at, event| {
///     told.push(format!("{} ms: {event:?}", at.as_millis()));
/// })?;
/// assert!(told[0].ends_with(&format!("Trying({})", server.local_addr()?)));
/// assert!(told[1].ends_with(&format!("Connected({})", server.local_addr()?)));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
///
/// # Errors
///
/// As [`create_connection_with`](crate::create_connection_with). EAFNOSUPPORT: there is a source, which is for IP alone.
pub fn connect_traced(
    to: impl IntoEndpoint,
    options: ConnectOptions,
    limit: Limit<'_>,
    trace: &mut dyn FnMut(Duration, ConnectEvent<'_>),
) -> Result<Socket, ConnectError> {
    any(&to.into_endpoint()?, options, limit, Some(trace))
}

fn any(
    endpoint: &Endpoint,
    options: ConnectOptions,
    limit: Limit<'_>,
    trace: Trace<'_>,
) -> Result<Socket, ConnectError> {
    let how = How::now(options, limit);
    if let Some(names) = names(endpoint, how)? {
        return Runners::of_names(endpoint, names, how, trace).run().map(Socket::widen);
    }
    let targets = resolved(endpoint, Role::Client, how.limit)?;
    if targets.iter().all(|target| matches!(target.family, Family::INET | Family::INET6)) {
        return ip(endpoint, &targets, how, trace).map(Socket::widen);
    }
    let socket = each(&targets, how, trace, |target, limit| {
        if options.source.is_some() {
            return Err(race::not_ip());
        }
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
    });
    socket.map_err(|attempts| ConnectError::new(endpoint, Failure::Attempts(attempts)))
}

/// The look-up of an endpoint's name, to be raced with its addresses; `None` where there is no name, or nothing to race.
fn names<'e>(endpoint: &'e Endpoint, how: How<'_>) -> Result<Option<Names<'e>>, ConnectError> {
    let Body::Host { host: Some(Host::Name(name)), .. } = endpoint.body() else {
        return Ok(None);
    };
    let (family, ty, _) = endpoint.socket_for(Family::INET6);
    if ty != Type::STREAM || family != Family::INET6 {
        return Ok(None);
    }
    let resolver = Resolver::system();
    let port = resolver.resolve_port(endpoint, how.limit);
    let port = port.map_err(|error| ConnectError::new(endpoint, Failure::Resolve(error)))?;
    let family = endpoint.family().unwrap_or(Family::UNSPEC);
    let began = how.began.elapsed();
    let pending = resolver.lookup(name.as_str()).family(family).start(how.limit.deadline());
    Ok(Some(Names { pending, port, began }))
}

/// Connects to the first of some IP addresses that answers.
fn ip(
    endpoint: &Endpoint,
    targets: &[Target],
    how: How<'_>,
    trace: Trace<'_>,
) -> Result<Socket<SocketAddr>, ConnectError> {
    if targets.iter().all(is_raced) {
        let addresses: Vec<SocketAddr> =
            targets.iter().filter_map(|target| SocketAddr::try_from(target.addr).ok()).collect();
        return Runners::known(endpoint, &addresses, how, trace).run();
    }
    let socket = each(targets, how, trace, |target, limit| {
        let socket = race::prepared(target, how.options)?;
        let address = SocketAddr::try_from(target.addr).map_err(|_| race::not_ip())?;
        socket.within(limit).connect(&address)?;
        race::not_itself(&socket, address, how.options).map(|()| socket)
    });
    socket.map_err(|attempts| ConnectError::new(endpoint, Failure::Attempts(attempts)))
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
    let how = How::now(ConnectOptions::default(), limit);
    each(&resolved(endpoint, role, how.limit)?, how, None, attempt)
        .map_err(|attempts| ConnectError::new(endpoint, Failure::Attempts(attempts)))
}

/// Does `attempt` with each address until one succeeds, under a limit that was started.
fn each<T>(
    targets: &[Target],
    how: How<'_>,
    mut trace: Trace<'_>,
    mut attempt: impl FnMut(&Target, Limit<'_>) -> Result<T, Error>,
) -> Result<T, Vec<Attempt>> {
    let mut attempts = Vec::new();
    let mut tell = |event: ConnectEvent<'_>| {
        if let Some(trace) = &mut trace {
            trace(how.began.elapsed(), event);
        }
    };
    for target in targets {
        tell(ConnectEvent::Trying(target.addr));
        let began = how.began.elapsed();
        match attempt(target, how.limit) {
            Ok(socket) => {
                tell(ConnectEvent::Connected(target.addr));
                return Ok(socket);
            }
            Err(error) => {
                let took = how.began.elapsed().saturating_sub(began);
                let attempt = Attempt { address: target.addr, error, began, took };
                tell(ConnectEvent::Failed(&attempt));
                attempts.push(attempt);
                // What ends one attempt for good ends those to come.
                if matches!(error.kind(), Kind::TimedOut | Kind::Cancelled | Kind::Interrupted) {
                    break;
                }
            }
        }
    }
    Err(attempts)
}
