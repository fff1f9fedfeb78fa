//! Options of TCP, Multipath TCP, TLS in the kernel, UDP and UDP-Lite.

use core::net::{Ipv4Addr, SocketAddr};
use core::time::Duration;

use berkeley_addr::{AnyAddr, Family, Protocol, Type};
use berkeley_socket::option::{
    AoKey, AoKeyId, Md5Key, Micros, RepairOption, Set, SockOpt, TcpMd5Codec, TlsCipher, TlsKeys,
    TlsVersion, mptcp, tcp, tls, udp, udplite,
};
use berkeley_socket::{Errno, Result, Socket};

use crate::kit::{Kit, Level, becomes, open, reads, same, toggle};

pub(crate) const TCP: Level = Level {
    name: "tcp",
    source: include_str!("../../src/option/tcp.rs"),
    needs: "",
    rows: &[
        ("NODELAY", "", |k| toggle(&k.tcp, tcp::NODELAY)),
        ("CORK", "", |k| toggle(&k.tcp, tcp::CORK)),
        ("QUICKACK", "", |k| toggle(&k.tcp, tcp::QUICKACK)),
        // The kernel answers with its default until there is a connection.
        ("MAXSEG", "", |k| {
            k.fresh.set(tcp::MAXSEG, 1000).and_then(|()| k.fresh.get(tcp::MAXSEG).map(drop))
        }),
        ("KEEPIDLE", "", |k| {
            same(&k.tcp, tcp::KEEPIDLE, Duration::from_secs(77))?;
            becomes(&k.tcp, tcp::KEEPIDLE, Duration::from_millis(1500), &Duration::from_secs(2))
        }),
        ("KEEPINTVL", "", |k| same(&k.tcp, tcp::KEEPINTVL, Duration::from_secs(11))),
        ("KEEPCNT", "", |k| same(&k.tcp, tcp::KEEPCNT, 4)),
        ("USER_TIMEOUT", "", |k| {
            same(&k.tcp, tcp::USER_TIMEOUT, Duration::from_millis(1234))?;
            let beyond = k.tcp.set(tcp::USER_TIMEOUT, Duration::MAX).unwrap_err();
            assert_eq!(beyond.errno(), Some(Errno::INVAL));
            Ok(())
        }),
        ("SYNCNT", "", |k| same(&k.fresh, tcp::SYNCNT, 3)),
        ("LINGER2", "", |k| {
            same(&k.tcp, tcp::LINGER2, None)?;
            same(&k.tcp, tcp::LINGER2, Some(Duration::from_secs(5)))
        }),
        // Kept as a number of SYN-ACKs: the kernel rounds up to what they take.
        ("DEFER_ACCEPT", "", |k| {
            becomes(&k.fresh, tcp::DEFER_ACCEPT, Duration::from_secs(2), &Duration::from_secs(3))
        }),
        ("FASTOPEN", "", |k| same(&k.listener, tcp::FASTOPEN, 8)),
        ("FASTOPEN_CONNECT", "", |k| toggle(&k.fresh, tcp::FASTOPEN_CONNECT)),
        ("NOTSENT_LOWAT", "", |k| same(&k.tcp, tcp::NOTSENT_LOWAT, 16_384)),
        ("WINDOW_CLAMP", "", |k| same(&k.tcp, tcp::WINDOW_CLAMP, 32_768)),
        ("CONGESTION", "", |k| {
            let name = k.tcp.get(tcp::CONGESTION)?;
            assert!(!name.is_empty());
            same(&k.tcp, tcp::CONGESTION, "reno".to_owned())?;
            let none = k.tcp.set(tcp::CONGESTION, "berkeley-none".to_owned()).unwrap_err();
            assert_eq!(none.errno(), Some(Errno::NOENT));
            Ok(())
        }),
        ("FASTOPEN_KEY", "", |k| {
            same(&k.listener, tcp::FASTOPEN_KEY, (0..32).collect())?;
            same(&k.listener, tcp::FASTOPEN_KEY, (0..16).collect())
        }),
        ("FASTOPEN_NO_COOKIE", "", |k| toggle(&k.fresh, tcp::FASTOPEN_NO_COOKIE)),
        ("CC_INFO", "", |k| k.tcp.get(tcp::CC_INFO).map(|info| assert!(info.len() <= 20))),
        ("INFO", "", |k| {
            let info = k.tcp.get(tcp::INFO)?;
            assert_eq!(info.state, Some(1), "TCP_ESTABLISHED");
            assert!(info.rto >= Some(Duration::from_millis(1)), "{info:?}");
            assert_eq!(info.bytes_sent.map(|sent| sent >= 1), Some(false), "nothing was sent");
            assert_eq!(k.listener.get(tcp::INFO)?.state, Some(10), "TCP_LISTEN");
            Ok(())
        }),
        ("ULP", "CONFIG_TLS", |k| {
            reads(&k.fresh, tcp::ULP, &String::new())?;
            same(&k.tcp, tcp::ULP, "tls".to_owned())
        }),
        ("INQ", "", |k| toggle(&k.tcp, tcp::INQ)),
        ("TX_DELAY", "", |k| {
            same(&k.fresh, tcp::TX_DELAY, Duration::from_micros(1500))?;
            same(&k.fresh, tcp::TX_DELAY, Duration::ZERO)
        }),
        ("SAVE_SYN", "", |k| same(&k.listener, tcp::SAVE_SYN, 1)),
        ("SAVED_SYN", "", |k| {
            let client = Socket::connected(Type::STREAM, &k.listener.local_addr()?)?;
            let (first, _) = k.listener.accept()?;
            let (second, _) = k.listener.accept()?;
            assert!(first.get(tcp::SAVED_SYN)?.is_empty(), "it came before SAVE_SYN");
            let syn = second.get(tcp::SAVED_SYN)?;
            assert_eq!((syn[0] >> 4, syn[33] & 0x12), (4, 2), "IPv4, SYN alone");
            assert!(second.get(tcp::SAVED_SYN)?.is_empty(), "it was given up");
            client.close()
        }),
        ("THIN_LINEAR_TIMEOUTS", "", |k| toggle(&k.tcp, tcp::THIN_LINEAR_TIMEOUTS)),
        ("THIN_DUPACK", "", |k| {
            k.tcp.set(tcp::THIN_DUPACK, true)?;
            k.tcp.get(tcp::THIN_DUPACK).map(drop)
        }),
        ("TIMESTAMP", "", |k| k.tcp.get(tcp::TIMESTAMP).map(drop)),
        ("REPAIR", "", |k| {
            same(&k.fresh, tcp::REPAIR, 1)?;
            same(&k.fresh, tcp::REPAIR_QUEUE, 2)?;
            same(&k.fresh, tcp::QUEUE_SEQ, 0xdead_beef)?;
            same(&k.fresh, tcp::REPAIR_QUEUE, 0)?;
            k.fresh.set(tcp::REPAIR, 0)
        }),
        ("REPAIR_QUEUE", "", |_| mend(|socket| same(socket, tcp::REPAIR_QUEUE, 1))),
        ("QUEUE_SEQ", "", |_| {
            mend(|socket| {
                socket.set(tcp::REPAIR_QUEUE, 1)?;
                same(socket, tcp::QUEUE_SEQ, u32::MAX)
            })
        }),
        ("REPAIR_OPTIONS", "", |k| {
            let (socket, _peer) = connection(k)?;
            socket.set(tcp::REPAIR, 1)?;
            socket.set(tcp::REPAIR_OPTIONS, vec![RepairOption { code: 2, value: 1400 }])?;
            socket.set(tcp::REPAIR, -1)
        }),
        ("REPAIR_WINDOW", "", |k| {
            let (socket, _peer) = connection(k)?;
            socket.set(tcp::REPAIR, 1)?;
            let window = socket.get(tcp::REPAIR_WINDOW)?;
            assert!(window.rcv_wnd > 0);
            same(&socket, tcp::REPAIR_WINDOW, window)?;
            socket.set(tcp::REPAIR, -1)
        }),
        ("MD5SIG", "CONFIG_TCP_MD5SIG", |_| md5(tcp::MD5SIG, None)),
        ("MD5SIG_EXT", "CONFIG_TCP_MD5SIG", |_| md5(tcp::MD5SIG_EXT, Some(24))),
        ("AO_ADD_KEY", "CONFIG_TCP_AO", |k| k.fresh.set(tcp::AO_ADD_KEY, ao_key())),
        ("AO_DEL_KEY", "CONFIG_TCP_AO", |k| k.fresh.set(tcp::AO_DEL_KEY, ao_key().id)),
        ("AO_INFO", "CONFIG_TCP_AO", |k| k.fresh.get(tcp::AO_INFO).map(drop)),
        ("AO_REPAIR", "CONFIG_TCP_AO", |k| k.fresh.get(tcp::AO_REPAIR).map(drop)),
        ("IS_MPTCP", "", |k| {
            reads(&k.tcp, tcp::IS_MPTCP, &false)?;
            let socket = open(Family::INET, Type::STREAM, Protocol::MPTCP)?;
            reads(&socket, tcp::IS_MPTCP, &true)
        }),
        ("RTO_MAX_MS", "", |k| same(&k.tcp, tcp::RTO_MAX_MS, Duration::from_secs(60))),
        ("RTO_MIN_US", "", |k| ticks(&k.tcp, tcp::RTO_MIN_US, 50)),
        ("DELACK_MAX_US", "", |k| ticks(&k.tcp, tcp::DELACK_MAX_US, 20)),
    ],
};

