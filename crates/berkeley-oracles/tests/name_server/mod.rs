//! A name server that does what a script says: late, wrong, forged, cut, or not at all.
//!
//! Contract: it speaks UDP and TCP on one port of loopback, in threads that end with it. A script is a function from a [`Query`] to what
//! is sent for it, and when. It shares no code with our codec, so that both cannot be wrong alike. Source: RFC 1035 section 4.

#![allow(dead_code, reason = "each test takes what it needs")]

use core::net::{IpAddr, Ipv4Addr, SocketAddr};
use core::sync::atomic::{AtomicBool, Ordering};
use core::time::Duration;
use std::collections::HashMap;
use std::io::{self, Read, Write};
use std::net::{TcpListener, TcpStream, UdpSocket};
use std::sync::{Arc, Mutex};
use std::thread::{self, JoinHandle};

pub(crate) const A: u16 = 1;
pub(crate) const CNAME: u16 = 5;
pub(crate) const SOA: u16 = 6;
pub(crate) const PTR: u16 = 12;
pub(crate) const AAAA: u16 = 28;
pub(crate) const OPT: u16 = 41;

pub(crate) const NOERROR: u8 = 0;
pub(crate) const FORMERR: u8 = 1;
pub(crate) const SERVFAIL: u8 = 2;
pub(crate) const NXDOMAIN: u8 = 3;
pub(crate) const REFUSED: u8 = 5;

/// What came.
#[derive(Clone, Debug)]
pub(crate) struct Query {
    pub(crate) id: u16,
    /// The name as it was sent, with dots between and none at the end.
    pub(crate) name: String,
    pub(crate) kind: u16,
    /// The bytes of the question: name, type, class.
    pub(crate) question: Vec<u8>,
    /// Whether it has an OPT record.
    pub(crate) edns: bool,
    pub(crate) tcp: bool,
    /// How many queries of this name (in any case) and type came before.
    pub(crate) nth: usize,
}

/// What is sent, and after how long.
pub(crate) struct Reply {
    after: Duration,
    how: How,
}

enum How {
    Send(Vec<u8>),
    /// From another port.
    Elsewhere(Vec<u8>),
    /// TCP: the connection is closed.
    Close,
}

impl Reply {
    pub(crate) fn now(bytes: Vec<u8>) -> Self {
        Self { after: Duration::ZERO, how: How::Send(bytes) }
    }

    pub(crate) fn elsewhere(bytes: Vec<u8>) -> Self {
        Self { after: Duration::ZERO, how: How::Elsewhere(bytes) }
    }

    pub(crate) fn close() -> Self {
        Self { after: Duration::ZERO, how: How::Close }
    }

    pub(crate) fn after(self, after: Duration) -> Self {
        Self { after, ..self }
    }
}

/// A message under construction.
#[derive(Clone)]
pub(crate) struct Answer {
    id: u16,
    /// QR, AA, TC, RD, RA and the code.
    flags: u16,
    question: Option<Vec<u8>>,
    records: Vec<Vec<u8>>,
    /// How many of the records are answers; the rest is authority.
    answers: usize,
    edns: bool,
}

impl Answer {
    /// A good one, without records yet.
    pub(crate) fn to(query: &Query) -> Self {
        let question = Some(query.question.clone());
        Self {
            id: query.id,
            flags: 0x8180,
            question,
            records: Vec::new(),
            answers: 0,
            edns: query.edns,
        }
    }

    pub(crate) fn code(mut self, code: u8) -> Self {
        self.flags = self.flags & !0xf | u16::from(code);
        self
    }

    pub(crate) fn id(self, id: u16) -> Self {
        Self { id, ..self }
    }

    /// Clears or sets bits of the flags.
    pub(crate) fn flags(mut self, clear: u16, set: u16) -> Self {
        self.flags = self.flags & !clear | set;
        self
    }

    pub(crate) fn truncated(self) -> Self {
        self.flags(0, 0x200)
    }

    /// With another question, or none.
    pub(crate) fn question(self, question: Option<Vec<u8>>) -> Self {
        Self { question, ..self }
    }

    pub(crate) fn without_edns(self) -> Self {
        Self { edns: false, ..self }
    }

    /// An answer of any type.
    pub(crate) fn record(mut self, owner: &str, kind: u16, ttl: u32, data: &[u8]) -> Self {
        self.records.insert(self.answers, record(owner, kind, ttl, data));
        self.answers += 1;
        self
    }

