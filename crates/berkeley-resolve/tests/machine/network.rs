//! A network that exists only on a clock of its own: servers that do as a function says, one millisecond away or more.
//!
//! Contract: nothing waits; a run ends when the machine does, and says how many milliseconds that took and what was sent. Each
//! socket that was opened is closed once, and nothing is sent by one that is not open: anything else panics.

use std::collections::{BTreeMap, BTreeSet, VecDeque};
use std::fmt::Write as _;
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use berkeley_resolve::machine::{Action, Config, Event, Lookup, Machine, Memory, SocketId};
use berkeley_resolve::wire::{
    Builder, Class, Cookie, Data, Flags, Message, Name, RecordType, Section,
};
use berkeley_socket::Errno;

/// What a server is asked.
pub(crate) struct Asked {
    pub(crate) id: u16,
    /// As it was sent.
    pub(crate) name: Name,
    pub(crate) ty: RecordType,
    pub(crate) tcp: bool,
    pub(crate) edns: bool,
    pub(crate) cookie: Option<Cookie>,
    /// Of the millisecond.
    pub(crate) at: u64,
}

/// What a server does.
#[derive(Clone)]
pub(crate) enum Say {
    Bytes(Vec<u8>),
    /// Nobody listens.
    Refused,
    /// The end of the connection.
    Close,
}

/// So many milliseconds later.
pub(crate) type Server = fn(&Asked) -> Vec<(u64, Say)>;

/// How a lookup went.
pub(crate) struct Run {
    pub(crate) ms: u64,
    pub(crate) datagrams: usize,
    pub(crate) streams: usize,
    /// The addresses, or the failure; `partial`.
    pub(crate) words: String,
    /// What was asked: server, name, type.
    pub(crate) asked: Vec<String>,
    pub(crate) packets: Vec<usize>,
    pub(crate) negative: Option<u64>,
}

pub(crate) fn address(number: usize) -> SocketAddr {
    SocketAddr::from(([192, 0, 2, u8::try_from(number).expect("a few") + 1], 53))
}

/// Bits that are the same on every run.
pub(crate) fn random(mut seed: u64) -> impl FnMut() -> u64 {
    move || {
        seed ^= seed >> 12;
        seed ^= seed << 25;
        seed ^= seed >> 27;
        seed.wrapping_mul(0x2545_f491_4f6c_dd1d)
    }
}

/// Runs a lookup that starts at a millisecond.
pub(crate) fn run(
    config: &Config,
    lookup: Lookup,
    servers: &[&dyn Fn(&Asked) -> Vec<(u64, Say)>],
    start: u64,
    memory: &mut Memory,
) -> Run {
    let mut machine = Machine::new(Arc::new(config.clone()), lookup, random(0x5eed + start));
    let mut open: BTreeMap<SocketId, (usize, bool)> = BTreeMap::new();
    let mut ever = BTreeSet::new();
    let mut queue: BTreeMap<(u64, usize), (SocketId, Say)> = BTreeMap::new();
    let mut run = Run {
        ms: 0,
        datagrams: 0,
        streams: 0,
        words: String::new(),
        asked: Vec::new(),
        packets: Vec::new(),
        negative: None,
    };
    let mut now = start;
    machine.start(Duration::from_millis(now), memory);
    let mut events = 0;
    loop {
        while let Some(action) = machine.poll() {
            let (socket, tcp, questions) = match action {
                Action::Udp { socket, server, queries } => {
                    assert!(ever.insert(socket), "a socket twice");
                    let number =
                        (0..servers.len()).find(|i| address(*i) == server).expect("a server");
                    open.insert(socket, (number, false));
                    run.datagrams += queries.len();
                    run.packets.push(queries.len());
                    (socket, false, queries.iter().map(|query| query.to_vec()).collect())
                }
                Action::Tcp { socket, server, bytes } => {
                    assert!(ever.insert(socket), "a socket twice");
                    let number =
                        (0..servers.len()).find(|i| address(*i) == server).expect("a server");
                    open.insert(socket, (number, true));
                    run.streams += 1;
                    (socket, true, messages(&bytes))
                }
                Action::Write { socket, bytes } => {
                    assert!(open.get(&socket).is_some_and(|(_, tcp)| *tcp), "not open");
                    (socket, true, messages(&bytes))
                }
                Action::Close { socket } => {
                    assert!(open.remove(&socket).is_some(), "not open");
                    continue;
                }
            };
            let (server, _) = open[&socket];
            for question in questions {
                let asked = read(&question, tcp, now - start);
                run.asked.push(format!(
                    "{server} {} {}",
                    asked.name.to_string().to_lowercase(),
                    asked.ty
                ));
                for (after, say) in servers[server](&asked) {
                    queue.insert((now + after, queue.len() + events), (socket, say));
                    events += 1;
                }
            }
        }
        let Some(wake) = machine.wake_at() else { break };
        let wake = u64::try_from(wake.as_micros().div_ceil(1000)).expect("short");
        assert!(wake < start + 1_000_000, "it waits for ever");
        let next = queue.first_key_value().map(|(key, _)| *key).filter(|key| key.0 <= wake);
        let Some(key) = next else {
            now = now.max(wake);
            machine.handle(Duration::from_millis(now), Event::Timer, memory);
            continue;
        };
        let (socket, say) = queue.remove(&key).expect("the first");
        now = now.max(key.0);
        let moment = Duration::from_millis(now);
        let Some((_, tcp)) = open.get(&socket).copied() else { continue };
        match say {
            Say::Bytes(bytes) if tcp => {
                let len = u16::try_from(bytes.len()).expect("short").to_be_bytes();
                let framed = [&len[..], &bytes].concat();
                // In two pieces, the first within the length.
                for bytes in [&framed[..1], &framed[1..]] {
                    machine.handle(moment, Event::Stream { socket, bytes }, memory);
                }
            }
            Say::Bytes(bytes) => {
                machine.handle(moment, Event::Datagram { socket, bytes: &bytes }, memory);
            }
            Say::Refused => {
                let errno = Errno::CONNREFUSED;
                machine.handle(moment, Event::Failed { socket, errno }, memory);
            }
            Say::Close => machine.handle(moment, Event::Closed { socket }, memory),
        }
    }
    assert!(open.is_empty(), "left open");
    run.ms = now - start;
    run.words = match machine.outcome().expect("it has ended") {
        Ok(()) => {
            let mut words: Vec<String> =
                machine.addresses().iter().map(ToString::to_string).collect();
            for answer in machine.answers() {
                let Some(reply) = answer.reply() else { continue };
                for (_, data) in reply.records() {
                    if !matches!(data, Data::A(_) | Data::Aaaa(_)) {
                        words.push(format!("{data:?}"));
                    }
                }
                if answer.authentic {
                    words.push("authentic".to_owned());
                }
            }
            if machine.is_partial() {
                words.push("partial".to_owned());
            }
            words.join(" ")
        }
        Err(failure) => format!("{failure:?}"),
    };
    run.negative = machine.negative_ttl().map(|ttl| ttl.as_secs());
    assert_eq!(machine.trace().len(), run.asked.len());
    assert!(machine.trace().iter().all(|attempt| attempt.took.is_some()));
    run
}

