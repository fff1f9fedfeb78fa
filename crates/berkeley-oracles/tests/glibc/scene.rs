//! The files of each scene.

/// What is in `/etc`; `None`: there is no such file.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Scene {
    pub(crate) nsswitch: Option<&'static str>,
    pub(crate) resolv: Option<&'static str>,
    pub(crate) hosts: Option<&'static str>,
    pub(crate) gai: Option<&'static str>,
    /// What the variables of the process add to resolv.conf.
    pub(crate) variables: &'static [(&'static str, &'static str)],
    /// Whether there are addresses and routes of IPv4, of IPv6.
    pub(crate) routes: (bool, bool),
    /// Whether systemd-resolved runs.
    pub(crate) resolved: bool,
    /// All names are asked for, in few ways; or some, in all ways.
    pub(crate) ways: Ways,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Ways {
    Names,
    All,
    /// Services and kinds of sockets: the files do not matter.
    Services,
}

/// Lines of nsswitch.conf. Not an empty `hosts:`: glibc 2.36 crashes.
const NSSWITCH: [Option<&str>; 15] = [
    None,
    Some("passwd: files\n"),
    Some("hosts: files dns\n"),
    Some("hosts: dns files\n"),
    Some("hosts: files\n"),
    Some("hosts: dns\n"),
    Some("hosts:dns # files\n"),
    Some("HOSTS: dns\n"),
    Some("hosts: files [NOTFOUND=return] dns\n"),
    Some("hosts: dns [!TRYAGAIN=return] files\n"),
    Some("hosts: dns [TRYAGAIN=return NOTFOUND=continue] files\n"),
    Some("hosts: files [SUCCESS=continue] dns\n"),
    Some("hosts: files myhostname dns\n"),
    Some("hosts: myhostname\n"),
    // There is no systemd-resolved.
    Some("hosts: resolve [!UNAVAIL=return] files dns\n"),
];

const PLAIN: &str = "nameserver 127.0.0.1\n";
const SEARCH: &str = "nameserver 127.0.0.1\nsearch s1.test s2.test\n";

/// Files of resolv.conf.
const RESOLV: [Option<&str>; 22] = [
    None,
    Some(PLAIN),
    Some(SEARCH),
    Some(
        "garbage\nnameserver\nnameserver 300.1.1.1\n nameserver 127.0.0.7\nnameserver 127.0.0.1\noptions what:3 ever\n;\n",
    ),
    Some("domain d.test\nnameserver 127.0.0.1\n"),
    Some("search x.test\ndomain d.test\nsearch s1.test\nnameserver 127.0.0.1\n"),
    Some("search s1.test\ndomain d.test\nnameserver 127.0.0.1\n"),
    Some("nameserver 127.0.0.1\nsearch s1.test s2.test\noptions ndots:0\n"),
    Some("nameserver 127.0.0.1\nsearch s1.test s2.test\noptions ndots:2\n"),
    Some("nameserver 127.0.0.1\nsearch s1.test s2.test\noptions ndots:99\n"),
    Some("nameserver 127.0.0.1\nsearch s1.test s2.test\noptions no-tld-query\n"),
    Some("nameserver 127.0.0.1\nsearch .\n"),
    Some("nameserver 127.0.0.1\nsearch . s1.test\n"),
    Some("nameserver 127.0.0.1\noptions edns0\n"),
    Some("nameserver 127.0.0.1\noptions use-vc\n"),
    Some("nameserver 127.0.0.1\noptions single-request\n"),
    Some("nameserver 127.0.0.1\noptions no-aaaa\n"),
    Some("nameserver 127.0.0.1\noptions trust-ad inet6 debug no-check-names ip6-dotint\n"),
    // Nobody listens at the first; the second refuses all.
    Some("nameserver 127.0.0.8\nnameserver 127.0.0.1\noptions timeout:1 attempts:1\n"),
    Some("nameserver 127.0.0.9\nnameserver 127.0.0.1\noptions timeout:1 attempts:1\n"),
    Some("nameserver 127.0.0.8\noptions timeout:1 attempts:1\n"),
    Some("nameserver 127.0.0.1\nnameserver 127.0.0.9\nnameserver 127.0.0.8\noptions rotate\n"),
];

const SEARCH_AND_OPTIONS: &str =
    "nameserver 127.0.0.1\nsearch d.test\noptions ndots:2 single-request\n";

