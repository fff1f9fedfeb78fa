//! `Filter`: which frames are wanted, in words, and the program that says so to the kernel.
//!
//! Contract: one program serves RAW and DGRAM packet sockets, and sockets of other families: it asks the kernel for the ethertype and
//! for the network header's place, whatever bytes the socket begins with. **A frame too short for a question that is asked is
//! dropped**, also under [`not`](Filter::not), as by tcpdump. Programs have at most [`Program::MOST`] instructions; far jumps are made
//! long. IPv6 is read without its extension headers, but for the first, where it says a fragment. Sources:
//! `Documentation/networking/filter.rst`; RFC 791, RFC 8200, linux/if_ether.h.

use core::net::IpAddr;
use core::ops::Not;

use berkeley_addr::{EtherType, PacketType};

use super::program::{Defect, Program};
use super::step::{Alu, Comparison, Operand, Step, Width, place};

/// Which frames are wanted.
///
/// ```
/// use berkeley_socket::packet::Filter;
/// use core::net::Ipv4Addr;
///
/// // ip host 192.0.2.1 and udp port 53, or arp
/// let wanted = Filter::host(Ipv4Addr::new(192, 0, 2, 1).into())
///     .and(Filter::udp())
///     .and(Filter::port(53))
///     .or(Filter::arp());
/// let program = wanted.program()?;
/// assert!(program.len() < 100);
/// # Ok::<(), berkeley_socket::packet::Defect>(())
/// ```
#[doc(alias("BPF", "pcap_compile", "tcpdump"))]
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Filter {
    /// Operands before what joins them, so that neither a program nor its end takes a deep stack.
    parts: Vec<Part>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Part {
    Both,
    Either,
    Not,
    Constant(bool),
    Test(Test),
}

/// What one question of the packet is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Test {
    /// What comes before the load.
    before: Option<Step>,
    load: Step,
    mask: u32,
    comparison: Comparison,
    /// One of these: as many as are not `None`, from the first on.
    values: [Option<u32>; 3],
}

impl Test {
    fn new(load: Step, value: u32) -> Self {
        let values = [Some(value), None, None];
        Self { before: None, load, mask: u32::MAX, comparison: Comparison::Equal, values }
    }
}

/// A byte, or a number in network order, of the network header.
const fn network(width: Width, at: u32) -> Step {
    Step::Load(width, place::NETWORK + at)
}

const ICMP: u8 = 1;
const TCP: u8 = 6;
const UDP: u8 = 17;
const ICMPV6: u8 = 58;
const SCTP: u8 = 132;
/// The header that says that an IPv6 packet is a part of one.
const FRAGMENT: u32 = 44;
/// The offset of a fragment in an IPv4 header's seventh byte and the next.
const FRAGMENT_OFFSET: u32 = 0x1fff;

impl From<Test> for Filter {
    fn from(test: Test) -> Self {
        Self { parts: vec![Part::Test(test)] }
    }
}

impl Filter {
    fn constant(value: bool) -> Self {
        Self { parts: vec![Part::Constant(value)] }
    }

    fn joined(mut self, other: Self, how: Part) -> Self {
        self.parts.extend(other.parts);
        self.parts.push(how);
        self
    }

    /// Every frame.
    pub fn all() -> Self {
        Self::constant(true)
    }

    /// No frame.
    pub fn none() -> Self {
        Self::constant(false)
    }

    /// Frames of this ethertype; behind a VLAN tag it is the one after it. There is none for
    /// [`EtherType::ALL`]: that is [`all`](Self::all).
    #[doc(alias = "ether proto")]
    pub fn ethertype(ethertype: EtherType) -> Self {
        Test::new(Step::Load(Width::Half, place::PROTOCOL), ethertype.raw().into()).into()
    }

    /// ARP.
    pub fn arp() -> Self {
        Self::ethertype(EtherType::ARP)
    }

    /// IPv4.
    pub fn ipv4() -> Self {
        Self::ethertype(EtherType::IP)
    }

    /// IPv6.
    pub fn ipv6() -> Self {
        Self::ethertype(EtherType::IPV6)
    }

