//! An interface's index and its name: ioctls SIOCGIFINDEX and SIOCGIFNAME, netdevice(7). Any socket's descriptor will do.

use rustix::fd::AsFd;

use crate::{Errno, Result};

/// The index of the interface called `name`.
///
/// # Errors
///
/// ENODEV: no such interface, or no possible name (over 15 bytes, or with a NUL or a colon).
#[doc(alias = "if_nametoindex")]
pub fn name_to_index(fd: impl AsFd, name: &str) -> Result<u32> {
    // The kernel would cut a longer name, or one with a colon (an alias of old), and answer for another interface.
    if name.is_empty() || name.len() > 15 || name.contains(['\0', ':']) {
        return Err(Errno::NODEV);
    }
    rustix::net::netdevice::name_to_index(fd, name)
}

/// The name of interface `index`, and its length.
///
/// # Errors
///
/// ENXIO or ENODEV: no such interface. EILSEQ: its name is not UTF-8.
#[doc(alias = "if_indextoname")]
pub fn index_to_name(fd: impl AsFd, index: u32) -> Result<([u8; 16], usize)> {
    let name = rustix::net::netdevice::index_to_name_inlined(fd, index)?;
    let mut bytes = [0; 16];
    let name = name.as_bytes();
    let len = name.len().min(bytes.len());
    bytes[..len].copy_from_slice(&name[..len]);
    Ok((bytes, len))
}
