//! `Program`: a classic filter that the kernel takes.
//!
//! Contract: [`Program::new`] takes what the kernel takes and refuses what it refuses, and says where; only the memory that a
//! socket may use for options (net.core.optmem_max) can still be too small for it. Decoding is total. Source: net/core/filter.c
//! (`bpf_check_classic`, `check_load_and_stores`).

use core::fmt;
use core::ops::Deref;

use super::step::{Alu, Operand, Step, place};
use crate::option::Instruction;

/// `sizeof(struct sock_filter)`.
const SIZE: usize = 8;
/// How many cells of memory there are: BPF_MEMWORDS.
const CELLS: u32 = 16;

/// A classic filter that has been checked: it ends, and reads only what it may.
///
/// It is a slice of instructions: `socket.attach_filter(&program)`.
///
/// ```
/// use berkeley_socket::packet::{Cause, Program, Step};
///
/// let everything = Program::new([Step::Return(u32::MAX)])?;
/// assert_eq!(Program::decode(&everything.encode()), Ok(everything));
/// let defect = Program::new([Step::Skip(1), Step::Return(0)]).unwrap_err();
/// assert_eq!((defect.at, defect.cause), (0, Cause::Jump));
/// # Ok::<(), berkeley_socket::packet::Defect>(())
/// ```
#[doc(alias("sock_fprog", "BPF", "SO_ATTACH_FILTER"))]
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Program(Vec<Instruction>);

impl Program {
    /// The most instructions of one: BPF_MAXINSNS.
    pub const MOST: usize = 4096;

    /// Of these instructions, or [`Step`]s.
    ///
    /// # Errors
    ///
    /// The first one that the kernel would refuse.
    pub fn new<I: Into<Instruction>>(
        instructions: impl IntoIterator<Item = I>,
    ) -> Result<Self, Defect> {
        // One more than may be says that there are too many.
        let instructions = instructions.into_iter().take(Self::MOST + 1).map(Into::into);
        let instructions: Vec<_> = instructions.collect();
        check(&instructions)?;
        Ok(Self(instructions))
    }

    /// Reads `struct sock_filter`s, eight bytes each, in this machine's order.
    ///
    /// # Errors
    ///
    /// As [`new`](Self::new); [`Cause::Length`] where they are no multiple of eight.
    pub fn decode(bytes: &[u8]) -> Result<Self, Defect> {
        let chunks = bytes.chunks_exact(SIZE);
        if !chunks.remainder().is_empty() {
            return Err(Defect { at: bytes.len() / SIZE, cause: Cause::Length });
        }
        Self::new(chunks.map(|chunk| {
            // Each chunk has eight bytes.
            let mut it = [0; SIZE];
            it.copy_from_slice(chunk);
            let [c0, c1, jump_true, jump_false, k0, k1, k2, k3] = it;
            let operand = u32::from_ne_bytes([k0, k1, k2, k3]);
            Instruction { code: u16::from_ne_bytes([c0, c1]), jump_true, jump_false, operand }
        }))
    }

    /// The `struct sock_filter`s.
    pub fn encode(&self) -> Vec<u8> {
        let mut bytes = Vec::with_capacity(self.0.len() * SIZE);
        for it in &self.0 {
            bytes.extend(it.code.to_ne_bytes());
            bytes.extend([it.jump_true, it.jump_false]);
            bytes.extend(it.operand.to_ne_bytes());
        }
        bytes
    }
}

impl Deref for Program {
    type Target = [Instruction];
    fn deref(&self) -> &[Instruction] {
        &self.0
    }
}

/// Why the kernel would refuse a program.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Cause {
    /// It is empty, or longer than [`Program::MOST`]; or its bytes end within an instruction.
    Length,
    /// There is no such instruction.
    Code,
    /// A division by zero, or a shift by 32 or more.
    Number,
    /// There is no such cell of memory.
    Cell,
    /// A cell is read that was not written on every way to here.
    Unwritten,
    /// A jump to behind the last instruction.
    Jump,
    /// There is no such [`place`].
    Place,
    /// The last instruction is none that ends.
    End,
}

/// Where a program is wrong, and how.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Defect {
    /// The instruction, counted from 0.
    pub at: usize,
    /// What is wrong with it.
    pub cause: Cause,
}

impl fmt::Display for Defect {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let what = match self.cause {
            Cause::Length => "a program has 1 to 4096 whole instructions",
            Cause::Code => "no such instruction",
            Cause::Number => "a division by zero, or a shift by 32 or more",
            Cause::Cell => "there are 16 cells of memory",
            Cause::Unwritten => "a cell is read before it is written",
            Cause::Jump => "a jump to behind the last instruction",
            Cause::Place => "no such place",
            Cause::End => "the last instruction must end the program",
        };
        write!(f, "instruction {}: {what}", self.at)
    }
}

impl core::error::Error for Defect {}

