//! One call is one deadline: every method that may wait, in every situation, against the clock.
//!
//! Contract of a row: of five runs the *best* meets the tight bound (a loaded machine may delay any single one), each
//! run ends within ten times the limit, and none ends before it. The methods come from the sources: one that is missing
//! here fails the test. `--nocapture` prints the table. Sources: signal(7) for which calls a signal interrupts,
//! pthread_kill(3).

mod stage;

use core::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use core::time::Duration;
use std::io::Read;
use std::sync::Arc;
use std::thread;
use std::time::Instant;

use berkeley_addr::UnixAddr;
use berkeley_socket::{Kind, Limit, RecvFlags, SendFlags, Socket, Type};
use nix::sys::pthread::{pthread_kill, pthread_self};
use nix::sys::signal::{SaFlags, SigAction, SigHandler, SigSet, Signal, sigaction};
use stage::method::{Answer, ROWS, Row, check_that_none_is_missing};
use stage::scene::{Drive, Scene, Stage};

const LIMIT: Duration = Duration::from_millis(20);
/// How late the best run may be.
const LATE: Duration = Duration::from_millis(10);
/// A clock that is read twice may differ by so much.
const EARLY: Duration = Duration::from_millis(1);
const RUNS: usize = 5;
const PIECE: Duration = Duration::from_millis(2);

/// What a call must do.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Expect {
    /// Succeed, before the limit.
    Success,
    /// End at the limit, with nothing done.
    TimeOut,
    /// End at the limit, with what had come or gone.
    Part,
}

struct Cell {
    situation: &'static str,
    expect: Expect,
    runs: Vec<(Answer, Duration)>,
}

impl Cell {
    fn check(&self, row: &Row) -> bool {
        let answers = self.runs.iter().all(|(answer, _)| match (self.expect, answer) {
            (Expect::Success, Ok(_)) => true,
            (Expect::TimeOut, Err(stopped)) => {
                stopped.error.kind() == Kind::TimedOut && stopped.done == 0
            }
            // MSG_WAITALL answers with a part, as the kernel's does.
            (Expect::Part, Ok(_)) => row.form.contains("WAITALL"),
            (Expect::Part, Err(stopped)) => {
                stopped.error.kind() == Kind::TimedOut && (stopped.done > 0 || !row.counts())
            }
            _ => false,
        });
        let best = self.runs.iter().map(|(_, time)| *time).min().unwrap_or_default();
        let worst = self.runs.iter().map(|(_, time)| *time).max().unwrap_or_default();
        let in_time = worst <= LIMIT * 10
            && match self.expect {
                Expect::Success => best < LIMIT,
                Expect::TimeOut | Expect::Part => best + EARLY >= LIMIT && best <= LIMIT + LATE,
            };
        let verdict = if answers && in_time { "ok" } else { "WRONG" };
        println!(
            "{:<26} {:<16} {:>6.1} {:>8.2} {:>8.2}  {verdict}",
            row.name(),
            self.situation,
            LIMIT.as_secs_f64() * 1e3,
            best.as_secs_f64() * 1e3,
            worst.as_secs_f64() * 1e3,
        );
        if verdict != "ok" {
            println!("    expected {:?}, got {:?}", self.expect, self.runs);
        }
        verdict == "ok"
    }
}

fn timed(call: impl FnOnce() -> Answer) -> (Answer, Duration) {
    let start = Instant::now();
    let answer = call();
    (answer, start.elapsed())
}

fn once(row: &Row, stage: &Stage, limit: Limit<'_>) -> (Answer, Duration) {
    timed(|| (row.call)(stage.socket.within(limit), &stage.address))
}

/// Five runs, each on a new stage.
fn cell(row: &Row, situation: &'static str, ready: bool, drive: Drive, expect: Expect) -> Cell {
    let run = || {
        let stage = row.scene.set(ready);
        stage.during(drive, || once(row, &stage, Limit::within(LIMIT)))
    };
    Cell { situation, expect, runs: (0..RUNS).map(|_| run()).collect() }
}

