//! Batches, segments that the kernel cuts and joins, sends without a copy.

use core::net::SocketAddr;
use core::time::Duration;
use std::io::{IoSlice, IoSliceMut};
use std::os::fd::{AsFd, OwnedFd};

use berkeley_addr::UnixAddr;
use berkeley_socket::control::{ControlData, ControlRoom, ip, space};
use berkeley_socket::{
    CancelToken, Errno, Error, How, Kind, Limit, Message, ReceivedFlags, RecvBatch, RecvFlags,
    Released, SendFlags, Socket, Type, option, segments,
};

use super::{LIMIT, flag, lacks, open_descriptors, tcp_pair, udp_pair};

pub(crate) fn batch() -> Result<(), String> {
    let (here, one) = udp_pair("127.0.0.1")?;
    let (_, two) = udp_pair("127.0.0.1")?;
    let here =
        Socket::bound(Type::DGRAM, &SocketAddr::new(here.local_addr().unwrap().ip(), 0)).unwrap();
    let names = [one.local_addr().unwrap(), two.local_addr().unwrap()];
    let controls: Vec<ControlData<'_>> = (1..=10)
        .map(|ttl| {
            let mut control = ControlData::new();
            control.push(ip::TTL, ttl).unwrap();
            control
        })
        .collect();
    let texts: Vec<String> = (0..10).map(|i| "x".repeat(i)).collect();
    let pieces: Vec<_> = texts.iter().map(|text| [IoSlice::new(text.as_bytes())]).collect();
    let messages: Vec<_> =
        (0..10).map(|i| Message::new(&pieces[i]).to(&names[i % 2]).with(&controls[i])).collect();
    for socket in [&one, &two] {
        socket.set(flag(0, 12), true).unwrap();
    }
    here.send_many(&messages, SendFlags::NONE).unwrap();
    for (place, socket) in [&one, &two].into_iter().enumerate() {
        let mut batch = RecvBatch::new(8, 6, 64);
        assert_eq!(socket.recv_many(&mut batch, RecvFlags::NONE), Ok(5));
        for (number, message) in batch.messages().enumerate() {
            let i = 2 * number + place;
            assert_eq!(message.data.len(), i.min(6));
            assert_eq!(message.flags.contains(ReceivedFlags::TRUNC), i > 6, "{i}");
            assert_eq!(message.from(), here.local_addr().ok());
            assert_eq!(message.control.get(ip::TTL), i32::try_from(i + 1).ok());
        }
        // Used again: nothing of before is left.
        here.send_to(b"again", &names[place]).unwrap();
        assert_eq!(socket.recv_many(&mut batch, RecvFlags::NONE), Ok(1));
        assert_eq!(batch.messages().map(|message| message.data.len()).collect::<Vec<_>>(), [5]);
        let late = Limit::within(Duration::from_millis(5));
        assert!(socket.within(late).recv_many(&mut batch, RecvFlags::NONE).is_err());
        assert_eq!(batch.messages().len(), 0);
    }
    Ok(())
}

pub(crate) fn batch_stops() -> Result<(), String> {
    let (here, there) = udp_pair("127.0.0.1")?;
    let (short, long) = ([IoSlice::new(b"x")], vec![0; 70_000]);
    let long = [IoSlice::new(&long)];
    let mut messages = vec![Message::new(&short); 40];
    messages[35] = Message::new(&long);
    let stopped = here.send_many(&messages, SendFlags::NONE).unwrap_err();
    assert_eq!((stopped.done, stopped.error.errno()), (35, Some(Errno::MSGSIZE)));
    let mut batch = RecvBatch::new(64, 16, 0);
    assert_eq!(there.recv_many(&mut batch, RecvFlags::NONE), Ok(35));
    here.send_many(&[], SendFlags::NONE).unwrap();
    let (stream, _peer) = tcp_pair();
    let none = stream.recv_many(&mut RecvBatch::new(4, 8, 0), RecvFlags::NONE);
    assert_eq!(none.map_err(Error::errno), Err(Some(Errno::OPNOTSUPP)));
    let stopped = stream.send_many(&[Message::new(&short)], SendFlags::NONE).unwrap_err();
    assert_eq!((stopped.done, stopped.error.errno()), (0, Some(Errno::OPNOTSUPP)));
    // A queue that is full ends it at the limit, with what had gone.
    let (here, _there) = Socket::<UnixAddr>::pair(Type::DGRAM).unwrap();
    let messages = vec![Message::new(&short); 5000];
    let limit = Limit::within(Duration::from_millis(20));
    let stopped = here.within(limit).send_many(&messages, SendFlags::NONE).unwrap_err();
    assert_eq!(stopped.error.kind(), Kind::TimedOut);
    assert!(stopped.done > 0 && stopped.done < 5000);
    Ok(())
}

