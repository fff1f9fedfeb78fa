//! berkeley
fn main() {}
