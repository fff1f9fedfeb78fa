//! Two Bluetooth controllers that hear only each other, for the test VM.

#![forbid(unsafe_code)]

fn main() {
    println!("ready");
}
