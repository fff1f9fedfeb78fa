//! Whole messages against the kernel: each kind of control message that this machine can make, descriptors, the error queue,
//! batches, segments, sends without a copy. `--nocapture` prints the rows, and what was skipped and why.
//!
//! One test, because some of it counts this process's descriptors.

#![forbid(unsafe_code)]
#![allow(missing_docs)]
#![allow(clippy::unnecessary_wraps, reason = "one type for all rows")]

use core::net::{Ipv4Addr, Ipv6Addr, SocketAddr};
use core::time::Duration;
use std::fs::File;
use std::io::{IoSlice, IoSliceMut};
use std::os::fd::{AsFd, OwnedFd};
use std::time::SystemTime;

use berkeley_addr::{EtherType, NetlinkAddr, PacketAddr, UnixAddr};
use berkeley_socket::control::{
    Content, ControlData, ControlKind, ControlRoom, Pktinfo4, Pktinfo6, ip, ipv6, netlink, packet,
    so, tcp,
};
use berkeley_socket::option::{self, Flag, Integer, SockOpt};
use berkeley_socket::{
    Address, BACKLOG, Errno, Error, Interface, Kind, Limit, Message, Protocol, QueuedEvent,
    Received, ReceivedFlags, RecvBatch, RecvFlags, Socket, Stage, Type,
};

mod batch;

type Show = fn() -> Result<(), String>;

const ROWS: &[(&str, Show)] = &[
    ("IP_TTL, IP_TOS, IP_PKTINFO, there and back", ipv4),
    ("IPV6_HOPLIMIT, IPV6_TCLASS, IPV6_PKTINFO, there and back", ipv6_),
    ("IPV6_HOPOPTS, IPV6_DSTOPTS", extension_headers),
    ("IP_ORIGDSTADDR, IPV6_ORIGDSTADDR", original_destination),
    ("SCM_TIMESTAMP, _TIMESTAMPNS, _TIMESTAMPING", timestamps),
    ("SO_RXQ_OVFL", drops),
    ("SO_MARK, SO_PRIORITY", marks),
    ("SCM_CREDENTIALS", credentials),
    ("SCM_PIDFD", pidfd),
    ("TCP_CM_INQ", left_to_receive),
    ("PACKET_AUXDATA", auxdata),
    ("NETLINK_PKTINFO", netlink_group),
    ("SCM_TXTIME", departure),
    ("raw messages, unknown kinds, several at once", raw),
    ("what is cut is said", cut),
    ("descriptors by send_fds and recv_fds", descriptors),
    ("the error queue: ICMP and ICMPv6", refused),
    ("the error queue: transmit time stamps", sent),
    ("a full error queue, and data", queue_beside_data),
    ("batches with addresses and control messages", batch::batch),
    ("a batch that stops", batch::batch_stops),
    ("a batch of more than one call", batch::long_batch),
    ("an error behind a batch", batch::batch_then_error),
    ("a batch's descriptors", batch::batch_descriptors),
    ("segments: cut, joined, nothing lost", batch::gso),
    ("segments where the kernel does not cut", batch::gso_refused),
    ("a buffer that is sent without a copy", batch::zero_copy),
    ("and its limits", batch::zero_copy_limits),
    ("and one that is dropped while it is out", batch::zero_copy_dropped),
];

const LIMIT: Limit<'static> = Limit::seconds(10);

fn flag(level: i32, number: i32) -> SockOpt<Flag> {
    SockOpt::plain(level, number)
}

fn udp_pair(ip: &str) -> Result<(Socket<SocketAddr>, Socket<SocketAddr>), String> {
    let any = SocketAddr::parse(&format!("{ip}:0")).unwrap();
    let there = Socket::bound(Type::DGRAM, &any).map_err(lacks("an IP family"))?;
    let here = Socket::bound(Type::DGRAM, &any).unwrap();
    here.connect(&there.local_addr().unwrap()).unwrap();
    Ok((here, there))
}

