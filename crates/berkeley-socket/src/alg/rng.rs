//! Random numbers: `rng` of AF_ALG, the kernel's crypto/algif_rng.c. For tests of generators: keys come from getrandom(2).

use berkeley_addr::AlgAddr;

use super::{keyed, short};
use crate::error::Result;
use crate::handle::{Handle, Owned, View};
use crate::limit::Limit;
use crate::socket::Socket;

/// A generator of random numbers.
#[derive(Debug)]
pub struct Rng<H: Handle = Owned> {
    operation: Socket<AlgAddr, H>,
}

impl Rng {
    /// A generator: `stdrng`, `drbg_nopr_hmac_sha256`, `jitterentropy_rng`, seeded by the kernel and with `seed`, which may be empty.
    ///
    /// # Errors
    ///
    /// EAFNOSUPPORT: the kernel has no AF_ALG. ENOENT: it has no such algorithm. EINVAL: a seed of a length that it does not have.
    pub fn new(name: &str, seed: &[u8]) -> Result<Self> {
        let operation = keyed("rng", name, seed)?.accept_only()?;
        Ok(Self { operation })
    }
}

impl<H: Handle> Rng<H> {
    /// The same under a limit, which holds for each call.
    pub fn within<'s>(&'s mut self, limit: Limit<'s>) -> Rng<View<'s>> {
        Rng { operation: self.operation.within(limit) }
    }

    /// The operation's socket.
    pub fn socket(&self) -> &Socket<AlgAddr, H> {
        &self.operation
    }

    /// Fills the buffer, 128 bytes a system call.
    ///
    /// # Errors
    ///
    /// Those of a limit.
    pub fn fill(&mut self, buffer: &mut [u8]) -> Result<()> {
        let operation = self.operation.within(self.operation.handle().limit().start());
        let mut left = buffer;
        while !left.is_empty() {
            let len = operation.recv(left)?;
            left = left.get_mut(len..).filter(|_| len > 0).ok_or_else(short)?;
        }
        Ok(())
    }
}
