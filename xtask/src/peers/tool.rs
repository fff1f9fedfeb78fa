//! What `berkeley` talks to, and over which families.
//!
//! Contract: every tool here copies standard input to its socket and its socket to standard output, half-closes at the end
//! of input and reads on. Listening, it says `listening on` and its port on standard error; when the other side has
//! half-closed it says [`END`]. Sources: socat(1); `peer.py` beside this file.

use std::path::Path;
use std::process::Command;

/// What a tool says when it has read to the end.
pub(super) const END: &str = "is at EOF";

const SCRIPT: &str = include_str!("peer.py");

/// The address families and types that rows are made of.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Family {
    Tcp4,
    Tcp6,
    Udp4,
    Udp6,
    Unix,
    UnixSeqpacket,
    UnixAbstract,
}

impl Family {
    /// All of them.
    pub(super) const ALL: [Self; 7] = [
        Self::Tcp4,
        Self::Tcp6,
        Self::Udp4,
        Self::Udp6,
        Self::Unix,
        Self::UnixSeqpacket,
        Self::UnixAbstract,
    ];

    /// For the table.
    pub(super) fn name(self) -> &'static str {
        match self {
            Self::Tcp4 => "tcp v4",
            Self::Tcp6 => "tcp v6",
            Self::Udp4 => "udp v4",
            Self::Udp6 => "udp v6",
            Self::Unix => "unix stream",
            Self::UnixSeqpacket => "unix seqpacket",
            Self::UnixAbstract => "unix abstract",
        }
    }

    /// Without connections, and so without an end.
    pub(super) fn is_datagram(self) -> bool {
        matches!(self, Self::Udp4 | Self::Udp6)
    }

    /// For `berkeley`.
    pub(super) fn endpoint(self, place: &Place) -> String {
        let Place { port, path, name } = place;
        match self {
            Self::Tcp4 => format!("tcp://127.0.0.1:{port}"),
            Self::Tcp6 => format!("tcp://[::1]:{port}"),
            Self::Udp4 => format!("udp://127.0.0.1:{port}"),
            Self::Udp6 => format!("udp://[::1]:{port}"),
            Self::Unix => format!("unix://{path}"),
            Self::UnixSeqpacket => format!("unix+seqpacket://{path}"),
            Self::UnixAbstract => format!("unix://@{name}"),
        }
    }
}

/// Where a server listens.
pub(super) struct Place {
    /// Zero until the kernel has chosen one.
    pub(super) port: u16,
    path: String,
    name: String,
}

impl Place {
    /// A place nobody else uses: the `number`th in a folder of our own.
    pub(super) fn new(folder: &Path, number: usize) -> Self {
        let name = folder.file_name().unwrap_or_default().to_string_lossy();
        let path = folder.join(format!("{number}.sock")).to_string_lossy().into_owned();
        Self { port: 0, path, name: format!("berkeley{name}-{number}") }
    }

    /// The socket's file.
    pub(super) fn path(&self) -> &str {
        &self.path
    }

    /// Takes the port from `… listening on …:PORT`; families without ports have none there.
    pub(super) fn learn(&mut self, line: &str) {
        self.port =
            line.trim_end().rsplit(':').next().and_then(|port| port.parse().ok()).unwrap_or(0);
    }
}

/// The tools that can be both ends.
#[derive(Clone, Copy)]
pub(super) enum Tool {
    Socat,
    Python,
}

impl Tool {
    /// Both of them.
    pub(super) const ALL: [Self; 2] = [Self::Socat, Self::Python];

    /// The program's name.
    pub(super) fn program(self) -> &'static str {
        match self {
            Self::Socat => "socat",
            Self::Python => "python3",
        }
    }

    /// Waits for one peer at `place`.
    pub(super) fn listen(self, family: Family, place: &Place) -> Command {
        let Place { path, name, .. } = place;
        match self {
            Self::Socat => socat(&match family {
                Family::Tcp4 => "TCP4-LISTEN:0,bind=127.0.0.1".to_owned(),
                Family::Tcp6 => "TCP6-LISTEN:0,bind=[::1]".to_owned(),
                Family::Udp4 => "UDP4-LISTEN:0,bind=127.0.0.1".to_owned(),
                Family::Udp6 => "UDP6-LISTEN:0,bind=[::1]".to_owned(),
                Family::Unix => format!("UNIX-LISTEN:{path}"),
                // SOCK_SEQPACKET
                Family::UnixSeqpacket => format!("UNIX-LISTEN:{path},type=5"),
                Family::UnixAbstract => format!("ABSTRACT-LISTEN:{name}"),
            }),
            Self::Python => python("listen", family, place),
        }
    }

    /// Goes to the server at `place`.
    pub(super) fn connect(self, family: Family, place: &Place) -> Command {
        let Place { port, path, name } = place;
        match self {
            Self::Socat => socat(&match family {
                Family::Tcp4 => format!("TCP4:127.0.0.1:{port}"),
                Family::Tcp6 => format!("TCP6:[::1]:{port}"),
                Family::Udp4 => format!("UDP4:127.0.0.1:{port}"),
                Family::Udp6 => format!("UDP6:[::1]:{port}"),
                Family::Unix => format!("UNIX-CONNECT:{path}"),
                Family::UnixSeqpacket => format!("UNIX-CONNECT:{path},type=5"),
                Family::UnixAbstract => format!("ABSTRACT-CONNECT:{name}"),
            }),
            Self::Python => python("connect", family, place),
        }
    }
}

fn socat(address: &str) -> Command {
    let mut command = Command::new("socat");
    // Said twice, -d tells where it listens and what has ended. Half a second after one direction has ended socat would end
    // the other: -t gives it time.
    command.args(["-d", "-d", "-t", "20", address, "STDIO"]);
    command
}

fn python(role: &str, family: Family, place: &Place) -> Command {
    let Place { port, path, name } = place;
    let mut command = Command::new("python3");
    command.args(["-c", SCRIPT, role]);
    match family {
        Family::Tcp4 => command.args(["AF_INET", "SOCK_STREAM", "127.0.0.1", &port.to_string()]),
        Family::Tcp6 => command.args(["AF_INET6", "SOCK_STREAM", "::1", &port.to_string()]),
        Family::Udp4 => command.args(["AF_INET", "SOCK_DGRAM", "127.0.0.1", &port.to_string()]),
        Family::Udp6 => command.args(["AF_INET6", "SOCK_DGRAM", "::1", &port.to_string()]),
        Family::Unix => command.args(["AF_UNIX", "SOCK_STREAM", path]),
        Family::UnixSeqpacket => command.args(["AF_UNIX", "SOCK_SEQPACKET", path]),
        Family::UnixAbstract => command.args(["AF_UNIX", "SOCK_STREAM", &format!("@{name}")]),
    };
    command
}
