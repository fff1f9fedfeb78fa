//! The system call itself: up to six words in, one out.
//!
//! Inline assembly where most users are, so that a hot loop stays inline down to the instruction; `libc::syscall`, which is
//! no cancellation point either, elsewhere and under Miri. The kernel answers with a value from -4095 to -1 for an errno
//! (`include/linux/err.h`, MAX_ERRNO). Registers: syscall(2), table "Architecture calling conventions".

use crate::{Errno, Result};

/// Turns what the kernel left in the result register into a value or an errno.
#[inline(always)]
fn result(value: isize) -> Result<usize> {
    match usize::try_from(value) {
        Ok(value) => Ok(value),
        Err(_) => Err(Errno::from_raw_os_error(i32::try_from(-value).unwrap_or(libc::EIO))),
    }
}

/// Makes system call `number` with six arguments; those it does not take are ignored by the kernel.
///
/// # Safety
///
/// The arguments must be what the call asks for: pointers valid for what the kernel reads or writes there.
#[inline(always)]
#[cfg(all(target_arch = "x86_64", target_pointer_width = "64", not(miri)))]
pub(crate) unsafe fn syscall6(number: libc::c_long, args: [usize; 6]) -> Result<usize> {
    let mut value = number as isize;
    // SAFETY: the instruction clobbers rcx, r11 and memory, and nothing else; the caller vouches for the arguments.
    unsafe {
        core::arch::asm!(
            "syscall",
            inlateout("rax") value,
            in("rdi") args[0],
            in("rsi") args[1],
            in("rdx") args[2],
            in("r10") args[3],
            in("r8") args[4],
            in("r9") args[5],
            lateout("rcx") _,
            lateout("r11") _,
            options(nostack, preserves_flags),
        );
    }
    result(value)
}

/// See the x86_64 one.
///
/// # Safety
///
/// As there.
#[inline(always)]
#[cfg(all(target_arch = "aarch64", target_pointer_width = "64", not(miri)))]
pub(crate) unsafe fn syscall6(number: libc::c_long, args: [usize; 6]) -> Result<usize> {
    let value: isize;
    // SAFETY: svc 0 changes x0 and memory alone; the caller vouches for the arguments.
    unsafe {
        core::arch::asm!(
            "svc 0",
            in("x8") number,
            inlateout("x0") args[0] => value,
            in("x1") args[1],
            in("x2") args[2],
            in("x3") args[3],
            in("x4") args[4],
            in("x5") args[5],
            options(nostack, preserves_flags),
        );
    }
    result(value)
}

/// See the x86_64 one.
///
/// # Safety
///
/// As there.
#[inline(always)]
#[cfg(all(target_arch = "riscv64", not(miri)))]
pub(crate) unsafe fn syscall6(number: libc::c_long, args: [usize; 6]) -> Result<usize> {
    let value: isize;
    // SAFETY: ecall changes a0 and memory; with the vector extension the kernel may also clobber every vector register and
    // the vector state (Documentation/arch/riscv/vector.rst), so no flags are promised. The caller vouches for the rest.
    unsafe {
        core::arch::asm!(
            "ecall",
            in("a7") number,
            inlateout("a0") args[0] => value,
            in("a1") args[1],
            in("a2") args[2],
            in("a3") args[3],
            in("a4") args[4],
            in("a5") args[5],
            out("v0") _, out("v1") _, out("v2") _, out("v3") _, out("v4") _, out("v5") _, out("v6") _, out("v7") _,
            out("v8") _, out("v9") _, out("v10") _, out("v11") _, out("v12") _, out("v13") _, out("v14") _, out("v15") _,
            out("v16") _, out("v17") _, out("v18") _, out("v19") _, out("v20") _, out("v21") _, out("v22") _,
            out("v23") _, out("v24") _, out("v25") _, out("v26") _, out("v27") _, out("v28") _, out("v29") _,
            out("v30") _, out("v31") _,
            options(nostack),
        );
    }
    result(value)
}

/// See the x86_64 one; here through libc, which keeps the number and the errno convention of the machine.
///
/// # Safety
///
/// As there.
#[inline]
#[cfg(any(
    miri,
    not(any(
        all(target_arch = "x86_64", target_pointer_width = "64"),
        all(target_arch = "aarch64", target_pointer_width = "64"),
        target_arch = "riscv64"
    ))
))]
pub(crate) unsafe fn syscall6(number: libc::c_long, args: [usize; 6]) -> Result<usize> {
    let [a, b, c, d, e, f] = args;
    // SAFETY: the caller vouches for the arguments; libc's syscall passes them on as they are.
    let value = unsafe { libc::syscall(number, a, b, c, d, e, f) };
    if value == -1 {
        let errno = std::io::Error::last_os_error().raw_os_error().unwrap_or(libc::EIO);
        return Err(Errno::from_raw_os_error(errno));
    }
    result(value as isize)
}
