//! How many instructions does a call cost in user space? Counted by valgrind's callgrind, which counts exactly.
//!
//! Contract: what is counted is a loop of calls in one function, its own instructions and those that keep the compiler from
//! leaving something out included; ours and theirs stand in the same loop. All is asked twice, the second time with another
//! thread in the process: libc's calls cost more there. A gate that is missed fails the run. For each call that hot loops are made
//! of: the `syscall` instruction stands in the caller's own body, and nothing was called on the way. Under a limit
//! no clock was read.
//!
//! The program runs itself under callgrind, which writes what it has counted whenever [`mark`] is entered. `--test` runs each
//! way once, uncounted; `--json` gives an object a line. x86_64 alone: other instructions, other numbers.
//! Sources: valgrind's manual, "Callgrind" (`--dump-before`) and "Callgrind Format Specification".

#![forbid(unsafe_code)]

use core::cell::RefCell;
use core::hint::black_box;
use core::net::{Ipv4Addr, SocketAddr, SocketAddrV4};
use core::time::Duration;
use std::collections::HashMap;
use std::io::{Read, Write};
use std::net::UdpSocket;
use std::os::unix::net::UnixStream;
use std::path::Path;
use std::process::{Command, ExitCode};
use std::sync::mpsc::channel;
use std::time::Instant;
use std::{env, fs, thread};

use berkeley::{Limit, RecvFlags, Socket, Type, UnixAddr};
use rustix::net::{RecvFlags as TakeFlags, SendFlags};

/// Calls of one loop; as many datagrams fit into a socket's queue.
const CALLS: u32 = 100;
/// Says to this program that it is being counted.
const COUNTED: &str = "BERKELEY_COUNTED";

type Job = fn(&Rig);

/// What may be asked of a count.
#[derive(Clone, Copy)]
enum Gate {
    /// So many in all.
    AtMost(u64),
    /// So many more than the second way.
    Above(u64),
    None,
}

/// What a loop does with the queues.
#[derive(Clone, Copy)]
enum Does {
    Sends,
    /// What lay there ready.
    Receives,
    Both,
}
use Does::{Both, Receives, Sends};

/// One call, ours and others'.
struct Question {
    call: &'static str,
    gate: Gate,
    does: Does,
    ways: &'static [(&'static str, Job)],
    /// The function of our way: it must have the `syscall` instruction in it.
    inline: Option<&'static str>,
    /// It runs under a limit: it must read no clock.
    limited: bool,
}

const fn ask(
    call: &'static str,
    gate: Gate,
    does: Does,
    ways: &'static [(&'static str, Job)],
) -> Question {
    Question { call, gate, does, ways, inline: None, limited: false }
}

impl Question {
    const fn inline(self, function: &'static str) -> Self {
        Self { inline: Some(function), ..self }
    }

    const fn limited(self) -> Self {
        Self { limited: true, ..self }
    }
}

/// The gates are those of the project's goals for speed; rustix's pair of calls on a stream is 20 above bare assembly.
const QUESTIONS: &[Question] = &[
    ask(
        "send_to V4",
        Gate::Above(15),
        Sends,
        &[("ours", send_to_v4), ("rustix", rustix_send_to_v4)],
    )
    .inline("send_to_v4"),
    ask(
        "send_to SocketAddr",
        Gate::Above(25),
        Sends,
        &[("ours", send_to_ip), ("rustix", rustix_send_to_ip), ("std", std_send_to)],
    )
    .inline("send_to_ip"),
    ask(
        "recv_from V4",
        Gate::AtMost(60),
        Receives,
        &[("ours", recv_from_v4), ("rustix", rustix_recv_from)],
    )
    .inline("recv_from_v4"),
    ask(
        "recv_from SocketAddr",
        Gate::AtMost(60),
        Receives,
        &[("ours", recv_from_ip), ("rustix", rustix_recv_from), ("std", std_recv_from)],
    )
    .inline("recv_from_ip"),
    ask("send", Gate::None, Sends, &[("ours", send), ("rustix", rustix_send), ("std", std_send)])
        .inline("send"),
    ask(
        "recv",
        Gate::None,
        Receives,
        &[("ours", recv), ("rustix", rustix_recv), ("std", std_recv)],
    )
    .inline("recv"),
    ask(
        "stream send + recv",
        Gate::Above(20),
        Both,
        &[("ours", stream), ("rustix", rustix_stream), ("std", std_stream)],
    )
    .inline("stream"),
    ask("send, limit", Gate::Above(50), Sends, &[("ours", limited_send), ("no limit", send)])
        .limited(),
    ask("recv, limit", Gate::Above(50), Receives, &[("ours", limited_recv), ("no limit", recv)])
        .limited(),
    ask(
        "send_to, limit",
        Gate::Above(50),
        Sends,
        &[("ours", limited_send_to), ("no limit", send_to_ip)],
    )
    .limited(),
    ask(
        "recv_from, limit",
        Gate::Above(50),
        Receives,
        &[("ours", limited_recv_from), ("no limit", recv_from_ip)],
    )
    .limited(),
];