    /// IP packets of this protocol (`IPPROTO_*`), of both versions; of IPv6, what the first header or the one behind a fragment's says.
    #[doc(alias = "ip proto")]
    pub fn protocol(number: u8) -> Self {
        let number = number.into();
        let first = || network(Width::Byte, 6);
        let behind = Self::from(Test::new(first(), FRAGMENT))
            .and(Test::new(network(Width::Byte, 40), number).into());
        let old = Self::ipv4().and(Test::new(network(Width::Byte, 9), number).into());
        old.or(Self::ipv6().and(Self::from(Test::new(first(), number)).or(behind)))
    }

    /// TCP.
    pub fn tcp() -> Self {
        Self::protocol(TCP)
    }

    /// UDP.
    pub fn udp() -> Self {
        Self::protocol(UDP)
    }

    /// SCTP.
    pub fn sctp() -> Self {
        Self::protocol(SCTP)
    }

    /// ICMP, of IPv4.
    pub fn icmp() -> Self {
        Self::ipv4().and(Self::protocol(ICMP))
    }

    /// ICMPv6.
    pub fn icmpv6() -> Self {
        Self::ipv6().and(Self::protocol(ICMPV6))
    }

    /// IP packets from this address.
    #[doc(alias = "src host")]
    pub fn source(address: IpAddr) -> Self {
        Self::address(address, 128, [12, 8])
    }

    /// IP packets to this address.
    #[doc(alias = "dst host")]
    pub fn destination(address: IpAddr) -> Self {
        Self::address(address, 128, [16, 24])
    }

    /// IP packets from or to this address.
    pub fn host(address: IpAddr) -> Self {
        Self::source(address).or(Self::destination(address))
    }

    /// IP packets from or to a network: the first `prefix` bits of this address.
    #[doc(alias = "net")]
    pub fn network(address: IpAddr, prefix: u8) -> Self {
        let from = Self::address(address, prefix.into(), [12, 8]);
        from.or(Self::address(address, prefix.into(), [16, 24]))
    }

    /// By an address that stands at one of two places, of IPv4 and of IPv6.
    fn address(address: IpAddr, prefix: u32, [old, new]: [u32; 2]) -> Self {
        let word = |at, value: u32, bits: u32| {
            let mask = u32::MAX.checked_shl(32_u32.saturating_sub(bits)).unwrap_or(0);
            let test = Test::new(network(Width::Word, at), value & mask);
            (mask != 0).then_some(Self::from(Test { mask, ..test }))
        };
        match address {
            IpAddr::V4(address) => {
                let word = word(old, address.to_bits(), prefix);
                word.into_iter().fold(Self::ipv4(), Self::and)
            }
            IpAddr::V6(address) => {
                let bits = address.to_bits();
                let words = (0..4_u32).filter_map(|i| {
                    let [.., a, b, c, d] = (bits >> (96 - 32 * i)).to_be_bytes();
                    let value = u32::from_be_bytes([a, b, c, d]);
                    word(new + 4 * i, value, prefix.saturating_sub(32 * i))
                });
                words.fold(Self::ipv6(), Self::and)
            }
        }
    }

    /// TCP, UDP and SCTP packets from this port: of fragments the first.
    #[doc(alias = "src port")]
    pub fn source_port(port: u16) -> Self {
        Self::port_at(port, 0)
    }

    /// TCP, UDP and SCTP packets to this port: of fragments the first.
    #[doc(alias = "dst port")]
    pub fn destination_port(port: u16) -> Self {
        Self::port_at(port, 2)
    }

    /// TCP, UDP and SCTP packets from or to this port: of fragments the first.
    pub fn port(port: u16) -> Self {
        Self::source_port(port).or(Self::destination_port(port))
    }

    fn port_at(port: u16, at: u32) -> Self {
        let values = [TCP, UDP, SCTP].map(|protocol| Some(protocol.into()));
        let carried = |load| Self::from(Test { values, ..Test::new(load, 0) });
        let fragment = Test {
            comparison: Comparison::AnyBit,
            ..Test::new(network(Width::Half, 6), FRAGMENT_OFFSET)
        };
        // Where an IPv4 header ends, it says itself.
        let old = Test {
            before: Some(Step::IndexHeader(place::NETWORK)),
            ..Test::new(Step::LoadAtX(Width::Half, place::NETWORK + at), port.into())
        };
        let old = Self::ipv4()
            .and(carried(network(Width::Byte, 9)))
            .and(!Self::from(fragment))
            .and(old.into());
        let new = Test::new(network(Width::Half, 40 + at), port.into());
        old.or(Self::ipv6().and(carried(network(Width::Byte, 6))).and(new.into()))
    }

