//! AF_UNIX against the kernel: names in the file system that dead processes left, long paths, credentials, descriptors, back-pressure.
//!
//! Runs on any kernel. The race is between processes as well as threads: this program starts itself again.

use core::time::Duration;
use std::ffi::OsString;
use std::fs;
use std::io::{BufRead, BufReader, Read, Write};
use std::os::fd::AsFd;
use std::os::unix::ffi::OsStrExt;
use std::os::unix::fs::{FileTypeExt, PermissionsExt, symlink};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::Barrier;
use std::thread;
use std::time::Instant;

use berkeley_addr::{Protocol, UnixAddr, UnixKind};
use berkeley_socket::option::so;
use berkeley_socket::unix::{self, BoundPath, Directory};
use berkeley_socket::{BACKLOG, CancelToken, Errno, Error, Kind, Limit, SendFlags, Socket, Type};

type Unix = Socket<UnixAddr>;

fn open(ty: Type) -> Unix {
    Unix::open(ty, Protocol::DEFAULT).unwrap()
}

fn address(path: &Path) -> UnixAddr {
    UnixAddr::try_from(path).unwrap()
}

fn bound(ty: Type, path: &Path) -> Unix {
    Socket::bound(ty, &address(path)).unwrap()
}

/// Leaves the file of a socket that is gone.
fn leave(path: &Path) {
    drop(bound(Type::STREAM, path));
}

/// A listener at `path`, or what bind said.
fn start(path: &Path) -> berkeley_socket::Result<(Unix, BoundPath)> {
    let server = open(Type::STREAM);
    let file = unix::bind(&server, path, None)?;
    server.listen(BACKLOG)?;
    Ok((server, file))
}

/// Puts something at the path; what must live on is given back.
type Put = fn(&Path) -> Option<Unix>;

/// What may be at a path, and whether it is replaced.
const FOUND: [(&str, Put, bool); 12] = [
    ("nothing", |_| None, true),
    (
        "a dead stream",
        |path| {
            leave(path);
            None
        },
        true,
    ),
    (
        "a dead datagram socket",
        |path| {
            drop(bound(Type::DGRAM, path));
            None
        },
        true,
    ),
    (
        "a live listener",
        |path| Some(Socket::listening(Type::STREAM, &address(path), 1).unwrap()),
        false,
    ),
    ("one that does not listen yet", |path| Some(bound(Type::STREAM, path)), false),
    ("a live datagram socket", |path| Some(bound(Type::DGRAM, path)), false),
    (
        "a datagram socket with a peer",
        |path| {
            let live = bound(Type::DGRAM, path);
            live.connect(&address(path)).unwrap();
            Some(live)
        },
        false,
    ),
    ("a live seqpacket socket", |path| Some(bound(Type::SEQPACKET, path)), false),
    (
        "a file",
        |path| {
            fs::write(path, "x").unwrap();
            None
        },
        false,
    ),
    (
        "a directory",
        |path| {
            fs::create_dir(path).unwrap();
            None
        },
        false,
    ),
    (
        "a symbolic link to nothing",
        |path| {
            symlink("nothing", path).unwrap();
            None
        },
        false,
    ),
    (
        "a symbolic link to a dead one",
        |path| {
            let dead = path.with_extension("dead");
            leave(&dead);
            symlink(&dead, path).unwrap();
            None
        },
        false,
    ),
];

