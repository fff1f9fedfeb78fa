//! /etc/protocols: names of the protocols over IP.
//!
//! Contract: a line is an official name, a number, and aliases; `#` begins a comment. The first line that fits answers; names are
//! case-sensitive. A number is 0 to 2147483647: `IPPROTO_MPTCP` is above 255. Sources: protocols(5), getprotobyname(3);
//! glibc's nss_files/files-proto.c.

use core::fmt;

use berkeley_addr::Protocol;

use super::table::{Form, Found, Names, Table};
use super::text::number;

/// What /etc/protocols says.
///
/// ```
/// use berkeley_resolve::conf::Protocols;
///
/// let protocols = Protocols::parse(b"tcp 6 TCP # transmission control protocol\n");
/// assert_eq!(protocols.by_name(b"TCP").map(|line| line.protocol.raw()), Some(6));
/// assert_eq!(protocols.by_number(6).map(|line| line.name), Some(&b"tcp"[..]));
/// ```
#[doc(alias("getprotobyname", "getprotobynumber"))]
#[derive(Clone)]
pub struct Protocols {
    table: Table<i32, ()>,
    ignored: usize,
}

/// A line of /etc/protocols.
#[doc(alias = "protoent")]
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct ProtocolsLine<'p> {
    /// The official name.
    pub name: &'p [u8],
    /// The number.
    pub protocol: Protocol,
    /// The other names.
    pub aliases: Names<'p>,
}

impl Protocols {
    /// Reads the text of the file, all of which it keeps.
    pub fn parse(text: &[u8]) -> Self {
        let form = Form { name_first: true, folded: false };
        let (table, ignored) =
            Table::read(text, form, |word, _| Some((i32::try_from(number(word)?).ok()?, ())));
        Self { table, ignored }
    }

    /// The first line with this name.
    pub fn by_name<'p>(&'p self, name: &'p [u8]) -> Option<ProtocolsLine<'p>> {
        self.table.named(name).next().map(ProtocolsLine::from)
    }

    /// The first line with this number.
    pub fn by_number(&self, number: i32) -> Option<ProtocolsLine<'_>> {
        self.table.keyed(number).next().map(ProtocolsLine::from)
    }

    /// All lines, but for those that are ignored.
    pub fn lines(&self) -> impl Iterator<Item = ProtocolsLine<'_>> {
        self.table.rows().map(ProtocolsLine::from)
    }

    /// How many lines are neither empty nor understood.
    pub fn ignored(&self) -> usize {
        self.ignored
    }
}

impl<'p> From<Found<'p, i32, ()>> for ProtocolsLine<'p> {
    fn from(row: Found<'p, i32, ()>) -> Self {
        Self { name: row.name, protocol: Protocol::new(row.key), aliases: row.aliases }
    }
}

impl fmt::Debug for Protocols {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_list().entries(self.lines()).finish()
    }
}
