//! What the kernel tells of a connection: TCP_INFO, MPTCP_INFO.
//!
//! Contract: the kernel's structures have grown at their end ever since, so a field is `None` where the running kernel did not write
//! it. Times are durations. Sources: `struct tcp_info` of linux/tcp.h, `struct mptcp_info` of linux/mptcp.h.

use core::time::Duration;

use super::codec::codecs;

/// The bytes at `offset`, if all of them were written.
fn at<const N: usize>(written: &[u8], offset: usize) -> Option<[u8; N]> {
    written.get(offset..)?.first_chunk().copied()
}

/// A structure of options: of each field its name, its kind, and where it stands. Expands to a struct of `Option`s and a
/// function from the bytes that were written.
macro_rules! info {
    (@type micros) => { Duration };
    (@type micros64) => { Duration };
    (@type millis) => { Duration };
    (@type $kind:ident) => { $kind };
    (@read micros $written:ident $offset:literal) => {
        at($written, $offset).map(|bytes| Duration::from_micros(u32::from_ne_bytes(bytes).into()))
    };
    (@read micros64 $written:ident $offset:literal) => {
        at($written, $offset).map(|bytes| Duration::from_micros(u64::from_ne_bytes(bytes)))
    };
    (@read millis $written:ident $offset:literal) => {
        at($written, $offset).map(|bytes| Duration::from_millis(u32::from_ne_bytes(bytes).into()))
    };
    (@read $kind:ident $written:ident $offset:literal) => {
        at($written, $offset).map($kind::from_ne_bytes)
    };
    ($(#[$doc:meta])* $name:ident { $($(#[$field_doc:meta])* $field:ident: $kind:ident = $offset:literal,)* }) => {
        $(#[$doc])*
        #[derive(Clone, Debug, Default, PartialEq, Eq)]
        #[non_exhaustive]
        pub struct $name {
            $($(#[$field_doc])* pub $field: Option<info!(@type $kind)>,)*
        }

        impl $name {
            fn read(written: &[u8]) -> Self {
                Self { $($field: info!(@read $kind written $offset),)* }
            }
        }
    };
}

info! {
    /// [`tcp::INFO`](super::tcp::INFO).
    TcpInfo {
        /// The state of the connection: `TCP_ESTABLISHED` 1 and so on.
        state: u8 = 0,
        /// `TCP_CA_*`: 0 (open) to 4 (loss).
        congestion_state: u8 = 1,
        /// Time-outs in a row.
        retransmits: u8 = 2,
        /// Probes not answered: zero windows, keep-alives.
        probes: u8 = 3,
        /// How often the time-out was doubled.
        backoff: u8 = 4,
        /// `TCPI_OPT_*`: timestamps 1, SACK 2, window scale 4, ECN 8, ECN seen 16, data in SYN 32.
        options: u8 = 5,
        /// Both window scales, in the order of the processor's bit fields.
        window_scales: u8 = 6,
        /// Bit fields: the delivery rate was limited by the application; why Fast Open failed.
        delivery_flags: u8 = 7,
        /// The time-out before data is sent again.
        rto: micros = 8,
        /// How long an acknowledgement waits.
        ato: micros = 12,
        /// The largest segment sent, in bytes.
        send_mss: u32 = 16,
        /// The largest segment received, in bytes; an estimate.
        receive_mss: u32 = 20,
        /// Segments not acknowledged; on a listener: the connections in its queue.
        unacked: u32 = 24,
        /// Segments acknowledged selectively; on a listener: the length of its queue.
        sacked: u32 = 28,
        /// Segments thought lost.
        lost: u32 = 32,
        /// Segments sent again and not acknowledged.
        retrans: u32 = 36,
        /// Zero since Linux 4.15.
        fackets: u32 = 40,
        /// Since data was sent.
        last_data_sent: millis = 44,
        /// Zero: not kept.
        last_ack_sent: millis = 48,
        /// Since data was received.
        last_data_received: millis = 52,
        /// Since an acknowledgement was received.
        last_ack_received: millis = 56,
        /// The path's MTU, in bytes.
        path_mtu: u32 = 60,
        /// The receive window's slow-start threshold, in bytes.
        receive_threshold: u32 = 64,
        /// The round-trip time, smoothed.
        rtt: micros = 68,
        /// How much it varies.
        rtt_variance: micros = 72,
        /// The slow-start threshold, in segments.
        send_threshold: u32 = 76,
        /// The congestion window, in segments.
        congestion_window: u32 = 80,
        /// The largest segment offered, in bytes.
        advertised_mss: u32 = 84,
        /// Segments out of order that are no loss yet.
        reordering: u32 = 88,
        /// The round-trip time as the receiver sees it.
        receive_rtt: micros = 92,
        /// The receive window as the application reads, in bytes.
        receive_space: u32 = 96,
        /// Segments sent again, of all.
        total_retrans: u32 = 100,
        /// Bytes a second; all ones: no bound (Linux 3.15).
        pacing_rate: u64 = 104,
        /// The bound set by [`so::MAX_PACING_RATE`](super::so::MAX_PACING_RATE) (3.15).
        max_pacing_rate: u64 = 112,
        /// Bytes acknowledged: RFC 4898 (4.1).
        bytes_acked: u64 = 120,
        /// Bytes received (4.1).
        bytes_received: u64 = 128,
        /// Segments sent (4.2).
        segments_out: u32 = 136,
        /// Segments received (4.2).
        segments_in: u32 = 140,
        /// Bytes in the queue not yet sent (4.6).
        notsent_bytes: u32 = 144,
        /// The least round-trip time (4.6).
        min_rtt: micros = 148,
        /// Segments with data received (4.6).
        data_segments_in: u32 = 152,
        /// Segments with data sent (4.6).
        data_segments_out: u32 = 156,
        /// Bytes a second that arrive (4.9).
        delivery_rate: u64 = 160,
        /// Time with something to send (4.10).
        busy_time: micros64 = 168,
        /// Of it, waiting for the peer's window (4.10).
        window_limited: micros64 = 176,
        /// Of it, waiting for room in the send buffer (4.10).
        buffer_limited: micros64 = 184,
        /// Segments that arrived (4.18).
        delivered: u32 = 192,
        /// Of them, marked for congestion (4.18).
        delivered_ce: u32 = 196,
        /// Bytes of data sent (4.19).
        bytes_sent: u64 = 200,
        /// Bytes sent again (4.19).
        bytes_retrans: u64 = 208,
        /// Segments the peer says it had twice (4.19).
        dsack_duplicates: u32 = 216,
        /// Times segments were out of order (4.19).
        reorder_seen: u32 = 220,
        /// Segments received out of order (5.4).
        receive_out_of_order: u32 = 224,
        /// The peer's window, in bytes (5.4).
        send_window: u32 = 228,
        /// The window offered, in bytes (6.2).
        receive_window: u32 = 232,
        /// How often another path was tried (6.2).
        rehash: u32 = 236,
        /// Time-outs (6.7).
        total_rto: u16 = 240,
        /// Times that time-outs ended well (6.7).
        total_rto_recoveries: u16 = 242,
        /// Time spent so (6.7).
        total_rto_time: millis = 244,
    }
}

info! {
    /// [`mptcp::INFO`](super::mptcp::INFO).
    MptcpInfo {
        /// Subflows beside the first.
        subflows: u8 = 0,
        /// Addresses told to the peer.
        signalled: u8 = 1,
        /// Addresses of the peer's accepted.
        accepted: u8 = 2,
        /// Subflows at most.
        max_subflows: u8 = 3,
        /// Addresses told at most.
        max_signalled: u8 = 4,
        /// Addresses accepted at most.
        max_accepted: u8 = 5,
        /// `MPTCP_INFO_FLAG_FALLBACK` 1, `MPTCP_INFO_FLAG_REMOTE_KEY_RECEIVED` 2.
        flags: u32 = 8,
        /// The connection's token.
        token: u32 = 12,
        /// The next byte to be sent.
        write_sequence: u64 = 16,
        /// The first byte not acknowledged.
        send_unacked: u64 = 24,
        /// The next byte to come.
        receive_next: u64 = 32,
        /// Own addresses in use.
        local_addresses: u8 = 40,
        /// Own addresses at most.
        max_local_addresses: u8 = 41,
        /// Not 0: data is checked.
        checksums: u8 = 42,
        /// Times data was sent again (6.5).
        retransmits: u32 = 44,
        /// Bytes sent again (6.5).
        bytes_retrans: u64 = 48,
        /// Bytes sent (6.5).
        bytes_sent: u64 = 56,
        /// Bytes received (6.5).
        bytes_received: u64 = 64,
        /// Bytes acknowledged (6.5).
        bytes_acked: u64 = 72,
        /// Subflows in all, the first too (6.6).
        total_subflows: u8 = 80,
        /// Since data was sent (6.10).
        last_data_sent: millis = 84,
        /// Since data was received (6.10).
        last_data_received: millis = 88,
        /// Since an acknowledgement was received (6.10).
        last_ack_received: millis = 92,
    }
}

codecs! {
    /// `struct tcp_info`, as long as the kernel's.
    TcpInfoCodec: [u8; 512] => TcpInfo {
        decode |bytes, len| TcpInfo::read(bytes.get(..len).unwrap_or(&bytes));
    }
    /// `struct mptcp_info`, as long as the kernel's.
    MptcpInfoCodec: [u8; 128] => MptcpInfo {
        decode |bytes, len| MptcpInfo::read(bytes.get(..len).unwrap_or(&bytes));
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::option::Decode;

    #[test]
    fn a_field_is_there_when_all_of_it_was_written() {
        let rows = [(0, false, false), (71, false, false), (72, true, false), (152, true, true)];
        for (len, rtt, min_rtt) in rows {
            let info = TcpInfoCodec::decode([1; 512], len);
            let time = Duration::from_micros(0x0101_0101);
            assert_eq!((info.rtt, info.min_rtt), (rtt.then_some(time), min_rtt.then_some(time)));
        }
        assert_eq!(TcpInfoCodec::decode([0; 512], 9999).total_rto, Some(0));
    }
}
