//! Names: `getaddrinfo`, `getnameinfo`, the databases of hosts, services and protocols, this machine's own name.
//!
//! Contract: where glibc reads something else into a text (a NUL, a port above 65535), so does this, before it asks the library, which
//! refuses such texts.

use core::net::{IpAddr, SocketAddr};
use std::borrow::Cow;

use berkeley_addr::{Family, Protocol, Type};
use berkeley_resolve::{
    self as names, AddrInfo, AddrInfoFlags, Eai, Hints, HostEntry, HostErrno, NameFlags,
    ResolveError,
};
use berkeley_socket::Limit;
use berkeley_sys::host;
use pyo3::exceptions::{PyOverflowError, PyTypeError, PyValueError};
use pyo3::prelude::*;
use pyo3::types::{PyAny, PyByteArray, PyBytes, PyInt, PyList, PyString, PyTuple};

use crate::address::{self, ip};
use crate::call::{Answer, Args};
use crate::convert::text;
use crate::error::{self, plain};
use crate::ffi::{Buffer, audit, decode_fs, detached, fs_bytes};
use crate::host::{LONGEST, Name, ascii, idna, is_encoded};
use crate::number::{int, int_or, low32};

/// `getaddrinfo(host, port, family=0, type=0, proto=0, flags=0)`.
pub(crate) fn getaddrinfo<'py>(args: &Args<'_, 'py>) -> Answer<'py> {
    let py = args.py;
    let words = ["host", "port", "family", "type", "proto", "flags"];
    let [host, port, family, ty, proto, flags] = args.named(words, 2)?;
    let (Some(host), Some(port)) = (host, port) else {
        return Err(PyTypeError::new_err("getaddrinfo() takes at least 2 arguments"));
    };
    let family = int_or(family, 0)?;
    let (ty, proto, flags) = (int_or(ty, 0)?, int_or(proto, 0)?, int_or(flags, 0)?);
    let name = host_argument(host)?;
    let service = service_argument(port)?;
    let numbers = [family, ty, proto, flags].map(|number| PyInt::new(py, number));
    let [a, b, c, _] = numbers.each_ref().map(Bound::as_any);
    audit(py, c"socket.getaddrinfo", [host, port, a, b, c])?;

    let family = u16::try_from(family).map_err(|_| error::gai(py, Eai::FAMILY))?;
    let known = matches!(Family::new(family), Family::UNSPEC | Family::INET | Family::INET6);
    if name.as_ref().is_some_and(Name::is_empty) && !known {
        // Before the name, which is none.
        return Err(error::gai(py, Eai::FAMILY));
    }
    let hints = Hints::new()
        .family(Family::new(family))
        .ty(Type::new(ty))
        .protocol(Protocol::new(proto))
        .flags(AddrInfoFlags::from_bits(flags));
    let name = name.as_ref().map(|name| name.up_to_nul(py, Eai::NONAME)).transpose()?;
    let service =
        service.as_ref().map(|service| service.up_to_nul(py, Eai::SERVICE)).transpose()?;
    // No text is no service; but beside no host, where one must be, it is a port of 0.
    let service = service.filter(|text| !text.is_empty() || name.is_none()).map(port_of);
    let unnumbered = service.as_deref().is_some_and(|service| digits(service).is_none());
    let numeric = AddrInfoFlags::from_bits(flags).contains(AddrInfoFlags::NUMERICSERV);
    let answer = detached(py, |signals| {
        names::getaddrinfo(name, service.as_deref(), &hints, Limit::NONE.on_eintr(signals))
    });
    let list = PyList::empty(py);
    let failed = |error: ResolveError| match error.eai() {
        // That the service must be a number is what is said.
        Eai::SERVICE if numeric && unnumbered => error::gai(py, Eai::NONAME),
        _ => error::info(py, &error),
    };
    for info in answer.map_err(failed)? {
        list.append(entry(py, &info)?)?;
    }
    Ok(list.into_any())
}

