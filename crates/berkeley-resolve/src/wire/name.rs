//! A domain name of its own, inline.
//!
//! Contract: always absolute, at most 255 bytes as a message counts them, labels of at most 63; equal and hashed without
//! regard to the case of ASCII letters, which it keeps. A text is read in one pass that ends at the first fault or when the name is
//! full, whatever its length, and never cut. A final dot makes no difference here: it is the search list's affair. No IDNA: what
//! is not ASCII must be escaped or given as `xn--`. Sources: RFC 1035 sections 2.3.4 and 5.1, RFC 4343, RFC 3596 for ip6.arpa.

use core::fmt;
use core::hash::{Hash, Hasher};
use core::net::IpAddr;
use core::str::FromStr;

use super::error::{NameError, NameFault};
use super::label::{Labels, NameRef};

/// The longest name, as a message counts.
const LONGEST: usize = 255;

/// A domain name.
///
/// ```
/// use berkeley_resolve::wire::Name;
///
/// let name: Name = "WWW.Example.org.".parse()?;
/// assert_eq!(name, "www.example.org".parse()?);
/// assert_eq!(name.to_string(), "WWW.Example.org");
/// assert_eq!(r"a\.b.example".parse::<Name>()?.labels().count(), 2);
/// # Ok::<(), berkeley_resolve::wire::NameError>(())
/// ```
#[derive(Clone)]
pub struct Name {
    /// Of `bytes`, with the root's.
    len: u8,
    bytes: [u8; LONGEST],
}

impl Name {
    /// The root, `.`.
    pub const ROOT: Self = Self { len: 1, bytes: [0; LONGEST] };

    /// The name under which an address's own name is found: `1.2.0.192.in-addr.arpa`, or 32 digits and `ip6.arpa`.
    ///
    /// ```
    /// use berkeley_resolve::wire::Name;
    ///
    /// assert_eq!(Name::reverse("192.0.2.1".parse()?).to_string(), "1.2.0.192.in-addr.arpa");
    /// # Ok::<(), core::net::AddrParseError>(())
    /// ```
    pub fn reverse(ip: IpAddr) -> Self {
        let mut name = Writer::new();
        // Seven and 34 labels: both fit.
        let _ = match ip {
            IpAddr::V4(ip) => {
                let [a, b, c, d] = ip.octets();
                let octets = [d, c, b, a].iter().try_for_each(|octet| name.number(*octet));
                octets.and_then(|()| name.label(b"in-addr"))
            }
            IpAddr::V6(ip) => {
                let octets = ip.octets();
                let mut digits = octets.iter().rev().flat_map(|octet| [octet & 15, octet >> 4]);
                let digits = digits.try_for_each(|digit| {
                    name.label(&[b"0123456789abcdef"[usize::from(digit & 15)]])
                });
                digits.and_then(|()| name.label(b"ip6"))
            }
        };
        let _ = name.label(b"arpa");
        name.finish()
    }

    /// The name as a message has it, without pointers.
    pub fn as_bytes(&self) -> &[u8] {
        self.bytes.get(..usize::from(self.len)).unwrap_or(&[0])
    }

    /// The name as one within a message, for comparing.
    pub fn view(&self) -> NameRef<'_> {
        NameRef::whole(self.as_bytes())
    }

    /// The labels, without the root's.
    pub fn labels(&self) -> Labels<'_> {
        self.view().labels()
    }

    /// Whether it is the root.
    pub const fn is_root(&self) -> bool {
        self.len == 1
    }

    /// Whether the name ends in another's labels, or is that name.
    pub fn is_within(&self, other: &Self) -> bool {
        self.view().is_within(other.view())
    }

    /// The name with a suffix behind it: `www` and `example.org` are `www.example.org`.
    ///
    /// # Errors
    /// [`NameFault::Length`] if together they are too long, at the number of bytes there would be.
    pub fn join(&self, suffix: &Self) -> Result<Self, NameError> {
        let (head, tail) = (self.as_bytes(), suffix.as_bytes());
        let head = head.get(..head.len() - 1).unwrap_or_default();
        let len = head.len() + tail.len();
        let too_long = NameError::new(NameFault::Length, len);
        let mut joined = Self { len: u8::try_from(len).map_err(|_| too_long)?, ..Self::ROOT };
        let (start, rest) = joined.bytes.split_at_mut(head.len());
        start.copy_from_slice(head);
        rest.get_mut(..tail.len()).ok_or(too_long)?.copy_from_slice(tail);
        Ok(joined)
    }

    /// The name with each letter in the case that a bit of `random` says: what only who saw the question can give back
    /// (draft-vixie-dnsext-dns0x20).
    #[must_use]
    pub fn with_case(&self, random: &[u8; 32]) -> Self {
        let mut name = self.clone();
        for (place, byte) in name.bytes.iter_mut().enumerate() {
            // Lengths are below 64 and no letters.
            if byte.is_ascii_alphabetic() {
                let bits = random.get(place / 8).copied().unwrap_or_default();
                *byte = (*byte & !0x20) | (((bits >> (place % 8)) & 1) << 5);
            }
        }
        name
    }
}