/// The sockets: datagrams come back to where they were sent.
struct Rig {
    v4: Socket<SocketAddrV4>,
    v4_to: SocketAddrV4,
    ip: Socket<SocketAddr>,
    ip_to: SocketAddr,
    std: UdpSocket,
    std_to: SocketAddr,
    stream: (Socket<UnixAddr>, Socket<UnixAddr>),
    std_stream: (UnixStream, UnixStream),
    data: [u8; 64],
    buffer: RefCell<[u8; 2048]>,
}

impl Rig {
    fn new() -> Self {
        let near = SocketAddrV4::new(Ipv4Addr::LOCALHOST, 0);
        let v4 = Socket::bound(Type::DGRAM, &near).expect("a free port");
        let v4_to = v4.local_addr().expect("its name");
        v4.connect(&v4_to).expect("to itself");
        let ip = Socket::bound(Type::DGRAM, &SocketAddr::from(near)).expect("a free port");
        let ip_to = ip.local_addr().expect("its name");
        ip.connect(&ip_to).expect("to itself");
        let std = UdpSocket::bind(near).expect("a free port");
        let std_to = std.local_addr().expect("its name");
        std.connect(std_to).expect("to itself");
        Self {
            v4,
            v4_to,
            ip,
            ip_to,
            std,
            std_to,
            stream: Socket::pair(Type::STREAM).expect("two descriptors"),
            std_stream: UnixStream::pair().expect("two descriptors"),
            data: [7; 64],
            buffer: RefCell::new([0; 2048]),
        }
    }

    /// Something to receive, everywhere.
    fn fill(&self) {
        for _ in 0..CALLS {
            self.v4.send(&self.data).expect("there is room");
            self.ip.send(&self.data).expect("there is room");
            self.std.send(&self.data).expect("there is room");
        }
    }

    /// Takes what is there, and tells how many datagrams that were.
    fn drain(&self) -> u32 {
        let mut buffer = self.buffer.borrow_mut();
        let mut count = 0;
        self.std.set_nonblocking(true).expect("a socket");
        while self.v4.recv_with(&mut *buffer, RecvFlags::DONTWAIT).is_ok()
            || self.ip.recv_with(&mut *buffer, RecvFlags::DONTWAIT).is_ok()
            || self.std.recv(&mut *buffer).is_ok()
        {
            count += 1;
        }
        self.std.set_nonblocking(false).expect("a socket");
        count
    }

    /// Runs one way between two marks, and makes sure that each of its calls did what it should.
    fn run(&self, does: Does, job: Job) {
        let left = match does {
            Sends => CALLS,
            Receives => 2 * CALLS,
            Both => 0,
        };
        if matches!(does, Receives) {
            self.fill();
        }
        mark();
        job(self);
        mark();
        assert_eq!(self.drain(), left, "datagrams in three queues");
    }
}

/// Where callgrind writes what it has counted, and begins anew.
#[inline(never)]
fn mark() {
    black_box(());
}

#[inline]
fn times<R>(mut call: impl FnMut() -> R) {
    for _ in 0..CALLS {
        // By reference: moving an answer that was just written in pieces would be counted as well.
        black_box(&call());
    }
}

fn send_to_v4(rig: &Rig) {
    times(|| rig.v4.send_to(black_box(&rig.data), black_box(&rig.v4_to)));
}

