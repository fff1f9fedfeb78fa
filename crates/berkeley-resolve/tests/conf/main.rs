//! The files of resolution, read: a table of texts and what they mean for each, and any bytes at all.

#![forbid(unsafe_code)]
#![allow(missing_docs)]

mod any;
mod hosts;
mod nsswitch;
mod numbers;
mod resolv_conf;

/// Bytes as text, whatever they are.
fn text(bytes: &[u8]) -> String {
    bytes.escape_ascii().to_string()
}
