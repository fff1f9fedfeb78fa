//! Digests and message authentication codes: `hash` of AF_ALG, the kernel's crypto/algif_hash.c.

use berkeley_addr::AlgAddr;

use super::{algorithm, keyed};
use crate::error::Result;
use crate::flag::SendFlags;
use crate::handle::{Handle, Owned, View};
use crate::limit::Limit;
use crate::socket::Socket;

/// A digest under way. After [`finish`](Self::finish) the next begins.
///
/// A file goes into it without a copy: [`socket`](Self::socket) and [`send_file`](Socket::send_file). The end of the file may be the end of what
/// is digested: files come last.
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
    pub fn update(&mut self, mut data: &[u8]) -> Result<()> {
        let operation = self.operation.within(self.operation.handle().limit().start());
        while !data.is_empty() {
            let len = operation.send_with(data, SendFlags::MORE)?;
            data = data.get(len..).unwrap_or_default();
        }
        Ok(())
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
