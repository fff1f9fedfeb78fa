//! AF_QIPCRTR: the services of a Qualcomm system's processors.
//!
//! Contract: `qrtr:1:4294967294`: the node and the port, both in decimal. Sources: linux/qrtr.h, the kernel's net/qrtr.

use core::fmt;

use crate::address::{Address, OneFamily, expect_family, text_traits};
use crate::bytes::Bytes;
use crate::cursor::Cursor;
use crate::error::{DecodeError, ParseError, Part};
use crate::field::{FAMILY, SQ_NODE, SQ_PORT};
use crate::number::Family;
use crate::protocol::Protocol;

const PREFIX: Part = Part::new("QRTR address", "`qrtr:`");
const NODE: Part = Part::new("node", "0 to 4294967295");
const COLON: Part = Part::new("port", "`:` and a port");
const PORT: Part = Part::new("port", "0 to 4294967295");

/// The longest text after the scheme.
pub(crate) const TEXT: usize = 10 + 1 + 10;

/// The address of a QRTR socket.
///
/// ```
/// use berkeley_addr::QrtrAddr;
///
/// let names = QrtrAddr::new(1, QrtrAddr::CONTROL);
/// assert_eq!(names.to_string(), "qrtr:1:4294967294");
/// assert_eq!(names, "qrtr:1:4294967294".parse()?);
/// # Ok::<(), berkeley_addr::ParseError>(())
/// ```
#[doc(alias("sockaddr_qrtr", "AF_QIPCRTR"))]
#[derive(Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct QrtrAddr {
    /// The node: which processor.
    #[doc(alias = "sq_node")]
    pub node: u32,
    /// The port.
    #[doc(alias = "sq_port")]
    pub port: u32,
}

impl QrtrAddr {
    /// The node that is every node.
    #[doc(alias = "QRTR_NODE_BCAST")]
    pub const BROADCAST: u32 = 0xffff_ffff;
    /// The port of control messages, where services are announced and looked up.
    #[doc(alias = "QRTR_PORT_CTRL")]
    pub const CONTROL: u32 = 0xffff_fffe;

    /// A node and a port.
    pub const fn new(node: u32, port: u32) -> Self {
        Self { node, port }
    }
}

impl Address for QrtrAddr {
    type Sockaddr = [u8; 12];

    fn speaks(family: Family, _: Protocol) -> bool {
        family == Family::QIPCRTR
    }

    fn family(&self) -> Family {
        Family::QIPCRTR
    }

    fn encode(&self) -> [u8; 12] {
        let mut sockaddr = [0; 12];
        FAMILY.write(&mut sockaddr, &Family::QIPCRTR.raw().to_ne_bytes());
        SQ_NODE.write(&mut sockaddr, &self.node.to_ne_bytes());
        SQ_PORT.write(&mut sockaddr, &self.port.to_ne_bytes());
        sockaddr
    }

    fn decode(bytes: &[u8]) -> Result<Self, DecodeError> {
        expect_family(bytes, Family::QIPCRTR)?;
        let node = u32::from_ne_bytes(SQ_NODE.read(bytes));
        let port = u32::from_ne_bytes(SQ_PORT.read(bytes));
        Ok(Self::new(node, port))
    }

    fn parse(text: &str) -> Result<Self, ParseError> {
        let mut cursor = Cursor::behind("qrtr:", text, &PREFIX)?;
        read(&mut cursor)
    }

    fn fmt_text(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut text = Bytes::<{ 5 + TEXT }>::EMPTY;
        text.put_text("qrtr:");
        print(&mut text, *self);
        text.show(f)
    }
}

impl OneFamily for QrtrAddr {
    const FAMILY: Family = Family::QIPCRTR;
}

text_traits!(QrtrAddr);

impl fmt::Debug for QrtrAddr {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.fmt_text(f)
    }
}

/// `qrtr` of the grammar, to the end of the text.
pub(crate) fn read(cursor: &mut Cursor<'_>) -> Result<QrtrAddr, ParseError> {
    let node = cursor.decimal(u32::MAX, &NODE)?;
    cursor.expect(b':', &COLON)?;
    let port = cursor.decimal(u32::MAX, &PORT)?;
    cursor.end()?;
    Ok(QrtrAddr::new(node, port))
}

pub(crate) fn print<const N: usize>(text: &mut Bytes<N>, addr: QrtrAddr) {
    text.put_decimal(addr.node);
    text.put_byte(b':');
    text.put_decimal(addr.port);
}
