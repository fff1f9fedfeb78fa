//! Families whose bytes do not say their layout, or may hold what no address of their type is.
//!
//! Contract: such bytes stay bytes in `AnyAddr`, and each type reads its own, or says which field it cannot hold.

use berkeley_addr::{
    Address, AnyAddr, DecodeError, Endpoint, Family, HciAddr, IsoAddr, L2capAddr, Protocol,
    RfcommAddr, ScoAddr, TipcAddr,
};

/// A family-31 sockaddr does not say its layout: it stays bytes, and each type reads it as its own.
#[test]
fn only_the_protocol_tells_bluetooth_apart() {
    let device = "AA:BB:CC:DD:EE:FF";
    let rows = [
        (format!("bt-l2cap:{device}/1"), Protocol::BTPROTO_L2CAP, 14),
        (format!("bt-rfcomm:{device}/3"), Protocol::BTPROTO_RFCOMM, 10),
        ("bt-hci:0".to_owned(), Protocol::BTPROTO_HCI, 6),
        (format!("bt-sco:{device}"), Protocol::BTPROTO_SCO, 8),
        (format!("bt-iso:{device}"), Protocol::BTPROTO_ISO, 10),
        (format!("bt-iso:{device}/{device}/0/"), Protocol::BTPROTO_ISO, 50),
    ];
    for (text, protocol, len) in rows {
        let addr: AnyAddr = text.parse().expect(&text);
        assert_eq!((addr.protocol(), addr.encode().len()), (protocol, len), "{text}");
        let kept = AnyAddr::decode(&addr.encode()).expect(&text);
        assert!(matches!(kept, AnyAddr::Other(_)), "{kept}");
        assert_eq!(AnyAddr::parse(&kept.to_string()), Ok(kept));
        let endpoint = Endpoint::of(addr).expect(&text);
        assert_eq!(endpoint.protocol(), protocol, "{endpoint}");
        let speak = [
            L2capAddr::speaks(Family::BLUETOOTH, protocol),
            RfcommAddr::speaks(Family::BLUETOOTH, protocol),
            HciAddr::speaks(Family::BLUETOOTH, protocol),
            ScoAddr::speaks(Family::BLUETOOTH, protocol),
            IsoAddr::speaks(Family::BLUETOOTH, protocol),
        ];
        assert_eq!(speak.iter().filter(|speaks| **speaks).count(), 1, "{text}");
    }
}

/// Bytes that no address of the type has keep their family and stay bytes.
#[test]
fn what_a_type_cannot_hold() {
    let rows: [(&str, DecodeError); 3] = [
        ("af-30:0902", DecodeError::Value { field: "addrtype", value: 9 }),
        (
            "af-30:0100010000000900000005000000",
            DecodeError::Value { field: "addr.nameseq.upper", value: 5 },
        ),
        ("af-30:", DecodeError::Value { field: "addrtype", value: 0 }),
    ];
    for (text, error) in rows {
        let addr: AnyAddr = text.parse().expect(text);
        assert_eq!(addr.to_string(), text);
        assert_eq!(TipcAddr::decode(&addr.encode()), Err(error));
    }
    let mut sockaddr = [0; 50];
    sockaddr[..2].copy_from_slice(&Family::BLUETOOTH.raw().to_ne_bytes());
    sockaddr[17] = 32;
    let error = DecodeError::Value { field: "iso_bc[0].bc_num_bis", value: 32 };
    assert_eq!(IsoAddr::decode(&sockaddr), Err(error));
}

/// Names order and hash as their bytes do, whatever stood in their room before.
#[test]
fn bytes_order_and_hash() {
    use berkeley_addr::Bytes;
    use std::collections::{BTreeSet, HashSet};
    let texts: [&[u8]; 6] = [b"", b"\0", b"a", b"a\0", b"ab", b"b"];
    let bytes = texts.map(|text| Bytes::<8>::new(text).expect("short"));
    assert!(bytes.is_sorted() && !bytes.iter().rev().is_sorted());
    assert_eq!(BTreeSet::from(bytes).len(), 6);
    let hashes: HashSet<_> = bytes.iter().chain(&bytes).collect();
    assert_eq!(hashes.len(), 6);
    let hash = |bytes: &Bytes<8>| {
        use core::hash::BuildHasher;
        use std::hash::RandomState;
        thread_local!(static STATE: RandomState = RandomState::new());
        STATE.with(|state| state.hash_one(bytes))
    };
    assert_eq!(bytes.iter().map(hash).collect::<BTreeSet<_>>().len(), 6);
}
