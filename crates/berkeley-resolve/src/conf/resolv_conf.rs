//! /etc/resolv.conf: which name servers to ask, what to put behind a short name, and how.
//!
//! Contract: glibc's rules. A keyword begins its line. The last `search` or `domain` wins. Numbers are held to what glibc holds
//! them to, and to at least one second and one attempt, which it does when it waits. A flag is known by its beginning, as in glibc,
//! and `-` before it takes it back. Unlike glibc: a word that begins with `#` or `;` ends a search list, since no domain begins so
//! and glibc would ask for it; `\r` is a blank, so a file with DOS lines has name servers; `usevc` and `tcp` mean `use-vc`, as in BSD.
//! Sources: resolv.conf(5); glibc's resolv/res_init.c and resolv.h; Go's net/dnsconfig_unix.go.

use core::net::{IpAddr, Ipv4Addr, Ipv6Addr};
use core::str;
use core::time::Duration;

use berkeley_addr::{Ip as _, Scope, inet_aton};

use super::text::{before, is_blank, lines, scope, words};

/// What /etc/resolv.conf says; [`Default`] is what an absent or empty one means.
///
/// ```
/// use berkeley_resolve::conf::ResolvConf;
///
/// let conf = ResolvConf::parse(b"nameserver 192.0.2.53\nsearch a.example b.example\noptions ndots:2 rotate\n");
/// assert_eq!(conf.nameservers[0].ip.to_string(), "192.0.2.53");
/// assert_eq!(conf.search.concat(), b"a.exampleb.example");
/// assert!(conf.options.rotate && conf.options.ndots == 2);
/// assert_eq!(ResolvConf::default().nameservers[0].ip.to_string(), "127.0.0.1");
/// ```
#[doc(alias("__res_state", "res_init"))]
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct ResolvConf {
    /// All servers, in order, at least one. C libraries use the first three.
    pub nameservers: Vec<Nameserver>,
    /// What to put behind a name with few dots, in order, as it is written: `.` may be among them.
    pub search: Vec<Box<[u8]>>,
    /// How to ask.
    pub options: ResolvOptions,
    /// How many lines and options are not understood.
    pub ignored: usize,
    /// Whether something said what `search` is, be it nothing.
    searched: bool,
}

/// A name server. Its port is 53.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Nameserver {
    /// Its address.
    pub ip: IpAddr,
    /// The zone of an IPv6 address. One that cannot be read is none, as in glibc.
    pub scope: Scope,
}

/// The options of resolv.conf(5).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
#[expect(clippy::struct_excessive_bools, reason = "each is a word of resolv.conf")]
pub struct ResolvOptions {
    /// `ndots:n`: a name with at least so many dots is asked for as it is before `search` is used. 0 to 15; 1.
    pub ndots: u8,
    /// `timeout:n`: how long to wait for a server. 1 to 30 seconds; 5.
    pub timeout: Duration,
    /// `attempts:n`: how often to ask each server. 1 to 5; 2.
    pub attempts: u8,
    /// `rotate`: begin with another server each time.
    pub rotate: bool,
    /// `use-vc`: ask over TCP.
    pub use_vc: bool,
    /// `edns0`, or `-edns0`: whether to say what EDNS can say; `None` where the file leaves it open.
    pub edns0: Option<bool>,
    /// `trust-ad`: the servers may say that an answer is authentic.
    pub trust_ad: bool,
    /// `single-request`: ask for A and AAAA one after the other.
    pub single_request: bool,
    /// `single-request-reopen`: ask for AAAA from a socket of its own.
    pub single_request_reopen: bool,
    /// `no-tld-query`: never ask for a name without a dot as it is.
    pub no_tld_query: bool,
    /// `no-aaaa`: never ask for AAAA.
    pub no_aaaa: bool,
    /// `no-reload`: do not look whether the file changed.
    pub no_reload: bool,
    /// `strict-error`: a failure of one family, or within the search list, is the failure of all.
    pub strict_error: bool,
}

impl ResolvConf {
    /// Reads the text of the file.
    pub fn parse(text: &[u8]) -> Self {
        let mut conf = Self {
            nameservers: Vec::new(),
            search: Vec::new(),
            options: ResolvOptions::default(),
            ignored: 0,
            searched: false,
        };
        for line in lines(text) {
            conf.read(line);
        }
        if conf.nameservers.is_empty() {
            let ip = Ipv4Addr::LOCALHOST.into();
            conf.nameservers.push(Nameserver { ip, scope: Scope::None });
        }
        conf
    }

    /// What the environment says instead: the values of `LOCALDOMAIN`, a search list, and of `RES_OPTIONS`, options that come
    /// after the file's.
    #[must_use]
    pub fn with_environment(
        mut self,
        localdomain: Option<&[u8]>,
        res_options: Option<&[u8]>,
    ) -> Self {
        let line = |value| before(before(value, |byte| byte == 0), |byte| byte == b'\n');
        if let Some(domains) = localdomain {
            self.search = words(line(domains)).map(Box::from).collect();
            self.searched = true;
        }
        self.ignored += self.options.read(line(res_options.unwrap_or_default()));
        self
    }

