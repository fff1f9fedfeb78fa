//! DNS messages against three codecs that we did not write: `domain`, `hickory-proto`, `simple-dns`.
//!
//! Contract: messages are written at random by our builder, compressed by hickory's encoder, and changed at random. What ours and
//! another codec both read is the same: each other codec writes what it has read without our help, and ours finds the same
//! questions and records in it. What one reads and the other refuses must fall under a row of [`AGREED`], and each row must occur.
//! The seed is fixed; `--nocapture` prints the counts.

#![allow(missing_docs)]

use std::collections::BTreeMap;

use berkeley_resolve::wire::{
    Builder, Class, Cookie, Data, DataBuilder, Fault, Flags, Malformed, Message, Name, Record,
    RecordType, Section,
};
use domain::rdata::AllRecordData;

mod text;

use text::random::Random;

/// The types that are written.
const TYPES: [RecordType; 12] = [
    RecordType::A,
    RecordType::AAAA,
    RecordType::CNAME,
    RecordType::PTR,
    RecordType::NS,
    RecordType::MX,
    RecordType::TXT,
    RecordType::SRV,
    RecordType::SOA,
    RecordType::HTTPS,
    RecordType::SVCB,
    RecordType::new(65280),
];

const MESSAGES: u32 = 10_000;

/// Another codec: reads a message and writes what it has read.
type Codec = fn(&[u8]) -> Option<Vec<u8>>;

const CODECS: [(&str, Codec); 3] =
    [("domain", by_domain), ("hickory-proto", by_hickory), ("simple-dns", by_simple)];

/// Differences that are as they should be: the codec, what it did with a message (`other`: it read something else; `refused`: ours
/// did not; `taken`: ours refused), what is unusual about that, and why ours is right.
const AGREED: [(&str, &str, &str, &str); 25] = [
    (
        "domain",
        "other",
        OTHER,
        "spells out names in types of 1987 that nobody uses; ours leaves bytes",
    ),
    (
        "domain",
        "refused",
        OTHER,
        "reads the data of more types, where they are not as they should be",
    ),
    ("domain", "taken", "a pointer", "follows one forwards, or into the piece it stands in"),
    ("domain", "taken", HEADER, "no name can stand there"),
    ("hickory-proto", "other", "a payload below 512", "writes 512, which such a number means"),
    ("hickory-proto", "refused", "OPT out of place", "stricter; ours takes none for EDNS"),
    ("hickory-proto", "refused", "SVCB", "reads parameters at once; ours where they are asked for"),
    ("hickory-proto", "refused", OTHER, "does not take every number for a type"),
    ("hickory-proto", "refused", "empty data", "refuses a TXT record without a text"),
    (
        "hickory-proto",
        "refused",
        "nothing",
        "reads options of EDNS at once; ours those that it uses",
    ),
    ("hickory-proto", "taken", HEADER, "no name can stand there"),
    ("hickory-proto", "taken", "cut data", "takes an option of EDNS that is cut, and drops it"),
    ("simple-dns", "other", "EDNS bits", "drops them"),
    ("simple-dns", "other", "OPT out of place", "drops its owner"),
    ("simple-dns", "other", "SVCB", "drops the value of a parameter that should have none"),
    ("simple-dns", "other", OTHER, "spells out names in types of 1987"),
    ("simple-dns", "refused", "SVCB", "reads parameters at once"),
    ("simple-dns", "refused", "another question", "does not take every number for a type"),
    ("simple-dns", "refused", OTHER, "does not take every number for a class"),
    ("simple-dns", "refused", "nothing", "does not take every opcode"),
    ("simple-dns", "taken", "a label", "takes records without data for any type"),
    ("simple-dns", "taken", "a pointer", "follows one forwards, or into the piece it stands in"),
    ("simple-dns", "taken", HEADER, "no name can stand there"),
    ("simple-dns", "taken", "cut data", "takes records without data for any type"),
    (
        "simple-dns",
        "taken",
        "excess data",
        "does not look whether data end where their length says",
    ),
];

const OTHER: &str = "another type or class";
const HEADER: &str = "a pointer into the header";

fn by_domain(bytes: &[u8]) -> Option<Vec<u8>> {
    use domain::base::message_builder::MessageBuilder;
    let message = domain::base::Message::from_octets(bytes).ok()?;
    let mut builder = MessageBuilder::new_vec();
    *builder.header_mut() = message.header();
    let mut builder = builder.question();
    for question in message.question() {
        builder.push(question.ok()?).ok()?;
    }
    let mut builder = builder.answer();
    for record in message.answer().ok()? {
        let record = record.ok()?.to_any_record::<AllRecordData<_, _>>().ok()?;
        builder.push(record).ok()?;
    }
    let mut builder = builder.authority();
    for record in message.authority().ok()? {
        let record = record.ok()?.to_any_record::<AllRecordData<_, _>>().ok()?;
        builder.push(record).ok()?;
    }
    let mut builder = builder.additional();
    for record in message.additional().ok()? {
        let record = record.ok()?.to_any_record::<AllRecordData<_, _>>().ok()?;
        builder.push(record).ok()?;
    }
    Some(builder.finish())
}

