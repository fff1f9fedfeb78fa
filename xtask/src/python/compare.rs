//! What passes with one `_socket` and not with the other.
//!
//! Contract: a test that passes with the interpreter's own and does not with ours is a regression, whatever it does instead: it fails, is
//! skipped, is missing. Source: CPython's unittest, which has no other ends.

use super::run::{Ended, Side};

/// What a test says that was run on their side alone.
pub(super) const MISSING: &str = "it was not run";

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
}

/// Looks at each test of either.
pub(super) fn compare(theirs: &Side, ours: &Side) -> Difference {
    let passed = |side: &Side, id: &str| side.tests.get(id) == Some(&Ended::Passed);
    let is_failure = |ended: &Ended| matches!(ended, Ended::Failed(_) | Ended::Crashed(_));
    let fails = |side: &Side, id: &str| side.tests.get(id).is_some_and(is_failure);
    let mut worse = Vec::new();
    for (id, ended) in &theirs.tests {
        if *ended == Ended::Passed && !passed(ours, id) {
            let missing = || Ended::Failed(MISSING.to_owned());
            worse.push((id.clone(), ours.tests.get(id).cloned().unwrap_or_else(missing)));
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
    Difference {
        run: theirs.tests.len(),
        passed: theirs.tests.keys().filter(|id| passed(theirs, id) && passed(ours, id)).count(),
        skipped: ours.skipped().count(),
        worse,
        better: ids(&|id| passed(ours, id) && !passed(theirs, id)),
        neither: ids(&|id| fails(ours, id) && fails(theirs, id)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

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
}
