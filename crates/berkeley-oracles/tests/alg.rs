//! AF_ALG on a kernel that has it: published vectors, other implementations on random data, wrong tags, keys and lengths, limits.
//!
//! Sources: FIPS 180-4, RFC 4231, NIST SP 800-38A, IEEE 1619, the GCM specification of McGrew and Viega, RFC 3610, RFC 8439;
//! the crate `sha2`; Python's `hashlib`, `hmac` and `sendmsg_afalg`.

#![forbid(unsafe_code)]
#![allow(missing_docs)]

mod network;

use core::time::Duration;
use std::fs::{self, File};
use std::io::Write;
use std::process::Command;

use berkeley_socket::alg::{Aead, Cipher, Direction, Hash, Rng};
use berkeley_socket::{CancelToken, Errno, Kind, Limit, Result};
use sha2::{Digest, Sha256, Sha512};

const PATIENCE: Limit<'static> = Limit::seconds(30);

fn vm() {
    assert!(network::is_vm(), "this is not the VM");
}

fn hex(text: &str) -> Vec<u8> {
    let digits: Vec<_> = text.bytes().filter(u8::is_ascii_hexdigit).collect();
    digits
        .chunks(2)
        .map(|pair| u8::from_str_radix(str::from_utf8(pair).unwrap(), 16).unwrap())
        .collect()
}

fn print(bytes: &[u8]) -> String {
    bytes.iter().fold(String::new(), |text, byte| text + &format!("{byte:02x}"))
}

/// Bytes that look random, always the same.
fn bytes(len: usize) -> Vec<u8> {
    let mut state = 0x5eed_u64;
    let next = |_| {
        state ^= state << 13;
        state ^= state >> 7;
        state ^= state << 17;
        state.to_le_bytes()[0]
    };
    (0..len).map(next).collect()
}

fn errno<T>(result: Result<T>) -> Option<Errno> {
    result.map(drop).expect_err("it must fail").errno()
}

/// Algorithm, key, initialization vector, what is only authenticated; what is encrypted, what must come out, the tag's length.
type Vector<'a> = (&'a str, &'a str, &'a str, &'a str, &'a [u8], &'a str, usize);

fn digest(mut hash: Hash, pieces: &[&[u8]]) -> String {
    for piece in pieces {
        hash.update(piece).unwrap();
    }
    let mut digest = [0; 64];
    let len = hash.finish(&mut digest).unwrap();
    print(&digest[..len])
}

#[test]
#[ignore = "cargo xtask vm"]
fn digests() {
    vm();
    let sha256 = || Hash::new("sha256").unwrap();
    let hmac = |key: &[u8]| Hash::keyed("hmac(sha256)", key).unwrap();
    let abc = "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad";
    let long = b"abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq";
    let rows: [(Hash, &[&[u8]], &str); 7] = [
        (sha256(), &[b"abc"], abc),
        (sha256(), &[b"a", b"", b"bc"], abc),
        (sha256(), &[long], "248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1"),
        (sha256(), &[], "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"),
        (
            hmac(&[0x0b; 20]),
            &[b"Hi There"],
            "b0344c61d8db38535ca8afceaf0bf12b881dc200c9833da726e9376c2e32cff7",
        ),
        (
            hmac(b"Jefe"),
            &[b"what do ya want ", b"for nothing?"],
            "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843",
        ),
        (
            Hash::keyed("cmac(aes)", &hex("2b7e151628aed2a6abf7158809cf4f3c")).unwrap(),
            &[],
            "bb1d6929e95937287fa37d129b756746",
        ),
    ];
    for (hash, pieces, expected) in rows {
        assert_eq!(digest(hash, pieces), expected);
    }
    // Random data, in pieces of all sizes, against another implementation; the same hash again and again.
    let data = bytes(1 << 20);
    let mut hash = sha256();
    for len in [0, 1, 63, 64, 4096, 65_537, 1 << 20] {
        let (mut ours, data) = ([0; 32], &data[..len]);
        for piece in data.chunks(len / 3 + 1) {
            hash.within(PATIENCE).update(piece).unwrap();
        }
        assert_eq!(hash.within(PATIENCE).finish(&mut ours).unwrap(), 32);
        assert_eq!(ours[..], Sha256::digest(data)[..], "{len}");
    }
    assert_eq!(digest(Hash::new("sha512").unwrap(), &[&data]), print(&Sha512::digest(&data)));
    hash.update(b"abc").unwrap();
    assert_eq!(hash.finish(&mut [0; 31]).unwrap_err().kind(), Kind::Truncated);
}

