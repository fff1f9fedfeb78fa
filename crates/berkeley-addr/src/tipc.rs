//! AF_TIPC: services and sockets of a cluster.
//!
//! Contract: `tipc:1000:5`: a service's type and instance, in decimal; `@1001` behind them is the node to look it up on, in
//! hex, dropped when 0. `tipc:1000:5-9` is a range of instances, `tipc:@1001:77` a socket: the hash of its node and its
//! reference. `,scope=node` says how far a binding is seen. A sockaddr_tipc has 16 bytes, all in native order; a socket
//! fills 12 of them. Sources: tipc(7) of tipcutils, linux/tipc.h, net/tipc/socket.c (bind takes a negative scope for
//! withdraw).

use core::fmt;

use crate::address::{Address, OneFamily, expect_family, text_traits};
use crate::bytes::Bytes;
use crate::cursor::Cursor;
use crate::error::{Cause, DecodeError, ParseError, Part};
use crate::field::{
    FAMILY, Field, TIPC_ADDRTYPE, TIPC_LOWER, TIPC_RANGE_TYPE, TIPC_SCOPE, TIPC_UPPER,
};
use crate::number::Family;
use crate::protocol::Protocol;

const PREFIX: Part = Part::new("tipc address", "`tipc:`");
const TYPE: Part = Part::new("service type", "0 to 4294967295, or `@` and a node");
const COLON: Part = Part::new("instance", "`:` and an instance, or LOWER-UPPER");
const INSTANCE: Part = Part::new("instance", "0 to 4294967295");
const UPPER: Part = Part::new("upper instance", "a number up to 4294967295, not below the lower");
const NODE: Part = Part::new("node", "a lower-case hex number up to ffffffff");
const REF_COLON: Part = Part::new("reference", "`:` and the socket's reference");
const REFERENCE: Part = Part::new("reference", "0 to 4294967295");
const OPTION: Part = Part::new("option", "scope=WORD");
const SCOPE: Part = Part::new("scope", "cluster, node, or -128 to 127");

/// The longest text after the scheme: two numbers and a range's end or a node, and the scope.
pub(crate) const TEXT: usize = 10 + 1 + 10 + 1 + 10 + 14;

// linux/tipc.h, TIPC_SERVICE_RANGE and so on
const RANGE: u8 = 1;
const SERVICE: u8 = 2;
const SOCKET: u8 = 3;

/// How far a binding is seen.
///
/// ```
/// use berkeley_addr::TipcScope;
///
/// assert_eq!(TipcScope::NODE.to_string(), "node");
/// assert_eq!(TipcScope::NODE.withdrawn().to_string(), "-3");
/// ```
#[doc(alias = "tipc_scope")]
#[derive(Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct TipcScope(i8);

impl TipcScope {
    /// None said, which the kernel takes for the cluster.
    pub const UNSAID: Self = Self(0);
    /// On every node of the cluster.
    #[doc(alias = "TIPC_CLUSTER_SCOPE")]
    pub const CLUSTER: Self = Self(2);
    /// On this node alone.
    #[doc(alias = "TIPC_NODE_SCOPE")]
    pub const NODE: Self = Self(3);

