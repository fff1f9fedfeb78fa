//! berkeley-addr
