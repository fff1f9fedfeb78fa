//! services, protocols, gai.conf and host.conf.

use core::fmt::Write as _;

use berkeley_resolve::conf::{GaiConf, HostConf, PrefixRule, Protocols, Services};

use crate::text;

#[test]
fn services() {
    let table: &[(&[u8], &str)] = &[
        (b"", ""),
        (b"# http 80/tcp\n\n", ""),
        (b"http 80/tcp www www-http # Web\n", "http 80 tcp www www-http"),
        (b"\tdomain\t53/udp\r\n", "domain 53 udp"),
        (
            b"a 0/tcp\nb 65535/sctp\nc 007/dccp\nd 1/udplite\n",
            "a 0 tcp, b 65535 sctp, c 7 dccp, d 1 udplite",
        ),
        (b"a 1/x\xff\n\xff 2/tcp\n", "a 1 x\\xff, \\xff 2 tcp"),
        (b"a 1/tcp/x\n", "a 1 tcp/x"),
        (b"a 1/tcp#b\n", "a 1 tcp"),
        (b"a 65536/tcp\nb -1/tcp\nc +1/tcp\nd 0x1/tcp\ne /tcp\n", "-5"),
        (b"a 1\nb 1/\nc 1 /tcp\nd tcp/1\ne\n1/tcp a\n", "-6"),
        (b"a 1/tcp\0 b\nc\0 2/tcp\n", "a 1 tcp -1"),
    ];
    for (file, expected) in table {
        let services = Services::parse(file);
        let all: Vec<_> = services
            .lines()
            .map(|line| {
                let mut one = format!("{} {} {}", text(line.name), line.port, text(line.protocol));
                for alias in line.aliases {
                    let _ = write!(one, " {}", text(alias));
                }
                one
            })
            .collect();
        let ignored = services.ignored();
        let ignored = if ignored > 0 { format!(" -{ignored}") } else { String::new() };
        assert_eq!((all.join(", ") + &ignored).trim_start(), *expected, "{}", text(file));
    }
}

/// A name or a protocol.
type Word = Option<&'static [u8]>;

#[test]
fn the_first_line_that_fits_answers() {
    let services = Services::parse(
        b"one 1/tcp uno\none 2/udp\nuno 3/tcp\nuno 4/udp\nun 1/tcp\none 5/tcp\nbig 53/dccp\n",
    );
    let by_name: &[(&[u8], Word, Option<u16>)] = &[
        (b"one", None, Some(1)),
        (b"one", Some(b"tcp"), Some(1)),
        (b"one", Some(b"udp"), Some(2)),
        (b"one", Some(b"sctp"), None),
        (b"one", Some(b""), None),
        (b"one", Some(b"TCP"), None),
        (b"One", None, None),
        (b"one.", None, None),
        (b"uno", Some(b"tcp"), Some(1)),
        (b"uno", Some(b"udp"), Some(4)),
        (b"1", None, None),
        (b"", None, None),
    ];
    for (name, protocol, expected) in by_name {
        let port = services.by_name(name, *protocol).map(|line| line.port);
        assert_eq!(port, *expected, "{} {:?}", text(name), protocol.map(text));
    }
    let by_port: &[(u16, Word, Word)] = &[
        (1, None, Some(b"one")),
        (1, Some(b"tcp"), Some(b"one")),
        (1, Some(b"udp"), None),
        (53, Some(b"dccp"), Some(b"big")),
        (6, None, None),
    ];
    for (port, protocol, expected) in by_port {
        assert_eq!(services.by_port(*port, *protocol).map(|line| line.name), *expected, "{port}");
    }
}

#[test]
fn protocols() {
    let file =
        b"ip 0 IP # pseudo\nicmp\t1\tICMP\ntcp 6 TCP\ntcp 7\nmptcp 262 MPTCP\nmax 2147483647\n\
        none -1\nover 2147483648\nx y\nz\nsix 6\n";
    let protocols = Protocols::parse(file);
    assert_eq!((protocols.lines().count(), protocols.ignored()), (7, 4));
    let names: &[(&[u8], Option<i32>)] = &[
        (b"ip", Some(0)),
        (b"IP", Some(0)),
        (b"Ip", None),
        (b"tcp", Some(6)),
        (b"MPTCP", Some(262)),
        (b"max", Some(i32::MAX)),
        (b"none", None),
    ];
    for (name, number) in names {
        let found = protocols.by_name(name).map(|line| line.protocol.raw());
        assert_eq!(found, *number, "{}", text(name));
    }
    let numbers: [(i32, Option<&[u8]>); 4] =
        [(6, Some(b"tcp")), (262, Some(b"mptcp")), (-1, None), (255, None)];
    for (number, name) in numbers {
        assert_eq!(protocols.by_number(number).map(|line| line.name), name, "{number}");
    }
}