#[test]
#[ignore = "cargo xtask vm"]
fn files_go_in_without_a_copy() {
    vm();
    let data = bytes((1 << 20) + 5);
    let mut file = tempfile::tempfile().unwrap();
    file.write_all(&data).unwrap();
    let mut hash = Hash::new("sha256").unwrap();
    // More than 16 pages at once, of which the kernel's scatter lists have one each; more after a file.
    for range in [0..1 << 20, 3..70_000, 0..0, 4095..data.len()] {
        hash.update(b"before").unwrap();
        let (start, end) = (range.start as u64, range.end as u64);
        let len = hash.within(PATIENCE).update_file(&file, start..end).unwrap();
        assert_eq!(len, end - start);
        hash.update(b"after").unwrap();
        let (mut ours, whole) = ([0; 32], [b"before", &data[range.clone()], b"after"].concat());
        hash.finish(&mut ours).unwrap();
        assert_eq!(ours[..], Sha256::digest(whole)[..], "{range:?}");
    }
    // To its end, and of what the kernel does not splice.
    for (file, data) in
        [(file, data), (File::open("/proc/version").unwrap(), fs::read("/proc/version").unwrap())]
    {
        let len = hash.update_file(&file, ..).unwrap();
        let mut ours = [0; 32];
        hash.finish(&mut ours).unwrap();
        assert_eq!((len, &ours[..]), (data.len() as u64, &Sha256::digest(&data)[..]));
    }
    let (end, other) = std::io::pipe().unwrap();
    assert_eq!(errno(hash.update_file(&end, ..)), Some(Errno::SPIPE));
    assert_eq!(errno(hash.update_file(&other, ..)), Some(Errno::SPIPE));
    // sendfile(2) could not say that more follows.
    let sent = hash.socket().send_file(&end, ..).unwrap_err();
    assert_eq!(sent.error.errno(), Some(Errno::OPNOTSUPP));
}

