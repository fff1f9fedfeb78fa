//! Scripts: hosts say something, and hear what a real controller's host would hear. No device is needed.

use super::*;

/// Of the two controllers, last octet first.
const NEAR: [u8; 6] = [0, 1, 0, 1, 0xaa, 0];
const FAR: [u8; 6] = [1, 1, 0, 1, 0xaa, 0];

/// Sends a command; the events that come, without their lengths: whose host, and code and parameters.
fn say(air: &mut Air, me: usize, opcode: u16, parts: &[&[u8]]) -> Vec<(usize, Vec<u8>)> {
    let parameters = parts.concat();
    let len = u8::try_from(parameters.len()).unwrap();
    let packet = [&[1], &opcode.to_le_bytes()[..], &[len], &parameters].concat();
    let events = air.hear(me, &packet).into_iter().map(|(host, packet)| {
        assert_eq!((packet[0], usize::from(packet[2])), (4, packet.len() - 3));
        (host, [&packet[1..2], &packet[3..]].concat())
    });
    events.collect()
}

/// The codes alone; of Low Energy the event's own.
fn codes(events: &[(usize, Vec<u8>)]) -> Vec<(usize, u8)> {
    events.iter().map(|(host, e)| (*host, if e[0] == 0x3e { e[1] } else { e[0] })).collect()
}

/// A handle, little-endian.
fn handle(bytes: &[u8]) -> [u8; 2] {
    [bytes[0], bytes[1]]
}

/// Two controllers that take connections.
fn two() -> Air {
    let mut air = Air::new(2);
    for me in 0..2 {
        say(&mut air, me, opcode::WRITE_SCAN_ENABLE, &[&[3]]);
    }
    air
}

/// Connects both by Bluetooth Classic; the handles.
fn classic(air: &mut Air) -> [[u8; 2]; 2] {
    let asked = say(air, 0, opcode::CREATE_CONNECTION, &[&FAR, &[0; 7]]);
    assert_eq!(codes(&asked), [(0, 0x0f), (1, 0x04)]);
    assert_eq!(asked[1].1[1..7], NEAR);
    let taken = say(air, 1, opcode::ACCEPT_CONNECTION, &[&NEAR, &[1]]);
    assert_eq!(codes(&taken), [(1, 0x0f), (1, 0x03), (0, 0x03)]);
    [handle(&taken[2].1[2..]), handle(&taken[1].1[2..])]
}

/// Connects both by Low Energy.
fn low_energy(air: &mut Air) -> [[u8; 2]; 2] {
    say(air, 1, opcode::LE_SET_ADVERTISING, &[&[1]]);
    let joined = say(air, 0, opcode::LE_CREATE_CONNECTION, &[&[0; 5], &[0], &FAR, &[0; 13]]);
    assert_eq!(codes(&joined), [(0, 0x0f), (1, 0x01), (0, 0x01)]);
    assert_eq!((joined[1].1[5], joined[2].1[5]), (1, 0), "roles");
    [handle(&joined[2].1[3..]), handle(&joined[1].1[3..])]
}

#[test]
fn what_is_asked_is_answered() {
    let mut air = two();
    let rows: [(u16, &[u8], &[u8]); 8] = [
        (opcode::READ_BD_ADDR, &[], &[0x0e, 1, 9, 0x10, 0, 0, 1, 0, 1, 0xaa, 0]),
        (opcode::READ_SCAN_ENABLE, &[], &[0x0e, 1, 0x19, 0x0c, 0, 3]),
        (opcode::LE_READ_BUFFER_SIZE_2, &[], &[0x0e, 1, 0x60, 0x20, 0, 251, 0, 8, 251, 0, 8]),
        // What only sets something is done; what is not known is not.
        (0x0c01, &[0; 8], &[0x0e, 1, 1, 0x0c, 0]),
        (0xfc00, &[], &[0x0f, status::UNKNOWN_COMMAND, 1, 0, 0xfc]),
        // Too few parameters, and a link that is not there.
        (opcode::DISCONNECT, &[1], &[0x0f, status::INVALID_PARAMETERS, 1, 6, 4]),
        (opcode::DISCONNECT, &[1, 0, 0x13], &[0x0f, status::UNKNOWN_CONNECTION, 1, 6, 4]),
        (opcode::LE_SET_ADVERTISING_DATA, &[9, 1], &[0x0f, status::INVALID_PARAMETERS, 1, 8, 0x20]),
    ];
    for (opcode, parameters, answer) in rows {
        assert_eq!(
            say(&mut air, 0, opcode, &[parameters]),
            [(0, answer.to_vec())],
            "{opcode:#06x}"
        );
    }
    assert_eq!(air.hear(0, &[1, 2]), []);
}

