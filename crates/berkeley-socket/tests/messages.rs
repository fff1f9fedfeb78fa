//! Whole messages against the kernel: each kind of control message that this machine can make, descriptors, the error queue,
//! batches, segments, sends without a copy. `--nocapture` prints the rows, and what was skipped and why.
//!
//! One test, because some of it counts this process's descriptors.

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
    so, space, tcp,
};
use berkeley_socket::option::{self, Flag, Integer, SockOpt};
use berkeley_socket::{
    Address, BACKLOG, Errno, Error, How, Interface, Kind, Limit, Message, Protocol, QueuedEvent,
    Received, ReceivedFlags, RecvBatch, RecvFlags, Released, SendFlags, Socket, Stage, Type,
    segments,
};

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
    ("batches with addresses and control messages", batch),
    ("a batch that stops", batch_stops),
    ("a batch of more than one call", long_batch),
    ("an error behind a batch", batch_then_error),
    ("a batch's descriptors", batch_descriptors),
    ("segments: cut, joined, nothing lost", gso),
    ("segments where the kernel does not cut", gso_refused),
    ("a buffer that is sent without a copy", zero_copy),
    ("and one that is dropped while it is out", zero_copy_dropped),
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

fn batch() -> Result<(), String> {
    let (here, one) = udp_pair("127.0.0.1")?;
    let (_, two) = udp_pair("127.0.0.1")?;
    let here =
        Socket::bound(Type::DGRAM, &SocketAddr::new(here.local_addr().unwrap().ip(), 0)).unwrap();
    let names = [one.local_addr().unwrap(), two.local_addr().unwrap()];
    let controls: Vec<ControlData<'_>> = (1..=10)
        .map(|ttl| {
            let mut control = ControlData::new();
            control.push(ip::TTL, ttl).unwrap();
            control
        })
        .collect();
    let texts: Vec<String> = (0..10).map(|i| "x".repeat(i)).collect();
    let pieces: Vec<_> = texts.iter().map(|text| [IoSlice::new(text.as_bytes())]).collect();
    let messages: Vec<_> =
        (0..10).map(|i| Message::new(&pieces[i]).to(&names[i % 2]).with(&controls[i])).collect();
    for socket in [&one, &two] {
        socket.set(flag(0, 12), true).unwrap();
    }
    here.send_many(&messages, SendFlags::NONE).unwrap();
    for (place, socket) in [&one, &two].into_iter().enumerate() {
        let mut batch = RecvBatch::new(8, 6, 64);
        assert_eq!(socket.recv_many(&mut batch, RecvFlags::NONE), Ok(5));
        for (number, message) in batch.messages().enumerate() {
            let i = 2 * number + place;
            assert_eq!(message.data.len(), i.min(6));
            assert_eq!(message.flags.contains(ReceivedFlags::TRUNC), i > 6, "{i}");
            assert_eq!(message.from(), here.local_addr().ok());
            assert_eq!(message.control.get(ip::TTL), i32::try_from(i + 1).ok());
        }
        // Used again: nothing of before is left.
        here.send_to(b"again", &names[place]).unwrap();
        assert_eq!(socket.recv_many(&mut batch, RecvFlags::NONE), Ok(1));
        assert_eq!(batch.messages().map(|message| message.data.len()).collect::<Vec<_>>(), [5]);
        let late = Limit::within(Duration::from_millis(5));
        assert!(socket.within(late).recv_many(&mut batch, RecvFlags::NONE).is_err());
        assert_eq!(batch.messages().len(), 0);
    }
    Ok(())
}

