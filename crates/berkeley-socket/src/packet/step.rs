//! What an instruction of a classic filter does, as a value.
//!
//! Contract: a [`Step`] is made for each instruction that the kernel knows and for no other; it goes back to the same instruction,
//! without what the kernel does not look at there. Sources: `Documentation/networking/filter.rst`, linux/filter.h,
//! linux/bpf_common.h; net/core/filter.c (`chk_code_allowed`).

use crate::option::Instruction;

/// How many bytes a load takes, in network order.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Width {
    /// Four.
    #[doc(alias = "BPF_W")]
    Word,
    /// Two.
    #[doc(alias = "BPF_H")]
    Half,
    /// One.
    #[doc(alias = "BPF_B")]
    Byte,
}

impl Width {
    const ALL: [(Self, u16); 3] = [(Self::Word, 0x00), (Self::Half, 0x08), (Self::Byte, 0x10)];

    fn bits(self) -> u16 {
        match self {
            Self::Word => 0x00,
            Self::Half => 0x08,
            Self::Byte => 0x10,
        }
    }

    /// How many bytes.
    pub const fn bytes(self) -> usize {
        match self {
            Self::Word => 4,
            Self::Half => 2,
            Self::Byte => 1,
        }
    }
}

/// What a step computes or compares with.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Operand {
    /// A number of the instruction's own.
    #[doc(alias = "BPF_K")]
    Number(u32),
    /// The index register.
    #[doc(alias = "BPF_X")]
    X,
}

/// What is computed, on 32 bits.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[expect(missing_docs, reason = "arithmetic")]
pub enum Alu {
    Add,
    Sub,
    Mul,
    /// By zero in X: the filter ends with 0.
    Div,
    Or,
    And,
    /// By the low five bits of X.
    Lsh,
    /// By the low five bits of X.
    Rsh,
    /// By zero in X: the filter ends with 0.
    Mod,
    Xor,
}

impl Alu {
    const ALL: [(Self, u16); 10] = [
        (Self::Add, 0x00),
        (Self::Sub, 0x10),
        (Self::Mul, 0x20),
        (Self::Div, 0x30),
        (Self::Or, 0x40),
        (Self::And, 0x50),
        (Self::Lsh, 0x60),
        (Self::Rsh, 0x70),
        (Self::Mod, 0x90),
        (Self::Xor, 0xa0),
    ];
}

/// How the accumulator is compared, without signs.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Comparison {
    /// Equal.
    #[doc(alias = "BPF_JEQ")]
    Equal,
    /// Greater.
    #[doc(alias = "BPF_JGT")]
    Greater,
    /// Greater or equal.
    #[doc(alias = "BPF_JGE")]
    AtLeast,
    /// A bit in common.
    #[doc(alias = "BPF_JSET")]
    AnyBit,
}

impl Comparison {
    const ALL: [(Self, u16); 4] =
        [(Self::Equal, 0x10), (Self::Greater, 0x20), (Self::AtLeast, 0x30), (Self::AnyBit, 0x40)];
}

/// One step of a filter: A is the accumulator, X the index register, M sixteen cells of memory; all are 32 bits wide.
///
/// ```
/// use berkeley_socket::packet::{Instruction, Step};
///
/// let keep = Step::Return(0x4_0000);
/// assert_eq!(keep.instruction(), Instruction { code: 0x06, jump_true: 0, jump_false: 0, operand: 0x4_0000 });
/// assert_eq!(Step::of(keep.instruction()), Some(keep));
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Step {
    /// A = the packet's bytes there; outside of it the filter ends with 0. Some places are no bytes: [`place`].
    #[doc(alias = "BPF_ABS")]
    Load(Width, u32),
    /// A = the packet's bytes at X + so many.
    #[doc(alias = "BPF_IND")]
    LoadAtX(Width, u32),
    /// A = the packet's length.
    #[doc(alias = "BPF_LEN")]
    LoadLen,
    /// A = a number.
    #[doc(alias = "BPF_IMM")]
    LoadNumber(u32),
    /// A = M\[cell\].
    #[doc(alias = "BPF_MEM")]
    LoadCell(u32),
    /// X = four times the low half of the byte there: the length of an IPv4 header.
    #[doc(alias = "BPF_MSH")]
    IndexHeader(u32),
    /// X = the packet's length.
    IndexLen,
    /// X = a number.
    #[doc(alias = "BPF_LDX")]
    IndexNumber(u32),
    /// X = M\[cell\].
    IndexCell(u32),
    /// M\[cell\] = A.
    #[doc(alias = "BPF_ST")]
    Store(u32),
    /// M\[cell\] = X.
    #[doc(alias = "BPF_STX")]
    StoreX(u32),
    /// A = A and the operand.
    #[doc(alias = "BPF_ALU")]
    Compute(Alu, Operand),
    /// A = -A.
    #[doc(alias = "BPF_NEG")]
    Negate,
    /// Skips so many instructions.
    #[doc(alias = "BPF_JA")]
    Skip(u32),
    /// Compares A; skips the first number of instructions if it holds, the second if not.
    #[doc(alias = "BPF_JMP")]
    SkipIf(Comparison, Operand, u8, u8),
    /// X = A.
    #[doc(alias = "BPF_TAX")]
    AToX,
    /// A = X.
    #[doc(alias = "BPF_TXA")]
    XToA,
    /// The end: so many bytes of the packet are kept, 0: it is dropped.
    #[doc(alias = "BPF_RET")]
    Return(u32),
    /// The end: A bytes are kept.
    ReturnA,
}

