//! /etc/nsswitch.conf: which sources a database has, and what to do after the answer of each.
//!
//! Contract: a line is a database and its sources, each of which may have rules behind it: `dns [!UNAVAIL=return NOTFOUND=continue]`.
//! The last line of a database wins. glibc's grammar, but `#` begins a comment everywhere, as in Go. A line that leaves the
//! grammar is kept up to there and says so ([`Database::understood`]); glibc then has no database at all. Sources:
//! nsswitch.conf(5); glibc's nss/nss_action_parse.c and nss_database.c; Go's net/nss.go.

use std::collections::HashMap;

use super::text::{before, is_blank, lines, uncommented};

/// What /etc/nsswitch.conf says.
///
/// ```
/// use berkeley_resolve::conf::{Action, Nsswitch, Status};
///
/// let nsswitch = Nsswitch::parse(b"hosts: files mdns4_minimal [NOTFOUND=return] dns\n");
/// let hosts = nsswitch.hosts();
/// assert_eq!(*hosts.sources[1].name, *b"mdns4_minimal");
/// assert_eq!(hosts.sources[1].after(Status::NotFound), Action::Return);
/// assert_eq!(hosts.sources[2].after(Status::NotFound), Action::Continue);
/// assert!(nsswitch.database(b"services").is_none());
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Nsswitch {
    databases: HashMap<Box<[u8]>, Database>,
    /// `files dns`, for a file without hosts. Beside the others, because it is asked for most.
    hosts: Database,
    /// `files`, for one without another database.
    files: Database,
    ignored: usize,
}

/// The line of a database.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Database {
    /// Where to look, in order.
    pub sources: Vec<Source>,
    /// Whether all of the line is in `sources`. If not, what follows may matter, and only the C library knows how.
    pub understood: bool,
}

/// A source, and what to do after its answer.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Source {
    /// Its name: `files`, `dns`, `resolve`.
    pub name: Box<[u8]>,
    after: [Action; 4],
}

/// The answer of a source.
#[doc(alias = "nss_status")]
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Status {
    /// There is one.
    Success,
    /// There is no such name.
    NotFound,
    /// The source is not there, now or ever.
    Unavail,
    /// The source cannot answer for now.
    TryAgain,
}

/// What to do after an answer.
#[doc(alias = "lookup_actions")]
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Action {
    /// It is the answer.
    Return,
    /// Ask the next source.
    Continue,
    /// Ask the next source too and put both together, where the database can; hosts cannot.
    Merge,
}

impl Nsswitch {
    /// Reads the text of the file.
    pub fn parse(text: &[u8]) -> Self {
        let mut databases = HashMap::<Box<[u8]>, Database>::new();
        let mut ignored = 0;
        for line in lines(text).map(uncommented) {
            if line.iter().all(|&byte| is_blank(byte)) {
                continue;
            }
            let line = Database::read(line);
            ignored += usize::from(!line.as_ref().is_some_and(|(_, read)| read.understood));
            databases.extend(line.map(|(name, read)| (Box::from(name), read)));
        }
        let default = |names: &[&[u8]]| Database {
            sources: names.iter().map(|name| Source::new(name)).collect(),
            understood: true,
        };
        let hosts = databases.get(&b"hosts"[..]).cloned();
        let hosts = hosts.unwrap_or_else(|| default(&[b"files", b"dns"]));
        let files = default(&[b"files"]);
        Self { databases, hosts, files, ignored }
    }

    /// The sources of hosts: `files dns` where the file has no such line.
    pub fn hosts(&self) -> &Database {
        &self.hosts
    }

    /// The sources of another database, `services` or `protocols`: `files` where the file has no such line.
    pub fn sources(&self, name: &[u8]) -> &Database {
        self.database(name).unwrap_or(&self.files)
    }

    /// The line of any database, if there is one.
    pub fn database(&self, name: &[u8]) -> Option<&Database> {
        self.databases.get(name)
    }

    /// How many lines are not understood, or not to their end.
    pub fn ignored(&self) -> usize {
        self.ignored
    }
}