fn batch_stops() -> Result<(), String> {
    let (here, there) = udp_pair("127.0.0.1")?;
    let (short, long) = ([IoSlice::new(b"x")], vec![0; 70_000]);
    let long = [IoSlice::new(&long)];
    let mut messages = vec![Message::new(&short); 40];
    messages[35] = Message::new(&long);
    let stopped = here.send_many(&messages, SendFlags::NONE).unwrap_err();
    assert_eq!((stopped.done, stopped.error.errno()), (35, Some(Errno::MSGSIZE)));
    let mut batch = RecvBatch::new(64, 16, 0);
    assert_eq!(there.recv_many(&mut batch, RecvFlags::NONE), Ok(35));
    here.send_many(&[], SendFlags::NONE).unwrap();
    let (stream, _peer) = tcp_pair();
    let none = stream.recv_many(&mut RecvBatch::new(4, 8, 0), RecvFlags::NONE);
    assert_eq!(none.map_err(Error::errno), Err(Some(Errno::OPNOTSUPP)));
    let stopped = stream.send_many(&[Message::new(&short)], SendFlags::NONE).unwrap_err();
    assert_eq!((stopped.done, stopped.error.errno()), (0, Some(Errno::OPNOTSUPP)));
    // A queue that is full ends it at the limit, with what had gone.
    let (here, _there) = Socket::<UnixAddr>::pair(Type::DGRAM).unwrap();
    let messages = vec![Message::new(&short); 5000];
    let limit = Limit::within(Duration::from_millis(20));
    let stopped = here.within(limit).send_many(&messages, SendFlags::NONE).unwrap_err();
    assert_eq!(stopped.error.kind(), Kind::TimedOut);
    assert!(stopped.done > 0 && stopped.done < 5000);
    Ok(())
}

fn long_batch() -> Result<(), String> {
    let (here, there) = Socket::<UnixAddr>::pair(Type::SEQPACKET).unwrap();
    let texts: Vec<[u8; 2]> = (0..100_u16).map(u16::to_be_bytes).collect();
    let pieces: Vec<_> = texts.iter().map(|text| [IoSlice::new(text)]).collect();
    let messages: Vec<_> = pieces.iter().map(|pieces| Message::new(pieces)).collect();
    let thread = std::thread::spawn(move || {
        let mut batch = RecvBatch::new(70, 2, 0);
        let mut all = Vec::new();
        while there.within(LIMIT).recv_many(&mut batch, RecvFlags::NONE).unwrap() > 0 {
            all.extend(batch.messages().map(|message| message.data.to_vec()));
            if all.last().is_some_and(Vec::is_empty) {
                all.pop();
                break;
            }
        }
        all
    });
    here.within(LIMIT).send_many(&messages, SendFlags::NONE).unwrap();
    here.send(b"").unwrap();
    let all = thread.join().unwrap();
    assert!(all.iter().map(Vec::as_slice).eq(texts.iter().map(<[u8; 2]>::as_slice)), "{all:?}");
    Ok(())
}

/// What the socket tells once, of an earlier message, is told by the next call, if messages were there.
fn batch_then_error() -> Result<(), String> {
    let (here, there) = udp_pair("127.0.0.1")?;
    for _ in 0..32 {
        there.send_to(b"x", &here.local_addr().unwrap()).unwrap();
    }
    drop(there);
    // Nobody is there any more: an ICMP answer comes.
    here.send(b"x").unwrap();
    let mut batch = RecvBatch::new(64, 8, 0);
    let mut answers = Vec::new();
    for _ in 0..2 {
        let limit = Limit::within(Duration::from_millis(20));
        answers
            .push(here.within(limit).recv_many(&mut batch, RecvFlags::NONE).map_err(Error::errno));
    }
    answers.sort_unstable_by_key(Result::is_ok);
    assert_eq!(answers, [Err(Some(Errno::CONNREFUSED)), Ok(32)]);
    Ok(())
}

fn batch_descriptors() -> Result<(), String> {
    let before = open_descriptors();
    let (here, there) = Socket::<UnixAddr>::pair(Type::DGRAM).unwrap();
    let mut control = ControlData::new();
    control.push_fds(&[here.as_fd(), there.as_fd()]);
    let piece = [IoSlice::new(b"x")];
    here.send_many(&[Message::new(&piece).with(&control); 3], SendFlags::NONE).unwrap();
    let mut batch = RecvBatch::new(4, 8, space(8));
    let now = open_descriptors();
    assert_eq!(there.recv_many(&mut batch, RecvFlags::NONE), Ok(3));
    assert_eq!(open_descriptors(), now + 6);
    let taken: Vec<OwnedFd> =
        batch.controls().flat_map(|control| control.take_fds().take(1)).collect();
    assert_eq!(taken.len(), 3);
    // What the next call does not use again is closed as well.
    here.send(b"alone").unwrap();
    assert_eq!(there.recv_many(&mut batch, RecvFlags::NONE), Ok(1));
    assert_eq!(open_descriptors(), now + 3);
    drop(batch);
    assert_eq!(open_descriptors(), now + 3);
    drop((taken, here, there));
    assert_eq!(open_descriptors(), before);
    Ok(())
}

