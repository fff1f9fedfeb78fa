//! A race between the addresses of a host, and of its names' servers: the plan of berkeley-resolve, with sockets.
//!
//! Contract: one thread, one poll(2) over the look-up's sockets, all attempts and the limit's token, one deadline. The losers are closed. The
//! winner is as it would be without a race: the descriptor blocks, because each attempt is a connect that a limit of no time has stopped, which
//! goes on in the kernel; one that nothing can be tried beside is a plain connect. Sources: RFC 8305 sections 3 and 5; tcp(7); RFC 9293 section 3.5
//! for the simultaneous open that connects a socket to itself.

use core::net::SocketAddr;
use core::task::Poll;
use core::time::Duration;
use std::time::Instant;

use berkeley_addr::{Address as _, Endpoint, Family, Type};
use berkeley_resolve::happy::{HappyEyeballs, Race, Step};
use berkeley_resolve::machine::{Attempt as Question, End};
use berkeley_resolve::{Found, Pending, ResolveError, Target};
use berkeley_socket::poll::{self, Watch, poll};
use berkeley_socket::{Errno, Error, Kind, Limit, Op, Socket};

use crate::error::{Attempt, ConnectError};
use crate::trace::{ConnectEvent, Trace};

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
struct Running {
    attempt: usize,
    to: SocketAddr,
    socket: Socket<SocketAddr>,
    began: Instant,
}

/// A look-up under way, for addresses of this port.
pub(crate) struct Names<'r> {
    pub(crate) pending: Pending<'r>,
    pub(crate) port: u16,
    /// When it began.
    pub(crate) began: Duration,
}

/// How a call connects, by when, and since when.
#[derive(Clone, Copy)]
pub(crate) struct How<'r> {
    pub(crate) options: ConnectOptions,
    /// It was started.
    pub(crate) limit: Limit<'r>,
    pub(crate) began: Instant,
}

impl<'r> How<'r> {
    /// For a call that begins now.
    pub(crate) fn now(options: ConnectOptions, limit: Limit<'r>) -> Self {
        Self { options, limit: limit.start(), began: Instant::now() }
    }
}

/// A race under way.
pub(crate) struct Runners<'r, 't> {
    endpoint: &'r Endpoint,
    options: ConnectOptions,
    limit: Limit<'r>,
    began: Instant,
    trace: Trace<'t>,
    race: Race,
    names: Option<Names<'r>>,
    /// When the look-up began.
    asked: Duration,
    /// What became of the look-up.
    found: Option<Result<Found, ResolveError>>,
    /// The questions that were told of.
    told: Vec<Question>,
    /// How many addresses there are, and how many of them were tried.
    known: usize,
    tried: usize,
    running: Vec<Running>,
    attempts: Vec<Attempt>,
}

impl<'r, 't> Runners<'r, 't> {
    /// Between the addresses that a look-up finds.
    pub(crate) fn of_names(
        endpoint: &'r Endpoint,
        names: Names<'r>,
        how: How<'r>,
        trace: Trace<'t>,
    ) -> Self {
        let race = Race::new(how.options.race);
        let asked = names.began;
        Self { names: Some(names), asked, ..Self::new(endpoint, race, how, trace) }
    }

    /// Between addresses that are all known.
    pub(crate) fn known(
        endpoint: &'r Endpoint,
        addresses: &[SocketAddr],
        how: How<'r>,
        trace: Trace<'t>,
    ) -> Self {
        let race = Race::known(how.options.race, addresses, how.began);
        Self { known: addresses.len(), ..Self::new(endpoint, race, how, trace) }
    }

    fn new(endpoint: &'r Endpoint, race: Race, how: How<'r>, trace: Trace<'t>) -> Self {
        Self {
            endpoint,
            options: how.options,
            limit: how.limit,
            began: how.began,
            trace,
            race,
            names: None,
            asked: Duration::ZERO,
            found: None,
            told: Vec::new(),
            known: 0,
            tried: 0,
            running: Vec::new(),
            attempts: Vec::new(),
        }
    }

