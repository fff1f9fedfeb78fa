//! Names in the file system: long paths, and sockets left behind. unix(7).
//!
//! Contract. [`bind`] takes a name that a dead process left, and never one that is alive: of many that start at once exactly one wins,
//! and none loses what it had. A live socket is one that is bound, also where it does not listen yet; files of other kinds, symbolic
//! links among them, are never touched. A path may be as long as the file system lets it be ([`Directory`]).
//!
//! How. A socket's file is dead when no socket is bound to it, and it never comes to life again. To know, a datagram socket is
//! connected to that very file, through `/proc/self/fd`: ECONNREFUSED is said of a dead one alone, of a live one of another type
//! EPROTOTYPE (`unix_find_bsd` in the kernel's net/unix/af_unix.c), so the look leaves no connection behind. Between the kernel's
//! making of the file and its binding of the socket a file looks dead: therefore binders exclude each other by a lock on the directory
//! (flock(2)). What is dead is moved aside, looked at again, and removed; was it exchanged by somebody who takes no lock, it goes back.
//! Anybody who may read a directory can hold its lock for ever: it is waited for a moment, and who does not get it replaces nothing.

use core::sync::atomic::{AtomicU32, Ordering};
use core::time::Duration;
use std::ffi::{OsStr, OsString};
use std::os::fd::{AsFd, AsRawFd, BorrowedFd, OwnedFd};
use std::os::unix::ffi::OsStrExt;
use std::path::{Path, PathBuf};
use std::process;

use berkeley_addr::{Address, Protocol, Type, UnixAddr};
use berkeley_sys::file::{self, Identity};
use berkeley_sys::{Errno, poll, socket};

use crate::call::Call;
use crate::error::{Error, Kind, Op, Result};
use crate::handle::Handle;
use crate::limit::Limit;
use crate::socket::Socket;

/// How often a dead socket is cleared away before what comes back is taken for alive.
const TRIES: u32 = 8;
/// How long a bind, and the removal of one's own file, wait for the directory's lock: binders hold it for well below a millisecond.
const PATIENCE: Duration = Duration::from_millis(200);

/// A directory, held open: its names are addresses, however long its path is, and whatever it is renamed to.
///
/// ```
/// use berkeley_socket::{Socket, Type, unix::Directory};
///
/// let temporary = tempfile::tempdir()?;
/// let deep = temporary.path().join("d".repeat(200));
/// std::fs::create_dir(&deep)?;
/// let directory = Directory::open(&deep)?;
/// let receiver = Socket::bound(Type::DGRAM, &directory.address("x")?)?; // d…d/x
/// let sender = Socket::connected(Type::DGRAM, &directory.address("x")?)?;
/// sender.send(b"hello")?;
/// assert_eq!(receiver.recv(&mut [0; 8])?, 5);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Debug)]
pub struct Directory(OwnedFd);

impl Directory {
    /// The directory of this path. It need not be readable; search permission is enough.
    ///
    /// # Errors
    ///
    /// ENOENT, ENOTDIR, EACCES.
    #[doc(alias = "O_PATH")]
    pub fn open(path: impl AsRef<Path>) -> Result<Self> {
        file::directory(path.as_ref()).map(Self).map_err(|errno| Error::kernel(Op::Open, errno))
    }

    /// The address of `name` in this directory, to bind, connect and send to: `/proc/self/fd/N/name`.
    ///
    /// It means that only in this process, and only while this value lives. A socket bound to it tells this text as its address
    /// ([`Socket::local_addr`]) and to its peers, who cannot use it.
    ///
    /// # Errors
    ///
    /// EINVAL: `name` is empty, `.`, `..`, or no single name. ENAMETOOLONG: about 90 bytes are the longest.
    pub fn address(&self, name: impl AsRef<OsStr>) -> Result<UnixAddr> {
        let name = name.as_ref();
        file::check_name(name).map_err(|errno| Error::kernel(Op::Bind, errno))?;
        address_of(&link(self.0.as_fd()).join(name))
    }

    /// [`bind`] to a name in this directory.
    ///
    /// # Errors
    ///
    /// As there, and as [`address`](Self::address).
    pub fn bind<A: Address + From<UnixAddr>, H: Handle>(
        &self,
        socket: &Socket<A, H>,
        name: impl AsRef<OsStr>,
        mode: Option<u32>,
    ) -> Result<BoundPath> {
        let address = self.address(&name)?;
        bind_at(socket, (&self.0, name.as_ref()), address, mode)
    }
}

