//! Happy Eyeballs on a clock that the test moves: scenarios of RFC 8305 and of families that nobody answers, and any network at
//! all.

#![allow(missing_docs)]

use core::fmt::Write as _;
use core::net::SocketAddr;
use core::time::Duration;
use std::collections::{BTreeMap, HashSet};
use std::time::Instant;

use berkeley_addr::Family;
use berkeley_resolve::happy::{HappyEyeballs, Race, Step};
use proptest::prelude::*;

/// Milliseconds from the start.
type Time = u64;

/// What happens to the resolver.
#[derive(Clone, Debug)]
enum Answer {
    /// These are all that are known by now.
    Known(Vec<SocketAddr>),
    End(Family),
}

/// What happens to an attempt, and how long after it began.
#[derive(Clone, Copy, Debug)]
enum Fate {
    Connects(Time),
    Fails(Time),
    /// Nobody answers: the kernel gives up after two minutes.
    BlackHole,
}

impl Fate {
    fn at(self) -> (Time, bool) {
        match self {
            Self::Connects(at) => (at, true),
            Self::Fails(at) => (at, false),
            Self::BlackHole => (127_000, false),
        }
    }
}

/// What a race did: when it began which attempt, when it ended, and which won.
#[derive(Debug, Default)]
struct Story {
    starts: Vec<(Time, SocketAddr)>,
    failures: Vec<Time>,
    ended: Time,
    winner: Option<usize>,
    steps: usize,
}

/// What is to happen.
enum Event {
    Answer(Answer),
    /// Which attempt, and whether it connects.
    Attempt(usize, bool),
}

/// Runs a race among those answers and fates.
fn run(
    settings: HappyEyeballs,
    answers: &[(Time, Answer)],
    fate: impl Fn(SocketAddr) -> Fate,
) -> Story {
    let epoch = Instant::now();
    let mut race = Race::new(settings);
    let mut story = Story::default();
    // Told in order of time, and of coming.
    let mut to_come: BTreeMap<(Time, usize), Event> = BTreeMap::new();
    for (nth, (at, answer)) in answers.iter().enumerate() {
        to_come.insert((*at, nth), Event::Answer(answer.clone()));
    }
    let mut now = 0;
    loop {
        story.steps += 1;
        assert!(story.steps < 100_000, "it never ends: {story:?}");
        let until = match race.step(epoch + Duration::from_millis(now)) {
            Step::Start { attempt, address } => {
                assert_eq!(attempt, story.starts.len());
                story.starts.push((now, address));
                let (after, connects) = fate(address).at();
                to_come.insert((now + after, 1000 + attempt), Event::Attempt(attempt, connects));
                continue;
            }
            Step::Wait(until) => until.map(|until| {
                let wait = until - epoch;
                assert!(wait > Duration::from_millis(now), "a wait for the past");
                Time::try_from(wait.as_millis()).expect("a short wait")
            }),
            Step::Connected(winner) => {
                return Story { ended: now, winner: Some(winner), ..story };
            }
            Step::Failed => return Story { ended: now, ..story },
        };
        let next = to_come.first_key_value().map(|((at, _), _)| *at);
        match (next, until) {
            (Some(next), until) if until.is_none_or(|until| next <= until) => {
                now = next;
                match to_come.pop_first().expect("the event").1 {
                    Event::Answer(Answer::Known(addresses)) => {
                        race.answers(&addresses, epoch + Duration::from_millis(now));
                    }
                    Event::Answer(Answer::End(family)) => race.ended(family),
                    Event::Attempt(attempt, true) => race.connected(attempt),
                    Event::Attempt(attempt, false) => {
                        race.failed(attempt);
                        story.failures.push(now);
                    }
                }
            }
            (_, Some(until)) => now = until,
            (_, None) => panic!("it waits for nothing: {story:?}"),
        }
    }
}

/// `6a` is an IPv6 address, `4a` an IPv4 one.
fn address(name: &str) -> SocketAddr {
    let (family, name) = name.split_at(1);
    let octet = name.as_bytes()[0];
    match family {
        "6" => format!("[2001:db8::{octet:x}]:80").parse(),
        _ => format!("192.0.2.{octet}:80").parse(),
    }
    .expect("an address")
}

