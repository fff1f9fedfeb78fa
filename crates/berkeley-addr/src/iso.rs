//! AF_BLUETOOTH with BTPROTO_ISO: isochronous streams, to a device or from a broadcaster.
//!
//! Contract: `bt-iso:AA:BB:CC:DD:EE:FF,type=le-public`: the device and the kind of its address;
//! `bt-iso:AA:BB:CC:DD:EE:FF/11:22:33:44:55:66/2/1+3,bc-type=le-random`: also a broadcaster, its advertising set and its
//! streams. A sockaddr_iso has 10 bytes, the last of them padding, or 50: the kernel wants exactly
//! `sizeof(struct sockaddr_iso) + sizeof(struct sockaddr_iso_bc)`, although the broadcaster begins in what is padding
//! without it, and so ends one byte before. Decoding takes more than 10 bytes for a broadcaster.
//! Sources: the kernel's include/net/bluetooth/iso.h and net/bluetooth/iso.c (iso_sock_bind_bc, iso_sock_getname).

use core::fmt;

use crate::address::{Address, OneFamily, expect_family, text_traits};
use crate::bluetooth::{self, BdAddr, BdAddrType};
use crate::bytes::Bytes;
use crate::cursor::Cursor;
use crate::error::{Cause, DecodeError, ParseError, Part};
use crate::field::{
    BC_BDADDR, BC_BDADDR_TYPE, BC_BIS, BC_NUM_BIS, BC_SID, FAMILY, ISO_BDADDR, ISO_BDADDR_TYPE,
};
use crate::number::Family;
use crate::protocol::Protocol;

const PREFIX: Part = Part::new("ISO address", "`bt-iso:`");
const SID_SLASH: Part = Part::new("advertising set", "`/` and 0 to 255");
const SID: Part = Part::new("advertising set", "0 to 255");
const BIS_SLASH: Part = Part::new("streams", "`/` and at most 31 streams with `+` between them");
const BIS: Part = Part::new("stream", "0 to 255, at most 31 of them with `+` between them");
const OPTION: Part = Part::new("option", "type=WORD or, with a broadcaster, bc-type=WORD");
const BC_TYPE: Part = Part::new("option bc-type", "it only behind /BROADCASTER/SET/STREAMS");

/// `sizeof(struct sockaddr_iso)`.
const PLAIN: usize = 10;
/// The same and `sizeof(struct sockaddr_iso_bc)`.
const WHOLE: usize = 50;

/// The longest text after the scheme: two devices, the set, 31 streams, both types.
pub(crate) const TEXT: usize = 2 * bluetooth::TEXT + 6 + 31 * 4 + 2 * bluetooth::TYPE_TEXT + 3;

/// An ISO address.
///
/// ```
/// use berkeley_addr::{BdAddr, BdAddrType, Bytes, IsoAddr, IsoBroadcast};
///
/// let earbud = IsoAddr::new("00:1A:7D:DA:71:13".parse()?, BdAddrType::LE_PUBLIC);
/// assert_eq!(earbud.to_string(), "bt-iso:00:1A:7D:DA:71:13,type=le-public");
/// let hall = IsoBroadcast {
///     address: "11:22:33:44:55:66".parse()?,
///     address_type: BdAddrType::LE_RANDOM,
///     sid: 2,
///     bis: Bytes::new(&[1, 3]).unwrap(),
/// };
/// let listen = IsoAddr { broadcast: Some(hall), ..IsoAddr::new(BdAddr::ANY, BdAddrType::LE_PUBLIC) };
/// assert_eq!(
///     listen.to_string(),
///     "bt-iso:00:00:00:00:00:00/11:22:33:44:55:66/2/1+3,type=le-public,bc-type=le-random"
/// );
/// # Ok::<(), berkeley_addr::ParseError>(())
/// ```
#[doc(alias("sockaddr_iso", "AF_BLUETOOTH", "BTPROTO_ISO"))]
#[derive(Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct IsoAddr {
    /// The device; [`BdAddr::ANY`] is any adapter of this machine, and as a peer all who listen to a broadcast.
    #[doc(alias = "iso_bdaddr")]
    pub address: BdAddr,
    /// The kind of address; the kernel takes only those of Low Energy.
    #[doc(alias = "iso_bdaddr_type")]
    pub address_type: BdAddrType,
    /// Whose broadcast to receive, if it is one.
    #[doc(alias = "iso_bc")]
    pub broadcast: Option<IsoBroadcast>,
}

