//! [`berkeley_fuzz::packet_ring`] under libFuzzer.
#![no_main]
libfuzzer_sys::fuzz_target!(|data: &[u8]| berkeley_fuzz::packet_ring(data));