    /// The first that connects.
    pub(crate) fn run(mut self) -> Result<Socket<SocketAddr>, ConnectError> {
        match self.winner() {
            Some((to, socket)) => {
                self.tell(ConnectEvent::Connected(to.into()));
                for loser in core::mem::take(&mut self.running) {
                    self.tell(ConnectEvent::Closed(loser.to.into()));
                }
                Ok(socket)
            }
            None => Err(ConnectError::race(self.endpoint, self.attempts, self.found)),
        }
    }

    fn winner(&mut self) -> Option<(SocketAddr, Socket<SocketAddr>)> {
        // A name is not asked for under a token that was cancelled.
        let token = self.limit.token().filter(|token| self.names.is_some() && token.is_cancelled());
        if token.is_some() {
            if let Err(error) = poll([], Op::Connect, self.limit) {
                self.end(error);
                return None;
            }
        }
        self.hear(&[]);
        loop {
            match self.race.step(Instant::now()) {
                Step::Start { attempt, address } => match self.begin(attempt, address) {
                    Ok(None) => {}
                    Ok(Some(socket)) => return Some((address, socket)),
                    Err(error) => {
                        self.end(error);
                        return None;
                    }
                },
                Step::Wait(until) => match self.wait(until) {
                    Ok(None) => {}
                    Ok(winner) => return winner,
                    Err(error) => {
                        self.end(error);
                        return None;
                    }
                },
                Step::Connected(_) | Step::Failed => return None,
            }
        }
    }

    /// Begins an attempt: the socket, if it is connected already.
    ///
    /// # Errors
    ///
    /// What ends all of them.
    fn begin(
        &mut self,
        attempt: usize,
        to: SocketAddr,
    ) -> Result<Option<Socket<SocketAddr>>, Error> {
        self.tell(ConnectEvent::Trying(to.into()));
        self.tried += 1;
        let began = Instant::now();
        let is_next = self.options.race.is_sequential() || self.tried >= self.known;
        let is_alone = self.names.is_none() && self.running.is_empty() && is_next;
        // No time: it goes on in the kernel.
        let limit = if is_alone { self.limit } else { self.limit.no_later(began) };
        let error = match begin(self.endpoint, to, self.options, limit) {
            Ok((socket, Ok(()))) => return Ok(Some(socket)),
            Ok((socket, Err(error))) if !is_alone && error.kind() == Kind::TimedOut => {
                self.running.push(Running { attempt, to, socket, began });
                return Ok(None);
            }
            Ok((_, Err(error))) | Err(error) => error,
        };
        self.failed(to, began, error);
        self.race.failed(attempt);
        match error.kind() {
            Kind::TimedOut | Kind::Cancelled | Kind::Interrupted => Err(error),
            _ => Ok(None),
        }
    }

    /// Waits until something happens or until then: the winner, if there is one.
    ///
    /// # Errors
    ///
    /// What ends all attempts.
    fn wait(
        &mut self,
        until: Option<Instant>,
    ) -> Result<Option<(SocketAddr, Socket<SocketAddr>)>, Error> {
        let wake = self.names.as_ref().and_then(|names| names.pending.wake_at());
        let pause = until.into_iter().chain(wake).min();
        let pause = pause.map_or(self.limit, |until| self.limit.no_later(until));
        let running = self.running.iter().map(|one| Watch::new(&one.socket, poll::OUT));
        let names = self.names.iter().flat_map(|names| names.pending.watches());
        let events = match poll(running.chain(names), Op::Connect, pause) {
            Ok(events) => events,
            Err(error) if error.kind() != Kind::TimedOut => return Err(error),
            Err(error) if is_over(self.limit) && self.names.is_none() => return Err(error),
            Err(_) => Vec::new(),
        };
        let (running, names) = events.split_at(self.running.len().min(events.len()));
        // From behind, so that the places stay.
        let mut ready: Vec<usize> =
            (0..running.len()).filter(|at| running.get(*at) != Some(&0)).collect();
        while let Some(at) = ready.pop() {
            let over = self.running.remove(at);
            match ended(&over, self.options, self.limit) {
                Ok(()) => return Ok(Some((over.to, over.socket))),
                Err(error) => {
                    self.failed(over.to, over.began, error);
                    self.race.failed(over.attempt);
                }
            }
        }
        let is_time = wake.is_some_and(|time| Instant::now() >= time);
        if is_time || names.iter().any(|events| *events != 0) {
            self.hear(names);
        }
        Ok(None)
    }

