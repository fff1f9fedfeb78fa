//! The calls that may wait, one row each, and the list of those that do not: together all that the sources declare.

use std::fs::File;
use std::io::{self, BufRead, IoSlice, IoSliceMut, Read, Seek, SeekFrom, Write};
use std::sync::LazyLock;

use berkeley_addr::{AnyAddr, UnixAddr};
use berkeley_socket::control::ControlRoom;
use berkeley_socket::{
    Errno, Error, Message, Op, Pipe, Progress, Reader, RecvBatch, RecvFlags, SendFlags, Socket,
    SocketRef, Type, View, Writer,
};

use super::scene::{LEN, Scene};

/// How much a call got done, or how much before it stopped.
pub(crate) type Answer = Result<usize, Progress>;

/// One call.
#[derive(Clone, Copy)]
pub(crate) struct Row {
    /// The method's name in the sources.
    pub(crate) method: &'static str,
    /// Which of its forms; often empty.
    pub(crate) form: &'static str,
    pub(crate) scene: Scene,
    /// It goes on until all is done: one event is not enough.
    pub(crate) whole: bool,
    pub(crate) call: fn(SocketRef<'_>, &AnyAddr) -> Answer,
}

impl Row {
    pub(crate) fn name(&self) -> String {
        format!("{}{}", self.method, self.form)
    }

