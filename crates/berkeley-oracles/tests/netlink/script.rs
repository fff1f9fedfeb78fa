//! A kernel that does what a script says: dumps that change, answers that are cut, refusals in words.
//!
//! NETLINK_USERSOCK carries bytes from port to port; the connection is told to believe the script's port.

use core::time::Duration;
use std::thread;
use std::time::Instant;

use berkeley_addr::{NetlinkAddr, Protocol, Type};
use berkeley_socket::netlink::{
    Connection, DONE, DUMP_INTR, ERROR, Error, Message, Messages, Request, Result,
};
use berkeley_socket::{CancelToken, Errno, Kind, Limit, Socket};

/// NLM_F_MULTI, NLM_F_CAPPED and NLM_F_ACK_TLVS (linux/netlink.h).
const MULTI: u16 = 2;
const CAPPED: u16 = 0x100;
const TLVS: u16 = 0x200;
/// What the script's values come in.
const VALUE: u16 = 77;

/// A datagram of the script: its messages' kind, flags and body; the number is the request's plus what stands first.
type Part = Vec<(u32, u16, u16, Vec<u8>)>;

fn socket() -> Socket<NetlinkAddr> {
    let socket = Socket::open(Type::RAW, Protocol::NETLINK_USERSOCK).unwrap();
    socket.bind(&NetlinkAddr::KERNEL).unwrap();
    socket
}

/// As the kernel answers: under the number of the request and the port that asked.
fn bytes(port: u32, sequence: u32, part: &Part) -> Vec<u8> {
    let mut bytes = Vec::new();
    for (off, kind, flags, body) in part {
        let len = u32::try_from(16 + body.len()).unwrap();
        bytes.extend(len.to_ne_bytes());
        bytes.extend(kind.to_ne_bytes());
        bytes.extend(flags.to_ne_bytes());
        bytes.extend((sequence.wrapping_add(*off)).to_ne_bytes());
        bytes.extend(port.to_ne_bytes());
        bytes.extend(body);
        bytes.resize(bytes.len().next_multiple_of(4), 0);
    }
    bytes
}

fn value(number: u32) -> (u32, u16, u16, Vec<u8>) {
    (0, VALUE, MULTI, number.to_ne_bytes().to_vec())
}

fn done() -> (u32, u16, u16, Vec<u8>) {
    (0, DONE, MULTI, vec![0; 4])
}

/// Asks a kernel that answers the first request by the first answer's parts, and so on: what was got, and how many were asked.
fn asked<T: Send>(
    answers: &[Vec<Part>],
    ask: impl FnOnce(Connection<'_>) -> T + Send,
) -> (T, usize) {
    let (kernel, client) = (socket(), socket());
    let (there, here) = (kernel.local_addr().unwrap(), client.local_addr().unwrap());
    let over = CancelToken::new().unwrap();
    thread::scope(|scope| {
        let script = scope.spawn(|| {
            let mut asked = 0;
            let mut request = [0; 512];
            while let Ok(len) =
                kernel.within(Limit::seconds(20).cancelled_by(&over)).recv(&mut request)
            {
                let sequence = Messages::new(&request[..len]).next().unwrap().unwrap().sequence;
                for part in answers.get(asked).unwrap_or(&answers[answers.len() - 1]) {
                    kernel.send_to(&bytes(here.pid, sequence, part), &here).unwrap();
                }
                asked += 1;
            }
            asked
        });
        let connection = Connection::new(client).to(there).within(Limit::seconds(10));
        let got = ask(connection);
        over.cancel();
        (got, script.join().unwrap())
    })
}

fn list(mut connection: Connection<'_>) -> Result<Vec<u32>> {
    let mut room = [0; 64];
    let mut request = Request::new(&mut room, VALUE, 0);
    connection.list(&mut request, |message: &Message<'_>| {
        (message.kind == VALUE).then(|| u32::from_ne_bytes(message.body.try_into().unwrap()))
    })
}

fn request(mut connection: Connection<'_>) -> Result<()> {
    connection.request(&mut Request::new(&mut [0; 64], VALUE, 0))
}