fn by_hickory(bytes: &[u8]) -> Option<Vec<u8>> {
    hickory_proto::op::Message::from_vec(bytes).ok()?.to_vec().ok()
}

fn by_simple(bytes: &[u8]) -> Option<Vec<u8>> {
    simple_dns::Packet::parse(bytes).ok()?.build_bytes_vec().ok()
}

/// What a message says, line by line, or its first fault.
fn read(bytes: &[u8]) -> Result<Vec<String>, Malformed> {
    let message = Message::decode(bytes)?;
    let mut lines = Vec::new();
    for question in message.questions() {
        let question = question?;
        lines.push(format!("? {} {} {}", question.name, question.ty, question.class));
    }
    for record in message.records() {
        let record = record?;
        let data = match record.data()? {
            Data::Txt(strings) => format!("{:?}", strings.into_iter().collect::<Vec<_>>()),
            Data::Svcb(svcb) | Data::Https(svcb) => format!(
                "{} {} {:?}",
                svcb.priority,
                svcb.target,
                svcb.params.into_iter().collect::<Vec<_>>()
            ),
            Data::Opt(opt) => format!(
                "{} {} {} {:?}",
                opt.payload,
                opt.version,
                opt.dnssec_ok,
                opt.options.into_iter().collect::<Vec<_>>()
            ),
            data => format!("{data:?}"),
        };
        let (section, owner, ty) = (record.section, record.owner, record.ty);
        let numbers = if ty == RecordType::OPT {
            String::new()
        } else {
            format!("{} {}", record.class, record.raw_ttl)
        };
        lines.push(format!("{section:?} {owner} {ty} {numbers} {data}"));
    }
    if let Some(additional) = lines.iter().position(|line| line.starts_with("Additional")) {
        lines[additional..].sort();
    }
    Ok(lines)
}

/// What is unusual about a message, so that codecs may differ about it: the first that applies.
fn unusual(bytes: &[u8]) -> &'static str {
    let Ok(message) = Message::decode(bytes) else { return "nothing" };
    if let Err(error) = read(bytes) {
        let (fault, at) = (error.fault(), error.at());
        let header = bytes.get(at..at + 2).is_some_and(|pointer| matches!(pointer, [0xc0, 0..12]));
        if fault == Fault::Pointer && header {
            return HEADER;
        }
        let faults = [
            (Fault::Pointer, "a pointer"),
            (Fault::Cut, "cut data"),
            (Fault::Excess, "excess data"),
            (Fault::Label, "a label"),
        ];
        return faults.iter().find(|(own, _)| *own == fault).map_or("a fault", |(_, word)| word);
    }
    let questions: Vec<_> = message.questions().flatten().collect();
    let (opts, others): (Vec<Record<'_>>, Vec<Record<'_>>) =
        message.records().flatten().partition(|record| record.ty == RecordType::OPT);
    let is_svcb = |ty| ty == RecordType::HTTPS || ty == RecordType::SVCB;
    if questions.iter().any(|asked| asked.class != Class::IN)
        || others.iter().any(|record| !TYPES.contains(&record.ty) || record.class != Class::IN)
    {
        "another type or class"
    } else if opts.len() > 1
        || opts.iter().any(|o| o.section != Section::Additional || !o.owner.is_root())
    {
        "OPT out of place"
    } else if opts.iter().any(|opt| opt.class.raw() < 512) {
        "a payload below 512"
    } else if opts.iter().any(|opt| opt.raw_ttl & 0x00ff_7fff != 0) {
        "EDNS bits"
    } else if others.iter().any(|record| record.raw().is_empty()) {
        "empty data"
    } else if others.iter().any(|record| is_svcb(record.ty)) {
        "SVCB"
    } else if questions.iter().any(|asked| asked.ty != RecordType::A) {
        "another question"
    } else {
        "nothing"
    }
}

struct Writer {
    random: Random,
    names: Vec<Name>,
}

impl Writer {
    fn new(mut random: Random) -> Self {
        let mut names = vec![Name::ROOT];
        // A tree, so that there is something to compress.
        for _ in 0..5 {
            let suffix = names[random.below(names.len())].clone();
            let len = 1 + random.below(12);
            let label: String =
                (0..len).map(|_| char::from(random.of(b"abcdefXYZ019-_"))).collect();
            let label: Name = label.parse().expect("a label");
            names.push(label.join(&suffix).expect("short"));
        }
        Self { random, names }
    }

    fn name(&mut self) -> Name {
        self.names[self.random.below(self.names.len())].clone()
    }

