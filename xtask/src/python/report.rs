//! What a run of suites says: a line for each, what is to be said of single tests, and the end.
//!
//! Contract: what proves nothing is an error, as a regression is. Source: none.

use crate::step::Outcome;
use crate::workspace::Result;

use super::compare::{Difference, MISSING};
use super::run::{Ended, Side};

/// How many regressions are shown with what they said.
const SHOWN: usize = 30;

/// All interpreters and suites together.
#[derive(Default)]
pub(super) struct Total {
    run: usize,
    passed: usize,
    worse: usize,
    again: usize,
    unsteady: usize,
    /// Suites that prove nothing.
    pub(super) nothing: Vec<String>,
}

impl Total {
    /// Takes a suite; without a pattern of tests some of it must pass.
    pub(super) fn add(&mut self, name: &str, found: &Difference, only: &[String]) {
        self.run += found.run;
        self.passed += found.passed;
        self.worse += found.worse.len();
        self.again += found.again.len();
        self.unsteady += found.unsteady.len();
        if found.passed == 0 && found.worse.is_empty() && only.is_empty() {
            self.nothing.push(name.to_owned());
        }
    }

    pub(super) fn outcome(&self, only: &[String]) -> Result<Outcome> {
        let mut words = Vec::new();
        if self.worse > 0 {
            words.push(format!("{} tests pass with CPython's `_socket` alone", self.worse));
        }
        if !self.nothing.is_empty() {
            words.push(format!("nothing of {} passes with either", self.nothing.join(", ")));
        }
        if !words.is_empty() {
            return Err(words.join("; ").into());
        }
        match (self.run, self.passed) {
            (0, _) => return Err(no_test(only).into()),
            (run, 0) => return Err(format!("of {run} tests none passes with both").into()),
            (_, passed) => words.push(format!("{passed} passed, as with CPython's own")),
        }
        if self.again > 0 {
            words.push(format!("{} of them when they were run again", self.again));
        }
        if self.unsteady > 0 {
            words.push(format!("{} more fail at times with both", self.unsteady));
        }
        Ok(Outcome::Done(words.join(", ")))
    }
}

/// That no test was run, and why that may be.
pub(super) fn no_test(only: &[String]) -> String {
    match only.iter().find(|pattern| !pattern.contains('*')) {
        Some(plain) => {
            format!("no test ran: --match is for whole ids, so it may be --match '*{plain}*'")
        }
        None if only.is_empty() => "no test ran".to_owned(),
        None => format!("no test ran: none has an id like {}", only.join(", ")),
    }
}

pub(super) fn heading() -> String {
    format!(
        "{:<42} {:>6} {:>7} {:>8} {:>11} {:>6} {:>6} {:>8} {:>6}",
        "suite", "run", "passed", "skipped", "regressions", "again", "better", "seconds", "CPU"
    )
}

/// A suite's numbers, or those of all.
#[derive(Default)]
pub(super) struct Row {
    /// As [`heading`] has them.
    counts: [usize; 6],
    seconds: f64,
    /// Theirs, ours.
    cpu: [f64; 2],
}

impl Row {
    pub(super) fn of(found: &Difference, sides: &[Side; 2]) -> Self {
        let (worse, better) = (found.worse.len(), found.better.len());
        let again = found.again.len() + found.unsteady.len();
        Self {
            counts: [found.run, found.passed, found.skipped, worse, again, better],
            seconds: sides[1].seconds,
            cpu: [sides[0].cpu, sides[1].cpu],
        }
    }

    pub(super) fn add(&mut self, other: &Self) {
        for (sum, count) in self.counts.iter_mut().zip(other.counts) {
            *sum += count;
        }
        for (sum, cpu) in self.cpu.iter_mut().zip(other.cpu) {
            *sum += cpu;
        }
        self.seconds += other.seconds;
    }

