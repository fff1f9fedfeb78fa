//! `berkeley listen`: the other end of `connect`, for any family.
//!
//! Contract: the first line on standard error is `listening on ENDPOINT`, an endpoint that `connect` takes, with the port that
//! the kernel chose; it is said when connections are taken already. A path that was made is removed at the end, if it still is the one.

use core::time::Duration;
use std::thread;

use berkeley::addr::Body;
use berkeley::option::so;
use berkeley::socket::Errno;
use berkeley::socket::unix::BoundPath;
use berkeley::{Address, AnyAddr, Endpoint, Error, Kind, Limit, Socket};
use serde_json::json;

use crate::fail::Fail;
use crate::feed::Feed;
use crate::out::Out;
use crate::talk;

/// How long to wait when the system is out of something before accepting again.
const PAUSE: Duration = Duration::from_millis(100);

/// Waits for a connection and connects it to standard input and output.
///
/// The first line on standard error is `listening on ENDPOINT`, with the port that was chosen for port 0; `berkeley connect`
/// takes that endpoint. The end of input half-closes the connection; the other side is still read to its end. A path in the
/// file system is removed at the end, but not when interrupted; one that a dead program left is taken.
///
/// Where there are no connections (udp, unix+dgram ...) each message received is written out, and input goes to the last
/// sender, a message for each read or with --line for each line; this ends at --time, or when interrupted.
///
/// With --json what happens is told on standard error: {"event":"listening","endpoint":..}, {"event":"accepted","peer":..},
/// {"event":"ended","received":BYTES,"sent":BYTES}, {"ok":false,"error":WORDS,"exit":CODE}.
///
/// Exit codes: 0 done, 1 input or output failed, 2 not understood, 4 timed out.
#[derive(clap::Args)]
pub(crate) struct Args {
    /// Such as tcp://:8080, 127.0.0.1:0, udp://:53, unix:///run/x.sock, ./x.sock, @name, unix+seqpacket://@name; fd://3 is
    /// a socket that a service manager left open; `-` is standard input and output itself
    #[arg(value_name = "ENDPOINT")]
    endpoint: String,
    /// Serves one connection after another, until --time; input goes to the first, at a terminal to each in turn
    #[arg(long)]
    keep: bool,
    /// Sends everything back instead; with --keep to many connections at once
    #[arg(long)]
    echo: bool,
    #[command(flatten)]
    options: talk::Options,
}

pub(crate) fn run(args: &Args, out: &mut Out) -> Result<(), Fail> {
    if args.endpoint == "-" {
        return talk::with_oneself(out);
    }
    let limit = args.options.limit();
    let (socket, endpoint, _path) = match talk::inherited(&args.endpoint)? {
        // Its path is its maker's to remove.
        Some((socket, endpoint)) => (socket, endpoint, None),
        None => {
            let endpoint = talk::endpoint(&args.endpoint)?;
            let socket = berkeley::listen(&endpoint, limit)?;
            let path = BoundPath::of(&socket);
            (socket, endpoint, path)
        }
    };
    let place = place(&endpoint, &socket);
    out.tell(
        &format!("listening on {place}"),
        &json!({ "event": "listening", "endpoint": place }),
    )?;
    let accepts = socket.get(so::ACCEPTCONN).unwrap_or(false);
    match (accepts, args.echo) {
        (true, true) => serve(socket, &endpoint, args.keep, limit, out, |socket, out| {
            if args.keep {
                in_background(socket, &endpoint, limit, out.is_json())
            } else {
                echo(&socket, &endpoint, limit)
            }
        }),
        (true, false) => {
            let feed = Feed::start(&endpoint, args.options.line, limit)?;
            serve(socket, &endpoint, args.keep, limit, out, |socket, out| {
                talk::over(socket, &endpoint, &feed, out)
            })
        }
        (false, true) => talk::echo_messages(&socket, &endpoint, limit, out),
        (false, false) => {
            let feed = Feed::start(&endpoint, args.options.line, limit)?;
            talk::anybody(socket, &endpoint, &feed, out)
        }
    }
}

/// Accepts one connection, or one after another, and gives each to `with`.
fn serve(
    listener: Socket,
    at: &Endpoint,
    keep: bool,
    limit: Limit<'_>,
    out: &mut Out,
    mut with: impl FnMut(Socket, &mut Out) -> Result<(), Fail>,
) -> Result<(), Fail> {
    loop {
        let (socket, from) = match listener.within(limit).accept() {
            Ok(accepted) => accepted,
            Err(error) if error.kind() == Kind::TimedOut && keep => return Ok(()),
            Err(error) if is_passing(error) => {
                out.warn(Some(Fail::at(at, error)));
                thread::sleep(PAUSE);
                continue;
            }
            Err(error) => return Err(Fail::at(at, error)),
        };
        if out.is_json() {
            out.tell("", &json!({ "event": "accepted", "peer": from.text().to_string() }))?;
        }
        if !keep {
            // Who comes now is refused rather than left waiting.
            drop(listener);
            return with(socket, out);
        }
        match with(socket, out) {
            // Standard output is closed.
            Err(fail) if fail.code() == 0 => return Err(fail),
            served => out.warn(served.err()),
        }
    }
}

fn echo(socket: &Socket, at: &Endpoint, limit: Limit<'_>) -> Result<(), Fail> {
    talk::echo(socket, limit).map_err(|error| Fail::at(at, error))
}

/// Echoes in a thread of its own.
fn in_background(
    socket: Socket,
    at: &Endpoint,
    limit: Limit<'static>,
    json: bool,
) -> Result<(), Fail> {
    let at = at.clone();
    let work = move || {
        if let Err(fail) = echo(&socket, &at, limit) {
            fail.report(json);
        }
    };
    thread::Builder::new().spawn(work).map(drop).map_err(|error| Fail::io("a thread", &error))
}

/// Whether the next connection may fare better: accept(2).
fn is_passing(error: Error) -> bool {
    matches!(
        error.errno(),
        Some(
            Errno::CONNABORTED
                | Errno::MFILE
                | Errno::NFILE
                | Errno::NOBUFS
                | Errno::NOMEM
                | Errno::PERM
                | Errno::PROTO
                | Errno::NETDOWN
                | Errno::NETUNREACH
                | Errno::HOSTUNREACH
        )
    )
}

/// The endpoint with the address that the socket got.
fn place(endpoint: &Endpoint, socket: &Socket) -> String {
    let given = endpoint.to_string();
    let transport = given.split_once("://").map_or("", |(transport, _)| transport);
    let body = match (socket.local_addr(), endpoint.body()) {
        (
            Ok(local @ (AnyAddr::Inet(_) | AnyAddr::Inet6(_))),
            Body::Host { service: Some(_), .. },
        ) => local.to_string(),
        (Ok(AnyAddr::Unix(local)), _) => local.to_string().replacen("unix:", "", 1),
        _ => return given,
    };
    let got = format!("{transport}://{body}");
    // Reading it makes it canonical.
    got.parse::<Endpoint>().map_or(got, |endpoint| endpoint.to_string())
}