#[test]
#[ignore = "cargo xtask vm"]
fn ciphers() {
    vm();
    let plain = hex("6bc1bee22e409f96e93d7e117393172a ae2d8a571e03ac9c9eb76fac45af8e51 \
         30c81c46a35ce411e5fbc1191a0a52ef f69f2445df4f9b17ad2b417be66c3710");
    let key = "2b7e151628aed2a6abf7158809cf4f3c";
    let rows = [
        (
            ("cbc(aes)", key, "000102030405060708090a0b0c0d0e0f"),
            &plain[..],
            "7649abac8119b246cee98e9b12e9197d 5086cb9b507219ee95db113a917678b2 \
             73bed6b8e3c1743b7116e69e22229516 3ff1caa1681fac09120eca307586e1a7",
        ),
        (
            ("ctr(aes)", key, "f0f1f2f3f4f5f6f7f8f9fafbfcfdfeff"),
            &plain[..61],
            "874d6191b620e3261bef6864990db6ce 9806f66b7970fdff8617187bb9fffdff \
             5ae4df3edbd5d35e5b4f09020db03eab 1e031dda2fbe03d1792170a0f3",
        ),
        (("ecb(aes)", key, ""), &plain[..16], "3ad77bb40d7a3660a89ecaf32466ef97"),
        (
            (
                "xts(aes)",
                "1111111111111111111111111111111122222222222222222222222222222222",
                "33333333330000000000000000000000",
            ),
            &[0x44; 32],
            "c454185e6a16936e39334038acef838bfb186fff7480adc4289382ecd6d394f0",
        ),
    ];
    for ((name, key, iv), plain, expected) in rows {
        let (expected, iv) = (hex(expected), hex(iv));
        let mut cipher = Cipher::new(name, &hex(key)).unwrap();
        let (mut coded, mut back) = (vec![0; plain.len()], vec![0; plain.len()]);
        cipher.encrypt(&iv, plain, &mut coded).unwrap();
        assert_eq!(print(&coded), print(&expected), "{name}");
        cipher.within(PATIENCE).decrypt(&iv, &coded, &mut back).unwrap();
        assert_eq!(back, plain, "{name}");
        if name == "xts(aes)" {
            continue;
        }
        // The same in pieces.
        for (direction, from, to) in
            [(Direction::Encrypt, plain, &expected[..]), (Direction::Decrypt, &expected, plain)]
        {
            let mut out = vec![0; from.len()];
            cipher.start(direction, &iv).unwrap();
            cipher.update(&from[..16], &mut out[..16]).unwrap();
            cipher.finish(&from[16..], &mut out[16..]).unwrap();
            assert_eq!(out, to, "{name}");
        }
    }
    let mut cipher = Cipher::new("cbc(aes)", &hex(key)).unwrap();
    // A MiB in one call, under one limit; what a socket does not hold at once is said, and spoils nothing.
    let data = bytes(1 << 20);
    let (mut coded, mut back) = (vec![0; data.len()], vec![0; data.len()]);
    assert_eq!(errno(cipher.encrypt(&[1; 16], &data, &mut coded)), Some(Errno::MSGSIZE));
    cipher.start(Direction::Encrypt, &[1; 16]).unwrap();
    cipher.within(PATIENCE).finish(&data, &mut coded).unwrap();
    let most = 200 << 10;
    cipher.decrypt(&[1; 16], &coded[..most], &mut back[..most]).unwrap();
    assert!(back[..most] == data[..most]);
    cipher.start(Direction::Decrypt, &[1; 16]).unwrap();
    for (from, to) in coded.chunks(100_000).zip(back.chunks_mut(100_000)) {
        cipher.update(from, to).unwrap();
    }
    cipher.finish(&[], &mut []).unwrap();
    assert!(back == data);
    // Lengths that do not fit, before and in the kernel, and a call that is right after them.
    let mut out = [0; 32];
    let rows = [
        errno(cipher.encrypt(&[0; 16], &[0; 16], &mut out)),
        errno(cipher.encrypt(&[0; 16], &[0; 20], &mut out[..20])),
        errno(cipher.encrypt(&[0; 15], &[0; 16], &mut out[..16])),
        errno(cipher.update(&[0; 20], &mut out[..20])),
        errno(Cipher::new("cbc(aes)", &[0; 15])),
    ];
    assert_eq!(rows, [Some(Errno::INVAL); 5]);
    assert_eq!(errno(Cipher::new("cbc(no-such)", &[0; 16])), Some(Errno::NOENT));
    assert_eq!(errno(Hash::new("no-such")), Some(Errno::NOENT));
    assert_eq!(errno(Hash::new("")), Some(Errno::INVAL));
    cipher.encrypt(&hex("000102030405060708090a0b0c0d0e0f"), &plain[..16], &mut out[..16]).unwrap();
    assert_eq!(print(&out[..16]), "7649abac8119b246cee98e9b12e9197d");
}