    /// Lets the look-up go on, and hears what it has found.
    fn hear(&mut self, events: &[u16]) {
        let Some(names) = &mut self.names else { return };
        let port = names.port;
        let stepped = names.pending.step(events);
        let end = match stepped {
            // One after another is in the order of the whole answer.
            Poll::Pending if self.options.race.is_sequential() => None,
            Poll::Pending => names.pending.so_far().map(Ok),
            Poll::Ready(end) => {
                self.names_told(match &end {
                    Ok(found) => found.attempts().to_vec(),
                    Err(error) => error.attempts().to_vec(),
                });
                self.names = None;
                Some(end)
            }
        };
        if let Some(names) = &self.names {
            if self.trace.is_some() {
                let attempts = names.pending.attempts();
                self.names_told(attempts);
            }
        }
        let Some(end) = end else { return };
        match &end {
            // Nothing new.
            Ok(found) if self.names.is_some() && self.has_found(found) => return,
            Ok(found) => {
                let addresses: Vec<SocketAddr> = found.with_port(port).collect();
                self.known = addresses.len();
                self.race.answers(&addresses, Instant::now());
                self.tell(ConnectEvent::Found(found));
            }
            Err(error) => self.tell(ConnectEvent::NotFound(error)),
        }
        if self.names.is_none() {
            self.race.ended(Family::INET6);
            self.race.ended(Family::INET);
        }
        self.found = Some(end);
    }

    fn has_found(&self, found: &Found) -> bool {
        matches!(&self.found, Some(Ok(before)) if before.addresses() == found.addresses())
    }

    /// Ends all attempts, and the look-up.
    fn end(&mut self, error: Error) {
        for one in core::mem::take(&mut self.running) {
            self.failed(one.to, one.began, error);
        }
        if let Some(names) = self.names.take() {
            let error = names.pending.give_up(error.into());
            self.names_told(error.attempts().to_vec());
            self.tell(ConnectEvent::NotFound(&error));
            self.found = Some(Err(error));
        }
    }

    fn failed(&mut self, to: SocketAddr, began: Instant, error: Error) {
        let attempt = Attempt {
            address: to.into(),
            error,
            began: began.saturating_duration_since(self.began),
            took: began.elapsed(),
        };
        self.tell(ConnectEvent::Failed(&attempt));
        self.attempts.push(attempt);
    }

    fn tell(&mut self, event: ConnectEvent<'_>) {
        if let Some(trace) = &mut self.trace {
            trace(self.began.elapsed(), event);
        }
    }

    /// Tells of the questions that are new, or have ended since.
    fn names_told(&mut self, questions: Vec<Question>) {
        let Some(trace) = &mut self.trace else { return };
        for (nth, question) in questions.iter().enumerate() {
            let before = self.told.get(nth);
            let start = self.asked.saturating_add(question.start);
            if before.is_none() {
                let asked = Question { took: None, end: End::Waiting, ..question.clone() };
                trace(start, ConnectEvent::Asked(&asked));
            }
            let took = question.took.filter(|_| before.is_none_or(|before| before.took.is_none()));
            if let Some(took) = took {
                trace(start.saturating_add(took), ConnectEvent::Answered(question));
            }
        }
        self.told = questions;
    }
}

/// A socket on its way to `to`, and how that went.
fn begin(
    endpoint: &Endpoint,
    to: SocketAddr,
    options: ConnectOptions,
    limit: Limit<'_>,
) -> Result<(Socket<SocketAddr>, Result<(), Error>), Error> {
    let (family, ty, protocol) = endpoint.socket_for(to.family());
    let socket = prepared(&Target { family, ty, protocol, addr: to.into() }, options)?;
    let connected = socket.within(limit).connect(&to);
    let connected = connected.and_then(|()| not_itself(&socket, to, options));
    Ok((socket, connected))
}

/// How an attempt ended that is over.
fn ended(running: &Running, options: ConnectOptions, limit: Limit<'_>) -> Result<(), Error> {
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