impl FromStr for Name {
    type Err = NameError;

    /// # Errors
    /// What is wrong, and where.
    fn from_str(text: &str) -> Result<Self, NameError> {
        match text {
            "" => return Err(NameError::new(NameFault::Empty, 0)),
            "." => return Ok(Self::ROOT),
            _ => {}
        }
        let text = text.as_bytes();
        let mut name = Writer::new();
        let mut at = 0;
        while at < text.len() {
            let start = at;
            let byte = match text.get(at..).unwrap_or_default() {
                [b'.', ..] => {
                    name.end().map_err(|fault| NameError::new(fault, at))?;
                    at += 1;
                    continue;
                }
                [b'\\', rest @ ..] => {
                    let (byte, len) =
                        escaped(rest).ok_or_else(|| NameError::new(NameFault::Escape, at))?;
                    at += len;
                    byte
                }
                [byte @ b'!'..=b'~', ..] => *byte,
                _ => return Err(NameError::new(NameFault::Unexpected, at)),
            };
            at += 1;
            name.push(byte).map_err(|fault| NameError::new(fault, start))?;
        }
        if !text.ends_with(b".") || name.open() {
            name.end().map_err(|fault| NameError::new(fault, at))?;
        }
        Ok(name.finish())
    }
}

/// The byte that is escaped, and how many stand for it behind the `\`.
fn escaped(text: &[u8]) -> Option<(u8, usize)> {
    match text {
        [a @ b'0'..=b'9', b @ b'0'..=b'9', c @ b'0'..=b'9', ..] => {
            let value =
                [a, b, c].iter().fold(0, |value, digit| 10 * value + u16::from(**digit - b'0'));
            Some((u8::try_from(value).ok()?, 3))
        }
        [b'0'..=b'9', ..] => None,
        [byte @ b'!'..=b'~', ..] => Some((*byte, 1)),
        _ => None,
    }
}

/// A name that is being written.
struct Writer {
    bytes: [u8; LONGEST],
    /// Where the length of the label stands that is being written.
    label: usize,
    /// Behind the last byte.
    at: usize,
}

impl Writer {
    const fn new() -> Self {
        Self { bytes: [0; LONGEST], label: 0, at: 1 }
    }

    /// Whether a label has begun.
    const fn open(&self) -> bool {
        self.at > self.label + 1
    }

    fn push(&mut self, byte: u8) -> Result<(), NameFault> {
        if self.at - self.label > 63 {
            return Err(NameFault::LabelLength);
        }
        // One byte stays for the root.
        if self.at >= LONGEST - 1 {
            return Err(NameFault::Length);
        }
        *self.bytes.get_mut(self.at).ok_or(NameFault::Length)? = byte;
        self.at += 1;
        Ok(())
    }

    /// Ends the label.
    fn end(&mut self) -> Result<(), NameFault> {
        if !self.open() {
            return Err(NameFault::EmptyLabel);
        }
        let len = u8::try_from(self.at - self.label - 1).map_err(|_| NameFault::LabelLength)?;
        *self.bytes.get_mut(self.label).ok_or(NameFault::Length)? = len;
        self.label = self.at;
        self.at += 1;
        Ok(())
    }

    fn label(&mut self, label: &[u8]) -> Result<(), NameFault> {
        label.iter().try_for_each(|byte| self.push(*byte))?;
        self.end()
    }

    /// A label of decimal digits.
    fn number(&mut self, number: u8) -> Result<(), NameFault> {
        for (digit, least) in [(number / 100, 100), (number / 10 % 10, 10), (number % 10, 0)] {
            if number >= least {
                self.push(b'0' + digit)?;
            }
        }
        self.end()
    }

