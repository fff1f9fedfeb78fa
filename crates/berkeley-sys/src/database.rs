//! libc's databases: hosts, services, protocols. getaddrinfo(3), getnameinfo(3), gethostbyname(3), gethostbyaddr(3),
//! getservent(3), getprotoent(3), by their reentrant forms; the codes are netdb.h's.
//!
//! Bytes in, bytes out, nothing judged: names come as the databases hold them, which need not be UTF-8, and addresses as
//! `sockaddr` bytes. This is the one module that allocates, since its answers are lists. What libc allocated is given
//! back on every path, and a call that asks for more room (ERANGE) gets up to a mebibyte.
//!
//! Every call here may read files, load modules (nsswitch.conf(5)) and wait for servers without a limit.

use core::ffi::{CStr, c_char, c_int, c_void};
use core::mem::MaybeUninit;
use core::ptr;

use libc::{addrinfo, hostent, servent, size_t, socklen_t};

use crate::{Errno, Result};

/// `EAI_SYSTEM`: what failed stands in errno.
const EAI_SYSTEM: i32 = -11;
/// `EAI_FAMILY`: no such address family here.
const EAI_FAMILY: i32 = -6;
/// `NETDB_INTERNAL`, a value of h_errno: what failed stands in errno.
const NETDB_INTERNAL: i32 = -1;
/// `NI_MAXHOST`.
const HOST_ROOM: socklen_t = 1025;
/// `NI_MAXSERV` is 32, but a services file may hold longer names.
const SERVICE_ROOM: socklen_t = 256;
/// The first room for the `_r` calls, and the last.
const ENTRY_ROOM: core::ops::RangeInclusive<usize> = 1024..=1 << 20;

// The reentrant calls, as glibc and musl declare them in netdb.h; the `libc` crate has none of them.
unsafe extern "C" {
    fn gethostbyname2_r(
        name: *const c_char,
        family: c_int,
        entry: *mut hostent,
        room: *mut c_char,
        size: size_t,
        found: *mut *mut hostent,
        h_errno: *mut c_int,
    ) -> c_int;
    fn gethostbyaddr_r(
        addr: *const c_void,
        len: socklen_t,
        family: c_int,
        entry: *mut hostent,
        room: *mut c_char,
        size: size_t,
        found: *mut *mut hostent,
        h_errno: *mut c_int,
    ) -> c_int;
    fn getservbyname_r(
        name: *const c_char,
        protocol: *const c_char,
        entry: *mut servent,
        room: *mut c_char,
        size: size_t,
        found: *mut *mut servent,
    ) -> c_int;
    fn getservbyport_r(
        port: c_int,
        protocol: *const c_char,
        entry: *mut servent,
        room: *mut c_char,
        size: size_t,
        found: *mut *mut servent,
    ) -> c_int;
    #[cfg(target_env = "gnu")]
    fn getprotobyname_r(
        name: *const c_char,
        entry: *mut libc::protoent,
        room: *mut c_char,
        size: size_t,
        found: *mut *mut libc::protoent,
    ) -> c_int;
}

/// Why a lookup of hosts failed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Failure {
    /// An `EAI_` code from [`getaddrinfo`] and [`getnameinfo`], a value of h_errno from the others.
    pub code: i32,
    /// The errno, where the code is `EAI_SYSTEM` or `NETDB_INTERNAL`.
    pub errno: Option<Errno>,
}

/// What [`getaddrinfo`] shall look for: the first four fields of `struct addrinfo`.
#[derive(Clone, Copy, Debug, Default)]
pub struct Hints {
    /// `ai_flags`.
    pub flags: i32,
    /// `ai_family`.
    pub family: i32,
    /// `ai_socktype`.
    pub ty: i32,
    /// `ai_protocol`.
    pub protocol: i32,
}

/// One answer of [`getaddrinfo`].
#[derive(Clone, Debug)]
pub struct AddrInfo {
    /// `ai_family`.
    pub family: i32,
    /// `ai_socktype`.
    pub ty: i32,
    /// `ai_protocol`.
    pub protocol: i32,
    /// `ai_addr`: the bytes of a `sockaddr`.
    pub addr: Vec<u8>,
    /// `ai_canonname`: on the first answer, when it was asked for.
    pub canonical_name: Option<Vec<u8>>,
}

