//! The questions, and each resolver's turns.
//!
//! Contract: all resolvers of a question run as processes of their own and take turns of some milliseconds in changing order, so that what
//! else the machine does meets all alike; a time is the median of all lookups of all turns. Where a lookup is to take a second, each is
//! the first of a process: what was learned about a server does not count. System calls are the difference of two runs under strace.

use std::fs;
use std::io::{BufRead as _, BufReader, Write as _};
use std::path::Path;
use std::process::{Child, ChildStdin, ChildStdout, Command, Stdio};
use std::time::Duration;

use crate::{Outcome, server};

/// How often each resolver has its turn, and how many lookups that is.
const TURNS: usize = 41;
const AT_ONCE: usize = 200;

/// How many threads at once, for how long, how often.
const THREADS: usize = 64;
const MILLIS: usize = 1000;
const RUNS: usize = 5;

/// How many slow lookups.
const SLOW: usize = 3;

/// What resolv.conf says when all is well.
const WELL: &str = "nameserver 127.0.0.1\n";

/// Asks all questions.
pub fn run(etc: &Path, glibc: &str, musl: Option<&str>, json: bool) -> Outcome<()> {
    let _silent = server::mute("127.0.0.3:53")?;
    server::half("127.0.0.4:53")?;
    let bench = Bench { etc, glibc, musl, json };
    if !json {
        println!(
            "{:<36} {:>11} {:<15} {:>11} {:>6} {:>6} {:>4}",
            "question", "ours", "against", "theirs", "ratio", "goal", "met"
        );
    }
    bench.uncached()?;
    bench.hosts()?;
    bench.cached()?;
    bench.many()?;
    bench.slow(
        "first server dead, first lookup, ms",
        "nameserver 127.0.0.3\nnameserver 127.0.0.1\n",
        0.1,
    )?;
    bench.slow("AAAA never answered, ms", "nameserver 127.0.0.4\n", 0.34)
}

struct Bench<'a> {
    etc: &'a Path,
    glibc: &'a str,
    musl: Option<&'a str>,
    json: bool,
}

