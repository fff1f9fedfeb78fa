//! One question and one answer over a Unix socket.

use std::path::Path;

use berkeley_addr::{Type, UnixAddr};
use berkeley_socket::{Errno, Limit, Socket};

use super::Silence;
use crate::error::Cause;

/// The longest answer: a name's addresses are a few hundred bytes.
const MOST: usize = 64 << 10;

/// Sends `question` and reads up to, and without, the byte `end`. All of it is one deadline.
pub(super) fn ask(
    service: &Path,
    question: &[u8],
    end: u8,
    limit: Limit<'_>,
) -> Result<Vec<u8>, Silence> {
    let address = UnixAddr::try_from(service).map_err(|_| unavailable(Errno::NAMETOOLONG))?;
    let limit = limit.start();
    let socket = Socket::<UnixAddr>::open(Type::STREAM, berkeley_addr::Protocol::DEFAULT)?;
    let talk = socket.within(limit);
    talk.connect(&address)?;
    talk.send_all(question).map_err(|progress| Silence::from(progress.error))?;
    let (mut answer, mut room) = (Vec::new(), [0; 4096]);
    loop {
        let len = talk.recv(&mut room)?;
        let new = room.get(..len).unwrap_or_default();
        if let Some(len) = new.iter().position(|byte| *byte == end) {
            answer.extend(new.iter().take(len));
            return Ok(answer);
        }
        if new.is_empty() || answer.len() + new.len() > MOST {
            return Err(unavailable(Errno::BADMSG));
        }
        answer.extend(new);
    }
}

pub(super) fn unavailable(errno: Errno) -> Silence {
    Silence::Unavailable(Cause::System(errno))
}