/// One entry of the hosts database: `struct hostent`.
#[derive(Clone, Debug)]
pub struct HostEntry {
    /// The official name.
    pub name: Vec<u8>,
    /// Other names.
    pub aliases: Vec<Vec<u8>>,
    /// The bytes of each address: four or sixteen.
    pub addresses: Vec<Vec<u8>>,
}

/// A list of getaddrinfo's that is given back when it goes out of scope.
struct List(*mut addrinfo);

impl Drop for List {
    fn drop(&mut self) {
        if !self.0.is_null() {
            // SAFETY: the head of a list that getaddrinfo allocated, freed here and nowhere else.
            unsafe { libc::freeaddrinfo(self.0) }
        }
    }
}

/// Names to addresses.
///
/// # Errors
///
/// An `EAI_` code, with errno where it is `EAI_SYSTEM`.
pub fn getaddrinfo(
    host: Option<&CStr>,
    service: Option<&CStr>,
    hints: Hints,
) -> core::result::Result<Vec<AddrInfo>, Failure> {
    let wanted = addrinfo {
        ai_flags: hints.flags,
        ai_family: hints.family,
        ai_socktype: hints.ty,
        ai_protocol: hints.protocol,
        ai_addrlen: 0,
        ai_addr: ptr::null_mut(),
        ai_canonname: ptr::null_mut(),
        ai_next: ptr::null_mut(),
    };
    let mut list = List(ptr::null_mut());
    // SAFETY: the names are null or end with NUL, the hints are a whole `addrinfo`, and all of them outlive the call.
    let code =
        unsafe { libc::getaddrinfo(text(host), text(service), &raw const wanted, &raw mut list.0) };
    if code != 0 {
        return Err(info_failure(code));
    }
    let mut infos = Vec::new();
    let mut next = list.0;
    while !next.is_null() {
        // SAFETY: a member of the list, which lives until `list` is dropped.
        let info = unsafe { &*next };
        infos.push(AddrInfo {
            family: info.ai_family,
            ty: info.ai_socktype,
            protocol: info.ai_protocol,
            // SAFETY: the list holds `ai_addrlen` bytes at `ai_addr`, or null.
            addr: unsafe { bytes(info.ai_addr.cast(), info.ai_addrlen as usize) },
            // SAFETY: null, or a string of the list that ends with NUL.
            canonical_name: (!info.ai_canonname.is_null())
                .then(|| unsafe { string(info.ai_canonname) }),
        });
        next = info.ai_next;
    }
    Ok(infos)
}

/// The bytes of a `sockaddr` to the names of its host and its service.
///
/// # Errors
///
/// An `EAI_` code, with errno where it is `EAI_SYSTEM`.
pub fn getnameinfo(addr: &[u8], flags: i32) -> core::result::Result<(Vec<u8>, Vec<u8>), Failure> {
    let Some((sockaddr, len)) = Aligned::copy(addr) else {
        return Err(Failure { code: EAI_FAMILY, errno: None });
    };
    let mut host = [0; HOST_ROOM as usize];
    let mut service = [0; SERVICE_ROOM as usize];
    // SAFETY: `len` initialised bytes, aligned as any sockaddr; two buffers of the sizes given, all of them living on here.
    let code = unsafe {
        libc::getnameinfo(
            (&raw const sockaddr).cast(),
            len,
            host.as_mut_ptr(),
            HOST_ROOM,
            service.as_mut_ptr(),
            SERVICE_ROOM,
            flags,
        )
    };
    if code != 0 {
        return Err(info_failure(code));
    }
    // SAFETY: getnameinfo ended the name with a NUL; and the buffer was all NUL before.
    let host = unsafe { string(host.as_ptr()) };
    // SAFETY: likewise.
    let service = unsafe { string(service.as_ptr()) };
    Ok((host, service))
}