    /// Whether an error says how much was done before: std's own `io::Error` has no place for it.
    pub(crate) fn counts(&self) -> bool {
        !matches!(self.method, "read_exact" | "write_all" | "write_fmt" | "Reader::skip_until")
    }
}

/// More than a trickle takes within any limit here.
const MUCH: usize = 1 << 22;

/// A file of that much.
pub(crate) static FILE: LazyLock<File> = LazyLock::new(|| {
    let mut file = tempfile::tempfile().unwrap();
    file.seek(SeekFrom::Start(MUCH as u64 - 1)).unwrap();
    file.write_all(b"x").unwrap();
    file
});

const fn row(
    method: &'static str,
    form: &'static str,
    scene: Scene,
    call: fn(SocketRef<'_>, &AnyAddr) -> Answer,
) -> Row {
    Row { method, form, scene, whole: false, call }
}

const fn whole(row: Row) -> Row {
    Row { whole: true, ..row }
}

/// Every call that may wait.
pub(crate) const ROWS: &[Row] = &[
    row("accept", "", Scene::Accept, |s, _| one(s.accept().map(|_| 1))),
    row("accept_only", "", Scene::Accept, |s, _| one(s.accept_only().map(|_| 1))),
    row("connect", " unix", Scene::ConnectUnix, |s, to| one(s.connect(to).map(|()| 1))),
    row("connect", " tcp", Scene::ConnectTcp, |s, to| one(s.connect(to).map(|()| 1))),
    row("finish_connect", "", Scene::Begun, |s, _| one(s.finish_connect().map(|()| 1))),
    row("send", "", Scene::FullStream, |s, _| one(s.send(b"x"))),
    row("send_with", "", Scene::FullDatagram, |s, _| one(s.send_with(b"x", SendFlags::NONE))),
    row("send_to", "", Scene::FullReceiver, |s, to| one(s.send_to(b"x", to))),
    row("send_to_with", "", Scene::FullReceiver, |s, to| {
        one(s.send_to_with(b"x", SendFlags::NONE, to))
    }),
    row("send_vectored", "", Scene::FullStream, |s, _| {
        one(s.send_vectored(&[IoSlice::new(b"x"), IoSlice::new(b"y")]))
    }),
    row("send_vectored_with", "", Scene::FullDatagram, |s, _| {
        one(s.send_vectored_with(&[IoSlice::new(b"x")], SendFlags::NONE))
    }),
    whole(row("send_all", "", Scene::FullStream, |s, _| {
        s.send_all(&vec![b'x'; MUCH]).map(|()| MUCH)
    })),
    whole(row("send_all_with", "", Scene::FullStream, |s, _| {
        s.send_all_with(&vec![b'x'; MUCH], SendFlags::MORE).map(|()| MUCH)
    })),
    row("send_all", " datagram", Scene::FullDatagram, |s, _| s.send_all(b"x").map(|()| 1)),
    row("send_msg", "", Scene::FullReceiver, |s, to| {
        one(s.send_msg(&Message::new(&[IoSlice::new(b"x"), IoSlice::new(b"y")]).to(to)))
    }),
    row("send_many", "", Scene::FullDatagram, |s, _| {
        let pieces = [IoSlice::new(b"x")];
        s.send_many(&[Message::new(&pieces)], SendFlags::NONE).map(|()| 1)
    }),
    row("send_segments", "", Scene::FullDatagram, |s, _| {
        s.send_segments(b"x", 1, None).map(|()| 1)
    }),
    row("recv_msg", "", Scene::Datagram, |s, _| {
        let received = s.recv_msg(
            &mut [IoSliceMut::new(&mut [0; LEN])],
            &mut ControlRoom::new(64),
            RecvFlags::NONE,
        );
        one(received.map(|received| received.len))
    }),
    row("recv_many", "", Scene::Datagram, |s, _| {
        one(s.recv_many(&mut RecvBatch::new(4, LEN, 0), RecvFlags::NONE))
    }),
    row("recv_error", "", Scene::ErrorQueue, |s, _| {
        one(s.recv_error(&mut [0; LEN], &mut ControlRoom::new(128)).map(|queued| queued.packet.len))
    }),
    row("recv", "", Scene::Stream, |s, _| one(s.recv(&mut [0; LEN]))),
    row("recv_with", "", Scene::Datagram, |s, _| one(s.recv_with(&mut [0; LEN], RecvFlags::NONE))),
    whole(row("recv_with", " WAITALL", Scene::Stream, |s, _| {
        one(s.recv_with(&mut [0; LEN], RecvFlags::WAITALL))
    })),
    whole(row("recv_with", " WAITALL|PEEK", Scene::Stream, |s, _| {
        one(s.recv_with(&mut [0; LEN], RecvFlags::WAITALL | RecvFlags::PEEK))
    })),
    row("recv_with", " OOB", Scene::Urgent, |s, _| one(s.recv_with(&mut [0; 1], RecvFlags::OOB))),
    row("recv_with", " ERRQUEUE", Scene::ErrorQueue, |s, _| {
        one(s.recv_with(&mut [0; LEN], RecvFlags::ERRQUEUE))
    }),
    row("recv_from", "", Scene::Datagram, |s, _| {
        one(s.recv_from(&mut [0; LEN]).map(|(len, _)| len))
    }),
    row("recv_from_with", "", Scene::Stream, |s, _| {
        one(s.recv_from_with(&mut [0; LEN], RecvFlags::NONE).map(|(len, _)| len))
    }),
    row("recv_vectored", "", Scene::Stream, |s, _| {
        one(s.recv_vectored(&mut [IoSliceMut::new(&mut [0; LEN])]))
    }),
    row("recv_vectored_with", "", Scene::Datagram, |s, _| {
        one(s.recv_vectored_with(&mut [IoSliceMut::new(&mut [0; LEN])], RecvFlags::NONE))
    }),
    whole(row("recv_exact", "", Scene::Stream, |s, _| s.recv_exact(&mut [0; LEN]).map(|()| LEN))),
    row("recv_exact", " datagram", Scene::Datagram, |s, _| s.recv_exact(&mut [0; 1]).map(|()| 1)),
    row("read", "", Scene::Stream, |mut s, _| std(s.read(&mut [0; LEN]), 0)),
    row("read_vectored", "", Scene::Stream, |mut s, _| {
        std(s.read_vectored(&mut [IoSliceMut::new(&mut [0; LEN])]), 0)
    }),
    whole(row("read_exact", "", Scene::Stream, |mut s, _| {
        std(s.read_exact(&mut [0; LEN]).map(|()| LEN), 0)
    })),
    whole(row("read_to_end", "", Scene::Stream, |mut s, _| {
        let mut bytes = Vec::new();
        let read = s.read_to_end(&mut bytes);
        std(read, bytes.len())
    })),
    whole(row("read_to_string", "", Scene::Stream, |mut s, _| {
        let mut text = String::new();
        let read = s.read_to_string(&mut text);
        std(read, text.len())
    })),
    row("write", "", Scene::FullStream, |mut s, _| std(s.write(b"x"), 0)),
    row("write_vectored", "", Scene::FullStream, |mut s, _| {
        std(s.write_vectored(&[IoSlice::new(b"x")]), 0)
    }),
    whole(row("write_all", "", Scene::FullStream, |mut s, _| {
        std(s.write_all(&vec![b'x'; MUCH]).map(|()| MUCH), 0)
    })),
    whole(row("write_fmt", "", Scene::FullStream, |mut s, _| {
        let text = "x".repeat(MUCH);
        std(s.write_fmt(format_args!("{text}{}", s.ty())).map(|()| MUCH), 0)
    })),
    whole(row("send_file", "", Scene::FullStream, |s, _| s.send_file(&*FILE, ..MUCH as u64))),
    row("splice_to", " from", Scene::Stream, |s, _| {
        let (to, _kept) = Socket::<UnixAddr>::pair(Type::STREAM).unwrap();
        s.splice_to(&to, &mut Pipe::new().unwrap(), LEN)
    }),
    row("splice_to", " to", Scene::FullStream, |s, _| {
        let (from, peer) = Socket::<UnixAddr>::pair(Type::STREAM).unwrap();
        peer.send(b"x").unwrap();
        from.splice_to(&s, &mut Pipe::new().unwrap(), LEN)
    }),
    row("Reader::read", "", Scene::Stream, |s, _| reading(s, |r| r.read(&mut [0; LEN]))),
    row("Reader::read_vectored", "", Scene::Stream, |s, _| {
        reading(s, |r| r.read_vectored(&mut [IoSliceMut::new(&mut [0; LEN])]))
    }),
    whole(row("Reader::read_exact", "", Scene::Stream, |s, _| {
        reading(s, |r| r.read_exact(&mut [0; LEN]).map(|()| LEN))
    })),
    whole(row("Reader::read_to_end", "", Scene::Stream, |s, _| {
        let mut bytes = Vec::new();
        let read = s.reader().read_to_end(&mut bytes);
        std(read, bytes.len())
    })),
    whole(row("Reader::read_to_string", "", Scene::Stream, |s, _| {
        reading(s, |r| r.read_to_string(&mut String::new()))
    })),
    row("Reader::fill_buf", "", Scene::Stream, |s, _| {
        reading(s, |r| r.fill_buf().map(<[u8]>::len))
    }),
    whole(row("Reader::read_until", "", Scene::Stream, |s, _| {
        reading(s, |r| r.read_until(b'\n', &mut Vec::new()))
    })),
    whole(row("Reader::skip_until", "", Scene::Stream, |s, _| reading(s, |r| r.skip_until(b'\n')))),
    whole(row("Reader::read_line", "", Scene::Stream, |s, _| {
        reading(s, |r| r.read_line(&mut String::new()))
    })),
    row("Writer::write", "", Scene::FullStream, |s, _| writing(s, 1, |w| w.write(b"x").map(drop))),
    row("Writer::write_vectored", "", Scene::FullStream, |s, _| {
        let pieces = [IoSlice::new(b"x"), IoSlice::new(b"y")];
        writing(s, 2, |w| w.write_vectored(&pieces).map(drop))
    }),
    whole(row("Writer::write_all", "", Scene::FullStream, |s, _| {
        writing(s, MUCH, |w| w.write_all(&vec![b'x'; MUCH]))
    })),
    whole(row("Writer::write_fmt", "", Scene::FullStream, |s, _| {
        let text = "x".repeat(MUCH - 1);
        writing(s, MUCH, |w| write!(w, "{text}{}", 1))
    })),
    whole(row("Writer::flush", "", Scene::FullStream, |s, _| {
        let mut writer = s.writer_with(MUCH);
        writer.write_all(&vec![b'x'; MUCH]).unwrap();
        let flushed = writer.flush();
        std(flushed.map(|()| MUCH), MUCH - writer.take_buffer().len())
    })),
];

/// A read through a buffer. What had come when it stopped is there, or was skipped.
fn reading(
    s: SocketRef<'_>,
    call: impl FnOnce(&mut Reader<AnyAddr, View<'_>>) -> io::Result<usize>,
) -> Answer {
    let mut reader = s.reader();
    let answer = call(&mut reader);
    let done = reader.buffer().len();
    std(answer, done)
}

/// A write of so many bytes that no buffer holds. What could not be sent when it stopped is taken out: dropping must not wait
/// for it.
fn writing(
    s: SocketRef<'_>,
    len: usize,
    call: impl FnOnce(&mut Writer<AnyAddr, View<'_>>) -> io::Result<()>,
) -> Answer {
    let mut writer = s.writer_with(0);
    let answer = call(&mut writer);
    let left = writer.take_buffer().len();
    std(answer.map(|()| len), if left == 0 { 0 } else { len - left })
}

/// Every call that does not wait, and so takes no heed of a limit.
pub(crate) const AT_ONCE: &[&str] = &[
    "within",
    "bind",
    "listen",
    "shutdown",
    "local_addr",
    "peer_addr",
    "ty",
    "try_connect",
    "get",
    "set",
    "family",
    "protocol",
    "flush",
    "zero_copy",
    "lease_flow_label",
    "renew_flow_label",
    "release_flow_label",
    "set_inheritable",
    "is_inheritable",
    "Reader::consume",
];

fn one(answer: berkeley_socket::Result<usize>) -> Answer {
    answer.map_err(|error| Progress { error, done: 0 })
}

/// What std's traits say, as the library's own error.
fn std(answer: io::Result<usize>, done: usize) -> Answer {
    answer.map_err(|error| {
        let own = error.get_ref().and_then(|inner| inner.downcast_ref::<Error>()).copied();
        let raw = error.raw_os_error().unwrap_or_default();
        let error = own.unwrap_or_else(|| Error::kernel(Op::Recv, Errno::from_raw_os_error(raw)));
        Progress { error, done }
    })
}

/// The methods that the sources declare: `pub fn` in every `impl` block of `Socket<A, H>`, and the methods of std's
/// traits for `&Socket<A, H>`, for readers and for writers.
pub(crate) fn declared() -> Vec<String> {
    let sources = concat!(env!("CARGO_MANIFEST_DIR"), "/../berkeley-socket/src");
    let mut names = Vec::new();
    for entry in std::fs::read_dir(sources).unwrap() {
        let path = entry.unwrap().path();
        if path.extension().is_none_or(|extension| extension != "rs") {
            continue;
        }
        let text = std::fs::read_to_string(&path).unwrap();
        let (mut keyword, mut of) = (None, "");
        for line in text.lines() {
            if line.starts_with("impl<A: Address, H: Handle> Socket<A, H> {") {
                (keyword, of) = (Some("    pub fn "), "");
            } else if line.starts_with("impl<A: Address, H: Handle> Read for &Socket")
                || line.starts_with("impl<A: Address, H: Handle> Write for &Socket")
            {
                (keyword, of) = (Some("    fn "), "");
            } else if let Some((_, of_whom)) = line
                .strip_prefix("impl<A: Address, H: Handle> ")
                .and_then(|rest| rest.split_once(" for "))
                .filter(|(of_what, _)| matches!(*of_what, "Read" | "BufRead" | "Write"))
                && !of_whom.contains("Socket")
            {
                let whose = if of_whom.starts_with("Reader") { "Reader::" } else { "Writer::" };
                (keyword, of) = (Some("    fn "), whose);
            } else if line == "}" {
                keyword = None;
            }
            if let Some(rest) = keyword.and_then(|keyword| line.strip_prefix(keyword)) {
                let end = rest.find(['(', '<']).unwrap_or(rest.len());
                names.push(format!("{of}{}", &rest[..end]));
            }
        }
    }
    names.sort_unstable();
    names.dedup();
    names
}

/// Every declared method is a row, or is known not to wait; and nothing else is.
pub(crate) fn check_that_none_is_missing() {
    let declared = declared();
    assert!(declared.len() > 30, "the sources are read wrongly: {declared:?}");
    let mut listed: Vec<String> = ROWS.iter().map(|row| row.method.to_owned()).collect();
    listed.extend(AT_ONCE.iter().map(|name| (*name).to_owned()));
    listed.sort_unstable();
    listed.dedup();
    assert_eq!(declared, listed, "left: methods in the sources; right: rows here");
}
