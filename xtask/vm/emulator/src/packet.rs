//! Packets on the wire between host and controller.
//!
//! Contract: what a host sends is read totally: a packet whose length does not fit is none. Events are made of parts.
//! Sources: Bluetooth Core Specification 5.4, volume 4 part A section 2 and part E section 5.4.

use crate::number::event;

const COMMAND: u8 = 1;
const ACL: u8 = 2;
const SCO: u8 = 3;
const EVENT: u8 = 4;
const ISO: u8 = 5;

/// What sort of data.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Sort {
    Acl,
    Sco,
    Iso,
}

/// What a host sends.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum FromHost<'a> {
    Command { opcode: u16, parameters: &'a [u8] },
    Data { sort: Sort, handle: u16, flags: u16, data: &'a [u8] },
}

/// Reads what a host sends.
pub(crate) fn read(packet: &[u8]) -> Option<FromHost<'_>> {
    let (kind, body) = packet.split_first()?;
    let (word, rest) = body.split_first_chunk()?;
    let word = u16::from_le_bytes(*word);
    let (len, rest) = match *kind {
        COMMAND | SCO => rest.split_first().map(|(len, rest)| (usize::from(*len), rest))?,
        ACL | ISO => rest
            .split_first_chunk()
            .map(|(len, rest)| (usize::from(u16::from_le_bytes(*len)), rest))?,
        _ => return None,
    };
    let sort = match *kind {
        ACL => Sort::Acl,
        SCO => Sort::Sco,
        ISO => Sort::Iso,
        _ => {
            let whole = rest.len() == len;
            return whole.then_some(FromHost::Command { opcode: word, parameters: rest });
        }
    };
    let whole = rest.len() == len;
    whole.then_some(FromHost::Data { sort, handle: word & 0xfff, flags: word >> 12, data: rest })
}

/// A packet of data to a host; it has no more than the host it came from could say.
pub(crate) fn data(sort: Sort, handle: u16, flags: u16, data: &[u8]) -> Vec<u8> {
    let [low, high] = u16::try_from(data.len()).unwrap_or(u16::MAX).to_le_bytes();
    let (kind, len): (u8, &[u8]) = match sort {
        Sort::Acl => (ACL, &[low, high]),
        Sort::Sco => (SCO, &[low]),
        Sort::Iso => (ISO, &[low, high]),
    };
    [&[kind], &(handle | flags << 12).to_le_bytes()[..], len, data].concat()
}

/// An event, of parts.
pub(crate) fn event(code: u8, parts: &[&[u8]]) -> Vec<u8> {
    let parameters = parts.concat();
    let len = u8::try_from(parameters.len()).unwrap_or(u8::MAX);
    [&[EVENT, code, len], &parameters[..]].concat()
}

/// An event of Low Energy.
pub(crate) fn le_event(subevent: u8, parts: &[&[u8]]) -> Vec<u8> {
    event(event::LE_META, &[&[subevent], &parts.concat()])
}

/// A command is done. One command at a time.
pub(crate) fn complete(opcode: u16, returned: &[u8]) -> Vec<u8> {
    event(event::COMMAND_COMPLETE, &[&[1], &opcode.to_le_bytes(), returned])
}

/// A command is under way, or failed.
pub(crate) fn begun(opcode: u16, status: u8) -> Vec<u8> {
    event(event::COMMAND_STATUS, &[&[status, 1], &opcode.to_le_bytes()])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_host_is_read_whole_or_not_at_all() {
        let data = |sort| FromHost::Data { sort, handle: 0x123, flags: 2, data: &[7, 8] };
        let rows: [(&[u8], Option<FromHost<'_>>); 10] = [
            (&[], None),
            (&[1, 3, 0x0c], None),
            (&[1, 3, 0x0c, 0], Some(FromHost::Command { opcode: 0x0c03, parameters: &[] })),
            (&[1, 3, 0x0c, 1], None),
            (&[1, 3, 0x0c, 0, 0], None),
            (&[2, 0x23, 0x21, 2, 0, 7, 8], Some(data(Sort::Acl))),
            (&[2, 0x23, 0x21, 2, 1, 7, 8], None),
            (&[3, 0x23, 0x21, 2, 7, 8], Some(data(Sort::Sco))),
            (&[5, 0x23, 0x21, 2, 0, 7, 8], Some(data(Sort::Iso))),
            (&[4, 0x0e, 0], None),
        ];
        for (bytes, packet) in rows {
            assert_eq!(read(bytes), packet, "{bytes:02x?}");
        }
    }

    #[test]
    fn what_is_sent_is_as_the_specification_has_it() {
        assert_eq!(complete(0x0c03, &[0]), [4, 0x0e, 4, 1, 3, 0x0c, 0]);
        assert_eq!(begun(0x0405, 4), [4, 0x0f, 4, 4, 1, 5, 4]);
        assert_eq!(le_event(1, &[&[2], &[3]]), [4, 0x3e, 3, 1, 2, 3]);
        for sort in [Sort::Acl, Sort::Sco, Sort::Iso] {
            let bytes = data(sort, 0x123, 1, &[9]);
            assert_eq!(
                read(&bytes),
                Some(FromHost::Data { sort, handle: 0x123, flags: 1, data: &[9] })
            );
        }
    }
}
