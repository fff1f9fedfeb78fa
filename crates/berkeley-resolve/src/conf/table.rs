//! A table that is read once and asked often: rows of a key and names, found by either at once.
//!
//! Contract: the text is kept as it is, once; a row or a name costs a few numbers that point into it. Reading is linear in the
//! text, asking independent of its length, whatever the text is: hashes are keyed at random. Rows come in the order of the file.
//! Offsets have 32 bits, so of a larger text the first 4 GiB are read.

use core::hash::{BuildHasher as _, Hash, Hasher as _};
use core::{iter, slice};
use std::collections::HashMap;
use std::collections::hash_map::RandomState;

use super::text::{before, is_blank, uncommented};

/// Rows of a key, a value beside it, and names.
#[derive(Clone)]
pub(super) struct Table<K, V> {
    text: Box<[u8]>,
    rows: Vec<Row<K, V>>,
    names: Vec<Name>,
    by_key: Index,
    by_name: Index,
    form: Form,
}

/// How a file writes its rows.
#[derive(Clone, Copy)]
pub(super) struct Form {
    /// The first word is the name and the second the key, rather than the other way round.
    pub(super) name_first: bool,
    /// Names are the same in either case, and with a dot behind.
    pub(super) folded: bool,
}

#[derive(Clone, Copy)]
struct Row<K, V> {
    key: K,
    value: V,
    /// Where its names begin; they end where the next row's begin.
    names: u32,
}

#[derive(Clone, Copy)]
struct Name {
    span: Span,
    row: u32,
}

/// A piece of the text.
#[derive(Clone, Copy)]
pub(super) struct Span {
    at: u32,
    len: u32,
}

impl Span {
    /// The piece from its byte `from` on.
    pub(super) fn rest(self, from: usize) -> Self {
        let from = offset(from).min(self.len);
        Self { at: self.at.saturating_add(from), len: self.len - from }
    }

    fn of(self, text: &[u8]) -> &[u8] {
        let rest = text.get(self.at as usize..).unwrap_or_default();
        rest.get(..self.len as usize).unwrap_or_default()
    }
}

/// A row that was found. Its first name is the official one.
pub(super) struct Found<'t, K, V> {
    pub(super) key: K,
    pub(super) value: V,
    pub(super) name: &'t [u8],
    pub(super) aliases: Names<'t>,
}

/// Names, in the order of the file.
#[derive(Clone)]
pub struct Names<'t> {
    text: &'t [u8],
    names: slice::Iter<'t, Name>,
}

impl<'t> Iterator for Names<'t> {
    type Item = &'t [u8];

    fn next(&mut self) -> Option<&'t [u8]> {
        self.names.next().map(|name| name.span.of(self.text))
    }
}

impl core::fmt::Debug for Names<'_> {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        f.debug_list()
            .entries(self.clone().map(<[u8]>::escape_ascii).map(|name| name.to_string()))
            .finish()
    }
}

impl<K: Copy + Eq + Hash, V: Copy> Table<K, V> {
    /// The rows of a text, and how many lines are none though they say something. `read` is given what stands where the key is.
    pub(super) fn read(
        text: &[u8],
        form: Form,
        read: impl Fn(&[u8], Span) -> Option<(K, V)>,
    ) -> (Self, usize) {
        let text = text.get(..u32::MAX as usize).unwrap_or(text);
        let mut table = Self {
            text: Box::from(text),
            rows: Vec::new(),
            names: Vec::new(),
            by_key: Index::default(),
            by_name: Index::default(),
            form,
        };
        let mut ignored = 0;
        let mut at = 0;
        for line in text.split(|&byte| byte == b'\n') {
            let mut words = words(uncommented(before(line, |byte| byte == 0)), at).peekable();
            at += line.len() + 1;
            if words.peek().is_some() && table.push(words, &read).is_none() {
                ignored += 1;
            }
        }
        (table, ignored)
    }

    /// A line of words; `None` if it is no row.
    fn push<'t>(
        &mut self,
        mut words: impl Iterator<Item = (&'t [u8], Span)>,
        read: impl Fn(&[u8], Span) -> Option<(K, V)>,
    ) -> Option<()> {
        let (first, second) = (words.next()?, words.next()?);
        let (key, name) = if self.form.name_first { (second, first) } else { (first, second) };
        let (key, value) = read(key.0, key.1)?;
        let row = offset(self.rows.len());
        self.rows.push(Row { key, value, names: offset(self.names.len()) });
        self.by_key.push(self.by_key.hasher.hash_one(key));
        for (name, span) in iter::once(name).chain(words) {
            self.names.push(Name { span, row });
            self.by_name.push(self.hash(name));
        }
        Some(())
    }

