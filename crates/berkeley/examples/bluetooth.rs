//! Bluetooth between two controllers of this machine: which there are, and a stream over RFCOMM from one to the other.
//!
//! It needs two controllers that are up, of which the second takes connections (`bluetoothctl discoverable on`). Nothing is sent to anybody else.

use core::error::Error;
use std::thread;

use berkeley::addr::RfcommAddr;
use berkeley::option::bluetooth;
use berkeley::socket::bluetooth::Management;
use berkeley::socket::bluetooth::mgmt::Controller;
use berkeley::{BACKLOG, Limit, Socket, Type};

fn main() -> Result<(), Box<dyn Error>> {
    let limit = Limit::seconds(10);
    let controllers = Management::open()?.controllers(limit)?;
    for Controller { index, address, name, settings, .. } in &controllers {
        println!("hci{index} {address} {name:?}: {settings:?}");
    }
    let mut up = controllers.iter().filter(|controller| controller.is_powered());
    let (Some(here), Some(there)) = (up.next(), up.next()) else {
        return Err("this takes two controllers that are up".into());
    };

    // Channel 0: the kernel chooses one when the socket listens.
    let server = Socket::listening(Type::STREAM, &RfcommAddr::new(there.address, 0), BACKLOG)?;
    let service = server.local_addr()?;
    println!("serving {service}");
    let heard = thread::scope(|scope| {
        let served = scope.spawn(|| {
            let (served, from) = server.within(limit).accept()?;
            let mut heard = [0; 5];
            served.within(limit).recv_exact(&mut heard)?;
            served.send_all(b"world")?;
            // Until the peer has read it: closing now could overtake it. Its end is an error, ECONNRESET.
            let _end = served.within(limit).recv(&mut [0]);
            Ok::<_, berkeley::Error>((heard, from))
        });
        let client = Socket::bound(Type::STREAM, &RfcommAddr::new(here.address, 0))?;
        client.within(limit).connect(&service)?;
        client.send_all(b"hello")?;
        let mut answer = [0; 5];
        client.within(limit).recv_exact(&mut answer)?;
        assert_eq!(&answer, b"world");
        println!("the link's security: {:?}", client.get(bluetooth::SECURITY)?.level);
        drop(client);
        served.join().map_err(|_| "the server panicked")?.map_err(Box::<dyn Error>::from)
    })?;
    assert_eq!((&heard.0, heard.1.address), (b"hello", here.address));
    println!("{} said hello", heard.1);
    Ok(())
}