fn gso() -> Result<(), String> {
    for (ip, longest) in [("127.0.0.1", 65_507), ("[::1]", 65_527)] {
        let (here, there) = udp_pair(ip)?;
        there.set(option::so::RCVBUF, 8 << 20).unwrap();
        there.set(option::udp::GRO, true).map_err(lacks("UDP_GRO"))?;
        for (size, count) in
            [(1200, 200), (1200, 1), (1000, 64), (9, 65), (longest, 1), (longest / 2 + 1, 2)]
        {
            let data: Vec<u8> =
                (0..size * count - size / 2).map(|i: usize| (i % 251).to_le_bytes()[0]).collect();
            here.send_segments(&data, size, None).unwrap();
            let (mut buffer, mut control) = (vec![0; 65_535], ControlRoom::new(64));
            let (mut came, mut datagrams) = (Vec::new(), 0);
            while came.len() < data.len() {
                let buffers = &mut [IoSliceMut::new(&mut buffer)];
                let received = there.within(LIMIT).recv_msg(buffers, &mut control, RecvFlags::NONE);
                for datagram in segments(&buffer[..received.unwrap().len], &control) {
                    assert!(datagram.len() == size || came.len() + datagram.len() == data.len());
                    came.extend_from_slice(datagram);
                    datagrams += 1;
                }
            }
            assert!(came == data, "{size} {count}");
            assert_eq!(datagrams, count);
        }
        // A batch of joined ones.
        here.send_segments(&[1; 4000], 100, None).unwrap();
        let mut batch = RecvBatch::new(40, 65_535, 64);
        let mut count = 0;
        while count < 40 {
            there.within(LIMIT).recv_many(&mut batch, RecvFlags::NONE).unwrap();
            count += batch.messages().map(|message| message.segments().len()).sum::<usize>();
        }
        assert_eq!(count, 40);
        let stopped = here.send_segments(&[0; 100], 0, None).unwrap_err();
        assert_eq!(stopped.error.errno(), Some(Errno::INVAL));
        let stopped = here.send_segments(&vec![0; 200_000], longest + 1, None).unwrap_err();
        assert_eq!((stopped.error.errno(), stopped.done), (Some(Errno::MSGSIZE), 0));
    }
    Ok(())
}

/// A segment that is longer than the path's MTU is refused in one piece, and AF_UNIX cuts nothing: one by one, then.
fn gso_refused() -> Result<(), String> {
    let (here, there) = Socket::<UnixAddr>::pair(Type::DGRAM).unwrap();
    here.send_segments(b"aaabbbc", 3, None).unwrap();
    let lens = [(); 3].map(|()| there.recv(&mut [0; 8]).unwrap());
    assert_eq!(lens, [3, 3, 1]);
    // Foreign descriptors: what they are is asked.
    let (here, there) = udp_pair("127.0.0.1")?;
    there.set(option::so::RCVBUF, 1 << 20).unwrap();
    let view = berkeley_socket::SocketRef::<SocketAddr>::on(here.as_fd());
    view.send_segments(&[7; 10_000], 1000, None).unwrap();
    // Its sums are not wanted, so it cannot be cut: UDP_NO_CHECK is SO_NO_CHECK here.
    here.set(flag(1, 11), true).unwrap();
    here.send_segments(&[7; 10_000], 1000, None).unwrap();
    let to = there.local_addr().unwrap();
    here.send_segments(&[7; 10_000], 1000, Some(&to)).unwrap();
    for _ in 0..30 {
        assert_eq!(there.within(LIMIT).recv(&mut [0; 2000]), Ok(1000));
    }
    let more = there.recv_with(&mut [0; 2000], RecvFlags::DONTWAIT);
    assert_eq!(more.map_err(Error::errno), Err(Some(Errno::AGAIN)));
    Ok(())
}

