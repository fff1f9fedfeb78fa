//! berkeley-sys
