//! TIPC's node and bearers by generic netlink: two nodes find each other.

use core::time::Duration;
use std::time::Instant;

use berkeley_addr::{Protocol, TipcAddr, TipcKind, Type};
use berkeley_socket::netlink::{InterfaceAddress, Rtnetlink, TipcConfig};
use berkeley_socket::{Errno, Socket};

use crate::network::{is_vm, unless_skipped};
use crate::two::{Meeting, Outcome, alone, index, joined};

/// How long discovery may take; the kernel asks about each second.
const PATIENCE: Duration = Duration::from_secs(20);

/// One node: `ready` is where both wait for each other before one of them leaves.
fn node(number: u8, device: &str, by_udp: bool, ready: &Meeting) -> Outcome {
    let mut tipc = TipcConfig::open()?;
    let mut identity = [0; 16];
    identity[..5].copy_from_slice(&[b'n', b'o', b'd', b'e', b'0' + number]);
    tipc.set_identity(identity)?;
    let net = tipc.net()?;
    assert_eq!((net.identity, net.id), (identity, 4711));
    let mut route = Rtnetlink::open()?;
    let ip = [192, 0, 2, number].into();
    route.add_address(&InterfaceAddress::new(index(device)?, ip, 24))?;
    let bearer = if by_udp {
        tipc.enable_udp("cable", ip, None)?;
        "udp:cable".to_owned()
    } else {
        tipc.enable_ethernet(device)?;
        format!("eth:{device}")
    };
    assert_eq!(tipc.bearers()?, [bearer.as_str()]);
    let start = Instant::now();
    loop {
        let links = tipc.links()?;
        if let Some(link) = links.iter().find(|link| link.is_up && !link.is_broadcast) {
            assert!(link.mtu >= 1400, "{link:?}");
            break;
        }
        assert!(start.elapsed() < PATIENCE, "no link: {links:?}");
        std::thread::sleep(Duration::from_millis(50));
    }
    ready.meet()?;
    tipc.disable_bearer(&bearer)?;
    assert!(tipc.bearers()?.is_empty());
    assert!(tipc.disable_bearer(&bearer).is_err());
    Ok(())
}

/// Two nodes, each on one end of the same cable.
fn nodes(by_udp: bool) {
    assert!(is_vm());
    let ready = Meeting::default();
    let near = || node(1, "one", by_udp, &ready);
    unless_skipped(joined(near, || node(2, "two", by_udp, &ready)));
}

/// A node that is numbered, in a network that is.
fn numbered() -> Outcome {
    const NODE: u32 = 0x0100_1001;
    let mut tipc = TipcConfig::open()?;
    tipc.set_network_id(5000)?;
    tipc.set_node(NODE)?;
    let net = tipc.net()?;
    assert_eq!(net.id, 5000);
    // Its number is every socket's, as soon as the kernel has done it.
    let start = Instant::now();
    loop {
        let socket = Socket::<TipcAddr>::open(Type::RDM, Protocol::DEFAULT)?;
        match socket.local_addr()?.kind() {
            TipcKind::Socket { node: NODE, .. } => break,
            other => assert!(start.elapsed() < PATIENCE, "{other:?}"),
        }
        std::thread::sleep(Duration::from_millis(20));
    }
    assert_eq!(tipc.net()?.identity.trim_ascii_end(), b"1001001\0\0\0\0\0\0\0\0\0");
    let again = tipc.set_network_id(5001).unwrap_err();
    assert_eq!(again.errno(), Some(Errno::PERM));
    Ok(())
}

#[test]
#[ignore = "cargo xtask vm"]
fn a_node_is_numbered() {
    assert!(is_vm());
    unless_skipped(alone(numbered));
}

#[test]
#[ignore = "cargo xtask vm"]
fn two_nodes_by_ethernet() {
    nodes(false);
}

#[test]
#[ignore = "cargo xtask vm"]
fn two_nodes_by_udp() {
    nodes(true);
}
