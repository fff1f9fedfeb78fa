//! Python's addresses, which are tuples, as [`AnyAddr`] and back: one arm for each family.
//!
//! Contract: the forms, checks and words are CPython's; where it does not check a number, only its low bits count. A name among IP addresses
//! is looked up, and its first answer taken.
//! Source: CPython's documentation of `socket`, "Socket families"; what 3.11 and 3.13 do.

use core::net::{IpAddr, SocketAddr, SocketAddrV4, SocketAddrV6};

use berkeley_addr::{
    Address as _, AlgAddr, AnyAddr, BdAddr, Bytes, CanAddr, EtherType, Family, HciAddr, HciChannel,
    IsoTpAddr, J1939Addr, L2capAddr, NetlinkAddr, PacketAddr, PacketType, QrtrAddr, RfcommAddr,
    ScoAddr, TipcAddr, TipcScope, UnixAddr, UnixKind, VsockAddr, inet_ntop,
};
use berkeley_socket::{Errno, Interface};
use pyo3::exceptions::{PyOverflowError, PyTypeError, PyValueError};
use pyo3::prelude::*;
use pyo3::types::{PyAny, PyBytes, PyInt, PyString, PyTuple};

use crate::class::Sock;
use crate::error::{self, plain};
use crate::ffi::{Buffer, decode_fs, encode_fs, forget, fs_bytes};
use crate::host;
use crate::number::{int, low16, low32, low64};

/// What an address is for: the function, the socket's family and its protocol.
#[derive(Clone, Copy)]
pub(crate) struct Use<'a> {
    pub(crate) function: &'a str,
    pub(crate) family: i32,
    pub(crate) proto: i32,
}

impl<'a> Use<'a> {
    /// Of a function of a socket object.
    pub(crate) fn of(sock: &Sock<'_, '_>, function: &'a str) -> Self {
        Self { function, family: sock.family.get(), proto: sock.proto.get() }
    }
}

/// What a Python program calls the address of another socket.
pub(crate) fn parse(wanted: Use<'_>, object: &Bound<'_, PyAny>) -> PyResult<AnyAddr> {
    let function = wanted.function;
    match u16::try_from(wanted.family).map(Family::new) {
        Ok(Family::INET | Family::RDS) => inet(wanted, object),
        Ok(Family::INET6) => inet6(wanted, object),
        Ok(Family::UNIX) => unix(object),
        Ok(Family::NETLINK) => {
            let [pid, groups] =
                pair(wanted, object, "NETLINK", "AF_NETLINK address must be a pair (pid, groups)")?;
            Ok(NetlinkAddr::new(low32(&pid)?, low32(&groups)?).into())
        }
        Ok(Family::VSOCK) => {
            let words = "AF_VSOCK address must be a pair (cid, port)";
            let [cid, port] = pair(wanted, object, "VSOCK", words)?;
            Ok(VsockAddr::new(low32(&cid)?, low32(&port)?).into())
        }
        Ok(Family::QIPCRTR) => {
            let words = "AF_QIPCRTR address must be a pair (node, port)";
            let [node, port] = pair(wanted, object, "QIPCRTR", words)?;
            Ok(QrtrAddr::new(low32(&node)?, low32(&port)?).into())
        }
        Ok(Family::PACKET) => packet(wanted, object),
        Ok(Family::TIPC) => tipc(wanted, object),
        Ok(Family::CAN) => can(wanted, object),
        Ok(Family::ALG) => alg(wanted, object),
        Ok(Family::BLUETOOTH) => bluetooth(wanted, object),
        _ => Err(plain(format!("{function}(): bad family"))),
    }
}

/// A tuple, or TypeError.
fn tuple<'a, 'py>(
    wanted: Use<'_>,
    object: &'a Bound<'py, PyAny>,
    family: &str,
) -> PyResult<&'a Bound<'py, PyTuple>> {
    object.cast::<PyTuple>().or_else(|_| {
        let class = object.get_type().name()?;
        let function = wanted.function;
        Err(PyTypeError::new_err(format!(
            "{function}(): AF_{family} address must be tuple, not {class}"
        )))
    })
}

