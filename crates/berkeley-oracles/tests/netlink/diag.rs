//! Sockets listed and destroyed, beside ss(8).

use core::net::{IpAddr, Ipv6Addr, SocketAddr};
use std::collections::BTreeSet;
use std::os::fd::AsFd;
use std::process::Command;

use berkeley_addr::{Family, Protocol, Type, UnixAddr};
use berkeley_socket::netlink::{Connection, SockDiag, SocketState};
use berkeley_socket::option::so;
use berkeley_socket::{BACKLOG, Errno, Limit, Socket};
use nix::sys::stat::fstat;

use crate::network::{is_vm, unless_skipped};
use crate::two::{Outcome, alone};

/// The port of RDS over TCP (linux/rds.h).
const RDS_TCP: u16 = 16385;

/// The fields of ss(8)'s lines that it gives by number: state, queues, addresses.
fn ss(words: &[&str]) -> Outcome<BTreeSet<Vec<String>>> {
    let output = Command::new("ss").args(words).output()?;
    assert!(output.status.success(), "{output:?}");
    let lines = String::from_utf8(output.stdout)?;
    let fields = |line: &str| line.split_whitespace().take(5).map(str::to_owned).collect();
    Ok(lines.lines().map(fields).collect())
}

fn inode(socket: impl AsFd) -> Outcome<u32> {
    Ok(fstat(socket)?.st_ino.try_into()?)
}

fn inet() -> Outcome {
    let limit = Limit::seconds(10);
    let mut diag = SockDiag::open()?.within(limit);
    for any in [SocketAddr::from(([127, 0, 0, 1], 0)), SocketAddr::from((Ipv6Addr::LOCALHOST, 0))] {
        let family = if any.is_ipv4() { Family::INET } else { Family::INET6 };
        let server = Socket::listening(Type::STREAM, &any, BACKLOG)?;
        let there = server.local_addr()?;
        let client = Socket::connected(Type::STREAM, &there)?;
        let (served, here) = server.accept()?;
        client.send_all(b"seven..")?;
        let datagrams = Socket::bound(Type::DGRAM, &any)?;

        let all = diag.inet(family, Protocol::TCP)?;
        let find = |local, remote| {
            let found = all.iter().find(|it| (it.local, it.remote.port()) == (local, remote));
            found.ok_or_else(|| format!("{local} is not in {all:?}"))
        };
        let listening = find(there, 0)?;
        assert_eq!(listening.state, SocketState::LISTEN);
        assert_eq!(listening.inode, inode(&server)?);
        let peer = find(there, here.port())?;
        assert_eq!((peer.state, peer.remote), (SocketState::ESTABLISHED, here));
        assert_eq!((peer.receive_queue, peer.inode), (7, inode(&served)?));
        assert_eq!(peer.cookie, served.get(so::COOKIE)?);
        let udp = diag.inet(family, Protocol::UDP)?;
        let own = udp.iter().find(|it| it.local == datagrams.local_addr().unwrap());
        let own = own.ok_or("no datagram socket")?;
        assert_eq!((own.state, own.inode), (SocketState::CLOSE, inode(&datagrams)?));

        // As ss(8) lists them: ESTAB, LISTEN, UNCONN ...
        let flag = if any.is_ipv4() { "-4" } else { "-6" };
        let ours: BTreeSet<_> = all
            .iter()
            // RDS over TCP listens in every network, where the kernel has it: not one of this test's.
            .filter(|it| it.local.port() != RDS_TCP)
            .map(|it| {
                let state = match it.state {
                    SocketState::ESTABLISHED => "ESTAB".to_owned(),
                    state => state.to_string(),
                };
                let remote = match (it.remote.port(), it.remote.ip()) {
                    (0, IpAddr::V4(ip)) => format!("{ip}:*"),
                    (0, IpAddr::V6(ip)) => format!("[{ip}]:*"),
                    _ => it.remote.to_string(),
                };
                let queues = [it.receive_queue.to_string(), it.send_queue.to_string()];
                [vec![state], queues.to_vec(), vec![it.local.to_string(), remote]].concat()
            })
            .collect();
        let mut theirs = ss(&["-H", "-n", "-t", "-a", flag])?;
        theirs.retain(|words| !words.iter().any(|word| word.ends_with(&format!(":{RDS_TCP}"))));
        assert_eq!(ours, theirs);

        // The kernel may have been built without it.
        match diag.destroy(peer) {
            Err(error) if error.errno() == Some(Errno::OPNOTSUPP) && !is_vm() => continue,
            destroyed => destroyed?,
        }
        let ended = served.within(limit).send(b"x").unwrap_err();
        assert_eq!(ended.errno(), Some(Errno::CONNABORTED));
        let reset = client.within(limit).recv(&mut [0; 8]).unwrap_err();
        assert_eq!(reset.errno(), Some(Errno::CONNRESET));
        assert_eq!(diag.destroy(peer).unwrap_err().errno(), Some(Errno::NOENT));
    }
    let nothing = diag.inet(Family::INET, Protocol::new(300)).unwrap_err();
    assert_eq!(nothing.errno(), Some(Errno::INVAL));
    Ok(())
}

