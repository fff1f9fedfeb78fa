//! DNS messages, and a network that does what it likes to a lookup.

use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use berkeley_resolve::machine::{Action, Config, Event, Lookup, Machine, Memory};
use berkeley_resolve::wire::{Message, Name, Query, RecordType, Reply, Verdict};

/// Any bytes as a DNS message, as the answer to the question that stands in it, and as the text of a name.
pub fn wire(data: &[u8]) {
    if let Some(name) = std::str::from_utf8(data).ok().and_then(|text| text.parse::<Name>().ok()) {
        assert_eq!(name.to_string().parse::<Name>().as_ref(), Ok(&name));
        assert!(name.as_bytes().len() < 256);
    }
    let Ok(message) = Message::decode(data) else { return };
    for record in message.records().flatten() {
        let owner = Name::from(record.owner);
        assert!(owner.view().is_identical(record.owner));
        assert_eq!(owner.to_string(), record.owner.to_string());
        // Whether there is a value, and no panic, is all there is to say.
        let _ = record.data().map(|data| format!("{data:?}"));
    }
    for ty in [RecordType::A, RecordType::CNAME, RecordType::ANY] {
        let Ok(reply) = Reply::decode(message, ty) else { continue };
        assert_eq!(reply.records().count(), reply.found());
        assert!(
            reply.aliases() <= 16 && (reply.found() == 0) == (reply.records().next().is_none())
        );
        let _ = (reply.ttl(), reply.negative_ttl(), reply.is_lame(), reply.cookie());
    }
    // What is asked here is answered by this message, if it is a response.
    let Some(Ok(asked)) = message.questions().next() else { return };
    let name = Name::from(asked.name);
    let query = Query { exact: true, ..Query::new(&name, asked.ty, message.id()) };
    if let Verdict::Answer(reply) = query.accept(data) {
        assert!(reply.aliases() > 0 || reply.name() == Some(asked.name));
    }
    let mut room = [0; Query::ROOM];
    let written = query.encode(&mut room).expect("always fits");
    let again = Message::decode(written).expect("a header");
    let question = again.questions().next().expect("one").expect("whole");
    assert!(question.name.is_identical(asked.name) && question.ty == asked.ty);
}

/// A message with the number and the question of another, and the script's flags, counts and records.
fn answer(question: &[u8], bytes: &[u8]) -> Vec<u8> {
    let end = question[12..].iter().position(|byte| *byte == 0).map_or(12, |end| end + 17);
    let header = [0x81, 0x80, 0, 1, 0, 1, 0, 0, 0, 0];
    let mut message = [&question[..2], &header, &question[12..end]].concat();
    for (place, byte) in message[2..12].iter_mut().zip(bytes) {
        *place ^= byte;
    }
    message.extend_from_slice(bytes.get(10..).unwrap_or_default());
    message
}

/// Any bytes as what a network does to a lookup: which socket says what, how much later; three of four times with the number and the
/// question that make it an answer. The lookup ends by its deadline, within its bounds, and closes what it has opened.
pub fn machine(data: &[u8]) {
    const ATTEMPTS: u8 = 2;
    let Some((&[options, more], mut script)) = data.split_first_chunk() else { return };
    let bit = |place: u8| options & (1 << place) != 0;
    let servers: Vec<SocketAddr> =
        (1..=1 + more % 3).map(|i| ([127, 0, 0, i], 53).into()).collect();
    let suffixes = usize::from(more / 64);
    let config = Config {
        search: (0..suffixes).map(|i| format!("s{i}.test").parse().expect("a name")).collect(),
        timeout: Duration::from_secs(1),
        attempts: ATTEMPTS,
        use_vc: bit(0),
        single_request: bit(1),
        random_case: bit(2),
        cookies: bit(3),
        edns: !bit(4),
        hedge: !bit(5),
        strict: bit(6),
        rotate: bit(7),
        servers,
        ..Config::default()
    };
    let deadline = Duration::from_secs(20);
    let bound = config.servers.len() * 2 * (usize::from(ATTEMPTS) * (suffixes + 1 + 8) + 2);
    let lookup = Lookup {
        name: "a.test".parse().expect("a name"),
        search: true,
        types: vec![RecordType::A, RecordType::AAAA],
        deadline: Some(deadline),
    };
    let mut bits = u64::from(more);
    let random = move || {
        bits = bits.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        bits.rotate_right(32)
    };
    let mut memory = Memory::new();
    let mut machine = Machine::new(Arc::new(config), lookup, random);
    let mut now = Duration::ZERO;
    machine.start(now, &mut memory);
    let (mut sockets, mut questions, mut sent) = (Vec::new(), Vec::new(), [0; 2]);
    loop {
        while let Some(action) = machine.poll() {
            match action {
                Action::Udp { socket, queries, .. } => {
                    sent[0] += queries.len();
                    questions.extend(queries.iter().map(|query| (socket, query.to_vec())));
                    sockets.push(socket);
                }
                Action::Tcp { socket, bytes, .. } => {
                    sent[1] += 1;
                    questions.push((socket, bytes[2..].to_vec()));
                    sockets.push(socket);
                }
                Action::Write { socket, .. } => assert!(sockets.contains(&socket)),
                Action::Close { socket } => {
                    let at = sockets.iter().position(|open| *open == socket).expect("it is open");
                    sockets.swap_remove(at);
                    questions.retain(|(of, _)| *of != socket);
                }
            }
        }
        assert!(sent[0] <= bound && sent[1] <= bound);
        let Some(wake) = machine.wake_at() else { break };
        let Some((&[which, what, len], rest)) = script.split_first_chunk() else {
            now = now.max(wake);
            machine.handle(now, Event::Timer, &mut memory);
            continue;
        };
        let (bytes, rest) = rest.split_at(rest.len().min(len.into()));
        script = rest;
        now = wake.min(now + Duration::from_millis(u64::from(which) * u64::from(what & 7)));
        let Some((socket, question)) = questions.get(usize::from(which) % questions.len().max(1))
        else {
            machine.handle(now, Event::Timer, &mut memory);
            continue;
        };
        let socket = *socket;
        let message = if what & 0x18 == 0 { bytes.to_vec() } else { answer(question, bytes) };
        let count = u16::try_from(message.len()).expect("short").to_be_bytes();
        let framed = [&count[..], &message].concat();
        let event = match what >> 5 {
            0..4 => Event::Datagram { socket, bytes: &message },
            4 | 5 => Event::Stream { socket, bytes: &framed },
            6 => Event::Closed { socket },
            _ => Event::Timer,
        };
        machine.handle(now, event, &mut memory);
    }
    assert!(now <= deadline && sockets.is_empty());
    assert!(machine.trace().iter().all(|attempt| attempt.took.is_some()));
    for answer in machine.answers() {
        assert!(answer.reply().is_some_and(|reply| reply.found() > 0));
    }
    let _ = machine.addresses();
}
