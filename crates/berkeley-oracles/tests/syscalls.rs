//! Which system calls each method makes, counted by strace(1).
//!
//! Contract: a send or receive that is ready is one system call, with a limit or without; each wait under a limit costs one
//! ppoll(2) and the call again. What accept and connect need beside that is listed. `--nocapture` prints the table.

mod stage;
mod strace;

use core::fmt::Write as _;
use core::time::Duration;

use berkeley_socket::Limit;
use stage::method::{FILE, ROWS, Row, check_that_none_is_missing};
use stage::scene::{Drive, Scene};

/// The one that calls.
const TEST: &str = "each_method_makes_the_calls_it_must";

/// Before the event that a waiting call waits for; strace is slow.
const BEFORE: Duration = Duration::from_millis(20);

/// Methods, and what they call when ready (without and with a limit), and when they must wait (likewise).
const EXPECTED: &[(&[&str], [&str; 4])] = &[
    (
        &["accept", "accept_only"],
        ["accept4", "ioctl accept4", "accept4", "ioctl accept4 ppoll accept4"],
    ),
    // The kernel answers EAGAIN: tried again after a pause, and another.
    (
        &["connect unix"],
        ["connect", "ioctl connect ioctl", "connect", "ioctl (connect ppoll)+ connect ioctl"],
    ),
    (&["connect tcp"], ["connect", "ioctl connect ppoll getsockopt getpeername ioctl", "", ""]),
    (&["finish_connect"], ["ppoll getsockopt getpeername", "ppoll getsockopt getpeername", "", ""]),
    (
        &["send", "send_with", "send_all datagram", "write", "Writer::write"],
        ["sendto", "sendto", "sendto", "sendto ppoll sendto"],
    ),
    (&["send_segments"], ["sendmsg", "sendmsg", "sendmsg", "sendmsg ppoll sendmsg"]),
    (&["send_many"], ["sendmmsg", "sendmmsg", "sendmmsg", "sendmmsg ppoll sendmmsg"]),
    (&["recv_msg"], ["recvmsg", "recvmsg", "recvmsg", "recvmsg ppoll recvmsg"]),
    (&["recv_many"], ["recvmmsg", "recvmmsg", "recvmmsg", "recvmmsg ppoll recvmmsg"]),
    (&["recv_error"], ["recvmsg", "recvmsg", "recvmsg ppoll recvmsg", "recvmsg ppoll recvmsg"]),
    // Poll says ready and the call says EAGAIN.
    (&["send_msg"], ["sendmsg", "sendmsg", "sendmsg", "(sendmsg ppoll)+ sendmsg"]),
    (&["send_to", "send_to_with"], ["sendto", "sendto", "sendto", "(sendto ppoll)+ sendto"]),
    (
        &["send_vectored", "send_vectored_with", "write_vectored", "Writer::write_vectored"],
        ["sendmsg", "sendmsg", "sendmsg", "sendmsg ppoll sendmsg"],
    ),
    // Much data, and a peer that reads slowly: these two, as it happens.
    (
        &[
            "send_all",
            "send_all_with",
            "write_all",
            "write_fmt",
            "Writer::write_all",
            "Writer::write_fmt",
            "Writer::flush",
        ],
        ["", "", "sendto", "{ppoll sendto}"],
    ),
    // Rust's start-up ignores SIGPIPE: to know it is all that the fence costs then.
    (&["send_file"], ["", "", "rt_sigaction sendfile", "{ioctl ppoll rt_sigaction sendfile}"]),
    (
        &["splice_to from"],
        [
            "socketpair pipe2 (rt_sigaction splice)+",
            "socketpair pipe2 ioctl (rt_sigaction splice)+",
            "socketpair pipe2 (rt_sigaction splice)+",
            "socketpair pipe2 ioctl rt_sigaction splice ppoll (rt_sigaction splice)+",
        ],
    ),
    (
        &["splice_to to"],
        [
            "socketpair sendto pipe2 (rt_sigaction splice)+",
            "socketpair sendto pipe2 ioctl (rt_sigaction splice)+",
            "socketpair sendto pipe2 (rt_sigaction splice)+",
            "socketpair sendto pipe2 ioctl (rt_sigaction splice)+ ppoll rt_sigaction splice",
        ],
    ),
    (
        &["recv", "recv_with", "recv_from", "recv_from_with", "recv_exact datagram", "read"],
        ["recvfrom", "recvfrom", "recvfrom", "recvfrom ppoll recvfrom"],
    ),
    (
        &["recv_with WAITALL", "recv_exact", "read_exact"],
        ["recvfrom", "recvfrom", "recvfrom", "recvfrom ppoll recvfrom"],
    ),
    // One buffer, whatever it is for.
    (
        &["Reader::read", "Reader::read_vectored", "Reader::read_exact", "Reader::fill_buf"],
        ["recvfrom", "recvfrom", "recvfrom", "recvfrom ppoll recvfrom"],
    ),
    // Whether a short peek is the end, ppoll says.
    (&["recv_with WAITALL|PEEK"], ["recvfrom", "recvfrom", "recvfrom", "recvfrom ppoll recvfrom"]),
    // Whether the stream has ended, so that no urgent byte will come, ppoll says.
    (&["recv_with OOB"], ["recvfrom", "recvfrom", "", "recvfrom ppoll ppoll recvfrom"]),
    (
        &["recv_with ERRQUEUE"],
        ["recvfrom", "recvfrom", "recvfrom ppoll recvfrom", "recvfrom ppoll recvfrom"],
    ),
    (
        &["recv_vectored", "recv_vectored_with", "read_vectored"],
        ["recvmsg", "recvmsg", "recvmsg", "recvmsg ppoll recvmsg"],
    ),
    // The bytes, then the end, which may come a moment later.
    (
        &[
            "read_to_end",
            "read_to_string",
            "Reader::read_to_end",
            "Reader::read_to_string",
            "Reader::read_until",
            "Reader::skip_until",
            "Reader::read_line",
        ],
        ["recvfrom recvfrom", "recvfrom recvfrom", "recvfrom recvfrom", "{ppoll recvfrom}"],
    ),
];

