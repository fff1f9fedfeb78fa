//! std's `Read` and `Write` for a socket, owned, borrowed or by reference.
//!
//! Contract: each method is one call under one limit, std's provided methods too (`read_exact`, `write_all`, `read_to_end`
//! ...), which would start the clock again with each piece. What goes through another type (`io::copy`, a `BufReader`) is many
//! calls; [`Limit::by`](crate::Limit::by) bounds them together.
//!
//! Where messages have boundaries a read takes one message: 0 is an empty one, and one longer than the buffer is an error;
//! `read_to_end` makes room for each, and ends at an empty one. `write_all` and `write!` of nothing send nothing.

use std::fmt;
use std::io::{self, IoSlice, IoSliceMut, Read, Write};

use berkeley_addr::Address;

use crate::error::{Kind, Op};
use crate::flag::RecvFlags;
use crate::handle::Handle;
use crate::socket::Socket;

/// How much is read at a time where nobody says how much there is.
const PIECE: usize = 64 * 1024;

impl<A: Address, H: Handle> Read for &Socket<A, H> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        Ok(self.recv(buffer)?)
    }

    fn read_vectored(&mut self, buffers: &mut [IoSliceMut<'_>]) -> io::Result<usize> {
        Ok(self.recv_vectored(buffers)?)
    }

    fn read_exact(&mut self, buffer: &mut [u8]) -> io::Result<()> {
        Ok(self.recv_exact(buffer)?)
    }

    fn read_to_end(&mut self, into: &mut Vec<u8>) -> io::Result<usize> {
        let limit = self.handle().limit().start();
        let view = self.within(limit);
        let before = into.len();
        loop {
            let start = into.len();
            let mut room = PIECE;
            if self.nature().tells_length() {
                let ahead = RecvFlags::PEEK | RecvFlags::TRUNC;
                room = room.max(view.recv_with(&mut [], ahead)?);
            }
            into.resize(start + room, 0);
            let received = view.recv(into.get_mut(start..).unwrap_or_default());
            into.truncate(match received {
                Ok(len) => start + len,
                Err(error) if error.kind() == Kind::Truncated => start + room,
                Err(_) => start,
            });
            if received? == 0 {
                return Ok(into.len() - before);
            }
            limit.check(Op::Recv)?;
        }
    }

    /// What came before an error is appended all the same, if it is UTF-8.
    fn read_to_string(&mut self, into: &mut String) -> io::Result<usize> {
        let mut bytes = Vec::new();
        let read = self.read_to_end(&mut bytes);
        let pushed = push_text(into, &bytes);
        let len = read?;
        pushed.map(|()| len)
    }
}

impl<A: Address, H: Handle> Write for &Socket<A, H> {
    fn write(&mut self, data: &[u8]) -> io::Result<usize> {
        Ok(self.send(data)?)
    }

    fn write_vectored(&mut self, pieces: &[IoSlice<'_>]) -> io::Result<usize> {
        Ok(self.send_vectored(pieces)?)
    }

    fn write_all(&mut self, data: &[u8]) -> io::Result<()> {
        if data.is_empty() {
            return Ok(());
        }
        Ok(self.send_all(data)?)
    }

    /// One send, not one for each piece of the text.
    fn write_fmt(&mut self, text: fmt::Arguments<'_>) -> io::Result<()> {
        match text.as_str() {
            Some(text) => self.write_all(text.as_bytes()),
            None => self.write_all(text.to_string().as_bytes()),
        }
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

impl<A: Address, H: Handle> Read for Socket<A, H> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        (&*self).read(buffer)
    }

    fn read_vectored(&mut self, buffers: &mut [IoSliceMut<'_>]) -> io::Result<usize> {
        (&*self).read_vectored(buffers)
    }

    fn read_exact(&mut self, buffer: &mut [u8]) -> io::Result<()> {
        (&*self).read_exact(buffer)
    }

    fn read_to_end(&mut self, into: &mut Vec<u8>) -> io::Result<usize> {
        (&*self).read_to_end(into)
    }

    fn read_to_string(&mut self, into: &mut String) -> io::Result<usize> {
        (&*self).read_to_string(into)
    }
}

impl<A: Address, H: Handle> Write for Socket<A, H> {
    fn write(&mut self, data: &[u8]) -> io::Result<usize> {
        (&*self).write(data)
    }

    fn write_vectored(&mut self, pieces: &[IoSlice<'_>]) -> io::Result<usize> {
        (&*self).write_vectored(pieces)
    }

    fn write_all(&mut self, data: &[u8]) -> io::Result<()> {
        (&*self).write_all(data)
    }

    fn write_fmt(&mut self, text: fmt::Arguments<'_>) -> io::Result<()> {
        (&*self).write_fmt(text)
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

/// Appends bytes that must be UTF-8.
pub(crate) fn push_text(into: &mut String, bytes: &[u8]) -> io::Result<()> {
    let text = core::str::from_utf8(bytes)
        .map_err(|error| io::Error::new(io::ErrorKind::InvalidData, error))?;
    into.push_str(text);
    Ok(())
}
