//! The way through nsswitch.conf: each source's answer, and what the line says to do then.
//!
//! Contract: sources are asked in order, and only while the limit lasts. A word, a rule or a status that is not ours ends the way before anything
//! is asked behind it, so that libc, which knows, can be asked for all. Source: nsswitch.conf(5).

use berkeley_addr::Family;

use super::trace::Said;
use crate::conf::{Action, Database, Status};
use crate::error::Cause;
use crate::machine::Failure;
use crate::source::Silence;

/// A source that is ours.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Word {
    Files,
    Dns,
    MyHostname,
    Resolve,
    /// Of one family, or of both; only names of two labels.
    Mdns(Option<Family>, bool),
    /// Containers and virtual machines, as long as there are none.
    MyMachines,
    /// nss_db(5), as long as there is none; it has no hosts.
    Db,
}

/// By their names.
const WORDS: [(&str, Word); 12] = [
    ("files", Word::Files),
    ("dns", Word::Dns),
    ("myhostname", Word::MyHostname),
    ("resolve", Word::Resolve),
    ("mdns", Word::Mdns(None, false)),
    ("mdns4", Word::Mdns(Some(Family::INET), false)),
    ("mdns6", Word::Mdns(Some(Family::INET6), false)),
    ("mdns_minimal", Word::Mdns(None, true)),
    ("mdns4_minimal", Word::Mdns(Some(Family::INET), true)),
    ("mdns6_minimal", Word::Mdns(Some(Family::INET6), true)),
    ("mymachines", Word::MyMachines),
    ("db", Word::Db),
];

const STATUSES: [Status; 4] =
    [Status::Success, Status::NotFound, Status::Unavail, Status::TryAgain];

/// Where systemd-machined lists its machines.
const MACHINES: &str = "/run/systemd/machines";

/// A source has no answer.
#[derive(Debug)]
pub(super) struct Miss {
    pub(super) status: Status,
    pub(super) cause: Cause,
    /// Whether it was not even asked.
    is_passed: bool,
}

impl Miss {
    pub(super) const NOT_FOUND: Self =
        Self { status: Status::NotFound, cause: Cause::Dns(Failure::NoName), is_passed: false };

    /// Nobody is asked for such names.
    pub(super) const NOT_ASKED: Self = Self { is_passed: true, ..Self::NOT_FOUND };

    /// It does not answer for such names.
    pub(super) const NOT_ITS: Self = Self { status: Status::Unavail, ..Self::NOT_ASKED };

    /// What name servers said.
    pub(super) fn of_dns(cause: Cause) -> Self {
        let status = match cause {
            Cause::Dns(Failure::NoName | Failure::NoData) => Status::NotFound,
            Cause::Dns(Failure::Network(_) | Failure::Nothing) => Status::Unavail,
            _ => Status::TryAgain,
        };
        Self { status, cause, is_passed: false }
    }

    /// In the words of a trace.
    pub(super) fn said(&self) -> Said {
        match &self.cause {
            _ if self.is_passed => Said::PassedOver,
            Cause::Dns(Failure::NoName) => Said::NotFound,
            cause => Said::Failed(cause.clone()),
        }
    }

    /// How much the failure tells: that of which most can be done.
    fn weight(&self) -> u8 {
        match (&self.cause, self.status) {
            (Cause::Dns(Failure::NoName), Status::Unavail) => 0,
            (Cause::Dns(Failure::NoName), _) => 2,
            (Cause::Dns(Failure::NoData), _) => 3,
            (Cause::Dns(_), _) | (_, Status::TryAgain) => 4,
            _ => 1,
        }
    }
}

impl From<Silence> for Miss {
    fn from(silence: Silence) -> Self {
        match silence {
            Silence::NotFound => Self::NOT_FOUND,
            Silence::Unavailable(cause) => {
                Self { status: Status::Unavail, cause, is_passed: false }
            }
            // Its word for why is for its own log.
            Silence::TryAgain(_) => Self::of_dns(Cause::Dns(Failure::TimedOut)),
            Silence::Ended(cause) => Self { status: Status::TryAgain, cause, is_passed: false },
        }
    }
}

/// Why the way led nowhere.
#[derive(Debug)]
pub(crate) enum End {
    Failed(Cause),
    /// This word, or the rules behind it, are not ours.
    Foreign(Box<str>),
}

impl From<Cause> for End {
    fn from(cause: Cause) -> Self {
        Self::Failed(cause)
    }
}

/// Where it leads next.
#[derive(Debug)]
pub(super) enum Next<T> {
    /// This source is to be asked: its name in nsswitch.conf, and what it is.
    Ask(&'static str, Word),
    /// It is over.
    Over(Result<T, End>),
}

/// A way along a line, which is handed in at each step.
#[derive(Debug)]
pub(super) struct Walk<T> {
    at: usize,
    is_over: bool,
    found: Option<T>,
    worst: Miss,
}

impl<T> Walk<T> {
    pub(super) const fn new() -> Self {
        Self { at: 0, is_over: false, found: None, worst: Miss::NOT_ITS }
    }

