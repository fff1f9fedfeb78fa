//! Questions of speed, asked side by side.
//!
//! Contract: a question has a name, our way and others'. All ways work on the same items, in turns of some ten microseconds
//! and in changing order, so that whatever else the machine does meets each alike; an answer is the median turn, in ns an
//! item (by the wall clock, or in CPU time of the thread), and a ratio is that of two medians of one run. Criterion measures one
//! way for seconds and then the next, which on a busy machine compares its load of then with its load of now.
//!
//! Arguments: `--json` for a line per comparison instead of a table, `--test` to run each way once, unmeasured, and a part of
//! a question's name to ask that one alone.

#![forbid(unsafe_code)]

use core::hint::black_box;
use std::env;

use rustix::time::{ClockId, clock_gettime};

/// How often each way has its turn.
const ROUNDS: usize = 401;

/// Takes one turn: works on the items from this place on, and tells how many.
type Turn<'a> = Box<dyn FnMut(usize) -> usize + 'a>;

/// One way to do a thing, and whose.
pub struct Way<'a> {
    whose: &'static str,
    turn: Turn<'a>,
}

/// Does `job` with each of `items`, `at_once` of them a turn.
pub fn way<'a, T, R>(
    whose: &'static str,
    items: &'a [T],
    at_once: usize,
    mut job: impl FnMut(&'a T) -> R + 'a,
) -> Way<'a> {
    let turns = items.len().div_ceil(at_once);
    let turn = move |round: usize| {
        let some = items.chunks(at_once).nth(round % turns).unwrap_or_default();
        for item in some {
            // By reference: moving an answer that was just written in pieces would be measured as well.
            black_box(&job(black_box(item)));
        }
        some.len()
    };
    Way { whose, turn: Box::new(turn) }
}

/// Does `job` once a turn; it tells how many items that were.
pub fn turn<'a>(whose: &'static str, mut job: impl FnMut() -> usize + 'a) -> Way<'a> {
    Way { whose, turn: Box::new(move |_| job()) }
}

/// What to ask and how to answer, from the command line.
pub struct Asker {
    json: bool,
    test: bool,
    only: Option<String>,
    clock: ClockId,
}

impl Asker {
    /// From the arguments of this process; prints the head of the table.
    pub fn from_arguments() -> Self {
        let has = |flag: &str| env::args().any(|argument| argument == flag);
        let only = env::args().skip(1).find(|argument| !argument.starts_with('-'));
        let clock = ClockId::Monotonic;
        let asker = Self { json: has("--json"), test: has("--test"), only, clock };
        if !asker.json && !asker.test {
            println!(
                "{:<32} {:>9} {:<22} {:>9} {:>6} {:>5} {:>4}",
                "question", "ours, ns", "against", "theirs", "ratio", "goal", "met"
            );
        }
        asker
    }

    /// The same in CPU time of the thread: what a busy machine takes away does not count. Reading that clock is a system call, so
    /// for turns of a hundred microseconds.
    #[must_use]
    pub fn in_cpu_time(self) -> Self {
        Self { clock: ClockId::ThreadCPUTime, ..self }
    }

    /// Asks one question. The first way is ours; the goal is for its ratio to the second.
    pub fn ask(&self, question: &str, goal: Option<f64>, mut ways: Vec<Way<'_>>) {
        if self.only.as_ref().is_some_and(|only| !question.contains(only.as_str())) {
            return;
        }
        if self.test {
            for way in &mut ways {
                let done = (way.turn)(0);
                println!("{question}, {}: ran {done}", way.whose);
            }
            return;
        }
        let medians = measure(self.clock, &mut ways);
        let mut answers = ways.iter().map(|way| way.whose).zip(medians);
        let Some((_, ours)) = answers.next() else { return };
        let mut goals = goal.into_iter();
        if ways.len() == 1 {
            self.answer(question, ours, None, None);
        }
        for theirs in answers {
            self.answer(question, ours, Some(theirs), goals.next());
        }
    }

    fn answer(&self, question: &str, ours: f64, theirs: Option<(&str, f64)>, goal: Option<f64>) {
        let ratio = theirs.map(|(_, theirs)| ours / theirs);
        let met = ratio.zip(goal).map(|(ratio, goal)| ratio <= goal);
        let number = |number: Option<f64>, digits: usize, none: &str| {
            number.map_or_else(|| none.to_owned(), |number| format!("{number:.digits$}"))
        };
        let theirs_ns = theirs.map(|(_, ns)| ns);
        if self.json {
            println!(
                "{{\"question\":{question:?},\"ours_ns\":{ours:.1},\"against\":{},\"theirs_ns\":{},\"ratio\":{},\"goal\":{},\
                 \"met\":{}}}",
                theirs.map_or_else(|| "null".to_owned(), |(whose, _)| format!("{whose:?}")),
                number(theirs_ns, 1, "null"),
                number(ratio, 3, "null"),
                number(goal, 2, "null"),
                met.map_or("null", |met| if met { "true" } else { "false" }),
            );
        } else {
            println!(
                "{question:<32} {ours:>9.1} {:<22} {:>9} {:>6} {:>5} {:>4}",
                theirs.map_or("", |(whose, _)| whose),
                number(theirs_ns, 1, ""),
                number(ratio, 3, ""),
                number(goal, 2, ""),
                met.map_or("", |met| if met { "yes" } else { "NO" }),
            );
        }
    }
}

/// The median time of each way, in ns an item.
#[expect(clippy::cast_precision_loss, reason = "times of microseconds, counts of hundreds")]
fn measure(clock: ClockId, ways: &mut [Way<'_>]) -> Vec<f64> {
    let mut times = vec![Vec::with_capacity(ROUNDS); ways.len()];
    for round in 0..ROUNDS {
        for place in 0..ways.len() {
            let i = (place + round) % ways.len();
            let start = clock_gettime(clock);
            let done = (ways[i].turn)(round);
            let took = clock_gettime(clock) - start;
            times[i].push((took.tv_sec * 1_000_000_000 + took.tv_nsec) as f64 / done.max(1) as f64);
        }
    }
    times.iter_mut().map(|times| median(times)).collect()
}

fn median(times: &mut [f64]) -> f64 {
    times.sort_by(f64::total_cmp);
    times[times.len() / 2]
}
