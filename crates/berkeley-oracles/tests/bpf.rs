//! Classic filters against who else reads them: the kernel, which takes or refuses programs and judges real frames by them, and libpcap,
//! whose programs for the same words stand in `packet/pcap.txt`.

mod network;
#[path = "text/random.rs"]
#[allow(dead_code, reason = "used in part")]
mod random;

use core::net::{IpAddr, SocketAddr};
use std::collections::BTreeMap;

use berkeley_addr::{EtherType, PacketAddr, PacketType, Protocol, Type};
use berkeley_socket::packet::{
    Alu, Comparison, Filter, Instruction, Operand, Program, Sample, Step, Width, place,
};
use berkeley_socket::{Errno, Error, Limit, Socket};

use network::{cable, in_a_network, is_vm, unless_skipped};
use random::Random;

const LIMIT: Limit<'static> = Limit::seconds(20);

/// One of the steps there are, with numbers that are often right.
fn step(random: &mut Random, left: usize) -> Step {
    let number = |random: &mut Random| {
        let wild = u32::try_from(random.next() >> 32).unwrap();
        random.of(&[0, 1, 2, 31, 32, 33, 64, 0xff, 0x0800, u32::MAX, wild])
    };
    let at = |random: &mut Random| {
        let near = u32::try_from(random.below(80)).unwrap();
        let aside = place::PROTOCOL + u32::try_from(random.below(70)).unwrap();
        let wild = number(random);
        random.of(&[
            near,
            near,
            near,
            place::NETWORK + near,
            place::NETWORK + near,
            place::LINK + near,
            place::PROTOCOL,
            place::PACKET_TYPE,
            place::INTERFACE,
            place::HATYPE,
            place::MARK,
            place::XOR_X,
            place::VLAN_TAG,
            place::VLAN_TAG_PRESENT,
            aside,
            wild,
        ])
    };
    let cell = |random: &mut Random| u32::try_from(random.below(17)).unwrap();
    let width = random.of(&[Width::Word, Width::Half, Width::Byte]);
    let value = number(random);
    let operand = random.of(&[Operand::Number(value), Operand::X]);
    let skip = |random: &mut Random| u8::try_from(random.below(left + 1)).unwrap();
    match random.below(24) {
        0..4 => Step::Load(width, at(random)),
        4 => Step::LoadAtX(width, at(random)),
        5 => Step::LoadLen,
        6 => Step::LoadNumber(number(random)),
        7 => Step::LoadCell(cell(random)),
        8 => Step::IndexHeader(at(random)),
        9 => Step::IndexLen,
        10 => Step::IndexNumber(number(random)),
        11 => Step::IndexCell(cell(random)),
        12 | 13 => Step::Store(cell(random)),
        14 => Step::StoreX(cell(random)),
        15..18 => {
            use Alu::{Add, And, Div, Lsh, Mod, Mul, Or, Rsh, Sub, Xor};
            Step::Compute(random.of(&[Add, And, Div, Lsh, Mod, Mul, Or, Rsh, Sub, Xor]), operand)
        }
        18 => Step::Negate,
        19 => Step::Skip(u32::from(skip(random))),
        20 => {
            use Comparison::{AnyBit, AtLeast, Equal, Greater};
            let how = random.of(&[AnyBit, AtLeast, Equal, Greater]);
            Step::SkipIf(how, operand, skip(random), skip(random))
        }
        21 => random.of(&[Step::AToX, Step::XToA]),
        22 => Step::ReturnA,
        _ => Step::Return(number(random)),
    }
}

/// Up to `most` instructions; now and then one that is none.
fn instructions(random: &mut Random, most: usize) -> Vec<Instruction> {
    let len = 1 + random.below(most);
    let mut all: Vec<Instruction> =
        (0..len).map(|at| step(random, (len - at).min(250)).instruction()).collect();
    if random.below(8) > 0 {
        all.push(Step::ReturnA.instruction());
    }
    if random.below(20) == 0 {
        let at = random.below(all.len());
        all[at].code = u16::try_from(random.next() >> 48).unwrap() & random.of(&[0xff, 0x1ff]);
    }
    all
}

