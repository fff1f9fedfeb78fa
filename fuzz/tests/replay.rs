//! Every target over its seeds, each seed cut short at every byte and with each byte changed: on any compiler.

#![allow(missing_docs)]

use std::fs;
use std::path::Path;

use berkeley_fuzz::TARGETS;

#[test]
fn replay() {
    let seeds = Path::new(env!("CARGO_MANIFEST_DIR")).join("seeds");
    for (name, target) in TARGETS {
        let mut replayed = 0;
        for entry in fs::read_dir(seeds.join(name)).expect("seeds of each target") {
            let seed = fs::read(entry.expect("an entry").path()).expect("a seed");
            target(&seed);
            for at in 0..seed.len() {
                target(&seed[..at]);
                for byte in [0, b'0', b'%', b':', b'/', 0x80, 0xff] {
                    let mut changed = seed.clone();
                    changed[at] = byte;
                    target(&changed);
                }
            }
            replayed += 1;
        }
        println!("{name}: {replayed} seeds");
        assert!(replayed > 0, "{name} has no seeds");
    }
}
