//! Packet sockets on a veth pair of the test's own: the ring, fanout, auxiliary data, time stamps, memberships, statistics.

mod network;

use core::time::Duration;
use std::collections::BTreeSet;
use std::io::IoSliceMut;
use std::process::Command;
use std::thread;
use std::time::{Instant, SystemTime};

use berkeley_addr::{EtherType, PacketAddr, PacketType, Protocol, Type};
use berkeley_socket::control::{self, ControlRoom};
use berkeley_socket::netlink::Rtnetlink;
use berkeley_socket::option::{
    Fanout, FanoutFlags, FanoutMode, Flag, PacketGroup, SockOpt, packet,
};
use berkeley_socket::packet::{Filter, Ring, RingSize};
use berkeley_socket::{CancelToken, Errno, Error, Kind, Limit, RecvFlags, Socket};

use network::{cable, in_a_network, unless_skipped};

const LIMIT: Limit<'static> = Limit::seconds(20);
/// For experiments: IEEE 802.
const EXPERIMENT: EtherType = EtherType::new(0x88b5);
/// `SO_TIMESTAMPNS`, old and new alike: a `struct timespec` with each packet.
const TIMESTAMPNS: SockOpt<Flag> = SockOpt::plain(1, 35);

/// Two ends of a cable in a network of the test's own, and a socket that sends at the first.
fn on_a_cable(test: impl FnOnce(&Socket<PacketAddr>, u32) + Send) {
    unless_skipped(in_a_network(|| {
        let [near, far] = cable()?;
        let sender = Socket::bound(Type::RAW, &PacketAddr::on(near, EtherType::NONE)).unwrap();
        test(&sender, far);
        Ok(())
    }));
}

/// Frame number `i`, of some length.
fn frame(i: u32) -> Vec<u8> {
    let mut frame = vec![0xff; 6];
    frame.extend([2, 0, 0, 0, 0, 1]);
    frame.extend(EXPERIMENT.raw().to_be_bytes());
    frame.extend(i.to_be_bytes());
    frame.resize(60 + usize::try_from(i).unwrap() * 7 % 1400, 0xa5);
    frame
}

fn number(frame: &[u8]) -> u32 {
    u32::from_be_bytes(*frame[14..].first_chunk().unwrap())
}

fn ring(ty: Type, size: &RingSize, far: u32) -> Ring {
    let ring = Ring::new(ty, size).unwrap();
    ring.socket().bind(&PacketAddr::on(far, EXPERIMENT)).unwrap();
    ring
}

/// Every frame comes once, in order, whole, with who, when and where, through a ring that is gone around many times.
#[test]
fn the_ring_gives_what_was_sent() {
    on_a_cable(|sender, far| {
        for (ty, header) in [(Type::RAW, 14), (Type::DGRAM, 0)] {
            let size = RingSize { block: 8192, blocks: 4, ..RingSize::default() };
            let mut ring = ring(ty, &size, far);
            let began = SystemTime::now() - Duration::from_secs(1);
            let (mut next, mut sequence, mut blocks) = (0, None, 0);
            while next < 600 {
                for i in next..(next + 12).min(600) {
                    sender.send(&frame(i)).unwrap();
                }
                let goal = (next + 12).min(600);
                while next < goal {
                    let block = ring.recv(LIMIT).unwrap();
                    blocks += 1;
                    assert!(sequence.is_none_or(|before: u64| block.sequence() == before + 1));
                    sequence = Some(block.sequence());
                    assert!(!block.is_losing());
                    for got in &block {
                        let got = got.unwrap();
                        let sent = frame(next);
                        assert_eq!(got.bytes, &sent[14 - header..], "frame {next}");
                        assert_eq!(usize::try_from(got.len), Ok(got.bytes.len()));
                        assert!(!got.is_cut() && !got.is_copied() && got.network == header);
                        assert!(got.time > began && got.time < SystemTime::now());
                        assert_eq!((got.from.index, got.from.protocol), (far, EXPERIMENT));
                        assert_eq!(got.from.packet_type, PacketType::BROADCAST);
                        assert_eq!(&*got.from.address, [2, 0, 0, 0, 0, 1]);
                        assert_eq!((got.vlan, got.hash), (None, 0));
                        next += 1;
                    }
                }
            }
            assert!(blocks > 40, "{blocks}");
            let seen = ring.socket().get(packet::STATISTICS).unwrap();
            assert_eq!((seen.packets, seen.drops, seen.freezes), (600, 0, Some(0)));
        }
    });
}

