//! Every option constant against the kernel: read, set, or both, on a socket that has it.
//!
//! Contract: the constants are read from the sources; one without a row fails the test. A row sets what can be set and
//! reads back what can be read. A row may say what it needs that a kernel may lack: then a refusal is printed with its errno,
//! and so is that of an option newer than the running kernel, and of one that asks for a privilege. Sources: socket(7), ip(7),
//! ipv6(7), tcp(7), udp(7), netlink(7), packet(7).

#![forbid(unsafe_code)]

mod ip;
mod kit;
mod link;
mod rare;
mod so;
mod transport;

use berkeley_socket::Errno;

use kit::{Kit, Level};

const LEVELS: &[Level] = &[
    so::SO,
    ip::IP,
    ip::IPV6,
    ip::RAW,
    transport::TCP,
    transport::MPTCP,
    transport::TLS,
    transport::UDP,
    transport::UDPLITE,
    link::NETLINK,
    link::PACKET,
    link::XDP,
    link::VSOCK,
    rare::TIPC,
    rare::BLUETOOTH,
    rare::L2CAP,
    rare::RFCOMM,
    rare::SCO,
    rare::HCI,
    rare::CAN,
    rare::ISOTP,
    rare::J1939,
    rare::ALG,
    rare::DCCP,
    rare::SCTP,
    rare::SMC,
    rare::MCTP,
];

/// The files of `src/option` that declare none.
const OTHERS: usize = 8;

/// The option constants of a source, and the kernel that brought each.
fn declared(source: &str) -> Vec<(&str, (u32, u32))> {
    let mut since = (0, 0);
    let mut declared = Vec::new();
    for line in source.lines() {
        if let Some(rest) = line.strip_prefix("/// Linux ") {
            since = version(rest);
        } else if let Some(rest) = line.strip_prefix("pub const ") {
            let (name, _) = rest.split_once(": SockOpt<").expect("an option");
            declared.push((name, since));
        }
    }
    declared
}

/// `6.18.3-name`: major and minor.
fn version(text: &str) -> (u32, u32) {
    let mut parts = text.split(|c: char| !c.is_ascii_digit()).map(|part| part.parse().unwrap_or(0));
    (parts.next().unwrap_or(0), parts.next().unwrap_or(0))
}

#[test]
fn every_option_is_the_kernels() {
    let files = std::fs::read_dir(concat!(env!("CARGO_MANIFEST_DIR"), "/src/option")).unwrap();
    assert_eq!(files.count(), LEVELS.len() + OTHERS, "a level without rows");
    let running = version(&std::fs::read_to_string("/proc/sys/kernel/osrelease").unwrap());
    let kit = Kit::new();
    let (mut count, mut shown, mut wrong) = (0, 0, Vec::new());
    for level in LEVELS {
        let declared = declared(level.source);
        let mut names: Vec<&str> = declared.iter().map(|(name, _)| *name).collect();
        let mut rows: Vec<&str> = level.rows.iter().map(|(name, ..)| *name).collect();
        names.sort_unstable();
        rows.sort_unstable();
        assert_eq!(names, rows, "left: constants of {}; right: rows", level.name);
        for (name, needs, show) in level.rows {
            count += 1;
            let Err(error) = show(&kit) else {
                shown += 1;
                continue;
            };
            let newer = declared.iter().any(|(it, since)| it == name && *since > running);
            let privileged = matches!(error.errno(), Some(Errno::PERM | Errno::ACCESS));
            // What says that something is lacking; a wrong layout would be EINVAL or EFAULT.
            let lacking = matches!(
                error.errno(),
                Some(
                    Errno::NOENT
                        | Errno::NODEV
                        | Errno::NOPROTOOPT
                        | Errno::PROTONOSUPPORT
                        | Errno::SOCKTNOSUPPORT
                        | Errno::OPNOTSUPP
                        | Errno::AFNOSUPPORT
                        | Errno::ADDRNOTAVAIL
                )
            );
            let needs = match format!("{} {needs}", level.needs).trim() {
                "" if newer => "a newer kernel".to_owned(),
                "" if privileged => "a privilege".to_owned(),
                needs if lacking || privileged => needs.to_owned(),
                _ => String::new(),
            };
            if needs.is_empty() {
                wrong.push(format!("{}::{name}: {error}", level.name));
            } else {
                println!("{}::{name}: {error}; needs {needs}", level.name);
            }
        }
    }
    println!("{shown} of {count} options set and read");
    assert!(wrong.is_empty(), "{wrong:#?}");
}