/// The hosts entry of a name, for one address family.
///
/// # Errors
///
/// A value of h_errno, with errno where it is `NETDB_INTERNAL`.
#[doc(alias = "gethostbyname2_r")]
pub fn gethostbyname2(name: &CStr, family: i32) -> core::result::Result<HostEntry, Failure> {
    let mut h_errno = 0;
    let code = &raw mut h_errno;
    // SAFETY: a name that ends with NUL, and the four that `entry` hands out.
    let call = |place, room, size, found| unsafe {
        gethostbyname2_r(name.as_ptr(), family, place, room, size, found, code)
    };
    // SAFETY: what `entry` hands on is an entry that libc has just filled in, its room still there.
    let read = |found: &hostent| unsafe { host_entry(found) };
    // SAFETY: the call is one of the `_r` functions.
    let answer = unsafe { entry(call, read) };
    answer.map_err(|status| host_failure(status, h_errno))
}

/// The hosts entry of an address: four bytes for AF_INET, sixteen for AF_INET6.
///
/// # Errors
///
/// As [`gethostbyname2`].
#[doc(alias = "gethostbyaddr_r")]
pub fn gethostbyaddr(addr: &[u8], family: i32) -> core::result::Result<HostEntry, Failure> {
    let Some((aligned, len)) = Aligned::copy(addr) else {
        return Err(Failure { code: NETDB_INTERNAL, errno: Some(Errno::INVAL) });
    };
    let start = (&raw const aligned).cast();
    let mut h_errno = 0;
    let code = &raw mut h_errno;
    // SAFETY: `len` bytes of address with more behind them, and the four that `entry` hands out.
    let call = |place, room, size, found| unsafe {
        gethostbyaddr_r(start, len, family, place, room, size, found, code)
    };
    // SAFETY: what `entry` hands on is an entry that libc has just filled in, its room still there.
    let read = |found: &hostent| unsafe { host_entry(found) };
    // SAFETY: the call is one of the `_r` functions.
    let answer = unsafe { entry(call, read) };
    answer.map_err(|status| host_failure(status, h_errno))
}

/// The port of a service, of one protocol or of the first listed; `None` where it is not listed.
///
/// # Errors
///
/// What opening and reading the database says.
#[doc(alias = "getservbyname_r")]
pub fn getservbyname(name: &CStr, protocol: Option<&CStr>) -> Result<Option<u16>> {
    // SAFETY: a name that ends with NUL, one that may be null, and the four that `entry` hands out.
    let call = |place, room, size, found| unsafe {
        getservbyname_r(name.as_ptr(), text(protocol), place, room, size, found)
    };
    // An int that holds 16 bits in network order.
    let read = |found: &servent| u16::from_be(u16::try_from(found.s_port).unwrap_or(0));
    // SAFETY: the call is one of the `_r` functions.
    listed(unsafe { entry(call, read) })
}

/// The name of the service at a port, of one protocol or of the first listed; `None` where it is not listed.
///
/// # Errors
///
/// What opening and reading the database says.
#[doc(alias = "getservbyport_r")]
pub fn getservbyport(port: u16, protocol: Option<&CStr>) -> Result<Option<Vec<u8>>> {
    let port = c_int::from(port.to_be());
    // SAFETY: a name that ends with NUL or is null, and the four that `entry` hands out.
    let call = |place, room, size, found| unsafe {
        getservbyport_r(port, text(protocol), place, room, size, found)
    };
    // SAFETY: the name of an entry that libc has just filled in ends with NUL.
    let read = |found: &servent| unsafe { string(found.s_name) };
    // SAFETY: the call is one of the `_r` functions.
    listed(unsafe { entry(call, read) })
}

/// The number of an IP protocol; `None` where it is not listed.
///
/// # Errors
///
/// What opening and reading the database says. ENOSYS: this libc (musl) has no reentrant form.
#[doc(alias = "getprotobyname_r")]
#[cfg(target_env = "gnu")]
pub fn getprotobyname(name: &CStr) -> Result<Option<i32>> {
    // SAFETY: a name that ends with NUL, and the four that `entry` hands out.
    let call = |place, room, size, found| unsafe {
        getprotobyname_r(name.as_ptr(), place, room, size, found)
    };
    // SAFETY: the call is one of the `_r` functions.
    listed(unsafe { entry(call, |found: &libc::protoent| found.p_proto) })
}

/// The number of an IP protocol; `None` where it is not listed.
///
/// # Errors
///
/// ENOSYS, always: this libc has no reentrant form.
#[doc(alias = "getprotobyname_r")]
#[cfg(not(target_env = "gnu"))]
pub fn getprotobyname(_: &CStr) -> Result<Option<i32>> {
    Err(Errno::NOSYS)
}

