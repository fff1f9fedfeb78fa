//! What does it cost to read, print, encode and decode an address, beside std?
//!
//! The same mixed list for everyone; throughput is addresses, not bytes. No gate: ratios are read side by side in one run.

use core::fmt::Write as _;
use core::hint::black_box;
use core::net::SocketAddr;

use berkeley_addr::{Address, AnyAddr};
use criterion::{Criterion, Throughput, criterion_group, criterion_main};

/// IP addresses that std can read as well.
fn texts() -> Vec<String> {
    (0u32..64)
        .flat_map(|n| {
            let wide = n.wrapping_mul(0x9e37_79b9);
            [
                format!("{}.{}.{}.{}:{}", wide >> 24, (wide >> 16) & 255, n, n * 3 % 256, n + 1),
                format!("[2001:db8::{:x}:{n:x}]:{}", wide >> 16, n * 1000),
                format!("[fe80::{:x}:ff:fe00:{n:x}%{}]:443", wide & 0xffff, n + 1),
            ]
        })
        .collect()
}

/// Does `job` with each, and keeps the optimiser from leaving one out.
fn each<T, R>(all: &[T], job: impl Fn(&T) -> R) {
    for one in all {
        black_box(job(one));
    }
}

fn address(c: &mut Criterion) {
    let texts = texts();
    let values: Vec<SocketAddr> =
        texts.iter().map(|text| text.parse().expect("std reads it")).collect();
    let mut group = c.benchmark_group("address");
    group.throughput(Throughput::Elements(texts.len() as u64));

    group.bench_function("parse/std", |b| {
        b.iter(|| each(&texts, |text| text.parse::<SocketAddr>()));
    });
    group.bench_function("parse/berkeley SocketAddr", |b| {
        b.iter(|| each(&texts, |text| SocketAddr::parse(text)));
    });
    group.bench_function("parse/berkeley AnyAddr", |b| {
        b.iter(|| each(&texts, |text| text.parse::<AnyAddr>()));
    });

    let mut out = String::new();
    group.bench_function("print/std", |b| {
        b.iter(|| {
            out.clear();
            for value in &values {
                write!(out, "{value}").expect("a String grows");
            }
            black_box(&out);
        });
    });
    group.bench_function("print/berkeley", |b| {
        b.iter(|| {
            out.clear();
            for value in &values {
                write!(out, "{}", value.text()).expect("a String grows");
            }
            black_box(&out);
        });
    });

    let encoded: Vec<_> = values.iter().map(Address::encode).collect();
    group.bench_function("encode", |b| {
        b.iter(|| each(&values, Address::encode));
    });
    group.bench_function("decode", |b| {
        b.iter(|| each(&encoded, |bytes| SocketAddr::decode(bytes.as_ref())));
    });
    group.finish();
}

criterion_group!(benches, address);
criterion_main!(benches);