const SITUATIONS: [&str; 4] = ["ready", "ready, limit", "waits", "waits, limit"];

/// Whether the row is called in the situation: a TCP connect that waits does so for a second, much data is never all sent
/// at once.
fn applies(row: &Row, situation: usize) -> bool {
    let waits = situation >= 2;
    match row.scene {
        Scene::ConnectTcp | Scene::Begun => !waits,
        Scene::FullStream if row.whole => waits,
        Scene::Urgent => situation != 2,
        _ => true,
    }
}

/// Under strace: every row in every situation, between two marks.
fn run_all() {
    std::sync::LazyLock::force(&FILE);
    for row in ROWS {
        for (situation, name) in SITUATIONS.into_iter().enumerate() {
            if !applies(row, situation) {
                continue;
            }
            let (waits, limited) = (situation >= 2, situation % 2 == 1);
            let limit = if limited { Limit::seconds(60) } else { Limit::NONE };
            let stage = row.scene.set(!waits);
            let drive = if waits { Drive::Finish(BEFORE) } else { Drive::Nothing };
            let answer = stage.during(drive, || {
                let view = stage.socket.within(limit);
                strace::marked(&format!("{}/{name}", row.name()), || {
                    (row.call)(view, &stage.address)
                })
            });
            assert!(answer.is_ok(), "{} {name}: {answer:?}", row.name());
        }
    }
}

/// `a b a b a` as `(a b)+ a`: what repeats with a period of two or three.
fn folded(mut rest: &[String]) -> String {
    let mut words = Vec::new();
    'rest: while let Some(first) = rest.first() {
        for period in [2, 3] {
            let times = rest.chunks_exact(period).take_while(|chunk| *chunk == &rest[..period]);
            let times = times.count();
            if times > 1 && rest[..period].iter().any(|call| call != first) {
                words.push(format!("({})+", rest[..period].join(" ")));
                rest = &rest[period * times..];
                continue 'rest;
            }
        }
        words.push(first.clone());
        rest = &rest[1..];
    }
    words.join(" ")
}

/// Whether the calls are those expected, where a repetition may also have happened once; and in which words.
fn compare(calls: &[String], expected: &str) -> (bool, String) {
    if expected.starts_with('{') {
        let mut names: Vec<&str> = calls.iter().map(String::as_str).collect();
        names.sort_unstable();
        names.dedup();
        // Nothing is waited for twice before it is tried.
        let waits_twice = calls.windows(2).any(|pair| pair[0] == "ppoll" && pair[1] == "ppoll");
        let text = format!("{{{}}}", names.join(" "));
        return (text == expected && !waits_twice, text);
    }
    let text = folded(calls);
    (text == expected || text == expected.replace(['(', ')', '+'], ""), text)
}

/// The table, and how many of its rows are wrong.
fn table(trace: &str) -> (String, usize) {
    let counted = strace::calls(trace);
    let wanted: usize = ROWS.iter().map(|row| (0..4).filter(|&at| applies(row, at)).count()).sum();
    assert_eq!(counted.len(), wanted, "marks are missing");
    let mut table = format!("{:<24} {:<14} system calls\n", "method", "situation");
    let mut wrong = 0;
    for (marked, mut calls) in counted {
        let (method, situation) = marked.split_once('/').unwrap();
        // An accepted socket and a pipe are dropped at once; std looks at a descriptor before it closes it, if debug assertions
        // are on.
        if method.starts_with("accept") || method.starts_with("splice_to") {
            calls.retain(|call| call != "fcntl" && call != "close");
        }
        let column = SITUATIONS.iter().position(|name| *name == situation).unwrap();
        let expected = EXPECTED
            .iter()
            .find(|(methods, _)| methods.contains(&method))
            .map_or("", |(_, columns)| columns[column]);
        let (right, calls) = compare(&calls, expected);
        let verdict = if right { String::new() } else { format!("  WRONG: expected {expected}") };
        writeln!(table, "{method:<24} {situation:<14} {calls}{verdict}").unwrap();
        wrong += usize::from(!right);
    }
    (table, wrong)
}

#[test]
fn each_method_makes_the_calls_it_must() {
    if strace::is_here() {
        return run_all();
    }
    check_that_none_is_missing();
    // On a loaded machine an event may come before the call that is to wait for it: then all is seen again.
    for last in [false, false, true] {
        let (table, wrong) = match strace::trace(TEST, &[]) {
            Ok(trace) => table(&trace),
            Err(why) => return strace::skip(&why),
        };
        if wrong == 0 || last {
            print!("{table}");
            assert_eq!(wrong, 0);
            return;
        }
    }
}

/// Every other call of those that a signal may interrupt fails with EINTR before it does anything: none of it comes out, and
/// nothing is done twice. (connect is left out: after its EINTR the attempt goes on.)
#[test]
fn an_interrupted_call_is_made_again() {
    let inject =
        "inject=accept4,sendto,sendmsg,recvfrom,recvmsg,sendfile,splice,ppoll:error=EINTR:when=1+2";
    match strace::trace(TEST, &["-e", inject]) {
        Ok(trace) => {
            let count = trace.matches("(INJECTED)").count();
            println!("{count} calls interrupted");
            assert!(count > ROWS.len(), "nothing was injected");
        }
        Err(why) => strace::skip(&why),
    }
}