    /// Frames with a VLAN tag, which the kernel takes off all that are received.
    #[doc(alias = "vlan")]
    pub fn tagged() -> Self {
        !Self::from(Test::new(Step::Load(Width::Byte, place::VLAN_TAG_PRESENT), 0))
    }

    /// Frames of this VLAN: the tag's low twelve bits.
    pub fn vlan(id: u16) -> Self {
        let tag = Test::new(Step::Load(Width::Half, place::VLAN_TAG), id.into());
        Self::tagged().and(Test { mask: 0xfff, ..tag }.into())
    }

    /// Frames that were received for this reason: to this host, by broadcast, sent by it.
    pub fn packet_type(packet_type: PacketType) -> Self {
        let place = Step::Load(Width::Byte, place::PACKET_TYPE);
        Test::new(place, packet_type.raw().into()).into()
    }

    /// Frames that came in or went out by the interface with this index.
    pub fn interface(index: u32) -> Self {
        Test::new(Step::Load(Width::Word, place::INTERFACE), index).into()
    }

    /// Frames of which this holds: the number at a place compared with another.
    ///
    /// ```
    /// use berkeley_socket::packet::{Comparison, Filter, Width, place};
    /// // The time to live is at least 255: the sender is on this link.
    /// let near = Filter::ipv4().and(Filter::at(Width::Byte, place::NETWORK + 8, Comparison::AtLeast, 255));
    /// # assert!(near.program().is_ok());
    /// ```
    pub fn at(width: Width, place: u32, comparison: Comparison, number: u32) -> Self {
        Test { comparison, ..Test::new(Step::Load(width, place), number) }.into()
    }

    /// Frames of which both hold. The second is not asked where the first does not.
    #[must_use]
    pub fn and(self, other: Self) -> Self {
        self.joined(other, Part::Both)
    }

    /// Frames of which one holds. The second is not asked where the first does.
    #[must_use]
    pub fn or(self, other: Self) -> Self {
        self.joined(other, Part::Either)
    }

    /// The program that keeps such frames whole.
    ///
    /// # Errors
    ///
    /// [`Cause::Length`](super::Cause::Length): it would take over 4096 instructions. [`Cause::Place`](super::Cause::Place):
    /// [`at`](Self::at) was given a place that is none.
    pub fn program(&self) -> Result<Program, Defect> {
        self.program_keeping(u32::MAX)
    }

    /// The program that keeps so many bytes of such frames; what was cut off is said by the frame's length. 0 keeps no frame.
    ///
    /// # Errors
    ///
    /// As [`program`](Self::program).
    #[doc(alias = "snaplen")]
    pub fn program_keeping(&self, len: u32) -> Result<Program, Defect> {
        let mut code = Code { backward: vec![Step::Return(0), Step::Return(len)] };
        let (no, yes) = (0, 1);
        let mut entry = yes;
        let mut ways = vec![Way { holds: Target::Step(yes), fails: Target::Step(no) }];
        // The last part is the whole; an operand that comes later stands behind the other in the program, and so is made first.
        for part in self.parts.iter().rev() {
            let Some(way) = ways.pop() else { break };
            let way = Way { holds: way.holds.known(entry), fails: way.fails.known(entry) };
            match part {
                Part::Both => ways.extend([Way { holds: Target::Next, ..way }, way]),
                Part::Either => ways.extend([Way { fails: Target::Next, ..way }, way]),
                Part::Not => ways.push(Way { holds: way.fails, fails: way.holds }),
                Part::Constant(true) => entry = way.holds.step(entry),
                Part::Constant(false) => entry = way.fails.step(entry),
                Part::Test(test) => {
                    entry = code.test(test, way.holds.step(entry), way.fails.step(entry));
                }
            }
            if code.backward.len() > Program::MOST {
                break;
            }
        }
        // What was made after the entry is never come to.
        code.backward.truncate(entry + 1);
        Program::new(code.backward.into_iter().rev())
    }
}

