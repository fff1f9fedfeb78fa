//! The databases of services and protocols: `getservbyname`, `getservbyport`, `getprotobyname`, over libc's reentrant
//! calls. (Python's are not thread-safe: they read libc's static buffers.)

use std::ffi::CString;

use berkeley_addr::Protocol;
use berkeley_socket::{Errno, Limit};
use berkeley_sys::database;

use crate::aside::THREADS;
use crate::error::{Cause, ResolveError, Result};
use crate::{printed, question};

/// The port of a service: over a protocol (`"tcp"`, `"udp"`, `"sctp"`, `"dccp"`), or over the first one listed.
///
/// # Errors
///
/// [`Cause::NotListed`]: no such service. The limit's.
///
/// ```no_run
/// use berkeley_resolve::getservbyname;
/// use berkeley_socket::Limit;
///
/// assert_eq!(getservbyname("http", Some("tcp"), Limit::NONE)?, 80);
/// # Ok::<(), berkeley_resolve::ResolveError>(())
/// ```
pub fn getservbyname(name: &str, protocol: Option<&str>, limit: Limit<'_>) -> Result<u16> {
    listed(name, || {
        let (service, protocol) = (question::service(name)?, protocol_name(protocol)?);
        THREADS.run(limit, move || database::getservbyname(&service, protocol.as_deref()))
    })
}

/// The name of the service at a port, over a protocol or over the first one listed.
///
/// # Errors
///
/// [`Cause::NotListed`]: no service is known there. The limit's.
pub fn getservbyport(port: u16, protocol: Option<&str>, limit: Limit<'_>) -> Result<String> {
    let name = listed(&port.to_string(), || {
        let protocol = protocol_name(protocol)?;
        THREADS.run(limit, move || database::getservbyport(port, protocol.as_deref()))
    })?;
    Ok(printed::name(&name))
}

/// The IP protocol of a name such as `"icmp"`.
///
/// # Errors
///
/// [`Cause::NotListed`]: no such protocol. [`Cause::System`] with ENOSYS: musl has no such call that threads may use.
/// The limit's.
pub fn getprotobyname(name: &str, limit: Limit<'_>) -> Result<Protocol> {
    let number = listed(name, || {
        let name = question::service(name)?;
        THREADS.run(limit, move || database::getprotobyname(&name))
    })?;
    Ok(Protocol::new(number))
}

fn protocol_name(protocol: Option<&str>) -> Result<Option<CString>, Cause> {
    protocol.map(question::service).transpose()
}

/// The answer about `asked`, or why there is none.
fn listed<T>(
    asked: &str,
    ask: impl FnOnce() -> Result<Result<Option<T>, Errno>, Cause>,
) -> Result<T> {
    let answer = match ask() {
        Ok(Ok(Some(found))) => return Ok(found),
        Ok(Ok(None)) => Cause::NotListed,
        Ok(Err(errno)) => Cause::System(errno),
        Err(cause) => cause,
    };
    Err(ResolveError::new(None, Some(asked), answer))
}