/// What the check takes the kernel takes, and what it refuses the kernel refuses.
#[test]
fn the_kernel_takes_what_the_check_takes() {
    let socket = Socket::bound(Type::DGRAM, &SocketAddr::from(([127, 0, 0, 1], 0))).unwrap();
    let mut random = Random(0x5eed);
    let mut agreed = BTreeMap::new();
    let mut compare = |program: &[Instruction]| {
        let ours = Program::new(program.iter().copied());
        let kernel = socket.attach_filter(program).map_err(Error::errno);
        match (&ours, kernel) {
            (Ok(ours), Ok(())) => {
                assert_eq!(socket.filter().as_deref(), Ok(program));
                assert_eq!(Program::decode(&ours.encode()).as_ref(), Ok(ours));
            }
            (Err(_), Err(Some(Errno::INVAL))) => {}
            (_, kernel) => panic!("{ours:?}, {kernel:?}: {program:?}"),
        }
        let cause = ours.map_err(|defect| format!("{:?}", defect.cause)).err();
        *agreed.entry(cause).or_insert(0) += 1;
    };
    compare(&[]);
    for code in 0..=0x1ff {
        let single = Instruction { code, jump_true: 0, jump_false: 0, operand: 1 };
        compare(&[single, Step::Return(0).instruction(), Step::Return(0).instruction()]);
    }
    // The VM is slow, and has the same kernel every time.
    for _ in 0..if is_vm() { 1_500 } else { 20_000 } {
        compare(&instructions(&mut random, 12));
    }
    println!("{agreed:?}");
    for cause in ["Code", "Number", "Cell", "Unwritten", "Jump", "Place", "End"] {
        assert!(agreed[&Some(cause.to_owned())] > 5, "{cause}");
    }
    assert!(agreed[&None] > 200);
    // The longest.
    for len in [4095, 4096, 4097] {
        compare_long(&socket, len);
    }
}

fn compare_long(socket: &Socket<SocketAddr>, len: usize) {
    let long = vec![Step::Return(1).instruction(); len];
    match (Program::new(long.iter().copied()), socket.attach_filter(&long).map_err(Error::errno)) {
        // ENOMEM: net.core.optmem_max.
        (Ok(_), Ok(()) | Err(Some(Errno::NOMEM))) | (Err(_), Err(Some(Errno::INVAL))) => {}
        (ours, kernel) => panic!("{len}: {ours:?} {kernel:?}"),
    }
}

/// A frame that looks like something, and is at times.
fn frame(random: &mut Random) -> Vec<u8> {
    let mut frame = vec![0x02; 12];
    let ethertype: u16 = random.of(&[0x0800, 0x0800, 0x86dd, 0x86dd, 0x0806, 0x88cc]);
    frame.extend(ethertype.to_be_bytes());
    let protocol = random.of(&[6, 17, 17, 132, 1, 58, 44, 200]);
    match ethertype {
        0x0800 => {
            let words = random.of(&[5, 5, 6, 7, 15]);
            let fragment = random.of(&[0, 0, 0, 0x2000, 0x4000, 0x0001, 0x1fff]);
            frame.extend([0x40 | words, 0, 0, 100, 0, 0]);
            frame.extend(u16::to_be_bytes(fragment));
            frame.extend([random.of(&[1, 64, 255]), protocol, 0, 0]);
            frame.extend([10, random.of(&[0, 128]), 0, random.of(&[1, 2, 3])]);
            frame.extend([10, random.of(&[0, 128]), 0, random.of(&[1, 2, 3])]);
            frame.extend(vec![1; usize::from(words - 5) * 4]);
        }
        0x86dd => {
            frame.extend([0x60, 0, 0, 0, 0, 60, protocol, 64]);
            for _ in 0..2 {
                frame.extend([0xfd, 0, random.of(&[0, 0x80]), 0, 0, 0, 0, 0]);
                frame.extend([0, 0, 0, 0, 0, 0, 0, random.of(&[1, 2])]);
            }
        }
        _ => frame.extend([0; 20]),
    }
    frame.extend([random.of(&[17, 0]), random.of(&[53, 0]), 1, 0xbb]);
    for _ in 0..2 {
        frame.extend(random.of::<u16>(&[53, 443, 4000]).to_be_bytes());
    }
    // Long enough for every question, so that a short one is nobody's reason to differ.
    frame.resize(random.of(&[120, 200]), 0);
    frame
}