fn entry<'py>(py: Python<'py>, info: &AddrInfo) -> Answer<'py> {
    let canonical = PyString::new(py, info.canonical_name.as_deref().unwrap_or_default());
    let addr = address::show(py, Some(any(info.addr)), 0)?;
    let (family, ty, proto) = (info.family.raw(), info.ty.raw(), info.protocol.raw());
    Ok((family, ty, proto, canonical, addr).into_pyobject(py)?.into_any())
}

fn any(addr: SocketAddr) -> berkeley_addr::AnyAddr {
    match addr {
        SocketAddr::V4(addr) => addr.into(),
        SocketAddr::V6(addr) => addr.into(),
    }
}

fn host_argument(object: &Bound<'_, PyAny>) -> PyResult<Option<Name>> {
    if object.is_none() {
        return Ok(None);
    }
    if let Ok(text) = object.cast::<PyString>() {
        return match ascii(text) {
            Some(text) if is_encoded(text) => Ok(Some(Name::new(text.as_bytes()))),
            _ => idna(text).map(|encoded| Some(Name::new(encoded.as_bytes()))),
        };
    }
    match object.cast::<PyBytes>() {
        Ok(bytes) => Ok(Some(Name::new(bytes.as_bytes()))),
        Err(_) => Err(PyTypeError::new_err("getaddrinfo() argument 1 must be string or None")),
    }
}

fn service_argument(object: &Bound<'_, PyAny>) -> PyResult<Option<Name>> {
    if object.is_none() {
        return Ok(None);
    }
    if let Ok(number) = object.cast_exact::<PyInt>() {
        if cfg!(not(Py_3_13)) {
            number.extract::<core::ffi::c_long>()?;
        }
        return Ok(Some(Name::new(number.as_any().str()?.to_str()?.as_bytes())));
    }
    if let Ok(text) = object.cast::<PyString>() {
        return Ok(Some(Name::new(text.to_str()?.as_bytes())));
    }
    match object.cast::<PyBytes>() {
        Ok(bytes) => Ok(Some(Name::new(bytes.as_bytes()))),
        Err(_) => Err(plain("Int or String expected")),
    }
}

/// Sign and digits, if glibc reads a service as a number: by strtoul.
fn digits(service: &str) -> Option<(bool, &str)> {
    let number = service.trim_ascii_start();
    let (negative, digits) = match number.strip_prefix('-') {
        Some(digits) => (true, digits),
        None => (false, number.strip_prefix('+').unwrap_or(number)),
    };
    let plain = !digits.is_empty() && digits.bytes().all(|byte| byte.is_ascii_digit());
    plain.then_some((negative, digits))
}

/// A number as glibc takes it, by its low 16 bits; nothing at all is no port. Names stay as they are.
fn port_of(service: &str) -> Cow<'_, str> {
    if service.is_empty() {
        return "0".into();
    }
    let Some((negative, digits)) = digits(service) else { return service.into() };
    // A number beyond 64 bits is the largest of them.
    let number: u64 = digits.parse().unwrap_or(u64::MAX);
    let number = if negative { number.wrapping_neg() } else { number };
    // glibc keeps it as an `int`, and takes what is negative there for a name.
    if number & 0x8000_0000 != 0 {
        return service.into();
    }
    (number & 0xffff).to_string().into()
}

