//! `Transport`: the word before `://`, and the socket it stands for.
//!
//! Contract: one table: word, types (the first is the default), protocol. `tcp` and its like may end in `4` or `6`, which
//! restricts the family. Words of `NETLINK_*` stand here too. Sources: ip(7), tcp(7), udp(7), icmp in ip(7), sctp(7),
//! linux/in.h, net/smc.h, linux/netlink.h, tipc(7) of tipcutils, the kernel's net/bluetooth (`*_sock_create`).

use core::fmt;
use core::str::FromStr;

use crate::cursor::Cursor;
use crate::error::{Cause, ParseError, Part};
use crate::number::{Family, Type};
use crate::protocol::Protocol;

const TRANSPORT: Part = Part::new(
    "transport",
    "tcp, udp, udplite, dccp, mptcp, smc, sctp, ping, ip (each also with 4 or 6), unix, packet, netlink, tipc, \
     bt-l2cap, bt-rfcomm, bt-hci, bt-sco, bt-iso, vsock, can, can-bcm, can-isotp, can-j1939, alg, qrtr or xdp",
);
const TYPE: Part = Part::new("type", "a type that this transport has, or none for its default");
const SLASHES: Part = Part::new("endpoint", "`://` after the transport");
const NL_PROTOCOL: Part = Part::new("netlink protocol", "route, generic, ..., or 0 to 31");

/// How an endpoint's socket carries data.
///
/// ```
/// use berkeley_addr::{Family, Protocol, Transport, Type};
///
/// assert_eq!(Transport::Tcp.to_string(), "tcp");
/// assert_eq!("tcp".parse(), Ok(Transport::Tcp));
/// assert_eq!(Transport::Sctp.types(), [Type::STREAM, Type::SEQPACKET]);
/// ```
#[non_exhaustive]
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Transport {
    /// TCP.
    Tcp,
    /// UDP.
    Udp,
    /// UDP with partial checksums.
    Udplite,
    /// DCCP.
    Dccp,
    /// TCP over several paths.
    Mptcp,
    /// TCP that becomes shared memory where both ends can.
    Smc,
    /// SCTP.
    Sctp,
    /// ICMP echo, without privileges.
    Ping,
    /// Raw IP, by protocol number.
    Ip,
    /// Unix domain.
    Unix,
    /// Link layer.
    Packet,
    /// Netlink.
    Netlink,
    /// TIPC.
    Tipc,
    /// Bluetooth's channels.
    L2cap,
    /// Bluetooth's serial ports.
    Rfcomm,
    /// Bluetooth adapters.
    Hci,
    /// Bluetooth voice.
    Sco,
    /// Bluetooth's isochronous streams.
    Iso,
    /// Virtual machines and their hosts.
    Vsock,
    /// CAN frames.
    Can,
    /// CAN frames by the broadcast manager.
    CanBcm,
    /// Messages over CAN, ISO-TP.
    CanIsoTp,
    /// J1939 over CAN.
    CanJ1939,
    /// The kernel's cryptography.
    Alg,
    /// Qualcomm's IPC router.
    Qrtr,
    /// Frames past the kernel's stack.
    Xdp,
}

/// A row of the table.
pub(crate) struct Row {
    transport: Transport,
    word: &'static str,
    types: &'static [Type],
    protocol: Protocol,
    ip: bool,
}

const fn ip(
    transport: Transport,
    word: &'static str,
    types: &'static [Type],
    protocol: Protocol,
) -> Row {
    Row { transport, word, types, protocol, ip: true }
}

const fn local(transport: Transport, word: &'static str, types: &'static [Type]) -> Row {
    Row { transport, word, types, protocol: Protocol::DEFAULT, ip: false }
}

const fn by_protocol(
    transport: Transport,
    word: &'static str,
    types: &'static [Type],
    protocol: Protocol,
) -> Row {
    Row { transport, word, types, protocol, ip: false }
}

const UNIX_TYPES: &[Type] = &[Type::STREAM, Type::DGRAM, Type::SEQPACKET];
const RAW_TYPES: &[Type] = &[Type::RAW, Type::DGRAM];
const TIPC_TYPES: &[Type] = &[Type::STREAM, Type::SEQPACKET, Type::RDM, Type::DGRAM];
const L2CAP_TYPES: &[Type] = &[Type::SEQPACKET, Type::STREAM, Type::DGRAM, Type::RAW];
const RFCOMM_TYPES: &[Type] = &[Type::STREAM, Type::RAW];

