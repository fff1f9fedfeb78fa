//! `connect` and `listen` as their users see them: bytes in, bytes out, words, exit codes.
//!
//! Contract: no process outlives its test, none has more than [`PATIENCE`], and the kernel chooses all ports.

mod program;

use std::fs;
use std::io::{Read, Write};
use std::net::{Shutdown, TcpListener, TcpStream, UdpSocket};
use std::os::fd::OwnedFd;
use std::os::unix::net::UnixStream;
use std::os::unix::process::CommandExt;
use std::process::{Command, Stdio};
use std::thread;

use program::{Program, noise};
use serde_json::Value;
use tempfile::TempDir;

/// Every kind of connection: an endpoint to listen at, with `DIR` for a folder of the test's own.
const CONNECTIONS: [&str; 8] = [
    "tcp://127.0.0.1:0",
    "tcp4://:0",
    "127.0.0.1:0",
    "localhost:0",
    "unix://DIR/x.sock",
    "DIR/y.sock",
    "unix://",
    "unix+seqpacket://DIR/z.sock",
];

fn within(dir: &TempDir, endpoint: &str) -> String {
    endpoint.replace("DIR", &dir.path().to_string_lossy())
}

#[test]
fn a_mebibyte_goes_each_way_unchanged() {
    let dir = TempDir::new().unwrap();
    let (ours, theirs) = (noise(1), noise(2));
    for endpoint in CONNECTIONS {
        let mut server = Program::start(&["listen", &within(&dir, endpoint)]);
        let mut client = Program::start(&["connect", &server.place()]);
        server.send_and_end(&ours);
        client.send_and_end(&theirs);
        let (server, client) = (server.end(), client.end());
        assert!(client.out == ours && server.out == theirs, "{endpoint}: other bytes arrived");
        assert_eq!((client.code, server.code), (0, 0), "{endpoint}");
        assert_eq!(client.err, "", "{endpoint}");
        assert_eq!(server.err.lines().count(), 1, "{endpoint}: {}", server.err);
    }
    assert_eq!(fs::read_dir(dir.path()).unwrap().count(), 0, "the paths are removed");
}

#[test]
fn a_path_that_a_dead_program_left_is_taken_and_a_live_one_is_not() {
    let dir = TempDir::new().unwrap();
    for (scheme, name) in [("unix", "s"), ("unix+seqpacket", "q"), ("unix+dgram", "d")] {
        let endpoint = within(&dir, &format!("{scheme}://DIR/{name}"));
        // Killed, it leaves its file.
        let mut dead = Program::start(&["listen", &endpoint]);
        dead.place();
        drop(dead);
        assert!(dir.path().join(name).exists());
        let mut server = Program::start(&["listen", "--echo", &endpoint]);
        let place = server.place();
        let late = Program::start(&["listen", &endpoint]).end();
        assert_eq!(late.code, 1, "{scheme}: {}", late.err);
        assert!(late.err.contains("in use"), "{scheme}: {}", late.err);
        let mut client = Program::start(&["connect", &place]);
        client.send_and_end(b"still here");
        assert_eq!(client.receive(10), b"still here", "{scheme}");
    }
}

#[test]
fn either_side_may_end_first_and_still_receive() {
    let dir = TempDir::new().unwrap();
    for endpoint in CONNECTIONS {
        for server_first in [false, true] {
            let mut server = Program::start(&["listen", &within(&dir, endpoint)]);
            let mut client = Program::start(&["connect", &server.place()]);
            let (first, second) =
                if server_first { (&mut server, &mut client) } else { (&mut client, &mut server) };
            first.send_and_end(b"question");
            assert_eq!(second.receive(8), b"question", "{endpoint}");
            // Time to take the end of one direction, wrongly, for the end of both.
            thread::sleep(core::time::Duration::from_millis(30));
            second.send_and_end(b"answer");
            assert_eq!(first.receive(6), b"answer", "{endpoint}");
            assert_eq!((server.end().code, client.end().code), (0, 0), "{endpoint}");
        }
    }
}

