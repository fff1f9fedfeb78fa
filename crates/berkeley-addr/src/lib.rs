//! Socket addresses of Linux: text, value and sockaddr bytes.
//!
//! An address has three forms. The *value* is a plain type per sockaddr layout; the *text* is one grammar over all
//! families, with exactly one canonical text per value; the *bytes* are what the kernel takes and gives.
//!
//! ```
//! use berkeley_addr::{Address, AnyAddr, UnixAddr};
//! use std::net::SocketAddrV6;
//!
//! let value: AnyAddr = "[2001:db8::1]:80,flow=74565".parse()?;         // text -> value
//! let bytes = value.encode();                                          // value -> bytes
//! assert_eq!(SocketAddrV6::decode(&bytes)?.flowinfo(), 74565);         // bytes -> value
//! assert_eq!(UnixAddr::abstract_name("x")?.to_string(), "unix:@x");    // value -> text
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```
//!
//! | family | value | text | sockaddr |
//! |---|---|---|---|
//! | AF_INET | [`core::net::SocketAddrV4`] | `127.0.0.1:80` | 16 bytes |
//! | AF_INET6 | [`core::net::SocketAddrV6`] | `[fe80::1%2]:80,flow=74565` | 28 |
//! | either | [`core::net::SocketAddr`] | as above | 16 or 28 |
//! | AF_UNIX | [`UnixAddr`] | `unix:/run/x.sock`, `unix:@name`, `unix:` | 2 to 110 |
//! | AF_PACKET | [`PacketAddr`] | `packet:2/0800/aa:bb:cc:dd:ee:ff` | 20 to 44 |
//! | AF_NETLINK | [`NetlinkAddr`] | `netlink:0/11` | 12 |
//! | AF_TIPC | [`TipcAddr`] | `tipc:1000:5`, `tipc:1000:5-9,scope=node`, `tipc:@1001:77` | 16 |
//! | AF_BLUETOOTH, L2CAP | [`L2capAddr`] | `bt-l2cap:AA:BB:CC:DD:EE:FF/4097` | 14 |
//! | AF_BLUETOOTH, RFCOMM | [`RfcommAddr`] | `bt-rfcomm:AA:BB:CC:DD:EE:FF/3` | 10 |
//! | AF_BLUETOOTH, HCI | [`HciAddr`] | `bt-hci:0/user`, `bt-hci:/monitor` | 6 |
//! | AF_BLUETOOTH, SCO | [`ScoAddr`] | `bt-sco:AA:BB:CC:DD:EE:FF` | 8 |
//! | AF_BLUETOOTH, ISO | [`IsoAddr`] | `bt-iso:AA:BB:CC:DD:EE:FF,type=le-public` | 10 or 50 |
//! | AF_VSOCK | [`VsockAddr`] | `vsock:2:1024`, `vsock::1024` (any) | 16 |
//! | AF_CAN: raw, broadcast manager | [`CanAddr`] | `can:3` | 24 |
//! | AF_CAN: ISO-TP | [`IsoTpAddr`] | `can-isotp:3/7e0/7e8` | 24 |
//! | AF_CAN: J1939 | [`J1939Addr`] | `can-j1939:3,pgn=ee00,addr=80` | 24 |
//! | AF_ALG | [`AlgAddr`] | `alg:skcipher/cbc%28aes%29` | 88 to 128 |
//! | AF_QIPCRTR | [`QrtrAddr`] | `qrtr:1:4294967294` | 12 |
//! | AF_XDP | [`XdpAddr`] | `xdp:2/0,flags=4` | 16 |
//! | any | [`AnyAddr`] | all of these, and `af-45:0a0b0c` | 2 to 128 |
//!
//! [`Endpoint`] is a transport and an address or names still to be looked up (`tcp://example.org:http`), [`ScopedIpv6`] an IPv6
//! socket address whose zone may be a name (`[fe80::1%eth0]:80`), and [`Parsed`] whichever of the three a text is.
//!
//! Core's own `FromStr` and `Display` for socket addresses stay as they are, and so does what they do: leading zeros in
//! ports and zones are read, flowinfo is dropped. Use [`Address::parse`] and [`Address::text`], or [`AnyAddr`].
//!
//! Moving from C or Python: [`inet_pton`], [`inet_ntop`], [`inet_aton`], [`inet_ntoa`], [`htons`] and its relatives are here by their
//! names. New programs say [`Ip::parse`] and [`Ip::print`].
//!
//! # A family of your own
//!
//! An address type is an [`Address`]; a program can add one, and a typed socket takes it like those of this crate. AF_MCTP, in
//! the ten lines that matter:
//!
//! ```
//! use berkeley_addr::{Address, AnyAddr, DecodeError, Family, OtherAddr, ParseError, Protocol};
//!
//! /// Management components, mctp.rst: a network and an endpoint's number.
//! #[derive(Clone, Copy, Debug, PartialEq)]
//! struct Mctp {
//!     network: u32,
//!     endpoint: u8,
//! }
//!
//! impl Address for Mctp {
//!     type Sockaddr = [u8; 12]; // linux/mctp.h: family, padding, network, endpoint, type, tag, padding
//!     fn speaks(family: Family, _: Protocol) -> bool {
//!         family == Family::MCTP
//!     }
//!     fn family(&self) -> Family {
//!         Family::MCTP
//!     }
//!     fn encode(&self) -> [u8; 12] {
//!         let mut sockaddr = [0; 12];
//!         sockaddr[..2].copy_from_slice(&Family::MCTP.raw().to_ne_bytes());
//!         sockaddr[4..8].copy_from_slice(&self.network.to_ne_bytes());
//!         sockaddr[8] = self.endpoint;
//!         sockaddr
//!     }
//!     fn decode(bytes: &[u8]) -> Result<Self, DecodeError> {
//!         match AnyAddr::decode(bytes)? {
//!             AnyAddr::Other(addr) if addr.family() == Family::MCTP => {
//!                 // What the kernel did not write reads as zero.
//!                 let mut room = [0; 10];
//!                 room.iter_mut().zip(addr.data()).for_each(|(slot, byte)| *slot = *byte);
//!                 let network = u32::from_ne_bytes([room[2], room[3], room[4], room[5]]);
//!                 Ok(Self { network, endpoint: room[6] })
//!             }
//!             other => Err(DecodeError::Family { got: other.family() }),
//!         }
//!     }
//!     fn parse(text: &str) -> Result<Self, ParseError> {
//!         Self::decode(&text.parse::<AnyAddr>()?.encode()).map_err(|_| ParseError::other_form())
//!     }
//!     fn fmt_text(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
//!         OtherAddr::new(Family::MCTP, &self.encode()[2..]).map_err(|_| std::fmt::Error)?.fmt(f)
//!     }
//! }
//! # use std::fmt::Display;
//!
//! let node = Mctp { network: 1, endpoint: 8 };
//! assert_eq!(Mctp::decode(&node.encode()), Ok(node));
//! assert_eq!(Mctp::parse(&node.text().to_string()), Ok(node));
//! assert!(Mctp::parse("1.2.3.4:80").is_err());
//! ```
//!
//! # Features
//!
//! `std` (on by default) adds `std::path::Path` to Unix addresses. With `serde` addresses and endpoints are text in formats for people and fields in
//! binary ones; its module is called `serde`, so name what you import beside serde's own traits rather than `*`.
//!
//! The grammar is URI-*shaped*, not RFC 3986: do not parse it with a URL crate.

