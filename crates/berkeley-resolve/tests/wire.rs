//! DNS messages: what is written is read again, any bytes are read or refused, and only the answer to a question is its answer.
//!
//! Contract: against the codec's own other half (proptest) and messages written out byte by byte; other codecs are in
//! berkeley-oracles. The rows of `faults_of_others` are what other resolvers did with such a message.

#![allow(missing_docs)]

use core::net::{Ipv4Addr, Ipv6Addr};
use core::time::Duration;
use std::collections::HashSet;

use berkeley_resolve::wire::{
    Builder, Class, Cookie, Data, Edns, Fault, Flags, Ignored, Malformed, Message, Name, Opcode,
    OptionCode, Query, Rcode, RecordType, Reply, Section, SvcKey, Verdict,
};
use proptest::prelude::*;

const MINUTE: Duration = Duration::from_secs(60);
const ANSWER: Flags = Flags::from_bits(0x8180);

fn name(text: &str) -> Name {
    text.parse().expect(text)
}

/// Any name: labels of any bytes, as long as they fit.
fn names() -> impl Strategy<Value = Name> {
    let label = prop_oneof![
        proptest::collection::vec(any::<u8>(), 1..20),
        proptest::collection::vec(b'a'..=b'f', 1..4),
        proptest::collection::vec(any::<u8>(), 63),
    ];
    proptest::collection::vec(label, 0..10).prop_map(|labels| {
        labels.iter().fold(Name::ROOT, |suffix, label| {
            let text: Vec<String> = label.iter().map(|byte| format!("\\{byte:03}")).collect();
            // What does not fit is left out.
            name(&text.concat()).join(&suffix).unwrap_or(suffix)
        })
    })
}