/// `getnameinfo(sockaddr, flags)`.
pub(crate) fn getnameinfo<'py>(args: &Args<'_, 'py>) -> Answer<'py> {
    let py = args.py;
    args.between(2, 2)?;
    let object = args.at(0)?;
    let flags = int(args.at(1)?)?;
    let Ok(tuple) = object.cast::<PyTuple>() else {
        return Err(PyTypeError::new_err("getnameinfo() argument 1 must be a tuple"));
    };
    let illegal = || PyTypeError::new_err("getnameinfo(): illegal sockaddr argument");
    if !(2..=4).contains(&tuple.len()) {
        return Err(illegal());
    }
    let host = tuple.get_borrowed_item(0)?;
    let host = host.cast::<PyString>().map_err(|_| illegal())?;
    let port = int(&*tuple.get_borrowed_item(1)?)?;
    let more = |nth| if nth < tuple.len() { low32(&*tuple.get_borrowed_item(nth)?) } else { Ok(0) };
    let (flow, scope) = (more(2)?, more(3)?);
    let host = host.to_str()?;
    if host.contains('\0') {
        return Err(PyValueError::new_err("embedded null character"));
    }
    if flow > 0xf_ffff {
        return Err(PyOverflowError::new_err("getnameinfo(): flowinfo must be 0-1048575."));
    }
    audit(py, c"socket.getnameinfo", [object])?;
    if host.len() > LONGEST {
        return Err(error::gai(py, Eai::NONAME));
    }
    // Only numbers.
    let hints = Hints::new().ty(Type::DGRAM).flags(AddrInfoFlags::NUMERICHOST);
    let service = port_of(&port.to_string()).into_owned();
    let answer = names::getaddrinfo(Some(host), Some(&service), &hints, Limit::NONE);
    let infos = answer.map_err(|error| error::info(py, &error))?;
    let addr = match infos.as_slice() {
        [info] => info.addr,
        [] => return Err(error::gai(py, Eai::NONAME)),
        _ => return Err(plain("sockaddr resolved to multiple addresses")),
    };
    let addr = match addr {
        SocketAddr::V4(_) if tuple.len() != 2 => {
            return Err(plain("IPv4 sockaddr must be 2 tuple"));
        }
        SocketAddr::V4(addr) => SocketAddr::V4(addr),
        SocketAddr::V6(mut addr) => {
            addr.set_flowinfo(flow);
            addr.set_scope_id(scope);
            SocketAddr::V6(addr)
        }
    };
    let answer = detached(py, |signals| {
        names::getnameinfo(&addr, NameFlags::from_bits(flags), Limit::NONE.on_eintr(signals))
    });
    let (host, service) = answer.map_err(|error| error::info(py, &error))?;
    Ok((decode_fs(py, host.as_bytes())?, service).into_pyobject(py)?.into_any())
}

pub(crate) fn gethostbyname<'py>(args: &Args<'_, 'py>) -> Answer<'py> {
    args.between(1, 1)?;
    let py = args.py;
    let object = args.at(0)?;
    let name = Name::of_argument(object, args.name())?;
    audit(py, c"socket.gethostbyname", [object])?;
    Ok(ip(py, name.address(py, Family::INET)?.ip()).into_any())
}

pub(crate) fn gethostbyname_ex<'py>(args: &Args<'_, 'py>) -> Answer<'py> {
    args.between(1, 1)?;
    let py = args.py;
    let object = args.at(0)?;
    let name = Name::of_argument(object, args.name())?;
    audit(py, c"socket.gethostbyname", [object])?;
    name.address(py, Family::INET)?;
    let name = name.text(py)?;
    if name.is_empty() {
        return Err(error::herror(py, HostErrno::FAIL));
    }
    let answer =
        detached(py, |signals| names::gethostbyname_ex(name, Limit::NONE.on_eintr(signals)));
    host_entry(py, &answer.map_err(|error| error::host(py, &error))?)
}

pub(crate) fn gethostbyaddr<'py>(args: &Args<'_, 'py>) -> Answer<'py> {
    args.between(1, 1)?;
    let py = args.py;
    let object = args.at(0)?;
    let name = Name::of_argument(object, args.name())?;
    audit(py, c"socket.gethostbyaddr", [object])?;
    let addr: IpAddr = name.address(py, Family::UNSPEC)?.ip();
    let answer = detached(py, |signals| names::gethostbyaddr(addr, Limit::NONE.on_eintr(signals)));
    host_entry(py, &answer.map_err(|error| error::host(py, &error))?)
}

