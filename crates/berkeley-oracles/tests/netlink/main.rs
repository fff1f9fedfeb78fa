//! Netlink on the kernel, beside `ip -j`, `ss` and the crate netlink-packet-route.
//!
//! Contract: what a test changes it changes in networks of its own. Runs on any kernel; what is ignored runs in the VM.

#![forbid(unsafe_code)]

#[path = "../network/mod.rs"]
mod network;

mod change;
mod diag;
mod listing;
mod making;
mod multicast;
mod peer;
mod script;
mod tipc;
mod trust;
mod two;
