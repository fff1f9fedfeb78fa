//! Control packets of QRTR, which announce services and look them up. linux/qrtr.h, the kernel's net/qrtr/ns.c.
//!
//! Contract: a packet is 20 bytes, little-endian on every machine. The kernel's own name service answers at
//! [`QrtrAddr::CONTROL`](berkeley_addr::QrtrAddr::CONTROL) of this node: whoever looks a service up is told those that are there, then [`Control::END`], and
//! later each that comes or goes.
//!
//! ```no_run
//! use berkeley_addr::QrtrAddr;
//! use berkeley_socket::qrtr::{Control, Service};
//! use berkeley_socket::{Protocol, Socket, Type};
//!
//! let server = Socket::<QrtrAddr>::open(Type::DGRAM, Protocol::DEFAULT)?;
//! let own = server.local_addr()?; // node 1 and no port yet
//! server.bind(&own)?;
//! let names = QrtrAddr::new(own.node, QrtrAddr::CONTROL);
//! let service = Service { service: 4242, instance: 1, addr: server.local_addr()? };
//! server.send_to(&Control::NewServer(service).encode(), &names)?;
//!
//! let client = Socket::<QrtrAddr>::open(Type::DGRAM, Protocol::DEFAULT)?;
//! client.send_to(&Control::lookup(4242, 0).encode(), &names)?;
//! let mut packet = [0; 20];
//! let (len, from) = client.recv_from(&mut packet)?;
//! assert_eq!((from, Control::decode(&packet[..len])), (Some(names), Some(Control::NewServer(service))));
//! # Ok::<(), berkeley_socket::Error>(())
//! ```

use berkeley_addr::QrtrAddr;

/// The length of a packet.
#[doc(alias = "qrtr_ctrl_pkt")]
pub const CONTROL: usize = 20;

/// A service, and where it is.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub struct Service {
    /// Which.
    pub service: u32,
    /// Which of several; in a lookup 0 is any.
    pub instance: u32,
    /// Where.
    pub addr: QrtrAddr,
}

/// A control packet.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Control {
    /// A node is there.
    #[doc(alias = "QRTR_TYPE_HELLO")]
    Hello,
    /// A node is gone.
    #[doc(alias = "QRTR_TYPE_BYE")]
    Bye,
    /// A service is there.
    #[doc(alias = "QRTR_TYPE_NEW_SERVER")]
    NewServer(Service),
    /// It is gone.
    #[doc(alias = "QRTR_TYPE_DEL_SERVER")]
    DelServer(Service),
    /// A socket is gone.
    #[doc(alias = "QRTR_TYPE_DEL_CLIENT")]
    DelClient(QrtrAddr),
    /// A socket takes messages again.
    #[doc(alias = "QRTR_TYPE_RESUME_TX")]
    ResumeTx(QrtrAddr),
    /// Tell of a service, now and later.
    #[doc(alias = "QRTR_TYPE_NEW_LOOKUP")]
    NewLookup(Service),
    /// Tell no more.
    #[doc(alias = "QRTR_TYPE_DEL_LOOKUP")]
    DelLookup(Service),
    /// Another number.
    Other(u32),
}

impl Control {
    /// What ends the list of those that are there: a service of zeros.
    pub const END: Self =
        Self::NewServer(Service { service: 0, instance: 0, addr: QrtrAddr::new(0, 0) });

    /// Tell of a service; 0 is any.
    pub const fn lookup(service: u32, instance: u32) -> Self {
        Self::NewLookup(Service { service, instance, addr: QrtrAddr::new(0, 0) })
    }

    /// The packet in these bytes; `None`: fewer than 20.
    pub fn decode(bytes: &[u8]) -> Option<Self> {
        let word =
            |nth: usize| bytes.get(4 * nth..)?.first_chunk().copied().map(u32::from_le_bytes);
        let service = Service {
            service: word(1)?,
            instance: word(2)?,
            addr: QrtrAddr::new(word(3)?, word(4)?),
        };
        let client = QrtrAddr::new(service.service, service.instance);
        Some(match word(0)? {
            2 => Self::Hello,
            3 => Self::Bye,
            4 => Self::NewServer(service),
            5 => Self::DelServer(service),
            6 => Self::DelClient(client),
            7 => Self::ResumeTx(client),
            10 => Self::NewLookup(service),
            11 => Self::DelLookup(service),
            other => Self::Other(other),
        })
    }

    /// The packet, sent to [`QrtrAddr::CONTROL`](berkeley_addr::QrtrAddr::CONTROL).
    pub fn encode(self) -> [u8; CONTROL] {
        let (number, service) = match self {
            Self::Hello => (2, Service::default()),
            Self::Bye => (3, Service::default()),
            Self::NewServer(service) => (4, service),
            Self::DelServer(service) => (5, service),
            Self::DelClient(client) => (6, of_client(client)),
            Self::ResumeTx(client) => (7, of_client(client)),
            Self::NewLookup(service) => (10, service),
            Self::DelLookup(service) => (11, service),
            Self::Other(number) => (number, Service::default()),
        };
        let Service { service, instance, addr } = service;
        let mut packet = [0; CONTROL];
        let words = [number, service, instance, addr.node, addr.port];
        for (to, word) in packet.chunks_exact_mut(4).zip(words) {
            to.copy_from_slice(&word.to_le_bytes());
        }
        packet
    }
}

/// A socket stands where a service has its numbers.
fn of_client(client: QrtrAddr) -> Service {
    Service { service: client.node, instance: client.port, addr: QrtrAddr::new(0, 0) }
}
