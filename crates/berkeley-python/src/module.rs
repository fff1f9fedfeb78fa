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
            c"CMSG_LEN" => convert::cmsg_len;
            c"CMSG_SPACE" => convert::cmsg_space;
            c"close" => socket::close_number;
            c"dup" => socket::dup;
            c"getaddrinfo" => resolve::getaddrinfo;
            c"getdefaulttimeout" => socket::getdefaulttimeout;
            c"gethostbyaddr" => resolve::gethostbyaddr;
            c"gethostbyname" => resolve::gethostbyname;
            c"gethostbyname_ex" => resolve::gethostbyname_ex;
            c"gethostname" => resolve::gethostname;
            c"getnameinfo" => resolve::getnameinfo;
            c"getprotobyname" => resolve::getprotobyname;
            c"getservbyname" => resolve::getservbyname;
            c"getservbyport" => resolve::getservbyport;
            c"htonl" => convert::swap32;
            c"htons" => convert::swap16;
            c"if_indextoname" => convert::if_indextoname;
            c"if_nameindex" => convert::if_nameindex;
            c"if_nametoindex" => convert::if_nametoindex;
            c"inet_aton" => convert::aton;
            c"inet_ntoa" => convert::ntoa;
            c"inet_ntop" => convert::ntop;
            c"inet_pton" => convert::pton;
            c"ntohl" => convert::swap32;
            c"ntohs" => convert::swap16;
            c"setdefaulttimeout" => socket::setdefaulttimeout;
            c"sethostname" => resolve::sethostname;
            c"socketpair" => socket::socketpair;
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
