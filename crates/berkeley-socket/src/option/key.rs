//! Keys that the kernel signs or encrypts with: TCP_MD5SIG (RFC 2385), TCP_AO (RFC 5925, tcp_ao.rst), TLS_TX and TLS_RX (tls.rst).
//!
//! Contract: `Debug` prints no key.

use core::fmt;
use core::net::IpAddr;

use berkeley_sys::option::{AoAdd, AoDel, TcpMd5};

use super::codec::codecs;
use super::group::sockaddr;

/// A key for the segments to and from a peer: [`tcp::MD5SIG`](super::tcp::MD5SIG).
#[derive(Clone, PartialEq, Eq)]
pub struct Md5Key {
    /// The peer.
    pub peer: IpAddr,
    /// All peers that share so many leading bits with it; `None`: it alone (TCP_MD5SIG_EXT alone).
    pub prefix: Option<u8>,
    /// On one interface alone, by its index (TCP_MD5SIG_EXT alone).
    pub interface: Option<u32>,
    /// The key, at most 80 bytes; empty: forget it.
    pub key: Vec<u8>,
}

/// Which key of which peer: [`tcp::AO_DEL_KEY`](super::tcp::AO_DEL_KEY).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct AoKeyId {
    /// The peer.
    pub peer: IpAddr,
    /// All peers that share so many leading bits with it: 32 or 128 for it alone.
    pub prefix: u8,
    /// On one interface alone, by its index.
    pub interface: Option<u32>,
    /// The number sent with segments signed by the key.
    pub send_id: u8,
    /// The number that comes with them.
    pub receive_id: u8,
}

/// One more key for the segments to and from a peer: [`tcp::AO_ADD_KEY`](super::tcp::AO_ADD_KEY).
#[derive(Clone, PartialEq, Eq)]
pub struct AoKey {
    /// Which.
    pub id: AoKeyId,
    /// The kernel's name of the algorithm, such as `hmac(sha1)` or `cmac(aes128)`.
    pub algorithm: String,
    /// The length of a signature, at most 20 bytes; `None`: 12.
    pub mac_len: Option<u8>,
    /// Sign the peer's other options too.
    pub signs_options: bool,
    /// The key, at most 80 bytes.
    pub key: Vec<u8>,
}

/// Keys of one direction of a TLS connection, for the kernel: [`tls::TX`](super::tls::TX), [`tls::RX`](super::tls::RX).
#[derive(Clone, PartialEq, Eq)]
pub struct TlsKeys {
    /// The version that was agreed on.
    pub version: TlsVersion,
    /// The cipher and its keys.
    pub cipher: TlsCipher,
    /// The number of the next record.
    pub sequence: u64,
}

/// A version of TLS.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum TlsVersion {
    /// RFC 5246.
    V1_2,
    /// RFC 8446.
    V1_3,
}

/// A cipher of TLS with its key: linux/tls.h.
#[derive(Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum TlsCipher {
    /// AES-128 in GCM.
    Aes128Gcm {
        /// The implicit part of the nonce.
        salt: [u8; 4],
        /// The rest of it.
        iv: [u8; 8],
        /// The key.
        key: [u8; 16],
    },
    /// AES-256 in GCM.
    Aes256Gcm {
        /// The implicit part of the nonce.
        salt: [u8; 4],
        /// The rest of it.
        iv: [u8; 8],
        /// The key.
        key: [u8; 32],
    },
    /// AES-128 in CCM.
    Aes128Ccm {
        /// The implicit part of the nonce.
        salt: [u8; 4],
        /// The rest of it.
        iv: [u8; 8],
        /// The key.
        key: [u8; 16],
    },
    /// ChaCha20 and Poly1305: RFC 8439.
    ChaCha20Poly1305 {
        /// The nonce.
        iv: [u8; 12],
        /// The key.
        key: [u8; 32],
    },
}

impl fmt::Debug for Md5Key {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Md5Key").field("peer", &self.peer).finish_non_exhaustive()
    }
}

impl fmt::Debug for AoKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("AoKey").field("id", &self.id).finish_non_exhaustive()
    }
}

impl fmt::Debug for TlsKeys {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("TlsKeys").field("cipher", &self.cipher).finish_non_exhaustive()
    }
}

impl fmt::Debug for TlsCipher {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Aes128Gcm { .. } => "Aes128Gcm",
            Self::Aes256Gcm { .. } => "Aes256Gcm",
            Self::Aes128Ccm { .. } => "Aes128Ccm",
            Self::ChaCha20Poly1305 { .. } => "ChaCha20Poly1305",
        })
    }
}

impl TlsKeys {
    /// `struct tls12_crypto_info_*`: version, cipher, then of the keys what the cipher has, in linux/tls.h's order.
    fn bytes(&self) -> Vec<u8> {
        let version: u16 = match self.version {
            TlsVersion::V1_2 => 0x0303,
            TlsVersion::V1_3 => 0x0304,
        };
        let (cipher, iv, key, salt): (u16, &[u8], &[u8], &[u8]) = match &self.cipher {
            TlsCipher::Aes128Gcm { salt, iv, key } => (51, iv, key, salt),
            TlsCipher::Aes256Gcm { salt, iv, key } => (52, iv, key, salt),
            TlsCipher::Aes128Ccm { salt, iv, key } => (53, iv, key, salt),
            TlsCipher::ChaCha20Poly1305 { iv, key } => (54, iv, key, &[]),
        };
        let (version, cipher) = (version.to_ne_bytes(), cipher.to_ne_bytes());
        [&version, &cipher, iv, key, salt, &self.sequence.to_be_bytes()].concat()
    }
}