/// In the order of the enum, which indexes it.
const ROWS: [Row; 26] = [
    ip(Transport::Tcp, "tcp", &[Type::STREAM], Protocol::TCP),
    ip(Transport::Udp, "udp", &[Type::DGRAM], Protocol::UDP),
    ip(Transport::Udplite, "udplite", &[Type::DGRAM], Protocol::UDPLITE),
    ip(Transport::Dccp, "dccp", &[Type::DCCP], Protocol::DCCP),
    ip(Transport::Mptcp, "mptcp", &[Type::STREAM], Protocol::MPTCP),
    ip(Transport::Smc, "smc", &[Type::STREAM], Protocol::DEFAULT),
    ip(Transport::Sctp, "sctp", &[Type::STREAM, Type::SEQPACKET], Protocol::SCTP),
    ip(Transport::Ping, "ping", &[Type::DGRAM], Protocol::ICMP),
    ip(Transport::Ip, "ip", &[Type::RAW], Protocol::DEFAULT),
    local(Transport::Unix, "unix", UNIX_TYPES),
    local(Transport::Packet, "packet", RAW_TYPES),
    local(Transport::Netlink, "netlink", RAW_TYPES),
    local(Transport::Tipc, "tipc", TIPC_TYPES),
    by_protocol(Transport::L2cap, "bt-l2cap", L2CAP_TYPES, Protocol::BTPROTO_L2CAP),
    by_protocol(Transport::Rfcomm, "bt-rfcomm", RFCOMM_TYPES, Protocol::BTPROTO_RFCOMM),
    by_protocol(Transport::Hci, "bt-hci", &[Type::RAW], Protocol::BTPROTO_HCI),
    by_protocol(Transport::Sco, "bt-sco", &[Type::SEQPACKET], Protocol::BTPROTO_SCO),
    by_protocol(Transport::Iso, "bt-iso", &[Type::SEQPACKET], Protocol::BTPROTO_ISO),
    local(Transport::Vsock, "vsock", UNIX_TYPES),
    by_protocol(Transport::Can, "can", &[Type::RAW], Protocol::CAN_RAW),
    by_protocol(Transport::CanBcm, "can-bcm", &[Type::DGRAM], Protocol::CAN_BCM),
    by_protocol(Transport::CanIsoTp, "can-isotp", &[Type::DGRAM], Protocol::CAN_ISOTP),
    by_protocol(Transport::CanJ1939, "can-j1939", &[Type::DGRAM], Protocol::CAN_J1939),
    local(Transport::Alg, "alg", &[Type::SEQPACKET]),
    local(Transport::Qrtr, "qrtr", &[Type::DGRAM]),
    local(Transport::Xdp, "xdp", &[Type::RAW]),
];

impl Transport {
    /// The socket types it has; the first is the default.
    pub fn types(self) -> &'static [Type] {
        self.row().types
    }

    /// Its word, without `4` or `6`.
    pub fn word(self) -> &'static str {
        self.row().word
    }

    /// The protocol where it does not depend on the endpoint or its family.
    pub(crate) fn protocol(self) -> Protocol {
        self.row().protocol
    }

    /// Whether its body is a host.
    pub(crate) fn is_ip(self) -> bool {
        self.row().ip
    }

    /// The type that goes without saying.
    pub(crate) fn default_type(self) -> Type {
        self.types().first().copied().unwrap_or(Type::RAW)
    }

    fn row(self) -> &'static Row {
        const FIRST: &Row = &ROWS[0];
        ROWS.iter().find(|row| row.transport == self).unwrap_or(FIRST)
    }
}

/// The word, without `4` or `6`.
impl FromStr for Transport {
    type Err = ParseError;

    /// # Errors
    /// What is wrong, where, and what was expected.
    fn from_str(text: &str) -> Result<Self, ParseError> {
        let mut cursor = Cursor::new(text);
        let word = cursor.take_while(|_| true);
        let row = ROWS.iter().find(|row| row.word == text);
        row.map(|row| row.transport).ok_or_else(|| unknown(&cursor, 0, word))
    }
}

impl fmt::Display for Transport {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.word())
    }
}

