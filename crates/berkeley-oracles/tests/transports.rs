//! UDP-Lite, Multipath TCP, DCCP, SMC and RDS against the kernel; CPython's socket as a peer.
//!
//! UDP-Lite and Multipath TCP run on any kernel that has them, the others in the VM.

mod network;

use core::net::{Ipv4Addr, SocketAddr, SocketAddrV4};
use core::time::Duration;
use std::process::Command;

use berkeley_addr::{Address, AnyAddr, Family, Protocol};
use berkeley_socket::option::{dccp, mptcp, smc, tcp, udplite};
use berkeley_socket::{BACKLOG, Errno, How, Kind, Limit, Socket, Type};
use network::{is_strict, is_vm};

const PATIENCE: Limit<'static> = Limit::seconds(10);

fn localhost() -> SocketAddr {
    SocketAddr::from((Ipv4Addr::LOCALHOST, 0))
}

/// A socket of a protocol; `None`: this kernel lacks it, and that is said.
fn try_open(family: Family, ty: Type, protocol: Protocol) -> Option<Socket> {
    match Socket::new(family, ty, protocol) {
        Ok(socket) => Some(socket),
        Err(error) => {
            assert!(!is_vm(), "{family} {ty} {protocol}: {error}");
            println!("skipped: {family} {ty} {protocol}: {error}");
            None
        }
    }
}

fn is_silent(socket: &Socket) {
    let quiet = socket.within(Limit::within(Duration::from_millis(30))).recv(&mut [0; 64]);
    assert_eq!(quiet.unwrap_err().kind(), Kind::TimedOut);
}

/// The Internet checksum of RFC 1071.
fn checksum(bytes: &[u8]) -> u16 {
    let words = bytes.chunks(2).map(|pair| match pair {
        [high, low] => u32::from(u16::from_be_bytes([*high, *low])),
        [high] => u32::from(*high) << 8,
        _ => 0,
    });
    let mut sum: u32 = words.sum();
    while sum > 0xffff {
        sum = (sum & 0xffff) + (sum >> 16);
    }
    !u16::try_from(sum).unwrap()
}

/// A UDP-Lite packet whose checksum covers so many bytes, from and to localhost: RFC 3828 section 3.1.
fn packet(from: u16, to: u16, data: &[u8], covered: u16) -> Vec<u8> {
    let mut packet = Vec::new();
    for field in [from, to, covered, 0] {
        packet.extend(field.to_be_bytes());
    }
    packet.extend(data);
    let mut summed = Vec::new();
    summed.extend([127, 0, 0, 1, 127, 0, 0, 1, 0, 136]);
    summed.extend(u16::try_from(packet.len()).unwrap().to_be_bytes());
    summed.extend(&packet[..usize::from(covered)]);
    packet[6..8].copy_from_slice(&checksum(&summed).to_be_bytes());
    packet
}

