//! berkeley-resolve