fn name(address: SocketAddr) -> String {
    let (family, octet) = match address {
        SocketAddr::V4(v4) => ('4', v4.ip().octets()[3]),
        SocketAddr::V6(v6) => ('6', v6.ip().octets()[15]),
    };
    format!("{family}{}", char::from(octet))
}

/// `50:6a,4a` is an answer at 50 ms, `50:-6` the end of a family, `50:-` of both.
fn answers(text: &str) -> Vec<(Time, Answer)> {
    let mut answers = Vec::new();
    for word in text.split(' ') {
        let (at, what) = word.split_once(':').expect("a time");
        let at = at.parse().expect("a time");
        match what {
            "-6" => answers.push((at, Answer::End(Family::INET6))),
            "-4" => answers.push((at, Answer::End(Family::INET))),
            "-" => answers.extend([Family::INET, Family::INET6].map(|f| (at, Answer::End(f)))),
            list => answers.push((at, Answer::Known(list.split(',').map(address).collect()))),
        }
    }
    answers
}

/// `6a+20 6b-30 4*`: connects after 20 ms, fails after 30, everything of IPv4 is a black hole; what is not named connects after 10.
fn fate(text: &str, of: SocketAddr) -> Fate {
    let name = name(of);
    for word in text.split(' ').filter(|word| !word.is_empty()) {
        let (who, what) = word.split_at(word.find(['+', '-', '*']).expect("a fate"));
        if name.starts_with(who) {
            let after = || what[1..].parse().expect("a time");
            return match &what[..1] {
                "+" => Fate::Connects(after()),
                "-" => Fate::Fails(after()),
                _ => Fate::BlackHole,
            };
        }
    }
    Fate::Connects(10)
}

fn told(story: &Story) -> String {
    let mut told = String::new();
    for (at, address) in &story.starts {
        let _ = write!(told, "{at}:{} ", name(*address));
    }
    match story.winner {
        Some(winner) => told + &format!("{}={}", story.ended, name(story.starts[winner].1)),
        None => told + &format!("{}=none", story.ended),
    }
}

