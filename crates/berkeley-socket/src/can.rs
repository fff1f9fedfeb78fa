//! Frames of a CAN bus, and what the kernel builds on them: the broadcast manager's tasks, J1939's names.
//!
//! Contract: every decoder takes any bytes and says `None` to what is no frame; nothing is read beyond them, and what C leaves as
//! padding means nothing. What is encoded has exactly the length that the kernel wants, which tells classic frames (16 bytes), CAN FD
//! (72) and CAN XL (13 to 2060) apart. ISO-TP and J1939 carry messages, not frames: their sockets need nothing of this module.
//! Sources: `Documentation/networking/can.rst`, linux/can.h.
//!
//! ```no_run
//! use berkeley_addr::CanAddr;
//! use berkeley_socket::can::{Frame, Id};
//! use berkeley_socket::{Interface, Socket, Type, option};
//!
//! let bus = Socket::bound(Type::RAW, &CanAddr::on(Interface::named("vcan0")?.index()))?;
//! let engine = Id::standard(0x123).ok_or("11 bits")?;
//! bus.set(option::can::FILTER, vec![engine.filter()])?;
//! bus.send_frame(&Frame::new(engine, b"\xde\xad").ok_or("8 bytes")?)?;
//! let (frame, _interface) = bus.recv_frame()?;
//! println!("{frame}"); // 123#DEAD
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```

mod id;
pub use id::{Id, inverted};

mod fault;
pub use fault::{Controller, Fault, Faults, ProtocolFault, Violation};

mod frame;
pub use frame::{FdFlags, Format, Frame};

mod xl;
pub use xl::XlFrame;

pub mod bcm;

pub mod j1939;
