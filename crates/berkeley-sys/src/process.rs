//! What is one process's own, and what a forked child therefore makes anew: pthread_atfork(3), fork(2).
//!
//! Contract: a child has a copy of its parent's memory and none of its threads but the one that forked. A lock that another held is held for
//! ever there, and what it guards may be half changed. So a value behind [`Own`] is never touched by a child of the process that made it, which
//! makes another; telling them apart is two loads, without a lock or a system call. A child made by clone(2) without libc's fork(3) is not told
//! from its parent, and one of vfork(2) is to call nothing.

use core::marker::PhantomData;
use core::ptr;
use core::sync::atomic::{AtomicBool, AtomicPtr, AtomicUsize, Ordering};

/// How often this process's memory has been forked since somebody first wanted to know.
static GENERATION: AtomicUsize = AtomicUsize::new(0);
static IS_TOLD: AtomicBool = AtomicBool::new(false);

/// A number that differs between a process and its parent, as far as there was an [`Own`] value before the fork.
#[doc(alias("pthread_atfork", "getpid"))]
pub fn generation() -> usize {
    GENERATION.load(Ordering::Relaxed)
}

extern "C" fn forked() {
    GENERATION.fetch_add(1, Ordering::Relaxed);
}

/// Has forks counted. Not by `Once`, which a thread may be in the middle of when another forks; to count twice does no harm.
fn follow() {
    if IS_TOLD.load(Ordering::Acquire) {
        return;
    }
    // SAFETY: the handler adds to an atomic integer and does nothing else, which is async-signal-safe; libc forgets it when the shared object
    // that it stands in is unloaded.
    let failed = unsafe { libc::pthread_atfork(None, None, Some(forked)) };
    // ENOMEM: tried again when the next value is made.
    IS_TOLD.store(failed == 0, Ordering::Release);
}

/// A value of this process, made when it is first wanted.
///
/// ```
/// use berkeley_sys::process::Own;
///
/// static NUMBER: Own<u32> = Own::new();
/// assert_eq!(NUMBER.get(|_| std::process::id()), &std::process::id());
/// ```
#[derive(Debug)]
pub struct Own<T> {
    newest: AtomicPtr<Made<T>>,
    // It owns them: `Send` and `Sync` are as theirs.
    values: PhantomData<T>,
}

struct Made<T> {
    generation: usize,
    value: T,
}

impl<T: Send + Sync> Own<T> {
    /// None yet.
    pub const fn new() -> Self {
        Self { newest: AtomicPtr::new(ptr::null_mut()), values: PhantomData }
    }

    /// The value. `make` is told an ancestor's, if it had one; a lock in that may be held for ever. If two threads make one at a time, the one that is
    /// done later is dropped.
    pub fn get(&self, make: impl FnOnce(Option<&T>) -> T) -> &T {
        match self.newest() {
            Some(made) if made.generation == generation() => &made.value,
            _ => self.renew(make),
        }
    }

    fn newest(&self) -> Option<&Made<T>> {
        // SAFETY: null, or what `renew` has leaked from a box and only `drop` frees, which borrows this exclusively. Nobody changes it.
        unsafe { self.newest.load(Ordering::Acquire).as_ref() }
    }

    #[cold]
    fn renew(&self, make: impl FnOnce(Option<&T>) -> T) -> &T {
        // Before there is anything that a child must not touch.
        follow();
        let (generation, old) = (generation(), self.newest());
        let older = old.map_or(ptr::null_mut(), |old| ptr::from_ref(old).cast_mut());
        let value = make(old.map(|old| &old.value));
        let made = Box::into_raw(Box::new(Made { generation, value }));
        // An ancestor's value stays where it is: who had a borrow of it in the thread that forked has it still.
        let put = self.newest.compare_exchange(older, made, Ordering::AcqRel, Ordering::Acquire);
        let newest = put.map_or_else(
            |newest| {
                // SAFETY: made above, and told to nobody.
                drop(unsafe { Box::from_raw(made) });
                newest
            },
            |_| made,
        );
        // SAFETY: as in `newest`; not null, because it was put there.
        unsafe { &(*newest).value }
    }
}

impl<T: Send + Sync> Default for Own<T> {
    fn default() -> Self {
        Self::new()
    }
}

impl<T> Drop for Own<T> {
    fn drop(&mut self) {
        let newest = *self.newest.get_mut();
        // SAFETY: as in `newest`, and borrowed exclusively, so that nobody has a borrow of the value.
        if unsafe { newest.as_ref() }.is_some_and(|made| made.generation == generation()) {
            // SAFETY: it came from a box, and this is the one place to free it. Ancestors' values stay: they may be half changed.
            drop(unsafe { Box::from_raw(newest) });
        }
    }
}

#[cfg(test)]
mod tests {
    use std::sync::{Arc, Mutex};

    use super::*;

    /// One test: the number of the generation is the whole process's.
    #[test]
    fn each_process_has_one_value_of_its_own_and_drops_no_other() {
        let own = Own::new();
        let numbers = AtomicUsize::new(0);
        std::thread::scope(|scope| {
            for _ in 0..8 {
                scope.spawn(|| own.get(|_| numbers.fetch_add(1, Ordering::Relaxed)));
            }
        });
        assert!(*own.get(|_| 99) < 8);

        let counted = Arc::new(());
        let own = Own::new();
        let make = |old: Option<&Mutex<Arc<()>>>| {
            assert_eq!(old.is_some(), generation() > 0);
            Mutex::new(Arc::clone(&counted))
        };
        let first = own.get(make);
        assert!(ptr::eq(first, own.get(make)));
        let held = first.lock().unwrap();
        // What the kernel and libc do in a child, here.
        forked();
        let second = own.get(make);
        assert!(!ptr::eq(first, second) && second.try_lock().is_ok());
        assert!(ptr::eq(second, own.get(make)));
        assert_eq!(Arc::strong_count(&counted), 3);
        drop(held);
        drop(own);
        assert_eq!(Arc::strong_count(&counted), 2, "the first one stays");
    }
}
