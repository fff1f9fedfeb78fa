//! The files of this machine that say how names are found, as they are now.
//!
//! Contract: a file is read when it is first wanted, and again when its place, size or times have changed, which is looked at once a
//! [`recheck`](System::new) at most. One that is missing, cannot be read or is none (a pipe, a device) means what its absence means. What a lookup has
//! taken stays as it is while the lookup lasts. Sources: stat(2), resolv.conf(5), nsswitch.conf(5), hosts(5), gai.conf(5).

use core::time::Duration;
use std::fs::{File, Metadata};
use std::io::{ErrorKind, Read};
use std::os::unix::fs::MetadataExt;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError, RwLock};
use std::time::Instant;

use berkeley_socket::Errno;
use berkeley_sys::file;

use crate::conf::{GaiConf, Hosts, Nsswitch, Protocols, ResolvConf, Services};

/// No file that is meant for this is longer; the rest of a longer one is not read.
const MOST: u64 = 64 << 20;

/// Where nss_db(5) keeps its databases; Debian has moved them to the second.
const DB: [&str; 2] = ["/var/db", "/var/lib/misc"];

/// What one lookup goes by.
#[derive(Debug)]
pub(crate) struct Snapshot {
    /// Another number for every change of any file.
    pub(crate) generation: u64,
    pub(crate) resolv_conf: Arc<ResolvConf>,
    pub(crate) nsswitch: Arc<Nsswitch>,
    pub(crate) hosts: Arc<Hosts>,
    pub(crate) gai_conf: Arc<GaiConf>,
}

/// The files below one folder.
#[derive(Debug)]
pub(crate) struct System {
    recheck: Duration,
    files: Mutex<Files>,
    current: RwLock<Current>,
    services: Mutex<Watched<Services>>,
    protocols: Mutex<Watched<Protocols>>,
    /// When it was last looked whether nss_db(5) has any of the two, and what was seen.
    db: Mutex<Option<(Instant, bool)>>,
}

#[derive(Debug)]
struct Current {
    /// When the files were last looked at; `None`: never.
    looked: Option<Instant>,
    snapshot: Arc<Snapshot>,
}

#[derive(Debug)]
struct Files {
    resolv_conf: Watched<ResolvConf>,
    nsswitch: Watched<Nsswitch>,
    hosts: Watched<Hosts>,
    gai_conf: Watched<GaiConf>,
    environment: Environment,
}

/// `LOCALDOMAIN` and `RES_OPTIONS`, and this machine's name, which may hold its domain.
#[derive(Clone, Debug, Default)]
pub(crate) struct Environment {
    pub(crate) localdomain: Option<Vec<u8>>,
    pub(crate) res_options: Option<Vec<u8>>,
    pub(crate) hostname: Vec<u8>,
}

impl System {
    /// The files in `folder`, which is `/etc`; looked at anew every `recheck`, at every lookup for zero.
    pub(crate) fn new(folder: &Path, environment: Environment, recheck: Duration) -> Self {
        let files = Files {
            resolv_conf: Watched::new(folder.join("resolv.conf"), ResolvConf::parse),
            nsswitch: Watched::new(folder.join("nsswitch.conf"), Nsswitch::parse),
            hosts: Watched::new(folder.join("hosts"), Hosts::parse),
            gai_conf: Watched::new(folder.join("gai.conf"), GaiConf::parse),
            environment,
        };
        let snapshot = Arc::new(files.snapshot(0));
        Self {
            recheck,
            files: Mutex::new(files),
            current: RwLock::new(Current { looked: None, snapshot }),
            services: Mutex::new(Watched::new(folder.join("services"), Services::parse)),
            protocols: Mutex::new(Watched::new(folder.join("protocols"), Protocols::parse)),
            db: Mutex::default(),
        }
    }

    /// What to go by now.
    pub(crate) fn snapshot(&self) -> Arc<Snapshot> {
        let now = Instant::now();
        let current = self.current.read().unwrap_or_else(PoisonError::into_inner);
        let fresh = current
            .looked
            .is_some_and(|looked| now.saturating_duration_since(looked) < self.recheck);
        let (first, snapshot) = (current.looked.is_none(), Arc::clone(&current.snapshot));
        drop(current);
        if fresh {
            return snapshot;
        }
        // One thread looks; the others go by what was, unless nobody has looked yet.
        let files = if first || self.recheck.is_zero() {
            Some(lock(&self.files))
        } else {
            self.files.try_lock().ok()
        };
        files.map_or(snapshot, |mut files| self.look(&mut files, now))
    }