#[test]
fn gai_conf() {
    let table: &[(&[u8], &str)] = &[
        (b"", ""),
        (b"#label ::1/128 0\n  # x\n", ""),
        (b"label ::1/128 0\n", "l ::1/128=0"),
        (b"label ::1 0 and more\n", "l ::1/128=0"),
        (b"  label\t2002::/16  2 # 6to4\n", "l 2002::/16=2"),
        (b"precedence ::ffff:0:0/96 100\n", "p ::ffff:0.0.0.0/96=100"),
        (b"label ::/0 2147483647\nlabel ::/0 1\n", "l ::/0=2147483647 l ::/0=1"),
        (b"label ::/0 2147483648\nlabel ::/0 -1\nlabel ::/0 x\nlabel ::/0\nlabel\n", "-5"),
        (b"label ::/129 1\nlabel ::/x 1\nlabel ::/ 1\nlabel ::/-1 1\nlabel 192.0.2.0/24 1\n", "-5"),
        (b"label fe80::%lo/64 1\nlabel \xff 1\nLABEL ::/0 1\n", "-3"),
        (b"scopev4 ::ffff:169.254.0.0/112 2\n", "s ::ffff:169.254.0.0/112=2"),
        (b"scopev4 169.254.0.0/16 2\n", "s ::ffff:169.254.0.0/112=2"),
        (b"scopev4 169.254.0.1 2\nscopev4 ::ffff:127.0.0.1 2\n", "s ::ffff:169.254.0.1/128=2 s ::ffff:127.0.0.1/128=2"),
        (b"scopev4 0.0.0.0/0 14\n", "s ::ffff:0.0.0.0/96=14"),
        (b"scopev4 ::ffff:0.0.0.0/95 2\nscopev4 ::1/128 2\nscopev4 10.0.0.0/33 2\nscopev4 10.0.0.0/4294967295 1\n", "-4"),
        (b"reload yes\n", "reload"),
        (b"reload yes\nreload no\n", ""),
        (b"reload maybe\n", ""),
        (b"reload\n", "-1"),
        (b"unheard of\nlabel ::/0 1\0\n", "l ::/0=1 -1"),
    ];
    for (file, expected) in table {
        let conf = GaiConf::parse(file);
        let mut all = Vec::new();
        for (kind, rules) in [("l", &conf.labels), ("p", &conf.precedences), ("s", &conf.scopes)] {
            let one =
                |rule: &PrefixRule| format!("{kind} {}/{}={}", rule.prefix, rule.bits, rule.value);
            all.extend(rules.iter().map(one));
        }
        all.extend(conf.reload.then(|| "reload".to_owned()));
        all.extend((conf.ignored > 0).then(|| format!("-{}", conf.ignored)));
        assert_eq!(all.join(" "), *expected, "{}", text(file));
    }
}

#[test]
fn host_conf() {
    let table: &[(&[u8], bool, &[u8], usize)] = &[
        (b"", false, b"", 0),
        (b"multi on\n", true, b"", 0),
        (b" Multi  ON # both\n", true, b"", 0),
        (b"multi on\nmulti off\n", false, b"", 0),
        (b"multi\nmulti yes\n", false, b"", 2),
        (b"order hosts,bind\nreorder on\n", false, b"", 0),
        (b"trim .a, .b .c;.d:.e # .f\n", false, b".a.b.c.d.e", 0),
        (b"trim\nspoof warn\n", false, b"", 2),
    ];
    for (file, multi, trim, ignored) in table {
        let conf = HostConf::parse(file);
        let read = (conf.multi, conf.trim.concat(), conf.ignored);
        assert_eq!(read, (*multi, trim.to_vec(), *ignored), "{}", text(file));
    }
}