#[test]
fn udplite_delivers_what_its_checksum_covers() {
    let open = || try_open(Family::INET, Type::DGRAM, Protocol::UDPLITE);
    let (Some(server), Some(client)) = (open(), open()) else { return };
    server.bind(&localhost().into()).unwrap();
    client.bind(&localhost().into()).unwrap();
    let (to, from) = (server.local_addr().unwrap(), client.local_addr().unwrap());
    client.connect(&to).unwrap();
    let mut buffer = [0; 64];
    // What the sender's checksum covers, what the receiver asks for, and whether it comes.
    // Nothing was asked for in the first rows; then 0 stands for all of it.
    for (sent, asked, comes) in [
        (0, None, true),
        (8, None, true),
        (8, Some(0), false),
        (0, Some(0), true),
        (8, Some(8), true),
        (8, Some(20), false),
        (20, Some(20), true),
        (0, Some(20), true),
    ] {
        client.set(udplite::SEND_CSCOV, sent).unwrap();
        if let Some(asked) = asked {
            server.set(udplite::RECV_CSCOV, asked).unwrap();
        }
        client.send(b"twenty-four bytes of it.").unwrap();
        if comes {
            let (len, sender) = server.within(PATIENCE).recv_from(&mut buffer).unwrap();
            assert_eq!((len, sender), (24, Some(from)), "{sent} {asked:?}");
        } else {
            is_silent(&server);
        }
    }
    server.set(udplite::RECV_CSCOV, 8).unwrap();
    // Bytes that change on the way, seen to by a sender who makes packets himself.
    let raw = match Socket::new(Family::INET, Type::RAW, Protocol::UDPLITE) {
        Err(error) if error.errno() == Some(Errno::PERM) => {
            assert!(!is_strict(), "{error}");
            println!("skipped: raw sockets: {error}");
            return;
        }
        raw => raw.unwrap(),
    };
    let port = |addr: AnyAddr| addr.ip().unwrap().port();
    for (covered, changed, comes) in
        [(8, 20, true), (32, 20, false), (16, 20, true), (16, 9, false)]
    {
        let mut packet = packet(port(from), port(to), b"twenty-four bytes of it.", covered);
        packet[changed] ^= 0xff;
        raw.send_to(&packet, &SocketAddrV4::new(Ipv4Addr::LOCALHOST, 0).into()).unwrap();
        if comes {
            let len = server.within(PATIENCE).recv(&mut buffer).unwrap();
            assert_eq!(&buffer[..len], &packet[8..], "{covered} covered, {changed} changed");
        } else {
            is_silent(&server);
        }
    }
    let python = python(
        "s = socket.socket(socket.AF_INET, socket.SOCK_DGRAM, socket.IPPROTO_UDPLITE)\n\
         s.setsockopt(socket.IPPROTO_UDPLITE, socket.UDPLITE_SEND_CSCOV, 8)\n\
         s.sendto(b'from python', ('127.0.0.1', int(sys.argv[1])))",
        port(to),
    );
    let Some(mut python) = python else { return };
    let len = server.within(PATIENCE).recv(&mut buffer).unwrap();
    assert_eq!(&buffer[..len], b"from python");
    assert!(python.wait().unwrap().success());
}

/// A Python that runs this with a port.
fn python(program: &str, port: u16) -> Option<std::process::Child> {
    let program = format!("import socket, sys\nsocket.setdefaulttimeout(10)\n{program}");
    let child = Command::new("python3").args(["-I", "-c", &program, &port.to_string()]).spawn();
    if let Err(error) = &child {
        assert!(!is_strict(), "python3: {error}");
        println!("skipped: python3: {error}");
    }
    child.ok()
}