/// Five runs in which this thread gets a signal each millisecond.
fn stormy(row: &Row, situation: &'static str, signal: Signal) -> Cell {
    let target = pthread_self();
    let over = AtomicBool::new(false);
    let sent = AtomicUsize::new(0);
    let runs = thread::scope(|scope| {
        scope.spawn(|| {
            while !over.load(Ordering::Relaxed) {
                pthread_kill(target, signal).unwrap();
                sent.fetch_add(1, Ordering::Relaxed);
                thread::sleep(Duration::from_millis(1));
            }
        });
        let mut cell = cell(row, situation, false, Drive::Nothing, Expect::TimeOut);
        // Without a limit the kernel's own EINTR comes to the library, and no further. TCP needs a second for its next SYN.
        let stage = row.scene.set(false);
        // MSG_OOB without a limit never waits.
        if !matches!(row.scene, Scene::ConnectTcp | Scene::Begun | Scene::Urgent) {
            let drive = Drive::Finish(PIECE * 3);
            let (answer, _) = stage.during(drive, || once(row, &stage, Limit::NONE));
            if answer.is_err() {
                cell.runs.push((answer, LIMIT));
            }
        }
        over.store(true, Ordering::Relaxed);
        cell.runs
    });
    assert!(sent.into_inner() > 2 * RUNS, "no storm");
    Cell { situation, expect: Expect::TimeOut, runs }
}

/// Two threads in the same call, and one event: whoever does not get it ends at its own limit.
fn raced(row: &Row) -> bool {
    let exact =
        matches!(row.scene, Scene::Stream | Scene::Datagram | Scene::Urgent | Scene::Accept);
    let rounds = if matches!(row.method, "accept" | "recv" | "connect") { 25 } else { RUNS };
    // With the limits apart a thread goes on after the other has left.
    let limits = [LIMIT / 2, LIMIT];
    let (mut best, mut worst, mut right) = (Duration::MAX, Duration::ZERO, true);
    for _ in 0..rounds {
        let stage = row.scene.set(false);
        let calls = thread::scope(|scope| {
            let calls = limits.map(|limit| {
                let stage = &stage;
                scope.spawn(move || once(row, stage, Limit::within(limit)))
            });
            thread::sleep(PIECE);
            stage.event();
            calls.map(|call| call.join().unwrap())
        });
        let won = calls.iter().filter(|(answer, _)| answer.is_ok()).count();
        right &= !exact || row.whole || won == 1;
        for ((answer, time), limit) in calls.iter().zip(limits) {
            if answer.is_err_and(|stopped| stopped.error.kind() == Kind::TimedOut) {
                right &= *time + EARLY >= limit;
            }
            best = best.min(time.saturating_sub(limit));
            worst = worst.max(time.saturating_sub(limit));
        }
    }
    let verdict = if right && best <= LATE && worst <= LIMIT * 10 { "ok" } else { "WRONG" };
    println!(
        "{:<26} {:<16} {:>6.1} {:>+8.2} {:>+8.2}  {verdict}",
        row.name(),
        "two threads",
        LIMIT.as_secs_f64() * 1e3,
        best.as_secs_f64() * 1e3,
        worst.as_secs_f64() * 1e3,
    );
    verdict == "ok"
}

/// Whether one try is enough where all is ready. A TCP connection is begun and then looked at, much data takes many sends,
/// and the end of a stream comes after its bytes.
fn succeeds_at_once(row: &Row) -> bool {
    let many = row.whole && row.scene == Scene::FullStream;
    !many && row.scene != Scene::ConnectTcp && !row.method.starts_with("read_to_")
}