proptest! {
    #[test]
    fn names_are_read_as_they_are_printed(one in names(), two in names(), text in "\\PC{0,300}") {
        prop_assert_eq!(&one.to_string().parse::<Name>(), &Ok(one.clone()));
        prop_assert!(one.to_string().bytes().all(|byte| byte.is_ascii_graphic()));
        let lower = name(&one.to_string().to_ascii_lowercase());
        prop_assert_eq!(&lower, &one);
        prop_assert_eq!(HashSet::from([lower, one.clone()]).len(), 1);
        prop_assert_eq!(one == two, one.to_string().eq_ignore_ascii_case(&two.to_string()));
        if let Ok(both) = one.join(&two) {
            prop_assert!(both.is_within(&two) && both.as_bytes().len() < 256);
            prop_assert_eq!(both.labels().count(), one.labels().count() + two.labels().count());
        }
        if let Ok(name) = text.parse::<Name>() {
            prop_assert_eq!(name.to_string().parse(), Ok(name));
        }
    }

    #[test]
    fn records_are_read_as_they_are_written(
        asked in names(), other in names(), numbers in any::<(u16, u16, u16, u32, u32)>(),
        bytes in proptest::collection::vec(any::<u8>(), 0..64), case in any::<[u8; 32]>(),
    ) {
        let (a, b, c, d, ttl) = numbers;
        let mut room = [0; 16384];
        let mut builder = Builder::new(&mut room, a, ANSWER);
        builder.question(&asked, RecordType::A, Class::IN);
        let put = |builder: &mut Builder<'_>, ty, write: &dyn Fn(&mut berkeley_resolve::wire::DataBuilder<'_, '_>)| {
            for owner in [&asked, &other] {
                builder.raw_record(Section::Authority, owner, (ty, Class::IN, ttl), |data| write(data));
            }
        };
        put(&mut builder, RecordType::A, &|data| data.long(d));
        put(&mut builder, RecordType::AAAA, &|data| for _ in 0..4 { data.long(d) });
        put(&mut builder, RecordType::MX, &|data| { data.short(a); data.name(&other); });
        put(&mut builder, RecordType::SRV, &|data| {
            for number in [a, b, c] { data.short(number) }
            data.name(&asked);
        });
        put(&mut builder, RecordType::SOA, &|data| {
            data.name(&asked);
            data.name(&other);
            for number in [d, ttl, 0, 1, d] { data.long(number) }
        });
        put(&mut builder, RecordType::TXT, &|data| { data.text(&bytes); data.text(b""); });
        put(&mut builder, RecordType::HTTPS, &|data| {
            data.short(b);
            data.name(&other);
            for (key, value) in [(3, 443), (9, c)] { for n in [key, 2, value] { data.short(n) } }
        });
        put(&mut builder, RecordType::new(65280), &|data| data.bytes(&bytes));
        let cookie = Cookie::decode(&[7; 24]);
        builder.opt(b, true, cookie.as_ref());
        let message = Message::decode(builder.finish().expect("room")).expect("a header");
        prop_assert_eq!((message.id(), message.flags(), message.counts()), (a, ANSWER, [1, 0, 16, 1]));
        let question = message.questions().next().expect("one").expect("whole");
        prop_assert!(question.name.is_identical(asked.view()));
        let mut seen = 0;
        for (place, record) in message.records().enumerate() {
            let record = record.expect("whole");
            let data = record.data().expect("as written");
            if let Data::Opt(opt) = data {
                prop_assert_eq!((opt.payload, opt.dnssec_ok, opt.cookie()), (b, true, cookie));
                seen += 1;
                continue;
            }
            prop_assert!(record.owner.is_identical([&asked, &other][place % 2].view()));
            let expected = if ttl > 0x7fff_ffff { 0 } else { ttl };
            prop_assert_eq!(record.ttl(), Duration::from_secs(expected.into()));
            match data {
                Data::A(ip) => prop_assert_eq!(ip, Ipv4Addr::from(d)),
                Data::Aaaa(ip) => prop_assert_eq!(ip, Ipv6Addr::from_bits(u128::from(d) * 0x1_0000_0001_0000_0001_0000_0001)),
                Data::Mx { preference, exchange } => {
                    prop_assert!(preference == a && exchange == other);
                }
                Data::Srv { priority, weight, port, target } => {
                    prop_assert_eq!((priority, weight, port), (a, b, c));
                    prop_assert!(target.is_identical(asked.view()));
                }
                Data::Soa(soa) => {
                    prop_assert!(soa.primary == asked && soa.mailbox == other);
                    prop_assert_eq!((soa.serial, soa.refresh, soa.minimum), (d, ttl, d));
                }
                Data::Txt(strings) => {
                    prop_assert_eq!(strings.into_iter().collect::<Vec<_>>(), [&bytes[..], b""]);
                }
                Data::Https(https) => {
                    prop_assert!(https.priority == b && https.target == other);
                    prop_assert_eq!(https.port(), Some(443));
                    prop_assert_eq!(https.param(SvcKey::new(9)), Some(&c.to_be_bytes()[..]));
                }
                Data::Other(raw) => prop_assert_eq!(raw, &bytes[..]),
                data => prop_assert!(false, "{:?}", data),
            }
            seen += 1;
        }
        prop_assert_eq!(seen, 17);

        // And the question alone, in random case.
        let cased = asked.with_case(&case);
        let query = Query { exact: true, ..Query::new(&cased, RecordType::A, b) };
        let mut room = [0; Query::ROOM];
        let written = query.encode(&mut room).expect("always fits").to_vec();
        let message = Message::decode(&written).expect("a header");
        let question = message.questions().next().expect("one").expect("whole");
        prop_assert!(question.name.is_identical(cased.view()) && question.name == asked);
        // It comes back with QR set and is its own answer, in no other case.
        let mut back = written.clone();
        back[2] |= 0x80;
        prop_assert!(matches!(query.accept(&back), Verdict::Answer(_)));
        let mut swapped = back.clone();
        if let Some(letter) = swapped[12..].iter_mut().find(|byte| byte.is_ascii_alphabetic()) {
            *letter ^= 0x20;
            prop_assert!(matches!(query.accept(&swapped), Verdict::Ignored(Ignored::Case)));
        }
    }

    #[test]
    fn any_bytes_are_read_or_refused(bytes in proptest::collection::vec(any::<u8>(), 0..600)) {
        read_all(&bytes);
    }

    #[test]
    fn a_changed_answer_is_read_or_refused(at in 0usize..200, byte: u8, cut in 0usize..200) {
        let mut bytes = long_answer();
        let at = at % bytes.len();
        bytes[at] = byte;
        read_all(&bytes);
        read_all(&bytes[..cut % bytes.len()]);
    }
}

/// Everything that a message lets itself be asked.
fn read_all(bytes: &[u8]) {
    let Ok(message) = Message::decode(bytes) else { return assert!(bytes.len() < 12) };
    let mut last = None;
    for record in message.records() {
        assert!(!matches!(last, Some(Err(_))), "nothing behind a fault");
        if let Ok(record) = &record {
            let _ = record.data().map(|data| format!("{data:?}"));
            let owner = Name::from(record.owner);
            assert!(record.owner == owner && owner.as_bytes().len() < 256);
            assert!(owner.view().is_identical(record.owner));
        }
        last = Some(record);
    }
    for ty in [RecordType::A, RecordType::AAAA, RecordType::CNAME, RecordType::ANY] {
        if let Ok(reply) = Reply::decode(message, ty) {
            assert_eq!(reply.records().count(), reply.found());
            assert!(reply.aliases() <= 16);
            let _ = (reply.ttl(), reply.negative_ttl(), reply.is_lame());
        }
    }
}

