//! berkeley-socket