pub(crate) fn long_batch() -> Result<(), String> {
    let (here, there) = Socket::<UnixAddr>::pair(Type::SEQPACKET).unwrap();
    let texts: Vec<[u8; 2]> = (0..100_u16).map(u16::to_be_bytes).collect();
    let pieces: Vec<_> = texts.iter().map(|text| [IoSlice::new(text)]).collect();
    let messages: Vec<_> = pieces.iter().map(|pieces| Message::new(pieces)).collect();
    let thread = std::thread::spawn(move || {
        let mut batch = RecvBatch::new(70, 2, 0);
        let mut all = Vec::new();
        while there.within(LIMIT).recv_many(&mut batch, RecvFlags::NONE).unwrap() > 0 {
            all.extend(batch.messages().map(|message| message.data.to_vec()));
            if all.last().is_some_and(Vec::is_empty) {
                all.pop();
                break;
            }
        }
        all
    });
    here.within(LIMIT).send_many(&messages, SendFlags::NONE).unwrap();
    here.send(b"").unwrap();
    let all = thread.join().unwrap();
    assert!(all.iter().map(Vec::as_slice).eq(texts.iter().map(<[u8; 2]>::as_slice)), "{all:?}");
    Ok(())
}

/// What the socket tells once, of an earlier message, is told by the next call, if messages were there.
pub(crate) fn batch_then_error() -> Result<(), String> {
    let (here, there) = udp_pair("127.0.0.1")?;
    for _ in 0..32 {
        there.send_to(b"x", &here.local_addr().unwrap()).unwrap();
    }
    drop(there);
    // Nobody is there any more: an ICMP answer comes.
    here.send(b"x").unwrap();
    let mut batch = RecvBatch::new(64, 8, 0);
    let mut answers = Vec::new();
    for _ in 0..2 {
        let limit = Limit::within(Duration::from_millis(20));
        answers
            .push(here.within(limit).recv_many(&mut batch, RecvFlags::NONE).map_err(Error::errno));
    }
    answers.sort_unstable_by_key(Result::is_ok);
    assert_eq!(answers, [Err(Some(Errno::CONNREFUSED)), Ok(32)]);
    Ok(())
}

pub(crate) fn batch_descriptors() -> Result<(), String> {
    let before = open_descriptors();
    let (here, there) = Socket::<UnixAddr>::pair(Type::DGRAM).unwrap();
    let mut control = ControlData::new();
    control.push_fds(&[here.as_fd(), there.as_fd()]);
    let piece = [IoSlice::new(b"x")];
    here.send_many(&[Message::new(&piece).with(&control); 3], SendFlags::NONE).unwrap();
    let mut batch = RecvBatch::new(4, 8, space(8));
    let now = open_descriptors();
    assert_eq!(there.recv_many(&mut batch, RecvFlags::NONE), Ok(3));
    assert_eq!(open_descriptors(), now + 6);
    let taken: Vec<OwnedFd> =
        batch.controls().flat_map(|control| control.take_fds().take(1)).collect();
    assert_eq!(taken.len(), 3);
    // What the next call does not use again is closed as well.
    here.send(b"alone").unwrap();
    assert_eq!(there.recv_many(&mut batch, RecvFlags::NONE), Ok(1));
    assert_eq!(open_descriptors(), now + 3);
    drop(batch);
    assert_eq!(open_descriptors(), now + 3);
    drop((taken, here, there));
    assert_eq!(open_descriptors(), before);
    Ok(())
}