    /// What to go by, looked at now.
    pub(crate) fn reload(&self) -> Arc<Snapshot> {
        self.look(&mut lock(&self.files), Instant::now())
    }

    /// The services database.
    pub(crate) fn services(&self) -> Arc<Services> {
        lock(&self.services).look_every(self.recheck)
    }

    /// The protocols database.
    pub(crate) fn protocols(&self) -> Arc<Protocols> {
        lock(&self.protocols).look_every(self.recheck)
    }

    /// Whether nss_db(5) has services or protocols of its own.
    pub(crate) fn has_db(&self) -> bool {
        let (mut db, now) = (lock(&self.db), Instant::now());
        match *db {
            Some((looked, has)) if now.saturating_duration_since(looked) < self.recheck => has,
            _ => {
                let files = ["services.db", "protocols.db"];
                let any =
                    |folder: &str| files.iter().any(|file| Path::new(folder).join(file).exists());
                let has = DB.into_iter().any(any);
                *db = Some((now, has));
                has
            }
        }
    }

    fn look(&self, files: &mut Files, now: Instant) -> Arc<Snapshot> {
        let changed = files.look();
        let mut current = self.current.write().unwrap_or_else(PoisonError::into_inner);
        if changed {
            current.snapshot = Arc::new(files.snapshot(current.snapshot.generation + 1));
        }
        current.looked = Some(now);
        Arc::clone(&current.snapshot)
    }
}

impl Files {
    /// Looks at each file: whether one has changed.
    fn look(&mut self) -> bool {
        let fixed = self.resolv_conf.stamp.is_some() && self.resolv_conf.value.options.no_reload;
        let resolv_conf = !fixed && self.resolv_conf.look();
        if resolv_conf {
            let Environment { localdomain, res_options, hostname } = &self.environment;
            let conf = ResolvConf::clone(&self.resolv_conf.value);
            let conf = conf.with_environment(localdomain.as_deref(), res_options.as_deref());
            self.resolv_conf.value = Arc::new(conf.with_hostname(hostname));
        }
        let others = [self.nsswitch.look(), self.hosts.look(), self.gai_conf.look()];
        resolv_conf || others.contains(&true)
    }

    fn snapshot(&self, generation: u64) -> Snapshot {
        Snapshot {
            generation,
            resolv_conf: Arc::clone(&self.resolv_conf.value),
            nsswitch: Arc::clone(&self.nsswitch.value),
            hosts: Arc::clone(&self.hosts.value),
            gai_conf: Arc::clone(&self.gai_conf.value),
        }
    }
}

/// One file and what it says.
#[derive(Debug)]
struct Watched<T> {
    path: PathBuf,
    parse: fn(&[u8]) -> T,
    /// `None`: never looked at.
    stamp: Option<Stamp>,
    looked: Option<Instant>,
    value: Arc<T>,
}

/// By what a changed file is known.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Stamp {
    Missing,
    There { device: u64, inode: u64, len: u64, modified: (i64, i64), changed: (i64, i64) },
}

impl Stamp {
    fn of(file: &Metadata) -> Self {
        Self::There {
            device: file.dev(),
            inode: file.ino(),
            len: file.len(),
            modified: (file.mtime(), file.mtime_nsec()),
            changed: (file.ctime(), file.ctime_nsec()),
        }
    }
}

impl<T> Watched<T> {
    fn new(path: PathBuf, parse: fn(&[u8]) -> T) -> Self {
        Self { path, parse, stamp: None, looked: None, value: Arc::new(parse(&[])) }
    }

    /// Reads it again if it has changed: whether it has.
    fn look(&mut self) -> bool {
        let now = self.path.metadata().map_or(Stamp::Missing, |file| Stamp::of(&file));
        if self.stamp == Some(now) {
            return false;
        }
        let (stamp, bytes) = match read(&self.path) {
            Ok(file) => file,
            // No descriptor to be had, or no memory: what was known holds until the next look.
            Err(error) if is_for_now(&error) => return false,
            Err(_) => (now, Vec::new()),
        };
        self.stamp = Some(stamp);
        self.value = Arc::new((self.parse)(&bytes));
        true
    }

    fn look_every(&mut self, recheck: Duration) -> Arc<T> {
        let now = Instant::now();
        if self.looked.is_none_or(|looked| now.saturating_duration_since(looked) >= recheck) {
            self.look();
            self.looked = Some(now);
        }
        Arc::clone(&self.value)
    }
}