    /// The rows that have this name.
    pub(super) fn named<'t>(&'t self, name: &'t [u8]) -> impl Iterator<Item = Found<'t, K, V>> {
        let names = self.by_name.find(self.hash(name)).filter_map(|at| self.names.get(at));
        let mut last = None;
        names.filter(move |found| self.is_same(found.span.of(&self.text), name)).filter_map(
            move |found| {
                // A line that says a name twice is still one row.
                let repeated = last.replace(found.row) == Some(found.row);
                if repeated { None } else { self.row(found.row as usize) }
            },
        )
    }

    /// The rows that have this key.
    pub(super) fn keyed(&self, key: K) -> impl Iterator<Item = Found<'_, K, V>> {
        let rows = self.by_key.find(self.by_key.hasher.hash_one(key));
        rows.filter_map(|at| self.row(at)).filter(move |row| row.key == key)
    }

    /// All rows.
    pub(super) fn rows(&self) -> impl Iterator<Item = Found<'_, K, V>> {
        (0..self.rows.len()).filter_map(|at| self.row(at))
    }

    /// The text of a piece that `read` was given.
    pub(super) fn text(&self, span: Span) -> &[u8] {
        span.of(&self.text)
    }

    fn row(&self, at: usize) -> Option<Found<'_, K, V>> {
        let row = self.rows.get(at)?;
        let next = self.rows.get(at + 1).map_or(self.names.len(), |next| next.names as usize);
        let names = self.names.get(row.names as usize..next)?.iter();
        let mut aliases = Names { text: &self.text, names };
        Some(Found { key: row.key, value: row.value, name: aliases.next()?, aliases })
    }

    fn hash(&self, name: &[u8]) -> u64 {
        let mut hasher = self.by_name.hasher.build_hasher();
        if self.form.folded {
            let name = undotted(name);
            for piece in name.chunks(32) {
                let mut lower = [0; 32];
                for (to, from) in lower.iter_mut().zip(piece) {
                    *to = from.to_ascii_lowercase();
                }
                hasher.write(&lower);
            }
        } else {
            hasher.write(name);
        }
        hasher.finish()
    }

    fn is_same(&self, a: &[u8], b: &[u8]) -> bool {
        if self.form.folded { undotted(a).eq_ignore_ascii_case(undotted(b)) } else { a == b }
    }
}

/// A name without the dot that makes it absolute.
fn undotted(name: &[u8]) -> &[u8] {
    name.strip_suffix(b".").unwrap_or(name)
}

/// The words of a line that begins at `at`, with their places.
fn words(line: &[u8], mut at: usize) -> impl Iterator<Item = (&[u8], Span)> {
    line.split(|&byte| is_blank(byte)).filter_map(move |word| {
        let span = Span { at: offset(at), len: offset(word.len()) };
        at += word.len() + 1;
        (!word.is_empty()).then_some((word, span))
    })
}

/// An offset into the text; there are no larger ones.
fn offset(at: usize) -> u32 {
    u32::try_from(at).unwrap_or(u32::MAX)
}

/// Numbers from zero up, found again by a hash.
#[derive(Clone, Default)]
struct Index {
    hasher: RandomState,
    /// The first and the last of a hash.
    chains: HashMap<u64, (u32, u32)>,
    /// The next of the same hash.
    next: Vec<Option<u32>>,
}

impl Index {
    /// Gives the next number to this hash.
    fn push(&mut self, hash: u64) {
        let number = offset(self.next.len());
        self.next.push(None);
        let (_, last) = self.chains.entry(hash).or_insert((number, number));
        if *last != number {
            if let Some(next) = self.next.get_mut(*last as usize) {
                *next = Some(number);
            }
            *last = number;
        }
    }

    /// The numbers of this hash, in order.
    fn find(&self, hash: u64) -> impl Iterator<Item = usize> {
        let first = self.chains.get(&hash).map(|&(first, _)| first);
        iter::successors(first, |&at| self.next.get(at as usize).copied().flatten())
            .map(|at| at as usize)
    }
}
