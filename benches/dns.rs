//! What does it cost to read and write DNS messages, beside `domain`, `hickory-proto` and `simple-dns`?
//!
//! An answer is read until its addresses are known: those of the question's name, through its alias. Ours also checks that it is the
//! answer, and to its end. Each answer has another number and other addresses.

use core::hint::black_box;
use core::net::IpAddr;
use core::time::Duration;

use berkeley_benches::{Asker, Way, way};
use berkeley_resolve::wire::{
    Builder, Class, Data, Flags, Name, Query, RecordType, Section, Verdict,
};

const ITEMS: u16 = 4096;
const AT_ONCE: usize = 64;

fn ours<'a, T, R>(items: &'a [T], job: impl FnMut(&'a T) -> R + 'a) -> Way<'a> {
    way("ours", items, AT_ONCE, job)
}

/// `www.example.org` is an alias of `host.example.org`, which has four addresses; and EDNS.
fn answer(name: &Name, id: u16) -> Vec<u8> {
    let (target, hour) = ("host.example.org".parse().expect("a name"), Duration::from_hours(1));
    let mut room = [0; 512];
    let mut builder = Builder::new(&mut room, id, Flags::from_bits(0x8180));
    builder.question(name, RecordType::A, Class::IN);
    builder.record(Section::Answer, name, RecordType::CNAME, Class::IN, hour, |data| {
        data.name(&target);
    });
    for last in 1..5 {
        builder.record(Section::Answer, &target, RecordType::A, Class::IN, hour, |data| {
            let [high, low] = id.to_be_bytes();
            data.bytes(&[10, high, low, last]);
        });
    }
    builder.opt(1232, false, None);
    builder.finish().expect("room").to_vec()
}

/// The same, compressed as a server would.
fn compressed(bytes: &[u8]) -> Vec<u8> {
    let message = hickory_proto::op::Message::from_vec(bytes).expect("a message");
    message.to_vec().expect("short")
}

fn by_ours(name: &Name, (id, bytes): &(u16, Vec<u8>)) -> u32 {
    let query = Query::new(name, RecordType::A, *id);
    let Verdict::Answer(reply) = query.accept(bytes) else { return 0 };
    reply
        .records()
        .map(|(_, data)| if let Data::A(ip) = data { ip.to_bits() } else { 0 })
        .fold(0, u32::wrapping_add)
}

fn by_domain((_, bytes): &(u16, Vec<u8>)) -> u32 {
    let Ok(message) = domain::base::Message::from_octets(&bytes[..]) else { return 0 };
    let Some(name) = message.canonical_name() else { return 0 };
    let Ok(records) = message.answer() else { return 0 };
    let records = records.limit_to_in::<domain::rdata::A>().flatten();
    let own = records.filter(|record| *record.owner() == name);
    own.map(|record| record.data().addr().to_bits()).fold(0, u32::wrapping_add)
}

fn by_hickory((_, bytes): &(u16, Vec<u8>)) -> u32 {
    let Ok(message) = hickory_proto::op::Message::from_vec(bytes) else { return 0 };
    let addresses = message.answers.iter().filter_map(|record| record.data.ip_addr());
    addresses
        .map(|ip| if let IpAddr::V4(ip) = ip { ip.to_bits() } else { 0 })
        .fold(0, u32::wrapping_add)
}

fn by_simple((_, bytes): &(u16, Vec<u8>)) -> u32 {
    let Ok(message) = simple_dns::Packet::parse(bytes) else { return 0 };
    let addresses = message.answers.iter().map(|record| match &record.rdata {
        simple_dns::rdata::RData::A(a) => a.address,
        _ => 0,
    });
    addresses.fold(0, u32::wrapping_add)
}

fn read(asker: &Asker) {
    let name: Name = "www.example.org".parse().expect("a name");
    let answers: Vec<(u16, Vec<u8>)> =
        (0..ITEMS).map(|id| (id, compressed(&answer(&name, id)))).collect();
    let first = &answers[1];
    let sum = by_ours(&name, first);
    assert!(sum != 0 && [by_domain(first), by_hickory(first), by_simple(first)] == [sum; 3]);
    asker.ask(
        "read an answer of five records",
        Some(0.75),
        vec![
            ours(&answers, move |answer| by_ours(&name, answer)),
            way("domain", &answers, AT_ONCE, by_domain),
            way("hickory-proto", &answers, AT_ONCE, by_hickory),
            way("simple-dns", &answers, AT_ONCE, by_simple),
        ],
    );
}

fn write(asker: &Asker) {
    let ids: Vec<u16> = (0..ITEMS).collect();
    let name: Name = "www.example.org".parse().expect("a name");
    let theirs: domain::base::Name<Vec<u8>> = "www.example.org".parse().expect("a name");
    let hickory: hickory_proto::rr::Name = "www.example.org.".parse().expect("a name");
    asker.ask(
        "write a question with EDNS",
        Some(0.65),
        vec![
            ours(&ids, |id| {
                let mut room = [0; Query::ROOM];
                let len = Query::new(&name, RecordType::A, *id).encode(&mut room).map(<[u8]>::len);
                black_box(&room);
                len.unwrap_or_default()
            }),
            way("domain", &ids, AT_ONCE, |id| {
                let mut builder = domain::base::MessageBuilder::new_vec();
                builder.header_mut().set_id(*id);
                builder.header_mut().set_rd(true);
                let mut builder = builder.question();
                builder.push((&theirs, domain::base::Rtype::A)).expect("room");
                let mut builder = builder.additional();
                let edns = |opt: &mut domain::base::message_builder::OptBuilder<'_, _>| {
                    opt.set_udp_payload_size(1232);
                    Ok(())
                };
                builder.opt(edns).expect("room");
                builder.finish().len()
            }),
            way("hickory-proto", &ids, AT_ONCE, |id| {
                use hickory_proto::op::{Edns, Message, MessageType, OpCode};
                let mut message = Message::new(*id, MessageType::Query, OpCode::Query);
                message.metadata.recursion_desired = true;
                let ty = hickory_proto::rr::RecordType::A;
                message.add_query(hickory_proto::op::Query::query(hickory.clone(), ty));
                let mut edns = Edns::new();
                edns.set_max_payload(1232);
                message.set_edns(edns);
                message.to_vec().map(|bytes| bytes.len()).unwrap_or_default()
            }),
            way("simple-dns", &ids, AT_ONCE, |id| {
                let mut packet = simple_dns::Packet::new_query(*id);
                packet.set_flags(simple_dns::PacketFlag::RECURSION_DESIRED);
                packet.questions.push(simple_dns::Question::new(
                    simple_dns::Name::new_unchecked("www.example.org"),
                    simple_dns::TYPE::A.into(),
                    simple_dns::CLASS::IN.into(),
                    false,
                ));
                *packet.opt_mut() = Some(simple_dns::rdata::OPT {
                    opt_codes: Vec::new(),
                    udp_packet_size: 1232,
                    version: 0,
                });
                packet.build_bytes_vec().map(|bytes| bytes.len()).unwrap_or_default()
            }),
        ],
    );
}

fn main() {
    let asker = Asker::from_arguments();
    read(&asker);
    write(&asker);
}
