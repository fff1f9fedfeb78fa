//! What does a typed call cost beside std's, socket2's and rustix's, and what do batches save?
//!
//! One thread sends to itself on loopback and receives what it sent, so that nothing ever waits; CPU time of that thread. Of single
//! calls the kernel is nearly all: a ratio near 1 is the expected answer, and there is no goal (`instructions` counts what is
//! ours). The goals of batches are ratios to one datagram after the other, sent to an address, by calls that return, as do those of
//! batches and everyone's but ours and rustix's: on some processors a loop with the instruction itself in it is 20 % faster.
//!
//! `send_file` alone needs a receiver beside it, and is measured by the wall clock until all has arrived, too.

#![forbid(unsafe_code)]

use core::cell::RefCell;
use core::mem::MaybeUninit;
use core::net::{Ipv4Addr, SocketAddr};
use std::fs::{self, File};
use std::io::{IoSlice, IoSliceMut, Read, Write};
use std::net::UdpSocket;
use std::os::unix::net::UnixStream;
use std::path::Path;
use std::thread;

use berkeley::option::udp;
use berkeley::socket::control::ControlRoom;
use berkeley::socket::{Message, RecvBatch, segments};
use berkeley::{Limit, RecvFlags, SendFlags, Socket, SocketRef, Type, UnixAddr};
use berkeley_benches::{Asker, Way, turn, way};
use quinn_udp::{RecvMeta, Transmit, UdpSocketState};
use rustix::net::{RecvFlags as TakeFlags, SendFlags as GiveFlags};
use rustix::thread::{CpuSet, sched_getaffinity, sched_setaffinity};

/// Datagrams a turn, and a batch.
const AT_ONCE: usize = 32;
/// Datagrams that the kernel cuts and joins: as many as a packet of 64 KiB holds, at most 64.
const CUT: [(&str, usize, usize, f64); 2] =
    [("GSO + GRO, 64 B", 64, 64, 0.03), ("GSO + GRO, 1200 B", 1200, 54, 0.06)];
const LIMIT: Limit<'_> = Limit::seconds(5);

fn near() -> SocketAddr {
    SocketAddr::from((Ipv4Addr::LOCALHOST, 0))
}

/// A socket that may be connected to itself, and its address.
fn own(connected: bool) -> (Socket<SocketAddr>, SocketAddr) {
    let socket = Socket::bound(Type::DGRAM, &near()).expect("a free port");
    let to = socket.local_addr().expect("its name");
    if connected {
        socket.connect(&to).expect("to itself");
    }
    (socket, to)
}

fn std(connected: bool) -> (UdpSocket, SocketAddr) {
    let socket = UdpSocket::bind(near()).expect("a free port");
    let to = socket.local_addr().expect("its name");
    if connected {
        socket.connect(to).expect("to itself");
    }
    (socket, to)
}

type Data = [[u8; 64]; AT_ONCE];
type Buffer = RefCell<[u8; 2048]>;

fn main() {
    let asker = Asker::from_arguments();
    bulk(&asker, "send_file, a MiB, two processors", Some(1.0 / 1.3));
    let asker = asker.in_cpu_time();
    bulk(&asker, "the sender's processor alone", None);
    addressed(&asker);
    connected(&asker);
    stream(&asker);
    batches(&asker);
    for (question, size, count, goal) in CUT {
        cut(&asker, question, size, count, goal);
    }
}

fn addressed_by_us<'a>(
    whose: &'static str,
    socket: SocketRef<'a, SocketAddr>,
    to: SocketAddr,
    data: &'a Data,
    buffer: &'a Buffer,
) -> Way<'a> {
    way(whose, data, AT_ONCE, move |data| {
        socket.send_to(data, &to).expect("loopback takes it");
        socket.recv_from(&mut *buffer.borrow_mut()).expect("it is there")
    })
}