#[test]
fn mptcp_is_itself_with_its_own_kind_and_tcp_with_tcp() {
    let open = |protocol| try_open(Family::INET, Type::STREAM, protocol);
    for (server, client) in [
        (Protocol::MPTCP, Protocol::MPTCP),
        (Protocol::MPTCP, Protocol::TCP),
        (Protocol::TCP, Protocol::MPTCP),
    ] {
        let both = server == client;
        let (Some(listener), Some(client)) = (open(server), open(client)) else { return };
        listener.bind(&localhost().into()).unwrap();
        listener.listen(BACKLOG).unwrap();
        client.within(PATIENCE).connect(&listener.local_addr().unwrap()).unwrap();
        let (accepted, from) = listener.within(PATIENCE).accept().unwrap();
        assert_eq!(from, client.local_addr().unwrap());
        client.send_all(b"hello").unwrap();
        accepted.within(PATIENCE).recv_exact(&mut [0; 5]).unwrap();
        accepted.send_all(b"hello yourself").unwrap();
        client.within(PATIENCE).recv_exact(&mut [0; 14]).unwrap();
        for (socket, received) in [(&client, 14), (&accepted, 5)] {
            // Whether it is, says TCP_IS_MPTCP; what it is, MPTCP_INFO, which a socket that fell back refuses.
            let is = socket.get(tcp::IS_MPTCP);
            let info = socket.get(mptcp::INFO);
            if both {
                let info = info.unwrap();
                assert_eq!(info.flags.map(|flags| flags & 1), Some(0), "no fallback");
                assert_eq!(info.subflows, Some(0), "none beside the first");
                if let Some(bytes) = info.bytes_received {
                    assert_eq!(bytes, received);
                }
            } else {
                assert!(info.is_err(), "{info:?}");
            }
            match is {
                Ok(is) => assert_eq!(is, both),
                // Before Linux 5.16.
                Err(error) => assert_eq!(error.errno(), Some(Errno::NOPROTOOPT)),
            }
            // TCP's own work on both.
            socket.set(tcp::NODELAY, true).unwrap();
            assert!(socket.get(tcp::NODELAY).unwrap());
        }
        client.shutdown(How::Write).unwrap();
        assert_eq!(accepted.within(PATIENCE).recv(&mut [0; 8]).unwrap(), 0);
    }
    let listener = open(Protocol::MPTCP).unwrap();
    listener.bind(&localhost().into()).unwrap();
    listener.listen(1).unwrap();
    let port = listener.local_addr().unwrap().ip().unwrap().port();
    let python = python(
        "s = socket.socket(socket.AF_INET, socket.SOCK_STREAM, socket.IPPROTO_MPTCP)\n\
         s.connect(('127.0.0.1', int(sys.argv[1])))\n\
         s.sendall(b'from python')\n\
         assert s.recv(64) == b'from rust'",
        port,
    );
    let Some(mut python) = python else { return };
    let (accepted, _) = listener.within(PATIENCE).accept().unwrap();
    let mut buffer = [0; 11];
    accepted.within(PATIENCE).recv_exact(&mut buffer).unwrap();
    assert_eq!(&buffer, b"from python");
    assert!(accepted.get(mptcp::INFO).is_ok(), "it did not fall back");
    accepted.send_all(b"from rust").unwrap();
    assert!(python.wait().unwrap().success());
}

#[test]
#[ignore = "cargo xtask vm"]
fn dccp_agrees_on_a_service_and_keeps_packets_apart() {
    assert!(is_vm());
    let open = || Socket::new(Family::INET, Type::DCCP, Protocol::DCCP).unwrap();
    let service = 0x6265_726b;
    let listener = open();
    listener.set(dccp::SERVICE, service).unwrap();
    listener.bind(&localhost().into()).unwrap();
    listener.listen(BACKLOG).unwrap();
    let to = listener.local_addr().unwrap();
    let stranger = open();
    stranger.set(dccp::SERVICE, 4711).unwrap();
    let refused = stranger.within(PATIENCE).connect(&to).unwrap_err();
    assert_eq!(refused.errno(), Some(Errno::BADRQC), "another service");

    let client = open();
    client.set(dccp::SERVICE, service).unwrap();
    let ccids = client.get(dccp::AVAILABLE_CCIDS).unwrap();
    assert!(ccids.contains(&2), "{ccids:?}");
    client.set(dccp::CCID, vec![2]).unwrap();
    client.within(PATIENCE).connect(&to).unwrap();
    let (server, from) = listener.within(PATIENCE).accept().unwrap();
    assert_eq!(from, client.local_addr().unwrap());
    assert_eq!((client.get(dccp::TX_CCID).unwrap(), client.get(dccp::RX_CCID).unwrap()), (2, 2));
    let longest = client.get(dccp::GET_CUR_MPS).unwrap();
    assert!(longest > 1000, "{longest}");
    for packet in [&b"one"[..], b"two", b"three"] {
        assert_eq!(client.within(PATIENCE).send(packet).unwrap(), packet.len());
    }
    let mut buffer = [0; 16];
    for packet in [&b"one"[..], b"two"] {
        let len = server.within(PATIENCE).recv(&mut buffer).unwrap();
        assert_eq!(&buffer[..len], packet);
    }
    // The third is longer than the buffer: that is told, and its rest is gone.
    let cut = server.within(PATIENCE).recv(&mut buffer[..2]).unwrap_err();
    assert_eq!(cut.kind(), Kind::Truncated);
    let long = vec![0; usize::try_from(longest).unwrap() + 1];
    assert_eq!(client.send(&long).unwrap_err().errno(), Some(Errno::MSGSIZE));
    let late =
        server.within(Limit::within(Duration::from_millis(20))).recv(&mut buffer).unwrap_err();
    assert_eq!(late.kind(), Kind::TimedOut);
    client.close().unwrap();
    assert_eq!(server.within(PATIENCE).recv(&mut buffer).unwrap(), 0);
}

