//! Names in the file system: long paths, and sockets left behind. unix(7).
