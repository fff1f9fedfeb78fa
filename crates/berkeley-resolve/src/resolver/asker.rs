//! `Resolver`: what its lookups share, and a question to the name servers.

use core::task::Poll;
use core::time::Duration;
use std::ffi::OsString;
use std::os::unix::ffi::OsStringExt as _;
use std::sync::{Arc, PoisonError, RwLock};
use std::time::Instant;

use berkeley_socket::Limit;
use berkeley_socket::poll::Watch;
use berkeley_sys::process::Own;

use super::cache::{Cache, Kept, Key};
use super::flight::{Flight, Flights, Landed, Leader, Seat};
use super::plan::Plan;
use super::setting::{Engine, NETDNS, Settings};
use crate::drive::{Driver, Outcome, Shared};
use crate::error::Cause;
use crate::machine::{self, Answer, Attempt, End, Failure};
use crate::route::Routes;
use crate::step::{Steps, block};
use crate::system::{Environment, Snapshot, System};
use crate::wire::{Name, Rcode, RecordType};

/// For how long it is believed that all servers fail, and what was found although one has.
const FAILED: Duration = Duration::from_secs(1);

/// Finds hosts and records, as this machine's files say, without libc. Clones share all: what is kept and what is known of the servers.
///
/// A child process that has come by fork(3) begins with nothing of that, and waits for none of its parent's threads.
///
/// ```no_run
/// use berkeley_resolve::Resolver;
/// use berkeley_socket::Limit;
///
/// let found = Resolver::system().lookup("example.org").within(Limit::seconds(3))?;
/// for addr in found.with_port(443) {
///     println!("{addr}, says {}", found.source());
/// }
/// # Ok::<(), berkeley_resolve::ResolveError>(())
/// ```
#[derive(Clone, Debug)]
pub struct Resolver {
    lasting: Arc<Lasting>,
}

/// What does not change, and a state for each process.
#[derive(Debug)]
struct Lasting {
    settings: Arc<Settings>,
    environment: Environment,
    state: Own<State>,
}

/// What its lookups share. No child process touches it: each lock in here may be held by a thread that the child has not.
#[derive(Debug)]
pub(super) struct State {
    pub(super) settings: Arc<Settings>,
    pub(super) system: System,
    /// `None`: nobody has wanted one yet.
    plan: RwLock<Option<Arc<Plan>>>,
    pub(super) routes: Routes,
    servers: Shared,
    cache: Cache,
    flights: Flights,
}

/// What name servers said.
#[derive(Debug)]
pub(super) struct Asked {
    pub(super) answers: Arc<Kept>,
    pub(super) missing: Option<Failure>,
    pub(super) attempts: Vec<Attempt>,
}

/// That; or why there is nothing, and who was asked.
pub(super) type Answered = Result<Asked, (Cause, Vec<Attempt>)>;

impl Asked {
    pub(super) fn answers(&self) -> &[Answer] {
        self.answers.answers.as_deref().unwrap_or_default()
    }

    /// The names that lead to whose answers these are, the one asked for first.
    pub(super) fn aliases(&self) -> Vec<String> {
        let mut chains = self.answers().iter().map(Answer::aliases);
        let chain = chains.find(|chain| !chain.is_empty()).unwrap_or_default();
        chain.iter().map(Name::to_string).collect()
    }
}

impl Resolver {
    /// The resolver of this machine and process: its files, followed when they change.
    ///
    /// The variables of the process are read once, when it is first wanted: `LOCALDOMAIN` and `RES_OPTIONS`, which resolv.conf(5) knows;
    /// `HOSTALIASES`, which only libc follows, so that it answers then; and `BERKELEY_NETDNS`, which for `native` or `libc` says who
    /// answers ([`Engine`](crate::Engine)), whatever the others say, and means nothing for any other value, which a
    /// [trace](Self::getaddrinfo_traced) tells.
    #[doc(alias("BERKELEY_NETDNS", "GODEBUG"))]
    pub fn system() -> &'static Self {
        static SYSTEM: Own<Resolver> = Own::new();
        SYSTEM.get(|parents| {
            if let Some(resolver) = parents {
                return resolver.clone();
            }
            let netdns = std::env::var_os(NETDNS);
            let (engine, ignored) =
                Engine::told_by(netdns.as_deref(), std::env::var_os("HOSTALIASES").is_some());
            Self::new(Settings { engine, ignored, ..Settings::default() })
        })
    }

    /// Reads the files again, now. The number is another one for each change of any of them.
    pub fn reload(&self) -> u64 {
        self.shared().system.reload().generation
    }

    /// Forgets all answers, and what is known of the servers.
    pub fn flush(&self) {
        let state = self.shared();
        state.cache.clear();
        state.servers.forget();
    }

    pub(super) fn new(settings: Settings) -> Self {
        let mut environment = Environment::default();
        if settings.is_of_this_machine() {
            let variable = |name| std::env::var_os(name).map(OsString::into_vec);
            environment.localdomain = variable("LOCALDOMAIN");
            environment.res_options = variable("RES_OPTIONS");
            environment.hostname = berkeley_sys::host::name();
        }
        let (settings, state) = (Arc::new(settings), Own::new());
        Self { lasting: Arc::new(Lasting { settings, environment, state }) }
    }

    /// This process's.
    pub(super) fn shared(&self) -> &State {
        let Lasting { settings, environment, state } = &*self.lasting;
        state.get(|_| State::new(settings, environment))
    }
}

