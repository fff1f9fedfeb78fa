//! [`berkeley_fuzz::parse_scoped`] under libFuzzer.
#![no_main]
libfuzzer_sys::fuzz_target!(|data: &[u8]| berkeley_fuzz::parse_scoped(data));
