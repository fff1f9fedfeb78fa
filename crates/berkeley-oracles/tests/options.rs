//! Options as others see them: set here, read by nix and socket2, and the other way round.
//!
//! Contract: a row sets an option by berkeley and reads it by another crate, which calls libc; then it sets the old value by the other crate
//! and reads it by berkeley. Rows that cannot be set compare what both read. Sources: the crates' documentation.

#![forbid(unsafe_code)]

use core::net::{Ipv4Addr, Ipv6Addr, SocketAddr};
use core::time::Duration;
use std::ffi::OsString;
use std::os::fd::AsFd;

use berkeley_socket::option::{Instruction, Timestamping, ip, ipv6, so, tcp, udp};
use berkeley_socket::{Errno, Socket, Type};
use nix::sys::socket::sockopt::{self, Linger};
use nix::sys::socket::{
    GetSockOpt, SetSockOpt, SockType, TimestampingFlag, getsockopt, setsockopt,
};
use nix::sys::time::{TimeVal, TimeValLike};
use socket2::SockRef;

fn udp(v6: bool) -> Socket<SocketAddr> {
    let ip = if v6 { Ipv6Addr::LOCALHOST.into() } else { Ipv4Addr::LOCALHOST.into() };
    Socket::bound(Type::DGRAM, &SocketAddr::new(ip, 0)).unwrap()
}

fn tcp() -> (Socket<SocketAddr>, Socket<SocketAddr>) {
    let listener =
        Socket::listening(Type::STREAM, &SocketAddr::from((Ipv4Addr::LOCALHOST, 0)), 4).unwrap();
    let client = Socket::connected(Type::STREAM, &listener.local_addr().unwrap()).unwrap();
    (client, listener)
}

fn read<O: GetSockOpt>(socket: &Socket<SocketAddr>, theirs: O) -> O::Val {
    getsockopt(socket, theirs).unwrap()
}

fn write<O: SetSockOpt>(socket: &Socket<SocketAddr>, theirs: O, value: &O::Val)
where
    O::Val: Sized,
{
    setsockopt(socket, theirs, value).unwrap();
}

/// Rows of `socket, ours, ours' value, theirs, their value`: set here, read there, put back there, read here.
macro_rules! agree {
    ($($socket:ident, $ours:expr, $value:expr, $theirs:ident, $same:expr;)*) => {$(
        let before = $socket.get($ours).unwrap();
        let theirs = read(&$socket, sockopt::$theirs);
        assert_ne!(before, $value, "{}: the row changes nothing", stringify!($theirs));
        $socket.set($ours, $value).unwrap();
        assert_eq!(read(&$socket, sockopt::$theirs), $same, "{}", stringify!($theirs));
        write(&$socket, sockopt::$theirs, &theirs);
        assert_eq!($socket.get($ours).unwrap(), before, "{}", stringify!($theirs));
    )*};
}

