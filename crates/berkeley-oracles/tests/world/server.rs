//! Name servers that others wrote, each on an address of loopback, as `cargo xtask names` has unpacked them.
//!
//! Contract: knot and bind9 hold the zone of [`ZONE`]; unbound, dnsmasq, dnsdist and systemd-resolved ask one of those two, as they would on a
//! user's machine. A server is ready when it answers for the zone's SOA. Sources: knot.conf(5), named.conf(5), unbound.conf(5), dnsmasq(8),
//! dnsdist's manual, resolved.conf(5).

use core::fmt::Write as _;
use core::net::{Ipv4Addr, SocketAddr};
use core::time::Duration;
use std::env;
use std::fs::{self, File};
use std::net::UdpSocket;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::Instant;

use super::{World, mount};
use crate::network::ip;

/// Where the unpacked servers are, or why there are none.
pub(crate) fn root() -> Option<PathBuf> {
    env::var_os("BERKELEY_SERVERS").map(PathBuf::from)
}

/// Says that a test was not asked to run: it is a step of its own.
pub(crate) fn without() {
    println!("skipped: `cargo xtask names` brings what it needs and runs it");
}

/// A server that runs.
#[derive(Debug)]
pub(crate) struct Server {
    pub(crate) name: &'static str,
    pub(crate) addr: SocketAddr,
    process: Child,
    log: PathBuf,
}

/// How long a server may take to be ready, on a machine that does ten other things.
const PATIENCE: Duration = Duration::from_mins(1);

pub(crate) const KNOT: Ipv4Addr = Ipv4Addr::new(127, 0, 0, 2);
pub(crate) const BIND: Ipv4Addr = Ipv4Addr::new(127, 0, 0, 3);
pub(crate) const UNBOUND: Ipv4Addr = Ipv4Addr::new(127, 0, 0, 4);
pub(crate) const DNSMASQ: Ipv4Addr = Ipv4Addr::new(127, 0, 0, 5);
pub(crate) const DNSDIST: Ipv4Addr = Ipv4Addr::new(127, 0, 0, 6);
/// systemd-resolved's stub has an address of its own.
pub(crate) const RESOLVED: Ipv4Addr = Ipv4Addr::new(127, 0, 0, 53);

/// The zones, and their files' names.
const ZONES: [(&str, &str); 4] = [
    (".", "top"),
    ("berkeley.test", "zone"),
    ("2.0.192.in-addr.arpa", "reverse4"),
    ("8.b.d.0.1.0.0.2.ip6.arpa", "reverse6"),
];

impl World {
    fn start(
        &self,
        name: &'static str,
        ip: Ipv4Addr,
        program: &str,
        arguments: &[&str],
    ) -> Result<Server, String> {
        let root = root().ok_or("no servers")?;
        let log = self.folder().join(format!("{name}.log"));
        let told = |error: std::io::Error| format!("{name}: {error}");
        let out = File::create(&log).map_err(told)?;
        let process = Command::new(root.join(program))
            .args(arguments)
            .current_dir(self.folder())
            .env("LD_LIBRARY_PATH", libraries(&root))
            .stdin(Stdio::null())
            .stdout(out.try_clone().map_err(told)?)
            .stderr(out)
            .spawn()
            .map_err(told)?;
        Ok(Server { name, addr: (ip, 53).into(), process, log })
    }

    fn conf(&self, name: &str, text: &str) -> Result<String, String> {
        let path = self.folder().join(name);
        fs::write(&path, text).map_err(|error| format!("{name}: {error}"))?;
        Ok(path.to_string_lossy().into_owned())
    }

