//! The program under test, with its standard streams in hand and a time limit.

use core::time::Duration;
use std::io::{self, Read, Write};
use std::process::{Child, ChildStdin, Command, Stdio};
use std::sync::mpsc::{Receiver, channel};
use std::thread;
use std::time::Instant;

/// How long anything may take.
pub(crate) const PATIENCE: Duration = Duration::from_secs(20);
/// How many bytes [`noise`] has.
const MEBIBYTE: usize = 1 << 20;

/// A running `berkeley`. Dropped, it is killed.
pub(crate) struct Program {
    child: Child,
    input: Option<ChildStdin>,
    out: Stream,
    err: Stream,
}

/// How it ended, and what it printed that nobody has received before.
pub(crate) struct End {
    pub(crate) code: u8,
    pub(crate) out: Vec<u8>,
    pub(crate) err: String,
}

impl Program {
    pub(crate) fn start(arguments: &[&str]) -> Self {
        let mut command = Command::new(env!("CARGO_BIN_EXE_berkeley"));
        command.args(arguments);
        Self::run(command)
    }

    /// With a standard output that nobody reads.
    pub(crate) fn unheard(arguments: &[&str]) -> Self {
        let (_, closed) = io::pipe().unwrap();
        let mut command = Command::new(env!("CARGO_BIN_EXE_berkeley"));
        command.args(arguments).stdout(closed);
        Self::spawn(command)
    }

    pub(crate) fn run(mut command: Command) -> Self {
        command.stdout(Stdio::piped());
        Self::spawn(command)
    }

    fn spawn(mut command: Command) -> Self {
        let mut child = command.stdin(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
        let (out, err) = (Stream::of(child.stdout.take()), Stream::of(child.stderr.take()));
        Self { input: child.stdin.take(), child, out, err }
    }

    /// Where `listen` says that it listens.
    pub(crate) fn place(&mut self) -> String {
        let line = self.first_line();
        line.strip_prefix("listening on ").expect(&line).to_owned()
    }

    /// The first line on standard error; it stays there.
    pub(crate) fn first_line(&mut self) -> String {
        self.err.wait(|bytes| bytes.contains(&b'\n'));
        String::from_utf8_lossy(&self.err.bytes).lines().next().unwrap().to_owned()
    }

    pub(crate) fn send(&mut self, bytes: &[u8]) {
        self.input.as_mut().unwrap().write_all(bytes).unwrap();
    }

    /// Sends beside what goes on here, and ends the input.
    pub(crate) fn send_and_end(&mut self, bytes: &[u8]) {
        let (mut input, bytes) = (self.input.take().unwrap(), bytes.to_vec());
        // That it was not all wanted shows elsewhere.
        thread::spawn(move || input.write_all(&bytes));
    }

    /// Waits for so many bytes on standard output.
    pub(crate) fn receive(&mut self, len: usize) -> Vec<u8> {
        self.out.wait(|bytes| bytes.len() >= len);
        self.out.bytes.drain(..len).collect()
    }

    /// Waits for its end.
    pub(crate) fn end(mut self) -> End {
        let start = Instant::now();
        let status = loop {
            match self.child.try_wait().unwrap() {
                Some(status) => break status,
                None if start.elapsed() > PATIENCE => panic!("it does not end"),
                None => thread::sleep(Duration::from_millis(1)),
            }
        };
        let code = status.code().and_then(|code| u8::try_from(code).ok()).expect("killed");
        let err = String::from_utf8(self.err.rest()).unwrap();
        End { code, out: self.out.rest(), err }
    }
}

impl Drop for Program {
    fn drop(&mut self) {
        // It may have ended.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// What a thread reads of a stream, so that the program never waits for a full pipe.
struct Stream {
    pieces: Receiver<Vec<u8>>,
    bytes: Vec<u8>,
}

impl Stream {
    fn of(source: Option<impl Read + Send + 'static>) -> Self {
        let (sender, pieces) = channel();
        thread::spawn(move || {
            let Some(mut source) = source else { return };
            let mut buffer = vec![0; 1 << 16];
            while let Ok(len @ 1..) = source.read(&mut buffer) {
                if sender.send(buffer[..len].to_vec()).is_err() {
                    break;
                }
            }
        });
        Self { pieces, bytes: Vec::new() }
    }

    fn wait(&mut self, enough: impl Fn(&[u8]) -> bool) {
        while !enough(&self.bytes) {
            let piece = self.pieces.recv_timeout(PATIENCE);
            self.bytes.extend(piece.expect("the stream ends, or nothing comes"));
        }
    }

    fn rest(&mut self) -> Vec<u8> {
        for piece in &self.pieces {
            self.bytes.extend(piece);
        }
        core::mem::take(&mut self.bytes)
    }
}

/// A mebibyte that repeats at no distance a buffer has.
pub(crate) fn noise(seed: u64) -> Vec<u8> {
    let mut state = seed;
    let next = || {
        // Knuth's multiplier; the upper bits are the good ones.
        state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1);
        state.to_be_bytes()[0]
    };
    core::iter::repeat_with(next).take(MEBIBYTE).collect()
}
