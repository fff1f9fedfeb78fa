//! What the five families do for real, on loopback: names, connections, messages, errors.
//!
//! Contract: one row a case; around each the process has as many descriptors as before. What asks for a privilege is
//! skipped with its reason. `--nocapture` prints the rows. Sources: tcp(7), udp(7), unix(7), raw(7), netlink(7), packet(7).

use core::fmt::{self, Debug};
use core::net::{Ipv4Addr, Ipv6Addr, SocketAddr, SocketAddrV4};
use std::io::{IoSlice, IoSliceMut};

use berkeley_addr::{
    Address, DecodeError, EtherType, Family, NetlinkAddr, OneFamily, PacketAddr, ParseError,
    Protocol, Type, UnixAddr, UnixKind,
};
use berkeley_socket::netlink::{DONE, DUMP, GETLINK, Message, Messages, NEWLINK, Request};
use berkeley_socket::{BACKLOG, Errno, How, Interface, Kind, Limit, Socket};

type Show = fn();

const ROWS: &[(&str, Show)] = &[
    ("TCP over IPv4", || stream(Type::STREAM, &v4())),
    ("TCP over IPv6", || with_v6(|name| stream(Type::STREAM, name))),
    ("Unix stream, abstract", || stream(Type::STREAM, &UnixAddr::unnamed())),
    ("Unix stream, path", || with_path(40, |name| stream(Type::STREAM, name))),
    ("Unix stream, path of 108 bytes", || with_path(108, |name| stream(Type::STREAM, name))),
    ("Unix seqpacket, abstract", || stream(Type::SEQPACKET, &UnixAddr::unnamed())),
    ("Unix seqpacket, path", || with_path(40, |name| stream(Type::SEQPACKET, name))),
    ("UDP over IPv4", || datagrams(&v4(), &v4())),
    ("UDP over IPv6", || with_v6(|name| datagrams(name, name))),
    ("Unix datagram, abstract", || datagrams(&UnixAddr::unnamed(), &UnixAddr::unnamed())),
    ("Unix datagram, path", || with_path(40, |name| datagrams(name, &UnixAddr::unnamed()))),
    ("Unix datagram from a path of 108 bytes", || with_path(108, from_long_path)),
    ("Unix datagram from no name", from_no_name),
    ("messages, UDP", || messages(udp_pair())),
    ("messages, Unix datagram", || messages(unix_pair(Type::DGRAM))),
    ("messages, Unix seqpacket", || messages(unix_pair(Type::SEQPACKET))),
    ("connected UDP sends elsewhere", connected_udp_sends_elsewhere),
    ("more pieces than the kernel takes at once", many_pieces),
    ("RAW ICMP on lo", raw_icmp),
    ("netlink RTM_GETLINK", netlink_links),
    ("a protocol of the address's own", protocol_of_the_address),
    ("AF_PACKET on lo", packet_on_loopback),
    ("interfaces are those of /sys/class/net", interfaces),
];

fn v4() -> SocketAddr {
    (Ipv4Addr::LOCALHOST, 0).into()
}

fn with_v6(show: impl FnOnce(&SocketAddr)) {
    let name = SocketAddr::from((Ipv6Addr::LOCALHOST, 0));
    match Socket::bound(Type::DGRAM, &name) {
        Ok(_) => show(&name),
        Err(error) => skip(&error.to_string()),
    }
}

fn skip(why: &str) {
    println!("    skipped: {why}");
}

/// A path of so many bytes in a folder of its own.
fn with_path(len: usize, show: impl FnOnce(&UnixAddr)) {
    let folder = tempfile::tempdir_in("/tmp").unwrap();
    let mut path = folder.path().join("s").into_os_string().into_encoded_bytes();
    path.resize(len, b's');
    show(&UnixAddr::path(path).unwrap());
}

fn unix_pair(ty: Type) -> (Socket, Socket) {
    let (here, there) = Socket::<UnixAddr>::pair(ty).unwrap();
    (here.widen(), there.widen())
}

fn udp_pair() -> (Socket, Socket) {
    let here = Socket::bound(Type::DGRAM, &v4()).unwrap();
    let there = Socket::connected(Type::DGRAM, &here.local_addr().unwrap()).unwrap();
    here.connect(&there.local_addr().unwrap()).unwrap();
    (here.widen(), there.widen())
}