    /// By number; 0 and 1 have no word.
    const WORDS: [&'static str; 4] = ["", "", "cluster", "node"];

    /// The scope of a number.
    pub const fn new(number: i8) -> Self {
        Self(number)
    }

    /// The number of the scope.
    pub const fn raw(self) -> i8 {
        self.0
    }

    /// The scope that takes a binding of this scope back: bind to the same address with it.
    #[must_use]
    pub const fn withdrawn(self) -> Self {
        match self.0 {
            0 => Self(-Self::CLUSTER.0),
            bound @ 1.. => Self(-bound),
            withdrawn => Self(withdrawn),
        }
    }

    fn read(cursor: &mut Cursor<'_>) -> Result<Self, ParseError> {
        let start = cursor.at();
        if !cursor.eat(b'-') {
            let number = cursor.word_or_decimal(&Self::WORDS, 127, &SCOPE)?;
            return Ok(Self(i8::try_from(number).unwrap_or_default()));
        }
        let number = cursor.decimal(128, &SCOPE)?;
        match i8::try_from(-i64::from(number)) {
            Ok(number @ ..=-1) => Ok(Self(number)),
            _ => Err(cursor.error(Cause::Unexpected, start, &SCOPE).suggest("0")),
        }
    }

    fn print<const N: usize>(self, text: &mut Bytes<N>) {
        if self.0 < 0 {
            text.put_byte(b'-');
            text.put_decimal(u32::from(self.0.unsigned_abs()));
        } else {
            text.put_word_or_decimal(&Self::WORDS, u32::from(self.0.unsigned_abs()));
        }
    }
}

impl fmt::Display for TipcScope {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut text = Bytes::<7>::EMPTY;
        self.print(&mut text);
        text.show(f)
    }
}

impl fmt::Debug for TipcScope {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

/// A TIPC address.
///
/// ```
/// use berkeley_addr::{TipcAddr, TipcKind, TipcScope};
///
/// let service = TipcAddr::service(1000, 5);
/// assert_eq!(service.to_string(), "tipc:1000:5");
/// assert_eq!(service.with_scope(TipcScope::NODE), "tipc:1000:5,scope=node".parse()?);
/// let range = TipcAddr::range(1000, 5, 9).unwrap();
/// assert_eq!(range.kind(), TipcKind::Range { ty: 1000, lower: 5, upper: 9 });
/// assert_eq!(TipcAddr::range(1000, 9, 5), None);
/// # Ok::<(), berkeley_addr::ParseError>(())
/// ```
#[doc(alias("sockaddr_tipc", "AF_TIPC"))]
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct TipcAddr {
    /// A range's lower instance is at most its upper one.
    kind: TipcKind,
    scope: TipcScope,
}

/// What a TIPC address is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum TipcKind {
    /// An instance of a service: what to connect and send to, and to bind to.
    #[doc(alias("TIPC_SERVICE_ADDR", "TIPC_ADDR_NAME", "tipc_service_addr"))]
    Service {
        /// The service's type; those below 64 are TIPC's own.
        ty: u32,
        /// The instance of the service.
        instance: u32,
        /// The node to look it up on; 0 is all of them.
        #[doc(alias = "domain")]
        node: u32,
    },
    /// A range of instances: what to bind to, and to send to all of.
    #[doc(alias(
        "TIPC_SERVICE_RANGE",
        "TIPC_ADDR_NAMESEQ",
        "TIPC_ADDR_MCAST",
        "tipc_service_range"
    ))]
    Range {
        /// The service's type.
        ty: u32,
        /// The first instance.
        lower: u32,
        /// The last instance, not below the first.
        upper: u32,
    },
    /// One socket; what the kernel answers.
    #[doc(alias("TIPC_SOCKET_ADDR", "TIPC_ADDR_ID", "tipc_socket_addr"))]
    Socket {
        /// The hash of its node's identity.
        node: u32,
        /// Its number on that node.
        #[doc(alias = "ref")]
        reference: u32,
    },
}

impl TipcAddr {
    /// The topology server of this node, which tells of services that come and go.
    #[doc(alias = "TIPC_TOP_SRV")]
    pub const TOPOLOGY: Self = Self::service(1, 1);

    /// An instance of a service, looked up in the whole cluster.
    pub const fn service(ty: u32, instance: u32) -> Self {
        Self::service_on(ty, instance, 0)
    }

    /// An instance of a service, looked up on one node; 0 is all of them.
    pub const fn service_on(ty: u32, instance: u32, node: u32) -> Self {
        Self { kind: TipcKind::Service { ty, instance, node }, scope: TipcScope::UNSAID }
    }

    /// The instances from `lower` to `upper`, both included; `None` if `lower` is above `upper`.
    pub const fn range(ty: u32, lower: u32, upper: u32) -> Option<Self> {
        if lower > upper {
            return None;
        }
        Some(Self { kind: TipcKind::Range { ty, lower, upper }, scope: TipcScope::UNSAID })
    }

