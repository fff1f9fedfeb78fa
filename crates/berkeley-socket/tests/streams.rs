//! Readers and writers: as std's over the same bytes, and nothing lost, doubled or late when a call stops in between.
//!
//! Contract: one row a case; around each the process has as many descriptors as before. Sources: the documentation of
//! `std::io::{Read, BufRead, Write}`, CPython's `socket.makefile`.

use core::time::Duration;
use std::io::{self, BufRead, BufReader, ErrorKind, IoSlice, IoSliceMut, Read, Write};
use std::thread;
use std::time::Instant;

use berkeley_addr::UnixAddr;
use berkeley_socket::{
    CancelToken, Errno, How, Limit, RecvFlags, SendFlags, Socket, SocketRef, Type,
};
use proptest::prelude::*;

type Show = fn();

const ROWS: &[(&str, Show)] = &[
    ("a line in parts, time-outs between", line_in_parts),
    ("read_exact in parts, time-outs between", exact_in_parts),
    ("read_until, skip_until, read_to_string in parts", others_in_parts),
    ("what is longer than the buffer, and the rest of it", longer_than_the_buffer),
    ("the end before all has come keeps what came", end_keeps),
    ("a line that is not UTF-8 is skipped", not_utf8),
    ("without a buffer nothing is taken ahead", unbuffered_reader),
    ("a trickle does not stretch a read", trickle_of_bytes),
    ("what lies ready does not stretch a read", bytes_ready),
    ("a trickle of room does not stretch a flush", trickle_of_room),
    ("a stopped flush goes on", flush_goes_on),
    ("a stopped write_all, write! and writev have taken all or nothing", stopped_writes),
    ("what is written comes in order, in as few sends as can be", few_sends),
    ("dropping flushes; not what was taken out", drop_flushes),
    ("a drop after a time-out does not wait again", drop_does_not_wait),
    ("each is closed for itself", close_independently),
    ("an owned one has a time-out of its own", own_timeout),
    ("a limit can be changed, and what is held stays", other_limit),
    ("a token ends a read_line", cancelled),
    ("EAGAIN of a non-blocking socket loses nothing", nonblocking),
    ("messages are bytes in a row", messages),
];

const SHORT: Limit<'static> = Limit::within(Duration::from_millis(5));
const LONG: Limit<'static> = Limit::seconds(20);

fn pair() -> (Socket<UnixAddr>, Socket<UnixAddr>) {
    Socket::pair(Type::STREAM).unwrap()
}

fn stopped<T: core::fmt::Debug>(answer: io::Result<T>) {
    assert_eq!(answer.unwrap_err().kind(), ErrorKind::TimedOut);
}

/// How long it takes.
fn timed<T>(call: impl FnOnce() -> T) -> (T, Duration) {
    let start = Instant::now();
    let answer = call();
    (answer, start.elapsed())
}

fn line_in_parts() {
    for capacity in [0, 1, 3, 8192] {
        let (here, there) = pair();
        let mut reader = here.within(SHORT).reader_with(capacity);
        let mut line = String::new();
        // The two bytes of é come apart.
        for part in [&b"caf"[..], b"\xc3", b"\xa9 au l", b"ait"] {
            there.send_all(part).unwrap();
            stopped(reader.read_line(&mut line));
            assert_eq!(line, "", "nothing before all is there");
        }
        assert_eq!(reader.buffer(), "café au lait".as_bytes());
        there.send_all(b"\nnext\nlast").unwrap();
        assert_eq!(reader.read_line(&mut line).unwrap(), 14);
        assert_eq!(line, "café au lait\n");
        there.shutdown(How::Write).unwrap();
        let rest: Vec<String> = reader.lines().map(Result::unwrap).collect();
        assert_eq!(rest, ["next", "last"]);
    }
}