#![no_std]
#![forbid(unsafe_code)]
#![warn(clippy::indexing_slicing, clippy::as_conversions)]

#[cfg(feature = "std")]
extern crate std;

// In reading order: a file imports only from files above it.
mod bytes;
mod number;
mod protocol;
mod error;
mod cursor;
mod printer;
mod field;
mod address;
mod octets;
mod inet;
mod interface;
mod flow;
mod groups;
mod inet6;
mod ip;
mod bare;
mod arpa;
mod scoped;
mod escape;
mod unix;
mod ethertype;
mod packet;
mod netlink;
mod tipc;
mod bluetooth;
mod l2cap;
mod rfcomm;
mod hci;
mod sco;
mod iso;
mod vsock;
mod can;
mod isotp;
mod j1939;
mod alg;
mod qrtr;
mod xdp;
mod transport;
mod any;
mod host;
mod endpoint;
mod parsed;
#[cfg(feature = "serde")]
pub mod serde;

pub use address::{Address, OneFamily, Text};
pub use alg::AlgAddr;
pub use any::{AnyAddr, OtherAddr};
pub use arpa::{htonl, htons, inet_aton, inet_ntoa, inet_ntop, inet_pton, ntohl, ntohs};
pub use bare::{Ip, IpText};
pub use bluetooth::{BdAddr, BdAddrType};
pub use bytes::Bytes;
pub use can::CanAddr;
pub use endpoint::{Body, Endpoint};
pub use error::{Cause, DecodeError, ParseError};
pub use ethertype::EtherType;
pub use field::Field;
pub use flow::FlowInfo;
pub use hci::{HciAddr, HciChannel};
pub use host::{Host, HostName, Service, ServiceName};
pub use interface::{InterfaceName, Scope};
pub use iso::{IsoAddr, IsoBroadcast};
pub use isotp::IsoTpAddr;
pub use j1939::J1939Addr;
pub use l2cap::L2capAddr;
pub use netlink::NetlinkAddr;
pub use number::{Family, Type};
pub use packet::{PacketAddr, PacketType};
pub use parsed::Parsed;
pub use protocol::{Protocol, ProtocolName};
pub use qrtr::QrtrAddr;
pub use rfcomm::RfcommAddr;
pub use sco::ScoAddr;
pub use scoped::ScopedIpv6;
pub use tipc::{TipcAddr, TipcKind, TipcScope};
pub use transport::Transport;
pub use unix::{UnixAddr, UnixKind};
pub use vsock::VsockAddr;
pub use xdp::XdpAddr;
