//! Controllers: listed, switched, spoken to by packets, listened to, taken over.

use core::time::Duration;
use std::io::IoSliceMut;

use berkeley_addr::{BdAddr, HciAddr, HciChannel};
use berkeley_socket::bluetooth::hci::{self, Command, Event, Kind, Opcode, Packet, Status};
use berkeley_socket::bluetooth::mgmt::{self, Controller, Settings};
use berkeley_socket::bluetooth::monitor::{self, Record};
use berkeley_socket::bluetooth::{Management, Refusal};
use berkeley_socket::control::{ControlRoom, bluetooth};
use berkeley_socket::option::hci as option;
use berkeley_socket::{Errno, RecvFlags, Socket, Type};

use crate::kit::{CUT, MOMENT, PATIENCE, WAITED, fails, kernel_has, said, turn};

fn channel(index: u16, channel: HciChannel) -> Socket<HciAddr> {
    Socket::bound(Type::RAW, &HciAddr::new(index, channel)).unwrap()
}

/// The controller that is down.
fn third(management: &mut Management) -> Controller {
    let all = management.controllers(PATIENCE).unwrap();
    all.into_iter().find(|controller| !controller.is_powered()).unwrap()
}

/// Sends a command without parameters, and waits for what it returns behind its status.
fn ask(socket: &Socket<HciAddr>, opcode: Opcode) -> Vec<u8> {
    let command = Command { opcode, parameters: &[] }.encode().unwrap();
    let socket = socket.within(PATIENCE);
    socket.send(&command).unwrap();
    let mut buffer = [0; 300];
    loop {
        let len = socket.recv(&mut buffer).unwrap();
        if let Packet::Event(Event::CommandComplete { opcode: done, returned, .. }) =
            Packet::decode(&buffer[..len]).unwrap()
            && done == opcode
        {
            assert_eq!(returned.first(), Some(&Status::SUCCESS.raw()));
            return returned[1..].to_vec();
        }
    }
}

#[test]
#[ignore = "cargo xtask vm"]
fn they_are_listed_and_switched() {
    let turn = turn();
    let (mut one, mut other) = (Management::open().unwrap(), Management::open().unwrap());
    let all = one.controllers(PATIENCE).unwrap();
    assert_eq!(one.indexes(PATIENCE).unwrap().len(), all.len());
    let names: Vec<_> =
        all.iter().map(|it| (it.index, it.name.as_str(), it.is_powered())).collect();
    assert_eq!(names, [(0, "emulated 0", true), (1, "emulated 1", true), (2, "emulated 2", false)]);
    assert_eq!(turn.there.address, BdAddr::new([0x00, 0xaa, 0x01, 0x00, 0x01, 0x01]));
    let (on, can) = (turn.there.settings, turn.there.supported);
    assert!(
        on.contains(Settings::LE | Settings::BREDR | Settings::CONNECTABLE | Settings::ADVERTISING),
        "{on:?}"
    );
    assert!(can.contains(Settings::SSP), "{can:?}");
    if kernel_has("CIS among the settings", (6, 2)) {
        assert!(can.contains(Settings::CIS_CENTRAL | Settings::CIS_PERIPHERAL), "{can:?}");
    }
    let index = turn.there.index;
    let refused = |status| Err(Refusal::Status(mgmt::Opcode::READ_INFO, status));
    assert_eq!(one.controller(77, PATIENCE), refused(mgmt::Status::INVALID_INDEX));
    // What one switches, the other hears of.
    let settings = one.set_discoverable(index, true, None, PATIENCE).unwrap();
    assert!(settings.contains(Settings::DISCOVERABLE));
    let mut buffer = [0; 600];
    let heard = loop {
        let len = other.socket().within(PATIENCE).recv(&mut buffer).unwrap();
        let notice = mgmt::Notice::decode(&buffer[..len]).unwrap();
        if let mgmt::Event::NewSettings(settings) = notice.event {
            break (notice.index, settings);
        }
    };
    assert_eq!(heard, (index, settings));
    // An answer that nobody waited for is not the next command's.
    let question = mgmt::encode(mgmt::Opcode::READ_INFO, index, &[]).unwrap();
    one.socket().send(&question).unwrap();
    let time = Some(Duration::from_mins(1));
    let settings = other.set_discoverable(index, false, time, PATIENCE).unwrap();
    assert_eq!(settings, on);
    assert_eq!(one.controller(index, PATIENCE).unwrap().settings, on);
    let down = third(&mut one).index;
    let refused = one.set_discoverable(down, true, None, PATIENCE).unwrap_err();
    assert_eq!(refused, Refusal::Status(mgmt::Opcode::SET_DISCOVERABLE, mgmt::Status::REJECTED));
}

