//! [`berkeley_fuzz::netlink_messages`] under libFuzzer.
#![no_main]
libfuzzer_sys::fuzz_target!(|data: &[u8]| berkeley_fuzz::netlink_messages(data));
