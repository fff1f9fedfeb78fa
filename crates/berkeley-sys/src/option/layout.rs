//! The layouts of option values: the kernel's structures, field by field.
//!
//! Contract: each is a [`Layout`](super::Layout) because all its fields are and no byte lies between them, which the compiler
//! checks; none has a field that is an address of memory or a descriptor. Sources: the header in each one's first line.

use super::Layout;

/// Structures: of each a `repr(C)` type whose fields are public, the two checks of the module's contract, the
/// `unsafe impl Layout` that they justify, and zeros to begin from.
macro_rules! layouts {
    ($($(#[$doc:meta])* $name:ident { $($(#[$field_doc:meta])* $field:ident: $type:ty,)* })*) => {$(
        $(#[$doc])*
        #[repr(C)]
        #[derive(Clone, Copy, Debug, PartialEq, Eq)]
        pub struct $name {
            $($(#[$field_doc])* pub $field: $type,)*
        }

        const _: () = {
            const fn layout<T: Layout>() -> usize {
                size_of::<T>()
            }
            assert!(size_of::<$name>() == 0 $(+ layout::<$type>())*, "there is padding");
        };

        // SAFETY: every field is a `Layout` and no byte lies between them, as the assertion says.
        unsafe impl Layout for $name {}

        /// Zeros, as in C: a program names the fields it means.
        impl Default for $name {
            fn default() -> Self {
                super::zeroed()
            }
        }
    )*};
}

layouts! {
    /// `struct linger`: socket(7).
    Linger {
        /// Not 0: close waits.
        onoff: i32,
        /// For how many seconds.
        seconds: i32,
    }
    /// `struct ucred`: unix(7). `pid` is 0 for a process of another pid namespace.
    Ucred {
        /// Process.
        pid: i32,
        /// User.
        uid: u32,
        /// Group.
        gid: u32,
    }
    /// `struct timeval` as libc has it: socket(7).
    Timeval {
        /// Seconds.
        seconds: Time,
        /// Microseconds.
        micros: Micros,
    }
    /// `struct __kernel_old_timeval` of 64 bits each: linux/time_types.h.
    Timeval64 {
        /// Seconds.
        seconds: i64,
        /// Microseconds.
        micros: i64,
    }
    /// What a socket uses, in bytes: linux/sock_diag.h, `SK_MEMINFO_*`.
    MemInfo {
        /// Received and not yet read.
        received: u32,
        /// The receive buffer.
        receive_buffer: u32,
        /// Sent and not yet gone.
        sent: u32,
        /// The send buffer.
        send_buffer: u32,
        /// Set aside.
        forward: u32,
        /// Queued to be sent.
        queued: u32,
        /// Filters and other options.
        options: u32,
        /// The backlog.
        backlog: u32,
        /// How many packets were dropped.
        drops: u32,
    }
    /// `struct sock_txtime`: linux/net_tstamp.h.
    TxTime {
        /// The clock, `CLOCK_*`: CLOCK_TAI 11 for most queues.
        clock: i32,
        /// `SOF_TXTIME_DEADLINE_MODE` 1, `SOF_TXTIME_REPORT_ERRORS` 2.
        flags: u32,
    }
    /// `struct sock_filter`, an instruction of a classic filter: linux/filter.h, filter.rst.
    Instruction {
        /// What to do: `BPF_*`.
        code: u16,
        /// How many instructions to skip if the comparison holds.
        jump_true: u8,
        /// How many to skip if not.
        jump_false: u8,
        /// The operand.
        operand: u32,
    }
    /// `struct ip_mreqn`: ip(7). Addresses are in network order.
    IpMreqn {
        /// The group.
        group: [u8; 4],
        /// The address of the interface; zeros for any.
        address: [u8; 4],
        /// The index of the interface; 0: by its address.
        interface: i32,
    }
    /// `struct ip_mreq_source`: ip(7). Addresses are in network order.
    IpMreqSource {
        /// The group.
        group: [u8; 4],
        /// The address of the interface; zeros for any.
        interface: [u8; 4],
        /// Whose packets.
        source: [u8; 4],
    }
    /// `struct ipv6_mreq`: ipv6(7); `struct in6_pktinfo` is the same.
    Ipv6Mreq {
        /// The group.
        group: [u8; 16],
        /// The index of the interface; 0 for any.
        interface: i32,
    }
    /// `struct group_req`: linux/in.h, RFC 3678.
    GroupReq {
        /// The index of the interface.
        interface: u32,
        /// Zeros.
        pad: [u8; size_of::<usize>() - 4],
        /// The group, as a sockaddr.
        group: [u8; 128],
    }
    /// `struct group_source_req`: linux/in.h, RFC 3678.
    GroupSourceReq {
        /// The index of the interface.
        interface: u32,
        /// Zeros.
        pad: [u8; size_of::<usize>() - 4],
        /// The group, as a sockaddr.
        group: [u8; 128],
        /// Whose packets, as a sockaddr.
        source: [u8; 128],
    }
    /// `struct ip6_mtuinfo`: linux/ipv6.h, RFC 3542.
    MtuInfo {
        /// The destination, as a sockaddr.
        address: [u8; 28],
        /// The MTU of the path to it.
        mtu: u32,
    }
    /// `struct tcp_md5sig`: linux/tcp.h.
    TcpMd5 {
        /// The peer, as a sockaddr.
        address: [u8; 128],
        /// `TCP_MD5SIG_FLAG_PREFIX` 1, `TCP_MD5SIG_FLAG_IFINDEX` 2.
        flags: u8,
        /// The length of the prefix.
        prefix: u8,
        /// The length of the key; 0: forget it.
        key_len: u16,
        /// The index of the interface.
        interface: i32,
        /// The key.
        key: [u8; 80],
    }
    /// `struct tcp_ao_add`: linux/tcp.h, tcp_ao.rst.
    AoAdd {
        /// The peer, as a sockaddr.
        address: [u8; 128],
        /// The algorithm, ended by a NUL.
        algorithm: [u8; 64],
        /// The index of the interface.
        interface: i32,
        /// Bit fields, from the processor's first bit on: make it current, make it the next to receive.
        make: u32,
        /// Zero.
        reserved: u16,
        /// The length of the prefix.
        prefix: u8,
        /// The number sent with segments signed by it.
        send_id: u8,
        /// The number that comes with them.
        receive_id: u8,
        /// The length of a signature; 0: 12 bytes.
        mac_len: u8,
        /// `TCP_AO_KEYF_IFINDEX` 1, `TCP_AO_KEYF_EXCLUDE_OPT` 2.
        flags: u8,
        /// The length of the key.
        key_len: u8,
        /// The key.
        key: [u8; 80],
    }
    /// `struct tcp_ao_del`: linux/tcp.h, tcp_ao.rst.
    AoDel {
        /// The peer, as a sockaddr.
        address: [u8; 128],
        /// The index of the interface.
        interface: i32,
        /// Bit fields, from the processor's first bit on: set the current key, set the next, forget later.
        make: u32,
        /// Zero.
        reserved: u16,
        /// The length of the prefix.
        prefix: u8,
        /// The number sent with segments signed by it.
        send_id: u8,
        /// The number that comes with them.
        receive_id: u8,
        /// The key to be current then.
        current: u8,
        /// The key to be the next then.
        next: u8,
        /// `TCP_AO_KEYF_IFINDEX` 1.
        flags: u8,
    }
    /// `struct tcp_ao_info_opt`: linux/tcp.h, tcp_ao.rst.
    AoInfo {
        /// Bit fields, from the processor's first bit on: set the current key, set the next, signatures are required, set the
        /// counters, take ICMP messages.
        set: u32,
        /// Zero.
        reserved: u16,
        /// The key that segments are sent with.
        current: u8,
        /// The key asked of the peer.
        next: u8,
        /// Segments with a good signature.
        good: u64,
        /// With a bad one.
        bad: u64,
        /// With an unknown key.
        key_not_found: u64,
        /// Without one that had to have one.
        required: u64,
        /// ICMP messages not taken.
        dropped_icmp: u64,
    }
    /// `struct tcp_ao_repair`: linux/tcp.h, tcp_ao.rst.
    AoRepair {
        /// The initial number sent, in network order.
        send_isn: u32,
        /// The initial number received, in network order.
        receive_isn: u32,
        /// The extension of the number sent.
        send_sne: u32,
        /// The extension of the number received.
        receive_sne: u32,
    }
    /// `struct tcp_repair_opt`: linux/tcp.h.
    RepairOption {
        /// `TCPOPT_*`: 2 (MSS), 3 (window scale), 4 (SACK permitted), 8 (timestamps).
        code: u32,
        /// Its value; of the window scale both, the peer's in the lower 16 bits.
        value: u32,
    }
    /// `struct tcp_repair_window`: linux/tcp.h.
    RepairWindow {
        /// The sequence number that last updated the window.
        snd_wl1: u32,
        /// The window sent into.
        snd_wnd: u32,
        /// The largest seen.
        max_window: u32,
        /// The window offered.
        rcv_wnd: u32,
        /// What was expected when it was offered.
        rcv_wup: u32,
    }
    /// `struct packet_mreq`: packet(7).
    PacketMreq {
        /// The index of the interface.
        interface: i32,
        /// `PACKET_MR_*`.
        kind: u16,
        /// How many bytes of the address count.
        address_len: u16,
        /// The hardware address.
        address: [u8; 8],
    }
    /// `struct tpacket_req`: linux/if_packet.h.
    PacketRing {
        /// Bytes a block: a multiple of the page's.
        block_size: u32,
        /// Blocks; 0: give the ring up.
        blocks: u32,
        /// Bytes a frame: a multiple of 16.
        frame_size: u32,
        /// Frames, in all blocks together.
        frames: u32,
    }
    /// `struct tpacket_req3`: linux/if_packet.h.
    PacketRing3 {
        /// Bytes a block: a multiple of the page's.
        block_size: u32,
        /// Blocks; 0: give the ring up.
        blocks: u32,
        /// Bytes a frame: a multiple of 16. Frames are as long as they are: the kernel looks at it here alone.
        frame_size: u32,
        /// Frames, in all blocks together.
        frames: u32,
        /// After how many milliseconds a block is handed over that is not full; 0: the kernel chooses.
        retire: u32,
        /// Bytes of the user's own in each block.
        private: u32,
        /// `TP_FT_REQ_FILL_RXHASH` 1.
        features: u32,
    }
    /// `struct tpacket_rollover_stats`: linux/if_packet.h.
    RolloverStats {
        /// Packets that came.
        all: u64,
        /// Of them passed on because of one flow too large.
        huge: u64,
        /// That found no socket with room.
        failed: u64,
    }
    /// `struct tipc_group_req`: linux/tipc.h.
    TipcGroup {
        /// The group.
        kind: u32,
        /// The member.
        instance: u32,
        /// `TIPC_CLUSTER_SCOPE` 2, `TIPC_NODE_SCOPE` 3.
        scope: u32,
        /// `TIPC_GROUP_LOOPBACK` 1, `TIPC_GROUP_MEMBER_EVTS` 2.
        flags: u32,
    }
    /// `struct bt_security`: bluetooth/bluetooth.h.
    BtSecurity {
        /// `BT_SECURITY_*`: 0 (SDP) to 4 (FIPS).
        level: u8,
        /// The size of the key in bytes; only read.
        key_size: u8,
    }
    /// `struct l2cap_conninfo`, `rfcomm_conninfo`, `sco_conninfo`: bluetooth/l2cap.h and its neighbours.
    BtConnection {
        /// The controller's number of the link.
        handle: u16,
        /// The class of the peer.
        class: [u8; 3],
        /// Zero.
        pad: u8,
    }
    /// `struct l2cap_options`: bluetooth/l2cap.h.
    L2capOptions {
        /// The largest message sent.
        omtu: u16,
        /// The largest message taken.
        imtu: u16,
        /// Milliseconds after which data is given up; 0xffff: never.
        flush_timeout: u16,
        /// `L2CAP_MODE_*`.
        mode: u8,
        /// Not 0: a checksum.
        fcs: u8,
        /// Attempts at most.
        max_tx: u8,
        /// Zero.
        pad: u8,
        /// Messages under way at most.
        window: u16,
    }
    /// `struct hci_ufilter`: bluetooth/hci.h.
    HciFilter {
        /// The types of packets, a bit each.
        types: u32,
        /// The events, a bit each.
        events: [u32; 2],
        /// One command, little-endian; 0: all.
        opcode: u16,
        /// Zeros.
        pad: [u8; 2],
    }
    /// `struct can_filter`: linux/can.h. A frame passes whose `id & mask` is the filter's own.
    CanFilter {
        /// The identifier, and CAN_INV_FILTER 0x20000000 for those that do not match.
        id: u32,
        /// Which bits of it count.
        mask: u32,
    }
    /// `struct can_raw_vcid_options`: linux/can/raw.h.
    CanXlVcid {
        /// `CAN_RAW_XL_VCID_*`: 1 (set), 2 (pass what is sent), 4 (filter what comes; without it only network 0 comes).
        flags: u8,
        /// The network of frames sent.
        transmit: u8,
        /// That of frames received.
        receive: u8,
        /// Which bits of it count.
        receive_mask: u8,
    }
    /// `struct can_isotp_options`: linux/can/isotp.h.
    IsoTpOptions {
        /// `CAN_ISOTP_*`.
        flags: u32,
        /// Nanoseconds between frames; 0xffffffff: none.
        frame_time: u32,
        /// The extended address.
        address: u8,
        /// What frames sent are filled up with.
        transmit_pad: u8,
        /// What frames received are filled up with.
        receive_pad: u8,
        /// The extended address of frames received.
        receive_address: u8,
    }
    /// `struct can_isotp_fc_options`: linux/can/isotp.h.
    IsoTpFlowControl {
        /// Frames between two flow controls; 0: all.
        block_size: u8,
        /// The separation: milliseconds, or 0xf1 to 0xf9 for 100 to 900 microseconds.
        separation: u8,
        /// Wait frames at most.
        waits: u8,
    }
    /// `struct can_isotp_ll_options`: linux/can/isotp.h.
    IsoTpLink {
        /// `CAN_MTU` 16 or `CANFD_MTU` 72.
        mtu: u8,
        /// The length of a frame's data: 8 to 64.
        data_len: u8,
        /// Flags of CAN FD frames.
        flags: u8,
    }
    /// `struct j1939_filter`: linux/can/j1939.h. A message passes that agrees in every bit that counts.
    J1939Filter {
        /// The sender's name.
        name: u64,
        /// Which bits of it count.
        name_mask: u64,
        /// The parameter group.
        pgn: u32,
        /// Which bits of it count.
        pgn_mask: u32,
        /// The sender's address.
        address: u8,
        /// Which bits of it count.
        address_mask: u8,
        /// Zeros.
        pad: [u8; align_of::<u64>() - 2],
    }
    /// `struct xdp_ring_offset`: linux/if_xdp.h.
    XdpRing {
        /// Of the producer's index.
        producer: u64,
        /// Of the consumer's.
        consumer: u64,
        /// Of the descriptors.
        descriptors: u64,
        /// Of the flags.
        flags: u64,
    }
    /// `struct xdp_mmap_offsets`: linux/if_xdp.h.
    XdpOffsets {
        /// The receive ring.
        receive: XdpRing,
        /// The send ring.
        send: XdpRing,
        /// The fill ring.
        fill: XdpRing,
        /// The completion ring.
        completion: XdpRing,
    }
    /// `struct xdp_statistics`: linux/if_xdp.h.
    XdpStatistics {
        /// Dropped for other reasons.
        receive_dropped: u64,
        /// Dropped for an invalid descriptor.
        receive_invalid: u64,
        /// Not sent for an invalid descriptor.
        send_invalid: u64,
        /// Dropped because the receive ring was full.
        receive_full: u64,
        /// How often the fill ring was empty.
        fill_empty: u64,
        /// How often the send ring was empty.
        send_empty: u64,
    }
    /// `struct sctp_initmsg`: linux/sctp.h.
    SctpInit {
        /// Streams to send on.
        outgoing: u16,
        /// Streams to receive on, at most.
        incoming: u16,
        /// Attempts.
        attempts: u16,
        /// The longest time-out, in milliseconds.
        timeout: u16,
    }
    /// `struct sctp_rtoinfo`: linux/sctp.h. Milliseconds.
    SctpRto {
        /// The association; 0 on one-to-one sockets.
        association: i32,
        /// At first.
        initial: u32,
        /// At most.
        max: u32,
        /// At least.
        min: u32,
    }
    /// `struct sctp_assocparams`: linux/sctp.h.
    SctpAssociation {
        /// The association; 0 on one-to-one sockets.
        association: i32,
        /// Attempts before it is given up.
        max_retransmits: u16,
        /// Addresses of the peer; only read.
        peers: u16,
        /// The peer's window; only read.
        peer_window: u32,
        /// The own window; only read.
        local_window: u32,
        /// How long a cookie is good, in milliseconds.
        cookie_life: u32,
    }
    /// `struct sctp_event_subscribe`: linux/sctp.h. Not 0: yes.
    SctpEvents {
        /// The particulars of each message, as control message.
        data_io: u8,
        /// Associations that begin and end.
        association: u8,
        /// Addresses that come and go.
        address: u8,
        /// What could not be sent.
        send_failure: u8,
        /// Errors that the peer tells.
        peer_error: u8,
        /// The peer's shutdown.
        shutdown: u8,
        /// Messages of which only a part was delivered.
        partial_delivery: u8,
        /// The peer's adaptation layer.
        adaptation: u8,
        /// Keys.
        authentication: u8,
        /// Nothing left to send.
        sender_dry: u8,
        /// Streams reset.
        stream_reset: u8,
        /// Associations reset.
        association_reset: u8,
        /// Streams added.
        stream_change: u8,
        /// What could not be sent, in the new form.
        send_failure_event: u8,
    }
    /// `struct sctp_sndrcvinfo`: linux/sctp.h.
    SctpSendReceive {
        /// The stream.
        stream: u16,
        /// The message's number in it; only received.
        ssn: u16,
        /// `SCTP_UNORDERED` and others.
        flags: u16,
        /// Zero.
        pad: u16,
        /// The payload's protocol, as the peer shall see it.
        ppid: u32,
        /// A number told with what cannot be sent.
        context: u32,
        /// Milliseconds after which a message not sent is given up; 0: never.
        time_to_live: u32,
        /// Only received.
        tsn: u32,
        /// Only received.
        cumulative_tsn: u32,
        /// The association.
        association: i32,
    }
    /// `struct sctp_sndinfo`: linux/sctp.h.
    SctpSend {
        /// The stream.
        stream: u16,
        /// `SCTP_UNORDERED` and others.
        flags: u16,
        /// The payload's protocol, as the peer shall see it.
        ppid: u32,
        /// A number told with what cannot be sent.
        context: u32,
        /// The association.
        association: i32,
    }
    /// `struct sctp_assoc_value`: linux/sctp.h.
    SctpValue {
        /// The association; 0 on one-to-one sockets.
        association: i32,
        /// The value.
        value: u32,
    }
    /// `struct sctp_event`: linux/sctp.h.
    SctpEvent {
        /// The association; 0 on one-to-one sockets, 1 (SCTP_CURRENT_ASSOC) all there are, 2 (SCTP_ALL_ASSOC) also those to come.
        association: i32,
        /// `SCTP_ASSOC_CHANGE` and so on.
        kind: u16,
        /// Not 0: yes.
        on: u8,
        /// Zero.
        pad: u8,
    }
    /// `struct sctp_paddrinfo`: linux/sctp.h.
    SctpPath {
        /// The association; 0 on one-to-one sockets.
        association: i32,
        /// The address of the peer: a sockaddr.
        address: [u8; 128],
        /// `SCTP_INACTIVE` 0, `SCTP_PF` 1, `SCTP_ACTIVE` 2, `SCTP_UNCONFIRMED` 3.
        state: i32,
        /// The congestion window, in bytes.
        congestion_window: u32,
        /// The round-trip time, smoothed, in milliseconds.
        rtt: u32,
        /// The time-out before data is sent again, in milliseconds.
        rto: u32,
        /// The path's MTU, in bytes.
        mtu: u32,
    }
    /// `struct sctp_status`: linux/sctp.h.
    SctpStatus {
        /// The association; 0 on one-to-one sockets.
        association: i32,
        /// `SCTP_EMPTY` 0 to `SCTP_SHUTDOWN_ACK_SENT` 8.
        state: i32,
        /// The peer's window, in bytes.
        peer_window: u32,
        /// Chunks not acknowledged.
        unacked: u16,
        /// Chunks that wait to be delivered.
        pending: u16,
        /// Streams in.
        incoming: u16,
        /// Streams out.
        outgoing: u16,
        /// Messages longer than this are cut, in bytes.
        fragmentation_point: u32,
        /// The path that is used.
        primary: SctpPath,
    }
    /// `struct sctp_sack_info`: linux/sctp.h.
    SctpSack {
        /// The association; 0 on one-to-one sockets.
        association: i32,
        /// Milliseconds.
        delay: u32,
        /// Packets.
        packets: u32,
    }
}

/// C's `time_t` in a [`Timeval`].
#[allow(deprecated, reason = "libc's, which goes with its number of SO_RCVTIMEO")]
type Time = libc::time_t;
/// C's `suseconds_t`.
type Micros = libc::suseconds_t;

impl Timeval {
    /// From seconds that every `time_t` holds, and microseconds.
    pub const fn new(seconds: i32, micros: i32) -> Self {
        Self { seconds: seconds as Time, micros: micros as Micros }
    }

    /// Seconds and microseconds.
    #[allow(clippy::unnecessary_cast, reason = "`time_t` is narrower than 64 bits on some targets")]
    pub const fn parts(self) -> (i64, i64) {
        (self.seconds as i64, self.micros as i64)
    }
}
