//! AF_TIPC on a kernel that has it: every type, service and range, multicast, the topology server, groups, messages that come back, options,
//! a peer in Python, and two nodes over both kinds of bearer.
//!
//! Contract: runs in the VM alone. A node is a network namespace: what needs one node is done in the first, with service types of each
//! test's own; two nodes are two threads, each in a namespace of its own. Sources: tipc(7) of tipcutils, net/tipc.

#![forbid(unsafe_code)]

#[path = "../network/mod.rs"]
mod network;
#[allow(dead_code, reason = "the netlink tests take more of it")]
#[path = "../netlink/two.rs"]
mod two;
mod kit;
mod plain;
mod connection;
mod topology;
mod group;
mod returned;
mod nodes;
mod python;