#[test]
fn nix_reads_what_was_set() {
    let (v4, v6, (stream, listener)) = (udp(false), udp(true), tcp());
    agree! {
        stream, so::REUSEADDR, true, ReuseAddr, true;
        v4, so::REUSEPORT, true, ReusePort, true;
        stream, so::KEEPALIVE, true, KeepAlive, true;
        v4, so::BROADCAST, true, Broadcast, true;
        v4, so::DONTROUTE, true, DontRoute, true;
        stream, so::OOBINLINE, true, OobInline, true;
        v4, so::PRIORITY, 5, Priority, 5;
        v4, so::TIMESTAMP, true, ReceiveTimestamp, true;
        v4, so::TIMESTAMPNS, true, ReceiveTimestampns, true;
        v4, so::RXQ_OVFL, true, RxqOvfl, 1;
        v4, so::RCVTIMEO, Some(Duration::from_millis(2500)), ReceiveTimeout, TimeVal::milliseconds(2500);
        v4, so::SNDTIMEO, Some(Duration::from_secs(7)), SendTimeout, TimeVal::seconds(7);
        v4, ip::TTL, 9, Ipv4Ttl, 9;
        v4, ip::TOS, 0x48, Ipv4Tos, 0x48;
        v4, ip::FREEBIND, true, IpFreebind, true;
        v4, ip::PKTINFO, true, Ipv4PacketInfo, true;
        v4, ip::RECVERR, true, Ipv4RecvErr, true;
        v4, ip::RECVTTL, true, Ipv4RecvTtl, true;
        v4, ip::RECVORIGDSTADDR, true, Ipv4OrigDstAddr, true;
        v4, ip::MULTICAST_LOOP, false, IpMulticastLoop, false;
        v4, ip::MULTICAST_TTL, 9, IpMulticastTtl, 9;
        v6, ipv6::UNICAST_HOPS, 9, Ipv6Ttl, 9;
        v6, ipv6::TCLASS, 0x48, Ipv6TClass, 0x48;
        v6, ipv6::RECVPKTINFO, true, Ipv6RecvPacketInfo, true;
        v6, ipv6::RECVERR, true, Ipv6RecvErr, true;
        v6, ipv6::RECVHOPLIMIT, true, Ipv6RecvHopLimit, true;
        v6, ipv6::RECVORIGDSTADDR, true, Ipv6OrigDstAddr, true;
        v6, ipv6::DONTFRAG, true, Ipv6DontFrag, true;
        stream, tcp::NODELAY, true, TcpNoDelay, true;
        stream, tcp::KEEPIDLE, Duration::from_secs(77), TcpKeepIdle, 77;
        stream, tcp::KEEPINTVL, Duration::from_secs(11), TcpKeepInterval, 11;
        stream, tcp::KEEPCNT, 4, TcpKeepCount, 4;
        stream, tcp::USER_TIMEOUT, Duration::from_millis(1234), TcpUserTimeout, 1234;
        v4, udp::SEGMENT, 1200, UdpGsoSegment, 1200;
        v4, udp::GRO, true, UdpGroSegment, true;
    }
    stream.set(so::LINGER, Some(Duration::from_secs(3))).unwrap();
    let linger = read(&stream, Linger);
    assert_eq!((linger.l_onoff, linger.l_linger), (1, 3));
    v4.set(so::TIMESTAMPING, Timestamping::SOFTWARE | Timestamping::RX_SOFTWARE).unwrap();
    let flags = TimestampingFlag::SOF_TIMESTAMPING_SOFTWARE
        | TimestampingFlag::SOF_TIMESTAMPING_RX_SOFTWARE;
    assert_eq!(read(&v4, sockopt::Timestamping), flags);
    stream.set(tcp::CONGESTION, "reno".to_owned()).unwrap();
    assert_eq!(getsockopt(&stream, sockopt::TcpCongestion).unwrap(), OsString::from("reno"));
    // What can only be read.
    let size = |bytes: i32| usize::try_from(bytes).unwrap();
    assert_eq!(size(stream.get(so::RCVBUF).unwrap()), read(&stream, sockopt::RcvBuf));
    assert_eq!(size(stream.get(so::SNDBUF).unwrap()), read(&stream, sockopt::SndBuf));
    assert_eq!(listener.get(so::ACCEPTCONN).unwrap(), read(&listener, sockopt::AcceptConn));
    assert!(listener.get(so::ACCEPTCONN).unwrap());
    assert_eq!(stream.get(ip::MTU).unwrap(), read(&stream, sockopt::IpMtu));
    assert_eq!(
        i64::from(stream.get(tcp::MAXSEG).unwrap()),
        i64::from(read(&stream, sockopt::TcpMaxSeg))
    );
    assert_eq!(
        (v4.get(so::TYPE).unwrap(), read(&v4, sockopt::SockType)),
        (Type::DGRAM, SockType::Datagram)
    );
}

