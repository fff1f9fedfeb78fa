//! SCTP: one socket for many associations, their events, streams and payload protocols, one taken out. Needs the module sctp.

use core::net::{Ipv4Addr, SocketAddr};

use berkeley::control::ControlRoom;
use berkeley::option::{SctpEvents, SctpSend, sctp as option};
use berkeley::socket::sctp::{self, AssociationState, Event, Received};
use berkeley::{BACKLOG, Family, Limit, Protocol, Socket, Type};

type Error = Box<dyn core::error::Error>;

/// A one-to-many socket, which tells of its associations.
fn open() -> Result<Socket<SocketAddr>, Error> {
    let socket = Socket::new(Family::INET, Type::SEQPACKET, Protocol::SCTP)?;
    let socket = socket.narrow::<SocketAddr>().map_err(|_| "no IP socket")?;
    socket.bind(&SocketAddr::from((Ipv4Addr::LOCALHOST, 0)))?;
    socket.listen(BACKLOG)?;
    socket.set(option::NODELAY, true)?;
    socket.set(option::RECVRCVINFO, true)?;
    socket.set(option::EVENTS, SctpEvents { association: 1, shutdown: 1, ..sctp::NO_EVENTS })?;
    Ok(socket)
}

fn main() -> Result<(), Error> {
    let limit = Limit::seconds(5);
    let (server, client) = (open()?, open()?);
    let to = server.local_addr()?;
    // The first message begins the association.
    let ppid = 46_u32.to_be();
    sctp::send(&client, b"hello", Some(&to), SctpSend { stream: 3, ppid, ..sctp::PLAIN })?;

    let (mut buffer, mut room) = ([0; 4096], ControlRoom::new(sctp::ROOM));
    let mut association = None;
    loop {
        match sctp::receive(&server.within(limit), &mut buffer, &mut room)? {
            Some(Received::Event(Event::Association {
                association: id, state, outgoing, ..
            })) => {
                assert_eq!(state, AssociationState::COMM_UP);
                println!("association {id} is up, with {outgoing} streams");
                association = Some(id);
            }
            Some(Received::Message(message)) => {
                let info = message.info.ok_or("RECVRCVINFO is on")?;
                assert_eq!((message.data, info.stream, info.ppid), (&b"hello"[..], 3, ppid));
                println!(
                    "{} bytes on stream {} from {:?}",
                    message.data.len(),
                    info.stream,
                    message.from
                );
                break;
            }
            other => return Err(format!("{other:?}").into()),
        }
    }
    let id = association.ok_or("an association")?;
    println!("{:?}", sctp::status(&server, id)?);

    // A socket of its own for this peer.
    let alone = sctp::peel_off(&server, id)?;
    alone.send(b"answer")?;
    loop {
        match sctp::receive(&client.within(limit), &mut buffer, &mut room)? {
            Some(Received::Event(event)) => println!("client: {event:?}"),
            Some(Received::Message(message)) => break assert_eq!(message.data, b"answer"),
            None => return Err("the association has ended".into()),
        }
    }
    // The end, in good order.
    let peer = sctp::association(&client, &to)?;
    sctp::send(
        &client,
        b"",
        None,
        SctpSend { flags: sctp::EOF, association: peer, ..sctp::PLAIN },
    )?;
    loop {
        match sctp::receive(&alone.within(limit), &mut buffer, &mut room)? {
            Some(Received::Event(Event::Association { state, .. })) => {
                break assert_eq!(state, AssociationState::SHUTDOWN_COMP);
            }
            other => println!("server: {other:?}"),
        }
    }
    println!("the association was shut down");
    Ok(())
}