#[test]
fn echo_serves_many_at_once_and_keep_one_after_another() {
    let data = noise(3);
    let mut server = Program::start(&["listen", "--keep", "--echo", "tcp://127.0.0.1:0"]);
    let place = server.place();
    let mut clients: Vec<_> = (0..3).map(|_| Program::start(&["connect", &place])).collect();
    for client in clients.iter_mut().rev() {
        client.send(b"first");
        assert_eq!(client.receive(5), b"first", "while the others are connected");
    }
    for mut client in clients {
        client.send_and_end(&data);
        let client = client.end();
        assert!(client.out == data && client.code == 0, "{}", client.err);
    }
    drop(server);

    let mut server = Program::start(&["listen", "--keep", "--time", "3", "tcp://127.0.0.1:0"]);
    let place = server.place();
    server.send_and_end(b"once");
    for (said, answer) in [("a", &b"once"[..]), ("b", b""), ("c", b"")] {
        let mut client = Program::start(&["connect", &place]);
        client.send_and_end(said.as_bytes());
        assert_eq!(client.end().out, answer, "{said}");
        assert_eq!(server.receive(1), said.as_bytes());
    }
}

#[test]
fn messages_keep_their_boundaries_and_answers_go_to_the_last_sender() {
    let dir = TempDir::new().unwrap();
    for endpoint in ["udp://127.0.0.1:0", "unix+dgram://DIR/d.sock", "unix+dgram://"] {
        let mut server = Program::start(&["listen", "--echo", &within(&dir, endpoint)]);
        let mut client = Program::start(&["connect", "--line", &server.place()]);
        let said = b"one\ntwo\n\nlast";
        client.send_and_end(said);
        assert_eq!(client.receive(said.len()), said, "{endpoint}");
    }
    let mut server = Program::start(&["listen", "--line", "udp://127.0.0.1:0"]);
    let to = server.place().replace("udp://", "");
    for said in ["a", "b"] {
        let client = UdpSocket::bind("127.0.0.1:0").unwrap();
        client.set_read_timeout(Some(program::PATIENCE)).unwrap();
        client.send_to(said.as_bytes(), &to).unwrap();
        assert_eq!(server.receive(1), said.as_bytes());
        for line in ["x\n", "y\n"] {
            server.send(line.as_bytes());
            let mut answer = [0; 8];
            let len = client.recv(&mut answer).unwrap();
            assert_eq!(&answer[..len], line.as_bytes(), "to {said}");
        }
    }
}

/// What is told on standard error, and the exit code.
#[test]
fn every_end_has_its_words_and_its_code() {
    let dir = TempDir::new().unwrap();
    fs::write(dir.path().join("taken"), "").unwrap();
    let quiet = TcpListener::bind("127.0.0.1:0").unwrap();
    let quiet = quiet.local_addr().unwrap().to_string();
    let silent = UdpSocket::bind("127.0.0.1:0").unwrap();
    let silent = format!("udp://{}", silent.local_addr().unwrap());
    let rows: [(&[&str], u8, &str); 14] = [
        (&["connect", "-"], 0, ""),
        (&["connect", "tcp://127.0.0.1:1"], 3, "nobody listens there; to do so: "),
        (&["connect", "--time", "9", "udp://127.0.0.1:1"], 3, "Connection refused"),
        (&["connect", "--time", "0.1", &quiet], 4, "recv: timed out"),
        (&["connect", "--time", "0.1", &silent], 0, ""),
        (&["listen", "--time", "0.1", "udp://127.0.0.1:0"], 0, "listening on udp://127.0.0.1:"),
        (&["connect", "unix://DIR/nobody"], 1, "No such file or directory"),
        (&["connect", "tcp://localhost"], 2, "\n                 ^"),
        (&["connect", "tcp://localhost:nosuchservice"], 1, "(EAI_SERVICE)"),
        (&["connect", "--time", "-1", "@x"], 2, "--time"),
        (&["listen", "--time", "0.1", "tcp://127.0.0.1:0"], 4, "accept: timed out"),
        (
            &["listen", "--time", "0.1", "--keep", "tcp://127.0.0.1:0"],
            0,
            "listening on tcp://127.0.0.1:",
        ),
        (&["listen", "unix://DIR/taken"], 1, "it is in use, or no socket: ls -l "),
        (&["listen", "tcp://192.0.2.1:0"], 1, "no interface has this address: ip address"),
    ];
    for (arguments, code, words) in rows {
        let arguments: Vec<_> = arguments.iter().map(|word| within(&dir, word)).collect();
        let mut program = Program::start(&arguments.iter().map(String::as_str).collect::<Vec<_>>());
        program.send_and_end(b"x");
        let end = program.end();
        assert_eq!(end.code, code, "{arguments:?}: {}", end.err);
        assert!(end.err.contains(words), "{arguments:?}: {}", end.err);
    }
    assert!(dir.path().join("taken").exists(), "what others made stays");
}