fn exact_in_parts() {
    for capacity in [0, 1, 4, 8192] {
        let (here, there) = pair();
        let mut reader = here.within(SHORT).reader_with(capacity);
        let mut out = [0; 10];
        for (part, held) in [(&b"01"[..], "01"), (b"2345", "012345"), (b"678", "012345678")] {
            there.send_all(part).unwrap();
            stopped(reader.read_exact(&mut out));
            assert_eq!(reader.buffer(), held.as_bytes(), "put back");
        }
        // Also smaller than what is held, between.
        reader.read_exact(&mut out[..3]).unwrap();
        assert_eq!(&out[..3], b"012");
        there.send_all(b"9abc").unwrap();
        reader.read_exact(&mut out).unwrap();
        assert_eq!(&out, b"3456789abc");
    }
}

fn others_in_parts() {
    let (here, there) = pair();
    let mut reader = here.within(SHORT).reader();
    let mut bytes = Vec::new();
    there.send_all(b"key").unwrap();
    stopped(reader.read_until(b'=', &mut bytes));
    there.send_all(b"=value;").unwrap();
    assert_eq!((reader.read_until(b'=', &mut bytes).unwrap(), &*bytes), (4, &b"key="[..]));
    assert_eq!(reader.skip_until(b'l').unwrap(), 3);
    stopped(reader.skip_until(b'!'));
    there.send_all(b"...!text").unwrap();
    assert_eq!(reader.skip_until(b'!').unwrap(), 4);

    let mut text = String::from("so: ");
    stopped(reader.read_to_string(&mut text));
    assert_eq!((&*text, reader.buffer()), ("so: ", &b"text"[..]));
    bytes.clear();
    stopped(reader.read_to_end(&mut bytes));
    assert_eq!((&*bytes, reader.buffer()), (&b"text"[..], &b""[..]), "delivered");
    there.send_all(b"; the end").unwrap();
    there.shutdown(How::Write).unwrap();
    assert_eq!(reader.read_to_string(&mut text).unwrap(), 9);
    assert_eq!(text, "so: ; the end");
}

fn longer_than_the_buffer() {
    let (here, there) = pair();
    let mut reader = here.within(LONG).reader_with(16);
    let line = "x".repeat(100_000);
    thread::scope(|scope| {
        scope.spawn(|| {
            for _ in 0..3 {
                there.send_all(line.as_bytes()).unwrap();
                there.send_all(b"\nrest ").unwrap();
            }
        });
        for _ in 0..3 {
            let mut read = String::new();
            reader.read_line(&mut read).unwrap();
            assert_eq!(read.trim_end(), line);
            let mut rest = [0; 5];
            reader.read_exact(&mut rest).unwrap();
            assert_eq!(&rest, b"rest ");
        }
    });
}

fn end_keeps() {
    let (here, there) = pair();
    let mut reader = here.within(LONG).reader();
    there.send_all(b"abc").unwrap();
    drop(there);
    let ended = reader.read_exact(&mut [0; 8]).unwrap_err();
    assert_eq!(ended.kind(), ErrorKind::UnexpectedEof);
    let mut rest = Vec::new();
    assert_eq!(reader.read_until(b'\n', &mut rest).unwrap(), 3);
    assert_eq!(reader.read_until(b'\n', &mut rest).unwrap(), 0);
    assert_eq!(rest, b"abc");
}

fn not_utf8() {
    let (here, there) = pair();
    let mut reader = here.within(LONG).reader();
    there.send_all(b"\xff\xfe\ngood\n\xff").unwrap();
    drop(there);
    let mut line = String::new();
    assert_eq!(reader.read_line(&mut line).unwrap_err().kind(), ErrorKind::InvalidData);
    assert_eq!(reader.read_line(&mut line).unwrap(), 5);
    assert_eq!(reader.read_to_string(&mut line).unwrap_err().kind(), ErrorKind::InvalidData);
    assert_eq!(reader.read_to_string(&mut line).unwrap(), 0);
    assert_eq!(line, "good\n");
}

fn unbuffered_reader() {
    let (here, there) = pair();
    there.send_all(b"line\nbody").unwrap();
    let mut line = String::new();
    let mut reader = here.within(LONG).reader_with(0);
    reader.read_line(&mut line).unwrap();
    reader.read_exact(&mut [0; 2]).unwrap();
    assert_eq!((&*line, reader.buffer()), ("line\n", &b""[..]));
    let mut rest = [0; 8];
    assert_eq!(here.recv(&mut rest).unwrap(), 2);
    assert_eq!(&rest[..2], b"dy");
}