#[test]
fn scenarios() {
    const RFC: HappyEyeballs = HappyEyeballs::RFC8305;
    const SEQUENTIAL: HappyEyeballs = HappyEyeballs::SEQUENTIAL;
    const TWO_FIRST: HappyEyeballs = HappyEyeballs { first_family_count: 2, ..RFC };
    const THREE: HappyEyeballs = HappyEyeballs { max_attempts: 3, ..RFC };
    const NONE: HappyEyeballs = HappyEyeballs { max_attempts: 0, ..RFC };
    let hasty = HappyEyeballs { attempt_delay: Duration::ZERO, ..RFC };
    let hastier = HappyEyeballs { min_attempt_delay: Duration::ZERO, ..hasty };
    let slow = HappyEyeballs { attempt_delay: Duration::from_secs(60), ..RFC };
    let table = [
        // All known at once.
        (RFC, "0:6a,4a 0:-", "", "0:6a 10=6a"),
        (RFC, "0:4a 0:-", "", "0:4a 10=4a"),
        (RFC, "0:4a,6a 0:-", "", "0:4a 10=4a"),
        // Families take turns, whichever is first.
        (RFC, "0:6a,6b,6c,4a,4b 0:-", "6* 4*", "0:6a 250:4a 500:6b 750:4b 1000:6c 128000=none"),
        (RFC, "0:4a,4b,6a 0:-", "6* 4*", "0:4a 250:6a 500:4b 127500=none"),
        (RFC, "0:4a,4b,4c,6a 0:-", "6* 4*", "0:4a 250:6a 500:4b 750:4c 127750=none"),
        (
            TWO_FIRST,
            "0:6a,6b,6c,4a,4b 0:-",
            "6* 4*",
            "0:6a 250:6b 500:4a 750:6c 1000:4b 128000=none",
        ),
        (TWO_FIRST, "0:6a,4a,6b 0:-", "6* 4*", "0:6a 250:6b 500:4a 127500=none"),
        (TWO_FIRST, "0:6a,4a,4b 0:-", "6* 4*", "0:6a 250:4a 500:4b 127500=none"),
        // A family that nobody answers.
        (RFC, "0:6a,4a 0:-", "6*", "0:6a 250:4a 260=4a"),
        (RFC, "0:6a,6b,6c,4a 0:-", "6*", "0:6a 250:4a 260=4a"),
        (RFC, "0:4a,6a 0:-", "4*", "0:4a 250:6a 260=6a"),
        // The slower of two that overlap, and the faster.
        (RFC, "0:6a,4a 0:-", "6+300 4+100", "0:6a 250:4a 300=6a"),
        (RFC, "0:6a,4a 0:-", "6+400 4+100", "0:6a 250:4a 350=4a"),
        // The next at once on failure, also while others are under way.
        (RFC, "0:6a,4a 0:-", "6-5", "0:6a 5:4a 15=4a"),
        (RFC, "0:6a,6b,4a 0:-", "6-5 4-5", "0:6a 5:4a 10:6b 15=none"),
        (RFC, "0:6a,6b,4a,4b 0:-", "6a-300 4a* 6b* 4b+1", "0:6a 250:4a 300:6b 550:4b 551=4b"),
        // Delays within their bounds.
        (hasty, "0:6a,4a 0:-", "6*", "0:6a 100:4a 110=4a"),
        (hastier, "0:6a,4a 0:-", "6*", "0:6a 10:4a 20=4a"),
        (slow, "0:6a,4a 0:-", "6*", "0:6a 2000:4a 2010=4a"),
        // IPv6 first: at once. IPv4 joins when it comes.
        (RFC, "20:6a 20:-6 90:6a,4a 90:-4", "6*", "20:6a 270:4a 280=4a"),
        (RFC, "20:6a 20:-6 900:6a,4a 900:-4", "6*", "20:6a 900:4a 910=4a"),
        (RFC, "20:6a 20:-6 60:6a,4a 60:-4", "6-100", "20:6a 120:4a 130=4a"),
        (RFC, "20:6a 20:-6 60:6a,4a 60:-4", "6-10", "20:6a 60:4a 70=4a"),
        (RFC, "20:6a 20:-6 5000:-4", "6-10", "20:6a 5000=none"),
        // IPv4 first: it waits 50 ms for IPv6.
        (RFC, "20:4a 20:-4 60:6a,4a 60:-6", "", "60:6a 70=6a"),
        (RFC, "20:4a 20:-4 60:6a,4a 60:-6", "6*", "60:6a 310:4a 320=4a"),
        (RFC, "20:4a 20:-4 30:-6", "", "30:4a 40=4a"),
        (RFC, "20:4a 20:-4 5000:-6", "", "70:4a 80=4a"),
        (RFC, "20:4a,4b 20:-4 100:6a,4a,4b 100:-6", "4*", "70:4a 320:6a 330=6a"),
        (RFC, "20:4a 20:-4 100:6a,4a 100:-6", "4-1", "70:4a 100:6a 110=6a"),
        // The sort may put IPv4 first; the wait is for either order.
        (RFC, "20:4a 20:-4 60:4a,6a 60:-6", "", "60:4a 70=4a"),
        // Nothing.
        (RFC, "0:-", "", "0=none"),
        (RFC, "5:-6 20:-4", "", "20=none"),
        (RFC, "0:4a 0:-", "4-7", "0:4a 7=none"),
        // What comes twice is tried once.
        (RFC, "0:6a,6a,4a,6a 0:-", "6-1 4-1", "0:6a 1:4a 2=none"),
        (RFC, "0:6a 50:6a,4a 70:6a,4a 70:-", "6-1 4-1", "0:6a 50:4a 70=none"),
        // What is withdrawn is not tried.
        (RFC, "0:6a,6b,4a 20:6a 20:-", "6-100", "0:6a 100=none"),
        // So many and no more.
        (THREE, "0:6a,6b,4a,4b 0:-", "6-1 4-1", "0:6a 1:4a 2:6b 3=none"),
        (THREE, "0:6a,6b,4a,4b", "6-1 4-1", "0:6a 1:4a 2:6b 3=none"),
        (NONE, "0:6a", "", "0=none"),
        // One after the other, in the order of the answer, when all of it is there.
        (SEQUENTIAL, "0:4a,4b,6a,4c 0:-", "4-100 6-100", "0:4a 100:4b 200:6a 300:4c 400=none"),
        (SEQUENTIAL, "0:6a,4a 0:-", "6*", "0:6a 127000:4a 127010=4a"),
        (SEQUENTIAL, "20:4a 20:-4 5000:6a,4a 5000:-6", "6-1", "5000:6a 5001:4a 5011=4a"),
    ];
    for (settings, when, how, expected) in table {
        let story = run(settings, &answers(when), |address| fate(how, address));
        assert_eq!(told(&story), expected, "{when} {how}");
    }
}

