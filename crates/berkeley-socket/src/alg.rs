//! The kernel's cryptography: digests, ciphers, authenticated encryption, random numbers. AF_ALG.
//!
//! Contract: data go from the caller's buffers to the kernel and come back into the caller's buffers; what a mode needs of lengths is checked
//! before anything is sent. Each value is an operation's socket ([`socket`](Hash::socket)), which keeps its algorithm and key alive; its
//! calls are under that socket's time-out, or under the limit of [`within`](Hash::within), as a whole. A call that a limit ended leaves
//! its operation in the middle: make another. Sources: `Documentation/crypto/userspace-if.rst`, linux/if_alg.h, the kernel's crypto/af_alg.c.
//!
//! Names are those of `/proc/crypto`: `sha256`, `hmac(sha256)`, `cbc(aes)`, `gcm(aes)`. What is not there is loaded or built from its
//! parts, if the kernel can; else ENOENT.
//!
//! ```no_run
//! use berkeley_socket::alg::{Aead, Hash};
//!
//! let mut hash = Hash::new("sha256")?;
//! hash.update(b"a")?;
//! hash.update(b"bc")?;
//! let mut digest = [0; 32];
//! hash.finish(&mut digest)?;
//! assert_eq!(digest[..4], [0xba, 0x78, 0x16, 0xbf]);
//!
//! let mut gcm = Aead::new("gcm(aes)", &[7; 16], 16)?;
//! let mut sealed = [0; 5 + 16];
//! gcm.encrypt(&[0; 12], b"header", b"hello", &mut sealed)?;
//! sealed[0] ^= 1;
//! let wrong = gcm.decrypt(&[0; 12], b"header", &sealed, &mut [0; 5]).unwrap_err();
//! assert_eq!(wrong.errno(), Some(berkeley_socket::Errno::BADMSG));
//! # Ok::<(), berkeley_socket::Error>(())
//! ```

use berkeley_addr::{AlgAddr, Type};
use berkeley_sys::Errno;
use berkeley_sys::number::value as number;

use crate::control::{self, ControlData};
use crate::error::{Error, Op, Result};
use crate::handle::Handle;
use crate::option;
use crate::socket::Socket;

mod hash;
pub use hash::Hash;

mod cipher;
pub use cipher::Cipher;

mod aead;
pub use aead::Aead;

mod rng;
pub use rng::Rng;

/// Which way.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Direction {
    /// To what nobody can read.
    #[doc(alias = "ALG_OP_ENCRYPT")]
    Encrypt,
    /// Back.
    #[doc(alias = "ALG_OP_DECRYPT")]
    Decrypt,
}

/// An algorithm.
fn algorithm(kind: &str, name: &str) -> Result<Socket<AlgAddr>> {
    let address = AlgAddr::new(kind, name).map_err(|_| Error::kernel(Op::Bind, Errno::INVAL))?;
    Socket::bound(Type::SEQPACKET, &address)
}

/// An algorithm with its key.
fn keyed(kind: &str, name: &str, key: &[u8]) -> Result<Socket<AlgAddr>> {
    let algorithm = algorithm(kind, name)?;
    algorithm.set(option::alg::SET_KEY, key.to_vec())?;
    Ok(algorithm)
}

/// The control messages that begin an operation.
fn operation(
    direction: Direction,
    iv: &[u8],
    assoc: Option<usize>,
) -> Result<ControlData<'static>> {
    let number = match direction {
        Direction::Encrypt => number::ALG_OP_ENCRYPT.unsigned_abs(),
        Direction::Decrypt => number::ALG_OP_DECRYPT.unsigned_abs(),
    };
    let mut control = ControlData::new();
    control.push(control::alg::SET_OP, number)?;
    if !iv.is_empty() {
        control.push(control::alg::SET_IV, iv)?;
    }
    if let Some(len) = assoc {
        let len = u32::try_from(len).map_err(|_| invalid())?;
        control.push(control::alg::SET_AEAD_ASSOCLEN, len)?;
    }
    Ok(control)
}

/// How many bytes an operation holds at once, there and back: whole pages of the socket's buffers, one of them for what is not whole.
fn capacity<H: Handle>(socket: &Socket<AlgAddr, H>) -> Result<usize> {
    const PAGE: usize = 4096;
    let buffer = socket.get(option::so::SNDBUF)?.min(socket.get(option::so::RCVBUF)?);
    Ok(usize::try_from(buffer).unwrap_or(0).saturating_sub(PAGE) / PAGE * PAGE)
}

/// A length that does not fit the others.
fn invalid() -> Error {
    Error::kernel(Op::Send, Errno::INVAL)
}

/// An operation that is larger than the socket's buffers.
fn too_long() -> Error {
    Error::kernel(Op::Send, Errno::MSGSIZE)
}

/// The kernel gave back less than there must be.
fn short() -> Error {
    Error::kernel(Op::Recv, Errno::IO)
}