type Call = fn(&mut dyn BufRead) -> io::Result<usize>;

fn trickle_of_bytes() {
    let calls: &[(&str, Call)] = &[
        ("read_line", |reader| reader.read_line(&mut String::new())),
        ("read_until", |reader| reader.read_until(b'\n', &mut Vec::new())),
        ("skip_until", |reader| reader.skip_until(b'\n')),
        ("read_exact", |reader| reader.read_exact(&mut [0; 1000]).map(|()| 0)),
        ("read_to_end", |reader| reader.read_to_end(&mut Vec::new())),
        ("read_to_string", |reader| reader.read_to_string(&mut String::new())),
    ];
    let limit = Duration::from_millis(30);
    for (name, call) in calls {
        for capacity in [0, 8192] {
            let (here, there) = pair();
            let mut reader = here.within(Limit::within(limit)).reader_with(capacity);
            let over = core::sync::atomic::AtomicBool::new(false);
            let (answer, time) = thread::scope(|scope| {
                scope.spawn(|| {
                    // Far beyond the limit, and an end, so that a call that the trickle stretches is seen and not waited for.
                    let end = Instant::now() + limit * 30;
                    while !over.load(core::sync::atomic::Ordering::Relaxed) && Instant::now() < end
                    {
                        there.send(b"x").unwrap();
                        thread::sleep(Duration::from_millis(1));
                    }
                    there.shutdown(How::Write).unwrap();
                });
                let answer = timed(|| call(&mut reader));
                over.store(true, core::sync::atomic::Ordering::Relaxed);
                answer
            });
            stopped(answer);
            assert!(time < limit * 15, "{name}: {time:?}");
        }
    }
}

fn bytes_ready() {
    let calls: [(&str, Call); 3] = [
        ("read_line", |reader| reader.read_line(&mut String::new())),
        ("read_until", |reader| reader.read_until(b'\n', &mut Vec::new())),
        ("skip_until", |reader| reader.skip_until(b'\n')),
    ];
    for (name, call) in calls {
        let (there, here, sent) = full();
        let mut reader = here.within(Limit::within(Duration::ZERO)).reader_with(16);
        stopped(call(&mut reader));
        let left = received(here.within(SHORT)).len();
        // One try.
        assert_eq!(sent - left, 16, "{name}");
        drop(there);
    }
}

/// A pair whose first socket can send nothing more, and how much it has sent.
fn full() -> (Socket<UnixAddr>, Socket<UnixAddr>, usize) {
    let (here, there) = pair();
    let mut sent = 0;
    while let Ok(len) = here.send_with(&[b'.'; 1000], SendFlags::DONTWAIT) {
        sent += len;
    }
    (here, there, sent)
}

fn trickle_of_room() {
    let limit = Duration::from_millis(30);
    let (here, there, _) = full();
    let mut writer = here.within(Limit::within(limit)).writer_with(1 << 22);
    writer.write_all(&vec![b'x'; 1 << 22]).unwrap();
    let (answer, time) = thread::scope(|scope| {
        let reading = scope.spawn(|| {
            let (mut buffer, end) = ([0; 1000], Instant::now() + limit * 30);
            while Instant::now() < end {
                if there.within(SHORT).recv(&mut buffer).is_err() {
                    break;
                }
                thread::sleep(Duration::from_millis(1));
            }
        });
        let answer = timed(|| writer.flush());
        there.shutdown(How::Both).unwrap();
        reading.join().unwrap();
        answer
    });
    stopped(answer);
    assert!(time < limit * 15, "{time:?}");
}

/// All that the socket has received, once nothing more comes.
fn received(there: SocketRef<'_, UnixAddr>) -> Vec<u8> {
    let mut bytes = Vec::new();
    let mut reader = there;
    let _ = reader.read_to_end(&mut bytes);
    bytes
}

