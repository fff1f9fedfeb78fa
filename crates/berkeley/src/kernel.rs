//! What the running kernel can do, asked of it.

use berkeley_addr::{Family, Protocol, Type};
use berkeley_socket::option::ipv6;
use berkeley_socket::{Result, Socket};

/// Whether this kernel opens IPv6 sockets. CPython's constant of this name only says how it was built.
///
/// ```
/// println!("IPv6: {}, for IPv4 too: {}", berkeley::has_ipv6(), berkeley::has_dualstack_ipv6());
/// ```
pub fn has_ipv6() -> bool {
    ipv6_socket().is_ok()
}

/// Whether one IPv6 socket can serve IPv4 as well.
pub fn has_dualstack_ipv6() -> bool {
    ipv6_socket().and_then(|socket| socket.set(ipv6::V6ONLY, false)).is_ok()
}

fn ipv6_socket() -> Result<Socket> {
    Socket::new(Family::INET6, Type::STREAM, Protocol::DEFAULT)
}
