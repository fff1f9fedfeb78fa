//! A race between the addresses of a host: the plan of berkeley-resolve, with sockets.
//!
//! Contract: one thread, one poll(2) over all attempts and the limit's token, one deadline. The losers are closed. The winner is as
//! it would be without a race: the descriptor blocks, because each attempt is a connect that a limit of no time has stopped, which
//! goes on in the kernel. Sources: RFC 8305 section 5; tcp(7); RFC 9293 section 3.5 for the simultaneous open that connects a
//! socket to itself.

use core::net::SocketAddr;
use std::os::fd::{AsFd, BorrowedFd};
use std::time::Instant;

use berkeley_addr::Type;
use berkeley_resolve::Target;
use berkeley_resolve::happy::{HappyEyeballs, Race, Step};
use berkeley_socket::{Errno, Error, Kind, Limit, Op, Socket, wait_connected};

use crate::error::Attempt;

/// How [`create_connection_with`](crate::create_connection_with) connects.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct ConnectOptions {
    /// When the next address is tried. [`HappyEyeballs::SEQUENTIAL`]: when the one before it failed, as in Python.
    pub race: HappyEyeballs,
    /// The address to connect from; port 0: any. Addresses of another family then fail.
    #[doc(alias = "source_address")]
    pub source: Option<SocketAddr>,
}

/// An attempt under way.
struct Running<'t> {
    attempt: usize,
    target: &'t Target,
    to: SocketAddr,
    socket: Socket<SocketAddr>,
    began: Instant,
}

impl Running<'_> {
    fn ended_by(&self, start: Instant, error: Error) -> Attempt {
        attempted(self.target, start, self.began, error)
    }
}

/// An attempt that just failed.
fn attempted(target: &Target, start: Instant, began: Instant, error: Error) -> Attempt {
    Attempt {
        address: target.addr,
        error,
        began: began.saturating_duration_since(start),
        took: began.elapsed(),
    }
}

/// Connects to the first address that answers. The limit was started.
pub(crate) fn run(
    targets: &[Target],
    options: ConnectOptions,
    limit: Limit<'_>,
) -> Result<Socket<SocketAddr>, Vec<Attempt>> {
    let start = Instant::now();
    let address = |target: &Target| SocketAddr::try_from(target.addr).ok();
    let addresses: Vec<SocketAddr> = targets.iter().filter_map(address).collect();
    let mut race = Race::known(options.race, &addresses, start);
    let mut running: Vec<Running<'_>> = Vec::new();
    let mut attempts: Vec<Attempt> = Vec::new();
    loop {
        match race.step(Instant::now()) {
            Step::Start { attempt, address: to } => {
                let began = Instant::now();
                let Some(target) = targets.iter().find(|target| address(target) == Some(to)) else {
                    race.failed(attempt);
                    continue;
                };
                // No time: it goes on in the kernel.
                match begin(target, to, options, limit.no_later(began)) {
                    Ok((socket, true)) => return Ok(socket),
                    Ok((socket, false)) => {
                        running.push(Running { attempt, target, to, socket, began });
                    }
                    Err(error) => {
                        attempts.push(attempted(target, start, began, error));
                        race.failed(attempt);
                        if matches!(error.kind(), Kind::Cancelled | Kind::Interrupted) {
                            attempts.extend(running.iter().map(|one| one.ended_by(start, error)));
                            return Err(attempts);
                        }
                    }
                }
            }
            Step::Wait(until) => {
                let fds: Vec<BorrowedFd<'_>> =
                    running.iter().map(|running| running.socket.as_fd()).collect();
                let pause = until.map_or(limit, |until| limit.no_later(until));
                match wait_connected(&fds, pause) {
                    Ok(nth) => {
                        let over = running.remove(nth);
                        match ended(&over, options, limit) {
                            Ok(()) => return Ok(over.socket),
                            Err(error) => {
                                attempts.push(over.ended_by(start, error));
                                race.failed(over.attempt);
                            }
                        }
                    }
                    Err(error) if error.kind() == Kind::TimedOut && !is_over(limit) => {}
                    // What ends one attempt for good ends all.
                    Err(error) => {
                        attempts.extend(running.iter().map(|one| one.ended_by(start, error)));
                        return Err(attempts);
                    }
                }
            }
            Step::Connected(_) | Step::Failed => return Err(attempts),
        }
    }
}

/// A socket on its way to `to`; whether it is there. The limit has no time left.
fn begin(
    target: &Target,
    to: SocketAddr,
    options: ConnectOptions,
    limit: Limit<'_>,
) -> Result<(Socket<SocketAddr>, bool), Error> {
    let socket = prepared(target, options)?;
    match socket.within(limit).connect(&to) {
        Ok(()) => not_itself(&socket, to, options).map(|()| (socket, true)),
        Err(error) if error.kind() == Kind::TimedOut => Ok((socket, false)),
        Err(error) => Err(error),
    }
}

/// How an attempt ended that is over.
fn ended(running: &Running<'_>, options: ConnectOptions, limit: Limit<'_>) -> Result<(), Error> {
    running.socket.within(limit).finish_connect()?;
    not_itself(&running.socket, running.to, options)
}

fn is_over(limit: Limit<'_>) -> bool {
    limit.remaining().is_some_and(|left| left.is_zero())
}

/// A socket for `target`, with nothing done to it.
pub(crate) fn open(target: &Target) -> Result<Socket, Error> {
    Socket::new(target.family, target.ty, target.protocol)
}

/// A socket for `target`, bound to where it shall connect from.
pub(crate) fn prepared(
    target: &Target,
    options: ConnectOptions,
) -> Result<Socket<SocketAddr>, Error> {
    let socket = open(target)?.narrow::<SocketAddr>().map_err(|_| not_ip())?;
    if let Some(source) = options.source {
        socket.bind(&source)?;
    }
    Ok(socket)
}

/// Where nobody listens on a port that the kernel may choose for a client, it may choose that one: the two ends of the connection are then
/// one. Who named the source wanted it so.
pub(crate) fn not_itself(
    socket: &Socket<SocketAddr>,
    to: SocketAddr,
    options: ConnectOptions,
) -> Result<(), Error> {
    if options.source.is_some() || socket.ty() != Type::STREAM {
        return Ok(());
    }
    let local = socket.local_addr()?;
    // The peer is asked for only then: `to` may be the any address.
    if local.port() == to.port() && socket.peer_addr().is_ok_and(|peer| peer == local) {
        return Err(Error::kernel(Op::Connect, Errno::CONNREFUSED));
    }
    Ok(())
}

/// An endpoint of a family that the typed calls do not speak.
pub(crate) fn not_ip() -> Error {
    Error::kernel(Op::Open, Errno::AFNOSUPPORT)
}