fn errno<T>(answer: berkeley_socket::Result<T>) -> Option<Errno> {
    answer.err().and_then(berkeley_socket::Error::errno)
}

/// A connection: both names on both sides, data in pieces, the end of each direction.
fn stream<A: Address + PartialEq + Debug>(ty: Type, name: &A) {
    let listener = Socket::listening(ty, name, BACKLOG).unwrap();
    let address = listener.local_addr().unwrap();
    let client = Socket::open_for(ty, &address).unwrap();
    assert_eq!(errno(client.peer_addr()), Some(Errno::NOTCONN));
    client.connect(&address).unwrap();
    assert_eq!(errno(client.connect(&address)), Some(Errno::ISCONN));

    let (served, from) = listener.accept().unwrap();
    assert_eq!(
        (from, served.local_addr().unwrap()),
        (client.local_addr().unwrap(), address.clone())
    );
    assert_eq!((client.peer_addr(), served.peer_addr()), (Ok(address), client.local_addr()));
    assert_eq!((served.ty(), served.family()), (ty, client.family()));

    assert_eq!(client.send_vectored(&[IoSlice::new(b"ab"), IoSlice::new(b"cde")]), Ok(5));
    let (mut one, mut two) = ([0; 2], [0; 3]);
    let mut buffers = [IoSliceMut::new(&mut one), IoSliceMut::new(&mut two)];
    assert_eq!(served.within(Limit::seconds(5)).recv_vectored(&mut buffers), Ok(5));
    assert_eq!((&one, &two), (b"ab", b"cde"));
    // Nothing to send: no message on a stream, and on a seqpacket an empty one.
    served.send_all(&[]).unwrap();
    served.send_all(b"xyz").unwrap();
    if ty == Type::SEQPACKET {
        assert_eq!(client.recv(&mut two), Ok(0));
    }
    client.recv_exact(&mut two).unwrap();
    assert_eq!(&two, b"xyz");

    served.shutdown(How::Write).unwrap();
    assert_eq!((client.recv(&mut two), client.recv(&mut two)), (Ok(0), Ok(0)));
    assert_eq!(errno(served.send(b"x")), Some(Errno::PIPE));
    client.send_all(b"x").unwrap();
    assert_eq!(served.recv(&mut two), Ok(1));
    client.close().unwrap();
    assert_eq!(served.recv(&mut two), Ok(0));
    // Nobody listens there any more.
    let address = listener.local_addr().unwrap();
    drop((listener, served));
    assert_eq!(errno(Socket::connected(ty, &address)), Some(Errno::CONNREFUSED));
}

/// Two bound sockets: who sent is told, also after a connect, which keeps the others away.
fn datagrams<A: Address + PartialEq + Debug>(name: &A, other: &A) {
    let server = Socket::bound(Type::DGRAM, name).unwrap();
    let client = Socket::bound(Type::DGRAM, other).unwrap();
    let (address, own) = (server.local_addr().unwrap(), client.local_addr().unwrap());
    assert_eq!(client.send_to(b"ask", &address), Ok(3));
    let mut buffer = [0; 8];
    let (len, from) = server.within(Limit::seconds(5)).recv_from(&mut buffer).unwrap();
    assert_eq!((&buffer[..len], &from), (&b"ask"[..], &Some(own.clone())));
    client.connect(&address).unwrap();
    assert_eq!(client.peer_addr(), Ok(address));
    assert_eq!(server.send_to(b"answer", &own), Ok(6));
    assert_eq!(client.recv(&mut buffer), Ok(6));
    // An empty message is a message.
    assert_eq!(client.send(&[]), Ok(0));
    let (len, again) = server.recv_from(&mut buffer).unwrap();
    assert_eq!((len, again), (0, Some(own)));
}

/// The kernel says 111 bytes of a name that has 110: nothing is lost and nothing is read beyond.
fn from_long_path(name: &UnixAddr) {
    let sender = Socket::bound(Type::DGRAM, name).unwrap();
    assert_eq!(sender.local_addr(), Ok(*name));
    let receiver = Socket::bound(Type::DGRAM, &UnixAddr::unnamed()).unwrap();
    sender.send_to(b"x", &receiver.local_addr().unwrap()).unwrap();
    assert_eq!(receiver.recv_from(&mut [0; 8]), Ok((1, Some(*name))));
    assert_eq!(receiver.send_to(b"y", name), Ok(1));
    receiver.connect(name).unwrap();
    assert_eq!(receiver.peer_addr(), Ok(*name));
    assert!(format!("{sender:?}").contains("sss"));
}

