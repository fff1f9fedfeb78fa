//! What to do about a socket's error: the command that would permit it, the one that shows the cause.
//!
//! Contract: whole commands, with this program's own path and arguments, quoted for a shell. Silent where there is nothing
//! better to say than the error itself. Sources: capabilities(7), ip(7), packet(7), unix(7), icmp in ip(7)
//! (`ping_group_range`).

use std::env;
use std::ffi::OsStr;
use std::path::Path;

use berkeley::addr::{Body, Transport};
use berkeley::socket::{Errno, Op};
use berkeley::{AnyAddr, Endpoint, Error};

/// What to do about `error` at `endpoint`: indented lines.
pub(crate) fn advice(endpoint: &Endpoint, error: Error) -> Option<String> {
    let path = match endpoint.body() {
        Body::Address(AnyAddr::Unix(addr)) => addr.as_pathname(),
        _ => None,
    };
    Some(match (error.op(), error.errno()?) {
        (Op::Open, Errno::PERM | Errno::ACCESS) if endpoint.transport() == Transport::Ping => {
            "  to permit it: sudo sysctl net.ipv4.ping_group_range='0 2147483647'".to_owned()
        }
        (Op::Open, Errno::PERM | Errno::ACCESS) => permit("cap_net_raw"),
        (Op::Bind, Errno::PERM | Errno::ACCESS) => match path {
            Some(path) => format!("  its directory may not be written: ls -ld {}", directory(path)),
            None => permit("cap_net_bind_service") + "\n  or take a port from 1024 on",
        },
        (Op::Connect, Errno::PERM | Errno::ACCESS) => {
            format!("  the socket or a directory above it may not be used: ls -l {}", quote(path?))
        }
        (Op::Bind, Errno::ADDRINUSE) => match path {
            Some(path) => {
                let path = quote(path);
                format!(
                    "  it is in use, or no socket: ls -l {path}; to see whose: ss -xap src {path}"
                )
            }
            None => "  to see whose it is: ss -anp".to_owned(),
        },
        (Op::Bind, Errno::ADDRNOTAVAIL) => "  no interface has this address: ip address".to_owned(),
        (_, Errno::CONNREFUSED) | (Op::Connect, Errno::NOENT) => format!(
            "  nobody listens there; to do so: {} listen {}",
            program(),
            quote(endpoint.to_string())
        ),
        (Op::Connect, Errno::NETUNREACH | Errno::HOSTUNREACH) => {
            "  to see the ways that there are: ip route; ip -6 route".to_owned()
        }
        (Op::Open, Errno::AFNOSUPPORT | Errno::PROTONOSUPPORT | Errno::SOCKTNOSUPPORT) => {
            format!("  to see what this kernel has: {} families", program())
        }
        (Op::Send, Errno::PIPE | Errno::CONNRESET) => {
            "  the peer ended before it had all".to_owned()
        }
        (Op::Send, Errno::MSGSIZE) => "  the message is too long: --line sends less".to_owned(),
        _ => return None,
    })
}

/// The commands that let this program do what needs `capability`, or do it in a network of its own.
pub(crate) fn permit(capability: &str) -> String {
    let program = program();
    let arguments: String =
        env::args_os().skip(1).map(|word| " ".to_owned() + &quote(word)).collect();
    format!(
        "  to permit it: sudo setcap {capability}+ep {program}\n  \
         or, in a network of its own: unshare -rn {program}{arguments}"
    )
}

/// This program's own path.
fn program() -> String {
    env::current_exe().map_or_else(|_| "berkeley".to_owned(), quote)
}

fn directory(path: &Path) -> String {
    match path.parent() {
        Some(parent) if parent != Path::new("") => quote(parent),
        _ => ".".to_owned(),
    }
}

/// As a word for a shell.
fn quote(word: impl AsRef<OsStr>) -> String {
    let word = word.as_ref().to_string_lossy();
    let plain = |byte: u8| byte.is_ascii_alphanumeric() || b"-._~/@:+=,%".contains(&byte);
    if !word.is_empty() && word.bytes().all(plain) {
        word.into_owned()
    } else {
        format!("'{}'", word.replace('\'', r"'\''"))
    }
}
