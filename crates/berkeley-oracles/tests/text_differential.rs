//! IP texts against others' parsers and printers: core's `core::net` on a million texts, libc's `inet_*` and Python's
//! `ipaddress` on fewer.
//!
//! Contract: on every text, read or refused and as what is the same here and there, but for the differences of the tables, each
//! of which has rows of its own that show it. Half of the texts are valid, a quarter valid ones with a piece changed, a
//! quarter random; the seed is fixed. `--nocapture` prints the counts.

#![allow(missing_docs)]

use core::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr, SocketAddrV6};
use std::ffi::CString;
use std::io::Write as _;
use std::process::{Command, Stdio};

use berkeley_addr::{
    Address, DecodeError, Family, Ip, ScopedIpv6, htonl, htons, inet_aton, inet_ntoa, inet_ntop,
    inet_pton, ntohl, ntohs,
};
use berkeley_sys::inet;

mod text;

use text::random::Random;

const TEXTS: usize = 1_000_000;

impl Random {
    fn octet(&mut self) -> u8 {
        let any = self.next().to_be_bytes()[0];
        self.of(&[0, 9, 10, 99, 100, 199, 200, 255, any, any])
    }

    fn group(&mut self) -> u16 {
        let [a, b, ..] = self.next().to_be_bytes();
        let any = u16::from_be_bytes([a, b]);
        self.of(&[0, 0, 0, 1, 0xffff, any, any, any >> 4, any >> 8, any >> 12])
    }

    fn port(&mut self) -> u16 {
        let any = self.group();
        self.of(&[0, 80, 65535, any])
    }

    fn ipv4(&mut self) -> Ipv4Addr {
        Ipv4Addr::from([self.octet(), self.octet(), self.octet(), self.octet()])
    }

    fn ipv6(&mut self) -> Ipv6Addr {
        match self.below(8) {
            0 => self.ipv4().to_ipv6_mapped(),
            1 => Ipv6Addr::from_bits(self.ipv4().to_bits().into()),
            _ => Ipv6Addr::from(core::array::from_fn::<u16, 8, _>(|_| self.group())),
        }
    }

    /// An IPv6 address in one of its many texts.
    fn ipv6_text(&mut self) -> String {
        let ip = self.ipv6();
        let groups = ip.segments();
        match self.below(4) {
            0 => groups.map(|group| format!("{group:04X}")).join(":"),
            1 => groups.map(|group| format!("{group:x}")).join(":"),
            2 => {
                let six: Vec<_> = groups[..6].iter().map(|group| format!("{group:x}")).collect();
                format!("{}:{}", six.join(":"), self.ipv4())
            }
            _ => ip.to_string(),
        }
    }

    fn valid(&mut self) -> String {
        let port = self.port();
        match self.below(6) {
            0 => self.ipv4().to_string(),
            1 => format!("{}:{port}", self.ipv4()),
            2 => self.ipv6_text(),
            3 => format!("[{}]:{port}", self.ipv6_text()),
            4 => format!("[{}]:{port},flow={}", self.ipv6_text(), self.next() >> 32),
            _ => format!("[{}%{}]:{port}", self.ipv6_text(), self.next() >> 32),
        }
    }

    /// One to five numbers in the forms that `inet_aton` takes, and some that it does not.
    fn loose(&mut self) -> String {
        let numbers: Vec<String> = (0..=self.below(5))
            .map(|_| {
                let any = self.next();
                let value = any >> self.of(&[24, 31, 32, 40, 48, 56, 60]);
                match self.below(5) {
                    0 => format!("0x{value:x}"),
                    1 => format!("0{value:o}"),
                    2 => format!("0X{value:X}"),
                    _ => value.to_string(),
                }
            })
            .collect();
        numbers.join(".") + self.of(&["", "", "", "", "", "", " ", " x", ".", "x", "0"])
    }

    fn piece(&mut self) -> String {
        const BYTES: &[u8] = b"0123456789abcdefABCDEF:::...[]%,- \0x/g";
        (0..self.below(4)).map(|_| char::from(self.of(BYTES))).collect()
    }

