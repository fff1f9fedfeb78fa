//! The module: its functions, its types and exceptions, its constants.

use pyo3::exceptions::{PyOSError, PyTimeoutError};
use pyo3::ffi::PyMethodDef;
use pyo3::prelude::*;
use pyo3::types::PyModule;

use crate::call::functions;
use crate::class::{self, Contents, begins_with};
use crate::socket::Sockets;
use crate::{constants, convert, error, resolve, socket};

/// What is in it.
enum Module {}

begins_with!(Module);

impl Contents for Module {
    fn functions() -> Vec<PyMethodDef> {
        functions![
            c"CMSG_LEN" => convert::cmsg_len, "($self, length, /)", "The length in the header of a control message with so many bytes.";
            c"CMSG_SPACE" => convert::cmsg_space, "($self, length, /)", "The room that a control message with so many bytes takes.";
            c"close" => socket::close_number, "($self, object, /)", "Closes a descriptor by its number.";
            c"dup" => socket::dup, "($self, object, /)", "A new descriptor, not inheritable, for the same socket.";
            c"getaddrinfo" => resolve::getaddrinfo, "($self, host, port, family=0, type=0, proto=0, flags=0)", "A list of (family, type, proto, canonical name, address).";
            c"getdefaulttimeout" => socket::getdefaulttimeout, "($self, /)", "The time-out of new sockets in seconds, or None.";
            c"gethostbyaddr" => resolve::gethostbyaddr, "($self, host, /)", "A host by its address or name: (name, aliases, addresses).";
            c"gethostbyname" => resolve::gethostbyname, "($self, host, /)", "The first IPv4 address of a host, as text.";
            c"gethostbyname_ex" => resolve::gethostbyname_ex, "($self, host, /)", "A host by its name: (name, aliases, IPv4 addresses).";
            c"gethostname" => resolve::gethostname, "($self, /)", "The name of this machine.";
            c"getnameinfo" => resolve::getnameinfo, "($self, sockaddr, flags, /)", "Host and service of an IP address, as two texts.";
            c"getprotobyname" => resolve::getprotobyname, "($self, name, /)", "The number of an IP protocol.";
            c"getservbyname" => resolve::getservbyname, "($self, servicename, protocolname=None, /)", "The port of a service.";
            c"getservbyport" => resolve::getservbyport, "($self, port, protocolname=None, /)", "The name of the service at a port.";
            c"htonl" => convert::swap32, "($self, object, /)", "A number of 32 bits in network order.";
            c"htons" => convert::swap16, "($self, x, /)", "A number of 16 bits in network order.";
            c"if_indextoname" => convert::if_indextoname, "($self, object, /)", "The name of the interface with this index.";
            c"if_nameindex" => convert::if_nameindex, "($self, /)", "All interfaces: a list of (index, name).";
            c"if_nametoindex" => convert::if_nametoindex, "($self, oname, /)", "The index of the interface with this name.";
            c"inet_aton" => convert::aton, "($self, ip_addr, /)", "The four bytes of an IPv4 address, in any of its old forms.";
            c"inet_ntoa" => convert::ntoa, "($self, packed_ip, /)", "The text of the four bytes of an IPv4 address.";
            c"inet_ntop" => convert::ntop, "($self, af, packed_ip, /)", "The text of the bytes of an IP address.";
            c"inet_pton" => convert::pton, "($self, af, ip, /)", "The bytes of an IP address.";
            c"ntohl" => convert::swap32, "($self, object, /)", "A number of 32 bits out of network order.";
            c"ntohs" => convert::swap16, "($self, x, /)", "A number of 16 bits out of network order.";
            c"setdefaulttimeout" => socket::setdefaulttimeout, "($self, object, /)", "Sets the time-out of new sockets: seconds, or None.";
            c"sethostname" => resolve::sethostname, "($self, name, /)", "Gives this machine another name.";
            c"socketpair" => socket::socketpair, "($self, family=AF_UNIX, type=SOCK_STREAM, proto=0, /)", "Two sockets that are connected to each other.";
        ]
    }

    fn fill(module: &Bound<'_, PyModule>) -> PyResult<()> {
        let py = module.py();
        let class = class::make::<Sockets>(module)?;
        let [herror, gaierror] = error::classes(py)?;
        module.setattr("error", py.get_type::<PyOSError>())?;
        module.setattr("herror", herror)?;
        module.setattr("gaierror", gaierror)?;
        module.setattr("timeout", py.get_type::<PyTimeoutError>())?;
        module.setattr("SocketType", &class)?;
        module.setattr("socket", &class)?;
        module.setattr("has_ipv6", true)?;
        module.setattr("CAPI", class::capsule(&class)?)?;
        module.setattr("BDADDR_ANY", "00:00:00:00:00:00")?;
        module.setattr("BDADDR_LOCAL", "00:00:00:FF:FF:FF")?;
        for (name, value) in constants::all() {
            module.setattr(*name, *value)?;
        }
        Ok(())
    }
}