pub(crate) const MPTCP: Level = Level {
    name: "mptcp",
    source: include_str!("../../src/option/mptcp.rs"),
    needs: "",
    rows: &[("INFO", "", |_| {
        let v4 = AnyAddr::from(SocketAddr::from((Ipv4Addr::LOCALHOST, 0)));
        let listener = open(Family::INET, Type::STREAM, Protocol::MPTCP)?;
        listener.bind(&v4)?;
        listener.listen(1)?;
        let client = open(Family::INET, Type::STREAM, Protocol::MPTCP)?;
        client.connect(&listener.local_addr()?)?;
        let (server, _) = listener.accept()?;
        client.send_all(b"hello").unwrap();
        server.recv_exact(&mut [0; 5]).unwrap();
        let info = server.get(mptcp::INFO)?;
        assert_eq!(info.subflows, Some(0), "{info:?}");
        assert_eq!(info.bytes_received, Some(5), "{info:?}");
        Ok(())
    })],
};

pub(crate) const TLS: Level = Level {
    name: "tls",
    source: include_str!("../../src/option/tls.rs"),
    needs: "CONFIG_TLS",
    rows: &[
        ("TX", "", |k| k.tcp.set(tls::TX, keys())),
        ("RX", "", |k| k.tcp.set(tls::RX, keys())),
        ("TX_ZEROCOPY_RO", "", |k| toggle(&k.tcp, tls::TX_ZEROCOPY_RO)),
        ("RX_EXPECT_NO_PAD", "", |k| toggle(&k.tcp, tls::RX_EXPECT_NO_PAD)),
    ],
};

