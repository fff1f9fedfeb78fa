//! What the tests share: whose turn it is, the controllers, two sides in two threads.

use core::time::Duration;
use std::fs;
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::thread;

use berkeley_addr::{BdAddr, BdAddrType, L2capAddr};
use berkeley_socket::bluetooth::mgmt::{Controller, Opcode, Status};
use berkeley_socket::bluetooth::{Management, Refusal};
use berkeley_socket::{Address, BACKLOG, Errno, Kind, Limit, Result, Socket, SocketRef, Type};

use crate::network::is_vm;

/// A step's time: the VM is slow.
pub(crate) const PATIENCE: Limit<'_> = Limit::seconds(10);
/// Long enough to see that nothing comes.
pub(crate) const MOMENT: Limit<'_> = Limit::within(Duration::from_millis(300));

/// The turn of a test, and the two controllers that are up.
pub(crate) struct Turn {
    pub(crate) here: Controller,
    pub(crate) there: Controller,
    _mine: MutexGuard<'static, ()>,
}

/// Waits for the controllers.
pub(crate) fn turn() -> Turn {
    static TURN: Mutex<()> = Mutex::new(());
    assert!(is_vm(), "this is not the VM");
    let mine = TURN.lock().unwrap_or_else(PoisonError::into_inner);
    let all = Management::open().unwrap().controllers(PATIENCE).unwrap();
    let mut up = all.into_iter().filter(Controller::is_powered);
    Turn { here: up.next().unwrap(), there: up.next().unwrap(), _mine: mine }
}

impl Turn {
    /// Ends the link of Low Energy that an earlier test may have left: it outlives its channels by seconds.
    pub(crate) fn without_low_energy(&self) {
        let peer = (self.there.address, BdAddrType::LE_PUBLIC);
        let done = Management::open().unwrap().disconnect(self.here.index, peer, PATIENCE);
        let none = Refusal::Status(Opcode::DISCONNECT, Status::NOT_CONNECTED);
        assert!(done.is_ok() || done == Err(none), "{done:?}");
    }
}

/// Whether the kernel is at least that one; else says what is left out.
pub(crate) fn kernel_has(what: &str, least: (u32, u32)) -> bool {
    let release = fs::read_to_string("/proc/sys/kernel/osrelease").unwrap();
    let mut parts = release.split(|c: char| !c.is_ascii_digit()).map(|part| part.parse().unwrap());
    let running = (parts.next().unwrap(), parts.next().unwrap());
    if running < least {
        println!("left out on Linux {running:?}: {what}, which Linux {least:?} has");
    }
    running >= least
}

/// Whether BT_MODE is there: some kernels want to be told to have enhanced credits.
pub(crate) fn kernel_has_modes() -> bool {
    let told = fs::read_to_string("/sys/module/bluetooth/parameters/enable_ecred").unwrap();
    if told.trim() != "Y" {
        println!("left out: BT_MODE, which this kernel is told not to have (enable_ecred)");
    }
    told.trim() == "Y"
}

/// Runs both sides; the client in this thread.
pub(crate) fn both<C, S: Send>(
    client: impl FnOnce() -> C,
    server: impl FnOnce() -> S + Send,
) -> (C, S) {
    thread::scope(|scope| {
        let server = scope.spawn(server);
        let client = client();
        (client, server.join().unwrap_or_else(|panic| std::panic::resume_unwind(panic)))
    })
}

/// A connection from `from` to `to`: the connected socket, the accepted one, and whom it was accepted from. `set` comes before.
pub(crate) fn connect<A: Address + Send + Sync>(
    ty: Type,
    (from, to): (&A, &A),
    set: impl Fn(&Socket<A>) + Sync,
) -> (Socket<A>, Socket<A>, A) {
    let server = Socket::bound(ty, to).unwrap();
    set(&server);
    server.listen(BACKLOG).unwrap();
    let client = Socket::bound(ty, from).unwrap();
    set(&client);
    let ((), (served, peer)) = both(
        || client.within(PATIENCE).connect(to).unwrap(),
        || server.within(PATIENCE).accept().unwrap(),
    );
    (client, served, peer)
}

/// Sends messages of these lengths one way and the other; each must come as it was.
pub(crate) fn talk<A: Address>(one: &Socket<A>, other: &Socket<A>, lengths: &[usize]) {
    let mut fill = 0_u8;
    for &len in lengths {
        for (from, to) in [(one, other), (other, one)] {
            fill = fill.wrapping_add(7);
            let message: Vec<u8> =
                (0..len).map(|at| fill.wrapping_add(at.to_le_bytes()[0])).collect();
            let (from, to) = (from.within(PATIENCE), to.within(PATIENCE));
            from.send_all(&message).unwrap();
            assert_eq!(receive(to, len), message, "{len} bytes");
        }
    }
}

/// A message, or so much of a stream.
pub(crate) fn receive<A: Address>(socket: SocketRef<'_, A>, len: usize) -> Vec<u8> {
    if socket.ty().keeps_boundaries() {
        let mut buffer = vec![0; len + 1];
        let got = socket.recv(&mut buffer).unwrap();
        buffer.truncate(got);
        buffer
    } else {
        let mut buffer = vec![0; len];
        socket.recv_exact(&mut buffer).unwrap();
        buffer
    }
}

/// Channels of Low Energy.
pub(crate) fn le(address: BdAddr, psm: u16) -> L2capAddr {
    L2capAddr { address_type: BdAddrType::LE_PUBLIC, ..L2capAddr::new(address, psm) }
}

/// How a receive fails.
pub(crate) fn fails<T: core::fmt::Debug>(done: Result<T>) -> (Kind, Option<Errno>) {
    let error = done.unwrap_err();
    (error.kind(), error.errno())
}

/// The kernel's no.
pub(crate) fn said(errno: Errno) -> (Kind, Option<Errno>) {
    (Kind::Kernel, Some(errno))
}

/// A receive that waited in vain.
pub(crate) const WAITED: (Kind, Option<Errno>) = (Kind::TimedOut, None);
/// A message that was longer than the room.
pub(crate) const CUT: (Kind, Option<Errno>) = (Kind::Truncated, None);
