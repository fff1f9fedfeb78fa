//! Out of descriptors: every call that makes one says EMFILE at once, nothing is lost, and waits go on without.
//!
//! Contract: the limit of the process (RLIMIT_NOFILE) is lowered to what is open, so this file holds one test alone.
//! Sources: getrlimit(2), accept(2) on EMFILE.

use core::net::SocketAddr;
use core::time::Duration;
use std::fs::File;
use std::io::IoSliceMut;
use std::os::fd::{AsFd, AsRawFd};
use std::time::Instant;

use berkeley_addr::{Protocol, Type, UnixAddr};
use berkeley_socket::control::ControlRoom;
use berkeley_socket::option::{Flag, SockOpt, so};
use berkeley_socket::{
    BACKLOG, CancelToken, Errno, Error, Family, Interface, Kind, Limit, RecvFlags, Socket,
};
use rustix::process::{Resource, Rlimit, getrlimit, setrlimit};
use rustix::time::{ClockId, clock_gettime};

/// `IP_RECVERR` of level IPPROTO_IP: ip(7).
const RECVERR: SockOpt<Flag> = SockOpt::plain(0, 11);

fn v4() -> SocketAddr {
    ([127, 0, 0, 1], 0).into()
}

/// Runs `show` while the process can open nothing.
fn without_descriptors(show: impl FnOnce()) {
    let before = getrlimit(Resource::Nofile);
    let next = File::open("/dev/null").unwrap().as_raw_fd();
    let current = Some(next.unsigned_abs().into());
    setrlimit(Resource::Nofile, Rlimit { current, ..before }).unwrap();
    show();
    setrlimit(Resource::Nofile, before).unwrap();
}

/// A UDP socket whose error queue holds something: poll says ready for ever. And where it can be reached.
fn misled() -> Socket<SocketAddr> {
    let closed = Socket::bound(Type::DGRAM, &v4()).unwrap();
    let to = closed.local_addr().unwrap();
    drop(closed);
    let socket = Socket::connected(Type::DGRAM, &to).unwrap();
    socket.set(RECVERR, true).unwrap();
    socket.send(b"x").unwrap();
    socket.get(so::ERROR).unwrap();
    socket
}

fn open_descriptors() -> usize {
    std::fs::read_dir("/proc/self/fd").unwrap().count()
}

fn processor_time() -> Duration {
    let time = clock_gettime(ClockId::ThreadCPUTime);
    Duration::new(time.tv_sec.unsigned_abs(), u32::try_from(time.tv_nsec).unwrap())
}

#[test]
fn without_descriptors_calls_fail_at_once_and_waits_go_on() {
    let listener = Socket::listening(Type::STREAM, &v4(), BACKLOG).unwrap();
    let address = listener.local_addr().unwrap();
    let client = Socket::connected(Type::STREAM, &address).unwrap();
    let misled = misled();
    // Descriptors under way, with a message that fits and to be looked at twice.
    let (here, there) = Socket::<UnixAddr>::pair(Type::STREAM).unwrap();
    here.send_fds(b"two", &[here.as_fd(); 2]).unwrap();
    let open = open_descriptors();
    without_descriptors(|| {
        let limited = listener.within(Limit::seconds(60));
        let start = Instant::now();
        let refused: [(&str, Option<Error>); 9] = [
            ("accept", listener.accept().err()),
            ("accept_only", listener.accept_only().err()),
            ("accept under a limit", limited.accept().err()),
            ("new", Socket::new(Family::UNIX, Type::DGRAM, Protocol::DEFAULT).err()),
            ("pair", Socket::<UnixAddr>::pair(Type::STREAM).err()),
            ("try_clone", listener.try_clone().err()),
            ("token", CancelToken::new().err()),
            ("interfaces", Interface::all().err()),
            ("interface", Interface::named("lo").err()),
        ];
        for (call, error) in refused {
            assert_eq!(error.and_then(Error::errno), Some(Errno::MFILE), "{call}");
        }
        assert!(start.elapsed() < Duration::from_secs(10));

        // The data come, and that the descriptors did not is said.
        let (mut buffer, mut room) = ([0; 8], ControlRoom::new(64));
        let buffers = &mut [IoSliceMut::new(&mut buffer)];
        let received = there.recv_msg(buffers, &mut room, RecvFlags::PEEK).unwrap();
        assert!(received.len == 3 && received.is_control_truncated());
        assert_eq!(room.take_fds().count(), 0);
        let error = there.recv_fds(&mut [0; 8], 2).unwrap_err();
        assert_eq!(error.kind(), Kind::Truncated);

        // Where poll misleads, a reader wants an epoll instance; it does without, and burns no processor.
        let (start, before) = (Instant::now(), processor_time());
        let limit = Duration::from_millis(300);
        let late = misled.within(Limit::within(limit)).recv(&mut [0; 8]).unwrap_err();
        let (time, used) = (start.elapsed(), processor_time().saturating_sub(before));
        assert_eq!(late.kind(), Kind::TimedOut);
        println!("misled without epoll: {time:?}, of the processor {used:?}");
        assert!(time >= limit && used < Duration::from_millis(50));
    });
    assert_eq!(open_descriptors(), open, "none is left over");
    // The connection has waited.
    let (_, from) = listener.within(Limit::seconds(5)).accept().unwrap();
    assert_eq!(Ok(from), client.local_addr());
}
