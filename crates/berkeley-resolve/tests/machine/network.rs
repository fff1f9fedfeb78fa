//! A network that exists only on a clock of its own: servers that do as a function says, one millisecond away or more.
//!
//! Contract: nothing waits; a run ends when the machine does, and says how many milliseconds that took and what was sent. Each
//! socket that was opened is closed once, and nothing is sent by one that is not open: anything else panics.

use core::fmt::Write as _;
use core::net::SocketAddr;
use core::time::Duration;
use std::collections::{BTreeMap, BTreeSet, VecDeque};
use std::sync::Arc;

use berkeley_resolve::machine::{
    Action, Answer, Config, Event, Failure, Lookup, Machine, Memory, SocketId,
};
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

/// What a server does, and how many milliseconds later.
pub(crate) type Says = Vec<(u64, Say)>;

pub(crate) type Server = fn(&Asked) -> Says;

/// A server that knows something.
pub(crate) type Behaviour<'a> = &'a dyn Fn(&Asked) -> Says;

/// How a lookup went.
#[derive(Default)]
pub(crate) struct Run {
    pub(crate) ms: u64,
    pub(crate) datagrams: usize,
    pub(crate) streams: usize,
    /// The addresses, or the failure; `partial`.
    pub(crate) words: String,
    /// What was asked: server, name, type.
    pub(crate) asked: Vec<String>,
    pub(crate) packets: Vec<usize>,
    /// In seconds.
    pub(crate) ttl: Option<u64>,
    /// By which names each answer was found.
    pub(crate) chains: Vec<String>,
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
pub(crate) fn drive(
    config: &Config,
    lookup: Lookup,
    servers: &[Behaviour<'_>],
    start: u64,
    memory: &mut Memory,
) -> Run {
    let mut machine = Machine::new(Arc::new(config.clone()), lookup, random(0x5eed + start));
    let mut network = Network { servers, start, now: start, ..Network::default() };
    machine.start(Duration::from_millis(start), memory);
    loop {
        while let Some(action) = machine.poll() {
            network.act(action);
        }
        let Some(wake) = machine.wake_at() else { break };
        let wake = u64::try_from(wake.as_micros().div_ceil(1000)).expect("short");
        assert!(wake < start + 1_000_000, "it waits for ever");
        network.step(wake, |now, event| {
            machine.handle(Duration::from_millis(now), event, memory);
        });
    }
    assert!(network.open.is_empty(), "left open");
    let mut run = network.run;
    run.ms = network.now - start;
    run.words = words(&machine);
    run.ttl = machine.ttl().map(|ttl| ttl.as_secs());
    run.chains = machine.answers().map(chain).collect();
    assert_eq!(machine.trace().len(), run.asked.len());
    assert!(machine.trace().iter().all(|attempt| attempt.took.is_some()));
    run
}

#[derive(Default)]
struct Network<'a> {
    servers: &'a [Behaviour<'a>],
    start: u64,
    now: u64,
    /// Server, and whether it is TCP.
    open: BTreeMap<SocketId, (usize, bool)>,
    ever: BTreeSet<SocketId>,
    /// By millisecond, then in the order in which they were said.
    queue: BTreeMap<(u64, usize), (SocketId, Say)>,
    said: usize,
    run: Run,
}