fn long_answer() -> Vec<u8> {
    answer(|builder| {
        builder.record(
            Section::Answer,
            &name("a.test"),
            RecordType::CNAME,
            Class::IN,
            MINUTE,
            |d| {
                d.name(&name("b.test"));
            },
        );
        for octet in 0..4 {
            builder.record(
                Section::Answer,
                &name("b.test"),
                RecordType::A,
                Class::IN,
                MINUTE,
                |d| {
                    d.bytes(&[192, 0, 2, octet]);
                },
            );
        }
        builder.opt(1232, false, None);
    })
}

/// An answer to `a.test A`, number 7, with these records.
fn answer(records: impl FnOnce(&mut Builder<'_>)) -> Vec<u8> {
    let mut room = [0; 4096];
    let mut builder = Builder::new(&mut room, 7, ANSWER);
    builder.question(&name("a.test"), RecordType::A, Class::IN);
    records(&mut builder);
    builder.finish().expect("room").to_vec()
}

fn address(builder: &mut Builder<'_>, owner: &str, data: &[u8]) {
    builder.record(Section::Answer, &name(owner), RecordType::A, Class::IN, MINUTE, |to| {
        to.bytes(data);
    });
}

fn alias(builder: &mut Builder<'_>, owner: &str, target: &str) {
    builder.record(Section::Answer, &name(owner), RecordType::CNAME, Class::IN, MINUTE, |to| {
        to.name(&name(target));
    });
}

/// What a message is to the question `a.test A`: addresses, how it was skipped, or why it was refused.
fn verdict(bytes: &[u8]) -> String {
    let asked = name("a.test");
    match Query::new(&asked, RecordType::A, 7).accept(bytes) {
        Verdict::Answer(reply) => {
            let mut words: Vec<String> = Vec::new();
            for (_, data) in reply.records() {
                if let Data::A(ip) = data {
                    words.push(ip.to_string());
                }
            }
            if reply.skipped() > 0 {
                words.push(format!("skipped {}", reply.skipped()));
            }
            if reply.is_loop() {
                words.push("loop".to_owned());
            }
            if reply.is_truncated() {
                words.push("truncated".to_owned());
            }
            if reply.rcode() != Rcode::NOERROR {
                words.push(reply.rcode().to_string());
            }
            words.join(" ")
        }
        Verdict::Malformed(why) => format!("{:?}", why.fault()),
        Verdict::Ignored(why) => format!("ignored: {why:?}"),
    }
}

/// The bytes of an answer with others at some places.
fn changed(mut bytes: Vec<u8>, changes: &[(usize, u8)]) -> Vec<u8> {
    for (at, byte) in changes {
        bytes[*at] = *byte;
    }
    bytes
}

#[expect(clippy::too_many_lines, reason = "a table")]
#[test]
fn faults_of_others() {
    let plain = || answer(|builder| address(builder, "a.test", &[192, 0, 2, 1]));
    let end = plain().len();
    let circle = answer(|builder| {
        alias(builder, "a.test", "b.test");
        alias(builder, "b.test", "a.test");
    });
    let chain = |links: u8, backwards: bool| {
        answer(|builder| {
            let name =
                |link: u8| if link == 0 { "a.test".to_owned() } else { format!("n{link}.test") };
            let mut order: Vec<u8> = (0..links).collect();
            if backwards {
                order.reverse();
                address(builder, &name(links), &[192, 0, 2, 9]);
            }
            for link in order {
                alias(builder, &name(link), &name(link + 1));
            }
            if !backwards {
                address(builder, &name(links), &[192, 0, 2, 9]);
            }
        })
    };
    let rows: Vec<(&str, Vec<u8>, &str)> = vec![
        ("an answer", plain(), "192.0.2.1"),
        ("in another case", changed(plain(), &[(13, b'A')]), "192.0.2.1"),
        ("glibc, musl, c-ares take QR=0", changed(plain(), &[(2, 1)]), "ignored: NoResponse"),
        ("opcode NOTIFY", changed(plain(), &[(2, 0xa0)]), "ignored: NoResponse"),
        ("another number", changed(plain(), &[(1, 8)]), "ignored: Id"),
        ("musl takes another question", changed(plain(), &[(13, b'b')]), "ignored: Question"),
        ("musl takes another type", changed(plain(), &[(21, 28)]), "ignored: Question"),
        ("another class", changed(plain(), &[(23, 3)]), "ignored: Question"),
        ("musl takes no question", changed(plain(), &[(5, 0)]), "ignored: Question"),
        ("two questions", changed(plain(), &[(5, 2)]), "ignored: Question"),
        ("a question that is cut", plain()[..20].to_vec(), "ignored: Short"),
        ("eleven bytes", plain()[..11].to_vec(), "ignored: Short"),
        ("nothing", Vec::new(), "ignored: Short"),
        ("a header that says FORMERR", vec![0, 7, 0x81, 0x81, 0, 0, 0, 0, 0, 0, 0, 0], "FORMERR"),
        (
            "a header that says nothing",
            vec![0, 7, 0x81, 0x80, 0, 0, 0, 0, 0, 0, 0, 0],
            "ignored: Question",
        ),
        (
            "a header that says NXDOMAIN",
            vec![0, 7, 0x81, 0x83, 0, 0, 0, 0, 0, 0, 0, 0],
            "ignored: Question",
        ),
        (
            "musl, c-ares, Go, hickory return a stranger's address",
            answer(|builder| {
                address(builder, "evil.test", &[6, 6, 6, 6]);
                address(builder, "a.test", &[192, 0, 2, 1]);
            }),
            "192.0.2.1",
        ),
        (
            "Go reads past three bytes",
            answer(|builder| {
                address(builder, "a.test", &[1, 2, 3]);
                address(builder, "a.test", &[192, 0, 2, 1]);
            }),
            "192.0.2.1 skipped 1",
        ),
        (
            "five bytes, four or five",
            answer(|b| address(b, "a.test", &[1, 2, 3, 4, 5])),
            "skipped 1",
        ),
        ("no bytes", answer(|b| address(b, "a.test", &[])), "skipped 1"),
        ("musl fills up an address that is cut", plain()[..end - 2].to_vec(), "Cut"),
        ("cut in the fixed part", plain()[..end - 5].to_vec(), "Cut"),
        ("more records claimed than there are", changed(plain(), &[(7, 2)]), "Cut"),
        ("65535 questions", changed(plain(), &[(4, 255), (5, 255)]), "ignored: Question"),
        ("65535 records", changed(plain(), &[(6, 255), (7, 255)]), "Cut"),
        ("bytes behind the end", [plain(), vec![0; 9]].concat(), "192.0.2.1"),
        ("a pointer to itself", changed(plain(), &[(24, 0xc0), (25, 24)]), "Pointer"),
        ("a pointer forwards", changed(plain(), &[(24, 0xc0), (25, 30)]), "Pointer"),
        ("a pointer into the header", changed(plain(), &[(24, 0xc0), (25, 2)]), "Pointer"),
        ("a label of kind 01", changed(plain(), &[(24, 0x41)]), "Label"),
        ("class CH", changed(plain(), &[(29, 3)]), ""),
        ("aliases in a circle", circle, "loop"),
        ("an alias of itself", answer(|b| alias(b, "a.test", "A.TEST")), "loop"),
        ("16 aliases", chain(16, false), "192.0.2.9"),
        ("16 aliases, last one first", chain(16, true), "192.0.2.9"),
        ("17 aliases", chain(17, false), "loop"),
        ("17 aliases, last one first", chain(17, true), "loop"),
        (
            "truncated, and cut within",
            changed(plain(), &[(2, 0x83)])[..end - 2].to_vec(),
            "truncated",
        ),
        ("NXDOMAIN", changed(plain(), &[(3, 0x83)]), "192.0.2.1 NXDOMAIN"),
        (
            "BADVERS: four bits here, eight in the OPT record",
            answer(|builder| {
                let numbers = (RecordType::OPT, Class::new(512), 0x0100_0000);
                builder.raw_record(Section::Additional, &Name::ROOT, numbers, |_| {});
            }),
            "BADVERS",
        ),
    ];
    for (what, bytes, expected) in rows {
        assert_eq!(verdict(&bytes), expected, "{what}: {bytes:02x?}");
        for at in 0..bytes.len() {
            read_all(&bytes[..at]);
        }
    }
}

#[test]
fn pointers_cost_a_constant() {
    // Each pointer leads to the one before: no name may follow all of them.
    let mut bytes = vec![0, 7, 0x81, 0x80, 0, 1, 0x0f, 0xff, 0, 0, 0, 0];
    bytes.extend([0]);
    for at in (13..16384).step_by(2) {
        let target = u16::try_from(if at == 13 { 12 } else { at - 2 }).expect("14 bits");
        bytes.extend((0xc000 | target).to_be_bytes());
    }
    let message = Message::decode(&bytes).expect("a header");
    assert!(message.records().count() < bytes.len() / 10);
    let faults: Vec<Fault> =
        message.records().filter_map(Result::err).map(Malformed::fault).collect();
    assert_eq!(faults.len(), 1, "{faults:?}");

    // A name of 127 labels, each behind a pointer, is one; with a label more it is none.
    for (labels, expected) in [(127, None), (128, Some(Fault::NameLength))] {
        let mut bytes = vec![0; 12];
        bytes[5] = 1;
        bytes[7] = 1;
        bytes.extend([0, 0, 1, 0, 1]);
        let mut before = 12;
        // The labels lie in the data of a record of the root.
        let start = bytes.len() + 11;
        let mut data = Vec::new();
        for _ in 0..labels {
            let at = start + data.len();
            data.extend([1, b'x']);
            data.extend((0xc000_u16 | u16::try_from(before).expect("14 bits")).to_be_bytes());
            before = at;
        }
        bytes.extend([0, 0xff, 0, 0, 1, 0, 0, 0, 0]);
        bytes.extend(u16::try_from(data.len()).expect("short").to_be_bytes());
        bytes.extend(&data);
        bytes[7] = 2;
        bytes.extend((0xc000_u16 | u16::try_from(before).expect("14 bits")).to_be_bytes());
        bytes.extend([0, 1, 0, 1, 0, 0, 0, 0, 0, 0]);
        let message = Message::decode(&bytes).expect("a header");
        let last = message.records().last().expect("two");
        match expected {
            None => assert_eq!(last.expect("whole").owner.labels().count(), labels),
            Some(fault) => assert_eq!(last.map(|_| ()).map_err(Malformed::fault), Err(fault)),
        }
    }
}

#[test]
fn times_to_live() {
    let zone = |builder: &mut Builder<'_>, owner: &str, ttl, minimum| {
        let numbers = (RecordType::SOA, Class::IN, ttl);
        builder.raw_record(Section::Authority, &name(owner), numbers, |data| {
            data.name(&name("ns.test"));
            data.name(&name("root.test"));
            for number in [1, 2, 3, 4, minimum] {
                data.long(number);
            }
        });
    };
    let put = |builder: &mut Builder<'_>, ty, owner: &str, ttl| {
        builder.raw_record(Section::Answer, &name(owner), (ty, Class::IN, ttl), |data| match ty {
            RecordType::CNAME => data.name(&name("b.test")),
            _ => data.bytes(&[1; 4]),
        });
    };
    let rows: [(Vec<u8>, u64, Option<u64>); 7] = [
        (answer(|b| put(b, RecordType::A, "a.test", 300)), 300, None),
        (answer(|b| put(b, RecordType::A, "a.test", 0x8000_0000)), 0, None),
        (answer(|b| put(b, RecordType::A, "a.test", 0x7fff_ffff)), 0x7fff_ffff, None),
        (
            answer(|b| {
                put(b, RecordType::CNAME, "a.test", 5);
                put(b, RecordType::A, "b.test", 60);
                put(b, RecordType::A, "b.test", 50);
            }),
            5,
            None,
        ),
        (answer(|b| zone(b, "test", 900, 60)), 0, Some(60)),
        (answer(|b| zone(b, "test", 30, 60)), 0, Some(30)),
        // A zone that the name is not in says nothing about it.
        (answer(|b| zone(b, "other.test", 30, 60)), 0, None),
    ];
    for (bytes, ttl, negative) in rows {
        let message = Message::decode(&bytes).expect("a header");
        let reply = Reply::decode(message, RecordType::A).expect("whole");
        assert_eq!(reply.ttl(), Duration::from_secs(ttl));
        assert_eq!(reply.negative_ttl(), negative.map(Duration::from_secs));
    }
}