#[test]
fn what_is_dead_is_replaced_and_nothing_else() {
    let folder = tempfile::tempdir().unwrap();
    for ty in [Type::STREAM, Type::DGRAM, Type::SEQPACKET] {
        for (nth, (what, put, replaced)) in FOUND.iter().enumerate() {
            let path = folder.path().join(format!("{ty}-{nth}"));
            let live = put(&path);
            let before = fs::symlink_metadata(&path).ok().map(|file| file.file_type());
            let server = open(ty);
            let answer = unix::bind(&server, &path, None);
            let errno = answer.as_ref().err().copied().and_then(Error::errno);
            let expected = (!replaced).then_some(Errno::ADDRINUSE);
            assert_eq!(errno, expected, "{ty}: {what}");
            if let Ok(file) = answer {
                assert_eq!(server.local_addr().unwrap(), address(&path), "{what}");
                let client = open(ty);
                if ty != Type::DGRAM {
                    server.listen(1).unwrap();
                }
                client.connect(&address(&path)).unwrap();
                drop(file);
                assert!(!path.exists(), "{what}");
            } else {
                let after = fs::symlink_metadata(&path).unwrap().file_type();
                assert_eq!(Some(after), before, "{what}");
            }
            if let Some(live) = live {
                assert_eq!(live.local_addr().unwrap(), address(&path), "{what}");
                let client = open(live.ty());
                let answer = client.connect(&address(&path)).map_err(Error::errno);
                let listens = live.get(so::ACCEPTCONN).unwrap();
                match (live.ty(), live.peer_addr()) {
                    // It is connected to itself alone.
                    (_, Ok(_)) => assert_eq!(answer, Err(Some(Errno::PERM)), "{what}"),
                    (Type::DGRAM, _) => assert_eq!(answer, Ok(()), "{what}"),
                    _ if listens => assert_eq!(answer, Ok(()), "{what}"),
                    _ => assert_eq!(answer, Err(Some(Errno::CONNREFUSED)), "{what}"),
                }
                // The look left nothing in its queue: the one connection is ours.
                if listens {
                    live.accept().unwrap();
                    let next = live.within(Limit::within(Duration::ZERO)).accept();
                    assert_eq!(next.unwrap_err().kind(), Kind::TimedOut, "{what}");
                }
            }
        }
    }
    // Nothing that was moved aside stayed there.
    let names = fs::read_dir(&folder).unwrap().map(|file| file.unwrap().file_name());
    let aside: Vec<_> = names.filter(|name| name.as_bytes().starts_with(b".")).collect();
    assert_eq!(aside, Vec::<OsString>::new());
}

/// Processes that race, and rounds of the race.
const PROCESSES: usize = 3;
const THREADS: usize = 4;
const ROUNDS: usize = 12;
/// Tells a process of the race its folder.
const FOLDER: &str = "BERKELEY_UNIX_RACE";

#[test]
fn of_many_that_start_at_once_exactly_one_wins() {
    let folder = tempfile::tempdir().unwrap();
    let path = |round: usize| folder.path().join(round.to_string());
    for round in 0..ROUNDS {
        if round % 4 != 3 {
            leave(&path(round));
        }
    }
    let mut children: Vec<Child> = (0..PROCESSES)
        .map(|_| {
            let mut command = Command::new(std::env::current_exe().unwrap());
            command.args(["--exact", "racer", "--ignored", "--nocapture"]);
            command.env(FOLDER, folder.path()).stdin(Stdio::piped()).stdout(Stdio::piped());
            command.spawn().unwrap()
        })
        .collect();
    let mut outputs: Vec<_> =
        children.iter_mut().map(|child| BufReader::new(child.stdout.take().unwrap())).collect();
    // All are there before any begins.
    for output in &mut outputs {
        wait_for(output, "ready");
    }
    for child in &mut children {
        child.stdin.as_mut().unwrap().write_all(b"g").unwrap();
    }
    let mut wins = vec![0; ROUNDS];
    for output in &mut outputs {
        for won in wait_for(output, "won").split_whitespace() {
            wins[won.parse::<usize>().unwrap()] += 1;
        }
    }
    assert_eq!(wins, [1; ROUNDS], "how often each name was won");
    // Each winner still is at its name, and says which one that is.
    for round in 0..ROUNDS {
        let client = open(Type::STREAM);
        client.within(Limit::seconds(20)).connect(&address(&path(round))).unwrap();
        let mut said = [0; 8];
        let len = client.within(Limit::seconds(20)).recv(&mut said).unwrap();
        assert_eq!(said[..len], *round.to_string().as_bytes());
    }
    for mut child in children {
        drop(child.stdin.take());
        assert!(child.wait().unwrap().success());
    }
}

