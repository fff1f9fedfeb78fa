//! What does it cost to read, print, encode and decode an address, beside std and glibc?
//!
//! Every list is random, and long enough that a processor cannot learn it. The goals are ratios to std.

use core::cell::RefCell;
use core::fmt::Write as _;
use core::net::{Ipv4Addr, Ipv6Addr, SocketAddr};
use std::ffi::CString;

use berkeley_addr::{Address, AnyAddr, Ip};
use berkeley_benches::{Asker, Way, way};
use berkeley_sys::inet;

const ITEMS: usize = 32768;
const AT_ONCE: usize = 256;

/// xorshift64*: the same lists on every run.
struct Random(u64);

impl Random {
    fn next(&mut self) -> u64 {
        self.0 ^= self.0 >> 12;
        self.0 ^= self.0 << 25;
        self.0 ^= self.0 >> 27;
        self.0.wrapping_mul(0x2545_f491_4f6c_dd1d)
    }

    /// Below `end`.
    fn below(&mut self, end: u32) -> u32 {
        let [.., a, b, c, d] = self.next().to_le_bytes();
        u32::from_le_bytes([a, b, c, d]) % end
    }

    fn group(&mut self) -> u16 {
        let [.., high, low] = self.next().to_be_bytes();
        u16::from_be_bytes([high, low])
    }

    fn ipv4(&mut self) -> Ipv4Addr {
        let [a, b, c, d, ..] = self.next().to_be_bytes();
        Ipv4Addr::new(a, b, c, d)
    }

    /// Eight groups of four digits: 39 characters.
    fn ipv6_full(&mut self) -> Ipv6Addr {
        let groups: [u16; 8] = core::array::from_fn(|_| self.group() | 0x1000);
        Ipv6Addr::from(groups)
    }

    /// A gap of two to six groups somewhere, the others random.
    fn ipv6_compressed(&mut self) -> Ipv6Addr {
        let groups = core::array::from_fn(|_| self.group().max(1));
        self.with_gap(groups)
    }

    /// The same with as many groups of one, of two, of three and of four digits, which no processor can guess.
    fn ipv6_short(&mut self) -> Ipv6Addr {
        let groups = core::array::from_fn(|_| (self.group() >> (4 * self.below(4))).max(1));
        self.with_gap(groups)
    }

    fn with_gap(&mut self, mut groups: [u16; 8]) -> Ipv6Addr {
        let len = 2 + self.below(5);
        let start = self.below(9 - len) as usize;
        let len = len as usize;
        groups[start..start + len].fill(0);
        Ipv6Addr::from(groups)
    }
}

fn list<T>(mut make: impl FnMut(&mut Random) -> T) -> Vec<T> {
    let mut random = Random(0x5eed);
    (0..ITEMS).map(|_| make(&mut random)).collect()
}

fn texts<T: ToString>(values: &[T]) -> Vec<String> {
    values.iter().map(ToString::to_string).collect()
}

fn ours<'a, T, R>(items: &'a [T], job: impl FnMut(&'a T) -> R + 'a) -> Way<'a> {
    way("ours", items, AT_ONCE, job)
}

fn std<'a, T, R>(items: &'a [T], job: impl FnMut(&'a T) -> R + 'a) -> Way<'a> {
    way("std", items, AT_ONCE, job)
}

fn glibc<'a, T, R>(items: &'a [T], job: impl FnMut(&'a T) -> R + 'a) -> Way<'a> {
    way("glibc", items, AT_ONCE, job)
}