/// An instruction without jumps.
const fn plain(code: u16, operand: u32) -> Instruction {
    Instruction { code, jump_true: 0, jump_false: 0, operand }
}

/// The bit that says X, and the number.
const fn split(operand: Operand) -> (u16, u32) {
    match operand {
        Operand::Number(number) => (0, number),
        Operand::X => (8, 0),
    }
}

fn bits_of<T: Copy + PartialEq>(table: &[(T, u16)], wanted: T) -> u16 {
    table.iter().find(|(value, _)| *value == wanted).map_or(0, |(_, bits)| *bits)
}

fn of_bits<T: Copy>(table: &[(T, u16)], wanted: u16) -> Option<T> {
    table.iter().find(|(_, bits)| *bits == wanted).map(|(value, _)| *value)
}

impl Step {
    /// The instruction.
    pub fn instruction(self) -> Instruction {
        match self {
            Self::Load(width, at) => plain(0x20 | width.bits(), at),
            Self::LoadAtX(width, at) => plain(0x40 | width.bits(), at),
            Self::LoadLen => plain(0x80, 0),
            Self::LoadNumber(number) => plain(0x00, number),
            Self::LoadCell(cell) => plain(0x60, cell),
            Self::IndexHeader(at) => plain(0xb1, at),
            Self::IndexLen => plain(0x81, 0),
            Self::IndexNumber(number) => plain(0x01, number),
            Self::IndexCell(cell) => plain(0x61, cell),
            Self::Store(cell) => plain(0x02, cell),
            Self::StoreX(cell) => plain(0x03, cell),
            Self::Compute(alu, operand) => {
                let (source, number) = split(operand);
                plain(0x04 | source | bits_of(&Alu::ALL, alu), number)
            }
            Self::Negate => plain(0x84, 0),
            Self::Skip(count) => plain(0x05, count),
            Self::SkipIf(comparison, operand, jump_true, jump_false) => {
                let (source, operand) = split(operand);
                let code = 0x05 | source | bits_of(&Comparison::ALL, comparison);
                Instruction { code, jump_true, jump_false, operand }
            }
            Self::AToX => plain(0x07, 0),
            Self::XToA => plain(0x87, 0),
            Self::Return(len) => plain(0x06, len),
            Self::ReturnA => plain(0x16, 0),
        }
    }

    /// What an instruction does; `None`: the kernel does not know it.
    pub fn of(instruction: Instruction) -> Option<Self> {
        let Instruction { code, jump_true, jump_false, operand: k } = instruction;
        let operand = if code & 8 == 0 { Operand::Number(k) } else { Operand::X };
        let width = |base| of_bits(&Width::ALL, code ^ base);
        Some(match code {
            0x20 | 0x28 | 0x30 => Self::Load(width(0x20)?, k),
            0x40 | 0x48 | 0x50 => Self::LoadAtX(width(0x40)?, k),
            0x80 => Self::LoadLen,
            0x00 => Self::LoadNumber(k),
            0x60 => Self::LoadCell(k),
            0xb1 => Self::IndexHeader(k),
            0x81 => Self::IndexLen,
            0x01 => Self::IndexNumber(k),
            0x61 => Self::IndexCell(k),
            0x02 => Self::Store(k),
            0x03 => Self::StoreX(k),
            0x84 => Self::Negate,
            0x05 => Self::Skip(k),
            0x07 => Self::AToX,
            0x87 => Self::XToA,
            0x06 => Self::Return(k),
            0x16 => Self::ReturnA,
            _ if code & !0xf8 == 0x04 => Self::Compute(of_bits(&Alu::ALL, code & 0xf0)?, operand),
            _ if code & !0xf8 == 0x05 => {
                let comparison = of_bits(&Comparison::ALL, code & 0xf0)?;
                Self::SkipIf(comparison, operand, jump_true, jump_false)
            }
            _ => return None,
        })
    }
}

