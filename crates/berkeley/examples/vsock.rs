//! AF_VSOCK between this machine and itself: a stream and packets. Needs the module vsock_loopback, and does nothing without it: packets
//! of this family would go to the host of this machine.

use std::path::Path;

use berkeley::addr::VsockAddr;
use berkeley::socket::{Errno, vsock};
use berkeley::{BACKLOG, How, Limit, Protocol, Socket, Type};

fn main() -> Result<(), Box<dyn core::error::Error>> {
    if !Path::new("/sys/module/vsock_loopback").exists() {
        return Err("no vsock_loopback: sudo modprobe vsock_loopback".into());
    }
    println!("others reach this machine at context id {}", vsock::local_cid()?);
    let limit = Limit::seconds(5);
    for ty in [Type::STREAM, Type::SEQPACKET] {
        // The kernel chooses the port.
        let server = Socket::bound(ty, &VsockAddr::new(VsockAddr::ANY, VsockAddr::ANY))?;
        server.listen(BACKLOG)?;
        let address = VsockAddr::new(VsockAddr::LOCAL, server.local_addr()?.port);

        let client = Socket::<VsockAddr>::open(ty, Protocol::DEFAULT)?;
        client.within(limit).connect(&address)?;
        let (served, from) = server.within(limit).accept()?;
        client.send(b"one")?;
        client.send(b"two")?;
        client.shutdown(How::Write)?;
        let mut buffer = [0; 16];
        let mut came = Vec::new();
        loop {
            match served.within(limit).recv(&mut buffer)? {
                0 => break,
                len => came.push(String::from_utf8_lossy(&buffer[..len]).into_owned()),
            }
        }
        assert_eq!(came.concat(), "onetwo");
        if ty == Type::SEQPACKET {
            assert_eq!(came, ["one", "two"]);
        }
        println!("{ty}: {came:?} from {from} at {address}");

        drop(server);
        let nobody = Socket::<VsockAddr>::open(ty, Protocol::DEFAULT)?;
        let refused = nobody.within(limit).connect(&address).unwrap_err();
        assert_eq!(refused.errno(), Some(Errno::CONNRESET));
    }
    Ok(())
}
