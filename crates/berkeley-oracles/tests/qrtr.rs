//! AF_QIPCRTR on a kernel that has it: messages between two sockets of this node, and the kernel's name service.
//! Sources: linux/qrtr.h, the kernel's net/qrtr.

#![forbid(unsafe_code)]
#![allow(missing_docs)]

mod network;

use core::time::Duration;

use berkeley_addr::QrtrAddr;
use berkeley_socket::qrtr::{Control, Service};
use berkeley_socket::{Errno, Kind, Limit, Protocol, Result, Socket, Type};

const PATIENCE: Limit<'static> = Limit::seconds(10);

type Qrtr = Socket<QrtrAddr>;

fn open() -> Qrtr {
    assert!(network::is_vm(), "this is not the VM");
    Socket::open(Type::DGRAM, Protocol::DEFAULT).unwrap()
}

/// A socket with a port of the kernel's choice, and its address.
fn bound() -> (Qrtr, QrtrAddr) {
    let socket = open();
    let own = socket.local_addr().unwrap();
    socket.bind(&own).unwrap();
    let addr = socket.local_addr().unwrap();
    (socket, addr)
}

fn errno<T>(result: Result<T>) -> Option<Errno> {
    result.map(drop).expect_err("it must fail").errno()
}

#[test]
#[ignore = "cargo xtask vm"]
fn messages_on_this_node() {
    // Node 1, as the kernel numbers itself; ports from 16384 on.
    assert_eq!(open().local_addr().unwrap(), QrtrAddr::new(1, 0));
    let ((here, near), (there, far)) = (bound(), bound());
    assert!(near.node == 1 && near.port >= 0x4000 && near != far);
    let mut buffer = vec![0; 1 << 16];
    for len in [0, 1, 3, 4, 5, 1000, 65_535 - 100] {
        let message = vec![0x5a; len];
        assert_eq!(here.send_to(&message, &far).unwrap(), len);
        let came = there.within(PATIENCE).recv_from(&mut buffer).unwrap();
        assert!(came == (len, Some(near)) && buffer[..len] == message, "{len}");
    }
    // Connected; cut; too long; nobody there.
    here.connect(&far).unwrap();
    assert_eq!(here.peer_addr().unwrap(), far);
    here.send(b"hello").unwrap();
    assert_eq!(there.within(PATIENCE).recv(&mut [0; 4]).unwrap_err().kind(), Kind::Truncated);
    let late = there.within(Limit::within(Duration::from_millis(20))).recv(&mut buffer);
    assert_eq!(late.unwrap_err().kind(), Kind::TimedOut);
    let rows = [
        (vec![0; 65_536], far, Errno::MSGSIZE),
        (vec![0; 4], QrtrAddr::new(1, 0x7fff_0000), Errno::NODEV),
        (vec![0; 4], QrtrAddr::new(77, far.port), Errno::CONNRESET),
    ];
    for (message, to, expected) in rows {
        assert_eq!(errno(here.send_to(&message, &to)), Some(expected), "{to}");
    }
    // A port is one socket's; those of another node are none of ours.
    assert_eq!(errno(open().bind(&far)), Some(Errno::ADDRINUSE));
    assert_eq!(errno(open().bind(&QrtrAddr::new(2, 0))), Some(Errno::INVAL));
}

#[test]
#[ignore = "cargo xtask vm"]
fn services_are_announced_and_looked_up() {
    let names = QrtrAddr::new(1, QrtrAddr::CONTROL);
    let ((client, _), (first, near), (second, far)) = (bound(), bound(), bound());
    let say = |socket: &Qrtr, control: Control| socket.send_to(&control.encode(), &names).unwrap();
    let hear = || {
        let mut packet = [0; 32];
        let (len, from) = client.within(PATIENCE).recv_from(&mut packet).unwrap();
        assert_eq!((len, from), (20, Some(names)));
        Control::decode(&packet[..len]).unwrap()
    };
    let service = |instance, addr| Service { service: 4242, instance, addr };
    let (one, two) = (service(1, near), service(2, far));
    say(&first, Control::NewServer(one));
    say(&client, Control::lookup(4242, 0));
    // Who is there; the end of the list; who comes; who goes, also without a word.
    assert_eq!((hear(), hear()), (Control::NewServer(one), Control::END));
    say(&second, Control::NewServer(two));
    assert_eq!(hear(), Control::NewServer(two));
    say(&first, Control::DelServer(one));
    assert_eq!(hear(), Control::DelServer(one));
    drop(second);
    assert_eq!(hear(), Control::DelServer(two));
    // A port has one service: the next takes its place, and no lookup is told that the other is gone.
    say(&first, Control::NewServer(service(3, near)));
    say(&first, Control::NewServer(service(4, near)));
    assert_eq!(hear(), Control::NewServer(service(3, near)));
    assert_eq!(hear(), Control::NewServer(service(4, near)));
    // Another service is none of these.
    say(&first, Control::lookup(4243, 0));
    let mut packet = [0; 20];
    first.within(PATIENCE).recv(&mut packet).unwrap();
    assert_eq!(Control::decode(&packet), Some(Control::END));
    say(&client, Control::DelLookup(Service { service: 4242, ..Service::default() }));
}