impl From<Step> for Instruction {
    fn from(step: Step) -> Self {
        step.instruction()
    }
}

/// Places for [`Step::Load`] that are not the packet's own bytes: linux/filter.h, `SKF_*`.
pub mod place {
    /// What the kernel knows beside the bytes begins here; other numbers from here on are refused.
    pub(crate) const ASIDE: u32 = 0xffff_f000;
    /// The network header: [`Step::Load`](super::Step::Load) of `NETWORK + 9` is the protocol of IPv4, on every type of socket.
    #[doc(alias = "SKF_NET_OFF")]
    pub const NETWORK: u32 = 0xfff0_0000;
    /// The link's header.
    #[doc(alias = "SKF_LL_OFF")]
    pub const LINK: u32 = 0xffe0_0000;
    /// The frame's ethertype.
    #[doc(alias = "SKF_AD_PROTOCOL")]
    pub const PROTOCOL: u32 = ASIDE;
    /// Why it was received, a `PacketType`.
    #[doc(alias = "SKF_AD_PKTTYPE")]
    pub const PACKET_TYPE: u32 = ASIDE + 4;
    /// The index of the interface.
    #[doc(alias = "SKF_AD_IFINDEX")]
    pub const INTERFACE: u32 = ASIDE + 8;
    /// The offset of the first netlink attribute of kind X at A.
    #[doc(alias = "SKF_AD_NLATTR")]
    pub const NLATTR: u32 = ASIDE + 12;
    /// The same within an attribute.
    #[doc(alias = "SKF_AD_NLATTR_NEST")]
    pub const NLATTR_NEST: u32 = ASIDE + 16;
    /// The mark.
    #[doc(alias = "SKF_AD_MARK")]
    pub const MARK: u32 = ASIDE + 20;
    /// The queue.
    #[doc(alias = "SKF_AD_QUEUE")]
    pub const QUEUE: u32 = ASIDE + 24;
    /// The kind of hardware.
    #[doc(alias = "SKF_AD_HATYPE")]
    pub const HATYPE: u32 = ASIDE + 28;
    /// The flow's hash.
    #[doc(alias = "SKF_AD_RXHASH")]
    pub const HASH: u32 = ASIDE + 32;
    /// The processor that runs the filter.
    #[doc(alias = "SKF_AD_CPU")]
    pub const CPU: u32 = ASIDE + 36;
    /// A xor X.
    #[doc(alias = "SKF_AD_ALU_XOR_X")]
    pub const XOR_X: u32 = ASIDE + 40;
    /// The VLAN tag that was taken off.
    #[doc(alias = "SKF_AD_VLAN_TAG")]
    pub const VLAN_TAG: u32 = ASIDE + 44;
    /// Whether there was one.
    #[doc(alias = "SKF_AD_VLAN_TAG_PRESENT")]
    pub const VLAN_TAG_PRESENT: u32 = ASIDE + 48;
    /// Where the payload begins.
    #[doc(alias = "SKF_AD_PAY_OFFSET")]
    pub const PAY_OFFSET: u32 = ASIDE + 52;
    /// A random number.
    #[doc(alias = "SKF_AD_RANDOM")]
    pub const RANDOM: u32 = ASIDE + 56;
    /// The ethertype of the VLAN tag that was taken off.
    #[doc(alias = "SKF_AD_VLAN_TPID")]
    pub const VLAN_TPID: u32 = ASIDE + 60;
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_code_is_one_step_or_none() {
        let mut known = 0;
        for code in 0..=0xffff {
            let written = Instruction { code, jump_true: 3, jump_false: 4, operand: 5 };
            let Some(step) = Step::of(written) else { continue };
            known += 1;
            let Instruction { code: same, jump_true, jump_false, operand } = step.instruction();
            assert_eq!(same, code, "{step:?}");
            // What counts comes back, what does not is zero.
            assert!([0, 3].contains(&jump_true) && [0, 4].contains(&jump_false), "{step:?}");
            assert!([0, 5].contains(&operand), "{step:?}");
            assert_eq!(Step::of(step.instruction()), Some(step));
        }
        // 2 x 10 computations, 2 x 4 comparisons, 6 loads of bytes and 15 others: the kernel's own table.
        assert_eq!(known, 49);
    }
}
