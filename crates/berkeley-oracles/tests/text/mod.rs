//! What the tests of texts share: the same random numbers on every run ([`random`]), and the grammar as a machine ([`abnf`]).

#![allow(dead_code, reason = "each test that includes this uses a part of it")]

pub(crate) mod random;

pub(crate) mod abnf;