fn flush_goes_on() {
    let data: Vec<u8> = (0..1_000_000u32).flat_map(u32::to_be_bytes).collect();
    let (here, there) = pair();
    let mut writer = here.within(SHORT).writer_with(data.len());
    writer.write_all(&data).unwrap();
    let (mut got, mut stops) = (Vec::new(), 0);
    while let Err(error) = writer.flush() {
        assert_eq!(error.kind(), ErrorKind::TimedOut);
        stops += 1;
        got.extend(received(there.within(SHORT)));
        assert_eq!(got.len() + writer.buffer().len(), data.len(), "none lost, none twice");
    }
    got.extend(received(there.within(SHORT)));
    assert!(stops > 3 && writer.buffer().is_empty(), "{stops}");
    assert!(got == data);
}

fn stopped_writes() {
    for capacity in [0, 4, 8192] {
        let (here, there, dots) = full();
        let mut writer = here.within(SHORT).writer_with(capacity);
        // What fits is held; what does not is taken by these two, and by write not.
        stopped(writer.write_all(&[b'a'; 9000]));
        stopped(write!(writer, "{}", "b".repeat(9000)));
        stopped(writer.write(&[b'c'; 9000]));
        stopped(writer.write_vectored(&[IoSlice::new(&[b'd'; 9000]), IoSlice::new(b"e")]));
        assert_eq!(writer.buffer().len(), 18_000);
        let mut got = received(there.within(SHORT));
        writer.flush().unwrap();
        writer.write_all(b"end").unwrap();
        writer.flush().unwrap();
        got.extend(received(there.within(SHORT)));
        let expected = [vec![b'a'; 9000], vec![b'b'; 9000], b"end".to_vec()].concat();
        assert!(got[dots..] == expected, "{capacity}");
    }
}

fn few_sends() {
    // A seqpacket shows the sends.
    let (here, there) = Socket::<UnixAddr>::pair(Type::SEQPACKET).unwrap();
    let mut writer = here.writer_with(8).unwrap();
    write!(writer, "{}{}", 1, 2).unwrap();
    writer.write_all(b"345").unwrap();
    assert_eq!(writer.write_vectored(&[IoSlice::new(b"67"), IoSlice::new(b"8")]).unwrap(), 3);
    assert_eq!(writer.buffer(), b"12345678");
    assert_eq!(writer.write(b"9").unwrap(), 1);
    writer.write_all(b"0123456789").unwrap();
    writer.flush().unwrap();
    writer.flush().unwrap();
    let mut messages = Vec::new();
    let mut buffer = [0; 64];
    while let Ok(len) = there.recv_with(&mut buffer, RecvFlags::DONTWAIT) {
        messages.push(String::from_utf8_lossy(&buffer[..len]).into_owned());
    }
    assert_eq!(messages, ["12345678", "9", "0123456789"]);
}

fn drop_flushes() {
    let (here, there) = pair();
    let mut writer = here.writer().unwrap();
    writer.write_all(b"kept").unwrap();
    drop(writer);
    let mut writer = here.within(LONG).writer();
    writer.write_all(b"!").unwrap();
    drop(writer);
    let mut writer = here.writer().unwrap();
    writer.write_all(b"taken out").unwrap();
    assert_eq!(writer.take_buffer(), b"taken out");
    drop(writer);
    assert_eq!(received(there.within(SHORT)), b"kept!");
}

fn drop_does_not_wait() {
    let (here, _there, _) = full();
    let limit = Duration::from_millis(200);
    let mut writer = here.within(Limit::within(limit)).writer();
    writer.write_all(b"x").unwrap();
    stopped(writer.flush());
    let ((), time) = timed(|| drop(writer));
    assert!(time < limit / 2, "{time:?}");
}