#[test]
fn a_dump_is_of_one_moment() {
    let whole = vec![vec![value(1), value(2)], vec![value(3), done()]];
    let changed = {
        let mut all = whole.clone();
        all[0][1].2 |= DUMP_INTR;
        all
    };
    let changed_at_the_end = {
        let mut all = whole.clone();
        all[1][1].2 |= DUMP_INTR;
        all
    };
    // A part that is longer than the buffer, which then grows; what is behind it is thrown away.
    let long =
        vec![vec![(0, VALUE, MULTI, vec![0; 70_000]), value(9)], vec![value(8)], vec![done()]];
    let fits =
        vec![vec![(0, VALUE + 1, MULTI, vec![0; 60_000]), value(1), value(2), value(3), done()]];
    // Notifications and late answers stand between.
    let mixed = vec![
        vec![(u32::MAX, VALUE, MULTI, vec![0; 4]), value(1)],
        vec![(7, DONE, MULTI, vec![0; 4]), value(2)],
        vec![(u32::MAX, ERROR, 0, vec![0xff; 20]), value(3), done()],
    ];
    let rows = [
        (vec![whole.clone()], 1),
        (vec![changed.clone(), changed_at_the_end, whole], 3),
        (vec![long, fits], 2),
        (vec![mixed], 1),
    ];
    for (answers, times) in rows {
        assert_eq!(asked(&answers, list), (Ok(vec![1, 2, 3]), times));
    }
    assert_eq!(asked(&[changed], list), (Err(Error::Changing), 8));
}

/// NLMSGERR_ATTR_*: kind and value as an attribute.
fn attribute(kind: u16, value: &[u8]) -> Vec<u8> {
    let len = u16::try_from(4 + value.len()).unwrap();
    let mut bytes = [len.to_ne_bytes(), kind.to_ne_bytes()].concat();
    bytes.extend(value);
    bytes.resize(bytes.len().next_multiple_of(4), 0);
    bytes
}

#[test]
fn refusals_say_why() {
    let errno = |errno: i32| (-errno).to_ne_bytes().to_vec();
    let header = |len: u32| [&len.to_ne_bytes()[..], &[0; 12]].concat();
    let words = [
        attribute(1, b"no such thing\0"),
        attribute(2, &24u32.to_ne_bytes()),
        attribute(5, &3u32.to_ne_bytes()),
        attribute(6, &20u32.to_ne_bytes()),
        attribute(99, b"?"),
    ]
    .concat();
    let capped = [errno(22), header(64), words.clone()].concat();
    let whole = [errno(22), header(36), vec![7; 20], words.clone()].concat();
    let at_the_end = [errno(22), words.clone()].concat();
    let rows = [
        (ERROR, CAPPED | TLVS, capped.clone(), true),
        (ERROR, TLVS, whole, true),
        (DONE, MULTI | TLVS, at_the_end, true),
        (ERROR, CAPPED, capped, false),
        (ERROR, 0, errno(22), false),
        // The request that it says to repeat is longer than all there is.
        (ERROR, TLVS, [errno(22), header(u32::MAX), words].concat(), false),
    ];
    for (kind, flags, body, told) in rows {
        let (answer, _) = asked(&[vec![vec![(0, kind, flags, body)]]], list);
        let Err(Error::Refused(refusal)) = answer else { panic!("{answer:?}") };
        assert_eq!(refusal.errno, Errno::INVAL);
        let words = (refusal.text.as_deref(), refusal.offset, refusal.missing, refusal.missing_in);
        let all = (Some("no such thing"), Some(24), Some(3), Some(20));
        assert_eq!(words, if told { all } else { (None, None, None, None) });
        assert_eq!(refusal.to_string().contains("no such thing"), told);
    }
    // Numbers that are no errno, and an error without one.
    for body in [vec![], vec![1], 7i32.to_ne_bytes().to_vec(), (-70_000i32).to_ne_bytes().to_vec()]
    {
        let (answer, _) = asked(&[vec![vec![(0, ERROR, 0, body)]]], request);
        assert_eq!(answer.unwrap_err().errno(), Some(Errno::BADMSG));
    }
}