    pub(crate) fn address(self, owner: &str, ip: &str) -> Self {
        match ip.parse().unwrap() {
            IpAddr::V4(ip) => self.record(owner, A, 300, &ip.octets()),
            IpAddr::V6(ip) => self.record(owner, AAAA, 300, &ip.octets()),
        }
    }

    pub(crate) fn alias(self, owner: &str, target: &str) -> Self {
        self.record(owner, CNAME, 300, &name(target))
    }

    /// An SOA among the authority: how long a negative answer may be kept.
    pub(crate) fn soa(mut self, owner: &str, minimum: u32) -> Self {
        let mut data = [name("ns.test"), name("admin.test")].concat();
        for number in [1, 3600, 600, 86400, minimum] {
            data.extend(u32::to_be_bytes(number));
        }
        self.records.push(record(owner, SOA, minimum, &data));
        self
    }

    pub(crate) fn bytes(self) -> Vec<u8> {
        let mut bytes = Vec::new();
        let authority = self.records.len() - self.answers;
        let counts =
            [usize::from(self.question.is_some()), self.answers, authority, usize::from(self.edns)];
        for word in [self.id, self.flags]
            .into_iter()
            .chain(counts.map(|count| u16::try_from(count).unwrap()))
        {
            bytes.extend(word.to_be_bytes());
        }
        bytes.extend(self.question.into_iter().flatten());
        bytes.extend(self.records.concat());
        if self.edns {
            bytes.extend([0, 0, 41, 4, 208, 0, 0, 0, 0, 0, 0]);
        }
        bytes
    }
}

/// A name on the wire, not compressed.
pub(crate) fn name(text: &str) -> Vec<u8> {
    let mut bytes = Vec::new();
    for label in text.split('.').filter(|label| !label.is_empty()) {
        bytes.push(u8::try_from(label.len()).unwrap());
        bytes.extend(label.bytes());
    }
    bytes.push(0);
    bytes
}

fn record(owner: &str, kind: u16, ttl: u32, data: &[u8]) -> Vec<u8> {
    let mut bytes = name(owner);
    bytes.extend(kind.to_be_bytes());
    bytes.extend(1u16.to_be_bytes());
    bytes.extend(ttl.to_be_bytes());
    bytes.extend(u16::try_from(data.len()).unwrap().to_be_bytes());
    bytes.extend(data);
    bytes
}

/// What a server does with a query.
pub(crate) type Script = Arc<dyn Fn(&Query) -> Vec<Reply> + Send + Sync>;

/// A running server. It ends when dropped.
pub(crate) struct NameServer {
    pub(crate) addr: SocketAddr,
    seen: Arc<Mutex<Vec<Query>>>,
    stop: Arc<AtomicBool>,
    threads: Vec<JoinHandle<()>>,
}

impl NameServer {
    /// On a port of its own.
    pub(crate) fn start(script: impl Fn(&Query) -> Vec<Reply> + Send + Sync + 'static) -> Self {
        Self::start_at((Ipv4Addr::LOCALHOST, 0).into(), script)
    }

    pub(crate) fn start_at(
        addr: SocketAddr,
        script: impl Fn(&Query) -> Vec<Reply> + Send + Sync + 'static,
    ) -> Self {
        // A port that is free for both.
        let (udp, tcp) = (0..50)
            .find_map(|_| {
                let udp = UdpSocket::bind(addr).ok()?;
                let tcp = TcpListener::bind(udp.local_addr().ok()?).ok()?;
                Some((udp, tcp))
            })
            .unwrap();
        let addr = udp.local_addr().unwrap();
        let (seen, stop) = (Arc::new(Mutex::new(Vec::new())), Arc::new(AtomicBool::new(false)));
        let shared = Shared {
            script: Arc::new(script),
            seen: Arc::clone(&seen),
            counts: Arc::default(),
            stop: Arc::clone(&stop),
        };
        let for_tcp = shared.clone();
        let threads = vec![
            thread::spawn(move || shared.over_udp(&udp)),
            thread::spawn(move || for_tcp.over_tcp(&tcp)),
        ];
        Self { addr, seen, stop, threads }
    }

