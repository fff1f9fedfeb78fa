//! Control messages of the kernel's cryptography: linux/if_alg.h, `Documentation/crypto/userspace-if.rst`.

use super::{ControlKind, Iv, Uint};

/// The level.
const SOL_ALG: i32 = 279;

/// `ALG_SET_IV`: sent: the initialization vector.
#[doc(alias = "ALG_SET_IV")]
pub const SET_IV: ControlKind<Iv> = ControlKind::new(SOL_ALG, 2);
/// `ALG_SET_OP`: sent: what to do: 0 decrypts (ALG_OP_DECRYPT), 1 encrypts (ALG_OP_ENCRYPT).
#[doc(alias("ALG_SET_OP", "sendmsg_afalg"))]
pub const SET_OP: ControlKind<Uint> = ControlKind::new(SOL_ALG, 3);
/// `ALG_SET_AEAD_ASSOCLEN`: sent: how many bytes at the front are authenticated only.
#[doc(alias = "ALG_SET_AEAD_ASSOCLEN")]
pub const SET_AEAD_ASSOCLEN: ControlKind<Uint> = ControlKind::new(SOL_ALG, 4);
