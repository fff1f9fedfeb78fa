//! An errno's C name and its words: `EAFNOSUPPORT`, "Address family not supported by protocol". errno(3).
//!
//! Contract: total. A number without a name here prints as the number; the words are the C library's.

use std::io;

use berkeley::socket::Errno;

/// A table of errnos and their C names, which are those of [`Errno`] with an `E` before them.
macro_rules! names {
    ($($name:ident),* $(,)?) => {
        const NAMES: &[(Errno, &str)] = &[$((Errno::$name, concat!("E", stringify!($name)))),*];
    };
}

// What calls on sockets answer.
names! {
    ACCESS, ADDRINUSE, ADDRNOTAVAIL, AFNOSUPPORT, AGAIN, ALREADY, BADF, BADMSG, BUSY, CONNABORTED, CONNREFUSED, CONNRESET,
    DESTADDRREQ, EXIST, FAULT, HOSTDOWN, HOSTUNREACH, INPROGRESS, INTR, INVAL, IO, ISCONN, ISDIR, LOOP, MFILE, MSGSIZE,
    NAMETOOLONG, NETDOWN, NETRESET, NETUNREACH, NFILE, NOBUFS, NODEV, NOENT, NOMEM, NOPROTOOPT, NOSPC, NOSYS, NOTCONN, NOTDIR,
    NOTSOCK, NXIO, OPNOTSUPP, PERM, PIPE, PROTO, PROTONOSUPPORT, PROTOTYPE, RANGE, ROFS, SHUTDOWN, SOCKTNOSUPPORT, TIMEDOUT,
    TOOMANYREFS,
}

/// The C name.
pub(crate) fn name(errno: Errno) -> String {
    match NAMES.iter().find(|(known, _)| *known == errno) {
        // The one whose name in Rust is longer than C's.
        Some((Errno::ACCESS, _)) => "EACCES".to_owned(),
        Some((_, name)) => (*name).to_owned(),
        None => errno.raw_os_error().to_string(),
    }
}

/// What it means.
pub(crate) fn words(errno: Errno) -> String {
    let text = io::Error::from(errno).to_string();
    match text.split_once(" (os error") {
        Some((words, _)) => words.to_owned(),
        None => text,
    }
}
