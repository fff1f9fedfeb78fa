//! Running a filter without a socket and without a kernel: to test it.
//!
//! Contract: the kernel's verdict, on a frame whose bytes all stand in one piece. A program that has been [checked](Program) ends,
//! since jumps lead forward alone. Sources: `Documentation/networking/filter.rst`; net/core/filter.c (`bpf_convert_filter`,
//! `bpf_internal_load_pointer_neg_helper`).

use berkeley_addr::{EtherType, PacketType};

use super::program::Program;
use super::step::{Alu, Comparison, Operand, Step, Width, place};

/// A frame, and what the kernel knows of it.
///
/// ```
/// use berkeley_socket::packet::{Filter, Sample};
///
/// let arp = [[0xff; 6].as_slice(), &[2; 6], &[0x08, 0x06], &[0; 28]].concat();
/// let program = Filter::arp().program_keeping(64)?;
/// assert_eq!(program.run(&Sample::ethernet(&arp)), Some(64));
/// # Ok::<(), berkeley_socket::packet::Defect>(())
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Sample<'f> {
    /// All bytes, from the link's header on.
    pub frame: &'f [u8],
    /// Where what the socket sees begins: 0 on a RAW socket, [`network`](Self::network) on a DGRAM one.
    pub start: usize,
    /// Where the network header begins.
    pub network: usize,
    /// The ethertype.
    pub protocol: EtherType,
    /// The VLAN tag that was taken off, and its ethertype.
    pub vlan: Option<(u16, EtherType)>,
    /// Why it was received.
    pub packet_type: PacketType,
    /// The index of the interface, 0 for none.
    pub interface: u32,
    /// The kind of hardware.
    pub hatype: u16,
    /// The mark.
    pub mark: u32,
    /// The queue.
    pub queue: u16,
    /// The flow's hash.
    pub hash: u32,
    /// The processor.
    pub cpu: u32,
}

impl<'f> Sample<'f> {
    /// An Ethernet frame as a RAW socket sees it, to this host; the ethertype is the frame's own.
    pub fn ethernet(frame: &'f [u8]) -> Self {
        let protocol =
            frame.get(12..).and_then(<[u8]>::first_chunk).map(|it| u16::from_be_bytes(*it));
        Self {
            frame,
            start: 0,
            network: 14,
            protocol: EtherType::new(protocol.unwrap_or(0)),
            vlan: None,
            packet_type: PacketType::HOST,
            interface: 0,
            hatype: 1,
            mark: 0,
            queue: 0,
            hash: 0,
            cpu: 0,
        }
    }

    /// The same as a DGRAM socket sees it: from the network header on.
    #[must_use]
    pub fn cooked(self) -> Self {
        Self { start: self.network, ..self }
    }

    fn len(&self) -> u32 {
        u32::try_from(self.frame.len().saturating_sub(self.start)).unwrap_or(u32::MAX)
    }

    /// The bytes at a place; `None`: outside.
    fn bytes(&self, width: Width, at: u32) -> Option<u32> {
        let base = match at {
            0..=0x7fff_ffff => (self.start, 0),
            place::NETWORK.. => (self.network, place::NETWORK),
            place::LINK.. => (0, place::LINK),
            _ => return None,
        };
        let at = base.0.checked_add(usize::try_from(at.checked_sub(base.1)?).ok()?)?;
        let bytes = self.frame.get(at..at.checked_add(width.bytes())?)?;
        Some(bytes.iter().fold(0, |number, byte| number << 8 | u32::from(*byte)))
    }

    /// What stands at a place beside the bytes; `None`: a sample does not say.
    fn aside(&self, at: u32, a: u32, x: u32) -> Option<u32> {
        Some(match at {
            place::PROTOCOL => self.protocol.raw().into(),
            place::PACKET_TYPE => self.packet_type.raw().into(),
            place::INTERFACE => self.interface,
            place::MARK => self.mark,
            place::QUEUE => self.queue.into(),
            place::HATYPE => self.hatype.into(),
            place::HASH => self.hash,
            place::CPU => self.cpu,
            place::XOR_X => a ^ x,
            place::VLAN_TAG => self.vlan.map_or(0, |(tag, _)| tag.into()),
            place::VLAN_TAG_PRESENT => self.vlan.is_some().into(),
            place::VLAN_TPID => self.vlan.map_or(0, |(_, protocol)| protocol.raw().into()),
            _ => return None,
        })
    }
}

