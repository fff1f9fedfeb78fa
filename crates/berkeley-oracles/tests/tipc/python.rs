//! CPython's `socket` as the other side: its client with our server, our client with its server.

use std::process::{Command, Stdio};

use berkeley_addr::{TipcAddr, Type};
use berkeley_socket::tipc::{EventKind, Subscription, Topology};
use berkeley_socket::{BACKLOG, Socket};

use crate::kit::{PATIENCE, bound, in_the_vm, open, take};

/// Serves two services, then is the client of two.
const PEER: &str = "
import socket as s
def make(ty):
    it = s.socket(s.AF_TIPC, ty); it.settimeout(10); return it
rdm, listener = make(s.SOCK_RDM), make(s.SOCK_SEQPACKET)
rdm.bind((s.TIPC_ADDR_NAMESEQ, 36000, 1, 5))
listener.listen()
listener.bind((s.TIPC_ADDR_NAMESEQ, 36001, 1, 1))
message, who = rdm.recvfrom(70000)
assert who[0] == s.TIPC_ADDR_ID, who
rdm.sendto(message[::-1], who)
served, who = listener.accept()
served.settimeout(10)
served.send(served.recv(70000)[::-1])

client = make(s.SOCK_DGRAM)
client.sendto(b'from python', (s.TIPC_ADDR_NAME, 36002, 7, 0))
assert client.recv(70000) == b'to python'
client = make(s.SOCK_SEQPACKET)
client.connect((s.TIPC_ADDR_NAME, 36003, 1, 0))
client.sendall(b'x' * 66000)
assert client.recv(70000) == b'y' * 66000
client.shutdown(s.SHUT_RDWR)
";

#[test]
#[ignore = "cargo xtask vm"]
fn there_and_back() {
    in_the_vm();
    let datagrams = bound(Type::DGRAM, 36_002, 0, 9);
    let address = TipcAddr::service(36_003, 1);
    let listener = Socket::listening(Type::SEQPACKET, &address, BACKLOG).unwrap();
    let topology = Topology::connected(PATIENCE).unwrap();
    topology.subscribe(&Subscription::new(36_001, 1, 1), PATIENCE).unwrap();
    let python = Command::new("python3").args(["-c", PEER]).stderr(Stdio::piped()).spawn().unwrap();
    assert_eq!(topology.event(PATIENCE).unwrap().kind, EventKind::Published);

    let client = open(Type::RDM);
    client.send_to(b"ours", &TipcAddr::service(36_000, 3)).unwrap();
    assert_eq!(take(&client), b"sruo");
    let client = open(Type::SEQPACKET);
    client.within(PATIENCE).connect(&TipcAddr::service(36_001, 1)).unwrap();
    let long: Vec<_> = (0..=255).cycle().take(66_000).collect();
    client.send(&long).unwrap();
    let mut back = take(&client);
    back.reverse();
    assert!(back == long);

    let mut buffer = [0; 64];
    let (len, from) = datagrams.within(PATIENCE).recv_from(&mut buffer).unwrap();
    assert_eq!(&buffer[..len], b"from python");
    datagrams.send_to(b"to python", &from.unwrap()).unwrap();
    let (served, _) = listener.within(PATIENCE).accept().unwrap();
    assert!(take(&served) == vec![b'x'; 66_000]);
    served.send(&vec![b'y'; 66_000]).unwrap();
    assert_eq!(take(&served), b"");
    let output = python.wait_with_output().unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
}
