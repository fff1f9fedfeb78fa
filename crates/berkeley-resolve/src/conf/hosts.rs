//! /etc/hosts: addresses and their names.
//!
//! Contract: a line is an IP address, an official name, and aliases; `#` begins a comment. A name may stand on several lines and
//! then has the addresses of all, in order, each with the official name of its line. Names are the same in either case (ASCII)
//! and with a dot behind; an IPv6 address may have a zone. glibc has neither of the last two. Its C library's quirk that
//! `::1` answers a question for IPv4 by `127.0.0.1` is left to who asks. Sources: hosts(5); glibc's nss_files/files-hosts.c.

use core::fmt;
use core::net::IpAddr;

use berkeley_addr::Scope;

use super::table::{Form, Found, Names, Table};
use super::text::scoped_ip;

/// What /etc/hosts says.
///
/// ```
/// use berkeley_resolve::conf::Hosts;
///
/// let hosts = Hosts::parse(b"127.0.0.1 localhost\n::1 localhost ip6-localhost # both\nfe80::1%eth0 router\n");
/// let addresses: Vec<_> = hosts.by_name(b"LOCALHOST.").map(|line| line.ip.to_string()).collect();
/// assert_eq!(addresses, ["127.0.0.1", "::1"]);
/// let line = hosts.by_address("::1".parse()?).next().ok_or("no line")?;
/// assert_eq!((line.name, line.aliases.last()), (&b"localhost"[..], Some(&b"ip6-localhost"[..])));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone)]
pub struct Hosts {
    table: Table<IpAddr, Scope>,
    ignored: usize,
}

/// A line of /etc/hosts.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct HostsLine<'h> {
    /// The address.
    pub ip: IpAddr,
    /// The zone of an IPv6 address.
    pub scope: Scope,
    /// The official name, as it is written.
    pub name: &'h [u8],
    /// The other names, as they are written.
    pub aliases: Names<'h>,
}

impl Hosts {
    /// Reads the text of the file, all of which it keeps.
    pub fn parse(text: &[u8]) -> Self {
        let form = Form { name_first: false, folded: true };
        let (table, ignored) = Table::read(text, form, |word, _| scoped_ip(word));
        Self { table, ignored }
    }

    /// The lines that have this name.
    pub fn by_name<'h>(&'h self, name: &'h [u8]) -> impl Iterator<Item = HostsLine<'h>> {
        self.table.named(name).map(HostsLine::from)
    }

    /// The lines of this address, whatever their zones.
    pub fn by_address(&self, ip: IpAddr) -> impl Iterator<Item = HostsLine<'_>> {
        self.table.keyed(ip).map(HostsLine::from)
    }

    /// All lines, but for those that are ignored.
    pub fn lines(&self) -> impl Iterator<Item = HostsLine<'_>> {
        self.table.rows().map(HostsLine::from)
    }

    /// How many lines are neither empty nor understood: no address, no name, or a zone that no interface can have.
    pub fn ignored(&self) -> usize {
        self.ignored
    }
}

impl<'h> From<Found<'h, IpAddr, Scope>> for HostsLine<'h> {
    fn from(row: Found<'h, IpAddr, Scope>) -> Self {
        Self { ip: row.key, scope: row.value, name: row.name, aliases: row.aliases }
    }
}

impl fmt::Debug for Hosts {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_list().entries(self.lines()).finish()
    }
}