/// The file's bytes, with the stamp that it had before it was read: what is written meanwhile is a change.
fn read(path: &Path) -> std::io::Result<(Stamp, Vec<u8>)> {
    let file = File::from(file::readable(path)?);
    let about = file.metadata()?;
    // Of a pipe or a device nobody knows the end.
    if !about.is_file() {
        return Err(ErrorKind::InvalidInput.into());
    }
    let stamp = Stamp::of(&about);
    // As much room as it takes, and some to see its end.
    let len = usize::try_from(about.len().min(MOST)).unwrap_or_default();
    let mut bytes = Vec::with_capacity(len + 64);
    file.take(MOST).read_to_end(&mut bytes)?;
    Ok((stamp, bytes))
}

/// Whether the file is only out of reach for now.
fn is_for_now(error: &std::io::Error) -> bool {
    let errno = Errno::from_io_error(error);
    errno.is_some_and(|errno| [Errno::MFILE, Errno::NFILE, Errno::NOMEM].contains(&errno))
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    // Nothing in here panics between two states that belong together.
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

#[cfg(test)]
mod tests {
    use std::fs;

    use super::*;

    fn servers(snapshot: &Snapshot) -> Vec<String> {
        snapshot.resolv_conf.nameservers.iter().map(|server| server.ip.to_string()).collect()
    }

    #[test]
    fn a_changed_file_is_read_again_and_no_other() {
        let folder = tempfile::tempdir().unwrap();
        let write = |name: &str, text: &str| {
            // As programs do it: beside, then in its place.
            fs::write(folder.path().join("new"), text).unwrap();
            fs::rename(folder.path().join("new"), folder.path().join(name)).unwrap();
        };
        let environment =
            Environment { localdomain: Some(b"env.example".to_vec()), ..Environment::default() };
        let system = System::new(folder.path(), environment, Duration::ZERO);
        let first = system.snapshot();
        assert_eq!(servers(&first), ["127.0.0.1"]);
        assert_eq!(*first.resolv_conf.search[0], *b"env.example");
        assert_eq!(first.generation, system.snapshot().generation);
        write("resolv.conf", "nameserver 192.0.2.1\n");
        let second = system.snapshot();
        assert_eq!(servers(&second), ["192.0.2.1"]);
        assert!(second.generation > first.generation && Arc::ptr_eq(&first.hosts, &second.hosts));
        write("hosts", "192.0.2.9 nine\n");
        let third = system.snapshot();
        assert_eq!(third.hosts.by_name(b"nine").count(), 1);
        assert!(Arc::ptr_eq(&second.resolv_conf, &third.resolv_conf));
        assert_eq!(second.hosts.by_name(b"nine").count(), 0, "what was taken stays");
        fs::remove_file(folder.path().join("hosts")).unwrap();
        assert_eq!(system.snapshot().hosts.by_name(b"nine").count(), 0);
        write("services", "http 8080/tcp\n");
        assert_eq!(
            system.services().by_name(b"http", Some(b"tcp")).map(|line| line.port),
            Some(8080)
        );
        // A folder in the file's place is no file.
        fs::create_dir(folder.path().join("nsswitch.conf")).unwrap();
        assert_eq!(system.snapshot().nsswitch.hosts().sources.len(), 2);
    }

    #[test]
    fn what_is_no_file_holds_nobody_up() {
        let folder = tempfile::tempdir().unwrap();
        let pipe = std::process::Command::new("mkfifo").arg(folder.path().join("hosts")).status();
        assert!(pipe.unwrap().success());
        std::os::unix::fs::symlink("/dev/zero", folder.path().join("services")).unwrap();
        let folder = folder.path().to_owned();
        let (tell, told) = std::sync::mpsc::channel();
        std::thread::spawn(move || {
            let system = System::new(&folder, Environment::default(), Duration::ZERO);
            let ports = system.services().by_name(b"http", None).is_some();
            tell.send((system.snapshot().hosts.by_name(b"nine").count(), ports)).unwrap();
        });
        assert_eq!(told.recv_timeout(Duration::from_secs(10)), Ok((0, false)));
    }

    #[test]
    fn between_two_looks_nothing_is_looked_at() {
        let folder = tempfile::tempdir().unwrap();
        let system = System::new(folder.path(), Environment::default(), Duration::from_secs(3600));
        assert_eq!(servers(&system.snapshot()), ["127.0.0.1"]);
        fs::write(folder.path().join("resolv.conf"), "nameserver 192.0.2.1\noptions no-reload\n")
            .unwrap();
        assert_eq!(servers(&system.snapshot()), ["127.0.0.1"]);
        assert_eq!(servers(&system.reload()), ["192.0.2.1"]);
        fs::write(folder.path().join("resolv.conf"), "nameserver 192.0.2.22\n").unwrap();
        assert_eq!(servers(&system.reload()), ["192.0.2.1"], "no-reload");
    }
}
