//! Frames of a link: classic filters, and a ring of received frames in shared memory. packet(7).
//!
//! A packet socket is a [`Socket<PacketAddr>`](crate::Socket): RAW frames begin with the link's header, DGRAM ones behind it. Its options, among
//! them promiscuous mode, groups, fanout and statistics, are in [`option::packet`](crate::option::packet).
//!
//! ```no_run
//! use berkeley_addr::{EtherType, PacketAddr};
//! use berkeley_socket::packet::Filter;
//! use berkeley_socket::{Interface, Protocol, Socket, Type};
//!
//! let socket = Socket::<PacketAddr>::open(Type::RAW, Protocol::DEFAULT)?; // receives nothing yet
//! socket.attach_filter(&Filter::udp().and(Filter::port(53)).program()?)?;
//! socket.bind(&PacketAddr::on(Interface::named("eth0")?.index(), EtherType::ALL))?;
//! let mut frame = [0; 2048];
//! let (len, from) = socket.recv_from(&mut frame)?;
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```

mod step;
pub use step::{Alu, Comparison, Operand, Step, Width, place};

mod program;
pub use program::{Cause, Defect, Program};

mod run;
pub use run::Sample;

mod filter;
pub use filter::Filter;

mod frame;
pub use frame::{Frame, Frames, Malformed};

mod ring;
pub use ring::{Block, Ring, RingSize};

pub use crate::option::Instruction;