/// Limits of no time at all, of a nanosecond, in the past and of all time.
fn edges(row: &Row) -> bool {
    let past = Instant::now().checked_sub(Duration::from_secs(1)).unwrap();
    let none =
        [Limit::within(Duration::ZERO), Limit::by(past), Limit::within(Duration::from_nanos(1))];
    let mut right = true;
    for limit in none {
        let (answer, time) = once(row, &row.scene.set(false), limit);
        let timed_out = answer.is_err_and(|stopped| stopped.error.kind() == Kind::TimedOut);
        right &= timed_out && time < LIMIT * 10;
        if succeeds_at_once(row) {
            let (answer, _) = once(row, &row.scene.set(true), limit);
            right &= answer.is_ok();
            if answer.is_err() {
                println!("    {limit:?}, ready: {answer:?}");
            }
        }
    }
    if !matches!(row.scene, Scene::ConnectTcp | Scene::Begun) {
        let stage = row.scene.set(false);
        let limit = Limit::within(Duration::MAX);
        let (answer, _) = stage.during(Drive::Finish(PIECE), || once(row, &stage, limit));
        right &= answer.is_ok();
    }
    let verdict = if right { "ok" } else { "WRONG" };
    println!("{:<26} {:<16} {:>33}", row.name(), "0, 1 ns, past, MAX", verdict);
    right
}

/// A peer that has always sent more does not stretch a call: what is over is over, however much lies ready.
#[test]
fn what_lies_ready_does_not_stretch_a_call() {
    let (here, there) = Socket::<UnixAddr>::pair(Type::STREAM).unwrap();
    while there.send_with(&[0; 4096], SendFlags::DONTWAIT).is_ok() {}
    let mut bytes = Vec::new();
    here.within(Limit::within(Duration::ZERO)).read_to_end(&mut bytes).unwrap_err();
    let rest = here.recv_with(&mut [0; 4096], RecvFlags::DONTWAIT);
    assert!(!bytes.is_empty() && rest.is_ok(), "{} bytes, then {rest:?}", bytes.len());
}

#[test]
fn one_call_is_one_deadline() {
    check_that_none_is_missing();
    handle_signals();
    println!(
        "{:<26} {:<16} {:>6} {:>8} {:>8}  ms",
        "method", "situation", "limit", "best", "worst"
    );
    let mut wrong = Vec::new();
    for row in ROWS {
        let mut cells = vec![
            cell(row, "never", false, Drive::Nothing, Expect::TimeOut),
            stormy(row, "storm", Signal::SIGUSR1),
            stormy(row, "storm, no restart", Signal::SIGUSR2),
        ];
        // A sender of much is ready only while somebody reads.
        let reading =
            if row.scene == Scene::FullStream { Drive::Finish(PIECE / 20) } else { Drive::Nothing };
        if !(row.whole && row.scene == Scene::FullStream) {
            cells.push(cell(row, "ready", true, reading, Expect::Success));
        }
        if row.whole {
            cells.push(cell(row, "trickle", false, Drive::Trickle(PIECE), Expect::Part));
        } else if !matches!(row.scene, Scene::ConnectTcp | Scene::Begun) {
            cells.push(cell(row, "trickle", false, Drive::Trickle(PIECE), Expect::Success));
        }
        if matches!(row.method, "read_to_end" | "read_to_string") {
            cells.push(cell(row, "flood", false, Drive::Flood, Expect::Part));
        }
        let mut right = cells.iter().filter(|cell| !cell.check(row)).count() == 0;
        right &= raced(row);
        right &= edges(row);
        if !right {
            wrong.push(row.name());
        }
    }
    assert!(wrong.is_empty(), "wrong: {wrong:?}");
}

/// Handlers that do nothing: SIGUSR1's with SA_RESTART (signal-hook's way), SIGUSR2's without.
fn handle_signals() {
    extern "C" fn nothing(_: i32) {}
    signal_hook::flag::register(Signal::SIGUSR1 as i32, Arc::default()).unwrap();
    let action = SigAction::new(SigHandler::Handler(nothing), SaFlags::empty(), SigSet::empty());
    // SAFETY: the handler does nothing, which is async-signal-safe.
    unsafe { sigaction(Signal::SIGUSR2, &action) }.unwrap();
}