#[test]
fn a_classic_link_carries_data_and_voice() {
    let mut air = two();
    let [near, far] = classic(&mut air);
    // The first part of a message changes its flag on the way, and a credit comes back.
    let sent = air.hear(0, &[2, near[0], near[1], 2, 0, 7, 8]);
    assert_eq!(sent[0], (1, vec![2, far[0], far[1] | 0x20, 2, 0, 7, 8]));
    assert_eq!(sent[1], (0, vec![4, 0x13, 5, 1, near[0], near[1], 1, 0]));
    let asked = say(&mut air, 0, opcode::SETUP_SYNC_CONNECTION, &[&near, &[0; 15]]);
    assert_eq!(codes(&asked), [(0, 0x0f), (1, 0x04)]);
    let taken = say(&mut air, 1, opcode::ACCEPT_SYNC_CONNECTION, &[&NEAR, &[0; 15]]);
    assert_eq!(codes(&taken), [(1, 0x0f), (1, 0x2c), (0, 0x2c)]);
    let (its, mine) = (handle(&taken[1].1[2..]), handle(&taken[2].1[2..]));
    let sent = air.hear(0, &[3, mine[0], mine[1], 2, 7, 8]);
    assert_eq!(sent, [(1, vec![3, its[0], its[1], 2, 7, 8])]);
    // Voice goes with the link that it stands beside.
    let over = say(&mut air, 0, opcode::DISCONNECT, &[&near, &[0x13]]);
    assert_eq!(codes(&over), [(0, 0x0f), (0, 5), (1, 5), (0, 5), (1, 5)]);
    assert!(air.controllers.iter().all(|controller| controller.links.is_empty()));
}

#[test]
fn nobody_there_is_a_time_out() {
    let mut air = Air::new(2);
    let asked = say(&mut air, 0, opcode::CREATE_CONNECTION, &[&FAR, &[0; 7]]);
    assert_eq!(codes(&asked), [(0, 0x0f), (0, 0x03)]);
    assert_eq!(asked[1].1[1], status::PAGE_TIMEOUT);
}

#[test]
fn pairing_gives_both_the_same_key() {
    let mut air = two();
    let [near, _] = classic(&mut air);
    let asked = say(&mut air, 0, opcode::AUTHENTICATION_REQUESTED, &[&near]);
    assert_eq!(codes(&asked), [(0, 0x0f), (0, 0x17)]);
    let none = say(&mut air, 0, opcode::LINK_KEY_NEGATIVE_REPLY, &[&FAR]);
    assert_eq!(codes(&none), [(0, 0x0e), (0, 0x31)]);
    let mine = say(&mut air, 0, opcode::IO_CAPABILITY_REPLY, &[&FAR, &[3, 0, 0]]);
    assert_eq!(codes(&mine), [(0, 0x0e), (1, 0x32), (1, 0x31)]);
    let its = say(&mut air, 1, opcode::IO_CAPABILITY_REPLY, &[&NEAR, &[3, 0, 0]]);
    assert_eq!(codes(&its), [(1, 0x0e), (0, 0x32), (0, 0x33), (1, 0x33)]);
    let one = say(&mut air, 1, opcode::USER_CONFIRMATION_REPLY, &[&NEAR]);
    assert_eq!(codes(&one), [(1, 0x0e)]);
    let both = say(&mut air, 0, opcode::USER_CONFIRMATION_REPLY, &[&FAR]);
    let expected = [(0, 0x0e), (0, 0x36), (0, 0x18), (1, 0x36), (1, 0x18), (0, 0x06)];
    assert_eq!(codes(&both), expected);
    assert_eq!(both[2].1[7..], both[4].1[7..]);
    // The key is good from now on, another is not.
    let key = both[2].1[7..23].to_vec();
    for (key, status) in [(key, status::SUCCESS), (vec![0; 16], status::AUTHENTICATION_FAILURE)] {
        let known = say(&mut air, 0, opcode::LINK_KEY_REPLY, &[&FAR, &key]);
        assert_eq!((codes(&known)[1], known[1].1[1]), ((0, 0x06), status));
    }
    let on = say(&mut air, 0, opcode::SET_CONNECTION_ENCRYPTION, &[&near, &[1]]);
    assert_eq!(codes(&on), [(0, 0x0f), (0, 0x08), (1, 0x08)]);
}