pub(crate) fn gso() -> Result<(), String> {
    for (ip, longest) in [("127.0.0.1", 65_507), ("[::1]", 65_527)] {
        let (here, there) = udp_pair(ip)?;
        there.set(option::so::RCVBUF, 8 << 20).unwrap();
        there.set(option::udp::GRO, true).map_err(lacks("UDP_GRO"))?;
        for (size, count) in
            [(1200, 200), (1200, 1), (1000, 64), (9, 65), (longest, 1), (longest / 2 + 1, 2)]
        {
            let data: Vec<u8> =
                (0..size * count - size / 2).map(|i: usize| (i % 251).to_le_bytes()[0]).collect();
            here.send_segments(&data, size, None).unwrap();
            let (mut buffer, mut control) = (vec![0; 65_535], ControlRoom::new(64));
            let (mut came, mut datagrams) = (Vec::new(), 0);
            while came.len() < data.len() {
                let buffers = &mut [IoSliceMut::new(&mut buffer)];
                let received = there.within(LIMIT).recv_msg(buffers, &mut control, RecvFlags::NONE);
                for datagram in segments(&buffer[..received.unwrap().len], &control) {
                    assert!(datagram.len() == size || came.len() + datagram.len() == data.len());
                    came.extend_from_slice(datagram);
                    datagrams += 1;
                }
            }
            assert!(came == data, "{size} {count}");
            assert_eq!(datagrams, count);
        }
        // A batch of joined ones.
        here.send_segments(&[1; 4000], 100, None).unwrap();
        let mut batch = RecvBatch::new(40, 65_535, 64);
        let mut count = 0;
        while count < 40 {
            there.within(LIMIT).recv_many(&mut batch, RecvFlags::NONE).unwrap();
            count += batch.messages().map(|message| message.segments().len()).sum::<usize>();
        }
        assert_eq!(count, 40);
        let stopped = here.send_segments(&[0; 100], 0, None).unwrap_err();
        assert_eq!(stopped.error.errno(), Some(Errno::INVAL));
        let stopped = here.send_segments(&vec![0; 200_000], longest + 1, None).unwrap_err();
        assert_eq!((stopped.error.errno(), stopped.done), (Some(Errno::MSGSIZE), 0));
    }
    Ok(())
}

/// A segment that is longer than the path's MTU is refused in one piece, and AF_UNIX cuts nothing: one by one, then.
pub(crate) fn gso_refused() -> Result<(), String> {
    let (here, there) = Socket::<UnixAddr>::pair(Type::DGRAM).unwrap();
    here.send_segments(b"aaabbbc", 3, None).unwrap();
    let lens = [(); 3].map(|()| there.recv(&mut [0; 8]).unwrap());
    assert_eq!(lens, [3, 3, 1]);
    // Foreign descriptors: what they are is asked.
    let (here, there) = udp_pair("127.0.0.1")?;
    there.set(option::so::RCVBUF, 1 << 20).unwrap();
    let view = berkeley_socket::SocketRef::<SocketAddr>::on(here.as_fd());
    view.send_segments(&[7; 10_000], 1000, None).unwrap();
    // Its sums are not wanted, so it cannot be cut: UDP_NO_CHECK is SO_NO_CHECK here.
    here.set(flag(1, 11), true).unwrap();
    here.send_segments(&[7; 10_000], 1000, None).unwrap();
    let to = there.local_addr().unwrap();
    here.send_segments(&[7; 10_000], 1000, Some(&to)).unwrap();
    for _ in 0..30 {
        assert_eq!(there.within(LIMIT).recv(&mut [0; 2000]), Ok(1000));
    }
    let more = there.recv_with(&mut [0; 2000], RecvFlags::DONTWAIT);
    assert_eq!(more.map_err(Error::errno), Err(Some(Errno::AGAIN)));
    Ok(())
}

pub(crate) fn zero_copy() -> Result<(), String> {
    let (here, there) = tcp_pair();
    let mut sender = here.zero_copy().map_err(lacks("SO_ZEROCOPY"))?;
    let buffers: Vec<Vec<u8>> = (0..5).map(|i| vec![i; 300_000]).collect();
    let reader = std::thread::spawn(move || {
        let mut all = vec![0; 5 * 300_000];
        there.within(LIMIT).recv_exact(&mut all).unwrap();
        (all, there)
    });
    for buffer in &buffers {
        sender.send(buffer.clone()).map_err(|(stopped, _)| stopped).unwrap();
    }
    let (all, there) = reader.join().unwrap();
    assert_eq!(all, buffers.concat());
    assert_eq!(sender.pending(), 5);
    // A receive of data is not woken by what lies in the error queue.
    let late = here.within(Limit::within(Duration::from_millis(20))).recv(&mut [0; 8]);
    assert_eq!(late.map_err(Error::kind), Err(Kind::TimedOut));
    let mut released: Vec<Released<Vec<u8>>> =
        (0..5).map(|_| sender.wait(LIMIT).unwrap()).collect();
    released.sort_by_key(|released| released.buffer[0]);
    assert!(released.iter().map(|released| &released.buffer).eq(&buffers));
    // On loopback the kernel copies.
    assert!(released.iter().all(|released| released.copied));
    let none = sender.wait(LIMIT).map(drop);
    assert_eq!(none.map_err(Error::errno), Err(Some(Errno::AGAIN)));
    // Nothing to send, and nobody to send to: the buffer comes back.
    sender.send(Vec::new()).map_err(|(stopped, _)| stopped).unwrap();
    here.shutdown(How::Write).unwrap();
    let (stopped, buffer) = sender.send(vec![7; 10]).unwrap_err();
    assert_eq!((stopped.error.errno(), buffer), (Some(Errno::PIPE), Some(vec![7; 10])));
    drop(there);
    // The kernel counts on; a second sender would not know from where.
    drop(sender);
    let again = here.zero_copy::<Vec<u8>>().map(drop);
    assert_eq!(again.map_err(Error::errno), Err(Some(Errno::BUSY)));
    let again = here.try_clone().unwrap().zero_copy::<Vec<u8>>().map(drop);
    assert_eq!(again.map_err(Error::errno), Err(Some(Errno::BUSY)));
    zero_copy_datagrams()
}

