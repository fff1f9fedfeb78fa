//! Records of any type, and the names of an address.

use core::net::{IpAddr, SocketAddr};
use core::time::Duration;
use std::sync::Arc;

use berkeley_socket::Limit;

use super::asker::{Asked, Resolver, State};
use super::plan::Plan;
use super::setting::Engine;
use super::walk::{End, Miss, Word, walk};
use crate::error::{Cause, ResolveError, Result};
use crate::flag::NameFlags;
use crate::kind::Kind;
use crate::machine::{Answer, Attempt, Failure};
use crate::source::{Avahi, MyHostname, Resolved};
use crate::wire::{Data, Name, Record, RecordType};
use crate::{aside, libc, printed};

/// Records as a name server sent them.
#[derive(Debug)]
pub struct Records {
    asked: Asked,
}

impl Records {
    /// Each with its content.
    pub fn iter(&self) -> impl Iterator<Item = (Record<'_>, Data<'_>)> {
        let replies = self.asked.answers().iter().filter_map(Answer::reply);
        replies.flat_map(|reply| reply.records())
    }

    /// Whose they are: what the aliases lead to.
    pub fn name(&self) -> Option<&Name> {
        self.asked.answers().first().map(|answer| &answer.name)
    }

    /// For how long they hold.
    pub fn ttl(&self) -> Duration {
        self.asked.answers.ttl()
    }

    /// Whether the server has checked signatures, and resolv.conf trusts it to say so (`trust-ad`).
    pub fn is_authentic(&self) -> bool {
        self.asked.answers().first().is_some_and(|answer| answer.authentic)
    }

    /// The questions that were asked for them: none if they were kept from before.
    pub fn attempts(&self) -> &[Attempt] {
        &self.asked.attempts
    }
}

impl Resolver {
    /// The records of a name, from the name servers alone: no search list, no other source.
    ///
    /// ```no_run
    /// use berkeley_resolve::Resolver;
    /// use berkeley_resolve::wire::{Data, RecordType};
    /// use berkeley_socket::Limit;
    ///
    /// let records = Resolver::system().records(&"example.org".parse()?, RecordType::MX, Limit::seconds(3))?;
    /// for (_, data) in records.iter() {
    ///     if let Data::Mx { preference, exchange } = data {
    ///         println!("{preference} {exchange}");
    ///     }
    /// }
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    ///
    /// # Errors
    ///
    /// As [`Lookup::within`](crate::Lookup::within)'s. What ends in `localhost`, `invalid` or `onion` is nobody's to ask for:
    /// [`Failure::NoName`].
    pub fn records(&self, name: &Name, ty: RecordType, limit: Limit<'_>) -> Result<Records> {
        let answer = match aside::begin(limit) {
            Err(cause) => Err((cause, Vec::new())),
            Ok(()) if Kind::of(&name.to_string()) == Kind::Any => {
                let plan = self.shared().plan();
                self.shared().ask(&plan, (name.clone(), false), &[ty], limit)
            }
            Ok(()) => Err((Cause::Dns(Failure::NoName), Vec::new())),
        };
        answer.map(|asked| Records { asked }).map_err(|(cause, attempts)| {
            ResolveError::new(Some(&name.to_string()), None, cause).with_attempts(attempts)
        })
    }

    /// The names of an address, its official one first. A name is only as true as who runs its zone says; bytes in it that no name should
    /// have are escaped, as DNS's master files have it: `\DDD`, or `\` and the character.
    ///
    /// # Errors
    ///
    /// As [`Lookup::within`](crate::Lookup::within)'s.
    pub fn reverse(&self, ip: IpAddr, limit: Limit<'_>) -> Result<Vec<String>> {
        let (limit, plan) = (limit.start(), self.shared().plan());
        let mut attempts = Vec::new();
        let settings = &self.shared().settings;
        let names = if let Err(cause) = aside::begin(limit) {
            Err(cause)
        } else if settings.engine == Engine::Libc {
            by_libc(ip, limit)
        } else {
            let end = walk(plan.snapshot.nsswitch.hosts(), |_, word| {
                self.shared().names(&plan, word, ip, limit, &mut attempts)
            });
            end.or_else(|end| match end {
                End::Failed(cause) => Err(cause),
                End::Foreign(_) if settings.allows_libc() => by_libc(ip, limit),
                End::Foreign(word) => Err(Cause::Source(word)),
            })
        };
        names.map_err(|cause| {
            ResolveError::new(Some(&ip.to_string()), None, cause).with_attempts(attempts)
        })
    }
}

impl State {
    /// What a source calls an address.
    pub(super) fn names(
        &self,
        plan: &Arc<Plan>,
        word: Word,
        ip: IpAddr,
        limit: Limit<'_>,
        attempts: &mut Vec<Attempt>,
    ) -> Result<Vec<String>, Miss> {
        let names: Vec<String> = match word {
            Word::Files => {
                let lines = plan.snapshot.hosts.by_address(ip);
                lines
                    .flat_map(|line| core::iter::once(line.name).chain(line.aliases))
                    .map(printed::name)
                    .collect()
            }
            Word::Dns => {
                let question = (Name::reverse(ip), false);
                let asked = self.ask(plan, question, &[RecordType::PTR], limit);
                let records = asked.map(|asked| Records { asked }).map_err(|(cause, trace)| {
                    attempts.extend(trace);
                    Miss::of_dns(cause)
                })?;
                let names = records.iter().filter_map(|(_, data)| match data {
                    Data::Ptr(name) => Some(name.to_string()),
                    _ => None,
                });
                names.collect()
            }
            Word::MyHostname => {
                let own = printed::name(&berkeley_sys::host::name());
                MyHostname::new(own).reverse(ip, limit)?
            }
            Word::Resolve => {
                let names = Resolved::default().reverse(ip, 0, limit)?;
                names.iter().map(|name| printed::again(name)).collect()
            }
            // Multicast DNS is for what is on the link.
            Word::Mdns(..) if !is_link_local(ip) => return Err(Miss::NOT_ITS),
            Word::Mdns(..) => {
                vec![printed::again(&Avahi::default().reverse(ip, limit)?)]
            }
            Word::MyMachines | Word::Db => Vec::new(),
        };
        if names.is_empty() { Err(Miss::NOT_FOUND) } else { Ok(names) }
    }
}

fn is_link_local(ip: IpAddr) -> bool {
    match ip {
        IpAddr::V4(ip) => ip.is_link_local(),
        IpAddr::V6(ip) => ip.is_unicast_link_local(),
    }
}

fn by_libc(ip: IpAddr, limit: Limit<'_>) -> Result<Vec<String>, Cause> {
    let (host, _) = libc::getnameinfo(&SocketAddr::new(ip, 0), NameFlags::NAMEREQD, limit)?;
    Ok(vec![host])
}