#[test]
fn answers_are_known_by_their_numbers() {
    let ack = |off| vec![(off, ERROR, CAPPED, vec![0; 20])];
    let refused =
        |off| vec![(off, ERROR, CAPPED, [(-1i32).to_ne_bytes().to_vec(), vec![0; 16]].concat())];
    // An echo comes before the acknowledgement, late answers before both.
    let parts = vec![refused(u32::MAX), vec![value(1)], ack(0)];
    assert_eq!(asked(&[parts], request), (Ok(()), 1));
    let (answer, _) = asked(&[vec![ack(1), refused(0)]], request);
    assert_eq!(answer.unwrap_err().errno(), Some(Errno::PERM));
    // One thing asked for: the message; an acknowledgement alone is no answer.
    let ask = |mut connection: Connection<'_>| {
        let mut room = [0; 64];
        let mut request = Request::new(&mut room, VALUE, 0);
        connection.ask(&mut request).map(|message| message.body.to_vec())
    };
    let parts = vec![vec![(3, VALUE, 0, vec![1; 4]), value(5)]];
    assert_eq!(asked(&[parts], ask).0, Ok(5u32.to_ne_bytes().to_vec()));
    assert_eq!(asked(&[vec![ack(0)]], ask).0, Err(Error::Unanswered));
    // A length that does not fit.
    let (kernel, client) = (socket(), socket());
    let (here, there) = (client.local_addr().unwrap(), kernel.local_addr().unwrap());
    kernel.send_to(&[200, 0, 0, 0, 1, 0, 0, 0, 1, 0, 0, 0, 0, 0, 0, 0], &here).unwrap();
    let bad = request(Connection::new(client).to(there).within(Limit::seconds(5)));
    assert!(matches!(bad, Err(Error::Malformed(_))), "{bad:?}");
}

#[test]
fn a_dump_left_before_its_end_is_thrown_away() {
    let first = vec![vec![value(1), value(2)], vec![value(3), done()]];
    let second = vec![vec![value(4), done()]];
    let (got, times) = asked(&[first, second], |mut connection| {
        let mut room = [0; 64];
        let mut request = Request::new(&mut room, VALUE, 0);
        let mut dump = connection.dump(&mut request).unwrap();
        assert_eq!(dump.next().unwrap().unwrap().body, 1u32.to_ne_bytes());
        list(connection)
    });
    assert_eq!((got, times), (Ok(vec![4]), 2));
}

#[test]
fn a_limit_is_for_the_whole_question() {
    let late = Limit::within(Duration::from_millis(300));
    let timed_out = |answer: Result<()>| match answer {
        Err(Error::Socket(error)) => error.kind() == Kind::TimedOut,
        _ => false,
    };
    let (answer, _) = asked(&[vec![]], |connection| request(connection.within(late)));
    assert!(timed_out(answer));
    let token = CancelToken::new().unwrap();
    token.cancel();
    let cancelled = Limit::NONE.cancelled_by(&token);
    let (answer, _) = asked(&[vec![]], |connection| request(connection.within(cancelled)));
    let Err(Error::Socket(error)) = answer else { panic!("{answer:?}") };
    assert_eq!(error.kind(), Kind::Cancelled);

    // Neither a stranger nor the peer itself can stretch it by sending again and again.
    for stranger in [false, true] {
        let (kernel, client) = (socket(), socket());
        let (here, there) = (client.local_addr().unwrap(), kernel.local_addr().unwrap());
        let other = socket();
        let over = CancelToken::new().unwrap();
        thread::scope(|scope| {
            scope.spawn(|| {
                let chatter = bytes(here.pid, 1000, &vec![value(1)]);
                let from = if stranger { &other } else { &kernel };
                while !over.is_cancelled() {
                    let limit = Limit::within(Duration::from_millis(5));
                    // A full queue is no reason to stop.
                    let _ = from.within(limit).send_to(&chatter, &here);
                }
            });
            let start = Instant::now();
            let answer = request(Connection::new(client).to(there).within(late));
            over.cancel();
            assert!(timed_out(answer));
            assert!(start.elapsed() < Duration::from_secs(5));
        });
    }
}