fn rustix_send_to_v4(rig: &Rig) {
    let flags = SendFlags::NOSIGNAL;
    times(|| rustix::net::sendto(&rig.v4, black_box(&rig.data), flags, black_box(&rig.v4_to)));
}

fn send_to_ip(rig: &Rig) {
    times(|| rig.ip.send_to(black_box(&rig.data), black_box(&rig.ip_to)));
}

fn rustix_send_to_ip(rig: &Rig) {
    let flags = SendFlags::NOSIGNAL;
    times(|| rustix::net::sendto(&rig.ip, black_box(&rig.data), flags, black_box(&rig.ip_to)));
}

fn std_send_to(rig: &Rig) {
    times(|| rig.std.send_to(black_box(&rig.data), black_box(rig.std_to)));
}

fn recv_from_v4(rig: &Rig) {
    let buffer = &mut *rig.buffer.borrow_mut();
    times(|| rig.v4.recv_from(black_box(&mut *buffer).as_mut_slice()));
}

fn recv_from_ip(rig: &Rig) {
    let buffer = &mut *rig.buffer.borrow_mut();
    times(|| rig.ip.recv_from(black_box(&mut *buffer).as_mut_slice()));
}

fn rustix_recv_from(rig: &Rig) {
    let buffer = &mut *rig.buffer.borrow_mut();
    times(|| rustix::net::recvfrom(&rig.ip, &mut black_box(&mut *buffer)[..], TakeFlags::empty()));
}

fn std_recv_from(rig: &Rig) {
    let buffer = &mut *rig.buffer.borrow_mut();
    times(|| rig.std.recv_from(black_box(&mut *buffer).as_mut_slice()));
}

fn send(rig: &Rig) {
    times(|| rig.ip.send(black_box(&rig.data)));
}

fn rustix_send(rig: &Rig) {
    times(|| rustix::net::send(&rig.ip, black_box(&rig.data), SendFlags::NOSIGNAL));
}

fn std_send(rig: &Rig) {
    times(|| rig.std.send(black_box(&rig.data)));
}

fn recv(rig: &Rig) {
    let buffer = &mut *rig.buffer.borrow_mut();
    times(|| rig.ip.recv(black_box(&mut *buffer).as_mut_slice()));
}

fn rustix_recv(rig: &Rig) {
    let buffer = &mut *rig.buffer.borrow_mut();
    times(|| rustix::net::recv(&rig.ip, &mut black_box(&mut *buffer)[..], TakeFlags::empty()));
}

fn std_recv(rig: &Rig) {
    let buffer = &mut *rig.buffer.borrow_mut();
    times(|| rig.std.recv(black_box(&mut *buffer).as_mut_slice()));
}

fn stream(rig: &Rig) {
    let buffer = &mut *rig.buffer.borrow_mut();
    let (here, there) = &rig.stream;
    times(|| {
        let _ = black_box(&here.send(black_box(&rig.data)));
        there.recv(black_box(&mut *buffer).as_mut_slice())
    });
}

fn rustix_stream(rig: &Rig) {
    let buffer = &mut *rig.buffer.borrow_mut();
    let (here, there) = &rig.stream;
    times(|| {
        let _ = black_box(&rustix::net::send(here, black_box(&rig.data), SendFlags::NOSIGNAL));
        rustix::net::recv(there, &mut black_box(&mut *buffer)[..], TakeFlags::empty())
    });
}

fn std_stream(rig: &Rig) {
    let buffer = &mut *rig.buffer.borrow_mut();
    let (mut here, mut there) = (&rig.std_stream.0, &rig.std_stream.1);
    times(|| {
        let _ = black_box(&here.write(black_box(&rig.data)));
        there.read(black_box(&mut *buffer).as_mut_slice())
    });
}

const LIMIT: Limit<'_> = Limit::seconds(5);

fn limited_send(rig: &Rig) {
    let socket = rig.ip.within(LIMIT);
    times(|| socket.send(black_box(&rig.data)));
}

fn limited_recv(rig: &Rig) {
    let buffer = &mut *rig.buffer.borrow_mut();
    let socket = rig.ip.within(LIMIT);
    times(|| socket.recv(black_box(&mut *buffer).as_mut_slice()));
}