/// Why a row cannot be shown here: the error must say that something is lacking.
fn lacks(what: &'static str) -> impl Fn(Error) -> String {
    move |error| {
        let lacking = matches!(
            error.errno(),
            Some(
                Errno::PERM
                    | Errno::ACCESS
                    | Errno::NOPROTOOPT
                    | Errno::OPNOTSUPP
                    | Errno::AFNOSUPPORT
                    | Errno::ADDRNOTAVAIL
            )
        );
        assert!(lacking, "{what}: {error}");
        format!("{what}: {error}")
    }
}

/// What a message that is sent so brings with it.
fn arrive<A: Address, B: Address>(
    here: &Socket<A>,
    control: &ControlData<'_>,
    there: &Socket<B>,
) -> (ControlRoom, Received<B>) {
    try_arrive(here, control, there).unwrap()
}

fn try_arrive<A: Address, B: Address>(
    here: &Socket<A>,
    control: &ControlData<'_>,
    there: &Socket<B>,
) -> berkeley_socket::Result<(ControlRoom, Received<B>)> {
    let data = [IoSlice::new(b"hello")];
    here.send_msg(&Message::new(&data).with(control))?;
    let (mut buffer, mut room) = ([0; 16], ControlRoom::new(512));
    let view = there.within(LIMIT);
    let received =
        view.recv_msg(&mut [IoSliceMut::new(&mut buffer)], &mut room, RecvFlags::NONE).unwrap();
    assert_eq!(&buffer[..received.len], b"hello");
    assert!(!received.is_control_truncated() && !received.is_truncated());
    Ok((room, received))
}

