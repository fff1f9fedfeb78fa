//! Where we differ from glibc on purpose: the agreed differences, each with its reason.

use core::fmt;
use core::net::Ipv6Addr;

use berkeley_resolve::AddrInfoFlags;

use crate::question::Question;
use crate::scene::Scene;

/// A question with two answers.
#[derive(Clone, Debug)]
pub(crate) struct Case {
    pub(crate) scene: Scene,
    pub(crate) question: Question,
    pub(crate) ours: String,
    pub(crate) glibc: String,
}

impl fmt::Display for Case {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Scene { nsswitch, resolv, gai, routes, variables, .. } = self.scene;
        writeln!(f, "{:?}", self.question)?;
        writeln!(f, "    ours  {}\n    glibc {}", self.ours, self.glibc)?;
        write!(f, "    {nsswitch:?} {resolv:?} {variables:?} {gai:?} {routes:?}")
    }
}

impl Case {
    /// The host that was asked for.
    fn host(&self) -> String {
        match &self.question {
            Question::Info(host, ..) => host.clone().unwrap_or_default(),
            Question::ByName(name) => name.clone(),
            Question::Name(addr, _) => addr.ip().to_string(),
            Question::ByAddr(ip) => ip.to_string(),
        }
    }

    fn is_of(&self, hosts: &[&str]) -> bool {
        hosts.contains(&self.host().as_str())
    }

    /// Whether it was asked with this flag of getaddrinfo.
    fn has(&self, flag: AddrInfoFlags) -> bool {
        matches!(self.question, Question::Info(_, _, [flags, ..]) if flags & flag.bits() != 0)
    }

    fn nsswitch(&self, words: &str) -> bool {
        self.scene.nsswitch.is_some_and(|text| text.contains(words))
    }

    /// Whether resolv.conf, or a variable in its place, has these words.
    fn resolv(&self, words: &str) -> bool {
        let variables = self.scene.variables.iter().map(|(_, value)| *value);
        self.scene.resolv.into_iter().chain(variables).any(|text| text.contains(words))
    }

    /// The search list of the environment.
    fn localdomain(&self) -> &str {
        let mut variables = self.scene.variables.iter();
        variables.find(|(name, _)| *name == "LOCALDOMAIN").map_or("", |(_, value)| value)
    }
}

/// A code that says there is none.
fn is_none(said: &str) -> bool {
    ["EAI_NONAME", "HOST_NOT_FOUND"].contains(&said)
}

/// A code that says somebody did not answer as he should.
fn is_failure(said: &str) -> bool {
    ["EAI_AGAIN", "TRY_AGAIN", "EAI_FAIL", "NO_RECOVERY"].contains(&said)
}

fn is_no_data(said: &str) -> bool {
    ["EAI_NODATA", "NO_DATA"].contains(&said)
}

/// An answer with addresses.
fn is_found(said: &str) -> bool {
    !is_none(said) && !is_failure(said) && !is_no_data(said) && !said.starts_with("EAI_")
}

/// Each address once.
fn once(said: &str) -> String {
    let ([separator, ..], mut kept) =
        (if said.contains("; ") { ["; "] } else { [" "] }, Vec::new());
    for part in said.split(separator) {
        // The first one may have the name behind it.
        let plain = part.split(" (").next().unwrap_or(part);
        if !kept.iter().any(|kept: &&str| kept.split(" (").next() == Some(plain)) {
            kept.push(part);
        }
    }
    kept.join(separator)
}

/// A row.
pub(crate) struct Difference {
    pub(crate) why: &'static str,
    pub(crate) holds: fn(&Case) -> bool,
}

const fn row(why: &'static str, holds: fn(&Case) -> bool) -> Difference {
    Difference { why, holds }
}