fn close_independently() {
    let (here, there) = pair();
    let mut reader = here.reader().unwrap();
    let mut writer = here.writer().unwrap();
    drop(here);
    writer.write_all(b"ping\n").unwrap();
    drop(writer);
    let mut peer = there.reader().unwrap();
    let mut line = String::new();
    peer.read_line(&mut line).unwrap();
    there.send_all(line.to_uppercase().as_bytes()).unwrap();
    line.clear();
    reader.read_line(&mut line).unwrap();
    assert_eq!(line, "PING\n");
    // The last of them ends the stream.
    there.shutdown(How::Write).unwrap();
    drop(there);
    drop(reader);
    assert_eq!(peer.read(&mut [0; 1]).unwrap(), 0);
}

fn own_timeout() {
    let (here, _there) = pair();
    here.set_timeout(Some(Duration::from_millis(5)));
    let mut reader = here.reader().unwrap();
    here.set_timeout(None);
    stopped(reader.read_line(&mut String::new()));
    reader.socket().set_timeout(Some(Duration::from_millis(1)));
    stopped(reader.fill_buf().map(<[u8]>::len));
    let writer = here.writer().unwrap();
    assert_eq!(writer.socket().timeout(), None);
}

fn other_limit() {
    let (here, there) = pair();
    let mut reader = here.within(SHORT).reader();
    let mut writer = there.within(SHORT).writer();
    write!(writer, "half").unwrap();
    writer.set_limit(LONG);
    writer.flush().unwrap();
    stopped(reader.read_line(&mut String::new()));
    let token = CancelToken::new().unwrap();
    token.cancel();
    reader.set_limit(Limit::NONE.cancelled_by(&token));
    assert_eq!(reader.read_line(&mut String::new()).unwrap_err().kind(), ErrorKind::Other);
    reader.set_limit(LONG);
    writer.write_all(b" and half\n").unwrap();
    drop(writer);
    let mut line = String::new();
    reader.read_line(&mut line).unwrap();
    assert_eq!(line, "half and half\n");
}

fn cancelled() {
    let (here, there) = pair();
    let token = CancelToken::new().unwrap();
    let mut reader = here.within(LONG.cancelled_by(&token)).reader();
    there.send_all(b"part").unwrap();
    thread::scope(|scope| {
        scope.spawn(|| {
            thread::sleep(Duration::from_millis(5));
            token.cancel();
        });
        assert_eq!(reader.read_line(&mut String::new()).unwrap_err().kind(), ErrorKind::Other);
    });
    assert_eq!(reader.buffer(), b"part");
}

fn nonblocking() {
    let (here, there) = pair();
    here.set_blocking(false).unwrap();
    let mut reader = here.reader().unwrap();
    there.send_all(b"ab").unwrap();
    let mut line = String::new();
    let error = reader.read_line(&mut line).unwrap_err();
    assert_eq!(error.raw_os_error(), Some(Errno::AGAIN.raw_os_error()));
    let error = reader.read_exact(&mut [0; 4]).unwrap_err();
    assert_eq!(error.kind(), ErrorKind::WouldBlock);
    there.send_all(b"\n").unwrap();
    reader.read_line(&mut line).unwrap();
    assert_eq!(line, "ab\n");
}

fn messages() {
    for ty in [Type::DGRAM, Type::SEQPACKET] {
        let (here, there) = Socket::<UnixAddr>::pair(ty).unwrap();
        let mut reader = here.within(SHORT).reader_with(16);
        for part in [&b"one\ntw"[..], b"o", b"\nthree, 16 bytes"] {
            there.send(part).unwrap();
        }
        let mut line = String::new();
        reader.read_line(&mut line).unwrap();
        reader.read_line(&mut line).unwrap();
        let mut rest = [0; 15];
        reader.read_exact(&mut rest).unwrap();
        assert_eq!((&*line, &rest), ("one\ntwo\n", b"three, 16 bytes"));
        there.send(&[0; 17]).unwrap();
        let cut = reader.fill_buf().unwrap_err();
        assert_eq!(cut.kind(), ErrorKind::InvalidData, "longer than the buffer");
    }
}

#[test]
fn each_row_holds_and_leaks_nothing() {
    let open = || std::fs::read_dir("/proc/self/fd").unwrap().count();
    for (name, show) in ROWS {
        println!("{name}");
        let before = open();
        show();
        assert_eq!(open(), before, "{name}: a descriptor was left open");
    }
    the_same_as_std();
}

