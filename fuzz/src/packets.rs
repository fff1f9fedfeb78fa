//! Targets of packet sockets: classic filters, and the blocks of a ring.

use berkeley_socket::packet::{Filter, Frames, Program, Sample};

/// Any bytes as a program: what is taken goes back to bytes that mean the same, and ends on any frame. And any bytes as words of a
/// filter, joined in any way: the whole program says what its words say.
pub fn bpf(data: &[u8]) {
    let Some((&count, rest)) = data.split_first() else { return };
    let (code, frame) = rest.split_at(rest.len().min(8 * usize::from(count)));
    if let Ok(program) = Program::decode(code) {
        assert_eq!(program.encode(), code);
        for sample in [Sample::ethernet(frame), Sample::ethernet(frame).cooked()] {
            assert_eq!(program.run(&sample), program.run(&sample));
        }
    }
    let mut long = frame.to_vec();
    // Long enough for every question.
    long.resize(frame.len().max(160), 0);
    words(code.get(..64).unwrap_or(code), &long);
}

/// Words in postfix order, beside what is right about them.
fn words(code: &[u8], frame: &[u8]) {
    let sample = Sample::ethernet(frame);
    let mut stack: Vec<(Filter, bool)> = Vec::new();
    for &byte in code {
        let word = match byte % 16 {
            0..=3 => {
                let Some((second, right)) = stack.pop() else { continue };
                let Some((first, left)) = stack.pop() else {
                    stack.push((!second, !right));
                    continue;
                };
                stack.push(match byte % 4 {
                    0 | 1 => (first.and(second), left && right),
                    2 => (first.or(second), left || right),
                    _ => (!first.or(!second), !left && right),
                });
                continue;
            }
            4 => Filter::all(),
            5 => Filter::none(),
            6 => Filter::arp(),
            7 => Filter::udp(),
            8 => Filter::protocol(byte >> 4),
            9 => Filter::port(u16::from(byte >> 4)),
            10 => Filter::host([10, 0, 0, byte >> 4].into()),
            11 => Filter::network([byte; 16].into(), byte),
            12 => Filter::ipv6(),
            13 => Filter::vlan(u16::from(byte)),
            14 => Filter::interface(u32::from(byte >> 4)),
            _ => !Filter::ipv4(),
        };
        let program = word.program().expect("a word is short");
        let right = program.run(&Sample { interface: 1, ..sample });
        stack.push((word, right == Some(u32::MAX)));
    }
    for (filter, right) in stack {
        let Ok(program) = filter.program() else { continue };
        let expected = if right { u32::MAX } else { 0 };
        for sample in [sample, sample.cooked()] {
            assert_eq!(program.run(&Sample { interface: 1, ..sample }), Some(expected));
        }
    }
}

/// Any bytes as a block of a ring: the walk over its frames ends, and each lies within.
pub fn packet_ring(data: &[u8]) {
    let whole = data.as_ptr_range();
    let mut frames = 0;
    for frame in Frames::new(data) {
        frames += 1;
        let Ok(frame) = frame else { continue };
        let part = frame.bytes.as_ptr_range();
        assert!(whole.start <= part.start && part.end <= whole.end);
        assert!(frame.bytes.len() <= data.len());
    }
    assert!(frames <= data.len() / 48 + 1);
}
