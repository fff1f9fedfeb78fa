//! Our getaddrinfo and getnameinfo under programs that know nothing of us: getent, curl, ssh, CPython's own tests.
//!
//! Contract: each command runs twice in one world, with `examples/preload.rs` in `LD_PRELOAD` and without; what it prints and its code are the
//! same. That ours was there shows a name which glibc does not find. `cargo xtask names` builds the shim and runs it. A program that is
//! missing is a skip.

mod name_server;
mod network;
mod world;
#[path = "glibc/zone.rs"]
mod zone;

use std::env;
use std::io::{Read as _, Write as _};
use std::net::TcpListener;
use std::path::PathBuf;
use std::process::{Command, Stdio};
use std::thread;

use name_server::NameServer;
use network::is_strict;
use world::in_a_world;

const HOSTS: &str = "\
127.0.0.1 localhost
::1 localhost ip6-localhost
192.0.2.12 both.example both
2001:db8::12 both.example
";

const SERVICES: &str = "http 80/tcp\ndomain 53/tcp\ndomain 53/udp\n";

#[rustfmt::skip]
const COMMANDS: &[&str] = &[
    "getent ahosts single.test",
    "getent ahosts SINGLE.test.",
    "getent ahosts many.test",
    "getent ahosts alias.test",
    "getent ahosts four.test",
    "getent ahosts six.test",
    "getent ahosts nodata.test",
    "getent ahosts no-such.test",
    "getent ahosts servfail.test",
    "getent ahosts half-no-name.test",
    "getent ahosts other",
    "getent ahosts both",
    "getent ahosts both.example",
    "getent ahosts localhost",
    "getent ahosts 127.1",
    "getent ahosts 0x7f000001",
    "getent ahosts ::1",
    "getent ahosts fe80::1%lo",
    "getent ahosts 256.1.1.1",
    "getent ahostsv4 single.test",
    "getent ahostsv4 six.test",
    "getent ahostsv6 single.test",
    "getent ahostsv6 four.test",
    "getent hosts single.test",
    "getent hosts 192.0.2.1",
    "curl -sS -w %{remote_ip}:%{http_code} http://web.test:8080/",
    "curl -sS -4 -w %{remote_ip}:%{http_code} http://web.test:8080/",
    "curl -sS -6 -w %{remote_ip}:%{http_code} http://web.test:8080/",
    "curl -sS -w %{remote_ip}:%{http_code} http://[::1]:8080/",
    "curl -sS -w %{remote_ip}:%{http_code} http://127.1:8080/",
    "curl -sS -w %{remote_ip}:%{http_code} http://no-such.test:8080/",
    "curl -sS -w %{remote_ip}:%{http_code} http://web.test:8081/",
    "ssh -F none -G other -o CanonicalizeHostname=yes -o CanonicalDomains=s2.test -o CanonicalizeMaxDots=0",
    "ssh -F none -v -p 8081 -o BatchMode=yes -o UserKnownHostsFile=none -i none web.test",
    "ssh -F none -p 8081 -o BatchMode=yes -o UserKnownHostsFile=none -i none no-such.test",
    "ssh -F none -p no-such -o BatchMode=yes -i none web.test",
];

/// Tests of CPython's that resolve: how many ran, and what became of the others.
const PYTHON: &str = r"
import sys, unittest
try:
    from test import test_socket
except ImportError as error:
    print('cannot:', error)
    sys.exit()
words = 'getaddrinfo', 'getnameinfo', 'gethostby', 'hostname', 'getserv', 'sethostname', 'address', 'idna', 'unknown_socket_family'
names = unittest.defaultTestLoader.getTestCaseNames(test_socket.GeneralModuleTests)
suite = unittest.TestSuite(test_socket.GeneralModuleTests(name) for name in names if any(word in name.lower() for word in words))
for name in 'CreateServerTest', 'NetworkConnectionNoServer':
    suite.addTests(unittest.defaultTestLoader.loadTestsFromTestCase(getattr(test_socket, name, unittest.TestCase)))
result = unittest.TextTestRunner(stream=open('/dev/null', 'w')).run(suite)
print('ran', result.testsRun, 'skipped', len(result.skipped))
for kind, bad in ('failed', result.failures), ('error', result.errors):
    for test, why in bad:
        print(kind, test.id(), why)
