//! What the tour tells: a stop, and what became of it.
//!
//! Contract: every stop of the plan gives one [`Row`], whatever happens. A row is well unless it is [`Outcome::Failed`].

use core::time::Duration;

use berkeley::socket::Errno;
use berkeley::{ConnectError, Error, Family, Progress, Protocol, ResolveError, Socket, Type};
use serde::{Serialize, Serializer};
use sha2::{Digest, Sha256};

use crate::errno;

/// A socket to be opened, and what is done with it.
pub(crate) struct Stop {
    /// What `--require` calls it.
    pub(crate) word: &'static str,
    pub(crate) family: Family,
    pub(crate) ty: Type,
    pub(crate) protocol: Protocol,
    /// What tells it from others of this family and type.
    pub(crate) how: &'static str,
    /// Runs once socket(2) has succeeded.
    pub(crate) visit: fn(&Self) -> Result<Outcome, Fault>,
}

impl Stop {
    /// `AF_INET SOCK_STREAM mptcp`.
    pub(crate) fn title(&self) -> String {
        format!("{} {} {}", self.family, self.ty, self.how)
    }

    /// A socket of this stop.
    pub(crate) fn open(&self) -> berkeley::Result<Socket> {
        Socket::new(self.family, self.ty, self.protocol)
    }
}

/// A stop and what became of it.
pub(crate) struct Row {
    pub(crate) stop: &'static Stop,
    pub(crate) outcome: Outcome,
}

/// What became of a stop.
pub(crate) enum Outcome {
    /// Data went through it, and arrived as it was sent.
    Carried(Carried),
    /// It was opened and closed, and this is why no more.
    Opened(String),
    /// The kernel does not have it, or does not permit it.
    Skipped(Fault),
    /// It should have worked.
    Failed(Fault),
}

/// What went through a socket.
pub(crate) struct Carried {
    /// The server's address.
    pub(crate) address: String,
    /// The median of some small exchanges.
    pub(crate) rtt: Duration,
    pub(crate) proof: Proof,
    /// Names that were found on the way: links, addresses of a name.
    pub(crate) names: Vec<String>,
}

/// Why it is sure that it worked.
pub(crate) enum Proof {
    /// The same bytes at both ends, to the server and back.
    Data { there: Way, back: Way, elapsed: Duration },
    /// The kernel sent the same bytes back.
    Echo { way: Way, elapsed: Duration },
    /// The kernel's answer was read to its end and found right by other means.
    Answer { sent: usize, received: usize, replies: usize },
}

/// One direction: what left, and what arrived; `--json` prints it so.
#[derive(Serialize)]
pub(crate) struct Way {
    pub(crate) sent: u64,
    received: u64,
    /// 0 on a stream, where the pieces mean nothing.
    #[serde(skip_serializing_if = "is_stream")]
    pub(crate) messages: u64,
    sha256_sent: String,
    sha256_received: String,
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "as serde calls it")]
fn is_stream(messages: &u64) -> bool {
    *messages == 0
}

impl Way {
    /// # Errors
    ///
    /// What arrived is not what was sent.
    pub(crate) fn compare(sent: &Tally, received: &Tally) -> Result<Self, Fault> {
        let way = Self {
            sent: sent.bytes,
            received: received.bytes,
            messages: sent.messages,
            sha256_sent: sent.digest(),
            sha256_received: received.digest(),
        };
        if way.sha256_sent == way.sha256_received && sent.messages == received.messages {
            return Ok(way);
        }
        let Self { sent, received, sha256_sent, sha256_received, .. } = way;
        Err(Fault::new(format!(
            "{sent} bytes of SHA-256 {sha256_sent} were sent, {received} bytes of SHA-256 \
             {sha256_received} received"
        )))
    }
}

impl Way {
    /// Bytes that the kernel digested, and what it says that their SHA-256 is.
    ///
    /// # Errors
    ///
    /// It is another.
    pub(crate) fn digested(sent: &Tally, digest: &[u8]) -> Result<Self, Fault> {
        let hex = digest.iter().fold(String::new(), |text, byte| text + &format!("{byte:02x}"));
        let way = Self::compare(sent, sent)?;
        if way.sha256_sent == hex {
            return Ok(Self { sha256_received: hex, ..way });
        }
        Err(Fault::new(format!("the kernel's SHA-256 is {hex}, ours {}", way.sha256_sent)))
    }
}

/// What one side has sent, or received, so far.
#[derive(Default)]
pub(crate) struct Tally {
    bytes: u64,
    messages: u64,
    hash: Sha256,
}

impl Tally {
    /// Counts a message, or a piece of a stream.
    pub(crate) fn add(&mut self, data: &[u8]) {
        self.bytes += data.len() as u64;
        self.messages += 1;
        self.hash.update(data);
    }

    /// The pieces that a stream came in mean nothing.
    pub(crate) fn of_stream(self) -> Self {
        Self { messages: 0, ..self }
    }

    /// The SHA-256 in hex.
    pub(crate) fn digest(&self) -> String {
        format!("{:x}", self.hash.clone().finalize())
    }
}

/// What went wrong, and where.
#[derive(Debug)]
pub(crate) struct Fault {
    pub(crate) errno: Option<Errno>,
    pub(crate) why: String,
}