#[test]
#[ignore = "cargo xtask vm"]
fn authenticated_encryption() {
    vm();
    let sunscreen =
        b"Ladies and Gentlemen of the class of '99: If I could offer you only one tip for the \
                      future, sunscreen would be it.";
    let counted: Vec<u8> = (0x08..=0x1e).collect();
    let rows: [Vector<'_>; 5] = [
        (
            "gcm(aes)",
            "00000000000000000000000000000000",
            "000000000000000000000000",
            "",
            b"",
            "58e2fccefa7e3061367f1d57a4e7455a",
            16,
        ),
        (
            "gcm(aes)",
            "00000000000000000000000000000000",
            "000000000000000000000000",
            "",
            &[0; 16],
            "0388dace60b6a392f328c2b971b2fe78 ab6e47d42cec13bdf53a67b21257bddf",
            16,
        ),
        (
            "gcm(aes)",
            "feffe9928665731c6d6a8f9467308308",
            "cafebabefacedbaddecaf888",
            "feedfacedeadbeeffeedfacedeadbeefabaddad2",
            &hex("d9313225f88406e5a55909c5aff5269a86a7a9531534f7da2e4c303d8a318a72\
                 1c3c0c95956809532fcf0e2449a6b525b16aedf5aa0de657ba637b39"),
            "42831ec2217774244b7221b784d0d49ce3aa212f2c02a4e035c17e2329aca12e\
             21d514b25466931c7d8f6a5aac84aa051ba30b396a0aac973d58e091 \
             5bc94fbc3221a5db94fae95ae7121a47",
            16,
        ),
        (
            "ccm(aes)",
            "c0c1c2c3c4c5c6c7c8c9cacbcccdcecf",
            // One less than the length of the length, the nonce, room for the length.
            "01 00000003020100a0a1a2a3a4a5 0000",
            "0001020304050607",
            &counted,
            "588c979a61c663d2f066d0c2c0f989806d5f6b61dac384 17e8d12cfdf926e0",
            8,
        ),
        (
            "rfc7539(chacha20,poly1305)",
            "808182838485868788898a8b8c8d8e8f909192939495969798999a9b9c9d9e9f",
            "070000004041424344454647",
            "50515253c0c1c2c3c4c5c6c7",
            sunscreen,
            "d31a8d34648e60db7b86afbc53ef7ec2a4aded51296e08fea9e2b5a736ee62d6\
             3dbea45e8ca9671282fafb69da92728b1a71de0a9e060b2905d6a5b67ecd3b36\
             92ddbd7f2d778b8c9803aee328091b58fab324e4fad675945585808b4831d7bc\
             3ff4def08e4b7a9de576d26586cec64b6116 1ae10b594f09e26a7e902ecbd0600691",
            16,
        ),
    ];
    for (name, key, iv, assoc, plain, expected, tag) in rows {
        let (iv, assoc, expected) = (hex(iv), hex(assoc), hex(expected));
        let mut aead = Aead::new(name, &hex(key), tag).unwrap();
        let (mut sealed, mut back) = (vec![0; plain.len() + tag], vec![0xff; plain.len()]);
        aead.encrypt(&iv, &assoc, plain, &mut sealed).unwrap();
        assert_eq!(print(&sealed), print(&expected), "{name}");
        aead.within(PATIENCE).decrypt(&iv, &assoc, &sealed, &mut back).unwrap();
        assert_eq!(back, plain, "{name}");
        // One bit anywhere: in what was encrypted, in the tag, in what is only authenticated.
        for at in [0, plain.len() / 2, sealed.len() - 1] {
            sealed[at] ^= 0x10;
            let wrong = aead.decrypt(&iv, &assoc, &sealed, &mut back);
            assert_eq!(errno(wrong), Some(Errno::BADMSG), "{name}");
            assert!(
                back.iter().all(|byte| *byte == 0),
                "{name}: of what nobody vouches for, nothing is told"
            );
            sealed[at] ^= 0x10;
        }
        let wrong = aead.decrypt(&iv, &[&assoc[..], b"x"].concat(), &sealed, &mut back);
        assert_eq!(errno(wrong), Some(Errno::BADMSG), "{name}");
        aead.decrypt(&iv, &assoc, &sealed, &mut back).unwrap();
        assert_eq!(back, plain, "{name}");
    }
    // As much as a socket holds, also of what comes back beside it, and no more.
    let mut gcm = Aead::new("gcm(aes)", &[7; 32], 12).unwrap();
    let (plain, assoc) = (bytes(150_000), bytes(50_000));
    let (mut sealed, mut back) = (vec![0; plain.len() + 12], vec![0; plain.len()]);
    gcm.encrypt(&[1; 12], &assoc, &plain, &mut sealed).unwrap();
    gcm.decrypt(&[1; 12], &assoc, &sealed, &mut back).unwrap();
    assert!(plain == back);
    let long = vec![0; 300_000];
    assert_eq!(errno(gcm.encrypt(&[1; 12], &long, b"", &mut [0; 12])), Some(Errno::MSGSIZE));
    let rows = [
        errno(gcm.encrypt(&[1; 12], b"", b"", &mut [0; 16])),
        errno(gcm.decrypt(&[1; 12], b"", &[0; 11], &mut [])),
        errno(gcm.encrypt(&[1; 13], b"", b"", &mut [0; 12])),
        errno(Aead::new("gcm(aes)", &[7; 16], 17)),
        errno(Aead::new("gcm(aes)", &[7; 17], 16)),
    ];
    assert_eq!(rows, [Some(Errno::INVAL); 5]);
    gcm.decrypt(&[1; 12], &assoc, &sealed, &mut back).unwrap();
}