#[test]
fn cookies_and_parameters() {
    let asked = name("a.test");
    let cookie = Cookie::new([1, 2, 3, 4, 5, 6, 7, 8]);
    let edns = Edns { cookie: Some(cookie), ..Edns::default() };
    let query = Query { edns: Some(edns), ..Query::new(&asked, RecordType::A, 7) };
    let mut room = [0; Query::ROOM];
    let sent = query.encode(&mut room).expect("room");
    assert_eq!(sent[sent.len() - 14..], [0, 12, 0, 10, 0, 8, 1, 2, 3, 4, 5, 6, 7, 8]);
    let whole = Cookie::decode(&[1, 2, 3, 4, 5, 6, 7, 8, 9, 9, 9, 9, 9, 9, 9, 9]);
    for (theirs, taken) in [(whole, true), (None, true), (Some(Cookie::new([9; 8])), false)] {
        let bytes = answer(|builder| builder.opt(512, false, theirs.as_ref()));
        match query.accept(&bytes) {
            Verdict::Answer(reply) => assert!(taken && reply.cookie() == theirs),
            Verdict::Ignored(Ignored::Cookie) => assert!(!taken),
            other => panic!("{other:?}"),
        }
    }

    let https = answer(|builder| {
        builder.record(Section::Answer, &asked, RecordType::HTTPS, Class::IN, MINUTE, |data| {
            data.short(1);
            data.name(&Name::ROOT);
            data.bytes(&[0, 1, 0, 6, 2, b'h', b'3', 2, b'h', b'2']);
            data.bytes(&[0, 3, 0, 2, 0x20, 0xfb]);
            data.bytes(&[0, 4, 0, 8, 192, 0, 2, 1, 192, 0, 2, 2]);
            data.bytes(&[0, 6, 0, 16]);
            data.bytes(&Ipv6Addr::LOCALHOST.octets());
        });
    });
    let record = Message::decode(&https).expect("a header").records().next().expect("one");
    let Ok(Data::Https(https)) = record.expect("whole").data() else { panic!() };
    assert_eq!(https.alpn().collect::<Vec<_>>(), [b"h3", b"h2"]);
    assert_eq!(https.port(), Some(8443));
    assert_eq!(https.ipv4_hints().map(|ip| ip.octets()[3]).collect::<Vec<_>>(), [1, 2]);
    assert_eq!(https.ipv6_hints().collect::<Vec<_>>(), [Ipv6Addr::LOCALHOST]);
    assert!(https.priority == 1 && https.target.is_root());
    assert_eq!(https.params.into_iter().count(), 4);

    // Twice the same parameter, in the wrong order, or cut.
    for params in [&[0, 3, 0, 0, 0, 3, 0, 0][..], &[0, 3, 0, 0, 0, 2, 0, 0], &[0, 3, 0, 9, 0]] {
        let bytes = answer(|builder| {
            builder.record(Section::Answer, &asked, RecordType::SVCB, Class::IN, MINUTE, |data| {
                data.short(1);
                data.name(&Name::ROOT);
                data.bytes(params);
            });
        });
        let record = Message::decode(&bytes).expect("a header").records().next().expect("one");
        assert!(record.expect("whole").data().is_err(), "{params:?}");
    }
    let options = answer(|builder| {
        let numbers = (RecordType::OPT, Class::new(512), 0);
        builder.raw_record(Section::Additional, &Name::ROOT, numbers, |data| {
            data.bytes(&[0, 12, 0, 2, 0, 0, 0, 3, 0, 1, b'x']);
        });
    });
    let record = Message::decode(&options).expect("a header").records().next().expect("one");
    let Ok(Data::Opt(opt)) = record.expect("whole").data() else { panic!() };
    let codes: Vec<_> = opt.options.into_iter().map(|(code, value)| (code, value.len())).collect();
    assert_eq!(codes, [(OptionCode::PADDING, 2), (OptionCode::NSID, 1)]);
}

#[test]
fn flags_and_room() {
    let flags = Flags::opcode_bits(Opcode::UPDATE) | Flags::rcode_bits(Rcode::REFUSED);
    assert_eq!(
        (flags.opcode(), flags.rcode(), flags.bits()),
        (Opcode::UPDATE, Rcode::REFUSED, 0x2805)
    );
    let long = name(&["a"; 127].join("."));
    let cookie = Cookie::decode(&[1; 40]);
    let edns = Edns { cookie, ..Edns::default() };
    let query = Query { edns: Some(edns), ..Query::new(&long, RecordType::HTTPS, 1) };
    let mut room = [0; Query::ROOM];
    assert_eq!(query.encode(&mut room).map(<[u8]>::len), Ok(Query::ROOM));
    for len in 0..Query::ROOM {
        assert!(query.encode(&mut room[..len]).is_err());
    }
}