/// Binds to a path of any length. What a dead process left there is replaced; whatever else is there is EADDRINUSE. The file has the
/// `mode` from its first moment, or 0777 less the umask; connecting takes the permission to write.
///
/// A path beyond 108 bytes is bound through its directory, and the socket then tells another address: [`Directory::address`].
///
/// Binders of one directory exclude each other by a lock on it (flock(2)), which anybody who may read the directory can hold. It is
/// waited for 0.2 s, or as much of that as the socket's limit leaves. Where it is not to be had (held for longer; no permission to read
/// the directory; some network file systems) nothing is replaced: a free name is bound, and a dead socket is EADDRINUSE. A file system
/// that several machines share shows sockets of the others as dead.
///
/// ```
/// use berkeley_addr::{Protocol, UnixAddr};
/// use berkeley_socket::{BACKLOG, Errno, Socket, Type, unix};
///
/// let temporary = tempfile::tempdir()?;
/// let path = temporary.path().join("x.sock");
/// drop(Socket::bound(Type::STREAM, &UnixAddr::try_from(&*path)?)?); // a file is left behind
///
/// let server = Socket::<UnixAddr>::open(Type::STREAM, Protocol::DEFAULT)?;
/// let bound = unix::bind(&server, &path, Some(0o600))?;
/// server.listen(BACKLOG)?;
///
/// let late = Socket::<UnixAddr>::open(Type::STREAM, Protocol::DEFAULT)?;
/// assert_eq!(unix::bind(&late, &path, None).unwrap_err().errno(), Some(Errno::ADDRINUSE));
/// drop(bound);
/// assert!(!path.exists());
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
///
/// # Errors
///
/// EADDRINUSE: it is alive, or no socket, or dead and the lock another's. EACCES, ENOENT, EROFS: of the directory. EINVAL: the path has
/// no last name, or the socket an address. No error leaves a file of ours behind; where the mode could not be set (EMFILE) the socket
/// has had its bind all the same, and can have no other.
#[doc(alias("unlink", "start_unix_server"))]
pub fn bind<A: Address + From<UnixAddr>, H: Handle>(
    socket: &Socket<A, H>,
    path: impl AsRef<Path>,
    mode: Option<u32>,
) -> Result<BoundPath> {
    let path = path.as_ref();
    let failed = |errno| Error::kernel(Op::Bind, errno);
    let name = path.file_name().ok_or_else(|| failed(Errno::INVAL))?;
    let directory = parent_of(path).map_err(failed)?;
    // As the user says it, where it fits: this is what the peers see.
    let address = match UnixAddr::try_from(path) {
        Ok(address) => address,
        Err(_) => address_of(&link(directory.as_fd()).join(name))?,
    };
    bind_at(socket, (&directory, name), address, mode)
}

/// Connects to a path of any length, or sets it as the peer.
///
/// # Errors
///
/// As [`Socket::connect`]; ENOENT, EACCES, ELOOP of the path.
pub fn connect<A: Address + From<UnixAddr>, H: Handle>(
    socket: &Socket<A, H>,
    path: impl AsRef<Path>,
) -> Result<()> {
    let path = path.as_ref();
    if let Ok(address) = UnixAddr::try_from(path) {
        return socket.connect(&address.into());
    }
    let file = file::reach(path).map_err(|errno| Error::kernel(Op::Connect, errno))?;
    socket.connect(&address_of(&link(file.as_fd()))?.into())
}

/// The file of a socket that is bound; it is removed when this is dropped, if it is still that file.
///
/// Drop it before the socket: then nobody finds a file at which nobody is.
#[derive(Debug)]
#[must_use = "dropping this removes the socket's file"]
pub struct BoundPath {
    directory: OwnedFd,
    name: OsString,
    /// `None`: leave it.
    file: Option<Identity>,
}

impl BoundPath {
    /// That of a socket which was bound otherwise: the file that has its name now. `None`: it has no path, or nothing is there.
    pub fn of<A: Address, H: Handle>(socket: &Socket<A, H>) -> Option<Self> {
        let local = UnixAddr::decode(socket.local_addr().ok()?.encode().as_ref()).ok()?;
        let path = local.as_pathname()?;
        let directory = parent_of(path).ok()?;
        let name = path.file_name()?.to_owned();
        let file = file::find(&directory, &name).ok()?;
        file.is_socket().then_some(Self { directory, name, file: Some(file) })
    }

    /// Leaves the file where it is.
    pub fn keep(mut self) {
        self.file = None;
    }

    /// Removes it, if the name still is that file's. Under the lock nobody puts another in its place between look and removal.
    fn remove(&mut self) {
        let Some(own) = self.file.take() else { return };
        if file::find(&self.directory, &self.name) == Ok(own) {
            let _ = file::remove(&self.directory, &self.name);
        }
    }
}

impl Drop for BoundPath {
    fn drop(&mut self) {
        if self.file.is_none() {
            return;
        }
        // What is not to be had in time, or cannot be removed, stays: the next one that binds clears it away.
        let Ok(_lock) = lock(&self.directory, Limit::NONE) else { return };
        self.remove();
    }
}

