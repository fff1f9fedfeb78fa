//! The numbers of the DNS that have names: record types, classes, opcodes, response codes, EDNS options, SVCB parameters.
//!
//! Contract: open newtypes over the number as it stands in the message; each known one is printed by its mnemonic, others
//! as RFC 3597 section 5 does (`TYPE65280`), and both are read again, in any case.
//! Sources: IANA, "Domain Name System (DNS) Parameters" and "DNS Service Bindings"; RFC 6895.

use core::fmt;
use core::str::FromStr;

/// A text that names no record type, class or other number of the DNS.
///
/// ```
/// use berkeley_resolve::wire::RecordType;
///
/// let error = "TYPE65536".parse::<RecordType>().unwrap_err();
/// assert_eq!(error.to_string(), "neither a mnemonic of the DNS nor TYPE and a number");
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("neither a mnemonic of the DNS nor {prefix} and a number")]
pub struct NumberError {
    prefix: &'static str,
}

/// Declares a number's newtype, with a constant for each mnemonic, and how it is printed and read.
macro_rules! numbers {
    ($(#[$about:meta])* $type:ident, $int:ty, $prefix:literal: $($(#[$doc:meta])* $name:ident = $value:literal;)*) => {
        $(#[$about])*
        #[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub struct $type($int);

        impl $type {
            $($(#[$doc])* pub const $name: Self = Self($value);)*

            const TABLE: &[($int, &str)] = &[$(($value, stringify!($name))),*];

            /// What has this number.
            pub const fn new(number: $int) -> Self {
                Self(number)
            }

            /// The number.
            pub const fn raw(self) -> $int {
                self.0
            }
        }

        impl fmt::Display for $type {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                match Self::TABLE.iter().find(|(number, _)| *number == self.0) {
                    Some((_, name)) => f.pad(name),
                    None => write!(f, concat!($prefix, "{}"), self.0),
                }
            }
        }

        impl fmt::Debug for $type {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                fmt::Display::fmt(self, f)
            }
        }

        impl FromStr for $type {
            type Err = NumberError;

            fn from_str(text: &str) -> Result<Self, NumberError> {
                let named = Self::TABLE.iter().find(|(_, name)| name.eq_ignore_ascii_case(text));
                if let Some((number, _)) = named {
                    return Ok(Self(*number));
                }
                let error = NumberError { prefix: $prefix };
                let (prefix, number) = text.split_at_checked($prefix.len()).ok_or(error)?;
                let digits = number.bytes().all(|byte| byte.is_ascii_digit());
                match number.parse() {
                    Ok(number) if digits && prefix.eq_ignore_ascii_case($prefix) => Ok(Self(number)),
                    _ => Err(error),
                }
            }
        }
    };
}

numbers! {
    /// What a record holds.
    ///
    /// ```
    /// use berkeley_resolve::wire::RecordType;
    ///
    /// assert_eq!("aaaa".parse::<RecordType>()?, RecordType::AAAA);
    /// assert_eq!(RecordType::new(65280).to_string(), "TYPE65280");
    /// # Ok::<(), berkeley_resolve::wire::NumberError>(())
    /// ```
    #[doc(alias = "QTYPE")]
    RecordType, u16, "TYPE":
    /// An IPv4 address.
    A = 1;
    /// A name server of a zone.
    NS = 2;
    /// The name that an alias stands for.
    CNAME = 5;
    /// The start of a zone, with the time for which "no" may be kept.
    SOA = 6;
    /// The name of an address.
    PTR = 12;
    /// A mail server of a domain.
    MX = 15;
    /// Texts.
    TXT = 16;
    /// An IPv6 address.
    AAAA = 28;
    /// The server of a service (RFC 2782).
    SRV = 33;
    /// A rule for rewriting (RFC 3403).
    NAPTR = 35;
    /// The name that a whole tree of aliases stands for (RFC 6672).
    DNAME = 39;
    /// EDNS: not data but the sender's abilities (RFC 6891).
    OPT = 41;
    /// The key of a zone below (RFC 4034).
    DS = 43;
    /// The key of an SSH server (RFC 4255).
    SSHFP = 44;
    /// A signature (RFC 4034).
    RRSIG = 46;
    /// Proof that there is nothing else (RFC 4034).
    NSEC = 47;
    /// A zone's key (RFC 4034).
    DNSKEY = 48;
    /// The same as NSEC, over hashes (RFC 5155).
    NSEC3 = 50;
    /// The certificate of a TLS server (RFC 6698).
    TLSA = 52;
    /// How a service is reached (RFC 9460).
    SVCB = 64;
    /// How an HTTPS server is reached (RFC 9460).
    HTTPS = 65;
    /// All that there is; only asked for.
    ANY = 255;
    /// Who may issue certificates (RFC 8659).
    CAA = 257;
}

numbers! {
    /// In which DNS: practically always [`IN`](Self::IN).
    Class, u16, "CLASS":
    /// The Internet.
    IN = 1;
    /// Chaos; servers tell their version under it.
    CH = 3;
    /// Hesiod.
    HS = 4;
    /// None, in updates.
    NONE = 254;
    /// Any; only asked for.
    ANY = 255;
}

numbers! {
    /// What a message is for.
    Opcode, u8, "OPCODE":
    /// A question, or its answer.
    QUERY = 0;
    /// The server's state.
    STATUS = 2;
    /// A zone has changed (RFC 1996).
    NOTIFY = 4;
    /// A zone shall change (RFC 2136).
    UPDATE = 5;
}

numbers! {
    /// What a server says became of a question: four bits of the header, and eight more of EDNS.
    Rcode, u16, "RCODE":
    /// There is an answer, or the name has no records of the type asked for.
    NOERROR = 0;
    /// The server could not read the question; old ones say so to EDNS.
    FORMERR = 1;
    /// The server failed.
    SERVFAIL = 2;
    /// There is no such name.
    NXDOMAIN = 3;
    /// The server does not know this kind of question.
    NOTIMP = 4;
    /// The server does not want to answer.
    REFUSED = 5;
    /// The server has no authority for the zone, or may not be asked.
    NOTAUTH = 9;
    /// The server does not know this version of EDNS.
    BADVERS = 16;
    /// The cookie is not of this server (RFC 7873).
    BADCOOKIE = 23;
}

numbers! {
    /// An option of EDNS.
    OptionCode, u16, "OPTION":
    /// Name server identifier (RFC 5001).
    NSID = 3;
    /// The subnet for which the question is asked (RFC 7871).
    SUBNET = 8;
    /// A cookie (RFC 7873).
    COOKIE = 10;
    /// How long a TCP connection may idle (RFC 7828).
    KEEPALIVE = 11;
    /// Padding (RFC 7830).
    PADDING = 12;
    /// Why, more precisely than by the response code (RFC 8914).
    ERROR = 15;
}

numbers! {
    /// A parameter of SVCB and HTTPS records.
    SvcKey, u16, "key":
    /// The parameters without which the record is of no use.
    MANDATORY = 0;
    /// The protocols above TLS.
    ALPN = 1;
    /// The default protocol is not spoken.
    NO_DEFAULT_ALPN = 2;
    /// The port.
    PORT = 3;
    /// IPv4 addresses, in case A is not answered yet.
    IPV4HINT = 4;
    /// The configuration of Encrypted Client Hello.
    ECH = 5;
    /// IPv6 addresses, in case AAAA is not answered yet.
    IPV6HINT = 6;
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_number_is_read_as_it_is_printed() {
        for number in 0..=u16::MAX {
            let (ty, rcode) = (RecordType::new(number), Rcode::new(number));
            assert_eq!(ty.to_string().parse(), Ok(ty));
            assert_eq!(rcode.to_string().to_lowercase().parse(), Ok(rcode));
        }
        for text in ["", "TYPE", "TYPE-1", "TYPE+1", "TYPE65536", "A ", "CLASS1", "ÄÄÄÄÄ1"] {
            assert!(text.parse::<RecordType>().is_err(), "{text}");
        }
    }
}