/// The kernel's check.
fn check(program: &[Instruction]) -> Result<(), Defect> {
    let len = program.len();
    if len == 0 || len > Program::MOST {
        return Err(Defect { at: len.min(Program::MOST), cause: Cause::Length });
    }
    // Of each instruction, a bit for every cell that is written on all ways to it.
    let mut written_before = vec![u16::MAX; len];
    let mut written = 0_u16;
    let mut unwritten = None;
    for (at, instruction) in program.iter().enumerate() {
        let wrong = |cause| Defect { at, cause };
        let step = Step::of(*instruction).ok_or_else(|| wrong(Cause::Code))?;
        written &= written_before.get(at).copied().unwrap_or_default();
        let mut jump = |skip: u32, written: u16| {
            let to = usize::try_from(skip).ok().and_then(|skip| skip.checked_add(at + 1));
            let cells = to.and_then(|to| written_before.get_mut(to));
            cells.map(|cells| *cells &= written).ok_or_else(|| wrong(Cause::Jump))
        };
        match step {
            Step::Compute(Alu::Div | Alu::Mod, Operand::Number(0))
            | Step::Compute(Alu::Lsh | Alu::Rsh, Operand::Number(32..)) => {
                return Err(wrong(Cause::Number));
            }
            Step::Store(CELLS..)
            | Step::StoreX(CELLS..)
            | Step::LoadCell(CELLS..)
            | Step::IndexCell(CELLS..) => return Err(wrong(Cause::Cell)),
            Step::Store(cell) | Step::StoreX(cell) => written |= 1 << cell,
            // The kernel looks at these when all else is right.
            Step::LoadCell(cell) | Step::IndexCell(cell) if written & 1 << cell == 0 => {
                unwritten = unwritten.or_else(|| Some(wrong(Cause::Unwritten)));
            }
            Step::Skip(skip) => {
                jump(skip, written)?;
                written = u16::MAX;
            }
            Step::SkipIf(_, _, yes, no) => {
                jump(yes.into(), written)?;
                jump(no.into(), written)?;
                written = u16::MAX;
            }
            // Places are four apart: `SKF_AD_*`.
            Step::Load(_, at) if at >= place::ASIDE && (at > place::VLAN_TPID || at % 4 != 0) => {
                return Err(wrong(Cause::Place));
            }
            _ => {}
        }
    }
    let last = program.last().and_then(|last| Step::of(*last));
    if !matches!(last, Some(Step::Return(_) | Step::ReturnA)) {
        return Err(Defect { at: len - 1, cause: Cause::End });
    }
    unwritten.map_or(Ok(()), Err)
}

#[cfg(test)]
mod tests {
    use super::super::step::{Comparison, Width};
    use super::*;

    type Row<'a> = (&'a [Step], Result<(), (usize, Cause)>);

    #[test]
    fn what_is_wrong_is_said_where_it_is() {
        let end = Step::Return(0);
        let rows: &[Row<'_>] = &[
            (&[end], Ok(())),
            (&[], Err((0, Cause::Length))),
            (&[Step::LoadLen], Err((0, Cause::End))),
            (&[Step::Skip(0), end], Ok(())),
            (&[Step::Skip(1), end], Err((0, Cause::Jump))),
            (&[Step::Skip(u32::MAX), end], Err((0, Cause::Jump))),
            (&[end, Step::Load(Width::Byte, place::VLAN_TPID), end], Ok(())),
            (&[Step::Load(Width::Byte, place::VLAN_TPID + 4), end], Err((0, Cause::Place))),
            (&[Step::Load(Width::Byte, place::CPU + 1), end], Err((0, Cause::Place))),
            (&[Step::LoadAtX(Width::Byte, u32::MAX), end], Ok(())),
            (&[Step::Compute(Alu::Mod, Operand::Number(0)), end], Err((0, Cause::Number))),
            (&[Step::Compute(Alu::Mod, Operand::X), end], Ok(())),
            (&[Step::Compute(Alu::Lsh, Operand::Number(32)), end], Err((0, Cause::Number))),
            (&[end, Step::Store(16), end], Err((1, Cause::Cell))),
            (&[Step::LoadCell(3), end], Err((0, Cause::Unwritten))),
            (&[Step::Store(3), Step::IndexCell(3), end], Ok(())),
            // One way to the read has no write.
            (
                &[
                    Step::SkipIf(Comparison::Equal, Operand::Number(0), 1, 0),
                    Step::Store(3),
                    Step::LoadCell(3),
                    end,
                ],
                Err((2, Cause::Unwritten)),
            ),
        ];
        for (steps, expected) in rows {
            let got = Program::new(steps.iter().copied()).map(drop);
            assert_eq!(got.map_err(|defect| (defect.at, defect.cause)), *expected, "{steps:?}");
        }
        let long = |len| Program::new(vec![end; len]).map(drop).map_err(|defect| defect.cause);
        assert_eq!((long(4096), long(4097)), (Ok(()), Err(Cause::Length)));
        assert_eq!(Program::decode(&[0; 7]).map_err(|defect| defect.cause), Err(Cause::Length));
    }
}
