//! CPython's sockets at the other end.

use std::io::{BufRead as _, BufReader};
use std::process::{Command, Stdio};

use berkeley_addr::{L2capAddr, RfcommAddr};
use berkeley_socket::{BACKLOG, Socket, Type};

use crate::kit::{PATIENCE, receive, turn};

/// Debian's: it is built with Bluetooth's headers, which CPython needs.
const PYTHON: &str = "/usr/bin/python3";

/// Takes a connection of RFCOMM, says whose it is, and sends back what comes.
const SERVER: &str = "
import socket, sys
s = socket.socket(socket.AF_BLUETOOTH, socket.SOCK_STREAM, socket.BTPROTO_RFCOMM)
s.bind((sys.argv[1], int(sys.argv[2]))); s.listen(1)
print('listening', flush=True)
c, who = s.accept()
print(who[0], c.getsockname(), flush=True)
c.sendall(c.recv(100))
c.recv(1)
";

/// Connects over L2CAP, says where to, and sends two messages.
const CLIENT: &str = "
import socket, sys
s = socket.socket(socket.AF_BLUETOOTH, socket.SOCK_SEQPACKET, socket.BTPROTO_L2CAP)
s.bind((sys.argv[1], 0)); s.connect((sys.argv[2], int(sys.argv[3])))
print(s.getpeername(), flush=True)
s.send(b'one'); s.send(b'message two')
print(s.recv(100).decode(), flush=True)
";

#[test]
#[ignore = "cargo xtask vm"]
fn python_serves_rfcomm() {
    let turn = turn();
    let to = RfcommAddr::new(turn.there.address, 7);
    let address = to.address.to_string();
    let mut server = Command::new(PYTHON)
        .args(["-c", SERVER, &address, "7"])
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .spawn()
        .unwrap();
    let mut says = BufReader::new(server.stdout.take().unwrap()).lines().map(Result::unwrap);
    assert_eq!(says.next().as_deref(), Some("listening"));
    let client = Socket::bound(Type::STREAM, &RfcommAddr::new(turn.here.address, 0)).unwrap();
    client.within(PATIENCE).connect(&to).unwrap();
    client.send(b"to python and back").unwrap();
    assert_eq!(receive(client.within(PATIENCE), 18), b"to python and back");
    assert_eq!(says.next(), Some(format!("{} ('{address}', 7)", turn.here.address)));
    drop(client);
    // Its last receive says ECONNRESET, as ours do.
    assert_eq!(server.wait().unwrap().code(), Some(1));
}

#[test]
#[ignore = "cargo xtask vm"]
fn python_connects_by_l2cap() {
    let turn = turn();
    let to = L2capAddr::new(turn.there.address, 0x1041);
    let server = Socket::listening(Type::SEQPACKET, &to, BACKLOG).unwrap();
    let (here, there) = (turn.here.address.to_string(), to.address.to_string());
    let client = Command::new(PYTHON)
        .args(["-c", CLIENT, &here, &there, &to.psm.to_string()])
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    let (served, peer) = server.within(PATIENCE).accept().unwrap();
    assert_eq!(peer.address, turn.here.address);
    for message in [&b"one"[..], b"message two"] {
        assert_eq!(receive(served.within(PATIENCE), 11), message);
    }
    served.send(b"heard").unwrap();
    let said = client.wait_with_output().unwrap();
    assert!(said.status.success());
    assert_eq!(String::from_utf8_lossy(&said.stdout), format!("('{there}', {})\nheard\n", to.psm));
}
