//! What a record holds, by its type.
//!
//! Contract: data of the wrong length are malformed, never read beyond nor filled up; names within end where the data end. A type
//! that is not listed is bytes. Sources: RFC 1035 section 3.3, RFC 3596 (AAAA), RFC 2782 (SRV), RFC 9460 (SVCB, HTTPS), RFC 6891 (OPT).

use core::net::{Ipv4Addr, Ipv6Addr};

use super::cursor::Cursor;
use super::edns::Opt;
use super::error::Malformed;
use super::label::NameRef;
use super::number::RecordType;
use super::svcb::Svcb;

/// A record's content.
#[non_exhaustive]
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Data<'a> {
    /// An IPv4 address.
    A(Ipv4Addr),
    /// An IPv6 address.
    Aaaa(Ipv6Addr),
    /// The name that the owner is an alias of.
    Cname(NameRef<'a>),
    /// The name of the address.
    Ptr(NameRef<'a>),
    /// A name server.
    Ns(NameRef<'a>),
    /// A mail server.
    Mx {
        /// Lower is preferred.
        preference: u16,
        /// The host.
        exchange: NameRef<'a>,
    },
    /// Texts, of any bytes.
    Txt(Strings<'a>),
    /// A service's server.
    Srv {
        /// Lower is preferred.
        priority: u16,
        /// Among those of one priority, how often it should be taken.
        weight: u16,
        /// Its port.
        port: u16,
        /// The host; the root says that there is no such service.
        target: NameRef<'a>,
    },
    /// The start of a zone.
    Soa(Soa<'a>),
    /// How a service is reached.
    Svcb(Svcb<'a>),
    /// How an HTTPS server is reached.
    Https(Svcb<'a>),
    /// EDNS.
    Opt(Opt<'a>),
    /// Another type's bytes.
    Other(&'a [u8]),
}

impl<'a> Data<'a> {
    /// The data between two places of a message, which lie within.
    pub(super) fn decode(
        (ty, class, ttl): (RecordType, u16, u32),
        mut data: Cursor<'a>,
    ) -> Result<Self, Malformed> {
        let decoded = match ty {
            RecordType::A => Self::A(data.array::<4>()?.into()),
            RecordType::AAAA => Self::Aaaa(data.array::<16>()?.into()),
            RecordType::CNAME => Self::Cname(data.name()?),
            RecordType::PTR => Self::Ptr(data.name()?),
            RecordType::NS => Self::Ns(data.name()?),
            RecordType::MX => Self::Mx { preference: data.short()?, exchange: data.name()? },
            RecordType::SRV => Self::Srv {
                priority: data.short()?,
                weight: data.short()?,
                port: data.short()?,
                target: data.name()?,
            },
            RecordType::SOA => Self::Soa(Soa {
                primary: data.name()?,
                mailbox: data.name()?,
                serial: data.long()?,
                refresh: data.long()?,
                retry: data.long()?,
                expire: data.long()?,
                minimum: data.long()?,
            }),
            // These take all that there is.
            RecordType::TXT => return Strings::decode(data).map(Self::Txt),
            RecordType::SVCB => return Svcb::decode(data).map(Self::Svcb),
            RecordType::HTTPS => return Svcb::decode(data).map(Self::Https),
            RecordType::OPT => return Opt::decode(class, ttl, data).map(Self::Opt),
            _ => return Ok(Self::Other(data.rest())),
        };
        data.end()?;
        Ok(decoded)
    }
}

/// The start of a zone.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Soa<'a> {
    /// The server that the others copy from.
    #[doc(alias = "MNAME")]
    pub primary: NameRef<'a>,
    /// Who is responsible; the first dot stands for `@`.
    #[doc(alias = "RNAME")]
    pub mailbox: NameRef<'a>,
    /// The zone's version.
    pub serial: u32,
    /// After how many seconds copies look for a new version.
    pub refresh: u32,
    /// After how many seconds they look again.
    pub retry: u32,
    /// After how many seconds they know nothing more.
    pub expire: u32,
    /// For how many seconds at most "no" may be kept (RFC 2308).
    pub minimum: u32,
}

/// Texts of up to 255 bytes each.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Default)]
pub struct Strings<'a>(&'a [u8]);

impl<'a> Strings<'a> {
    fn decode(mut data: Cursor<'a>) -> Result<Self, Malformed> {
        let strings = Self(data.rest());
        while !data.is_empty() {
            let len = usize::from(data.byte()?);
            data.bytes(len)?;
        }
        Ok(strings)
    }
}

impl<'a> IntoIterator for Strings<'a> {
    type Item = &'a [u8];
    type IntoIter = StringsIter<'a>;

    fn into_iter(self) -> StringsIter<'a> {
        StringsIter(self.0)
    }
}

/// A walk over [`Strings`].
#[derive(Clone, Debug)]
pub struct StringsIter<'a>(&'a [u8]);

impl<'a> Iterator for StringsIter<'a> {
    type Item = &'a [u8];

    fn next(&mut self) -> Option<&'a [u8]> {
        let (len, rest) = self.0.split_first()?;
        let (text, rest) = rest.split_at_checked(usize::from(*len))?;
        self.0 = rest;
        Some(text)
    }
}