    fn text(&mut self) -> String {
        match self.below(4) {
            0 => (0..self.below(12)).map(|_| self.piece()).collect(),
            1 => {
                let text = self.valid();
                let from = self.below(text.len() + 1);
                let to = (from + self.below(3)).min(text.len());
                format!("{}{}{}", &text[..from], self.piece(), &text[to..])
            }
            _ => self.valid(),
        }
    }
}

/// How we and core differ on purpose: who alone reads which texts, and rows that show it: whether we read, whether core.
struct Difference {
    name: &'static str,
    ours_alone: bool,
    applies: fn(&str) -> bool,
    rows: &'static [(&'static str, bool, bool)],
}

const DIFFERENCES: &[Difference] = &[
    Difference {
        name: "core takes leading zeros in ports",
        ours_alone: false,
        applies: |text| {
            let port = text.rsplit_once(':').map_or("", |(_, port)| port);
            port.len() > 1 && port.starts_with('0')
        },
        rows: &[
            ("1.2.3.4:080", false, true),
            ("1.2.3.4:00", false, true),
            ("[::1]:080", false, true),
            ("1.2.3.4:0", true, true),
        ],
    },
    Difference {
        name: "core takes leading zeros in scopes",
        ours_alone: false,
        applies: |text| {
            let scope = text.split_once('%').map_or("", |(_, rest)| rest);
            let scope = scope.split_once(']').map_or("", |(scope, _)| scope);
            scope.len() > 1 && scope.starts_with('0')
        },
        rows: &[
            ("[::1%007]:80", false, true),
            ("[::1%00]:80", false, true),
            ("[::1%0]:80", true, true),
        ],
    },
    Difference {
        name: "we take names of zones",
        ours_alone: true,
        applies: |text| text.parse::<ScopedIpv6>().is_ok_and(|addr| addr.resolved().is_none()),
        rows: &[("[fe80::1%eth0]:80", true, false), ("[fe80::1%25lo]:80", true, false)],
    },
    Difference {
        name: "we take ,flow=",
        ours_alone: true,
        applies: |text| text.contains(",flow="),
        rows: &[
            ("[::1]:80,flow=7", true, false),
            ("[::1%2]:80,flow=4294967295", true, false),
            ("1.2.3.4:80,flow=7", false, false),
        ],
    },
];

/// A socket address in our text, a zone's name included: then only whether it is read counts.
fn ours(text: &str) -> Option<SocketAddr> {
    match text.parse::<ScopedIpv6>() {
        Ok(addr) => Some(
            SocketAddrV6::new(addr.ip, addr.port, addr.flowinfo, addr.scope.index().unwrap_or(0))
                .into(),
        ),
        Err(_) => SocketAddr::parse(text).ok(),
    }
}

#[test]
fn each_difference_shows() {
    for difference in DIFFERENCES {
        for &(text, we, core) in difference.rows {
            assert_eq!(ours(text).is_some(), we, "{}: {text}", difference.name);
            assert_eq!(text.parse::<SocketAddr>().is_ok(), core, "{}: {text}", difference.name);
            assert!((difference.applies)(text) || we == core, "{}: {text}", difference.name);
        }
    }
}

#[test]
fn texts_agree_with_core() {
    let mut random = Random(0x5eed);
    let mut read = 0;
    let mut differ = vec![0; DIFFERENCES.len()];
    for _ in 0..TEXTS {
        let text = random.text();
        let v4 = Ipv4Addr::parse(&text).ok();
        assert_eq!(v4, text.parse().ok(), "{text:?}");
        let v6 = Ipv6Addr::parse(&text).ok();
        assert_eq!(v6, text.parse().ok(), "{text:?}");
        assert_eq!(IpAddr::parse(&text).ok(), text.parse().ok(), "{text:?}");
        let (we, core) = (ours(&text), text.parse::<SocketAddr>().ok());
        if we != core {
            let alone = core.is_none();
            assert!(we.is_none() || alone, "{text:?}: we {we:?}, core {core:?}");
            let why = DIFFERENCES.iter().position(|difference| {
                difference.ours_alone == alone && (difference.applies)(&text)
            });
            let why = why.unwrap_or_else(|| panic!("{text:?}: we {we:?}, core {core:?}"));
            differ[why] += 1;
        }
        read += usize::from(v4.is_some() || v6.is_some() || core.is_some());
    }
    println!("{TEXTS} texts, core reads {read}");
    for (difference, count) in DIFFERENCES.iter().zip(&differ) {
        println!("{count:7} differ: {}", difference.name);
    }
    assert!(read > TEXTS / 3, "the generator must hit");
}

