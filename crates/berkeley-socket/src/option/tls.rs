//! Options of TLS in the kernel: level SOL_TLS, tls.rst. First [`tcp::ULP`](super::tcp::ULP) is set to `tls`, after the handshake.

use berkeley_sys::number::opt;
use berkeley_sys::option;

use super::{Flag, Set, SockOpt, TlsKeysCodec};

/// `TLS_TX`: the keys that the kernel encrypts with.
/// Linux 4.13; tls.rst.
#[doc(alias = "TLS_TX")]
pub const TX: SockOpt<TlsKeysCodec, Set> = SockOpt::of(option::TLS_TX);
/// `TLS_RX`: the keys that the kernel decrypts with.
/// Linux 4.17; tls.rst.
#[doc(alias = "TLS_RX")]
pub const RX: SockOpt<TlsKeysCodec, Set> = SockOpt::of(option::TLS_RX);
/// `TLS_TX_ZEROCOPY_RO`: sendfile need not copy: the file does not change meanwhile.
/// Linux 5.19; tls.rst.
#[doc(alias = "TLS_TX_ZEROCOPY_RO")]
pub const TX_ZEROCOPY_RO: SockOpt<Flag> = SockOpt::plain(opt::SOL_TLS, opt::TLS_TX_ZEROCOPY_RO);
/// `TLS_RX_EXPECT_NO_PAD`: the peer does not pad TLS 1.3 records: decrypt into the reader's buffer.
/// Linux 6.0; tls.rst.
#[doc(alias = "TLS_RX_EXPECT_NO_PAD")]
pub const RX_EXPECT_NO_PAD: SockOpt<Flag> = SockOpt::plain(opt::SOL_TLS, opt::TLS_RX_EXPECT_NO_PAD);
