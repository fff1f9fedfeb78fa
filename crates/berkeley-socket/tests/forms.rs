//! What the bytes of control messages mean, without a kernel: forms of machines that are not here, and any bytes.
//!
//! Sources: linux/net_tstamp.h, errqueue.h, tipc.h, sctp.h, if_alg.h, if_packet.h, can/j1939.h, ipv6.h.

#![allow(missing_docs)]

use core::net::SocketAddrV6;
use core::time::Duration;
use std::time::SystemTime;

use berkeley_socket::control::{Content, ControlKind, ControlRoom, ip, ipv6, packet, so, udp};
use berkeley_socket::{Address, segments};

/// Whatever a kernel might write: each kind reads it or refuses it.
#[test]
fn any_bytes_decode() {
    use berkeley_socket::control::{alg, bluetooth, can, sctp, tipc, tls};
    fn read<C: Content>(kind: ControlKind<C>, data: &[u8]) -> bool {
        kind.read(&berkeley_socket::control::ControlMessage {
            level: kind.level(),
            kind: kind.kind(),
            data,
        })
        .is_some()
    }
    let mut state = 0x5eed_u64;
    let mut read_some = 0;
    for round in 0..20_000_usize {
        let data: Vec<u8> = (0..round % 70)
            .map(|_| {
                state ^= state >> 12;
                state ^= state << 25;
                state ^= state >> 27;
                let byte = state.wrapping_mul(0x2545_f491_4f6c_dd1d).to_be_bytes()[0];
                if round % 3 == 0 { byte & 3 } else { byte }
            })
            .collect();
        let data = &data[..];
        for some in [
            read(so::CREDENTIALS, data),
            read(so::TIMESTAMP, data),
            read(so::TIMESTAMPNS, data),
            read(so::TIMESTAMPING, data),
            read(so::TXTIME, data),
            read(so::MARK, data),
            read(ip::PKTINFO, data),
            read(ip::TTL, data),
            read(ip::RECVERR, data),
            read(ip::ORIGDSTADDR, data),
            read(ipv6::PKTINFO, data),
            read(ipv6::FLOWINFO, data),
            read(ipv6::ORIGDSTADDR, data),
            read(ipv6::PATHMTU, data),
            read(udp::GRO, data),
            read(packet::AUXDATA, data),
            read(tipc::ERRINFO, data),
            read(tipc::DESTNAME, data),
            read(alg::SET_IV, data),
            read(tls::GET_RECORD_TYPE, data),
            read(sctp::SNDINFO, data),
            read(sctp::RCVINFO, data),
            read(can::DEST_NAME, data),
            read(bluetooth::PKT_STATUS, data),
            read(so::SECURITY, data),
        ] {
            read_some += usize::from(some);
        }
    }
    assert!(read_some > 20_000);
    assert_eq!(segments(b"", &ControlRoom::default()).count(), 0);
}

/// The forms of kinds that this machine cannot make come as the kernel's headers lay them out.
#[test]
fn forms_of_other_machines() {
    use berkeley_socket::control::{
        Auxdata, ControlMessage, Origin, PathMtu, SctpReceive, TipcError, TipcName, TipcReason,
        alg, can, sctp, tipc,
    };
    fn read<C: Content>(kind: ControlKind<C>, data: &[u8]) -> C::Value<'_> {
        let message = ControlMessage { level: kind.level(), kind: kind.kind(), data };
        kind.read(&message).expect("its form")
    }
    fn words<const N: usize>(words: [u32; N]) -> Vec<u8> {
        words.iter().flat_map(|word| word.to_ne_bytes()).collect()
    }
    // Three times: by the system, none, by the device.
    let times: Vec<u8> =
        [7_i64, 5, 0, 0, 9, 1].iter().flat_map(|part| part.to_ne_bytes()).collect();
    let times = read(so::TIMESTAMPING, &times);
    let since = |time: SystemTime| time.duration_since(SystemTime::UNIX_EPOCH).unwrap();
    assert_eq!(times.software.map(since), Some(Duration::new(7, 5)));
    assert_eq!(times.hardware, Some(Duration::new(9, 1)));
    assert_eq!(
        read(tipc::ERRINFO, &words([4, 10])),
        TipcError { code: TipcReason::OVERLOAD, returned: 10 }
    );
    let name = TipcName { service: 1000, lower: 5, upper: 9 };
    assert_eq!(read(tipc::DESTNAME, &words([1000, 5, 9])), name);
    assert_eq!(read(alg::SET_IV, &[&4_u32.to_ne_bytes()[..], b"ivec"].concat()), b"ivec");
    assert_eq!(read(can::DEST_NAME, &77_u64.to_ne_bytes()), 77);
    let short =
        |parts: [u16; 4]| parts.iter().flat_map(|part| part.to_ne_bytes()).collect::<Vec<u8>>();
    let came = [short([1, 2, 4, 0]), words([46, 5, 6, 7, 8])].concat();
    assert_eq!(
        read(sctp::RCVINFO, &came),
        SctpReceive {
            stream: 1,
            sequence: 2,
            flags: 4,
            ppid: 46,
            transmission: 5,
            acknowledged: 6,
            context: 7,
            association: 8,
        }
    );
    let sent = [short([3, 4, 0, 0])[..4].to_vec(), words([46, 9, 8])].concat();
    let info = read(sctp::SNDINFO, &sent);
    assert_eq!(
        (info.stream, info.flags, info.ppid, info.context, info.association),
        (3, 4, 46, 9, 8)
    );
    // What is sent has the form that is received.
    let mut pushed = Vec::new();
    <berkeley_socket::control::SctpSendContent as Content>::encode(info, &mut |data| {
        pushed = data.to_vec();
    });
    assert_eq!(pushed, sent);
    let aux = [words([0x50, 100, 96]), short([14, 28, 0x2005, 0x8100])].concat();
    let tag = (Some(0x2005), Some(0x8100));
    let wanted = Auxdata {
        status: 0x50,
        len: 100,
        captured: 96,
        mac: 14,
        network: 28,
        vlan: tag.0,
        vlan_protocol: tag.1,
    };
    assert_eq!(read(packet::AUXDATA, &aux), wanted);
    let to: SocketAddrV6 = "[2001:db8::1]:80".parse().unwrap();
    let path = [&to.encode()[..], &1400_u32.to_ne_bytes()].concat();
    assert_eq!(read(ipv6::PATHMTU, &path), PathMtu { destination: to, mtu: 1400 });
    assert_eq!(read(ipv6::FLOWINFO, &0x1_2345_u32.to_be_bytes()), 0x1_2345);
    // A completion of sends 3 to 5, which were copied; nobody offended.
    let done = [words([0]), vec![5, 0, 1, 0], words([3, 5])].concat();
    let error = read(ip::RECVERR, &done);
    assert_eq!((error.errno, error.origin, error.code), (None, Origin::Zerocopy, 1));
    assert_eq!((error.info, error.data, error.offender), (3, 5, None));
}