/// A kind that is sent as this value comes as that one, once an option asks for it.
fn round<C: Content>(
    (here, there): &(Socket<SocketAddr>, Socket<SocketAddr>),
    ask: SockOpt<Flag>,
    kind: ControlKind<C>,
    value: C::Value<'_>,
    check: impl FnOnce(C::Value<'_>),
) {
    there.set(ask, true).unwrap();
    let mut control = ControlData::new();
    control.push(kind, value).unwrap();
    let (room, _) = arrive(here, &control, there);
    check(room.get(kind).unwrap_or_else(|| panic!("{kind:?} in {room:?}")));
    there.set(ask, false).unwrap();
}

fn ipv4() -> Result<(), String> {
    let pair = udp_pair("127.0.0.1")?;
    round(&pair, flag(0, 12), ip::TTL, 7, |ttl| assert_eq!(ttl, 7));
    round(&pair, flag(0, 13), ip::TOS, 0x28, |tos| assert_eq!(tos, 0x28));
    let source = Ipv4Addr::new(127, 0, 0, 9);
    let info = Pktinfo4 { interface: 0, local: source, destination: source };
    let lo = Interface::named("lo").unwrap().index();
    round(&pair, flag(0, 8), ip::PKTINFO, info, |info| {
        assert_eq!(
            info,
            Pktinfo4 {
                interface: lo,
                local: Ipv4Addr::LOCALHOST,
                destination: Ipv4Addr::LOCALHOST
            }
        );
    });
    // The source address was the one asked for.
    let mut control = ControlData::new();
    control.push(ip::PKTINFO, info).unwrap();
    let (_, received) = arrive(&pair.0, &control, &pair.1);
    assert_eq!(received.from.map(|from| from.ip()), Some(source.into()));
    Ok(())
}

fn ipv6_() -> Result<(), String> {
    let pair = udp_pair("[::1]")?;
    round(&pair, flag(41, 51), ipv6::HOPLIMIT, 9, |hops| assert_eq!(hops, 9));
    round(&pair, flag(41, 66), ipv6::TCLASS, 0x48, |class| assert_eq!(class, 0x48));
    let lo = Interface::named("lo").unwrap().index();
    let info = Pktinfo6 { address: Ipv6Addr::LOCALHOST, interface: lo };
    round(&pair, flag(41, 49), ipv6::PKTINFO, info, |came| assert_eq!(came, info));
    Ok(())
}

fn extension_headers() -> Result<(), String> {
    let pair = udp_pair("[::1]")?;
    // Next header, length in eights less one, PadN of four bytes.
    let options = [0, 0, 1, 4, 0, 0, 0, 0];
    for (ask, kind) in [(53, ipv6::HOPOPTS), (58, ipv6::DSTOPTS)] {
        let mut control = ControlData::new();
        control.push(kind, &options).unwrap();
        pair.1.set(flag(41, ask), true).unwrap();
        let (room, _) = try_arrive(&pair.0, &control, &pair.1).map_err(lacks("CAP_NET_RAW"))?;
        let came = room.get(kind).expect("the header");
        // The kernel fills the next header in.
        assert_eq!(came[1..], options[1..]);
    }
    Ok(())
}

fn original_destination() -> Result<(), String> {
    let pair = udp_pair("127.0.0.1")?;
    pair.1.set(flag(0, 20), true).unwrap();
    let (room, _) = arrive(&pair.0, &ControlData::new(), &pair.1);
    assert_eq!(room.get(ip::ORIGDSTADDR).map(SocketAddr::from), pair.1.local_addr().ok());
    let pair = udp_pair("[::1]")?;
    pair.1.set(flag(41, 74), true).unwrap();
    let (room, _) = arrive(&pair.0, &ControlData::new(), &pair.1);
    assert_eq!(room.get(ipv6::ORIGDSTADDR).map(SocketAddr::from), pair.1.local_addr().ok());
    Ok(())
}

fn timestamps() -> Result<(), String> {
    let now = |time: Option<SystemTime>| {
        let time = time.expect("a time");
        let apart = SystemTime::now().duration_since(time).unwrap_or_else(|error| error.duration());
        assert!(apart < Duration::from_secs(60), "{apart:?}");
    };
    let pair = udp_pair("127.0.0.1")?;
    pair.1.set(flag(1, 29), true).unwrap();
    now(arrive(&pair.0, &ControlData::new(), &pair.1).0.get(so::TIMESTAMP));
    pair.1.set(flag(1, 35), true).unwrap();
    now(arrive(&pair.0, &ControlData::new(), &pair.1).0.get(so::TIMESTAMPNS));
    // SOF_TIMESTAMPING_RX_SOFTWARE | SOF_TIMESTAMPING_SOFTWARE
    pair.1.set(SockOpt::<Integer>::plain(1, 37), 1 << 3 | 1 << 4).unwrap();
    let (room, _) = arrive(&pair.0, &ControlData::new(), &pair.1);
    let times = room.get(so::TIMESTAMPING).expect("times");
    now(times.software);
    assert_eq!(times.hardware, None);
    Ok(())
}

fn drops() -> Result<(), String> {
    let (here, there) = udp_pair("127.0.0.1")?;
    there.set(flag(1, 40), true).unwrap();
    there.set(option::so::RCVBUF, 2304).unwrap();
    for _ in 0..200 {
        here.send(&[0; 500]).unwrap();
    }
    let (mut buffer, mut room) = ([0; 500], ControlRoom::new(64));
    let mut came = 0;
    let mut receive = |room: &mut ControlRoom| {
        there.recv_msg(&mut [IoSliceMut::new(&mut buffer)], room, RecvFlags::DONTWAIT)
    };
    while receive(&mut room).is_ok() {
        came += 1;
    }
    // What was dropped before is said with the next packet that comes.
    here.send(b"last").unwrap();
    receive(&mut room).unwrap();
    assert_eq!(room.get(so::RXQ_OVFL), Some(200 - came));
    assert!(came < 200);
    Ok(())
}

fn marks() -> Result<(), String> {
    let (here, there) = udp_pair("127.0.0.1")?;
    there.set(flag(1, 75), true).map_err(lacks("SO_RCVMARK needs Linux 5.19"))?;
    let mut control = ControlData::new();
    control.push(so::MARK, 42).unwrap();
    let (room, _) = try_arrive(&here, &control, &there).map_err(lacks("SO_MARK"))?;
    assert_eq!(room.get(so::MARK), Some(42));
    there.set(flag(1, 82), true).map_err(lacks("SO_RCVPRIORITY needs Linux 6.14"))?;
    let mut control = ControlData::new();
    control.push(so::PRIORITY, 3).unwrap();
    let (room, _) = arrive(&here, &control, &there);
    assert_eq!(room.get(so::PRIORITY), Some(3));
    Ok(())
}

fn credentials() -> Result<(), String> {
    let (here, there) = Socket::<UnixAddr>::pair(Type::STREAM).unwrap();
    there.set(option::so::PASSCRED, true).unwrap();
    let (room, _) = arrive(&here, &ControlData::new(), &there);
    let who = room.get(so::CREDENTIALS).expect("credentials");
    assert_eq!(who.pid, i32::try_from(std::process::id()).ok());
    let mut control = ControlData::new();
    control.push(so::CREDENTIALS, who).unwrap();
    let (room, _) = arrive(&here, &control, &there);
    assert_eq!(room.get(so::CREDENTIALS), Some(who));
    Ok(())
}

fn pidfd() -> Result<(), String> {
    let (here, there) = Socket::<UnixAddr>::pair(Type::DGRAM).unwrap();
    there.set(flag(1, 76), true).map_err(lacks("SO_PASSPIDFD needs Linux 6.5"))?;
    let (mut room, _) = arrive(&here, &ControlData::new(), &there);
    let fd = room.take_pidfd().expect("a descriptor");
    assert!(room.take_pidfd().is_none());
    let link = format!("/proc/self/fdinfo/{}", std::os::fd::AsRawFd::as_raw_fd(&fd));
    let info = std::fs::read_to_string(link).unwrap();
    assert!(info.contains(&format!("Pid:\t{}\n", std::process::id())), "{info}");
    Ok(())
}

fn tcp_pair() -> (Socket<SocketAddr>, Socket<SocketAddr>) {
    let any = SocketAddr::from(([127, 0, 0, 1], 0));
    let server = Socket::listening(Type::STREAM, &any, BACKLOG).unwrap();
    let client = Socket::connected(Type::STREAM, &server.local_addr().unwrap()).unwrap();
    (client, server.accept().unwrap().0)
}

fn left_to_receive() -> Result<(), String> {
    let (here, there) = tcp_pair();
    there.set(flag(6, 36), true).map_err(lacks("TCP_INQ"))?;
    here.send_all(&[1; 100]).unwrap();
    there.within(LIMIT).recv_with(&mut [0; 100], RecvFlags::PEEK | RecvFlags::WAITALL).unwrap();
    let (mut buffer, mut room) = ([0; 30], ControlRoom::new(64));
    let buffers = &mut [IoSliceMut::new(&mut buffer)];
    let received = there.recv_msg(buffers, &mut room, RecvFlags::NONE).unwrap();
    assert_eq!((received.len, received.from, room.get(tcp::CM_INQ)), (30, None, Some(70)));
    Ok(())
}

fn auxdata() -> Result<(), String> {
    let lo = Interface::named("lo").unwrap().index();
    let tap = Socket::bound(Type::DGRAM, &PacketAddr::on(lo, EtherType::IP))
        .map_err(lacks("packet sockets"))?;
    tap.set(flag(263, 8), true).unwrap();
    let (here, _there) = udp_pair("127.0.0.1")?;
    here.send(&[0x5a; 333]).unwrap();
    let (mut buffer, mut room) = ([0; 100], ControlRoom::new(128));
    for _ in 0..1000 {
        let buffers = &mut [IoSliceMut::new(&mut buffer)];
        let received = tap.within(LIMIT).recv_msg(buffers, &mut room, RecvFlags::NONE).unwrap();
        let aux = room.get(packet::AUXDATA).expect("what is known of it");
        if aux.len == 20 + 8 + 333 && buffer[28] == 0x5a {
            assert_eq!((aux.captured, aux.vlan), (aux.len, None));
            // Cut, as the answer says.
            assert_eq!((received.len, received.is_truncated()), (100, true));
            // The kernel refuses MSG_CMSG_CLOEXEC here, which other receives do without.
            here.send(b"x").unwrap();
            let mut batch = RecvBatch::new(4, 64, 128);
            assert!(tap.within(LIMIT).recv_many(&mut batch, RecvFlags::NONE).is_ok());
            here.send(b"x").unwrap();
            assert!(tap.within(LIMIT).recv_vectored(&mut [IoSliceMut::new(&mut [0; 64])]).is_ok());
            return Ok(());
        }
    }
    panic!("the packet did not pass")
}

fn netlink_group() -> Result<(), String> {
    let socket = Socket::<NetlinkAddr>::open(Type::RAW, Protocol::NETLINK_USERSOCK).unwrap();
    socket.bind(&NetlinkAddr::new(0, 1)).map_err(lacks("a netlink group"))?;
    socket.set(flag(270, 3), true).unwrap();
    let sender = Socket::<NetlinkAddr>::open(Type::RAW, Protocol::NETLINK_USERSOCK).unwrap();
    // ECONNREFUSED tells of the kernel's own socket, which USERSOCK has none of.
    let _ = sender.send_to(b"hello", &NetlinkAddr::new(0, 1));
    let (mut buffer, mut room) = ([0; 16], ControlRoom::new(64));
    let buffers = &mut [IoSliceMut::new(&mut buffer)];
    let received = socket.within(LIMIT).recv_msg(buffers, &mut room, RecvFlags::NONE).unwrap();
    assert_eq!((received.len, room.get(netlink::PKTINFO)), (5, Some(1)));
    Ok(())
}

fn departure() -> Result<(), String> {
    let (here, there) = udp_pair("127.0.0.1")?;
    let mut control = ControlData::new();
    control.push(so::TXTIME, Duration::from_secs(1)).unwrap();
    // Without SO_TXTIME it is an error, so the kernel has understood it.
    let refused = try_arrive(&here, &control, &there).map(drop);
    assert_eq!(refused.map_err(Error::errno), Err(Some(Errno::INVAL)));
    assert!(ControlData::new().push(so::TXTIME, Duration::MAX).is_err());
    Ok(())
}

/// A kind of this program's own.
const TTL_AS_BYTES: ControlKind<berkeley_socket::control::Raw> = ControlKind::new(0, 2);

fn raw() -> Result<(), String> {
    let pair = udp_pair("127.0.0.1")?;
    for ask in [flag(0, 12), flag(0, 13), flag(0, 8), flag(1, 35)] {
        pair.1.set(ask, true).unwrap();
    }
    let mut control = ControlData::new();
    control.push_raw(0, 2, &7_i32.to_ne_bytes()).unwrap();
    control.push(ip::TOS, 4).unwrap();
    let (room, _) = arrive(&pair.0, &control, &pair.1);
    let mut kinds: Vec<_> = room.messages().map(|message| (message.level, message.kind)).collect();
    kinds.sort_unstable();
    assert_eq!(kinds, [(0, 1), (0, 2), (0, 8), (1, 35)]);
    assert_eq!(room.get(TTL_AS_BYTES), Some(&7_i32.to_ne_bytes()[..]));
    let mut unknown = ControlData::new();
    unknown.push_raw(0, 9999, &[]).unwrap();
    assert!(try_arrive(&pair.0, &unknown, &pair.1).is_err());
    let refused = ControlData::new().push_raw(1, 1, &[0; 4]).map(drop);
    assert_eq!(refused.map_err(Error::errno), Err(Some(Errno::INVAL)));
    // The memory is used again.
    control.clear();
    let (room, _) = arrive(&pair.0, &control, &pair.1);
    assert_eq!((room.get(ip::TTL), room.get(ip::TOS)), (Some(64), Some(0)));
    Ok(())
}

fn cut() -> Result<(), String> {
    let (here, there) = udp_pair("127.0.0.1")?;
    there.set(flag(0, 12), true).unwrap();
    for (size, room, flags) in [
        (8, 64, ReceivedFlags::NONE),
        (3, 64, ReceivedFlags::TRUNC),
        (8, 0, ReceivedFlags::CTRUNC),
        (0, 8, ReceivedFlags::TRUNC | ReceivedFlags::CTRUNC),
    ] {
        here.send(b"hello").unwrap();
        let (mut buffer, mut control) = (vec![0; size], ControlRoom::new(room));
        let buffers = &mut [IoSliceMut::new(&mut buffer)];
        let received = there.recv_msg(buffers, &mut control, RecvFlags::NONE).unwrap();
        assert_eq!((received.len, received.flags), (size.min(5), flags));
        assert_eq!(control.get(ip::TTL).is_some(), room == 64);
        here.send(b"hello").unwrap();
        let buffers = &mut [IoSliceMut::new(&mut buffer)];
        let whole = there.recv_msg(buffers, &mut control, RecvFlags::TRUNC).unwrap();
        assert_eq!(whole.len, 5);
    }
    Ok(())
}

fn open_descriptors() -> usize {
    std::fs::read_dir("/proc/self/fd").unwrap().count()
}

fn descriptors() -> Result<(), String> {
    let before = open_descriptors();
    for ty in [Type::STREAM, Type::DGRAM, Type::SEQPACKET] {
        let (here, there) = Socket::<UnixAddr>::pair(ty).unwrap();
        let file = File::open("/proc/self/status").unwrap();
        here.send_fds(b"file", &[file.as_fd(), here.as_fd()]).unwrap();
        let (len, fds) = there.recv_fds(&mut [0; 16], 2).unwrap();
        assert_eq!((len, fds.len()), (4, 2));
        let mut came: Vec<OwnedFd> = fds;
        let socket = Socket::from(came.pop().unwrap()).narrow::<UnixAddr>().expect("a Unix socket");
        socket.send(b"through it").unwrap();
        assert_eq!(there.recv(&mut [0; 16]), Ok(10));
        let text = std::io::read_to_string(File::from(came.pop().unwrap())).unwrap();
        assert!(text.starts_with("Name:"));
        // Credentials beside them are not in their way.
        there.set(option::so::PASSCRED, true).unwrap();
        here.send_fds(b"x", &[here.as_fd()]).unwrap();
        assert_eq!(there.recv_fds(&mut [0; 4], 1).unwrap().1.len(), 1);
        there.set(option::so::PASSCRED, false).unwrap();
        // More than are wanted, odd numbers too: an error, and all are closed.
        let now = open_descriptors();
        for most in 0..4 {
            here.send_fds(b"x", &[here.as_fd(); 4]).unwrap();
            let error = there.recv_fds(&mut [0; 4], most).unwrap_err();
            assert_eq!(error.kind(), Kind::Truncated, "{most}");
            assert_eq!(open_descriptors(), now);
        }
        let refused = here.send_fds(b"x", &[here.as_fd(); 254]);
        assert_eq!(refused.map_err(Error::errno), Err(Some(Errno::INVAL)));
    }
    assert_eq!(open_descriptors(), before);
    Ok(())
}

fn refused() -> Result<(), String> {
    for (ip, level, number, code) in [("127.0.0.1", 0, 11, (3, 3)), ("[::1]", 41, 25, (1, 4))] {
        let (here, there) = udp_pair(ip)?;
        here.set(flag(level, number), true).unwrap();
        let closed = there.local_addr().unwrap();
        drop(there);
        here.send(b"is anybody there?").unwrap();
        let (mut buffer, mut control) = ([0; 64], ControlRoom::new(128));
        let queued = here.within(LIMIT).recv_error(&mut buffer, &mut control).unwrap();
        let QueuedEvent::Failed(error) = queued.event else { panic!("{queued:?}") };
        assert_eq!((error.errno, (error.kind, error.code)), (Some(Errno::CONNREFUSED), code));
        assert_eq!(
            error.offender.and_then(|addr| addr.ip()).map(|addr| addr.ip()),
            Some(closed.ip())
        );
        assert_eq!(queued.packet.from, Some(closed));
        assert_eq!(&buffer[..queued.packet.len], b"is anybody there?");
        assert!(queued.packet.flags.contains(ReceivedFlags::ERRQUEUE));
        let empty =
            here.within(Limit::within(Duration::ZERO)).recv_error(&mut buffer, &mut control);
        assert_eq!(empty.map_err(Error::kind), Err(Kind::TimedOut));
    }
    Ok(())
}

/// SOF_TIMESTAMPING_TX_SOFTWARE, _TX_SCHED, _TX_ACK, _SOFTWARE, _OPT_ID, _OPT_TSONLY.
const STAMP: [i32; 6] = [1 << 1, 1 << 8, 1 << 9, 1 << 4, 1 << 7, 1 << 11];

fn sent() -> Result<(), String> {
    let [software, scheduled, acknowledged, report, id, alone] = STAMP;
    let ask = SockOpt::<Integer>::plain(1, 37);
    let (here, _there) = udp_pair("127.0.0.1")?;
    here.set(ask, software | report | id | alone).unwrap();
    let mut control = ControlRoom::new(128);
    for number in 0..3 {
        here.send(b"x").unwrap();
        let queued = here.within(LIMIT).recv_error(&mut [], &mut control).unwrap();
        let QueuedEvent::Sent { id, stage, time } = queued.event else { panic!("{queued:?}") };
        assert_eq!((id, stage, time.hardware), (number, Stage::Sent, None));
        assert!(time.software.is_some());
    }
    let (here, there) = tcp_pair();
    here.set(ask, scheduled | acknowledged | report | id | alone).unwrap();
    here.send_all(&[0; 10]).unwrap();
    there.recv_exact(&mut [0; 10]).unwrap();
    let stages = [(); 2].map(|()| {
        let queued = here.within(LIMIT).recv_error(&mut [], &mut control).unwrap();
        let QueuedEvent::Sent { id: 9, stage, .. } = queued.event else { panic!("{queued:?}") };
        stage
    });
    assert_eq!(stages, [Stage::Scheduled, Stage::Acknowledged]);
    Ok(())
}

/// What lies in the error queue is neither taken by a receive of data nor in its way.
fn queue_beside_data() -> Result<(), String> {
    let [software, _, _, report, id, alone] = STAMP;
    let (here, there) = udp_pair("127.0.0.1")?;
    here.set(SockOpt::<Integer>::plain(1, 37), software | report | id | alone).unwrap();
    for _ in 0..5 {
        here.send(b"x").unwrap();
    }
    let late = here.within(Limit::within(Duration::from_millis(20))).recv(&mut [0; 8]);
    assert_eq!(late.map_err(Error::kind), Err(Kind::TimedOut));
    there.send_to(b"answer", &here.local_addr().unwrap()).unwrap();
    assert_eq!(here.within(LIMIT).recv(&mut [0; 8]), Ok(6));
    let mut control = ControlRoom::new(128);
    for number in 0..5 {
        let queued = here.within(LIMIT).recv_error(&mut [], &mut control).unwrap();
        assert!(matches!(queued.event, QueuedEvent::Sent { id, .. } if id == number));
    }
    Ok(())
}

#[test]
fn messages_are_whole_or_say_what_is_missing() {
    for (what, show) in ROWS {
        println!("{what}");
        if let Err(why) = show() {
            println!("  skipped: {why}");
        }
    }
}
