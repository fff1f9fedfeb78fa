//! One call is one deadline: every method that may wait, in every situation, against the clock.
//!
//! Contract of a row: of five runs (more on a loaded machine) the *best* meets the tight bound, each run ends within ten
//! times the limit, and none ends before it. The methods come from the sources: one that is missing here fails the test.
//! `--nocapture` prints the table. Sources: signal(7) for which calls a signal interrupts, pthread_kill(3).

mod stage;

use core::fmt::Write as _;
use core::ops::ControlFlow;
use core::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use core::time::Duration;
use std::io::Read;
use std::os::fd::AsFd;
use std::sync::{Arc, Mutex};
use std::thread;
use std::time::Instant;

use berkeley_addr::UnixAddr;
use berkeley_socket::{Kind, Limit, RecvFlags, SendFlags, Socket, SocketRef, Type};
use nix::sys::pthread::{pthread_kill, pthread_self};
use nix::sys::signal::{SaFlags, SigAction, SigHandler, SigSet, Signal, sigaction};
use stage::method::{Answer, ROWS, Row, check_that_none_is_missing};
use stage::scene::{Drive, Scene, Stage};

const LIMIT: Duration = Duration::from_millis(25);
/// How late the best run may be.
const LATE: Duration = Duration::from_millis(5);
/// A clock that is read twice may differ by so much.
const EARLY: Duration = Duration::from_millis(1);
const RUNS: usize = 5;
const MOST: usize = 50;
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
    /// Another thread must do something in time: on a loaded machine it may come too late for a run, but not for all.
    driven: bool,
    runs: Vec<(Answer, Duration)>,
}

impl Cell {
    fn is_right(&self, row: &Row, answer: &Answer) -> bool {
        match (self.expect, answer) {
            (Expect::Success, Ok(_)) => true,
            (Expect::TimeOut, Err(stopped)) => {
                stopped.error.kind() == Kind::TimedOut && stopped.done == 0
            }
            // MSG_WAITALL answers with a part, as the kernel's does.
            (Expect::Part, Ok(_)) => row.form.contains("WAITALL"),
            (Expect::Part, Err(stopped)) => {
                stopped.error.kind() == Kind::TimedOut && (stopped.done > 0 || !row.counts())
            }
            (Expect::TimeOut, Ok(_)) | (Expect::Success, Err(_)) => false,
        }
    }

    fn best(&self) -> Duration {
        self.runs.iter().map(|(_, time)| *time).min().unwrap_or_default()
    }

    fn is_tight(&self) -> bool {
        match self.expect {
            Expect::Success => self.best() < LIMIT,
            Expect::TimeOut | Expect::Part => self.best() <= LIMIT + LATE,
        }
    }

    /// Writes the line; whether all is right.
    fn check(&self, row: &Row, table: &mut String) -> bool {
        let right = self.runs.iter().filter(|(answer, _)| self.is_right(row, answer)).count();
        let late =
            |answer: &Answer| answer.is_err_and(|stopped| stopped.error.kind() == Kind::TimedOut);
        let excused = |answer| self.driven && right > 0 && late(answer);
        let answers =
            self.runs.iter().all(|(answer, _)| self.is_right(row, answer) || excused(answer));
        let best = self.best();
        let worst = self.runs.iter().map(|(_, time)| *time).max().unwrap_or_default();
        let early = self.expect != Expect::Success && best + EARLY < LIMIT;
        let in_time = self.is_tight() && worst <= LIMIT * 10 && !early;
        let verdict = if answers && in_time { "ok" } else { "WRONG" };
        line(table, row, self.situation, [best, worst], verdict);
        if verdict != "ok" {
            writeln!(table, "    expected {:?}, got {:?}", self.expect, self.runs).unwrap();
        }
        verdict == "ok"
    }
}

