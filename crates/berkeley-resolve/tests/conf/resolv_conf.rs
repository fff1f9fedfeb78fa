//! resolv.conf: each row is a text, and how what is read of it differs from an empty file's.

use core::fmt::Write as _;

use berkeley_resolve::conf::ResolvConf;

use crate::text;

/// What is not as in an empty file.
fn said(conf: &ResolvConf) -> String {
    let mut said = String::new();
    let options = conf.options;
    for server in &conf.nameservers {
        if server.ip.to_string() != "127.0.0.1" || conf.nameservers.len() > 1 {
            let scope = server.scope.to_string();
            let percent = if scope.is_empty() { "" } else { "%" };
            let _ = write!(said, "{}{percent}{scope} ", server.ip);
        }
    }
    for domain in &conf.search {
        let _ = write!(said, ".{} ", text(domain));
    }
    let numbers = [
        ("ndots", u64::from(options.ndots), 1),
        ("timeout", options.timeout.as_secs(), 5),
        ("attempts", u64::from(options.attempts), 2),
        ("ignored", conf.ignored as u64, 0),
    ];
    for (name, value, _) in numbers.iter().filter(|(_, value, default)| value != default) {
        let _ = write!(said, "{name}:{value} ");
    }
    let flags = [
        ("rotate", options.rotate),
        ("use-vc", options.use_vc),
        ("edns0", options.edns0 == Some(true)),
        ("-edns0", options.edns0 == Some(false)),
        ("trust-ad", options.trust_ad),
        ("single-request", options.single_request),
        ("single-request-reopen", options.single_request_reopen),
        ("no-tld-query", options.no_tld_query),
        ("no-aaaa", options.no_aaaa),
        ("no-reload", options.no_reload),
        ("strict-error", options.strict_error),
    ];
    for (name, _) in flags.iter().filter(|(_, on)| *on) {
        let _ = write!(said, "{name} ");
    }
    said.trim_end().to_owned()
}

const TABLE: &[(&[u8], &str)] = &[
    // Nothing.
    (b"", ""),
    (b"\n\n \t\n\r\n", ""),
    (b"# nameserver 192.0.2.1\n; nameserver 192.0.2.1\n#\n;", ""),
    // Servers.
    (b"nameserver 192.0.2.1", "192.0.2.1"),
    (b"nameserver\t192.0.2.1\n", "192.0.2.1"),
    (b"nameserver   192.0.2.1 what follows\n", "192.0.2.1"),
    (b"nameserver 192.0.2.1 # comment\n", "192.0.2.1"),
    (b"nameserver 192.0.2.1\r\nnameserver 192.0.2.2\r\n", "192.0.2.1 192.0.2.2"),
    (
        b"nameserver 192.0.2.1\nnameserver ::1\nnameserver 192.0.2.3\nnameserver 192.0.2.4\n",
        "192.0.2.1 ::1 192.0.2.3 192.0.2.4",
    ),
    (b"nameserver 192.0.2.1\nnameserver 192.0.2.1\n", "192.0.2.1 192.0.2.1"),
    (b"nameserver fe80::1%eth0\n", "fe80::1%eth0"),
    (b"nameserver fe80::1%3\n", "fe80::1%3"),
    (b"nameserver fe80::1%no/interface\n", "fe80::1"),
    (b"nameserver fe80::1%\n", "fe80::1"),
    (b"nameserver 2001:DB8:0::0:53\n", "2001:db8::53"),
    (b"nameserver ::ffff:192.0.2.1\n", "::ffff:192.0.2.1"),
    (b"nameserver 127.1\n", ""),
    (b"nameserver 0x7f.2\n", "127.0.0.2"),
    (b"nameserver 0.0.0.0\n", "0.0.0.0"),
    (b"nameserver\n", "ignored:1"),
    (b"nameserver \n", "ignored:1"),
    (b"nameserver192.0.2.1\n", "ignored:1"),
    (b"nameserver ns.example\n", "ignored:1"),
    (b"nameserver 192.0.2.256\nnameserver 192.0.2.2\n", "192.0.2.2 ignored:1"),
    (b"nameserver 192.0.2.1:53\n", "ignored:1"),
    (b"nameserver [::1]\n", "ignored:1"),
    (b"nameserver 192.0.2.1/24\n", "ignored:1"),
    (b"nameserver \xff\xfe\n", "ignored:1"),
    // A keyword begins the line, and is in lower case.
    (b" nameserver 192.0.2.1\n", "ignored:1"),
    (b"\tnameserver 192.0.2.1\n", "ignored:1"),
    (b"NAMESERVER 192.0.2.1\n", "ignored:1"),
    // Search lists.
    (b"search a.example\n", ".a.example"),
    (
        b"search a.example b.example\tc.example  d.example \n",
        ".a.example .b.example .c.example .d.example",
    ),
    (
        b"search 1.example 2.example 3.example 4.example 5.example 6.example 7.example\n",
        ".1.example .2.example .3.example .4.example .5.example .6.example .7.example",
    ),
    (b"search a.example\nsearch b.example c.example\n", ".b.example .c.example"),
    (b"domain a.example\n", ".a.example"),
    (b"domain a.example b.example\n", ".a.example"),
    (b"domain a.example\nsearch b.example c.example\n", ".b.example .c.example"),
    (b"search b.example c.example\ndomain a.example\n", ".a.example"),
    (b"search a.example\nsearch\n", ".a.example ignored:1"),
    (b"search a.example\ndomain \n", ".a.example ignored:1"),
    (b"search .\n", ".."),
    (b"search a.example.\n", ".a.example."),
    (b"search A.Example\n", ".A.Example"),
    (b"search a.example # home\n", ".a.example"),
    (b"search a.example ;home\n", ".a.example"),
    (b"search # home\n", "ignored:1"),
    (b"domain # home\n", "ignored:1"),
    (b"domain a.example # home\n", ".a.example"),
    (b"search a.example\r\n", ".a.example"),
    (b"search \xff.example\n", ".\\xff.example"),
    // Numbers.
    (b"options ndots:0\n", "ndots:0"),
    (b"options ndots:15\n", "ndots:15"),
    (b"options ndots:16\n", "ndots:15"),
    (b"options ndots:99999999999999999999\n", "ndots:15"),
    (b"options ndots:-1\n", "ndots:0"),
    (b"options ndots:\n", "ndots:0"),
    (b"options ndots:x\n", "ndots:0"),
    (b"options ndots:2x\n", "ndots:2"),
    (b"options ndots:2 ndots:3\n", "ndots:3"),
    (b"options ndots : 2\n", "ignored:3"),
    (b"options timeout:1\n", "timeout:1"),
    (b"options timeout:0\n", "timeout:1"),
    (b"options timeout:-5\n", "timeout:1"),
    (b"options timeout:30\n", "timeout:30"),
    (b"options timeout:31\n", "timeout:30"),
    (b"options attempts:0\n", "attempts:1"),
    (b"options attempts:5\n", "attempts:5"),
    (b"options attempts:6\n", "attempts:5"),
    // Flags.
    (b"options rotate\n", "rotate"),
    (b"options use-vc\n", "use-vc"),
    (b"options usevc\n", "use-vc"),
    (b"options tcp\n", "use-vc"),
    (b"options tcpx\n", "ignored:1"),
    (b"options edns0\n", "edns0"),
    (b"options -edns0\n", "-edns0"),
    (b"options edns0 -edns0\n", "-edns0"),
    (b"options trust-ad\n", "trust-ad"),
    (b"options single-request\n", "single-request"),
    (b"options single-request-reopen\n", "single-request-reopen"),
    (b"options single-request-reopen single-request\n", "single-request single-request-reopen"),
    (b"options no-tld-query\n", "no-tld-query"),
    (b"options no_tld_query\n", "no-tld-query"),
    (b"options no-aaaa no-reload strict-error\n", "no-aaaa no-reload strict-error"),
    (b"options rotate -rotate\n", ""),
    (b"options rotate\noptions -rotate use-vc\n", "use-vc"),
    (b"options rotated\n", "rotate"),
    (b"options --rotate\n", "ignored:1"),
    (b"options -\n", "ignored:1"),
    (b"options Rotate\n", "ignored:1"),
    (b"options inet6 ip6-dotint debug no-check-names unheard-of\n", "ignored:5"),
    (b"options\n", ""),
    (b"options\trotate\tndots:3\n", "ndots:3 rotate"),
    (b"options rotate\r\n", "rotate"),
    // The rest.
    (b"sortlist 192.0.2.0/255.255.255.0\n", ""),
    (b"lookup file bind\nfamily inet4\nport 5353\n", "ignored:3"),
    (b"nameserver 192.0.2.1\0\nnameserver 192.0.2.2\n", "192.0.2.1 192.0.2.2"),
    (b"nameserver 192.0.2.1\0%eth0\n", "192.0.2.1"),
    (b"\0nameserver 192.0.2.1\n", ""),
    (b"\xef\xbb\xbfnameserver 192.0.2.1\nnameserver 192.0.2.2\n", "192.0.2.2 ignored:1"),
];