/// What follows `word` on the line that begins so (behind the name of the test).
fn wait_for(output: &mut impl BufRead, word: &str) -> String {
    let mut line = String::new();
    loop {
        line.clear();
        assert_ne!(output.read_line(&mut line).unwrap(), 0, "the process ended before `{word}`");
        if let Some((_, rest)) = line.split_once(word) {
            return rest.trim().to_owned();
        }
    }
}

/// A process of the race: it binds every name from several threads, serves what it won, and ends with its input.
#[test]
#[ignore = "a part of the race, which starts it"]
fn racer() {
    let Some(folder) = std::env::var_os(FOLDER).map(PathBuf::from) else { return };
    println!("ready");
    std::io::stdin().read_exact(&mut [0]).unwrap();
    let barrier = Barrier::new(THREADS);
    let won: Vec<(usize, Unix, BoundPath)> = thread::scope(|scope| {
        let racers: Vec<_> = (0..THREADS)
            .map(|_| {
                scope.spawn(|| {
                    let mut won = Vec::new();
                    for round in 0..ROUNDS {
                        barrier.wait();
                        match start(&folder.join(round.to_string())) {
                            Ok((server, file)) => won.push((round, server, file)),
                            Err(error) => assert_eq!(error.errno(), Some(Errno::ADDRINUSE)),
                        }
                    }
                    won
                })
            })
            .collect();
        racers.into_iter().flat_map(|racer| racer.join().unwrap()).collect()
    });
    let names: Vec<_> = won.iter().map(|(round, ..)| round.to_string()).collect();
    println!("won {}", names.join(" "));
    thread::scope(|scope| {
        for (round, server, _file) in &won {
            scope.spawn(move || {
                let (client, _) = server.within(Limit::seconds(30)).accept().unwrap();
                client.send_all(round.to_string().as_bytes()).unwrap();
            });
        }
    });
    let _ = std::io::stdin().read(&mut [0]);
}

/// Threads that start, serve one client and die, with or without leaving a file: whoever listens is who is found at the name.
#[test]
fn nobody_who_listens_is_lost() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("x");
    let end = Instant::now() + Duration::from_millis(1500);
    let wins: usize = thread::scope(|scope| {
        let path = &path;
        let racers: Vec<_> = (0..6)
            .map(|nth| {
                scope.spawn(move || {
                    let mut wins = 0;
                    while Instant::now() < end {
                        let Ok((server, file)) = start(path) else {
                            thread::sleep(Duration::from_micros(200));
                            continue;
                        };
                        let client = open(Type::STREAM);
                        client.connect(&address(path)).unwrap();
                        client.send_all(&[nth]).unwrap();
                        let (served, _) = server.within(Limit::seconds(20)).accept().unwrap();
                        let mut byte = [0];
                        served.within(Limit::seconds(20)).recv_exact(&mut byte).unwrap();
                        assert_eq!(byte, [nth]);
                        wins += 1;
                        match wins % 3 {
                            // The file first, the socket first, the file not at all.
                            0 => drop((file, server)),
                            1 => drop((server, file)),
                            _ => file.keep(),
                        }
                    }
                    wins
                })
            })
            .collect();
        racers.into_iter().map(|racer| racer.join().unwrap()).sum()
    });
    assert!(wins > 30, "{wins} starts in all are too few to mean something");
}