#[rustfmt::skip]
pub(crate) const DIFFERENCES: &[Difference] = &[
    row("`#` begins a comment in nsswitch.conf; glibc takes it, and the words behind it, for sources", |case| case.nsswitch(" # files")),
    row("a port above 65535 is refused; glibc's wraps", |case| matches!(&case.question, Question::Info(_, Some(service), _) if service == "65536")
        && case.ours == "EAI_SERVICE"),
    row("of several sources' failures the one is told of which most can be done; glibc tells the last one's",
        |case| case.nsswitch("dns ") && case.nsswitch(" files") && !is_found(&case.ours) && !is_none(&case.ours)
            && (is_none(&case.glibc) || case.glibc == "10.9.9.9 http")),
    row("[SUCCESS=continue]: what was found stays found where nothing comes behind it; glibc forgets it", |case| case.nsswitch("SUCCESS=continue")
        && is_found(&case.ours) && (is_none(&case.glibc) || case.glibc == format!("{} http", case.host()))),
    row("localhost and what ends in it is the loopback (RFC 6761), whatever the files say",
        |case| case.host().trim_end_matches('.').to_ascii_lowercase().ends_with("localhost") && is_found(&case.ours) && !is_found(&case.glibc)),
    row("localhost has no other names where not the hosts file answers; libnss_myhostname's is this machine, or the name that was asked",
        |case| (case.nsswitch("myhostname") || case.nsswitch("resolve")) && case.host().trim_end_matches('.').to_ascii_lowercase().ends_with("localhost")
            && once(&case.ours) != once(&case.glibc) && is_found(&case.ours) && is_found(&case.glibc)),
    row("the name of `::1` is localhost; libnss_myhostname adds this machine's", |case| case.nsswitch("myhostname")
        && case.question == Question::ByAddr(Ipv6Addr::LOCALHOST.into()) && case.ours == "localhost []" && case.glibc == "localhost [world]"),
    row("each address once, however often it is listed", |case| once(&case.glibc) == case.ours),
    row("a name is found in hosts with a dot behind it, too", |case| case.is_of(&["only.example.", "single.test."])
        && (case.ours.contains("192.0.2.11") || case.ours.contains("192.0.2.19"))),
    row("invalid and onion are nowhere (RFC 6761, RFC 7686): nobody is asked, so nobody can fail",
        |case| case.is_of(&["a.invalid", "a.onion"]) && is_none(&case.ours) && is_failure(&case.glibc)),
    row("an alias whose target is not in the answer is asked for", |case| case.is_of(&["alone.test"]) && is_found(&case.ours) && !is_found(&case.glibc)),
    row("an alias of a name without data: no data", |case| case.is_of(&["empty-alias.test"]) && is_no_data(&case.ours)),
    row("aliases in a circle are a failure of the servers", |case| case.is_of(&["loop.test"]) && is_failure(&case.ours)),
    row("a name that no host can have is escaped; glibc drops it", |case| case.ours.contains("\\032") && !case.glibc.contains("\\032")),
    row("of an address's names the first that a host can have; glibc 2.36 has none where another stands before it", |case| case.is_of(&["192.0.2.5"])
        && case.ours.starts_with("single.test ") && !is_found(&case.glibc) | case.glibc.starts_with("192.0.2.5 ")),
    row("a mapped address is its IPv4 address in hosts, too; in glibc only in the DNS", |case| case.is_of(&["::ffff:192.0.2.1"])
        && case.ours.starts_with("official.example ")),
    row("a mapped address is asked of systemd-resolved as the IPv4 address", |case| case.nsswitch("resolve") && case.is_of(&["::ffff:192.0.2.1"])
        && case.ours.starts_with("single.test ")),
    row("glibc never asks for numbers by gethostbyname, nor for the name of `::`",
        |case| case.is_of(&["08.1.1.1", "1.2.3.4.5", "256.0.0.1", "::"]) && is_failure(&case.ours) && !is_failure(&case.glibc)),
    row("what is no host's name is not asked for, so nobody can fail",
        |case| case.is_of(&["*.test", "-a.test", "1::2::3", "b\u{fc}cher.test"]) && is_none(&case.ours) && is_failure(&case.glibc)),
    row("no-aaaa: no data, whatever there may be; glibc asks for A in its place", |case| case.resolv("no-aaaa") && is_no_data(&case.ours)),
    row("a name that fails and is not there with any domain behind it fails; for one family glibc says that it is not there",
        |case| case.resolv("search s1.test") && is_failure(&case.ours) && is_none(&case.glibc)),
    row("one family after the other: glibc gives up when the first fails", |case| case.resolv("single-request") && case.is_of(&["fail-half.test"])),
    row("a server that refuses may be asked again, also by TCP", |case| case.resolv("use-vc") && case.is_of(&["refused.test"])
        && ["TRY_AGAIN", "EAI_AGAIN"].contains(&case.ours.as_str())),
    row("a blank before LOCALDOMAIN's first domain is none; glibc takes it for the root, and asks for the name itself first",
        |case| case.localdomain().starts_with(' ') && case.is_of(&["single"])),
    row("AI_ADDRCONFIG is about names: neither about literals nor about localhost", |case| case.has(AddrInfoFlags::ADDRCONFIG) && case.scene.routes != (true, true)
        && case.is_of(&["127.0.0.1", "::1", "::ffff:192.0.2.1", "localhost"])),
    row("IPv4's own network goes first (rule 9); glibc knows its length only where there is an IPv6 address", |case| case.scene.routes == (true, false)
        && case.is_of(&["many.test"]) && case.ours.starts_with("2/1/6 192.0.2.200:80") && case.glibc.starts_with("2/1/6 203.0.113.7:80")),
];