    /// Writes the zones' files, for knot and bind9.
    fn zones(&self, zone: &str) -> Result<(), String> {
        let start = "$TTL 300\n@ IN SOA ns.berkeley.test. admin.berkeley.test. 7 3600 600 86400 60\n\
                     @ IN NS ns.berkeley.test.\n";
        let four = "1 IN PTR host.berkeley.test.\n2 IN PTR two.berkeley.test.\n2 IN PTR zwei.berkeley.test.\n";
        let six = format!("1.{}0.0 IN PTR host.berkeley.test.\n", "0.".repeat(21));
        let top = "ns.berkeley.test. IN A 192.0.2.53\n";
        for ((_, file), text) in ZONES.iter().zip([top, zone, four, &six]) {
            self.conf(file, &format!("{start}{text}"))?;
        }
        Ok(())
    }

    pub(crate) fn knot(&self, zone: &str) -> Result<Server, String> {
        self.zones(zone)?;
        let folder = self.folder().to_string_lossy();
        let mut conf = format!(
            "server:\n  listen: {KNOT}@53\n  rundir: {folder}\n  automatic-acl: off\n\
             database:\n  storage: {folder}/knot\n\
             log:\n  - target: stderr\n    any: info\n\
             template:\n  - id: default\n    storage: {folder}\n    zonefile-sync: -1\n    journal-content: none\n    global-module: mod-cookies\n\
             zone:\n"
        );
        for (zone, file) in ZONES {
            let _ = writeln!(conf, "  - domain: {zone}\n    file: {file}");
        }
        let conf = self.conf("knot.conf", &conf)?;
        self.start("knot", KNOT, "usr/sbin/knotd", &["-c", &conf])
    }

    pub(crate) fn bind(&self, zone: &str) -> Result<Server, String> {
        self.zones(zone)?;
        // It listens on what an interface has as its own, not on all that loopback takes.
        ip(&format!("addr add {BIND}/8 dev lo"))?;
        let folder = self.folder().to_string_lossy();
        let mut conf = format!(
            "options {{ directory \"{folder}\"; managed-keys-directory \"{folder}\"; pid-file none; session-keyfile none;\n\
             listen-on port 53 {{ {BIND}; }}; listen-on-v6 {{ none; }}; recursion no; dnssec-validation no; notify no; check-names primary ignore; require-server-cookie yes; }};\n\
             controls {{ }};\n"
        );
        for (zone, file) in ZONES {
            let _ =
                writeln!(conf, "zone \"{zone}\" {{ type primary; file \"{folder}/{file}\"; }};");
        }
        let conf = self.conf("named.conf", &conf)?;
        self.start("bind9", BIND, "usr/sbin/named", &["-g", "-n", "1", "-c", &conf])
    }

    pub(crate) fn unbound(&self) -> Result<Server, String> {
        let mut conf = format!(
            "server:\n interface: {UNBOUND}\n do-daemonize: no\n chroot: \"\"\n username: \"\"\n directory: \"{}\"\n pidfile: \"\"\n\
             use-syslog: no\n do-not-query-localhost: no\n access-control: 127.0.0.0/8 allow\n module-config: \"iterator\"\n\
             local-zone: \"test.\" nodefault\n",
            self.folder().to_string_lossy()
        );
        for (zone, _) in ZONES {
            let _ = writeln!(conf, " local-zone: \"{zone}\" nodefault");
        }
        conf += "remote-control:\n control-enable: no\n";
        for (zone, _) in ZONES {
            let _ = writeln!(conf, "stub-zone:\n name: \"{zone}\"\n stub-addr: {KNOT}");
        }
        let conf = self.conf("unbound.conf", &conf)?;
        self.start("unbound", UNBOUND, "usr/sbin/unbound", &["-d", "-c", &conf])
    }

    pub(crate) fn dnsmasq(&self) -> Result<Server, String> {
        let conf = format!(
            "listen-address={DNSMASQ}\nbind-interfaces\nno-resolv\nno-hosts\nno-daemon\nuser=root\ngroup=root\npid-file=\n\
             cache-size=0\nserver={BIND}\nedns-packet-max=1232\n"
        );
        let conf = self.conf("dnsmasq.conf", &conf)?;
        self.start("dnsmasq", DNSMASQ, "usr/sbin/dnsmasq", &["-C", &conf])
    }

