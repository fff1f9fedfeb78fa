//! Two networks, and a cable between them.

use core::time::Duration;
use std::fs::File;
use std::os::fd::AsFd;
use std::sync::{Condvar, Mutex, mpsc};
use std::thread;

use berkeley_socket::Interface;
use berkeley_socket::netlink::{NewLink, Peer, Rtnetlink};

use crate::network::in_a_network;

/// What a test says of what failed.
pub(crate) type Outcome<T = ()> = Result<T, Box<dyn core::error::Error>>;

/// Does `work` in a network of its own; a refusal of the network itself is `Err`, so that the test can be skipped, all else a panic.
pub(crate) fn alone<T: Send>(work: impl FnOnce() -> Outcome<T> + Send) -> Result<T, String> {
    in_a_network(|| Ok(work().unwrap()))
}

/// The index of an interface of this network.
pub(crate) fn index(name: &str) -> Outcome<u32> {
    Ok(Interface::named(name)?.index())
}

/// This thread's network namespace.
pub(crate) fn here() -> Outcome<File> {
    Ok(File::open("/proc/thread-self/ns/net")?)
}

/// Does `here` and `there` in two networks, each in its own thread, with a cable of Ethernet between `one` here and `two` there, both up.
pub(crate) fn joined(
    near: impl FnOnce() -> Outcome + Send,
    far: impl FnOnce() -> Outcome + Send,
) -> Result<(), String> {
    let (give, take) = mpsc::channel();
    let (made, wait) = mpsc::channel();
    thread::scope(|scope| {
        let far = scope.spawn(move || {
            alone(move || {
                give.send(here()?)?;
                wait.recv()?;
                Rtnetlink::open()?.set_up(index("two")?)?;
                far()
            })
        });
        let near = alone(move || {
            let namespace = take.recv()?;
            let mut route = Rtnetlink::open()?;
            let peer = Peer { name: "two", namespace: Some(namespace.as_fd()) };
            route.add_link("one", &NewLink::Veth(peer))?;
            route.set_up(index("one")?)?;
            made.send(())?;
            near()
        });
        let far = far.join().unwrap_or_else(|panic| std::panic::resume_unwind(panic));
        near.and(far)
    })
}

/// Where two threads wait for each other, unless one of them has failed.
#[derive(Default)]
pub(crate) struct Meeting(Mutex<usize>, Condvar);

impl Meeting {
    pub(crate) fn meet(&self) -> Outcome {
        let mut here = self.0.lock().map_err(|_| "the other failed")?;
        *here += 1;
        let both = here.next_multiple_of(2);
        self.1.notify_all();
        let late = Duration::from_secs(45);
        let waited = self.1.wait_timeout_while(here, late, |here| *here < both);
        match waited {
            Ok((_, waited)) if !waited.timed_out() => Ok(()),
            _ => Err("the other did not come".into()),
        }
    }
}
