//! Options of the kernel's cryptography: level SOL_ALG, userspace-if.rst. On the bound socket, not an accepted one.

use berkeley_sys::number::opt;
use berkeley_sys::option;

use super::{Integer, Length, List, Set, SockOpt};

/// `ALG_SET_KEY`: the key.
/// Linux 2.6.38; userspace-if.rst.
#[doc(alias = "ALG_SET_KEY")]
pub const SET_KEY: SockOpt<List<u8>, Set> = SockOpt::of(option::ALG_SET_KEY);
/// `ALG_SET_AEAD_AUTHSIZE`: how many bytes of authentication follow the data.
/// Linux 3.19; userspace-if.rst.
#[doc(alias = "ALG_SET_AEAD_AUTHSIZE")]
pub const SET_AEAD_AUTHSIZE: SockOpt<Length, Set> = SockOpt::of(option::ALG_SET_AEAD_AUTHSIZE);
/// `ALG_SET_DRBG_ENTROPY`: entropy for tests of a random number generator (CAP_SYS_ADMIN).
/// Linux 5.10; userspace-if.rst.
#[doc(alias = "ALG_SET_DRBG_ENTROPY")]
pub const SET_DRBG_ENTROPY: SockOpt<List<u8>, Set> = SockOpt::of(option::ALG_SET_DRBG_ENTROPY);
/// `ALG_SET_KEY_BY_KEY_SERIAL`: the key, by its number in the kernel's keyring.
/// Linux 6.2; linux/if_alg.h.
#[doc(alias = "ALG_SET_KEY_BY_KEY_SERIAL")]
pub const SET_KEY_BY_KEY_SERIAL: SockOpt<Integer, Set> =
    SockOpt::plain(opt::SOL_ALG, opt::ALG_SET_KEY_BY_KEY_SERIAL);
