//! [`berkeley_fuzz::decode_any`] under libFuzzer.
#![no_main]
libfuzzer_sys::fuzz_target!(|data: &[u8]| berkeley_fuzz::decode_any(data));
