//! `cargo xtask peers`: the program against socat, Python's `socket` and curl.
//!
//! Contract: a table peer x direction x family x result. In each row [`SIZE`] bytes go each way through the program
//! `berkeley` and arrive unchanged; on connections one side ends first, the other sees it (half-close) and still answers;
//! datagrams go piece by piece, each way in turn. Each process has a time limit and the kernel chooses all ports. A peer
//! that is not installed is a skip. Of the program it is used that `listen` says `listening on ENDPOINT` first on standard error,
//! and that both `listen` and `connect` copy standard input and output.

mod process;
mod tool;

use core::time::Duration;
use std::path::PathBuf;
use std::process::Command;
use std::sync::LazyLock;
use std::time::Instant;

use crate::step::{Outcome, Shell};
use crate::workspace::{Result, Workspace, on_path};
use process::Process;
use tool::{END, Family, Place, Tool};

/// How many bytes go each way.
const SIZE: usize = 1 << 20;
/// How many of them in a datagram: what a pipe takes and gives in one piece (PIPE_BUF).
const PIECE: usize = 4096;
/// How long a row may take.
const LIMIT: Duration = Duration::from_secs(20);

/// What `berkeley` sends, and what its peers send.
static OURS: LazyLock<Vec<u8>> = LazyLock::new(|| noise(1));
static THEIRS: LazyLock<Vec<u8>> = LazyLock::new(|| noise(2));

/// Builds the program and runs all rows.
///
/// # Errors
/// When a row fails.
pub(crate) fn run(workspace: &Workspace, shell: &mut Shell) -> Result<Outcome> {
    shell.run(workspace.cargo(["build", "-p", "berkeley-cli"]))?;
    let folder = tempfile::tempdir()?;
    let bench =
        Bench { program: workspace.target.join("debug/berkeley"), folder: folder.path().into() };
    let (mut done, mut failed, mut missing) = (0, 0, Vec::new());
    shell.say(&line("peer", "berkeley", "family", "seconds", "result"))?;
    for (number, row) in rows().enumerate() {
        let start = Instant::now();
        let result = if on_path(row.program()) {
            let result = row.run(&bench, Place::new(&bench.folder, number), start + LIMIT);
            done += 1;
            failed += usize::from(result.is_err());
            result.map_or_else(|error| format!("FAILED: {error}"), |()| "ok".to_owned())
        } else {
            missing.push(row.program());
            format!("skipped: {} is not installed", row.program())
        };
        let seconds = format!("{:.2}", start.elapsed().as_secs_f64());
        let (peer, direction, family) = row.words();
        shell.say(&line(peer, direction, family.name(), &seconds, &result))?;
    }
    missing.sort_unstable();
    missing.dedup();
    if failed > 0 {
        Err(format!("{failed} of {done} rows").into())
    } else if missing.is_empty() {
        Ok(Outcome::Done(format!("{done} rows")))
    } else {
        let why = format!("without {}; type: cargo xtask setup", missing.join(", "));
        Ok(Outcome::Skipped { why, installable: true })
    }
}

fn line(peer: &str, direction: &str, family: &str, seconds: &str, result: &str) -> String {
    format!("{peer:<16} {direction:<9} {family:<15} {seconds:>7}  {result}")
}

/// What the program does in a row, and with whom.
#[derive(Clone, Copy)]
enum Row {
    Connects(Tool, Family),
    Listens(Tool, Family),
    Echoes(Tool, Family),
    ServesCurl(Family),
    AsksHttpServer,
}

fn rows() -> impl Iterator<Item = Row> {
    let both_ends = Tool::ALL.into_iter().flat_map(|tool| {
        Family::ALL
            .into_iter()
            .flat_map(move |family| [Row::Connects(tool, family), Row::Listens(tool, family)])
    });
    both_ends.chain([
        Row::Echoes(Tool::Socat, Family::Tcp4),
        Row::ServesCurl(Family::Tcp4),
        Row::ServesCurl(Family::Unix),
        Row::AsksHttpServer,
    ])
}

impl Row {
    fn program(self) -> &'static str {
        match self {
            Self::Connects(tool, _) | Self::Listens(tool, _) | Self::Echoes(tool, _) => {
                tool.program()
            }
            Self::ServesCurl(_) => "curl",
            Self::AsksHttpServer => "python3",
        }
    }

    fn words(self) -> (&'static str, &'static str, Family) {
        match self {
            Self::Connects(tool, family) => (tool.program(), "connects", family),
            Self::Listens(tool, family) => (tool.program(), "listens", family),
            Self::Echoes(tool, family) => (tool.program(), "echoes", family),
            Self::ServesCurl(family) => ("curl", "listens", family),
            Self::AsksHttpServer => ("http.server", "connects", Family::Tcp4),
        }
    }

    fn run(self, bench: &Bench, place: Place, by: Instant) -> Result<()> {
        match self {
            Self::Connects(tool, family) => bench.connects(tool, family, place, by),
            Self::Listens(tool, family) => bench.listens(tool, family, place, by),
            Self::Echoes(tool, family) => bench.echoes(tool, family, place, by),
            Self::ServesCurl(family) => bench.serves_curl(family, place, by),
            Self::AsksHttpServer => bench.asks_http_server(place, by),
        }
    }
}

/// The program under test and a folder for sockets and files.
struct Bench {
    program: PathBuf,
    folder: PathBuf,
}

impl Bench {
    fn berkeley(&self, arguments: &[&str]) -> Result<Process> {
        let mut command = Command::new(&self.program);
        command.args(arguments);
        Process::start("berkeley", command)
    }