    /// One socket, by the hash of its node and its reference there.
    pub const fn socket(node: u32, reference: u32) -> Self {
        Self { kind: TipcKind::Socket { node, reference }, scope: TipcScope::UNSAID }
    }

    /// The same address with this scope.
    #[must_use]
    pub const fn with_scope(self, scope: TipcScope) -> Self {
        Self { scope, ..self }
    }

    /// Which of the three it is.
    pub const fn kind(&self) -> TipcKind {
        self.kind
    }

    /// How far a binding to it is seen.
    pub const fn scope(&self) -> TipcScope {
        self.scope
    }

    /// A sockaddr_tipc of these fields, whatever they say: its `addrtype`, and the three words behind the scope in their order (of a socket
    /// the reference comes first). For who passes on what a program gave and leaves the kernel to refuse it; what has a meaning is a
    /// [`TipcAddr`].
    ///
    /// ```
    /// use berkeley_addr::{Address, AnyAddr, TipcAddr, TipcScope};
    ///
    /// let service = TipcAddr::encode_fields(2, TipcScope::UNSAID, [1000, 5, 0]);
    /// assert_eq!(service, TipcAddr::service(1000, 5).encode());
    /// // A range that ends before it begins is none, but it can be told.
    /// let backwards = TipcAddr::encode_fields(1, TipcScope::NODE, [1000, 9, 5]);
    /// assert!(matches!(AnyAddr::decode(&backwards)?, AnyAddr::Other(_)));
    /// assert_eq!(TipcAddr::decode_fields(&backwards)?, (1, TipcScope::NODE, [1000, 9, 5]));
    /// # Ok::<(), berkeley_addr::DecodeError>(())
    /// ```
    #[doc(alias("addrtype", "TIPC_ADDR_NAMESEQ"))]
    pub fn encode_fields(addrtype: u8, scope: TipcScope, words: [u32; 3]) -> [u8; 16] {
        let mut sockaddr = [0; 16];
        FAMILY.write(&mut sockaddr, &Family::TIPC.raw().to_ne_bytes());
        TIPC_ADDRTYPE.write(&mut sockaddr, &[addrtype]);
        TIPC_SCOPE.write(&mut sockaddr, &scope.raw().to_ne_bytes());
        for (field, word) in WORDS.into_iter().zip(words) {
            field.write(&mut sockaddr, &word.to_ne_bytes());
        }
        sockaddr
    }

    /// The fields of a sockaddr_tipc, whatever they say: the inverse of [`encode_fields`](Self::encode_fields). What is not there is 0.
    ///
    /// # Errors
    /// Bytes that are too short for a family, or of another one.
    pub fn decode_fields(bytes: &[u8]) -> Result<(u8, TipcScope, [u32; 3]), DecodeError> {
        expect_family(bytes, Family::TIPC)?;
        let [addrtype] = TIPC_ADDRTYPE.read(bytes);
        let scope = TipcScope::new(i8::from_ne_bytes(TIPC_SCOPE.read(bytes)));
        Ok((addrtype, scope, WORDS.map(|field| u32::from_ne_bytes(field.read(bytes)))))
    }
}

/// What stands where in the union, by the names of a range.
const WORDS: [Field; 3] = [TIPC_RANGE_TYPE, TIPC_LOWER, TIPC_UPPER];

impl Address for TipcAddr {
    type Sockaddr = [u8; 16];

    fn speaks(family: Family, _: Protocol) -> bool {
        family == Family::TIPC
    }

    fn family(&self) -> Family {
        Family::TIPC
    }

    fn encode(&self) -> [u8; 16] {
        let (addrtype, words) = match self.kind {
            TipcKind::Service { ty, instance, node } => (SERVICE, [ty, instance, node]),
            TipcKind::Range { ty, lower, upper } => (RANGE, [ty, lower, upper]),
            // The last word is none of its own.
            TipcKind::Socket { node, reference } => (SOCKET, [reference, node, 0]),
        };
        Self::encode_fields(addrtype, self.scope, words)
    }