impl State {
    fn new(settings: &Arc<Settings>, environment: &Environment) -> Self {
        Self {
            system: System::new(&settings.folder, environment.clone(), settings.recheck),
            plan: RwLock::default(),
            routes: Routes::default(),
            servers: Shared::new(),
            cache: Cache::new(settings.cache),
            flights: Flights::default(),
            settings: Arc::clone(settings),
        }
    }

    /// What to go by now.
    pub(super) fn plan(&self) -> Arc<Plan> {
        let snapshot = self.system.snapshot();
        let plan = self.plan.read().unwrap_or_else(PoisonError::into_inner).clone();
        let plan = plan.filter(|plan| Arc::ptr_eq(&plan.snapshot, &snapshot));
        plan.unwrap_or_else(|| self.renew(snapshot))
    }

    fn renew(&self, snapshot: Arc<Snapshot>) -> Arc<Plan> {
        let plan = Arc::new(Plan::new(snapshot, &self.settings));
        let mut current = self.plan.write().unwrap_or_else(PoisonError::into_inner);
        if current.as_ref().is_none_or(|old| old.snapshot.generation <= plan.snapshot.generation) {
            *current = Some(Arc::clone(&plan));
        }
        plan
    }

    /// Asks the name servers, unless the answer is known, or somebody asks already.
    ///
    /// # Errors
    ///
    /// Why there is none, and who was asked.
    pub(super) fn ask(
        &self,
        plan: &Arc<Plan>,
        (name, search): (Name, bool),
        types: &[RecordType],
        limit: Limit<'_>,
    ) -> Answered {
        let key = Key::new(plan.snapshot.generation, (name, search), types);
        if let Some(known) = self.known(plan, &key) {
            return known;
        }
        let limit = limit.start();
        let time = self.time(limit.deadline(), None);
        let mut asking = Asking::new(self, plan, key, time);
        block(&mut asking, limit).unwrap_or_else(|cause| Err((cause, asking.attempts())))
    }

    /// The answer that is known already.
    pub(super) fn known(&self, plan: &Plan, key: &Key) -> Option<Answered> {
        let failed = |failure| Some(Err((Cause::Dns(failure), Vec::new())));
        if let Some(answers) = self.cache.get(key) {
            return match answers.answers {
                Err(failure) => failed(failure),
                Ok(_) => Some(Ok(Asked { answers, missing: None, attempts: Vec::new() })),
            };
        }
        if plan.config.no_aaaa && key.types == [Some(RecordType::AAAA), None] {
            return failed(Failure::NoData);
        }
        None
    }

    /// For a lookup that begins now.
    pub(super) fn time(&self, deadline: Option<Instant>, patience: Option<Duration>) -> Time {
        Time { deadline, began: self.servers.now(), patience }
    }
}

/// The time that a lookup has.
#[derive(Clone, Copy)]
pub(super) struct Time {
    pub(super) deadline: Option<Instant>,
    /// When it began, by the clock of the lookups.
    began: Duration,
    /// How long after that it waits for somebody else's answer; `None`: as long as a server may be silent, for who asks may be one whom nobody
    /// steps.
    patience: Option<Duration>,
}

/// A question to the name servers, on its way.
pub(super) struct Asking<'s> {
    state: &'s State,
    plan: Arc<Plan>,
    key: Arc<Key>,
    time: Time,
    stage: Stage<'s>,
}

enum Stage<'s> {
    /// Neither known nor asked.
    Boarding,
    /// Somebody asks already.
    Waiting(Arc<Flight>),
    Driving(Box<Driver<'s>>, Option<Leader<'s>>),
}

impl<'s> Asking<'s> {
    /// What is not [known](State::known).
    pub(super) fn new(state: &'s State, plan: &Arc<Plan>, key: Key, time: Time) -> Self {
        Self { state, plan: Arc::clone(plan), key: Arc::new(key), time, stage: Stage::Boarding }
    }

    /// The questions so far, by the clock of who asks.
    pub(super) fn attempts(&self) -> Vec<Attempt> {
        match &self.stage {
            Stage::Driving(driver, _) => self.since(driver.attempts()),
            Stage::Boarding | Stage::Waiting(_) => Vec::new(),
        }
    }

    /// The answers so far; none where half of them would be a failure.
    pub(super) fn answers(&self) -> Vec<Answer> {
        match &self.stage {
            Stage::Driving(driver, _) if !self.plan.config.strict => {
                driver.answers().cloned().collect()
            }
            _ => Vec::new(),
        }
    }

    fn since(&self, attempts: &[Attempt]) -> Vec<Attempt> {
        let since = |attempt: &Attempt| Attempt {
            start: attempt.start.saturating_sub(self.time.began),
            ..attempt.clone()
        };
        attempts.iter().map(since).collect()
    }