/// A tuple of so many, or TypeError in these words.
fn items<'py>(
    wanted: Use<'_>,
    object: &Bound<'py, PyAny>,
    family: &str,
    counts: core::ops::RangeInclusive<usize>,
    words: &str,
) -> PyResult<Vec<Bound<'py, PyAny>>> {
    let tuple = tuple(wanted, object, family)?;
    if !counts.contains(&tuple.len()) {
        return Err(PyTypeError::new_err(words.to_owned()));
    }
    Ok(tuple.iter().collect())
}

fn pair<'py>(
    wanted: Use<'_>,
    object: &Bound<'py, PyAny>,
    family: &str,
    words: &str,
) -> PyResult<[Bound<'py, PyAny>; 2]> {
    let items = items(wanted, object, family, 2..=2, words)?;
    <[_; 2]>::try_from(items).map_err(|_| PyTypeError::new_err(words.to_owned()))
}

/// A port that may still be none: it is looked at when the host has been found.
struct Port<'a>(Use<'a>, i32);

impl<'a> Port<'a> {
    fn of(wanted: Use<'a>, object: &Bound<'_, PyAny>) -> PyResult<Self> {
        match int(object) {
            Ok(port) => Ok(Self(wanted, port)),
            Err(error) if error.is_instance_of::<PyOverflowError>(object.py()) => {
                forget(object.py(), error);
                Err(Self(wanted, -1).out_of_range())
            }
            Err(error) => Err(error),
        }
    }

    fn checked(&self) -> PyResult<u16> {
        u16::try_from(self.1).map_err(|_| self.out_of_range())
    }

    fn out_of_range(&self) -> PyErr {
        PyOverflowError::new_err(format!("{}(): port must be 0-65535.", self.0.function))
    }
}

fn inet(wanted: Use<'_>, object: &Bound<'_, PyAny>) -> PyResult<AnyAddr> {
    let words = "AF_INET address must be a pair (host, port)";
    let [host, port_of] = pair(wanted, object, "INET", words)?;
    let host = host::Name::of(&host)?;
    let port = Port::of(wanted, &port_of)?;
    match host.address(object.py(), Family::INET)? {
        SocketAddr::V4(addr) => Ok(SocketAddrV4::new(*addr.ip(), port.checked()?).into()),
        SocketAddr::V6(_) => Err(plain("address family mismatched")),
    }
}

fn inet6(wanted: Use<'_>, object: &Bound<'_, PyAny>) -> PyResult<AnyAddr> {
    let words = "AF_INET6 address must be a tuple (host, port[, flowinfo[, scopeid]])";
    let items = items(wanted, object, "INET6", 2..=4, words)?;
    let [host, port_of, rest @ ..] = items.as_slice() else {
        return Err(PyTypeError::new_err(words));
    };
    let host = host::Name::of(host)?;
    let port = Port::of(wanted, port_of)?;
    let flow = rest.first().map_or(Ok(0), low32)?;
    let scope = rest.get(1).map_or(Ok(0), low32)?;
    let address = host.address(object.py(), Family::INET6)?;
    let port = port.checked()?;
    if flow > 0xf_ffff {
        let function = wanted.function;
        return Err(PyOverflowError::new_err(format!("{function}(): flowinfo must be 0-1048575.")));
    }
    match address {
        // The zone that the host may have had gives way to the scope beside it.
        SocketAddr::V6(addr) => Ok(SocketAddrV6::new(*addr.ip(), port, flow, scope).into()),
        SocketAddr::V4(_) => Err(plain("address family mismatched")),
    }
}

fn unix(object: &Bound<'_, PyAny>) -> PyResult<AnyAddr> {
    if object.is_instance_of::<PyString>() {
        return unix_path(Buffer::readable(&encode_fs(object)?)?.as_slice());
    }
    unix_path(Buffer::readable(object)?.as_slice())
}

fn unix_path(path: &[u8]) -> PyResult<AnyAddr> {
    let too_long = |_| plain("AF_UNIX path too long");
    let addr = match path {
        [] => UnixAddr::unnamed(),
        [0, name @ ..] => UnixAddr::abstract_name(name).map_err(too_long)?,
        path if path.len() >= 108 => return Err(plain("AF_UNIX path too long")),
        // The kernel reads a path up to a NUL.
        path => UnixAddr::path(path.split(|byte| *byte == 0).next().unwrap_or(path))
            .map_err(too_long)?,
    };
    Ok(addr.into())
}

