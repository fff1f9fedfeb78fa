//! `berkeley connect`: standard input and output to a socket of any family.

use serde_json::json;

use berkeley::{Address, ConnectEvent, ConnectOptions, Endpoint, Limit, Socket};

use crate::fail::Fail;
use crate::feed::{self, Feed};
use crate::out::Out;
use crate::{talk, trace};

/// Connects standard input and output to a socket of any family.
///
/// The end of input half-closes the connection; the other side is still read to its end. Where there are no connections (udp,
/// unix+dgram, packet, netlink ...) each read of input is a message, at most 65507 bytes (a packet of unix+seqpacket: 8192),
/// or with --line each line; each message received is written out; after the end of input answers are waited for until
/// --time, or until interrupted.
///
/// With --json what happens is told on standard error: {"event":"connected","endpoint":..,"local":..,"peer":..},
/// {"event":"ended","received":BYTES,"sent":BYTES}, {"ok":false,"error":WORDS,"exit":CODE}.
///
/// With --trace the way to the connection is told there as well, a line for each event with the milliseconds since the start: which name
/// server was asked, what it answered, what addresses were found, which was tried when, what became of it. In JSON the events are
/// asked, answered, found, not found, trying, failed, won, closed, each with "ms".
///
/// Exit codes: 0 done, 1 input or output failed, 2 not understood, 3 refused, 4 timed out.
#[derive(clap::Args)]
pub(crate) struct Args {
    /// Such as tcp://example.org:80, example.org:80, udp://[::1]:53, unix:///run/x.sock, /run/x.sock, @name, packet://eth0; fd://3
    /// is a connected socket that a shell left open; `-` is standard input and output itself
    #[arg(value_name = "ENDPOINT")]
    endpoint: String,
    /// Tells how the connection comes about, as a time line on standard error
    #[arg(long)]
    trace: bool,
    #[command(flatten)]
    options: talk::Options,
}

pub(crate) fn run(args: &Args, out: &mut Out) -> Result<(), Fail> {
    if args.endpoint == "-" {
        return talk::with_oneself(out);
    }
    let limit = args.options.limit();
    let (socket, endpoint) = match talk::inherited(&args.endpoint)? {
        Some(inherited) => inherited,
        None => {
            let endpoint = talk::endpoint(&args.endpoint)?;
            (connect(&endpoint, limit, args.trace, out)?, endpoint)
        }
    };
    if out.is_json() {
        let text = |addr: berkeley::AnyAddr| addr.text().to_string();
        let (local, peer) = (socket.local_addr().ok().map(text), socket.peer_addr().ok().map(text));
        let endpoint = endpoint.to_string();
        out.tell(
            "",
            &json!({ "event": "connected", "endpoint": endpoint, "local": local, "peer": peer }),
        )?;
    }
    let feed = Feed::start(&endpoint, args.options.line, limit)?;
    if feed::is_connection(socket.ty()) {
        talk::over(socket, &endpoint, &feed, out)
    } else {
        talk::messages(socket, &endpoint, &feed, out)
    }
}

fn connect(
    endpoint: &Endpoint,
    limit: Limit<'_>,
    is_traced: bool,
    out: &Out,
) -> Result<Socket, Fail> {
    if !is_traced {
        return Ok(berkeley::connect(endpoint, limit)?);
    }
    let mut told = Ok(());
    let mut tell = |at, event: ConnectEvent<'_>| {
        let line = trace::connect(at, event, out);
        told = core::mem::replace(&mut told, Ok(())).and(line);
    };
    let socket = berkeley::connect_traced(endpoint, ConnectOptions::default(), limit, &mut tell)?;
    told.map(|()| socket)
}
