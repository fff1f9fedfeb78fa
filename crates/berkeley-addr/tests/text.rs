//! The grammar, as tables: what is read and how it is printed, what is refused, where and why.

#![allow(missing_docs)]

use core::net::{Ipv4Addr, SocketAddr, SocketAddrV4, SocketAddrV6};

use berkeley_addr::{
    Address, AlgAddr, AnyAddr, CanAddr, Cause, Endpoint, FlowInfo, HciAddr, IsoAddr, IsoTpAddr,
    J1939Addr, L2capAddr, NetlinkAddr, PacketAddr, ParseError, Parsed, QrtrAddr, RfcommAddr,
    ScoAddr, ScopedIpv6, TipcAddr, UnixAddr, VsockAddr, XdpAddr, inet_aton,
};

/// What a text must be: read, and printed like this; or refused for this, there.
enum Expect {
    Canonical,
    Prints(&'static str),
    Refused(Cause, usize),
}
use Expect::{Canonical, Prints, Refused};

fn check(text: &str, result: &Result<String, ParseError>, expect: &Expect) {
    match (result, expect) {
        (Ok(printed), Canonical) => assert_eq!(printed, text),
        (Ok(printed), Prints(canonical)) => assert_eq!(printed, canonical, "{text}"),
        (Err(error), Refused(cause, at)) => {
            assert_eq!((error.cause(), error.at()), (*cause, *at), "{text}: {error}");
        }
        (Ok(printed), Refused(..)) => panic!("{text} was read as {printed}"),
        (Err(error), _) => panic!("{text} was refused: {error}"),
    }
}

fn check_all(rows: &[(&str, Expect)]) {
    for (text, expect) in rows {
        let parsed = text.parse::<Parsed>();
        check(text, &parsed.as_ref().map(ToString::to_string).map_err(|error| *error), expect);
        if let Ok(parsed) = parsed {
            assert_eq!(parsed.to_string().parse(), Ok(parsed), "{text}");
        }
    }
}

#[test]
fn inet() {
    check_all(&[
        ("0.0.0.0:0", Canonical),
        ("255.255.255.255:65535", Canonical),
        ("1.2.3.4", Refused(Cause::Missing, 7)),
        ("1.2.3.4:", Refused(Cause::Missing, 8)),
        ("1.2.3.4:65536", Refused(Cause::TooLarge, 8)),
        ("1.2.3.4:99999999999999999999999", Refused(Cause::TooLarge, 8)),
        // 2^64 and 80: what would wrap to a port.
        ("1.2.3.4:18446744073709551696", Refused(Cause::TooLarge, 8)),
        ("[::1%18446744073709551618]:80", Refused(Cause::TooLarge, 5)),
        ("can-isotp:3/10000000000000001/2", Refused(Cause::TooLarge, 12)),
        ("can-j1939:3,name=10000000000000001", Refused(Cause::TooLarge, 17)),
        ("1.2.3.4:080", Refused(Cause::LeadingZero, 8)),
        ("1.2.3.4:+80", Refused(Cause::Unexpected, 8)),
        ("1.2.3.4: 80", Refused(Cause::Unexpected, 8)),
        ("1.2.3.4:80 ", Refused(Cause::Unexpected, 10)),
        ("1.2.3.4:80\0", Refused(Cause::Unexpected, 10)),
        ("1.2.3.4:80,flow=1", Refused(Cause::Unexpected, 10)),
        ("1.2.3.4:http", Refused(Cause::Unexpected, 8)),
        ("1.2.3.256:80", Refused(Cause::TooLarge, 6)),
        ("1.2.03.4:80", Refused(Cause::LeadingZero, 4)),
        ("1.2..4:80", Refused(Cause::Unexpected, 4)),
        ("1.2.3:80", Refused(Cause::Unexpected, 5)),
        ("1.2.3.4.5:80", Refused(Cause::Unexpected, 7)),
        ("127.1:80", Refused(Cause::Unexpected, 5)),
        ("2130706433:80", Refused(Cause::TooLarge, 0)),
        ("0x7f.1:80", Refused(Cause::Unexpected, 1)),
        ("1.2.3.\u{ff14}:80", Refused(Cause::NotAscii, 6)),
        ("\u{661}.2.3.4:80", Refused(Cause::NotAscii, 0)),
    ]);
}

#[test]
fn inet6() {
    check_all(&[
        ("[::]:0", Canonical),
        ("[::1]:80", Canonical),
        ("[1::]:80", Canonical),
        ("[0:0:0:0:0:0:0:0]:1", Prints("[::]:1")),
        ("[2001:DB8:0:0:1:0:0:1]:1", Prints("[2001:db8::1:0:0:1]:1")),
        ("[2001:db8:0:1:1:1:1:1]:1", Canonical),
        ("[2001:db8::1:1:1:1:1]:1", Prints("[2001:db8:0:1:1:1:1:1]:1")),
        ("[1:0:0:4:0:0:0:8]:1", Prints("[1:0:0:4::8]:1")),
        ("[0001:02:003:0:0:0:0:0]:1", Prints("[1:2:3::]:1")),
        ("[::ffff:1.2.3.4]:1", Canonical),
        ("[::ffff:102:304]:1", Prints("[::ffff:1.2.3.4]:1")),
        ("[::1.2.3.4]:1", Prints("[::102:304]:1")),
        ("[64:ff9b::1.2.3.4]:1", Prints("[64:ff9b::102:304]:1")),
        ("[fe80::1%2]:80,flow=74565", Canonical),
        ("[fe80::1%0]:80,flow=0", Prints("[fe80::1]:80")),
        ("[fe80::1%4294967295]:80", Canonical),
        ("[fe80::1%eth0]:80", Canonical),
        ("[fe80::1%25eth0]:80", Canonical),
        ("[::%a@b]:1", Canonical),
        ("[]:1", Refused(Cause::Unexpected, 1)),
        ("[:1]:1", Refused(Cause::Unexpected, 1)),
        ("[1:2:3:4:5:6:7]:1", Refused(Cause::TooShort, 1)),
        ("[1.2.3.4]:1", Refused(Cause::TooShort, 1)),
        ("[1:2:3:4:5:6:7:8:9]:1", Refused(Cause::TooLong, 1)),
        ("[1:2:3:4::5:6:7:8]:1", Refused(Cause::TooLong, 1)),
        ("[1::2::3]:1", Refused(Cause::Repeated, 5)),
        ("[1:::2]:1", Refused(Cause::Unexpected, 4)),
        ("[12345::]:1", Refused(Cause::TooLong, 1)),
        ("[::g]:1", Refused(Cause::Unexpected, 3)),
        ("[fe80:1?::]:1", Refused(Cause::Unexpected, 7)),
        ("[::1.2.3]:1", Refused(Cause::Unexpected, 8)),
        ("[::1.2.3.04]:1", Refused(Cause::LeadingZero, 9)),
        ("[1:2:3:4:5:6:7:1.2.3.4]:1", Refused(Cause::TooLong, 1)),
        ("[::1", Refused(Cause::Missing, 4)),
        ("[::1]", Refused(Cause::Missing, 5)),
        ("[::1]80", Refused(Cause::Unexpected, 5)),
        ("[::1]:080", Refused(Cause::LeadingZero, 6)),
        ("[::1%]:80", Refused(Cause::Unexpected, 5)),
        ("[::1%007]:80", Refused(Cause::LeadingZero, 5)),
        ("[::1%4294967296]:80", Refused(Cause::TooLarge, 5)),
        ("[::1%abcdefghijklmnop]:80", Refused(Cause::TooLong, 5)),
        ("[::1%.]:80", Refused(Cause::Unexpected, 5)),
        ("[::1%a b]:80", Refused(Cause::Unexpected, 6)),
        ("[::1%\u{e9}]:80", Refused(Cause::NotAscii, 5)),
        ("[::1]:80,", Refused(Cause::Unknown, 9)),
        ("[::1]:80,flow", Refused(Cause::Missing, 13)),
        ("[::1]:80,flow=", Refused(Cause::Missing, 14)),
        ("[::1]:80,Flow=1", Refused(Cause::Unknown, 9)),
        ("[::1]:80,flow=01", Refused(Cause::LeadingZero, 14)),
        ("[::1]:80,flow=1,flow=2", Refused(Cause::Repeated, 16)),
        ("[::1]:80;flow=1", Refused(Cause::Unexpected, 8)),
        ("2001:db8::1", Refused(Cause::TooLarge, 0)),
        ("::1", Refused(Cause::Missing, 0)),
    ]);
}

#[test]
fn unix() {
    let longest = format!("unix:/{}", "x".repeat(107));
    let longest_name = format!("unix:@{}", "%00".repeat(107));
    for text in [&longest, &longest_name] {
        check(text, &text.parse::<AnyAddr>().map(|addr| addr.to_string()), &Canonical);
    }
    let longer = [(format!("{longest}x"), 113), (format!("{longest_name}x"), 327)];
    for (text, at) in longer {
        check(
            &text,
            &text.parse().map(|addr: AnyAddr| addr.to_string()),
            &Refused(Cause::TooLong, at),
        );
    }
    check_all(&[
        ("unix:", Canonical),
        ("unix:/run/x.sock", Canonical),
        ("unix:rel.sock", Canonical),
        ("unix:@", Canonical),
        ("unix:@name", Canonical),
        ("unix:@a%00b", Canonical),
        ("unix:@@", Canonical),
        ("unix:@//a", Canonical),
        ("unix:%40a", Canonical),
        ("unix:%2F/a", Canonical),
        ("unix:/%2Fa", Prints("unix:%2F/a")),
        ("unix:%61", Prints("unix:a")),
        ("unix:a%20b%2Cc%22%0A%FF", Canonical),
        ("unix:tcp://1.2.3.4:80", Canonical),
        ("unix://", Canonical),
        ("unix:///run/x", Canonical),
        ("unix+stream://a", Prints("unix://a")),
        ("unix+dgram://", Canonical),
        ("unix+seqpacket://@name", Canonical),
        ("unix", Refused(Cause::Missing, 4)),
        ("UNIX:/a", Refused(Cause::Unknown, 0)),
        ("unix+dgram:/a", Refused(Cause::Unknown, 0)),
        ("unix:////a", Refused(Cause::Unexpected, 7)),
        ("unix:a b", Refused(Cause::Unexpected, 6)),
        ("unix:a\nb", Refused(Cause::Unexpected, 6)),
        ("unix:a,b", Refused(Cause::Unexpected, 6)),
        ("unix:%2f", Refused(Cause::Unexpected, 7)),
        ("unix:a%2", Refused(Cause::Missing, 8)),
        ("unix:a%00b", Refused(Cause::Nul, 6)),
        ("unix:\u{e9}", Refused(Cause::NotAscii, 5)),
        ("unix+raw://a", Refused(Cause::Unknown, 5)),
        ("unix+://a", Refused(Cause::Unknown, 5)),
        ("unix4://a", Refused(Cause::Unknown, 0)),
    ]);
}

#[test]
fn packet_and_netlink() {
    check_all(&[
        ("packet:2", Canonical),
        ("packet:2/0000", Prints("packet:2")),
        ("packet:2/arp", Prints("packet:2/0806")),
        ("packet:2/0000/aa:bb", Canonical),
        ("packet:2/0800/AA:0b", Prints("packet:2/0800/aa:0b")),
        ("packet:1,hatype=772,type=4", Prints("packet:1,type=outgoing,hatype=772")),
        ("packet:1,type=host,hatype=0", Prints("packet:1")),
        ("packet:1,type=8", Canonical),
        ("packet:4294967295/ffff,type=255,hatype=65535", Canonical),
        ("packet://eth0/arp", Prints("packet://eth0/0806")),
        ("packet+raw://lo", Prints("packet://lo")),
        ("packet+dgram://0/all", Prints("packet+dgram://0/0003")),
        ("packet://7up/0800/aa,type=user,hatype=1", Canonical),
        ("packet:", Refused(Cause::Missing, 7)),
        ("packet:eth0", Refused(Cause::InterfaceName, 7)),
        ("packet:02", Refused(Cause::LeadingZero, 7)),
        ("packet:2/800", Refused(Cause::Unknown, 9)),
        ("packet:2/086A", Refused(Cause::Unknown, 9)),
        ("packet:2/0800/", Refused(Cause::Missing, 14)),
        ("packet:2/0800/a", Refused(Cause::Missing, 15)),
        ("packet:2/0800/aabb", Refused(Cause::Unexpected, 16)),
        ("packet:2,type=Host", Refused(Cause::Unknown, 14)),
        ("packet:2,type=256", Refused(Cause::TooLarge, 14)),
        ("packet:2,proto=1", Refused(Cause::Unknown, 9)),
        ("packet://averyverylongname", Refused(Cause::TooLong, 9)),
        ("packet+seqpacket://lo", Refused(Cause::Unknown, 7)),
        ("netlink:0/11", Canonical),
        ("netlink:0/0", Prints("netlink:0")),
        ("netlink:4294967295/ffffffff", Canonical),
        ("netlink://route/0/0", Prints("netlink://route")),
        ("netlink://16", Prints("netlink://generic")),
        ("netlink+dgram://31/0/1", Canonical),
        ("netlink:", Refused(Cause::Missing, 8)),
        ("netlink:route", Refused(Cause::Unexpected, 8)),
        ("netlink:0/A", Refused(Cause::Unexpected, 10)),
        ("netlink:0/01", Refused(Cause::LeadingZero, 10)),
        ("netlink:0/100000000", Refused(Cause::TooLarge, 10)),
        ("netlink:0/1/2", Refused(Cause::Unexpected, 11)),
        ("netlink://32", Refused(Cause::TooLarge, 10)),
        ("netlink://foo", Refused(Cause::Unknown, 10)),
        ("netlink://", Refused(Cause::Missing, 10)),
    ]);
}

#[test]
fn tipc() {
    check_all(&[
        ("tipc:1000:5", Canonical),
        ("tipc:1000:5@1001", Canonical),
        ("tipc:1000:5@0", Prints("tipc:1000:5")),
        ("tipc:1000:5-9", Canonical),
        ("tipc:1:5-5", Canonical),
        ("tipc:@0:0", Canonical),
        ("tipc:@ffffffff:4294967295,scope=cluster", Canonical),
        ("tipc:4294967295:0-4294967295,scope=-128", Canonical),
        ("tipc:1:1,scope=3", Prints("tipc:1:1,scope=node")),
        ("tipc:1:1,scope=0", Prints("tipc:1:1")),
        ("tipc:1:1,scope=1", Canonical),
        ("tipc:1:1,scope=127", Canonical),
        ("tipc://1000:5-9,scope=node", Canonical),
        ("tipc+stream://@a:1", Prints("tipc://@a:1")),
        ("tipc+rdm://1000:5@1001", Canonical),
        ("tipc+dgram://1:1", Canonical),
        ("tipc:", Refused(Cause::Missing, 5)),
        ("tipc:1000", Refused(Cause::Missing, 9)),
        ("tipc:1000:", Refused(Cause::Missing, 10)),
        ("tipc:1000:9-5", Refused(Cause::Conflict, 12)),
        ("tipc:1000:5-", Refused(Cause::Missing, 12)),
        ("tipc:1000:5-6-7", Refused(Cause::Unexpected, 13)),
        ("tipc:1000:5-9@1", Refused(Cause::Unexpected, 13)),
        ("tipc:1000:5@", Refused(Cause::Missing, 12)),
        ("tipc:1000:5@A", Refused(Cause::Unexpected, 12)),
        ("tipc:1000:5@100000000", Refused(Cause::TooLarge, 12)),
        ("tipc:@1001", Refused(Cause::Missing, 10)),
        ("tipc:@01:1", Refused(Cause::LeadingZero, 6)),
        ("tipc:01:1", Refused(Cause::LeadingZero, 5)),
        ("tipc:1:4294967296", Refused(Cause::TooLarge, 7)),
        ("tipc:1:1,scope=zone", Refused(Cause::Unknown, 15)),
        ("tipc:1:1,scope=", Refused(Cause::Missing, 15)),
        ("tipc:1:1,scope=128", Refused(Cause::TooLarge, 15)),
        ("tipc:1:1,scope=-129", Refused(Cause::TooLarge, 16)),
        ("tipc:1:1,scope=-0", Refused(Cause::Unexpected, 15)),
        ("tipc:1:1,scope=-01", Refused(Cause::LeadingZero, 16)),
        ("tipc:1:1,scope=--1", Refused(Cause::Unexpected, 16)),
        ("tipc:1:1,node=1", Refused(Cause::Unknown, 9)),
        ("tipc+raw://1:1", Refused(Cause::Unknown, 5)),
    ]);
}

#[test]
fn bluetooth() {
    let most = format!("bt-iso:AA:BB:CC:DD:EE:FF/AA:BB:CC:DD:EE:FF/0/0{}", "+255".repeat(30));
    check(&most, &most.parse().map(|addr: AnyAddr| addr.to_string()), &Canonical);
    let more = format!("{most}+255");
    let at = most.len() + 1;
    check(&more, &more.parse().map(|addr: AnyAddr| addr.to_string()), &Refused(Cause::TooLong, at));
    check_all(&[
        ("bt-l2cap:AA:BB:CC:DD:EE:FF/4097", Canonical),
        ("bt-l2cap:aa:bb:cc:dd:ee:0f/1", Prints("bt-l2cap:AA:BB:CC:DD:EE:0F/1")),
        ("bt-l2cap:AA:BB:CC:DD:EE:FF/0,cid=4,type=le-public", Canonical),
        (
            "bt-l2cap:AA:BB:CC:DD:EE:FF/0,type=2,cid=4",
            Prints("bt-l2cap:AA:BB:CC:DD:EE:FF/0,cid=4,type=le-random"),
        ),
        ("bt-l2cap:AA:BB:CC:DD:EE:FF/1,type=bredr,cid=0", Prints("bt-l2cap:AA:BB:CC:DD:EE:FF/1")),
        ("bt-l2cap:AA:BB:CC:DD:EE:FF/65535,cid=65535,type=255", Canonical),
        ("bt-l2cap+stream://AA:BB:CC:DD:EE:FF/4097", Canonical),
        ("bt-l2cap+seqpacket://AA:BB:CC:DD:EE:FF/1", Prints("bt-l2cap://AA:BB:CC:DD:EE:FF/1")),
        ("bt-l2cap+dgram://AA:BB:CC:DD:EE:FF/1", Canonical),
        ("bt-l2cap+raw://AA:BB:CC:DD:EE:FF/1", Canonical),
        ("bt-l2cap:AA:BB:CC:DD:EE:FF", Refused(Cause::Missing, 26)),
        ("bt-l2cap:AA:BB:CC:DD:EE:FF/65536", Refused(Cause::TooLarge, 27)),
        ("bt-l2cap:AA:BB:CC:DD:EE:FF/1,cid=65536", Refused(Cause::TooLarge, 33)),
        ("bt-l2cap:AA:BB:CC:DD:EE:FF/1,type=256", Refused(Cause::TooLarge, 34)),
        ("bt-l2cap:AA:BB:CC:DD:EE:FF/1,type=le", Refused(Cause::Unknown, 34)),
        ("bt-l2cap:AA:BB:CC:DD:EE:FF/1,cid=4,cid=4", Refused(Cause::Repeated, 35)),
        ("bt-l2cap+rdm://AA:BB:CC:DD:EE:FF/1", Refused(Cause::Unknown, 9)),
        ("bt-rfcomm:AA:BB:CC:DD:EE:FF/255", Canonical),
        ("bt-rfcomm+raw://00:00:00:00:00:00/0", Canonical),
        ("bt-rfcomm:AA:BB:CC:DD:EE/3", Refused(Cause::Unexpected, 24)),
        ("bt-rfcomm:A:BB:CC:DD:EE:FF/3", Refused(Cause::Unexpected, 11)),
        ("bt-rfcomm:AA-BB-CC-DD-EE-FF/3", Refused(Cause::Unexpected, 12)),
        ("bt-rfcomm:AA:BB:CC:DD:EE:FF:00/3", Refused(Cause::Unexpected, 27)),
        ("bt-rfcomm:AA:BB:CC:DD:EE:FF/256", Refused(Cause::TooLarge, 28)),
        ("bt-rfcomm:AA:BB:CC:DD:EE:FF/3,type=1", Refused(Cause::Unexpected, 29)),
        ("bt-rfcomm:", Refused(Cause::Missing, 10)),
        ("bt-hci:", Canonical),
        ("bt-hci:65535/raw", Prints("bt-hci:")),
        ("bt-hci:0/1", Prints("bt-hci:0/user")),
        ("bt-hci:/monitor", Canonical),
        ("bt-hci:65534/65535", Canonical),
        ("bt-hci:///logging", Canonical),
        ("bt-hci://", Canonical),
        ("bt-hci:0/", Refused(Cause::Missing, 9)),
        ("bt-hci:0/User", Refused(Cause::Unknown, 9)),
        ("bt-hci:0/user/1", Refused(Cause::Unexpected, 13)),
        ("bt-hci:hci0", Refused(Cause::Unexpected, 7)),
        ("bt-hci:65536", Refused(Cause::TooLarge, 7)),
        ("bt-hci+raw://0", Refused(Cause::Unknown, 7)),
        ("bt-sco:AA:BB:CC:DD:EE:FF", Canonical),
        ("bt-sco://AA:BB:CC:DD:EE:FF", Canonical),
        ("bt-sco:AA:BB:CC:DD:EE:FF/1", Refused(Cause::Unexpected, 24)),
        ("bt-iso:AA:BB:CC:DD:EE:FF,type=le-public", Canonical),
        ("bt-iso:AA:BB:CC:DD:EE:FF/11:22:33:44:55:66/0/", Canonical),
        (
            "bt-iso:AA:BB:CC:DD:EE:FF/11:22:33:44:55:66/2/1+2,bc-type=2,type=1",
            Prints(
                "bt-iso:AA:BB:CC:DD:EE:FF/11:22:33:44:55:66/2/1+2,type=le-public,bc-type=le-random",
            ),
        ),
        ("bt-iso://AA:BB:CC:DD:EE:FF/11:22:33:44:55:66/255/0,bc-type=3", Canonical),
        ("bt-iso:AA:BB:CC:DD:EE:FF/", Refused(Cause::Missing, 25)),
        ("bt-iso:AA:BB:CC:DD:EE:FF/11:22:33:44:55:66", Refused(Cause::Missing, 42)),
        ("bt-iso:AA:BB:CC:DD:EE:FF/11:22:33:44:55:66/2", Refused(Cause::Missing, 44)),
        ("bt-iso:AA:BB:CC:DD:EE:FF/11:22:33:44:55:66/2/1+", Refused(Cause::Missing, 47)),
        ("bt-iso:AA:BB:CC:DD:EE:FF/11:22:33:44:55:66/2/256", Refused(Cause::TooLarge, 45)),
        ("bt-iso:AA:BB:CC:DD:EE:FF,bc-type=1", Refused(Cause::Conflict, 25)),
        ("bt-bnep:AA:BB:CC:DD:EE:FF", Refused(Cause::Unknown, 0)),
    ]);
}

#[test]
fn vsock() {
    check_all(&[
        ("vsock:2:1024", Canonical),
        ("vsock::1024", Canonical),
        ("vsock:2:", Canonical),
        ("vsock::", Canonical),
        ("vsock:host:1024", Prints("vsock:2:1024")),
        ("vsock:local:7", Prints("vsock:1:7")),
        ("vsock:4294967295:4294967295", Prints("vsock::")),
        ("vsock::,flags=ff", Canonical),
        ("vsock:3:1,flags=0", Prints("vsock:3:1")),
        ("vsock+stream://:1024", Prints("vsock://:1024")),
        ("vsock+seqpacket://host:7", Prints("vsock+seqpacket://2:7")),
        ("vsock+dgram://2:1", Canonical),
        ("vsock:", Refused(Cause::Missing, 6)),
        ("vsock:2", Refused(Cause::Missing, 7)),
        ("vsock:2:1:3", Refused(Cause::Unexpected, 9)),
        ("vsock:02:1", Refused(Cause::LeadingZero, 6)),
        ("vsock:4294967296:1", Refused(Cause::TooLarge, 6)),
        ("vsock:Host:1", Refused(Cause::Unexpected, 6)),
        ("vsock:hosts:1", Refused(Cause::Unexpected, 10)),
        ("vsock:any:1", Refused(Cause::Unexpected, 6)),
        ("vsock:2:host", Refused(Cause::Unexpected, 8)),
        ("vsock:2:1,flags=100", Refused(Cause::TooLarge, 16)),
        ("vsock:2:1,flags=0x1", Refused(Cause::Unexpected, 17)),
        ("vsock:2:1,flags=", Refused(Cause::Missing, 16)),
        ("vsock:2:1,flags=1,flags=1", Refused(Cause::Repeated, 18)),
        ("vsock:2:1,cid=3", Refused(Cause::Unknown, 10)),
        ("vsock+rdm://2:1", Refused(Cause::Unknown, 6)),
    ]);
}

#[test]
fn can() {
    check_all(&[
        ("can:3", Canonical),
        ("can:4294967295", Canonical),
        ("can://vcan0", Canonical),
        ("can://0", Canonical),
        ("can-bcm://vcan0", Canonical),
        ("can-bcm://3", Canonical),
        ("can:", Refused(Cause::Missing, 4)),
        ("can:vcan0", Refused(Cause::InterfaceName, 4)),
        ("can:03", Refused(Cause::LeadingZero, 4)),
        ("can:3/7e0/7e8", Refused(Cause::Unexpected, 5)),
        ("can:3,addr=1", Refused(Cause::Unexpected, 5)),
        ("can://", Refused(Cause::Missing, 6)),
        ("can://vcan0/1", Refused(Cause::Unexpected, 11)),
        ("can+raw://vcan0", Refused(Cause::Unknown, 4)),
        ("can4://vcan0", Refused(Cause::Unknown, 0)),
        ("can-isotp:3/7e0/7e8", Canonical),
        ("can-isotp:0/0/ffffffff", Canonical),
        ("can-isotp://vcan0/98da10f1/98daf110", Canonical),
        ("can-isotp:3", Refused(Cause::Missing, 11)),
        ("can-isotp:3/7e0", Refused(Cause::Missing, 15)),
        ("can-isotp:3//7e8", Refused(Cause::Unexpected, 12)),
        ("can-isotp:3/7E0/7e8", Refused(Cause::Unexpected, 13)),
        ("can-isotp:3/07e0/7e8", Refused(Cause::LeadingZero, 12)),
        ("can-isotp:3/100000000/0", Refused(Cause::TooLarge, 12)),
        ("can-isotp:3/7e0/7e8/1", Refused(Cause::Unexpected, 19)),
        ("can-isotp:vcan0/7e0/7e8", Refused(Cause::InterfaceName, 10)),
        ("can-j1939:3", Canonical),
        ("can-j1939:3,name=ffffffffffffffff,pgn=0,addr=0", Canonical),
        ("can-j1939:3,name=100000000", Canonical),
        ("can-j1939:3,addr=80,pgn=ee00", Prints("can-j1939:3,pgn=ee00,addr=80")),
        ("can-j1939:3,addr=ff,pgn=40000,name=0", Prints("can-j1939:3")),
        ("can-j1939://vcan0,addr=80", Canonical),
        ("can-j1939:", Refused(Cause::Missing, 10)),
        ("can-j1939:3/1", Refused(Cause::Unexpected, 11)),
        ("can-j1939:3,addr=100", Refused(Cause::TooLarge, 17)),
        ("can-j1939:3,name=", Refused(Cause::Missing, 17)),
        ("can-j1939:3,name=01", Refused(Cause::LeadingZero, 17)),
        ("can-j1939:3,name=10000000000000000", Refused(Cause::TooLarge, 17)),
        ("can-j1939:3,name=1F", Refused(Cause::Unexpected, 18)),
        ("can-j1939:3,PGN=ee00", Refused(Cause::Unknown, 12)),
        ("can-j1939:3,addr=1,addr=2", Refused(Cause::Repeated, 19)),
    ]);
}

#[test]
fn alg() {
    let longest = format!("alg:{}/{}", "%2F".repeat(13), "%28".repeat(103));
    check(&longest, &longest.parse().map(|addr: AnyAddr| addr.to_string()), &Canonical);
    let longer = format!("{longest}a").parse().map(|addr: AnyAddr| addr.to_string());
    check("a name of 104", &longer, &Refused(Cause::TooLong, 353));
    check_all(&[
        ("alg:hash/sha256", Canonical),
        ("alg:skcipher/cbc%28aes%29", Canonical),
        ("alg:aead/rfc4106%28gcm%28aes%29%29,feat=ffffffff,mask=f", Canonical),
        ("alg:hash/x,mask=f,feat=0", Prints("alg:hash/x,mask=f")),
        ("alg:a/b/c", Canonical),
        ("alg:a%2Fb/c", Canonical),
        ("alg:a/b%2Fc", Prints("alg:a/b/c")),
        ("alg:%61/%2D", Prints("alg:a/-")),
        ("alg://skcipher/cbc%28aes%29,feat=1", Canonical),
        ("alg:", Refused(Cause::Missing, 4)),
        ("alg:hash", Refused(Cause::Missing, 8)),
        ("alg:hash/", Refused(Cause::Missing, 9)),
        ("alg:hash/,feat=1", Refused(Cause::Unexpected, 9)),
        ("alg:hash,feat=1", Refused(Cause::Unexpected, 8)),
        ("alg:/sha256", Refused(Cause::Unexpected, 4)),
        ("alg:tttttttttttttt/n", Refused(Cause::TooLong, 17)),
        ("alg:ttttttttttttt%20/n", Refused(Cause::TooLong, 17)),
        ("alg:skcipher/cbc(aes)", Refused(Cause::Unexpected, 16)),
        ("alg:hash/sha%00256", Refused(Cause::Nul, 12)),
        ("alg:ha%00sh/x", Refused(Cause::Nul, 6)),
        ("alg:hash/%2g", Refused(Cause::Unexpected, 11)),
        ("alg:hash/cbc%28aes%2", Refused(Cause::Missing, 20)),
        ("alg:hash/a,b", Refused(Cause::Unknown, 11)),
        ("alg:hash/a,feat=0x1", Refused(Cause::Unexpected, 17)),
        ("alg:hash/a,mask=100000000", Refused(Cause::TooLarge, 16)),
        ("alg+seqpacket://hash/sha256", Refused(Cause::Unknown, 4)),
    ]);
}

#[test]
fn qrtr_and_xdp() {
    check_all(&[
        ("qrtr:1:4294967294", Canonical),
        ("qrtr:4294967295:0", Canonical),
        ("qrtr://1:2", Canonical),
        ("qrtr:", Refused(Cause::Missing, 5)),
        ("qrtr:1", Refused(Cause::Missing, 6)),
        ("qrtr::1", Refused(Cause::Unexpected, 5)),
        ("qrtr:1:", Refused(Cause::Missing, 7)),
        ("qrtr:1:2:3", Refused(Cause::Unexpected, 8)),
        ("qrtr:01:2", Refused(Cause::LeadingZero, 5)),
        ("qrtr:1:4294967296", Refused(Cause::TooLarge, 7)),
        ("qrtr:1:2,flags=1", Refused(Cause::Unexpected, 8)),
        ("xdp:2/0", Canonical),
        ("xdp:4294967295/4294967295,flags=ffff,umem=4294967295", Canonical),
        ("xdp:2/63,umem=7,flags=1", Prints("xdp:2/63,flags=1,umem=7")),
        ("xdp:2/0,flags=0,umem=0", Prints("xdp:2/0")),
        ("xdp://eth0/0", Canonical),
        ("xdp://2/1,flags=8", Canonical),
        ("xdp:", Refused(Cause::Missing, 4)),
        ("xdp:2", Refused(Cause::Missing, 5)),
        ("xdp:2/", Refused(Cause::Missing, 6)),
        ("xdp:eth0/0", Refused(Cause::InterfaceName, 4)),
        ("xdp:2:0", Refused(Cause::Unexpected, 5)),
        ("xdp:2/00", Refused(Cause::LeadingZero, 6)),
        ("xdp:2/0/1", Refused(Cause::Unexpected, 7)),
        ("xdp:2/0,flags=10000", Refused(Cause::TooLarge, 14)),
        ("xdp:2/0,umem=-1", Refused(Cause::Unexpected, 13)),
        ("xdp://eth0", Refused(Cause::Missing, 10)),
        ("xdp+raw://eth0/0", Refused(Cause::Unknown, 4)),
    ]);
}

#[test]
fn other() {
    let longest = format!("af-3:{}", "ab".repeat(126));
    check(&longest, &longest.parse().map(|addr: AnyAddr| addr.to_string()), &Canonical);
    let longer = format!("{longest}ab").parse().map(|addr: AnyAddr| addr.to_string());
    check("over 128", &longer, &Refused(Cause::TooLong, 5));
    check_all(&[
        ("af-45:0a0b0c", Canonical),
        ("af-0:", Canonical),
        ("af-65535:00", Canonical),
        ("af-17:000000000000000000ff", Canonical), // a hardware address of 255 bytes
        ("af-45", Refused(Cause::Missing, 5)),
        ("af-:00", Refused(Cause::Unexpected, 3)),
        ("af-045:00", Refused(Cause::LeadingZero, 3)),
        ("af-65536:00", Refused(Cause::TooLarge, 3)),
        ("af-45:0a0", Refused(Cause::Missing, 9)),
        ("af-45:0A", Refused(Cause::Unexpected, 7)),
        ("af-45://00", Refused(Cause::Unknown, 0)),
        ("af-16:", Refused(Cause::OwnText, 0)),
        ("af-10:", Refused(Cause::OwnText, 0)),
        ("", Refused(Cause::Missing, 0)),
        (":", Refused(Cause::Missing, 0)),
        ("://", Refused(Cause::Missing, 0)),
        ("nosuch:1", Refused(Cause::Unknown, 0)),
        ("af-29:00000300000000000000000000000000000000000000", Canonical), // of which layout?
        ("af-29:", Canonical),
        ("af-38:", Canonical), // no algorithm
        ("af-40:", Refused(Cause::OwnText, 0)),
        ("can-bcm:3", Refused(Cause::Unknown, 0)),
        ("can-raw:3", Refused(Cause::Unknown, 0)),
    ]);
}

#[test]
fn hosts() {
    let label = "a".repeat(63);
    let longest = format!("tcp://{label}.{label}.{label}.{}:1", "b".repeat(61));
    check(&longest, &longest.parse().map(|to: Endpoint| to.to_string()), &Canonical);
    let longer = longest.replace(".b", ".bb");
    check(&longer, &longer.parse().map(|to: Endpoint| to.to_string()), &Refused(Cause::TooLong, 6));
    let label = format!("tcp://{label}a:1");
    check(&label, &label.parse().map(|to: Endpoint| to.to_string()), &Refused(Cause::TooLong, 6));
    check_all(&[
        ("tcp://example.org:http", Canonical),
        ("tcp://example.org.:80", Canonical),
        ("tcp://_http._tcp.example:80", Canonical),
        ("tcp://Example.ORG:80", Canonical),
        ("tcp://:8080", Canonical),
        ("tcp6://:x11-1", Canonical),
        ("tcp4://localhost:80", Canonical),
        ("tcp4://127.0.0.1:80", Prints("tcp://127.0.0.1:80")),
        ("udp6://[::1]:53", Prints("udp://[::1]:53")),
        ("tcp://[fe80::1%eth0]:80,flow=1", Canonical),
        ("sctp+stream://[::1]:1", Prints("sctp://[::1]:1")),
        ("sctp6+seqpacket://h:1", Canonical),
        ("ping6://example.org", Canonical),
        ("ip:///1", Canonical),
        ("ip4://h/0", Canonical),
        ("ip://[::1]/58,flow=1", Canonical),
        ("tcp://", Refused(Cause::Missing, 6)),
        ("tcp://example.org", Refused(Cause::Missing, 17)),
        ("tcp://:", Refused(Cause::Missing, 7)),
        ("tcp://::1:80", Refused(Cause::Unexpected, 7)),
        ("tcp://127.1:80", Refused(Cause::Unexpected, 11)),
        ("tcp://1.2.3.4.:80", Refused(Cause::Unexpected, 13)),
        ("tcp://0x7f.1:80", Refused(Cause::NumericName, 11)),
        ("tcp://foo.0x7f:80", Refused(Cause::NumericName, 10)),
        ("tcp://0x7f000001.:80", Refused(Cause::NumericName, 6)),
        ("tcp://a..b:80", Refused(Cause::Unexpected, 8)),
        ("tcp://-a:80", Refused(Cause::Unexpected, 6)),
        ("tcp://a-.b:80", Refused(Cause::Unexpected, 6)),
        ("tcp://user@h:80", Refused(Cause::Unexpected, 10)),
        ("tcp://h%00:80", Refused(Cause::Unexpected, 7)),
        ("tcp://m\u{fc}nchen.de:80", Refused(Cause::NotAscii, 7)),
        ("tcp://h:080", Refused(Cause::LeadingZero, 8)),
        ("tcp://h:80/", Refused(Cause::Unexpected, 10)),
        ("tcp://h:80,flow=1", Refused(Cause::Conflict, 10)),
        ("tcp4://[::1]:80", Refused(Cause::Conflict, 7)),
        ("tcp6://127.0.0.1:80", Refused(Cause::Conflict, 7)),
        ("tcp5://h:1", Refused(Cause::Unknown, 0)),
        ("TCP://h:1", Refused(Cause::Unknown, 0)),
        ("tcp+stream://h:1", Refused(Cause::Unknown, 4)),
        ("ping://", Refused(Cause::Missing, 7)),
        ("ping://h:1", Refused(Cause::Unexpected, 8)),
        ("ip://127.0.0.1", Refused(Cause::Missing, 14)),
        ("ip://127.0.0.1/256", Refused(Cause::TooLarge, 15)),
        ("tcp:h:1", Refused(Cause::Unknown, 0)),
    ]);
}

#[test]
fn shorthand() {
    let rows = [
        ("127.0.0.1:80", Prints("tcp://127.0.0.1:80")),
        ("[::1]:80,flow=7", Prints("tcp://[::1]:80,flow=7")),
        ("[fe80::1%eth0]:80", Prints("tcp://[fe80::1%eth0]:80")),
        ("localhost:http", Prints("tcp://localhost:http")),
        (":8080", Prints("tcp://:8080")),
        ("/run/x.sock", Prints("unix:///run/x.sock")),
        ("./x:y", Prints("unix://./x:y")),
        ("@name", Prints("unix://@name")),
        ("unix:/run/x.sock", Prints("unix:///run/x.sock")),
        ("netlink:0/11", Prints("netlink://route/0/11")),
        ("packet:2/0806", Prints("packet://2/0806")),
        ("udp://h:1", Canonical),
        ("can:3", Prints("can://3")),
        ("can:eth0", Refused(Cause::InterfaceName, 4)),
        ("can-isotp:3/1/2", Prints("can-isotp://3/1/2")),
        ("can-j1939:3,addr=80", Prints("can-j1939://3,addr=80")),
        ("vsock::1024", Prints("vsock://:1024")),
        ("alg:hash/sha256", Prints("alg://hash/sha256")),
        ("qrtr:1:2", Prints("qrtr://1:2")),
        ("xdp:2/0", Prints("xdp://2/0")),
        ("tcp://can:3", Canonical),
        ("af-45:00", Refused(Cause::Conflict, 0)),
        ("localhost", Refused(Cause::Missing, 9)),
        ("localhost:080", Refused(Cause::LeadingZero, 10)),
        ("127.1:80", Refused(Cause::Unexpected, 5)),
        ("//x", Refused(Cause::Unexpected, 0)),
        ("http://h", Refused(Cause::Unknown, 0)),
        ("", Refused(Cause::Missing, 0)),
    ];
    for (text, expect) in rows {
        check(text, &Endpoint::shorthand(text).map(|to| to.to_string()), &expect);
    }
}

/// A type reads its own form and no other.
#[test]
fn one_form_per_type() {
    let print = |result: Result<AnyAddr, ParseError>| result.map(|addr| addr.to_string());
    let named = print("[fe80::1%eth0]:80".parse());
    check("a name needs looking up", &named, &Refused(Cause::InterfaceName, 9));
    let endpoint = print("tcp://1.2.3.4:80".parse());
    check("an endpoint is no address", &endpoint, &Refused(Cause::OtherForm, 0));
    let address = "1.2.3.4:80".parse().map(|to: Endpoint| to.to_string());
    check("an address is no endpoint", &address, &Refused(Cause::OtherForm, 0));
    assert!(SocketAddr::parse("unix:/a").is_err());
    assert!(SocketAddrV4::parse("[::1]:80").is_err());
    assert!(SocketAddrV6::parse("1.2.3.4:80").is_err());
    assert!(UnixAddr::parse("/a").is_err());
    assert!(PacketAddr::parse("netlink:0").is_err());
    assert!(NetlinkAddr::parse("packet:0").is_err());
    assert!(TipcAddr::parse("packet:0").is_err());
    assert!(L2capAddr::parse("bt-rfcomm:AA:BB:CC:DD:EE:FF/3").is_err());
    assert!(RfcommAddr::parse("bt-l2cap:AA:BB:CC:DD:EE:FF/3").is_err());
    assert!(HciAddr::parse("0").is_err());
    assert!(ScoAddr::parse("bt-iso:AA:BB:CC:DD:EE:FF").is_err());
    assert!(IsoAddr::parse("bt-sco:AA:BB:CC:DD:EE:FF").is_err());
    assert!(VsockAddr::parse("qrtr:1:2").is_err());
    assert!(CanAddr::parse("can-isotp:3/1/2").is_err());
    assert!(IsoTpAddr::parse("can:3").is_err());
    assert!(J1939Addr::parse("can:3").is_err());
    assert!(AlgAddr::parse("unix:hash/sha256").is_err());
    assert!(QrtrAddr::parse("vsock:1:2").is_err());
    assert!(XdpAddr::parse("packet:2").is_err());
    assert!("1.2.3.4:80".parse::<ScopedIpv6>().is_err());
}

#[test]
fn messages() {
    let rows = [
        ("1.2.3.256:80", "octet 256 is too large, at byte 6; expected 0 to 255"),
        ("1.2.3.4:", "port is missing, at byte 8; expected 0 to 65535"),
        ("[::1", "bracket is missing, at byte 4; expected `]` after the address and its zone"),
        (
            "tcp+dgram://h:1",
            "unknown type `dgram`, at byte 4; expected a type that this transport has, or none for its default",
        ),
        ("[::12345]:80", "group is too long, at byte 3; expected one to four hexadecimal digits"),
        (
            "packet:eth0",
            "`eth0` is an interface's name, at byte 7; expected an index; names are looked up in endpoints",
        ),
        (
            "af-2:00507f000001",
            "this sockaddr has a text of its own, at byte 0; expected af-NUMBER only for what has no text \
             of its own; try 127.0.0.1:80",
        ),
    ];
    for (text, message) in rows {
        let error = text.parse::<Parsed>().expect_err(text);
        assert_eq!(error.to_string(), message);
    }
    let suggestions = [
        ("2001:db8::1:80", "`[ADDRESS]:PORT` for IPv6"),
        ("::1", "`[ADDRESS]:PORT` for IPv6"),
        ("fe80::1", "`[ADDRESS]:PORT` for IPv6"),
        ("tcp://::1:80", "`[ADDRESS]:PORT` for IPv6"),
        ("[1.2.3.4]:80", "it without [ ], if it is IPv4"),
        ("[::1]:80;flow=1", "`,`"),
        ("[::1]:80,FLOW=1", "lower case"),
        ("UNIX:/a", "lower case"),
        ("TCP://h:1", "lower case"),
        ("unix:%2f", "upper case"),
        ("unix:a b", "%20"),
        ("unix:\u{e9}", "%C3%A9"),
        ("unix:a,b", "%2C"),
        ("unix:////a", "`%2F/`"),
        ("unix:%00a", "`@` for an abstract name"),
        ("/run/x", "`unix:` before it"),
        ("tcp:h:1", "`//` after the colon, for an endpoint"),
        ("localhost:80", "`tcp://HOST:PORT` for a host's name"),
        ("http://h", "`tcp://HOST:PORT`, which is what carries it"),
        ("af-1:2f61", "unix:/a"),
        ("af-42:00000100000002000000", "qrtr:1:2"),
        ("alg:skcipher/cbc(aes)", "%28"),
        ("can-bcm:3", "`//` after the colon, for an endpoint"),
        ("can-j1939:3,PGN=ee00", "lower case"),
        ("can-j1939:3,pgn=EE00", "lower case"),
        ("can-isotp:3/7E0/7e8", "lower case"),
        ("tipc:@ABC:1", "lower case"),
        ("xdp:2/0,flags=ABC", "lower case"),
        ("tcp://m\u{fc}nchen:80", "its form in ASCII, `xn--...`"),
    ];
    for (text, suggestion) in suggestions {
        let error = text.parse::<Parsed>().expect_err(text);
        assert_eq!(error.suggestion(), Some(suggestion), "{text}: {error}");
    }
}

/// Why core's own text is not ours: it drops flowinfo and takes leading zeros.
#[test]
fn core_loses_what_we_keep() {
    let addr = SocketAddrV6::parse("[fe80::1%2]:80,flow=74565").expect("our text");
    let (std, own) = (addr.to_string(), addr.text().to_string());
    assert_eq!(std.parse::<SocketAddrV6>().expect("std's text").flowinfo(), 0);
    assert_eq!(SocketAddrV6::parse(&own), Ok(addr));
    for lax in ["1.2.3.4:080", "[::1%007]:80", "[::1]:080"] {
        assert!(lax.parse::<SocketAddr>().is_ok(), "std reads {lax}");
        assert!(SocketAddr::parse(lax).is_err(), "{lax}");
    }
}

/// flowinfo is in network order on the wire; std's number is those bytes unswapped.
#[test]
fn flowinfo_order() {
    let addr = SocketAddrV6::new([0; 16].into(), 0, 0x0001_2345, 0);
    assert_eq!(addr.encode()[4..8], [0x00, 0x01, 0x23, 0x45]);
    let std = u32::from_ne_bytes([0x00, 0x01, 0x23, 0x45]);
    assert_eq!(FlowInfo::from_std(std), FlowInfo::of(&addr));
    assert_eq!(FlowInfo::of(&addr).to_std(), std);
    assert_eq!(FlowInfo::new(0x2e, 0x12345).map(FlowInfo::raw), Some(0x02e1_2345));
}

#[test]
fn loose_ipv4() {
    let rows = [
        ("127.1", Some([127, 0, 0, 1])),
        ("127.0.1", Some([127, 0, 0, 1])),
        ("0x7f.0x0.0.1", Some([127, 0, 0, 1])),
        ("017700000001", Some([127, 0, 0, 1])),
        ("2130706433", Some([127, 0, 0, 1])),
        ("1.16777215", Some([1, 255, 255, 255])),
        ("4294967295", Some([255; 4])),
        ("0", Some([0; 4])),
        ("0.0.0.00", Some([0; 4])),
        ("1.16777216", None),
        ("4294967296", None),
        ("99999999999999999999999", None),
        // 2^64 and one: what would wrap to 1.
        ("18446744073709551617", None),
        ("0x10000000000000001", None),
        ("02000000000000000000001", None),
        ("256.1", None),
        ("1.2.3.256", None),
        ("1.2.3.4.5", None),
        ("1.2.3.4 ", None),
        ("08", None),
        ("0x", None),
        ("x1", None),
        ("1.", None),
        (".1", None),
        ("", None),
    ];
    for (text, octets) in rows {
        assert_eq!(inet_aton(text).ok(), octets.map(Ipv4Addr::from), "{text}");
    }
}

/// An endpoint is no address, whatever the type that is asked for.
#[test]
fn endpoints_are_no_addresses() {
    let errors = [
        UnixAddr::parse("unix:///run/x").map(drop),
        UnixAddr::parse("unix://@n").map(drop),
        VsockAddr::parse("vsock://2:1").map(drop),
        NetlinkAddr::parse("netlink://route").map(drop),
        IsoTpAddr::parse("can-isotp://vcan0/1/2").map(drop),
    ];
    for error in errors {
        assert_eq!(error.map_err(|error| (error.cause(), error.at())), Err((Cause::OtherForm, 0)));
    }
}
