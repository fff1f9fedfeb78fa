//! SVCB and HTTPS records: how a service is reached.
//!
//! Contract: the parameters are checked when the record is decoded (each once, in order, whole), so walking them cannot fail. Their
//! values are checked when they are asked for: one that is not as its RFC says is not there. Source: RFC 9460 sections 2.2 and 7.

use core::net::{Ipv4Addr, Ipv6Addr};

use super::cursor::Cursor;
use super::error::{Fault, Malformed};
use super::label::NameRef;
use super::number::SvcKey;

/// The content of an SVCB or HTTPS record.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Svcb<'a> {
    /// Lower is preferred; 0 makes the record an alias of `target`.
    pub priority: u16,
    /// The host, or the root for the record's owner.
    pub target: NameRef<'a>,
    /// The parameters.
    pub params: Params<'a>,
}

impl<'a> Svcb<'a> {
    pub(super) fn decode(mut data: Cursor<'a>) -> Result<Self, Malformed> {
        let (priority, target) = (data.short()?, data.name()?);
        let params = Params(data.rest());
        let mut least = 0;
        while !data.is_empty() {
            let out_of_order = data.fault(Fault::Order);
            let key = u32::from(data.short()?);
            if key < least {
                return Err(out_of_order);
            }
            least = key + 1;
            data.counted()?;
        }
        Ok(Self { priority, target, params })
    }

    /// The value of a parameter, as it is written.
    pub fn param(&self, key: SvcKey) -> Option<&'a [u8]> {
        self.params.into_iter().find(|(own, _)| *own == key).map(|(_, value)| value)
    }

    /// The port, where it is not the one that was asked for.
    pub fn port(&self) -> Option<u16> {
        Some(u16::from_be_bytes(self.param(SvcKey::PORT)?.try_into().ok()?))
    }

    /// The protocols above TLS, as `h2`.
    pub fn alpn(&self) -> impl Iterator<Item = &'a [u8]> + use<'a> {
        let mut rest = self.param(SvcKey::ALPN).unwrap_or_default();
        core::iter::from_fn(move || {
            let (len, behind) = rest.split_first()?;
            let (name, behind) = behind.split_at_checked(usize::from(*len))?;
            rest = behind;
            Some(name)
        })
    }

    /// IPv4 addresses of the host.
    pub fn ipv4_hints(&self) -> impl Iterator<Item = Ipv4Addr> + use<'a> {
        chunks(self.param(SvcKey::IPV4HINT)).map(<[u8; 4]>::into)
    }

    /// IPv6 addresses of the host.
    pub fn ipv6_hints(&self) -> impl Iterator<Item = Ipv6Addr> + use<'a> {
        chunks(self.param(SvcKey::IPV6HINT)).map(<[u8; 16]>::into)
    }
}

/// A list's elements; none if the list is cut.
fn chunks<const N: usize>(list: Option<&[u8]>) -> impl Iterator<Item = [u8; N]> + use<'_, N> {
    let list = list.filter(|list| list.len() % N == 0).unwrap_or_default();
    list.chunks_exact(N).filter_map(|chunk| chunk.try_into().ok())
}

/// The parameters of an SVCB or HTTPS record: key and value.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Default)]
pub struct Params<'a>(&'a [u8]);

impl<'a> IntoIterator for Params<'a> {
    type Item = (SvcKey, &'a [u8]);
    type IntoIter = ParamsIter<'a>;

    fn into_iter(self) -> ParamsIter<'a> {
        ParamsIter(self.0)
    }
}

/// A walk over [`Params`].
#[derive(Clone, Debug)]
pub struct ParamsIter<'a>(&'a [u8]);

impl<'a> Iterator for ParamsIter<'a> {
    type Item = (SvcKey, &'a [u8]);

    fn next(&mut self) -> Option<Self::Item> {
        let mut cursor = Cursor::new(self.0, 0, self.0.len());
        let param = (SvcKey::new(cursor.short().ok()?), cursor.counted().ok()?);
        self.0 = cursor.rest();
        Some(param)
    }
}