    fn finish(self) -> Name {
        // The root's byte is the length of a label that never began.
        let len = self.label + 1;
        Name { len: u8::try_from(len).unwrap_or(u8::MAX), bytes: self.bytes }
    }
}

impl From<NameRef<'_>> for Name {
    /// A name of a message, on its own.
    fn from(name: NameRef<'_>) -> Self {
        let mut own = Writer::new();
        for label in name.labels() {
            // A checked name fits.
            let _ = own.label(label);
        }
        own.finish()
    }
}

impl PartialEq for Name {
    fn eq(&self, other: &Self) -> bool {
        // Lengths are below 64 and no letters, so folding all bytes folds the labels.
        self.as_bytes().eq_ignore_ascii_case(other.as_bytes())
    }
}

impl Eq for Name {}

impl PartialEq<Name> for NameRef<'_> {
    fn eq(&self, other: &Name) -> bool {
        *self == other.view()
    }
}

impl Hash for Name {
    fn hash<H: Hasher>(&self, state: &mut H) {
        self.view().hash(state);
    }
}

impl fmt::Display for Name {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(&self.view(), f)
    }
}

impl fmt::Debug for Name {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn texts_are_names_or_faults() {
        let long = "a".repeat(63);
        let full = format!("{long}.{long}.{long}.{}", "b".repeat(61));
        let names = [
            (".", "."),
            ("a", "a"),
            ("a.", "a"),
            ("_sip._tcp.*.x-y", "_sip._tcp.*.x-y"),
            (r"\046\.\\\097\$", r"\.\.\\a\$"),
            (r"\000\255\032", r"\000\255\032"),
            (&full, &full),
            (&long, &long),
        ];
        for (text, canonical) in names {
            let name: Name = text.parse().expect(text);
            assert_eq!(name.to_string(), canonical);
            assert_eq!(canonical.parse(), Ok(name));
        }
        let fault = |text: &str| text.parse::<Name>().map_err(|error| (error.fault(), error.at()));
        let faults = [
            ("", NameFault::Empty, 0),
            ("..", NameFault::EmptyLabel, 0),
            (".a", NameFault::EmptyLabel, 0),
            ("a..", NameFault::EmptyLabel, 2),
            ("a..b", NameFault::EmptyLabel, 2),
            ("a b", NameFault::Unexpected, 1),
            ("a\0", NameFault::Unexpected, 1),
            ("a\r\n", NameFault::Unexpected, 1),
            ("bücher", NameFault::Unexpected, 1),
            ("a\\", NameFault::Escape, 1),
            (r"\25", NameFault::Escape, 0),
            (r"\256", NameFault::Escape, 0),
            ("\\ ", NameFault::Escape, 0),
            (&format!("{long}a"), NameFault::LabelLength, 63),
            (&format!("{full}b"), NameFault::Length, 253),
            (&"a.".repeat(1 << 19), NameFault::Length, 254),
            (&"a".repeat(1 << 20), NameFault::LabelLength, 63),
        ];
        for (text, cause, at) in faults {
            assert_eq!(fault(text), Err((cause, at)), "{}", &text[..text.len().min(70)]);
        }
    }

    #[test]
    fn reverse_names_join_and_case() {
        let v6 = Name::reverse("2001:db8::567:89ab".parse().expect("an address"));
        let digits = "b.a.9.8.7.6.5.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.8.b.d.0.1.0.0.2.ip6.arpa";
        assert_eq!(v6.to_string(), digits);
        for (ip, name) in [("10.0.255.100", "100.255.0.10"), ("1.20.0.0", "0.0.20.1")] {
            let name = format!("{name}.in-addr.arpa");
            assert_eq!(Name::reverse(ip.parse().expect("an address")).to_string(), name);
        }
        let name = |text: &str| text.parse::<Name>().expect(text);
        assert_eq!(name("www").join(&name("example.org")), Ok(name("www.example.org")));
        assert_eq!(name("www").join(&Name::ROOT), Ok(name("www")));
        let long = name(&["a"; 100].join("."));
        assert_eq!(long.join(&long).map_err(NameError::fault), Err(NameFault::Length));
        assert!(name("a.b.C").is_within(&name("B.c")) && name("b").is_within(&Name::ROOT));
        assert!(!name("ab.c").is_within(&name("b.c")) && !name("c").is_within(&name("b.c")));
        assert_eq!(name("aB1-z").with_case(&[0; 32]).to_string(), "AB1-Z");
        assert_eq!(name("aB1-z").with_case(&[255; 32]).to_string(), "ab1-z");
    }
}
