//! Text to value to bytes and back without std.
//!
//! Contract: this crate builds exactly when nothing beneath it links std, because std has a panic handler too and two of
//! them are error E0152. `cargo xtask ci` builds it without features, with `serde` and with `alloc`, and demands that it fails with `std`.
//! Source: the Rust reference, "The panic_handler attribute".

#![no_std]
#![forbid(unsafe_code)]

use core::fmt::Write;
use core::panic::PanicInfo;

use berkeley_addr::{Address, AnyAddr};

/// Reads a text, goes through the bytes a kernel would get, and prints what comes back.
///
/// # Errors
/// When the text is no address, or `out` is full.
pub fn there_and_back(text: &str, out: &mut dyn Write) -> core::fmt::Result {
    let address = AnyAddr::parse(text).map_err(|_| core::fmt::Error)?;
    let again = AnyAddr::decode(address.encode().as_ref()).map_err(|_| core::fmt::Error)?;
    write!(out, "{}", again.text())
}

#[panic_handler]
fn halt(_: &PanicInfo<'_>) -> ! {
    loop {
        core::hint::spin_loop();
    }
}