fn from_no_name() {
    let receiver = Socket::bound(Type::DGRAM, &UnixAddr::unnamed()).unwrap();
    let address = receiver.local_addr().unwrap();
    assert!(matches!(address.kind(), UnixKind::Abstract(name) if !name.is_empty()));
    let sender = Socket::connected(Type::DGRAM, &address).unwrap();
    sender.send(b"x").unwrap();
    assert_eq!(receiver.recv_from(&mut [0; 8]), Ok((1, None)));
    assert_eq!(sender.local_addr(), Ok(UnixAddr::unnamed()));
}

/// A message that does not fit is an error with its beginning in the buffer, in every form of receive; the next is whole.
fn messages((here, there): (Socket, Socket)) {
    type Receive = fn(&Socket, &mut [u8; 4]) -> Result<usize, berkeley_socket::Progress>;
    let forms: [(&str, Receive); 4] = [
        ("recv", |socket, buffer| socket.recv(buffer).map_err(stopped)),
        ("recv_from", |socket, buffer| Ok(socket.recv_from(buffer).map_err(stopped)?.0)),
        ("recv_vectored", |socket, buffer| {
            let (one, two) = buffer.split_at_mut(1);
            let mut buffers = [IoSliceMut::new(one), IoSliceMut::new(two)];
            socket.recv_vectored(&mut buffers).map_err(stopped)
        }),
        ("recv_exact", |socket, buffer| socket.recv_exact(buffer).map(|()| buffer.len())),
    ];
    for (form, receive) in forms {
        there.send(b"abcdef").unwrap();
        there.send(b"wxyz").unwrap();
        there.send(b"").unwrap();
        let mut buffer = [0; 4];
        let error = receive(&here, &mut buffer).unwrap_err();
        assert_eq!((error.error.kind(), &buffer), (Kind::Truncated, b"abcd"), "{form}");
        assert_eq!((receive(&here, &mut buffer), &buffer), (Ok(4), b"wxyz"), "{form}");
        match receive(&here, &mut buffer) {
            Ok(len) => assert_eq!(len, 0, "{form}"),
            // An empty message is too short for a buffer that is to be filled.
            Err(short) => {
                assert_eq!((form, short.error.kind(), short.done), ("recv_exact", Kind::Ended, 0));
            }
        }
    }
    // One message whatever the number of pieces; an empty one from send_all, too.
    there.send_vectored(&[IoSlice::new(b"ab"), IoSlice::new(b""), IoSlice::new(b"cd")]).unwrap();
    there.send_all(b"").unwrap();
    let mut buffer = [0; 8];
    assert_eq!((here.recv(&mut buffer), here.recv(&mut buffer)), (Ok(4), Ok(0)));
    let error = there.send_all(&vec![0; 1 << 20]).unwrap_err();
    assert_eq!((error.error.errno(), error.done), (Some(Errno::MSGSIZE), 0));
}

fn stopped(error: berkeley_socket::Error) -> berkeley_socket::Progress {
    berkeley_socket::Progress { error, done: 0 }
}

/// POSIX has EISCONN for it; Linux lets UDP do it.
fn connected_udp_sends_elsewhere() {
    let (one, two) = (Socket::bound(Type::DGRAM, &v4()), Socket::bound(Type::DGRAM, &v4()));
    let (one, two) = (one.unwrap(), two.unwrap());
    let client = Socket::connected(Type::DGRAM, &one.local_addr().unwrap()).unwrap();
    assert_eq!(client.send_to(b"x", &two.local_addr().unwrap()), Ok(1));
    assert_eq!(two.within(Limit::seconds(5)).recv(&mut [0; 8]), Ok(1));
    assert_eq!(client.send(b"xy"), Ok(2));
    assert_eq!(one.within(Limit::seconds(5)).recv(&mut [0; 8]), Ok(2));
}

/// The Internet checksum: RFC 1071.
fn checksum(bytes: &[u8]) -> u16 {
    let words =
        bytes.chunks(2).map(|pair| u32::from(pair[0]) << 8 | u32::from(*pair.get(1).unwrap_or(&0)));
    let sum: u32 = words.sum();
    let folded = (sum & 0xffff) + (sum >> 16);
    !u16::try_from((folded & 0xffff) + (folded >> 16)).unwrap()
}

