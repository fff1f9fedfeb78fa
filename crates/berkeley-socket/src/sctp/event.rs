//! Events of an association, as the kernel tells them between messages: RFC 6458 section 6.
//!
//! Contract: any bytes decode to an event or to `None`; nothing is read beyond them, nor beyond the length that they say. Sources:
//! linux/sctp.h; what the kernel leaves in network order (`net/sctp/ulpevent.c`) comes as a number all the same.

use core::net::SocketAddr;

use berkeley_addr::Address;

use crate::newtype::numbers;
use crate::option::SctpSend;

/// What happened to an association.
#[derive(Clone, Copy, Debug, PartialEq)]
#[non_exhaustive]
pub enum Event<'b> {
    /// It began, or it ended.
    #[doc(alias = "SCTP_ASSOC_CHANGE")]
    Association {
        /// Its number.
        association: i32,
        /// What became of it.
        state: AssociationState,
        /// Why, if it was lost: an error cause of RFC 9260 section 3.3.10, such as 12, a user's abort.
        error: u16,
        /// How many streams there are to send on.
        outgoing: u16,
        /// How many to receive on.
        incoming: u16,
        /// The error causes of the ABORT that the peer sent, if it did: RFC 9260 section 3.3.10.
        info: &'b [u8],
    },
    /// An address of the peer's can be reached, or not, came or went.
    #[doc(alias = "SCTP_PEER_ADDR_CHANGE")]
    PeerAddress {
        /// The association.
        association: i32,
        /// Which address.
        address: Option<SocketAddr>,
        /// What became of it.
        state: PathState,
        /// Why.
        error: i32,
    },
    /// A message could not be sent. Both forms of it.
    #[doc(alias("SCTP_SEND_FAILED", "SCTP_SEND_FAILED_EVENT"))]
    SendFailed {
        /// The association.
        association: i32,
        /// Whether it was on the wire; it may have arrived.
        was_sent: bool,
        /// Why: an error cause, 0 if none is known.
        error: u32,
        /// How it was sent, with its `context`.
        how: SctpSend,
        /// The message.
        data: &'b [u8],
    },
    /// The peer tells an error.
    #[doc(alias = "SCTP_REMOTE_ERROR")]
    RemoteError {
        /// The association.
        association: i32,
        /// The error cause.
        error: u16,
        /// The chunk that it came in.
        data: &'b [u8],
    },
    /// The peer sends no more.
    #[doc(alias = "SCTP_SHUTDOWN_EVENT")]
    Shutdown {
        /// The association.
        association: i32,
    },
    /// The peer's adaptation layer says a number.
    #[doc(alias = "SCTP_ADAPTATION_INDICATION")]
    Adaptation {
        /// The association.
        association: i32,
        /// The number.
        indication: u32,
    },
    /// Of a message whose first part was delivered the rest will not come.
    #[doc(alias = "SCTP_PARTIAL_DELIVERY_EVENT")]
    PartialDelivery {
        /// The association.
        association: i32,
        /// `SCTP_PARTIAL_DELIVERY_ABORTED`: 0.
        indication: u32,
        /// The stream.
        stream: u32,
        /// The message's number in it.
        sequence: u32,
    },
    /// A key was taken into use, or given up.
    #[doc(alias = "SCTP_AUTHENTICATION_EVENT")]
    Authentication {
        /// The association.
        association: i32,
        /// The key's number.
        key: u16,
        /// 0 new, 1 given up, 2 the peer does not authenticate.
        indication: u32,
    },
    /// Nothing is left that was not acknowledged.
    #[doc(alias = "SCTP_SENDER_DRY_EVENT")]
    SenderDry {
        /// The association.
        association: i32,
    },
    /// Streams count from 0 again.
    #[doc(alias = "SCTP_STREAM_RESET_EVENT")]
    StreamReset {
        /// The association.
        association: i32,
        /// `SCTP_STREAM_RESET_*`: 1 incoming, 2 outgoing, 4 denied, 8 failed.
        flags: u16,
        /// Their numbers, two bytes each; none: all. [`numbers`](Event::numbers) reads them.
        streams: &'b [u8],
    },
    /// All streams, and the numbers of transmission.
    #[doc(alias = "SCTP_ASSOC_RESET_EVENT")]
    AssociationReset {
        /// The association.
        association: i32,
        /// `SCTP_ASSOC_RESET_*`: 4 denied, 8 failed.
        flags: u16,
        /// The next own number.
        local: u32,
        /// The peer's.
        remote: u32,
    },
    /// There are more streams.
    #[doc(alias = "SCTP_STREAM_CHANGE_EVENT")]
    StreamChange {
        /// The association.
        association: i32,
        /// `SCTP_STREAM_CHANGE_*`: 4 denied, 8 failed.
        flags: u16,
        /// Streams to receive on.
        incoming: u16,
        /// Streams to send on.
        outgoing: u16,
    },
    /// An event that this version does not know.
    Other {
        /// Its type.
        kind: u16,
        /// Its flags.
        flags: u16,
        /// What follows its length.
        body: &'b [u8],
    },
}