#[test]
fn socket2_reads_what_was_set() {
    let (v4, v6, (stream, _listener)) = (udp(false), udp(true), tcp());
    let theirs = SockRef::from(&stream);
    stream.set(tcp::NOTSENT_LOWAT, 16_384).unwrap();
    assert_eq!(theirs.tcp_notsent_lowat().unwrap(), 16_384);
    stream.set(tcp::THIN_LINEAR_TIMEOUTS, true).unwrap();
    assert!(theirs.tcp_thin_linear_timeouts().unwrap());
    stream.set(tcp::QUICKACK, false).unwrap();
    assert!(!theirs.tcp_quickack().unwrap());
    stream.set(tcp::CORK, true).unwrap();
    assert!(theirs.tcp_cork().unwrap());
    stream.set(so::INCOMING_CPU, 0).unwrap();
    assert_eq!(theirs.cpu_affinity().unwrap(), 0);
    assert_eq!(theirs.cookie().unwrap(), stream.get(so::COOKIE).unwrap());
    theirs.set_mark(7).ok();
    assert_eq!(theirs.mark().unwrap(), stream.get(so::MARK).unwrap());

    let theirs = SockRef::from(&v4);
    v4.set(ip::RECVTOS, true).unwrap();
    assert!(theirs.recv_tos_v4().unwrap());
    v4.set(ip::MULTICAST_ALL, false).unwrap();
    assert!(!theirs.multicast_all_v4().unwrap());
    let theirs = SockRef::from(&v6);
    v6.set(ipv6::RECVTCLASS, true).unwrap();
    assert!(theirs.recv_tclass_v6().unwrap());
    theirs.set_multicast_all_v6(false).unwrap();
    assert!(!v6.get(ipv6::MULTICAST_ALL).unwrap());
}

#[test]
fn nix_sees_the_same_peer() {
    let (here, _there) = Socket::<berkeley_addr::UnixAddr>::pair(Type::STREAM).unwrap();
    let theirs = getsockopt(&here, sockopt::PeerCredentials).unwrap();
    let ours = here.get(so::PEERCRED).unwrap().unwrap();
    assert_eq!((ours.pid, ours.uid, ours.gid), (Some(theirs.pid()), theirs.uid(), theirs.gid()));
    // The process is this one: a descriptor of it, which waits for its end.
    match here.peer_pidfd() {
        Ok(pidfd) => {
            let id = std::process::id();
            let info = std::fs::read_to_string(format!(
                "/proc/self/fdinfo/{}",
                std::os::fd::AsRawFd::as_raw_fd(&pidfd)
            ))
            .unwrap();
            assert!(info.contains(&format!("\nPid:\t{id}\n")), "{info}");
            assert!(
                rustix::io::fcntl_getfd(&pidfd).unwrap().contains(rustix::io::FdFlags::CLOEXEC)
            );
        }
        Err(error) => assert_eq!(error.errno(), Some(Errno::NOPROTOOPT), "before Linux 6.5"),
    }
}

/// `BPF_RET | BPF_K`: how much to keep.
const fn keep(bytes: u32) -> Instruction {
    Instruction { code: 0x06, jump_true: 0, jump_false: 0, operand: bytes }
}

#[test]
fn filters_decide_what_comes() {
    let (here, there) = (udp(false), udp(false));
    let to = here.local_addr().unwrap();
    let here = here.within(berkeley_socket::Limit::seconds(5));
    let mut buffer = [0; 16];
    assert_eq!(here.filter().unwrap(), []);
    // 8 bytes are the UDP header.
    here.attach_filter(&[keep(12)]).unwrap();
    there.send_to(b"0123456789", &to).unwrap();
    assert_eq!(here.recv(&mut buffer).unwrap(), 4);
    here.attach_filter(&[keep(0)]).unwrap();
    assert_eq!(here.filter().unwrap(), [keep(0)]);
    there.send_to(b"lost", &to).unwrap();
    here.detach_filter().unwrap();
    assert_eq!(here.detach_filter().unwrap_err().errno(), Some(Errno::NOENT));
    there.send_to(b"taken", &to).unwrap();
    assert_eq!(here.recv(&mut buffer).unwrap(), 5);
    // A long one, and one that is none.
    let mut long = vec![Instruction { code: 0, ..keep(1) }; 4095];
    long.push(keep(12));
    match here.attach_filter(&long) {
        Ok(()) => assert_eq!(here.filter().unwrap(), long),
        Err(error) => assert_eq!(error.errno(), Some(Errno::NOMEM), "above net.core.optmem_max"),
    }
    assert_eq!(here.attach_filter(&[]).unwrap_err().errno(), Some(Errno::INVAL));
    assert_eq!(here.attach_filter(&vec![keep(1); 70_000]).unwrap_err().errno(), Some(Errno::INVAL));
    let no_program = std::fs::File::open("/dev/null").unwrap();
    for attach in [Socket::attach_bpf, Socket::attach_reuseport_bpf] {
        let refused = attach(&there, no_program.as_fd()).unwrap_err();
        assert!(matches!(refused.errno(), Some(Errno::INVAL | Errno::BADF)), "{refused}");
    }
}