fn zero_copy() -> Result<(), String> {
    let (here, there) = tcp_pair();
    let mut sender = here.zero_copy().map_err(lacks("SO_ZEROCOPY"))?;
    let buffers: Vec<Vec<u8>> = (0..5).map(|i| vec![i; 300_000]).collect();
    let reader = std::thread::spawn(move || {
        let mut all = vec![0; 5 * 300_000];
        there.within(LIMIT).recv_exact(&mut all).unwrap();
        (all, there)
    });
    for buffer in &buffers {
        sender.send(buffer.clone()).map_err(|(stopped, _)| stopped).unwrap();
    }
    let (all, there) = reader.join().unwrap();
    assert_eq!(all, buffers.concat());
    assert_eq!(sender.pending(), 5);
    // A receive of data is not woken by what lies in the error queue.
    let late = here.within(Limit::within(Duration::from_millis(20))).recv(&mut [0; 8]);
    assert_eq!(late.map_err(Error::kind), Err(Kind::TimedOut));
    let mut released: Vec<Released<Vec<u8>>> =
        (0..5).map(|_| sender.wait(LIMIT).unwrap()).collect();
    released.sort_by_key(|released| released.buffer[0]);
    assert!(released.iter().map(|released| &released.buffer).eq(&buffers));
    // On loopback the kernel copies.
    assert!(released.iter().all(|released| released.copied));
    let none = sender.wait(LIMIT).map(drop);
    assert_eq!(none.map_err(Error::errno), Err(Some(Errno::AGAIN)));
    // Nothing to send, and nobody to send to: the buffer comes back.
    sender.send(Vec::new()).map_err(|(stopped, _)| stopped).unwrap();
    here.shutdown(How::Write).unwrap();
    let (stopped, buffer) = sender.send(vec![7; 10]).unwrap_err();
    assert_eq!((stopped.error.errno(), buffer), (Some(Errno::PIPE), Some(vec![7; 10])));
    drop(there);
    // The kernel counts on; a second sender would not know from where.
    drop(sender);
    let again = here.zero_copy::<Vec<u8>>().map(drop);
    assert_eq!(again.map_err(Error::errno), Err(Some(Errno::BUSY)));
    let again = here.try_clone().unwrap().zero_copy::<Vec<u8>>().map(drop);
    assert_eq!(again.map_err(Error::errno), Err(Some(Errno::BUSY)));
    zero_copy_datagrams()
}

/// An empty datagram is sent and not counted.
fn zero_copy_datagrams() -> Result<(), String> {
    let (here, there) = udp_pair("127.0.0.1")?;
    let mut sender = here.zero_copy().map_err(lacks("SO_ZEROCOPY on UDP"))?;
    for len in [0, 1000, 0, 2000] {
        sender.send(vec![7; len]).map_err(|(stopped, _)| stopped).unwrap();
    }
    for len in [0, 1000, 0, 2000] {
        assert_eq!(there.within(LIMIT).recv(&mut [0; 4000]), Ok(len));
    }
    let mut lens = [(); 2].map(|()| sender.wait(LIMIT).unwrap().buffer.len());
    lens.sort_unstable();
    assert_eq!((lens, sender.pending()), ([1000, 2000], 0));
    Ok(())
}

fn zero_copy_dropped() -> Result<(), String> {
    let (here, there) = tcp_pair();
    let mut sender = here.zero_copy().map_err(lacks("SO_ZEROCOPY"))?;
    let buffer: std::sync::Arc<[u8]> = vec![9; 100_000].into();
    sender.send(buffer.clone()).map_err(|(stopped, _)| stopped).unwrap();
    drop(sender);
    // It is still held: by the one that was leaked.
    assert_eq!(std::sync::Arc::strong_count(&buffer), 2);
    let mut all = vec![0; 100_000];
    there.within(LIMIT).recv_exact(&mut all).unwrap();
    assert!(all.iter().all(|byte| *byte == 9));
    let (unix, _peer) = Socket::<UnixAddr>::pair(Type::STREAM).unwrap();
    let refused = unix.zero_copy::<Vec<u8>>().map(drop);
    assert_eq!(refused.map_err(Error::errno), Err(Some(Errno::OPNOTSUPP)));
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