#[test]
fn the_ring_tells_tags_hashes_and_what_was_cut() {
    on_a_cable(|sender, far| {
        let mut ring =
            Ring::new(Type::RAW, &RingSize { hash: true, ..RingSize::default() }).unwrap();
        let wanted = Filter::vlan(5).or(Filter::ethertype(EXPERIMENT));
        ring.socket().attach_filter(&wanted.program_keeping(40).unwrap()).unwrap();
        ring.socket().bind(&PacketAddr::on(far, EtherType::ALL)).unwrap();
        let tagged = |tag: u16| {
            let mut tagged = frame(1);
            tagged.splice(12..12, [[0x81, 0], tag.to_be_bytes()].concat());
            tagged
        };
        sender.send(&tagged(0x2006)).unwrap(); // still of that ethertype, behind the tag
        sender.send(&tagged(0xa005)).unwrap();
        let mut other = frame(2);
        other[12] = 0x99;
        sender.send(&other).unwrap(); // not wanted
        sender.send(&frame(3)).unwrap();
        let mut got = Vec::new();
        while got.len() < 3 {
            let block = ring.recv(LIMIT).unwrap();
            for frame in block.iter().map(Result::unwrap) {
                assert!(frame.is_cut() && frame.bytes.len() == 40);
                got.push((frame.vlan, frame.len, number(frame.bytes), frame.hash != 0));
            }
        }
        let [one, three] = [1, 3].map(|i| u32::try_from(frame(i).len()).unwrap());
        assert_eq!(got[0], (Some((0x2006, EtherType::VLAN)), one, 1, got[0].3));
        assert_eq!(got[1], (Some((0xa005, EtherType::VLAN)), one, 1, got[1].3));
        assert_eq!(got[2], (None, three, 3, got[2].3));
        assert!(got.iter().all(|frame| frame.3), "hashes were asked for");
    });
}

/// What does not fit while the program holds the blocks is lost, and counted; then it goes on.
#[test]
fn a_full_ring_says_what_it_lost() {
    on_a_cable(|sender, far| {
        let size =
            RingSize { block: 4096, blocks: 2, retire: Duration::from_millis(1), hash: false };
        let mut ring = ring(Type::RAW, &size, far);
        let long = |i: u32| [&frame(i)[..60], &[0; 1000]].concat();
        sender.send(&long(0)).unwrap();
        let held = ring.recv(LIMIT).unwrap();
        for i in 1..30 {
            sender.send(&long(i)).unwrap();
        }
        assert_eq!(held.iter().flatten().map(|frame| number(frame.bytes)).collect::<Vec<_>>(), [0]);
        drop(held);
        let block = ring.recv(LIMIT).unwrap();
        let mut numbers: Vec<_> = block.iter().flatten().map(|frame| number(frame.bytes)).collect();
        drop(block);
        let seen = ring.socket().get(packet::STATISTICS).unwrap();
        assert!(seen.packets == 30 && seen.drops > 20 && seen.freezes > Some(0), "{seen:?}");
        sender.send(&long(100)).unwrap();
        while numbers.last() != Some(&100) {
            let block = ring.recv(LIMIT).unwrap();
            numbers.extend(block.iter().flatten().map(|frame| number(frame.bytes)));
        }
        // Those that came in before it was full, in order, and the new one.
        assert_eq!(numbers.len(), 30 - usize::try_from(seen.drops).unwrap());
        assert!(numbers.is_sorted(), "{numbers:?}");
    });
}