#[test]
fn low_energy_is_heard_joined_and_encrypted() {
    let mut air = two();
    // The one that asks first waits until the other advertises; who scans hears it.
    let waits = say(&mut air, 0, opcode::LE_CREATE_CONNECTION, &[&[0; 5], &[0], &NEAR, &[0; 13]]);
    assert_eq!(codes(&waits), [(0, 0x0f)]);
    say(&mut air, 0, opcode::LE_SET_SCANNING, &[&[1, 0]]);
    let heard = say(&mut air, 1, opcode::LE_SET_ADVERTISING, &[&[1]]);
    assert_eq!(codes(&heard), [(1, 0x0e), (0, 0x02)]);
    let given_up = say(&mut air, 0, opcode::LE_CREATE_CONNECTION_CANCEL, &[]);
    assert_eq!(codes(&given_up), [(0, 0x0e), (0, 0x01)]);
    let [near, far] = low_energy(&mut air);
    for (key, status) in [([7; 16], status::SUCCESS), ([8; 16], status::KEY_MISSING)] {
        let asked = say(&mut air, 0, opcode::LE_START_ENCRYPTION, &[&near, &[5; 10], &[7; 16]]);
        assert_eq!(codes(&asked), [(0, 0x0f), (1, 0x05)]);
        let done = say(&mut air, 1, opcode::LE_KEY_REPLY, &[&far, &key]);
        assert_eq!(codes(&done), [(1, 0x0e), (0, 0x08), (1, 0x08)]);
        assert_eq!(done[1].1[1], status);
    }
}

#[test]
fn a_stream_is_planned_proposed_and_taken() {
    let mut air = two();
    let [near, far] = low_energy(&mut air);
    // Group 0, 10 ms both ways; stream 1: messages of 100 and 40 bytes.
    let group = [0, 0x10, 0x27, 0, 0x10, 0x27, 0, 0, 0, 0, 10, 0, 10, 0, 1];
    let stream = [1, 100, 0, 40, 0, 2, 2, 2, 2];
    let planned = say(&mut air, 0, opcode::LE_SET_CIG_PARAMETERS, &[&group, &stream]);
    let mine = handle(&planned[0].1[7..]);
    let again = say(&mut air, 0, opcode::LE_SET_CIG_PARAMETERS, &[&group, &stream]);
    assert_eq!(planned, again, "a plan keeps its handle");
    let proposed = say(&mut air, 0, opcode::LE_CREATE_CIS, &[&[1], &mine, &near]);
    assert_eq!(codes(&proposed), [(0, 0x0f), (1, 0x1a)]);
    assert_eq!(handle(&proposed[1].1[2..]), far);
    let its = handle(&proposed[1].1[4..]);
    let taken = say(&mut air, 1, opcode::LE_ACCEPT_CIS, &[&its]);
    assert_eq!(codes(&taken), [(1, 0x0f), (1, 0x19)]);
    // The central hears of it when the peripheral's host is ready to receive.
    let sends = say(&mut air, 1, opcode::LE_SETUP_ISO_PATH, &[&its, &[0; 11]]);
    assert_eq!(codes(&sends), [(1, 0x0e)]);
    let receives = say(&mut air, 1, opcode::LE_SETUP_ISO_PATH, &[&its, &[1], &[0; 10]]);
    assert_eq!(codes(&receives), [(1, 0x0e), (0, 0x19)]);
    assert_eq!(handle(&receives[1].1[3..]), mine);
    let sent = air.hear(0, &[5, mine[0], mine[1] | 0x20, 2, 0, 7, 8]);
    assert_eq!(sent[0], (1, vec![5, its[0], its[1] | 0x20, 2, 0, 7, 8]));
    // It goes with the link, and a second proposal may be refused.
    say(&mut air, 0, opcode::DISCONNECT, &[&mine, &[0x13]]);
    let proposed = say(&mut air, 0, opcode::LE_CREATE_CIS, &[&[1], &mine, &near]);
    let its = handle(&proposed[1].1[4..]);
    let refused = say(&mut air, 1, opcode::LE_REJECT_CIS, &[&its, &[0x0d]]);
    assert_eq!((codes(&refused)[1], refused[1].1[2]), ((0, 0x19), 0x0d));
}

#[test]
fn a_reset_ends_links_without_a_word_to_its_own_host() {
    let mut air = two();
    classic(&mut air);
    let reset = say(&mut air, 0, opcode::RESET, &[]);
    assert_eq!(codes(&reset), [(1, 0x05), (0, 0x0e)]);
}