fn line(table: &mut String, row: &Row, situation: &str, times: [Duration; 2], verdict: &str) {
    let [limit, best, worst] = [LIMIT, times[0], times[1]].map(|time| time.as_secs_f64() * 1e3);
    let name = row.name();
    writeln!(table, "{name:<26} {situation:<17} {limit:>6.1} {best:>8.2} {worst:>8.2}  {verdict}")
        .unwrap();
}

fn timed(call: impl FnOnce() -> Answer) -> (Answer, Duration) {
    let start = Instant::now();
    let answer = call();
    (answer, start.elapsed())
}

fn once(row: &Row, stage: &Stage, limit: Limit<'_>) -> (Answer, Duration) {
    timed(|| (row.call)(stage.socket.within(limit), &stage.address))
}

/// Five runs, each on a new stage; more on a loaded machine, until the best meets its bound.
fn cell(row: &Row, situation: &'static str, ready: bool, drive: Drive, expect: Expect) -> Cell {
    let driven = !matches!(drive, Drive::Nothing);
    let mut cell = Cell { situation, expect, driven, runs: Vec::new() };
    while cell.runs.len() < RUNS || !cell.is_tight() && cell.runs.len() < MOST {
        let stage = row.scene.set(ready);
        cell.runs.push(stage.during(drive, || once(row, &stage, Limit::within(LIMIT))));
    }
    cell
}

/// Does `work` while this thread gets a signal each millisecond.
fn in_a_storm<T>(signal: Signal, work: impl FnOnce() -> T) -> T {
    let target = pthread_self();
    let over = AtomicBool::new(false);
    thread::scope(|scope| {
        scope.spawn(|| {
            while !over.load(Ordering::Relaxed) {
                pthread_kill(target, signal).unwrap();
                thread::sleep(Duration::from_millis(1));
            }
        });
        let done = work();
        over.store(true, Ordering::Relaxed);
        done
    })
}

/// Five runs in a storm.
fn stormy(row: &Row, situation: &'static str, signal: Signal) -> Cell {
    let start = Instant::now();
    let runs = in_a_storm(signal, || {
        let mut cell = cell(row, situation, false, Drive::Nothing, Expect::TimeOut);
        // Without a limit the kernel's own EINTR comes to the library, and no further. A TCP connect takes a second then,
        // until its next SYN; MSG_OOB does not wait.
        let stage = row.scene.set(false);
        if row.scene != Scene::Urgent {
            let drive = Drive::Finish(PIECE * 3);
            let (answer, _) = stage.during(drive, || once(row, &stage, Limit::NONE));
            if answer.is_err() {
                cell.runs.push((answer, LIMIT));
            }
        }
        cell.runs
    });
    assert!(start.elapsed() > PIECE * 5, "no storm");
    Cell { situation, expect: Expect::TimeOut, driven: false, runs }
}

/// A hook that breaks at the third signal, with a deadline far away and without one: the handler's flags make no difference, but to a hook in
/// place, which hears only what ends the call itself.
fn hooked(row: &Row, table: &mut String) -> bool {
    let (mut best, mut worst, mut right) = (Duration::MAX, Duration::ZERO, true);
    let far = Limit::seconds(60);
    // MSG_OOB does not wait by itself.
    let in_place = row.scene != Scene::Urgent;
    for signal in [Signal::SIGUSR1, Signal::SIGUSR2] {
        let restarts = signal == Signal::SIGUSR1;
        let rows = [(Limit::NONE, false), (far, false), (far, true), (Limit::NONE, true)];
        for (limit, quiet) in rows.into_iter().take(if in_place && !restarts { 4 } else { 3 }) {
            let ran = AtomicUsize::new(0);
            let hook = || match ran.fetch_add(1, Ordering::Relaxed) {
                0 | 1 => ControlFlow::Continue(()),
                _ => ControlFlow::Break(()),
            };
            let stage = row.scene.set(false);
            let limit = if quiet { limit.on_eintr(&hook) } else { limit.on_interrupt(&hook) };
            let (answer, time) = in_a_storm(signal, || once(row, &stage, limit));
            let kind = answer.map_err(|stopped| stopped.error.kind());
            right &= kind == Err(Kind::Interrupted) && ran.load(Ordering::Relaxed) == 3;
            (best, worst) = (best.min(time), worst.max(time));
        }
    }
    // What runs before a further try needs no hook for the signal.
    let ran = AtomicUsize::new(0);
    let no_more = || {
        ran.fetch_add(1, Ordering::Relaxed);
        ControlFlow::Break(())
    };
    let stage = row.scene.set(false);
    let (answer, _) = in_a_storm(Signal::SIGUSR2, || once(row, &stage, far.on_retry(&no_more)));
    let kind = answer.map_err(|stopped| stopped.error.kind());
    right &= kind == Err(Kind::Interrupted) && ran.load(Ordering::Relaxed) == 1;
    let verdict = if right && worst <= LIMIT * 40 { "ok" } else { "WRONG" };
    line(table, row, "hook", [best, worst], verdict);
    verdict == "ok"
}