/// Without a device that does RDMA both ends are TCP's, and either end may be one of plain TCP.
#[test]
#[ignore = "cargo xtask vm"]
fn smc_falls_back_to_tcp() {
    type Open = fn() -> Socket;
    assert!(is_vm());
    let smc: Open = || Socket::new(Family::SMC, Type::STREAM, Protocol::DEFAULT).unwrap();
    let tcp: Open = || Socket::new(Family::INET, Type::STREAM, Protocol::TCP).unwrap();
    for (server, client) in [(smc, smc), (smc, tcp), (tcp, smc)] {
        let (listener, client) = (server(), client());
        listener.bind(&localhost().into()).unwrap();
        listener.listen(BACKLOG).unwrap();
        let to = listener.local_addr().unwrap();
        assert_eq!(to.family(), Family::INET, "its addresses are IPv4's");
        client.within(PATIENCE).connect(&to).unwrap();
        let (accepted, from) = listener.within(PATIENCE).accept().unwrap();
        assert_eq!(from, client.local_addr().unwrap());
        client.send_all(b"hello").unwrap();
        accepted.within(PATIENCE).recv_exact(&mut [0; 5]).unwrap();
        client.set(tcp::NODELAY, true).unwrap();
        // Of the TCP connection that carries it.
        assert!(client.get(tcp::NODELAY).unwrap());
        client.shutdown(How::Write).unwrap();
        assert_eq!(accepted.within(PATIENCE).recv(&mut [0; 8]).unwrap(), 0);
    }
    let socket = smc();
    socket.set(smc::LIMIT_HS, true).unwrap();
    assert!(socket.get(smc::LIMIT_HS).unwrap());
    let nobody = smc().within(PATIENCE).connect(&SocketAddr::from(([127, 0, 0, 1], 9)).into());
    assert_eq!(nobody.unwrap_err().errno(), Some(Errno::CONNREFUSED));
}

/// Over the loopback transport, which needs neither InfiniBand nor rds_tcp.
#[test]
#[ignore = "cargo xtask vm"]
fn rds_carries_datagrams_that_arrive() {
    assert!(is_vm());
    let open = || {
        let socket = Socket::new(Family::RDS, Type::SEQPACKET, Protocol::DEFAULT).unwrap();
        socket.bind(&localhost().into()).unwrap();
        (socket.local_addr().unwrap(), socket)
    };
    let ((from, client), (to, server)) = (open(), open());
    let mut buffer = [0; 64];
    for message in [&b"one"[..], b"two", b""] {
        client.send_to(message, &to).unwrap();
        let (len, sender) = server.within(PATIENCE).recv_from(&mut buffer).unwrap();
        assert_eq!((&buffer[..len], sender), (message, Some(from)));
    }
    client.send_to(b"longer than the room", &to).unwrap();
    let cut = server.within(PATIENCE).recv(&mut buffer[..4]).unwrap_err();
    assert_eq!(cut.kind(), Kind::Truncated);
    // Connected, and back.
    server.connect(&from).unwrap();
    server.send(b"back").unwrap();
    assert_eq!(client.within(PATIENCE).recv(&mut buffer).unwrap(), 4);
    let late =
        client.within(Limit::within(Duration::from_millis(20))).recv(&mut buffer).unwrap_err();
    assert_eq!(late.kind(), Kind::TimedOut);
    let unbound = Socket::new(Family::RDS, Type::SEQPACKET, Protocol::DEFAULT).unwrap();
    let nameless = unbound.send_to(b"x", &to).unwrap_err();
    assert_eq!(nameless.errno(), Some(Errno::NOTCONN), "it must be bound before it sends");
}
