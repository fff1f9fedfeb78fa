//! The host's own name: uname(2), which is what gethostname(3) reads.

/// The host name, as bytes: the kernel keeps at most 64, of any value but NUL.
#[doc(alias = "gethostname")]
pub fn name() -> Vec<u8> {
    rustix::system::uname().nodename().to_bytes().to_vec()
}
