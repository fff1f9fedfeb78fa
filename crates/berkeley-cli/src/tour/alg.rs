//! Stops of AF_ALG: the kernel digests what we digest ourselves, and decrypts what it encrypted. userspace-if.rst.
//!
//! Contract: an algorithm that the kernel does not have is skipped.

use std::time::Instant;

use berkeley::socket::Errno;
use berkeley::socket::alg::{Cipher, Hash};

use super::exchange::{self, Filler, Tag};
use super::mail::{MESSAGES, length};
use super::row::{Carried, Fault, Outcome, Proof, Stop, Tally, Way};

const DIGEST: &str = "sha256";
const CIPHER: &str = "cbc(aes)";
/// A block of AES: messages are whole ones.
const BLOCK: usize = 16;

/// A thousand messages into one SHA-256.
pub(super) fn hash(_: &Stop) -> Result<Outcome, Fault> {
    let limit = exchange::patience();
    let mut hash = match Hash::new(DIGEST) {
        Ok(hash) => hash,
        Err(error) => return lacking(error),
    };
    let mut hash = hash.within(limit);
    let mut digest = [0; 32];
    let rtt = exchange::median(|_| {
        hash.update(b"ping")?;
        Ok(hash.finish(&mut digest).map(drop)?)
    })?;
    let (start, mut filler, mut tally) = (Instant::now(), Filler::new(), Tally::default());
    for nth in 0..MESSAGES {
        let mut message = vec![0; length(nth)];
        filler.fill(&mut message);
        tally.add(&message);
        hash.update(&message)?;
    }
    hash.finish(&mut digest)?;
    let proof = Proof::Echo { way: Way::digested(&tally, &digest)?, elapsed: start.elapsed() };
    let address = format!("alg:hash/{DIGEST}");
    Ok(Outcome::Carried(Carried { address, rtt, proof, names: Vec::new() }))
}

/// A thousand messages, there and back.
pub(super) fn cipher(_: &Stop) -> Result<Outcome, Fault> {
    let limit = exchange::patience();
    let (key, iv) = (Tag::new().0.to_be_bytes().repeat(2), [7; BLOCK]);
    let mut cipher = match Cipher::new(CIPHER, &key) {
        Ok(cipher) => cipher,
        Err(error) => return lacking(error),
    };
    let mut cipher = cipher.within(limit);
    let rtt = exchange::median(|_| Ok(cipher.encrypt(&iv, &[0; BLOCK], &mut [0; BLOCK])?))?;
    let (start, mut filler) = (Instant::now(), Filler::new());
    let (mut sent, mut received) = (Tally::default(), Tally::default());
    for nth in 0..MESSAGES {
        let mut message = vec![0; length(nth) / BLOCK * BLOCK];
        filler.fill(&mut message);
        sent.add(&message);
        let (mut coded, mut back) = (vec![0; message.len()], vec![0; message.len()]);
        cipher.encrypt(&iv, &message, &mut coded)?;
        if coded == message && !message.is_empty() {
            return Err(Fault::new("what was encrypted is what it was before"));
        }
        cipher.decrypt(&iv, &coded, &mut back)?;
        received.add(&back);
    }
    let way = Way::compare(&sent, &received)?;
    let proof = Proof::Echo { way, elapsed: start.elapsed() };
    let address = "alg:skcipher/cbc%28aes%29".to_owned();
    Ok(Outcome::Carried(Carried { address, rtt, proof, names: Vec::new() }))
}

/// The algorithm is not there; or something else is wrong.
fn lacking(error: berkeley::Error) -> Result<Outcome, Fault> {
    let fault = Fault::from(error);
    if error.errno() == Some(Errno::NOENT) { Ok(Outcome::Skipped(fault)) } else { Err(fault) }
}