/// On a descriptor that is only borrowed, which blocks: at the limit where nothing happens, at once where all is ready.
fn borrowed(row: &Row, table: &mut String) -> bool {
    let on = |stage: &Stage| {
        let view = SocketRef::on(stage.socket.as_fd());
        timed(|| (row.call)(view.within(Limit::within(LIMIT)), &stage.address))
    };
    let (mut best, mut worst, mut right) = (Duration::MAX, Duration::ZERO, true);
    for _ in 0..2 {
        let (answer, time) = on(&row.scene.set(false));
        let kind = answer.map_err(|stopped| stopped.error.kind());
        right &= kind == Err(Kind::TimedOut) && time + EARLY >= LIMIT;
        (best, worst) = (best.min(time), worst.max(time));
    }
    if !(row.whole && row.scene == Scene::FullStream) {
        let (answer, _) = on(&row.scene.set(true));
        right &= answer.is_ok();
        if answer.is_err() {
            writeln!(table, "    ready: {answer:?}").unwrap();
        }
    }
    let verdict = if right && worst <= LIMIT * 10 { "ok" } else { "WRONG" };
    line(table, row, "borrowed", [best, worst], verdict);
    verdict == "ok"
}

/// Two threads in the same call, and one event: whoever does not get it ends at its own limit.
fn raced(row: &Row, table: &mut String) -> bool {
    let exact =
        matches!(row.scene, Scene::Stream | Scene::Datagram | Scene::Urgent | Scene::Accept);
    let least = if matches!(row.method, "accept" | "recv" | "connect") { 5 * RUNS } else { RUNS };
    // With the limits apart a thread goes on after the other has left.
    let limits = [LIMIT / 2, LIMIT];
    let (mut best, mut worst) = (Duration::MAX, Duration::ZERO);
    let (mut right, mut rounds, mut wins) = (true, 0, 0);
    while rounds < least || best > LATE && rounds < MOST {
        rounds += 1;
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
        wins += won;
        right &= !exact || row.whole || won <= 1;
        for ((answer, time), limit) in calls.iter().zip(limits) {
            if answer.is_err_and(|stopped| stopped.error.kind() == Kind::TimedOut) {
                right &= *time + EARLY >= limit;
            }
            best = best.min(time.saturating_sub(limit));
            worst = worst.max(time.saturating_sub(limit));
        }
    }
    right &= !exact || row.whole || wins > 0;
    let verdict = if right && best <= LATE && worst <= LIMIT * 10 { "ok" } else { "WRONG" };
    line(table, row, "two threads, late", [best, worst], verdict);
    verdict == "ok"
}

/// Whether one try is enough where all is ready. A TCP connection is begun and then looked at, much data takes many sends,
/// and the end of a stream comes after its bytes.
fn succeeds_at_once(row: &Row) -> bool {
    let many = row.whole && row.scene == Scene::FullStream;
    !many && row.scene != Scene::ConnectTcp && !reads_to_the_end(row)
}

/// Whether it needs the bytes, and then the end.
fn reads_to_the_end(row: &Row) -> bool {
    let method = row.method.trim_start_matches("Reader::");
    matches!(method, "read_to_end" | "read_to_string" | "read_until" | "skip_until" | "read_line")
}