/// A call on both readers.
#[derive(Clone, Debug)]
enum Step {
    Read(usize),
    Vectored(usize, usize),
    Exact(usize),
    Until(u8),
    Skip(u8),
    Line,
    Fill(usize),
}

fn steps() -> impl Strategy<Value = Vec<Step>> {
    let byte = prop_oneof![Just(b'\n'), Just(b'a'), Just(b'b')];
    let step = prop_oneof![
        (0usize..40).prop_map(Step::Read),
        (0usize..20, 0usize..20).prop_map(|(one, two)| Step::Vectored(one, two)),
        (0usize..40).prop_map(Step::Exact),
        byte.clone().prop_map(Step::Until),
        byte.prop_map(Step::Skip),
        Just(Step::Line),
        (0usize..40).prop_map(Step::Fill),
    ];
    proptest::collection::vec(step, 0..12)
}

/// What a step gives. How much a short read gives is the reader's business: it is done until all has come, or the end.
fn apply(reader: &mut impl BufRead, step: &Step) -> Result<Vec<u8>, ErrorKind> {
    let mut out = Vec::new();
    match *step {
        Step::Read(len) => {
            while out.len() < len {
                let mut piece = vec![0; len - out.len()];
                let read = reader.read(&mut piece).map_err(|error| error.kind())?;
                out.extend_from_slice(&piece[..read]);
                if read == 0 {
                    break;
                }
            }
        }
        Step::Vectored(one, two) => {
            while out.len() < one + two {
                let mut first = vec![0; one.min(one + two - out.len())];
                let mut second = vec![0; one + two - out.len() - first.len()];
                let mut pieces = [IoSliceMut::new(&mut first), IoSliceMut::new(&mut second)];
                let read = reader.read_vectored(&mut pieces).map_err(|error| error.kind())?;
                out.extend([first, second].concat().iter().take(read));
                if read == 0 {
                    break;
                }
            }
        }
        Step::Exact(len) => {
            out.resize(len, 0);
            reader.read_exact(&mut out).map_err(|error| error.kind())?;
        }
        Step::Until(byte) => {
            reader.read_until(byte, &mut out).map_err(|error| error.kind())?;
        }
        Step::Skip(byte) => {
            let skipped = reader.skip_until(byte).map_err(|error| error.kind())?;
            out = vec![0; skipped];
        }
        Step::Line => {
            let mut line = String::new();
            reader.read_line(&mut line).map_err(|error| error.kind())?;
            out = line.into_bytes();
        }
        Step::Fill(len) => {
            while out.len() < len {
                let held = reader.fill_buf().map_err(|error| error.kind())?;
                let taken = held.len().min(len - out.len());
                out.extend_from_slice(&held[..taken]);
                reader.consume(taken);
                if taken == 0 {
                    break;
                }
            }
        }
    }
    Ok(out)
}

/// Over the same bytes, the same calls give what std's `BufReader` gives.
fn the_same_as_std() {
    let bytes = proptest::collection::vec(prop_oneof![Just(b'\n'), Just(b'a'), Just(b'b')], 0..200);
    let capacity = prop_oneof![1usize..20, Just(8192usize)];
    proptest!(|(bytes in bytes, capacity in capacity, steps in steps())| {
        let (here, there) = pair();
        there.send_all(&bytes).unwrap();
        drop(there);
        let mut ours = here.within(LONG).reader_with(capacity);
        let mut std = BufReader::with_capacity(capacity, &*bytes);
        for step in &steps {
            let (ours, std) = (apply(&mut ours, step), apply(&mut std, step));
            prop_assert_eq!(&ours, &std, "{:?}", step);
            // At an early end std's has taken what there was.
            if std.is_err() {
                return Ok(());
            }
        }
        let (mut left, mut right) = (Vec::new(), Vec::new());
        ours.read_to_end(&mut left).unwrap();
        std.read_to_end(&mut right).unwrap();
        prop_assert_eq!(left, right);
    });
}