#[test]
fn a_peer_that_resets_is_an_error() {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let at = listener.local_addr().unwrap().to_string();
    let mut client = Program::start(&["connect", &at]);
    client.send(b"x");
    let (mut peer, _) = listener.accept().unwrap();
    peer.write_all(b"before").unwrap();
    assert_eq!(client.receive(6), b"before");
    // Closing with something unread resets: RFC 2525 section 2.17.
    peer.peek(&mut [0]).unwrap();
    drop(peer);
    let end = client.end();
    assert_eq!(end.code, 1);
    assert!(end.err.contains("Connection reset by peer"), "{}", end.err);
}

#[test]
fn a_connection_that_resets_does_not_end_a_server_that_keeps_serving() {
    let mut server = Program::start(&["listen", "--keep", "tcp://127.0.0.1:0"]);
    let at = server.place().replace("tcp://", "");
    server.send(b"for the first");
    let first = TcpStream::connect(&at).unwrap();
    first.peek(&mut [0]).unwrap();
    drop(first);
    let mut second = TcpStream::connect(&at).unwrap();
    second.set_read_timeout(Some(program::PATIENCE)).unwrap();
    second.write_all(b"hello").unwrap();
    assert_eq!(server.receive(5), b"hello");
    server.send_and_end(b"for the second");
    let mut received = String::new();
    second.read_to_string(&mut received).unwrap();
    assert_eq!(received, "for the second");
}

#[test]
fn what_the_peer_did_not_take_is_an_error() {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let mut client = Program::start(&["connect", &listener.local_addr().unwrap().to_string()]);
    client.send_and_end(&vec![0; 32 << 20]);
    let (mut peer, _) = listener.accept().unwrap();
    peer.read_exact(&mut [0; 1000]).unwrap();
    drop(peer);
    let end = client.end();
    assert_eq!(end.code, 1, "{}", end.err);
    assert!(end.err.starts_with("berkeley: tcp://127.0.0.1:"), "{}", end.err);
}

#[test]
fn a_closed_standard_output_ends_silently() {
    let million = "1.2.3.4:5\n".repeat(100_000);
    for arguments in [&["addr", "-"][..], &["addr", "--json", "-"], &["connect", "-"]] {
        let mut program = Program::unheard(arguments);
        program.send_and_end(million.as_bytes());
        let end = program.end();
        assert_eq!((end.code, end.err.as_str()), (0, ""), "{arguments:?}");
    }
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let client = Program::unheard(&["connect", &listener.local_addr().unwrap().to_string()]);
    let (mut peer, _) = listener.accept().unwrap();
    peer.write_all(b"x").unwrap();
    let end = client.end();
    assert_eq!((end.code, end.err.as_str()), (0, ""), "its input is still open");
}

#[test]
fn without_the_permission_the_command_that_gives_it_is_printed() {
    // Copied to where another user can run it.
    let dir = TempDir::new().unwrap();
    fs::set_permissions(dir.path(), std::os::unix::fs::PermissionsExt::from_mode(0o755)).unwrap();
    let path = dir.path().join("berkeley");
    // By a process of its own: a child of another test could inherit our descriptor, and what is open for writing does not run.
    let copy = Command::new("cp").arg(env!("CARGO_BIN_EXE_berkeley")).arg(&path).status().unwrap();
    assert!(copy.success());
    let path = path.to_string_lossy();
    let root =
        fs::metadata("/proc/self").is_ok_and(|own| std::os::unix::fs::MetadataExt::uid(&own) == 0);
    for (endpoint, capability) in
        [("packet://lo/all", "cap_net_raw"), ("ip://127.0.0.1/253", "cap_net_raw")]
    {
        let mut command = Command::new(path.as_ref());
        command.args(["listen", "--time", "0", endpoint]);
        if root {
            // nobody
            command.uid(65_534).gid(65_534);
        }
        let end = Program::run(command).end();
        assert_eq!(end.code, 1, "{}", end.err);
        for line in [
            format!("  to permit it: sudo setcap {capability}+ep {path}\n"),
            format!(
                "  or, in a network of its own: unshare -rn {path} listen --time 0 {endpoint}\n"
            ),
        ] {
            assert!(end.err.contains(&line), "{}", end.err);
        }
    }
}

