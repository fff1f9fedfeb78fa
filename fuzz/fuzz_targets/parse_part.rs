//! [`berkeley_fuzz::parse_part`] under libFuzzer.
#![no_main]
libfuzzer_sys::fuzz_target!(|data: &[u8]| berkeley_fuzz::parse_part(data));