    /// # Errors
    /// Also [`DecodeError::Value`] for an `addrtype` that is none of the three, and for a range that ends before it begins.
    fn decode(bytes: &[u8]) -> Result<Self, DecodeError> {
        let (addrtype, scope, [one, two, three]) = Self::decode_fields(bytes)?;
        let kind = match addrtype {
            SERVICE => TipcKind::Service { ty: one, instance: two, node: three },
            RANGE if two > three => {
                return Err(DecodeError::Value { field: TIPC_UPPER.name, value: three });
            }
            RANGE => TipcKind::Range { ty: one, lower: two, upper: three },
            SOCKET => TipcKind::Socket { node: two, reference: one },
            other => {
                let value = u32::from(other);
                return Err(DecodeError::Value { field: TIPC_ADDRTYPE.name, value });
            }
        };
        Ok(Self { kind, scope })
    }

    fn parse(text: &str) -> Result<Self, ParseError> {
        let mut cursor = Cursor::behind("tipc:", text, &PREFIX)?;
        read(&mut cursor)
    }

    fn fmt_text(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut text = Bytes::<{ 5 + TEXT }>::EMPTY;
        text.put_text("tipc:");
        print(&mut text, *self);
        text.show(f)
    }
}

impl OneFamily for TipcAddr {
    const FAMILY: Family = Family::TIPC;
}

text_traits!(TipcAddr);

impl fmt::Debug for TipcAddr {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.fmt_text(f)
    }
}

/// `tipc` of the grammar, to the end of the text.
pub(crate) fn read(cursor: &mut Cursor<'_>) -> Result<TipcAddr, ParseError> {
    let kind = if cursor.eat(b'@') {
        let node = cursor.hex(u32::MAX, &NODE)?;
        cursor.expect(b':', &REF_COLON)?;
        TipcKind::Socket { node, reference: cursor.decimal(u32::MAX, &REFERENCE)? }
    } else {
        read_service(cursor)?
    };
    let mut scope = TipcScope::UNSAID;
    let mut seen = 0;
    while cursor.option(&["scope"], &mut seen, &OPTION)?.is_some() {
        scope = TipcScope::read(cursor)?;
    }
    Ok(TipcAddr { kind, scope })
}

/// A service or a range.
fn read_service(cursor: &mut Cursor<'_>) -> Result<TipcKind, ParseError> {
    let ty = cursor.decimal(u32::MAX, &TYPE)?;
    cursor.expect(b':', &COLON)?;
    let lower = cursor.decimal(u32::MAX, &INSTANCE)?;
    if cursor.eat(b'-') {
        let start = cursor.at();
        let upper = cursor.decimal(u32::MAX, &UPPER)?;
        if lower > upper {
            return Err(cursor.error(Cause::Conflict, start, &UPPER));
        }
        return Ok(TipcKind::Range { ty, lower, upper });
    }
    let node = if cursor.eat(b'@') { cursor.hex(u32::MAX, &NODE)? } else { 0 };
    Ok(TipcKind::Service { ty, instance: lower, node })
}

pub(crate) fn print<const N: usize>(text: &mut Bytes<N>, addr: TipcAddr) {
    match addr.kind {
        TipcKind::Service { ty, instance, node } => {
            text.put_decimal(ty);
            text.put_byte(b':');
            text.put_decimal(instance);
            if node != 0 {
                text.put_byte(b'@');
                text.put_hex(node, 1);
            }
        }
        TipcKind::Range { ty, lower, upper } => {
            text.put_decimal(ty);
            text.put_byte(b':');
            text.put_decimal(lower);
            text.put_byte(b'-');
            text.put_decimal(upper);
        }
        TipcKind::Socket { node, reference } => {
            text.put_byte(b'@');
            text.put_hex(node, 1);
            text.put_byte(b':');
            text.put_decimal(reference);
        }
    }
    if addr.scope != TipcScope::UNSAID {
        text.put_text(",scope=");
        addr.scope.print(text);
    }
}
