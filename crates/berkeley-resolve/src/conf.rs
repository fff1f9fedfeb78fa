//! The files that say how names are resolved: resolv.conf, nsswitch.conf, hosts, services, protocols, gai.conf, host.conf.
//!
//! Contract: a parser takes any bytes and gives a value, in time linear in the bytes; it never fails and never panics. What it does
//! not understand it leaves out and counts (`ignored`), because a name must be resolvable on a machine whose files have a line
//! that we do not know. No file is opened here. In every file a line ends at `\n`, and at a NUL as it does for C; blanks are
//! the six of `isspace` in the C locale, so a carriage return is one. Sources: each file's man page; how glibc and Go read it,
//! where that is not the same.

// In reading order: a file imports only from files above it.
mod text;
mod table;
mod resolv_conf;
mod nsswitch;
mod hosts;
mod services;
mod protocols;
mod gai_conf;
mod host_conf;

pub use gai_conf::{GaiConf, PrefixRule};
pub use host_conf::HostConf;
pub use hosts::{Hosts, HostsLine};
pub use nsswitch::{Action, Database, Nsswitch, Source, Status};
pub use protocols::{Protocols, ProtocolsLine};
pub use resolv_conf::{Nameserver, ResolvConf, ResolvOptions};
pub use services::{Services, ServicesLine};
pub use table::Names;