/// A stream takes what it can of them; a message goes whole or not at all.
fn many_pieces() {
    let (here, there) = unix_pair(Type::STREAM);
    let pieces = vec![IoSlice::new(b"x"); 1500];
    assert_eq!(here.send_vectored(&pieces), Ok(1024));
    let mut bytes = [0; 1500];
    let mut buffers: Vec<_> = bytes.chunks_mut(1).map(IoSliceMut::new).collect();
    assert_eq!(there.recv_vectored(&mut buffers), Ok(1024));
    let (here, there) = unix_pair(Type::DGRAM);
    assert_eq!(errno(here.send_vectored(&pieces)), Some(Errno::MSGSIZE));
    here.send(b"x").unwrap();
    assert_eq!(errno(there.recv_vectored(&mut buffers)), Some(Errno::MSGSIZE));
}

fn raw_icmp() {
    let socket = match Socket::<SocketAddrV4>::open(Type::RAW, Protocol::ICMP) {
        Err(error) if error.errno() == Some(Errno::PERM) => return skip("CAP_NET_RAW is missing"),
        opened => opened.unwrap(),
    };
    assert_eq!(socket.protocol(), Ok(Protocol::ICMP));
    let [high, low] = std::process::id().to_be_bytes().last_chunk::<2>().copied().unwrap();
    let mut echo = [8, 0, 0, 0, high, low, 0, 1, b'b', b'e', b'r', b'k'];
    let sum = checksum(&echo).to_be_bytes();
    echo[2..4].copy_from_slice(&sum);
    let lo = SocketAddrV4::new(Ipv4Addr::LOCALHOST, 0);
    assert_eq!(socket.send_to(&echo, &lo), Ok(echo.len()));
    let limit = Limit::seconds(5).start();
    loop {
        let mut packet = [0; 64];
        let (len, from) = socket.within(limit).recv_from(&mut packet).unwrap();
        // The IPv4 header comes with it: RFC 791.
        let header = usize::from(packet[0] & 15) * 4;
        let icmp = &packet[header..len];
        if icmp[0] == 0 && icmp[4..6] == [high, low] {
            assert_eq!((from, &icmp[8..]), (Some(lo), &echo[8..]));
            return;
        }
    }
}

fn names_in_sys() -> Vec<String> {
    let entries = std::fs::read_dir("/sys/class/net").unwrap();
    let names = entries.map(|entry| entry.unwrap());
    // Beside the links there may be a file of the bonding driver's.
    let mut names: Vec<String> = names
        .filter(|entry| entry.path().join("ifindex").exists())
        .map(|entry| entry.file_name().into_string().unwrap())
        .collect();
    names.sort();
    names
}

/// Netlink addresses of generic netlink alone: a type whose family has a layout per protocol is made so.
#[derive(Clone)]
struct Generic(NetlinkAddr);

impl Address for Generic {
    type Sockaddr = [u8; 12];

    const PROTOCOL: Protocol = Protocol::NETLINK_GENERIC;

    fn speaks(family: Family, protocol: Protocol) -> bool {
        family == Family::NETLINK && protocol == Self::PROTOCOL
    }

    fn family(&self) -> Family {
        Family::NETLINK
    }

    fn encode(&self) -> [u8; 12] {
        self.0.encode()
    }

    fn decode(bytes: &[u8]) -> Result<Self, DecodeError> {
        NetlinkAddr::decode(bytes).map(Self)
    }

    fn parse(text: &str) -> Result<Self, ParseError> {
        NetlinkAddr::parse(text).map(Self)
    }

    fn fmt_text(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt_text(f)
    }
}

impl OneFamily for Generic {
    const FAMILY: Family = Family::NETLINK;
}

fn protocol_of_the_address() {
    let rows = [
        Socket::<Generic>::open(Type::RAW, Protocol::DEFAULT),
        Socket::<Generic>::open(Type::RAW, Protocol::NETLINK_GENERIC),
        Socket::open_for(Type::RAW, &Generic(NetlinkAddr::KERNEL)),
        Socket::bound(Type::RAW, &Generic(NetlinkAddr::KERNEL)),
    ];
    for socket in rows {
        assert_eq!(socket.unwrap().protocol(), Ok(Protocol::NETLINK_GENERIC));
    }
}