codecs! {
    /// `struct tcp_md5sig`.
    TcpMd5Codec: TcpMd5 => Md5Key {
        encode |it| {
            let mut key = [0; 80];
            key.get_mut(..it.key.len())?.copy_from_slice(&it.key);
            Some(TcpMd5 {
                address: sockaddr(it.peer),
                flags: u8::from(it.prefix.is_some()) | u8::from(it.interface.is_some()) << 1,
                prefix: it.prefix.unwrap_or(0),
                key_len: u16::try_from(it.key.len()).ok()?,
                interface: i32::try_from(it.interface.unwrap_or(0)).ok()?,
                key,
            })
        };
    }
    /// `struct tcp_ao_add`.
    AoKeyCodec: AoAdd => AoKey {
        encode |it| {
            let mut algorithm = [0; 64];
            let fits = it.algorithm.len() < algorithm.len() && !it.algorithm.contains('\0');
            fits.then(|| algorithm[..it.algorithm.len()].copy_from_slice(it.algorithm.as_bytes()))?;
            let mut key = [0; 80];
            key.get_mut(..it.key.len())?.copy_from_slice(&it.key);
            let id = it.id;
            Some(AoAdd {
                address: sockaddr(id.peer),
                algorithm,
                interface: i32::try_from(id.interface.unwrap_or(0)).ok()?,
                make: 0,
                reserved: 0,
                prefix: id.prefix,
                send_id: id.send_id,
                receive_id: id.receive_id,
                mac_len: it.mac_len.unwrap_or(0),
                flags: u8::from(id.interface.is_some()) | u8::from(!it.signs_options) << 1,
                key_len: u8::try_from(it.key.len()).ok()?,
                key,
            })
        };
    }
    /// `struct tcp_ao_del`.
    AoKeyIdCodec: AoDel => AoKeyId {
        encode |id| Some(AoDel {
            address: sockaddr(id.peer),
            interface: i32::try_from(id.interface.unwrap_or(0)).ok()?,
            make: 0,
            reserved: 0,
            prefix: id.prefix,
            send_id: id.send_id,
            receive_id: id.receive_id,
            current: 0,
            next: 0,
            flags: id.interface.is_some().into(),
        });
    }
    /// `struct tls12_crypto_info_*`.
    TlsKeysCodec: [u8] => TlsKeys {
        encode |keys| Some(keys.bytes());
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::option::Encode;

    #[test]
    fn keys_of_ao_fit_or_are_refused() {
        let id = AoKeyId {
            peer: [127, 0, 0, 1].into(),
            prefix: 32,
            interface: None,
            send_id: 1,
            receive_id: 2,
        };
        let rows = [("hmac(sha1)", 80, true), ("hmac(sha1)", 81, false), ("a\0b", 8, false)];
        for (algorithm, len, fits) in rows {
            let key = AoKey {
                id,
                algorithm: algorithm.to_owned(),
                mac_len: None,
                signs_options: true,
                key: vec![77; len],
            };
            assert!(!format!("{key:?}").contains("77"));
            assert_eq!(AoKeyCodec::encode(key).is_some(), fits, "{algorithm} {len}");
        }
        // linux/tcp.h: the sizes that the kernel compares.
        assert_eq!((size_of::<AoAdd>(), size_of::<AoDel>()), (288, 144));
    }

    #[test]
    fn keys_are_as_long_as_the_kernels_and_are_not_printed() {
        let (iv, salt) = ([1; 8], [2; 4]);
        let rows = [
            (TlsCipher::Aes128Gcm { salt, iv, key: [77; 16] }, 40),
            (TlsCipher::Aes256Gcm { salt, iv, key: [77; 32] }, 56),
            (TlsCipher::Aes128Ccm { salt, iv, key: [77; 16] }, 40),
            (TlsCipher::ChaCha20Poly1305 { iv: [1; 12], key: [77; 32] }, 56),
        ];
        for (cipher, len) in rows {
            let keys = TlsKeys { version: TlsVersion::V1_3, cipher, sequence: 9 };
            assert!(!format!("{keys:?}").contains("77"));
            let bytes = TlsKeysCodec::encode(keys).unwrap();
            assert_eq!(bytes.len(), len);
            assert_eq!(bytes.last(), Some(&9));
        }
        let key = |len| Md5Key {
            peer: [127, 0, 0, 1].into(),
            prefix: None,
            interface: None,
            key: vec![77; len],
        };
        assert!(!format!("{:?}", key(80)).contains("77"));
        assert_eq!(TcpMd5Codec::encode(key(80)).map(|it| it.key_len), Some(80));
        assert_eq!(TcpMd5Codec::encode(key(81)), None);
    }
}