pub(crate) const UDP: Level = Level {
    name: "udp",
    source: include_str!("../../src/option/udp.rs"),
    needs: "",
    rows: &[
        ("CORK", "", |k| toggle(&k.udp, udp::CORK)),
        ("SEGMENT", "", |k| same(&k.udp, udp::SEGMENT, 1200)),
        ("GRO", "", |k| toggle(&k.udp, udp::GRO)),
        ("ENCAP", "", |_| {
            let socket = open(Family::INET, Type::DGRAM, Protocol::DEFAULT)?;
            // UDP_ENCAP_ESPINUDP, where IPsec is built in.
            match socket.set(udp::ENCAP, 2) {
                Err(error) => assert_eq!(error.errno(), Some(Errno::NOPROTOOPT)),
                Ok(()) => assert_eq!(socket.get(udp::ENCAP)?, 2),
            }
            socket.get(udp::ENCAP).map(drop)
        }),
        ("NO_CHECK6_TX", "", |k| toggle(&k.udp6, udp::NO_CHECK6_TX)),
        ("NO_CHECK6_RX", "", |k| toggle(&k.udp6, udp::NO_CHECK6_RX)),
    ],
};

pub(crate) const UDPLITE: Level = Level {
    name: "udplite",
    source: include_str!("../../src/option/udplite.rs"),
    needs: "",
    rows: &[
        ("SEND_CSCOV", "", |_| {
            same(&open(Family::INET, Type::DGRAM, Protocol::UDPLITE)?, udplite::SEND_CSCOV, 8)
        }),
        ("RECV_CSCOV", "", |_| {
            same(&open(Family::INET, Type::DGRAM, Protocol::UDPLITE)?, udplite::RECV_CSCOV, 12)
        }),
    ],
};

