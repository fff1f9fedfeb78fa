//! `berkeley tour` on the kernel that runs the tests: every row must prove itself, here, without privileges, and in networks
//! where the loopback interface is down, or IPv6 is switched off.
//!
//! What needs a tool (unshare(1), setpriv(1), ip(8)) that is missing, or refused here, is told and left out.

use std::process::{Command, Output};

use serde_json::Value;

const BERKELEY: &str = env!("CARGO_BIN_EXE_berkeley");

/// A tour: its rows, its exit code.
struct Tour {
    rows: Vec<Value>,
    code: Option<i32>,
}

impl Tour {
    fn of(mut command: Command) -> Self {
        let Output { status, stdout, stderr } = command.output().unwrap();
        let text = String::from_utf8(stdout).unwrap();
        let rows = text.lines().map(|line| serde_json::from_str(line).expect(line));
        let tour = Self { rows: rows.collect(), code: status.code() };
        assert!(!tour.rows.is_empty(), "{}", String::from_utf8_lossy(&stderr));
        tour.rows.iter().for_each(prove);
        let failed = tour.rows.iter().any(|row| row["ok"] == false);
        assert_eq!(tour.code, Some(i32::from(failed)), "{text}");
        tour
    }

    /// The rows of this kind.
    fn find(&self, [family, ty, how]: Kind) -> Vec<&Value> {
        let is = |value: &Value, word: &str| word.is_empty() || value == word;
        let fits = |row: &&Value| {
            is(&row["family"], family) && is(&row["type"], ty) && is(&row["how"], how)
        };
        self.rows.iter().filter(fits).collect()
    }
}

/// A row says what it claims, and the claim is enough.
fn prove(row: &Value) {
    let text = |key: &str| row[key].as_str().is_some_and(|text| !text.is_empty());
    assert!(text("family") && text("type") && text("how"), "{row}");
    if row["skipped"] == true {
        assert!(row["ok"].is_null() && text("errno") && text("why"), "{row}");
        return;
    }
    if row["ok"] != true {
        assert!(row["ok"] == false && text("why"), "{row}");
        return;
    }
    if row["opened_only"] == true {
        assert!(text("why") && row["family"] == "AF_VSOCK", "{row}");
        return;
    }
    assert!(text("address") && row["rtt_us"].as_f64() > Some(0.0), "{row}");
    if row["how"] == "links" {
        let names = row["names"].as_array().unwrap();
        assert!(names.iter().any(|name| name == "lo") && row["replies"] == names.len(), "{row}");
        return;
    }
    if row["how"] == "hci" {
        assert!(row["replies"].as_u64() > Some(30) && row["names"].as_array().is_some(), "{row}");
        return;
    }
    assert!(row["bytes_per_s"].as_f64() > Some(0.0), "{row}");
    let mut ways = vec![row];
    // Of these the kernel sends the same bytes back, or says what they digest to.
    if !["ping", "ring", "xdp", "hash", "cipher"].contains(&row["how"].as_str().unwrap()) {
        ways.push(&row["back"]);
        assert_ne!(row["sha256_sent"], row["back"]["sha256_sent"], "{row}");
    }
    for way in ways {
        assert!(way["sha256_sent"].as_str().is_some_and(|hex| hex.len() == 64), "{row}");
        assert_eq!(way["sha256_sent"], way["sha256_received"], "{row}");
        assert_eq!(way["sent"], way["received"], "{row}");
        match way["messages"].as_u64() {
            None => assert!(
                row["type"] == "SOCK_STREAM" && way["sent"].as_u64() >= Some(1 << 20),
                "{row}"
            ),
            messages => assert!(messages >= Some(1000), "{row}"),
        }
    }
}

fn tour(words: &[&str]) -> Tour {
    let (program, rest) = words.split_first().unwrap();
    let mut command = Command::new(program);
    command.args(rest);
    Tour::of(command)
}

/// Whether this works here; if not, it is told.
fn can(words: &[&str]) -> bool {
    let (program, rest) = words.split_first().unwrap();
    let works =
        Command::new(program).args(rest).output().is_ok_and(|output| output.status.success());
    if !works {
        eprintln!("left out, not possible here: {}", words.join(" "));
    }
    works
}

#[test]
fn here() {
    let here = tour(&[BERKELEY, "tour", "--json"]);
    // No Linux that runs this lacks these.
    for (family, least) in [("AF_UNIX", 6), ("AF_NETLINK", 2)] {
        let rows = here.find([family, "", ""]);
        assert!(rows.len() >= least && rows.iter().all(|row| row["ok"] == true), "{rows:?}");
    }
    // One that is missing may be required.
    let missing = ["AF_TIPC", "AF_BLUETOOTH", "AF_CAN", "AF_ALG", "AF_QIPCRTR", "AF_RDS", "AF_SMC"]
        .into_iter()
        .find(|family| here.find([family, "", ""]).iter().all(|row| row["skipped"] == true));
    match missing {
        Some(family) => {
            let tour = tour(&[BERKELEY, "tour", "--json", "--require", &format!("unix,{family}")]);
            assert_eq!(tour.code, Some(1));
            let rows = tour.find([family, "", ""]);
            assert!(
                rows.iter().all(|row| row["ok"] == false && row["errno"].is_string()),
                "{rows:?}"
            );
        }
        None => eprintln!("left out: this kernel lacks no family"),
    }
}