fn limited_send_to(rig: &Rig) {
    let socket = rig.ip.within(LIMIT);
    times(|| socket.send_to(black_box(&rig.data), black_box(&rig.ip_to)));
}

fn limited_recv_from(rig: &Rig) {
    let buffer = &mut *rig.buffer.borrow_mut();
    let socket = rig.ip.within(LIMIT);
    times(|| socket.recv_from(black_box(&mut *buffer).as_mut_slice()));
}

/// Not a question, but what the answers rest on: a clock that is read must be seen.
fn clock(_: &Rig) {
    times(Instant::now);
}

/// What callgrind says of one loop.
struct Count {
    /// Instructions a call.
    each: u64,
    /// The function calls made on the way, each time.
    calls: Vec<String>,
}

impl Count {
    /// Of the file that callgrind wrote at the second mark.
    fn read(path: &Path) -> Self {
        let text = fs::read_to_string(path).expect("callgrind wrote it");
        let total = text.lines().find_map(|line| line.strip_prefix("totals: "));
        let total: u64 = total.and_then(|total| total.parse().ok()).expect("a total");
        // `cfn=(12) name` or, for a name that was there before, `cfn=(12)`; then `calls=100 …`.
        let mut names = HashMap::new();
        let mut called = None;
        let mut calls = Vec::new();
        for line in text.lines() {
            let name = line.strip_prefix("fn=").or_else(|| line.strip_prefix("cfn="));
            if let Some((id, name)) = name.map(|name| name.split_once(' ').unwrap_or((name, ""))) {
                let name = *names.entry(id).or_insert(name);
                called = line.starts_with('c').then_some(name);
            } else if let Some(count) = line.strip_prefix("calls=") {
                let count = count.split(' ').next().and_then(|count| count.parse().ok());
                if count.is_some_and(|count: u32| count >= CALLS) {
                    calls.extend(called.map(str::to_owned));
                }
            }
        }
        Self { each: total / u64::from(CALLS), calls }
    }

    fn reads_clock(&self) -> bool {
        self.calls.iter().any(|name| name.contains("clock_gettime"))
    }
}

/// Runs every way: without another thread, and with one.
fn run_all() {
    let rig = Rig::new();
    rig.run(Both, clock);
    let run = || {
        for question in QUESTIONS {
            question.ways.iter().for_each(|(_, job)| rig.run(question.does, *job));
        }
    };
    run();
    let (stop, stopped) = channel::<()>();
    let other = thread::spawn(move || stopped.recv());
    // Its own first instructions are not to be counted with a loop: until it waits, this one does.
    thread::sleep(Duration::from_millis(100));
    run();
    drop(stop);
    assert!(other.join().is_ok_and(|end| end.is_err()));
}

/// Runs this program under callgrind and reads what that wrote, in the order of [`run_all`].
fn count_all() -> impl Iterator<Item = Count> {
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join("instructions");
    // What an earlier run left would be read as this one's.
    let _ = fs::remove_dir_all(&folder);
    fs::create_dir_all(&folder).expect("a folder of one's own");
    let out = folder.join("out");
    let status = Command::new("valgrind")
        .args(["--tool=callgrind", "--quiet", "--dump-before=instructions::mark"])
        .arg(format!("--callgrind-out-file={}", out.display()))
        .arg(env::current_exe().expect("its own name"))
        .env(COUNTED, "1")
        .status()
        .expect("valgrind; type: cargo xtask setup");
    assert!(status.success(), "valgrind ended with {status}");
    // The first dump is of what came before the first mark, the second of what came before the second one: the loop.
    (1..).map(move |loops| Count::read(&folder.join(format!("out.{}", 2 * loops))))
}

/// The functions of this program in whose own code the `syscall` instruction stands.
fn with_syscall() -> String {
    let mut objdump = Command::new("objdump");
    objdump.args(["--disassemble", "--demangle", "--no-show-raw-insn"]);
    let output = objdump.arg(env::current_exe().expect("its own name")).output();
    let text = output.expect("objdump; type: cargo xtask setup").stdout;
    let text = String::from_utf8_lossy(&text);
    let functions = text.split("\n\n").filter(|function| function.contains("\tsyscall"));
    functions
        .filter_map(|function| function.trim_start().lines().next())
        .fold(String::new(), |names, name| names + name + "\n")
}