fn address(text: &str) -> IpAddr {
    text.parse().unwrap()
}

/// The words of `packet/pcap.txt`, in its order.
fn words() -> Vec<Filter> {
    let (one, two) = (address("10.0.0.1"), address("10.0.0.2"));
    vec![
        Filter::arp(),
        Filter::ipv4(),
        Filter::ipv6(),
        Filter::protocol(17),
        Filter::udp(),
        Filter::tcp(),
        Filter::sctp(),
        Filter::icmp(),
        Filter::icmpv6(),
        Filter::host(two),
        Filter::source(one),
        Filter::host(address("fd00::1")),
        Filter::destination(address("fd00::2")),
        Filter::network(address("10.0.0.0"), 9),
        Filter::network(address("fd00::"), 17),
        Filter::port(53),
        Filter::source_port(53),
        Filter::destination_port(443),
        Filter::udp().and(Filter::port(53)),
        Filter::tcp().and(Filter::destination_port(443)).and(!Filter::source(one)),
        Filter::host(one)
            .and(Filter::udp().and(Filter::port(53)).or(Filter::tcp().and(Filter::port(443))))
            .or(Filter::arp()),
        !Filter::ipv4().or(Filter::ipv6()),
        Filter::ipv4().and(Filter::at(Width::Byte, place::NETWORK + 8, Comparison::AtLeast, 64)),
    ]
}

/// The expressions and programs of `packet/pcap.txt`.
fn pcap() -> Vec<(&'static str, Program)> {
    let text = include_str!("packet/pcap.txt");
    let blocks = text.split("\n: ").skip(1);
    let read = |block: &'static str| {
        let (expression, lines) = block.split_once('\n').unwrap();
        let instruction = |line: &str| {
            let mut numbers = line.split(' ');
            let mut next = || numbers.next().unwrap();
            Instruction {
                code: next().parse().unwrap(),
                jump_true: next().parse().unwrap(),
                jump_false: next().parse().unwrap(),
                operand: next().parse().unwrap(),
            }
        };
        (expression, Program::new(lines.lines().skip(1).map(instruction)).unwrap())
    };
    blocks.map(read).collect()
}

/// Frames to ask each word about.
const COUNT: u32 = 1000;

#[test]
fn words_mean_what_they_mean_to_libpcap() {
    let (theirs, ours) = (pcap(), words());
    assert_eq!(theirs.len(), ours.len());
    for ((expression, theirs), ours) in theirs.iter().zip(ours) {
        let ours = ours.program_keeping(65535).unwrap();
        let mut random = Random(7);
        let mut kept = 0;
        for _ in 0..COUNT {
            let frame = frame(&mut random);
            let sample = Sample::ethernet(&frame);
            let verdict = theirs.run(&sample);
            assert_eq!(ours.run(&sample), verdict, "{expression}: {frame:02x?}");
            // Theirs is for Ethernet alone.
            assert_eq!(ours.run(&sample.cooked()), verdict, "{expression}: {frame:02x?}");
            kept += u32::from(verdict != Some(0));
        }
        assert!((10..COUNT - 10).contains(&kept), "{expression}: {kept}");
    }
}

