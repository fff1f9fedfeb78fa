//! A child process looks up, whatever its parent's threads were doing when it was forked.
//!
//! Contract: threads keep all locks of two resolvers busy: answers kept and asked for, files, routes, services. Each child has a copy of them as
//! they were in the middle of that, and none of the threads. It must come to its end in seconds, and nearly always to an answer. Source: fork(2).

mod name_server;

use core::sync::atomic::{AtomicBool, Ordering};
use core::time::Duration;
use std::fs;
use std::thread;
use std::time::Instant;

use berkeley_resolve::{Cause, Resolver};
use berkeley_socket::{Errno, Limit};
use name_server::{A, AAAA, Answer, NameServer, Query, Reply};
use rustix::process::{Pid, Signal, WaitOptions, kill_process, waitpid};

const FORKS: usize = 200;
/// Whoever has not ended then never will.
const HANGS: Duration = Duration::from_secs(5);

fn good(query: &Query) -> Vec<Reply> {
    let answer = Answer::to(query);
    vec![Reply::now(match query.kind {
        A => answer.address(&query.name, "127.0.0.1").bytes(),
        AAAA => answer.address(&query.name, "::1").bytes(),
        _ => answer.bytes(),
    })]
}

/// A name, a host of the file, a service: whether each is known.
fn looks_up(resolver: &Resolver, name: &str) -> bool {
    let limit = Limit::within(Duration::from_millis(200));
    let found = |name| resolver.lookup(name).within(limit).is_ok();
    found(name) & found("nine.test") & resolver.getservbyname("nine", None, limit).is_ok()
}

/// Its exit code: 0 if it ends with that. It must not panic, or the child would be a second test.
fn fork(child: impl FnOnce() -> bool) -> Pid {
    // SAFETY: libc puts its own locks in order in the child, and ours are what is tested.
    let pid = unsafe { libc::fork() };
    if pid == 0 {
        let code = libc::c_int::from(!child());
        // SAFETY: ends the process, and runs nothing of the parent's before.
        unsafe { libc::_exit(code) };
    }
    Pid::from_raw(pid).expect("a child")
}

/// How it ended; `None`: it had to be killed.
fn end(child: Pid) -> Option<i32> {
    let late = Instant::now() + HANGS;
    loop {
        if let Some((_, status)) = waitpid(Some(child), WaitOptions::NOHANG).unwrap() {
            return status.exit_status().or(Some(-1));
        }
        if Instant::now() > late {
            kill_process(child, Signal::KILL).unwrap();
            waitpid(Some(child), WaitOptions::empty()).unwrap();
            return None;
        }
        thread::sleep(Duration::from_millis(1));
    }
}

#[test]
fn no_child_waits_for_its_parents_threads() {
    let server = NameServer::start(good);
    let servers = [server.addr];
    let folder = tempfile::tempdir().unwrap();
    let write = |file: &str, text: &str| fs::write(folder.path().join(file), text).unwrap();
    write("hosts", "127.0.0.9 nine.test\n");
    write("services", "nine 9/tcp\n");
    write("nsswitch.conf", "hosts: files dns\nservices: files\n");
    let build = |recheck| {
        Resolver::builder().folder(folder.path()).servers(servers).recheck(recheck).build()
    };
    // One that finds answers kept, and one that looks at files and routes each time and keeps nothing.
    let kept = build(Duration::from_hours(1));
    let busy = build(Duration::ZERO);
    assert!(kept.lookup("kept.test").within(Limit::seconds(10)).is_ok());

    let stop = AtomicBool::new(false);
    let [mut ends, mut step_ends] = [const { Vec::new() }; 2];
    let again = |act: &dyn Fn()| {
        while !stop.load(Ordering::Relaxed) {
            act();
        }
    };
    thread::scope(|scope| {
        scope.spawn(|| again(&|| _ = looks_up(&kept, "kept.test")));
        scope.spawn(|| again(&|| _ = looks_up(&busy, "kept.test")));
        scope.spawn(|| {
            again(&|| {
                busy.flush();
                busy.reload();
                let _ = looks_up(Resolver::system(), "127.0.0.1");
            });
        });
        for turn in 0..FORKS {
            let resolver = if turn % 2 == 0 { &kept } else { &busy };
            ends.push(end(fork(|| {
                looks_up(resolver, "kept.test")
                    & Resolver::system().lookup("127.0.0.1").within(Limit::NONE).is_ok()
            })));
            if turn % 20 == 0 {
                // A lookup that its parent began is none of the child's, to step or to drop.
                let mut pending = busy.lookup("begun.test").start(None);
                let _ = pending.step(&[]);
                step_ends.push(end(fork(|| match pending.step(&[]) {
                    core::task::Poll::Ready(Err(error)) => {
                        error.cause() == &Cause::System(Errno::CANCELED)
                    }
                    _ => false,
                })));
            }
            if ends.last() == Some(&None) {
                break;
            }
        }
        stop.store(true, Ordering::Relaxed);
    });
    let count = |ends: &[Option<i32>], end| ends.iter().filter(|other| **other == end).count();
    let (hung, well) = (count(&ends, None), count(&ends, Some(0)));
    println!("{} children: {well} with all answers, {hung} hung", ends.len());
    assert_eq!(hung, 0, "{ends:?}");
    assert!(well * 2 > FORKS, "{ends:?}");
    assert_eq!(count(&step_ends, Some(0)), step_ends.len(), "{step_ends:?}");
}
