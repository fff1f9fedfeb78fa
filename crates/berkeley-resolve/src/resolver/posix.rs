//! What the calls of POSIX want of a resolver.
//!
//! Contract: one walk through nsswitch.conf a question, its findings unsorted; where a source is not ours the whole call is libc's, if that may be
//! asked. Sources: nsswitch.conf(5); glibc's nss_files, nss_dns and nss_db.

use core::net::{IpAddr, SocketAddr};
use std::sync::Arc;

use berkeley_addr::{Family, Protocol};
use berkeley_socket::Limit;

use super::asker::Resolver;
use super::found::Found;
use super::plan::Plan;
use super::setting::{Engine, NETDNS};
use super::trace::{Said, Trace};
use super::walk::{End, Miss, Word, walk};
use super::way::{Question, Way};
use crate::error::{Cause, Result};
use crate::hostent::HostEntry;
use crate::kind::Kind;
use crate::machine::Attempt;
use crate::{printed, question};

impl Resolver {
    /// Whether the call is ours at all, and not libc's from the beginning.
    pub(crate) fn is_asked(&self) -> Result<(), End> {
        match self.shared().settings.engine {
            Engine::Libc => Err(End::Foreign("libc".into())),
            _ => Ok(()),
        }
    }

    /// Notes what decides who answers, before anybody is asked.
    pub(crate) fn note(&self, trace: &mut Trace) {
        if let Some(word) = &self.shared().settings.ignored {
            trace.note(NETDNS, || Said::Ignored(word.clone()));
        }
    }

    /// What to go by in one call.
    pub(crate) fn plan(&self) -> Arc<Plan> {
        self.shared().plan()
    }

    /// A host by its name, as POSIX's calls have it: the addresses unsorted; its other names if they are wanted.
    pub(crate) fn host(
        &self,
        plan: &Arc<Plan>,
        (name, family): (&str, Option<Family>),
        aliases: bool,
        limit: Limit<'_>,
        trace: &mut Trace,
    ) -> Result<Found, End> {
        let (state, limit) = (self.shared(), limit.start());
        let question = Question {
            state,
            plan: Arc::clone(plan),
            name: name.into(),
            family,
            search: true,
            posix: true,
            aliases,
            time: state.time(limit.deadline(), None),
        };
        let (mut attempts, before) = (Vec::new(), trace.age());
        let mut way = Way::noted(question, core::mem::take(trace));
        let end = way.follow(limit, &mut attempts);
        *trace = way.into_trace();
        trace.asked(attempts, before);
        end
    }

    /// A host by its address.
    pub(crate) fn host_of(
        &self,
        ip: IpAddr,
        limit: Limit<'_>,
        attempts: &mut Vec<Attempt>,
    ) -> Result<HostEntry, End> {
        self.is_asked()?;
        let plan = self.shared().plan();
        // What is mapped into IPv6 is IPv4's, and known by its name.
        let ip = ip.to_canonical();
        walk(plan.snapshot.nsswitch.hosts(), |_, word| {
            let (name, aliases) = if word == Word::Files {
                let line = plan.snapshot.hosts.by_address(ip).next().ok_or(Miss::NOT_FOUND)?;
                (printed::name(line.name), line.aliases.map(printed::name).collect())
            } else {
                let mut names = self.shared().names(&plan, word, ip, limit, attempts)?;
                // As glibc's sources: of the DNS one alone: the first that a host can have, or else what there is, escaped.
                let of_a_host = |name: &String| word != Word::Dns || question::is_for_dns(name);
                let official = names.iter().position(of_a_host).unwrap_or(0);
                let name = if names.is_empty() { None } else { Some(names.remove(official)) };
                names.retain(|_| word != Word::Dns);
                (name.ok_or(Miss::NOT_FOUND)?, names)
            };
            Ok(HostEntry { name, aliases, addresses: vec![ip] })
        })
    }

    /// The best first.
    pub(crate) fn sort(&self, plan: &Plan, addresses: &mut Vec<SocketAddr>) {
        self.shared().sort(plan, addresses);
    }

    /// Whether this machine has addresses of IPv4 and of IPv6 beyond the loopback's, for names that are not themselves the loopback's.
    pub(crate) fn has_families(&self, name: &str) -> [bool; 2] {
        match Kind::of(name) {
            Kind::Localhost => [true; 2],
            _ => self.shared().routes.families(self.shared().settings.recheck),
        }
    }

    /// A service's port, by its name.
    pub(crate) fn port(&self, name: &str, protocol: Option<&str>) -> Result<u16, End> {
        self.listed(b"services", || {
            let services = self.shared().system.services();
            let line = services.by_name(name.as_bytes(), protocol.map(str::as_bytes));
            line.map(|line| line.port)
        })
    }

    /// A service's name, by its port.
    pub(crate) fn service_at(&self, port: u16, protocol: Option<&str>) -> Result<String, End> {
        self.listed(b"services", || {
            let services = self.shared().system.services();
            let line = services.by_port(port, protocol.map(str::as_bytes));
            line.map(|line| printed::name(line.name))
        })
    }

    /// A protocol's number.
    pub(crate) fn protocol(&self, name: &str) -> Result<Protocol, End> {
        self.listed(b"protocols", || {
            let protocols = self.shared().system.protocols();
            protocols.by_name(name.as_bytes()).map(|line| line.protocol)
        })
    }

    /// What a file of `/etc` lists, if the database's line of nsswitch.conf leads there.
    fn listed<T>(&self, database: &[u8], mut file: impl FnMut() -> Option<T>) -> Result<T, End> {
        self.is_asked()?;
        let (plan, settings) = (self.shared().plan(), &self.shared().settings);
        let line = plan.snapshot.nsswitch.sources(database);
        let names_db = line.sources.iter().any(|source| *source.name == *b"db");
        if names_db && settings.is_of_this_machine() && self.shared().system.has_db() {
            return Err(End::Foreign("db".into()));
        }
        let end = walk(line, |_, word| match word {
            Word::Files => file().ok_or(Miss::NOT_FOUND),
            // They know hosts alone.
            _ => Err(Miss::NOT_ITS),
        });
        end.map_err(|end| match end {
            End::Failed(_) => End::Failed(Cause::NotListed),
            foreign @ End::Foreign(_) => foreign,
        })
    }

    /// The answer; or libc's, where it alone knows, and may be asked.
    pub(crate) fn or_libc<T>(
        &self,
        answer: Result<T, End>,
        libc: impl FnOnce() -> Result<T, Cause>,
    ) -> Result<T, Cause> {
        answer.or_else(|end| match end {
            End::Failed(cause) => Err(cause),
            End::Foreign(_) if self.shared().settings.allows_libc() => libc(),
            End::Foreign(word) => Err(Cause::Source(word)),
        })
    }

    /// Whether the call is now libc's, and why.
    pub(crate) fn why_libc<T>(&self, answer: &Result<T, End>) -> Option<impl FnOnce() -> Said> {
        let settings = &self.shared().settings;
        let Err(End::Foreign(word)) = answer else { return None };
        settings.allows_libc().then_some(move || {
            Said::Asked(match settings.engine {
                Engine::Libc => format!("{NETDNS}, HOSTALIASES or the program says so").into(),
                _ => format!("nsswitch.conf has {}", word.escape_debug()).into(),
            })
        })
    }
}