/// Frames of which it does not hold.
impl Not for Filter {
    type Output = Self;
    fn not(mut self) -> Self {
        self.parts.push(Part::Not);
        self
    }
}

/// Where a part of a filter goes on.
#[derive(Clone, Copy, Debug)]
enum Target {
    /// A step, by its number from the end.
    Step(usize),
    /// The part that was made last.
    Next,
}

impl Target {
    fn step(self, entry: usize) -> usize {
        match self {
            Self::Step(step) => step,
            Self::Next => entry,
        }
    }

    fn known(self, entry: usize) -> Self {
        Self::Step(self.step(entry))
    }
}

#[derive(Clone, Copy, Debug)]
struct Way {
    holds: Target,
    fails: Target,
}

/// A program that is made from its end.
struct Code {
    backward: Vec<Step>,
}

impl Code {
    /// How many steps a new one must skip to come to this.
    fn skip(&self, to: usize) -> usize {
        (self.backward.len() - 1).saturating_sub(to)
    }

    /// A place within reach of the next comparisons that leads to `to`.
    fn near(&mut self, to: usize) -> usize {
        let skip = self.skip(to);
        // Between the comparison and its near places stand at most two long jumps.
        if skip <= usize::from(u8::MAX) - 2 {
            return to;
        }
        self.backward.push(Step::Skip(u32::try_from(skip).unwrap_or(u32::MAX)));
        self.backward.len() - 1
    }

    /// One question; where it begins.
    fn test(&mut self, test: &Test, holds: usize, fails: usize) -> usize {
        let mut otherwise = fails;
        for value in test.values.iter().rev().flatten() {
            let (yes, no) = (self.near(holds), self.near(otherwise));
            let [yes, no] = [yes, no].map(|to| u8::try_from(self.skip(to)).unwrap_or(u8::MAX));
            self.backward.push(Step::SkipIf(test.comparison, Operand::Number(*value), yes, no));
            otherwise = self.backward.len() - 1;
        }
        if test.mask != u32::MAX {
            self.backward.push(Step::Compute(Alu::And, Operand::Number(test.mask)));
        }
        self.backward.push(test.load);
        self.backward.extend(test.before);
        self.backward.len() - 1
    }
}

#[cfg(test)]
mod tests {
    use core::net::{Ipv4Addr, Ipv6Addr};

    use super::super::program::Cause;
    use super::super::run::Sample;
    use super::*;

    fn keeps(filter: &Filter, sample: &Sample<'_>) -> bool {
        let program = filter.program().unwrap();
        let verdicts = [program.run(sample), program.run(&sample.cooked())];
        assert_eq!(verdicts[0], verdicts[1], "one program for both");
        verdicts[0] == Some(u32::MAX)
    }

    /// An IPv4 or IPv6 packet of this protocol between these ports, in Ethernet.
    fn packet(version: u8, protocol: u8, from: u16, to: u16) -> Vec<u8> {
        let mut frame = vec![0; 12];
        if version == 4 {
            frame.extend([0x08, 0, 0x46, 0, 0, 64, 0, 0, 0x40, 0, 64, protocol, 0, 0]);
            frame.extend([10, 0, 0, 1, 10, 0, 0, 2, 1, 1, 1, 1]); // with four bytes of options
        } else {
            frame.extend([0x86, 0xdd, 0x60, 0, 0, 0, 0, 8, protocol, 64]);
            frame.extend(Ipv6Addr::new(0xfd00, 0, 0, 0, 0, 0, 0, 1).octets());
            frame.extend(Ipv6Addr::new(0xfd00, 0, 0, 0, 0, 0, 0, 2).octets());
        }
        frame.extend(from.to_be_bytes());
        frame.extend(to.to_be_bytes());
        frame.extend([0; 16]);
        frame
    }