    /// Where it leads. What is to be asked is [told](Self::told) before the next call.
    pub(super) fn next(&mut self, line: &Database) -> Next<T> {
        if !line.understood {
            return Next::Over(Err(End::Foreign("a line that leaves its grammar".into())));
        }
        let source = line.sources.get(self.at).filter(|_| !self.is_over);
        let Some(source) = source else { return self.over() };
        let known = WORDS.iter().find(|(name, _)| name.as_bytes() == &*source.name);
        let merges = STATUSES.iter().any(|status| source.after(*status) == Action::Merge);
        let ours =
            known.filter(|(_, word)| !merges && (*word != Word::MyMachines || has_no_machines()));
        match ours {
            Some((name, word)) => Next::Ask(name, *word),
            None if self.found.is_some() => self.over(),
            None => Next::Over(Err(End::Foreign(String::from_utf8_lossy(&source.name).into()))),
        }
    }

    /// What the source said.
    pub(super) fn told(&mut self, line: &Database, answer: Result<T, Miss>) {
        let status = match answer {
            Ok(answer) => {
                self.found = Some(answer);
                Status::Success
            }
            Err(miss) => {
                let status = miss.status;
                // The limit's end ends the way.
                let is_final = miss.cause.is_the_limits();
                if is_final {
                    (self.is_over, self.found) = (true, None);
                }
                if is_final || miss.weight() > self.worst.weight() {
                    self.worst = miss;
                }
                status
            }
        };
        self.is_over |= self.ends_after(line, status);
        self.at += 1;
    }

    /// Whether nobody else is asked if the source that is asked now says this.
    pub(super) fn ends_after(&self, line: &Database, status: Status) -> bool {
        line.sources.get(self.at).is_some_and(|source| source.after(status) == Action::Return)
    }

    fn over(&mut self) -> Next<T> {
        let worst = core::mem::replace(&mut self.worst, Miss::NOT_ITS);
        Next::Over(self.found.take().ok_or(End::Failed(worst.cause)))
    }
}

/// Asks one source after the other.
pub(super) fn walk<T>(
    line: &Database,
    mut ask: impl FnMut(&'static str, Word) -> Result<T, Miss>,
) -> Result<T, End> {
    let mut walk = Walk::new();
    loop {
        match walk.next(line) {
            Next::Ask(name, word) => walk.told(line, ask(name, word)),
            Next::Over(end) => return end,
        }
    }
}

fn has_no_machines() -> bool {
    std::fs::read_dir(MACHINES).map_or(true, |mut machines| machines.next().is_none())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::conf::Nsswitch;

    /// What is asked, and what came of it, when each source answers as its first letter in `answers` says.
    fn way(line: &str, answers: &[(&str, char)]) -> String {
        let conf = Nsswitch::parse(format!("hosts: {line}\n").as_bytes());
        let mut asked = Vec::new();
        let end = walk(conf.hosts(), |name, _| {
            asked.push(name);
            let answer = answers.iter().find(|(word, _)| *word == name).map(|(_, answer)| *answer);
            match answer {
                Some('s') => Ok(name),
                Some('u') => Err(Silence::Unavailable(Cause::NotListed).into()),
                Some('t') => Err(Miss::of_dns(Cause::Dns(Failure::TimedOut))),
                Some('d') => Err(Miss::of_dns(Cause::Dns(Failure::NoData))),
                Some('l') => Err(Miss::of_dns(Cause::TimedOut)),
                _ => Err(Miss::NOT_FOUND),
            }
        });
        let end = match end {
            Ok(name) => format!("= {name}"),
            Err(End::Failed(cause)) => format!("{cause:?}"),
            Err(End::Foreign(word)) => format!("libc: {word}"),
        };
        format!("{} {end}", asked.join(" "))
    }

    #[test]
    fn lines_are_followed() {
        type Row<'a> = (&'a str, &'a [(&'a str, char)], &'a str);
        let table: [Row<'_>; 16] = [
            ("files dns", &[("files", 's')], "files = files"),
            ("files dns", &[("dns", 's')], "files dns = dns"),
            ("dns files", &[("dns", 't')], "dns files Dns(TimedOut)"),
            ("dns [TRYAGAIN=return] files", &[("dns", 't')], "dns Dns(TimedOut)"),
            ("dns files", &[("dns", 'd')], "dns files Dns(NoData)"),
            ("dns files", &[("dns", 'l')], "dns TimedOut"),
            (
                "resolve [!UNAVAIL=return] dns",
                &[("resolve", 'u'), ("dns", 's')],
                "resolve dns = dns",
            ),
            ("resolve [!UNAVAIL=return] dns", &[("dns", 's')], "resolve Dns(NoName)"),
            ("files mdns4_minimal [NOTFOUND=return] dns", &[], "files mdns4_minimal Dns(NoName)"),
            ("files [SUCCESS=continue] dns", &[("files", 's'), ("dns", 's')], "files dns = dns"),
            ("files [SUCCESS=continue] dns", &[("files", 's')], "files dns = files"),
            ("files [SUCCESS=merge] dns", &[], " libc: files"),
            ("files ldap dns", &[("files", 's')], "files = files"),
            ("files ldap dns", &[], "files libc: ldap"),
            ("files [NOTFOUND=perhaps] dns", &[], " libc: a line that leaves its grammar"),
            ("resolve", &[("resolve", 'u')], "resolve NotListed"),
        ];
        for (line, answers, expected) in table {
            assert_eq!(way(line, answers), expected, "{line} {answers:?}");
        }
    }
}
