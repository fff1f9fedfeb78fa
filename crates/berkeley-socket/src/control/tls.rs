//! Control messages of kernel TLS: linux/tls.h, `Documentation/networking/tls.rst`.

use super::{ControlKind, Uint8};

/// The level.
const SOL_TLS: i32 = 282;

/// `TLS_SET_RECORD_TYPE`: sent: the type of the record.
#[doc(alias = "TLS_SET_RECORD_TYPE")]
pub const SET_RECORD_TYPE: ControlKind<Uint8> = ControlKind::new(SOL_TLS, 1);
/// `TLS_GET_RECORD_TYPE`: received: the type of the record.
#[doc(alias = "TLS_GET_RECORD_TYPE")]
pub const GET_RECORD_TYPE: ControlKind<Uint8> = ControlKind::new(SOL_TLS, 2);