impl Network<'_> {
    fn act(&mut self, action: Action) {
        match action {
            Action::Udp { socket, server, queries } => {
                self.open(socket, server, false);
                self.run.datagrams += queries.len();
                self.run.packets.push(queries.len());
                for query in queries {
                    self.ask(socket, &query);
                }
            }
            Action::Tcp { socket, server, bytes } => {
                self.open(socket, server, true);
                self.run.streams += 1;
                for query in messages(&bytes) {
                    self.ask(socket, &query);
                }
            }
            Action::Write { socket, bytes } => {
                for query in messages(&bytes) {
                    self.ask(socket, &query);
                }
            }
            Action::Close { socket } => {
                assert!(self.open.remove(&socket).is_some(), "not open");
            }
        }
    }

    fn open(&mut self, socket: SocketId, server: SocketAddr, tcp: bool) {
        assert!(self.ever.insert(socket), "a socket twice");
        let number = (0..self.servers.len()).find(|i| address(*i) == server).expect("a server");
        self.open.insert(socket, (number, tcp));
    }

    fn ask(&mut self, socket: SocketId, question: &[u8]) {
        let (server, tcp) = *self.open.get(&socket).expect("open");
        let asked = read(question, tcp, self.now - self.start);
        let name = asked.name.to_string().to_lowercase();
        self.run.asked.push(format!("{server} {name} {}", asked.ty));
        for (after, say) in self.servers[server](&asked) {
            self.queue.insert((self.now + after, self.said), (socket, say));
            self.said += 1;
        }
    }

    /// The next thing that happens, or that moment.
    fn step(&mut self, wake: u64, mut handle: impl FnMut(u64, Event<'_>)) {
        let next = self.queue.first_key_value().map(|(key, _)| *key);
        let Some(key) = next.filter(|(time, _)| *time <= wake) else {
            self.now = self.now.max(wake);
            return handle(self.now, Event::Timer);
        };
        let (socket, say) = self.queue.remove(&key).expect("the first");
        self.now = self.now.max(key.0);
        let Some((_, tcp)) = self.open.get(&socket).copied() else { return };
        match say {
            Say::Bytes(bytes) if tcp => {
                let len = u16::try_from(bytes.len()).expect("short").to_be_bytes();
                let framed = [&len[..], &bytes].concat();
                // In two pieces, the first within the length.
                for bytes in [&framed[..1], &framed[1..]] {
                    handle(self.now, Event::Stream { socket, bytes });
                }
            }
            Say::Bytes(bytes) => handle(self.now, Event::Datagram { socket, bytes: &bytes }),
            Say::Refused => {
                handle(self.now, Event::Failed { socket, errno: Errno::CONNREFUSED });
            }
            Say::Close => handle(self.now, Event::Closed { socket }),
        }
    }
}

fn chain(answer: &Answer) -> String {
    let names = answer.aliases().iter().map(Name::to_string).collect::<Vec<_>>();
    format!("{} > {}", names.join(" "), answer.name)
}

/// What has come of it, in words.
fn words<R: FnMut() -> u64>(machine: &Machine<R>) -> String {
    match machine.outcome().expect("it has ended") {
        Ok(()) => {}
        Err(Failure::Network(errno)) => return format!("Network {}", errno.raw_os_error()),
        Err(failure) => return format!("{failure:?}"),
    }
    let mut words: Vec<String> = machine.addresses().iter().map(ToString::to_string).collect();
    for answer in machine.answers() {
        for (_, data) in answer.reply().expect("it was read before").records() {
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
    put_for(builder, owner, ty, 60);
}

pub(crate) fn put_for(builder: &mut Builder<'_>, owner: &Name, ty: RecordType, seconds: u64) {
    let ttl = Duration::from_secs(seconds);
    builder.record(Section::Answer, owner, ty, Class::IN, ttl, |data| match ty {
        RecordType::A => data.bytes(&[192, 0, 2, 77]),
        RecordType::AAAA => {
            data.bytes(&[0x20, 1, 0xd, 0xb8, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0x77]);
        }
        _ => data.text(b"text"),
    });
}

/// Adds a zone's SOA to the authorities.
pub(crate) fn zone(builder: &mut Builder<'_>) {
    zone_for(builder, 30);
}

/// One whose negative answers hold for so many seconds.
pub(crate) fn zone_for(builder: &mut Builder<'_>, seconds: u32) {
    let name: Name = "test".parse().expect("a name");
    let minute = Duration::from_secs(60);
    builder.record(Section::Authority, &name, RecordType::SOA, Class::IN, minute, |data| {
        data.name(&name);
        data.name(&name);
        for number in [1, 2, 3, 4, seconds] {
            data.long(number);
        }
    });
}

pub(crate) fn alias(builder: &mut Builder<'_>, owner: &Name, target: &str) {
    alias_for(builder, owner, target, 60);
}

pub(crate) fn alias_for(builder: &mut Builder<'_>, owner: &Name, target: &str, seconds: u64) {
    let ttl = Duration::from_secs(seconds);
    builder.record(Section::Answer, owner, RecordType::CNAME, Class::IN, ttl, |data| {
        data.name(&target.parse().expect("a name"));
    });
}

/// An answer after a millisecond.
pub(crate) fn soon(bytes: Vec<u8>) -> Says {
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
