//! What several tests of the waiting calls share: the sockets a call meets ([`scene`]) and the calls themselves, one row each
//! ([`method`]).

#![allow(dead_code, reason = "each test that includes this uses a part of it")]

pub(crate) mod scene;

pub(crate) mod method;