    /// With these rules before it asks knot.
    pub(crate) fn dnsdist(&self, rules: &str) -> Result<Server, String> {
        let conf = format!(
            "setLocal('{DNSDIST}:53')\nsetACL('127.0.0.0/8')\nsetSecurityPollSuffix('')\n\
             newServer({{address='{KNOT}:53', healthCheckMode='up'}})\n{rules}"
        );
        let conf = self.conf("dnsdist.conf", &conf)?;
        let arguments = ["--supervised", "--disable-syslog", "-C", &conf];
        self.start("dnsdist", DNSDIST, "usr/bin/dnsdist", &arguments)
    }

    /// In an `/etc` and a `/run` of its own, with a user of its name. It asks `upstream`, but nobody while all that is up is loopback.
    pub(crate) fn resolved(&self, upstream: Ipv4Addr) -> Result<Server, String> {
        mount(&["-t", "tmpfs", "tmpfs", "/run"])?;
        for folder in ["/run/systemd/resolve", "/run/systemd/resolved.conf.d"] {
            fs::create_dir_all(folder).map_err(|error| format!("{folder}: {error}"))?;
        }
        for (file, rest) in [("passwd", ":/:/bin/sh"), ("group", "")] {
            let of =
                |name| format!("{name}:x:0:{}{rest}\n", if file == "passwd" { "0:" } else { "" });
            self.write(file, Some(&(of("root") + &of("systemd-resolve"))))?;
        }
        let conf = format!(
            "[Resolve]\nDNS={upstream}\nFallbackDNS=\nDomains=\nLLMNR=no\nMulticastDNS=no\nDNSSEC=no\nDNSOverTLS=no\nCache=no\n\
             ReadEtcHosts=no\nResolveUnicastSingleLabel=yes\n"
        );
        fs::write("/run/systemd/resolved.conf.d/own.conf", conf)
            .map_err(|error| error.to_string())?;
        self.start("systemd-resolved", RESOLVED, "lib/systemd/systemd-resolved", &[])
    }
}

/// For programs of the unpacked tree.
pub(crate) fn libraries(root: &Path) -> String {
    let folders = ["usr/lib", "lib"].map(|folder| root.join(folder).join("x86_64-linux-gnu"));
    let all = folders.into_iter().flat_map(|folder| [folder.clone(), folder.join("systemd")]);
    all.map(|folder| folder.to_string_lossy().into_owned()).collect::<Vec<_>>().join(":")
}

impl Server {
    /// Waits until it answers for the zone.
    pub(crate) fn ready(mut self) -> Result<Self, String> {
        // id 7, one question, for the SOA of berkeley.test.
        let mut question = vec![0, 7, 1, 0, 0, 1, 0, 0, 0, 0, 0, 0];
        question.extend(b"\x08berkeley\x04test\0\0\x06\0\x01");
        let told = |error: std::io::Error| format!("{error}");
        let socket = UdpSocket::bind((Ipv4Addr::LOCALHOST, 0)).map_err(told)?;
        socket.connect(self.addr).map_err(told)?;
        socket.set_read_timeout(Some(Duration::from_millis(50))).map_err(told)?;
        let end = Instant::now() + PATIENCE;
        let mut answer = [0; 512];
        loop {
            // Nobody may listen yet.
            let _ = socket.send(&question);
            match socket.recv(&mut answer) {
                // No error, and at least one answer.
                Ok(len) if len > 12 && answer[3] % 16 == 0 && answer[7] > 0 => return Ok(self),
                Ok(_) | Err(_) => std::thread::sleep(Duration::from_millis(10)),
            }
            let gone = self.process.try_wait().map_err(told)?;
            if gone.is_some() || Instant::now() > end {
                let log = fs::read_to_string(&self.log).unwrap_or_default();
                let tail: Vec<&str> = log.lines().rev().take(60).collect();
                panic!("{} is not ready ({gone:?}): {tail:#?}", self.name);
            }
        }
    }
}
