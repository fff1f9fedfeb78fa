//! AF_VSOCK: virtual machines and their hosts.
//!
//! Contract: `vsock:2:1024`: the context id and the port, each empty for any; `host` and `local` are read for context ids 2
//! and 1. Flags are in hex and dropped when 0. Sources: vsock(7), linux/vm_sockets.h.

use core::fmt;

use crate::address::{Address, OneFamily, expect_family, text_traits};
use crate::bytes::Bytes;
use crate::cursor::Cursor;
use crate::error::{DecodeError, ParseError, Part};
use crate::field::{FAMILY, SVM_CID, SVM_FLAGS, SVM_PORT};
use crate::number::Family;
use crate::protocol::Protocol;

const PREFIX: Part = Part::new("vsock address", "`vsock:`");
const CID: Part = Part::new("context id", "0 to 4294967295, host, local, or nothing for any");
const COLON: Part = Part::new("port", "`:` and a port, or nothing for any");
const PORT: Part = Part::new("port", "0 to 4294967295, or nothing for any");
const OPTION: Part = Part::new("option", "flags=NUMBER");
const FLAGS: Part = Part::new("flags", "a lower-case hex number up to ff");

/// The longest text after the scheme.
pub(crate) const TEXT: usize = 10 + 1 + 10 + 9;

/// A vsock address.
///
/// ```
/// use berkeley_addr::VsockAddr;
///
/// let listener = VsockAddr::new(VsockAddr::ANY, 1024);
/// assert_eq!(listener.to_string(), "vsock::1024");
/// assert_eq!(VsockAddr::new(VsockAddr::HOST, 1024), "vsock:host:1024".parse()?);
/// # Ok::<(), berkeley_addr::ParseError>(())
/// ```
#[doc(alias("sockaddr_vm", "AF_VSOCK"))]
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct VsockAddr {
    /// The context id: which machine.
    #[doc(alias = "svm_cid")]
    pub cid: u32,
    /// The port.
    #[doc(alias = "svm_port")]
    pub port: u32,
    /// Flags: 1 asks for a machine beside this one, through the host (VMADDR_FLAG_TO_HOST).
    #[doc(alias("svm_flags", "VMADDR_FLAG_TO_HOST"))]
    pub flags: u8,
}

impl VsockAddr {
    /// Any context id, or any port: 2^32-1.
    #[doc(alias("VMADDR_CID_ANY", "VMADDR_PORT_ANY"))]
    pub const ANY: u32 = u32::MAX;
    /// The context id of the hypervisor.
    #[doc(alias = "VMADDR_CID_HYPERVISOR")]
    pub const HYPERVISOR: u32 = 0;
    /// The context id of this machine, looped back.
    #[doc(alias = "VMADDR_CID_LOCAL")]
    pub const LOCAL: u32 = 1;
    /// The context id of the host.
    #[doc(alias = "VMADDR_CID_HOST")]
    pub const HOST: u32 = 2;

    /// A context id and a port, without flags.
    pub const fn new(cid: u32, port: u32) -> Self {
        Self { cid, port, flags: 0 }
    }
}

impl Address for VsockAddr {
    type Sockaddr = [u8; 16];

    fn speaks(family: Family, _: Protocol) -> bool {
        family == Family::VSOCK
    }

    fn family(&self) -> Family {
        Family::VSOCK
    }

    fn encode(&self) -> [u8; 16] {
        let mut sockaddr = [0; 16];
        FAMILY.write(&mut sockaddr, &Family::VSOCK.raw().to_ne_bytes());
        SVM_PORT.write(&mut sockaddr, &self.port.to_ne_bytes());
        SVM_CID.write(&mut sockaddr, &self.cid.to_ne_bytes());
        SVM_FLAGS.write(&mut sockaddr, &[self.flags]);
        sockaddr
    }

    fn decode(bytes: &[u8]) -> Result<Self, DecodeError> {
        expect_family(bytes, Family::VSOCK)?;
        Ok(Self {
            cid: u32::from_ne_bytes(SVM_CID.read(bytes)),
            port: u32::from_ne_bytes(SVM_PORT.read(bytes)),
            flags: u8::from_ne_bytes(SVM_FLAGS.read(bytes)),
        })
    }

    fn parse(text: &str) -> Result<Self, ParseError> {
        let mut cursor = Cursor::behind("vsock:", text, &PREFIX)?;
        read(&mut cursor)
    }

    fn fmt_text(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut text = Bytes::<{ 6 + TEXT }>::EMPTY;
        text.put_text("vsock:");
        print(&mut text, *self);
        text.show(f)
    }
}

impl OneFamily for VsockAddr {
    const FAMILY: Family = Family::VSOCK;
}

text_traits!(VsockAddr);

impl fmt::Debug for VsockAddr {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.fmt_text(f)
    }
}

/// `vsock` of the grammar, to the end of the text.
pub(crate) fn read(cursor: &mut Cursor<'_>) -> Result<VsockAddr, ParseError> {
    let cid = match cursor.peek() {
        Some(b':') => VsockAddr::ANY,
        _ if cursor.eat_word("host") => VsockAddr::HOST,
        _ if cursor.eat_word("local") => VsockAddr::LOCAL,
        _ => cursor.decimal(u32::MAX, &CID)?,
    };
    cursor.expect(b':', &COLON)?;
    let port = match cursor.peek() {
        None | Some(b',') => VsockAddr::ANY,
        Some(_) => cursor.decimal(u32::MAX, &PORT)?,
    };
    let mut addr = VsockAddr::new(cid, port);
    let mut seen = 0;
    while cursor.option(&["flags"], &mut seen, &OPTION)?.is_some() {
        let [flags, ..] = cursor.hex(0xff, &FLAGS)?.to_le_bytes();
        addr.flags = flags;
    }
    Ok(addr)
}

pub(crate) fn print<const N: usize>(text: &mut Bytes<N>, addr: VsockAddr) {
    if addr.cid != VsockAddr::ANY {
        text.put_decimal(addr.cid);
    }
    text.put_byte(b':');
    if addr.port != VsockAddr::ANY {
        text.put_decimal(addr.port);
    }
    if addr.flags != 0 {
        text.put_text(",flags=");
        text.put_hex(u32::from(addr.flags), 1);
    }
}
