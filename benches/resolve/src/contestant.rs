//! A resolver in a process of its own, told what to ask on standard input.
//!
//! Contract: the commands and the answers are those of `asker.c`, so that each resolver does the same between two looks at the clock: the
//! addresses of one name, of both families, in the order in which to try them where it sorts at all. What a resolver needs to be ready
//! (threads, a runtime, its files) it has before the first command.

use std::cell::RefCell;
use std::io::{self, BufRead as _, Write as _};
use std::net::IpAddr;
use std::os::fd::AsRawFd as _;
use std::sync::OnceLock;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, Instant};

use berkeley_addr::Type;
use berkeley_resolve::{Hints, Resolver, ResolverBuilder};
use berkeley_socket::Limit;
use hickory_resolver::TokioResolver;
use nix::poll::{PollFd, PollFlags, poll};
use rustix::time::{ClockId, clock_gettime};

use crate::Outcome;

/// Who can be asked in this program.
pub const WHOM: [&str; 6] =
    ["ours", "ours-anew", "ours-cached", "hickory", "hickory-cached", "c-ares"];

/// Looks a name up; whether there were addresses.
type Ask<'a> = Box<dyn FnMut(&str) -> bool + 'a>;

/// Serves commands until the end of input.
pub fn run(who: &str) -> Outcome<()> {
    match who {
        "ours" => serve(&|| ours(Resolver::builder().cache(0))),
        "ours-anew" => serve(&|| ours(Resolver::builder().cache(0).recheck(Duration::ZERO))),
        "ours-cached" => serve(&|| ours(Resolver::builder())),
        "hickory" => serve(&|| hickory(0)),
        "hickory-cached" => serve(&|| hickory(8192)),
        "c-ares" => serve(&cares),
        _ => Err(format!("{who}: not one of {}", WHOM.join(", ")).into()),
    }
}

/// One resolver for all threads, as a program would have it.
fn ours(builder: ResolverBuilder) -> Outcome<Ask<'static>> {
    static SHARED: OnceLock<Resolver> = OnceLock::new();
    let resolver = SHARED.get_or_init(|| builder.build());
    let hints = Hints::new().ty(Type::STREAM);
    Ok(Box::new(move |name| {
        let found = resolver.getaddrinfo(Some(name), None, &hints, Limit::NONE);
        found.is_ok_and(|found| !found.is_empty())
    }))
}

/// A runtime of one thread, which is the quickest there is for one caller.
fn hickory(cache: u64) -> Outcome<Ask<'static>> {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
    let mut builder = TokioResolver::builder_tokio()?;
    let options = builder.options_mut();
    options.cache_size = cache;
    options.ip_strategy = hickory_resolver::config::LookupIpStrategy::Ipv4AndIpv6;
    let resolver = runtime.block_on(async { builder.build() })?;
    Ok(Box::new(move |name| {
        let found = runtime.block_on(resolver.lookup_ip(name));
        found.is_ok_and(|found| found.iter().next().is_some())
    }))
}

/// A channel for each thread, polled by the caller, without its cache.
fn cares() -> Outcome<Ask<'static>> {
    let mut options = c_ares::Options::new();
    options.set_query_cache_max_ttl(0);
    let channel = RefCell::new(c_ares::Channel::with_options(options)?);
    Ok(Box::new(move |name| {
        let mut channel = channel.borrow_mut();
        let hints = c_ares::AddrInfoHints { socktype: 1, ..Default::default() };
        let (tell, told) = std::sync::mpsc::channel::<Vec<IpAddr>>();
        channel.get_addrinfo(name, None, &hints, move |found| {
            let ips = found.map(|found| found.nodes().filter_map(|node| node.ip_addr()).collect());
            // Nobody listens any more only where the channel has ended.
            let _ = tell.send(ips.unwrap_or_default());
        });
        loop {
            if let Ok(ips) = told.try_recv() {
                return !ips.is_empty();
            }
            if step(&mut channel).is_err() {
                return false;
            }
        }
    }))
}

/// Waits for what c-ares waits for, and tells it.
fn step(channel: &mut c_ares::Channel) -> nix::Result<()> {
    let mut watched = Vec::new();
    for (socket, read, write) in &channel.sockets() {
        let mut flags = PollFlags::empty();
        flags.set(PollFlags::POLLIN, read);
        flags.set(PollFlags::POLLOUT, write);
        watched.push(PollFd::new(socket, flags));
    }
    let left = channel.timeout(None).unwrap_or(Duration::from_secs(1));
    let millis = left.as_micros().div_ceil(1000).try_into().unwrap_or(i32::MAX);
    if poll(&mut watched, millis)? == 0 {
        channel.process_fd(None, None);
    }
    for one in watched.iter().filter(|one| one.any().unwrap_or_default()) {
        let events = one.revents().unwrap_or_else(PollFlags::empty);
        let write = events.contains(PollFlags::POLLOUT).then_some(one.as_raw_fd());
        channel.process_fd(Some(one.as_raw_fd()), write);
    }
    Ok(())
}

fn serve(make: &(dyn Fn() -> Outcome<Ask<'static>> + Sync)) -> Outcome<()> {
    let mut ask = make()?;
    let mut out = io::stdout().lock();
    for line in io::stdin().lock().lines() {
        let line = line?;
        let words: Vec<&str> = line.split(' ').collect();
        let used = used();
        match words[..] {
            ["one", name, count] => {
                let mut failed = 0;
                let mut times = Vec::new();
                for _ in 0..count.parse()? {
                    let start = Instant::now();
                    failed += u64::from(!ask(name));
                    times.push(start.elapsed());
                }
                let cpu = self::used() - used;
                for time in times {
                    write!(out, "{} ", time.as_nanos())?;
                }
                writeln!(out, "; {} {failed}", cpu.as_nanos())?;
            }
            ["many", threads, millis] => {
                let until = Instant::now() + Duration::from_millis(millis.parse()?);
                let (done, failed) = many(make, threads.parse()?, until)?;
                let cpu = self::used() - used;
                writeln!(out, "{done}; {} {failed}", cpu.as_nanos())?;
            }
            _ => return Err(format!("{line}: no such command").into()),
        }
        out.flush()?;
    }
    Ok(())
}

/// Threads that each ask for a name of their own until then; how many lookups there were, and how many failed.
fn many(
    make: &(dyn Fn() -> Outcome<Ask<'static>> + Sync),
    threads: u64,
    until: Instant,
) -> Outcome<(u64, u64)> {
    let (done, failed) = (AtomicU64::new(0), AtomicU64::new(0));
    std::thread::scope(|scope| {
        let (done, failed) = (&done, &failed);
        let started: Vec<_> = (0..threads)
            .map(|number| {
                scope.spawn(move || -> Result<(), String> {
                    let mut ask = make().map_err(|error| error.to_string())?;
                    let name = format!("n{number}.bench.test");
                    while Instant::now() < until {
                        failed.fetch_add(u64::from(!ask(&name)), Ordering::Relaxed);
                        done.fetch_add(1, Ordering::Relaxed);
                    }
                    Ok(())
                })
            })
            .collect();
        started.into_iter().try_for_each(|thread| thread.join().map_err(|_| "a panic")?)
    })?;
    Ok((done.into_inner(), failed.into_inner()))
}

/// The processor's time for this process.
fn used() -> Duration {
    clock_gettime(ClockId::ProcessCPUTime).try_into().unwrap_or_default()
}