/// The interface of a name, in the words of a call that asks the kernel.
fn interface(py: Python<'_>, name: &[u8]) -> PyResult<u32> {
    // What is longer than any name is cut, as by the structure that CPython hands to the kernel.
    let name = name.get(..15).unwrap_or(name);
    let found = core::str::from_utf8(name).map_or(Err(Errno::NODEV), |name| {
        Interface::named(name).map_err(|error| error.errno().unwrap_or(Errno::NODEV))
    });
    found.map(|interface| interface.index()).map_err(|errno| error::system(py, errno))
}

fn packet(wanted: Use<'_>, object: &Bound<'_, PyAny>) -> PyResult<AnyAddr> {
    let words = "AF_PACKET address must be a tuple of two to five elements";
    let items = items(wanted, object, "PACKET", 2..=5, words)?;
    let [name, protocol, rest @ ..] = items.as_slice() else {
        return Err(PyTypeError::new_err(words));
    };
    let name = name.cast::<PyString>().map_err(|_| PyTypeError::new_err(words))?.to_str()?;
    if name.contains('\0') {
        return Err(PyValueError::new_err("embedded null character"));
    }
    let protocol = int(protocol)?;
    let packet_type = rest.first().map_or(Ok(0), int)?;
    let hatype = rest.get(1).map_or(Ok(0), int)?;
    let address = rest.get(2).map(Buffer::readable).transpose()?;
    let address = address.as_ref().map_or(&[][..], Buffer::as_slice);
    let index = interface(object.py(), name.as_bytes())?;
    let address = Bytes::new(address)
        .filter(|address: &Bytes<32>| address.len() <= 8)
        .ok_or_else(|| PyValueError::new_err("Hardware address must be 8 bytes or less"))?;
    let protocol = u16::try_from(protocol).map_err(|_| {
        PyOverflowError::new_err(format!("{}(): proto must be 0-65535.", wanted.function))
    })?;
    let [low, ..] = packet_type.to_le_bytes();
    let [first, second, ..] = hatype.to_le_bytes();
    Ok(PacketAddr {
        index,
        protocol: EtherType::new(protocol),
        hatype: u16::from_le_bytes([first, second]),
        packet_type: PacketType::new(low),
        address,
    }
    .into())
}

fn tipc(wanted: Use<'_>, object: &Bound<'_, PyAny>) -> PyResult<AnyAddr> {
    let words = "AF_TIPC address must be a tuple (addrType, v1, v2, v3[, scope])";
    let items = items(wanted, object, "TIPC", 4..=5, words)?;
    let numbers = items.iter().map(low32).collect::<PyResult<Vec<u32>>>()?;
    let &[kind, one, two, three, ref scope @ ..] = numbers.as_slice() else {
        return Err(PyTypeError::new_err(words));
    };
    let (kind, words) = match kind {
        1 => (1, [one, two, three]),
        2 => (2, [one, two, 0]),
        3 => (3, [two, one, 0]),
        _ => return Err(PyTypeError::new_err("Invalid address type")),
    };
    let [scope, ..] = scope.first().copied().unwrap_or(2).to_le_bytes();
    let scope = TipcScope::new(scope.cast_signed());
    // A range that ends before it begins is the kernel's to refuse.
    decoded(&TipcAddr::encode_fields(kind, scope, words))
}

/// A whole sockaddr.
fn decoded(sockaddr: &[u8]) -> PyResult<AnyAddr> {
    AnyAddr::decode(sockaddr).map_err(|_| plain("a short address"))
}

const CAN_ISOTP: i32 = 6;
const CAN_J1939: i32 = 7;