#[test]
fn what_the_caller_says_wrongly_does_no_harm() {
    let now = Instant::now();
    let [a, b] = ["6a", "4a"].map(address);
    let mut race = Race::known(HappyEyeballs::default(), &[a, b], now);
    race.failed(7);
    race.connected(7);
    race.ended(Family::UNIX);
    assert_eq!(race.step(now), Step::Start { attempt: 0, address: a });
    race.failed(0);
    race.failed(0);
    race.connected(0);
    assert_eq!(race.step(now), Step::Start { attempt: 1, address: b });
    race.connected(1);
    race.failed(1);
    race.connected(0);
    assert_eq!(race.step(now), Step::Connected(1));
    // A clock that goes back.
    let mut race = Race::known(HappyEyeballs::default(), &[a, b], now);
    let later = now + Duration::from_secs(9);
    assert_eq!(race.step(later), Step::Start { attempt: 0, address: a });
    assert_eq!(race.step(now), Step::Wait(Some(later + Duration::from_millis(250))));
}

/// Ten thousand addresses, all of which refuse: no more work than that.
#[test]
fn many_addresses_are_no_matter() {
    let all: Vec<SocketAddr> = (0..10_000_u32)
        .map(|n| {
            let octets = n.to_be_bytes();
            match n % 3 {
                0 => ([192, 0, octets[2], octets[3]], 80).into(),
                _ => ([0x2001, 0xdb8, 0, 0, 0, 0, 0, u16::try_from(n).unwrap_or(0)], 80).into(),
            }
        })
        .collect();
    let answers = vec![
        (0, Answer::Known(all)),
        (0, Answer::End(Family::INET)),
        (0, Answer::End(Family::INET6)),
    ];
    let story = run(HappyEyeballs::default(), &answers, |_| Fate::Fails(0));
    assert_eq!((story.starts.len(), story.winner), (10_000, None));
}

fn any_fate() -> impl Strategy<Value = Fate> {
    prop_oneof![
        2 => (0_u64..2000).prop_map(Fate::Connects),
        4 => (0_u64..2000).prop_map(Fate::Fails),
        2 => Just(Fate::BlackHole),
    ]
}

prop_compose! {
    fn any_settings()(resolution in 0_u64..200, delay in 0_u64..3000, first_family_count in 0_usize..4, max_attempts in 0_usize..12)
        -> HappyEyeballs
    {
        HappyEyeballs {
            resolution_delay: Duration::from_millis(resolution),
            attempt_delay: Duration::from_millis(delay),
            first_family_count,
            max_attempts,
            ..HappyEyeballs::RFC8305
        }
    }
}

