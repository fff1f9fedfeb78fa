//! IPv6 from end to end: flow labels as they are on the wire, and link-local addresses between two networks.
//!
//! Each test makes networks of its own: a thread that unshares its network namespace, and sockets that stay in it. What is not
//! possible here (no CAP_SYS_ADMIN, no `ip`, no veth) is printed as skipped, and fails under `BERKELEY_STRICT`.

mod network;

use core::net::{Ipv6Addr, SocketAddr, SocketAddrV6};
use std::collections::BTreeSet;
use std::io::IoSliceMut;
use std::sync::mpsc;
use std::thread;

use berkeley_addr::{EtherType, FlowInfo, PacketAddr, ScopedIpv6};
use berkeley_resolve::resolve;
use berkeley_socket::control::{self, ControlRoom};
use berkeley_socket::option::{Flag, SockOpt, ipv6};
use berkeley_socket::{
    BACKLOG, Errno, Error, FlowLabelLease, FlowLabelShare, Interface, Limit, RecvFlags, Socket,
    Type,
};
use nix::sched::{CloneFlags, unshare};

use network::{in_a_network, ip, unless_skipped};

const LIMIT: Limit<'static> = Limit::seconds(10);
/// `IPV6_FLOWINFO` (linux/in6.h): received labels as control messages.
const FLOWINFO: SockOpt<Flag> = SockOpt::plain(41, 11);

fn loopback(port: u16, flow: u32) -> SocketAddrV6 {
    SocketAddrV6::new(Ipv6Addr::LOCALHOST, port, flow, 0)
}

/// The label arrives, exactly, as a control message, and stands in the packet's header.
#[test]
fn flow_labels() {
    unless_skipped(in_a_network(|| {
        let lo = Interface::named("lo").unwrap().index();
        let tap = Socket::bound(Type::DGRAM, &PacketAddr::on(lo, EtherType::IPV6)).unwrap();
        let there = Socket::bound(Type::DGRAM, &loopback(0, 0)).unwrap();
        there.set(FLOWINFO, true).unwrap();
        let port = there.local_addr().unwrap().port();
        let here = Socket::bound(Type::DGRAM, &loopback(0, 0)).unwrap();
        let wanted =
            FlowLabelLease { label: Some(0x1_2345), ..FlowLabelLease::to(Ipv6Addr::LOCALHOST) };
        assert_eq!(here.lease_flow_label(&wanted), Ok(0x1_2345));
        let chosen = here.lease_flow_label(&FlowLabelLease::to(Ipv6Addr::LOCALHOST)).unwrap();
        assert!(chosen > 0 && chosen <= 0xf_ffff && chosen != 0x1_2345);
        here.set(ipv6::FLOWINFO_SEND, true).unwrap();
        // Where no label is said, the kernel would make one up.
        here.set(ipv6::AUTOFLOWLABEL, false).unwrap();
        for label in [0x1_2345, chosen, 0] {
            here.send_to(b"in one flow", &loopback(port, label)).unwrap();
            let (mut buffer, mut room) = ([0; 64], ControlRoom::new(64));
            let buffers = &mut [IoSliceMut::new(&mut buffer)];
            let received =
                there.within(LIMIT).recv_msg(buffers, &mut room, RecvFlags::NONE).unwrap();
            // In the address it is 0.
            assert_eq!(received.from.map(|from| from.flowinfo()), Some(0));
            let flow = room.get(control::ipv6::FLOWINFO).map(FlowInfo::from_raw);
            assert_eq!(flow.map_or(0, FlowInfo::label), label);
            assert_eq!(captured(&tap, port), label, "on the wire");
        }
        // One that nobody has leased.
        let refused = here.send_to(b"x", &loopback(port, 0x777)).map_err(Error::errno);
        assert_eq!(refused, Err(Some(Errno::INVAL)));
        // Somebody else's own.
        let other = Socket::bound(Type::DGRAM, &loopback(0, 0)).unwrap();
        let refused = other.lease_flow_label(&wanted).map_err(Error::errno);
        assert!(matches!(refused, Err(Some(Errno::EXIST | Errno::PERM))), "{refused:?}");
        here.renew_flow_label(&FlowLabelLease { expires: LIMIT.remaining().unwrap(), ..wanted })
            .unwrap();
        here.release_flow_label(0x1_2345).unwrap();
        let gone = here.release_flow_label(0x1_2345).map_err(Error::errno);
        assert_eq!(gone, Err(Some(Errno::SRCH)));
        let wide = FlowLabelLease { label: Some(1 << 20), ..wanted };
        assert_eq!(here.lease_flow_label(&wide).map_err(Error::errno), Err(Some(Errno::INVAL)));
        // A label that all may use, on two connections: the peer's address has it.
        let shared = FlowLabelLease { label: Some(0xf_0f0f), share: FlowLabelShare::Any, ..wanted };
        let server = Socket::listening(Type::STREAM, &loopback(0, 0), BACKLOG).unwrap();
        let to = loopback(server.local_addr().unwrap().port(), 0xf_0f0f);
        for _ in 0..2 {
            let client = Socket::open_for(Type::STREAM, &to).unwrap();
            client.lease_flow_label(&shared).unwrap();
            client.set(ipv6::FLOWINFO_SEND, true).unwrap();
            client.connect(&to).unwrap();
            assert_eq!(client.peer_addr(), Ok(to));
            assert_eq!(captured(&tap, to.port()), 0xf_0f0f, "in the SYN");
        }
        Ok(())
    }));
}