fn can(wanted: Use<'_>, object: &Bound<'_, PyAny>) -> PyResult<AnyAddr> {
    let (count, words) = match wanted.proto {
        1 | 2 => (1, "AF_CAN address must be a tuple (interface, )"),
        CAN_ISOTP => (3, "AF_CAN address must be a tuple (interface, rx_id, tx_id)"),
        CAN_J1939 => (4, "AF_CAN address must be a tuple (interface, name, pgn, addr)"),
        _ => {
            let function = wanted.function;
            return Err(plain(format!("{function}(): unsupported CAN protocol")));
        }
    };
    let items = items(wanted, object, "CAN", count..=count, words)?;
    let [name, rest @ ..] = items.as_slice() else { return Err(PyTypeError::new_err(words)) };
    let name = fs_bytes(name)?;
    let numbers = match wanted.proto {
        CAN_J1939 => rest.iter().map(crate::ffi::low_bits).collect::<PyResult<Vec<_>>>()?,
        _ => rest.iter().map(low64).collect::<PyResult<Vec<_>>>()?,
    };
    let index = match Buffer::readable(&name)?.as_slice() {
        [] => 0,
        name if name.len() < 16 => interface(object.py(), name)?,
        _ => return Err(plain("AF_CAN interface name too long")),
    };
    let low = |number: u64| u32::try_from(number & 0xffff_ffff).unwrap_or_default();
    Ok(match *numbers.as_slice() {
        [rx, tx] => IsoTpAddr::new(index, low(rx), low(tx)).into(),
        [name, pgn, addr] => {
            let [addr, ..] = addr.to_le_bytes();
            AnyAddr::J1939(J1939Addr { name, pgn: low(pgn), addr, ..J1939Addr::on(index) })
        }
        _ => CanAddr::on(index).into(),
    })
}

fn alg(wanted: Use<'_>, object: &Bound<'_, PyAny>) -> PyResult<AnyAddr> {
    let words = "AF_ALG address must be a tuple (type, name[, feat[, mask]])";
    let items = items(wanted, object, "ALG", 2..=4, words)?;
    let [kind, name, rest @ ..] = items.as_slice() else {
        return Err(PyTypeError::new_err(words));
    };
    let (kind, name): (&str, &str) = (kind.extract()?, name.extract()?);
    let feat = rest.first().map_or(Ok(0), low16)?;
    let mask = rest.get(1).map_or(Ok(0), low16)?;
    if kind.contains('\0') || name.contains('\0') {
        return Err(PyValueError::new_err("embedded null character"));
    }
    if kind.len() >= 14 {
        return Err(PyValueError::new_err("AF_ALG type too long."));
    }
    if name.len() >= 64 {
        return Err(PyValueError::new_err("AF_ALG name too long."));
    }
    // That nothing is called `` is the kernel's to say.
    let addr = AlgAddr::encode_fields(kind.as_bytes(), name.as_bytes(), feat.into(), mask.into());
    decoded(&addr.ok_or_else(|| PyValueError::new_err("AF_ALG type too long."))?)
}

/// BTPROTO_* of linux/net/bluetooth.
const L2CAP: i32 = 0;
const HCI: i32 = 1;
const SCO: i32 = 2;
const RFCOMM: i32 = 3;