fn addressed(asker: &Asker) {
    let data = [[7_u8; 64]; AT_ONCE];
    let buffer = Buffer::new([0; 2048]);
    let (socket, to) = own(false);
    let ours = |whose, view| addressed_by_us(whose, view, to, &data, &buffer);
    let (theirs, theirs_to) = std(false);
    let std = || {
        way("std", &data, AT_ONCE, |data| {
            theirs.send_to(data, theirs_to).expect("loopback takes it");
            theirs.recv_from(&mut *buffer.borrow_mut()).expect("it is there")
        })
    };
    let two = socket2::Socket::from(theirs.try_clone().expect("a descriptor"));
    let two_to = theirs_to.into();
    let socket2 = way("socket2", &data, AT_ONCE, |data| {
        two.send_to(data, &two_to).expect("loopback takes it");
        two.recv_from(&mut [MaybeUninit::uninit(); 2048]).expect("it is there")
    });
    let rustix = way("rustix", &data, AT_ONCE, |data| {
        rustix::net::sendto(&theirs, data, GiveFlags::NOSIGNAL, &theirs_to).expect("it is taken");
        let mut buffer = buffer.borrow_mut();
        let (len, _, from) = rustix::net::recvfrom(&theirs, &mut buffer[..], TakeFlags::empty())
            .expect("it is there");
        (len, from)
    });
    let view = socket.within(Limit::NONE);
    let limited = socket.within(LIMIT);
    asker.ask("send_to + recv_from, 64 B", None, vec![ours("ours", view), std(), socket2, rustix]);
    let ways = vec![ours("ours", limited), ours("no limit", view), std()];
    asker.ask("the same under a limit of 5 s", None, ways);
}

fn connected_by_us<'a>(
    whose: &'static str,
    socket: SocketRef<'a, SocketAddr>,
    data: &'a Data,
    buffer: &'a Buffer,
) -> Way<'a> {
    way(whose, data, AT_ONCE, move |data| {
        socket.send(data).expect("loopback takes it");
        socket.recv(&mut *buffer.borrow_mut()).expect("it is there")
    })
}

fn connected(asker: &Asker) {
    let data = [[7_u8; 64]; AT_ONCE];
    let buffer = Buffer::new([0; 2048]);
    let (socket, _) = own(true);
    let ours = |whose, view| connected_by_us(whose, view, &data, &buffer);
    let (theirs, _) = std(true);
    let std = || {
        way("std", &data, AT_ONCE, |data| {
            theirs.send(data).expect("loopback takes it");
            theirs.recv(&mut *buffer.borrow_mut()).expect("it is there")
        })
    };
    let two = socket2::Socket::from(theirs.try_clone().expect("a descriptor"));
    let socket2 = way("socket2", &data, AT_ONCE, |data| {
        two.send(data).expect("loopback takes it");
        two.recv(&mut [MaybeUninit::uninit(); 2048]).expect("it is there")
    });
    let rustix = way("rustix", &data, AT_ONCE, |data| {
        rustix::net::send(&theirs, data, GiveFlags::NOSIGNAL).expect("loopback takes it");
        let mut buffer = buffer.borrow_mut();
        rustix::net::recv(&theirs, &mut buffer[..], TakeFlags::empty()).expect("it is there").1
    });
    let view = socket.within(Limit::NONE);
    let limited = socket.within(LIMIT);
    asker.ask("send + recv, 64 B", None, vec![ours("ours", view), std(), socket2, rustix]);
    let ways = vec![ours("ours", limited), ours("no limit", view), std()];
    asker.ask("the same under a limit of 5 s", None, ways);
}

