//! Answers that may be kept, and that there are none.
//!
//! Contract: for the time that the servers say, an hour at most; "no such name" and "no data" a quarter of one at most, and only if each server
//! that was asked has said for how long. What was found beside or behind a "no" holds for no longer than it, and for a second at most if nobody
//! has said how long that is, or a server failed before. A changed file makes all of it unreachable. Never more than so many answers. That all
//! servers fail is kept for a second; other failures, and half an answer, are not. Source: RFC 2308.

use core::time::Duration;
use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard, OnceLock, PoisonError};
use std::time::Instant;

use super::found::{self, Found};
use crate::machine::{Answer, Failure};
use crate::wire::{Name, RecordType};

const LONGEST: Duration = Duration::from_secs(3600);
const LONGEST_NEGATIVE: Duration = Duration::from_secs(900);

/// What was asked: one question of a caller, with its search list and all its types.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(super) struct Key {
    /// Of the files.
    pub(super) generation: u64,
    pub(super) name: Name,
    pub(super) search: bool,
    pub(super) types: [Option<RecordType>; 2],
}

impl Key {
    pub(super) fn new(generation: u64, (name, search): (Name, bool), types: &[RecordType]) -> Self {
        let mut two = types.iter().copied();
        Self { generation, name, search, types: [two.next(), two.next()] }
    }
}

/// What was answered.
#[derive(Debug)]
pub(super) struct Kept {
    pub(super) answers: Result<Box<[Answer]>, Failure>,
    /// Until when.
    pub(super) until: Instant,
    /// The same as addresses, once somebody has asked for them.
    found: OnceLock<Found>,
}

impl Kept {
    /// What holds for so long, from now on.
    pub(super) fn new(answers: Result<Box<[Answer]>, Failure>, ttl: Duration) -> Self {
        let ttl = ttl.min(if answers.is_ok() { LONGEST } else { LONGEST_NEGATIVE });
        let now = Instant::now();
        let until = now.checked_add(ttl).unwrap_or(now);
        Self { answers, until, found: OnceLock::new() }
    }

    /// For how long it still holds.
    pub(super) fn ttl(&self) -> Duration {
        self.until.saturating_duration_since(Instant::now())
    }

    /// The addresses in it, as they came, and whose they are.
    pub(super) fn found(&self) -> &Found {
        self.found.get_or_init(|| {
            let answers = self.answers.as_deref().unwrap_or_default();
            let name = answers.first().map(|answer| answer.name.to_string());
            Found::of("", None, found::addresses(answers)).named(name)
        })
    }
}

#[derive(Debug)]
pub(super) struct Cache {
    most: usize,
    kept: Mutex<HashMap<Key, Arc<Kept>>>,
}

impl Cache {
    /// For so many answers; zero keeps none.
    pub(super) fn new(most: usize) -> Self {
        Self { most, kept: Mutex::default() }
    }

    fn is_off(&self) -> bool {
        self.most == 0
    }

    pub(super) fn get(&self, key: &Key) -> Option<Arc<Kept>> {
        if self.is_off() {
            return None;
        }
        let mut all = self.lock();
        let kept = all.get(key)?;
        if Instant::now() < kept.until {
            return Some(Arc::clone(kept));
        }
        all.remove(key);
        None
    }

    /// Keeps it, if there is room for any.
    pub(super) fn put(&self, key: &Key, answer: &Arc<Kept>) {
        let now = Instant::now();
        if self.is_off() || answer.until <= now {
            return;
        }
        let mut all = self.lock();
        if all.len() >= self.most {
            all.retain(|other, kept| other.generation == key.generation && now < kept.until);
            // If most are good, every other goes: which ones is chance, so that nobody can choose.
            if all.len() > self.most / 2 {
                let mut odd = false;
                all.retain(|_, _| {
                    odd = !odd;
                    odd && self.most > 1
                });
            }
        }
        all.insert(key.clone(), Arc::clone(answer));
    }

    pub(super) fn clear(&self) {
        self.lock().clear();
    }

    fn lock(&self) -> MutexGuard<'_, HashMap<Key, Arc<Kept>>> {
        // Each entry is whole by itself.
        self.kept.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn key(generation: u64, name: &str) -> Key {
        let types = [Some(RecordType::A), None];
        Key { generation, name: name.parse().unwrap(), search: false, types }
    }

    #[test]
    fn what_is_kept_is_bounded_in_time_and_number() {
        let cache = Cache::new(4);
        let put = |cache: &Cache, key: Key, answers, ttl| {
            cache.put(&key, &Arc::new(Kept::new(answers, ttl)));
        };
        let hour = Duration::from_secs(1 << 40);
        put(&cache, key(1, "a.example"), Ok(Box::default()), hour);
        let kept = cache.get(&key(1, "A.EXAMPLE")).unwrap();
        assert!(kept.until <= Instant::now() + LONGEST);
        assert!(cache.get(&key(2, "a.example")).is_none());
        put(&cache, key(1, "b.example"), Err(Failure::NoName), hour);
        let kept = cache.get(&key(1, "b.example")).unwrap();
        assert!(kept.until <= Instant::now() + LONGEST_NEGATIVE);
        put(&cache, key(1, "c.example"), Ok(Box::default()), Duration::ZERO);
        assert!(cache.get(&key(1, "c.example")).is_none());
        for number in 0..100 {
            put(&cache, key(1, &format!("{number}.example")), Ok(Box::default()), hour);
            assert!(cache.lock().len() <= 4);
            assert!(cache.get(&key(1, &format!("{number}.example"))).is_some());
        }
        put(&cache, key(1, "d.example"), Ok(Box::default()), Duration::from_nanos(1));
        std::thread::sleep(Duration::from_millis(1));
        assert!(cache.get(&key(1, "d.example")).is_none());
        cache.clear();
        assert!(cache.lock().is_empty());
        let off = Cache::new(0);
        put(&off, key(1, "a.example"), Ok(Box::default()), hour);
        assert!(off.get(&key(1, "a.example")).is_none());
    }
}