#[test]
#[ignore = "cargo xtask vm"]
fn random_numbers_and_limits() {
    vm();
    let mut drbg = Rng::new("drbg_nopr_hmac_sha256", b"").unwrap();
    let (mut one, mut two) = ([0; 1000], [0; 1000]);
    drbg.fill(&mut one).unwrap();
    drbg.within(PATIENCE).fill(&mut two).unwrap();
    assert!(one != two && one[900..] != [0; 100]);
    // A token that is cancelled ends every call before it does anything.
    let token = CancelToken::new().unwrap();
    token.cancel();
    let limit = Limit::within(Duration::from_secs(1)).cancelled_by(&token);
    let mut hash = Hash::new("sha256").unwrap();
    let mut cbc = Cipher::new("cbc(aes)", &[1; 16]).unwrap();
    let mut ccm = Aead::new("ccm(aes)", &[1; 16], 16).unwrap();
    let mut out = [0; 32];
    let kinds = [
        hash.within(limit).update(b"abc"),
        cbc.within(limit).encrypt(&[0; 16], &[0; 16], &mut out[..16]),
        ccm.within(limit).encrypt(&[1; 16], b"", &[0; 16], &mut out),
        drbg.within(limit).fill(&mut one),
    ]
    .map(|done| done.unwrap_err().kind());
    assert_eq!(kinds, [Kind::Cancelled; 4]);
    hash.finish(&mut out).unwrap();
    assert_eq!(out[..], Sha256::digest(b"")[..]);
}

#[test]
#[ignore = "cargo xtask vm"]
fn python_agrees() {
    vm();
    let program = "
import socket, hmac, hashlib
key, iv, data, assoc = bytes(range(32)), bytes(range(16)), bytes(i * 5 % 256 for i in range(1000)), b'header'
print(hmac.new(key, data, hashlib.sha512).hexdigest())
# A receive with more room than there is data waits for more.
def run(kind, name, key, n, room, **words):
    with socket.socket(socket.AF_ALG, socket.SOCK_SEQPACKET, 0) as s:
        s.bind((kind, name)); s.setsockopt(socket.SOL_ALG, socket.ALG_SET_KEY, key)
        if kind == 'aead': s.setsockopt(socket.SOL_ALG, socket.ALG_SET_AEAD_AUTHSIZE, None, 16)
        op, _ = s.accept()
        with op: op.sendmsg_afalg(op=socket.ALG_OP_ENCRYPT, iv=iv[:n], **words); return op.recv(room)
print(run('skcipher', 'ctr(aes)', key, 16, 1000, msg=[data]).hex())
print(run('aead', 'gcm(aes)', key, 12, 1022, msg=[assoc + data], assoclen=len(assoc))[len(assoc):].hex())
";
    let output = Command::new("python3").args(["-c", program]).output().unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    let key: Vec<u8> = (0..32).collect();
    let iv = &key[..16];
    let data: Vec<u8> = (0..1000_usize).map(|nth| (nth * 5).to_le_bytes()[0]).collect();
    let hmac = digest(Hash::keyed("hmac(sha512)", &key).unwrap(), &[&data]);
    let mut coded = vec![0; data.len()];
    Cipher::new("ctr(aes)", &key).unwrap().encrypt(iv, &data, &mut coded).unwrap();
    let mut sealed = vec![0; data.len() + 16];
    Aead::new("gcm(aes)", &key, 16)
        .unwrap()
        .encrypt(&iv[..12], b"header", &data, &mut sealed)
        .unwrap();
    let ours = [hmac, print(&coded), print(&sealed)].join("\n");
    assert_eq!(String::from_utf8(output.stdout).unwrap().trim(), ours);
}