fn stream(asker: &Asker) {
    let data = [[7_u8; 64]; AT_ONCE];
    let buffer = Buffer::new([0; 2048]);
    let (here, there) = Socket::<UnixAddr>::pair(Type::STREAM).expect("two descriptors");
    let ours = way("ours", &data, AT_ONCE, |data| {
        here.send(data).expect("there is room");
        there.recv(&mut *buffer.borrow_mut()).expect("it is there")
    });
    let (near, far) = UnixStream::pair().expect("two descriptors");
    let two = [&near, &far].map(|one| one.try_clone().expect("a descriptor"));
    let [two, other] = two.map(socket2::Socket::from);
    let std = way("std", &data, AT_ONCE, |data| {
        (&near).write_all(data).expect("there is room");
        (&far).read(&mut *buffer.borrow_mut()).expect("it is there")
    });
    let socket2 = way("socket2", &data, AT_ONCE, |data| {
        two.send(data).expect("there is room");
        other.recv(&mut [MaybeUninit::uninit(); 2048]).expect("it is there")
    });
    let rustix = way("rustix", &data, AT_ONCE, |data| {
        rustix::net::send(&two, data, GiveFlags::NOSIGNAL).expect("there is room");
        let mut buffer = [MaybeUninit::uninit(); 2048];
        rustix::net::recv(&other, &mut buffer, TakeFlags::empty()).expect("it is there").1
    });
    asker.ask("stream send + recv, 64 B", None, vec![ours, std, socket2, rustix]);
}

/// A call that returns, as those of batches do.
#[inline(never)]
fn send_one(socket: &Socket<SocketAddr>, to: &SocketAddr, data: &[u8]) {
    socket.send_to(data, to).expect("loopback takes it");
}

/// Likewise.
#[inline(never)]
fn recv_one(socket: &Socket<SocketAddr>, buffer: &mut [u8]) {
    socket.recv_from(buffer).expect("it is there");
}

/// Datagrams one after the other.
fn one_by_one<'a>(
    data: &'a [u8],
    count: usize,
    socket: &'a Socket<SocketAddr>,
    to: SocketAddr,
) -> Way<'a> {
    let mut buffer = [0; 2048];
    turn("one by one", move || {
        for _ in 0..count {
            send_one(socket, &to, data);
            recv_one(socket, &mut buffer);
        }
        count
    })
}

fn batches(asker: &Asker) {
    let data = [7_u8; 64];
    let pieces = [IoSlice::new(&data)];
    let (single, single_to) = own(false);
    for (question, is_connected, goal) in
        [("32 at once, connected, 64 B", true, 0.72), ("32 at once, addressed, 64 B", false, 0.82)]
    {
        let (socket, to) = own(is_connected);
        let message = Message::new(&pieces);
        let message = if is_connected { message } else { message.to(&to) };
        let messages = [message; AT_ONCE];
        let mut batch = RecvBatch::new(AT_ONCE, 2048, 0);
        let ours = turn("ours", || {
            socket.send_many(&messages, SendFlags::NONE).expect("loopback takes them");
            socket.recv_many(&mut batch, RecvFlags::NONE).expect("they are there");
            batch.messages().filter(|message| message.data.len() == 64).count()
        });
        let one_by_one = one_by_one(&data, AT_ONCE, &single, single_to);
        let mut quinn = Quinn::new();
        // It sends one by one, and receives many.
        let quinn = turn("quinn-udp", move || {
            (0..AT_ONCE).for_each(|_| quinn.send(&data, None));
            quinn.receive(AT_ONCE)
        });
        asker.ask(question, Some(goal), vec![ours, one_by_one, quinn]);
    }
}

fn cut(asker: &Asker, question: &str, size: usize, count: usize, goal: f64) {
    let data = vec![7_u8; size * count];
    let (socket, _) = own(true);
    socket.set(udp::GRO, true).expect("Linux 5.0");
    let (mut buffer, mut control) = (vec![0; 65_535], ControlRoom::new(64));
    let ours = turn("ours", || {
        socket.send_segments(&data, size, None).expect("loopback takes them");
        let mut done = 0;
        while done < count {
            let buffers = &mut [IoSliceMut::new(&mut buffer)];
            let received = socket.recv_msg(buffers, &mut control, RecvFlags::NONE);
            let len = received.expect("it is there").len;
            done += segments(&buffer[..len], &control).filter(|one| one.len() == size).count();
        }
        done
    });
    let (single, to) = own(false);
    let one_by_one = one_by_one(&data[..size], count, &single, to);
    let mut quinn = Quinn::new();
    let quinn = turn("quinn-udp", || {
        quinn.send(&data, Some(size));
        quinn.receive(count)
    });
    asker.ask(question, Some(goal), vec![ours, one_by_one, quinn]);
}

