//! AF_UNIX: a name that a dead server left is taken over and a live one is not, a long path, who the peer is, a descriptor handed over.
//! Needs nothing.

use std::fs;
use std::io::{Read, Seek, Write};
use std::os::fd::AsFd;
use std::process;

use berkeley::option::so;
use berkeley::socket::{Errno, unix};
use berkeley::{BACKLOG, Limit, Protocol, Socket, Type, UnixAddr};

fn open() -> berkeley::Result<Socket<UnixAddr>> {
    Socket::open(Type::SEQPACKET, Protocol::DEFAULT)
}

fn main() -> Result<(), Box<dyn core::error::Error>> {
    // A path that is longer than a sockaddr: 108 bytes.
    let folder =
        std::env::temp_dir().join(format!("berkeley-{}-{}", process::id(), "x".repeat(120)));
    fs::create_dir(&folder)?;
    let path = folder.join("server");

    // A server that died.
    let dead = open()?;
    unix::bind(&dead, &path, None)?.keep();
    drop(dead);
    assert!(path.exists());

    // The next one takes its place, and lets only this user connect.
    let server = open()?;
    let file = unix::bind(&server, &path, Some(0o600))?;
    server.listen(BACKLOG)?;
    // A third one finds it alive.
    let late = unix::bind(&open()?, &path, None).unwrap_err();
    assert_eq!(late.errno(), Some(Errno::ADDRINUSE));
    println!("{} bytes of path; a second server: {late}", path.as_os_str().len());

    let client = open()?;
    unix::connect(&client.within(Limit::seconds(5)), &path)?;
    let (served, _) = server.within(Limit::seconds(5)).accept()?;
    let peer = served.get(so::PEERCRED)?.ok_or("the kernel tells who connected")?;
    assert_eq!(peer.pid, i32::try_from(process::id()).ok());
    println!("process {:?} of user {} is connected", peer.pid, peer.uid);

    // An open file goes over, and is the receiver's own.
    let log = folder.join("log");
    let file_to_send = fs::File::create_new(&log)?;
    client.send_fds(b"log", &[file_to_send.as_fd()])?;
    let (len, fds) = served.within(Limit::seconds(5)).recv_fds(&mut [0; 16], 1)?;
    assert_eq!((len, fds.len()), (3, 1));
    for fd in fds {
        fs::File::from(fd).write_all(b"written by the server\n")?;
    }
    let mut text = String::new();
    let mut log_again = fs::File::open(&log)?;
    log_again.rewind()?;
    log_again.read_to_string(&mut text)?;
    print!("{text}");
    assert_eq!(text, "written by the server\n");

    drop(file);
    assert!(!path.exists(), "the name goes with its guard");
    fs::remove_file(&log)?;
    fs::remove_dir(&folder)?;
    Ok(())
}