proptest! {
    #[test]
    fn any_network_is_raced_by_the_rules(
        settings in any_settings(),
        v6_first in any::<bool>(),
        (v6, v4) in (0_usize..6, 0_usize..6),
        (v6_at, v4_at) in (0_u64..400, 0_u64..400),
        fates in proptest::collection::vec(any_fate(), 12),
    ) {
        let named = |family: char, n: usize| -> Vec<SocketAddr> {
            (0..n).map(|nth| address(&format!("{family}{}", char::from(b'a' + u8::try_from(nth).unwrap_or(0))))).collect()
        };
        let (v6s, v4s) = (named('6', v6), named('4', v4));
        let all = if v6_first { [v6s.clone(), v4s.clone()] } else { [v4s.clone(), v6s.clone()] }.concat();
        let both_at = v6_at.max(v4_at);
        let mut when = vec![(v6_at, Answer::Known(v6s)), (v4_at, Answer::Known(v4s)), (both_at, Answer::Known(all.clone()))];
        when.extend([(v6_at, Answer::End(Family::INET6)), (v4_at, Answer::End(Family::INET))]);
        when.sort_by_key(|(at, _)| *at);
        // The family that comes second must not take back what came first.
        if let Some(second) = when.iter().rposition(|(_, answer)| matches!(answer, Answer::Known(list) if list.len() < all.len())) {
            if v6_at != v4_at && when[second].0 == both_at {
                when.remove(second);
            }
        }
        let of = |address: SocketAddr| fates[all.iter().position(|a| *a == address).unwrap_or(0)];
        let story = run(settings, &when, of);
        let starts = &story.starts;

        // None twice, none unheard of, none too many.
        let tried: HashSet<_> = starts.iter().map(|(_, address)| *address).collect();
        prop_assert_eq!(tried.len(), starts.len());
        prop_assert!(starts.iter().all(|(_, address)| all.contains(address)));
        prop_assert!(starts.len() <= settings.max_attempts);

        // Between two starts lies the delay, or a failure.
        let delay = settings.attempt_delay.max(settings.min_attempt_delay).min(settings.max_attempt_delay);
        let delay = u64::try_from(delay.as_millis()).unwrap_or(u64::MAX);
        for pair in starts.windows(2) {
            let (before, after) = (pair[0].0, pair[1].0);
            let failed = story.failures.iter().any(|at| (before..=after).contains(at));
            prop_assert!(after - before >= delay || failed, "{:?}", story);
            // And no more than that, once all is known.
            if before >= both_at {
                prop_assert!(after - before <= delay, "{:?}", story);
            }
        }

        // The first begins when there is something to try, at most the resolution delay later.
        if let (Some((first, address)), true) = (starts.first(), v4 + v6 > 0) {
            let known = match (v6, v4) { (0, _) => v4_at, (_, 0) => v6_at, _ => v6_at.min(v4_at) };
            let resolution = u64::try_from(settings.resolution_delay.as_millis()).unwrap_or(u64::MAX);
            prop_assert!((known..=known + resolution).contains(first), "{:?}", story);
            if address.is_ipv4() && v6_first && v6 > 0 {
                prop_assert!(v6_at > *first || v6_at == *first && resolution == 0 || *first == v4_at + resolution, "{:?}", story);
            }
        }

        // Once all is known, families take turns while both have some, but for the first few.
        for (nth, pair) in starts.windows(2).enumerate().skip(settings.first_family_count.max(1) - 1) {
            let other_left = all.iter().any(|address| {
                address.is_ipv4() != pair[0].1.is_ipv4() && !starts[..=nth].iter().any(|(_, tried)| tried == address)
            });
            if pair[1].0 > both_at && other_left {
                prop_assert_ne!(pair[0].1.is_ipv4(), pair[1].1.is_ipv4(), "{:?}", story);
            }
        }
        // Within a family, the order of the answer.
        for family in [true, false] {
            let order: Vec<_> = starts.iter().filter(|(_, a)| a.is_ipv4() == family).map(|(_, a)| *a).collect();
            let sorted: Vec<_> = all.iter().filter(|a| a.is_ipv4() == family).take(order.len()).copied().collect();
            prop_assert_eq!(order, sorted);
        }

        // The winner is the first that connects; if none won, none could.
        let done = starts.iter().map(|(at, address)| (*at, of(*address).at())).filter(|(_, (_, connects))| *connects);
        match story.winner {
            Some(_) => prop_assert_eq!(done.map(|(at, (after, _))| at + after).min(), Some(story.ended)),
            None => {
                prop_assert_eq!(done.count(), 0);
                prop_assert!(starts.len() == all.len().min(settings.max_attempts));
            }
        }
    }
}
