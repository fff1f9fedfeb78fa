//! Options of every socket.

use core::net::{Ipv4Addr, SocketAddr};
use core::time::Duration;

use berkeley_addr::{AnyAddr, Family, Protocol, Type, UnixAddr};
use berkeley_socket::option::{Timestamping, TxTime, so};
use berkeley_socket::{Errno, Socket};

use crate::kit::{Level, becomes, open, reads, same, toggle};

pub(crate) const SO: Level = Level {
    name: "so",
    source: include_str!("../../src/option/so.rs"),
    needs: "",
    rows: &[
        ("REUSEADDR", "", |k| toggle(&k.tcp, so::REUSEADDR)),
        ("REUSEPORT", "", |k| toggle(&k.udp, so::REUSEPORT)),
        ("KEEPALIVE", "", |k| toggle(&k.tcp, so::KEEPALIVE)),
        ("BROADCAST", "", |k| toggle(&k.udp, so::BROADCAST)),
        ("DONTROUTE", "", |k| toggle(&k.udp, so::DONTROUTE)),
        ("OOBINLINE", "", |k| toggle(&k.tcp, so::OOBINLINE)),
        ("DEBUG", "", |k| toggle(&k.tcp, so::DEBUG)),
        ("PASSCRED", "", |k| toggle(&k.unix, so::PASSCRED)),
        ("RCVBUF", "", |k| becomes(&k.unix, so::RCVBUF, 65_536, &131_072)),
        ("SNDBUF", "", |k| becomes(&k.unix, so::SNDBUF, 65_536, &131_072)),
        ("RCVBUFFORCE", "", |k| {
            k.udp.set(so::RCVBUFFORCE, 1 << 24)?;
            assert_eq!(k.udp.get(so::RCVBUF)?, 1 << 25);
            Ok(())
        }),
        ("SNDBUFFORCE", "", |k| {
            k.udp.set(so::SNDBUFFORCE, 1 << 24)?;
            assert_eq!(k.udp.get(so::SNDBUF)?, 1 << 25);
            Ok(())
        }),
        ("RCVLOWAT", "", |k| same(&k.tcp, so::RCVLOWAT, 7)),
        ("LINGER", "", |k| {
            becomes(
                &k.tcp,
                so::LINGER,
                Some(Duration::from_millis(1)),
                &Some(Duration::from_secs(1)),
            )?;
            same(&k.tcp, so::LINGER, Some(Duration::ZERO))?;
            same(&k.tcp, so::LINGER, None)
        }),
        ("PRIORITY", "", |k| same(&k.udp, so::PRIORITY, 5)),
        ("MARK", "", |k| same(&k.udp, so::MARK, 0xffff_0001)),
        ("BINDTODEVICE", "", |k| {
            same(&k.tcp6, so::BINDTODEVICE, "lo".to_owned())?;
            same(&k.tcp6, so::BINDTODEVICE, String::new())?;
            let refused = |name: &str| k.tcp6.set(so::BINDTODEVICE, name.to_owned()).unwrap_err();
            assert_eq!(refused("berkeley-none").errno(), Some(Errno::NODEV));
            assert_eq!(refused("sixteen-bytes-xx").errno(), Some(Errno::INVAL));
            Ok(())
        }),
        ("INCOMING_CPU", "", |k| same(&k.udp, so::INCOMING_CPU, 0)),
        ("BUSY_POLL", "", |k| same(&k.udp, so::BUSY_POLL, Duration::from_micros(50))),
        ("PEEK_OFF", "", |k| {
            same(&k.unix, so::PEEK_OFF, 3)?;
            same(&k.unix, so::PEEK_OFF, -1)
        }),
        ("ERROR", "", |k| {
            reads(&k.tcp, so::ERROR, &None)?;
            // Nobody listens there: the pending error is told once.
            let closed = Socket::bound(
                Type::DGRAM,
                &AnyAddr::from(SocketAddr::from((Ipv4Addr::LOCALHOST, 0))),
            )?;
            let address = closed.local_addr()?;
            closed.close()?;
            let client = Socket::connected(Type::DGRAM, &address)?;
            client.send(b"x")?;
            reads(&client, so::ERROR, &Some(Errno::CONNREFUSED))?;
            reads(&client, so::ERROR, &None)
        }),
        ("TYPE", "", |k| {
            reads(&k.tcp, so::TYPE, &Type::STREAM)?;
            reads(&k.unix_datagram, so::TYPE, &Type::DGRAM)?;
            reads(&k.netlink, so::TYPE, &Type::RAW)
        }),
        ("DOMAIN", "", |k| {
            reads(&k.tcp, so::DOMAIN, &Family::INET)?;
            reads(&k.unix, so::DOMAIN, &Family::UNIX)?;
            reads(&k.udp6, so::DOMAIN, &Family::INET6)
        }),
        ("PROTOCOL", "", |k| {
            reads(&k.tcp, so::PROTOCOL, &Protocol::TCP)?;
            reads(&k.udp6, so::PROTOCOL, &Protocol::UDP)?;
            reads(&k.netlink, so::PROTOCOL, &Protocol::NETLINK_ROUTE)
        }),
        ("ACCEPTCONN", "", |k| {
            reads(&k.listener, so::ACCEPTCONN, &true)?;
            reads(&k.tcp, so::ACCEPTCONN, &false)
        }),
        ("PEERCRED", "", |k| {
            assert_eq!(
                k.unix_datagram.get(so::PEERCRED)?.map(|peer| peer.uid),
                k.unix.get(so::PEERCRED)?.map(|peer| peer.uid)
            );
            let alone = Socket::<UnixAddr>::open(Type::STREAM, Protocol::DEFAULT)?;
            assert_eq!(alone.get(so::PEERCRED)?, None);
            let peer = k.unix.get(so::PEERCRED)?.expect("a pair");
            assert_eq!(peer.pid.map(i32::unsigned_abs), Some(std::process::id()));
            Ok(())
        }),
        ("SNDLOWAT", "", |k| reads(&k.tcp, so::SNDLOWAT, &1)),
        ("RCVTIMEO", "", |k| {
            same(&k.udp, so::RCVTIMEO, Some(Duration::from_secs(70_000)))?;
            let refused = k.udp.set(so::RCVTIMEO, Some(Duration::ZERO)).unwrap_err();
            assert_eq!(refused.errno(), Some(Errno::INVAL), "zero would be for ever");
            same(&k.udp, so::RCVTIMEO, None)
        }),
        ("SNDTIMEO", "", |k| {
            same(&k.udp, so::SNDTIMEO, Some(Duration::from_secs(5)))?;
            same(&k.udp, so::SNDTIMEO, None)
        }),
        ("RCVMARK", "", |k| toggle(&k.udp, so::RCVMARK)),
        ("RCVPRIORITY", "", |k| toggle(&k.udp, so::RCVPRIORITY)),
        ("BINDTOIFINDEX", "", |k| {
            let lo = i32::try_from(k.lo).unwrap();
            same(&k.tcp6, so::BINDTOIFINDEX, lo)?;
            assert_eq!(k.tcp6.get(so::BINDTODEVICE)?, "lo");
            same(&k.tcp6, so::BINDTOIFINDEX, 0)
        }),
        ("INCOMING_NAPI_ID", "", |k| k.udp.get(so::INCOMING_NAPI_ID).map(drop)),
        ("PREFER_BUSY_POLL", "", |k| toggle(&k.udp, so::PREFER_BUSY_POLL)),
        ("BUSY_POLL_BUDGET", "", |k| k.udp.set(so::BUSY_POLL_BUDGET, 32)),
        ("PEERGROUPS", "", |k| {
            let status = std::fs::read_to_string("/proc/self/status").unwrap();
            let line = status.lines().find_map(|line| line.strip_prefix("Groups:")).unwrap();
            let mut groups: Vec<u32> =
                line.split_whitespace().map(|id| id.parse().unwrap()).collect();
            let mut told = k.unix.get(so::PEERGROUPS)?;
            groups.sort_unstable();
            told.sort_unstable();
            assert_eq!(told, groups);
            Ok(())
        }),
        ("PEERSEC", "a security module", |k| {
            k.unix.get(so::PEERSEC).map(|label| assert!(!label.is_empty()))
        }),
        ("PASSSEC", "", |k| toggle(&k.unix, so::PASSSEC)),
        ("PASSPIDFD", "", |k| toggle(&k.unix, so::PASSPIDFD)),
        ("PASSRIGHTS", "", |k| toggle(&k.unix, so::PASSRIGHTS)),
        ("INQ", "", |k| k.unix.set(so::INQ, true)),
        ("TIMESTAMP", "", |k| toggle(&k.udp, so::TIMESTAMP)),
        ("TIMESTAMPNS", "", |k| toggle(&k.udp, so::TIMESTAMPNS)),
        ("TIMESTAMPING", "", |k| {
            let software =
                Timestamping::SOFTWARE | Timestamping::RX_SOFTWARE | Timestamping::OPT_ID;
            same(&k.udp, so::TIMESTAMPING, software)?;
            same(&k.udp, so::TIMESTAMPING, Timestamping::NONE)?;
            let unknown =
                k.udp.set(so::TIMESTAMPING, Timestamping::from_bits(1 << 31)).unwrap_err();
            assert_eq!(unknown.errno(), Some(Errno::INVAL));
            Ok(())
        }),
        ("RXQ_OVFL", "", |k| toggle(&k.udp, so::RXQ_OVFL)),
        ("WIFI_STATUS", "", |k| toggle(&k.udp, so::WIFI_STATUS)),
        ("NOFCS", "", |k| toggle(k.packet()?, so::NOFCS)),
        ("SELECT_ERR_QUEUE", "", |k| toggle(&k.udp, so::SELECT_ERR_QUEUE)),
        ("LOCK_FILTER", "", |_| {
            let socket = open(Family::INET, Type::DGRAM, Protocol::DEFAULT)?;
            same(&socket, so::LOCK_FILTER, true)?;
            assert_eq!(socket.set(so::LOCK_FILTER, false).unwrap_err().errno(), Some(Errno::PERM));
            Ok(())
        }),
        ("BPF_EXTENSIONS", "", |k| k.udp.get(so::BPF_EXTENSIONS).map(|end| assert!(end >= 64))),
        ("CNX_ADVICE", "", |k| k.tcp.set(so::CNX_ADVICE, 1)),
        ("MAX_PACING_RATE", "", |k| {
            same(&k.tcp, so::MAX_PACING_RATE, 1 << 33)?;
            same(&k.tcp, so::MAX_PACING_RATE, u64::MAX)
        }),
        ("MEMINFO", "", |k| {
            let info = k.unix.get(so::MEMINFO)?;
            assert_eq!(i64::from(info.receive_buffer), i64::from(k.unix.get(so::RCVBUF)?));
            Ok(())
        }),
        ("RESERVE_MEM", "a memory cgroup", |k| {
            k.tcp.set(so::RESERVE_MEM, 4096)?;
            assert!(k.tcp.get(so::RESERVE_MEM)? >= 4096);
            Ok(())
        }),
        ("BUF_LOCK", "", |k| {
            same(&k.tcp, so::BUF_LOCK, 3)?;
            same(&k.tcp, so::BUF_LOCK, 0)
        }),
        ("COOKIE", "", |k| {
            let cookie = k.tcp.get(so::COOKIE)?;
            assert!(cookie != 0 && cookie != k.udp.get(so::COOKIE)?);
            reads(&k.tcp, so::COOKIE, &cookie)
        }),
        ("NETNS_COOKIE", "", |k| {
            let cookie = k.tcp.get(so::NETNS_COOKIE)?;
            assert!(cookie != 0);
            reads(&k.udp, so::NETNS_COOKIE, &cookie)
        }),
        ("ZEROCOPY", "", |k| toggle(&k.tcp, so::ZEROCOPY)),
        ("TXTIME", "", |_| {
            let socket = open(Family::INET, Type::DGRAM, Protocol::DEFAULT)?;
            same(&socket, so::TXTIME, TxTime { clock: 11, flags: 2 })?;
            let again = socket.set(so::TXTIME, TxTime { clock: 1, flags: 4 }).unwrap_err();
            assert_eq!(again.errno(), Some(Errno::INVAL));
            Ok(())
        }),
        ("TXREHASH", "", |k| same(&k.tcp, so::TXREHASH, 0)),
        ("NO_CHECK", "", |k| toggle(&k.udp, so::NO_CHECK)),
    ],
};
