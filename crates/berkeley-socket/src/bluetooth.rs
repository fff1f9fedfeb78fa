//! Controllers and their packets. `include/net/bluetooth`.
