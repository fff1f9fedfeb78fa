//! What the program prints with a name server, word for word: each `world/*.trycmd`, in namespaces of the test's own, whose name server on
//! loopback does as it says here.
//!
//! Contract: the test runs itself again under unshare(1), with an `/etc` that has nothing but three files; what it asks never leaves the namespace.
//! Where namespaces are forbidden it is skipped, with that reason, or fails if `BERKELEY_STRICT` is set.

#[path = "../../berkeley-oracles/tests/name_server/mod.rs"]
mod name_server;

use std::env;
use std::fs;
use std::process::{Command, Stdio};

use berkeley::socket::Interface;
use berkeley::socket::netlink::Rtnetlink;
use name_server::{A, Answer, NXDOMAIN, NameServer, Query, Reply, SERVFAIL};

/// Says to the test that it is in there.
const INSIDE: &str = "BERKELEY_INSIDE";
const TEST: &str = "the_program_says_what_the_files_say";

const FILES: [(&str, &str); 3] = [
    ("/etc/nsswitch.conf", "hosts: files mdns4_minimal [NOTFOUND=return] dns\n"),
    ("/etc/resolv.conf", "nameserver 127.0.0.1\n"),
    ("/etc/hosts", "192.0.2.7 listed.test\n"),
];

fn script(query: &Query) -> Vec<Reply> {
    let answer = Answer::to(query);
    let answer = match (&*query.name, query.kind) {
        ("host.test", A) => answer.address("host.test", "127.0.0.1"),
        ("host.test", _) => answer.soa("test", 60),
        ("fails.test", _) => answer.code(SERVFAIL),
        _ => answer.code(NXDOMAIN).soa("test", 60),
    };
    vec![Reply::now(answer.bytes())]
}

#[test]
fn the_program_says_what_the_files_say() {
    if env::var_os(INSIDE).is_some() {
        return inside();
    }
    let namespaces = ["--user", "--map-root-user", "--mount", "--net", "--kill-child"];
    let script = "mount -t tmpfs tmpfs /etc && exec \"$@\"";
    let output = Command::new("unshare")
        .args(namespaces)
        .args(["sh", "-c", script, "sh"])
        .arg(env::current_exe().unwrap())
        .args([TEST, "--exact", "--nocapture"])
        .env(INSIDE, "1")
        .stdin(Stdio::null())
        .output();
    let why = match output {
        Ok(output) if output.status.success() => return,
        Err(error) => format!("unshare: {error}"),
        Ok(output) => {
            let said = String::from_utf8_lossy(&output.stdout);
            let errors = String::from_utf8_lossy(&output.stderr);
            let began = said.contains("running 1 test");
            assert!(!began, "{}\n{said}\n{errors}", output.status);
            format!("no namespaces: {}", errors.trim())
        }
    };
    assert!(env::var_os("BERKELEY_STRICT").is_none(), "{why}");
    println!("skipped: {why}");
}

fn inside() {
    for (path, text) in FILES {
        fs::write(path, text).unwrap();
    }
    let loopback = Interface::named("lo").unwrap();
    Rtnetlink::open().unwrap().set_up(loopback.index()).unwrap();
    let _server = NameServer::start_at(([127, 0, 0, 1], 53).into(), script);
    trycmd::TestCases::new().case("tests/world/*.trycmd").run();
}