#[test]
fn printed_as_core_prints() {
    let mut random = Random(0x5eed);
    for _ in 0..TEXTS / 4 {
        let (v4, v6) = (random.ipv4(), random.ipv6());
        assert_eq!(v4.print().as_str(), v4.to_string());
        assert_eq!(v6.print().as_str(), v6.to_string());
        assert_eq!(IpAddr::from(v6).print(), v6.print());
    }
    // Every octet, and every pattern of zero groups, beside the longest and the shortest groups.
    for octet in 0..=255 {
        let ip = Ipv4Addr::new(octet, 255 - octet, octet, octet);
        assert_eq!(ip.print().as_str(), ip.to_string());
        assert_eq!(Ipv4Addr::parse(&ip.to_string()), Ok(ip));
    }
    for zeros in 0..256 {
        for group in [1, 0x12, 0x345, 0xffff_u16] {
            let groups: [u16; 8] =
                core::array::from_fn(|i| if zeros >> i & 1 == 1 { 0 } else { group });
            let ip = Ipv6Addr::from(groups);
            assert_eq!(ip.print().as_str(), ip.to_string());
            assert_eq!(Ipv6Addr::parse(&ip.to_string()), Ok(ip));
        }
    }
}

/// The functions of arpa/inet.h, ours and libc's. A text that libc can be asked about has no NUL, where it would end for it.
#[test]
fn inet_functions_agree_with_libc() {
    let mut random = Random(0x5eed);
    let (mut texts, mut read, mut loose) = (0, 0, 0);
    for i in 0..TEXTS / 2 {
        let text = if i % 2 == 0 { random.text() } else { random.loose() };
        let Ok(c) = CString::new(text.as_str()) else { continue };
        let v4 = inet_pton(Family::INET, &text).ok();
        assert_eq!(v4.as_deref(), inet::pton4(&c).as_ref().map(<[u8; 4]>::as_slice), "{text:?}");
        let v6 = inet_pton(Family::INET6, &text).ok();
        assert_eq!(v6.as_deref(), inet::pton6(&c).as_ref().map(<[u8; 16]>::as_slice), "{text:?}");
        let lax = inet_aton(&text).ok();
        let libc = inet::aton(&c).map(Ipv4Addr::from);
        // libc reads up to a blank, whatever is behind it; we do not.
        let cut = text.contains(|c: char| c.is_ascii_whitespace());
        assert!(if cut { lax.is_none() } else { lax == libc }, "{text:?}: {lax:?} {libc:?}");
        texts += 1;
        read += usize::from(v4.is_some() || v6.is_some());
        loose += usize::from(lax.is_some());
    }
    println!("{texts} texts: inet_pton reads {read}, inet_aton {loose}");
    assert!(read > texts / 16 && loose > texts / 16, "the generator must hit");
    let mut room = [0; inet::ROOM];
    for _ in 0..TEXTS / 4 {
        let (v4, v6) = (random.ipv4(), random.ipv6());
        let text = inet_ntop(Family::INET, &v4.octets()).expect("four bytes");
        assert_eq!(text.as_bytes(), inet::ntop4(v4.octets(), &mut room).to_bytes());
        assert_eq!(text, inet_ntoa(v4));
        let text = inet_ntop(Family::INET6, &v6.octets()).expect("sixteen bytes");
        assert_eq!(text.as_bytes(), inet::ntop6(v6.octets(), &mut room).to_bytes(), "{v6}");
    }
    // Where dots begin and end.
    for bits in
        [0, 1, 0xffff, 0x1_0000, 0xffff_ffff, 0xffff_0000_0000, 0xffff_ffff_ffff_u128, 1 << 32]
    {
        let ip = bits.to_be_bytes();
        let text = inet_ntop(Family::INET6, &ip).expect("sixteen bytes");
        assert_eq!(text.as_bytes(), inet::ntop6(ip, &mut room).to_bytes());
    }
}