numbers! {
    /// What became of an association: `SCTP_COMM_UP` and so on.
    AssociationState(u16) {
        /// It is there.
        COMM_UP = 0;
        /// It is lost, or was aborted.
        COMM_LOST = 1;
        /// The peer began anew.
        RESTART = 2;
        /// It is shut down, all is delivered.
        SHUTDOWN_COMP = 3;
        /// It could not be set up.
        CANT_STR_ASSOC = 4;
    }

    /// What became of a path: `SCTP_ADDR_AVAILABLE` and so on.
    PathState(i32) {
        /// It can be reached.
        AVAILABLE = 0;
        /// It cannot.
        UNREACHABLE = 1;
        /// It is no longer the association's.
        REMOVED = 2;
        /// It is now.
        ADDED = 3;
        /// It is the primary one.
        MADE_PRIM = 4;
        /// It has answered.
        CONFIRMED = 5;
        /// It seems lost.
        POTENTIALLY_FAILED = 6;
    }
}

/// Type, flags and length.
const HEAD: usize = 8;

fn at<const N: usize>(bytes: &[u8], offset: usize) -> Option<[u8; N]> {
    bytes.get(offset..)?.first_chunk().copied()
}

fn u16_at(bytes: &[u8], offset: usize) -> Option<u16> {
    at(bytes, offset).map(u16::from_ne_bytes)
}

fn u32_at(bytes: &[u8], offset: usize) -> Option<u32> {
    at(bytes, offset).map(u32::from_ne_bytes)
}

fn i32_at(bytes: &[u8], offset: usize) -> Option<i32> {
    at(bytes, offset).map(i32::from_ne_bytes)
}

/// An error cause, which the kernel leaves as it stands in the packet.
fn cause_at(bytes: &[u8], offset: usize) -> Option<u16> {
    at(bytes, offset).map(u16::from_be_bytes)
}

impl<'b> Event<'b> {
    /// Reads one. `None`: the bytes are fewer than its type has.
    pub fn decode(bytes: &'b [u8]) -> Option<Self> {
        let (kind, flags, len) = (u16_at(bytes, 0)?, u16_at(bytes, 2)?, u32_at(bytes, 4)?);
        let len = usize::try_from(len).ok()?;
        let bytes = bytes.get(..len).unwrap_or(bytes);
        let body = bytes.get(HEAD..)?;
        Some(match kind {
            0x8001 => Self::Association {
                state: AssociationState(u16_at(body, 0)?),
                error: cause_at(body, 2)?,
                outgoing: u16_at(body, 4)?,
                incoming: u16_at(body, 6)?,
                association: i32_at(body, 8)?,
                info: body.get(12..)?,
            },
            0x8002 => Self::PeerAddress {
                address: address(body.get(..128)?),
                state: PathState(i32_at(body, 128)?),
                error: i32_at(body, 132)?,
                association: i32_at(body, 136)?,
            },
            0x8003 => Self::SendFailed {
                was_sent: flags & 1 != 0,
                error: u32_at(body, 0)?,
                // `struct sctp_sndrcvinfo`.
                how: SctpSend {
                    stream: u16_at(body, 4)?,
                    flags: u16_at(body, 8)?,
                    ppid: u32_at(body, 12)?,
                    context: u32_at(body, 16)?,
                    association: i32_at(body, 32)?,
                },
                association: i32_at(body, 36)?,
                data: body.get(40..)?,
            },
            0x8004 => Self::RemoteError {
                error: cause_at(body, 0)?,
                association: i32_at(body, 4)?,
                data: body.get(8..)?,
            },
            0x8005 => Self::Shutdown { association: i32_at(body, 0)? },
            0x8006 => Self::PartialDelivery {
                indication: u32_at(body, 0)?,
                association: i32_at(body, 4)?,
                stream: u32_at(body, 8)?,
                sequence: u32_at(body, 12)?,
            },
            0x8007 => {
                Self::Adaptation { indication: u32_at(body, 0)?, association: i32_at(body, 4)? }
            }
            0x8008 => Self::Authentication {
                key: u16_at(body, 0)?,
                indication: u32_at(body, 4)?,
                association: i32_at(body, 8)?,
            },
            0x8009 => Self::SenderDry { association: i32_at(body, 0)? },
            0x800a => {
                Self::StreamReset { flags, association: i32_at(body, 0)?, streams: body.get(4..)? }
            }
            0x800b => Self::AssociationReset {
                flags,
                association: i32_at(body, 0)?,
                local: u32_at(body, 4)?,
                remote: u32_at(body, 8)?,
            },
            0x800c => Self::StreamChange {
                flags,
                association: i32_at(body, 0)?,
                incoming: u16_at(body, 4)?,
                outgoing: u16_at(body, 6)?,
            },
            0x800d => Self::SendFailed {
                was_sent: flags & 1 != 0,
                error: u32_at(body, 0)?,
                how: SctpSend {
                    stream: u16_at(body, 4)?,
                    flags: u16_at(body, 6)?,
                    ppid: u32_at(body, 8)?,
                    context: u32_at(body, 12)?,
                    association: i32_at(body, 16)?,
                },
                association: i32_at(body, 20)?,
                data: body.get(24..)?,
            },
            _ => Self::Other { kind, flags, body },
        })
    }