/// A broadcaster and which of its streams are wanted; a part of [`IsoAddr`].
#[doc(alias = "sockaddr_iso_bc")]
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct IsoBroadcast {
    /// The broadcaster.
    #[doc(alias = "bc_bdaddr")]
    pub address: BdAddr,
    /// The kind of its address.
    #[doc(alias = "bc_bdaddr_type")]
    pub address_type: BdAddrType,
    /// The advertising set, 0 to 15, or 255 for any.
    #[doc(alias = "bc_sid")]
    pub sid: u8,
    /// The streams, 1 to 31 each.
    #[doc(alias("bc_bis", "bc_num_bis"))]
    pub bis: Bytes<31>,
}

impl IsoAddr {
    /// A device.
    pub const fn new(address: BdAddr, address_type: BdAddrType) -> Self {
        Self { address, address_type, broadcast: None }
    }
}

impl Address for IsoAddr {
    type Sockaddr = Bytes<50>;

    const PROTOCOL: Protocol = Protocol::BTPROTO_ISO;

    fn speaks(family: Family, protocol: Protocol) -> bool {
        family == Family::BLUETOOTH && protocol == Self::PROTOCOL
    }

    fn family(&self) -> Family {
        Family::BLUETOOTH
    }

    /// 10 bytes, or 50 with a broadcaster.
    fn encode(&self) -> Bytes<50> {
        let mut sockaddr = [0; WHOLE];
        FAMILY.write(&mut sockaddr, &Family::BLUETOOTH.raw().to_ne_bytes());
        ISO_BDADDR.write(&mut sockaddr, &self.address.encode());
        ISO_BDADDR_TYPE.write(&mut sockaddr, &[self.address_type.raw()]);
        let Some(from) = &self.broadcast else { return Bytes::from_room(sockaddr, PLAIN) };
        let [count, ..] = from.bis.len().to_le_bytes();
        BC_BDADDR.write(&mut sockaddr, &from.address.encode());
        BC_BDADDR_TYPE.write(&mut sockaddr, &[from.address_type.raw()]);
        BC_SID.write(&mut sockaddr, &[from.sid]);
        BC_NUM_BIS.write(&mut sockaddr, &[count]);
        BC_BIS.write(&mut sockaddr, &from.bis);
        Bytes::from_room(sockaddr, WHOLE)
    }

    /// # Errors
    /// Also [`DecodeError::Value`] when `bc_num_bis` claims more than 31 streams.
    fn decode(bytes: &[u8]) -> Result<Self, DecodeError> {
        expect_family(bytes, Family::BLUETOOTH)?;
        let broadcast = if bytes.len() > PLAIN { Some(decode_broadcast(bytes)?) } else { None };
        Ok(Self {
            address: BdAddr::decode(ISO_BDADDR.read(bytes)),
            address_type: BdAddrType::new(u8::from_ne_bytes(ISO_BDADDR_TYPE.read(bytes))),
            broadcast,
        })
    }

    fn parse(text: &str) -> Result<Self, ParseError> {
        let mut cursor = Cursor::behind("bt-iso:", text, &PREFIX)?;
        read(&mut cursor)
    }

    fn fmt_text(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut text = Bytes::<{ 7 + TEXT }>::EMPTY;
        text.put_text("bt-iso:");
        print(&mut text, self);
        text.show(f)
    }
}

impl OneFamily for IsoAddr {
    const FAMILY: Family = Family::BLUETOOTH;
}

