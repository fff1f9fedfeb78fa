//! Controllers that Linux takes for real ones: `/dev/vhci`, a file each. Source: the kernel's drivers/bluetooth/hci_vhci.c.

use std::fs::{File, OpenOptions};
use std::io::{self, Read, Write};

/// The device that makes controllers.
const DEVICE: &str = "/dev/vhci";
/// The first packet each way: "make a controller" of the ordinary sort, and the answer with its number.
const VENDOR: u8 = 0xff;
/// The longest packet of a host: 1021 bytes of data, and the heads.
const ROOM: usize = 4096;

/// A controller's file: a packet a read, a packet a write.
pub(crate) struct Port {
    file: File,
}

impl Port {
    /// Makes a controller; also the number that Linux gives it.
    pub(crate) fn open() -> io::Result<(Self, u16)> {
        let mut file = OpenOptions::new().read(true).write(true).open(DEVICE)?;
        file.write_all(&[VENDOR, 0])?;
        let mut answer = [0; 8];
        match (file.read(&mut answer)?, answer) {
            (4, [VENDOR, 0, low, high, ..]) => Ok((Self { file }, u16::from_le_bytes([low, high]))),
            _ => Err(io::Error::other("a controller without a number")),
        }
    }

    /// The next packet of the host.
    pub(crate) fn read(&self) -> io::Result<Vec<u8>> {
        let mut packet = vec![0; ROOM];
        let len = (&self.file).read(&mut packet)?;
        packet.truncate(len);
        Ok(packet)
    }

    /// A packet to the host.
    pub(crate) fn write(&self, packet: &[u8]) -> io::Result<()> {
        (&self.file).write_all(packet)
    }
}