    /// The last column is how often ours needs the processor's time of theirs.
    pub(super) fn line(&self, name: &str) -> String {
        let ([theirs, ours], [run, passed, skipped, worse, again, better]) =
            (self.cpu, self.counts);
        let ratio = if theirs > 0.0 { format!("{:.2}", ours / theirs) } else { "?".to_owned() };
        format!(
            "{name:<42} {run:>6} {passed:>7} {skipped:>8} {worse:>11} {again:>6} {better:>6} {:>8.1} {ratio:>6}",
            self.seconds
        )
    }
}

/// What is to be said of single tests.
pub(super) fn remarks(found: &Difference) -> Vec<String> {
    let mut lines = Vec::new();
    // What was not run at all says little, and may be much.
    let missing =
        |(_, ended): &&(String, Ended)| matches!(ended, Ended::Failed(why) if why == MISSING);
    let (missing, worse): (Vec<_>, Vec<_>) = found.worse.iter().partition(missing);
    if !missing.is_empty() {
        lines.push(format!(
            "  REGRESSION {} tests were not run, {} among them",
            missing.len(),
            missing[0].0
        ));
    }
    for (id, ended) in worse.iter().take(SHOWN) {
        lines.push(format!("  REGRESSION {id}"));
        let said = match ended {
            Ended::Failed(said) | Ended::Crashed(said) | Ended::Skipped(said) => said.as_str(),
            Ended::Passed => "",
        };
        let said: Vec<&str> = said.lines().collect();
        let end = said.get(said.len().saturating_sub(12)..).unwrap_or_default();
        lines.extend(end.iter().map(|line| format!("    {line}")));
    }
    if worse.len() > SHOWN {
        lines.push(format!("  and {} more", worse.len() - SHOWN));
    }
    let listed = |what: &str, ids: &[String]| {
        ids.iter().map(|id| format!("  {what} {id}")).collect::<Vec<_>>()
    };
    lines.extend(listed("passes with ours alone:", &found.better));
    lines.extend(listed("fails with both:", &found.neither));
    lines.extend(listed("passed five times when run again:", &found.again));
    lines.extend(listed("fails at times with both:", &found.unsteady));
    if found.open > 0 {
        lines.push(format!("  ours has {} descriptors more open at the end", found.open));
    }
    lines
}

#[cfg(test)]
mod tests {
    use super::super::compare;
    use super::*;

    #[test]
    fn what_proves_nothing_is_an_error() {
        // Passed with both, worse, run again; and what must be said.
        let cases = [
            (&[("a", 3, 0, 0)][..], "", Ok("3 passed, as with CPython's own")),
            (&[("a", 3, 0, 2)], "", Ok("2 of them when they were run again")),
            (&[("a", 3, 1, 0)], "", Err("1 tests pass with CPython's `_socket` alone")),
            (&[("a", 3, 0, 0), ("b", 0, 0, 0)], "", Err("nothing of b passes with either")),
            (&[("a", 3, 0, 0), ("b", 0, 0, 0)], "*x*", Ok("3 passed")),
            (&[("a", 0, 0, 0)], "*x*", Err("no test ran: none has an id like *x*")),
            (&[("a", 0, 0, 0)], "X", Err("--match '*X*'")),
            (&[], "", Err("no test ran")),
        ];
        for (suites, only, expected) in cases {
            let only: Vec<String> = only.split_whitespace().map(str::to_owned).collect();
            let mut total = Total::default();
            for (name, passed, worse, again) in suites {
                let mut found = compare::compare(&Side::default(), &Side::default());
                (found.run, found.passed) = (passed + worse, *passed);
                found.worse = vec![(String::new(), Ended::Failed(String::new())); *worse];
                found.again = vec![String::new(); *again];
                total.add(name, &found, &only);
            }
            let outcome = total.outcome(&only);
            let (is, said) = match &outcome {
                Ok(Outcome::Done(said)) => (true, said.clone()),
                Err(error) => (false, error.to_string()),
                _ => (false, String::new()),
            };
            assert_eq!(is, expected.is_ok(), "{said}");
            assert!(said.contains(expected.unwrap_or_else(|words| words)), "{said}");
        }
    }
}