#[test]
fn the_file_is_removed_only_if_it_is_ones_own() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("x");
    let is_socket = || fs::symlink_metadata(&path).is_ok_and(|file| file.file_type().is_socket());
    let (server, file) = start(&path).unwrap();
    fs::remove_file(&path).unwrap();
    let other = bound(Type::STREAM, &path);
    drop(file);
    assert!(is_socket(), "another's");
    drop((server, other));

    let (server, file) = start(&path).unwrap();
    file.keep();
    assert!(is_socket(), "kept");
    let file = BoundPath::of(&server).unwrap();
    // The directory may be called otherwise by then.
    let moved = folder.path().with_extension("moved");
    fs::rename(folder.path(), &moved).unwrap();
    assert!(moved.join("x").exists());
    drop(file);
    assert!(!moved.join("x").exists(), "one's own");
    fs::rename(&moved, folder.path()).unwrap();
    for none in [UnixAddr::unnamed(), UnixAddr::abstract_name("berkeley-of").unwrap()] {
        assert!(BoundPath::of(&Socket::bound(Type::STREAM, &none).unwrap()).is_none());
    }
}

/// Whoever looks at the file sees no more permission than was asked for, from its first moment.
#[test]
fn the_mode_is_there_before_anybody_can_connect() {
    let folder = tempfile::tempdir().unwrap();
    for mode in [0o600, 0o666, 0o700, 0o000] {
        let path = folder.path().join(format!("{mode:o}"));
        let seen = thread::scope(|scope| {
            let looker = scope.spawn(|| {
                let end = Instant::now() + Duration::from_secs(20);
                loop {
                    if let Ok(file) = fs::symlink_metadata(&path) {
                        break file.permissions().mode() & 0o777;
                    }
                    assert!(Instant::now() < end);
                }
            });
            let server = open(Type::STREAM);
            let file = unix::bind(&server, &path, Some(mode)).unwrap();
            let seen = looker.join().unwrap();
            assert_eq!(fs::metadata(&path).unwrap().permissions().mode() & 0o777, mode);
            drop(file);
            seen
        });
        assert_eq!(seen & !mode, 0, "{seen:o} was seen, {mode:o} asked for");
    }
}

/// Anybody who may read a directory can lock it. That costs a moment, never the bind of a free name; nothing is replaced meanwhile.
#[test]
fn a_locked_directory_is_waited_for_a_moment_alone() {
    let folder = tempfile::tempdir().unwrap();
    let dead = folder.path().join("dead");
    leave(&dead);
    let held = fs::File::open(folder.path()).unwrap();
    held.lock().unwrap();
    let long = Duration::from_millis(150);
    for (nth, (limit, waits)) in [
        (Limit::NONE, long),
        (Limit::seconds(600), long),
        (Limit::within(Duration::from_millis(20)), Duration::from_millis(20)),
        (Limit::within(Duration::ZERO), Duration::ZERO),
    ]
    .into_iter()
    .enumerate()
    {
        let begin = Instant::now();
        let free = folder.path().join(nth.to_string());
        let server = open(Type::STREAM);
        unix::bind(&server.within(limit), &free, Some(0o600)).unwrap().keep();
        assert_eq!(server.local_addr().unwrap(), address(&free), "{limit:?}");
        let late = unix::bind(&open(Type::STREAM).within(limit), &dead, None).unwrap_err();
        assert_eq!(late.errno(), Some(Errno::ADDRINUSE), "{limit:?}");
        let took = begin.elapsed();
        assert!((2 * waits..Duration::from_secs(20)).contains(&took), "{limit:?}: {took:?}");
    }
    let free = folder.path().join("facade");
    drop(berkeley::listen(&*format!("unix:{}", free.display()), Limit::NONE).unwrap());
    assert!(free.exists());
    let token = CancelToken::new().unwrap();
    token.cancel();
    let limit = Limit::NONE.cancelled_by(&token);
    let server = open(Type::STREAM);
    let ended = unix::bind(&server.within(limit), &dead, None).unwrap_err();
    assert_eq!(ended.kind(), Kind::Cancelled);
    // Its own file is not removed behind the back of who holds the lock.
    let (server, file) = start(&folder.path().join("own")).unwrap();
    drop((file, server));
    assert!(folder.path().join("own").exists());
    drop(held);
    drop(start(&dead).unwrap());
    assert!(!dead.exists());
}

