//! Digests and message authentication codes: `hash` of AF_ALG, the kernel's crypto/algif_hash.c.

use core::ops::RangeBounds;
use std::os::fd::{AsFd, OwnedFd};

use berkeley_addr::AlgAddr;
use berkeley_sys::{Errno, copy};

use super::{algorithm, keyed};
use crate::copy::bounds;
use crate::error::{Error, Op, Result};
use crate::flag::SendFlags;
use crate::handle::{Handle, Owned, View};
use crate::limit::Limit;
use crate::socket::{Socket, SocketRef};

/// How much of a file goes through a pipe at once: as much as a pipe holds.
const PIECE: usize = 64 * 1024;

/// A digest under way. After [`finish`](Self::finish) the next begins.
///
/// Sends of the socket itself, without [`SendFlags::MORE`], end the digest: the next begins another.
#[derive(Debug)]
pub struct Hash<H: Handle = Owned> {
    operation: Socket<AlgAddr, H>,
}

impl Hash {
    /// A digest: `sha256`, `blake2b-512`, `crc32c`.
    ///
    /// # Errors
    ///
    /// EAFNOSUPPORT: the kernel has no AF_ALG. ENOENT: it has no such algorithm. EINVAL: what is no name.
    pub fn new(name: &str) -> Result<Self> {
        Ok(Self { operation: algorithm("hash", name)?.accept_only()? })
    }

    /// A digest with a key: `hmac(sha256)`, `cmac(aes)`.
    ///
    /// # Errors
    ///
    /// As [`new`](Self::new). EINVAL: also a key of a length that the algorithm does not have. ([`new`](Self::new) of one that wants a key: ENOKEY.)
    pub fn keyed(name: &str, key: &[u8]) -> Result<Self> {
        Ok(Self { operation: keyed("hash", name, key)?.accept_only()? })
    }
}

impl<H: Handle> Hash<H> {
    /// The same under a limit, which holds for each call.
    pub fn within<'s>(&'s mut self, limit: Limit<'s>) -> Hash<View<'s>> {
        Hash { operation: self.operation.within(limit) }
    }

    /// The operation's socket.
    pub fn socket(&self) -> &Socket<AlgAddr, H> {
        &self.operation
    }

    /// Digests more, of any length.
    ///
    /// # Errors
    ///
    /// Those of a limit; EIO and the like of hardware.
    pub fn update(&mut self, data: &[u8]) -> Result<()> {
        pour(self.operation.within(self.operation.handle().limit().start()), data)
    }

    /// Digests that range of a file, or as much of it as the file has, without its bytes coming here; how many. Its own position stays.
    ///
    /// ```no_run
    /// use berkeley_socket::alg::Hash;
    ///
    /// let mut hash = Hash::new("sha256")?;
    /// hash.update_file(std::fs::File::open("Cargo.toml")?, ..)?;
    /// # Ok::<(), std::io::Error>(())
    /// ```
    ///
    /// # Errors
    ///
    /// Those of a limit, and of the file: EISDIR, EBADF (not open for reading), EIO, ESPIPE (it has no positions). What was digested before stays so.
    #[doc(alias("sendfile", "splice"))]
    pub fn update_file(&mut self, file: impl AsFd, range: impl RangeBounds<u64>) -> Result<u64> {
        // Not by sendfile(2): it has no MSG_MORE, so each call of it, of which a long file takes many, would end the digest.
        let (start, end) = bounds(&range);
        let limit = self.operation.handle().limit().start();
        let (operation, file) = (self.operation.within(limit), file.as_fd());
        let pipe = copy::pipe().map_err(failed)?;
        let mut at = start;
        while at < end {
            limit.check(Op::SendFile)?;
            let most = usize::try_from(end - at).unwrap_or(PIECE).min(PIECE);
            let len = match copy::splice_at(file, at, &pipe.1, most) {
                Ok(len) => {
                    drain(operation, limit, &pipe.0, len)?;
                    len
                }
                // Such a file is read.
                Err(Errno::INVAL) => {
                    let mut piece = vec![0; most];
                    let len = copy::read_at(file, &mut piece, at).map_err(failed)?;
                    pour(operation, piece.get(..len).unwrap_or_default())?;
                    len
                }
                Err(Errno::INTR) => continue,
                Err(errno) => return Err(failed(errno)),
            };
            if len == 0 {
                break;
            }
            at = at.saturating_add(len as u64);
        }
        Ok(at - start)
    }

    /// The digest of all since the last one; how many bytes it has.
    ///
    /// # Errors
    ///
    /// [`Kind::Truncated`](crate::Kind::Truncated): the buffer is shorter than the digest, whose beginning is in it.
    pub fn finish(&mut self, digest: &mut [u8]) -> Result<usize> {
        self.operation.recv(digest)
    }
}

/// Digests bytes; more may follow.
fn pour(operation: SocketRef<'_, AlgAddr>, mut data: &[u8]) -> Result<()> {
    while !data.is_empty() {
        let len = operation.send_with(data, SendFlags::MORE)?;
        data = data.get(len..).unwrap_or_default();
    }
    Ok(())
}

/// Digests what a pipe holds, which the kernel does at once.
fn drain(
    operation: SocketRef<'_, AlgAddr>,
    limit: Limit<'_>,
    pipe: &OwnedFd,
    mut left: usize,
) -> Result<()> {
    while left > 0 {
        match copy::splice_more(pipe, operation.fd(), left) {
            Ok(0) => return Err(failed(Errno::IO)),
            Ok(gone) => left = left.saturating_sub(gone),
            Err(Errno::INTR) => limit.check(Op::SendFile)?,
            Err(errno) => return Err(failed(errno)),
        }
    }
    Ok(())
}

fn failed(errno: Errno) -> Error {
    Error::kernel(Op::SendFile, errno)
}
