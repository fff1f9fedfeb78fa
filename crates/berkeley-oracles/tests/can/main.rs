//! AF_CAN on a kernel that has it: frames, the broadcast manager, ISO-TP, J1939; each test on a bus of its own, a `vcan`
//! in a network namespace. Python's `socket` module is the other side where one matters. Source: Documentation/networking/can.rst.

#![forbid(unsafe_code)]
#![allow(missing_docs)]

#[path = "../network/mod.rs"]
mod network;

mod bus;
mod raw;
mod bcm;
mod isotp;
mod j1939;