/// Whatever it is that a bind lacks a descriptor for: there is no file afterwards.
#[test]
fn a_bind_that_fails_leaves_no_file() {
    let folder = tempfile::tempdir().unwrap();
    let mut command = Command::new(std::env::current_exe().unwrap());
    command.args(["--exact", "starved", "--ignored", "--nocapture"]).env(FOLDER, folder.path());
    let output = command.output().unwrap();
    assert!(output.status.success(), "{output:?}");
}

/// Binds somehow, and says what went wrong.
type Bind = fn(&Path) -> Option<Errno>;

/// Its limit of descriptors is the whole process's.
#[test]
#[ignore = "a part of the one above, which starts it"]
fn starved() {
    use rustix::process::{Resource, getrlimit, setrlimit, umask};

    let Some(folder) = std::env::var_os(FOLDER).map(PathBuf::from) else { return };
    // So that the mode is to be set after the bind.
    umask(rustix::fs::Mode::from_raw_mode(0o077));
    setrlimit(
        Resource::Nofile,
        rustix::process::Rlimit { current: Some(64), ..getrlimit(Resource::Nofile) },
    )
    .unwrap();
    let binds: [(&str, Bind); 2] = [
        ("bind", |path| {
            let server = Unix::open(Type::STREAM, Protocol::DEFAULT);
            let answer = server
                .and_then(|server| unix::bind(&server, path, Some(0o666)).map(BoundPath::keep));
            answer.err().and_then(Error::errno)
        }),
        ("listen", |path| {
            let answer = berkeley::listen(&*format!("unix:{}", path.display()), Limit::NONE);
            answer.err().map(|_| Errno::MFILE)
        }),
    ];
    for (what, bind) in binds {
        let mut files: Vec<_> = core::iter::from_fn(|| fs::File::open("/dev/null").ok()).collect();
        let path = folder.join(what);
        let mut failed = 0;
        while let Some(errno) = bind(&path) {
            assert_eq!(errno, Errno::MFILE, "{what}, {failed} left");
            assert!(!path.exists(), "{what}, {failed} left");
            failed += 1;
            files.pop().unwrap();
        }
        assert!(path.exists() && failed > 3, "{what} needs {failed}");
    }
}

#[test]
fn a_path_may_be_as_long_as_the_file_system_lets_it() {
    let folder = tempfile::tempdir().unwrap();
    let deep = (0..4).fold(folder.path().to_owned(), |path, _| path.join("d".repeat(200)));
    fs::create_dir_all(&deep).unwrap();
    let path = deep.join("x");
    assert!(UnixAddr::try_from(&*path).is_err());
    leave_in(&deep, "x");
    for ty in [Type::STREAM, Type::SEQPACKET, Type::DGRAM] {
        let server = open(ty);
        let file = unix::bind(&server, &path, Some(0o600)).unwrap();
        let local = server.local_addr().unwrap();
        let text = local.as_pathname().unwrap().to_str().unwrap();
        assert!(text.starts_with("/proc/self/fd/") && text.ends_with("/x"), "{text}");
        let late = unix::bind(&open(ty), &path, None).unwrap_err();
        assert_eq!(late.errno(), Some(Errno::ADDRINUSE));
        let client = open(ty);
        if ty == Type::DGRAM {
            unix::connect(&client, &path).unwrap();
            client.send(b"hello").unwrap();
            assert_eq!(server.recv(&mut [0; 8]).unwrap(), 5);
        } else {
            server.listen(1).unwrap();
            unix::connect(&client.within(Limit::seconds(20)), &path).unwrap();
            let (served, _) = server.accept().unwrap();
            client.send(b"hello").unwrap();
            assert_eq!(served.recv(&mut [0; 8]).unwrap(), 5);
        }
        drop(file);
        assert!(!path.exists());
        let gone = unix::connect(&open(ty), &path).unwrap_err();
        assert_eq!(gone.errno(), Some(Errno::NOENT));
    }
    // A name longer than what is left beside the descriptor's own: connect takes it, bind does not.
    let long = deep.join("n".repeat(150));
    let refused = unix::bind(&open(Type::STREAM), &long, None).unwrap_err();
    assert_eq!(refused.errno(), Some(Errno::NAMETOOLONG));
    let (server, file) = start(&path).unwrap();
    fs::rename(&path, &long).unwrap();
    unix::connect(&open(Type::STREAM), &long).unwrap();
    drop((file, server));
    for path in ["", "/", "..", "/tmp/.."] {
        let refused = unix::bind(&open(Type::STREAM), path, None).unwrap_err();
        assert_eq!(refused.errno(), Some(Errno::INVAL), "{path:?}");
    }
}

