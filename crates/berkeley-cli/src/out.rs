//! `Out`: standard output, buffered, and whether it is to hold JSON.
//!
//! Contract: bytes leave at [`Out::flush`], when the buffer is full, and at the end of the program. If nobody reads any more
//! (EPIPE) the error is a [`Fail`] without words and with exit code 0, so `?` ends the program silently.

use core::fmt;
use std::fs::File;
use std::io::{self, BufWriter, Write};
use std::os::fd::AsFd;

use serde::Serialize;

use crate::fail::Fail;

/// Standard output.
pub(crate) struct Out {
    // A file rather than `Stdout`, which flushes at every line and takes a lock for each.
    file: BufWriter<File>,
    json: bool,
}

impl Out {
    pub(crate) fn new(json: bool) -> Result<Self, Fail> {
        let copy = io::stdout().as_fd().try_clone_to_owned().map_err(|error| failed(&error))?;
        Ok(Self { file: BufWriter::with_capacity(1 << 16, File::from(copy)), json })
    }

    /// Whether `--json` was given.
    pub(crate) fn is_json(&self) -> bool {
        self.json
    }

    /// Writes a line of text.
    pub(crate) fn line(&mut self, text: impl fmt::Display) -> Result<(), Fail> {
        writeln!(self.file, "{text}").map_err(|error| failed(&error))
    }

    /// Writes an object as a line of JSON.
    pub(crate) fn record(&mut self, object: &impl Serialize) -> Result<(), Fail> {
        serde_json::to_writer(&mut self.file, object).map_err(|error| failed(&error.into()))?;
        self.bytes(b"\n")
    }

    /// Writes bytes.
    pub(crate) fn bytes(&mut self, bytes: &[u8]) -> Result<(), Fail> {
        self.file.write_all(bytes).map_err(|error| failed(&error))
    }

    /// Tells on standard error what happens: as words, if there are any, or as a line of JSON.
    pub(crate) fn tell(&self, words: &str, object: &impl Serialize) -> Result<(), Fail> {
        let mut line = match (self.json, words) {
            (true, _) => serde_json::to_string(object).map_err(|error| failed(&error.into()))?,
            (false, "") => return Ok(()),
            (false, words) => words.to_owned(),
        };
        line.push('\n');
        // In one piece, and nothing to be done if nobody listens.
        let _ = io::stderr().write_all(line.as_bytes());
        Ok(())
    }

    /// Tells of a failure that ends nothing.
    pub(crate) fn warn(&self, fail: Option<Fail>) {
        if let Some(fail) = fail {
            fail.report(self.json);
        }
    }

    /// Lets everything written so far leave.
    pub(crate) fn flush(&mut self) -> Result<(), Fail> {
        self.file.flush().map_err(|error| failed(&error))
    }
}

fn failed(error: &io::Error) -> Fail {
    match error.kind() {
        io::ErrorKind::BrokenPipe => Fail::silent(0),
        _ => Fail::io("standard output", error),
    }
}