fn bluetooth(wanted: Use<'_>, object: &Bound<'_, PyAny>) -> PyResult<AnyAddr> {
    let function = wanted.function;
    let wrong = || plain(format!("{function}(): wrong format"));
    let fields = object.cast::<PyTuple>().ok();
    let fields = fields.into_iter().flat_map(PyTupleMethods::iter).take(3);
    let fields: Vec<Bound<'_, PyAny>> = fields.collect();
    let lost = |error: PyErr| {
        forget(object.py(), error);
        wrong()
    };
    let text = |object: &Bound<'_, PyAny>| {
        let text = object.cast::<PyString>().map_err(|_| wrong())?;
        device(
            Some(text.to_str().map_err(lost)?)
                .filter(|text| !text.contains('\0'))
                .ok_or_else(wrong)?,
        )
    };
    match (wanted.proto, fields.as_slice()) {
        (L2CAP, [address, psm]) => {
            let [low, high, ..] = int(psm).map_err(lost)?.to_le_bytes();
            Ok(L2capAddr::new(text(address)?, u16::from_le_bytes([low, high])).into())
        }
        (RFCOMM, [address, channel]) => {
            let [channel, ..] = int(channel).map_err(lost)?.to_le_bytes();
            Ok(RfcommAddr::new(text(address)?, channel).into())
        }
        (HCI, [number]) => {
            // An int that CPython writes over the device and the channel behind it.
            let [a, b, c, d] = int(number).map_err(lost)?.to_le_bytes();
            let channel = HciChannel::new(u16::from_le_bytes([c, d]));
            Ok(HciAddr::new(u16::from_le_bytes([a, b]), channel).into())
        }
        (HCI, [number, channel]) if cfg!(Py_3_14) => {
            let channel = HciChannel::new(low16(channel).map_err(lost)?);
            Ok(HciAddr::new(low16(number).map_err(lost)?, channel).into())
        }
        (HCI, []) if cfg!(Py_3_14) && object.is_instance_of::<PyInt>() => {
            Ok(HciAddr::new(low16(object).map_err(lost)?, HciChannel::new(0)).into())
        }
        (SCO, []) => {
            let text = match object.cast::<PyBytes>() {
                Ok(bytes) => core::str::from_utf8(bytes.as_bytes()).unwrap_or(""),
                Err(_) if cfg!(Py_3_14) => object.extract().map_err(lost)?,
                Err(_) => return Err(wrong()),
            };
            Ok(ScoAddr::new(device(text)?).into())
        }
        (L2CAP | RFCOMM | HCI | SCO, _) => Err(wrong()),
        _ => Err(plain(format!("{function}(): unknown Bluetooth protocol"))),
    }
}

fn device(text: &str) -> PyResult<BdAddr> {
    BdAddr::parse_loose(text).map_err(|_| plain("bad bluetooth address"))
}

/// Families whose addresses have a form of their own, beside Bluetooth's four.
const FAMILIES: [Family; 11] = [
    Family::INET,
    Family::INET6,
    Family::UNIX,
    Family::NETLINK,
    Family::PACKET,
    Family::RDS,
    Family::TIPC,
    Family::VSOCK,
    Family::CAN,
    Family::ALG,
    Family::QIPCRTR,
];

/// A socket of a family whose addresses have a form here, or OSError.
pub(crate) fn must_be_known(sock: &Sock<'_, '_>) -> PyResult<()> {
    let family = u16::try_from(sock.family.get()).map(Family::new);
    match family {
        Ok(Family::BLUETOOTH) if (L2CAP..=RFCOMM).contains(&sock.proto.get()) => Ok(()),
        Ok(Family::BLUETOOTH) => Err(plain("getsockaddrlen: unknown BT protocol")),
        Ok(family) if FAMILIES.contains(&family) => Ok(()),
        _ => Err(plain("getsockaddrlen: bad family")),
    }
}