    /// The queries so far.
    pub(crate) fn seen(&self) -> Vec<Query> {
        self.seen.lock().unwrap().clone()
    }
}

impl Drop for NameServer {
    fn drop(&mut self) {
        self.stop.store(true, Ordering::SeqCst);
        // Both threads wait in a call: a datagram, and a connection, wake them.
        let woken = UdpSocket::bind((Ipv4Addr::UNSPECIFIED, 0))
            .and_then(|socket| socket.send_to(&[], self.addr));
        let connected = TcpStream::connect(self.addr);
        if woken.is_ok() && connected.is_ok() {
            self.threads.drain(..).for_each(|thread| thread.join().unwrap());
        }
    }
}

#[derive(Clone)]
struct Shared {
    script: Script,
    seen: Arc<Mutex<Vec<Query>>>,
    counts: Arc<Mutex<HashMap<(String, u16), usize>>>,
    stop: Arc<AtomicBool>,
}

impl Shared {
    fn replies(&self, bytes: &[u8], tcp: bool) -> Vec<Reply> {
        let Some(mut query) = read(bytes, tcp) else { return Vec::new() };
        let key = (query.name.to_ascii_lowercase(), query.kind);
        let mut counts = self.counts.lock().unwrap();
        let count = counts.entry(key).or_default();
        query.nth = *count;
        *count += 1;
        drop(counts);
        self.seen.lock().unwrap().push(query.clone());
        (self.script)(&query)
    }

    fn over_udp(&self, socket: &UdpSocket) {
        let mut room = [0; 4096];
        while let Ok((len, from)) = socket.recv_from(&mut room) {
            if self.stop.load(Ordering::SeqCst) {
                return;
            }
            for reply in self.replies(&room[..len], false) {
                let socket = socket.try_clone().unwrap();
                later(reply.after, move || match reply.how {
                    // The asker may have left.
                    How::Send(bytes) => drop(socket.send_to(&bytes, from)),
                    How::Elsewhere(bytes) => {
                        let other = UdpSocket::bind((from.ip(), 0)).unwrap();
                        drop(other.send_to(&bytes, from));
                    }
                    How::Close => {}
                });
            }
        }
    }

    fn over_tcp(&self, listener: &TcpListener) {
        for stream in listener.incoming().map_while(Result::ok) {
            if self.stop.load(Ordering::SeqCst) {
                return;
            }
            let shared = self.clone();
            thread::spawn(move || drop(shared.serve(stream)));
        }
    }

    fn serve(&self, mut stream: TcpStream) -> io::Result<()> {
        loop {
            let mut len = [0; 2];
            stream.read_exact(&mut len)?;
            let mut bytes = vec![0; usize::from(u16::from_be_bytes(len))];
            stream.read_exact(&mut bytes)?;
            for reply in self.replies(&bytes, true) {
                thread::sleep(reply.after);
                match reply.how {
                    How::Close => return Ok(()),
                    How::Send(bytes) | How::Elsewhere(bytes) => {
                        let len = u16::try_from(bytes.len()).unwrap();
                        stream.write_all(&[&len.to_be_bytes()[..], &bytes].concat())?;
                    }
                }
            }
        }
    }
}

/// At once in this thread, or later in one of its own.
fn later(after: Duration, work: impl FnOnce() + Send + 'static) {
    if after.is_zero() {
        work();
    } else {
        thread::spawn(move || {
            thread::sleep(after);
            work();
        });
    }
}

/// Reads a query of one question.
fn read(bytes: &[u8], tcp: bool) -> Option<Query> {
    let word = |at: usize| Some(u16::from_be_bytes(*bytes.get(at..)?.first_chunk()?));
    (word(4)? == 1).then_some(())?;
    let (mut at, mut labels) = (12, Vec::new());
    loop {
        let len = usize::from(*bytes.get(at)?);
        at += 1;
        if len == 0 {
            break;
        }
        labels.push(String::from_utf8_lossy(bytes.get(at..at + len)?).into_owned());
        at += len;
    }
    let question = bytes.get(12..at + 4)?.to_vec();
    let edns = word(10)? > 0 && bytes.get(at + 4) == Some(&0) && word(at + 5) == Some(OPT);
    Some(Query {
        id: word(0)?,
        name: labels.join("."),
        kind: word(at)?,
        question,
        edns,
        tcp,
        nth: 0,
    })
}