    fn message(&mut self) -> Vec<u8> {
        let mut room = [0; 4096];
        let flags = Flags::from_bits(u16::from_be_bytes([
            self.random.of(&[0x81, 0x85, 0x01]),
            self.random.of(&[0x80, 0x00, 0x83, 0xa0]),
        ]));
        let mut builder = Builder::new(&mut room, 7, flags);
        builder.question(&self.name(), RecordType::A, Class::IN);
        for section in [Section::Answer, Section::Authority, Section::Additional] {
            for _ in 0..self.random.below(4) {
                self.record(&mut builder, section);
            }
        }
        if self.random.below(2) == 0 {
            let cookie = self.random.of(&[None, Cookie::decode(&[7; 24])]);
            builder.opt(1232, self.random.below(2) == 0, cookie.as_ref());
        }
        builder.finish().expect("room").to_vec()
    }

    fn record(&mut self, builder: &mut Builder<'_>, section: Section) {
        let (owner, one, two) = (self.name(), self.name(), self.name());
        let ty = self.random.of(&TYPES);
        let ttl = self.random.of(&[0, 60, 86400, 0x7fff_ffff]);
        let bytes: Vec<u8> = (0..16).map(|_| self.random.of(b"abc\x00\xff")).collect();
        builder.raw_record(
            section,
            &owner,
            (ty, Class::IN, ttl),
            |data: &mut DataBuilder<'_, '_>| match ty {
                RecordType::A => data.bytes(&bytes[..4]),
                RecordType::MX => {
                    data.short(10);
                    data.name(&one);
                }
                RecordType::TXT => {
                    data.text(&bytes[..5]);
                    data.text(&bytes[5..]);
                }
                RecordType::SRV => {
                    for number in [1, 2, 443] {
                        data.short(number);
                    }
                    data.name(&one);
                }
                RecordType::SOA => {
                    data.name(&one);
                    data.name(&two);
                    for number in 1..6 {
                        data.long(number);
                    }
                }
                RecordType::HTTPS | RecordType::SVCB => {
                    data.short(1);
                    data.name(&one);
                    data.bytes(&[0, 1, 0, 3, 2, b'h', b'2', 0, 3, 0, 2, 1, 187]);
                    data.bytes(&[0, 4, 0, 4, 192, 0, 2, 1]);
                }
                RecordType::CNAME | RecordType::PTR | RecordType::NS => data.name(&one),
                _ => data.bytes(&bytes),
            },
        );
    }

    /// A message with a byte changed, cut, or some bytes of one place in another.
    fn change(&mut self, bytes: &[u8]) -> Vec<u8> {
        let mut bytes = bytes.to_vec();
        let len = bytes.len();
        let at = self.random.below(len);
        match self.random.below(5) {
            0 => bytes.truncate(at),
            1 => bytes[at] = self.random.of(&[0, 1, 2, 12, 63, 64, 0x80, 0xc0, 0xff]),
            2 => bytes[at] ^= 1 << self.random.below(8),
            3 => {
                let place = bytes.get_mut(at..at + 2);
                let target = u16::try_from(self.random.below(len + 8)).expect("short");
                if let Some(place) = place {
                    place.copy_from_slice(&(0xc000 | target).to_be_bytes());
                }
            }
            _ => {
                let from = self.random.below(len);
                let some = bytes[from..bytes.len().min(from + 12)].to_vec();
                bytes.splice(at..at, some);
            }
        }
        bytes
    }
}

#[test]
fn three_codecs_read_the_same() {
    let mut random = Random(0x5eed_d1f5);
    let mut counts: BTreeMap<(&str, &str, &str), u32> = BTreeMap::new();
    for _ in 0..MESSAGES {
        let mut writer = Writer::new(Random(random.next()));
        let plain = writer.message();
        let expected = read(&plain).expect("as written");
        // Compressed as another codec does it, where it has written the same.
        let packed = by_hickory(&plain).filter(|packed| read(packed).as_ref() == Ok(&expected));
        let whole = packed.unwrap_or(plain);
        let changed = writer.change(&whole);
        for bytes in [whole, changed] {
            let ours = read(&bytes);
            for (codec, take) in CODECS {
                let theirs = take(&bytes).map(|written| read(&written));
                let what = match (&ours, &theirs) {
                    (Ok(ours), Some(Ok(theirs))) if ours == theirs => "same",
                    (Err(_), None) => "both refuse",
                    (Ok(_), Some(_)) => "other",
                    (Ok(_), None) => "refused",
                    (Err(_), Some(_)) => "taken",
                };
                let differ = !matches!(what, "same" | "both refuse");
                let what = (what, if differ { unusual(&bytes) } else { "" });
                *counts.entry((codec, what.0, what.1)).or_default() += 1;
            }
        }
    }
    for ((codec, what, why), count) in &counts {
        println!("{codec:<14} {what:<12} {why:<24} {count:>8}");
    }
    let differ = counts.keys().filter(|(_, what, _)| !matches!(*what, "same" | "both refuse"));
    let found: Vec<_> = differ.copied().collect();
    let agreed: Vec<_> = AGREED.iter().map(|(codec, what, why, _)| (*codec, *what, *why)).collect();
    assert_eq!(found, agreed);
}
