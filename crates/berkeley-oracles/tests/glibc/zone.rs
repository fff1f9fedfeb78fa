//! What the name server says of which glibc and programs over glibc are asked, and we.

use crate::name_server::{
    A, AAAA, Answer, CNAME, NXDOMAIN, PTR, Query, REFUSED, Reply, SERVFAIL, SOA, name,
};

const MANY: [&str; 6] =
    ["2001:db8:1::1", "fd00::1", "2002:c000:204::1", "203.0.113.7", "192.0.2.200", "10.0.0.1"];

/// The answer to any question.
pub(crate) fn answer(query: &Query) -> Vec<Reply> {
    let good = Answer::to(query);
    let asked = query.name.as_str();
    let (four, six) = (query.kind == A, query.kind == AAAA);
    let one = |answer: Answer, owner: &str| match query.kind {
        A => answer.address(owner, "192.0.2.1"),
        AAAA => answer.address(owner, "2001:db8::1"),
        _ => answer.soa("test", 60),
    };
    let empty = || Answer::to(query).soa("test", 60);
    let no_name = || Answer::to(query).code(NXDOMAIN).soa("test", 60);
    let answer = match asked.to_ascii_lowercase().as_str() {
        "single.test" | "single.s1.test" | "other.s2.test" | "a.b.s1.test" | "one.d.test"
        | "under_score.test" | "half.s1.test" | "fail.s2.test" | "nodata.s2.test" | "single" => {
            one(good, asked)
        }
        // By this it is known that systemd-resolved is there.
        "berkeley.test" if query.kind == SOA => good.record(asked, SOA, 0, &[0; 22]),
        "web.test" if four => good.address(asked, "127.0.0.1"),
        "web.test" if six => good.address(asked, "::1"),
        "four.test" if four => good.address(asked, "192.0.2.4"),
        "six.test" if six => good.address(asked, "2001:db8::6"),
        "many.test" => {
            let all = MANY.iter().filter(|ip| ip.contains(':') == six && (four || six));
            all.fold(good, |answer, ip| answer.address(asked, ip))
        }
        "twice.test" => one(one(good, asked), asked),
        "alias.test" => {
            let good = good.alias(asked, "alias2.test").alias("alias2.test", "single.test");
            one(good, "single.test")
        }
        "alone.test" => good.alias(asked, "single.test"),
        "nowhere.test" => good.alias(asked, "no-such.test").code(NXDOMAIN).soa("test", 60),
        "empty-alias.test" => good.alias(asked, "nodata.test").soa("test", 60),
        "loop.test" => good.alias(asked, "loop2.test").alias("loop2.test", "loop.test"),
        "half-no-name.test" | "half-fail.test" if four => one(good, asked),
        "fail-half.test" if six => one(good, asked),
        "servfail.test"
        | "fail.s1.test"
        | "9.9.9.10.in-addr.arpa"
        | "half-fail.test"
        | "fail-half.test" => good.code(SERVFAIL),
        "refused.test" => good.code(REFUSED),
        "foreign.test" => one(one(good, asked), "evil.test"),
        "short.test" => one(good.record(asked, query.kind, 300, &[1, 2, 3]), asked),
        "odd-alias.test" => one(good.alias(asked, "a b.test"), "a b.test"),
        "four.test" | "six.test" | "nodata.test" | "nodata.s1.test" => empty(),
        "1.2.0.192.in-addr.arpa" if query.kind == PTR => {
            good.record(asked, PTR, 300, &name("single.test"))
        }
        "2.2.0.192.in-addr.arpa" if query.kind == PTR => good
            .record(asked, PTR, 300, &name("two.test"))
            .record(asked, PTR, 300, &name("zwei.test")),
        "3.2.0.192.in-addr.arpa" if query.kind == PTR => good
            .record(asked, CNAME, 300, &name("3.net.test"))
            .record("3.net.test", PTR, 300, &name("three.test")),
        "4.2.0.192.in-addr.arpa" if query.kind == PTR => {
            good.record(asked, PTR, 300, &name("bad name.test"))
        }
        "5.2.0.192.in-addr.arpa" if query.kind == PTR => good
            .record(asked, PTR, 300, &name("bad name.test"))
            .record(asked, PTR, 300, &name("-bad.test"))
            .record(asked, PTR, 300, &name("single.test")),
        asked_of if asked_of == REVERSE && query.kind == PTR => {
            good.record(asked, PTR, 300, &name("single.test"))
        }
        _ => no_name(),
    };
    vec![Reply::now(answer.bytes())]
}

/// Of 2001:db8::1.
const REVERSE: &str = "1.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.8.b.d.0.1.0.0.2.ip6.arpa";