fn leave_in(folder: &Path, name: &str) {
    let directory = Directory::open(folder).unwrap();
    drop(Socket::bound(Type::STREAM, &directory.address(name).unwrap()).unwrap());
}

/// Between opening the directory and using it another one takes its path: names stay those of the one that was opened.
#[test]
fn a_directory_is_itself_whatever_it_is_renamed_to() {
    let folder = tempfile::tempdir().unwrap();
    let (here, elsewhere) = (folder.path().join("here"), folder.path().join("elsewhere"));
    fs::create_dir(&here).unwrap();
    let directory = Directory::open(&here).unwrap();
    fs::rename(&here, &elsewhere).unwrap();
    fs::create_dir(&here).unwrap();
    let decoy = Socket::listening(Type::STREAM, &address(&here.join("x")), 1).unwrap();
    let server = open(Type::STREAM);
    let file = directory.bind(&server, "x", None).unwrap();
    server.listen(1).unwrap();
    assert!(elsewhere.join("x").exists());
    let client = Socket::connected(Type::STREAM, &directory.address("x").unwrap()).unwrap();
    client.send_all(b"hello").unwrap();
    let (served, _) = server.within(Limit::seconds(20)).accept().unwrap();
    served.recv_exact(&mut [0; 5]).unwrap();
    let nobody = decoy.within(Limit::within(Duration::ZERO)).accept().unwrap_err();
    assert_eq!(nobody.kind(), Kind::TimedOut);
    drop(file);
    assert!(!elsewhere.join("x").exists() && here.join("x").exists());
    for name in ["", ".", "..", "a/b", "a\0b"] {
        let refused = directory.address(name).unwrap_err();
        assert_eq!(refused.errno(), Some(Errno::INVAL), "{name:?}");
    }
    let long = directory.address("n".repeat(100)).unwrap_err();
    assert_eq!(long.errno(), Some(Errno::NAMETOOLONG));
}

