//! The kernel's cryptography: a digest of a file, an encrypted message that nobody may change. Needs a kernel with AF_ALG.

use core::error::Error;
use std::fs::File;

use berkeley::socket::Errno;
use berkeley::socket::alg::{Aead, Hash, Rng};

fn main() -> Result<(), Box<dyn Error>> {
    // Of a text, and of a file whose bytes do not come here.
    let mut hash = Hash::new("sha256")?;
    let mut digest = [0; 32];
    hash.update(b"abc")?;
    hash.finish(&mut digest)?;
    assert_eq!(hex(&digest[..4]), "ba7816bf");
    let program = std::env::current_exe()?;
    let len = hash.update_file(File::open(&program)?, ..)?;
    hash.finish(&mut digest)?;
    println!("{}: {len} bytes, SHA-256 {}", program.display(), hex(&digest));

    // With a key it says who made it.
    let mut hmac = Hash::keyed("hmac(sha256)", b"Jefe")?;
    hmac.update(b"what do ya want for nothing?")?;
    hmac.finish(&mut digest)?;
    assert_eq!(hex(&digest[..4]), "5bdcc146"); // RFC 4231
    println!("HMAC {}", hex(&digest));

    // Encrypted, with a header that only must not be changed.
    let mut key = [0; 16];
    Rng::new("stdrng", b"")?.fill(&mut key)?;
    let mut ccm = Aead::new("ccm(aes)", &key, 16)?;
    let (iv, message) =
        ([3, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 0, 0, 0, 0], b"the quick brown fox");
    let mut sealed = [0; 19 + 16];
    ccm.encrypt(&iv, b"header", message, &mut sealed)?;
    let mut opened = [0; 19];
    ccm.decrypt(&iv, b"header", &sealed, &mut opened)?;
    assert_eq!(&opened, message);
    println!("{} -> {}", hex(&sealed), String::from_utf8_lossy(&opened));
    sealed[0] ^= 1;
    let changed = ccm.decrypt(&iv, b"header", &sealed, &mut opened).expect_err("it was changed");
    assert_eq!(changed.errno(), Some(Errno::BADMSG));
    println!("changed: {changed}");
    Ok(())
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().fold(String::new(), |text, byte| text + &format!("{byte:02x}"))
}