fn messages(mut stream: &[u8]) -> VecDeque<Vec<u8>> {
    let mut messages = VecDeque::new();
    while let Some((len, rest)) = stream.split_first_chunk() {
        let (message, rest) = rest.split_at(u16::from_be_bytes(*len).into());
        messages.push_back(message.to_vec());
        stream = rest;
    }
    assert!(stream.is_empty());
    messages
}

fn read(question: &[u8], tcp: bool, at: u64) -> Asked {
    let message = Message::decode(question).expect("a header");
    let one = message.questions().next().expect("one").expect("whole");
    assert_eq!((message.counts()[0], one.class), (1, Class::IN));
    assert!(message.flags().contains(Flags::RECURSION_DESIRED));
    let opt = message.records().flatten().find_map(|record| match record.data() {
        Ok(Data::Opt(opt)) => Some(opt),
        _ => None,
    });
    Asked {
        id: message.id(),
        name: one.name.into(),
        ty: one.ty,
        tcp,
        edns: opt.is_some(),
        cookie: opt.and_then(|opt| opt.cookie()),
        at,
    }
}

/// What a good server says.
pub(crate) const GOOD: Flags = Flags::from_bits(0x8180);

/// An answer with these flags and records.
pub(crate) fn answer(
    asked: &Asked,
    flags: Flags,
    records: impl FnOnce(&mut Builder<'_>),
) -> Vec<u8> {
    let mut room = [0; 4096];
    let mut builder = Builder::new(&mut room, asked.id, flags);
    builder.question(&asked.name, asked.ty, Class::IN);
    records(&mut builder);
    if asked.edns {
        builder.opt(1232, false, asked.cookie.as_ref());
    }
    builder.finish().expect("room").to_vec()
}

/// Adds `192.0.2.77` or `2001:db8::77`.
pub(crate) fn put(builder: &mut Builder<'_>, owner: &Name, ty: RecordType) {
    let minute = Duration::from_secs(60);
    builder.record(Section::Answer, owner, ty, Class::IN, minute, |data| match ty {
        RecordType::A => data.bytes(&[192, 0, 2, 77]),
        RecordType::AAAA => {
            data.bytes(&[0x20, 1, 0xd, 0xb8, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0x77])
        }
        _ => data.text(b"text"),
    });
}

/// Adds a zone's SOA to the authorities.
pub(crate) fn zone(builder: &mut Builder<'_>) {
    let name: Name = "test".parse().expect("a name");
    let minute = Duration::from_secs(60);
    builder.record(Section::Authority, &name, RecordType::SOA, Class::IN, minute, |data| {
        data.name(&name);
        data.name(&name);
        for number in [1, 2, 3, 4, 30] {
            data.long(number);
        }
    });
}

pub(crate) fn alias(builder: &mut Builder<'_>, owner: &Name, target: &str) {
    let minute = Duration::from_secs(60);
    builder.record(Section::Answer, owner, RecordType::CNAME, Class::IN, minute, |data| {
        data.name(&target.parse().expect("a name"));
    });
}

/// An answer after a millisecond.
pub(crate) fn soon(bytes: Vec<u8>) -> Vec<(u64, Say)> {
    vec![(1, Say::Bytes(bytes))]
}

/// What was asked, in a line.
pub(crate) fn list(run: &Run) -> String {
    let mut line = String::new();
    for asked in &run.asked {
        write!(line, "{asked}; ").expect("a String grows");
    }
    line
}
