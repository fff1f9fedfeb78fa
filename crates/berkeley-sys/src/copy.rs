//! From one descriptor to another, the bytes staying in the kernel: sendfile(2), splice(2), pipe2(2). And plain reads for what
//! cannot be copied so.
//!
//! Neither call has a MSG_NOSIGNAL, nor a MSG_DONTWAIT: a socket blocks unless its open file is O_NONBLOCK. EPIPE is an errno
//! here all the same, never a signal: unless the process ignores SIGPIPE, this thread blocks it around the call and takes away
//! what the call raised. That one is the thread's own (`send_sig(SIGPIPE, current, 0)`, net/core/stream.c), so nobody else's is
//! taken; one that was pending before stays. Sources: signal(7), `include/uapi/asm-generic/signal.h`.

use rustix::fd::{AsFd, OwnedFd};
use rustix::pipe::{PipeFlags, SpliceFlags};

use crate::{Result, raw};

/// Sends up to `count` bytes of the file `from` that begin at `offset`, whose own position stays as it is. 0: its end.
///
/// # Errors
///
/// EAGAIN, EINTR, EPIPE, ECONNRESET, ENOTCONN: of the socket. EINVAL: the file cannot be mapped. ESPIPE: it has no positions.
#[doc(alias = "sendfile64")]
pub fn sendfile(to: impl AsFd, from: impl AsFd, mut offset: u64, count: usize) -> Result<usize> {
    without_sigpipe(|| rustix::fs::sendfile(to, from, Some(&mut offset), count))
}

/// Moves up to `len` bytes between two descriptors, one of which is a pipe. 0: the end of `from`.
///
/// # Errors
///
/// EAGAIN, EINTR, EPIPE, ECONNRESET, ENOTCONN: of the socket. EINVAL: neither is a pipe, or the other cannot be spliced.
pub fn splice(from: impl AsFd, to: impl AsFd, len: usize) -> Result<usize> {
    without_sigpipe(|| rustix::pipe::splice(from, None, to, None, len, SpliceFlags::empty()))
}

/// Moves up to `len` bytes of the file `from` that begin at `offset`, whose own position stays as it is, into a pipe. 0: its end.
///
/// # Errors
///
/// EAGAIN, EINTR: of the pipe. EINVAL: the file cannot be spliced, or there is no pipe. ESPIPE: it has no positions.
#[doc(alias = "splice")]
pub fn splice_at(from: impl AsFd, mut offset: u64, to: impl AsFd, len: usize) -> Result<usize> {
    rustix::pipe::splice(from, Some(&mut offset), to, None, len, SpliceFlags::empty())
}

/// [`splice`], saying that more will follow, as MSG_MORE does: sockets that end something with each send go on.
///
/// # Errors
///
/// As there.
#[doc(alias = "SPLICE_F_MORE")]
pub fn splice_more(from: impl AsFd, to: impl AsFd, len: usize) -> Result<usize> {
    without_sigpipe(|| rustix::pipe::splice(from, None, to, None, len, SpliceFlags::MORE))
}

/// A pipe: the end to read from, the end to write to.
///
/// # Errors
///
/// EMFILE, ENFILE.
#[doc(alias = "pipe2")]
pub fn pipe() -> Result<(OwnedFd, OwnedFd)> {
    rustix::pipe::pipe_with(PipeFlags::CLOEXEC)
}

/// Reads what begins at `offset`.
///
/// # Errors
///
/// ESPIPE: it has no positions. EISDIR.
#[doc(alias = "pread")]
pub fn read_at(from: impl AsFd, buffer: &mut [u8], offset: u64) -> Result<usize> {
    rustix::io::pread(from, buffer, offset)
}

/// Reads what comes next.
///
/// # Errors
///
/// EAGAIN, EINTR, EISDIR.
pub fn read(from: impl AsFd, buffer: &mut [u8]) -> Result<usize> {
    rustix::io::read(from, buffer)
}

/// The kernel's `sigset_t`, which has 64 signals: words of the machine, the first of which holds signals 1 to 32 at least.
type Signals = [libc::c_ulong; 64 / libc::c_ulong::BITS as usize];

/// The size that the calls want to be told.
const SIZE: usize = size_of::<Signals>();
/// SIGPIPE in the first word of a set.
const PIPE: libc::c_ulong = 1 << (libc::SIGPIPE - 1);