/// Binds to a name of a directory, which `address` must lead to.
fn bind_at<A: Address + From<UnixAddr>, H: Handle>(
    socket: &Socket<A, H>,
    (directory, name): (&OwnedFd, &OsStr),
    address: UnixAddr,
    mode: Option<u32>,
) -> Result<BoundPath> {
    let failed = |errno| Error::kernel(Op::Bind, errno);
    // Before there is a file: what may fail then fails without one.
    let own = directory.try_clone().map_err(|_| failed(Errno::MFILE))?;
    let lock = match lock(directory, socket.handle().limit()) {
        Err(error) if error.kind() == Kind::TimedOut => None,
        lock => lock?,
    };
    if let Some(mode) = mode {
        file::set_socket_mode(socket.fd(), mode).map_err(failed)?;
    }
    let address = A::from(address);
    for _ in 0..TRIES {
        match socket.bind(&address) {
            Ok(()) => {
                let file = Some(file::find(&own, name).map_err(failed)?);
                let mut bound = BoundPath { directory: own, name: name.to_owned(), file };
                if let Err(errno) = mode.map_or(Ok(()), |mode| grant(directory, name, mode)) {
                    // Here, as its drop would wait for the lock that is held.
                    bound.remove();
                    return Err(failed(errno));
                }
                return Ok(bound);
            }
            Err(error) if error.errno() != Some(Errno::ADDRINUSE) || lock.is_none() => {
                return Err(error);
            }
            Err(error) => match clear(directory, name) {
                Ok(true) => {}
                Ok(false) => return Err(error),
                Err(errno) => return Err(failed(errno)),
            },
        }
    }
    Err(failed(Errno::ADDRINUSE))
}

/// The directory that a path's last name stands in.
fn parent_of(path: &Path) -> berkeley_sys::Result<OwnedFd> {
    let parent = path.parent().filter(|parent| !parent.as_os_str().is_empty());
    file::directory(parent.unwrap_or_else(|| Path::new(".")))
}

/// Gives a new file what the umask took from its mode.
fn grant(directory: &OwnedFd, name: &OsStr, mode: u32) -> berkeley_sys::Result<()> {
    let entry = file::entry(directory, name)?;
    if file::mode(&entry)? == mode & 0o7777 {
        return Ok(());
    }
    file::set_mode(&link(entry.as_fd()), mode)
}

/// Holds the directory against others that bind in it, and waits for that no longer than [`PATIENCE`]; `None`: it cannot be locked.
fn lock(directory: &OwnedFd, limit: Limit<'_>) -> Result<Option<OwnedFd>> {
    let lock = match file::lockable(directory) {
        Ok(lock) => lock,
        Err(Errno::ACCESS | Errno::PERM) => return Ok(None),
        Err(errno) => return Err(Error::kernel(Op::Bind, errno)),
    };
    let end = Limit::within(PATIENCE).deadline();
    let limit = end.map_or(limit, |end| limit.no_later(end));
    // poll says that a directory is ready, always: the wait is one of short pauses.
    let mut call = Call::new(lock.as_fd(), Op::Bind, poll::OUT, limit, false);
    match call.run(&mut || file::try_lock(&lock).map(|()| 0)) {
        Ok(_) => Ok(Some(lock)),
        Err(error) if error.errno().is_some() => Ok(None),
        Err(error) => Err(error),
    }
}

/// Clears a dead socket away. `true`: the name is free, or was a moment ago.
fn clear(directory: &OwnedFd, name: &OsStr) -> berkeley_sys::Result<bool> {
    static COUNT: AtomicU32 = AtomicU32::new(0);
    let entry = match file::entry(directory, name) {
        Ok(entry) => entry,
        Err(Errno::NOENT) => return Ok(true),
        Err(errno) => return Err(errno),
    };
    let dead = file::identity(&entry)?;
    if !dead.is_socket() || !is_dead(entry.as_fd()) {
        return Ok(false);
    }
    let count = COUNT.fetch_add(1, Ordering::Relaxed);
    let aside = OsString::from(format!(".berkeley-{}-{count}", process::id()));
    match file::rename(directory, name, &aside) {
        // Another user's, in a directory like /tmp.
        Err(Errno::PERM | Errno::ACCESS) => return Ok(false),
        moved => moved?,
    }
    // Still dead: it may have been on the way to life, in a bind of one who takes no lock.
    if file::find(directory, &aside) == Ok(dead) && is_dead(entry.as_fd()) {
        file::remove(directory, &aside)?;
        return Ok(true);
    }
    // It goes back, unless a third one is there by now.
    file::rename_no_replace(directory, &aside, name)?;
    Ok(false)
}

/// Whether no socket is bound to this file. Doubt is life.
fn is_dead(entry: BorrowedFd<'_>) -> bool {
    let probe = || {
        let probe = Socket::<UnixAddr>::open(Type::DGRAM, Protocol::DEFAULT)?;
        let address = address_of(&link(entry))?;
        let errno = socket::connect(probe.fd(), address.encode().as_ref()).err();
        Ok::<_, Error>(errno == Some(Errno::CONNREFUSED))
    };
    probe().unwrap_or(false)
}

/// The name that reaches what a descriptor is open on.
fn link(fd: BorrowedFd<'_>) -> PathBuf {
    PathBuf::from(format!("/proc/self/fd/{}", fd.as_raw_fd()))
}

fn address_of(path: &Path) -> Result<UnixAddr> {
    UnixAddr::path(path.as_os_str().as_bytes())
        .map_err(|_| Error::kernel(Op::Bind, Errno::NAMETOOLONG))
}