impl Program {
    /// How many bytes of the frame are kept, 0: it is dropped. `None`: the program asks for what a sample does not say (a random
    /// number, where the payload begins, netlink attributes).
    pub fn run(&self, sample: &Sample<'_>) -> Option<u32> {
        let (mut a, mut x, mut memory) = (0_u32, 0_u32, [0_u32; 16]);
        let mut rest = self.iter();
        // The program has been checked, so the cells below exist and the last instruction ends it.
        while let Some(step) = rest.next().and_then(|instruction| Step::of(*instruction)) {
            let mut skip = 0;
            let cell = |cell: u32| memory.get(cell as usize).copied().unwrap_or_default();
            match step {
                Step::Load(_, at @ place::ASIDE..) => {
                    // Without an interface there is no index and no hardware, and the filter ends.
                    if sample.interface == 0 && matches!(at, place::INTERFACE | place::HATYPE) {
                        return Some(0);
                    }
                    a = sample.aside(at, a, x)?;
                }
                Step::Load(width, at) => match sample.bytes(width, at) {
                    Some(value) => a = value,
                    None => return Some(0),
                },
                Step::LoadAtX(width, at) => match sample.bytes(width, x.wrapping_add(at)) {
                    Some(value) => a = value,
                    None => return Some(0),
                },
                Step::IndexHeader(at) => match sample.bytes(Width::Byte, at) {
                    Some(value) => x = (value & 0xf) << 2,
                    None => return Some(0),
                },
                Step::LoadLen => a = sample.len(),
                Step::LoadNumber(number) => a = number,
                Step::LoadCell(at) => a = cell(at),
                Step::IndexLen => x = sample.len(),
                Step::IndexNumber(number) => x = number,
                Step::IndexCell(at) => x = cell(at),
                Step::Store(at) => store(&mut memory, at, a),
                Step::StoreX(at) => store(&mut memory, at, x),
                Step::Compute(alu, operand) => {
                    let by = if let Operand::Number(number) = operand { number } else { x };
                    match compute(alu, a, by) {
                        Some(value) => a = value,
                        None => return Some(0),
                    }
                }
                Step::Negate => a = a.wrapping_neg(),
                Step::Skip(count) => skip = count as usize,
                Step::SkipIf(comparison, operand, yes, no) => {
                    let with = if let Operand::Number(number) = operand { number } else { x };
                    skip = if holds(comparison, a, with) { yes.into() } else { no.into() };
                }
                Step::AToX => x = a,
                Step::XToA => a = x,
                Step::Return(len) => return Some(len),
                Step::ReturnA => return Some(a),
            }
            if skip > 0 {
                rest.nth(skip - 1);
            }
        }
        Some(0)
    }
}

fn store(memory: &mut [u32; 16], cell: u32, value: u32) {
    if let Some(cell) = memory.get_mut(cell as usize) {
        *cell = value;
    }
}

/// `None`: a division by zero.
fn compute(alu: Alu, a: u32, by: u32) -> Option<u32> {
    match alu {
        Alu::Add => Some(a.wrapping_add(by)),
        Alu::Sub => Some(a.wrapping_sub(by)),
        Alu::Mul => Some(a.wrapping_mul(by)),
        Alu::Div => a.checked_div(by),
        Alu::Or => Some(a | by),
        Alu::And => Some(a & by),
        Alu::Lsh => Some(a.wrapping_shl(by)),
        Alu::Rsh => Some(a.wrapping_shr(by)),
        Alu::Mod => a.checked_rem(by),
        Alu::Xor => Some(a ^ by),
    }
}

fn holds(comparison: Comparison, a: u32, with: u32) -> bool {
    match comparison {
        Comparison::Equal => a == with,
        Comparison::Greater => a > with,
        Comparison::AtLeast => a >= with,
        Comparison::AnyBit => a & with != 0,
    }
}
