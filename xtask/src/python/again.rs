//! What was worse in a run is run again, alone.
//!
//! Contract: it is forgiven only where ours then passes every time, or where theirs fails at least as often and ours passes too; that is said. A crash is
//! forgiven nothing, nor is what is no test: a class that cannot be set up. Source: none; it is what "flaky" shall mean here.

use super::compare::{self, Difference};
use super::run::{Ended, Side};

/// How often: a fault that shows in every second run passes five times once in 32.
pub(super) const TIMES: usize = 5;

/// What the runs say.
#[derive(Debug, PartialEq, Eq)]
enum Verdict {
    /// It stays.
    Regression,
    /// Ours passes each time.
    Passes,
    /// It fails with either, at times.
    Unsteady,
}

/// Ids of what may be forgiven, if run again.
pub(super) fn candidates(found: &Difference) -> impl Iterator<Item = &str> {
    let may = |(_, ended): &&(String, Ended)| !matches!(ended, Ended::Crashed(_));
    found.worse.iter().filter(may).map(|(id, _)| id.as_str())
}

/// Takes out of what was worse what is not.
pub(super) fn settle(found: &mut Difference, runs: &[[Side; 2]]) {
    for (id, first) in core::mem::take(&mut found.worse) {
        let ends = |[theirs, ours]: &[Side; 2]| {
            [theirs.tests.get(&id).cloned(), compare::ended(theirs, ours, &id)]
        };
        let ends: Vec<_> = runs.iter().map(ends).collect();
        match verdict(&first, &ends) {
            Verdict::Regression => found.worse.push((id, first)),
            Verdict::Passes => {
                found.passed += 1;
                found.again.push(id);
            }
            Verdict::Unsteady => found.unsteady.push(id),
        }
    }
}

/// From how ours ended first, and how theirs and ours ended in each of the runs.
fn verdict(first: &Ended, runs: &[[Option<Ended>; 2]]) -> Verdict {
    let crashed = |ended: &Option<Ended>| matches!(ended, Some(Ended::Crashed(_)));
    let failed = |ended: &Option<Ended>| crashed(ended) || matches!(ended, Some(Ended::Failed(_)));
    let theirs_failed = runs.iter().filter(|[theirs, _]| failed(theirs)).count();
    let passed = runs.iter().filter(|[_, ours]| *ours == Some(Ended::Passed)).count();
    if matches!(first, Ended::Crashed(_)) || runs.iter().any(|[_, ours]| crashed(ours)) {
        Verdict::Regression
    } else if passed == runs.len() && passed >= TIMES {
        Verdict::Passes
    } else if passed > 0 && (1..=theirs_failed).contains(&(runs.len() - passed)) {
        Verdict::Unsteady
    } else {
        Verdict::Regression
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// `p`assed, `f`ailed, `s`kipped, `c`rashed; `-` for what was not run.
    fn end(letter: char) -> Option<Ended> {
        match letter {
            'p' => Some(Ended::Passed),
            'f' => Some(Ended::Failed(String::new())),
            's' => Some(Ended::Skipped(String::new())),
            'c' => Some(Ended::Crashed(String::new())),
            _ => None,
        }
    }

    #[test]
    fn only_what_passes_is_forgiven() {
        let cases = [
            ('f', "ppppp", "ppppp", Verdict::Passes),
            ('s', "ppppp", "ppppp", Verdict::Passes),
            // Theirs says nothing of ours.
            ('f', "fffff", "ppppp", Verdict::Passes),
            ('f', "pppp", "pppp", Verdict::Regression),
            ('f', "", "", Verdict::Regression),
            ('f', "ppppp", "ppppf", Verdict::Regression),
            ('f', "ppppp", "pfppp", Verdict::Regression),
            // Alone it fails with either: what it did among the others counts.
            ('f', "fffff", "fffff", Verdict::Regression),
            ('f', "sssss", "fffff", Verdict::Regression),
            ('f', "sssss", "ssssp", Verdict::Regression),
            ('f', "-----", "-----", Verdict::Regression),
            ('f', "fpppp", "pfppp", Verdict::Unsteady),
            ('f', "ffppp", "pfppp", Verdict::Unsteady),
            ('f', "fpppp", "ffppp", Verdict::Regression),
            ('f', "spppp", "pfppp", Verdict::Regression),
            ('f', "ffppp", "pcppp", Verdict::Regression),
            ('c', "ppppp", "ppppp", Verdict::Regression),
        ];
        for (first, theirs, ours, expected) in cases {
            let runs: Vec<_> =
                theirs.chars().zip(ours.chars()).map(|(t, o)| [end(t), end(o)]).collect();
            let first = end(first).unwrap();
            assert_eq!(verdict(&first, &runs), expected, "{first:?} {theirs} {ours}");
        }
    }

    #[test]
    fn what_is_forgiven_is_counted_apart() {
        let side = |ends: [(&str, char); 3]| Side {
            tests: ends.map(|(id, letter)| (id.to_owned(), end(letter).unwrap())).into(),
            ..Side::default()
        };
        let all = |a, b, c| side([("a", a), ("b", b), ("c", c)]);
        let mut found = compare::compare(&all('p', 'p', 'p'), &all('f', 'f', 'f'));
        assert_eq!(candidates(&found).count(), 3);
        let mut runs: Vec<_> =
            (1..TIMES).map(|_| [all('p', 'p', 'p'), all('p', 'p', 'f')]).collect();
        runs.push([all('p', 'f', 'p'), all('p', 'f', 'p')]);
        settle(&mut found, &runs);
        assert_eq!(
            (found.passed, found.again, found.unsteady),
            (1, vec!["a".into()], vec!["b".into()])
        );
        assert_eq!(found.worse.len(), 1);
    }
}