/// Limits of no time at all, of a nanosecond, in the past and of all time.
fn edges(row: &Row, table: &mut String) -> bool {
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
                writeln!(table, "    {limit:?}, ready: {answer:?}").unwrap();
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
    writeln!(table, "{:<26} {:<43} {verdict}", row.name(), "0, 1 ns, past, MAX").unwrap();
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

/// Whose descriptor was closed meanwhile touches whatever has its number now neither after a wait nor between two parts.
#[test]
fn a_hook_stands_before_each_further_try() {
    let (here, there) = Socket::<UnixAddr>::pair(Type::STREAM).unwrap();
    let no_more = || ControlFlow::Break(());
    let limit = Limit::seconds(60).on_retry(&no_more);
    let mut buffer = [0; 8];
    there.send(b"a").unwrap();
    assert_eq!(here.within(limit).recv(&mut buffer).unwrap(), 1);
    let refused = thread::scope(|scope| {
        scope.spawn(|| {
            thread::sleep(LIMIT);
            there.send(b"bc").unwrap();
        });
        here.within(limit).recv(&mut buffer).unwrap_err()
    });
    assert_eq!(refused.kind(), Kind::Interrupted);
    assert_eq!(here.recv(&mut buffer).unwrap(), 2);
    for limit in
        [limit, Limit::seconds(60).on_eintr(&|| ControlFlow::Continue(())).on_retry(&no_more)]
    {
        let (here, _there) = Socket::<UnixAddr>::pair(Type::STREAM).unwrap();
        let stopped = here.within(limit).send_all(&vec![0; 1 << 22]).unwrap_err();
        assert!(stopped.error.kind() == Kind::Interrupted && stopped.done > 0, "{stopped:?}");
    }
}

/// All situations of a row: its lines, and whether all is right.
fn check(row: &Row) -> (String, bool) {
    let mut cells = vec![
        cell(row, "never", false, Drive::Nothing, Expect::TimeOut),
        stormy(row, "storm", Signal::SIGUSR1),
        stormy(row, "storm, no restart", Signal::SIGUSR2),
    ];
    // A sender of much is ready only while somebody reads.
    if !(row.whole && row.scene == Scene::FullStream) {
        cells.push(cell(row, "ready", true, Drive::Nothing, Expect::Success));
    }
    let trickle = Drive::Trickle(PIECE);
    if row.whole {
        cells.push(cell(row, "trickle", false, trickle, Expect::Part));
    } else if !matches!(row.scene, Scene::ConnectTcp | Scene::Begun) {
        cells.push(cell(row, "trickle", false, trickle, Expect::Success));
    }
    if reads_to_the_end(row) {
        cells.push(cell(row, "flood", false, Drive::Flood, Expect::Part));
    }
    let mut table = String::new();
    let mut right = cells.iter().filter(|cell| !cell.check(row, &mut table)).count() == 0;
    right &= raced(row, &mut table);
    right &= edges(row, &mut table);
    right &= hooked(row, &mut table);
    right &= borrowed(row, &mut table);
    (table, right)
}

#[test]
fn one_call_is_one_deadline() {
    check_that_none_is_missing();
    handle_signals();
    println!(
        "{:<26} {:<17} {:>6} {:>8} {:>8}  ms",
        "method", "situation", "limit", "best", "worst"
    );
    // Two rows at a time: each waits more than it works.
    let next = AtomicUsize::new(0);
    let wrong = Mutex::new(Vec::new());
    thread::scope(|scope| {
        for _ in 0..2 {
            scope.spawn(|| {
                while let Some(row) = ROWS.get(next.fetch_add(1, Ordering::Relaxed)) {
                    let (table, right) = check(row);
                    print!("{table}");
                    if !right {
                        wrong.lock().unwrap().push(row.name());
                    }
                }
            });
        }
    });
    let wrong = wrong.into_inner().unwrap();
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