";

fn shim() -> Option<PathBuf> {
    env::var_os("BERKELEY_PRELOAD").map(PathBuf::from)
}

/// What a program prints and how it ends.
fn run(words: &[&str], shim: Option<&PathBuf>) -> Result<String, String> {
    let (program, arguments) = words.split_first().ok_or("no command")?;
    let mut command = Command::new(program);
    command.args(arguments).stdin(Stdio::null()).env("LC_ALL", "C");
    if let Some(shim) = shim {
        command.env("LD_PRELOAD", shim);
    }
    let output = command.output().map_err(|error| format!("{program}: {error}"))?;
    let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
    let said = format!("{}\n{}{}", output.status, text(&output.stdout), text(&output.stderr));
    Ok(said.lines().map(without_time).collect::<Vec<_>>().join("\n"))
}

/// A line of curl's, without how long it took: `Failed to connect to web.test port 8081 after 1 ms: ...`.
fn without_time(line: &str) -> String {
    match line
        .split_once(" after ")
        .and_then(|(start, rest)| Some((start, rest.split_once(" ms: ")?)))
    {
        Some((start, (_, end))) => format!("{start}: {end}"),
        None => line.to_owned(),
    }
}

/// A web server that says who asks.
fn serve(at: &str) -> Result<(), String> {
    let listener = TcpListener::bind(at).map_err(|error| format!("{at}: {error}"))?;
    thread::spawn(move || {
        for mut stream in listener.incoming().map_while(Result::ok) {
            let _ = stream.read(&mut [0; 4096]);
            let peer = stream.peer_addr().map(|addr| addr.ip().to_string()).unwrap_or_default();
            let _ =
                write!(stream, "HTTP/1.0 200 OK\r\nContent-Length: {}\r\n\r\n{peer}", peer.len());
        }
    });
    Ok(())
}

#[test]
fn programs_see_no_difference() {
    let Some(shim) = shim() else { return world::server::without() };
    in_a_world("programs_see_no_difference", |world| {
        world::routes()?;
        world.write("nsswitch.conf", Some("hosts: files dns\nservices: files\n"))?;
        world.write("resolv.conf", Some("nameserver 127.0.0.1\nsearch s1.test s2.test\n"))?;
        world.write("hosts", Some(HOSTS))?;
        world.write("services", Some(SERVICES))?;
        world.write("gai.conf", None)?;
        let _server = NameServer::start_at(([127, 0, 0, 1], 53).into(), zone::answer);
        serve("127.0.0.1:8080")?;
        serve("[::1]:8080")?;
        let proof = ["getent", "ahosts", "x.localhost"];
        let (plain, ours) = (run(&proof, None)?, run(&proof, Some(&shim))?);
        assert!(!plain.contains("127.0.0.1") && ours.contains("127.0.0.1"), "{plain}\n{ours}");
        let python = run(&["python3", "-c", "import sys; print(sys.executable)"], None)?;
        let python = python.lines().nth(1).unwrap_or("python3").to_owned();
        let mut wrong = Vec::new();
        let lines = COMMANDS.iter().map(|line| line.split(' ').collect::<Vec<_>>());
        for words in lines.chain([vec![&*python, "-c", PYTHON]]) {
            let shown = words[..words.len().min(8)].join(" ");
            let (plain, ours) = match (run(&words, None), run(&words, Some(&shim))) {
                (Ok(plain), Ok(ours)) => (plain, ours),
                (Err(why), _) | (_, Err(why)) => {
                    assert!(!is_strict(), "{why}");
                    println!("skipped: {why}");
                    continue;
                }
            };
            if let Some(why) = plain.lines().find_map(|line| line.strip_prefix("cannot: ")) {
                println!("skipped: {why}");
                continue;
            }
            let first = plain.lines().nth(1).unwrap_or_default();
            println!("{:<70.70} {first}", shown.replace('\n', " "));
            if plain != ours {
                wrong.push(format!("{shown}\n--- without\n{plain}\n--- with\n{ours}"));
            }
        }
        assert!(wrong.is_empty(), "{}", wrong.join("\n\n"));
        Ok(())
    });
}
