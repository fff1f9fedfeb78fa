//! AF_XDP on a veth pair of the test's own: frames sent through the ring arrive at a packet socket, frames of a packet socket through
//! the ring that a program feeds.

mod network;

use core::time::Duration;

use berkeley_addr::{EtherType, PacketAddr, Type, XdpAddr};
use berkeley_socket::option::xdp;
use berkeley_socket::xdp::{Queue, Redirect, UmemSize};
use berkeley_socket::{Errno, Error, Interface, Kind, Limit, Socket};

use network::{cable, in_a_network, unless_skipped};

const LIMIT: Limit<'static> = Limit::seconds(20);
/// For experiments: IEEE 802.
const EXPERIMENT: EtherType = EtherType::new(0x88b5);
const SMALL: UmemSize = UmemSize { frame: 2048, send: 16, receive: 16 };

/// A queue at one end of a cable, and a packet socket at the other.
fn on_a_cable(size: &UmemSize, test: impl FnOnce(Queue, u32, Socket<PacketAddr>) + Send) {
    unless_skipped(in_a_network(|| {
        let [near, far] = cable()?;
        let queue = Queue::new(size).map_err(|error| error.to_string())?;
        let there = Socket::bound(Type::RAW, &PacketAddr::on(far, EXPERIMENT)).unwrap();
        test(queue, near, there);
        Ok(())
    }));
}

fn copying(index: u32) -> XdpAddr {
    XdpAddr { flags: XdpAddr::COPY, ..XdpAddr::on(index, 0) }
}

/// Frame number `i`, of some length.
fn frame(i: u32) -> Vec<u8> {
    let mut frame = vec![0xff; 6];
    frame.extend([2, 0, 0, 0, 0, 1]);
    frame.extend(EXPERIMENT.raw().to_be_bytes());
    frame.extend(i.to_be_bytes());
    frame.resize(60 + usize::try_from(i).unwrap() * 7 % 1400, 0xa5);
    frame
}

#[test]
fn frames_go_out_and_their_places_come_back() {
    on_a_cable(&SMALL, |mut queue, near, there| {
        // Not bound yet.
        let early = queue.send(&frame(0), LIMIT).map_err(Error::errno);
        assert_eq!(early, Err(Some(Errno::NXIO)));
        queue.socket().bind(&copying(near)).unwrap();
        // The kernel tells no address of such a socket.
        let name = queue.socket().local_addr().map_err(Error::errno);
        assert_eq!(name, Err(Some(Errno::OPNOTSUPP)));
        queue.flush(LIMIT).unwrap();
        let mut buffer = [0; 2048];
        let mut next = |i| {
            let (len, from) = there.within(LIMIT).recv_from(&mut buffer).unwrap();
            assert_eq!(&buffer[..len], frame(i), "frame {i}");
            assert_eq!(from.map(|from| from.protocol), Some(EXPERIMENT));
        };
        next(0);
        // One after the other, many more than there are places.
        for i in 1..200 {
            queue.send(&frame(i), LIMIT).unwrap();
            next(i);
        }
        // In batches, written where they are sent from.
        for batch in 0..20 {
            let numbers = 1000 + batch * 10..1010 + batch * 10;
            for i in numbers.clone() {
                let mut room = queue.room(LIMIT).unwrap();
                assert_eq!(room.len(), 2048);
                let frame = frame(i);
                room[..frame.len()].copy_from_slice(&frame);
                assert!(room.send(frame.len()));
            }
            queue.flush(LIMIT).unwrap();
            numbers.for_each(&mut next);
        }
        // A place that is not used is the next one's.
        for _ in 0..100 {
            drop(queue.room(LIMIT).unwrap());
        }
        let long = queue.send(&[0; 2049], LIMIT).map_err(Error::errno);
        assert_eq!(long, Err(Some(Errno::MSGSIZE)));
        queue.send(&frame(7), LIMIT).unwrap();
        next(7);
        assert_eq!(queue.socket().get(xdp::STATISTICS).unwrap().send_invalid, 0);
    });
}