/// Prints one comparison.
fn print(json: bool, call: &str, ours: u64, theirs: Option<(&str, u64)>, most: Option<u64>) {
    let met = most.map(|most| ours <= most);
    if json {
        let null = || "null".to_owned();
        println!(
            "{{\"question\":{call:?},\"ours_instructions\":{ours},\"against\":{},\"theirs_instructions\":{},\"at_most\":{},\
             \"met\":{}}}",
            theirs.map_or_else(null, |(whose, _)| format!("{whose:?}")),
            theirs.map_or_else(null, |(_, count)| count.to_string()),
            most.map_or_else(null, |most| most.to_string()),
            met.map_or_else(null, |met| met.to_string()),
        );
    } else {
        let text = |number: Option<u64>| number.map_or_else(String::new, |n| n.to_string());
        println!(
            "{call:<36} {ours:>5} {:<9} {:>6} {:>8} {:>4}",
            theirs.map_or("", |(whose, _)| whose),
            text(theirs.map(|(_, count)| count)),
            text(most),
            met.map_or("", |met| if met { "yes" } else { "NO" }),
        );
    }
}

fn main() -> ExitCode {
    if env::var_os(COUNTED).is_some() {
        run_all();
        return ExitCode::SUCCESS;
    }
    let has = |flag: &str| env::args().any(|argument| argument == flag);
    if has("--test") {
        run_all();
        let ways = QUESTIONS
            .iter()
            .flat_map(|question| question.ways.iter().map(|(whose, _)| (question.call, whose)));
        ways.for_each(|(call, whose)| println!("{call}, {whose}: ran {CALLS}"));
        return ExitCode::SUCCESS;
    }
    if !cfg!(target_arch = "x86_64") {
        println!("skipped: the gates are of x86_64");
        return ExitCode::SUCCESS;
    }
    let json = has("--json");
    if !json {
        println!(
            "{:<36} {:>5} {:<9} {:>6} {:>8} {:>4}",
            "instructions a call", "ours", "against", "theirs", "at most", "met"
        );
    }
    let mut missed = Vec::new();
    let mut counts = count_all();
    let mut next = || counts.next().expect("a count for each way");
    assert!(next().reads_clock(), "callgrind does not show it when a clock is read");
    let inlined = with_syscall();
    for threads in ["", ", two threads"] {
        for question in QUESTIONS {
            let call = format!("{}{threads}", question.call);
            let counts: Vec<(&str, Count)> =
                question.ways.iter().map(|(whose, _)| (*whose, next())).collect();
            let ((_, ours), others) = counts.split_first().expect("ours is the first");
            let second = others.first().map_or(0, |(_, count)| count.each);
            let most = match question.gate {
                Gate::AtMost(most) => Some(most),
                Gate::Above(more) => Some(second + more),
                Gate::None => None,
            };
            let mut most_once = most;
            for (whose, theirs) in others {
                assert!(*whose != "std" || !theirs.calls.is_empty(), "callgrind shows no calls");
                print(json, &call, ours.each, Some((whose, theirs.each)), most_once.take());
            }
            if most.is_some_and(|most| ours.each > most) {
                missed.push(format!("{call}: {} instructions", ours.each));
            }
            if question.limited && ours.reads_clock() {
                missed.push(format!("{call}: a clock is read"));
            }
            if let Some(function) = question.inline {
                if !ours.calls.is_empty() {
                    missed.push(format!("{call}: calls {}", ours.calls.join(", ")));
                }
                // With or without the hash that the older mangling appends.
                let names = [">:", "::h"].map(|end| format!("<instructions::{function}{end}"));
                if !names.iter().any(|name| inlined.contains(name)) {
                    missed.push(format!("{call}: no syscall instruction in the caller"));
                }
            }
        }
    }
    for what in &missed {
        println!("missed: {what}");
    }
    if missed.is_empty() { ExitCode::SUCCESS } else { ExitCode::FAILURE }
}
