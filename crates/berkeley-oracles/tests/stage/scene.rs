//! The sockets that a call meets: ready, or such that it would wait for ever, and what ends the wait.
//!
//! Contract: all traffic stays on loopback or in AF_UNIX. [`Stage::event`] is one piece of progress (a byte, a message, a
//! connection, a drained queue), [`Stage::finish`] all that any call of the scene needs; both never wait.

use core::sync::atomic::{AtomicBool, Ordering};
use core::time::Duration;
use std::sync::{Mutex, PoisonError};
use std::thread;

use berkeley_addr::{AnyAddr, UnixAddr};
use berkeley_socket::option::{Flag, SockOpt, so};
use berkeley_socket::{BACKLOG, How, RecvFlags, SendFlags, Socket, Type};

/// `IP_RECVERR` of level IPPROTO_IP: ip(7).
const RECVERR: SockOpt<Flag> = SockOpt::plain(0, 11);

/// As many bytes as fill the buffer of every receive here.
pub(crate) const LEN: usize = 64;

/// Who waits for what.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Scene {
    /// A receiver on a Unix stream.
    Stream,
    /// A receiver of Unix datagrams.
    Datagram,
    /// A receiver of TCP's urgent byte.
    Urgent,
    /// A reader of UDP's error queue.
    ErrorQueue,
    /// A sender on a Unix stream whose peer does not read.
    FullStream,
    /// A connected sender of Unix datagrams whose peer does not read.
    FullDatagram,
    /// An unconnected one, whom poll misleads.
    FullReceiver,
    /// A TCP listener.
    Accept,
    /// A Unix socket before a listener whose backlog is full.
    ConnectUnix,
    /// A TCP socket before one: its SYN is dropped, and sent again after a second.
    ConnectTcp,
    /// The same, begun.
    Begun,
}

/// A scene set up: the socket under test and its surroundings.
pub(crate) struct Stage {
    scene: Scene,
    pub(crate) socket: Socket,
    /// Where it sends or connects to, or listens.
    pub(crate) address: AnyAddr,
    /// The other end, or the listener.
    peer: Socket,
    /// Connections that must stay open.
    kept: Mutex<Vec<Socket>>,
}

impl Scene {
    /// The scene as it is when nothing has happened (the call waits for ever), or when all has (it is `ready`).
    pub(crate) fn set(self, ready: bool) -> Stage {
        let stage = match self {
            Self::Stream | Self::Datagram => {
                let ty = if self == Self::Stream { Type::STREAM } else { Type::DGRAM };
                let (socket, peer) = pair(ty);
                self.stage(socket, peer)
            }
            Self::FullStream | Self::FullDatagram => {
                let ty = if self == Self::FullStream { Type::STREAM } else { Type::DGRAM };
                let (socket, peer) = pair(ty);
                socket.set(so::SNDBUF, 4096).unwrap();
                let piece = [0; 512];
                while !ready && socket.send_with(&piece, SendFlags::DONTWAIT).is_ok() {}
                self.stage(socket, peer)
            }
            Self::FullReceiver => {
                let peer = Socket::bound(Type::DGRAM, &unnamed()).unwrap();
                let address = peer.local_addr().unwrap();
                let socket = Socket::open_for(Type::DGRAM, &address).unwrap();
                let to = |flags| socket.send_to_with(b"x", flags, &address);
                while !ready && to(SendFlags::DONTWAIT).is_ok() {}
                Stage { address, ..self.stage(socket, peer) }
            }
            Self::Urgent => {
                let (socket, peer) = tcp_pair();
                self.stage(socket, peer)
            }
            Self::ErrorQueue => {
                let closed = Socket::bound(Type::DGRAM, &loopback()).unwrap();
                let address = closed.local_addr().unwrap();
                let socket = Socket::connected(Type::DGRAM, &address).unwrap();
                socket.set(RECVERR, true).unwrap();
                let peer = Socket::open_for(Type::DGRAM, &address).unwrap();
                self.stage(socket, peer)
            }
            Self::Accept => {
                let socket = Socket::listening(Type::STREAM, &loopback(), BACKLOG).unwrap();
                let address = socket.local_addr().unwrap();
                let peer = Socket::open_for(Type::STREAM, &address).unwrap();
                Stage { address, ..self.stage(socket, peer) }
            }
            Self::ConnectUnix | Self::ConnectTcp | Self::Begun => self.before_a_listener(ready),
        };
        // What sends and connects find ready was not filled; what receives and accepts wait for comes now.
        if ready && !matches!(self, Self::ConnectUnix | Self::ConnectTcp | Self::Begun) {
            stage.finish();
        }
        stage
    }