/// std's way into a buffer that is used again.
fn write_into<'a, T: core::fmt::Display>(
    buffer: &'a RefCell<String>,
) -> impl FnMut(&'a T) -> usize + 'a {
    move |value| {
        let mut buffer = buffer.borrow_mut();
        buffer.clear();
        write!(buffer, "{value}").expect("a String grows");
        buffer.len()
    }
}

fn parse(asker: &Asker) {
    let full = texts(&list(Random::ipv6_full));
    let compressed = texts(&list(Random::ipv6_compressed));
    let short = texts(&list(Random::ipv6_short));
    for (question, goal, texts) in [
        ("parse IPv6 full", Some(0.20), &full),
        ("parse IPv6 compressed", Some(0.25), &compressed),
        ("parse IPv6 of short groups", None, &short),
    ] {
        let c: Vec<CString> =
            texts.iter().map(|text| CString::new(&**text).expect("no NUL")).collect();
        asker.ask(
            question,
            goal,
            vec![
                ours(texts, |text| Ipv6Addr::parse(text).ok()),
                std(texts, |text| text.parse::<Ipv6Addr>().ok()),
                glibc(&c, |text| inet::pton6(text)),
            ],
        );
    }
    let texts4 = texts(&list(Random::ipv4));
    let c: Vec<CString> =
        texts4.iter().map(|text| CString::new(&**text).expect("no NUL")).collect();
    asker.ask(
        "parse IPv4",
        Some(0.55),
        vec![
            ours(&texts4, |text| Ipv4Addr::parse(text).ok()),
            std(&texts4, |text| text.parse::<Ipv4Addr>().ok()),
            glibc(&c, |text| inet::pton4(text)),
        ],
    );
    let mixed = texts(&list(socket_address));
    asker.ask(
        "parse socket address mixed",
        Some(0.45),
        vec![
            ours(&mixed, |text| SocketAddr::parse(text).ok()),
            std(&mixed, |text| text.parse::<SocketAddr>().ok()),
        ],
    );
}

/// A third each: IPv4, IPv6, IPv6 with a scope.
fn socket_address(random: &mut Random) -> SocketAddr {
    let port = random.group();
    match random.below(3) {
        0 => (random.ipv4(), port).into(),
        1 => {
            (if random.below(2) == 0 { random.ipv6_full() } else { random.ipv6_compressed() }, port)
                .into()
        }
        _ => {
            let mut groups = random.ipv6_full().segments();
            groups[..4].copy_from_slice(&[0xfe80, 0, 0, 0]);
            let scope = 1 + random.below(200);
            core::net::SocketAddrV6::new(groups.into(), port, 0, scope).into()
        }
    }
}

fn print(asker: &Asker) {
    let (one, two) = (RefCell::default(), RefCell::default());
    let room = RefCell::new([0; inet::ROOM]);
    let ipv4 = list(Random::ipv4);
    asker.ask(
        "format IPv4 to buffer",
        Some(0.15),
        vec![
            ours(&ipv4, |ip| ip.print()),
            std(&ipv4, write_into(&one)),
            glibc(&ipv4, |ip| inet::ntop4(ip.octets(), &mut room.borrow_mut()).count_bytes()),
        ],
    );
    let ipv6 =
        list(
            |random| {
                if random.below(2) == 0 { random.ipv6_full() } else { random.ipv6_compressed() }
            },
        );
    asker.ask(
        "format IPv6 to buffer",
        Some(0.35),
        vec![
            ours(&ipv6, |ip| ip.print()),
            std(&ipv6, write_into(&one)),
            glibc(&ipv6, |ip| inet::ntop6(ip.octets(), &mut room.borrow_mut()).count_bytes()),
        ],
    );
    asker.ask(
        "Display IPv6",
        Some(0.50),
        vec![
            ours(&ipv6, |ip| {
                let mut buffer: core::cell::RefMut<'_, String> = two.borrow_mut();
                buffer.clear();
                write!(buffer, "{}", ip.print()).expect("a String grows");
                buffer.len()
            }),
            std(&ipv6, write_into(&one)),
        ],
    );
}

/// Addresses of each family, and one of a family that has no type.
const FAMILIES: [&str; 25] = [
    "192.0.2.77:8080",
    "[2001:db8::1]:443,flow=74565",
    "[fe80::1:2%7]:53",
    "unix:/run/user/1000/bus",
    "unix:@a%00b",
    "packet:2/0800/02:00:5e:10:00:01,type=broadcast,hatype=1",
    "netlink:0/11",
    "netlink:4242",
    "unix:",
    "tipc:1000:5",
    "tipc:1000:5-9,scope=node",
    "tipc:@1001:77",
    "bt-l2cap:AA:BB:CC:DD:EE:FF/0,cid=4,type=le-public",
    "bt-rfcomm:AA:BB:CC:DD:EE:FF/3",
    "bt-hci:0/user",
    "bt-sco:AA:BB:CC:DD:EE:FF",
    "bt-iso:AA:BB:CC:DD:EE:FF,type=le-public",
    "vsock:2:1024",
    "can:3",
    "can-isotp:3/7e0/7e8",
    "can-j1939:3,pgn=ee00,addr=80",
    "alg:skcipher/cbc%28aes%29",
    "qrtr:1:4294967294",
    "xdp:2/0,flags=4",
    "af-45:0a0b0c",
];

/// Nothing else reads or decodes these: for comparing with ourselves.
fn any(asker: &Asker) {
    let families = u32::try_from(FAMILIES.len()).expect("a short list");
    let texts = list(|random| FAMILIES[random.below(families) as usize]);
    let parse = ours(&texts, |text| text.parse::<AnyAddr>().ok());
    asker.ask("parse any family mixed", None, vec![parse]);
    let encoded: Vec<_> =
        texts.iter().map(|text| text.parse::<AnyAddr>().expect(text).encode()).collect();
    let decode = ours(&encoded, |bytes| AnyAddr::decode(bytes).ok());
    asker.ask("decode any", None, vec![decode]);
}

fn main() {
    let asker = Asker::from_arguments();
    parse(&asker);
    print(&asker);
    any(&asker);
}
