//! What does a captured frame cost through the ring, beside a receive for each and receives of 32 at once?
//!
//! Frames go over loopback. The kernel's way to the captor is the sender's to pay, so it is asked twice: in CPU time of a receiver
//! whose frames another thread has sent, and in CPU time of a thread that sends and receives. The ring hands a block over when it is full or
//! a millisecond old; that wait costs no CPU time, and is not in these numbers. Needs CAP_NET_RAW and CAP_NET_ADMIN.

#![forbid(unsafe_code)]

use std::io::IoSlice;
use std::sync::mpsc;
use std::thread;

use core::time::Duration;

use berkeley::option::{packet, so};
use berkeley::socket::RecvBatch;
use berkeley::socket::packet::{Ring, RingSize};
use berkeley::{
    EtherType, Interface, Limit, Message, PacketAddr, Protocol, RecvFlags, SendFlags, Socket, Type,
};
use berkeley_benches::{Asker, Way, turn};

/// Frames a turn: fewer than the kernel holds before it looks at them (net.core.netdev_max_backlog, 1000).
const FRAMES: usize = 512;
/// Frames of a receive.
const AT_ONCE: usize = 32;
const LIMIT: Limit<'_> = Limit::seconds(5);
/// For experiments: IEEE 802; one more, that each way has its own.
const ETHERTYPES: [EtherType; 3] =
    [EtherType::new(0x88b5), EtherType::new(0x88b6), EtherType::new(0x88b7)];

fn loopback(ethertype: EtherType) -> PacketAddr {
    PacketAddr::on(Interface::named("lo").expect("every machine has it").index(), ethertype)
}

/// A captor of frames of this ethertype, with room for a turn of them.
fn captor(ethertype: EtherType) -> Socket<PacketAddr> {
    let socket = Socket::open(Type::RAW, Protocol::DEFAULT).expect("CAP_NET_RAW");
    socket.set(so::RCVBUFFORCE, 64 << 20).expect("CAP_NET_ADMIN");
    socket.set(packet::IGNORE_OUTGOING, true).expect("Linux 4.20");
    socket.bind(&loopback(ethertype)).expect("lo is up");
    socket
}

/// Sends a turn's frames.
fn send(socket: &Socket<PacketAddr>, ethertype: EtherType, len: usize) {
    let mut frame = vec![0; len];
    frame[12..14].copy_from_slice(&ethertype.raw().to_be_bytes());
    let pieces = [IoSlice::new(&frame)];
    let messages = [Message::new(&pieces); AT_ONCE];
    for _ in 0..FRAMES / AT_ONCE {
        socket.send_many(&messages, SendFlags::NONE).expect("lo is up");
    }
}

fn sender() -> Socket<PacketAddr> {
    Socket::bound(Type::RAW, &loopback(EtherType::NONE)).expect("CAP_NET_RAW")
}

/// The three ways to receive what `sent` has sent, by the number of the way.
fn ways(len: usize, sent: &dyn Fn(EtherType)) -> Vec<Way<'_>> {
    let [ours, theirs, many] = ETHERTYPES;
    let size = RingSize { blocks: 32, retire: Duration::from_millis(1), ..RingSize::default() };
    let mut ring = Ring::new(Type::RAW, &size).expect("CAP_NET_RAW");
    ring.socket().set(packet::IGNORE_OUTGOING, true).expect("Linux 4.20");
    ring.socket().bind(&loopback(ours)).expect("lo is up");
    let ring = turn("ring", move || {
        sent(ours);
        let mut done = 0;
        while done < FRAMES {
            let block = ring.recv(LIMIT).expect("they were sent");
            done += block.iter().flatten().filter(|frame| frame.bytes.len() == len).count();
        }
        done
    });
    let socket = captor(theirs);
    let mut buffer = [0; 2048];
    let single = turn("recv", move || {
        sent(theirs);
        (0..FRAMES).filter(|_| socket.recv(&mut buffer).expect("they were sent") == len).count()
    });
    let socket = captor(many);
    let mut batch = RecvBatch::new(AT_ONCE, 2048, 0);
    let many = turn("recv_many, 32", move || {
        sent(many);
        let mut done = 0;
        while done < FRAMES {
            socket.recv_many(&mut batch, RecvFlags::NONE).expect("they were sent");
            done += batch.messages().filter(|message| message.data.len() == len).count();
        }
        done
    });
    vec![ring, single, many]
}

fn main() {
    let asker = Asker::from_arguments().in_cpu_time();
    if Socket::<PacketAddr>::open(Type::RAW, Protocol::DEFAULT).is_err() {
        println!("skipped: no packet sockets without CAP_NET_RAW");
        return;
    }
    for len in [64, 1400] {
        let (tell, told) = mpsc::channel::<EtherType>();
        let (done, over) = mpsc::channel();
        let thread = thread::spawn(move || {
            let socket = sender();
            for ethertype in told {
                send(&socket, ethertype, len);
                done.send(()).expect("somebody waits");
            }
        });
        let sent = |ethertype| {
            tell.send(ethertype).expect("the sender runs");
            over.recv().expect("it has sent");
        };
        asker.ask(&format!("receive a frame, {len} B"), None, ways(len, &sent));
        drop(tell);
        thread.join().expect("it ends");
        let socket = sender();
        let sent = |ethertype| send(&socket, ethertype, len);
        asker.ask(&format!("send and receive a frame, {len} B"), None, ways(len, &sent));
    }
}