fn netlink_links() {
    let route = Socket::<NetlinkAddr>::open(Type::RAW, Protocol::NETLINK_ROUTE).unwrap();
    route.bind(&NetlinkAddr::KERNEL).unwrap();
    assert_ne!(route.local_addr().unwrap().pid, 0, "the kernel chooses a port");
    let mut room = [0; 32];
    let mut request = Request::new(&mut room, GETLINK, DUMP);
    let request = request.body(&[0; 16]).bytes().unwrap();
    route.send_to(request, &NetlinkAddr::KERNEL).unwrap();
    let (mut count, mut part) = (0, vec![0; 32768]);
    'dump: loop {
        let (len, from) = route.within(Limit::seconds(5)).recv_from(&mut part).unwrap();
        assert_eq!(from, Some(NetlinkAddr::KERNEL));
        for message in Messages::new(&part[..len]) {
            match message.unwrap() {
                Message { kind: NEWLINK, sequence: 0, .. } => count += 1,
                Message { kind: DONE, .. } => break 'dump,
                other => panic!("{other:?}"),
            }
        }
    }
    assert_eq!(count, names_in_sys().len());
    // A message longer than the buffer is an error here, too.
    route.send_to(request, &NetlinkAddr::KERNEL).unwrap();
    let short = route.recv(&mut [0; 16]).unwrap_err();
    assert_eq!(short.kind(), Kind::Truncated);
}

fn packet_on_loopback() {
    let tap = match Socket::<PacketAddr>::open(Type::RAW, Protocol::DEFAULT) {
        Err(error) if error.errno() == Some(Errno::PERM) => return skip("CAP_NET_RAW is missing"),
        opened => opened.unwrap(),
    };
    // The kernel answers 12 of 20 bytes here, and 18 once it is bound.
    let name = tap.local_addr().unwrap();
    assert_eq!((name.index, name.address.as_slice()), (0, &[][..]));
    let lo = Interface::named("lo").unwrap().index();
    tap.bind(&PacketAddr::on(lo, EtherType::IP)).unwrap();
    let name = tap.local_addr().unwrap();
    assert_eq!(
        (name.index, name.protocol, name.address.as_slice()),
        (lo, EtherType::IP, &[0; 6][..])
    );

    let (here, there) = udp_pair();
    let word = format!("seen by {}", std::process::id());
    here.send(word.as_bytes()).unwrap();
    let limit = Limit::seconds(5).start();
    let mut frame = vec![0; 65536];
    loop {
        let (len, from) = tap.within(limit).recv_from(&mut frame).unwrap();
        let from = from.unwrap();
        assert_eq!((from.index, from.protocol), (lo, EtherType::IP));
        // Ethernet's header, IPv4's and UDP's, then the data.
        if frame[..len].ends_with(word.as_bytes()) {
            assert_eq!(len, 14 + 20 + 8 + word.len());
            break;
        }
    }
    assert_eq!(there.recv(&mut frame), Ok(word.len()));
}

fn interfaces() {
    let all = Interface::all().unwrap();
    let mut names: Vec<_> =
        all.iter().map(|link| link.name().to_str().unwrap().to_owned()).collect();
    names.sort();
    assert_eq!(names, names_in_sys());
    for link in all {
        let name = link.name().to_str().unwrap();
        let index = std::fs::read_to_string(format!("/sys/class/net/{name}/ifindex")).unwrap();
        assert_eq!(index.trim(), link.index().to_string());
        assert_eq!(
            (Interface::named(name), Interface::indexed(link.index())),
            (Ok(link), Ok(link))
        );
    }
    for name in ["", "berkeley-none", "sixteen-bytes-xx", "l\0o"] {
        assert_eq!(errno(Interface::named(name)), Some(Errno::NODEV), "{name:?}");
    }
    for index in [0, u32::MAX] {
        assert!(matches!(errno(Interface::indexed(index)), Some(Errno::NODEV | Errno::NXIO)));
    }
}

/// How many descriptors the process has.
fn descriptors() -> usize {
    std::fs::read_dir("/proc/self/fd").unwrap().count()
}

#[test]
fn each_family_does_its_work() {
    for (name, show) in ROWS {
        let before = descriptors();
        println!("{name}");
        show();
        assert_eq!(descriptors(), before, "{name} leaks");
    }
}