#[test]
fn a_filter_chooses_among_sockets_of_one_port() {
    let first =
        Socket::<SocketAddr>::open_for(Type::DGRAM, &SocketAddr::from((Ipv4Addr::LOCALHOST, 0)))
            .unwrap();
    first.set(so::REUSEPORT, true).unwrap();
    first.bind(&SocketAddr::from((Ipv4Addr::LOCALHOST, 0))).unwrap();
    let to = first.local_addr().unwrap();
    let second = Socket::<SocketAddr>::open_for(Type::DGRAM, &to).unwrap();
    second.set(so::REUSEPORT, true).unwrap();
    second.bind(&to).unwrap();
    let client = udp(false);
    let limit = berkeley_socket::Limit::seconds(5);
    for (index, socket) in [(0, &first), (1, &second), (0, &first)] {
        first.attach_reuseport_filter(&[keep(index)]).unwrap();
        for _ in 0..8 {
            client.send_to(b"x", &to).unwrap();
            assert_eq!(socket.within(limit).recv(&mut [0; 4]).unwrap(), 1);
        }
    }
    first.detach_reuseport().unwrap();
    assert_eq!(first.detach_reuseport().unwrap_err().errno(), Some(Errno::NOENT));
}

/// Two packet sockets of a group: the filter's number says which gets what goes over the loopback.
#[test]
fn a_filter_chooses_among_packet_sockets() {
    use berkeley_addr::{EtherType, PacketAddr};
    use berkeley_socket::option::{Fanout, FanoutMode, packet};

    let lo = berkeley_socket::Interface::named("lo").unwrap().index();
    let open = || {
        let socket = Socket::bound(Type::RAW, &PacketAddr::on(lo, EtherType::IP))?;
        // PACKET_FANOUT_CBPF.
        socket.set(packet::FANOUT, Fanout::new(0x7c7c, FanoutMode::CBPF))?;
        Ok::<_, berkeley_socket::Error>(socket)
    };
    let (first, second) = match (open(), open()) {
        (Ok(first), Ok(second)) => (first, second),
        (Err(error), _) | (_, Err(error)) => return println!("skipped: {error}"),
    };
    let (here, there) = (udp(false), udp(false));
    for (index, chosen) in [(0, &first), (1, &second), (0, &first)] {
        first.attach_fanout_filter(&[keep(index)]).unwrap();
        there.send_to(b"which of the two gets this?", &here.local_addr().unwrap()).unwrap();
        let mut packet = [0; 2048];
        loop {
            let len = chosen.within(berkeley_socket::Limit::seconds(5)).recv(&mut packet).unwrap();
            if packet[..len].ends_with(b"which of the two gets this?") {
                break;
            }
        }
    }
    assert_eq!(first.attach_fanout_filter(&[]).unwrap_err().errno(), Some(Errno::INVAL));
    // Of another mode: a descriptor is no filter.
    let no_program = std::fs::File::open("/dev/null").unwrap();
    let refused = first.attach_fanout_bpf(no_program.as_fd()).unwrap_err();
    assert_eq!(refused.errno(), Some(Errno::INVAL));
    let alone = udp(false).attach_fanout_filter(&[keep(0)]).unwrap_err();
    assert!(matches!(alone.errno(), Some(Errno::NOPROTOOPT | Errno::OPNOTSUPP)), "{alone}");
}

/// 3000 groups do not fit the first room of a list; the kernel says ERANGE until one does.
#[test]
fn a_list_gets_as_much_room_as_it_needs() {
    let told = std::thread::spawn(|| {
        let groups: Vec<u32> = (10_000..13_000).collect();
        let gids: Vec<_> = groups.iter().map(|id| rustix::process::Gid::from_raw(*id)).collect();
        // Of this thread alone: the system call, not libc's.
        rustix::thread::set_thread_groups(&gids).ok()?;
        let (here, _there) = Socket::<berkeley_addr::UnixAddr>::pair(Type::STREAM).unwrap();
        let mut told = here.get(so::PEERGROUPS).unwrap();
        told.sort_unstable();
        assert_eq!(told, groups);
        Some(told.len())
    });
    match told.join().unwrap() {
        Some(count) => println!("{count} groups"),
        None => println!("skipped: no CAP_SETGID"),
    }
}
