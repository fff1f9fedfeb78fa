//! `Resolver`: what its lookups share, and a question to the name servers.

use core::time::Duration;
use std::ffi::OsString;
use std::os::unix::ffi::OsStringExt as _;
use std::sync::{Arc, OnceLock, PoisonError, RwLock};

use berkeley_socket::Limit;

use super::cache::{Cache, Kept, Key};
use super::flight::{Flights, Landed, Seat};
use super::plan::Plan;
use super::setting::{Engine, Settings};
use crate::drive::{self, Shared};
use crate::error::Cause;
use crate::machine::{self, Answer, Attempt, End, Failure};
use crate::route::Routes;
use crate::system::{Environment, Snapshot, System};
use crate::wire::{Name, Rcode, RecordType};

/// For how long it is believed that all servers fail.
const FAILED: Duration = Duration::from_secs(1);

/// Finds hosts and records, as this machine's files say, without libc. Clones share all: what is kept and what is known of the servers.
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
    pub(super) shared: Arc<State>,
}

#[derive(Debug)]
pub(super) struct State {
    pub(super) settings: Settings,
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
    pub(super) is_partial: bool,
    pub(super) attempts: Vec<Attempt>,
}

impl Asked {
    pub(super) fn answers(&self) -> &[Answer] {
        self.answers.answers.as_deref().unwrap_or_default()
    }

    /// The names that lead to whose answers these are, the one asked for first.
    pub(super) fn aliases(&self) -> Vec<String> {
        let replies = self.answers().iter().filter_map(Answer::reply);
        let mut chains =
            replies.map(|reply| reply.alias_names().map(|name| name.to_string()).collect());
        chains.find(|chain: &Vec<String>| !chain.is_empty()).unwrap_or_default()
    }
}

impl Resolver {
    /// The resolver of this machine and process: its files, followed when they change.
    ///
    /// The variables of the process are read once, when it is first wanted: `LOCALDOMAIN` and `RES_OPTIONS`, which resolv.conf(5) knows;
    /// `HOSTALIASES`, which only libc follows, so that it answers then; and `BERKELEY_NETDNS`, which for `native` or `libc` says who
    /// answers ([`Engine`](crate::Engine)), whatever the others say, and means nothing for any other value.
    #[doc(alias("BERKELEY_NETDNS", "GODEBUG"))]
    pub fn system() -> &'static Self {
        static SYSTEM: OnceLock<Resolver> = OnceLock::new();
        SYSTEM.get_or_init(|| {
            let netdns = std::env::var_os("BERKELEY_NETDNS");
            let engine =
                Engine::told_by(netdns.as_deref(), std::env::var_os("HOSTALIASES").is_some());
            Self::new(Settings { engine, ..Settings::default() })
        })
    }

    /// Reads the files again, now. The number is another one for each change of any of them.
    pub fn reload(&self) -> u64 {
        self.shared.system.reload().generation
    }

    /// Forgets all answers, and what is known of the servers.
    pub fn flush(&self) {
        self.shared.cache.clear();
        self.shared.servers.forget();
    }

    pub(super) fn new(settings: Settings) -> Self {
        let mut environment = Environment::default();
        if settings.is_of_this_machine() {
            let variable = |name| std::env::var_os(name).map(OsString::into_vec);
            environment.localdomain = variable("LOCALDOMAIN");
            environment.res_options = variable("RES_OPTIONS");
            environment.hostname = berkeley_sys::host::name();
        }
        let system = System::new(&settings.folder, environment, settings.recheck);
        let shared = State {
            plan: RwLock::default(),
            routes: Routes::default(),
            servers: Shared::new(),
            cache: Cache::new(settings.cache),
            flights: Flights::default(),
            system,
            settings,
        };
        Self { shared: Arc::new(shared) }
    }
}

impl State {
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
        plan: &Plan,
        (name, search): (Name, bool),
        types: &[RecordType],
        limit: Limit<'_>,
    ) -> Result<Asked, (Cause, Vec<Attempt>)> {
        let mut two = types.iter().copied();
        let key = Key {
            generation: plan.snapshot.generation,
            name,
            search,
            types: [two.next(), two.next()],
        };
        if let Some(answers) = self.cache.get(&key) {
            return match answers.answers {
                Err(failure) => Err((Cause::Dns(failure), Vec::new())),
                Ok(_) => Ok(Asked { answers, is_partial: false, attempts: Vec::new() }),
            };
        }
        if plan.config.no_aaaa && types == [RecordType::AAAA] {
            return Err((Cause::Dns(Failure::NoData), Vec::new()));
        }
        let limit = limit.start();
        match self.flights.board(&key, limit) {
            Err(cause) => Err((cause, Vec::new())),
            Ok(Seat::Landed(landed)) => {
                let attempts = landed.attempts.clone();
                match &landed.answers {
                    Ok(answers) => Ok(Asked {
                        answers: Arc::clone(answers),
                        is_partial: landed.is_partial,
                        attempts,
                    }),
                    Err(cause) => Err((cause.clone(), attempts)),
                }
            }
            Ok(Seat::Alone) => self.fetch(plan, &key, types, limit),
            Ok(Seat::Leader(leader)) => {
                let asked = self.fetch(plan, &key, types, limit);
                // What its own limit cut short is nobody else's answer.
                let cut = limit.remaining() == Some(Duration::ZERO)
                    || matches!(asked, Err((Cause::Cancelled | Cause::Interrupted, _)));
                leader.land(|| {
                    let (answers, is_partial, attempts) = match &asked {
                        _ if cut => return None,
                        Ok(asked) => {
                            (Ok(Arc::clone(&asked.answers)), asked.is_partial, &asked.attempts)
                        }
                        Err((cause, attempts)) => (Err(cause.clone()), false, attempts),
                    };
                    Some(Landed { answers, is_partial, attempts: attempts.clone() })
                });
                asked
            }
        }
    }

    /// Asks the name servers, and keeps what they say.
    fn fetch(
        &self,
        plan: &Plan,
        key: &Key,
        types: &[RecordType],
        limit: Limit<'_>,
    ) -> Result<Asked, (Cause, Vec<Attempt>)> {
        let (name, types) = (key.name.clone(), types.to_vec());
        let lookup = machine::Lookup { name, search: key.search, types, deadline: None };
        let outcome = drive::run(&plan.config, lookup, &self.servers, limit);
        match outcome.result {
            Ok(()) => {
                let answers = outcome.answers.into_boxed_slice();
                let ttl = answers.iter().map(|answer| answer.ttl).min().unwrap_or_default();
                let answers = Arc::new(Kept::new(Ok(answers), ttl));
                if !outcome.is_partial {
                    self.cache.put(key, &answers);
                }
                Ok(Asked { answers, is_partial: outcome.is_partial, attempts: outcome.attempts })
            }
            Err(cause) => {
                if let (Cause::Dns(failure @ (Failure::NoName | Failure::NoData)), Some(ttl)) =
                    (&cause, outcome.negative_ttl)
                {
                    self.cache.put(key, &Arc::new(Kept::new(Err(*failure), ttl)));
                }
                // RFC 2308 section 7.1, far below its five minutes: only so long that a caller who tries again at once is no burden.
                let failed = Failure::Server(Rcode::SERVFAIL);
                let all = outcome.attempts.iter().all(|attempt| attempt.end == End::Failed(failed));
                if cause == Cause::Dns(failed) && all {
                    self.cache.put(key, &Arc::new(Kept::new(Err(failed), FAILED)));
                }
                Err((cause, outcome.attempts))
            }
        }
    }
}