fn only_pipe() -> Signals {
    let mut set = Signals::default();
    set[0] = PIPE;
    set
}

/// Makes a call that raises no SIGPIPE. Whatever it answers: one that had sent a part before the pipe broke says how much.
fn without_sigpipe(call: impl FnOnce() -> Result<usize>) -> Result<usize> {
    if is_ignored()? {
        return call();
    }
    let before = mask(libc::SIG_BLOCK, only_pipe())?;
    let was_pending = is_pending();
    let answer = call();
    if was_pending == Ok(false) {
        take();
    }
    mask(libc::SIG_SETMASK, before)?;
    answer
}

/// Whether the process ignores SIGPIPE, as Rust programs do.
fn is_ignored() -> Result<bool> {
    // Machines differ in what follows the handler, none needs more.
    let mut action: [libc::c_ulong; 8] = [0; 8];
    let args = [libc::SIGPIPE as usize, 0, (&raw mut action) as usize, SIZE, 0, 0];
    // SAFETY: a null action changes nothing; the kernel's `struct sigaction`, written to the other, is a handler, flags, at most a
    // restorer, and one set: 32 bytes at most.
    unsafe { raw::syscall6(libc::SYS_rt_sigaction, args) }?;
    Ok(action[0] == libc::SIG_IGN as libc::c_ulong)
}

/// Changes which signals this thread blocks, and says which it did.
fn mask(how: i32, set: Signals) -> Result<Signals> {
    let mut before = Signals::default();
    let args = [how as usize, (&raw const set) as usize, (&raw mut before) as usize, SIZE, 0, 0];
    // SAFETY: one set is read, the other written, both of the size said.
    unsafe { raw::syscall6(libc::SYS_rt_sigprocmask, args) }?;
    Ok(before)
}

/// Whether a blocked SIGPIPE waits.
fn is_pending() -> Result<bool> {
    let mut set = Signals::default();
    // SAFETY: a set is written, of the size said.
    unsafe { raw::syscall6(libc::SYS_rt_sigpending, [(&raw mut set) as usize, SIZE, 0, 0, 0, 0]) }?;
    Ok(set[0] & PIPE != 0)
}

/// Takes a SIGPIPE that waits, this thread's before the process's; does not wait for one.
fn take() {
    let set = only_pipe();
    let now = [0u64; 2];
    let args = [(&raw const set) as usize, 0, (&raw const now) as usize, SIZE, 0, 0];
    // SAFETY: a set of the size said is read, and a time of two words, no wider than these; no information is asked for.
    // EAGAIN: there is none.
    let _ = unsafe { raw::syscall6(libc::SYS_rt_sigtimedwait, args) };
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Errno;

    #[test]
    fn the_mask_is_put_back_and_nothing_is_left() {
        let mine = mask(libc::SIG_BLOCK, only_pipe()).unwrap();
        assert_eq!(
            mask(libc::SIG_BLOCK, Signals::default()),
            Ok(Signals::map(mine, |word| word | PIPE))
        );
        take();
        assert_eq!(is_pending(), Ok(false));
        mask(libc::SIG_SETMASK, mine).unwrap();
        assert_eq!(mask(libc::SIG_BLOCK, Signals::default()), Ok(mine));
        assert_eq!(is_ignored(), Ok(true), "Rust's start-up ignores SIGPIPE");
    }

    #[test]
    fn bytes_go_through_and_ends_are_told() {
        let (read_end, write_end) = pipe().unwrap();
        let (here, there) = std::os::unix::net::UnixStream::pair().unwrap();
        let mut file = tempfile::tempfile().unwrap();
        std::io::Write::write_all(&mut file, b"abcdef").unwrap();
        assert_eq!(sendfile(&here, &file, 2, 3), Ok(3));
        assert_eq!(sendfile(&here, &file, 6, 3), Ok(0));
        assert_eq!(sendfile(&here, &read_end, 0, 3), Err(Errno::SPIPE));
        assert_eq!(splice(&there, &write_end, 2), Ok(2));
        assert_eq!(splice(&read_end, &there, 8), Ok(2));
        let mut buffer = [0; 8];
        assert_eq!(read(&here, &mut buffer), Ok(2));
        assert_eq!(read_at(&file, &mut buffer[2..], 4), Ok(2));
        assert_eq!(&buffer[..4], b"cdef");
        drop(here);
        assert_eq!(sendfile(&there, &file, 0, 3), Err(Errno::PIPE));
    }
}
