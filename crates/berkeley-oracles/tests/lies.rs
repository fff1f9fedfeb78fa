//! Where poll lies: it says ready, the call says EAGAIN. No such wait burns the processor, and none oversleeps.
//!
//! Contract of a row: a call that cannot succeed ends at its limit of 500 ms, by itself or by a token, and has used at
//! most 50 ms of its thread's processor time; once the cause is gone the call succeeds within a few milliseconds (best of
//! eight). `--nocapture` prints the table. Sources: unix(7), netlink(7), ip(7) on IP_RECVERR, socket(7) on SO_PEEK_OFF.

use core::net::SocketAddr;
use core::time::Duration;
use std::thread;
use std::time::Instant;

use berkeley_addr::{NetlinkAddr, Protocol, UnixAddr};
use berkeley_socket::option::{Flag, SockOpt, so};
use berkeley_socket::{
    CancelToken, Kind, Limit, RecvFlags, Result, SendFlags, Socket, SocketRef, Type,
};
use rustix::time::{ClockId, clock_gettime};

/// `IP_RECVERR` of level IPPROTO_IP: ip(7).
const RECVERR: SockOpt<Flag> = SockOpt::plain(0, 11);

const LIMIT: Duration = Duration::from_millis(500);
/// A single run on a loaded machine.
const LATE: Duration = Duration::from_secs(1);
const EARLY: Duration = Duration::from_millis(1);
const PROCESSOR: Duration = Duration::from_millis(50);
/// The longest pause between two tries is 4 ms.
const FREED: Duration = Duration::from_millis(8);
const TRIES: usize = 8;