    /// Starts `berkeley listen` and learns its port.
    fn listening(
        &self,
        options: &[&str],
        family: Family,
        place: &mut Place,
        by: Instant,
    ) -> Result<Process> {
        let endpoint = family.endpoint(place);
        let mut server = self.berkeley(&[&["listen"], options, &[&endpoint]].concat())?;
        place.learn(&server.says("listening on ", by)?);
        Ok(server)
    }

    /// The program ends first: its peer must see that, and answer after it.
    fn connects(&self, tool: Tool, family: Family, mut place: Place, by: Instant) -> Result<()> {
        let mut server = Process::start(tool.program(), tool.listen(family, &place))?;
        place.learn(&server.says("listening on ", by)?);
        let mut client = self.berkeley(&["connect", &family.endpoint(&place)])?;
        if family.is_datagram() {
            return in_turn((&mut client, &OURS), (&mut server, &THEIRS), by);
        }
        client.send_all(&OURS);
        server.receives(&OURS, by)?;
        server.says(END, by)?;
        server.send_all(&THEIRS);
        client.receives(&THEIRS, by)?;
        client.finish_silent(by)?;
        server.finish_silent(by)
    }

    /// The peer ends first: the program must go on sending after it.
    fn listens(&self, tool: Tool, family: Family, mut place: Place, by: Instant) -> Result<()> {
        let mut server = self.listening(&[], family, &mut place, by)?;
        let mut client = Process::start(tool.program(), tool.connect(family, &place))?;
        if family.is_datagram() {
            return in_turn((&mut client, &THEIRS), (&mut server, &OURS), by);
        }
        client.send_all(&THEIRS);
        server.receives(&THEIRS, by)?;
        // Time to see the end, and to take it, wrongly, for the end of both directions.
        std::thread::sleep(Duration::from_millis(50));
        server.send_all(&OURS);
        client.receives(&OURS, by)?;
        client.says(END, by)?;
        server.finish_silent(by)?;
        client.finish_silent(by)
    }

    /// `--keep --echo`: two clients, one after the other, get back what they sent.
    fn echoes(&self, tool: Tool, family: Family, mut place: Place, by: Instant) -> Result<()> {
        let _server = self.listening(&["--keep", "--echo"], family, &mut place, by)?;
        for _ in 0..2 {
            let mut client = Process::start(tool.program(), tool.connect(family, &place))?;
            client.send_all(&THEIRS);
            client.receives(&THEIRS, by)?;
            client.finish_silent(by)?;
        }
        Ok(())
    }

    /// A canned answer on standard input makes a web server.
    fn serves_curl(&self, family: Family, mut place: Place, by: Instant) -> Result<()> {
        static ANSWER: LazyLock<Vec<u8>> = LazyLock::new(|| {
            let head =
                format!("HTTP/1.1 200 OK\r\nContent-Length: {SIZE}\r\nConnection: close\r\n\r\n");
            [head.as_bytes(), &OURS].concat()
        });
        let mut server = self.listening(&[], family, &mut place, by)?;
        server.send_all(&ANSWER);
        let mut curl = Command::new("curl");
        curl.args(["--silent", "--show-error", "--noproxy", "*", "--output", "-"]);
        if family == Family::Unix {
            curl.args(["--unix-socket", place.path()]);
        }
        curl.arg(format!("http://127.0.0.1:{}/a", place.port.max(1)));
        let mut curl = Process::start("curl", curl)?;
        curl.receives(&OURS, by)?;
        curl.finish_silent(by)?;
        server.receives(b"GET /a HTTP/1.1\r\n", by)?;
        server.finish(by).map(drop)
    }

    /// A request on standard input makes a web client.
    fn asks_http_server(&self, mut place: Place, by: Instant) -> Result<()> {
        std::fs::write(self.folder.join("a"), THEIRS.as_slice())?;
        let mut python = Command::new("python3");
        // It says where it listens on standard output; its port follows a word of its own.
        let script = "import functools, http.server as h, sys\n\
                      f = functools.partial(h.SimpleHTTPRequestHandler, directory=sys.argv[1])\n\
                      s = h.ThreadingHTTPServer(('127.0.0.1', 0), f)\n\
                      print('listening on port:%d' % s.server_port, file=sys.stderr, flush=True)\n\
                      s.serve_forever()";
        python.args(["-c", script]).arg(&self.folder);
        let mut server = Process::start("http.server", python)?;
        place.learn(&server.says("listening on ", by)?);
        let mut client = self.berkeley(&["connect", &Family::Tcp4.endpoint(&place)])?;
        client.send_all(b"GET /a HTTP/1.0\r\n\r\n");
        let answer = client.finish(by)?;
        if answer.ends_with(&THEIRS) { Ok(()) } else { Err("the answer is another".into()) }
    }
}

/// A piece from one end, a piece from the other, until each has sent all of its own.
fn in_turn(
    client: (&mut Process, &[u8]),
    server: (&mut Process, &[u8]),
    by: Instant,
) -> Result<()> {
    let ((client, asked), (server, answered)) = (client, server);
    for (ask, answer) in asked.chunks(PIECE).zip(answered.chunks(PIECE)) {
        client.send(ask)?;
        server.receives(ask, by)?;
        server.send(answer)?;
        client.receives(answer, by)?;
    }
    Ok(())
}

/// Bytes that repeat at no distance a buffer has.
fn noise(seed: u64) -> Vec<u8> {
    let mut state = seed;
    let mut next = || {
        // Knuth's multiplier; the upper bits are the good ones.
        state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1);
        state.to_be_bytes()[0]
    };
    (0..SIZE).map(|_| next()).collect()
}