    fn before_a_listener(self, ready: bool) -> Stage {
        let name = if self == Self::ConnectUnix { unnamed() } else { loopback() };
        let backlog = if ready { BACKLOG } else { 0 };
        let listener = Socket::listening(Type::STREAM, &name, backlog).unwrap();
        let address = listener.local_addr().unwrap();
        let client = || Socket::open_for(Type::STREAM, &address).unwrap();
        let stage = Stage { address, ..self.stage(client(), listener) };
        // A backlog of 0 holds one connection.
        for _ in 0..if ready { 0 } else { 2 } {
            let client = client();
            let _ = client.try_connect(&address);
            stage.keep(client);
        }
        if self == Self::Begun {
            stage.socket.try_connect(&address).unwrap();
        }
        stage
    }

    fn stage(self, socket: Socket, peer: Socket) -> Stage {
        Stage { scene: self, socket, peer, address: unnamed(), kept: Mutex::default() }
    }
}

impl Stage {
    fn keep(&self, socket: Socket) {
        self.kept.lock().unwrap_or_else(PoisonError::into_inner).push(socket);
    }

    /// One piece of progress.
    pub(crate) fn event(&self) {
        match self.scene {
            Scene::Stream | Scene::Datagram => {
                let _ = self.peer.send_with(b"x", SendFlags::DONTWAIT);
            }
            Scene::Urgent => {
                let _ = self.peer.send_with(b"!", SendFlags::OOB | SendFlags::DONTWAIT);
            }
            // Nobody is there any more: ICMP says so.
            Scene::ErrorQueue => {
                let _ = self.socket.send(b"x");
            }
            // As much as the queue holds, and not what a sender adds meanwhile.
            Scene::FullStream => self.drain(2),
            Scene::FullDatagram | Scene::FullReceiver => self.drain(usize::MAX),
            Scene::Accept => {
                let client = Socket::open_for(Type::STREAM, &self.address).unwrap();
                let _ = client.try_connect(&self.address);
                self.keep(client);
            }
            Scene::ConnectUnix | Scene::ConnectTcp | Scene::Begun => {
                self.peer.set_blocking(false).unwrap();
                if let Ok(connection) = self.peer.accept_only() {
                    self.keep(connection);
                }
            }
        }
    }

    /// As much as any call of the scene needs.
    pub(crate) fn finish(&self) {
        match self.scene {
            Scene::Stream => {
                let _ = self.peer.send_with(&[b'x'; LEN], SendFlags::DONTWAIT);
                let _ = self.peer.shutdown(How::Write);
            }
            Scene::FullStream => self.drain(usize::MAX),
            _ => self.event(),
        }
    }

    /// The peer takes what is there, in so many receives.
    fn drain(&self, times: usize) {
        let mut sink = [0; 4096];
        let mut recv = || self.peer.recv_with(&mut sink, RecvFlags::DONTWAIT);
        let _ = (0..times).find(|_| !recv().is_ok_and(|len| len > 0));
    }

    /// The peer sends as much as goes, at once and again, if it is a stream's.
    fn flood(&self) {
        let _ = self.peer.send_with(&vec![b'x'; 65536], SendFlags::DONTWAIT);
    }

    /// Runs `call` on the stage while another thread does as `drive` says.
    pub(crate) fn during<T>(&self, drive: Drive, call: impl FnOnce() -> T) -> T {
        let over = AtomicBool::new(false);
        let going_on = || !over.load(Ordering::Relaxed);
        thread::scope(|scope| {
            scope.spawn(|| match drive {
                Drive::Nothing => {}
                Drive::Trickle(pause) => {
                    while going_on() {
                        thread::sleep(pause);
                        self.event();
                    }
                }
                Drive::Flood => {
                    let end = std::time::Instant::now() + Duration::from_millis(600);
                    while going_on() && std::time::Instant::now() < end {
                        self.flood();
                    }
                }
                Drive::Finish(delay) => {
                    thread::sleep(delay);
                    while going_on() {
                        self.finish();
                        thread::sleep(Duration::from_micros(200));
                    }
                }
            });
            let answer = call();
            over.store(true, Ordering::Relaxed);
            answer
        })
    }
}

/// What another thread does while a call waits.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Drive {
    Nothing,
    /// An event each so often.
    Trickle(Duration),
    /// The peer always has something to say.
    Flood,
    /// All that is needed, after a while.
    Finish(Duration),
}

fn unnamed() -> AnyAddr {
    UnixAddr::unnamed().into()
}

fn loopback() -> AnyAddr {
    core::net::SocketAddr::from(([127, 0, 0, 1], 0)).into()
}

fn pair(ty: Type) -> (Socket, Socket) {
    let (one, two) = Socket::<UnixAddr>::pair(ty).unwrap();
    (one.widen(), two.widen())
}

fn tcp_pair() -> (Socket, Socket) {
    let listener = Socket::listening(Type::STREAM, &loopback(), 1).unwrap();
    let one = Socket::connected(Type::STREAM, &listener.local_addr().unwrap()).unwrap();
    let (two, _) = listener.accept().unwrap();
    (one, two)
}