impl Fault {
    pub(crate) fn new(why: impl Into<String>) -> Self {
        Self { errno: None, why: why.into() }
    }

    /// The same, said to have happened at `place`.
    #[must_use]
    pub(crate) fn at(self, place: &str) -> Self {
        Self { why: format!("{place}: {}", self.why), ..self }
    }

    /// The same, with what can be done about it.
    #[must_use]
    pub(crate) fn advise(self, advice: &str) -> Self {
        Self { why: format!("{}; {advice}", self.why), ..self }
    }
}

impl From<Error> for Fault {
    fn from(error: Error) -> Self {
        let why = match error.errno() {
            // The number behind std's words says less than the name beside them.
            Some(errno) => {
                format!("{}: {}, {}", error.op().name(), errno::name(errno), errno::words(errno))
            }
            None => error.to_string(),
        };
        Self { errno: error.errno(), why }
    }
}

impl From<Progress> for Fault {
    fn from(progress: Progress) -> Self {
        let fault = Self::from(progress.error);
        fault.advise(&format!("{} bytes had gone before", progress.done))
    }
}

impl From<ConnectError> for Fault {
    fn from(error: ConnectError) -> Self {
        Self { errno: error.last().and_then(Error::errno), why: error.to_string() }
    }
}

impl From<ResolveError> for Fault {
    fn from(error: ResolveError) -> Self {
        Self::new(error.to_string())
    }
}

/// The row as `--json` prints it. Keys that have nothing to say are left out.
#[derive(Serialize)]
struct Record<'a> {
    family: String,
    #[serde(rename = "type")]
    ty: String,
    protocol: String,
    how: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    address: Option<&'a str>,
    /// Neither for what is skipped.
    #[serde(skip_serializing_if = "Option::is_none")]
    ok: Option<bool>,
    #[serde(skip_serializing_if = "core::ops::Not::not")]
    skipped: bool,
    #[serde(skip_serializing_if = "core::ops::Not::not")]
    opened_only: bool,
    #[serde(flatten)]
    there: Option<&'a Way>,
    #[serde(skip_serializing_if = "Option::is_none")]
    back: Option<&'a Way>,
    #[serde(flatten)]
    answer: Option<AnswerRecord>,
    #[serde(skip_serializing_if = "<[String]>::is_empty")]
    names: &'a [String],
    #[serde(skip_serializing_if = "Option::is_none")]
    rtt_us: Option<f64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    bytes_per_s: Option<f64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    errno: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    why: Option<&'a str>,
}

/// A question to the kernel and its answer, likewise.
#[derive(Serialize)]
struct AnswerRecord {
    sent: usize,
    received: usize,
    replies: usize,
}

impl Serialize for Row {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let Stop { family, ty, protocol, how, .. } = self.stop;
        let mut record = Record {
            family: family.to_string(),
            ty: ty.to_string(),
            protocol: protocol.name_in(*family).to_string(),
            how,
            address: None,
            ok: None,
            skipped: false,
            opened_only: false,
            there: None,
            back: None,
            answer: None,
            names: &[],
            rtt_us: None,
            bytes_per_s: None,
            errno: None,
            why: None,
        };
        match &self.outcome {
            Outcome::Carried(carried) => record.carry(carried),
            Outcome::Opened(why) => {
                (record.ok, record.opened_only) = (Some(true), true);
                record.why = Some(why);
            }
            Outcome::Skipped(fault) => {
                record.skipped = true;
                record.blame(fault);
            }
            Outcome::Failed(fault) => {
                record.ok = Some(false);
                record.blame(fault);
            }
        }
        record.serialize(serializer)
    }
}

impl<'a> Record<'a> {
    fn blame(&mut self, fault: &'a Fault) {
        self.errno = fault.errno.map(errno::name);
        self.why = Some(&fault.why);
    }

    fn carry(&mut self, carried: &'a Carried) {
        self.ok = Some(true);
        self.address = Some(&carried.address);
        self.rtt_us = Some(tenths(carried.rtt.as_secs_f64() * 1e6));
        self.names = &carried.names;
        self.bytes_per_s = carried.rate().map(f64::round);
        match &carried.proof {
            Proof::Data { there, back, .. } => {
                self.there = Some(there);
                self.back = Some(back);
            }
            Proof::Echo { way, .. } => self.there = Some(way),
            Proof::Answer { sent, received, replies } => {
                let (sent, received, replies) = (*sent, *received, *replies);
                self.answer = Some(AnswerRecord { sent, received, replies });
            }
        }
    }
}

impl Carried {
    /// Bytes per second of both directions together, with making and hashing them.
    pub(crate) fn rate(&self) -> Option<f64> {
        let (bytes, elapsed) = match &self.proof {
            Proof::Data { there, back, elapsed } => (there.received + back.received, elapsed),
            Proof::Echo { way, elapsed } => (way.received, elapsed),
            Proof::Answer { .. } => return None,
        };
        #[expect(clippy::cast_precision_loss, reason = "a rate is shown with few digits")]
        let bytes = bytes as f64;
        Some(bytes / elapsed.as_secs_f64()).filter(|rate| rate.is_finite())
    }
}

fn tenths(number: f64) -> f64 {
    (number * 10.0).round() / 10.0
}