#[test]
fn a_wait_for_the_ring_ends() {
    on_a_cable(|sender, far| {
        let mut ring = ring(Type::RAW, &RingSize::default(), far);
        let began = Instant::now();
        let late = ring.recv(Limit::within(Duration::from_millis(50))).map(drop);
        assert_eq!(late.map_err(Error::kind), Err(Kind::TimedOut));
        assert!(began.elapsed() >= Duration::from_millis(50));
        let once = ring.recv(Limit::within(Duration::ZERO)).map(drop);
        assert_eq!(once.map_err(Error::kind), Err(Kind::TimedOut));
        let token = CancelToken::new().unwrap();
        thread::scope(|scope| {
            scope.spawn(|| {
                thread::sleep(Duration::from_millis(20));
                token.cancel();
            });
            let ended = ring.recv(LIMIT.cancelled_by(&token)).map(drop);
            assert_eq!(ended.map_err(Error::kind), Err(Kind::Cancelled));
        });
        // The interface goes, and comes again.
        let mut route = Rtnetlink::open().unwrap();
        route.set_down(far).unwrap();
        let gone = ring.recv(LIMIT).map(drop);
        assert_eq!(gone.map_err(Error::errno), Err(Some(Errno::NETDOWN)));
        let late = ring.recv(Limit::within(Duration::from_millis(20))).map(drop);
        assert_eq!(late.map_err(Error::kind), Err(Kind::TimedOut), "said once");
        route.set_up(far).unwrap();
        // The cable takes a moment to be one again.
        let found = (0..200).any(|_| {
            let _ = sender.send(&frame(9));
            let soon = Limit::within(Duration::from_millis(50));
            let block = ring.recv(soon).ok();
            block.is_some_and(|block| block.iter().flatten().all(|frame| number(frame.bytes) == 9))
        });
        assert!(found);
    });
}

#[test]
fn rings_that_cannot_be() {
    unless_skipped(in_a_network(|| {
        let whole = RingSize::default();
        for (size, errno) in [
            (RingSize { block: 1000, ..whole }, Errno::INVAL),
            (RingSize { block: 0, ..whole }, Errno::INVAL),
            (RingSize { blocks: 0, ..whole }, Errno::INVAL),
            (RingSize { block: 1 << 31, ..whole }, Errno::INVAL),
            (RingSize { retire: Duration::MAX, ..whole }, Errno::INVAL),
        ] {
            let refused = Ring::new(Type::RAW, &size).map(drop).map_err(Error::errno);
            assert_eq!(refused, Err(Some(errno)), "{size:?}");
        }
        let ring = Ring::new(Type::RAW, &whole).unwrap();
        // While it is mapped nobody changes its form.
        let socket = ring.socket();
        assert_eq!(socket.set(packet::VERSION, 0).map_err(Error::errno), Err(Some(Errno::BUSY)));
        let none = berkeley_socket::option::PacketRing {
            block_size: 0,
            blocks: 0,
            frame_size: 0,
            frames: 0,
        };
        let refused = socket.set(packet::RX_RING, none).map_err(Error::errno);
        assert!(matches!(refused, Err(Some(Errno::BUSY | Errno::INVAL))), "{refused:?}");
        Ok(())
    }));
}

/// The sockets of a group see each frame once.
#[test]
fn a_group_shares_the_load() {
    let rows = [
        (Fanout::new(1, FanoutMode::LB), 2),
        (Fanout::new(2, FanoutMode::HASH), 1),
        (Fanout::new(3, FanoutMode::CPU), 0),
        (Fanout::new(4, FanoutMode::ROLLOVER), 1),
        (Fanout::new(5, FanoutMode::RND), 2),
        (Fanout::new(6, FanoutMode::QM).with(FanoutFlags::ROLLOVER), 0),
        (Fanout::new(0, FanoutMode::LB).with(FanoutFlags::UNIQUEID), 2),
    ];
    on_a_cable(|sender, far| {
        for (group, sharing) in rows {
            let open = || Socket::bound(Type::RAW, &PacketAddr::on(far, EXPERIMENT)).unwrap();
            let sockets = [open(), open()];
            sockets[0].set(packet::FANOUT, group).unwrap();
            let made = sockets[0].get(packet::FANOUT).unwrap();
            assert_eq!(made.mode, group.mode);
            // The number that the kernel chose is a number like any other.
            let known = Fanout::new(made.group, group.mode);
            let flags = group.flags;
            let unique = flags == FanoutFlags::UNIQUEID;
            sockets[1].set(packet::FANOUT, if unique { known } else { group }).unwrap();
            let other = Fanout::new(made.group, FanoutMode::new(group.mode.raw() ^ 1));
            let refused = open().set(packet::FANOUT, other).map_err(Error::errno);
            assert_eq!(refused, Err(Some(Errno::INVAL)), "one group, one mode");
            for i in 0..100 {
                sender.send(&frame(i)).unwrap();
            }
            let mut seen = BTreeSet::new();
            let mut counts = [0, 0];
            let mut buffer = [0; 2048];
            let began = Instant::now();
            while seen.len() < 100 && began.elapsed() < Duration::from_secs(20) {
                for (socket, count) in sockets.iter().zip(&mut counts) {
                    let soon = socket.within(Limit::within(Duration::from_millis(1)));
                    while let Ok(len) = soon.recv(&mut buffer) {
                        assert!(seen.insert(number(&buffer[..len])), "twice");
                        *count += 1;
                    }
                }
            }
            assert_eq!(seen.len(), 100, "{group:?}");
            match sharing {
                2 => assert!(counts.iter().all(|count| *count > 20), "{group:?}: {counts:?}"),
                1 => assert!(counts.contains(&100), "{group:?}: {counts:?}"),
                _ => {}
            }
        }
    });
}