type Call = Box<dyn Fn(Limit<'_>) -> Result<usize> + Send + Sync>;

/// A call that poll misleads, and what removes the cause.
struct Lie {
    call: Call,
    free: Box<dyn Fn() + Send + Sync>,
}

type Make = fn() -> Lie;

const LIES: &[(&str, Make)] = &[
    ("Unix datagram to a full queue", full_unix_queue),
    ("netlink to a full peer", full_netlink_peer),
    ("Unix connect on a full backlog", full_backlog),
    ("recv beside a full error queue", full_error_queue),
    ("peek beyond what is there", peek_beyond),
    ("peek for more than is there", peek_for_all),
];

fn full_unix_queue() -> Lie {
    let receiver = Socket::bound(Type::DGRAM, &UnixAddr::unnamed()).unwrap();
    let to = receiver.local_addr().unwrap();
    let sender = Socket::open_for(Type::DGRAM, &to).unwrap();
    while sender.send_to_with(b"x", SendFlags::DONTWAIT, &to).is_ok() {}
    Lie {
        call: Box::new(move |limit| sender.within(limit).send_to(b"x", &to)),
        free: Box::new(move || assert_eq!(receiver.recv(&mut [0; 8]).unwrap(), 1)),
    }
}

fn full_netlink_peer() -> Lie {
    let open = || Socket::<NetlinkAddr>::open(Type::RAW, Protocol::NETLINK_USERSOCK).unwrap();
    let (sender, receiver) = (open(), open());
    receiver.set(so::RCVBUF, 4096).unwrap();
    // Port 0 lets the kernel choose one.
    receiver.bind(&NetlinkAddr::KERNEL).unwrap();
    let to = receiver.local_addr().unwrap();
    let message = [0; 64];
    while sender.send_to_with(&message, SendFlags::DONTWAIT, &to).is_ok() {}
    Lie {
        call: Box::new(move |limit| sender.within(limit).send_to(&message, &to)),
        // A netlink receiver is congested until its queue is empty.
        free: Box::new(
            move || {
                while receiver.recv_with(&mut [0; 128], RecvFlags::DONTWAIT).is_ok() {}
            },
        ),
    }
}

/// A socket, and a full listener with its connections.
fn before_a_full_backlog() -> (Socket<UnixAddr>, Socket<UnixAddr>, UnixAddr, Vec<Socket<UnixAddr>>)
{
    let listener = Socket::listening(Type::STREAM, &UnixAddr::unnamed(), 0).unwrap();
    let to = listener.local_addr().unwrap();
    let open = || Socket::open_for(Type::STREAM, &to).unwrap();
    let mut waiting = Vec::new();
    loop {
        let client = open();
        match client.try_connect(&to) {
            Ok(_) => waiting.push(client),
            Err(_) => return (open(), listener, to, waiting),
        }
    }
}

fn full_backlog() -> Lie {
    let (client, listener, to, waiting) = before_a_full_backlog();
    Lie {
        call: Box::new(move |limit| client.within(limit).connect(&to).map(|()| waiting.len())),
        free: Box::new(move || drop(listener.accept().unwrap())),
    }
}

/// The error queue of UDP holds an ICMP answer: POLLERR, for as long as nobody reads it.
fn full_error_queue() -> Lie {
    let closed = Socket::bound(Type::DGRAM, &SocketAddr::from(([127, 0, 0, 1], 0))).unwrap();
    let to = closed.local_addr().unwrap();
    closed.close().unwrap();
    let socket = Socket::connected(Type::DGRAM, &to).unwrap();
    socket.set(RECVERR, true).unwrap();
    socket.send(b"x").unwrap();
    // The pending error itself is told once, the queue stays.
    socket.get(so::ERROR).unwrap();
    let from = socket.local_addr().unwrap();
    Lie {
        call: Box::new(move |limit| socket.within(limit).recv(&mut [0; 8])),
        free: Box::new(move || {
            let peer = Socket::bound(Type::DGRAM, &to).unwrap();
            peer.send_to(b"x", &from).unwrap();
        }),
    }
}

fn peek_beyond() -> Lie {
    peek(3, |socket| socket.recv_with(&mut [0; 8], RecvFlags::PEEK))
}

fn peek_for_all() -> Lie {
    peek(-1, |socket| socket.recv_with(&mut [0; 8], RecvFlags::PEEK | RecvFlags::WAITALL))
}

/// Three bytes of eight are there.
fn peek(offset: i32, ask: fn(SocketRef<'_, UnixAddr>) -> Result<usize>) -> Lie {
    let (here, there) = Socket::<UnixAddr>::pair(Type::STREAM).unwrap();
    here.set(so::PEEK_OFF, offset).unwrap();
    there.send_all(b"abc").unwrap();
    Lie {
        call: Box::new(move |limit| ask(here.within(limit))),
        free: Box::new(move || there.send_all(b"defgh").unwrap()),
    }
}

fn processor_time() -> Duration {
    let time = clock_gettime(ClockId::ThreadCPUTime);
    Duration::new(time.tv_sec.unsigned_abs(), u32::try_from(time.tv_nsec).unwrap())
}

/// Waits for what does not come: how it ended, time and processor time.
fn in_vain(lie: &Lie, limit: Limit<'_>) -> (Kind, Duration, Duration) {
    let (start, before) = (Instant::now(), processor_time());
    let answer = (lie.call)(limit);
    let (time, used) = (start.elapsed(), processor_time().saturating_sub(before));
    // MSG_WAITALL at its limit gives what there is.
    (answer.map_or_else(berkeley_socket::Error::kind, |_| Kind::TimedOut), time, used)
}

/// How long after the cause is gone the call returns.
fn freed(lie: &Lie) -> Duration {
    thread::scope(|scope| {
        let call = scope.spawn(|| {
            (lie.call)(Limit::seconds(5)).unwrap();
            Instant::now()
        });
        // Long enough for the pauses to have grown.
        thread::sleep(Duration::from_millis(20));
        let free = Instant::now();
        (lie.free)();
        call.join().unwrap().saturating_duration_since(free)
    })
}

#[test]
fn no_wait_burns_the_processor() {
    println!("{:<38} {:>9} {:>9} {:>9} {:>9}", "case, ms", "limit", "cpu", "cancel", "freed");
    let check = |(name, make): &(&str, Make)| {
        let lie = make();
        let (kind, time, used) = in_vain(&lie, Limit::within(LIMIT));
        let in_time = time + EARLY >= LIMIT && time < LIMIT + LATE;
        let mut right = kind == Kind::TimedOut && in_time && used <= PROCESSOR;

        let lie = make();
        let token = CancelToken::new().unwrap();
        let (kind, cancelled, used_too) = thread::scope(|scope| {
            scope.spawn(|| {
                thread::sleep(LIMIT);
                token.cancel();
            });
            in_vain(&lie, Limit::seconds(60).cancelled_by(&token))
        });
        right &= kind == Kind::Cancelled && cancelled < LIMIT + LATE && used_too <= PROCESSOR;

        let freed = (0..TRIES).map(|_| freed(&make())).min().unwrap();
        right &= freed <= FREED;
        let millis = |time: Duration| time.as_secs_f64() * 1e3;
        println!(
            "{name:<38} {:>9.2} {:>9.2} {:>9.2} {:>9.2}  {}",
            millis(time),
            millis(used.max(used_too)),
            millis(cancelled),
            millis(freed),
            if right { "ok" } else { "WRONG" }
        );
        right
    };
    // Side by side: each waits most of the time.
    let right = thread::scope(|scope| {
        let checks: Vec<_> = LIES.iter().map(|lie| scope.spawn(move || check(lie))).collect();
        checks.into_iter().map(|check| check.join().unwrap()).filter(|right| *right).count()
    });
    assert_eq!(right, LIES.len());
}