/// What ends a round: every program lets it pass.
const LAST: EtherType = EtherType::new(0x88b5);

/// A packet socket that sees what comes in by `far` as this program says, and the rounds' ends.
fn judge(ty: Type, far: u32) -> Socket<PacketAddr> {
    let socket = Socket::<PacketAddr>::open(ty, Protocol::DEFAULT).unwrap();
    socket.bind(&PacketAddr::on(far, EtherType::ALL)).unwrap();
    socket
}

/// The kernel keeps of real frames as many bytes as the library says, on both types of socket.
#[test]
fn the_kernel_judges_as_the_library_does() {
    unless_skipped(in_a_network(|| {
        let [near, far] = cable()?;
        let sender = Socket::bound(Type::RAW, &PacketAddr::on(near, EtherType::NONE)).unwrap();
        let mut random = Random(42);
        let mut programs: Vec<Program> =
            words().iter().map(|filter| filter.program_keeping(70).unwrap()).collect();
        programs.extend(pcap().into_iter().map(|(_, program)| program));
        while programs.len() < if is_vm() { 80 } else { 400 } {
            programs.extend(Program::new(instructions(&mut random, 12)));
        }
        let judges = [Type::RAW, Type::DGRAM].map(|ty| (ty, judge(ty, far)));
        let (mut kept, mut dropped) = (0, 0);
        for program in &programs {
            // First of all, the round's end passes.
            let ends = [
                Step::Load(Width::Half, place::PROTOCOL),
                Step::SkipIf(Comparison::Equal, Operand::Number(LAST.raw().into()), 0, 1),
                Step::Return(u32::MAX),
                // As the program expects to begin.
                Step::LoadNumber(0),
            ];
            let whole =
                Program::new(ends.map(Step::instruction).iter().chain(program.iter()).copied());
            let whole = whole.unwrap();
            let frames: Vec<_> = (0..12).map(|_| frame(&mut random)).collect();
            for (_, judge) in &judges {
                judge.attach_filter(&whole).unwrap();
            }
            for frame in &frames {
                sender.send(frame).unwrap();
            }
            let mut last = vec![0xff; 64];
            last[12..14].copy_from_slice(&LAST.raw().to_be_bytes());
            sender.send(&last).unwrap();
            for (ty, judge) in &judges {
                let samples = frames.iter().map(|frame| Sample {
                    interface: far,
                    // Nobody has the address 02:02:02:02:02:02.
                    packet_type: PacketType::OTHERHOST,
                    ..Sample::ethernet(frame)
                });
                let samples = samples.map(|it| if *ty == Type::DGRAM { it.cooked() } else { it });
                let verdicts: Option<Vec<u32>> = samples.map(|it| program.run(&it)).collect();
                let Some(verdicts) = verdicts else {
                    // Of what the library does not know, nothing is said.
                    while received(judge).is_some() {}
                    continue;
                };
                let mut expected = Vec::new();
                for (frame, verdict) in frames.iter().zip(&verdicts) {
                    let seen = if *ty == Type::DGRAM { &frame[14..] } else { frame };
                    let len = seen.len().min(usize::try_from(*verdict).unwrap());
                    match len {
                        0 => dropped += 1,
                        _ => expected.push(seen[..len].to_vec()),
                    }
                }
                kept += expected.len();
                let got: Vec<_> = core::iter::from_fn(|| received(judge)).collect();
                assert_eq!(got, expected, "{ty}: {program:?}");
            }
        }
        println!("{kept} kept, {dropped} dropped");
        assert!(kept > 200 && dropped > 200);
        Ok(())
    }));
}

/// The next frame of a round.
fn received(judge: &Socket<PacketAddr>) -> Option<Vec<u8>> {
    let mut buffer = [0; 512];
    let (len, from) = judge.within(LIMIT).recv_from(&mut buffer).unwrap();
    (from.unwrap().protocol != LAST).then(|| buffer[..len].to_vec())
}