#[test]
fn inet_functions_refuse() {
    for (family, len) in
        [(Family::INET, 0), (Family::INET, 3), (Family::INET, 16), (Family::INET6, 4)]
    {
        let error = inet_ntop(family, &vec![0; len]);
        assert_eq!(error, Err(DecodeError::IpLength { family, len }));
    }
    let other = DecodeError::Family { got: Family::UNIX };
    assert_eq!(inet_ntop(Family::UNIX, &[0; 4]), Err(other));
    let error = inet_pton(Family::UNIX, "127.0.0.1").expect_err("no family of IP addresses");
    assert_eq!(
        error.to_string(),
        "this is no family of IP addresses, at byte 0; expected AF_INET or AF_INET6"
    );
    assert_eq!(inet_pton(Family::INET6, "::1%lo").map_err(|error| error.at()), Err(3));
}

/// The byte orders, against C's own macros by another way: bytes.
#[test]
fn byte_orders() {
    for value in [0, 1, 0x1234, 0xfffe_u16] {
        assert_eq!(htons(value).to_ne_bytes(), value.to_be_bytes());
        assert_eq!(ntohs(htons(value)), value);
    }
    for value in [0, 1, 0x1234_5678, 0xffff_fffe_u32] {
        assert_eq!(htonl(value).to_ne_bytes(), value.to_be_bytes());
        assert_eq!(ntohl(htonl(value)), value);
    }
}

/// Answers each line, a text as a Python string, by what `ipaddress` makes of it.
const PYTHON: &str = r#"
import ast, ipaddress, sys
for line in sys.stdin:
    text = ast.literal_eval(line)
    try:
        ip = ipaddress.ip_address(text)
        zone = getattr(ip, "scope_id", None)
        print("zone" if zone is not None else ip.packed.hex())
    except ValueError:
        print("refused")
"#;

/// Python's `ipaddress` reads and refuses the same texts, but for zones, which it takes for a part of the address.
#[test]
fn texts_agree_with_python() {
    const ASKED: usize = 50_000;
    let mut random = Random(0x5eed);
    let texts: Vec<String> = (0..ASKED).map(|_| random.text()).collect();
    let questions: Vec<String> = texts.iter().map(|text| format!("{text:?}")).collect();
    let questions = questions.join("\n") + "\n";
    let child = Command::new("python3")
        .args(["-c", PYTHON])
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn();
    let mut child = match child {
        Ok(child) => child,
        Err(error) => {
            assert!(std::env::var_os("BERKELEY_STRICT").is_none(), "python3: {error}");
            return println!("skipped: python3: {error}");
        }
    };
    let mut input = child.stdin.take().expect("a pipe");
    let writer = std::thread::spawn(move || input.write_all(questions.as_bytes()));
    let output = child.wait_with_output().expect("python3 ends");
    writer.join().expect("no panic").expect("python3 reads");
    let answers = String::from_utf8(output.stdout).expect("ASCII");
    let (mut read, mut zones) = (0, 0);
    for (text, answer) in texts.iter().zip(answers.lines()) {
        let ours = IpAddr::parse(text).map(|ip| match ip {
            IpAddr::V4(ip) => format!("{:08x}", ip.to_bits()),
            IpAddr::V6(ip) => format!("{:032x}", ip.to_bits()),
        });
        if answer == "zone" {
            assert!(ours.is_err() && text.contains('%'), "{text:?}");
            zones += 1;
        } else {
            assert_eq!(ours.as_deref().unwrap_or("refused"), answer, "{text:?}");
            read += usize::from(ours.is_ok());
        }
    }
    assert_eq!(answers.lines().count(), ASKED, "an answer each");
    println!("{ASKED} texts, Python reads {read} as we do, and {zones} with a zone");
    assert!(read > ASKED / 8, "the generator must hit");
}
