//! Our getaddrinfo and getnameinfo under programs that know nothing of us: a library for `LD_PRELOAD`. A tool for tests, never published.
//!
//! Contract: glibc's order and codes, by this crate alone: libc is never asked, since its functions would be these. Each entry of a list is one
//! allocation, so any part of a list can be freed, as POSIX allows. Texts of `gai_strerror` stay libc's. Sources: getaddrinfo(3), netdb.h.

use core::ffi::{CStr, c_char, c_int};
use core::mem::MaybeUninit;
use core::net::SocketAddr;
use core::ptr;
use std::ffi::CString;
use std::sync::LazyLock;

use berkeley_addr::{Address as _, Family, Protocol, Type};
use berkeley_resolve::policy::Sort;
use berkeley_resolve::{
    AddrInfo, AddrInfoFlags, Eai, Engine, Hints, NameFlags, ResolveError, Resolver,
};
use berkeley_socket::Limit;
use libc::{addrinfo, socklen_t};

static RESOLVER: LazyLock<Resolver> =
    LazyLock::new(|| Resolver::builder().engine(Engine::Native).sort(Sort::Glibc).build());

/// An entry of a list with what it points to.
#[repr(C)]
struct Entry {
    /// First: an entry's address is its `addrinfo`'s.
    info: addrinfo,
    addr: Room,
    /// What `ai_canonname` points to.
    _name: Option<CString>,
}

/// A socket address, aligned as C wants it.
#[repr(C, align(8))]
struct Room([u8; 28]);

fn code(error: &ResolveError) -> c_int {
    error.eai().raw()
}

/// The text, if there is one, and it is UTF-8.
///
/// # Safety
/// Null, or a string that ends with NUL and lives on.
unsafe fn text<'a>(string: *const c_char) -> Result<Option<&'a str>, c_int> {
    if string.is_null() {
        return Ok(None);
    }
    // SAFETY: not null, and so by contract a string that ends with NUL.
    let string = unsafe { CStr::from_ptr(string) };
    string.to_str().map(Some).map_err(|_| Eai::NONAME.raw())
}

/// # Safety
/// As getaddrinfo(3): host and service are null or end with NUL.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn getaddrinfo(
    host: *const c_char,
    service: *const c_char,
    hints: Option<&addrinfo>,
    list: &mut *mut addrinfo,
) -> c_int {
    let hints = hints.map_or_else(Hints::new, |hints| {
        Hints::new()
            .flags(AddrInfoFlags::from_bits(hints.ai_flags))
            .family(u16::try_from(hints.ai_family).map_or(Family::new(u16::MAX), Family::new))
            .ty(Type::new(hints.ai_socktype))
            .protocol(Protocol::new(hints.ai_protocol))
    });
    // SAFETY: the caller's, as above.
    let host = unsafe { text(host) };
    // SAFETY: likewise.
    let service = unsafe { text(service) };
    let infos = host.and_then(|host| Ok((host, service?))).and_then(|(host, service)| {
        RESOLVER.getaddrinfo(host, service, &hints, Limit::NONE).map_err(|error| code(&error))
    });
    match infos {
        Ok(infos) => {
            *list = infos.iter().rev().fold(ptr::null_mut(), entry);
            0
        }
        Err(code) => code,
    }
}

/// An entry before `next`.
fn entry(next: *mut addrinfo, info: &AddrInfo) -> *mut addrinfo {
    let encoded = info.addr.encode();
    let bytes = encoded.as_ref();
    // A name of ours is printable, so there is no NUL in it.
    let name = info.canonical_name.as_deref().and_then(|name| CString::new(name).ok());
    let mut addr = Room([0; 28]);
    for (to, byte) in addr.0.iter_mut().zip(bytes) {
        *to = *byte;
    }
    let entry = Box::leak(Box::new(Entry {
        info: addrinfo {
            ai_flags: 0,
            ai_family: i32::from(info.family.raw()),
            ai_socktype: info.ty.raw(),
            ai_protocol: info.protocol.raw(),
            ai_addrlen: socklen_t::try_from(bytes.len()).unwrap_or(0),
            ai_addr: ptr::null_mut(),
            ai_canonname: name.as_deref().map_or(ptr::null_mut(), |name| name.as_ptr().cast_mut()),
            ai_next: next,
        },
        addr,
        _name: name,
    }));
    entry.info.ai_addr = (&raw mut entry.addr).cast();
    ptr::from_mut(entry).cast()
}

/// # Safety
/// As freeaddrinfo(3): null, or a list of [`getaddrinfo`] or the end of one, that is not used again.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn freeaddrinfo(list: *mut addrinfo) {
    let mut next = list.cast::<Entry>();
    while !next.is_null() {
        // SAFETY: an entry that `entry` has leaked, and that is not used again.
        let entry = unsafe { Box::from_raw(next) };
        next = entry.info.ai_next.cast();
    }
}

/// # Safety
/// As getnameinfo(3): an address of so many bytes, and two rooms of so many bytes each; or null.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn getnameinfo(
    addr: *const u8,
    len: socklen_t,
    host: *mut MaybeUninit<u8>,
    host_room: socklen_t,
    service: *mut MaybeUninit<u8>,
    service_room: socklen_t,
    flags: c_int,
) -> c_int {
    if addr.is_null() {
        return Eai::FAMILY.raw();
    }
    // SAFETY: not null, and so by contract that many bytes.
    let bytes = unsafe { core::slice::from_raw_parts(addr, len as usize) };
    let Ok(addr) = SocketAddr::decode(bytes) else { return Eai::FAMILY.raw() };
    let names = RESOLVER.getnameinfo(&addr, NameFlags::from_bits(flags), Limit::NONE);
    let (host_name, service_name) = match names {
        Ok(names) => names,
        Err(error) => return code(&error),
    };
    // SAFETY: the caller's, as above.
    let host = unsafe { room(host, host_room) };
    // SAFETY: likewise.
    let service = unsafe { room(service, service_room) };
    if fill(host, &host_name) && fill(service, &service_name) { 0 } else { Eai::OVERFLOW.raw() }
}

/// # Safety
/// Null, or so many bytes that nobody else uses meanwhile.
unsafe fn room<'a>(
    start: *mut MaybeUninit<u8>,
    len: socklen_t,
) -> Option<&'a mut [MaybeUninit<u8>]> {
    // SAFETY: not null, and so by contract that many bytes.
    (!start.is_null() && len > 0)
        .then(|| unsafe { core::slice::from_raw_parts_mut(start, len as usize) })
}

/// Writes a text and its NUL, if it is wanted and there is room.
fn fill(room: Option<&mut [MaybeUninit<u8>]>, text: &str) -> bool {
    let Some(room) = room else { return true };
    for (to, byte) in room.iter_mut().zip(text.bytes().chain([0])) {
        to.write(byte);
    }
    text.len() < room.len()
}