/// A connection, both ends.
fn connection(kit: &Kit) -> Result<(Socket, Socket)> {
    let client = Socket::connected(Type::STREAM, &kit.listener.local_addr()?)?;
    loop {
        let (server, from) = kit.listener.accept()?;
        if from == client.local_addr()? {
            return Ok((client, server));
        }
    }
}

/// Kept in the kernel's ticks, which are 10 ms at most.
fn ticks(socket: &Socket, option: SockOpt<Micros>, millis: u64) -> Result<()> {
    socket.set(option, Duration::from_millis(millis))?;
    let kept = socket.get(option)?.as_millis();
    assert!((millis..millis + 10).contains(&u64::try_from(kept).unwrap()), "{kept}");
    Ok(())
}

/// A socket under repair.
fn mend(act: fn(&Socket) -> Result<()>) -> Result<()> {
    let socket = open(Family::INET, Type::STREAM, Protocol::DEFAULT)?;
    socket.set(tcp::REPAIR, 1)?;
    act(&socket)
}

/// A key is set and forgotten; what has no key cannot be forgotten.
fn md5(option: SockOpt<TcpMd5Codec, Set>, prefix: Option<u8>) -> Result<()> {
    let socket = open(Family::INET, Type::STREAM, Protocol::DEFAULT)?;
    let key = |key: &[u8]| Md5Key {
        peer: Ipv4Addr::new(127, 0, 0, 0).into(),
        prefix,
        interface: None,
        key: key.to_vec(),
    };
    socket.set(option, key(b"secret"))?;
    socket.set(option, key(b""))?;
    assert_eq!(socket.set(option, key(b"")).unwrap_err().errno(), Some(Errno::NOENT));
    assert_eq!(socket.set(option, key(&[1; 81])).unwrap_err().errno(), Some(Errno::INVAL));
    Ok(())
}

fn ao_key() -> AoKey {
    AoKey {
        id: AoKeyId {
            peer: Ipv4Addr::LOCALHOST.into(),
            prefix: 32,
            interface: None,
            send_id: 100,
            receive_id: 101,
        },
        algorithm: "hmac(sha1)".to_owned(),
        mac_len: None,
        signs_options: true,
        key: b"secret".to_vec(),
    }
}

fn keys() -> TlsKeys {
    let cipher = TlsCipher::Aes128Gcm { salt: [1; 4], iv: [2; 8], key: [3; 16] };
    TlsKeys { version: TlsVersion::V1_3, cipher, sequence: 0 }
}
