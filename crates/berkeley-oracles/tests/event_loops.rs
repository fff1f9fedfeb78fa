//! Sockets under others' event loops: the examples, run.

#[path = "../examples/mio.rs"]
mod with_mio;
#[path = "../examples/polling.rs"]
mod with_polling;
#[path = "../examples/tokio.rs"]
mod with_tokio;

#[test]
fn examples_run() {
    with_mio::main().unwrap();
    with_polling::main().unwrap();
    with_tokio::main().unwrap();
}