/// On the kernel that has them all, every row carries data.
#[test]
#[ignore = "cargo xtask vm"]
fn tour_of_every_family() {
    assert!(std::env::var_os("BERKELEY_VM").is_some(), "this is not the VM");
    let all = "alg,bluetooth,can,inet,inet6,iso,mptcp,netlink,packet,ping,qipcrtr,raw,rds,sctp,smc,tipc,udplite,unix,vsock,xdp";
    let tour = tour(&[BERKELEY, "tour", "--json", "--require", all]);
    for row in &tour.rows {
        println!("{row}");
    }
    let fine = |row: &&Value| row["ok"] == true && row["opened_only"] != true;
    let (ok, bad): (Vec<_>, Vec<_>) = tour.rows.iter().partition(fine);
    // Linux 6.16 has no DCCP any more; this is an older one.
    assert!(bad.is_empty() && ok.len() >= 50, "{bad:#?}");
}

#[test]
fn a_name_that_is_none() {
    let output = Command::new(BERKELEY).args(["tour", "--require", "unix,tpic"]).output().unwrap();
    let text = String::from_utf8(output.stderr).unwrap();
    assert!(output.stdout.is_empty() && output.status.code() == Some(2), "{text}");
    for word in ["tpic", "tipc", "bluetooth", "inet6", "mptcp"] {
        assert!(text.contains(word), "{text}");
    }
}

#[test]
fn without_privileges() {
    let drop = ["setpriv", "--bounding-set=-all", "--inh-caps=-all"];
    if !can(&[&drop[..], &["true"]].concat()) {
        return;
    }
    let tour = tour(&[&drop[..], &[BERKELEY, "tour", "--json"]].concat());
    let rows = [tour.find(["AF_PACKET", "", ""]), tour.find(["AF_INET", "SOCK_RAW", ""])].concat();
    assert!(rows.len() >= 4);
    for row in rows {
        let why = row["why"].as_str().unwrap();
        let permitted = why.contains(&format!("sudo setcap cap_net_raw+ep {BERKELEY}"));
        assert!(row["skipped"] == true && (permitted || row["errno"] != "EPERM"), "{row}");
    }
    assert!(tour.find(["AF_UNIX", "", ""]).iter().all(|row| row["ok"] == true));
}

/// Family, type and way: an empty word is any.
type Kind = [&'static str; 3];

/// What becomes of some.
type Fates = &'static [(Kind, Fate)];

/// What becomes of rows.
enum Fate {
    Ok,
    Failed(&'static str),
    Skipped(&'static str),
}

#[test]
fn in_networks_of_their_own() {
    use Fate::{Failed, Ok, Skipped};
    if !can(&["unshare", "-rn", "ip", "link", "set", "lo", "up"]) {
        return;
    }
    let up = "ip link set lo up && echo 0 0 >/proc/sys/net/ipv4/ping_group_range";
    let rows: [(&str, String, Fates); 3] = [
        (
            "loopback down",
            "true".to_owned(),
            &[
                (["AF_INET", "SOCK_STREAM", "tcp"], Failed("ip link set lo up")),
                (["AF_INET", "SOCK_DGRAM", "udp"], Failed("ip link set lo up")),
                (["AF_PACKET", "SOCK_RAW", "frames"], Failed("ip link set lo up")),
                (["AF_UNIX", "", ""], Ok),
                (["AF_NETLINK", "", ""], Ok),
            ],
        ),
        (
            "loopback up",
            up.to_owned(),
            &[
                (["AF_INET", "SOCK_STREAM", "tcp"], Ok),
                (["AF_INET", "SOCK_STREAM", "localhost"], Ok),
                (["AF_INET", "SOCK_DGRAM", "ping"], Ok),
                (["AF_INET", "SOCK_RAW", "raw"], Ok),
                (["AF_PACKET", "", ""], Ok),
            ],
        ),
        (
            "without IPv6",
            format!("{up} && echo 1 >/proc/sys/net/ipv6/conf/all/disable_ipv6"),
            &[
                (["AF_INET", "SOCK_DGRAM", "udp"], Ok),
                (["AF_INET6", "SOCK_STREAM", "tcp"], Skipped("disable_ipv6=0")),
                (["AF_INET6", "SOCK_DGRAM", "udp"], Skipped("disable_ipv6=0")),
            ],
        ),
    ];
    for (what, script, fates) in rows {
        let script = format!("{script} && exec {BERKELEY} tour --json");
        let tour = tour(&["unshare", "-rn", "sh", "-c", &script]);
        for (stop, fate) in fates {
            let rows = tour.find(*stop);
            assert!(!rows.is_empty(), "{what}: {stop:?}");
            for row in rows {
                let why = row["why"].as_str().unwrap_or_default();
                let right = match fate {
                    Ok => row["ok"] == true,
                    Failed(words) => row["ok"] == false && why.contains(words),
                    Skipped(words) => row["skipped"] == true && why.contains(words),
                };
                assert!(right, "{what}: {row}");
            }
        }
    }
}
