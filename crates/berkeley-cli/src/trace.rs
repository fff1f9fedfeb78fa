//! What happened on the way to an answer or a connection, as a time line on standard error.
//!
//! Contract: a line each, in the order in which it is told: milliseconds since the start, what was done, with whom, and what came of it; or a
//! line of JSON.

use core::time::Duration;

use berkeley::resolve::Trace;
use berkeley::resolve::machine::Attempt as Question;
use berkeley::{Address, AnyAddr, ConnectEvent};
use serde_json::{Value, json};

use crate::fail::Fail;
use crate::out::Out;

/// A line: when, what, with whom, what came of it; and the members that JSON has beside `event` and `ms`.
struct Line {
    at: Duration,
    event: &'static str,
    whom: String,
    what: String,
    members: Value,
}

impl Line {
    fn tell(self, out: &Out) -> Result<(), Fail> {
        let Self { at, event, whom, what, mut members } = self;
        let words = format!("{:>8.1} ms  {event:<9}  {whom:<22}  {what}", ms(at));
        add(&mut members, "event", json!(event));
        add(&mut members, "ms", json!(ms(at)));
        out.tell(words.trim_end(), &members)
    }
}

/// What `connect` tells of.
pub(crate) fn connect(at: Duration, event: ConnectEvent<'_>, out: &Out) -> Result<(), Fail> {
    let line = match event {
        ConnectEvent::Asked(question) => asked(at, question),
        ConnectEvent::Answered(question) => answered(at, question),
        ConnectEvent::Found(found) => {
            let addresses: Vec<String> =
                found.addresses().iter().map(|addr| host(&AnyAddr::from(*addr))).collect();
            let partial = found.is_partial();
            Line {
                at,
                event: "found",
                whom: found.source().to_owned(),
                what: addresses.join(" ") + if partial { ", of one family" } else { "" },
                members: json!({
                    "source": found.source(), "addresses": addresses, "partial": partial
                }),
            }
        }
        ConnectEvent::NotFound(error) => {
            let error = error.to_string();
            let members = json!({ "error": error });
            Line { at, event: "not found", whom: String::new(), what: error, members }
        }
        ConnectEvent::Trying(addr) => with(at, "trying", &addr, String::new(), json!({})),
        ConnectEvent::Failed(attempt) => {
            let (error, took) = (attempt.error.to_string(), ms(attempt.took));
            let members = json!({ "error": error, "took": took });
            with(at, "failed", &attempt.address, format!("{error} ({took:.1} ms)"), members)
        }
        ConnectEvent::Connected(addr) => with(at, "won", &addr, "connected".into(), json!({})),
        ConnectEvent::Closed(addr) => with(at, "closed", &addr, "too late".into(), json!({})),
        // What later versions of the library may tell.
        _ => return Ok(()),
    };
    line.tell(out)
}

/// The sources and the questions of a look-up that is over.
pub(crate) fn lookup(trace: &Trace, out: &Out) -> Result<(), Fail> {
    let visits = trace.visits().iter().map(|visit| {
        let (source, said) = (visit.source.to_string(), visit.said.to_string());
        let members = json!({ "source": source, "said": said });
        Line { at: visit.at, event: "source", whom: source, what: said, members }
    });
    // Of what comes at one time a question's end stands before the next question.
    let questions = trace.attempts().iter().flat_map(|question| {
        let end = question.took.map(|took| question.start.saturating_add(took));
        let ask = asked(question.start, question);
        core::iter::once(ask).chain(end.map(|end| answered(end, question)))
    });
    let mut lines: Vec<Line> = questions.chain(visits).collect();
    lines.sort_by_key(|line| line.at);
    lines.into_iter().try_for_each(|line| line.tell(out))
}

fn with(at: Duration, event: &'static str, addr: &AnyAddr, what: String, members: Value) -> Line {
    let whom = addr.text().to_string();
    let mut members = members;
    add(&mut members, "address", json!(whom));
    Line { at, event, whom, what, members }
}

fn asked(at: Duration, question: &Question) -> Line {
    let tcp = if question.tcp { ", by TCP" } else { "" };
    Line {
        at,
        event: "asked",
        whom: question.server.to_string(),
        what: format!("{} {}{tcp}", question.ty, question.name),
        members: members(question),
    }
}

fn answered(at: Duration, question: &Question) -> Line {
    let end = question.end.to_string();
    let mut members = members(question);
    add(&mut members, "end", json!(end));
    add(&mut members, "took", json!(question.took.map(ms)));
    Line {
        at,
        event: "answered",
        whom: question.server.to_string(),
        what: format!("{} {}: {end}", question.ty, question.name),
        members,
    }
}

fn members(question: &Question) -> Value {
    json!({
        "server": question.server.to_string(),
        "tcp": question.tcp,
        "type": question.ty.to_string(),
        "name": question.name.to_string(),
    })
}

fn add(members: &mut Value, name: &str, value: Value) {
    if let Some(members) = members.as_object_mut() {
        members.insert(name.into(), value);
    }
}

/// Without its port.
fn host(addr: &AnyAddr) -> String {
    addr.ip().map_or_else(|| addr.text().to_string(), |ip| ip.ip().to_string())
}

/// To the microsecond.
pub(crate) fn ms(time: Duration) -> f64 {
    (time.as_secs_f64() * 1e6).round() / 1e3
}