#[test]
fn who_the_peer_is_and_what_it_hands_over() {
    let name = UnixAddr::abstract_name(format!("berkeley\0{}", std::process::id())).unwrap();
    let listener = Socket::listening(Type::SEQPACKET, &name, 1).unwrap();
    let client = Socket::connected(Type::SEQPACKET, &name).unwrap();
    let (server, from) = listener.accept().unwrap();
    assert_eq!(from, UnixAddr::unnamed());
    assert_eq!(client.peer_addr().unwrap(), name);
    let peer = server.get(so::PEERCRED).unwrap().unwrap();
    let own = (rustix::process::getuid().as_raw(), rustix::process::getgid().as_raw());
    assert_eq!(peer.pid, i32::try_from(std::process::id()).ok());
    assert_eq!((peer.uid, peer.gid), own);
    let mut groups = server.get(so::PEERGROUPS).unwrap();
    let status = fs::read_to_string("/proc/self/status").unwrap();
    let line = status.lines().find_map(|line| line.strip_prefix("Groups:")).unwrap();
    let mut expected: Vec<u32> = line.split_whitespace().map(|id| id.parse().unwrap()).collect();
    groups.sort_unstable();
    expected.sort_unstable();
    assert_eq!(groups, expected);
    match server.peer_pidfd() {
        // Linux 6.5.
        Err(error) => assert_eq!(error.errno(), Some(Errno::NOPROTOOPT)),
        Ok(pidfd) => {
            let info = format!("/proc/self/fdinfo/{}", std::os::fd::AsRawFd::as_raw_fd(&pidfd));
            let info = fs::read_to_string(info).unwrap();
            let pid = info.lines().find_map(|line| line.strip_prefix("Pid:")).unwrap();
            assert_eq!(pid.trim(), std::process::id().to_string());
        }
    }
    // Descriptors with each of two packets: each packet has its own.
    let file = tempfile::tempfile().unwrap();
    client.send_fds(b"one", &[file.as_fd(), file.as_fd()]).unwrap();
    client.send_fds(b"two", &[]).unwrap();
    let (len, fds) = server.recv_fds(&mut [0; 8], 4).unwrap();
    assert_eq!((len, fds.len()), (3, 2));
    let (len, fds) = server.recv_fds(&mut [0; 8], 4).unwrap();
    assert_eq!((len, fds.len()), (3, 0));
    // A packet that is longer than the buffer is no end, and its rest is gone.
    client.send(b"too long").unwrap();
    client.send(b"next").unwrap();
    assert_eq!(server.recv(&mut [0; 3]).unwrap_err().kind(), Kind::Truncated);
    assert_eq!(server.recv(&mut [0; 8]).unwrap(), 4);
    client.close().unwrap();
    assert_eq!(server.recv(&mut [0; 8]).unwrap(), 0);
}

/// The kernel chooses a name of five hex digits, another for each.
#[test]
fn unnamed_binds_to_a_name_of_the_kernels() {
    let one = Socket::bound(Type::DGRAM, &UnixAddr::unnamed()).unwrap();
    let two = Socket::bound(Type::DGRAM, &UnixAddr::unnamed()).unwrap();
    let (one, two) = (one.local_addr().unwrap(), two.local_addr().unwrap());
    assert_ne!(one, two);
    for name in [one, two] {
        let UnixKind::Abstract(name) = name.kind() else { panic!("{name}") };
        assert!(name.len() == 5 && name.iter().all(u8::is_ascii_hexdigit), "{name:?}");
    }
}

/// A queue that is full holds the sender up, connected or not, until the receiver takes something.
#[test]
fn datagrams_wait_for_room() {
    let receiver = Socket::bound(Type::DGRAM, &UnixAddr::unnamed()).unwrap();
    let to = receiver.local_addr().unwrap();
    for connected in [false, true] {
        let sender = open(Type::DGRAM);
        if connected {
            sender.connect(&to).unwrap();
        }
        let send = |limit| {
            let sender = sender.within(limit);
            if connected { sender.send(b"x") } else { sender.send_to(b"x", &to) }
        };
        let mut queued = 0;
        while sender.send_to_with(b"x", SendFlags::DONTWAIT, &to).is_ok() {
            queued += 1;
        }
        assert!(queued > 0);
        let full = send(Limit::within(Duration::from_millis(30))).unwrap_err();
        assert_eq!(full.kind(), Kind::TimedOut);
        thread::scope(|scope| {
            let waits = scope.spawn(|| send(Limit::seconds(20)));
            for _ in 0..=queued {
                receiver.within(Limit::seconds(20)).recv(&mut [0; 8]).unwrap();
            }
            assert_eq!(waits.join().unwrap().unwrap(), 1);
        });
        let empty = receiver.within(Limit::within(Duration::ZERO)).recv(&mut [0; 8]);
        assert_eq!(empty.unwrap_err().kind(), Kind::TimedOut);
    }
}
