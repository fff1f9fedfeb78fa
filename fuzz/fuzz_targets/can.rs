//! [`berkeley_fuzz::can_frames`] under libFuzzer.
#![no_main]
libfuzzer_sys::fuzz_target!(|data: &[u8]| berkeley_fuzz::can_frames(data));
