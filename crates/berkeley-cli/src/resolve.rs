//! `berkeley resolve`: the whole answer of getaddrinfo, in its order.
//!
//! Contract: what POSIX lets getaddrinfo read is read (`127.1` included), which is more than an endpoint may hold. The name
//! and the service part at the only colon, or behind `]`.

use core::time::Duration;
use std::time::Instant;

use berkeley::resolve::{AddrInfo, AddrInfoFlags, Hints, Resolver};
use berkeley::{Address, Family, Limit, Type};
use clap::ValueEnum;
use comfy_table::{Table, presets};
use serde_json::json;

use crate::fail::Fail;
use crate::out::Out;
use crate::talk;
use crate::trace::{self, ms};

/// Looks a name and a service up: the whole answer of getaddrinfo.
///
/// Prints all answers in the order in which to try them, and the time it took. JSON, a line for each:
/// {"name":TEXT,"ok":true,"order":1,"family":"AF_INET6","type":"SOCK_STREAM","protocol":"IPPROTO_TCP","address":"[::1]:80",
/// "canonical":NAME or null,"ms":MILLISECONDS}; or {"name":TEXT,"ok":false,"error":WORDS,"ms":..}.
///
/// With --trace the way to the answer is told on standard error, with the milliseconds since the start: what each source of nsswitch.conf
/// said, or libc, where it was asked; to which name server each question went, and what became of it. In JSON:
/// {"event":"source","ms":..,"source":"files","said":WORDS}, {"event":"asked","ms":..,"server":"127.0.0.1:53","tcp":false,"type":"A",
/// "name":..}, {"event":"answered",..,"end":WORDS,"took":MILLISECONDS}. What needs no look-up has no such lines.
///
/// Exit codes: 0 done, 1 no answer, 2 not understood, 4 timed out.
#[derive(clap::Args)]
pub(crate) struct Args {
    /// Such as example.org, example.org:http, 127.1, [::1]:80, fe80::1%eth0; `:80` is this machine itself
    #[arg(value_name = "NAME[:SERVICE]")]
    name: String,
    /// Only addresses of this family
    #[arg(long, value_name = "4|6")]
    family: Option<IpFamily>,
    /// Only for sockets of this type
    #[arg(long, value_name = "TYPE")]
    r#type: Option<SocketType>,
    /// Without a name: addresses to listen on rather than to connect to
    #[arg(long)]
    passive: bool,
    /// Asks for the name's canonical form
    #[arg(long)]
    canonical: bool,
    /// Tells which source and which name server was asked what, and what came, as a time line on standard error
    #[arg(long)]
    trace: bool,
    /// Gives up after so many seconds, such as 0.5
    #[arg(long, value_name = "SECONDS", value_parser = talk::seconds, allow_negative_numbers = true)]
    time: Option<Duration>,
}

#[derive(Clone, Copy, ValueEnum)]
enum IpFamily {
    #[value(name = "4")]
    V4,
    #[value(name = "6")]
    V6,
}

#[derive(Clone, Copy, ValueEnum)]
enum SocketType {
    Stream,
    Dgram,
    Raw,
    Seqpacket,
}

pub(crate) fn run(args: &Args, out: &mut Out) -> Result<(), Fail> {
    let (host, service) = parts(&args.name);
    let start = Instant::now();
    let (answer, trace) =
        Resolver::system().getaddrinfo_traced(host, service, &hints(args), Limit::from(args.time));
    let took = start.elapsed();
    if args.trace {
        trace::lookup(&trace, out)?;
    }
    let answer = match answer {
        Ok(answer) => answer,
        Err(error) => {
            let fail = Fail::from(error);
            if !out.is_json() {
                return Err(fail);
            }
            let error = fail.words();
            out.record(&json!({ "name": args.name, "ok": false, "error": error, "ms": ms(took) }))?;
            return Err(Fail::silent(fail.code()));
        }
    };
    if out.is_json() {
        return answer.iter().zip(1..).try_for_each(|(info, order)| {
            out.record(&json!({
                "name": args.name,
                "ok": true,
                "order": order,
                "family": info.family.to_string(),
                "type": info.ty.to_string(),
                "protocol": info.protocol.name_in(info.family).to_string(),
                "address": info.addr.text().to_string(),
                "canonical": info.canonical_name,
                "ms": ms(took),
            }))
        });
    }
    out.line(table(&answer, args.canonical).trim_fmt())?;
    let answers = if answer.len() == 1 { "answer" } else { "answers" };
    out.line(format_args!("{} {answers} in {:.1} ms", answer.len(), ms(took)))
}

