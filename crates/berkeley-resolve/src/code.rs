//! The codes of libc's resolver: `EAI_*` of getaddrinfo(3) and getnameinfo(3), and the values of h_errno of
//! gethostbyname(3). Open newtypes; each known code has its C name, words of its own, and what to try. Values: netdb.h.

use core::fmt;

/// What a known code is called, what it says, and what to try.
struct Entry {
    code: i32,
    name: &'static str,
    words: &'static str,
    advice: &'static str,
}

/// Declares the codes of an open newtype, once: of each a constant with its C name as search alias and its words as doc
/// text, and its row of the table; and how they are asked and printed. `$prefix` stands before a number without a name.
macro_rules! codes {
    ($(#[$about:meta])* $type:ident, $prefix:literal:
        $($name:ident = $value:literal, $c:literal, $words:literal, $advice:literal;)*) => {
        $(#[$about])*
        #[derive(Clone, Copy, PartialEq, Eq, Hash)]
        pub struct $type(i32);

        impl $type {
            $(
                #[doc = concat!("`", $c, "`: ", $words, ".")]
                #[doc(alias = $c)]
                pub const $name: Self = Self($value);
            )*

            const TABLE: &[Entry] = &[
                $(Entry { code: $value, name: $c, words: $words, advice: $advice }),*
            ];

            /// The code of a number.
            pub const fn new(number: i32) -> Self {
                Self(number)
            }

            /// The number of the code.
            pub const fn raw(self) -> i32 {
                self.0
            }

            /// What to try; empty for an unknown code.
            pub fn advice(self) -> &'static str {
                self.entry().map_or("", |entry| entry.advice)
            }

            fn entry(self) -> Option<&'static Entry> {
                Self::TABLE.iter().find(|entry| entry.code == self.0)
            }
        }

        /// The words, and the C name in parentheses.
        impl fmt::Display for $type {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                let words = self.entry().map_or("an unknown failure", |entry| entry.words);
                write!(f, "{words} ({self:?})")
            }
        }

        /// The C name.
        impl fmt::Debug for $type {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                match self.entry() {
                    Some(entry) => f.write_str(entry.name),
                    None => write!(f, "{}{}", $prefix, self.0),
                }
            }
        }
    };
}

codes! {
    /// An error of [`getaddrinfo`](crate::getaddrinfo) and [`getnameinfo`](crate::getnameinfo).
    ///
    /// ```
    /// use berkeley_resolve::Eai;
    ///
    /// assert_eq!(Eai::NONAME.to_string(), "no such host (EAI_NONAME)");
    /// assert_eq!(Eai::NONAME.advice(), "check the spelling");
    /// assert_eq!(Eai::new(-77).to_string(), "an unknown failure (EAI_-77)");
    /// ```
    #[doc(alias("gaierror", "gai_strerror"))]
    Eai, "EAI_":
    BADFLAGS = -1, "EAI_BADFLAGS", "the flags are unknown or do not go together",
        "see getaddrinfo(3); AI_CANONNAME needs a host";
    NONAME = -2, "EAI_NONAME", "no such host", "check the spelling";
    AGAIN = -3, "EAI_AGAIN", "the name servers gave no answer for now",
        "try again; see whether those in /etc/resolv.conf can be reached";
    FAIL = -4, "EAI_FAIL", "the name server failed to answer",
        "ask another one: /etc/resolv.conf lists them";
    NODATA = -5, "EAI_NODATA", "the host exists but has no address of the family asked for",
        "ask for the other family";
    FAMILY = -6, "EAI_FAMILY", "no addresses of this family can be looked up",
        "take AF_INET, AF_INET6 or AF_UNSPEC";
    SOCKTYPE = -7, "EAI_SOCKTYPE", "the socket type is unknown or does not go with the protocol",
        "leave one of them open";
    SERVICE = -8, "EAI_SERVICE", "no such service for this socket type",
        "give the port as a number, or add the name to /etc/services";
    ADDRFAMILY = -9, "EAI_ADDRFAMILY", "the host is an address of another family",
        "ask for that family, or for any";
    MEMORY = -10, "EAI_MEMORY", "out of memory", "free some, or raise the limit";
    SYSTEM = -11, "EAI_SYSTEM", "a system call failed", "its errno says why";
    OVERFLOW = -12, "EAI_OVERFLOW", "the name is longer than any buffer", "ask for numbers instead";
    INPROGRESS = -100, "EAI_INPROGRESS", "the lookup is still under way", "wait for it";
    CANCELED = -101, "EAI_CANCELED", "the lookup was cancelled", "start it anew";
    NOTCANCELED = -102, "EAI_NOTCANCELED", "the lookup could not be cancelled", "wait for it";
    ALLDONE = -103, "EAI_ALLDONE", "all lookups are done already", "read their answers";
    INTR = -104, "EAI_INTR", "a signal ended the lookup", "ask again";
    IDN_ENCODE = -105, "EAI_IDN_ENCODE", "the name cannot be written in ASCII", "give its xn-- form";
}

codes! {
    /// An error of [`gethostbyname_ex`](crate::gethostbyname_ex) and [`gethostbyaddr`](crate::gethostbyaddr): a value of
    /// h_errno.
    ///
    /// ```
    /// use berkeley_resolve::HostErrno;
    ///
    /// assert_eq!(HostErrno::NOT_FOUND.to_string(), "no such host (HOST_NOT_FOUND)");
    /// ```
    #[doc(alias("herror", "h_errno", "hstrerror"))]
    HostErrno, "h_errno ":
    INTERNAL = -1, "NETDB_INTERNAL", "a system call failed", "its errno says why";
    SUCCESS = 0, "NETDB_SUCCESS", "libc failed but named no failure", "ask again";
    NOT_FOUND = 1, "HOST_NOT_FOUND", "no such host", "check the spelling";
    AGAIN = 2, "TRY_AGAIN", "the name servers gave no answer for now",
        "try again; see whether those in /etc/resolv.conf can be reached";
    FAIL = 3, "NO_RECOVERY", "the name server failed to answer",
        "ask another one: /etc/resolv.conf lists them";
    NODATA = 4, "NO_DATA", "the host exists but has no address or name of this kind",
        "ask for the other family";
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_code_has_a_name_words_and_advice_of_its_own() {
        for table in [Eai::TABLE, HostErrno::TABLE] {
            for (i, entry) in table.iter().enumerate() {
                assert!(!entry.advice.is_empty(), "{}", entry.name);
                for other in &table[i + 1..] {
                    assert_ne!(entry.code, other.code);
                    assert_ne!(entry.name, other.name);
                    assert_ne!(entry.words, other.words);
                }
            }
        }
        assert_eq!((Eai::new(-8), HostErrno::new(4)), (Eai::SERVICE, HostErrno::NODATA));
        assert_eq!(format!("{:?} {:?}", Eai::AGAIN, HostErrno::new(9)), "EAI_AGAIN h_errno 9");
    }
}
