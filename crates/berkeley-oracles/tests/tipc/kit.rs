//! Addresses and sockets of the tests.

use std::env::var_os;

use berkeley_addr::{Protocol, TipcAddr, Type};
use berkeley_socket::{BACKLOG, Error, Limit, Socket, SocketRef};

pub(crate) type Tipc = Socket<TipcAddr>;

/// Long enough for anything that comes at all.
pub(crate) const PATIENCE: Limit<'static> = Limit::seconds(10);
/// For what must not come.
pub(crate) const MOMENT: Limit<'static> = Limit::within(core::time::Duration::from_millis(50));

/// These tests are the VM's: elsewhere the family is missing.
pub(crate) fn in_the_vm() {
    assert!(var_os("BERKELEY_VM").is_some(), "this is not the VM of `cargo xtask vm`");
}

pub(crate) fn open(ty: Type) -> Tipc {
    Socket::open(ty, Protocol::DEFAULT).unwrap()
}

pub(crate) fn bound(ty: Type, service: u32, lower: u32, upper: u32) -> Tipc {
    Socket::bound(ty, &TipcAddr::range(service, lower, upper).unwrap()).unwrap()
}

/// Two ends of a connection to the service's instance 1: who connected, who accepted.
pub(crate) fn connection(ty: Type, service: u32) -> (Tipc, Tipc) {
    let address = TipcAddr::service(service, 1);
    let listener = Socket::listening(ty, &address, BACKLOG).unwrap();
    let client = open(ty);
    // TIPC's connect ends when it is accepted.
    std::thread::scope(|scope| {
        let accepting = scope.spawn(|| listener.within(PATIENCE).accept().unwrap());
        client.within(PATIENCE).connect(&address).unwrap();
        let (served, from) = accepting.join().unwrap();
        assert_eq!(from, client.local_addr().unwrap());
        (client, served)
    })
}

/// What comes next.
pub(crate) fn take(socket: &Tipc) -> Vec<u8> {
    try_take(socket.within(PATIENCE)).unwrap()
}

pub(crate) fn try_take(socket: SocketRef<'_, TipcAddr>) -> Result<Vec<u8>, Error> {
    let mut buffer = vec![0; 70_000];
    let len = socket.recv(&mut buffer)?;
    buffer.truncate(len);
    Ok(buffer)
}
