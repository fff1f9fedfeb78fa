//! Lists the interfaces with their addresses, the way out, and the sockets that listen; then what changed meanwhile.
//!
//! Needs nothing but a kernel with netlink. Sources: rtnetlink(7), sock_diag(7).

use core::time::Duration;

use berkeley::socket::netlink::{
    Change, Changes, Error, Object, Rtnetlink, SockDiag, SocketState, Topic,
};
use berkeley::{Family, Interface, Limit, Protocol};

fn main() -> Result<(), Error> {
    let limit = Limit::seconds(10);
    let changes = Changes::of(&[Topic::Links, Topic::Addresses])?;
    let mut route = Rtnetlink::open()?.within(limit);
    let addresses = route.addresses()?;
    for link in route.links()? {
        let name = link.interface.name().to_string_lossy();
        println!("{name}: {}, {} bytes, {} ({})", link.ty, link.mtu, link.state, link.flags);
        for address in addresses.iter().filter(|it| it.interface == link.interface.index()) {
            println!("    {}/{} {}", address.ip, address.prefix_len, address.scope);
        }
        // The ioctl says the same.
        assert_eq!(Interface::indexed(link.interface.index())?, link.interface);
    }

    match route.route_to([192, 0, 2, 1].into()) {
        Ok(way) => println!("out: by interface {:?}, gateway {:?}", way.interface, way.gateway),
        // The kernel's errno, and its words where it has some.
        Err(error) => println!("out: no way, {error}"),
    }

    let mut diag = SockDiag::open()?.within(limit);
    match diag.inet(Family::INET, Protocol::TCP) {
        Ok(sockets) => {
            for socket in sockets.iter().filter(|it| it.state == SocketState::LISTEN) {
                println!("listens: {}, of user {}", socket.local, socket.uid);
            }
        }
        Err(error) => println!("no list of sockets: {error}"),
    }

    // What changed since the beginning: whoever lists and then reads changes misses nothing.
    let mut changes = changes.within(Limit::within(Duration::ZERO));
    while let Some(Ok(change)) = changes.next() {
        match change {
            Change::New(Object::Link(link)) => println!("now: {link:?}"),
            Change::Deleted(object) => println!("gone: {object:?}"),
            Change::Lost => println!("changes were lost: list again"),
            other => println!("{other:?}"),
        }
    }
    Ok(())
}