#[test]
fn with_json_every_line_is_an_object() {
    let mut server = Program::start(&["--json", "listen", "tcp://127.0.0.1:0"]);
    let place: Value = serde_json::from_str(&server.first_line()).unwrap();
    assert_eq!(place["event"], "listening");
    let place = place["endpoint"].as_str().unwrap();
    let mut client = Program::start(&["connect", place, "--json"]);
    client.send_and_end(b"abc");
    server.send_and_end(b"defgh");
    let rows = [
        (client.end().err, &["connected", "ended"][..], (5, 3)),
        (server.end().err, &["listening", "accepted", "ended"], (3, 5)),
    ];
    for (err, events, (received, sent)) in rows {
        let told: Vec<Value> =
            err.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
        assert_eq!(told.iter().map(|object| &object["event"]).collect::<Vec<_>>(), events);
        let last = told.last().unwrap();
        assert_eq!(
            (last["received"].as_u64(), last["sent"].as_u64()),
            (Some(received), Some(sent))
        );
    }
    let mut refused = Program::start(&["connect", "--json", "127.0.0.1:1"]);
    refused.send_and_end(b"");
    let told: Value = serde_json::from_str(&refused.end().err).unwrap();
    assert_eq!((told["ok"].as_bool(), told["exit"].as_u64()), (Some(false), Some(3)));
}

#[test]
fn any_bytes_are_lines_and_each_has_an_object() {
    let mut input = noise(4)[..1 << 18].to_vec();
    input.extend(b"\n\r\n\xff\n\n[::1]:80\n");
    input.extend(vec![b'a'; (1 << 20) + 5]);
    input.extend(b"\n127.0.0.1:80");
    let lines: Vec<_> = input.split(|byte| *byte == b'\n').collect();
    let mut program = Program::start(&["addr", "--json", "-"]);
    // Each answer leaves before the next line is waited for.
    program.send(b"unix:\n");
    let answer =
        br#"{"input":"unix:","ok":true,"text":"unix:","family":"AF_UNIX","fields":{},"sockaddr":"#;
    assert_eq!(program.receive(answer.len()), answer);
    assert_eq!(program.receive(8).last(), Some(&b'\n'));
    program.send_and_end(&input);
    let end = program.end();
    assert_eq!((end.code, end.err.as_str()), (2, ""));
    let out = String::from_utf8(end.out).unwrap();
    assert_eq!(out.lines().count(), lines.len());
    for (object, line) in out.lines().zip(&lines) {
        let object: Value = serde_json::from_str(object).unwrap();
        let kept = &line[..line.len().min(1 << 20)];
        assert_eq!(object["input"], *String::from_utf8_lossy(kept));
        assert_eq!(object["cut"].as_bool(), (kept.len() < line.len()).then_some(true));
        match object["ok"].as_bool() {
            Some(true) => assert!(object["text"].is_string() && object["fields"].is_object()),
            _ => assert!(
                object["at"].as_u64().unwrap() <= line.len() as u64 && object["error"].is_string()
            ),
        }
    }
    assert!(
        out.ends_with("\"sockaddr\":\"020000507f0000010000000000000000\"}\n")
            || cfg!(target_endian = "big")
    );
}

/// A descriptor that the program was started with: here its standard error.
#[test]
fn an_inherited_socket_is_talked_over() {
    let (ours, theirs) = UnixStream::pair().unwrap();
    let mut program = Command::new(env!("CARGO_BIN_EXE_berkeley"))
        .args(["connect", "fd://2"])
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::from(OwnedFd::from(theirs)))
        .spawn()
        .unwrap();
    let mut input = program.stdin.take().unwrap();
    input.write_all(b"ask").unwrap();
    drop(input);
    let mut asked = Vec::new();
    // The program half-closes at the end of its input, though it still holds the number open.
    (&ours).read_to_end(&mut asked).unwrap();
    assert_eq!(asked, b"ask");
    (&ours).write_all(b"answer").unwrap();
    ours.shutdown(Shutdown::Write).unwrap();
    let end = program.wait_with_output().unwrap();
    assert_eq!((end.status.code(), end.stdout.as_slice()), (Some(0), b"answer".as_slice()));

    for (text, code, words) in [
        ("fd://99", 1, "Bad file descriptor"),
        ("fd://0", 1, "Socket operation on non-socket"),
        ("fd://-1", 2, "the number of a descriptor"),
        ("fd://03", 2, "the number of a descriptor"),
        ("fd://x", 2, "the number of a descriptor"),
    ] {
        let end = Program::start(&["connect", text]).end();
        assert_eq!(end.code, code, "{text}: {}", end.err);
        assert!(end.err.contains(words), "{text}: {}", end.err);
    }
}