/// What an absent or empty file means.
impl Default for Nsswitch {
    fn default() -> Self {
        Self::parse(b"")
    }
}

impl Source {
    /// What to do after this answer of the source.
    pub fn after(&self, status: Status) -> Action {
        let [success, not_found, unavail, try_again] = self.after;
        match status {
            Status::Success => success,
            Status::NotFound => not_found,
            Status::Unavail => unavail,
            Status::TryAgain => try_again,
        }
    }

    fn new(name: &[u8]) -> Self {
        let [ok, no] = [Action::Return, Action::Continue];
        Self { name: name.into(), after: [ok, no, no, no] }
    }

    /// A rule: this after that status, or after all but that.
    fn set(&mut self, status: usize, not: bool, action: Action) {
        for (nth, after) in self.after.iter_mut().enumerate() {
            if (nth == status) != not {
                *after = action;
            }
        }
    }
}

impl Database {
    /// A line: the name, `hosts` or `services`, and what follows.
    fn read(line: &[u8]) -> Option<(&[u8], Self)> {
        let mut rest = Rest(line);
        rest.blanks();
        let name = rest.until(|byte| byte == b':');
        if name.is_empty() || rest.0.is_empty() {
            return None;
        }
        while rest.blanks() || rest.eat(b':') {}
        let mut read = Self { sources: Vec::new(), understood: false };
        read.understood = read.sources(rest).is_some();
        Some((name, read))
    }

    /// The sources; `None` where the grammar was left.
    fn sources(&mut self, mut rest: Rest<'_>) -> Option<()> {
        loop {
            rest.blanks();
            if rest.0.is_empty() {
                return Some(());
            }
            let name = rest.until(|byte| byte == b'[');
            if name.is_empty() {
                // Rules without a source, or a second pair of brackets.
                return None;
            }
            let mut source = Source::new(name);
            rest.blanks();
            let understood = if rest.eat(b'[') { rules(&mut source, &mut rest) } else { Some(()) };
            self.sources.push(source);
            understood?;
        }
    }
}

/// `STATUS=action ...]`, at least one.
fn rules(source: &mut Source, rest: &mut Rest<'_>) -> Option<()> {
    rest.blanks();
    loop {
        let not = rest.eat(b'!');
        let ends = |byte| matches!(byte, b'=' | b']');
        let status = find(rest.until(ends), &["SUCCESS", "NOTFOUND", "UNAVAIL", "TRYAGAIN"])?;
        rest.blanks();
        if !rest.eat(b'=') {
            return None;
        }
        rest.blanks();
        let action = [Action::Return, Action::Continue, Action::Merge];
        let action = *action.get(find(rest.until(ends), &["RETURN", "CONTINUE", "MERGE"])?)?;
        source.set(status, not, action);
        rest.blanks();
        if rest.eat(b']') {
            return Some(());
        }
    }
}

/// Which of these a word is, in either case.
fn find(word: &[u8], among: &[&str]) -> Option<usize> {
    among.iter().position(|name| word.eq_ignore_ascii_case(name.as_bytes()))
}

/// What is left of a line.
struct Rest<'t>(&'t [u8]);

impl<'t> Rest<'t> {
    /// Skips blanks; whether there were any.
    fn blanks(&mut self) -> bool {
        let before = self.0;
        let word = before.iter().position(|&byte| !is_blank(byte)).unwrap_or(before.len());
        self.0 = before.get(word..).unwrap_or_default();
        word > 0
    }

    /// Skips this byte, if it is the next; whether it was.
    fn eat(&mut self, byte: u8) -> bool {
        match self.0.split_first() {
            Some((&first, rest)) if first == byte => {
                self.0 = rest;
                true
            }
            _ => false,
        }
    }

    /// A word: up to a blank, or what else ends it.
    fn until(&mut self, ends: impl Fn(u8) -> bool) -> &'t [u8] {
        let word = before(self.0, |byte| is_blank(byte) || ends(byte));
        self.0 = self.0.get(word.len()..).unwrap_or_default();
        word
    }
}
