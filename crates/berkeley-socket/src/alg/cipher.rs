//! Ciphers without authentication: `skcipher` of AF_ALG, the kernel's crypto/algif_skcipher.c.

use std::io::IoSlice;

use berkeley_addr::AlgAddr;

use super::{Direction, capacity, invalid, keyed, operation, short, too_long};
use crate::error::Result;
use crate::flag::SendFlags;
use crate::handle::{Handle, Owned, View};
use crate::limit::Limit;
use crate::message::Message;
use crate::socket::Socket;

/// How much of a stream is in the kernel at once: whole blocks of every mode, and less than a socket has room for.
const PIECE: usize = 64 * 1024;

/// The longest block of a cipher that chains; those of the others divide it.
const BLOCK: usize = 16;

/// A cipher with its key. Nothing tells whether what is decrypted was changed: [`Aead`](super::Aead) does.
#[derive(Debug)]
pub struct Cipher<H: Handle = Owned> {
    operation: Socket<AlgAddr, H>,
    capacity: usize,
}

impl Cipher {
    /// A cipher in a mode: `cbc(aes)`, `ctr(aes)`, `xts(aes)`.
    ///
    /// # Errors
    ///
    /// EAFNOSUPPORT: the kernel has no AF_ALG. ENOENT: it has no such algorithm. EINVAL: a key of a length that it does not have.
    pub fn new(name: &str, key: &[u8]) -> Result<Self> {
        let operation = keyed("skcipher", name, key)?.accept_only()?;
        Ok(Self { capacity: capacity(&operation)?, operation })
    }
}

impl<H: Handle> Cipher<H> {
    /// The same under a limit, which holds for each call.
    pub fn within<'s>(&'s mut self, limit: Limit<'s>) -> Cipher<View<'s>> {
        Cipher { operation: self.operation.within(limit), capacity: self.capacity }
    }

    /// The operation's socket.
    pub fn socket(&self) -> &Socket<AlgAddr, H> {
        &self.operation
    }

    /// Encrypts all at once, into as many bytes.
    ///
    /// # Errors
    ///
    /// EINVAL: `output` has another length, the mode takes none of this length, or no initialization vector of that length. EMSGSIZE: more than the
    /// socket's buffers hold, by default 200 KiB: [`start`](Self::start).
    pub fn encrypt(&mut self, iv: &[u8], input: &[u8], output: &mut [u8]) -> Result<()> {
        self.at_once(Direction::Encrypt, iv, input, output)
    }

    /// Decrypts all at once, into as many bytes.
    ///
    /// # Errors
    ///
    /// As [`encrypt`](Self::encrypt).
    pub fn decrypt(&mut self, iv: &[u8], input: &[u8], output: &mut [u8]) -> Result<()> {
        self.at_once(Direction::Decrypt, iv, input, output)
    }

    /// Begins a stream of [`update`](Self::update)s. **Only for modes that chain from one request to the next** (`ecb`, `cbc`, `ctr`); others, as `xts`, begin
    /// anew with each piece, and the kernel does not say so.
    ///
    /// # Errors
    ///
    /// EINVAL: the initialization vector has another length.
    pub fn start(&mut self, direction: Direction, iv: &[u8]) -> Result<()> {
        let control = operation(direction, iv, None)?;
        let begin = Message::new(&[]).with(&control).flags(SendFlags::MORE);
        self.operation.send_msg(&begin).map(drop)
    }

    /// More of a stream, a multiple of 16 bytes, which are whole blocks of every cipher, into as many bytes.
    ///
    /// # Errors
    ///
    /// EINVAL: no such multiple, or `output` has another length.
    pub fn update(&mut self, input: &[u8], output: &mut [u8]) -> Result<()> {
        // The kernel would keep the rest, and mix it with what comes next.
        if input.len() % BLOCK != 0 {
            return Err(invalid());
        }
        self.pieces(input, output, SendFlags::MORE)
    }

    /// The last of a stream, of any length that the mode takes, into as many bytes.
    ///
    /// # Errors
    ///
    /// EINVAL: `output` has another length, or the mode does not take this one.
    pub fn finish(&mut self, input: &[u8], output: &mut [u8]) -> Result<()> {
        self.pieces(input, output, SendFlags::NONE)
    }

    fn at_once(
        &mut self,
        direction: Direction,
        iv: &[u8],
        input: &[u8],
        output: &mut [u8],
    ) -> Result<()> {
        if input.len() != output.len() {
            return Err(invalid());
        }
        if input.len() > self.capacity {
            return Err(too_long());
        }
        if input.is_empty() {
            return Ok(());
        }
        let control = operation(direction, iv, None)?;
        let one = self.operation.within(self.operation.handle().limit().start());
        one.send_msg(&Message::new(&[IoSlice::new(input)]).with(&control))?;
        if one.recv(output)? == output.len() { Ok(()) } else { Err(short()) }
    }

    /// One piece in, the same piece out: so neither direction ever fills the socket.
    fn pieces(&mut self, input: &[u8], output: &mut [u8], last: SendFlags) -> Result<()> {
        if input.len() != output.len() {
            return Err(invalid());
        }
        let operation = self.operation.within(self.operation.handle().limit().start());
        let mut left = input.len();
        for (input, output) in input.chunks(PIECE).zip(output.chunks_mut(PIECE)) {
            left -= input.len();
            operation.send_with(input, if left == 0 { last } else { SendFlags::MORE })?;
            if operation.recv(output)? != output.len() {
                return Err(short());
            }
        }
        Ok(())
    }
}
