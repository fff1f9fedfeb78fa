//! The name servers that are not in order: one that hears and says nothing, and one that does not answer for AAAA.
//!
//! Contract: threads of this process, on addresses of the loopback, until it ends.

use std::net::UdpSocket;
use std::thread;
use std::time::Duration;

use berkeley_resolve::wire::{Builder, Class, Flags, Message, Name, RecordType, Section};

use crate::Outcome;

/// Takes the port and never answers: not even the kernel says that nobody is there.
pub fn mute(at: &str) -> Outcome<UdpSocket> {
    Ok(UdpSocket::bind(at)?)
}

/// Answers questions for A with an address, and others not at all.
pub fn half(at: &str) -> Outcome<()> {
    let socket = UdpSocket::bind(at)?;
    thread::spawn(move || {
        let mut question = [0; 512];
        while let Ok((len, from)) = socket.recv_from(&mut question) {
            if let Some(answer) = answer(&question[..len]) {
                // Who has left does not matter.
                let _ = socket.send_to(&answer, from);
            }
        }
    });
    Ok(())
}

fn answer(bytes: &[u8]) -> Option<Vec<u8>> {
    let message = Message::decode(bytes).ok()?;
    let question = message.questions().next()?.ok()?;
    if question.ty != RecordType::A {
        return None;
    }
    let name = Name::from(question.name);
    let mut room = [0; 512];
    let mut builder = Builder::new(&mut room, message.id(), Flags::from_bits(0x8180));
    builder.question(&name, RecordType::A, Class::IN);
    let hour = Duration::from_secs(3600);
    builder.record(Section::Answer, &name, RecordType::A, Class::IN, hour, |data| {
        data.bytes(&[192, 0, 2, 7]);
    });
    Some(builder.finish().ok()?.to_vec())
}
