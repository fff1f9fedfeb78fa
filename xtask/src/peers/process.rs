//! A process with a time limit: bytes in, bytes out, words on standard error.
//!
//! Contract: nothing here waits beyond the instant it is given, and no process outlives its value: it is killed by its own
//! identifier and waited for. Its streams are read all the time, so it never stands still on a full pipe.

use core::time::Duration;
use std::io::{self, Read, Write};
use std::process::{Child, ChildStdin, Command, Stdio};
use std::sync::mpsc::{Receiver, RecvTimeoutError, channel};
use std::thread;
use std::time::Instant;

use crate::workspace::Result;

/// A running program.
pub(super) struct Process {
    name: &'static str,
    child: Child,
    input: Option<ChildStdin>,
    output: Flow,
    errors: Flow,
    /// How much of the output has been looked at.
    taken: usize,
}

impl Process {
    /// Starts `command`; `name` is for messages.
    ///
    /// # Errors
    /// When it cannot be started.
    pub(super) fn start(name: &'static str, mut command: Command) -> Result<Self> {
        command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
        let mut child = command.spawn().map_err(|error| format!("{name}: {error}"))?;
        let (output, errors) = (Flow::of(child.stdout.take()), Flow::of(child.stderr.take()));
        Ok(Self { name, input: child.stdin.take(), child, output, errors, taken: 0 })
    }

    /// Waits for a line on standard error that holds `words`, and gives it.
    ///
    /// # Errors
    /// When the stream ends without, or time does.
    pub(super) fn says(&mut self, words: &str, by: Instant) -> Result<String> {
        let line = |bytes: &[u8]| {
            let text = String::from_utf8_lossy(bytes);
            text.split_inclusive('\n')
                .find(|l| l.contains(words) && l.ends_with('\n'))
                .map(str::to_owned)
        };
        let found = self.errors.wait(by, |bytes| line(bytes).is_some());
        line(&self.errors.seen)
            .ok_or_else(|| format!("{} did not say `{words}`{}", self.name, found.reason()).into())
    }

    /// Writes a piece small enough for the pipe.
    ///
    /// # Errors
    /// When the process has closed its input.
    pub(super) fn send(&mut self, piece: &[u8]) -> Result<()> {
        let input = self.input.as_mut().ok_or("its input has ended")?;
        input.write_all(piece).map_err(|error| format!("to {}: {error}", self.name).into())
    }

    /// Writes everything and ends the input, beside what goes on here.
    pub(super) fn send_all(&mut self, bytes: &'static [u8]) {
        if let Some(mut input) = self.input.take() {
            // That a process did not want it all shows at the other end.
            thread::spawn(move || input.write_all(bytes));
        }
    }

    /// Waits for as many bytes as `expected` has and compares.
    ///
    /// # Errors
    /// When fewer come, or others.
    pub(super) fn receives(&mut self, expected: &[u8], by: Instant) -> Result<()> {
        let end = self.taken + expected.len();
        let found = self.output.wait(by, |bytes| bytes.len() >= end);
        let come = self.output.seen.get(self.taken..).unwrap_or_default();
        let come = come.get(..expected.len()).unwrap_or(come);
        if come != expected {
            let same = come.iter().zip(expected).take_while(|(a, b)| a == b).count();
            let (name, wanted, reason) = (self.name, expected.len(), found.reason());
            return Err(format!("{name} passed on {same} of {wanted} bytes{reason}").into());
        }
        self.taken = end;
        Ok(())
    }

    /// What it printed, once it has ended with success.
    ///
    /// # Errors
    /// When it does not end in time or not with success.
    pub(super) fn finish(mut self, by: Instant) -> Result<Vec<u8>> {
        drop(self.input.take());
        let status = loop {
            match self.child.try_wait()? {
                Some(status) => break status,
                None if Instant::now() >= by => {
                    return Err(format!("{} did not end", self.name).into());
                }
                None => thread::sleep(Duration::from_millis(2)),
            }
        };
        if !status.success() {
            self.errors.wait(by, |_| false);
            let said = String::from_utf8_lossy(&self.errors.seen);
            return Err(format!("{} ended with {status}: {}", self.name, said.trim()).into());
        }
        self.output.wait(by, |_| false);
        Ok(core::mem::take(&mut self.output.seen))
    }

    /// Like [`finish`](Self::finish), where everything it printed has been received already.
    ///
    /// # Errors
    /// When it has printed more.
    pub(super) fn finish_silent(self, by: Instant) -> Result<()> {
        let (name, taken) = (self.name, self.taken);
        match self.finish(by)?.len().saturating_sub(taken) {
            0 => Ok(()),
            more => Err(format!("{name} passed on {more} bytes too many").into()),
        }
    }
}

impl Drop for Process {
    fn drop(&mut self) {
        // It may have ended by itself.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// A stream, read by a thread.
struct Flow {
    pieces: Receiver<Vec<u8>>,
    seen: Vec<u8>,
}

/// Why a wait ended.
enum Found {
    Enough,
    End,
    Late,
}

impl Found {
    fn reason(&self) -> &'static str {
        match self {
            Self::Enough => "",
            Self::End => " and ended",
            Self::Late => " in time",
        }
    }
}

impl Flow {
    fn of(stream: Option<impl Read + Send + 'static>) -> Self {
        let (sender, pieces) = channel();
        thread::spawn(move || -> io::Result<()> {
            let mut buffer = vec![0; 1 << 16];
            let mut stream = stream.ok_or(io::ErrorKind::BrokenPipe)?;
            loop {
                let count = stream.read(&mut buffer)?;
                let piece = buffer.get(..count).unwrap_or_default().to_vec();
                if count == 0 || sender.send(piece).is_err() {
                    return Ok(());
                }
            }
        });
        Self { pieces, seen: Vec::new() }
    }

    /// Reads until it is enough, the stream ends or time does.
    fn wait(&mut self, by: Instant, enough: impl Fn(&[u8]) -> bool) -> Found {
        while !enough(&self.seen) {
            match self.pieces.recv_timeout(by.saturating_duration_since(Instant::now())) {
                Ok(piece) => self.seen.extend(piece),
                Err(RecvTimeoutError::Disconnected) => return Found::End,
                Err(RecvTimeoutError::Timeout) => return Found::Late,
            }
        }
        Found::Enough
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shell(script: &str) -> Process {
        let mut command = Command::new("sh");
        command.args(["-c", script]);
        Process::start("sh", command).expect("a shell")
    }

    #[test]
    fn what_goes_wrong_is_said() {
        let by = || Instant::now() + Duration::from_millis(300);
        let mut cat = shell("echo up >&2; cat");
        assert_eq!(cat.says("up", by()).ok().as_deref(), Some("up\n"));
        cat.send_all(b"abc");
        assert!(cat.receives(b"abc", by()).is_ok());
        assert!(cat.finish_silent(by()).is_ok());

        let error = |result: Result<()>| result.expect_err("must fail").to_string();
        assert!(
            error(shell("printf ab").receives(b"abc", by())).contains("2 of 3 bytes and ended")
        );
        assert!(
            error(shell("printf abx; exec sleep 9").receives(b"abxd", by()))
                .contains("3 of 4 bytes in time")
        );
        assert!(error(shell("echo x").finish_silent(by())).contains("2 bytes too many"));
        assert!(error(shell("echo why >&2; exit 3").finish_silent(by())).contains("why"));
        assert!(error(shell("exec sleep 9").finish_silent(by())).contains("did not end"));
        assert!(
            error(shell("exit").says("up", by()).map(drop)).contains("did not say `up` and ended")
        );
    }
}
