//! The host's own name: uname(2), which is what gethostname(3) reads, and sethostname(2); and its randomness: getrandom(2).

use crate::Result;

/// The host name, as bytes: the kernel keeps at most 64, of any value but NUL.
#[doc(alias = "gethostname")]
pub fn name() -> Vec<u8> {
    rustix::system::uname().nodename().to_bytes().to_vec()
}

/// Gives the host another name, in this UTS namespace.
///
/// # Errors
///
/// EPERM: it takes CAP_SYS_ADMIN. EINVAL: it is longer than 64 bytes.
#[doc(alias = "sethostname")]
pub fn set_name(name: &[u8]) -> Result<()> {
    rustix::system::sethostname(name)
}

/// Fills the room with bytes that nobody can guess. Up to 256 come at once or not at all.
///
/// ```
/// let (mut one, mut other) = ([0; 32], [0; 32]);
/// assert_eq!(berkeley_sys::host::random(&mut one), Ok(32));
/// assert_eq!(berkeley_sys::host::random(&mut other), Ok(32));
/// assert_ne!(one, other);
/// ```
///
/// # Errors
///
/// EINTR: a signal came while the kernel, just started, had none yet. ENOSYS: a sandbox forbids it.
#[doc(alias = "getrandom")]
pub fn random(room: &mut [u8]) -> Result<usize> {
    rustix::rand::getrandom(room, rustix::rand::GetRandomFlags::empty())
}