text_traits!(IsoAddr);

impl fmt::Debug for IsoAddr {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.fmt_text(f)
    }
}

fn decode_broadcast(bytes: &[u8]) -> Result<IsoBroadcast, DecodeError> {
    let [count] = BC_NUM_BIS.read(bytes);
    if usize::from(count) > BC_BIS.width {
        return Err(DecodeError::Value { field: BC_NUM_BIS.name, value: u32::from(count) });
    }
    let [sid] = BC_SID.read(bytes);
    Ok(IsoBroadcast {
        address: BdAddr::decode(BC_BDADDR.read(bytes)),
        address_type: BdAddrType::new(u8::from_ne_bytes(BC_BDADDR_TYPE.read(bytes))),
        sid,
        bis: Bytes::from_room(BC_BIS.read(bytes), usize::from(count)),
    })
}

/// `iso` of the grammar, to the end of the text.
pub(crate) fn read(cursor: &mut Cursor<'_>) -> Result<IsoAddr, ParseError> {
    let mut addr = IsoAddr::new(BdAddr::read(cursor)?, BdAddrType::BREDR);
    if cursor.eat(b'/') {
        addr.broadcast = Some(read_broadcast(cursor)?);
    }
    let mut seen = 0;
    loop {
        let start = cursor.at() + 1;
        match cursor.option(&["type", "bc-type"], &mut seen, &OPTION)? {
            None => return Ok(addr),
            Some(0) => addr.address_type = BdAddrType::read(cursor)?,
            Some(_) => match &mut addr.broadcast {
                Some(from) => from.address_type = BdAddrType::read(cursor)?,
                None => return Err(cursor.error(Cause::Conflict, start, &BC_TYPE)),
            },
        }
    }
}

/// `bdaddr "/" u8 "/" [ u8 *30( "+" u8 ) ]`.
fn read_broadcast(cursor: &mut Cursor<'_>) -> Result<IsoBroadcast, ParseError> {
    let address = BdAddr::read(cursor)?;
    cursor.expect(b'/', &SID_SLASH)?;
    let [sid, ..] = cursor.decimal(255, &SID)?.to_le_bytes();
    cursor.expect(b'/', &BIS_SLASH)?;
    let mut bis = Bytes::EMPTY;
    if !matches!(cursor.peek(), None | Some(b',')) {
        loop {
            let start = cursor.at();
            let [stream, ..] = cursor.decimal(255, &BIS)?.to_le_bytes();
            if !bis.append(&[stream]) {
                return Err(cursor.error(Cause::TooLong, start, &BIS_SLASH));
            }
            if !cursor.eat(b'+') {
                break;
            }
        }
    }
    Ok(IsoBroadcast { address, address_type: BdAddrType::BREDR, sid, bis })
}

/// Prints the streams, `+` between them.
pub(crate) struct Streams<'a>(pub(crate) &'a [u8]);

impl fmt::Display for Streams<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut text = Bytes::<{ 31 * 4 }>::EMPTY;
        print_streams(&mut text, self.0);
        text.show(f)
    }
}

fn print_streams<const N: usize>(text: &mut Bytes<N>, bis: &[u8]) {
    for (i, &stream) in bis.iter().enumerate() {
        if i > 0 {
            text.put_byte(b'+');
        }
        text.put_decimal(u32::from(stream));
    }
}

pub(crate) fn print<const N: usize>(text: &mut Bytes<N>, addr: &IsoAddr) {
    addr.address.print(text);
    if let Some(from) = &addr.broadcast {
        text.put_byte(b'/');
        from.address.print(text);
        text.put_byte(b'/');
        text.put_decimal(u32::from(from.sid));
        text.put_byte(b'/');
        print_streams(text, &from.bis);
    }
    addr.address_type.print_option(text, "type");
    if let Some(from) = &addr.broadcast {
        from.address_type.print_option(text, "bc-type");
    }
}
