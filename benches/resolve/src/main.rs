//! How fast names become addresses, in a network of their own: see `cargo xtask bench resolve`.
//!
//! Contract: this program is both sides. `ask WHO` is a resolver told what to ask; `measure` starts these and the two of `asker.c`, gives
//! each its turns, and prints a line a question: it wants to be alone in a network namespace, with the files of `--etc` mounted over those of
//! /etc. Nothing leaves the namespace.

#![forbid(unsafe_code)]

mod contestant;
mod server;
mod measure;

/// What a part of this program comes to.
type Outcome<T> = Result<T, Box<dyn std::error::Error>>;

fn main() -> Outcome<()> {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let arguments: Vec<&str> = arguments.iter().map(String::as_str).collect();
    match arguments[..] {
        ["ask", who] => contestant::run(who),
        ["measure", etc, glibc, musl, ref rest @ ..] => measure::run(
            etc.as_ref(),
            glibc,
            Some(musl).filter(|musl| !musl.is_empty()),
            rest.contains(&"--json"),
        ),
        _ => Err("ask WHO, or measure ETC GLIBC MUSL [--json]".into()),
    }
}