#[test]
fn frames_come_in() {
    on_a_cable(&SMALL, |mut queue, near, there| {
        queue.socket().bind(&copying(near)).unwrap();
        let redirect = match Redirect::attach(near, 1) {
            Ok(redirect) => redirect,
            Err(error) => return unless_skipped(Err(error.to_string())),
        };
        let far = Redirect::attach(near, 1).map(drop).map_err(Error::errno);
        assert_eq!(far, Err(Some(Errno::BUSY)), "one program an interface");
        let beyond = redirect.set(1, &queue).map_err(Error::errno);
        assert_eq!(beyond, Err(Some(Errno::TOOBIG)));
        redirect.set(0, &queue).unwrap();
        let late = queue.recv(Limit::within(Duration::from_millis(20))).map(drop);
        assert_eq!(late.map_err(Error::kind), Err(Kind::TimedOut));
        // Many more than there are places; each is given back.
        for i in 0..300 {
            there.send(&frame(i)).unwrap();
            let got = queue.recv(LIMIT).unwrap();
            assert_eq!(&got[..], frame(i), "frame {i}");
        }
        // As many as there are at once; what is more is lost and counted.
        for i in 0..40 {
            there.send(&frame(i)).unwrap();
        }
        for i in 0..16 {
            assert_eq!(&queue.recv(LIMIT).unwrap()[..], frame(i), "frame {i}");
        }
        let seen = queue.socket().get(xdp::STATISTICS).unwrap();
        let lost = seen.receive_dropped + seen.receive_full + seen.fill_empty;
        assert!(lost > 0, "{seen:?}");
        // Both ways at once.
        for i in 500..600 {
            queue.send(&frame(i), LIMIT).unwrap();
            there.within(LIMIT).recv(&mut [0; 2048]).unwrap();
            there.send(&frame(i)).unwrap();
            assert_eq!(&queue.recv(LIMIT).unwrap()[..], frame(i), "frame {i}");
        }
        drop(redirect);
        there.send(&frame(1)).unwrap();
        let late = queue.recv(Limit::within(Duration::from_millis(20))).map(drop);
        assert_eq!(late.map_err(Error::kind), Err(Kind::TimedOut), "nobody hands over");
    });
}

#[test]
fn memory_that_cannot_be() {
    unless_skipped(in_a_network(|| {
        for size in [
            UmemSize { frame: 0, ..SMALL },
            UmemSize { frame: 1000, ..SMALL },
            UmemSize { frame: 3000, ..SMALL },
            UmemSize { frame: 1 << 31, ..SMALL },
            UmemSize { send: 0, receive: 0, ..SMALL },
            UmemSize { send: u32::MAX, ..SMALL },
        ] {
            let refused = Queue::new(&size).map(drop).map_err(Error::errno);
            let expected = [Errno::INVAL, Errno::NOMEM];
            assert!(
                matches!(refused, Err(Some(errno)) if expected.contains(&errno)),
                "{size:?}: {refused:?}"
            );
        }
        // One direction alone.
        let sends = UmemSize { receive: 0, ..SMALL };
        let lo = Interface::named("lo").unwrap().index();
        let mut queue = Queue::new(&sends).unwrap();
        queue.socket().bind(&copying(lo)).unwrap();
        let there = Socket::bound(Type::RAW, &PacketAddr::on(lo, EXPERIMENT)).unwrap();
        queue.send(&frame(3), LIMIT).unwrap();
        let mut buffer = [0; 2048];
        let len = there.within(LIMIT).recv(&mut buffer).unwrap();
        assert_eq!(&buffer[..len], frame(3), "on loopback, too");
        let second = Queue::new(&sends).unwrap();
        let taken = second.socket().bind(&copying(lo)).map_err(Error::errno);
        assert_eq!(taken, Err(Some(Errno::BUSY)));
        Ok(())
    }));
}
