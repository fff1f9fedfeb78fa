//! No byte of a sockaddr is ignored: each one flipped changes value and text, or ends the decoding, or is listed as padding.

#![allow(missing_docs)]

mod value;

use core::fmt::Debug;

use berkeley_addr::{Address, Field};
use proptest::prelude::*;
use proptest::test_runner::{Config, TestRunner};

fn flip_each_byte<A: Address + Debug + PartialEq>(
    sockaddr: &str,
    strategy: impl Strategy<Value = A>,
) {
    let config = Config { cases: 64, failure_persistence: None, ..Config::default() };
    let outcome = TestRunner::new(config).run(&strategy, |value| {
        let bytes = value.encode().as_ref().to_vec();
        for at in 0..bytes.len() {
            for bit in 0..8 {
                let mut mutant = bytes.clone();
                mutant[at] ^= 1 << bit;
                let Ok(decoded) = A::decode(&mutant) else { continue };
                let same = decoded == value;
                assert_eq!(same, value.text().to_string() == decoded.text().to_string());
                assert_eq!(same, is_padding(sockaddr, &bytes, at), "{value:?}, byte {at}");
            }
        }
        Ok(())
    });
    if let Err(error) = outcome {
        panic!("{sockaddr}: {error}");
    }
}

/// Whether the table lists the byte as padding, or its comment says that it means nothing in this sockaddr: `sll_addr`
/// behind `sll_halen`, `bc_bis` behind `bc_num_bis` or without a broadcaster, the last word of a TIPC socket, an algorithm's
/// kind or name behind the NUL that ends it.
fn is_padding(sockaddr: &str, bytes: &[u8], at: usize) -> bool {
    let of = |field: &&Field| {
        field.sockaddr == sockaddr && (field.offset..field.offset + field.width).contains(&at)
    };
    let Some(field) = Field::ALL.iter().find(of) else { return false };
    let within = at - field.offset;
    match field.name {
        "sll_addr" => within >= usize::from(bytes[11]),
        "iso_bc[0].bc_bdaddr" => bytes.len() == 10,
        "iso_bc[0].bc_bis" => within >= usize::from(bytes[17]),
        "addr.nameseq.upper" => bytes[2] == 3,
        "salg_type" | "salg_name" => bytes[field.offset..at].contains(&0),
        _ => field.padding,
    }
}

#[test]
fn every_sockaddr() {
    flip_each_byte("sockaddr_in", value::inet());
    flip_each_byte("sockaddr_in6", value::inet6());
    flip_each_byte("sockaddr_un", value::unix());
    flip_each_byte("sockaddr_ll", value::packet(0..=32));
    flip_each_byte("sockaddr_nl", value::netlink());
    flip_each_byte("sockaddr_tipc", value::tipc());
    flip_each_byte("sockaddr_l2", value::l2cap());
    flip_each_byte("sockaddr_rc", value::rfcomm());
    flip_each_byte("sockaddr_hci", value::hci());
    flip_each_byte("sockaddr_sco", value::sco());
    flip_each_byte("sockaddr_iso", value::iso());
    flip_each_byte("sockaddr_vm", value::vsock());
    flip_each_byte("sockaddr_can", value::can());
    flip_each_byte("sockaddr_can:tp", value::isotp());
    flip_each_byte("sockaddr_can:j1939", value::j1939());
    flip_each_byte("sockaddr_alg", value::alg());
    flip_each_byte("sockaddr_qrtr", value::qrtr());
    flip_each_byte("sockaddr_xdp", value::xdp());
}

/// The table covers each sockaddr from its first byte to its last, without overlap but for the other members of a union.
#[test]
fn the_table_has_no_holes() {
    let sizes = [
        ("sockaddr_in", 16),
        ("sockaddr_in6", 28),
        ("sockaddr_un", 110),
        ("sockaddr_ll", 44),
        ("sockaddr_nl", 12),
        ("sockaddr_tipc", 16),
        ("sockaddr_l2", 14),
        ("sockaddr_rc", 10),
        ("sockaddr_hci", 6),
        ("sockaddr_sco", 8),
        ("sockaddr_iso", 50),
        ("sockaddr_vm", 16),
        ("sockaddr_can", 24),
        ("sockaddr_can:tp", 24),
        ("sockaddr_can:j1939", 24),
        ("sockaddr_alg", 128),
        ("sockaddr_qrtr", 12),
        ("sockaddr_xdp", 16),
    ];
    let listed = Field::ALL.iter().filter(|field| field.sockaddr != "sockaddr");
    assert!(listed.clone().all(|field| sizes.iter().any(|(name, _)| *name == field.sockaddr)));
    for (sockaddr, size) in sizes {
        let mut end = 2; // sa_family, which all of them begin with
        for field in Field::ALL.iter().filter(|field| field.sockaddr == sockaddr) {
            if field.name.starts_with("addr.name.") || field.name.starts_with("addr.id.") {
                let place = |field: &Field| (field.sockaddr, field.offset, field.width);
                let first = Field::ALL.iter().find(|first| place(first) == place(field));
                assert!(first.is_some_and(|first| first.name.starts_with("addr.nameseq.")));
                continue;
            }
            assert_eq!(field.offset, end, "{sockaddr}.{}", field.name);
            end += field.width;
        }
        assert_eq!(end, size, "{sockaddr}");
    }
}
