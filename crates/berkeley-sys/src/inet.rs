//! libc's readers and printers of IP addresses: inet_aton(3), inet_pton(3), inet_ntop(3).
//!
//! Nothing of ours reads or prints by them: they are what berkeley-addr is compared and measured with.

use core::ffi::{CStr, c_char, c_int, c_void};
use core::ptr;

use libc::{in_addr, socklen_t};

// As arpa/inet.h declares them; the `libc` crate has none of them.
unsafe extern "C" {
    fn inet_aton(text: *const c_char, address: *mut in_addr) -> c_int;
    fn inet_pton(family: c_int, text: *const c_char, address: *mut c_void) -> c_int;
    fn inet_ntop(
        family: c_int,
        address: *const c_void,
        text: *mut c_char,
        size: socklen_t,
    ) -> *const c_char;
}

/// Room for the longest text and its NUL: `INET6_ADDRSTRLEN`.
pub const ROOM: usize = 46;

/// The IPv4 address that the C library finds in a text, whatever stands behind a blank in it.
///
/// ```
/// assert_eq!(berkeley_sys::inet::aton(c"127.1 x"), Some([127, 0, 0, 1]));
/// ```
pub fn aton(text: &CStr) -> Option<[u8; 4]> {
    let mut address = in_addr { s_addr: 0 };
    // SAFETY: the text ends with NUL, and `address` is what the call fills.
    let read = unsafe { inet_aton(text.as_ptr(), &raw mut address) };
    (read == 1).then(|| address.s_addr.to_ne_bytes())
}

/// The IPv4 address of a text, as inet_pton reads it.
#[inline]
pub fn pton4(text: &CStr) -> Option<[u8; 4]> {
    pton(libc::AF_INET, text).map(|[a, b, c, d, ..]| [a, b, c, d])
}

/// The IPv6 address of a text, as inet_pton reads it.
#[inline]
pub fn pton6(text: &CStr) -> Option<[u8; 16]> {
    pton(libc::AF_INET6, text)
}

fn pton(family: c_int, text: &CStr) -> Option<[u8; 16]> {
    let mut address = [0; 16];
    // SAFETY: the text ends with NUL; an IPv4 address takes 4 bytes of `address`, an IPv6 address its 16.
    let read = unsafe { inet_pton(family, text.as_ptr(), ptr::from_mut(&mut address).cast()) };
    (read == 1).then_some(address)
}

/// The text of an IPv4 address, as inet_ntop prints it into `room`.
#[inline]
pub fn ntop4(address: [u8; 4], room: &mut [u8; ROOM]) -> &CStr {
    let [a, b, c, d] = address;
    ntop(libc::AF_INET, &[a, b, c, d, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0], room)
}

/// The text of an IPv6 address, as inet_ntop prints it into `room`.
#[inline]
pub fn ntop6(address: [u8; 16], room: &mut [u8; ROOM]) -> &CStr {
    ntop(libc::AF_INET6, &address, room)
}

fn ntop<'r>(family: c_int, address: &[u8; 16], room: &'r mut [u8; ROOM]) -> &'r CStr {
    let (from, to) = (ptr::from_ref(address).cast(), room.as_mut_ptr().cast());
    // SAFETY: of `address`, an IPv4 address has 4 bytes, an IPv6 address all 16; the room is as large as said.
    unsafe { inet_ntop(family, from, to, ROOM as socklen_t) };
    CStr::from_bytes_until_nul(room).unwrap_or_default()
}
