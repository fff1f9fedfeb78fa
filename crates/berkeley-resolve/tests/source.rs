//! The services behind nsswitch.conf's `resolve` and `mdns`, played by a script: what they may say, and what they must not get away with.

use core::net::IpAddr;
use core::time::Duration;
use std::io::{Read, Write};
use std::os::unix::net::UnixListener;
use std::path::Path;
use std::thread;
use std::time::Instant;

use berkeley_addr::Family;
use berkeley_resolve::Cause;
use berkeley_resolve::source::{Avahi, Found, Resolved, Silence};
use berkeley_socket::{CancelToken, Errno, Limit};

const LIMIT: Limit<'static> = Limit::seconds(10);

/// One connection after another gets its answer, and the script says what it was asked.
fn play(folder: &Path, end: u8, answers: Vec<&'static [u8]>) -> thread::JoinHandle<Vec<String>> {
    let listener = UnixListener::bind(folder.join("socket")).unwrap();
    thread::spawn(move || {
        let asked = answers.into_iter().map(|answer| {
            let (mut peer, _) = listener.accept().unwrap();
            let (mut question, mut byte) = (Vec::new(), [0]);
            while peer.read(&mut byte).unwrap() == 1 && byte[0] != end {
                question.push(byte[0]);
            }
            // The other side may have heard enough.
            let _ = peer.write_all(answer);
            String::from_utf8(question).unwrap()
        });
        asked.collect()
    })
}

fn texts(found: Result<Found, Silence>) -> Result<Vec<String>, Silence> {
    found.map(|found| found.addresses.iter().map(ToString::to_string).collect())
}

fn unavailable(errno: Errno) -> Silence {
    Silence::Unavailable(Cause::System(errno))
}

#[test]
fn resolved_says() {
    const BOTH: &[u8] = b"{\"parameters\":{\"addresses\":[{\"ifindex\":3,\"family\":10,\"address\":[254,128,0,0,0,0,0,0,0,0,0,0,0,0,0,9]},\
        {\"family\":2,\"address\":[192,0,2,9]}],\"name\":\"A.example\",\"flags\":1}}\0";
    static HUGE: [u8; 100_000] = [b' '; 100_000];
    let answers: Vec<&[u8]> = vec![
        BOTH,
        b"{\"error\":\"io.systemd.Resolve.DNSError\",\"parameters\":{\"rcode\":3}}\0",
        b"{\"error\":\"io.systemd.Resolve.MaxAttemptsReached\"}\0",
        b"{\"error\":\"org.varlink.service.InvalidParameter\"}\0",
        b"{\"parameters\":{\"addresses\":[{\"family\":2,\"address\":[192,0,2]}]}}\0",
        b"{\"parameters\":",
        b"garbage\0",
        &HUGE,
        b"{\"parameters\":{\"names\":[{\"ifindex\":0,\"name\":\"nine.example\"}]}}\0",
    ];
    let folder = tempfile::tempdir().unwrap();
    let played = play(folder.path(), 0, answers);
    let resolved = Resolved::at(folder.path().join("socket"));
    let found = resolved.lookup("a.example", None, LIMIT).unwrap();
    assert_eq!(found.canonical.as_deref(), Some("A.example"));
    assert_eq!(texts(Ok(found)), Ok(vec!["[fe80::9%3]:0".to_owned(), "192.0.2.9:0".to_owned()]));
    let tried = Silence::TryAgain("io.systemd.Resolve.MaxAttemptsReached".into());
    for silence in [
        Silence::NotFound,
        tried,
        unavailable(Errno::OPNOTSUPP),
        Silence::NotFound,
        unavailable(Errno::BADMSG),
        unavailable(Errno::BADMSG),
        unavailable(Errno::BADMSG),
    ] {
        assert_eq!(resolved.lookup("\"a\"\n", Some(Family::INET), LIMIT), Err(silence));
    }
    let nine: IpAddr = "fe80::9".parse().unwrap();
    assert_eq!(resolved.reverse(nine, 3, LIMIT), Ok(vec!["nine.example".to_owned()]));
    let asked = played.join().unwrap();
    assert_eq!(
        asked[0],
        r#"{"method":"io.systemd.Resolve.ResolveHostname","parameters":{"name":"a.example"}}"#
    );
    assert_eq!(
        asked[1],
        r#"{"method":"io.systemd.Resolve.ResolveHostname","parameters":{"name":"\"a\"\u000a","family":2}}"#
    );
    assert!(asked[8].ends_with(r#""family":10,"address":[254, 128, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 9],"ifindex":3}}"#), "{}", asked[8]);
}

#[test]
fn avahi_says() {
    let answers: Vec<&[u8]> = vec![
        b"+ 3 1 printer.local fe80::7\n",
        b"-15 Timeout reached\n",
        b"-15 Timeout reached\n",
        b"+ 2 0 printer.local\n",
        b"hello\n",
        b"+ 2 0 printer.local 192.0.2.7\n",
    ];
    let folder = tempfile::tempdir().unwrap();
    let played = play(folder.path(), b'\n', answers);
    let avahi = Avahi::at(folder.path().join("socket"));
    // One family that nobody has is no failure of the other.
    assert_eq!(
        texts(avahi.lookup("Printer.local.", None, true, LIMIT)),
        Ok(vec!["[fe80::7%3]:0".to_owned()])
    );
    let four = Some(Family::INET);
    assert_eq!(avahi.lookup("printer.local", four, true, LIMIT), Err(Silence::NotFound));
    assert_eq!(avahi.lookup("printer.local", four, true, LIMIT), Err(Silence::NotFound));
    assert_eq!(avahi.lookup("printer.local", four, true, LIMIT), Err(unavailable(Errno::BADMSG)));
    assert_eq!(avahi.reverse("192.0.2.7".parse().unwrap(), LIMIT), Ok("printer.local".to_owned()));
    // What is not its own is not asked.
    assert_eq!(avahi.lookup("example.org", None, true, LIMIT), Err(Silence::NotFound));
    let asked = played.join().unwrap();
    assert_eq!(
        asked[..2],
        ["RESOLVE-HOSTNAME-IPV6 Printer.local", "RESOLVE-HOSTNAME-IPV4 Printer.local"]
    );
    assert_eq!(asked[5], "RESOLVE-ADDRESS 192.0.2.7");
}

#[test]
fn nobody_there_or_nobody_who_speaks() {
    let folder = tempfile::tempdir().unwrap();
    let nowhere = Resolved::at(folder.path().join("socket"));
    assert_eq!(nowhere.lookup("a", None, LIMIT), Err(unavailable(Errno::NOENT)));
    let long = Resolved::at(folder.path().join("x".repeat(200)));
    assert_eq!(long.lookup("a", None, LIMIT), Err(unavailable(Errno::NAMETOOLONG)));
    // It listens, and never accepts.
    let _silent = UnixListener::bind(folder.path().join("socket")).unwrap();
    let start = Instant::now();
    let ended = nowhere.lookup("a", None, Limit::within(Duration::from_millis(50)));
    assert_eq!(ended, Err(Silence::Ended(Cause::TimedOut)));
    assert!(
        start.elapsed() >= Duration::from_millis(50) && start.elapsed() < Duration::from_secs(5)
    );
    let token = CancelToken::new().unwrap();
    token.cancel();
    let ended = Avahi::at(folder.path().join("socket")).lookup(
        "a.local",
        None,
        true,
        LIMIT.cancelled_by(&token),
    );
    assert_eq!(ended, Err(Silence::Ended(Cause::Cancelled)));
}
