//! Text to value to bytes and back without std.
//!
//! Contract: this crate builds exactly when nothing beneath it links std, because std has a panic handler too and two of
//! them are error E0152. `cargo xtask ci` builds it without features and with `alloc`, and demands that it fails with `std`.
//! Source: the Rust reference, "The panic_handler attribute".

#![no_std]
#![forbid(unsafe_code)]

use core::panic::PanicInfo;

// A crate that is not named is not linked.
use berkeley_addr as _;

#[panic_handler]
fn halt(_: &PanicInfo<'_>) -> ! {
    loop {
        core::hint::spin_loop();
    }
}
