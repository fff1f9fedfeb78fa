//! Names beyond ASCII: to the DNS's form and back.
//!
//! Contract: what is ASCII is not looked into and stays as it is. The rest is UTS #46's, non-transitional, with the rules of host names, by the crate
//! `idna` of the feature of that name; without it such a name is refused in words. Sources: UTS #46, RFC 5890, RFC 5891.

use std::borrow::Cow;

use crate::error::{Cause, Part, ResolveError, Result};

/// A host's name in the DNS's form: `xn--bcher-kva.example` for `bücher.example`. ASCII stays as it is.
///
/// # Errors
///
/// [`Cause::Info`] with [`Eai::IDN_ENCODE`](crate::Eai::IDN_ENCODE): no name can have that form. [`Cause::Invalid`]: this was built without
/// the feature `idna`.
///
/// ```
/// use berkeley_resolve::to_ascii;
///
/// assert_eq!(to_ascii("example.org")?, "example.org");
/// # #[cfg(feature = "idna")]
/// assert_eq!(to_ascii("bücher.example")?, "xn--bcher-kva.example");
/// # Ok::<(), berkeley_resolve::ResolveError>(())
/// ```
#[doc(alias("idna", "punycode", "domain_to_ascii"))]
pub fn to_ascii(host: &str) -> Result<Cow<'_, str>> {
    ascii(host).map_err(|cause| ResolveError::new(Some(host), None, cause))
}

/// As [`to_ascii`].
pub(crate) fn ascii(host: &str) -> Result<Cow<'_, str>, Cause> {
    if host.is_ascii() { Ok(Cow::Borrowed(host)) } else { encoded(host) }
}

#[cfg(feature = "idna")]
fn encoded(host: &str) -> Result<Cow<'_, str>, Cause> {
    use idna::AsciiDenyList;
    use idna::uts46::{DnsLength, Hyphens, Uts46};

    // Linear for text of any length: no name is longer than this in any form.
    if host.len() > 4 * 255 {
        return Err(Cause::Info(crate::code::Eai::IDN_ENCODE));
    }
    // A dot behind is the caller's to say.
    let length = DnsLength::VerifyAllowRootDot;
    let name = Uts46::new().to_ascii(host.as_bytes(), AsciiDenyList::URL, Hyphens::Allow, length);
    name.map_err(|_| Cause::Info(crate::code::Eai::IDN_ENCODE))
}

#[cfg(not(feature = "idna"))]
fn encoded(host: &str) -> Result<Cow<'_, str>, Cause> {
    Err(not_ascii(host))
}

/// Why such a name is nobody's.
pub(crate) fn not_ascii(host: &str) -> Cause {
    let why = if cfg!(feature = "idna") {
        "a character beyond ASCII, which AI_IDN would translate"
    } else {
        "a character beyond ASCII, which takes the feature `idna` of berkeley-resolve"
    };
    Cause::Invalid {
        part: Part::Host,
        why,
        at: host.find(|char: char| !char.is_ascii()).unwrap_or(0),
    }
}

/// A name in its own characters; as it is, where it has none, or a part is not what it claims.
pub(crate) fn unicode(name: String) -> String {
    #[cfg(feature = "idna")]
    if name
        .split('.')
        .any(|label| label.get(..4).is_some_and(|four| four.eq_ignore_ascii_case("xn--")))
    {
        let (decoded, valid) = idna::domain_to_unicode(&name);
        if valid.is_ok() {
            return decoded;
        }
    }
    name
}
