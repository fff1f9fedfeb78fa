//! A socket of a pair handed to a child process: as its standard input, and under an inherited number.
//!
//! Contract: the child is this test again, and answers in capitals; a descriptor that was not handed on is not there.
//! Sources: execve(2) on FD_CLOEXEC, `std::process::Stdio`.

use std::io::{BufRead, Write};
use std::os::fd::{AsRawFd, OwnedFd, RawFd};
use std::process::{Child, Command, Stdio};

use berkeley_addr::UnixAddr;
use berkeley_socket::{Errno, Limit, Socket, Type};

/// Says to this test that it is the child, and the number of its socket.
const CHILD: &str = "BERKELEY_CHILD";
const LIMIT: Limit<'static> = Limit::seconds(20);

fn child(number: RawFd, input: Stdio, complaints: Stdio) -> Child {
    Command::new(std::env::current_exe().unwrap())
        .args(["--exact", "a_child_talks_on_what_it_was_given"])
        .env(CHILD, number.to_string())
        .stdin(input)
        .stdout(Stdio::null())
        .stderr(complaints)
        .spawn()
        .unwrap()
}

/// In the child: one line back in capitals, until there is no more.
fn serve(number: RawFd) {
    let socket = Socket::inherited(number).unwrap();
    assert_eq!(socket.ty(), Type::STREAM);
    let mut writer = socket.writer().unwrap();
    for line in socket.reader().unwrap().lines() {
        writeln!(writer, "{}", line.unwrap().to_uppercase()).unwrap();
        writer.flush().unwrap();
    }
}

/// Talks, ends, and waits for the child.
fn talk(here: Socket<UnixAddr>, mut child: Child) {
    let mut reader = here.within(LIMIT).reader();
    for line in ["hello\n", "again\n"] {
        here.send_all(line.as_bytes()).unwrap();
        let mut answer = String::new();
        reader.read_line(&mut answer).unwrap();
        assert_eq!(answer, line.to_uppercase());
    }
    drop(here);
    assert!(child.wait().unwrap().success());
}

#[test]
fn a_child_talks_on_what_it_was_given() {
    if let Ok(number) = std::env::var(CHILD) {
        return serve(number.parse().unwrap());
    }
    // As its standard input; and a limited call before leaves it blocking for the child.
    let (here, there) = Socket::<UnixAddr>::pair(Type::STREAM).unwrap();
    there
        .within(Limit::within(core::time::Duration::ZERO))
        .send_file(tempfile::tempfile().unwrap(), ..)
        .unwrap();
    talk(here, child(0, OwnedFd::from(there).into(), Stdio::inherit()));

    // Under its own number, which only an inheritable one has there.
    let (here, there) = Socket::<UnixAddr>::pair(Type::STREAM).unwrap();
    assert_eq!(there.is_inheritable(), Ok(false));
    let mut none = child(there.as_raw_fd(), Stdio::null(), Stdio::null());
    assert!(!none.wait().unwrap().success(), "close-on-exec");
    there.set_inheritable(true).unwrap();
    assert_eq!(there.is_inheritable(), Ok(true));
    let served = child(there.as_raw_fd(), Stdio::null(), Stdio::inherit());
    there.set_inheritable(false).unwrap();
    assert_eq!(there.is_inheritable(), Ok(false));
    drop(there);
    talk(here, served);

    assert_eq!(Socket::inherited(1 << 20).unwrap_err().errno(), Some(Errno::BADF));
}
