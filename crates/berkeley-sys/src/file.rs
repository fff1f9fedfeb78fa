//! Entries of a directory, as AF_UNIX leaves them there: found, told apart, moved, removed. openat(2), fstatat(2), flock(2),
//! renameat2(2), unlinkat(2), fchmod(2).
//!
//! A name is taken within an open directory, whatever becomes of that directory's own path. No function here follows a symbolic link
//! in a name; [`reach`] follows one, as connect(2) does.

use std::ffi::OsStr;
use std::path::Path;

use rustix::fd::{AsFd, OwnedFd};
use rustix::fs::{self, AtFlags, FileType, FlockOperation, Mode, OFlags, RenameFlags, Stat};

use crate::{Errno, Result};

/// Which file something is, as long as it is there or open.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Identity {
    device: u64,
    inode: u64,
    socket: bool,
}

impl Identity {
    fn of(stat: &Stat) -> Self {
        let socket = FileType::from_raw_mode(stat.st_mode) == FileType::Socket;
        Self { device: stat.st_dev, inode: stat.st_ino, socket }
    }

    /// Whether it is a socket.
    pub const fn is_socket(self) -> bool {
        self.socket
    }
}

/// A directory, for the names in it. Search permission is enough.
///
/// # Errors
///
/// ENOENT, ENOTDIR, EACCES, ELOOP, ENAMETOOLONG, EMFILE.
#[doc(alias = "O_PATH")]
pub fn directory(path: &Path) -> Result<OwnedFd> {
    fs::open(path, OFlags::PATH | OFlags::DIRECTORY | OFlags::CLOEXEC, Mode::empty())
}

/// A file by its path, symbolic links followed, for what can be done through `/proc/self/fd`.
///
/// # Errors
///
/// As [`directory`], without ENOTDIR of the file itself.
#[doc(alias = "O_PATH")]
pub fn reach(path: &Path) -> Result<OwnedFd> {
    fs::open(path, OFlags::PATH | OFlags::CLOEXEC, Mode::empty())
}

/// A file by its path, symbolic links followed, to be read. Whatever stands there is opened without waiting, as a pipe's other end is waited for else.
///
/// # Errors
///
/// ENOENT, EACCES, ELOOP, EMFILE. ENXIO: a socket.
#[doc(alias = "O_NONBLOCK")]
pub fn readable(path: &Path) -> Result<OwnedFd> {
    fs::open(
        path,
        OFlags::RDONLY | OFlags::NONBLOCK | OFlags::NOCTTY | OFlags::CLOEXEC,
        Mode::empty(),
    )
}

/// The entry `name`, whatever it is; a symbolic link is itself.
///
/// # Errors
///
/// ENOENT: there is none. EACCES, EMFILE.
#[doc(alias = "O_NOFOLLOW")]
pub fn entry(directory: impl AsFd, name: &OsStr) -> Result<OwnedFd> {
    let flags = OFlags::PATH | OFlags::NOFOLLOW | OFlags::CLOEXEC;
    fs::openat(directory, name, flags, Mode::empty())
}

/// Which file is open.
///
/// # Errors
///
/// None on an open descriptor of a local file system.
#[doc(alias = "fstat")]
pub fn identity(file: impl AsFd) -> Result<Identity> {
    fs::fstat(file).map(|stat| Identity::of(&stat))
}

/// Which file the entry `name` is; a symbolic link is itself. It takes no descriptor.
///
/// # Errors
///
/// ENOENT: there is none. EACCES.
#[doc(alias = "fstatat")]
pub fn find(directory: impl AsFd, name: &OsStr) -> Result<Identity> {
    fs::statat(directory, name, AtFlags::SYMLINK_NOFOLLOW).map(|stat| Identity::of(&stat))
}

/// The same directory, opened so that it can be [locked](try_lock): it must be readable. The lock ends with the descriptor.
///
/// # Errors
///
/// EACCES: it may not be read. EMFILE.
pub fn lockable(directory: impl AsFd) -> Result<OwnedFd> {
    let flags = OFlags::RDONLY | OFlags::DIRECTORY | OFlags::CLOEXEC;
    fs::openat(directory, ".", flags, Mode::empty())
}

/// Takes the lock, or says that it is another's.
///
/// # Errors
///
/// EAGAIN: it is held through another open file. ENOLCK, EBADF, EOPNOTSUPP: this file system has none.
#[doc(alias = "flock")]
pub fn try_lock(directory: impl AsFd) -> Result<()> {
    fs::flock(directory, FlockOperation::NonBlockingLockExclusive)
}

/// Renames an entry, over whatever has the new name.
///
/// # Errors
///
/// ENOENT, EACCES, EPERM (a sticky directory, another's file), EROFS.
#[doc(alias = "renameat")]
pub fn rename(directory: impl AsFd, from: &OsStr, to: &OsStr) -> Result<()> {
    fs::renameat(&directory, from, &directory, to)
}

/// Renames an entry where nothing has the new name.
///
/// # Errors
///
/// As [`rename`]; EEXIST: something has. EINVAL: this file system cannot tell.
#[doc(alias = "renameat2")]
#[doc(alias = "RENAME_NOREPLACE")]
pub fn rename_no_replace(directory: impl AsFd, from: &OsStr, to: &OsStr) -> Result<()> {
    fs::renameat_with(&directory, from, &directory, to, RenameFlags::NOREPLACE)
}

/// Removes an entry that is no directory.
///
/// # Errors
///
/// As [`rename`]; EISDIR.
#[doc(alias = "unlinkat")]
pub fn remove(directory: impl AsFd, name: &OsStr) -> Result<()> {
    fs::unlinkat(directory, name, AtFlags::empty())
}

/// Sets the mode that bind(2) will give a socket's file, less the umask: `unix_bind_bsd` of the kernel's `net/unix/af_unix.c`.
///
/// # Errors
///
/// EPERM: another's.
#[doc(alias = "fchmod")]
pub fn set_socket_mode(socket: impl AsFd, mode: u32) -> Result<()> {
    fs::fchmod(socket, Mode::from_raw_mode(mode & 0o7777))
}

/// Sets the mode of a file, symbolic links followed: `/proc/self/fd/N` reaches one that [`entry`] has opened.
///
/// # Errors
///
/// EPERM: another's. ENOENT.
#[doc(alias = "chmod")]
pub fn set_mode(path: &Path, mode: u32) -> Result<()> {
    fs::chmod(path, Mode::from_raw_mode(mode & 0o7777))
}

/// The permission bits of a file that is open.
///
/// # Errors
///
/// As [`identity`].
pub fn mode(file: impl AsFd) -> Result<u32> {
    fs::fstat(file).map(|stat| stat.st_mode & 0o7777)
}

/// Whether a name is one entry's: not empty, no path, no NUL.
///
/// # Errors
///
/// EINVAL: it is not.
pub fn check_name(name: &OsStr) -> Result<()> {
    use std::os::unix::ffi::OsStrExt as _;
    let bytes = name.as_bytes();
    let plain = !bytes.is_empty() && !bytes.iter().any(|byte| matches!(byte, 0 | b'/'));
    if plain && name != "." && name != ".." { Ok(()) } else { Err(Errno::INVAL) }
}