impl Bench<'_> {
    fn uncached(&self) -> Outcome<()> {
        self.configure(WELL)?;
        let mut all = self.start(&["ours", "glibc", "musl", "c-ares", "hickory"])?;
        take_turns(&mut all, "single.bench.test")?;
        self.told("uncached A + AAAA, p50, us", &all, |one| one.at(50), Some(0.50));
        self.told("uncached A + AAAA, p99, us", &all, |one| one.at(99), Some(0.45));
        self.told("uncached A + AAAA, CPU, us", &all, Contestant::cpu, Some(0.45));
        drop(all);
        self.calls("uncached A + AAAA, system calls", "single.bench.test", 13.0, "ours")
    }

    fn hosts(&self) -> Outcome<()> {
        let mut all = self.start(&["ours", "glibc", "musl", "c-ares", "hickory"])?;
        take_turns(&mut all, "hosts.bench.test")?;
        self.told("name of the hosts file, p50, us", &all, |one| one.at(50), Some(0.30));
        drop(all);
        let mut all = self.start(&["ours-anew", "glibc"])?;
        take_turns(&mut all, "hosts.bench.test")?;
        self.told("same, files looked at anew, p50, us", &all, |one| one.at(50), Some(0.30));
        Ok(())
    }

    fn cached(&self) -> Outcome<()> {
        let mut all = self.start(&["ours-cached", "hickory-cached"])?;
        take_turns(&mut all, "single.bench.test")?;
        let ours = all[0].at(50);
        self.told("kept answer, p50, us", &all, |one| one.at(50), None);
        self.line("kept answer, p50, us, at most", ours, None, Some((1.0, ours <= 1.0)));
        drop(all);
        self.calls("kept answer, system calls", "single.bench.test", 0.0, "ours-cached")
    }

    /// Lookups a second, of names of their own: here more is better.
    fn many(&self) -> Outcome<()> {
        let mut all = self.start(&["ours", "glibc", "musl", "c-ares", "hickory"])?;
        for run in 0..RUNS {
            for place in 0..all.len() {
                let one = (place + run) % all.len();
                all[one].many()?;
            }
        }
        let question = "64 threads, lookups a second";
        let ours = all[0].rate();
        for theirs in &all[1..] {
            let goal = (theirs.who == "glibc").then_some(1.4);
            let ratio = ours / theirs.rate();
            self.line(
                question,
                ours,
                Some((&theirs.who, theirs.rate())),
                goal.map(|goal| (goal, ratio >= goal)),
            );
        }
        self.told("64 threads, CPU a lookup, us", &all, Contestant::cpu, None);
        Ok(())
    }

    /// The first lookup of a process, where a server is not in order.
    fn slow(&self, question: &str, conf: &str, goal: f64) -> Outcome<()> {
        self.configure(&format!("{conf}options timeout:1 attempts:2\n"))?;
        let mut all: Vec<Contestant> = Vec::new();
        for _ in 0..SLOW {
            for mut one in self.start(&["ours", "glibc", "c-ares", "hickory"])? {
                one.turn("single.bench.test", 1)?;
                match all.iter_mut().find(|known| known.who == one.who) {
                    Some(known) => known.times.append(&mut one.times),
                    None => all.push(one),
                }
            }
        }
        self.told(question, &all, |one| one.at(50) / 1000.0, Some(goal));
        Ok(())
    }

    fn configure(&self, conf: &str) -> Outcome<()> {
        // In place: it is mounted over another.
        Ok(fs::write(self.etc.join("resolv.conf"), conf)?)
    }

    fn command(&self, who: &str) -> Outcome<Option<Command>> {
        Ok(match who {
            "glibc" => Some(Command::new(self.glibc)),
            "musl" => self.musl.map(Command::new),
            who => {
                let mut own = Command::new(std::env::current_exe()?);
                own.args(["ask", who]);
                Some(own)
            }
        })
    }

    fn start(&self, whom: &[&str]) -> Outcome<Vec<Contestant>> {
        let mut started = Vec::new();
        for who in whom {
            if let Some(command) = self.command(who)? {
                started.push(Contestant::start(who, command)?);
            }
        }
        Ok(started)
    }

    /// How many system calls a lookup takes.
    fn calls(&self, question: &str, name: &str, most: f64, ours: &str) -> Outcome<()> {
        let count = |who: &str| -> Outcome<Option<f64>> {
            let Some(command) = self.command(who)? else { return Ok(None) };
            let (few, often) =
                (self.traced(&command, name, 100)?, self.traced(&command, name, 600)?);
            Ok(Some((often - few) / 500.0))
        };
        let Some(own) = count(ours)? else { return Ok(()) };
        // Once a second the files are looked at, by whoever comes first then.
        self.line(question, own, None, Some((most, own < most + 0.1)));
        for who in ["glibc", "musl", "c-ares", "hickory"] {
            if most > 0.0
                && let Some(theirs) = count(who)?
            {
                self.line(question, own, Some((who, theirs)), None);
            }
        }
        Ok(())
    }

    fn traced(&self, command: &Command, name: &str, count: usize) -> Outcome<f64> {
        let report = self.etc.join("strace");
        let mut traced = Command::new("strace");
        traced.args(["-f", "-c", "-S", "name", "-U", "calls,name", "-o"]).arg(&report);
        traced.arg(command.get_program()).args(command.get_args());
        let mut one = Contestant::start("strace", traced)?;
        one.turn(name, count)?;
        one.end()?;
        let total = fs::read_to_string(&report)?;
        let total =
            total.lines().find_map(|line| line.trim().strip_suffix(" total")?.trim().parse().ok());
        Ok(total.ok_or("strace gave no total")?)
    }

    /// The first is ours; the goal is against glibc.
    fn told(
        &self,
        question: &str,
        all: &[Contestant],
        of: impl Fn(&Contestant) -> f64,
        goal: Option<f64>,
    ) {
        let ours = of(&all[0]);
        for theirs in &all[1..] {
            let ratio = ours / of(theirs);
            let goal = goal.filter(|_| theirs.who == "glibc").map(|goal| (goal, ratio <= goal));
            self.line(question, ours, Some((&theirs.who, of(theirs))), goal);
        }
    }

    fn line(
        &self,
        question: &str,
        ours: f64,
        theirs: Option<(&str, f64)>,
        goal: Option<(f64, bool)>,
    ) {
        let number = |number: Option<f64>, none: &str| {
            number.map_or_else(|| none.to_owned(), |number| format!("{number:.2}"))
        };
        let (whose, ratio) =
            (theirs.map(|(whose, _)| whose), theirs.map(|(_, theirs)| ours / theirs));
        let theirs = theirs.map(|(_, theirs)| theirs);
        if self.json {
            println!(
                "{{\"question\":{question:?},\"ours\":{ours:.2},\"against\":{},\"theirs\":{},\"ratio\":{},\"goal\":{},\"met\":{}}}",
                whose.map_or_else(|| "null".to_owned(), |whose| format!("{whose:?}")),
                number(theirs, "null"),
                number(ratio, "null"),
                number(goal.map(|(goal, _)| goal), "null"),
                goal.map_or("null", |(_, met)| if met { "true" } else { "false" }),
            );
        } else {
            println!(
                "{question:<36} {ours:>11.2} {:<15} {:>11} {:>6} {:>6} {:>4}",
                whose.unwrap_or_default(),
                number(theirs, ""),
                number(ratio, ""),
                number(goal.map(|(goal, _)| goal), ""),
                goal.map_or("", |(_, met)| if met { "yes" } else { "NO" }),
            );
        }
    }
}