/// A file of a MiB over TCP, in the page cache and sent again and again, as the data of the sends are, to a receiver on another
/// processor. The goal: a third more in the same time. On a busy machine the two wait for each other, and it says nothing.
fn bulk(asker: &Asker, question: &str, goal: Option<f64>) {
    const FILE: usize = 1 << 20;
    const LEN: usize = 16 * FILE;
    let path = Path::new(env!("CARGO_TARGET_TMPDIR")).join("bulk");
    fs::write(&path, vec![7; FILE]).expect("room for a file");
    let file = File::open(&path).expect("just written");
    let data = vec![7; 64 << 10];
    let listener = Socket::bound(Type::STREAM, &near()).expect("a free port");
    listener.listen(1).expect("bound");
    let to = listener.local_addr().expect("its name");
    let here = Socket::connected(Type::STREAM, &to).expect("it listens");
    let (there, _) = listener.accept().expect("it connected");
    let everywhere = sched_getaffinity(None).expect("this thread");
    let own = |first| {
        let mut every = (0..CpuSet::MAX_CPU).filter(|cpu| everywhere.is_set(*cpu));
        let mut set = CpuSet::new();
        set.set(if first { every.next() } else { every.next_back() }.expect("it runs on one"));
        set
    };
    let (first, last) = (own(true), own(false));
    sched_setaffinity(None, &first).expect("one of those it had");
    let receiver = thread::spawn(move || {
        sched_setaffinity(None, &last).expect("one of those it had");
        let (mut buffer, mut left) = (vec![0; 1 << 20], LEN);
        while let Ok(len @ 1..) = there.recv(&mut buffer) {
            left -= len;
            if left == 0 {
                left = LEN;
                there.send(b"!").expect("somebody waits for it");
            }
        }
    });
    let arrived = || here.recv_exact(&mut [0]).expect("the receiver answers");
    let ours = turn("ours", || {
        (0..LEN / FILE).for_each(|_| assert_eq!(here.send_file(&file, ..), Ok(FILE)));
        arrived();
        LEN >> 20
    });
    let sends = turn("send of 64 KiB", || {
        (0..LEN / data.len()).for_each(|_| here.send_all(&data).expect("it is read"));
        arrived();
        LEN >> 20
    });
    asker.ask(question, goal, vec![ours, sends]);
    sched_setaffinity(None, &everywhere).expect("those it had");
    drop(here);
    receiver.join().expect("it ends with the stream");
}

/// The same by quinn-udp, whose sends all have an address and whose receives all join datagrams.
struct Quinn {
    socket: UdpSocket,
    to: SocketAddr,
    state: UdpSocketState,
    buffers: Vec<Vec<u8>>,
}

impl Quinn {
    fn new() -> Self {
        let (socket, to) = std(false);
        let state = UdpSocketState::new((&socket).into()).expect("a socket");
        Self { socket, to, state, buffers: vec![vec![0; 65_535]; AT_ONCE] }
    }

    fn send(&self, contents: &[u8], segment_size: Option<usize>) {
        let transmit =
            Transmit { destination: self.to, ecn: None, contents, segment_size, src_ip: None };
        self.state.try_send((&self.socket).into(), &transmit).expect("loopback takes it");
    }

    /// Receives so many datagrams.
    fn receive(&mut self, count: usize) -> usize {
        let mut metas = [RecvMeta::default(); AT_ONCE];
        let mut done = 0;
        while done < count {
            let mut buffers = self.buffers.iter_mut();
            let mut slices: [IoSliceMut<'_>; AT_ONCE] = core::array::from_fn(|_| {
                IoSliceMut::new(buffers.next().map_or(&mut [], |buffer| buffer))
            });
            let socket = (&self.socket).into();
            let messages = self.state.recv(socket, &mut slices, &mut metas).expect("it is there");
            done +=
                metas[..messages].iter().map(|meta| meta.len.div_ceil(meta.stride)).sum::<usize>();
        }
        done
    }
}
