//! `cancel()` from another thread ends every call that may wait.
//!
//! Contract of a row: of twenty runs the best returns within 5 ms of the cancel, none takes a second, each says
//! [`Kind::Cancelled`] and what it had done. `--nocapture` prints the table. Source: eventfd(2), which the token is.

mod stage;

use core::time::Duration;
use std::thread;
use std::time::Instant;

use berkeley_addr::UnixAddr;
use berkeley_socket::{CancelToken, Kind, Limit, RecvFlags, Socket, Type};
use stage::method::{ROWS, Row, check_that_none_is_missing};
use stage::scene::{Drive, Scene};

const RUNS: usize = 20;
const BEST: Duration = Duration::from_millis(5);
const WORST: Duration = Duration::from_secs(1);
/// How long a call waits before it is cancelled.
const BEFORE: Duration = Duration::from_millis(2);

/// Twenty calls, each cancelled while it waits, with a trickle of bytes meanwhile where the call goes on for more.
fn check(row: &Row) -> bool {
    let token = CancelToken::new().unwrap();
    let drive = if row.whole { Drive::Trickle(BEFORE / 4) } else { Drive::Nothing };
    let (mut best, mut worst, mut right, mut done) = (Duration::MAX, Duration::ZERO, true, 0);
    for _ in 0..RUNS {
        token.reset();
        let stage = row.scene.set(false);
        let limit = Limit::seconds(10).cancelled_by(&token);
        let (answer, late) = thread::scope(|scope| {
            let cancelled = scope.spawn(|| {
                thread::sleep(BEFORE);
                let now = Instant::now();
                token.cancel();
                now
            });
            let answer = stage.during(drive, || {
                ((row.call)(stage.socket.within(limit), &stage.address), Instant::now())
            });
            (answer.0, answer.1.saturating_duration_since(cancelled.join().unwrap()))
        });
        (best, worst) = (best.min(late), worst.max(late));
        // MSG_WAITALL answers with a part, as the kernel's does.
        let part = row.form.contains("WAITALL") && answer.is_ok();
        right &= part || answer.is_err_and(|stopped| stopped.error.kind() == Kind::Cancelled);
        done = done.max(answer.unwrap_or_else(|stopped| stopped.done));
        if !part && answer.map_err(|stopped| stopped.error.kind()) != Err(Kind::Cancelled) {
            println!("    {}: {answer:?}", row.name());
        }
    }
    // A peek takes nothing.
    let counts = row.whole && row.counts() && !row.form.contains("PEEK");
    right &= !counts || done > 0;
    let verdict = if right && best < BEST && worst < WORST { "ok" } else { "WRONG" };
    let micros = |time: Duration| time.as_secs_f64() * 1e6;
    println!(
        "{:<26} {:>9.0} {:>9.0} {done:>7}  {verdict}",
        row.name(),
        micros(best),
        micros(worst)
    );
    verdict == "ok"
}

/// Under a cancelled token not even one try is made: what is ready stays.
fn check_that_nothing_is_tried(row: &Row) -> bool {
    let token = CancelToken::new().unwrap();
    token.cancel();
    let stage = row.scene.set(true);
    let call = |limit| (row.call)(stage.socket.within(limit), &stage.address);
    let refused = call(Limit::NONE.cancelled_by(&token));
    let right =
        refused.is_err_and(|stopped| stopped.error.kind() == Kind::Cancelled && stopped.done == 0);
    // A sender of much waits for a reader; the others find all as it was.
    let again = (row.whole && row.scene == Scene::FullStream) || {
        token.reset();
        call(Limit::seconds(5).cancelled_by(&token)).is_ok()
    };
    if !(right && again) {
        println!("    {}: {refused:?}, then {again}", row.name());
    }
    right && again
}

#[test]
fn a_token_ends_every_call() {
    check_that_none_is_missing();
    println!("{:<26} {:>9} {:>9} {:>7}", "method", "best us", "worst us", "done");
    let wrong: Vec<String> = ROWS
        .iter()
        .filter(|row| [check(row), check_that_nothing_is_tried(row)] != [true, true])
        .map(Row::name)
        .collect();
    assert!(wrong.is_empty(), "wrong: {wrong:?}");
}

#[test]
fn one_token_serves_many_sockets_and_loses_no_byte() {
    let token = CancelToken::new().unwrap();
    let pairs: Vec<_> = (0..8).map(|_| Socket::<UnixAddr>::pair(Type::STREAM).unwrap()).collect();
    for round in 0..5 {
        thread::scope(|scope| {
            let calls: Vec<_> = pairs
                .iter()
                .map(|(here, there)| {
                    there.send_all(b"ab").unwrap();
                    let limit = Limit::seconds(10).cancelled_by(&token);
                    scope.spawn(move || {
                        let mut buffer = [0; 8];
                        let stopped = here.within(limit).recv_exact(&mut buffer).unwrap_err();
                        (stopped.done, stopped.error.kind(), buffer)
                    })
                })
                .collect();
            thread::sleep(BEFORE);
            // A clone is the same token.
            token.clone().cancel();
            for call in calls {
                let (done, kind, buffer) = call.join().unwrap();
                assert_eq!(kind, Kind::Cancelled, "round {round}");
                assert!(matches!(done, 0 | 2), "round {round}: {done}");
                assert_eq!(&buffer[..done], &b"ab"[..done]);
            }
        });
        token.reset();
        for (here, _) in &pairs {
            let mut rest = [0; 8];
            let limit = Limit::within(Duration::ZERO).cancelled_by(&token);
            // What a call had not taken before it was cancelled is still there, and nothing else.
            let rest = here.within(limit).recv_with(&mut rest, RecvFlags::NONE);
            assert!(matches!(rest, Ok(2)) || rest.unwrap_err().kind() == Kind::TimedOut);
        }
    }
}