/// Sending and waiting keep their limits, and a token ends both.
pub(crate) fn zero_copy_limits() -> Result<(), String> {
    let (here, there) = tcp_pair();
    let mut sender = here.zero_copy().map_err(lacks("SO_ZEROCOPY"))?;
    here.set_timeout(Some(Duration::from_millis(20)));
    // Nobody reads: what has gone is kept, and told.
    let (stopped, buffer) = sender.send(vec![1; 64 << 20]).unwrap_err();
    assert_eq!((stopped.error.kind(), buffer), (Kind::TimedOut, None));
    assert!(stopped.done > 0 && sender.pending() == 1);
    let late = sender.wait(Limit::within(Duration::from_millis(20))).map(drop);
    assert_eq!(late.map_err(Error::kind), Err(Kind::TimedOut));
    let token = CancelToken::new().unwrap();
    std::thread::scope(|scope| {
        scope.spawn(|| {
            std::thread::sleep(Duration::from_millis(5));
            token.cancel();
        });
        let ended = sender.wait(Limit::NONE.cancelled_by(&token)).map(drop);
        assert_eq!(ended.map_err(Error::kind), Err(Kind::Cancelled));
    });
    there.within(LIMIT).recv_exact(&mut vec![0; stopped.done]).unwrap();
    assert_eq!(sender.wait(LIMIT).unwrap().buffer.len(), 64 << 20);
    Ok(())
}

/// An empty datagram is sent and not counted.
pub(crate) fn zero_copy_datagrams() -> Result<(), String> {
    let (here, there) = udp_pair("127.0.0.1")?;
    let mut sender = here.zero_copy().map_err(lacks("SO_ZEROCOPY on UDP"))?;
    for len in [0, 1000, 0, 2000] {
        sender.send(vec![7; len]).map_err(|(stopped, _)| stopped).unwrap();
    }
    for len in [0, 1000, 0, 2000] {
        assert_eq!(there.within(LIMIT).recv(&mut [0; 4000]), Ok(len));
    }
    let mut lens = [(); 2].map(|()| sender.wait(LIMIT).unwrap().buffer.len());
    lens.sort_unstable();
    assert_eq!((lens, sender.pending()), ([1000, 2000], 0));
    Ok(())
}

pub(crate) fn zero_copy_dropped() -> Result<(), String> {
    let (here, there) = tcp_pair();
    let mut sender = here.zero_copy().map_err(lacks("SO_ZEROCOPY"))?;
    let buffer: std::sync::Arc<[u8]> = vec![9; 100_000].into();
    sender.send(buffer.clone()).map_err(|(stopped, _)| stopped).unwrap();
    drop(sender);
    // It is still held: by the one that was leaked.
    assert_eq!(std::sync::Arc::strong_count(&buffer), 2);
    let mut all = vec![0; 100_000];
    there.within(LIMIT).recv_exact(&mut all).unwrap();
    assert!(all.iter().all(|byte| *byte == 9));
    let (unix, _peer) = Socket::<UnixAddr>::pair(Type::STREAM).unwrap();
    let refused = unix.zero_copy::<Vec<u8>>().map(drop);
    assert_eq!(refused.map_err(Error::errno), Err(Some(Errno::OPNOTSUPP)));
    Ok(())
}