/// The text of an IP address.
pub(crate) fn ip(py: Python<'_>, ip: IpAddr) -> Bound<'_, PyString> {
    let text = match ip {
        IpAddr::V4(ip) => inet_ntop(Family::INET, &ip.octets()),
        IpAddr::V6(ip) => inet_ntop(Family::INET6, &ip.octets()),
    };
    PyString::new(py, text.as_ref().map_or("", |text| text.as_str()))
}

/// The name of an interface; empty where there is none.
fn name(py: Python<'_>, index: u32) -> PyResult<Bound<'_, PyAny>> {
    use std::os::unix::ffi::OsStrExt as _;
    let found = if index == 0 { None } else { Interface::indexed(index).ok() };
    decode_fs(py, found.as_ref().map_or(&[][..], |found| found.name().as_bytes()))
}

/// An address as a Python program sees it; `proto` is that of the socket, for a family whose layouts it tells apart.
pub(crate) fn show(
    py: Python<'_>,
    addr: Option<AnyAddr>,
    proto: i32,
) -> PyResult<Bound<'_, PyAny>> {
    let Some(addr) = addr else { return Ok(py.None().into_bound(py)) };
    match addr {
        AnyAddr::Inet(addr) => {
            Ok((ip(py, (*addr.ip()).into()), addr.port()).into_pyobject(py)?.into_any())
        }
        AnyAddr::Inet6(addr) => {
            let ip = ip(py, (*addr.ip()).into());
            Ok((ip, addr.port(), addr.flowinfo(), addr.scope_id()).into_pyobject(py)?.into_any())
        }
        AnyAddr::Unix(addr) => match addr.kind() {
            UnixKind::Path(path) => decode_fs(py, path),
            UnixKind::Abstract(name) => Ok(PyBytes::new(py, &[&[0], name].concat()).into_any()),
            UnixKind::Unnamed => Ok(PyString::new(py, "").into_any()),
        },
        AnyAddr::Netlink(addr) => Ok((addr.pid, addr.groups).into_pyobject(py)?.into_any()),
        AnyAddr::Vsock(addr) => Ok((addr.cid, addr.port).into_pyobject(py)?.into_any()),
        AnyAddr::Qrtr(addr) => Ok((addr.node, addr.port).into_pyobject(py)?.into_any()),
        AnyAddr::Packet(addr) => {
            let hardware = PyBytes::new(py, &addr.address);
            let shown = (
                name(py, addr.index)?,
                addr.protocol.raw(),
                addr.packet_type.raw(),
                addr.hatype,
                hardware,
            );
            Ok(shown.into_pyobject(py)?.into_any())
        }
        AnyAddr::Alg(addr) => {
            let utf8 = |bytes| PyBytes::new(py, bytes).call_method0(pyo3::intern!(py, "decode"));
            let (kind, name) = (utf8(addr.kind())?, utf8(addr.name())?);
            Ok((kind, name, addr.feat, addr.mask).into_pyobject(py)?.into_any())
        }
        other => show_by_protocol(py, other, proto),
    }
}

/// The families whose bytes only the socket's protocol tells apart; and those that have no form of their own.
fn show_by_protocol(py: Python<'_>, addr: AnyAddr, proto: i32) -> PyResult<Bound<'_, PyAny>> {
    let family = addr.family();
    if family == Family::CAN {
        if let (CAN_ISOTP, Ok(addr)) = (proto, IsoTpAddr::try_from(addr)) {
            return Ok((name(py, addr.index)?, addr.rx, addr.tx).into_pyobject(py)?.into_any());
        }
        if let (CAN_J1939, Ok(addr)) = (proto, J1939Addr::try_from(addr)) {
            let shown = (name(py, addr.index)?, addr.name, addr.pgn, addr.addr);
            return Ok(shown.into_pyobject(py)?.into_any());
        }
        if let Ok(addr) = CanAddr::try_from(addr) {
            return Ok((name(py, addr.index)?,).into_pyobject(py)?.into_any());
        }
    }
    if family == Family::TIPC {
        let (kind, one, two, three, scope) = match TipcAddr::decode_fields(&addr.encode()) {
            Ok((1, scope, [ty, lower, upper])) => (1, ty, lower, upper, scope),
            Ok((2, scope, [ty, instance, _])) => (2, ty, instance, instance, scope),
            Ok((3, scope, [reference, node, _])) => (3, node, reference, 0, scope),
            _ => return Err(PyValueError::new_err("Invalid address type")),
        };
        let scope = i32::from(scope.raw()).cast_unsigned();
        return Ok((kind, one, two, three, scope).into_pyobject(py)?.into_any());
    }
    if family == Family::BLUETOOTH {
        if let (L2CAP, Ok(addr)) = (proto, L2capAddr::try_from(addr)) {
            return Ok((addr.address.to_string(), addr.psm).into_pyobject(py)?.into_any());
        }
        if let (RFCOMM, Ok(addr)) = (proto, RfcommAddr::try_from(addr)) {
            return Ok((addr.address.to_string(), addr.channel).into_pyobject(py)?.into_any());
        }
        if let (HCI, Ok(addr)) = (proto, HciAddr::try_from(addr)) {
            return Ok(addr.device.into_pyobject(py)?.into_any());
        }
        if let (SCO, Ok(addr)) = (proto, ScoAddr::try_from(addr)) {
            return Ok(PyString::new(py, &addr.address.to_string()).into_any());
        }
    }
    // `sa_data` of 14 bytes.
    let mut data = [0; 14];
    let encoded = addr.encode();
    data.iter_mut().zip(encoded.iter().skip(2)).for_each(|(to, from)| *to = *from);
    Ok((family.raw(), PyBytes::new(py, &data)).into_pyobject(py)?.into_any())
}