    /// Until when somebody else's answer is waited for.
    fn until(&self) -> Option<Instant> {
        let patience = self.time.patience.unwrap_or(self.plan.config.timeout);
        self.state.servers.instant(self.time.began.saturating_add(patience))
    }

    fn drive(&mut self, leader: Option<Leader<'s>>) {
        let types = self.key.types.iter().flatten().copied().collect();
        let (name, search) = (self.key.name.clone(), self.key.search);
        let lookup = machine::Lookup { name, search, types, deadline: None };
        let driver =
            Driver::new(&self.plan.config, lookup, &self.state.servers, self.time.deadline);
        self.stage = Stage::Driving(Box::new(driver), leader);
    }

    /// What the servers said is kept, and told to all who wait for it.
    fn done(&mut self, outcome: Outcome) -> Answered {
        let attempts = self.since(&outcome.attempts);
        let Outcome { result, answers, missing, ttl, attempts: told } = outcome;
        let answers = match result {
            Ok(()) => {
                let answers = answers.into_boxed_slice();
                // What another family's servers, or those of a name before it, have not said may be otherwise soon.
                let least = answers.iter().map(|answer| answer.ttl).min().unwrap_or_default();
                let answers =
                    Arc::new(Kept::new(Ok(answers), ttl.unwrap_or_else(|| least.min(FAILED))));
                if missing.is_none() {
                    self.state.cache.put(&self.key, &answers);
                }
                Ok(answers)
            }
            Err(cause) => {
                if let (Cause::Dns(failure @ (Failure::NoName | Failure::NoData)), Some(ttl)) =
                    (&cause, ttl)
                {
                    self.state.cache.put(&self.key, &Arc::new(Kept::new(Err(*failure), ttl)));
                }
                // RFC 2308 section 7.1, far below its five minutes: only so long that a caller who tries again at once is no burden.
                let failed = Failure::Server(Rcode::SERVFAIL);
                let all = told.iter().all(|attempt| attempt.end == End::Failed(failed));
                if cause == Cause::Dns(failed) && all {
                    self.state.cache.put(&self.key, &Arc::new(Kept::new(Err(failed), FAILED)));
                }
                Err(cause)
            }
        };
        if let Stage::Driving(_, leader) = &mut self.stage {
            // What its own limit cut short is nobody else's answer.
            let is_cut = is_over(self.time.deadline);
            if let Some(leader) = leader.take().filter(|_| !is_cut) {
                leader.land(|| Landed { answers: answers.clone(), missing, attempts: told });
            }
        }
        match answers {
            Ok(answers) => Ok(Asked { answers, missing, attempts }),
            Err(cause) => Err((cause, attempts)),
        }
    }
}

pub(super) fn is_over(deadline: Option<Instant>) -> bool {
    deadline.is_some_and(|deadline| Instant::now() >= deadline)
}

impl Steps for Asking<'_> {
    type End = Answered;

    fn watches(&self) -> impl Iterator<Item = Watch<'_>> {
        let (flight, driver) = match &self.stage {
            Stage::Boarding => (None, None),
            Stage::Waiting(flight) => (flight.watch(), None),
            Stage::Driving(driver, _) => (None, Some(driver)),
        };
        flight.into_iter().chain(driver.into_iter().flat_map(|driver| driver.watches()))
    }

    fn wake_at(&self) -> Option<Instant> {
        match &self.stage {
            Stage::Boarding => None,
            Stage::Waiting(_) => self.until(),
            Stage::Driving(driver, _) => driver.wake_at(),
        }
    }

    fn step(&mut self, events: &[u16]) -> Poll<Self::End> {
        if let Stage::Waiting(flight) = &self.stage {
            if let Some(landed) = flight.landed() {
                let attempts = self.since(&landed.attempts);
                return Poll::Ready(match &landed.answers {
                    Ok(answers) => Ok(Asked {
                        answers: Arc::clone(answers),
                        missing: landed.missing,
                        attempts,
                    }),
                    Err(cause) => Err((cause.clone(), attempts)),
                });
            }
            if is_over(self.until()) {
                self.drive(None);
            } else if events.first().is_some_and(|events| *events != 0) {
                self.stage = Stage::Boarding;
            } else {
                return Poll::Pending;
            }
        }
        let mut events = events;
        if let Stage::Boarding = self.stage {
            events = &[];
            if is_over(self.time.deadline) {
                return Poll::Ready(Err((Cause::TimedOut, Vec::new())));
            }
            match self.state.flights.board(&self.key) {
                Seat::Leader(leader) => self.drive(Some(leader)),
                Seat::Alone => self.drive(None),
                Seat::Passenger(_) if is_over(self.until()) => self.drive(None),
                Seat::Passenger(flight) => self.stage = Stage::Waiting(flight),
            }
        }
        let Stage::Driving(driver, _) = &mut self.stage else { return Poll::Pending };
        driver.step(events).map(|outcome| self.done(outcome))
    }
}