    #[test]
    fn each_word_means_what_it_says() {
        let host = |text: &str| Filter::host(text.parse().unwrap());
        let (dns, dns6) = (packet(4, 17, 53, 4000), packet(6, 17, 4000, 53));
        let (web, web6) = (packet(4, 6, 80, 4000), packet(6, 6, 4000, 80));
        let mut fragment = dns.clone();
        fragment[14 + 7] = 1;
        let mut part = dns6.clone();
        (part[14 + 6], part[14 + 40]) = (44, 17);
        let arp = [[0; 12].as_slice(), &[0x08, 0x06], &[0; 28]].concat();
        // dns dns6 web web6 fragment part arp
        let rows = [
            (Filter::all(), "1111111"),
            (Filter::none(), "0000000"),
            (!Filter::all(), "0000000"),
            (Filter::none().or(Filter::arp()).and(Filter::all()), "0000001"),
            (Filter::arp(), "0000001"),
            (Filter::ipv4(), "1010100"),
            (Filter::ipv6(), "0101010"),
            (Filter::udp(), "1100110"),
            (!Filter::udp(), "0011001"),
            (Filter::tcp(), "0011000"),
            (Filter::sctp(), "0000000"),
            (Filter::port(53), "1100000"),
            (Filter::source_port(53), "1000000"),
            (Filter::destination_port(53), "0100000"),
            (Filter::udp().and(Filter::port(53)).or(Filter::arp()), "1100001"),
            (Filter::port(80).or(Filter::port(53)), "1111000"),
            (host("10.0.0.2"), "1010100"),
            (host("10.0.0.3"), "0000000"),
            (host("fd00::1"), "0101010"),
            (Filter::source("fd00::1".parse().unwrap()), "0101010"),
            (Filter::destination("fd00::1".parse().unwrap()), "0000000"),
            (Filter::network("10.0.0.0".parse().unwrap(), 24), "1010100"),
            (Filter::network("10.0.0.0".parse().unwrap(), 0), "1010100"),
            (Filter::network("10.0.1.0".parse().unwrap(), 24), "0000000"),
            (Filter::network("fd00:0:8000::".parse().unwrap(), 32), "0101010"),
            (Filter::network("fd00:0:8000::".parse().unwrap(), 33), "0000000"),
            (Filter::at(Width::Byte, place::NETWORK, Comparison::AtLeast, 0x60), "0101010"),
            (Filter::tagged(), "0000000"),
            (Filter::packet_type(PacketType::HOST), "1111111"),
        ];
        for (filter, expected) in rows {
            let frames = [&dns, &dns6, &web, &web6, &fragment, &part, &arp];
            let got: String = frames
                .map(|frame| if keeps(&filter, &Sample::ethernet(frame)) { '1' } else { '0' })
                .iter()
                .collect();
            assert_eq!(got, expected, "{filter:?}");
        }
        let tagged = Sample { vlan: Some((0x2005, EtherType::VLAN)), ..Sample::ethernet(&dns) };
        for (filter, expected) in [
            (Filter::tagged(), true),
            (Filter::vlan(5), true),
            (Filter::vlan(6), false),
            (Filter::vlan(5).and(Filter::port(53)), true),
        ] {
            assert_eq!(keeps(&filter, &tagged), expected, "{filter:?}");
        }
    }

    #[test]
    fn far_jumps_are_long() {
        let hosts = |count: u32| {
            let host = |i: u32| Filter::host(Ipv4Addr::from_bits(0x0a00_0000 + i).into());
            (0..count).map(host).reduce(Filter::or).unwrap()
        };
        let dns = packet(4, 17, 53, 4000);
        let sample = Sample::ethernet(&dns);
        for (filter, expected) in [
            (hosts(400), true),
            (!hosts(400), false),
            (hosts(400).and(Filter::tcp()), false),
            (Filter::udp().and(hosts(400)).and(Filter::port(53)), true),
            (!(!hosts(200)).and(Filter::tcp().or(hosts(200))), true),
        ] {
            assert!(filter.program().unwrap().len() > 1000);
            assert_eq!(keeps(&filter, &sample), expected);
        }
        // Of every number of instructions between the two jumps' ends.
        for count in 1..300 {
            assert!(keeps(&(!Filter::arp()).and(hosts(count).or(Filter::port(53))), &sample));
        }
        for count in [600, 100_000] {
            let refused = hosts(count).program().map(drop).map_err(|defect| defect.cause);
            assert_eq!(refused, Err(Cause::Length));
        }
    }

    #[test]
    fn the_shortest_programs() {
        assert_eq!(*Filter::none().program().unwrap(), [Step::Return(0).into()]);
        let all = [Step::Return(96), Step::Return(0)].map(Into::into);
        assert_eq!(*Filter::all().program_keeping(96).unwrap(), all);
    }
}