#[test]
fn internet_sockets() {
    unless_skipped(alone(inet));
}

fn unix() -> Outcome {
    let name = UnixAddr::abstract_name(b"berkeley diag")?;
    let server = Socket::listening(Type::SEQPACKET, &name, 5)?;
    let client = Socket::connected(Type::SEQPACKET, &name)?;
    let (here, there) = Socket::<UnixAddr>::pair(Type::DGRAM)?;
    let folder = tempfile::tempdir()?;
    let path = UnixAddr::path(folder.path().join("socket").into_os_string().into_encoded_bytes())?;
    let bound = Socket::bound(Type::DGRAM, &path)?;

    let all = SockDiag::open()?.within(Limit::seconds(10)).unix()?;
    let find = |socket: &Socket<UnixAddr>| -> Outcome<_> {
        let inode = inode(socket)?;
        Ok(all.iter().find(|it| it.inode == inode).ok_or("not listed")?)
    };
    let listed = find(&server)?;
    assert_eq!((listed.ty, listed.state), (Type::SEQPACKET, SocketState::LISTEN));
    assert_eq!(listed.local.as_ref(), Some(&name));
    assert_eq!((listed.receive_queue, listed.send_queue), (1, 5));
    assert_eq!(listed.cookie, server.get(so::COOKIE)?);
    assert_eq!(find(&client)?.state, SocketState::ESTABLISHED);
    assert_eq!(find(&client)?.local, None);
    assert_eq!(find(&here)?.peer, Some(inode(&there)?));
    assert_eq!(find(&bound)?.local.as_ref(), Some(&path));
    Ok(())
}

#[test]
fn unix_sockets() {
    // ENOENT: a kernel without unix_diag; the VM has it.
    unless_skipped(alone(unix));
}

fn netlink() -> Outcome {
    let connection = Connection::open(Protocol::NETLINK_ROUTE)?;
    let (port, number) = (connection.socket().local_addr()?.pid, inode(connection.socket())?);
    let all = SockDiag::open()?.within(Limit::seconds(10)).netlink();
    let all = match all {
        Err(error) if error.errno() == Some(Errno::NOENT) && !is_vm() => return Ok(()),
        all => all?,
    };
    let own = all.iter().find(|it| it.local.pid == port && it.protocol == Protocol::NETLINK_ROUTE);
    assert_eq!(own.ok_or("not listed")?.inode, number);
    Ok(())
}

#[test]
fn netlink_sockets() {
    unless_skipped(alone(netlink));
}

#[test]
#[ignore = "cargo xtask vm"]
fn vsock_sockets() {
    assert!(is_vm());
    let any = berkeley_addr::VsockAddr::new(u32::MAX, u32::MAX);
    let server = Socket::listening(Type::STREAM, &any, 1).unwrap();
    let there = server.local_addr().unwrap();
    let all = SockDiag::open().unwrap().within(Limit::seconds(10)).vsock().unwrap();
    let own = all.iter().find(|it| it.inode == inode(&server).unwrap()).unwrap();
    assert_eq!((own.ty, own.state), (Type::STREAM, SocketState::LISTEN));
    assert_eq!((own.local.cid, own.local.port), (there.cid, there.port));
}