/// The flow label of the next packet that goes to this port.
fn captured(tap: &Socket<PacketAddr>, port: u16) -> u32 {
    let mut packet = [0; 2048];
    loop {
        let (len, _) = tap.within(LIMIT).recv_from(&mut packet).unwrap();
        let header = &packet[..len];
        if len >= 44 && header[42..44] == port.to_be_bytes() {
            return u32::from_be_bytes([0, header[1] & 0xf, header[2], header[3]]);
        }
    }
}

/// A link between two networks: a server in one, a client in the other, by the interface's name and by its index.
#[test]
fn link_local() {
    unless_skipped(in_a_network(|| {
        let (tell, told) = mpsc::channel();
        let (over, wait) = mpsc::channel::<()>();
        thread::scope(move |scope| {
            // Until it is told or `over` is dropped, this thread waits, and its network exists.
            scope.spawn(move || {
                let made = unshare(CloneFlags::CLONE_NEWNET).map(|()| nix::unistd::gettid());
                tell.send(made.map_err(|errno| format!("no new network: {errno}"))).unwrap();
                let served = wait.recv().map(|()| serve_in_b());
                if let Ok(Err(why)) = served {
                    println!("server: {why}");
                }
            });
            let other = told.recv().unwrap()?;
            let path = format!("/proc/{}/task/{other}/ns/net", std::process::id());
            ip("link add near type veth peer name far")?;
            ip(&format!("link set far netns {path}"))?;
            ip("link set near addrgenmode none")?;
            ip("addr add fe80::a/64 dev near nodad")?;
            ip("link set near up")?;
            over.send(()).unwrap();
            talk_from_a();
            Ok(())
        })
    }));
}

const PORT: u16 = 4242;

/// Answers each datagram of two clients to its sender, whose address must have this side's scope; then a connection.
fn serve_in_b() -> Result<(), String> {
    ip("link set lo up")?;
    ip("link set far addrgenmode none")?;
    ip("addr add fe80::b/64 dev far nodad")?;
    ip("link set far up")?;
    let index = Interface::named("far").map_err(|error| error.to_string())?.index();
    let own: ScopedIpv6 = format!("[fe80::b%far]:{PORT}").parse().map_err(|_| "its own text")?;
    let own = own.with_index(index);
    let server = Socket::bound(Type::DGRAM, &own).map_err(|error| error.to_string())?;
    let listener =
        Socket::listening(Type::STREAM, &own, BACKLOG).map_err(|error| error.to_string())?;
    let mut buffer = [0; 64];
    let mut clients = BTreeSet::new();
    while clients.len() < 2 {
        let (len, from) = server.within(LIMIT).recv_from(&mut buffer).map_err(|e| e.to_string())?;
        let from = from.ok_or("no sender")?;
        assert_eq!((from.scope_id(), *from.ip()), (index, "fe80::a".parse().unwrap()));
        server.send_to(&buffer[..len], &from).map_err(|error| error.to_string())?;
        clients.insert(from.port());
    }
    let (served, from) = listener.within(LIMIT).accept().map_err(|error| error.to_string())?;
    assert_eq!(from.scope_id(), index);
    assert_eq!(served.local_addr().map(|own| own.scope_id()), Ok(index));
    served.send_all(b"served").map_err(|stopped| stopped.to_string())
}

fn talk_from_a() {
    let index = Interface::named("near").unwrap().index();
    // By name, which resolution turns into the index, and by the index itself.
    let texts = [format!("udp://[fe80::b%near]:{PORT}"), format!("udp://[fe80::b%{index}]:{PORT}")];
    for text in texts {
        let targets =
            resolve(&text.parse().unwrap(), berkeley_resolve::Role::Client, LIMIT).unwrap();
        let to = targets.iter().find_map(|target| target.addr.ip()).unwrap();
        let SocketAddr::V6(to) = to else { panic!("{to}") };
        assert_eq!(to.scope_id(), index);
        let client = Socket::open_for(Type::DGRAM, &to).unwrap();
        client.connect(&to).unwrap();
        assert_eq!(client.peer_addr(), Ok(to));
        assert_eq!(client.local_addr().map(|own| own.scope_id()), Ok(index));
        // The other side may not have come up yet: the first datagrams are lost.
        let mut buffer = [0; 64];
        let answered = (0..100).find_map(|_| {
            let _ = client.send(b"hello");
            let soon = Limit::within(core::time::Duration::from_millis(100));
            client.within(soon).recv(&mut buffer).ok()
        });
        assert_eq!(answered, Some(5), "no answer on {text}");
    }
    let to = SocketAddrV6::new("fe80::b".parse().unwrap(), PORT, 0, index);
    let client = Socket::open_for(Type::STREAM, &to).unwrap();
    client.within(LIMIT).connect(&to).unwrap();
    assert_eq!(client.peer_addr(), Ok(to));
    let mut answer = [0; 6];
    client.within(LIMIT).recv_exact(&mut answer).unwrap();
    assert_eq!(&answer, b"served");
    // Without a scope there is no link to go by.
    let nowhere = SocketAddrV6::new(*to.ip(), PORT, 0, 0);
    let refused = Socket::open_for(Type::STREAM, &nowhere).unwrap().connect(&nowhere);
    assert_eq!(refused.map_err(Error::errno), Err(Some(Errno::INVAL)));
}