/// What stands before the body: `transport [ "4" / "6" ] [ "+" type ] "://"`.
pub(crate) fn read(
    cursor: &mut Cursor<'_>,
) -> Result<(Transport, Option<Family>, Type), ParseError> {
    let start = cursor.at();
    let word = cursor.take_while(|byte| !matches!(byte, b':' | b'+'));
    let (row, family) = find(word).ok_or_else(|| unknown(cursor, start, word))?;
    let mut ty = row.transport.default_type();
    if cursor.eat(b'+') {
        let start = cursor.at();
        let word = cursor.take_while(|byte| byte != b':');
        // Where there is no choice there is no word for it either.
        let types = if row.types.len() > 1 { row.types } else { &[] };
        let found = types.iter().find(|ty| type_word(**ty).as_bytes() == word);
        ty = *found.ok_or_else(|| cursor.error(Cause::Unknown, start, &TYPE))?;
    }
    if !cursor.eat_word("://") {
        return Err(cursor.unexpected(&SLASHES));
    }
    Ok((row.transport, family, ty))
}

/// The row of a word, and the family a `4` or `6` behind it restricts it to.
pub(crate) fn find(word: &[u8]) -> Option<(&'static Row, Option<Family>)> {
    let row = |word: &[u8]| ROWS.iter().find(|row| row.word.as_bytes() == word);
    if let Some(row) = row(word) {
        return Some((row, None));
    }
    let (digit, word) = word.split_last()?;
    let family = match digit {
        b'4' => Family::INET,
        b'6' => Family::INET6,
        _ => return None,
    };
    row(word).filter(|row| row.ip).map(|row| (row, Some(family)))
}

#[cold]
fn unknown(cursor: &Cursor<'_>, start: usize, word: &[u8]) -> ParseError {
    let error = cursor.error(Cause::Unknown, start, &TRANSPORT);
    match word {
        b"" => ParseError::new(Cause::Missing, start, &[], &TRANSPORT),
        b"http" | b"https" | b"ws" | b"wss" | b"tls" => {
            error.suggest("`tcp://HOST:PORT`, which is what carries it")
        }
        _ if word.iter().any(u8::is_ascii_uppercase) => error.suggest("lower case"),
        _ => error,
    }
}

/// A type's word after `+`.
pub(crate) fn type_word(ty: Type) -> &'static str {
    match ty {
        Type::STREAM => "stream",
        Type::DGRAM => "dgram",
        Type::SEQPACKET => "seqpacket",
        Type::RDM => "rdm",
        _ => "raw",
    }
}

/// The words of `NETLINK_*`.
const NETLINK: [(&str, Protocol); 18] = [
    ("route", Protocol::NETLINK_ROUTE),
    ("usersock", Protocol::NETLINK_USERSOCK),
    ("sock-diag", Protocol::NETLINK_SOCK_DIAG),
    ("nflog", Protocol::NETLINK_NFLOG),
    ("xfrm", Protocol::NETLINK_XFRM),
    ("selinux", Protocol::NETLINK_SELINUX),
    ("iscsi", Protocol::NETLINK_ISCSI),
    ("audit", Protocol::NETLINK_AUDIT),
    ("fib-lookup", Protocol::NETLINK_FIB_LOOKUP),
    ("connector", Protocol::NETLINK_CONNECTOR),
    ("netfilter", Protocol::NETLINK_NETFILTER),
    ("uevent", Protocol::NETLINK_KOBJECT_UEVENT),
    ("generic", Protocol::NETLINK_GENERIC),
    ("scsi-transport", Protocol::NETLINK_SCSITRANSPORT),
    ("ecryptfs", Protocol::NETLINK_ECRYPTFS),
    ("rdma", Protocol::NETLINK_RDMA),
    ("crypto", Protocol::NETLINK_CRYPTO),
    ("smc", Protocol::NETLINK_SMC),
];

/// The word of a netlink protocol, if it has one.
pub(crate) fn netlink_word(protocol: Protocol) -> Option<&'static str> {
    NETLINK.iter().find(|(_, known)| *known == protocol).map(|(word, _)| *word)
}

/// `nl-proto`.
pub(crate) fn read_netlink(cursor: &mut Cursor<'_>) -> Result<Protocol, ParseError> {
    if cursor.peek().is_some_and(|byte| byte.is_ascii_digit()) {
        let [number, ..] = cursor.decimal(31, &NL_PROTOCOL)?.to_le_bytes();
        return Ok(Protocol::new(i32::from(number)));
    }
    let start = cursor.at();
    let word = cursor.take_while(|byte| !matches!(byte, b'/' | b','));
    if word.is_empty() {
        return Err(cursor.unexpected(&NL_PROTOCOL));
    }
    match NETLINK.iter().find(|(known, _)| known.as_bytes() == word) {
        Some((_, protocol)) => Ok(*protocol),
        None => Err(cursor.error(Cause::Unknown, start, &NL_PROTOCOL)),
    }
}