    /// What this machine's name says: where neither file nor environment gave a search list, it is the part behind the first dot.
    #[must_use]
    pub fn with_hostname(mut self, hostname: &[u8]) -> Self {
        if !self.searched {
            let host = before(hostname, |byte| byte == b'.');
            let domain = hostname.get(host.len() + 1..).filter(|domain| !domain.is_empty());
            self.search = domain.into_iter().map(Box::from).collect();
        }
        self
    }

    fn read(&mut self, line: &[u8]) {
        let mut values = words(line);
        if matches!(line.first(), Some(b'#' | b';')) || values.next().is_none() {
            return;
        }
        // The keyword is empty where a blank begins the line.
        let keyword = before(line, is_blank);
        let understood = match keyword {
            b"nameserver" => values.next().and_then(Nameserver::read).map(|server| {
                self.nameservers.push(server);
            }),
            b"domain" | b"search" => {
                let most = if keyword == b"domain" { 1 } else { usize::MAX };
                let is_domain = |word: &&[u8]| !matches!(word.first(), Some(b'#' | b';'));
                let domains = values.take_while(is_domain).take(most);
                let domains: Vec<Box<[u8]>> = domains.map(Box::from).collect();
                (!domains.is_empty()).then(|| {
                    self.search = domains;
                    self.searched = true;
                })
            }
            b"options" => {
                let words = line.get(keyword.len()..).unwrap_or_default();
                self.ignored += self.options.read(words);
                Some(())
            }
            // A wish of gethostbyname's that getaddrinfo never knew.
            b"sortlist" => Some(()),
            _ => None,
        };
        self.ignored += usize::from(understood.is_none());
    }
}

impl Default for ResolvConf {
    fn default() -> Self {
        Self::parse(b"")
    }
}

impl Nameserver {
    /// An address of inet_aton's kind, or of IPv6 with or without a zone.
    fn read(word: &[u8]) -> Option<Self> {
        let text = str::from_utf8(word).ok()?;
        if let Ok(ip) = inet_aton(text) {
            return Some(Self { ip: ip.into(), scope: Scope::None });
        }
        let (ip, zone) = text.split_once('%').unwrap_or((text, ""));
        let ip = Ipv6Addr::parse(ip).ok()?.into();
        Some(Self { ip, scope: scope(zone).unwrap_or_default() })
    }
}

impl ResolvOptions {
    /// The options of a line; how many are not understood.
    fn read(&mut self, line: &[u8]) -> usize {
        words(line).filter(|word| self.set(word).is_none()).count()
    }

    fn set(&mut self, word: &[u8]) -> Option<()> {
        if let Some(value) = word.strip_prefix(b"ndots:") {
            self.ndots = value_of(value, 0, 15);
        } else if let Some(value) = word.strip_prefix(b"timeout:") {
            self.timeout = Duration::from_secs(value_of(value, 1, 30).into());
        } else if let Some(value) = word.strip_prefix(b"attempts:") {
            self.attempts = value_of(value, 1, 5);
        } else {
            let (on, word) = word.strip_prefix(b"-").map_or((true, word), |word| (false, word));
            *self.flag(word)? = on;
        }
        Some(())
    }

    /// Where a flag is kept.
    fn flag(&mut self, word: &[u8]) -> Option<&mut bool> {
        let is = |name: &str| word.starts_with(name.as_bytes());
        Some(match word {
            // BSD's, and so not by their beginnings.
            b"usevc" | b"tcp" => &mut self.use_vc,
            _ if is("rotate") => &mut self.rotate,
            _ if is("edns0") => self.edns0.get_or_insert(true),
            // Both of these begin with the second.
            _ if is("single-request-reopen") => &mut self.single_request_reopen,
            _ if is("single-request") => &mut self.single_request,
            _ if is("no_tld_query") || is("no-tld-query") => &mut self.no_tld_query,
            _ if is("no-reload") => &mut self.no_reload,
            _ if is("use-vc") => &mut self.use_vc,
            _ if is("trust-ad") => &mut self.trust_ad,
            _ if is("no-aaaa") => &mut self.no_aaaa,
            _ if is("strict-error") => &mut self.strict_error,
            _ => return None,
        })
    }
}

/// What resolv.conf(5) says of a file without `options`.
impl Default for ResolvOptions {
    fn default() -> Self {
        Self {
            ndots: 1,
            timeout: Duration::from_secs(5),
            attempts: 2,
            rotate: false,
            use_vc: false,
            edns0: None,
            trust_ad: false,
            single_request: false,
            single_request_reopen: false,
            no_tld_query: false,
            no_aaaa: false,
            no_reload: false,
            strict_error: false,
        }
    }
}

/// The number that a value begins with, as C reads it, within these bounds.
fn value_of(value: &[u8], least: u8, most: u8) -> u8 {
    let digits = before(value, |byte| !byte.is_ascii_digit());
    let number = super::text::number(digits).unwrap_or_default();
    u8::try_from(number).unwrap_or(u8::MAX).clamp(least, most)
}