/// Bytes in a place as aligned as any structure of libc's, with zeros behind them: glibc reads the path of an AF_UNIX
/// address up to a NUL.
#[repr(C, align(8))]
struct Aligned([u8; 136]);

impl Aligned {
    /// `None` for more bytes than a `sockaddr_storage` has.
    fn copy(bytes: &[u8]) -> Option<(Self, socklen_t)> {
        let mut room = [0; 136];
        room[..128].get_mut(..bytes.len())?.copy_from_slice(bytes);
        Some((Self(room), socklen_t::try_from(bytes.len()).ok()?))
    }
}

/// Calls one of the `_r` functions, with more room as long as it says ERANGE, and reads what it found.
///
/// `call` gets a place for the entry, room for what the entry points to, the size of that, and where to put the entry's
/// address. All of them are valid for writing during the call.
///
/// # Errors
///
/// The number `call` answered, where there is no entry.
///
/// # Safety
///
/// `call` leaves null as the entry's address, or that of a whole entry in the place and the room it got.
unsafe fn entry<T, R>(
    mut call: impl FnMut(*mut T, *mut c_char, size_t, *mut *mut T) -> c_int,
    read: impl FnOnce(&T) -> R,
) -> core::result::Result<R, c_int> {
    let mut size = *ENTRY_ROOM.start();
    loop {
        let mut room: Vec<c_char> = vec![0; size];
        let mut place = MaybeUninit::<T>::uninit();
        let mut found: *mut T = ptr::null_mut();
        let status = call(place.as_mut_ptr(), room.as_mut_ptr(), size, &raw mut found);
        if status == libc::ERANGE && size < *ENTRY_ROOM.end() {
            size *= 2;
            continue;
        }
        // SAFETY: null or a whole entry, by this function's contract; place and room outlive the reading.
        return unsafe { found.as_ref() }.map(read).ok_or(status);
    }
}

/// A failure to find a host: the code is in h_errno, unless nothing was said there.
fn host_failure(status: c_int, h_errno: c_int) -> Failure {
    let code = if h_errno == 0 { NETDB_INTERNAL } else { h_errno };
    Failure { code, errno: (code == NETDB_INTERNAL).then(|| errno(status)) }
}

/// An answer about services and protocols: glibc says 0 and no entry, musl ENOENT, where it is not listed.
fn listed<R>(answer: core::result::Result<R, c_int>) -> Result<Option<R>> {
    match answer {
        Ok(found) => Ok(Some(found)),
        Err(0 | libc::ENOENT) => Ok(None),
        Err(status) => Err(errno(status)),
    }
}

/// The failure of getaddrinfo or getnameinfo; call it before anything else can touch errno.
fn info_failure(code: i32) -> Failure {
    Failure { code, errno: (code == EAI_SYSTEM).then(last_errno) }
}

/// This thread's errno.
fn last_errno() -> Errno {
    errno(std::io::Error::last_os_error().raw_os_error().unwrap_or(0))
}

/// What an `_r` call answered as an errno. Zero, and what is no errno at all, becomes EIO: a failure stays one.
fn errno(status: c_int) -> Errno {
    Errno::from_io_error(&std::io::Error::from_raw_os_error(status)).unwrap_or(Errno::IO)
}

/// The pointer of a string, null for none.
fn text(string: Option<&CStr>) -> *const c_char {
    string.map_or(ptr::null(), CStr::as_ptr)
}

/// A copy of a `hostent`.
///
/// # Safety
///
/// All that it points to is there: names that end with NUL, lists that end with null, addresses of `h_length` bytes.
unsafe fn host_entry(host: &hostent) -> HostEntry {
    let len = usize::try_from(host.h_length).unwrap_or(0);
    // SAFETY: a list that ends with null, by this function's contract.
    let aliases = unsafe { pointers(host.h_aliases) };
    // SAFETY: likewise.
    let addresses = unsafe { pointers(host.h_addr_list) };
    HostEntry {
        // SAFETY: a name that ends with NUL, by this function's contract.
        name: unsafe { string(host.h_name) },
        // SAFETY: likewise.
        aliases: aliases.into_iter().map(|name| unsafe { string(name) }).collect(),
        // SAFETY: addresses of `h_length` bytes, by this function's contract.
        addresses: addresses.into_iter().map(|a| unsafe { bytes(a.cast(), len) }).collect(),
    }
}

