//! [`berkeley_fuzz::gai_conf`] under libFuzzer.
#![no_main]
libfuzzer_sys::fuzz_target!(|data: &[u8]| berkeley_fuzz::gai_conf(data));