fn host_entry<'py>(py: Python<'py>, entry: &HostEntry) -> Answer<'py> {
    let aliases = PyList::empty(py);
    for alias in &entry.aliases {
        aliases.append(decode_fs(py, alias.as_bytes())?)?;
    }
    let addresses = PyList::new(py, entry.addresses.iter().map(|addr| ip(py, *addr)))?;
    Ok((decode_fs(py, entry.name.as_bytes())?, aliases, addresses).into_pyobject(py)?.into_any())
}

pub(crate) fn gethostname<'py>(args: &Args<'_, 'py>) -> Answer<'py> {
    args.between(0, 0)?;
    audit(args.py, c"socket.gethostname", [])?;
    decode_fs(args.py, &host::name())
}

pub(crate) fn sethostname<'py>(args: &Args<'_, 'py>) -> Answer<'py> {
    args.between(1, 1)?;
    let object = args.at(0)?;
    let name = if object.is_instance_of::<PyBytes>() || object.is_instance_of::<PyByteArray>() {
        object.clone()
    } else {
        fs_bytes(object)?
    };
    audit(args.py, c"socket.sethostname", [object])?;
    let name = Buffer::readable(&name)?;
    host::set_name(name.as_slice()).map_err(|errno| error::system(args.py, errno))?;
    Ok(args.py.None().into_bound(args.py))
}

/// The protocol of a service, as it is told of: None, where none was given.
fn shown<'py>(args: &Args<'_, 'py>) -> Bound<'py, PyAny> {
    args.get(1).cloned().unwrap_or_else(|| args.py.None().into_bound(args.py))
}

/// Nothing with a longer name is asked for.
fn can_be_listed(name: Option<&str>, protocol: Option<&str>, words: &str) -> PyResult<()> {
    let long = |text: Option<&str>| text.is_some_and(|text| text.len() > LONGEST);
    if long(name) || long(protocol) { Err(plain(words)) } else { Ok(()) }
}

pub(crate) fn getservbyname<'py>(args: &Args<'_, 'py>) -> Answer<'py> {
    args.between(1, 2)?;
    let py = args.py;
    let name = text(args, 0)?;
    let protocol = if args.len() > 1 { Some(text(args, 1)?) } else { None };
    audit(py, c"socket.getservbyname", [args.at(0)?, &shown(args)])?;
    let words = "service/proto not found";
    can_be_listed(Some(name), protocol, words)?;
    let port =
        detached(py, |signals| names::getservbyname(name, protocol, Limit::NONE.on_eintr(signals)));
    match port {
        Ok(port) => Ok(PyInt::new(py, port).into_any()),
        Err(error) => Err(error::listed(py, &error, words)),
    }
}

pub(crate) fn getservbyport<'py>(args: &Args<'_, 'py>) -> Answer<'py> {
    args.between(1, 2)?;
    let py = args.py;
    let number = int(args.at(0)?)?;
    let protocol = if args.len() > 1 { Some(text(args, 1)?) } else { None };
    let port = u16::try_from(number);
    let port =
        port.map_err(|_| PyOverflowError::new_err("getservbyport: port must be 0-65535."))?;
    audit(py, c"socket.getservbyport", [PyInt::new(py, number).as_any(), &shown(args)])?;
    let words = "port/proto not found";
    can_be_listed(None, protocol, words)?;
    let name =
        detached(py, |signals| names::getservbyport(port, protocol, Limit::NONE.on_eintr(signals)));
    match name {
        Ok(name) => Ok(PyString::new(py, &name).into_any()),
        Err(error) => Err(error::listed(py, &error, words)),
    }
}

pub(crate) fn getprotobyname<'py>(args: &Args<'_, 'py>) -> Answer<'py> {
    args.between(1, 1)?;
    let name = text(args, 0)?;
    let words = "protocol not found";
    can_be_listed(Some(name), None, words)?;
    let protocol =
        detached(args.py, |signals| names::getprotobyname(name, Limit::NONE.on_eintr(signals)));
    match protocol {
        Ok(protocol) => Ok(PyInt::new(args.py, protocol.raw()).into_any()),
        Err(error) => Err(error::listed(args.py, &error, words)),
    }
}