/// The pointers before the null that ends a list.
///
/// # Safety
///
/// `list` is null or leads to pointers of which the last is null.
unsafe fn pointers(mut list: *mut *mut c_char) -> Vec<*mut c_char> {
    let mut pointers = Vec::new();
    while !list.is_null() {
        // SAFETY: not behind the null, at which this loop ends.
        let pointer = unsafe { *list };
        if pointer.is_null() {
            break;
        }
        pointers.push(pointer);
        // SAFETY: this one was not null, so one more follows.
        list = unsafe { list.add(1) };
    }
    pointers
}

/// A copy of the bytes before a NUL.
///
/// # Safety
///
/// `start` is null or leads to bytes that end with NUL.
unsafe fn string(start: *const c_char) -> Vec<u8> {
    if start.is_null() {
        return Vec::new();
    }
    // SAFETY: by this function's contract.
    let string = unsafe { CStr::from_ptr(start) };
    string.to_bytes().to_vec()
}

/// A copy of `len` bytes.
///
/// # Safety
///
/// `start` is null or leads to `len` initialised bytes.
unsafe fn bytes(start: *const u8, len: usize) -> Vec<u8> {
    if start.is_null() {
        return Vec::new();
    }
    // SAFETY: by this function's contract.
    let bytes = unsafe { core::slice::from_raw_parts(start, len) };
    bytes.to_vec()
}

/// libc's own words for an `EAI_` code.
#[doc(alias = "gai_strerror")]
pub fn gai_words(code: i32) -> &'static CStr {
    // SAFETY: any code is one.
    let words = unsafe { libc::gai_strerror(code) };
    // SAFETY: a text of libc's that ends with NUL, and lives as long as the program.
    unsafe { CStr::from_ptr(words) }
}

/// libc's own words for a value of h_errno.
#[doc(alias = "hstrerror")]
pub fn host_words(code: i32) -> &'static CStr {
    // SAFETY: any code is one.
    let words = unsafe { libc::hstrerror(code) };
    // SAFETY: likewise.
    unsafe { CStr::from_ptr(words) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn room_grows_to_its_bound_and_no_further() {
        let mut sizes = Vec::new();
        let call = |_, _, size, _| {
            sizes.push(size);
            libc::ERANGE
        };
        // SAFETY: the call leaves null.
        let answer = unsafe { entry(call, |_: &u8| ()) };
        assert_eq!(answer, Err(libc::ERANGE));
        assert_eq!((sizes.len(), sizes.first(), sizes.last()), (11, Some(&1024), Some(&(1 << 20))));
    }

    #[test]
    fn numeric_hosts_and_listed_services() {
        let hints = Hints { flags: 4, ty: 1, ..Hints::default() };
        let infos = getaddrinfo(Some(c"127.0.0.1"), Some(c"80"), hints).expect("a number");
        assert_eq!(infos.len(), 1);
        assert_eq!(infos[0].addr[2..8], [0, 80, 127, 0, 0, 1]);
        // NI_NUMERICHOST | NI_NUMERICSERV
        let names = getnameinfo(&infos[0].addr, 3).expect("numbers");
        assert_eq!(names, (b"127.0.0.1".to_vec(), b"80".to_vec()));
        assert_eq!(getaddrinfo(Some(c"x"), None, hints).unwrap_err().code, -2);
        assert!(!gai_words(-2).is_empty() && gai_words(-2) != gai_words(-3));
        assert!(!host_words(1).is_empty() && host_words(1) != host_words(2));
        let long = [1; 129];
        assert_eq!(getnameinfo(&long, 0).unwrap_err().code, EAI_FAMILY);
        let entry = gethostbyname2(c"127.0.0.1", 2).expect("a number");
        assert_eq!(
            (entry.name, entry.addresses),
            (b"127.0.0.1".to_vec(), vec![vec![127, 0, 0, 1]])
        );
        assert_eq!(gethostbyaddr(&[0; 3], 2).unwrap_err().code, NETDB_INTERNAL);
        assert_eq!(errno(0), Errno::IO);
        assert_eq!(getservbyname(c"no-such-service", None), Ok(None));
    }
}