/// What the environment says beside or instead of resolv.conf.
const VARIABLES: [&[(&str, &str)]; 10] = [
    &[("LOCALDOMAIN", "s1.test")],
    &[("LOCALDOMAIN", "s2.test\ts1.test \nx.test")],
    &[("LOCALDOMAIN", " s1.test s2.test")],
    &[("LOCALDOMAIN", "")],
    &[("RES_OPTIONS", "ndots:0")],
    &[("RES_OPTIONS", "ndots:2 what:3 ever")],
    &[("RES_OPTIONS", "no-aaaa")],
    &[("RES_OPTIONS", "")],
    &[("LOCALDOMAIN", "s1.test s2.test"), ("RES_OPTIONS", "ndots:2\tno-tld-query")],
    &[("LOCALDOMAIN", "s1.test # s2.test"), ("RES_OPTIONS", "edns0 use-vc # single-request")],
];

const HOSTS: &str = "\
# comment
127.0.0.1 localhost loop
::1 localhost ip6-localhost
192.0.2.11 only.example only # tail
192.0.2.12 both.example both
2001:db8::12 both.example
192.0.2.13 many.example first
192.0.2.14 many.example second
2001:db8::13 many.example third
192.0.2.1 official.example single-host
10.9.9.8 four-only
2001:db8::15 six-only
192.0.2.16 UPPER.example
300.0.0.1 garbage
127.1 garbage2
192.0.2.17
192.0.2.18 under_score
192.0.2.19 single.test
";

const HOSTS_FEW: &str = "127.0.0.1\tlocalhost\n";

/// What the names of services are.
pub(crate) const SERVICES: &str = "\
domain 53/tcp
domain 53/udp
http 80/tcp www
http 80/sctp
login 513/tcp
who 513/udp
shell 514/tcp cmd
syslog 514/udp
only-udp 7000/udp
only-dccp 7001/dccp
";

/// Files of gai.conf.
const GAI: [&str; 3] = [
    "precedence ::ffff:0:0/96 100\n",
    "label ::1/128 0\nlabel ::/0 1\nlabel fd00::/8 1\nprecedence ::/0 40\nprecedence 2001:db8::/48 30\nprecedence ::ffff:0:0/96 10\n",
    "scopev4 ::ffff:10.0.0.0/104 5\nscopev4 ::ffff:0.0.0.0/96 14\n# end\n",
];

/// All scenes: each nsswitch.conf with some resolv.conf, each resolv.conf, hosts that are few or none, gai.conf, and less
/// of a network.
pub(crate) fn all() -> Vec<Scene> {
    let scene = |nsswitch, resolv, hosts, ways| Scene {
        nsswitch,
        resolv,
        hosts,
        gai: None,
        variables: &[],
        routes: (true, true),
        resolved: false,
        ways,
    };
    let mut all = Vec::new();
    for nsswitch in NSSWITCH {
        for resolv in [PLAIN, SEARCH] {
            all.push(scene(nsswitch, Some(resolv), Some(HOSTS), Ways::Names));
        }
    }
    let usual = NSSWITCH[2];
    for resolv in RESOLV {
        all.push(scene(usual, resolv, Some(HOSTS), Ways::Names));
    }
    for variables in VARIABLES {
        for resolv in [PLAIN, SEARCH_AND_OPTIONS] {
            let plain = scene(usual, Some(resolv), Some(HOSTS), Ways::Names);
            all.push(Scene { variables, ..plain });
        }
    }
    for hosts in [None, Some(HOSTS_FEW), Some("")] {
        all.push(scene(usual, Some(PLAIN), hosts, Ways::Names));
    }
    for resolv in [PLAIN, SEARCH] {
        all.push(scene(usual, Some(resolv), Some(HOSTS), Ways::All));
    }
    let plain = scene(usual, Some(PLAIN), Some(HOSTS), Ways::All);
    all.extend(GAI.map(|gai| Scene { gai: Some(gai), ..plain }));
    for routes in [(true, false), (false, true), (false, false)] {
        all.push(Scene { routes, ..plain });
    }
    all.push(Scene { ways: Ways::Services, ..plain });
    // The last ones: what runs stays.
    for nsswitch in ["hosts: resolve [!UNAVAIL=return] files dns\n", "hosts: files resolve\n"] {
        let nsswitch = Some(nsswitch);
        all.push(Scene { nsswitch, resolved: true, ways: Ways::Names, ..plain });
    }
    all
}
