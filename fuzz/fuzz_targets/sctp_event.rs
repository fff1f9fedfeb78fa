//! [`berkeley_fuzz::sctp_event`] under libFuzzer.
#![no_main]
libfuzzer_sys::fuzz_target!(|data: &[u8]| berkeley_fuzz::sctp_event(data));