    /// The numbers of a [`StreamReset`](Self::StreamReset)'s streams.
    pub fn numbers(streams: &'b [u8]) -> impl Iterator<Item = u16> + 'b {
        streams.chunks_exact(2).filter_map(|number| u16_at(number, 0))
    }
}

/// The address in a `sockaddr_storage`; `None`: of another family than IP's.
pub(super) fn address(storage: &[u8]) -> Option<SocketAddr> {
    SocketAddr::decode(storage.get(..28)?).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    /// An event of a type with this body.
    fn bytes(kind: u16, flags: u16, body: &[u8]) -> Vec<u8> {
        let mut bytes = Vec::new();
        bytes.extend(kind.to_ne_bytes());
        bytes.extend(flags.to_ne_bytes());
        bytes.extend(u32::try_from(HEAD + body.len()).unwrap().to_ne_bytes());
        bytes.extend(body);
        bytes
    }

    fn words(words: &[u32]) -> Vec<u8> {
        words.iter().flat_map(|word| word.to_ne_bytes()).collect()
    }

    #[test]
    fn what_the_kernel_seldom_tells_is_read_field_by_field() {
        let halves = |low: u16, high: u16| {
            let [a, b] = low.to_ne_bytes();
            let [c, d] = high.to_ne_bytes();
            u32::from_ne_bytes([a, b, c, d])
        };
        let data = b"xyz";
        let old = [9, halves(1, 2), halves(3, 0), 4, 5, 6, 7, 8, 10, 11];
        let new = [9, halves(1, 3), 4, 5, 10, 11];
        let how = SctpSend { stream: 1, flags: 3, ppid: 4, context: 5, association: 10 };
        let failed =
            |was_sent| Event::SendFailed { association: 11, was_sent, error: 9, how, data };
        let rows = [
            (0x8003, 0, words(&old), true, failed(false)),
            (0x800d, 1, words(&new), true, failed(true)),
            (
                0x8004,
                0,
                vec![0, 12, 0, 0, 7, 0, 0, 0],
                true,
                Event::RemoteError {
                    association: i32::from_le_bytes([7, 0, 0, 0]),
                    error: 12,
                    data,
                },
            ),
            (
                0x8006,
                0,
                words(&[0, 7, 8, 9]),
                false,
                Event::PartialDelivery { association: 7, indication: 0, stream: 8, sequence: 9 },
            ),
            (
                0x8008,
                0,
                words(&[halves(1, 2), 1, 7]),
                false,
                Event::Authentication { association: 7, key: 1, indication: 1 },
            ),
            (
                0x800b,
                4,
                words(&[7, 8, 9]),
                false,
                Event::AssociationReset { association: 7, flags: 4, local: 8, remote: 9 },
            ),
            (
                0x800c,
                0,
                words(&[7, halves(8, 9)]),
                false,
                Event::StreamChange { association: 7, flags: 0, incoming: 8, outgoing: 9 },
            ),
            (0x9999, 5, vec![], true, Event::Other { kind: 0x9999, flags: 5, body: data }),
        ];
        for (kind, flags, mut body, with_data, expected) in rows {
            let fixed = HEAD + body.len();
            if with_data {
                body.extend(data);
            }
            let whole = bytes(kind, flags, &body);
            assert_eq!(Event::decode(&whole), Some(expected), "{kind:x}");
            for len in 0..whole.len() {
                let cut = Event::decode(whole.get(..len).unwrap());
                assert_eq!(cut.is_some(), len >= fixed, "{kind:x} of {len} bytes");
            }
            // What lies behind the length that it says is not its own.
            let longer = [&whole[..], b"more"].concat();
            assert_eq!(Event::decode(&longer), Some(expected), "{kind:x}");
        }
        let streams = words(&[7, halves(1, 2), 0]);
        let reset = bytes(0x800a, 2, streams.get(..8).unwrap());
        let Some(Event::StreamReset { streams, .. }) = Event::decode(&reset) else { panic!() };
        assert_eq!(Event::numbers(streams).collect::<Vec<_>>(), [1, 2]);
        assert_eq!(Event::decode(&bytes(0x8005, 0, &[])), None);
        let short =
            [&0x8005_u16.to_ne_bytes()[..], &[0; 2], &4_u32.to_ne_bytes(), &[0; 8]].concat();
        assert_eq!(Event::decode(&short), None, "a length that leaves no room for the head");
    }
}