#[test]
fn every_line_means_what_it_does_to_glibc() {
    for (conf, expected) in TABLE {
        assert_eq!(said(&ResolvConf::parse(conf)), *expected, "{}", text(conf));
    }
}

#[test]
fn the_environment_and_the_hostname_fill_in() {
    type Value = Option<&'static [u8]>;
    type Row = (&'static [u8], Value, Value, &'static [u8], &'static str);
    let table: &[Row] = &[
        (b"", None, None, b"host", ""),
        (b"", None, None, b"host.a.example", ".a.example"),
        (b"", None, None, b"host.", ""),
        (b"", None, None, b"", ""),
        (b"", None, None, b".", ""),
        (b"search b.example\n", None, None, b"host.a.example", ".b.example"),
        (
            b"search b.example\n",
            Some(b"c.example d.example"),
            None,
            b"h.a",
            ".c.example .d.example",
        ),
        (b"domain b.example\n", Some(b"c.example\nd.example"), None, b"h.a", ".c.example"),
        (b"search b.example\n", Some(b""), None, b"host.a.example", ""),
        (b"", Some(b" \tc.example "), None, b"host.a.example", ".c.example"),
        (b"options ndots:2\n", None, Some(b"ndots:3 rotate"), b"", "ndots:3 rotate"),
        (b"options rotate\n", None, Some(b"-rotate"), b"", ""),
        (b"options edns0\n", None, Some(b"x y\nrotate"), b"", "ignored:2 edns0"),
        (b"", None, Some(b"rotate\0use-vc"), b"", "rotate"),
    ];
    for (conf, localdomain, res_options, hostname, expected) in table {
        let read = ResolvConf::parse(conf);
        let one = read.clone().with_environment(*localdomain, *res_options).with_hostname(hostname);
        assert_eq!(said(&one), *expected, "{}", text(conf));
        let other = read.with_hostname(hostname).with_environment(*localdomain, *res_options);
        assert_eq!(said(&other), *expected, "{}: the other way round", text(conf));
    }
}
