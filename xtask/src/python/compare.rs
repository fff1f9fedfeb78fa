//! What passes with one `_socket` and not with the other.
//!
//! Contract: a test that passes with the interpreter's own and does not with ours is a regression, whatever it does instead: it fails, is
//! skipped, is missing. Source: CPython's unittest, which has no other ends.

use super::run::{Ended, Side};

/// What a test says that was run on their side alone.
pub(super) const MISSING: &str = "it was not run";

/// What the resolver keeps once addresses were sorted: a socket of each family that asks for routes, and one that hears of their changes.
const KEPT: u64 = 3;

/// How two sides differ.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Difference {
    /// Tests on their side, those that were skipped included.
    pub(super) run: usize,
    /// Passed with both.
    pub(super) passed: usize,
    /// Skipped on our side.
    pub(super) skipped: usize,
    /// Ids of what passed with theirs and not with ours, and what ours did.
    pub(super) worse: Vec<(String, Ended)>,
    /// Ids of what passes with ours alone.
    pub(super) better: Vec<String>,
    /// Ids of what fails with both.
    pub(super) neither: Vec<String>,
    /// Ids of what passed each time when it was run again.
    pub(super) again: Vec<String>,
    /// Ids of what fails at times with both.
    pub(super) unsteady: Vec<String>,
    /// How many descriptors more than theirs ours has open at the end, but for those that it keeps.
    pub(super) open: u64,
}

/// How ours ended, in the light of theirs: a test of which it skips a part that theirs runs is skipped.
pub(super) fn ended(theirs: &Side, ours: &Side, id: &str) -> Option<Ended> {
    let ended = ours.tests.get(id)?;
    let parts = |side: &Side, part: &str| {
        side.parts.iter().filter(|found| found.of == id && found.id == part).count()
    };
    let more = |part: &str| parts(ours, part) > parts(theirs, part);
    let left_out = ours.parts.iter().find(|found| found.of == id && more(&found.id));
    match (ended, left_out) {
        (Ended::Passed, Some(found)) => {
            Some(Ended::Skipped(format!("{}: {}", found.id, found.why)))
        }
        (ended, _) => Some(ended.clone()),
    }
}

/// Looks at each test of either.
pub(super) fn compare(theirs: &Side, ours: &Side) -> Difference {
    let passed = |side: &Side, id: &str| side.tests.get(id) == Some(&Ended::Passed);
    let is_failure = |ended: &Ended| matches!(ended, Ended::Failed(_) | Ended::Crashed(_));
    let fails = |side: &Side, id: &str| side.tests.get(id).is_some_and(is_failure);
    let mut worse = Vec::new();
    for (id, ended) in &theirs.tests {
        let missing = || Ended::Failed(MISSING.to_owned());
        let with_ours = self::ended(theirs, ours, id).unwrap_or_else(missing);
        if *ended == Ended::Passed && with_ours != Ended::Passed {
            worse.push((id.clone(), with_ours));
        }
    }
    // What is no test: a class that cannot be set up, a process that ends by a signal.
    let alone = |id: &&String| !theirs.tests.contains_key(*id);
    for id in ours.tests.keys().filter(alone).filter(|id| fails(ours, id)) {
        worse.push((id.clone(), ours.tests[id].clone()));
    }
    let ids = |wanted: &dyn Fn(&str) -> bool| {
        ours.tests.keys().filter(|id| wanted(id)).cloned().collect::<Vec<_>>()
    };
    let passes =
        |id: &&String| passed(theirs, id) && ended(theirs, ours, id) == Some(Ended::Passed);
    let open = ours.open.zip(theirs.open);
    Difference {
        run: theirs.tests.len(),
        passed: theirs.tests.keys().filter(passes).count(),
        skipped: ours.skipped().count(),
        worse,
        better: ids(&|id| passed(ours, id) && !passed(theirs, id)),
        neither: ids(&|id| fails(ours, id) && fails(theirs, id)),
        again: Vec::new(),
        unsteady: Vec::new(),
        open: open.map_or(0, |(ours, theirs)| ours.saturating_sub(theirs + KEPT)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::python::run::Part;

    #[test]
    fn whatever_is_not_passed_is_worse() {
        let (ok, skip) = (Some(Ended::Passed), Some(Ended::Skipped(String::new())));
        let (fail, crash) =
            (Some(Ended::Failed(String::new())), Some(Ended::Crashed(String::new())));
        let cases = [
            (&ok, &ok, [1, 0, 0, 0]),
            (&ok, &fail, [0, 1, 0, 0]),
            (&ok, &skip, [0, 1, 0, 0]),
            (&ok, &crash, [0, 1, 0, 0]),
            (&ok, &None, [0, 1, 0, 0]),
            (&None, &fail, [0, 1, 0, 0]),
            (&None, &ok, [0, 0, 1, 0]),
            (&fail, &ok, [0, 0, 1, 0]),
            (&skip, &ok, [0, 0, 1, 0]),
            (&fail, &crash, [0, 0, 0, 1]),
            (&skip, &skip, [0, 0, 0, 0]),
        ];
        for (theirs, ours, expected) in cases {
            let side = |ended: &Option<Ended>| {
                let tests = ended.iter().map(|ended| ("a".to_owned(), ended.clone()));
                Side { tests: tests.collect(), ..Side::default() }
            };
            let found = compare(&side(theirs), &side(ours));
            let counts = [found.passed, found.worse.len(), found.better.len(), found.neither.len()];
            assert_eq!(counts, expected, "{theirs:?} {ours:?}");
        }
    }

    #[test]
    fn a_part_that_ours_alone_skips_is_worse() {
        let cases = [
            (&[][..], &[][..], 0),
            (&["x"], &["x"], 0),
            (&["x", "y"], &["x"], 0),
            (&[], &["x"], 1),
            (&["y"], &["x"], 1),
            (&["x"], &["x", "x"], 1),
        ];
        for (theirs, ours, worse) in cases {
            let side = |parts: &[&str]| {
                let part = |part: &&str| Part {
                    of: "a".to_owned(),
                    id: (*part).to_owned(),
                    why: String::new(),
                };
                let tests = [("a".to_owned(), Ended::Passed)].into();
                Side { tests, parts: parts.iter().map(part).collect(), ..Side::default() }
            };
            let found = compare(&side(theirs), &side(ours));
            assert_eq!(
                (found.worse.len(), found.passed),
                (worse, 1 - worse),
                "{theirs:?} {ours:?}"
            );
        }
    }

    #[test]
    fn descriptors_left_open_are_seen_where_both_came_to_the_end() {
        let cases = [
            (Some(5), Some(7 + KEPT), 2),
            (Some(5), Some(5 + KEPT), 0),
            (Some(7), Some(5), 0),
            (Some(5), None, 0),
            (None, Some(5), 0),
        ];
        for (theirs, ours, more) in cases {
            let side = |open| Side { open, ..Side::default() };
            assert_eq!(compare(&side(theirs), &side(ours)).open, more, "{theirs:?} {ours:?}");
        }
    }
}