fn hints(args: &Args) -> Hints {
    // Names beyond ASCII are translated; the others are left alone.
    let mut flags = AddrInfoFlags::IDN;
    if args.passive {
        flags |= AddrInfoFlags::PASSIVE;
    }
    if args.canonical {
        flags |= AddrInfoFlags::CANONNAME;
    }
    let hints = match args.family {
        None => Hints::new(),
        Some(IpFamily::V4) => Hints::new().family(Family::INET),
        Some(IpFamily::V6) => Hints::new().family(Family::INET6),
    };
    let hints = hints.flags(flags);
    match args.r#type {
        None => hints,
        Some(SocketType::Stream) => hints.ty(Type::STREAM),
        Some(SocketType::Dgram) => hints.ty(Type::DGRAM),
        Some(SocketType::Raw) => hints.ty(Type::RAW),
        Some(SocketType::Seqpacket) => hints.ty(Type::SEQPACKET),
    }
}

fn table(answer: &[AddrInfo], canonical: bool) -> Table {
    let mut table = Table::new();
    table.load_preset(presets::NOTHING);
    let mut header = vec!["#", "family", "type", "protocol", "address"];
    if canonical {
        header.push("canonical name");
    }
    table.set_header(header);
    for (info, order) in answer.iter().zip(1..) {
        let mut row = vec![
            order.to_string(),
            info.family.to_string(),
            info.ty.to_string(),
            info.protocol.name_in(info.family).to_string(),
            info.addr.text().to_string(),
        ];
        if canonical {
            row.push(info.canonical_name.clone().unwrap_or_default());
        }
        table.add_row(row);
    }
    for column in table.column_iter_mut() {
        column.set_padding((0, 2));
    }
    table
}

/// The host and the service: `NAME`, `NAME:SERVICE`, `[v6]`, `[v6]:SERVICE`, and an IPv6 address without brackets.
fn parts(text: &str) -> (Option<&str>, Option<&str>) {
    let (host, service) = match text.strip_prefix('[').and_then(|rest| rest.split_once(']')) {
        Some((host, "")) => (host, None),
        Some((host, rest)) if rest.starts_with(':') => (host, rest.get(1..)),
        _ => match text.split_once(':') {
            Some((host, service)) if !service.contains(':') => (host, Some(service)),
            _ => (text, None),
        },
    };
    (Some(host).filter(|host| !host.is_empty()), service)
}

#[cfg(test)]
mod tests {
    use super::parts;

    #[test]
    fn the_service_is_behind_the_only_colon_or_the_bracket() {
        let rows = [
            ("example.org", (Some("example.org"), None)),
            ("example.org:http", (Some("example.org"), Some("http"))),
            (":80", (None, Some("80"))),
            ("::1", (Some("::1"), None)),
            ("fe80::1%eth0", (Some("fe80::1%eth0"), None)),
            ("[::1]", (Some("::1"), None)),
            ("[::1]:80", (Some("::1"), Some("80"))),
            ("[::1]80", (Some("[::1]80"), None)),
            ("a:", (Some("a"), Some(""))),
            ("", (None, None)),
        ];
        for (text, expected) in rows {
            assert_eq!(parts(text), expected, "{text}");
        }
    }
}
