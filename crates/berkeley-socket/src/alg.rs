//! The kernel's cryptography: digests, ciphers, authenticated encryption. `Documentation/crypto/userspace-if.rst`.