fn take_turns(all: &mut [Contestant], name: &str) -> Outcome<()> {
    for one in &mut *all {
        one.turn(name, AT_ONCE)?;
        one.times.clear();
        one.cpu = Duration::ZERO;
    }
    for turn in 0..TURNS {
        for place in 0..all.len() {
            let one = (place + turn) % all.len();
            all[one].turn(name, AT_ONCE)?;
        }
    }
    Ok(())
}

/// A resolver's process.
struct Contestant {
    who: String,
    process: Child,
    to: Option<ChildStdin>,
    from: BufReader<ChildStdout>,
    /// Nanoseconds of each lookup.
    times: Vec<u64>,
    /// Lookups of each run of many threads.
    rates: Vec<u64>,
    cpu: Duration,
}

impl Contestant {
    fn start(who: &str, mut command: Command) -> Outcome<Self> {
        let mut process = command.stdin(Stdio::piped()).stdout(Stdio::piped()).spawn()?;
        let from = BufReader::new(process.stdout.take().ok_or("no pipe")?);
        let to = process.stdin.take();
        Ok(Self {
            who: who.to_owned(),
            process,
            to,
            from,
            times: Vec::new(),
            rates: Vec::new(),
            cpu: Duration::ZERO,
        })
    }

    fn ask(&mut self, command: &str) -> Outcome<Vec<u64>> {
        let to = self.to.as_mut().ok_or("it has ended")?;
        writeln!(to, "{command}")?;
        let mut line = String::new();
        self.from.read_line(&mut line)?;
        let (numbers, rest) =
            line.split_once(';').ok_or_else(|| format!("{}: {command}: no answer", self.who))?;
        let rest: Vec<u64> = rest.split_whitespace().map(str::parse).collect::<Result<_, _>>()?;
        let [cpu, failed] = rest[..] else { return Err("not an answer".into()) };
        let numbers: Vec<u64> =
            numbers.split_whitespace().map(str::parse).collect::<Result<_, _>>()?;
        if failed > 0 {
            eprintln!("{}: {command}: {failed} failed", self.who);
        }
        self.cpu += Duration::from_nanos(cpu);
        Ok(numbers)
    }

    fn turn(&mut self, name: &str, count: usize) -> Outcome<()> {
        let mut times = self.ask(&format!("one {name} {count}"))?;
        self.times.append(&mut times);
        Ok(())
    }

    fn many(&mut self) -> Outcome<()> {
        let mut done = self.ask(&format!("many {THREADS} {MILLIS}"))?;
        self.rates.append(&mut done);
        Ok(())
    }

    fn end(mut self) -> Outcome<()> {
        self.to = None;
        self.process.wait()?;
        Ok(())
    }

    /// The percentile of its times, in microseconds.
    fn at(&self, percent: usize) -> f64 {
        let mut times = self.times.clone();
        times.sort_unstable();
        let place = (times.len() * percent / 100).min(times.len().saturating_sub(1));
        times.get(place).map_or(f64::NAN, |time| *time as f64 / 1000.0)
    }

    /// The median of its runs, a second.
    fn rate(&self) -> f64 {
        let mut rates = self.rates.clone();
        rates.sort_unstable();
        rates.get(rates.len() / 2).map_or(f64::NAN, |rate| *rate as f64 * 1000.0 / MILLIS as f64)
    }

    /// The processor's microseconds a lookup.
    fn cpu(&self) -> f64 {
        let lookups = self.times.len() as u64 + self.rates.iter().sum::<u64>();
        self.cpu.as_secs_f64() * 1e6 / lookups as f64
    }
}

impl Drop for Contestant {
    fn drop(&mut self) {
        self.to = None;
        // It ends by itself when its input does.
        let _ = self.process.wait();
    }
}
