//! Authenticated encryption with associated data: `aead` of AF_ALG, the kernel's crypto/algif_aead.c.

use std::io::{IoSlice, IoSliceMut};

use berkeley_addr::AlgAddr;

use super::{Direction, capacity, invalid, keyed, operation, short, too_long};
use crate::error::Result;
use crate::handle::{Handle, Owned, View};
use crate::limit::Limit;
use crate::message::Message;
use crate::option;
use crate::socket::Socket;

/// Associated data up to here come back on the stack: headers are short.
const SHORT: usize = 64;

/// An authenticated cipher with its key, and the length of its tags.
#[derive(Debug)]
pub struct Aead<H: Handle = Owned> {
    operation: Socket<AlgAddr, H>,
    capacity: usize,
    tag: usize,
}

impl Aead {
    /// A cipher: `gcm(aes)`, `ccm(aes)`, `rfc7539(chacha20,poly1305)`; its key, and how many bytes its tags have.
    ///
    /// # Errors
    ///
    /// EAFNOSUPPORT: the kernel has no AF_ALG. ENOENT: it has no such algorithm. EINVAL: a key or a tag of a length that it does not have.
    pub fn new(name: &str, key: &[u8], tag: usize) -> Result<Self> {
        let algorithm = keyed("aead", name, key)?;
        algorithm.set(option::alg::SET_AEAD_AUTHSIZE, tag)?;
        let operation = algorithm.accept_only()?;
        Ok(Self { capacity: capacity(&operation)?, operation, tag })
    }
}

impl<H: Handle> Aead<H> {
    /// The same under a limit, which holds for each call.
    pub fn within<'s>(&'s mut self, limit: Limit<'s>) -> Aead<View<'s>> {
        Aead { operation: self.operation.within(limit), capacity: self.capacity, tag: self.tag }
    }

    /// The operation's socket.
    pub fn socket(&self) -> &Socket<AlgAddr, H> {
        &self.operation
    }

    /// Encrypts `input` and authenticates it with `assoc`; `output` gets what was encrypted, and the tag behind it.
    ///
    /// An initialization vector must never be used twice with a key.
    ///
    /// # Errors
    ///
    /// EINVAL: `output` is not as long as `input` and a tag; an initialization vector of a length that the mode does not have. EMSGSIZE: more than the
    /// socket's buffers hold, by default 200 KiB.
    pub fn encrypt(
        &mut self,
        iv: &[u8],
        assoc: &[u8],
        input: &[u8],
        output: &mut [u8],
    ) -> Result<()> {
        if input.len().checked_add(self.tag) != Some(output.len()) {
            return Err(invalid());
        }
        self.run(Direction::Encrypt, iv, assoc, input, output)
    }

    /// Decrypts what [`encrypt`](Self::encrypt) made, its tag behind it, if nobody changed it. Otherwise `output` is zeros.
    ///
    /// # Errors
    ///
    /// EBADMSG: the tag is wrong: the data, `assoc`, `iv` or the key are not those of the encryption. EINVAL: `input` is not as long as `output` and a
    /// tag. EMSGSIZE.
    #[doc(alias = "EBADMSG")]
    pub fn decrypt(
        &mut self,
        iv: &[u8],
        assoc: &[u8],
        input: &[u8],
        output: &mut [u8],
    ) -> Result<()> {
        if output.len().checked_add(self.tag) != Some(input.len()) {
            return Err(invalid());
        }
        let decrypted = self.run(Direction::Decrypt, iv, assoc, input, output);
        if decrypted.is_err() {
            // The kernel writes as it goes, and looks at the tag at the end.
            output.fill(0);
        }
        decrypted
    }

    fn run(
        &mut self,
        direction: Direction,
        iv: &[u8],
        assoc: &[u8],
        input: &[u8],
        output: &mut [u8],
    ) -> Result<()> {
        let longer = input.len().max(output.len());
        if longer.checked_add(assoc.len()).is_none_or(|total| total > self.capacity) {
            return Err(too_long());
        }
        let control = operation(direction, iv, Some(assoc.len()))?;
        let one = self.operation.within(self.operation.handle().limit().start());
        let pieces = [IoSlice::new(assoc), IoSlice::new(input)];
        one.send_msg(&Message::new(&pieces).with(&control))?;
        // The associated data come back as well, before the rest. **Without any room the kernel does nothing, says 0, and has not
        // looked at the tag.**
        let total = assoc.len() + output.len();
        let room = assoc.len().max(usize::from(total == 0));
        let (mut stack, mut heap) = ([0; SHORT], Vec::new());
        let echo = match stack.get_mut(..room) {
            Some(echo) => echo,
            None => {
                heap.resize(room, 0);
                &mut heap[..]
            }
        };
        let len = one.recv_vectored(&mut [IoSliceMut::new(echo), IoSliceMut::new(output)])?;
        if len == total { Ok(()) } else { Err(short()) }
    }
}
