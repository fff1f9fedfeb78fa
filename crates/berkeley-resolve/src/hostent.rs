//! An entry of the hosts database, as gethostbyname(3) and gethostbyaddr(3) give it.
//!
//! Contract: plain values; names are printable already. Source: gethostbyname(3).

use core::net::IpAddr;

/// An entry of the hosts database.
#[doc(alias = "hostent")]
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct HostEntry {
    /// The official name.
    pub name: String,
    /// Other names.
    pub aliases: Vec<String>,
    /// The addresses.
    pub addresses: Vec<IpAddr>,
}