#[test]
#[ignore = "cargo xtask vm"]
fn raw_channel() {
    let turn = turn();
    let raw = channel(turn.here.index, HciChannel::RAW);
    assert_eq!(raw.local_addr().unwrap(), HciAddr::new(turn.here.index, HciChannel::RAW));
    let all: Vec<u8> = (0..64).collect();
    raw.set(option::FILTER, hci::filter(&[Kind::EVENT], &all)).unwrap();
    let version = ask(&raw, Opcode::READ_LOCAL_VERSION);
    assert_eq!((version.len(), version[0]), (8, turn.here.version));
    assert_eq!(ask(&raw, Opcode::READ_BD_ADDR), turn.here.address.encode());
    // A message that does not fit is no shorter one.
    let command = Command { opcode: Opcode::READ_BD_ADDR, parameters: &[] }.encode().unwrap();
    raw.send(&command).unwrap();
    assert_eq!(fails(raw.within(PATIENCE).recv(&mut [0; 6])), CUT);
    // Which way, and when.
    raw.set(option::DATA_DIR, true).unwrap();
    raw.set(option::TIME_STAMP, true).unwrap();
    assert!(raw.get(option::DATA_DIR).unwrap() && raw.get(option::TIME_STAMP).unwrap());
    raw.send(&command).unwrap();
    let (mut buffer, mut room) = ([0; 300], ControlRoom::new(128));
    let pieces = &mut [IoSliceMut::new(&mut buffer)];
    let came = raw.within(PATIENCE).recv_msg(pieces, &mut room, RecvFlags::NONE).unwrap();
    assert!(!came.is_truncated() && !came.is_control_truncated());
    assert_eq!(room.get(bluetooth::HCI_DIR), Some(1));
    let age = room.get(bluetooth::HCI_TSTAMP).unwrap().elapsed().unwrap();
    assert!(age.as_secs() < 60, "{age:?}");
    // The filter keeps the answer away.
    let filter = hci::filter(&[Kind::EVENT], &[0x03]);
    raw.set(option::FILTER, filter).unwrap();
    assert_eq!(raw.get(option::FILTER).unwrap(), filter);
    raw.send(&command).unwrap();
    assert_eq!(fails(raw.within(MOMENT).recv(&mut [0; 300])), WAITED);
    // Nor may anybody bind it twice, or to a controller that is not there.
    assert_eq!(
        fails(raw.bind(&HciAddr::new(turn.there.index, HciChannel::RAW))),
        said(Errno::ALREADY)
    );
    assert_eq!(
        fails(Socket::bound(Type::RAW, &HciAddr::new(77, HciChannel::RAW))),
        said(Errno::NODEV)
    );
}

#[test]
#[ignore = "cargo xtask vm"]
fn monitor_channel() {
    let turn = turn();
    let ear = channel(HciAddr::NO_DEVICE, HciChannel::MONITOR);
    let mut buffer = [0; 2048];
    let mut next = |seen: &mut dyn FnMut(Record<'_>) -> bool| loop {
        let len = ear.within(PATIENCE).recv(&mut buffer).unwrap();
        if seen(Record::decode(&buffer[..len]).unwrap()) {
            return;
        }
    };
    // First it tells which controllers there are.
    let mut there = Vec::new();
    next(&mut |record| {
        if let Some(index) = record.new_index() {
            let index = index.unwrap();
            assert_eq!(index.name, format!("hci{}", record.index).as_bytes());
            there.push(index.address);
        }
        there.len() == 3
    });
    assert!(there.contains(&turn.here.address) && there.contains(&turn.there.address), "{there:?}");
    // Then all that passes, both ways.
    let raw = channel(turn.there.index, HciChannel::RAW);
    let command = Command { opcode: Opcode::READ_BD_ADDR, parameters: &[] };
    raw.send(&command.encode().unwrap()).unwrap();
    next(&mut |record| {
        let packet = record.packet().map(Result::unwrap);
        (record.index, record.opcode, packet)
            == (turn.there.index, monitor::Opcode::COMMAND, Some(Packet::Command(command)))
    });
    next(&mut |record| {
        matches!(record.packet(), Some(Ok(Packet::Event(Event::CommandComplete { opcode, returned, .. })))
            if opcode == Opcode::READ_BD_ADDR && returned[1..] == turn.there.address.encode())
    });
}

#[test]
#[ignore = "cargo xtask vm"]
fn user_channel() {
    let turn = turn();
    let mut management = Management::open().unwrap();
    let down = third(&mut management);
    let address = |index| HciAddr::new(index, HciChannel::USER);
    // Not while it is up.
    assert_eq!(fails(Socket::bound(Type::RAW, &address(turn.here.index))), said(Errno::BUSY));
    let user = Socket::bound(Type::RAW, &address(down.index)).unwrap();
    assert_eq!(user.local_addr().unwrap(), address(down.index));
    assert_eq!(fails(Socket::bound(Type::RAW, &address(down.index))), said(Errno::BUSY));
    assert_eq!(ask(&user, Opcode::READ_BD_ADDR), down.address.encode());
    assert!(!management.indexes(PATIENCE).unwrap().contains(&down.index), "taken, and listed");
    user.close().unwrap();
    // It is given back, and the kernel says so.
    let mut buffer = [0; 600];
    while !management.indexes(PATIENCE).unwrap().contains(&down.index) {
        management.socket().within(PATIENCE).recv(&mut buffer).unwrap();
    }
    assert_eq!(third(&mut management).address, down.address);
}
