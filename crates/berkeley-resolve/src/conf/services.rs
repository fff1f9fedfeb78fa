//! /etc/services: names of ports.
//!
//! Contract: a line is an official name, `port/protocol`, and aliases; `#` begins a comment. Protocols are whatever the file says:
//! `tcp`, `udp`, `sctp`, `dccp`, `udplite`. The first line that fits answers. Names are case-sensitive, as they are to
//! getservbyname. A port is 0 to 65535 in decimal, and has a protocol; glibc would take any
//! number modulo 65536 (`010` for 8 until lately), and nothing for a protocol. Sources: services(5), getservbyname(3);
//! glibc's nss_files/files-service.c.

use core::fmt;

use super::table::{Form, Found, Names, Span, Table};
use super::text::number;

/// What /etc/services says.
///
/// ```
/// use berkeley_resolve::conf::Services;
///
/// let services = Services::parse(b"domain 53/tcp\ndomain 53/udp\nhttp 80/tcp www # WorldWideWeb\n");
/// assert_eq!(services.by_name(b"www", Some(b"tcp")).map(|line| line.port), Some(80));
/// assert_eq!(services.by_port(53, Some(b"udp")).map(|line| line.name), Some(&b"domain"[..]));
/// assert!(services.by_name(b"www", Some(b"udp")).is_none());
/// ```
#[doc(alias("getservbyname", "getservbyport"))]
#[derive(Clone)]
pub struct Services {
    table: Table<u16, Span>,
    ignored: usize,
}

/// A line of /etc/services.
#[doc(alias = "servent")]
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct ServicesLine<'s> {
    /// The official name.
    pub name: &'s [u8],
    /// The port.
    pub port: u16,
    /// The protocol's name.
    pub protocol: &'s [u8],
    /// The other names.
    pub aliases: Names<'s>,
}

impl Services {
    /// Reads the text of the file, all of which it keeps.
    pub fn parse(text: &[u8]) -> Self {
        let form = Form { name_first: true, folded: false };
        let (table, ignored) = Table::read(text, form, |word, span| {
            let slash = word.iter().position(|&byte| byte == b'/')?;
            let (port, protocol) = word.split_at_checked(slash)?;
            if protocol.len() < 2 {
                return None;
            }
            Some((u16::try_from(number(port)?).ok()?, span.rest(slash + 1)))
        });
        Self { table, ignored }
    }

    /// The first line with this name and this protocol, or any.
    pub fn by_name<'s>(
        &'s self,
        name: &'s [u8],
        protocol: Option<&[u8]>,
    ) -> Option<ServicesLine<'s>> {
        let mut lines = self.table.named(name).map(|row| self.line(row));
        lines.find(|line| protocol.is_none_or(|protocol| line.protocol == protocol))
    }

    /// The first line with this port and this protocol, or any.
    pub fn by_port(&self, port: u16, protocol: Option<&[u8]>) -> Option<ServicesLine<'_>> {
        let mut lines = self.table.keyed(port).map(|row| self.line(row));
        lines.find(|line| protocol.is_none_or(|protocol| line.protocol == protocol))
    }

    /// All lines, but for those that are ignored.
    pub fn lines(&self) -> impl Iterator<Item = ServicesLine<'_>> {
        self.table.rows().map(|row| self.line(row))
    }

    /// How many lines are neither empty nor understood.
    pub fn ignored(&self) -> usize {
        self.ignored
    }

    fn line<'s>(&'s self, row: Found<'s, u16, Span>) -> ServicesLine<'s> {
        ServicesLine {
            name: row.name,
            port: row.key,
            protocol: self.table.text(row.value),
            aliases: row.aliases,
        }
    }
}

impl fmt::Debug for Services {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_list().entries(self.lines()).finish()
    }
}