#[test]
fn auxiliary_data_and_time_stamps() {
    on_a_cable(|sender, far| {
        let socket = Socket::bound(Type::RAW, &PacketAddr::on(far, EtherType::ALL)).unwrap();
        socket.set(packet::AUXDATA, true).unwrap();
        socket.set(TIMESTAMPNS, true).unwrap();
        let began = SystemTime::now() - Duration::from_secs(1);
        let mut tagged = frame(1);
        tagged.splice(12..12, [0x88, 0xa8, 0x20, 0x07]);
        sender.send(&tagged).unwrap();
        let (mut buffer, mut room) = ([0; 40], ControlRoom::new(128));
        let buffers = &mut [IoSliceMut::new(&mut buffer)];
        let received = socket.within(LIMIT).recv_msg(buffers, &mut room, RecvFlags::NONE).unwrap();
        assert!(received.is_truncated() && received.len == 40);
        let data = room.get(control::packet::AUXDATA).unwrap();
        let len = u32::try_from(frame(1).len()).unwrap();
        assert_eq!((data.len, data.captured, data.mac, data.network), (len, len, 0, 14));
        assert_eq!((data.vlan, data.vlan_protocol), (Some(0x2007), Some(0x88a8)));
        let time = room.get(control::so::TIMESTAMPNS).unwrap();
        assert!(time > began && time < SystemTime::now(), "{time:?}");
    });
}

#[test]
fn memberships_are_the_interfaces() {
    on_a_cable(|_, far| {
        let shown = |words: &[&str]| {
            let output = Command::new("ip").args(words).output().unwrap();
            String::from_utf8(output.stdout).unwrap()
        };
        let socket = Socket::<PacketAddr>::open(Type::RAW, Protocol::DEFAULT).unwrap();
        let group = [0x01, 0x00, 0x5e, 0x01, 0x02, 0x03];
        for (membership, words, sign) in [
            (PacketGroup::Promiscuous(far), &["-d", "link", "show", "far"][..], "promiscuity 1"),
            (PacketGroup::AllMulticast(far), &["-d", "link", "show", "far"], "allmulti 1"),
            (PacketGroup::Multicast(far, group), &["maddr", "show", "far"], "01:00:5e:01:02:03"),
        ] {
            assert!(!shown(words).contains(sign));
            socket.set(packet::ADD_MEMBERSHIP, membership).unwrap();
            assert!(shown(words).contains(sign), "{membership:?}: {}", shown(words));
            socket.set(packet::DROP_MEMBERSHIP, membership).unwrap();
            assert!(!shown(words).contains(sign), "{membership:?}");
        }
        socket.set(packet::ADD_MEMBERSHIP, PacketGroup::Promiscuous(far)).unwrap();
        drop(socket);
        assert!(
            !shown(&["-d", "link", "show", "far"]).contains("promiscuity 1"),
            "it ends with the socket"
        );
    });
}

/// A queue that is full loses packets and says how many; the socket goes on.
#[test]
fn a_full_queue_says_what_it_lost() {
    on_a_cable(|sender, far| {
        use berkeley_socket::option::so;
        let socket = Socket::bound(Type::RAW, &PacketAddr::on(far, EXPERIMENT)).unwrap();
        socket.set(so::RCVBUF, 4096).unwrap();
        for i in 0..200 {
            sender.send(&frame(i)).unwrap();
        }
        let mut buffer = [0; 2048];
        let soon = socket.within(Limit::within(Duration::from_millis(200)));
        let mut got = 0_u32;
        while soon.recv(&mut buffer).is_ok() {
            got += 1;
        }
        let seen = socket.get(packet::STATISTICS).unwrap();
        assert!(got > 0 && got < 200, "{got}");
        assert_eq!((seen.packets, seen.drops, seen.freezes), (200, 200 - got, None));
        let again = socket.get(packet::STATISTICS).unwrap();
        assert_eq!((again.packets, again.drops), (0, 0), "reading begins anew");
    });
}
